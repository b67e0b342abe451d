"""Scores of frames: shares of passages and articles, what remains without a word or an article, speakers, pairs."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_line import tokens_of
from scipy import stats

import textlens as tl
import textlens.findings
from textlens.cooccurrence import frame_cooccurrence, frame_speakers
from textlens.frame_effects import frame_influence
from textlens.frames import NOT_VALIDATED, compare_frames, frame_rates, indicator_contributions, validity_text
from textlens.shares import share_difference, wilson, without_each

BOOK = """\
format = 1
[[frame]]
name = "Peace"
indicators = ["peace", "talks"]
[[frame]]
name = "War"
indicators = ["war", "guns"]
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> tl.Codebook:
    path = tmp_path_factory.mktemp("book") / "codebook.toml"
    Path(path).write_text(BOOK, encoding="utf-8")
    return tl.read_codebook(path)


def both_of(book: tl.Codebook, *texts: str, **columns: list) -> tuple[pd.DataFrame, tl.Counts]:
    tokens = tokens_of(*texts, **columns)
    return tl.find_indicators(tokens, book), tl.count_terms(tokens)


def made(matrix: list[list[int]], sources: list[str], *, words: int = 10) -> tuple[pd.DataFrame, tl.Counts]:
    """Articles of one passage per row, with so many hits of frames f0, f1, ..., one indicator each."""
    n = len(matrix)
    ids = [f"a{number:02}" for number in range(n)]
    segments = pd.DataFrame({"segment": range(n), "article": ids, "passage": 1})
    counts = tl.Counts(
        tl.counts.csr_array((n, 1), dtype=np.int32),
        np.full(n, words),
        np.array(["x"], dtype=object),
        segments,
        pd.DataFrame({"id": ids, "source": sources}),
    )
    rows = [
        (place, ids[place], f"f{frame}", "x")
        for place, row in enumerate(matrix)
        for frame, times in enumerate(row)
        for _ in range(times)
    ]
    return pd.DataFrame(rows, columns=["segment", "article", "frame", "indicator"]), counts


# Passages are lines. A: two articles, hits of War in 1 of 2 and 2 of 2 passages; B: none of 1, none of 2.
TEXTS = ("war war war\ntrade", "trade", "war\nwar trade", "trade\ntrade peace")


def test_share_of_passages_by_hand(book: tl.Codebook) -> None:
    table = compare_frames(*both_of(book, *TEXTS), score="passages").set_index("frame")
    columns = ["count", "of", "rate", "count_against", "of_against", "rate_against", "effect", "score"]
    assert table.loc["War", columns].tolist() == [3, 4, 0.75, 0, 3, 0, 0.75, "passages"]
    assert table.loc["Peace", columns].tolist() == [0, 4, 0, 1, 3, 1 / 3, -1 / 3, "passages"]
    # Without the article with one of two the share of A is 1; without the other .5.
    assert table.loc["War", ["out_low", "out_high", "flips", "driver"]].tolist() == [0.5, 1, False, "3"]


def test_share_of_articles_by_hand(book: tl.Codebook) -> None:
    table = compare_frames(*both_of(book, *TEXTS), score="articles").set_index("frame")
    columns = ["count", "of", "rate", "count_against", "of_against", "rate_against", "effect", "overdispersion"]
    assert table.loc["War", columns].tolist() == [2, 2, 1, 0, 2, 0, 1, 1]
    assert table.loc["Peace", columns].tolist() == [0, 2, 0, 1, 2, 0.5, -0.5, 1]
    assert table["p_permutation"].tolist() == [pytest.approx(1 / 3), 1]
    assert not table["supported"].any()


def test_words_and_shares_stand_beside_the_rate(book: tl.Codebook) -> None:
    table = compare_frames(*both_of(book, *TEXTS)).set_index("frame")
    assert table.loc["War", ["count", "of", "of_against", "score"]].tolist() == [5, 7, 4, "rate"]


