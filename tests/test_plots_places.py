"""Where terms occur and who drives an effect: ticks, bars and marks at their places, columns, what is left out."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from textlens.plots.drivers import drivers
from textlens.plots.places import dispersion

BLUE, VERMILLION = "#0072b2", "#d55e00"


def positions(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["group", "article", "term", "start", "end", "n", "words"])


PLACES = positions(
    *(("B", "b1", "war", 3, 4, 1, 10), ("A", "a2", "war", 0, 0, 0, 1200), ("A", "a1", "war", 0, 5, 1, 20)),
    *(("A", "a1", "war", 10, 20, 4, 20), ("B", "b1", "peace", 0, 0, 0, 10), ("A", "a2", "peace", 600, 1200, 2, 1200)),
    *(("A", "a1", "peace", 19, 20, 1, 20),),
)


def by_id(ax, gid: str):
    found = [c for c in ax.collections if c.get_gid() == gid]
    assert len(found) == 1
    return found[0]


def ticks(ax, gid: str) -> list[tuple[float, float]]:
    """(place, height) of the vertical lines with this id."""
    assert isinstance(by_id(ax, gid), LineCollection)
    return sorted((round(s[0][0], 9), round(float(s[:, 1].mean()), 9)) for s in by_id(ax, gid).get_segments())


def runs(ax, gid: str) -> list[tuple[float, float, float, str]]:
    """(left, right, height, colour) of the bars with this id."""
    bars = by_id(ax, gid)
    assert isinstance(bars, PolyCollection)
    boxes = [(path.get_extents(), to_hex(c)) for path, c in zip(bars.get_paths(), bars.get_facecolor(), strict=True)]
    return sorted((round(b.x0, 9), round(b.x1, 9), round((b.y0 + b.y1) / 2, 9), colour) for b, colour in boxes)


def notes(ax) -> list[str]:
    return [text.get_text() for text in ax.texts]


def legend(ax) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def rows(ax) -> list[str]:
    return [label.get_text() for label in ax.get_yticklabels()]


def test_words_are_ticks_and_segments_bars_at_their_share_of_the_article() -> None:
    ax = dispersion(PLACES)
    assert rows(ax) == ["a1", "a2", "b1"]
    a1, a2, b1 = (round(float(y), 9) for y in ax.get_yticks())
    second = ax.get_xticks()[2]
    assert ticks(ax, "words-1") == [(0.35, b1)]
    assert ticks(ax, "words-0") == [(round(second + 19.5 / 20, 9), a1)]
    war, again, peace = runs(ax, "runs-0")
    assert war[:3] == (0.0, 0.25, a1) and again[:3] == (0.5, 1.0, a1)
    assert peace[:3] == (round(second + 0.5, 9), round(second + 1, 9), a2)
    assert again[3] == BLUE and len({war[3], peace[3], again[3]}) == 3
    assert to_hex(by_id(ax, "words-1").get_color()[0]) == VERMILLION
    assert runs(ax, "runs-1") == []


def test_terms_groups_counts_and_lengths_are_written_beside() -> None:
    ax = dispersion(PLACES)
    assert [t.get_text() for t in ax.texts if t.get_fontweight() == "bold"] == ["war", "peace"]
    assert [t for t in notes(ax) if t in ("A", "B")] == ["A", "B"]
    a1 = ax.get_yticks()[0]
    beside = sorted((t.get_position()[0], t.get_text()) for t in ax.texts if t.get_position()[1] == a1)
    assert [text for _, text in beside][-2:] == ["5", "1"]
    assert [t for t in notes(ax) if t in ("20", "1,200", "10")] == ["20", "1,200", "10"]
    assert {t.get_color() for t in ax.texts if t.get_text() == "0"} == {"#666666"}
    assert legend(ax) == ["one occurrence", "once in this segment", "twice", "three times or more"]
    assert legend(dispersion(PLACES.head(1))) == ["one occurrence"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["start", "end"] * 2


@pytest.mark.parametrize(("n", "columns", "lines"), [(1, 1, 1), (3, 3, 1), (4, 2, 2), (5, 3, 2), (6, 3, 2)])
def test_more_than_three_terms_take_two_lines(n: int, columns: int, lines: int) -> None:
    ax = dispersion(positions(*(("A", "a1", f"t{i}", 4, 5, 1, 9) for i in range(n))))
    assert len(ax.get_xticks()) == 2 * columns
    assert rows(ax) == ["a1"] * lines
    titles = [t for t in ax.texts if t.get_fontweight() == "bold"]
    assert [t.get_text() for t in titles] == [f"t{i}" for i in range(n)]
    assert len({t.get_position() for t in titles}) == n == len(ticks(ax, "words-0"))


def test_of_many_articles_those_with_the_most_occurrences_are_drawn() -> None:
    table = positions(*(("A", f"a{i:02}", "war", i, i + 1, 1 + (i > 40), 99) for i in range(50)))
    ax = dispersion(table)
    assert rows(ax) == [f"a{i:02}" for i in (*range(31), *range(41, 50))]
    assert ax.get_title(loc="right") == "10 more articles are in the table"
    assert dispersion(table.head(41)).get_title(loc="right") == "1 more article is in the table"
    assert dispersion(table.head(40)).get_title(loc="right") == ""
    six = pd.concat([table.head(21).assign(term=f"t{i}") for i in range(8)])
    assert dispersion(six).get_title(loc="right") == "1 more article and 2 more terms are in the table"


def test_an_article_without_words_and_one_name_in_two_groups() -> None:
    ax = dispersion(positions(("A", "x", "war", 0, 0, 0, 0), ("B", "x", "war", 1, 2, 1, 4)))
    assert rows(ax) == ["x", "x"]
    assert ticks(ax, "words-0") == [] and ticks(ax, "words-1") == [(0.375, round(ax.get_yticks()[1], 9))]


def influence(*rows: tuple, **rest: object) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["term", "unit", "side", "count", "effect", "effect_without"])
    usual = {"group": "A", "against": "B", "words": 1000, "rate": table["count"]}
    return table.assign(**{**usual, **rest})


STRIPS = influence(
    *(("war", "a1", "A", 9, 1.6, 0.2), ("war", "a2", "A", 2, 1.6, 1.9), ("war", "b1", "B", 3, 1.6, 1.8)),
    *(("war", "b2", "B", 0, 1.6, 1.4), ("sea", "a1", "A", 1, -1.0, -2.0), ("sea", "a2", "A", 0, -1.0, -0.9)),
    *(("sea", "b1", "B", 8, -1.0, 0.5), ("sea", "b2", "B", 0, -1.0, np.nan)),
)


def dots(ax, gid: str) -> list[list[float]]:
    assert isinstance(by_id(ax, gid), PathCollection)
    return sorted(np.asarray(by_id(ax, gid).get_offsets()).round(9).tolist())


def test_marks_stand_at_the_effect_without_the_unit_and_the_bar_at_the_whole() -> None:
    ax = drivers(STRIPS)
    assert rows(ax) == ["war", "sea"]
    assert [s[0][0] for s in by_id(ax, "all-0").get_segments()] == [1.6]
    assert [s[0][0] for s in by_id(ax, "all-1").get_segments()] == [-1.0]
    assert dots(ax, "without-0-0") == [[0.2, 0.16], [1.9, 0.16]]
    assert dots(ax, "without-0-1") == [[1.4, -0.16], [1.8, -0.16]]
    assert dots(ax, "without-1-1") == [[0.5, -1.16]]
    assert to_hex(by_id(ax, "without-0-0").get_facecolor()[0]) == BLUE
    assert to_hex(by_id(ax, "without-0-1").get_facecolor()[0]) == VERMILLION
    assert ax.get_xlim() == pytest.approx((-1.08 * 2, 1.08 * 2))


def test_the_unit_that_brings_it_nearest_to_equal_or_across_is_told() -> None:
    ax = drivers(STRIPS)
    told = notes(ax)[2:]
    assert told[:3] == ["3.0× → 1.1×", "a1", "9 of 11 in A"]
    assert told[3:7] == ["2.0× → 1.4×", "the other way", "b1", "8 of 8 in B"]
    lines = [c for c in ax.collections if isinstance(c, LineCollection) and c.get_linewidth()[0] == 1.2]
    assert [s.round(9).tolist() for c in lines for s in c.get_segments()] == [
        [[1.6, 0.16], [0.2, 0.16]],
        [[-1.0, -1.16], [0.5, -1.16]],
    ]
    assert legend(ax) == ["all units", "without one of A", "without one of B"]


def test_ties_go_by_name_and_nothing_is_told_where_no_unit_weakens_it() -> None:
    tied = influence(("war", "a2", "A", 4, 1.0, 0.5), ("war", "a1", "A", 4, 1.0, 0.5), ("war", "b", "B", 0, 1.0, 0.7))
    assert "a1" in notes(drivers(tied)) and "a2" not in notes(drivers(tied))
    assert "no unit brings it nearer to equal" in notes(drivers(tied.assign(effect_without=1.5)))
    assert "no unit can be left out" in notes(drivers(tied.assign(effect_without=np.nan)))
    assert "none in B" in notes(drivers(tied.assign(effect_without=[0.9, 0.9, 0.1])))


def test_all_others_are_one_side_whatever_group_their_units_are_of() -> None:
    three = influence(
        *(("war", "a1", "A", 9, 1.6, 1.5), ("war", "b1", "B", 2, 1.6, 1.9), ("war", "c1", "C", 3, 1.6, 0.8)),
        against="all others",
    )
    ax = drivers(three)
    assert dots(ax, "without-0-1") == [[0.8, -0.16], [1.9, -0.16]]
    assert to_hex(by_id(ax, "without-0-1").get_facecolor()[0]) == "#666666"
    assert "3 of 3 in C" in notes(ax)
    both = pd.concat([three, three.assign(group="C", term="sea", effect=-1.0)])
    assert rows(drivers(both)) == ["war"] and rows(drivers(both, group="C")) == ["sea"]


def test_many_units_terms_and_doublings() -> None:
    units = influence(*(("war", f"a{i:03}", "A", 1, 1.0, 1.0 + i / 1000) for i in range(200)))
    assert [x for x, _ in dots(drivers(units), "without-0-0")] == [round(1 + i / 1000, 9) for i in range(140, 200)]
    terms = pd.concat([STRIPS.head(4).assign(term=f"t{i:02}") for i in range(14)])
    ax = drivers(terms)
    assert rows(ax) == [f"t{i:02}" for i in range(12)]
    assert ax.get_title(loc="right") == "2 more terms are in the table"
    far = drivers(influence(("war", "a1", "A", 9, 40.0, -np.inf), ("war", "b1", "B", 9, 40.0, 39.0)))
    assert far.get_xlim() == (-7, 7)
    assert dots(far, "without-0-0") == [[-7, 0.16]]
    assert ">99× → ∞×" in notes(far)


BAD = "$x_1$ \x00\x1b<b>&"


def figures() -> list:
    return [
        dispersion(PLACES.assign(group=BAD, article=BAD + PLACES["article"], term=BAD + PLACES["term"])),
        drivers(
            STRIPS.assign(group=BAD, against="$b$", side=BAD, unit=BAD + STRIPS["unit"], term="$" + STRIPS["term"])
        ),
    ]


def test_labels_are_text_and_nothing_else() -> None:
    for ax in figures():
        ax.figure.savefig(io.BytesIO(), format="png")
        every = [t for t in ax.figure.findobj(Text) if t.get_text()]
        assert any("$x_1$ <b>&" in t.get_text() for t in every)
        assert not any(t.get_parse_math() for t in every if "$" in t.get_text())
        assert all(t.get_fontsize() >= 8 for t in every)
        svg = ax._repr_svg_()
        assert ElementTree.fromstring(svg).tag.endswith("svg")
        assert "\x00" not in svg and "\x1b" not in svg
        assert ax.figure.get_figwidth() == 7.2


def test_the_same_bytes_each_time_whatever_the_session_has_set() -> None:
    import matplotlib.pyplot as plt

    before, plain = dict(matplotlib.rcParams), [ax._repr_svg_() for ax in figures()]
    with matplotlib.rc_context({"font.size": 20, "axes.grid": True, "lines.linewidth": 9}):
        assert [ax._repr_svg_() for ax in figures()] == plain
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == []


@pytest.mark.parametrize(("draw", "table"), [(dispersion, PLACES), (drivers, STRIPS)])
def test_draws_on_given_axes_leaves_the_table_alone_and_needs_its_columns(draw, table) -> None:
    mine, copy = Figure().subplots(), table.copy()
    assert draw(table, ax=mine) is mine
    assert not hasattr(mine, "_repr_svg_")
    pd.testing.assert_frame_equal(table, copy)
    with pytest.raises(ValueError, match="^the table lacks group; this figure needs the columns group, "):
        draw(table.drop(columns="group"))
    with pytest.raises(ValueError, match="^the table is empty"):
        draw(table.iloc[:0])
    with pytest.raises(TypeError, match="^the table must be a DataFrame, not list$"):
        draw([1])


def test_drivers_name_the_groups_there_are() -> None:
    with pytest.raises(ValueError, match="^no group 'Z' in the table; there are A$"):
        drivers(STRIPS, group="Z")
