"""Tokens -> Counts: single words, phrases and runs of words, under the terms that the vocabulary maps them to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import overload

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.corpus import expect, expect_list, expect_number, plural
from textlens.counts import Counts
from textlens.matching import find_patterns
from textlens.tokens import Tokens
from textlens.vocabulary import term_map


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
    mapping = term_map(tokens.vocabulary, case=case, spelling=spelling, stem=stem)
    if ngrams == 1:
        counts = merge_terms(count_surface_forms(tokens), mapping)
    else:
        counts = _count_ngrams(tokens, mapping, ngrams)
    if phrases is None:
        return counts
    return counts, count_phrases(tokens, phrases)


def count_surface_forms(tokens: Tokens) -> Counts:
    """Count the forms as they are written, case and spelling untouched."""
    return _counts_of(tokens, tokens.rows, tokens.codes, tokens.vocabulary)


def _counts_of(tokens: Tokens, rows: np.ndarray, columns: np.ndarray, terms: np.ndarray, *steps: str) -> Counts:
    """Occurrences at these rows and columns as Counts of the tokens' segments, with all their words."""
    n_words = np.bincount(tokens.rows, minlength=len(tokens.segments)).astype(np.int64)
    segments = tokens.segments.drop(columns=["start", "end"])
    matrix = _tally(rows, columns, (len(segments), len(terms)))
    return Counts(matrix, n_words, terms, segments, tokens.corpus.articles, (*tokens.steps, *steps))


def merge_terms(counts: Counts, mapping: pd.DataFrame) -> Counts:
    """Counts of surface forms -> counts of terms, by a table with ``surface`` and ``term``.

    A form that the table lacks is a ``ValueError``.
    """
    term_of = dict(zip(mapping["surface"], mapping["term"], strict=True))
    missing = [surface for surface in counts.terms if surface not in term_of]
    if missing:
        raise ValueError(f"the table gives no term for the form {missing[0]!r}")
    mapped = np.array([term_of[surface] for surface in counts.terms], dtype=object)
    terms = np.array(sorted(set(mapped)), dtype=object)
    position = {term: index for index, term in enumerate(terms)}
    columns = np.array([position[term] for term in mapped], dtype=np.int32)
    entries = counts.matrix.tocoo()
    rows, forms = entries.coords
    matrix = _tally(rows, columns[forms], (len(counts.segments), len(terms)), entries.data)
    changed = int((mapping["surface"] != mapping["term"]).sum())
    step = f"{plural(len(counts.terms), 'form')} merged to {plural(len(terms), 'term')}, {changed:,} changed"
    return replace(counts, matrix=matrix, terms=terms, steps=(*counts.steps, step))


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
    rows, columns = tokens.rows[found["first"]], found["pattern"].to_numpy()
    return _counts_of(tokens, rows, columns, names, f"{plural(len(names), 'phrase')} counted")


def _count_ngrams(tokens: Tokens, mapping: pd.DataFrame, n: int) -> Counts:
    terms = mapping["term"].to_numpy(dtype=object)[tokens.codes]
    starts = np.arange(max(0, len(terms) - n + 1))
    starts = starts[tokens.sentences[starts] == tokens.sentences[starts + n - 1]]
    grams = [" ".join(terms[start : start + n]) for start in starts]
    names = np.array(sorted(set(grams)), dtype=object)
    position = {gram: index for index, gram in enumerate(names)}
    columns = np.array([position[gram] for gram in grams], dtype=np.int32)
    return _counts_of(tokens, tokens.rows[starts], columns, names, f"{n}-grams of terms")


def _tally(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int], n: np.ndarray | None = None) -> csr_array:
    data = np.ones(len(rows), dtype=np.int32) if n is None else n
    matrix = csr_array((data, (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    return matrix
