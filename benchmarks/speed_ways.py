"""The ways from texts to counts, and the measuring of one of them in a process of its own.

Usage: ``python benchmarks/speed_ways.py WAY WARM.jsonl ARTICLES.jsonl`` prints what was measured as JSON.
"""

from __future__ import annotations

import importlib.util
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from speed_texts import read_articles

# Letters, digits and marks, joined inside by hyphens and apostrophes. Python's re knows no classes of Unicode: there
# the marks are U+0300 to U+036F, and an underscore may stand inside a word.
PYTHON_PATTERN = r"[^\W_][\w\u0300-\u036f]*(?:[-\u2010\u2011'\u2019][^\W_][\w\u0300-\u036f]*)*"
PATTERN = r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:[-‐‑'’][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*"
CHUNK = 5000  # articles

# What is told of the counts after the clock has stopped: word occurrences and distinct words.
Tally = Callable[[], tuple[int, int | None]]


@dataclass(frozen=True)
class Measured:
    """CPU and wall time in seconds, peak memory above the texts in MB (10^6 bytes; None: not measured)."""

    cpu: float
    wall: float
    peak_mb: float | None = None
    words: int | None = None
    forms: int | None = None


# --- measuring


def cpu_time() -> float:
    """CPU seconds, user and system, of this process and of the children that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def memory(entry: str) -> float | None:
    """``VmRSS`` or ``VmHWM`` of this process in MB, where Linux tells."""
    try:
        found = re.search(rf"{entry}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    except OSError:
        return None
    return int(found.group(1)) * 1024 / 1e6 if found else None


def forget_peak() -> bool:
    """Begin anew with the peak of memory, where Linux allows it."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def the_texts(texts: list[str]) -> list[str]:
    return texts


def timed(
    warm: Path, path: Path, *, run: Callable[[Any], Tally], given: Callable[[list[str]], Any] = the_texts
) -> Measured:
    """Measure ``run`` over what ``given`` makes of the texts, after a run over those of ``warm``.

    The peak counts from before that first run, so that it holds the libraries and what they keep.
    """
    warm_texts, texts = read_articles(warm), read_articles(path)
    before = memory("VmRSS")
    run(given(warm_texts))
    material = given(texts)
    anew = forget_peak()
    cpu, wall = cpu_time(), time.perf_counter()
    tally = run(material)
    cpu, wall = cpu_time() - cpu, time.perf_counter() - wall
    peak = memory("VmHWM")
    return Measured(cpu, wall, peak - before if anew and peak and before else None, *tally())


# --- ways inside Python


def corpus_of(texts: list[str]) -> Any:
    import pandas as pd

    import textlens as tl

    # As objects: pandas would copy the texts to Arrow first, which is not ours to be timed.
    return tl.corpus_from_frame(pd.DataFrame({"text": pd.Series(texts, dtype=object), "source": "all"}))


def by_textlens(texts: list[str]) -> Tally:
    return from_corpus(corpus_of(texts))


def from_corpus(corpus: Any) -> Tally:
    import textlens as tl

    tokens = tl.tokenize(corpus)
    counts = tl.count_terms(tokens)
    return lambda: (len(tokens.starts), len(counts.terms))


def by_count_vectorizer(texts: list[str], **options: Any) -> Tally:
    from sklearn.feature_extraction.text import CountVectorizer

    matrix = CountVectorizer(**options).fit_transform(texts)
    return lambda: (int(matrix.sum()), matrix.shape[1])


def by_counter(texts: list[str]) -> Tally:
    find = re.compile(PYTHON_PATTERN).findall
    counts = [Counter(find(text.lower())) for text in texts]
    return lambda: (sum(count.total() for count in counts), len(set().union(*counts)))


def by_polars(texts: list[str]) -> Tally:
    import polars as pl

    words = pl.col("text").str.to_lowercase().str.extract_all(PATTERN).alias("word")
    parts = []
    for first in range(0, len(texts), CHUNK):
        chunk = pl.DataFrame({"text": texts[first : first + CHUNK]}).with_row_index("article", first)
        parts.append(chunk.select("article", words).explode("word").group_by("article", "word").len("n"))
    counts = pl.concat(parts)
    return lambda: (int(counts["n"].sum()), counts["word"].n_unique())


def by_duckdb(texts: list[str]) -> Tally:
    import duckdb
    import polars as pl

    pattern = PATTERN.replace("'", "''")
    database = duckdb.connect()
    database.register("articles", pl.DataFrame({"text": texts}).with_row_index("article"))
    database.execute(
        "CREATE TABLE counts AS SELECT article, word, count(*) AS n FROM ("
        f"SELECT article, unnest(regexp_extract_all(lower(text), '{pattern}')) AS word FROM articles) GROUP BY ALL"
    )
    row = database.execute("SELECT sum(n), count(DISTINCT word) FROM counts").fetchone()
    return lambda: (int(row[0]), int(row[1])) if row else (0, 0)


# --- other programs


def by_program(warm: Path, path: Path, *, command: list[str]) -> Measured:
    """A program that reads the plain texts and prints one number."""
    plain = path.with_suffix(".txt")
    subprocess.run([*command, str(warm.with_suffix(".txt"))], check=True, capture_output=True)
    cpu, wall = cpu_time(), time.perf_counter()
    printed = subprocess.run([*command, str(plain)], check=True, capture_output=True, text=True).stdout
    return Measured(cpu_time() - cpu, time.perf_counter() - wall, words=int(printed.split()[0]))


QUANTEDA = """
suppressMessages(library(quanteda))
given <- commandArgs(trailingOnly = TRUE)
texts_of <- function(path) jsonlite::stream_in(file(path), verbose = FALSE)$text
memory <- function(entry) {
  line <- grep(entry, readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) * 1024 / 1e6
}
count <- function(texts) dfm(tokens(texts, remove_punct = TRUE, remove_symbols = TRUE))
warm <- texts_of(given[1])
texts <- texts_of(given[2])
before <- try(memory("VmRSS"), silent = TRUE)
invisible(count(warm))
anew <- try(cat("5", file = "/proc/self/clear_refs"), silent = TRUE)
time <- system.time(counts <- count(texts))
measured <- list(cpu = sum(time[c(1, 2, 4, 5)]), wall = time[[3]], words = sum(counts), forms = nfeat(counts))
if (is.numeric(before) && !inherits(anew, "try-error")) measured$peak_mb <- memory("VmHWM") - before
cat(jsonlite::toJSON(measured, auto_unbox = TRUE, digits = 8))
"""


def by_quanteda(warm: Path, path: Path) -> Measured:
    with tempfile.NamedTemporaryFile("w", suffix=".R") as script:
        script.write(QUANTEDA)
        script.flush()
        command = ["Rscript", "--vanilla", script.name, str(warm), str(path)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Measured(**json.loads(printed.splitlines()[-1]))


# --- all ways


OUR_PATTERN: dict[str, Any] = {"token_pattern": PYTHON_PATTERN, "lowercase": True}
RIPGREP = ["rg", "--no-config", "--count-matches", "--regexp", PATTERN]

WAYS: dict[str, Callable[[Path, Path], Measured]] = {
    "textlens": partial(timed, run=by_textlens),
    "textlens, from a Corpus on": partial(timed, run=from_corpus, given=corpus_of),
    "CountVectorizer": partial(timed, run=by_count_vectorizer),
    "CountVectorizer, our pattern": partial(timed, run=partial(by_count_vectorizer, **OUR_PATTERN)),
    "Counter": partial(timed, run=by_counter),
    "polars": partial(timed, run=by_polars),
    "duckdb": partial(timed, run=by_duckdb),
    "quanteda": by_quanteda,
    "ripgrep": partial(by_program, command=RIPGREP),
    "wc -w": partial(by_program, command=["wc", "-w"]),
}
MODULES = {"polars": ("polars",), "duckdb": ("duckdb", "polars")}
PROGRAMS = {"ripgrep": "rg", "wc -w": "wc", "quanteda": "Rscript"}


def missing(way: str) -> str:
    """What a way needs and this machine has not; or nothing."""
    lacking = [module for module in MODULES.get(way, ()) if importlib.util.find_spec(module) is None]
    if way in PROGRAMS and shutil.which(PROGRAMS[way]) is None:
        lacking.append(PROGRAMS[way])
    elif way == "quanteda":
        there = ["Rscript", "--vanilla", "-e", "stopifnot(requireNamespace('quanteda'))"]
        if subprocess.run(there, capture_output=True).returncode:
            lacking.append("R's package quanteda")
    return " and ".join(lacking)


if __name__ == "__main__":
    name, warm_articles, articles = sys.argv[1:]
    print(json.dumps(asdict(WAYS[name](Path(warm_articles), Path(articles)))))
