"""Where sentences end: a small set of rules for running text, without a model.

Full stops of abbreviations, initials, dotted acronyms and numbers do not end a sentence; closing quotation
marks and brackets belong to the sentence that they close.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from textlens.characters import (
    ALNUM,
    CLOSER,
    DIGIT,
    FULL_STOP,
    LOWER,
    NEWLINE,
    OPENER,
    SPACE,
    STOP,
    UNDERSCORE,
    WIDE_CLOSER,
    WIDE_STOP,
    code_points,
)
from textlens.characters import kinds as kinds_of
from textlens.compiling import Loop
from textlens.spans import ENDS_SENTENCE, places_of

# Longer than any word of the lists below, which are ASCII, so that each fits one number.
_LONGEST = 6
# More characters than any abbreviation has; they keep the search short on one huge line.
_REACH = 40
_ANGLE = 0xAB  # «
_WORD = ALNUM | UNDERSCORE
_ABBREVIATED, _BEFORE_NUMBER, _OPENER = 1, 2, 3


def _key(points: Sequence[int], start: int, end: int, which: int) -> int:
    """A short ASCII word, of one of the lists, as a number; 0 for any other word."""
    if end - start > _LONGEST:
        return 0
    key = which
    for place in range(start, end):
        if points[place] >= 128:
            return 0
        key = key * 128 + points[place]
    return key


_LISTS = {
    # Titles, ranks, months and the like, which stand capitalised before a capital without ending a sentence.
    _ABBREVIATED: "Mr Mrs Ms Messrs Dr Prof Rev Hon St Sr Jr Gen Maj Brig Lt Col Capt Cpt Cmdr Adm Sgt Cpl Pvt Sen "
    "Rep Gov Pres Amb Sec Jan Feb Apr Jun Jul Aug Sep Sept Oct Nov Dec Vol Fig Figs Art Dept Mt "
    "vs cf al approx pp ed eds vol fig figs",
    # "No. 22" goes on; "He said no. Then" does not.
    _BEFORE_NUMBER: "No Nos no nos Art art pp p",
    # After a dotted acronym ("the U.N. It ...") these openers say that a sentence ended there.
    _OPENER: "The A An It In This These That He She They We But And On At For",
}
_SLOTS = 1021


def _listed() -> np.ndarray:
    """The words of the lists, each in the first free slot from its number modulo ``_SLOTS`` on; 0 is free."""
    slots = np.zeros(_SLOTS, dtype=np.int64)
    for which, words in _LISTS.items():
        for word in words.split():
            key = _key([ord(letter) for letter in word], 0, len(word), which)
            place = key % _SLOTS
            while slots[place]:
                place = (place + 1) % _SLOTS
            slots[place] = key
    return slots


_LISTED = _listed()


def _is_listed(points: Sequence[int], start: int, end: int, which: int, listed: Sequence[int]) -> bool:
    key = _key(points, start, end, which)
    place = key % _SLOTS
    while listed[place] != 0 and listed[place] != key:
        place = (place + 1) % _SLOTS
    return key > 0 and listed[place] == key


def _word_before(points: Sequence[int], kinds: Sequence[int], begin: int, stop: int) -> int:
    """Where the word begins that this stop follows."""
    start, least = stop, max(begin, stop - _REACH)
    while start > least and not kinds[start - 1] & SPACE:
        if kinds[start - 1] & OPENER and points[start - 1] != _ANGLE:
            break
        start -= 1
    return start


def _is_letter(kind: int) -> bool:
    return kind & ALNUM != 0 and kind & DIGIT == 0


def _is_acronym(kinds: Sequence[int], start: int, end: int) -> bool:
    """Whether letters stand here with a full stop between each two."""
    for place in range(start + 1, end, 2):
        if not kinds[place] & FULL_STOP:
            return False
    for place in range(start, end, 2):
        if not _is_letter(kinds[place]):
            return False
    return end - start > 1 and (end - start) % 2 == 1


def _abbreviates(
    points: Sequence[int], kinds: Sequence[int], begin: int, stop: int, word: int, border: int, listed: Sequence[int]
) -> bool:
    """Whether this full stop belongs to the word before it, seeing the ``word`` that follows."""
    # Nothing is abbreviated where no word stands before the stop, as in a row of stops.
    if stop == begin or kinds[stop - 1] & SPACE:
        return False
    start = _word_before(points, kinds, begin, stop)
    if _is_listed(points, start, stop, _ABBREVIATED, listed) or (stop - start == 1 and _is_letter(kinds[start])):
        return True
    if word < border and kinds[word] & DIGIT and _is_listed(points, start, stop, _BEFORE_NUMBER, listed):
        return True
    if not _is_acronym(kinds, start, stop):
        return False
    end = word
    while end < border and end - word <= _LONGEST and kinds[end] & _WORD:
        end += 1
    return not _is_listed(points, word, end, _OPENER, listed)


def _next_end(
    points: Sequence[int], kinds: Sequence[int], begin: int, stop: int, border: int, listed: Sequence[int]
) -> int:
    """Where the sentence ends that this mark closes, closing marks included; 0 where it goes on."""
    after = stop + 1
    if kinds[stop] & NEWLINE:
        return after
    if kinds[stop] & WIDE_STOP:
        while after < border and kinds[after] & WIDE_CLOSER:
            after += 1
        return after
    # Of a row of stops the first is asked for all.
    if stop > begin and kinds[stop - 1] & STOP:
        return 0
    while after < border and kinds[after] & STOP:
        after += 1
    single = after - stop == 1 and kinds[stop] & FULL_STOP
    while after < border and kinds[after] & CLOSER:
        after += 1
    if after == border or not kinds[after] & SPACE:
        return 0
    opening = after
    while opening < border and kinds[opening] & SPACE:
        opening += 1
    word = opening
    while word < border and kinds[word] & OPENER:
        word += 1
    if word == opening and word < border and kinds[word] & LOWER and kinds[word] & ALNUM:
        return 0
    return 0 if single and _abbreviates(points, kinds, begin, stop, word, border, listed) else after


def _find_ends(
    points: Sequence[int],
    kinds: Sequence[int],
    begins: Sequence[int],
    borders: Sequence[int],
    marks: Sequence[int],
    listed: Sequence[int],
    ends: np.ndarray,
    first: np.ndarray,
) -> int:
    n = at = 0
    for text in range(len(begins)):
        start, border = begins[text], borders[text]
        first[text] = n
        while at < len(marks) and marks[at] < start:
            at += 1
        while start < border:
            after = border
            if at < len(marks) and marks[at] < border:
                after = _next_end(points, kinds, begins[text], marks[at], border, listed)
                at += 1
            end = after
            while end > start and kinds[end - 1] & SPACE:
                end -= 1
            if end > start:
                ends[n] = end
                n += 1
            start = max(start, after)
        if n == first[text]:
            ends[n] = border
            n += 1
    first[len(begins)] = n
    return n


_FIND = Loop(_find_ends, (_key, _is_listed, _word_before, _is_letter, _is_acronym, _abbreviates, _next_end))


def sentence_ends(
    points: np.ndarray,
    kinds: np.ndarray,
    borders: np.ndarray,
    *,
    steps: int | None = None,
    among: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Where the sentences of many texts end.

    Parameters
    ----------
    points, kinds : uint32 array
        The texts, one after the other, as :mod:`textlens.characters` gives them.
    borders : int64 array
        The place in ``points`` where each text begins, and the end of the last.
    steps : int, optional
        How many characters there are in all, where these are a part of them.
    among : int64 array, optional
        Places that are known, and at least all marks that may end a sentence.

    Returns
    -------
    ends : int64 array
        Places in ``points``, in order, as :func:`sentence_spans` finds them; of a text without a sentence, its end.
    first : int64 array
        For each text the index in ``ends`` of its first sentence, and then the number of all sentences.
    """
    return sentence_ends_within(points, kinds, borders[:-1], borders[1:], steps=steps, among=among)


