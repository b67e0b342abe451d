"""How often terms occur, and how evenly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from textlens.corpus import expect
from textlens.counts import Counts
from textlens.grouping import column_sums
from textlens.vocabulary import function_words


def term_frequencies(counts: Counts, *, by: str | Sequence[str] = "source") -> pd.DataFrame:
    """Count, rate, weight and evenness of each term in each group.

    Parameters
    ----------
    counts : Counts
    by : str or sequence of str
        The groups, as ``"source"`` or ``"article"``; several columns are joined by `` / ``.

    Returns
    -------
    DataFrame
        One row per group and term that occurs in it, most frequent first: ``group``, ``term``, ``count``, ``rate``
        (per 1,000 running words), ``tf_idf`` (count x (ln((1 + N)/(1 + n)) + 1), with N articles of which n hold the
        term: scikit-learn's smooth idf, not normalised), ``articles`` (of the group, with the term), ``n_articles``
        (of the group), ``dp_norm`` (0 even, 1 in one article; over the group's articles; empty for a group of one),
        ``function_word``.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> frame = pd.DataFrame({"text": ["a b c c", "b b"], "source": ["A", "A"]})
    >>> counts = tl.count_terms(tl.tokenize(tl.corpus_from_frame(frame)))
    >>> tl.term_frequencies(counts)[["group", "term", "count", "articles"]]
      group term  count  articles
    0     A    b      3         2
    1     A    c      2         1
    2     A    a      1         1
    """
    expect(counts, Counts, "counts", "tl.count_terms")
    group_of_row = counts.labels(by)
    if group_of_row.empty:
        raise ValueError("the counts hold no rows")
    articles = counts.by("article").matrix > 0
    n_articles = articles.shape[0]
    idf = np.log((1 + n_articles) / (1 + column_sums(articles))) + 1
    tables = []
    for group in sorted(set(group_of_row)):
        rows = np.flatnonzero(group_of_row == group)
        part = counts.rows(rows).by("article")
        total = column_sums(part.matrix)
        chosen = np.flatnonzero(total)
        tables.append(
            pd.DataFrame(
                {
                    "group": group,
                    "term": pd.Series(counts.terms[chosen], dtype="str"),
                    "count": total[chosen].astype(int),
                    "rate": 1000 * total[chosen] / part.n_words.sum(),
                    "tf_idf": (total * idf)[chosen],
                    "articles": column_sums(part.matrix > 0)[chosen].astype(int),
                    "n_articles": part.matrix.shape[0],
                    "dp_norm": _dp_norms(part)[chosen] if (part.n_words > 0).sum() > 1 else np.nan,
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    table["function_word"] = table["term"].isin(function_words())
    table = table.sort_values(["group", "count", "term"], ascending=[True, False, True])
    return table.reset_index(drop=True)


def count_words(counts: Counts, *, by: str | Sequence[str]) -> pd.DataFrame:
    """All running words of each group.

    Parameters
    ----------
    counts : Counts
    by : str or sequence of str
        Columns of the segments or articles, as ``["source", "article", "voice"]``.

    Returns
    -------
    DataFrame
        The columns named in ``by``, and ``n_words``.

    Examples
    --------
    >>> import textlens as tl
    >>> tl.count_words(tl.count_terms(tl.tokenize(tl.load_demo())), by="source")
                source  n_words
    0     Harbour Post      898
    1  Tideline Weekly      905
    2   Upland Courier      823
    """
    expect(counts, Counts, "counts", "tl.count_terms")
    grouped = counts.by(by)
    return grouped.segments.assign(n_words=grouped.n_words)


def dp_norm(counts: npt.ArrayLike, sizes: npt.ArrayLike) -> float:
    """Deviation of proportions of one term over the parts of a corpus, normalised to 0 (even) to 1 (in the smallest
    part).

    DP = half the sum of \\|t - w\\|, with t the term's and w the words' shares; divided by 1 - min w
    (Gries 2008, doi 10.1075/ijcl.13.4.02gri; Lijffijt & Gries 2012, doi 10.1075/ijcl.17.1.08lij).

    Parameters
    ----------
    counts : array of the term's count in each part
    sizes : array of words in each part

    Raises
    ------
    ValueError
        No occurrence, fewer than two parts with words, or a negative number.

    Examples
    --------
    >>> dp_norm([2, 1, 0], [10, 10, 10])
    0.5
    """
    v = np.asarray(counts, dtype=float)
    w = np.asarray(sizes, dtype=float)
    if v.shape != w.shape or (v < 0).any() or (w < 0).any():
        raise ValueError(f"dp_norm needs a count and a size of each part, none negative, not {counts!r} and {sizes!r}")
    v, w = v[w > 0], w[w > 0]
    if len(w) < 2 or v.sum() <= 0:
        raise ValueError("dp_norm needs a term that occurs, in two or more parts that hold words")
    shares = w / w.sum()
    deviation = 0.5 * np.abs(v / v.sum() - shares).sum()
    return float(round(deviation / (1 - shares.min()), 12))


def _dp_norms(counts: Counts) -> npt.NDArray[np.float64]:
    """:func:`dp_norm` of every term over the rows, without a dense table: a row without the term adds its share."""
    entries = counts.matrix.tocoo()
    rows, terms = entries.coords
    shares = counts.n_words / counts.n_words.sum()
    parts = np.abs(entries.data / column_sums(counts.matrix)[terms] - shares[rows]) - shares[rows]
    deviation = 0.5 * (1 + np.bincount(terms, weights=parts, minlength=len(counts.terms)))
    return np.asarray((deviation / (1 - shares[shares > 0].min())).round(12))
