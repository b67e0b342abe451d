"""What a score of frames counts: hits per word, or the passages and articles that hold one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.corpus import expect, expect_list
from textlens.counts import Counts

# What the hits of a score are divided by; those of a rate are words.
SCORES = ("rate", "passages", "articles")


def check_score(score: str) -> None:
    """A ``ValueError`` unless this is a score."""
    if score not in SCORES:
        raise ValueError(f"score must be one of {', '.join(map(repr, SCORES))}, not {score!r}")


def hits_within(hits: pd.DataFrame, counts: Counts) -> pd.DataFrame:
    """The hits in the rows of the counts, after a look at whether both are of the same articles."""
    expect(hits, pd.DataFrame, "hits", "tl.find_indicators")
    expect(counts, Counts, "counts", "tl.count_terms")
    missing = [name for name in ("frame", "indicator", "segment", "article") if name not in hits]
    if missing:
        raise ValueError(f"the hits lack the column {missing[0]!r}; tl.find_indicators gives it")
    for name in ("frame", "indicator"):
        if hits[name].isna().any():
            raise ValueError(f"the hits have no {name} in row {int(hits[name].isna().to_numpy().argmax()) + 1}")
    # Categories, as other files keep them, cannot be joined to longer names.
    hits = hits.astype({"frame": "str", "indicator": "str"})
    article_of = dict(zip(counts.column("segment"), counts.column("article"), strict=True))
    within = hits[hits["segment"].isin(article_of)]
    if (within["segment"].map(article_of).astype("str") != within["article"].astype("str")).any():
        raise ValueError("these hits are of other articles than the counts")
    return within


def frames_of(hits: pd.DataFrame, frames: list[str] | None) -> list[str]:
    """The frames that were asked for, each once; without any, those with hits."""
    expect_list(frames, "frames")
    names = sorted(set(hits["frame"])) if frames is None else list(frames)
    again = pd.Series(names, dtype="object").duplicated()
    if again.any():
        raise ValueError(f"frames names {names[int(again.argmax())]!r} twice; name each frame once")
    return names


def count_hits(hits: pd.DataFrame, counts: Counts, column: str, names: Sequence[str]) -> Counts:
    """Hits per row of ``counts``, with the names as terms."""
    position = {name: index for index, name in enumerate(names)}
    row = {segment: index for index, segment in enumerate(counts.segments["segment"])}
    chosen = hits[hits[column].isin(position)]
    rows = chosen["segment"].map(row).to_numpy(dtype=np.int64)
    columns = chosen[column].map(position).to_numpy(dtype=np.int64)
    shape = (len(counts.segments), len(names))
    matrix = csr_array((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=shape)
    terms = np.array(names, dtype=object)
    return Counts(matrix, counts.n_words, terms, counts.segments, counts.articles, counts.steps)


def scored(counted: Counts, score: str, columns: Sequence[str] = ()) -> Counts:
    """Counts as a score takes them: hits and words, or a row per passage or article, 1 where it has a hit.

    Parameters
    ----------
    counted : Counts
        From `count_hits`.
    score : str
    columns : sequence of str
        What a passage or article must lie in wholly: the names of groups, units and blocks.

    Raises
    ------
    ValueError
        A passage or article lies in two values of ``columns``, as it would with voices.
    """
    if score == "rate":
        return counted
    place = ["article", "passage"][: 1 + (score == "passages")]
    keys = pd.DataFrame({name: counted.column(name) for name in dict.fromkeys([*place, *columns])})
    number = keys.groupby(list(keys), sort=False, dropna=False).ngroup().to_numpy()
    first = np.flatnonzero(~pd.Series(number).duplicated())
    found = keys.iloc[first]
    parted = found[found.duplicated(place)]
    if len(parted):
        name = " ".join(str(parted[column].iloc[0]) for column in place)
        raise ValueError(
            f"score={score!r} counts whole {score}, and {name!r} lies in two values of {' or '.join(columns)}; "
            "compare coarser groups and units, or rates"
        )
    member = csr_array((np.ones(len(number), dtype=np.int32), (number, np.arange(len(number)))))
    matrix = csr_array(((member @ counted.matrix) > 0).astype(np.int32))
    # What holds no word could have held no hit.
    some = (np.bincount(number, weights=counted.n_words) > 0).astype(np.int64)
    segments = counted.segments.iloc[first].reset_index(drop=True)
    return replace(counted, matrix=matrix, n_words=some, segments=segments)


def names_of(*columns: str | Sequence[str] | None) -> list[str]:
    """The names of columns that were given singly, in lists, or not at all."""
    lists = [[given] if isinstance(given, str) else list(given) for given in columns if given is not None]
    return list(dict.fromkeys(name for names in lists for name in names))
