"""The Corpus type checks its tables once, at the border."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from one_line import corpus_of, counts_of, tokens_of

import textlens as tl
from textlens import Corpus
from textlens.corpus import expect_number, plural

ARTICLES = pd.DataFrame({"id": ["a", "b"], "source": ["North", "South"]})
ROW: dict[str, Any] = {
    **{"article": "a", "passage": 1, "line": 1, "role": "body", "voice": "narrator", "speaker": "", "rule": ""},
    **{"text": "Peace.", "start": 3, "end": 9},
}


def segments(**changes: Any) -> pd.DataFrame:
    return pd.DataFrame([ROW, {**ROW, "article": "b", **changes}])


def test_corpus_says_what_it_holds() -> None:
    assert repr(Corpus(ARTICLES, segments())) == "Corpus: 2 articles of 2 sources, 2 segments"
    assert Corpus(ARTICLES, segments()).steps == ()


def test_corpus_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Corpus(ARTICLES, segments()).steps = ("changed",)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("articles", "rows", "message"),
    [
        pytest.param(
            ARTICLES.drop(columns="source"),
            segments(),
            r"articles lacks the columns \['source'\]; it has \['id'\]",
            id="articles without source",
        ),
        pytest.param(
            ARTICLES,
            segments().drop(columns=["line", "rule"]),
            r"segments lacks the columns \['line', 'rule'\]; it has \['article', ",
            id="segments without line and rule",
        ),
        pytest.param(
            pd.concat([ARTICLES, ARTICLES[1:]]),
            segments(),
            "two articles have the id 'b'; ids must be unique",
            id="two articles with one id",
        ),
        pytest.param(ARTICLES, segments(article="z"), r"segments of unknown articles: \['z'\]", id="unknown article"),
        pytest.param(ARTICLES, segments(role="bdoy"), r"unknown role 'bdoy'; one of \('title', ", id="unknown role"),
        pytest.param(ARTICLES, segments(voice="he"), r"unknown voice 'he'; one of \('narrator', ", id="unknown voice"),
        pytest.param(
            ARTICLES, segments(end=10), "the offsets of a segment do not span its text", id="offsets one too many"
        ),
    ],
)
def test_wrong_table_is_refused(articles: pd.DataFrame, rows: pd.DataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Corpus(articles, rows)


@pytest.mark.parametrize(
    ("n", "words"),
    [(0, "0 articles"), (1, "1 article"), (2, "2 articles"), (1200, "1,200 articles")],
)
def test_plural(n: int, words: str) -> None:
    assert plural(n, "article") == words


CORPUS, TOKENS, COUNTS = corpus_of("a", "b"), tokens_of("a", "b"), counts_of("a", "b")
HITS = pd.DataFrame({"frame": ["F"], "indicator": ["a"], "segment": [0], "article": ["1"]})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tl.tokenize("text"), "corpus must be Corpus, as tl.read_corpus gives, not str"),
        (lambda: tl.count_terms(CORPUS), "tokens must be Tokens, as tl.tokenize gives, not Corpus"),
        (lambda: tl.count_phrases(["a"], TOKENS), "tokens must be Tokens, as tl.tokenize gives, not list"),
        (lambda: tl.find_collocations(COUNTS), "tokens must be Tokens, as tl.tokenize gives, not Counts"),
        (lambda: tl.find_indicators(CORPUS, None), "tokens must be Tokens, as tl.tokenize gives, not Corpus"),
        (lambda: tl.find_indicators(TOKENS, "x"), "codebook must be Codebook, as tl.read_codebook gives, not str"),
        (lambda: tl.term_frequencies(TOKENS), "counts must be Counts, as tl.count_terms gives, not Tokens"),
        (lambda: tl.count_words(TOKENS, by="source"), "counts must be Counts, as tl.count_terms gives, not Tokens"),
        (lambda: tl.compare_terms(TOKENS), "counts must be Counts, as tl.count_terms gives, not Tokens"),
        (lambda: tl.compare_frames(COUNTS, HITS), "hits must be DataFrame, as tl.find_indicators gives, not Counts"),
        (lambda: tl.frame_rates(HITS, TOKENS), "counts must be Counts, as tl.count_terms gives, not Tokens"),
        (
            lambda: tl.indicator_contributions(COUNTS, COUNTS),
            "hits must be DataFrame, as tl.find_indicators gives, not Counts",
        ),
        (lambda: tl.fit_topics(3, COUNTS), "counts must be Counts, as tl.count_terms gives, not int"),
        (lambda: tl.most_topics(TOKENS), "counts must be Counts, as tl.count_terms gives, not Tokens"),
        (lambda: tl.compare_topics(COUNTS), "topics must be Topics, as tl.fit_topics gives, not Counts"),
        (
            lambda: tl.compare_terms(COUNTS, rng=0),
            "rng must be Generator, as np.random.default_rng gives, not int",
        ),
    ],
)
def test_a_wrong_object_is_told_where_the_right_one_comes_from(call: Any, message: str) -> None:
    with pytest.raises(TypeError) as error:
        call()
    assert str(error.value) == message


@pytest.mark.parametrize(("value", "whole"), [(0, True), (np.int64(3), True), (2.5, False), (np.float64(0), False)])
def test_numbers_that_will_do(value: Any, whole: bool) -> None:
    expect_number(value, "n", whole=whole)


@pytest.mark.parametrize(
    ("value", "whole", "message"),
    [
        (-1, True, "n must be a whole number of 0 or more, not -1"),
        (2.5, True, "n must be a whole number of 0 or more, not 2.5"),
        (True, True, "n must be a whole number of 0 or more, not True"),
        (float("nan"), False, "n must be a number of 0 or more, not nan"),
        ("3", False, "n must be a number of 0 or more, not '3'"),
        (None, False, "n must be a number of 0 or more, not None"),
    ],
)
def test_numbers_that_will_not(value: Any, whole: bool, message: str) -> None:
    with pytest.raises(ValueError) as error:
        expect_number(value, "n", whole=whole)
    assert str(error.value) == message
