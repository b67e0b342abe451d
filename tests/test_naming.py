"""Naming choices: typed-out shares, topics that cancel out, and sets that a side never mentions."""

import numpy as np
import pandas as pd
import pytest
from one_line import counts_from, counts_of, tokens_of
from scipy import stats

import textlens as tl
from textlens.naming import naming_choices

SEA = {"sea": ["East Sea", "South China Sea"]}
A = "the East Sea . " * 4 + "the South China Sea . " + "fish " * 20
B = "the East Sea . " + "the South China Sea . " * 4 + "boats " * 90


def eight(**columns: list) -> tl.Counts:
    return tl.count_phrases(tokens_of(A, B, A, B, A, B, A, B, **columns), SEA["sea"])


def made(matrix: list[list[int]], sources: str, terms: str = "x y") -> tl.Counts:
    return counts_from(np.array(matrix), np.full(len(sources), 500), list(sources), terms.split())


def test_shares_of_two_names() -> None:
    table = naming_choices(eight(), SEA)
    assert isinstance(table.index, pd.RangeIndex)
    columns = "set name group against count count_against total total_against share share_against".split()
    assert table.columns[:10].tolist() == columns
    assert table[columns].to_numpy().tolist() == [
        ["sea", "East Sea", "A", "B", 16, 4, 20, 20, 0.8, 0.2],
        ["sea", "South China Sea", "A", "B", 4, 16, 20, 20, 0.2, 0.8],
    ]
    assert table["units"].tolist() == [4, 4]
    assert table["p_permutation"].tolist() == pytest.approx([2 / 70] * 2)
    assert table["q"].tolist() == pytest.approx([2 / 70] * 2)
    assert table["supported"].tolist() == [True, True]
    # Two counts of equal totals, four more on each side: log2 of (16 + 2)/(4 + 2).
    assert table["effect"].tolist() == pytest.approx([np.log2(3), -np.log2(3)])
    assert table["family"].tolist() == [2, 2]


def test_how_often_a_thing_is_mentioned_does_not_matter() -> None:
    rare = naming_choices(made([[4, 2], [2, 1], [2, 1], [4, 2]], "AABB"), {"s": ["x", "y"]})
    often = naming_choices(made([[40, 20], [20, 10], [2, 1], [4, 2]], "AABB"), {"s": ["x", "y"]})
    for table in (rare, often):
        assert table["share"].tolist() == pytest.approx([2 / 3, 1 / 3])
        assert table["effect"].tolist() == pytest.approx([0, 0], abs=1e-12)
        assert table["p_permutation"].tolist() == [1, 1]


def test_articles_that_never_mention_the_thing_are_no_units() -> None:
    table = naming_choices(made([[4, 2], [0, 0], [0, 0], [1, 3], [1, 1]], "AAABB"), {"s": ["x", "y"]})
    assert table[["units", "units_against"]].to_numpy().tolist() == [[1, 2]] * 2
    assert set(table["floor"]) == {1 / 3}


def test_swapped_sources_swap_the_sign() -> None:
    one = naming_choices(eight(), SEA)
    other = naming_choices(eight(source=list("BABABABA")), SEA)
    assert other["effect"].tolist() == pytest.approx((-one["effect"]).tolist())
    assert other["share"].tolist() == one["share_against"].tolist()
    assert other["p"].tolist() == pytest.approx(one["p"].tolist())


def test_q_runs_over_all_names_of_all_sets_of_a_pair() -> None:
    matrix = [
        [9, 1, 5, 5],
        [8, 2, 4, 6],
        [9, 2, 5, 6],
        [9, 0, 6, 5],
        [1, 9, 5, 6],
        [2, 8, 5, 5],
        [1, 8, 6, 4],
        [1, 7, 4, 5],
    ]
    table = naming_choices(made(matrix, "AAAABBBB", "v w x y"), {"first": ["v", "w"], "second": ["y", "x"]})
    assert table["name"].tolist() == ["v", "w", "y", "x"]
    assert table["family"].tolist() == [4] * 4
    expected = stats.false_discovery_control(table["p_permutation"].to_numpy())
    assert table["q"].tolist() == pytest.approx(expected.tolist())
    assert table["q"].tolist()[:2] == pytest.approx([4 / 70] * 2)
    assert not table["supported"].any()


