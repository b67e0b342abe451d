"""How far topics hold: each beside what shuffled counts give, over numbers of topics, and over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

from textlens.plots.drawing import (
    COLOURS,
    FAINT,
    GREY,
    axes_or_new,
    check_columns,
    group_handles,
    group_looks,
    label_rows,
    new_figure,
    shortened,
    shown_alone,
    shown_together,
    side_note,
    styled,
    topic_title,
)

STABLE = "stable"
_BAND = "#DDDDDD"
_MOST_DATES = 12
_IN_A_YEAR = {"year": 1, "quarter": 4, "month": 12, "week": 365.25 / 7}


@styled
def topic_stability(topics: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how surely each topic comes back in resampled articles, beside the band of topics of shuffled counts.

    A point is the mean over resamples, filled if it lies beyond the band and no single article, or family, makes the
    topic; a line holds 95 % of the resamples. Within the grey band a topic is no more than what shuffled counts give.

    Parameters
    ----------
    topics : DataFrame
        ``Topics.to_frame()`` after :func:`textlens.measure_stability`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        A column is missing: stability was not measured; or the table is empty.
    """
    check_columns(topics, ("topic", "verdict", "label", "stability", "low", "high", "null_low", "null_high"))
    rows = topics.sort_values("topic").reset_index(drop=True)
    ax, alone = axes_or_new(ax, 0.24 * len(rows) + 1.15)
    y = -np.arange(len(rows))
    ax.axvspan(rows["null_low"].min(), rows["null_high"].max(), color=_BAND, linewidth=0, zorder=0, gid="null")
    ax.hlines(y, rows["low"], rows["high"], colors="#88AACC", linewidth=1.4, zorder=1)
    stable = (rows["verdict"] == STABLE).to_numpy()
    for filled in (False, True):
        here = stable == filled
        face = COLOURS[0] if filled else "white"
        ax.scatter(
            rows["stability"][here], y[here], s=38, facecolor=face, edgecolor=COLOURS[0], zorder=2, gid=str(filled)
        )
    label_rows(ax, y, map(_title, rows["topic"], rows["label"]), 44)
    ax.set_xlim(0, 1)
    ax.set_xlabel("average Jaccard of the topic's terms with those of its partner in resampled articles")
    middle = (rows["null_low"].min() + rows["null_high"].max()) / 2
    ax.set_title("shuffled counts", x=middle, ha="center", color=GREY, fontsize=8)
    return shown_alone(ax) if alone else ax


def _title(topic: int, label: str) -> str:
    return topic_title(topic, label, 44)


