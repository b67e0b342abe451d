"""The manifest: every mistake is told with file and line before an article is opened."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from textlens.cleaning import Rule
from textlens.manifest import Manifest, read_manifest

TOP = """\
format = 1
name = "A study"
language = "en"
"""
ARTICLES = """
[[article]]
id = "a1"
file = "a1.txt"
sha256 = "00"
source = "North"
date = 2031-03-04
rests_on = { date = [2], title = [1, 3] }
meta = { words_sold = 7 }

[[article]]
id = "a2"
file = "a2.txt"
sha256 = "11"
source = "South"
"""
TABLE = """
[articles]
file = "all.csv"
sha256 = "00"
text = "body"
source = "outlet"
"""


def read(folder: Path, text: str) -> Manifest:
    path = folder / "corpus.toml"
    path.write_text(text, encoding="utf-8")
    return read_manifest(path)


def failure(folder: Path, text: str) -> str:
    with pytest.raises(ValueError) as error:
        read(folder, text)
    return str(error.value).replace(str(folder / "corpus.toml"), "FILE")


def test_manifest_of_single_files(tmp_path: Path) -> None:
    found = read(tmp_path, TOP + ARTICLES)
    assert (found.path, found.name, found.language) == (tmp_path / "corpus.toml", "A study", "en")
    assert found.articles == (
        {
            **{"id": "a1", "file": "a1.txt", "sha256": "00", "source": "North", "date": datetime.date(2031, 3, 4)},
            **{"rests_on": {"date": [2], "title": [1, 3]}, "words_sold": 7},
        },
        {"id": "a2", "file": "a2.txt", "sha256": "11", "source": "South"},
    )
    assert (found.table, found.rules) == (None, ())


def test_house_style_and_names_are_kept(tmp_path: Path) -> None:
    extra = "house_style = ['VOV']\n" + ARTICLES + "\n[names]\nhomeland = ['nation', 'country']\n"
    manifest = read(tmp_path, TOP + extra)
    assert manifest.house_style == ("VOV",)
    assert manifest.names == {"homeland": ("nation", "country")}
    assert read(tmp_path, TOP + ARTICLES).names == {}


@pytest.mark.parametrize(
    "value", ["['nation']", "'nation'", "['nation', 'nation']", "['nation', 3]", "['nation', 'old country']"]
)
def test_names_are_two_or_more_texts(tmp_path: Path, value: str) -> None:
    with pytest.raises(
        ValueError, match=r"names.homeland must list two or more names of one thing, each a single word"
    ):
        read(tmp_path, TOP + ARTICLES + f"\n[names]\nhomeland = {value}\n")


def test_caveats_are_kept(tmp_path: Path) -> None:
    assert read(tmp_path, TOP + "caveats = ['One is short.', 'One is old.']\n" + ARTICLES).caveats == (
        *("One is short.", "One is old."),
    )
    assert read(tmp_path, TOP + ARTICLES).caveats == ()


def test_manifest_of_a_table(tmp_path: Path) -> None:
    found = read(tmp_path, "format = 1\n" + TABLE + 'columns = { date = "published" }\n')
    assert (found.name, found.language, found.articles) == ("", "", ())
    assert found.table == {
        **{"file": "all.csv", "sha256": "00", "text": "body", "source": "outlet"},
        "columns": {"date": "published"},
    }


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param(
            'lines = [1, "3-7", "54-"]\nrole = "title"',
            Rule("r", "", lines=((1, 1), (3, 7), (54, None)), role="title"),
            id="lines and ranges",
        ),
        pytest.param(
            'article = "a1"\nline_starts = "X"\nfrom = "b"\nto = "c"\nrole = "dropped"',
            Rule("r", "", articles=("a1",), line_starts="X", start="b", end="c", role="dropped"),
            id="span in lines of one article",
        ),
        pytest.param(
            'article = ["a1", "a2"]\nline_starts = "X"\nonwards = true\nrole = "dropped"',
            Rule("r", "", articles=("a1", "a2"), line_starts="X", onwards=True, role="dropped"),
            id="onwards in two articles",
        ),
        pytest.param(
            'source = "South"\nturn = "Q:"\nvoice = "question"\nspeaker = "Ana"',
            Rule("r", "", source="South", turn="Q:", voice="question", speaker="Ana"),
            id="turn in a source",
        ),
        pytest.param('lines = [3]\nspeaker = "Ana"', Rule("r", "", lines=((3, 3),), speaker="Ana"), id="speaker"),
    ],
)
def test_rule(tmp_path: Path, text: str, rule: Rule) -> None:
    found = read(tmp_path, f'{TOP}{ARTICLES}\n[[rule]]\nname = "r"\n{text}\n').rules[0]
    assert found == Rule(**{**vars(rule), "place": f"{tmp_path / 'corpus.toml'}, line 20"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("format = 1\n", "FILE: give either [[article]] entries or one [articles] table", id="no article"),
        pytest.param(
            TOP + ARTICLES + TABLE, "FILE: give either [[article]] entries or one [articles] table", id="both kinds"
        ),
        pytest.param(ARTICLES, "FILE, line 1: format is None; it must be 1", id="no format"),
        pytest.param(
            "format = 1\ntexts = 'x'",
            "FILE, line 2: unknown key 'texts' in the top of this file; known: "
            "format, name, language, article, articles, rule, caveats, house_style, names",
            id="unknown key at the top",
        ),
        pytest.param(
            "format = 1\narticle = []",
            "FILE, line 2: article lists no article; write [[article]] entries",
            id="an empty list",
        ),
        pytest.param("format = 1\ncaveats = 'x'", "FILE, line 2: caveats = 'x' must be of type list", id="one caveat"),
        pytest.param(
            f"format = 1\ncaveats = ['x', 7]\n{ARTICLES}",
            "FILE, line 2: caveats must be a list of texts",
            id="a number for a caveat",
        ),
        pytest.param("format = 1\narticle = ['a']", "FILE, line 2: article must be written as [[article]]", id="list"),
        pytest.param("format = 1\n[rule]", "FILE, line 2: rule = {} must be of type list", id="rule in one bracket"),
    ],
)
def test_top_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    assert failure(tmp_path, text) == message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param('"a2"', '"a1"', "15: two articles have the id 'a1'", id="two articles with one id"),
        pytest.param('id = "a2"\n', "", "14: [[article]] lacks 'id'", id="no id"),
        pytest.param('source = "South"', 'source = " "', "14: [[article]] lacks 'source'", id="blank source"),
        pytest.param('sha256 = "11"\n', "", "14: [[article]] lacks 'sha256'", id="no checksum"),
        pytest.param('"South"', "7", "18: source = 7 must be of type str", id="number for a source"),
        pytest.param(
            "date = 2031-03-04", "date = 7", "10: date = 7 must be of type str or date", id="number for a date"
        ),
        pytest.param("title = [1, 3]", "mood = [1]", "11: rests_on.mood must list line numbers", id="unknown fact"),
        pytest.param("title = [1, 3]", "title = []", "11: rests_on.title must list line numbers", id="no line"),
        pytest.param("title = [1, 3]", "title = '1'", "11: rests_on.title must list line numbers", id="text for lines"),
        pytest.param("title = [1, 3]", "title = ['1']", "11: rests_on.title must list line", id="text for a line"),
        pytest.param("words_sold", "source", "12: meta repeats the key 'source'", id="meta repeats a key"),
        pytest.param(
            "words_sold = 7", "tags = ['x']", "12: meta.tags must be one text, number or date", id="meta list"
        ),
        pytest.param("{ words_sold = 7 }", "{ a.b = 7 }", "12: meta.a must be one text, number or", id="meta table"),
        pytest.param('"South"', '"S\\u001b"', "18: source holds the control character \\x1b", id="control character"),
        pytest.param("meta =", "mate =", "12: unknown key 'mate' in [[article]]; known: id, file, ", id="unknown key"),
    ],
)
def test_article_is_wrong(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert (TOP + ARTICLES).count(old) == 1
    assert failure(tmp_path, (TOP + ARTICLES).replace(old, new)).startswith(f"FILE, line {message}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param('text = "body"\n', "", "3: [[articles]] lacks 'text'", id="no text column"),
        pytest.param('source = "outlet"', "source = 1", "7: source = 1 must be of type str", id="number for a column"),
        pytest.param('source = "outlet"', 'sauce = "x"', "7: unknown key 'sauce' in [[articles]]", id="unknown key"),
        pytest.param(
            'source = "outlet"',
            'source = "outlet"\ncolumns = { date = ["day"] }',
            '8: columns must name a column each, as { date = "published" }',
            id="a list for a column",
        ),
    ],
)
def test_table_is_wrong(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = ("format = 1\n" + TABLE).replace(old, new)
    assert failure(tmp_path, text).startswith(f"FILE, line {message}")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        pytest.param("lines = [1]\nrole = 'title'", "2: [[rule]] lacks 'name'", id="no name"),
        pytest.param(
            "name = 'r'\narticle = 'a9'\nlines = [1]\nrole = 'title'",
            "4: rule 'r' is for article 'a9', which is not listed",
            id="unlisted article",
        ),
        pytest.param(
            "name = 'r'\narticle = ['a1', 'a9']\nlines = [1]\nrole = 'title'",
            "4: rule 'r' is for article 'a9', which is not listed",
            id="unlisted article in a list",
        ),
        *(
            pytest.param(
                f"name = 'r'\narticle = {scope}\nlines = [1]\nrole = 'title'",
                "4: rule 'r': article must be an id or a list of ids",
                id=f"article = {scope}",
            )
            for scope in ("[]", "[1]", "[['a1']]")
        ),
        pytest.param(
            "name = 'r'\nsource = 'West'\nlines = [1]\nrole = 'title'",
            "4: rule 'r' is for source 'West', which is not listed",
            id="unlisted source",
        ),
        pytest.param(
            "name = 'r'\nlines = [1]\nrole = 'tilte'",
            "5: role = 'tilte' must be one of title, heading, body, caption, byline, dropped",
            id="unknown role",
        ),
        pytest.param(
            "name = 'r'\nturn = 'Q'\nvoice = 'guest'",
            "5: voice = 'guest' must be one of narrator, question, answer, quoted",
            id="unknown voice",
        ),
        pytest.param(
            "name = 'r'\nlines = [1]", "3: rule 'r' must give one of role, turn or speaker", id="a rule for nothing"
        ),
        pytest.param(
            "name = 'r'\nturn = 'Q'\nvoice = 'question'\nrole = 'title'",
            "4: rule 'r' gives role, so that turn would do nothing",
            id="role and turn",
        ),
        pytest.param(
            "name = 'r'\nlines = [1]\nrole = 'title'\nspeaker = 'Ana'",
            "6: rule 'r' gives role, so that speaker would do nothing",
            id="role and speaker",
        ),
        pytest.param(
            "name = 'r'\nturn = 'Q'\nvoice = 'question'\nlines = [1]",
            "6: rule 'r' gives turn, so that lines would do nothing",
            id="turn and lines",
        ),
        pytest.param(
            "name = 'r'\nlines = [1]\nspeaker = 'Ana'\nfrom = 'x'",
            "6: rule 'r' gives speaker, so that from would do nothing",
            id="speaker and span",
        ),
        pytest.param(
            "name = 'r'\narticle = 'a1'\nsource = 'North'\nlines = [1]\nrole = 'title'",
            "5: rule 'r' is for articles or for a source, not both",
            id="article and source",
        ),
        pytest.param("name = 'r'\nturn = 'Q'", "4: rule 'r' opens a turn, and must say its voice", id="no voice"),
        pytest.param(
            "name = 'r'\nrole = 'title'", "3: rule 'r' must choose lines by lines or line_starts", id="no lines"
        ),
        pytest.param("name = 'r'\nlines = 1\nrole = 'title'", "4: lines = 1 must be of type list", id="lines no list"),
        pytest.param("name = 'r'\nline = [1]\nrole = 'title'", "4: unknown key 'line' in [[rule]]; ", id="unknown key"),
        pytest.param("name = 'r'\nonwards = 1", "4: onwards = 1 must be of type bool", id="number for onwards"),
        *(
            pytest.param(
                f"name = 'r'\nlines = [{line}]\nrole = 'title'",
                f'4: lines holds {shown}; write numbers, "3-7" or "54-"',
                id=f"line {line}",
            )
            for line, shown in (("0", "0"), ("-3", "-3"), ("'3'", "'3'"), ("'a-b'", "'a-b'"), ("1.5", "1.5"))
        ),
    ],
)
def test_rule_is_wrong(tmp_path: Path, rule: str, message: str) -> None:
    text = f"format = 1\n[[rule]]\n{rule}\n{ARTICLES}"
    assert failure(tmp_path, text).startswith(f"FILE, line {message}")


def test_unlisted_source_passes_for_a_table(tmp_path: Path) -> None:
    rule = "[[rule]]\nname = 'r'\nsource = 'West'\nlines = [1]\nrole = 'title'\n"
    assert read(tmp_path, "format = 1\n" + TABLE + rule).rules[0].source == "West"
