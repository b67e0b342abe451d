"""Articles for people to code: a blind, stratified sample as a sheet, and the answers read back.

What people answer is what dictionary scores and classifiers are measured by. A sheet holds the texts: keep it beside
the texts, not in a repository; the answers and the key hold none.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from textlens import files
from textlens.codebook import Codebook
from textlens.coding_page import page_of
from textlens.corpus import Corpus, expect, expect_number, passage_texts

UNITS = ("article", "passage")
ALLOCATIONS = ("equal", "proportional")
_KEY = ("item", "article", "passage", "stratum", "weight")
_QUESTIONS = ("question", "frame", "text", "definition", "includes", "is_not")
_ANSWERS: dict[str, float | None] = {
    **dict.fromkeys(("yes", "y", "1", "true"), 1.0),
    **dict.fromkeys(("no", "n", "0", "false"), 0.0),
    **dict.fromkeys(("unsure", "u", "?", "na", "n/a"), np.nan),
    "": None,
}
_NEEDED = ("sheet", "item", "question", "coder", "answer")


@dataclass(frozen=True)
class CodingSheet:
    """A sample of articles or passages for people to code.

    Attributes
    ----------
    items : DataFrame
        ``item`` ("item-001", ...; tells nothing of the source) and ``text``, in random order.
    questions : DataFrame
        ``question`` (id), ``frame``, ``text``, ``definition``, ``includes``, ``is_not``.
    key : DataFrame
        What coders must not see: ``item``, ``article``, ``passage`` (0: the whole article), ``stratum``, ``weight``
        (how many articles or passages of its stratum the item stands for).
    codebook : str
        Name and version.
    """

    items: pd.DataFrame
    questions: pd.DataFrame
    key: pd.DataFrame
    codebook: str

    @property
    def sheet(self) -> str:
        """A checksum of texts and questions; answers name it, so that they are not taken for those to another sheet."""
        rows = [table.to_numpy(dtype=object).tolist() for table in (self.items, self.questions)]
        return files.sha256(json.dumps([self.codebook, rows]).encode())[:16]

    def __repr__(self) -> str:
        return f"CodingSheet {self.sheet}: {len(self.items)} items, {len(self.questions)} questions"

    def write(self, folder: str | Path) -> None:
        """Write the sheet: for coders ``sheet.html`` or ``sheet.csv``, for yourself ``key.csv`` and ``questions.csv``.

        ``sheet.html`` works offline and by keyboard alone, remembers answers, and saves them as a CSV file.
        ``sheet.csv`` is to be filled with a spreadsheet: one row per item and question. Coders must not see the key.
        A folder with the key of another sheet is a ``ValueError``: without its key, answers belong to no article.
        """
        folder = Path(folder)
        if (folder / "key.csv").exists() and _key_of(folder)[2] != self.sheet:
            raise ValueError(f"{folder} has the key of another sheet; name another folder, or delete it first")
        grid = self.items.merge(self.questions, how="cross", suffixes=("", "_asked"))
        first = ~grid["item"].duplicated()
        grid = pd.DataFrame(
            {
                "sheet": self.sheet,
                "item": grid["item"],
                "question": grid["question"],
                "coder": "",
                "answer": "",
                "note": "",
                "asked": grid["text_asked"],
                "text": grid["text"].where(first, ""),
            }
        )
        page = page_of(self.items, self.questions, sheet=self.sheet, codebook=self.codebook)
        files.write_whole(folder / "sheet.csv", files.table_to_csv(grid))
        files.write_whole(folder / "sheet.html", page)
        files.write_whole(folder / "questions.csv", files.table_to_csv(self.questions.assign(sheet=self.sheet)))
        files.write_whole(folder / "key.csv", files.table_to_csv(self.key.assign(sheet=self.sheet)))


def coding_sheet(
    corpus: Corpus,
    codebook: Codebook,
    *,
    n: int,
    rng: np.random.Generator,
    unit: str = "article",
    stratify: str | None = None,
    allocation: str = "equal",
) -> CodingSheet:
    """Draw articles or passages at random for people to code.

    Parameters
    ----------
    corpus : Corpus
        Titles, headings and body are shown; captions, bylines and dropped text are not.
    codebook : Codebook
        Its questions are asked; where it has none, one for each frame, from the definition.
    n : int
        How many items.
    rng : numpy.random.Generator
        Draws and shuffles them.
    unit : "article" or "passage"
    stratify : str, optional
        A column of the articles, as ``"source"``: each of its values gets its share of the items.
    allocation : "equal" or "proportional"
        Equal shares compare sources best; proportional ones describe the whole. A stratum that is smaller than its
        share is taken whole.

    Returns
    -------
    CodingSheet

    Raises
    ------
    ValueError
        More items than there are, fewer than strata; an unknown unit, column or allocation; an article with nothing in
        that column; a codebook that neither asks nor defines anything.

    Examples
    --------
    >>> import numpy as np, textlens as tl
    >>> book = tl.read_codebook(tl.demo_folder() / "codebook.toml")
    >>> sheet = tl.coding_sheet(tl.load_demo(), book, n=6, stratify="source", rng=np.random.default_rng(1))
    >>> len(sheet.items), sheet.key["stratum"].value_counts().tolist()
    (6, [2, 2, 2])
    """
    expect(corpus, Corpus, "corpus", "tl.read_corpus")
    expect(codebook, Codebook, "codebook", "tl.read_codebook")
    expect_number(n, "n", least=1, whole=True)
    expect(rng, np.random.Generator, "rng", "np.random.default_rng")
    for name, value, options in (("unit", unit, UNITS), ("allocation", allocation, ALLOCATIONS)):
        if value not in options:
            raise ValueError(f"{name} must be {' or '.join(map(repr, options))}, not {value!r}")
    questions = _questions(codebook)
    units = _units(corpus, unit, stratify)
    if n > len(units):
        raise ValueError(f"n is {n}, but there are only {len(units)} {unit}s")
    sizes = units["stratum"].value_counts(sort=False).sort_index()
    drawn = _shares(sizes, n, allocation)
    chosen = [
        rng.choice(np.flatnonzero(units["stratum"] == stratum), number, replace=False)
        for stratum, number in drawn.items()
    ]
    units = units.iloc[rng.permutation(np.concatenate(chosen))].reset_index(drop=True)
    units.insert(0, "item", [f"item-{number:0{max(3, len(str(n)))}}" for number in range(1, n + 1)])
    units["weight"] = (sizes / drawn)[units["stratum"]].to_numpy()
    named = f"{codebook.name}, version {codebook.version}" if codebook.version else codebook.name
    return CodingSheet(units[["item", "text"]], questions, units[list(_KEY)], named)


def _questions(codebook: Codebook) -> pd.DataFrame:
    frames = codebook.frames[["frame", "definition", "includes", "is_not"]]
    asked = codebook.questions
    if asked.empty:
        if not frames["definition"].all():
            missing = frames["frame"][frames["definition"] == ""].iloc[0]
            raise ValueError(f"the codebook asks no questions, and does not define the frame {missing!r}")
        asked = frames[["frame"]].assign(question=[f"frame-{number}" for number in range(1, len(frames) + 1)])
        asked["text"] = ["Does the text have this frame?"] * len(frames)
    return asked.merge(frames, on="frame")[list(_QUESTIONS)]


def _units(corpus: Corpus, unit: str, stratify: str | None) -> pd.DataFrame:
    """One row per article or passage: article, passage, text, stratum."""
    units = passage_texts(corpus)
    if unit == "article":
        units = units.groupby("article", sort=False)["text"].agg("\n".join).reset_index().assign(passage=0)
    if stratify is None:
        return units.assign(stratum="all")
    if not isinstance(stratify, str) or stratify not in corpus.articles:
        raise ValueError(f"the articles have no column {stratify!r}; they have {list(corpus.articles)}")
    strata = corpus.articles.set_index("id", drop=False)[stratify].astype("str")
    if strata.isna().any():
        raise ValueError(f"the article {strata.index[strata.isna()][0]!r} has no {stratify!r}, so it is in no stratum")
    return units.assign(stratum=strata.loc[units["article"]].to_numpy())


def _shares(sizes: pd.Series, n: int, allocation: str) -> pd.Series:
    """How many items of each stratum: at least one, at most all, the rest in proportion."""
    if n < len(sizes):
        raise ValueError(f"n is {n}, but there are {len(sizes)} strata; each needs an item")
    wanted = pd.Series(1.0, index=sizes.index) if allocation == "equal" else sizes.astype(float)
    drawn = np.ones(len(sizes), dtype=np.int64)
    for _ in range(n - len(sizes)):
        # One by one to the stratum that is furthest behind its share (Jefferson's rule), as long as it has any left.
        behind = np.where(drawn < sizes.to_numpy(), wanted.to_numpy() / (drawn + 1), -1.0)
        drawn[int(np.argmax(behind))] += 1
    return pd.Series(drawn, index=sizes.index)


def read_coding(paths: str | Path | Sequence[str | Path], sheet: CodingSheet | str | Path) -> pd.DataFrame:
    """Read what coders answered.

    Parameters
    ----------
    paths : path, or several
        CSV files that ``sheet.html`` saved, or filled copies of ``sheet.csv``; each may hold several coders.
    sheet : CodingSheet, or path
        The sheet that they coded, or the folder to which it was written.

    Returns
    -------
    DataFrame
        One row per coder, item and question, in the order of the sheet: ``item``, ``article``, ``passage``, ``frame``,
        ``question``, ``coder``, ``answer`` (1 yes, 0 no, empty where unsure or not answered), ``note``, ``weight``.

    Raises
    ------
    ValueError
        With file and line: another sheet, an unknown item, question or answer, no coder, a coder whose name is written
        in two ways, or two answers of one coder to one question; a column is missing or stands twice, a quotation mark
        is not closed; there is no file; key.csv or questions.csv was changed so that it shows.

    Examples
    --------
    >>> import tempfile, numpy as np, textlens as tl
    >>> book = tl.read_codebook(tl.demo_folder() / "codebook.toml")
    >>> sheet = tl.coding_sheet(tl.load_demo(), book, n=1, rng=np.random.default_rng(1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "ann.csv"
    ...     rows = [f"{sheet.sheet},item-001,frame-{k},Ann,{a}\\n" for k, a in ((1, "yes"), (2, "no"), (3, "unsure"))]
    ...     _ = path.write_text("sheet,item,question,coder,answer\\n" + "".join(rows))
    ...     tl.read_coding(path, sheet)[["frame", "answer"]].values.tolist()
    [['Cost and burden', 1.0], ['Safety from flooding', 0.0], ['Nature and heritage', nan]]
    """
    key, questions, name = _key_of(sheet)
    frames = dict(zip(questions["question"], questions["frame"], strict=True))
    known = (set(key["item"]), set(frames))
    given: dict[tuple[str, str, str], tuple[float | None, str]] = {}
    spelled: dict[str, str] = {}
    files_given = [paths] if isinstance(paths, str | Path) else list(paths)
    if not files_given:
        raise ValueError("there is no file with answers to read")
    for place, row in (found for path in files_given for found in _rows(path)):
        if not row["coder"].strip() and not row["answer"].strip():
            continue  # not reached yet
        coder, answer = _checked(place, row, name, *known)
        first = spelled.setdefault(" ".join(unicodedata.normalize("NFKC", coder).casefold().split()), coder)
        if first != coder:
            raise ValueError(f"{place}: the coder {coder!r} is {first!r} elsewhere; write a person's name in one way")
        cell = (coder, row["item"], row["question"])
        before, noted = given.get(cell, (None, ""))
        if not _fit(before, answer):
            raise ValueError(f"{place}: {coder} answers {row['question']} of {row['item']} twice, and not alike")
        given[cell] = (before if answer is None else answer, row.get("note") or noted)
    columns = ["coder", "item", "question", "answer", "note"]
    table = pd.DataFrame([(*cell, *answer) for cell, answer in given.items()], columns=columns)
    table = table.astype({"answer": float}).merge(key, on="item")
    table["frame"] = table["question"].map(frames)
    order = {question: number for number, question in enumerate(frames)}
    table = table.sort_values(["coder", "item", "question"], key=lambda c: c.map(order) if c.name == "question" else c)
    found = ["item", "article", "passage", "frame", "question", "coder", "answer", "note", "weight"]
    return table[found].reset_index(drop=True)


def _fit(one: float | None, other: float | None) -> bool:
    """Whether two answers to a question can stand: alike, or one was not given yet."""
    return one is None or other is None or one == other or (np.isnan(one) and np.isnan(other))


def _key_of(sheet: CodingSheet | str | Path) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    if isinstance(sheet, CodingSheet):
        return sheet.key, sheet.questions, sheet.sheet
    folder = Path(sheet)
    key = files.table_from_csv(folder / "key.csv", whole=["passage"])
    questions = files.table_from_csv(folder / "questions.csv")
    for table, columns, name in ((key, _KEY, "key"), (questions, _QUESTIONS, "questions")):
        missing = [column for column in (*columns, "sheet") if column not in table]
        if missing or table.empty or table[columns[0]].duplicated().any():
            raise ValueError(f"{folder / name}.csv is not what CodingSheet.write wrote")
    if len({*key["sheet"], *questions["sheet"]}) > 1:
        raise ValueError(f"{folder}: the rows of key.csv and questions.csv are not all of one sheet")
    weights = pd.to_numeric(key["weight"], errors="coerce")
    wrong = key["weight"][~weights.between(0, np.inf, inclusive="neither")]
    if len(wrong):
        raise ValueError(f"{folder / 'key.csv'}: a weight must be a number above 0, not {wrong.iloc[0]!r}")
    return key.assign(weight=weights.astype(float)), questions, str(key["sheet"].iloc[0])


def _rows(path: str | Path) -> list[tuple[str, dict[str, str]]]:
    """The rows of a CSV file, each with its place for messages."""
    text = files.read_text(path).removeprefix("\ufeff")
    head = text.partition("\n")[0]
    # Spreadsheets of some countries part cells by semicolons.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="," if "," in head else ";", strict=True)
    limit = csv.field_size_limit(max(len(text), csv.field_size_limit()))  # a cell may hold a long article
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        missing = [name for name in _NEEDED if header.count(name) != 1]
        if missing:
            many = "no" if missing[0] not in header else "more than one"
            raise ValueError(f"{path}: {many} column {missing[0]!r}; it has {', '.join(header)}")
        return [(f"{path}, line {reader.line_num}", _row(path, reader.line_num, header, cells)) for cells in reader]
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: not a CSV table: {error}") from None
    finally:
        csv.field_size_limit(limit)


def _row(path: str | Path, line: int, header: list[str], cells: list[str]) -> dict[str, str]:
    if any(cells[len(header) :]):
        raise ValueError(f"{path}, line {line}: more cells than columns; put cells that hold commas in quotes")
    return dict.fromkeys(header, "") | dict(zip(header, map(files.unescape, cells), strict=False))


def _checked(
    place: str, row: dict[str, str], sheet: str, items: Collection[str], questions: Collection[str]
) -> tuple[str, float | None]:
    """Coder and answer of a row; no answer where none was given yet."""
    coder, answer = row["coder"].strip(), row["answer"].strip().lower()
    if row["sheet"] != sheet:
        raise ValueError(f"{place}: an answer to another sheet ({row['sheet']!r}, not {sheet!r})")
    for what, name, known in (("item", row["item"], items), ("question", row["question"], questions)):
        if name not in known:
            raise ValueError(f"{place}: the sheet has no {what} {name!r}")
    if answer not in _ANSWERS:
        raise ValueError(f"{place}: the answer {row['answer']!r} is none of yes, no, unsure, or nothing")
    if not coder:
        raise ValueError(f"{place}: no coder; write a name or number into the column 'coder' of each row")
    return coder, _ANSWERS[answer]
