"""Stage 2 of large studies: shards of features -> one set of matrices and tables.

Vocabularies are united, and the shards appended one by one, so that no more than the vocabulary and one shard is in
memory of a process, however many articles there are.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from numpy.lib import format as npy
from scipy.sparse import csr_array
from tqdm import tqdm

from textlens import files
from textlens.corpus import plural
from textlens.dictionary import HIT_COLUMNS
from textlens.folders import made_whole
from textlens.merged import MATRICES, PARTS, read_json
from textlens.parquet import TableWriter, columns_of, read_arrays, read_frame, write_table
from textlens.vocabulary import term_map

_ARTICLES = re.compile(r"^([\d,]+) articles?\b")
_NAME = "merged.json"
_TOLD = {"columns", "files", "made_from", "phrases", "steps"}
_Kind = type[np.int32] | type[np.int64]


class _Flat:
    """A .npy file of one dimension that grows; plain writes, so that what was written need not stay in memory."""

    def __init__(self, path: Path, dtype: _Kind) -> None:
        self.dtype, self.length = np.dtype(dtype), 0
        self._stream = path.open("wb")
        self._write_header()

    def append(self, values: np.ndarray) -> None:
        self._stream.write(np.ascontiguousarray(values, dtype=self.dtype).data)
        self.length += len(values)

    def close(self) -> None:
        # The header has room for any length.
        self._stream.seek(0)
        self._write_header()
        self._stream.close()

    def _write_header(self) -> None:
        header = {"descr": npy.dtype_to_descr(self.dtype), "fortran_order": False, "shape": (self.length,)}
        npy.write_array_header_1_0(self._stream, header)


class _Matrix:
    """The three files of a matrix that grows by rows."""

    def __init__(self, folder: Path, name: str, index: _Kind) -> None:
        kinds: tuple[_Kind, ...] = (index, index, np.int32)
        self._parts = [_Flat(folder / f"{name}_{part}.npy", kind) for part, kind in zip(PARTS, kinds, strict=True)]
        self._parts[0].append(np.zeros(1, dtype=np.int64))

    def append(self, indptr: np.ndarray, indices: np.ndarray, data: np.ndarray) -> None:
        self._parts[0].append(indptr[1:].astype(np.int64) + self._parts[1].length)
        self._parts[1].append(indices)
        self._parts[2].append(data)

    def close(self) -> None:
        for part in self._parts:
            part.close()


def merge_shards(features: Path, names: Sequence[str], *, n_jobs: int | None = None) -> None:
    """Write ``features/merged`` from these of ``features/shards``, unless it is there and of the same shards.

    Raises
    ------
    ValueError
        No shard holds an article, two articles have one id, or a shard of features is broken.
    """
    folders = [features / "shards" / name for name in names]
    told = {folder: read_json(folder / "shard.json") for folder in folders}
    made_from = files.sha256(_as_json([[folder.name, told[folder]] for folder in folders]).encode())
    if _is_merged(features, made_from):
        return
    broken = [(folder.name, *line) for folder in folders for line in told[folder]["broken"]]
    full = {folder: told[folder] for folder in folders if told[folder]["articles"]}
    if not full:
        first = ": {}, line {}: {}".format(*broken[0]) if broken else ""
        raise ValueError(f"{features}: no article could be read{first}")
    _check_ids(list(full))
    phrases = told[folders[0]]["made_from"]["phrases"]
    with made_whole(features / "merged") as folder:
        columns = _write_matrices(folder, full, len(phrases), n_jobs)
        _write_tables(folder, full)
        write_table(folder / "broken.parquet", columns_of(pd.DataFrame(broken, columns=["shard", "line", "problem"])))
        content = {
            "made_from": made_from,
            "phrases": phrases,
            "columns": columns,
            "steps": _steps(list(full.values()), len(broken)),
            "files": {path.name: _described(path) for path in folder.iterdir()},
        }
        files.write_whole(folder / _NAME, _as_json(content))


def _is_merged(features: Path, made_from: str) -> bool:
    """Whether it is there byte for byte; the tables are not read, as they would not fit into memory."""
    folder = features / "merged"
    try:
        told = read_json(folder / _NAME)
        if set(told) != _TOLD or told["made_from"] != made_from:
            return False
        return bool(told["files"] == {path.name: _described(path) for path in folder.iterdir() if path.name != _NAME})
    except (ValueError, OSError):
        return False


def _as_json(content: Any) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)


def _described(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"size": path.stat().st_size, "sha256": digest}


def _check_ids(folders: Sequence[Path]) -> None:
    """No id twice. Hashes of ids take the place of the ids, and those that meet are read once more."""
    hashes = [_hashes(folder) for folder in folders]
    shard = np.repeat(np.arange(len(folders), dtype=np.int32), [len(part) for part in hashes])
    joined = np.concatenate(hashes)
    order = np.argsort(joined, kind="stable")
    twice = np.flatnonzero(joined[order][1:] == joined[order][:-1])
    first: dict[str, str] = {}
    for number in np.unique(shard[order[np.concatenate([twice, twice + 1])]]).tolist():
        folder = folders[number]
        for line, name in zip(*read_arrays(folder / "articles.parquet", ["line", "id"]), strict=True):
            place = f"{folder.name}, line {line}"
            if first.setdefault(name, place) != place:
                raise ValueError(f"{place}: a second article with the id {name!r}, which {first[name]} has")


def _hashes(folder: Path) -> np.ndarray:
    ids = np.array(read_arrays(folder / "articles.parquet", ["id"])[0], dtype=object)
    hashed: np.ndarray = pd.util.hash_array(ids, categorize=False)
    return hashed


def _write_matrices(folder: Path, shards: dict[Path, dict[str, Any]], n_phrases: int, n_jobs: int | None) -> list[int]:
    """The counts of forms, terms and phrases, shard after shard; how many forms and terms there are."""
    from joblib import Parallel, delayed

    forms = _united(shards)
    mapping = term_map(forms)
    write_table(folder / "terms.parquet", columns_of(mapping))
    terms = sorted(set(mapping["term"]))
    code_of, column_of = ({name: place for place, name in enumerate(names)} for names in (forms, terms))
    column = np.array([column_of[term] for term in mapping["term"]], dtype=np.int32)
    shape = (len(forms), len(terms), n_phrases)
    # No matrix has more entries than this.
    wide = sum(told["entries"] for told in shards.values()) > np.iinfo(np.int32).max
    index = np.int64 if wide else np.int32
    with ExitStack() as stack:
        parts = Path(stack.enter_context(TemporaryDirectory(dir=folder)))
        # Other processes write what is to be appended, a few shards ahead; this one appends it.
        ready = Parallel(n_jobs=n_jobs, return_as="generator")(
            delayed(_write_part)(parts / str(number), shard, told["rows"], codes, column[codes], shape)
            for number, (shard, told) in enumerate(shards.items())
            for codes in [_codes_of(shard, code_of)]
        )
        made = [stack.enter_context(closing(_Matrix(folder, name, index))) for name in MATRICES]
        for part in tqdm(ready, "merging", total=len(shards), delay=2):
            for number, matrix in enumerate(made):
                matrix.append(*(np.load(part / f"{number}_{name}.npy", allow_pickle=False) for name in PARTS))
            shutil.rmtree(part)
    return [len(forms), len(terms)]


def _codes_of(shard: Path, code_of: dict[str, int]) -> np.ndarray:
    """The place of each form of a shard among those of all."""
    (forms,) = read_arrays(shard / "forms.parquet", ["surface"])
    codes = np.array([code_of[form] for form in forms], dtype=np.int32)
    if (np.diff(codes) <= 0).any():
        raise _broken(shard / "counts.parquet")
    return codes


def _write_part(
    part: Path, shard: Path, n_rows: int, codes: np.ndarray, columns: np.ndarray, shape: tuple[int, int, int]
) -> Path:
    """The counts of forms, terms and phrases of one shard, in the columns of all.

    ``codes`` and ``columns`` give those of its forms and of their terms.
    """
    n_forms, n_terms, n_phrases = shape
    counts = _read_counts(shard / "counts.parquet", (n_rows, len(codes)), ("row", "form", "n"))
    (n_words,) = read_arrays(shard / "rows.parquet", ["n_words"])
    summed = np.diff(np.concatenate([[0], np.cumsum(counts.data, dtype=np.int64)])[counts.indptr])
    if not np.array_equal(summed, n_words):
        raise _broken(shard / "counts.parquet")
    # Both vocabularies are sorted, so that the forms of a row stay in order; its terms need not be.
    surface = csr_array((counts.data, codes[counts.indices], counts.indptr), (n_rows, n_forms))
    merged = csr_array((counts.data, columns[counts.indices], counts.indptr), (n_rows, n_terms), copy=True)
    merged.sum_duplicates()
    phrases = _read_counts(shard / "phrases.parquet", (n_rows, n_phrases), ("row", "phrase", "n"))
    part.mkdir()
    for number, matrix in enumerate((surface, merged, phrases)):
        for name in PARTS:
            np.save(part / f"{number}_{name}.npy", getattr(matrix, name), allow_pickle=False)
    return part


def _united(shards: Iterable[Path]) -> list[str]:
    forms: set[str] = set()
    for shard in shards:
        forms.update(read_arrays(shard / "forms.parquet", ["surface"])[0])
    return sorted(forms)


def _read_counts(path: Path, shape: tuple[int, int], names: Sequence[str]) -> csr_array:
    """The counts of one shard, after a look at whether each entry is in the matrix, and there once, in order."""
    row, column, n = read_arrays(path, names)
    if len(n):
        place = row.astype(np.int64) * shape[1] + column
        inside = row[0] >= 0 and row[-1] < shape[0] and column.min() >= 0 and column.max() < shape[1] and n.min() >= 1
        if not inside or (np.diff(place) <= 0).any():
            raise _broken(path)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=shape[0]))]).astype(np.int32)
    return csr_array((n, column, indptr), shape=shape)


def _broken(path: Path) -> ValueError:
    return ValueError(
        f"{path}: not the counts that textlens wrote; remove {path.parent} and extract the features again"
    )


def _write_tables(folder: Path, shards: dict[Path, dict[str, Any]]) -> None:
    """Articles, rows and hits, shard after shard; numbers of segments go on from one to the next."""
    left_out = {name for told in shards.values() for name in told["left_out"]}
    columns = dict.fromkeys(name for told in shards.values() for name in told["columns"] if name not in left_out)
    with ExitStack() as stack:
        names = ("articles", "rows", "hits")
        articles, rows, hits = (stack.enter_context(TableWriter(folder / f"{name}.parquet")) for name in names)
        before = 0
        for shard, told in shards.items():
            own = read_frame(shard / "articles.parquet", [name for name in told["columns"] if name in columns])
            own = own.reindex(columns=list(columns), fill_value="")
            if "family" in columns:
                # An article that names no family is one by itself.
                own["family"] = own["family"].where(own["family"] != "", own["id"])
            articles.append(columns_of(own))
            for name, writer, needed in (("rows", rows, ["n_words"]), ("hits", hits, HIT_COLUMNS)):
                table = read_frame(shard / f"{name}.parquet", ["segment", "article", *needed])
                writer.append(columns_of(table.assign(segment=table["segment"] + before)))
            before += told["segments"]


def _steps(shards: Sequence[dict[str, Any]], n_broken: int) -> list[str]:
    """What was done, once; numbers of articles are added up."""
    steps = [f"read {plural(len(shards), 'shard')}: {plural(sum(told['articles'] for told in shards), 'article')}"]
    if n_broken:
        steps.append(f"{plural(n_broken, 'broken line')} left out")
    summed: dict[str, int] = {}
    for step in (step for told in shards for step in told["steps"]):
        number = _ARTICLES.match(step)
        rest = step[number.end() :] if number else step
        summed[rest] = summed.get(rest, 0) + (int(number[1].replace(",", "")) if number else 0)
    left_out = {name: None for told in shards for name in told["left_out"]}
    if left_out:
        summed[f"columns that may hold text of the articles left out: {', '.join(left_out)}"] = 0
    steps += [f"{plural(n, 'article')}{rest}" for rest, n in summed.items() if n]
    return steps + [rest for rest, n in summed.items() if not n]
