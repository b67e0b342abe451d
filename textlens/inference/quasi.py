"""The quasi-likelihood F test: a log-likelihood ratio, deflated by an overdispersion that borrows strength."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from textlens.blocking import checked_blocks
from textlens.grouping import Floats, Mask, Matrix, check_counts, check_positive, checked_units, deviance
from textlens.inference.blocks import spread_in_blocks
from textlens.inference.spread import Spread, spread

_LINE_FROM = 30  # usable items from which the prior is a straight line instead of a constant
_D0_WITHOUT_SCATTER = 1e6


@dataclass(frozen=True)
class QuasiLikelihood:
    """What `quasi_likelihood` returns; arrays have one value per item.

    Attributes
    ----------
    g2 : log-likelihood ratio, G cells (Rayson & Garside 2000).
    f : the item's total count.
    expected : counts at equal rates (G x items).
    overdispersion : moderated and never below 1, which is as regular as dice.
    phi_effective : the overdispersion weighted for unequal lengths, by which `g2` is divided.
    p : from F(df1, df2); nan outside the family.
    d, d0 : degrees of freedom of the units, and of the prior (0: nothing to borrow from).
    df1, df2 : G - 1 and d0 + d.
    tested : the family: the mask that was given, without items that no unit has.
    estimable : whether the overdispersion can be estimated: the units leave a degree of freedom, or six where one of
        them dominates (as one of 20 would with ten times the words of each other). Where not, only a permutation can
        test.
    """

    g2: Floats
    f: Floats
    expected: Floats
    overdispersion: Floats
    phi_effective: Floats
    p: Floats
    d: float
    d0: float
    df1: int
    df2: float
    tested: Mask
    estimable: bool


def quasi_likelihood(
    X: Matrix,
    lengths: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    blocks: npt.ArrayLike | None = None,
    tested: npt.ArrayLike | None = None,
) -> QuasiLikelihood:
    """Compare groups of units item by item, allowing for how unevenly units use each item.

    Parameters
    ----------
    X, lengths, groups : counts (units x items), running words and group code of each unit.
    blocks : code of each unit, optional
        What is held equal, as the event: counts are compared within blocks only. Each must hold two groups or more.
    tested : bool array (items,), optional
        The family on which the prior is fitted; all items by default. A filter must never see the groups.
        Other items get an overdispersion from the same prior, and no p.

    Returns
    -------
    QuasiLikelihood
        The prior is a straight line of log overdispersion on log rate, a constant below 30 usable items. With
        fewer than two usable items nothing is borrowed (d0 = 0). An item that no unit has gets the prior's
        overdispersion at the rate of one occurrence.

    Raises
    ------
    ValueError
        Shapes do not fit, a count is negative, a length is not positive, there are not two groups, or a block holds
        one group only.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> X = csr_array([[12, 3], [9, 0], [15, 2], [2, 6], [1, 9], [4, 5]])
    >>> result = quasi_likelihood(X, [600, 500, 700, 650, 550, 900], [0, 0, 0, 1, 1, 1])
    >>> result.p.round(4)
    array([0.0034, 0.0693])
    """
    if blocks is None:
        X, L, g = checked_units(X, lengths, groups)
        return _moderate(spread(X, L, g), L, len(np.unique(g)) - 1, tested)
    X, L, g, b = checked_blocks(X, lengths, groups, blocks)
    return _moderate(spread_in_blocks(X, L, g, b), L, len(np.unique(g)) - 1, tested)


def against_list(
    X: Matrix,
    lengths: npt.ArrayLike,
    counts: npt.ArrayLike,
    words: float,
    *,
    tested: npt.ArrayLike | None = None,
) -> QuasiLikelihood:
    """Compare units with a frequency list, of which only sums are known.

    The overdispersion is that of the units; the list is taken to be as uneven. How its own texts differ is unknown,
    so no relabelling of units can check the answer.

    Parameters
    ----------
    X, lengths : counts (units x items) and running words of the units.
    counts, words : counts of the list (items,), and its running words.
    tested : as for `quasi_likelihood`.

    Returns
    -------
    QuasiLikelihood
        Group 0 are the units, group 1 the list. Without p where the overdispersion cannot be estimated: of a single
        unit, or where one of them dominates.

    Raises
    ------
    ValueError
        Shapes do not fit, a count is negative or a number of words is not positive.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> result = against_list(csr_array([[9], [7], [8]]), [100, 100, 100], [10], 10_000)
    >>> result.p.round(3)
    array([0.008])
    """
    X, L, g = checked_units(X, lengths, np.zeros(X.shape[0], dtype=int), least=1)
    other, n_list = np.asarray(counts, float), np.asarray(words, float)
    check_counts(other, "counts")
    check_positive(n_list, "words")
    if other.shape != (X.shape[1],):
        raise ValueError(f"counts must have one value per item ({X.shape[1]}), not shape {other.shape}")
    if other.max(initial=0) > n_list:
        raise ValueError(f"counts must be at most the {n_list:g} words of the list, not {other.max():g}")
    own = spread(X, L, g)
    f = own.f + other
    E = np.array([[L.sum()], [float(n_list)]]) * (f / (L.sum() + n_list))
    S = np.vstack([own.S, other])
    both = Spread(S, E, deviance(S, E), f, own.phi, own.d, own.estimable, 1.0, 1.0)
    result = _moderate(both, np.array([L.sum(), float(n_list)]), 1, tested, own.f > 0)
    return result if own.estimable else replace(result, p=np.full_like(result.p, np.nan))


def _moderate(
    design: Spread, L: Floats, df1: int, tested: npt.ArrayLike | None, seen: Mask | None = None
) -> QuasiLikelihood:
    """The test, with the overdispersion of each item drawn towards that of items of its rate; ``seen`` says which items
    any unit has."""
    from scipy import special

    f, d = design.f, design.d
    seen = f > 0 if seen is None else seen
    family = np.ones(f.shape, bool) if tested is None else np.asarray(tested)
    if family.dtype != bool or family.shape != f.shape:
        raise ValueError(f"tested must be a bool array with one value per item ({len(f)})")
    family = family & (f > 0)
    prior, d0 = _fit_prior(design.phi, np.log(np.where(f > 0, f, 1) / L.sum()), family & seen, d)
    # An item that no unit has says nothing of its own, so only the prior speaks for it.
    shown = np.maximum(1, np.where(seen, (d0 * prior + d * design.phi) / (d0 + d), prior))
    effective = np.where(f > 0, design.base + (shown - 1) * design.slope, shown)
    p = np.where(family, special.fdtrc(df1, d0 + d, design.g2 / df1 / effective), np.nan)
    return QuasiLikelihood(design.g2, f, design.E, shown, effective, p, d, d0, df1, d0 + d, family, design.estimable)


def _fit_prior(phi: Floats, log_rate: Floats, family: Mask, d: float) -> tuple[Floats, float]:
    """The prior's overdispersion at each item's rate, and the prior's degrees of freedom."""
    from scipy import special

    usable = family & (phi > 1e-8)
    m, x = int(usable.sum()), log_rate[usable]
    if m == 0:
        return np.ones_like(phi), 0.0
    e = np.log(phi[usable]) - special.digamma(d / 2) + np.log(d / 2)
    from_mean = x - x.mean()
    # Equal rates differ by rounding alone and carry no line.
    line = m >= _LINE_FROM and np.abs(from_mean).max() > 1e-9
    slope = (from_mean @ e) / (from_mean @ from_mean) if line else 0.0
    residuals = e - e.mean() - slope * from_mean
    trend = np.clip(e.mean() + slope * (log_rate - x.mean()), -300, 300)
    if m == 1:
        return np.exp(trend), 0.0
    v = (residuals @ residuals) / (m - 2 if line else m - 1) - special.polygamma(1, d / 2)
    d0 = 2 * _inverse_trigamma(float(v)) if v > 1e-6 else _D0_WITHOUT_SCATTER
    return np.exp(trend + special.digamma(d0 / 2) - np.log(d0 / 2)), d0


def _inverse_trigamma(v: float) -> float:
    from scipy import special

    y = 0.5 + 1 / v
    for _ in range(50):  # Newton on 1/trigamma, which is convex: it closes in from one side
        slope = special.polygamma(1, y)
        y += float(slope * (1 - slope / v) / special.polygamma(2, y))
    return y
