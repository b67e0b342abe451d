"""Tables -> sentences. Every number and every direction in them comes from the table.

Names are set in ``[[double brackets]]`` for :func:`textlens.exhibits.prose`. Imports nothing of textlens: reversed data
must give the reversed sentence, and tests see to it.
"""

from textlens.findings.contrasts import (
    carried,
    comparison,
    design,
    exploratory_topics,
    headings,
    prevalent,
    topics,
    unvalidated,
)
from textlens.findings.material import confounding, families, family_unit, left_out, outlets, sizes, speakers, voices
from textlens.findings.wording import count_of, intervals, listing, plain, probability

__all__ = [
    "carried",
    "comparison",
    "confounding",
    "count_of",
    "design",
    "exploratory_topics",
    "families",
    "family_unit",
    "headings",
    "intervals",
    "left_out",
    "listing",
    "outlets",
    "plain",
    "prevalent",
    "probability",
    "sizes",
    "speakers",
    "topics",
    "unvalidated",
    "voices",
]
