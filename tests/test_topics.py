"""Topics: three planted ones are recovered, twice alike and with any number of threads; shares and errors by hand."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from one_line import counts_of
from threadpoolctl import threadpool_limits

import textlens as tl

SEA = "wave tide harbor seawall storm flood beach gull anchor reef".split()
MONEY = "budget debt bond loan tax invoice price bank salary fund".split()
FARM = "barley plough tractor orchard cattle fence meadow hay seed barn".split()
VOCABULARIES = [SEA, [word.replace("plough", "plow") for word in FARM], MONEY]


def planted(seed: int = 7) -> tuple[tl.Counts, list[int]]:
    """Twelve articles of five passages; each passage is about one of three matters. B writes twice as much of one."""
    rng = np.random.default_rng(seed)
    matters, texts = [], []
    for article in range(12):
        lines = []
        for _ in range(5):
            matter = int(rng.choice(3, p=[0.6, 0.2, 0.2] if article % 2 else [0.2, 0.4, 0.4]))
            matters.append(matter)
            lines.append("the " + " ".join(rng.choice([SEA, FARM, MONEY][matter], 20)))
        texts.append("\n".join(lines))
    return counts_of(*texts, id=[f"{number:02}" for number in range(12)]), matters


def fitted(k: int = 3) -> tl.Topics:
    with pytest.warns(tl.SmallCorpusWarning, match="^topics over the passages of 12 articles are exploratory: "):
        return tl.fit_topics(planted()[0], k)


def digest(topics: tl.Topics) -> str:
    return hashlib.sha256((topics.terms.to_csv() + topics.shares.to_csv()).encode()).hexdigest()


def test_three_planted_topics_are_recovered() -> None:
    topics = fitted()
    found = [set(group.head(10)["term"]) for _, group in topics.terms.groupby("topic")]
    assert sorted(map(sorted, found)) == sorted(map(sorted, VOCABULARIES))
    matters = np.array(planted()[1])
    dominant = topics.shares[["topic 1", "topic 2", "topic 3"]].to_numpy().argmax(axis=1)
    pairs = {(matter, topic) for matter, topic in zip(matters.tolist(), dominant.tolist(), strict=True)}
    assert len(pairs) == 3
    assert repr(topics) == "Topics: 3 over 60 passages"
    assert topics.steps[-1] == "3 topics by NMF of tf-idf over 60 passages and 30 terms"


def test_labels_are_the_three_heaviest_terms() -> None:
    topics = fitted()
    assert list(topics.labels) == [1, 2, 3]
    first = topics.terms[(topics.terms["topic"] == 1) & (topics.terms["rank"] <= 3)]
    assert topics.labels[1].split(", ") == first["term"].tolist()


def test_shares_of_a_passage_add_up_to_1_or_are_0() -> None:
    counts = counts_of("war peace war\nthe of and", "peace trade\nwar trade", "war trade\npeace")
    with pytest.warns(tl.SmallCorpusWarning):
        topics = tl.fit_topics(counts, 2)
    shares = topics.shares.set_index(["article", "passage"])
    assert shares["n_words"].tolist() == [3, 3, 2, 2, 2, 1]
    whole = shares[["topic 1", "topic 2"]].sum(axis=1)
    assert whole.tolist() == pytest.approx([1, 0, 1, 1, 1, 1], abs=2e-6)


def test_shares_of_a_passage_that_mixes_two_topics() -> None:
    # Every term stands in eight of twelve passages, so all weigh alike: one part in five, and four.
    lines = "war\npeace trade bread wine\nwar peace trade bread wine"
    with pytest.warns(tl.SmallCorpusWarning):
        topics = tl.fit_topics(counts_of(lines, lines, lines, lines), 2)
    war = next(f"topic {topic}" for topic, label in topics.labels.items() if label == "war")
    assert topics.shares[war].tolist() == pytest.approx([1, 0, 0.2] * 4, abs=1e-4)


def test_function_words_numbers_and_terms_of_one_article_are_in_no_topic() -> None:
    counts = counts_of("war 30 the\npeace 30 the\nlone", "war 30\npeace the 30")
    with pytest.warns(tl.SmallCorpusWarning):
        topics = tl.fit_topics(counts, 2)
    assert sorted(topics.terms["term"]) == ["peace", "war"]
    with pytest.warns(tl.SmallCorpusWarning):
        assert sorted(tl.fit_topics(counts, 3, min_articles=1).terms["term"]) == ["lone", "peace", "war"]


def test_the_same_answer_twice_and_with_one_and_two_threads() -> None:
    answers = {digest(fitted()), digest(fitted())}
    for limit in (1, 2):
        with threadpool_limits(limits=limit):
            answers.add(digest(fitted()))
    assert len(answers) == 1


@pytest.mark.parametrize("threads", ["1", "2"])
def test_a_fresh_process_gives_the_same_answer(threads: str) -> None:
    code = "import warnings; warnings.simplefilter('ignore'); import textlens as tl; import test_topics as t; "
    code += "print(t.digest(tl.fit_topics(t.planted()[0], 3)))"
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PYTHONHASHSEED")
    environment = {**os.environ, **dict.fromkeys(names, threads), "PYTHONPATH": os.path.dirname(__file__)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest(fitted())


@pytest.mark.filterwarnings("error::textlens.SmallCorpusWarning")
def test_thirty_articles_are_no_small_corpus() -> None:
    rng = np.random.default_rng(3)
    texts = [" ".join(rng.choice([SEA, MONEY][number % 2], 12)) for number in range(30)]
    counts = counts_of(*texts)
    assert len(tl.fit_topics(counts, 2).labels) == 2
    assert len(tl.fit_topics(counts, 9).labels) == 9


def test_k_of_few_articles_is_2_to_8() -> None:
    with (
        pytest.warns(tl.SmallCorpusWarning),
        pytest.raises(ValueError, match="^k = 9 topics; .* allow 2 to 8$"),
    ):
        tl.fit_topics(planted()[0], 9)


@pytest.mark.parametrize("k", [1, 0, 2.0, "3", True])
def test_k_is_a_whole_number_of_2_or_more(k: object) -> None:
    with pytest.raises(ValueError, match=f"^k must be a whole number of 2 or more, not {k!r}$"):
        tl.fit_topics(planted()[0], k)  # type: ignore[arg-type]


def test_k_beyond_passages_or_terms() -> None:
    with pytest.warns(tl.SmallCorpusWarning), pytest.raises(ValueError, match="^k = 3 topics; .* allow 2 to 2$"):
        tl.fit_topics(counts_of("war peace trade", "war peace trade"), 3)
    with pytest.warns(tl.SmallCorpusWarning), pytest.raises(ValueError, match="^k = 3 topics; .* allow 2 to 2$"):
        tl.fit_topics(counts_of("war\npeace", "war\npeace"), 3)


def test_the_most_topics_that_may_be_asked_for() -> None:
    assert tl.most_topics(planted()[0]) == 8
    assert tl.most_topics(counts_of("war peace trade", "war peace trade")) == 2
    assert tl.most_topics(counts_of("war\npeace\nlone", "war\npeace")) == 2
    assert tl.most_topics(counts_of("war\npeace\nlone", "war\npeace"), min_articles=1) == 3
    assert tl.most_topics(counts_of(*["war peace trade bread wine salt iron coal tea"] * 30)) == 9


def test_comparison_gives_the_words_of_each_topic() -> None:
    topics = fitted()
    table = tl.compare_topics(topics)
    assert table["topic"].tolist() == [1, 2, 3]
    assert table["label"].tolist() == list(topics.labels.values())
    words = topics.shares[["topic 1", "topic 2", "topic 3"]].mul(topics.shares["n_words"], axis=0).sum()
    assert (table["count"] + table["count_against"]).tolist() == pytest.approx(words.tolist())
    # Every passage has 21 words and thirty passages stand on each side.
    assert table["share"].tolist() == pytest.approx((table["count"] / 630).tolist())
    assert table["share"].sum() == pytest.approx(1, abs=1e-5)
    assert table["share_against"].tolist() == pytest.approx((table["rate_against"] / 1000).tolist())


def test_the_source_that_writes_more_of_a_topic_is_found() -> None:
    topics = fitted()
    table = tl.compare_topics(topics)
    sea = next(topic for topic, label in topics.labels.items() if set(label.split(", ")) <= set(SEA))
    row = table[table["topic"] == sea].iloc[0]
    assert (row["group"], row["against"]) == ("A", "B")
    assert row["effect"] < 0
    assert row["floor"] == 2 / 924


def test_three_against_two_articles_can_show_nothing() -> None:
    counts = counts_of(*["war war peace\ntrade peace"] * 5, source=list("AAABB"))
    with pytest.warns(tl.SmallCorpusWarning, match="^topics over the passages of 5 articles"):
        topics = tl.fit_topics(counts, 2)
    with pytest.warns(tl.SmallCorpusWarning, match="^3 against 2 units"):
        table = tl.compare_topics(topics)
    assert table["supported"].tolist() == [False, False]
    assert set(table["floor"]) == {0.1}


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(ValueError, match="^no column 'outlet'; there are article, passage, "):
        tl.compare_topics(fitted(), by="outlet")


def test_rows_that_are_articles_are_passages() -> None:
    counts = tl.count_terms(tl.tokenize(tl.load_demo())).by("article")
    with pytest.warns(tl.SmallCorpusWarning):
        topics = tl.fit_topics(counts, 2)
    assert topics.shares["article"].tolist() == sorted(counts.articles["id"])
    assert topics.shares["passage"].tolist() == [1] * 12
