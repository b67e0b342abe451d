"""Who drives an effect: how it changes when one unit is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

from textlens.plots.drawing import (
    FAINT,
    GREY,
    LABELS,
    Style,
    add_key,
    as_times,
    axes_or_new,
    check_columns,
    group_handles,
    group_looks,
    label_rows,
    largest,
    ratio_axis,
    rows_of_group,
    shortened,
    shown_alone,
    side_note,
    styled,
)

MOST_TERMS, MOST_UNITS, FARTHEST = 12, 60, 7.0
NEEDED = ("group", "against", "unit", "side", "count", "effect", "effect_without")
# Where the columns on the right stand, in points from the axes: the middle of one, the left edge of the other.
TIMES, NAMES = 44, 90


@styled
def drivers(table: pd.DataFrame, *, group: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw who drives each effect: how it changes when one unit is left out.

    A black bar is the effect of all units. A mark is the effect without one unit, units of the group above and those
    of the other side below; a line leads to the unit whose removal takes the effect furthest towards equal, or across.
    On the right stand the effect with and without this unit, its name, and how many of its side's occurrences it has.
    Effects of more than 128 times stand at the edge.

    Parameters
    ----------
    table : DataFrame
        One row per term (or ``frame``, ``label``) and unit: ``group``, ``against``, ``term``, ``unit``, ``side`` (the
        group of the unit), ``count``, ``effect`` (log2 of the rate ratio) and ``effect_without``, which is empty where
        the unit cannot be left out. Of more than 60 units those that move the effect most are drawn, of more than
        twelve terms the first twelve.
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

    Examples
    --------
    >>> rows = [("a1", "A", 9, 0.2), ("a2", "A", 2, 1.9), ("b1", "B", 3, 1.8), ("b2", "B", 0, 1.4)]
    >>> table = pd.DataFrame(rows, columns=["unit", "side", "count", "effect_without"])
    >>> ax = drivers(table.assign(group="A", against="B", term="war", effect=1.6))
    >>> [text.get_text() for text in ax.texts][2:5]
    ['3.0× → 1.1×', 'a1', '9 of 11 in A']
    """
    label = check_columns(table, NEEDED, LABELS)
    rows = rows_of_group(table, group)
    every = list(dict.fromkeys(rows[label]))
    terms = every[:MOST_TERMS]
    sides = str(rows["group"].iloc[0]), str(rows["against"].iloc[0])
    looks = group_looks([*table["group"], *table["against"], *table["side"]])
    ax, own = axes_or_new(ax, 0.34 * len(terms) + 1.4)
    parts = [rows[rows[label] == term].reset_index(drop=True) for term in terms]
    reach = min(max(1.0, 1.08 * largest(pd.concat(parts)[["effect", "effect_without"]].abs())), FARTHEST)
    ax.axvline(0, color=GREY, linewidth=0.9, zorder=0)
    side_note(ax, TIMES, 0.5, "times, shrunken:\nall → without", va="bottom", ha="center", color=GREY)
    side_note(ax, NAMES, 0.5, "this unit\nand its count", va="bottom", color=GREY)
    for place, part in enumerate(parts):
        ax.axhline(-place - 0.5, color=FAINT, linewidth=0.5, zorder=0)
        driver = _driver(part)
        _strip(ax, place, part, reach, [looks[side] for side in sides], driver)
        _notes(ax, place, part, driver)
    label_rows(ax, -np.arange(len(terms)), terms, 24)
    below = ratio_axis(ax, reach, *sides, ticks=5, room=20)
    if len(every) > len(terms):
        more = len(every) - len(terms)
        text = f"{more:,} more term{'s are' if more > 1 else ' is'} in the table"
        ax.set_title(text, loc="right", pad=28, color=GREY, fontsize=8, parse_math=False)
    _strips_key(ax, {side: looks[side] for side in sides}, below)
    return shown_alone(ax) if own else ax


def _driver(part: pd.DataFrame) -> int | None:
    """The row of the unit whose removal takes the effect furthest towards equal, or across."""
    way = np.where(part["effect"] < 0, -1.0, 1.0)
    left = pd.DataFrame({"effect": (way * part["effect_without"]).round(12), "unit": part["unit"].astype(str)})
    nearer = left[left["effect"] < (way * part["effect"]).round(12)]
    return None if nearer.empty else int(nearer.sort_values(["effect", "unit"]).index[0])


def _strip(
    ax: Axes, place: int, part: pd.DataFrame, reach: float, looks: list[tuple[str, str]], driver: int | None
) -> None:
    effect = float(part["effect"].iloc[0])
    without = part["effect_without"].to_numpy(dtype=float)
    moved = pd.DataFrame({"by": -np.abs(without - effect).round(12), "unit": part["unit"].astype(str)}).dropna()
    most = moved.sort_values(["by", "unit"]).index[:MOST_UNITS].to_numpy()
    below = (part["side"].astype(str) != str(part["group"].iloc[0])).to_numpy()
    x, y = np.clip(without, -reach, reach), np.where(below, -place - 0.16, -place + 0.16)
    all_units: Style = {"colors": "black", "linewidth": 2, "zorder": 5, "gid": f"all-{place}"}
    ax.vlines(np.clip(effect, -reach, reach), -place - 0.34, -place + 0.34, **all_units)
    for side, (colour, marker) in enumerate(looks):
        here = most[below[most] == bool(side)]
        style: Style = {"color": colour, "edgecolor": "white", "linewidth": 0.4, "clip_on": False, "zorder": 4}
        ax.scatter(x[here], y[here], s=26, marker=marker, gid=f"without-{place}-{side}", **style)
    if driver is not None:
        colour = looks[int(below[driver])][0]
        ax.hlines(y[driver], np.clip(effect, -reach, reach), x[driver], colors=colour, linewidth=1.2, zorder=2)


def _notes(ax: Axes, place: int, part: pd.DataFrame, driver: int | None) -> None:
    """The effect with and without the unit, its name, and its part in the occurrences of its side."""
    if driver is None:
        known = part["effect_without"].notna().any()
        text = "no unit brings it nearer to equal" if known else "no unit can be left out"
        side_note(ax, 10, -place, text, color=GREY)
        return
    row = part.loc[driver]
    side = str(row["side"])
    whole = part.loc[part["side"].astype(str) == side, "count"].sum()
    effect, without = (float(part[name].iloc[driver]) for name in ("effect", "effect_without"))
    times = f"{as_times(abs(effect))}× → {as_times(abs(without))}×"
    style: Style = {"va": "center"}
    if effect * without < 0:
        side_note(ax, TIMES, -place + 0.2, times, ha="center", **style)
        side_note(ax, TIMES, -place - 0.2, "the other way", ha="center", color=GREY, **style)
    else:
        side_note(ax, TIMES, -place, times, ha="center", **style)
    side_note(ax, NAMES, -place + 0.2, shortened(row["unit"], 26), **style)
    held = f"{row['count']:,.0f} of {whole:,.0f}" if whole else "none"
    side_note(ax, NAMES, -place - 0.2, f"{held} in {shortened(side, 18)}", color=GREY, **style)


def _strips_key(ax: Axes, looks: dict[str, tuple[str, str]], below: float) -> None:
    from matplotlib.lines import Line2D

    bar: Style = {"marker": "|", "markersize": 9, "markeredgewidth": 2, "linestyle": ""}
    handles = group_handles(looks)
    for handle in handles:
        handle.set_label(f"without one of {handle.get_label()}")
    add_key(ax, [Line2D([], [], color="black", label="all units", **bar), *handles], below=below)
