"""Key terms: which terms one source uses more than another, and whether the articles can show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens import inference, resampling
from textlens.comparison import OTHERS, compare_units, compare_with_list, in_family, share_of_findings, warn_if_small
from textlens.corpus import expect, expect_list, expect_number
from textlens.counts import Counts
from textlens.grouping import column_sums
from textlens.units import Units, gather_units, group_pairs
from textlens.vocabulary import function_words, house_style


def compare_terms(
    counts: Counts,
    *,
    by: str | Sequence[str] = "source",
    against: str | Mapping[str, int] | None = None,
    unit: str = "article",
    block: str | Sequence[str] | None = None,
    min_count: int = 10,
    measures: Sequence[str] = (),
    scale: str = "words",
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Compare groups of articles term by term.

    Articles are the units, not words: the log-likelihood ratio is divided by the term's overdispersion, estimated
    with the help of the other terms (quasi-likelihood F with empirical-Bayes dispersion: Smyth 2004, doi
    10.2202/1544-6115.1027; Lund et al. 2012, doi 10.1515/1544-6115.1826).

    Parameters
    ----------
    counts : Counts
    by : str or sequence of str
        The column whose values are compared; several are joined by `` / ``. Groups are text: 2031 is ``"2031"``.
    against : str or mapping, optional
        Two groups give one row per term without it; more give each group's rows against all others together. A group
        gives the rows of each other group against it; ``"pairwise"`` those of all pairs, in which a further source
        changes nothing. A mapping (or Series) of term to count is a reference frequency list: it must be whole, for
        its sum is taken for its words, and its terms must be written as ``counts.terms`` are. A list has no articles,
        so there is no q and nothing can be supported against it.
    unit : str
        What is resampled: ``"article"``, or a column that gathers articles which tell the same thing twice.
    block : str or sequence of str, optional
        What is held equal, as ``"event"`` or ``"genre"``: articles are compared, and relabelled, within its values
        only. Blocks that hold one side only are left out, with their articles.
    min_count : int
        Terms with a smaller pooled count get their effect, but no test.
    measures : sequence of str
        Further columns, descriptive, no tests of sources: ``"g2"`` (2-cell, Rayson & Garside), ``"g2_4cell"``
        (Dunning), ``"chi2"``, ``"chi2_yates"``, ``"fisher"``, ``"bic"``, ``"log_ratio"``, ``"percent_diff"``,
        ``"odds_ratio"``, ``"simple_maths"``, ``"difference_coefficient"``, ``"log_odds"`` (z with Dirichlet prior,
        Monroe et al.), ``"text_dispersion"`` (G2 on numbers of units with the term): see :mod:`textlens.measures`.
    scale : str
        ``"trimmed"`` compares rates after the shift that most terms share was taken out; of use where more than a
        hundred articles a side differ in a few frequent terms (:func:`textlens.inference.trimmed_lengths`). Not with
        ``block``; the omnibus takes words.
    rng : numpy.random.Generator, optional
        For Monte Carlo permutation where the relabellings are more than 10,000.

    Returns
    -------
    DataFrame
        One row per term that occurs (and group), most telling first: ``group``, ``against``, ``term``; ``count``,
        ``rate`` (per 1,000 words) and the same of the other side with ``_against``; ``effect`` (log2 of the rate
        ratio, shrunken towards 0 by four effective occurrences; with blocks, of the ratio inside blocks), ``low`` and
        ``high`` (95 % profile interval); ``p``; ``q`` (Benjamini-Hochberg over the tested terms of this pair: of
        ``p``, never below one over the number of relabellings; with fewer than 30 terms, or where the units leave too
        few degrees of freedom, of ``p_permutation``); ``p_permutation`` (exact, or Monte Carlo) and its ``floor``, the
        smallest value these articles could give; ``supported`` (q < .05 and floor at most .05); ``overdispersion``
        (1: as regular as dice); ``units``, ``units_with`` and the same of the other side; ``out_low`` and
        ``out_high`` (range of the effect when one unit is left out), ``flips`` (its sign changes then), ``driver``
        (the unit whose removal weakens it most), all four unknown (empty, ``flips`` False) where a side has one
        unit, which cannot be left out, and for terms not tested; ``family`` (how many terms q runs over);
        ``blocks`` (their number, with ``block``); the ``measures``; ``p_omnibus`` and ``q_omnibus`` (any difference
        among more than two groups, where each is compared with the rest; decided as ``q`` is); ``function_word``;
        ``house_style``.

    Raises
    ------
    ValueError
        No rows, one group or one unit only, a missing value in ``by`` or ``block``, a unit in two groups or blocks,
        a group without words, no block with two groups, a ``min_count`` that is no number of 0 or more, an unknown
        measure, scale or group, or a list that does not give each term one count.
    TypeError
        What is given is no Counts, or ``rng`` no numpy Generator.

    Warns
    -----
    SmallCorpusWarning
        The articles are so few that no difference could be supported.
    UserWarning
        Relabellings decide, and are too many to try all without ``rng``; or pairs that share no block are left out.

    Examples
    --------
    >>> import textlens as tl
    >>> counts = tl.count_terms(tl.tokenize(tl.load_demo()))
    >>> key = tl.compare_terms(counts, against="Upland Courier")
    >>> key.loc[key["supported"], "term"].tolist()
    []
    """
    terms = counts.terms.tolist() if isinstance(counts, Counts) else []
    if isinstance(against, Mapping | pd.Series):
        if block is not None or scale != "words":
            raise ValueError("a frequency list has no articles; leave block= and scale= out")
        units = gather_units(counts, by, unit, least=1)
        table = compare_with_list(units, terms, "term", _list_of(against), min_count=min_count, measures=measures)
    else:
        units = gather_units(counts, by, unit, block)
        table = compare_units(
            units, terms, "term", against=against, min_count=min_count, measures=measures, scale=scale, rng=rng
        )
    table = table[table["count"] + table["count_against"] > 0].reset_index(drop=True)
    table["function_word"] = table["term"].isin(function_words())
    table["house_style"] = table["term"].isin(house_style())
    warn_if_small(table)
    return table


