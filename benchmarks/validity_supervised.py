"""How well frames are learned from coded articles: beside the plain baseline, on outlets that were held out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from validity_dictionaries import GENERIC

import textlens as tl
from textlens.validity import auc

SEEDS = 5


def shares(coders: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Of each article and frame the share of yes among all coders' answers to the frame's questions."""
    answered = coders[coders["answer"].isin(["yes", "no"])]
    frame = answered["question"].str[:2].str.upper().rename("frame")
    yes = (answered["answer"] == "yes").groupby([answered["id"], frame]).mean().unstack()
    return yes.loc[ids, list(GENERIC)].reset_index(drop=True)


def baseline() -> object:
    """TF-IDF of words and pairs, logistic regression for each frame."""
    return make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), OneVsRestClassifier(LogisticRegression(max_iter=1000)))


def halves(articles: pd.DataFrame, coders: pd.DataFrame, *, draws: int, rng: np.random.Generator) -> pd.DataFrame:
    """Areas under the curve in one random half of the outlets of what was fitted to the other, draw by draw.

    Columns: ``draw``, ``way`` (baseline, yes or no, shares), ``frame``, ``auc``.
    """
    texts, labels = articles["text"].to_numpy(), articles[list(GENERIC)].to_numpy(dtype=int)
    coded, answered = articles[list(GENERIC)], shares(coders, articles["id"])
    outlets = np.array(sorted(articles["outlet"].unique()))
    rows = []
    for draw in range(draws):
        # Halves of articles, about: outlets are taken in random order until half of the articles are in.
        order = pd.Series(rng.permutation(outlets))
        n = order.map(articles["outlet"].value_counts()).cumsum()
        seen = articles["outlet"].isin(order[n <= len(articles) / 2]).to_numpy()
        if (labels[seen].sum(axis=0) < 2).any() or (labels[~seen].sum(axis=0) < 2).any():
            continue
        found = {"baseline": baseline().fit(texts[seen], labels[seen]).predict_proba(texts[~seen])}  # type: ignore[attr-defined]
        for way, taught in (("yes or no", None), ("shares", answered[seen])):
            model = tl.FrameClassifier().fit(texts[seen].tolist(), coded[seen], shares=taught)
            found[way] = model.predict_proba(texts[~seen].tolist())
        rows += [
            (draw, way, frame, auc(scores[:, i], labels[~seen, i] == 1))
            for way, scores in found.items()
            for i, frame in enumerate(GENERIC)
        ]
    return pd.DataFrame(rows, columns=["draw", "way", "frame", "auc"])


def frac(sentences: pd.DataFrame) -> pd.DataFrame:
    """Ten frames, one a sentence: accuracy and macro-F1, stratified 5-fold, five seeds; ``way``, both, their sd."""
    texts, labels = sentences["sentence"].to_numpy(), sentences["label"].to_numpy()
    words = TfidfVectorizer(sublinear_tf=True)
    plain = make_pipeline(words, LogisticRegression(class_weight="balanced", max_iter=1000))
    ways: dict[str, Callable[[], object]] = {
        "baseline": lambda: plain,
        "classifier, no codebook": lambda: tl.FrameClassifier(codebooks=[]),
        "classifier": tl.FrameClassifier,
    }
    rows = []
    for way, make in ways.items():
        measured = np.array([_folds(make, texts, labels, seed) for seed in range(SEEDS)])
        rows.append((way, *measured.mean(axis=0), measured[:, 0].std()))
    return pd.DataFrame(rows, columns=["way", "accuracy", "macro_f1", "sd"])


def _folds(make: Callable[[], object], texts: np.ndarray, labels: np.ndarray, seed: int) -> tuple[float, float]:
    said = np.empty_like(labels)
    splits: Iterable[tuple[np.ndarray, np.ndarray]] = StratifiedKFold(5, shuffle=True, random_state=seed).split(
        texts, labels
    )
    for seen, held in splits:
        said[held] = make().fit(texts[seen].tolist(), labels[seen]).predict(texts[held].tolist())  # type: ignore[attr-defined]
    return float(accuracy_score(labels, said)), float(f1_score(labels, said, average="macro"))


def held_out(articles: pd.DataFrame, labels: pd.DataFrame, learned: pd.DataFrame) -> pd.DataFrame:
    """The classifier's probabilities of each article, fitted to the articles of other outlets."""
    texts = articles["text"].to_numpy()
    found = np.zeros(labels.shape)
    for seen, held in GroupKFold(5).split(texts, groups=articles["outlet"]):
        model = tl.FrameClassifier().fit(texts[seen].tolist(), labels.iloc[seen], shares=learned.iloc[seen])
        found[held] = model.predict_proba(texts[held].tolist())
    return pd.DataFrame(found, index=labels.index, columns=labels.columns)
