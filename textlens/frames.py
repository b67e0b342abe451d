"""Dictionary scores of frames, and how groups of articles differ in them.

What is compared are hits of a word list. Whether they measure the frame they are named after is a question that only
human coding answers; every table says whether that was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from textlens.comparison import OTHERS, compare_units, warn_if_small
from textlens.counts import Counts
from textlens.frame_effects import as_shares, effects_without, with_denominators
from textlens.measured import NOT_VALIDATED, validity_text, with_validity
from textlens.scores import check_score, count_hits, frames_of, hits_within, names_of, scored
from textlens.units import gather_units, group_pairs

__all__ = ["NOT_VALIDATED", "compare_frames", "frame_rates", "indicator_contributions", "validity_text"]
# An indicator makes a difference alone from so much of it on.
_HALF = 0.5


def compare_frames(
    hits: pd.DataFrame,
    counts: Counts,
    *,
    by: str | Sequence[str] = "source",
    against: str | None = None,
    unit: str = "article",
    block: str | Sequence[str] | None = None,
    frames: list[str] | None = None,
    score: str = "rate",
    validity: pd.DataFrame | None = None,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Compare groups of articles frame by frame: by hits per 1,000 words, or by the passages or articles with a hit.

    Fewer than 30 frames are too few to borrow strength across them, so their q and ``supported`` rest on the
    permutation of units; so do those of shares, however many.

    Parameters
    ----------
    hits : DataFrame
        From :func:`find_indicators`; hits outside the rows of ``counts`` are left out.
    counts : Counts
        Of the same corpus: gives the words, and the passages and articles that hold any.
    by, against, unit, block, rng
        As in :func:`textlens.compare_terms`.
    frames : list of str, optional
        The frames to compare, in this order; a frame without hits is told as such. By default those with hits.
    score : str
        ``"rate"``: hits per 1,000 words. ``"passages"``: the share of passages with a hit. ``"articles"``: the share of
        articles with one. Units and groups must hold whole passages, or articles.
    validity : DataFrame, optional
        What was measured of these scores against people (``frame``, ``measure``, ``value``, ``low``, ``high``, ``n``,
        ``material``), as :func:`textlens.frame_validity` gives it.

    Returns
    -------
    DataFrame
        The columns of :func:`textlens.compare_terms`, but of word lists, with ``frame`` for ``term``; and ``of`` and
        ``of_against`` (all words, passages or articles of each side); ``carried_by`` (the indicator that carries most
        of the difference; blocks are left out of account, so it may point the other way than ``effect``),
        ``carried_share`` (its share of the difference; above 1 when others point the other way; empty where the sides
        differ by less than a quarter), ``one_word`` (it carries half or more: a difference of a word before it is one
        of a frame) and ``effect_without`` (the effect without its hits, where the frame's other indicators stay);
        ``score``; ``validity``.

        With ``"passages"`` and ``"articles"``, ``count`` is of those with a hit, ``rate`` their share (95 % interval
        ``rate_low`` to ``rate_high``; likewise ``rate_against_low``, ``rate_against_high``), and ``effect``
        the difference of the shares (with blocks, of shares inside blocks), with ``low`` and ``high`` of
        :func:`textlens.shares.share_difference`; ``p`` is of its score test, which takes numbers for large (of two to
        four articles a side it may be too small; q does not rest on it); ``overdispersion`` says how many times as
        far as independent draws the shares of units spread (1 where units are articles); ``out_low``, ``out_high``,
        ``flips`` and ``driver`` are of the difference.

    Raises
    ------
    ValueError
        As :func:`textlens.compare_terms`; a column or a value is missing in ``hits``, or they are of other articles; a
        frame named twice; another score; passages or articles that lie in two units or groups; of three groups or
        more one called "all others"; a validity table that is none.
    TypeError
        ``hits`` is no DataFrame, or ``counts`` no Counts.

    Warns
    -----
    SmallCorpusWarning
        The articles are so few that no difference could be supported.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    >>> table = tl.compare_frames(hits, tl.count_terms(tokens), against="Harbour Post")
    >>> table.loc[table["supported"], ["group", "frame"]].values.tolist()[0]
    ['Tideline Weekly', 'Nature and heritage']
    """
    check_score(score)
    hits = hits_within(hits, counts)
    names = frames_of(hits, frames)
    columns = names_of(by, unit, block)
    units = gather_units(scored(count_hits(hits, counts, "frame", names), score, columns), by, unit, block)
    table = compare_units(units, names, "frame", against=against, rng=rng)
    if score != "rate" and len(table):
        table = as_shares(table, units, names)
    table = with_denominators(table, units)
    carried = indicator_contributions(hits, counts, by=by, against=against, score=score)
    table = _with_carriers(table, carried)
    table["effect_without"] = np.nan
    rest, labels = _without_carriers(hits, table)
    if labels:
        others = gather_units(scored(count_hits(rest, counts, "frame", labels), score, columns), by, unit, block)
        table["effect_without"] = effects_without(table, units, names, others, labels, score)
    table["score"] = score
    warn_if_small(table)
    return with_validity(table, validity)


