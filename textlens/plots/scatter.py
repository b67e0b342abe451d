"""Effect against frequency: which terms tell groups apart, how often they occur, and how unevenly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap, LogNorm

from textlens.plots.drawing import (
    GREY,
    LABELS,
    Floats,
    Style,
    add_key,
    axes_or_new,
    check_columns,
    drawn_terms,
    figure_of,
    rows_of_group,
    shortened,
    shown_alone,
    styled,
)

NEEDED = ("group", "against", "count", "count_against", "effect", "p", "supported", "overdispersion")
UNTESTED = "#BBBBBB"
# Of more tested terms than these, and of the others always, one is drawn for each cell of the page; there are so many
# cells across and up.
MOST_DOTS, CELLS = 2_000, (144, 80)
# Where a name stands: points from its dot, and what of the name lies there. The first are beside the dot; to the
# others leads a line.
PLACES: list[tuple[float, float, str, str]] = [
    *((4, 0, "left", "center"), (-4, 0, "right", "center"), (0, 4, "center", "bottom"), (0, -4, "center", "top")),
    *((r, y * r, "left", "center") for r in (10, 20, 34) for y in (1, -1, 0.4, -0.4)),
    *((-r, y * r, "right", "center") for r in (10, 20, 34) for y in (1, -1, 0.4, -0.4)),
]
BESIDE = 4


@styled
def effects(
    table: pd.DataFrame,
    *,
    n: int = 8,
    group: str | None = None,
    function_words: bool = False,
    house_style: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw the effect of each term against its frequency, with its overdispersion as colour.

    A dot is a tested term: filled if supported, hollow if not; the paler, the more unevenly the term is spread over
    the units of a side. Small grey dots are terms too rare for a test. Up to ``n`` terms of each side with the smallest
    p are named, as far as the names find room. Of more than 2,000 tested terms those within 3 points of one
    another are drawn once, as the one with the smallest p.

    Parameters
    ----------
    table : DataFrame
        From :func:`textlens.compare_terms`; ``effect`` is the log2 of a rate ratio.
    n : int
        The most names on each side.
    group : str, optional
        Which group's rows, when the table holds several; by default the first.
    function_words, house_style : bool
        Also draw function words, and terms of house style.
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
    >>> effects(key, n=2).get_xlabel()
    'occurrences in both groups'
    """
    if n < 0:
        raise ValueError(f"n = {n} names on each side; it must be 0 or more")
    label = check_columns(table, NEEDED, LABELS)
    table = rows_of_group(table, group)
    rows = _to_draw(table, label, function_words, house_style)
    ax, own = axes_or_new(ax, 4.6)
    if own:
        ax.spines["left"].set_visible(True)
    _scales(ax, rows)
    _name_sides(ax, str(table["group"].iloc[0]), str(table["against"].iloc[0]))
    untested, tested = _thinned(ax, rows[rows["p"].isna()]), rows[rows["p"].notna()]
    if len(tested) > MOST_DOTS:
        tested = _thinned(ax, tested)
    _dots(ax, untested, tested)
    more = tested["effect"] >= 0
    _name_dots(ax, pd.concat([tested[more].head(n), tested[~more].head(n)]).sort_index(), tested)
    return shown_alone(ax) if own else ax


def _to_draw(rows: pd.DataFrame, label: str, function_words: bool, house_style: bool) -> pd.DataFrame:
    """The terms with a place, most telling first: ``label``, ``x`` (the pooled count), ``effect``, ``p``, ..."""
    rows = rows[np.isfinite(rows["effect"].astype(float)) & (rows["count"] + rows["count_against"] > 0)]
    rows = drawn_terms(rows, function_words, house_style)
    table = pd.DataFrame(
        {
            "label": rows[label].astype(str),
            "x": rows["count"].astype(float) + rows["count_against"].astype(float),
            "effect": rows["effect"].astype(float),
            "p": rows["p"].astype(float).round(12),
            "supported": rows["supported"].astype(bool),
            "phi": rows["overdispersion"].astype(float),
        }
    )
    table["size"] = -table["effect"].abs().round(12)
    return table.sort_values(["p", "size", "label"], ignore_index=True)


def _scales(ax: Axes, rows: pd.DataFrame) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    low, high = min(-1.0, rows["effect"].min()), max(1.0, rows["effect"].max())
    pad = 0.06 * (high - low)
    ax.set_ylim(low - pad, high + pad)
    step = max(1, int(np.ceil((high - low) / 9)))
    ticks = step * np.arange(np.ceil(low / step), np.floor(high / step) + 1)
    ax.set_yticks(ticks, ["equal" if t == 0 else f"{2 ** abs(t):,.0f}×" for t in ticks], parse_math=False)
    ax.axhline(0, color=GREY, linewidth=0.6, zorder=0)
    ax.set_xscale("log")
    left, right = rows["x"].min(), rows["x"].max()
    ax.set_xlim(left / 1.25, right * (right / left) ** 0.04 * 1.25)
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if right < 1000 * left else (1,)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("occurrences in both groups", parse_math=False)


def _name_sides(ax: Axes, group: str, against: str) -> None:
    at: Style = {"xycoords": "axes fraction", "textcoords": "offset points", "rotation": 90, "annotation_clip": False}
    ax.annotate(f"← more in {shortened(against, 18)}", (0, 0), (-37, 0), ha="center", va="bottom", **at)
    ax.annotate(f"more in {shortened(group, 18)} →", (0, 1), (-37, 0), ha="center", va="top", **at)
    ax.set_ylabel("times as often per 1,000 words, shrunken towards equal", labelpad=22, parse_math=False)


