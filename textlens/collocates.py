"""Collocations: words that stand together more often than their frequencies explain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from textlens import measures
from textlens.corpus import expect
from textlens.counting import count_terms
from textlens.grouping import column_sums
from textlens.matching import find_patterns
from textlens.tokens import Tokens
from textlens.vocabulary import function_words

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
    single = count_terms(tokens)
    total = dict(zip(single.terms, column_sums(single.matrix), strict=True))
    rows = []
    for length in lengths:
        grams = count_terms(tokens, ngrams=length).trim(min_count=min_count, min_articles=min_articles)
        if not len(grams.terms):
            continue
        counts = column_sums(grams.matrix)
        articles = column_sums(grams.by("article").matrix > 0)
        for phrase, count, held in zip(grams.terms, counts, articles, strict=True):
            words = phrase.split(" ")
            if any(_weak(word) for word in (words[0], words[-1])):
                continue
            dice = length * count / sum(total[word] for word in words)
            rows.append((phrase, int(count), int(held), round(14 + float(np.log2(dice)), 6)))
    table = pd.DataFrame(rows, columns=["phrase", "count", "articles", "log_dice"])
    table["phrase"] = table["phrase"].astype("str")
    table = _with_attraction(table, total, int(single.n_words.sum()))
    table = table.sort_values(["log_dice", "count", "phrase"], ascending=[False, False, True])
    return table.reset_index(drop=True)


def _with_attraction(table: pd.DataFrame, total: dict[str, float], n: int) -> pd.DataFrame:
    """PMI and Delta P of the phrases of two words."""
    two = (table["phrase"].str.count(" ") == 1).to_numpy()
    table[["pmi", "delta_p", "delta_p_back"]] = np.nan
    if two.any():
        words = [phrase.split(" ") for phrase in table["phrase"][two]]
        first, second = (np.array([total[pair[place]] for pair in words]) for place in (0, 1))
        f = table.loc[two, "count"].to_numpy(dtype=float)
        onwards, back = measures.delta_p(f, first, second, n)
        table.loc[two, "pmi"] = measures.pmi(f, first, second, n).round(6)
        table.loc[two, "delta_p"], table.loc[two, "delta_p_back"] = onwards.round(6), back.round(6)
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
    count = np.bincount(found["pattern"], minlength=len(names)).tolist()
    order = [(name in indicators, n, name) for name, n in zip(names, count, strict=True)]
    covered = _covered(tokens, hits)
    kept = set(range(len(names)))
    while True:
        spans = found[found["pattern"].isin(kept)]
        drop: set[int] = set()
        for first, last in _long_runs(tokens, covered, spans):
            inside = spans.loc[(spans["first"] <= last) & (spans["last"] >= first), "pattern"].tolist()
            drop.update([min(inside, key=order.__getitem__)] if inside else [])
        if not drop:
            return [names[index] for index in sorted(kept)]
        kept -= drop


def _covered(tokens: Tokens, hits: pd.DataFrame) -> np.ndarray:
    """Which words the hits stand on."""
    segments = tokens.segments["segment"].to_numpy()[tokens.rows]
    first_word = {place: index for index, place in enumerate(zip(segments, tokens.starts, strict=True))}
    last_word = {place: index for index, place in enumerate(zip(segments, tokens.ends, strict=True))}
    covered = np.zeros(len(tokens.codes), dtype=bool)
    for segment, start, end in hits[["segment", "start", "end"]].itertuples(index=False):
        covered[first_word[segment, start] : last_word[segment, end] + 1] = True
    return covered


def _long_runs(tokens: Tokens, covered: np.ndarray, spans: pd.DataFrame) -> list[tuple[int, int]]:
    """First and last word of each covered run of eight words or more within a segment."""
    covered = covered.copy()
    for first, last in spans[["first", "last"]].itertuples(index=False):
        covered[first : last + 1] = True
    new = np.ones(len(covered), dtype=bool)
    new[1:] = (covered[1:] != covered[:-1]) | (tokens.rows[1:] != tokens.rows[:-1])
    starts = np.flatnonzero(new)
    ends = np.append(starts, len(covered))[1:] - 1
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if covered[a] and b - a + 1 >= LONGEST_RUN]
