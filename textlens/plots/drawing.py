"""What the figures share: our style over matplotlib's defaults, checks of columns, labels, keys, and SVG."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

P = ParamSpec("P")
R = TypeVar("R")
Floats = npt.NDArray[np.float64]
Style = dict[str, Any]

WIDTH = 7.2
# Okabe and Ito's colours in the order in which groups take them; shapes differ too, for print in grey.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
# Voices are no groups: none has the blue or the orange of the first two.
VOICES = {"narrator": "#DDDDDD", "quoted": "#CC79A7", "question": "#F0E442", "answer": "#009E73"}
GREY, FAINT = "#666666", "#DDDDDD"
OTHERS = "all others"
MOST_GROUPS = 6
LABELS = ("term", "frame", "label")
FOREST = (
    *("group", "against", "count", "count_against", "effect", "low", "high", "p", "supported"),
    *("out_low", "out_high", "flips", "driver"),
)
STYLE = {
    **{"font.family": ["DejaVu Sans"], "font.size": 8, "axes.labelsize": 8, "axes.titlesize": 9, "legend.fontsize": 8},
    **{"xtick.labelsize": 8, "ytick.labelsize": 8.5, "axes.linewidth": 0.6, "xtick.major.width": 0.6},
    **{"axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False, "ytick.major.size": 0},
    **{"xtick.major.size": 3, "legend.frameon": False, "axes.titlelocation": "left", "hatch.linewidth": 0.5},
    # Labels come from articles: a dollar sign is a dollar sign.
    **{"text.parse_math": False, "text.usetex": False, "svg.hashsalt": "textlens"},
}


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Draw in our style over matplotlib's defaults, whatever the session has set."""

    @functools.wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> R:
        import matplotlib.style

        with matplotlib.style.context(["default", STYLE]):
            return draw(*args, **kwargs)

    return styled


def check_columns(table: pd.DataFrame, columns: Sequence[str], labels: Sequence[str] = ()) -> str:
    """The label column, after a look at what the figure needs."""
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"the table must be a DataFrame, not {type(table).__name__}")
    needed = ", ".join(columns) + (f" and one of {', '.join(labels)}" if labels else "")
    missing = [name for name in columns if name not in table]
    found = [name for name in labels if name in table]
    if missing or (labels and not found):
        lacking = ", ".join(missing) or "a label"
        there = ", ".join(map(str, table.columns)) or "none"
        raise ValueError(f"the table lacks {lacking}; this figure needs the columns {needed}; there are {there}")
    if table.empty:
        raise ValueError(f"the table is empty; this figure needs rows with the columns {needed}")
    return found[0] if found else ""


def rows_of_group(table: pd.DataFrame, group: str | None) -> pd.DataFrame:
    names = table["group"].astype(str)
    if group is None:
        group = names.iloc[0]
    elif group not in set(names):
        raise ValueError(f"no group {group!r} in the table; there are {', '.join(sorted(set(names)))}")
    rows = table[names == group]
    others = sorted(set(rows["against"].astype(str))) if "against" in rows else []
    if len(others) > 1:
        raise ValueError(
            f"group {group!r} is compared with {' and '.join(others)}; a figure shows one pair: "
            f"table[table['against'] == {others[0]!r}]"
        )
    return rows


