"""How a classifier of frames does on texts that it has not seen, and which words it leans on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy.special import logit
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_fscore_support
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import check_is_fitted

from textlens.classifier import FrameClassifier
from textlens.corpus import expect, expect_list, expect_number
from textlens.frame_features import CUES, MEASURES
from textlens.grouping import Floats
from textlens.validity import check_unique, frame_validity, of_rows

_LEAST = 1e-6
Table = TypeVar("Table", pd.Series, pd.DataFrame)


def evaluate_frames(
    classifier: FrameClassifier,
    texts: Sequence[str],
    labels: pd.DataFrame,
    *,
    groups: pd.Series,
    material: str,
    rng: np.random.Generator,
    learn_from: pd.DataFrame | None = None,
    ceiling: Mapping[str, float] | None = None,
    n_splits: int = 5,
) -> pd.DataFrame:
    """Fit a classifier to some groups of texts, ask it about the others, and compare with what people found.

    Parameters
    ----------
    classifier : FrameClassifier
        Its copies are fitted; it stays as it is.
    texts : sequence of str
        In the order of ``labels``; a Series has its rows put into that order.
    labels : DataFrame, texts x frames
        True where people found the frame.
    groups : Series
        For each row of ``labels`` what must not be split, as its outlet; the intervals are over these.
    material : str
        On what, as "207 climate-news articles of 18 outlets".
    rng : numpy.random.Generator
        Draws the bootstrap.
    learn_from : DataFrame, texts x frames, optional
        What is learned instead of ``labels``: shares of coders' answers, which teach more. The rows are those of
        ``labels``, in any order.
    ceiling : mapping of frame to number, optional
        How well people agree with one another (Krippendorff's alpha), to be read beside; it is no limit to an AUC.
    n_splits : int

    Returns
    -------
    DataFrame
        A validity table, one row per frame: ``frame``, ``measure`` ("AUC" among texts of one split), ``value``,
        ``low``, ``high`` (bootstrap over groups; what other fits would give is not in it), ``n``, ``positives``,
        ``material``; and ``precision``, ``recall``, ``f1`` (at the cut that was chosen inside), ``brier`` (mean squared
        error of the probabilities) and ``brier_base`` (of the frame's share), ``calibration_slope`` and
        ``calibration_shift`` (1 and 0 if probabilities are right; a slope below 1: too sure), ``ceiling``. All of texts
        whose group was held out.

    Raises
    ------
    ValueError
        Fewer groups than splits, labels that are neither yes nor no or that :class:`FrameClassifier` refuses, a text
        without a group, a row that stands twice, or rows of ``texts`` or ``learn_from`` that are not those of
        ``labels``.
    TypeError
        ``labels`` is no DataFrame or ``groups`` no Series.

    Examples
    --------
    >>> import numpy as np, pandas as pd, textlens as tl
    >>> texts = ["The bill rose to ten million.", "A mother wept.", "Taxes pay the debt.", "He loved his family."]
    >>> labels = pd.DataFrame({"Economic": [True, False, True, False] * 10})
    >>> papers = pd.Series(np.repeat([*"abcde"], 8))
    >>> model = tl.FrameClassifier(codebooks=["policy_frames"])
    >>> told = {"groups": papers, "material": "40 made sentences", "rng": np.random.default_rng(1)}
    >>> tl.evaluate_frames(model, texts * 10, labels, **told)[["frame", "value", "f1"]].values.tolist()
    [['Economic', 1.0, 1.0]]
    """
    expect_list(texts, "texts")
    expect(labels, pd.DataFrame, "labels", "tl.frame_labels")
    expect(ceiling or {}, Mapping, "ceiling", "dict(zip(table['frame'], table['alpha']))")
    expect_number(n_splits, "n_splits", least=2, whole=True)
    check_unique(labels.index, "row", "labels")
    if len(texts) != len(labels):
        raise ValueError(f"there are {len(texts)} texts, but labels of {len(labels)}")
    texts = _in_order(texts, labels.index, "texts").tolist() if isinstance(texts, pd.Series) else list(texts)
    if learn_from is not None:
        learn_from = _in_order(learn_from, labels.index, "learn_from")
    if not labels.isin([0, 1]).all(axis=None):
        raise ValueError("labels must be yes or no for every text and frame; shares go into learn_from")
    groups = of_rows(groups, labels.index)
    if groups.nunique() < n_splits:
        raise ValueError(f"there are {groups.nunique()} groups, too few for {n_splits} splits")
    folds = list(GroupKFold(n_splits).split(texts, groups=groups.to_numpy()))
    found, said = _held_out(classifier, texts, labels, learn_from, folds)
    scores = pd.DataFrame(found, index=labels.index, columns=labels.columns)
    # Fits to different texts have levels of their own.
    within = pd.concat([pd.Series(number, index=labels.index[held]) for number, (_, held) in enumerate(folds)])
    table = frame_validity(scores, labels, material=material, rng=rng, groups=groups, within=within)
    rows = [
        _measures(found[:, i], said[:, i], labels.iloc[:, i].to_numpy(dtype=float) == 1) for i in range(labels.shape[1])
    ]
    table = pd.concat([table, pd.DataFrame(rows)], axis=1)
    table["ceiling"] = [np.nan if ceiling is None else ceiling.get(str(frame), np.nan) for frame in labels.columns]
    return table


def _held_out(
    classifier: FrameClassifier,
    texts: list[str],
    labels: pd.DataFrame,
    learn_from: pd.DataFrame | None,
    folds: Iterable[tuple[np.ndarray, np.ndarray]],
) -> tuple[Floats, np.ndarray]:
    """Probability and yes or no of each text, by a copy of the classifier that was fitted to other folds."""
    found, said = np.zeros(labels.shape), np.zeros(labels.shape, dtype=int)
    for seen, held in folds:
        shares = None if learn_from is None else learn_from.iloc[seen]
        model = clone(classifier).fit([texts[i] for i in seen], labels.iloc[seen], shares=shares)
        found[held] = model.predict_proba([texts[i] for i in held])
        said[held] = found[held] >= model.cuts_
    return found, said


def _in_order(table: Table, index: pd.Index, name: str) -> Table:
    check_unique(table.index, "row", name)
    strange = [*table.index[index.get_indexer(table.index) < 0], *index[table.index.get_indexer(index) < 0]]
    if strange:
        raise ValueError(f"the rows of {name} must be those of labels; {strange[0]!r} is in one of them only")
    return table.loc[index]


def _measures(found: Floats, said: np.ndarray, positive: np.ndarray) -> dict[str, float]:
    precision, recall, f1, _ = precision_recall_fscore_support(positive, said, average="binary", zero_division=0.0)
    log_odds = logit(np.clip(found, _LEAST, 1 - _LEAST))[:, None]
    slope = shift = np.nan
    if 0 < positive.sum() < len(positive):
        curve = LogisticRegression(C=np.inf, max_iter=1000).fit(log_odds, positive)
        slope, shift = float(curve.coef_[0, 0]), float(curve.intercept_[0])
    return {
        "precision": float(precision),
        "recall": float(recall),
        "f1": float(f1),
        "brier": float(np.mean((found - positive) ** 2)),
        "brier_base": float(positive.mean() * (1 - positive.mean())),
        "calibration_slope": slope,
        "calibration_shift": shift,
    }


def leaning_words(classifier: FrameClassifier, *, n: int = 20) -> pd.DataFrame:
    """What a fitted classifier leans on: the stems, hits and cues that speak most for each frame, and against it.

    Parameters
    ----------
    classifier : FrameClassifier
        A fitted one.
    n : int
        How many for each frame, and as many against it.

    Returns
    -------
    DataFrame
        ``frame``, ``feature`` (a stem; ``"frame: measure"`` of codebook hits; a cue), ``kind`` (stem, hits, cue),
        ``weight`` (of a feature at its usual size; above 0 speaks for the frame); the heaviest first, for and against.

    Examples
    --------
    >>> import textlens as tl
    >>> texts = ["The bill rose.", "She wept.", "The bill fell.", "He wept."] * 5
    >>> model = tl.FrameClassifier(codebooks=[]).fit(texts, [[True, False], [False, True]] * 10)
    >>> tl.leaning_words(model, n=1)[["frame", "feature"]].values.tolist()[:2]
    [['0', 'bill'], ['0', 'wept']]
    """
    check_is_fitted(classifier, "coef_")
    expect_number(n, "n", least=1, whole=True)
    hits = [
        f"{frame}: {measure}"
        for book in classifier.codebooks_
        for frame in book.frames["frame"]
        for measure in MEASURES
    ]
    features = np.array([*classifier.terms_, *hits, *CUES], dtype=object)
    kinds = np.repeat(["stem", "hits", "cue"], [len(classifier.terms_), len(hits), len(CUES)])
    tables = []
    for frame, weights in zip(classifier.frames_, classifier.coef_, strict=True):
        order = np.argsort(-weights, kind="stable")
        chosen = np.concatenate([order[:n], order[-n:][::-1]])
        chosen = chosen[weights[chosen] != 0]
        table = {"frame": str(frame), "feature": features[chosen], "kind": kinds[chosen], "weight": weights[chosen]}
        tables.append(pd.DataFrame(table))
    return pd.concat(tables, ignore_index=True).drop_duplicates(["frame", "feature", "kind"], ignore_index=True)
