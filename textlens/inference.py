"""Numbers in, numbers out: is a difference between groups of units larger than chance among units?

Words come in bursts, so the *unit* (an article, an outlet) is what varies, never the word. The default test is
the log-likelihood ratio divided by an estimated overdispersion that borrows strength across items: a quasi-
likelihood F test (Smyth 2004, doi 10.2202/1544-6115.1027; Lund et al. 2012, doi 10.1515/1544-6115.1826).

Throughout, ``X`` holds non-negative counts, units x items, sparse; ``lengths`` all running words of each unit;
``groups`` one code per unit, 0 to G - 1, each occurring. Group sums are written S (G x items) and A (G).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from textlens.grouping import (
    Floats,
    Integers,
    Mask,
    Matrix,
    check_counts,
    check_positive,
    checked_units,
    divide,
    g2,
    group_sums,
    indicator,
)

_LINE_FROM = 30  # usable items from which the prior is a straight line instead of a constant
_D0_WITHOUT_SCATTER = 1e6


@dataclass(frozen=True)
class QuasiLikelihood:
    """What `quasi_likelihood` returns; arrays have one value per item.

    Attributes
    ----------
    g2 : log-likelihood ratio, G cells (Rayson & Garside 2000).
    f : the item's total count.
    overdispersion : moderated and never below 1, which is as regular as dice.
    phi_effective : the overdispersion weighted for unequal lengths, by which `g2` is divided.
    p : from F(df1, df2); nan outside the family.
    d, d0 : degrees of freedom of the units, and of the prior (0: nothing to borrow from).
    df1, df2 : G - 1 and d0 + d.
    tested : the family: the mask that was given, without items that no unit has.
    """

    g2: Floats
    f: Floats
    overdispersion: Floats
    phi_effective: Floats
    p: Floats
    d: float
    d0: float
    df1: int
    df2: float
    tested: Mask


def quasi_likelihood(
    X: Matrix, lengths: npt.ArrayLike, groups: npt.ArrayLike, *, tested: npt.ArrayLike | None = None
) -> QuasiLikelihood:
    """Compare groups of units item by item, allowing for how unevenly units use each item.

    Parameters
    ----------
    X, lengths, groups : counts (units x items), running words and group code of each unit.
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
        Shapes do not fit, a count is negative, a length is not positive, or there are not two groups.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> X = csr_array([[12, 3], [9, 0], [15, 2], [2, 6], [1, 9], [4, 5]])
    >>> result = quasi_likelihood(X, [600, 500, 700, 650, 550, 900], [0, 0, 0, 1, 1, 1])
    >>> result.p.round(4)
    array([0.0034, 0.0693])
    """
    from scipy import special

    X, L, g = checked_units(X, lengths, groups)
    family = np.ones(X.shape[1], bool) if tested is None else np.asarray(tested)
    if family.dtype != bool or family.shape != (X.shape[1],):
        raise ValueError(f"tested must be a bool array with one value per item ({X.shape[1]})")
    S, A = group_sums(X, L, g)
    Q = np.bincount(g, weights=L**2)
    N, f, df1 = A.sum(), S.sum(axis=0), len(A) - 1
    family = family & (f > 0)
    n_e = N**2 / Q.sum()
    d = float(max(1.0, n_e * (1 - (A / N * Q / A**2).sum())))
    ratio, x2 = g2(S, A), _pearson(S, A)
    # X2 exceeds G2 when the excess sits in the smaller group; what it has more is counted as spread.
    phi = (divide(n_e * _squares(X, L, g), f) + np.maximum(0, x2 - ratio)) / d
    prior, d0 = _fit_prior(phi, np.log(np.where(f > 0, f, 1) / N), family, d)
    # An item that no unit has says nothing of its own, so only the prior speaks for it.
    shown = np.maximum(1, np.where(f > 0, (d0 * prior + d * phi) / (d0 + d), prior))
    lam = (Q / A) / (Q.sum() / N)
    effective = ((1 - A / N)[:, None] * (1 + (shown - 1) * lam[:, None])).sum(axis=0) / df1
    p = np.where(family, special.fdtrc(df1, d0 + d, ratio / df1 / effective), np.nan)
    return QuasiLikelihood(ratio, f, shown, effective, p, d, d0, df1, d0 + d, family)


def _squares(X: Matrix, L: Floats, g: Integers) -> Floats:
    """Sum over units of (X - r L)^2 with r the rate of the unit's group, multiplied out: X stays sparse."""
    S, A = group_sums(X, L, g)
    rates = S / A[:, None]
    squares = np.bincount(X.indices, weights=X.data**2, minlength=X.shape[1])
    products = (indicator(g, L) @ X).toarray()
    Q = np.bincount(g, weights=L**2)[:, None]
    total: Floats = squares + (rates**2 * Q - 2 * rates * products).sum(axis=0)
    return np.maximum(0, total)


def _pearson(S: Floats, A: Floats) -> Floats:
    expected = A[:, None] * (S.sum(axis=0) / A.sum())
    x2: Floats = divide((S - expected) ** 2, expected).sum(axis=0)
    return x2


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


