"""The entries of a codebook, checked one by one; a mistake has its file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from textlens.corpus import ROLES, VOICES
from textlens.files import ODD_IN_NAMES, oddity
from textlens.matching import parse_pattern
from textlens.nearness import parse_nearness
from textlens.tomlfile import Kinds, TomlFile
from textlens.tomllines import Entry

_NUMBER = (int, float)
_FRAME: Kinds = {
    **{"name": str, "definition": str, "is_not": str, "indicators": list, "exclusions": list},
    **{"includes": str, "negation": str, "scope": dict, "question": list},
}
_QUESTION: Kinds = {"id": str, "text": str}
VALIDITY: Kinds = {
    **{"frame": str, "measure": str, "value": _NUMBER, "low": _NUMBER, "high": _NUMBER, "n": int, "material": str}
}
# A speaker is any name.
SCOPE: Mapping[str, tuple[str, ...]] = {"roles": ROLES, "voices": VOICES, "speakers": ()}
FRAME = ("frame", "definition", "includes", "is_not", "negation", *SCOPE, "line")
QUESTION = ("frame", "question", "text")
NEGATION = ("count", "skip", "apart")
# What is found under negation for a frame that reports it apart stands under this name.
APART = " (negated)"
_HUGE = 10**9
_ID = re.compile(r"[a-z0-9_-]{1,20}")


class Entries:
    """The rows of a codebook's tables; ``lines`` are those of the file's texts."""

    def __init__(self, file: TomlFile, lines: Mapping[Entry, list[int]]) -> None:
        self._file, self._lines = file, lines
        self.frames: list[tuple[object, ...]] = []
        self.indicators: list[tuple[str, str, str, int]] = []
        self.questions: list[tuple[str, str, str]] = []
        self.validity: list[tuple[object, ...]] = []
        self._names: set[str] = set()
        self._ids: set[str] = set()
        for number, entry in enumerate(file.entries("frame")):
            self._frame(entry, number)
        for number, entry in enumerate(file.entries("validity")):
            self._validity(entry, number)
        self.negators = tuple(self._negator(word) for word in file.content.get("negators", []))

    def _frame(self, entry: dict[str, Any], number: int) -> None:
        file = self._file
        file.check_keys(entry, _FRAME, "frame", number)
        file.check_required(entry, ("name",) if entry.get("question") else ("name", "indicators"), "frame", number)
        name, negation = entry["name"], entry.get("negation", "count")
        if name in self._names:
            raise file.error("frame", number, "name", f"two frames are called {name!r}")
        if name.endswith(APART):
            raise file.error("frame", number, "name", f"{name!r} ends as the frames of negated hits do; rename it")
        self._names.add(name)
        if negation not in NEGATION:
            known = ", ".join(NEGATION)
            raise file.error("frame", number, "negation", f"negation is {negation!r}; it must be one of {known}")
        texts = (entry.get(key, "") for key in ("definition", "includes", "is_not"))
        line = self._lines.get(("frame", number, "name"), [1])[0]
        self.frames.append((name, *texts, negation, *self._scope(entry, number), line))
        for kind, key in (("indicator", "indicators"), ("exclusion", "exclusions")):
            self._patterns(entry, number, kind, key)
        for question in entry.get("question", []):
            if not isinstance(question, dict):
                raise file.error("frame", number, "question", "a question must be written as [[frame.question]]")
            self._question(name, question)

    def _scope(self, entry: dict[str, Any], number: int) -> list[tuple[str, ...]]:
        """What the frame is confined to: roles, voices and speakers; empty for all."""
        scope = entry.get("scope", {})

        def refuse(message: str) -> ValueError:
            return self._file.error("frame", number, "scope", f"scope of frame {entry['name']!r}: {message}")

        for key, values in scope.items():
            if key not in SCOPE:
                raise refuse(f"unknown key {key!r}; known: {', '.join(SCOPE)}")
            if not (isinstance(values, list) and values):
                raise refuse(f"{key} must be a list of one or more, not {values!r}")
            for value in values:
                if not (isinstance(value, str) and value.strip()) or oddity(value, ODD_IN_NAMES):
                    raise refuse(f"{key} holds {value!r}, which is no name")
                if SCOPE[key] and value not in SCOPE[key]:
                    raise refuse(f"{key} holds {value!r}; known: {', '.join(SCOPE[key])}")
        return [tuple(scope.get(key, ())) for key in SCOPE]

    def _patterns(self, entry: dict[str, Any], number: int, kind: str, key: str) -> None:
        name, patterns = entry["name"], entry.get(key, [])
        lines = self._lines.get(("frame", number, key), [])
        if len(lines) != len(patterns):
            # Written in a way that the look at the lines does not follow.
            lines = [self._lines.get(("frame", number, "name"), [1])[0]] * len(patterns)
        seen: set[str] = set()
        for pattern, line in zip(patterns, lines, strict=True):
            if not isinstance(pattern, str):
                raise self._file.error("frame", number, key, f"{key} of frame {name!r} holds {pattern!r}")
            try:
                if parse_nearness(pattern) is None:
                    parse_pattern(pattern)
            except ValueError as error:
                raise self._file.error("frame", number, key, f"frame {name!r}: {error}", value=pattern) from None
            if pattern in seen:
                message = f"frame {name!r} lists {pattern!r} twice"
                raise self._file.error("frame", number, key, message, value=pattern)
            seen.add(pattern)
            self.indicators.append((name, pattern, kind, line))

    def _question(self, frame: str, entry: dict[str, Any]) -> None:
        kind, number = "frame.question", len(self.questions)
        self._file.check_keys(entry, _QUESTION, kind, number)
        self._file.check_required(entry, _QUESTION, kind, number)
        name, text = entry["id"], entry["text"]
        if not _ID.fullmatch(name):
            message = f"the id {name!r} must be 1 to 20 small letters, digits, hyphens or underscores"
            raise self._file.error(kind, number, "id", message)
        if name in self._ids:
            raise self._file.error(kind, number, "id", f"two questions have the id {name!r}")
        self._ids.add(name)
        self.questions.append((frame, name, text))

    def _validity(self, entry: dict[str, Any], number: int) -> None:
        file, kind = self._file, "validity"
        file.check_keys(entry, VALIDITY, kind, number)
        file.check_required(entry, VALIDITY, kind, number)
        for key in ("frame", "measure", "material"):
            if oddity(entry[key], ODD_IN_NAMES):
                raise file.error(kind, number, key, f"{key} must be one line of plain text")
        if entry["frame"] not in self._names:
            raise file.error(kind, number, "frame", f"there is no frame {entry['frame']!r} in this codebook")
        value, low, high, n = (entry[key] for key in ("value", "low", "high", "n"))
        # A whole number may be too large for any float.
        if not -_HUGE < low <= value <= high < _HUGE:
            message = f"low <= value <= high must hold, of numbers below {_HUGE:,}; not so of {low}, {value}, {high}"
            raise file.error(kind, number, "value", message)
        if not 1 <= n < _HUGE:
            raise file.error(kind, number, "n", f"n is {n}; it must be from 1 to {_HUGE - 1:,}")
        self.validity.append(tuple(entry[key] for key in VALIDITY))

    def _negator(self, word: object) -> str:
        try:
            if not (isinstance(word, str) and not oddity(word, ODD_IN_NAMES) and len(parse_pattern(word)) == 1):
                raise ValueError(f"{word!r} is not one word")
        except ValueError as error:
            raise self._file.error("", 0, "negators", f"negators: {error}") from None
        return word
