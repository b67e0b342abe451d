"""Phrases and wildcards on integer codes: one engine for counting, dictionaries and collocations.

A pattern is one or more words. ``*`` stands for any letters at the start or end of a word of at least two letters
(``stabil*``); a word that is only ``*`` between two others is any one word. Words are normalised as terms are, so
that case, possessives and spelling variants match. No match crosses a sentence end.
"""

from __future__ import annotations

import difflib
import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.compiling import Loop
from textlens.tokens import Tokens, borders_of
from textlens.vocabulary import term_map, term_of
from textlens.words import word_spans

# Forms that the words of patterns meet, and matches, that are held at once.
HELD = 1 << 22
# So many matches, and one a word, are more than patterns that mean something have; trying takes a tenth of the time.
MOST_MATCHES = 20_000_000
MOST_TRIES = 10 * MOST_MATCHES
_ELEMENT = re.compile(r"\*?([^*]+)\*?")


def parse_pattern(pattern: str) -> tuple[str, ...]:
    """The words of a pattern, checked.

    Raises
    ------
    ValueError
        Nothing in it, a star in mid-word, a bare star at an end, or less than two letters beside a star.

    Examples
    --------
    >>> parse_pattern("protect * nation")
    ('protect', '*', 'nation')
    >>> parse_pattern("pea*ce")
    Traceback (most recent call last):
      ...
    ValueError: broken wildcard in 'pea*ce': a star stands at the start or end of a word
    """
    words: list[str] = []
    pieces = pattern.split()
    for position, piece in enumerate(pieces):
        if piece.isascii() and piece.isalpha():
            words.append(piece)
            continue
        if piece == "*":
            if position in (0, len(pieces) - 1):
                raise ValueError(f"broken wildcard in {pattern!r}: a bare star stands between two words")
            words.append(piece)
            continue
        match = _ELEMENT.fullmatch(piece)
        if match is None:
            raise ValueError(f"broken wildcard in {pattern!r}: a star stands at the start or end of a word")
        bare = match.group(1)
        spans = word_spans(bare)
        if "*" not in piece:
            words.extend(bare[start:end] for start, end in spans)
        elif len(spans) == 1 and len(bare[slice(*spans[0])]) >= 2:
            words.append(piece.replace(bare, bare[slice(*spans[0])]))
        else:
            raise ValueError(f"broken wildcard in {pattern!r}: it needs two letters beside the star")
    if not words:
        raise ValueError(f"the pattern {pattern!r} holds no word")
    return tuple(words)


def find_patterns(tokens: Tokens, patterns: Sequence[str], *, must_occur: bool = False) -> pd.DataFrame:
    """Every place where a pattern matches.

    Parameters
    ----------
    tokens : Tokens
    patterns : sequence of str
    must_occur : bool
        Whether a word of a pattern that occurs nowhere is an error, which names near words.

    Returns
    -------
    DataFrame
        One row per match: ``pattern`` (index into ``patterns``), ``first`` and ``last`` (indices of its words in
        ``tokens``), in reading order. Matches may overlap.

    Raises
    ------
    ValueError
        A broken pattern, or more matches than twenty million and one a word.
    """
    pattern, first, last = matches(tokens, patterns, Lexicon(tokens.vocabulary), must_occur=must_occur)
    return pd.DataFrame({"pattern": pattern, "first": first, "last": last})


