"""Two groups of texts, term by term: keyness measures as the literature names them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from textlens.grouping import Floats, check_counts, check_positive, divide
from textlens.grouping import g2 as cells_g2

ALTERNATIVES = ("two-sided", "less", "greater")


@dataclass(frozen=True)
class TwoGroups:
    """What a registered measure may use: arrays (terms,) and the sizes of the two groups.

    Attributes
    ----------
    a, b : arrays of each term's count
    A, B : float, running words
    texts_a, texts_b : arrays of the number of units with the term
    n_a, n_b : int, number of units
    """

    a: Floats
    b: Floats
    A: float
    B: float
    texts_a: Floats
    texts_b: Floats
    n_a: int
    n_b: int


def g2_of_rates(a: npt.ArrayLike, A: float, b: npt.ArrayLike, B: float) -> Floats:
    """G2, 2-cell: expected counts from the pooled rate (Rayson & Garside 2000, doi 10.3115/1117729.1117730).

    Examples
    --------
    >>> g2_of_rates([100], 10_000, [50], 10_000).round(5)
    array([16.9899])
    """
    x, y = _checked(a, A, b, B)
    return cells_g2(np.stack([x, y]), np.array([A, B], dtype=np.float64))


def g2_of_table(a: npt.ArrayLike, A: float, b: npt.ArrayLike, B: float) -> Floats:
    """G2, 4-cell: the term and all other words (Dunning 1993, Computational Linguistics 19(1)).

    Examples
    --------
    >>> g2_of_table([10], 13, [0], 31_764).round(2)
    array([167.23])
    """
    x, y = _checked(a, A, b, B, part=True)
    sizes = np.array([A, B], dtype=np.float64)
    return cells_g2(np.stack([x, y]), sizes) + cells_g2(np.stack([A - x, B - y]), sizes)


def chi_squared(a: npt.ArrayLike, A: float, b: npt.ArrayLike, B: float, *, yates: bool = False) -> Floats:
    """Pearson's chi squared of the 2 x 2 table (the term and all other words), with Yates' correction if asked for.

    Examples
    --------
    >>> chi_squared([1], 4, [3], 4), chi_squared([1], 4, [3], 4, yates=True)
    (array([2.]), array([0.5]))
    """
    x, y = _checked(a, A, b, B, part=True)
    n = A + B
    gap = np.abs(x * (B - y) - y * (A - x))
    if yates:
        gap = np.maximum(0, gap - n / 2)
    return n * divide(gap, (x + y) * (n - x - y)) * gap / (A * B)


def fisher_exact(a: npt.ArrayLike, A: float, b: npt.ArrayLike, B: float, *, alternative: str = "two-sided") -> Floats:
    """p of Fisher's exact test of the 2 x 2 table, of words as if they were independent.

    Two-sided: all tables that are no more likely than the one observed. ``"less"`` (left) and ``"greater"`` (right): of
    as few, or as many, in the first group.

    Examples
    --------
    >>> [fisher_exact([1], 4, [3], 4, alternative=way).round(3).item() for way in ALTERNATIVES]
    [0.486, 0.243, 0.986]
    """
    x, y = _checked(a, A, b, B, part=True)
    if alternative not in ALTERNATIVES:
        raise ValueError(f"alternative must be one of {', '.join(ALTERNATIVES)}, not {alternative!r}")
    if not all(np.array_equal(part, np.round(part)) for part in (x, y, A, B)):
        raise ValueError("Fisher's test needs whole counts and whole numbers of words")
    p = np.ones_like(x)
    total = x + y
    order = np.argsort(total, kind="stable")
    # Terms of one total share one distribution.
    for same in np.split(order, np.flatnonzero(np.diff(total[order])) + 1) if len(order) else []:
        p[same] = _fisher_p(x[same], total[same[0]], A, B, alternative)
    return np.minimum(1, p)


def _fisher_p(x: Floats, total: float, A: float, B: float, alternative: str) -> Floats:
    least = max(0.0, total - B)
    k = np.arange(least, min(total, A))
    steps = np.log((A - k) * (total - k)) - np.log((k + 1) * (B - total + k + 1))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    share = np.exp(logs - logs.max())
    share /= share.sum()
    at = (x - least).astype(np.intp)
    if alternative == "less":
        return np.asarray(np.cumsum(share)[at])
    if alternative == "greater":
        return np.asarray(np.cumsum(share[::-1])[::-1][at])
    ascending = np.sort(share)
    # Tables as likely as the observed one must not be lost to rounding.
    last = np.searchsorted(ascending, share[at] * (1 + 1e-7), side="right") - 1
    return np.asarray(np.cumsum(ascending)[last])


def bic(a: npt.ArrayLike, A: float, b: npt.ArrayLike, B: float) -> Floats:
    """G2 (2-cell) - ln(A + B): evidence beyond what as many words give by chance (Wilson 2013); may be negative.

    Examples
    --------
    >>> bic([100], 10_000, [50], 10_000).round(5)
    array([7.08642])
    """
    return np.asarray(g2_of_rates(a, A, b, B) - np.log(A + B))


def log_ratio(a: npt.ArrayLike, A: float, b: npt.ArrayLike, B: float) -> Floats:
    """log2 of the ratio of the rates, half an occurrence standing for none on one side (Hardie 2014).

    Examples
    --------
    >>> log_ratio([8, 1], 100, [2, 0], 100)
    array([2., 1.])
    """
    x, y = _checked(a, A, b, B)
    ratio = np.log2(np.where(x > 0, x, 0.5) / A) - np.log2(np.where(y > 0, y, 0.5) / B)
    return np.where(x + y > 0, ratio, 0.0)


def percent_difference(a: npt.ArrayLike, A: float, b: npt.ArrayLike, B: float) -> Floats:
    """%DIFF: how much higher the first rate is, in per cent of the second; infinite where the second group lacks the
    term (Gabrielatos & Marchi 2011, who put 1e-18 for its rate).

    Examples
    --------
    >>> percent_difference([3, 1], 100, [2, 0], 100)
    array([50., inf])
    """
    x, y = _checked(a, A, b, B)
    return 100 * (_ratio(x / A, y / B) - 1)


def odds_ratio(a: npt.ArrayLike, A: float, b: npt.ArrayLike, B: float) -> Floats:
    """The term's odds against all other words in the first group, over those in the second; infinite where the second
    lacks the term.

    Examples
    --------
    >>> odds_ratio([20, 1], 100, [20, 0], 180)
    array([ 2., inf])
    """
    x, y = _checked(a, A, b, B, part=True)
    return _ratio(x * (B - y), y * (A - x))


def simple_maths(a: npt.ArrayLike, A: float, b: npt.ArrayLike, B: float, *, k: float = 1) -> Floats:
    """Ratio of the rates per million, k added to both; a higher k puts frequent terms first (Kilgarriff 2009).

    Examples
    --------
    >>> simple_maths([3, 1], 1_000_000, [1, 0], 1_000_000)
    array([2., 2.])
    """
    x, y = _checked(a, A, b, B)
    check_positive(np.array([k], dtype=np.float64), "k")
    ratio: Floats = (1e6 * x / A + k) / (1e6 * y / B + k)
    return ratio


def difference_coefficient(a: npt.ArrayLike, A: float, b: npt.ArrayLike, B: float) -> Floats:
    """Difference of the rates over their sum: 1 only in the first group, -1 only in the second (Hofland & Johansson
    1982).

    Examples
    --------
    >>> difference_coefficient([3, 1], 100, [1, 0], 100)
    array([0.5, 1. ])
    """
    x, y = _checked(a, A, b, B)
    return divide(x / A - y / B, x / A + y / B)


def log_odds_prior(
    a: npt.ArrayLike, A: float, b: npt.ArrayLike, B: float, *, a0: float = 1000
) -> tuple[Floats, Floats]:
    """Log-odds ratio with an informative Dirichlet prior, and its z (Monroe, Colaresi & Quinn 2008, doi
    10.1093/pan/mpn018). A ranking, not a test.

    The prior is a text of ``a0`` words with the pooled rates, ``a0 (a + b)/(A + B)`` of each term: where all terms are
    passed it is proportional to their counts, and it stays when some are left out. The default of 1,000 words is ours.

    Returns
    -------
    delta, z : arrays (terms,)
        Natural log of the odds ratio; delta over its standard deviation, sqrt(1/(a + prior) + 1/(b + prior)).

    Examples
    --------
    >>> delta, z = log_odds_prior([10, 5, 0, 85], 100, [3, 9, 4, 184], 200, a0=100)
    >>> z.round(3)
    array([ 2.478,  0.148, -1.025, -4.237])
    """
    x, y = _checked(a, A, b, B, part=True)
    check_positive(np.array([a0], dtype=np.float64), "a0")
    some = (x + y > 0) & (x + y < A + B)  # a term that is no word, or every word, has no odds
    prior = np.where(some, a0 * (x + y) / (A + B), 1.0)
    x, y = x + prior, y + prior
    odds = np.where(some, divide(x, A + a0 - x), 1.0), np.where(some, divide(y, B + a0 - y), 1.0)
    delta = np.log(odds[0]) - np.log(odds[1])
    return delta, delta / np.sqrt(1 / x + 1 / y)


MEASURES: MappingProxyType[str, Callable[[TwoGroups], Floats]] = MappingProxyType(
    {
        "g2": lambda of: g2_of_rates(of.a, of.A, of.b, of.B),
        "g2_4cell": lambda of: g2_of_table(of.a, of.A, of.b, of.B),
        "chi2": lambda of: chi_squared(of.a, of.A, of.b, of.B),
        "chi2_yates": lambda of: chi_squared(of.a, of.A, of.b, of.B, yates=True),
        "fisher": lambda of: fisher_exact(of.a, of.A, of.b, of.B),
        "bic": lambda of: bic(of.a, of.A, of.b, of.B),
        "log_ratio": lambda of: log_ratio(of.a, of.A, of.b, of.B),
        "percent_diff": lambda of: percent_difference(of.a, of.A, of.b, of.B),
        "odds_ratio": lambda of: odds_ratio(of.a, of.A, of.b, of.B),
        "simple_maths": lambda of: simple_maths(of.a, of.A, of.b, of.B),
        "difference_coefficient": lambda of: difference_coefficient(of.a, of.A, of.b, of.B),
        "log_odds": lambda of: log_odds_prior(of.a, of.A, of.b, of.B)[1],
        # Key in many texts, not in one long one (Egbert & Biber 2019, doi 10.3366/cor.2019.0162).
        "text_dispersion": lambda of: g2_of_rates(of.texts_a, of.n_a, of.texts_b, of.n_b),
    }
)


def mann_whitney(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[float, float]:
    """Rank sum and U of the first sample, ties mid-ranked (Kilgarriff 2001, doi 10.1075/ijcl.6.1.05kil).

    The U of the second is ``len(x) * len(y)`` less that of the first.

    Examples
    --------
    >>> mann_whitney([12, 15, 18, 24, 88], [3, 3, 13, 27, 33])
    (31.0, 16.0)
    """
    from scipy import stats

    first, second = np.atleast_1d(np.asarray(x, float)), np.atleast_1d(np.asarray(y, float))
    if not first.size or not second.size:
        raise ValueError(f"mann_whitney needs values in both samples, not {first.size} and {second.size}")
    total = float(stats.rankdata(np.concatenate([first, second]))[: len(first)].sum())
    return total, total - len(first) * (len(first) + 1) / 2


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    """1 where both are 0, infinite where only the denominator is."""
    none = np.where(numerator > 0, np.inf, 1.0)
    return np.divide(numerator, denominator, out=none, where=denominator > 0)


def _checked(a: npt.ArrayLike, A: float, b: npt.ArrayLike, B: float, *, part: bool = False) -> tuple[Floats, Floats]:
    """The counts as arrays; where ``part``, they must be part of the running words."""
    x, y = np.atleast_1d(np.asarray(a, float)), np.atleast_1d(np.asarray(b, float))
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"a and b must have one count per term, not the shapes {x.shape} and {y.shape}")
    for name, counts, words in (("a", x, A), ("b", y, B)):
        check_counts(counts, name)
        check_positive(np.array([words], dtype=np.float64), name.upper())
        if part and counts.size and counts.max() > words:
            raise ValueError(f"{name} must be at most its {words:g} running words, not {counts.max():g}")
    return x, y
