"""Cleaning rules label lines and spans; they never rewrite, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlens.cleaning import Rule, Span, label, lines_matched, lines_of, quoted_spans


def rule(**given: Any) -> Rule:
    return Rule(**{"name": "r", "place": "corpus.toml, line 7", **given})


def labelled(text: str, *rules: Rule) -> list[list[tuple[str, str, str]]]:
    """Per passage: role, voice and words of each span, with the speaker behind the voice."""
    found = label(text, lines_of(text), list(rules), "a.txt")
    return [
        [(span.role, f"{span.voice} {span.speaker}".strip(), text[span.start : span.end]) for span in spans]
        for spans in found
    ]


def failure(text: str, *rules: Rule) -> str:
    with pytest.raises(ValueError) as error:
        label(text, lines_of(text), list(rules), "a.txt")
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        pytest.param("one\ntwo", [(1, 0, 3), (2, 4, 7)], id="two lines"),
        pytest.param("\n one \n\n\ttwo\n", [(2, 2, 5), (4, 9, 12)], id="blank lines and white space"),
        pytest.param("one\r\n\r\ntwo\r\n", [(1, 0, 3), (3, 7, 10)], id="CRLF"),
        pytest.param("\ufeffone\ntwo", [(1, 1, 4), (2, 5, 8)], id="byte order mark is left out, offsets are true"),
        pytest.param("one\x00\u2028two", [(1, 0, 8)], id="NUL and other separators end no line"),
        pytest.param(" \n\t\n", [], id="white space only"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_lines(text: str, passages: list[tuple[int, int, int]]) -> None:
    assert lines_of(text) == passages


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        pytest.param({"lines": ((2, 2),)}, [2], id="one line"),
        pytest.param({"lines": ((2, 2), (5, 5))}, [2, 5], id="two lines"),
        pytest.param({"lines": ((2, 4),)}, [2, 4], id="a range, with a blank line in it"),
        pytest.param({"lines": ((4, None),)}, [4, 5, 6], id="to the end"),
        pytest.param({"line_starts": "Photo:"}, [2, 5], id="beginnings"),
        pytest.param({"line_starts": "photo:"}, [], id="another case"),
        pytest.param({"line_starts": "of"}, [], id="inside a line"),
        pytest.param({"line_starts": "Photo:", "lines": ((3, None),)}, [5], id="beginnings among lines"),
        pytest.param({"line_starts": "Photo:", "onwards": True}, [2, 4, 5, 6], id="onwards from the first"),
        pytest.param({"line_starts": "Menu", "onwards": True}, [], id="onwards from nowhere"),
        pytest.param({"turn": "Q:"}, [6], id="a turn"),
        pytest.param({"lines": ((9, 9),)}, [], id="beyond the end"),
    ],
)
def test_lines_matched(given: dict[str, Any], lines: list[int]) -> None:
    text = "Title\nPhoto: of it\n\nBody\n  Photo: two\nQ: why"
    passages = lines_of(text)
    assert [passages[index].line for index in lines_matched(text, passages, rule(**given))] == lines


@pytest.mark.parametrize(
    ("given", "concerned"),
    [
        pytest.param({}, True, id="every article"),
        pytest.param({"articles": ("a", "b")}, True, id="listed"),
        pytest.param({"articles": ("b",)}, False, id="another article"),
        pytest.param({"source": "North"}, True, id="its source"),
        pytest.param({"source": "South"}, False, id="another source"),
    ],
)
def test_rule_concerns(given: dict[str, Any], concerned: bool) -> None:
    assert rule(**given).concerns("a", "North") is concerned


@pytest.mark.parametrize(
    ("given", "spans"),
    [
        pytest.param({}, [("caption", "HANOI - We met - all.")], id="the whole line"),
        pytest.param({"end": " - "}, [("caption", "HANOI -"), ("body", "We met - all.")], id="to its first sign"),
        pytest.param({"start": "We"}, [("body", "HANOI -"), ("caption", "We met - all.")], id="from"),
        pytest.param(
            {"start": "We", "end": "-"},
            [("body", "HANOI -"), ("caption", "We met -"), ("body", "all.")],
            id="from and to, the sign searched after from",
        ),
        pytest.param({"end": "all."}, [("caption", "HANOI - We met - all.")], id="to the last words"),
    ],
)
def test_span_of_a_line(given: dict[str, Any], spans: list[tuple[str, str]]) -> None:
    found = labelled("HANOI - We met - all.", rule(role="caption", line_starts="HANOI", **given))
    assert [(role, words) for role, _, words in found[0]] == spans


def test_later_rule_wins() -> None:
    text = "one two three"
    found = labelled(
        text, rule(lines=((1, 1),), role="dropped"), rule(lines=((1, 1),), start="two", end="two", role="heading")
    )
    assert [(role, words) for role, _, words in found[0]] == [
        ("dropped", "one"),
        ("heading", "two"),
        ("dropped", "three"),
    ]


def test_rules_for_two_parts_of_a_line_and_a_quotation_in_one_of_them() -> None:
    found = labelled(
        "A - b Hm “c” d",
        rule(lines=((1, 1),), end="- ", role="dropped"),
        rule(lines=((1, 1),), start="Hm", role="heading"),
    )
    assert found[0] == [
        ("dropped", "narrator", "A -"),
        ("body", "narrator", "b"),
        ("heading", "narrator", "Hm"),
        ("heading", "quoted", "“c”"),
        ("heading", "narrator", "d"),
    ]


def test_span_bears_the_name_of_its_rule() -> None:
    text = "one\ntwo"
    spans = label(text, lines_of(text), [rule(name="title line", lines=((1, 1),), role="title")], "a")
    assert spans == [[Span(0, 3, "title", rule="title line")], [Span(4, 7)]]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"lines": ((9, 9),)}, "matches nothing in a.txt, line 9", id="line beyond the end"),
        pytest.param({"lines": ((1, 1), (2, 2))}, "matches nothing in a.txt, line 2", id="one of two lines is blank"),
        pytest.param({"lines": ((7, None),)}, "matches nothing in a.txt", id="range beyond the end"),
        pytest.param({"line_starts": "Photo"}, "matches nothing in a.txt", id="no such beginning"),
        pytest.param(
            {"lines": ((1, 1), (3, 3)), "line_starts": "On"},
            "matches nothing in a.txt, line 3",
            id="line with another beginning",
        ),
        pytest.param({"lines": ((3, 3),), "end": "#"}, "does not find '#' in a.txt, line 3", id="no such end"),
        pytest.param({"lines": ((3, 3),), "start": "#"}, "does not find '#' in a.txt, line 3", id="no such start"),
        pytest.param(
            {"lines": ((3, 3),), "start": "lines", "end": "Three"},
            "does not find 'Three' in a.txt, line 3",
            id="end only before the start",
        ),
        pytest.param({"lines": ((3, 3),), "end": "One"}, "does not find 'One' in a.txt, line 3", id="end in line 1"),
    ],
)
def test_rule_that_matches_nothing(given: dict[str, Any], message: str) -> None:
    text = "One line.\n\nThree lines."
    assert failure(text, rule(articles=("a",), role="caption", **given)) == f"corpus.toml, line 7: rule 'r' {message}"


def test_turn_that_never_opens_is_an_error() -> None:
    message = failure("One line.", rule(articles=("a",), turn="Q:", voice="question"))
    assert message == "corpus.toml, line 7: rule 'r' matches nothing in a.txt"


def test_rule_of_a_source_may_miss_an_article() -> None:
    assert labelled("One line.", rule(source="North", line_starts="Photo", role="caption")) == [
        [("body", "narrator", "One line.")]
    ]


QUESTION = rule(name="asks", turn="Q:", voice="question")
GUEST = rule(name="guest", turn="Q2:", voice="answer", speaker="Mira")


def test_turns_go_on_over_body_lines_and_drop_their_label() -> None:
    text = 'Lead "x".\nQ: Why?\nMore?\nA picture\nQ2: Because "so".\nThat is all.'
    assert labelled(text, QUESTION, GUEST, rule(lines=((4, 4),), role="caption")) == [
        [("body", "narrator", "Lead"), ("body", "quoted", '"x".')],
        [("dropped", "narrator", "Q:"), ("body", "question", "Why?")],
        [("body", "question", "More?")],
        [("caption", "narrator", "A picture")],
        [("dropped", "narrator", "Q2:"), ("body", "answer Mira", 'Because "so".')],
        [("body", "answer Mira", "That is all.")],
    ]


def test_longer_turn_label_wins_whatever_the_order() -> None:
    short = rule(turn="Q", voice="question")
    for rules in ([short, GUEST], [GUEST, short]):
        assert labelled("Q2: yes", *rules)[0] == [("dropped", "narrator", "Q2:"), ("body", "answer Mira", "yes")]


def test_label_inside_a_line_opens_no_turn() -> None:
    assert labelled("They said Q: why", QUESTION) == [[("body", "narrator", "They said Q: why")]]


QUOTES = {
    "curly": ("He: “Yes.” Ok", ["“Yes.”"]),
    "straight": ('He: "Yes." Ok', ['"Yes."']),
    "curly opened, straight closed": ('“Yes." Ok', ['“Yes."']),
    "straight opened, curly closed": ('"Yes.” Ok', ['"Yes.”']),
    "two": ("“A” and “b”", ["“A”", "“b”"]),
    "low and angle marks": ("„A” and «b»", ["„A”", "«b»"]),
    "opening mark again": ("“A “b” c", ["“A “b”"]),
    "whole text": ('"A"', ['"A"']),
}
NO_QUOTES = {
    "none": "no marks",
    "apostrophes": "it’s ‘single’ 'quoted'",
    "inch": 'a 5" pipe and a 6" one',
    "left open": "“left open",
    "closing mark alone": "stray” mark",
    "nothing": "",
}


@pytest.mark.parametrize(("text", "quotes"), QUOTES.values(), ids=QUOTES.keys())
def test_quotes(text: str, quotes: list[str]) -> None:
    assert [text[start:end] for start, end in quoted_spans(text)] == quotes


@pytest.mark.parametrize("text", NO_QUOTES.values(), ids=NO_QUOTES.keys())
def test_no_quotes(text: str) -> None:
    assert quoted_spans(text) == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("“One,\n“two,” he said", [("body", "quoted", "“One,")], id="the next line opens with a mark"),
        pytest.param('“One,\n\n"two,” he said', [("body", "quoted", "“One,")], id="after a blank line"),
        pytest.param("“One,\ntwo,” he said", [("body", "narrator", "“One,")], id="the next line has no mark"),
        pytest.param("“One,", [("body", "narrator", "“One,")], id="the last line"),
    ],
)
def test_quotation_over_two_passages(text: str, first: list[tuple[str, str, str]]) -> None:
    assert labelled(text)[0] == first


def test_quotes_are_split_in_counted_narration_only() -> None:
    text = "A “b” c\nA “b” c"
    assert labelled(text, rule(lines=((1, 1),), role="heading"), rule(lines=((2, 2),), role="caption")) == [
        [("heading", "narrator", "A"), ("heading", "quoted", "“b”"), ("heading", "narrator", "c")],
        [("caption", "narrator", "A “b” c")],
    ]


def test_quote_over_a_label_border_is_quoted_on_both_sides() -> None:
    found = labelled("A “b c” d", rule(lines=((1, 1),), start="c", role="heading"))
    assert found == [
        [("body", "narrator", "A"), ("body", "quoted", "“b"), ("heading", "quoted", "c”"), ("heading", "narrator", "d")]
    ]


def test_speaker_is_named_in_the_lines_of_the_rule_only() -> None:
    assert labelled("“A,” he said\n“B”", rule(name="Ana", lines=((1, 1),), speaker="Ana Brook")) == [
        [("body", "quoted Ana Brook", "“A,”"), ("body", "narrator", "he said")],
        [("body", "quoted", "“B”")],
    ]


def test_speaker_where_nobody_is_quoted() -> None:
    message = failure("“A,” he said\nB", rule(lines=((1, 2),), speaker="Ana"))
    assert message == "corpus.toml, line 7: rule 'r' names a speaker, but a.txt, line 2 quotes nobody"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("“A”.", ["“A”."], id="a stop joins the quotation before it"),
        pytest.param("“A”, “b”", ["“A”,", "“b”"], id="a comma between quotations"),
        pytest.param("- “A”", ["-", "“A”"], id="signs before the first stay alone"),
        pytest.param("...", ["..."], id="signs only"),
    ],
)
def test_signs_without_letters_join_their_neighbour(text: str, words: list[str]) -> None:
    assert [found[2] for found in labelled(text)[0]] == words


def test_dropped_signs_stay_dropped() -> None:
    assert labelled("Words |", rule(lines=((1, 1),), start="|", role="dropped")) == [
        [("body", "narrator", "Words"), ("dropped", "narrator", "|")]
    ]


PIECES = st.lists(st.sampled_from(["Q:", "a", "b.", "“", "”", '"', "\n", "\r\n", " ", "|", "«", "ệ", "\x00"])).map(
    "".join
)


@given(PIECES | st.text())
def test_nothing_is_lost_by_labels(text: str) -> None:
    rules = [
        rule(line_starts="a", role="heading"),
        rule(line_starts="b", role="dropped", end="b"),
        rule(turn="Q:", voice="question"),
    ]
    spans = [span for spans in label(text, lines_of(text), rules, "a") for span in spans]
    edges = [edge for span in spans for edge in span[:2]]
    assert edges == sorted(edges)
    kept = "".join(text[span.start : span.end] for span in spans)
    assert "".join(kept.split()) == "".join(text.removeprefix("\ufeff").split())


@given(PIECES | st.text(), st.booleans())
def test_quoted_spans_are_in_order_and_begin_with_a_mark(text: str, goes_on: bool) -> None:
    spans = quoted_spans(text, goes_on)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(text[start] in '"“„«' for start, _ in spans)
    assert all(text[end - 1] in '"”»' for _, end in spans[:-1])
    assert not spans or spans[-1][1] == len(text) or text[spans[-1][1] - 1] in '"”»'


def test_huge_line_of_quotations() -> None:
    text = 'Then "yes" ' * 90_000
    assert len(quoted_spans(text)) == 90_000
    assert len(label(text, lines_of(text), [], "a")[0]) == 180_000
