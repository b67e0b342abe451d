"""Intrusion: who may intrude, sheets that tell nothing, scores by hand, the wording of errors."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_line import corpus_of, counts_from

import textlens as tl
from textlens import IntrusionSheet, score_intrusion, topic_intrusion, word_intrusion


def made(loadings: np.ndarray, weights: np.ndarray, terms: list[str] | None = None, words: int = 30) -> tl.Topics:
    """Topics that nobody fitted; each passage is an article."""
    terms = terms or [f"term{number:02}" for number in range(loadings.shape[1])]
    n = len(weights)
    counts = counts_from(np.ones((n, len(terms))), np.full(n, words), ["A"] * n, terms)
    return tl.Topics(counts, loadings / loadings.sum(axis=1, keepdims=True), np.ones(len(terms)), weights, "lda", ())


def blocks(k: int = 4, n: int = 6, terms: list[str] | None = None) -> tl.Topics:
    """Topic t has the terms 6t to 6t + 5 alone; all passages are .5, .3, .2, 0."""
    weights = np.tile([0.5, 0.3, 0.2, *[0.0] * (k - 3)][:k], (n, 1))
    return made(np.kron(np.eye(k), np.arange(6, 0, -1.0)), weights, terms)


def options(sheet: IntrusionSheet, row: int) -> list[str]:
    return sheet.questions.filter(like="option ").iloc[row].tolist()


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(st.integers(2, 5), st.integers(0, 999))
def test_the_intruder_is_no_term_of_the_topic_but_of_another(k: int, seed: int) -> None:
    sheet = word_intrusion(blocks(k), rng=rng(seed))
    assert sorted(sheet.key["topic"]) == list(range(1, k + 1))
    for row, (topic, intruder) in enumerate(zip(sheet.key["topic"], sheet.key["intruder"], strict=True)):
        shown = options(sheet, row)
        odd = shown.pop(intruder - 1)
        assert sorted(shown) == [f"term{6 * (topic - 1) + place:02}" for place in range(5)]
        assert int(odd[4:]) // 6 != topic - 1


def test_without_terms_of_no_weight_an_intruder_is_in_the_lighter_half() -> None:
    topics = made(np.array([[8, 7, 2, 1, 4.0, 3], [1, 2, 8, 7, 3, 4.0]]), np.full((1, 2), 0.5))
    for seed in range(5):
        sheet = word_intrusion(topics, rng=rng(seed), n_words=2)
        odd = {t: options(sheet, row)[i - 1] for row, (t, i) in enumerate(sheet.key[["topic", "intruder"]].values)}
        assert odd[1] in {"term02", "term03", "term05"} and odd[2] in {"term00", "term01", "term04"}


def test_a_passage_is_shown_its_three_topics_and_the_lightest() -> None:
    topics = blocks()
    sheet = topic_intrusion(topics, rng=rng(), n=6)
    terms = topics.label_table()["terms"].tolist()
    assert list(sheet.questions) == ["question", "article", "passage", *(f"option {i}" for i in range(1, 5)), "answer"]
    assert sorted(sheet.questions["article"]) == [f"a00{number}" for number in range(6)]
    assert sheet.key["topic"].tolist() == [1] * 6 and sheet.key["kind"].tolist() == ["topic"] * 6
    for row, intruder in enumerate(sheet.key["intruder"]):
        assert sorted(options(sheet, row)) == sorted(terms)
        assert options(sheet, row)[intruder - 1] == terms[3]


def test_passages_are_of_different_articles_as_far_as_there_are() -> None:
    topics = blocks(n=6)
    segments = topics.counts.segments.assign(article=["a000"] * 4 + ["a001", "a002"], passage=[1, 2, 3, 4, 1, 1])
    topics = replace(topics, counts=replace(topics.counts, segments=segments))
    for seed in range(5):
        three = topic_intrusion(topics, rng=rng(seed), n=3).questions
        assert sorted(three["article"]) == ["a000", "a001", "a002"]
        four = topic_intrusion(topics, rng=rng(seed), n=4).questions
        assert sorted(four["article"]) == ["a000", "a000", "a001", "a002"]
        assert not four.duplicated(["article", "passage"]).any()


def test_the_same_seed_gives_the_same_sheet_and_another_another() -> None:
    for kind in ("word", "topic"):
        one, same, other = (
            word_intrusion(blocks(), rng=rng(seed)) if kind == "word" else topic_intrusion(blocks(), rng=rng(seed), n=6)
            for seed in (1, 1, 2)
        )
        pd.testing.assert_frame_equal(one.questions, same.questions)
        pd.testing.assert_frame_equal(one.key, same.key)
        assert one.key["intruder"].tolist() != other.key["intruder"].tolist()


def test_texts_are_shown_where_a_corpus_is_given() -> None:
    corpus = corpus_of("One.\nTwo.", "Three.", id=["a000", "a001"])
    sheet = topic_intrusion(blocks(n=2), rng=rng(), n=2, corpus=corpus)
    assert dict(sheet.questions[["article", "text"]].values) == {"a000": "One.\nTwo.", "a001": "Three."}
    with pytest.raises(
        ValueError, match="^the corpus has no passage 1 of the article 'a002'; the topics are of another"
    ):
        topic_intrusion(blocks(n=3), rng=rng(), n=3, corpus=corpus)


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="^topic intrusion needs 4 topics: .*; here are 3$"):
        topic_intrusion(blocks(3), rng=rng())
    with pytest.raises(ValueError, match="^n is 20, but only 6 passages have 20 words"):
        topic_intrusion(blocks(), rng=rng())
    short = made(blocks().loadings, blocks().weights, words=19)
    with pytest.raises(ValueError, match="^n is 1, but only 0 passages"):
        topic_intrusion(short, rng=rng(), n=1)
    with pytest.raises(ValueError, match="^n_words is 7, but topic [1-4] has only 6 terms$"):
        word_intrusion(blocks(), rng=rng(), n_words=7)
    with pytest.raises(
        ValueError, match="^no term is light in topic 1 and heavy in another: nothing can intrude on it$"
    ):
        word_intrusion(made(np.array([[3.0, 2, 1]]), np.ones((1, 1))), rng=rng(), n_words=2)
    with pytest.raises(TypeError, match="^rng must be Generator"):
        word_intrusion(blocks(), rng=1)  # type: ignore[arg-type]


def test_a_saved_sheet_is_harmless_and_keeps_its_answers(tmp_path: Path) -> None:
    sheet = word_intrusion(blocks(terms=["=cmd()", *(f"t{i:02}" for i in range(23))]), rng=rng())
    sheet.save(tmp_path)
    sheet.save(tmp_path)
    path = tmp_path / "questions.csv"
    assert "'=cmd()" in path.read_text() and ",=cmd()" not in path.read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["key.csv", "questions.csv"]
    assert "intruder" not in path.read_text() and "topic" not in path.read_text()
    path.write_text(path.read_text().replace(",\n", ",3\n"))
    before = path.read_bytes()
    with pytest.raises(ValueError, match="questions.csv holds answers or another sheet; name another folder"):
        sheet.save(tmp_path)
    assert path.read_bytes() == before
    scored = score_intrusion(pd.read_csv(path), pd.read_csv(tmp_path / "key.csv"), by="all")
    assert scored["right"].tolist() == [(sheet.key["intruder"] == 3).sum()]


KEY = pd.DataFrame({"question": [1, 2, 3], "kind": "topic", "topic": [2, 1, 2], "intruder": [3, 4, 1], "options": 4})


def test_scores_by_hand() -> None:
    answers = pd.DataFrame(
        {"rater": ["ann"] * 3 + ["bob"] * 3, "question": [1, 2, 3] * 2, "answer": ["3", " ", 2, 3.0, None, "1"]}
    )
    found = score_intrusion(answers, KEY)
    assert list(found) == ["topic", "answers", "right", "precision", "low", "high", "chance", "blank"]
    assert found[["topic", "answers", "right", "blank", "chance"]].values.tolist() == [
        [1, 0, 0, 2, 0.25],
        [2, 4, 3, 0, 0.25],
    ]
    assert found[["precision", "low", "high"]].isna().values.tolist() == [[True] * 3, [False] * 3]
    # Wilson's interval of 3 of 4.
    assert found[["precision", "low", "high"]].values[1].tolist() == pytest.approx([0.75, 0.3006, 0.9544], abs=1e-4)
    whole = score_intrusion(answers, KEY, by="all")
    assert "topic" not in whole and whole[["answers", "right", "blank"]].values.tolist() == [[4, 3, 2]]


@pytest.mark.parametrize(
    ("raters", "questions", "given", "said"),
    [
        (["ann"], [4], [1], "^rater 'ann', question 4 is not in the key, which has 1 to 3$"),
        (["ann", "ann"], [1, 1], [1, ""], "^rater 'ann', question 1 is there twice"),
        (["ann"], [2], [5], "^rater 'ann', question 2: the answer 5 is none of 1 to 4, or blank$"),
        (["ann"], [2], ["two"], "^rater 'ann', question 2: the answer 'two' is none of 1 to 4, or blank$"),
        ([""], [2], [1], "^question 2 has no rater"),
    ],
)
def test_answers_that_fit_no_question(raters: list[str], questions: list[int], given: list[object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        score_intrusion(pd.DataFrame({"rater": raters, "question": questions, "answer": given}), KEY)


def test_tables_that_are_none() -> None:
    answers = pd.DataFrame({"question": [1], "answer": [1]})
    with pytest.raises(ValueError, match="^answers has no column 'answer'; it has \\['question'\\]$"):
        score_intrusion(answers[["question"]], KEY)
    with pytest.raises(ValueError, match="^the key must have one row per question"):
        score_intrusion(answers, pd.concat([KEY, KEY]))
    with pytest.raises(ValueError, match="^the column 'topic' of the key must hold whole numbers, not '2'$"):
        score_intrusion(answers, KEY.assign(topic=["2", "1", "2"]))
    with pytest.raises(ValueError, match="^by must be 'topic' or 'all', not 'rater'$"):
        score_intrusion(answers, KEY, by="rater")
