"""Where in each article a term occurs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from textlens.corpus import expect_list
from textlens.counting import count_surface_forms, merge_terms
from textlens.counts import Counts
from textlens.tokens import Tokens
from textlens.vocabulary import term_map


def term_positions(
    counts: Counts | Tokens, terms: Iterable[str], *, by: str | Sequence[str] = "source"
) -> pd.DataFrame:
    """Find the places of terms: exact words in Tokens, the segments that hold them in Counts.

    The words of an article are numbered over its counted segments in the order of the corpus. Counts do not know
    where in a segment a term stands, so that the features of a study tell no more than they hold.

    Parameters
    ----------
    counts : Counts or Tokens
        Counts of segments, or Tokens, whose forms are mapped to terms by :func:`textlens.term_map`.
    terms : iterable of str
    by : str or sequence of str
        The column that groups the articles; several are joined by `` / ``.

    Returns
    -------
    DataFrame
        By term (as given), group, article and place: ``group``, ``article``, ``term``; ``start`` and ``end``, numbers
        of words within the article, from 0, the end left out; ``n`` (how often the term occurs there, 1 for a word);
        ``words`` (all counted words of the article). An article without the term has one row, with 0 in ``start``,
        ``end`` and ``n``.

    Raises
    ------
    ValueError
        No terms, or one that occurs nowhere; a column that is not there, as ``segment`` in counts that were added up;
        a missing value in ``by``, or an article in two groups.
    TypeError
        What is given is neither Counts nor Tokens.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> frame = pd.DataFrame({"text": ["war and peace and war", "peace"], "source": ["A", "B"], "id": ["a1", "b1"]})
    >>> tokens = tl.tokenize(tl.corpus_from_frame(frame))
    >>> term_positions(tokens, ["war"])
      group article term  start  end  n  words
    0     A      a1  war      0    1  1      5
    1     A      a1  war      4    5  1      5
    2     B      b1  war      0    0  0      1
    """
    if not isinstance(counts, Counts | Tokens):
        raise TypeError(f"counts must be Counts, as tl.count_terms gives, or Tokens, not {type(counts).__name__}")
    expect_list(terms, "terms")
    chosen = list(dict.fromkeys(terms))
    if not chosen:
        raise ValueError("terms is empty; it must hold one or more terms")
    if isinstance(counts, Tokens):
        mapping = term_map(counts.vocabulary)
        counted = merge_terms(count_surface_forms(counts), mapping)
        counted.index_of(chosen)
        runs = _runs(counted, by)
        found = _words(counts, mapping, chosen, runs)
    else:
        runs = _runs(counts, by)
        found = _segments(counts, chosen, runs)
    return _with_absent(found, runs, chosen)


def _runs(counts: Counts, by: str | Sequence[str]) -> pd.DataFrame:
    """The rows of the counts as runs of words: ``group``, ``article``, ``start``, ``end``, ``words``."""
    runs = pd.DataFrame(
        {"group": counts.labels(by), "article": counts.labels("article"), "segment": counts.column("segment")}
    )
    name = by if isinstance(by, str) else " / ".join(by)
    groups = runs[["article", "group"]].drop_duplicates()
    twice = groups.loc[groups["article"].duplicated(), "article"]
    if len(twice):
        both = sorted(groups.loc[groups["article"] == twice.iloc[0], "group"])
        raise ValueError(f"the article {twice.iloc[0]!r} is in two groups of {name!r}: {both[0]!r} and {both[1]!r}")
    runs["n"] = counts.n_words
    # Assigned by index, so that each row gets its own place back.
    runs["end"] = runs.sort_values(["article", "segment"]).groupby("article")["n"].cumsum()
    runs["start"] = runs["end"] - runs["n"]
    runs["words"] = runs.groupby("article")["n"].transform("sum")
    return runs[["group", "article", "start", "end", "words"]]


def _segments(counts: Counts, terms: list[str], runs: pd.DataFrame) -> pd.DataFrame:
    entries = counts.matrix[:, counts.index_of(terms)].tocoo()
    rows, places = entries.coords
    here = entries.data > 0
    return runs.iloc[rows[here]].assign(place=places[here], n=entries.data[here])


def _words(tokens: Tokens, mapping: pd.DataFrame, terms: list[str], runs: pd.DataFrame) -> pd.DataFrame:
    place_of = {term: place for place, term in enumerate(terms)}
    places = mapping["term"].map(place_of).fillna(-1).to_numpy(dtype=np.int64)[tokens.codes]
    words = np.flatnonzero(places >= 0)
    rows = tokens.rows[words]
    found = runs.iloc[rows].assign(place=places[words], n=1)
    found["start"] += words - np.searchsorted(tokens.rows, rows)
    found["end"] = found["start"] + 1
    return found


def _with_absent(found: pd.DataFrame, runs: pd.DataFrame, terms: list[str]) -> pd.DataFrame:
    """The places in order, with a row for each article that a term is absent from."""
    articles = runs.drop_duplicates("article").assign(start=0, end=0, n=0)
    every = articles.merge(pd.DataFrame({"place": range(len(terms))}), how="cross")
    present = pd.MultiIndex.from_frame(found[["article", "place"]])
    absent = every[~pd.MultiIndex.from_frame(every[["article", "place"]]).isin(present)]
    table = pd.concat([found, absent]).sort_values(["place", "group", "article", "start"], ignore_index=True)
    table["term"] = pd.Series(np.array(terms, dtype=object)[table["place"]], dtype="str")
    whole = ["start", "end", "n", "words"]
    return table[["group", "article", "term", *whole]].astype(dict.fromkeys(whole, np.int64))