def frame_rates(
    hits: pd.DataFrame,
    counts: Counts,
    *,
    by: str | Sequence[str] = "source",
    unit: str = "article",
    validity: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Hits of each frame in each unit.

    Parameters
    ----------
    hits, counts, by, unit, validity
        As in :func:`compare_frames`.

    Returns
    -------
    DataFrame
        ``frame``, ``group``, ``unit``, ``count``, ``words``, ``rate`` (per 1,000 words), ``validity``, one row per
        frame and unit.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    >>> rates = tl.frame_rates(hits, tl.count_terms(tokens))
    >>> rates.loc[rates["unit"] == "uc1", ["frame", "count"]].values.tolist()[0]
    ['Cost and burden', 6]
    """
    hits = hits_within(hits, counts)
    frames = sorted(set(hits["frame"]))
    units = gather_units(count_hits(hits, counts, "frame", frames), by, unit)
    dense = units.matrix.toarray()
    rows = [
        (frame, group, name, int(dense[row, column]), int(units.lengths[row]))
        for column, frame in enumerate(frames)
        for row, (group, name) in enumerate(zip(units.groups, units.names, strict=True))
    ]
    kinds = {**dict.fromkeys(("frame", "group", "unit"), "str"), "count": "int64", "words": "int64"}
    table = pd.DataFrame(rows, columns=list(kinds)).astype(kinds)
    table["rate"] = 1000 * table["count"] / table["words"]
    return with_validity(table, validity)


def indicator_contributions(
    hits: pd.DataFrame,
    counts: Counts,
    *,
    by: str | Sequence[str] = "source",
    against: str | None = None,
    score: str = "rate",
    validity: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Which indicators carry the difference of a frame between groups.

    Parameters
    ----------
    hits, counts, by, against, score, validity
        As in :func:`compare_frames`.

    Returns
    -------
    DataFrame
        ``group``, ``against``, ``frame``, ``indicator``, ``count`` and ``count_against``, ``difference`` (of rates
        per 1,000 words, or of shares), ``share`` of the frame's difference (empty where the two sides of the frame
        differ by less than a quarter), ``validity``; the largest differences first. Shares of a rate add up to 1; one
        passage or article may hold several indicators, so those of the other scores may add up to more.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    >>> table = tl.indicator_contributions(hits, tl.count_terms(tokens))
    >>> bool(table.groupby(["group", "frame"])["share"].sum().round(6).eq(1).all())
    True
    """
    check_score(score)
    hits = hits_within(hits, counts)
    keys = hits[["frame", "indicator"]].drop_duplicates().sort_values(["frame", "indicator"]).reset_index(drop=True)
    frames = keys["frame"].drop_duplicates().tolist()
    labels = [*frames, *(f"{frame}\t{indicator}" for frame, indicator in keys.itertuples(index=False))]
    both = pd.concat([hits, hits.assign(frame=hits["frame"] + "\t" + hits["indicator"])])
    counted = scored(count_hits(both, counts, "frame", labels), score, names_of(by))
    grouped = replace(counted, segments=pd.DataFrame({"group": counted.labels(by)})).by("group")
    names = grouped.segments["group"].tolist()
    factor = 1000 if score == "rate" else 1
    place = np.array([frames.index(frame) for frame in keys["frame"]], dtype=np.int64)
    tables = []
    for group, others in group_pairs(names, against):
        sides = [[names.index(group)], [names.index(other) for other in others]]
        sums = [grouped.matrix[rows].toarray().sum(axis=0) for rows in sides]
        rates = [factor * n / grouped.n_words[rows].sum() for n, rows in zip(sums, sides, strict=True)]
        table = keys.assign(count=sums[0][len(frames) :], count_against=sums[1][len(frames) :])
        table["difference"] = (rates[0] - rates[1])[len(frames) :]
        whole = pd.DataFrame({"own": rates[0][place], "other": rates[1][place]})
        gap = whole["own"] - whole["other"]
        # Of a small gap any indicator carries "most".
        table["share"] = (table["difference"] / gap.where(gap.abs() >= 0.25 * whole.max(axis=1) - 1e-12)).round(12)
        table.insert(0, "group", group)
        table.insert(1, "against", others[0] if len(others) == 1 else OTHERS)
        tables.append(table)
    result = pd.concat(tables, ignore_index=True)
    order = result.assign(size=-result["difference"].abs().round(9)).sort_values(
        ["group", "size", "frame", "indicator"]
    )
    return with_validity(result.loc[order.index].reset_index(drop=True), validity)


def _with_carriers(table: pd.DataFrame, carried: pd.DataFrame) -> pd.DataFrame:
    """The indicator that carries most of each difference."""
    top = carried[carried["share"] > 0].sort_values("share", ascending=False, kind="stable")
    top = top.drop_duplicates(["group", "against", "frame"])[["group", "against", "frame", "indicator", "share"]]
    top = top.rename(columns={"indicator": "carried_by", "share": "carried_share"})
    table = table.merge(top, on=["group", "against", "frame"], how="left")
    table["carried_by"] = table["carried_by"].fillna("")
    table["one_word"] = table["carried_share"] >= _HALF
    return table


def _without_carriers(hits: pd.DataFrame, table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The hits of each frame that its carrier leaves, under the names of both, and these names."""
    told = table.loc[table["carried_by"] != "", ["frame", "carried_by"]].drop_duplicates()
    parts = [hits.iloc[:0]]
    for frame, indicator in told.itertuples(index=False):
        rest = hits[(hits["frame"] == frame) & (hits["indicator"] != indicator)]
        parts.append(rest.assign(frame=f"{frame}\t{indicator}"))
    return pd.concat(parts), (told["frame"] + "\t" + told["carried_by"]).tolist()
