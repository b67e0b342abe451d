"""What the figures show: values at their places, labels in order, shapes and colours, and the wording of errors."""

from __future__ import annotations

import io
import subprocess
import sys
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from textlens import plots
from textlens.plots.drawing import as_times

BLUE, VERMILLION, GREEN = "#0072b2", "#d55e00", "#009e73"


def forest(*rows: dict, label: str = "term") -> pd.DataFrame:
    """Rows of a comparison of A with B; each row gives what differs from the usual."""
    usual = {
        **{"group": "A", "against": "B", label: "x", "count": 5.0, "count_against": 3.0, "effect": 0.5},
        **{"low": -1.0, "high": 2.0, "p": 0.1, "supported": False, "out_low": -0.2, "out_high": 0.8},
        **{"flips": False, "driver": "a1"},
    }
    return pd.DataFrame([{**usual, **row} for row in rows])


def points(ax, gid: str) -> np.ndarray:
    """(x, y) of the markers with this id."""
    found = [c for c in ax.collections if isinstance(c, PathCollection) and c.get_gid() == gid]
    assert len(found) == 1
    return np.asarray(found[0].get_offsets(), dtype=float)


def lines(ax, width: float) -> list[tuple[float, float, float]]:
    """(left, right, y) of the horizontal lines of this width."""
    chosen = [c for c in ax.collections if isinstance(c, LineCollection) and c.get_linewidth()[0] == width]
    return sorted((s[0][0], s[1][0], s[0][1]) for c in chosen for s in c.get_segments())


def rows(ax) -> list[str]:
    return [label.get_text() for label in ax.get_yticklabels()]


def notes(ax) -> list[str]:
    return [text.get_text() for text in ax.texts]


def legend(ax) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


FIVE = forest(
    {"term": "weak", "effect": 0.2, "p": 0.5},
    {"term": "strong", "effect": 2.0, "p": 0.001, "supported": True},
    {"term": "less", "effect": -1.0, "p": 0.01, "flips": True, "driver": "b2"},
    {"term": "least", "effect": -1.5, "p": 0.02},
    {"term": "untested", "effect": 3.0, "p": np.nan},
)


def test_key_terms_orders_by_effect_and_puts_markers_at_effects() -> None:
    ax = plots.key_terms(FIVE)
    assert rows(ax) == ["strong", "weak", "less", "least"]
    y = dict(zip(rows(ax), ax.get_yticks(), strict=True))
    assert points(ax, "effect-0-True").tolist() == [[2.0, y["strong"]]]
    assert points(ax, "effect-0-False").tolist() == [[0.2, y["weak"]]]
    assert points(ax, "effect-1-False").tolist() == [[-1.0, y["less"]], [-1.5, y["least"]]]
    assert list(ax.get_yticks()) == sorted(ax.get_yticks(), reverse=True)


def test_key_terms_chooses_by_p_then_by_size() -> None:
    assert rows(plots.key_terms(FIVE, n=1)) == ["strong", "less"]
    tied = forest({"term": "small", "effect": 0.4}, {"term": "big", "effect": 0.9}, {"term": "mid", "effect": 0.6})
    assert rows(plots.key_terms(tied, n=2)) == ["big", "mid"]
    assert rows(plots.key_terms(FIVE.iloc[::-1].reset_index(drop=True), n=2)) == rows(plots.key_terms(FIVE, n=2))


def test_each_row_has_its_interval_and_its_left_out_range() -> None:
    ax = plots.key_terms(forest({"term": "a"}, {"term": "b", "effect": -0.3, "low": -2.0, "high": 0.5}))
    top, bottom = ax.get_yticks()
    assert lines(ax, 0.9) == [(-2.0, 0.5, bottom), (-1.0, 2.0, top)]
    assert lines(ax, 6) == [(-0.2, 0.8, bottom), (-0.2, 0.8, top)]
    none = {"low": np.nan, "high": np.nan, "out_low": np.nan, "out_high": np.nan}
    bare = plots.key_terms(forest(none))
    assert lines(bare, 0.9) == lines(bare, 6) == []
    assert legend(bare) == ["not supported"]


