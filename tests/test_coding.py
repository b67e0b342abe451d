"""Sheets: drawn as asked for, blind, the same for the same seed; answers read back; errors with file and line."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import textlens as tl

BOOK = """\
format = 1
name = "Two frames"
version = "3"
[[frame]]
name = "Cost"
definition = "Money."
indicators = ["cost"]
[[frame.question]]
id = "cost-1"
text = "Is it about costs?"
[[frame.question]]
id = "cost-2"
text = "Does it name a sum?"
[[frame]]
name = "Peace"
definition = "No war."
is_not = "Quiet."
indicators = ["peace"]
[[frame.question]]
id = "peace"
text = "Is it about peace?"
"""


@pytest.fixture
def book(tmp_path: Path) -> tl.Codebook:
    path = tmp_path / "codebook.toml"
    path.write_text(BOOK, encoding="utf-8")
    return tl.read_codebook(path)


def corpus(*sizes: int) -> tl.Corpus:
    """Articles of two passages, so many of each source."""
    sources = [f"Paper {number}" for number, size in enumerate(sizes) for _ in range(size)]
    texts = [f"Title of {i}.\n\nBody of {i}: “we agree”, they said." for i in range(len(sources))]
    ids = [f"a{i}" for i in range(len(sources))]
    return tl.corpus_from_frame(pd.DataFrame({"id": ids, "text": texts, "source": sources}))


def drawn(articles: tl.Corpus, book: tl.Codebook, n: int, seed: int = 1, **options: Any) -> tl.CodingSheet:
    return tl.coding_sheet(articles, book, n=n, rng=np.random.default_rng(seed), **options)


def test_items_are_texts_without_their_source(book: tl.Codebook) -> None:
    sheet = drawn(corpus(3), book, 2)
    assert sheet.items["item"].tolist() == ["item-001", "item-002"]
    assert list(sheet.items.columns) == ["item", "text"]
    for text, article in zip(sheet.items["text"], sheet.key["article"], strict=True):
        number = article[1:]
        assert text == f"Title of {number}.\nBody of {number}: “we agree”, they said."
    assert sheet.key["passage"].tolist() == [0, 0]
    assert sheet.key["weight"].tolist() == [1.5, 1.5]
    assert sheet.codebook == "Two frames, version 3"
    assert sheet.questions[["frame", "question", "is_not"]].values.tolist() == [
        ["Cost", "cost-1", ""],
        ["Cost", "cost-2", ""],
        ["Peace", "peace", "Quiet."],
    ]
    assert repr(sheet) == f"CodingSheet {sheet.sheet}: 2 items, 3 questions"


@pytest.mark.parametrize(
    ("sizes", "n", "allocation", "expected"),
    [
        ((10, 10), 6, "equal", [3, 3]),
        ((10, 2), 8, "equal", [6, 2]),
        ((10, 2), 6, "proportional", [5, 1]),
        ((20, 10), 9, "proportional", [6, 3]),
        ((50, 1), 5, "proportional", [4, 1]),
    ],
)
def test_strata_get_their_shares(
    book: tl.Codebook, sizes: tuple[int, ...], n: int, allocation: str, expected: list[int]
) -> None:
    sheet = drawn(corpus(*sizes), book, n, stratify="source", allocation=allocation)
    assert sheet.key["stratum"].value_counts().sort_index().tolist() == expected
    assert sheet.key["weight"].sum() == pytest.approx(sum(sizes))
    assert sheet.key["article"].is_unique


def test_every_article_is_as_likely_as_the_next(book: tl.Codebook) -> None:
    articles = corpus(6)
    times = pd.concat([drawn(articles, book, 2, seed).key["article"] for seed in range(300)]).value_counts()
    # 100 each, with a standard deviation of 8.
    assert times.between(68, 132).all()
    assert len(times) == 6


def test_the_same_seed_writes_the_same_bytes(book: tl.Codebook, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        drawn(corpus(4, 4), book, 4, stratify="source").write(tmp_path / folder)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["key.csv", "questions.csv", "sheet.csv", "sheet.html"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert "Paper 0" not in (tmp_path / "one" / "sheet.csv").read_text("utf-8") + (
        tmp_path / "one" / "sheet.html"
    ).read_text("utf-8")
    assert (
        drawn(corpus(4, 4), book, 4, 2, stratify="source").sheet
        != drawn(corpus(4, 4), book, 4, stratify="source").sheet
    )


def test_passages_can_be_items(book: tl.Codebook) -> None:
    sheet = drawn(corpus(2), book, 4, unit="passage")
    rows = sorted(zip(sheet.key["article"], sheet.key["passage"], sheet.items["text"], strict=True))
    assert rows[0] == ("a0", 1, "Title of 0.")
    assert rows[1] == ("a0", 2, "Body of 0: “we agree”, they said.")


def test_a_codebook_without_questions_asks_by_its_definitions(tmp_path: Path) -> None:
    path = tmp_path / "plain.toml"
    path.write_text('format = 1\n[[frame]]\nname = "A"\ndefinition = "All."\nindicators = ["a"]\n', "utf-8")
    sheet = drawn(corpus(1), tl.read_codebook(path), 1)
    assert sheet.questions[["question", "frame", "text", "definition"]].values.tolist() == [
        ["frame-1", "A", "Does the text have this frame?", "All."]
    ]
    path.write_text('format = 1\n[[frame]]\nname = "A"\nindicators = ["a"]\n', "utf-8")
    with pytest.raises(ValueError, match="the codebook asks no questions, and does not define the frame 'A'"):
        drawn(corpus(1), tl.read_codebook(path), 1)


def test_a_filled_sheet_is_read(book: tl.Codebook, tmp_path: Path) -> None:
    sheet = drawn(corpus(2), book, 2)
    sheet.write(tmp_path)
    table = pd.read_csv(tmp_path / "sheet.csv", keep_default_na=False)
    assert table["text"].ne("").sum() == 2
    answers = [["Yes", "no", "1"], ["0", "UNSURE", ""]]
    table["answer"] = [answers[item][question] for item in range(2) for question in range(3)]
    table.loc[:4, "coder"] = "Ann"
    table.loc[0, "note"] = "'=odd"
    table.to_csv(tmp_path / "ann.csv", index=False)
    for given in (sheet, tmp_path):
        coding = tl.read_coding(tmp_path / "ann.csv", given)
        assert coding["answer"].fillna(-1).tolist() == [1, 0, 1, 0, -1]
        assert coding["question"].tolist() == ["cost-1", "cost-2", "peace", "cost-1", "cost-2"]
        assert coding["article"].tolist() == sheet.key["article"].repeat([3, 2]).tolist()
        assert coding["note"].iloc[0] == "=odd"
        assert coding["weight"].tolist() == [1.0] * 5


def lines(sheet: tl.CodingSheet, *rows: str) -> str:
    return "sheet,item,question,coder,answer\n" + "".join(f"{row}\n".replace("SHEET", sheet.sheet) for row in rows)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["other,item-001,peace,Ann,yes"], "c.csv, line 2: an answer to another sheet ('other', not '"),
        (["SHEET,item-009,peace,Ann,yes"], "c.csv, line 2: the sheet has no item 'item-009'"),
        (["SHEET,item-001,war,Ann,yes"], "c.csv, line 2: the sheet has no question 'war'"),
        (
            ["SHEET,item-001,peace,Ann,yes", "SHEET,item-001,cost-1,Ann,perhaps"],
            "line 3: the answer 'perhaps' is none of",
        ),
        (["SHEET,item-001,peace,,yes"], "c.csv, line 2: no coder; write a name or number"),
        (
            ["SHEET,item-001,peace,Ann,yes"] * 2 + ["SHEET,item-001,peace,Ann,no"],
            "line 4: Ann answers peace of item-001 twice",
        ),
        (["SHEET,item-001,peace,Ann,yes", "SHEET,item-001,peace,ann ,yes"], "the coder 'ann' is 'Ann' elsewhere"),
        (['SHEET,item-001,peace,Ann,"yes', "SHEET,item-001,cost-1,Ann,no"], "not a CSV table: unexpected end of data"),
        (["SHEET,item-001,peace,Ann,yes,but"], "c.csv, line 2: more cells than columns; put cells that hold commas"),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(
    book: tl.Codebook, tmp_path: Path, rows: list[str], message: str
) -> None:
    sheet = drawn(corpus(2), book, 2)
    (tmp_path / "c.csv").write_text(lines(sheet, *rows), "utf-8")
    with pytest.raises(ValueError, match=re.escape(message)):
        tl.read_coding([tmp_path / "c.csv"], sheet)


def test_files_that_are_no_answers_are_told(book: tl.Codebook, tmp_path: Path) -> None:
    sheet = drawn(corpus(2), book, 2)
    (tmp_path / "c.csv").write_text("item,answer\n", "utf-8")
    with pytest.raises(ValueError, match=r"c\.csv: no column 'sheet'; it has item, answer"):
        tl.read_coding(tmp_path / "c.csv", sheet)
    (tmp_path / "c.csv").write_text("sheet,item,question,coder,answer,answer\n", "utf-8")
    with pytest.raises(ValueError, match=r"c\.csv: more than one column 'answer'"):
        tl.read_coding(tmp_path / "c.csv", sheet)
    (tmp_path / "c.csv").write_bytes(b"\xef\xbb\xbf")
    with pytest.raises(ValueError, match=r"c\.csv: no column 'sheet'"):
        tl.read_coding(tmp_path / "c.csv", sheet)
    with pytest.raises(ValueError, match="there is no file with answers to read"):
        tl.read_coding([], sheet)
    (tmp_path / "key.csv").write_text("item,passage\nx,1\n", "utf-8")
    (tmp_path / "questions.csv").write_text("question\nx\n", "utf-8")
    with pytest.raises(ValueError, match=r"key\.csv is not what CodingSheet\.write wrote"):
        tl.read_coding(tmp_path / "c.csv", tmp_path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 5}, "n is 5, but there are only 4 articles"),
        ({"n": 1, "stratify": "source"}, "n is 1, but there are 2 strata; each needs an item"),
        ({"n": 2, "stratify": "outlet"}, "the articles have no column 'outlet'; they have ['id', 'source']"),
        ({"n": 2, "unit": "word"}, "unit must be 'article' or 'passage', not 'word'"),
        ({"n": 2, "allocation": "some"}, "allocation must be 'equal' or 'proportional', not 'some'"),
        ({"n": 2, "stratify": ["source"]}, "the articles have no column ['source']"),
        ({"n": 0}, "n must be a whole number of 1 or more, not 0"),
    ],
)
def test_what_cannot_be_drawn_is_told(book: tl.Codebook, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        drawn(corpus(2, 2), book, **options)


def test_articles_without_a_stratum_are_told_and_ids_are_strata(book: tl.Codebook) -> None:
    table = pd.DataFrame({"id": [1, 2], "text": ["A cost.", "Peace."], "source": "x", "year": [2020, np.nan]})
    articles = tl.corpus_from_frame(table)
    with pytest.raises(ValueError, match="the article '2' has no 'year', so it is in no stratum"):
        drawn(articles, book, 2, stratify="year")
    assert sorted(drawn(articles, book, 2, stratify="id").key["stratum"]) == ["1", "2"]
    with pytest.raises(TypeError, match="rng must be Generator"):
        tl.coding_sheet(articles, book, n=1, rng=1)  # type: ignore[arg-type]


def read_lines(book: tl.Codebook, path: Path, *rows: str) -> list[list[Any]]:
    sheet = drawn(corpus(2), book, 2)
    path.write_text(lines(sheet, *rows), "utf-8")
    found = tl.read_coding(path, sheet)
    return found[["item", "question", "coder", "answer"]].fillna("none").values.tolist()


def test_what_was_not_answered_yet_gives_way_to_an_answer(book: tl.Codebook, tmp_path: Path) -> None:
    """A coder saves at noon and in the evening: two files, one coding."""
    open_, answered = "SHEET,item-001,peace,Ann,", "SHEET,item-001,peace,Ann,yes"
    for rows in ((open_, answered), (answered, open_)):
        assert read_lines(book, tmp_path / "c.csv", *rows) == [["item-001", "peace", "Ann", 1.0]]
    with pytest.raises(ValueError, match="twice, and not alike"):
        read_lines(book, tmp_path / "c.csv", answered, "SHEET,item-001,peace,Ann,unsure")


def test_files_of_spreadsheets_are_read(book: tl.Codebook, tmp_path: Path) -> None:
    """Semicolons, short rows, and a text that is longer than Python's reader takes by itself."""
    sheet, path = drawn(corpus(2), book, 2), tmp_path / "c.csv"
    rows = lines(sheet, "SHEET,item-001,peace,Ann,yes", "SHEET,item-002,peace,Ann", "SHEET")
    path.write_text("\ufeff" + rows.replace(",", ";"), "utf-8")
    assert tl.read_coding(path, sheet)["answer"].fillna(-1).tolist() == [1.0, -1.0]
    limit = csv.field_size_limit()
    long = rows.replace("answer\n", "answer,text\n").replace("yes\n", f"yes,{'x' * 200_000}\n")
    path.write_text(long, "utf-8")
    assert len(tl.read_coding(path, sheet)) == 2
    assert csv.field_size_limit() == limit
    path.write_text("coder,answer,sheet,item,question\nAnn,yes\n", "utf-8")
    with pytest.raises(ValueError, match="line 2: an answer to another sheet"):
        tl.read_coding(path, sheet)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("key.csv", "item-002", "item-001", r"key\.csv is not what CodingSheet\.write wrote"),
        ("questions.csv", "cost-2", "cost-1", r"questions\.csv is not what CodingSheet\.write wrote"),
        ("key.csv", "SHEET", "other", r"the rows of key\.csv and questions\.csv are not all of one sheet"),
        ("questions.csv", "SHEET", "other", r"the rows of key\.csv and questions\.csv are not all of one sheet"),
        ("key.csv", ",1,", ",nan,", r"key\.csv: a weight must be a number above 0, not 'nan'"),
        ("key.csv", ",1,", ",inf,", r"key\.csv: a weight must be a number above 0, not 'inf'"),
        ("key.csv", ",1,", ",-1,", r"key\.csv: a weight must be a number above 0, not"),
    ],
)
def test_a_key_that_was_changed_is_refused(
    book: tl.Codebook, tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    sheet = drawn(corpus(2), book, 2)
    sheet.write(tmp_path)
    (tmp_path / "c.csv").write_text(lines(sheet, "SHEET,item-001,peace,Ann,yes"), "utf-8")
    written = (tmp_path / name).read_text("utf-8")
    (tmp_path / name).write_text(written.replace(old.replace("SHEET", sheet.sheet), new, 1), "utf-8")
    with pytest.raises(ValueError, match=message):
        tl.read_coding(tmp_path / "c.csv", tmp_path)


def test_the_key_of_another_sheet_is_not_written_over(book: tl.Codebook, tmp_path: Path) -> None:
    first = drawn(corpus(4), book, 2)
    first.write(tmp_path)
    first.write(tmp_path)
    before = (tmp_path / "key.csv").read_bytes()
    with pytest.raises(ValueError, match="has the key of another sheet; name another folder, or delete it first"):
        drawn(corpus(4), book, 3).write(tmp_path)
    assert (tmp_path / "key.csv").read_bytes() == before
