"""Where in each article terms occur."""

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
    axes_or_new,
    check_columns,
    group_looks,
    label_rows,
    pale,
    shortened,
    shown_alone,
    side_note,
    styled,
)

MOST_ARTICLES, MOST_TERMS = 40, 6
# How strong the bar of a segment is, by how often it holds the term: once, twice, more often.
STRENGTHS = (0.4, 0.7, 1.0)


@styled
def dispersion(positions: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw where in each article terms occur: a panel for each term, a row for each article, from start to end.

    A tick is an occurrence; where only the segment is known, a bar is the segment, the darker the more often it holds
    the term. Beside each row stands how often the term occurs there, on the right how many words the article has. All
    articles are equally wide. Of more than 40 articles (20, of more than three terms) those with the most occurrences
    are drawn, and of more than six terms the first six.

    Parameters
    ----------
    positions : DataFrame
        From :func:`textlens.term_positions`: ``group``, ``article``, ``term``, ``start``, ``end``, ``n``, ``words``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default on a figure of its own.

    Returns
    -------
    matplotlib.axes.Axes
        One for all panels, which stand side by side, two or three in a line.

    Raises
    ------
    ValueError
        A column is missing, or the table is empty.

    Examples
    --------
    >>> row = {"group": "A", "article": "a1", "term": "war", "start": 3, "end": 4, "n": 1, "words": 10}
    >>> [label.get_text() for label in dispersion(pd.DataFrame([row])).get_yticklabels()]
    ['a1']
    """
    check_columns(positions, ("group", "article", "term", "start", "end", "n", "words"))
    table = positions.astype({"group": str, "article": str, "term": str})
    every = list(dict.fromkeys(table["term"]))
    terms = every[:MOST_TERMS]
    columns = len(terms) if len(terms) < 4 else 2 if len(terms) == 4 else 3
    lines = -(-len(terms) // columns)
    table, articles, spare = _most_held(table[table["term"].isin(terms)], MOST_ARTICLES // lines)
    opens = (articles["group"] != articles["group"].shift()).to_numpy()
    # Each group opens with a line for its name.
    y = -(np.arange(len(articles)) + 1.15 * np.cumsum(opens))
    # A panel is 1 wide, and counts take as much of the page however many panels share it.
    deep, beside = 2.9 - y[-1], 0.04 + 0.055 * columns
    wide = 1 + beside + 0.04 * columns
    ax, own = axes_or_new(ax, 0.16 * deep * lines + 0.9)
    looks = group_looks(positions["group"])
    table = table.merge(articles.assign(y=y), on=["group", "article"])
    corner = {term: (wide * (place % columns), -deep * (place // columns)) for place, term in enumerate(terms)}
    table["x"] = table["term"].map({term: x for term, (x, _) in corner.items()})
    table["y"] += table["term"].map({term: down for term, (_, down) in corner.items()})
    for place, (group, part) in enumerate(table.groupby("group", sort=True)):
        _places(ax, part, looks[str(group)][0], place, beside)
    _name_panels(ax, corner, beside)
    _name_articles(ax, articles, y, opens, [-deep * line for line in range(lines)])
    ends = [wide * column + end for column in range(columns) for end in (0, 1)]
    ax.set_xticks(ends, ["start", "end"] * columns)
    for place, label in enumerate(ax.get_xticklabels()):
        label.set_horizontalalignment("right" if place % 2 else "left")
    ax.set_xlim(-0.01, wide * columns - 0.04 * columns)
    ax.set_ylim(y[-1] - deep * (lines - 1) - 0.6, 1.7)
    ax.spines["bottom"].set_visible(False)
    ax.set_xlabel("place in the article", parse_math=False)
    _say_left_out(ax, ("article", spare), ("term", len(every) - len(terms)))
    _places_key(ax, table)
    return shown_alone(ax) if own else ax


def _most_held(table: pd.DataFrame, most: int) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """The rows of the articles with the most occurrences; these articles by group and name; how many are left out."""
    keys = ["group", "article"]
    articles = table.groupby(keys, sort=True).agg(n=("n", "sum"), words=("words", "first")).reset_index()
    kept = articles.assign(n=-articles["n"]).sort_values(["n", *keys]).index[:most].sort_values()
    chosen = articles.loc[kept, [*keys, "words"]].reset_index(drop=True)
    return table.drop(columns="words"), chosen, len(articles) - len(chosen)


def _places(ax: Axes, rows: pd.DataFrame, colour: str, place: int, beside: float) -> None:
    from matplotlib.collections import PolyCollection

    words = np.maximum(rows["words"].to_numpy(dtype=float), 1)
    x, y, n = (rows[name].to_numpy(dtype=float) for name in ("x", "y", "n"))
    start, end = x + rows["start"].to_numpy() / words, x + rows["end"].to_numpy() / words
    whole = rows.drop_duplicates(["x", "y"])
    ax.hlines(whole["y"], whole["x"], whole["x"] + 1, colors=FAINT, linewidth=0.8, zorder=1)
    single = rows["end"].to_numpy() - rows["start"].to_numpy() <= 1
    word, run = single & (n > 0), ~single & (n > 0)
    middle = (start + end) / 2
    ax.vlines(
        middle[word], y[word] - 0.38, y[word] + 0.38, colors=colour, linewidth=0.9, zorder=3, gid=f"words-{place}"
    )
    shades = [pale(colour, STRENGTHS[min(int(times), 3) - 1]) for times in n[run]]
    spans = np.column_stack([start, end, y - 0.38, y + 0.38])[run]
    corners = spans[:, [[0, 2], [1, 2], [1, 3], [0, 3]]]
    # A line of their own colour keeps the shortest segments in sight.
    ax.add_collection(
        PolyCollection(corners, facecolors=shades, edgecolors=shades, linewidths=0.5, zorder=2, gid=f"runs-{place}")
    )
    totals = rows.groupby(["x", "y"], as_index=False)["n"].sum()
    for left, level, total in zip(totals["x"], totals["y"], totals["n"], strict=True):
        ink = "black" if total else GREY
        ax.text(left + 1 + beside, level, f"{total:,.0f}", ha="right", va="center_baseline", color=ink)


def _name_panels(ax: Axes, corner: dict[str, tuple[float, float]], beside: float) -> None:
    style: Style = {"va": "center_baseline", "parse_math": False}
    for term, (x, down) in corner.items():
        ax.text(x, down + 1, shortened(term, 24), fontweight="bold", fontsize=9, **style)
        ax.text(x + 1 + beside, down + 1, "count", color=GREY, ha="right", **style)


def _name_articles(
    ax: Axes, articles: pd.DataFrame, y: Floats, opens: npt.NDArray[np.bool_], downs: list[float]
) -> None:
    heights = np.concatenate([y + down for down in downs])
    label_rows(ax, heights, [*articles["article"]] * len(downs), 24)
    for down in downs:
        side_note(ax, 40, down + 1, "words", ha="right", color=GREY)
        for height, words in zip(y + down, articles["words"], strict=True):
            side_note(ax, 40, height, f"{words:,.0f}", ha="right", color=GREY)
        for height, group in zip(y[opens] + down, articles.loc[opens, "group"], strict=True):
            ax.text(0, height + 1, shortened(group, 40), va="center", color=GREY, parse_math=False)


def _say_left_out(ax: Axes, *left_out: tuple[str, int]) -> None:
    parts = [f"{n:,} more {what}{'s' if n > 1 else ''}" for what, n in left_out if n > 0]
    if parts:
        verb = "is" if len(parts) == 1 and parts[0].startswith("1 more") else "are"
        text = f"{' and '.join(parts)} {verb} in the table"
        ax.set_title(text, loc="right", color=GREY, fontsize=8, parse_math=False)


def _places_key(ax: Axes, table: pd.DataFrame) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    held = table[table["n"] > 0]
    runs = held.loc[held["end"] - held["start"] > 1, "n"]
    handles: list[Line2D | Patch] = []
    if len(runs) < len(held):
        tick: Style = {"marker": "|", "markersize": 8, "linestyle": ""}
        handles.append(Line2D([], [], color=GREY, label="one occurrence", **tick))
    times = ("once in this segment", "twice", "three times or more")
    shown = sorted({min(int(n), 3) for n in runs})
    handles += [Patch(color=pale(GREY, STRENGTHS[n - 1]), label=times[n - 1]) for n in shown]
    add_key(ax, handles, below=32)
