"""What a word is: the one place that decides it.

A word is a run of letters, digits and combining marks, joined inside by hyphens and apostrophes: *pro-active*,
*Vietnam's*, *don't*. *U.N.* and *e.g.* are one word, so is *ADMM+* (also written *ADMM +*); numbers keep their
separators, the per cent sign and letters written to them: *1,100*, *3%*, *1,000th*; two numbers of which the second
has a separator are not joined by a hyphen (*6-6.5%*). A dash separates words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from textlens.characters import (
    APOSTROPHE,
    BLANK,
    COMMA,
    ESS,
    FULL_STOP,
    HYPHEN,
    LETTER,
    MARK,
    NUMBER,
    PERCENT,
    PLUS,
    UPPER,
    code_points,
    kinds,
)
from textlens.compiling import Loop

_BEGINS = LETTER | NUMBER
_GOES_ON = LETTER | NUMBER | MARK
_JOINS = APOSTROPHE | HYPHEN
_SEPARATES = FULL_STOP | COMMA
# Where none of these follows a run of letters and digits, the run is a word.
_MAY_LEAD_ON = _JOINS | _SEPARATES | PERCENT | PLUS


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each word of a text, as character offsets.

    Examples
    --------
    >>> text = "The U.N.'s ADMM+ took Viet Nam’s “four no's” in 2025–2030: 3% of 1,100."
    >>> [text[a:b] for a, b in word_spans(text)][:8]
    ['The', "U.N.'s", 'ADMM+', 'took', 'Viet', 'Nam’s', 'four', "no's"]
    """
    starts, ends = find_words(kinds(code_points(text + "\n")))
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def find_words(kinds: np.ndarray, *, steps: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Start and end of each word of one or more texts.

    Parameters
    ----------
    kinds : uint32 array
        Of each character (:func:`textlens.characters.kinds`); after each text stands a line break, which no word
        crosses.
    steps : int, optional
        How many characters there are in all, where these are a part of them.

    Returns
    -------
    (starts, ends), int32 arrays.
    """
    runs = np.empty(len(kinds) + 1, dtype=np.int32)
    # Two words of one letter have something between them.
    starts, ends = np.empty((2, len(kinds) // 2 + 1), dtype=np.int32)
    n = _FIND(kinds, write=(runs, starts, ends), steps=len(kinds) if steps is None else steps)
    return starts[:n].copy(), ends[:n].copy()


def _find(kinds: Sequence[int], runs: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> int:
    n_borders = _borders_of_runs(kinds, runs)
    n = 0
    reached = 0
    for border in range(0, n_borders, 2):
        at, end = max(reached, runs[border]), runs[border + 1]
        while at < end:
            if not kinds[at] & _BEGINS:
                at += 1
                continue
            word_end = end
            if kinds[end] & _MAY_LEAD_ON or kinds[end] & BLANK and kinds[end + 1] & PLUS:
                word_end = _word_end(kinds, at)
            starts[n], ends[n] = at, word_end
            n += 1
            at = reached = word_end
    return n


def _borders_of_runs(kinds: Sequence[int], runs: np.ndarray) -> int:
    """Where runs of letters, digits and marks start and end, in turns."""
    n = inside_before = 0
    for at in range(len(kinds)):
        inside = (kinds[at] & _GOES_ON) != 0
        # Written each time and counted if it is a border: a branch would be guessed wrong at each.
        runs[n] = at
        n += inside != inside_before
        inside_before = inside
    return n


def _word_end(kinds: Sequence[int], at: int) -> int:
    """Where the word ends that starts with the letter or number ``at``."""
    end = at
    if kinds[at] & NUMBER:
        end = _separated_number(kinds, at)
    elif kinds[at + 1] & FULL_STOP:
        end = _dotted(kinds, at)
    elif kinds[at] & UPPER and kinds[at + 1] & UPPER:
        end = _plussed_capitals(kinds, at)
    return end if end > at else _joined(kinds, at)


def _separated_number(kinds: Sequence[int], at: int) -> int:
    """1,100  3.5%  1,000th; ``at`` where no separator stands in the number."""
    end = _run(kinds, at, NUMBER)
    if not (kinds[end] & _SEPARATES and kinds[end + 1] & NUMBER):
        return at
    while kinds[end] & _SEPARATES and kinds[end + 1] & NUMBER:
        end = _run(kinds, end + 1, NUMBER)
    end = _run(kinds, end, _GOES_ON)
    return end + 1 if kinds[end - 1] & NUMBER and kinds[end] & PERCENT else end


def _dotted(kinds: Sequence[int], at: int) -> int:
    """U.N.  e.g.  U.N.'s; ``at`` where less than two letters have their stops."""
    # In mid-row (a.b.c) it was decided already at the first letter.
    if kinds[at - 1] & FULL_STOP and kinds[at - 2] & LETTER and not kinds[at - 3] & _GOES_ON:
        return at
    end = at
    while kinds[end] & LETTER and kinds[end + 1] & FULL_STOP:
        end += 2
    if end - at < 4 or kinds[end] & _BEGINS:
        return at
    possessive = _possessive(kinds, end)
    return end if kinds[possessive] & _BEGINS else possessive


def _plussed_capitals(kinds: Sequence[int], at: int) -> int:
    """ADMM+  ADMM +  ADMM+'s; ``at`` where no plus sign follows, or it adds what follows."""
    end = _run(kinds, at, UPPER)
    if kinds[end] & BLANK:
        end += 1
    if not kinds[end] & PLUS:
        return at
    end += 1
    possessive = _possessive(kinds, end)
    if not _adds(kinds, possessive):
        return possessive
    return end if possessive > end else at


def _adds(kinds: Sequence[int], at: int) -> bool:
    """Whether a word follows, at once or after a blank."""
    return kinds[at] & _BEGINS != 0 or kinds[at] & BLANK != 0 and kinds[at + 1] & _BEGINS != 0


def _joined(kinds: Sequence[int], at: int) -> int:
    """pro-active  Vietnam's  3%  C++"""
    end = _run(kinds, at, _GOES_ON)
    while kinds[end] & _JOINS and kinds[end + 1] & _BEGINS:
        after = _run(kinds, end + 1, NUMBER)
        # 6-6.5 is two numbers.
        if kinds[end - 1] & NUMBER and after > end + 1 and kinds[after] & _SEPARATES and kinds[after + 1] & NUMBER:
            break
        end = _run(kinds, after, _GOES_ON)
    if kinds[end - 1] & NUMBER and kinds[end] & PERCENT:
        return end + 1
    if kinds[end - 1] & LETTER and kinds[end] & PLUS:
        if kinds[end + 1] & PLUS and not kinds[end + 2] & _BEGINS:
            return end + 2
        if not kinds[end + 1] & _BEGINS:
            return end + 1
    return end


def _possessive(kinds: Sequence[int], at: int) -> int:
    """Past an 's, if it stands here."""
    return at + 2 if kinds[at] & APOSTROPHE and kinds[at + 1] & ESS else at


def _run(kinds: Sequence[int], at: int, wanted: int) -> int:
    """Past all characters of these kinds."""
    while kinds[at] & wanted:
        at += 1
    return at


_FIND = Loop(
    _find,
    (_borders_of_runs, _word_end, _separated_number, _dotted, _plussed_capitals, _adds, _joined, _possessive, _run),
)
