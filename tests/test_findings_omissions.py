"""Sentences on silences, names and divergence; reversed data give reversed sentences."""

import numpy as np
import pandas as pd
import pytest

from textlens.findings.omissions import absent, divergent, naming

END = " The bounds hold for terms that were chosen before the texts were looked at."


def silence(group: str, *rows: tuple[str, float, int, float, bool]) -> pd.DataFrame:
    columns = ["term", "upper", "count_elsewhere", "rate_elsewhere", "enough_text"]
    return pd.DataFrame(list(rows), columns=columns).assign(group=group, words=1200, units=3)


def names(share: float, *, supported: bool = False, q: float = 0.2, totals: tuple[int, int] = (20, 15)) -> pd.DataFrame:
    """East Sea has this share in A and the rest of it in B."""
    return pd.DataFrame(
        {
            "set": "sea",
            "name": ["East Sea", "South Sea"],
            "group": "A",
            "against": "B",
            "total": totals[0],
            "total_against": totals[1],
            "share": [share, 1 - share] if totals[0] else np.nan,
            "share_against": [1 - share, share] if totals[1] else np.nan,
            "q": q,
            "supported": supported,
            "floor": 0.01,
        }
    )


def diverging(p: float, *, floor: float = 0.01, turned: bool = False) -> pd.DataFrame:
    shares = ["share_against", "share"] if turned else ["share", "share_against"]
    return pd.DataFrame(
        {
            "group": "A",
            "against": "B",
            "term": ["flood", "the", "storm", "wall", "gate"],
            shares[0]: [0.3, 0.2, 0.1, 0.2, 0.1],
            shares[1]: [0.1, 0.1, 0.2, 0.1, 0.2],
            "total": 0.3219,
            "permuted": np.nan if np.isnan(p) else 0.25,
            "p_permutation": p,
            "q": p,
            "floor": floor,
            "function_word": [False, True, False, False, False],
        }
    )


def test_a_silence_that_tells_and_one_that_does_not() -> None:
    table = silence("B", ("flood", 2.5, 9, 4.04, True), ("gate", 2.5, 2, 1.0, False), ("dam", 2.5, 0, 0.0, False))
    assert absent(table) == (
        "In the 1,200 words of its three articles [[B]] never uses [[flood]] (at most 2.5 per 1,000 words, 4.0 elsewhere), its text is "
        "long enough that the others' rate does not fit the silence; [[gate]] (at most 2.5 per 1,000 words, 1.0 elsewhere), too little text to tell; "
        "[[dam]], as nobody does." + END
    )


def test_of_several_pairs_the_corrected_p_decides() -> None:
    (text,) = divergent(diverging(0.012).assign(q=0.08))
    assert "No difference is supported (p = .012, q = .08)." in text
    (text,) = divergent(diverging(0.0001).assign(q=0.0003))
    assert "supported by the articles (p below .001, q below .001)." in text


def test_terms_picked_for_their_absence_conclude_nothing() -> None:
    table = silence("B", ("flood", 2.5, 9, 4.04, True), ("gate", 2.5, 2, 1.0, False))
    assert absent(table, "family", picked=True) == (
        "In the 1,200 words of its three families [[B]] never uses [[flood]] (at most 2.5 per 1,000 words, 4.0 "
        "elsewhere); [[gate]] (at most 2.5 per 1,000 words, 1.0 elsewhere). These terms were noticed because they are "
        "missing, so the bounds are lower than they should be, and test nothing. Other forms of a word may occur."
    )


def test_reversed_silences_are_told_of_the_other_group() -> None:
    a, b = (silence(group, ("flood", 2.5, 9, 4.0, True)) for group in "AB")
    assert absent(a).replace("[[A]]", "[[B]]") == absent(b)
    assert absent(pd.concat([a, b])).count("never uses") == 2


def test_no_silence() -> None:
    assert absent(silence("A")) == "None of these terms is absent from any group."


def test_names_without_support_are_described() -> None:
    assert naming(names(0.8)) == [
        "Of the names of “sea”, [[A]] has [[East Sea]] most often (80% of 20); [[B]] has [[South Sea]] most often "
        "(80% of 15). For none is a difference supported."
    ]


def test_supported_names_and_the_reverse() -> None:
    end = "Supported by the articles, in shares of the names: more in [[A]]: [[{}]] (80% v 20%); more in [[B]]: [[{}]] "
    assert end.format("East Sea", "South Sea") + "(20% v 80%)." in naming(names(0.8, supported=True, q=0.01))[0]
    assert end.format("South Sea", "East Sea") + "(20% v 80%)." in naming(names(0.2, supported=True, q=0.01))[0]
    assert "Supported by the families" in naming(names(0.2, supported=True, q=0.01), "family")[0]


def test_a_side_that_never_names_the_thing() -> None:
    assert naming(names(0.8, totals=(20, 0), q=np.nan)) == [
        "Of the names of “sea”, [[A]] has [[East Sea]] most often (80% of 20); [[B]] never names it. There is nothing to "
        "compare."
    ]
    assert "[[A]] never names it; [[B]] has [[South Sea]]" in naming(names(0.8, totals=(0, 15), q=np.nan))[0]


def test_names_that_are_as_frequent_are_both_told() -> None:
    assert "[[A]] has [[East Sea]] and [[South Sea]] most often (50% of 20)" in naming(names(0.5))[0]


def test_names_that_were_not_tested() -> None:
    assert naming(names(0.8, q=np.nan))[0].endswith(
        "None was tested: the labellings are too many to try all; a random generator (rng=) draws some."
    )


def test_each_pair_has_its_paragraph() -> None:
    both = pd.concat([names(0.8), names(0.2).assign(group="B", against="A")])
    assert [text.split(" has ")[0] for text in naming(both)] == [
        "Of the names of “sea”, [[A]]",
        "Of the names of “sea”, [[B]]",
    ]


def test_divergence_stands_beside_what_chance_gives() -> None:
    assert divergent(diverging(0.004)) == [
        "The words of [[A]] and [[B]] diverge by 0.322; with the articles labelled at random, 0.250 on average. The "
        "difference is supported by the articles (p = .004). What adds most to it, function words aside: more in [[A]]: "
        "[[flood]] and [[wall]]; more in [[B]]: [[storm]]."
    ]


def test_reversed_shares_turn_the_terms_round() -> None:
    assert divergent(diverging(0.004, turned=True))[0].endswith(
        "more in [[A]]: [[storm]]; more in [[B]]: [[flood]] and [[wall]]."
    )


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (diverging(0.3), "on average. No difference is supported (p = .30). What"),
        (diverging(0.1, floor=0.1), "No difference is supported (p = .10, and .10 is the smallest within reach)."),
        (diverging(0.0001), "The difference is supported by the articles (p below .001)."),
        (diverging(np.nan), "diverge by 0.322. It was not tested: the labellings are too many to try all;"),
    ],
)
def test_what_a_divergence_can_carry(table: pd.DataFrame, told: str) -> None:
    assert told in divergent(table)[0]


def test_function_words_alone_are_not_named() -> None:
    table = diverging(0.3).assign(function_word=True)
    assert divergent(table)[0].endswith("No difference is supported (p = .30).")
