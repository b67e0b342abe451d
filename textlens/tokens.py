"""Corpus -> Tokens: the words of the counted segments as integer codes with character offsets."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from textlens.characters import code_points, kinds_and_marks
from textlens.corpus import COUNTED_ROLES, ROLES, Corpus, expect, expect_list, plural
from textlens.forms import Forms
from textlens.sentences import sentence_ends
from textlens.spans import ENDS_SENTENCE, chunks
from textlens.words import find_words, word_spans

WordSpans = Callable[[str], Iterable[tuple[int, int]]]

_AT_ONCE = 1 << 17
# Places are int32, and count what is read together with an article: about a chunk, and a line break for each text.
LONGEST_ARTICLE = 2_000_000_000


@dataclass(frozen=True)
class Tokens:
    """The words of a corpus as integer codes with offsets: 8 bytes a word, however long it is.

    Attributes
    ----------
    codes : int32 array, one per word
        Index into ``vocabulary``.
    starts : int32 array, one per word
        Character offset in the untouched text of the article.
    segment_borders : int64 array, one per segment and one more
        The first word of each row of ``segments``; then the number of words.
    sentence_borders : int32 array (int64 beyond 2**31 words), one per sentence and one more
        The first word of each sentence; then the number of words. Sentences end with their segment.
    vocabulary : array of str
        Surface forms as written, sorted.
    segments : DataFrame
        The counted segments of the corpus with their number in ``segment``, without their text.
    corpus : Corpus
    steps : tuple of str
    """

    codes: np.ndarray
    starts: np.ndarray
    segment_borders: np.ndarray
    sentence_borders: np.ndarray
    vocabulary: np.ndarray
    segments: pd.DataFrame
    corpus: Corpus
    steps: tuple[str, ...]

    @property
    def ends(self) -> np.ndarray:
        """Character offset in the article where each word ends (int32); computed anew at each call."""
        lengths = np.fromiter(map(len, self.vocabulary), dtype=np.int32, count=len(self.vocabulary))
        ends: np.ndarray = self.starts + lengths[self.codes]
        return ends

    @property
    def rows(self) -> np.ndarray:
        """The row of ``segments`` that each word stands in (int32); computed anew at each call."""
        return _numbered(self.segment_borders)

    def rows_of(self, words: np.ndarray) -> np.ndarray:
        """The row of ``segments`` that each of these words, given by their numbers, stands in."""
        rows: np.ndarray = np.searchsorted(self.segment_borders, words, side="right") - 1
        return rows

    @property
    def sentences(self) -> np.ndarray:
        """The number of the sentence that each word stands in (int32); computed anew at each call."""
        return _numbered(self.sentence_borders)

    def __repr__(self) -> str:
        words, forms = plural(len(self.codes), "word"), plural(len(self.vocabulary), "form")
        return f"Tokens: {words}, {forms}, {plural(len(self.segments), 'segment')}"


def tokenize(
    corpus: Corpus,
    *,
    roles: tuple[str, ...] = COUNTED_ROLES,
    words: WordSpans = word_spans,
) -> Tokens:
    """Find the words of a corpus.

    Parameters
    ----------
    corpus : Corpus
    roles : tuple of str
        The roles whose words are counted; by default title, heading and body.
    words : callable
        From a text to the spans (start, end) of its words; pass your own for a language that is not
        written with spaces.

    Returns
    -------
    Tokens

    Raises
    ------
    ValueError
        No role, an unknown role, or a callable that gives no pairs, or spans that leave the text, overlap or are
        empty.
    TypeError
        What is given is no Corpus, or ``words`` is no callable.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> corpus = tl.corpus_from_frame(pd.DataFrame({"text": ["a b c c"], "source": ["A"]}))
    >>> tl.tokenize(corpus)
    Tokens: 4 words, 3 forms, 1 segment
    """
    expect(corpus, Corpus, "corpus", "tl.read_corpus")
    if not callable(words):
        raise TypeError(f"words must be a function from a text to the spans of its words, not {words!r}")
    expect_list(roles, "roles")
    if not roles:
        raise ValueError(f"roles is empty; it must hold one or more of {', '.join(ROLES)}")
    wrong = [role for role in roles if role not in ROLES]
    if wrong:
        raise ValueError(f"unknown role {wrong[0]!r}; one of {', '.join(ROLES)}")
    segments = corpus.segments[corpus.segments["role"].isin(list(roles))]
    if len(segments) and segments["end"].max() > LONGEST_ARTICLE:
        article = segments["article"].iloc[int(segments["end"].argmax())]
        raise ValueError(f"article {article!r} has more than {LONGEST_ARTICLE:,} characters; cut it into parts")
    lengths = (segments["end"] - segments["start"]).to_numpy()
    texts, offsets = segments["text"], segments["start"].to_numpy()
    found = _Found(None if words is word_spans else words, int(lengths.sum()) + len(lengths))
    for first, end in chunks(lengths):
        found.read(texts.iloc[first:end].tolist(), lengths[first:end], offsets[first:end])
    vocabulary, rank = _sorted(found.forms.texts())
    how = "" if words is word_spans else ", words by the caller's function"
    return Tokens(
        _ranked(found.codes[: found.n], rank),
        found.starts[: found.n],
        borders_of(*found.per_segment),
        # There are many sentences, and 2**31 words are rare.
        borders_of(*found.per_sentence).astype(np.int32 if found.n < 2**31 else np.int64),
        vocabulary,
        segments.drop(columns=["text", "rule"]).reset_index(names="segment"),
        corpus,
        (*corpus.steps, f"counted roles: {', '.join(roles)}{how}"),
    )


class _Found:
    """The words of the texts read so far."""

    def __init__(self, words: WordSpans | None, total: int) -> None:
        self.words, self.total, self.n = words, total, 0
        # By our rules something stands between two words of one letter. What is never written to takes no memory.
        room = total // 2 + 1 if words is None else total
        self.codes, self.starts = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
        self.per_segment: list[np.ndarray] = []
        self.per_sentence: list[np.ndarray] = []
        self.forms = Forms()

    def read(self, texts: list[str], lengths: np.ndarray, offsets: np.ndarray) -> None:
        """Find the words of some texts of these lengths, of which each begins at its offset in its article."""
        # A line break ends each text, as the rules of words ask; what follows the last is room for reading ahead.
        points = code_points("\n".join(texts) + "\n" * 9)
        borders = borders_of(lengths + 1)
        if len(points) - 8 != borders[-1]:
            raise ValueError("the offsets of a segment do not span its text")
        kinds, marks = kinds_and_marks(points, ENDS_SENTENCE, steps=self.total)
        if self.words is None:
            starts, ends = find_words(kinds, steps=self.total)
        else:
            starts, ends = self._spans(texts, borders)
        codes, places = (array[self.n : self.n + len(starts)] for array in (self.codes, self.starts))
        self.n += len(starts)
        self.forms.code(points, starts, ends, codes, steps=self.total)
        sentences, _ = sentence_ends(points, kinds, borders, steps=self.total, among=marks)
        self.per_segment.append(np.diff(_words_before(starts, borders)))
        self.per_sentence.append(np.diff(_words_before(starts, sentences), prepend=0))
        np.add(starts, np.repeat((offsets - borders[:-1]).astype(np.int32), self.per_segment[-1]), out=places)

    def _spans(self, texts: list[str], borders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The words that the caller's function finds."""
        spans = [
            (border + start, border + end)
            for border, text in zip(borders[:-1].tolist(), texts, strict=True)
            for start, end in _checked(self.words(text), text)  # type: ignore[misc]
        ]
        starts, ends = np.array(spans, dtype=np.int32).reshape(-1, 2).T
        return starts, ends


