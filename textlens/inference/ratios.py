"""The ratio of two rates: its interval, its shrunken estimate, and the rate of what was never seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from textlens.grouping import Floats, Matrix, check_counts, check_positive, checked_units, group_sums

FEWEST_FOR_SCALE = 50


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

    _check_level(level)
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


def unseen_rate(words: npt.ArrayLike, overdispersion: npt.ArrayLike, *, level: float = 0.95) -> Floats:
    """Upper bound of the rate of an item that does not occur in so many words.

    Without overdispersion this is the "rule of three": no occurrence in n words bounds the rate by 3/n.

    Parameters
    ----------
    words : running words in which the item does not occur.
    overdispersion : of the item, 1 or more, taken as known.
    level : coverage of the one-sided bound.

    Returns
    -------
    array
        Occurrences per word: the rate at which a gamma-Poisson count, its variance ``overdispersion`` times its mean,
        is 0 with probability 1 - level: ``-log(1 - level) h / words``, h = (phi - 1)/log(phi), 1 at phi = 1.

    Raises
    ------
    ValueError
        Words are not positive, an overdispersion is below 1, or level is not between 0 and 1.

    Examples
    --------
    >>> (10_000 * unseen_rate(10_000, [1, 3])).round(2)
    array([3.  , 5.45])
    """
    n, phi = np.asarray(words, float), np.asarray(overdispersion, float)
    _check_level(level)
    check_positive(n, "words")
    if not (np.isfinite(phi) & (phi >= 1)).all():
        raise ValueError(f"overdispersion must be 1 or more, not {phi[~(phi >= 1)].ravel()[:1].tolist()}")
    excess = phi - 1
    h = np.divide(excess, np.log1p(excess), out=np.ones_like(phi), where=excess > 0)
    return np.asarray(-np.log1p(-level) * h / n)


def trimmed_lengths(X: Matrix, lengths: npt.ArrayLike, groups: npt.ArrayLike) -> Floats:
    """Lengths scaled so that most items have equal rates in the two groups.

    Where a few frequent items differ much, all others seem to differ the other way, because shares add up to one. The
    scale is the 30 % trimmed mean of log((S + .5)/(E + .5)) over items expected five times or more in each group
    (as the trimmed mean of M-values of Robinson & Oshlack 2010, doi 10.1186/gb-2010-11-3-r25, without its weights).
    Worth its price with over a hundred units a side; small samples are hurt by it.

    Parameters
    ----------
    X, lengths, groups : as for `quasi_likelihood`.

    Returns
    -------
    array (units,)

    Raises
    ------
    ValueError
        As for `quasi_likelihood`, or fewer than 50 items are frequent enough.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> X = csr_array([[10] * 60 + [400], [10] * 60 + [0]])
    >>> trimmed_lengths(X, [1000, 600], [0, 1]).round()
    array([808., 788.])
    """
    X, L, g = checked_units(X, lengths, groups)
    S, A = group_sums(X, L, g)
    E = A[:, None] * (S.sum(axis=0) / A.sum())
    frequent = (E >= 5).all(axis=0)
    n = int(frequent.sum())
    if n < FEWEST_FOR_SCALE:
        raise ValueError(
            f"a trimmed scale needs {FEWEST_FOR_SCALE} items expected five times or more in each group, not {n}"
        )
    logs = np.sort(np.log((S[:, frequent] + 0.5) / (E[:, frequent] + 0.5)), axis=1)
    cut = int(0.3 * n)
    factors = np.exp(logs[:, cut : n - cut].mean(axis=1))
    scaled: Floats = L * factors[g]
    return scaled


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, not {level}")


def _check_two(*values: npt.ArrayLike) -> list[Floats]:
    a, A, b, B, phi = arrays = [np.asarray(value, float) for value in values]
    for counts, name in ((a, "a"), (b, "b")):
        check_counts(counts, name)
    for positive, name in ((A, "A"), (B, "B"), (phi, "phi")):
        check_positive(positive, name)
    return arrays
