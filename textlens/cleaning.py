"""Cleaning rules label lines and spans of an article; they never rewrite its text.

A rule gives a role (title, heading, body, caption, byline, dropped), opens an interview turn, or names the speaker
of quoted words. Everything else is body in the narrator's voice; text in double quotes is quoted.
Whatever a rule labels stays in the corpus, so that what was left out can be counted and read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from textlens.corpus import COUNTED_ROLES

BYTE_ORDER_MARK = "\ufeff"
_WORD_CHARACTER = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Rule:
    """One cleaning rule; ``place`` says where it is written, for messages."""

    name: str
    place: str
    articles: tuple[str, ...] = ()
    source: str = ""
    lines: tuple[tuple[int, int | None], ...] = ()
    line_starts: str = ""
    onwards: bool = False
    start: str = ""
    end: str = ""
    turn: str = ""
    role: str = ""
    voice: str = ""
    speaker: str = ""

    def concerns(self, article: str, source: str) -> bool:
        """Whether the rule is written for this article."""
        if self.articles:
            return article in self.articles
        return not self.source or self.source == source


class Span(NamedTuple):
    """A labelled run of one line, as offsets into the article's text."""

    start: int
    end: int
    role: str = "body"
    voice: str = "narrator"
    speaker: str = ""
    rule: str = ""


class Passage(NamedTuple):
    """A line, or a group of sentences of a text without lines, before it is labelled."""

    line: int
    start: int
    end: int


def lines_of(text: str) -> list[Passage]:
    """The lines of a text that hold more than white space, numbered as an editor does; a byte order mark is no text."""
    passages = []
    start = int(text.startswith(BYTE_ORDER_MARK))
    for number, line in enumerate(text[start:].split("\n"), start=1):
        stripped = line.strip()
        if stripped:
            first = start + len(line) - len(line.lstrip())
            passages.append(Passage(number, first, first + len(stripped)))
        start += len(line) + 1
    return passages


def label(text: str, passages: list[Passage], rules: list[Rule], name: str) -> list[list[Span]]:
    """Label the passages of one article.

    Parameters
    ----------
    text : str
        The article, untouched.
    passages : list of Passage
        From :func:`lines_of`, or any other cut of the text.
    rules : list of Rule
        The rules written for this article, in order; a later rule wins where two label the same words.
    name : str
        How messages call the article: its file name or id.

    Returns
    -------
    list of list of Span
        For each passage its spans in order; together they cover all that is not white space.

    Raises
    ------
    ValueError
        A rule written for this article matches nothing in it, or its span is not in the line: the rule, its
        place and the article are named.
    """
    spans = [[Span(passage.start, passage.end)] for passage in passages]
    for rule in rules:
        _check_matches(text, passages, rule, name)
        if rule.role:
            for index in lines_matched(text, passages, rule):
                cut = _part_of_line(text, passages[index], rule, name)
                spans[index] = _relabel(spans[index], *cut, rule)
    _take_turns(text, passages, spans, rules)
    _split_quotes(text, passages, spans)
    _name_speakers(text, passages, spans, rules, name)
    return [_tidy(text, pieces) for pieces in spans]


def lines_matched(text: str, passages: list[Passage], rule: Rule) -> list[int]:
    """Indices of the passages that a rule chooses; none is an answer too."""
    starts = rule.line_starts or rule.turn
    chosen = [
        index
        for index, (line, start, _) in enumerate(passages)
        if (not rule.lines or any(a <= line and (b is None or line <= b) for a, b in rule.lines))
        and (not starts or text.startswith(starts, start))
    ]
    return list(range(chosen[0], len(passages))) if rule.onwards and chosen else chosen


def _check_matches(text: str, passages: list[Passage], rule: Rule, name: str) -> None:
    """A rule written for this very article must find its lines in it."""
    found = {passages[index].line for index in lines_matched(text, passages, rule)}
    missing = {first for first, last in rule.lines if first == last} - found
    if rule.articles and (missing or not found):
        at = f", line {min(missing)}" if missing else ""
        raise ValueError(f"{rule.place}: rule {rule.name!r} matches nothing in {name}{at}")


def _part_of_line(text: str, passage: Passage, rule: Rule, name: str) -> tuple[int, int]:
    start = text.find(rule.start, passage.start, passage.end)
    end = text.find(rule.end, start, passage.end) if start >= 0 else -1
    if end < 0:
        mark = rule.start if start < 0 else rule.end
        raise ValueError(f"{rule.place}: rule {rule.name!r} does not find {mark!r} in {name}, line {passage.line}")
    return start, end + len(rule.end) if rule.end else passage.end


