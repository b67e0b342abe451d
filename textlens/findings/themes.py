"""What was found of themes: how many topics held, which, and what that is worth."""

from __future__ import annotations

from typing import Any

import pandas as pd

from textlens.findings.wording import count_of, listing, many, number, probability

_FEW = 30
_MOST = 5
_STABLE, _UNSTABLE = "stable", "unstable"


def held(frame: pd.DataFrame, unit: str = "article") -> str:
    """How many topics came back more surely than topics of shuffled counts, and which one unit makes.

    ``frame`` is ``Topics.to_frame()`` with its stability; ``unit`` is what was drawn anew: article or family.
    """
    n, stable = len(frame), frame[frame["verdict"] == _STABLE]
    bound = frame["null_high"].iloc[0]
    highest = frame["stability"].max()
    alone = frame[~frame["verdict"].isin([_STABLE, _UNSTABLE])]
    anew = f"when {many(unit)} were drawn anew"
    if stable.empty:
        text = (
            f"[[No stable topic.]] Of {count_of(n, 'topic')} none came back, {anew}, more "
            f"surely than topics of shuffled counts do: the surest has a stability of {_two(highest)}, and the best "
            f"that shuffled counts give stays below {_two(bound)}. So none of them is named, or taken for a theme."
            if highest <= bound
            else f"[[No stable topic.]] Of {count_of(n, 'topic')} none is both more stable than topics of shuffled "
            f"counts (up to {_two(bound)}) and made by more than one {unit}."
        )
    else:
        ends = f"{_two(stable['stability'].min())} to {_two(stable['stability'].max())}"
        value = ends if len(stable) > 1 else _two(stable["stability"].iloc[0])
        text = (
            f"{number(len(stable)).capitalize()} of {count_of(n, 'topic')} came back, {anew}, "
            f"more surely than topics of shuffled counts do (stability {value}; those stay below {_two(bound)})."
        )
    made = []
    for name, rows in alone.groupby("largest_unit"):
        told = listing(f"{row['topic']} ({row['largest_share']:.0%})" for row in _rows(rows))
        made.append(f"[[{name}]] of {'topic' if len(rows) == 1 else 'topics'} {told}")
    if made:
        text += f" One {unit} makes more than half of a topic: {'; '.join(made)}."
    return text


def number_of_topics(choice: pd.DataFrame) -> str:
    """What speaks for which number of topics; ``choice`` is from ``choose_topics``."""
    tried = choice["k"].tolist()
    text = f"Numbers of topics from {min(tried)} to {max(tried)} were tried. "
    if len(tried) == 1:
        text = f"Only {number(tried[0])} topics were tried. "
    beyond = choice["stability"] - choice["null"]
    if not (beyond > 0).any():
        text += "With none do topics come back more surely than topics of shuffled counts. "
    # What is told as 0.00 bits is nothing.
    helped = choice[choice["held_out"] >= 0.005]
    if helped.empty:
        return (
            f"{text}None helps to foretell the words of articles that topics were not fitted to. The number below is a "
            "choice, and no finding."
        )
    foretold = helped.sort_values(["held_out", "k"], ascending=[False, True]).iloc[0]
    bits = f"({foretold['held_out']:.2f} bits a word saved)"
    if len(tried) == 1:
        return f"{text}They help to foretell the words of held-out articles {bits}."
    told = [f"Words of held-out articles are foretold best with {number(int(foretold['k']))} {bits}"]
    if (beyond > 0).any():
        surest = choice.assign(beyond=beyond).sort_values(["beyond", "k"]).iloc[-1]
        best = choice.sort_values(["rank", "k"]).iloc[0]
        told.append(f"topics exceed those of shuffled counts most with {number(int(surest['k']))}")
        told[-1] += f"; both together put {number(int(best['k']))} first"
    coherent = choice.sort_values(["npmi", "k"], ascending=[False, True]).iloc[0]
    return f"{text}{', and '.join(told)}. Coherence is highest with {number(int(coherent['k']))}."


def exploratory_topics(passages: pd.DataFrame, k: int) -> str:
    """What k topics over so few articles are worth, and what their absence is; ``passages`` has one row per passage,
    with ``article``."""
    n = passages["article"].nunique()
    if k < 2:
        return f"The passages of {count_of(n, 'article')} ({len(passages):,}) are too few to look for topics in them."
    if n < _FEW:
        return (
            f"These topics rest on {len(passages):,} passages of {count_of(n, 'article')}. Passages of one article "
            "resemble each other whatever their theme, so a topic may be one article's wording. So few articles cannot "
            "stand for others: even a topic that comes back among them is a reading aid, and that none does would not "
            "show that there are none."
        )
    return (
        f"The topics rest on {len(passages):,} passages of {n:,} articles; what other articles would give is judged "
        "from these, drawn anew."
    )


def themes(table: pd.DataFrame) -> str:
    """What the themes are: topics that held, and frames of the codebook; ``table`` is from ``themes``."""
    found, asked = (table.loc[table["kind"] == kind, "theme"].nunique() for kind in ("topic", "frame"))
    asked_of = f"{count_of(asked, 'frame')}, asked of the words by the codebook"
    held = f"{count_of(found, 'stable topic')}, found in the words, and {asked_of}"
    text = f"Themes here are {held}." if found else f"No topic held, so the themes here are {asked_of}."
    supported = table[table["supported"].astype(bool)].sort_values(["q", "theme", "group"])
    if supported.empty:
        return f"{text} For none is a difference between the sources supported."
    several = len(table[["group", "against"]].drop_duplicates()) > 1
    told = []
    for row in _rows(supported.head(_MOST)):
        pair = f"{row['group']} against {row['against']}, " if several else ""
        told.append(f"[[{row['theme']}]] ({pair}q {probability(row['q'])})")
    if len(supported) > _MOST:
        told.append(f"{number(len(supported) - _MOST)} more")
    return f"{text} Differences are supported for {listing(told)}."


def percentages(table: pd.DataFrame, name: str) -> list[str]:
    """A share of each row with its interval, as ``21 % (0 to 65)``; ``name`` is its column."""
    columns = [name, f"{name}_low", f"{name}_high"]
    rows = table[columns].itertuples(index=False)
    return [
        "–" if pd.isna(value) else f"{_hundred(value)} % ({_hundred(low)} to {_hundred(high)})"
        for value, low, high in rows
    ]


def points(table: pd.DataFrame) -> list[str]:
    """The difference of each row in percentage points with its interval, as ``−13 (−56 to +29)``."""
    rows = table[["effect", "low", "high"]].itertuples(index=False)
    return [f"{_signed(gap)} ({_signed(low)} to {_signed(high)})" for gap, low, high in rows]


def _signed(share: float) -> str:
    return "?" if pd.isna(share) else "0" if round(100 * share) == 0 else f"{100 * share:+.0f}".replace("-", "−")


def _hundred(share: float) -> str:
    return "?" if pd.isna(share) else f"{100 * share:.0f}"


def _two(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
