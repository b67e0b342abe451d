"""Words -> codes: a number for each surface form, without a Python object per word."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import numpy as np

from textlens.compiling import Loop

# What to keep of the first eight bytes, and of the next eight, of a word of 0 to 16 letters or more.
_MASKS = np.array([(1 << 8 * min(max(length, 0), 8)) - 1 for length in range(-8, 18)], dtype=np.uint64).view(np.int64)


class Forms:
    """The surface forms met so far, numbered as they come.

    A hash table. A slot holds a part of the hash of a form, and its number. A form of up to sixteen ASCII characters is
    known by these, packed into two numbers; what is longer, or has other letters, is compared letter by letter, so that
    no text can pass for another.

    The hash goes by secret numbers, so that nobody can write an article of which all forms meet in one slot.
    """

    def __init__(self) -> None:
        # Odd, and of 30 bits, so that no sum reaches 2**63.
        self._secret = np.array([1 << 29 | secrets.randbits(29) | 1 for _ in range(5)], dtype=np.int64)
        self._slots = np.full(1 << 10, -1, dtype=np.int64)
        self._keys = np.empty((1 << 9, 2), dtype=np.int64)
        self._borders = np.zeros((1 << 9) + 1, dtype=np.int64)
        self._letters = np.empty(1 << 12, dtype=np.uint32)
        self._n = 0

    def code(self, points: np.ndarray, starts: np.ndarray, ends: np.ndarray, codes: np.ndarray, *, steps: int) -> None:
        """Write the number of each word to ``codes`` (int32); a form that was never met gets a new one.

        The words start and end at these places in ``points``; ``steps`` tells how many points there are in all, of
        which these may be a part.
        """
        narrow = np.zeros((len(points) // 8 + 3) * 8, dtype=np.uint8)
        _NARROW(points, write=(narrow,), steps=steps)
        read, done = (points, narrow.view("<i8"), _MASKS, self._secret, starts, ends), 0
        while done < len(starts):
            write = (codes, self._slots, self._keys, self._borders, self._letters)
            done, self._n = _CODE(*read, done, self._n, write=write, steps=steps)
            if done < len(starts):
                self._make_room(int(ends[done] - starts[done]), steps)

    def texts(self) -> list[str]:
        """The forms in the order of their numbers."""
        borders = self._borders[: self._n + 1].tolist()
        letters = self._letters[: borders[-1]].tobytes().decode("utf-32-le", "surrogatepass")
        return [letters[start:end] for start, end in zip(borders, borders[1:], strict=False)]

    def _make_room(self, n_letters: int, steps: int) -> None:
        """Twice as much of what is full, so that growing costs little."""
        used = int(self._borders[self._n])
        if used + n_letters > len(self._letters):
            self._letters = np.resize(self._letters, 2 * len(self._letters) + n_letters)
        if self._n == len(self._keys):
            self._keys = np.resize(self._keys, (2 * self._n, 2))
            self._borders = np.resize(self._borders, 2 * self._n + 1)
            self._slots = np.full(4 * self._n, -1, dtype=np.int64)
            _REHASH(self._keys, self._secret, self._n, write=(self._slots,), steps=steps)


def _narrow(points: Sequence[int], narrow: np.ndarray) -> None:
    for at in range(len(points)):
        narrow[at] = points[at] if 0 < points[at] < 127 else 127


def _code(
    points: Sequence[int],
    eights: Sequence[int],
    masks: Sequence[int],
    secret: Sequence[int],
    starts: Sequence[int],
    ends: Sequence[int],
    done: int,
    n: int,
    codes: np.ndarray,
    slots: np.ndarray,
    keys: np.ndarray,
    borders: np.ndarray,
    letters: np.ndarray,
) -> tuple[int, int]:
    """Code words until all are done or there is no room; how many are done, and how many forms there are."""
    for word in range(done, len(starts)):
        start, end = starts[word], ends[word]
        if n == len(keys) or borders[n] + end - start > len(letters):
            return word, n
        length = min(end - start, 17)
        first, second = _eight(eights, start) & masks[8 + length], _eight(eights, start + 8) & masks[length]
        # Adding 1 to each of eight bytes makes the highest bit of one that is 0x7F appear.
        spilled = ((first + 0x0101010101010101) | (second + 0x0101010101010101)) & -0x7F7F7F7F7F7F7F80
        if length == 17 or spilled:
            first, second = _hash_of_letters(points, start, end, secret[4]), end - start
        hashed = _hash(first, second, secret)
        place = hashed & (len(slots) - 1)
        form = n
        while slots[place] != -1:
            if slots[place] >> 32 == hashed >> 31:
                form = slots[place] & 0x7FFFFFFF
                met = keys[form, 0] == first and keys[form, 1] == second
                if met and (first >= 0 or _same(points, start, end, letters, borders[form])):
                    break
                form = n
            place = (place + 1) & (len(slots) - 1)
        if form == n:
            slots[place] = hashed >> 31 << 32 | n
            keys[n, 0], keys[n, 1] = first, second
            for at in range(start, end):
                letters[borders[n] + at - start] = points[at]
            borders[n + 1] = borders[n] + end - start
            n += 1
        codes[word] = form
    return len(starts), n


def _hash_of_letters(points: Sequence[int], start: int, end: int, secret: int) -> int:
    """A polynomial of the letters modulo 2**31 - 1 (Karp & Rabin 1987), below 0; in 32 bits, as it is half reduced."""
    hashed = 1
    for at in range(start, end):
        mixed = hashed * secret + points[at]
        hashed = (mixed & 0x7FFFFFFF) + (mixed >> 31)
    return -1 - hashed


def _eight(eights: Sequence[int], start: int) -> int:
    """The eight bytes from ``start`` on as one number; ``eights`` holds all in eights, and they may span two."""
    place, shift = start >> 3, (start & 7) * 8
    return eights[place] >> shift | (eights[place + 1] & ((1 << shift) - 1)) << (63 - shift) << 1


def _hash(first: int, second: int, secret: Sequence[int]) -> int:
    """62 bits: the four halves multiplied, added (Carter & Wegman 1979) and folded."""
    mixed = (first & 0x7FFFFFFF) * secret[0] + (first >> 32 & 0x7FFFFFFF) * secret[1]
    mixed += (second & 0x7FFFFFFF) * secret[2] + (second >> 32 & 0x7FFFFFFF) * secret[3]
    return (mixed ^ mixed >> 32) & 0x3FFFFFFFFFFFFFFF


def _same(points: Sequence[int], start: int, end: int, letters: np.ndarray, first: int) -> bool:
    """Whether these letters, as many, are those of a form."""
    for at in range(start, end):  # noqa: SIM110 (numba knows no generators)
        if points[at] != letters[first + at - start]:
            return False
    return True


def _rehash(keys: Sequence[Sequence[int]], secret: Sequence[int], n: int, slots: np.ndarray) -> None:
    for form in range(n):
        hashed = _hash(keys[form][0], keys[form][1], secret)
        place = hashed & (len(slots) - 1)
        while slots[place] != -1:
            place = (place + 1) & (len(slots) - 1)
        slots[place] = hashed >> 31 << 32 | form


_CODE, _NARROW = Loop(_code, (_hash_of_letters, _eight, _hash, _same)), Loop(_narrow)
_REHASH = Loop(_rehash, (_hash,))