def test_the_permutation_of_articles_is_fishers_test_where_sides_are_equal() -> None:
    has = [1, 1, 1, 1, 0, 0, 1, 0, 0, 0]
    table = compare_frames(*made([[x] for x in has], ["A"] * 5 + ["B"] * 5), score="articles")
    expected = stats.fisher_exact([[4, 1], [1, 4]])[1]
    assert table["p_permutation"].tolist() == [pytest.approx(expected, abs=1e-12)]


def test_interval_is_newcombes_for_one_member_each() -> None:
    hits = np.repeat([1.0, 0.0, 1.0, 0.0], [9, 1, 3, 7])[:, None]
    found = share_difference(hits, np.ones(20), np.repeat([0, 1], 10))
    # Newcombe 1998, table II, example (d): 9/10 v 3/10, method 10.
    assert found.difference[0] == pytest.approx(0.6)
    assert [found.low[0], found.high[0]] == pytest.approx([0.1705, 0.8090], abs=1e-4)
    z = 0.6 / np.sqrt(0.6 * 0.4 * 0.2)
    assert found.p[0] == pytest.approx(2 * stats.norm.sf(z))


def test_wilson_is_scipys() -> None:
    for k, n in ((0, 5), (3, 7), (10, 10)):
        interval = stats.binomtest(k, n).proportion_ci(method="wilson")
        low, high = wilson(np.array([k / n]), np.array([float(n)]))
        assert [low[0], high[0]] == pytest.approx([interval.low, interval.high], abs=1e-12)


def test_members_that_are_all_alike_count_as_one() -> None:
    units = np.array([[1.0], [1.0], [0.0], [0.0], [1.0], [0.0]])
    side = np.array([0, 0, 0, 1, 1, 1])
    single = share_difference(units, np.ones(6), side)
    clustered = share_difference(8 * units, np.full(6, 8.0), side)
    assert clustered.design_effect.tolist() == [8]
    for name in ("difference", "low", "high", "p"):
        assert getattr(clustered, name) == pytest.approx(getattr(single, name), abs=1e-12)


def coverage(n: tuple[int, int], p: tuple[float, float], rho: float, size: int, draws: int) -> tuple[float, float]:
    rng = np.random.default_rng(5)
    side = np.repeat([0, 1], n)
    own = np.where(side == 0, *p)[:, None] * np.ones((len(side), draws))
    members = np.full(len(side), float(size))
    drawn = rng.beta(own * (1 / rho - 1), (1 - own) * (1 / rho - 1)) if rho else own
    found = share_difference(rng.binomial(size, drawn).astype(float), members, side)
    gap = p[0] - p[1]
    return float(((found.low <= gap) & (gap <= found.high)).mean()), float((found.high - found.low).mean())


@pytest.mark.parametrize("n", [(5, 5), (5, 20), (20, 20), (40, 40)])
@pytest.mark.parametrize("p", [(0.1, 0.1), (0.5, 0.5), (0.9, 0.9), (0.3, 0.6), (0.1, 0.9)])
def test_intervals_cover_shares_of_articles(n: tuple[int, int], p: tuple[float, float]) -> None:
    covered, width = coverage(n, p, 0.0, 1, 1000)
    assert covered > 0.91
    # A plain interval of shares this wide has no more room than 2 x 1.96 standard errors and a half again.
    assert width < 1.5 * 3.92 * np.sqrt(sum(share * (1 - share) / size for share, size in zip(p, n, strict=True))) + 0.2


@pytest.mark.parametrize("n", [(5, 5), (5, 20), (20, 20)])
@pytest.mark.parametrize("rho", [0.05, 0.3])
def test_intervals_cover_shares_of_passages_that_cluster(n: tuple[int, int], rho: float) -> None:
    for p in ((0.5, 0.5), (0.1, 0.5), (0.5, 0.9)):
        assert coverage(n, p, rho, 12, 1000)[0] > 0.9


