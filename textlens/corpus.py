"""The Corpus: articles, and their segments with role, voice and speaker.

A *segment* is a run of one passage that has one role and one voice, so that what an article quotes and what it
says itself can be told apart. Offsets point into the untouched text of the article.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np
import pandas as pd

ROLES = ("title", "heading", "body", "caption", "byline", "dropped")
COUNTED_ROLES = ("title", "heading", "body")
VOICES = ("narrator", "question", "answer", "quoted")
SEGMENT_COLUMNS = (*("article", "passage", "line", "role", "voice", "speaker", "rule", "text", "start", "end"),)


class SmallCorpusWarning(UserWarning):
    """The corpus is too small for what was asked; the result is exploratory."""


@dataclass(frozen=True)
class Corpus:
    """Articles and their segments.

    Parameters
    ----------
    articles : DataFrame
        One row per article: ``id`` (unique text), ``source`` (text, the side that is compared), and any
        metadata columns.
    segments : DataFrame
        One row per segment, in reading order: ``article`` (an id), ``passage`` (1, 2, ...), ``line`` (in the
        file), ``role`` (title, heading, body, caption, byline, dropped), ``voice`` (narrator, question, answer,
        quoted), ``speaker`` (a name or empty), ``rule`` (the cleaning rule that labelled it, or empty),
        ``text``, ``start`` and ``end`` (character offsets; ``text`` is exactly that span).
    steps : tuple of str
        What was done so far, with its settings.

    Raises
    ------
    ValueError
        A column is missing, two articles share an id, a segment belongs to no article, or a label is unknown.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> tl.corpus_from_frame(pd.DataFrame({"text": ["Peace."], "source": ["A"]}))
    Corpus: 1 article of 1 source, 1 segment
    """

    articles: pd.DataFrame
    segments: pd.DataFrame
    steps: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_columns(self.articles, ("id", "source"), "articles")
        _check_columns(self.segments, SEGMENT_COLUMNS, "segments")
        repeated = self.articles["id"][self.articles["id"].duplicated()]
        if len(repeated):
            raise ValueError(f"two articles have the id {repeated.iloc[0]!r}; ids must be unique")
        unknown = set(self.segments["article"].unique().tolist()) - set(self.articles["id"].tolist())
        if unknown:
            raise ValueError(f"segments of unknown articles: {sorted(unknown)[:3]}")
        for column, options in (("role", ROLES), ("voice", VOICES)):
            wrong = set(self.segments[column].unique().tolist()) - set(options)
            if wrong:
                raise ValueError(f"unknown {column} {sorted(wrong)[0]!r}; one of {options}")
        length = self.segments["end"] - self.segments["start"]
        texts = self.segments["text"].tolist()
        if (length.to_numpy() != np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))).any():
            raise ValueError("the offsets of a segment do not span its text")

    def __repr__(self) -> str:
        sources = self.articles["source"].nunique()
        return (
            f"Corpus: {plural(len(self.articles), 'article')} of {plural(sources, 'source')}, "
            f"{plural(len(self.segments), 'segment')}"
        )


def passage_texts(corpus: Corpus) -> pd.DataFrame:
    """The counted text of each passage, in reading order: ``article``, ``passage``, ``text``."""
    segments = corpus.segments[corpus.segments["role"].isin(COUNTED_ROLES)]
    # A quotation and what follows it may stand together: "so", he said.
    apart = segments["start"].to_numpy() != np.append(-1, segments["end"].to_numpy()[:-1])
    pieces = segments.assign(text=np.where(apart, " ", "") + segments["text"].to_numpy(dtype=object))
    whole = pieces.groupby(["article", "passage"], sort=False)["text"].agg("".join).str.strip()
    return whole.reset_index()


def plural(n: int, noun: str) -> str:
    """``1 article``, ``2 articles``, ``1,200 articles``."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def expect(value: object, kind: type, name: str, source: str) -> None:
    """A ``TypeError`` that says where the right object comes from, unless ``value`` is of this kind."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be {kind.__name__}, as {source} gives, not {type(value).__name__}")


def expect_number(value: object, name: str, *, least: int = 0, whole: bool = False) -> None:
    """A ``ValueError`` unless ``value`` is a (whole) number of ``least`` or more."""
    number = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
    # NaN is not at least anything.
    if not (number and value >= least):  # type: ignore[operator]
        raise ValueError(f"{name} must be a {'whole ' * whole}number of {least} or more, not {value!r}")


def expect_list(value: object, name: str) -> None:
    """A ``ValueError`` if one text stands where several are asked for: its letters would be taken for them."""
    if isinstance(value, str):
        raise ValueError(f"{name} must be a list of texts, not the text {value!r}")


def _check_columns(table: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    missing = [column for column in columns if column not in table]
    if missing:
        raise ValueError(f"{name} lacks the columns {missing}; it has {list(table.columns)}")
