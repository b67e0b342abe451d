"""How far two vocabularies diverge as a whole, and what each term adds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from textlens.grouping import Floats, check_counts, divide


def jensen_shannon(p: npt.ArrayLike, q: npt.ArrayLike) -> Floats:
    """Each term's part of the Jensen-Shannon divergence in bits; their sum, 0 to 1, is the divergence (Lin 1991, doi
    10.1109/18.61115).

    Counts or shares of all terms, scaled to a sum of 1. Small samples bias it upwards.

    Examples
    --------
    >>> parts = jensen_shannon([5, 3, 2, 0], [2, 3, 1, 4])
    >>> parts.round(7), parts.sum().round(7)
    (array([0.0479078, 0.       , 0.0122556, 0.2      ]), np.float64(0.2601634))
    """
    from scipy import special

    first, second = _two_systems(p, q)
    first, second = first / first.sum(), second / second.sum()
    middle = (first + second) / 2
    parts = special.rel_entr(first, middle) + special.rel_entr(second, middle)
    return np.asarray(np.maximum(0, parts / (2 * np.log(2))))


def rank_turbulence(a: npt.ArrayLike, b: npt.ArrayLike, *, alpha: float) -> tuple[Floats, float]:
    """Each term's part of the rank-turbulence divergence, and its normalisation (Dodds et al., arXiv 2002.09770).

    Terms are ranked by count on each side, ties mid-ranked, among all that occur on either; those that one side lacks
    share its last ranks. A part is ``(alpha + 1)/alpha |r^-alpha - s^-alpha|^(1/(alpha + 1))`` over the normalisation:
    the sum for two sides without a common term. So the parts add up to 0 (same ranks) to 1 (nothing shared), in tiny
    vocabularies a little more: the published normalisation puts missing terms half a rank higher than their mid-rank.

    Parameters
    ----------
    a, b : arrays (terms,), counts on each side.
    alpha : float
        0 (rare terms weigh most) to infinity (only the most frequent).

    Examples
    --------
    >>> parts, norm = rank_turbulence([100, 50, 25, 0], [0, 80, 40, 20], alpha=1)
    >>> round(norm, 7), round(parts.sum(), 7)
    (6.9691869, np.float64(0.6514549))
    """
    from scipy import stats

    x, y = _two_systems(a, b)
    if not alpha >= 0:
        raise ValueError(f"alpha must be a number of 0 or more, not {alpha!r}")
    held = x + y > 0
    r, s = (stats.rankdata(-side[held]) for side in (x, y))
    only_x, only_y = x[held] > 0, y[held] > 0
    n_x, n_y = only_x.sum(), only_y.sum()
    apart = _turbulence(r[only_x], n_x + n_y / 2, alpha).sum() + _turbulence(s[only_y], n_y + n_x / 2, alpha).sum()
    parts = np.zeros_like(x)
    parts[held] = divide(_turbulence(r, s, alpha), apart)
    return parts, float(apart)


def _turbulence(r: Floats, s: npt.ArrayLike, alpha: float) -> Floats:
    other = np.asarray(s, dtype=np.float64)
    if alpha == 0:
        return np.abs(np.log(r / other))
    if np.isinf(alpha):
        return np.where(r == other, 0.0, 1 / np.minimum(r, other))
    gap: Floats = np.abs(r**-alpha - other**-alpha)
    return (alpha + 1) / alpha * gap ** (1 / (alpha + 1))


def _two_systems(a: npt.ArrayLike, b: npt.ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.asarray(a, float), np.asarray(b, float)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"both sides must have one number per term, not the shapes {x.shape} and {y.shape}")
    check_counts(x, "the first side")
    check_counts(y, "the second side")
    if not x.any() or not y.any():
        raise ValueError("both sides must hold a term that occurs")
    return x, y
