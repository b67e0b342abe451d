"""Lines, quotations and the runs between them, of many texts at once.

The texts lie one after the other, as :mod:`textlens.characters` gives them; a place is an index into them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from textlens.characters import ALNUM, NEWLINE, QUOTE_CLOSES, QUOTE_OPENS, SPACE, STOP, STRAIGHT_QUOTE, WIDE_STOP
from textlens.compiling import Loop

# Characters that are worked on at once, so that their numbers stay near the processor.
CHUNK = 1 << 19
BYTE_ORDER_MARK = 0xFEFF
_OPENS, _CLOSES = QUOTE_OPENS | STRAIGHT_QUOTE, QUOTE_CLOSES | STRAIGHT_QUOTE
ENDS_SENTENCE = STOP | WIDE_STOP | NEWLINE
MARKS = ENDS_SENTENCE | _OPENS | _CLOSES


class Lines(NamedTuple):
    """The lines, or the groups of sentences, of some texts; an array each, in reading order."""

    text: np.ndarray
    line: np.ndarray
    start: np.ndarray
    end: np.ndarray


class Pieces(NamedTuple):
    """Runs of something that was divided; ``whole`` is the index of what each was taken from."""

    whole: np.ndarray
    start: np.ndarray
    end: np.ndarray


def chunks(lengths: np.ndarray) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) of the texts of these lengths that are worked on together."""
    numbers = np.cumsum(lengths) // CHUNK
    borders = [*np.flatnonzero(np.diff(numbers, prepend=-1)).tolist(), len(lengths)]
    return pairwise(borders)


def places_of(kinds: np.ndarray, which: int, among: np.ndarray | None = None) -> np.ndarray:
    """Where characters of these kinds stand, maybe ``among`` some places that are known already."""
    if among is None:
        return np.flatnonzero((kinds & np.uint32(which)) != 0)
    found: np.ndarray = among[(kinds[among] & np.uint32(which)) != 0]
    return found


def _arrays(n: int, length: int) -> tuple[np.ndarray, ...]:
    return tuple(np.empty(length, dtype=np.int64) for _ in range(n))


