"""Sentences say what the table says: names, numbers, directions; reversed data give reversed sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from textlens import findings

ARTICLES = pd.DataFrame(
    {
        "id": ["a", "b", "c"],
        "source": ["VOV", "VOV", "ministry"],
        "genre": ["interview", "commentary", "commentary"],
        "family": ["x", "x", "c"],
        "n_words": [700, 300, 1200],
    }
)


def comparison_table(
    effect: float, *, supported: bool = False, flips: bool = False, floor: float = 0.1
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": "A",
            "against": "B",
            "term": ["peace", "the", "rare"],
            "rate": [8.0, 50.0, 1.0] if effect > 0 else [2.0, 50.0, 1.0],
            "rate_against": [2.0, 50.0, 0.0] if effect > 0 else [8.0, 50.0, 0.0],
            "effect": [effect, 0.0, 0.5],
            "p": [0.01, 0.9, np.nan],
            "supported": [supported, False, False],
            "flips": [flips, False, False],
            "driver": ["a7", "a7", "a7"],
            "function_word": [False, True, False],
            "units": 3,
            "units_against": 2,
            "floor": floor,
        }
    )


def test_sizes_counts_articles_and_words_of_each_source() -> None:
    assert findings.sizes(ARTICLES) == (
        "Three articles with 2,200 counted words are compared: [[VOV]] has two articles and 1,000 words and "
        "[[ministry]] has one article and 1,200 words."
    )


def test_families_names_the_articles_that_tell_the_same_thing() -> None:
    assert findings.families(ARTICLES) == "a and b tell the same thing (x): counted as families, they are one unit."


@pytest.mark.parametrize("articles", [ARTICLES.drop(columns="family"), ARTICLES.assign(family=["a", "b", "c"])])
def test_families_is_silent_when_every_article_stands_alone(articles: pd.DataFrame) -> None:
    assert findings.families(articles) == ""


def test_confounding_of_disjoint_genres() -> None:
    articles = ARTICLES.assign(genre=["news report", "news report", "commentary"])
    assert findings.confounding(articles) == (
        "The sources differ in genre: [[VOV]] two news reports; [[ministry]] one commentary. No genre occurs on all "
        "sides: a difference between sources cannot be told from one between genres."
    )


def test_confounding_of_partly_shared_genres() -> None:
    assert findings.confounding(ARTICLES).endswith(
        "one interview; [[ministry]] one commentary. Only commentary occurs on all sides."
    )


def test_confounding_of_equal_genres() -> None:
    assert findings.confounding(ARTICLES.assign(genre="interview")) == (
        "All sources have the same genres: [[VOV]] two interviews; [[ministry]] one interview."
    )


def test_confounding_when_the_genre_is_unknown() -> None:
    assert findings.confounding(ARTICLES.drop(columns="genre")).startswith("The genre of the articles is not recorded")


def test_left_out_adds_up() -> None:
    cleaning = pd.DataFrame({"role": ["caption", "dropped", "dropped"], "n_words": [10, 5, 5]})
    assert findings.left_out(cleaning, 180) == (
        "Left out of every count: 20 words (10.0% of the files), 10 in captions and 10 in navigation, datelines, "
        "labels and debris."
    )


def test_left_out_nothing() -> None:
    assert findings.left_out(pd.DataFrame({"role": [], "n_words": []}), 5) == "Nothing was left out of the counts."


def test_design_of_three_against_two_supports_nothing() -> None:
    text = findings.design(comparison_table(1))
    assert text == (
        "Three articles against two can be labelled in 10 ways, so the smallest p-value that any difference could reach "
        "is .10. Nothing here is called supported, however large it looks: the figures describe these five articles, and "
        "are no evidence of what the sources write elsewhere."
    )


def test_design_that_can_support() -> None:
    table = comparison_table(1, floor=0.0286).assign(units=4, units_against=4)
    text = findings.design(table, "family")
    assert text.startswith(
        "Four families against four can be labelled in 70 ways; the smallest p-value within reach is .029."
    )
    assert "with families as the units, not words" in text


def test_comparison_names_the_direction() -> None:
    (text,) = findings.comparison(comparison_table(2.0), "term")
    assert "for none is a difference supported by the articles" in text
    assert "more in [[A]]: [[peace]] (8.0 v 2.0)" in text
    assert "more in [[B]]" not in text


def test_comparison_of_reversed_data_is_reversed() -> None:
    (text,) = findings.comparison(comparison_table(-2.0), "term")
    assert "more in [[B]]: [[peace]] (2.0 v 8.0)" in text
    assert "more in [[A]]" not in text


def test_comparison_counts_tested_items_and_leaves_function_words_and_untested_terms_unnamed() -> None:
    (text,) = findings.comparison(comparison_table(2.0), "term")
    assert text.startswith("Two terms were compared between [[A]] and [[B]];")
    assert "[[the]]" not in text
    assert "[[rare]]" not in text


def test_comparison_names_only_supported_items_when_there_are_any() -> None:
    (text,) = findings.comparison(comparison_table(2.0, supported=True, floor=0.01), "term")
    assert "for one a difference is supported" in text
    assert "Supported differences, in rates per 1,000 words: more in [[A]]: [[peace]]" in text


def test_comparison_says_which_article_turns_a_difference_round() -> None:
    (text,) = findings.comparison(comparison_table(2.0, flips=True), "term")
    assert text.endswith("The direction changes for [[peace]] without a7.")
    (steady,) = findings.comparison(comparison_table(2.0), "term")
    assert steady.endswith("Each of these keeps its direction whichever single unit is left out.")


def test_comparison_without_frequent_items() -> None:
    table = comparison_table(1.0).assign(p=np.nan)
    assert findings.comparison(table, "term") == ["No term occurs often enough to compare [[A]]."]


def test_carried_names_an_indicator_with_half_of_a_wide_difference() -> None:
    table = pd.DataFrame(
        {
            "group": "A",
            "frame": ["War", "Peace", "Trade"],
            "effect": [-1.0, 0.2, 2.0],
            "carried_by": ["gun*", "calm", "tariff"],
            "carried_share": [0.6, 0.9, 0.4],
        }
    )
    assert findings.carried(table) == (
        "A single indicator can make a frame: “gun*” carries 60% of the difference in [[War]]. That is a difference of a "
        "word before it is one of a frame."
    )
    assert findings.carried(table.assign(effect=0.1)) == ""


def test_prevalent_pools_the_units_of_a_group() -> None:
    rates = pd.DataFrame(
        {
            "frame": ["War", "War", "Peace", "Peace"],
            "group": "A",
            "count": [1, 2, 8, 1],
            "words": [500, 500, 500, 500],
        }
    )
    assert (
        findings.prevalent(rates) == "Most hits per 1,000 words, by source, [[A]]: [[Peace]] (9.0) and [[War]] (3.0)."
    )


def test_voices_shares() -> None:
    table = pd.DataFrame(
        {
            "group": ["A", "A", "A", "B"],
            "voice": ["narrator", "quoted", "answer", "narrator"],
            "n_words": [50, 20, 30, 9],
        }
    )
    assert findings.voices(table) == (
        "Words that are not the narrator's own, but quoted or said in an interview: [[A]] 50% (30% answer and 20% quoted) "
        "and [[B]] 0%."
    )


def test_topics_of_both_sides_and_reversed() -> None:
    table = pd.DataFrame(
        {
            "group": "A",
            "against": "B",
            "topic": [1, 2],
            "label": ["war", "sea"],
            "share": [0.7, 0.3],
            "share_against": [0.2, 0.8],
        }
    )
    assert findings.topics(table) == (
        "Of two topics, those that take most words are, by source, [[A]]: [[war]] (70%) and [[sea]] (30%); "
        "[[B]]: [[sea]] (80%) and [[war]] (20%)."
    )
    swapped = table.rename(columns={"share": "share_against", "share_against": "share"})
    assert "[[A]]: [[sea]] (80%) and [[war]] (20%)" in findings.topics(swapped)


def test_exploratory_topics_below_and_above_thirty_articles() -> None:
    few = pd.DataFrame({"article": list("aabb")})
    assert findings.exploratory_topics(few, 3).startswith("These topics rest on 4 passages of two articles.")
    many = pd.DataFrame({"article": [str(n) for n in range(30)]})
    assert "not tested here" in findings.exploratory_topics(many, 3)
    assert (
        findings.exploratory_topics(few, 1) == "The 4 passages of two articles are too few to look for topics in them."
    )


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.1, ".10"), (0.0286, ".029"), (0.05, ".05"), (1 / 3, ".33"), (0.0001, "below .001"), (1.0, "1.00")],
)
def test_probability(p: float, text: str) -> None:
    assert findings.probability(p) == text


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listing(items: list[str], text: str) -> None:
    assert findings.listing(items) == text


@pytest.mark.parametrize(
    ("n", "noun", "text"),
    [
        (1, "article", "one article"),
        (2, "family", "two families"),
        (13, "essay", "13 essays"),
        (0, "story", "no stories"),
    ],
)
def test_count_of(n: int, noun: str, text: str) -> None:
    assert findings.count_of(n, noun) == text


def test_intervals_as_text() -> None:
    table = pd.DataFrame({"low": [-1.5, np.nan, 0.5], "high": [0.25, np.nan, np.inf]})
    assert findings.intervals(table) == ["−1.50 to 0.25", "–", "0.50 to ∞"]


def test_plain_takes_the_emphasis_away() -> None:
    assert findings.plain("[[peace]] in [[A]]") == "peace in A"
