"""Counts -> Topics."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from textlens.corpus import SmallCorpusWarning, expect, expect_number
from textlens.counts import Counts
from textlens.factorising import METHODS, find_loadings, word_shares
from textlens.grouping import holders
from textlens.topics import FEW_ARTICLES, Topics, by_passage
from textlens.vocabulary import function_words, is_acronym

MOST_TOPICS = 8


def fit_topics(
    counts: Counts, k: int, *, method: str = "nmf", min_articles: int = 2, rng: np.random.Generator | None = None
) -> Topics:
    """Fit k topics to the passages of a corpus.

    NMF factorises tf-idf weights from the NNDSVD start (Boutsidis & Gallopoulos 2008, doi
    10.1016/j.patcog.2007.09.010), so that the answer is the same each time; from 100,000 passages on with half
    the digits and ten rounds. LDA (Blei, Ng & Jordan 2003) starts at random. One thread does it, and weights are
    rounded before they are ranked. Function words, numbers, phrases of nothing else, and terms in fewer than
    ``min_articles`` articles are left out. Whether the topics mean anything is another question: see
    :func:`textlens.measure_stability`.

    Parameters
    ----------
    counts : Counts
        Where its rows are whole articles, these are the passages.
    k : int
        The number of topics; with fewer than 30 articles at most 8. See :func:`textlens.choose_topics`.
    method : str
        ``"nmf"`` or ``"lda"``.
    min_articles : int
    rng : numpy.random.Generator, optional
        For LDA; by default one that starts from 0, so that the same call gives the same answer.

    Returns
    -------
    Topics
        The topic that takes the most words is topic 1. There may be fewer than k: where passages repeat one another the
        last ones come out empty.

    Raises
    ------
    ValueError
        ``k`` is no whole number of 2 or more, or more topics than the passages, the terms or the number of articles
        allow; another method.
    TypeError
        What is given is no Counts.

    Warns
    -----
    SmallCorpusWarning
        Fewer than 30 articles: the topics are exploratory.

    Examples
    --------
    >>> import textlens as tl
    >>> topics = tl.fit_topics(tl.count_terms(tl.tokenize(tl.load_demo())), 3)
    >>> topics
    Topics: 3 over 91 passages (stability not measured)
    """
    expect(counts, Counts, "counts", "tl.count_terms")
    expect_number(k, "k", least=2, whole=True)
    if method not in METHODS:
        raise ValueError(f"method must be 'nmf' or 'lda', not {method!r}")
    passages = _candidates(counts, min_articles)
    _check_size(passages, k)
    rng = generator(rng)
    loadings, idf = find_loadings(passages.matrix, k, method, rng)
    weights = word_shares(passages.matrix, loadings, idf, method)
    # The order of two topics must not hang on the last digits of their sums.
    order = np.argsort(-np.round(passages.n_words @ weights, 1), kind="stable")
    how = "LDA" if method == "lda" else "NMF of tf-idf"
    step = f"{len(loadings)} topics by {how} over {len(weights)} passages and {len(passages.terms)} terms"
    return Topics(passages, loadings[order], idf, weights[:, order], method, (*counts.steps, step))


def most_topics(counts: Counts, *, min_articles: int = 2) -> int:
    """How many topics :func:`fit_topics` would fit at most: as many as passages or terms, 8 below 30 articles.

    Examples
    --------
    >>> import textlens as tl
    >>> tl.most_topics(tl.count_terms(tl.tokenize(tl.load_demo())))
    8
    """
    expect(counts, Counts, "counts", "tl.count_terms")
    return _most(_candidates(counts, min_articles))


def generator(rng: np.random.Generator | None) -> np.random.Generator:
    """``rng``, or one that starts from 0."""
    if rng is None:
        return np.random.default_rng(0)
    expect(rng, np.random.Generator, "rng", "np.random.default_rng")
    return rng


def _most(passages: Counts) -> int:
    most = min(passages.matrix.shape)
    return min(most, MOST_TOPICS) if passages.segments["article"].nunique() < FEW_ARTICLES else most


def _check_size(passages: Counts, k: int) -> None:
    n_articles = passages.segments["article"].nunique()
    if n_articles < FEW_ARTICLES:
        warnings.warn(
            f"topics over the passages of {n_articles} articles are exploratory: passages of one article resemble "
            "each other whatever their topic",
            SmallCorpusWarning,
            stacklevel=3,
        )
    most = _most(passages)
    if k > most:
        allowed = f"allow 2 to {most}" if most >= 2 else "are too few for topics"
        raise ValueError(f"k = {k} topics; these passages {allowed}")


def _candidates(counts: Counts, min_articles: int) -> Counts:
    """Counts per passage of the terms that may make a topic."""
    expect_number(min_articles, "min_articles")
    passages = by_passage(counts)
    content = [any(map(_tells, term.split(" "))) for term in counts.terms]
    spread = holders(counts.by("article").matrix) >= min_articles
    chosen = np.flatnonzero(np.array(content, dtype=bool) & spread)
    return replace(passages, matrix=csr_array(passages.matrix[:, chosen]), terms=counts.terms[chosen])


def _tells(word: str) -> bool:
    """Whether a word, or one of a phrase, is neither a function word, whatever its case, nor a number."""
    silent = word in function_words() or (word.lower() in function_words() and not is_acronym(word))
    return not silent and any(map(str.isalpha, word))
