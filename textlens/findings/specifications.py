"""Which findings survive other choices that could as well have been made."""

from __future__ import annotations

from typing import Any

import pandas as pd

from textlens.findings.wording import count_of, listing, number

_CHOICES = {
    **{"function_words": "function words", "stem": "stems", "spelling": "spelling variants", "case": "capitals"},
    **{"min_count": "the least count", "headings": "headings", "quoted": "quoted segments"},
}

SAME_ARTICLES = (
    "All specifications count the same articles: that a gap does not hang on choices of counting is no further "
    "evidence of it."
)


def survived(table: pd.DataFrame, *, noun: str = "difference", most: int = 5) -> str:
    """In how many specifications each finding holds.

    A finding holds where its difference is supported, on the baseline's side. If none is supported anywhere, the
    sentence says so and counts where the interval leaves out equal rates. Shares are of the specifications that test
    the term.

    Parameters
    ----------
    table : DataFrame
        From :func:`textlens.survival`.
    noun : str
        What a finding is called.
    most : int
        How many are named of those that hold alike.

    Returns
    -------
    str
    """
    if table.empty:
        return f"No {noun} was followed through other specifications."
    n = int(table["specifications"].iloc[0])
    verb = "was" if len(table) == 1 else "were"
    text = f"{count_of(len(table), noun)} {verb} followed through {count_of(n, 'specification')}."
    sentences = [text[0].upper() + text[1:]]
    tested = table[table["tested"] > 0]
    supported = bool((tested["supported"] > 0).any())
    if len(tested):
        sentences += [] if supported else ["None is supported in any of them."]
        sentences.append(_held(tested, "supported" if supported else "beside", most))
        sentences += _turned(tested, most)
    rare = [f"[[{term}]]" for term in table.loc[table["tested"] == 0, "term"]]
    if rare:
        sentences.append(f"In no specification frequent enough to be tested: {_named(rare, most)}.")
    sentences.append(SAME_ARTICLES)
    return " ".join(sentences)


def _held(tested: pd.DataFrame, column: str, most: int) -> str:
    share = tested[column] / tested["tested"]
    parts = (
        ("in every specification that tests the term", share == 1),
        ("in at least half of those that test it", (share >= 0.5) & (share < 1)),
        ("in fewer than half", (share > 0) & (share < 0.5)),
        ("in none", share == 0),
    )
    texts = []
    for place, chosen in parts:
        rows = tested[chosen].to_dict("records")
        if rows:
            texts.append(f"{place}: {_named([_told(row, column) for row in rows], most)}")
    holds = "Supported" if column == "supported" else "The interval leaves out equal rates"
    return f"{holds} {'; '.join(texts)}."


def _told(row: dict[Any, Any], column: str) -> str:
    side = row["group"] if row["effect_baseline"] > 0 else row["against"]
    of = f", {row[column]:,} of {row['tested']:,}" if row[column] else ""
    return f"[[{row['term']}]] (more in [[{side}]]{of})"


def _turned(tested: pd.DataFrame, most: int) -> list[str]:
    rows = tested[tested["same_sign"] < tested["tested"]].to_dict("records")
    texts = []
    for row in rows:
        moved = row["weakest_choice"]
        why = f"; what moves it most: {_CHOICES.get(moved, moved)}" if moved else ""
        texts.append(f"[[{row['term']}]] ({row['tested'] - row['same_sign']:,} of {row['tested']:,}{why})")
    return [f"The direction is another in some: {_named(texts, most)}."] if texts else []


def _named(texts: list[str], most: int) -> str:
    rest = len(texts) - most
    return listing([*texts[:most], f"{number(rest)} more"] if rest > 0 else texts)
