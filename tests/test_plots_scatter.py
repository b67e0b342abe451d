"""Effect against frequency: values at their places, what filled and colour say, names that do not overlap, errors."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from textlens.plots.scatter import effects


def terms(*rows: dict, label: str = "term") -> pd.DataFrame:
    usual = {
        **{"group": "A", "against": "B", label: "x", "count": 12, "count_against": 8, "effect": 0.5, "p": 0.1},
        **{"supported": False, "overdispersion": 2.0},
    }
    return pd.DataFrame([{**usual, **row} for row in rows])


FIVE = terms(
    {"term": "weak", "effect": 0.2, "p": 0.5, "count": 40},
    {"term": "strong", "effect": 2.0, "p": 0.001, "supported": True, "overdispersion": 1.0},
    {"term": "less", "effect": -1.0, "p": 0.01, "overdispersion": 8.0},
    {"term": "least", "effect": -1.5, "p": 0.02},
    {"term": "rare", "effect": 1.2, "p": np.nan, "count": 3, "count_against": 0, "overdispersion": np.nan},
)


def marks(ax, gid: str) -> PathCollection:
    found = [c for c in ax.collections if c.get_gid() == gid]
    assert len(found) == 1
    return found[0]


def at(ax, gid: str) -> list[list[float]]:
    return sorted(np.asarray(marks(ax, gid).get_offsets(), dtype=float).tolist())


def names(ax) -> list[str]:
    return [t.get_text() for t in ax.texts if t.get_text() and "more in" not in t.get_text()]


def test_dots_stand_at_pooled_count_and_effect() -> None:
    ax = effects(FIVE)
    assert at(ax, "tested-True") == [[20.0, 2.0]]
    assert at(ax, "tested-False") == [[20.0, -1.5], [20.0, -1.0], [48.0, 0.2]]
    assert at(ax, "untested") == [[3.0, 1.2]]
    assert ax.get_xscale() == "log"
    left, right = ax.get_xlim()
    assert left < 3 and right > 48


def test_supported_is_filled_and_the_rest_hollow_in_the_colour_of_the_overdispersion() -> None:
    ax = effects(FIVE)
    full, hollow = marks(ax, "tested-True"), marks(ax, "tested-False")
    assert (
        to_hex(full.get_facecolor()[0]) == to_hex(full.get_edgecolor()[0]) == to_hex(matplotlib.colormaps["viridis"](0))
    )
    assert {to_hex(face) for face in hollow.get_facecolor()} == {"#ffffff"}
    edges = {tuple(xy): to_hex(c) for xy, c in zip(hollow.get_offsets().tolist(), hollow.get_edgecolor(), strict=True)}
    assert edges[20.0, -1.5] == edges[48.0, 0.2] != edges[20.0, -1.0]
    bar = ax.figure.axes[1]
    assert bar.get_ylabel() == "overdispersion (1: as regular as dice)"
    assert bar.get_ylim() == pytest.approx((1, 8))
    assert [t.get_text() for t in bar.get_yticklabels()] == ["1", "1.5", "2", "3", "5"]
    # Light rises steadily from one end of the scale to the other, so that print in grey tells as much.
    shades = next(c.cmap for c in bar.collections if c.cmap)(np.linspace(0, 1, 50))[:, :3] @ (0.299, 0.587, 0.114)
    assert (np.diff(shades) > 0).all() and shades[-1] < 0.85


def test_overdispersion_that_is_unknown_is_grey() -> None:
    ax = effects(FIVE.assign(overdispersion=np.nan))
    assert {to_hex(c) for c in marks(ax, "tested-False").get_edgecolor()} == {"#666666"}
    assert len(ax.figure.axes) == 1


def test_the_smallest_p_of_each_side_are_named_ties_by_size_then_name() -> None:
    assert sorted(names(effects(FIVE))) == ["least", "less", "strong", "weak"]
    assert sorted(names(effects(FIVE, n=1))) == ["less", "strong"]
    assert names(effects(FIVE, n=0)) == []
    tied = terms({"term": "b"}, {"term": "a", "count": 90}, {"term": "c", "effect": 0.4})
    assert names(effects(tied, n=1)) == ["a"]
    assert names(effects(tied.iloc[::-1], n=1)) == ["a"]


def crowd(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return terms(*({"term": f"name {i:05}", "count": 30 + i % 7, "p": i / n} for i in range(n))).assign(
        effect=rng.normal(0, 0.3, n), supported=rng.random(n) < 0.3
    )


def test_names_overlap_neither_one_another_nor_the_frame() -> None:
    ax = effects(crowd(60), n=25)
    figure = ax.figure
    figure.draw_without_rendering()
    boxes = [Text.get_window_extent(t) for t in ax.texts if t.get_text().startswith("name")]
    frame = ax.get_window_extent()
    assert 10 < len(boxes) <= 50
    assert not any(box.overlaps(other) for i, box in enumerate(boxes) for other in boxes[:i])
    assert all(frame.x0 <= b.x0 and b.x1 <= frame.x1 and frame.y0 <= b.y0 and b.y1 <= frame.y1 for b in boxes)


def test_many_terms_are_thinned_to_what_can_be_told_apart() -> None:
    table = crowd(30_000).assign(count=np.arange(30_000) // 3 + 1)
    ax = effects(table, n=2)
    drawn = len(marks(ax, "tested-True").get_offsets()) + len(marks(ax, "tested-False").get_offsets())
    assert 500 < drawn < 10_000
    best = [table["effect"][side].index[0] for side in (table["effect"] >= 0, table["effect"] < 0)]
    assert {f"name {i:05}" for i in best} <= set(names(ax))
    assert len(ax._repr_svg_()) < 1_500_000
    same = terms(*({"term": str(i), "p": 0.2} for i in range(2_001)))
    assert at(effects(same, n=0), "tested-False") == [[20.0, 0.5]]
    assert len(at(effects(same.head(2_000), n=0), "tested-False")) == 2_000
    rare = pd.concat([FIVE, terms(*({"p": np.nan} for _ in range(9)))])
    assert at(effects(rare), "untested") == [[3.0, 1.2], [20.0, 0.5]]


def test_function_words_and_house_style_are_left_out_unless_asked_for() -> None:
    table = FIVE.assign(function_word=FIVE["term"] == "strong", house_style=FIVE["term"] == "less")
    assert sorted(names(effects(table))) == ["least", "weak"]
    assert at(effects(table), "tested-True") == []
    assert sorted(names(effects(table, function_words=True))) == ["least", "strong", "weak"]
    assert sorted(names(effects(table, house_style=True))) == ["least", "less", "weak"]


def test_what_has_no_place_is_not_drawn() -> None:
    none = terms({"term": "gone", "effect": np.nan}, {"term": "nil", "count": 0, "count_against": 0})
    assert sorted(names(effects(pd.concat([FIVE, none])))) == sorted(names(effects(FIVE)))


def test_the_scale_and_the_sides_are_in_words() -> None:
    ax = effects(FIVE)
    ticks = dict(zip(ax.get_yticks(), (t.get_text() for t in ax.get_yticklabels()), strict=True))
    assert ticks == {-1: "2×", 0: "equal", 1: "2×", 2: "4×"}
    assert [t.get_text() for t in ax.texts if "more in" in t.get_text()] == ["← more in B", "more in A →"]
    keys = [t.get_text() for t in ax.get_legend().get_texts()]
    assert keys == ["supported", "not supported", "too rare for a test"]
    assert [t.get_text() for t in effects(FIVE.head(1)).get_legend().get_texts()] == ["not supported"]


def test_one_of_several_groups_and_other_labels() -> None:
    three = pd.concat([terms({"group": g, "frame": g.lower()}, label="frame") for g in "ABC"])
    assert names(effects(three)) == ["a"]
    assert names(effects(three, group="C")) == ["c"]


HOSTILE = ["$x_1$ and $y^2$", r"\frac{1}{2} $", "a_b^c", "line\nbreak\x00\x1b", "n" * 90, "<b>50% & #1</b>"]


def test_labels_are_text_and_nothing_else() -> None:
    table = terms(*({"term": t, "count": 10 + 9 * i, "effect": i - 2} for i, t in enumerate(HOSTILE)))
    ax = effects(table.assign(group="$G_1$ {\x0b", against="_B$ $"))
    shown = names(ax)
    assert set(shown) == {*HOSTILE[:3], "line break", "n" * 23 + "…", HOSTILE[5]}
    every = ax.figure.findobj(Text)
    assert not any(t.get_parse_math() for t in every if "$" in t.get_text())
    assert all(t.get_fontsize() >= 8 for t in every if t.get_text())
    ax.figure.savefig(io.BytesIO(), format="png")
    assert ElementTree.fromstring(ax._repr_svg_()).tag.endswith("svg")
    assert ax.figure.get_figwidth() == 7.2


def test_the_same_bytes_each_time_whatever_the_session_has_set() -> None:
    import matplotlib.pyplot as plt

    before, plain = dict(matplotlib.rcParams), effects(crowd(40))._repr_svg_()
    with matplotlib.rc_context({"font.size": 20, "axes.grid": True, "lines.linewidth": 9}):
        assert effects(crowd(40))._repr_svg_() == plain
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == []


def test_draws_on_given_axes_and_leaves_the_table_alone() -> None:
    mine, copy = Figure().subplots(), FIVE.copy()
    assert effects(FIVE, ax=mine) is mine
    assert not hasattr(mine, "_repr_svg_")
    pd.testing.assert_frame_equal(FIVE, copy)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: effects(FIVE, n=-1), "^n = -1 names on each side; it must be 0 or more$"),
        (
            lambda: effects(FIVE.drop(columns="overdispersion")),
            "lacks overdispersion; this figure needs the columns group",
        ),
        (lambda: effects(FIVE.drop(columns="term")), "lacks a label; .* and one of term, frame, label"),
        (lambda: effects(FIVE.iloc[:0]), "^the table is empty"),
        (lambda: effects(FIVE, group="Z"), "^no group 'Z' in the table; there are A$"),
        (
            lambda: effects(FIVE.assign(p=np.nan)),
            r"^no term of group 'A' was tested \(p is empty\); a smaller min_count",
        ),
        (
            lambda: effects(FIVE.assign(house_style=True)),
            "^all tested terms of group 'A' are function words or house style; function_words=True and house_style=True",
        ),
    ],
)
def test_errors_say_what_is_wrong_and_what_is_there(draw, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw()


def test_what_is_no_table_is_told_so() -> None:
    with pytest.raises(TypeError, match="^the table must be a DataFrame, not list$"):
        effects([1, 2])  # type: ignore[arg-type]
