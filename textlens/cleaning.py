"""Cleaning rules label lines and spans of an article; they never rewrite its text.

A rule gives a role (title, heading, body, caption, byline, dropped), opens an interview turn, or names the speaker
of quoted words. Everything else is body in the narrator's voice; text in double quotes is quoted.
Whatever a rule labels stays in the corpus, so that what was left out can be counted and read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from textlens.characters import code_points
from textlens.characters import kinds as kinds_of
from textlens.corpus import COUNTED_ROLES
from textlens.spans import Pieces, lines_in, next_opens, quotations_in, split_at_quotations, tidied


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
    points = code_points(text)
    found = lines_in(points, kinds_of(points), np.array([0, len(text)]), steps=len(text))
    return list(map(Passage, found.line.tolist(), found.start.tolist(), found.end.tolist()))


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
    kinds = kinds_of(code_points(text))
    spans = _split_quotes(kinds, passages, spans)
    _name_speakers(text, passages, spans, rules, name)
    return _tidy(kinds, spans)


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
    kinds = kinds_of(code_points(text))
    found = quotations_in(kinds, np.array([0]), np.array([len(text)]), np.array([goes_on]), steps=len(text))
    return list(zip(found.start.tolist(), found.end.tolist(), strict=True))


def _split_quotes(kinds: np.ndarray, passages: list[Passage], spans: list[list[Span]]) -> list[list[Span]]:
    starts, ends = np.array([passage[1:] for passage in passages], dtype=np.int64).reshape(-1, 2).T.copy()
    goes_on = next_opens(kinds, np.zeros(len(passages)), starts)
    quotations = quotations_in(kinds, starts, ends, goes_on, steps=len(kinds))
    flat, rows, starts, ends = _flat(spans)
    may_quote = np.array([_may_quote(span) for span in flat], dtype=bool)
    pieces, quoted = split_at_quotations(starts, ends, may_quote, quotations, steps=len(kinds))
    voiced = [
        flat[index]._replace(voice="quoted") if of_quotation else flat[index]
        for index, of_quotation in zip(pieces.whole.tolist(), quoted.tolist(), strict=True)
    ]
    return _grouped(voiced, rows[pieces.whole], pieces, len(passages))


def _flat(spans: list[list[Span]]) -> tuple[list[Span], np.ndarray, np.ndarray, np.ndarray]:
    """All spans, and of each the number of its passage, its start and its end."""
    flat = [(row, span) for row, pieces in enumerate(spans) for span in pieces]
    rows, starts, ends = np.array([(row, *span[:2]) for row, span in flat], dtype=np.int64).reshape(-1, 3).T.copy()
    return [span for _, span in flat], rows, starts, ends


def _grouped(spans: list[Span], rows: np.ndarray, pieces: Pieces, n: int) -> list[list[Span]]:
    """These spans with the offsets of the pieces, by passage."""
    grouped: list[list[Span]] = [[] for _ in range(n)]
    edges = zip(rows.tolist(), pieces.start.tolist(), pieces.end.tolist(), strict=True)
    for span, (row, start, end) in zip(spans, edges, strict=True):
        grouped[row].append(span._replace(start=start, end=end))
    return grouped


def _may_quote(span: Span) -> bool:
    return span.role in COUNTED_ROLES and span.voice == "narrator"


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


def _tidy(kinds: np.ndarray, spans: list[list[Span]]) -> list[list[Span]]:
    """Trim white space, and let a counted span without any letter or digit join its neighbour."""
    flat, rows, starts, ends = _flat(spans)
    counted = np.array([span.role in COUNTED_ROLES for span in flat], dtype=bool)
    pieces = tidied(kinds, rows, starts, ends, counted, steps=len(kinds))
    return _grouped([flat[index] for index in pieces.whole.tolist()], rows[pieces.whole], pieces, len(spans))