def log_ratio_interval(
    a: npt.ArrayLike,
    A: npt.ArrayLike,
    b: npt.ArrayLike,
    B: npt.ArrayLike,
    phi: npt.ArrayLike,
    df2: npt.ArrayLike,
    *,
    level: float = 0.95,
) -> tuple[Floats, Floats]:
    """Interval of the log2 rate ratio (a/A) / (b/B): the ratios that the F test does not reject.

    Parameters
    ----------
    a, b : counts of the two groups.
    A, B : running words of the two groups.
    phi, df2 : ``phi_effective`` and ``df2`` of `quasi_likelihood`.
    level : coverage; at .95 the interval leaves out 0 exactly when p < .05.

    Returns
    -------
    (low, high), arrays: -inf or inf at an end that the counts do not bound: absent on one side, or on both.

    Raises
    ------
    ValueError
        A count is negative, another number is not positive, or level is not between 0 and 1.

    Examples
    --------
    >>> low, high = log_ratio_interval([36, 3], 1800, [7, 0], 2100, 1.0, 6.1)
    >>> low.round(3), high.round(3)
    (array([ 1.265, -0.536]), array([4.241,   inf]))
    """
    from scipy import special

    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, not {level}")
    a, A, b, B, phi = _check_two(a, A, b, B, phi)
    degrees = np.asarray(df2, float)
    check_positive(degrees, "df2")
    half = phi * special.fdtri(1, degrees, level) / 2
    a, A, b, B, half = np.broadcast_arrays(a, A, b, B, half)
    return -_upper_end(b, B, a, A, half), _upper_end(a, A, b, B, half)


def _upper_end(a: Floats, A: Floats, b: Floats, B: Floats, half: Floats) -> Floats:
    """Log2 of the ratio above the estimate where half the deviance reaches `half`."""
    end = np.full(a.shape, np.inf)
    none = (a == 0) & (b > 0)
    t = half[none] / b[none]  # closed form: b log(1 + ratio A/B) = half, written so as not to overflow
    end[none] = np.log(B[none] / A[none]) + t + np.log(-np.expm1(-t))
    both = (a > 0) & (b > 0)
    a, A, b, B, half = (values[both] for values in (a, A, b, B, half))
    f = a + b
    log_a, log_b = np.log(a / f), np.log(b / f)
    inner, outer = np.zeros_like(a), (half - f * log_a) / b  # the deviance exceeds b s + f log(a/f)
    for _ in range(64):
        s = (inner + outer) / 2
        inside = f * np.logaddexp(log_a + s, log_b) - a * s <= half
        inner, outer = np.where(inside, s, inner), np.where(inside, outer, s)
    end[both] = np.log(a / A) - np.log(b / B) + inner
    in_bits: Floats = end / np.log(2)
    return in_bits


def shrunken_log_ratio(
    a: npt.ArrayLike, A: npt.ArrayLike, b: npt.ArrayLike, B: npt.ArrayLike, phi: npt.ArrayLike
) -> Floats:
    """Log2 of the rate ratio, drawn towards 0 by four effective occurrences of no difference.

    Parameters
    ----------
    a, A, b, B, phi : as for `log_ratio_interval`.

    Returns
    -------
    array: ``log2((a/A + k) / (b/B + k))`` with k = 4 phi / (A + B): 4 phi occurrences at one rate in both groups.
        Where an item is all but absent from the longer group, this may lie nearer to 0 than the interval does.

    Raises
    ------
    ValueError
        A count is negative, or another number is not positive.

    Examples
    --------
    >>> shrunken_log_ratio([36, 0], 1800, [7, 0], 2100, 1.0).round(4)
    array([2.2701, 0.    ])
    """
    a, A, b, B, phi = _check_two(a, A, b, B, phi)
    k = 4 * phi / (A + B)
    return np.asarray(np.log2(a / A + k) - np.log2(b / B + k))


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """False discovery rates of a family of p values (Benjamini & Hochberg 1995); nan stays nan, uncounted.

    >>> benjamini_hochberg([0.01, 0.04, np.nan, 0.03])
    array([0.03, 0.04,  nan, 0.04])
    """
    p = np.asarray(p, float)
    if p.ndim != 1 or (p < 0).any() or (p > 1).any():
        raise ValueError("p must be a flat array of numbers from 0 to 1, or nan")
    q = np.full(p.shape, np.nan)
    places = np.flatnonzero(~np.isnan(p))
    order = places[np.argsort(-p[places], kind="stable")]
    m = len(order)
    q[order] = np.minimum.accumulate(np.minimum(1, p[order] * m / np.arange(m, 0, -1)))
    return q


def _check_two(*values: npt.ArrayLike) -> list[Floats]:
    a, A, b, B, phi = arrays = [np.asarray(value, float) for value in values]
    for counts, name in ((a, "a"), (b, "b")):
        check_counts(counts, name)
    for positive, name in ((A, "A"), (B, "B"), (phi, "phi")):
        check_positive(positive, name)
    return arrays
