"""Which findings survive, in words: the numbers and sides are the table's, and reversed data reverse them."""

from __future__ import annotations

import pandas as pd
import pytest

from textlens.findings.specifications import SAME_ARTICLES
from textlens.findings.specifications import survived as survived_in_full


def survived(table: pd.DataFrame, **options: object) -> str:
    """The sentences without their last, which is always the same."""
    text = survived_in_full(table, **options)  # type: ignore[arg-type]
    assert text.endswith(SAME_ARTICLES) or text.startswith("No ")
    return text.removesuffix(" " + SAME_ARTICLES)


def survival_table(*rows: dict) -> pd.DataFrame:
    usual = {
        **{"group": "A", "against": "B", "term": "peace", "specifications": 8, "tested": 8, "same_sign": 8},
        **{"beside": 0, "supported": 0, "widest": 0, "effect_baseline": 1.0, "weakest_choice": "stem"},
    }
    return pd.DataFrame([{**usual, **row} for row in rows])


TABLE = survival_table(
    {"supported": 8},
    {"term": "war", "supported": 6, "tested": 7, "same_sign": 7, "effect_baseline": -1.0},
    {"term": "sea", "supported": 2},
    {"term": "old", "same_sign": 5, "weakest_choice": "min_count"},
    {"term": "rare", "tested": 0, "same_sign": 0},
)


def test_survived_tells_where_each_difference_is_supported() -> None:
    assert survived(TABLE) == (
        "Five differences were followed through eight specifications. Supported in every specification that tests "
        "the term: [[peace]] (more in [[A]], 8 of 8); in at least half of those that test it: [[war]] (more in [[B]], "
        "6 of 7); in fewer than half: [[sea]] (more in [[A]], 2 of 8); in none: [[old]] (more in [[A]]). The direction is "
        "another in some: [[old]] (3 of 8; what moves it most: the least count). In no specification frequent "
        "enough to be tested: [[rare]]."
    )


def test_survived_reverses_with_the_data() -> None:
    turned = TABLE.assign(effect_baseline=-TABLE["effect_baseline"])
    exchanged = survived(TABLE).replace("[[A]]", "[[x]]").replace("[[B]]", "[[A]]").replace("[[x]]", "[[B]]")
    assert survived(turned) == exchanged


def test_survived_without_support_counts_intervals_and_says_so() -> None:
    table = survival_table({"beside": 8}, {"term": "war", "beside": 3})
    assert survived(table, noun="finding") == (
        "Two findings were followed through eight specifications. None is supported in any of them. The interval "
        "leaves out equal rates in every specification that tests the term: [[peace]] (more in [[A]], 8 of 8); in "
        "fewer than half: [[war]] (more in [[A]], 3 of 8)."
    )


def test_survived_names_at_most_so_many_alike() -> None:
    table = survival_table(*({"term": term, "supported": 8} for term in "abcd"))
    assert survived(table, most=2).endswith(
        "[[a]] (more in [[A]], 8 of 8), [[b]] (more in [[A]], 8 of 8) and two more."
    )


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (TABLE.head(0), "No difference was followed through other specifications."),
        (
            TABLE.tail(1).assign(specifications=1),
            "One difference was followed through one specification. In no specification frequent enough to be "
            "tested: [[rare]].",
        ),
    ],
)
def test_survived_with_nothing_to_tell(table: pd.DataFrame, text: str) -> None:
    assert survived(table) == text
