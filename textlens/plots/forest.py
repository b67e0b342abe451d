"""Comparisons as forests: effects with intervals, the range without one unit, and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

from textlens.plots.drawing import (
    FOREST,
    GREY,
    LABELS,
    Floats,
    Style,
    add_key,
    axes_or_new,
    check_columns,
    drawn_terms,
    group_looks,
    label_rows,
    largest,
    pale,
    ratio_axis,
    rows_of_group,
    shortened,
    shown_alone,
    side_note,
    sides_head,
    styled,
)


@styled
def key_terms(
    table: pd.DataFrame,
    *,
    n: int = 10,
    group: str | None = None,
    function_words: bool = False,
    house_style: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw the terms that tell two groups apart: up to ``n`` of each side, with what the difference rests on.

    The terms with the smallest p are chosen, then ordered by effect. A point is the rate ratio: filled if supported,
    hollow if not; a line is its 95 % interval (an arrow head where it leaves the axis); a pale bar is the range of
    the ratio when one unit is left out. The point is shrunken towards equal, the interval is not: where a side all but
    lacks the term, the point may lie outside, and a dotted line leads from it to the nearest end. Counts stand on the
    right, and the unit without which the sign would change.

    Parameters
    ----------
    table : DataFrame
        From :func:`textlens.compare_terms`.
    n : int
        The most terms on each side.
    group : str, optional
        Which group's rows, when the table holds several; by default the first.
    function_words, house_style : bool
        Also draw function words, and terms of house style (``function_word``, ``house_style``).
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default on a figure of its own.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        A column is missing, the table is empty, no such group, or no term was tested.

    Examples
    --------
    >>> import textlens as tl
    >>> key = tl.compare_terms(tl.count_terms(tl.tokenize(tl.load_demo())))
    >>> [label.get_text() for label in tl.plots.key_terms(key, n=1).get_yticklabels()]
    ['seawall', 'old']
    """
    if n < 1:
        raise ValueError(f"n = {n} terms on each side; it must be 1 or more")
    label = check_columns(table, FOREST, LABELS)
    rows = rows_of_group(table, group)
    tested = drawn_terms(rows, function_words, house_style)
    tested = tested[tested["p"].notna() & tested["effect"].notna()]
    order = pd.DataFrame({"p": tested["p"].round(12), "size": -tested["effect"].abs(), "label": tested[label]})
    tested = tested.loc[order.sort_values(["p", "size", "label"]).index]
    more = tested["effect"] >= 0
    return _forest(pd.concat([tested[more].head(n), tested[~more].head(n)]), label, table, ax)


