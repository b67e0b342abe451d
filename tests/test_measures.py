"""Measures: published values, scipy as oracle, and what holds for any counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from textlens import measures
from textlens.measures import MEASURES, TwoGroups

A, B = 40, 60
COUNTS = st.lists(st.tuples(st.integers(0, A), st.integers(0, B)), min_size=1, max_size=6).map(
    lambda pairs: np.array(pairs, dtype=float).T
)
UNSIGNED = ("g2", "g2_4cell", "chi2", "chi2_yates", "fisher", "bic", "text_dispersion")


def two_groups(a: list[float], words: float, b: list[float], words_b: float) -> TwoGroups:
    x, y = np.array(a, dtype=float), np.array(b, dtype=float)
    return TwoGroups(x, y, words, words_b, np.minimum(x, 3), np.minimum(y, 4), 3, 4)


def value(name: str, a: float, words: float, b: float, words_b: float) -> float:
    return float(MEASURES[name](two_groups([a], words, [b], words_b))[0])


def test_g2_4cell_of_a_bigram_dunning_1993_p_72() -> None:
    assert value("g2_4cell", 10, 13, 0, 31764) == pytest.approx(167.23, abs=0.005)


def test_chi2_of_a_bigram_seen_three_times_dunning_1993_p_73() -> None:
    assert value("chi2", 3, 3, 0, 31774) == pytest.approx(31777, abs=0.5)


def test_chi2_yates_pedersen_1996_p_10() -> None:
    chi2 = value("chi2_yates", 1, 4, 3, 4)
    assert chi2 == pytest.approx(0.5, abs=0.0005)
    assert stats.chi2.sf(chi2, 1) == pytest.approx(0.48, abs=0.005)


def test_fisher_pedersen_1996_p_10() -> None:
    p = [measures.fisher_exact([1], 4, [3], 4, alternative=way)[0] for way in ("two-sided", "less", "greater")]
    assert p == pytest.approx([0.486, 0.243, 0.986], abs=0.0005)
    assert value("fisher", 1, 4, 3, 4) == p[0]


def test_mann_whitney_kilgarriff_2001_p_238() -> None:
    assert measures.mann_whitney([12, 15, 18, 24, 88], [3, 3, 13, 27, 33]) == (31, 16)


def test_odds_ratio_pojanapunya_todd_p_154() -> None:
    assert value("odds_ratio", 16217, 2796938, 735, 2087946) == pytest.approx(16.6, abs=0.05)


def test_percent_diff_gabrielatos_marchi_p_18() -> None:
    assert value("percent_diff", 206523, 959641, 178174, 1562358) == pytest.approx(88.7, abs=0.05)


def test_simple_maths_kilgarriff_2009() -> None:
    assert value("simple_maths", 35, 112289811, 263, 1559717242) == pytest.approx(1.1224, abs=0.00005)


def test_difference_coefficient_hofland_johansson_p_471() -> None:
    assert value("difference_coefficient", 18, 1e6, 35, 1e6) == pytest.approx(-0.32, abs=0.005)


def test_pmi_church_hanks_1990_p_24() -> None:
    assert measures.pmi([8], [1105], [44], 15_000_000)[0] == pytest.approx(11.3, abs=0.05)


def test_delta_p_both_ways_gries_2013_p_144() -> None:
    both, first, second, neither = 5610, 168938, 2257, 10233063
    found = measures.delta_p([both], [both + first], [both + second], both + first + second + neither)
    assert [way[0] for way in found] == pytest.approx([0.032, 0.697], abs=0.0005)


def test_jensen_shannon_in_bits_recomputed_with_scipy() -> None:
    parts = measures.jensen_shannon([0.5, 0.3, 0.2, 0], [0.2, 0.3, 0.1, 0.4])
    assert parts == pytest.approx([0.0479078, 0, 0.0122556, 0.2], abs=5e-8)
    assert parts.sum() == pytest.approx(0.2601634, abs=5e-8)


@pytest.mark.parametrize(
    ("a", "b", "words", "words_b", "g2", "bic"),
    [
        (100, 50, 10_000, 10_000, 16.98990, 7.08642),
        (30, 10, 5_000, 8_000, 22.05403, 12.58133),
        (0, 12, 4_000, 4_000, 16.63553, 7.64834),
    ],
)
def test_g2_2cell_and_bic_recomputed(a: int, b: int, words: int, words_b: int, g2: float, bic: float) -> None:
    assert value("g2", a, words, b, words_b) == pytest.approx(g2, abs=5e-6)
    assert value("bic", a, words, b, words_b) == pytest.approx(bic, abs=5e-6)


def test_log_odds_with_prior_of_100_words_monroe_et_al_2008_recomputed() -> None:
    _, z = measures.log_odds_prior([10, 5, 0, 85], 100, [3, 9, 4, 184], 200, a0=100)
    assert z == pytest.approx([2.47841, 0.14777, -1.02461, -4.23677], abs=5e-6)


def test_rank_turbulence_at_alpha_1_allotax_0_3_2() -> None:
    parts, normalisation = measures.rank_turbulence([100, 50, 25, 0], [0, 80, 40, 20], alpha=1)
    assert normalisation == pytest.approx(6.9691869, abs=5e-8)
    assert parts.sum() == pytest.approx(0.6514549, abs=5e-8)


@pytest.mark.parametrize(
    ("alpha", "normalisation", "parts"),
    [
        (0, 9.1660561, [0.2042102, 0.0756211, 0.0610531, 0.0442355, 0.0675360, 0.0442355, 0.0442355]),
        (0.25, 11.4637581, [0.1984613, 0.1002275, 0.0744870, 0.0508728, 0.0717824, 0.0508728, 0.0508728]),
        (np.inf, 4.3214286, [0.2314050, 0.2314050, 0.1157025, 0.0578512, 0.0661157, 0.0578512, 0.0578512]),
    ],
)
def test_rank_turbulence_with_ties_allotax_0_3_2(alpha: float, normalisation: float, parts: list[float]) -> None:
    found = measures.rank_turbulence([100, 50, 25, 0, 25, 0, 0], [0, 80, 40, 20, 0, 20, 20], alpha=alpha)
    assert found[0] == pytest.approx(parts, abs=5e-8)
    assert found[1] == pytest.approx(normalisation, abs=5e-8)


def test_log_ratio_doubles_are_1_and_half_an_occurrence_stands_for_none() -> None:
    assert measures.log_ratio([4, 3, 0, 0], 100, [4, 0, 2, 0], 200).tolist() == pytest.approx([1, np.log2(12), -1, 0])


def test_text_dispersion_is_the_g2_of_numbers_of_texts() -> None:
    groups = TwoGroups(np.array([500.0]), np.array([1.0]), 1000, 1000, np.array([9.0]), np.array([1.0]), 10, 10)
    by_hand = 2 * (9 * np.log(9 / 5) + np.log(1 / 5))
    assert MEASURES["text_dispersion"](groups)[0] == pytest.approx(by_hand)


def test_registry_holds_the_documented_names() -> None:
    assert list(MEASURES) == (
        "g2 g2_4cell chi2 chi2_yates fisher bic log_ratio percent_diff odds_ratio simple_maths "
        "difference_coefficient log_odds text_dispersion"
    ).split(" ")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, [0, 0]) for name in ("g2", "g2_4cell", "chi2", "chi2_yates", "log_ratio", "percent_diff")),
        *((name, [0, 0]) for name in ("difference_coefficient", "log_odds", "text_dispersion")),
        *((name, [1, 1]) for name in ("fisher", "odds_ratio", "simple_maths")),
        ("bic", [-np.log(40)] * 2),
    ],
)
def test_a_term_that_nobody_has_or_both_have_alike_shows_no_difference(name: str, expected: list[float]) -> None:
    groups = TwoGroups(np.array([0.0, 5]), np.array([0.0, 5]), 20, 20, np.array([0.0, 2]), np.array([0.0, 2]), 3, 3)
    assert MEASURES[name](groups) == pytest.approx(expected, abs=1e-12)


def test_ratios_are_infinite_where_the_second_group_lacks_the_term() -> None:
    assert value("percent_diff", 3, 100, 0, 100) == value("odds_ratio", 3, 100, 0, 100) == np.inf
    assert value("percent_diff", 0, 100, 3, 100) == -100
    assert value("odds_ratio", 0, 100, 3, 100) == 0


def test_log_odds_of_a_term_that_is_every_word_is_0() -> None:
    assert value("log_odds", 20, 20, 30, 30) == 0


def test_log_odds_does_not_change_when_other_terms_are_left_out() -> None:
    whole = MEASURES["log_odds"](two_groups([10, 5, 0, 85], 100, [3, 9, 4, 184], 200))
    assert MEASURES["log_odds"](two_groups([5], 100, [9], 200))[0] == whole[1]


@given(COUNTS)
@settings(max_examples=60)
def test_tests_of_the_table_are_those_of_scipy(counts: np.ndarray) -> None:
    a, b = counts
    found = {name: MEASURES[name](two_groups(a, A, b, B)) for name in ("g2_4cell", "chi2", "chi2_yates", "fisher")}
    sided = {way: measures.fisher_exact(a, A, b, B, alternative=way) for way in ("less", "greater")}
    for term, (x, y) in enumerate(counts.T.astype(int)):
        table = np.array([[x, y], [A - x, B - y]])
        assert found["fisher"][term] == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-9)
        for way, p in sided.items():
            assert p[term] == pytest.approx(stats.fisher_exact(table, alternative=way).pvalue, rel=1e-9)
        if table.sum(axis=1).all():
            for name, options in (
                ("chi2", {"correction": False}),
                ("chi2_yates", {}),
                ("g2_4cell", {"correction": False, "lambda_": "log-likelihood"}),
            ):
                oracle = stats.chi2_contingency(table, **options).statistic
                assert found[name][term] == pytest.approx(oracle, rel=1e-9, abs=1e-9)


@given(COUNTS)
@settings(max_examples=60)
def test_swapping_the_groups_turns_signs_and_keeps_what_is_unsigned(counts: np.ndarray) -> None:
    a, b = counts
    there = {name: measure(two_groups(a, A, b, B)) for name, measure in MEASURES.items()}
    groups = TwoGroups(b, a, B, A, np.minimum(b, 4), np.minimum(a, 3), 4, 3)
    back = {name: measure(groups) for name, measure in MEASURES.items()}
    for name in UNSIGNED:
        assert back[name] == pytest.approx(there[name], rel=1e-9, abs=1e-9)
    for name in ("log_ratio", "difference_coefficient", "log_odds"):
        assert back[name] == pytest.approx(-there[name], rel=1e-9, abs=1e-9)
    assert back["simple_maths"] == pytest.approx(1 / there["simple_maths"])


def test_fisher_of_large_counts_is_that_of_scipy() -> None:
    p = measures.fisher_exact([60_000, 5], 1_000_000, [61_000, 60], 1_010_000)
    for term, (x, y) in enumerate([(60_000, 61_000), (5, 60)]):
        oracle = stats.fisher_exact([[x, y], [1_000_000 - x, 1_010_000 - y]]).pvalue
        assert p[term] == pytest.approx(oracle, rel=1e-6)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.lists(st.integers(0, 9), min_size=1, max_size=8))
@settings(max_examples=60)
def test_mann_whitney_u_is_that_of_scipy(x: list[int], y: list[int]) -> None:
    rank_sum, u = measures.mann_whitney(x, y)
    assert u == stats.mannwhitneyu(x, y).statistic
    assert rank_sum + measures.mann_whitney(y, x)[0] == (len(x) + len(y)) * (len(x) + len(y) + 1) / 2


@given(COUNTS, st.sampled_from([0, 1 / 3, 1, 5, np.inf]))
@settings(max_examples=60)
def test_divergences_have_parts_of_0_or_more_all_0_for_the_same_shares(counts: np.ndarray, alpha: float) -> None:
    a, b = counts + np.array([[1], [0]])
    b[0] += 1
    jensen_shannon, turbulence = measures.jensen_shannon(a, b), measures.rank_turbulence(a, b, alpha=alpha)[0]
    assert (jensen_shannon >= 0).all() and jensen_shannon.sum() <= 1 + 1e-9
    assert (turbulence >= 0).all()
    for parts in (measures.jensen_shannon(a, 3 * a), measures.rank_turbulence(a, 3 * a, alpha=alpha)[0]):
        assert parts == pytest.approx(0, abs=1e-12)


def test_two_sides_that_share_no_term_have_a_jensen_shannon_divergence_of_1() -> None:
    assert measures.jensen_shannon([3, 2, 1, 0, 0], [0, 0, 0, 3, 2]).sum() == pytest.approx(1)


@pytest.mark.parametrize("alpha", [0, 1 / 3, 1, np.inf])
def test_rank_turbulence_of_nothing_shared_is_near_1_in_large_vocabularies(alpha: float) -> None:
    a = np.concatenate([np.arange(1000), np.zeros(1000)])
    assert measures.rank_turbulence(a, a[::-1], alpha=alpha)[0].sum() == pytest.approx(1, abs=0.002)


def test_rank_turbulence_of_nothing_shared_exceeds_1_in_small_vocabularies_by_hand() -> None:
    # Ranks 1 and 2 on either side, the missing term's; its rank in the normalisation is 1 + 1/2.
    parts, normalisation = measures.rank_turbulence([1, 0], [0, 1], alpha=1)
    assert normalisation == pytest.approx(2 * 2 * (1 / 3) ** 0.5)
    assert parts.sum() == pytest.approx(2 * 2 * 0.5**0.5 / normalisation)


def test_words_that_never_meet_have_a_pmi_of_minus_infinity() -> None:
    assert measures.pmi([0], [2], [2], 100)[0] == -np.inf


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: measures.g2_of_rates([1], 10, [1, 2], 10), r"^a and b must have one count per term, not the shapes "),
        (lambda: measures.g2_of_rates([-1], 10, [1], 10), r"^a must hold counts of 0 or more, not -1\.0$"),
        (lambda: measures.g2_of_rates([1], 10, [1], 0), r"^B must be positive, not 0\.0$"),
        (lambda: measures.g2_of_table([11], 10, [1], 10), "^a must be at most its 10 running words, not 11$"),
        (lambda: measures.fisher_exact([0.5], 10, [1], 10), "^Fisher's test needs whole counts and whole numbers of"),
        (
            lambda: measures.fisher_exact([1], 10, [1], 10, alternative="left"),
            "^alternative must be one of two-sided, less, greater, not 'left'$",
        ),
        (lambda: measures.simple_maths([1], 10, [1], 10, k=0), r"^k must be positive, not 0\.0$"),
        (lambda: measures.log_odds_prior([1], 10, [1], 10, a0=-1), r"^a0 must be positive, not -1\.0$"),
        (lambda: measures.mann_whitney([], [1]), "^mann_whitney needs values in both samples, not 0 and 1$"),
        (lambda: measures.pmi([3], [2], [5], 10), "^f must be at most f_a and f_b, and these at most n$"),
        (lambda: measures.jensen_shannon([1], [1, 2]), "^both sides must have one number per term, not the shapes"),
        (lambda: measures.jensen_shannon([0, 0], [1, 2]), "^both sides must hold a term that occurs$"),
        (lambda: measures.rank_turbulence([1], [1], alpha=-1), "^alpha must be a number of 0 or more, not -1$"),
    ],
)
def test_what_does_not_fit_is_an_error(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
