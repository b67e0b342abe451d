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
    check_columns,
    group_handles,
    group_looks,
    label_rows,
    largest,
    largest_groups,
    new_figure,
    pale,
    say_rest,
    shown_together,
    side_note,
    sides_head,
    styled,
    topic_title,
)

SHARES = ("share", "share_low", "share_high")


@styled
def topics(terms: pd.DataFrame, comparison: pd.DataFrame, *, n: int = 8) -> npt.NDArray[np.object_]:
    """Draw topics, one in each row: its heaviest terms as bars, and the share that each group gives to it.

    Parameters
    ----------
    terms : DataFrame
        ``Topics.terms`` of :func:`textlens.fit_topics`.
    comparison : DataFrame
        From :func:`textlens.compare_topics`. A line is the 95 % interval of a share; on the right stand the differences
        in percentage points with theirs. Of more than six groups the six with the most words are drawn.
    n : int
        The most terms of each topic; they stand in two columns.

    Returns
    -------
    array of matplotlib.axes.Axes
        Topics x 3: heavier terms, further terms, shares.

    Raises
    ------
    ValueError
        A column is missing, a table is empty, the tables hold different topics, or the comparison several pairs of one
        group.
    """
    if n < 1:
        raise ValueError(f"n = {n} terms of each topic; it must be 1 or more")
    check_columns(terms, ("topic", "rank", "term", "weight"))
    sides = [name.replace("share", side) for side in ("share", "share_against") for name in SHARES]
    check_columns(comparison, ("group", "against", "topic", "label", "count", *sides, "effect", "low", "high"))
    numbers = sorted(set(terms["topic"]))
    if numbers != sorted(set(comparison["topic"])):
        raise ValueError(f"terms hold the topics {numbers}, the comparison {sorted(set(comparison['topic']))}")
    twice = comparison.duplicated(["group", "topic"])
    if twice.any():
        group = comparison["group"][twice].iloc[0]
        raise ValueError(f"the comparison has several rows of {group!r} for one topic; draw those of one `against`")
    every = group_looks([*comparison["group"], *comparison["against"]], grey=False)
    drawn = largest_groups(comparison.set_index("group")["count"]) | set(comparison["against"].astype(str))
    looks = {name: look for name, look in every.items() if name in drawn}
    comparison = comparison[comparison["group"].astype(str).isin(drawn)]
    half = -(-n // 2)
    height = max(0.165 * half, 0.165 * (len(looks) + 1)) + 0.27
    figure = new_figure(height * len(numbers) + 0.95)
    panels = figure.subplots(len(numbers), 3, squeeze=False, width_ratios=(1, 1, 1.5), sharex="col")
    heaviest = largest(terms["weight"]) or 1.0
    widest = largest(comparison[["share", "share_against", "share_high", "share_against_high"]]) or 1.0
    for place, (line, topic) in enumerate(zip(panels, numbers, strict=True)):
        top = terms[terms["topic"] == topic].sort_values(["rank", "term"]).head(n)
        for ax, part in ((line[0], top.iloc[:half]), (line[1], top.iloc[half:])):
            _bars(ax, part, half, 100 * heaviest)
        rows = comparison[comparison["topic"] == topic]
        title = topic_title(topic, str(rows["label"].iloc[0]), 42)
        line[0].set_title(title[0].upper() + title[1:], loc="left", fontweight="bold", parse_math=False)
        _shares(line[2], rows, looks, 100 * widest, place)
    say_rest(panels[0, 2], len(every) - len(looks))
    head = sides_head(comparison).replace(" :", " −")
    text = f"{head}\npoints (95 %\ninterval)"
    side_note(panels[0, 2], 44, 1.0, text, ha="center", va="bottom", color=GREY, fraction=True)
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
    shares: dict[str, npt.NDArray[np.float64]] = {}
    for side, names in (("share_against", "against"), ("share", "group")):
        ends = rows[[names, *(name.replace("share", side) for name in SHARES)]]
        shares |= {str(name): 100 * np.array(numbers, dtype=float) for name, *numbers in ends.itertuples(index=False)}
    y = {name: -line for line, name in enumerate(name for name in looks if name in shares)}
    for name, line in y.items():
        colour, marker = looks[name]
        point, low, high = shares[name]
        ax.axhline(line, color=FAINT, linewidth=0.5, zorder=0)
        ax.hlines(line, low, high, colors=pale(colour, 0.55), linewidth=1.4, zorder=1)
        gid = f"share-{place}-{list(looks).index(name)}"
        ax.scatter(point, line, s=38, marker=marker, color=colour, zorder=2, gid=gid)
    for group, *gap in rows[["group", "effect", "low", "high"]].itertuples(index=False):
        middle, low, high = (as_points(value) for value in gap)
        # One difference of two groups stands between them.
        at = y.get(str(group), 0) if len(y) > 2 else -0.5
        side_note(ax, 44, at, f"{middle} ({low} to {high})", ha="center")
    ax.set_yticks([])
    # A whole marker fits beside 0.
    ax.set_xlim(-0.04 * widest, 1.08 * widest)
    ax.spines["bottom"].set_bounds(0, 1.08 * widest)
    ax.set_ylim(min(y.values()) - 0.8, 0.8)


def as_points(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return "?" if np.isnan(share) else f"{100 * share:+.0f}".replace("-", "−").replace("+0", "0").replace("−0", "0")
