"""Texts -> numbers that a classifier of frames learns from: stems, codebook hits, and cues of style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, diags_array

from textlens.codebook import Codebook
from textlens.counting import count_terms
from textlens.counts import Counts
from textlens.dictionary import find_indicators
from textlens.grouping import Floats
from textlens.reading import corpus_from_frame
from textlens.tokens import Tokens, tokenize

MEASURES = ("rate", "hits", "indicators")
_WORDS = {
    "I": "i me my mine myself",
    "we": "we us our ours ourselves",
    "you": "you your yours yourself",
    "she": "she her hers herself",
    "he": "he him his himself",
    "says": "say says said saying tell tells told",
    "must": "should must need needs ought",
    "not": "not no never but however",
}
_SIGNS = {"money": "$£€", "percent": "%", "question": "?", "exclamation": "!"}
CUES = (*_WORDS, *_SIGNS, "numbers", "quoted", "words")


@dataclass(frozen=True)
class Described:
    """What is known of some texts: a row for each.

    Attributes
    ----------
    stems : csr_array, texts x stems
        How often each stands there.
    terms : array of str
        The stems.
    hits : array, texts x frames x 3
        Of each frame of the codebooks: square root of the hits per 1,000 words; logarithm of 1 + hits, and of 1 +
        different indicators that are hit.
    cues : array, texts x 15
        Square roots of rates per 1,000 words, in the order of ``CUES``; the share of words in quotations; logarithm of
        the number of words.
    """

    stems: csr_array
    terms: np.ndarray
    hits: Floats
    cues: Floats


def describe_texts(texts: Sequence[str], codebooks: Sequence[Codebook]) -> Described:
    """Read texts, one after the other; blank ones are a ``ValueError``."""
    frame = pd.DataFrame({"text": pd.Series(list(texts), dtype=object), "source": "all"})
    tokens = tokenize(corpus_from_frame(frame))
    counts = _by_text(count_terms(tokens, stem=True), len(frame))
    n_words = np.asarray(_by_text_words(tokens, len(frame)), dtype=float)
    hits = [_hits(tokens, codebook, n_words) for codebook in codebooks]
    none = np.empty((len(frame), 0, len(MEASURES)))
    return Described(*counts, np.concatenate([none, *hits], axis=1), _cues(texts, tokens, n_words))


def _rows(tokens_or_counts: Tokens | Counts) -> np.ndarray:
    # Texts are numbered from 1, which is their id.
    rows: np.ndarray = tokens_or_counts.segments["article"].to_numpy().astype(np.int64) - 1
    return rows


def _by_text(counts: Counts, n: int) -> tuple[csr_array, np.ndarray]:
    rows = _rows(counts)
    ones = np.ones(len(rows), dtype=np.int32)
    return csr_array((ones, (rows, np.arange(len(rows)))), shape=(n, len(rows))) @ counts.matrix, counts.terms


def _by_text_words(tokens: Tokens, n: int) -> np.ndarray:
    return np.bincount(_rows(tokens), np.diff(tokens.segment_borders), minlength=n)


def _hits(tokens: Tokens, codebook: Codebook, n_words: Floats) -> Floats:
    names = pd.Index(codebook.frames["frame"])
    hits = find_indicators(tokens, codebook)
    hits = hits[hits["frame"].isin(names)]
    row, column = hits["article"].to_numpy().astype(np.int64) - 1, names.get_indexer(hits["frame"])
    shape = (len(n_words), len(names))
    place = row * len(names) + column
    n = np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape)
    once = pd.DataFrame({"place": place, "indicator": hits["indicator"].to_numpy()}).drop_duplicates()
    different = np.bincount(once["place"], minlength=shape[0] * shape[1]).reshape(shape)
    rate = np.sqrt(1000 * n / np.maximum(n_words, 1)[:, None])
    return np.stack([rate, np.log1p(n), np.log1p(different)], axis=2)


def _cues(texts: Sequence[str], tokens: Tokens, n_words: Floats) -> Floats:
    matrix, terms = _by_text(count_terms(tokens), len(n_words))
    place = {term: column for column, term in enumerate(terms.tolist())}
    columns = []
    for words in _WORDS.values():
        chosen = [place[word] for word in words.split() if word in place]
        columns.append(np.asarray(matrix[:, chosen].sum(axis=1), dtype=float))
    columns += [np.array([sum(map(text.count, signs)) for text in texts], dtype=float) for signs in _SIGNS.values()]
    numbers = [column for term, column in place.items() if term[0].isdigit()]
    columns.append(np.asarray(matrix[:, numbers].sum(axis=1), dtype=float))
    rates = np.sqrt(1000 * np.column_stack(columns) / np.maximum(n_words, 1)[:, None])
    quoted = (tokens.segments["voice"] == "quoted").to_numpy()
    in_quotes = np.bincount(_rows(tokens), np.diff(tokens.segment_borders) * quoted, minlength=len(n_words))
    return np.column_stack([rates, in_quotes / np.maximum(n_words, 1), np.log1p(n_words)])


def weighted(stems: csr_array, idf: Floats) -> csr_array:
    """Rows of length 1: 1 + log of each count, times the weight of its stem (Salton & Buckley 1988)."""
    matrix = stems.astype(float)
    matrix.data = (1 + np.log(matrix.data)) * idf[matrix.indices]
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)))
    return csr_array(diags_array(1 / np.where(length > 0, length, 1)) @ matrix)


def aligned(described: Described, terms: np.ndarray) -> csr_array:
    """The counts of these stems, in their order; others are left out."""
    place = pd.Index(terms).get_indexer(pd.Index(described.terms))
    kept = np.flatnonzero(place >= 0)
    into = csr_array((np.ones(len(kept)), (kept, place[kept])), shape=(len(place), len(terms)))
    return csr_array(described.stems @ into)
