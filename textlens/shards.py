"""A folder of article shards, JSON Lines or Parquet: what can be read of each, and which lines are broken.

At this size some line is always broken. It is named and counted, and the rest is read.
"""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from numbers import Number
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from textlens import files
from textlens.corpus import SEGMENT_COLUMNS
from textlens.parquet import arrow

ENDINGS = (".jsonl", ".parquet")
# Keys that differ from line to line would fill the memory with empty cells.
MOST_COLUMNS = 1000
_REQUIRED = ("text", "source", "id")
_HIDDEN = {*SEGMENT_COLUMNS, "segment", "n_words"} - {"text"}


class BrokenLinesWarning(UserWarning):
    """Lines of article shards could not be read and were left out."""


@dataclass(frozen=True)
class Shard:
    """The articles of one file.

    Attributes
    ----------
    articles : DataFrame
        ``id``, ``source``, ``text`` and the other columns, all texts; empty where an article has no such value.
    lines : int64 array
        The line (of Parquet: the row) that each article stands in, from 1.
    broken : tuple of (int, str)
        The other lines, and what is wrong with each.
    """

    articles: pd.DataFrame
    lines: np.ndarray
    broken: tuple[tuple[int, str], ...]


def shard_files(folder: Path) -> list[Path]:
    """The shards of a folder, sorted by name; hidden files are none."""
    with files.doing("read", folder):
        if not folder.is_dir():
            raise ValueError(f"{folder}: there is no such folder")
        found = [path for path in folder.iterdir() if path.suffix.lower() in ENDINGS and path.name[0] != "."]
    if not found:
        raise ValueError(f"{folder}: no {' or '.join(ENDINGS)} file in this folder")
    for path in found:
        odd = files.oddity(path.name, files.ODD_IN_NAMES)
        if odd:
            raise ValueError(f"the name of {path} holds {odd}; rename the file")
    return sorted(found, key=lambda path: path.name)


def check_named(named: Mapping[str, str]) -> None:
    """A ``ValueError`` where columns could not be named so."""
    for name, column in named.items():
        if not isinstance(column, str):
            raise ValueError(f"{name} must be the name of a column, not {column!r}")
        first = next(other for other, taken in named.items() if taken == column)
        if first != name:
            raise ValueError(f"column {column!r} is named for both {first} and {name}; name two columns")
        check_column(name)


def read_shard(path: Path, data: bytes, named: Mapping[str, str]) -> Shard:
    """The articles of a shard.

    Parameters
    ----------
    path : path
        Gives the ending and the name; without ids articles are called ``name:line``.
    data : bytes
        What the file holds.
    named : mapping
        The column of ``text``, ``source``, ``id`` and others that are renamed.

    Raises
    ------
    ValueError
        The file is no Parquet, or lacks a column of those named.
    """
    parquet = path.suffix.lower() == ".parquet"
    rows: list[tuple[int, dict[str, str]]] = []
    broken: list[tuple[int, str]] = []
    columns: dict[str, None] = dict.fromkeys(("id", "source"))
    renamed = {column: name for name, column in named.items()}
    for number, row in _parquet_rows(path, data, named) if parquet else _json_rows(data):
        try:
            if isinstance(row, str):
                raise ValueError(row)
            article = _article(row, named, renamed)
            if len(columns | article) > MOST_COLUMNS:
                raise ValueError(f"with its columns there would be more than {MOST_COLUMNS:,}")
        except (ValueError, RecursionError) as error:
            broken.append((number, str(error)))
        else:
            columns.update(dict.fromkeys(article))
            rows.append((number, article))
    rows = _with_ids(rows, path.name, named["id"], broken)
    table = pd.DataFrame({name: [row.get(name, "") for _, row in rows] for name in columns}, dtype=object)
    return Shard(table, np.array([number for number, _ in rows], dtype=np.int64), tuple(sorted(broken)))


