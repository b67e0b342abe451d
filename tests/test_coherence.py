"""Coherence, diversity, exclusivity and likeness of lists: by hand, by properties, and against scipy."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from textlens.coherence import average_jaccard, diversity, exclusivity, frex, heaviest, matched, npmi

NAMES = np.array(["sea", "war", "ally", "tax"], dtype=object)
LISTS = st.permutations(range(6)).map(lambda order: np.array([order[:4]]))


def test_heaviest_terms_ties_by_term_and_no_weight_is_no_term() -> None:
    assert heaviest(np.array([[0.3, 0.3, 0.4, 0.0]]), NAMES, 3).tolist() == [[2, 0, 1]]
    assert heaviest(np.array([[0.0, 1.0, 0.0, 0.0]]), NAMES, 3).tolist() == [[1, -1, -1]]


def test_npmi_by_hand() -> None:
    # p(a) = 3/4, p(b) = 1/2, p(ab) = 1/2: log(4/3) / log 2.
    matrix = csr_array([[2, 1], [1, 5], [1, 0], [0, 0]])
    assert npmi(matrix, np.array([[0, 1]])) == pytest.approx([np.log(4 / 3) / np.log(2)])


def test_npmi_of_terms_that_always_meet_never_meet_and_of_one_term() -> None:
    matrix = csr_array([[1, 1, 1], [1, 1, 0]])
    assert npmi(matrix, np.array([[0, 1]])).tolist() == [1.0]
    assert npmi(csr_array([[1, 0], [0, 1]]), np.array([[0, 1]])).tolist() == [-1.0]
    assert np.isnan(npmi(matrix, np.array([[0, -1]]))).all()


def test_diversity_counts_what_is_missing_as_nothing() -> None:
    assert diversity(np.array([[0, 1, 2], [2, 3, -1]])) == 4 / 5


def test_exclusivity_by_hand() -> None:
    probabilities = np.array([[0.75, 0.25, 0.0], [0.25, 0.25, 0.5]])
    assert exclusivity(probabilities, np.array([[0, 1], [2, -1]])).tolist() == [0.625, 1.0]


def test_frex_is_the_harmonic_mean_of_two_ranks() -> None:
    # In topic 1 the third term is least frequent (1/3) and, as the first, wholly its own (3/3).
    found = frex(np.array([[0.6, 0.3, 0.1], [0.0, 1.0, 0.0]]))
    assert found[0] == pytest.approx([1.0, 2 / (3 / 2 + 3), 2 / (3 + 1)])
    assert found[1].tolist() == [0.0, 1.0, 0.0]


def test_average_jaccard_is_that_of_greene_and_others() -> None:
    # Their example: (album, music, best, show) and (sport, best, win, medal) overlap by 0, 0, 1/5, 1/7.
    found = average_jaccard(np.array([[0, 1, 2, 3]]), np.array([[4, 2, 5, 6]]))
    assert found == pytest.approx(np.array([[(0 + 0 + 1 / 5 + 1 / 7) / 4]]))


def test_average_jaccard_of_shorter_lists_counts_no_blanks() -> None:
    assert average_jaccard(np.array([[0, -1]]), np.array([[0, -1]])).tolist() == [[1.0]]
    assert average_jaccard(np.array([[0, -1]]), np.array([[0, 1]])).tolist() == [[0.75]]


@given(LISTS, LISTS)
def test_average_jaccard_is_symmetric_between_0_and_1_and_1_of_itself(a: np.ndarray, b: np.ndarray) -> None:
    assert average_jaccard(a, b) == average_jaccard(b, a).T
    assert 0 <= average_jaccard(a, b)[0, 0] <= 1
    assert average_jaccard(a, a)[0, 0] == 1


@given(LISTS, LISTS)
def test_average_jaccard_is_the_mean_over_depths_of_the_overlap(a: np.ndarray, b: np.ndarray) -> None:
    sets = [(set(a[0, :depth]), set(b[0, :depth])) for depth in range(1, 5)]
    assert average_jaccard(a, b)[0, 0] == pytest.approx(np.mean([len(x & y) / len(x | y) for x, y in sets]))


@given(arrays(float, (3, 3), elements=st.floats(0, 1)))
def test_partners_are_those_of_the_best_of_all_assignments(alike: np.ndarray) -> None:
    how, which = matched(alike)
    assert sorted(which.tolist()) == [0, 1, 2]
    assert how.sum() == pytest.approx(max(sum(alike[i, j] for i, j in enumerate(p)) for p in permutations(range(3))))


def test_a_topic_without_a_partner_is_like_nothing() -> None:
    how, which = matched(np.array([[0.2], [0.9]]))
    assert (how.tolist(), which.tolist()) == ([0.0, 0.9], [-1, 0])