def test_endless_intervals_end_in_arrow_heads_at_the_axis() -> None:
    table = forest({"term": "a", "low": 0.1, "high": np.inf}, {"term": "b", "effect": -0.4, "low": -np.inf, "high": 60})
    ax = plots.key_terms(table)
    left, right = ax.get_xlim()
    assert left == -right and right == 4.0
    top, bottom = ax.get_yticks()
    assert lines(ax, 0.9) == [(left, right, bottom), (0.1, right, top)]
    heads = [c for c in ax.collections if isinstance(c, PathCollection) and c.get_sizes()[0] == 16]
    assert sorted(tuple(xy) for c in heads for xy in c.get_offsets().tolist()) == sorted(
        [(left, bottom), (right, bottom), (right, top)]
    )


def test_filled_and_hollow_and_the_sides_differ_in_colour_and_shape() -> None:
    ax = plots.key_terms(FIVE)
    marks = {c.get_gid(): c for c in ax.collections if (c.get_gid() or "").startswith("effect")}
    assert to_hex(marks["effect-0-True"].get_facecolor()[0]) == BLUE
    assert to_hex(marks["effect-0-False"].get_facecolor()[0]) == "#ffffff"
    assert to_hex(marks["effect-0-False"].get_edgecolor()[0]) == BLUE
    assert to_hex(marks["effect-1-False"].get_edgecolor()[0]) == VERMILLION
    shapes = [marks[f"effect-{side}-False"].get_paths()[0].vertices.shape for side in (0, 1)]
    assert shapes[0] != shapes[1]
    assert legend(ax) == [
        *("supported", "not supported", "95 % interval", "from the point to its interval"),
        "range when one unit is left out",
    ]


def test_counts_drivers_and_the_scale_in_words() -> None:
    ax = plots.key_terms(FIVE)
    assert notes(ax).count("5 : 3") == 4
    assert "count in\nA : B" in notes(ax)
    assert "sign changes\nwithout" in notes(ax)
    assert "b2" in notes(ax) and "a1" not in notes(ax)
    assert "← more in B" in notes(ax) and "more in A →" in notes(ax)
    ticks = dict(zip(ax.get_xticks(), (t.get_text() for t in ax.get_xticklabels()), strict=True))
    assert (ticks[0], ticks[1], ticks[-1], ticks[2]) == ("equal", "2×", "2×", "4×")
    steady = plots.key_terms(forest({}))
    assert "sign changes\nwithout" not in notes(steady)


def test_function_words_are_left_out_unless_asked_for() -> None:
    table = FIVE.assign(function_word=FIVE["term"] == "strong")
    assert rows(plots.key_terms(table)) == ["weak", "less", "least"]
    assert rows(plots.key_terms(table, function_words=True)) == ["strong", "weak", "less", "least"]


def test_house_style_is_left_out_unless_asked_for() -> None:
    table = FIVE.assign(house_style=FIVE["term"] == "less", function_word=FIVE["term"] == "weak")
    assert rows(plots.key_terms(table)) == ["strong", "least"]
    assert rows(plots.key_terms(table, house_style=True)) == ["strong", "less", "least"]
    assert rows(plots.key_terms(table, house_style=True, function_words=True)) == ["strong", "weak", "less", "least"]


def test_one_of_several_groups_keeps_its_colour() -> None:
    three = pd.concat([forest({"group": g, "against": "all others", "term": g.lower()}) for g in "ABC"])
    assert rows(plots.key_terms(three)) == ["a"]
    ax = plots.key_terms(three, group="C")
    assert rows(ax) == ["c"]
    mark = next(c for c in ax.collections if c.get_gid() == "effect-0-False")
    assert to_hex(mark.get_edgecolor()[0]) == GREEN
    assert "← more in all others" in notes(ax)


def test_frames_draws_all_and_says_where_there_are_no_hits() -> None:
    empty = {"count": 0.0, "count_against": 0.0, "effect": 0.0, "p": np.nan, "low": np.nan, "high": np.nan}
    table = forest(
        {"frame": "N", **empty}, {"frame": "M", "effect": -2.0}, {"frame": "P", "effect": 1.0}, label="frame"
    )
    ax = plots.frames(table)
    assert rows(ax) == ["P", "N", "M"]
    assert points(ax, "effect-0-False").tolist() == [[1.0, ax.get_yticks()[0]]]
    assert " no hits" in notes(ax) and "0 : 0" in notes(ax)
    topics = forest({"topic": 1, "label": "war, peace"}, label="label")
    assert rows(plots.frames(topics)) == ["war, peace"]


