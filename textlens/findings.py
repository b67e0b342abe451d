"""Tables -> sentences. Every number and every direction in them comes from the table.

Names are set in ``[[double brackets]]`` for :func:`textlens.exhibits.prose`. Imports nothing of textlens: reversed data
must give the reversed sentence, and tests see to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import comb
from typing import Any

import pandas as pd

LEVEL = 0.05
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def listing(items: Iterable[str]) -> str:
    """``a, b and c``."""
    texts = list(items)
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def number(n: int) -> str:
    """Small numbers in words, others with digits."""
    return _WORDS[n] if 0 <= n < len(_WORDS) else f"{n:,}"


def count_of(n: int, noun: str) -> str:
    """``one article``, ``three articles``, ``no families``."""
    return f"{number(n)} {noun if n == 1 else many(noun)}"


def many(noun: str) -> str:
    """The plural of a noun: articles, families, news stories."""
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else noun + "s"


def probability(p: float) -> str:
    """A probability as the field prints it: .04, .10, below .001."""
    if p < 0.001:
        return "below .001"
    text = f"{p:.2f}" if p >= 0.1 or round(p, 2) == round(p, 3) else f"{p:.3f}"
    return text.removeprefix("0")


def sizes(articles: pd.DataFrame) -> str:
    """How much there is of each source.

    ``articles`` has one row per article: ``source``, ``n_words``.
    """
    parts = [
        f"[[{source}]] has {count_of(len(group), 'article')} and {int(group['n_words'].sum()):,} words"
        for source, group in articles.groupby("source", sort=True)
    ]
    whole = f"{count_of(len(articles), 'article')} with {int(articles['n_words'].sum()):,} counted words"
    return f"{whole[0].upper()}{whole[1:]} are compared: {listing(parts)}."


def families(articles: pd.DataFrame) -> str:
    """Which articles are no independent witnesses; empty when all are.

    ``articles``: ``id``, ``source``, and perhaps ``family``.
    """
    if "family" not in articles:
        return ""
    texts = []
    for family, group in articles.groupby("family", sort=True):
        if len(group) > 1:
            texts.append(
                f"{listing(group['id'])} tell the same thing ({family}): counted as families, they are one unit"
            )
    return "; ".join(texts) + "." if texts else ""


def confounding(articles: pd.DataFrame) -> str:
    """How the groups differ besides their source, by genre.

    ``articles``: ``source``, and perhaps ``genre``.
    """
    if "genre" not in articles or (articles["genre"].fillna("") == "").all():
        return "The genre of the articles is not recorded, so a difference of genre could pass for one of sources."
    parts = []
    for source, group in articles.groupby("source", sort=True):
        tally = group["genre"].value_counts().sort_index()
        parts.append(f"[[{source}]] {listing(count_of(int(n), str(genre)) for genre, n in tally.items())}")
    genres = [set(group["genre"]) for _, group in articles.groupby("source")]
    shared = set.intersection(*genres)
    if all(genre == shared for genre in genres):
        return f"All sources have the same genres: {'; '.join(parts)}."
    if shared:
        end = f"Only {listing(sorted(shared))} {'occurs' if len(shared) == 1 else 'occur'} on all sides."
    else:
        end = "No genre occurs on all sides: a difference between sources cannot be told from one between genres."
    return f"The sources differ in genre: {'; '.join(parts)}. {end}"


def left_out(cleaning: pd.DataFrame, n_words: int) -> str:
    """What the cleaning rules took out of the counts.

    ``cleaning``: ``role`` and ``n_words`` of all that is not counted; ``n_words``: the counted words.
    """
    tally = cleaning.groupby("role")["n_words"].sum()
    tally = tally[tally > 0]
    if tally.empty:
        return "Nothing was left out of the counts."
    names = {"caption": "captions", "byline": "bylines", "dropped": "navigation, datelines, labels and debris"}
    parts = listing(f"{int(n):,} in {names.get(str(role), str(role))}" for role, n in tally.items())
    share = tally.sum() / (tally.sum() + n_words)
    return f"Left out of every count: {int(tally.sum()):,} words ({share:.1%} of the files), {parts}."


def design(table: pd.DataFrame, unit: str = "article") -> str:
    """What a comparison of so many units can show at all.

    ``table`` is a comparison: ``units``, ``units_against``, ``floor``.
    """
    if table.empty:
        return "There is nothing to compare."
    worst = table.iloc[int(table["floor"].to_numpy().argmax())]
    a, b, floor = int(worst["units"]), int(worst["units_against"]), float(worst["floor"])
    ways = comb(a + b, a)
    start = f"{count_of(a, unit)} against {number(b)} can be labelled in {ways:,} ways"
    start = start[0].upper() + start[1:]
    if floor > LEVEL:
        return (
            f"{start}, so the smallest p-value that any difference could reach is {probability(floor)}. Nothing here "
            "is called supported, however large it looks: the figures describe these "
            f"{number(a + b)} {many(unit)}, and are no evidence of what the sources write elsewhere."
        )
    return (
        f"{start}; the smallest p-value within reach is {probability(floor)}. A difference is called supported when "
        f"its q-value is below {probability(LEVEL)}, with {many(unit)} as the units, not words."
    )


def comparison(table: pd.DataFrame, item: str, *, most: int = 3) -> list[str]:
    """What a comparison found: which items are supported, and otherwise which differ most.

    Parameters
    ----------
    table : DataFrame
        From ``compare_terms``, ``compare_frames`` or ``compare_topics``.
    item : str
        The column that names the items: term, frame or label.
    most : int
        How many are named on each side.

    Returns
    -------
    list of str
        One paragraph per group.
    """
    content = table[~table["function_word"].astype(bool)] if "function_word" in table else table
    paragraphs = []
    for group in table["group"].drop_duplicates():
        tested = table[(table["group"] == group) & table["p"].notna()]
        rows = content[(content["group"] == group) & content["p"].notna()]
        paragraphs.append(_paragraph(str(group), tested, rows, item, most))
    return paragraphs


def _paragraph(group: str, tested: pd.DataFrame, rows: pd.DataFrame, item: str, most: int) -> str:
    if tested.empty:
        return f"No {item} occurs often enough to compare [[{group}]]."
    other = str(tested["against"].iloc[0])
    supported = rows[rows["supported"].astype(bool)]
    noun = count_of(len(tested), "topic" if item == "label" else item)
    noun = f"{noun} {'was' if len(tested) == 1 else 'were'} compared between [[{group}]] and [[{other}]]"
    if supported.empty:
        start = f"{noun[0].upper()}{noun[1:]}; for none is a difference supported by the articles."
        chosen, lead = rows, "The most telling gaps"
    else:
        start = f"{noun[0].upper()}{noun[1:]}; for {number(len(supported))} a difference is supported."
        chosen, lead = supported, "Supported differences"
    unit = "in shares of words" if item == "label" else "in rates per 1,000 words"
    sides = []
    for side, name in ((1, group), (-1, other)):
        best = chosen[chosen["effect"] * side > 0].head(most)
        if len(best):
            sides.append(f"more in [[{name}]]: {listing(_gap(row, item) for row in best.to_dict('records'))}")
    gaps = f" {lead}, {unit}: {'; '.join(sides)}." if sides else ""
    return start + gaps + _steadiness(chosen, most)


def _gap(row: dict[Any, Any], item: str) -> str:
    if item == "label":
        return f"[[{row[item]}]] ({row['share']:.0%} v {row['share_against']:.0%})"
    return f"[[{row[item]}]] ({row['rate']:.1f} v {row['rate_against']:.1f})"


def _steadiness(rows: pd.DataFrame, most: int) -> str:
    """Which of the named items hang on one unit."""
    named = pd.concat([rows[rows["effect"] * side > 0].head(most) for side in (1, -1)])
    fickle = named[named["flips"].astype(bool)]
    if named.empty:
        return ""
    if fickle.empty:
        return " Each of these keeps its direction whichever single unit is left out."
    name = next(column for column in ("term", "frame", "label") if column in named)
    texts = [f"[[{row[name]}]] without {row['driver']}" for row in fickle.to_dict("records")]
    return f" The direction changes for {listing(texts)}."


def carried(table: pd.DataFrame, *, least: float = 0.5) -> str:
    """Which differences of frames hang on one indicator; empty when none does.

    ``table`` is from ``compare_frames``. Only differences of half a doubling or more are looked at: of a small one
    a single indicator always carries "most".
    """
    wide = table[(table["effect"].abs() >= least) & (table["carried_share"] >= least)]
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


def intervals(table: pd.DataFrame) -> list[str]:
    """``low`` and ``high`` of each row as one text."""
    pairs = zip(table["low"], table["high"], strict=True)
    return ["–" if pd.isna(low) else f"{_end(low)} to {_end(high)}" for low, high in pairs]


def _end(value: float) -> str:
    shown = "∞" if abs(value) == float("inf") else f"{abs(value):.2f}"
    return "−" + shown if value < 0 and shown != "0.00" else shown


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
        top = rate.sort_values(ascending=False, kind="stable").head(3)
        named = listing(f"[[{frame}]] ({value:.1f})" for frame, value in top.items())
        texts.append(f"[[{group}]]: {named}")
    return f"Most hits per 1,000 words, by source, {'; '.join(texts)}."


def voices(table: pd.DataFrame) -> str:
    """How much of each source's words are quoted or spoken in an interview.

    ``table``: ``group``, ``voice``, ``n_words``.
    """
    texts = []
    for group, rows in table.groupby("group", sort=True):
        by_voice = rows.groupby("voice")["n_words"].sum()
        spoken = by_voice.drop(labels="narrator", errors="ignore")
        share = spoken.sum() / by_voice.sum()
        parts = listing(f"{n / by_voice.sum():.0%} {voice}" for voice, n in spoken.items() if n)
        texts.append(f"[[{group}]] {share:.0%}" + (f" ({parts})" if len(spoken[spoken > 0]) > 1 else ""))
    return f"Words that are not the narrator's own, but quoted or said in an interview: {listing(texts)}."


def topics(table: pd.DataFrame) -> str:
    """Which topics take most of each source's words.

    ``table`` is from ``compare_topics``: ``group``, ``against``, ``label``, ``share``, ``share_against``.
    """
    sides = [(str(group), rows, "share") for group, rows in table.groupby("group", sort=True)]
    if len(sides) == 1:
        sides.append((str(table["against"].iloc[0]), table, "share_against"))
    texts = []
    for name, rows, column in sides:
        top = rows.sort_values([column, "topic"], ascending=[False, True]).head(2)
        named = listing(f"[[{row['label']}]] ({row[column]:.0%})" for row in top.to_dict("records"))
        texts.append(f"[[{name}]]: {named}")
    n = table["topic"].nunique()
    return f"Of {number(n)} topics, those that take most words are, by source, {'; '.join(texts)}."


def exploratory_topics(passages: pd.DataFrame, k: int) -> str:
    """What k topics over so few articles are worth; ``passages`` has one row per passage, with ``article``."""
    n = passages["article"].nunique()
    if k < 2:
        return f"The {len(passages):,} passages of {count_of(n, 'article')} are too few to look for topics in them."
    if n < 30:
        return (
            f"These topics rest on {len(passages):,} passages of {count_of(n, 'article')}. Passages of one article "
            "resemble each other whatever their theme, so a topic may be one article's wording; whether these would "
            "come back with other articles is not tested. They are a reading aid."
        )
    return "How far these topics would come back with other articles is not tested here."


def unvalidated(name: str, provenance: str) -> str:
    """That a dictionary was not measured against human coders, and who wrote it after reading what."""
    return (
        f"The codebook “{name}” was not validated on this material: no human coding says how well its hits agree with "
        f"what readers see. {provenance}"
    )


def plain(text: str) -> str:
    """A sentence without its emphasis, for alt texts."""
    return text.replace("[[", "").replace("]]", "")
