"""Where terms stand: exact words in Tokens, segments in Counts, and the two agree."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import textlens as tl
from textlens.positions import term_positions

FRAME = pd.DataFrame(
    {
        "text": ["War and peace.\n\nNo war, War in Defence.", "Peace.", "Defense of war"],
        "source": ["B", "A", "B"],
        "id": ["b1", "a1", "b2"],
        "year": [2030, 2031, 2031],
    }
)
TOKENS = tl.tokenize(tl.corpus_from_frame(FRAME))
COUNTS = tl.count_terms(TOKENS)
COLUMNS = ["group", "article", "term", "start", "end", "n", "words"]


def places(table: pd.DataFrame) -> list[tuple]:
    return list(table[["article", "term", "start", "end", "n"]].itertuples(index=False, name=None))


def test_tokens_give_the_numbers_of_the_words() -> None:
    table = term_positions(TOKENS, ["war", "defense"])
    assert places(table) == [
        *(("a1", "war", 0, 0, 0), ("b1", "war", 0, 1, 1), ("b1", "war", 4, 5, 1)),
        *(("b1", "war", 5, 6, 1), ("b2", "war", 2, 3, 1)),
        *(("a1", "defense", 0, 0, 0), ("b1", "defense", 7, 8, 1), ("b2", "defense", 0, 1, 1)),
    ]
    assert table["group"].tolist() == ["A", *"BBBB", "A", "B", "B"]
    assert table["words"].tolist() == [1, 8, 8, 8, 3, 1, 8, 3]


def test_counts_give_the_segments_that_hold_the_term() -> None:
    table = term_positions(COUNTS, ["war"])
    assert places(table) == [
        *(("a1", "war", 0, 0, 0), ("b1", "war", 0, 3, 1), ("b1", "war", 3, 8, 2), ("b2", "war", 0, 3, 1)),
    ]


def test_the_answer_is_tidy() -> None:
    for source in (TOKENS, COUNTS):
        table = term_positions(source, ["war", "war"])
        assert list(table.columns) == COLUMNS
        assert table.index.equals(pd.RangeIndex(len(table)))
        assert [str(kind) for kind in table.dtypes] == ["str"] * 3 + ["int64"] * 4
        pd.testing.assert_frame_equal(table, term_positions(source, ["war"]))


def test_segments_are_placed_in_the_order_of_the_corpus_whatever_the_order_of_the_rows() -> None:
    turned = COUNTS.rows(np.arange(len(COUNTS.segments))[::-1])
    pd.testing.assert_frame_equal(term_positions(turned, ["war"]), term_positions(COUNTS, ["war"]))


def test_articles_are_grouped_by_any_column() -> None:
    table = term_positions(COUNTS, ["peace"], by=["source", "year"])
    assert table[["group", "article", "n"]].to_numpy().tolist() == [
        *(["A / 2031", "a1", 1], ["B / 2030", "b1", 1], ["B / 2031", "b2", 0]),
    ]


def test_an_article_without_words_is_there() -> None:
    emptied = replace(COUNTS, n_words=np.where(COUNTS.segments["article"] == "a1", 0, COUNTS.n_words))
    table = term_positions(emptied, ["war"])
    assert table.loc[table["article"] == "a1", ["start", "end", "n", "words"]].to_numpy().tolist() == [[0, 0, 0, 0]]


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=6).map(" ".join), min_size=1, max_size=8))
def test_words_lie_in_the_segments_that_count_them(texts: list[str]) -> None:
    frame = pd.DataFrame({"text": ["\n\n".join(texts), "a b c"], "source": ["A", "B"], "id": ["x", "y"]})
    tokens = tl.tokenize(tl.corpus_from_frame(frame))
    words, runs = (term_positions(source, ["a", "b", "c"]) for source in (tokens, tl.count_terms(tokens)))
    written = "".join(texts).replace(" ", "")
    found = words[(words["article"] == "x") & (words["n"] > 0)].sort_values("start")
    assert "".join(found["term"]) == written and found["start"].tolist() == list(range(len(written)))
    for run in runs.itertuples():
        inside = words[(words["article"] == run.article) & (words["term"] == run.term) & (words["n"] > 0)]
        assert inside["start"].between(run.start, run.end - 1).sum() == run.n


@pytest.mark.parametrize(
    ("find", "message"),
    [
        (lambda: term_positions(COUNTS, []), "^terms is empty; it must hold one or more terms$"),
        (lambda: term_positions(COUNTS, "war"), "^terms must be a list of texts, not the text 'war'$"),
        (lambda: term_positions(COUNTS, ["defence"]), "^the term 'defence' occurs nowhere; near: defense$"),
        (lambda: term_positions(TOKENS, ["defence"]), "^the term 'defence' occurs nowhere; near: defense$"),
        (lambda: term_positions(COUNTS.by("article"), ["war"]), "^no column 'segment'; there are article, "),
        (
            lambda: term_positions(COUNTS, ["war"], by="passage"),
            "^the article 'b1' is in two groups of 'passage': '1' and '2'$",
        ),
        (lambda: term_positions(COUNTS, ["war"], by="town"), "^no column 'town'; there are segment, article, "),
    ],
)
def test_errors_say_what_is_wrong(find, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        find()


def test_what_is_neither_counts_nor_tokens_is_told_so() -> None:
    with pytest.raises(TypeError, match="^counts must be Counts, as tl.count_terms gives, or Tokens, not DataFrame$"):
        term_positions(FRAME, ["war"])  # type: ignore[arg-type]
