"""Rates, voices and frequencies: one row per item, groups told apart by colour and shape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

from textlens.plots.drawing import (
    COLOURS,
    FAINT,
    GREY,
    VOICES,
    Style,
    add_group_key,
    add_key,
    axes_or_new,
    check_columns,
    group_looks,
    is_dark,
    label_rows,
    largest,
    largest_groups,
    new_figure,
    pale,
    say_rest,
    shortened,
    shown_alone,
    shown_together,
    side_note,
    styled,
)


@styled
def rates(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how often each frame occurs: each group's rate as a large marker, its units as dots on a line.

    Parameters
    ----------
    table : DataFrame
        One row per frame (or ``term``, ``label``) and unit: ``frame``, ``group``, ``unit``, ``count``, ``words``,
        ``rate`` (per 1,000 words). A group's rate is that of its words together, not the mean of its units. Units
        are named if there are six or fewer. Of more than six groups the six with the most words are drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default on a figure of its own.

    Returns
    -------
    matplotlib.axes.Axes
        Frames from the most to the least frequent.

    Raises
    ------
    ValueError
        A column is missing, or the table is empty.
    """
    label = check_columns(table, ("group", "unit", "count", "words", "rate"), ("frame", "term", "label"))
    every = group_looks(table["group"])
    drawn = largest_groups(table.set_index("group")["words"])
    looks = {name: look for name, look in every.items() if name in drawn}
    table = table[table["group"].astype(str).isin(drawn)]
    sums = table.groupby(label, sort=True)[["count", "words"]].sum()
    items = (-(sums["count"] / sums["words"]).fillna(0).round(12)).sort_values(kind="stable").index.tolist()
    named = table["unit"].nunique() <= 6
    inch = 0.215 if named else 0.16
    ax, own = axes_or_new(ax, (inch * len(looks) + 0.1) * len(items) + 0.9)
    most = largest(table["rate"]) or 1.0
    share = inch / (inch * len(looks) + 0.1)
    for (item, group), part in table.groupby([label, "group"], sort=True):
        colour, marker = looks[str(group)]
        row, lane = items.index(item), list(looks).index(str(group))
        y = -row - (lane - (len(looks) - 1) / 2) * share
        part = part[np.isfinite(part["rate"])]
        if part.empty:
            continue
        ax.hlines(y, part["rate"].min(), part["rate"].max(), colors=colour, linewidth=0.8, zorder=1)
        ax.scatter(part["rate"], [y] * len(part), s=13, color=colour, edgecolor="white", linewidth=0.5, zorder=3)
        if part["words"].sum() > 0:
            pooled = 1000 * part["count"].sum() / part["words"].sum()
            ax.scatter(pooled, y, s=52, marker=marker, color=colour, linewidth=0, zorder=2, gid=f"pooled-{row}-{lane}")
        for x, names in _apart(part["rate"], part["unit"], most * 0.0145) if named else []:
            place: Style = {"xytext": (0, 3.5), "textcoords": "offset points", "ha": "center", "va": "bottom"}
            ax.annotate(names, (x, y), color=GREY, fontsize=7, **place)
    ax.hlines(-np.arange(1, len(items)) + 0.5, 0, 1, transform=ax.get_yaxis_transform(), color=FAINT, linewidth=0.5)
    ax.set_xlim((-0.06 if named else -0.02) * most, 1.06 * most)
    ax.spines["bottom"].set_bounds(0, 1.06 * most)
    ax.set_xlabel("hits per 1,000 words", parse_math=False)
    label_rows(ax, -np.arange(len(items)), items, 40)
    say_rest(ax, len(every) - len(looks))
    add_group_key(ax, looks, "one unit")
    return shown_alone(ax) if own else ax


def _apart(rates: Iterable[float], names: Iterable[object], width: float) -> list[tuple[float, str]]:
    """Labels from left to right, those that would overlap put together; ``width`` is that of one letter."""
    placed: list[tuple[list[float], str]] = []
    for x, name in sorted((float(x), shortened(name, 12)) for x, name in zip(rates, names, strict=True)):
        placed.append(([x], name))
        while len(placed) > 1:
            (before, left), (after, right) = placed[-2:]
            if np.mean(after) - np.mean(before) > width * ((len(left) + len(right)) / 2 + 1):
                break
            placed[-2:] = [(before + after, f"{left} {right}")]
    return [(float(np.mean(xs)), text) for xs, text in placed]


