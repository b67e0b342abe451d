"""Figures: tables in, Axes out.

Each function draws one tidy table and returns the Axes, ready for a page 7.2 inches wide. Figures do not go through
pyplot: none stays open, and nothing global is changed. In a notebook the returned Axes show themselves (as SVG).
"""

from textlens.plots.forest import frames, key_terms
from textlens.plots.rows import frequencies, rates, voices
from textlens.plots.themes import topics

__all__ = ["frames", "frequencies", "key_terms", "rates", "topics", "voices"]
