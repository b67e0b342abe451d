"""Frames learned from articles that people coded: a scikit-learn estimator that takes texts."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, hstack, vstack
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from textlens.codebook import Codebook
from textlens.corpus import SmallCorpusWarning, expect_list
from textlens.datasets import load_codebook
from textlens.frame_features import CUES, MEASURES, Described, aligned, describe_texts, weighted
from textlens.grouping import Floats

# How much codebook hits and cues weigh beside the stems, whose rows have length 1. Chosen on the development half.
_HITS_WEIGHT, _CUES_WEIGHT = 0.5, 0.4
_FOLDS = 5
_FEW = 5
_LEAST_SLOPE = 1e-3


class FrameClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Tell frames from texts, having seen texts that people coded.

    L2-penalised logistic regression on three kinds of numbers: stems (tf-idf), what a codebook finds (of each frame the
    rate of hits, their number, and how many different indicators are hit), and cues of style (pronouns, quotations,
    numbers, money, questions ...). With labels of several frames each frame has a model of its own, which sees the hits
    of its own codebook frame only; its probabilities are calibrated on folds of the training texts (Platt 1999), and so
    may be too sure of texts of other outlets. With one label a text there is one model over all hits. docs/validity.md
    says how well it agrees with people, and beside what it was chosen.

    Parameters
    ----------
    codebooks : sequence of str or Codebook
        Whose hits are learned from: names of codebooks that come with the package (:func:`textlens.load_codebook`), or
        codebooks. Empty for none.
    frames : sequence of str, optional
        For each column of the labels the codebook frame that belongs to it. By default the one that has its name, or
        whose name begins with it or has it for initials (``HI`` is *Human interest*); otherwise the frame of the first
        codebook that goes with it best.
    C : float
        The inverse of the penalty.

    Attributes
    ----------
    frames_ : array of str
        The columns of the labels (their names, or their numbers), or the classes.
    classes_ : array
        The same; of one label a text, the labels as given.
    cuts_ : array, one per frame
        The probability from which ``predict`` says yes: where F1 is highest on folds of the training texts.
    terms_ : array of str
        The stems.
    coef_ : array, frames x (stems, hits, cues)
    intercept_ : array, one per frame

    Examples
    --------
    >>> from textlens import FrameClassifier
    >>> texts = ["The bill rose to ten million.", "A mother wept.", "Taxes pay the debt.", "He loved his family."]
    >>> labels = [[True, False], [False, True], [True, False], [False, True]]
    >>> model = FrameClassifier(frames=["Economic consequences", "Human interest"]).fit(texts * 5, labels * 5)
    >>> model.predict(["The cost of the debt is ten million."]).tolist()
    [[1, 0]]
    """

    def __init__(
        self,
        *,
        codebooks: Sequence[str | Codebook] = ("generic_frames", "policy_frames"),
        frames: Sequence[str] | None = None,
        C: float = 1.0,
    ) -> None:
        self.codebooks = codebooks
        self.frames = frames
        self.C = C

    def fit(
        self, texts: Sequence[str], labels: Any, sample_weight: Any = None, *, shares: Any = None
    ) -> FrameClassifier:
        """Learn from coded texts.

        Parameters
        ----------
        texts : sequence of str
        labels : DataFrame or array, texts x frames
            True or false, or the share of coders or questions that said yes, from 0 to 1; shares teach more. Or one
            label a text, of three or more.
        sample_weight : array, one per text, optional
        shares : DataFrame or array, texts x frames, optional
            What the weights are learned from instead of ``labels``: the share of coders' answers that said yes.
            Probabilities and cuts are then still those of ``labels``, which shares alone would shift.

        Returns
        -------
        FrameClassifier
            Itself.

        Raises
        ------
        ValueError
            No text, a blank one, or not a label for each; ``texts``, ``labels`` or ``shares`` have rows of other names
            or in another order (give lists or arrays if the order alone counts); a label is missing or outside 0 to 1;
            all texts have the same; two columns have one name; a weight is below 0; a frame is in no codebook.

        Warns
        -----
        SmallCorpusWarning
            Fewer than five texts have a frame.
        """
        _check_rows(texts=texts, labels=labels, shares=shares, sample_weight=sample_weight)
        texts = _texts(texts)
        targets, names = self._targets(labels, len(texts))
        learned = self._learned(shares, targets)
        weight = np.ones(len(texts)) if sample_weight is None else np.asarray(sample_weight, dtype=float)
        if weight.shape != (len(texts),):
            raise ValueError(f"sample_weight must be one number for each of {len(texts)} texts, not {weight.shape}")
        if not (np.isfinite(weight) & (weight >= 0)).all() or not weight.any():
            raise ValueError("sample_weight must be numbers of 0 or more, not all 0")
        expect_list(self.codebooks, "codebooks")
        self.codebooks_ = [load_codebook(book) if isinstance(book, str) else book for book in self.codebooks]
        described = describe_texts(texts, self.codebooks_)
        self._learn_scales(described)
        design = self._design(described)
        columns = self._columns(described, learned, names)
        self.coef_ = np.zeros((targets.shape[1], design.shape[1]))
        self.intercept_ = np.zeros(targets.shape[1])
        self.slope_, self.shift_ = np.ones(targets.shape[1]), np.zeros(targets.shape[1])
        self.cuts_ = np.full(targets.shape[1], 0.5)
        if self.multiclass_:
            model = LogisticRegression(C=self.C, class_weight="balanced", max_iter=3000)
            model.fit(design, targets.argmax(axis=1), sample_weight=weight)
            self.coef_[:], self.intercept_[:] = model.coef_, model.intercept_
            return self
        for frame, chosen in enumerate(columns):
            part, target = design[:, chosen], learned[:, frame]
            self.coef_[frame, chosen], self.intercept_[frame] = self._fitted(part, target, weight)
            self._calibrate(frame, part, target, weight, targets[:, frame])
        return self

    def predict_proba(self, texts: Sequence[str]) -> Floats:
        """The probability of each frame in each text (texts x frames); of one label a text they add up to 1."""
        scores = self.decision_function(texts)
        if self.multiclass_:
            return np.asarray(softmax(scores, axis=1))
        return np.asarray(expit(scores * self.slope_ + self.shift_))

    def decision_function(self, texts: Sequence[str]) -> Floats:
        """Scores before they become probabilities (texts x frames)."""
        check_is_fitted(self, "coef_")
        design = self._design(describe_texts(_texts(texts), self.codebooks_))
        return np.asarray(design @ self.coef_.T + self.intercept_)

    def predict(self, texts: Sequence[str]) -> np.ndarray:
        """Whether each text has each frame (0 or 1, texts x frames), or the label of each text."""
        found = self.predict_proba(texts)
        if self.multiclass_:
            return np.asarray(self.classes_[found.argmax(axis=1)])
        return (found >= self.cuts_).astype(int)

    def _targets(self, labels: Any, n: int) -> tuple[Floats, list[str]]:
        """Texts x frames, from 0 to 1, and the names of the columns."""
        given = labels.to_numpy() if isinstance(labels, pd.DataFrame | pd.Series) else np.asarray(labels)
        if len(given) != n:
            raise ValueError(f"there are {n} texts, but labels of {len(given)}")
        self.multiclass_ = given.ndim == 1
        if self.multiclass_:
            if pd.isna(given).any():
                raise ValueError(f"the label of text {int(pd.isna(given).argmax()) + 1} is missing")
            kinds = {str if isinstance(label, str) else float for label in given.tolist()}
            if len(kinds) > 1:
                raise ValueError("labels must be all text or all numbers, not both")
            self.classes_, codes = np.unique(given, return_inverse=True)
            self.frames_ = self.classes_.astype(str).astype(object)
            if len(self.classes_) < 3:
                raise ValueError("one label a text needs three labels or more; for yes and no give a column a frame")
            return np.eye(len(self.classes_))[codes], self.frames_.tolist()
        if given.ndim != 2 or not given.shape[1]:
            raise ValueError(f"labels must be texts x frames, or one label a text, not of shape {given.shape}")
        expect_list(self.frames, "frames")
        targets = _numbers(labels)
        names = labels.columns if isinstance(labels, pd.DataFrame) else self.frames or range(targets.shape[1])
        self.frames_ = self.classes_ = np.array([str(name) for name in names], dtype=object)
        if len(self.frames_) != targets.shape[1] or (self.frames is not None and len(self.frames) != targets.shape[1]):
            raise ValueError(
                f"frames must name one codebook frame for each of {targets.shape[1]} columns of the labels"
            )
        twice = pd.Index(self.frames_)[pd.Index(self.frames_).duplicated()]
        if len(twice):
            raise ValueError(f"two columns of the labels are called {twice[0]!r}")
        self._check_targets(targets)
        for frame, n_with in zip(self.frames_, (targets >= 0.5).sum(axis=0), strict=True):
            if n_with < _FEW:
                warnings.warn(
                    f"only {n_with} of {len(targets)} texts have frame {frame!r}; little can be learned",
                    SmallCorpusWarning,
                    stacklevel=3,
                )
        return targets, self.frames_.tolist()

    def _learned(self, shares: Any, targets: Floats) -> Floats:
        if shares is None:
            return targets
        learned = _numbers(shares)
        if self.multiclass_ or learned.shape != targets.shape:
            raise ValueError(f"shares must be texts x frames, as the labels {targets.shape}, not {learned.shape}")
        if isinstance(shares, pd.DataFrame) and [str(name) for name in shares] != self.frames_.tolist():
            raise ValueError(f"shares have the columns {list(shares)}, the labels {self.frames_.tolist()}")
        self._check_targets(learned)
        return learned

    def _check_targets(self, targets: Floats) -> None:
        for frame, target in zip(self.frames_, targets.T, strict=True):
            wrong = np.flatnonzero(~((target >= 0) & (target <= 1)))
            if len(wrong):
                value = target[wrong[0]]
                raise ValueError(
                    f"the label of text {wrong[0] + 1} for frame {frame!r} must be between 0 and 1, not {value}"
                )
            if np.ptp(target) == 0:
                raise ValueError(f"all texts have the same label for frame {frame!r}; there is nothing to learn")

    def _learn_scales(self, described: Described) -> None:
        matrix = described.stems
        articles = np.bincount(matrix.indices, minlength=matrix.shape[1])
        # A stem of one text cannot be told from that text.
        kept = articles >= 2
        self.terms_ = described.terms[kept]
        self.idf_ = np.log((1 + matrix.shape[0]) / (1 + articles[kept])) + 1
        dense = self._dense(described)
        self.mean_, self.sd_ = dense.mean(axis=0), dense.std(axis=0)
        self.sd_[self.sd_ == 0] = 1
        n_hits = dense.shape[1] - len(CUES)
        self.weight_ = np.repeat(
            [_HITS_WEIGHT / np.sqrt(len(MEASURES)), _CUES_WEIGHT / np.sqrt(len(CUES))], [n_hits, len(CUES)]
        )

    @staticmethod
    def _dense(described: Described) -> Floats:
        return np.column_stack([described.hits.reshape(len(described.hits), -1), described.cues])

    def _design(self, described: Described) -> csr_array:
        scaled = (self._dense(described) - self.mean_) / self.sd_ * self.weight_
        stems = weighted(aligned(described, self.terms_), self.idf_)
        return csr_array(hstack([stems, csr_array(scaled)]))

    def _columns(self, described: Described, targets: Floats, names: list[str]) -> list[np.ndarray]:
        """Which columns of the design each frame sees: all stems and cues, and the hits of its own codebook frame."""
        n_stems, n_frames = len(self.terms_), described.hits.shape[1]
        every = np.arange(n_stems + n_frames * len(MEASURES) + len(CUES))
        if self.multiclass_:
            return [every] * len(names)
        hits = (every >= n_stems) & (every < len(every) - len(CUES))
        of_frame = (every - n_stems) // len(MEASURES)
        own = [
            self._own_frame(described, target, name)
            for target, name in zip(targets.T, self.frames or names, strict=True)
        ]
        return [every[~hits | (of_frame == frame)] for frame in own]

    def _own_frame(self, described: Described, target: Floats, name: str) -> int:
        """The number of the codebook frame that belongs to a column of the labels; -1 if none goes with it."""
        known = [str(frame) for book in self.codebooks_ for frame in book.frames["frame"]]
        for number, frame in enumerate(known):
            if _names(name, frame):
                return number
        if self.frames is not None:
            raise ValueError(f"no codebook has the frame {name!r}; there are {', '.join(known)}")
        first = len(self.codebooks_[0].frames) if self.codebooks_ else 0
        together = [_correlation(described.hits[:, frame], target) for frame in range(first)]
        return int(np.argmax(together)) if max(together, default=0.0) > 0 else -1

    def _fitted(self, design: csr_array, target: Floats, weight: Floats) -> tuple[Floats, float]:
        """Coefficients and intercept; a text with a share counts as a yes and a no, each with its part."""
        twice, yes = vstack([design, design]), np.repeat([1, 0], len(target))
        shares = np.concatenate([target, 1 - target]) * np.concatenate([weight, weight])
        kept = shares > 0
        model = LogisticRegression(C=self.C, max_iter=3000).fit(
            csr_array(twice)[kept], yes[kept], sample_weight=shares[kept]
        )
        return model.coef_[0], float(model.intercept_[0])

    def _calibrate(self, frame: int, design: csr_array, target: Floats, weight: Floats, label: Floats) -> None:
        """Slope and shift that make probabilities of scores, and the cut, from scores of texts that were held out."""
        fold = np.arange(len(target)) % _FOLDS
        scores = np.zeros(len(target))
        for number in range(_FOLDS):
            held = fold == number
            if np.ptp(target[~held]) == 0:
                return
            coef, intercept = self._fitted(design[~held], target[~held], weight[~held])
            scores[held] = design[held] @ coef + intercept
        slope, shift = _platt(scores, label, weight)
        if slope > 0:
            self.slope_[frame], self.shift_[frame] = slope, shift
        else:
            # Scores say nothing of held-out texts: all have the frame's own share, nearly, in the order of the scores.
            base = np.average(label, weights=weight)
            self.slope_[frame], self.shift_[frame] = _LEAST_SLOPE, float(np.log(base / (1 - base)))
        self.cuts_[frame] = _best_cut(expit(scores * self.slope_[frame] + self.shift_[frame]), label >= 0.5)


