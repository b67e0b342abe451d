"""How often raters found the term, or the topic, that does not belong."""

from __future__ import annotations

from typing import Any

import pandas as pd

from textlens.corpus import expect
from textlens.shares import wilson

_KEY = ("question", "kind", "topic", "intruder", "options")


def score_intrusion(answers: pd.DataFrame, key: pd.DataFrame, *, by: str = "topic") -> pd.DataFrame:
    """How often raters found the intruder.

    The interval takes answers for independent draws: it is too narrow where several raters judge the same few
    questions.

    Parameters
    ----------
    answers : DataFrame
        ``question`` and ``answer`` (the number of an option, or blank); of several raters one below the other, with
        their names in a column ``rater``.
    key : DataFrame
        The key of the sheet.
    by : "topic" or "all"

    Returns
    -------
    DataFrame
        One row per topic of the key, or one of all, without ``topic``: ``topic``, ``answers`` (not blank), ``right``,
        ``precision`` (the share that is right), ``low``, ``high`` (Wilson's 95 % interval; empty without answers),
        ``chance`` (1 / options), ``blank``.

    Raises
    ------
    ValueError
        A column is missing; a question is unknown, or there twice of one rater or in the key; an answer is no option; a
        row has no rater; the key holds other than whole numbers; another ``by``.
    TypeError
        What is given is no DataFrame.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> key = pd.DataFrame({"question": [1, 2], "kind": "word", "topic": [2, 1], "intruder": [3, 6], "options": 6})
    >>> answers = pd.DataFrame({"question": [1, 2], "answer": [3, 5]})
    >>> tl.score_intrusion(answers, key)[["topic", "right", "precision"]].values.tolist()
    [[1.0, 0.0, 0.0], [2.0, 1.0, 1.0]]
    """
    if by not in ("topic", "all"):
        raise ValueError(f"by must be 'topic' or 'all', not {by!r}")
    _check(answers, ("question", "answer"), "answers")
    _check(key, _KEY, "key")
    if key.empty or key["question"].duplicated().any() or key["options"].nunique() > 1:
        raise ValueError("the key must have one row per question of one sheet, as the sheet's key has")
    for name in ("question", "topic", "intruder", "options"):
        if not pd.api.types.is_integer_dtype(key[name]):
            raise ValueError(f"the column {name!r} of the key must hold whole numbers, not {key[name].iloc[0]!r}")
    given = _read(answers, key.set_index("question"))
    group = "topic" if by == "topic" else "kind"
    table = pd.DataFrame(index=pd.Index(sorted(key[group].unique()), name=group))
    sums = given.groupby(group)[["answers", "right", "blank"]].sum()
    table = table.join(sums).fillna(0).astype("int64")
    n = table["answers"].where(table["answers"] > 0).to_numpy(dtype=float)
    precision = table["right"].to_numpy() / n
    low, high = wilson(precision, n)
    blank = table.pop("blank")
    table = table.assign(precision=precision, low=low, high=high, chance=1 / key["options"].iloc[0], blank=blank)
    return table.reset_index(drop=by == "all")


def _read(answers: pd.DataFrame, key: pd.DataFrame) -> pd.DataFrame:
    """One row per answer: its topic, and 0 or 1 in answers, right, blank."""
    raters = answers["rater"] if "rater" in answers else [None] * len(answers)
    seen, rows = set(), []
    for rater, asked, answer in zip(raters, answers["question"], answers["answer"], strict=True):
        if "rater" in answers and _blank(rater):
            raise ValueError(f"question {asked!r} has no rater; write a name into each row of 'rater'")
        who = "" if rater is None else f"rater {rater!r}, "
        question = _whole(asked)
        if question not in key.index:
            raise ValueError(
                f"{who}question {asked!r} is not in the key, which has {key.index.min()} to {key.index.max()}"
            )
        if (rater, question) in seen:
            raise ValueError(f"{who}question {question} is there twice; keep one row of each question and rater")
        seen.add((rater, question))
        found, blank = key.loc[question], _blank(answer)
        options = int(key["options"].iloc[0])
        if not blank and _whole(answer) not in range(1, options + 1):
            raise ValueError(f"{who}question {question}: the answer {answer!r} is none of 1 to {options}, or blank")
        right = not blank and _whole(answer) == found["intruder"]
        rows.append((found["topic"], found["kind"], int(not blank), int(right), int(blank)))
    return pd.DataFrame(rows, columns=["topic", "kind", "answers", "right", "blank"])


def _check(table: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    expect(table, pd.DataFrame, name, "a sheet of intrusion")
    missing = [column for column in columns if column not in table]
    if missing:
        raise ValueError(f"{name} has no column {missing[0]!r}; it has {list(table.columns)}")


def _blank(cell: Any) -> bool:
    return bool(pd.isna(cell)) or not str(cell).strip()


def _whole(cell: Any) -> int | None:
    """The whole number that a cell holds, as 3, 3.0 or "3"; pandas reads a column with blanks as fractions."""
    text = str(cell).strip().removesuffix(".0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
