"""The one matcher: typed-out cases, error wording, and a brute-force matcher over small alphabets."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from one_line import corpus_of, tokens_of

import textlens as tl
from textlens import compiling, matching
from textlens.matching import find_patterns, parse_pattern

WORDS = st.sampled_from(["ab", "ba", "abb", "bab"])
SENTENCES = st.lists(st.lists(WORDS, min_size=1, max_size=6), min_size=1, max_size=3)
ELEMENTS = st.sampled_from(["ab", "ba", "abb", "ab*", "ba*", "*ab", "*bb", "*ba*"])
PATTERNS = st.one_of(
    ELEMENTS,
    st.builds("{} {}".format, ELEMENTS, ELEMENTS),
    st.builds("{} * {}".format, ELEMENTS, ELEMENTS),
    st.builds("{} {} {}".format, ELEMENTS, ELEMENTS, ELEMENTS),
)


def matched(text: str, *patterns: str) -> list[str]:
    """The words of each match, as they are written."""
    tokens = tokens_of(text)
    found = find_patterns(tokens, patterns)
    spans = zip(tokens.starts[found["first"]], tokens.ends[found["last"]], strict=True)
    return [text[start:end] for start, end in spans]


def brute_force(sentences: list[list[str]], patterns: list[str]) -> list[tuple[int, int, int]]:
    found = []
    offset = 0
    for words in sentences:
        for index, pattern in enumerate(patterns):
            elements = [re.compile(element.replace("*", "[a-z]*")) for element in pattern.split()]
            for start in range(len(words) - len(elements) + 1):
                if all(element.fullmatch(words[start + i]) for i, element in enumerate(elements)):
                    found.append((index, offset + start, offset + start + len(elements) - 1))
        offset += len(words)
    return sorted(found, key=lambda match: (match[1], match[2], match[0]))


@given(SENTENCES, st.lists(PATTERNS, min_size=1, max_size=3))
def test_matches_are_those_of_a_brute_force_matcher(sentences: list[list[str]], patterns: list[str]) -> None:
    text = " ".join(" ".join(words).capitalize() + "." for words in sentences)
    found = find_patterns(tokens_of(text), patterns)
    assert list(found[["pattern", "first", "last"]].itertuples(index=False, name=None)) == brute_force(
        sentences, patterns
    )


@given(SENTENCES, PATTERNS)
def test_no_match_crosses_a_sentence_end(sentences: list[list[str]], pattern: str) -> None:
    text = " ".join(" ".join(words).capitalize() + "." for words in sentences)
    assert all("." not in words for words in matched(text, pattern))


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("Peace talks. Talks on peace", "peace talks", ["Peace talks"]),
        ("We talk peace. Talks fail", "peace talks", []),
        ('He said "peace" talks', "peace talks", []),
        ("war war war", "war war", ["war war", "war war"]),
        ("stable, stability, Stabilizing, unstable", "stabil*", ["stability", "Stabilizing"]),
        ("stable, unstable, stables", "*stable", ["stable", "unstable"]),
        ("stable, unstable, stables", "*stable*", ["stable", "unstable", "stables"]),
        ("protect the nation, protect nation", "protect * nation", ["protect the nation"]),
        ("protects our own nation", "protect* * * nation", ["protects our own nation"]),
        ("the US told us", "US", ["US"]),
        ("the US told us", "us", ["us"]),
        ("the nation’s aims", "nation aims", ["nation’s aims"]),
        ("the nation aims", "Nation's aims", ["nation aims"]),
        ("Defence ties and defense ties", "defence ties", ["Defence ties", "defense ties"]),
        ("labor, labourers, Laborers", "labour*", ["labor", "labourers", "Laborers"]),
        ("organizations organise", "organis*", ["organise"]),
        ("the UN-led force of the U.N.", "U.N.*", ["UN-led", "U.N."]),
        ("self-defence", "self-defen*", ["self-defence"]),
        ("the ADMM +, then ADMM", "ADMM+", ["ADMM +"]),
        ("peace, talks", "“peace” talks!", ["peace, talks"]),
    ],
)
def test_matched_words(text: str, pattern: str, expected: list[str]) -> None:
    assert matched(text, pattern) == expected


def test_matches_stand_in_reading_order_and_may_overlap() -> None:
    found = find_patterns(tokens_of("a b c", "b c"), ["b c", "b", "a b"])
    assert found.to_numpy().tolist() == [[2, 0, 1], [1, 1, 1], [0, 1, 2], [1, 3, 3], [0, 3, 4]]


def test_without_patterns_or_matches_the_table_keeps_its_columns() -> None:
    for patterns in ([], ["c a"]):
        found = find_patterns(tokens_of("a b c"), patterns)
        assert list(found.columns) == ["pattern", "first", "last"]
        assert len(found) == 0


def test_known_words_that_never_meet_are_no_error() -> None:
    assert len(find_patterns(tokens_of("a b c"), ["c a", "b * a"], must_occur=True)) == 0


def test_a_word_that_occurs_nowhere_is_named_with_near_words() -> None:
    with pytest.raises(ValueError, match=r"^the word 'defens' occurs nowhere; near: defense$"):
        find_patterns(tokens_of("Defence ties"), ["defens ties"], must_occur=True)
    with pytest.raises(ValueError, match=r"^the word 'zz\*' occurs nowhere$"):
        find_patterns(tokens_of("Defence ties"), ["zz*"], must_occur=True)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("peace", ("peace",)),
        (" prevent*  war ", ("prevent*", "war")),
        ("protect * nation", ("protect", "*", "nation")),
        ("“stabil*", ("stabil*",)),
        ("*fowl*", ("*fowl*",)),
        ("win/win", ("win", "win")),
    ],
)
def test_parsed(pattern: str, words: tuple[str, ...]) -> None:
    assert parse_pattern(pattern) == words


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "the pattern '' holds no word"),
        ("?!", "the pattern '?!' holds no word"),
        ("* war", "broken wildcard in '* war': a bare star stands between two words"),
        ("war *", "broken wildcard in 'war *': a bare star stands between two words"),
        ("*", "broken wildcard in '*': a bare star stands between two words"),
        ("pea*ce", "broken wildcard in 'pea*ce': a star stands at the start or end of a word"),
        ("peace**", "broken wildcard in 'peace**': a star stands at the start or end of a word"),
        ("a*", "broken wildcard in 'a*': it needs two letters beside the star"),
        ("win/win*", "broken wildcard in 'win/win*': it needs two letters beside the star"),
    ],
)
def test_a_broken_pattern_is_named(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse_pattern(pattern)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        tl.count_phrases(tokens_of("peace"), [pattern])


HOSTILE_WORDS = st.sampled_from(
    "defence Defense defences self-defence U.N. UN UN-led us US ADMM+ stable Unstable stables labor labourers no's".split()
)
HOSTILE_ELEMENTS = HOSTILE_WORDS | st.sampled_from(
    "defen* *fence *fen* *ence* UN* *UN* un* labour* *our* *ab* stable* *stable *es* defence's nowhere zz* *zz *zz*".split()
)
HOSTILE_PATTERNS = st.lists(HOSTILE_ELEMENTS, min_size=1, max_size=4).flatmap(
    lambda words: st.sampled_from([" ", " * ", " * * "]).map(lambda join: join.join(words))
)


def place_by_place(tokens: tl.Tokens, patterns: list[str]) -> list[list[int]]:
    """Each pattern at each word, element by element, as the terms are with and without merged variants."""
    forms = tokens.vocabulary[tokens.codes].tolist()
    merged, unmerged = (tl.term_map(forms, spelling=spelling)["term"].tolist() for spelling in (True, False))

    def meets(element: str, place: int) -> bool:
        bare = element.strip("*")
        bares = [tl.term_map([bare], spelling=spelling)["term"][0] for spelling in (True, False)]
        if bare == element or element == "*":
            return element == "*" or merged[place] == bares[0]
        names = (merged[place], unmerged[place])
        if element[0] == element[-1]:
            return any(part in name for part in bares for name in names)
        start = element[-1] == "*"
        return any(name.startswith(part) if start else name.endswith(part) for part in bares for name in names)

    found = []
    for first in range(len(forms)):
        for index, pattern in enumerate(patterns):
            words = parse_pattern(pattern)
            last = first + len(words) - 1
            inside = last < len(forms) and tokens.sentences[first] == tokens.sentences[last]
            if inside and all(meets(word, first + offset) for offset, word in enumerate(words)):
                found.append([index, first, last])
    return sorted(found, key=lambda match: (match[1], match[2], match[0]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    sentences=st.lists(st.lists(HOSTILE_WORDS, max_size=6), max_size=4),
    patterns=st.lists(HOSTILE_PATTERNS, max_size=5),
)
@pytest.mark.parametrize("held", [1, matching.HELD])
@pytest.mark.parametrize("long", [0, compiling.LONG], ids=["compiled", "interpreted"])
def test_all_patterns_at_once_find_what_each_finds_by_itself(
    monkeypatch: pytest.MonkeyPatch, long: int, held: int, sentences: list[list[str]], patterns: list[str]
) -> None:
    monkeypatch.setattr(compiling, "LONG", long)
    monkeypatch.setattr(compiling, "_compiled", {} if long else compiling._compiled)
    monkeypatch.setattr(matching, "HELD", held)
    tokens = tokens_of("! ".join(" ".join(words) for words in sentences) + "!", "A last article.")
    assert find_patterns(tokens, patterns).to_numpy().tolist() == place_by_place(tokens, patterns)


def test_a_pattern_of_fifty_words_and_one_of_as_many_bare_stars() -> None:
    words = [f"w{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(50)]
    patterns = [" ".join(words), f"waa {'* ' * 48}{words[-1]}", f"waa {'* ' * 49}{words[-1]}"]
    tokens = tokens_of(" ".join([*words, *words]), " ".join(words[:-1]))
    assert find_patterns(tokens, patterns).to_numpy().tolist() == [[0, 0, 49], [1, 0, 49], [0, 50, 99], [1, 50, 99]]


def test_ten_thousand_wildcards_that_meet_each_form() -> None:
    found = find_patterns(tokens_of("about abacus"), ["ab*"] * 10_000)
    assert found["pattern"].tolist() == [*range(10_000)] * 2
    assert found["last"].tolist() == found["first"].tolist() == [0] * 10_000 + [1] * 10_000


def test_a_letter_past_all_others_does_not_end_what_starts_alike() -> None:
    tokens = tl.tokenize(
        corpus_of("ab ab\U0010ffffz ac"), words=lambda text: [m.span() for m in re.finditer(r"\S+", text)]
    )
    assert find_patterns(tokens, ["ab*"])["first"].tolist() == [0, 1]
