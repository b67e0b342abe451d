"""Words and their codes, interpreted and compiled, beside a tokenizer of ten lines."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import regex
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from textlens import characters, compiling
from textlens.forms import Forms
from textlens.words import find_words

RULES = regex.compile(
    r"""(?<!(?<![\p{L}\p{M}\p{N}])\p{L}\.)(?:\p{L}\.){2,}+(?:['\u2019\u02BC][sS])?(?![\p{L}\p{N}])
      | \p{Lu}{2,}\ ?\+(?:['\u2019\u02BC][sS])?(?!\ ?[\p{L}\p{N}])
      | \p{N}++(?:[.,]\p{N}++)++[\p{L}\p{M}\p{N}]*+(?:(?<=\p{N})%)?
      | [\p{L}\p{N}][\p{L}\p{M}\p{N}]*+
        (?:[-\u2010\u2011'\u2019\u02BC\u00AD](?!(?<=\p{N}.)\p{N}++[.,]\p{N})[\p{L}\p{N}][\p{L}\p{M}\p{N}]*+)*+
        (?:(?<=\p{N})%|(?<=\p{L})\+{1,2}(?![\p{L}\p{N}]))?""",
    regex.VERBOSE,
)
ANY = st.text(st.characters(exclude_categories=["Cs", "Cn"]))
TRICKY = st.text("aSsBU19.,%+ -'’\u02bc\u00ad\u0301ệ–²\n", max_size=14)
LOOPS = [pytest.param(0, id="interpreted"), pytest.param(compiling.LONG, id="compiled")]
ONE_FIXTURE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400, deadline=None)


@pytest.fixture(autouse=True)
def nothing_compiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(compiling, "_compiled", {})
    characters._table.cache_clear()
    yield


def found(texts: list[str], steps: int) -> list[str]:
    text = "\n".join(texts) + "\n"
    points = characters.code_points(text)
    starts, ends = find_words(characters.kinds_and_marks(points, 0, steps=steps)[0], steps=steps)
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


@ONE_FIXTURE
@given(texts=st.lists(ANY | TRICKY | TRICKY.map(lambda text: unicodedata.normalize("NFD", text)), max_size=3))
@example(texts=["U.N.'s U.N.'sx ADMM +'s e.g.", "A++b C+++ 5-7.5%", "ADMM+'s\u0301abc", "6-66.5 1.1.1a 3%3%"])
@example(texts=["U.", "N.", "ADMM", "+", "1,", "1", "a-", "a", "\u0301"])
@pytest.mark.parametrize("steps", LOOPS)
def test_words_agree_with_one_regular_expression(steps: int, texts: list[str]) -> None:
    assert found(texts, steps) == [match for text in texts for match in RULES.findall(text)]


@pytest.mark.parametrize("steps", LOOPS)
def test_kinds_of_all_characters_are_those_of_python_and_regex(steps: int) -> None:
    points = np.array([*range(0xD800), *range(0xE000, sys.maxunicode, 7)], dtype=np.uint32)
    kinds = characters.kinds_and_marks(points, 0, steps=steps)[0]
    text = list(map(chr, points.tolist()))
    letters = np.array([regex.match(r"\p{L}", character) is not None for character in text])
    assert ((kinds & characters.LETTER != 0) == letters).all()
    assert [bool(kind & characters.SPACE) for kind in kinds] == [character.isspace() for character in text]


def test_all_kinds_are_the_same_by_table_and_one_by_one() -> None:
    points = np.array([*range(0x3100), *range(0x3100, sys.maxunicode, 97)], dtype=np.uint32)
    which = characters.STOP | characters.NEWLINE
    short, compiled = (characters.kinds_and_marks(points, which, steps=steps) for steps in (0, compiling.LONG))
    assert short[0].tolist() == compiled[0].tolist()
    assert (
        short[1].tolist() == compiled[1].tolist() == [at for at, kind in enumerate(short[0].tolist()) if kind & which]
    )


def coded(lines: list[list[str]], steps: int) -> tuple[list[list[int]], list[str]]:
    forms, codes = Forms(), []
    for words in lines:
        ends = np.cumsum([len(word) for word in words], dtype=np.int32)
        starts = ends - np.array([len(word) for word in words], dtype=np.int32)
        line = np.empty(len(words), dtype=np.int32)
        forms.code(characters.code_points("".join(words)), starts, ends, line, steps=steps)
        codes.append(line.tolist())
    return codes, forms.texts()


# Words that are alike where letters are packed by eights: borders at 8 and 16, NUL, DEL, one letter beyond ASCII.
WORD = st.text("ab\x00\x7fé\U0001f600", min_size=1, max_size=19) | st.sampled_from(
    ["a" * n for n in range(1, 20)] + ["a" * 8 + "b", "a" * 16 + "b", "b" + "a" * 16, "a" * 15 + "é", "é" + "a" * 15]
)


@ONE_FIXTURE
@given(lines=st.lists(st.lists(WORD, min_size=1, max_size=12), max_size=4))
@pytest.mark.parametrize("steps", LOOPS)
def test_codes_number_the_forms_as_they_come(steps: int, lines: list[list[str]]) -> None:
    numbers: dict[str, int] = {}
    expected = [[numbers.setdefault(word, len(numbers)) for word in words] for words in lines]
    assert coded(lines, steps) == (expected, list(numbers))


@pytest.mark.parametrize("steps", LOOPS)
def test_more_forms_than_the_table_first_holds(steps: int) -> None:
    words = [f"{number:x}-of-these-many-forms" for number in range(3000)] + ["é" * 5000]
    codes, texts = coded([words, words[::-1]], steps)
    assert codes == [list(range(3001)), list(range(3001))[::-1]]
    assert texts == words


def test_where_a_form_stands_cannot_be_foretold() -> None:
    words = [f"{number:x}" for number in range(100)] + [f"{number:x}é" for number in range(100)]
    points = characters.code_points("".join(words))
    ends = np.cumsum([len(word) for word in words], dtype=np.int32)
    slots = []
    for _ in range(2):
        forms = Forms()
        forms.code(points, np.append(0, ends[:-1]), ends, np.empty(len(words), dtype=np.int32), steps=0)
        assert forms.texts() == words
        slots.append(forms._slots.tolist())
    assert slots[0] != slots[1]


def twice(number):  # type: ignore[no-untyped-def]
    return 2 * number


def test_a_loop_is_interpreted_while_short_and_compiled_when_long() -> None:
    loop = compiling.Loop(doubled, (twice,))
    numbers, answer = np.arange(3), np.empty(3, dtype=np.int64)
    loop(numbers, write=(answer,), steps=compiling.LONG - 1)
    assert answer.tolist() == [0, 2, 4] and not compiling._compiled
    loop(numbers + 1, write=(answer,), steps=compiling.LONG)
    assert answer.tolist() == [2, 4, 6] and list(compiling._compiled) == [doubled]
    loop(numbers + 2, write=(answer,), steps=1)
    assert answer.tolist() == [4, 6, 8]


def doubled(numbers, answer):  # type: ignore[no-untyped-def]
    for place in range(len(numbers)):
        answer[place] = twice(numbers[place])


FACTOR = 3


def multiplied(numbers, answer):  # type: ignore[no-untyped-def]
    for place in range(len(numbers)):
        answer[place] = FACTOR * numbers[place]


def test_what_was_compiled_is_not_kept_when_a_number_of_the_module_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = []
    for factor in (3, 5, 3):
        monkeypatch.setitem(globals(), "FACTOR", factor)
        compiling._compiled.clear()
        answer = np.empty(2, dtype=np.int64)
        compiling.Loop(multiplied)(np.array([1, 2]), write=(answer,), steps=compiling.LONG)
        answers.append(answer.tolist())
    assert answers == [[3, 6], [5, 10], [3, 6]]


def test_numba_told_not_to_compile() -> None:
    program = (
        "from textlens import compiling; compiling.LONG = 0; from test_words import coded; "
        "print(coded([['a', 'b' * 20, 'a']], 1))"
    )
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.path.dirname(__file__)}
    command = [sys.executable, "-W", "error::RuntimeWarning", "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "([[0, 1, 0]], ['a', 'bbbbbbbbbbbbbbbbbbbb'])\n"


RUN_ONCE = """
import numpy as np
from textlens.compiling import LONG
from textlens.words import find_words
print(find_words(np.array([1, 1, 0, 1, 0], dtype=np.uint32), steps=LONG)[1].tolist())
"""


def test_a_broken_cache_is_passed_over(tmp_path: Path) -> None:
    ran = partial(
        subprocess.run,
        [sys.executable, "-c", RUN_ONCE],
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ran().stdout == "[2, 4]\n"
    kept = list(tmp_path.rglob("*.nbi"))
    assert kept
    for path in kept:
        path.write_bytes(b"")
    again = ran()
    assert (again.stdout, again.stderr) == ("[2, 4]\n", "")
