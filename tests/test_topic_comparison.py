"""Shares of topics by source: words by hand, intervals that carry the fit, planted differences and random splits."""

import numpy as np
import pandas as pd
import pytest
from one_line import counts_of
from test_topics import FARM, MONEY, SEA, fitted, planted

import textlens as tl
from textlens.shares import share_difference

pytestmark = pytest.mark.filterwarnings("ignore::textlens.SmallCorpusWarning")


def matters(shares: dict[str, list[float]], n: int, rng: np.random.Generator, **columns: list[str]) -> tl.Counts:
    """n articles of each source, of five passages of 20 words on one of three matters each."""
    texts, sources = [], []
    for source, share in shares.items():
        for _ in range(n):
            own = rng.dirichlet(np.array(share) * 4)
            passages = [rng.choice([SEA, FARM, MONEY][number], 20) for number in rng.choice(3, 5, p=own)]
            texts.append("\n".join(" ".join(words) for words in passages))
            sources.append(source)
    return counts_of(*texts, source=sources, **columns)


def sea_of(topics: tl.Topics) -> int:
    return next(topic for topic, label in topics.labels.items() if set(label.split(", ")) <= set(SEA))


def test_comparison_gives_the_words_of_each_topic() -> None:
    topics = fitted()
    table = tl.compare_topics(topics)
    assert table["topic"].tolist() == [1, 2, 3]
    assert table["label"].tolist() == list(topics.labels.values())
    assert table["verdict"].tolist() == ["not measured"] * 3
    assert table["stability"].isna().all()
    words = topics.shares[["topic 1", "topic 2", "topic 3"]].mul(topics.shares["n_words"], axis=0).sum()
    assert (table["count"] + table["count_against"]).tolist() == pytest.approx(words.tolist())
    # Every passage has 21 words and thirty passages stand on each side.
    assert table["of"].tolist() == [630] * 3
    assert table["share"].tolist() == pytest.approx((table["count"] / 630).tolist())
    assert table["share"].sum() == pytest.approx(1, abs=1e-5)
    assert table["effect"].tolist() == pytest.approx((table["share"] - table["share_against"]).tolist())
    assert set(table["score"]) == {"words"}


def test_the_source_that_writes_more_of_a_topic_is_found() -> None:
    topics = fitted()
    table = tl.compare_topics(topics)
    row = table[table["topic"] == sea_of(topics)].iloc[0]
    assert (row["group"], row["against"]) == ("A", "B")
    assert row["effect"] < 0
    assert row["floor"] == 2 / 924


def test_the_interval_joins_articles_and_fit() -> None:
    shares = {"A": [0.5, 0.3, 0.2], "B": [0.2, 0.4, 0.4]}
    fit = tl.fit_topics(matters(shares, 8, np.random.default_rng(3)), 4)
    topics = tl.measure_stability(fit, rng=np.random.default_rng(1))
    table = tl.compare_topics(topics, rng=np.random.default_rng(1))
    assert topics.refits is not None
    given = topics.word_counts()
    side = (given.labels("source") == "B").to_numpy().astype(int)
    words = given.n_words.astype(float)
    alone = share_difference(given.matrix.toarray(), words, side)
    gaps = np.array([share_difference(fit, words, side).difference for fit in topics.refits])
    sd = gaps.std(axis=0, ddof=1) * np.sqrt(1 + 1 / 25)
    assert table["fit_sd"].tolist() == pytest.approx(sd.tolist())
    reach = 2.0638985616280205 * sd  # t of 24 degrees of freedom
    assert table["low"].tolist() == pytest.approx(
        (alone.difference - np.hypot(alone.difference - alone.low, reach)).tolist()
    )
    assert (table["low"] < alone.low).all() and (table["high"] > alone.high).all()
    assert table["stability"].tolist() == topics.stability["stability"].tolist()  # type: ignore[index]


def test_shares_have_intervals_of_their_own() -> None:
    table = tl.compare_topics(fitted())
    for side in ("share", "share_against"):
        assert (table[f"{side}_low"] < table[side]).all() and (table[side] < table[f"{side}_high"]).all()
        assert table[f"{side}_low"].ge(0).all() and table[f"{side}_high"].le(1).all()


