"""Where the indicators of a codebook occur.

What is found are hits of a word list. Whether they measure the frame they are named after is a question that only
human coding answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from textlens.codebook import Codebook
from textlens.codebook_entries import APART, SCOPE
from textlens.corpus import expect
from textlens.matching import Lexicon, matches
from textlens.nearness import Places, near_pairs, parse_nearness
from textlens.negation import negated
from textlens.tokens import Tokens

HIT_COLUMNS = (
    *("segment", "article", "passage", "line", "frame", "indicator", "start", "end"),
    *("negated", "role", "voice", "speaker"),
)


def find_indicators(tokens: Tokens, codebook: Codebook) -> pd.DataFrame:
    """Every hit of a codebook's indicators, with the place of its words.

    A hit that overlaps an exclusion of its frame is left out, and so is a hit that lies within a longer hit of the
    same frame. One word may count for several frames. Then hits outside the scope of their frame are left out.

    A hit is *negated* where a negator of the codebook stands in its sentence at most three words before its first
    word, or between the two sides of an indicator that asks for nearness; *not only* negates nothing. Words in
    quotation marks are sentences of their own, so that neither reaches into them or out of them. What becomes of
    such hits, the frame says: ``negation = "count"`` keeps them, ``"skip"`` leaves them out, and ``"apart"`` gives them
    to a second frame, named "<frame> (negated)".

    Where an indicator asks for nearness, each match of its left side goes with the nearest match of its right side that
    does not overlap it (of two as near, the one after); the hit reaches from the first word of both to the last.

    Parameters
    ----------
    tokens : Tokens
    codebook : Codebook

    Returns
    -------
    DataFrame
        One row per hit in reading order: ``segment``, ``article``, ``passage``, ``line``, ``frame``, ``indicator``,
        ``start`` and ``end`` (character offsets in the article), ``negated`` (bool), ``role``, ``voice``, ``speaker``.

    Raises
    ------
    ValueError
        The indicators match more often than twenty million times and once a word.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    >>> list(hits.columns)[:4]
    ['segment', 'article', 'passage', 'line']
    """
    expect(tokens, Tokens, "tokens", "tl.tokenize")
    expect(codebook, Codebook, "codebook", "tl.read_codebook")
    lexicon = Lexicon(tokens.vocabulary)
    found = find_rows(tokens, codebook, lexicon)
    names = pd.Index(codebook.frames["frame"])
    frame_of_row = names.get_indexer(codebook.indicators["frame"])
    frame = frame_of_row[found.row]
    excluded = (codebook.indicators["kind"] == "exclusion").to_numpy()[found.row]
    kept = np.sort(_longest(frame, found.first, found.last, excluded, len(tokens.codes)))
    segment = np.searchsorted(tokens.segment_borders, found.first[kept], side="right") - 1
    inside = _in_scope(tokens.segments, codebook.frames, frame[kept], segment)
    kept, segment = kept[inside], segment[inside]
    denied = negated(tokens, lexicon, codebook.negators, found.first[kept], found.gaps(kept))
    policy = codebook.frames["negation"].to_numpy()
    apart, skipped = ((policy == way)[frame[kept]] & denied for way in ("apart", "skip"))
    frame[kept[apart]] += len(names)
    names = names.append(names + APART)
    order = _as_read(found, frame, names, kept)
    order = order[~skipped[order]]
    return _table(tokens, codebook, found, names[frame[kept[order]]], kept[order], segment[order], denied[order])


@dataclass(frozen=True)
class Found:
    """Where the rows of a codebook's indicators match: first and last word, sorted by these and the row.

    ``near`` are the places in these arrays of matches of nearness, and ``between`` the words between their two sides:
    first, and last (exclusive).
    """

    row: np.ndarray
    first: np.ndarray
    last: np.ndarray
    near: np.ndarray
    between: tuple[np.ndarray, np.ndarray]

    def gaps(self, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which of the kept matches are of nearness, and the words between their sides."""
        number = np.full(len(self.row) if len(self.near) else 0, -1)
        number[self.near] = np.arange(len(self.near))
        found = np.flatnonzero(number[kept] >= 0) if len(self.near) else self.near
        which = number[kept[found]]
        return found, self.between[0][which], self.between[1][which]


def find_rows(tokens: Tokens, codebook: Codebook, lexicon: Lexicon) -> Found:
    """Every match of the rows of ``codebook.indicators``, exclusions too."""
    patterns = codebook.indicators["indicator"].tolist()
    asked = {row: near for row, pattern in enumerate(patterns) if (near := parse_nearness(pattern))}
    plain = np.array([row for row in range(len(patterns)) if row not in asked], dtype=np.int64)
    sides = [near.left for near in asked.values()] + [near.right for near in asked.values()]
    pattern, first, last = matches(tokens, [*(patterns[row] for row in plain), *sides], lexicon)
    none = np.empty(0, dtype=np.int64)
    if not asked:
        return Found(pattern, first, last, none, (none, none))

    def side(number: int) -> Places:
        pair = pattern - len(plain) - number * len(asked)
        own = np.flatnonzero((pair >= 0) & (pair < len(asked)))
        own = own[np.argsort(pair[own], kind="stable")]
        return Places(pair[own], first[own], last[own])

    left, right = side(0), side(1)
    words = np.array([near.words for near in asked.values()])
    one, other, forwards = near_pairs(left, right, words, tokens.sentence_borders)
    begin = np.where(forwards, left.first[one], right.first[other])
    start = np.where(forwards, left.last[one], right.last[other]) + 1
    stop = np.where(forwards, right.first[other], left.first[one])
    end = np.where(forwards, right.last[other], left.last[one])
    # Of two equal spans the one that is found first.
    pair = left.pair[one]
    order = np.lexsort((end, begin, pair))
    order = order[np.any([np.diff(part[order], prepend=-1) != 0 for part in (pair, begin, end)], axis=0)]
    row = np.array([*asked])[pair]
    order = order[np.lexsort((row[order], end[order], begin[order]))]
    own = pattern < len(plain)
    plainly = (plain[pattern[own]], first[own], last[own])
    nearly = (row[order], begin[order], end[order])
    at = _merged(plainly, nearly, len(patterns))
    row, first, last = (np.insert(part, at, more) for part, more in zip(plainly, nearly, strict=True))
    return Found(row, first, last, at + np.arange(len(at)), (start[order], stop[order]))


