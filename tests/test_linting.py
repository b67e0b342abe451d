"""The linter: each problem in a codebook of a few lines, with its line, and codebooks that nobody means well by."""

import itertools
import string
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_line import corpus_of, tokens_of

import textlens as tl
from textlens.codebook import LARGEST
from textlens.covering import elements_of, lies_within, may_overlap
from textlens.files import table_to_csv
from textlens.linting import lint_codebook
from textlens.matching import find_patterns


def book_of(folder: Path, text: str) -> tl.Codebook:
    path = folder / "codebook.toml"
    path.write_text("format = 1\n" + text, encoding="utf-8")
    return tl.read_codebook(path)


def rows(table: pd.DataFrame) -> list[tuple[int, str, str, str]]:
    assert table.columns.tolist() == ["file", "line", "frame", "indicator", "problem", "detail"]
    return list(table[["line", "indicator", "problem", "detail"]].itertuples(index=False, name=None))


def frame(name: str, indicators: list[str], exclusions: list[str] | None = None) -> str:
    return f'[[frame]]\nname = "{name}"\nindicators = {indicators}\nexclusions = {exclusions or []}\n'


@pytest.mark.parametrize(
    ("indicators", "exclusions", "other", "expected"),
    [
        (["peace", "peace talks"], [], [], []),
        (["stabil*", "stability"], [], [], [("stability", "overlaps", "adds no hit: 'stabil*' (line 4) counts the same")]),
        (["stability", "stabil*"], [], [], [("stability", "overlaps", "adds no hit: 'stabil*' (line 4) counts the same")]),
        (["defence", "Defense"], [], [], [("Defense", "overlaps", "adds no hit: 'defence' (line 4) counts the same")]),
        (["peace"], [], ["peace talks"], [("peace talks", "overlaps", "each match holds a match of frame 'A': 'peace'")]),
        (["un * war"], [], ["the un cold war"], [("the un cold war", "overlaps", "each match holds a match of frame 'A'")]),
        (["*our*"], [], ["labour"], [("labour", "overlaps", "each match holds a match of frame 'A': '*our*' (line 4)")]),
        (["peace corps", "war"], ["peace"], [], [("peace corps", "cannot fire", "each match overlaps the exclusion 'peace'")]),
        (["peace"], ["trade talks"], [], [("trade talks", "cannot fire", "no indicator of its frame can overlap")]),
        (["peace*"], ["talks of peaceful ends"], [], []),
        (["war peace"], ["peace talks"], [], []),
        (["tax * rise"], ["cold"], [], []),
        (["tax within 9 words of rise"], ["trade"], [], []),
        (["tax within 3 words of rise", "tax within 5 words of rise"], [], [], [
            ("tax within 3 words of rise", "overlaps", "adds no hit: 'tax within 5 words of rise' (line 4)")]),
        (["tax within 3 words of rise"], [], ["rise within 5 words of tax"], [
            ("rise within 5 words of tax", "overlaps", "asks for the sides of 'tax within 3 words of rise' (line 4) of ")]),
        (["tax*"], [], ["rise within 5 words of taxes"], [
            ("rise within 5 words of taxes", "overlaps", "each match holds a match of frame 'A': 'tax*' (line 4)")]),
        (["ADMM +"], [], [], [("ADMM +", "cannot fire", "where it is spelt so, the words are 'ADMM +', which it")]),
        (["U.N. force", "win-win", "no's", "protect * nation", "stabil*", "*-led"], [], [], []),
    ],
)  # fmt: skip
def test_what_shows_without_articles(
    tmp_path: Path, indicators: list[str], exclusions: list[str], other: list[str], expected: list[tuple[str, str, str]]
) -> None:
    text = frame("A", indicators, exclusions) + (frame("B", other) if other else "")
    found = rows(lint_codebook(book_of(tmp_path, text)))
    assert [row[1:3] for row in found] == [row[:2] for row in expected]
    for row, wanted in zip(found, expected, strict=True):
        assert row[3].startswith(wanted[2])
        assert row[0] == (4 + (row[1] in exclusions) + 4 * (row[1] in other))


