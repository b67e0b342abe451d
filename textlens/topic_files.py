"""Topics as two files: numbers (.npz) and words (.json); no pickle, no text of any article."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.corpus import expect
from textlens.counts import Counts
from textlens.factorising import METHODS
from textlens.paired import read_pair, write_pair
from textlens.topics import Topics

_FORMAT = 1
_WHAT = "topics that tl.save_topics wrote"


def save_topics(topics: Topics, path: str | Path) -> None:
    """Write topics, with the counts they were fitted to, to ``path.npz`` and ``path.json``, which belong together.

    Of the articles it keeps their metadata and how often each passage holds each term; no sentence.

    Parameters
    ----------
    topics : Topics
    path : path
        Without an ending.

    Examples
    --------
    >>> import tempfile, textlens as tl
    >>> topics = tl.fit_topics(tl.count_terms(tl.tokenize(tl.load_demo())), 3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tl.save_topics(topics, f"{folder}/topics")
    ...     same = tl.load_topics(f"{folder}/topics")
    >>> same.terms.equals(topics.terms)
    True
    """
    expect(topics, Topics, "topics", "tl.fit_topics")
    matrix = topics.counts.matrix
    arrays: dict[str, Any] = {"loadings": topics.loadings, "idf": topics.idf, "weights": topics.weights}
    arrays |= {
        "data": matrix.data,
        "indices": matrix.indices,
        "indptr": matrix.indptr,
        "n_words": topics.counts.n_words,
    }
    if topics.refits is not None:
        arrays["refits"] = topics.refits
    said = {
        "format": _FORMAT,
        "method": topics.method,
        "terms": [str(term) for term in topics.counts.terms],
        "labels": {str(topic): label for topic, label in topics.own_labels.items()},
        "segments": _columns(topics.counts.segments),
        "articles": _columns(topics.articles),
        "stability": None if topics.stability is None else _columns(topics.stability),
        "refit_size": topics.refit_size,
        "unit": topics.unit,
        "steps": list(topics.steps),
        "counted": list(topics.counts.steps),
    }
    write_pair(path, said, arrays)


def load_topics(path: str | Path) -> Topics:
    """Read what :func:`textlens.save_topics` wrote.

    Parameters
    ----------
    path : path
        Without an ending.

    Returns
    -------
    Topics
        Metadata of articles other than numbers and truths are text.

    Raises
    ------
    ValueError
        A file is missing, broken, or not of topics; the two are not of one.

    Examples
    --------
    >>> import tempfile, textlens as tl
    >>> topics = tl.fit_topics(tl.count_terms(tl.tokenize(tl.load_demo())), 3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tl.save_topics(topics, f"{folder}/topics")
    ...     tl.load_topics(f"{folder}/topics")
    Topics: 3 over 91 passages (stability not measured)
    """
    said, numbers = read_pair(path, lambda said: said.get("format") == _FORMAT, _WHAT)
    try:
        return _topics(said, numbers)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ValueError(f"{path}: not {_WHAT}: {error}") from None


def _topics(said: dict[str, Any], numbers: dict[str, np.ndarray]) -> Topics:
    segments, articles = pd.DataFrame(said["segments"]), pd.DataFrame(said["articles"])
    terms = np.array([str(term) for term in said["terms"]], dtype=object)
    shape = (len(segments), len(terms))
    matrix = csr_array((numbers["data"], numbers["indices"], numbers["indptr"]), shape=shape)
    matrix.check_format(full_check=True)
    stability = None if said["stability"] is None else pd.DataFrame(said["stability"])
    k = len(numbers["loadings"])
    n = segments["article"].nunique()
    shapes = {"loadings": (k, shape[1]), "idf": (shape[1],), "weights": (shape[0], k), "n_words": (shape[0],)}
    if "refits" in numbers:
        shapes["refits"] = (len(numbers["refits"]), n, k)
    for name, wanted in shapes.items():
        if numbers[name].shape != wanted or not np.isfinite(numbers[name]).all():
            raise ValueError(f"{name} must hold finite numbers of shape {wanted}")
    if said["method"] not in METHODS or (numbers["idf"] <= 0).any() or (stability is not None and len(stability) != k):
        raise ValueError("the method, idf or stability is none of these topics")
    if len(set(terms)) < len(terms) or articles["id"].duplicated().any():
        raise ValueError("a term or an article is there twice")
    if not isinstance(said["unit"], str):
        raise ValueError("the unit is no column")
    counts = Counts(matrix, numbers["n_words"], terms, segments, articles, tuple(said["counted"]))
    counts.labels(said["unit"])
    labels = {int(topic): str(label) for topic, label in said["labels"].items()}
    size = float(said["refit_size"])
    if not set(labels) <= set(range(1, k + 1)) or not 0 < size <= 1:
        raise ValueError("a label or the size of resamples is none of these topics")
    fit = (numbers["loadings"], numbers["idf"], numbers["weights"], said["method"], tuple(said["steps"]))
    return Topics(counts, *fit, labels, stability, numbers.get("refits"), size, said["unit"])


def _columns(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Columns as lists; what is no number, truth or text becomes text, what is missing nothing."""
    # Dates as labels write them: without an hour where none has one.
    told = {name: table[name].astype("str") if table[name].dtype.kind == "M" else table[name] for name in table}
    return {str(name): [_plain(value) for value in values.tolist()] for name, values in told.items()}


def _plain(value: Any) -> Any:
    if value is None or (not isinstance(value, (list, dict)) and pd.isna(value)):
        return None
    return value if isinstance(value, (bool, int, float, str)) else str(value)
