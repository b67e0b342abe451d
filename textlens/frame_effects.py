"""The effects behind a comparison of frames: of shares, without an indicator, and without each unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens import inference, resampling
from textlens.blocking import informative_units
from textlens.comparison import LEVEL, OTHERS, ranked
from textlens.counts import Counts
from textlens.grouping import Floats, Integers, group_sums
from textlens.measured import with_validity
from textlens.scores import check_score, count_hits, frames_of, hits_within, names_of, scored
from textlens.shares import share_difference, without_each
from textlens.units import Units, gather_units, group_pairs


def frame_influence(
    hits: pd.DataFrame,
    counts: Counts,
    *,
    by: str | Sequence[str] = "source",
    against: str | None = None,
    unit: str = "article",
    frames: list[str] | None = None,
    score: str = "rate",
    validity: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What each unit does to the difference of each frame: the effect without it.

    Parameters
    ----------
    hits, counts, by, against, unit, frames, score, validity
        As in :func:`compare_frames`, without blocks.

    Returns
    -------
    DataFrame
        One row per pair of groups, frame and unit: ``group``, ``against``, ``frame``, ``unit``, ``side`` (the group of
        the unit), ``count``, ``of`` (its words, passages or articles) and ``rate`` (per 1,000 words, or the share) of
        the unit; ``effect`` and ``effect_without`` the unit (empty where it is alone on its side), both as in
        :func:`compare_frames`; ``flips`` (without it the effect has the other sign); ``score``; ``validity``.

    Raises
    ------
    ValueError
        As :func:`compare_frames`.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    >>> table = tl.frame_influence(hits, tl.count_terms(tokens), against="Harbour Post")
    >>> table.loc[table["unit"] == "uc1", ["frame", "count"]].values.tolist()[0]
    ['Cost and burden', 6]
    """
    check_score(score)
    hits = hits_within(hits, counts)
    names = frames_of(hits, frames)
    counted = count_hits(hits, counts, "frame", names)
    units = gather_units(scored(counted, score, names_of(by, unit)), by, unit)
    tables = []
    for group, others in group_pairs(sorted(set(units.groups)), against):
        pair, side, _ = _pair(units, group, others)
        table = _influence_of_pair(pair, side, names, score)
        table.insert(0, "group", group)
        table.insert(1, "against", others[0] if len(others) == 1 else OTHERS)
        tables.append(table)
    table = pd.concat(tables, ignore_index=True).astype({"group": "str", "against": "str"})
    # What only rounding puts beyond 0 is no other sign.
    table["flips"] = np.sign(table["effect"].round(12)) * np.sign(table["effect_without"].round(12)) < 0
    return with_validity(table.assign(score=score), validity)


def _influence_of_pair(pair: Units, side: Integers, names: list[str], score: str) -> pd.DataFrame:
    if score == "rate":
        phi = inference.quasi_likelihood(pair.matrix, pair.lengths, side).phi_effective
        effect, without = resampling.effects_without(pair.matrix, pair.lengths, side, phi)
    else:
        dense = pair.matrix.toarray().astype(float)
        effect = share_difference(dense, pair.lengths, side).difference
        without = without_each(dense, pair.lengths, side)
    n, k = len(pair.names), len(names)
    counted = pair.matrix.toarray().T
    return pd.DataFrame(
        {
            "frame": pd.Series(np.repeat(np.array(names, dtype=object), n), dtype="str"),
            "unit": pd.Series(np.tile(pair.names, k), dtype="str"),
            "side": pd.Series(np.tile(pair.groups, k), dtype="str"),
            "count": counted.ravel(),
            "of": np.tile(pair.lengths, k).astype(int),
            "rate": ((1000 if score == "rate" else 1) * counted / pair.lengths).ravel(),
            "effect": np.repeat(effect, n),
            "effect_without": without.T.ravel(),
        }
    )


def _pair(units: Units, group: str, others: list[str]) -> tuple[Units, Integers, Integers | None]:
    """The units of a pair that can be compared, with the codes of their sides and blocks."""
    pair = units.rows(np.isin(units.groups, [group, *others]))
    side = np.where(pair.groups == group, 0, 1)
    if pair.blocks is None:
        return pair, side, None
    block = np.unique(pair.blocks, return_inverse=True)[1]
    keep = informative_units(side, block)
    return pair.rows(keep), side[keep], np.unique(block[keep], return_inverse=True)[1]


def pair_of_rows(units: Units, group: str, against: str) -> tuple[Units, Integers, Integers | None]:
    """As `_pair`, from the names in a table."""
    names = set(units.groups)
    if against == OTHERS and OTHERS in names and len(names) > 2:
        raise ValueError(f"a group is called {OTHERS!r}, as all other groups together are: rename the group")
    return _pair(units, group, [against] if against in names else sorted(names - {group}))