def test_sides_the_other_way_round_may_add_a_hit(tmp_path: Path) -> None:
    one, other = "tax within 5 words of rise", "rise within 3 words of tax"
    tokens = tokens_of("rise tax rise")
    alone, both = (
        len(tl.find_indicators(tokens, book_of(tmp_path, frame("A", each)))) for each in ([one], [one, other])
    )
    assert (alone, both) == (1, 2)
    details = lint_codebook(book_of(tmp_path, frame("A", [one, other])))["detail"].tolist()
    assert details == [
        f"asks for the sides of {one!r} (line 4) of frame 'A' the other way round, mostly the same words"
    ]


def test_a_row_says_file_line_and_frame(tmp_path: Path) -> None:
    text = '[[frame]]\nname = "A"\nindicators = [\n  "peace",\n  "peace", # twice?\n]\n'
    with pytest.raises(ValueError, match="line 5: frame 'A' lists 'peace' twice"):
        book_of(tmp_path, text)
    book = book_of(tmp_path, text.replace('"peace", # twice?', "'Peace', # \"twice\""))
    assert lint_codebook(book).to_numpy().tolist() == [
        ["codebook.toml", 6, "A", "Peace", "overlaps", "adds no hit: 'peace' (line 5) counts the same words"]
    ]


def test_what_the_articles_show(tmp_path: Path) -> None:
    text = frame("A", ["peace", "peace talks", "talks", "trade", "war*", "calm"], ["cold war"])
    tokens = tokens_of("Peace talks on trade.", "Peace talks on trade. Trade!", "Cold war")
    assert rows(lint_codebook(book_of(tmp_path, text), tokens=tokens)) == [
        (4, "peace", "never occurs", NEVER.format("2 times")),
        (4, "talks", "never occurs", NEVER.format("2 times")),
        (4, "war*", "never occurs", NEVER.format("1 time")),
        (4, "calm", "never occurs", "this indicator matches nowhere"),
    ]
    one = tokens_of("Peace. Peace talks. Talks. Trade and war, calm.", "Trade.")
    assert rows(lint_codebook(book_of(tmp_path, text), tokens=one)) == [
        *((4, name, "one article alone", "1 hit, all in article '1'") for name in ("peace", "peace talks", "talks")),
        *((4, name, "one article alone", "1 hit, all in article '1'") for name in ("war*", "calm")),
        (5, "cold war", "never occurs", "this exclusion matches nowhere"),
    ]
    alone = tokens_of("Peace. Peace talks. Talks. Trade and war, calm, cold war.")
    assert rows(lint_codebook(book_of(tmp_path, text), tokens=alone)) == []


NEVER = "matches {} but is never counted: each lies in another hit, overlaps an exclusion, is out of scope, or is negated and skipped"


def test_hits_apart_are_hits_of_their_indicator(tmp_path: Path) -> None:
    book = book_of(tmp_path, '[[frame]]\nname = "A"\nindicators = ["war"]\nnegation = "apart"\n')
    assert rows(lint_codebook(book, tokens=tokens_of("no war", "war"))) == []
    assert rows(lint_codebook(book, tokens=tokens_of("no war", "peace"))) == [
        (4, "war", "one article alone", "1 hit, all in article '1'")
    ]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ('voices = ["narrator"]', []),
        ('voices = ["question"]', ["scope: no counted segment has the voice 'question'"]),
        ('roles = ["caption"], speakers = ["Ana"]', [
            "scope: no counted segment has the role 'caption'", "scope: no counted segment has the speaker 'Ana'"]),
    ],
)  # fmt: skip
def test_a_scope_that_nothing_is_in(tmp_path: Path, scope: str, expected: list[str]) -> None:
    book = book_of(tmp_path, f'[[frame]]\nname = "A"\nindicators = ["war"]\nscope = {{ {scope} }}\n')
    found = rows(lint_codebook(book, tokens=tokens_of("war")))
    assert [row[3] for row in found if row[1] == ""] == expected
    assert {row[0] for row in found if row[1] == ""} <= {3}


def test_a_scope_whose_parts_never_meet(tmp_path: Path) -> None:
    book = book_of(tmp_path, '[[frame]]\nname = "A"\nindicators = ["war"]\nscope = { voices = ["quoted"], roles = ["title"] }\n')  # fmt: skip
    corpus = corpus_of('war "war"')
    segments = pd.concat([corpus.segments, corpus.segments.iloc[:1].assign(role="title")])
    tokens = tl.tokenize(tl.Corpus(corpus.articles, segments))
    assert rows(lint_codebook(book, tokens=tokens))[0] == (
        *(3, "", "cannot fire", "scope: no counted segment has all that it asks for at once"),
    )


