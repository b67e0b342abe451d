"""A TOML file whose mistakes are reported with the line they stand in, for manifests and codebooks."""

from __future__ import annotations

import json
import re
import reprlib
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from textlens.files import ODD_IN_NAMES, ODD_IN_PROSE, oddity, read_text

_ONE_LINE = ("id", "name", "source", "speaker", "indicators", "exclusions")
Kinds = dict[str, type | tuple[type, ...]]


class TomlFile:
    """The content of a TOML file, its text, and checks that know where an entry is written.

    An entry is named by its ``kind`` (the ``[[kind]]`` header, empty at the top) and ``number`` (from 0).
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.text = read_text(path).removeprefix("\ufeff").replace("\r\n", "\n")
        try:
            self.content: dict[str, Any] = tomllib.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path}: not valid TOML: {error}") from None
        self._check_characters()

    def entries(self, kind: str) -> list[Any]:
        """The ``[[kind]]`` entries, in order."""
        found = self.content.get(kind, [])
        if not isinstance(found, list):
            raise self.error("", 0, kind, f"{kind} must be written as [[{kind}]]")
        return found

    def place(self, kind: str, number: int, key: str = "", value: str = "") -> str:
        """``path, line n`` of an entry, of a key in it, or of a quoted text in it."""
        headers = list(re.finditer(rf"^\s*\[+\s*{re.escape(kind)}\s*\]+", self.text, re.MULTILINE)) if kind else []
        start = headers[number].end() if number < len(headers) else 0
        # TOML has two ways to quote, and its parser keeps no line numbers.
        quoted = (json.dumps(value, ensure_ascii=False), f"'{value}'") if value else ()
        patterns = [re.escape(form) for form in quoted]
        patterns += [rf"^[ \t]*(?:\[+[ \t]*)?[\"']?{re.escape(key)}\b"] if key else []
        for pattern in patterns:
            found = re.compile(pattern, re.MULTILINE).search(self.text, start)
            if found is not None:
                start = found.end()
                break
        return f"{self.path}, line {self.text.count(chr(10), 0, start) + 1}"

    def error(self, kind: str, number: int, key: str, message: str, value: str = "") -> ValueError:
        """An error that says where."""
        return ValueError(f"{self.place(kind, number, key, value)}: {message}")

    def check_format(self, allowed: Kinds) -> None:
        """Check the keys of the top, and that ``format`` is 1."""
        self.check_keys(self.content, allowed, "", 0)
        if self.content.get("format") != 1:
            found = self.content.get("format")
            raise self.error("", 0, "format", f"format is {found!r}; it must be 1")

    def check_keys(self, entry: Any, allowed: Kinds, kind: str, number: int) -> None:
        """Check that an entry is a table of known keys with values of the right type."""
        where = f"[[{kind}]]" if kind else "the top of this file"
        if not isinstance(entry, dict):
            raise self.error(kind, number, kind, f"{kind} must be written as [[{kind}]]")
        for key, value in entry.items():
            if key not in allowed:
                known = ", ".join(allowed)
                raise self.error(kind, number, key, f"unknown key {key!r} in {where}; known: {known}")
            listed = allowed[key]
            kinds = listed if isinstance(listed, tuple) else (listed,)
            # In Python True is an int; here it is a slip.
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                names = " or ".join(kind.__name__ for kind in kinds)
                raise self.error(kind, number, key, f"{key} = {reprlib.repr(value)} must be of type {names}")

    def check_required(self, entry: Any, keys: Iterable[str], kind: str, number: int) -> None:
        """Check that an entry gives these keys, and not empty."""
        for key in keys:
            value = entry.get(key)
            if value in (None, [], {}) or (isinstance(value, str) and not value.strip()):
                raise self.error(kind, number, "", f"[[{kind}]] lacks {key!r}")

    def _check_characters(self) -> None:
        for kind, number, key, value in self._values():
            odd = ODD_IN_NAMES if key in _ONE_LINE else ODD_IN_PROSE
            for text in _texts([key, value]):
                found = oddity(text, odd)
                if found:
                    raise self.error(kind, number, key, f"{key} holds {found}", value=text)

    def _values(self) -> Iterator[tuple[str, int, str, Any]]:
        """Each value with the entry and the key that hold it."""
        for top, value in self.content.items():
            for number, entry in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(entry, dict):
                    yield from ((top, number, key, inner) for key, inner in entry.items())
                else:
                    yield "", 0, top, entry


def _texts(value: Any) -> Iterator[str]:
    """All texts in a value; keys that hold dots may nest deeper than Python calls."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += [*item, *item.values()]
        elif isinstance(item, list):
            waiting += item
