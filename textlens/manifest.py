"""The manifest of a study, ``corpus.toml``: which articles there are, what is known of them, how they are cleaned.

Every key is checked, and a mistake is reported with file and line before any article is opened.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from textlens.cleaning import Rule
from textlens.corpus import ROLES, VOICES
from textlens.tomlfile import Kinds, TomlFile

METADATA = (*("source", "outlet", "genre", "title", "date", "author", "translator", "language_note", "family"),)
_TOP: Kinds = {
    "format": int,
    "name": str,
    "language": str,
    "article": list,
    "articles": dict,
    "rule": list,
    "caveats": list,
    "house_style": list,
    "names": dict,
}
_ARTICLE: Kinds = {"id": str, "file": str, "sha256": str, "rests_on": dict, "meta": dict}
_RULE: Kinds = {
    **{"name": str, "article": (str, list), "source": str, "lines": list, "line_starts": str},
    **{"onwards": bool, "from": str, "to": str, "turn": str, "role": str, "voice": str, "speaker": str},
}
# What a rule may say besides its kind; any other key would be ignored, which is worse than an error.
_FITS = {
    "role": ("lines", "line_starts", "onwards", "from", "to"),
    "turn": ("voice", "speaker"),
    "speaker": ("lines", "line_starts", "onwards"),
}
_TABLE: Kinds = {"file": str, "sha256": str, "text": str, "id": str, "source": str, "columns": dict}


@dataclass(frozen=True)
class Manifest:
    """A parsed manifest: single files (``articles``) or one table of them (``table``), and what the study says itself:
    caveats, terms of house style, and sets of names for one thing."""

    path: Path
    name: str
    language: str
    articles: tuple[dict[str, Any], ...]
    table: dict[str, Any] | None
    rules: tuple[Rule, ...]
    caveats: tuple[str, ...] = ()
    house_style: tuple[str, ...] = ()
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_manifest(path: str | Path) -> Manifest:
    """Read and check a manifest.

    Parameters
    ----------
    path : path of ``corpus.toml``

    Returns
    -------
    Manifest

    Raises
    ------
    ValueError
        Not TOML, an unknown or missing key, a value of the wrong kind, a control character, two articles with one
        id, or a rule for an article or source that is not there; each with file and line.

    Examples
    --------
    >>> import textlens as tl
    >>> tl.read_manifest(tl.demo_folder() / "corpus.toml").name
    'The Keldmouth barrage'
    """
    file = TomlFile(path)
    file.check_format(_TOP)
    content = file.content
    if ("article" in content) == ("articles" in content):
        raise ValueError(f"{path}: give either [[article]] entries or one [articles] table")
    if content.get("article") == []:
        raise file.error("", 0, "article", "article lists no article; write [[article]] entries")
    articles = tuple(_article(file, entry, number) for number, entry in enumerate(file.entries("article")))
    ids: set[str] = set()
    for number, article in enumerate(articles):
        if article["id"] in ids:
            raise file.error("article", number, "id", f"two articles have the id {article['id']!r}")
        ids.add(article["id"])
    table = content.get("articles")
    if table is not None:
        file.check_keys(table, _TABLE, "articles", 0)
        file.check_required(table, ("file", "sha256", "text", "source"), "articles", 0)
        if not all(isinstance(column, str) for column in table.get("columns", {}).values()):
            raise file.error("articles", 0, "columns", 'columns must name a column each, as { date = "published" }')
    rules = tuple(_rule(file, entry, number, articles) for number, entry in enumerate(file.entries("rule")))
    named = (content.get("name", ""), content.get("language", ""))
    said = (_texts(file, "caveats"), _texts(file, "house_style"))
    return Manifest(Path(path), *named, articles, table, rules, *said, _names(file))


def _texts(file: TomlFile, key: str) -> tuple[str, ...]:
    texts = file.content.get(key, [])
    if not all(isinstance(text, str) for text in texts):
        raise file.error("", 0, key, f"{key} must be a list of texts")
    return tuple(texts)


def _names(file: TomlFile) -> dict[str, tuple[str, ...]]:
    sets = file.content.get("names", {})
    for label, names in sets.items():
        fits = isinstance(names, list) and all(isinstance(name, str) and len(name.split()) == 1 for name in names)
        if not fits or len(set(names)) < 2:
            raise file.error(
                "", 0, "names", f"names.{label} must list two or more names of one thing, each a single word"
            )
    return {label: tuple(names) for label, names in sets.items()}


def _article(file: TomlFile, entry: dict[str, Any], number: int) -> dict[str, Any]:
    kinds: Kinds = {key: (str, date) if key == "date" else str for key in METADATA}
    file.check_keys(entry, {**_ARTICLE, **kinds}, "article", number)
    file.check_required(entry, ("id", "file", "sha256", "source"), "article", number)
    for fact, lines in entry.get("rests_on", {}).items():
        if fact not in METADATA or not (
            isinstance(lines, list) and lines and all(isinstance(line, int) for line in lines)
        ):
            raise file.error("article", number, "rests_on", f"rests_on.{fact} must list line numbers of a known fact")
    meta = entry.get("meta", {})
    clash = set(meta) & {*METADATA, *_ARTICLE}
    if clash:
        raise file.error("article", number, "meta", f"meta repeats the key {sorted(clash)[0]!r}")
    for key, value in meta.items():
        if isinstance(value, (dict, list)):
            raise file.error("article", number, "meta", f"meta.{key} must be one text, number or date")
    return {**{key: value for key, value in entry.items() if key != "meta"}, **meta}


def _rule(file: TomlFile, entry: dict[str, Any], number: int, articles: tuple[dict[str, Any], ...]) -> Rule:
    def wrong(key: str, message: str) -> ValueError:
        return file.error("rule", number, key, message)

    file.check_keys(entry, _RULE, "rule", number)
    file.check_required(entry, ("name",), "rule", number)
    scope = entry.get("article", ())
    names = (scope,) if isinstance(scope, str) else tuple(scope)
    if scope == [] or not all(isinstance(name, str) for name in names):
        raise wrong("article", f"rule {entry['name']!r}: article must be an id or a list of ids")
    for name in names if articles else ():
        if name not in [article["id"] for article in articles]:
            raise wrong("article", f"rule {entry['name']!r} is for article {name!r}, which is not listed")
    source = entry.get("source", "")
    if source and articles and source not in [article["source"] for article in articles]:
        raise wrong("source", f"rule {entry['name']!r} is for source {source!r}, which is not listed")
    for key, options in (("role", ROLES), ("voice", VOICES)):
        if entry.get(key, options[0]) not in options:
            raise wrong(key, f"{key} = {entry[key]!r} must be one of {', '.join(options)}")
    if names and source:
        raise wrong("source", f"rule {entry['name']!r} is for articles or for a source, not both")
    kind = next((key for key in _FITS if entry.get(key)), None)
    if kind is None:
        raise wrong("name", f"rule {entry['name']!r} must give one of role, turn or speaker")
    idle = [key for key in entry if key not in _FITS[kind] and key not in ("name", "article", "source", kind)]
    if idle:
        raise wrong(idle[0], f"rule {entry['name']!r} gives {kind}, so that {idle[0]} would do nothing")
    if kind == "turn" and not entry.get("voice"):
        raise wrong("turn", f"rule {entry['name']!r} opens a turn, and must say its voice")
    if kind != "turn" and not any(entry.get(key) for key in ("lines", "line_starts")):
        raise wrong("name", f"rule {entry['name']!r} must choose lines by lines or line_starts")
    return Rule(
        entry["name"],
        file.place("rule", number),
        names,
        source,
        tuple(_lines(item, wrong) for item in entry.get("lines", ())),
        entry.get("line_starts", ""),
        entry.get("onwards", False),
        entry.get("from", ""),
        entry.get("to", ""),
        *(entry.get(key, "") for key in ("turn", "role", "voice", "speaker")),
    )


def _lines(item: Any, wrong: Callable[[str, str], ValueError]) -> tuple[int, int | None]:
    if isinstance(item, int) and not isinstance(item, bool) and item > 0:
        return item, item
    match = re.fullmatch(r"(\d+)-(\d*)", item) if isinstance(item, str) else None
    if match is None:
        raise wrong("lines", f'lines holds {item!r}; write numbers, "3-7" or "54-"')
    return int(match.group(1)), int(match.group(2)) if match.group(2) else None
