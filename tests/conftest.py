"""Hypothesis without deadlines: a slow machine is no failure."""

from hypothesis import settings

settings.register_profile("textlens", deadline=None)
settings.load_profile("textlens")
