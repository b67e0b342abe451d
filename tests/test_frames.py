"""The comparison of frames: typed-out rows, errors, a planted frame."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from one_line import tokens_of

import textlens as tl


def both_of(book: tl.Codebook, *texts: str, **columns: list) -> tuple[pd.DataFrame, tl.Counts]:
    tokens = tokens_of(*texts, **columns)
    return tl.find_indicators(tokens, book), tl.count_terms(tokens)


def compared(book: tl.Codebook, *texts: str, **options: object) -> pd.DataFrame:
    tokens = tokens_of(*texts)
    return tl.compare_frames(tl.find_indicators(tokens, book), tl.count_terms(tokens), **options)  # type: ignore[arg-type]


def test_table_of_two_articles(book: tl.Codebook) -> None:
    with pytest.warns(tl.SmallCorpusWarning, match="^1 against 1 units: .* is 1, so none is called supported$"):
        table = compared(book, "peace war stability trade", "war wars war trade")
    rows = table.set_index("frame")
    assert rows.loc["Peace", ["count", "count_against", "rate", "rate_against"]].tolist() == [2, 0, 500, 0]
    assert rows.loc["War", ["count", "count_against", "rate", "rate_against"]].tolist() == [1, 3, 250, 750]
    # Two hits added to each side: log2 of 4/2 and of 3/5.
    assert rows["effect"].tolist() == pytest.approx([1, np.log2(0.6)], abs=1e-12)
    # "war" 1 v 2 and "wars" 0 v 1: each carries half, the first by name stands.
    assert rows.loc["War", ["carried_by", "carried_share"]].tolist() == ["war", 0.5]
    assert rows.loc["Peace", ["carried_by", "carried_share"]].tolist() == ["peace", 0.5]
    assert set(table["validity"]) == {"not validated on this material"}


def test_no_frame_is_tested_away_for_being_rare(book: tl.Codebook) -> None:
    assert compared(book, "peace", "trade")["p_permutation"].tolist() == [1]


def test_a_frame_without_hits_is_told_as_such(book: tl.Codebook) -> None:
    table = compared(book, "peace", "trade", frames=["War", "Peace"]).set_index("frame")
    assert table.loc["War", ["count", "count_against", "effect", "carried_by"]].tolist() == [0, 0, 0, ""]
    assert np.isnan(table.loc["War", "p"])
    none = compared(book, "trade", "trade", frames=["War"])
    assert none[["frame", "count"]].to_numpy().tolist() == [["War", 0]]


def test_hits_of_other_rows_are_left_out(book: tl.Codebook) -> None:
    tokens = tokens_of("war", 'war "war"')
    hits = tl.find_indicators(tokens, book)
    narrated = tl.count_terms(tokens).where(voice="narrator")
    assert tl.compare_frames(hits, narrated)[["count", "count_against"]].to_numpy().tolist() == [[1, 1]]
    assert tl.frame_rates(hits, narrated)["count"].tolist() == [1, 1]
    assert tl.indicator_contributions(hits, narrated)["count_against"].tolist() == [1]


def test_rates_of_each_unit(book: tl.Codebook) -> None:
    tokens = tokens_of("war peace", "war war trade", "trade", family=list("xyx"), source=list("ABA"))
    table = tl.frame_rates(tl.find_indicators(tokens, book), tl.count_terms(tokens), unit="family")
    assert table.drop(columns="validity").to_numpy().tolist() == [
        ["Peace", "A", "x", 1, 3, pytest.approx(1000 / 3)],
        ["Peace", "B", "y", 0, 3, 0],
        ["War", "A", "x", 1, 3, pytest.approx(1000 / 3)],
        ["War", "B", "y", 2, 3, pytest.approx(2000 / 3)],
    ]


def test_contributions_add_up_to_the_difference_of_the_frame(book: tl.Codebook) -> None:
    tokens = tokens_of("peace war stability talks", "wars war war peace peace")
    table = tl.indicator_contributions(tl.find_indicators(tokens, book), tl.count_terms(tokens))
    assert table.drop(columns=["group", "against", "validity"]).to_numpy().tolist() == [
        ["Peace", "stabil*", 1, 0, 250, pytest.approx(250 / 350)],
        ["Peace", "talks", 1, 0, 250, pytest.approx(250 / 350)],
        ["War", "war*", 0, 1, -200, pytest.approx(200 / 350)],
        ["Peace", "peace", 1, 2, -150, pytest.approx(-150 / 350)],
        ["War", "war", 1, 2, -150, pytest.approx(150 / 350)],
    ]
    assert set(table["group"]) == {"A"} and set(table["against"]) == {"B"}


def test_contributions_to_no_difference_have_no_share(book: tl.Codebook) -> None:
    table = tl.indicator_contributions(*hits_and_counts(book, "war trade", "wars trade"))
    assert table["difference"].tolist() == [500, -500]
    assert table["share"].isna().all()
    assert compared(book, "war trade", "wars trade")["carried_by"].tolist() == [""]


def test_a_frame_whose_rates_differ_by_less_than_a_quarter_is_carried_by_none(book: tl.Codebook) -> None:
    # Of four words: 4 hits against 3 differ by a quarter of the larger rate; of five against four by a fifth.
    at_least = compared(book, "war war war war", "war war war trade")
    assert at_least[["carried_by", "carried_share"]].to_numpy().tolist() == [["war", 1]]
    both = hits_and_counts(book, "war war war war war", "war war war war trade")
    table = tl.indicator_contributions(*both)
    assert table["difference"].tolist() == [200]
    assert table["share"].isna().all()
    frames = tl.compare_frames(*both)
    assert frames["carried_by"].tolist() == [""] and frames["carried_share"].isna().all()


def hits_and_counts(book: tl.Codebook, *texts: str, **columns: list) -> tuple[pd.DataFrame, tl.Counts]:
    tokens = tokens_of(*texts, **columns)
    return tl.find_indicators(tokens, book), tl.count_terms(tokens)


def test_three_groups_stand_against_all_others_or_one(book: tl.Codebook) -> None:
    both = hits_and_counts(book, "war", "war trade", "trade trade", source=list("ABC"))
    table = tl.indicator_contributions(*both)
    assert table[["group", "against"]].to_numpy().tolist() == [[source, "all others"] for source in "ABC"]
    assert table["difference"].tolist() == pytest.approx([750, 500 - 1000 / 3, -2000 / 3])
    table = tl.indicator_contributions(*both, against="B")
    assert table[["group", "against", "difference"]].to_numpy().tolist() == [["A", "B", 500], ["C", "B", -500]]
    frames = tl.compare_frames(*both, against="B").set_index("group")
    assert frames["against"].tolist() == ["B", "B"]
    assert sorted(frames.index) == ["A", "C"]


def test_few_frames_take_q_from_the_permutation(book: tl.Codebook) -> None:
    table = compared(book, *["war war trade", "trade trade trade"] * 4)
    assert table[["p_permutation", "floor", "q"]].to_numpy().tolist() == [[2 / 70] * 3]
    assert table["supported"].tolist() == [True]


def test_twenty_against_twenty_need_an_rng(book: tl.Codebook) -> None:
    texts = ["war war trade", "trade trade trade"] * 20
    with pytest.warns(UserWarning, match="pass rng= to draw some"):
        untested = compared(book, *texts)
    assert untested[["q", "supported"]].to_numpy().tolist() == [[pytest.approx(np.nan, nan_ok=True), False]]
    table = compared(book, *texts, rng=np.random.default_rng(0))
    assert table[["q", "supported"]].to_numpy().tolist() == [[1 / 10_000, True]]


def test_an_unknown_group_column_or_row_is_an_error(book: tl.Codebook) -> None:
    hits, counts = hits_and_counts(book, "war", "peace")
    for compare in (tl.compare_frames, tl.indicator_contributions):
        with pytest.raises(ValueError, match="^no group 'C' to compare with; there are A, B$"):
            compare(hits, counts, against="C")
        with pytest.raises(ValueError, match="^no column 'outlet'; there are segment, "):
            compare(hits, counts, by="outlet")
        with pytest.raises(ValueError, match="^no column 'segment'; there are article, "):
            compare(hits, counts.by("article"))


def test_what_cannot_be_compared_is_an_error(book: tl.Codebook) -> None:
    both = hits_and_counts(book, "war", "peace", source=["A", "A"])
    for compare in (tl.compare_frames, tl.frame_rates):
        with pytest.raises(ValueError, match=re.escape("needs two groups; 'source' is 'A' everywhere")):
            compare(*both)


COMPARERS = (tl.compare_frames, tl.frame_rates, tl.indicator_contributions)


@pytest.mark.parametrize("compare", COMPARERS)
def test_hits_of_other_articles_are_an_error(book: tl.Codebook, compare: Callable[..., pd.DataFrame]) -> None:
    hits, _ = hits_and_counts(book, "war", "peace", id=["x1", "x2"])
    _, counts = hits_and_counts(book, "war", "peace", id=["y1", "y2"])
    with pytest.raises(ValueError, match="^these hits are of other articles than the counts$"):
        compare(hits, counts)


@pytest.mark.parametrize("compare", COMPARERS)
@pytest.mark.parametrize("column", ["frame", "indicator", "segment", "article"])
def test_a_column_that_hits_lack_is_named(book: tl.Codebook, compare: Callable[..., pd.DataFrame], column: str) -> None:
    hits, counts = hits_and_counts(book, "war", "peace")
    with pytest.raises(ValueError, match=f"^the hits lack the column '{column}'; tl.find_indicators gives it$"):
        compare(hits.drop(columns=column), counts)


def test_one_text_is_no_list_of_frames(book: tl.Codebook) -> None:
    with pytest.raises(ValueError, match="^frames must be a list of texts, not the text 'War'$"):
        compared(book, "war", "peace", frames="War")


def test_several_columns_make_groups_of_frames(book: tl.Codebook) -> None:
    table = tl.indicator_contributions(*hits_and_counts(book, "war", "peace", year=[1, 2]), by=["source", "year"])
    assert set(table["group"]) == {"A / 1"} and set(table["against"]) == {"B / 2"}


def test_a_frame_is_named_once(book: tl.Codebook) -> None:
    hits, counts = both_of(book, "peace", "war")
    message = "^frames names 'War' twice; name each frame once$"
    for compare in (tl.compare_frames, tl.frame_influence):
        with pytest.raises(ValueError, match=message):
            compare(hits, counts, frames=["War", "Peace", "War"])
    with pytest.raises(ValueError, match=message):
        tl.frame_cooccurrence(hits, counts, frames=["War", "War"], rng=np.random.default_rng(1))


@pytest.mark.parametrize("column", ["frame", "indicator"])
def test_a_hit_without_a_name_is_an_error(book: tl.Codebook, column: str) -> None:
    hits, counts = both_of(book, "peace", "war")
    hits.loc[1, column] = None
    with pytest.raises(ValueError, match=f"^the hits have no {column} in row 2$"):
        tl.compare_frames(hits, counts)


def test_categories_are_texts(book: tl.Codebook) -> None:
    hits, counts = both_of(book, "peace talks", "war")
    categories = hits.astype({"frame": "category", "indicator": "category"})
    pd.testing.assert_frame_equal(tl.compare_frames(categories, counts), tl.compare_frames(hits, counts))


def test_no_group_is_called_all_others(book: tl.Codebook) -> None:
    hits, counts = both_of(book, "peace", "war", "peace", source=["A", "all others", "C"])
    with pytest.raises(ValueError, match="^a group is called 'all others', as all other groups together are: rename "):
        tl.compare_frames(hits, counts)
