"""Stage 1 of large studies, for one shard: articles -> features, written whole or not at all."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens import files
from textlens.codebook import Codebook
from textlens.counting import count_surface_forms
from textlens.dictionary import HIT_COLUMNS, find_indicators
from textlens.features import codebook_steps, without_texts
from textlens.folders import made_whole
from textlens.matching import find_patterns
from textlens.merged import read_json
from textlens.parquet import columns_of, write_table
from textlens.reading import corpus_from_frame
from textlens.shards import Shard, read_shard
from textlens.tokens import Tokens, tokenize


@dataclass(frozen=True)
class Settings:
    """What is asked of every shard."""

    named: Mapping[str, str]
    codebook: Codebook | None
    phrases: tuple[str, ...]
    rows: str

    def applied_to(self, data: bytes) -> dict[str, Any]:
        """All that the features of a shard depend on."""
        return {
            "sha256": files.sha256(data),
            "named": dict(self.named),
            "codebook": self.codebook.sha256 if self.codebook else "",
            "phrases": list(self.phrases),
            "rows": self.rows,
            "textlens": importlib.metadata.version("textlens"),
        }


def extract_shard(path: Path, shards: Path, settings: Settings) -> None:
    """Write the features of one shard into a folder of its name, unless they are there."""
    with files.doing("read", path):
        # A pipe or a device would be read for ever.
        if path.exists() and not path.is_file():
            raise ValueError(f"{path} is not a file")
        data = path.read_bytes()
    asked = settings.applied_to(data)
    if _is_done(shards / path.name, asked):
        return
    shard = read_shard(path, data, settings.named)
    del data
    with made_whole(shards / path.name) as folder:
        told = _write_facts(folder, shard, settings) if len(shard.articles) else {"articles": 0}
        told |= {
            "made_from": asked,
            "broken": shard.broken,
            "files": {file.name: file.stat().st_size for file in folder.iterdir()},
        }
        files.write_whole(folder / "shard.json", json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False))


def _is_done(folder: Path, asked: dict[str, Any]) -> bool:
    try:
        told = read_json(folder / "shard.json")
        sizes = {name: (folder / name).stat().st_size for name in told["files"]}
    except (ValueError, OSError, KeyError, TypeError):
        return False
    return told.get("made_from") == asked and sizes == told["files"]


def _write_facts(folder: Path, shard: Shard, settings: Settings) -> dict[str, Any]:
    """Write the tables of a shard that holds articles, and tell what its summary says of them."""
    corpus = corpus_from_frame(shard.articles)
    tokens = tokenize(corpus)
    surface = count_surface_forms(tokens)
    steps = [step for step in surface.steps if not step.startswith("read a table")]
    rows = surface.segments.assign(n_words=surface.n_words)
    counts, phrases = surface.matrix, _count_phrases(tokens, settings.phrases)
    hits = find_indicators(tokens, settings.codebook) if settings.codebook else pd.DataFrame(columns=list(HIT_COLUMNS))
    n_segments = len(corpus.segments)
    if settings.rows == "article":
        ids = pd.Index(corpus.articles["id"])
        borders = np.searchsorted(ids.get_indexer(rows["article"]), np.arange(len(ids) + 1))
        counts, phrases = _joined(counts, borders), _joined(phrases, borders)
        n_words = np.diff(np.concatenate([[0], np.cumsum(surface.n_words)])[borders])
        rows = pd.DataFrame({"segment": np.arange(len(ids)), "article": ids, "n_words": n_words})
        hits = hits.assign(segment=ids.get_indexer(hits["article"]))
        n_segments = len(ids)
        steps.append("added up by article")
    articles, left_out = without_texts(corpus.articles)
    write_table(folder / "articles.parquet", columns_of(articles.assign(line=shard.lines)))
    write_table(folder / "rows.parquet", columns_of(rows))
    write_table(folder / "forms.parquet", {"surface": surface.terms.tolist()})
    write_table(folder / "counts.parquet", _entries(counts, "form"))
    write_table(folder / "phrases.parquet", _entries(phrases, "phrase"))
    write_table(folder / "hits.parquet", columns_of(hits))
    return {
        "articles": len(articles),
        "segments": n_segments,
        "rows": len(rows),
        "words": int(surface.n_words.sum()),
        "entries": max(counts.nnz, phrases.nnz),
        "columns": list(articles),
        "left_out": left_out,
        "steps": [*steps, *codebook_steps(settings.codebook)],
    }


def _count_phrases(tokens: Tokens, names: tuple[str, ...]) -> csr_array:
    """Segments x phrases; unlike in a whole corpus, a word may well be unknown to a shard."""
    shape = (len(tokens.segments), len(names))
    rows = columns = np.empty(0, dtype=np.int64)
    if names:
        found = find_patterns(tokens, names)
        rows, columns = tokens.rows[found["first"].to_numpy()], found["pattern"].to_numpy()
    counts = csr_array((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape)
    counts.sum_duplicates()
    return counts


def _joined(matrix: csr_array, borders: np.ndarray) -> csr_array:
    """The rows between two borders as one: those of an article stand side by side."""
    parts = (matrix.data, matrix.indices, matrix.indptr[borders])
    joined: Any = csr_array(parts, (len(borders) - 1, matrix.shape[1]), copy=True)
    joined.sum_duplicates()
    return cast("csr_array", joined)


def _entries(matrix: csr_array, column: str) -> dict[str, np.ndarray]:
    row = np.repeat(np.arange(matrix.shape[0], dtype=np.int32), np.diff(matrix.indptr))
    return {"row": row, column: matrix.indices.astype(np.int32), "n": matrix.data.astype(np.int32)}
