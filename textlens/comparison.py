"""Groups of units compared item by item: the one table behind key terms, frames and topics.

An item is a term, a frame or a topic; a unit is an article, or a family of articles that tell the same thing. Units
are what is resampled; words never are.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens import inference, resampling
from textlens.corpus import SmallCorpusWarning, expect, expect_number
from textlens.counts import Counts
from textlens.grouping import column_sums

SMALL_FAMILY = 30
LEVEL = 0.05


@dataclass(frozen=True)
class Units:
    """Counts per unit: ``matrix`` (units x items), ``lengths`` (words), ``names`` and ``groups`` of the units."""

    matrix: csr_array
    lengths: np.ndarray
    names: np.ndarray
    groups: np.ndarray


def gather_units(counts: Counts, by: str | Sequence[str], unit: str = "article") -> Units:
    """Add counts up over units and find the group of each.

    Parameters
    ----------
    counts : Counts
    by : str or sequence of str
        The column whose values are compared, as ``"source"``; several are joined by `` / ``.
    unit : str
        The column that names the units, as ``"article"`` or ``"family"``.

    Returns
    -------
    Units

    Raises
    ------
    ValueError
        No rows, a missing value, a unit in two groups, fewer than two groups or two units, or a group without words.
    TypeError
        What is given is no Counts.
    """
    expect(counts, Counts, "counts", "tl.count_terms")
    labels = pd.DataFrame({"unit": counts.labels(unit), "group": counts.labels(by)})
    if labels.empty:
        raise ValueError("the counts hold no rows to compare")
    by = by if isinstance(by, str) else " / ".join(by)
    for name, column in ((by, "group"), (unit, "unit")):
        empty = (labels[column] == "").to_numpy()
        if empty.any():
            raise ValueError(f"{name!r} has no value in row {int(empty.argmax()) + 1} of the counts")
    units = replace(counts, segments=labels).by(["unit", "group"])
    names = units.segments["unit"].to_numpy(dtype=object)
    groups = units.segments["group"].to_numpy(dtype=object)
    repeated = [name for name in names if (names == name).sum() > 1] if len(set(names)) < len(names) else []
    if repeated:
        both = sorted(groups[names == repeated[0]])
        raise ValueError(f"the {unit} {repeated[0]!r} belongs to two groups of {by!r}: {both[0]!r} and {both[1]!r}")
    if len(names) < 2:
        raise ValueError(f"a comparison needs two units; there is only the {unit} {names[0]!r}")
    if len(set(groups)) < 2:
        raise ValueError(f"a comparison needs two groups; {by!r} is {groups[0]!r} everywhere")
    for group in sorted(set(groups)):
        if units.n_words[groups == group].sum() == 0:
            raise ValueError(f"{by} {group!r} has no words to compare")
    filled = units.n_words > 0
    return Units(
        csr_array(units.matrix[np.flatnonzero(filled)]),
        units.n_words[filled].astype(float),
        names[filled],
        groups[filled],
    )


def group_pairs(names: list[str], against: str | None) -> list[tuple[str, list[str]]]:
    """Each group with those it is compared with: the other one, all others together, or ``against`` alone."""
    # Groups are text, whatever their column holds.
    against = None if against is None else str(against)
    if against is not None and against not in names:
        raise ValueError(f"no group {against!r} to compare with; there are {', '.join(names)}")
    if against is not None:
        return [(name, [against]) for name in names if name != against]
    first = names[:1] if len(names) == 2 else names
    return [(name, [other for other in names if other != name]) for name in first]


def compare_units(
    units: Units,
    items: Sequence[str],
    item: str,
    *,
    against: str | None = None,
    min_count: float = 0,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Compare the groups item by item.

    Two groups give one row per item, of the first group in sorted order against the second (or ``against``). More
    groups give each group's rows against all others together, or pairwise against one: ``against``.

    Parameters
    ----------
    units : Units
    items : sequence of str
        Names of the columns of ``units.matrix``.
    item : str
        What an item is called in the table: term, frame or topic.
    against : str, optional
        The group to compare with.
    min_count : float
        Items with a smaller pooled count get their effect, but no test.
    rng : numpy.random.Generator, optional
        For Monte Carlo permutation where the relabellings are too many to enumerate.

    Returns
    -------
    DataFrame
        See :func:`textlens.compare_terms` for the columns.
    """
    expect_number(min_count, "min_count")
    if rng is not None:
        expect(rng, np.random.Generator, "rng", "np.random.default_rng")
    tables = []
    for group, others in group_pairs(sorted(set(units.groups)), against):
        keep = np.isin(units.groups, [group, *others])
        side = np.where(units.groups[keep] == group, 0, 1)
        pair = Units(csr_array(units.matrix[np.flatnonzero(keep)]), units.lengths[keep], units.names[keep], side)
        table = _compare_pair(pair, min_count, rng)
        table.insert(0, "group", group)
        table.insert(1, "against", others[0] if len(others) == 1 else "all others")
        table.insert(2, item, np.asarray(items, dtype=object))
        table[item] = table[item].astype("str")
        order = pd.DataFrame(
            {"p": table["p"].round(12), "count": -table["count"] - table["count_against"], item: table[item]}
        ).sort_values(["p", "count", item], na_position="last")
        tables.append(table.loc[order.index])
    return pd.concat(tables, ignore_index=True)


