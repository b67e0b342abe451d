"""Numbers in, numbers out: is a difference between groups of units larger than chance among units?

Words come in bursts, so the *unit* (an article, an outlet) is what varies, never the word. The default test is
the log-likelihood ratio divided by an estimated overdispersion that borrows strength across items: a quasi-
likelihood F test (Smyth 2004, doi 10.2202/1544-6115.1027; Lund et al. 2012, doi 10.1515/1544-6115.1826).

Throughout, ``X`` holds non-negative counts, units x items, sparse; ``lengths`` all running words of each unit;
``groups`` one code per unit, 0 to G - 1, each occurring. Group sums are written S (G x items) and A (G).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import factorial, prod
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, issparse

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]
Matrix = csr_array[Any, tuple[int, int]]

_LINE_FROM = 30  # usable items from which the prior is a straight line instead of a constant
_D0_WITHOUT_SCATTER = 1e6
_CELLS = 2**21  # numbers held at once by the permutations, 16 MB


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


@dataclass(frozen=True)
class LeaveOneOut:
    """What `leave_one_out` returns; arrays have one value per item.

    Attributes
    ----------
    low, high : smallest and largest shrunken log2 ratio when one unit is left out; nan when no unit can be.
    flips : whether the sign is the opposite in some of them (a zero is no flip).
    driver : index of the unit whose removal takes most from the effect, the first of equals; -1 when none does.
    """

    low: Floats
    high: Floats
    flips: Mask
    driver: npt.NDArray[np.int64]


def log_likelihood(S: npt.ArrayLike, A: npt.ArrayLike) -> Floats:
    """Log-likelihood ratio G2 of each item over G groups, G cells (Rayson & Garside 2000).

    Parameters
    ----------
    S : array (G, items), counts of each group.
    A : array (G,), running words of each group.

    Returns
    -------
    array (items,): ``2 sum_g S log(S/E)``, E = A times the pooled rate; 0 for an item that nobody has.

    Raises
    ------
    ValueError
        Shapes do not fit, a count is negative or a length is not positive.

    Examples
    --------
    >>> log_likelihood([[100], [50]], [10_000, 10_000]).round(5)
    array([16.9899])
    """
    S, A = np.asarray(S, float), np.asarray(A, float)
    if S.ndim != 2 or A.shape != S.shape[:1]:
        raise ValueError(f"S must be groups x items and A one per group; got {S.shape}, {A.shape}")
    _check_counts(S, "S")
    _check_positive(A, "A")
    return _g2(S, A)


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
    >>> X = csr_array([[12, 3], [9, 0], [15, 2], [2, 6], [1, 9], [4, 5]])
    >>> result = quasi_likelihood(X, [600, 500, 700, 650, 550, 900], [0, 0, 0, 1, 1, 1])
    >>> result.p.round(4)
    array([0.0034, 0.0693])
    """
    from scipy import special

    X, L, g = _checked(X, lengths, groups)
    family = np.ones(X.shape[1], bool) if tested is None else np.asarray(tested)
    if family.dtype != bool or family.shape != (X.shape[1],):
        raise ValueError(f"tested must be a bool array with one value per item ({X.shape[1]})")
    S, A = _group_sums(X, L, g)
    Q = np.bincount(g, weights=L**2)
    N, f, df1 = A.sum(), S.sum(axis=0), len(A) - 1
    family = family & (f > 0)
    n_e = N**2 / Q.sum()
    d = float(max(1.0, n_e * (1 - (A / N * Q / A**2).sum())))
    g2, x2 = _g2(S, A), _pearson(S, A)
    # X2 exceeds G2 when the excess sits in the smaller group; what it has more is counted as spread.
    phi = (_divide(n_e * _squares(X, L, g), f) + np.maximum(0, x2 - g2)) / d
    prior, d0 = _fit_prior(phi, np.log(np.where(f > 0, f, 1) / N), family, d)
    # An item that no unit has says nothing of its own, so only the prior speaks for it.
    shown = np.maximum(1, np.where(f > 0, (d0 * prior + d * phi) / (d0 + d), prior))
    lam = (Q / A) / (Q.sum() / N)
    effective = ((1 - A / N)[:, None] * (1 + (shown - 1) * lam[:, None])).sum(axis=0) / df1
    p = np.where(family, special.fdtrc(df1, d0 + d, g2 / df1 / effective), np.nan)
    return QuasiLikelihood(g2, f, shown, effective, p, d, d0, df1, d0 + d, family)


def _squares(X: Matrix, L: Floats, g: Integers) -> Floats:
    """Sum over units of (X - r L)^2 with r the rate of the unit's group, multiplied out: X stays sparse."""
    S, A = _group_sums(X, L, g)
    rates = S / A[:, None]
    squares = np.bincount(X.indices, weights=X.data**2, minlength=X.shape[1])
    products = (_indicator(g, L) @ X).toarray()
    Q = np.bincount(g, weights=L**2)[:, None]
    total: Floats = squares + (rates**2 * Q - 2 * rates * products).sum(axis=0)
    return np.maximum(0, total)


