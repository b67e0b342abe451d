"""Surface forms -> terms: typed-out cases, and what holds for any word."""

import unicodedata
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

import textlens as tl
from textlens.vocabulary import _stemmer, house_style, is_acronym, mapped_terms, term_of

WORDS = st.from_regex(r"[A-Za-z]{1,7}(-[A-Za-z]{1,7})?", fullmatch=True)
HOSTILE = st.lists(
    st.builds(
        lambda write, part: write(part),
        st.sampled_from([str, str.upper, str.title, str.swapcase]),
        st.text("aBsSzZ.-'’ʼ\u00ad\u2010 1,%+ßİıǅΣςéÉe\u0301ª中ŉ", max_size=5)
        | st.sampled_from(["defence", "air-space", "co-operate", "us", "it's", "no's", "the", "who", "U.N."]),
    ),
    max_size=3,
).flatmap(lambda parts: st.sampled_from(["-", "'s-", "."]).map(lambda join: join.join(parts)))


def acronym(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    if not 1 <= len(letters) <= 6 or word.upper() != word or sum(c.isalnum() for c in word) < 2:
        return False
    return word in {"US", "IT", "WHO", "IS"} or word.lower() not in tl.function_words()


def fold(word: str) -> str:
    return word if acronym(word) else "-".join(p if acronym(p) else p.lower() for p in word.split("-"))


def merge(word: str) -> str:
    merged = tl.spelling_variants().get(word.lower())
    if merged is None:
        return "-".join(map(merge, word.split("-"))) if "-" in word else word
    return merged.upper() if word.isupper() else merged.capitalize() if word[:1].isupper() else merged


def one_by_one(surface: str, *, case: bool, spelling: bool, stem: bool) -> tuple[str, str, str]:
    """The rules without a short cut."""
    marks = {"’": "'", "ʼ": "'", "‐": "-", "‑": "-", "\u00ad": None}
    contractions = "it's that's he's she's what's who's there's here's let's where's how's no's do's".split()
    steps: list[tuple[str, bool, Callable[[str], str]]] = [
        ("marks", True, lambda w: unicodedata.normalize("NFC", w).translate(str.maketrans(marks)).replace(" ", "")),
        ("possessive", True, lambda w: w[:-2] if w[-2:] in ("'s", "'S") and w.lower() not in contractions else w),
        ("dots", spelling, lambda w: w.replace(".", "") if DOTTED.fullmatch(w) and w.isupper() else w),
        ("case", case, fold),
        ("spelling", spelling, merge),
        ("case", case, fold),
        ("stem", stem, lambda w: w if acronym(w) else _stemmer().stem(w)),
    ]
    word, rules = surface, []
    for rule, wanted, apply in steps:
        if wanted and apply(word) != word:
            word = apply(word)
            rules.append(rule)
    return surface, word, "+".join(dict.fromkeys(rules))


DOTTED = regex.compile(r"(?:\p{L}\.)+\p{L}?")


def term(word: str, **options: bool) -> str:
    return tl.term_map([word], **options)["term"][0]


@pytest.mark.parametrize(
    ("surface", "expected", "rules"),
    [
        ("peace", "peace", ""),
        ("Peace", "peace", "case"),
        ("Defence", "defense", "case+spelling"),
        ("defense", "defense", ""),
        ("Vietnam's", "vietnam", "possessive+case"),
        ("Vietnam’s", "vietnam", "marks+possessive+case"),
        ("VIETNAM'S", "vietnam", "possessive+case"),
        ("it's", "it's", ""),
        ("No's", "no's", "case"),
        ("U.N.", "UN", "dots"),
        ("U.N.’s", "UN", "marks+possessive+dots"),
        ("e.g.", "e.g.", ""),
        ("US", "US", ""),
        ("us", "us", ""),
        ("Us", "us", "case"),
        ("AND", "and", "case"),
        ("ADMM +", "ADMM+", "marks"),
        ("pro‑active", "proactive", "marks+spelling"),
        ("Pro-Active", "proactive", "case+spelling"),
        ("co\u00adoperate", "cooperate", "marks"),
        ("self-defence", "self-defense", "spelling"),
        ("UN-led", "UN-led", ""),
        ("UN-Led", "UN-led", "case"),
        ("UN-centred", "UN-centered", "spelling"),
        ("US-Defence", "US-defense", "case+spelling"),
        ("Nguyệt", "nguyệt", "case"),
        ("Nguye\u0323\u0302t", "nguyệt", "marks+case"),
        ("3%", "3%", ""),
        ("programme", "programme", ""),
    ],
)
def test_term_and_rules(surface: str, expected: str, rules: str) -> None:
    assert tl.term_map([surface]).to_numpy().tolist() == [[surface, expected, rules]]


@pytest.mark.parametrize(
    ("surface", "expected"),
    [("Defence", "Defense"), ("DEFENCES", "DEFENSES"), ("Self-Defence", "Self-Defense"), ("Pro-Active", "Proactive")],
)
def test_a_merged_form_keeps_its_capitals_where_case_is_kept(surface: str, expected: str) -> None:
    assert term(surface, case=False) == expected


@pytest.mark.parametrize(
    ("surface", "expected"), [("Defence", "defence"), ("U.N.", "U.N."), ("pro-active", "pro-active")]
)
def test_without_spelling_the_variants_stay_apart(surface: str, expected: str) -> None:
    assert term(surface, spelling=False) == expected


def test_stems_join_inflections_and_leave_acronyms() -> None:
    table = tl.term_map(["Negotiations", "negotiated", "defences", "ASEAN"], stem=True)
    assert table["term"].tolist() == ["negoti", "negoti", "defens", "ASEAN"]
    assert table["rules"].tolist() == ["case+stem", "stem", "spelling+stem", ""]


def test_acronyms() -> None:
    yes = ["US", "UN", "IT", "WHO", "ASEAN", "ADMM+", "F-16", "G7", "COVID-19", "U.N."]
    no = ["A", "THE", "WE", "PEACEFUL", "us", "Un", "7", "3%", "DEFENCE"]
    assert [is_acronym(word) for word in yes] == [True] * 10
    assert [is_acronym(word) for word in no] == [False] * 9


def test_no_list_of_function_words_deletes_the_united_states() -> None:
    assert "us" in tl.function_words()
    assert "US" not in tl.function_words()


def test_terms_of_house_style_are_terms_and_no_function_words() -> None:
    terms = sorted(house_style())
    assert {"mr", "sen", "pct", "GOP", "AFP", "VNA", "reuters", "newsletter"} <= set(terms)
    assert [term(word) for word in terms] == terms
    assert [[word[a:b] for a, b in tl.word_spans(word)] for word in terms] == [[word] for word in terms]
    assert not house_style() & tl.function_words()


@pytest.mark.parametrize("word", ["general", "source", "report", "ambassador", "may", "sat", "sun", "minister", "us"])
def test_ordinary_words_are_no_house_style(word: str) -> None:
    assert word not in house_style()


def test_an_empty_vocabulary_gives_an_empty_table() -> None:
    table = tl.term_map([])
    assert list(table.columns) == ["surface", "term", "rules"]
    assert len(table) == 0


@given(WORDS)
def test_a_term_is_its_own_term(word: str) -> None:
    assert term(term(word)) == term(word)


@given(st.lists(WORDS, unique=True, max_size=6))
def test_each_form_is_mapped_by_itself(words: list[str]) -> None:
    assert tl.term_map(words)["term"].tolist() == [term(word) for word in words]


@given(WORDS)
def test_rules_are_named_exactly_where_the_form_changed(word: str) -> None:
    surface, mapped, rules = tl.term_map([word]).to_numpy().tolist()[0]
    assert (surface != mapped) == bool(rules)


def test_one_text_is_no_vocabulary() -> None:
    with pytest.raises(ValueError, match="^vocabulary must be a list of texts, not the text 'abc'$"):
        tl.term_map("abc")


@pytest.mark.parametrize("name", ["case", "spelling", "stem"])
def test_options_are_true_or_false(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be True or False, not 'english'$"):
        tl.term_map(["a"], **{name: "english"})


@pytest.mark.parametrize("written", [str.lower, str.upper, str.title], ids=["small", "capitals", "title"])
@pytest.mark.parametrize("spelling", [True, False])
def test_a_merged_spelling_is_its_own_term(written: Callable[[str], str], spelling: bool) -> None:
    forms = [written(form) for form in [*tl.spelling_variants(), "stand-off", "co-operation", "N.C.B.'s", "O'Brien's"]]
    terms = tl.term_map(forms, spelling=spelling)["term"]
    assert tl.term_map(terms, spelling=spelling)["term"].tolist() == terms.tolist()


@settings(max_examples=400)
@given(st.lists(HOSTILE | WORDS, max_size=8), st.booleans(), st.booleans(), st.booleans())
def test_terms_and_rules_are_those_of_one_step_after_the_other(
    words: list[str], case: bool, spelling: bool, stem: bool
) -> None:
    expected = [one_by_one(word, case=case, spelling=spelling, stem=stem) for word in words]
    table = tl.term_map(words, case=case, spelling=spelling, stem=stem)
    assert table.to_numpy().tolist() == [list(row) for row in expected]
    assert [term_of(word, case=case, spelling=spelling, stem=stem) for word in words] == [row[1] for row in expected]


@given(st.lists(HOSTILE | WORDS, max_size=8))
def test_codes_of_terms_are_their_places_among_the_sorted(words: list[str]) -> None:
    codes, terms = mapped_terms(words)
    assert (codes.dtype, terms.dtype) == (np.int32, object)
    assert terms[codes].tolist() == tl.term_map(words)["term"].tolist()
    assert terms.tolist() == sorted({term(word) for word in words})


def test_each_spelling_variant_in_each_case() -> None:
    forms = [write(form) for form in tl.spelling_variants() for write in (str, str.title, str.upper)]
    expected = [one_by_one(form, case=True, spelling=True, stem=False) for form in forms]
    pd.testing.assert_frame_equal(
        tl.term_map(forms), pd.DataFrame(expected, columns=["surface", "term", "rules"], dtype="str")
    )


def test_a_vocabulary_may_be_given_word_by_word() -> None:
    assert tl.term_map(word for word in ["Peace", "US"]).to_numpy().tolist() == [
        ["Peace", "peace", "case"],
        ["US", "US", ""],
    ]
