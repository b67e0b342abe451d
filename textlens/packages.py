"""Frame packages: coded elements that occur together, found by clustering (Matthes & Kohring 2008).

Coders answer small questions (who is blamed, what is asked for); the frames are what groups of answers have in common.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from textlens.corpus import expect, expect_number
from textlens.grouping import Floats, Integers

_NULLS = 20  # shuffled tables


def package_members(elements: pd.DataFrame, k: int) -> pd.Series:
    """The package of each unit: Ward's clustering of the coded elements, cut into ``k``.

    Parameters
    ----------
    elements : DataFrame, units x elements
        From 0 to 1: whether, or how far, each unit (article, passage) has each coded element.
    k : int
        How many packages; 2 or more, and fewer than there are different units.

    Returns
    -------
    Series
        For each unit its package: 1 is the largest, ties by the first unit.

    Raises
    ------
    ValueError
        A gap or a value outside 0 to 1; k does not fit.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> answers = pd.DataFrame({"blames": [1, 1, 0, 0, 1], "asks": [0, 0, 1, 1, 0]}, index=list("abcde"))
    >>> tl.package_members(answers, 2).tolist()
    [1, 1, 2, 2, 1]
    """
    return pd.Series(_clustered(_checked(elements, k), k) + 1, index=elements.index, name="package")


def frame_packages(elements: pd.DataFrame, k: int, *, rng: np.random.Generator, draws: int = 20) -> pd.DataFrame:
    """What the units of each package have in common, and whether the package would come back.

    The Jaccard overlap of a package with its nearest one among resampled units is averaged over resamples (Hennig 2007,
    doi:10.1016/j.csda.2006.11.025). Clustering finds packages in dice, too; so the same is done with tables of which
    each column was shuffled, and a package is called stable only above what nineteen in twenty of theirs reach.

    Parameters
    ----------
    elements, k
        As in :func:`package_members`.
    rng : numpy.random.Generator
        Draws units and shuffles.
    draws : int
        Resamples.

    Returns
    -------
    DataFrame
        One row per package and element, the elements that set a package apart first: ``package``, ``units``,
        ``element``, ``share`` (mean in the package), ``share_elsewhere``, ``stability`` (0 to 1), ``chance`` (the 95 %
        quantile of shuffled tables), ``stable``.

    Raises
    ------
    ValueError
        As :func:`package_members`.

    Examples
    --------
    >>> import numpy as np, pandas as pd, textlens as tl
    >>> answers = pd.DataFrame({"blames": [1, 1, 0, 0] * 8, "asks": [0, 0, 1, 1] * 8, "hopes": [0, 0, 1, 1] * 8})
    >>> table = tl.frame_packages(answers, 2, rng=np.random.default_rng(1))
    >>> table.loc[table["package"] == 1, ["element", "share", "share_elsewhere"]].values.tolist()[0]
    ['blames', 1.0, 0.0]
    """
    values = _checked(elements, k)
    expect_number(draws, "draws", least=1, whole=True)
    members = _clustered(values, k)
    stability = _stability(values, members, k, draws, rng)
    nulls = []
    for _ in range(_NULLS):
        shuffled = rng.permuted(values, axis=0)
        if len(np.unique(shuffled, axis=0)) >= k:
            nulls.append(_stability(shuffled, _clustered(shuffled, k), k, draws, rng))
    chance = float(np.quantile(np.concatenate(nulls), 0.95)) if nulls else np.nan
    tables = []
    for package in range(k):
        inside = members == package
        table = pd.DataFrame({"element": elements.columns.astype("str")})
        table["share"], table["share_elsewhere"] = values[inside].mean(axis=0), values[~inside].mean(axis=0)
        apart = (table["share_elsewhere"] - table["share"]).abs().mul(-1).sort_values(kind="stable").index
        table = table.loc[apart].assign(package=package + 1, units=int(inside.sum()), stability=stability[package])
        tables.append(table)
    found = pd.concat(tables, ignore_index=True).assign(chance=chance)
    found["stable"] = found["stability"] > found["chance"]
    return found[["package", "units", "element", "share", "share_elsewhere", "stability", "chance", "stable"]]


def _checked(elements: pd.DataFrame, k: int) -> Floats:
    expect(elements, pd.DataFrame, "elements", "tl.frame_labels")
    expect_number(k, "k", least=2, whole=True)
    values = elements.to_numpy(dtype=float, na_value=np.nan)
    wrong = np.argwhere(~((values >= 0) & (values <= 1)))
    if len(wrong):
        row, column = wrong[0]
        raise ValueError(
            f"unit {elements.index[row]!r}, element {elements.columns[column]!r}: {values[row, column]} is not between "
            "0 and 1; leave out units with gaps"
        )
    different = len(np.unique(values, axis=0))
    if k > different:
        raise ValueError(f"k is {k}, but only {different} units differ in their elements")
    return values


def _clustered(values: Floats, k: int) -> Integers:
    """The cluster of each row, from 0: the largest first, ties by the first row."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist

    found = np.unique(fcluster(linkage(pdist(values), "ward"), k, "maxclust"), return_inverse=True)[1]
    sizes, first = np.bincount(found), np.unique(found, return_index=True)[1]
    rank = np.argsort(np.lexsort((first, -sizes)))
    return np.asarray(rank[found])


def _stability(values: Floats, members: Integers, k: int, draws: int, rng: np.random.Generator) -> Floats:
    """Of each package the mean overlap with its nearest among resampled units."""
    overlap = np.zeros((draws, k))
    for draw in range(draws):
        # Each unit once, however often it is drawn: copies would hold a cluster together.
        drawn = np.unique(rng.integers(0, len(values), len(values)))
        again = _clustered(values[drawn], k) if len(drawn) > 1 else np.zeros(len(drawn), dtype=np.int64)
        both = np.zeros((k, k))
        np.add.at(both, (members[drawn], again), 1)
        either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
        overlap[draw] = np.divide(both, either, out=np.zeros_like(both), where=either > 0).max(axis=1)
    return np.asarray(overlap.mean(axis=0))
