"""What was measured, as tables and as sentences."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

OURS, FROM_CORPUS, REFERENCE = "textlens", "textlens, from a Corpus on", "CountVectorizer"
COLD, WARM = "textlens, fresh process, nothing compiled", "textlens, fresh process"
USUAL = 10_000  # articles: what most figures of the page are about
PROCESSES = (COLD, WARM)


def shards_of(jobs: int) -> str:
    return f"textlens, shards, {jobs} process{'es' if jobs > 1 else ''}"


def read_results(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"words": "Int64", "forms": "Int64"})


def in_memory(results: pd.DataFrame) -> pd.DataFrame:
    """The rows of the ways that take turns: no whole processes, no shards."""
    return results[~results["way"].isin([*PROCESSES, shards_of(1), shards_of(2)])]


def value(results: pd.DataFrame, way: str, articles: int, column: str = "cpu") -> float:
    """One figure of the table, or NaN where it was not measured."""
    found = results.loc[(results["way"] == way) & (results["articles"] == articles), column]
    return float(found.iloc[0]) if len(found) and not pd.isna(found.iloc[0]) else np.nan


# --- tables


def markdown(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(figure: float, digits: int = 3) -> str:
    """So many digits that count, no powers of ten; a dash for what was not measured."""
    if pd.isna(figure):
        return "–"
    # Rounded first: 9.996 is 10.0.
    rounded = abs(float(f"{figure:.{digits}g}"))
    decimals = max(0, digits - 1 - int(np.floor(np.log10(rounded)))) if rounded else 0
    return f"{figure:,.{decimals}f}"


def details(results: pd.DataFrame, articles: int) -> str:
    """All that was measured at one size."""
    own = value(results, OURS, articles)
    head = ["way", "CPU s", "wall s", "CPU / textlens", "peak MB", "words", "distinct", "runs"]
    rows = []
    for _, row in in_memory(results).query("articles == @articles").iterrows():
        figures = [row["cpu"], row["wall"], row["cpu"] / own]
        counted = ["–" if pd.isna(row[name]) else f"{row[name]:,}" for name in ("words", "forms")]
        peak = number(row["peak_mb"], 2) if pd.isna(row["peak_mb"]) else f"{row['peak_mb']:,.0f}"
        rows.append([row["way"], *map(number, figures), peak, *counted, str(row["repeats"])])
    return markdown(head, rows)


def per_article(results: pd.DataFrame) -> str:
    """CPU milliseconds per article, way by size."""
    rows = in_memory(results)
    sizes = sorted(set(rows["articles"]))
    head = ["CPU ms per article", *(f"{size:,}" for size in sizes)]
    return markdown(
        head,
        (
            [way, *(number(1000 * value(rows, way, size) / size) for size in sizes)]
            for way in dict.fromkeys(rows["way"])
        ),
    )


def processes(results: pd.DataFrame) -> str:
    rows = results.drop(in_memory(results).index)
    head = ["whole processes and shards", "articles", "CPU s", "wall s", "peak MB", "runs"]
    return markdown(
        head,
        (
            [row["way"], f"{row['articles']:,}", number(row["cpu"]), number(row["wall"]), number(row["peak_mb"])]
            + [str(row["repeats"])]
            for _, row in rows.iterrows()
        ),
    )


# --- reading


def usual_size(results: pd.DataFrame) -> int:
    sizes = set(in_memory(results)["articles"])
    return USUAL if USUAL in sizes else max(sizes)


def held(results: pd.DataFrame) -> list[str]:
    """A line for each figure that was asked for: what it is, and whether it is met."""
    usual, largest = usual_size(results), int(in_memory(results)["articles"].max())
    own = value(results, OURS, usual)
    n = int(results.loc[results["way"] == shards_of(1), "articles"].max()) if shards_of(1) in set(results["way"]) else 0
    at, many = f"at {usual:,} articles", 100_000
    asked = [
        (f"CPU of CountVectorizer over ours {at}", value(results, REFERENCE, usual) / own, 5.0, "", False),
        (f"our CPU over ripgrep's {at}", own / value(results, "ripgrep", usual), 2.0, "", True),
        (
            f"the same from a Corpus on: CPU of CountVectorizer over ours {at}",
            value(results, REFERENCE, usual) / value(results, FROM_CORPUS, usual),
            *(5.0, "", False),
        ),
        (
            f"the same from a Corpus on: our CPU over ripgrep's {at}",
            value(results, FROM_CORPUS, usual) / value(results, "ripgrep", usual),
            *(2.0, "", True),
        ),
        ("CPU of 100,000 articles", value(results, OURS, many), 14.0, " s", True),
        (
            "peak memory of 100,000 articles above their texts",
            value(results, OURS, many, "peak_mb"),
            1500.0,
            " MB",
            True,
        ),
        (
            f"cost of an article among {largest:,} over that among {usual:,}",
            value(results, OURS, largest) / largest / (own / usual) if largest > usual else np.nan,
            *(1.15, "", True),
        ),
        (
            f"wall time of one process over two, {n:,} articles in shards",
            value(results, shards_of(1), n, "wall") / value(results, shards_of(2), n, "wall"),
            *(1.6, "", False),
        ),
        ("five articles in a fresh process, nothing compiled", value(results, COLD, 5, "wall"), 3.0, " s wall", True),
        ("five articles in a fresh process", value(results, WARM, 5, "wall"), 1.2, " s wall", True),
    ]
    lines = []
    for what, got, limit, unit, at_most in asked:
        if not np.isnan(got):
            met = got <= limit if at_most else got >= limit
            bound = f"at {'most' if at_most else 'least'} {limit:,g}"
            lines.append(f"- {what}: {number(got)}{unit} (asked: {bound}); {'met' if met else '**not met**'}.")
    return lines


def faster(results: pd.DataFrame) -> list[str]:
    """A line for each size: what takes less CPU than textlens, all told."""
    lines = []
    for size in sorted(set(in_memory(results)["articles"])):
        own = value(results, OURS, size)
        rows = in_memory(results).query("articles == @size and way not in [@OURS, @FROM_CORPUS]")
        less = rows[rows["cpu"] < own].sort_values("cpu")
        named = ", ".join(f"{row['way']} ({number(row['cpu'] / own, 2)})" for _, row in less.iterrows())
        lines.append(f"- {size:,} articles: {named or 'none'}.")
    return lines
