"""Hypothesis without deadlines, as a slow machine is no failure; and a codebook that several files of tests use."""

from pathlib import Path

import pytest
from hypothesis import settings

import textlens as tl

settings.register_profile("textlens", deadline=None)
settings.load_profile("textlens")


BOOK = """\
format = 1
[[frame]]
name = "Peace"
indicators = ["peace", "peace talks", "stabil*", "talks", "talks fail"]
exclusions = ["peace corps", "price stability"]
[[frame]]
name = "War"
indicators = ["war", "war*", "peace * war"]
"""


@pytest.fixture
def book(tmp_path: Path) -> tl.Codebook:
    path = tmp_path / "codebook.toml"
    path.write_text(BOOK, encoding="utf-8")
    return tl.read_codebook(path)
