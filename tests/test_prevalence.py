"""Corrected prevalence: numbers by hand, plainly written references, properties, coverage where the truth is known."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from textlens.composite import COMMON, composite, difference, hit_rates, jeffreys
from textlens.corpus import SmallCorpusWarning
from textlens.prevalence import COLUMNS, correct_prevalence

FILE = Path(__file__).parents[1] / "benchmarks" / "validity_correction.py"
SPEC = importlib.util.spec_from_file_location("validity_correction", FILE)
validity_correction = importlib.util.module_from_spec(SPEC)
sys.modules["validity_correction"] = validity_correction
SPEC.loader.exec_module(validity_correction)


def frames(values, frame="conflict"):
    return pd.DataFrame({frame: values}, index=[f"a{i}" for i in range(len(values))])


def tables(predicted, coded, groups):
    """The three arguments from lists; None where nobody coded."""
    machine = frames([float(x) for x in predicted])
    hand = frames([np.nan if x is None else float(x) for x in coded])
    return machine, hand.dropna(), pd.Series(list(groups), index=machine.index, dtype="str")


def drawn(rng, n, n_coded, rates=(0.5, 0.3), sensitivity=(0.9, 0.6), specificity=(0.9, 0.8)):
    """Two groups of n articles, a machine that errs in each in its own way, and n_coded coded articles of each."""
    code = np.repeat([0, 1], n)
    truth = rng.random(2 * n) < np.array(rates)[code]
    right = rng.random(2 * n) < np.where(truth, np.array(sensitivity)[code], np.array(specificity)[code])
    predicted = np.where(right, truth, ~truth)
    known = np.concatenate([rng.choice(n, n_coded, replace=False), n + rng.choice(n, n_coded, replace=False)])
    machine, hand = frames(predicted.astype(float)), frames(truth.astype(float))
    return machine, hand, hand.iloc[known], pd.Series(np.array(["A", "B"])[code], index=hand.index)


def test_one_group_by_hand() -> None:
    predicted = [1, 0, 0, 0, 1, 1, 1, 1, 0, 0]
    coded = [1, 1, 0, 0, 1, *[None] * 5]
    table = correct_prevalence(*tables(predicted, coded, "A" * 10))
    assert table.columns.tolist() == list(COLUMNS)
    row = table.iloc[0]
    assert len(table) == 1 and row["against"] == "" and row["note"] == ""
    assert (row["uncorrected"], row["hand"]) == pytest.approx((0.5, 0.6))
    # Sums within the coded: yy 1.2, pp 1.2, yp .8; noise min(.2, .3) / .25 = .8; slope 1.6 / 2.
    assert row["slope"] == pytest.approx(0.8)
    assert row["corrected"] == pytest.approx(0.6 + 0.8 * (0.5 - 0.4))
    assert row["own"] == pytest.approx(1 / (1 + 15 * (1 / 5 - 1 / 10)))
    # Residual .688 / 3 of binomial .24, with three articles unhelped: (5 * .95556 + 3) / 8.
    unhelped = (5 * (0.688 / 3) / 0.24 + 3) / 8
    assert row["worth"] == pytest.approx(1 / (1 / 10 + unhelped * 0.7 * (1 / 5 - 1 / 10)))
    ends = stats.beta.ppf([0.025, 0.975], 0.68 * row["worth"] + 0.5, 0.32 * row["worth"] + 0.5)
    assert (row["low"], row["high"]) == pytest.approx(tuple(ends))
    assert (row["coded"], row["judged"], row["yes"], row["no"]) == (5, 10, 3, 2)
    assert (row["sensitivity"], row["specificity"]) == pytest.approx((2 / 3, 1))


def test_an_error_of_one_group_alone_is_taken_over_by_its_coded_articles() -> None:
    half = [1, 0] * 20
    hand = [1, 0] * 10 + [None] * 20 + [1, 0, 0, 0] * 5 + [None] * 20
    table = correct_prevalence(*tables(half * 2, hand, "A" * 40 + "B" * 40)).set_index(["group", "against"])
    own = 1 / (1 + COMMON * (1 / 20 - 1 / 40))
    assert own == pytest.approx(8 / 11)
    gap = table.loc[("A", "B")]
    assert gap[["uncorrected", "hand", "corrected"]].tolist() == pytest.approx([0, 0.25, 0.25 * own])
    assert table.loc[("A", ""), "corrected"] == pytest.approx(0.375 + own * 0.125)
    assert table.loc[("B", ""), "corrected"] == pytest.approx(0.375 - own * 0.125)
    assert (gap["coded"], gap["judged"], gap["yes"], gap["no"]) == (40, 80, 15, 25)
    assert gap[["own", "worth", "sensitivity", "specificity"]].isna().all()


def test_a_machine_that_says_the_same_of_all_leaves_the_hand_coding() -> None:
    coded = [1, 1, 1, 0, 0, 0, 0, 0, *[None] * 12]
    one = correct_prevalence(*tables([0.4] * 20, coded, "A" * 20)).iloc[0]
    assert (one["corrected"], one["hand"]) == pytest.approx((0.375, 0.375))
    assert one["slope"] == 1


def test_nothing_to_learn_a_slope_from_leaves_the_machines_own() -> None:
    table = correct_prevalence(*tables([0.1] * 6 + [0.4] * 6, [0] * 6 + [None] * 6, "A" * 12))
    assert table.loc[0, "slope"] == 1
    assert table.loc[0, "corrected"] == pytest.approx(0.25 - 0.1)


def test_all_coded_is_the_truth_whatever_the_machine_says() -> None:
    predicted, coded = [1, 1, 0, 1, 0, 0, 0, 1], [1, 0, 0, 0, 1, 1, 1, 1]
    with pytest.warns(SmallCorpusWarning):
        table = correct_prevalence(*tables(predicted, coded, "AAABBBBB"))
    assert table["corrected"].tolist() == pytest.approx([1 / 3, 4 / 5, 1 / 3 - 4 / 5])
    # The drawing of the articles remains: the interval of 1 of 3 and of 4 of 5 articles.
    for row, k, n in ((0, 1, 3), (1, 4, 5)):
        ends = stats.beta.ppf([0.025, 0.975], k + 0.5, n - k + 0.5)
        assert table.loc[row, ["low", "high"]].tolist() == pytest.approx(ends.tolist())


@pytest.mark.parametrize(("k", "n"), [(0, 10), (1, 10), (5, 12), (30, 30)])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_jeffreys_is_a_quantile_of_the_beta_distribution(k: int, n: int, level: float) -> None:
    low, high = jeffreys(np.array([k / n]), np.array([float(n)]), level)
    ends = stats.beta.ppf([(1 - level) / 2, (1 + level) / 2], k + 0.5, n - k + 0.5)
    assert (low[0], high[0]) == pytest.approx((0 if k == 0 else ends[0], 1 if k == n else ends[1]))


@pytest.mark.parametrize(
    ("a", "m", "b", "n", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10, contrasts (a), (b), (d), (f) and (h).
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_differences_of_wilsons_intervals_are_newcombes(
    a: int, m: int, b: int, n: int, low: float, high: float
) -> None:
    ends = [stats.binomtest(k, of).proportion_ci(method="wilson") for k, of in ((a, m), (b, n))]
    lows, highs = np.array([x.low for x in ends]), np.array([x.high for x in ends])
    gap, below, above = difference(np.array([a / m, b / n]), lows, highs, np.array([0]), np.array([1]))
    assert gap[0] == pytest.approx(a / m - b / n)
    assert (below[0], above[0]) == pytest.approx((low, high), abs=5e-5)


def plain_composite(predicted, coded, codes):
    """The same by general tools: augmented least squares for the slope, best linear prediction for the groups."""
    known = np.flatnonzero(~np.isnan(coded))
    p, y, g = predicted[known], coded[known], codes[known]
    dummies = np.eye(codes.max() + 1)[g]
    inside = [v - dummies @ (dummies.T @ v / dummies.sum(0)) for v in (y, p, y - p)]
    noise = min(inside[2] @ inside[2], inside[0] @ inside[0]) / (len(y) - dummies.shape[1]) / 0.25
    rows = np.vstack([np.column_stack([dummies, p]), [*np.zeros(dummies.shape[1]), np.sqrt(noise)]])
    open_slope = noise + inside[1] @ inside[1] < 1e-9
    slope = 1.0 if open_slope else np.linalg.lstsq(rows, np.append(y, np.sqrt(noise)), rcond=None)[0][-1]
    error = dummies.T @ (y - slope * p) / dummies.sum(0)
    left = 1 / dummies.sum(0) - 1 / np.bincount(codes)
    covariance = np.eye(len(error)) / COMMON
    inverse = np.linalg.inv(covariance + np.diag(left))
    common = (inverse @ error).sum() / inverse.sum()
    own = covariance @ inverse @ (error - common)
    judged = np.bincount(codes, predicted) / np.bincount(codes)
    return np.clip(slope * judged + common + own, 0, 1)


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.booleans())
def test_the_composite_is_a_best_linear_prediction(seed: int, n_groups: int, binary: bool) -> None:
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(n_groups), rng.integers(8, 30, n_groups))
    predicted = rng.random(len(codes))
    predicted = np.round(predicted) if binary else predicted
    coded = (rng.random(len(codes)) < 0.2 + 0.5 * predicted).astype(float)
    for code in range(n_groups):
        places = np.flatnonzero(codes == code)
        coded[rng.choice(places, rng.integers(1, len(places) - 2), replace=False)] = np.nan
    found = composite(predicted, coded, codes, np.ones(len(codes)))
    np.testing.assert_allclose(found.share, plain_composite(predicted, coded, codes), atol=1e-9)


def test_weights_by_hand() -> None:
    predicted, coded = np.array([1, 0, 0, 1, 1, 0.0]), np.array([1, 0, 0, 1, np.nan, np.nan])
    weights = np.array([2, 2, 2, 6, 1, 1.0])
    found = composite(predicted, coded, np.zeros(6, dtype=int), weights)
    assert found.hand[0] == pytest.approx(8 / 12)
    assert found.n[0] == pytest.approx(12**2 / (3 * 2**2 + 6**2))
    # The machine is right of all coded: its share of all articles stands.
    assert found.share[0] == pytest.approx(0.5)
    rates = hit_rates(
        np.array([0.0, 1, 0, 1]), np.array([1.0, 1, 0, np.nan]), np.zeros(4, int), np.array([1.0, 3, 1, 1])
    )
    assert {name: values.tolist() for name, values in rates.items()} == {
        "sensitivity": [0.75],
        "yes": [2],
        "specificity": [1],
        "no": [1],
    }


def test_weights_even_within_groups_change_nothing() -> None:
    machine, _, coded, groups = drawn(np.random.default_rng(4), 40, 12)
    weights = groups.loc[coded.index].map({"A": 2.5, "B": 7.0})
    pd.testing.assert_frame_equal(
        correct_prevalence(machine, coded, groups), correct_prevalence(machine, coded, groups, weights=weights)
    )


@given(st.integers(0, 2**32 - 1), st.integers(5, 30))
def test_a_machine_that_never_errs_gives_the_truth(seed: int, n_coded: int) -> None:
    rng = np.random.default_rng(seed)
    machine, truth, coded, groups = drawn(rng, 40, n_coded, sensitivity=(1, 1), specificity=(1, 1))
    table = correct_prevalence(machine, coded, groups)
    shares = truth["conflict"].groupby(groups).mean()
    assert table["corrected"].tolist() == pytest.approx([*shares, shares["A"] - shares["B"]])
    assert (table["worth"].dropna() > n_coded - 1e-9).all()


@given(st.integers(0, 2**32 - 1))
def test_swapped_groups_swap_the_sign(seed: int) -> None:
    machine, _, coded, groups = drawn(np.random.default_rng(seed), 30, 8)
    one, other = (correct_prevalence(machine, coded, groups, against=name).iloc[2] for name in "BA")
    assert (one["group"], one["against"], other["group"], other["against"]) == ("A", "B", "B", "A")
    for name, low, high in validity_correction.METHODS.values():
        assert one[name] == -other[name]
        assert (one[low], one[high]) == (-other[high], -other[low])


@given(st.data())
def test_what_always_holds(data) -> None:
    n = data.draw(st.integers(10, 40))
    share = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1))
    predicted = data.draw(st.lists(share, min_size=n, max_size=n))
    hand = data.draw(st.lists(st.one_of(st.none(), share), min_size=n, max_size=n))
    hand[:6] = [0.0, 1.0, 1.0, 0.0, 1.0, 0.0]
    names = ["A", "B", "C"] * 2 + data.draw(st.lists(st.sampled_from("ABC"), min_size=n - 6, max_size=n - 6))
    machine, coded, groups = tables(predicted, hand, names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallCorpusWarning)
        table = correct_prevalence(machine, coded, groups)
        mixed = correct_prevalence(machine.sample(frac=1, random_state=1), coded.iloc[::-1], groups.iloc[::-1])
    assert table["against"].tolist() == ["", "", "", "B", "C", "C"]
    for name, low, high in validity_correction.METHODS.values():
        assert (table[low] <= table[name]).all() and (table[name] <= table[high]).all()
        assert (table[high] - table[low] > 0.01).all()
        assert table.loc[:2, [low, name, high]].stack().between(0, 1).all()
        assert table.loc[3:, [low, name, high]].stack().between(-1 - 1e-12, 1 + 1e-12).all()
        assert table.loc[3, name] == table.loc[0, name] - table.loc[1, name]
    pd.testing.assert_frame_equal(table, mixed, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("sensitivity", "specificity", "n_coded"),
    [
        ((0.9, 0.6), (0.9, 0.8), 15),
        ((0.9, 0.6), (0.9, 0.8), 40),
        ((0.8, 0.8), (0.9, 0.9), 20),
        ((0.3, 0.5), (1, 1), 20),
    ],
)
def test_intervals_hold_the_truth_and_errors_shrink(sensitivity, specificity, n_coded) -> None:
    rng = np.random.default_rng(7)
    machine, truth, _, groups = drawn(rng, 400, 1, (0.3, 0.4), sensitivity, specificity)
    shares = truth["conflict"].groupby(groups).mean()
    rows = []
    for _ in range(120):
        known = np.concatenate([rng.choice(400, n_coded, False), 400 + rng.choice(400, n_coded, False)])
        rows.append(correct_prevalence(machine, truth.iloc[known], groups, against="B").iloc[2])
    table, at = pd.DataFrame(rows), shares["A"] - shares["B"]
    error = {name: float(np.sqrt(((table[name] - at) ** 2).mean())) for name in ("uncorrected", "hand", "corrected")}
    assert ((table["low"] <= at) & (at <= table["high"])).mean() >= 0.9
    assert error["corrected"] < error["hand"]
    assert (table["high"] - table["low"]).mean() < (table["hand_high"] - table["hand_low"]).mean()
    if sensitivity == (0.9, 0.6):
        assert error["corrected"] < error["uncorrected"]
        assert ((table["uncorrected_low"] <= at) & (at <= table["uncorrected_high"])).mean() == 0


def test_the_drawing_of_articles_is_carried() -> None:
    """Articles and coded ones drawn anew each time: the interval holds the rates that they were drawn with."""
    rng, held = np.random.default_rng(3), []
    for _ in range(200):
        machine, _, coded, groups = drawn(rng, 60, 30)
        row = correct_prevalence(machine, coded, groups).iloc[2]
        held.append(row["low"] <= 0.2 <= row["high"])
    assert np.mean(held) >= 0.93


def test_too_little_is_told() -> None:
    predicted = [1, 0] * 10
    coded = [0, 0, 0, *[None] * 7, 1, 1, 1, 1, 1, *[None] * 5]
    with pytest.warns(SmallCorpusWarning, match="the group 'A' has 3 coded articles of the frame 'conflict'"):
        table = correct_prevalence(*tables(predicted, coded, "A" * 10 + "B" * 10))
    assert table["note"].tolist() == [
        "only 3 coded; no coded article has it",
        "all coded articles have it",
        "A: only 3 coded; no coded article has it; B: all coded articles have it",
    ]
    assert np.isnan(table.loc[0, "sensitivity"]) and np.isnan(table.loc[1, "specificity"])


def test_missing_answers_are_the_frames_own() -> None:
    machine, _, coded, groups = drawn(np.random.default_rng(2), 30, 10)
    both = correct_prevalence(
        machine.assign(morality=machine["conflict"]), coded.assign(morality=coded["conflict"].iloc[1:]), groups
    )
    assert both["frame"].tolist() == ["conflict"] * 3 + ["morality"] * 3
    assert both["coded"].tolist() == [10, 10, 20, 9, 10, 19]
    pd.testing.assert_frame_equal(both.iloc[:3], correct_prevalence(machine, coded, groups))
    assert both["frame"].dtype == both["note"].dtype == "str"


def test_wrong_input_is_named() -> None:
    machine, truth, coded, groups = drawn(np.random.default_rng(2), 30, 10)
    first = coded.index[0]
    wrong = [
        ({"coded": coded.rename(index={first: "zz"})}, "the article 'zz' is coded but not in predicted"),
        ({"groups": groups.drop("a3")}, "the article 'a3' is predicted but has no group"),
        ({"groups": groups.where(groups.index != "a3")}, "the article 'a3' is predicted but has no group"),
        ({"groups": groups.replace("A", " ")}, "is predicted but has no group"),
        ({"predicted": machine * 2}, "predicted of 'a[0-9]+', frame 'conflict', is 2.0; it must be between 0 and 1"),
        ({"predicted": machine.replace(1.0, np.nan)}, "is nan; it must be between 0 and 1$"),
        ({"predicted": machine.astype(str) + "x"}, "predicted must hold numbers between 0 and 1, not "),
        ({"coded": coded - 1}, "coded of .* is -1.0; it must be between 0 and 1 or NaN"),
        ({"coded": coded.rename(columns={"conflict": "war"})}, "the frame 'conflict' is predicted but not coded"),
        ({"coded": coded.assign(war=1.0)}, "the frame 'war' is coded but not predicted"),
        ({"predicted": machine[[]], "coded": coded[[]]}, "predicted has no frame"),
        ({"coded": pd.concat([coded, coded.iloc[:1]])}, f"coded has the article '{first}' twice"),
        ({"predicted": pd.concat([machine, machine], axis=1)}, "predicted has the frame 'conflict' twice"),
        ({"coded": coded.iloc[:10]}, "the group 'B' has no coded article of the frame 'conflict'"),
        ({"coded": coded.iloc[8:12]}, "only 4 articles coded for the frame 'conflict'; 5 or more are needed"),
        ({"trained_on": ["zz", first]}, f"the article '{first}' is in trained_on"),
        ({"against": "C"}, r"against is 'C', which is no group; the groups are \['A', 'B'\]"),
        ({"level": 95}, "level must be between 0 and 1, not 95"),
        ({"weights": pd.Series(1.0, index=coded.index[1:])}, f"the article '{first}' is coded but has no weight"),
        ({"trained_on": first}, f"trained_on must be a list of texts, not the text '{first}'"),
        ({"weights": pd.Series(1.0, index=[first, *coded.index])}, f"weights has the article '{first}' twice"),
        ({"weights": pd.Series(0.0, index=coded.index)}, f"the weight of '{first}' is 0.0; it must be positive"),
    ]
    for change, message in wrong:
        with pytest.raises(ValueError, match=message):
            correct_prevalence(**{"predicted": machine, "coded": coded, "groups": groups} | change)
    with pytest.raises(TypeError, match="predicted must be DataFrame"):
        correct_prevalence(machine.to_numpy(), coded, groups)
    with pytest.raises(TypeError, match="groups must be Series"):
        correct_prevalence(machine, coded, groups.to_dict())


def test_what_a_machine_was_made_from_is_told_by_number_text_or_passage() -> None:
    machine, _, coded, groups = drawn(np.random.default_rng(2), 30, 10)
    numbered = [table.set_axis(table.index.str[1:]) for table in (machine, coded, groups)]
    with pytest.raises(ValueError, match="the article '7' is in trained_on"):
        correct_prevalence(*numbered, trained_on=[7, 99])
    passages = [table.set_axis(pd.MultiIndex.from_product([table.index, [3]])) for table in (machine, coded, groups)]
    pd.testing.assert_frame_equal(correct_prevalence(*passages), correct_prevalence(machine, coded, groups))
    for trained in ("a7", ("a7", 3)):
        with pytest.raises(ValueError, match=r"the article \('a7', 3\) is in trained_on"):
            correct_prevalence(*passages, trained_on=[trained])
    assert len(correct_prevalence(*passages, trained_on=[("a7", 4)])) == 3


@pytest.mark.parametrize("by_side", [False, True])
def test_the_benchmark_measures_against_all_articles(by_side: bool) -> None:
    rng = np.random.default_rng(8)
    bias = rng.choice(["left_bias", "left_center_bias", "right_bias", "questionable_source", "center"], 160)
    right = np.isin(bias, ["right_bias", "questionable_source"])
    articles = pd.DataFrame({"bias": bias, "known": rng.random(160) < 0.4, "missed": right & (rng.random(160) < 0.6)})
    probabilities = pd.DataFrame({"known": articles["known"].astype(float), "missed": 0.1})
    table = validity_correction.correction(articles, probabilities, sizes=(20, 40), draws=30, by_side=by_side, rng=rng)
    assert len(table) == 2 * 2 * 3
    assert set(table["truth"].round(9)) == {
        round(
            articles.loc[np.isin(bias, list(validity_correction.SIDES)) & ~right, x].mean()
            - articles.loc[right, x].mean(),
            9,
        )
        for x in ("known", "missed")
    }
    rows = table.set_index(["frame", "n", "method"])
    for n in (20, 40):
        assert rows.loc[("known", n, "corrected"), "rmse"] == pytest.approx(0, abs=1e-9)
        missed = rows.loc[("missed", n, "uncorrected")]
        assert missed["rmse"] == pytest.approx(-missed["truth"]) and missed["coverage"] == 0
        assert rows.loc[("missed", n, "corrected"), "rmse"] < 0.6 * missed["rmse"]
    np.testing.assert_allclose(
        rows.loc[("missed", 20, "hand"), "width_4n"] / rows.loc[("missed", 40, "hand"), "width_4n"], 2**0.5, rtol=0.1
    )
    short = validity_correction.over_frames(table)
    assert short[["n", "method"]].to_numpy().tolist() == [
        [n, method] for n in (20, 40) for method in ("uncorrected", "hand", "corrected")
    ]
    both = rows.loc[(slice(None), 40, "uncorrected"), "rmse"]
    assert short.loc[3, "rmse"] == pytest.approx(float(np.sqrt((both**2).mean())))


def test_made_errors_have_the_rates_that_they_say() -> None:
    articles, machine = validity_correction.made_errors(np.random.default_rng(5), differ=0.0, articles=4000, frames=30)
    coded, right = articles[machine.columns], (articles["bias"] == "right_bias").to_numpy()
    assert right.mean() == pytest.approx(0.4, abs=0.03)
    assert coded.mean().between(0.05, 0.6).all() and (coded[right].mean() - coded[~right].mean()).abs().max() > 0.2
    same = (machine == coded).astype(float)
    for has, low, high in ((True, 0.55, 0.9), (False, 0.75, 0.95)):
        left, other = (same[coded == has][some].mean() for some in (~right, right))
        assert left.between(low - 0.1, high + 0.1).all()
        assert (left - other).abs().median() < 0.05
