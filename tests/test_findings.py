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
            "p_permutation": [floor, 1.0, np.nan],
            "q": [0.5, 0.9, np.nan],
            "out_low": [effect - 0.5, -0.5, 0.0],
            "low": [effect - 1, -1.0, np.nan],
            "high": [effect + 1, 1.0, np.nan],
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


def test_families_of_several_sources_are_told_but_are_no_units() -> None:
    articles = ARTICLES.assign(source=["VOV", "ministry", "VOV"])
    assert findings.families(articles) == "a and b tell the same thing (x): but of several sources."
    assert findings.family_unit(articles) == "article"


def test_family_unit_needs_families_within_one_source() -> None:
    assert findings.family_unit(ARTICLES) == "family"
    assert findings.family_unit(ARTICLES.assign(family=["", "", None])) == "article"
    assert findings.family_unit(ARTICLES.drop(columns="family")) == "article"


@pytest.mark.parametrize("articles", [ARTICLES.drop(columns="family"), ARTICLES.assign(family=["a", "b", "c"])])
def test_families_is_silent_when_every_article_stands_alone(articles: pd.DataFrame) -> None:
    assert findings.families(articles) == ""


def test_outlets_of_several_articles_are_told() -> None:
    articles = pd.DataFrame({"source": list("AABB"), "outlet": ["x", "x", "y", "z"]})
    assert findings.outlets(articles) == (
        "4 articles come from three outlets, and articles of one outlet resemble each other. For a question about kinds "
        'of outlets, outlets are the units: compare again with unit="outlet".'
    )


@pytest.mark.parametrize(
    "outlet", [["x", "y", "z", ""], ["A", "A", "B", "B"], ["", "", "", ""]], ids=["one each", "the sources", "unknown"]
)
def test_outlets_is_silent_when_it_has_nothing_to_say(outlet: list[str]) -> None:
    assert findings.outlets(pd.DataFrame({"source": list("AABB"), "outlet": outlet})) == ""
    assert findings.outlets(pd.DataFrame({"source": list("AABB")})) == ""


def test_comparison_of_enough_articles_names_nothing_unsupported() -> None:
    (text,) = findings.comparison(comparison_table(2.0, flips=True, floor=0.02), "term")
    assert text.endswith("not named. For none is a difference supported.")


def test_confounding_of_disjoint_genres() -> None:
    articles = ARTICLES.assign(genre=["news report", "news report", "commentary"])
    assert findings.confounding(articles) == (
        "The sources differ in genre: [[VOV]] two news reports; [[ministry]] one commentary. No genre occurs on both "
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


def test_confounding_of_partly_recorded_genres() -> None:
    articles = ARTICLES.assign(genre=["", "interview", "commentary"])
    assert "[[VOV]] one unrecorded and one interview; [[ministry]] one commentary." in findings.confounding(articles)


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
        "Three articles against two can be labelled in 10 ways, so the smallest permutation p that any difference could reach "
        "is .10. Nothing here is called supported, however large it looks: the figures describe these five articles, and "
        "are no evidence of what the sources write elsewhere."
    )


def test_design_that_can_support() -> None:
    table = comparison_table(1, floor=0.0286).assign(units=4, units_against=4)
    text = findings.design(table, "family")
    assert text.startswith(
        "Four families against four can be labelled in 70 ways; the smallest permutation p within reach is .029."
    )
    assert "with families as the units, not words" in text


def test_design_of_three_groups_names_those_too_small() -> None:
    strong = comparison_table(1, floor=0.02).assign(units=4, units_against=6)
    weak = strong.assign(group="C", units=1, units_against=9, floor=0.1)
    text = findings.design(pd.concat([weak, strong]))
    assert text.startswith("Four articles against six can be labelled in 210 ways;")
    assert text.endswith("Too few articles for any difference to be supported: [[C]] (1).")


def test_design_does_not_print_numbers_of_many_digits() -> None:
    text = findings.design(comparison_table(1, floor=0.0).assign(units=10_000, units_against=10_000))
    assert text.startswith("10,000 articles against 10,000 can be labelled in more than 10,000 ways;")
    text = findings.design(comparison_table(1, floor=1 / 124).assign(units=1, units_against=123))
    assert text.startswith(
        "One article against 123 can be labelled in 124 ways; the smallest permutation p within reach is .008."
    )
    assert findings.design(comparison_table(1).iloc[:0]) == "There is nothing to compare."


def test_comparison_without_permutation_claims_nothing() -> None:
    (text,) = findings.comparison(comparison_table(2.0).assign(q=np.nan), "term")
    assert text.endswith("to try all; a random generator (rng=) draws some.")


def test_comparison_claims_no_steadiness_where_no_unit_could_be_left_out() -> None:
    (text,) = findings.comparison(comparison_table(2.0).assign(out_low=np.nan), "term")
    assert "[[peace]]" not in text


def test_comparison_names_what_stands_out_with_its_direction() -> None:
    assert findings.comparison(comparison_table(2.0), "term") == [
        "Between [[A]] and [[B]] two terms were compared, one of them function words, which are not named. For none is a "
        "difference supported. Widest within these articles (no relabelling gives a wider gap, the interval leaves out "
        "equal rates, no single article turns it round), in rates per 1,000 words: more in [[A]]: [[peace]] (8.0 v 2.0)."
    ]


