"""Topics: words that vary together over passages (NMF), and their shares by source. A topic is not a frame."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.comparison import compare_units, warn_if_small
from textlens.corpus import SmallCorpusWarning, expect, expect_number
from textlens.counts import Counts
from textlens.grouping import holders
from textlens.units import gather_units
from textlens.vocabulary import function_words

FEW_ARTICLES = 30
MOST_TOPICS = 8
_DIGITS = 6


@dataclass(frozen=True)
class Topics:
    """A fitted topic model.

    Attributes
    ----------
    terms : DataFrame
        ``topic`` (1, 2, ...), ``rank``, ``term``, ``weight`` (share of the topic's weight), the heaviest 25 terms of
        each.
    shares : DataFrame
        One row per passage: ``article``, ``passage``, ``n_words``, and a column ``topic 1`` ... with its share; the
        shares of a passage add up to 1, or are 0 where it holds no term of any topic.
    labels : dict of int to str
        The three heaviest terms of each topic.
    articles : DataFrame
        Of the corpus, for comparing by their columns.
    steps : tuple of str
    """

    terms: pd.DataFrame
    shares: pd.DataFrame
    labels: dict[int, str]
    articles: pd.DataFrame
    steps: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Topics: {len(self.labels)} over {len(self.shares)} passages"


def fit_topics(counts: Counts, k: int, *, min_articles: int = 2) -> Topics:
    """Fit k topics to the passages of a corpus by non-negative matrix factorisation of tf-idf.

    The start is NNDSVD, so that the answer is the same each time; weights are rounded before they are ranked.
    Function words and terms in fewer than ``min_articles`` articles are left out of the topics.

    Parameters
    ----------
    counts : Counts
        Where its rows are whole articles, these are the passages.
    k : int
        The number of topics; with fewer than 30 articles at most 8.
    min_articles : int

    Returns
    -------
    Topics

    Raises
    ------
    ValueError
        ``k`` is no whole number of 2 or more, or more topics than the passages, the terms or the number of articles
        allow.
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
    Topics: 3 over 91 passages
    """
    expect(counts, Counts, "counts", "tl.count_terms")
    expect_number(k, "k", least=2, whole=True)
    passages, names = _passages(counts, min_articles)
    n_articles = passages.segments["article"].nunique()
    if n_articles < FEW_ARTICLES:
        warnings.warn(
            f"topics over the passages of {n_articles} articles are exploratory: passages of one article resemble "
            "each other whatever their topic",
            SmallCorpusWarning,
            stacklevel=2,
        )
    most = _most(passages)
    if not 2 <= k <= most:
        allowed = f"allow 2 to {most}" if most >= 2 else "are too few for topics"
        raise ValueError(f"k = {k} topics; these passages {allowed}")
    weights, loadings = _factorise(passages.matrix.astype(float), k)
    # Where passages repeat each other the later topics come out empty; they are no topics.
    k = len(loadings)
    terms = _heaviest(loadings, names)
    labels = {topic: ", ".join(terms.loc[terms["topic"] == topic, "term"].head(3)) for topic in range(1, k + 1)}
    shares = passages.segments.copy()
    shares["n_words"] = passages.n_words
    for topic in range(k):
        shares[f"topic {topic + 1}"] = weights[:, topic]
    step = f"{k} topics by NMF of tf-idf over {len(shares)} passages and {len(names)} terms"
    return Topics(terms, shares, labels, counts.articles, (*counts.steps, step))


def most_topics(counts: Counts, *, min_articles: int = 2) -> int:
    """How many topics :func:`fit_topics` would fit at most: as many as passages or terms, 8 below 30 articles.

    Examples
    --------
    >>> import textlens as tl
    >>> tl.most_topics(tl.count_terms(tl.tokenize(tl.load_demo())))
    8
    """
    expect(counts, Counts, "counts", "tl.count_terms")
    return _most(_passages(counts, min_articles)[0])


def _most(passages: Counts) -> int:
    most = min(passages.matrix.shape)
    return min(most, MOST_TOPICS) if passages.segments["article"].nunique() < FEW_ARTICLES else most


def _passages(counts: Counts, min_articles: int) -> tuple[Counts, np.ndarray]:
    """Counts per passage of the terms that may make a topic, and these terms."""
    expect_number(min_articles, "min_articles")
    if "passage" not in counts.segments:
        # Rows that are whole articles, as of large studies, are one passage each.
        counts = replace(counts, segments=counts.segments.assign(passage=1))
    passages = counts.by(["article", "passage"])
    content = [term not in function_words() and any(map(str.isalpha, term)) for term in counts.terms]
    spread = holders(counts.by("article").matrix) >= min_articles
    chosen = np.flatnonzero(np.array(content, dtype=bool) & spread)
    names = counts.terms[chosen]
    return replace(passages, matrix=csr_array(passages.matrix[:, chosen]), terms=names), names


def _factorise(matrix: csr_array, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Shares of the topics in each row, and shares of the terms in each topic, heaviest topic first."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfTransformer
    from threadpoolctl import threadpool_limits

    # One thread, because the order of additions would depend on their number.
    with threadpool_limits(limits=1):
        tf_idf = TfidfTransformer().fit_transform(matrix)
        model = NMF(k, init="nndsvd", tol=1e-6, max_iter=5000, random_state=0)
        weights = model.fit_transform(tf_idf)
    loadings = model.components_
    size = loadings.sum(axis=1)
    weights = weights * size
    loadings = loadings / np.where(size > 0, size, 1)[:, None]
    whole = weights.sum(axis=1, keepdims=True)
    weights = np.round(weights / np.where(whole > 0, whole, 1), _DIGITS)
    loadings = np.round(loadings, _DIGITS)
    order = np.lexsort((np.arange(k), -np.round(weights.sum(axis=0), 3)))
    order = order[loadings[order].sum(axis=1) > 0]
    return weights[:, order], loadings[order]


def _heaviest(loadings: np.ndarray, names: np.ndarray) -> pd.DataFrame:
    tables = []
    for topic, weights in enumerate(loadings, start=1):
        # Ties go by term, so that no order of memory shows.
        order = np.lexsort((names.astype(str), -weights))[:25]
        order = order[weights[order] > 0]
        ranks = np.arange(1, len(order) + 1)
        tables.append(pd.DataFrame({"topic": topic, "rank": ranks, "term": names[order], "weight": weights[order]}))
    table = pd.concat(tables, ignore_index=True)
    table["term"] = table["term"].astype("str")
    return table


def compare_topics(
    topics: Topics,
    *,
    by: str | Sequence[str] = "source",
    against: str | None = None,
    unit: str = "article",
    block: str | Sequence[str] | None = None,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Compare groups of articles by the words that passages give to each topic.

    A passage's words are divided among the topics by its shares. The uncertainty of the fit itself is not in the
    interval: it is that of the articles, given these topics.

    Parameters
    ----------
    topics : Topics
    by, against, unit, block, rng
        As in :func:`textlens.compare_terms`.

    Returns
    -------
    DataFrame
        The columns of :func:`textlens.compare_terms`, but of word lists, with ``topic`` for ``term`` (counts are
        words), ``label``, and ``share`` and ``share_against`` of the side's words.

    Warns
    -----
    SmallCorpusWarning
        The articles are so few that no difference could be supported.

    Examples
    --------
    >>> import textlens as tl
    >>> topics = tl.fit_topics(tl.count_terms(tl.tokenize(tl.load_demo())), 3)
    >>> table = tl.compare_topics(topics, against="Harbour Post")
    >>> table.loc[table["group"] == "Upland Courier", "share"].sum().round(2)
    np.float64(1.0)
    """
    expect(topics, Topics, "topics", "tl.fit_topics")
    columns = [f"topic {topic}" for topic in topics.labels]
    words = topics.shares[columns].to_numpy() * topics.shares["n_words"].to_numpy()[:, None]
    spread = Counts(
        csr_array(words),
        topics.shares["n_words"].to_numpy(),
        np.array(columns, dtype=object),
        topics.shares[["article", "passage"]],
        topics.articles,
        topics.steps,
    )
    units = gather_units(spread, by, unit, block)
    table = compare_units(units, columns, "topic", against=against, rng=rng)
    table["topic"] = table["topic"].str.removeprefix("topic ").astype(int)
    table.insert(3, "label", table["topic"].map(topics.labels))
    table.insert(4, "share", table["rate"] / 1000)
    table.insert(5, "share_against", table["rate_against"] / 1000)
    warn_if_small(table)
    return table.sort_values(["group", "topic"], ignore_index=True)
