"""Files and DataFrames -> Corpus.

Nothing is dropped without a rule, and nothing at all is lost: what the segments hold, in all roles, is the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Number
from pathlib import Path

import pandas as pd

from textlens import files
from textlens.corpus import Corpus, plural
from textlens.manifest import METADATA, Manifest, read_manifest
from textlens.passages import corpus_of
from textlens.shards import check_column, check_name, has_half


def read_corpus(
    path: str | Path,
    *,
    text: str = "text",
    source: str = "source",
    id: str = "id",
    texts: str | Path | None = None,
    **columns: str,
) -> Corpus:
    """Read articles from a manifest, a folder, or a CSV or JSON Lines table.

    Parameters
    ----------
    path : path
        ``corpus.toml`` or a folder that holds one; a folder of ``.txt`` files, where each subfolder is a source; or
        a ``.csv`` or ``.jsonl`` file with one article a row.
    text, source, id : str
        Columns of a table that hold these. Without an ``id`` column articles are numbered.
    texts : path, optional
        Where the manifest's files lie; by default the folder ``texts`` beside it.
    **columns : str
        Further columns to rename, as ``date="published"``; all other columns are kept as they are.

    Returns
    -------
    Corpus
        It holds the texts; the files may go away.

    Raises
    ------
    ValueError
        A file is missing, empty, not UTF-8, changed since its checksum was written, or outside the texts folder; a
        column is missing, there twice, or has the name of a column of ``segments``; two articles have one id; a
        text, source or id is empty or no text, or anything but a text holds a control character.

    Examples
    --------
    >>> import textlens as tl
    >>> tl.read_corpus(tl.demo_folder() / "corpus.toml")
    Corpus: 12 articles of 3 sources, 163 segments
    """
    path = Path(path)
    ending = path.suffix.lower()
    if os.path.isdir(path) and not os.path.isfile(path / "corpus.toml"):
        return _read_folder(path)
    if os.path.isdir(path) or ending == ".toml":
        manifest = read_manifest(path / "corpus.toml" if os.path.isdir(path) else path)
        return _read_study(manifest, Path(texts) if texts is not None else manifest.path.parent / "texts")
    if not ending and not os.path.exists(path):
        raise ValueError(f"{path}: there is no such folder")
    if ending not in (".csv", ".jsonl"):
        raise ValueError(f"{path}: cannot read {path.suffix!r}; give .csv, .jsonl, .toml or a folder")
    table = _read_table(files.read_text(path), path)
    with _naming(path):
        return corpus_from_frame(table, text=text, source=source, id=id, **columns)


def corpus_from_frame(
    frame: pd.DataFrame, *, text: str = "text", source: str = "source", id: str = "id", **columns: str
) -> Corpus:
    """A Corpus from a DataFrame with one article a row.

    Parameters
    ----------
    frame : DataFrame
    text, source, id : str
        Columns that hold the text, the side that is compared, and the unique id. Without an ``id`` column
        articles are numbered from 1.
    **columns : str
        Further columns to rename, as ``date="published"``; all other columns are kept as they are.

    Returns
    -------
    Corpus

    Raises
    ------
    ValueError
        A column is missing, there twice, or has the name of a column of ``segments``; a text, source or id is empty
        or no text; an id occurs twice; anything but a text holds a control character.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> frame = pd.DataFrame({"content": ["We seek peace.", "We seek trade."], "outlet": ["A", "B"]})
    >>> tl.corpus_from_frame(frame, text="content", source="outlet")
    Corpus: 2 articles of 2 sources, 2 segments
    """
    return corpus_of(*_articles_of(frame, {"text": text, "source": source, "id": id, **columns}), ())


# Rows of a table that are looked at at once.
_ROWS = 10_000


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Say in which file a mistake is."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _articles_of(frame: pd.DataFrame, named: dict[str, str]) -> tuple[pd.DataFrame, pd.Series, list[str]]:
    """The articles of a table, checked: their metadata; the text of each; what was done."""
    if frame.columns.nlevels > 1:
        raise ValueError("the columns of the table have several levels; give each column one name")
    files.check_names(frame.columns)
    for name, column in named.items():
        if column not in frame and not (name == "id" and column == "id"):
            raise ValueError(f"no column {column!r} for {name}; the table has {list(frame.columns)}")
    renamed = {column: name for name, column in named.items()}
    for name, column in named.items():
        if column in frame and renamed[column] != name:
            raise ValueError(f"column {column!r} is named for both {name} and {renamed[column]}; copy it first")
    # A column that already bears a name asked for gives way to the one that was named.
    kept = [column for column in frame if column in renamed or column not in named]
    table = frame[kept].rename(columns=renamed).reset_index(drop=True)
    if table.empty:
        raise ValueError("the table holds no article")
    steps = [f"read a table: {plural(len(table), 'article')}"]
    if "id" not in table:
        table.insert(0, "id", [str(number + 1) for number in range(len(table))])
        steps.append("articles numbered in the order of the table")
    for name in ("text", "source", "id"):
        table[name] = _texts_of(table[name], name)
    articles = table.drop(columns="text")
    _check_metadata(articles)
    return articles, table["text"], steps


def _texts_of(column: pd.Series, name: str) -> pd.Series:
    """A column as texts, each with something in it and nothing odd."""
    if pd.api.types.is_integer_dtype(column.dtype) and not column.hasnans:
        column = column.astype("str")
    if _is_fine(column, name):
        return column if name == "text" else column.astype("str")
    texts = []
    odd = files.ODD_IN_TEXTS if name == "text" else files.ODD_IN_NAMES
    for row, value in enumerate(column.tolist(), start=1):
        # A table has no other sign for a gap than a missing number.
        if pd.api.types.is_scalar(value) and pd.isna(value):
            value = ""
        if not isinstance(value, str | Number):
            raise ValueError(f"row {row}: {name} must be a text or a number, not {type(value).__name__}")
        if not str(value).strip():
            raise ValueError(f"row {row} has no {name}")
        found = files.oddity(str(value), odd)
        if found:
            raise ValueError(f"row {row}: {name} holds {found}")
        texts.append(str(value))
    return pd.Series(texts, dtype="str")


def _is_fine(column: pd.Series, name: str) -> bool:
    """Whether it is sure at a glance that a column holds texts only, none blank or with what must not be there."""
    dtype = column.dtype
    if column.hasnans or (dtype != "str" and pd.api.types.infer_dtype(column, skipna=False) != "string"):
        return False
    # Arrow keeps no half characters, and would have to copy all texts.
    of_arrow = name == "text" and getattr(dtype, "storage", "") == "pyarrow"
    texts = column.str[:1].tolist() if of_arrow else column.tolist()
    if not all(texts) or any(map(str.isspace, texts)):
        return False
    if name == "text":
        return of_arrow or not any(map(has_half, texts))
    return all(map(str.isprintable, texts))


def _check_metadata(articles: pd.DataFrame) -> None:
    """No metadata is hidden by the segments' own, and none could break a figure or a terminal."""
    for column in articles.columns:
        check_column(str(column))
        if articles[column].dtype.kind in "biufcmM":
            continue
        for first in range(0, len(articles), _ROWS):
            for row, value in enumerate(articles[column].iloc[first : first + _ROWS].tolist(), start=first + 1):
                # What can be printed is quickly told.
                if not isinstance(value, str) or value.isprintable():
                    continue
                found = files.oddity(value, files.ODD_IN_PROSE)
                if found:
                    raise ValueError(f"row {row}: {column} holds {found}")


