"""Reference values, hand-counted cases and properties of `textlens.inference`."""

from __future__ import annotations

from collections.abc import Callable
from math import log2
from typing import Literal

import numpy as np
import pytest
from designs import (
    THREE,
    THREE_GROUPS,
    THREE_LENGTHS,
    TWO,
    TWO_GROUPS,
    TWO_LENGTHS,
    blocked_designs,
    designs,
    family_of_40,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import special, stats
from scipy.optimize import brentq
from scipy.sparse import coo_array, csr_array

from textlens import blocking, grouping, inference, resampling


def two_groups() -> inference.QuasiLikelihood:
    return inference.quasi_likelihood(csr_array(TWO), TWO_LENGTHS, TWO_GROUPS)


def sums_of_two() -> tuple[np.ndarray, float, np.ndarray, float]:
    return TWO[:3].sum(axis=0), 1800, TWO[3:].sum(axis=0), 2100


def close(found: np.ndarray | float, expected: list[float] | float, places: int = 6) -> None:
    np.testing.assert_allclose(found, expected, rtol=0, atol=0.5001 * 10.0**-places)


# --- the reference values of the specification ---------------------------------------------------------------


def test_two_groups_of_the_reference_implementation() -> None:
    result = two_groups()
    close(result.d, 3.785940)
    close(result.d0, 2.308281)
    close(result.overdispersion, [1, 1.302897, 1, 1, 1.591201])
    close(result.phi_effective, [1, 1.298764, 1, 1, 1.583135])
    close(result.p, [0.002097, 0.052746, 0.017510, 0.635106, 0.714471])
    assert (result.df1, result.df2) == (1, result.d + result.d0)
    assert result.f.tolist() == [43, 25, 14, 42, 156]
    assert result.tested.all()


def test_two_groups_of_the_reference_implementation_q() -> None:
    q = np.maximum(inference.benjamini_hochberg(two_groups().p), 1 / resampling.relabellings([3, 3]))
    close(q, [0.05, 0.08791, 0.05, 0.714471, 0.714471])


def test_two_groups_of_the_reference_implementation_point_and_interval() -> None:
    result = two_groups()
    point = inference.shrunken_log_ratio(*sums_of_two(), result.phi_effective)
    low, high = inference.log_ratio_interval(*sums_of_two(), result.phi_effective, result.df2)
    close(point, [2.270089, -1.401321, -2.190206, 0.203092, -0.107640])
    close(low, [1.264937, -4.163778, -9.232878, -0.875807, -0.835859])
    close(high, [4.241666, 0.026777, -0.699100, 1.320591, 0.598157])


def test_three_groups_of_the_reference_implementation() -> None:
    result = inference.quasi_likelihood(csr_array(THREE), THREE_LENGTHS, THREE_GROUPS)
    close(result.d, 4.435627)
    close(result.d0, 9.042653)
    close(result.overdispersion, [2.744772, 2.056317, 1.819267, 1.411596, 1.968072])
    close(result.phi_effective, [2.157154, 1.700562, 1.543348, 1.272975, 1.642038])
    close(result.p, [0.149590, 0.343569, 0.302347, 0.998160, 0.641291])
    q = np.maximum(inference.benjamini_hochberg(result.p), 1 / resampling.relabellings([2, 4, 2]))
    close(q, [0.572615, 0.572615, 0.572615, 0.998160, 0.801613])
    assert result.df1 == 2


def test_family_of_40_of_the_reference_implementation_where_the_line_is_fitted() -> None:
    X, lengths, groups = family_of_40()
    result = inference.quasi_likelihood(csr_array(X), lengths, groups)
    shown = [0, 1, 7, 14, 20, 39]
    close(result.d, 6.870908)
    close(result.d0, 6.568256)
    close(result.overdispersion[shown], [2.976031, 1.440413, 1, 7.604570, 1.561308, 1.421893])
    close(result.phi_effective[shown], [2.880007, 1.419012, 1, 7.283625, 1.534032, 1.401392])
    close(result.p[shown], [0.907039, 0.806369, 0.607621, 0.106907, 0.694375, 0.448086])


@pytest.mark.parametrize(
    ("counts", "words", "expected"),
    [
        ((100, 50), (10_000, 10_000), 16.98990),
        ((30, 10), (5_000, 8_000), 22.05403),
        ((0, 12), (4_000, 4_000), 16.63553),
    ],
)
def test_g2_of_two_cells_rayson_and_garside_2000_recomputed(
    counts: tuple[int, int], words: tuple[int, int], expected: float
) -> None:
    close(grouping.log_likelihood(np.array(counts)[:, None], words), [expected], places=5)


def test_g2_against_scipy_power_divergence() -> None:
    S, A = np.array([[9.0, 1], [4, 7], [2, 5]]), np.array([100.0, 300, 50])
    expected = A[:, None] * S.sum(axis=0) / A.sum()
    oracle = stats.power_divergence(S, expected, lambda_="log-likelihood").statistic
    np.testing.assert_allclose(grouping.log_likelihood(S, A), oracle, rtol=1e-12)


def test_g2_of_equal_rates_and_of_an_item_that_nobody_has_is_zero() -> None:
    assert grouping.log_likelihood([[1, 0], [3, 0]], [10, 30]).tolist() == [0, 0]


# --- quasi_likelihood: the family, the prior, the edges ------------------------------------------------------


def test_items_outside_the_family_share_its_prior_and_get_no_p() -> None:
    family = np.array([True, False, True, True, True])
    wider = inference.quasi_likelihood(csr_array(TWO), TWO_LENGTHS, TWO_GROUPS, tested=family.tolist())
    alone = inference.quasi_likelihood(csr_array(TWO[:, family]), TWO_LENGTHS, TWO_GROUPS)
    assert wider.d0 == pytest.approx(alone.d0, rel=1e-12)
    np.testing.assert_allclose(wider.p[family], alone.p, rtol=1e-12)
    assert np.isnan(wider.p[1]) and wider.tested.tolist() == family.tolist()
    expected = dense_overdispersion(TWO, np.array(TWO_LENGTHS), np.array(TWO_GROUPS), family, line=False)
    np.testing.assert_allclose(wider.overdispersion, expected, rtol=1e-9)


def test_the_line_is_extrapolated_to_rare_items_outside_the_family() -> None:
    X, lengths, groups = family_of_40()
    family = X.sum(axis=0) >= np.sort(X.sum(axis=0))[5]
    result = inference.quasi_likelihood(csr_array(X), lengths, groups, tested=family)
    expected = dense_overdispersion(X, lengths, groups, family, line=True)
    np.testing.assert_allclose(result.overdispersion, expected, rtol=1e-9)
    assert np.isnan(result.p[~family]).all() and not np.isnan(result.p[family]).any()


def dense_overdispersion(X: np.ndarray, L: np.ndarray, g: np.ndarray, family: np.ndarray, *, line: bool) -> np.ndarray:
    """The formulas of the specification for two groups, dense, with numpy's own line."""
    N, f, one = L.sum(), X.sum(axis=0), np.eye(2)[:, g]
    S, A, Q = one @ X, one @ L, one @ L**2
    E, n_e = np.outer(A, f / N), N**2 / Q.sum()
    d = n_e * (1 - (A / N * Q / A**2).sum())
    W = n_e / f * ((X - (S / A[:, None])[g] * L[:, None]) ** 2).sum(axis=0)
    excess = ((S - E) ** 2 / E).sum(axis=0) - 2 * special.xlogy(S, S / E).sum(axis=0)
    phi = (W + np.maximum(0, excess)) / d
    return dense_moderation(phi, d, np.log(f / N), family, line=line)[0]


def dense_moderation(
    phi: np.ndarray, d: float, x: np.ndarray, family: np.ndarray, *, line: bool
) -> tuple[np.ndarray, float]:
    """The overdispersion to show, from each item's own and the prior, and the prior's degrees of freedom."""
    with np.errstate(divide="ignore"):
        e = np.log(phi) - special.digamma(d / 2) + np.log(d / 2)
    family = family & (phi > 1e-8)
    if family.sum() < 2:
        return np.maximum(1, phi), 0
    fit = np.polynomial.Polynomial.fit(x[family], e[family], 1) if line else None
    trend = fit(x) if fit else np.full_like(x, e[family].mean())
    m = family.sum() - (2 if line else 1)
    v = ((e - trend)[family] ** 2).sum() / m - special.polygamma(1, d / 2)
    d0 = 2 * brentq(lambda y: special.polygamma(1, y) - v, 1e-6, 1e6, xtol=1e-13, rtol=1e-14) if v > 1e-6 else 1e6
    phi0 = np.exp(trend + special.digamma(d0 / 2) - np.log(d0 / 2))
    return np.maximum(1, (d0 * phi0 + d * phi) / (d0 + d)), d0


def test_an_item_that_no_unit_has_is_not_tested_and_gets_the_priors_overdispersion() -> None:
    X = np.hstack([TWO, np.zeros((6, 1), int)])
    result = inference.quasi_likelihood(csr_array(X), TWO_LENGTHS, TWO_GROUPS)
    assert result.tested.tolist() == [True] * 5 + [False]
    assert np.isnan(result.p[5]) and result.g2[5] == 0
    assert result.overdispersion[5] == 1  # phi0 of this family is .37, and dice are the floor
    np.testing.assert_allclose(result.p[:5], two_groups().p, rtol=1e-12)


def test_on_the_line_an_item_that_no_unit_has_counts_as_one_occurrence() -> None:
    X, lengths, groups = family_of_40()
    X, L = 1000 * X, 1000.0 * lengths
    once = np.zeros((9, 1), int)
    once[8] = 1  # in the longer group, so that X2 < G2 and its own phi is W alone
    both = csr_array(np.hstack([X, once, 0 * once]))
    result = inference.quasi_likelihood(both, L, groups, tested=np.arange(42) < 40)
    A, Q = L[4:].sum(), (L[4:] ** 2).sum()
    n_e = L.sum() ** 2 / (L**2).sum()
    own = n_e * (1 - 2 * L[8] / A + Q / A**2) / result.d
    prior = (result.overdispersion[40] * result.df2 - result.d * own) / result.d0
    assert prior > 3  # else the floor at 1 would hide the difference
    assert result.overdispersion[41] == pytest.approx(prior, rel=1e-9)


def test_an_extrapolated_line_that_runs_away_stays_finite() -> None:
    even, odd = [1001, 999, 1000, 1000, 1002, 998], [1901, 101, 1000, 1000, 1950, 42]
    X = np.column_stack([even] * 15 + [odd] * 15 + [[1, 0, 0, 0, 0, 0]])
    result = inference.quasi_likelihood(csr_array(X), [9000] * 6, [0, 0, 0, 1, 1, 1], tested=np.arange(31) < 30)
    assert np.isfinite(result.overdispersion).all()
    assert np.isfinite(result.phi_effective).all()


def test_a_dispersion_of_rounding_errors_is_no_dispersion() -> None:
    # Seven, three and eleven in a thousand words throughout; the first sum of squares rounds to 3e-8.
    lengths = np.array([649_000, 912_000, 504_000, 607_000, 970_000])
    X = csr_array(lengths[:, None] // 1000 * np.array([7, 3, 11]))
    result = inference.quasi_likelihood(X, lengths, [0, 0, 0, 1, 1])
    assert result.d0 == 0 and result.overdispersion.tolist() == [1, 1, 1]


def test_one_item_borrows_nothing() -> None:
    result = inference.quasi_likelihood(csr_array(TWO[:, [1]]), TWO_LENGTHS, TWO_GROUPS)
    assert result.d0 == 0 and result.df2 == result.d
    close(result.overdispersion, [1.869435])  # the raw phi of the dense computation
    F = 7.47334604 / result.phi_effective[0]
    close(result.p, [float(stats.f.sf(F, 1, 3.785940182524623))])


def test_rates_equal_in_all_units_leave_nothing_to_fit() -> None:
    X, lengths = csr_array([[1, 2], [2, 4], [3, 6], [1, 2]]), [100, 200, 300, 100]
    result = inference.quasi_likelihood(X, lengths, [0, 0, 1, 1])
    assert result.d0 == 0
    assert result.overdispersion.tolist() == [1, 1] and result.p.tolist() == [1, 1]


def test_equal_dispersions_give_a_prior_of_a_million_degrees() -> None:
    column = np.array([[5], [1], [4], [0]])
    X = np.hstack([column, column, column, 0 * column])
    result = inference.quasi_likelihood(csr_array(X), [50] * 4, [0, 0, 1, 1])
    # By hand: rates 3/50 and 2/50, W = (4/10)(4+4+4+4) = 6.4, X2 < G2, d = 4 - 2.
    assert (result.d0, result.d) == (1e6, 2)
    phi0 = 3.2 * np.exp(special.digamma(5e5) - np.log(5e5) - special.digamma(1) + np.log(1))
    moderated = (1e6 * phi0 + 2 * 3.2) / (1e6 + 2)
    np.testing.assert_allclose(result.overdispersion, [moderated] * 3 + [phi0], rtol=1e-9)


def test_40_items_of_one_rate_get_a_constant_instead_of_a_line() -> None:
    kinds = np.array([[7, 3, 9, 1, 4, 6], [28, 0, 1, 0, 1, 0], [6, 5, 4, 5, 6, 4], [0, 15, 0, 0, 0, 15]])
    X, L, g = np.tile(kinds, (10, 1)).T, np.full(6, 100), np.repeat([0, 1], 3)
    expected = dense_overdispersion(X, L, g, np.ones(40, bool), line=False)
    result = inference.quasi_likelihood(csr_array(X), L, g)
    np.testing.assert_allclose(result.overdispersion, expected, rtol=1e-9)


@pytest.mark.parametrize(("items", "line"), [(29, False), (30, True)])
def test_the_line_begins_at_30_items(items: int, line: bool) -> None:
    X, lengths, groups = family_of_40()
    X = X[:, :items]
    expected = dense_overdispersion(X, lengths, groups, np.ones(items, bool), line=line)
    result = inference.quasi_likelihood(csr_array(X), lengths, groups)
    np.testing.assert_allclose(result.overdispersion, expected, rtol=1e-9)


def test_one_unit_a_group_is_defined() -> None:
    result = inference.quasi_likelihood(csr_array([[5, 1, 0], [1, 4, 2]]), [100, 80], [0, 1])
    assert result.d == 1
    assert ((result.p > 0) & (result.p <= 1)).all() and (result.overdispersion >= 1).all()
    assert resampling.smallest_p([1, 1]) == 1


def test_no_items_at_all_give_empty_answers() -> None:
    X = csr_array((4, 0))
    result = inference.quasi_likelihood(X, [9, 9, 9, 9], [0, 0, 1, 1])
    assert result.p.shape == (0,) and result.d0 == 0
    assert resampling.permutation_p(X, [9, 9, 9, 9], [0, 0, 1, 1]).shape == (0,)
    assert inference.benjamini_hochberg([]).shape == (0,)


def test_inputs_are_left_as_they_were_and_repeated_entries_are_summed() -> None:
    rows, columns = np.nonzero(TWO)
    values = TWO[rows, columns]
    split = coo_array(
        (np.r_[values - 1, np.ones_like(values)], (np.r_[rows, rows], np.r_[columns, columns])),
        shape=TWO.shape,
    )
    order = np.argsort(split.row, kind="stable")
    indptr = np.r_[0, np.cumsum(np.bincount(split.row, minlength=6))]
    X = csr_array((split.data[order].astype(float), split.col[order], indptr), shape=TWO.shape)
    before = X.data.copy()
    result = inference.quasi_likelihood(X, TWO_LENGTHS, TWO_GROUPS)
    np.testing.assert_allclose(result.p, two_groups().p, rtol=1e-12)
    assert np.array_equal(X.data, before)


@given(designs(n_groups=3))
def test_the_order_of_units_and_the_names_of_groups_do_not_matter(
    design: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    X, L, g = design
    result = inference.quasi_likelihood(csr_array(X), L, g)
    turned = inference.quasi_likelihood(csr_array(X[::-1]), L[::-1], 2 - g[::-1])
    np.testing.assert_allclose(turned.g2, result.g2, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(turned.overdispersion, result.overdispersion, rtol=1e-6)
    np.testing.assert_allclose(turned.p, result.p, rtol=1e-6, atol=1e-12)


@given(designs(), st.integers(2, 50))
def test_lengths_in_another_unit_change_neither_overdispersion_nor_p(
    design: tuple[np.ndarray, np.ndarray, np.ndarray], factor: int
) -> None:
    X, L, g = design
    result = inference.quasi_likelihood(csr_array(X), L, g)
    longer = inference.quasi_likelihood(csr_array(X), L * factor, g)
    np.testing.assert_allclose(longer.overdispersion, result.overdispersion, rtol=1e-6)
    np.testing.assert_allclose(longer.p, result.p, rtol=1e-6, atol=1e-12)


# --- the effect and its interval -----------------------------------------------------------------------------


@given(designs())
def test_the_interval_leaves_out_zero_exactly_when_p_is_below_05(
    design: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    X, L, g = design
    result = inference.quasi_likelihood(csr_array(X), L, g)
    S, A = np.eye(2)[:, g] @ X, np.eye(2)[:, g] @ L
    low, high = inference.log_ratio_interval(S[0], A[0], S[1], A[1], result.phi_effective, result.df2)
    clear = result.tested & (np.abs(result.p - 0.05) > 1e-9)
    assert np.array_equal(((low > 0) | (high < 0))[clear], (result.p < 0.05)[clear])
    estimate = np.log2(np.maximum(S[0], 1e-300) / A[0]) - np.log2(np.maximum(S[1], 1e-300) / A[1])
    both = (S[0] > 0) & (S[1] > 0)
    assert ((low < estimate) & (estimate < high))[both].all()


def test_intervals_of_planted_differences_leave_out_zero_exactly_when_p_is_below_05() -> None:
    rng = np.random.default_rng(11)
    g = np.repeat([0, 1], [5, 7])
    L = rng.integers(300, 3000, 12)
    rates = rng.uniform(0.001, 0.01, 300) * np.where(g[:, None] == 0, 1, rng.uniform(0.3, 3, 300))
    X = rng.poisson(rates * L[:, None])
    result = inference.quasi_likelihood(csr_array(X), L, g)
    S, A = np.eye(2)[:, g] @ X, np.eye(2)[:, g] @ L
    low, high = inference.log_ratio_interval(S[0], A[0], S[1], A[1], result.phi_effective, result.df2)
    found = result.p < 0.05
    assert 50 < found.sum() < 250
    assert np.array_equal((low > 0) | (high < 0), found)


@given(designs())
def test_swapping_the_groups_flips_point_and_interval(
    design: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    X, L, g = design
    S, A = np.eye(2)[:, g] @ X, np.eye(2)[:, g] @ L
    phi = inference.quasi_likelihood(csr_array(X), L, g).phi_effective
    there, back = (S[0], A[0], S[1], A[1]), (S[1], A[1], S[0], A[0])
    low, high = inference.log_ratio_interval(*there, phi, 5.0)
    swapped = inference.log_ratio_interval(*back, phi, 5.0)
    np.testing.assert_array_equal(-swapped[1], low)
    np.testing.assert_array_equal(-swapped[0], high)
    np.testing.assert_array_equal(-inference.shrunken_log_ratio(*back, phi), inference.shrunken_log_ratio(*there, phi))


def test_each_end_of_an_interval_has_the_deviance_of_the_bound() -> None:
    a, A, b, B, phi, df2 = 30.0, 5000.0, 12.0, 8000.0, 1.7, 9.3
    for level in (0.5, 0.95, 0.999):
        bound = phi * stats.f.ppf(level, 1, df2)
        for end in inference.log_ratio_interval(a, A, b, B, phi, df2, level=level):
            m = (a + b) * A * 2**end / (A * 2**end + B)
            deviance = 2 * (a * np.log(a / m) + b * np.log(b / (a + b - m)))
            assert deviance == pytest.approx(bound, rel=1e-9)


def test_absent_on_one_side_is_bounded_on_the_other_only() -> None:
    # By hand: b log(1 + rho A/B) = F/2 with F = 3.8414588 at endless degrees of freedom.
    low, high = inference.log_ratio_interval([0, 7, 0], 100, [7, 0, 0], 300, 1.0, 1e9)
    edge = log2(3 * (np.exp(3.841458820694124 / 14) - 1))
    assert low[0] == -np.inf and high[0] == pytest.approx(edge, abs=1e-7)
    edge = log2(3 / (np.exp(3.841458820694124 / 14) - 1))
    assert high[1] == np.inf and low[1] == pytest.approx(edge, abs=1e-7)
    assert (low[2], high[2]) == (-np.inf, np.inf)


def test_an_interval_of_extreme_overdispersion_does_not_overflow() -> None:
    low, high = inference.log_ratio_interval([0, 1], 100, [1, 1], 100, 1e4, 1.0)
    half = 1e4 * stats.f.ppf(0.95, 1, 1) / 2
    assert high[0] == pytest.approx(half / np.log(2), rel=1e-12)
    assert high[1] == pytest.approx((half + 2 * np.log(2)) / np.log(2), rel=1e-9)
    assert low.tolist() == [-np.inf, -high[1]]


def test_the_point_by_hand() -> None:
    # Four occurrences over 100 + 300 words are one and three: (3+1)/100 against (0+3)/300.
    assert inference.shrunken_log_ratio(3, 100, 0, 300, 1.0) == pytest.approx(2, abs=1e-12)
    assert inference.shrunken_log_ratio(0, 100, 0, 300, 2.5) == 0


# --- blocks --------------------------------------------------------------------------------------------------


def naive_blocks(X: np.ndarray, L: np.ndarray, g: np.ndarray, b: np.ndarray) -> dict[str, np.ndarray]:
    """The test within blocks, of items that all occur: unit by unit, with the matrix of each block written out."""
    n, n_groups, n_blocks = len(L), g.max() + 1, b.max() + 1
    e, z, share = np.zeros(X.shape), np.zeros((n, n_groups)), np.zeros(n)
    for i in range(n):
        mates = b == b[i]
        share[i] = L[i] / L[mates].sum()
        e[i] = share[i] * X[mates].sum(axis=0)
        for code in range(n_groups):
            z[i, code] = L[i] * ((g[i] == code) - L[mates & (g == code)].sum() / L[mates].sum())
    S, E = (np.array([values[g == code].sum(axis=0) for code in range(n_groups)]) for values in (X, e))
    g2, x2 = 2 * special.xlogy(S, S / E).sum(axis=0), ((S - E) ** 2 / E).sum(axis=0)
    # Regression of the departures on the groups inside blocks, a unit's weight the inverse of its words.
    root = np.sqrt(L)[:, None]
    shift = z @ np.linalg.lstsq(z / root, (X - e) / root, rcond=1e-10)[0]

    scale, base = np.zeros(X.shape[1]), np.zeros(S.shape)
    gaps, words, trace, trace_of_square, in_squares = np.zeros(n_groups), np.zeros(n_groups), 0.0, 0.0, 0.0
    for block in range(n_blocks):
        own = np.flatnonzero(b == block)
        f_b, L_b, l_b = X[own].sum(axis=0), L[own].sum(), np.diag(share[own])
        # The departures of a block are P x, and P (variance) P' is their covariance.
        P = np.eye(len(own)) - np.outer(share[own], np.ones(len(own)))
        trace += L_b * np.trace(P @ l_b @ P.T)
        trace_of_square += L_b**2 * np.trace(P @ l_b @ P.T @ P @ l_b @ P.T)
        in_squares += L_b**2 * np.trace(P @ l_b**2 @ P.T)
        scale += f_b * np.trace(P @ l_b @ P.T)
        for code in range(n_groups):
            of_group = P.T @ (g[own] == code)
            base[code] += f_b * (of_group @ l_b @ of_group)
            words[code] += L_b * (of_group @ l_b @ of_group)
            gaps[code] += L_b**2 * (of_group @ l_b**2 @ of_group)
    contrasts = n - n_blocks
    correction = contrasts / max(1, contrasts - (n_groups - 1))
    d = max(1, trace**2 / trace_of_square / correction)
    phi = ((X - e - shift) ** 2).sum(axis=0) * correction / scale + np.maximum(0, x2 - g2) / d
    lam = gaps / words / (in_squares / trace)
    shown, d0 = dense_moderation(phi, d, np.log(X.sum(axis=0) / L.sum()), np.ones(X.shape[1], bool), line=False)
    effective = (base / E * (1 + (shown - 1) * lam[:, None])).sum(axis=0) / (n_groups - 1)
    p = stats.f.sf(g2 / (n_groups - 1) / effective, n_groups - 1, d0 + d)
    return {"g2": g2, "expected": E, "d": d, "d0": d0, "overdispersion": shown, "phi_effective": effective, "p": p}


def random_blocks(seed: int, n_groups: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Counts that vary, in blocks of unequal sizes and units of unequal lengths, in no order."""
    rng = np.random.default_rng(seed)
    g = np.concatenate([np.arange(n_groups), rng.integers(0, n_groups, 20)])
    b = np.concatenate([np.zeros(n_groups, int), rng.choice(4, 20, p=[0.1, 0.2, 0.3, 0.4])])
    keep = blocking.informative_units(g, b)
    g, b = g[keep], np.unique(b[keep], return_inverse=True)[1]
    L = rng.integers(100, 2000, len(g))
    X = rng.poisson(L[:, None] * rng.uniform(0.005, 0.03, 12) * rng.gamma(2, 0.5, (len(g), 12)))
    order = rng.permutation(len(g))
    return X[order], L[order], g[order], b[order]


@pytest.mark.parametrize("n_groups", [2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_blocks_against_a_dense_computation_unit_by_unit(seed: int, n_groups: int) -> None:
    X, L, g, b = random_blocks(seed, n_groups)
    result = inference.quasi_likelihood(csr_array(X), L, g, blocks=b)
    for name, expected in naive_blocks(X, L, g, b).items():
        np.testing.assert_allclose(getattr(result, name), expected, rtol=1e-9, err_msg=name)
    assert (result.df1, result.df2) == (n_groups - 1, result.d + result.d0)


@given(blocked_designs(n_groups=3))
def test_expected_counts_of_blocks_add_up_to_what_there_is(
    design: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    X, L, g, b = design
    result = inference.quasi_likelihood(csr_array(X), L, g, blocks=b)
    np.testing.assert_allclose(result.expected.sum(axis=0), X.sum(axis=0), rtol=1e-12, atol=1e-12)
    assert (result.overdispersion >= 1).all() and (result.phi_effective > 0).all()
    assert np.isnan(result.p).tolist() == (X.sum(axis=0) == 0).tolist()


@given(blocked_designs(), st.integers(1, 9))
def test_more_of_an_item_in_one_block_moves_no_rate_of_the_others(
    design: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], factor: int
) -> None:
    X, L, g, b = design
    more = np.where((b == 0)[:, None], factor * X, X)
    L = L + 9 * X.sum(axis=1)
    before, after = (inference.quasi_likelihood(csr_array(each), L, g, blocks=b).expected for each in (X, more))
    first = np.array([L[(b == 0) & (g == code)].sum() for code in (0, 1)]) / L[b == 0].sum()
    added = (factor - 1) * np.outer(first, X[b == 0].sum(axis=0))
    np.testing.assert_allclose(after, before + added, rtol=1e-9, atol=1e-9)


def test_one_block_has_the_g2_of_no_blocks() -> None:
    result = inference.quasi_likelihood(csr_array(THREE), THREE_LENGTHS, THREE_GROUPS, blocks=[0] * 8)
    plain = inference.quasi_likelihood(csr_array(THREE), THREE_LENGTHS, THREE_GROUPS)
    np.testing.assert_allclose(result.g2, plain.g2, rtol=1e-12)
    np.testing.assert_allclose(result.expected, plain.expected, rtol=1e-12)


def test_one_block_of_equal_lengths_is_no_block_at_all() -> None:
    X = csr_array(TWO)
    blocked = inference.quasi_likelihood(X, [700] * 6, TWO_GROUPS, blocks=[0] * 6)
    plain = inference.quasi_likelihood(X, [700] * 6, TWO_GROUPS)
    assert blocked.d == pytest.approx(4, rel=1e-12)
    np.testing.assert_allclose(blocked.overdispersion, plain.overdispersion, rtol=1e-9)
    np.testing.assert_allclose(blocked.p, plain.p, rtol=1e-9)


def test_the_order_of_units_and_the_names_of_blocks_do_not_matter() -> None:
    X, L, g, b = random_blocks(3, 3)
    result = inference.quasi_likelihood(csr_array(X), L, g, blocks=b)
    renamed = inference.quasi_likelihood(csr_array(X[::-1]), L[::-1], g[::-1], blocks=b.max() - b[::-1])
    for name in ("g2", "overdispersion", "phi_effective", "p", "d", "d0"):
        np.testing.assert_allclose(getattr(renamed, name), getattr(result, name), rtol=1e-9, err_msg=name)


def test_an_item_of_the_event_alone_is_no_difference_between_groups() -> None:
    # Event 0 says it in every tenth word, event 1 never; group 0 wrote most of event 0.
    L, g, b = np.array([300, 500, 200, 100, 400, 600]), np.array([0, 0, 1, 0, 1, 1]), np.array([0, 0, 0, 1, 1, 1])
    X = csr_array(np.where(b == 0, L // 10, 0)[:, None])
    assert inference.quasi_likelihood(X, L, g).g2[0] > 50
    result = inference.quasi_likelihood(X, L, g, blocks=b)
    assert result.g2[0] == pytest.approx(0, abs=1e-9)
    assert result.p[0] == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([0, 0, 0, 1, 0, 0], "block 1 holds units of one group only; leave them out"),
        ([0, 0, 0, 2, 2, 2], r"blocks must be codes 0, 1, ... that all occur, not \[0, 2\]"),
        ([0.0] * 6, "blocks must be integer codes, not float64"),
        ([0, 0], r"blocks must have one value per unit \(6\), not shape \(2,\)"),
    ],
)
def test_blocks_that_do_not_fit_are_refused(blocks: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inference.quasi_likelihood(csr_array(TWO), TWO_LENGTHS, TWO_GROUPS, blocks=blocks)
    with pytest.raises(ValueError, match=message):
        inference.within_blocks(np.zeros(5), csr_array(TWO), TWO_LENGTHS, TWO_GROUPS, blocks)


def test_informative_units_are_those_of_blocks_with_two_groups() -> None:
    g, b = [0, 1, 2, 0, 0, 1, 2, 2], [3, 3, 0, 0, 1, 2, 2, 4]
    assert blocking.informative_units(g, b).tolist() == [True, True, True, True, False, True, True, False]


@given(blocked_designs(), st.lists(st.floats(-6, 6), min_size=4, max_size=4))
def test_the_ratio_within_blocks_inverts_the_ratio_of_sums(
    design: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], ratios: list[float]
) -> None:
    X, L, g, b = design
    X = X + 1
    x = np.array(ratios[: X.shape[1]])
    count, expected = np.zeros(len(x)), np.zeros(len(x))
    for block in range(b.max() + 1):
        f = X[b == block].sum(axis=0)
        w = L[(b == block) & (g == 0)].sum() / L[b == block].sum()
        count += f * w * 2**x / (w * 2**x + 1 - w)
        expected += f * w
    others = X.sum(axis=0) - count, X.sum(axis=0) - expected
    marginal = np.log2(count / expected) - np.log2(others[0] / others[1])
    np.testing.assert_allclose(inference.within_blocks(marginal, csr_array(X), L, g, b), x, atol=1e-7)


def test_what_blocks_leave_as_it_is() -> None:
    X, ends = csr_array([[1, 2, 3, 0], [3, 1, 0, 0], [2, 2, 1, 0], [0, 5, 2, 0]]), [-np.inf, np.inf, 1.25, 0.5]
    # A quarter and two quarters of the words are of group 0, then a third and a third.
    unequal = inference.within_blocks(ends, X, [100, 300, 200, 200], [0, 1, 0, 1], [0, 0, 1, 1])
    assert unequal[:2].tolist() == [-np.inf, np.inf] and unequal[2] > 1.25
    equal = inference.within_blocks(ends, X, [100, 200, 300, 600], [0, 1, 0, 1], [0, 0, 1, 1])
    np.testing.assert_allclose(equal, ends, rtol=1e-12)


# --- a frequency list ----------------------------------------------------------------------------------------


def test_a_list_is_compared_by_the_spread_of_the_units_alone() -> None:
    X, L, listed = csr_array(TWO), np.array(TWO_LENGTHS), np.array([300, 10, 4, 80, 2000])
    result = inference.against_list(X, L, listed, 50_000)
    S = np.vstack([TWO.sum(axis=0), listed])
    np.testing.assert_allclose(result.g2, grouping.log_likelihood(S, [3900, 50_000]), rtol=1e-12)
    np.testing.assert_allclose(result.expected, np.outer([3900, 50_000], S.sum(axis=0)) / 53_900, rtol=1e-12)
    n_e = L.sum() ** 2 / (L**2).sum()
    rates = TWO.sum(axis=0) / L.sum()
    phi = n_e / TWO.sum(axis=0) * ((TWO - np.outer(L, rates)) ** 2).sum(axis=0) / (n_e - 1)
    assert result.d == pytest.approx(n_e - 1, rel=1e-12)
    shown, d0 = dense_moderation(phi, n_e - 1, np.zeros(5), np.ones(5, bool), line=False)
    np.testing.assert_allclose(result.overdispersion, shown, rtol=1e-9)
    np.testing.assert_allclose(result.phi_effective, shown, rtol=1e-9)
    np.testing.assert_allclose(result.p, stats.f.sf(result.g2 / shown, 1, d0 + n_e - 1), rtol=1e-9)


def test_one_unit_against_a_list_has_no_p() -> None:
    result = inference.against_list(csr_array([[9, 1]]), [100], [10, 3], 10_000)
    assert np.isnan(result.p).all()
    np.testing.assert_allclose(result.g2, grouping.log_likelihood([[9, 1], [10, 3]], [100, 10_000]), rtol=1e-12)


def test_an_item_of_the_list_alone_is_tested() -> None:
    result = inference.against_list(csr_array([[0, 3], [0, 5]]), [500, 500], [900, 40], 10_000)
    assert result.g2[0] == pytest.approx(2 * 900 * np.log(11 / 10), rel=1e-12)
    assert result.p[0] < 0.1 and result.tested.all()


@pytest.mark.parametrize(
    ("counts", "words", "message"),
    [
        ([1], 10, r"counts must have one value per item \(2\), not shape \(1,\)"),
        ([1, -2], 10, "counts must hold counts of 0 or more, not -2.0"),
        ([1, 2], 0, "words must be positive, not 0.0"),
    ],
)
def test_lists_that_do_not_fit_are_refused(counts: list[int], words: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inference.against_list(X22, [9, 9], counts, words)


# --- what was never seen, and the scale ----------------------------------------------------------------------


def test_the_rate_of_the_unseen_rule_of_three() -> None:
    np.testing.assert_allclose(inference.unseen_rate([100, 3000], 1), -np.log(0.05) / np.array([100, 3000]), rtol=1e-12)
    assert inference.unseen_rate(10, 1.0, level=0.5) == pytest.approx(np.log(2) / 10, rel=1e-12)


@given(st.floats(1.0001, 60), st.integers(1, 10**6), st.floats(0.5, 0.999))
def test_at_the_bound_none_is_as_likely_as_the_level_leaves_scipy_nbinom(phi: float, words: int, level: float) -> None:
    mean = float(inference.unseen_rate(words, phi, level=level)) * words
    # scipy's n and p give the mean n (1 - p)/p and the variance mean / p.
    none = stats.nbinom.pmf(0, mean / (phi - 1), 1 / phi)
    assert none == pytest.approx(1 - level, rel=1e-6)


def test_unseen_rates_near_dice_do_not_jump() -> None:
    near, at = inference.unseen_rate(100, [1 + 1e-12, 1])
    assert near == pytest.approx(at, rel=1e-11)


@pytest.mark.parametrize(
    ("words", "phi", "level", "message"),
    [
        (0, 1, 0.95, "words must be positive, not 0.0"),
        (9, [2, 0.5], 0.95, r"overdispersion must be 1 or more, not \[0.5\]"),
        (9, np.nan, 0.95, r"overdispersion must be 1 or more, not \[nan\]"),
        (9, 1, 1, "level must be between 0 and 1, not 1"),
    ],
)
def test_what_the_rate_of_the_unseen_refuses(words: float, phi: object, level: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inference.unseen_rate(words, phi, level=level)  # type: ignore[arg-type]


def test_a_planted_shift_of_composition_is_taken_out() -> None:
    # One item takes a third of the words of group 0; all others keep their rates to one another.
    rng = np.random.default_rng(4)
    L, g = np.full(40, 3000), np.repeat([0, 1], 20)
    rates = rng.uniform(0.004, 0.012, 100)
    means = np.where(g == 0, 2 / 3, 1)[:, None] * rates / rates.sum() * L[:, None]
    X = csr_array(np.column_stack([rng.poisson(means), np.where(g == 0, 1000, 0)]))
    trimmed = inference.trimmed_lengths(X, L, g)
    ratio = trimmed[g == 0].sum() / trimmed[g == 1].sum()
    assert ratio == pytest.approx(2 / 3, rel=0.01)
    plain, scaled = (inference.quasi_likelihood(X, lengths, g).p[:100] for lengths in (L, trimmed))
    assert (plain < 0.05).sum() > 80 and (scaled < 0.05).sum() < 12


def test_lengths_of_one_group_are_trimmed_by_one_factor() -> None:
    X, L, g = csr_array(np.tile([[9], [12], [15]], 60)), np.array([1000.0, 2000, 1500]), np.array([0, 1, 1])
    E = np.array([1000, 3500]) * 36 / 4500
    factors = (np.array([9, 27]) + 0.5) / (E + 0.5)
    np.testing.assert_allclose(inference.trimmed_lengths(X, L, g), L * factors[g], rtol=1e-12)


def test_a_trimmed_scale_needs_fifty_frequent_items() -> None:
    # 49 items are expected nine times a side, five 4.5 times.
    X = csr_array([[9] * 49 + [4] * 5, [9] * 49 + [5] * 5])
    message = "^a trimmed scale needs 50 items expected five times or more in each group, not 49$"
    with pytest.raises(ValueError, match=message):
        inference.trimmed_lengths(X, [900, 900], [0, 1])


# --- false discoveries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("adjusted", "method"), [(inference.benjamini_hochberg, "bh"), (inference.benjamini_yekutieli, "by")]
)
@given(p=hnp.arrays(float, st.integers(1, 30), elements=st.floats(0, 1)))
def test_false_discovery_rates_against_scipy_false_discovery_control(
    adjusted: Callable[[np.ndarray], np.ndarray], method: Literal["bh", "by"], p: np.ndarray
) -> None:
    np.testing.assert_allclose(adjusted(p), stats.false_discovery_control(p, method=method), rtol=1e-12)
    with_nan = adjusted(np.r_[np.nan, p, np.nan])
    assert np.array_equal(with_nan[1:-1], adjusted(p))
    assert np.isnan(with_nan[[0, -1]]).all()


def bursty(rng: np.random.Generator, rates: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Negative binomial counts whose overdispersion is about three at ten expected occurrences."""
    means = rates * lengths[:, None]
    return rng.poisson(means * rng.gamma(5, 1 / 5, means.shape))


def test_planted_differences_are_found_and_few_others() -> None:
    rng = np.random.default_rng(20)
    g, L = np.repeat([0, 1], 20), rng.integers(800, 1600, 40)
    rates = np.broadcast_to(rng.uniform(0.003, 0.02, 200), (40, 200)).copy()
    rates[:20, :20] *= 3
    result = inference.quasi_likelihood(csr_array(bursty(rng, rates, L)), L, g)
    found = inference.benjamini_hochberg(result.p) < 0.05
    assert found[:20].all() and found[20:].sum() <= 2


def test_random_halves_of_one_source_yield_nothing_where_plain_g2_yields_plenty() -> None:
    rng = np.random.default_rng(21)
    L = rng.integers(400, 2500, 40)
    X = csr_array(bursty(rng, rng.uniform(0.002, 0.03, 300), L))
    splits, plain = [], []
    for _ in range(20):
        result = inference.quasi_likelihood(X, L, rng.permutation(np.repeat([0, 1], 20)))
        splits.append((inference.benjamini_hochberg(result.p) < 0.05).sum())
        plain.append((inference.benjamini_hochberg(stats.chi2.sf(result.g2, 1)) < 0.05).sum())
    assert sum(count > 0 for count in splits) <= 2
    assert min(plain) > 20


# --- the border ----------------------------------------------------------------------------------------------

X22 = csr_array([[1.0, 0.0], [2.0, 1.0]])


@pytest.mark.parametrize(
    ("X", "lengths", "groups", "message"),
    [
        (np.eye(2), [9, 9], [0, 1], "X must be a sparse array, units x items, not ndarray"),
        (X22, [9], [0, 1], r"must have one value per unit \(2\), not shapes \(1,\) and \(2,\)"),
        (X22, [9, 9], [0, 1, 1], r"must have one value per unit \(2\)"),
        (-X22, [9, 9], [0, 1], "X must hold counts of 0 or more, not -1.0"),
        (X22 * np.nan, [9, 9], [0, 1], "X must hold counts of 0 or more, not nan"),
        (X22, [9, 0], [0, 1], "lengths must be positive, not 0.0"),
        (X22, [9, np.inf], [0, 1], "lengths must be positive, not inf"),
        (X22, [9, 9], [0.0, 1.0], "groups must be integer codes, not float64"),
        (X22, [9, 9], [0, 2], r"groups must be codes 0, 1, ... that all occur, not \[0, 2\]"),
        (X22, [9, 9], [0, 0], "groups must hold two or more groups to compare, not 1"),
    ],
)
def test_designs_that_do_not_fit_are_refused(
    X: csr_array, lengths: list[float], groups: list[int], message: str
) -> None:
    for function in (inference.quasi_likelihood, resampling.permutation_p):
        with pytest.raises(ValueError, match=message):
            function(X, lengths, groups)
    with pytest.raises(ValueError, match=message):
        resampling.leave_one_out(X, lengths, groups, [1.0, 1.0])


def test_a_family_must_be_a_mask_of_the_items() -> None:
    for tested in ([True], [0, 1]):
        with pytest.raises(ValueError, match=r"tested must be a bool array .* per item \(2\)"):
            inference.quasi_likelihood(X22, [9, 9], [0, 1], tested=tested)


def test_an_empty_family_leaves_no_p() -> None:
    result = inference.quasi_likelihood(X22, [9, 9], [0, 1], tested=[False, False])
    assert np.isnan(result.p).all() and result.d0 == 0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"a": -1}, "a must hold counts of 0 or more, not -1.0"),
        ({"b": np.nan}, "b must hold counts of 0 or more, not nan"),
        ({"A": 0}, "A must be positive, not 0.0"),
        ({"B": -5}, "B must be positive, not -5.0"),
        ({"phi": 0}, "phi must be positive, not 0.0"),
    ],
)
def test_counts_and_lengths_of_an_effect_are_checked(changed: dict[str, float], message: str) -> None:
    values = {"a": 1, "A": 9, "b": 1, "B": 9, "phi": 1} | changed
    with pytest.raises(ValueError, match=message):
        inference.shrunken_log_ratio(**values)
    with pytest.raises(ValueError, match=message):
        inference.log_ratio_interval(**values, df2=4)


def test_other_arguments_are_checked() -> None:
    with pytest.raises(ValueError, match="df2 must be positive, not 0.0"):
        inference.log_ratio_interval(1, 9, 1, 9, 1, 0)
    with pytest.raises(ValueError, match="level must be between 0 and 1, not 95"):
        inference.log_ratio_interval(1, 9, 1, 9, 1, 4, level=95)
    with pytest.raises(ValueError, match=r"groups x items and A one per group; got \(2, 1\), \(3,\)"):
        grouping.log_likelihood([[1], [2]], [1, 2, 3])
    with pytest.raises(ValueError, match="S must hold counts of 0 or more, not -2.0"):
        grouping.log_likelihood([[1], [-2]], [1, 2])
    with pytest.raises(ValueError, match="A must be positive, not 0.0"):
        grouping.log_likelihood([[1], [2]], [1, 0])
    with pytest.raises(ValueError, match="n_draws must be 1 or more, not 0"):
        resampling.permutation_p(X22, [9, 9], [0, 1], n_draws=0)
    with pytest.raises(ValueError, match="needs two groups, not 3"):
        resampling.leave_one_out(csr_array([[1], [1], [1]]), [1, 1, 1], [0, 1, 2], [1.0])
    with pytest.raises(ValueError, match=r"phi must have one value per item \(2\), not \(1,\)"):
        resampling.leave_one_out(X22, [9, 9], [0, 1], [1.0])
    for sizes in ([], [3, 0]):
        with pytest.raises(ValueError, match="one or more positive numbers of units"):
            resampling.relabellings(sizes)
    for p in ([-0.1], [1.1], [[0.5]]):
        for adjusted in (inference.benjamini_hochberg, inference.benjamini_yekutieli):
            with pytest.raises(ValueError, match="numbers from 0 to 1, or nan"):
                adjusted(p)


def dominated(k: float) -> inference.QuasiLikelihood:
    """40 bursty articles, of which one has k times the words of each other; 400 items without any difference."""
    rng = np.random.default_rng(6)
    lengths = np.r_[400 * k, np.full(39, 400)]
    expected = lengths[:, None] * np.geomspace(0.0005, 0.01, 400)
    X = csr_array(rng.poisson(rng.gamma(1.4, expected / 1.4)).astype(float))
    return inference.quasi_likelihood(X, lengths, np.repeat([0, 1], 20))


def test_a_unit_that_dominates_takes_the_test_away_and_widens_what_is_shown() -> None:
    # Without the exact moment of the squares, p is below .05 for .14 of the items at k = 30.
    results = {k: dominated(k) for k in (1, 4, 8, 30)}
    assert [result.estimable for result in results.values()] == [True, True, True, False]
    assert all((result.p < 0.05).mean() < 0.07 for result in results.values())


def test_equal_lengths_have_the_exact_slope_1_and_one_unit_a_side_none() -> None:
    equal = inference.quasi_likelihood(csr_array([[9.0], [1], [1], [5]]), [100] * 4, [0, 0, 1, 1])
    assert equal.phi_effective == pytest.approx(equal.overdispersion, rel=1e-12)
    assert not inference.quasi_likelihood(csr_array([[9.0], [1]]), [100] * 2, [0, 1]).estimable
