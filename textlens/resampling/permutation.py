"""The permutation test: whole units change labels, lengths and all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from textlens.blocking import block_rates
from textlens.grouping import Floats, Integers, Matrix, checked_codes, checked_units, column_sums, deviance
from textlens.resampling.labels import batches, labellings


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
    statistic = _Relabelled(X, L, b, int(g.max()) + 1)
    observed, f = statistic(g[None])[:, 0], statistic.f
    # Ties must count although sums in another order round differently: by some 1e-16 of f.
    bound = (observed - 1e-9 * observed - 4e-15 * f)[:, None]
    hits = np.zeros(X.shape[1])
    for block in batches(labels, total, X.shape[1] * (int(g.max()) + 1)):
        hits += (statistic(block) >= bound).sum(axis=1)
    return np.where(f > 0, hits / total if exact else (1 + hits) / (1 + total), np.nan)


class _Relabelled:
    """G2 of each item under other labels."""

    def __init__(self, X: Matrix, L: Floats, b: Integers, n_groups: int) -> None:
        self.items = csr_array(X.T)
        self.f = column_sums(X)
        self.rates = csr_array(block_rates(X, L, b).T) if b.any() else None
        self.L, self.b, self.n_groups = L, b, n_groups

    def __call__(self, labels: npt.NDArray[np.int64]) -> Floats:
        """Items x draws."""
        # The last group has what the others leave, which saves a product.
        member = [(labels == code).astype(float) for code in range(self.n_groups - 1)]
        S = [self.items @ z.T for z in member]
        E = [self._expected(z) for z in member]
        f = self.f[:, None]
        S.append(f - sum(S))
        E.append(f - sum(E))
        return deviance(np.stack(S), np.maximum(np.stack(E), 0))

    def _expected(self, member: Floats) -> Floats:
        if self.rates is None:
            return np.outer(self.f, (member @ self.L) / self.L.sum())
        words = np.stack([np.bincount(self.b, weights=z * self.L) for z in member])
        return np.asarray(self.rates @ words.T)
