"""What comparisons found, and what they can carry."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import comb
from typing import Any

import pandas as pd

from textlens.findings.wording import count_of, listing, many, number, probability

LEVEL = 0.05
# A gap worth a word: half a doubling, or ten points of a share.
WIDE = 0.5
_WIDE_SHARE = 0.1


def design(table: pd.DataFrame, unit: str = "article") -> str:
    """What a comparison of so many units can show at all.

    ``table`` is a comparison: ``group``, ``units``, ``units_against``, ``floor``.
    """
    if table.empty:
        return "There is nothing to compare."
    pairs = table.drop_duplicates("group").sort_values("floor", kind="stable")
    able = pairs[pairs["floor"] <= LEVEL]
    if able.empty:
        best = pairs.iloc[0]
        n = int(best["units"] + best["units_against"])
        return (
            f"{_labelled(best, unit)}, so the smallest permutation p that any difference could reach is "
            f"{probability(best['floor'])}. Nothing here is called supported, however large it looks: the figures "
            f"describe these {number(n)} {many(unit)}, and are no evidence of what the sources write elsewhere."
        )
    worst = able.iloc[-1]
    text = (
        f"{_labelled(worst, unit)}; the smallest permutation p within reach is {probability(worst['floor'])}. A "
        f"difference is called supported when its q-value is below {probability(LEVEL)}, with {many(unit)} as the "
        "units, not words."
    )
    unable = [f"[[{row['group']}]] ({row['units']})" for row in pairs[pairs["floor"] > LEVEL].to_dict("records")]
    if unable:
        text += f" Too few {many(unit)} for any difference to be supported: {listing(unable)}."
    return text


def _labelled(pair: pd.Series[Any], unit: str) -> str:
    a, b = int(pair["units"]), int(pair["units_against"])
    # Beyond this many the number says nothing more, and may have thousands of digits.
    few = min(a, b) < 3 or (min(a, b) < 6 and a + b < 60)
    ways = f"{comb(a + b, a):,}" if few else "more than 10,000"
    text = f"{count_of(a, unit)} against {number(b)} can be labelled in {ways} ways"
    return text[0].upper() + text[1:]


def comparison(table: pd.DataFrame, item: str, *, noun: str = "", unit: str = "article", most: int = 3) -> list[str]:
    """What a comparison found: what is supported, what stands out at least, and what a single unit makes.

    Without support an item is named only where no relabelling of the units gives a wider gap, the interval leaves
    out equal rates, and no single unit turns the gap round.

    Parameters
    ----------
    table : DataFrame
        From ``compare_terms``, ``compare_frames`` or ``compare_topics``.
    item : str
        The column that names the items: term, frame or label.
    noun : str
        What an item is called, if not as its column.
    unit : str
        What the units are: article or family.
    most : int
        How many are named on each side.

    Returns
    -------
    list of str
        One paragraph per group.
    """
    noun = noun or item
    paragraphs = []
    for group in table["group"].drop_duplicates():
        tested = table[(table["group"] == group) & table["p"].notna()]
        if tested.empty:
            paragraphs.append(f"No {noun} occurs often enough to compare [[{group}]].")
            continue
        silent = tested["function_word"].astype(bool) if "function_word" in tested else tested["p"].isna()
        text = [_compared(tested, noun, int(silent.sum())), *_named(tested[~silent], item, unit, most)]
        paragraphs.append(" ".join(text))
    return paragraphs


def _compared(tested: pd.DataFrame, noun: str, n_silent: int) -> str:
    group, against = tested["group"].iloc[0], tested["against"].iloc[0]
    verb = "was" if len(tested) == 1 else "were"
    silent = f", {number(n_silent)} of them function words, which are not named" if n_silent else ""
    return f"Between [[{group}]] and [[{against}]] {count_of(len(tested), noun)} {verb} compared{silent}."


def _named(rows: pd.DataFrame, item: str, unit: str, most: int) -> list[str]:
    if rows["q"].isna().all():
        return ["None was tested: the labellings are too many to try all; a random generator (rng=) draws some."]
    rows = rows.loc[rows["p"].round(12).sort_values(kind="stable").index]
    supported = rows["supported"].astype(bool)
    measure = "" if item == "label" else f", in {_score_of(rows)}"
    if supported.any():
        return [f"Supported by the {many(unit)}{measure}: {_sides(rows[supported], item, most)}."]
    if (rows["floor"] <= LEVEL).all():
        return ["For none is a difference supported."]
    return [*_widest(rows, item, unit, most, measure), *_fickle(rows, item, unit, most)]


def _widest(rows: pd.DataFrame, item: str, unit: str, most: int, measure: str) -> list[str]:
    """Where too few units can support anything: what is at least as wide as they allow."""
    widest = rows["p_permutation"] <= rows["floor"] * (1 + 1e-9)
    beside = (rows["low"] > 0) | (rows["high"] < 0)
    chosen = rows[widest & beside & rows["out_low"].notna() & ~rows["flips"].astype(bool)]
    if chosen.empty:
        return [
            "For none is a difference supported, and none stands out from what other labellings of the same "
            f"{many(unit)} give."
        ]
    return [
        f"For none is a difference supported. Widest within these {many(unit)} (no relabelling gives a wider gap, the "
        f"interval leaves out equal rates, no single {unit} turns it round){measure}: {_sides(chosen, item, most)}."
    ]


def _fickle(rows: pd.DataFrame, item: str, unit: str, most: int) -> list[str]:
    wide = rows[rows["flips"].astype(bool) & (rows["effect"].abs() >= _wide(rows))]
    chosen = wide.loc[wide["effect"].abs().round(9).sort_values(ascending=False, kind="stable").index].head(most)
    named = [f"{_gap(row, item)} turns round without {_quoted(row['driver'])}" for row in chosen.to_dict("records")]
    if not named:
        return []
    turned = int(rows["flips"].sum())
    if turned <= len(named):
        return [f"Gaps that a single {unit} makes: {listing(named)}."]
    of = f"{number(turned)} of the {number(len(rows))}"
    return [f"Without some one {unit} {of} gaps turn round, the widest: {'; '.join(named)}."]


def _score_of(rows: pd.DataFrame) -> str:
    """What is compared; tables of terms know one score."""
    score = "rate" if "score" not in rows else str(rows["score"].iloc[0])
    return "rates per 1,000 words" if score == "rate" else f"shares of {score}"


def _wide(rows: pd.DataFrame) -> float:
    return WIDE if "score" not in rows or (rows["score"] == "rate").all() else _WIDE_SHARE


def _quoted(name: str) -> str:
    return f"“{name}”" if " " in name else name


def _sides(rows: pd.DataFrame, item: str, most: int) -> str:
    texts = []
    for side, column in ((1, "group"), (-1, "against")):
        best = rows[rows["effect"] * side > 0].head(most)
        if len(best):
            gaps = listing(_gap(row, item) for row in best.to_dict("records"))
            texts.append(f"more in [[{rows[column].iloc[0]}]]: {gaps}")
    return "; ".join(texts)


def _gap(row: dict[Any, Any], item: str) -> str:
    if item == "label":
        return f"[[{row[item]}]] ({row['share']:.0%} v {row['share_against']:.0%})"
    if row.get("score", "rate") != "rate":
        return f"[[{row[item]}]] ({row['rate']:.0%} v {row['rate_against']:.0%})"
    return f"[[{row[item]}]] ({row['rate']:.1f} v {row['rate_against']:.1f})"


def carried(table: pd.DataFrame) -> str:
    """Which differences of frames hang on one indicator, which carries half or more; empty when none does.

    ``table`` is from ``compare_frames``. Only differences of half a doubling or more (of shares, ten points) are looked
    at: of a small one a single indicator always carries "most".
    """
    wide = table[(table["effect"].abs() >= _wide(table)) & (table["carried_share"] >= 0.5)]
    texts = [
        f"“{row['carried_by']}” carries {_share(row['carried_share'])} of the difference in [[{row['frame']}]]"
        + (f" ({row['group']})" if table["group"].nunique() > 1 else "")
        for row in wide.to_dict("records")
    ]
    if not texts:
        return ""
    text = "; ".join(texts)
    return f"A single indicator can make a frame: {text}. That is a difference of a word before it is one of a frame."


def _share(share: float) -> str:
    return "all and more" if share > 1 else f"{share:.0%}"


def headings(table: pd.DataFrame, columns: dict[str, str]) -> dict[str, str]:
    """Headings in which ``{a}`` and ``{b}`` are the two sides; the column of the group goes when there is but one."""
    if table["group"].nunique() != 1:
        return {name: text.format(a="source", b="others") for name, text in columns.items()}
    a, b = str(table["group"].iloc[0]), str(table["against"].iloc[0])
    return {name: text.replace("{a}", a).replace("{b}", b) for name, text in columns.items() if name != "group"}


def prevalent(rates: pd.DataFrame) -> str:
    """The most frequent frames of each group.

    ``rates`` has one row per frame and unit: ``frame``, ``group``, ``count``, ``words``.
    """
    if rates.empty:
        return "No indicator of the codebook occurs in these articles."
    texts = []
    for group, rows in rates.groupby("group", sort=True):
        total = rows.groupby("frame")[["count", "words"]].sum()
        rate = (1000 * total["count"] / total["words"]).round(6)
        top = rate[rate > 0].sort_values(ascending=False, kind="stable").head(3)
        named = listing(f"[[{frame}]] ({value:.1f})" for frame, value in top.items())
        texts.append(f"[[{group}]]: {named or 'none'}")
    return f"Most hits per 1,000 words, by source, {'; '.join(texts)}."


def unvalidated(name: str, provenance: str, frames: Sequence[str], measured: Collection[str]) -> str:
    """Which frames of a dictionary were never measured against human coders, and who wrote it after reading what."""
    never = [f"“{frame}”" for frame in frames if frame not in measured]
    if not never:
        return f"Dictionary scores of the codebook “{name}”; tables say how well they agreed with people. {provenance}"
    verb = "were" if len(never) > 1 else "was"
    which = "none of its frames was" if len(never) == len(frames) else f"{listing(never)} {verb} never"
    return (
        f"Dictionary scores of the codebook “{name}”, not validated on this material: {which} measured against human "
        f"coders, so nothing says how well hits agree with what readers see. {provenance}"
    )
