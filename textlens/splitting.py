"""A table of articles -> a folder of shards, read and written piece by piece."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from textlens import files
from textlens.corpus import expect_number
from textlens.folders import made_whole
from textlens.parquet import arrow

# Rows of a table that are in memory at once.
_AT_ONCE = 1000


def write_shards(articles: str | Path | pd.DataFrame, folder: str | Path, *, size: int = 10_000) -> Path:
    """Cut a table of articles into shards, for :func:`textlens.extract_shards`.

    Parameters
    ----------
    articles : path or DataFrame
        A ``.csv``, ``.jsonl`` or ``.parquet`` file with one article a row; it may be larger than the memory.
        Lines of JSON are copied as they are.
    folder : path
        The folder to make; it must not exist.
    size : int
        Articles per shard.

    Returns
    -------
    Path
        The folder, with the shards ``000000.jsonl``, ``000001.jsonl`` and so on.

    Raises
    ------
    ValueError
        The folder exists, or the table cannot be read or holds no article; then nothing is made.

    Examples
    --------
    >>> import pandas as pd, tempfile, textlens as tl
    >>> frame = pd.DataFrame({"text": ["War.", "Peace.", "Talks."], "source": ["A", "B", "A"]})
    >>> with tempfile.TemporaryDirectory() as study:
    ...     folder = tl.write_shards(frame, f"{study}/shards", size=2)
    ...     sorted(path.name for path in folder.iterdir())
    ['000000.jsonl', '000001.jsonl']
    """
    expect_number(size, "size", least=1, whole=True)
    folder = Path(folder)
    if folder.is_symlink() or folder.exists():
        raise ValueError(f"{folder} exists already; choose another name")
    lines = _lines_of_frame(articles) if isinstance(articles, pd.DataFrame) else _lines_of_file(Path(articles))
    with made_whole(folder) as made:
        for number in itertools.count():
            part = itertools.islice(lines, size)
            first = next(part, None)
            if first is None:
                break
            with (made / f"{number:06}.jsonl").open("wb") as stream:
                stream.write(first)
                stream.writelines(part)
        if not number:
            raise ValueError(f"{'the table' if isinstance(articles, pd.DataFrame) else articles} holds no article")
    return folder


def _lines_of_file(path: Path) -> Iterator[bytes]:
    readers = {".csv": _lines_of_csv, ".jsonl": _lines_of_jsonl, ".parquet": _lines_of_parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ValueError(f"{path}: cannot read {path.suffix!r}; give {', '.join(readers)}")
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file")
    return reader(path)


def _lines_of_jsonl(path: Path) -> Iterator[bytes]:
    with files.doing("read", path), path.open("rb") as stream:
        for number, line in enumerate(stream):
            line = line.removeprefix(b"\xef\xbb\xbf") if not number else line
            if line.strip():
                yield line.rstrip(b"\r\n") + b"\n"


def _lines_of_csv(path: Path) -> Iterator[bytes]:
    options: dict[str, Any] = {"dtype": str, "keep_default_na": False, "encoding": "utf-8"}
    try:
        # pandas gives a second column another name; those without any name are told apart by it.
        files.check_names(name for name in pd.read_csv(path, header=None, nrows=1, **options).iloc[0] if name)
        with pd.read_csv(path, chunksize=_AT_ONCE, **options) as chunks:
            for chunk in chunks:
                # pandas takes the first cells for row names when rows are longer than the header.
                if not isinstance(chunk.index, pd.RangeIndex):
                    raise ValueError("rows have more cells than the header; put cells that hold commas in quotes")
                yield from _lines_of_frame(chunk)
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: not a CSV table: {str(error).strip()}") from None


def _lines_of_parquet(path: Path) -> Iterator[bytes]:
    pa = arrow()
    try:
        with pa.parquet.ParquetFile(path) as file:
            files.check_names(file.schema_arrow.names)
            for batch in file.iter_batches(_AT_ONCE, use_threads=False):
                yield from map(_line, batch.to_pylist())
    except (OSError, ValueError, OverflowError, pa.ArrowException) as error:
        raise ValueError(f"{path}: not a Parquet table: {error}") from None


def _lines_of_frame(frame: pd.DataFrame) -> Iterator[bytes]:
    files.check_names(frame.columns)
    names = [str(name) for name in frame.columns]
    for start in range(0, len(frame), _AT_ONCE):
        part = frame.iloc[start : start + _AT_ONCE].astype(object)
        for cells in part.where(part.notna(), None).itertuples(index=False, name=None):
            yield _line(dict(zip(names, cells, strict=True)))


def _line(row: dict[str, Any]) -> bytes:
    # Half a character stays in its line, which is told as broken when it is read.
    return json.dumps(row, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass") + b"\n"
