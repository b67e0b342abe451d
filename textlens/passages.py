"""Texts and rules -> Corpus: passages are cut and labelled, and nothing is lost.

A line is a passage; a text without line breaks is cut into passages of whole sentences near 100 words, and ``steps``
says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from textlens.characters import SPACE, code_points, kinds_and_marks
from textlens.cleaning import Passage, Rule, label, lines_matched
from textlens.compiling import Loop
from textlens.corpus import SEGMENT_COLUMNS, Corpus, plural
from textlens.sentences import sentence_ends_within
from textlens.spans import (
    MARKS,
    Lines,
    Pieces,
    chunks,
    lines_in,
    next_opens,
    quotations_in,
    split_at_quotations,
    text_with_losses,
    tidied,
)

PASSAGE_WORDS = 100
# Arrow would copy texts in, and out again when their words are counted.
_PYTHONS = pd.StringDtype("python", na_value=np.nan)


class _Rows(NamedTuple):
    """Segments as arrays: index of the article, passage, line, index of the label, offsets; and their texts."""

    article: np.ndarray
    passage: np.ndarray
    line: np.ndarray
    label: np.ndarray
    start: np.ndarray
    end: np.ndarray
    text: ExtensionArray


@dataclass
class _Cleaning:
    """The rules, and what was found so far: rules that matched nothing, labels with their numbers, articles cut."""

    rules: tuple[Rule, ...]
    steps: int
    idle: list[Rule]
    cut: int = 0
    # Role, voice, speaker, rule.
    labels: dict[tuple[str, ...], int] = field(
        default_factory=lambda: {("body", "narrator", "", ""): 0, ("body", "quoted", "", ""): 1}
    )


def corpus_of(articles: pd.DataFrame, texts: pd.Series, steps: list[str], rules: tuple[Rule, ...]) -> Corpus:
    if "family" in articles:
        # An article that names no family is one by itself.
        family = articles["family"].fillna("").astype("str")
        articles = articles.assign(family=family.where(family != "", articles["id"]))
    if rules:
        _check_listed(rules, set(articles["id"].tolist()))
    lengths = texts.str.len().to_numpy(dtype=np.int64)
    cleaning = _Cleaning(rules, int(lengths.sum()) + len(lengths), [rule for rule in rules if not rule.articles])
    rows = []
    for first, end in chunks(lengths):
        found = _segmented(articles.iloc[first:end], texts.iloc[first:end].tolist(), lengths[first:end], cleaning)
        rows.append(found._replace(article=found.article + first))
    if cleaning.idle:
        rule = cleaning.idle[0]
        raise ValueError(f"{rule.place}: rule {rule.name!r} matches nothing in any article")
    if cleaning.cut:
        steps.append(
            f"{plural(cleaning.cut, 'article')} without line breaks cut into passages of whole sentences near "
            f"{PASSAGE_WORDS} words"
        )
    return Corpus(articles, _segments(articles["id"], rows, cleaning), tuple(steps))


def _check_listed(rules: tuple[Rule, ...], ids: set[str]) -> None:
    for rule in rules:
        unknown = sorted(set(rule.articles) - ids)
        if unknown:
            raise ValueError(f"{rule.place}: rule {rule.name!r} is for article {unknown[0]!r}, which is not listed")


def _segments(ids: pd.Series, rows: list[_Rows], cleaning: _Cleaning) -> pd.DataFrame:
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in rows]) for name in _Rows._fields[:-1]
    }
    columns["article"] = ids.astype("str").array.take(columns["article"])
    columns["text"] = pd.concat([pd.Series(part.text) for part in rows], ignore_index=True)
    for name, texts in zip(("role", "voice", "speaker", "rule"), zip(*cleaning.labels, strict=True), strict=True):
        columns[name] = pd.array(texts, dtype="str").take(columns["label"])
    return pd.DataFrame({name: columns[name] for name in SEGMENT_COLUMNS})


def _segmented(articles: pd.DataFrame, texts: list[str], lengths: np.ndarray, cleaning: _Cleaning) -> _Rows:
    """The segments of some articles."""
    steps, borders = cleaning.steps, np.concatenate([[0], np.cumsum(lengths)])
    points = code_points("".join(texts))
    kinds, marks = kinds_and_marks(points, MARKS, steps=steps)
    lines = lines_in(points, kinds, borders, steps=steps, among=marks)
    passages = _cut(points, kinds, marks, lines, cleaning)
    rules = _rules_for(articles, cleaning.rules)
    free = np.ones(len(texts), dtype=bool)
    free[list(rules)] = False
    whole, labels, pieces = _by_quotation(kinds, marks, passages, np.flatnonzero(free[passages.text]), steps)
    if rules:
        ruled = [row for at in rules for row in _labelled(texts[at], at, passages, borders[at], *rules[at], cleaning)]
        added = np.array(ruled, dtype=np.int64).reshape(-1, 4).T
        order = np.argsort(np.append(whole, added[0]), kind="stable")
        both = zip((whole, labels, pieces.start, pieces.end), added, strict=True)
        whole, labels, *edges = (np.append(*parts)[order] for parts in both)
        pieces = Pieces(whole, *edges)
    text = passages.text[whole]
    lost = text_with_losses(points, kinds, borders, text, pieces, steps=steps)
    if lost >= 0:
        name = articles["id"].iloc[lost]
        raise ValueError(f"article {name}: the cleaning lost or repeated words; please report this")
    number = np.arange(len(passages.text)) - np.searchsorted(passages.text, passages.text) + 1
    start, end = pieces.start - borders[text], pieces.end - borders[text]
    spans = zip(text.tolist(), start.tolist(), end.tolist(), strict=True)
    words = pd.array([texts[index][a:b] for index, a, b in spans], dtype=_PYTHONS)
    return _Rows(text, number[whole], passages.line[whole], labels, start, end, words)


def _rules_for(articles: pd.DataFrame, rules: tuple[Rule, ...]) -> dict[int, tuple[list[Rule], str]]:
    """The rules of each article that any concern, by its place, and its id."""
    if not rules:
        return {}
    named = enumerate(zip(articles["id"], articles["source"], strict=True))
    found = {at: ([rule for rule in rules if rule.concerns(*names)], names[0]) for at, names in named}
    return {at: pair for at, pair in found.items() if pair[0]}


def _labelled(
    text: str, index: int, passages: Lines, offset: int, rules: list[Rule], name: str, cleaning: _Cleaning
) -> list[tuple[int, int, int, int]]:
    """An article as the rules written for it label it: passage, label, start and end of each segment."""
    first, end = np.searchsorted(passages.text, [index, index + 1]).tolist()
    lines, starts, ends = passages.line[first:end], passages.start[first:end], passages.end[first:end]
    own = list(map(Passage, lines.tolist(), (starts - offset).tolist(), (ends - offset).tolist()))
    cleaning.idle = [rule for rule in cleaning.idle if rule not in rules or not lines_matched(text, own, rule)]
    return [
        (first + row, cleaning.labels.setdefault(span[2:], len(cleaning.labels)), *(edge + offset for edge in span[:2]))
        for row, spans in enumerate(label(text, own, rules, f"article {name}"))
        for span in spans
    ]


def _by_quotation(
    kinds: np.ndarray, marks: np.ndarray, passages: Lines, chosen: np.ndarray, steps: int
) -> tuple[np.ndarray, np.ndarray, Pieces]:
    """Passages that no rule concerns cut where quotations begin and end: index of passage and of label; offsets."""
    texts, _, starts, ends = (part[chosen] for part in passages)
    quotations = quotations_in(kinds, starts, ends, next_opens(kinds, texts, starts), steps=steps, among=marks)
    pieces, quoted = split_at_quotations(starts, ends, np.ones(len(starts), dtype=bool), quotations, steps=steps)
    counted = np.ones(len(quoted), dtype=bool)
    tidy = tidied(kinds, pieces.whole, pieces.start, pieces.end, counted, steps=steps)
    return chosen[pieces.whole[tidy.whole]], quoted[tidy.whole].astype(np.int64), tidy


def _n_words(kinds: Sequence[int], start: int, end: int) -> int:
    n, before = 0, SPACE
    # Numba reads faster without places.
    for kind in kinds[start:end]:
        n += before > kind & SPACE
        before = kind & SPACE
    return n


def _gather(
    kinds: Sequence[int],
    starts: Sequence[int],
    sentences: Sequence[int],
    first: Sequence[int],
    wholes: np.ndarray,
    begins: np.ndarray,
    stops: np.ndarray,
) -> int:
    n = 0
    for whole in range(len(starts)):
        start, n_words = starts[whole], 0
        for index in range(first[whole], first[whole + 1]):
            while kinds[start] & SPACE:
                start += 1
            more = _n_words(kinds, start, sentences[index])
            if index > first[whole] and abs(n_words + more - PASSAGE_WORDS) < abs(n_words - PASSAGE_WORDS):
                n_words += more
            else:
                wholes[n], begins[n] = whole, start
                n, n_words = n + 1, more
            start = stops[n - 1] = sentences[index]
    return n


_GATHER = Loop(_gather, (_n_words,))


def _cut(points: np.ndarray, kinds: np.ndarray, marks: np.ndarray, lines: Lines, cleaning: _Cleaning) -> Lines:
    """Texts of one line cut: whole sentences, gathered until another one would lead further away from 100 words."""
    alone = np.bincount(lines.text)[lines.text] == 1
    if not alone.any():
        return lines
    text, line, start, end = (part[alone] for part in lines)
    sentences, first = sentence_ends_within(points, kinds, start, end, steps=cleaning.steps, among=marks)
    found = tuple(np.empty(len(sentences), dtype=np.int64) for _ in range(3))
    n = _GATHER(kinds, start, sentences, first, write=found, steps=cleaning.steps)
    whole, start, end = (part[:n] for part in found)
    cleaning.cut += int(np.count_nonzero(np.bincount(whole) > 1))
    rest = (part[~alone] for part in lines)
    both = Lines(*(np.append(*parts) for parts in zip((text[whole], line[whole], start, end), rest, strict=True)))
    order = np.argsort(both.start, kind="stable")
    return Lines(*(part[order] for part in both))
