"""Intervals from units drawn anew."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from textlens.grouping import Floats, Matrix, checked_units, column_sums
from textlens.resampling.labels import CELLS

FEWEST_FOR_BOOTSTRAP = 20


def bootstrap_interval(
    X: Matrix,
    lengths: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    n_draws: int = 999,
    level: float = 0.95,
) -> tuple[Floats, Floats]:
    """Interval of the log2 rate ratio of group 0 to group 1: percentiles over units drawn anew in each group.

    With few units it is too narrow: measured, a true value was left out in 14 % of cases, not 5, with five units a
    side. So each group must have 20.

    Parameters
    ----------
    X, lengths, groups : as for `quasi_likelihood`, with two groups.
    rng : draws the units.
    n_draws : how often; what takes more than two seconds shows its progress.
    level : coverage.

    Returns
    -------
    (low, high), arrays (items,): infinite where an item is absent from one side in that share of the draws; nan where
        no unit has it.

    Raises
    ------
    ValueError
        As for `quasi_likelihood`; there are more than two groups, or one has fewer than 20 units.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> X = csr_array([[2]] * 10 + [[4]] * 10 + [[1]] * 20)
    >>> low, high = bootstrap_interval(X, [100] * 40, [0] * 20 + [1] * 20, rng=np.random.default_rng(1))
    >>> (2**low).round(1), (2**high).round(1)
    (array([2.6]), array([3.4]))
    """
    from tqdm import tqdm

    X, L, g = checked_units(X, lengths, groups)
    if n_draws < 1 or not 0 < level < 1:
        raise ValueError(f"n_draws must be 1 or more and level between 0 and 1, not {n_draws} and {level}")
    sizes = np.bincount(g)
    if len(sizes) != 2 or sizes.min() < FEWEST_FOR_BOOTSTRAP:
        raise ValueError(
            f"a bootstrap needs two groups of {FEWEST_FOR_BOOTSTRAP} units or more, not {sizes.tolist()}; "
            "with fewer its intervals are too narrow"
        )
    items, f = csr_array(X.T), column_sums(X)
    weights = np.zeros((len(L), n_draws))
    for code, size in enumerate(sizes):
        weights[g == code] = rng.multinomial(int(size), np.full(size, 1 / size), size=n_draws).T
    low, high = np.full(X.shape[1], np.nan), np.full(X.shape[1], np.nan)
    held = np.flatnonzero(f > 0)
    n_at_once = max(1, CELLS // n_draws)
    for start in tqdm(range(0, len(held), n_at_once), desc="drawing units", delay=2, leave=False):
        chunk = held[start : start + n_at_once]
        rates = [
            items[chunk][:, g == code] @ weights[g == code] / (L[g == code] @ weights[g == code]) for code in (0, 1)
        ]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.log2(rates[0]) - np.log2(rates[1])
        # A draw in which neither side has the item says nothing of its ratio.
        never = np.isnan(ratios).all(axis=1)
        ratios[never] = 0
        ends = np.nanquantile(ratios, [(1 - level) / 2, (1 + level) / 2], axis=1, method="inverted_cdf")
        low[chunk], high[chunk] = np.where(never, np.nan, ends)
    return low, high
