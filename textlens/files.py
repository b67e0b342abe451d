"""Opening and writing files safely, and making hostile text harmless in CSV and in a terminal.

Bottom layer: imports nothing of textlens. Everything that reads or writes goes through here, so that a
broken file is named with its line, no name leaves its folder, and no file is left half written.
"""

from __future__ import annotations

import hashlib
import io
import numbers
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

# A spreadsheet runs a cell that begins so; the apostrophe itself is escaped to keep reading exact.
_CELL_RISK = ("=", "+", "-", "@", "\t", "\r", "'")
_QUOTED = re.compile('[,"\r\n]')


def read_bytes(path: str | Path) -> bytes:
    """The bytes of a file that is there and not empty; else a ``ValueError`` that names it."""
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file")
    data = path.read_bytes()
    if not data.strip():
        raise ValueError(f"{path}: the file is empty")
    return data


def decode(data: bytes, name: str | Path) -> str:
    """Bytes as UTF-8 text; a ``ValueError`` names the file, the line and the byte that is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{name}, line {line}: byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        ) from None


def read_text(path: str | Path) -> str:
    """A UTF-8 text file as it is: line ends are not changed, so that offsets stay true."""
    return decode(read_bytes(path), path)


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def inside(folder: str | Path, name: str) -> Path:
    """The path of ``name`` in ``folder``; a ``ValueError`` when it would lead out of it."""
    root = Path(folder).resolve()
    if "\x00" in name:
        raise ValueError(f"file name {name!r} holds a NUL character; name a file inside {folder}")
    path = (root / name).resolve()
    if Path(name).is_absolute() or not path.is_relative_to(root):
        raise ValueError(f"file name {name!r} leaves its folder; name a file inside {folder}")
    return path


def write_whole(path: str | Path, data: str | bytes) -> None:
    """Write a file whole or not at all: into a temporary neighbour, then renamed."""
    path = Path(path)
    content = data.encode("utf-8") if isinstance(data, str) else data
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def table_to_csv(table: pd.DataFrame) -> str:
    """A table as CSV text: six significant digits, and no cell that a spreadsheet would run."""
    columns = [[_cell(cell) for cell in table.iloc[:, position]] for position in range(table.shape[1])]
    rows = [[_cell(str(name)) for name in table.columns], *zip(*columns, strict=True)]
    # A row of one empty cell would be a blank line, which readers skip.
    return "".join((",".join(row) or '""') + "\n" for row in rows)


def table_from_csv(path: str | Path, **dtypes: Any) -> pd.DataFrame:
    """A table that :func:`table_to_csv` wrote; columns are text unless named in ``dtypes``."""
    text = read_text(path)
    try:
        table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        table.columns = pd.Index([_unescape(name) for name in table.columns])
        for name in table.columns:
            if name in dtypes:
                table[name] = table[name].astype(dtypes[name])
            else:
                table[name] = pd.Series([_unescape(cell) for cell in table[name]], dtype="str")
    except ValueError as error:
        raise ValueError(f"{path}: not the table that textlens wrote: {error}") from None
    return table


def _cell(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, numbers.Number):
        return f"{value:.6g}" if isinstance(value, float) else str(value)
    cell = _escape(str(value))
    # Python's own writer leaves a lone carriage return bare, and a spreadsheet starts a new row, and cell, there.
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell


def _escape(cell: str) -> str:
    return "'" + cell if cell.startswith(_CELL_RISK) else cell


def _unescape(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_CELL_RISK) else cell


def terminal_safe(text: str) -> str:
    """Text without control characters, so that no article can steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)
