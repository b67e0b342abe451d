"""Key terms: typed-out rows, a planted term that is found, relabellings where nothing is, and what a unit does."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from one_line import counts_from, counts_of, overdispersed

import textlens as tl
from textlens.inference import benjamini_hochberg, quasi_likelihood

COLUMNS = (
    "group against term count count_against rate rate_against effect low high p q p_permutation floor supported "
    "overdispersion units units_against units_with units_with_against out_low out_high flips driver family "
    "function_word house_style"
).split()
SOURCES = ["A"] * 20 + ["B"] * 20
TERMS = [f"term{number:03}" for number in range(150)]
PLANTED = 80


def planted(seed: int) -> tl.Counts:
    """Twenty against twenty articles; one term stands six times as often in A."""
    rng = np.random.default_rng(seed)
    matrix, lengths = overdispersed(rng)
    mean = lengths * np.where(np.arange(40) < 20, 6, 1) * 0.003
    matrix[:, PLANTED] = rng.poisson(mean * rng.gamma(3, 1 / 3, 40))
    return counts_from(matrix, lengths, SOURCES, TERMS)


def test_table_of_two_articles() -> None:
    with pytest.warns(
        tl.SmallCorpusWarning, match="^1 against 1 units: the smallest p that any difference could reach"
    ):
        table = tl.compare_terms(counts_of("a b c c", "b b c d"), min_count=1)
    assert table.columns.tolist() == COLUMNS
    assert isinstance(table.index, pd.RangeIndex)
    rows = table.set_index("term").loc[["a", "b", "c", "d"]]
    assert rows["count"].tolist() == [1, 1, 2, 0]
    assert rows["count_against"].tolist() == [0, 2, 1, 1]
    assert rows["rate"].tolist() == [250, 250, 500, 0]
    # Two added to each side of four words: log2 of 3/2, 3/4, 4/3 and 2/3.
    assert rows["effect"].tolist() == pytest.approx([0.584963, -0.415037, 0.415037, -0.584963], abs=1e-6)
    assert rows["units_with"].tolist() == [1, 1, 1, 0]
    assert rows["function_word"].tolist() == [True, False, False, False]
    assert set(table["group"]) == {"A"} and set(table["against"]) == {"B"}


def test_a_term_that_one_side_lacks_has_a_one_sided_bound() -> None:
    rows = tl.compare_terms(counts_of("a b c c", "b b c d"), min_count=1).set_index("term")
    assert rows.loc["a", "high"] == np.inf
    assert rows.loc["d", "low"] == -np.inf
    assert np.isfinite(rows.loc[["b", "c"], ["low", "high"]]).all(axis=None)


def test_three_against_two_articles_can_show_nothing() -> None:
    counts = counts_of(*["war " * 50] * 3, *["peace " * 50] * 2, source=list("AAABB"))
    with pytest.warns(
        tl.SmallCorpusWarning,
        match=r"^3 against 2 units: the smallest p that any difference could reach is 0\.1, so none is called ",
    ):
        table = tl.compare_terms(counts)
    assert table["floor"].tolist() == [0.1, 0.1]
    assert table["p_permutation"].tolist() == [0.1, 0.1]
    assert table["supported"].tolist() == [False, False]


def test_the_warning_names_the_smallest_pair() -> None:
    counts = counts_of(*["war peace"] * 8, source=list("AAAAABBC"))
    with pytest.warns(tl.SmallCorpusWarning, match="^C: 1 against 7 units"):
        tl.compare_terms(counts)


@pytest.mark.filterwarnings("error")
def test_no_warning_where_the_floor_is_low_enough() -> None:
    table = tl.compare_terms(counts_of(*["war peace"] * 8))
    assert set(table["floor"]) == {2 / 70}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_term_planted_at_six_times_its_rate_is_supported(seed: int) -> None:
    table = tl.compare_terms(planted(seed))
    first = table.iloc[0]
    assert first["term"] == TERMS[PLANTED]
    assert first["supported"]
    assert first["low"] < np.log2(6) < first["high"]
    assert table["supported"].sum() == 1


def supported_after_relabelling(seed: int) -> int:
    counts = planted(1)
    sources = list(np.random.default_rng(seed).permutation(SOURCES))
    relabelled = counts_from(counts.matrix.toarray(), counts.n_words, sources, TERMS)
    return int(tl.compare_terms(relabelled)["supported"].sum())


def test_a_random_relabelling_of_the_articles_supports_nothing() -> None:
    assert supported_after_relabelling(0) == 0


def test_of_forty_random_relabellings_at_most_one_in_twenty_supports_anything() -> None:
    assert sum(supported_after_relabelling(seed) > 0 for seed in range(40)) <= 2


def test_many_relabellings_need_an_rng() -> None:
    counts = planted(1)
    assert tl.compare_terms(counts)["p_permutation"].isna().all()
    drawn = tl.compare_terms(counts, rng=np.random.default_rng(0))
    assert 1 / 10_000 <= drawn.iloc[0]["p_permutation"] < 0.001
    pd.testing.assert_frame_equal(drawn, tl.compare_terms(counts, rng=np.random.default_rng(0)))


def test_q_is_never_below_one_over_the_relabellings() -> None:
    matrix = np.tile([[40], [0]], (3, 35))
    table = tl.compare_terms(counts_from(matrix, np.full(6, 2000), list("ABABAB"), TERMS[:35]))
    assert table["p"].max() < 0.001
    assert set(table["q"]) == {1 / 20}
    assert set(table["floor"]) == {0.1}
    assert not table["supported"].any()


def test_doubling_every_article_changes_no_rate() -> None:
    texts = ["a b c c", "b b c d", "a c c", "d b"]
    once = tl.compare_terms(counts_of(*texts)).set_index("term").sort_index()
    twice = tl.compare_terms(counts_of(*(f"{text} {text}" for text in texts))).set_index("term").sort_index()
    same = ["rate", "rate_against", "floor", "units", "units_with", "units_with_against"]
    pd.testing.assert_frame_equal(once[same], twice[same])


def test_a_family_is_one_unit() -> None:
    counts = counts_of("a", "b", "a", "b", family=list("xyxz"))
    table = tl.compare_terms(counts, unit="family")
    assert table[["units", "units_against"]].to_numpy().tolist() == [[1, 2]] * 2
    assert table["floor"].tolist() == pytest.approx([1 / 3] * 2)


def test_influence_by_hand() -> None:
    # 3 of 10 and 1 of 20 words against none of 10 and 2 of 40.
    counts = counts_from([[3, 1], [1, 1], [0, 2], [2, 1]], np.array([10, 20, 10, 40]), list("AABB"), ["war", "peace"])
    table = tl.influence(counts, ["war"], min_count=1)
    assert table.columns.tolist() == "group against term unit side count words rate effect effect_without".split()
    assert table["unit"].tolist() == ["a000", "a001", "a002", "a003"]
    assert table["side"].tolist() == list("AABB")
    assert table["count"].tolist() == [3, 1, 0, 2]
    assert table["words"].tolist() == [10, 20, 10, 40]
    assert table["rate"].tolist() == [300, 50, 0, 50]
    phi = quasi_likelihood(counts.matrix, counts.n_words, [0, 0, 1, 1]).phi_effective[0]

    def effect(a: int, A: int, b: int, B: int) -> float:
        return float(np.log2(a / A + 4 * phi / (A + B)) - np.log2(b / B + 4 * phi / (A + B)))

    assert table["effect"].tolist() == pytest.approx([effect(4, 30, 2, 50)] * 4, rel=1e-12)
    without = [effect(1, 20, 2, 50), effect(3, 10, 2, 50), effect(4, 30, 2, 40), effect(4, 30, 0, 10)]
    assert table["effect_without"].tolist() == pytest.approx(without, rel=1e-12)


def test_influence_agrees_with_the_comparison() -> None:
    counts = planted(4)
    table = tl.compare_terms(counts).set_index("term")
    chosen = [TERMS[PLANTED], TERMS[140]]
    influence = tl.influence(counts, chosen)
    assert influence["term"].drop_duplicates().tolist() == chosen
    for term, rows in influence.groupby("term"):
        expected = table.loc[term]
        assert rows["effect"].tolist() == pytest.approx([expected["effect"]] * 40, rel=1e-12)
        assert rows["effect_without"].min() == pytest.approx(expected["out_low"], rel=1e-12)
        assert rows["effect_without"].max() == pytest.approx(expected["out_high"], rel=1e-12)
    driver = influence.loc[influence[influence["term"] == chosen[0]]["effect_without"].idxmin(), "unit"]
    assert driver == table.loc[chosen[0], "driver"]


def test_influence_of_several_pairs_and_of_a_unit_that_is_alone() -> None:
    table = tl.influence(counts_of("war", "war war", "peace", source=list("ABB")), ["war", "peace"], min_count=1)
    assert table["effect_without"].isna().tolist() == [True, False, False] * 2
    three = tl.influence(counts_of("war", "war war", "peace", source=list("ABC")), ["war"], min_count=1)
    pairs = three[["group", "against"]].drop_duplicates().to_numpy().tolist()
    assert pairs == [[source, "all others"] for source in "ABC"]


def test_what_influence_refuses() -> None:
    counts = counts_of("war", "peace")
    with pytest.raises(ValueError, match="^the term 'wat' occurs nowhere; near: war$"):
        tl.influence(counts, ["wat"])
    with pytest.raises((TypeError, ValueError), match="^terms must be a list"):
        tl.influence(counts, "war")
    with pytest.raises(ValueError, match="^no group 'C' to compare with; there are A, B$"):
        tl.influence(counts, ["war"], against="C")


def test_self_check_goes_through_all_labellings_where_they_are_few() -> None:
    # 4 against 4 articles: 70 ways. The last fifteen terms go together, so that some ways give findings.
    rng = np.random.default_rng(2)
    matrix = rng.poisson(5, (8, 35))
    matrix[:4, :15] += 40
    lengths = np.full(8, 3000)
    counts = counts_from(matrix, lengths, list("ABBAABAB"), TERMS[:35])
    ways = np.array([np.isin(np.arange(8), chosen) for chosen in combinations(range(8), 4)])
    found = [
        (np.maximum(benjamini_hochberg(quasi_likelihood(counts.matrix, lengths, way.astype(int)).p), 1 / 70) < 0.05)
        for way in ways
    ]
    expected = np.mean([any(each) for each in found])
    assert 0 < expected < 1
    assert tl.self_check(counts, rng=np.random.default_rng(0)) == pytest.approx(expected, rel=1e-12)


def test_self_check_of_independent_articles_finds_hardly_anything() -> None:
    assert tl.self_check(planted(1), rng=np.random.default_rng(0), n_draws=40) <= 0.05


def test_self_check_deals_within_blocks() -> None:
    # Four texts, ten copies of each: within its event a copy differs from no other.
    rng = np.random.default_rng(1)
    matrix = np.vstack([rng.poisson(rng.gamma(2, 4, (4, 60)))] * 10)
    counts = counts_from(matrix, matrix.sum(axis=1) + 50, SOURCES, TERMS[:60])
    events = replace(counts, articles=counts.articles.assign(event=[*"wxyz"] * 10))
    assert tl.self_check(events, block="event", rng=np.random.default_rng(0), n_draws=20) == 0


def test_self_check_is_the_same_for_the_same_seed() -> None:
    shares = [tl.self_check(planted(2), rng=np.random.default_rng(7), n_draws=20) for _ in range(2)]
    assert shares[0] == shares[1]


def test_what_self_check_refuses() -> None:
    with pytest.raises(ValueError, match="^a family of fewer than 30 items is tested by permutation, which needs no "):
        tl.self_check(counts_of("a", "b"), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="^n_draws must be a whole number of 1 or more, not 0$"):
        tl.self_check(planted(1), rng=np.random.default_rng(0), n_draws=0)
    with pytest.raises(TypeError, match="^rng must be "):
        tl.self_check(planted(1), rng=0)  # type: ignore[arg-type]
