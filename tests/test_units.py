"""Units, with their groups and blocks."""

import numpy as np
import pandas as pd
import pytest
from one_line import counts_of

import textlens as tl
from textlens.units import gather_units, group_pairs


def test_units_are_articles_or_families() -> None:
    counts = counts_of("a b c c", "b b c d", "a", source=["A", "B", "A"], family=["x", "y", "x"])
    units = gather_units(counts, "source", "family")
    assert units.matrix.toarray().tolist() == [[2, 1, 2, 0], [0, 2, 1, 1]]
    assert units.lengths.tolist() == [5, 4]
    assert units.names.tolist() == ["x", "y"]
    assert units.groups.tolist() == ["A", "B"]


def test_an_article_without_words_is_no_unit() -> None:
    units = gather_units(counts_of("a", "b", "!!!", "c", source=["A", "B", "A", "A"]), "source")
    assert units.names.tolist() == ["1", "2", "4"]


def test_the_sources_themselves_may_be_the_units() -> None:
    units = gather_units(counts_of("a", "b", "c"), "source", "source")
    assert units.names.tolist() == units.groups.tolist() == ["A", "B"]


@pytest.mark.parametrize(
    ("texts", "columns", "unit", "message"),
    [
        (["a", "b"], {"source": ["A", "A"]}, "article", "a comparison needs two groups; 'source' is 'A' everywhere"),
        (["a"], {"source": ["A"]}, "article", "a comparison needs two units; there is only the article '1'"),
        (
            ["a", "b", "c"],
            {"source": ["A", "B", "A"], "family": ["x", "x", "y"]},
            "family",
            "the family 'x' belongs to two groups of 'source': 'A' and 'B'",
        ),
        (["a", "!!!"], {}, "article", "source 'B' has no words to compare"),
        (["a", "b"], {"desk": ["x", None]}, "desk", r"'desk' has no value in row 2 of the counts \(article '2'\)"),
        (["a", "b"], {"desk": ["", "x"]}, "desk", r"'desk' has no value in row 1 of the counts \(article '1'\)"),
    ],
)
def test_what_cannot_be_compared(texts: list[str], columns: dict[str, list], unit: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        gather_units(counts_of(*texts, **columns), "source", unit)


def test_a_missing_or_unknown_column_in_by_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^'outlet' has no value in row 1 of the counts \(article '1'\)$"):
        gather_units(counts_of("a", "b", outlet=[None, "x"]), "outlet")
    with pytest.raises(ValueError, match="^no column 'outlet'; there are segment, article, "):
        gather_units(counts_of("a", "b"), "outlet")


def test_a_voice_is_no_group_of_articles() -> None:
    with pytest.raises(ValueError, match="^the article '1' belongs to two groups of 'voice': 'narrator' and 'quoted'$"):
        gather_units(counts_of('a "b" c', "d"), "voice")


@pytest.mark.parametrize(
    ("columns", "unit", "message"),
    [
        ({"event": ["x", None, "x"]}, "article", r"'event' has no value in row 2 of the counts \(article '2'\)"),
        ({"event": ["x", "y", "z"]}, "source", "the source 'A' belongs to two blocks of 'event': 'x' and 'z'"),
        (
            {"event": ["x", "y", "z"], "family": ["f", "g", "f"]},
            "family",
            "the family 'f' belongs to two blocks of 'event': 'x' and 'z'",
        ),
    ],
)
def test_blocks_that_cannot_be_held_equal(columns: dict[str, list], unit: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        gather_units(counts_of("a", "b", "c", **columns), "source", unit, "event")


def test_blocks_are_found_for_each_unit() -> None:
    counts = counts_of("a", "b", "c", "!!!", event=[1, 1, 2, 3], genre=["news", "news", "column", "news"])
    units = gather_units(counts, "source", block="event")
    assert units.blocks is not None and units.blocks.tolist() == ["1", "1", "2"]
    units = gather_units(counts, "source", block=["genre", "event"])
    assert units.blocks is not None and units.blocks.tolist() == ["news / 1", "news / 1", "column / 2"]
    assert gather_units(counts, "source").blocks is None


def test_rows_of_units_by_a_mask() -> None:
    units = gather_units(counts_of("a", "b b", "c a", event=list("xxy")), "source", block="event")
    some = units.rows(np.array([True, False, True]))
    assert some.matrix.toarray().tolist() == [[1, 0, 0], [1, 0, 1]]
    assert (some.lengths.tolist(), some.names.tolist(), some.groups.tolist()) == ([1, 2], ["1", "3"], ["A", "A"])
    assert some.blocks is not None and some.blocks.tolist() == ["x", "y"]


def test_one_group_is_enough_where_it_is_asked_for() -> None:
    units = gather_units(counts_of("a", source=["A"]), "source", least=1)
    assert units.groups.tolist() == ["A"]


def test_what_is_no_counts_is_refused() -> None:
    with pytest.raises(TypeError, match="^counts must be Counts, as tl.count_terms gives, not list$"):
        gather_units([1, 2], "source")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("names", "against", "pairs"),
    [
        (["A", "B"], None, [("A", ["B"])]),
        (["A", "B"], "A", [("B", ["A"])]),
        (["A", "B", "C"], None, [("A", ["B", "C"]), ("B", ["A", "C"]), ("C", ["A", "B"])]),
        (["A", "B", "C"], "B", [("A", ["B"]), ("C", ["B"])]),
        (["A", "B", "C"], "pairwise", [("A", ["B"]), ("A", ["C"]), ("B", ["C"])]),
        (["A", "B"], "pairwise", [("A", ["B"])]),
    ],
)
def test_pairs_of_groups(names: list[str], against: str | None, pairs: list[tuple[str, list[str]]]) -> None:
    assert group_pairs(names, against) == pairs


@pytest.mark.parametrize("against", [{"a": 1}, ["A"], pd.Series({"a": 1})])
def test_only_compare_terms_takes_a_list(against: object) -> None:
    message = f"^against must be one group, or 'pairwise', not a {type(against).__name__}; a frequency list is for"
    with pytest.raises(TypeError, match=message):
        tl.divergence(counts_of("a b", "a", "b", "a b"), against=against)  # type: ignore[arg-type]
