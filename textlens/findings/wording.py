"""Numbers, lists and plurals as a sentence needs them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

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


def intervals(table: pd.DataFrame) -> list[str]:
    """``low`` and ``high`` of each row as one text."""
    pairs = zip(table["low"], table["high"], strict=True)
    return ["–" if pd.isna(low) else f"{_end(low)} to {_end(high)}" for low, high in pairs]


def _end(value: float) -> str:
    shown = "∞" if abs(value) == float("inf") else f"{abs(value):.2f}"
    return "−" + shown if value < 0 and shown != "0.00" else shown


def plain(text: str) -> str:
    """A sentence without its emphasis, for alt texts."""
    return text.replace("[[", "").replace("]]", "")
