"""The permutation test: whole units change labels, lengths and all."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from textlens.blocking import block_rates
from textlens.compiling import LONG, Loop
from textlens.grouping import (
    Floats,
    Integers,
    Mask,
    Matrix,
    checked_codes,
    checked_units,
    column_sums,
    deviance,
    sum_type,
)
from textlens.resampling.labels import CELLS, batches, labellings

# From so many products on the compiled loop pays for being loaded; so many draws of a unit lie near each other; and
# tables of logarithms stay this short.
_LONG, _ABREAST, _LOGS = 2**27, 256, 2**22


def permutation_p(
    X: Matrix,
    lengths: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    blocks: npt.ArrayLike | None = None,
    rng: np.random.Generator | None = None,
    n_draws: int = 9999,
    limit: int = 10_000,
) -> Floats:
    """Share of relabellings of whole units, lengths and all, whose G2 is at least the observed one.

    Parameters
    ----------
    X, lengths, groups, blocks : as for `quasi_likelihood`; with blocks the units change labels within them.
    rng : draws `n_draws` relabellings when there are more than `limit`; p is then (1 + hits) / (1 + n_draws). What
        takes more than two seconds shows its progress.
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
    b = np.zeros_like(g) if blocks is None else checked_codes(blocks, len(g), "blocks")
    dealt = labellings(g, blocks=b, rng=rng, n_draws=n_draws, limit=limit)
    if dealt is None:
        return np.full(X.shape[1], np.nan)
    labels, total, exact = dealt
    f = column_sums(X)
    tabled = _in_tables(X, f, b, total)
    kinds = [(chosen, kind) for chosen, kind in ((tabled, _Tabled), (~tabled, _Relabelled)) if chosen.any()]
    parts = [(np.flatnonzero(chosen), kind(csr_array(X[:, chosen]), L, g, b)) for chosen, kind in kinds]
    hits = np.zeros(X.shape[1])
    cells = max(min(len(L), CELLS // _ABREAST), int((~tabled).sum()) * (int(g.max()) + 1))
    for block in batches(labels, total, cells):
        for chosen, statistic in parts:
            hits[chosen] += statistic.hits(block)
    return np.where(f > 0, hits / total if exact else (1 + hits) / (1 + total), np.nan)


class _Relabelled:
    """G2 of each item under other labels, and whether it is at least that under those given (``g``)."""

    def __init__(self, X: Matrix, L: Floats, g: Integers, b: Integers) -> None:
        self.f = column_sums(X)
        self.type = sum_type(X.data, self.f.max(initial=0))
        self.items = csr_array(X.T).astype(self.type)
        self.rates = csr_array(block_rates(X, L, b).T) if b.any() else None
        self.L, self.b, self.n_groups = L, b, int(g.max()) + 1
        observed = self(g[None])[:, 0]
        # Ties must count although sums in another order round differently: by some 1e-16 of f.
        self.bound = observed - 1e-9 * observed - 4e-15 * self.f

    def hits(self, labels: Integers) -> Integers:
        """How many labellings (draws x units) give each item at least the observed G2."""
        return np.asarray((self(labels) >= self.bound[:, None]).sum(axis=1))

    def __call__(self, labels: Integers) -> Floats:
        """Items x draws."""
        # The last group has what the others leave, which saves a product.
        member = [labels == code for code in range(self.n_groups - 1)]
        S = [(self.items @ z.T.astype(self.type)).astype(np.float64) for z in member]
        E = [self._expected(z.astype(np.float64)) for z in member]
        f = self.f[:, None]
        S.append(f - sum(S))
        E.append(f - sum(E))
        return deviance(np.stack(S), np.maximum(np.stack(E), 0))

    def _expected(self, member: Floats) -> Floats:
        if self.rates is None:
            return np.outer(self.f, (member @ self.L) / self.L.sum())
        words = np.stack([np.bincount(self.b, weights=z * self.L) for z in member])
        return np.asarray(self.rates @ words.T)


def _in_tables(X: Matrix, f: Floats, b: Integers, n_draws: int) -> Mask:
    """Which items are gone through with tables of logarithms: whole counts without blocks, where much is to do."""
    if X.nnz * n_draws < _LONG or b.any() or (X.data != np.rint(X.data)).any():
        return np.zeros(len(f), dtype=bool)
    return f < _LOGS


class _Tabled:
    """As `_Relabelled`: G2 of whole counts is twice the sum of S log S - S log A, less that of all groups."""

    def __init__(self, X: Matrix, L: Floats, g: Integers, b: Integers) -> None:
        f = column_sums(X)
        items, whole = csr_array(X.T), np.arange(f.max() + 1)
        self.table = whole * np.log(np.maximum(whole, 1))
        self.borders, self.units, self.counts = items.indptr, items.indices, items.data.astype(np.int32)
        # Sums of terms of f log f round by some 1e-16 of them.
        bound = _Relabelled(X, L, g, b).bound - 4e-15 * self.table[f.astype(np.int64)]
        self.f, self.least = f.astype(np.int32), bound / 2 + self.table[f.astype(np.int64)]
        self.L, self.n_groups = L, int(g.max()) + 1

    def hits(self, labels: Integers) -> Integers:
        """How many labellings (draws x units) give each item at least the observed G2."""
        found = np.zeros(len(self.f), dtype=np.int64)
        for start in range(0, len(labels), _ABREAST):
            some = labels[start : start + _ABREAST]
            member = np.stack([some == code for code in range(self.n_groups)])
            logs = np.log(member @ self.L / self.L.sum())
            n = len(some)
            read = (self.borders, self.units, self.counts, self.f, self.least, self.table, logs)
            masks = np.ascontiguousarray(member[:-1].transpose(0, 2, 1)).view(np.int8)
            write = (found, np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n))
            # All draws together are many, though these may be few.
            _HITS(*read, masks, write=write, steps=LONG)
        return found


def _hits(
    borders: Any,
    units: Any,
    counts: Any,
    f: Any,
    least: Any,
    table: Any,
    logs: Any,
    masks: Any,
    hits: Any,
    sums: Any,
    rest: Any,
    value: Any,
) -> None:
    """Add to ``hits`` in how many draws each item reaches ``least``; the other three are room to work in."""
    n_draws = len(value)
    for item in range(len(f)):
        for draw in range(n_draws):
            rest[draw] = f[item]
            value[draw] = 0.0
        for group in range(len(masks)):
            mask = masks[group]
            for draw in range(n_draws):
                sums[draw] = 0
            for place in range(borders[item], borders[item + 1]):
                row = mask[units[place]]
                count = counts[place]
                for draw in range(n_draws):
                    sums[draw] += count * row[draw]
            for draw in range(n_draws):
                value[draw] += table[sums[draw]] - sums[draw] * logs[group][draw]
                rest[draw] -= sums[draw]
        last = logs[len(masks)]
        for draw in range(n_draws):
            hits[item] += value[draw] + table[rest[draw]] - rest[draw] * last[draw] >= least[item]


_HITS = Loop(_hits)