def _json_rows(data: bytes) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Number and content of each line that is not blank; a text says what is wrong with it."""
    for number, line in enumerate(io.BytesIO(data.removeprefix(b"\xef\xbb\xbf")), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            yield number, f"byte 0x{line[error.start]:02x} is not UTF-8"
        except (ValueError, RecursionError) as error:
            yield number, f"not JSON: {getattr(error, 'msg', error)}"
        else:
            yield number, row if isinstance(row, dict) else "not a JSON object"


def _parquet_rows(path: Path, data: bytes, named: Mapping[str, str]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    pa = arrow()
    try:
        file = pa.parquet.ParquetFile(pa.BufferReader(data))
        names = file.schema_arrow.names
        batches = file.iter_batches(1000, use_threads=False)
        rows = enumerate((row for batch in batches for row in _rows_of(batch)), start=1)
        files.check_names(names)
        for name, column in named.items():
            if column not in names and not (name == "id" and column == "id"):
                raise ValueError(f"no column {column!r} for {name}; the table has {names}")
        yield from rows
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ValueError(f"{path}: cannot be read as a table of articles: {error}") from None


def _rows_of(batch: Any) -> list[dict[str, Any] | str]:
    try:
        rows: list[dict[str, Any] | str] = batch.to_pylist()
    except (ValueError, OverflowError) as error:
        if batch.num_rows == 1:
            return [f"a value cannot be read: {error}"]
        return [row for place in range(batch.num_rows) for row in _rows_of(batch.slice(place, 1))]
    return rows


def _article(row: dict[str, Any], named: Mapping[str, str], renamed: Mapping[str, str]) -> dict[str, str]:
    """A row as texts under the names asked for; a ``ValueError`` says why it is no article."""
    article = {}
    for column, value in row.items():
        # A column that already bears a name asked for gives way to the one that was named.
        if column in renamed or column not in named:
            name = renamed.get(column, column)
            article[name] = _cell(name, value)
    for name in _REQUIRED:
        if name in article:
            if not article[name].strip():
                raise ValueError(f"no {name}")
        elif name != "id" or named["id"] != "id":
            raise ValueError(f"no column {named[name]!r} for {name}")
    return article


def _cell(name: str, value: Any) -> str:
    check_column(name)
    if value is None or value != value:
        return ""
    if name in _REQUIRED and not isinstance(value, str | Number):
        raise ValueError(f"{name} must be a text or a number, not {type(value).__name__}")
    text = str(value)
    if has_half(text) if name == "text" else not text.isprintable():
        odd = files.ODD_IN_NAMES if name in ("source", "id") else files.ODD_IN_PROSE
        found = files.oddity(text, files.ODD_IN_TEXTS if name == "text" else odd)
        if found:
            raise ValueError(f"{name} holds {found}")
    return text


def has_half(text: str) -> bool:
    """Whether a text holds half a character."""
    if text.isascii():
        return False
    try:  # sooner than a search
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


@functools.lru_cache(MOST_COLUMNS)
def check_column(name: str) -> None:
    """A ``ValueError`` unless a column of articles may have this name."""
    if name in _HIDDEN:
        raise ValueError(
            f"the column {name!r} would be hidden, as segments have one of that name; rename it, as article_{name}"
        )
    check_name(name)


def check_name(name: str) -> None:
    """A ``ValueError`` where a name could break a figure or a terminal."""
    found = files.oddity(name, files.ODD_IN_NAMES)
    if found:
        raise ValueError(f"the column name {name!r} holds {found}")


def _with_ids(
    rows: list[tuple[int, dict[str, str]]], shard: str, column: str, broken: list[tuple[int, str]]
) -> list[tuple[int, dict[str, str]]]:
    """The rows with an id each; where some have one, those without it are broken, and second ones with the same."""
    given = any("id" in row for _, row in rows)
    first: dict[str, int] = {}
    kept = []
    for number, row in rows:
        if not given:
            row["id"] = f"{shard}:{number}"
        elif "id" not in row:
            broken.append((number, f"no column {column!r} for id, which other lines have"))
            continue
        if first.setdefault(row["id"], number) != number:
            broken.append((number, f"a second article with the id {row['id']!r}, which line {first[row['id']]} has"))
            continue
        kept.append((number, row))
    return kept
