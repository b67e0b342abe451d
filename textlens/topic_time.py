"""How the share of a topic changes over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from textlens.corpus import expect, expect_number
from textlens.grouping import Floats, Integers
from textlens.inference.adjustment import benjamini_hochberg
from textlens.shares import wilson
from textlens.topic_fit import generator
from textlens.topics import Topics

_PERIODS = {"year": "Y", "quarter": "Q", "month": "M", "week": "W"}
_DRAWS = 9999
# What may follow a day: 2025-03-21T07:00:00+07:00.
_HOUR = r"(?<=\d)[T ]\d\d[:\d.]*(?:Z|[+-]\d\d:?\d\d)?$"


def topic_trends(
    topics: Topics,
    *,
    every: str = "year",
    by: str | Sequence[str] | None = None,
    date: str = "date",
    unit: str = "article",
    rng: np.random.Generator | None = None,
    n_draws: int = _DRAWS,
) -> pd.DataFrame:
    """The share of each topic period by period, and whether it rises or falls.

    Parameters
    ----------
    topics : Topics
    every : str
        ``"year"``, ``"quarter"``, ``"month"`` or ``"week"``.
    by : str or sequence of str, optional
        Groups of articles that are told apart; by default all together.
    date : str
        The column of dates, as YYYY-MM-DD; articles without one are left out and counted.
    unit : str
        ``"article"``, or a column that gathers articles, as ``"family"``: articles that tell the same thing are no
        independent witnesses. They count as one, at their earliest date.
    rng : numpy.random.Generator, optional
        Draws orders of the units; by default one that starts from 0.
    n_draws : int
        How many orders.

    Returns
    -------
    DataFrame
        One row per group, topic and period in which the group has words: ``group``, ``topic``, ``label``,
        ``verdict``, ``period``, ``units``, ``words``, ``share`` with its 95 % interval ``low`` to ``high`` over
        units, given the topics (empty for one unit; of three to five very unlike ones it is too short); and of the
        whole group, the same in each of its rows: ``per_year``, by how much the share rises each year (the line of
        least squares through the units' shares, weighted by their words; empty where all dates are one),
        ``p_permutation``, the share of orders of the dates in which it rises or falls as steeply, ``q``, the false
        discovery rate of that among all groups and topics (Benjamini & Hochberg 1995), and ``undated``, articles left
        out.

    Raises
    ------
    ValueError
        No such column or period; no article with words has a date, or one has none that can be read.

    Examples
    --------
    >>> import textlens as tl
    >>> topics = tl.fit_topics(tl.count_terms(tl.tokenize(tl.load_demo())), 3)
    >>> table = tl.topic_trends(topics, every="month")
    >>> table.loc[table["topic"] == 1, ["period", "units"]].values.tolist()[0]
    ['2031-03', 5]
    """
    expect(topics, Topics, "topics", "tl.fit_topics")
    if every not in _PERIODS:
        raise ValueError(f"every must be one of {', '.join(_PERIODS)}, not {every!r}")
    expect_number(n_draws, "n_draws", least=1, whole=True)
    rng = generator(rng)
    counts = topics.word_counts()
    counts = counts.rows(np.flatnonzero(counts.n_words > 0))
    dates = _dates(counts.column(date).reset_index(drop=True), date)
    groups = pd.Series("all", index=dates.index) if by is None else counts.labels(by)
    units = counts.labels(unit)
    tables = []
    for group in sorted(set(groups[dates.notna()])):
        own = np.flatnonzero((groups == group) & dates.notna())
        code, names = pd.factorize(units.iloc[own])
        words = np.bincount(code, counts.n_words[own]).astype(float)
        given = np.zeros((len(names), counts.matrix.shape[1]))
        np.add.at(given, code, counts.matrix[own].toarray())
        first = dates.iloc[own].groupby(code).min()
        table = _trend(topics, first, words, given, every, rng, n_draws)
        table.insert(0, "group", group)
        tables.append(table.assign(undated=int(((groups == group) & dates.isna()).sum())))
    table = pd.concat(tables, ignore_index=True).astype({"group": "str", "period": "str"})
    tests = table.drop_duplicates(["group", "topic"])
    q = tests[["group", "topic"]].assign(q=benjamini_hochberg(tests["p_permutation"]))
    table.insert(list(table).index("undated"), "q", table.merge(q, on=["group", "topic"], how="left")["q"])
    return table


def _dates(told: pd.Series, name: str) -> pd.Series:
    told = told.astype("object").where(told.notna(), "").astype("str").str.strip()
    # The day as it is written, wherever it was day.
    days = told.where(told != "").str.replace(_HOUR, "", regex=True)
    dates = pd.to_datetime(days, format="ISO8601", errors="coerce")
    wrong = told[dates.isna() & (told != "")]
    if len(wrong):
        raise ValueError(f"{name!r} holds {wrong.iloc[0]!r}, which is no date; write YYYY-MM-DD")
    if dates.isna().all():
        raise ValueError(f"no article has a {name!r}")
    return dates


def _trend(
    topics: Topics, dates: pd.Series, words: Floats, given: Floats, every: str, rng: np.random.Generator, draws: int
) -> pd.DataFrame:
    """Shares by period, and slopes, of one group of units."""
    period, names = pd.factorize(dates.dt.to_period(_PERIODS[every]), sort=True)
    many = np.bincount(period)
    whole = np.bincount(period, weights=words)
    sums = np.zeros((len(names), given.shape[1]))
    np.add.at(sums, period, given)
    share = sums / whole[:, None]
    low, high = _share_interval(given, words, period, share)
    slope, p = _slopes(dates, words, given, rng, draws)
    shape = share.shape
    table = pd.DataFrame(
        {
            "topic": np.repeat(topics.numbers, shape[0]),
            "period": np.tile(names.astype(str), shape[1]),
            "units": np.tile(many, shape[1]),
            "words": np.tile(whole.astype(int), shape[1]),
            "share": share.T.ravel(),
            "low": low.T.ravel(),
            "high": high.T.ravel(),
            "per_year": np.repeat(slope, shape[0]),
            "p_permutation": np.repeat(p, shape[0]),
        }
    )
    table.insert(1, "label", table["topic"].map(topics.names).astype("str"))
    table.insert(2, "verdict", table["topic"].map(topics.verdicts).astype("str"))
    return table


def _share_interval(given: Floats, words: Floats, period: Integers, share: Floats) -> tuple[Floats, Floats]:
    """Wilson's interval of each period's share, of as many independent words as the spread of units leaves."""
    from scipy.stats import t

    many, whole = np.bincount(period)[:, None], np.bincount(period, weights=words)[:, None]
    squares = np.zeros_like(share)
    np.add.at(squares, period, (given - share[period] * words[:, None]) ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = squares * many / (many - 1) / whole**2
        # No unit differs from another: as if each were one draw.
        n = np.where(variance > 0, share * (1 - share) / variance, many)
        # As if there were fewer, where few articles have shown how far they spread.
        low, high = wilson(share, n * (1.959963984540054 / t.ppf(0.975, many - 1)) ** 2)
    alone = np.broadcast_to(many < 2, share.shape)
    return np.where(alone, np.nan, low), np.where(alone, np.nan, high)


def _slopes(
    dates: pd.Series, words: Floats, given: Floats, rng: np.random.Generator, draws: int
) -> tuple[Floats, Floats]:
    """Rise of each topic's share in a year, and its permutation p; nan where all dates are one."""
    years = (dates - dates.min()).dt.days.to_numpy() / 365.25
    nothing = np.full(given.shape[1], np.nan)
    if np.ptp(years) == 0:
        return nothing, nothing
    share = given / words[:, None]
    centred = years - words @ years / words.sum()
    slope = (words * centred) @ share / (words @ centred**2)
    # Shares and lengths stay together; the dates are dealt anew.
    away = words[:, None] * (share - words @ share / words.sum())
    beyond = np.zeros(given.shape[1])
    for _ in range(draws):
        dealt = rng.permutation(years)
        dealt = dealt - words @ dealt / words.sum()
        beyond += np.abs(dealt @ away / (words @ dealt**2)) >= np.abs(slope) * (1 - 1e-9)
    return slope, (1 + beyond) / (1 + draws)