def test_shares_of_very_few_articles_are_told_as_they_are() -> None:
    covered, rejected = [], []
    shares = np.arange(1, 10) / 10
    for n, m in itertools.product((2, 3, 4), repeat=2):
        outcomes = list(itertools.product(range(n + 1), range(m + 1)))
        hits = np.array([[1.0] * a + [0.0] * (n - a) + [1.0] * b + [0.0] * (m - b) for a, b in outcomes]).T
        found = share_difference(hits, np.ones(n + m), np.repeat([0, 1], [n, m]))
        for p, q in itertools.product(shares, repeat=2):
            chance = np.array([stats.binom.pmf(a, n, p) * stats.binom.pmf(b, m, q) for a, b in outcomes])
            covered.append(chance[(found.low <= p - q + 1e-9) & (p - q - 1e-9 <= found.high)].sum())
            rejected += [chance[found.p < 0.05].sum()] * bool(p == q)
    # What the module says of them.
    assert [min(covered), np.mean(covered), max(rejected)] == pytest.approx([0.870, 0.947, 0.125], abs=5e-4)


UNITS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 4), st.integers(0, 1), st.integers(0, 1)), min_size=2, max_size=9
)


@given(UNITS)
def test_groups_that_change_places_change_the_sign(rows: list[tuple[int, int, int, int]]) -> None:
    size = np.array([max(a, b) for a, b, _, _ in rows], dtype=float)
    hits = np.array([[float(a)] for a, *_ in rows])
    side = np.array([0, 1, *(group for _, _, group, _ in rows[2:])])
    one, other = share_difference(hits, size, side), share_difference(hits, size, 1 - side)
    assert one.difference == pytest.approx(-other.difference, abs=1e-12)
    assert [one.low[0], one.high[0]] == pytest.approx([-other.high[0], -other.low[0]], abs=1e-12)
    assert one.low[0] <= one.difference[0] <= one.high[0] and one.low[0] < one.high[0]
    assert one.low[0] >= -1 - 1e-12 and one.high[0] <= 1 + 1e-12
    # What lacks the item is the mirror of what has it.
    mirror = share_difference(size[:, None] - hits, size, side)
    assert one.difference == pytest.approx(-mirror.difference, abs=1e-12)
    assert one.p == pytest.approx(mirror.p, abs=1e-9)


@given(UNITS, st.booleans())
def test_leaving_out_is_the_difference_of_the_others(rows: list[tuple[int, int, int, int]], blocked: bool) -> None:
    rows = [*rows, (1, 2, 0, 0), (2, 2, 1, 0), (1, 1, 0, 1), (0, 3, 1, 1)]
    size = np.array([max(a, b) for a, b, *_ in rows], dtype=float)
    hits = np.array([[float(a)] for a, *_ in rows])
    side, block = (np.array([row[place] for row in rows]) for place in (2, 3))
    codes = block if blocked else None
    found = without_each(hits, size, side, codes)
    for unit in range(len(rows)):
        keep = np.arange(len(rows)) != unit
        if codes is not None:
            keep &= np.array([len({*side[keep & (block == b)]}) == 2 for b in block])
        if len(set(side[keep])) < 2:
            assert np.isnan(found[unit, 0])
            continue
        left = None if codes is None else np.unique(codes[keep], return_inverse=True)[1]
        rest = share_difference(hits[keep], size[keep], side[keep], left)
        assert found[unit] == pytest.approx(rest.difference, abs=1e-9)


def test_blocks_compare_inside_them() -> None:
    # Inside each event A has it and B has not, though B writes mostly of the event that everybody frames so.
    hits = np.array([[3.0], [2.0], [1.0], [0.0]])
    found = share_difference(hits, np.array([3.0, 3, 3, 3]), np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]))
    assert found.difference[0] == pytest.approx((1 / 3 + 1 / 3) / 2)


