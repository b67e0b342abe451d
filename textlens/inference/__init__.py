"""Numbers in, numbers out: is a difference between groups of units larger than chance among units?

Words come in bursts, so the *unit* (an article, an outlet) is what varies, never the word. The default test is
the log-likelihood ratio divided by an estimated overdispersion that borrows strength across items: a quasi-
likelihood F test (Smyth 2004, doi 10.2202/1544-6115.1027; Lund et al. 2012, doi 10.1515/1544-6115.1826).

Throughout, ``X`` holds non-negative counts, units x items, sparse; ``lengths`` all running words of each unit;
``groups`` one code per unit, 0 to G - 1, each occurring; ``blocks``, likewise, what is held equal. Group sums are
written S (G x items) and A (G), expected counts E (G x items).
"""

from textlens.inference.adjustment import benjamini_hochberg, benjamini_yekutieli
from textlens.inference.blocks import within_blocks
from textlens.inference.quasi import QuasiLikelihood, against_list, quasi_likelihood
from textlens.inference.ratios import log_ratio_interval, shrunken_log_ratio, trimmed_lengths, unseen_rate

__all__ = [
    "QuasiLikelihood",
    "against_list",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "log_ratio_interval",
    "quasi_likelihood",
    "shrunken_log_ratio",
    "trimmed_lengths",
    "unseen_rate",
    "within_blocks",
]
