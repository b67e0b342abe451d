"""What the figures of specifications show: effects in order, choices below them, counts beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from textlens.plots.specifications import specification_curve, survival


def curve_of(*rows: dict) -> pd.DataFrame:
    usual = {
        **{"specification": 1, "stem": False, "min_count": 10, "baseline": False, "group": "A", "against": "B"},
        **{"term": "x", "effect": 0.5, "low": 0.1, "high": 1.0, "p_permutation": 0.1, "floor": 0.1},
        **{"supported": False, "tested": True},
    }
    return pd.DataFrame([{**usual, **row, "specification": n} for n, row in enumerate(rows, 1)])


CURVE = curve_of(
    {"baseline": True, "effect": 1.0, "low": 0.5, "high": 1.5},
    {"min_count": 20, "tested": False, "effect": 0.9, "low": np.nan, "high": np.nan},
    {"stem": True, "effect": -0.5, "low": -np.inf},
    {"stem": True, "min_count": 20, "effect": 2.0, "low": 1.0, "high": np.inf, "supported": True},
)


def points(ax, gid: str) -> list[list[float]]:
    found = [c for c in ax.collections if isinstance(c, PathCollection) and c.get_gid() == gid]
    assert len(found) == 1
    return np.asarray(found[0].get_offsets(), dtype=float).tolist()


def notes(ax) -> list[str]:
    return [text.get_text() for text in ax.texts]


def rows(ax) -> list[str]:
    return [label.get_text() for label in ax.get_yticklabels()]


def legend(ax) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_specification_curve_orders_effects_and_leaves_the_untested_last() -> None:
    upper, _ = specification_curve(CURVE)
    assert points(upper, "effect-1-False") == [[0, -0.5]]
    assert points(upper, "effect-0-False") == [[1, 1.0]]
    assert points(upper, "effect-0-True") == [[2, 2.0]]
    assert points(upper, "baseline") == [[1, 1.0]]
    assert upper.get_title(loc="left") == "“x” under 4 specifications"
    assert [note for note in notes(upper) if "tested" in note] == ["not tested"]
    assert legend(upper) == ["supported", "not supported", "95 % interval (cut at the edge)", "baseline"]


def test_specification_curve_marks_the_choices_of_each_specification() -> None:
    _, lower = specification_curve(CURVE)
    assert rows(lower) == ["no", "yes", "10", "20"]
    assert [[x for x, _ in points(lower, f"option-{n}")] for n in range(4)] == [[1, 3], [0, 2], [0, 1], [2, 3]]
    # The medians: 1; of -.5 and 2; of 1 and -.5; and 2.
    assert [note for note in notes(lower) if "×" in note] == ["↑ 2.0×", "↑ 1.7×", "↑ 1.2×", "↑ 4.0×"]
    assert [note for note in notes(lower) if "×" not in note] == ["stems", "least count", "median"]


def test_specification_curve_of_a_chosen_term_and_group() -> None:
    both = pd.concat([CURVE, CURVE.assign(term="y"), CURVE.assign(term="y", group="C", effect=-1.0)])
    upper, _ = specification_curve(both, term="y", group="C")
    assert upper.get_title(loc="left") == "“y” under 4 specifications"
    assert len(points(upper, "effect-1-False")) == 2
    with pytest.raises(ValueError, match="no term 'z' in the table; there are x, y"):
        specification_curve(both, term="z")
    with pytest.raises(ValueError, match="no group 'C' in the table; there are A"):
        specification_curve(both, term="x", group="C")


def test_specification_curve_with_nothing_tested_or_one_specification() -> None:
    nothing = CURVE.assign(tested=False, supported=False, effect=np.nan, low=np.nan, high=np.nan)
    upper, lower = specification_curve(nothing)
    assert legend(upper) == ["baseline"]
    assert [note for note in notes(lower) if note == "–"] == ["–"] * 4
    upper, lower = specification_curve(CURVE.head(1))
    assert points(upper, "effect-0-False") == [[0, 1.0]]
    assert rows(lower) == []


def test_survival_draws_all_tested_effects_and_counts_them() -> None:
    ax = survival(CURVE)
    assert rows(ax) == ["x"]
    assert sorted(points(ax, "effects-0")) == [[-0.5, 0], [1.0, 0], [2.0, 0]]
    assert points(ax, "baseline-0") == [[1.0, 0]]
    assert [note for note in notes(ax) if note[:1].isdigit()] == ["3 of 4", "2", "2", "1"]
    assert legend(ax) == ["baseline, not supported", "one specification"]


def test_survival_names_the_pair_where_there_are_several_and_counts_the_rest() -> None:
    ax = survival(pd.concat([CURVE, CURVE.assign(group="C"), CURVE.assign(term="z")]), n=2)
    assert rows(ax) == ["x\nA : B", "x\nC : B"]
    assert ax.get_title(loc="left") == "1 more in the table"
    with pytest.raises(ValueError, match="n = 0 findings; it must be 1 or more"):
        survival(CURVE, n=0)


def test_survival_on_given_axes_with_nothing_tested() -> None:
    given = Figure().subplots()
    ax = survival(CURVE.assign(tested=False, supported=False, effect=np.nan), ax=given)
    assert ax is given
    assert [note for note in notes(ax) if note[:1].isdigit()] == ["0 of 4", "0", "0", "0"]


@pytest.mark.parametrize("draw", [specification_curve, survival])
def test_figures_of_specifications_are_the_same_bytes_and_refuse_other_tables(draw) -> None:
    hostile = CURVE.assign(term="a $x$ <b> & 'long' " * 9, group="$" * 60)
    assert draw(hostile)._repr_svg_() == draw(hostile)._repr_svg_()
    with pytest.raises(ValueError, match="the table lacks effect; this figure needs the columns"):
        draw(CURVE.drop(columns="effect"))
    with pytest.raises(ValueError, match="the table is empty"):
        draw(CURVE.head(0))
