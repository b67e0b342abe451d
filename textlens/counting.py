"""Tokens -> Counts: single words, phrases and runs of words, under the terms that the vocabulary maps them to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import overload

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.compiling import Loop
from textlens.corpus import expect, expect_list, expect_number, plural
from textlens.counts import Counts
from textlens.matching import find_patterns
from textlens.ngrams import find_runs
from textlens.tokens import Tokens
from textlens.vocabulary import mapped_terms

WORDS_AT_ONCE = 1 << 20


@overload
def count_terms(
    tokens: Tokens, *, case: bool = ..., spelling: bool = ..., stem: bool = ..., ngrams: int = ...
) -> Counts: ...
@overload
def count_terms(
    tokens: Tokens,
    *,
    phrases: Iterable[str],
    case: bool = ...,
    spelling: bool = ...,
    stem: bool = ...,
    ngrams: int = ...,
) -> tuple[Counts, Counts]: ...
def count_terms(
    tokens: Tokens,
    *,
    phrases: Iterable[str] | None = None,
    case: bool = True,
    spelling: bool = True,
    stem: bool = False,
    ngrams: int = 1,
) -> Counts | tuple[Counts, Counts]:
    """Count the terms of each segment.

    Parameters
    ----------
    tokens : Tokens
    phrases : iterable of str, optional
        Phrases to count as well, as ``"defense diplomacy"``; wildcards are allowed.
    case, spelling, stem : bool
        As in :func:`textlens.term_map`.
    ngrams : int
        1 counts terms, 2 pairs of neighbours within a sentence, and so on.

    Returns
    -------
    Counts, or (Counts, Counts) with ``phrases``
        The second has the phrases as terms, the same rows and the same denominators.

    Raises
    ------
    ValueError
        A phrase that is no valid pattern, or that holds a word that occurs nowhere; an option out of place.
    TypeError
        What is given is no Tokens.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> frame = pd.DataFrame({"text": ["Defence ties; defense ties."], "source": ["A"]})
    >>> counts = tl.count_terms(tl.tokenize(tl.corpus_from_frame(frame)))
    >>> dict(zip(counts.terms.tolist(), counts.matrix.toarray()[0].tolist()))
    {'defense': 2, 'ties': 2}
    """
    expect(tokens, Tokens, "tokens", "tl.tokenize")
    expect_number(ngrams, "ngrams", least=1, whole=True)
    term_of_form, terms = mapped_terms(tokens.vocabulary, case=case, spelling=spelling, stem=stem)
    if ngrams == 1:
        step = _merging(tokens.vocabulary, terms, terms[term_of_form])
        counts = _counts_of(tokens, _count_words(tokens, term_of_form, len(terms)), terms, step)
    else:
        counts = _count_ngrams(tokens, term_of_form, terms, ngrams)
    if phrases is None:
        return counts
    return counts, count_phrases(tokens, phrases)


def count_surface_forms(tokens: Tokens) -> Counts:
    """Count the forms as they are written, case and spelling untouched."""
    every = np.arange(len(tokens.vocabulary), dtype=np.int32)
    return _counts_of(tokens, _count_words(tokens, every, len(every)), tokens.vocabulary)


def _counts_of(tokens: Tokens, matrix: csr_array, terms: np.ndarray, *steps: str) -> Counts:
    """Counts of the tokens' segments, with all their words."""
    segments = tokens.segments.drop(columns=["start", "end"])
    n_words = np.diff(tokens.segment_borders)
    return Counts(matrix, n_words, terms, segments, tokens.corpus.articles, (*tokens.steps, *steps))


def _count_words(tokens: Tokens, term_of_form: np.ndarray, n_terms: int) -> csr_array:
    """How often each term stands in each segment; ``term_of_form`` gives the column of each form."""
    codes, borders = tokens.codes, tokens.segment_borders
    indptr = np.zeros(len(borders), dtype=np.int64)
    last_row = np.full(n_terms, -1, dtype=np.int64)
    _COUNT_DISTINCT(codes, borders, term_of_form, write=(last_row, indptr), steps=len(codes))
    np.cumsum(indptr, out=indptr)
    indices, data = np.empty(indptr[-1], dtype=np.int32), np.empty(indptr[-1], dtype=np.int32)
    for first, end in _parts(borders):
        most = int(borders[end] - borders[first])
        room = (np.zeros(n_terms + 1, np.int64), np.empty(most, np.int32), indptr[first:end].copy(), indices, data)
        _COUNT(codes, borders, term_of_form, first, end, write=room, steps=len(codes))
    return _canonical(data, indices, indptr, (len(borders) - 1, n_terms))


