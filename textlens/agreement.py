"""How far coders agree, where they do not, and what they found together.

Krippendorff's alpha sets the disagreement within items against that of the same answers dealt out at random: 1 where
coders agree, 0 where they might as well have drawn lots.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from textlens.corpus import Corpus, expect, expect_number, passage_texts
from textlens.grouping import Floats

LEVELS = ("nominal", "ordinal", "interval", "ratio")
_NEEDED = ("item", "article", "passage", "frame", "question", "coder", "answer")
_UNITS = {"article": ["article"], "passage": ["article", "passage"], "item": ["item"]}


def krippendorff_alpha(values: npt.ArrayLike, *, level: str = "nominal") -> float:
    """Krippendorff's alpha of any number of coders, with gaps.

    Parameters
    ----------
    values : array, coders x items
        Numbers; NaN where a coder gave none. Items with fewer than two are left out. Memory grows with the square of
        how many different values there are.
    level : "nominal", "ordinal", "interval" or "ratio"
        What a difference means.

    Returns
    -------
    float
        At most 1; NaN where no item has two values, or all values are the same.

    Raises
    ------
    ValueError
        An unknown level; values that are not a table of finite numbers; values below 0 at level "ratio".

    Notes
    -----
    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability".

    Examples
    --------
    >>> import textlens as tl
    >>> tl.krippendorff_alpha([[1, 0, 1, 0], [1, 0, 0, float("nan")]])
    0.4444444444444444
    """
    _check_level(level)
    try:
        table = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"values must be numbers, coders x items, NaN for none: {error}") from None
    if table.ndim != 2 or np.isinf(table).any():
        raise ValueError(f"values must be finite numbers, coders x items, not of shape {table.shape}")
    if level == "ratio" and (table < 0).any():
        raise ValueError(f'level "ratio" needs values of 0 or more, not {np.nanmin(table)}')
    counts, points = _counted(table)
    return float(_alpha(counts, points, level, np.ones((1, len(counts))))[0])


def _check_level(level: str) -> None:
    if level not in LEVELS:
        raise ValueError(f"level must be {', '.join(map(repr, LEVELS[:-1]))} or {LEVELS[-1]!r}, not {level!r}")


def _counted(table: Floats) -> tuple[Floats, Floats]:
    """How often each value was given to each item (items x values), and the values."""
    points, codes = np.unique(table[~np.isnan(table)], return_inverse=True)
    items = np.nonzero(~np.isnan(table))[1]
    cells = np.bincount(items * len(points) + codes, minlength=table.shape[1] * len(points))
    return cells.reshape(table.shape[1], len(points)).astype(float), points


def _alpha(counts: Floats, points: Floats, level: str, weights: Floats) -> Floats:
    """Alpha for each row of ``weights`` (draws x items): how often each item counts."""
    paired = counts.sum(axis=1) > 1
    counts, weights = counts[paired], weights[:, paired]
    if level == "ordinal" and len(weights) > 1:
        # Ranks depend on how often each value was given, so every draw has distances of its own.
        return np.concatenate([_alpha(counts, points, level, row[None]) for row in weights])
    totals = weights @ counts
    n = totals.sum(axis=1)
    if level == "ordinal":
        points = (totals.cumsum(axis=1) - totals / 2)[0]
    apart = _distances(points, level)
    within = (counts @ apart * counts).sum(axis=1) / (counts.sum(axis=1) - 1)
    expected = (totals @ apart * totals).sum(axis=1)
    some = expected > 0
    ratio = np.divide((weights @ within) * (n - 1), expected, out=np.full(len(n), np.nan), where=some)
    return np.asarray(1 - ratio)


def _distances(points: Floats, level: str) -> Floats:
    """How far each value is from each other one, squared."""
    apart = np.subtract.outer(points, points)
    if level == "nominal":
        return np.asarray(apart != 0, dtype=float)
    if level == "ratio":
        sums = np.add.outer(points, points)
        apart = np.divide(apart, sums, out=np.zeros_like(apart), where=sums > 0)
    return np.asarray(apart**2)


def fleiss_kappa(counts: npt.ArrayLike) -> float:
    """Fleiss' kappa (1971) of a table of items x values: how many coders gave the value to the item.

    NaN where items have different numbers of answers, or fewer than two, or all answers are the same.
    """
    table: Floats = np.asarray(counts, dtype=float)
    each = table.sum(axis=1)
    if not len(each) or each.min() != each.max() or each[0] < 2:
        return np.nan
    by_chance = float(((table.sum(axis=0) / table.sum()) ** 2).sum())
    agreed = float(((table**2).sum(axis=1) - each).mean() / (each[0] * (each[0] - 1)))
    return (agreed - by_chance) / (1 - by_chance) if np.count_nonzero(table.sum(axis=0)) > 1 else np.nan


def agreement(
    coding: pd.DataFrame,
    *,
    by: str = "frame",
    level: str | None = None,
    rng: np.random.Generator,
    draws: int = 1000,
) -> pd.DataFrame:
    """How far coders agree on each frame, or on each question.

    Parameters
    ----------
    coding : DataFrame
        What :func:`read_coding` gives.
    by : "frame" or "question"
        A frame with several questions is judged by its score: the mean of a coder's answers to those they answered.
    level : "nominal", "ordinal", "interval" or "ratio", optional
        What a difference means (:func:`krippendorff_alpha`). Without it "interval" for the score of several questions,
        else "nominal".
    rng : numpy.random.Generator
        Draws the bootstrap; the same draws of items serve every row.
    draws : int

    Returns
    -------
    DataFrame
        One row per frame or question, as they first appear: ``frame``, ``question`` (only ``by="question"``),
        ``items`` (with two answers or more), ``coders`` (who answered), ``agree`` (share of pairs of answers to the
        same item that agree; of scores 1 less their mean difference), ``alpha``, ``low``, ``high`` (95 % bootstrap over
        items, which are taken for independent; draws in which nothing varies are left out; NaN where all draws agree),
        ``kappa`` (of one question: Cohen's for two coders; Fleiss' for more if all answered the same items; else NaN),
        ``yes`` (share of yes in all answers, or the mean score), ``note`` ("fewer than two coders", "no item with two
        answers", "nobody varied", "nobody disagreed", of which a bootstrap cannot tell how much is luck, or "").

    Raises
    ------
    ValueError
        A column is missing, or a cell but for answers; an answer is not 1, 0 or empty; a coder answers a question of an
        item twice; an item is of two passages, as of two sheets; an unknown ``by`` or ``level``.
    TypeError
        ``coding`` is no DataFrame, or ``rng`` no numpy Generator.

    Examples
    --------
    >>> import numpy as np, pandas as pd, textlens as tl
    >>> coding = pd.DataFrame({"item": [*"aabbccdd"], "coder": ["Ann", "Ben"] * 4, "answer": [1, 1, 0, 0, 1, 0, 0, 0]})
    >>> coding = coding.assign(article=coding["item"], passage=0, frame="Cost", question="cost-1")
    >>> found = tl.agreement(coding, rng=np.random.default_rng(1))
    >>> found[["items", "agree", "alpha", "kappa"]].round(3).values.tolist()
    [[4.0, 0.75, 0.533, 0.5]]
    """
    coding = _checked(coding)
    expect(rng, np.random.Generator, "rng", "np.random.default_rng")
    expect_number(draws, "draws", least=1, whole=True)
    if by not in ("frame", "question"):
        raise ValueError(f"by must be 'frame' or 'question', not {by!r}")
    if level is not None:
        _check_level(level)
    keys = ["frame"] if by == "frame" else ["frame", "question"]
    items = pd.Index(coding["item"].unique()).sort_values()
    n = max(1, len(items))
    weights = rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(float)
    rows = []
    for names, asked in coding.groupby(keys, sort=False):
        table = asked.groupby(["coder", "item"])["answer"].mean().unstack().reindex(columns=items)
        scored = asked["question"].nunique() > 1
        values = table.to_numpy(dtype=float)
        rows.append(dict(zip(keys, names, strict=True)) | _row(values, level, scored, weights))
    columns = [*keys, "items", "coders", "agree", "alpha", "low", "high", "kappa", "yes", "note"]
    return pd.DataFrame(rows, columns=columns)


def _checked(coding: pd.DataFrame) -> pd.DataFrame:
    expect(coding, pd.DataFrame, "coding", "tl.read_coding")
    missing = [column for column in _NEEDED if column not in coding]
    if missing:
        raise ValueError(f"coding has no column {missing[0]!r}; it has {list(coding.columns)}")
    for column in _NEEDED[:-1]:
        if coding[column].isna().any():
            raise ValueError(f"row {int(coding[column].isna().argmax()) + 1} of coding has no {column!r}")
    places = coding[["item", "article", "passage"]].drop_duplicates()
    twice = places[places["item"].duplicated()]
    if len(twice):
        raise ValueError(f"the item {twice['item'].tolist()[0]!r} is of two passages; codings of two sheets?")
    answers = coding["answer"]
    wrong = answers[answers.notna() & ~answers.isin([0, 1])]
    if len(wrong):
        raise ValueError(f"an answer must be 1 (yes), 0 (no) or empty, not {wrong.tolist()[0]!r}")
    twice = coding[coding.duplicated(["coder", "item", "frame", "question"])]
    if len(twice):
        row = twice.iloc[0]
        raise ValueError(f"{row['coder']} answers {row['question']} of {row['item']} twice")
    return coding.assign(answer=answers.to_numpy(dtype=float, na_value=np.nan))


def _row(values: Floats, level: str | None, scored: bool, weights: Floats) -> dict[str, object]:
    """A row of :func:`agreement` of coders x items."""
    counts, points = _counted(values)
    each = counts.sum(axis=1)
    coders = int((~np.isnan(values)).any(axis=1).sum())
    pairs = float((each * (each - 1)).sum())
    apart = float((counts @ np.abs(np.subtract.outer(points, points)) * counts).sum())
    level = level or ("interval" if scored else "nominal")
    alpha = float(_alpha(counts, points, level, np.ones((1, len(counts))))[0])
    low = high = np.nan
    if not np.isnan(alpha):
        drawn = _alpha(counts, points, level, weights)
        if np.nanmin(drawn) < np.nanmax(drawn):
            low, high = np.nanquantile(drawn, [0.025, 0.975]).tolist()
    return {
        "items": int((each > 1).sum()),
        "coders": coders,
        "agree": 1 - apart / pairs if pairs else np.nan,
        "alpha": alpha,
        "low": low,
        "high": high,
        "kappa": np.nan if scored or np.isnan(alpha) else _kappa(values, counts),
        "yes": float(np.nanmean(values)) if coders else np.nan,
        "note": _note(coders, pairs, alpha, apart),
    }


def _kappa(values: Floats, counts: Floats) -> float:
    answered = ~np.isnan(values)
    values = values[answered.any(axis=1)]
    if len(values) == 2:
        from sklearn.metrics import cohen_kappa_score

        return float(cohen_kappa_score(*values[:, answered.sum(axis=0) == 2]))
    seen = counts[counts.sum(axis=1) > 0]
    return fleiss_kappa(seen) if (seen.sum(axis=1) == len(values)).all() else np.nan


def _note(coders: int, pairs: float, alpha: float, apart: float) -> str:
    if coders < 2:
        return "fewer than two coders"
    if not pairs:
        return "no item with two answers"
    if np.isnan(alpha):
        return "nobody varied"
    return "" if apart else "nobody disagreed"


def disagreements(coding: pd.DataFrame, *, corpus: Corpus | None = None) -> pd.DataFrame:
    """The questions that some coders answer with yes and others with no, to talk about.

    Parameters
    ----------
    coding : DataFrame
        What :func:`read_coding` gives.
    corpus : Corpus, optional
        Where the texts come from.

    Returns
    -------
    DataFrame
        One row per item and question, as they first appear: ``item``, ``article``, ``passage``, ``frame``,
        ``question``, ``yes``, ``no``, ``unsure`` (the coders, joined by ", "; ``unsure`` those who gave no answer),
        and, of a corpus, ``text``: of the passage, or of the whole article (passage 0).

    Raises
    ------
    ValueError
        As :func:`agreement`; an article or passage is not in the corpus.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> coding = pd.DataFrame({"item": [*"aabb"], "coder": ["Ann", "Ben"] * 2, "answer": [1, 0, 1, 1]})
    >>> coding = coding.assign(article=coding["item"], passage=0, frame="Cost", question="cost-1")
    >>> tl.disagreements(coding)[["item", "yes", "no"]].values.tolist()
    [['a', 'Ann', 'Ben']]
    """
    coding = _checked(coding)
    keys = ["item", "article", "passage", "frame", "question"]
    said = coding["answer"].map({1.0: "yes", 0.0: "no"}).fillna("unsure")
    named = coding[keys].assign(said=said, coder=coding["coder"].astype(str))
    table = named.groupby([*keys, "said"], sort=False)["coder"].agg(", ".join).unstack(fill_value="")
    first = pd.MultiIndex.from_frame(coding[keys].drop_duplicates())
    table = table.reindex(index=first, columns=["yes", "no", "unsure"], fill_value="")
    table = table[(table["yes"] != "") & (table["no"] != "")].reset_index().rename_axis(columns=None)
    if corpus is not None:
        expect(corpus, Corpus, "corpus", "tl.read_corpus")
        table["text"] = _texts(corpus, table)
    return table


def _texts(corpus: Corpus, table: pd.DataFrame) -> list[str]:
    """What coders saw of each row's article and passage: titles, headings and body."""
    passages = passage_texts(corpus).set_index(["article", "passage"])["text"]
    whole = passages.groupby(level="article", sort=False).agg("\n".join)
    known: dict[object, str] = {**passages.to_dict(), **{(article, 0): text for article, text in whole.items()}}
    wanted = list(zip(table["article"], table["passage"], strict=True))
    for article, passage in wanted:
        if (article, passage) not in known:
            raise ValueError(f"the corpus has no passage {passage} of article {article!r}")
    return [known[place] for place in wanted]


def frame_labels(coding: pd.DataFrame, *, unit: str = "article", cut: float | None = None) -> pd.DataFrame:
    """What coders found together: units x frames.

    Parameters
    ----------
    coding : DataFrame
        What :func:`read_coding` gives.
    unit : "article", "passage" or "item"
    cut : number from 0 to 1, optional
        The share from which on a frame counts as found.

    Returns
    -------
    DataFrame
        One row per unit, sorted: the index is the article, (article, passage) or the item. One column per frame, as
        they first appear: the mean over questions of the mean over coders; of an article coded in passages the mean of
        its passages; NaN where nobody answered. With ``cut`` True or False: bool, or "boolean" with NA if there are
        gaps.

    Raises
    ------
    ValueError
        As :func:`agreement`; an unknown unit; a cut outside 0 to 1.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> coding = pd.DataFrame({"item": [*"aabb"], "coder": ["Ann", "Ben"] * 2, "answer": [1, 0, 1, 1]})
    >>> coding = coding.assign(article=coding["item"], passage=0, frame="Cost", question="cost-1")
    >>> tl.frame_labels(coding)["Cost"].to_dict()
    {'a': 0.5, 'b': 1.0}
    """
    coding = _checked(coding)
    if unit not in _UNITS:
        raise ValueError(f"unit must be 'article', 'passage' or 'item', not {unit!r}")
    if cut is not None and not 0 <= cut <= 1:
        raise ValueError(f"cut must be from 0 to 1, not {cut!r}")
    keys = ["item", "article", "passage", "frame"]
    share = coding.groupby([*keys, "question"])["answer"].mean().groupby(keys).mean()
    found = share.groupby([*_UNITS[unit], "frame"]).mean().unstack("frame")
    found = found.reindex(columns=list(coding["frame"].unique())).rename_axis(columns=None)
    if cut is None:
        return found
    # Rounded, as the mean of several means may miss a cut such as 2/3 by the last digit.
    above = found.round(12) >= round(cut, 12)
    return above.astype("boolean").mask(found.isna()) if found.isna().any(axis=None) else above