def _texts(texts: Sequence[str]) -> list[str]:
    if isinstance(texts, str | pd.DataFrame):
        raise ValueError(f"texts must be a list of texts, not {'one text' if isinstance(texts, str) else 'a table'}")
    found = list(texts)
    if not found:
        raise ValueError("there is no text")
    for number, text in enumerate(found, start=1):
        if not isinstance(text, str):
            raise ValueError(f"row {number} has no text, but {text!r}")
    return found


def _numbers(labels: Any) -> Floats:
    try:
        if isinstance(labels, pd.DataFrame):
            return labels.to_numpy(dtype=float, na_value=np.nan)
        return np.asarray(labels, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"labels and shares must be true, false or numbers from 0 to 1: {error}") from None


def _check_rows(**given: Any) -> None:
    """Rows are told by their order; where they have names, these must not say otherwise."""
    named = {name: rows for name, rows in given.items() if isinstance(rows, pd.DataFrame | pd.Series)}
    names = list(named)
    for name in names[1:]:
        one, other = named[names[0]].index, named[name].index
        if len(one) == len(other) and not one.equals(other):
            raise ValueError(
                f"{names[0]} and {name} have different rows, or in another order: {one[one != other].tolist()[0]!r} in "
                f"{names[0]} stands beside {other[one != other].tolist()[0]!r} in {name}"
            )