def _parts(borders: np.ndarray) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) of rows that are counted together, so that what that takes does not grow with all."""
    numbers = borders[:-1] // WORDS_AT_ONCE
    first = [*np.flatnonzero(np.diff(numbers, prepend=-1)).tolist(), len(numbers)]
    yield from zip(first, first[1:], strict=False)


def _count_distinct(
    codes: Sequence[int],
    borders: Sequence[int],
    term_of_form: Sequence[int],
    last_row: np.ndarray,
    indptr: np.ndarray,
) -> None:
    for row in range(len(borders) - 1):
        distinct = 0
        for word in range(borders[row], borders[row + 1]):
            term = term_of_form[codes[word]]
            distinct += last_row[term] != row
            last_row[term] = row
        indptr[row + 1] = distinct


def _count(
    codes: Sequence[int],
    borders: Sequence[int],
    term_of_form: Sequence[int],
    first: int,
    end: int,
    bucket: np.ndarray,
    rows: np.ndarray,
    free: np.ndarray,
    indices: np.ndarray,
    data: np.ndarray,
) -> None:
    """Rows ``first`` to ``end``: dealt to a bucket for each term, in turn, then counted bucket by bucket.

    So the terms of each row come out in order without being sorted.
    """
    for word in range(borders[first], borders[end]):
        bucket[term_of_form[codes[word]] + 1] += 1
    for term in range(1, len(bucket)):
        bucket[term] += bucket[term - 1]
    for row in range(first, end):
        for word in range(borders[row], borders[row + 1]):
            term = term_of_form[codes[word]]
            rows[bucket[term]] = row - first
            bucket[term] += 1
    word = 0
    for term in range(len(bucket) - 1):
        while word < bucket[term]:
            row, before = rows[word], word
            while word < bucket[term] and rows[word] == row:
                word += 1
            indices[free[row]], data[free[row]] = term, word - before
            free[row] += 1


_COUNT_DISTINCT, _COUNT = Loop(_count_distinct), Loop(_count)


def _canonical(data: np.ndarray, indices: np.ndarray, indptr: np.ndarray, shape: tuple[int, int]) -> csr_array:
    """A CSR array of sorted rows without repeats, which scipy need not look at again."""
    if indptr[-1] <= np.iinfo(np.int32).max:
        indptr = indptr.astype(np.int32)
    matrix = csr_array((data, indices, indptr), shape=shape)
    matrix.has_canonical_format = True
    return matrix


def merge_terms(counts: Counts, mapping: pd.DataFrame) -> Counts:
    """Counts of surface forms -> counts of terms, by a table with ``surface`` and ``term``.

    A form that the table lacks is a ``ValueError``.
    """
    place = pd.Index(mapping["surface"]).get_indexer(pd.Index(counts.terms))
    if (place < 0).any():
        raise ValueError(f"the table gives no term for the form {counts.terms[place < 0][0]!r}")
    merged = mapping["term"].to_numpy(dtype=object)[place]
    column, terms = pd.factorize(merged, sort=True)
    ones = np.ones(len(column), dtype=np.int32)
    matrix = counts.matrix @ csr_array((ones, (np.arange(len(column)), column)), shape=(len(column), len(terms)))
    matrix.sort_indices()
    return replace(counts, matrix=matrix, terms=terms, steps=(*counts.steps, _merging(counts.terms, terms, merged)))


def _merging(forms: np.ndarray, terms: np.ndarray, term_of_form: np.ndarray) -> str:
    changed = int((forms != term_of_form).sum())
    return f"{plural(len(forms), 'form')} merged to {plural(len(terms), 'term')}, {changed:,} changed"


def count_phrases(tokens: Tokens, phrases: Iterable[str]) -> Counts:
    """Count phrases as terms; rows and denominators as for single words.

    Parameters
    ----------
    tokens : Tokens
    phrases : iterable of str
        Wildcards are allowed: ``"flood gate*"``, ``"protect * nation"``.

    Returns
    -------
    Counts
        A phrase of known words that never meet has a column of zeros.

    Raises
    ------
    ValueError
        A phrase that is no valid pattern, or that holds a word that occurs nowhere.

    Examples
    --------
    >>> import textlens as tl
    >>> counts = tl.count_phrases(tl.tokenize(tl.load_demo()), ["tidal barrage"])
    >>> int(counts.matrix.sum()), counts.terms.tolist()
    (4, ['tidal barrage'])
    """
    expect(tokens, Tokens, "tokens", "tl.tokenize")
    expect_list(phrases, "phrases")
    names = np.array(sorted(set(phrases)), dtype=object)
    found = find_patterns(tokens, names.tolist(), must_occur=True)
    matrix = _tally(
        tokens.rows_of(found["first"].to_numpy()), found["pattern"].to_numpy(), (len(tokens.segments), len(names))
    )
    return _counts_of(tokens, matrix, names, f"{plural(len(names), 'phrase')} counted")


def _count_ngrams(tokens: Tokens, term_of_form: np.ndarray, terms: np.ndarray, n: int) -> Counts:
    codes = term_of_form[tokens.codes]
    first, run = find_runs(codes, tokens.sentence_borders, n)
    example = first[np.unique(run, return_index=True)[1]]
    grams = [" ".join(gram) for gram in terms[codes[example[:, None] + np.arange(n)]].tolist()]
    column, names = pd.factorize(np.array(grams, dtype=object), sort=True)
    matrix = _tally(tokens.rows_of(first), column[run], (len(tokens.segments), len(names)))
    return _counts_of(tokens, matrix, names, f"{n}-grams of terms")


def _tally(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> csr_array:
    matrix = csr_array((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    return matrix