def _thinned(ax: Axes, rows: pd.DataFrame) -> pd.DataFrame:
    """One row, the first, of those that share a cell of the page."""
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    across = CELLS[0] * np.log(rows["x"] / left) / np.log(right / left)
    up = CELLS[1] * (rows["effect"] - bottom) / (top - bottom)
    cells = pd.DataFrame({"x": across.round(6) // 1, "y": up.round(6) // 1, "supported": rows["supported"]})
    first: pd.DataFrame = rows[~cells.duplicated()]
    return first


def _dots(ax: Axes, untested: pd.DataFrame, tested: pd.DataFrame) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import to_rgba

    scale, colours = _shades(tested["phi"].to_numpy())
    ax.scatter(untested["x"], untested["effect"], s=5, color=UNTESTED, linewidth=0, zorder=1, gid="untested")
    # The most telling come last and lie on top.
    for filled in (False, True):
        rows = tested[tested["supported"] == filled].iloc[::-1]
        phi = np.clip(rows["phi"].to_numpy(), 1, None)
        edges = np.where(np.isfinite(phi)[:, None], colours(scale(np.where(np.isfinite(phi), phi, 1))), to_rgba(GREY))
        style: Style = {"facecolors": edges if filled else "white", "edgecolors": edges, "linewidths": 1.0}
        ax.scatter(rows["x"], rows["effect"], s=20, zorder=2 + filled, gid=f"tested-{filled}", **style)
    if tested["phi"].notna().any():
        bar = figure_of(ax).colorbar(ScalarMappable(scale, colours), ax=ax, pad=0.02, aspect=32)
        ticks = [t for t in (1, 1.5, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000) if t <= (scale.vmax or 1)]
        bar.set_ticks(ticks, labels=[f"{t:,.4g}" for t in ticks], minor=False)
        bar.set_ticks([], minor=True)
        bar.outline.set_visible(False)
        bar.set_label("overdispersion (1: as regular as dice)", parse_math=False)
    _add_keys(ax, tested["supported"].to_numpy(), not untested.empty)


def _shades(phi: Floats) -> tuple[LogNorm, Colormap]:
    """Dark where a term is as regular as dice, and never so pale that a hollow dot is lost on white."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap, LogNorm

    most = float(np.nanmax(np.append(phi[np.isfinite(phi)], 2.0)))
    return LogNorm(1, most), ListedColormap(colormaps["viridis"](np.linspace(0, 0.88, 256)))


def _add_keys(ax: Axes, supported: npt.NDArray[np.bool_], untested: bool) -> None:
    from matplotlib.lines import Line2D

    dot: Style = {"color": GREY, "linestyle": "", "marker": "o"}
    handles = []
    if supported.any():
        handles.append(Line2D([], [], label="supported", markersize=4.8, **dot))
    if not supported.all():
        handles.append(Line2D([], [], label="not supported", markerfacecolor="white", markersize=4.8, **dot))
    if untested:
        dot["color"] = UNTESTED
        handles.append(Line2D([], [], label="too rare for a test", markersize=2.6, **dot))
    add_key(ax, handles, below=34)


def _name_dots(ax: Axes, chosen: pd.DataFrame, drawn: pd.DataFrame) -> None:
    """Write names beside their dots in order, each where it covers no name and the fewest dots, or not at all."""
    figure = figure_of(ax)
    figure.draw_without_rendering()
    points = 72 / figure.dpi
    dots = ax.transData.transform(drawn[["x", "effect"]].to_numpy()) * points
    places = ax.transData.transform(chosen[["x", "effect"]].to_numpy()) * points
    inside = np.asarray(ax.get_window_extent().extents) * points
    taken = np.empty((0, 4))
    for label, x, y, at in zip(chosen["label"], chosen["x"], chosen["effect"], places, strict=True):
        text = shortened(label, 24)
        sample = ax.text(0, 0, text, fontsize=8, parse_math=False)
        extent = sample.get_window_extent()
        sample.remove()
        boxes = _boxes(at, extent.width * points, extent.height * points)
        free = (boxes[:, :2] >= inside[:2]).all(axis=1) & (boxes[:, 2:] <= inside[2:]).all(axis=1)
        free &= ~_overlap(boxes, taken).any(axis=1)
        if free.any():
            covered = _overlap(boxes, np.hstack([dots - 2, dots + 2])).sum(axis=1)
            best = int(np.argmin(np.where(free, covered, np.inf)))
            taken = np.vstack([taken, boxes[best]])
            _name_dot(ax, text, (float(x), float(y)), best)


def _boxes(at: Floats, width: float, height: float) -> Floats:
    """Left, bottom, right and top of a name at each of the places, in points."""
    back = {"left": 0.0, "center": 0.5, "right": 1.0, "bottom": 0.0, "top": 1.0}
    corners = np.array([(x - back[ha] * width, y - back[va] * height) for x, y, ha, va in PLACES]) + at
    return np.hstack([corners, corners + np.array([width, height])])


def _overlap(boxes: Floats, others: Floats) -> npt.NDArray[np.bool_]:
    """Which boxes overlap which others."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return np.asarray((low < high).all(axis=2))


def _name_dot(ax: Axes, text: str, dot: tuple[float, float], place: int) -> None:
    from matplotlib.patheffects import withStroke

    x, y, ha, va = PLACES[place]
    line = {"arrowstyle": "-", "color": GREY, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2.5}
    style: Style = {"textcoords": "offset points", "ha": ha, "va": va, "fontsize": 8, "parse_math": False}
    style["path_effects"] = [withStroke(linewidth=2, foreground="white")]
    far: Style = {"arrowprops": line} if place >= BESIDE else {}
    ax.annotate(text, dot, (x, y), zorder=6, **style, **far).set_in_layout(False)
