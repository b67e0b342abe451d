"""Tables as Parquet files: columns of texts, whole numbers and truth values; the same table gives the same bytes.

Needs pyarrow, which comes with ``textlens[parquet]`` and is imported when a table is read or written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

# No other column of a table has such a name.
WHOLE = frozenset(("segment", "passage", "line", "start", "end", "n_words"))
TRUTH = frozenset(("negated",))
Columns = Mapping[str, Sequence[str] | np.ndarray]


def arrow() -> Any:
    """The module ``pyarrow``, with its Parquet part; a ``ValueError`` says how to install it."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ValueError("Parquet needs pyarrow: pip install textlens[parquet]") from None
    return pyarrow


class TableWriter:
    """A Parquet file that grows by parts: each is one row group, so that no more than one is in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: Any = None

    def append(self, columns: Columns) -> None:
        """Add rows; all parts must have the same columns."""
        pa = arrow()
        # The whole numbers by differences from one to the next: most stand in order.
        whole = [name for name, values in columns.items() if _is_whole(values)]
        table = pa.table({name: _array(pa, values) for name, values in columns.items()})
        if self._file is None:
            self._file = pa.parquet.ParquetWriter(
                self.path,
                table.schema,
                use_dictionary=[name for name, values in columns.items() if not isinstance(values, np.ndarray)],
                column_encoding=dict.fromkeys(whole, "DELTA_BINARY_PACKED"),
            )
        self._file.write_table(table, row_group_size=max(1, table.num_rows))

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, *error: object) -> None:
        if self._file is not None:
            self._file.close()


def _is_whole(values: Sequence[str] | np.ndarray) -> bool:
    return isinstance(values, np.ndarray) and values.dtype.kind == "i"


def _array(pa: Any, values: Sequence[str] | np.ndarray) -> Any:
    return pa.array(values) if isinstance(values, np.ndarray) else pa.array(list(values), pa.string())


def write_table(path: Path, columns: Columns) -> None:
    """Write a table at once."""
    with TableWriter(path) as writer:
        writer.append(columns)


def columns_of(table: pd.DataFrame) -> Columns:
    """The columns of a table as they are written: whole numbers as 64 bits, truth values as one, others as texts."""
    kinds = {**dict.fromkeys(WHOLE, np.int64), **dict.fromkeys(TRUTH, np.bool_)}
    return {
        str(name): column.to_numpy(dtype=kinds[str(name)]) if name in kinds else column.tolist()
        for name, column in table.items()
    }


def read_arrays(path: Path, names: Sequence[str]) -> list[Any]:
    """Some columns of a table that was written here: whole numbers as arrays, texts as lists."""
    table = _read(path, names)
    whole = arrow().types.is_integer
    return [column.to_numpy() if whole(column.type) else column.to_pylist() for column in table.columns]


def read_frame(path: Path, needed: Sequence[str]) -> pd.DataFrame:
    """A table that was written here, with these columns at least."""
    frame: pd.DataFrame = _read(path, needed, others=True).to_pandas()
    return frame


def _read(path: Path, needed: Sequence[str], others: bool = False) -> Any:
    pa = arrow()
    try:
        with pa.parquet.ParquetFile(path) as file:
            lacking = [name for name in needed if name not in file.schema_arrow.names]
            if lacking:
                raise ValueError(f"it lacks the column {lacking[0]!r}")
            return file.read(None if others else list(needed), use_threads=False)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ValueError(f"{path}: not the table that textlens wrote: {error}; extract the features again") from None
