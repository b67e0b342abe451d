"""How the groups of a comparison differ besides what is compared: in length, dates, outlets and genres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from textlens.corpus import expect
from textlens.counts import Counts
from textlens.units import gather_units

_DESCRIBED = ("date", "outlet", "genre", "translator")
# 2024, 2024-05 or 2024-05-31; an hour may follow. Other ways to write a date do not sort.
_ISO_DATE = r"^(\d{4}(?:-\d\d(?:-\d\d)?)?)(?![\d-])"


def describe_groups(counts: Counts, *, by: str | Sequence[str] = "source", unit: str = "article") -> pd.DataFrame:
    """What the groups are made of, to be read before what they say is compared.

    Parameters
    ----------
    counts : Counts
    by : str or sequence of str
        The columns that will be compared, as ``"source"``; several are joined by `` / ``.
    unit : str
        The units of the comparison: ``"article"``, or a column that gathers articles, as ``"family"``.

    Returns
    -------
    DataFrame
        One row per group, in sorted order: ``group``, ``units``, ``articles``, ``words``; ``words_median``,
        ``words_shortest`` and ``words_longest`` of its units; ``largest_share`` (of the group's words, in its longest
        unit). As far as the articles have such columns: ``dated`` (articles with a date as 2024-05-31, 2024-05 or
        2024), ``first_date``, ``last_date``; ``outlets`` (their number); ``genres``; ``genre_shared`` (share of the
        articles whose genre all groups have; empty where none is recorded); ``translators``. Genres and translators
        are texts, as "report 3, unrecorded 2".

    Raises
    ------
    ValueError
        As in :func:`textlens.compare_terms`, but one group is enough.
    TypeError
        What is given is no Counts.

    Notes
    -----
    Articles and units without counted words are left out.

    Examples
    --------
    >>> import textlens as tl
    >>> table = describe_groups(tl.count_terms(tl.tokenize(tl.load_demo())))
    >>> table[["group", "units", "words", "words_median", "first_date", "last_date"]]
                 group  units  words  words_median  first_date   last_date
    0     Harbour Post      4    898         220.5  2031-03-05  2031-04-08
    1  Tideline Weekly      4    905         230.0  2031-03-29  2031-05-24
    2   Upland Courier      4    823         197.5  2031-03-20  2031-05-03
    """
    expect(counts, Counts, "counts", "tl.count_terms")
    units = gather_units(counts, by, unit, least=1)
    articles = _articles_of(counts, by)
    everywhere = _in_all_groups(articles) if "genre" in articles else set()
    rows = []
    for group in sorted(set(units.groups)):
        lengths = units.lengths[units.groups == group]
        own = articles[articles["group"] == group]
        total, longest = int(lengths.sum()), int(lengths.max())
        size: dict[str, Any] = {"group": group, "units": len(lengths), "articles": len(own), "words": total}
        size |= {"words_median": float(np.median(lengths)), "words_shortest": int(lengths.min())}
        size |= {"words_longest": longest, "largest_share": longest / total}
        rows.append(size | _metadata(own, everywhere))
    table = pd.DataFrame(rows)
    texts = [name for name in ("group", "first_date", "last_date", "genres", "translators") if name in table]
    return table.astype(dict.fromkeys(texts, "str"))


def _articles_of(counts: Counts, by: str | Sequence[str]) -> pd.DataFrame:
    """The articles with words, each with its group; what is not recorded is an empty text."""
    rows = pd.DataFrame({"group": counts.labels(by), "id": counts.column("article").to_numpy()})
    known = counts.articles[["id", *(name for name in _DESCRIBED if name in counts.articles)]]
    articles = rows[counts.n_words > 0].drop_duplicates().merge(known, on="id")
    return articles.astype("str").fillna("")


def _in_all_groups(articles: pd.DataFrame) -> set[str]:
    """The genres that every group has."""
    return set.intersection(*(set(genres) for _, genres in articles.groupby("group")["genre"])) - {""}


def _metadata(articles: pd.DataFrame, everywhere: set[str]) -> dict[str, Any]:
    """What the articles of one group tell of themselves, as far as it is recorded."""
    told: dict[str, Any] = {}
    if "date" in articles:
        dates = sorted(articles["date"].str.extract(_ISO_DATE, expand=False).dropna())
        first, last = (dates[0], dates[-1]) if dates else ("", "")
        told |= {"dated": len(dates), "first_date": first, "last_date": last}
    if "outlet" in articles:
        told["outlets"] = len(set(articles["outlet"]) - {""})
    if "genre" in articles:
        recorded = (articles["genre"] != "").any()
        shared = articles["genre"].isin(everywhere).mean() if recorded else np.nan
        told |= {"genres": _tally(articles["genre"]), "genre_shared": shared}
    if "translator" in articles:
        told["translators"] = _tally(articles["translator"])
    return told


def _tally(values: pd.Series[str]) -> str:
    """``report 3, interview 2``: most frequent first, ties by name."""
    tally = values.replace("", "unrecorded").value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return ", ".join(f"{value} {n:,}" for value, n in tally.items())
