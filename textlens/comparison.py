"""Groups of units compared item by item: the one table behind key terms, frames and topics.

An item is a term, a frame or a topic; a unit is an article, or a family of articles that tell the same thing. Units
are what is resampled; words never are.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens import inference, resampling
from textlens.blocking import informative_units
from textlens.corpus import SmallCorpusWarning, expect, expect_list, expect_number
from textlens.grouping import Floats, Integers, Mask, column_sums
from textlens.measures import MEASURES, TwoGroups
from textlens.units import Units, group_pairs

OTHERS = "all others"
LIST = "the list"
SMALL_FAMILY = 30
LEVEL = 0.05
_MOST_WARNINGS = 6


def compare_units(
    units: Units,
    items: Sequence[str],
    item: str,
    *,
    against: str | None = None,
    min_count: float = 0,
    measures: Sequence[str] = (),
    scale: str = "words",
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Compare the groups item by item.

    Two groups give one row per item, of the first group in sorted order against the second (or ``against``). More
    groups give each group's rows against all others together, pairwise against one (``against``), or in all pairs
    (``against="pairwise"``). With blocks, units of blocks that hold one side only are left out.

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
    measures : sequence of str
        Further columns, by the names of ``textlens.measures.MEASURES``.
    scale : str
        ``"words"``, or ``"trimmed"``: see :func:`textlens.inference.trimmed_lengths`.
    rng : numpy.random.Generator, optional
        For Monte Carlo permutation where the relabellings are too many to enumerate.

    Returns
    -------
    DataFrame
        See :func:`textlens.compare_terms` for the columns.
    """
    expect_number(min_count, "min_count")
    _check_measures(measures)
    if scale not in ("words", "trimmed"):
        raise ValueError(f"scale must be 'words' or 'trimmed', not {scale!r}")
    if scale == "trimmed" and units.blocks is not None:
        raise ValueError("scale='trimmed' knows no blocks; leave block= or scale= out")
    seed = drawn_seed(rng)
    names = sorted(set(units.groups))
    pairs = _joined_pairs(units, group_pairs(names, against))
    omnibus = _omnibus(units, min_count, pair_generator(seed, names)) if len(names) > 2 and against is None else {}
    tables = []
    for group, others in pairs:
        pair = units.rows(np.isin(units.groups, [group, *others]))
        chance = pair_generator(seed, [group, *others])
        table = _compare_pair(pair, group, min_count, measures, scale, chance).assign(**omnibus)
        table.insert(0, "group", group)
        table.insert(1, "against", others[0] if len(others) == 1 else OTHERS)
        table.insert(2, item, pd.Series(np.asarray(items, dtype=object), dtype="str"))
        tables.append(ranked(table, item))
    return pd.concat(tables, ignore_index=True)


