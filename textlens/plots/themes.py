"""Topics: their heaviest terms beside their shares."""

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
    as_times,
    check_columns,
    group_handles,
    group_looks,
    label_rows,
    largest,
    largest_groups,
    new_figure,
    say_rest,
    shortened,
    shown_together,
    side_note,
    sides_head,
    styled,
)


@styled
def topics(terms: pd.DataFrame, comparison: pd.DataFrame, *, n: int = 8) -> npt.NDArray[np.object_]:
    """Draw topics, one in each row: its heaviest terms as bars, and the share that each group gives to it.

    Parameters
    ----------
    terms : DataFrame
        ``Topics.terms`` of :func:`textlens.fit_topics`.
    comparison : DataFrame
        From :func:`textlens.compare_topics`. On the right stand its ratios with 95 % intervals. Of more than six
        groups the six with the most words are drawn.
    n : int
        The most terms of each topic; they stand in two columns.

    Returns
    -------
    array of matplotlib.axes.Axes
        Topics x 3: heavier terms, further terms, shares.

    Raises
    ------
    ValueError
        A column is missing, a table is empty, or the tables hold different topics.
    """
    if n < 1:
        raise ValueError(f"n = {n} terms of each topic; it must be 1 or more")
    check_columns(terms, ("topic", "rank", "term", "weight"))
    check_columns(comparison, ("group", "against", "topic", "count", "share", "share_against", "effect", "low", "high"))
    numbers = sorted(set(terms["topic"]))
    if numbers != sorted(set(comparison["topic"])):
        raise ValueError(f"terms hold the topics {numbers}, the comparison {sorted(set(comparison['topic']))}")
    every = group_looks([*comparison["group"], *comparison["against"]], grey=False)
    drawn = largest_groups(comparison.set_index("group")["count"]) | set(comparison["against"].astype(str))
    looks = {name: look for name, look in every.items() if name in drawn}
    comparison = comparison[comparison["group"].astype(str).isin(drawn)]
    half = -(-n // 2)
    height = max(0.165 * half, 0.165 * (len(looks) + 1)) + 0.27
    figure = new_figure(height * len(numbers) + 0.95)
    panels = figure.subplots(len(numbers), 3, squeeze=False, width_ratios=(1, 1, 1.5), sharex="col")
    heaviest = largest(terms["weight"]) or 1.0
    widest = largest(comparison[["share", "share_against"]]) or 1.0
    for place, (line, topic) in enumerate(zip(panels, numbers, strict=True)):
        top = terms[terms["topic"] == topic].sort_values(["rank", "term"]).head(n)
        for ax, part in ((line[0], top.iloc[:half]), (line[1], top.iloc[half:])):
            _bars(ax, part, half, 100 * heaviest)
        line[0].set_title(shortened(f"Topic {topic}", 30), fontweight="bold", parse_math=False)
        _shares(line[2], comparison[comparison["topic"] == topic], looks, 100 * widest, place)
    say_rest(panels[0, 2], len(every) - len(looks))
    side_note(
        panels[0, 2],
        44,
        1.0,
        f"{sides_head(comparison)}\nshrunken ratio\n(95 % interval)",
        ha="center",
        va="bottom",
        color=GREY,
        fraction=True,
    )
    for ax in panels[:-1].ravel():
        ax.tick_params(axis="x", labelbottom=False, bottom=False)
        ax.spines["bottom"].set_visible(False)
    panels[-1, 0].set_xlabel("weight in the topic (%)", parse_math=False)
    panels[-1, 1].set_xlabel("weight (%)", parse_math=False)
    panels[-1, 2].set_xlabel("share of the group's words (%)", parse_math=False)
    figure.legend(handles=group_handles(looks), loc="outside lower right", ncols=min(4, len(looks)), handletextpad=0.2)
    return shown_together(panels)


def _bars(ax: Axes, rows: pd.DataFrame, places: int, heaviest: float) -> None:
    y = -np.arange(len(rows))
    ax.barh(y, 100 * rows["weight"], height=0.7, color="#999999")
    label_rows(ax, y, rows["term"], 16)
    ax.set_xlim(0, 1.05 * heaviest)
    ax.set_ylim(-places + 0.4, 0.6)


def _shares(ax: Axes, rows: pd.DataFrame, looks: dict[str, tuple[str, str]], widest: float, place: int) -> None:
    shares = dict(zip(rows["against"].astype(str), rows["share_against"], strict=True))
    shares |= dict(zip(rows["group"].astype(str), rows["share"], strict=True))
    names = [name for name in looks if name in shares]
    # Two groups share a line; more would hide one another.
    y = {name: -i if len(names) > 2 else 0 for i, name in enumerate(names)}
    points = np.array([100 * shares[name] for name in names], dtype=float)
    if len(names) == 2:
        ax.hlines(0, points.min(), points.max(), colors=GREY, linewidth=0.8, zorder=1)
    for name, point in zip(names, points, strict=True):
        colour, marker = looks[name]
        ax.axhline(y[name], color=FAINT, linewidth=0.5, zorder=0)
        gid = f"share-{place}-{list(looks).index(name)}"
        ax.scatter(point, y[name], s=38, marker=marker, color=colour, zorder=2, gid=gid)
    for group, *ratio in rows[["group", "effect", "low", "high"]].itertuples(index=False):
        middle, low, high = (as_times(value) for value in ratio)
        side_note(ax, 44, y.get(str(group), 0), f"{middle}× ({low} to {high})", ha="center")
    ax.set_yticks([])
    # A whole marker fits beside 0.
    ax.set_xlim(-0.04 * widest, 1.08 * widest)
    ax.spines["bottom"].set_bounds(0, 1.08 * widest)
    ax.set_ylim(min(y.values()) - 0.8, 0.8)