def test_effects_that_are_missing_or_endless() -> None:
    table = forest({"frame": "up", "effect": np.inf}, {"frame": "gone", "effect": np.nan}, label="frame")
    ax = plots.frames(table)
    assert rows(ax) == ["up", "gone"]
    assert points(ax, "effect-0-False").tolist() == [[ax.get_xlim()[1], ax.get_yticks()[0]]]


RATES = pd.DataFrame(
    [
        {"frame": frame, "group": unit[0].upper(), "unit": unit, "count": count, "words": words}
        for frame, counts in (("peace", (1, 3, 0)), ("war", (8, 4, 2)))
        for unit, count, words in zip(("a1", "a2", "b1"), counts, (100, 300, 200), strict=True)
    ]
).assign(rate=lambda t: 1000 * t["count"] / t["words"])


def test_rates_pools_counts_and_words() -> None:
    ax = plots.rates(RATES)
    assert rows(ax) == ["war", "peace"]
    assert points(ax, "pooled-0-0")[0, 0] == 30.0
    assert points(ax, "pooled-0-1")[0, 0] == 10.0
    assert points(ax, "pooled-1-0")[0, 0] == 10.0
    assert points(ax, "pooled-0-0")[0, 1] > points(ax, "pooled-0-1")[0, 1]
    spans = [(left, right) for left, right, _ in lines(ax, 0.8)]
    assert np.array(spans) == pytest.approx(np.array([(0, 0), (10, 10), (10, 10), (40 / 3, 80)]))
    assert legend(ax) == ["A", "B", "one unit"]


def test_rates_names_few_units_and_joins_names_that_would_overlap() -> None:
    assert sorted(notes(plots.rates(RATES))) == ["a1", "a1 a2", "a2", "b1", "b1"]
    many = pd.concat([RATES.assign(unit=RATES["unit"] + f"-{i}") for i in range(3)])
    assert notes(plots.rates(many)) == []


def test_rates_skips_what_is_not_a_number() -> None:
    ax = plots.rates(RATES.assign(rate=[np.nan, 10.0, 0.0, np.inf, 12.0, 10.0]))
    dots = [
        c.get_offsets().tolist() for c in ax.collections if isinstance(c, PathCollection) and c.get_sizes()[0] == 13
    ]
    assert sorted(x for dot in dots for x, _ in dot) == [0.0, 10.0, 10.0, 12.0]
    assert rows(plots.rates(RATES.assign(count=0, rate=0.0))) == ["peace", "war"]


VOICES = pd.DataFrame(
    [("B", "b1", "narrator", 50), ("A", "a1", "quoted", 25), ("A", "a1", "narrator", 75), ("A", "a2", "answer", 1200)],
    columns=["group", "article", "voice", "n_words"],
)


def test_voices_stacks_shares_and_gives_totals() -> None:
    ax = plots.voices(VOICES)
    assert rows(ax) == ["a1", "a2", "b1"]
    assert legend(ax) == ["narrator", "quoted", "answer"]
    narrator, quoted, answer = ([bar.get_width() for bar in c] for c in ax.containers)
    assert (narrator, quoted, answer) == ([75, 0, 100], [25, 0, 0], [0, 100, 0])
    assert ax.containers[1][0].get_x() == 75
    assert [t for t in notes(ax) if t in ("100", "1,200", "50")] == ["100", "1,200", "50"]
    assert [t.get_text() for t in ax.texts if t.get_fontweight() == "bold"] == ["A", "B"]
    assert len({to_hex(c[0].get_facecolor()) for c in ax.containers}) == 3


def test_voices_takes_voices_it_does_not_know_and_articles_without_words() -> None:
    odd = pd.DataFrame([("A", "a1", "sung", 3), ("A", "a2", "narrator", 0)], columns=VOICES.columns)
    ax = plots.voices(odd)
    assert legend(ax) == ["narrator", "sung"]
    assert [bar.get_width() for bar in ax.containers[1]] == [100, 0]


