"""How varied the vocabulary is: types by words read, and measures that do not fall with the length of a text.

A type is a term that occurs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from textlens.corpus import expect, expect_number
from textlens.counting import count_surface_forms
from textlens.counts import Counts
from textlens.grouping import Floats, Integers, column_sums
from textlens.tokens import Tokens
from textlens.vocabulary import term_map

MTLD_FACTOR = 0.72


def type_growth(counts: Counts, *, by: str | Sequence[str] = "source", steps: int = 50) -> pd.DataFrame:
    """How many types a random sample of so many running words holds, on average.

    Exact rarefaction: the sum over terms of ``1 - C(N - f, n) / C(N, n)``, with f of the group's N words (Hurlbert
    1971, doi 10.2307/1934145). Compare groups at the same number of words; the largest that all reach is the total of
    the smallest group.

    Parameters
    ----------
    counts : Counts
    by : str or sequence of str
        The groups; several columns are joined by `` / ``.
    steps : int
        How many word numbers, evenly spaced on a log scale from 1 to the words of the largest group.

    Returns
    -------
    DataFrame
        ``group``, ``words``, ``types``: for each group the word numbers up to its own total, which are the same in all
        groups and hold each group's total.

    Raises
    ------
    ValueError
        No words, a missing value in ``by``, ``steps`` that is no whole number of 2 or more.
    TypeError
        What is given is no Counts.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> frame = pd.DataFrame({"text": ["a b c c", "a b"], "source": ["A", "B"]})
    >>> growth = type_growth(tl.count_terms(tl.tokenize(tl.corpus_from_frame(frame))), steps=3)
    >>> growth.round(3).to_numpy().tolist()
    [['A', 1, 1.0], ['A', 2, 1.833], ['A', 4, 3.0], ['B', 1, 1.0], ['B', 2, 2.0]]
    """
    expect(counts, Counts, "counts", "tl.count_terms")
    expect_number(steps, "steps", least=2, whole=True)
    labels = counts.labels(by).to_numpy(dtype=object)
    groups = {name: counts.rows(np.flatnonzero(labels == name)) for name in sorted(set(labels))}
    totals = {name: int(part.n_words.sum()) for name, part in groups.items() if part.n_words.any()}
    if not totals:
        raise ValueError("the counts hold no words")
    spaced = np.geomspace(1, max(totals.values()), steps).round().astype(np.int64)
    grid = np.unique(np.concatenate([spaced, list(totals.values())]))
    tables = []
    for name, total in totals.items():
        words = grid[grid <= total]
        types = _expected_types(column_sums(groups[name].matrix), total, words)
        tables.append(pd.DataFrame({"group": name, "words": words, "types": types}))
    return pd.concat(tables, ignore_index=True).astype({"group": "str"})


def _expected_types(f: Floats, total: int, words: Integers) -> Floats:
    from scipy.special import gammaln

    count, terms = np.unique(f[f > 0], return_counts=True)
    left = total - count[:, None] - words  # words neither drawn nor the term's; below 0 the term is drawn for certain
    log_absent = (
        gammaln(total - count + 1)[:, None]
        - gammaln(np.maximum(left, 0) + 1)
        + gammaln(total - words + 1)
        - gammaln(total + 1)
    )
    absent = np.where(left >= 0, np.exp(np.minimum(0, log_absent)), 0)
    return np.asarray((terms @ (1 - absent)).round(9))


def lexical_diversity(tokens: Tokens, *, by: str | Sequence[str] = "source", window: int = 100) -> pd.DataFrame:
    """How varied the words of each group are, with measures that do not depend on how much text there is.

    Types are terms (:func:`textlens.term_map` with its defaults). MATTR and MTLD are taken article by article, so that
    articles do not run into each other, and averaged with the words of the articles as weights; articles that have no
    value are left out of that measure.

    Parameters
    ----------
    tokens : Tokens
    by : str or sequence of str
        The groups; several columns are joined by `` / ``.
    window : int
        Words of the moving window of MATTR.

    Returns
    -------
    DataFrame
        One row per group: ``group``, ``articles``, ``words``, ``types``; ``ttr``, types/words of the whole group, which
        falls with its length and compares groups of equal length only; ``window``; ``mattr``, the mean type-token
        ratio of all windows (Covington & McFall 2010, doi 10.1080/09296171003643098), empty for articles shorter than
        the window; ``mtld``, the mean length of runs that keep a type-token ratio of .72, read forwards and backwards
        (McCarthy & Jarvis 2010, doi 10.3758/BRM.42.2.381): a run ends where the ratio falls below, the rest counts in
        part, empty for articles in which no word recurs; of both the least and the greatest value of an article,
        ``mattr_least``, ``mattr_greatest``, ``mtld_least``, ``mtld_greatest``.

    Raises
    ------
    ValueError
        No words, a missing value in ``by``, a ``window`` that is no whole number of 1 or more.
    TypeError
        What is given is no Tokens.

    Examples
    --------
    >>> import textlens as tl
    >>> table = lexical_diversity(tl.tokenize(tl.load_demo()))
    >>> table[["group", "articles", "words", "mattr"]].round(2)
                 group  articles  words  mattr
    0     Harbour Post         4    898   0.74
    1  Tideline Weekly         4    905   0.74
    2   Upland Courier         4    823   0.75
    """
    expect(tokens, Tokens, "tokens", "tl.tokenize")
    expect_number(window, "window", least=1, whole=True)
    if not len(tokens.codes):
        raise ValueError("the tokens hold no words")
    forms = count_surface_forms(tokens)
    terms = pd.factorize(term_map(tokens.vocabulary)["term"])[0][tokens.codes]
    names, group = np.unique(forms.labels(by).to_numpy(dtype=str)[tokens.rows], return_inverse=True)
    articles = pd.factorize(forms.column("article"))[0][tokens.rows]
    # One text is what one group has of one article.
    text = pd.factorize(group * (articles.max() + 1) + articles)[0]
    order = np.argsort(text, kind="stable")
    words = np.bincount(text)
    per_text = pd.DataFrame(
        {
            "group": group[order][np.cumsum(words) - words],
            "words": words,
            "mattr": _mattr(terms[order], words, window),
            "mtld": [mtld(part) for part in np.split(terms[order], np.cumsum(words)[:-1])],
        }
    )
    rows = []
    for number, name in enumerate(names):
        part, held = per_text[per_text["group"] == number], terms[group == number]
        types = len(np.unique(held))
        row = {"group": name, "articles": len(part), "words": len(held), "types": types}
        rows.append(row | {"ttr": types / len(held), "window": window} | _means(part))
    return pd.DataFrame(rows).astype({"group": "str"})


def _means(part: pd.DataFrame) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in ("mattr", "mtld"):
        known = part[part[name].notna()]
        mean = np.average(known[name], weights=known["words"]) if len(known) else np.nan
        found |= {name: mean, f"{name}_least": known[name].min(), f"{name}_greatest": known[name].max()}
    return found


def _mattr(terms: Integers, words: Integers, window: int) -> Floats:
    """Mean type-token ratio of all windows of each text; the texts stand one after another.

    A word counts as a type in the windows that hold it and not its previous occurrence: their number is a subtraction.
    """
    first = np.repeat(np.cumsum(words) - words, words)
    length = np.repeat(words, words)
    position = np.arange(len(terms)) - first
    order = np.lexsort((terms, first))  # stable: the occurrences of a term in a text stay in order
    again = (np.diff(terms[order]) == 0) & (np.diff(first[order]) == 0)
    previous = np.full(len(terms), -1)
    previous[order[1:][again]] = position[order[:-1][again]]
    last_start = np.minimum(position, length - window)
    first_start = np.maximum(np.maximum(position - window, previous) + 1, 0)
    windows = np.maximum(0, last_start - first_start + 1)
    types = np.bincount(np.repeat(np.arange(len(words)), words), weights=windows, minlength=len(words))
    return np.where(words >= window, types / window / np.maximum(1, words - window + 1), np.nan)


def mtld(terms: Integers, *, factor: float = MTLD_FACTOR) -> float:
    """MTLD of one text of integer codes; not a number where no word recurs.

    Examples
    --------
    >>> mtld(np.array([1, 2, 3, 1, 1]))
    5.0
    """
    codes = terms.tolist()
    runs = [_factors(each, factor) for each in (codes, codes[::-1])]
    return float(np.mean([len(codes) / run for run in runs])) if all(runs) else float("nan")


def _factors(codes: list[int], factor: float) -> float:
    """How many runs end because their type-token ratio falls below ``factor``, and the part of the last one."""
    full, length = 0, 0
    seen: set[int] = set()
    for code in codes:
        seen.add(code)
        length += 1
        if len(seen) / length < factor:
            full, length = full + 1, 0
            seen.clear()
    return full + (1 - len(seen) / length) / (1 - factor) if length else float(full)
