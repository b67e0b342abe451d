"""Divergence: reference values, scipy as the oracle, and what chance gives beside it."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from one_line import counts_from, counts_of, overdispersed
from scipy import stats
from scipy.spatial.distance import jensenshannon

import textlens as tl
from textlens.distance import _Joined, divergence
from textlens.measures import jensen_shannon, rank_turbulence

COLUMNS = (
    "group against term count count_against share share_against part total permuted p_permutation q floor units "
    "units_against function_word"
).split()


def made(matrix: np.ndarray, sources: str) -> tl.Counts:
    terms = [f"t{number:03}" for number in range(np.shape(matrix)[1])]
    return counts_from(matrix, np.full(len(sources), 1000), list(sources), terms)


def oracle(matrix: np.ndarray, first: np.ndarray) -> float:
    return float(jensenshannon(matrix[first].sum(axis=0), matrix[~first].sum(axis=0), base=2) ** 2)


def test_reference_value_of_methods_recomputed_with_scipy() -> None:
    table = divergence(made([[5, 3, 2, 0], [2, 3, 1, 4]], "AB"))
    assert table.columns.tolist() == COLUMNS
    assert isinstance(table.index, pd.RangeIndex)
    assert table["term"].tolist() == ["t003", "t000", "t002"]
    assert table["part"].tolist() == pytest.approx([0.2, 0.0479078, 0.0122556], abs=1e-7)
    assert table["total"].tolist() == pytest.approx([0.2601634] * 3, abs=1e-7)
    assert table["count"].tolist() == [0, 5, 2]
    assert table["share_against"].tolist() == [0.4, 0.2, 0.1]


def test_rank_turbulence_is_that_of_measures_with_alpha_a_third() -> None:
    matrix = np.array([[100, 50, 25, 0, 0], [80, 0, 0, 40, 20]])
    table = divergence(made(matrix, "AB"), method="rtd")
    # The first term has rank 1 on both sides.
    assert table["term"].tolist() == ["t001", "t003", "t002", "t004"]
    parts = rank_turbulence(*matrix, alpha=1 / 3)[0]
    assert sorted(table["part"]) == pytest.approx(sorted(parts[1:]))
    assert table["total"].tolist() == pytest.approx([parts.sum()] * 4)


def test_no_term_in_common_is_one_bit() -> None:
    assert divergence(made([[3, 2, 0, 0], [0, 0, 5, 1]], "AB")).loc[0, "total"] == pytest.approx(1)


def test_the_permutation_is_that_of_scipy_over_all_relabellings() -> None:
    matrix = overdispersed(np.random.default_rng(3), 7, 20)[0]
    table = divergence(made(matrix, "AAABBBB"))
    totals = []
    for chosen in combinations(range(7), 3):
        totals.append(oracle(matrix, np.isin(np.arange(7), chosen)))
    observed = oracle(matrix, np.arange(7) < 3)
    assert table.loc[0, "total"] == pytest.approx(observed)
    assert table.loc[0, "permuted"] == pytest.approx(np.mean(totals))
    assert table.loc[0, "p_permutation"] == np.mean(np.array(totals) >= observed - 1e-9)
    assert table.loc[0, "floor"] == 1 / 35
    assert table.loc[0, ["units", "units_against"]].tolist() == [3, 4]


def test_equal_groups_count_both_ways_round() -> None:
    table = divergence(made([[9, 1], [8, 1], [1, 9], [1, 8]], "AABB"))
    assert table.loc[0, "p_permutation"] == table.loc[0, "floor"] == pytest.approx(1 / 3)


def test_many_relabellings_need_an_rng() -> None:
    matrix = overdispersed(np.random.default_rng(1), 20, 12)[0]
    counts = made(matrix, "A" * 10 + "B" * 10)
    with pytest.warns(UserWarning, match="^A against B: too many relabellings to try all"):
        alone = divergence(counts)
    assert alone[["permuted", "p_permutation"]].isna().all(axis=None)
    drawn = divergence(counts, rng=np.random.default_rng(0))
    assert 1 / 10_000 <= drawn.loc[0, "p_permutation"] <= 1
    # The mean of a sample of relabellings is near that of another.
    again = divergence(counts, rng=np.random.default_rng(2))
    assert drawn.loc[0, "permuted"] == pytest.approx(again.loc[0, "permuted"], rel=0.02)
    pd.testing.assert_frame_equal(drawn, divergence(counts, rng=np.random.default_rng(0)))


def test_small_samples_of_one_hand_diverge() -> None:
    """The bias that the permuted mean shows: fewer words, more divergence, though all have the same rates."""
    rng = np.random.default_rng(0)
    small, large = (divergence(made(rng.poisson(mean, (6, 50)), "AAABBB")) for mean in (1, 100))
    assert small.loc[0, "permuted"] > 20 * large.loc[0, "permuted"]
    assert small.loc[0, "p_permutation"] > 0.05


def test_swapped_sources_give_the_same_divergence() -> None:
    matrix = overdispersed(np.random.default_rng(2), 6, 10)[0]
    for method in ("jsd", "rtd"):
        one = divergence(made(matrix, "AAABBB"), method=method)
        other = divergence(made(matrix, "BBBAAA"), method=method)
        assert one["term"].tolist() == other["term"].tolist()
        assert one["part"].tolist() == pytest.approx(other["part"].tolist())
        assert one["count"].tolist() == other["count_against"].tolist()
        assert one.loc[0, "p_permutation"] == other.loc[0, "p_permutation"]


def test_units_without_a_term_are_left_out() -> None:
    table = divergence(made([[9, 1], [0, 0], [1, 9], [1, 8]], "AABB"))
    assert table.loc[0, ["units", "units_against"]].tolist() == [1, 2]


def test_q_is_over_the_pairs() -> None:
    table = divergence(counts_of("a a b", "a c", "b b", "b c c", "c d", "d d a", source=list("XXYYZZ")))
    pairs = table.drop_duplicates(["group", "against"])
    assert len(pairs) == 3
    q = stats.false_discovery_control(pairs["p_permutation"])
    np.testing.assert_allclose(pairs["q"], q, rtol=1e-12)


def test_equal_shares_leave_no_rows() -> None:
    table = divergence(made([[2, 4], [3, 6]], "AB"))
    assert table.empty
    assert table.columns.tolist() == COLUMNS


def test_of_three_groups_each_stands_against_all_others() -> None:
    table = divergence(counts_of("the a", "the b", "the c", source=list("XYZ")))
    pairs = table[["group", "against"]].drop_duplicates().to_numpy().tolist()
    assert pairs == [["X", "all others"], ["Y", "all others"], ["Z", "all others"]]
    assert set(table.loc[table["function_word"], "term"]) <= {"the", "a"}


def test_what_cannot_be_measured() -> None:
    counts = made([[2, 4], [3, 1]], "AB")
    with pytest.raises(ValueError, match="^method must be 'jsd' or 'rtd', not 'kl'"):
        divergence(counts, method="kl")
    with pytest.raises(ValueError, match="^'B' has none of the 2 terms, so it has no shares to compare"):
        divergence(made([[2, 4], [0, 0]], "AB"))
    with pytest.raises(TypeError, match="^rng must be Generator"):
        divergence(counts, rng=1)
    with pytest.raises(TypeError, match="^counts must be Counts"):
        divergence(None)


def test_so_few_units_are_warned_of() -> None:
    with pytest.warns(tl.SmallCorpusWarning, match="^1 against 1 units: the smallest p"):
        divergence(made([[2, 4], [3, 1]], "AB"))


def test_joining_rare_terms_changes_no_divergence() -> None:
    rng = np.random.default_rng(5)
    pooled = np.r_[rng.integers(1, 9, 80), 64, 65, 900].astype(float)
    join = _Joined(pooled)
    for _ in range(5):
        a = rng.binomial(pooled.astype(int), 0.4).astype(float)
        joined = join(a)
        assert joined[0].sum() == a.sum()
        assert joined[1].sum() == (pooled - a).sum()
        assert jensen_shannon(*joined).sum() == pytest.approx(jensen_shannon(a, pooled - a).sum(), rel=1e-12)


def test_many_rare_terms_are_joined_and_the_permutation_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix, lengths = overdispersed(np.random.default_rng(2), 12, 40)
    counts = counts_from(matrix, lengths, list("AB") * 6, [f"t{number:02}" for number in range(40)])
    one_by_one = divergence(counts)
    assert (matrix.sum(axis=0) <= 64).sum() > 9
    monkeypatch.setattr("textlens.distance._CELLS", 9)
    pd.testing.assert_frame_equal(divergence(counts), one_by_one, rtol=1e-12)
