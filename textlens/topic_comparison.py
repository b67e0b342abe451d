"""How groups of articles differ in the words they give to topics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.comparison import compare_units, warn_if_small
from textlens.corpus import expect
from textlens.frame_effects import as_shares, pair_of_rows, with_denominators
from textlens.grouping import Floats, Integers
from textlens.shares import group_shares
from textlens.topic_fit import generator
from textlens.topic_stability import RESAMPLES, refitted, unit_codes
from textlens.topics import Topics
from textlens.units import Units, gather_units


def compare_topics(
    topics: Topics,
    *,
    by: str | Sequence[str] = "source",
    against: str | None = None,
    unit: str = "article",
    block: str | Sequence[str] | None = None,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Compare groups of articles by the share of their words that goes to each topic.

    A passage's words are divided among the topics by its shares. The interval of a difference joins two variances
    (Rubin 1987): that of articles, given the topics, and that of the topics, from refits to resampled articles.

    Parameters
    ----------
    topics : Topics
        With its refits, where :func:`textlens.measure_stability` made them, to resamples of its units; else 25 are made
        here.
    by, against, unit, block
        As in :func:`textlens.compare_terms`.
    rng : numpy.random.Generator, optional
        Relabels units where all ways are too many, and draws articles for the refits.

    Returns
    -------
    DataFrame
        The columns of :func:`textlens.compare_terms`, but of word lists, with ``topic`` for ``term``; ``label``,
        ``verdict`` and ``stability`` of the topic (empty where not measured); ``count`` and ``count_against`` are
        words, ``share`` and ``share_against`` their share of the side's words, with intervals of their own
        (``share_low`` to ``share_high``, ``share_against_low`` to ``share_against_high``); ``effect`` is the difference
        of the shares (with blocks, of shares inside blocks), ``low`` to ``high`` its 95 % interval, ``fit_sd`` the
        standard deviation that the fit adds; ``out_low``, ``out_high``, ``flips`` and ``driver`` are of the difference
        without each unit; q, ``supported`` and ``p_permutation`` rest on relabelled units, given the topics: no label
        is used to find these.

    Warns
    -----
    SmallCorpusWarning
        The articles are so few that no difference could be supported.

    Examples
    --------
    >>> import textlens as tl
    >>> topics = tl.fit_topics(tl.count_terms(tl.tokenize(tl.load_demo())), 3)
    >>> table = tl.compare_topics(topics, against="Harbour Post")
    >>> table.loc[table["group"] == "Upland Courier", "share"].sum().round(2)
    np.float64(1.0)
    """
    expect(topics, Topics, "topics", "tl.fit_topics")
    if topics.refits is None:
        topics, _ = refitted(topics, unit_codes(topics, unit), generator(rng), RESAMPLES)
    counts = topics.word_counts()
    columns = counts.terms.tolist()
    units = gather_units(counts, by, unit, block)
    table = compare_units(units, columns, "topic", against=against, rng=rng)
    table = as_shares(table, units, columns, "topic")
    table = _with_fit(with_denominators(table, units), units, counts.labels(unit), columns, topics)
    table["topic"] = table["topic"].str.removeprefix("topic ").astype(int)
    table = table.rename(columns=lambda name: re.sub("^rate", "share", name))
    table.insert(3, "label", table["topic"].map(topics.names).astype("str"))
    table.insert(4, "verdict", table["topic"].map(topics.verdicts).astype("str"))
    held = {} if topics.stability is None else topics.stability.set_index("topic")["stability"].to_dict()
    table.insert(5, "stability", table["topic"].map(held).astype(float))
    table["score"] = "words"
    warn_if_small(table)
    return table.sort_values(["group", "topic"], ignore_index=True)


def _with_fit(
    table: pd.DataFrame, units: Units, unit_of: pd.Series, columns: list[str], topics: Topics
) -> pd.DataFrame:
    """The intervals of shares and of their difference, widened by what the refits disagree in."""
    parts = []
    for (group, against), rows in table.groupby(["group", "against"], sort=False):
        refits = _refitted_shares(pair_of_rows(units, str(group), str(against)), unit_of, topics)
        place = [columns.index(name) for name in rows["topic"]]
        sd, more = _spread(refits[:, 0] - refits[:, 1], topics.refit_size)
        low, high = (_beyond(rows["effect"], rows[end], more[place]).clip(-1, 1) for end in ("low", "high"))
        rows = rows.assign(low=low, high=high, fit_sd=sd[place])
        for code, name in enumerate(("rate", "rate_against")):
            more = _spread(refits[:, code], topics.refit_size)[1][place]
            for end in (f"{name}_low", f"{name}_high"):
                rows[end] = _beyond(rows[name], rows[end], more).clip(0, 1)
        parts.append(rows)
    return pd.concat(parts).sort_index()


def _refitted_shares(compared: tuple[Units, Integers, Integers | None], unit_of: pd.Series, topics: Topics) -> Floats:
    """The shares of both sides by the topics of each refit: refits x 2 x topics; ``unit_of`` each article."""
    pair, side, blocks = compared
    place = pd.Index(pair.names).get_indexer(pd.Index(unit_of))
    inside = np.flatnonzero(place >= 0)
    gather = csr_array((np.ones(len(inside)), (place[inside], inside)), shape=(len(pair.names), len(place)))
    refits: Iterable[Floats] = () if topics.refits is None else topics.refits
    return np.array([group_shares(gather @ refit, pair.lengths, side, blocks) for refit in refits])


def _spread(found: Floats, size: float) -> tuple[Floats, Floats]:
    """What refits (refits x topics) add to the error of each topic: standard deviation and reach of 95 %."""
    from scipy.stats import t

    # A resample that is smaller than the corpus varies more than it does.
    sd = found.std(axis=0, ddof=1) * np.sqrt((1 + 1 / len(found)) * size)
    return sd, t.ppf(0.975, len(found) - 1) * sd


def _beyond(value: Any, end: Any, more: Floats) -> Any:
    return value + np.sign(end - value) * np.hypot(end - value, more)
