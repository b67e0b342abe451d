"""Sentences on single units, recurring text and chance; reversed data give reversed sentences."""

import numpy as np
import pandas as pd

from textlens.findings import boilerplate, driven, group_headings, self_checked


def influences(effect: float, without: dict[str, float], counts: tuple[int, ...] = (8, 2, 1)) -> pd.DataFrame:
    """Units a1 and a2 of A, b1 of B, each of 1,000 words."""
    return pd.DataFrame(
        {
            "group": "A",
            "against": "B",
            "term": "tide",
            "unit": ["a1", "a2", "b1"],
            "side": ["A", "A", "B"],
            "count": counts,
            "words": 1000,
            "effect": effect,
            "effect_without": [without.get(unit, np.nan) for unit in ("a1", "a2", "b1")],
        }
    )


def test_the_unit_without_which_least_is_left_is_named_with_rates() -> None:
    table = influences(2.0, {"a1": 1.0, "a2": 1.8, "b1": 2.4})
    assert driven(table) == (
        "In rates per 1,000 words, [[A]] first. Shrunk most by leaving out one: [[tide]] (5.0 v 1.0; without a1 2.0 v 1.0)."
    )


def test_a_reversed_gap_shrinks_without_a_unit_of_the_other_group() -> None:
    turned = influences(-2.0, {"a1": -2.4, "a2": -2.2, "b1": -1.0}, (1, 1, 8))
    turned = pd.concat([turned, turned.iloc[[2]].assign(unit="b2", count=2, effect_without=-1.8)], ignore_index=True)
    assert driven(turned).endswith("[[tide]] (1.0 v 5.0; without b1 1.0 v 2.0).")


def test_a_gap_that_turns_round_comes_first() -> None:
    table = pd.concat(
        [influences(2.0, {"a1": -1.0, "a2": 1.8}), influences(1.0, {"a1": 0.9, "a2": 0.8}).assign(term="wind")],
        ignore_index=True,
    )
    assert driven(table).endswith(
        "first. Turned round by leaving out one unit: [[tide]] (5.0 v 1.0; without a1 2.0 v 1.0). Shrunk most by "
        "leaving out one: [[wind]] (5.0 v 1.0; without a2 8.0 v 1.0)."
    )


def test_gaps_that_cannot_be_followed() -> None:
    nothing = "No gap between two sides that both have the term can be followed."
    assert driven(influences(2.0, {})) == nothing
    # Without any unit that has it, a gap to nothing shrinks.
    assert driven(influences(2.0, {"a1": 1.0, "a2": 1.8}, (8, 2, 0))) == nothing


def test_boilerplate_of_two_groups_and_of_none() -> None:
    table = pd.DataFrame(
        {"group": ["B", "A", "A"], "n_words": [9, 12, 8], "articles": [4, 3, 3], "share": [0.5, 0.25, 0.25]}
    )
    assert boilerplate(table) == (
        "Recurring word for word: in [[A]] two passages, the most frequent of 12 words in three articles (25% of them) "
        "and in [[B]] one passage, the most frequent of 9 words in four articles (50% of them). Such text tells sources "
        "apart without being about anything; a rule in the study's corpus.toml takes it out."
    )
    assert boilerplate(table.iloc[:0]).startswith("No whole passage of eight words or more has")


def test_a_self_check_says_how_often_and_whether_that_is_too_much() -> None:
    end = " This cannot see articles that depend on one another."
    assert self_checked(0.0, 100).endswith("would have given any q below .05 in none of the cases." + end)
    assert self_checked(0.08, 100).endswith("in eight of the cases." + end)
    assert "in 20 of the cases, more than the test should: what is called supported" in self_checked(0.2, 100)


def test_only_headings_of_columns_that_there_are() -> None:
    assert group_headings(pd.DataFrame(columns=["group", "words", "dated"])) == {"group": "group", "words": "words"}