def test_intervals_stay_within_what_shares_can_be() -> None:
    shares = {"A": [0.98, 0.01, 0.01], "B": [0.01, 0.98, 0.01]}
    table = tl.compare_topics(tl.fit_topics(matters(shares, 2, np.random.default_rng(2)), 3))
    assert table["low"].min() == -1 and table["high"].max() == 1
    assert table[["share_low", "share_against_low"]].min(axis=None) >= 0


def test_swapping_the_sources_turns_the_sign() -> None:
    topics = tl.measure_stability(fitted(), rng=np.random.default_rng(1))
    table, turned = tl.compare_topics(topics, against="B"), tl.compare_topics(topics, against="A")
    for name, other, sign in (("effect", "effect", -1), ("low", "high", -1), ("share", "share_against", 1)):
        assert table[name].tolist() == pytest.approx((sign * turned[other]).tolist())
    assert table["p_permutation"].tolist() == turned["p_permutation"].tolist()


def test_a_planted_difference_is_supported_and_a_random_split_is_not() -> None:
    rng = np.random.default_rng(5)
    topics = tl.fit_topics(matters({"A": [0.7, 0.15, 0.15], "B": [0.2, 0.4, 0.4]}, 20, rng), 3)
    table = tl.compare_topics(topics, rng=rng).set_index("topic")
    sea = table.loc[sea_of(topics)]
    assert sea["supported"] and sea["low"] <= 0.5 <= sea["high"]
    same = {"A": [0.4, 0.3, 0.3], "B": [0.4, 0.3, 0.3]}
    split = [tl.compare_topics(tl.fit_topics(matters(same, 20, rng), 3), rng=rng)["supported"].any() for _ in range(5)]
    assert sum(split) == 0


def test_blocks_and_families_are_heeded() -> None:
    rng = np.random.default_rng(6)
    events = [f"e{number % 10}" for number in range(20)]
    counts = matters({"A": [0.6, 0.2, 0.2], "B": [0.2, 0.4, 0.4]}, 10, rng, event=events, family=events)
    topics = tl.fit_topics(counts, 3)
    assert set(tl.compare_topics(topics, block="event", rng=rng)["blocks"]) == {10}
    with pytest.raises(ValueError, match="^the family 'e0' belongs to two groups"):
        tl.compare_topics(topics, unit="family", rng=rng)


def test_three_sources_are_compared_with_all_others() -> None:
    rng = np.random.default_rng(7)
    shares = {"A": [0.6, 0.2, 0.2], "B": [0.2, 0.6, 0.2], "C": [0.2, 0.2, 0.6]}
    table = tl.compare_topics(tl.fit_topics(matters(shares, 10, rng), 3), rng=rng)
    assert table.groupby("group").size().to_dict() == {"A": 3, "B": 3, "C": 3}
    assert set(table["against"]) == {"all others"}


def test_three_against_two_articles_can_show_nothing() -> None:
    topics = tl.fit_topics(counts_of(*["war war peace\ntrade peace"] * 5, source=list("AAABB")), 2)
    with pytest.warns(tl.SmallCorpusWarning, match="^3 against 2 units"):
        table = tl.compare_topics(topics)
    assert table["supported"].tolist() == [False, False]
    assert set(table["floor"]) == {0.1}


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(ValueError, match="^no column 'outlet'; there are article, "):
        tl.compare_topics(fitted(), by="outlet")


def trends_of(years: list[int], seas: list[float]) -> pd.DataFrame:
    """Articles of ten passages, some of them on the sea, the others on money."""
    texts = ["\n".join([" ".join(SEA)] * round(10 * s) + [" ".join(MONEY)] * round(10 - 10 * s)) for s in seas]
    counts = counts_of(*texts, date=[f"{year}-07-01" for year in years])
    topics = tl.fit_topics(counts, 2)
    table = tl.topic_trends(topics, rng=np.random.default_rng(1), n_draws=999)
    return table[table["topic"] == sea_of(topics)]


