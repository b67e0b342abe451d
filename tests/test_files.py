"""Opening, writing and escaping: a broken file is named, nothing is half written, no cell is run."""

from __future__ import annotations

import stat
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlens import files

# What a UTF-8 file can hold: everything but lone surrogates.
CELLS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda name: name[0] != "\ufeff")


def written(folder: Path, data: bytes, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_text_is_read_with_its_line_ends_and_mark_as_they_are(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert files.read_text(path) == "\ufeffone\r\ntwo\rthree\n"


def test_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gone.txt"
    with pytest.raises(ValueError) as error:
        files.read_bytes(path)
    assert str(error.value) == f"{path}: there is no such file"


def test_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError) as error:
        files.read_bytes(tmp_path)
    assert str(error.value) == f"{tmp_path} is a folder, not a file"


def test_name_that_the_system_refuses_is_named(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 300)
    with pytest.raises(ValueError) as error:
        files.read_bytes(path)
    assert str(error.value) == f"cannot read {path}: File name too long"


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("a.txt")
    # Newer Pythons resolve such a link to itself; then the reading fails.
    with pytest.raises(ValueError, match=r"cannot find .*a\.txt: Symlink loop|a\.txt: there is no such file"):
        files.read_bytes(files.inside(tmp_path, "a.txt"))


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n"], ids=["no bytes", "white space only"])
def test_empty_file_is_named(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, data)
    with pytest.raises(ValueError) as error:
        files.read_text(path)
    assert str(error.value) == f"{path}: the file is empty"


@pytest.mark.parametrize(
    ("data", "line", "byte"),
    [
        pytest.param(b"caf\xe9", 1, "0xe9", id="Latin-1 in line 1"),
        pytest.param(b"one\r\ntwo\r\n\xff", 3, "0xff", id="in line 3 of a CRLF file"),
        pytest.param(b"\xef\xbb\xbfone\ntwo \x80", 2, "0x80", id="after a byte order mark"),
        pytest.param(b"one\n\xe2\x80", 2, "0xe2", id="cut off inside a character"),
    ],
)
def test_byte_that_is_not_utf8_is_named_with_its_line(data: bytes, line: int, byte: str) -> None:
    with pytest.raises(ValueError) as error:
        files.decode(data, "a.txt")
    assert str(error.value) == f"a.txt, line {line}: byte {byte} is not UTF-8; save the file as UTF-8"


def test_sha256_of_abc() -> None:
    assert files.sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("name", ["a.txt", "sub/a.txt", "sub/../a.txt", "./a.txt", "..a.txt"])
def test_name_stays_inside_its_folder(tmp_path: Path, name: str) -> None:
    assert files.inside(tmp_path, name).is_relative_to(tmp_path.resolve())


@pytest.mark.parametrize("name", ["../a.txt", "sub/../../a.txt", "/etc/hosts", "link/a.txt"])
def test_name_that_leaves_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    with pytest.raises(ValueError) as error:
        files.inside(folder, name)
    assert str(error.value) == f"file name {name!r} leaves its folder; name a file inside {folder}"


def test_absolute_name_is_refused_even_inside(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="leaves its folder"):
        files.inside(tmp_path, str(tmp_path.resolve() / "a.txt"))


def test_name_with_nul_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"file name 'a\\x00.txt' holds a NUL character; name a file inside "):
        files.inside(tmp_path, "a\x00.txt")


@pytest.mark.parametrize(
    ("data", "content"),
    [pytest.param("Nguyệt\r\n", "Nguyệt\r\n".encode(), id="text"), pytest.param(b"\x00\xff", b"\x00\xff", id="bytes")],
)
def test_file_is_written_whole_into_a_new_folder(tmp_path: Path, data: str | bytes, content: bytes) -> None:
    path = tmp_path / "new" / "deep" / "a.txt"
    files.write_whole(path, data)
    assert path.read_bytes() == content
    assert [found.name for found in path.parent.iterdir()] == ["a.txt"]


def test_written_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    files.write_whole(tmp_path / "whole", "x")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "whole")}
    assert len(modes) == 1


