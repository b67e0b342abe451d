"""Tokens -> Counts: segments x terms, sparse, with denominators that never change."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.corpus import expect, expect_list, expect_number, plural
from textlens.matching import find_patterns
from textlens.tokens import Tokens
from textlens.vocabulary import term_map


@dataclass(frozen=True)
class Counts:
    """How often each term occurs in each segment.

    Attributes
    ----------
    matrix : csr_array of int32, rows x terms
    n_words : int64 array, one per row
        All running words of the row. Denominators: they stay when terms are trimmed or phrases counted.
    terms : array of str, in column order
    segments : DataFrame, one row per row of the matrix
        ``segment`` (its number in the corpus), ``article``, ``passage``, ``line``, ``role``, ``voice``, ``speaker``;
        after :meth:`by` the columns of the groups.
    articles : DataFrame
        ``id``, ``source`` and all metadata.
    steps : tuple of str

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> frame = pd.DataFrame({"text": ["a b c c", "b b c d"], "source": ["A", "B"]})
    >>> counts = tl.count_terms(tl.tokenize(tl.corpus_from_frame(frame)))
    >>> counts.to_frame()
       a  b  c  d
    0  1  1  2  0
    1  0  2  1  1
    """

    matrix: csr_array
    n_words: np.ndarray
    terms: np.ndarray
    segments: pd.DataFrame
    articles: pd.DataFrame
    steps: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rows, columns = self.matrix.shape
        if rows != len(self.n_words) or rows != len(self.segments) or columns != len(self.terms):
            raise ValueError(
                f"a matrix of {rows} x {columns} does not fit {len(self.segments)} rows, "
                f"{len(self.n_words)} lengths and {len(self.terms)} terms"
            )

    def __repr__(self) -> str:
        shape = f"{plural(len(self.segments), 'row')} x {plural(len(self.terms), 'term')}"
        return f"Counts: {shape}, {plural(int(self.n_words.sum()), 'word')}"

    def to_frame(self) -> pd.DataFrame:
        """The counts as a dense table, for a small matrix."""
        return pd.DataFrame(self.matrix.toarray(), columns=list(self.terms))

    def by(self, columns: str | Sequence[str]) -> Counts:
        """Counts added up over one or more columns of the segments or articles, as ``"source"``.

        The rows of the answer are the groups in sorted order; a missing value is an error. Values of several kinds
        in one column, as 1 and "one", become text.
        """
        names = _column_names(columns)
        keys = pd.DataFrame({name: self.column(name) for name in names})
        for name in names:
            if keys[name].isna().any():
                raise ValueError(f"{name!r} is missing in row {int(keys[name].isna().to_numpy().argmax()) + 1}")
            if pd.api.types.infer_dtype(keys[name]).startswith("mixed"):
                keys[name] = keys[name].astype("str")
        grouped = keys.groupby(names, sort=True)
        number = grouped.ngroup().to_numpy()
        groups = keys.drop_duplicates().sort_values(names).reset_index(drop=True)
        ones = np.ones(len(number), dtype=np.int32)
        gather = csr_array((ones, (number, np.arange(len(number)))), shape=(len(groups), len(number)))
        n_words = np.bincount(number, weights=self.n_words, minlength=len(groups)).astype(np.int64)
        step = f"added up by {', '.join(names)}"
        return replace(
            self,
            matrix=csr_array(gather @ self.matrix),
            n_words=n_words,
            segments=groups,
            steps=(*self.steps, step),
        )

    def labels(self, columns: str | Sequence[str]) -> pd.Series:
        """One text per row: the values of one or more columns, joined by `` / ``; a missing value is an error."""
        names = _column_names(columns)
        parts = [self.column(name).reset_index(drop=True) for name in names]
        for name, part in zip(names, parts, strict=True):
            if part.isna().any():
                raise ValueError(
                    f"{name!r} has no value in row {int(part.isna().to_numpy().argmax()) + 1} of the counts"
                )
        joined: pd.Series = parts[0].astype("str")
        for part in parts[1:]:
            joined = joined + " / " + part.astype("str")
        return joined

    def where(self, **conditions: object) -> Counts:
        """Only the rows whose columns have these values, as ``role="body"`` or ``voice=["narrator", "answer"]``."""
        keep = np.ones(len(self.segments), dtype=bool)
        for name, wanted in conditions.items():
            options = list(wanted) if isinstance(wanted, Iterable) and not isinstance(wanted, str) else [wanted]
            values = self.column(name)
            unknown = [option for option in options if option not in set(values)]
            if unknown:
                known = ", ".join(sorted(map(str, set(values))))
                raise ValueError(f"no row has {name} = {unknown[0]!r}; it is one of {known}")
            keep &= values.isin(options).to_numpy()
        step = "only " + ", ".join(f"{name} = {value}" for name, value in conditions.items())
        return replace(self.rows(np.flatnonzero(keep)), steps=(*self.steps, step))

    def rows(self, chosen: np.ndarray) -> Counts:
        """Only these rows, by their positions."""
        return replace(
            self,
            matrix=csr_array(self.matrix[chosen]),
            n_words=self.n_words[chosen],
            segments=self.segments.iloc[chosen].reset_index(drop=True),
        )

    def trim(self, *, min_count: int = 1, min_articles: int = 1) -> Counts:
        """Only the terms that occur so often, in so many articles; the denominators stay."""
        expect_number(min_count, "min_count")
        expect_number(min_articles, "min_articles")
        frequent = np.asarray(self.matrix.sum(axis=0)).ravel() >= min_count
        if min_articles > 1:
            present = self.by("article").matrix.astype(bool).sum(axis=0)
            frequent &= np.asarray(present).ravel() >= min_articles
        step = f"terms with count >= {min_count} in >= {min_articles} articles"
        chosen = np.flatnonzero(frequent)
        return replace(
            self,
            matrix=csr_array(self.matrix[:, chosen]),
            terms=self.terms[chosen],
            steps=(*self.steps, step),
        )

    def column(self, name: str) -> pd.Series:
        """A column of the segments, or of their articles, one value per row."""
        if name in self.segments:
            return self.segments[name]
        if name not in self.articles or "article" not in self.segments:
            reachable = self.articles if "article" in self.segments else ()
            known = [*self.segments, *(name for name in reachable if name not in self.segments)]
            raise ValueError(f"no column {name!r}; there are {', '.join(map(str, known))}")
        values = self.articles.set_index("id")[name] if name != "id" else None
        joined = self.segments["article"] if values is None else self.segments["article"].map(values)
        return joined.rename(name)

    def index_of(self, terms: Iterable[str]) -> np.ndarray:
        """The columns of some terms; a term that occurs nowhere is an error that names near ones."""
        known = {term: index for index, term in enumerate(self.terms)}
        missing = [term for term in terms if term not in known]
        if missing:
            near = difflib.get_close_matches(missing[0], list(known), 3)
            hint = f"; near: {', '.join(near)}" if near else ""
            raise ValueError(f"the term {missing[0]!r} occurs nowhere{hint}")
        return np.array([known[term] for term in terms], dtype=np.intp)


@overload
def count_terms(
    tokens: Tokens, *, case: bool = ..., spelling: bool = ..., stem: bool = ..., ngrams: int = ...
) -> Counts: ...
@overload
def count_terms(
    tokens: Tokens,
    *,
    phrases: Iterable[str],
    case: bool = ...,
    spelling: bool = ...,
    stem: bool = ...,
    ngrams: int = ...,
) -> tuple[Counts, Counts]: ...
def count_terms(
    tokens: Tokens,
    *,
    phrases: Iterable[str] | None = None,
    case: bool = True,
    spelling: bool = True,
    stem: bool = False,
    ngrams: int = 1,
) -> Counts | tuple[Counts, Counts]:
    """Count the terms of each segment.

    Parameters
    ----------
    tokens : Tokens
    phrases : iterable of str, optional
        Phrases to count as well, as ``"defense diplomacy"``; wildcards are allowed.
    case, spelling, stem : bool
        As in :func:`textlens.term_map`.
    ngrams : int
        1 counts terms, 2 pairs of neighbours within a sentence, and so on.

    Returns
    -------
    Counts, or (Counts, Counts) with ``phrases``
        The second has the phrases as terms, the same rows and the same denominators.

    Raises
    ------
    ValueError
        A phrase that is no valid pattern, or that holds a word that occurs nowhere; an option out of place.
    TypeError
        What is given is no Tokens.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> frame = pd.DataFrame({"text": ["Defence ties; defense ties."], "source": ["A"]})
    >>> counts = tl.count_terms(tl.tokenize(tl.corpus_from_frame(frame)))
    >>> dict(zip(counts.terms.tolist(), counts.matrix.toarray()[0].tolist()))
    {'defense': 2, 'ties': 2}
    """
    expect(tokens, Tokens, "tokens", "tl.tokenize")
    expect_number(ngrams, "ngrams", least=1, whole=True)
    mapping = term_map(tokens.vocabulary, case=case, spelling=spelling, stem=stem)
    surface = count_surface_forms(tokens)
    counts = merge_terms(surface, mapping) if ngrams == 1 else _count_ngrams(tokens, mapping, ngrams)
    if phrases is None:
        return counts
    return counts, count_phrases(tokens, phrases)


def count_surface_forms(tokens: Tokens) -> Counts:
    """Count the forms as they are written, case and spelling untouched."""
    shape = (len(tokens.segments), len(tokens.vocabulary))
    n_words = np.bincount(tokens.rows, minlength=shape[0]).astype(np.int64)
    segments = tokens.segments.drop(columns=["start", "end"])
    matrix = _tally(tokens.rows, tokens.codes, shape)
    return Counts(matrix, n_words, tokens.vocabulary, segments, tokens.corpus.articles, tokens.steps)


def merge_terms(counts: Counts, mapping: pd.DataFrame) -> Counts:
    """Counts of surface forms -> counts of terms, by a table with ``surface`` and ``term``.

    A form that the table lacks is a ``ValueError``.
    """
    term_of = dict(zip(mapping["surface"], mapping["term"], strict=True))
    missing = [surface for surface in counts.terms if surface not in term_of]
    if missing:
        raise ValueError(f"the table gives no term for the form {missing[0]!r}")
    mapped = np.array([term_of[surface] for surface in counts.terms], dtype=object)
    terms = np.array(sorted(set(mapped)), dtype=object)
    position = {term: index for index, term in enumerate(terms)}
    columns = np.array([position[term] for term in mapped], dtype=np.int32)
    entries = counts.matrix.tocoo()
    rows, forms = entries.coords
    matrix = _tally(rows, columns[forms], (len(counts.segments), len(terms)), entries.data)
    changed = int((mapping["surface"] != mapping["term"]).sum())
    step = f"{plural(len(counts.terms), 'form')} merged to {plural(len(terms), 'term')}, {changed:,} changed"
    return replace(counts, matrix=matrix, terms=terms, steps=(*counts.steps, step))


def count_phrases(tokens: Tokens, phrases: Iterable[str]) -> Counts:
    """Count phrases as terms; rows and denominators as for single words.

    Parameters
    ----------
    tokens : Tokens
    phrases : iterable of str
        Wildcards are allowed: ``"flood gate*"``, ``"protect * nation"``.

    Returns
    -------
    Counts
        A phrase of known words that never meet has a column of zeros.

    Raises
    ------
    ValueError
        A phrase that is no valid pattern, or that holds a word that occurs nowhere.

    Examples
    --------
    >>> import textlens as tl
    >>> counts = tl.count_phrases(tl.tokenize(tl.load_demo()), ["tidal barrage"])
    >>> int(counts.matrix.sum()), counts.terms.tolist()
    (4, ['tidal barrage'])
    """
    expect(tokens, Tokens, "tokens", "tl.tokenize")
    expect_list(phrases, "phrases")
    names = np.array(sorted(set(phrases)), dtype=object)
    found = find_patterns(tokens, names.tolist(), must_occur=True)
    matrix = _tally(tokens.rows[found["first"]], found["pattern"].to_numpy(), (len(tokens.segments), len(names)))
    counts = count_surface_forms(tokens)
    step = f"{plural(len(names), 'phrase')} counted"
    return replace(counts, matrix=matrix, terms=names, steps=(*counts.steps, step))


def _count_ngrams(tokens: Tokens, mapping: pd.DataFrame, n: int) -> Counts:
    terms = mapping["term"].to_numpy(dtype=object)[tokens.codes]
    starts = np.arange(max(0, len(terms) - n + 1))
    starts = starts[tokens.sentences[starts] == tokens.sentences[starts + n - 1]]
    grams = [" ".join(terms[start : start + n]) for start in starts]
    names = np.array(sorted(set(grams)), dtype=object)
    position = {gram: index for index, gram in enumerate(names)}
    columns = np.array([position[gram] for gram in grams], dtype=np.int32)
    matrix = _tally(tokens.rows[starts], columns, (len(tokens.segments), len(names)))
    counts = count_surface_forms(tokens)
    return replace(counts, matrix=matrix, terms=names, steps=(*counts.steps, f"{n}-grams of terms"))


def _column_names(columns: str | Sequence[str]) -> list[str]:
    names = [columns] if isinstance(columns, str) else list(columns) if pd.api.types.is_list_like(columns) else []
    if not names or not all(isinstance(name, str) for name in names):
        raise ValueError(f"name a column, as 'source', or a list of columns, not {columns!r}")
    return names


def _tally(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int], n: np.ndarray | None = None) -> csr_array:
    data = np.ones(len(rows), dtype=np.int32) if n is None else n
    matrix = csr_array((data, (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    return matrix