def test_blocks_leave_out_what_stands_alone(book: tl.Codebook) -> None:
    columns = {"event": list("xxyyz"), "source": list("ABABA")}
    both = both_of(book, "war", "trade", "war", "war", "war", **columns)
    row = compare_frames(*both, block="event", score="articles").iloc[0]
    names = ["count", "of", "count_against", "of_against", "effect", "blocks", "units"]
    assert row[names].tolist() == [2, 2, 1, 2, 0.5, 2, 2]
    assert row["effect_without"] == 0
    assert compare_frames(*both, block="event")["effect_without"].tolist() == [0]


def test_sentences_tell_shares() -> None:
    table = compare_frames(*made([[1], [0]] * 6, ["A", "B"] * 6), score="articles")
    assert tl.findings.comparison(table, "frame") == [
        "Between [[A]] and [[B]] one frame was compared. Supported by the articles, in shares of articles: more in [[A]]: "
        "[[f0]] (100% v 0%)."
    ]
    assert tl.findings.carried(table) == (
        "A single indicator can make a frame: “x” carries 100% of the difference in [[f0]]. That is a difference of a word "
        "before it is one of a frame."
    )
    assert tl.findings.carried(table.assign(effect=0.09)) == ""


def test_the_figure_has_a_scale_of_points() -> None:
    table = compare_frames(*made([[1], [0]] * 6, ["A", "B"] * 6), score="articles")
    ax = tl.plots.frames(table)
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        "100 points",
        "50 points",
        "equal",
        "50 points",
        "100 points",
    ]
    assert ax.get_xlabel() == "difference of the shares with the frame"
    rates = tl.plots.frames(compare_frames(*made([[1], [0]] * 6, ["A", "B"] * 6)))
    assert rates.get_xlabel() == "times as often per 1,000 words, shrunken towards equal"


@pytest.mark.parametrize("score", ["rate", "passages", "articles"])
def test_the_order_of_hits_and_rows_does_not_matter(book: tl.Codebook, score: str) -> None:
    hits, counts = both_of(book, *TEXTS, "war peace", "guns talks\ntrade")
    rng = np.random.default_rng(3)
    mixed = counts.rows(rng.permutation(len(counts.segments)))
    one = compare_frames(hits, counts, score=score)
    other = compare_frames(hits.sample(frac=1, random_state=1), mixed, score=score)
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("score", ["rate", "passages", "articles"])
def test_a_planted_frame_is_found_and_chance_is_not(score: str) -> None:
    rng = np.random.default_rng(7)
    found = 0
    for _ in range(60):
        chance = rng.poisson(rng.gamma(1, 1, (16, 4)))
        table = compare_frames(*made(chance.tolist(), ["A", "B"] * 8), score=score, rng=rng)
        found += bool((table["q"] < 0.05).any())
    assert found <= 3
    planted = rng.poisson(1, (16, 4))
    planted[:, 2] = [4 + number % 2 if number % 2 == 0 else 0 for number in range(16)]
    table = compare_frames(*made(planted.tolist(), ["A", "B"] * 8), score=score, rng=rng)
    assert table.loc[table["supported"], "frame"].tolist() == ["f2"]
    assert table.loc[0, "effect"] > 0


def test_pieces_of_a_passage_are_no_passages(book: tl.Codebook) -> None:
    hits, counts = both_of(book, 'war "war" war', 'trade "war"')
    table = compare_frames(hits, counts, score="passages")
    assert table[["count", "of", "count_against", "of_against"]].to_numpy().tolist() == [[1, 1, 1, 1]]
    with pytest.raises(
        ValueError, match="^score='passages' counts whole passages, and '1 1' lies in two values of voice"
    ):
        compare_frames(hits, counts, by="voice", unit="segment", score="passages")


def test_a_family_holds_several_articles(book: tl.Codebook) -> None:
    both = both_of(book, "war", "trade", "trade", "trade", family=list("xyxz"), source=list("ABAB"))
    table = compare_frames(*both, unit="family", score="articles")
    assert table[["count", "of", "rate", "units"]].to_numpy().tolist() == [[1, 2, 0.5, 1]]


