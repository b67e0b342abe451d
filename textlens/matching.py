"""Phrases and wildcards on integer codes: one engine for counting, dictionaries and collocations.

A pattern is one or more words. ``*`` stands for any letters at the start or end of a word of at least two letters
(``stabil*``); a word that is only ``*`` between two others is any one word. Words are normalised as terms are, so
that case, possessives and spelling variants match. No match crosses a sentence end.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from textlens.tokens import Tokens, word_spans
from textlens.vocabulary import term_map

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
    """
    lexicon = _Lexicon(tokens)
    parts = []
    for index, pattern in enumerate(patterns):
        words = parse_pattern(pattern)
        if must_occur:
            lexicon.check_known(words)
        first = lexicon.find(words)
        parts.append(pd.DataFrame({"pattern": index, "first": first, "last": first + len(words) - 1}))
    if not parts:
        return pd.DataFrame({"pattern": [], "first": [], "last": []}, dtype=np.int64)
    return pd.concat(parts).sort_values(["first", "last", "pattern"], ignore_index=True)


class _Lexicon:
    """The vocabulary as terms, and where each stands in the running text."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.terms = term_map(tokens.vocabulary)["term"].to_numpy(dtype=object)
        # Half a word is no variant of anything, so a wildcard also meets the forms before variants were merged.
        self.unmerged = term_map(tokens.vocabulary, spelling=False)["term"].to_numpy(dtype=object)
        self.order = np.argsort(tokens.codes, kind="stable")
        sizes = np.bincount(tokens.codes, minlength=len(self.terms))
        self.borders = np.concatenate([[0], np.cumsum(sizes)])

    def find(self, words: tuple[str, ...]) -> np.ndarray:
        """The indices of the first words of all matches, in order."""
        codes, sentences = self.tokens.codes, self.tokens.sentences
        masks = [np.ones(len(self.terms), dtype=bool) if word == "*" else self._codes(word) for word in words]
        places = [self.order[self.borders[code] : self.borders[code + 1]] for code in np.flatnonzero(masks[0])]
        starts: np.ndarray = np.sort(np.concatenate([*places, np.empty(0, dtype=np.int64)])).astype(np.int64)
        starts = starts[starts + len(words) <= len(codes)]
        starts = starts[sentences[starts] == sentences[starts + len(words) - 1]]
        for offset, mask in enumerate(masks):
            starts = starts[mask[codes[starts + offset]]]
        return starts

    def check_known(self, words: tuple[str, ...]) -> None:
        for word in words:
            if word != "*" and not self._codes(word).any():
                near = difflib.get_close_matches(word, sorted(set(self.terms)), 3)
                hint = f"; near: {', '.join(near)}" if near else ""
                raise ValueError(f"the word {word!r} occurs nowhere{hint}")

    def _codes(self, word: str) -> np.ndarray:
        bare = word.strip("*")
        if bare == word:
            return np.asarray(self.terms == term_map([word])["term"][0], dtype=bool)
        bares = {term_map([bare], spelling=spelling)["term"][0] for spelling in (True, False)}
        before, after = word.startswith("*"), word.endswith("*")
        return np.array(
            [
                any(_meets(form, part, before, after) for form in forms for part in bares)
                for forms in zip(self.terms, self.unmerged, strict=True)
            ],
            dtype=bool,
        )


def _meets(form: str, bare: str, before: bool, after: bool) -> bool:
    if before and after:
        return bare in form
    return form.startswith(bare) if after else form.endswith(bare)
