"""Frequencies and dispersion: sklearn and published values, typed-out tables, and what holds for any corpus."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_line import corpus_of, counts_of
from sklearn.feature_extraction.text import TfidfTransformer

import textlens as tl
from textlens.frequency import term_dispersion

TEXTS = st.lists(
    st.lists(st.sampled_from(["ab", "cd", "the", "US"]), min_size=1, max_size=8).map(" ".join), min_size=2, max_size=5
)


def test_dp_norm_of_2_1_0_in_equal_parts_lijffijt_gries_2012() -> None:
    assert tl.dp_norm([2, 1, 0], [10, 10, 10]) == 0.5


def test_dp_of_3_3_3_in_equal_parts_lijffijt_gries_2012() -> None:
    assert tl.dp_norm([3, 3, 3], [10, 10, 10]) == 0


def test_dp_norm_of_1_to_5_gries_2008_example_recomputed() -> None:
    assert tl.dp_norm([1, 2, 3, 4, 5], [9, 10, 10, 10, 11]) == pytest.approx(0.2195, abs=5e-5)


def test_dp_norm_is_1_for_a_term_in_the_smallest_part_only() -> None:
    assert tl.dp_norm([0, 4], [30, 10]) == 1
    assert tl.dp_norm([4, 0], [30, 10]) == pytest.approx(1 / 3)


def test_dp_norm_passes_over_parts_without_words() -> None:
    assert tl.dp_norm([2, 1, 0, 0], [10, 10, 10, 0]) == 0.5


@pytest.mark.parametrize(("counts", "sizes"), [([0, 0], [3, 3]), ([1], [3]), ([1, 0], [3, 0])])
def test_dp_norm_needs_occurrences_and_two_parts(counts: list[int], sizes: list[int]) -> None:
    with pytest.raises(ValueError, match="^dp_norm needs a term that occurs, in two or more parts that hold words$"):
        tl.dp_norm(counts, sizes)


@pytest.mark.parametrize(("counts", "sizes"), [([2, -1], [3, 3]), ([2, 1], [3, -3]), ([2, 1], [3, 3, 3])])
def test_dp_norm_needs_a_count_and_a_size_for_each_part(counts: list[int], sizes: list[int]) -> None:
    with pytest.raises(ValueError, match="^dp_norm needs a count and a size of each part, none negative, not "):
        tl.dp_norm(counts, sizes)


def test_table_of_two_articles() -> None:
    table = tl.term_frequencies(counts_of("a b c c", "b b c d", source=["A", "A"]))
    columns = ["group", "term", "count", "rate", "articles", "n_articles", "function_word"]
    assert table[columns].to_numpy().tolist() == [
        ["A", "b", 3, 375, 2, 2, False],
        ["A", "c", 3, 375, 2, 2, False],
        ["A", "a", 1, 125, 1, 2, True],
        ["A", "d", 1, 125, 1, 2, False],
    ]
    assert table["dp_norm"].tolist() == pytest.approx([1 / 3, 1 / 3, 1, 1])
    assert table["tf_idf"].tolist() == pytest.approx([3, 3, 1 + np.log(1.5), 1 + np.log(1.5)])
    assert isinstance(table.index, pd.RangeIndex)


def test_groups_stand_in_order_and_are_joined_over_columns() -> None:
    counts = counts_of("a", "b", "c c", source=["B", "A", "B"], year=[1, 1, 2])
    assert tl.term_frequencies(counts)["group"].tolist() == ["A", "B", "B"]
    table = tl.term_frequencies(counts, by=["source", "year"])
    assert table[["group", "term", "count"]].to_numpy().tolist() == [
        ["A / 1", "b", 1],
        ["B / 1", "a", 1],
        ["B / 2", "c", 2],
    ]


def test_dispersion_is_empty_for_a_group_of_one_article_with_words() -> None:
    table = tl.term_frequencies(counts_of("a b", "!!!", "a", source=["A", "A", "B"]))
    assert table["dp_norm"].isna().tolist() == [True, True, True]
    assert table["n_articles"].tolist() == [2, 2, 1]


def test_words_of_each_group() -> None:
    counts = counts_of("a b", 'c "d e"', "!!!", source=["B", "A", "B"])
    assert tl.count_words(counts, by="source").to_numpy().tolist() == [["A", 3], ["B", 2]]
    table = tl.count_words(counts.trim(min_count=9), by=["source", "voice"])
    assert table.to_numpy().tolist() == [["A", "narrator", 1], ["A", "quoted", 2], ["B", "narrator", 2]]
    assert table.columns.tolist() == ["source", "voice", "n_words"]


def test_rates_rest_on_all_words_whatever_was_trimmed() -> None:
    table = tl.term_frequencies(counts_of("a b c c", "b b c d").trim(min_count=3))
    assert table["rate"].tolist() == [500, 250, 500, 250]


@given(TEXTS)
@settings(max_examples=30)
def test_tf_idf_is_that_of_sklearns_tfidf_transformer_without_norm(texts: list[str]) -> None:
    counts = counts_of(*texts)
    table = tl.term_frequencies(counts, by="article").pivot(index="group", columns="term", values="tf_idf").fillna(0)
    weights = TfidfTransformer(norm=None).fit_transform(counts.matrix.astype(float)).toarray()
    np.testing.assert_allclose(table[list(counts.terms)].to_numpy(), weights, rtol=1e-12)


@given(TEXTS, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_the_articles_changes_nothing(texts: list[str], random: object) -> None:
    frame = corpus_of(*texts).articles.assign(text=texts)
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    tables = [
        tl.term_frequencies(tl.count_terms(tl.tokenize(tl.corpus_from_frame(each))))
        for each in (frame, frame.iloc[order])
    ]
    pd.testing.assert_frame_equal(*tables)


@given(TEXTS)
@settings(max_examples=30)
def test_doubling_every_article_changes_no_rate_and_no_dispersion(texts: list[str]) -> None:
    once = tl.term_frequencies(counts_of(*texts))
    twice = tl.term_frequencies(counts_of(*(f"{text} {text}" for text in texts)))
    pd.testing.assert_frame_equal(once.drop(columns=["count", "tf_idf"]), twice.drop(columns=["count", "tf_idf"]))
    assert (twice["count"] == 2 * once["count"]).all()


def test_a_missing_value_in_by_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^'outlet' has no value in row 2 of the counts \(article '2'\)$"):
        tl.term_frequencies(counts_of("a", "b", outlet=["x", None]), by="outlet")


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(ValueError, match="^no column 'outlet'; there are segment, "):
        tl.term_frequencies(counts_of("a", "b"), by="outlet")


def test_counts_without_rows_have_no_frequencies() -> None:
    counts = counts_of("a", "b")
    with pytest.raises(ValueError, match="^the counts hold no rows$"):
        tl.term_frequencies(counts.rows(np.array([], dtype=int)))


def test_dp_norm_of_the_table_is_that_of_the_function() -> None:
    counts = tl.count_terms(tl.tokenize(tl.load_demo()))
    table = tl.term_frequencies(counts, by="source").set_index(["group", "term"])["dp_norm"]
    for source in ("Harbour Post", "Upland Courier"):
        part = counts.where(source=source).by("article")
        for term in ("the", "barrage", "seawall"):
            column = part.matrix[:, part.index_of([term])].toarray().ravel()
            assert table[source, term] == pytest.approx(tl.dp_norm(column, part.n_words), abs=1e-9)


def test_dispersion_of_terms_by_hand() -> None:
    table = term_dispersion(counts_of("a b c c", "b b", "a", source=["A", "A", "B"]), by="source")
    assert table.columns.tolist() == (
        "group term count rate units units_with dp dp_norm juilland_d carroll_d2 rosengren_s d_a kld d_kl function_word"
    ).split(" ")
    columns = ["group", "term", "count", "rate", "units", "units_with", "function_word"]
    assert table[columns].to_numpy().tolist() == [
        ["A", "b", 3, 500, 2, 2, False],
        ["A", "c", 2, 1000 / 3, 2, 1, False],
        ["A", "a", 1, 1000 / 6, 2, 1, True],
        ["B", "a", 1, 1000, 1, 1, True],
    ]
    assert table["dp"].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, np.nan], nan_ok=True)
    # Rates of 1/4 and 1: a difference of 3/4 over twice a mean of 5/8.
    assert table["d_a"].tolist() == pytest.approx([0.4, 0, 0, np.nan], nan_ok=True)
    assert table.loc[3, "dp":"d_kl"].isna().all()  # type: ignore[misc]
    assert isinstance(table.index, pd.RangeIndex)


def test_dispersion_over_the_whole_corpus_and_over_another_unit() -> None:
    counts = counts_of("a b", "a b", "b b", "!!!", source=["A", "B", "A", "B"], family=["x", "x", "y", "z"])
    table = term_dispersion(counts).set_index("term")
    assert "group" not in table
    assert table.loc["b", ["count", "units", "units_with"]].tolist() == [4, 3, 3]
    assert term_dispersion(counts, unit="family").set_index("term").loc["b", "units"] == 2


@given(TEXTS)
@settings(max_examples=30)
def test_dp_norm_is_the_same_in_both_tables(texts: list[str]) -> None:
    counts = counts_of(*texts)
    columns = ["group", "term", "count", "rate", "dp_norm", "function_word"]
    frequencies = tl.term_frequencies(counts)[columns]
    pd.testing.assert_frame_equal(frequencies, term_dispersion(counts, by="source")[columns])


def test_dispersion_refuses_what_does_not_fit() -> None:
    counts = counts_of("a", "b", outlet=["x", None])
    with pytest.raises(ValueError, match="^the counts hold no rows$"):
        term_dispersion(counts.rows(np.array([], dtype=int)))
    with pytest.raises(ValueError, match="^'outlet' is missing in row 2$"):
        term_dispersion(counts, unit="outlet")
    with pytest.raises(TypeError, match=r"^counts must be Counts, as tl\.count_terms gives, not list$"):
        term_dispersion([])  # type: ignore[arg-type]
