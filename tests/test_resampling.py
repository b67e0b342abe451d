"""Relabelling, leaving out and drawing units: every case gone through by brute force."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations, product
from math import comb, log2

import numpy as np
import pytest
from designs import TWO, TWO_GROUPS, TWO_LENGTHS, blocked_designs, designs, family_of_40
from hypothesis import assume, given, settings
from scipy import special
from scipy.sparse import csr_array

from textlens import inference, resampling

# --- relabelling ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "number", "floor"),
    [
        ([3, 2], 10, 1 / 10),
        ([3, 3], 20, 2 / 20),
        ([2, 4, 2], 420, 2 / 420),
        ([4, 5], 126, 1 / 126),
        ([2, 2, 2], 90, 6 / 90),
        ([1, 1], 2, 1),
        ([600, 700], comb(1300, 600), 0.0),
    ],
)
def test_relabellings_and_the_smallest_p(sizes: list[int], number: int, floor: float) -> None:
    assert resampling.relabellings(sizes) == number
    assert resampling.smallest_p(sizes) == pytest.approx(floor, rel=1e-12, abs=1e-300)


def brute_force_p(X: np.ndarray, L: np.ndarray, chosen: int) -> list[float]:
    """Share of the ways to choose the first group whose G2 reaches that of the first `chosen` units."""

    def g2(first: tuple[int, ...]) -> np.ndarray:
        inside = np.isin(np.arange(len(L)), first)
        S = np.array([X[inside].sum(axis=0), X[~inside].sum(axis=0)])
        E = np.outer([L[inside].sum(), L[~inside].sum()], X.sum(axis=0)) / L.sum()
        return 2 * special.xlogy(S, S / E).sum(axis=0)

    every = np.array([g2(first) for first in combinations(range(len(L)), chosen)])
    return (every >= every[0] * (1 - 1e-9) - 1e-11).mean(axis=0).tolist()


@given(designs())
def test_permutation_p_against_brute_force(
    design: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    X, L, g = design
    X = X + 1  # every item occurs
    expected = brute_force_p(X, L, int((g == 0).sum()))
    np.testing.assert_allclose(resampling.permutation_p(csr_array(X), L, g), expected, rtol=1e-12)


def test_permutation_p_of_three_groups_counted_by_hand() -> None:
    # One unit a group and equal lengths: all six relabellings are one table with its rows renamed.
    assert resampling.permutation_p(csr_array([[9], [1], [0]]), [10] * 3, [0, 1, 2]).tolist() == [1]
    # 4 units in groups of 2, 1, 1, equal lengths, all occurrences in unit 3, alone in its group: 12
    # relabellings, unit 3 sits in a group of one in six of them, and G2 is larger there than in the pair.
    p = resampling.permutation_p(csr_array([[0], [0], [0], [8]]), [50] * 4, [0, 0, 1, 2])
    assert p.tolist() == [0.5]


def test_permutation_p_of_the_reference_example_reaches_the_floor() -> None:
    p = resampling.permutation_p(csr_array(TWO), TWO_LENGTHS, TWO_GROUPS)
    np.testing.assert_allclose(p, brute_force_p(TWO, np.array(TWO_LENGTHS), 3), rtol=1e-12)
    assert p.min() == resampling.smallest_p([3, 3])


def test_permutation_p_needs_an_rng_beyond_the_limit() -> None:
    p = resampling.permutation_p(csr_array(TWO), TWO_LENGTHS, TWO_GROUPS, limit=19)
    assert np.isnan(p).all()
    exact = resampling.permutation_p(csr_array(TWO), TWO_LENGTHS, TWO_GROUPS, limit=20)
    assert not np.isnan(exact).any()


def test_monte_carlo_p_comes_near_the_exact_one_and_never_reaches_zero() -> None:
    X, L, g = csr_array(TWO), TWO_LENGTHS, TWO_GROUPS
    exact = resampling.permutation_p(X, L, g)
    drawn = resampling.permutation_p(X, L, g, rng=np.random.default_rng(3), limit=1, n_draws=4999)
    np.testing.assert_allclose(drawn, exact, atol=5 * np.sqrt(0.25 / 4999))
    again = resampling.permutation_p(X, L, g, rng=np.random.default_rng(3), limit=1, n_draws=4999)
    assert np.array_equal(drawn, again)
    one = resampling.permutation_p(X, L, g, rng=np.random.default_rng(3), limit=1, n_draws=1)
    assert set(one.tolist()) <= {0.5, 1.0}


def test_blocks_do_not_change_a_permutation_p(monkeypatch: pytest.MonkeyPatch) -> None:
    X, L, g = family_of_40()
    whole = resampling.permutation_p(csr_array(X), L, g)
    few = resampling.permutation_p(csr_array(X), L, g, limit=1, rng=np.random.default_rng(1), n_draws=50)
    monkeypatch.setattr(resampling.labels, "CELLS", 1000)
    assert np.array_equal(resampling.permutation_p(csr_array(X), L, g), whole)
    again = resampling.permutation_p(csr_array(X), L, g, limit=1, rng=np.random.default_rng(1), n_draws=50)
    assert np.array_equal(again, few)


def test_permutation_p_counts_ties_of_weights_summed_in_another_order() -> None:
    # Both groups hold 1.8, 1.7 and 1.1, so nothing is nearer to equal and every relabelling counts.
    X = csr_array([[1.8], [1.7], [1.1], [1.1], [1.7], [1.8]])
    assert resampling.permutation_p(X, [100] * 6, [0, 1, 0, 1, 0, 1]).tolist() == [1]


def test_permutation_p_of_an_item_that_no_unit_has_is_nan() -> None:
    p = resampling.permutation_p(csr_array([[1, 0], [0, 0]]), [10, 10], [0, 1])
    assert p[0] == 1 and np.isnan(p[1])


# --- relabelling within blocks -------------------------------------------------------------------------------

Blocked = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def every_labelling(g: np.ndarray, b: np.ndarray) -> set[tuple[int, ...]]:
    """All orders of the labels inside each block, by brute force."""
    found = set()
    for orders in product(*(permutations(np.flatnonzero(b == block)) for block in range(b.max() + 1))):
        labels = g.copy()
        for block, order in enumerate(orders):
            labels[b == block] = g[list(order)]
        found.add(tuple(labels.tolist()))
    return found


@pytest.mark.parametrize(
    ("sizes", "number", "floor"),
    [
        ([[2, 1], [1, 1]], 6, 1 / 6),
        ([[2, 1], [1, 2]], 9, 1 / 9),
        ([[1, 1]] * 5, 32, 2 / 32),
        ([[2, 2], [1, 1]], 12, 2 / 12),
        # Groups 0 and 2 may swap their names; group 1 has the same units in all, but not in each block.
        ([[1, 2, 1], [2, 1, 2]], 12 * 30, 2 / 360),
        ([[1, 1, 0], [1, 0, 1]], 4, 1 / 4),
    ],
)
def test_relabellings_within_blocks_and_the_smallest_p(sizes: list[list[int]], number: int, floor: float) -> None:
    assert resampling.relabellings(sizes) == number
    assert resampling.smallest_p(sizes) == pytest.approx(floor, rel=1e-12)


def test_group_sizes_count_units_in_each_block() -> None:
    assert resampling.group_sizes([2, 0, 1, 0]).tolist() == [[2, 1, 1]]
    assert resampling.group_sizes([2, 0, 1, 0], [1, 0, 0, 0]).tolist() == [[2, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("g", "b"),
    [
        ([0, 1, 1, 0, 1], [0, 0, 0, 0, 0]),
        ([2, 1, 0, 1, 0], [0, 0, 0, 0, 0]),
        ([0, 1, 0, 1, 1, 0], [1, 0, 0, 1, 0, 1]),
        ([0, 1, 2, 2, 0, 1, 1], [0, 1, 0, 1, 1, 0, 0]),
    ],
)
def test_labellings_are_all_there_are_each_once(g: list[int], b: list[int]) -> None:
    dealt = resampling.labellings(g, blocks=b)
    assert dealt is not None
    labels, number, exact = dealt
    ways = [tuple(way.tolist()) for way in labels]
    assert exact and number == len(ways) == len(set(ways))
    assert set(ways) == every_labelling(np.array(g), np.array(b))


def test_labellings_beyond_the_limit_are_drawn_within_blocks() -> None:
    g, b = np.array([0, 1, 0, 1, 1, 0]), np.array([1, 0, 0, 1, 0, 1])
    assert resampling.labellings(g, blocks=b, limit=8) is None
    dealt = resampling.labellings(g, blocks=b, limit=8, n_draws=500, rng=np.random.default_rng(0))
    assert dealt is not None
    labels, number, exact = dealt
    drawn = [tuple(way.tolist()) for way in labels]
    assert (number, exact, len(drawn)) == (500, False, 500)
    # Each of the nine ways is drawn about as often.
    counted = Counter(drawn)
    assert set(counted) == every_labelling(g, b)
    assert min(counted.values()) > 30


def naive_p(X: np.ndarray, L: np.ndarray, g: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Share of all labellings whose G2 within blocks reaches the observed one."""
    expected = np.zeros(X.shape)
    for i in range(len(L)):
        expected[i] = L[i] * X[b == b[i]].sum(axis=0) / L[b == b[i]].sum()

    def g2(labels: np.ndarray) -> np.ndarray:
        S, E = (np.array([v[labels == c].sum(axis=0) for c in range(g.max() + 1)]) for v in (X, expected))
        return 2 * (special.xlogy(S, np.maximum(S, 1e-300)) - special.xlogy(S, np.maximum(E, 1e-300))).sum(axis=0)

    observed = g2(g)
    every = np.array([g2(np.array(labels)) for labels in every_labelling(g, b)])
    shares = (every >= observed - 1e-9 * observed - 1e-12).mean(axis=0)
    return np.where(X.sum(axis=0) > 0, shares, np.nan)


