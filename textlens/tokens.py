"""The one place that decides what a word is: Corpus -> Tokens.

A word is a run of letters, digits and combining marks, joined inside by hyphens and apostrophes: *pro-active*,
*Vietnam's*, *don't*. *U.N.* and *e.g.* are one word, so is *ADMM+* (also written *ADMM +*); numbers keep their
separators, the per cent sign and letters written to them: *1,100*, *3%*, *1,000th*; two numbers of which the second
has a separator are not joined by a hyphen (*6-6.5%*). A dash separates words.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import regex

from textlens.corpus import COUNTED_ROLES, ROLES, Corpus, expect, expect_list, plural
from textlens.sentences import sentence_spans

WordSpans = Callable[[str], Iterable[tuple[int, int]]]

# No alternative may be tried again inside a run that it has failed on: one huge line must stay linear.
_WORD = regex.compile(
    r"""
      (?<!(?<![\p{L}\p{M}\p{N}])\p{L}\.)
      (?:\p{L}\.){2,}+(?:['\u2019\u02BC][sS])?(?![\p{L}\p{N}])          # U.N.  e.g.  U.N.'s
    | \p{Lu}{2,}\ ?\+(?:['\u2019\u02BC][sS])?(?!\ ?[\p{L}\p{N}])       # ADMM+  ADMM +
    | \p{N}++(?:[.,]\p{N}++)++[\p{L}\p{M}\p{N}]*+(?:(?<=\p{N})%)?      # 1,100  3.5%  1,000th
    | [\p{L}\p{N}][\p{L}\p{M}\p{N}]*+
      (?:[-\u2010\u2011'\u2019\u02BC\u00AD](?!(?<=\p{N}.)\p{N}++[.,]\p{N})  # 6-6.5 is two numbers
      [\p{L}\p{N}][\p{L}\p{M}\p{N}]*+)*+   # pro-active, Vietnam's
      (?:(?<=\p{N})%|(?<=\p{L})\+{1,2}(?![\p{L}\p{N}]))?    # 3%  C++
    """,
    regex.VERBOSE,
)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each word of a text, as character offsets.

    Examples
    --------
    >>> text = "The U.N.'s ADMM+ took Viet Nam’s “four no's” in 2025–2030: 3% of 1,100."
    >>> [text[a:b] for a, b in word_spans(text)][:8]
    ['The', "U.N.'s", 'ADMM+', 'took', 'Viet', 'Nam’s', 'four', "no's"]
    """
    return [match.span() for match in _WORD.finditer(text)]


@dataclass(frozen=True)
class Tokens:
    """The words of a corpus as integer codes with offsets; numpy arrays of one entry per word.

    Attributes
    ----------
    codes : int32 array
        Index into ``vocabulary``.
    starts, ends : int64 array
        Character offsets in the untouched text of the article.
    rows : int32 array
        The row of ``segments`` that the word stands in.
    sentences : int32 array
        A number per sentence; sentences end with their segment.
    vocabulary : array of str
        Surface forms as written, sorted.
    segments : DataFrame
        The counted segments of the corpus with their number in ``segment``, without their text.
    corpus : Corpus
    steps : tuple of str
    """

    codes: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    rows: np.ndarray
    sentences: np.ndarray
    vocabulary: np.ndarray
    segments: pd.DataFrame
    corpus: Corpus
    steps: tuple[str, ...]

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
    forms: dict[str, int] = {}
    columns: list[list[int]] = [[], [], [], [], []]
    codes, starts, ends, rows, sentences = columns
    n_sentences = 0
    for row, (text, offset) in enumerate(zip(segments["text"], segments["start"], strict=True)):
        borders = [end for _, end in sentence_spans(text)] or [len(text)]
        current = 0
        for start, end in _checked(words(text), text):
            while current < len(borders) - 1 and start >= borders[current]:
                current += 1
            codes.append(forms.setdefault(text[start:end], len(forms)))
            starts.append(offset + start)
            ends.append(offset + end)
            rows.append(row)
            sentences.append(n_sentences + current)
        n_sentences += len(borders)
    vocabulary = np.array(sorted(forms), dtype=object)
    rank = np.empty(len(forms), dtype=np.int32)
    rank[[forms[form] for form in vocabulary]] = np.arange(len(forms), dtype=np.int32)
    numbered = segments.drop(columns=["text", "rule"]).reset_index(names="segment")
    how = "" if words is word_spans else ", words by the caller's function"
    return Tokens(
        rank[np.array(codes, dtype=np.int32)],
        np.array(starts, dtype=np.int64),
        np.array(ends, dtype=np.int64),
        np.array(rows, dtype=np.int32),
        np.array(sentences, dtype=np.int32),
        vocabulary,
        numbered,
        corpus,
        (*corpus.steps, f"counted roles: {', '.join(roles)}{how}"),
    )


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