FREQUENCIES = pd.DataFrame(
    [("A", "the", 60.0, 0.1, 2, 2, True), ("A", "war", 5.0, 1.0, 1, 2, False), ("A", "peace", 9.0, 0.0, 2, 2, False)]
    + [("B", "sea", 20.0, np.nan, 1, 1, False)],
    columns=["group", "term", "rate", "dp_norm", "articles", "n_articles", "function_word"],
)


def test_frequencies_draws_a_panel_for_each_group_on_one_scale() -> None:
    panels = plots.frequencies(FREQUENCIES)
    assert panels.shape == (2,)
    assert [rows(ax) for ax in panels] == [["peace", "war"], ["sea"]]
    assert [ax.get_title(loc="right") for ax in panels] == ["A", "B"]
    assert panels[0].get_xlim() == panels[1].get_xlim() == pytest.approx((0, 21.4))
    dots = next(c for c in panels[0].collections if isinstance(c, PathCollection))
    assert [xy.tolist() for xy in dots.get_offsets()] == [[9.0, 0.0], [5.0, -1.0]]
    assert [to_hex(face) for face in dots.get_facecolor()] == [BLUE, "#ffffff"]
    assert notes(panels[0]) == ["articles", "2 of 2", "1 of 2"]
    lone = next(c for c in panels[1].collections if isinstance(c, PathCollection))
    assert to_hex(lone.get_facecolor()[0]) == "#ffffff" and to_hex(lone.get_edgecolor()[0]) == VERMILLION


def test_frequencies_takes_n_and_function_words() -> None:
    panels = plots.frequencies(FREQUENCIES, n=2, function_words=True)
    assert rows(panels[0]) == ["the", "peace"]


HELD = pd.DataFrame(
    {
        "topic": [1, 2, 3],
        "label": ["sea, tide", "topic 2 (unstable)", "topic 3 (one article)"],
        "verdict": ["stable", "unstable", "one article"],
        "stability": [0.9, 0.3, 0.8],
        "low": [0.8, 0.1, 0.7],
        "high": [1.0, 0.5, 0.9],
        "null_low": 0.1,
        "null_high": 0.45,
    }
)
CHOICE = pd.DataFrame(
    {
        **{"k": [3, 2], "npmi": [0.2, 0.1], "held_out": [0.5, -0.1], "stability": [0.9, 0.4], "null": [0.3, 0.2]},
        **{"null_high": [0.6, 0.7], "stable": [3, 0]},
    }
)
TRENDS = pd.DataFrame(
    [
        {
            **{"group": group, "topic": 1, "label": "sea, tide", "period": period, "share": share, "low": low},
            **{"high": 0.6, "per_year": -0.021, "q": 0.25},
        }
        for group, share in (("A", 0.4), ("B", 0.2))
        for period, low in (("2030", 0.1), ("2031", np.nan))
    ]
)


def test_topic_stability_draws_the_band_and_fills_what_is_stable() -> None:
    ax = plots.topic_stability(HELD)
    assert rows(ax) == ["topic 1: sea, tide", "topic 2 (unstable)", "topic 3 (one article)"]
    assert points(ax, "True").tolist() == [[0.9, 0.0]]
    assert points(ax, "False").tolist() == [[0.3, -1.0], [0.8, -2.0]]
    band = next(patch for patch in ax.patches if patch.get_gid() == "null")
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((0.1, 0.45))
    with pytest.raises(ValueError, match="^the table lacks stability; "):
        plots.topic_stability(HELD.drop(columns="stability"))


def test_topic_choice_draws_three_curves_in_the_order_of_k() -> None:
    panels = plots.topic_choice(CHOICE)
    drawn = [next(line for line in ax.lines if line.get_gid()) for ax in panels]
    assert [line.get_gid() for line in drawn] == ["stability", "held_out", "npmi"]
    assert [line.get_xydata().tolist() for line in drawn] == [
        [[2, 0.4], [3, 0.9]],
        [[2, -0.1], [3, 0.5]],
        [[2, 0.1], [3, 0.2]],
    ]
    assert notes(panels[0]) == ["0", "3"]


