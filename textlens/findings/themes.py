"""What was found of themes: how many topics held, which, and what that is worth."""

from __future__ import annotations

from typing import Any

import pandas as pd

from textlens.findings.wording import count_of, listing, number, probability

_FEW = 30
_STABLE, _ONE = "stable", "one article"


def topics(table: pd.DataFrame) -> str:
    """Which topics that held take most of each source's words; empty where none did.

    ``table`` is from ``compare_topics``: ``group``, ``against``, ``label``, ``verdict``, ``share``, ``share_against``.
    """
    table = table[table["verdict"] == _STABLE]
    if table.empty:
        return ""
    sides = [(str(group), rows, "share") for group, rows in table.groupby("group", sort=True)]
    if len(sides) == 1:
        sides.append((str(table["against"].iloc[0]), table, "share_against"))
    texts = []
    for name, rows, column in sides:
        top = rows.sort_values([column, "topic"], ascending=[False, True]).head(2)
        named = listing(f"[[{row['label']}]] ({row[column]:.0%})" for row in top.to_dict("records"))
        texts.append(f"[[{name}]]: {named}")
    n = table["topic"].nunique()
    stable = f"Of {number(n)} stable topics, those" if n > 1 else "Of the stable topic"
    what = "that take the most words are, by source" if n > 1 else "the share of words is, by source"
    return f"{stable} {what}, {'; '.join(texts)}."


def held(frame: pd.DataFrame) -> str:
    """How many topics came back more surely than topics of shuffled counts, and which one article makes.

    ``frame`` is ``Topics.to_frame()`` with its stability.
    """
    n, stable = len(frame), frame[frame["verdict"] == _STABLE]
    bound = frame["null_high"].iloc[0]
    highest = frame["stability"].max()
    alone = frame[frame["verdict"] == _ONE]
    if stable.empty:
        text = (
            f"[[No stable topic.]] Of {count_of(n, 'topic')} none came back, when articles were drawn anew, more "
            f"surely than topics of shuffled counts do: the surest has a stability of {_two(highest)}, and the best "
            f"that shuffled counts give stays below {_two(bound)}. So none of them is named, or taken for a theme."
            if highest <= bound
            else f"[[No stable topic.]] Of {count_of(n, 'topic')} none is both more stable than topics of shuffled "
            f"counts (up to {_two(bound)}) and made by more than one article."
        )
    else:
        ends = f"{_two(stable['stability'].min())} to {_two(stable['stability'].max())}"
        value = ends if len(stable) > 1 else _two(stable["stability"].iloc[0])
        text = (
            f"{number(len(stable)).capitalize()} of {count_of(n, 'topic')} came back, when articles were drawn anew, "
            f"more surely than topics of shuffled counts do (stability {value}; those stay below {_two(bound)})."
        )
    if len(alone):
        made = listing(
            f"{row['topic']} ([[{row['largest_article']}]], {row['largest_share']:.0%})" for row in _rows(alone)
        )
        text += f" One article makes more than half of {'topic' if len(alone) == 1 else 'topics'} {made}."
    return text


def number_of_topics(choice: pd.DataFrame) -> str:
    """What speaks for which number of topics; ``choice`` is from ``choose_topics``."""
    best = choice.sort_values(["rank", "k"]).iloc[0]
    helped = choice[choice["held_out"] > 0]
    text = f"Numbers of topics from {choice['k'].min()} to {choice['k'].max()} were tried. "
    if helped.empty:
        return (
            text + "None helps to foretell the words of articles it was not fitted to: topics of the others make them "
            "less likely, not more. The number below is a choice, and no finding."
        )
    foretold = helped.sort_values(["held_out", "k"], ascending=[False, True]).iloc[0]
    surest = choice.assign(beyond=choice["stability"] - choice["null"]).sort_values(["beyond", "k"]).iloc[-1]
    return (
        f"{text}Words of held-out articles are foretold best with {number(int(foretold['k']))} "
        f"({foretold['held_out']:.2f} bits a word saved), and topics exceed those of shuffled counts most with "
        f"{number(int(surest['k']))}; both together put {number(int(best['k']))} first. Coherence is highest with "
        f"{number(int(choice.sort_values(['npmi', 'k'], ascending=[False, True])['k'].iloc[0]))}."
    )


def exploratory_topics(passages: pd.DataFrame, k: int) -> str:
    """What k topics over so few articles are worth; ``passages`` has one row per passage, with ``article``."""
    n = passages["article"].nunique()
    if k < 2:
        return f"The {len(passages):,} passages of {count_of(n, 'article')} are too few to look for topics in them."
    if n < _FEW:
        return (
            f"These topics rest on {len(passages):,} passages of {count_of(n, 'article')}. Passages of one article "
            "resemble each other whatever their theme, so a topic may be one article's wording. So few articles cannot "
            "stand for others: even a topic that comes back among them is a reading aid."
        )
    return (
        f"The topics rest on {len(passages):,} passages of {n:,} articles; what other articles would give is judged "
        "from these, drawn anew."
    )


def themes(table: pd.DataFrame) -> str:
    """What the themes are: topics that held, and frames of the codebook; ``table`` is from ``themes``."""
    found, asked = (table.loc[table["kind"] == kind, "theme"].nunique() for kind in ("topic", "frame"))
    supported = table[table["supported"].astype(bool)]
    asked_of = f"{count_of(asked, 'frame')}, asked of the words by the codebook"
    held = f"{count_of(found, 'stable topic')}, found in the words, and {asked_of}"
    text = f"Themes here are {held}." if found else f"No topic held, so the themes here are {asked_of}."
    if supported.empty:
        return f"{text} For none is a difference between the sources supported."
    named = listing(f"[[{row['theme']}]] (q {probability(row['q'])})" for row in _rows(supported.head(5)))
    return f"{text} Differences are supported for {named}."


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
