"""Planted notices are found, dropped and nothing else; what chance repeats is not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import textlens as tl
from textlens.boilerplate import drop_boilerplate, find_boilerplate
from textlens.recurrence import recurring_runs

NOTICE = "You may copy this story, free of charge, if you name the paper."  # 13 words


def words_of(rng: np.random.Generator, n: int) -> str:
    return " ".join(f"w{number}" for number in rng.integers(0, 200, n))


def tokens_of(texts: list[str], sources: list[str] | str = "A") -> tl.Tokens:
    return tl.tokenize(tl.corpus_from_frame(pd.DataFrame({"text": texts, "source": sources})))


def planted(rng: np.random.Generator) -> tl.Tokens:
    """Six articles of A, four with the notice in mid-line, one of them twice; four of B, one with it in capitals."""
    a = [f"{words_of(rng, 30)}. {NOTICE * (i < 4)} {words_of(rng, 30)}." for i in range(6)]
    b = [f"{words_of(rng, 30)}. {NOTICE.upper() * (i < 1)} {words_of(rng, 30)}." for i in range(4)]
    return tokens_of([*a[:3], f"{a[3]}\n{NOTICE}", *a[4:], *b], ["A"] * 6 + ["B"] * 4)


def test_a_planted_notice_is_found_with_its_place() -> None:
    tokens = planted(np.random.default_rng(1))
    found = find_boilerplate(tokens)
    row = found.iloc[0]
    assert len(found) == 1
    assert row["run"] == NOTICE.rstrip(".")
    values = row[["group", "n_words", "articles", "share", "occurrences", "article", "passage", "line"]].tolist()
    assert values == ["A", 13, 4, 4 / 6, 5, "1", 1, 1]
    text = tokens.corpus.segments["text"][0]
    assert text[row["start"] : row["end"]] == row["run"]


def test_dropping_leaves_the_notice_in_the_corpus_and_out_of_all_counts_on_both_sides() -> None:
    tokens = planted(np.random.default_rng(1))
    corpus = drop_boilerplate(tokens, find_boilerplate(tokens))
    dropped = corpus.segments[corpus.segments["role"] == "dropped"]
    assert sorted(dropped["text"]) == sorted([NOTICE] * 5 + [NOTICE.upper()])
    assert set(dropped["rule"]) == {"boilerplate"}
    assert corpus.steps[-1] == "boilerplate dropped: 1 run, 78 words in 5 articles"
    again = tl.tokenize(corpus)
    assert len(again.codes) == len(tokens.codes) - 6 * 13
    assert not {"copy", "COPY"} & set(again.vocabulary)
    assert find_boilerplate(again).empty


def test_a_run_may_cross_passages_and_quotations() -> None:
    rng = np.random.default_rng(2)
    texts = [
        f'{words_of(rng, 9)}\nYou may copy "this and that"\nif you name the paper\n{words_of(rng, 9)}' for _ in range(3)
    ]
    tokens = tokens_of(texts)
    found = find_boilerplate(tokens)
    assert found["run"].tolist() == ['You may copy "this and that" if you name the paper']
    assert found[["n_words", "passage", "line"]].to_numpy().tolist() == [[11, 2, 2]]
    left = drop_boilerplate(tokens, found)
    assert left.segments["role"].tolist() == ["body", "dropped", "dropped", "dropped", "body"] * 3
    assert left.segments["voice"].tolist() == ["narrator", "narrator", "quoted", "narrator", "narrator"] * 3


def test_random_words_hold_no_boilerplate() -> None:
    rng = np.random.default_rng(3)
    found = find_boilerplate(tokens_of([words_of(rng, 500) for _ in range(30)]))
    assert len(found) == 0
    assert found.columns.tolist() == [
        *("group", "run", "n_words", "articles", "share", "occurrences", "article", "passage", "line", "start", "end"),
    ]


def test_what_one_article_repeats_or_two_report_is_no_boilerplate() -> None:
    rng = np.random.default_rng(4)
    texts = [f"{words_of(rng, 20)}. " for _ in range(6)]
    assert find_boilerplate(tokens_of([texts[0] + 5 * f"{NOTICE} ", *texts[1:]])).empty
    two = tokens_of([texts[0] + NOTICE, texts[1] + NOTICE, *texts[2:]])
    assert find_boilerplate(two).empty
    assert find_boilerplate(two, min_articles=2)["n_words"].tolist() == [13]


def test_what_is_spread_over_the_groups_is_no_boilerplate_of_one() -> None:
    rng = np.random.default_rng(5)
    tokens = tokens_of([f"{words_of(rng, 9)}. {NOTICE}" for _ in range(4)], ["A", "A", "B", "B"])
    assert find_boilerplate(tokens).empty


def test_the_share_of_articles_must_be_reached() -> None:
    rng = np.random.default_rng(6)
    tokens = tokens_of([f"{words_of(rng, 9)}. {NOTICE * (i < 3)}" for i in range(30)])
    assert find_boilerplate(tokens, min_share=0.1)["share"].tolist() == [0.1]
    assert find_boilerplate(tokens, min_share=0.11).empty


def test_identical_articles_are_one_run_and_may_be_dropped_whole() -> None:
    text = words_of(np.random.default_rng(7), 60)
    tokens = tokens_of([text] * 4)
    found = find_boilerplate(tokens)
    assert found[["run", "n_words", "articles"]].to_numpy().tolist() == [[text, 60, 4]]
    corpus = drop_boilerplate(tokens, found)
    assert corpus.segments["role"].tolist() == ["dropped"] * 4
    assert len(tl.tokenize(corpus).codes) == 0


def test_an_article_made_of_the_notice_alone() -> None:
    rng = np.random.default_rng(8)
    tokens = tokens_of([NOTICE, *(f"{words_of(rng, 9)}. {NOTICE}" for _ in range(3))])
    found = find_boilerplate(tokens)
    assert found[["article", "start", "articles"]].to_numpy().tolist() == [["1", 0, 4]]
    assert drop_boilerplate(tokens, found).segments["text"][0] == NOTICE.rstrip(".") + "."


def test_a_longer_notice_and_the_shorter_that_stands_alone_too() -> None:
    rng = np.random.default_rng(9)
    more = "Write to the desk of this paper if you found an error in it."
    texts = [f"{words_of(rng, 9)}. {NOTICE} {more * (i < 3)}" for i in range(5)]
    found = find_boilerplate(tokens_of(texts))
    assert found[["n_words", "articles", "occurrences"]].to_numpy().tolist() == [[27, 3, 3], [13, 5, 5]]


def test_a_frequent_word_beside_a_notice_makes_no_run_of_its_own() -> None:
    rng = np.random.default_rng(10)
    texts = [f"{words_of(rng, 9)} {'the ' * (i % 3 == 0)}{NOTICE} {words_of(rng, 9)}" for i in range(9)]
    assert find_boilerplate(tokens_of(texts))[["n_words", "articles"]].to_numpy().tolist() == [[13, 9]]


def test_words_left_out_by_cleaning_part_a_run() -> None:
    rng = np.random.default_rng(11)
    tokens = tokens_of(
        [f"{words_of(rng, 9)}\nOne two three four five\nsix\nseven eight nine ten eleven" for _ in range(3)]
    )
    corpus = tokens.corpus
    role = corpus.segments["role"].where(corpus.segments["text"] != "six", "dropped")
    cleaned = tl.Corpus(corpus.articles, corpus.segments.assign(role=role))
    assert find_boilerplate(tokens)["n_words"].tolist() == [11]
    assert find_boilerplate(tl.tokenize(cleaned)).empty
    assert find_boilerplate(tl.tokenize(cleaned), n=5)["n_words"].tolist() == [5, 5]


@given(st.lists(st.lists(st.integers(0, 2), max_size=12), min_size=1, max_size=6), st.integers(1, 4))
def test_runs_are_those_that_a_search_of_all_windows_finds(texts: list[list[int]], n: int) -> None:
    words = np.array([word for text in texts for word in text], dtype=np.int64)
    articles = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    found = recurring_runs(words, articles, articles, 0 * articles, lambda n_articles, first: n_articles >= 2, n)
    runs = {tuple(text[a:b]) for text in texts for a in range(len(text)) for b in range(a + n, len(text) + 1)}
    holders = {run: [number for number, text in enumerate(texts) if run in _windows(text, len(run))] for run in runs}
    frequent = {run for run in runs if len(holders[run]) >= 2}
    answer = [tuple(words[first : first + length]) for first, length in found[["first", "length"]].to_numpy()]
    assert len(set(answer)) == len(answer)
    assert set(answer) <= frequent
    assert [len(holders[run]) for run in answer] == found["articles"].tolist()
    # Every other frequent run lies in one of these, or in one that adds few words to a run far more frequent.
    grown = {
        run
        for run in frequent
        for other in answer
        if len(run) - len(other) < n
        and other in _windows(list(run), len(other))
        and len(holders[other]) > 2 * len(holders[run])
    }
    for run in frequent:
        assert any(run in _windows(list(other), len(run)) for other in {*answer, *grown})


def _windows(text: list[int], length: int) -> set[tuple[int, ...]]:
    return {tuple(text[a : a + length]) for a in range(len(text) - length + 1)}


def test_counts_give_whole_passages_without_their_text() -> None:
    rng = np.random.default_rng(12)
    texts = [f'{words_of(rng, 20)}\nYou may copy "this story" if you name the paper' for _ in range(4)]
    counts = tl.count_terms(tokens_of([*texts, "You may copy this"]))
    found = find_boilerplate(counts)
    assert found.to_dict("records") == [
        {
            **{"group": "A", "n_words": 10, "articles": 4, "share": 0.8, "occurrences": 4},
            **{"article": "1", "passage": 2, "line": 2},
        }
    ]
    left = drop_boilerplate(counts, found)
    assert int(left.n_words.sum()) == 4 * 20 + 4
    assert left.steps[-1] == "boilerplate dropped: 4 passages, 40 words in 4 articles"
    assert find_boilerplate(left).empty


def test_counts_know_no_passage_that_only_resembles() -> None:
    texts = ["a b c d e f g h", "a b c d e f g i", "a b c d e f g h h", "a b c d e f g"]
    assert find_boilerplate(tl.count_terms(tokens_of(texts)), min_articles=2).empty


def test_mistakes_are_told() -> None:
    tokens = tokens_of(["a b c d", "a b c"])
    counts = tl.count_terms(tokens)
    for options, told in (
        ({"n": 0}, "n must be a whole number of 1 or more, not 0"),
        ({"min_articles": 1}, "min_articles must be a whole number of 2 or more, not 1"),
        ({"min_share": 1.5}, "min_share must be a number from 0 to 1, not 1.5"),
        ({"by": "desk"}, "no column 'desk'"),
    ):
        with pytest.raises(ValueError, match=told):
            find_boilerplate(tokens, **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="the counts do not hold all words"):
        find_boilerplate(counts.trim(min_count=2))
    with pytest.raises(ValueError, match="the counts hold no rows"):
        find_boilerplate(counts.rows(np.array([], dtype=int)))
    with pytest.raises(TypeError, match="tokens must be Tokens or Counts"):
        find_boilerplate(tokens.corpus)  # type: ignore[call-overload, arg-type]
    with pytest.raises(ValueError, match="found lacks the column 'start'"):
        drop_boilerplate(tokens, find_boilerplate(counts))
    elsewhere = pd.DataFrame({"article": ["9"], "passage": [1], "start": [0], "end": [3]})
    with pytest.raises(ValueError, match="found names characters 0 to 3 of article '9', where no such words are"):
        drop_boilerplate(tokens, elsewhere)
    with pytest.raises(ValueError, match="found names passage 1 of article '9', which is not in the counts"):
        drop_boilerplate(counts, elsewhere[["article", "passage"]])
    with pytest.raises(
        ValueError, match="these are runs of words, which counts cannot lose: drop them from the tokens"
    ):
        drop_boilerplate(counts, elsewhere)


def test_a_group_without_a_name_is_refused() -> None:
    frame = pd.DataFrame({"text": ["a", "b"], "source": "A", "outlet": ["x", ""]})
    with pytest.raises(ValueError, match="'outlet' has no value in row 2"):
        find_boilerplate(tl.tokenize(tl.corpus_from_frame(frame)), by="outlet")


def test_nothing_found_drops_nothing() -> None:
    tokens = tokens_of(["a b c d", "a “b” c"])
    corpus = drop_boilerplate(tokens, find_boilerplate(tokens))
    pd.testing.assert_frame_equal(corpus.segments, tokens.corpus.segments)
