"""A fitted classifier of frames as two files: numbers (.npz) and words (.json); no pickle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from textlens.classifier import FrameClassifier
from textlens.codebook import Codebook
from textlens.datasets import load_codebook
from textlens.frame_features import CUES, MEASURES
from textlens.paired import read_pair, write_pair

_FORMAT = 1
_PER_FRAME = ("intercept_", "slope_", "shift_", "cuts_")
_PER_COLUMN = ("mean_", "sd_", "weight_")


def save_classifier(classifier: FrameClassifier, path: str | Path) -> None:
    """Write a fitted classifier to ``path.npz`` and ``path.json``, which belong together.

    Codebooks are written by name and checksum only; the stems of the training texts are in ``path.json``.

    Parameters
    ----------
    classifier : FrameClassifier
    path : path
        Without an ending.

    Examples
    --------
    >>> import tempfile, textlens as tl
    >>> texts = ["The bill rose.", "She wept."] * 5
    >>> model = tl.FrameClassifier().fit(texts, [[True, False], [False, True]] * 5)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tl.save_classifier(model, f"{folder}/model")
    ...     same = tl.load_classifier(f"{folder}/model")
    >>> bool((same.predict_proba(texts) == model.predict_proba(texts)).all())
    True
    """
    check_is_fitted(classifier, "coef_")
    shipped = [book if isinstance(book, str) else None for book in classifier.codebooks]
    said = {
        "format": _FORMAT,
        "C": float(classifier.C),
        "multiclass": classifier.multiclass_,
        "frames": [str(frame) for frame in classifier.frames_],
        "asked_frames": None if classifier.frames is None else list(classifier.frames),
        "classes": classifier.classes_.tolist(),
        "codebooks": [
            {"shipped": name, "name": book.name, "version": book.version, "sha256": book.sha256}
            for name, book in zip(shipped, classifier.codebooks_, strict=True)
        ],
        "terms": classifier.terms_.tolist(),
    }
    write_pair(path, said, {name: getattr(classifier, name) for name in ("coef_", "idf_", *_PER_FRAME, *_PER_COLUMN)})


def load_classifier(path: str | Path, *, codebooks: Sequence[Codebook] = ()) -> FrameClassifier:
    """Read what :func:`textlens.save_classifier` wrote.

    Parameters
    ----------
    path : path
        Without an ending.
    codebooks : sequence of Codebook
        Those that the classifier was fitted with and that do not come with the package, in any order.

    Returns
    -------
    FrameClassifier

    Raises
    ------
    ValueError
        A file is missing, broken, or not of such a classifier; the two are not of one; a codebook is missing, or not
        the one it was fitted with.

    Examples
    --------
    >>> import tempfile, textlens as tl
    >>> model = tl.FrameClassifier().fit(["The bill rose.", "She wept."] * 5, [[True, False], [False, True]] * 5)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tl.save_classifier(model, f"{folder}/model")
    ...     tl.load_classifier(f"{folder}/model").frames_.tolist()
    ['0', '1']
    """
    said, numbers = read_pair(path, _fine, "a classifier that tl.save_classifier wrote")
    books = [_codebook(entry, codebooks, path) for entry in said["codebooks"]]
    shipped = [entry["shipped"] or book for entry, book in zip(said["codebooks"], books, strict=True)]
    classifier = FrameClassifier(codebooks=shipped, frames=said["asked_frames"], C=said["C"])
    n_hits = len(MEASURES) * sum(len(book.frames) for book in books)
    n_frames, n_terms, n_dense = len(said["frames"]), len(said["terms"]), n_hits + len(CUES)
    shapes = {"coef_": (n_frames, n_terms + n_dense), "idf_": (n_terms,)}
    shapes |= dict.fromkeys(_PER_FRAME, (n_frames,)) | dict.fromkeys(_PER_COLUMN, (n_dense,))
    for name, shape in shapes.items():
        array = numbers.get(name)
        if array is None or array.shape != shape or array.dtype != np.float64 or not np.isfinite(array).all():
            raise ValueError(f"{path}.npz: {name} must hold finite numbers of shape {shape}")
        if name in ("sd_", "slope_") and not (array > 0).all():
            raise ValueError(f"{path}.npz: {name} must be above 0")
        if name == "cuts_" and not ((array >= 0) & (array <= 1)).all():
            raise ValueError(f"{path}.npz: cuts_ must be between 0 and 1")
        setattr(classifier, name, array)
    classifier.multiclass_, classifier.codebooks_ = said["multiclass"], books
    classifier.frames_ = np.array(said["frames"], dtype=object)
    classifier.classes_ = np.array(said["classes"]) if said["multiclass"] else classifier.frames_
    classifier.terms_ = np.array(said["terms"], dtype=object)
    return classifier


def _fine(said: dict[str, Any]) -> bool:
    """Whether this can be what was said of a classifier."""
    kinds = {"frames": list, "classes": list, "terms": list, "codebooks": list, "multiclass": bool, "C": float}
    if said.get("format") != _FORMAT:
        return False
    if not all(isinstance(said.get(name), kind) for name, kind in kinds.items()) or not said["C"] > 0:
        return False
    if "asked_frames" not in said or not isinstance(said["asked_frames"], list | None):
        return False
    texts = (said["frames"], said["terms"], said["asked_frames"] or [])
    if not all(isinstance(entry, str) for given in texts for entry in given):
        return False
    if any(len(set(given)) < len(given) for given in texts[:2]):
        return False
    numbers = said["multiclass"] and all(isinstance(label, int | float) for label in said["classes"])
    if len(set(said["classes"])) != len(said["frames"]) if numbers else said["classes"] != said["frames"]:
        return False
    return all(isinstance(entry, dict) and {"shipped", "name", "sha256"} <= set(entry) for entry in said["codebooks"])


def _codebook(entry: dict[str, Any], given: Sequence[Codebook], path: str | Path) -> Codebook:
    if isinstance(entry["shipped"], str):
        book = load_codebook(entry["shipped"])
        if book.sha256 == entry["sha256"]:
            return book
        raise ValueError(f"{path}.json: fitted with another version of the codebook {entry['shipped']!r}")
    found = [book for book in given if book.sha256 == entry["sha256"]]
    if not found:
        raise ValueError(f"{path}.json: fitted with the codebook {entry['name']!r}; give it as codebooks=[...]")
    return found[0]
