"""Tables -> sentences. Every number and every direction in them comes from the table.

Names are set in ``[[double brackets]]`` for :func:`textlens.exhibits.prose`. Imports nothing of textlens: reversed data
must give the reversed sentence, and tests see to it.
"""

from textlens.findings.contrasts import (
    carried,
    comparison,
    design,
    headings,
    prevalent,
    unvalidated,
)
from textlens.findings.evidence import boilerplate, driven, group_headings, self_checked
from textlens.findings.material import (
    confounding,
    families,
    family_unit,
    left_out,
    outlets,
    profile,
    sizes,
    speakers,
    voices,
)
from textlens.findings.omissions import absent, divergent, naming
from textlens.findings.specifications import survived
from textlens.findings.themes import exploratory_topics, held, number_of_topics, percentages, points, themes
from textlens.findings.wording import count_of, intervals, listing, many, plain, probability

__all__ = [
    "absent",
    "boilerplate",
    "carried",
    "comparison",
    "confounding",
    "count_of",
    "design",
    "divergent",
    "driven",
    "exploratory_topics",
    "families",
    "family_unit",
    "group_headings",
    "headings",
    "held",
    "intervals",
    "left_out",
    "listing",
    "many",
    "naming",
    "number_of_topics",
    "outlets",
    "percentages",
    "plain",
    "points",
    "prevalent",
    "probability",
    "profile",
    "self_checked",
    "sizes",
    "speakers",
    "survived",
    "themes",
    "unvalidated",
    "voices",
]
