"""The codebook: what is read, and file and line of each mistake."""

import hashlib
import re
from pathlib import Path

import pytest

import textlens as tl
from textlens.tomllines import text_lines

GOOD = """\
format = 1
name = "Two frames"
version = "0.2"
provenance = "Typed for this test."

[[frame]]
name = "Peace"
definition = "Peace is the good."
is_not = "War."
indicators = [
  "peace",
  "prevent* war",
]
exclusions = ["peace corps"]

[[frame]]
name = "War"
indicators = ["war"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "codebook.toml"
    path.write_bytes(text.encode())
    return path


def test_what_is_read(tmp_path: Path) -> None:
    book = tl.read_codebook(write(tmp_path, GOOD))
    assert (book.name, book.version, book.provenance) == ("Two frames", "0.2", "Typed for this test.")
    assert book.frames.to_numpy().tolist() == [
        ["Peace", "Peace is the good.", "", "War.", "count", (), (), (), 7],
        ["War", "", "", "", "count", (), (), (), 17],
    ]
    assert book.indicators.to_numpy().tolist() == [
        ["Peace", "peace", "indicator", 11],
        ["Peace", "prevent* war", "indicator", 12],
        ["Peace", "peace corps", "exclusion", 14],
        ["War", "war", "indicator", 18],
    ]
    assert book.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert (book.licence, book.language, book.file) == ("", "", "codebook.toml")
    assert (len(book.questions), len(book.validity), "not" in book.negators) == (0, 0, True)
    assert repr(book) == "Codebook 'Two frames': 2 frames, 4 indicators"


def test_one_text_for_an_indicator_and_an_exclusion_is_no_repetition(tmp_path: Path) -> None:
    book = tl.read_codebook(write(tmp_path, GOOD.replace("peace corps", "peace")))
    assert book.indicators["kind"].tolist() == ["indicator", "indicator", "exclusion", "indicator"]


def test_line_ends_of_windows_change_neither_lines_nor_checksum(tmp_path: Path) -> None:
    book = tl.read_codebook(write(tmp_path, GOOD.replace("\n", "\r\n")))
    assert book.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("format = 1", "format = 2", 1, "format is 2; it must be 1"),
        ("format = 1\n", "", 1, "format is None; it must be 1"),
        ("format = 1", "format = true", 1, "format = True must be of type int"),
        ('version = "0.2"', "version = 0.2", 3, "version = 0.2 must be of type str"),
        ("version =", "versoin =", 3, "unknown key 'versoin' in the top of this file; known: name, version, "),
        ("is_not =", "isnt =", 9, "unknown key 'isnt' in [[frame]]; known: name, definition, is_not, indicators, "),
        ('name = "War"\n', "", 16, "[[frame]] lacks 'name'"),
        ('name = "War"', 'name = " "', 16, "[[frame]] lacks 'name'"),
        ('indicators = ["war"]\n', "", 16, "[[frame]] lacks 'indicators'"),
        ('indicators = ["war"]', "indicators = []", 16, "[[frame]] lacks 'indicators'"),
        ('"prevent* war"', '"prevent*\\u0000war"', 12, "indicators holds the control character \\x00"),
        ('"prevent* war"', '"prevent*\\nwar"', 12, "indicators holds the control character \\x0a"),
        ('name = "War"', 'name = "War\\u001b"', 17, "name holds the control character \\x1b"),
        ('is_not = "War."', 'is_not = "\\u009b"', 9, "is_not holds the control character \\x9b"),
        ('indicators = ["war"]', 'indicators = "war"', 18, "indicators = 'war' must be of type list"),
        ('indicators = ["war"]', "indicators = [1]", 18, "indicators of frame 'War' holds 1"),
        ('"War"', '"Peace"', 17, "two frames are called 'Peace'"),
        ('"peace",', '"pea*ce",', 11, "frame 'Peace': broken wildcard in 'pea*ce': a star stands at the start or end "),
        ('"prevent* war"', '"prevent *"', 12, "frame 'Peace': broken wildcard in 'prevent *': a bare star stands "),
        ('"peace corps"', "'p*'", 14, "frame 'Peace': broken wildcard in 'p*': it needs two letters beside the star"),
        ('"war"', '"?"', 18, "frame 'War': the pattern '?' holds no word"),
    ],
)
def test_a_mistake_is_reported_with_file_and_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ValueError, match=f"^{re.escape(f'{path}, line {line}: {message}')}"):
        tl.read_codebook(path)


def test_an_indicator_listed_twice_is_reported_where_it_stands_first(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace('"prevent* war"', '"peace"'))
    with pytest.raises(ValueError, match=re.escape(f"{path}, line 11: frame 'Peace' lists 'peace' twice")):
        tl.read_codebook(path)


def test_many_indicators_are_read(tmp_path: Path) -> None:
    many = [f"word{number}" for number in range(100_000)]
    text = GOOD.replace('["war"]', str(many))
    assert tl.read_codebook(write(tmp_path, text)).indicators["indicator"].tolist()[3:] == many
    with pytest.raises(ValueError, match=r"line 18: frame 'War' lists 'word7' twice"):
        tl.read_codebook(write(tmp_path, GOOD.replace('["war"]', str([*many, "word7"]))))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('format = 1\nname = "Empty"\n', r"codebook.toml: a codebook needs \[\[frame\]\] entries$"),
        ('format = 1\n[frame]\nname = "A"\n', r"codebook.toml, line 2: frame = .* must be of type list$"),
        ("format = 1\nframe = [1]\n", r"codebook.toml, line 2: frame must be written as \[\[frame\]\]$"),
        ("format = \n", "codebook.toml: not valid TOML: Invalid value"),
        (" \n", "codebook.toml: the file is empty$"),
    ],
)
def test_what_is_no_codebook(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tl.read_codebook(write(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none.toml: there is no such file$"):
        tl.read_codebook(tmp_path / "none.toml")


FULL = """\
format = 1
name = "One frame"
licence = "CC0-1.0"
language = "en"
negators = ["not", "*n't"]

