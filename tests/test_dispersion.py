"""Dispersion: published values, each formula written out for dense columns, and what holds for any counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

import textlens as tl
from textlens.dispersion import MEASURES, deviations_of_proportions, dispersion_measures

ALLEMAND = (2, 0, 1, 1, 3, 0, 3, 0, 0, 0), (8143, 8058, 8271, 8125, 7959, 7941, 8146, 8001, 8003, 7930)
GRIES = (1, 2, 3, 4, 5), (9, 10, 10, 10, 11)


def of_one_term(counts: tuple[int, ...], sizes: tuple[int, ...] | None = None) -> dict[str, float]:
    found = dispersion_measures(csr_array(np.array(counts)[:, None]), sizes or (10,) * len(counts))
    return {name: float(values[0]) for name, values in found.items()}


def test_juilland_d_carroll_1970_p_14() -> None:
    assert of_one_term((0, 4, 3, 2, 1))["juilland_d"] == pytest.approx(0.6464, abs=5e-5)


def test_carroll_d2_carroll_1970_p_13() -> None:
    assert of_one_term((2, 1, 1, 1, 0))["carroll_d2"] == pytest.approx(0.8277, abs=5e-5)


def test_rosengren_s_in_equal_parts_gries_2008_p_407() -> None:
    assert of_one_term((1, 2, 3, 4, 5))["rosengren_s"] == pytest.approx(0.937, abs=5e-4)


def test_dp_in_equal_parts_lijffijt_gries_2012() -> None:
    assert of_one_term((2, 1, 0))["dp_norm"] == 0.5
    assert of_one_term((3, 3, 3))["dp"] == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [("dp", 0.18), ("dp_norm", 0.2195), ("rosengren_s", 0.9498), ("carroll_d2", 0.9379), ("kld", 0.1370)],
)
def test_1_to_5_in_unequal_parts_gries_2008_example_recomputed(name: str, expected: float) -> None:
    assert of_one_term(*GRIES)[name] == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("juilland_d", 0.6038797),
        ("carroll_d2", 0.6521444),
        ("rosengren_s", 0.4763652),
        ("d_a", 0.3081640),
        ("d_kl", 0.4665078),
    ],
)
def test_allemand_lyne_1985_readme_of_tlda(name: str, expected: float) -> None:
    assert of_one_term(*ALLEMAND)[name] == pytest.approx(expected, abs=5e-8)


def dense(v: np.ndarray, size: np.ndarray) -> list[float]:
    """The formulas for one term with every part and every pair of parts, in the order of MEASURES."""
    k, t, w, r = len(v), v / v.sum(), size / size.sum(), v / size
    dp = abs(t - w).sum() / 2
    share = (r / r.sum())[r > 0]
    pairs = [abs(r[i] - r[j]) for i in range(k) for j in range(i)]
    kld = (t[t > 0] * np.log2(t[t > 0] / w[t > 0])).sum()
    return [
        dp,
        dp / (1 - min(w)),
        1 - r.std() / r.mean() / np.sqrt(k - 1),
        -(share * np.log2(share)).sum() / np.log2(k),
        np.sqrt(w * v).sum() ** 2 / v.sum(),
        1 - np.mean(pairs) / (2 * r.mean()),
        kld,
        1 / (1 + kld),
    ]


@st.composite
def parts(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Counts of three terms in two to seven parts; each term occurs."""
    k = draw(st.integers(2, 7))
    counts = draw(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=k, max_size=k))
    sizes = draw(st.lists(st.integers(20, 90), min_size=k, max_size=k))
    table = np.array(counts)
    table[draw(st.integers(0, k - 1))] += table.sum(axis=0) == 0
    return table, np.array(sizes)


@given(parts())
@settings(max_examples=80)
def test_sparse_measures_are_those_of_the_written_formulas(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    table, sizes = drawn
    found = dispersion_measures(csr_array(table), sizes)
    assert tuple(found) == MEASURES
    oracle = np.array([dense(column, sizes) for column in table.T])
    np.testing.assert_allclose(np.array(list(found.values())).T, oracle, atol=1e-9)
    np.testing.assert_array_equal(deviations_of_proportions(csr_array(table), sizes), [found["dp"], found["dp_norm"]])
    assert tl.dp_norm(table[:, 0], sizes) == found["dp_norm"][0]


@given(parts())
@settings(max_examples=40)
def test_a_term_as_even_as_the_words_has_the_ends_of_the_scales(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    sizes = drawn[1]
    assert list(of_one_term(tuple(sizes), tuple(sizes)).values()) == pytest.approx([0, 0, 1, 1, 1, 1, 0, 1], abs=1e-6)


def test_a_term_in_the_smallest_part_only_has_the_other_ends() -> None:
    found = of_one_term((0, 0, 5), (40, 40, 20))
    assert list(found.values()) == pytest.approx([0.8, 1, 0, 0, 0.2, 0, np.log2(5), 1 / (1 + np.log2(5))], abs=1e-12)


def test_a_term_that_does_not_occur_has_no_dispersion_and_explicit_zeros_are_none() -> None:
    table = csr_array((np.array([0, 2, 1]), (np.array([0, 0, 1]), np.array([0, 1, 1]))), shape=(2, 2))
    found = dispersion_measures(table, [10, 10])
    for name, values in found.items():
        assert np.isnan(values[0]), name
        assert values[1] == of_one_term((2, 1))[name]


def test_parts_without_words_are_passed_over() -> None:
    assert of_one_term((2, 1, 0, 0), (10, 10, 10, 0)) == of_one_term((2, 1, 0))


def test_parts_given_twice_are_added_up() -> None:
    twice = csr_array((np.array([1, 1, 1]), np.array([0, 0, 0]), np.array([0, 2, 3])), shape=(2, 1))
    found = dispersion_measures(twice, [10, 10])
    assert {name: float(values[0]) for name, values in found.items()} == of_one_term((2, 1))


@pytest.mark.parametrize(
    ("counts", "sizes", "message"),
    [
        ([1, 2], [3], r"^sizes must have one value per part \(2\), not the shape \(1,\)$"),
        ([1, -2], [3, 3], r"^X must hold counts of 0 or more, not -2\.0$"),
        ([1, 2], [3, -3], r"^sizes must hold counts of 0 or more, not -3\.0$"),
        ([1, 0], [3, 0], "^dispersion needs two or more parts that hold words, not 1$"),
    ],
)
def test_what_does_not_fit_is_an_error(counts: list[int], sizes: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dispersion_measures(csr_array(np.array(counts)[:, None]), sizes)
