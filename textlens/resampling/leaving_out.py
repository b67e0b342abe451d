"""What becomes of an effect when one unit is left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from textlens.blocking import block_rates, block_sums, checked_blocks, expected_counts, group_words
from textlens.grouping import Floats, Integers, Mask, Matrix, checked_units, group_sums
from textlens.inference import shrunken_log_ratio, within_blocks
from textlens.resampling.labels import CELLS

_STEPS = 16  # units gone through one by one before the rest is looked up at once


@dataclass(frozen=True)
class LeaveOneOut:
    """What `leave_one_out` returns; arrays have one value per item.

    Attributes
    ----------
    low, high : smallest and largest shrunken log2 ratio when one unit is left out; nan when no unit can be.
    flips : whether the sign is the opposite in some of them (a zero is no flip).
    driver : index of the unit whose removal takes most from the effect, the first of equals; -1 when none does.
    """

    low: Floats
    high: Floats
    flips: Mask
    driver: npt.NDArray[np.int64]


def leave_one_out(
    X: Matrix,
    lengths: npt.ArrayLike,
    groups: npt.ArrayLike,
    phi: npt.ArrayLike,
    *,
    blocks: npt.ArrayLike | None = None,
) -> LeaveOneOut:
    """The shrunken log2 ratio of group 0 to group 1 without each unit in turn, overdispersion held fixed.

    Parameters
    ----------
    X, lengths, groups, blocks : as for `quasi_likelihood`, with two groups.
    phi : array (items,), ``phi_effective`` of `quasi_likelihood`.

    Returns
    -------
    LeaveOneOut
        A unit that is alone in its group cannot be left out; one that is alone in its group of a block takes the
        block with it (the only block stays). With blocks, the ratio of observed to expected is taken without each unit,
        and its extremes are mapped to the ratio inside blocks with the proportions of all units: a first-order answer,
        near where proportions are alike (typically within .1).

    Raises
    ------
    ValueError
        As for `quasi_likelihood`, or there are more than two groups, or phi does not fit.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> X = csr_array([[9], [1], [1], [1]])
    >>> result = leave_one_out(X, [100, 100, 100, 100], [0, 0, 1, 1], [1.0])
    >>> result.low.round(2), result.high.round(2), result.driver
    (array([0.]), array([2.15]), array([0]))
    """
    X, L, g = checked_units(X, lengths, groups)
    phi = np.asarray(phi, float)
    if g.max() != 1:
        raise ValueError(f"leaving one unit out needs two groups, not {g.max() + 1}")
    if phi.shape != (X.shape[1],):
        raise ValueError(f"phi must have one value per item ({X.shape[1]}), not {phi.shape}")
    if blocks is None:
        return _extremes(*_without_units(X, L, g, phi), X.shape[1])
    X, L, g, b = checked_blocks(X, lengths, groups, blocks)
    out = _extremes_in_blocks(X, L, g, b, phi)
    low, high = (within_blocks(end, X, L, g, b) for end in (out.low, out.high))
    return LeaveOneOut(low, high, out.flips, out.driver)


def _extremes(whole: Floats, units: Integers, items: Integers, effects: Floats, n_items: int) -> LeaveOneOut:
    """Range, flips and driver of each item, from one effect per (unit left out, item)."""
    if not len(units):
        nothing = np.full(n_items, np.nan)
        return LeaveOneOut(nothing, nothing.copy(), np.zeros(n_items, bool), np.full(n_items, -1))
    low, high, most = np.full(n_items, np.inf), np.full(n_items, -np.inf), np.zeros(n_items)
    np.minimum.at(low, items, effects)
    np.maximum.at(high, items, effects)
    taken = (np.sign(whole[items]) * (whole[items] - effects)).round(12)
    np.maximum.at(most, items, taken)
    driver = np.full(n_items, np.iinfo(np.int64).max)
    best = (taken > 0) & (taken == most[items])
    np.minimum.at(driver, items[best], units[best])
    driver[most <= 0] = -1
    return LeaveOneOut(low, high, _flips(low, high, whole), driver)


def _flips(low: Floats, high: Floats, whole: Floats) -> Mask:
    # What only rounding puts beyond 0 is no other sign.
    return np.asarray(((low < -1e-12) & (whole > 0)) | ((high > 1e-12) & (whole < 0)))


def _without_units(X: Matrix, L: Floats, g: Integers, phi: Floats) -> tuple[Floats, Integers, Integers, Floats]:
    """Effects of each item without each unit that has it, and without the longest and the shortest that lack it.

    Without a unit that lacks the item only the words change, and the effect moves one way with the words of a group;
    so the longest and the shortest such unit of each group bound what all of them do.
    """
    S, A = group_sums(X, L, g)
    whole = shrunken_log_ratio(S[0], A[0], S[1], A[1], phi)
    holds = np.repeat(np.arange(len(L)), np.diff(X.indptr))
    parts = []
    for code in (0, 1):
        own = np.flatnonzero(g == code)
        if len(own) == 1:
            continue
        stored = (g == code)[holds]
        bounds = [_first_lacking(X, own[np.lexsort((own, lengths))]) for lengths in (L[own], -L[own])]
        unit = np.concatenate([holds[stored], *(units for units, _ in bounds)])
        item = np.concatenate([X.indices[stored], *(items for _, items in bounds)])
        count = np.concatenate([X.data[stored], np.zeros(len(unit) - int(stored.sum()))])
        mine = (np.maximum(0, S[code][item] - count), A[code] - L[unit])
        others = (S[1 - code][item], np.broadcast_to(A[1 - code], unit.shape))
        (a, A0), (b, A1) = (mine, others) if code == 0 else (others, mine)
        parts.append((unit, item, shrunken_log_ratio(a, A0, b, A1, phi[item])))
    if not parts:
        return whole, np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    unit, item, effects = (np.concatenate(column) for column in zip(*parts, strict=True))
    return whole, unit, item, effects


def _first_lacking(X: Matrix, order: Integers) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each item the first unit of an order that does not have it; items that all have are left out."""
    open_items = np.ones(X.shape[1], bool)
    units, items = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for unit in order[:_STEPS]:
        held = np.zeros(X.shape[1], bool)
        held[X.indices[X.indptr[unit] : X.indptr[unit + 1]][X.data[X.indptr[unit] : X.indptr[unit + 1]] > 0]] = True
        found = np.flatnonzero(open_items & ~held)
        units.append(np.full(len(found), unit))
        items.append(found)
        open_items &= held
    # The few that so many have: of each the places of its units in the order; the first place that is lacking.
    still = np.flatnonzero(open_items)
    holders = csr_array(csr_array(X[:, still])[order].T)
    holders.eliminate_zeros()
    n = np.diff(holders.indptr)
    within = np.arange(len(holders.indices)) - np.repeat(holders.indptr[:-1], n)
    without_gap = np.bincount(np.repeat(np.arange(len(still)), n)[holders.indices == within], minlength=len(still))
    lacked = without_gap < len(order)
    return np.concatenate([*units, order[without_gap[lacked]]]), np.concatenate([*items, still[lacked]])


