"""Factorisation: against scikit-learn's own, scipy's least squares, and mixtures by hand."""

import numpy as np
import pytest
from scipy.optimize import nnls
from scipy.sparse import csr_array
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfTransformer

from textlens import factorising
from textlens.factorising import _nndsvd, find_loadings, inverse_frequencies, tf_idf, word_shares


def planted(rows: int, rng: np.random.Generator) -> csr_array:
    """Three topics of ten terms each, in rows that mix them."""
    terms = np.kron(np.eye(3), rng.dirichlet(np.full(10, 5.0))) * 0.8 + 0.2 / 30
    return csr_array(np.array([rng.multinomial(40, rng.dirichlet([0.3] * 3) @ terms) for _ in range(rows)]))


MATRIX = planted(200, np.random.default_rng(1))


def test_weights_are_those_of_scikit_learn() -> None:
    theirs = TfidfTransformer().fit(MATRIX)
    assert inverse_frequencies(MATRIX) == pytest.approx(theirs.idf_)
    assert np.abs(tf_idf(MATRIX, theirs.idf_) - theirs.transform(MATRIX)).max() < 1e-12


def test_the_reconstruction_is_as_good_as_that_of_scikit_learn() -> None:
    weighted = tf_idf(MATRIX, inverse_frequencies(MATRIX)).toarray()
    theirs = NMF(3, init="nndsvd", tol=1e-6, max_iter=2000, random_state=0).fit(weighted).reconstruction_err_
    loadings, _ = find_loadings(MATRIX, 3, "nmf", np.random.default_rng(1))
    nearest = [nnls(loadings.T, row)[1] for row in weighted]
    assert np.sqrt(np.square(nearest).sum()) <= 1.001 * theirs


def test_shares_are_those_of_the_nearest_combination() -> None:
    loadings, idf = find_loadings(MATRIX, 3, "nmf", np.random.default_rng(1))
    weighted = tf_idf(MATRIX, idf).toarray()
    weights = np.array([nnls(loadings.T, row)[0] for row in weighted]) * (loadings / idf).sum(axis=1)
    expected = weights / weights.sum(axis=1, keepdims=True)
    assert word_shares(MATRIX, loadings, idf, "nmf") == pytest.approx(expected, abs=1e-4)


def test_shares_are_of_words_not_of_weights() -> None:
    # "b" is rare among rows, so it weighs more; of the words of the last row it is still one in four.
    matrix = csr_array([[4, 0], [4, 0], [4, 0], [0, 4], [3, 1]])
    shares = word_shares(matrix, np.eye(2), inverse_frequencies(matrix), "nmf")
    assert shares.tolist()[-1] == pytest.approx([0.75, 0.25], abs=1e-6)


def test_likeliest_shares_of_a_mixture() -> None:
    loadings = np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]])
    shares = word_shares(csr_array([[2, 4, 2], [3, 3, 0], [0, 0, 0]]), loadings, np.ones(3), "lda")
    assert shares == pytest.approx(np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 0.0]]), abs=2e-3)


def test_rows_without_any_topic_have_no_shares() -> None:
    shares = word_shares(csr_array([[0, 0, 1]]), np.array([[1.0, 0, 0], [0, 1.0, 0]]), np.ones(3), "nmf")
    assert shares.tolist() == [[0.0, 0.0]]


def test_empty_topics_are_left_out() -> None:
    loadings, _ = find_loadings(csr_array([[2, 1], [2, 1], [4, 2]]), 2, "nmf", np.random.default_rng(1))
    assert len(loadings) == 1


def test_of_few_rows_there_are_fewer_topics_and_of_none_none() -> None:
    assert find_loadings(csr_array([[1, 2, 0, 0], [0, 0, 1, 1]]), 3, "nmf", np.random.default_rng(1))[0].shape == (2, 4)
    alike = csr_array([[1, 1, 0], [1, 1, 0], [1, 1, 0]])
    assert find_loadings(alike, 2, "nmf", np.random.default_rng(1))[0].tolist() == [[0.5, 0.5, 0.0]]
    loadings, idf = find_loadings(csr_array((3, 2), dtype=np.int32), 2, "lda", np.random.default_rng(1))
    assert loadings.shape == (0, 2)
    assert word_shares(MATRIX[:3, :2], loadings, idf, "nmf").shape == (3, 0)


@pytest.mark.parametrize("k", [4, 9])
def test_the_order_of_rows_decides_nothing(k: int) -> None:
    rng = np.random.default_rng(5)
    matrix = csr_array(rng.poisson(rng.gamma(0.3, 1.0, (60, 40))))
    loadings, _ = find_loadings(matrix, k, "nmf", rng)
    for _ in range(3):
        again, _ = find_loadings(csr_array(matrix[rng.permutation(60)]), k, "nmf", rng)
        assert again == pytest.approx(loadings, abs=1e-5)


def test_the_start_is_the_larger_part_of_each_pair_of_singular_vectors() -> None:
    matrix = csr_array(np.random.default_rng(5).poisson(0.5, (60, 40)).astype(float))
    W, H = _nndsvd(matrix, 3)
    left, size, right = np.linalg.svd(matrix.toarray())
    assert np.outer(W[:, 0], H[0]) == pytest.approx(size[0] * np.abs(np.outer(left[:, 0], right[0])), abs=1e-4)
    for topic in (1, 2):
        parts = [
            size[topic] * np.outer(np.maximum(0, sign * left[:, topic]), np.maximum(0, sign * right[topic]))
            for sign in (1, -1)
        ]
        larger = max(parts, key=np.linalg.norm)
        assert np.outer(W[:, topic], H[topic]) == pytest.approx(larger, abs=1e-4)
        assert np.linalg.norm(W[:, topic]) == pytest.approx(np.linalg.norm(H[topic]), abs=1e-4)


def test_many_rows_give_the_same_topics_in_few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = planted(600, np.random.default_rng(2))
    whole, _ = find_loadings(matrix, 3, "nmf", np.random.default_rng(1))
    monkeypatch.setattr(factorising, "MANY_ROWS", 500)
    quick, _ = find_loadings(matrix, 3, "nmf", np.random.default_rng(1))
    order = np.random.default_rng(3).permutation(600)
    again, _ = find_loadings(csr_array(matrix[order]), 3, "nmf", np.random.default_rng(2))
    assert quick.dtype == np.float64
    assert quick == pytest.approx(whole, abs=0.01)
    assert again == pytest.approx(quick, abs=1e-5)
    assert not np.array_equal(quick, whole)
