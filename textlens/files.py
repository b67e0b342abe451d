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
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

# A spreadsheet runs a cell that begins so; the apostrophe itself is escaped to keep reading exact.
_CELL_RISK = ("=", "+", "-", "@", "\t", "\r", "'")
_QUOTED = re.compile('[,"\r\n]')
# What a name, a line or more of prose, and an article must not hold: control characters would break figures and
# terminals, and half a surrogate pair cannot be written at all.
ODD_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
ODD_IN_PROSE = re.compile(r"(?![\t\n\r])" + ODD_IN_NAMES.pattern)
ODD_IN_TEXTS = re.compile(r"[\ud800-\udfff]")
# Nine digits are more than any text has words or characters, and fit every type of number.
_WHOLE_NUMBER = "[0-9]{1,9}"


@contextmanager
def doing(what: str, path: str | Path) -> Iterator[None]:
    """Turn what the system refuses into a ``ValueError`` that says what was being done, and to which file."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        # Where links lead in a circle, older Pythons raise a RuntimeError.
        reason = error.strerror if isinstance(error, OSError) else error
        raise ValueError(f"cannot {what} {path}: {reason}") from None


def read_bytes(path: str | Path) -> bytes:
    """The bytes of a file that is there and not empty; else a ``ValueError`` that names it."""
    path = Path(path)
    with doing("read", path):
        if path.is_dir():
            raise ValueError(f"{path} is a folder, not a file")
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
    if "\x00" in name:
        raise ValueError(f"file name {name!r} holds a NUL character; name a file inside {folder}")
    with doing("find", Path(folder) / name):
        root = Path(folder).resolve()
        path = (root / name).resolve()
    if Path(name).is_absolute() or not path.is_relative_to(root):
        raise ValueError(f"file name {name!r} leaves its folder; name a file inside {folder}")
    return path


def write_whole(path: str | Path, data: str | bytes) -> None:
    """Write a file whole or not at all: into a temporary neighbour, then renamed."""
    path = Path(path)
    content = data.encode("utf-8") if isinstance(data, str) else data
    with doing("write", path):
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


def table_from_csv(path: str | Path, *, whole: Collection[str] = ()) -> pd.DataFrame:
    """A table that :func:`table_to_csv` wrote; columns are text, but those named in ``whole`` are whole numbers."""
    text = read_text(path)
    try:
        table = parse_csv(text)
        table.columns = pd.Index([unescape(name) for name in table.columns])
        check_names(table.columns)
        for name in table.columns:
            if name in whole:
                table[name] = _whole_numbers(table[name])
            else:
                table[name] = pd.Series([unescape(cell) for cell in table[name]], dtype="str")
    except ValueError as error:
        raise ValueError(f"{path}: not the table that textlens wrote: {str(error).strip()}") from None
    return table


def parse_csv(text: str) -> pd.DataFrame:
    """CSV text as a table of text; a ``ValueError`` when two columns share a name or rows are too long."""
    header = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, header=None, nrows=1)
    # pandas gives a second column another name; those without any name are told apart by it.
    check_names(name for name in header.iloc[0] if name)
    table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    # pandas takes the first cells for row names when rows are longer than the header.
    if not isinstance(table.index, pd.RangeIndex):
        raise ValueError("rows have more cells than the header; put cells that hold commas in quotes")
    return table


def check_names(names: Iterable[object]) -> None:
    """A ``ValueError`` when two columns have one name."""
    seen: set[object] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"two columns are called {name!r}; rename one")
        seen.add(name)


def _whole_numbers(column: pd.Series) -> pd.Series:
    wrong = ~column.str.fullmatch(_WHOLE_NUMBER)
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise ValueError(f"row {row + 1}: {column.name} = {column.iloc[row]!r} is no whole number of up to 9 digits")
    return column.astype("int64")


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


def unescape(cell: str) -> str:
    """A cell as it was before a sign was set before it that keeps spreadsheets from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_CELL_RISK) else cell


def oddity(text: str, odd: re.Pattern[str]) -> str:
    """The first character of a text that must not be there, in words for a message; or nothing."""
    found = odd.search(text)
    if found is None:
        return ""
    kind = "the half character" if ODD_IN_TEXTS.fullmatch(found.group()) else "the control character"
    return f"{kind} \\x{ord(found.group()):02x}"


def terminal_safe(text: str) -> str:
    """Text without control characters, so that no article can steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)