def test_topic_trends_draws_a_line_for_each_group_and_tells_slopes() -> None:
    panels = plots.topic_trends(TRENDS)
    assert [line.get_ydata().tolist() for line in panels[0].lines] == [[40, 40], [20, 20]]
    assert notes(panels[0]) == ["A: −2.1 a year (q 0.25)\nB: −2.1 a year (q 0.25)"]
    assert [label.get_text() for label in panels[0].get_xticklabels()] == ["2030", "2031"]


@pytest.mark.parametrize(
    "periods",
    [
        ("2030", "2032"),
        ("2030Q1", "2030Q3"),
        ("2030-11", "2031-01"),
        ("2030-01-07/2030-01-13", "2030-01-21/2030-01-27"),
    ],
)
def test_time_without_articles_is_a_gap(periods: tuple[str, str]) -> None:
    trends = TRENDS.assign(period=TRENDS["period"].map(dict(zip(("2030", "2031"), periods, strict=True))))
    panels = plots.topic_trends(trends)
    assert str(panels[0].lines[0].get_ydata().tolist()) == "[40.0, nan, 40.0]"
    slopes = {4: "−2.1 a year", 6: "−0.5 a quarter", 7: "−0.2 a month", 21: "0.0 a week"}
    assert slopes[len(periods[0])] in notes(panels[0])[0]
    told = [label.get_text() for label in panels[0].get_xticklabels()]
    assert (told[0], told[2]) == periods


def test_a_verdict_is_never_cut_off() -> None:
    long = "a label that is longer than any row has room for (unstable)"
    title = "topic 1: a label that is longer… (unstable)"
    assert plots.topic_trends(TRENDS.assign(label=long))[0].get_title(loc="left") == title
    assert rows(plots.topic_stability(HELD.head(1).assign(label=long))) == [title]


def test_one_date_has_no_slope() -> None:
    panels = plots.topic_trends(TRENDS.assign(per_year=np.nan, q=np.nan))
    assert notes(panels[0]) == ["A: one date\nB: one date"]


def test_of_many_periods_a_few_are_told() -> None:
    months = pd.period_range("2030-01", periods=30, freq="M").astype(str)
    panels = plots.topic_trends(pd.concat([TRENDS.iloc[:1]] * 30, ignore_index=True).assign(period=months))
    assert [label.get_text() for label in panels[0].get_xticklabels()] == list(months[::3])