def test_scores_that_there_are(book: tl.Codebook) -> None:
    both = both_of(book, "war", "peace")
    for function in (compare_frames, indicator_contributions, frame_influence):
        with pytest.raises(ValueError, match="^score must be one of 'rate', 'passages', 'articles', not 'words'$"):
            function(*both, score="words")


@pytest.mark.parametrize("score", ["rate", "passages", "articles"])
def test_a_frame_without_hits_has_a_row(book: tl.Codebook, score: str) -> None:
    table = compare_frames(*both_of(book, "war", "trade"), frames=["Peace", "War"], score=score).set_index("frame")
    assert table.loc["Peace", ["count", "effect", "driver", "flips", "one_word"]].tolist() == [0, 0, "", False, False]
    assert table.loc["Peace", ["p", "low", "effect_without"]].isna().all()


def test_what_remains_without_the_word_that_carries_it(book: tl.Codebook) -> None:
    # War: "war" 3 v 0, "guns" 1 v 1, of 8 words each.
    hits, counts = both_of(
        book, "war war war guns trade trade trade trade", "guns trade trade trade trade trade trade trade"
    )
    row = compare_frames(hits, counts).iloc[0]
    assert row[["carried_by", "carried_share", "one_word"]].tolist() == ["war", 1, True]
    assert row["effect_without"] == 0
    shares = compare_frames(hits, counts, score="articles").iloc[0]
    assert shares[["carried_by", "effect"]].tolist() == ["", 0]
    with_others = compare_frames(*both_of(book, "war guns", "trade trade")).iloc[0]
    # Half each; without one of the two, log2 of (1 + 2)/(0 + 2) at an overdispersion of 1.
    assert with_others[["carried_share", "one_word"]].tolist() == [0.5, True]
    assert with_others["effect_without"] < with_others["effect"]


def test_shares_of_indicators_may_overlap(book: tl.Codebook) -> None:
    table = indicator_contributions(*both_of(book, "war guns", "trade"), score="articles")
    assert table[["indicator", "count", "difference", "share"]].to_numpy().tolist() == [
        ["guns", 1, 1, 1],
        ["war", 1, 1, 1],
    ]
    row = compare_frames(*both_of(book, "war guns", "trade"), score="articles").iloc[0]
    # The other word stands in the same article.
    assert row[["effect", "effect_without"]].tolist() == [1, 1]


@pytest.mark.parametrize("score", ["rate", "passages", "articles"])
def test_influence_is_the_comparison_without_the_article(book: tl.Codebook, score: str) -> None:
    texts = ("war war trade\ntrade", "trade\nwar", "trade trade", "trade war", "trade trade\nwar", "trade")
    hits, counts = both_of(book, *texts)
    table = frame_influence(hits, counts, score=score)
    whole = compare_frames(hits, counts, score=score).iloc[0]
    assert table["effect"].to_numpy() == pytest.approx(whole["effect"])
    assert [table["effect_without"].min(), table["effect_without"].max()] == pytest.approx(
        whole[["out_low", "out_high"]].tolist()
    )
    assert bool(table["flips"].any()) == whole["flips"]
    if score != "rate":
        for row in table.itertuples():
            left = counts.rows(np.flatnonzero(counts.segments["article"] != row.unit))
            assert compare_frames(hits, left, score=score)["effect"].iloc[0] == pytest.approx(row.effect_without)


