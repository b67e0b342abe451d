"""Figures: tables in, Axes out."""
