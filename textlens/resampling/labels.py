"""Ways to deal units to groups: how many there are, all of them, or some at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from math import factorial, prod

import numpy as np
import numpy.typing as npt

from textlens.grouping import Integers, checked_codes

CELLS = 2**22  # numbers held at once, 32 MB


def group_sizes(groups: npt.ArrayLike, blocks: npt.ArrayLike | None = None) -> npt.NDArray[np.int64]:
    """Units of each group in each block (blocks x groups; one block by default).

    >>> group_sizes([0, 0, 1, 0, 1], [0, 0, 0, 1, 1]).tolist()
    [[2, 1], [1, 1]]
    """
    g = np.asarray(groups)
    b = np.zeros(len(g), dtype=np.int64) if blocks is None else np.asarray(blocks)
    sizes = np.zeros((int(b.max()) + 1, int(g.max()) + 1), dtype=np.int64)
    np.add.at(sizes, (b, g), 1)
    return sizes


def relabellings(sizes: Sequence[int] | Integers) -> int:
    """Number of ways to deal the units into groups of these sizes, within blocks: prod over blocks of n! / prod n_g!.

    >>> relabellings([3, 2]), relabellings([[2, 1], [1, 1]])
    (10, 6)
    """
    table = np.atleast_2d(np.asarray(sizes, dtype=np.int64))
    if not table.size or table.min() < 0 or table.sum(axis=0).min() < 1:
        raise ValueError(f"sizes must be one or more positive numbers of units, not {np.asarray(sizes).tolist()}")
    ways = 1
    for block in table.tolist():
        ways *= factorial(sum(block)) // prod(factorial(size) for size in block)
    return ways


def smallest_p(sizes: Sequence[int] | Integers) -> float:
    """Smallest p that the exact permutation test can reach with groups of these sizes (blocks x groups).

    Groups of one size (in every block) can swap their names without changing the statistic, so such relabellings
    come in ties.

    >>> smallest_p([3, 2]), smallest_p([3, 3]), smallest_p([[1, 1]] * 5)
    (0.1, 0.1, 0.0625)
    """
    of_groups = np.atleast_2d(np.asarray(sizes)).T.tolist()
    ties = prod(factorial(count) for count in Counter(map(tuple, of_groups)).values())
    return ties / relabellings(sizes)


def labellings(
    groups: npt.ArrayLike,
    *,
    blocks: npt.ArrayLike | None = None,
    rng: np.random.Generator | None = None,
    n_draws: int = 9999,
    limit: int = 10_000,
) -> tuple[Iterator[Integers], int, bool] | None:
    """Ways to deal the group codes to the units, within blocks.

    Parameters
    ----------
    groups, blocks : code of each unit.
    rng : draws ``n_draws`` labellings when there are more than ``limit``.
    limit : up to so many labellings all are gone through, and ``rng`` is not used.

    Returns
    -------
    (labellings, their number, whether they are all), or None where all would be too many and there is no ``rng``.

    Examples
    --------
    >>> ways, n, all_of_them = labellings([0, 0, 1])
    >>> [way.tolist() for way in ways]
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    """
    if n_draws < 1:
        raise ValueError(f"n_draws must be 1 or more, not {n_draws}")
    g = checked_codes(groups, len(np.asarray(groups)), "groups")
    b = np.zeros_like(g) if blocks is None else checked_codes(blocks, len(g), "blocks")
    n = relabellings(group_sizes(g, b))
    g = g.astype(np.min_scalar_type(g.max(initial=0)))  # thousands of labellings are held at once
    if n <= limit:
        return _all_labels(g, [np.flatnonzero(b == block) for block in range(int(b.max()) + 1)]), n, True
    if rng is None:
        return None
    several = bool(b.any())
    b = b.astype(np.min_scalar_type(b.max(initial=0)))  # few bits are sorted in one pass
    order = np.argsort(b, kind="stable")

    def draw() -> Integers:
        labels = np.empty_like(g)
        # Random keys, sorted inside each block.
        keys = np.argsort(rng.random(len(g)))
        labels[order] = g[keys[np.argsort(b[keys], kind="stable")] if several else keys]
        return labels

    return (draw() for _ in range(n_draws)), n_draws, False


def _all_labels(g: Integers, members: list[npt.NDArray[np.intp]]) -> Iterator[Integers]:
    """Every assignment of units to groups, block by block."""
    if not members:
        yield np.empty_like(g)
        return
    own = members[-1]
    for labels in _all_labels(g, members[:-1]):
        for dealt in _deal(np.bincount(g[own])):
            labels[own] = dealt
            yield labels.copy()


def _deal(sizes: Integers) -> Iterator[Integers]:
    """Every assignment inside one block; the largest group is what remains, which keeps choices few."""
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


def batches(labels: Iterator[Integers], total: int, cells: int) -> Iterator[Integers]:
    """Labellings some at a time (draws x units), as many as memory takes at ``cells`` numbers each; with a progress
    bar from two seconds on."""
    from tqdm import tqdm

    rows = max(1, CELLS // max(1, cells))
    with tqdm(total=total, desc="relabelling", unit="draw", delay=2, leave=False) as bar:
        while block := list(islice(labels, rows)):
            yield np.array(block)
            bar.update(len(block))
