"""The number of topics: the planted one comes out first, and chance helps nobody to foretell words."""

import numpy as np
import pandas as pd
import pytest
from one_line import counts_of
from test_topic_stability import articles

import textlens as tl


def test_the_planted_number_is_first_and_its_topics_are_all_stable() -> None:
    table = tl.choose_topics(articles(60, planted=True), [2, 3, 4, 5], rng=np.random.default_rng(1))
    assert table["k"].tolist() == [2, 3, 4, 5]
    row = table.set_index("k").loc[3]
    assert row["rank"] == 1
    assert row["stable"] == 3
    assert row["stability"] == table["stability"].max()
    # To know the one matter of three would save log2(3) bits; an article mixes them.
    assert 0.2 < row["held_out"] < np.log2(3)
    assert table["held_out"].idxmax() >= 1


def test_words_without_company_are_not_foretold() -> None:
    table = tl.choose_topics(articles(40, planted=False), [2, 4], rng=np.random.default_rng(1))
    assert (table["held_out"] < 0.05).all()
    assert table["stable"].tolist() == [0, 0]


def test_columns_and_the_same_answer_twice() -> None:
    counts = articles(30, planted=True)
    first, second = (tl.choose_topics(counts, [3, 2], rng=np.random.default_rng(4)) for _ in range(2))
    assert first.equals(second)
    assert first["k"].tolist() == [3, 2]
    assert list(first) == ("k npmi diversity exclusivity held_out stability null null_high stable of_one rank".split())


def test_a_number_is_told_the_same_whatever_stands_beside_it() -> None:
    counts = articles(30, planted=True)
    both, alone = (tl.choose_topics(counts, ks, rng=np.random.default_rng(4)) for ks in ([2, 3], 3))
    pd.testing.assert_frame_equal(both.drop(columns="rank").tail(1).reset_index(drop=True), alone.drop(columns="rank"))


@pytest.mark.parametrize("ks", [[], [3, 3]])
def test_numbers_must_be_different(ks: list[int]) -> None:
    with pytest.raises(ValueError, match=r"^ks must be different numbers of topics, as \[4, 6, 8\], not \["):
        tl.choose_topics(articles(30, planted=True), ks)


def test_few_articles_warn_once() -> None:
    counts = counts_of(*["war peace\ntrade peace war", "sea tide\nwave tide"] * 3)
    with pytest.warns(tl.SmallCorpusWarning) as told:
        tl.choose_topics(counts, [2])
    assert [str(warning.message).split(" is ")[0] for warning in told] == ["the stability of topics over 6 articles"]
