"""Where sentences end, and where they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlens.sentences import sentence_spans

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
