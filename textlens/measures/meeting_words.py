"""How strongly two words attract each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from textlens.grouping import Floats, check_counts, check_positive, divide


def pmi(f: npt.ArrayLike, f_a: npt.ArrayLike, f_b: npt.ArrayLike, n: float) -> Floats:
    """Pointwise mutual information in bits, log2 of f n / (f_a f_b); minus infinity for words that never meet.

    ``f`` joint occurrences, ``f_a`` and ``f_b`` those of each word, ``n`` running words (Church & Hanks 1990,
    Computational Linguistics 16(1)).

    Examples
    --------
    >>> pmi([8], [1105], [44], 15_000_000).round(1)
    array([11.3])
    """
    joint, first, second = _pairs(f, f_a, f_b, n)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log2(joint) + np.log2(n) - np.log2(first) - np.log2(second))


def delta_p(f: npt.ArrayLike, f_a: npt.ArrayLike, f_b: npt.ArrayLike, n: float) -> tuple[Floats, Floats]:
    """Delta P both ways: how much likelier b is with a than without it, and a with b (Gries 2013, doi
    10.1075/ijcl.18.1.09gri).

    Counts as in :func:`pmi`.

    Examples
    --------
    >>> b_given_a, a_given_b = delta_p([5], [10], [20], 110)
    >>> b_given_a, a_given_b.round(3)
    (array([0.35]), array([0.194]))
    """
    joint, first, second = _pairs(f, f_a, f_b, n)
    return (
        joint / first - divide(second - joint, n - first),
        joint / second - divide(first - joint, n - second),
    )


def _pairs(f: npt.ArrayLike, f_a: npt.ArrayLike, f_b: npt.ArrayLike, n: float) -> tuple[Floats, Floats, Floats]:
    joint, first, second = (np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (f, f_a, f_b))
    check_counts(joint, "f")
    check_positive(first, "f_a")
    check_positive(second, "f_b")
    if (joint > np.minimum(first, second)).any() or (np.maximum(first, second) > n).any():
        raise ValueError("f must be at most f_a and f_b, and these at most n")
    return joint, first, second