def _merged(into: Sequence[np.ndarray], more: Sequence[np.ndarray], n_rows: int) -> np.ndarray:
    """Where each of some more matches goes among sorted ones: by first and last word, then by row."""
    (rows, firsts, lasts), (row, first, last) = into, more
    # All matches of one first word, and of those the ones that end sooner, or as soon in an earlier row.
    longest = int(max((lasts - firsts).max(initial=0), (last - first).max(initial=0))) + 1
    if longest * n_rows * int(max(firsts.max(initial=0), first.max(initial=0)) + 1) >= 1 << 63:
        raise ValueError(
            "indicators of so many words cannot stand beside such that ask for nearness; write shorter ones"
        )
    at: np.ndarray = np.searchsorted(
        (firsts * longest + lasts - firsts) * n_rows + rows, (first * longest + last - first) * n_rows + row
    )
    return at


def _in_scope(segments: pd.DataFrame, frames: pd.DataFrame, frame: np.ndarray, segment: np.ndarray) -> np.ndarray:
    """Which hits stand in a segment that their frame is not kept out of."""
    inside = np.ones(len(frame), dtype=bool)
    for key in SCOPE:
        listed = frames[key].tolist()
        if not any(listed):
            continue
        codes, values = pd.factorize(segments[key.removesuffix("s")])
        names = list(map(plain_name, values))
        number = {name: place for place, name in enumerate(names)}
        codes = np.array([number[name] for name in names], dtype=np.int64)[codes]
        size = len(names) + 1
        wanted = [
            place * size + number[name]
            for place, each in enumerate(listed)
            for name in map(plain_name, each)
            if name in number
        ]
        asked = np.array(list(map(bool, listed)))[frame]
        inside &= ~asked | np.isin(frame * size + codes[segment], wanted)
    return inside


def plain_name(name: str) -> str:
    """A speaker's name without regard to case and blanks."""
    return " ".join(name.casefold().split())


def _as_read(found: Found, frame: np.ndarray, names: pd.Index, kept: np.ndarray) -> np.ndarray:
    """The order of the kept matches: as found; frames that meet in the same words stand by their names."""
    spans = np.cumsum((np.diff(found.first, prepend=-1) != 0) | (np.diff(found.last, prepend=-1) != 0))
    by_name = np.argsort(np.argsort(names))
    order: np.ndarray = np.argsort(spans[kept] * len(names) + by_name[frame[kept]], kind="stable")
    return order


def _table(
    tokens: Tokens,
    codebook: Codebook,
    found: Found,
    frames: pd.Index,
    kept: np.ndarray,
    segment: np.ndarray,
    denied: np.ndarray,
) -> pd.DataFrame:
    first, last = found.first[kept], found.last[kept]
    n_letters = np.fromiter(map(len, tokens.vocabulary), dtype=np.int32, count=len(tokens.vocabulary))
    table: pd.DataFrame = tokens.segments.reindex(columns=list(HIT_COLUMNS)).iloc[segment].reset_index(drop=True)
    table["frame"] = frames.array
    table["indicator"] = codebook.indicators["indicator"].array[found.row[kept]]
    table["start"] = tokens.starts[first].astype(np.int64)
    table["end"] = tokens.starts[last].astype(np.int64) + n_letters[tokens.codes[last]]
    table["negated"] = denied
    return table


def _longest(frame: np.ndarray, first: np.ndarray, last: np.ndarray, excluded: np.ndarray, n_words: int) -> np.ndarray:
    """Which hits touch no exclusion and lie in no longer hit; of two equal spans the first indicator counts.

    Hits are in order of their first and last words.
    """
    # Each frame has a line of its own, so that one pass serves all.
    order = np.argsort(frame.astype(np.min_scalar_type(-frame.max(initial=1) - 1)), kind="stable")
    order = order[frame[order] >= 0]
    line = frame[order] * np.int64(n_words)
    first, last, excluded = line + first[order], line + last[order], excluded[order]
    # Of the exclusions that start no later than a hit ends, does any end no earlier than it starts?
    starts, reach = first[excluded], np.maximum.accumulate(np.append(-1, last[excluded]))
    hits = ~excluded & (reach[np.searchsorted(starts, last, side="right")] < first)
    order, first, last = order[hits], first[hits], last[hits]
    # Of each span the first; of those with one first word the longest; and it lies in no earlier one.
    new = (np.diff(first, prepend=-1) != 0) | (np.diff(last, prepend=-1) != 0)
    order, first, last = order[new], first[new], last[new]
    longest = np.diff(first, append=-1) != 0
    order, last = order[longest], last[longest]
    outermost = np.diff(np.maximum.accumulate(last), prepend=-1) > 0
    kept: np.ndarray = order[outermost]
    return kept
