"""What single units do to a difference, what recurs word for word, and how often chance would find something."""

from __future__ import annotations

from typing import Any

import pandas as pd

from textlens.findings.wording import count_of, listing, number, probability


def driven(table: pd.DataFrame, most: int = 3) -> str:
    """Which gaps shrink most when one unit is left out, and which turn round, in rates.

    ``table`` is from ``influence``: ``group``, ``against``, ``term``, ``unit``, ``side``, ``count``, ``words``,
    ``effect``, ``effect_without``. A gap to a side that has none of a term shrinks without any unit that has it, which
    says nothing; it is not named.
    """
    told = [_shrinking(rows) for _, rows in table.groupby(["group", "term"], sort=False)]
    rows = pd.DataFrame([row for row in told if row])
    if rows.empty:
        return "No gap between two sides that both have the term can be followed."
    rows = rows.sort_values("left", kind="stable")
    turned = rows["left"] < 0
    texts = []
    if turned.any():
        texts.append(f"Turned round by leaving out one unit: {listing(rows[turned]['told'])}.")
    if (~turned).any():
        texts.append(f"Shrunk most by leaving out one: {listing(rows[~turned].head(most)['told'])}.")
    return f"In rates per 1,000 words, [[{table['group'].iloc[0]}]] first. {' '.join(texts)}"


def _shrinking(rows: pd.DataFrame) -> dict[str, Any] | None:
    """The unit without which least of a gap is left, in the direction that the gap has."""
    known = rows[rows["effect_without"].notna()]
    whole = float(rows["effect"].iloc[0])
    first = rows["side"] == rows["group"]
    if known.empty or whole == 0 or not (rows["count"][first].sum() and rows["count"][~first].sum()):
        return None
    left = (known["effect_without"] * (1 if whole > 0 else -1)).round(12)
    out = left.sort_values(kind="stable").index[0]
    rest = rows.index != out
    told = (
        f"[[{rows['term'].iloc[0]}]] ({_rates(rows, first)}; without {rows['unit'][out]} {_rates(rows[rest], first)})"
    )
    return {"left": float(left.min()), "told": told}


def _rates(rows: pd.DataFrame, first: pd.Series[bool]) -> str:
    sides = [rows[first[rows.index] == side] for side in (True, False)]
    return " v ".join(f"{1000 * side['count'].sum() / side['words'].sum():.1f}" for side in sides)


def group_headings(table: pd.DataFrame) -> dict[str, str]:
    """Headings of the columns of ``describe_groups`` that there are."""
    names = {
        "group": "group",
        "units": "units",
        "words": "words",
        "words_median": "median",
        "words_shortest": "shortest",
        "words_longest": "longest",
        "largest_share": "share of the longest",
        "first_date": "first date",
        "last_date": "last date",
        "outlets": "outlets named",
        "genres": "genres",
        "translators": "translators",
    }
    return {name: text for name, text in names.items() if name in table}


def boilerplate(table: pd.DataFrame) -> str:
    """What recurs in many articles of one group.

    ``table`` is from ``find_boilerplate``: ``group``, ``n_words``, ``articles``, ``share``.
    """
    if table.empty:
        return (
            "No whole passage of eight words or more has the same words in three articles of one source. Shorter runs "
            "cannot be seen from counts."
        )
    texts = []
    for group, rows in table.groupby("group", sort=True):
        first = rows.iloc[0]
        texts.append(
            f"in [[{group}]] {count_of(len(rows), 'passage')}, the most frequent of {int(first['n_words'])} words in "
            f"{count_of(int(first['articles']), 'article')} ({first['share']:.0%} of them)"
        )
    return (
        f"Recurring word for word: {listing(texts)}. Such text tells sources apart without being about anything; a "
        "rule in the study's corpus.toml takes it out."
    )


def self_checked(share: float, n: int) -> str:
    """How often the same units, dealt at random, would have given a finding; ``share`` is from ``self_check``."""
    verdict = "" if share <= 0.1 else ", more than the test should: what is called supported here is to be doubted"
    counted = "none" if share == 0 else number(round(share * n))
    return (
        f"Dealt to the groups at random {n} times, these very articles would have given any q below "
        f"{probability(0.05)} in {counted} of the cases{verdict}. This cannot see articles that depend on one another."
    )
