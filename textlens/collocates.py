"""Collocations: words that stand together more often than their frequencies explain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from textlens import measures
from textlens.corpus import expect, expect_number
from textlens.matching import find_patterns
from textlens.ngrams import find_runs
from textlens.tokens import Tokens
from textlens.vocabulary import function_words, mapped_terms

# As many words in a row must not be rebuilt from the tables of a study.
LONGEST_RUN = 8


def find_collocations(
    tokens: Tokens, *, lengths: tuple[int, ...] = (2, 3), min_count: int = 3, min_articles: int = 2
) -> pd.DataFrame:
    """Runs of two or three words that recur, without function words or numbers at their ends.

    Parameters
    ----------
    tokens : Tokens
    lengths : tuple of int
        How many words a run has.
    min_count, min_articles : int
        How often, and in how many articles, a run must occur.

    Returns
    -------
    DataFrame
        ``phrase``, ``count``, ``articles``, ``log_dice`` (14 + log2 of n f(phrase) / sum f(words): 14 when the words
        occur only together; Rychly 2008, for two words), and of two words ``pmi`` (in bits) and ``delta_p`` and
        ``delta_p_back`` (how much likelier the second word is after the first, and the first before the second:
        :mod:`textlens.measures`), strongest first.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> list(tl.find_collocations(tokens).columns)
    ['phrase', 'count', 'articles', 'log_dice', 'pmi', 'delta_p', 'delta_p_back']
    """
    expect(tokens, Tokens, "tokens", "tl.tokenize")
    expect_number(min_count, "min_count")
    expect_number(min_articles, "min_articles")
    term_of_form, terms = mapped_terms(tokens.vocabulary)
    codes = term_of_form[tokens.codes]
    total = np.bincount(codes, minlength=len(terms))
    strong = np.array([not _weak(term) for term in terms], dtype=bool)
    none = np.empty(0, dtype=np.int64)
    tables = [_attraction(terms, none.reshape(0, 1), none, none, total)]
    for length in lengths:
        expect_number(length, "lengths", least=1, whole=True)
        first, run = find_runs(codes, tokens.sentence_borders, length, min_count=min_count)
        ends = strong[codes[first]] & strong[codes[first + length - 1]]
        words, count, articles = _tally(tokens, codes, first[ends], run[ends], length)
        held = articles >= min_articles
        tables.append(_attraction(terms, words[held], count[held], articles[held], total))
    table = pd.concat(tables)
    table = table.sort_values(["log_dice", "count", "phrase"], ascending=[False, False, True])
    return table.reset_index(drop=True)


def _tally(
    tokens: Tokens, codes: np.ndarray, first: np.ndarray, run: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The words of each run (runs x length), how often it occurs and in how many articles."""
    run, distinct = pd.factorize(run)
    count = np.bincount(run, minlength=len(distinct))
    words = np.empty((len(distinct), length), dtype=codes.dtype)
    words[run] = codes[first[:, None] + np.arange(length)]
    number, names = pd.factorize(tokens.segments["article"])
    article = number[tokens.rows_of(first)]
    held = pd.unique(run * np.int64(len(names)) + article) // max(1, len(names))
    return words, count, np.bincount(held, minlength=len(distinct))


def _attraction(
    terms: np.ndarray, words: np.ndarray, count: np.ndarray, articles: np.ndarray, total: np.ndarray
) -> pd.DataFrame:
    """The rows of runs of one length."""
    length, n = words.shape[1], int(total.sum())
    table = pd.DataFrame({"phrase": [" ".join(run) for run in terms[words]], "count": count, "articles": articles})
    table["phrase"] = table["phrase"].astype("str")
    dice = length * count / total[words].sum(axis=1)
    table["log_dice"] = np.array([round(value, 6) for value in (14 + np.log2(dice)).tolist()], dtype=float)
    table[["pmi", "delta_p", "delta_p_back"]] = np.nan
    if length == 2:
        first, second = total[words].astype(float).T
        onwards, back = measures.delta_p(count.astype(float), first, second, n)
        table["pmi"] = measures.pmi(count.astype(float), first, second, n).round(6)
        table["delta_p"], table["delta_p_back"] = onwards.round(6), back.round(6)
    return table


def _weak(word: str) -> bool:
    return word in function_words() or not any(c.isalpha() for c in word)


def unchained_phrases(tokens: Tokens, collocations: set[str], indicators: set[str], hits: pd.DataFrame) -> list[str]:
    """The phrases that do not, with the places of the hits, give away a run of eight words.

    Phrases that share words could be put together like dominoes, and the texts may not be ours to give away. While
    phrases and hits cover so long a run, the rarest collocation in it is left out (an indicator, where there is none).

    Parameters
    ----------
    tokens : Tokens
    collocations, indicators : set of str
    hits : DataFrame
        ``segment``, ``start`` and ``end`` of what is told with its place.

    Returns
    -------
    list of str
        Sorted.
    """
    names = sorted(collocations | indicators)
    found = find_patterns(tokens, names)
    pattern, first, last = (found[column].to_numpy() for column in ("pattern", "first", "last"))
    count = np.bincount(pattern, minlength=len(names)).tolist()
    order = np.array(sorted(range(len(names)), key=lambda index: (names[index] in indicators, count[index])), dtype=int)
    place = np.argsort(order)
    by_hits = _covered(tokens, hits)
    kept = np.ones(len(names), dtype=bool)
    while True:
        starts, ends = _long_runs(tokens, _spread(by_hits, first, last))
        # What no long run holds now will be in none later.
        run = np.searchsorted(starts, first, side="right") - 1
        inside = (run >= 0) & (first < np.append(ends, 0)[run])
        pattern, first, last, run = pattern[inside], first[inside], last[inside], run[inside]
        if not len(pattern):
            return [names[index] for index in np.flatnonzero(kept)]
        rarest = np.full(len(starts), len(names))
        np.minimum.at(rarest, run, place[pattern])
        kept[order[rarest[rarest < len(names)]]] = False
        still = kept[pattern]
        pattern, first, last = pattern[still], first[still], last[still]


def _covered(tokens: Tokens, hits: pd.DataFrame) -> np.ndarray:
    """Which words the hits stand on."""
    row = pd.Index(tokens.segments["segment"]).get_indexer(hits["segment"]).astype(np.int64) << 32
    # Segments and the words in each stand in order.
    places = tokens.rows.astype(np.int64) << 32 | tokens.starts
    first = np.searchsorted(places, row | hits["start"].to_numpy())
    last = np.searchsorted(places, row | hits["end"].to_numpy()) - 1
    return _spread(np.zeros(len(places), dtype=bool), first, last)


def _spread(covered: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """What is covered when spans of words are too."""
    size = len(covered) + 1
    change = np.bincount(first, minlength=size) - np.bincount(last + 1, minlength=size)
    return covered | (np.cumsum(change)[:-1] > 0)


def _long_runs(tokens: Tokens, covered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last (exclusive) word of each covered run of eight words or more within a segment."""
    new = np.diff(covered, prepend=False, append=False)
    new[tokens.segment_borders] = True
    borders = np.flatnonzero(new)
    starts, ends = borders[:-1], borders[1:]
    long = covered[starts] & (ends - starts >= LONGEST_RUN)
    return starts[long], ends[long]
