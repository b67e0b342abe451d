"""Runs of words by number: which occur, and where, before any is written out."""

from __future__ import annotations

import numpy as np
import pandas as pd


def find_runs(
    codes: np.ndarray, sentence_borders: np.ndarray, length: int, *, min_count: float = 1
) -> tuple[np.ndarray, np.ndarray]:
    """The runs of so many neighbouring words of a sentence that occur often enough.

    Parameters
    ----------
    codes : int array, one per word
    sentence_borders : int array
        The first word of each sentence; then the number of words.
    length : int
    min_count : number

    Returns
    -------
    first : int64 array, one per occurrence
        The first word of the occurrence, in order.
    run : int64 array, one per occurrence
        The number of the run, from 0; numbers follow first occurrences.

    Examples
    --------
    >>> first, run = find_runs(np.array([7, 8, 7, 8, 9]), np.array([0, 4, 5]), 2)
    >>> first.tolist(), run.tolist()
    ([0, 1, 2], [0, 1, 0])
    """
    opens = np.zeros(len(codes) + 1, dtype=bool)
    opens[sentence_borders] = True
    first, run = _frequent(np.arange(len(codes)), codes.astype(np.int64), min_count)
    for size in range(2, length + 1):
        # A run is frequent only if what it is without its last or its first word is.
        shorter = np.full(len(codes) + 1, -1, dtype=np.int64)
        shorter[first] = run
        follows = shorter[first + 1] >= 0
        if size == 2:
            follows &= ~opens[first + 1]
        first, run = first[follows], run[follows]
        first, run = _frequent(first, run * len(codes) + shorter[first + 1], min_count)
    return first, run


def _frequent(first: np.ndarray, keys: np.ndarray, min_count: float) -> tuple[np.ndarray, np.ndarray]:
    """The occurrences of keys that occur often enough, and the keys numbered anew."""
    run, distinct = pd.factorize(keys)
    if min_count > 1:
        frequent = np.bincount(run, minlength=len(distinct)) >= min_count
        held = frequent[run]
        first, run = first[held], (np.cumsum(frequent) - 1)[run[held]]
    return first, run