def _read_table(text: str, path: Path) -> pd.DataFrame:
    if path.suffix.lower() == ".csv":
        try:
            return files.parse_csv(text)
        except ValueError as error:
            raise ValueError(f"{path}: not a CSV table: {str(error).strip()}") from None
    rows = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise ValueError(f"{path}, line {number}: not JSON: {error}") from None
            if not isinstance(row, dict):
                raise ValueError(f"{path}, line {number}: not a JSON object")
            rows.append(row)
    try:
        return pd.DataFrame(rows)
    except UnicodeEncodeError:
        # Arrow, if it is there, takes no half character; of cells, the checks to come say where it is.
        names = list(dict.fromkeys(name for row in rows for name in row))
        with _naming(path):
            for name in names:
                check_name(name)
        return pd.DataFrame([[row.get(name) for name in names] for row in rows], columns=names, dtype=object)


def _read_folder(folder: Path) -> Corpus:
    paths = sorted(folder.rglob("*.txt")) if folder.is_dir() else []
    if not paths:
        raise ValueError(f"{folder}: no .txt file and no corpus.toml in this folder")
    rows = []
    for path in paths:
        relative = files.inside(folder, str(path.relative_to(folder))).relative_to(folder.resolve())
        source = relative.parts[0] if len(relative.parts) > 1 else folder.resolve().name
        identity = relative.with_suffix("").as_posix()
        rows.append({"id": identity, "source": source, "text": files.read_text(path)})
    return corpus_from_frame(pd.DataFrame(rows))


def _read_study(manifest: Manifest, texts: Path) -> Corpus:
    if manifest.table is not None:
        entry = manifest.table
        content = _read_checked(texts, entry["file"], entry["sha256"], manifest)
        path = texts / entry["file"]
        table = _read_table(content, path)
        named = {"text": entry["text"], "source": entry["source"], "id": entry.get("id", "id")}
        with _naming(path):
            found = _articles_of(table, {**named, **entry.get("columns", {})})
        return corpus_of(*found, manifest.rules)
    rows = []
    contents = []
    for article in manifest.articles:
        content = _read_checked(texts, article["file"], article["sha256"], manifest)
        given = {key: value for key, value in article.items() if key not in ("sha256", "rests_on")}
        rows.append({key: str(value) for key, value in given.items()})
        contents.append(content)
    articles = pd.DataFrame(rows).fillna("")
    order = ["id", "file", *(key for key in METADATA if key in articles)]
    articles = articles[[*order, *(key for key in articles if key not in order)]]
    with _naming(manifest.path):
        _check_metadata(articles)
    steps = [f"read a manifest: {plural(len(rows), 'article')}, {plural(len(manifest.rules), 'rule')}"]
    return corpus_of(articles, pd.Series(contents, dtype=object), steps, manifest.rules)


def _read_checked(texts: Path, name: str, checksum: str, manifest: Manifest) -> str:
    path = files.inside(texts, name)
    data = files.read_bytes(path)
    found = files.sha256(data)
    if found != checksum:
        raise ValueError(
            f"{path}: the file is not the one that {manifest.path} describes (sha256 {found}, expected {checksum})"
        )
    return files.decode(data, path)