ELEMENTS = st.sampled_from(["ab", "ba", "aba", "ab*", "ba*", "*ab", "*ba", "*ab*", "*aa*"])
PATTERNS = st.lists(ELEMENTS, min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from([" ", " * "]).map(lambda join: join.join(words))
)
ALL_WORDS = ["".join(letters) for n in (2, 3, 4) for letters in itertools.product("ab", repeat=n)]


@settings(deadline=None)
@given(inner=PATTERNS, outer=PATTERNS, words=st.lists(st.sampled_from(ALL_WORDS), min_size=1, max_size=30))
def test_what_is_said_to_lie_within_does_in_any_text(inner: str, outer: str, words: list[str]) -> None:
    a, b = elements_of([inner, outer])
    found = find_patterns(tokens_of(" ".join(words)), [inner, outer])
    spans = [found.loc[found["pattern"] == number, ["first", "last"]].to_numpy().tolist() for number in (0, 1)]
    for offset in range(len(b) - len(a) + 1):
        if lies_within(a, b, offset):
            assert all([first + offset, first + offset + len(a) - 1] in spans[0] for first, _ in spans[1])
    if not may_overlap(a, b):
        assert not any(p <= s and r <= q for p, q in spans[0] for r, s in spans[1])


def test_what_is_not_said_to_lie_within_need_not() -> None:
    for one, other in (("ab*", "ab"), ("*ab*", "ab*"), ("ab * ba", "ab ba ba"), ("ab", "ba ab")):
        a, b = elements_of([one, other])
        assert any(lies_within(a, b, offset) for offset in range(2))
        assert not any(lies_within(b, a, offset) for offset in range(2))


def test_formula_cells_stay_texts_in_csv(tmp_path: Path) -> None:
    book = book_of(tmp_path, frame("=cmd|' /C calc'!A0", ["peace"]) + frame("../../x", ["+peace"]))
    table = lint_codebook(book, tokens=tokens_of("peace", "peace"))
    assert set(table["frame"]) == {"=cmd|' /C calc'!A0", "../../x"}
    hits = tl.find_indicators(tokens_of("peace"), book)
    for text in (table_to_csv(table), table_to_csv(hits)):
        assert ",'=cmd|" in text and ",=cmd|" not in text
        assert ",'+peace" in text and ",+peace" not in text


def test_a_codebook_that_is_too_large_is_not_parsed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"codebook.toml: 10,000,0\d\d bytes; a codebook has at most 5,000,000$"):
        book_of(tmp_path, f'name = "{"a" * 2 * LARGEST}"')


@pytest.mark.parametrize(
    "text", ["a." * 100_000 + "a = 1", "[" + "a." * 100_000 + "a]", 'x = { "a" . a' + ".a" * 99 + " = 1 }"]
)
def test_a_key_of_very_many_parts_is_not_parsed(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"codebook.toml, line 2: a key of more than 50 parts$"):
        book_of(tmp_path, text)


def test_arrays_nested_deeply_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not valid TOML"):
        book_of(tmp_path, "x = " + "[" * 100_000 + "]" * 100_000)


def test_wildcards_that_meet_everything_are_refused_where_they_match_too_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stars = [f"*{a}{b}*" for a, b in itertools.product(string.ascii_lowercase, repeat=2)]
    book = book_of(tmp_path, "".join(frame(str(number), stars) for number in range(3)))
    assert len(lint_codebook(book)) == 3 * 26 * 26
    tokens = tokens_of("banana bandana")
    assert len(tl.find_indicators(tokens, book)) == 6
    for name in ("MOST_MATCHES", "MOST_TRIES"):
        with monkeypatch.context() as patched:
            patched.setattr(f"textlens.matching.{name}", 0)
            with pytest.raises(
                ValueError, match=r"^the patterns match more often than .*, '\*an\*', may match 2 times; "
            ):
                tl.find_indicators(tokens, book)


def test_many_indicators_are_linted(tmp_path: Path) -> None:
    words = ["".join(letters) for letters in itertools.product("abcdefgh", repeat=4)]
    book = book_of(tmp_path, frame("A", [f"{word}*" for word in words]) + frame("B", [f"the {word}" for word in words]))
    assert set(lint_codebook(book)["detail"].str.startswith("each match holds a match of frame 'A'")) == {True}
    assert len(lint_codebook(book)) == len(words) == 4096