def group_looks(names: Iterable[object], *, grey: bool = True) -> dict[str, tuple[str, str]]:
    """Colour and marker of each group: by its place in sorted order, so that all figures of a study agree."""
    known = sorted({str(name) for name in names} - {OTHERS})
    looks = {name: (COLOURS[i % 7], MARKERS[(i + i // 7) % 7]) for i, name in enumerate(known)}
    return looks | {OTHERS: (GREY, "s")} if grey and OTHERS in {str(name) for name in names} else looks


def largest_groups(words: pd.Series) -> set[str]:
    """The groups with the most words, as many as one figure can tell apart; ``words`` has a group in each row."""
    sums = words.groupby(words.index.astype(str), sort=True).sum()
    return set(sums.sort_values(ascending=False, kind="stable").index[:MOST_GROUPS])


def say_rest(ax: Axes, n: int) -> None:
    if n > 0:
        text = f"{n} more group{'s are' if n > 1 else ' is'} in the table"
        ax.set_title(text, loc="right", color=GREY, fontsize=8, parse_math=False)


def shortened(text: object, most: int) -> str:
    clean = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return clean if len(clean) <= most else clean[: most - 1].rstrip() + "…"


def topic_title(topic: int, label: str, most: int) -> str:
    """The number of a topic with its label; what stands in brackets at its end, a verdict, is never cut off."""
    text = label if label.startswith(f"topic {topic}") else f"topic {topic}: {label}"
    start = text.rfind(" (") if text.endswith(")") else len(text)
    return shortened(text[:start], most - len(text[start:])) + text[start:]


def pale(colour: str, strength: float) -> str:
    """The colour thinned with white: 1 is the colour, 0 is white."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - strength * (255 - part)):02X}" for part in parts)


def is_dark(colour: str) -> bool:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140


def sides_head(rows: pd.DataFrame) -> str:
    """Who is compared with whom, as the head of a narrow column."""
    group = shortened(rows["group"].iloc[0], 16) if rows["group"].nunique() == 1 else "group"
    against = shortened(rows["against"].iloc[0], 16)
    return f"{group} : {against}" if len(group + against) <= 16 else f"{group} :\n{against}"


def as_times(log_ratio: float) -> str:
    if np.isnan(log_ratio):
        return "?"
    if abs(log_ratio) > 6.6:
        return {np.inf: "∞", -np.inf: "0"}.get(log_ratio, ">99" if log_ratio > 0 else "<0.01")
    times = float(2**log_ratio)
    return f"{times:.0f}" if times >= 9.95 else f"{times:.1f}" if times >= 0.095 else f"{times:.2f}"


def new_figure(height: float) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), dpi=100, layout="constrained")
    figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.05)
    return figure


def figure_of(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("the Axes belong to no figure (they were removed from it)")
    return figure


def axes_or_new(ax: Axes | None, height: float) -> tuple[Axes, bool]:
    if ax is None:
        return new_figure(height).subplots(), True
    ax.spines[["top", "right", "left"]].set_visible(False)
    return ax, False


def largest(values: npt.ArrayLike) -> float:
    """The largest finite value, or 0."""
    numbers = np.asarray(values, dtype=float)
    return float(np.max(numbers[np.isfinite(numbers)], initial=0.0))


def label_rows(ax: Axes, y: npt.ArrayLike, labels: Iterable[object], most: int) -> None:
    heights = np.asarray(y, dtype=float)
    ax.set_yticks(heights, [shortened(label, most) for label in labels], parse_math=False)
    ax.tick_params(axis="both", which="major", labelsize=8)
    ax.tick_params(axis="y", length=0, labelsize=8.5)
    if len(heights):
        ax.set_ylim(heights.min() - 0.6, heights.max() + 0.6)


def side_note(ax: Axes, points: float, y: float, text: str, *, fraction: bool = False, **style: Any) -> None:
    """Text to the right of the axes, so many points from its edge, at the height of a row."""
    where = "axes fraction" if fraction else ax.get_yaxis_transform()
    style = {
        "va": "center_baseline",
        "annotation_clip": False,
        "xytext": (points, 0),
        "textcoords": "offset points",
        **style,
    }
    ax.annotate(text, (1, y), xycoords=where, **style)


def drawn_terms(rows: pd.DataFrame, function_words: bool, house_style: bool) -> pd.DataFrame:
    """The rows of one group without function words and terms of house style, unless they are wanted."""
    name = rows["group"].iloc[0]
    if rows["p"].isna().all():
        raise ValueError(
            f"no term of group {name!r} was tested (p is empty); a smaller min_count in compare_terms tests rarer terms"
        )
    for column, wanted in (("function_word", function_words), ("house_style", house_style)):
        if column in rows and not wanted:
            rows = rows[~rows[column].astype(bool)]
    if rows["p"].isna().all():
        raise ValueError(
            f"all tested terms of group {name!r} are function words or house style; "
            "function_words=True and house_style=True draw them"
        )
    return rows


def ratio_axis(ax: Axes, reach: float, group: str, against: str, *, ticks: int = 6, room: int = 26) -> float:
    """A scale of log2 ratios in words; returns how many points it takes below the axis.

    ``ticks`` on each side at most; ``room`` for so many letters of both names in one line.
    """
    step = max(1, int(np.ceil(reach / ticks)))
    places = np.arange(-(reach // step) * step, reach + 1e-9, step)
    ax.set_xlim(-reach, reach)
    ax.set_xticks(places, ["equal" if t == 0 else f"{2 ** abs(t):,.0f}×" for t in places], parse_math=False)
    at: Style = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "top", "annotation_clip": False}
    left, right = shortened(against, 24), shortened(group, 24)
    # Long names take a line each.
    drop = 12 if len(left + right) > room else 0
    ax.annotate(f"← more in {left}", (0, 0), (0, -18), ha="left", **at)
    ax.annotate(f"more in {right} →", (1, 0), (0, -18 - drop), ha="right", **at)
    ax.set_xlabel("times as often per 1,000 words, shrunken towards equal", labelpad=14 + drop, parse_math=False)
    return 54 + drop


def add_key(ax: Axes, handles: Sequence[Any], *, below: float) -> None:
    from matplotlib.transforms import ScaledTranslation

    if not handles:
        return
    down = ScaledTranslation(0, -below / 72, figure_of(ax).dpi_scale_trans)
    place: Style = {"bbox_to_anchor": (0.5, 0), "bbox_transform": ax.transAxes + down, "borderaxespad": 0}
    legend = ax.legend(handles=handles, loc="upper center", ncols=4, handlelength=1.6, **place)
    for text in legend.get_texts():
        text.set_parse_math(False)


def group_handles(looks: dict[str, tuple[str, str]]) -> list[Any]:
    from matplotlib.lines import Line2D

    return [
        Line2D([], [], color=colour, marker=marker, linestyle="", markersize=6, label=shortened(name, 30))
        for name, (colour, marker) in looks.items()
    ]


def add_group_key(ax: Axes, looks: dict[str, tuple[str, str]], dot: str) -> None:
    from matplotlib.lines import Line2D

    small = Line2D([], [], color=GREY, marker="o", markersize=3.2, linewidth=0.8, label=dot)
    add_key(ax, [*group_handles(looks), small], below=32)


def figure_svg(figure: Figure) -> str:
    """A figure as SVG, the same bytes each time: no date, no random ids, text as paths."""
    import matplotlib

    stream = io.StringIO()
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with matplotlib.rc_context({"svg.hashsalt": "textlens", "svg.fonttype": "path"}):
        figure.savefig(stream, format="svg", metadata=metadata)
    return "".join(line.rstrip() + "\n" for line in stream.getvalue().splitlines())


def shown_alone(ax: Axes) -> Axes:
    """Axes that a notebook shows as a picture: without pyplot it would print their name."""
    ax._repr_svg_ = lambda: figure_svg(figure_of(ax))  # type: ignore[attr-defined]
    return ax


class Panels(np.ndarray[Any, np.dtype[np.object_]]):
    """An array of Axes that a notebook shows as a picture."""

    def _repr_svg_(self) -> str:
        return figure_svg(figure_of(self.ravel()[0]))


def shown_together(panels: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    return panels.view(Panels)
