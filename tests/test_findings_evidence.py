"""Sentences on single units, recurring text and chance; reversed data give reversed sentences."""

import numpy as np
import pandas as pd

from textlens.findings import boilerplate, driven, group_headings, self_checked


def influences(effect: float, without: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": "A",
            "against": "B",
            "term": "tide",
            "unit": list(without),
            "effect": effect,
            "effect_without": list(without.values()),
        }
    )


def test_the_unit_without_which_least_is_left_is_named() -> None:
    table = influences(2.0, {"a1": 1.0, "a2": 1.8, "b1": 2.4})
    assert driven(table) == "Shrunk most by leaving out one: [[tide]] (4.0 times as often in [[A]], 2.0 without a1)."


def test_the_reversed_gap_is_told_of_the_other_group() -> None:
    table = influences(-2.0, {"a1": -1.0, "a2": -1.8, "b1": -2.4})
    assert driven(table) == "Shrunk most by leaving out one: [[tide]] (4.0 times as often in [[B]], 2.0 without a1)."


def test_a_gap_that_turns_round_comes_first() -> None:
    table = pd.concat(
        [influences(2.0, {"a1": -1.0, "a2": 1.8}), influences(1.0, {"a1": 0.9, "a2": 0.8}).assign(term="wind")]
    )
    assert driven(table) == (
        "Turned round by leaving out one unit: [[tide]] (4.0 times as often in [[A]], 0.5 without a1). Shrunk most by "
        "leaving out one: [[wind]] (2.0 times as often in [[A]], 1.7 without a2)."
    )


def test_units_that_cannot_be_left_out() -> None:
    assert driven(influences(2.0, {"a1": np.nan})) == "No article can be left out: a side has a single one."


def test_boilerplate_of_two_groups_and_of_none() -> None:
    table = pd.DataFrame(
        {"group": ["B", "A", "A"], "n_words": [9, 12, 8], "articles": [4, 3, 3], "share": [0.5, 0.25, 0.25]}
    )
    assert boilerplate(table) == (
        "Recurring word for word: in [[A]] two passages, the most frequent of 12 words in three articles (25% of them) "
        "and in [[B]] one passage, the most frequent of 9 words in four articles (50% of them). Such text tells sources "
        "apart without being about anything; a rule in the study's corpus.toml takes it out."
    )
    assert boilerplate(table.iloc[:0]).startswith("No passage of eight words or more recurs")


def test_a_self_check_says_how_often_and_whether_that_is_too_much() -> None:
    end = " This cannot see articles that depend on one another."
    assert self_checked(0.0, 100).endswith("would have given any q below .05 in none of the cases." + end)
    assert self_checked(0.08, 100).endswith("in eight of the cases." + end)
    assert "in 20 of the cases, more than the test should: what is called supported" in self_checked(0.2, 100)


def test_only_headings_of_columns_that_there_are() -> None:
    assert group_headings(pd.DataFrame(columns=["group", "words", "dated"])) == {"group": "group", "words": "words"}
