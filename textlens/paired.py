"""Something fitted as two files that belong together: numbers (.npz) and words (.json); no pickle."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from textlens import files


def write_pair(path: str | Path, said: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """Write ``said`` to ``path.json``, with the checksum of the arrays in ``path.npz``, each whole or not at all."""
    numbers = io.BytesIO()
    np.savez(numbers, **arrays)  # type: ignore[arg-type]
    words = json.dumps({**said, "numbers": files.sha256(numbers.getvalue())}, ensure_ascii=False, indent=1) + "\n"
    files.write_whole(f"{path}.npz", numbers.getvalue())
    files.write_whole(f"{path}.json", words)


def read_pair(
    path: str | Path, fine: Callable[[dict[str, Any]], bool], what: str
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What :func:`write_pair` wrote; a ``ValueError`` names the file that is broken, not ``fine``, or of another pair.

    ``what`` they must be, as "a classifier that tl.save_classifier wrote".
    """
    try:
        said = json.loads(files.read_text(f"{path}.json"))
        known = isinstance(said, dict) and isinstance(said.get("numbers"), str) and fine(said)
    except (json.JSONDecodeError, RecursionError):
        known = False
    if not known:
        raise ValueError(f"{path}.json: not {what}")
    data = files.read_bytes(f"{path}.npz")
    if files.sha256(data) != said["numbers"]:
        raise ValueError(f"{path}.npz: not the numbers that belong to {path}.json; the two were not written together")
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            if any(entry.compress_type for entry in archive.zip.infolist()):
                raise ValueError("it is compressed")  # a small file may hold more than fits the memory
            return said, {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, BadZipFile, TypeError, AttributeError, KeyError, MemoryError) as error:
        raise ValueError(f"{path}.npz: not {what}: {error}") from None