def matches(
    tokens: Tokens, patterns: Sequence[str], lexicon: Lexicon, *, must_occur: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The columns of :func:`find_patterns`."""
    parsed = [parse_pattern(pattern) for pattern in patterns]
    # A match is one number: its first word times all patterns, plus the place of its pattern by length.
    n_words = np.array([len(words) for words in parsed], dtype=np.int64)
    by_length = np.argsort(n_words, kind="stable")
    place = np.argsort(by_length)
    keys = [np.empty(0, dtype=np.int64)]
    for start, end, met in _batches(lexicon, parsed, must_occur):
        room = MOST_MATCHES + len(tokens.codes) - sum(map(len, keys))
        keys.append(_matches(tokens, parsed[start:end], place[start:end], len(parsed), met, room))
    first, places = np.divmod(np.sort(np.concatenate(keys)), max(1, len(parsed)))
    pattern = by_length[places]
    return pattern, first, first + n_words[pattern] - 1


def _batches(
    lexicon: Lexicon, parsed: list[tuple[str, ...]], must_occur: bool
) -> Iterator[tuple[int, int, dict[str, np.ndarray]]]:
    """First and last (exclusive) of patterns that are sought together, and the forms that their words meet."""
    start, held = 0, 0
    met: dict[str, np.ndarray] = {}
    for index, words in enumerate(parsed):
        for word in words:
            if word != "*" and word not in met:
                met[word] = lexicon.forms(word)
                held += len(met[word])
                if must_occur and not len(met[word]):
                    raise lexicon.unknown(word)
        if held >= HELD or index + 1 == len(parsed):
            yield start, index + 1, met
            start, held, met = index + 1, 0, {}


def _matches(
    tokens: Tokens,
    patterns: list[tuple[str, ...]],
    places: np.ndarray,
    factor: int,
    met: dict[str, np.ndarray],
    room: int,
) -> np.ndarray:
    """The matches of some patterns: the first word times ``factor``, plus the pattern's place."""
    frequency = np.bincount(tokens.codes, minlength=len(tokens.vocabulary))
    numbers = {word: number for number, word in enumerate(met)} | {"*": -1}
    weights = [int(frequency[forms].sum()) for forms in met.values()]
    tried = sorted(
        _try(pattern, place, numbers, weights) for pattern, place in zip(patterns, places.tolist(), strict=True)
    )
    anchors, rarest, places = np.array([each[:3] for each in tried], dtype=np.int64).T.copy()
    n_tries = int(np.array(weights)[anchors].sum())
    if not n_tries:
        return np.empty(0, dtype=np.int64)
    if n_tries > MOST_TRIES + 10 * len(tokens.codes):
        raise _too_many(patterns, weights, numbers)
    forms, borders = np.concatenate(list(met.values())), borders_of([len(forms) for forms in met.values()])
    meets = csr_array((np.ones(len(forms), dtype=bool), forms, borders), shape=(len(met), len(frequency))).tocsc()
    read = (
        *(tokens.codes, tokens.sentence_borders),
        *(meets.indptr.astype(np.int64), meets.indices.astype(np.int64)),
        *(borders_of(np.bincount(anchors, minlength=len(met))), rarest, places, factor),
        *(np.concatenate([words for *_, words in tried]), borders_of([len(words) for *_, words in tried])),
    )
    steps = len(tokens.codes) + n_tries
    keys = np.empty(min(n_tries, HELD), dtype=np.int64)
    n = _MATCH(*read, write=(keys,), steps=steps)
    if n > room:
        raise _too_many(patterns, weights, numbers)
    if n > len(keys):
        keys = np.empty(n, dtype=np.int64)
        _MATCH(*read, write=(keys,), steps=steps)
    return keys[:n]


def _too_many(patterns: list[tuple[str, ...]], weights: list[int], numbers: dict[str, int]) -> ValueError:
    widest = max(patterns, key=lambda words: min(weights[numbers[word]] for word in words if word != "*"))
    n = min(weights[numbers[word]] for word in widest if word != "*")
    return ValueError(
        f"the patterns match more often than {MOST_MATCHES:,} times and once a word; "
        f"the widest, {' '.join(widest)!r}, may match {n:,} times; write longer words beside the stars"
    )


def _try(
    pattern: tuple[str, ...], place: int, numbers: dict[str, int], weights: list[int]
) -> tuple[int, int, int, list[int]]:
    """A pattern is tried where its rarest word stands: that word, where it is in the pattern, and the pattern."""
    words = [numbers[word] for word in pattern]
    at = min(range(len(words)), key=lambda at: (words[at] < 0, weights[words[at]]))
    return words[at], at, place, words


def _match(codes, sentences, meets, met, anchors, rarest, places, factor, words, borders, keys):  # type: ignore[no-untyped-def]
    """Write as many matches as there is room for; how many there are."""
    n = sentence = 0
    for at in range(len(codes)):
        code = codes[at]
        if meets[code] == meets[code + 1]:
            continue
        while sentences[sentence + 1] <= at:
            sentence += 1
        for element in range(meets[code], meets[code + 1]):
            for pattern in range(anchors[met[element]], anchors[met[element] + 1]):
                first = at - rarest[pattern]
                start, end = borders[pattern], borders[pattern + 1]
                if first < sentences[sentence] or first + end - start > sentences[sentence + 1]:
                    continue
                if _fits(codes, first, meets, met, words, start, end):
                    if n < len(keys):
                        keys[n] = first * factor + places[pattern]
                    n += 1
    return n


def _fits(
    codes: Sequence[int],
    first: int,
    meets: Sequence[int],
    met: Sequence[int],
    words: Sequence[int],
    start: int,
    end: int,
) -> bool:
    """Whether the words from ``first`` are met by those of a pattern, one by one."""
    for place in range(start, end):
        wanted = words[place]
        if wanted < 0:
            continue
        code = codes[first + place - start]
        low, high = meets[code], meets[code + 1]
        while low < high:
            middle = (low + high) // 2
            if met[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        if low == meets[code + 1] or met[low] != wanted:
            return False
    return True


_MATCH = Loop(_match, (_fits,))


class Lexicon:
    """Which surface forms a word or wildcard meets."""

    def __init__(self, vocabulary: np.ndarray) -> None:
        self._vocabulary = vocabulary
        mapped = term_map(vocabulary)
        self._merged = mapped["term"].to_numpy(dtype=object)
        self._respelt = np.flatnonzero(mapped["rules"].str.contains("spelling|dots", regex=True))
        self._terms = _Names([self._merged])

    def forms(self, word: str) -> np.ndarray:
        """Their codes, each once."""
        bare = word.strip("*")
        if bare == word:
            return self._terms.equal(term_of(word))
        find = (
            self._names.holding
            if word[0] == word[-1]
            else self._names.ending
            if word[0] == "*"
            else self._names.starting
        )
        bares = {term_of(bare, spelling=spelling) for spelling in (True, False)}
        return np.unique(np.concatenate([find(part) for part in bares]))

    def any_of(self, words: Sequence[str]) -> np.ndarray:
        """Which surface forms any of these words meets (bool)."""
        met = np.zeros(len(self._vocabulary), dtype=bool)
        for word in words:
            met[self.forms(word)] = True
        return met

    @functools.cached_property
    def _names(self) -> _Names:
        # Half a word is no variant of anything, so a wildcard also meets the forms before variants were merged.
        unmerged = self._merged.copy()
        unmerged[self._respelt] = term_map(self._vocabulary[self._respelt], spelling=False)["term"].to_numpy(
            dtype=object
        )
        return _Names([self._merged, unmerged])

    def unknown(self, word: str) -> ValueError:
        near = difflib.get_close_matches(word, self._terms.names, 3)
        hint = f"; near: {', '.join(near)}" if near else ""
        return ValueError(f"the word {word!r} occurs nowhere{hint}")


class _Names:
    """Names of surface forms, sorted, and the forms of each: a form may have several names."""

    def __init__(self, mapped: Sequence[np.ndarray]) -> None:
        self.names: list[str] = sorted(set().union(*mapped))
        number = {name: index for index, name in enumerate(self.names)}
        rows = [np.fromiter(map(number.__getitem__, names), dtype=np.int64, count=len(names)) for names in mapped]
        forms = [np.arange(len(names)) for names in mapped]
        entries = (np.ones(sum(map(len, rows)), dtype=bool), (np.concatenate(rows), np.concatenate(forms)))
        self._forms = csr_array(entries, shape=(len(self.names), len(forms[0])))

    def equal(self, name: str) -> np.ndarray:
        start = bisect_left(self.names, name)
        return self._between(start, start + (self.names[start : start + 1] == [name]))

    def starting(self, part: str) -> np.ndarray:
        return self._between(*_starting(self.names, part))

    def ending(self, part: str) -> np.ndarray:
        names, order = self._reversed
        start, end = _starting(names, part[::-1])
        return np.asarray(self._forms[order[start:end]].indices)

    def holding(self, part: str) -> np.ndarray:
        joined, borders = self._joined
        places = np.fromiter((match.start() for match in re.finditer(re.escape(part), joined)), dtype=np.int64)
        return np.asarray(self._forms[np.unique(np.searchsorted(borders, places, side="right") - 1)].indices)

    def _between(self, start: int, end: int) -> np.ndarray:
        return np.asarray(self._forms.indices[self._forms.indptr[start] : self._forms.indptr[end]])

    @functools.cached_property
    def _reversed(self) -> tuple[list[str], np.ndarray]:
        """The names read backwards, sorted, and the number of each."""
        backwards = [name[::-1] for name in self.names]
        order = sorted(range(len(backwards)), key=backwards.__getitem__)
        return [backwards[index] for index in order], np.array(order, dtype=np.int64)

    @functools.cached_property
    def _joined(self) -> tuple[str, np.ndarray]:
        """All names in one text, and where each begins."""
        return "\n".join(self.names), borders_of([len(name) + 1 for name in self.names])


def _starting(names: list[str], part: str) -> tuple[int, int]:
    """First and last (exclusive) of the sorted names that start with ``part``."""
    start = bisect_left(names, part)
    return start, bisect_right(names, part, start, key=lambda name: name[: len(part)])
