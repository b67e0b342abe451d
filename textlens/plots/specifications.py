"""Specifications: one finding under every choice, and all findings at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

from textlens.plots.drawing import (
    FAINT,
    GREY,
    Floats,
    Style,
    add_key,
    as_times,
    axes_or_new,
    check_columns,
    group_looks,
    label_rows,
    largest,
    new_figure,
    pale,
    ratio_axis,
    rows_of_group,
    shortened,
    shown_alone,
    shown_together,
    side_note,
    styled,
)

CURVE = (
    *("specification", "baseline", "group", "against", "term", "effect", "low", "high", "supported", "tested"),
    *("p_permutation", "floor"),
)
_NAMES = {
    **{"function_words": "function words", "stem": "stems", "spelling": "spelling merged", "case": "case merged"},
    **{"min_count": "least count", "headings": "headings", "quoted": "quoted segments"},
}
# Where the counts of survival stand, in points from the edge of the axes.
_PLACES = (58, 84, 140, 188)
# The height of one row of the choices, in inches.
_ROW = 0.165


@styled
def specification_curve(
    curve: pd.DataFrame, *, term: str | None = None, group: str | None = None
) -> npt.NDArray[np.object_]:
    """Draw one finding under every specification: effects in order of size, and below them the choices made.

    A point is the rate ratio: filled if supported, hollow if not; a line is its 95 % interval (cut where it leaves the
    axis). The baseline is ringed. Specifications that do not test the term stand at the right, without a point. Each
    row of the lower panel marks the specifications with that option; on the right stands their median ratio. Only
    choices with more than one option are drawn (after Simonsohn, Simmons & Nelson 2020, doi
    10.1038/s41562-020-0912-z).

    Parameters
    ----------
    curve : DataFrame
        From :func:`textlens.specification_curve`.
    term : str, optional
        Which term, as the baseline counts it; by default the first.
    group : str, optional
        Which group's rows, when the table holds several; by default the first that has the term.

    Returns
    -------
    array of matplotlib.axes.Axes
        Effects, choices.

    Raises
    ------
    ValueError
        A column is missing, the table is empty, or no such term or group.
    """
    check_columns(curve, CURVE)
    rows = _rows_of(curve, term, group)
    order = pd.DataFrame({"no": ~rows["tested"], "effect": rows["effect"].round(12), "s": rows["specification"]})
    rows = rows.loc[order.sort_values(["no", "effect", "s"]).index].reset_index(drop=True)
    before = list(curve.columns)[: list(curve.columns).index("baseline")]
    choices = [name for name in before if name != "specification" and rows[name].nunique() > 1]
    lines = sum(rows[name].nunique() for name in choices) + 0.5 * max(len(choices) - 1, 0)
    figure = new_figure(2.75 + _ROW * (lines + 1.5))
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2.2, _ROW * (lines + 1.0)))
    looks = group_looks([*curve["group"], *curve["against"]])
    _effects(upper, rows, looks)
    _choices(lower, rows, choices)
    for ax in (upper, lower):
        ax.axvline(_baseline(rows), color=GREY, linewidth=0.6, linestyle=":", zorder=0)
    return shown_together(np.array([upper, lower], dtype=object))


def _rows_of(curve: pd.DataFrame, term: str | None, group: str | None) -> pd.DataFrame:
    names = curve["term"].astype(str)
    if term is None:
        term = str(rows_of_group(curve, group)["term"].iloc[0])
    elif term not in set(names):
        raise ValueError(f"no term {term!r} in the table; there are {', '.join(sorted(set(names)))}")
    rows = rows_of_group(curve[names == term], group)
    if rows["against"].nunique() > 1:
        # A group may be compared with each of the others.
        rows = rows[rows["against"] == rows["against"].iloc[0]]
    return rows


def _baseline(rows: pd.DataFrame) -> int:
    return int(rows["baseline"].to_numpy(dtype=bool).argmax())


def _effects(ax: Axes, rows: pd.DataFrame, looks: dict[str, tuple[str, str]]) -> None:
    tested = rows["tested"].to_numpy(dtype=bool)
    effect, low, high = (np.where(tested, rows[name], np.nan) for name in ("effect", "low", "high"))
    bottom, top = _span(effect, low, high)
    x, n = np.arange(len(rows)), len(rows)
    size = float(np.clip(900 / n, 5, 34))
    group, against = str(rows["group"].iloc[0]), str(rows["against"].iloc[0])
    ax.axhline(0, color=GREY, linewidth=0.6, zorder=0)
    for place, (side, name) in enumerate(((effect >= 0, group), (effect < 0, against))):
        colour, marker = looks[name]
        ends = np.clip(low[side], bottom, top), np.clip(high[side], bottom, top)
        ax.vlines(x[side], *ends, colors=pale(colour, 0.45), linewidth=float(np.clip(160 / n, 0.5, 1.2)), zorder=1)
        for filled in (False, True):
            here = side & (rows["supported"].to_numpy(dtype=bool) == filled)
            style: Style = {"facecolor": colour if filled else "white", "edgecolor": colour}
            gid = f"effect-{place}-{filled}"
            ax.scatter(
                x[here], effect[here], s=size, marker=marker, linewidth=min(1.2, size / 10), zorder=3, gid=gid, **style
            )
    base = _baseline(rows)
    if tested[base]:
        ring: Style = {"facecolor": "none", "edgecolor": "black", "linewidth": 1.0}
        ax.scatter(base, effect[base], s=max(3 * size, 60), zorder=4, gid="baseline", **ring)
    if not tested.all():
        ax.axvspan(tested.sum() - 0.5, n - 0.5, color=FAINT, alpha=0.45, linewidth=0, zorder=0)
        middle = (tested.sum() + n - 1) / 2
        ax.text(middle, top - 0.03 * (top - bottom), "not tested", ha="center", va="top", color=GREY)
    ax.set_xlim(-0.5 - 0.01 * n, n - 0.5 + 0.01 * n)
    ax.set_ylim(bottom, top)
    step = max(1, int(np.ceil((top - bottom) / 6)))
    ticks = [t for t in range(-60, 61) if t % step == 0 and bottom <= t <= top]
    ax.set_yticks(ticks, ["equal" if t == 0 else f"{2 ** abs(t):,.0f}×" for t in ticks], parse_math=False)
    ax.tick_params(axis="x", bottom=False, labelbottom=False)
    ax.spines["bottom"].set_visible(False)
    _say_sides(ax, group, against, bottom, top)
    ax.set_title(f"“{shortened(rows['term'].iloc[0], 40)}” under {n:,} specifications", parse_math=False)
    ax.set_ylabel("times as often per 1,000 words,\nshrunken towards equal", parse_math=False)
    _curve_key(ax, rows, cut=bool((low < bottom).any() or (high > top).any()))


def _span(effect: Floats, low: Floats, high: Floats) -> tuple[float, float]:
    """The axis: all points and equal rates fit, intervals as far again as the farthest point."""
    points = effect[np.isfinite(effect)]
    reach = max(2 * largest(np.abs(points)), 1.5)
    ends = [low[np.isfinite(effect)], high[np.isfinite(effect)]]
    bottom = max(min([0.0, *points, *ends[0]]), -reach)
    top = min(max([0.0, *points, *ends[1]]), reach)
    room = 0.06 * max(top - bottom, 1.0)
    return float(min(bottom - room, -0.4)), float(max(top + room, 0.4))


def _say_sides(ax: Axes, group: str, against: str, bottom: float, top: float) -> None:
    style: Style = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "annotation_clip": False}
    for name, way, y in ((group, "↑", top), (against, "↓", bottom)):
        va = "top" if way == "↑" else "bottom"
        text = f"{way} more in\n{shortened(name, 18)}"
        ax.annotate(text, (1, y), (6, 0), ha="left", va=va, color=GREY, parse_math=False, **style)


def _curve_key(ax: Axes, rows: pd.DataFrame, *, cut: bool) -> None:
    from matplotlib.lines import Line2D

    tested = rows["tested"].to_numpy(dtype=bool)
    supported = rows["supported"].to_numpy(dtype=bool) & tested
    point: Style = {"color": GREY, "linestyle": "", "marker": "o", "markersize": 5}
    handles = []
    if supported.any():
        handles.append(Line2D([], [], label="supported", **point))
    if (tested & ~supported).any():
        handles.append(Line2D([], [], label="not supported", markerfacecolor="white", **point))
    if tested.any():
        label = "95 % interval (cut at the edge)" if cut else "95 % interval"
        handles.append(Line2D([], [], color=pale(GREY, 0.45), linewidth=1.2, label=label))
    ring: Style = {"color": "black", "linestyle": "", "marker": "o", "markersize": 7.5, "markerfacecolor": "none"}
    line: Style = {"color": GREY, "linestyle": ":", "linewidth": 0.8}
    handles.append(Line2D([], [], label="baseline", **(ring if tested[_baseline(rows)] else line)))
    add_key(ax, handles, below=4)


def _choices(ax: Axes, rows: pd.DataFrame, choices: list[str]) -> None:
    tested = rows["tested"].to_numpy(dtype=bool)
    n, y = len(rows), 0.0
    labels: list[str] = []
    heights: list[float] = []
    base = _baseline(rows)
    style: Style = {"marker": "|", "s": 28, "linewidth": float(np.clip(220 / n, 0.7, 4))}
    for choice in choices:
        values = rows[choice].tolist()
        # The baseline's option first, then the others in order.
        options = sorted(set(values), key=lambda value: (value != values[base], value))
        ax.annotate(
            _NAMES.get(choice, choice),
            (0, y),
            (-76, 0),
            xycoords=ax.get_yaxis_transform(),
            ha="right",
            va="center_baseline",
            textcoords="offset points",
            annotation_clip=False,
            parse_math=False,
        )
        for option in options:
            here = np.array([value == option for value in values])
            x = np.flatnonzero(here)
            colours = np.where(tested[here], "#444444", "#AAAAAA")
            ax.axhline(y, color=FAINT, linewidth=0.5, zorder=0)
            ax.scatter(x, [y] * len(x), color=colours.tolist(), zorder=2, gid=f"option-{len(heights)}", **style)
            middle = rows.loc[here & tested, "effect"].median()
            told = "–" if np.isnan(middle) else f"{'↑' if middle >= 0 else '↓'} {as_times(abs(middle))}×"
            side_note(ax, 40, y, told, ha="right")
            labels.append(("yes" if option else "no") if isinstance(option, bool) else str(option))
            heights.append(y)
            y -= 1
        y -= 0.5
    if choices:
        label_rows(ax, heights, labels, 20)
        side_note(ax, 40, 0.9, "median", ha="right", va="bottom", color=GREY)
    else:
        ax.set_yticks([])
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)


@styled
def survival(curve: pd.DataFrame, *, n: int = 20, ax: Axes | None = None) -> Axes:
    """Draw all followed findings, one in each row: the effects of every specification, and in how many it holds.

    A faint tick is the rate ratio of one specification that tests the term, a line their range, a marker the baseline
    (filled if supported). On the right stands how many specifications test the term, and in how many of them the
    effect has the baseline's sign, with the interval beside equal rates, and is supported.

    Parameters
    ----------
    curve : DataFrame
        From :func:`textlens.specification_curve`, whose rows are drawn; :func:`textlens.survival` counts them.
    n : int
        The most findings that are drawn: the first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default on a figure of its own.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        A column is missing, or the table is empty.
    """
    if n < 1:
        raise ValueError(f"n = {n} findings; it must be 1 or more")
    check_columns(curve, CURVE)
    keys = ["group", "against", "term"]
    parts = list(curve.groupby(keys, sort=False))
    several = curve[keys[:2]].drop_duplicates().shape[0] > 1
    ax, own = axes_or_new(ax, (0.34 if several else 0.21) * min(n, len(parts)) + 1.6)
    looks = group_looks([*curve["group"], *curve["against"]])
    shown = parts[:n]
    drawn = curve["tested"].to_numpy(dtype=bool) | curve["baseline"].to_numpy(dtype=bool)
    reach = max(1.08 * largest(np.abs(curve.loc[drawn, "effect"])), 1.0)
    ax.axvline(0, color=GREY, linewidth=0.6, zorder=0)
    y = -np.arange(len(shown))
    label_rows(ax, y, [term for (_, _, term), _ in shown], 28)
    if several:
        pairs = [f"{shortened(group, 16)} : {shortened(against, 16)}" for (group, against, _), _ in shown]
        names = [label.get_text() for label in ax.get_yticklabels()]
        ax.set_yticks(y, [f"{name}\n{pair}" for name, pair in zip(names, pairs, strict=True)], parse_math=False)
    for row, (_, part) in enumerate(shown):
        _finding(ax, -row, part, looks, row)
    sides = ("the first", "the second") if several else (str(curve["group"].iloc[0]), str(curve["against"].iloc[0]))
    below = ratio_axis(ax, reach, *sides, room=18)
    for points, head in zip(_PLACES, ("tested", "same\nside", "interval\nbeside equal", "supported"), strict=True):
        side_note(ax, points, 0.75, head, ha="right", va="bottom", color=GREY)
    if len(parts) > n:
        ax.set_title(f"{len(parts) - n:,} more in the table", loc="left", color=GREY, fontsize=8, parse_math=False)
    _survival_key(ax, curve, below)
    return shown_alone(ax) if own else ax


def _finding(ax: Axes, y: int, part: pd.DataFrame, looks: dict[str, tuple[str, str]], row: int) -> None:
    tested = part[part["tested"].astype(bool)]
    base = part[part["baseline"].astype(bool)].iloc[0]
    more = base["effect"] >= 0
    colour, marker = looks[str(base["group"] if more else base["against"])]
    effect = tested["effect"].to_numpy(dtype=float)
    if len(effect):
        ax.hlines(y, effect.min(), effect.max(), colors=pale(colour, 0.35), linewidth=0.8, zorder=1)
        style: Style = {"marker": "|", "s": 42, "linewidth": 0.6, "alpha": 0.35}
        ax.scatter(effect, [y] * len(effect), color=colour, zorder=2, gid=f"effects-{row}", **style)
    if not np.isnan(base["effect"]):
        face = colour if base["supported"] else "white"
        point: Style = {"s": 34, "marker": marker, "linewidth": 1.2, "facecolor": face, "edgecolor": colour}
        ax.scatter(base["effect"], y, zorder=3, gid=f"baseline-{row}", **point)
    same = np.sign(effect.round(12)) == np.sign(round(float(base["effect"]), 12))
    beside = same & ((tested["low"] > 0) | (tested["high"] < 0)).to_numpy()
    supported = same & tested["supported"].to_numpy(dtype=bool)
    counts = (f"{len(tested):,} of {len(part):,}", *(f"{held.sum():,}" for held in (same, beside, supported)))
    for points, text in zip(_PLACES, counts, strict=True):
        side_note(ax, points, y, text, ha="right", color=GREY if text == "0" else "black")


def _survival_key(ax: Axes, curve: pd.DataFrame, below: float) -> None:
    from matplotlib.lines import Line2D

    point: Style = {"color": GREY, "linestyle": "", "marker": "o", "markersize": 5.5}
    base = curve[curve["baseline"].astype(bool) & curve["effect"].notna()]
    handles = []
    if base["supported"].any():
        handles.append(Line2D([], [], label="baseline, supported", **point))
    if not base["supported"].all():
        handles.append(Line2D([], [], label="baseline, not supported", markerfacecolor="white", **point))
    if curve["tested"].any():
        tick: Style = {"color": GREY, "linestyle": "", "marker": "|", "markersize": 7}
        handles.append(Line2D([], [], label="one specification", **tick))
    add_key(ax, handles, below=below)