def _pearson(S: Floats, A: Floats) -> Floats:
    expected = A[:, None] * (S.sum(axis=0) / A.sum())
    x2: Floats = _divide((S - expected) ** 2, expected).sum(axis=0)
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
    _check_positive(degrees, "df2")
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


def relabellings(sizes: Sequence[int] | Integers) -> int:
    """Number of ways to deal the units into groups of these sizes: n! / prod n_g!.

    >>> relabellings([3, 2])
    10
    """
    if not len(sizes) or min(sizes) < 1:
        raise ValueError(f"sizes must be one or more positive numbers of units, not {list(sizes)}")
    sizes = [int(size) for size in sizes]
    return factorial(sum(sizes)) // prod(factorial(size) for size in sizes)


def smallest_p(sizes: Sequence[int] | Integers) -> float:
    """Smallest p that the exact permutation test can reach with groups of these sizes.

    Groups of one size can swap their names without changing the statistic, so such relabellings come in ties.

    >>> smallest_p([3, 2]), smallest_p([3, 3])
    (0.1, 0.1)
    """
    ties = prod(factorial(count) for count in Counter(int(size) for size in sizes).values())
    return ties / relabellings(sizes)


def permutation_p(
    X: Matrix,
    lengths: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    rng: np.random.Generator | None = None,
    n_draws: int = 9999,
    limit: int = 10_000,
) -> Floats:
    """Share of relabellings of whole units, lengths and all, whose G2 is at least the observed one.

    Parameters
    ----------
    X, lengths, groups : as for `quasi_likelihood`.
    rng : draws `n_draws` relabellings when there are more than `limit`; p is then (1 + hits) / (1 + n_draws).
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
    >>> X = csr_array([[5, 1], [4, 2], [6, 1], [0, 1], [1, 2]])
    >>> permutation_p(X, [100, 100, 100, 100, 100], [0, 0, 0, 1, 1])
    array([0.1, 1. ])
    """
    X, L, g = _checked(X, lengths, groups)
    if n_draws < 1:
        raise ValueError(f"n_draws must be 1 or more, not {n_draws}")
    sizes = np.bincount(g)
    exact = relabellings(sizes) <= limit
    if exact:
        labels = _all_labels(sizes)
    elif rng is None:
        return np.full(X.shape[1], np.nan)
    else:
        labels = (rng.permutation(g) for _ in range(n_draws))
    S, A = _group_sums(X, L, g)
    f, observed = S.sum(axis=0), _g2(S, A)
    # Ties must count although sums in another order round differently: an error of f times 1e-16 or so.
    bound = observed - 1e-9 * observed - 1e-12 * f
    hits, total = np.zeros(X.shape[1]), 0
    rows = max(1, _CELLS // max(1, len(A) * X.shape[1], len(L)))
    while block := list(islice(labels, rows)):
        member = [(np.array(block) == code).astype(float) for code in range(len(A))]
        sums, words = np.stack([z @ X for z in member]), np.stack([z @ L for z in member])
        hits += (_g2(sums, words) >= bound).sum(axis=0)
        total += len(block)
    return np.where(f > 0, hits / total if exact else (1 + hits) / (1 + total), np.nan)


def _all_labels(sizes: Integers) -> Iterator[Integers]:
    """Every assignment of units to groups; the largest group is what remains, which keeps choices few."""
    largest = int(sizes.argmax())
    others = [code for code in range(len(sizes)) if code != largest]
    labels = np.full(int(sizes.sum()), largest)

    def deal(codes: list[int]) -> Iterator[Integers]:
        if not codes:
            yield labels.copy()
            return
        free = np.flatnonzero(labels == largest).tolist()
        for chosen in combinations(free, int(sizes[codes[0]])):
            labels[list(chosen)] = codes[0]
            yield from deal(codes[1:])
            labels[list(chosen)] = largest

    return deal(others)


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


def leave_one_out(X: Matrix, lengths: npt.ArrayLike, groups: npt.ArrayLike, phi: npt.ArrayLike) -> LeaveOneOut:
    """The shrunken log2 ratio of group 0 to group 1 without each unit in turn, overdispersion held fixed.

    Parameters
    ----------
    X, lengths, groups : as for `quasi_likelihood`, with two groups.
    phi : array (items,), ``phi_effective`` of `quasi_likelihood`.

    Returns
    -------
    LeaveOneOut
        A unit that is alone in its group cannot be left out.

    Raises
    ------
    ValueError
        As for `quasi_likelihood`, or there are more than two groups, or phi does not fit.

    Examples
    --------
    >>> X = csr_array([[9], [1], [1], [1]])
    >>> result = leave_one_out(X, [100, 100, 100, 100], [0, 0, 1, 1], [1.0])
    >>> result.low.round(2), result.high.round(2), result.driver
    (array([0.]), array([2.15]), array([0]))
    """
    X, L, g = _checked(X, lengths, groups)
    phi = np.asarray(phi, float)
    if g.max() != 1:
        raise ValueError(f"leaving one unit out needs two groups, not {g.max() + 1}")
    if phi.shape != (X.shape[1],):
        raise ValueError(f"phi must have one value per item ({X.shape[1]}), not {phi.shape}")
    S, A = _group_sums(X, L, g)
    whole = shrunken_log_ratio(S[0], A[0], S[1], A[1], phi)
    low, high = np.full_like(whole, np.inf), np.full_like(whole, -np.inf)
    flips, driver = np.zeros(whole.shape, bool), np.full(whole.shape, -1)
    most = np.zeros_like(whole)
    removable = np.flatnonzero(np.bincount(g)[g] > 1)
    for unit in removable:
        rest, words = S.copy(), A.copy()
        stored = slice(X.indptr[unit], X.indptr[unit + 1])
        rest[g[unit], X.indices[stored]] -= X.data[stored]
        words[g[unit]] -= L[unit]
        rest = np.maximum(0, rest)  # sums of weights may round to just below zero
        effect = shrunken_log_ratio(rest[0], words[0], rest[1], words[1], phi)
        low, high = np.minimum(low, effect), np.maximum(high, effect)
        flips |= np.sign(effect) * np.sign(whole) < 0
        taken = np.sign(whole) * (whole - effect)
        driver = np.where(taken > most, unit, driver)
        most = np.maximum(most, taken)
    if not len(removable):
        low, high = np.full_like(whole, np.nan), np.full_like(whole, np.nan)
    return LeaveOneOut(low, high, flips, driver)


def _g2(S: Floats, A: Floats) -> Floats:
    """G2 over the first axis; S is (G, ..., items), A (G, ...)."""
    from scipy import special

    expected = A[..., None] * (S.sum(axis=0) / A.sum(axis=0)[..., None])
    ratio = np.divide(S, expected, out=np.ones_like(S), where=expected > 0)
    g2: Floats = 2 * special.xlogy(S, ratio).sum(axis=0)
    return np.maximum(0, g2)  # rounding may leave a little less than 0


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)