def topic_tables(groups: list[tuple[str, str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    terms = pd.DataFrame(
        [{"topic": t, "rank": r, "term": f"t{t}r{r}", "weight": 0.1 / r} for t in (1, 2) for r in (1, 2, 3, 4)]
    )
    shares = [
        {
            "group": g,
            "against": a,
            "topic": t,
            "count": 9.0,
            "label": f"topic {t}",
            "share": 0.1 * t,
            "share_against": 0.4,
            "effect": -0.3,
        }
        for g, a in groups
        for t in (1, 2)
    ]
    table = pd.DataFrame(shares).assign(low=-0.55, high=np.nan, share_against_low=0.3, share_against_high=0.5)
    return terms, table.assign(share_low=table["share"] - 0.05, share_high=table["share"] + 0.05)


def test_topics_draws_terms_and_shares() -> None:
    panels = plots.topics(*topic_tables([("A", "B")]), n=3)
    assert panels.shape == (2, 3)
    assert [rows(ax) for ax in panels[1, :2]] == [["t2r1", "t2r2"], ["t2r3"]]
    assert [bar.get_width() for bar in panels[0, 0].containers[0]] == [10.0, 5.0]
    assert points(panels[1, 2], "share-1-0").tolist() == [[20.0, 0.0]]
    assert points(panels[1, 2], "share-1-1").tolist() == [[40.0, -1.0]]
    assert notes(panels[1, 2]) == ["−30 (−55 to ?)"]
    assert notes(panels[0, 2])[-1] == "A − B\npoints (95 %\ninterval)"
    assert panels[1, 0].get_title(loc="left") == "Topic 2"
    lines = [c.get_segments()[0] for c in panels[1, 2].collections if isinstance(c, LineCollection)]
    assert [[x for x, _ in line] for line in lines] == [pytest.approx([15.0, 25.0]), pytest.approx([30.0, 50.0])]


def test_topics_of_three_groups_take_a_line_each() -> None:
    groups = [(g, "all others") for g in "ABC"]
    panels = plots.topics(*topic_tables(groups))
    assert [points(panels[0, 2], f"share-0-{i}").tolist() for i in range(3)] == [[[10.0, -i]] for i in range(3)]
    assert len([c for c in panels[0, 2].collections if isinstance(c, PathCollection)]) == 3
    assert "group − all others\npoints (95 %\ninterval)" in notes(panels[0, 2])
    names = [text.get_text() for text in panels[0, 0].figure.legends[0].get_texts()]
    assert names == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(0, "1.0"), (1, "2.0"), (5, "32"), (-4, "0.06"), (9, ">99"), (-9, "<0.01"), (np.inf, "∞"), (-np.inf, "0")]
    + [(np.nan, "?")],
)
def test_ratios_in_words(ratio: float, text: str) -> None:
    assert as_times(ratio) == text


HOSTILE = ["$x_1$ and $y^2$", r"\frac{1}{2} $", "a_b^c", "line\nbreak\ttab\x00", "n" * 90, "50% & #1"]


def all_texts(figure: Figure) -> list[Text]:
    return figure.findobj(Text)


def hostile_figures() -> list[Figure]:
    name, other = "$G_1$ {", "_B$ $"
    terms, comparison = topic_tables([(name, other)])
    return [
        plots.key_terms(forest(*({"term": t} for t in HOSTILE)).assign(group=name, against=other, flips=True)).figure,
        plots.rates(RATES.assign(frame="$f_1$", group=name, unit="$u$" + RATES["unit"])).figure,
        plots.voices(VOICES.assign(group=name, article="$a_1$" + VOICES["article"], voice="$v$")).figure,
        plots.frequencies(FREQUENCIES.assign(group=name, term="$t$" + FREQUENCIES["term"]))[0].figure,
        plots.topics(terms.assign(term="$t$_" + terms["term"]), comparison)[0, 0].figure,
        plots.topic_stability(HELD.assign(label="$x_1$")).figure,
        plots.topic_trends(TRENDS.head(2).assign(label="$x_1$", group=name))[0].figure,
    ]


def test_labels_are_never_read_as_mathematics() -> None:
    for figure in hostile_figures():
        figure.savefig(io.BytesIO(), format="png")
        assert any("$" in text.get_text() for text in all_texts(figure))
        assert not any(text.get_parse_math() for text in all_texts(figure) if "$" in text.get_text())


def test_labels_keep_their_signs_and_long_ones_are_shortened() -> None:
    shown = rows(plots.key_terms(forest(*({"term": t, "effect": 1 - i / 10} for i, t in enumerate(HOSTILE)))))
    assert shown == [*HOSTILE[:3], "line break tab", "n" * 27 + "…", "50% & #1"]


def test_text_is_at_least_eight_points_but_for_the_names_of_units() -> None:
    for figure in hostile_figures():
        small = {t.get_text() for t in all_texts(figure) if t.get_text() and t.get_fontsize() < 8}
        assert all(name.startswith("$u$") for name in small)
        assert figure.get_figwidth() == 7.2


def test_figures_grow_with_their_rows() -> None:
    tall, short = (plots.key_terms(forest(*({"term": str(i)} for i in range(k)))).figure for k in (10, 1))
    assert tall.get_figheight() - short.get_figheight() == pytest.approx(9 * 0.21)


def test_nothing_is_left_open_and_nothing_global_is_changed() -> None:
    import matplotlib.pyplot as plt

    before = dict(matplotlib.rcParams)
    for _ in range(25):
        plots.key_terms(FIVE)
    assert plt.get_fignums() == []
    assert dict(matplotlib.rcParams) == before


def test_the_session_style_does_not_reach_the_figures() -> None:
    plain = plots.key_terms(FIVE)._repr_svg_()
    with matplotlib.rc_context({"font.size": 20, "axes.facecolor": "black", "axes.grid": True, "lines.linewidth": 9}):
        assert plots.key_terms(FIVE)._repr_svg_() == plain


def test_figures_are_the_same_each_time_and_show_themselves() -> None:
    first, second = (plots.key_terms(FIVE)._repr_svg_() for _ in range(2))
    assert first == second and first.count("<svg") == 1
    panels = plots.frequencies(FREQUENCIES)
    assert panels._repr_svg_() == plots.frequencies(FREQUENCIES)._repr_svg_()


@pytest.mark.parametrize(
    ("draw", "table"), [(plots.key_terms, FIVE), (plots.frames, FIVE), (plots.rates, RATES), (plots.voices, VOICES)]
)
def test_draws_on_given_axes_and_leaves_the_table_alone(draw, table) -> None:
    mine, copy = Figure().subplots(), table.copy()
    assert draw(table, ax=mine) is mine
    assert not hasattr(mine, "_repr_svg_")
    pd.testing.assert_frame_equal(table, copy)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.key_terms(FIVE.iloc[:0]), "the table is empty; this figure needs rows with the columns group,"),
        (
            lambda: plots.key_terms(FIVE.drop(columns=["low", "p"])),
            r"lacks low, p; .* needs the columns group, against,",
        ),
        (lambda: plots.frames(FIVE.drop(columns="term")), "lacks a label; .* and one of frame, label, term; there are"),
        (lambda: plots.key_terms(FIVE, group="Z"), "no group 'Z' in the table; there are A$"),
        (lambda: plots.key_terms(FIVE, n=0), "n = 0 terms on each side; it must be 1 or more"),
        (
            lambda: plots.key_terms(FIVE.assign(p=np.nan)),
            r"no term of group 'A' was tested \(p is empty\); a smaller min",
        ),
        (
            lambda: plots.key_terms(FIVE.assign(function_word=True)),
            "all tested terms of group 'A' are function words or house style; function_words=True and house_style=True",
        ),
        (lambda: plots.rates(pd.DataFrame()), "lacks group, unit, count, words, rate; .*; there are none$"),
        (lambda: plots.voices(VOICES.iloc[:0]), "the table is empty; .* group, article, voice, n_words$"),
        (
            lambda: plots.frequencies(FREQUENCIES[["group", "term"]]),
            "lacks rate, dp_norm, articles, n_articles; .* are",
        ),
        (lambda: plots.frequencies(FREQUENCIES.iloc[:1]), "function words only; function_words=True draws them"),
        (lambda: plots.frequencies(FREQUENCIES, n=0), "n = 0 terms in each panel"),
        (lambda: plots.topics(*topic_tables([("A", "B")]), n=-1), "n = -1 terms of each topic"),
        (
            lambda: plots.topics(topic_tables([("A", "B")])[0].head(4), topic_tables([("A", "B")])[1]),
            r"terms hold the topics \[1\], the comparison \[1, 2\]",
        ),
        (
            lambda: plots.topics(*topic_tables([("A", "B"), ("A", "C")])),
            "the comparison has several rows of 'A' for one topic; draw those of one `against`",
        ),
    ],
)
def test_errors_say_what_is_wrong_and_what_is_there(draw, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw()


def test_importing_the_library_loads_no_matplotlib() -> None:
    code = "import sys, textlens.plots; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "draw",
    [
        plots.key_terms,
        plots.frames,
        plots.rates,
        plots.voices,
        plots.frequencies,
        lambda table: plots.topics(table, FIVE),
        lambda table: plots.topics(topic_tables([("A", "B")])[0], table),
    ],
)
def test_what_is_no_table_is_told_so(draw) -> None:
    with pytest.raises(TypeError, match="^the table must be a DataFrame, not list$"):
        draw([1, 2])


