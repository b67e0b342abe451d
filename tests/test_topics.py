"""Topics: three planted ones are recovered, twice alike and with any number of threads; shares and errors by hand."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from one_line import counts_of
from threadpoolctl import threadpool_limits

import textlens as tl
from textlens.factorising import tf_idf

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
    assert repr(topics) == "Topics: 3 over 60 passages (stability not measured)"
    assert topics.steps[-1] == "3 topics by NMF of tf-idf over 60 passages and 30 terms"


def test_labels_are_the_three_most_distinctive_of_the_heaviest_terms() -> None:
    topics = fitted()
    assert list(topics.labels) == [1, 2, 3]
    rows = topics.terms[topics.terms["topic"] == 2].sort_values(["frex", "rank"], ascending=[False, True])
    assert topics.labels[2].split(", ") == rows["term"].head(3).tolist()
    assert topics.label_table()["terms"].str.count(", ").tolist() == [4, 4, 4]


def test_the_topic_that_takes_most_words_is_the_first() -> None:
    share = fitted().to_frame()["share"]
    assert share.is_monotonic_decreasing
    assert share.sum() == pytest.approx(1, abs=1e-5)


def test_labels_are_overridden_by_a_table_of_the_same_fit() -> None:
    topics = fitted()
    table = topics.label_table().assign(label=["  Sea ", "Farms", "Money"])
    named = topics.relabel(table.head(2))
    assert named.labels == {1: "Sea", 2: "Farms", 3: topics.labels[3]}
    assert named.names == named.labels
    assert named.to_frame()["label"].tolist() == list(named.labels.values())
    assert named.relabel(table.tail(1)).labels == {1: "Sea", 2: "Farms", 3: "Money"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="terms"), "^the table of labels has no column 'terms'; "),
        (lambda t: t.assign(topic=[1, 2, 4]), "^the table of labels: topic 4: there are topics 1 to 3$"),
        (lambda t: t.assign(topic=[1, 1, 3]), "^the table of labels: topic 1 is there twice$"),
        (lambda t: t.assign(label=["a", " ", "c"]), "^the label of topic 2 is empty$"),
        (lambda t: t.assign(terms=t["terms"].iloc[::-1].tolist()), "it was made for another fit$"),
    ],
)
def test_a_table_of_labels_of_another_fit_is_refused(change, message: str) -> None:  # type: ignore[no-untyped-def]
    topics = fitted()
    with pytest.raises(ValueError, match=message):
        topics.relabel(change(topics.label_table()))


def test_transform_gives_the_shares_of_the_fit_and_leaves_out_unknown_terms() -> None:
    counts = planted()[0]
    topics = fitted()
    again = topics.transform(counts)
    columns = ["topic 1", "topic 2", "topic 3"]
    assert np.abs(again[columns] - topics.shares[columns]).to_numpy().max() < 2e-6
    new = topics.transform(counts_of("storm wave zebra\nzebra yak"))
    sea = next(f"topic {topic}" for topic, label in topics.labels.items() if set(label.split(", ")) <= set(SEA))
    assert new[sea].tolist() == pytest.approx([1, 0], abs=0.02)
    assert new["n_words"].tolist() == [3, 2]
    with pytest.raises(ValueError, match="^the counts hold none of the terms of these topics$"):
        topics.transform(counts_of("zebra yak"))


def test_the_model_of_scikit_learn_gives_the_same_shares() -> None:
    topics = fitted()
    weights = topics.model().transform(tf_idf(topics.counts.matrix, topics.idf))
    words = weights * (topics.loadings / topics.idf).sum(axis=1)
    assert words / words.sum(axis=1, keepdims=True) == pytest.approx(topics.weights, abs=0.01)


def test_the_model_of_lda_gives_the_same_first_topics() -> None:
    with pytest.warns(tl.SmallCorpusWarning):
        topics = tl.fit_topics(planted()[0], 3, method="lda")
    found = topics.model().transform(topics.counts.matrix)
    assert (found.argmax(axis=1) == topics.weights.argmax(axis=1)).all()


def test_an_article_without_words_gives_nothing_to_any_topic() -> None:
    with pytest.warns(tl.SmallCorpusWarning):
        topics = tl.fit_topics(counts_of("war peace war\nsea tide", "***", *["war peace\nsea tide wave"] * 4), 2)
    assert topics.article_shares.loc[1, ["n_words", "topic 1", "topic 2"]].tolist() == [0, 0.0, 0.0]


def test_typical_passages_come_from_different_articles_first() -> None:
    passages = fitted().passages(4)
    assert passages.groupby("topic").size().tolist() == [4, 4, 4]
    assert passages.groupby("topic")["article"].nunique().tolist() == [4, 4, 4]
    assert passages.groupby("topic")["share"].min().ge(0.95).all()
    with pytest.raises(ValueError, match="^n must be a whole number of 1 or more, not 0$"):
        fitted().passages(0)


def test_short_passages_are_no_examples_while_there_are_longer_ones() -> None:
    lines = "war peace\n" + "war peace trade " * 7
    with pytest.warns(tl.SmallCorpusWarning):
        topics = tl.fit_topics(counts_of(*[lines] * 4), 2)
    first = topics.passages(1)
    assert first["n_words"].tolist() == [21, 21]


def test_a_topic_of_one_article_is_flagged() -> None:
    own = "\n".join([" ".join(MONEY)] * 6)
    counts = counts_of(own, *["\n".join([" ".join(SEA)] * 2)] * 4, "loan tax")
    with pytest.warns(tl.SmallCorpusWarning):
        topics = tl.fit_topics(counts, 2, min_articles=1)
    verdicts = set(zip(topics.to_frame()["largest_unit"], topics.verdicts.values(), strict=True))
    assert (counts.articles["id"].iloc[0], "one article") in verdicts
    assert "one article" in repr(topics)
    assert any(name.endswith("(one article)") for name in topics.names.values())


def test_lda_finds_what_was_planted_and_repeats_itself() -> None:
    counts = planted()[0]
    with pytest.warns(tl.SmallCorpusWarning):
        first, second = (tl.fit_topics(counts, 3, method="lda", rng=np.random.default_rng(1)) for _ in range(2))
    found = [set(group.head(10)["term"]) for _, group in first.terms.groupby("topic")]
    assert sorted(map(sorted, found)) == sorted(map(sorted, VOCABULARIES))
    assert digest(first) == digest(second)
    assert first.steps[-1] == "3 topics by LDA over 60 passages and 30 terms"


def test_another_method_is_an_error() -> None:
    with pytest.raises(ValueError, match="^method must be 'nmf' or 'lda', not 'svd'$"):
        tl.fit_topics(planted()[0], 3, method="svd")


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


def test_function_words_numbers_and_terms_of_one_are_in_no_topic() -> None:
    counts = counts_of("war 30 the\npeace 30 the\nlone", "war 30\npeace the 30")
    with pytest.warns(tl.SmallCorpusWarning):
        topics = tl.fit_topics(counts, 2)
    assert sorted(topics.terms["term"]) == ["peace", "war"]
    with pytest.warns(tl.SmallCorpusWarning):
        assert sorted(tl.fit_topics(counts, 3, min_articles=1).terms["term"]) == ["lone", "peace", "war"]


def test_function_words_make_no_topic_as_phrases_stems_or_capitals() -> None:
    lines = ["The boats of the harbor waited because others waited", "It is only the war of the two"]
    tokens = tl.tokenize(tl.corpus_from_frame(pd.DataFrame({"text": ["\n".join(lines)] * 6, "source": ["A", "B"] * 3})))
    with pytest.warns(tl.SmallCorpusWarning):
        pairs, stems, cases = (
            set(tl.fit_topics(tl.count_terms(tokens, **options), 2).counts.terms)  # type: ignore[call-overload]
            for options in ({"ngrams": 2}, {"stem": True}, {"case": False})
        )
    assert {"of the", "it is", "is only"}.isdisjoint(pairs) and {"the war", "war of"} <= pairs
    assert stems == {"boat", "harbor", "wait", "war", "two"}
    assert cases == {"boats", "harbor", "waited", "war", "two"}


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


def test_rows_that_are_articles_are_passages() -> None:
    counts = tl.count_terms(tl.tokenize(tl.load_demo())).by("article")
    with pytest.warns(tl.SmallCorpusWarning):
        topics = tl.fit_topics(counts, 2)
    assert topics.shares["article"].tolist() == sorted(counts.articles["id"])
    assert topics.shares["passage"].tolist() == [1] * 12