def _compare_pair(units: Units, min_count: float, rng: np.random.Generator | None) -> pd.DataFrame:
    side, lengths, matrix = units.groups, units.lengths, units.matrix
    words = np.bincount(side, weights=lengths)
    count = np.vstack([column_sums(matrix[np.flatnonzero(side == g)]) for g in (0, 1)])
    present = np.vstack([column_sums(matrix[np.flatnonzero(side == g)] > 0) for g in (0, 1)])
    tested = (count.sum(axis=0) >= min_count) & (count.sum(axis=0) > 0)
    fit = inference.quasi_likelihood(matrix, lengths, side, tested=tested)
    low, high = inference.log_ratio_interval(count[0], words[0], count[1], words[1], fit.phi_effective, fit.df2)
    effect = inference.shrunken_log_ratio(count[0], words[0], count[1], words[1], fit.phi_effective)
    permuted = np.full(len(effect), np.nan)
    chosen = np.flatnonzero(tested)
    permuted[chosen] = resampling.permutation_p(csr_array(matrix[:, chosen]), lengths, side, rng=rng)
    sizes = np.bincount(side)
    floor = resampling.smallest_p(sizes)
    if tested.sum() >= SMALL_FAMILY:
        relabellings = resampling.relabellings(sizes)
        q = np.fmax(inference.benjamini_hochberg(fit.p), 1 / relabellings)
        q[np.isnan(fit.p)] = np.nan
    else:
        # Too few items to borrow strength across them: the permutation decides.
        q = inference.benjamini_hochberg(permuted)
    out = resampling.leave_one_out(matrix, lengths, side, fit.phi_effective)
    # A side of one unit cannot lose it, so the others alone do not show how steady the effect is.
    known = sizes.min() > 1
    drivers = np.array([units.names[index] if known and index >= 0 else "" for index in out.driver], dtype=object)
    return pd.DataFrame(
        {
            # Words divided among topics are no whole numbers; counts are.
            "count": count[0].astype(matrix.dtype),
            "count_against": count[1].astype(matrix.dtype),
            "rate": 1000 * count[0] / words[0],
            "rate_against": 1000 * count[1] / words[1],
            "effect": effect,
            "low": np.where(tested, low, np.nan),
            "high": np.where(tested, high, np.nan),
            "p": fit.p,
            "q": q,
            "p_permutation": permuted,
            "floor": floor,
            "supported": (q < LEVEL) & (floor <= LEVEL),
            "overdispersion": fit.overdispersion,
            "units": sizes[0],
            "units_against": sizes[1],
            "units_with": present[0].astype(int),
            "units_with_against": present[1].astype(int),
            "out_low": out.low if known else np.nan,
            "out_high": out.high if known else np.nan,
            "flips": out.flips & known,
            "driver": pd.Series(drivers, dtype="str"),
        }
    )


def warn_if_small(table: pd.DataFrame) -> None:
    """Warn of pairs with so few units that nothing could be supported, and of permutations that were not run."""
    pairs = table.drop_duplicates("group") if len(table) else table
    for pair in pairs[pairs["floor"] > LEVEL].to_dict("records"):
        whose = f"{pair['group']}: " if len(pairs) > 1 else ""
        warnings.warn(
            f"{whose}{pair['units']} against {pair['units_against']} units: the smallest p that any difference could "
            f"reach is {pair['floor']:.2g}, so none is called supported",
            SmallCorpusWarning,
            stacklevel=3,
        )
    if table["p"].notna().any() and table["q"].isna().all():
        warnings.warn(
            "too many relabellings to try all, and too few items to do without: pass rng= to draw some, else q is "
            "empty and nothing is called supported",
            UserWarning,
            stacklevel=3,
        )