def test_a_set_that_one_group_never_mentions_has_counts_and_no_test() -> None:
    counts = made([[3, 1, 0], [1, 1, 2], [0, 0, 5], [0, 0, 7]], "AABB", "x y other")
    table = naming_choices(counts, {"s": ["x", "y"]})
    assert table[["count", "count_against", "total", "total_against"]].to_numpy().tolist() == [
        [4, 0, 6, 0],
        [2, 0, 6, 0],
    ]
    assert table["share"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert table[["share_against", "effect", "low", "high", "p", "q", "p_permutation"]].isna().all(axis=None)
    assert not table["supported"].any()
    assert table[["units", "units_against", "floor", "family"]].to_numpy().tolist() == [[2, 0, 1, 0]] * 2


def test_a_set_that_nobody_mentions_has_no_shares() -> None:
    counts = made([[0, 0, 1], [0, 0, 2]], "AB", "x y other")
    table = naming_choices(counts, {"s": ["x", "y"]})
    assert table[["count", "count_against", "total", "total_against"]].to_numpy().sum() == 0
    assert table[["share", "share_against"]].isna().all(axis=None)


def test_an_unmentioned_set_changes_no_kind_of_column() -> None:
    counts = made([[3, 1, 0, 0], [1, 1, 2, 1], [1, 4, 0, 0], [2, 7, 0, 0]], "AABB", "v w x y")
    both = naming_choices(counts, {"first": ["v", "w"], "second": ["x", "y"]})
    first = naming_choices(counts, {"first": ["v", "w"]})
    assert both.dtypes.to_dict() == first.dtypes.to_dict()
    assert both.columns.tolist() == first.columns.tolist()


def test_of_three_groups_each_stands_against_all_others() -> None:
    counts = made([[3, 1], [1, 1], [0, 0]], "ABC")
    table = naming_choices(counts, {"s": ["x", "y"]})
    assert table["group"].tolist() == ["A", "A", "B", "B", "C", "C"]
    assert set(table["against"]) == {"all others"}
    assert table["total"].tolist() == [4, 4, 2, 2, 0, 0]
    assert table["total_against"].tolist() == [2, 2, 4, 4, 6, 6]
    one = naming_choices(counts, {"s": ["x", "y"]}, against="A")
    assert one[["group", "against"]].to_numpy().tolist() == [["B", "A"]] * 2 + [["C", "A"]] * 2


def test_a_name_is_found_as_written_first_and_then_without_regard_to_case() -> None:
    counts = counts_of("US us nation", "us nation nation")
    table = naming_choices(counts, {"s": ["us", "NATION"], "t": ["US", "Nation"]})
    assert table["name"].tolist() == ["us", "NATION", "US", "Nation"]
    assert table["count"].tolist() == [1, 1, 1, 1]
    assert table["count_against"].tolist() == [1, 2, 0, 2]


def test_names_that_hold_one_another_count_twice() -> None:
    counts = tl.count_phrases(tokens_of("East Sea", "East Sea sea"), ["East Sea", "sea"])
    table = naming_choices(counts, {"s": ["East Sea", "sea"]})
    assert table["total"].tolist() == [2, 2]
    assert table["total_against"].tolist() == [3, 3]


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        ({"s": ["xs", "y"]}, r"the term 'xs' occurs nowhere; near: x; count names with tl\.count_phrases\(tokens"),
        ({"s": ["x"]}, r"the set 's' must hold two or more names, each once, not \['x'\]"),
        ({"s": ["x", "X"]}, r"the set 's' must hold two or more names, each once, not \['x', 'X'\]"),
        ({"s": "x y"}, r"sets\['s'\] must be a list of texts, not the text 'x y'"),
        ({}, "sets must hold one or more sets of names, not none"),
        ({"s": ["Us", "x"]}, "'Us' of 's' may be any of US, us: write it so"),
    ],
)
def test_sets_that_cannot_be_compared(sets: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        naming_choices(made([[1, 2, 1, 1], [3, 1, 1, 1]], "AB", "x y US us"), sets)


def test_wrong_kinds() -> None:
    with pytest.raises(TypeError, match="^counts must be Counts, as tl.count_phrases gives, not str"):
        naming_choices("counts", SEA)
    with pytest.raises(TypeError, match="^sets must be Mapping"):
        naming_choices(eight(), ["East Sea"])


def test_a_thing_that_few_articles_mention_is_warned_of() -> None:
    with pytest.warns(tl.SmallCorpusWarning, match="^1 against 2 units"):
        naming_choices(made([[4, 2], [0, 0], [0, 0], [1, 3], [1, 1]], "AAABB"), {"s": ["x", "y"]})


def test_many_relabellings_need_an_rng() -> None:
    rng = np.random.default_rng(0)
    counts = made(rng.poisson([[5, 2]] * 15 + [[2, 5]] * 15).tolist(), "A" * 15 + "B" * 15)
    with pytest.warns(UserWarning, match="pass rng="):
        assert naming_choices(counts, {"s": ["x", "y"]})["q"].isna().all()
    assert naming_choices(counts, {"s": ["x", "y"]}, rng=np.random.default_rng(1))["supported"].all()
