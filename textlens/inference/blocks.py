"""Units compared within blocks (an event, a genre): what is expected, how it spreads, and the ratio inside blocks.

What a block has of an item is shared out by its words: a unit expects e = L S_b / L_b. Only the departures from
that count, so an item that belongs to the event and not to the source is no finding.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from textlens.blocking import block_rates, block_sums, checked_blocks, expected_counts, group_words
from textlens.grouping import Floats, Integers, Matrix, column_sums, deviance, divide, group_sums, indicator
from textlens.inference.spread import Spread


def spread_in_blocks(X: Matrix, L: Floats, g: Integers, b: Integers) -> Spread:
    """How the counts of each item depart from what the blocks lead to expect, and what G2 is worth against that.

    The squares are those of the units around their block, less one shift per group (within-block regression); all
    constants are the exact moments of counts whose variance is their mean and a part that grows with its square.
    """
    sums, words = block_sums(X, L, b)
    rates = block_rates(X, L, b)
    S, _ = group_sums(X, L, g)
    own = group_words(L, g, b)
    E = expected_counts(own, rates)
    ratio, x2 = deviance(S, E), divide((S - E) ** 2, E).sum(axis=0)
    layout = _Layout(L, g, b, words, own / words)
    squares = _squares(X, L, b, rates, S - E, layout)
    f = sums.T @ np.ones(len(words))
    scale = sums.T @ (1 - layout.q)
    phi = divide(squares * layout.correction, scale) + np.maximum(0, x2 - ratio) / max(1.0, layout.d)
    # Poisson variance of the departure of each group, over its expectation: G2 of chance alone.
    parts = divide(np.stack([sums.T @ (w * (1 - w)) for w in layout.shares]), E) / (len(S) - 1)
    return Spread(S, E, ratio, f, phi, max(1.0, layout.d), layout.d >= 1, parts.sum(axis=0), layout.lam @ parts)


class _Layout:
    """What follows from the lengths alone; l is a unit's share of the words of its block.

    ``q`` is the sum of l^2 of each block; ``shares`` (G x blocks) are the groups' words; ``shifts`` (G x units) say how
    a unit's expectation moves with the rate of a group; ``d`` counts effective departures; ``lam`` (G) is how much more
    of the part of the variance that grows with the square the departure of a group carries than the squares of units.
    """

    def __init__(self, L: Floats, g: Integers, b: Integers, words: Floats, shares: Floats) -> None:
        l = L / words[b]  # noqa: E741

        def of_blocks(values: Floats) -> Floats:
            return np.asarray(np.bincount(b, weights=values, minlength=len(words)), dtype=np.float64)

        self.q, self.shares, mine = of_blocks(l**2), shares, g == np.arange(len(shares))[:, None]
        self.shifts = L * (mine - shares[:, b])
        self.projection = np.linalg.pinv(mine @ self.shifts.T)
        contrasts = int((of_blocks(np.ones_like(l)) - 1).sum())
        self.correction = contrasts / max(1, contrasts - len(shares) + 1)
        weight = (words * (1 - self.q)).sum()
        scatter = (words**2 * (self.q - 2 * of_blocks(l**3) + self.q**2)).sum()
        self.d = float(weight**2 / scatter / self.correction)
        own = np.stack([of_blocks(l**2 * of_group) for of_group in mine])
        of_gaps = words**2 * ((1 - shares) ** 2 * own + shares**2 * (self.q - own))
        self.lam = of_gaps.sum(axis=1) / (words * shares * (1 - shares)).sum(axis=1) * weight / scatter


def _squares(X: Matrix, L: Floats, b: Integers, rates: Matrix, gaps: Floats, layout: _Layout) -> Floats:
    """Sum over units of (X - e - shift)^2, multiplied out: X stays sparse."""
    member = indicator(b, L)
    squares = np.bincount(X.indices, weights=X.data**2, minlength=X.shape[1])
    around = column_sums(rates.multiply(member @ X))
    of_rates = (rates.T**2) @ np.bincount(b, weights=L**2)
    a, z = layout.projection @ gaps, layout.shifts
    moved = (a * (expected_counts(z, X) - expected_counts((member @ z.T).T, rates))).sum(axis=0)
    total: Floats = squares - 2 * around + of_rates - 2 * moved + (z @ z.T @ a * a).sum(axis=0)
    return np.maximum(0, total)


def within_blocks(
    log_ratio: npt.ArrayLike, X: Matrix, lengths: npt.ArrayLike, groups: npt.ArrayLike, blocks: npt.ArrayLike
) -> Floats:
    """The log2 rate ratio inside blocks that leads to a given log2 ratio of observed to expected sums.

    Where the blocks hold the two groups in different proportions, the ratio of sums lies nearer to 0 than the ratio
    that holds in each block; where all proportions are equal, the two are the same.

    Parameters
    ----------
    log_ratio : array (items,), log2 of (S_0/E_0)/(S_1/E_1); infinite values stay.
    X, lengths, groups, blocks : as for `quasi_likelihood`, two groups.

    Returns
    -------
    array (items,): x such that sum_b S_b w_b 2^x/(w_b 2^x + 1 - w_b), w_b the share of group 0 of the words of the
        block, is the count of group 0 to which ``log_ratio`` leads.
    """
    X, L, g, b = checked_blocks(X, lengths, groups, blocks)
    wanted = np.asarray(log_ratio, float) * np.log(2)
    if g.max() != 1 or wanted.shape != (X.shape[1],):
        raise ValueError(f"within_blocks needs two groups and one log ratio per item ({X.shape[1]})")
    sums, words = block_sums(X, L, b)
    w = group_words(L, g, b)[0] / words
    if np.ptp(w) < 1e-12:
        return np.asarray(log_ratio, float)
    odds, items = np.repeat(np.log(w / (1 - w)), np.diff(sums.indptr)), sums.indices

    def sums_of(values: Floats) -> Floats:
        return np.asarray(np.bincount(items, weights=sums.data * values, minlength=len(wanted)), dtype=np.float64)

    f, expected = sums_of(np.ones_like(odds)), sums_of(np.repeat(w, np.diff(sums.indptr)))
    finite = np.isfinite(wanted) & (f > 0)
    goal = np.where(finite, wanted, 0) + np.log(divide(expected, f - expected) + (f == 0))
    x = np.where(finite, wanted, 0)
    for _ in range(50):  # Newton on the log odds, which are nearly straight in x
        share = 1 / (1 + np.exp(-np.clip(odds + x[items], -700, 700)))
        m, slope = sums_of(share), sums_of(share * (1 - share))
        lacking = np.maximum(f - m, 1e-300)
        step = np.where(finite, divide((goal - np.log(np.maximum(m, 1e-300) / lacking)) * m * lacking, f * slope), 0)
        x += np.clip(step, -2, 2)
        if np.abs(step).max(initial=0) < 1e-10:
            break
    in_bits: Floats = np.where(finite, x, wanted) / np.log(2)
    return in_bits
