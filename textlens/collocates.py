"""Collocations: words that stand together more often than their frequencies explain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from textlens.counts import count_terms
from textlens.tokens import Tokens
from textlens.vocabulary import function_words


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
        occur only together; Rychly 2008, for two words), strongest first.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> list(tl.find_collocations(tokens).columns)
    ['phrase', 'count', 'articles', 'log_dice']
    """
    single = count_terms(tokens)
    total = dict(zip(single.terms, np.asarray(single.matrix.sum(axis=0)).ravel(), strict=True))
    rows = []
    for length in lengths:
        grams = count_terms(tokens, ngrams=length).trim(min_count=min_count, min_articles=min_articles)
        if not len(grams.terms):
            continue
        counts = np.asarray(grams.matrix.sum(axis=0)).ravel()
        articles = np.asarray((grams.by("article").matrix > 0).sum(axis=0)).ravel()
        for phrase, count, held in zip(grams.terms, counts, articles, strict=True):
            words = phrase.split(" ")
            if any(_weak(word) for word in (words[0], words[-1])):
                continue
            dice = length * count / sum(total[word] for word in words)
            rows.append((phrase, int(count), int(held), round(14 + float(np.log2(dice)), 6)))
    table = pd.DataFrame(rows, columns=["phrase", "count", "articles", "log_dice"])
    table["phrase"] = table["phrase"].astype("str")
    table = table.sort_values(["log_dice", "count", "phrase"], ascending=[False, False, True])
    return table.reset_index(drop=True)


def _weak(word: str) -> bool:
    return word in function_words() or not any(c.isalpha() for c in word)
