"""The Corpus type checks its tables once, at the border."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from textlens import Corpus
from textlens.corpus import plural

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
