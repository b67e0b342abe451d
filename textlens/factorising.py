"""Rows x terms -> topics: non-negative matrix factorisation and latent Dirichlet allocation.

scikit-learn does the work. What is added: the same answer with any number of threads, a bar for what takes long, and
shares that are shares of words, although topics are found in tf-idf weights.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array

from textlens.grouping import Floats, divide

METHODS = ("nmf", "lda")
# From so many rows on, half the digits and few rounds. Measured on 100,000 articles of two kinds, 20 and 50 topics: at
# least .98 of the coherence in a fifth of the time; nearer to the rows, and more coherent, than minibatches.
MANY_ROWS = 100_000
_FEW_ROUNDS = 10
_BATCH = 4096
_SMALL_BATCH = 256
_PASSES = 10
_STEPS = 100
_ROUNDS = 10
_MOST_ROUNDS = 200
# Measured: beyond this a whole round of ten changes no coherence in the third digit.
_ENOUGH = 2e-6
_DIGITS = 8
_NOISE = 1e-6


def inverse_frequencies(matrix: csr_array) -> Floats:
    """log((1 + rows) / (1 + rows with the term)) + 1 of each term, as scikit-learn smooths it.

    >>> inverse_frequencies(csr_array([[1, 2], [0, 3]])).round(3)
    array([1.405, 1.   ])
    """
    held = np.bincount(matrix.indices, minlength=matrix.shape[1])
    found: Floats = np.log((1 + matrix.shape[0]) / (1 + held)) + 1
    return found


def tf_idf(matrix: csr_array, idf: Floats) -> csr_array:
    """Counts times ``idf``, rows of length 1.

    >>> tf_idf(csr_array([[3, 4]]), np.array([1.0, 1.0])).toarray()
    array([[0.6, 0.8]])
    """
    weighted = csr_array(matrix.astype(np.float64))
    weighted.data *= idf[weighted.indices]
    size = np.sqrt(weighted.power(2).sum(axis=1))
    weighted.data /= np.repeat(np.where(size > 0, size, 1), np.diff(weighted.indptr))
    return weighted


def find_loadings(
    matrix: csr_array, k: int, method: str, rng: np.random.Generator, *, rounds: int = _MOST_ROUNDS
) -> tuple[Floats, Floats]:
    """The topics of counts: weights of their terms (topics x terms, each topic's add up to 1) and the idf of the terms.

    Of NMF they are weights of tf-idf, after ``rounds`` at most; of LDA probabilities, and the idf is 1. Where rows or
    terms are too few for k topics there are fewer; empty topics are left out.
    """
    from threadpoolctl import threadpool_limits

    k = min(k, *matrix.shape) if matrix.count_nonzero() else 0
    if not k:
        return np.zeros((0, matrix.shape[1])), np.ones(matrix.shape[1])
    # One thread, because the order of additions would depend on their number.
    with threadpool_limits(limits=1):
        if method == "lda":
            idf = np.ones(matrix.shape[1])
            loadings = _lda(matrix, k, rng)
        else:
            idf = inverse_frequencies(matrix)
            weighted = tf_idf(matrix, idf)
            if matrix.shape[0] >= MANY_ROWS:
                weighted, rounds = weighted.astype(np.float32), min(rounds, _FEW_ROUNDS)
            loadings = _nmf(weighted, k, rounds).astype(np.float64)
    size = loadings.sum(axis=1, keepdims=True)
    loadings = np.round(loadings / np.where(size > 0, size, 1), _DIGITS)
    return loadings[loadings.sum(axis=1) > 0], idf


def word_shares(matrix: csr_array, loadings: Floats, idf: Floats, method: str) -> Floats:
    """How the words of each row divide among the topics: rows x topics, 1 in all, or 0 without any topic's word.

    NMF: the combination of topics nearest to the row's tf-idf weights; what it weighs is turned back into words by
    dividing through idf. LDA: the proportions under which the row's words are likeliest.
    """
    from threadpoolctl import threadpool_limits
    from tqdm import tqdm

    fold: Callable[[csr_array], Floats]
    if method == "lda":
        fold = lambda rows: _likeliest(rows, loadings)  # noqa: E731
    else:
        words = (loadings / idf).sum(axis=1)
        fold = lambda rows: _nearest(tf_idf(rows, idf), loadings) * words  # noqa: E731
    shares = np.zeros((matrix.shape[0], len(loadings)))
    with threadpool_limits(limits=1):
        for start in tqdm(range(0, len(shares), _BATCH), desc="sharing out", delay=2, leave=False):
            some = slice(start, start + _BATCH)
            shares[some] = fold(csr_array(matrix[some]))
    whole = shares.sum(axis=1, keepdims=True)
    return np.asarray(np.round(divide(shares, np.broadcast_to(whole, shares.shape)), 6))


def _nmf(weighted: csr_array, k: int, rounds: int = _MOST_ROUNDS) -> Floats:
    """Loadings from the NNDSVD start: the answer is the same each time."""
    from sklearn.decomposition import non_negative_factorization
    from tqdm import tqdm

    squares, error = float(weighted.data @ weighted.data), np.inf
    W, H = _nndsvd(weighted, k)
    with tqdm(total=rounds, desc="fitting topics", unit="round", delay=2, leave=False) as bar:
        for _ in range(0, rounds, _ROUNDS):
            W, H, _ = non_negative_factorization(
                weighted, W, H, n_components=len(H), init="custom", tol=0, max_iter=_ROUNDS
            )
            bar.update(_ROUNDS)
            before, error = error, _error(weighted, W, H, squares)
            if before - error < _ENOUGH * error:
                break
    return np.asarray(H)


def _nndsvd(weighted: csr_array, k: int) -> tuple[Floats, Floats]:
    """Non-negative factors to start from: of each pair of singular vectors the larger of its positive and its negative
    part (Boutsidis & Gallopoulos 2008). There are as many as the rank allows.

    Not scikit-learn's: its vectors come from a random projection of the rows, so that their order could decide which
    topics are found (measured on 59 speeches, 10 topics: a Jaccard of .61 between two orders).
    """
    left, size, right = _singular_vectors(weighted, k)
    W, H = np.zeros_like(left), np.zeros_like(right)
    for topic, (x, y) in enumerate(zip(left.T, right, strict=True)):
        sides = [(np.maximum(0, sign * x), np.maximum(0, sign * y)) for sign in (1, -1)]
        lengths = [(np.linalg.norm(a), np.linalg.norm(b)) for a, b in sides]
        larger = int(np.prod(lengths[1]) > np.prod(lengths[0]))
        (a, b), (long, wide) = sides[larger], lengths[larger]
        scale = np.sqrt(size[topic] * long * wide)
        W[:, topic], H[topic] = scale / long * a, scale / wide * b
    for factor in (W, H):
        factor[factor < _NOISE] = 0
    return W, H


def _singular_vectors(weighted: csr_array, k: int) -> tuple[Floats, Floats, Floats]:
    """The largest k, as far as they are not 0."""
    from scipy.sparse.linalg import svds

    fewest = min(weighted.shape)
    if fewest <= max(20, 2 * k + 1):
        left, size, right = np.linalg.svd(weighted.toarray(), full_matrices=False)
    else:
        left, size, right = svds(weighted, k=k, v0=np.ones(fewest, weighted.dtype))
    order = np.argsort(-size, kind="stable")[:k]
    order = order[size[order] > _NOISE * size.max()]
    left, right = left[:, order], right[order]
    # Their sign is free; the heaviest term's is made positive.
    sign = np.sign(right[np.arange(len(right)), np.abs(right).argmax(axis=1)])
    return left * sign, size[order], right * sign[:, None]


def _error(weighted: csr_array, W: Floats, H: Floats, squares: float) -> float:
    """Of the reconstruction, in the norm of Frobenius."""
    return float(np.sqrt(max(0.0, squares - 2 * ((weighted @ H.T) * W).sum() + ((W.T @ W) * (H @ H.T)).sum())))


def _lda(matrix: csr_array, k: int, rng: np.random.Generator) -> Floats:
    """Expected counts of each topic's terms, by online variational Bayes in ten passes, or a hundred steps."""
    from sklearn.decomposition import LatentDirichletAllocation
    from tqdm import tqdm

    n = matrix.shape[0]
    model = LatentDirichletAllocation(k, random_state=int(rng.integers(2**31)), total_samples=n)
    parts = -(-n // _SMALL_BATCH)
    passes = max(_PASSES, -(-_STEPS // parts))
    batches = [rows for _ in range(passes) for rows in np.array_split(rng.permutation(n), parts)]
    for rows in tqdm(batches, desc="fitting topics", unit="batch", delay=2, leave=False):
        model.partial_fit(matrix[np.sort(rows)])
    # Less the prior, which would put every term into every topic.
    return np.asarray(model.components_ - model.topic_word_prior_).clip(min=0)


def _nearest(weighted: csr_array, loadings: Floats) -> Floats:
    """Non-negative weights of the topics (rows x topics) whose sum is nearest to each row: coordinate descent."""
    cross = np.ascontiguousarray((weighted @ loadings.T).T)
    inner = loadings @ loadings.T
    weights = np.zeros_like(cross)
    for _ in range(500):
        moved = 0.0
        for topic, row in enumerate(inner):
            if row[topic] > 0:
                new = np.maximum(0, weights[topic] + (cross[topic] - row @ weights) / row[topic])
                moved = max(moved, float(np.abs(new - weights[topic]).max(initial=0)))
                weights[topic] = new
        if moved <= 1e-7 * weights.max(initial=0):
            break
    return np.asarray(weights.T)


def _likeliest(matrix: csr_array, loadings: Floats) -> Floats:
    """Proportions of the topics under which each row's words are likeliest: expectation and maximisation."""
    n, k = matrix.shape[0], len(loadings)
    row = np.repeat(np.arange(n), np.diff(matrix.indptr))
    gather = csr_array((np.ones(len(row)), (row, np.arange(len(row)))), shape=(n, len(row)))
    chances = loadings[:, matrix.indices].T
    shares = np.full((n, k), 1 / k)
    for _ in range(200):
        own = shares[row] * chances
        own *= divide(matrix.data.astype(float), own.sum(axis=1))[:, None]
        found = np.asarray(gather @ own)
        found = divide(found, np.broadcast_to(found.sum(axis=1, keepdims=True), found.shape))
        if np.abs(found - shares).max(initial=0) < 1e-5:
            break
        shares = found
    return np.asarray(found)
