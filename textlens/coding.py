"""Articles for people to code: a blind, stratified sample as a sheet, and the answers read back.

What people answer is what dictionary scores and classifiers are measured by. A sheet holds the texts: keep it beside
the texts, not in a repository; the answers and the key hold none.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator, Sequence
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
_ANSWERS = {"yes": 1.0, "y": 1.0, "1": 1.0, "true": 1.0, "no": 0.0, "n": 0.0, "0": 0.0, "false": 0.0}
_MISSING = ("", "unsure", "u", "?", "na", "n/a")
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
        """
        folder = Path(folder)
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
        More items than there are, fewer than strata; an unknown unit, column or allocation; a codebook that neither
        asks nor defines anything.

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
    if stratify not in corpus.articles:
        raise ValueError(f"the articles have no column {stratify!r}; they have {list(corpus.articles)}")
    strata = corpus.articles.set_index("id")[stratify].astype("str")
    return units.assign(stratum=strata.loc[units["article"]].to_numpy())


def _shares(sizes: pd.Series, n: int, allocation: str) -> pd.Series:
    """How many items of each stratum: shares rounded by the largest remainder, at least one, at most all."""
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
        With file and line: another sheet, an unknown item, question or answer, no coder, or two answers of one coder to
        one question; a column is missing.

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
    given: dict[tuple[str, str, str], tuple[float, str]] = {}
    for path in [paths] if isinstance(paths, str | Path) else paths:
        for place, row in _rows(path):
            if not row.get("coder", "").strip() and not row.get("answer", "").strip():
                continue  # not reached yet
            coder, answer = _checked(place, row, name, *known)
            cell = (coder, row["item"], row["question"])
            if cell in given and not _same(given[cell][0], answer):
                raise ValueError(f"{place}: {coder} answers {row['question']} of {row['item']} twice, and not alike")
            given[cell] = (answer, row.get("note", ""))
    columns = ["coder", "item", "question", "answer", "note"]
    table = pd.DataFrame([(*cell, *answer) for cell, answer in given.items()], columns=columns)
    table = table.astype({"answer": float}).merge(key, on="item")
    table["frame"] = table["question"].map(frames)
    order = {question: number for number, question in enumerate(frames)}
    table = table.sort_values(["coder", "item", "question"], key=lambda c: c.map(order) if c.name == "question" else c)
    found = ["item", "article", "passage", "frame", "question", "coder", "answer", "note", "weight"]
    return table[found].reset_index(drop=True)


def _same(one: float, other: float) -> bool:
    return one == other or (np.isnan(one) and np.isnan(other))


def _key_of(sheet: CodingSheet | str | Path) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    if isinstance(sheet, CodingSheet):
        return sheet.key, sheet.questions, sheet.sheet
    key = files.table_from_csv(Path(sheet) / "key.csv", whole=["passage"])
    questions = files.table_from_csv(Path(sheet) / "questions.csv")
    for table, columns, name in ((key, _KEY, "key"), (questions, _QUESTIONS, "questions")):
        missing = [column for column in (*columns, "sheet") if column not in table]
        if missing or table.empty:
            raise ValueError(f"{Path(sheet) / name}.csv is not what CodingSheet.write wrote")
    try:
        key["weight"] = key["weight"].astype(float)
    except ValueError as error:
        raise ValueError(f"{Path(sheet) / 'key.csv'}: {error}") from None
    return key, questions, str(key["sheet"].iloc[0])


def _rows(path: str | Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a CSV file, each with its place for messages."""
    reader = csv.reader(io.StringIO(files.read_text(path).removeprefix("\ufeff"), newline=""))
    try:
        header = [name.strip().lower() for name in next(reader)]
        missing = [name for name in _NEEDED if name not in header]
        if missing:
            raise ValueError(f"{path}: no column {missing[0]!r}; it has {', '.join(header)}")
        for cells in reader:
            if any(cells):
                yield f"{path}, line {reader.line_num}", dict(zip(header, map(files.unescape, cells), strict=False))
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: not a CSV table: {error}") from None


def _checked(
    place: str, row: dict[str, str], sheet: str, items: Collection[str], questions: Collection[str]
) -> tuple[str, float]:
    """Coder and answer of a row."""
    coder, answer = row.get("coder", "").strip(), row.get("answer", "").strip().lower()
    if row["sheet"] != sheet:
        raise ValueError(f"{place}: an answer to another sheet ({row['sheet']!r}, not {sheet!r})")
    for what, name, known in (("item", row["item"], items), ("question", row["question"], questions)):
        if name not in known:
            raise ValueError(f"{place}: the sheet has no {what} {name!r}")
    if answer not in _ANSWERS and answer not in _MISSING:
        raise ValueError(f"{place}: the answer {row['answer']!r} is none of yes, no, unsure, or nothing")
    if not coder:
        raise ValueError(f"{place}: no coder; write a name or number into the column 'coder' of each row")
    return coder, _ANSWERS.get(answer, np.nan)
