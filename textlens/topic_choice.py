"""How many topics: what each number gives, side by side. The choice stays with the reader."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.corpus import SmallCorpusWarning, expect_number
from textlens.counts import Counts
from textlens.factorising import find_loadings, word_shares
from textlens.grouping import Floats, Integers, column_sums
from textlens.topic_fit import fit_topics, generator
from textlens.topic_stability import (
    FEWEST_RESAMPLES,
    ROUNDS,
    Stability,
    null_draws,
    refitted,
    unit_codes,
    warn_of_few,
    with_stability,
)
from textlens.topics import STABLE, Topics

_FOLDS = 4
_SHUFFLES = 8
# What a topic model leaves to the corpus at large, so that no word of other articles is impossible.
_BACKGROUND = 0.1


def choose_topics(
    counts: Counts,
    ks: Sequence[int],
    *,
    method: str = "nmf",
    min_articles: int = 2,
    rng: np.random.Generator | None = None,
    unit: str = "article",
    resamples: int = FEWEST_RESAMPLES,
) -> pd.DataFrame:
    """Fit several numbers of topics and tell what speaks for each; nothing is chosen.

    Parameters
    ----------
    counts, method, min_articles
        As in :func:`textlens.fit_topics`.
    ks : sequence of int
        Numbers of topics, as ``range(2, 9)``.
    rng : numpy.random.Generator, optional
        Draws articles, shuffles and halves, the same for each number; by default one that starts from 0.
    unit : str
        As in :func:`textlens.measure_stability`.
    resamples : int
        20 or more, for each number.

    Returns
    -------
    DataFrame
        One row per number, in their order:

        - ``k``; ``npmi`` (coherence: mean over topics of how far their ten heaviest terms share passages) and
          ``diversity`` (share of different terms among the heaviest 25 of all); ``exclusivity``.
        - ``held_out``: bits per word that topics fitted to other articles save on half of an article's words when the
          other half is known, against the words' frequencies alone (document completion: Wallach et al. 2009, doi
          10.1145/1553374.1553515; four folds of articles). More topics than there are save no more.
        - ``stability``: mean over topics, with ``null`` that of shuffled counts and ``null_high``, what their best
          topic stays below (see :func:`textlens.measure_stability`); ``stable`` topics, those beyond it;
          ``of_one``, topics that one unit makes.
        - ``rank`` by what holds and helps together: the mean of the ranks by ``held_out`` and by ``stability`` less
          ``null``; 1 is best, ties share a rank. One view; others weigh coherence, or what can be read.

    Raises
    ------
    ValueError
        As :func:`textlens.fit_topics`; no numbers, or one twice.

    Examples
    --------
    >>> import textlens as tl
    >>> counts = tl.count_terms(tl.tokenize(tl.load_demo()))
    >>> table = tl.choose_topics(counts, [2, 3], rng=np.random.default_rng(1))
    >>> table[["k", "stable"]].values.tolist()
    [[2, 0], [3, 0]]
    """
    from tqdm import tqdm

    ks = list(np.atleast_1d(np.asarray(ks, dtype=object)))
    if not ks or len(set(map(str, ks))) < len(ks):
        raise ValueError(f"ks must be different numbers of topics, as [4, 6, 8], not {ks}")
    expect_number(resamples, "resamples", least=FEWEST_RESAMPLES, whole=True)
    # The same articles are drawn for each number, so that chance does not part them.
    seed = int(generator(rng).integers(2**63))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallCorpusWarning)
        fits = [
            fit_topics(counts, k, method=method, min_articles=min_articles, rng=np.random.default_rng(seed)) for k in ks
        ]
    units = unit_codes(fits[0], unit)
    warn_of_few(units, unit)
    rows = []
    for k, topics in zip(ks, tqdm(fits, desc="numbers of topics", delay=2, leave=False), strict=True):
        rows.append({"k": k} | _described(replace(topics, unit=unit), k, units, resamples, seed))
    table = pd.DataFrame(rows)
    beyond = (table["stability"] - table["null"]).round(6)
    ranks = (table["held_out"].rank(ascending=False), beyond.rank(ascending=False))
    table["rank"] = (ranks[0] + ranks[1]).rank(method="min").astype(int)
    return table


def _described(topics: Topics, k: int, units: Integers, resamples: int, seed: int) -> dict[str, float]:
    rngs = [np.random.default_rng([seed, part]) for part in range(3)]
    refits, alike = refitted(topics, units, rngs[0], resamples, bar=False)
    found = Stability(alike, null_draws(topics, units, rngs[1], _SHUFFLES, bar=False))
    measured = with_stability(refits, found)
    frame = measured.to_frame()
    return {
        "npmi": round(float(frame["npmi"].mean()), 6),
        "diversity": round(topics.diversity, 6),
        "exclusivity": round(float(frame["exclusivity"].mean()), 6),
        "held_out": round(_held_out(topics, k, units, rngs[2]), 6),
        "stability": round(float(alike.mean()), 6),
        "null": round(float(found.null.mean()), 6),
        "null_high": round(found.bound(), 6),
        "stable": int((frame["verdict"] == STABLE).sum()),
        "of_one": int((frame["verdict"] == topics.of_one).sum()),
    }


def _held_out(topics: Topics, k: int, units: Integers, rng: np.random.Generator) -> float:
    """Bits saved per word of articles that topics were not fitted to."""
    matrix = topics.counts.matrix
    article = pd.factorize(topics.counts.segments["article"])[0]
    n = int(units.max()) + 1
    fold = (rng.permutation(n) % min(_FOLDS, n))[units]
    # Of its own, because LDA draws from the other as often as it needs.
    coin = np.random.default_rng(rng.integers(2**63))
    saved = words = 0.0
    for held in range(int(fold.max()) + 1):
        rest, own = fold != held, np.flatnonzero(fold == held)
        loadings, idf = find_loadings(csr_array(matrix[np.flatnonzero(rest)]), k, topics.method, rng, rounds=ROUNDS)
        whole = _by_article(csr_array(matrix[own]), article[own])
        known, asked = _halves(whole, coin)
        gain, asked_words = _bits(known, asked, loadings, idf, topics.method, column_sums(matrix[np.flatnonzero(rest)]))
        saved, words = saved + gain, words + asked_words
    return saved / words if words else float("nan")


def _by_article(matrix: csr_array, article: Integers) -> csr_array:
    code = np.unique(article, return_inverse=True)[1]
    return csr_array(csr_array((np.ones(len(code), matrix.dtype), (code, np.arange(len(code))))) @ matrix)


def _halves(matrix: csr_array, rng: np.random.Generator) -> tuple[csr_array, csr_array]:
    """Each word goes to one half or the other, as a coin falls."""
    first = matrix.copy()
    first.data = rng.binomial(matrix.data, 0.5).astype(matrix.dtype)
    second = csr_array(matrix - first)
    for half in (first, second):
        half.eliminate_zeros()
    return first, second


def _bits(
    known: csr_array, asked: csr_array, loadings: Floats, idf: Floats, method: str, counted: Floats
) -> tuple[float, float]:
    words = loadings / idf
    chances = words / words.sum(axis=1, keepdims=True)
    background = (counted + 1) / (counted + 1).sum()
    shares = word_shares(known, loadings, idf, method)
    # An article without any topic's word is the corpus at large.
    left = 1 - (1 - _BACKGROUND) * shares.sum(axis=1)
    row = np.repeat(np.arange(asked.shape[0]), np.diff(asked.indptr))
    column = asked.indices
    mixed = (1 - _BACKGROUND) * np.einsum("ik,ki->i", shares[row], chances[:, column]) + left[row] * background[column]
    return float(asked.data @ np.log2(mixed / background[column])), float(asked.data.sum())
