"""The codebook: frames with definition, indicators, exclusions, scope and questions, read from TOML and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from textlens.codebook_entries import FRAME, QUESTION, SCOPE, VALIDITY, Entries
from textlens.corpus import plural
from textlens.files import decode, read_bytes, sha256
from textlens.negation import NEGATORS
from textlens.tomlfile import Kinds, TomlFile
from textlens.tomllines import Entry, TooManyParts, text_lines

_TOP: Kinds = {
    **dict.fromkeys(("name", "version", "language", "licence", "provenance"), str),
    **{"format": int, "frame": list, "negators": list, "validity": list},
}
LARGEST = 5_000_000
_DTYPES: Mapping[str, str] = MappingProxyType(
    {
        "line": "int64",
        "value": "float64",
        "low": "float64",
        "high": "float64",
        "n": "int64",
        **dict.fromkeys(SCOPE, "object"),
    }
)


def table_of(rows: Sequence[Sequence[object]], columns: Sequence[str]) -> pd.DataFrame:
    """Rows as a table whose columns have the same types however few rows there are."""
    table = pd.DataFrame(list(rows), columns=list(columns), dtype="object")
    return table.astype({name: _DTYPES.get(name, "str") for name in columns})


def _no_questions() -> pd.DataFrame:
    return table_of([], QUESTION)


def _no_validity() -> pd.DataFrame:
    return table_of([], list(VALIDITY))


@dataclass(frozen=True)
class Codebook:
    """Frames and their indicators.

    Attributes
    ----------
    name, version, provenance, licence, language : str
    frames : DataFrame
        ``frame``, ``definition``, ``includes``, ``is_not``, ``negation`` (count, skip or apart), ``roles``, ``voices``,
        ``speakers`` (tuples: what the frame is confined to, empty for all) and ``line``, in the order of the file.
    indicators : DataFrame
        ``frame``, ``indicator``, ``kind`` (indicator or exclusion), ``line`` of the file.
    questions : DataFrame
        ``frame``, ``question`` (a short id), ``text``: what human coders answer by yes or no.
    validity : DataFrame
        ``frame``, ``measure``, ``value``, ``low``, ``high``, ``n``, ``material``: how well scores agreed with people.
    negators : tuple of str
        The words that negate what follows.
    file : str
        The name of the file, without its folder.
    sha256 : str
        Of the file's text.
    """

    name: str
    version: str
    provenance: str
    frames: pd.DataFrame
    indicators: pd.DataFrame
    sha256: str
    licence: str = ""
    language: str = ""
    questions: pd.DataFrame = field(default_factory=_no_questions)
    validity: pd.DataFrame = field(default_factory=_no_validity)
    negators: tuple[str, ...] = NEGATORS
    file: str = ""

    def __repr__(self) -> str:
        frames, indicators = plural(len(self.frames), "frame"), plural(len(self.indicators), "indicator")
        return f"Codebook {self.name!r}: {frames}, {indicators}"


def read_codebook(path: str | Path) -> Codebook:
    """Read and check a codebook.

    Parameters
    ----------
    path : path of a TOML file, of at most 5 MB
        ``format = 1``, ``name``, ``version``, ``provenance``, ``licence``, ``language``; ``negators`` (a list of words;
        by default English ones); ``[[frame]]`` entries with ``name``, ``definition``, ``includes``, ``is_not``,
        ``indicators``, ``exclusions``, ``negation`` ("count", "skip" or "apart"), ``scope`` (a table of ``roles``,
        ``voices``, ``speakers``), and ``[[frame.question]]`` entries with ``id`` and ``text``; ``[[validity]]`` entries
        with ``frame``, ``measure``, ``value``, ``low``, ``high``, ``n`` and ``material``. A frame needs indicators or
        questions; all else but ``format`` and the frames' names may be left out.

    Returns
    -------
    Codebook

    Raises
    ------
    ValueError
        Not TOML, too large, an unknown key, a control character, a frame without a name or without both indicators and
        questions, two frames or questions of one name, an indicator listed twice in a frame, a broken wildcard, an
        unknown role, voice or way with negation, or a validity that cannot be; with file and line.

    Examples
    --------
    >>> import textlens as tl
    >>> tl.read_codebook(tl.demo_folder() / "codebook.toml").frames["frame"].tolist()[:1]
    ['Cost and burden']
    """
    path = Path(path)
    lines = _lines(path)
    file = TomlFile(path)
    file.check_format(_TOP)
    if not file.entries("frame"):
        raise ValueError(f"{path}: a codebook needs [[frame]] entries")
    entries = Entries(file, lines)
    content = file.content
    return Codebook(
        content.get("name", ""),
        content.get("version", ""),
        content.get("provenance", ""),
        table_of(entries.frames, FRAME),
        table_of(entries.indicators, ("frame", "indicator", "kind", "line")),
        sha256(file.text.encode()),
        licence=content.get("licence", ""),
        language=content.get("language", ""),
        questions=table_of(entries.questions, QUESTION),
        validity=table_of(entries.validity, list(VALIDITY)),
        negators=entries.negators if "negators" in content else NEGATORS,
        file=path.name,
    )


def _lines(path: Path) -> dict[Entry, list[int]]:
    """The lines of the texts, after a look at the size and the keys: the parser comes later."""
    if path.is_file() and path.stat().st_size > LARGEST:
        raise ValueError(f"{path}: {path.stat().st_size:,} bytes; a codebook has at most {LARGEST:,}")
    try:
        return text_lines(decode(read_bytes(path), path).removeprefix("\ufeff").replace("\r\n", "\n"))
    except TooManyParts as error:
        raise ValueError(f"{path}, {error}") from None