def test_a_share_that_rises_by_a_tenth_each_year_is_told() -> None:
    table = trends_of([2020, 2021, 2022, 2023, 2024, 2025, 2026], [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
    assert table["period"].tolist() == [str(year) for year in range(2020, 2027)]
    assert table["share"].tolist() == pytest.approx([0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], abs=0.01)
    assert table["per_year"].iloc[0] == pytest.approx(0.1, abs=0.002)
    # Two of 5,040 orders are as steep.
    assert table["p_permutation"].iloc[0] < 0.01
    assert table["low"].isna().all()


def test_intervals_of_a_period_are_over_its_articles() -> None:
    table = trends_of([2020] * 6 + [2021] * 6, [0.1, 0.3, 0.2, 0.5, 0.1, 0.3] + [0.5] * 6)
    first, second = table.to_dict("records")
    assert (first["units"], second["units"]) == (6, 6)
    assert first["low"] < first["share"] < first["high"]
    assert first["share"] == pytest.approx(0.25, abs=0.01)


def test_groups_periods_and_articles_without_a_date() -> None:
    rng = np.random.default_rng(8)
    dates = ["2030-01-05", "2030-02-06", "", "2030-04-01"] * 5
    counts = matters({"A": [0.4, 0.3, 0.3], "B": [0.4, 0.3, 0.3]}, 10, rng, date=dates)
    table = tl.topic_trends(tl.fit_topics(counts, 3), every="quarter", by="source", n_draws=99)
    assert table.groupby("group")["period"].unique().map(list).to_dict() == {g: ["2030Q1", "2030Q2"] for g in "AB"}
    assert table.groupby("group")["undated"].first().to_dict() == {"A": 2, "B": 3}


def test_articles_of_one_family_are_one_unit_at_its_earliest_date() -> None:
    years, family = [2020, 2021, 2021, 2022], ["a", "b", "b", "c"]
    texts = ["\n".join([" ".join(SEA)] * s + [" ".join(MONEY)] * (10 - s)) for s in (2, 3, 5, 8)]
    counts = counts_of(*texts, date=[f"{year}-07-01T08:00:00+07:00" for year in years], family=family)
    topics = tl.fit_topics(counts, 2)
    table = tl.topic_trends(topics, unit="family", n_draws=999)
    table = table[table["topic"] == sea_of(topics)]
    assert table["units"].tolist() == [1, 1, 1]
    assert table["share"].tolist() == pytest.approx([0.2, 0.4, 0.8], abs=0.01)
    # Shares .2, .4, .8 at years 0, 1, 2, of which the second has twice the words: four of six orders are as steep.
    x, y, w = np.array([0, 1, 2]), np.array([0.2, 0.4, 0.8]), np.array([1, 2, 1])
    x = x - np.average(x, weights=w)
    slope = (w * x) @ y / (w @ x**2)
    assert table["per_year"].iloc[0] == pytest.approx(slope, abs=0.005)
    assert table["p_permutation"].iloc[0] > 0.2


def test_an_article_without_words_is_in_no_trend() -> None:
    counts = counts_of(
        *["\n".join([" ".join(SEA), " ".join(MONEY)])] * 4, "...", date=["2020", "2021", "2022", "2023", "2024"]
    )
    table = tl.topic_trends(tl.fit_topics(counts, 2), n_draws=99)
    assert table["period"].unique().tolist() == ["2020", "2021", "2022", "2023"]
    assert table["per_year"].notna().all()


def test_slopes_of_all_topics_and_groups_are_one_family_of_tests() -> None:
    table = trends_of([2020, 2021, 2022, 2023, 2024, 2025, 2026], [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
    # Both topics of two turn together: the step-up rate of two equal p is p.
    assert table["q"].tolist() == table["p_permutation"].tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every": "day"}, "^every must be one of year, quarter, month, week, not 'day'$"),
        ({"date": "source"}, "^'source' holds 'A', which is no date; write YYYY-MM-DD$"),
        ({"date": "when"}, "^no column 'when'; there are "),
        ({"n_draws": 0}, "^n_draws must be "),
    ],
)
def test_errors_of_trends(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tl.topic_trends(fitted(), **options)  # type: ignore[arg-type]


def test_without_any_date_there_is_no_trend() -> None:
    counts, _ = planted()
    counts.articles["date"] = ""
    with pytest.raises(ValueError, match="^no article has a 'date'$"):
        tl.topic_trends(tl.fit_topics(counts, 2))
