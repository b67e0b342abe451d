"""Measures of keyness, association and divergence as the literature names them: numbers in, numbers out.

Two groups of texts: a term occurs ``a`` times (array, one per term) in the ``A`` running words of the first, ``b``
times in the ``B`` of the second. These describe texts; whether a difference of *sources* stands behind a value is the
question of :func:`textlens.compare_terms`, because words are no independent observations. A term that neither group
has shows no difference: 0, or 1 where 1 means none.

Unsigned: ``g2``, ``g2_4cell``, ``chi2``, ``chi2_yates``, ``fisher``, ``bic``, ``text_dispersion``. The others are
larger where the first group has more.
"""

from textlens.measures.meeting_words import (
    delta_p,
    pmi,
)
from textlens.measures.two_groups import (
    MEASURES,
    TwoGroups,
    bic,
    chi_squared,
    difference_coefficient,
    fisher_exact,
    g2_of_rates,
    g2_of_table,
    log_odds_prior,
    log_ratio,
    mann_whitney,
    odds_ratio,
    percent_difference,
    simple_maths,
)
from textlens.measures.whole_vocabularies import (
    jensen_shannon,
    rank_turbulence,
)

__all__ = [
    "MEASURES",
    "TwoGroups",
    "bic",
    "chi_squared",
    "delta_p",
    "difference_coefficient",
    "fisher_exact",
    "g2_of_rates",
    "g2_of_table",
    "jensen_shannon",
    "log_odds_prior",
    "log_ratio",
    "mann_whitney",
    "odds_ratio",
    "percent_difference",
    "pmi",
    "rank_turbulence",
    "simple_maths",
]
