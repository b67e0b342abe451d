"""Whether topics come back when other articles had been read, beside what shuffled counts give."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csc_array, csr_array

from textlens.coherence import LISTED, average_jaccard, heaviest, matched
from textlens.corpus import SmallCorpusWarning, expect, expect_number
from textlens.factorising import find_loadings, word_shares
from textlens.grouping import Floats, Integers
from textlens.topic_fit import generator
from textlens.topics import FEW_ARTICLES, Topics

FEWEST_RESAMPLES = 20
RESAMPLES = 25
# Stability of larger corpora is that of samples of so many articles.
MOST_ARTICLES = 1000
_NULLS = 10
_NULL_RESAMPLES = 10
_LEVEL = 0.99
# Refits, of counts as they are and of shuffled ones, need not settle every digit.
ROUNDS = 50


@dataclass(frozen=True)
class Stability:
    """How alike the topics of resampled articles are to those of all.

    Attributes
    ----------
    alike : array, resamples x topics
        Average Jaccard of each topic's ranked terms with those of its partner.
    null : array, shuffles x topics
        The same, averaged over resamples, of topics fitted to shuffled counts.
    """

    alike: Floats
    null: Floats

    def bound(self) -> float:
        """What the best topic of one more shuffle stays below, 99 in 100 times: mean and spread of their highest."""
        from scipy.stats import t

        highest = self.null.max(axis=1)
        n = len(highest)
        reach = t.ppf(_LEVEL, n - 1) * highest.std(ddof=1) * np.sqrt(1 + 1 / n)
        return float(min(1.0, max(highest.max(), highest.mean() + reach)))


def measure_stability(
    topics: Topics, *, rng: np.random.Generator | None = None, unit: str = "article", resamples: int = RESAMPLES
) -> Topics:
    """Find out which topics would have been found in other articles like these.

    Articles are drawn anew, topics are fitted to them and matched with those of the fit so that all partners together
    are as alike as can be; the stability of a topic is the mean average Jaccard of its 20 heaviest terms with its
    partner's (Greene, O'Callaghan & Cunningham 2014, https://arxiv.org/abs/1404.4606; articles resampled as Belford,
    Mac Namee & Greene 2018, doi 10.1016/j.eswa.2017.08.047). Topics are found in dice, too: so the same is done ten
    times with counts in which each term keeps how often, and how clustered, it occurs in articles, but not in which.
    A topic is stable where it comes back more surely than the best of theirs would in an eleventh, with 99 %
    confidence.

    Parameters
    ----------
    topics : Topics
    rng : numpy.random.Generator, optional
        Draws articles; by default one that starts from 0.
    unit : str
        The column that names what is drawn, as ``"article"`` or ``"family"``: articles that tell the same thing stand
        for one another, and their topic would come back for that alone. A topic that one unit makes is never stable.
    resamples : int
        20 or more. What takes more than two seconds shows its progress; LDA takes some seventy times as long as NMF. Of
        more than 1,000 articles each draws 1,000, of shuffled counts too: what is stable then comes back in 1,000.

    Returns
    -------
    Topics
        The same, with :attr:`Topics.stability` and :attr:`Topics.refits`; their names say which did not hold.

    Raises
    ------
    ValueError
        Fewer than 20 resamples; no such column, or one whose values do not stand for whole articles.

    Warns
    -----
    SmallCorpusWarning
        Fewer than 30 articles, or units: they cannot stand for others.

    Examples
    --------
    >>> import textlens as tl
    >>> topics = tl.fit_topics(tl.count_terms(tl.tokenize(tl.load_demo())), 3)
    >>> topics = tl.measure_stability(topics, rng=np.random.default_rng(1))
    >>> topics.to_frame()[["topic", "verdict"]].values.tolist()
    [[1, 'unstable'], [2, 'unstable'], [3, 'unstable']]
    """
    expect(topics, Topics, "topics", "tl.fit_topics")
    expect_number(resamples, "resamples", least=FEWEST_RESAMPLES, whole=True)
    rng = generator(rng)
    units = unit_codes(topics, unit)
    warn_of_few(units, unit)
    topics, alike = refitted(replace(topics, unit=unit), units, rng, resamples)
    return with_stability(topics, Stability(alike, null_draws(topics, units, rng, _NULLS)))


def unit_codes(topics: Topics, unit: str) -> Integers:
    """The unit of each passage, as codes 0, 1, ...; a unit is one or more whole articles."""
    labels = topics.counts.labels(unit)
    articles = topics.counts.labels("article")
    names = labels.groupby(articles).agg(["first", "nunique"])
    for what, wrong in (("has no value for", names["first"] == ""), ("splits", names["nunique"] > 1)):
        if wrong.any():
            raise ValueError(f"unit={unit!r} {what} the article {names.index[wrong][0]!r}; units are whole articles")
    return np.asarray(pd.factorize(labels)[0])


def with_stability(topics: Topics, found: Stability) -> Topics:
    """The topics with their table of stability."""
    low, high = np.quantile(found.alike, [0.025, 0.975], axis=0)
    table = pd.DataFrame({"topic": topics.numbers, "stability": found.alike.mean(axis=0), "low": low, "high": high})
    table = table.assign(null_low=float(found.null.min()), null_high=found.bound())
    return replace(topics, stability=table.round(6))


def warn_of_few(units: Integers, unit: str) -> None:
    """A warning that fewer than 30 articles cannot stand for others."""
    n = units.max() + 1
    if n < FEW_ARTICLES:
        what = "articles" if unit == "article" else f"units ({unit})"
        warnings.warn(
            f"the stability of topics over {n} {what} is exploratory: so few cannot stand for others, and a resample "
            "leaves out a third of them",
            SmallCorpusWarning,
            stacklevel=3,
        )


def refitted(
    topics: Topics, units: Integers, rng: np.random.Generator, resamples: int, *, bar: bool = True
) -> tuple[Topics, Floats]:
    """The topics with their refits, and how alike the topics of each resample are (resamples x topics)."""
    from tqdm import tqdm

    matrix = topics.counts.matrix
    n, k = units.max() + 1, len(topics.loadings)
    size = min(n, MOST_ARTICLES)
    tops = heaviest(topics.loadings, topics.counts.terms, LISTED)
    alike, words = np.zeros((resamples, k)), []
    for draw in tqdm(range(resamples), desc="resampling articles", delay=2, leave=False, disable=not bar):
        rows = _drawn_rows(units, size, rng)
        loadings, idf = find_loadings(csr_array(matrix[rows]), k, topics.method, rng, rounds=ROUNDS)
        alike[draw], partner = matched(average_jaccard(tops, heaviest(loadings, topics.counts.terms, LISTED)))
        weights = word_shares(matrix, loadings, idf, topics.method)
        # A topic without a partner takes no words in this resample.
        weights = np.hstack([weights, np.zeros((len(weights), 1))])[:, partner]
        words.append(topics.word_counts(weights).matrix.toarray())
    return replace(topics, refits=np.array(words, dtype=np.float32), refit_size=size / n), alike


def null_draws(topics: Topics, units: Integers, rng: np.random.Generator, draws: int, *, bar: bool = True) -> Floats:
    """Stability of as many topics in counts shuffled ``draws`` times (draws x topics)."""
    from tqdm import tqdm

    draws_bar = tqdm(range(draws), desc="shuffling counts", delay=2, leave=False, disable=not bar)
    return np.array([_null_stability(topics, units, rng) for _ in draws_bar])


def _null_stability(topics: Topics, units: Integers, rng: np.random.Generator) -> Floats:
    """Stability of topics of counts in which the terms of an article do not belong together; 0 of missing ones."""
    k, names = len(topics.loadings), topics.counts.terms
    shuffled = shuffle_articles(topics.counts.matrix, units, rng)
    tops = heaviest(find_loadings(shuffled, k, topics.method, rng)[0], names, LISTED)
    size = min(int(units.max()) + 1, MOST_ARTICLES)
    total = np.zeros(k)
    for _ in range(_NULL_RESAMPLES):
        rows = _drawn_rows(units, size, rng)
        again, _ = find_loadings(csr_array(shuffled[rows]), k, topics.method, rng, rounds=ROUNDS)
        total[: len(tops)] += matched(average_jaccard(tops, heaviest(again, names, LISTED)))[0]
    return total / _NULL_RESAMPLES


def _drawn_rows(article: Integers, size: int, rng: np.random.Generator) -> Integers:
    """The rows of articles drawn with replacement; those of an article that is drawn twice are there twice."""
    times = np.bincount(rng.integers(0, article.max() + 1, size), minlength=article.max() + 1)
    return np.repeat(np.arange(len(article)), times[article])


def shuffle_articles(matrix: csr_array, article: Integers, rng: np.random.Generator) -> csr_array:
    """Counts in which each term's articles were dealt anew, by themselves.

    What a term has in one article goes to one other article, its passages staying apart as they were; so a term stays
    as frequent and as clustered as it is, and only its company is lost.

    Parameters
    ----------
    matrix : passages x terms
    article : code of each passage's article, 0, 1, ...; the rows of an article need not stand together.

    Examples
    --------
    >>> shuffled = shuffle_articles(csr_array([[2, 0], [1, 0], [0, 3]]), np.array([0, 0, 1]), np.random.default_rng(1))
    >>> shuffled.sum(axis=0).tolist()
    [3, 3]
    """
    order = np.argsort(article, kind="stable")
    n_rows = np.bincount(article)
    first = np.concatenate([[0], np.cumsum(n_rows)[:-1]])
    columns = csc_array(matrix[order])
    article = article[order]
    rows = np.empty_like(columns.indices)
    for start, end in _spans(columns.indptr):
        own = columns.indices[start:end]
        old, place = np.unique(article[own], return_inverse=True)
        new = rng.choice(len(n_rows), len(old), replace=False)[place]
        shift = rng.integers(0, 2**20, len(old))[place]
        # Where the other article is shorter, passages meet and add up.
        rows[start:end] = first[new] + (own - first[old[place]] + shift) % n_rows[new]
    term = np.repeat(np.arange(matrix.shape[1]), np.diff(columns.indptr))
    return csr_array((columns.data, (order[rows], term)), shape=matrix.shape)


def _spans(indptr: Integers) -> Iterator[tuple[int, int]]:
    return zip(indptr[:-1].tolist(), indptr[1:].tolist(), strict=True)