def effects_without(
    X: Matrix, lengths: npt.ArrayLike, groups: npt.ArrayLike, phi: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """The shrunken log2 ratio of group 0 to group 1, and the same without each unit: for a few items, all units.

    Parameters
    ----------
    X, lengths, groups, phi : as for `leave_one_out`.

    Returns
    -------
    (effect (items,), without (units x items)): nan for a unit that is alone in its group.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> effect, without = effects_without(csr_array([[9], [1], [1], [1]]), [100] * 4, [0, 0, 1, 1], [1.0])
    >>> effect.round(2), without.round(2).ravel()
    (array([1.58]), array([0.  , 2.15, 1.44, 1.44]))
    """
    X, L, g = checked_units(X, lengths, groups)
    if g.max() != 1:
        raise ValueError(f"leaving one unit out needs two groups, not {g.max() + 1}")
    S, A = group_sums(X, L, g)
    first = (g == 0)[:, None]
    x, n = X.toarray(), L[:, None]
    a, b = S[0] - first * x, S[1] - ~first * x
    A0, A1 = A[0] - first * n, A[1] - ~first * n
    alone = np.bincount(g)[g] == 1
    A0, A1 = np.where(alone[:, None], A[0], A0), np.where(alone[:, None], A[1], A1)
    without = shrunken_log_ratio(a, A0, b, A1, np.broadcast_to(np.asarray(phi, float), a.shape))
    without[alone] = np.nan
    return shrunken_log_ratio(S[0], A[0], S[1], A[1], phi), without


def _extremes_in_blocks(X: Matrix, L: Floats, g: Integers, b: Integers, phi: Floats) -> LeaveOneOut:
    """As `_extremes`, of the ratio of observed to expected: only items of a unit's block change without it."""
    sums, words = block_sums(X, L, b)
    own, S = group_words(L, g, b), group_sums(X, L, g)[0]
    E = expected_counts(own, block_rates(X, L, b))
    whole = _ratio(S, E, phi)
    # Units of blocks without the item leave it as it is.
    unmoved = np.bincount(sums.indices, minlength=X.shape[1]) < len(words)
    low, high, most = np.where(unmoved, whole, np.inf), np.where(unmoved, whole, -np.inf), np.zeros_like(whole)
    driver = np.full(whole.shape, -1)
    for block in range(len(words)):
        place = slice(sums.indptr[block], sums.indptr[block + 1])
        held, s = sums.indices[place], sums.data[place]
        left_out = np.flatnonzero(b == block)
        if len(words) == 1:  # the only block cannot go
            left_out = left_out[np.bincount(g)[g[left_out]] > 1]
        at_once = max(1, CELLS // max(1, len(held)))
        for start in range(0, len(left_out), at_once):
            units = left_out[start : start + at_once]
            x = csr_array(X[units])[:, held].toarray()
            rest, expected = _rest_of_block(
                S[:, held], E[:, held], s, x, own[:, block], L[units], g[units], g[b == block]
            )
            effects = _ratio(rest, expected, phi[held])
            low[held] = np.minimum(low[held], effects.min(axis=0))
            high[held] = np.maximum(high[held], effects.max(axis=0))
            taken = (np.sign(whole[held]) * (whole[held] - effects)).round(12)
            first = units[taken.argmax(axis=0)]
            better = (taken.max(axis=0) > most[held]) | ((taken.max(axis=0) == most[held]) & (first < driver[held]))
            driver[held[better]], most[held] = first[better], np.maximum(most[held], taken.max(axis=0))
    # No unit of the only block that holds the item could be left out.
    low[np.isinf(low)], high[np.isinf(high)] = np.nan, np.nan
    return LeaveOneOut(low, high, _flips(low, high, whole), driver)


def _rest_of_block(
    S: Floats, E: Floats, s: Floats, x: Floats, words: Floats, L: Floats, g: Integers, members: Integers
) -> tuple[Floats, Floats]:
    """Observed and expected sums (2 x units x items) without each of some units of one block.

    ``s`` and ``words`` are the block's counts and its groups' words; ``x``, ``L`` and ``g`` the units'; ``members`` the
    groups of all units of the block. A unit that is alone in its group takes the block with it.
    """
    own = (g == np.arange(2)[:, None])[:, :, None]
    alone = (np.bincount(members, minlength=2)[g] == 1)[None, :, None]
    rest = S[:, None, :] - np.where(own, x, np.where(alone, s - x, 0))
    left = words[:, None, None] - own * L[None, :, None]
    kept = np.where(alone, 0, left / left.sum(axis=0) * (s - x))
    expected = E[:, None, :] - (words / words.sum())[:, None, None] * s + kept
    return np.maximum(0, rest), np.maximum(0, expected)


def _ratio(S: Floats, E: Floats, phi: Floats) -> Floats:
    """The shrunken log2 ratio of observed to expected; 0 where nothing is left, or no group expects anything."""
    some = (S.sum(axis=0) > 0) & (E > 0).all(axis=0)
    effect = np.zeros(some.shape)
    effect[some] = shrunken_log_ratio(
        S[0][some], E[0][some], S[1][some], E[1][some], np.broadcast_to(phi, some.shape)[some]
    )
    return effect