def test_control_characters_reach_neither_texts_nor_ids() -> None:
    bad = "\x00\x1b\x0b"
    terms, comparison = topic_tables([(f"A{bad}", f"B{bad}")])
    drawn = [
        plots.key_terms(forest({"term": f"t{bad}", "driver": f"d{bad}", "flips": True}).assign(group=f"A{bad}")),
        plots.rates(RATES.assign(frame=f"f{bad}", group=f"A{bad}", unit=f"u{bad}")),
        plots.voices(VOICES.assign(group=f"A{bad}", article=f"a{bad}", voice=f"v{bad}")),
        plots.frequencies(FREQUENCIES.assign(group=f"A{bad}", term=f"t{bad}")),
        plots.topics(
            terms.assign(term=f"t{bad}", topic=f"1{bad}"),
            comparison.assign(topic=f"1{bad}").head(1),
        ),
    ]
    for each in drawn:
        svg = each._repr_svg_()
        assert ElementTree.fromstring(svg).tag.endswith("svg")
        assert not any(sign in svg for sign in bad)


def many_groups(n: int) -> list[str]:
    return [f"source{i:02}" for i in range(n)]


def test_rates_of_many_groups_draws_the_six_with_the_most_words() -> None:
    table = pd.DataFrame(
        [
            {"frame": frame, "group": group, "unit": group, "count": 1, "words": 100 + i, "rate": 1000 / (100 + i)}
            for frame in ("peace", "war")
            for i, group in enumerate(many_groups(18))
        ]
    )
    ax = plots.rates(table)
    assert legend(ax) == [*many_groups(18)[12:], "one unit"]
    assert ax.get_title(loc="right") == "12 more groups are in the table"
    assert plots.rates(table[table["group"] < "source07"]).get_title(loc="right") == "1 more group is in the table"
    assert plots.rates(table[table["group"] < "source06"]).get_title(loc="right") == ""


