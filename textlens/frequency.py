"""How often terms occur, and how evenly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from textlens.corpus import expect
from textlens.counts import Counts
from textlens.dispersion import MEASURES, deviations_of_proportions, dispersion_measures
from textlens.grouping import column_sums, holders
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
    articles = counts.by("article").matrix
    n_articles = articles.shape[0]
    idf = np.log((1 + n_articles) / (1 + holders(articles))) + 1
    tables = []
    for group in sorted(set(group_of_row)):
        rows = np.flatnonzero(group_of_row == group)
        part = counts.rows(rows).by("article")
        total = column_sums(part.matrix)
        chosen = np.flatnonzero(total)
        several = (part.n_words > 0).sum() > 1
        tables.append(
            pd.DataFrame(
                {
                    "group": group,
                    "term": pd.Series(counts.terms[chosen], dtype="str"),
                    "count": total[chosen].astype(int),
                    "rate": 1000 * total[chosen] / part.n_words.sum(),
                    "tf_idf": (total * idf)[chosen],
                    "articles": holders(part.matrix)[chosen],
                    "n_articles": part.matrix.shape[0],
                    "dp_norm": deviations_of_proportions(part.matrix, part.n_words)[1][chosen] if several else np.nan,
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    table["function_word"] = table["term"].isin(function_words())
    table = table.sort_values(["group", "count", "term"], ascending=[True, False, True])
    return table.reset_index(drop=True)


def term_dispersion(counts: Counts, *, by: str | Sequence[str] | None = None, unit: str = "article") -> pd.DataFrame:
    """How evenly each term is spread over the articles, by eight measures.

    They answer one question in different ways and depend on the number of articles: with few, none says much. The
    formulas and their sources stand at :func:`textlens.dispersion.dispersion_measures`.

    Parameters
    ----------
    counts : Counts
    by : str or sequence of str, optional
        Groups to look at one by one, as ``"source"``; several columns are joined by `` / ``.
    unit : str
        The column that names the parts: ``"article"``, or one that gathers several.

    Returns
    -------
    DataFrame
        One row per group and term that occurs in it, most frequent first: ``group`` (with ``by``), ``term``,
        ``count``, ``rate`` (per 1,000 running words), ``units`` (of the group, with words), ``units_with`` (the term);
        ``dp``, ``dp_norm``, ``kld`` (0 even; ``kld`` in bits), ``juilland_d``, ``carroll_d2``, ``rosengren_s``,
        ``d_a``, ``d_kl`` (1 even), all eight empty for a group of one unit; ``function_word``.

    Raises
    ------
    ValueError
        No rows, an unknown column or a missing value in ``by`` or ``unit``.
    TypeError
        What is given is no Counts.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> frame = pd.DataFrame({"text": ["a b c c", "b b"], "source": ["A", "A"]})
    >>> counts = tl.count_terms(tl.tokenize(tl.corpus_from_frame(frame)))
    >>> term_dispersion(counts)[["term", "count", "units_with", "dp", "d_a"]].round(3)
      term  count  units_with     dp  d_a
    0    b      3           2  0.333  0.4
    1    c      2           1  0.333  0.0
    2    a      1           1  0.333  0.0
    """
    expect(counts, Counts, "counts", "tl.count_terms")
    if not len(counts.segments):
        raise ValueError("the counts hold no rows")
    if by is None:
        table = _dispersion_of(counts.by(unit))
    else:
        labels = counts.labels(by)
        tables = []
        for group in sorted(set(labels)):
            part = _dispersion_of(counts.rows(np.flatnonzero(labels == group)).by(unit))
            part.insert(0, "group", pd.Series(group, index=part.index, dtype="str"))
            tables.append(part)
        table = pd.concat(tables, ignore_index=True)
    table["function_word"] = table["term"].isin(function_words())
    return table


def _dispersion_of(units: Counts) -> pd.DataFrame:
    total = column_sums(units.matrix)
    chosen = np.flatnonzero(total)
    chosen = chosen[np.lexsort((units.terms[chosen], -total[chosen]))]
    matrix, with_words = csr_array(units.matrix[:, chosen]), int((units.n_words > 0).sum())
    columns = {
        "term": pd.Series(units.terms[chosen], dtype="str"),
        "count": total[chosen].astype(int),
        "rate": 1000 * total[chosen] / units.n_words.sum(),
        "units": with_words,
        "units_with": holders(matrix),
    }
    measures = dispersion_measures(matrix, units.n_words) if with_words > 1 else dict.fromkeys(MEASURES, np.nan)
    return pd.DataFrame(columns | {name: measures[name] for name in MEASURES})


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
    return float(deviations_of_proportions(csr_array(v[:, None]), w)[1][0])
