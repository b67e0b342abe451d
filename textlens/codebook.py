"""The codebook: frames with definition, indicators and exclusions, read from TOML and checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from textlens.files import sha256
from textlens.matching import parse_pattern
from textlens.tomlfile import Kinds, TomlFile

_TOP: Kinds = {
    **dict.fromkeys(("name", "version", "language", "licence", "provenance"), str),
    **{"format": int, "frame": list},
}
_FRAME: Kinds = {"name": str, "definition": str, "is_not": str, "indicators": list, "exclusions": list}


@dataclass(frozen=True)
class Codebook:
    """Frames and their indicators.

    Attributes
    ----------
    name, version, provenance : str
    frames : DataFrame
        ``frame``, ``definition``, ``is_not``, in the order of the file.
    indicators : DataFrame
        ``frame``, ``indicator``, ``kind`` (indicator or exclusion).
    sha256 : str
        Of the file's text.
    """

    name: str
    version: str
    provenance: str
    frames: pd.DataFrame
    indicators: pd.DataFrame
    sha256: str

    def __repr__(self) -> str:
        return f"Codebook {self.name!r}: {len(self.frames)} frames, {len(self.indicators)} indicators"


def read_codebook(path: str | Path) -> Codebook:
    """Read and check a codebook.

    Parameters
    ----------
    path : path of a TOML file
        ``format = 1``, ``name``, ``version``, ``provenance``, and ``[[frame]]`` entries with ``name``,
        ``definition``, ``is_not``, ``indicators`` and ``exclusions``.

    Returns
    -------
    Codebook

    Raises
    ------
    ValueError
        Not TOML, an unknown key, a control character, a frame without a name or indicators, two frames with one
        name, an indicator listed twice in a frame, or a broken wildcard; with file and line.

    Examples
    --------
    >>> import textlens as tl
    >>> tl.read_codebook(tl.demo_folder() / "codebook.toml").frames["frame"].tolist()[:1]
    ['Cost and burden']
    """
    file = TomlFile(path)
    file.check_format(_TOP)
    if not file.entries("frame"):
        raise ValueError(f"{path}: a codebook needs [[frame]] entries")
    frames: list[tuple[str, str, str]] = []
    indicators: list[tuple[str, str, str]] = []
    names: set[str] = set()
    for number, entry in enumerate(file.entries("frame")):
        file.check_keys(entry, _FRAME, "frame", number)
        file.check_required(entry, ("name", "indicators"), "frame", number)
        name = entry["name"]
        if name in names:
            raise file.error("frame", number, "name", f"two frames are called {name!r}")
        names.add(name)
        frames.append((name, entry.get("definition", ""), entry.get("is_not", "")))
        indicators += _indicators(file, entry, number)
    return Codebook(
        file.content.get("name", ""),
        file.content.get("version", ""),
        file.content.get("provenance", ""),
        pd.DataFrame(frames, columns=["frame", "definition", "is_not"], dtype="str"),
        pd.DataFrame(indicators, columns=["frame", "indicator", "kind"], dtype="str"),
        sha256(file.text.encode()),
    )


def _indicators(file: TomlFile, entry: dict[str, Any], number: int) -> list[tuple[str, str, str]]:
    name = entry["name"]
    rows: list[tuple[str, str, str]] = []
    for kind, key in (("indicator", "indicators"), ("exclusion", "exclusions")):
        seen: set[str] = set()
        for pattern in entry.get(key, []):
            if not isinstance(pattern, str):
                raise file.error("frame", number, key, f"{key} of frame {name!r} holds {pattern!r}")
            try:
                parse_pattern(pattern)
            except ValueError as error:
                raise file.error("frame", number, key, f"frame {name!r}: {error}", value=pattern) from None
            if pattern in seen:
                raise file.error("frame", number, key, f"frame {name!r} lists {pattern!r} twice", value=pattern)
            seen.add(pattern)
            rows.append((name, pattern, kind))
    return rows