@styled
def voices(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw whose words an article is made of: one bar per article, by group, with its number of words.

    Parameters
    ----------
    table : DataFrame
        ``group``, ``article``, ``voice`` (narrator, quoted, question, answer), ``n_words``; rows of one article and
        voice are added up.
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
    check_columns(table, ("group", "article", "voice", "n_words"))
    words = table.pivot_table(index=["group", "article"], columns="voice", values="n_words", aggfunc="sum")
    words = words.fillna(0.0)
    shown = [v for v in VOICES if v in words] + [v for v in words if v not in VOICES]
    spare = [colour for colour in COLOURS if colour not in VOICES.values()]
    colours = {voice: VOICES.get(str(voice), spare[i % len(spare)]) for i, voice in enumerate(shown)}
    groups = words.index.get_level_values("group").astype(str).to_numpy()
    starts = np.r_[True, groups[1:] != groups[:-1]]
    # Each group opens with a line for its name.
    y = -(np.arange(len(words)) + 1.15 * np.cumsum(starts))
    ax, own = axes_or_new(ax, 0.24 * (0.5 - y[-1]) + 0.95)
    total = words.sum(axis=1).to_numpy(dtype=float)
    left = np.zeros(len(words))
    for voice in shown:
        share = 100 * words[voice].to_numpy(dtype=float) / np.where(total > 0, total, 1)
        bar: Style = {"height": 0.76, "edgecolor": "white", "linewidth": 0.8, "label": shortened(voice, 30)}
        ax.barh(y, share, left=left, color=colours[voice], **bar)
        ink = "white" if is_dark(colours[voice]) else "black"
        for at, start, part in zip(y, left, share, strict=True):
            if part >= 7:
                ax.text(start + part / 2, at, f"{part:.0f} %", color=ink, ha="center", va="center_baseline")
        left = left + share
    label_rows(ax, y, words.index.get_level_values("article"), 30)
    for at, group in zip(y[starts], groups[starts], strict=True):
        ax.text(0, at + 1, shortened(group, 60), fontweight="bold", va="center")
    side_note(ax, 40, float(y[0]) + 1, "words", ha="right", color=GREY)
    for at, number in zip(y, total, strict=True):
        side_note(ax, 40, at, f"{number:,.0f}", ha="right")
    ax.set_xlim(0, 100)
    ax.set_ylim(y[-1] - 0.6, y[0] + 1.5)
    ax.set_xlabel("share of the article's words (%)", parse_math=False)
    add_key(ax, ax.containers, below=32)
    return shown_alone(ax) if own else ax


@styled
def frequencies(table: pd.DataFrame, *, n: int = 15, function_words: bool = False) -> npt.NDArray[np.object_]:
    """Draw the ``n`` most frequent terms of each group, one panel per group, on one scale.

    The darker a marker, the more evenly the term is spread over the group's articles (``dp_norm``); it is white
    where a group has one article only. On the right, in how many of the group's articles the term occurs.

    Parameters
    ----------
    table : DataFrame
        From :func:`textlens.term_frequencies`.
    n : int
        The most terms in each panel.
    function_words : bool
        Also draw function words.

    Returns
    -------
    array of matplotlib.axes.Axes
        One per group, sorted.

    Raises
    ------
    ValueError
        A column is missing, the table is empty, or holds function words only.
    """
    if n < 1:
        raise ValueError(f"n = {n} terms in each panel; it must be 1 or more")
    check_columns(table, ("group", "term", "rate", "dp_norm", "articles", "n_articles"))
    if not function_words and "function_word" in table:
        table = table[~table["function_word"].astype(bool)]
        if table.empty:
            raise ValueError("the table holds function words only; function_words=True draws them")
    looks = group_looks(table["group"])
    columns = min(3, len(looks))
    lines = -(-len(looks) // columns)
    tallest = min(n, int(table.groupby("group").size().max()))
    figure = new_figure(lines * (0.19 * tallest + 0.62) + 0.4)
    panels = figure.subplots(lines, columns, squeeze=False).ravel()
    most = largest(table["rate"]) or 1.0
    for ax, (group, (colour, marker)) in zip(panels, looks.items(), strict=False):
        part = table[table["group"].astype(str) == group]
        order = pd.DataFrame({"rate": -part["rate"].round(12), "term": part["term"]}).sort_values(["rate", "term"])
        _lollipops(ax, part.loc[order.index].head(n), colour, marker)
        ax.set_xlim(0, 1.07 * most)
        ax.set_ylim(-tallest + 0.4, 0.6)
        # Above the head of the counts, and over the labels: names of sources are wider than the axes.
        ax.set_title(shortened(group, 22), fontweight="bold", loc="right", pad=17, parse_math=False)
        ax.set_xlabel("per 1,000 words", parse_math=False)
    for ax in panels[len(looks) :]:
        ax.remove()
    _evenness_key(figure)
    return shown_together(panels[: len(looks)])


def _lollipops(ax: Axes, rows: pd.DataFrame, colour: str, marker: str) -> None:
    y = -np.arange(len(rows))
    even = 1 - rows["dp_norm"].to_numpy(dtype=float)
    faces = [pale(colour, 0.0 if np.isnan(share) else float(np.clip(share, 0, 1))) for share in even]
    ax.hlines(y, 0, rows["rate"], colors=pale(colour, 0.5), linewidth=0.9, zorder=1)
    ax.scatter(rows["rate"], y, s=30, marker=marker, c=faces, edgecolor=colour, linewidth=0.9, zorder=2, clip_on=False)
    label_rows(ax, y, rows["term"], 18)
    side_note(ax, 34, 0.7, "articles", ha="right", va="bottom", color=GREY)
    for at, some, whole in zip(y.tolist(), rows["articles"], rows["n_articles"], strict=True):
        side_note(ax, 34, at, f"{some:.0f} of {whole:.0f}", ha="right", color=GREY)


def _evenness_key(figure: Figure) -> None:
    from matplotlib.lines import Line2D

    point: Style = {"linestyle": "", "marker": "o", "markeredgecolor": GREY, "markersize": 5.5}
    shades = ((1.0, "even over the articles"), (0.5, "between"), (0.0, "in one article"))
    handles = [Line2D([], [], markerfacecolor=pale(GREY, share), label=text, **point) for share, text in shades]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, handletextpad=0.2)
