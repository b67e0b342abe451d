"""Silence: the bound by hand, what it is compared with, and how often it holds."""

import numpy as np
import pandas as pd
import pytest
from one_line import counts_from, counts_of

from textlens.silence import absence

COLUMNS = (
    "group term words upper count_elsewhere rate_elsewhere units units_elsewhere units_with_elsewhere overdispersion "
    "enough_text"
).split()


def test_a_term_as_regular_as_dice_is_bounded_by_the_rule_of_three() -> None:
    matrix = np.array([[0, 10, 0], [0, 10, 0], [10, 10, 1], [10, 10, 0]])
    counts = counts_from(matrix, np.full(4, 1000), list("AABB"), ["x", "y", "z"])
    table = absence(counts, ["x", "y", "z"])
    assert table.columns.tolist() == COLUMNS
    assert isinstance(table.index, pd.RangeIndex)
    assert table[["group", "term"]].to_numpy().tolist() == [["A", "x"], ["A", "z"]]
    # -log(.05) occurrences in 2,000 words.
    assert table.loc[0, "upper"] == pytest.approx(2.995732 / 2, abs=1e-6)
    assert table.loc[0, "overdispersion"] == 1
    assert table["words"].tolist() == [2000, 2000]
    assert table["count_elsewhere"].tolist() == [20, 1]
    assert table["rate_elsewhere"].tolist() == [10, 0.5]
    assert table["units_with_elsewhere"].tolist() == [2, 1]
    assert table["enough_text"].tolist() == [True, False]


def test_a_bursty_term_leaves_more_open() -> None:
    steady = counts_from(np.array([[0], [0], [0], [10], [10], [10]]), np.full(6, 1000), list("AAABBB"), ["x"])
    bursty = counts_from(np.array([[0], [0], [0], [0], [0], [30]]), np.full(6, 1000), list("AAABBB"), ["x"])
    first, second = absence(steady, ["x"]), absence(bursty, ["x"])
    assert first.loc[0, "rate_elsewhere"] == second.loc[0, "rate_elsewhere"] == 10
    phi = second.loc[0, "overdispersion"]
    assert phi > 10
    assert second.loc[0, "upper"] == pytest.approx(first.loc[0, "upper"] * (phi - 1) / np.log(phi))


def test_each_group_stands_against_all_others() -> None:
    table = absence(counts_of("a b", "a c", "a d", source=list("XYZ")), ["d", "b"])
    assert table[["group", "term", "count_elsewhere"]].to_numpy().tolist() == [
        ["X", "d", 1],
        ["Y", "d", 1],
        ["Y", "b", 1],
        ["Z", "b", 1],
    ]
    assert table["rate_elsewhere"].tolist() == [250] * 4


def test_a_term_that_nobody_uses_tells_nothing() -> None:
    counts = counts_from(np.array([[1, 0], [2, 0]]), np.array([9_000, 9_000]), ["A", "B"], ["x", "nowhere"])
    table = absence(counts, ["nowhere"])
    assert table["group"].tolist() == ["A", "B"]
    assert table["count_elsewhere"].tolist() == [0, 0]
    assert table["enough_text"].tolist() == [False, False]


def test_nothing_absent_is_an_empty_table_with_all_columns() -> None:
    table = absence(counts_of("a", "a"), ["a"])
    assert table.empty
    assert table.columns.tolist() == COLUMNS


def test_a_higher_level_leaves_more_open() -> None:
    counts = counts_of("a b b", "a a c")
    assert (absence(counts, ["b", "c"], level=0.99)["upper"] > absence(counts, ["b", "c"])["upper"]).all()


def test_what_cannot_be_asked() -> None:
    counts = counts_of("peace", "war")
    with pytest.raises(ValueError, match="^the term 'peaces' occurs nowhere; near: peace"):
        absence(counts, ["peaces"])
    with pytest.raises(ValueError, match="^terms must be a list of texts, not the text 'war'"):
        absence(counts, "war")
    with pytest.raises(ValueError, match="level must be between 0 and 1, not 95"):
        absence(counts, ["war"], level=95)
    with pytest.raises(TypeError, match="^counts must be Counts"):
        absence(["war"], ["war"])
    with pytest.raises(ValueError, match="level must be between 0 and 1"):
        absence(counts, [], level=0)


def test_the_bound_holds_for_terms_named_beforehand() -> None:
    """Five against five gamma-Poisson articles: few terms are absent although the bound lies below their true rate."""
    rng = np.random.default_rng(5)
    rates = np.geomspace(1e-4, 1e-2, 400)
    names = [f"t{number:03}" for number in range(len(rates))]
    missed = []
    for _ in range(10):
        lengths = rng.integers(300, 800, 10)
        matrix = rng.poisson(lengths[:, None] * rates * rng.gamma(1, 1, (10, len(rates))))
        table = absence(counts_from(matrix, lengths, list("AAAAABBBBB"), names), names)
        truth = 1000 * rates[table["term"].str[1:].astype(int)]
        missed.append((table["upper"] < truth).sum() / (2 * len(rates)))
    assert 0 < np.mean(missed) < 0.05
