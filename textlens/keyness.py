"""Key terms: which terms one source uses more than another, and whether the articles can show it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from textlens.comparison import compare_units, gather_units, warn_if_small
from textlens.counts import Counts
from textlens.vocabulary import function_words


def compare_terms(
    counts: Counts,
    *,
    by: str | Sequence[str] = "source",
    against: str | None = None,
    unit: str = "article",
    min_count: int = 10,
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
    against : str, optional
        The group to compare with. Two groups give one row per term without it; more give each group's rows against
        all others together.
    unit : str
        What is resampled: ``"article"``, or a column that gathers articles which tell the same thing twice.
    min_count : int
        Terms with a smaller pooled count get their effect, but no test.
    rng : numpy.random.Generator, optional
        For Monte Carlo permutation where the relabellings are more than 10,000.

    Returns
    -------
    DataFrame
        One row per term (and group), most telling first: ``group``, ``against``, ``term``; ``count``, ``rate`` (per
        1,000 words) and the same of the other side with ``_against``; ``effect`` (log2 of the rate ratio, shrunken
        towards 0 by four effective occurrences), ``low`` and ``high`` (95 % profile interval); ``p``; ``q``
        (Benjamini-Hochberg over the tested terms of this pair, never below one over the number of relabellings);
        ``p_permutation`` (exact) and its ``floor``, the smallest value these articles could give; ``supported`` (q <
        .05 and floor at most .05); ``overdispersion`` (1: as regular as dice); ``units``, ``units_with`` and the same
        of the other side; ``out_low`` and ``out_high`` (range of the effect when one unit is left out), ``flips``
        (its sign changes then), ``driver`` (the unit whose removal weakens it most), all four unknown (empty,
        ``flips`` False) where a side has one unit, which cannot be left out; ``function_word``.

    Raises
    ------
    ValueError
        No rows, one group or one unit only, a missing value in ``by``, a unit in two groups, a group without words, a
        ``min_count`` that is no number of 0 or more.
    TypeError
        What is given is no Counts, or ``rng`` no numpy Generator.

    Warns
    -----
    SmallCorpusWarning
        The articles are so few that no difference could be supported.

    Examples
    --------
    >>> import textlens as tl
    >>> counts = tl.count_terms(tl.tokenize(tl.load_demo()))
    >>> key = tl.compare_terms(counts, against="Upland Courier")
    >>> key.loc[key["supported"], "term"].tolist()
    []
    """
    units = gather_units(counts, by, unit)
    table = compare_units(units, counts.terms.tolist(), "term", against=against, min_count=min_count, rng=rng)
    table["function_word"] = table["term"].isin(function_words())
    warn_if_small(table)
    return table