@styled
def frames(table: pd.DataFrame, *, group: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw how groups differ in all frames (or topics), in order of effect; read it as :func:`key_terms`.

    Parameters
    ----------
    table : DataFrame
        From :func:`textlens.compare_frames` or :func:`textlens.compare_topics`.
    group : str, optional
        Which group's rows, when the table holds several; by default the first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default on a figure of its own.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        A column is missing, the table is empty, or no such group.
    """
    label = check_columns(table, FOREST, ("frame", "label", "term"))
    return _forest(rows_of_group(table, group), label, table, ax)


def _forest(rows: pd.DataFrame, label: str, table: pd.DataFrame, ax: Axes | None) -> Axes:
    rows = rows.assign(_effect=rows["effect"].fillna(0).round(12)).sort_values(
        ["_effect", label], ascending=[False, True], ignore_index=True
    )
    effect, low, high, out_low, out_high = (
        rows[name].to_numpy(dtype=float) for name in ("effect", "low", "high", "out_low", "out_high")
    )
    group, against = str(rows["group"].iloc[0]), str(rows["against"].iloc[0])
    below = rows["_effect"].to_numpy() < 0
    # A small gap parts the two sides.
    y = -np.arange(len(rows), dtype=float) - np.where(below & (not below.all()), 0.5, 0.0)
    ax, own = axes_or_new(ax, 0.21 * (1 - y[-1]) + 1.45)
    looks = group_looks([*table["group"], *table["against"]])
    shares = "score" in rows and rows["score"].iloc[0] != "rate"
    reach = 1.0 if shares else _reach(np.concatenate([effect, out_low, out_high]), np.concatenate([low, high]))
    ax.axvline(0, color=GREY, linewidth=0.6, zorder=0)
    # No text of the table gets into an id.
    for place, (side, name) in enumerate(((~below, group), (below, against))):
        colour, marker = looks[name]
        _intervals(ax, y[side], effect[side], low[side], high[side], reach, colour)
        bar = np.isfinite(out_low) & np.isfinite(out_high) & side
        ends = np.clip(out_low[bar], -reach, reach), np.clip(out_high[bar], -reach, reach)
        ax.hlines(y[bar], *ends, colors=pale(colour, 0.35), linewidth=6, zorder=1, gid=f"left-out-{place}")
        found = (rows["count"] + rows["count_against"]).to_numpy() > 0
        for filled in (True, False):
            here = side & found & (rows["supported"].to_numpy(dtype=bool) == filled) & ~np.isnan(effect)
            style: Style = {"facecolor": colour if filled else "white", "edgecolor": colour, "linewidth": 1.2}
            points = np.clip(effect[here], -reach, reach)
            ax.scatter(
                points, y[here], s=34, marker=marker, zorder=4, clip_on=False, gid=f"effect-{place}-{filled}", **style
            )
    depth = _share_axis(ax, reach, group, against) if shares else ratio_axis(ax, reach, group, against)
    label_rows(ax, y, rows[label], 40 if label != "term" else 28)
    _columns(ax, y, rows)
    _forest_key(ax, rows, depth)
    return shown_alone(ax) if own else ax


def _share_axis(ax: Axes, reach: float, group: str, against: str) -> float:
    """As `ratio_axis`, of differences of shares."""
    depth = ratio_axis(ax, reach, group, against)
    places = np.linspace(-reach, reach, 5)
    ax.set_xticks(places, ["equal" if t == 0 else f"{100 * abs(t):.0f} points" for t in places], parse_math=False)
    ax.set_xlabel("difference of the shares with the frame", labelpad=ax.xaxis.labelpad, parse_math=False)
    return depth


def _reach(points: Floats, ends: Floats) -> float:
    """Half the width of the axis: all points fit, intervals up to twice as far; the same to both sides."""
    core = max(largest(np.abs(points)), 0.5)
    return float(np.clip(1.06 * largest(np.abs(ends)), max(1.2 * core, 1.2), max(2 * core, 4.0)))


def _intervals(ax: Axes, y: Floats, effect: Floats, low: Floats, high: Floats, reach: float, colour: str) -> None:
    drawn = ~(np.isnan(low) | np.isnan(high) | np.isnan(effect))
    y, effect, low, high = y[drawn], effect[drawn], low[drawn], high[drawn]
    ax.hlines(y, np.clip(low, -reach, reach), np.clip(high, -reach, reach), colors=colour, linewidth=0.9, zorder=2)
    end = np.clip(effect, low, high)
    away = end != effect
    start, end = np.clip(effect[away], -reach, reach), np.clip(end[away], -reach, reach)
    ax.hlines(y[away], start, end, colors=colour, linewidth=0.7, linestyles=":", zorder=2)
    for cut, x, marker in ((low < -reach, -reach, "<"), (high > reach, reach, ">")):
        ax.scatter(
            np.full(cut.sum(), x), y[cut], s=16, marker=marker, color=colour, zorder=3, linewidth=0, clip_on=False
        )


def _columns(ax: Axes, y: Floats, rows: pd.DataFrame) -> None:
    """Counts, and the unit without which the sign changes, in columns to the right."""
    flips = rows["flips"].to_numpy(dtype=bool) & (rows["driver"].fillna("").astype(str) != "").to_numpy()
    top = float(y[0]) + 0.75
    side_note(ax, 44, top, f"count in\n{sides_head(rows)}", ha="center", va="bottom", color=GREY)
    if flips.any():
        side_note(ax, 96, top, "sign changes\nwithout", va="bottom", color=GREY)
    pairs = zip(y, rows["count"], rows["count_against"], rows["driver"], flips, strict=True)
    for height, count, other, driver, flip in pairs:
        side_note(ax, 44, height, f"{count:,.0f} : {other:,.0f}", ha="center")
        if count + other == 0:
            ax.text(0, height, " no hits", color=GREY, va="center")
        if flip:
            side_note(ax, 96, height, shortened(driver, 18), color=GREY)


def _forest_key(ax: Axes, rows: pd.DataFrame, below: float) -> None:
    from matplotlib.lines import Line2D

    supported = rows["supported"].to_numpy(dtype=bool)
    point: Style = {"color": GREY, "linestyle": "", "marker": "o", "markersize": 5.5}
    handles = []
    if supported.any():
        handles.append(Line2D([], [], label="supported", **point))
    if not supported.all():
        handles.append(Line2D([], [], label="not supported", markerfacecolor="white", **point))
    if rows["low"].notna().any():
        handles.append(Line2D([], [], color=GREY, linewidth=0.9, label="95 % interval"))
    if ((rows["effect"] < rows["low"]) | (rows["effect"] > rows["high"])).any():
        handles.append(Line2D([], [], color=GREY, linewidth=0.7, linestyle=":", label="from the point to its interval"))
    if rows["out_low"].notna().any():
        handles.append(Line2D([], [], color=pale(GREY, 0.35), linewidth=6, label="range when one unit is left out"))
    add_key(ax, handles, below=below)