def test_influence_by_hand(book: tl.Codebook) -> None:
    table = frame_influence(*both_of(book, "war", "trade", "trade", "war", "trade", "trade"), score="articles")
    assert table[["unit", "side", "count", "of", "rate", "effect_without", "flips"]].to_numpy().tolist() == [
        ["1", "A", 1, 1, 1, pytest.approx(-1 / 3), False],
        ["2", "B", 0, 1, 0, pytest.approx(-1 / 6), False],
        ["3", "A", 0, 1, 0, pytest.approx(1 / 6), False],
        ["4", "B", 1, 1, 1, pytest.approx(1 / 3), False],
        ["5", "A", 0, 1, 0, pytest.approx(1 / 6), False],
        ["6", "B", 0, 1, 0, pytest.approx(-1 / 6), False],
    ]
    assert table["effect"].to_numpy() == pytest.approx(0)


def validity(**changes: Any) -> pd.DataFrame:
    row = {
        "frame": "War",
        "measure": "AUC",
        "value": 0.781,
        "low": 0.7,
        "high": 0.85,
        "n": 207,
        "material": "news articles",
    }
    return pd.DataFrame([row | changes])


def test_every_table_says_what_was_measured(book: tl.Codebook) -> None:
    both = both_of(book, "war peace", "war\npeace")
    rng = np.random.default_rng(1)
    for function, options in (
        (compare_frames, {}),
        (frame_rates, {}),
        (indicator_contributions, {}),
        (frame_influence, {}),
        (frame_speakers, {}),
        (frame_cooccurrence, {"rng": rng}),
    ):
        assert set(function(*both, **options)["validity"]) == {NOT_VALIDATED}
        table = function(*both, validity=validity(), **options)
        told = {"War": "AUC .78 [.70, .85], 207 news articles", "Peace": NOT_VALIDATED}
        assert table["validity"].tolist() == [told[frame] for frame in table["frame"]]
    pairs = frame_cooccurrence(*both, validity=validity(), rng=rng)
    assert pairs["validity_other"].tolist() == ["AUC .78 [.70, .85], 207 news articles"]


def test_a_negated_frame_was_not_measured_with_the_frame() -> None:
    hits, counts = made([[1], [0]], ["A", "B"])
    table = compare_frames(hits.assign(frame="War (negated)"), counts, validity=validity())
    assert table["validity"].tolist() == [NOT_VALIDATED]


def test_figures_as_words() -> None:
    row = validity().iloc[0]
    assert validity_text(row) == "AUC .78 [.70, .85], 207 news articles"
    assert validity_text({**row, "value": 1.0, "high": 1.0, "n": 1200}) == "AUC 1.00 [.70, 1.00], 1,200 news articles"
    assert validity_text({**row, "measure": "alpha", "value": -0.052, "low": np.nan}) == "alpha -.05, 207 news articles"
    assert validity_text({**row, "value": np.nan}) == "AUC not measurable, 207 news articles"
    assert (
        validity_text({**row, "material": "207 articles of the demo"}) == "AUC .78 [.70, .85], 207 articles of the demo"
    )
    assert validity_text({**row, "value": 0.999}) == "AUC 1.00 [.70, .85], 207 news articles"


