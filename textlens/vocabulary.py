"""Surface forms -> terms: Unicode, possessives, case, spelling and stems, as a table that says which rule acted.

Normalising maps the vocabulary, never the text, and each form by itself: what one article writes changes no
other article's terms.
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
import regex

from textlens.corpus import expect_list

# Words in capitals that are names although a function word is spelt alike.
_NAMES_LIKE_WORDS = frozenset({"US", "IT", "WHO", "IS"})
# An 's that is no possessive: contractions, and the plural in "four no's".
_NOT_POSSESSIVE = frozenset("it's that's he's she's what's who's there's here's let's where's how's no's do's".split())
_MARKS = str.maketrans({"’": "'", "ʼ": "'", "‐": "-", "‑": "-", "\u00ad": None})
# What changed a form: its case or not, its spelling or not.
_RULES = (("", "spelling"), ("case", "case+spelling"))
_Step = tuple[str, Callable[[str], str]]
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
    surfaces = list(vocabulary) if not isinstance(vocabulary, str) else vocabulary
    terms, rules = _map(surfaces, case=case, spelling=spelling, stem=stem)
    return pd.DataFrame({"surface": surfaces, "term": terms, "rules": rules}, dtype="str")


def term_of(word: str, *, case: bool = True, spelling: bool = True, stem: bool = False) -> str:
    """The term of one word (:func:`term_map`).

    Examples
    --------
    >>> term_of("Defence")
    'defense'
    """
    return _map([word], case=case, spelling=spelling, stem=stem)[0][0]


def mapped_terms(
    vocabulary: Iterable[str], *, case: bool = True, spelling: bool = True, stem: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """For each surface form the index of its term (int32), and the terms, sorted (:func:`term_map`).

    Examples
    --------
    >>> codes, terms = mapped_terms(["Defence", "US", "defense"])
    >>> codes.tolist(), terms.tolist()
    ([1, 0, 1], ['US', 'defense'])
    """
    mapped, _ = _map(vocabulary, case=case, spelling=spelling, stem=stem)
    terms = sorted(dict.fromkeys(mapped))
    index = {term: number for number, term in enumerate(terms)}
    codes = np.fromiter(map(index.__getitem__, mapped), dtype=np.int32, count=len(mapped))
    return codes, np.array(terms, dtype=object)


def _map(vocabulary: Iterable[str], *, case: bool, spelling: bool, stem: bool) -> tuple[list[str], list[str]]:
    """The term of each form, and the rules that changed it."""
    expect_list(vocabulary, "vocabulary")
    for name, value in (("case", case), ("spelling", spelling), ("stem", stem)):
        if not isinstance(value, bool):
            raise ValueError(f"{name} must be True or False, not {value!r}")
    steps = _steps(case, spelling, stem)
    variants = spelling_variants() if spelling else {}
    by_letters = case and not stem
    terms, rules = [], []
    for surface in vocabulary:
        # Most forms: a to z, and no acronym. They have no marks, possessive, dots or parts.
        if by_letters and surface.isascii() and surface.isalpha() and not surface.isupper():
            lower = surface.lower()
            term = variants.get(lower, lower)
            changed = _RULES[lower != surface][term != lower]
        else:
            term, changed = _changed(surface, steps)
        terms.append(term)
        rules.append(changed)
    return terms, rules


@functools.cache
def _steps(case: bool, spelling: bool, stem: bool) -> tuple[_Step, ...]:
    """The rules in their order."""
    fold: list[_Step] = [("case", _fold_case)] if case else []
    steps: list[_Step] = [("marks", _plain_marks), ("possessive", _strip_possessive)]
    if spelling:
        # What was merged may be no acronym any more: AIR-SPACE has short parts, AIRSPACE has too many capitals.
        steps += [("dots", _undotted), *fold, ("spelling", _respelt)]
    return (*steps, *fold, *([("stem", _stemmed)] if stem else []))


def _changed(word: str, steps: tuple[_Step, ...]) -> tuple[str, str]:
    """A form by all rules, and those that changed it."""
    rules: list[str] = []
    for rule, apply in steps:
        form = apply(word)
        if form != word:
            rules += [rule] if rule not in rules else []
            word = form
    return word, "+".join(rules)


def is_acronym(word: str) -> bool:
    """Whether a word keeps its capitals: two to six of them, no small letter, and no function word.

    Examples
    --------
    >>> [is_acronym(word) for word in ("US", "ADMM+", "F-16", "A", "AND", "DEFENCE")]
    [True, True, True, False, False, False]
    """
    if word.upper() != word:
        return False
    letters = len(word) if word.isalpha() else sum(map(str.isalpha, word))
    if not 1 <= letters <= 6 or letters == 1 and sum(map(str.isalnum, word)) < 2:
        return False
    return word in _NAMES_LIKE_WORDS or word.lower() not in function_words()


def _plain_marks(word: str) -> str:
    if not word.isascii():
        word = unicodedata.normalize("NFC", word).translate(_MARKS)
    return word.replace(" ", "")


def _strip_possessive(word: str) -> str:
    if word[-2:] in ("'s", "'S") and word.lower() not in _NOT_POSSESSIVE:
        return word[:-2]
    return word


def _undotted(word: str) -> str:
    return word.replace(".", "") if "." in word and _DOTTED.fullmatch(word) and word.isupper() else word


def _fold_case(word: str) -> str:
    if word.lower() == word or is_acronym(word):
        return word
    # In a compound only its own acronyms keep their capitals: UN-led.
    return "-".join(part if is_acronym(part) else part.lower() for part in word.split("-"))


def _respelt(word: str) -> str:
    merged = spelling_variants().get(word.lower())
    if merged is None:
        # self-defence: a compound is spelt as its parts are, each in its own case (UN-centred).
        return "-".join(map(_respelt, word.split("-"))) if "-" in word else word
    # Where case is kept as written, a merged form keeps its capital too.
    return merged.upper() if word.isupper() else merged.capitalize() if word[:1].isupper() else merged


def _stemmed(word: str) -> str:
    return word if is_acronym(word) else str(_stemmer().stem(word))


@functools.cache
def _stemmer():  # type: ignore[no-untyped-def]
    from nltk.stem.snowball import SnowballStemmer

    return SnowballStemmer("english")
