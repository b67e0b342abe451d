"""Collocations of one-line articles, by hand."""

import math
from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_line import tokens_of

import textlens as tl
from textlens.collocates import unchained_phrases
from textlens.matching import find_patterns
from textlens.ngrams import find_runs

WORDS = st.sampled_from(["sea", "Sea", "wall", "the", "of", "30", "defence", "defense"])
ARTICLES = st.lists(st.lists(st.lists(WORDS, min_size=1, max_size=7), max_size=3), min_size=1, max_size=4)


def written(article: list[list[str]]) -> str:
    return "".join(" ".join(words).capitalize() + "! " for words in article) + "!"


def rows(*texts: str, **options: object) -> list[list[object]]:
    table = tl.find_collocations(tokens_of(*texts), **options)  # type: ignore[arg-type]
    return table[["phrase", "count", "articles", "log_dice"]].to_numpy().tolist()


def test_words_that_occur_only_together_have_14() -> None:
    assert rows("sea wall holds. Sea wall", "sea wall") == [["sea wall", 3, 2, 14.0]]


def test_log_dice_of_three_in_four_and_five_rychly_2008() -> None:
    # 14 + log2(2 * 3 / (4 + 5)) = 14 + log2(2/3)
    found = rows("Sea wall. Sea wall. Sea", "Sea wall. Wall. Wall")
    assert found == [["sea wall", 3, 2, 13.415037]]


def test_attraction_of_three_in_four_and_five_among_nine() -> None:
    # pmi = log2(3 * 9 / (4 * 5)); wall after sea: 3/4 - 2/5; sea before wall: 3/5 - 1/4
    row = tl.find_collocations(tokens_of("Sea wall. Sea wall. Wall", "Sea wall. Wall. Sea")).iloc[0]
    assert row["phrase"] == "sea wall"
    assert row[["pmi", "delta_p", "delta_p_back"]].tolist() == [round(math.log2(27 / 20), 6), 0.35, 0.35]


def test_runs_of_three_words_have_no_attraction() -> None:
    table = tl.find_collocations(tokens_of("Old sea wall. Old sea wall", "old sea wall"), lengths=(3,))
    assert table[["pmi", "delta_p", "delta_p_back"]].isna().all(axis=None)


def test_a_run_of_three_words() -> None:
    # f(old) = f(sea) = f(wall) = 3, so every measure is at its top; ties go by count, then by phrase.
    found = rows("Old sea wall. Old sea wall", "old sea wall")
    assert found == [["old sea", 3, 2, 14.0], ["old sea wall", 3, 2, 14.0], ["sea wall", 3, 2, 14.0]]
    assert rows("Old sea wall. Old sea wall", "old sea wall", lengths=(3,)) == [["old sea wall", 3, 2, 14.0]]


def test_thresholds() -> None:
    assert rows("sea wall, sea wall, sea wall") == []
    assert rows("Sea wall. Sea wall. Sea wall", min_articles=1) == [["sea wall", 3, 1, 14.0]]
    assert rows("sea wall", "sea wall") == []
    assert rows("sea wall", "sea wall", min_count=2) == [["sea wall", 2, 2, 14.0]]


def test_no_function_word_or_number_at_an_end() -> None:
    found = rows("the wall of stone 30", "the wall of stone 30", min_count=2)
    assert found == [["wall of stone", 2, 2, 14.0]]


def test_a_run_does_not_cross_a_sentence_end() -> None:
    assert rows("Sea. Wall", "Sea. Wall", min_count=2) == []


def test_spelling_variants_are_one_word() -> None:
    assert rows("sea defence", "Sea Defense", min_count=2) == [["sea defense", 2, 2, 14.0]]


def test_without_any_the_table_keeps_its_columns() -> None:
    table = tl.find_collocations(tokens_of("!!!", "a"))
    assert list(table.columns) == ["phrase", "count", "articles", "log_dice", "pmi", "delta_p", "delta_p_back"]
    assert len(table) == 0


@given(st.lists(st.lists(st.integers(0, 3), max_size=8), max_size=4), st.integers(1, 4), st.integers(1, 3))
def test_runs_are_those_counted_one_by_one(sentences: list[list[int]], length: int, min_count: int) -> None:
    codes = np.array([code for words in sentences for code in words], dtype=np.int32)
    borders = np.cumsum([0, *map(len, sentences)])
    spans = [(a, b) for a, b in zip(borders, borders[1:], strict=False)]
    every = [(at, tuple(codes[at : at + length])) for a, b in spans for at in range(a, b - length + 1)]
    n = Counter(run for _, run in every)
    expected = [(at, run) for at, run in every if n[run] >= min_count]
    first, run = find_runs(codes, borders, length, min_count=min_count)
    assert first.tolist() == [at for at, _ in expected]
    numbers = {words: number for number, words in enumerate(dict.fromkeys(words for _, words in expected))}
    assert run.tolist() == [numbers[words] for _, words in expected]


