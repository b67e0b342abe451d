"""Naming choices: how a group divides its mentions of one thing among the thing's names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.comparison import LEVEL, OTHERS, compare_units, drawn_seed, pair_generator, warn_if_small
from textlens.corpus import expect, expect_list
from textlens.counts import Counts
from textlens.grouping import column_sums
from textlens.inference import benjamini_hochberg
from textlens.units import Units, gather_units, group_pairs

_SHARES = {"rate": "share", "rate_against": "share_against"}
_FIRST = "set name group against count count_against total total_against share share_against".split()


def naming_choices(
    counts: Counts,
    sets: Mapping[str, Sequence[str]],
    *,
    by: str | Sequence[str] = "source",
    against: str | None = None,
    unit: str = "article",
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Compare which of the names of one thing groups of articles choose.

    The share of a name among all mentions of the thing does not depend on how often the thing is mentioned, so a
    difference of topic cancels out. Only the articles that mention the thing are compared, each with its number of
    mentions in the place of its words.

    Parameters
    ----------
    counts : Counts
        Holds the names as terms: ``tl.count_phrases(tokens, names)``, or ``tl.count_terms`` for single words. A name
        that is no term as it stands is looked up without regard to case. Phrases are counted wherever they stand:
        given "sea" and "East Sea", an "East Sea" counts as both, so give names that do not hold one another.
    sets : dict of list of str
        The names of each thing, two or more: ``{"sea": ["East Sea", "South China Sea"]}``.
    by, against, unit, rng
        As in :func:`textlens.compare_terms`.

    Returns
    -------
    DataFrame
        One row per pair of groups, set and name, sets and names in the given order: ``set``, ``name``, ``group``,
        ``against``; ``count`` of the name, ``total`` of the set, ``share`` (count / total), and the same of the other
        side with ``_against``; ``units`` that mention the thing; ``effect`` (log2 of the ratio of the shares, shrunken)
        and the other columns of :func:`textlens.compare_terms`, but of word lists and omnibus. ``q`` is
        Benjamini-Hochberg over ``p_permutation`` of all names of all sets of one pair, as many as ``family`` says. A
        side that never mentions the thing has count 0, share nan and no test.

    Raises
    ------
    ValueError
        As in :func:`textlens.compare_terms`; a name that is not counted, or fits two terms that differ in case; a set
        of fewer than two names, or with one name twice; no set.
    TypeError
        ``counts`` is no Counts, ``sets`` no dict, or ``rng`` no numpy Generator.

    Warns
    -----
    SmallCorpusWarning
        The articles that mention a thing are so few that no difference could be supported.

    Notes
    -----
    Two names of a set are complementary: what one gains the other loses, so their rows are one finding, not two. Their
    ``p`` are not equal: the test takes a name's count for one out of any number, not out of ``total``. It is cautious
    therefore, the more so for the name with the larger share.

    Examples
    --------
    >>> import textlens as tl
    >>> counts = tl.count_terms(tl.tokenize(tl.load_demo()))
    >>> table = tl.naming_choices(counts, {"works": ["barrage", "gates", "seawall"]}, against="Upland Courier")
    >>> table.loc[table["group"] == "Harbour Post", ["name", "count", "total", "share", "share_against"]].round(2)
          name  count  total  share  share_against
    0  barrage      7     24   0.29           0.67
    1    gates      4     24   0.17           0.20
    2  seawall     13     24   0.54           0.13
    """
    expect(counts, Counts, "counts", "tl.count_phrases")
    columns = _columns_of(counts, sets)
    units = gather_units(counts, by, unit)
    seed, pairs = drawn_seed(rng), []
    for group, others in group_pairs(sorted(set(units.groups)), against):
        pair = units.rows(np.isin(units.groups, [group, *others]))
        pair = replace(pair, groups=np.where(pair.groups == group, "a", "b"))
        tables = [
            _compare_set(pair, chosen, list(sets[name]), pair_generator(seed, [group, *others, name])).assign(set=name)
            for name, chosen in columns.items()
        ]
        table = pd.concat(tables, ignore_index=True).assign(group=group)
        table["against"] = others[0] if len(others) == 1 else OTHERS
        table["q"] = benjamini_hochberg(table["p_permutation"])
        table["supported"] = (table["q"] < LEVEL) & (table["floor"] <= LEVEL)
        table["family"] = int(table["p_permutation"].notna().sum())
        pairs.append(table)
    whole = pd.concat(pairs, ignore_index=True).astype(dict.fromkeys(_FIRST[:4], "str"))
    warn_if_small(whole.sort_values("floor", ascending=False, kind="stable"))
    return whole[[*_FIRST, *(column for column in whole if column not in _FIRST)]]