def _relabel(spans: list[Span], start: int, end: int, rule: Rule) -> list[Span]:
    """Cut the spans at start and end and label what lies between."""
    pieces = []
    for span in spans:
        a, b = max(span.start, start), min(span.end, end)
        if a >= b:
            pieces.append(span)
            continue
        pieces.append(span._replace(end=a))
        pieces.append(Span(a, b, rule.role or span.role, span.voice, span.speaker, rule.name))
        pieces.append(span._replace(start=b))
    return [piece for piece in pieces if piece.start < piece.end]


def _take_turns(text: str, passages: list[Passage], spans: list[list[Span]], rules: list[Rule]) -> None:
    """Give body text the voice of the turn it stands in; the label itself is dropped."""
    # The longest label first, so that "PV2:" is not taken for "PV".
    turns = sorted((rule for rule in rules if rule.turn), key=lambda rule: -len(rule.turn))
    current: Rule | None = None
    for index, passage in enumerate(passages):
        opened = next((rule for rule in turns if text.startswith(rule.turn, passage.start)), None)
        if opened is not None:
            current = opened
            dropped = replace(opened, role="dropped")
            end = passage.start + len(opened.turn)
            spans[index] = _relabel(spans[index], passage.start, end, dropped)
        if current is not None:
            spans[index] = [
                span._replace(voice=current.voice, speaker=current.speaker) if span.role == "body" else span
                for span in spans[index]
            ]


def quoted_spans(text: str, goes_on: bool = False) -> list[tuple[int, int]]:
    """Spans of text in double quotes, marks included; curly and straight marks may be mixed.

    A quotation left open counts to the end of the text when the next passage opens with a mark (``goes_on``), as
    printers do with long quotations; otherwise the stray mark is taken for no quotation.

    Examples
    --------
    >>> quoted_spans('He said: “Yes." Then he left.')
    [(9, 15)]
    """
    spans = []
    opened: int | None = None
    for match in re.finditer('["“”„«»]', text):
        mark = match.group()
        if opened is None:
            # A straight mark after a letter or digit is an inch or a slip, not an opening.
            attached = mark == '"' and match.start() > 0 and _WORD_CHARACTER.match(text, match.start() - 1)
            if mark not in "”»" and not attached:
                opened = match.start()
        elif mark in '"”»':
            spans.append((opened, match.end()))
            opened = None
    if opened is not None and goes_on:
        spans.append((opened, len(text)))
    return spans


def _split_quotes(text: str, passages: list[Passage], spans: list[list[Span]]) -> None:
    for index, passage in enumerate(passages):
        after = passages[index + 1].start if index + 1 < len(passages) else len(text)
        goes_on = text[after : after + 1] in tuple('"“„«')
        quotes = [
            (passage.start + start, passage.start + end)
            for start, end in quoted_spans(text[passage.start : passage.end], goes_on)
        ]
        spans[index] = [
            piece for span in spans[index] for piece in (_quoted_pieces(span, quotes) if _may_quote(span) else [span])
        ]


def _may_quote(span: Span) -> bool:
    return span.role in COUNTED_ROLES and span.voice == "narrator"


def _quoted_pieces(span: Span, quotes: list[tuple[int, int]]) -> list[Span]:
    pieces = []
    reached = span.start
    for start, end in quotes:
        a, b = max(start, span.start), min(end, span.end)
        if a < b:
            pieces.append(span._replace(start=reached, end=a))
            pieces.append(span._replace(start=a, end=b, voice="quoted"))
            reached = b
    pieces.append(span._replace(start=reached))
    return [piece for piece in pieces if piece.start < piece.end]


def _name_speakers(text: str, passages: list[Passage], spans: list[list[Span]], rules: list[Rule], name: str) -> None:
    for rule in rules:
        if rule.role or rule.turn:
            continue
        for index in lines_matched(text, passages, rule):
            if not any(span.voice == "quoted" for span in spans[index]):
                raise ValueError(
                    f"{rule.place}: rule {rule.name!r} names a speaker, but {name}, "
                    f"line {passages[index].line} quotes nobody"
                )
            spans[index] = [
                span._replace(speaker=rule.speaker, rule=rule.name) if span.voice == "quoted" else span
                for span in spans[index]
            ]


def _tidy(text: str, spans: list[Span]) -> list[Span]:
    """Trim white space, and let a counted span without any letter or digit join its neighbour."""
    tidy: list[Span] = []
    for span in spans:
        piece = text[span.start : span.end]
        if not piece.strip():
            continue
        start = span.start + len(piece) - len(piece.lstrip())
        span = span._replace(start=start, end=start + len(piece.strip()))
        wordless = not _WORD_CHARACTER.search(piece)
        if wordless and tidy and span.role in COUNTED_ROLES and tidy[-1].role in COUNTED_ROLES:
            tidy[-1] = tidy[-1]._replace(end=span.end)
        else:
            tidy.append(span)
    return tidy
