"""On which line each text of a TOML file stands: the parser of the standard library keeps no lines."""

from __future__ import annotations

import re
from bisect import bisect_right

# More parts than any key has that a person wrote; the parser takes time in proportion to their square.
_MOST_PARTS = 50
# No alternative fails where the text ends too early, so that no place is read twice.
_PIECE = re.compile(
    r"""
    (?P<comment> \#[^\n]*+ )
    | (?P<text> \"{3} (?: [^"\\]++ | \\. | "{1,2}(?!") )*+ (?: "{3,5} | \Z )
        | '{3} (?: [^']++ | '{1,2}(?!') )*+ (?: '{3,5} | \Z )
        | " (?: [^"\\\n]++ | \\[^\n] )*+ "?
        | ' [^'\n]*+ '? )
    | (?P<newline> \n )
    | (?P<sign> [\[\]{}=,] )
    | (?P<word> [^\s\#"'\[\]{}=,]++ )
    """,
    re.VERBOSE | re.DOTALL,
)
Entry = tuple[str, int, str]


class TooManyParts(ValueError):
    """A key has more parts than any that a person wrote."""


def text_lines(text: str) -> dict[Entry, list[int]]:
    """The lines of all texts that stand as values, in order, under the header, its number (from 0) and the key.

    Raises
    ------
    TooManyParts
        A key of more than 50 parts; says in which line.

    Examples
    --------
    >>> text_lines('name = "x"\\n[[frame]]\\nindicators = [\\n"a",\\n"b"]\\n')
    {('', 0, 'name'): [1], ('frame', 0, 'indicators'): [4, 5]}
    """
    scan = _Scan(text)
    for piece in _PIECE.finditer(text):
        scan.take(str(piece.lastgroup), piece.group(), piece.start())
    return scan.lines


class _Scan:
    def __init__(self, text: str) -> None:
        self.lines: dict[Entry, list[int]] = {}
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._numbers: dict[str, int] = {}
        self._header, self._key, self._where = "", "", "key"
        self._parts: list[str] = []
        self._run = self._depth = 0

    def take(self, kind: str, piece: str, start: int) -> None:
        """Go on by one piece of the file."""
        if kind in ("text", "word"):
            self._run += piece.count(".") + 1 if kind == "word" else 1
            if self._run > _MOST_PARTS:
                raise TooManyParts(f"line {self._line(start)}: a key of more than {_MOST_PARTS} parts")
            if self._where != "value":
                self._parts.append(piece.strip("\"'"))
            elif kind == "text":
                entry = (self._header, self._numbers.get(self._header, 0), self._key)
                self.lines.setdefault(entry, []).append(self._line(start))
        elif kind != "comment":
            self._run = 0
            if kind == "newline":
                self._end_line()
            else:
                self._sign(piece)

    def _line(self, start: int) -> int:
        return bisect_right(self._breaks, start) + 1

    def _end_line(self) -> None:
        if self._where == "header":
            self._header = "".join(self._parts)
            self._numbers[self._header] = self._numbers.get(self._header, -1) + 1
        if self._where != "value" or self._depth <= 0:
            self._where, self._parts, self._depth = "key", [], 0

    def _sign(self, sign: str) -> None:
        if self._where == "value":
            self._depth += (sign in "[{") - (sign in "]}")
        elif sign == "[" and not self._parts:
            self._where = "header"
        elif sign == "=" and self._where == "key":
            self._key, self._where = "".join(self._parts), "value"