def as_shares(table: pd.DataFrame, units: Units, names: list[str], item: str = "frame") -> pd.DataFrame:
    """The table of a comparison with the figures that shares have of their own."""
    parts = []
    for (group, against), rows in table.groupby(["group", "against"], sort=False):
        pair, side, blocks = pair_of_rows(units, str(group), str(against))
        dense = pair.matrix.toarray().astype(float)
        found = share_difference(dense, pair.lengths, side, blocks)
        out = _out_of(without_each(dense, pair.lengths, side, blocks), found.difference, pair, side)
        own = pd.DataFrame(
            {"effect": found.difference, "low": found.low, "high": found.high, "p": found.p}
            | {"overdispersion": found.design_effect}
            | {"rate_low": found.shares_low[0], "rate_high": found.shares_high[0]}
            | {"rate_against_low": found.shares_low[1], "rate_against_high": found.shares_high[1]}
            | out
        )
        own = own.iloc[[names.index(name) for name in rows[item]]].set_axis(rows.index)
        tested = rows["p"].notna()
        columns = ["low", "high", "p", "out_low", "out_high"]
        own[columns] = own[columns].where(tested, np.nan)
        own["flips"] &= tested
        own["driver"] = own["driver"].where(tested, "")
        rows = rows.assign(**{str(name): own[name] for name in own})
        rows["rate"] /= 1000
        rows["rate_against"] /= 1000
        # However many the frames, the test of counts does not hold for shares.
        rows["q"] = inference.benjamini_hochberg(rows["p_permutation"])
        rows["supported"] = (rows["q"] < LEVEL) & (rows["floor"] <= LEVEL)
        parts.append(ranked(rows, item))
    return pd.concat(parts, ignore_index=True)


def _out_of(without: Floats, effect: Floats, pair: Units, side: Integers) -> dict[str, Floats | np.ndarray]:
    """Range, flips and driver of each difference, unknown where a side has one unit."""
    n = len(effect)
    if np.bincount(side).min() == 1:
        gaps = np.full(n, np.nan)
        return {"out_low": gaps, "out_high": gaps, "flips": np.zeros(n, bool), "driver": np.full(n, "", dtype=object)}
    # The only block can lose a unit, but no side.
    low, high = np.nanmin(without, axis=0), np.nanmax(without, axis=0)
    flips = ((low < -1e-12) & (effect > 1e-12)) | ((high > 1e-12) & (effect < -1e-12))
    taken = np.nan_to_num((np.sign(effect) * (effect - without)).round(12), nan=-np.inf)
    driver = np.where(taken.max(axis=0) > 0, pair.names[taken.argmax(axis=0)], "")
    return {"out_low": low, "out_high": high, "flips": flips, "driver": driver}


def with_denominators(table: pd.DataFrame, units: Units) -> pd.DataFrame:
    """The words, passages or articles behind both sides, beside their counts."""
    own, other = np.zeros(len(table), np.int64), np.zeros(len(table), np.int64)
    for (group, against), rows in table.groupby(["group", "against"], sort=False):
        pair, side, _ = pair_of_rows(units, str(group), str(against))
        own[rows.index], other[rows.index] = np.bincount(side, weights=pair.lengths)
    table = table.copy()
    table.insert(list(table).index("rate"), "of", own)
    table.insert(list(table).index("rate"), "of_against", other)
    return table


def effects_without(
    table: pd.DataFrame, units: Units, names: list[str], others: Units, labels: list[str], score: str
) -> Floats:
    """The effect of each row without the indicator that carries it, the overdispersion held fixed."""
    effects = np.full(len(table), np.nan)
    place = {label: index for index, label in enumerate(labels)}
    for (group, against), rows in table.groupby(["group", "against"], sort=False):
        rows = rows[rows["carried_by"] != ""]
        chosen = [place[f"{row.frame}\t{row.carried_by}"] for row in rows.itertuples()]
        if not chosen:
            continue
        pair, side, blocks = pair_of_rows(units, str(group), str(against))
        rest = pair_of_rows(others, str(group), str(against))[0]
        matrix = csr_array(rest.matrix[:, chosen])
        if score == "rate":
            phi = inference.quasi_likelihood(pair.matrix, pair.lengths, side, blocks=blocks).phi_effective
            of_rows = phi[[names.index(frame) for frame in rows["frame"]]]
            effects[rows.index] = _log_ratio(matrix, pair.lengths, side, blocks, of_rows)
        else:
            dense = matrix.toarray().astype(float)
            effects[rows.index] = share_difference(dense, pair.lengths, side, blocks).difference
    return effects


def _log_ratio(matrix: csr_array, lengths: Floats, side: Integers, blocks: Integers | None, phi: Floats) -> Floats:
    """The shrunken log2 ratio as `compare_units` takes it."""
    fit = inference.quasi_likelihood(matrix, lengths, side, blocks=blocks)
    expected = np.where(fit.f > 0, fit.expected, 1.0)
    S, _ = group_sums(matrix, lengths, side)
    effect = inference.shrunken_log_ratio(S[0], expected[0], S[1], expected[1], phi)
    return effect if blocks is None else inference.within_blocks(effect, matrix, lengths, side, blocks)
