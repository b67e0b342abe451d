"""Dictionary scores of frames, and how groups of articles differ in them.

What is compared are hits of a word list. Whether they measure the frame they are named after is a question that only
human coding answers; every table says whether that was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.comparison import compare_units, warn_if_small
from textlens.corpus import expect, expect_list
from textlens.counts import Counts
from textlens.units import gather_units, group_pairs

NOT_VALIDATED = "not validated on this material"


def compare_frames(
    hits: pd.DataFrame,
    counts: Counts,
    *,
    by: str | Sequence[str] = "source",
    against: str | None = None,
    unit: str = "article",
    block: str | Sequence[str] | None = None,
    frames: list[str] | None = None,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Compare groups of articles frame by frame, by hits per 1,000 words.

    Frames are too few to borrow strength across them, so q and ``supported`` rest on the permutation of units.

    Parameters
    ----------
    hits : DataFrame
        From :func:`find_indicators`; hits outside the rows of ``counts`` are left out.
    counts : Counts
        Of the same corpus: gives the words.
    by, against, unit, block, rng
        As in :func:`textlens.compare_terms`.
    frames : list of str, optional
        The frames to compare, in this order; a frame without hits is told as such. By default those with hits.

    Returns
    -------
    DataFrame
        The columns of :func:`textlens.compare_terms`, but of word lists, with ``frame`` for ``term``, and
        ``carried_by`` (the indicator that carries most of the difference in rates), ``carried_share`` (its share of
        the difference; above 1 when others point the other way; empty where rates differ by less than a quarter),
        ``validity``.

    Raises
    ------
    ValueError
        As :func:`textlens.compare_terms`; a column is missing in ``hits``, or they are of other articles.
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
    hits = _hits_within(hits, counts)
    expect_list(frames, "frames")
    names = sorted(set(hits["frame"])) if frames is None else list(frames)
    units = gather_units(_count_hits(hits, counts, "frame", names), by, unit, block)
    table = compare_units(units, names, "frame", against=against, rng=rng)
    carried = indicator_contributions(hits, counts, by=by, against=against)
    carried = carried[carried["share"] > 0].sort_values("share", ascending=False, kind="stable")
    top = carried.drop_duplicates(["group", "against", "frame"])
    top = top[["group", "against", "frame", "indicator", "share"]]
    top = top.rename(columns={"indicator": "carried_by", "share": "carried_share"})
    table = table.merge(top, on=["group", "against", "frame"], how="left")
    table["carried_by"] = table["carried_by"].fillna("")
    table["validity"] = NOT_VALIDATED
    warn_if_small(table)
    return table


def frame_rates(
    hits: pd.DataFrame, counts: Counts, *, by: str | Sequence[str] = "source", unit: str = "article"
) -> pd.DataFrame:
    """Hits of each frame in each unit.

    Parameters
    ----------
    hits, counts, by, unit
        As in :func:`compare_frames`.

    Returns
    -------
    DataFrame
        ``frame``, ``group``, ``unit``, ``count``, ``words``, ``rate`` (per 1,000 words), one row per frame and unit.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    >>> rates = tl.frame_rates(hits, tl.count_terms(tokens))
    >>> rates.loc[rates["unit"] == "uc1", ["frame", "count"]].values.tolist()[0]
    ['Cost and burden', 6]
    """
    hits = _hits_within(hits, counts)
    frames = sorted(set(hits["frame"]))
    units = gather_units(_count_hits(hits, counts, "frame", frames), by, unit)
    dense = units.matrix.toarray()
    rows = [
        (frame, group, name, int(dense[row, column]), int(units.lengths[row]))
        for column, frame in enumerate(frames)
        for row, (group, name) in enumerate(zip(units.groups, units.names, strict=True))
    ]
    table = pd.DataFrame(rows, columns=["frame", "group", "unit", "count", "words"])
    table["rate"] = 1000 * table["count"] / table["words"]
    return table


def indicator_contributions(
    hits: pd.DataFrame, counts: Counts, *, by: str | Sequence[str] = "source", against: str | None = None
) -> pd.DataFrame:
    """Which indicators carry the difference of a frame between groups.

    Returns
    -------
    DataFrame
        ``group``, ``against``, ``frame``, ``indicator``, ``count`` and ``count_against``, ``difference`` (of rates
        per 1,000 words), ``share`` of the frame's difference (empty where the frame's rates differ by less than a
        quarter); the largest differences first.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    >>> table = tl.indicator_contributions(hits, tl.count_terms(tokens))
    >>> bool(table.groupby(["group", "frame"])["share"].sum().round(6).eq(1).all())
    True
    """
    hits = _hits_within(hits, counts)
    keys = hits[["frame", "indicator"]].drop_duplicates().sort_values(["frame", "indicator"])
    labels = [f"{frame}\t{indicator}" for frame, indicator in keys.itertuples(index=False)]
    joined = hits.assign(both=hits["frame"] + "\t" + hits["indicator"])
    counted = _count_hits(joined, counts, "both", labels)
    grouped = replace(counted, segments=pd.DataFrame({"group": counts.labels(by)})).by("group")
    names = grouped.segments["group"].tolist()
    tables = []
    for group, others in group_pairs(names, against):
        own, rest_rows = [names.index(group)], [names.index(other) for other in others]
        count = grouped.matrix[own].toarray().sum(axis=0)
        rest = grouped.matrix[rest_rows].toarray().sum(axis=0)
        rate, rate_against = 1000 * count / grouped.n_words[own].sum(), 1000 * rest / grouped.n_words[rest_rows].sum()
        table = keys.reset_index(drop=True).assign(count=count, count_against=rest, difference=rate - rate_against)
        own_rate, other_rate = (table.assign(n=n).groupby("frame")["n"].transform("sum") for n in (rate, rate_against))
        gap = own_rate - other_rate
        # Of a small gap any indicator carries "most".
        table["share"] = (table["difference"] / gap.where(gap.abs() >= 0.25 * own_rate.clip(lower=other_rate))).round(
            12
        )
        table.insert(0, "group", group)
        table.insert(1, "against", others[0] if len(others) == 1 else "all others")
        tables.append(table)
    result = pd.concat(tables, ignore_index=True)
    order = result.assign(size=-result["difference"].abs().round(9)).sort_values(
        ["group", "size", "frame", "indicator"]
    )
    return result.loc[order.index].reset_index(drop=True)


def _hits_within(hits: pd.DataFrame, counts: Counts) -> pd.DataFrame:
    """The hits in the rows of the counts, after a look at whether both are of the same articles."""
    expect(hits, pd.DataFrame, "hits", "tl.find_indicators")
    expect(counts, Counts, "counts", "tl.count_terms")
    missing = [name for name in ("frame", "indicator", "segment", "article") if name not in hits]
    if missing:
        raise ValueError(f"the hits lack the column {missing[0]!r}; tl.find_indicators gives it")
    article_of = dict(zip(counts.column("segment"), counts.column("article"), strict=True))
    within = hits[hits["segment"].isin(article_of)]
    if (within["segment"].map(article_of).astype("str") != within["article"].astype("str")).any():
        raise ValueError("these hits are of other articles than the counts")
    return within


def _count_hits(hits: pd.DataFrame, counts: Counts, column: str, names: list[str]) -> Counts:
    """Hits per row of ``counts``, with the names as terms."""
    position = {name: index for index, name in enumerate(names)}
    row = {segment: index for index, segment in enumerate(counts.segments["segment"])}
    chosen = hits[hits[column].isin(names)]
    rows = chosen["segment"].map(row).to_numpy(dtype=np.int64)
    columns = chosen[column].map(position).to_numpy(dtype=np.int64)
    shape = (len(counts.segments), len(names))
    matrix = csr_array((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=shape)
    terms = np.array(names, dtype=object)
    return Counts(matrix, counts.n_words, terms, counts.segments, counts.articles, counts.steps)
