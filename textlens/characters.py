"""Text as numbers: code points, and what kind of character each is."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence

import numpy as np
import regex

from textlens.compiling import LONG, Loop

# What the rules of words ask.
LETTER, UPPER, MARK, NUMBER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
APOSTROPHE, HYPHEN, FULL_STOP, COMMA = 1 << 4, 1 << 5, 1 << 6, 1 << 7
PERCENT, PLUS, BLANK, ESS = 1 << 8, 1 << 9, 1 << 10, 1 << 11
# What the rules of sentences, lines and quotations ask.
SPACE, LOWER, ALNUM, DIGIT = 1 << 12, 1 << 13, 1 << 14, 1 << 15
STOP, CLOSER, WIDE_STOP, WIDE_CLOSER = 1 << 16, 1 << 17, 1 << 18, 1 << 19
OPENER, NEWLINE, QUOTE_OPENS, QUOTE_CLOSES = 1 << 20, 1 << 21, 1 << 22, 1 << 23
STRAIGHT_QUOTE, UNDERSCORE = 1 << 24, 1 << 25

_PATTERNS = {
    LETTER: r"\p{L}",
    UPPER: r"\p{Lu}",
    MARK: r"\p{M}",
    NUMBER: r"\p{N}",
    APOSTROPHE: r"['\u2019\u02BC]",
    HYPHEN: r"[-\u2010\u2011\u00AD]",
    FULL_STOP: r"\.",
    COMMA: ",",
    PERCENT: "%",
    PLUS: r"\+",
    BLANK: " ",
    ESS: "[sS]",
    STOP: "[.!?…]",
    CLOSER: "[\"'”’»)\\]]",
    WIDE_STOP: "[。！？]",
    WIDE_CLOSER: "[\"'”’」』）]",
    OPENER: "[\"'“‘«(\\[]",
    NEWLINE: r"\n",
    QUOTE_OPENS: "[“„«]",
    QUOTE_CLOSES: "[”»]",
    STRAIGHT_QUOTE: '"',
    UNDERSCORE: "_",
}
# Python's own view of a character, as in str.strip and str.islower.
_METHODS = {SPACE: str.isspace, LOWER: str.islower, ALNUM: str.isalnum, DIGIT: str.isdecimal}


def code_points(text: str) -> np.ndarray:
    """The code point of each character (uint32)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def kinds(points: np.ndarray) -> np.ndarray:
    """What kinds of character these code points are: a sum of the constants above, for each (uint32)."""
    return kinds_and_marks(points, 0, steps=len(points))[0]


def kinds_and_marks(points: np.ndarray, which: int, *, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """The kinds of these characters, and where those of the kinds ``which`` stand.

    ``steps`` tells how many are asked for in all, where this is a part of them.
    """
    if steps >= LONG or _table.cache_info().currsize:
        found, marks = np.empty(len(points), dtype=np.uint32), np.empty(len(points) + 1, dtype=np.int64)
        n = _LOOK_UP(points, _table(), which, write=(found, marks), steps=LONG)
        return found, marks[:n].copy()
    present, place = np.unique(points, return_inverse=True)
    found = np.array([_kind(point) for point in present.tolist()], dtype=np.uint32)[place]
    return found, np.flatnonzero(found & np.uint32(which))


def _look_up(points: Sequence[int], table: Sequence[int], which: int, found: np.ndarray, marks: np.ndarray) -> int:
    n = 0
    for at in range(len(points)):
        kind = table[points[at]]
        found[at] = kind
        # Written each time and counted if it is one: a branch would be guessed wrong too often.
        marks[n] = at
        n += kind & which != 0
    return n


_LOOK_UP = Loop(_look_up)


@functools.cache
def _kind(point: int) -> int:
    character = chr(point)
    matched = sum(kind for kind, pattern in _PATTERNS.items() if regex.match(pattern, character))
    return matched + sum(kind for kind, method in _METHODS.items() if method(character))


@functools.cache
def _table() -> np.ndarray:
    """The kinds of all code points."""
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint32)
    # Unicode has characters on planes 0 to 3 and at the start of plane 14 only, but for private use.
    for first, end in ((0, 0x40000), (0xE0000, 0xE1000)):
        block, part = "".join(map(chr, range(first, end))), table[first:end]
        for kind, pattern in _PATTERNS.items():
            for run in regex.finditer(f"(?:{pattern})+", block):
                part[run.start() : run.end()] |= kind
        for kind, method in _METHODS.items():
            part |= np.fromiter(map(method, block), dtype=np.uint32, count=len(block)) * np.uint32(kind)
    return table