def test_file_is_replaced(tmp_path: Path) -> None:
    path = written(tmp_path, b"a long old text")
    files.write_whole(path, "new")
    assert path.read_text() == "new"


def test_failed_writing_leaves_nothing_behind(tmp_path: Path) -> None:
    taken = tmp_path / "folder"
    taken.mkdir()
    with pytest.raises(ValueError) as error:
        files.write_whole(taken, "text")
    assert str(error.value) == f"cannot write {taken}: Is a directory"
    assert [found.name for found in tmp_path.iterdir()] == ["folder"]


def test_file_where_a_folder_should_be_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, b"x", "features") / "counts.csv"
    with pytest.raises(ValueError) as error:
        files.write_whole(path, "text")
    assert str(error.value) == f"cannot write {path}: File exists"


def test_text_that_cannot_be_written_leaves_the_old_file_and_no_folder(tmp_path: Path) -> None:
    path = written(tmp_path, b"old")
    for target in (path, tmp_path / "new" / "a.txt"):
        with pytest.raises(UnicodeEncodeError):
            files.write_whole(target, "lone surrogate \ud800")
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("cell", "written_as"),
    [
        pytest.param("=1+2", "'=1+2", id="equals"),
        pytest.param("+1", "'+1", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@sum", "'@sum", id="at"),
        pytest.param("\tx", "'\tx", id="tab"),
        pytest.param("\rx", '"\'\rx"', id="carriage return"),
        pytest.param("'tis", "''tis", id="apostrophe itself"),
        pytest.param("a=b", "a=b", id="equals inside"),
        pytest.param("don't", "don't", id="apostrophe inside"),
        pytest.param("a,b", '"a,b"', id="comma"),
        pytest.param('say "x"', '"say ""x"""', id="quotes"),
        pytest.param("a\nb", '"a\nb"', id="line break"),
        pytest.param("a\r=b", '"a\r=b"', id="formula after a bare carriage return"),
        pytest.param("", '""', id="empty"),
        pytest.param("1,100", '"1,100"', id="number as text"),
    ],
)
def test_cell_is_escaped_and_comes_back(tmp_path: Path, cell: str, written_as: str) -> None:
    text = files.table_to_csv(pd.DataFrame({"a": [cell]}))
    assert text == f"a\n{written_as}\n"
    path = written(tmp_path, text.encode())
    assert files.table_from_csv(path)["a"].tolist() == [cell]


def test_numbers_have_six_digits_and_gaps_are_empty() -> None:
    table = pd.DataFrame(
        {
            "n": [1200, -3],
            "rate": [0.123456789, float("nan")],
            "big": [1234567.0, -0.5],
            "true": [True, False],
            "text": ["a", None],
        }
    )
    assert files.table_to_csv(table) == "n,rate,big,true,text\n1200,0.123457,1.23457e+06,True,a\n-3,,-0.5,False,\n"


def test_list_in_a_cell_is_written_as_text() -> None:
    assert files.table_to_csv(pd.DataFrame({"tags": [["a", "b"], None]})) == "tags\n\"['a', 'b']\"\n\"\"\n"


def test_column_names_are_escaped_too(tmp_path: Path) -> None:
    text = files.table_to_csv(pd.DataFrame({"=a": ["x"], "b,c": ["y"]}))
    assert text == '\'=a,"b,c"\nx,y\n'
    assert list(files.table_from_csv(written(tmp_path, text.encode())).columns) == ["=a", "b,c"]


def test_writing_a_table_does_not_change_it() -> None:
    table = pd.DataFrame({"a": ["=x"], "n": [0.123456789]})
    before = table.copy()
    files.table_to_csv(table)
    pd.testing.assert_frame_equal(table, before)


