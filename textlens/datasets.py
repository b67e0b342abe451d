"""The demo corpus: a dozen short fictional articles with planted, documented truths (CC0)."""

from __future__ import annotations

import importlib.resources
from pathlib import Path

from textlens.corpus import Corpus
from textlens.reading import read_corpus


def demo_folder() -> Path:
    """The folder of the demo study: ``corpus.toml``, ``codebook.toml``, ``truth.toml`` and ``texts``."""
    return Path(str(importlib.resources.files("textlens") / "data" / "demo"))


def load_demo() -> Corpus:
    """The demo corpus: twelve fictional articles of three outlets on a harbour town and its flood defence.

    Examples
    --------
    >>> import textlens as tl
    >>> sorted(tl.load_demo().articles["source"].unique())
    ['Harbour Post', 'Tideline Weekly', 'Upland Courier']
    """
    return read_corpus(demo_folder() / "corpus.toml")
