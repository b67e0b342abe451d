"""Two patterns near each other in one sentence: ``tax* within 5 words of rise*``."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from textlens.matching import parse_pattern

FARTHEST = 50
_WITHIN = re.compile(r"(?<!\S)within\s+([-+]?\d\S*)\s+words?\s+of(?!\S)")


@dataclass(frozen=True)
class Nearness:
    """Two patterns that stand at most ``words`` apart, in either order; neighbours are 1 apart."""

    left: str
    words: int
    right: str


def parse_nearness(pattern: str) -> Nearness | None:
    """The two sides of a pattern that asks for nearness, checked; None for any other pattern.

    Raises
    ------
    ValueError
        A side is missing or no pattern, the number is none from 1 to 50, or nearness is asked for twice.

    Examples
    --------
    >>> parse_nearness("tax* within 5 words of rise*")
    Nearness(left='tax*', words=5, right='rise*')
    >>> parse_nearness("within reach") is None
    True
    """
    asked = list(_WITHIN.finditer(pattern)) if "within" in pattern else []
    if not asked:
        return None
    if len(asked) > 1:
        raise ValueError(f"{pattern!r} asks for nearness twice; two patterns stand near each other, not three")
    number = asked[0].group(1)
    if not (number.isascii() and number.isdigit() and len(number) <= 2 and 1 <= int(number) <= FARTHEST):
        raise ValueError(f"{pattern!r}: {number} must be a whole number of words from 1 to {FARTHEST}")
    left, right = pattern[: asked[0].start()].strip(), pattern[asked[0].end() :].strip()
    if not (left and right):
        raise ValueError(f"{pattern!r} needs a pattern on both sides, as in 'tax* within 5 words of rise*'")
    parse_pattern(left)
    parse_pattern(right)
    return Nearness(left, int(number), right)


@dataclass(frozen=True)
class Places:
    """Where patterns match: the number of the pair each is for, its first and its last word, in this order."""

    pair: np.ndarray
    first: np.ndarray
    last: np.ndarray


def near_pairs(
    left: Places, right: Places, words: np.ndarray, sentence_borders: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each left match with the nearest right match of its pair; of two as near, the one after.

    Parameters
    ----------
    left, right : Places
        Sorted by pair and first word. All matches of one side of a pair have one length.
    words : int array
        How far the sides of each pair may be apart.
    sentence_borders : int array
        The first word of each sentence; then the number of words.

    Returns
    -------
    (index into left, index into right, whether the left one stands first), for the pairs found.
    """
    if not (len(left.pair) and len(right.pair)):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=bool)
    # Each pair has a line of its own, so that one search serves all.
    line = np.int64(sentence_borders[-1]) + 1
    own = left.pair * line
    after = np.searchsorted(right.pair * line + right.first, own + left.last, side="right")
    before = np.searchsorted(right.pair * line + right.last, own + left.first, side="left") - 1
    sentence = np.searchsorted(sentence_borders, left.first, side="right")
    starts, ends = sentence_borders[sentence - 1], sentence_borders[sentence]
    far = np.int64(FARTHEST + 1)
    following, preceding = after.clip(max=len(right.pair) - 1), before.clip(min=0)
    ahead = right.first[following] - left.last
    fits = (after < len(right.pair)) & (right.pair[following] == left.pair) & (right.last[following] < ends)
    ahead = np.where(fits, ahead, far)
    behind = left.first - right.last[preceding]
    fits = (before >= 0) & (right.pair[preceding] == left.pair) & (right.first[preceding] >= starts)
    behind = np.where(fits, behind, far)
    found = np.flatnonzero(np.minimum(ahead, behind) <= words[left.pair])
    forwards = (ahead <= behind)[found]
    return found, np.where(forwards, following[found], preceding[found]), forwards
