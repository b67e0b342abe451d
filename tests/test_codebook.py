"""The codebook: what is read, and file and line of each mistake."""

import hashlib
import re
from pathlib import Path

import pytest

import textlens as tl

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
    assert book.frames.to_numpy().tolist() == [["Peace", "Peace is the good.", "War."], ["War", "", ""]]
    assert book.indicators.to_numpy().tolist() == [
        ["Peace", "peace", "indicator"],
        ["Peace", "prevent* war", "indicator"],
        ["Peace", "peace corps", "exclusion"],
        ["War", "war", "indicator"],
    ]
    assert book.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
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