def _words_before(starts: np.ndarray, places: np.ndarray) -> np.ndarray:
    """How many words start before each of these places."""
    # Of one type, so that the starts need not be copied.
    return np.searchsorted(starts, places.astype(starts.dtype))


def _sorted(forms: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """The forms sorted, and the place of each among them."""
    order = np.array(sorted(range(len(forms)), key=forms.__getitem__), dtype=np.int64)
    rank = np.empty(len(forms), dtype=np.int32)
    rank[order] = np.arange(len(forms), dtype=np.int32)
    return np.array(forms, dtype=object)[order], rank


def _ranked(codes: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """The codes in the order of the vocabulary, written over what is given."""
    for start in range(0, len(codes), _AT_ONCE):
        codes[start : start + _AT_ONCE] = rank[codes[start : start + _AT_ONCE]]
    return codes


def borders_of(*sizes: npt.ArrayLike) -> np.ndarray:
    """Where each of these many begins, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(np.concatenate([np.empty(0, dtype=np.int64), *sizes]), dtype=np.int64)])


def _numbered(borders: np.ndarray) -> np.ndarray:
    """For each word the number of the part that it is in."""
    return np.repeat(np.arange(len(borders) - 1, dtype=np.int32), np.diff(borders))


def _checked(spans: Iterable[tuple[int, int]], text: str) -> Iterable[tuple[int, int]]:
    last = 0
    if not isinstance(spans, Iterable):
        raise ValueError(f"words: the function must give pairs (start, end) of whole numbers, not {spans!r}")
    for span in spans:
        try:
            start, end = map(operator.index, span)
        except (TypeError, ValueError):
            raise ValueError(
                f"words: the function must give pairs (start, end) of whole numbers, not {span!r}"
            ) from None
        if not last <= start < end <= len(text):
            raise ValueError(f"words: the span ({start}, {end}) is empty, overlaps or leaves the text")
        last = end
        yield start, end
