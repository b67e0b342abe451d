"""Figures: tables in, Axes out.

Each function draws one tidy table and returns the Axes, ready for a page 7.2 inches wide. Figures do not go through
pyplot: none stays open, and nothing global is changed. In a notebook the returned Axes show themselves (as SVG).
"""

from textlens.plots.drivers import drivers
from textlens.plots.forest import frames, key_terms
from textlens.plots.places import dispersion
from textlens.plots.rows import frequencies, rates, voices
from textlens.plots.scatter import effects
from textlens.plots.specifications import specification_curve, survival
from textlens.plots.themes import topics
from textlens.plots.topic_models import topic_choice, topic_stability, topic_trends

__all__ = [
    "dispersion",
    "drivers",
    "effects",
    "frames",
    "frequencies",
    "key_terms",
    "rates",
    "specification_curve",
    "survival",
    "topic_choice",
    "topic_stability",
    "topic_trends",
    "topics",
    "voices",
]
