"""Which patterns lie within others, whatever the text: for a look at a codebook without articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textlens.matching import parse_pattern
from textlens.vocabulary import term_map

# So many comparisons at most for one pattern, and for all before each has only a few: patterns of a few words used over
# and over meet more.
MOST_COMPARED = 200
_MOST_IN_ALL = 500_000
_FEW = 5
_LONGEST_WORD = 60


@dataclass(frozen=True)
class Element:
    """One word of a pattern: ``kind`` says where its letters stand in a word, ``names`` are its letters as counted."""

    kind: str
    names: frozenset[str]

    def covers(self, other: Element) -> bool:
        """Whether each word that the other one meets is met by this one."""
        if self.kind == "any":
            return True
        if self.kind not in (other.kind, "holding") and other.kind != "whole":
            return False
        return any(_fits(self.kind, own, name) for own in self.names for name in other.names)

    def may_share(self, other: Element) -> bool:
        """Whether one word may be met by both."""
        kinds = {self.kind, other.kind}
        if "whole" not in kinds and ("any" in kinds or "holding" in kinds or len(kinds) > 1):
            return True
        return self.covers(other) or other.covers(self)


def _fits(kind: str, own: str, name: str) -> bool:
    if kind == "whole":
        return own == name
    return own in name if kind == "holding" else name.startswith(own) if kind == "starting" else name.endswith(own)


def elements_of(patterns: Sequence[str]) -> list[tuple[Element, ...]]:
    """The words of plain patterns as elements."""
    parsed = [parse_pattern(pattern) for pattern in patterns]
    words = list(dict.fromkeys(word for pattern in parsed for word in pattern))
    bare = [word.strip("*") for word in words]
    merged, unmerged = (term_map(bare, spelling=spelling)["term"] for spelling in (True, False))
    made = {
        word: Element("any" if word == "*" else _kind(word), frozenset(names))
        for word, *names in zip(words, merged, unmerged, strict=True)
    }
    return [tuple(made[word] for word in pattern) for pattern in parsed]


def _kind(word: str) -> str:
    begins, ends = word[0] == "*", word[-1] == "*"
    return "holding" if begins and ends else "ending" if begins else "starting" if ends else "whole"


class Index:
    """The elements of patterns by their letters; of each pattern all, or the one that fewest others have."""

    def __init__(self, patterns: Sequence[tuple[Element, ...]], *, rarest: bool) -> None:
        self.patterns = patterns
        self._compared = 0
        counted: dict[Element, int] = {}
        for element in (element for pattern in patterns for element in pattern):
            counted[element] = counted.get(element, 0) + 1
        self._places: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for number, pattern in enumerate(patterns):
            places = [place for place, element in enumerate(pattern) if element.kind != "any"]
            for place in sorted(places, key=lambda place: counted[pattern[place]])[: 1 if rarest else None]:
                for name in pattern[place].names:
                    self._places.setdefault((pattern[place].kind, name), []).append((number, place))
        self._lengths: dict[str, list[int]] = {}
        for kind, length in sorted({(kind, len(name)) for kind, name in self._places}):
            self._lengths.setdefault(kind, []).append(length)

    def covering(self, element: Element) -> Iterator[tuple[int, int]]:
        """Pattern and place of each element listed here that covers this one."""
        seen: set[tuple[str, str]] = set()
        for name in sorted(element.names):
            for key in self._keys(element.kind, name[:_LONGEST_WORD]):
                if key not in seen:
                    seen.add(key)
                    yield from self._places.get(key, ())

    def _keys(self, kind: str, name: str) -> Iterator[tuple[str, str]]:
        if kind == "whole":
            yield "whole", name
        if kind in ("whole", "starting"):
            yield from (("starting", name[:length]) for length in self._lengths.get("starting", ()))
        if kind in ("whole", "ending"):
            yield from (("ending", name[-length:]) for length in self._lengths.get("ending", ()))
        if kind != "any":
            for length in self._lengths.get("holding", ()):
                yield from (("holding", name[start : start + length]) for start in range(len(name) - length + 1))

    def within(self, pattern: tuple[Element, ...]) -> list[int]:
        """The patterns listed here of which each match of this one holds a match, in order."""
        found: set[int] = set()
        compared = 0
        most = MOST_COMPARED if self._compared < _MOST_IN_ALL else _FEW
        for place, element in enumerate(pattern):
            for number, own in self.covering(element):
                compared += 1
                if compared > most:
                    return sorted(found)
                self._compared += 1
                if number not in found and lies_within(self.patterns[number], pattern, place - own):
                    found.add(number)
        return sorted(found)


def lies_within(inner: tuple[Element, ...], outer: tuple[Element, ...], offset: int) -> bool:
    """Whether each match of the outer pattern has one of the inner at this place in it."""
    if offset < 0 or offset + len(inner) > len(outer):
        return False
    return all(element.covers(outer[offset + place]) for place, element in enumerate(inner))


def may_overlap(one: tuple[Element, ...], other: tuple[Element, ...]) -> bool:
    """Whether matches of two patterns can share a word."""
    return any(
        all(
            element.may_share(other[place - offset])
            for place, element in enumerate(one)
            if 0 <= place - offset < len(other)
        )
        for offset in range(1 - len(other), len(one))
    )