def test_two_measures_stand_together() -> None:
    both = pd.concat([validity(), validity(measure="alpha", value=0.5, low=0.4, high=0.6)])
    table = compare_frames(*made([[1], [0]], ["A", "B"]), validity=both.assign(frame="f0"))
    assert table["validity"].tolist() == [
        "AUC .78 [.70, .85], 207 news articles; alpha .50 [.40, .60], 207 news articles"
    ]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (validity().drop(columns="n"), "^the validity table lacks the column 'n'; it needs frame, measure"),
        (validity(value=0.9), "^the validity of 'War': 0.9 must lie between low 0.7 and high 0.85$"),
        (validity(value=np.inf, high=np.inf), "^the validity of 'War': inf must lie between"),
        (validity(n=0), "^the validity of 'War': n must be a whole number of 1 or more, not 0$"),
        (validity(n=1.5), "^the validity of 'War': n must be a whole number of 1 or more, not 1.5$"),
        (validity(value="high"), "^the validity of 'War': value, low, high and n must be numbers, not 'high'"),
        (pd.concat([validity()] * 2), "^the validity table has the AUC of 'War' on 'news articles' twice$"),
    ],
)
def test_a_wrong_validity_table_is_an_error(book: tl.Codebook, table: pd.DataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        frame_rates(*both_of(book, "war", "peace"), validity=table)


def test_validity_is_a_table(book: tl.Codebook) -> None:
    with pytest.raises(TypeError, match="^validity must be DataFrame, as tl.frame_validity gives, not dict$"):
        frame_rates(*both_of(book, "war", "peace"), validity={})  # type: ignore[arg-type]


def test_who_speaks_a_frame(book: tl.Codebook) -> None:
    table = frame_speakers(*both_of(book, 'trade war "war war" trade', "peace trade", 'trade "trade"'))
    columns = ["group", "frame", "voice", "count", "words", "rate", "articles", "articles_with"]
    assert table[columns].to_numpy().tolist() == [
        ["A", "Peace", "narrator", 0, 4, 0, 2, 0],
        ["A", "Peace", "quoted", 0, 3, 0, 2, 0],
        ["A", "War", "narrator", 1, 4, 250, 2, 1],
        ["A", "War", "quoted", 2, 3, pytest.approx(2000 / 3), 2, 1],
        ["B", "Peace", "narrator", 1, 2, 500, 1, 1],
        ["B", "War", "narrator", 0, 2, 0, 1, 0],
    ]
    assert set(table["speaker"]) == {""}


def test_pairs_of_frames_by_hand(book: tl.Codebook) -> None:
    both = both_of(book, "war peace\ntrade trade\ntrade trade", "war trade\npeace trade", source=["A", "B"])
    table = frame_cooccurrence(*both, by="source", rng=np.random.default_rng(1), n_draws=2000).set_index("group")
    columns = ["frame", "other", "both", "with_frame", "with_other", "of", "articles", "floor", "supported"]
    assert table.loc["A", columns].tolist() == ["Peace", "War", 1, 1, 1, 3, 1, 1, False]
    assert table.loc["B", columns].tolist() == ["Peace", "War", 0, 1, 1, 2, 1, 1, False]
    assert table["phi"].tolist() == pytest.approx([1, -1])
    # One of three equal passages meets one of three by a chance of a third, which p doubles; one of two by a half.
    assert table["expected"].tolist() == pytest.approx([1 / 3, 1 / 2], abs=0.04)
    assert table["p_permutation"].tolist() == pytest.approx([2 / 3, 1], abs=0.05)


def test_long_passages_hold_both_by_chance(book: tl.Codebook) -> None:
    long = "war peace " + "trade " * 8
    both = both_of(book, f"{long}\ntrade trade", "trade")
    table = frame_cooccurrence(*both, rng=np.random.default_rng(1), n_draws=4000)
    # Ten words against two: both fall on the long one by a chance of 25/36, on the short one by 1/36.
    assert table["expected"].tolist() == pytest.approx([26 / 36], abs=0.03)


def test_within_articles_the_permutation_is_fishers_at_equal_lengths() -> None:
    matrix = [[1, 1]] * 5 + [[1, 0]] + [[0, 0]] * 6
    table = frame_cooccurrence(
        *made(matrix, ["A", "B"] * 6), within="article", rng=np.random.default_rng(1), n_draws=4000
    )
    oracle = stats.hypergeom(12, 6, 5)
    assert table[["both", "with_frame", "with_other", "of"]].to_numpy().tolist() == [[5, 6, 5, 12]]
    assert table["expected"].tolist() == pytest.approx([2.5], abs=0.06)
    assert table["p_permutation"].tolist() == pytest.approx([2 * oracle.pmf(5)], abs=0.008)
    assert table["floor"].tolist() == pytest.approx([2 * oracle.pmf(5)])
    assert table["supported"].tolist() == [True]


def test_a_pair_in_many_articles_is_supported_and_one_in_few_never(book: tl.Codebook) -> None:
    text = "\n".join(["war peace"] * 3 + ["trade trade"] * 5)
    rng = np.random.default_rng(1)
    many = frame_cooccurrence(*both_of(book, *[text] * 6), rng=rng)
    assert many[["articles", "floor", "supported"]].to_numpy().tolist() == [[6, 1 / 32, True]]
    with pytest.warns(
        tl.SmallCorpusWarning, match="^all: at most 5 articles can tell whether two frames stand together"
    ):
        few = frame_cooccurrence(*both_of(book, *[text] * 5), rng=rng)
    assert few["q"].tolist() == [2 / 5000] and few["supported"].tolist() == [False]


def test_a_meeting_that_no_draw_repeats_has_a_p() -> None:
    matrix = [[1, 1], *([[0, 0]] * 199)]
    rng = np.random.default_rng(1)
    table = frame_cooccurrence(*made(matrix, ["A", "B"] * 100), within="article", rng=rng, n_draws=19)
    # They would meet in one draw of 200.
    assert table[["expected", "p_permutation", "floor"]].to_numpy().tolist() == [[0, 2 / 20, 2 / 200]]


def test_pairs_by_chance_are_not_found() -> None:
    rng = np.random.default_rng(2)
    found = 0
    for _ in range(40):
        hits, counts = made((rng.random((40, 3)) < 0.4).astype(int).tolist(), ["A", "B"] * 20)
        # Ten articles of four passages.
        article = [f"a{number // 4:02}" for number in range(40)]
        segments = counts.segments.assign(article=article, passage=[number % 4 for number in range(40)])
        counts = tl.Counts(counts.matrix, rng.integers(5, 60, 40), counts.terms, segments, counts.articles)
        hits["article"] = [article[segment] for segment in hits["segment"]]
        found += bool((frame_cooccurrence(hits, counts, rng=rng, n_draws=399)["q"] < 0.05).any())
    assert found <= 4


def test_a_frame_everywhere_can_tell_nothing(book: tl.Codebook) -> None:
    table = frame_cooccurrence(*both_of(book, "war peace\nwar", "war"), rng=np.random.default_rng(1))
    assert table[["p_permutation", "q", "phi"]].isna().all(axis=None)
    assert table["supported"].tolist() == [False]


def test_pairs_of_a_group_do_not_know_of_others(book: tl.Codebook) -> None:
    text = "war peace\ntrade\nwar trade"
    both = both_of(book, text, text, text, source=["A", "B", "C"])
    hits, counts = both
    some = counts.where(source=["A", "B"])
    one = frame_cooccurrence(hits, counts, by="source", rng=np.random.default_rng(4))
    two = frame_cooccurrence(hits, some, by="source", rng=np.random.default_rng(4))
    pd.testing.assert_frame_equal(one[one["group"] != "C"], two)


def test_errors_of_pairs(book: tl.Codebook) -> None:
    both = both_of(book, 'war "peace"', "peace")
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="^within must be 'passage' or 'article', not 'sentence'$"):
        frame_cooccurrence(*both, within="sentence", rng=rng)
    with pytest.raises(ValueError, match="^the passage '1 1' lies in two groups of voice$"):
        frame_cooccurrence(*both, by="voice", rng=rng)
    with pytest.raises(TypeError, match="^rng must be Generator"):
        frame_cooccurrence(*both, rng=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("score", ["rate", "passages", "articles"])
def test_no_hits_at_all_are_no_error(book: tl.Codebook, score: str) -> None:
    both = both_of(book, "trade", "trade")
    assert compare_frames(*both, score=score).empty
    pd.testing.assert_frame_equal(frame_speakers(*both), frame_speakers(*both_of(book, "war", "trade")).iloc[:0])
    pd.testing.assert_frame_equal(frame_rates(*both), frame_rates(*both_of(book, "war", "trade")).iloc[:0])
    assert frame_cooccurrence(*both, rng=np.random.default_rng(1)).empty
