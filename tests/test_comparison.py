"""Gathering units, and the table of comparisons: permutation by brute force, errors, and what holds for any."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_line import corpus_of, counts_from, counts_of
from scipy.stats import power_divergence

import textlens as tl
from textlens.comparison import compare_units, gather_units

SIGNED = ["effect", "low", "high", "out_low", "out_high"]
TEXTS = st.lists(
    st.lists(st.sampled_from(["ab", "cd", "ef", "gh"]), min_size=1, max_size=12).map(" ".join), min_size=4, max_size=6
)


def compared(counts: tl.Counts, **options: object) -> pd.DataFrame:
    units = gather_units(counts, "source")
    return compare_units(units, counts.terms.tolist(), "term", **options)  # type: ignore[arg-type]


def g2(matrix: np.ndarray, words: np.ndarray, chosen: list[int]) -> np.ndarray:
    side = np.isin(np.arange(len(words)), chosen)
    observed = np.vstack([matrix[side].sum(axis=0), matrix[~side].sum(axis=0)]).astype(float)
    shares = np.array([words[side].sum(), words[~side].sum()]) / words.sum()
    expected = shares[:, None] * observed.sum(axis=0)
    return power_divergence(observed, expected, axis=0, lambda_="log-likelihood").statistic


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
        (["a", "b"], {"desk": ["x", None]}, "desk", "'desk' has no value in row 2 of the counts"),
        (["a", "b"], {"desk": ["", "x"]}, "desk", "'desk' has no value in row 1 of the counts"),
    ],
)
def test_what_cannot_be_compared(texts: list[str], columns: dict[str, list], unit: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        gather_units(counts_of(*texts, **columns), "source", unit)


def test_a_missing_or_unknown_column_in_by_is_an_error() -> None:
    with pytest.raises(ValueError, match="^'outlet' has no value in row 1 of the counts$"):
        gather_units(counts_of("a", "b", outlet=[None, "x"]), "outlet")
    with pytest.raises(ValueError, match="^no column 'outlet'; there are segment, article, "):
        gather_units(counts_of("a", "b"), "outlet")


def test_a_voice_is_no_group_of_articles() -> None:
    with pytest.raises(ValueError, match="^the article '1' belongs to two groups of 'voice': 'narrator' and 'quoted'$"):
        gather_units(counts_of('a "b" c', "d"), "voice")


def test_an_unknown_group_to_compare_with() -> None:
    with pytest.raises(ValueError, match="^no group 'C' to compare with; there are A, B$"):
        compared(counts_of("a", "b"), against="C")


def test_pairs() -> None:
    counts = counts_of("a", "a", "a", source=["A", "B", "C"])
    assert compared(counts)[["group", "against"]].to_numpy().tolist() == [[s, "all others"] for s in "ABC"]
    assert compared(counts, against="B")[["group", "against"]].to_numpy().tolist() == [["A", "B"], ["C", "B"]]
    two = counts.where(source=["A", "B"])
    assert compared(two)[["group", "against"]].to_numpy().tolist() == [["A", "B"]]
    assert compared(two, against="A")[["group", "against"]].to_numpy().tolist() == [["B", "A"]]


def test_all_others_are_the_sum_of_the_others() -> None:
    table = compared(counts_of("a b", "a a b b b", "b", source=["A", "B", "C"]))
    rows = table[(table["group"] == "A")].set_index("term")
    assert rows.loc["a", ["count", "count_against", "units", "units_against"]].tolist() == [1, 2, 1, 2]
    assert rows.loc["b", ["rate", "rate_against"]].tolist() == [500, pytest.approx(1000 * 4 / 6)]


def test_items_below_min_count_have_an_effect_but_no_test() -> None:
    table = compared(counts_of("a b c c", "b b c d"), min_count=3)
    rare = table[table["term"].isin(["a", "d"])]
    assert rare[["low", "high", "p", "q", "p_permutation"]].isna().all(axis=None)
    assert rare["effect"].abs().tolist() == pytest.approx([np.log2(1.5)] * 2)
    assert not rare["supported"].any()
    assert table.loc[table["term"].isin(["b", "c"]), ["p", "q"]].notna().all(axis=None)


@given(TEXTS)
@settings(max_examples=30)
def test_permutation_p_is_that_of_every_relabelling(texts: list[str]) -> None:
    counts = counts_of(*texts)
    matrix, words = counts.matrix.toarray(), counts.n_words
    n, chosen = len(texts), list(range(0, len(texts), 2))
    deals = np.array([g2(matrix, words, list(deal)) for deal in combinations(range(n), len(chosen))])
    observed = g2(matrix, words, chosen)
    expected = (deals >= observed - 1e-9).mean(axis=0)
    table = compared(counts).set_index("term")
    np.testing.assert_allclose(table.loc[list(counts.terms), "p_permutation"], expected, rtol=1e-12)


@given(TEXTS)
@settings(max_examples=30)
def test_few_items_take_q_from_the_permutation(texts: list[str]) -> None:
    table = compared(counts_of(*texts))
    by_p = table.sort_values("p_permutation")["p_permutation"].to_numpy()
    steps = by_p * len(by_p) / np.arange(1, len(by_p) + 1)
    q = np.minimum(1, np.minimum.accumulate(steps[::-1])[::-1])
    np.testing.assert_allclose(np.sort(table["q"]), q, rtol=1e-12)


@given(TEXTS)
@settings(max_examples=30)
def test_swapping_the_names_of_two_groups_flips_signs_and_nothing_else(texts: list[str]) -> None:
    counts = counts_of(*texts)
    swapped = counts_of(*texts, source=(["B", "A"] * 3)[: len(texts)])
    one, other = (compared(each).set_index("term").sort_index() for each in (counts, swapped))
    mirrored = -other[["effect", "high", "low", "out_high", "out_low"]].set_axis(SIGNED, axis=1)
    pd.testing.assert_frame_equal(one[SIGNED], mirrored, atol=1e-9)
    sides = ["count", "rate", "units", "units_with"]
    against = [f"{name}_against" for name in sides]
    pd.testing.assert_frame_equal(one[sides], other[against].set_axis(sides, axis=1))
    same = ["p", "q", "p_permutation", "floor", "supported", "overdispersion", "flips"]
    pd.testing.assert_frame_equal(one[same], other[same], rtol=1e-9)


@given(TEXTS, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_the_articles_changes_nothing(texts: list[str], random: object) -> None:
    frame = corpus_of(*texts).articles.assign(text=texts)
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    tables = [compared(tl.count_terms(tl.tokenize(tl.corpus_from_frame(each)))) for each in (frame, frame.iloc[order])]
    pd.testing.assert_frame_equal(*tables)


def test_rows_are_ranked_by_p_then_count_then_name() -> None:
    counts = counts_from(np.full((4, 3), [2, 1, 2]), np.full(4, 10), list("ABAB"), ["y", "x", "w"])
    assert compared(counts)["term"].tolist() == ["w", "y", "x"]
    assert compared(counts)["p"].tolist() == [1, 1, 1]


def test_driver_and_range_when_one_article_is_left_out() -> None:
    # Without a000 the rates are 1/10 and 1/10, so its removal takes all of the effect.
    counts = counts_from([[9], [1], [1], [1]], np.full(4, 10), list("AABB"), ["war"])
    row = compared(counts).iloc[0]
    assert row["driver"] == "a000"
    assert row["out_low"] == 0
    assert row["out_high"] > row["effect"] > 0
    assert not row["flips"]


def test_a_source_of_one_article_cannot_lose_it() -> None:
    row = compared(counts_of("a", "b")).iloc[0]
    assert np.isnan([row["out_low"], row["out_high"]]).all()
    assert row["driver"] == ""


@pytest.mark.parametrize("sources", [list("ABBB"), list("AAAB")])
def test_leaving_one_out_says_nothing_where_a_side_has_one_unit(sources: list[str]) -> None:
    counts = counts_from([[9], [1], [7], [1]], np.full(4, 10), sources, ["war"])
    row = compared(counts).iloc[0]
    assert np.isnan([row["out_low"], row["out_high"]]).all()
    assert (row["flips"], row["driver"]) == (False, "")
    assert np.isfinite(row["effect"])


def test_counts_without_rows_cannot_be_compared() -> None:
    counts = counts_of("a", "b").rows(np.array([], dtype=int))
    with pytest.raises(ValueError, match="^the counts hold no rows to compare$"):
        tl.compare_terms(counts)


def test_several_columns_make_groups_together() -> None:
    counts = counts_of("a", "b", "a b", year=[1, 2, 2])
    units = gather_units(counts, ["source", "year"])
    assert units.groups.tolist() == ["A / 1", "B / 2", "A / 2"]
    table = tl.compare_terms(counts, by=["source", "year"], against="B / 2")
    assert sorted(set(table["group"])) == ["A / 1", "A / 2"]
    with pytest.raises(ValueError, match="^name a column, as 'source', or a list of columns, not \\[\\]$"):
        tl.compare_terms(counts, by=[])


def test_groups_are_text_whatever_their_column_holds() -> None:
    counts = counts_of("a", "b", "a", year=[1, "two", 3])
    table = tl.compare_terms(counts, by="year", against=1)  # type: ignore[arg-type]
    assert set(table["against"]) == {"1"}
    assert set(table["group"]) == {"3", "two"}


@pytest.mark.parametrize("value", [-1, float("nan"), "10"])
def test_min_count_is_a_number_of_0_or_more(value: object) -> None:
    with pytest.raises(ValueError, match=f"^min_count must be a number of 0 or more, not {value!r}$"):
        tl.compare_terms(counts_of("a", "b"), min_count=value)  # type: ignore[arg-type]


def test_a_comparison_that_needs_an_rng_says_so() -> None:
    frame = pd.DataFrame({"text": ["peace and war"] * 16, "source": ["A"] * 8 + ["B"] * 8})
    counts = tl.count_terms(tl.tokenize(tl.corpus_from_frame(frame)))
    with pytest.warns(UserWarning, match=r"^too many relabellings to try all, .*: pass rng= to draw some"):
        table = tl.compare_terms(counts)
    assert table["q"].isna().all()
    with_rng = tl.compare_terms(counts, rng=np.random.default_rng(1))
    assert with_rng["q"].notna().all()


def test_only_the_groups_too_small_are_warned_of() -> None:
    frame = pd.DataFrame({"text": ["peace and war"] * 9, "source": ["A"] * 4 + ["B"] * 4 + ["C"]})
    counts = tl.count_terms(tl.tokenize(tl.corpus_from_frame(frame)))
    with pytest.warns(tl.SmallCorpusWarning) as caught:
        tl.compare_terms(counts)
    assert [str(warning.message)[:26] for warning in caught] == ["C: 1 against 8 units: the "]
