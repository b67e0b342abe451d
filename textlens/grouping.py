"""Units x items in groups: the checks, the sums and the log-likelihood ratio that tests and resampling share.

``X`` holds non-negative counts, units x items, sparse; ``lengths`` all running words of each unit; ``groups`` one code
per unit, 0 to G - 1, each occurring. Group sums are written S (G x items) and A (G).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, issparse

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]
Matrix = csr_array[Any, tuple[int, int]]


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
    check_counts(S, "S")
    check_positive(A, "A")
    return g2(S, A)


def g2(S: Floats, A: Floats) -> Floats:
    """G2 over the first axis; S is (G, ..., items), A (G, ...)."""
    return deviance(S, A[..., None] * (S.sum(axis=0) / A.sum(axis=0)[..., None]))


def deviance(S: Floats, E: Floats) -> Floats:
    """Twice the sum over the first axis of S log(S/E); a count of 0 adds nothing."""
    ratio = np.divide(S, E, out=np.ones_like(S), where=(S > 0) & (E > 0))
    np.log(ratio, out=ratio)
    ratio *= S
    doubled: Floats = 2 * ratio.sum(axis=0)
    return np.maximum(0, doubled)  # rounding may leave a little less than 0


def divide(numerator: Floats, denominator: Floats) -> Floats:
    """A quotient that is 0 where the denominator is."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)


def indicator(g: Integers, weights: Floats) -> Matrix:
    """Groups x units, with the weight of each unit in its group."""
    return csr_array((weights, (g, np.arange(len(g)))), shape=(int(g.max()) + 1, len(g)))


def column_sums(matrix: csr_array) -> Floats:
    """The sum of each column, as a flat array."""
    return np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()


def holders(matrix: csr_array) -> npt.NDArray[np.int64]:
    """How many rows hold each column, of a matrix that stores no place twice."""
    held = matrix.indices if matrix.data.all() else matrix.indices[matrix.data != 0]
    return np.bincount(held, minlength=matrix.shape[1])


def group_sums(X: Matrix, L: Floats, g: Integers) -> tuple[Floats, Floats]:
    """Counts and running words of each group."""
    member = indicator(g, np.ones_like(L))
    return (member @ X).toarray(), member @ L


def sum_type(values: Floats, most: float) -> type[np.floating[Any]]:
    """float32, in half the room and time, where sums of these values that reach ``most`` are exact in it: whole numbers
    below 2**24; else float64."""
    return np.float32 if most < 2**24 and (values == np.rint(values)).all() else np.float64


def checked_units(
    X: Matrix, lengths: npt.ArrayLike, groups: npt.ArrayLike, *, least: int = 2
) -> tuple[Matrix, Floats, npt.NDArray[np.int64]]:
    """X as CSR, lengths and codes of ``least`` or more groups as arrays; a ``ValueError`` names what does not fit."""
    L, g = np.asarray(lengths, float), np.asarray(groups)
    if not issparse(X) or X.ndim != 2:
        raise ValueError(f"X must be a sparse array, units x items, not {type(X).__name__}")
    if L.shape != X.shape[:1] or g.shape != X.shape[:1]:
        raise ValueError(
            f"lengths and groups must have one value per unit ({X.shape[0]}), not shapes {L.shape} and {g.shape}"
        )
    X = csr_array(X).astype(np.float64, copy=False)
    check_counts(X.data, "X")
    check_positive(L, "lengths")
    g = checked_codes(g, len(L), "groups")
    if g.max(initial=-1) + 1 < least:
        raise ValueError(f"groups must hold two or more groups to compare, not {len(np.unique(g))}")
    if not X.has_canonical_format:
        X = X.copy()  # csr_array shares memory with what was given
        X.sum_duplicates()
    return X, L, g


def checked_codes(values: npt.ArrayLike, n: int, name: str) -> npt.NDArray[np.int64]:
    """Codes 0, 1, ... of each of ``n`` units, all of which occur."""
    codes = np.asarray(values)
    if codes.shape != (n,):
        raise ValueError(f"{name} must have one value per unit ({n}), not shape {codes.shape}")
    if codes.dtype.kind not in "iu":
        raise ValueError(f"{name} must be integer codes, not {codes.dtype}")
    found = np.unique(codes)
    if not np.array_equal(found, np.arange(len(found))):
        raise ValueError(f"{name} must be codes 0, 1, ... that all occur, not {found[:5].tolist()}")
    return codes.astype(np.int64)


def check_counts(values: Floats, name: str) -> None:
    """Counts must be finite and not negative."""
    wrong = values[~((values >= 0) & np.isfinite(values))]
    if wrong.size:
        raise ValueError(f"{name} must hold counts of 0 or more, not {wrong[0]}")


def check_positive(values: Floats, name: str) -> None:
    """Lengths and the like must be finite and positive."""
    wrong = values[~((values > 0) & np.isfinite(values))]
    if wrong.size:
        raise ValueError(f"{name} must be positive, not {wrong[0]}")