@styled
def topic_choice(choice: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Draw what each number of topics gives: stability beside shuffled counts, held-out words, coherence.

    Parameters
    ----------
    choice : DataFrame
        From :func:`textlens.choose_topics`.

    Returns
    -------
    array of matplotlib.axes.Axes
        Stability (the grey area reaches from the mean of shuffled counts to what their best topic stays below), bits
        saved per held-out word, coherence.

    Raises
    ------
    ValueError
        A column is missing, or the table is empty.
    """
    check_columns(choice, ("k", "npmi", "held_out", "stability", "null", "null_high", "stable"))
    rows = choice.sort_values("k")
    figure = new_figure(2.5)
    panels = figure.subplots(1, 3)
    k = rows["k"].to_numpy()
    blue = COLOURS[0]
    panels[0].fill_between(k, rows["null"], rows["null_high"], color=_BAND, linewidth=0, label="shuffled counts")
    panels[0].set_ylim(0, 1.12)
    panels[0].set_yticks(np.linspace(0, 1, 6))
    for ax, column, title in zip(
        panels,
        ("stability", "held_out", "npmi"),
        ("stability (number of stable topics)", "bits saved per held-out word", "coherence (NPMI)"),
        strict=True,
    ):
        ax.plot(k, rows[column], color=blue, marker="o", markersize=4, linewidth=1.2, gid=column)
        ax.set_title(title, loc="left", fontsize=9)
        ax.set_xlabel("number of topics")
        ax.xaxis.get_major_locator().set_params(integer=True)
    panels[1].axhline(0, color=GREY, linewidth=0.6, zorder=0)
    for number, many, height in rows[["k", "stable", "stability"]].itertuples(index=False):
        panels[0].annotate(f"{many}", (number, height), (0, 6), textcoords="offset points", ha="center", fontsize=8)
    panels[0].legend(loc="lower left", fontsize=8)
    return shown_together(panels)


def _slope(row: Mapping[Any, Any], long: str) -> str:
    """Points a period (a year, ...) with their q; of a group whose dates are one there is none."""
    if np.isnan(row["per_year"]):
        return "one date"
    q = "q < 0.01" if row["q"] < 0.01 else f"q {row['q']:.2f}"
    return f"{100 * row['per_year'] / _IN_A_YEAR[long]:+.1f} a {long} ({q})"


def _periods(names: pd.Series) -> tuple[list[str], str]:
    """The periods from the first to the last, those without articles too, as ``topic_trends`` writes them; and what
    they are."""
    first, last = (
        pd.Period(name.split("/")[0], freq="W") if "/" in name else pd.Period(name) for name in (min(names), max(names))
    )
    long = next(long for long in _IN_A_YEAR if long[0].upper() == first.freqstr[0])
    return [str(period) for period in pd.period_range(first, last)], long


@styled
def topic_trends(trends: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Draw the share of each topic over time, a panel for each topic, a line for each group.

    Parameters
    ----------
    trends : DataFrame
        From :func:`textlens.topic_trends`. Pale areas are 95 % intervals over the articles, or families, of a period,
        given the topics; a period with one has none. Periods without any are gaps. At the right stands by how many
        points the share rises each year (or quarter, month, week: as the table counts), with the false discovery rate.

    Returns
    -------
    array of matplotlib.axes.Axes
        One per topic.

    Raises
    ------
    ValueError
        A column is missing, or the table is empty.
    """
    check_columns(trends, ("group", "topic", "label", "period", "share", "low", "high", "per_year", "q"))
    numbers = sorted(set(trends["topic"]))
    periods, long = _periods(trends["period"])
    x = range(len(periods))
    looks = group_looks(trends["group"], grey=False)
    figure = new_figure(1.15 * len(numbers) + 0.9)
    panels = figure.subplots(len(numbers), 1, squeeze=False, sharex=True, sharey=True)[:, 0]
    for ax, topic in zip(panels, numbers, strict=True):
        rows = trends[trends["topic"] == topic]
        for name, own in rows.groupby("group", sort=True):
            colour, marker = looks[str(name)]
            own = 100 * own.set_index("period")[["share", "low", "high"]].reindex(periods)
            ax.fill_between(x, own["low"], own["high"], color=colour, alpha=0.15, linewidth=0)
            # An area has no width where the periods on both sides have no articles.
            ax.vlines(x, own["low"], own["high"], color=colour, alpha=0.3, linewidth=0.8)
            ax.plot(x, own["share"], color=colour, marker=marker, markersize=4.5, linewidth=1.1)
        ax.set_title(_title(topic, str(rows["label"].iloc[0])), loc="left", fontsize=9, parse_math=False)
        ax.grid(axis="y", color=FAINT, linewidth=0.5)
        slopes = rows.drop_duplicates("group")
        told = [f"{shortened(row['group'], 16)}: {_slope(row, long)}" for row in slopes.to_dict("records")]
        side_note(ax, 6, 0.5, "\n".join(told).replace("-", "−"), fraction=True, ha="left", fontsize=8)
    step = -(-len(periods) // _MOST_DATES)
    panels[-1].set_xticks(x[::step], periods[::step], rotation=45 if len(x[::step]) > 8 else 0)
    panels[0].set_ylim(bottom=0)
    figure.supylabel("share of words (%)", fontsize=9)
    if len(looks) > 1:
        figure.legend(handles=group_handles(looks), loc="outside lower right", ncols=4, handletextpad=0.2)
    return shown_together(panels)
