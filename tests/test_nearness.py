"""Nearness, negation and scope: typed-out hits, and a reference that looks at each word by itself."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from one_line import corpus_of, tokens_of

import textlens as tl
from textlens.matching import find_patterns
from textlens.nearness import Nearness, parse_nearness


def book_of(folder: Path, indicators: list[str], more: str = "", top: str = "") -> tl.Codebook:
    path = folder / "codebook.toml"
    path.write_text(f'format = 1\n{top}\n[[frame]]\nname = "A"\nindicators = {indicators}\n{more}\n', encoding="utf-8")
    return tl.read_codebook(path)


def found(tokens: tl.Tokens, book: tl.Codebook, text: str) -> list[tuple[str, bool]]:
    hits = tl.find_indicators(tokens, book)
    return [
        (text[start:end], denied)
        for start, end, denied in zip(hits["start"], hits["end"], hits["negated"], strict=True)
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("tax* within 5 words of rise*", Nearness("tax*", 5, "rise*")),
        (" old age  within 1 word of  * x", "broken wildcard in '* x'"),
        ("of * kind within 50 words of war", Nearness("of * kind", 50, "war")),
        ("within reach", None),
        ("within five words of war", None),
        ("pre-within 5 words of war", None),
        ("a within 0 words of b", "'a within 0 words of b': 0 must be a whole number of words from 1 to 50"),
        ("a within 51 words of b", "'a within 51 words of b': 51 must be a whole number of words from 1 to 50"),
        ("a within -3 words of b", "'a within -3 words of b': -3 must be a whole number of words from 1 to 50"),
        ("a within 2.5 words of b", "'a within 2.5 words of b': 2.5 must be a whole number of words from 1 to 50"),
        (f"a within {'9' * 5000} words of b", f"'a within {'9' * 5000} words of b': {'9' * 5000} must be"),
        ("a within ٣ words of b", "'a within ٣ words of b': ٣ must be a whole number of words from 1 to 50"),
        ("within 3 words of b", "'within 3 words of b' needs a pattern on both sides, as in "),
        ("b within 3 words of", "'b within 3 words of' needs a pattern on both sides, as in "),
        ("a within 3 words of b within 3 words of c", "'a within 3 words of b within 3 words of c' asks for nearness "),
        ("? within 3 words of b", "the pattern '?' holds no word"),
    ],
)  # fmt: skip
def test_parsed(pattern: str, expected: Nearness | str | None) -> None:
    if isinstance(expected, str):
        with pytest.raises(ValueError, match=f"^{re.escape(expected)}"):
            parse_nearness(pattern)
    else:
        assert parse_nearness(pattern) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("taxes rise", ["taxes rise"]),
        ("a rise in the taxes here", ["rise in the taxes"]),
        ("taxes a b rise", ["taxes a b rise"]),
        ("taxes a b c rise", []),
        ("Taxes fell. Rise up", []),
        ("rise a taxes a rise", ["taxes a rise"]),
        ("rise taxes a rise", ["rise taxes"]),
        ("taxes and taxation rise", ["taxes and taxation rise"]),
        ("taxes rise, taxes rise", ["taxes rise", "taxes rise"]),
        ("rise. Rise taxes. Rise", ["Rise taxes"]),
    ],
)
def test_hits_of_nearness(tmp_path: Path, text: str, expected: list[str]) -> None:
    book = book_of(tmp_path, ["tax* within 3 words of rise*"])
    assert found(tokens_of(text, "rise"), book, text) == [(words, False) for words in expected]


def test_nearness_beside_other_indicators(tmp_path: Path) -> None:
    book = book_of(tmp_path, ["taxes", "rise", "tax* within 3 words of rise*", "up"], 'exclusions = ["so to say"]')
    text = "Taxes will rise, up. Rise, so to say, taxes. Rise."
    hits = tl.find_indicators(tokens_of(text), book)
    assert [text[a:b] for a, b in zip(hits["start"], hits["end"], strict=True)] == [
        *("Taxes will rise", "up", "Rise", "taxes", "Rise"),
    ]
    assert hits["indicator"].tolist() == ["tax* within 3 words of rise*", "up", "rise", "taxes", "rise"]


def test_an_exclusion_may_ask_for_nearness(tmp_path: Path) -> None:
    book = book_of(tmp_path, ["rise"], 'exclusions = ["rise within 3 words of sun"]')
    assert found(tokens_of(text := "The sun will rise. Rise!"), book, text) == [("Rise", False)]


def test_of_equal_spans_the_first_indicator_counts(tmp_path: Path) -> None:
    for indicators in (["taxes rise", "taxes within 2 words of rise"], ["rise within 2 words of taxes", "taxes rise"]):
        hits = tl.find_indicators(tokens_of("taxes rise"), book_of(tmp_path, indicators))
        assert hits["indicator"].tolist() == indicators[:1]


NEGATED = [
    ("no war", True),
    ("not a single big war", False),
    ("not a big war", True),
    ("they don't want war", True),
    ("they don’t want war", True),
    ("Never. War", False),
    ("not only war", False),
    ("not war only", True),
    ("war is not here", False),
    ("without war", True),
    ("No", None),
    ("a notable war", False),
    ("He said no. “War", False),
]


@pytest.mark.parametrize(("text", "expected"), NEGATED)
def test_negation(tmp_path: Path, text: str, expected: bool | None) -> None:
    hits = tl.find_indicators(tokens_of(text, "war"), book_of(tmp_path, ["war"]))
    own = hits.loc[hits["article"] == "1", "negated"].tolist()
    assert own == ([] if expected is None else [expected])
    assert hits["negated"].dtype == bool


def test_negation_between_the_sides_and_in_an_indicator(tmp_path: Path) -> None:
    book = book_of(tmp_path, ["tax* within 5 words of rise*", "not * war"])
    for text, denied in (("taxes will not rise", True), ("taxes not only rise", False), ("not a war", False)):
        assert found(tokens_of(text), book, text) == [(text, denied)]


def test_a_text_of_one_word_that_negates(tmp_path: Path) -> None:
    assert found(tokens_of("No"), book_of(tmp_path, ["no"]), "No") == [("No", False)]


def test_quoted_words_are_a_sentence_of_their_own(tmp_path: Path) -> None:
    text = 'It is not "war". They speak of war and "peace".'
    book = book_of(tmp_path, ["war", "war within 5 words of peace"])
    assert found(tokens_of(text), book, text) == [("war", False), ("war", False)]


def test_negators_of_ones_own(tmp_path: Path) -> None:
    text = "kein war. No war"
    for negators, denied in (('["kein*"]', [True, False]), ("[]", [False, False])):
        book = book_of(tmp_path, ["war"], top=f"negators = {negators}")
        assert [row[1] for row in found(tokens_of(text), book, text)] == denied


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("count", [("A", True), ("B", True), ("A", False), ("B", False)]),
        ("skip", [("B", True), ("A", False), ("B", False)]),
        ("apart", [("A (negated)", True), ("B", True), ("A", False), ("B", False)]),
    ],
)
def test_what_becomes_of_negated_hits(tmp_path: Path, way: str, expected: list[tuple[str, bool]]) -> None:
    book = book_of(tmp_path, ["war"], f'negation = "{way}"\n[[frame]]\nname = "B"\nindicators = ["war"]')
    hits = tl.find_indicators(tokens_of("no war. War"), book)
    assert list(hits[["frame", "negated"]].itertuples(index=False, name=None)) == expected
    assert hits["start"].tolist() == [3] * (len(expected) - 2) + [8, 8]


def test_a_longer_hit_that_is_skipped_leaves_no_shorter_one(tmp_path: Path) -> None:
    book = book_of(tmp_path, ["cold war", "war"], 'negation = "skip"')
    for text in ("no more cold war", "never a big cold war"):
        assert found(tokens_of(text), book, text) == []


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ('voices = ["narrator"]', [1]),
        ('voices = ["quoted"]', [0, 2]),
        ('speakers = ["ana BROOK "]', [0]),
        ('speakers = ["ana BROOK "], voices = ["narrator"]', []),
        ('speakers = ["Nobody"]', []),
        ('roles = ["title", "body"]', [0, 1, 2]),
        ('roles = ["heading"]', []),
    ],
)
def test_scope(tmp_path: Path, scope: str, expected: list[int]) -> None:
    corpus = corpus_of('"War" and war "war"')
    corpus.segments.loc[0, "speaker"] = "Ana  Brook"
    book = book_of(tmp_path, ["war"], f'scope = {{ {scope} }}\n[[frame]]\nname = "B"\nindicators = ["war"]')
    hits = tl.find_indicators(tl.tokenize(corpus), book)
    places = sorted(set(hits["start"]))
    assert [places.index(start) for start in hits.loc[hits["frame"] == "A", "start"]] == expected
    assert (hits["frame"] == "B").sum() == len(places) == 3


WORDS = st.sampled_from(["ab", "ba", "aab", "not", "only", "xx"])
SIDES = st.sampled_from(["ab", "ba", "ab*", "*ab", "ab ba", "ab * ba", "xx xx", "not"])


def near_hits(tokens: tl.Tokens, left: str, n: int, right: str) -> list[tuple[int, int, bool]]:
    """First and last word and negation of each hit, match by match and word by word."""
    words = [word.lower() for word in tokens.vocabulary[tokens.codes]]
    sentences = tokens.sentences.tolist()
    sides = [find_patterns(tokens, [side])[["first", "last"]].to_numpy().tolist() for side in (left, right)]
    hits: dict[tuple[int, int], bool] = {}
    for a, b in sides[0]:
        near = [
            (c - b if c > b else a - d, c < a, c, d)
            for c, d in sides[1]
            if (c > b or d < a) and sentences[c] == sentences[a]
        ]
        if not near or min(near)[0] > n:
            continue
        _, before, c, d = min(near)
        gap = range(d + 1, a) if before else range(b + 1, c)
        reach = range(max(0, min(a, c) - 3), min(a, c))
        denies = [
            place
            for place in (*gap, *reach)
            if sentences[place] == sentences[a] and words[place] == "not" and words[place + 1] != "only"
        ]
        hits.setdefault((min(a, c), max(b, d)), bool(denies))
    return [
        (a, b, hits[a, b]) for a, b in sorted(hits) if not any(c <= a and d >= b and (c, d) != (a, b) for c, d in hits)
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    sentences=st.lists(st.lists(WORDS, min_size=1, max_size=9), min_size=1, max_size=3),
    left=SIDES,
    right=SIDES,
    n=st.integers(1, 6),
)
def test_hits_are_those_of_a_look_at_each_word(
    tmp_path: Path, sentences: list[list[str]], left: str, right: str, n: int
) -> None:
    book = book_of(tmp_path, [f"{left} within {n} words of {right}"])
    tokens = tokens_of("! ".join(" ".join(words) for words in sentences) + "!", "ab ba not")
    hits = tl.find_indicators(tokens, book)
    expected = near_hits(tokens, left, n, right)
    assert hits["negated"].tolist() == [denied for *_, denied in expected]
    assert hits["start"].tolist() == [tokens.starts[a] for a, *_ in expected]
    assert hits["end"].tolist() == [tokens.ends[b] for _, b, _ in expected]
