"""Counting: typed-out matrices of one-line articles, and what holds for any."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_line import corpus_of, counts_of, tokens_of
from scipy.sparse import csr_array

import textlens as tl
from textlens.counting import count_surface_forms, merge_terms

TEXT = st.lists(st.sampled_from("Peace peace War war's defence Defense U.N. UN the".split()), min_size=1, max_size=9)
TEXTS = st.lists(TEXT.map(" ".join), min_size=1, max_size=5)


def as_lists(counts: tl.Counts) -> tuple[list[str], list[list[int]]]:
    return counts.terms.tolist(), counts.matrix.toarray().tolist()


def test_counts_of_two_articles() -> None:
    counts = counts_of("a b c c", "b b c d")
    assert as_lists(counts) == (["a", "b", "c", "d"], [[1, 1, 2, 0], [0, 2, 1, 1]])
    assert counts.n_words.tolist() == [4, 4]
    assert isinstance(counts.matrix, csr_array)
    assert counts.to_frame().to_dict("list") == {"a": [1, 0], "b": [1, 2], "c": [2, 1], "d": [0, 1]}
    assert repr(counts) == "Counts: 2 rows x 4 terms, 8 words"


def test_spelling_and_case_are_merged_or_kept() -> None:
    tokens = tokens_of("Defence defense DEFENSE U.N. UN")
    assert as_lists(tl.count_terms(tokens)) == (["UN", "defense"], [[2, 3]])
    assert tl.count_terms(tokens, spelling=False).terms.tolist() == ["U.N.", "UN", "defence", "defense"]
    assert tl.count_terms(tokens, case=False).terms.tolist() == ["DEFENSE", "Defense", "UN", "defense"]
    assert tl.count_terms(tokens, stem=True).terms.tolist() == ["UN", "defens"]


def test_phrases_come_as_second_counts_of_the_same_rows() -> None:
    counts, phrases = tl.count_terms(tokens_of("Defence ties. Defense ties", "ties defense"), phrases=["defense ties"])
    assert as_lists(phrases) == (["defense ties"], [[2], [0]])
    assert phrases.n_words.tolist() == counts.n_words.tolist() == [4, 2]
    assert phrases.segments.equals(counts.segments)


def test_phrases_that_overlap_are_each_counted() -> None:
    phrases = tl.count_phrases(tokens_of("a a a b"), ["a a", "a b", "a *  b"])
    assert as_lists(phrases) == (["a *  b", "a a", "a b"], [[1, 2, 1]])


def test_ngrams_stay_in_their_sentence() -> None:
    counts = tl.count_terms(tokens_of("Ties grow. Ties grow fast"), ngrams=2)
    assert as_lists(counts) == (["grow fast", "ties grow"], [[1, 2]])
    assert counts.n_words.tolist() == [5]
    assert tl.count_terms(tokens_of("Ties grow"), ngrams=3).terms.tolist() == []


def test_by_adds_up_in_sorted_order() -> None:
    counts = counts_of("a b", "a", "b b", source=["B", "A", "B"], year=[2, 1, 2])
    grouped = counts.by("source")
    assert as_lists(grouped) == (["a", "b"], [[1, 0], [1, 3]])
    assert grouped.segments["source"].tolist() == ["A", "B"]
    assert grouped.n_words.tolist() == [1, 4]
    assert counts.by(["year", "source"]).segments.to_numpy().tolist() == [[1, "A"], [2, "B"]]
    assert grouped.steps[-1] == "added up by source"


def test_where_chooses_rows() -> None:
    counts = counts_of("a b", 'say "a"', "c", year=[1, 2, 3])
    assert as_lists(counts.where(voice="quoted"))[1] == [[1, 0, 0, 0]]
    assert counts.where(source="A", year=[1, 3]).segments["article"].tolist() == ["1", "3"]
    assert counts.where(year=(2, 3)).n_words.tolist() == [1, 1, 1]
    assert counts.where(role="body").steps[-1] == "only role = body"


def test_trim_leaves_the_denominators() -> None:
    counts = counts_of("a b c c", "b b c d")
    assert counts.trim(min_count=3).terms.tolist() == ["b", "c"]
    trimmed = counts.trim(min_articles=2)
    assert trimmed.terms.tolist() == ["b", "c"]
    assert trimmed.n_words.tolist() == [4, 4]


def test_index_of() -> None:
    assert counts_of("a b c c", "b b c d").index_of(["c", "a"]).tolist() == [2, 0]


def test_counting_changes_nothing_that_it_was_given() -> None:
    counts = counts_of("a b c c", "b b c d")
    before = counts.matrix.toarray().copy()
    counts.by("source"), counts.trim(min_count=2), counts.where(source="A")
    merge_terms(counts, pd.DataFrame({"surface": list("abcd"), "term": list("xxxx")}))
    assert np.array_equal(counts.matrix.toarray(), before)
    assert list(counts.segments.columns) == "segment article passage line role voice speaker".split()


@given(TEXTS)
def test_merging_keeps_row_sums_and_lengths(texts: list[str]) -> None:
    surface = count_surface_forms(tokens_of(*texts))
    merged = merge_terms(surface, tl.term_map(surface.terms, stem=True))
    assert merged.matrix.sum(axis=1).tolist() == surface.matrix.sum(axis=1).tolist() == surface.n_words.tolist()
    assert merged.n_words.tolist() == surface.n_words.tolist()


@given(TEXTS)
def test_by_keeps_totals(texts: list[str]) -> None:
    counts = counts_of(*texts)
    for columns in ("source", "article", ["source", "passage"]):
        grouped = counts.by(columns)
        assert grouped.matrix.sum(axis=0).tolist() == counts.matrix.sum(axis=0).tolist()
        assert grouped.n_words.sum() == counts.n_words.sum()


@given(TEXTS)
def test_where_and_its_complement_are_the_whole(texts: list[str]) -> None:
    counts = counts_of(*texts, source=["A", *["B"] * (len(texts) - 1)])
    parts = [counts.where(source=source) for source in set(counts.articles["source"])]
    assert sum(part.matrix.sum() for part in parts) == counts.matrix.sum()
    assert sum(part.n_words.sum() for part in parts) == counts.n_words.sum()
    assert sum(len(part.segments) for part in parts) == len(counts.segments)


@given(TEXTS)
def test_bigrams_are_one_fewer_than_words(texts: list[str]) -> None:
    plain = [text.replace(".", "") for text in texts]
    counts = tl.count_terms(tokens_of(*plain), ngrams=2)
    assert counts.matrix.sum(axis=1).tolist() == [n - 1 for n in counts.n_words]


def test_an_unknown_column_is_named_with_those_there_are() -> None:
    counts = counts_of("a", "b", genre=["x", "y"])
    known = "segment, article, passage, line, role, voice, speaker, id, genre, source"
    with pytest.raises(ValueError, match=f"^no column 'outlet'; there are {known}$"):
        counts.by("outlet")
    with pytest.raises(ValueError, match="^no column 'genre'; there are source$"):
        counts.by("source").by("genre")


def test_a_missing_value_in_by_is_an_error() -> None:
    with pytest.raises(ValueError, match="^'outlet' is missing in row 2$"):
        counts_of("a", "b", outlet=["x", None]).by("outlet")


def test_a_value_that_no_row_has_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="^no row has source = 'C'; it is one of A, B$"):
        counts_of("a", "b").where(source="C")


def test_an_unknown_term_is_named_with_near_terms() -> None:
    counts = counts_of("Defence ties", "defenses")
    with pytest.raises(ValueError, match="^the term 'defence' occurs nowhere; near: defense, defenses$"):
        counts.index_of(["ties", "defence"])
    with pytest.raises(ValueError, match="^the term 'zz' occurs nowhere$"):
        counts.index_of(["zz"])


def test_a_form_without_a_term_is_an_error() -> None:
    with pytest.raises(ValueError, match="^the table gives no term for the form 'b'$"):
        merge_terms(counts_of("a b"), tl.term_map(["a"]))


def test_ngrams_of_no_words_are_an_error() -> None:
    with pytest.raises(ValueError, match="^ngrams must be a whole number of 1 or more, not 0$"):
        tl.count_terms(tokens_of("a"), ngrams=0)


def test_a_matrix_that_fits_nothing_is_an_error() -> None:
    tokens = tl.tokenize(corpus_of("a b"))
    counts = tl.count_terms(tokens)
    with pytest.raises(ValueError, match="^a matrix of 1 x 2 does not fit 1 rows, 1 lengths and 1 terms$"):
        tl.Counts(counts.matrix, counts.n_words, counts.terms[:1], counts.segments, counts.articles)


@pytest.mark.parametrize("ngrams", [2.5, (1, 2), "2", True])
def test_ngrams_is_a_whole_number(ngrams: object) -> None:
    with pytest.raises(
        ValueError, match=f"^ngrams must be a whole number of 1 or more, not {re.escape(repr(ngrams))}$"
    ):
        tl.count_terms(tokens_of("a"), ngrams=ngrams)  # type: ignore[call-overload]


@pytest.mark.parametrize("columns", [[], None, 3, ["source", 3]])
def test_by_needs_names_of_columns(columns: object) -> None:
    wrong = re.escape(repr(columns))
    with pytest.raises(ValueError, match=f"^name a column, as 'source', or a list of columns, not {wrong}$"):
        counts_of("a", "b").by(columns)  # type: ignore[arg-type]


def test_numbers_and_texts_in_one_column_become_text() -> None:
    counts = counts_of("a", "b", "a", edition=[10, "first", 9]).by("edition")
    assert counts.segments["edition"].tolist() == ["10", "9", "first"]
    assert counts.n_words.tolist() == [1, 1, 1]
    numbers = counts_of("a", "b", edition=[10, 9]).by("edition")
    assert numbers.segments["edition"].tolist() == [9, 10]


def test_labels_join_columns() -> None:
    counts = counts_of("a", "b", year=[2031, 2032])
    assert counts.labels(["source", "year"]).tolist() == ["A / 2031", "B / 2032"]
    assert counts.labels("year").tolist() == ["2031", "2032"]


@pytest.mark.parametrize("wanted", [["A", "C"], {"A", "C"}, np.array(["A", "C"]), pd.Series(["A", "C"], index=[5, 6])])
def test_where_takes_any_kind_of_list(wanted: object) -> None:
    counts = counts_of("a", "b", "c", source=["A", "B", "C"]).where(source=wanted)
    assert counts.column("source").tolist() == ["A", "C"]


@pytest.mark.parametrize(("name", "value"), [("min_count", -1), ("min_count", "3"), ("min_articles", float("nan"))])
def test_trim_takes_numbers_of_0_or_more(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be a number of 0 or more, not {value!r}$"):
        counts_of("a").trim(**{name: value})  # type: ignore[arg-type]


def test_sums_are_in_64_bits_only_where_32_would_not_hold_them() -> None:
    segments = pd.DataFrame({"article": ["1", "2", "3"]})
    articles = pd.DataFrame({"id": ["1", "2", "3"], "source": ["A", "A", "B"]})
    most = np.iinfo(np.int32).max

    def added(*rows: list[int]) -> csr_array:
        matrix = csr_array(np.array(rows, dtype=np.int32))
        return tl.Counts(matrix, np.full(3, most), np.array(["a", "b"]), segments, articles).by("source").matrix

    held = added([most - 1, most], [1, 0], [0, 0])
    assert held.dtype == np.int32
    assert held.toarray().tolist() == [[most, most], [0, 0]]
    over = added([most, 7], [1, 0], [0, 2])
    assert over.dtype == np.int64
    assert over.toarray().tolist() == [[most + 1, 7], [0, 2]]


def test_groups_in_order_are_the_same_counts_added_up_or_not() -> None:
    counts = counts_of("a b", "b", "c a")
    in_order, reversed_rows = counts.by("article"), counts.rows(np.array([2, 1, 0])).by("article")
    assert as_lists(in_order) == as_lists(reversed_rows) == as_lists(counts)
    assert in_order.steps[-1] == "added up by article"
    assert in_order.segments.equals(reversed_rows.segments)
    assert list(in_order.segments) == ["article"]
    # Zeros that are stored do not survive.
    stored = counts.matrix.copy()
    stored.data[0] = 0
    assert replace(counts, matrix=stored).by("article").matrix.nnz == counts.matrix.nnz - 1
