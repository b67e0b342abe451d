"""TOML files whose mistakes are told with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from textlens.tomlfile import Kinds, TomlFile

TOP: Kinds = {"format": int, "name": str, "item": list}
ITEM: Kinds = {"id": str, "n": int, "on": bool, "when": (str, date)}
TEXT = """\
format = 1
# id = "in a comment"

[[item]]
id = "one"

[[ item ]]
n = 2
  "id" = "two"
when = 2031-03-04

[item.more]
key = 'raw\\text'
"""


def toml(folder: Path, text: str = TEXT) -> TomlFile:
    path = folder / "a.toml"
    path.write_bytes(text.encode())
    return TomlFile(path)


def test_content_and_entries_in_order(tmp_path: Path) -> None:
    file = toml(tmp_path)
    assert file.content["format"] == 1
    assert [entry["id"] for entry in file.entries("item")] == ["one", "two"]
    assert file.entries("none") == []


@pytest.mark.parametrize(
    "text", [TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT], ids=["Windows line ends", "byte order mark"]
)
def test_file_of_another_system_is_the_same(tmp_path: Path, text: str) -> None:
    assert toml(tmp_path, text).content == toml(tmp_path).content


def test_what_is_not_toml_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError) as error:
        toml(tmp_path, "format = 1\nname = \n")
    assert str(error.value).startswith(f"{tmp_path / 'a.toml'}: not valid TOML: ")
    assert "line 2" in str(error.value)


@pytest.mark.parametrize(
    ("kind", "number", "key", "value", "line"),
    [
        pytest.param("", 0, "", "", 1, id="the top"),
        pytest.param("", 0, "format", "", 1, id="a key at the top"),
        pytest.param("item", 0, "", "", 4, id="the first entry"),
        pytest.param("item", 0, "id", "", 5, id="a key of the first entry"),
        pytest.param("item", 1, "", "", 7, id="the second entry, spaced"),
        pytest.param("item", 1, "id", "", 9, id="a quoted, indented key"),
        pytest.param("item", 1, "", "two", 9, id="a value"),
        pytest.param("item", 1, "", "raw\\text", 13, id="a value in single quotes"),
        pytest.param("item", 1, "n", "not there", 8, id="a value that is not there, by its key"),
        pytest.param("item", 1, "nowhere", "", 7, id="a key that is not there, by its entry"),
        pytest.param("item", 9, "", "", 1, id="an entry without a header of its own"),
    ],
)
def test_place_is_a_line(tmp_path: Path, kind: str, number: int, key: str, value: str, line: int) -> None:
    assert toml(tmp_path).place(kind, number, key, value) == f"{tmp_path / 'a.toml'}, line {line}"


def test_error_says_where(tmp_path: Path) -> None:
    assert str(toml(tmp_path).error("item", 1, "n", "too few")) == f"{tmp_path / 'a.toml'}, line 8: too few"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("nmae = 'x'\nformat = 1", "1: unknown key 'nmae' in the top of this file; known: ", id="unknown"),
        pytest.param("name = 'x'", "1: format is None; it must be 1", id="no format"),
        pytest.param("name = 'x'\nformat = 2", "2: format is 2; it must be 1", id="another format"),
        pytest.param("\nformat = true", "2: format = True must be of type int", id="true is no number"),
        pytest.param("format = 1\n\n[item]\nn = 1", "3: item = {'n': 1} must be of type list", id="one bracket"),
    ],
)
def test_top_is_checked(tmp_path: Path, text: str, message: str) -> None:
    file = toml(tmp_path, text)
    with pytest.raises(ValueError) as error:
        file.check_format(TOP)
    assert str(error.value).startswith(f"{file.path}, line {message}")


def test_good_top_passes(tmp_path: Path) -> None:
    toml(tmp_path).check_format(TOP)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("source = 'x'", "unknown key 'source' in [[item]]; known: id, n, on, when", id="unknown key"),
        pytest.param("id = 7", "id = 7 must be of type str", id="number for text"),
        pytest.param("n = true", "n = True must be of type int", id="true for number"),
        pytest.param("when = 7", "when = 7 must be of type str or date", id="one of two types"),
    ],
)
def test_entry_is_checked(tmp_path: Path, line: str, message: str) -> None:
    file = toml(tmp_path, f"format = 1\n[[item]]\n{line}\n")
    with pytest.raises(ValueError) as error:
        file.check_keys(file.entries("item")[0], ITEM, "item", 0)
    assert str(error.value) == f"{file.path}, line 3: {message}"


@pytest.mark.parametrize("line", ["on = true", "when = 2031-03-04", "when = 'spring'", "n = 0", ""])
def test_good_entry_passes(tmp_path: Path, line: str) -> None:
    file = toml(tmp_path, f"[[item]]\n{line}\n")
    file.check_keys(file.entries("item")[0], ITEM, "item", 0)


def test_entries_must_be_tables(tmp_path: Path) -> None:
    file = toml(tmp_path, "format = 1\nitem = ['a']\n")
    with pytest.raises(ValueError, match=r"item must be written as \[\[item\]\]"):
        file.check_keys(file.entries("item")[0], ITEM, "item", 0)


def test_entries_must_be_a_list(tmp_path: Path) -> None:
    file = toml(tmp_path, "format = 1\n[item]\nid = 'x'\n")
    with pytest.raises(ValueError, match=r"a\.toml, line 2: item must be written as \[\[item\]\]"):
        file.entries("item")


@pytest.mark.parametrize(
    "line", ["n = 1", "id = ''", "id = '  '", "id = []", "id = {}"], ids=["missing", "empty", "blank", "list", "table"]
)
def test_required_key(tmp_path: Path, line: str) -> None:
    file = toml(tmp_path, f"\n[[item]]\n{line}\n")
    with pytest.raises(ValueError) as error:
        file.check_required(file.entries("item")[0], ("id",), "item", 0)
    assert str(error.value) == f"{file.path}, line 2: [[item]] lacks 'id'"
    file.check_required({"id": "x", "n": 0}, ("id", "n"), "item", 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('\nname = "a\\u001bb"', "2: name holds the control character \\x1b", id="at the top"),
        pytest.param('name = "a\\nb"', "1: name holds the control character \\x0a", id="a line end in a name"),
        pytest.param('about = "a\\rb\\bc"', "1: about holds the control character \\x08", id="not a line end in prose"),
        pytest.param('[[item]]\nid="a"\n[[item]]\nid="\\u009b"', "4: id holds the control character", id="in an entry"),
        pytest.param('[[item]]\nn = [\n"a",\n"\\u0000"]', "4: n holds the control character \\x00", id="in a list"),
        pytest.param('[item]\nm = { "\\u007f" = 1 }', "2: m holds the control character \\x7f", id="in a key"),
        pytest.param(f'a{".a" * 5000} = "\\u0000"', "1: a holds the control character \\x00", id="nested deep"),
        pytest.param('["a(b"]\nx = "\\u0000"', "2: x holds the control character \\x00", id="in an odd table"),
    ],
)
def test_control_character_is_reported(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError) as error:
        toml(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path / 'a.toml'}, line {message}")


def test_prose_may_have_lines_and_tabs(tmp_path: Path) -> None:
    assert toml(tmp_path, 'about = """one\n\ttwo"""').content == {"about": "one\n\ttwo"}


def test_value_that_nests_deep_is_shown_in_short(tmp_path: Path) -> None:
    file = toml(tmp_path, f"format = 1\nname{'.a' * 5000} = 1")
    with pytest.raises(ValueError, match=r"line 2: name = \{'a': \{.*\.\.\..* must be of type str"):
        file.check_format(TOP)
