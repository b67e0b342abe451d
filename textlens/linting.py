"""What is wrong with a codebook, by itself and on the articles that it is meant for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter

import numpy as np
import pandas as pd

from textlens.codebook import Codebook
from textlens.codebook_entries import APART, SCOPE
from textlens.corpus import expect, plural
from textlens.covering import Element, Index, elements_of, lies_within, may_overlap
from textlens.dictionary import find_indicators, find_rows, plain_name
from textlens.matching import Lexicon
from textlens.nearness import parse_nearness
from textlens.tokens import Tokens
from textlens.vocabulary import term_of
from textlens.words import word_spans

# So many indicators at most are held against an exclusion: beyond, some will meet it.
_MOST_TRIED = 2_000
COLUMNS = ("file", "line", "frame", "indicator", "problem", "detail")
_Problem = tuple[int, str, str, str, str]


def lint_codebook(codebook: Codebook, *, tokens: Tokens | None = None) -> pd.DataFrame:
    """Indicators that overlap, never occur, rest on one article, or cannot fire.

    Parameters
    ----------
    codebook : Codebook
    tokens : Tokens, optional
        Of the articles that the codebook is meant for. Without them only what shows in the codebook itself is told.

    Returns
    -------
    DataFrame
        One row per problem, by line: ``file``, ``line``, ``frame``, ``indicator`` (empty where the frame as a whole is
        meant), ``problem`` and ``detail``. Problems are

        - *overlaps*: each hit is, or holds, a hit of another frame too; or it adds none, because another indicator of
          its frame counts the same words; or it asks for the two sides of another the other way round;
        - *never occurs*: no match in the articles, or none that is counted;
        - *one article alone*: all hits are in one article, of several;
        - *cannot fire*: each match overlaps an exclusion; an exclusion that no indicator of its frame can overlap; a
          scope that no segment is in; a pattern that the rules of words cut so that it misses what it spells.

        Of patterns that share very many words, only 200 pairs are compared for each.

    Examples
    --------
    >>> import textlens as tl
    >>> book = tl.read_codebook(tl.demo_folder() / "codebook.toml")
    >>> lint_codebook(book, tokens=tl.tokenize(tl.load_demo()))["problem"].unique().tolist()
    ['one article alone']
    """
    expect(codebook, Codebook, "codebook", "tl.read_codebook")
    problems: list[_Problem] = _Static(codebook).problems()
    if tokens is not None:
        expect(tokens, Tokens, "tokens", "tl.tokenize")
        problems += [*_unmet_scopes(codebook, tokens), *_unmet(codebook, tokens)]
    table = pd.DataFrame(sorted(problems, key=itemgetter(0)), columns=list(COLUMNS[1:]))
    table.insert(0, "file", codebook.file)
    return table.astype({name: "int64" if name == "line" else "str" for name in COLUMNS})


class _Static:
    """What shows without articles."""

    def __init__(self, codebook: Codebook) -> None:
        table = codebook.indicators
        self.frame, self.name = table["frame"].tolist(), table["indicator"].tolist()
        self.line, self.excludes = table["line"].tolist(), (table["kind"] == "exclusion").tolist()
        self.near = {row: near for row, name in enumerate(self.name) if (near := parse_nearness(name))}
        self.plain = [row for row in range(len(self.name)) if row not in self.near]
        self.elements = dict(zip(self.plain, elements_of([self.name[row] for row in self.plain]), strict=True))
        self.index = Index([self.elements[row] for row in self.plain], rarest=True)
        self.found: list[_Problem] = []

    def problems(self) -> list[_Problem]:
        for row in self.plain:
            self._cut(row)
            if not self.excludes[row]:
                self._inside(row, self.index.within(self.elements[row]))
        self._near()
        self._idle_exclusions()
        return self.found

    def _tell(self, row: int, problem: str, detail: str) -> None:
        self.found.append((self.line[row], self.frame[row], self.name[row], problem, detail))

    def _place(self, row: int) -> str:
        return f"{self.name[row]!r} (line {self.line[row]})"

    def _cut(self, row: int) -> None:
        """A pattern that does not match what it spells: its parts are words by themselves, and others together."""
        spelt = self.name[row].replace("*", "")
        if spelt.replace(" ", "").isalpha():
            return
        words = [spelt[start:end] for start, end in word_spans(spelt)]
        met = [Element("whole", frozenset([term_of(word)])) for word in words]
        own = [element for element in self.elements[row] if element.kind != "any"]
        if len(met) != len(own) or not all(element.covers(word) for element, word in zip(own, met, strict=True)):
            detail = f"where it is spelt so, the words are {' '.join(map(repr, words))}, which it misses"
            self._tell(row, "cannot fire", detail)

    def _inside(self, row: int, found: list[int]) -> None:
        """What the patterns mean that each match of an indicator holds."""
        others = [each for each in (self.plain[number] for number in found) if each != row]
        own = [each for each in others if self.frame[each] == self.frame[row]]
        for each in [each for each in own if self.excludes[each]][:1]:
            self._tell(row, "cannot fire", f"each match overlaps the exclusion {self._place(each)}")
        for each in [each for each in own if not self.excludes[each] and self._idle(row, each)][:1]:
            self._tell(row, "overlaps", f"adds no hit: {self._place(each)} counts the same words")
        self._elsewhere(row, [each for each in others if each not in own])

    def _idle(self, row: int, other: int) -> bool:
        """Whether an indicator adds nothing beside another of as many words; of two that are alike, the later one."""
        if row in self.near or len(self.elements[row]) != len(self.elements[other]):
            return False
        return other < row or not lies_within(self.elements[row], self.elements[other], 0)

    def _elsewhere(self, row: int, others: list[int]) -> None:
        first = next((each for each in others if not self.excludes[each]), None)
        if first is not None:
            frames = len({self.frame[each] for each in others if not self.excludes[each]}) - 1
            more = f", and of {plural(frames, 'frame')} more" if frames else ""
            where = f"frame {self.frame[first]!r}: {self._place(first)}{more}"
            self._tell(row, "overlaps", f"each match holds a match of {where}")

    def _near(self) -> None:
        """Indicators of nearness: what their sides hold, and the same sides in another one."""
        sides = elements_of([side for near in self.near.values() for side in (near.left, near.right)])
        alike: dict[tuple[tuple[Element, ...], tuple[Element, ...]], list[int]] = {}
        for number, row in enumerate(self.near):
            pair = sides[2 * number], sides[2 * number + 1]
            if not self.excludes[row]:
                self._inside(row, sorted({each for side in pair for each in self.index.within(side)}))
                alike.setdefault(pair, []).append(row)
        for pair, rows in alike.items():
            # Of the same sides the one that reaches farthest finds all hits of the others.
            widest = min(rows, key=lambda row: (-self.near[row].words, row))
            for row in rows:
                if row != widest and self.frame[row] == self.frame[widest]:
                    self._tell(row, "overlaps", f"adds no hit: {self._place(widest)} counts the same words")
                elif row != widest:
                    self._elsewhere(row, [widest])
            # The nearest right side of a left one need not have that left one for its nearest.
            turned = alike.get(pair[::-1], rows)
            if turned[0] < rows[0]:
                where = f"{self._place(turned[0])} of frame {self.frame[turned[0]]!r}"
                self._tell(
                    rows[0], "overlaps", f"asks for the sides of {where} the other way round, mostly the same words"
                )

    def _idle_exclusions(self) -> None:
        frames: dict[str, list[int]] = {}
        for row, frame in enumerate(self.frame):
            if not self.excludes[row]:
                frames.setdefault(frame, []).append(row)
        met: dict[str, Callable[[tuple[Element, ...]], bool]] = {}
        for row in self.plain:
            frame = self.frame[row]
            if self.excludes[row]:
                if frame not in met:
                    met[frame] = self._meets(frames.get(frame, []))
                if not met[frame](self.elements[row]):
                    self._tell(row, "cannot fire", "no indicator of its frame can overlap this exclusion")

    def _meets(self, rows: list[int]) -> Callable[[tuple[Element, ...]], bool]:
        """Whether an exclusion may overlap one of these indicators; what is too much to compare, may."""
        if any(row in self.near for row in rows):
            return lambda pattern: True
        patterns = [self.elements[row] for row in rows]
        index = Index(patterns, rarest=False)
        starred = [pattern for pattern in patterns if any(element.kind == "any" for element in pattern)]

        def meets(pattern: tuple[Element, ...]) -> bool:
            if all(element.kind == "whole" for element in pattern):
                near = (patterns[number] for element in pattern for number, _ in index.covering(element))
                candidates = [*starred, *near]
            else:
                candidates = patterns
            if len(candidates) > _MOST_TRIED:
                return True
            return any(may_overlap(pattern, each) for each in candidates)

        return meets


def _unmet_scopes(codebook: Codebook, tokens: Tokens) -> Iterator[_Problem]:
    segments = {key: tokens.segments[key.removesuffix("s")] for key in SCOPE}
    plain = {key: column.map({name: plain_name(name) for name in column.unique()}) for key, column in segments.items()}
    there = {key: set(column) for key, column in plain.items()}
    together = set(zip(*plain.values(), strict=True))
    for frame, line, *scope in codebook.frames[["frame", "line", *SCOPE]].itertuples(index=False, name=None):
        wanted = {key: set(map(plain_name, names)) for key, names in zip(SCOPE, scope, strict=True)}
        absent = [(key, name) for key, names in zip(SCOPE, scope, strict=True) for name in names]
        absent = [(key, name) for key, name in absent if plain_name(name) not in there[key]]
        for key, name in absent:
            yield line, frame, "", "cannot fire", f"scope: no counted segment has the {key.removesuffix('s')} {name!r}"
        if not absent and not any(
            all(part in names or not names for part, names in zip(way, wanted.values(), strict=True))
            for way in together
        ):
            yield line, frame, "", "cannot fire", "scope: no counted segment has all that it asks for at once"


def _unmet(codebook: Codebook, tokens: Tokens) -> Iterator[_Problem]:
    """Indicators that no article has, or one alone."""
    table = codebook.indicators
    matched = np.bincount(find_rows(tokens, codebook, Lexicon(tokens.vocabulary)).row, minlength=len(table))
    hits = find_indicators(tokens, codebook)
    own = {name + APART: name for name in codebook.frames["frame"]}
    hits = hits.assign(frame=hits["frame"].map(own).fillna(hits["frame"]))
    articles = hits.groupby(["frame", "indicator"])["article"].agg(["size", "nunique", "first"])
    several = len(tokens.corpus.articles) > 1
    told = {key: row for key, *row in articles.itertuples(name=None)}
    columns = table[["frame", "indicator", "kind", "line"]]
    for row, (frame, name, kind, line) in enumerate(columns.itertuples(index=False, name=None)):
        n, alone, article = told.get((frame, name), (0, 0, ""))
        if not matched[row]:
            yield line, frame, name, "never occurs", f"this {kind} matches nowhere"
        elif kind == "indicator" and not n:
            why = "each lies in another hit, overlaps an exclusion, is out of scope, or is negated and skipped"
            detail = f"matches {plural(int(matched[row]), 'time')} but is never counted: {why}"
            yield line, frame, name, "never occurs", detail
        elif kind == "indicator" and alone == 1 and several:
            yield line, frame, name, "one article alone", f"{plural(n, 'hit')}, all in article {article!r}"
