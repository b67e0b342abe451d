"""The table of comparisons: permutation by brute force, blocks, lists, errors, and what holds for any counts."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_line import corpus_of, counts_from, counts_of, overdispersed
from scipy.stats import power_divergence

import textlens as tl
from textlens import inference, resampling
from textlens.comparison import compare_units
from textlens.measures import MEASURES, TwoGroups
from textlens.units import gather_units

SIGNED = ["effect", "low", "high", "out_low", "out_high"]
MIRRORED = ["effect", "high", "low", "out_high", "out_low"]
TEXTS = st.lists(
    st.lists(st.sampled_from(["ab", "cd", "ef", "gh"]), min_size=1, max_size=12).map(" ".join), min_size=4, max_size=6
)


def compared(counts: tl.Counts, **options: object) -> pd.DataFrame:
    units = gather_units(counts, "source")
    return compare_units(units, counts.terms.tolist(), "term", **options)  # type: ignore[arg-type]


def g2(matrix: np.ndarray, words: np.ndarray, chosen: list[int]) -> np.ndarray:
    side = np.isin(np.arange(len(words)), chosen)
    observed = np.vstack([matrix[side].sum(axis=0), matrix[~side].sum(axis=0)]).astype(float)
    shares = np.array([words[side].sum(), words[~side].sum()]) / words.sum()
    expected = shares[:, None] * observed.sum(axis=0)
    return power_divergence(observed, expected, axis=0, lambda_="log-likelihood").statistic


def test_an_unknown_group_to_compare_with() -> None:
    with pytest.raises(ValueError, match="^no group 'C' to compare with; there are A, B$"):
        compared(counts_of("a", "b"), against="C")


def test_pairs() -> None:
    counts = counts_of("a", "a", "a", source=["A", "B", "C"])
    assert compared(counts)[["group", "against"]].to_numpy().tolist() == [[s, "all others"] for s in "ABC"]
    assert compared(counts, against="B")[["group", "against"]].to_numpy().tolist() == [["A", "B"], ["C", "B"]]
    two = counts.where(source=["A", "B"])
    assert compared(two)[["group", "against"]].to_numpy().tolist() == [["A", "B"]]
    assert compared(two, against="A")[["group", "against"]].to_numpy().tolist() == [["B", "A"]]


def test_all_others_are_the_sum_of_the_others() -> None:
    table = compared(counts_of("a b", "a a b b b", "b", source=["A", "B", "C"]))
    rows = table[(table["group"] == "A")].set_index("term")
    assert rows.loc["a", ["count", "count_against", "units", "units_against"]].tolist() == [1, 2, 1, 2]
    assert rows.loc["b", ["rate", "rate_against"]].tolist() == [500, pytest.approx(1000 * 4 / 6)]


def test_items_below_min_count_have_an_effect_but_no_test() -> None:
    table = compared(counts_of("a b c c", "b b c d"), min_count=3)
    rare = table[table["term"].isin(["a", "d"])]
    assert rare[["low", "high", "p", "q", "p_permutation"]].isna().all(axis=None)
    assert rare["effect"].abs().tolist() == pytest.approx([np.log2(1.5)] * 2)
    assert not rare["supported"].any()
    assert table.loc[table["term"].isin(["b", "c"]), ["p", "q"]].notna().all(axis=None)


@given(TEXTS)
@settings(max_examples=30)
def test_permutation_p_is_that_of_every_relabelling(texts: list[str]) -> None:
    counts = counts_of(*texts)
    matrix, words = counts.matrix.toarray(), counts.n_words
    n, chosen = len(texts), list(range(0, len(texts), 2))
    deals = np.array([g2(matrix, words, list(deal)) for deal in combinations(range(n), len(chosen))])
    observed = g2(matrix, words, chosen)
    expected = (deals >= observed - 1e-9).mean(axis=0)
    table = compared(counts).set_index("term")
    np.testing.assert_allclose(table.loc[list(counts.terms), "p_permutation"], expected, rtol=1e-12)


@given(TEXTS)
@settings(max_examples=30)
def test_few_items_take_q_from_the_permutation(texts: list[str]) -> None:
    table = compared(counts_of(*texts))
    by_p = table.sort_values("p_permutation")["p_permutation"].to_numpy()
    steps = by_p * len(by_p) / np.arange(1, len(by_p) + 1)
    q = np.minimum(1, np.minimum.accumulate(steps[::-1])[::-1])
    np.testing.assert_allclose(np.sort(table["q"]), q, rtol=1e-12)


@given(TEXTS)
@settings(max_examples=30)
def test_swapping_the_names_of_two_groups_flips_signs_and_nothing_else(texts: list[str]) -> None:
    counts = counts_of(*texts)
    swapped = counts_of(*texts, source=(["B", "A"] * 3)[: len(texts)])
    one, other = (compared(each).set_index("term").sort_index() for each in (counts, swapped))
    mirrored = -other[MIRRORED].set_axis(SIGNED, axis=1)
    pd.testing.assert_frame_equal(one[SIGNED], mirrored, atol=1e-9)
    sides = ["count", "rate", "units", "units_with"]
    against = [f"{name}_against" for name in sides]
    pd.testing.assert_frame_equal(one[sides], other[against].set_axis(sides, axis=1))
    same = ["p", "q", "p_permutation", "floor", "supported", "overdispersion", "flips"]
    pd.testing.assert_frame_equal(one[same], other[same], rtol=1e-9)


@given(TEXTS, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_the_articles_changes_nothing(texts: list[str], random: object) -> None:
    frame = corpus_of(*texts).articles.assign(text=texts)
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    tables = [compared(tl.count_terms(tl.tokenize(tl.corpus_from_frame(each)))) for each in (frame, frame.iloc[order])]
    pd.testing.assert_frame_equal(*tables)


def test_rows_are_ranked_by_p_then_count_then_name() -> None:
    counts = counts_from(np.full((4, 3), [2, 1, 2]), np.full(4, 10), list("ABAB"), ["y", "x", "w"])
    assert compared(counts)["term"].tolist() == ["w", "y", "x"]
    assert compared(counts)["p"].tolist() == [1, 1, 1]


def test_driver_and_range_when_one_article_is_left_out() -> None:
    # Without a000 the rates are 1/10 and 1/10, so its removal takes all of the effect.
    counts = counts_from([[9], [1], [1], [1]], np.full(4, 10), list("AABB"), ["war"])
    row = compared(counts).iloc[0]
    assert row["driver"] == "a000"
    assert row["out_low"] == 0
    assert row["out_high"] > row["effect"] > 0
    assert not row["flips"]


def test_a_source_of_one_article_cannot_lose_it() -> None:
    row = compared(counts_of("a", "b")).iloc[0]
    assert np.isnan([row["out_low"], row["out_high"]]).all()
    assert row["driver"] == ""


@pytest.mark.parametrize("sources", [list("ABBB"), list("AAAB")])
def test_leaving_one_out_says_nothing_where_a_side_has_one_unit(sources: list[str]) -> None:
    counts = counts_from([[9], [1], [7], [1]], np.full(4, 10), sources, ["war"])
    row = compared(counts).iloc[0]
    assert np.isnan([row["out_low"], row["out_high"]]).all()
    assert (row["flips"], row["driver"]) == (False, "")
    assert np.isfinite(row["effect"])


def test_counts_without_rows_cannot_be_compared() -> None:
    counts = counts_of("a", "b").rows(np.array([], dtype=int))
    with pytest.raises(ValueError, match="^the counts hold no rows to compare$"):
        tl.compare_terms(counts)


def test_several_columns_make_groups_together() -> None:
    counts = counts_of("a", "b", "a b", year=[1, 2, 2])
    units = gather_units(counts, ["source", "year"])
    assert units.groups.tolist() == ["A / 1", "B / 2", "A / 2"]
    table = tl.compare_terms(counts, by=["source", "year"], against="B / 2")
    assert sorted(set(table["group"])) == ["A / 1", "A / 2"]
    with pytest.raises(ValueError, match="^name a column, as 'source', or a list of columns, not \\[\\]$"):
        tl.compare_terms(counts, by=[])


def test_groups_are_text_whatever_their_column_holds() -> None:
    counts = counts_of("a", "b", "a", year=[1, "two", 3])
    table = tl.compare_terms(counts, by="year", against=1)  # type: ignore[arg-type]
    assert set(table["against"]) == {"1"}
    assert set(table["group"]) == {"3", "two"}


@pytest.mark.parametrize("value", [-1, float("nan"), "10"])
def test_min_count_is_a_number_of_0_or_more(value: object) -> None:
    with pytest.raises(ValueError, match=f"^min_count must be a number of 0 or more, not {value!r}$"):
        tl.compare_terms(counts_of("a", "b"), min_count=value)  # type: ignore[arg-type]


def test_a_comparison_that_needs_an_rng_says_so() -> None:
    frame = pd.DataFrame({"text": ["peace and war"] * 16, "source": ["A"] * 8 + ["B"] * 8})
    counts = tl.count_terms(tl.tokenize(tl.corpus_from_frame(frame)))
    with pytest.warns(UserWarning, match=r"^A against B: too many relabellings to try all, .*: pass rng= to draw some"):
        table = tl.compare_terms(counts)
    assert table["q"].isna().all()
    with_rng = tl.compare_terms(counts, rng=np.random.default_rng(1))
    assert with_rng["q"].notna().all()


def test_only_the_groups_too_small_are_warned_of() -> None:
    frame = pd.DataFrame({"text": ["peace and war"] * 9, "source": ["A"] * 4 + ["B"] * 4 + ["C"]})
    counts = tl.count_terms(tl.tokenize(tl.corpus_from_frame(frame)))
    with pytest.warns(tl.SmallCorpusWarning) as caught:
        tl.compare_terms(counts)
    assert [str(warning.message)[:26] for warning in caught] == ["C: 1 against 8 units: the "]


# --- more than two groups ------------------------------------------------------------------------------------

THREE_SOURCES = ["A"] * 4 + ["B"] * 5 + ["C"] * 6


def three_sources(n_terms: int = 40) -> tl.Counts:
    matrix, lengths = overdispersed(np.random.default_rng(6), 15, n_terms)
    return counts_from(matrix, lengths, THREE_SOURCES, [f"t{number:02}" for number in range(n_terms)])


@pytest.mark.parametrize("n_terms", [12, 40])
def test_a_pair_does_not_change_with_a_third_source(n_terms: int) -> None:
    counts = three_sources(n_terms)
    pairwise = tl.compare_terms(counts, against="pairwise")
    assert len(pairwise) > 2 * n_terms
    for pair in combinations("ABC", 2):
        rows = pairwise[(pairwise["group"] == pair[0]) & (pairwise["against"] == pair[1])].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, tl.compare_terms(counts.where(source=list(pair))), check_exact=True)


def test_a_drawn_pair_does_not_change_with_a_third_source() -> None:
    # 9 against 9 articles can be dealt in 48,620 ways.
    rng = np.random.default_rng(3)
    matrix = rng.poisson(rng.gamma(1, 3, (27, 6)))
    counts = counts_from(matrix, matrix.sum(axis=1) + 20, [*"ABC"] * 9, [*"pqrstu"])
    pairwise = tl.compare_terms(counts, against="pairwise", rng=np.random.default_rng(1))
    assert pairwise["p_permutation"].notna().all()
    for pair in combinations("ABC", 2):
        rows = pairwise[(pairwise["group"] == pair[0]) & (pairwise["against"] == pair[1])].reset_index(drop=True)
        alone = tl.compare_terms(counts.where(source=list(pair)), rng=np.random.default_rng(1))
        pd.testing.assert_frame_equal(rows, alone, check_exact=True)


def test_the_omnibus_is_the_test_of_all_groups() -> None:
    counts = three_sources()
    table = tl.compare_terms(counts)
    codes = np.array(["ABC".index(source) for source in THREE_SOURCES])
    tested = counts.matrix.sum(axis=0) >= 10
    fit = inference.quasi_likelihood(counts.matrix, counts.n_words, codes, tested=tested)
    q = np.maximum(inference.benjamini_hochberg(fit.p), 1 / resampling.relabellings([4, 5, 6]))
    for _, rows in table.groupby("group"):
        at = counts.index_of(rows["term"])
        np.testing.assert_allclose(rows["p_omnibus"], fit.p[at], rtol=1e-12)
        np.testing.assert_allclose(rows["q_omnibus"], q[at], rtol=1e-12)


def test_few_terms_take_the_omnibus_from_the_permutation() -> None:
    texts = ["a a b", "a b b", "b b a", "b c b", "c c a", "c a c"]
    counts = counts_of(*texts, source=list("AABBCC"))
    table = tl.compare_terms(counts, min_count=1).drop_duplicates("term")
    p = resampling.permutation_p(counts.matrix, counts.n_words, [0, 0, 1, 1, 2, 2])
    at = counts.index_of(table["term"])
    np.testing.assert_allclose(table["p_omnibus"], p[at], rtol=1e-12)
    np.testing.assert_allclose(table["q_omnibus"], inference.benjamini_hochberg(p)[at], rtol=1e-12)


def test_the_omnibus_stands_only_beside_each_group_against_the_rest() -> None:
    counts = three_sources(12)
    assert {"p_omnibus", "q_omnibus"} <= set(tl.compare_terms(counts))
    others = [tl.compare_terms(counts, against=against) for against in ("A", "pairwise")]
    for table in [*others, tl.compare_terms(counts.where(source=["A", "B"]))]:
        assert not {"p_omnibus", "q_omnibus"} & set(table)


# --- options -------------------------------------------------------------------------------------------------


def test_measures_are_those_of_the_whole_counts() -> None:
    counts = three_sources().where(source=["A", "B"])
    table = tl.compare_terms(counts, measures=list(MEASURES))
    dense, side = counts.matrix.toarray().astype(float), np.array(THREE_SOURCES[:9]) == "A"
    words = [float(counts.n_words[chosen].sum()) for chosen in (side, ~side)]
    sides = TwoGroups(
        dense[side].sum(axis=0), dense[~side].sum(axis=0), *words,
        (dense[side] > 0).sum(axis=0), (dense[~side] > 0).sum(axis=0), 4, 5,
    )  # fmt: skip
    at = counts.index_of(table["term"])
    for name, measure in MEASURES.items():
        np.testing.assert_allclose(table[name], measure(sides)[at], rtol=1e-12, err_msg=name)
    plain = tl.compare_terms(counts)
    pd.testing.assert_frame_equal(table[plain.columns], plain)


def test_options_that_there_are_not() -> None:
    counts = counts_of("a", "b")
    with pytest.raises(ValueError, match="^no measure 'keyness'; there are g2, g2_4cell, chi2, "):
        tl.compare_terms(counts, measures=["keyness"])
    with pytest.raises(ValueError, match="^scale must be 'words' or 'trimmed', not 'log'$"):
        tl.compare_terms(counts, scale="log")
    with pytest.raises(ValueError, match="^a trimmed scale needs 50 items expected five times or more"):
        tl.compare_terms(counts, scale="trimmed")
    with pytest.raises(TypeError, match="^rng must be "):
        tl.compare_terms(counts, rng=1)  # type: ignore[arg-type]


def test_a_trimmed_scale_moves_the_effects_and_not_the_rates() -> None:
    rng = np.random.default_rng(7)
    side = np.repeat([0, 1], 6)
    matrix = np.column_stack([rng.poisson(np.where(side == 0, 10, 20)[:, None], (12, 60)), 600 * (side == 0)])
    counts = counts_from(matrix, np.full(12, 1200), ["A"] * 6 + ["B"] * 6, [f"t{n:02}" for n in range(61)])
    plain, trimmed = (tl.compare_terms(counts, scale=scale).set_index("term") for scale in ("words", "trimmed"))
    same = ["count", "rate", "rate_against", "units"]
    pd.testing.assert_frame_equal(trimmed.loc[plain.index, same], plain[same])
    ordinary = [f"t{n:02}" for n in range(60)]
    assert plain.loc[ordinary, "effect"].median() == pytest.approx(-1, abs=0.15)
    assert trimmed.loc[ordinary, "effect"].median() == pytest.approx(0, abs=0.05)


# --- a frequency list ----------------------------------------------------------------------------------------


def test_against_a_list_by_hand() -> None:
    counts = counts_of("war peace war", "war peace a b", "a b b", source=list("AAB"))
    listed = {"war": 10, "peace": 40, "treaty": 50}
    table = tl.compare_terms(counts, against=listed, min_count=1)
    two = tl.compare_terms(counts, min_count=1)
    assert table.columns.tolist() == two.columns.tolist()
    assert table.drop(columns="count_against").dtypes.equals(two.drop(columns="count_against").dtypes)
    assert not table["supported"].any() and not table["flips"].any()
    assert table[["floor", "p_permutation", "out_low", "out_high"]].isna().all(axis=None)
    assert set(table["against"]) == {"the list"}
    of_a = table[table["group"] == "A"].set_index("term")
    # What only B has is in neither.
    assert set(of_a.index) == {"war", "peace", "a", "b", "treaty"}
    assert of_a.loc["war", ["count", "count_against", "units", "units_against"]].tolist() == [3, 10, 2, 0]
    assert of_a.loc["war", ["rate", "rate_against"]].tolist() == pytest.approx([3000 / 7, 100])
    assert of_a.loc["treaty", ["count", "count_against", "units_with"]].tolist() == [0, 50, 0]
    assert of_a.loc["treaty", "low"] == -np.inf
    assert set(of_a["family"]) == {5}
    assert table.loc[table["group"] == "B", "p"].isna().all()


def test_against_a_list_the_test_is_that_of_the_inference() -> None:
    counts = three_sources().where(source="A")
    listed = pd.Series(np.arange(5, 45), index=counts.terms)
    table = tl.compare_terms(counts, against=listed, measures=["g2"]).set_index("term").loc[counts.terms]
    tested = counts.matrix.sum(axis=0) + listed.to_numpy() >= 10
    fit = inference.against_list(counts.matrix, counts.n_words, listed, listed.sum(), tested=tested)
    np.testing.assert_allclose(table["p"], fit.p, rtol=1e-12)
    assert table["q"].isna().all()
    np.testing.assert_allclose(table["g2"], fit.g2, rtol=1e-12)


@pytest.mark.parametrize(
    ("listed", "options", "message"),
    [
        ({}, {}, "the frequency list holds no words"),
        ({"a": 0}, {}, "the frequency list holds no words"),
        ({"a": 1, "b": -1}, {}, "the frequency list must give each term one count of 0 or more; 'b' is not so"),
        ({"a": np.nan}, {}, "the frequency list must give each term one count of 0 or more; 'a' is not so"),
        (
            pd.Series([1, 2], index=["a", "a"]),
            {},
            "the frequency list must give each term one count of 0 or more; 'a' is not so",
        ),
        (
            {"a": 1},
            {"measures": ["text_dispersion"]},
            "text_dispersion compares numbers of texts; a frequency list has none",
        ),
        ({"a": 1}, {"block": "source"}, "a frequency list has no articles; leave block= and scale= out"),
    ],
)
def test_lists_that_cannot_be_compared_with(listed: object, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        tl.compare_terms(counts_of("a", "b"), against=listed, **options)  # type: ignore[arg-type]


# --- blocks --------------------------------------------------------------------------------------------------


def in_events(matrix: np.ndarray, lengths: np.ndarray, sources: list[str], events: list[str]) -> tl.Counts:
    terms = [f"t{number:02}" for number in range(matrix.shape[1])]
    counts = counts_from(matrix, lengths, sources, terms)
    return replace(counts, articles=counts.articles.assign(event=events))


def test_with_blocks_the_event_is_held_equal_and_the_source_is_found() -> None:
    # A writes three articles on each odd event and one on each even one, B the other way. t00 belongs to the odd
    # events, t01 stands three times as often in A; the others are neither.
    rng = np.random.default_rng(9)
    sources, events = ["A"] * 3 + ["B"] + ["A"] + ["B"] * 3, ["odd"] * 4 + ["even"] * 4
    sources, events = sources * 8, [f"{kind} {n}" for n in range(8) for kind in events]
    matrix, lengths = overdispersed(rng, 64, 40)
    odd, of_a = np.char.startswith(events, "odd"), np.array(sources) == "A"
    for column, rate in ((0, np.where(odd, 0.02, 0.002)), (1, np.where(of_a, 0.012, 0.004))):
        matrix[:, column] = rng.poisson(lengths * rate * rng.gamma(5, 1 / 5, 64))
    counts = in_events(matrix, lengths, sources, events)
    plain, held = (tl.compare_terms(counts, block=block).set_index("term") for block in (None, "event"))
    assert set(plain.index[plain["supported"]]) == {"t00", "t01"}
    assert held.index[held["supported"]].tolist() == ["t01"]
    assert held.loc["t01", "low"] < np.log2(3) < held.loc["t01", "high"]
    assert abs(held.loc["t00", "effect"]) < 0.5 < plain.loc["t00", "effect"]
    assert set(held["blocks"]) == {16} and "blocks" not in plain


def test_events_of_one_source_are_left_out_with_their_articles() -> None:
    rng = np.random.default_rng(2)
    matrix = rng.poisson(4, (7, 5))
    sources, events = list("ABABAAB"), list("xxyyzyy")
    counts = in_events(matrix, np.full(7, 100), sources, events)
    table = tl.compare_terms(counts, block="event", min_count=1)
    less = counts.rows(np.array([0, 1, 2, 3, 5, 6]))
    pd.testing.assert_frame_equal(table, tl.compare_terms(less, block="event", min_count=1))
    assert table[["units", "units_against", "blocks"]].drop_duplicates().to_numpy().tolist() == [[3, 3, 2]]
    # Two ways to deal event x, six for event y; in both both sides are of one size.
    assert set(table["floor"]) == {2 / 12}
    p = resampling.permutation_p(less.matrix, less.n_words, [0, 1, 0, 1, 0, 1], blocks=np.array([0, 0, 1, 1, 1, 1]))
    np.testing.assert_allclose(table["p_permutation"], p[counts.index_of(table["term"])], rtol=1e-12)


def test_no_event_with_two_sources() -> None:
    counts = in_events(np.ones((4, 1), int), np.full(4, 10), list("AABB"), list("xxyy"))
    with pytest.raises(
        ValueError, match="^no block holds units of both 'A' and 'B', so nothing can be compared within"
    ):
        tl.compare_terms(counts, block="event")


def test_a_source_that_shares_no_event_is_left_out_with_a_warning() -> None:
    counts = in_events(np.arange(1, 7)[:, None], np.full(6, 10), list("ABCABC"), list("wxxwyy"))
    with pytest.warns(UserWarning, match="^left out, as no block holds both: 'A' and 'B' or 'C'$"):
        table = tl.compare_terms(counts, block="event", min_count=1)
    assert table["group"].tolist() == ["B", "C"] and table["blocks"].tolist() == [2, 2]


# --- hard cases ----------------------------------------------------------------------------------------------

EXTREME = st.sampled_from([0, 1, 2, 1000, 10**6])


@given(
    st.integers(1, 40).flatmap(lambda n: st.lists(st.lists(EXTREME, min_size=n, max_size=n), min_size=5, max_size=5))
)
@settings(max_examples=25)
def test_whatever_the_counts_three_against_two_articles_support_nothing(rows: list[list[int]]) -> None:
    matrix = np.array(rows)
    counts = counts_from(matrix, matrix.sum(axis=1) + 1, list("AAABB"), [f"t{n}" for n in range(matrix.shape[1])])
    table = tl.compare_terms(counts, min_count=0)
    assert not table["supported"].any()
    tested = table["p"].notna()
    assert (table.loc[tested, ["p", "q", "p_permutation"]] >= 0).all(axis=None)
    assert (table.loc[tested, "p_permutation"] >= 0.1 - 1e-12).all()
    assert np.isfinite(table[["effect", "overdispersion", "out_low", "out_high"]]).all(axis=None)
    assert (table["low"] <= table["high"]).all()


def test_an_article_a_hundred_times_longer_than_the_rest_drives_what_it_alone_says() -> None:
    rng = np.random.default_rng(5)
    lengths = np.full(20, 400)
    lengths[3] = 40_000
    matrix = rng.poisson(lengths[:, None] * np.linspace(0.001, 0.01, 40))
    matrix[:, 0] = np.where(np.arange(20) == 3, 300, 0)
    counts = counts_from(matrix, lengths, ["A"] * 10 + ["B"] * 10, [f"t{n:02}" for n in range(40)])
    with pytest.warns(UserWarning, match="or one unit too long, to do without: pass rng="):
        assert tl.compare_terms(counts)["q"].isna().all()
    table = tl.compare_terms(counts, rng=np.random.default_rng(1)).set_index("term")
    assert not table["supported"].any()
    assert np.isfinite(table[["effect", "p", "q", "overdispersion"]]).all(axis=None)
    assert table.loc["t00", ["driver", "units_with", "out_low"]].tolist() == ["a003", 1, 0]


def test_bursts_in_one_very_long_article_are_no_finding() -> None:
    rng = np.random.default_rng(8)
    found = 0
    for _ in range(10):
        lengths = np.r_[rng.choice([12_000, 4_000]), np.full(39, 400)]
        expected = lengths[:, None] * np.geomspace(0.0005, 0.01, 150)
        matrix = rng.poisson(rng.gamma(1.4, expected / 1.4))
        counts = counts_from(matrix, lengths, ["A"] * 20 + ["B"] * 20, [f"t{n:03}" for n in range(150)])
        found += tl.compare_terms(counts, rng=rng)["supported"].any()
    # All ten, where the length of the one is not seen.
    assert found <= 2


def test_counts_of_no_terms_give_an_empty_table_of_the_same_columns() -> None:
    counts = counts_of("a b", "a", "b", "a b").trim(min_count=99)
    table = tl.compare_terms(counts)
    assert table.shape == (0, len(tl.compare_terms(counts_of("a", "b")).columns))


def test_the_order_of_the_rows_of_counts_changes_nothing() -> None:
    counts = three_sources()
    order = np.random.default_rng(1).permutation(15)
    rng = np.random.default_rng
    pd.testing.assert_frame_equal(
        tl.compare_terms(counts.rows(order), rng=rng(2)), tl.compare_terms(counts, rng=rng(2)), check_exact=True
    )


def test_swapping_two_names_changes_no_drawn_p() -> None:
    matrix, lengths = overdispersed(np.random.default_rng(8), 18, 20)
    terms = [f"t{n:02}" for n in range(20)]
    one, other = (
        tl.compare_terms(counts_from(matrix, lengths, list(names) * 9, terms), rng=np.random.default_rng(4))
        .set_index("term")
        .sort_index()
        for names in ("AB", "BA")
    )
    same = ["p", "q", "p_permutation", "floor", "supported", "overdispersion", "flips", "driver", "family"]
    pd.testing.assert_frame_equal(one[same], other[same], rtol=1e-9)
    np.testing.assert_array_equal(one["p_permutation"], other["p_permutation"])
    pd.testing.assert_frame_equal(one[SIGNED], -other[MIRRORED].set_axis(SIGNED, axis=1), atol=1e-9)
    for name in ("count", "rate", "units", "units_with"):
        assert one[name].tolist() == other[f"{name}_against"].tolist()
        assert one[f"{name}_against"].tolist() == other[name].tolist()


def test_the_family_is_the_number_of_terms_tested() -> None:
    table = tl.compare_terms(counts_of("a a b c", "a b b d"), min_count=3)
    assert set(table["family"]) == {2} == {int(table["p"].notna().sum())}


def test_counts_beyond_32_bits_are_summed_whole() -> None:
    counts = counts_from(np.array([[10**9, 1]] * 6), np.full(6, 2 * 10**9), list("AAABBB"), ["the", "sea"])
    table = tl.compare_terms(counts, min_count=1).set_index("term")
    assert table.loc["the", ["count", "count_against"]].tolist() == [3 * 10**9, 3 * 10**9]
    assert counts.by("source").matrix.toarray()[:, 0].tolist() == [3 * 10**9, 3 * 10**9]
    listed = tl.compare_terms(counts, against={"the": 3 * 10**9, "sea": 1}, min_count=1).set_index("term")
    assert listed.loc["the", "count_against"].tolist() == [3 * 10**9, 3 * 10**9]


def test_labels_that_would_merge_two_groups_are_refused() -> None:
    counts = counts_of("a", "b", "a", "b", x=["A / B", "A", "A", "C"], y=["C", "B / C", "C", "C"])
    with pytest.raises(ValueError, match=r"^two combinations of \['x', 'y'\] read 'A / B / C': rename one$"):
        tl.compare_terms(counts, by=["x", "y"])


def test_a_group_called_pairwise_cannot_be_meant() -> None:
    counts = counts_of("a", "b", "c", source=["pairwise", "B", "C"])
    with pytest.raises(ValueError, match="^against='pairwise' asks for all pairs, and a group is called so"):
        tl.compare_terms(counts, against="pairwise")


def test_many_pairs_without_enough_articles_are_told_in_few_warnings() -> None:
    counts = counts_of(*["a b"] * 16, source=[f"s{n // 2}" for n in range(16)])
    with pytest.warns(tl.SmallCorpusWarning) as caught:
        tl.compare_terms(counts, against="pairwise")
    assert len(caught) == 6
    assert str(caught[-1].message) == "23 more pairs have too few units for any difference to be supported"


def test_a_trimmed_scale_knows_no_blocks_and_a_list_no_other_keys() -> None:
    counts = in_events(np.ones((4, 1), int), np.full(4, 10), list("ABAB"), list("xxyy"))
    with pytest.raises(ValueError, match="^scale='trimmed' knows no blocks"):
        tl.compare_terms(counts, block="event", scale="trimmed")
    with pytest.raises(ValueError, match="^the frequency list must give counts by term, a text; 1 is none$"):
        tl.compare_terms(counts, against={1: 4})  # type: ignore[dict-item]


def test_frames_and_divergence_pairs_do_not_see_a_third_source() -> None:
    texts = [f"{'tide ' * (n % 4)}sea wall {'gate ' * (n % 3)}end" for n in range(27)]
    three = counts_of(*texts, source=[*"ABC"] * 9)
    two = three.where(source=["B", "C"])
    tables = []
    for counts in (three, two):
        rng = np.random.default_rng(3)
        sets = {"wall": ["tide", "gate"]}
        names = tl.naming_choices(counts, sets, against="pairwise" if counts is three else None, rng=rng)
        apart = tl.divergence(counts, against="pairwise" if counts is three else None, rng=np.random.default_rng(3))
        tables.append([t[(t["group"] == "B") & (t["against"] == "C")].reset_index(drop=True) for t in (names, apart)])
    for with_third, without in zip(*tables, strict=True):
        pd.testing.assert_frame_equal(with_third, without)
