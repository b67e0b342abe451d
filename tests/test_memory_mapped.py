"""Counts that lie in read-only files: the same answers as from memory, and nothing written into them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

import textlens as tl
from textlens.boilerplate import drop_boilerplate

SETS = {"things": ["t03", "t05", "t07"]}
N_ARTICLES, N_TERMS = 24, 60


def chance() -> np.random.Generator:
    return np.random.default_rng(7)


COMPARISONS: dict[str, Callable[[tl.Counts], Any]] = {
    "terms": lambda c: tl.compare_terms(c, min_count=5),
    "terms drawn": lambda c: tl.compare_terms(c, min_count=5, rng=chance()),
    "terms in blocks": lambda c: tl.compare_terms(c, min_count=5, block="event", rng=chance()),
    "terms pairwise": lambda c: tl.compare_terms(c, by="outlet", against="pairwise", measures=["g2", "fisher"]),
    "terms of three groups": lambda c: tl.compare_terms(c, by="outlet", rng=chance()),
    "terms trimmed": lambda c: tl.compare_terms(c, scale="trimmed"),
    "terms with a list": lambda c: tl.compare_terms(c, against={"t01": 40, "t02": 30, "other": 9}),
    "influence": lambda c: tl.influence(c, ["t01", "t40"]),
    "self check": lambda c: tl.self_check(c, n_draws=9, rng=chance()),
    "divergence": lambda c: tl.divergence(c, rng=chance()),
    "divergence of ranks": lambda c: tl.divergence(c.where(event=["e0", "e1"]), method="rtd"),
    "absence": lambda c: tl.absence(c, ["t58", "t59"]),
    "naming": lambda c: tl.naming_choices(c, SETS, rng=chance()),
    "topics": lambda c: tl.fit_topics(c, 3).shares,
    "topics compared": lambda c: tl.compare_topics(tl.fit_topics(c, 3), rng=chance()),
    "most topics": tl.most_topics,
    "frequencies": tl.term_frequencies,
    "dispersion": lambda c: tl.term_dispersion(c, by="source"),
    "words": lambda c: tl.count_words(c, by=["source", "article"]),
    "description": tl.describe_groups,
    "boilerplate": lambda c: tl.find_boilerplate(c, min_articles=2),
    "without boilerplate": lambda c: drop_boilerplate(c, tl.find_boilerplate(c, min_articles=2)),
    "by article": lambda c: c.by("article"),
    "by source and event": lambda c: c.by(["source", "event"]),
    "where": lambda c: c.where(source="A", event=["e0", "e2"]),
    "rows": lambda c: c.rows(np.array([5, 0, 3])),
    "trim": lambda c: c.trim(min_count=4, min_articles=3),
    "column": lambda c: c.column("outlet"),
    "labels": lambda c: c.labels(["source", "event"]),
    "index": lambda c: c.index_of(["t02", "t01"]).tolist(),
    "frame": lambda c: c.to_frame(),
}


def made(kind: str) -> tl.Counts:
    """Counts in memory: each article in two passages, or in one, in order or not."""
    rng = np.random.default_rng(3)
    passages = 2 if kind == "passages" else 1
    ids = [f"a{number:02}" for number in range(N_ARTICLES)]
    rates = np.linspace(2.5, 0.8, N_TERMS) * rng.gamma(2, 0.5, (N_ARTICLES * passages, N_TERMS))
    dense = rng.poisson(rates).astype(np.int32)
    dense[passages:, -1] = 0  # only the first article has the last term
    dense[-1] = dense[-3] = dense[-5]  # passages that recur
    articles = pd.DataFrame(
        {
            "id": ids,
            "source": np.where(np.arange(N_ARTICLES) % 2 == 0, "A", "B"),
            "outlet": [f"o{number % 3}" for number in range(N_ARTICLES)],
            "event": [f"e{number // 6}" for number in range(N_ARTICLES)],
        }
    )
    segments = pd.DataFrame({"segment": range(len(dense)), "article": np.repeat(ids, passages), "line": 1})
    segments["passage"] = np.tile(np.arange(passages) + 1, N_ARTICLES)
    terms = np.array([f"t{number:02}" for number in range(N_TERMS)], dtype=object)
    matrix = csr_array(dense)
    if kind == "terms out of order":
        for first, last in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
            matrix.indices[first:last] = matrix.indices[first:last][::-1].copy()
            matrix.data[first:last] = matrix.data[first:last][::-1].copy()
        matrix = csr_array((matrix.data, matrix.indices, matrix.indptr), shape=matrix.shape)
    return tl.Counts(matrix, dense.sum(axis=1).astype(np.int64), terms, segments, articles)


def mapped(counts: tl.Counts, folder: Path) -> tl.Counts:
    """The same counts, from files that are open for reading only."""
    parts = {name: getattr(counts.matrix, name) for name in ("data", "indices", "indptr")}
    opened = {}
    for name, values in {**parts, "n_words": counts.n_words}.items():
        np.save(folder / f"{name}.npy", values)
        opened[name] = np.load(folder / f"{name}.npy", mmap_mode="r")
    matrix = csr_array((opened["data"], opened["indices"], opened["indptr"]), shape=counts.matrix.shape)
    assert all(np.shares_memory(getattr(matrix, name), opened[name]) for name in parts)
    assert not matrix.data.flags.writeable
    return replace(counts, matrix=matrix, n_words=opened["n_words"])


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.npy"))}


def check_same(found: Any, expected: Any) -> None:
    if isinstance(expected, tl.Counts):
        assert (found.matrix != expected.matrix).nnz == 0
        assert found.matrix.dtype == expected.matrix.dtype
        assert found.n_words.tolist() == expected.n_words.tolist()
        assert found.terms.tolist() == expected.terms.tolist()
        assert found.steps == expected.steps
        pd.testing.assert_frame_equal(found.segments, expected.segments)
    elif isinstance(expected, pd.DataFrame):
        assert len(expected)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
    elif isinstance(expected, pd.Series):
        pd.testing.assert_series_equal(found, expected)
    else:
        assert found == expected


@pytest.mark.parametrize("name", COMPARISONS)
@pytest.mark.parametrize("kind", ["passages", "articles", "terms out of order"])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_from_files_as_from_memory_and_nothing_is_written(name: str, kind: str, tmp_path: Path) -> None:
    counts = mapped(made(kind), tmp_path)
    before, indices = hashes(tmp_path), counts.matrix.indices.copy()
    check_same(COMPARISONS[name](counts), COMPARISONS[name](made(kind)))
    assert hashes(tmp_path) == before
    # What is in memory is not put in order behind the user's back either.
    assert np.array_equal(counts.matrix.indices, indices)


def test_rows_that_are_the_groups_already_are_not_copied(tmp_path: Path) -> None:
    counts = mapped(made("articles"), tmp_path)
    assert np.shares_memory(counts.by("article").matrix.data, counts.matrix.data)
