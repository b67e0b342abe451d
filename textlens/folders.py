"""Folders that are written whole or not at all."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UNFINISHED = ".unfinished-"


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """A new folder to write into, which takes the place of ``path`` when all went well, and is removed otherwise."""
    temporary, old = (path.parent / f"{_UNFINISHED}{uuid.uuid4().hex}" for _ in range(2))
    try:
        temporary.mkdir(parents=True)
        yield temporary
        if path.exists():
            path.rename(old)
        temporary.rename(path)
    except OSError as error:
        if old.exists() and not path.exists():
            old.rename(path)
        raise ValueError(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        for left in (temporary, old):
            shutil.rmtree(left, ignore_errors=True)


def clear_unfinished(folder: Path) -> None:
    """Remove what killed runs left behind."""
    for path in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)
