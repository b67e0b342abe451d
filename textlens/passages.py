"""Texts and rules -> Corpus: passages are cut and labelled, and nothing is lost.

A line is a passage; a text without line breaks is cut into passages of whole sentences near 100 words, and ``steps``
says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from textlens.cleaning import BYTE_ORDER_MARK, Passage, Rule, Span, label, lines_matched, lines_of
from textlens.corpus import SEGMENT_COLUMNS, Corpus, plural
from textlens.sentences import sentence_spans

PASSAGE_WORDS = 100


def corpus_of(
    articles: pd.DataFrame,
    entries: Iterable[tuple[str, str, str]],
    steps: list[str],
    rules: tuple[Rule, ...],
) -> Corpus:
    if "family" in articles:
        # An article that names no family is one by itself.
        family = articles["family"].fillna("").astype("str")
        articles = articles.assign(family=family.where(family != "", articles["id"]))
    rows: list[tuple[Any, ...]] = []
    cut = 0
    _check_listed(rules, set(articles["id"]))
    idle = [rule for rule in rules if not rule.articles]
    for article, source, text in entries:
        passages = lines_of(text)
        if len(passages) == 1:
            passages = _cut(text, passages[0])
            cut += len(passages) > 1
        concerned = [rule for rule in rules if rule.concerns(article, source)]
        idle = [rule for rule in idle if rule not in concerned or not lines_matched(text, passages, rule)]
        labelled = label(text, passages, concerned, f"article {article}")
        _check_nothing_lost(text, labelled, article)
        for number, (passage, spans) in enumerate(zip(passages, labelled, strict=True), start=1):
            for span in spans:
                words = text[span.start : span.end]
                rows.append((article, number, passage.line, *span[2:], words, span.start, span.end))
    if idle:
        raise ValueError(f"{idle[0].place}: rule {idle[0].name!r} matches nothing in any article")
    if cut:
        steps.append(
            f"{plural(cut, 'article')} without line breaks cut into passages of whole sentences near "
            f"{PASSAGE_WORDS} words"
        )
    return Corpus(articles, pd.DataFrame(rows, columns=list(SEGMENT_COLUMNS)), tuple(steps))


def _check_listed(rules: tuple[Rule, ...], ids: set[str]) -> None:
    for rule in rules:
        unknown = sorted(set(rule.articles) - ids)
        if unknown:
            raise ValueError(f"{rule.place}: rule {rule.name!r} is for article {unknown[0]!r}, which is not listed")


def _cut(text: str, whole: Passage) -> list[Passage]:
    """Whole sentences, gathered until another one would lead further away from 100 words."""
    passages: list[Passage] = []
    n_words = 0
    for a, b in sentence_spans(text[whole.start : whole.end]):
        start, end = whole.start + a, whole.start + b
        more = len(re.findall(r"\S+", text[start:end]))
        if passages and abs(n_words + more - PASSAGE_WORDS) < abs(n_words - PASSAGE_WORDS):
            passages[-1] = passages[-1]._replace(end=end)
            n_words += more
        else:
            passages.append(Passage(whole.line, start, end))
            n_words = more
    return passages


def _check_nothing_lost(text: str, labelled: list[list[Span]], article: str) -> None:
    spans = [span for spans in labelled for span in spans]
    first = int(text.startswith(BYTE_ORDER_MARK))
    borders = [first, *(edge for span in spans for edge in span[:2]), len(text)]
    gaps = zip(borders[::2], borders[1::2], strict=True)
    if borders != sorted(borders) or any(text[a:b].strip() for a, b in gaps):
        raise ValueError(f"article {article}: the cleaning lost or repeated words; please report this")