def _list_of(against: Mapping[str, int] | pd.Series) -> pd.Series:
    reference = pd.Series(against, dtype=float)
    unnamed = [term for term in reference.index if not isinstance(term, str)]
    if unnamed:
        raise ValueError(f"the frequency list must give counts by term, a text; {unnamed[0]!r} is none")
    wrong = reference.index.duplicated() | ~(reference >= 0).to_numpy() | np.isinf(reference.to_numpy())
    if wrong.any():
        term = reference.index[wrong][0]
        raise ValueError(f"the frequency list must give each term one count of 0 or more; {term!r} is not so")
    if reference.sum() == 0:
        raise ValueError("the frequency list holds no words")
    return reference


def influence(
    counts: Counts,
    terms: Sequence[str],
    *,
    by: str | Sequence[str] = "source",
    against: str | None = None,
    unit: str = "article",
    min_count: int = 10,
) -> pd.DataFrame:
    """What each unit does to the difference of some terms: the effect without it.

    Parameters
    ----------
    counts : Counts
    terms : sequence of str
    by, against, unit, min_count
        As in :func:`compare_terms`, without blocks and lists; the overdispersion is each term's own, moderated by the
        others.

    Returns
    -------
    DataFrame
        One row per pair of groups, term and unit: ``group``, ``against``, ``term``, ``unit``, ``side`` (the group of
        the unit), ``count``, ``words``, ``rate`` (per 1,000 words) of the unit; ``effect`` (log2 of the rate ratio,
        shrunken) and ``effect_without`` it (empty for a unit that is alone on its side).

    Raises
    ------
    ValueError
        As :func:`compare_terms`, or a term that occurs nowhere.

    Examples
    --------
    >>> import textlens as tl
    >>> counts = tl.count_terms(tl.tokenize(tl.load_demo()))
    >>> table = tl.influence(counts, ["seawall"], against="Upland Courier")
    >>> table.loc[table["group"] == "Harbour Post", ["unit", "count"]].values.tolist()[:2]
    [['hp1', 4], ['hp2', 3]]
    """
    expect_list(terms, "terms")
    terms = list(terms)
    expect_number(min_count, "min_count")
    units = gather_units(counts, by, unit)
    columns = counts.index_of(terms)
    tables = []
    for group, others in group_pairs(sorted(set(units.groups)), against):
        pair = units.rows(np.isin(units.groups, [group, *others]))
        table = _influence_of_pair(pair, group, columns, min_count)
        table.insert(0, "group", group)
        table.insert(1, "against", others[0] if len(others) == 1 else OTHERS)
        table.insert(2, "term", pd.Series(np.repeat(counts.terms[columns], len(pair.names)), dtype="str"))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _influence_of_pair(units: Units, group: str, columns: np.ndarray, min_count: float) -> pd.DataFrame:
    side = np.where(units.groups == group, 0, 1)
    tested = in_family(column_sums(units.matrix), min_count)
    fit = inference.quasi_likelihood(units.matrix, units.lengths, side, tested=tested)
    own = csr_array(units.matrix[:, columns])
    effect, without = resampling.effects_without(own, units.lengths, side, fit.phi_effective[columns])
    n, k = len(units.names), len(columns)
    counted = own.toarray().T
    return pd.DataFrame(
        {
            "unit": pd.Series(np.tile(units.names, k), dtype="str"),
            "side": pd.Series(np.tile(units.groups, k), dtype="str"),
            "count": counted.ravel(),
            "words": np.tile(units.lengths, k).astype(int),
            "rate": (1000 * counted / units.lengths).ravel(),
            "effect": np.repeat(effect, n),
            "effect_without": without.T.ravel(),
        }
    )


def self_check(
    counts: Counts,
    *,
    by: str | Sequence[str] = "source",
    unit: str = "article",
    block: str | Sequence[str] | None = None,
    min_count: int = 10,
    n_draws: int = 100,
    rng: np.random.Generator,
) -> float:
    """How often these very units, dealt to groups at random, would give any q below .05.

    A check of the test on this material: its lengths, its bursts, its rare terms. It takes the units to be
    exchangeable, so it cannot see that they depend on one another, as articles of one outlet do: that is what ``unit``
    is for.

    Parameters
    ----------
    counts, by, unit, block, min_count
        As in :func:`compare_terms`; all groups are tested at once.
    n_draws : int
        How many labellings are drawn, or all where there are no more than these.
    rng : numpy.random.Generator

    Returns
    -------
    float
        The share of labellings with any finding; those that leave the decision to the permutation count as without.

    Raises
    ------
    ValueError
        As :func:`compare_terms`, or fewer than 30 terms are tested.

    Examples
    --------
    >>> import numpy as np, textlens as tl
    >>> counts = tl.count_terms(tl.tokenize(tl.load_demo()))
    >>> tl.self_check(counts, rng=np.random.default_rng(0), n_draws=50)
    0.02
    """
    expect(rng, np.random.Generator, "rng", "np.random.default_rng")
    expect_number(n_draws, "n_draws", least=1, whole=True)
    units = gather_units(counts, by, unit, block)
    return share_of_findings(units, min_count, n_draws, rng)
