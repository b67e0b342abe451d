"""How good topics are as lists of terms: coherence, diversity, exclusivity, and how alike two lists are.

``tops`` are topics x terms: the columns of each topic's heaviest terms, the heaviest first, -1 where it has no more.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array, csr_array

from textlens.grouping import Floats, Integers, divide

COHERENT = 10
LISTED = 20
SHOWN = 25


def heaviest(loadings: Floats, names: np.ndarray, n: int) -> Integers:
    """The columns of each topic's ``n`` heaviest terms; ties go by term, so that no order of memory shows.

    >>> heaviest(np.array([[0.2, 0.5, 0.2, 0.0]]), np.array(["sea", "war", "ally", "tax"]), 4).tolist()
    [[1, 2, 0, -1]]
    """
    by_term = np.argsort(names.astype(str), kind="stable")
    tops = np.full((len(loadings), n), -1, dtype=np.int64)
    for topic, weights in enumerate(loadings):
        order = by_term[np.argsort(-weights[by_term], kind="stable")][:n]
        order = order[weights[order] > 0]
        tops[topic, : len(order)] = order
    return tops


def npmi(matrix: csr_array, tops: Integers) -> Floats:
    """Normalised pointwise mutual information of each topic's terms: how far they share rows, from -1 to 1.

    The mean over pairs of log(p_ij / (p_i p_j)) / -log(p_ij), p the share of rows with the term, or with both; -1 for
    a pair that never meets, 1 for one that is in every row (Bouma 2009; Lau, Newman & Baldwin 2014, doi
    10.3115/v1/E14-1056). nan of a topic with fewer than two terms.

    >>> npmi(csr_array([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]]), np.array([[0, 1], [0, 2]]))
    array([ 1., -1.])
    """
    columns = csc_array(matrix)
    found = np.full(len(tops), np.nan)
    for topic, top in enumerate(tops):
        top = top[top >= 0]
        if len(top) < 2:
            continue
        held = (columns[:, top] > 0).astype(np.float64)
        share = (held.T @ held).toarray() / matrix.shape[0]
        own = share.diagonal()
        i, j = np.triu_indices(len(top), 1)
        both = share[i, j]
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.log(both / (own[i] * own[j])) / -np.log(both)
        value[both == 0] = -1
        value[both == 1] = 1
        found[topic] = value.mean()
    return found


def diversity(tops: Integers) -> float:
    """The share of different terms among the heaviest of all topics (Dieng, Ruiz & Blei 2020).

    doi 10.1162/tacl_a_00325

    >>> diversity(np.array([[0, 1], [1, 2]]))
    0.75
    """
    listed = tops[tops >= 0]
    return len(np.unique(listed)) / len(listed)


def exclusivity(probabilities: Floats, tops: Integers) -> Floats:
    """The share of its terms' use that is the topic's own: mean over its heaviest terms of p_kv / sum_j p_jv.

    The exclusivity of Bischof & Airoldi (2012), as a mean.

    >>> exclusivity(np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]]), np.array([[0, 1], [1, 2]]))
    array([0.75, 0.75])
    """
    shares = _own_share(probabilities)
    return np.array([shares[topic, top[top >= 0]].mean() for topic, top in enumerate(tops)])


def frex(probabilities: Floats) -> Floats:
    """FREX of each term in each topic (topics x terms), from 0 to 1; 0 where the topic lacks the term.

    The harmonic mean of two ranks among the topic's terms, as shares: of how frequent the term is in the topic, and of
    how exclusive it is to it (Bischof & Airoldi 2012, https://arxiv.org/abs/1206.4631, with weight one half).

    >>> frex(np.array([[0.6, 0.3, 0.1, 0.0], [0.0, 0.3, 0.3, 0.4]])).round(2)[0]
    array([1.  , 0.67, 0.33, 0.  ])
    """
    from scipy.stats import rankdata

    shares = _own_share(probabilities)
    found = np.zeros_like(probabilities)
    for topic, weights in enumerate(probabilities):
        own = np.flatnonzero(weights > 0)
        ranks = [rankdata(values[own], "max") / len(own) for values in (weights, shares[topic])]
        found[topic, own] = 2 / sum(1 / rank for rank in ranks)
    return found


def _own_share(probabilities: Floats) -> Floats:
    whole = np.broadcast_to(probabilities.sum(axis=0), probabilities.shape)
    return divide(probabilities, whole)


def average_jaccard(a: Integers, b: Integers) -> Floats:
    """How alike ranked lists of terms are, each of ``a`` with each of ``b``: 0 to 1, the first terms weighing most.

    The mean, over all depths, of the Jaccard overlap of the lists down to that depth (Greene, O'Callaghan & Cunningham
    2014, https://arxiv.org/abs/1404.4606).

    >>> average_jaccard(np.array([[1, 2, 3]]), np.array([[1, 3, 4], [7, 8, 9]])).round(3)
    array([[0.611, 0.   ]])
    """
    depth = np.arange(a.shape[1])
    same = (a[:, None, :, None] == b[None, :, None, :]) & (a >= 0)[:, None, :, None]
    shared = same.cumsum(axis=2).cumsum(axis=3)[:, :, depth, depth]
    lengths = [(tops >= 0).cumsum(axis=1) for tops in (a, b)]
    union = lengths[0][:, None] + lengths[1][None] - shared
    return np.asarray(divide(shared.astype(float), union.astype(float)).mean(axis=2))


def matched(alike: Floats) -> tuple[Floats, Integers]:
    """Of each row of ``alike`` its partner among the columns, all partners together as alike as can be: how alike, and
    which; 0 and -1 where the columns are too few.

    >>> [values.tolist() for values in matched(np.array([[0.9, 0.8], [0.7, 0.1]]))]
    [[0.8, 0.7], [1, 0]]
    """
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(-alike)
    how, which = np.zeros(len(alike)), np.full(len(alike), -1, dtype=np.int64)
    how[rows], which[rows] = alike[rows, columns], columns
    return how, which