def test_comparison_of_reversed_data_is_reversed() -> None:
    (text,) = findings.comparison(comparison_table(-2.0), "term")
    assert "more in [[B]]: [[peace]] (2.0 v 8.0)." in text
    assert "more in [[A]]" not in text


@pytest.mark.parametrize(
    "change",
    [{"p_permutation": 0.2}, {"low": -0.1, "high": 0.1}],
    ids=["a relabelling is wider", "the interval holds equal rates"],
)
def test_comparison_names_nothing_that_does_not_stand_out(change: dict[str, float]) -> None:
    (text,) = findings.comparison(comparison_table(2.0).assign(**change), "term", unit="family")
    assert text.endswith(
        "For none is a difference supported, and none stands out from what other labellings of the same families give."
    )
    assert "[[peace]]" not in text


def test_comparison_names_only_supported_items_when_there_are_any() -> None:
    (text,) = findings.comparison(comparison_table(2.0, supported=True, floor=0.01), "term")
    assert "Supported by the articles, in rates per 1,000 words: more in [[A]]: [[peace]] (8.0 v 2.0)." in text
    assert "For none" not in text


def test_comparison_says_how_many_gaps_single_articles_make() -> None:
    narrow = comparison_table(0.3, flips=True).assign(term="war")
    table = pd.concat([comparison_table(2.0, flips=True), narrow], ignore_index=True)
    (text,) = findings.comparison(table, "term")
    assert text.endswith(
        "Without some one article two of the two gaps turn round, the widest: [[peace]] (8.0 v 2.0) turns round without a7."
    )


def test_comparison_says_which_article_makes_a_gap() -> None:
    (text,) = findings.comparison(comparison_table(2.0, flips=True), "term")
    assert text.endswith("Gaps that a single article makes: [[peace]] (8.0 v 2.0) turns round without a7.")
    assert "Widest" not in text
    (small,) = findings.comparison(comparison_table(0.3, flips=True), "term")
    assert "Gaps that" not in small


def test_comparison_of_topics_gives_shares() -> None:
    table = comparison_table(2.0).drop(columns="function_word").rename(columns={"term": "label"})
    (text,) = findings.comparison(table.assign(share=0.2, share_against=0.1), "label", noun="topic")
    assert text.startswith("Between [[A]] and [[B]] two topics were compared. For none")
    assert "more in [[A]]: [[peace]] (20% v 10%)." in text


def test_comparison_without_frequent_items() -> None:
    table = comparison_table(1.0).assign(p=np.nan)
    assert findings.comparison(table, "term", noun="phrase") == ["No phrase occurs often enough to compare [[A]]."]


def test_headings_name_the_two_sides_and_drop_the_group() -> None:
    columns = {"group": "source", "rate": "{a}", "rate_against": "{b} rate"}
    assert findings.headings(comparison_table(1.0), columns) == {"rate": "A", "rate_against": "B rate"}
    many = comparison_table(1.0).assign(group=["A", "A", "C"], against="all others")
    assert findings.headings(many, columns) == {"group": "source", "rate": "source", "rate_against": "others rate"}


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
    silent = pd.concat([rates, rates.iloc[:1].assign(group="B", count=0)])
    assert findings.prevalent(silent).endswith("(3.0); [[B]]: none.")


def test_voices_keeps_questions_apart() -> None:
    table = pd.DataFrame(
        {
            "group": ["A", "A", "A", "A", "B"],
            "voice": ["narrator", "quoted", "answer", "question", "narrator"],
            "n_words": [45, 20, 30, 5, 9],
        }
    )
    assert findings.voices(table) == (
        "In quotation marks or said by a guest: [[A]] 50.0% and [[B]] 0.0% of the words; interviewers' questions: "
        "[[A]] 5.0%."
    )
    assert findings.voices(table[table["voice"] != "question"]).endswith("[[B]] 0.0% of the words.")


def test_speakers_of_several_articles_of_a_source() -> None:
    table = pd.DataFrame(
        {
            "source": ["A", "A", "A", "B", "B"],
            "article": ["a1", "a2", "a2", "b1", "b1"],
            "speaker": ["Quan", "Quan", "", "Lam", ""],
            "n_words": [10, 20, 70, 5, 5],
        }
    )
    assert findings.speakers(table) == (
        "Quan speaks in two articles of [[A]] (a1 and a2), with 30 of its 100 words (30%). Articles that share a speaker "
        "are no independent witnesses."
    )
    assert findings.speakers(table[table["source"] == "B"]) == ""


def test_exploratory_topics_below_and_above_thirty_articles() -> None:
    few = pd.DataFrame({"article": list("aabb")})
    assert findings.exploratory_topics(few, 3).startswith("These topics rest on 4 passages of two articles.")
    many = pd.DataFrame({"article": [str(n) for n in range(30)]})
    assert findings.exploratory_topics(many, 3).endswith("is judged from these, drawn anew.")
    assert (
        findings.exploratory_topics(few, 1)
        == "The passages of two articles (4) are too few to look for topics in them."
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