def _names(name: str, frame: str) -> bool:
    """Whether a label means this frame: its name, the beginning of it (two letters or more), or its initials."""
    short, full = name.casefold(), frame.casefold()
    initials = "".join(word[0] for word in full.split())
    return short == full or (len(short) > 1 and (full.startswith(short) or short == initials))


def _correlation(hits: Floats, target: Floats) -> float:
    """Of the measures of a codebook frame with the labels, on average; 0 where nothing varies."""
    varied = hits[:, hits.std(axis=0) > 0]
    return float(np.mean([np.corrcoef(column, target)[0, 1] for column in varied.T])) if varied.shape[1] else 0.0


def _platt(scores: Floats, target: Floats, weight: Floats) -> tuple[float, float]:
    """A logistic curve through scores and shares (Platt 1999)."""
    both = np.concatenate([scores, scores])[:, None]
    shares = np.concatenate([target, 1 - target]) * np.concatenate([weight, weight])
    model = LogisticRegression(C=1e3, max_iter=1000).fit(both, np.repeat([1, 0], len(scores)), sample_weight=shares)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _best_cut(found: Floats, positive: np.ndarray) -> float:
    """The probability from which saying yes gives the highest F1."""
    order = np.argsort(-found, kind="stable")
    right = np.cumsum(positive[order])
    f1 = 2 * right / (np.arange(1, len(found) + 1) + positive.sum())
    return float(found[order][int(np.argmax(f1))])
