"""In what groups differ besides their source, as a sentence; reversed data give the reversed sentence."""

import numpy as np
import pandas as pd
import pytest

from textlens.findings.material import profile


def table(**columns: object) -> pd.DataFrame:
    alike = {"group": ["A", "B"], "units": 4, "words_median": [400.0, 300.0], "largest_share": 0.4}
    return pd.DataFrame(alike | columns)


DATED = {"dated": 2, "first_date": ["2024-01-02", "2024-02-01"], "last_date": ["2024-02-01", "2024-03-01"]}
OTHERS = "Not recorded for every group: dates, the number of outlets and genre."


def test_alike_in_all() -> None:
    assert profile(table(**DATED, outlets=[3, 4], genre_shared=1.0)) == (
        "In length, dates, the number of outlets and genre the groups are alike."
    )


@pytest.mark.parametrize(
    ("medians", "told"),
    [
        ([1200.0, 800.0], "1,200 words in [[A]] but 800 words in [[B]]"),
        ([800, 1200], "1,200 words in [[B]] but 800 words in [[A]]"),
    ],
)
def test_lengths_and_the_reverse(medians: list[float], told: str) -> None:
    assert profile(table(words_median=medians)) == (
        f"The groups differ besides what is compared: the median article has {told}. Such a difference can pass for one "
        f"in what is compared. {OTHERS}"
    )


def test_the_longest_and_the_shortest_of_three_groups_are_named() -> None:
    three = pd.DataFrame(
        {"group": list("ABC"), "units": 4, "words_median": [300.0, 200.0, 400.0], "largest_share": 0.4}
    )
    assert "400 words in [[C]] but 200 words in [[B]]." in profile(three)


def test_one_unit_that_holds_half_the_words() -> None:
    assert "one family holds 60% of the words of [[B]]." in profile(table(largest_share=[0.4, 0.6]), "family")
    assert "one article holds 60% of the words of [[A]]." in profile(table(largest_share=[0.6, 0.4]))
    # Of two units one always holds half, but not nearly all.
    assert "one family holds 81% of the words of [[A]]." in profile(table(largest_share=[0.81, 0.6], units=2), "family")
    assert profile(table(largest_share=[0.6, 0.4], units=2)) == f"In length the groups are alike. {OTHERS}"


@pytest.mark.parametrize("reverse", [False, True])
def test_dates_without_a_common_day(reverse: bool) -> None:
    spans = [("2024-01-02", "2024-01-31"), ("2024-02-01", "2024-03-01")][:: -1 if reverse else 1]
    text = profile(table(dated=2, first_date=[a for a, _ in spans], last_date=[b for _, b in spans]))
    (a, b), (c, d) = spans
    assert f"their dates have no day in common ([[A]] {a} to {b} and [[B]] {c} to {d})." in text


def test_a_year_is_compared_with_years() -> None:
    text = profile(table(dated=2, first_date=["2024", "2024-05-01"], last_date=["2024", "2024-06-01"]))
    assert "In length and dates the groups are alike." in text
    assert "no day in common" in profile(
        table(dated=2, first_date=["2023", "2024-05-01"], last_date=["2023", "2024-06-01"])
    )


def test_dates_of_one_group_alone_tell_nothing() -> None:
    text = profile(table(dated=[2, 0], first_date=["2024", ""], last_date=["2024", ""]))
    assert text == f"In length the groups are alike. {OTHERS}"


@pytest.mark.parametrize(
    ("outlets", "told"),
    [
        ([1, 5], "[[B]] has five outlets but [[A]] has one outlet"),
        ([5, 1], "[[A]] has five outlets but [[B]] has one outlet"),
    ],
)
def test_outlets_and_the_reverse(outlets: list[int], told: str) -> None:
    assert f"compared: {told}. Such" in profile(table(outlets=outlets))


def test_genres() -> None:
    some = "25% of the articles of [[{}]] are of a genre, or of none recorded, that not all have."
    assert some.format("A") in profile(table(genre_shared=[0.75, 1.0]))
    assert some.format("B") in profile(table(genre_shared=[1.0, 0.75]))
    assert "compared: they share no genre. Such" in profile(table(genre_shared=0.0))
    assert "the number of outlets and genre." in profile(table(genre_shared=[np.nan, 0.0]))


def test_several_differences_stand_in_one_sentence() -> None:
    text = profile(table(words_median=[100.0, 200.0], outlets=[1, 5], genre_shared=0.0, **DATED))
    assert text.startswith("The groups differ besides what is compared: the median article has 200 words in [[B]]")
    assert "; [[B]] has five outlets but [[A]] has one outlet; they share no genre. Each of these differences" in text
    assert text.endswith("In dates the groups are alike.")
