"""Resampling whole units: relabelling them, and leaving one out.

``X``, ``lengths`` and ``groups`` are as in :mod:`textlens.grouping`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import factorial, prod

import numpy as np
import numpy.typing as npt

from textlens.grouping import Floats, Integers, Mask, Matrix, checked_units, g2, group_sums
from textlens.inference import shrunken_log_ratio

_CELLS = 2**21  # numbers held at once by the permutations, 16 MB


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


def relabellings(sizes: Sequence[int] | Integers) -> int:
    """Number of ways to deal the units into groups of these sizes: n! / prod n_g!.

    >>> relabellings([3, 2])
    10
    """
    if not len(sizes) or min(sizes) < 1:
        raise ValueError(f"sizes must be one or more positive numbers of units, not {list(sizes)}")
    sizes = [int(size) for size in sizes]
    return factorial(sum(sizes)) // prod(factorial(size) for size in sizes)


def smallest_p(sizes: Sequence[int] | Integers) -> float:
    """Smallest p that the exact permutation test can reach with groups of these sizes.

    Groups of one size can swap their names without changing the statistic, so such relabellings come in ties.

    >>> smallest_p([3, 2]), smallest_p([3, 3])
    (0.1, 0.1)
    """
    ties = prod(factorial(count) for count in Counter(int(size) for size in sizes).values())
    return ties / relabellings(sizes)


def permutation_p(
    X: Matrix,
    lengths: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    rng: np.random.Generator | None = None,
    n_draws: int = 9999,
    limit: int = 10_000,
) -> Floats:
    """Share of relabellings of whole units, lengths and all, whose G2 is at least the observed one.

    Parameters
    ----------
    X, lengths, groups : as for `quasi_likelihood`.
    rng : draws `n_draws` relabellings when there are more than `limit`; p is then (1 + hits) / (1 + n_draws).
    limit : up to so many relabellings all are gone through, and `rng` is not used.

    Returns
    -------
    array (items,): nan for an item that no unit has, and throughout where all would be too many without `rng`.

    Raises
    ------
    ValueError
        As for `quasi_likelihood`, or n_draws is below 1.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> X = csr_array([[5, 1], [4, 2], [6, 1], [0, 1], [1, 2]])
    >>> permutation_p(X, [100, 100, 100, 100, 100], [0, 0, 0, 1, 1])
    array([0.1, 1. ])
    """
    X, L, g = checked_units(X, lengths, groups)
    if n_draws < 1:
        raise ValueError(f"n_draws must be 1 or more, not {n_draws}")
    sizes = np.bincount(g)
    exact = relabellings(sizes) <= limit
    if exact:
        labels = _all_labels(sizes)
    elif rng is None:
        return np.full(X.shape[1], np.nan)
    else:
        labels = (rng.permutation(g) for _ in range(n_draws))
    S, A = group_sums(X, L, g)
    f, observed = S.sum(axis=0), g2(S, A)
    # Ties must count although sums in another order round differently: by some 1e-16 of f.
    bound = observed - 1e-9 * observed - 4e-15 * f
    hits, total = np.zeros(X.shape[1]), 0
    rows = max(1, _CELLS // max(1, len(A) * X.shape[1], len(L)))
    while block := list(islice(labels, rows)):
        member = [(np.array(block) == code).astype(float) for code in range(len(A))]
        sums, words = np.stack([z @ X for z in member]), np.stack([z @ L for z in member])
        hits += (g2(sums, words) >= bound).sum(axis=0)
        total += len(block)
    return np.where(f > 0, hits / total if exact else (1 + hits) / (1 + total), np.nan)


def _all_labels(sizes: Integers) -> Iterator[Integers]:
    """Every assignment of units to groups; the largest group is what remains, which keeps choices few."""
    largest = int(sizes.argmax())
    others = [code for code in range(len(sizes)) if code != largest]
    labels = np.full(int(sizes.sum()), largest)

    def deal(codes: list[int]) -> Iterator[Integers]:
        if not codes:
            yield labels.copy()
            return
        free = np.flatnonzero(labels == largest).tolist()
        for chosen in combinations(free, int(sizes[codes[0]])):
            labels[list(chosen)] = codes[0]
            yield from deal(codes[1:])
            labels[list(chosen)] = largest

    return deal(others)


def leave_one_out(X: Matrix, lengths: npt.ArrayLike, groups: npt.ArrayLike, phi: npt.ArrayLike) -> LeaveOneOut:
    """The shrunken log2 ratio of group 0 to group 1 without each unit in turn, overdispersion held fixed.

    Parameters
    ----------
    X, lengths, groups : as for `quasi_likelihood`, with two groups.
    phi : array (items,), ``phi_effective`` of `quasi_likelihood`.

    Returns
    -------
    LeaveOneOut
        A unit that is alone in its group cannot be left out.

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
    S, A = group_sums(X, L, g)
    whole = shrunken_log_ratio(S[0], A[0], S[1], A[1], phi)
    low, high = np.full_like(whole, np.inf), np.full_like(whole, -np.inf)
    flips, driver = np.zeros(whole.shape, bool), np.full(whole.shape, -1)
    most = np.zeros_like(whole)
    removable = np.flatnonzero(np.bincount(g)[g] > 1)
    for unit in removable:
        rest, words = S.copy(), A.copy()
        stored = slice(X.indptr[unit], X.indptr[unit + 1])
        rest[g[unit], X.indices[stored]] -= X.data[stored]
        words[g[unit]] -= L[unit]
        effect = shrunken_log_ratio(rest[0], words[0], rest[1], words[1], phi)
        low, high = np.minimum(low, effect), np.maximum(high, effect)
        flips |= np.sign(effect) * np.sign(whole) < 0
        taken = np.sign(whole) * (whole - effect)
        driver = np.where(taken > most, unit, driver)
        most = np.maximum(most, taken)
    if not len(removable):
        low, high = np.full_like(whole, np.nan), np.full_like(whole, np.nan)
    return LeaveOneOut(low, high, flips, driver)