def _trimmed(kinds: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """Without the white space at both ends."""
    while start < end and kinds[end - 1] & SPACE:
        end -= 1
    while start < end and kinds[start] & SPACE:
        start += 1
    return start, end


def _find_lines(
    points: Sequence[int],
    kinds: Sequence[int],
    borders: Sequence[int],
    breaks: Sequence[int],
    texts: np.ndarray,
    lines: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
) -> int:
    n = at = 0
    for text in range(len(borders) - 1):
        start, border = borders[text], borders[text + 1]
        if start < border and points[start] == BYTE_ORDER_MARK:
            start += 1
        line = 0
        while start < border:
            end = border
            if at < len(breaks) and breaks[at] < border:
                end = breaks[at]
                at += 1
            line += 1
            texts[n], lines[n] = text, line
            starts[n], ends[n] = _trimmed(kinds, start, end)
            # A blank line gives way to the next.
            if starts[n] < ends[n]:
                n += 1
            start = end + 1
    return n


_LINES = Loop(_find_lines, (_trimmed,))


def lines_in(
    points: np.ndarray, kinds: np.ndarray, borders: np.ndarray, *, steps: int, among: np.ndarray | None = None
) -> Lines:
    """The lines that hold more than white space, numbered from 1 in each text; a byte order mark is no text.

    ``among``, here and below: where at least all the marks are that are asked for.
    """
    breaks = places_of(kinds, NEWLINE, among)
    found = _arrays(4, len(breaks) + len(borders))
    n = _LINES(points, kinds, borders, breaks, write=found, steps=steps)
    return Lines(*(array[:n] for array in found))


def _find_quotations(
    kinds: Sequence[int],
    starts: Sequence[int],
    ends: Sequence[int],
    goes_on: Sequence[bool],
    marks: Sequence[int],
    wholes: np.ndarray,
    firsts: np.ndarray,
    lasts: np.ndarray,
) -> int:
    n = at = 0
    for whole in range(len(starts)):
        opened = -1
        while at < len(marks) and marks[at] < starts[whole]:
            at += 1
        while at < len(marks) and marks[at] < ends[whole]:
            place = marks[at]
            at += 1
            if opened < 0:
                # A straight mark after a letter or digit is an inch or a slip, not an opening.
                attached = kinds[place] & STRAIGHT_QUOTE and place > starts[whole] and kinds[place - 1] & ALNUM
                if kinds[place] & _OPENS and not attached:
                    opened = place
            elif kinds[place] & _CLOSES:
                wholes[n], firsts[n], lasts[n] = whole, opened, place + 1
                n += 1
                opened = -1
        if opened >= 0 and goes_on[whole]:
            wholes[n], firsts[n], lasts[n] = whole, opened, ends[whole]
            n += 1
    return n


_QUOTATIONS = Loop(_find_quotations)


def quotations_in(
    kinds: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    goes_on: np.ndarray,
    *,
    steps: int,
    among: np.ndarray | None = None,
) -> Pieces:
    """What these passages have in double quotes, marks included.

    A quotation left open counts to the end of its passage where it ``goes_on``.
    """
    marks = places_of(kinds, _OPENS | _CLOSES, among)
    found = _arrays(3, len(marks) + len(starts))
    n = _QUOTATIONS(kinds, starts, ends, goes_on, marks, write=found, steps=steps)
    return Pieces(*(array[:n] for array in found))


def next_opens(kinds: np.ndarray, texts: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Whether the next passage of the same text opens with a quotation mark."""
    opens = (kinds[starts] & np.uint32(_OPENS)) != 0
    return np.append((texts[1:] == texts[:-1]) & opens[1:], np.zeros(min(len(starts), 1), dtype=bool))


def _split(
    starts: Sequence[int],
    ends: Sequence[int],
    may_quote: Sequence[bool],
    firsts: Sequence[int],
    lasts: Sequence[int],
    wholes: np.ndarray,
    begins: np.ndarray,
    stops: np.ndarray,
    quoted: np.ndarray,
) -> int:
    n = at = 0
    for whole in range(len(starts)):
        while at < len(firsts) and lasts[at] <= starts[whole]:
            at += 1
        reached, quotation = starts[whole], at
        while reached < ends[whole]:
            edge, inside = ends[whole], False
            if may_quote[whole] and quotation < len(firsts):
                inside = firsts[quotation] <= reached
                edge = min(edge, lasts[quotation] if inside else firsts[quotation])
                quotation += inside
            wholes[n], begins[n], stops[n], quoted[n] = whole, reached, edge, inside
            n += 1
            reached = edge
    return n


_SPLIT = Loop(_split)


def split_at_quotations(
    starts: np.ndarray, ends: np.ndarray, may_quote: np.ndarray, quotations: Pieces, *, steps: int
) -> tuple[Pieces, np.ndarray]:
    """Runs cut where quotations begin and end, if they may quote, and whether each piece is quoted."""
    found = _arrays(4, len(starts) + 2 * len(quotations.start))
    n = _SPLIT(starts, ends, may_quote, quotations.start, quotations.end, write=found, steps=steps)
    return Pieces(*(array[:n] for array in found[:3])), found[3][:n] != 0


def _tidy(
    kinds: Sequence[int],
    passages: Sequence[int],
    starts: Sequence[int],
    ends: Sequence[int],
    counted: Sequence[bool],
    wholes: np.ndarray,
    begins: np.ndarray,
    stops: np.ndarray,
) -> int:
    n, last = 0, -1
    for whole in range(len(starts)):
        start, end = _trimmed(kinds, starts[whole], ends[whole])
        if start == end:
            continue
        joins = last >= 0 and passages[last] == passages[whole] and counted[last] and counted[whole]
        place = start
        while joins and place < end:
            joins = not kinds[place] & ALNUM
            place += 1
        if joins:
            stops[n - 1] = end
        else:
            wholes[n], begins[n], stops[n] = whole, start, end
            n += 1
            last = whole
    return n


_TIDY = Loop(_tidy, (_trimmed,))


def tidied(
    kinds: np.ndarray, passages: np.ndarray, starts: np.ndarray, ends: np.ndarray, counted: np.ndarray, *, steps: int
) -> Pieces:
    """Runs without white space around them; a counted one without a letter or digit joins its neighbour before it."""
    found = _arrays(3, len(starts))
    n = _TIDY(kinds, passages, starts, ends, counted, write=found, steps=steps)
    return Pieces(*(array[:n] for array in found))


def _find_lost(
    points: Sequence[int],
    kinds: Sequence[int],
    borders: Sequence[int],
    texts: Sequence[int],
    starts: Sequence[int],
    ends: Sequence[int],
) -> int:
    at = 0
    for text in range(len(borders) - 1):
        if at < len(texts) and texts[at] < text:
            return texts[at]
        reached, border = borders[text], borders[text + 1]
        if reached < border and points[reached] == BYTE_ORDER_MARK:
            reached += 1
        while reached < border:
            run = at < len(texts) and texts[at] == text
            start, end = (starts[at], ends[at]) if run else (border, border)
            while reached < start and kinds[reached] & SPACE:
                reached += 1
            if start != reached or end < start or end > border:
                return text
            reached = end
            at += run
    return -1 if at == len(texts) else texts[at]


_LOST = Loop(_find_lost)


def text_with_losses(
    points: np.ndarray, kinds: np.ndarray, borders: np.ndarray, texts: np.ndarray, pieces: Pieces, *, steps: int
) -> int:
    """The first text of which these runs leave out, or hold twice, more than white space; -1 if there is none."""
    return int(_LOST(points, kinds, borders, texts, pieces.start, pieces.end, write=(), steps=steps))