def test_topics_of_many_groups_draw_the_six_with_the_most_words() -> None:
    terms, comparison = topic_tables([(group, "all others") for group in many_groups(18)])
    counts = comparison["group"].map({group: 100.0 - i for i, group in enumerate(many_groups(18))})
    panels = plots.topics(terms, comparison.assign(count=counts))
    names = [text.get_text() for text in panels[0, 0].figure.legends[0].get_texts()]
    assert sorted(names) == many_groups(6)
    assert panels[0, 2].get_title(loc="right") == "12 more groups are in the table"


def test_a_marker_at_0_is_whole() -> None:
    terms, comparison = topic_tables([("A", "B")])
    panels = plots.topics(terms, comparison.assign(share=0.0, share_low=0.0))
    panels[0, 0].figure.canvas.draw()
    left, zero = (panels[0, 2].transData.transform((x, 0))[0] for x in (panels[0, 2].get_xlim()[0], 0.0))
    # Half the marker's width in pixels at 100 dots per inch: its area is 38 square points.
    assert zero - left >= np.sqrt(38) / 2 * 100 / 72


def test_a_point_outside_its_interval_is_led_to_it_by_a_dotted_line() -> None:
    ax = plots.key_terms(forest({"term": "out", "effect": 0.5, "low": 0.9, "high": 2.0}, {"term": "in", "effect": 0.4}))
    dotted = [c for c in ax.collections if isinstance(c, LineCollection) and c.get_linewidth()[0] == 0.7]
    assert [s.tolist() for c in dotted for s in c.get_segments()] == [[[0.5, 0.0], [0.9, 0.0]]]
    assert "from the point to its interval" in legend(ax)
    assert "from the point to its interval" not in legend(plots.key_terms(FIVE.assign(high=9.0, low=-9.0)))


def test_titles_of_frequencies_stand_above_the_head_and_beside_one_another() -> None:
    names = ["left_center_bias", "questionable_source", "talkingpointsmemo"]
    panels = plots.frequencies(pd.concat([FREQUENCIES[FREQUENCIES["group"] == "A"].assign(group=g) for g in names]))
    figure = panels[0].figure
    figure.canvas.draw()
    titles = [ax._right_title.get_window_extent() for ax in panels]
    heads = [next(t for t in ax.texts if t.get_text() == "articles").get_window_extent() for ax in panels]
    assert not any(title.overlaps(other) for title in titles for other in heads)
    assert all(before.x1 < after.x0 for before, after in zip(titles, titles[1:], strict=False))
    assert titles[0].x0 >= 0 and titles[-1].x1 <= figure.bbox.x1