def _columns_of(counts: Counts, sets: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    """The columns of the names of each set."""
    expect(sets, Mapping, "sets", '{"sea": ["East Sea", "South China Sea"]}')
    if not sets:
        raise ValueError("sets must hold one or more sets of names, not none")
    exact = {term: index for index, term in enumerate(counts.terms)}
    folded: dict[str, list[int]] = {}
    for term, index in exact.items():
        folded.setdefault(term.casefold(), []).append(index)
    columns = {}
    for label, names in sets.items():
        expect_list(names, f"sets[{label!r}]")
        found = [[exact[name]] if name in exact else folded.get(name.casefold(), []) for name in names]
        for name, places in zip(names, found, strict=True):
            if len(places) > 1:
                raise ValueError(f"{name!r} of {label!r} may be any of {', '.join(counts.terms[places])}: write it so")
            if not places:
                _explain(counts, name)
        columns[label] = [places[0] for places in found]
        if len(names) < 2 or len(set(columns[label])) < len(names):
            raise ValueError(f"the set {label!r} must hold two or more names, each once, not {list(names)}")
    return columns


def _explain(counts: Counts, name: str) -> None:
    try:
        counts.index_of([name])
    except ValueError as error:
        raise ValueError(f"{error}; count names with tl.count_phrases(tokens, names)") from None


def _compare_set(pair: Units, columns: list[int], names: list[str], rng: np.random.Generator | None) -> pd.DataFrame:
    """The names of one set in the order given, side a against side b, q still to come."""
    matrix = csr_array(pair.matrix[:, columns])
    mentions = np.asarray(matrix.sum(axis=1), dtype=float).ravel()
    units = replace(pair, matrix=matrix, lengths=mentions).rows(mentions > 0)
    total = np.array([units.lengths[units.groups == side].sum() for side in "ab"]).astype(matrix.dtype)
    if total.all():
        table = compare_units(units, names, "name", against="b", rng=rng).rename(columns=_SHARES)
        table = table.set_index("name").loc[names].reset_index()
        table[["share", "share_against"]] /= 1000
    else:
        table = _one_sided(units, names)
    return table.assign(total=total[0], total_against=total[1])


def _one_sided(units: Units, names: list[str]) -> pd.DataFrame:
    """What there is to say where one side, or both, never mention the thing."""
    columns: dict[str, object] = {"name": names}
    for side, suffix in (("a", ""), ("b", "_against")):
        matrix = csr_array(units.matrix[np.flatnonzero(units.groups == side)])
        count = column_sums(matrix)
        columns["count" + suffix] = count.astype(units.matrix.dtype)
        columns["share" + suffix] = count / count.sum() if count.sum() else np.nan
        columns["units" + suffix] = matrix.shape[0]
        columns["units_with" + suffix] = column_sums(matrix > 0).astype(int)
    unknown = "effect low high p q p_permutation overdispersion out_low out_high".split()
    return pd.DataFrame({**columns, **dict.fromkeys(unknown, np.nan), "floor": 1.0, "flips": False, "driver": ""})