@settings(deadline=None)
@given(ARTICLES, st.integers(0, 3), st.integers(0, 2))
def test_the_table_is_that_of_runs_counted_as_texts(
    articles: list[list[list[str]]], min_count: int, min_articles: int
) -> None:
    tokens = tokens_of(*map(written, articles))
    terms = tl.term_map(tokens.vocabulary)["term"].to_numpy(dtype=object)[tokens.codes].tolist()
    total, count, held = Counter(terms), Counter[str](), defaultdict[str, set[str]](set)
    for length in (2, 3):
        for at in range(len(terms) - length + 1):
            if tokens.sentences[at] == tokens.sentences[at + length - 1]:
                phrase = " ".join(terms[at : at + length])
                count[phrase] += 1
                held[phrase].add(tokens.segments["article"].iloc[tokens.rows[at]])
    expected = []
    for phrase, n in count.items():
        words = phrase.split()
        if {words[0], words[-1]} & {"the", "of", "30"} or n < min_count or len(held[phrase]) < min_articles:
            continue
        dice = len(words) * n / sum(total[word] for word in words)
        expected.append([phrase, n, len(held[phrase]), round(14 + math.log2(dice), 6)])
    expected.sort(key=lambda row: (-row[3], -row[1], row[0]))  # type: ignore[operator]
    table = tl.find_collocations(tokens, min_count=min_count, min_articles=min_articles)
    assert table[["phrase", "count", "articles", "log_dice"]].to_numpy().tolist() == expected


@pytest.mark.parametrize("length", [0, 2.5, True, "2"])
def test_a_run_has_a_whole_number_of_words(length: object) -> None:
    with pytest.raises(ValueError, match=f"^lengths must be a whole number of 1 or more, not {length!r}$"):
        tl.find_collocations(tokens_of("sea wall"), lengths=(length,))  # type: ignore[arg-type]


def test_no_length_gives_no_rows() -> None:
    table = tl.find_collocations(tokens_of("sea wall"), lengths=())
    assert table.dtypes.astype(str).tolist() == ["str", "int64", "int64", *["float64"] * 4]
    assert len(table) == 0


def told(tokens: tl.Tokens, phrases: list[str], hits: pd.DataFrame) -> list[list[bool]]:
    """Of each segment, word by word, whether a phrase or a hit covers it."""
    covered = np.zeros(len(tokens.codes), dtype=bool)
    for row in find_patterns(tokens, phrases).itertuples():
        covered[row.first : row.last + 1] = True
    segments = tokens.segments["segment"].to_numpy()[tokens.rows]
    for hit in hits.itertuples():
        covered |= (segments == hit.segment) & (tokens.starts >= hit.start) & (tokens.ends <= hit.end)
    return [covered[tokens.rows == row].tolist() for row in range(len(tokens.segments))]


def one_round_after_the_other(
    tokens: tl.Tokens, collocations: set[str], indicators: set[str], hits: pd.DataFrame
) -> list[str]:
    """The rarest phrase of each long run is left out, until none is long or holds a phrase."""
    kept = sorted(collocations | indicators)
    found = {name: find_patterns(tokens, [name])[["first", "last"]].to_numpy().tolist() for name in kept}
    while True:
        at, drop = 0, set()
        for covered in told(tokens, kept, hits):
            start = at
            for flag in [*covered, False]:
                if not flag:
                    if at - start >= 8:
                        inside = [name for name in kept if any(start <= a and b < at for a, b in found[name])]
                        drop |= (
                            {min(inside, key=lambda name: (name in indicators, len(found[name]), name))}
                            if inside
                            else set()
                        )
                    start = at + 1
                at += 1
            at -= 1
        if not drop:
            return kept
        kept = [name for name in kept if name not in drop]


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("abcde"), max_size=24), min_size=1, max_size=3),
    st.sets(st.sampled_from(["a b", "b c", "c d", "d e", "a a", "e a", "b b c", "c a"])),
    st.sets(st.sampled_from(["a", "c d", "e e"])),
)
def test_phrases_are_left_out_round_by_round(
    lines: list[list[str]], collocations: set[str], indicators: set[str]
) -> None:
    tokens = tokens_of(*(" ".join(line) + "!" for line in lines))
    places = find_patterns(tokens, ["d", "e a"])
    hits = pd.DataFrame(
        {
            "segment": tokens.segments["segment"].to_numpy()[tokens.rows[places["first"]]],
            "start": tokens.starts[places["first"]],
            "end": tokens.ends[places["last"]],
        }
    )
    phrases = unchained_phrases(tokens, collocations, indicators, hits)
    assert phrases == one_round_after_the_other(tokens, collocations, indicators, hits)