def test_columns_are_text_unless_named(tmp_path: Path) -> None:
    path = written(tmp_path, b"id,n,word\n001,7,NA\n")
    table = files.table_from_csv(path, whole={"n", "another"})
    assert table.to_dict("records") == [{"id": "001", "n": 7, "word": "NA"}]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(
            "a,n\nx,1\nx,seven\n", "row 2: n = 'seven' is no whole number of up to 9 digits", id="a word for a number"
        ),
        pytest.param("a,n\nx,1.5\n", "row 1: n = '1.5' is no whole number", id="a fraction"),
        pytest.param("a,n\nx,-1\n", "row 1: n = '-1' is no whole number", id="a negative number"),
        pytest.param("a,n\nx,٣\n", "row 1: n = '٣' is no whole number", id="a digit of another script"),
        pytest.param(f"a,n\nx,{10**19}\n", f"row 1: n = '{10**19}' is no whole number", id="a number too large"),
        pytest.param("a,n\nx\n", "row 1: n = '' is no whole number", id="a cell too few"),
        pytest.param("a,n\nx,1\ny,1,2\n", "Error tokenizing data. C error: Expected 2 fields", id="a cell too many"),
        pytest.param("a,n\ny,1,2\n", "rows have more cells than the header", id="a cell too many in every row"),
        pytest.param("n,n\n1,2\n", "two columns are called 'n'; rename one", id="a name twice"),
        pytest.param("=n,'=n\n1,2\n", "two columns are called '=n'; rename one", id="a name twice when unescaped"),
    ],
)
def test_table_that_is_not_ours_is_named(tmp_path: Path, data: str, message: str) -> None:
    path = written(tmp_path, data.encode(), "counts.csv")
    with pytest.raises(ValueError) as error:
        files.table_from_csv(path, whole={"n"})
    assert str(error.value).startswith(f"{path}: not the table that textlens wrote: {message}")


@given(names=st.lists(NAMES, min_size=1, max_size=3, unique=True), data=st.data())
def test_any_table_of_strings_comes_back(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], data: st.DataObject
) -> None:
    n = data.draw(st.integers(0, 4))
    cells = {name: data.draw(st.lists(CELLS, min_size=n, max_size=n)) for name in names}
    path = tmp_path_factory.getbasetemp() / "any.csv"
    files.write_whole(path, files.table_to_csv(pd.DataFrame(cells, dtype="str")))
    found = files.table_from_csv(path)
    assert {name: found[name].tolist() for name in found} == cells


@given(cells=st.lists(CELLS, min_size=1))
def test_no_line_of_a_csv_begins_with_a_formula(cells: list[str]) -> None:
    text = files.table_to_csv(pd.DataFrame({"a": cells}))
    # Where a cell is quoted, the line breaks in it start no row.
    outside = text.replace('""', "").split('"')[::2]
    lines = [line for piece in outside for line in piece.replace("\r", "\n").split("\n")]
    assert not [line for line in lines if line.startswith(("=", "+", "-", "@", "\t"))]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        pytest.param("Nguyệt “said”\n", "Nguyệt “said”\n", id="text and line break stay"),
        pytest.param("a\x1b[31mb", "a\\x1b[31mb", id="escape sequence"),
        pytest.param("a\rb\x07", "a\\x0db\\x07", id="carriage return and bell"),
        pytest.param("a\u202eb", "a\\x202eb", id="right-to-left override"),
    ],
)
def test_terminal_is_not_steered(text: str, safe: str) -> None:
    assert files.terminal_safe(text) == safe


@pytest.mark.parametrize(
    ("text", "in_names", "in_prose", "in_texts"),
    [
        pytest.param("Nguyệt “said” 𝕏", "", "", "", id="plain"),
        pytest.param("a\tb\r\n", "the control character \\x09", "", "", id="tab and line end"),
        pytest.param(
            "a\x1b\x00", "the control character \\x1b", "the control character \\x1b", "", id="the first of two"
        ),
        pytest.param("\x7f", "the control character \\x7f", "the control character \\x7f", "", id="delete"),
        pytest.param("\x9b", "the control character \\x9b", "the control character \\x9b", "", id="one of Latin-1"),
        pytest.param("a\ud800", *["the half character \\xd800"] * 3, id="half a surrogate pair"),
    ],
)
def test_odd_character_is_told(text: str, in_names: str, in_prose: str, in_texts: str) -> None:
    assert files.oddity(text, files.ODD_IN_NAMES) == in_names
    assert files.oddity(text, files.ODD_IN_PROSE) == in_prose
    assert files.oddity(text, files.ODD_IN_TEXTS) == in_texts
