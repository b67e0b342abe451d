"""Where sentences end, and where they do not."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from textlens import compiling
from textlens.characters import code_points, kinds
from textlens.sentences import sentence_ends, sentence_spans

ENDS = {
    "full stop": ["He left.", "She stayed."],
    "question and exclamation": ["Why?", "No!", "Then go."],
    "several marks": ["What?!", "Nothing..."],
    "ellipsis before a capital": ["And so…", "They left."],
    "closing quotation mark stays": ["“It works.”", "He left."],
    "straight mark and bracket stay": ['(He said "no.")', "She left."],
    "opening mark begins the next": ["He left.", "“She stayed.”"],
    "year": ["It was 2025.", "Then it rained."],
    "number and sign": ["It rose 3.5%.", "Prices fell."],
    "no without a number": ["He said no.", "Then he left."],
    "acronym before an opener": ["He joined the U.N.", "The vote failed."],
    "lower-case word as long as a title": ["He is a maj.", "Then more."],
    "long word before the stop": ["x" * 60 + ".", "Next."],
}
GOES_ON = {
    "rank": "Maj. Gen. Quan spoke.",
    "title": "We met Dr. Quan and Mrs. Hoa.",
    "initial": "J. F. Kennedy spoke.",
    "month": "It was Sept. 5 or so.",
    "abbreviation": "Hanoi vs. Hue was played.",
    "number sign": "See No. 22 and Art. 5 of it.",
    "page": "Look at pp. 5 and p. 7 there.",
    "acronym": "He left the U.N. building.",
    "acronym before a name": "The U.S. Navy came.",
    "decimal": "It rose 3.5 per cent.",
    "address": "Read qdnd.vn today.",
    "lower case after the stop": "He said e.g. this one.",
    "lower case after a question": "“Why?” he asked.",
    "lower case after an ellipsis": "He went… and came.",
    "bracket before the title": "The chief (Gen. Giang) came.",
    "quotation mark before the title": "“Gen. Giang came",
    "no stop at all": "A heading without a stop",
}


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize("expected", ENDS.values(), ids=ENDS.keys())
def test_sentence_ends(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize("text", GOES_ON.values(), ids=GOES_ON.keys())
def test_sentence_goes_on(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\t ", [], id="white space"),
        pytest.param("  So it.  No.  ", [(2, 8), (10, 13)], id="white space around"),
        pytest.param("One\ntwo", [(0, 3), (4, 7)], id="line break"),
        pytest.param("One.\r\n\r\nTwo.", [(0, 4), (8, 12)], id="blank line, CRLF"),
        pytest.param("今天。明天！", [(0, 3), (3, 6)], id="full-width marks without spaces"),
        pytest.param("He left.” She", [(0, 9), (10, 13)], id="mark belongs to the sentence"),
        pytest.param("...", [(0, 3)], id="dots only"),
        pytest.param(". . a. . B", [(0, 1), (2, 8), (9, 10)], id="dots apart"),
        pytest.param("On.\x00Off", [(0, 7)], id="NUL is no space"),
        pytest.param("No. ² Then", [(0, 3), (4, 10)], id="a raised number is no number of an issue"),
    ],
)
def test_spans(text: str, spans: list[tuple[int, int]]) -> None:
    assert sentence_spans(text) == spans


@given(st.text('aB1.!?…"”’)] \n\r\t\u00a0。」') | st.text())
def test_spans_cover_all_and_do_not_overlap(text: str) -> None:
    spans = sentence_spans(text)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


@pytest.mark.parametrize("piece", [".", '."', ". ", "A.", "\n ", "x", "“"])
def test_one_huge_line_keeps_every_character(piece: str) -> None:
    text = piece * (1_000_000 // len(piece)) + "end"
    spans = sentence_spans(text)
    assert sum(len("".join(text[start:end].split())) for start, end in spans) == len("".join(text.split()))


# ---- beside the regular expressions that the rules were first written in ----------------------

ABBREVIATED = set(
    "Mr Mrs Ms Messrs Dr Prof Rev Hon St Sr Jr Gen Maj Brig Lt Col Capt Cpt Cmdr Adm Sgt Cpl Pvt Sen Rep Gov "
    "Pres Amb Sec Jan Feb Apr Jun Jul Aug Sep Sept Oct Nov Dec Vol Fig Figs Art Dept Mt "
    "vs cf al approx pp ed eds vol fig figs".split()
)
OPENERS = set("The A An It In This These That He She They We But And On At For".split())
END = re.compile(r"""(?<![.!?…])([.!?…]++)(["'”’»)\]]*+)(?=\s)|([。！？])(["'”’」』）]*)|\n""")


def goes_on(text: str, end: re.Match[str]) -> bool:
    opening, word = re.compile(r"\s*([\"'“‘«(\[]*)(\w*)").match(text, end.end()).groups()
    if not opening and word[:1].islower():
        return True
    if end[1] != "." or not end.start() or text[end.start() - 1].isspace():
        return False
    last = re.search(r"[^\s(\[\"“‘']*\Z", text[max(0, end.start() - 40) : end.start()])[0]
    if last in ABBREVIATED or re.fullmatch(r"[^\W\d_]", last):
        return True
    if last in "No Nos no nos Art art pp p".split() and word[:1].isdecimal():
        return True
    return re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", last) is not None and word not in OPENERS


def spans_by_expressions(text: str) -> list[tuple[int, int]]:
    borders = [0, *(end.end() for end in END.finditer(text) if not (end[1] and goes_on(text, end))), len(text)]
    pieces = [(a, text[a:b]) for a, b in zip(borders, borders[1:], strict=False) if text[a:b].strip()]
    return [(a + len(piece) - len(piece.lstrip()), a + len(piece.rstrip())) for a, piece in pieces]


PARTS = [
    *".....!?…\"'“”‘’«»()[]    \n\t\u00a0aBzN1_٣。！？」』）ªⓐ\u0345é\u0301\x1f\x00",
    "Mr",
    "No",
    "pp",
    "vs",
    "U.N",
    "e.g",
]
TRICKY = st.lists(st.sampled_from([*PARTS, "The", "It", "Thesex", "approx", "Messrs.", "x" * 39]), max_size=25).map(
    "".join
)
LOOPS = [pytest.param(0, id="interpreted"), pytest.param(compiling.LONG, id="compiled")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=500)
@given(texts=st.lists(TRICKY | st.text(), max_size=4))
@example(texts=["The U.N", ". He", "The U.N. He\n", "", "(No. 5 “Mr. B. " + "x." * 30 + " The"])
@pytest.mark.parametrize("steps", LOOPS)
def test_ends_agree_with_regular_expressions(monkeypatch: pytest.MonkeyPatch, steps: int, texts: list[str]) -> None:
    monkeypatch.setattr(compiling, "_compiled", compiling._compiled if steps else {})
    points = code_points("".join(texts))
    borders = np.cumsum([0, *map(len, texts)])
    ends, first = sentence_ends(points, kinds(points), borders, steps=steps)
    spans = [spans_by_expressions(text) for text in texts]
    expected = [[end for _, end in found] or [len(text)] for text, found in zip(texts, spans, strict=True)]
    assert [sentence_spans(text) for text in texts] == spans
    assert ends.tolist() == [begin + end for begin, found in zip(borders, expected, strict=False) for end in found]
    assert first.tolist() == [0, *np.cumsum([*map(len, expected)], dtype=int)]
