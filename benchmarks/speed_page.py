"""The page and the figure of what was measured."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from speed_tables import (
    FROM_CORPUS,
    OURS,
    details,
    faster,
    held,
    in_memory,
    markdown,
    per_article,
    processes,
    usual_size,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PACKAGES = ("textlens", "numpy", "numba", "scikit-learn", "polars", "duckdb")

# --- figure


def figure(results: pd.DataFrame) -> str:
    from textlens.plots.drawing import figure_svg, new_figure, styled

    return styled(lambda: figure_svg(draw(in_memory(results), new_figure(4.2))))()


def draw(rows: pd.DataFrame, canvas: Figure) -> Figure:
    """CPU time against articles, a line per way with its name at its end; ours are coloured and heavy."""
    from textlens.plots.drawing import COLOURS, GREY, MARKERS

    ax = canvas.subplots()
    ways = list(dict.fromkeys(rows["way"]))
    ends = {}
    for i, way in enumerate(ways):
        line = rows[rows["way"] == way].sort_values("articles")
        colour, width = (COLOURS[0], 2.0) if way.startswith(OURS) else (GREY, 0.9)
        style = "--" if way == FROM_CORPUS else ":" if line["forms"].isna().all() else "-"
        look: dict[str, Any] = {
            "color": colour,
            "linewidth": width,
            "linestyle": style,
            "marker": MARKERS[i % 7],
            "markersize": 3.5,
        }
        ax.plot(line["articles"], line["cpu"], zorder=3 if colour != GREY else 2, **look)
        ends[way] = (line["articles"].iloc[-1], line["cpu"].iloc[-1], colour)
    ax.set_xscale("log")
    ax.set_yscale("log")
    # Mathematics is off in our style, which is how powers of ten would be written.
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda tick, _: f"{tick:,g}" if tick < 1 else f"{tick:,.0f}")
        axis.set_minor_formatter(lambda tick, _: "")
    ax.set_xlabel("articles")
    ax.set_ylabel("CPU seconds")
    # The height of the axis holds about 22 lines of text.
    low, high = np.log10(ax.get_ylim())
    order = sorted(ends, key=lambda way: ends[way][1])
    places = apart([float(np.log10(ends[way][1])) for way in order], float(high - low) / 22)
    last = float(rows["articles"].max())
    for way, place in zip(order, places, strict=True):
        x, y, colour = ends[way]
        ax.annotate(
            way,
            xy=(x, y),
            xytext=(last * 1.5, 10**place),
            color=colour if colour != GREY else "#333333",
            va="center",
            fontweight="bold" if way == OURS else "normal",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": GREY,
                "linewidth": 0.4,
                "shrinkA": 1,
                "shrinkB": 3,
                "relpos": (0, 0.5),
            },
        )
    return canvas


def apart(places: list[float], gap: float) -> list[float]:
    """Places in rising order moved so that neighbours are a gap apart, the mean where it was."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap) if moved else place)
    shift = (sum(places) - sum(moved)) / len(places)
    return [place + shift for place in moved]


# --- page


def machine() -> str:
    """Cores, family of the processor, and the versions of what was measured."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    processor = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        named = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        processor = named.group(1).strip() if named else processor
    versions = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    for program in ("rg", "wc"):
        if shutil.which(program):
            said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
            versions.append(said.splitlines()[0] if said else program)
    return f"{cores} cores, {processor}, {platform.system()}; {', '.join(versions)}"


DEFINITIONS = (
    (
        "textlens",
        "letters, digits and marks, joined inside by hyphens and apostrophes; also U.N., 1,100, 3% and C++. Spellings "
        "and possessives are merged after; acronyms keep their capitals",
    ),
    ("CountVectorizer", 'two or more letters, digits or underscores: "don\'t" is "don", "a" is none'),
    (
        "our pattern, Counter",
        "letters and digits, joined inside by hyphens and apostrophes, in lower case. Python's `re` has no class of "
        "marks: U+0300 to U+036F stand for them, and an underscore is taken inside a word",
    ),
    ("polars, duckdb, ripgrep", "the same with all letters and marks of Unicode; ripgrep keeps the case"),
    ("quanteda", "by its own tokenizer, without punctuation and symbols, in lower case"),
    ("`wc -w`", "what stands between spaces"),
)

PAGE = """# Speed

Generated by `benchmarks/speed.py`; do not edit. Rebuild it with `make bench`, or

    {command}

From texts in memory to counts, in articles of about 650 words and 3.8 kB (lengths log-normal, a line a passage):
passages of about 100 words, dealt anew by a seeded generator. The speeches are not part of this repository; any folder
of `.txt` files, or of zips of them, will do. Passages come again, so distinct words hardly grow with the number of
articles; in a real corpus they do.

Measured on {machine}.

Each run is a process of its own that reads the texts (not timed), counts as many articles (at least 1,000, at most
10,000) to load and compile what it needs (not timed), then counts all. CPU is user and system time of the process and
its children, all threads together; the ways take turns, and the tables have medians. Peak is the highest resident
memory of the process less that with only the texts read, so it holds the libraries; *–* is not measured. A way that has
used {patience:.0f} s of CPU at a size is not run again at it. Libraries run as they come, with as many threads as they
like. Other work on the machine shows in wall times.
{skipped}
![CPU seconds against the number of articles, both on logarithmic axes, one line for each way](speed.svg)

*textlens* goes from a table of texts through passages, roles and voices to words with character offsets and a sparse
matrix of passages and terms; *from a Corpus on* leaves out what comes before the words. *CountVectorizer* and
*quanteda* give a sparse matrix of articles and words, *Counter* a dictionary for each article, *polars* and *duckdb* a
table of article, word and count: none keeps offsets. *ripgrep* and `wc -w` only count occurrences: floors.

## {usual:,} articles

{details}
{largest}
## What counts as a word

{definitions}

## Reading

{held}

With less CPU than textlens, all told (their CPU over ours):

{faster}

## Cost of an article

{per_article}

## Fresh processes and shards

A fresh process imports textlens, reads the articles from a file, tokenizes and counts; its whole life is timed.
*Nothing compiled*: numba finds the folder empty where it keeps what it compiles. Where there is little to count,
nothing is compiled anyway. Shards hold 5,000 articles each; a run writes the features of all, and starts its workers
itself. Its peak is that of the first process and, with two, twice that of the larger worker.

{processes}

All figures are in `speed.csv`: megabytes (10^6 bytes of UTF-8), seconds, medians of the repeats.
"""


def page(results: pd.DataFrame, command: str, skipped: dict[str, str], patience: float) -> str:
    usual, most = usual_size(results), int(in_memory(results)["articles"].max())
    largest = f"\n## {most:,} articles\n\n{details(results, most)}\n" if most > usual else ""
    left_out = "".join(f"- {way}: {reason}\n" for way, reason in skipped.items())
    return PAGE.format(
        command=command,
        machine=machine(),
        patience=patience,
        skipped=f"\nNot measured:\n\n{left_out}" if left_out else "",
        usual=usual,
        details=details(results, usual),
        largest=largest,
        held="\n".join(held(results)),
        faster="\n".join(faster(results)),
        per_article=per_article(results),
        processes=processes(results),
        definitions=markdown(["way", "a word is"], map(list, DEFINITIONS)).replace("--:", "---"),
    )
