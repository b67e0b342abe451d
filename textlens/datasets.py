"""What comes with the package: the demo corpus, a dozen short fictional articles with planted truths, and codebooks."""

from __future__ import annotations

import importlib.resources
from pathlib import Path

from textlens.codebook import Codebook, read_codebook
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


def load_codebook(name: str) -> Codebook:
    """A codebook that comes with the package.

    Parameters
    ----------
    name : str
        ``"generic_frames"``: the five generic news frames of Semetko & Valkenburg (2000), whose agreement with people
        docs/validity.md reports. ``"policy_frames"``: fourteen policy frames after Boydstun et al. (2014).
        ``"entman_functions"``: questions on the four functions of a frame of Entman (1993), without indicators.

    Raises
    ------
    ValueError
        There is none of that name.

    Examples
    --------
    >>> import textlens as tl
    >>> tl.load_codebook("generic_frames").frames["frame"].tolist()[:3]
    ['Responsibility', 'Human interest', 'Conflict']
    """
    folder = Path(str(importlib.resources.files("textlens") / "data" / "codebooks"))
    names = sorted(path.stem for path in folder.glob("*.toml"))
    if name not in names:
        raise ValueError(f"there is no codebook {name!r}; there are {', '.join(names)}")
    return read_codebook(folder / f"{name}.toml")