def _indicator(g: Integers, weights: Floats) -> Matrix:
    return csr_array((weights, (g, np.arange(len(g)))), shape=(int(g.max()) + 1, len(g)))


def _group_sums(X: Matrix, L: Floats, g: Integers) -> tuple[Floats, Floats]:
    member = _indicator(g, np.ones_like(L))
    return (member @ X).toarray(), member @ L


def _checked(X: Matrix, lengths: npt.ArrayLike, groups: npt.ArrayLike) -> tuple[Matrix, Floats, npt.NDArray[np.int64]]:
    L, g = np.asarray(lengths, float), np.asarray(groups)
    if not issparse(X) or X.ndim != 2:
        raise ValueError(f"X must be a sparse array, units x items, not {type(X).__name__}")
    if L.shape != X.shape[:1] or g.shape != X.shape[:1]:
        raise ValueError(
            f"lengths and groups must have one value per unit ({X.shape[0]}), not shapes {L.shape} and {g.shape}"
        )
    X = csr_array(X).astype(np.float64, copy=False)
    _check_counts(X.data, "X")
    _check_positive(L, "lengths")
    if g.dtype.kind not in "iu":
        raise ValueError(f"groups must be integer codes, not {g.dtype}")
    codes = np.unique(g)
    if not np.array_equal(codes, np.arange(len(codes))):
        raise ValueError(f"groups must be codes 0, 1, ... that all occur, not {codes[:5].tolist()}")
    if len(codes) < 2:
        raise ValueError(f"groups must hold two or more groups to compare, not {len(codes)}")
    if not X.has_canonical_format:
        X = X.copy()  # csr_array shares memory with what was given
        X.sum_duplicates()
    return X, L, g.astype(np.int64)


def _check_counts(values: Floats, name: str) -> None:
    wrong = values[~((values >= 0) & np.isfinite(values))]
    if wrong.size:
        raise ValueError(f"{name} must hold counts of 0 or more, not {wrong[0]}")


def _check_positive(values: Floats, name: str) -> None:
    wrong = values[~((values > 0) & np.isfinite(values))]
    if wrong.size:
        raise ValueError(f"{name} must be positive, not {wrong[0]}")


def _check_two(*values: npt.ArrayLike) -> list[Floats]:
    a, A, b, B, phi = arrays = [np.asarray(value, float) for value in values]
    for counts, name in ((a, "a"), (b, "b")):
        _check_counts(counts, name)
    for positive, name in ((A, "A"), (B, "B"), (phi, "phi")):
        _check_positive(positive, name)
    return arrays
