"""What a group never says, how it names a thing, and how far its words diverge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from textlens.findings.wording import count_of, listing, many, probability

LEVEL = 0.05


def absent(table: pd.DataFrame, unit: str = "article", *, picked: bool = False) -> str:
    """Which terms a group lacks, and the rate that its silence leaves open.

    ``table`` is from ``absence``: ``group``, ``term``, ``words``, ``units``, ``upper``, ``rate_elsewhere``,
    ``count_elsewhere``, ``enough_text``. ``picked``: the terms were noticed because they are missing, so that nothing
    can be concluded from a bound.
    """
    if table.empty:
        return "None of these terms is absent from any group."
    texts = []
    for group, rows in table.groupby("group", sort=True):
        enough, nowhere = rows["enough_text"].astype(bool), rows["count_elsewhere"] == 0
        parts = []
        for chosen, verdict in (
            (rows[enough], "its text is long enough that the others' rate does not fit the silence"),
            (rows[~enough & ~nowhere], "too little text to tell"),
        ):
            if len(chosen):
                bounds = listing(_bound(row) for row in chosen.to_dict("records"))
                parts.append(bounds if picked else f"{bounds}, {verdict}")
        if nowhere.any():
            parts.append(f"{listing(f'[[{term}]]' for term in rows.loc[nowhere, 'term'])}, as nobody does")
        words, units = count_of(int(rows["words"].iloc[0]), "word"), count_of(int(rows["units"].iloc[0]), unit)
        texts.append(f"In the {words} of its {units} [[{group}]] never uses {'; '.join(parts)}.")
    end = (
        "These terms were noticed because they are missing, so the bounds are lower than they should be, and test "
        "nothing. Other forms of a word may occur."
        if picked
        else "The bounds hold for terms that were chosen before the texts were looked at."
    )
    return " ".join([*texts, end])


def _bound(row: dict[Any, Any]) -> str:
    return f"[[{row['term']}]] (at most {row['upper']:.1f} per 1,000 words, {row['rate_elsewhere']:.1f} elsewhere)"


def naming(table: pd.DataFrame, unit: str = "article") -> list[str]:
    """Which names of one thing the groups choose, and whether their articles can show it.

    ``table`` is from ``naming_choices``: ``set``, ``name``, ``group``, ``against``, ``total``, ``total_against``,
    ``share``, ``share_against``, ``q``, ``supported``. One paragraph per pair of groups.
    """
    paragraphs = []
    for rows in _pairs(table):
        text = [_chosen(names, label) for label, names in rows.groupby("set", sort=False)]
        paragraphs.append(" ".join([*text, _shown(rows, unit)]))
    return paragraphs


def _pairs(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for _, rows in table.groupby(["group", "against"], sort=False):
        yield rows


def _chosen(rows: pd.DataFrame, label: object) -> str:
    texts = []
    for side, suffix in (("group", ""), ("against", "_against")):
        where, total = rows[side].iloc[0], rows["total" + suffix].iloc[0]
        if not total:
            texts.append(f"[[{where}]] never names it")
            continue
        most = rows["share" + suffix].round(9)
        names = listing(f"[[{name}]]" for name in rows.loc[most == most.max(), "name"])
        texts.append(f"[[{where}]] has {names} most often ({most.max():.0%} of {total:,})")
    return f"Of the names of “{label}”, {'; '.join(texts)}."


def _shown(rows: pd.DataFrame, unit: str) -> str:
    supported = rows[rows["supported"].astype(bool)]
    if rows["share"].isna().all() or rows["share_against"].isna().all():
        return "There is nothing to compare."
    if rows["q"].isna().all() and rows["floor"].min() <= LEVEL:
        return "None was tested: the labellings are too many to try all; a random generator (rng=) draws some."
    if supported.empty:
        return "For none is a difference supported."
    texts = []
    for side, column in ((1, "group"), (-1, "against")):
        best = supported[(supported["share"] - supported["share_against"]) * side > 0]
        gaps = [f"[[{r['name']}]] ({r['share']:.0%} v {r['share_against']:.0%})" for r in best.to_dict("records")]
        texts += [f"more in [[{rows[column].iloc[0]}]]: {listing(gaps)}"] if gaps else []
    return f"Supported by the {many(unit)}, in shares of the names: {'; '.join(texts)}."


def divergent(table: pd.DataFrame, unit: str = "article", most: int = 3) -> list[str]:
    """How far two groups' words diverge, beside what chance gives, and which terms add most.

    ``table`` is from ``divergence``: ``group``, ``against``, ``term``, ``share``, ``share_against``, ``total``,
    ``permuted``, ``p_permutation``, ``q`` (over the pairs), ``floor``, ``function_word``. One paragraph per pair of
    groups.
    """
    paragraphs = []
    for rows in _pairs(table):
        first = rows.iloc[0]
        text = f"The words of [[{first['group']}]] and [[{first['against']}]] diverge by {first['total']:.3f}"
        text += f"{_chance(first, unit)} {_largest(rows, most)}"
        paragraphs.append(text.strip())
    return paragraphs


def _chance(row: pd.Series[Any], unit: str) -> str:
    if pd.isna(row["p_permutation"]):
        return ". It was not tested: the labellings are too many to try all; a random generator (rng=) draws some."
    text = f"; with the {many(unit)} labelled at random, {row['permuted']:.3f} on average"
    p = f"p {'' if row['p_permutation'] < 0.001 else '= '}{probability(row['p_permutation'])}"
    if row["q"] != row["p_permutation"]:
        p += f", q = {probability(row['q'])}".replace("= below", "below")
    if row["q"] < LEVEL and row["floor"] <= LEVEL:
        return f"{text}. The difference is supported by the {many(unit)} ({p})."
    few = f", and {probability(row['floor'])} is the smallest within reach" if row["floor"] > LEVEL else ""
    return f"{text}. No difference is supported ({p}{few})."


def _largest(rows: pd.DataFrame, most: int) -> str:
    named = rows[~rows["function_word"].astype(bool)].head(most)
    texts = []
    for side, column in ((1, "group"), (-1, "against")):
        more = (named["share"] - named["share_against"]).round(12) * side > 0
        terms = listing(f"[[{term}]]" for term in named.loc[more, "term"])
        texts += [f"more in [[{rows[column].iloc[0]}]]: {terms}"] if terms else []
    return f"What adds most to it, function words aside: {'; '.join(texts)}." if texts else ""