[[frame]]
name = "Peace"
includes = "Calm."
negation = "apart"
scope = { roles = ["title", "body"], voices = ["quoted"], speakers = ["Ana  Brook"] }
indicators = ["peace within 5 words of talks"]
[[frame.question]]
id = "peace-1"
text = "Is there peace?"

[[frame]]
name = "War"
[[frame.question]]
id = "war_1"
text = "Is there war?"

[[validity]]
frame = "Peace"
measure = "AUC"
value = 0.8
low = 0.7
high = 0.9
n = 207
material = "climate news"
"""


def test_what_a_full_codebook_holds(tmp_path: Path) -> None:
    book = tl.read_codebook(write(tmp_path, FULL))
    assert (book.licence, book.language, book.negators) == ("CC0-1.0", "en", ("not", "*n't"))
    assert book.frames.to_numpy().tolist() == [
        ["Peace", "", "Calm.", "", "apart", ("title", "body"), ("quoted",), ("Ana  Brook",), 8],
        ["War", "", "", "", "count", (), (), (), 18],
    ]
    assert book.indicators.to_numpy().tolist() == [["Peace", "peace within 5 words of talks", "indicator", 12]]
    assert book.questions.to_numpy().tolist() == [
        ["Peace", "peace-1", "Is there peace?"],
        ["War", "war_1", "Is there war?"],
    ]
    assert book.validity.to_numpy().tolist() == [["Peace", "AUC", 0.8, 0.7, 0.9, 207, "climate news"]]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ('"apart"', '"invert"', 10, "negation is 'invert'; it must be one of count, skip, apart"),
        ("roles =", "rolls =", 11, "scope of frame 'Peace': unknown key 'rolls'; known: roles, voices, speakers"),
        ('"title", ', '"titel", ', 11, "scope of frame 'Peace': roles holds 'titel'; known: title, heading, body, "),
        ('["quoted"]', '["cited"]', 11, "scope of frame 'Peace': voices holds 'cited'; known: narrator, question, "),
        ('["quoted"]', "[]", 11, "scope of frame 'Peace': voices must be a list of one or more, not []"),
        ('["quoted"]', '"quoted"', 11, "scope of frame 'Peace': voices must be a list of one or more, not 'quoted'"),
        ('"Ana  Brook"', '"Ana\\tBrook"', 11, "scope of frame 'Peace': speakers holds 'Ana\\tBrook', which is no name"),
        ('"Ana  Brook"', "1", 11, "scope of frame 'Peace': speakers holds 1, which is no name"),
        ("within 5", "within 51", 12, "frame 'Peace': 'peace within 51 words of talks': 51 must be a whole number of "),
        ("5 words of talks", "5 words of ta*ks", 12, "frame 'Peace': broken wildcard in 'ta*ks': "),
        (
            '"peace-1"',
            '"Peace 1"',
            14,
            "the id 'Peace 1' must be 1 to 20 small letters, digits, hyphens or underscores",
        ),
        ('"war_1"', '"peace-1"', 20, "two questions have the id 'peace-1'"),
        (
            '[[frame.question]]\nid = "war_1"\ntext = "Is there war?"',
            'question = ["war"]',
            19,
            "a question must be written as [[frame.question]]",
        ),
        ('text = "Is there war?"\n', "", 19, "[[frame.question]] lacks 'text'"),
        ('name = "War"', 'name = "Peace (negated)"', 18, "'Peace (negated)' ends as the frames of negated hits do; "),
        ('frame = "Peace"\nmeasure', 'frame = "Pace"\nmeasure', 24, "there is no frame 'Pace' in this codebook"),
        ("low = 0.7", "low = 0.81", 26, "low <= value <= high must hold, of numbers below 1,000,000,000; "),
        ("high = 0.9", "high = nan", 26, "low <= value <= high must hold, of numbers below 1,000,000,000; "),
        ("n = 207", "n = 0", 29, "n is 0; it must be from 1 to 999,999,999"),
        ("n = 207", "n = 2.5", 29, "n = 2.5 must be of type int"),
        ('"climate news"', '"climate\\nnews"', 30, "material must be one line of plain text"),
        ('"*n\'t"', '"do n\'t"', 5, 'negators: "do n\'t" is not one word'),
        ('"*n\'t"', '"*"', 5, "negators: broken wildcard in '*': a bare star stands between two words"),
    ],
)
def test_a_mistake_in_a_full_codebook_has_its_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in FULL
    path = write(tmp_path, FULL.replace(old, new, 1))
    with pytest.raises(ValueError, match=f"^{re.escape(f'{path}, line {line}: {message}')}"):
        tl.read_codebook(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("k = 1 # \"x\"\n\n[[f]]\nk = ['a', # 'no'\n\"b\"]\nn = 'c'", {("f", 0, "k"): [4, 5], ("f", 0, "n"): [6]}),
        (
            'k = """a\n"b"\n"""\nm = \'\'\'\n\'\'\'\nn = "c\\"d" # "',
            {("", 0, "k"): [1], ("", 0, "m"): [4], ("", 0, "n"): [6]},
        ),
        ("[[ a . b ]]\n[[a.b]]\n'k' = { x = 'c', y = ['d'] }", {("a.b", 1, "k"): [3, 3]}),
        ('k = "a\nm = "b"', {("", 0, "k"): [1], ("", 0, "m"): [2]}),
    ],
)
def test_lines_of_texts(text: str, expected: dict[tuple[str, int, str], list[int]]) -> None:
    assert text_lines(text) == expected


def test_frames_written_inline_have_the_line_that_is_known(tmp_path: Path) -> None:
    text = 'format = 1\nframe = [{ name = "A", indicators = ["peace"] }, { name = "B", indicators = ["war"] }]\n'
    assert tl.read_codebook(write(tmp_path, text)).indicators["line"].tolist() == [1, 1]
