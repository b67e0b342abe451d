"""Reading features that were merged from shards: counts stay in their files, mapped into memory.

``features/merged`` holds Parquet tables (``articles``, ``rows``, ``hits``, ``terms``, ``broken``), three arrays of
each of the matrices ``surface``, ``counts`` and ``phrases``, and ``merged.json``, which tells sizes and checksums.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens import files
from textlens.corpus import plural
from textlens.counts import Counts
from textlens.dictionary import HIT_COLUMNS
from textlens.parquet import TRUTH, WHOLE, read_frame

MATRICES = ("surface", "counts", "phrases")
NEEDED = {
    "articles": ("id", "source"),
    "rows": ("segment", "article", "n_words"),
    "hits": HIT_COLUMNS,
    "terms": ("surface", "term", "rules"),
    "broken": ("shard", "line", "problem"),
}
PARTS = ("indptr", "indices", "data")
# Bytes of a file that are looked at at once.
_AT_ONCE = 1 << 24


@dataclass(frozen=True)
class Merged:
    """The features of all shards: three Counts, and tables."""

    surface: Counts
    counts: Counts
    phrases: Counts
    tables: dict[str, pd.DataFrame]
    sha256: str


def is_sharded(folder: Path) -> bool:
    """Whether a folder of features was made from shards."""
    return (folder / "shards").is_dir() or (folder / "merged").is_dir()


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object that textlens wrote."""
    try:
        content = json.loads(files.read_text(path))
    except (json.JSONDecodeError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise ValueError(f"{path}: not the file that textlens wrote; extract the features again")
    return content


def read_merged(features: Path) -> Merged:
    """The merged features; a ``ValueError`` names the file that is missing, or does not fit the others."""
    folder = features / "merged"
    if not folder.is_dir():
        raise ValueError(f"{features}: the extraction was interrupted; run extract_shards once more")
    told = read_json(folder / "merged.json")
    _check_sizes(folder, told.get("files"))
    tables = {name: read_frame(folder / f"{name}.parquet", needed) for name, needed in NEEDED.items()}
    _check_tables(folder, tables)
    rows, articles, terms = tables["rows"], tables["articles"], tables["terms"]
    steps, phrases = (_texts(folder, told, name) for name in ("steps", "phrases"))
    n_words = rows.pop("n_words").to_numpy(dtype=np.int64)

    def counts_of(name: str, columns: list[str], *step: str) -> Counts:
        matrix = _matrix(folder, name, (len(rows), len(columns)))
        return Counts(matrix, n_words, np.array(columns, dtype=object), rows, articles, (*steps, *step))

    merged = sorted(set(terms["term"]))
    if [len(terms), len(merged)] != told.get("columns"):
        raise ValueError(f"{folder / 'terms.parquet'}: does not fit the other files; extract the features again")
    return Merged(
        counts_of("surface", terms["surface"].tolist()),
        counts_of("counts", merged, _merging(terms, len(merged))),
        counts_of("phrases", phrases, f"{plural(len(phrases), 'phrase')} counted"),
        tables,
        files.sha256((folder / "merged.json").read_bytes()),
    )


def _merging(terms: pd.DataFrame, n: int) -> str:
    changed = int((terms["surface"] != terms["term"]).sum())
    return f"{plural(len(terms), 'form')} merged to {plural(n, 'term')}, {changed:,} changed"


def _check_sizes(folder: Path, sizes: Any) -> None:
    """No file was cut short, lengthened or taken away."""
    names = [f"{name}.parquet" for name in NEEDED]
    for name in (*names, *(f"{name}_{part}.npy" for name in MATRICES for part in PARTS)):
        size = sizes[name]["size"] if isinstance(sizes, dict) and isinstance(sizes.get(name), dict) else None
        path = folder / name
        if not path.is_file():
            raise ValueError(f"{path}: there is no such file; extract the features again")
        if path.stat().st_size != size:
            raise ValueError(f"{path}: not the file that textlens wrote: its size differs; extract the features again")


def _check_tables(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """The tables fit one another, as those of one extraction do."""

    def refuse(name: str, wrong: Any, message: str) -> None:
        if np.any(wrong):
            raise ValueError(f"{folder / name}.parquet: {message}; extract the features again")

    articles, rows, hits, terms = (tables[name] for name in ("articles", "rows", "hits", "terms"))
    for name, table in tables.items():
        numbers = [column for column in table if column in WHOLE and table[column].dtype.kind != "i"]
        refuse(name, numbers, f"{numbers[:1]} must hold whole numbers")
        flags = [column for column in table if column in TRUTH and table[column].dtype.kind != "b"]
        refuse(name, flags, f"{flags[:1]} must hold True or False")
    refuse("articles", articles.empty, "there are no articles")
    refuse("articles", articles["id"].duplicated(), "two articles have one id")
    segments = rows["segment"].to_numpy()
    refuse("rows", np.diff(segments) <= 0, "the segments are not in order")
    refuse("rows", ~rows["article"].isin(articles["id"]), "a row of an article that articles.parquet does not have")
    place = np.searchsorted(segments, hits["segment"]).clip(max=max(0, len(segments) - 1))
    known = len(hits) == 0 or (
        (segments[place] == hits["segment"]) & (rows["article"].to_numpy()[place] == hits["article"])
    )
    refuse("hits", ~np.asarray(known), "a hit in no row, or in a row of another article")
    refuse("terms", not (terms["surface"].is_monotonic_increasing and terms["surface"].is_unique), "forms not in order")


def _texts(folder: Path, told: dict[str, Any], name: str) -> list[str]:
    texts = told.get(name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{folder / 'merged.json'}: {name} must be a list of texts; extract the features again")
    return texts


def _matrix(folder: Path, name: str, shape: tuple[int, int]) -> csr_array:
    """The matrix on its files. Nothing is copied; the borders of rows, and that columns exist, are looked at."""
    borders = folder / f"{name}_indptr.npy"
    indptr = _array(borders, (shape[0] + 1,))
    if indptr[0] != 0 or (np.diff(indptr) < 0).any():
        raise ValueError(f"{borders}: the borders of rows are not in order; extract the features again")
    n = int(indptr[-1])
    matrix: Any = csr_array(shape, dtype=np.int32)
    # Given to the constructor, 64-bit arrays would be read through, and copied where 32 bits would do.
    matrix.data = _array(folder / f"{name}_data.npy", (n,), np.dtype(np.int32))
    matrix.indices = _array(folder / f"{name}_indices.npy", (n,), indptr.dtype)
    _check_columns(folder / f"{name}_indices.npy", matrix.indices, shape[1])
    matrix.indptr = indptr
    matrix.has_canonical_format = True
    return cast("csr_array", matrix)


def _check_columns(path: Path, columns: np.ndarray, n: int) -> None:
    """No entry in a column that is not there: SciPy would read and write outside of its arrays."""
    with path.open("rb") as stream:
        # Not through the map: what was looked at would count as memory in use.
        stream.seek(-columns.nbytes, os.SEEK_END)
        while len(part := np.frombuffer(stream.read(_AT_ONCE), columns.dtype)):
            if part.min() < 0 or part.max() >= n:
                raise ValueError(f"{path}: a column that is not in the matrix; extract the features again")


def _array(path: Path, shape: tuple[int, ...], dtype: np.dtype[Any] | None = None) -> np.ndarray:
    try:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: not the array that textlens wrote: {error}; extract the features again") from None
    if mapped.shape != shape or mapped.dtype not in ((np.int32, np.int64) if dtype is None else (dtype,)):
        raise ValueError(
            f"{path}: {mapped.dtype} {mapped.shape} does not fit the other files; extract the features again"
        )
    if mapped.offset + mapped.nbytes != path.stat().st_size:
        raise ValueError(f"{path}: more than the array that textlens wrote; extract the features again")
    return np.asarray(mapped)
