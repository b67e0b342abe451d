"""How the counts of each item depart from what equal rates lead to expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from textlens.grouping import Floats, Integers, Matrix, deviance, divide, group_sums, indicator

# The exact slope over the usual one, from which a unit dominates: one of 40 with eight times the words of each other
# reaches 1.3. With fewer degrees of freedom left than these the F test then finds what is not there.
_DOMINATED, _FEWEST = 1.25, 6


@dataclass(frozen=True)
class Spread:
    """What the test needs of a design; arrays have one value per item.

    Attributes
    ----------
    S, E : counts, and expected counts at equal rates (G x items).
    g2 : log-likelihood ratio, G cells.
    f : total count.
    phi : overdispersion, as these counts alone show it.
    d : degrees of freedom behind ``phi``, 1 or more.
    estimable : whether the units leave a degree of freedom, or six where one of them dominates.
    base, slope : ``g2 / (G - 1)`` of chance alone is ``base + (phi - 1) slope``.
    """

    S: Floats
    E: Floats
    g2: Floats
    f: Floats
    phi: Floats
    d: float
    estimable: bool
    base: Floats | float
    slope: Floats | float


def spread(X: Matrix, L: Floats, g: Integers) -> Spread:
    """The spread of units around the rate of their group (one group or more)."""
    S, A = group_sums(X, L, g)
    Q: Floats = np.bincount(g, weights=L**2).astype(np.float64)
    N, f = A.sum(), S.sum(axis=0)
    E = A[:, None] * (f / N)
    n_e = N**2 / Q.sum()
    left = float(n_e * (1 - (A / N * Q / A**2).sum()))
    ratio, x2 = deviance(S, E), divide((S - E) ** 2, E).sum(axis=0)
    # X2 exceeds G2 when the excess sits in the smaller group; what it has more is counted as spread.
    d = max(1.0, left)
    phi = (divide(n_e * _squares(X, L, g, S / A[:, None]), f) + np.maximum(0, x2 - ratio)) / d
    lam = (Q / A) / (Q.sum() / N)
    # Of one group, against a list: all of its own variance.
    slope = float(((1 - A / N) * lam).sum() / (len(A) - 1)) if len(A) > 1 else 1.0
    exact = _exact_slope(L, g, A, Q)
    dominated = exact > _DOMINATED * slope
    return Spread(S, E, ratio, f, phi, d, left >= (_FEWEST if dominated else 1), 1.0, exact if dominated else slope)


def _exact_slope(L: Floats, g: Integers, A: Floats, Q: Floats) -> float:
    """The slope by exact moments of the squares.

    Each unit pulls the rate of its group towards itself, the more the longer it is, which the usual slope leaves out.
    No matter, unless one unit dominates: then its bursts pass for findings.
    """
    l = L / A[g]  # noqa: E741
    q, cubes = np.bincount(g, weights=l**2), np.bincount(g, weights=l**3)
    poisson = (A * (1 - q)).sum()
    quadratic = (A**2 * (q - 2 * cubes + q**2)).sum()
    if not quadratic > 1e-12 * Q.sum():
        return 0.0
    if len(A) == 1:
        return float(Q[0] / A[0] * poisson / quadratic)
    return float(((1 - A / A.sum()) * Q / A).sum() * poisson / quadratic / (len(A) - 1))


def _squares(X: Matrix, L: Floats, g: Integers, rates: Floats) -> Floats:
    """Sum over units of (X - r L)^2 with r the rate of the unit's group, multiplied out: X stays sparse."""
    squares = np.bincount(X.indices, weights=X.data**2, minlength=X.shape[1])
    products = (indicator(g, L) @ X).toarray()
    Q = np.bincount(g, weights=L**2)[:, None]
    total: Floats = squares + (rates**2 * Q - 2 * rates * products).sum(axis=0)
    return np.maximum(0, total)
