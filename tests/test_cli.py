"""The command: what it says, its exit codes, and that a mistake leaves nothing half written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

import textlens as tl
from textlens.cli import main

ROWS = [("a1", "A", "Peace and trade."), ("b1", "B", "War and trade.")]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "articles.csv"
    pd.DataFrame(ROWS, columns=["key", "paper", "content"]).to_csv(path, index=False)
    return path


def new(study: Path, articles: Path) -> list[str]:
    named = ["--text", "content", "--source", "paper", "--id", "key"]
    return ["new", str(study), "--articles", str(articles), *named]


def test_new_lays_a_study_out(tmp_path: Path, articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = tmp_path / "study"
    assert main(new(study, articles)) == 0
    assert sorted(path.name for path in study.iterdir()) == [
        *(".gitignore", "codebook.toml", "corpus.toml", "features", "texts"),
    ]
    assert (study / ".gitignore").read_text().splitlines()[1:] == ["/texts/", "/coding/sheet.*"]
    counts = tl.read_features(study).counts
    assert counts.articles["id"].tolist() == ["a1", "b1"]
    assert counts.by("source").segments["source"].tolist() == ["A", "B"]
    assert f"textlens report {study}" in capsys.readouterr().out


def test_columns_of_another_name_are_renamed_here_and_in_the_manifest(tmp_path: Path, articles: Path) -> None:
    table = pd.read_csv(articles).assign(published=["2031-03-01", "2031-04-01"], **{'kind "x"': "report"})
    table.to_csv(articles, index=False)
    study = tmp_path / "study"
    assert main([*new(study, articles), "--date", "published", "--genre", 'kind "x"']) == 0
    assert 'columns = { date = "published", genre = "kind \\"x\\"" }' in (study / "corpus.toml").read_text()
    assert main(["extract", str(study / "corpus.toml")]) == 0
    assert tl.read_features(study).counts.articles[["date", "genre"]].to_numpy().tolist() == [
        ["2031-03-01", "report"],
        ["2031-04-01", "report"],
    ]


def test_a_study_copied_elsewhere_extracts_to_the_same_bytes(tmp_path: Path, articles: Path) -> None:
    main(new(tmp_path / "study", articles))
    before = {path.name: path.read_bytes() for path in (tmp_path / "study" / "features").iterdir()}
    moved = tmp_path / "deep" / "moved"
    moved.parent.mkdir()
    (tmp_path / "study").rename(moved)
    assert main(["extract", str(moved / "corpus.toml")]) == 0
    assert {path.name: path.read_bytes() for path in (moved / "features").iterdir()} == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("key,paper\na,A\n", "no column 'content' for text; the table has ['key', 'paper']"),
        ("key,paper,content\na,A,x\na,B,y\n", "two articles have the id 'a'; ids must be unique"),
        ("key,paper,content\na,A,\n", "row 1 has no text"),
        ("", "the file is empty"),
    ],
    ids=["a missing column", "an id twice", "an empty text", "an empty file"],
)
def test_new_with_bad_articles_makes_nothing(
    tmp_path: Path, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.csv").write_text(text)
    assert main(new(tmp_path / "study", tmp_path / "bad.csv")) == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["bad.csv"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a/../b/..", "is a folder above; give the new study a name"),
        ("a/../taken", "exists already; choose another name"),
        ("taken/file/study", "cannot make"),
        ("a\x1bb", "holds the control character \\x1b; choose another name"),
        ("link", "exists already; choose another name"),
        ("circle/study", "circle/study: "),
        ("x" * 300, "File name too long"),
    ],
)
def test_new_with_a_bad_name_makes_nothing(
    tmp_path: Path, articles: Path, name: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "circle").symlink_to("circle")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    assert main(new(tmp_path / name, articles)) == 2
    assert message in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_new_reads_a_name_and_an_ending_as_the_system_does(tmp_path: Path, articles: Path) -> None:
    upper = articles.rename(tmp_path / "ARTICLES.CSV")
    assert main(new(tmp_path / "a" / ".." / "study", upper)) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ARTICLES.CSV", "study"]
    assert tl.read_manifest(tmp_path / "study" / "corpus.toml").name == "study"
    assert (tmp_path / "study" / "texts" / "articles.csv").is_file()


def test_extract_says_what_could_not_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = manifest(tmp_path)
    (tmp_path / "features").touch()
    assert main(["extract", str(path)]) == 2
    assert f"cannot write {tmp_path / 'features' / 'articles.csv'}: File exists" in capsys.readouterr().err


def test_new_does_not_touch_a_folder_that_is_there(
    tmp_path: Path, articles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "study").mkdir()
    assert main(new(tmp_path / "study", articles)) == 2
    assert "exists already" in capsys.readouterr().err
    assert list((tmp_path / "study").iterdir()) == []


def manifest(folder: Path, more: str = "", name: str = "a.txt", text: bytes = b"Peace.") -> Path:
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / "a.txt").write_bytes(text)
    digest = hashlib.sha256(text).hexdigest()
    path = folder / "corpus.toml"
    path.write_text(
        f'format = 1\n\n[[article]]\nid = "a"\nfile = "{name}"\nsha256 = "{digest}"\nsource = "A"\n{more}', "utf-8"
    )
    return path


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"more": "colour = 1\n"}, "corpus.toml, line 8: unknown key 'colour' in [[article]]"),
        ({"name": "../a.txt"}, "file name '../a.txt' leaves its folder"),
        ({"name": "b.txt"}, "b.txt: there is no such file"),
        ({"text": b"Peace \xff."}, "a.txt, line 1: byte 0xff is not UTF-8"),
        ({"text": b" \n"}, "a.txt: the file is empty"),
    ],
    ids=["an unknown key", "a name that leaves the folder", "a missing file", "not UTF-8", "an empty file"],
)
def test_extract_with_a_bad_study_writes_nothing(
    tmp_path: Path, keywords: dict[str, str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", str(manifest(tmp_path, **keywords))]) == 2  # type: ignore[arg-type]
    assert message in capsys.readouterr().err
    assert not (tmp_path / "features").exists()


def test_extract_names_a_file_that_was_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = manifest(tmp_path)
    (tmp_path / "texts" / "a.txt").write_bytes(b"War.")
    assert main(["extract", str(path)]) == 2
    message = capsys.readouterr().err
    assert "a.txt: the file is not the one that" in message
    assert hashlib.sha256(b"Peace.").hexdigest() in message


def test_extract_with_a_broken_wildcard_names_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = manifest(tmp_path)
    (tmp_path / "codebook.toml").write_text(
        'format = 1\n[[frame]]\nname = "Peace"\nindicators = [\n  "calm",\n  "pea*ce",\n]\n'
    )
    assert main(["extract", str(path)]) == 2
    assert "codebook.toml, line 6: frame 'Peace': broken wildcard in 'pea*ce'" in capsys.readouterr().err
    assert not (tmp_path / "features").exists()


def test_report_without_features_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest(tmp_path)
    assert main(["report", str(tmp_path)]) == 2
    assert "articles.csv: there is no such file" in capsys.readouterr().err


def test_control_characters_of_a_message_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", str(tmp_path / "\x1b[31m.toml")]) == 2
    assert "\\x1b[31m" in capsys.readouterr().err


def test_a_source_without_words_is_refused_by_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("a", "A", "peace and war"), ("b", "B", "…")]
    pd.DataFrame(rows, columns=["id", "source", "text"]).to_csv(tmp_path / "t.csv", index=False)
    assert main(["new", str(tmp_path / "s"), "--articles", str(tmp_path / "t.csv")]) == 0
    assert main(["report", str(tmp_path / "s")]) == 2
    assert "source 'B' has no words to compare" in capsys.readouterr().err


LINTED = 'format = 1\n[[frame]]\nname = "Peace"\nindicators = ["peace", "Peace", "calm"]\n'


def test_lint_tells_problems_with_their_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "book.toml"
    path.write_text(LINTED)
    assert main(["lint", str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{path}, line 4: frame 'Peace', 'Peace': overlaps: adds no hit: 'peace' (line 4) counts the same words",
        "Codebook '': 1 frame, 3 indicators: 1 problem",
    ]
    path.write_text(LINTED.replace('"Peace", "calm"', '"calm"'))
    assert main(["lint", str(path)]) == 0
    assert capsys.readouterr().out == "Codebook '': 1 frame, 2 indicators: 0 problems\n"


def test_lint_on_the_texts_of_a_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "book.toml"
    path.write_text(LINTED.replace('"Peace", ', ""))
    manifest(tmp_path)
    (tmp_path / "texts").rename(tmp_path / "elsewhere")
    assert main(["lint", str(path), "--study", str(tmp_path), "--texts", str(tmp_path / "elsewhere")]) == 1
    assert "line 4: frame 'Peace', 'calm': never occurs: this indicator matches nowhere\n" in capsys.readouterr().out
    assert main(["lint", str(path), "--texts", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "textlens: --texts needs --study: corpus.toml says what the texts are\n"
