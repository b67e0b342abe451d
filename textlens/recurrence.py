"""Runs of words that recur: integer codes in, no text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from textlens.grouping import Integers, Mask


def recurring_runs(
    words: Integers,
    stretch: Integers,
    articles: Integers,
    groups: Integers,
    enough: Callable[[Integers, Integers], Mask],
    n: int,
) -> pd.DataFrame:
    """The longest runs that recur in enough articles of one group, each once.

    First all runs of one word are taken, then of two, and so on while enough articles have them. A run that always
    follows the same word is given up, as the run that begins with this word recurs as often.

    Parameters
    ----------
    words : array of codes, in reading order.
    stretch : array, the number of the unbroken stretch of text that each word stands in; never falls.
    articles, groups : array of codes, of each word.
    enough : callable
        From in how many articles runs recur, and where they first stand, to whether that is often enough.
    n : int
        The fewest words of a run.

    Returns
    -------
    DataFrame
        ``first`` (the index of its first word where it first stands), ``length``, ``articles`` and ``occurrences`` (of
        the group, within longer runs too). A run is reported if somewhere no longer one holds it.

    Examples
    --------
    >>> words = np.array([7, 1, 2, 3, 8, 1, 2, 3, 4, 1, 2, 9])
    >>> articles = np.repeat([0, 1, 2], 4)
    >>> recurring_runs(words, articles, articles, 0 * articles, lambda n_articles, first: n_articles >= 2, 2)
       first  length  articles  occurrences
    0      1       2         3            3
    1      1       3         2            2
    """
    before = np.where(np.diff(stretch, prepend=-1) == 0, np.roll(words, 1), -1)
    ends = np.searchsorted(stretch, stretch, side="right")
    size = int(words.max(initial=0)) + 1
    at, runs, length = np.arange(len(words)), groups, 0
    found = pd.DataFrame(columns=["first", "articles", "occurrences", "always_follows"], dtype=np.int64)
    stopped = [found.assign(at=at[:0], length=0)]
    while len(at):
        inside = np.flatnonzero(at + length < ends[at])
        codes, longer = _alike(runs[inside] * size + words[at[inside] + length], at[inside], articles, before)
        fine = enough(longer["articles"].to_numpy(), longer["first"].to_numpy())[codes]
        if length >= n:
            ended = np.ones(len(at), dtype=bool)
            ended[inside[fine]] = False
            stopped.append(found.iloc[runs[ended]].assign(at=at[ended], length=length))
        kept = fine & ~longer["always_follows"].to_numpy()[codes]
        at, runs, found, length = at[inside[kept]], codes[kept], longer, length + 1
    table = pd.concat(stopped).sort_values("at")
    # In one place a run that another holds is no run of its own.
    end = (table["at"] + table["length"]).to_numpy()
    table = table[end > np.maximum.accumulate(np.concatenate([[0], end]))[:-1]]
    table = table.drop_duplicates(["first", "length"]).sort_values(["first", "length"], ignore_index=True)
    chance = _grown_by_chance(table, words, groups, n)
    return table.loc[~chance, ["first", "length", "articles", "occurrences"]].reset_index(drop=True)


def _grown_by_chance(table: pd.DataFrame, words: Integers, groups: Integers, n: int) -> Mask:
    """Which runs add less than ``n`` words to one that recurs in more than twice as many articles.

    Beside a notice that stands everywhere a frequent word recurs often enough too.
    """
    places = zip(table["first"], table["first"] + table["length"], strict=True)
    texts = [f" {' '.join(map(str, words[first:last]))} " for first, last in places]
    lengths, articles, group = table["length"].to_numpy(), table["articles"].to_numpy(), groups[table["first"]]
    chance = np.zeros(len(table), dtype=bool)
    for index in np.argsort(-articles, kind="stable"):
        if chance[index]:
            continue
        more = (lengths - lengths[index] < n) & (2 * articles < articles[index]) & (group == group[index])
        chance[[other for other in np.flatnonzero(more) if texts[index] in texts[other]]] = True
    return chance


def _alike(keys: Integers, at: Integers, articles: Integers, before: Integers) -> tuple[Integers, pd.DataFrame]:
    """A code for each key; for each code where it first stands, how often, in how many articles, after what."""
    order = np.argsort(keys, kind="stable")
    new = np.diff(keys[order], prepend=-1) != 0
    codes = np.empty(len(keys), dtype=np.int64)
    codes[order] = np.cumsum(new) - 1
    borders, places = np.flatnonzero(new), at[order]
    follows = before[places]
    found = {"first": places[borders], "occurrences": np.diff(borders, append=len(keys))}
    if not len(keys):
        return codes, pd.DataFrame({**found, "articles": 0, "always_follows": False})
    another = new | (np.diff(articles[places], prepend=-1) != 0)
    found["articles"] = np.add.reduceat(another, borders, dtype=np.int64)
    same = np.minimum.reduceat(follows, borders) == np.maximum.reduceat(follows, borders)
    return codes, pd.DataFrame({**found, "always_follows": same & (follows[borders] >= 0)})


def places_of(words: Integers, stretch: Integers, run: Integers) -> Integers:
    """Where a run of words begins, within one stretch of text.

    Examples
    --------
    >>> places_of(np.array([1, 2, 1, 2, 1]), np.array([0, 0, 0, 1, 1]), np.array([1, 2]))
    array([0])
    """
    places = np.flatnonzero(words[: len(words) - len(run) + 1] == run[0])
    for offset, word in enumerate(run[1:], start=1):
        places = places[words[places + offset] == word]
    found: Integers = places[stretch[places] == stretch[places + len(run) - 1]]
    return found
