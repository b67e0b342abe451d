"""Units in blocks (an event, a genre): what each block holds, and what it leads to expect of its units.

``b`` holds one code per unit, 0 to the number of blocks less 1; the rest is as in :mod:`textlens.grouping`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from textlens.grouping import Floats, Integers, Mask, Matrix, checked_codes, checked_units, indicator


def informative_units(groups: npt.ArrayLike, blocks: npt.ArrayLike) -> Mask:
    """Which units lie in a block that holds units of two groups or more; the others say nothing of a difference.

    >>> informative_units([0, 1, 0, 0, 1], [0, 0, 1, 1, 2])
    array([ True,  True, False, False, False])
    """
    g, b = np.asarray(groups), np.asarray(blocks)
    held = np.zeros((int(b.max(initial=-1)) + 1, int(g.max(initial=-1)) + 1), dtype=bool)
    held[b, g] = True
    return np.asarray(held.sum(axis=1)[b] > 1)


def block_sums(X: Matrix, L: Floats, b: Integers) -> tuple[Matrix, Floats]:
    """Counts (blocks x items, sparse) and running words of each block."""
    member = indicator(b, np.ones_like(L))
    sums = csr_array(member @ X)
    sums.sum_duplicates()
    return sums, member @ L


def block_rates(X: Matrix, L: Floats, b: Integers) -> Matrix:
    """The rate of each item in each block, sparse."""
    sums, words = block_sums(X, L, b)
    return csr_array((sums.data / np.repeat(words, np.diff(sums.indptr)), sums.indices, sums.indptr), shape=sums.shape)


def group_words(L: Floats, g: Integers, b: Integers) -> Floats:
    """Running words of each group in each block (groups x blocks)."""
    words = np.zeros((int(g.max()) + 1, int(b.max()) + 1))
    np.add.at(words, (g, b), L)
    return words


def expected_counts(words: Floats, rates: Matrix) -> Floats:
    """Expected counts, groups x items, from the words of each group in each block."""
    return np.ascontiguousarray((csr_array(rates.T) @ words.T).T)


def checked_blocks(
    X: Matrix, lengths: npt.ArrayLike, groups: npt.ArrayLike, blocks: npt.ArrayLike
) -> tuple[Matrix, Floats, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """As `checked_units`, with the codes of blocks, each of which must hold two groups."""
    X, L, g = checked_units(X, lengths, groups)
    b = checked_codes(blocks, len(L), "blocks")
    alone = ~informative_units(g, b)
    if alone.any():
        raise ValueError(
            f"block {b[alone][0]} holds units of one group only; leave them out (informative_units says which)"
        )
    return X, L, g, b