def _joined_pairs(units: Units, pairs: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """The pairs that share a block; a warning names the others."""
    if units.blocks is None:
        return pairs
    of_group = pd.Series(units.blocks).groupby(units.groups).agg(set)
    joined = [(a, others) for a, others in pairs if of_group[a] & set.union(*(of_group[b] for b in others))]
    apart = [f"{a!r} and {' or '.join(map(repr, others))}" for a, others in pairs if (a, others) not in joined]
    if not joined:
        raise ValueError(f"no block holds units of both {apart[0]}, so nothing can be compared within blocks")
    if apart:
        warnings.warn(f"left out, as no block holds both: {'; '.join(apart)}", UserWarning, stacklevel=4)
    return joined


def drawn_seed(rng: np.random.Generator | None) -> int | None:
    """What :func:`pair_generator` starts from, after a look at what was given."""
    if rng is None:
        return None
    expect(rng, np.random.Generator, "rng", "np.random.default_rng")
    return int(rng.integers(2**63))


def pair_generator(seed: int | None, names: list[str]) -> np.random.Generator | None:
    """A generator that depends on who is compared, not on who else is there or who comes first."""
    if seed is None:
        return None
    digest = hashlib.sha256("\0".join(sorted(map(str, names))).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


def _codes(units: Units, side: Integers) -> tuple[Units, Integers, Integers | None]:
    """The units that can be compared, with the codes of their sides and blocks."""
    if units.blocks is None:
        return units, side, None
    block = np.unique(units.blocks, return_inverse=True)[1]
    keep = informative_units(side, block)
    side, block = (np.unique(codes[keep], return_inverse=True)[1] for codes in (side, block))
    return units.rows(keep), side, block


def in_family(count: Floats, min_count: float) -> Mask:
    """Which items are tested, by their pooled counts."""
    return (count >= min_count) & (count > 0)


def _compare_pair(
    units: Units,
    group: str,
    min_count: float,
    chosen_measures: Sequence[str],
    scale: str,
    rng: np.random.Generator | None,
) -> pd.DataFrame:
    units, side, blocks = _codes(units, np.where(units.groups == group, 0, 1))
    words, sizes = np.bincount(side, weights=units.lengths), np.bincount(side)
    if scale == "trimmed":
        units = replace(units, lengths=inference.trimmed_lengths(units.matrix, units.lengths, side))
    matrix, lengths = units.matrix, units.lengths
    count = np.vstack([column_sums(matrix[np.flatnonzero(side == code)]) for code in (0, 1)])
    present = np.vstack([column_sums(matrix[np.flatnonzero(side == code)] > 0) for code in (0, 1)])
    tested = in_family(count.sum(axis=0), min_count)
    fit = inference.quasi_likelihood(matrix, lengths, side, blocks=blocks, tested=tested)
    ends = _effects(units, side, blocks, count, fit)
    floor, q, permuted = _false_discoveries(matrix, lengths, side, blocks, fit, rng)
    sides = TwoGroups(*count, *words, *present, *sizes.tolist())
    decision = {"q": q, "p_permutation": permuted, "floor": floor, "supported": (q < LEVEL) & (floor <= LEVEL)}
    without = _without_one(units, side, blocks, fit.phi_effective, fit.tested)
    table = _table(sides, matrix, fit, ends, decision, without)
    if blocks is not None:
        table["blocks"] = int(blocks.max()) + 1
    return table.assign(**{name: MEASURES[name](sides) for name in chosen_measures})


def _table(
    sides: TwoGroups,
    matrix: csr_array,
    fit: inference.QuasiLikelihood,
    ends: tuple[Floats, Floats, Floats],
    decision: dict[str, Any],
    without: dict[str, Any],
) -> pd.DataFrame:
    """A row per item: counts and rates of both sides, the effect, what was decided, and what it rests on."""
    effect, low, high = ends
    return pd.DataFrame(
        {
            "count": as_counted(sides.a, matrix),
            "count_against": as_counted(sides.b, matrix),
            "rate": 1000 * sides.a / sides.A,
            "rate_against": 1000 * sides.b / sides.B,
            "effect": effect,
            "low": np.where(fit.tested, low, np.nan),
            "high": np.where(fit.tested, high, np.nan),
            "p": fit.p,
            **decision,
            "overdispersion": fit.overdispersion,
            "units": sides.n_a,
            "units_against": sides.n_b,
            "units_with": sides.texts_a.astype(int),
            "units_with_against": sides.texts_b.astype(int),
            **without,
            "family": int(fit.tested.sum()),
        }
    )


def _effects(
    units: Units, side: Integers, blocks: Integers | None, count: Floats, fit: inference.QuasiLikelihood
) -> tuple[Floats, Floats, Floats]:
    """The shrunken log2 ratio of each item, and the interval of the ratio before that."""
    # Expected counts stand for words: the ratio of observed to expected. What nobody has expects nothing.
    expected = np.where(fit.f > 0, fit.expected, 1.0)
    sides = (count[0], expected[0], count[1], expected[1], fit.phi_effective)
    ends = inference.shrunken_log_ratio(*sides), *inference.log_ratio_interval(*sides, fit.df2)
    if blocks is None:
        return ends
    effect, low, high = (inference.within_blocks(end, units.matrix, units.lengths, side, blocks) for end in ends)
    return effect, low, high


def _false_discoveries(
    matrix: csr_array,
    lengths: Floats,
    codes: Integers,
    blocks: Integers | None,
    fit: inference.QuasiLikelihood,
    rng: np.random.Generator | None,
) -> tuple[float, Floats, Floats]:
    """The smallest permutation p in reach; q and permutation p of each item, nan outside the family."""
    permuted = np.full(len(fit.p), np.nan)
    chosen = np.flatnonzero(fit.tested)
    permuted[chosen] = resampling.permutation_p(csr_array(matrix[:, chosen]), lengths, codes, blocks=blocks, rng=rng)
    sizes = resampling.group_sizes(codes, blocks)
    if _moderated(fit):
        q = np.maximum(inference.benjamini_hochberg(fit.p), 1 / resampling.relabellings(sizes))
    else:
        q = inference.benjamini_hochberg(permuted)
    return resampling.smallest_p(sizes), q, permuted


def _moderated(fit: inference.QuasiLikelihood) -> bool:
    """Whether there are items enough to borrow strength across them, and units enough to see how they vary. Where
    not, the permutation decides."""
    return fit.estimable and int(fit.tested.sum()) >= SMALL_FAMILY


def _without_one(
    units: Units, side: Integers, blocks: Integers | None, phi: Floats, tested: Mask
) -> dict[str, Floats | Mask | pd.Series]:
    """What the effect of each tested item becomes when one unit is left out, and the unit that makes it."""
    low, high, flips = np.full(len(phi), np.nan), np.full(len(phi), np.nan), np.zeros(len(phi), bool)
    drivers = np.full(len(phi), "", dtype=object)
    # A side of one unit cannot lose it, so the others alone do not show how steady the effect is.
    if np.bincount(side).min() > 1:
        chosen = np.flatnonzero(tested)
        own = csr_array(units.matrix[:, chosen])
        out = resampling.leave_one_out(own, units.lengths, side, phi[chosen], blocks=blocks)
        low[chosen], high[chosen], flips[chosen] = out.low, out.high, out.flips
        drivers[chosen] = np.where(out.driver >= 0, units.names[out.driver], "")
    return {"out_low": low, "out_high": high, "flips": flips, "driver": pd.Series(drivers, dtype="str")}


def _omnibus(units: Units, min_count: float, rng: np.random.Generator | None) -> dict[str, Floats]:
    """p and q of any difference among all groups."""
    units, codes, blocks = _codes(units, np.unique(units.groups, return_inverse=True)[1])
    tested = in_family(column_sums(units.matrix), min_count)
    fit = inference.quasi_likelihood(units.matrix, units.lengths, codes, blocks=blocks, tested=tested)
    _, q, permuted = _false_discoveries(units.matrix, units.lengths, codes, blocks, fit, rng)
    return {"p_omnibus": fit.p if _moderated(fit) else permuted, "q_omnibus": q}


def compare_with_list(
    units: Units,
    items: Sequence[str],
    item: str,
    reference: pd.Series,
    *,
    min_count: float = 0,
    measures: Sequence[str] = (),
) -> pd.DataFrame:
    """Compare each group with a frequency list; columns as of :func:`compare_units`.

    A list has no units, so nothing is relabelled or left out, there is no q, and nothing is supported.

    Parameters
    ----------
    units, items, item, min_count, measures
        As of :func:`compare_units`.
    reference : Series
        The count of each item of the list, by name; their sum is taken for its words.

    Returns
    -------
    DataFrame
        Items of the list that no unit has are in it.
    """
    expect_number(min_count, "min_count")
    _check_measures(measures)
    if "text_dispersion" in measures:
        raise ValueError("text_dispersion compares numbers of texts; a frequency list has none")
    only_listed = reference.index.difference(pd.Index(items))
    names = pd.Series([*items, *only_listed], dtype="str")
    listed = names.map(reference).fillna(0).to_numpy(dtype=float)
    tables = []
    for group in sorted(set(units.groups)):
        own = units.rows(units.groups == group)
        rows, columns = own.matrix.shape
        matrix = csr_array((own.matrix.data, own.matrix.indices, own.matrix.indptr), shape=(rows, len(names)))
        table = _compare_list(replace(own, matrix=matrix), listed, min_count, measures)
        table.insert(0, "group", group)
        table.insert(1, "against", LIST)
        table.insert(2, item, names)
        tables.append(ranked(table, item))
    return pd.concat(tables, ignore_index=True)


def _compare_list(units: Units, listed: Floats, min_count: float, chosen_measures: Sequence[str]) -> pd.DataFrame:
    n, words, words_listed = len(units.names), units.lengths.sum(), listed.sum()
    count, present = column_sums(units.matrix), column_sums(units.matrix > 0)
    tested = in_family(count + listed, min_count)
    fit = inference.against_list(units.matrix, units.lengths, listed, words_listed, tested=tested)
    ends = _effects(units, np.zeros(n, int), None, np.vstack([count, listed]), fit)
    sides = TwoGroups(count, listed, words, words_listed, present, np.zeros_like(present), n, 0)
    # Nothing checks the tail of p here: with few bursty articles q would promise too much.
    decision = {"q": np.nan, "p_permutation": np.nan, "floor": np.nan, "supported": False}
    drivers = pd.Series("", index=range(len(count)), dtype="str")
    without = {"out_low": np.nan, "out_high": np.nan, "flips": False, "driver": drivers}
    table = _table(sides, units.matrix, fit, ends, decision, without)
    return table.assign(**{name: MEASURES[name](sides) for name in chosen_measures})


def _check_measures(names: Sequence[str]) -> None:
    expect_list(names, "measures")
    for name in names:
        if name not in MEASURES:
            raise ValueError(f"no measure {name!r}; there are {', '.join(MEASURES)}")


def share_of_findings(units: Units, min_count: float, n_draws: int, rng: np.random.Generator) -> float:
    """The share of random labellings of the units under which any item has q < .05."""
    units, codes, blocks = _codes(units, np.unique(units.groups, return_inverse=True)[1])
    if not len(units.names):
        raise ValueError("no block holds units of two groups, so nothing can be compared within blocks")
    tested = in_family(column_sums(units.matrix), min_count)
    if tested.sum() < SMALL_FAMILY:
        raise ValueError(
            f"a family of fewer than {SMALL_FAMILY} items is tested by permutation, which needs no check; "
            f"only {int(tested.sum())} occur {min_count} times or more"
        )
    least = 1 / resampling.relabellings(resampling.group_sizes(codes, blocks))
    dealt = resampling.labellings(codes, blocks=blocks, rng=rng, n_draws=n_draws, limit=n_draws)
    labels, total, _ = dealt or (iter(()), 1, True)
    found = 0
    for block in resampling.batches(labels, total, units.matrix.shape[1]):
        for dealt_codes in block:
            fit = inference.quasi_likelihood(units.matrix, units.lengths, dealt_codes, blocks=blocks, tested=tested)
            # Where one unit dominates under these labels, the permutation decides, which keeps its level by itself.
            found += _moderated(fit) and bool((np.maximum(inference.benjamini_hochberg(fit.p), least) < LEVEL).any())
    return found / total


def as_counted(count: Floats, matrix: csr_array) -> np.ndarray:
    """Sums of counts as whole numbers, where counts are."""
    whole = matrix.dtype.kind in "iu" and (count == np.round(count)).all()
    return count.astype(np.int64) if whole else count


def ranked(table: pd.DataFrame, item: str) -> pd.DataFrame:
    """The rows of one pair, most telling first."""
    order = pd.DataFrame(
        {"p": table["p"].round(12), "count": -table["count"] - table["count_against"], item: table[item]}
    ).sort_values(["p", "count", item], na_position="last")
    return table.loc[order.index]


def warn_if_small(table: pd.DataFrame) -> None:
    """Warn of pairs with so few units that nothing could be supported, and of permutations that were not run."""
    pairs = table.drop_duplicates(["group", "against"]) if len(table) else table
    small = pairs[pairs["floor"] > LEVEL].to_dict("records")
    several = pairs["group"].duplicated().any()
    told = [
        ("" if len(pairs) == 1 else f"{pair['group']}{' against ' + pair['against'] if several else ''}: ")
        + f"{pair['units']} against {pair['units_against']} units: the smallest p that any difference could reach is "
        f"{pair['floor']:.2g}, so none is called supported"
        for pair in small[:_MOST_WARNINGS]
    ]
    if len(small) > _MOST_WARNINGS:
        told[-1] = f"{len(small) - _MOST_WARNINGS + 1} more pairs have too few units for any difference to be supported"
    for text in told:
        warnings.warn(text, SmallCorpusWarning, stacklevel=3)
    untested = table["p"].notna() & table["q"].isna() & table["floor"].notna()
    for group, against in table.loc[untested, ["group", "against"]].drop_duplicates().itertuples(index=False):
        warnings.warn(
            f"{group} against {against}: too many relabellings to try all, and too few items, or one unit too long, to "
            "do without: pass rng= to draw some, else nothing is tested or called supported",
            UserWarning,
            stacklevel=3,
        )
