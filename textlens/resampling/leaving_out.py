"""What becomes of an effect when one unit is left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from textlens.blocking import block_rates, block_sums, checked_blocks, expected_counts, group_words
from textlens.grouping import Floats, Integers, Mask, Matrix, checked_units, group_sums
from textlens.inference import shrunken_log_ratio, within_blocks


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
    out = _extremes(*_without_units_of_blocks(X, L, g, b, phi), X.shape[1])
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
    taken = np.sign(whole[items]) * (whole[items] - effects)
    np.maximum.at(most, items, taken)
    driver = np.full(n_items, np.iinfo(np.int64).max)
    best = (taken > 0) & (taken == most[items])
    np.minimum.at(driver, items[best], units[best])
    driver[most <= 0] = -1
    # What only rounding puts beyond 0 is no other sign.
    flips = ((low < -1e-12) & (whole > 0)) | ((high > 1e-12) & (whole < 0))
    return LeaveOneOut(low, high, flips, driver)


def _without_units(
    X: Matrix, L: Floats, g: Integers, phi: Floats
) -> tuple[Floats, Integers, npt.NDArray[np.int64], Floats]:
    """Effects of each item without each unit that has it, and without the longest and the shortest that lack it.

    Without a unit that lacks the item only the words change, and the effect moves one way with the words of a group;
    so the longest and the shortest such unit of each group bound what all of them do.
    """
    S, A = group_sums(X, L, g)
    whole = shrunken_log_ratio(S[0], A[0], S[1], A[1], phi)
    removable = np.flatnonzero(np.bincount(g)[g] > 1)
    holds = np.repeat(np.arange(len(L)), np.diff(X.indptr))
    stored = np.isin(holds, removable)
    units, items, counts = [holds[stored]], [X.indices[stored].astype(np.int64)], [X.data[stored]]
    for code in (0, 1):
        own = removable[g[removable] == code]
        by_length = own[np.lexsort((own, L[own]))]
        longest_first = own[np.lexsort((own, -L[own]))]
        for order in (by_length, longest_first):
            lacking, lacked = _first_lacking(X, order)
            units.append(lacking)
            items.append(lacked)
            counts.append(np.zeros(len(lacked)))
    unit, item, count = np.concatenate(units), np.concatenate(items), np.concatenate(counts)
    a, b, A0, A1 = S[0][item], S[1][item], np.full(len(unit), A[0]), np.full(len(unit), A[1])
    first = g[unit] == 0
    a[first] = np.maximum(0, a[first] - count[first])
    A0[first] -= L[unit[first]]
    b[~first] = np.maximum(0, b[~first] - count[~first])
    A1[~first] -= L[unit[~first]]
    return whole, unit, item, shrunken_log_ratio(a, A0, b, A1, phi[item])


def _first_lacking(X: Matrix, order: Integers) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each item the first unit of an order that does not have it; items that all have are left out."""
    open_items = np.ones(X.shape[1], bool)
    units, items = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for unit in order:
        held = np.zeros(X.shape[1], bool)
        held[X.indices[X.indptr[unit] : X.indptr[unit + 1]][X.data[X.indptr[unit] : X.indptr[unit + 1]] > 0]] = True
        found = np.flatnonzero(open_items & ~held)
        units.append(np.full(len(found), unit))
        items.append(found)
        open_items &= held
        if not open_items.any():
            break
    return np.concatenate(units), np.concatenate(items)


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


def _without_units_of_blocks(
    X: Matrix, L: Floats, g: Integers, b: Integers, phi: Floats
) -> tuple[Floats, Integers, npt.NDArray[np.int64], Floats]:
    """Effects, observed over expected, of each item without each unit of a block that has the item."""
    sums, words = block_sums(X, L, b)
    own = group_words(L, g, b)
    S, E = group_sums(X, L, g)[0], expected_counts(own, block_rates(X, L, b))
    found = S.sum(axis=0) > 0
    whole = np.zeros(X.shape[1])
    whole[found] = shrunken_log_ratio(S[0, found], E[0, found], S[1, found], E[1, found], phi[found])
    # Units of blocks without the item leave it as it is.
    unmoved = np.flatnonzero(np.bincount(sums.indices, minlength=X.shape[1]) < len(words))
    units, items, effects = [np.zeros(len(unmoved), np.int64)], [unmoved], [whole[unmoved]]
    place = np.zeros(X.shape[1], np.int64)
    for unit, block in enumerate(b):
        held = sums.indices[sums.indptr[block] : sums.indptr[block + 1]]
        s = sums.data[sums.indptr[block] : sums.indptr[block + 1]]
        alone = ((g == g[unit]) & (b == block)).sum() == 1
        if alone and len(words) == 1:
            continue
        place[held] = np.arange(len(held))
        x = np.zeros(len(held))
        stored = slice(X.indptr[unit], X.indptr[unit + 1])
        x[place[X.indices[stored]]] = X.data[stored]
        rest, left = S[:, held].copy(), own[:, block].copy()
        rest[g[unit]] = np.maximum(0, rest[g[unit]] - x)
        left[g[unit]] -= L[unit]
        expected = np.maximum(0, E[:, held] - np.outer(own[:, block] / words[block], s))
        if alone:  # the block has nobody left to compare with, and goes
            rest[1 - g[unit]] = np.maximum(0, rest[1 - g[unit]] - (s - x))
        else:
            expected += np.outer(left / left.sum(), s - x)
        some = (rest.sum(axis=0) > 0) & (expected > 0).all(axis=0)
        effect = np.zeros(len(held))
        effect[some] = shrunken_log_ratio(
            rest[0, some], expected[0, some], rest[1, some], expected[1, some], phi[held][some]
        )
        units.append(np.full(len(held), unit))
        items.append(held.astype(np.int64))
        effects.append(effect)
    return whole, np.concatenate(units), np.concatenate(items), np.concatenate(effects)
