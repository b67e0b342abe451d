"""Shares of two groups of units, and the interval of their difference.

It knows no text. Of unit i, ``hits[i]`` of its ``sizes[i]`` members (passages, articles) have an item. The log-
likelihood ratio that compares rates takes counts to spread at least as widely as dice, which shares do not: measured
with 5 to 40 articles a side, it found .5 against .9 in .04-.65 of samples where this finds it in .29-.99, and its 95 %
interval held the truth in anything from .62 (passages that cluster) to 1. Those here held it in .92-1.00 of samples of
articles with shares of .1 to .9, and in .89-1.00 (mean .96) of passages that cluster in 3 to 40 articles a side. With 2
to 4 articles a side it holds the truth in .87-1.00 (mean .95), and p is below .05 in up to .13 of samples of equal
shares: with so few the permutation decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from textlens.grouping import Floats, Integers

_Z = 1.959963984540054


@dataclass(frozen=True)
class ShareDifference:
    """What `share_difference` returns; arrays have one number per item.

    Attributes
    ----------
    difference : share of group 0 less that of group 1.
    low, high : 95 % interval.
    p : two-sided p of the score test, by the same variance.
    design_effect : how many times as far as independent draws the shares spread; 1 where each unit has one member.
    shares, shares_low, shares_high : arrays (2, items), the share of each group and its own 95 % interval.
    """

    difference: Floats
    low: Floats
    high: Floats
    p: Floats
    design_effect: Floats
    shares: Floats
    shares_low: Floats
    shares_high: Floats


def share_difference(hits: Floats, sizes: Floats, side: Integers, blocks: Integers | None = None) -> ShareDifference:
    """Compare the shares of two groups, members of one unit taken to resemble one another.

    Wilson's interval of each share, joined by squares (Newcombe 1998, method 10, doi
    10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I). The members count for as many independent ones
    as the design effect leaves of them (as Korn & Graubard 1998 do for Clopper and Pearson's): the spread of units
    around the share of their group, pooled over groups, over that of independent draws, times the square of t/z for
    few units; never below 1, nor above what units of members all alike would give.

    Parameters
    ----------
    hits : array (units, items), of 0 to ``sizes``.
    sizes : array (units,), positive.
    side : array (units,), 0 or 1, both of which occur.
    blocks : array (units,), optional
        Codes 0, 1, ... of what is held equal; each block must hold both groups. Differences inside blocks are weighted
        as Mantel & Haenszel do; the interval does not take off what units of one block have in common, and is wide.

    Examples
    --------
    Newcombe's example (a), 56 of 70 against 48 of 80:

    >>> hits = np.repeat([1.0, 0.0, 1.0, 0.0], [56, 14, 48, 32])[:, None]
    >>> found = share_difference(hits, np.ones(150), np.repeat([0, 1], [70, 80]))
    >>> found.difference.round(4), found.low.round(4), found.high.round(4)
    (array([0.2]), array([0.0524]), array([0.3339]))
    """
    from scipy.special import ndtr

    cells = _Cells(hits, sizes, side, blocks)
    weights, share = cells.weights(), cells.shares()
    effect, inflation = _design_effects(hits, sizes, cells)
    n = (weights.sum() ** 2 / (weights[:, None] ** 2 / cells.n).sum(axis=0))[:, None] / inflation
    low, high = wilson(share, n)
    gap = share[0] - share[1]
    pooled = (n * share).sum(axis=0) / n.sum(axis=0)
    spread = np.sqrt(np.maximum(0, pooled * (1 - pooled)) * (1 / n).sum(axis=0))
    z = np.divide(np.abs(gap), spread, out=np.zeros_like(gap), where=spread > 1e-12)
    p: Floats = np.minimum(1, 2 * ndtr(-z))
    return ShareDifference(
        gap,
        gap - np.hypot(share[0] - low[0], high[1] - share[1]),
        gap + np.hypot(high[0] - share[0], share[1] - low[1]),
        p,
        effect,
        share,
        low,
        high,
    )


def group_shares(hits: Floats, sizes: Floats, side: Integers, blocks: Integers | None = None) -> Floats:
    """The shares of both groups alone (2 x items), as `share_difference` has them.

    >>> group_shares(np.array([[1.0], [0.0], [0.0]]), np.ones(3), np.array([0, 0, 1])).tolist()
    [[0.5], [0.0]]
    """
    return _Cells(hits, sizes, side, blocks).shares()


def without_each(hits: Floats, sizes: Floats, side: Integers, blocks: Integers | None = None) -> Floats:
    """The difference of `share_difference` without each unit in turn (units x items); nan where a group would be empty.

    A unit that is alone in its group of a block takes the block with it.

    >>> without_each(np.array([[1.0], [0.0], [0.0]]), np.ones(3), np.array([0, 0, 1])).ravel()
    array([ 0.,  1., nan])
    """
    cells = _Cells(hits, sizes, side, blocks)
    weights, rates = cells.weights(), cells.rates()
    parts = weights[:, None] * (rates[:, 0] - rates[:, 1])
    units = np.arange(len(side))
    k, n = cells.k[cells.block], cells.n[cells.block]
    k[units, side] -= hits
    n[units, side] -= sizes
    whole = n.sum(axis=1)
    weight = np.divide(n[:, 0] * n[:, 1], whole, out=np.zeros(len(n)), where=whole > 0)
    rate = np.divide(k, n[:, :, None], out=np.zeros_like(k), where=n[:, :, None] > 0)
    left = weights.sum() - weights[cells.block] + weight
    total = parts.sum(axis=0) - parts[cells.block] + weight[:, None] * (rate[:, 0] - rate[:, 1])
    # Whole numbers of members leave a weight of a half or more, if any.
    some = (left > 1e-9)[:, None]
    found: Floats = np.divide(total, left[:, None], out=np.full(total.shape, np.nan), where=some)
    return found


def wilson(share: Floats, n: Floats, z: float = _Z) -> tuple[Floats, Floats]:
    """Wilson's interval of a share of n, which need not be whole.

    >>> [end.round(3).tolist() for end in wilson(np.array([0.0, 0.5]), np.array([10.0, 10.0]))]
    [[0.0, 0.237], [0.278, 0.763]]
    """
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(np.maximum(0, share * (1 - share)) / n + z * z / (4 * n * n))
    return np.minimum(share, np.maximum(0, centre - half)), np.maximum(share, np.minimum(1, centre + half))


class _Cells:
    """Sums of each group in each block: ``k`` (blocks x 2 x items) hits, ``n`` (blocks x 2) members."""

    def __init__(self, hits: Floats, sizes: Floats, side: Integers, blocks: Integers | None) -> None:
        self.block = np.zeros(len(side), dtype=np.int64) if blocks is None else blocks
        self.side = side
        many = int(self.block.max()) + 1
        self.k = np.zeros((many, 2, hits.shape[1]))
        self.n = np.zeros((many, 2))
        np.add.at(self.k, (self.block, side), hits)
        np.add.at(self.n, (self.block, side), sizes)

    def weights(self) -> Floats:
        """Of each block, by Mantel and Haenszel."""
        weights: Floats = self.n.prod(axis=1) / self.n.sum(axis=1)
        return weights

    def rates(self) -> Floats:
        rates: Floats = self.k / self.n[:, :, None]
        return rates

    def shares(self) -> Floats:
        """Of each group, 2 x items."""
        weights = self.weights()
        shares: Floats = np.einsum("b,bgi->gi", weights, self.rates()) / weights.sum()
        return shares


def _design_effects(hits: Floats, sizes: Floats, cells: _Cells) -> tuple[Floats, Floats]:
    """Of each item the design effect, and how many times fewer members count when few units have shown it."""
    from scipy.special import stdtrit

    rate = cells.rates()
    residual = hits - rate[cells.block, cells.side] * sizes[:, None]
    squares = np.zeros_like(cells.k)
    np.add.at(squares, (cells.block, cells.side), residual**2)
    members = np.zeros(cells.n.shape)
    np.add.at(members, (cells.block, cells.side), 1)
    free = (members - 1)[:, :, None]
    # A share of 0 or 1 says nothing of how units spread, and neither does a unit alone.
    telling = (rate > 0) & (rate < 1) & (free > 0)
    squares *= members[:, :, None] / np.maximum(1, free)
    seen = (squares * telling).sum(axis=(0, 1))
    dice = (cells.n[:, :, None] * rate * (1 - rate) * telling).sum(axis=(0, 1))
    df = (free * telling).sum(axis=(0, 1))
    most = float((sizes**2).sum() / sizes.sum())
    effect = np.clip(np.divide(seen, dice, out=np.full(len(df), most), where=df > 0), 1, most)
    factor = (stdtrit(np.maximum(1, df), 0.975) / _Z) ** 2
    return effect, np.where(df > 0, np.clip(effect * factor, 1, most), most)
