"""Counts added up over the units of a comparison, each in its group and block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.corpus import expect
from textlens.counts import Counts

PAIRWISE = "pairwise"


@dataclass(frozen=True)
class Units:
    """Counts per unit.

    Attributes
    ----------
    matrix : units x items.
    lengths : words of each unit.
    names, groups : of the units.
    blocks : what is held equal, a name for each unit; None where nothing is.
    """

    matrix: csr_array
    lengths: np.ndarray
    names: np.ndarray
    groups: np.ndarray
    blocks: np.ndarray | None = None

    def rows(self, chosen: np.ndarray) -> Units:
        """Only these units, by a mask."""
        blocks = None if self.blocks is None else self.blocks[chosen]
        matrix = self.matrix if chosen.all() else csr_array(self.matrix[np.flatnonzero(chosen)])
        return Units(matrix, self.lengths[chosen], self.names[chosen], self.groups[chosen], blocks)


def gather_units(
    counts: Counts,
    by: str | Sequence[str],
    unit: str = "article",
    block: str | Sequence[str] | None = None,
    *,
    least: int = 2,
) -> Units:
    """Add counts up over units and find the group, and the block, of each.

    Parameters
    ----------
    counts : Counts
    by : str or sequence of str
        The column whose values are compared, as ``"source"``; several are joined by `` / ``.
    unit : str
        The column that names the units, as ``"article"`` or ``"family"``.
    block : str or sequence of str, optional
        What is held equal, as ``"event"``.
    least : int
        How many groups, and units, there must be.

    Returns
    -------
    Units

    Raises
    ------
    ValueError
        No rows, a missing value, a unit in two groups or blocks, fewer groups or units than ``least``, or a group
        without words.
    TypeError
        What is given is no Counts.
    """
    expect(counts, Counts, "counts", "tl.count_terms")
    given = {"group": by, "unit": unit} | ({} if block is None else {"block": block})
    labels = pd.DataFrame({role: counts.labels(name) for role, name in given.items()})
    if labels.empty:
        raise ValueError("the counts hold no rows to compare")
    columns = {role: name if isinstance(name, str) else " / ".join(name) for role, name in given.items()}
    for role, name in columns.items():
        empty = (labels[role] == "").to_numpy()
        if empty.any():
            raise ValueError(counts.no_value(name, empty))
    numbers = pd.factorize(labels["unit"])[0]
    for role in columns:
        _check_nested(labels, numbers, role, unit, columns[role])
    units = replace(counts, segments=labels).by(["unit", *(role for role in columns if role != "unit")])
    names = units.segments["unit"].to_numpy(dtype=object)
    groups = units.segments["group"].to_numpy(dtype=object)
    if len(names) < least:
        raise ValueError(f"a comparison needs two units; there is only the {unit} {names[0]!r}")
    if len(set(groups)) < least:
        raise ValueError(f"a comparison needs two groups; {columns['group']!r} is {groups[0]!r} everywhere")
    has_words = pd.Series(units.n_words).groupby(groups, sort=True).sum()
    for group in has_words.index[has_words == 0]:
        raise ValueError(f"{columns['group']} {group!r} has no words to compare")
    everything = Units(
        units.matrix,
        units.n_words.astype(float),
        names,
        groups,
        None if block is None else units.segments["block"].to_numpy(dtype=object),
    )
    return everything.rows(units.n_words > 0)


def _check_nested(labels: pd.DataFrame, numbers: np.ndarray, role: str, unit: str, name: str) -> None:
    """Each unit has one value of this role; ``numbers`` are those of the units."""
    codes = pd.factorize(labels[role])[0]
    of_unit = np.empty(numbers.max() + 1, dtype=np.int64)
    of_unit[numbers] = codes
    several = of_unit[numbers] != codes
    if not several.any():
        return
    first = labels["unit"][several].min()
    both = sorted(labels[role][labels["unit"] == first].unique())
    raise ValueError(f"the {unit} {first!r} belongs to two {role}s of {name!r}: {both[0]!r} and {both[1]!r}")


def group_pairs(names: list[str], against: str | None) -> list[tuple[str, list[str]]]:
    """Each group with those it is compared with: the other one, all others together, ``against`` alone, or each
    other one (``"pairwise"``)."""
    if against is not None and not pd.api.types.is_scalar(against):
        raise TypeError(
            f"against must be one group, or {PAIRWISE!r}, not a {type(against).__name__}; a frequency list is for "
            "tl.compare_terms"
        )
    # Groups are text, whatever their column holds.
    against = None if against is None else str(against)
    if against == PAIRWISE and PAIRWISE in names:
        raise ValueError(f"against={PAIRWISE!r} asks for all pairs, and a group is called so: rename the group")
    if against == PAIRWISE:
        return [(name, [other]) for place, name in enumerate(names) for other in names[place + 1 :]]
    if against is not None and against not in names:
        raise ValueError(f"no group {against!r} to compare with; there are {', '.join(names)}")
    if against is not None:
        return [(name, [against]) for name in names if name != against]
    first = names[:1] if len(names) == 2 else names
    return [(name, [other for other in names if other != name]) for name in first]
