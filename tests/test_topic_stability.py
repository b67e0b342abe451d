"""Stability: planted topics hold, none of chance does; shuffling keeps each term and loses its company."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from one_line import counts_of
from scipy.sparse import csr_array
from scipy.stats import t
from test_topics import FARM, MONEY, SEA

import textlens as tl
from textlens.topic_stability import Stability, shuffle_articles

pytestmark = pytest.mark.filterwarnings("error::textlens.SmallCorpusWarning")


def articles(n: int, *, planted: bool, seed: int = 3) -> tl.Counts:
    """Articles of four passages of 15 words: each passage on one of three matters, or of any of their words."""
    rng = np.random.default_rng(seed)
    words = [SEA, FARM, MONEY]
    texts = []
    for _ in range(n):
        matter = rng.integers(3, size=4)
        pools = [words[number] if planted else sum(words, []) for number in matter]
        texts.append("\n".join(" ".join(rng.choice(pool, 15)) for pool in pools))
    return counts_of(*texts)


def measured(counts: tl.Counts, k: int = 3, seed: int = 1) -> tl.Topics:
    return tl.measure_stability(tl.fit_topics(counts, k), rng=np.random.default_rng(seed))


def test_planted_topics_are_stable_and_keep_their_names() -> None:
    topics = measured(articles(40, planted=True))
    assert list(topics.verdicts.values()) == ["stable"] * 3
    assert topics.names == topics.labels
    assert topics.stability is not None and topics.stability["stability"].min() > 0.6
    assert repr(topics).endswith("(3 stable)")


def test_of_words_without_company_no_topic_is_stable_or_named() -> None:
    topics = measured(articles(40, planted=False))
    assert list(topics.verdicts.values()) == ["unstable"] * 3
    assert topics.names == {number: f"topic {number} (unstable)" for number in (1, 2, 3)}
    frame = topics.to_frame()
    assert (frame["stability"] <= frame["null_high"]).all()
    assert topics.relabel(topics.label_table()).names == topics.names
    given = topics.label_table().assign(label=["Coasts", "", ""]).head(1)
    assert topics.relabel(given).names[1] == "Coasts (unstable)"
    assert topics.relabel(given).relabel(topics.label_table()).names == topics.names


def test_a_topic_that_one_family_makes_is_no_stable_topic() -> None:
    """One text, told in four of forty articles: no article makes its topic, the family does."""
    rng = np.random.default_rng(4)
    matters = [SEA, FARM, MONEY]
    texts = ["\n".join(" ".join(rng.choice(matters[n], 15)) for n in rng.integers(3, size=4)) for _ in range(36)]
    dives = ["deep", "coral", "diver", "mask", "fin", "lagoon", "eel", "dive", "sponge", "urchin"]
    texts += ["\n".join(" ".join(rng.choice(dives, 15)) for _ in range(4))] * 4
    counts = counts_of(*texts, family=[*map(str, range(36)), *["told"] * 4])
    topics = tl.fit_topics(counts, 4)
    told = int(topics.terms.loc[topics.terms["term"] == "diver", "topic"].iloc[0])
    alone, family = (
        tl.measure_stability(topics, unit=unit).to_frame().set_index("topic") for unit in ("article", "family")
    )
    assert alone.loc[told, "verdict"] == "stable" and alone.loc[told, "largest_share"] < 0.3
    assert family.loc[told, "verdict"] == "one family"
    assert (family.loc[told, "largest_unit"], family.loc[told, "label"]) == ("told", f"topic {told} (one family)")


def test_one_topic_too_many_splits_one_that_is_then_unstable() -> None:
    verdicts = list(measured(articles(40, planted=True), 4).verdicts.values())
    assert 2 <= verdicts.count("stable") <= 3


def test_the_same_generator_gives_the_same_answer() -> None:
    counts = articles(30, planted=True)
    first, second, other = (measured(counts, seed=seed) for seed in (1, 1, 2))
    assert first.stability is not None and second.stability is not None and other.stability is not None
    pd.testing.assert_frame_equal(first.stability, second.stability)
    assert not first.stability.equals(other.stability)


def test_refits_divide_the_words_of_each_article() -> None:
    topics = measured(articles(30, planted=True))
    assert topics.refits is not None
    assert topics.refits.shape == (25, 30, 3)
    assert topics.refits.sum(axis=2) == pytest.approx(60.0, abs=1e-3)
    assert topics.refits.mean(axis=0) == pytest.approx(topics.word_counts().matrix.toarray(), abs=12)


def test_few_articles_are_a_warning_with_its_reason() -> None:
    with pytest.warns(tl.SmallCorpusWarning, match="^topics over the passages of 6 articles are exploratory"):
        topics = tl.fit_topics(articles(6, planted=True), 2)
    with pytest.warns(tl.SmallCorpusWarning, match="^the stability of topics over 6 articles is exploratory: so few "):
        tl.measure_stability(topics)


def test_fewer_than_twenty_resamples_are_an_error() -> None:
    topics = tl.fit_topics(articles(30, planted=True), 2)
    with pytest.raises(ValueError, match="^resamples must be a whole number of 20 or more, not 19$"):
        tl.measure_stability(topics, resamples=19)
    with pytest.raises(TypeError, match=r"tl\.fit_topics"):
        tl.measure_stability(topics.terms)  # type: ignore[arg-type]


def test_articles_that_tell_the_same_thing_are_drawn_together() -> None:
    # Twenty stories told three times each: by article, each story's topic comes back; by story, it stands alone.
    rng = np.random.default_rng(9)
    pool = sum([SEA, FARM, MONEY], [])
    stories = ["\n".join(" ".join(rng.choice(pool, 15)) for _ in range(4)) for _ in range(20)]
    counts = counts_of(*[story for story in stories for _ in range(3)], family=np.repeat(np.arange(20), 3).tolist())
    topics = tl.fit_topics(counts, 5)
    alone = tl.measure_stability(topics).stability
    with pytest.warns(tl.SmallCorpusWarning, match=r"over 20 units \(family\) is exploratory"):
        together = tl.measure_stability(topics, unit="family")
    assert alone is not None and together.stability is not None
    assert together.stability["stability"].mean() < alone["stability"].mean()
    assert "stable" not in together.verdicts.values()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["x", ""] * 15, r"^unit='family' has no value for the article '10'; units are whole articles$"),
        (None, r"^unit='passage' splits the article '1'; units are whole articles$"),
    ],
)
def test_units_are_whole_articles(values: list[str] | None, message: str) -> None:
    counts = articles(30, planted=True)
    if values:
        counts = replace(counts, articles=counts.articles.assign(family=values))
    with pytest.raises(ValueError, match=message):
        tl.measure_stability(tl.fit_topics(counts, 2), unit="family" if values else "passage")


def test_larger_corpora_are_judged_by_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textlens.topic_stability.MOST_ARTICLES", 32)
    topics = measured(articles(40, planted=True))
    assert topics.refit_size == 0.8
    assert list(topics.verdicts.values()) == ["stable"] * 3


def test_the_bound_is_that_of_one_more_shuffle() -> None:
    null = np.array([[0.2, 0.42], [0.4, 0.1], [0.38, 0.3]])
    highest = np.array([0.42, 0.4, 0.38])
    expected = 0.4 + t.ppf(0.99, 2) * highest.std(ddof=1) * np.sqrt(4 / 3)
    assert Stability(np.zeros((1, 2)), null).bound() == pytest.approx(expected)
    assert Stability(np.zeros((1, 1)), np.array([[0.3], [0.3]])).bound() == pytest.approx(0.3)
    assert Stability(np.zeros((1, 1)), np.array([[0.1], [0.9]])).bound() == 1.0


@given(arrays(np.int32, (7, 4), elements=st.integers(0, 3)), st.integers(0, 2**32))
@settings(max_examples=50)
def test_shuffling_keeps_how_often_and_how_clustered_a_term_is(matrix: np.ndarray, seed: int) -> None:
    article = np.array([0, 1, 0, 2, 1, 2, 3])
    shuffled = shuffle_articles(csr_array(matrix), article, np.random.default_rng(seed)).toarray()
    assert shuffled.sum(axis=0).tolist() == matrix.sum(axis=0).tolist()
    gather = np.eye(4, dtype=int)[:, article]
    before, after = (np.sort(gather @ counts, axis=0) for counts in (matrix, shuffled))
    assert before.tolist() == after.tolist()


def test_shuffling_parts_terms_that_always_meet() -> None:
    matrix = csr_array(np.kron(np.eye(2, dtype=int), np.ones((20, 3), dtype=int)))
    shuffled = shuffle_articles(matrix, np.arange(40), np.random.default_rng(1)).toarray()
    together = (shuffled[:, 0] > 0) & (shuffled[:, 1] > 0)
    # Of 20 articles of 40 each, two terms share ten by chance, not 20.
    assert 4 <= together.sum() <= 16