def sentence_ends_within(
    points: np.ndarray,
    kinds: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    *,
    steps: int | None = None,
    among: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """The same, of texts that lie apart: from these places to these."""
    marks = places_of(kinds, ENDS_SENTENCE, among)
    # Each mark ends at most one sentence, and so does each text.
    found = np.empty(len(marks) + len(starts), dtype=np.int64)
    first = np.empty(len(starts) + 1, dtype=np.int64)
    steps = len(points) + len(starts) if steps is None else steps
    n = _FIND(points, kinds, starts, ends, marks, _LISTED, write=(found, first), steps=steps)
    return found[:n], first


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, as character offsets, white space left out at both ends.

    Parameters
    ----------
    text : str
        Running text of one passage; a line break ends a sentence.

    Returns
    -------
    list of (int, int)
        Offsets in order, not overlapping; together they cover every character that is not white space.

    Examples
    --------
    >>> text = "Maj. Gen. Quan spoke. “It works.” He left the U.N. building."
    >>> [text[a:b] for a, b in sentence_spans(text)]
    ['Maj. Gen. Quan spoke.', '“It works.”', 'He left the U.N. building.']
    """
    if not text or text.isspace():
        return []
    points = code_points(text)
    ends, _ = sentence_ends(points, kinds_of(points), np.array([0, len(text)]))
    spans = []
    start = 0
    for end in ends.tolist():
        while text[start].isspace():
            start += 1
        spans.append((start, end))
        start = end
    return spans
