"""Manifest, folder, CSV, JSON Lines and DataFrame -> Corpus; nothing is lost, every mistake is named."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from textlens import Corpus, compiling, corpus_from_frame, passages, read_corpus, spans
from textlens.cleaning import Rule, Span
from textlens.corpus import SEGMENT_COLUMNS
from textlens.reading import _articles_of
from textlens.sentences import sentence_spans

TEXT = "A title\nShe said “yes” twice.\n\nPhoto: a boat"


def study(folder: Path, texts: dict[str, bytes], rules: str = "", **metadata: str) -> Path:
    """A study whose articles are named as their files; further keys go into the first."""
    (folder / "texts").mkdir()
    lines = ["format = 1"]
    for name, data in texts.items():
        (folder / "texts" / name).write_bytes(data)
        entry = {"id": name.removesuffix(".txt"), "file": name, "sha256": sha256(data).hexdigest(), "source": "North"}
        lines += ["[[article]]", *(f"{key} = {json.dumps(value)}" for key, value in {**entry, **metadata}.items())]
        metadata = {}
    (folder / "corpus.toml").write_text("\n".join([*lines, rules]), encoding="utf-8")
    return folder / "corpus.toml"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def failure(path: Path, **options: Any) -> str:
    with pytest.raises(ValueError) as error:
        read_corpus(path, **options)
    return str(error.value)


def words(corpus: Corpus) -> list[str]:
    return corpus.segments["text"].tolist()


# ---- manifest ---------------------------------------------------------------------------------


def test_study_is_read_by_its_rules(tmp_path: Path) -> None:
    rules = '[[rule]]\nname = "title line"\nlines = [1]\nrole = "title"'
    corpus = read_corpus(study(tmp_path, {"a.txt": TEXT.encode()}, rules))
    assert list(corpus.segments.columns) == list(SEGMENT_COLUMNS)
    assert corpus.segments.drop(columns="article").to_numpy().tolist() == [
        [1, 1, "title", "narrator", "", "title line", "A title", 0, 7],
        [2, 2, "body", "narrator", "", "", "She said", 8, 16],
        [2, 2, "body", "quoted", "", "", "“yes”", 17, 22],
        [2, 2, "body", "narrator", "", "", "twice.", 23, 29],
        [3, 4, "body", "narrator", "", "", "Photo: a boat", 31, 44],
    ]
    assert corpus.articles.to_dict("records") == [{"id": "a", "file": "a.txt", "source": "North"}]
    assert corpus.steps == ("read a manifest: 1 article, 1 rule",)


def test_folder_of_a_study_and_texts_elsewhere(tmp_path: Path) -> None:
    path = study(tmp_path, {"a.txt": b"One\ntwo"})
    (tmp_path / "texts").rename(tmp_path / "elsewhere")
    assert words(read_corpus(tmp_path, texts=tmp_path / "elsewhere")) == ["One", "two"]
    assert failure(path) == f"{tmp_path / 'texts' / 'a.txt'}: there is no such file"


def test_corpus_holds_the_text_when_the_files_are_gone(tmp_path: Path) -> None:
    corpus = read_corpus(study(tmp_path, {"a.txt": b"One\ntwo"}))
    (tmp_path / "texts" / "a.txt").unlink()
    assert words(corpus) == ["One", "two"]


def test_metadata_are_columns_and_family_is_the_article_by_default(tmp_path: Path) -> None:
    path = study(tmp_path, {"a.txt": b"One\n", "b.txt": b"Two\n"}, family="pair", outlet="Post")
    path.write_text(path.read_text().replace('outlet = "Post"', 'outlet = "Post"\ndate = 2031-03-04\nmeta = { n = 7 }'))
    assert read_corpus(path).articles.to_dict("list") == {
        **{"id": ["a", "b"], "file": ["a.txt", "b.txt"], "source": ["North", "North"], "outlet": ["Post", ""]},
        **{"date": ["2031-03-04", ""], "family": ["pair", "b"], "n": ["7", ""]},
    }


def test_changed_file_is_named_with_both_checksums(tmp_path: Path) -> None:
    path = study(tmp_path, {"a.txt": b"abc"})
    written(tmp_path, "texts/a.txt", b"abd")
    assert failure(path) == (
        f"{tmp_path / 'texts' / 'a.txt'}: the file is not the one that {path} describes "
        "(sha256 a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9, "
        "expected ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad)"
    )


def test_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    path = study(tmp_path, {"a.txt": b"one\ncaf\xe9"})
    assert failure(path) == (f"{tmp_path / 'texts' / 'a.txt'}, line 2: byte 0xe9 is not UTF-8; save the file as UTF-8")


def test_empty_file_is_named(tmp_path: Path) -> None:
    path = study(tmp_path, {"a.txt": b" \n"})
    assert failure(path) == f"{tmp_path / 'texts' / 'a.txt'}: the file is empty"


def test_metadata_that_segments_would_hide(tmp_path: Path) -> None:
    path = study(tmp_path, {"a.txt": b"One"})
    path.write_text(path.read_text() + 'meta = { speaker = "Ana" }')
    assert failure(path) == (
        f"{path}: the column 'speaker' would be hidden, as segments have one of that name; rename it, as article_speaker"
    )


def test_mistake_in_the_table_of_a_study_names_the_table(tmp_path: Path) -> None:
    path = table_study(tmp_path)
    path.write_text(path.read_text().replace('text = "body"', 'text = "bdy"'))
    assert failure(path) == (
        f"{tmp_path / 'texts' / 'all.csv'}: no column 'bdy' for text; the table has ['key', 'paper', 'body', 'day']"
    )


def test_folder_for_a_file(tmp_path: Path) -> None:
    path = study(tmp_path, {"a.txt": b"One"})
    (tmp_path / "texts" / "sub").mkdir()
    path.write_text(path.read_text().replace('"a.txt"', '"sub"'))
    assert failure(path) == f"{tmp_path / 'texts' / 'sub'} is a folder, not a file"


@pytest.mark.parametrize("name", ["../corpus.toml", "sub/../../corpus.toml", "/etc/hosts", "link.txt"])
def test_file_name_that_leaves_the_texts(tmp_path: Path, name: str) -> None:
    path = study(tmp_path, {"a.txt": b"One"})
    (tmp_path / "texts" / "link.txt").symlink_to(path)
    path.write_text(path.read_text().replace('"a.txt"', json.dumps(name)))
    assert failure(path) == f"file name {name!r} leaves its folder; name a file inside {tmp_path / 'texts'}"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        pytest.param(
            'article = "a"\nlines = [3]\nrole = "title"', "matches nothing in article a, line 3", id="blank line"
        ),
        pytest.param('article = "a"\nline_starts = "X"\nrole = "title"', "matches nothing in article a", id="article"),
        pytest.param(
            'source = "North"\nline_starts = "X"\nrole = "title"', "matches nothing in any article", id="source"
        ),
        pytest.param('line_starts = "X"\nrole = "title"', "matches nothing in any article", id="everywhere"),
        pytest.param('turn = "X"\nvoice = "answer"', "matches nothing in any article", id="turn"),
    ],
)
def test_rule_that_matches_nothing(tmp_path: Path, rule: str, message: str) -> None:
    path = study(tmp_path, {"a.txt": TEXT.encode()}, f'[[rule]]\nname = "r"\n{rule}')
    assert failure(path) == f"{path}, line 7: rule 'r' {message}"


def test_rule_for_all_needs_one_article_only(tmp_path: Path) -> None:
    rules = '[[rule]]\nname = "r"\nline_starts = "Photo:"\nrole = "caption"'
    corpus = read_corpus(study(tmp_path, {"a.txt": b"One\n", "b.txt": TEXT.encode()}, rules))
    assert corpus.segments["rule"].tolist() == ["", "", "", "", "", "r"]


def table_study(folder: Path, rules: str = "") -> Path:
    data = b'key,paper,body,day\nx1,North,"Photo: a\nb",1\nx2,South,c,2\n'
    written(folder, "texts/all.csv", data)
    return written(
        folder,
        "corpus.toml",
        f'format = 1\n[articles]\nfile = "all.csv"\nsha256 = "{sha256(data).hexdigest()}"\ntext = "body"\nid = "key"\n'
        f'source = "paper"\ncolumns = {{ date = "day" }}\n{rules}',
    )


def test_study_of_a_table(tmp_path: Path) -> None:
    rules = '[[rule]]\nname = "r"\narticle = "x1"\nlines = [1]\nto = "Photo:"\nrole = "dropped"'
    corpus = read_corpus(table_study(tmp_path, rules))
    assert corpus.articles.to_dict("records") == [
        {"id": "x1", "source": "North", "date": "1"},
        {"id": "x2", "source": "South", "date": "2"},
    ]
    assert corpus.segments[["article", "line", "role", "text"]].to_numpy().tolist() == [
        ["x1", 1, "dropped", "Photo:"],
        ["x1", 1, "body", "a"],
        ["x1", 2, "body", "b"],
        ["x2", 1, "body", "c"],
    ]


def test_rule_for_an_article_that_the_table_does_not_list(tmp_path: Path) -> None:
    path = table_study(tmp_path, '[[rule]]\nname = "r"\narticle = ["x1", "x9"]\nlines = [1]\nrole = "title"')
    assert failure(path) == f"{path}, line 9: rule 'r' is for article 'x9', which is not listed"


# ---- folder -----------------------------------------------------------------------------------


def test_folder_by_subfolders(tmp_path: Path) -> None:
    for name in ("south/b.txt", "north/deep/a.txt", "north/a.b.txt", "top.txt", "north/notes.md"):
        written(tmp_path, f"papers/{name}", f"{name}\nx")
    corpus = read_corpus(tmp_path / "papers")
    assert corpus.articles.to_dict("records") == [
        {"id": "north/a.b", "source": "north"},
        {"id": "north/deep/a", "source": "north"},
        {"id": "south/b", "source": "south"},
        {"id": "top", "source": "papers"},
    ]
    assert words(corpus)[::2] == ["north/a.b.txt", "north/deep/a.txt", "south/b.txt", "top.txt"]


def test_folder_without_texts(tmp_path: Path) -> None:
    assert failure(tmp_path) == f"{tmp_path}: no .txt file and no corpus.toml in this folder"


def test_folder_with_a_link_that_leaves_it(tmp_path: Path) -> None:
    secret = written(tmp_path, "secret.txt", "x")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").symlink_to(secret)
    assert failure(tmp_path / "papers").startswith("file name 'a.txt' leaves its folder; ")


def test_folder_with_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = written(tmp_path, "papers/a.txt", b"\n\n\xff")
    assert failure(tmp_path / "papers").startswith(f"{path}, line 3: byte 0xff is not UTF-8")


# ---- CSV, JSON Lines --------------------------------------------------------------------------


def test_csv_by_default_columns_keeps_all_as_text(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", 'id,source,text,n\n007,NA,"One, ""two""\r\nthree",1.50\n')
    corpus = read_corpus(path)
    assert corpus.articles.to_dict("records") == [{"id": "007", "source": "NA", "n": "1.50"}]
    assert words(corpus) == ["One,", '"two"', "three"]
    assert corpus.steps == ("read a table: 1 article",)


def test_csv_with_renamed_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "content,outlet,source,published\nOne,Post,agency,2031\n")
    corpus = read_corpus(path, text="content", source="outlet", date="published")
    assert corpus.articles.to_dict("records") == [{"id": "1", "source": "Post", "date": "2031"}]
    assert corpus.steps == ("read a table: 1 article", "articles numbered in the order of the table")


def test_csv_keeps_what_only_looks_odd(tmp_path: Path) -> None:
    path = written(tmp_path, "A.CSV", 'text,source,note,,\na\x1bb,N,"one\n\ttwo",x,y\n')
    corpus = read_corpus(path)
    assert words(corpus) == ["a\x1bb"]
    assert corpus.articles["note"].tolist() == ["one\n\ttwo"]


def test_column_of_a_segments_name_may_be_renamed(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "text,source,speaker\na,N,Ana\n")
    assert read_corpus(path, article_speaker="speaker").articles["article_speaker"].tolist() == ["Ana"]


def test_csv_of_another_system(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", b"\xef\xbb\xbftext,source\r\nOne,North\r\n")
    assert words(read_corpus(path)) == ["One"]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        pytest.param(
            "id,text\n1,a\n", {}, "no column 'source' for source; the table has ['id', 'text']", id="missing column"
        ),
        pytest.param(
            "text,source\na,b\n",
            {"date": "day"},
            "no column 'day' for date; the table has ['text', 'source']",
            id="missing column to rename",
        ),
        pytest.param(
            "text,source\na,b\n", {"id": "key"}, "no column 'key' for id; the table has ['text', 'source']", id="no id"
        ),
        pytest.param(
            "id,text,source\n1,a,N\n1,b,N\n", {}, "two articles have the id '1'; ids must be unique", id="duplicated id"
        ),
        pytest.param("text,source\na,N\n ,N\n", {}, "row 2 has no text", id="blank text"),
        pytest.param("text,source\na,\n", {}, "row 1 has no source", id="empty source"),
        pytest.param("id,text,source\n,a,N\n", {}, "row 1 has no id", id="empty id"),
        pytest.param("source,text\nN\n", {}, "row 1 has no text", id="short row"),
        pytest.param(
            "text,source\nOne, two,N\n",
            {},
            "not a CSV table: rows have more cells than the header; put cells that hold commas in quotes",
            id="unquoted commas in every row",
        ),
        pytest.param(
            "text,source,text\na,N,b\n",
            {},
            "not a CSV table: two columns are called 'text'; rename one",
            id="a name twice",
        ),
        *(
            pytest.param(
                f"text,source,{name}\na,N,x\n",
                {},
                f"the column {name!r} would be hidden, as segments have one of that name; rename it, as article_{name}",
                id=f"a column {name}",
            )
            for name in ("segment", "article", "passage", "line", "role", "voice", "speaker")
        ),
        pytest.param(
            "text,source,who\na,N,x\n",
            {"n_words": "who"},
            "the column 'n_words' would be hidden, as segments have one of that name; rename it, as article_n_words",
            id="renamed to a column of segments",
        ),
        pytest.param(
            "text,source\na,N\nb,N\x1b[31m\n", {}, "row 2: source holds the control character \\x1b", id="odd source"
        ),
        pytest.param('text,source\na,"N\nS"\n', {}, "row 1: source holds the control character \\x0a", id="two lines"),
        pytest.param("id,text,source\n\x9b,b,N\n", {}, "row 1: id holds the control character \\x9b", id="odd id"),
        pytest.param(
            "text,source,desk\na,N,x\nb,N,\x07\n",
            {},
            "row 2: desk holds the control character \\x07",
            id="odd metadata",
        ),
        pytest.param(
            "text,source,d\x07\na,N,x\n",
            {},
            "the column name 'd\\x07' holds the control character \\x07",
            id="odd column name",
        ),
        pytest.param(
            "text,source\na,N\nOne, two,N\n", {}, "not a CSV table: Error tokenizing data. C error: ", id="long row"
        ),
        pytest.param(
            "text\na\n",
            {"source": "text"},
            "column 'text' is named for both text and source; copy it first",
            id="one column for two",
        ),
    ],
)
def test_csv_is_wrong(tmp_path: Path, content: str, options: dict[str, Any], message: str) -> None:
    path = written(tmp_path, "a.csv", content)
    assert failure(path, **options).startswith(f"{path}: {message}")


def test_json_lines(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "a.jsonl",
        '\ufeff{"id": 7, "source": "N", "text": "a\\nb"}\r\n\n{"source": "S", "text": "c", "id": 8}',
    )
    corpus = read_corpus(path)
    assert corpus.articles.to_dict("records") == [{"id": "7", "source": "N"}, {"id": "8", "source": "S"}]
    assert words(corpus) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param('{"text": "b", ', "line 3: not JSON: ", id="broken"),
        pytest.param('["b"]', "line 3: not a JSON object", id="a list"),
        pytest.param("[" * 100_000, "line 3: not JSON: maximum recursion depth exceeded", id="nested too deep"),
    ],
)
def test_json_line_is_wrong(tmp_path: Path, line: str, message: str) -> None:
    path = written(tmp_path, "a.jsonl", f'{{"text": "a", "source": "N"}}\n\n{line}\n')
    assert failure(path).startswith(f"{path}, {message}")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param('{"text": ["b"], "source": "N"}', "text must be a text or a number, not list", id="a list"),
        pytest.param('{"text": "b", "source": {}}', "source must be a text or a number, not dict", id="an object"),
        pytest.param(
            '{"text": "b\\ud800", "source": "N"}', "text holds the half character \\xd800", id="half in a text"
        ),
        pytest.param('{"text": "b", "source": "\\udfff"}', "source holds the half character \\xdfff", id="in a source"),
        pytest.param('{"text": "b", "source": "N", "n": "\\u0000"}', "n holds the control character \\x00", id="NUL"),
    ],
)
def test_json_row_is_wrong(tmp_path: Path, line: str, message: str) -> None:
    path = written(tmp_path, "a.JSONL", f'{{"text": "a", "source": "N"}}\n{line}\n')
    assert failure(path) == f"{path}: row 2: {message}"


def test_json_line_without_a_text(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", '{"text": "a", "source": "N"}\n{"source": "N"}\n')
    assert failure(path) == f"{path}: row 2 has no text"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("gone.csv", "there is no such file", id="missing CSV"),
        pytest.param("gone.toml", "there is no such file", id="missing manifest"),
        pytest.param("a.xlsx", "cannot read '.xlsx'; give .csv, .jsonl, .toml or a folder", id="another kind"),
        pytest.param("gone", "there is no such folder", id="missing folder"),
        pytest.param("x" * 300, "there is no such folder", id="long name"),
    ],
)
def test_path_is_wrong(tmp_path: Path, name: str, message: str) -> None:
    assert failure(tmp_path / name) == f"{tmp_path / name}: {message}"


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "corpus.toml"])
def test_table_that_is_not_utf8(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name, b"text,source\n\xe9,b\n")
    assert failure(path).startswith(f"{path}, line 2: byte 0xe9 is not UTF-8")


# ---- DataFrame --------------------------------------------------------------------------------


def test_frame_is_not_changed_and_its_index_does_not_matter() -> None:
    frame = pd.DataFrame({"text": ["One", "Two"], "source": ["N", "S"], "n": [1, 2]}, index=[5, 5])
    before = frame.copy()
    corpus = corpus_from_frame(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert corpus.articles.to_dict("list") == {"id": ["1", "2"], "source": ["N", "S"], "n": [1, 2]}
    assert repr(corpus) == "Corpus: 2 articles of 2 sources, 2 segments"


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        pytest.param({"text": ["a", None], "source": ["N", "N"]}, "row 2 has no text", id="missing text"),
        pytest.param({"text": ["a"], "source": [float("nan")]}, "row 1 has no source", id="missing source"),
        pytest.param({"text": ["a", "b"], "source": ["N", "N"], "id": [1, 1]}, "have the id '1'", id="duplicated id"),
        pytest.param(
            {"text": ["a", b"b"], "source": ["N", "N"]}, "row 2: text must be a text or a number, not bytes", id="bytes"
        ),
        pytest.param(
            {"text": ["a"], "source": ["N"], "id": [("x",)]}, "row 1: id must be .*, not tuple", id="tuple for an id"
        ),
        pytest.param(
            {("text", "a"): ["a"], ("source", "b"): ["N"]},
            "the columns of the table have several levels; give each column one name",
            id="columns of two levels",
        ),
    ],
)
def test_frame_is_wrong(frame: dict[Any, list[Any]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        corpus_from_frame(pd.DataFrame(frame))


def test_frame_with_a_label_twice() -> None:
    frame = pd.DataFrame([["a", "N", "b"]], columns=["text", "source", "text"])
    with pytest.raises(ValueError, match="^two columns are called 'text'; rename one$"):
        corpus_from_frame(frame)


def test_numbers_may_be_texts_sources_and_ids() -> None:
    frame = pd.DataFrame({"text": [2031, 1.5], "source": pd.Categorical(["N", "S"]), "id": [7.0, 8.5]})
    corpus = corpus_from_frame(frame)
    assert words(corpus) == ["2031.0", "1.5"]
    assert corpus.articles["id"].tolist() == ["7.0", "8.5"]


# ---- passages and offsets ---------------------------------------------------------------------


def one(text: str) -> pd.DataFrame:
    return corpus_from_frame(pd.DataFrame({"text": [text], "source": ["N"]})).segments


@pytest.mark.parametrize(
    ("lengths", "passages"),
    [
        pytest.param([30, 30, 30, 30, 30], [90, 60], id="90 is nearer than 120"),
        pytest.param([60, 60, 60], [120, 60], id="120 is nearer than 60"),
        pytest.param([50, 100], [50, 100], id="as near without it: cut"),
        pytest.param([250, 10], [250, 10], id="a long sentence is whole"),
        pytest.param([7], [7], id="short"),
    ],
)
def test_text_without_lines_is_cut_near_100_words(lengths: list[int], passages: list[int]) -> None:
    text = " ".join("A" + " word" * (n - 1) + "." for n in lengths)
    corpus = corpus_from_frame(pd.DataFrame({"text": [text, "Two\nlines."], "source": ["N", "N"]}))
    found = corpus.segments[corpus.segments["article"] == "1"]
    assert [len(piece.split()) for piece in found["text"]] == passages
    assert found["passage"].tolist() == list(range(1, len(passages) + 1))
    assert set(found["line"]) == {1}
    cut = ("1 article without line breaks cut into passages of whole sentences near 100 words",)
    assert corpus.steps[2:] == (cut if len(passages) > 1 else ())


def test_cut_text_keeps_its_line_and_its_offsets() -> None:
    text = "\ufeff\n\n  " + " ".join("A" + " word" * 59 + "." for _ in range(3)) + "\n"
    found = one(text)
    assert found["line"].tolist() == [3, 3]
    assert found["start"].tolist() == [5, 601]
    assert [text[a:b] for a, b in zip(found["start"], found["end"], strict=True)] == found["text"].tolist()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param("One\r\n\r\n“Two”\r\n", [(1, 0, 3), (3, 7, 12)], id="CRLF"),
        pytest.param("\ufeffOne\nTwo", [(1, 1, 4), (2, 5, 8)], id="byte order mark"),
        pytest.param("One\x00two\n\x00", [(1, 0, 7), (2, 8, 9)], id="NUL is kept"),
        pytest.param("Ng\u0323\n𝕏 x", [(1, 0, 3), (2, 4, 7)], id="offsets count characters"),
    ],
)
def test_offsets_point_into_the_untouched_text(text: str, rows: list[tuple[int, int, int]]) -> None:
    found = one(text)
    assert list(zip(found["line"], found["start"], found["end"], strict=True)) == rows
    assert [text[start:end] for _, start, end in rows] == found["text"].tolist()


@given(st.text().filter(str.strip) | st.text('aB. \n\r“”"\ufeff', min_size=9).filter(str.strip))
def test_segments_hold_the_whole_text(text: str) -> None:
    found = one(text)
    assert [text[a:b] for a, b in zip(found["start"], found["end"], strict=True)] == found["text"].tolist()
    assert "".join("".join(found["text"]).split()) == "".join(text.removeprefix("\ufeff").split())


@pytest.mark.parametrize(
    "spans",
    [[(0, 3)], [(0, 5), (4, 7)], [(4, 7), (0, 3)], [(0, 3), (4, 7), (4, 7)]],
    ids=["a word lost", "a word repeated", "out of order", "the last word repeated"],
)
def test_the_last_check_sees_what_was_lost(spans: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "label", lambda *_: [[Span(*span) for span in spans]])
    frame = pd.DataFrame({"text": ["a", "one two", "b"], "source": ["N", "S", "N"]})
    rule = Rule("r", "corpus.toml, line 7", source="S", line_starts="one", role="heading")
    found = _articles_of(frame, {"text": "text", "source": "source", "id": "id"})
    with pytest.raises(ValueError, match="^article 2: the cleaning lost or repeated words; please report this$"):
        passages.corpus_of(*found, (rule,))


def rows_by_hand(text: str) -> list[tuple[int, int, str, int, int]]:
    """Passage, line, voice and offsets, as expressions and a loop over the marks find them in an article."""
    lines, start = [], int(text.startswith("\ufeff"))
    for number, line in enumerate(text[start:].split("\n"), start=1):
        if line.strip():
            lines.append((number, start + len(line) - len(line.lstrip()), start + len(line.rstrip())))
        start += len(line) + 1
    if len(lines) == 1:
        lines = cut_by_hand(text, *lines[0])
    rows: list[tuple[int, int, str, int, int]] = []
    for number, (line, first, end) in enumerate(lines, start=1):
        opened, edges = -1, [first]
        for match in re.finditer('["“”„«»]', text[first:end]):
            place, mark = first + match.start(), match[0]
            if (
                opened < 0
                and mark not in "”»"
                and not (mark == '"' and text[place - 1 : place].isalnum() and place > first)
            ):
                opened = place
            elif opened >= 0 and mark in '"”»':
                edges += [opened, place + 1]
                opened = -1
        after = text[lines[number][1]] if number < len(lines) else ""
        edges += [opened, end] if opened >= 0 and after and after in '"“„«' else []
        own: list[tuple[int, int, str, int, int]] = []
        for at, (a, b) in enumerate(zip(edges, [*edges[1:], end], strict=True)):
            piece = text[a:b]
            if not piece.strip():
                continue
            a, b = a + len(piece) - len(piece.lstrip()), a + len(piece.rstrip())
            if own and not any(map(str.isalnum, piece)):
                own[-1] = (*own[-1][:4], b)
            else:
                own.append((number, line, ("narrator", "quoted")[at % 2], a, b))
        rows += own
    return rows


def cut_by_hand(text: str, line: int, first: int, end: int) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    for a, b in sentence_spans(text[first:end]):
        n, more = (
            len(text[found[-1][1] : found[-1][2]].split()) if found else 0,
            len(text[first + a : first + b].split()),
        )
        if found and abs(n + more - 100) < abs(n - 100):
            found[-1] = (line, found[-1][1], first + b)
        else:
            found.append((line, first + a, first + b))
    return found


PARTS = [*'..!?"“”„«» \n\r\taB1_。ệ\x00\u00a0', "\n“", '\n"', " word" * 60 + ". ", " word" * 30 + ". A"]
ARTICLE = st.builds(str.__add__, st.sampled_from(["", "\ufeff"]), st.lists(st.sampled_from(PARTS)).map("".join))
ONE_FIXTURE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@ONE_FIXTURE
@given(texts=st.lists((ARTICLE | st.text()).filter(str.strip), min_size=1, max_size=6))
@pytest.mark.parametrize(("long", "chunk"), [(compiling.LONG, spans.CHUNK), (0, spans.CHUNK), (0, 9)])
def test_many_articles_are_read_as_each_by_itself(
    monkeypatch: pytest.MonkeyPatch, long: int, chunk: int, texts: list[str]
) -> None:
    monkeypatch.setattr(compiling, "LONG", long)
    monkeypatch.setattr(compiling, "_compiled", {} if long else compiling._compiled)
    monkeypatch.setattr(spans, "CHUNK", chunk)
    found = corpus_from_frame(pd.DataFrame({"text": texts, "source": "N"})).segments
    expected = [(str(at), *row) for at, text in enumerate(texts, start=1) for row in rows_by_hand(text)]
    assert list(
        zip(*(found[name] for name in ("article", "passage", "line", "voice", "start", "end")), strict=True)
    ) == (expected)
    assert found["text"].tolist() == [texts[int(row[0]) - 1][row[-2] : row[-1]] for row in expected]
    assert found.dtypes.astype(str).tolist() == "str int64 int64 str str str str str int64 int64".split()


def test_rules_for_some_articles_leave_the_others_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["Head\n“a” b", "Head\nc “d”", "One. " * 150, "Head\n\n“e”"]
    frame = pd.DataFrame({"text": texts, "source": ["N", "S", "N", "S"]})
    named = {"text": "text", "source": "source", "id": "id"}
    rule = Rule("r", "corpus.toml, line 7", source="S", lines=((1, 1),), role="heading")
    for chunk in (spans.CHUNK, 12):
        monkeypatch.setattr(spans, "CHUNK", chunk)
        without, found = (passages.corpus_of(*_articles_of(frame, named), rules) for rules in ((), (rule,)))
        head = found.segments["rule"] == "r"
        assert found.segments[head][["article", "role", "text"]].to_numpy().tolist() == [
            ["2", "heading", "Head"],
            ["4", "heading", "Head"],
        ]
        plain = found.segments.assign(role="body", rule="").astype({"role": "str", "rule": "str"})
        pd.testing.assert_frame_equal(plain, without.segments)
        assert found.steps == without.steps


@pytest.mark.parametrize("dtype", ["str", object, "string", "category"])
def test_texts_may_be_of_any_kind_of_column(dtype: Any) -> None:
    frame = pd.DataFrame({"text": ["\n One “two”", "Trois é"], "source": ["N\u00a0W", "S"], "id": ["x", "y"]}).astype(
        dtype
    )
    corpus = corpus_from_frame(frame)
    assert words(corpus) == ["One", "“two”", "Trois é"]
    assert corpus.articles.to_dict("list") == {"source": ["N\u00a0W", "S"], "id": ["x", "y"]}
    with pytest.raises(ValueError, match="^row 2 has no text$"):
        corpus_from_frame(frame.assign(text=pd.Series(["a", "\n\u00a0"], dtype=dtype)))


def test_half_character_in_the_name_of_a_column(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", '{"text": "a", "source": "N", "n\\ud800": 1}')
    assert failure(path) == f"{path}: the column name 'n\\ud800' holds the half character \\xd800"


@pytest.mark.parametrize("piece", ["word ", 'He said "yes". ', ".", "a.", "1,"])
def test_one_huge_line_is_read(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert "".join("".join(one(text)["text"]).split()) == "".join(text.split())


def test_an_article_of_a_table_without_a_family_is_one_by_itself() -> None:
    frame = pd.DataFrame({"text": ["a", "b", "c"], "source": ["A", "A", "B"], "family": ["x", None, ""]})
    assert corpus_from_frame(frame).articles["family"].tolist() == ["x", "2", "3"]
    assert frame["family"].tolist()[0] == "x" and frame["family"].isna()[1]