@given(blocked_designs())
@settings(max_examples=40)
def test_permutation_p_within_blocks_against_brute_force(design: Blocked) -> None:
    X, L, g, b = design
    assume(len(every_labelling(g, b)) <= 2000 if np.bincount(b).max() < 7 else False)
    np.testing.assert_allclose(resampling.permutation_p(csr_array(X), L, g, blocks=b), naive_p(X, L, g, b), rtol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_permutation_p_of_three_groups_against_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    g, b = np.array([0, 1, 2, 2, 0, 1, 1, 0]), np.array([0, 0, 0, 0, 1, 1, 1, 1])
    L = rng.integers(50, 400, 8)
    X = rng.poisson(rng.gamma(1, 4, (8, 6)))
    for blocks in (b, np.zeros(8, int)):
        chosen = slice(None) if blocks.any() else slice(0, 6)
        x, words, groups, own = X[chosen], L[chosen], g[chosen], blocks[chosen]
        p = resampling.permutation_p(csr_array(x), words, groups, blocks=own)
        np.testing.assert_allclose(p, naive_p(x, words, groups, own), rtol=1e-12)


def test_monte_carlo_p_within_blocks_comes_near_the_exact_one() -> None:
    rng = np.random.default_rng(8)
    g, b = np.tile([0, 1, 1, 0], 3), np.repeat([0, 1, 2], 4)
    L, X = rng.integers(50, 400, 12), csr_array(rng.poisson(rng.gamma(1, 4, (12, 8))))
    exact = resampling.permutation_p(X, L, g, blocks=b)
    drawn = resampling.permutation_p(X, L, g, blocks=b, limit=1, rng=rng, n_draws=4999)
    np.testing.assert_allclose(drawn, exact, atol=5 * np.sqrt(0.25 / 4999))
    assert np.isnan(resampling.permutation_p(X, L, g, blocks=b, limit=215)).all()
    assert not np.isnan(resampling.permutation_p(X, L, g, blocks=b, limit=216)).any()


# --- leaving one unit out ------------------------------------------------------------------------------------


@given(designs())
def test_leave_one_out_against_comparing_the_others_anew(
    design: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    X, L, g = design
    phi = inference.quasi_likelihood(csr_array(X), L, g).phi_effective
    result = resampling.leave_one_out(csr_array(X), L, g, phi)

    def effect(kept: np.ndarray) -> np.ndarray:
        S = [X[kept & (g == code)].sum(axis=0) for code in (0, 1)]
        A = [L[kept & (g == code)].sum() for code in (0, 1)]
        return inference.shrunken_log_ratio(S[0], A[0], S[1], A[1], phi)

    whole = effect(np.ones(len(g), bool))
    units = [u for u in range(len(g)) if (g == g[u]).sum() > 1]
    if not units:
        assert np.isnan(result.low).all() and np.isnan(result.high).all()
        assert not result.flips.any() and (result.driver == -1).all()
        return
    effects = np.array([effect(np.arange(len(g)) != u) for u in units])
    assert np.array_equal(result.low, effects.min(axis=0))
    assert np.array_equal(result.high, effects.max(axis=0))
    assert np.array_equal(result.flips, (effects * whole < 0).any(axis=0))
    towards_zero = np.sign(whole) * (whole - effects)
    first = np.array(units)[towards_zero.argmax(axis=0)]
    assert np.array_equal(result.driver, np.where(towards_zero.max(axis=0) > 0, first, -1))


def test_the_driver_is_the_one_unit_that_makes_the_effect() -> None:
    X = csr_array([[2, 2, 0], [60, 2, 0], [2, 2, 0], [3, 2, 0], [3, 2, 0]])
    result = resampling.leave_one_out(X, [500] * 5, [0, 0, 0, 1, 1], np.ones(3))
    # Without unit 1 the rates are 2/500 against 3/500; equal rates have no sign, so no flip and no driver.
    k = 4 / 2000
    assert result.low[0] == pytest.approx(log2((0.004 + k) / (0.006 + k)), abs=1e-12)
    assert result.flips.tolist() == [True, False, False]
    assert result.driver.tolist() == [1, -1, -1]
    assert result.low[1:].tolist() == result.high[1:].tolist() == [0, 0]


def test_of_two_equal_drivers_the_first_is_named() -> None:
    X = csr_array([[1], [8], [8], [1], [1]])
    result = resampling.leave_one_out(X, [100] * 5, [0, 0, 0, 1, 1], [1.0])
    assert result.driver.tolist() == [1]


def test_a_term_in_every_article_is_left_out_everywhere() -> None:
    # By hand, phi 1: rates of the rest, four occurrences of no difference over all their words.
    X, L, g = csr_array([[4], [6], [3], [1]]), [100, 200, 100, 300], [0, 0, 1, 1]
    result = resampling.leave_one_out(X, L, g, [1.0])

    def effect(a: int, A: int, b: int, B: int) -> float:
        return log2(a / A + 4 / (A + B)) - log2(b / B + 4 / (A + B))

    effects = [effect(6, 200, 4, 400), effect(4, 100, 4, 400), effect(10, 300, 1, 300), effect(10, 300, 3, 100)]
    assert result.low[0] == pytest.approx(min(effects), abs=1e-12) == pytest.approx(effects[3], abs=1e-12)
    assert result.high[0] == pytest.approx(max(effects), abs=1e-12)
    assert result.driver.tolist() == [3]


@given(designs())
def test_effects_without_each_unit_have_the_range_of_leave_one_out(
    design: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    X, L, g = design
    phi = np.linspace(1, 3, X.shape[1])
    whole, without = resampling.effects_without(csr_array(X), L, g, phi)
    S, A = np.eye(2)[:, g] @ X, np.eye(2)[:, g] @ L
    np.testing.assert_array_equal(whole, inference.shrunken_log_ratio(S[0], A[0], S[1], A[1], phi))
    alone = np.bincount(g)[g] == 1
    assert np.array_equal(np.isnan(without), np.broadcast_to(alone[:, None], X.shape))
    result = resampling.leave_one_out(csr_array(X), L, g, phi)
    if not alone.all():
        assert np.array_equal(result.low, without[~alone].min(axis=0))
        assert np.array_equal(result.high, without[~alone].max(axis=0))


def naive_effect(X: np.ndarray, L: np.ndarray, g: np.ndarray, b: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """The shrunken ratio of observed to expected sums; 0 for an item that nobody has (left)."""
    S, E = np.zeros((2, X.shape[1])), np.zeros((2, X.shape[1]))
    for block in np.unique(b):
        inside = b == block
        for code in (0, 1):
            S[code] += X[inside & (g == code)].sum(axis=0)
            E[code] += X[inside].sum(axis=0) * L[inside & (g == code)].sum() / L[inside].sum()
    found = S.sum(axis=0) > 0
    ratio = inference.shrunken_log_ratio(S[0], np.where(found, E[0], 1), S[1], np.where(found, E[1], 1), phi)
    return np.where(found, ratio, 0)


@given(blocked_designs())
def test_leave_one_out_of_blocks_against_comparing_the_others_anew(design: Blocked) -> None:
    X, L, g, b = design
    X = np.where((b == 0)[:, None], 0, X)  # so that leaving out a unit of block 0 leaves the effect as it is
    phi = np.linspace(1, 2, X.shape[1])
    whole, effects = naive_effect(X, L, g, b, phi), naive_effects_without(X, L, g, b, phi)
    result = resampling.leave_one_out(csr_array(X), L, g, phi, blocks=b)
    low, high = (inference.within_blocks(ends, csr_array(X), L, g, b) for ends in (effects.min(0), effects.max(0)))
    np.testing.assert_allclose(result.low, low, atol=1e-7)
    np.testing.assert_allclose(result.high, high, atol=1e-7)
    clear = (np.abs(effects) > 1e-9).all(axis=0)
    assert np.array_equal(result.flips[clear], (effects * whole < 0).any(axis=0)[clear])


@given(blocked_designs())
def test_the_driver_in_blocks_is_a_unit_that_takes_most(design: Blocked) -> None:
    X, L, g, b = design
    phi = np.linspace(1, 2, X.shape[1])
    whole, effects = naive_effect(X, L, g, b, phi), naive_effects_without(X, L, g, b, phi)
    taken = np.sign(whole) * (whole - effects)
    result = resampling.leave_one_out(csr_array(X), L, g, phi, blocks=b)
    for item in np.flatnonzero((np.abs(whole) > 1e-9) & (taken.max(axis=0) > 1e-9)):
        assert taken[result.driver[item], item] == pytest.approx(taken[:, item].max(), abs=1e-9)


def naive_effects_without(X: np.ndarray, L: np.ndarray, g: np.ndarray, b: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """The effect without each unit; one that is alone in its group of a block takes the block with it, but not the
    only block."""
    effects = []
    for unit in range(len(g)):
        kept = np.arange(len(g)) != unit
        if not (kept & (b == b[unit]) & (g == g[unit])).any():
            kept = b != b[unit] if b.any() else np.ones(len(g), bool)
        effects.append(naive_effect(X[kept], L[kept], g[kept], b[kept], phi))
    return np.array(effects)


def test_without_its_only_unit_of_a_group_a_block_is_left_out() -> None:
    # Block 1 alone makes the effect; without unit 2 (or 3) it has nobody to compare with.
    X, L, g, b = csr_array([[2], [2], [9], [1], [2], [2]]), [100] * 6, [0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 2, 2]
    result = resampling.leave_one_out(X, L, g, [1.0], blocks=b)
    assert result.low[0] == pytest.approx(0, abs=1e-12)
    assert result.driver.tolist() == [2]
    # Without block 0: 11 against 3 of 7 expected each, four more on each side.
    assert result.high[0] == pytest.approx(log2((11 / 7 + 4 / 14) / (3 / 7 + 4 / 14)), abs=1e-9)


# --- drawing units anew --------------------------------------------------------------------------------------


def forty(seed: int, n_items: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    L, g = rng.integers(100, 900, 43), np.repeat([1, 0], [20, 23])
    return rng.poisson(L[:, None] * rng.uniform(0.002, 0.02, n_items)), L, g


def test_the_bootstrap_against_a_plain_one_of_the_same_draws() -> None:
    X, L, g = forty(1)
    X[:, 4] = 0
    X[[0, 3], 4] = 1  # in two units of group 1 alone
    X[:, 5] = 0
    low, high = resampling.bootstrap_interval(csr_array(X), L, g, rng=np.random.default_rng(5), n_draws=400, level=0.9)
    rng = np.random.default_rng(5)
    draws = [rng.multinomial(n, np.full(n, 1 / n), size=400) for n in (23, 20)]
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = [(times @ X[g == code]) / (times @ L[g == code])[:, None] for code, times in enumerate(draws)]
        ratios = np.log2(rates[0] / rates[1])
    for item in range(4):
        # Of 400 sorted values the 20th and the 380th: .05 and .95 of them are no larger.
        in_order = np.sort(ratios[:, item])
        assert (low[item], high[item]) == pytest.approx((in_order[19], in_order[379]), rel=1e-12)
    assert (low[4], high[4]) == (-np.inf, -np.inf)
    assert np.isnan([low[5], high[5]]).all()


def test_the_bootstrap_is_unbounded_where_a_side_may_lack_the_item() -> None:
    # Two of twenty units have it: .9 ** 20 = .12 of the draws of group 1 are without it.
    X, g = np.ones((40, 1)), np.repeat([0, 1], 20)
    X[22:] = 0
    low, high = resampling.bootstrap_interval(csr_array(X), [100] * 40, g, rng=np.random.default_rng(0))
    assert np.isfinite(low[0]) and high[0] == np.inf


def test_the_bootstrap_is_the_same_for_the_same_seed_and_however_many_items_are_held() -> None:
    X, L, g = forty(2)
    ends = [resampling.bootstrap_interval(csr_array(X), L, g, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert np.array_equal(ends[0], ends[1])
    assert not np.array_equal(ends[0], ends[2])
    alone = resampling.bootstrap_interval(csr_array(X[:, [2]]), L, g, rng=np.random.default_rng(1))
    np.testing.assert_allclose(np.array(alone)[:, 0], np.array(ends[0])[:, 2], rtol=1e-12)


@pytest.mark.parametrize("groups", [[0] * 19 + [1] * 24, [0] * 20 + [1] * 20 + [2] * 3])
def test_a_bootstrap_of_few_units_is_refused(groups: list[int]) -> None:
    X, L, _ = forty(3)
    sizes = np.bincount(groups).tolist()
    message = (
        f"^a bootstrap needs two groups of 20 units or more, not {sizes}; with fewer its intervals are too narrow$"
    )
    with pytest.raises(ValueError, match=message.replace("[", r"\[").replace("]", r"\]")):
        resampling.bootstrap_interval(csr_array(X), L, groups, rng=np.random.default_rng(0))


# --- the quick ways give the same as the plain ones ----------------------------------------------------------


@pytest.mark.parametrize("n_groups", [2, 3])
@pytest.mark.parametrize("equal", [True, False])
def test_tables_of_logarithms_give_the_permutation_p(
    monkeypatch: pytest.MonkeyPatch, n_groups: int, equal: bool
) -> None:
    rng = np.random.default_rng(8)
    X = csr_array(rng.poisson(rng.gamma(0.5, 1, (30, 40))))
    L = np.full(30, 500) if equal else rng.integers(100, 900, 30)  # ties in plenty, and few
    g = np.arange(30) % n_groups

    def p() -> np.ndarray:
        return resampling.permutation_p(X, L, g, rng=np.random.default_rng(2), n_draws=600)

    plain = p()
    monkeypatch.setattr(resampling.permutation, "_LONG", 0)
    assert np.array_equal(p(), plain)
    # The most frequent items are gone through without tables.
    monkeypatch.setattr(resampling.permutation, "_LOGS", 15)
    assert np.array_equal(p(), plain)
    assert 0 < (X.sum(axis=0) < 15).sum() < 40


@pytest.mark.parametrize("blocks", [None, [2, 0, 1, 1, 0, 2, 0, 1, 2, 1]])
def test_drawn_labels_are_those_of_random_keys_sorted_within_blocks(blocks: list[int] | None) -> None:
    g, b = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1, 0]), np.array(blocks or [0] * 10)
    keys, order = np.random.default_rng(4), np.argsort(b, kind="stable")
    drawn = resampling.labellings(g, blocks=blocks, rng=np.random.default_rng(4), n_draws=20, limit=1)
    assert drawn is not None
    for labels in drawn[0]:
        expected = np.empty_like(g)
        expected[order] = g[np.lexsort((keys.random(10), b))]
        assert labels.tolist() == expected.tolist()


def plain_bootstrap(X: np.ndarray, L: np.ndarray, n_draws: int) -> np.ndarray:
    """Both ends of the interval of two groups of 20, with all draws at once in double precision."""
    rng, rates = np.random.default_rng(3), []
    for side in (slice(20), slice(20, 40)):
        weights = rng.multinomial(20, np.full(20, 1 / 20), size=n_draws)
        rates.append((weights @ X[side]) / (weights @ L[side])[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.log2(rates[0]) - np.log2(rates[1])
    return np.nanquantile(ratios, [(1 - 0.95) / 2, (1 + 0.95) / 2], axis=0, method="inverted_cdf")


@pytest.mark.parametrize("times", [1, 2**21, 0.37])
def test_bootstrap_in_single_precision_is_that_in_double(times: float) -> None:
    rng = np.random.default_rng(6)
    X = rng.poisson(rng.gamma(0.3, 2, (40, 30))) * times
    X[:, 0], X[0, 0] = 0, 2**21 + 1  # some draws without any
    L = X.sum(axis=1) + 900
    low, high = resampling.bootstrap_interval(csr_array(X), L, np.repeat([0, 1], 20), rng=np.random.default_rng(3))
    expected = plain_bootstrap(X, L, 999)
    assert np.array_equal(np.isinf([low, high]), np.isinf(expected))
    np.testing.assert_allclose([low, high], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("steps", [0, 1, 3, 99])
def test_the_first_unit_that_lacks_an_item(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    monkeypatch.setattr(resampling.leaving_out, "_STEPS", steps)
    rng = np.random.default_rng(1)
    held = rng.random((7, 50)) < np.linspace(0.2, 1, 50)
    order = np.array([4, 0, 6, 2, 1])
    X = csr_array(held.astype(float))
    X.data[::9] = 0  # stored, and yet lacking
    units, items = resampling.leaving_out._first_lacking(X, order)
    lacking = X.toarray()[order] == 0
    expected = {item: order[lacking[:, item].argmax()] for item in range(50) if lacking[:, item].any()}
    assert dict(zip(items.tolist(), units.tolist(), strict=True)) == expected
    assert len(items) == len(expected) < 50
