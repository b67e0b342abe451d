"""Surface forms -> terms: Unicode, possessives, case, spelling and stems, as a table that says which rule acted.

Normalising maps the vocabulary, never the text, and each form by itself: what one article writes changes no
other article's terms.
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import pandas as pd
import regex

from textlens.corpus import expect_list

# Words in capitals that are names although a function word is spelt alike.
_NAMES_LIKE_WORDS = frozenset({"US", "IT", "WHO", "IS"})
# An 's that is no possessive: contractions, and the plural in "four no's".
_NOT_POSSESSIVE = frozenset("it's that's he's she's what's who's there's here's let's where's how's no's do's".split())
_MARKS = str.maketrans({"’": "'", "ʼ": "'", "‐": "-", "‑": "-", "\u00ad": None})
_DOTTED = regex.compile(r"(?:\p{L}\.)+\p{L}?")


def _data(name: str) -> str:
    return (importlib.resources.files("textlens") / "data" / name).read_text("utf-8")


def _list(name: str) -> frozenset[str]:
    """The lines of a list that are no comments."""
    return frozenset(line for line in _data(name).splitlines() if line and not line.startswith("#"))


@functools.cache
def function_words() -> frozenset[str]:
    """Function words of English: for display and ranking, never for denominators.

    Examples
    --------
    >>> "us" in function_words(), "US" in function_words()
    (True, False)
    """
    return _list("function_words.txt")


@functools.cache
def house_style() -> frozenset[str]:
    """Terms of house style in English news: titles, abbreviations, agencies and outlets, notices.

    They tell how an outlet writes and what it calls itself. Tables mark them so that they can be shown apart; they stay
    in all counts and denominators.

    Examples
    --------
    >>> "mr" in house_style(), "AFP" in house_style(), "general" in house_style()
    (True, True, False)
    """
    return _list("house_style.txt")


@functools.cache
def spelling_variants() -> Mapping[str, str]:
    """Spelling variants that are the same word, and the form they are counted under.

    Derived from VarCon 2020.12.07 (Kevin Atkinson), with hyphenated forms and a few families of our own.

    Examples
    --------
    >>> spelling_variants()["defence"]
    'defense'
    """
    rows = csv.DictReader(_data("spelling.csv").splitlines())
    return MappingProxyType({row["form"]: row["term"] for row in rows})


def term_map(
    vocabulary: Iterable[str], *, case: bool = True, spelling: bool = True, stem: bool = False
) -> pd.DataFrame:
    """Which term each surface form is counted under.

    Parameters
    ----------
    vocabulary : iterable of str
        Surface forms.
    case : bool
        Lower case, except acronyms of two to six capitals: *US* is not *us*.
    spelling : bool
        Merge spelling variants: *defence* and *defense* are one term; *U.N.* and *UN*.
    stem : bool
        Snowball stems (English, by NLTK) of words that are no acronyms.

    Returns
    -------
    DataFrame
        ``surface``, ``term``, and ``rules`` that changed it, joined by ``+`` (of marks, possessive, dots, case,
        spelling, stem), or empty.

    Raises
    ------
    ValueError
        One text instead of a list of forms, or an option that is neither True nor False.

    Examples
    --------
    >>> table = term_map(["Defence", "US", "Vietnam’s"])
    >>> table["term"].tolist()
    ['defense', 'US', 'vietnam']
    >>> table["rules"].tolist()
    ['case+spelling', '', 'marks+possessive+case']
    """
    expect_list(vocabulary, "vocabulary")
    for name, value in (("case", case), ("spelling", spelling), ("stem", stem)):
        if not isinstance(value, bool):
            raise ValueError(f"{name} must be True or False, not {value!r}")
    stemmer = _stemmer() if stem else None
    variants = spelling_variants() if spelling else {}
    rows = []
    for surface in vocabulary:
        term = surface
        rules = []
        steps = [("marks", _plain_marks(term))]
        steps.append(("possessive", _strip_possessive(steps[-1][1])))
        if spelling:
            steps.append(("dots", _undotted(steps[-1][1])))
        if case:
            steps.append(("case", _fold_case(steps[-1][1])))
        steps.append(("spelling", _merged(steps[-1][1], variants)))
        if case:
            # What was merged may be no acronym any more: AIR-SPACE has short parts, AIRSPACE has too many capitals.
            steps.append(("case", _fold_case(steps[-1][1])))
        if stemmer is not None and not is_acronym(steps[-1][1]):
            steps.append(("stem", stemmer.stem(steps[-1][1])))
        for rule, form in steps:
            if form != term:
                rules += [rule] if rule not in rules else []
                term = form
        rows.append((surface, term, "+".join(rules)))
    return pd.DataFrame(rows, columns=["surface", "term", "rules"], dtype="str")


def is_acronym(word: str) -> bool:
    """Whether a word keeps its capitals: two to six of them, no small letter, and no function word.

    Examples
    --------
    >>> [is_acronym(word) for word in ("US", "ADMM+", "F-16", "A", "AND", "DEFENCE")]
    [True, True, True, False, False, False]
    """
    letters = [c for c in word if c.isalpha()]
    if not 1 <= len(letters) <= 6 or word.upper() != word or sum(c.isalnum() for c in word) < 2:
        return False
    return word in _NAMES_LIKE_WORDS or word.lower() not in function_words()


def _plain_marks(word: str) -> str:
    return unicodedata.normalize("NFC", word).translate(_MARKS).replace(" ", "")


def _strip_possessive(word: str) -> str:
    if word[-2:] in ("'s", "'S") and word.lower() not in _NOT_POSSESSIVE:
        return word[:-2]
    return word


def _undotted(word: str) -> str:
    return word.replace(".", "") if _DOTTED.fullmatch(word) and word.isupper() else word


def _fold_case(word: str) -> str:
    if is_acronym(word):
        return word
    # In a compound only its own acronyms keep their capitals: UN-led.
    return "-".join(part if is_acronym(part) else part.lower() for part in word.split("-"))


def _merged(word: str, variants: Mapping[str, str]) -> str:
    merged = variants.get(word.lower())
    if merged is None:
        # self-defence: a compound is spelt as its parts are, each in its own case (UN-centred).
        return "-".join(_merged(part, variants) for part in word.split("-")) if "-" in word else word
    # Where case is kept as written, a merged form keeps its capital too.
    return merged.upper() if word.isupper() else merged.capitalize() if word[:1].isupper() else merged


@functools.cache
def _stemmer():  # type: ignore[no-untyped-def]
    from nltk.stem.snowball import SnowballStemmer

    return SnowballStemmer("english")
