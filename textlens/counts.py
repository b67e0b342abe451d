"""The Counts: segments x terms, sparse, with denominators that never change."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.corpus import expect_number, plural
from textlens.grouping import column_sums, holders


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
        number = keys.groupby(names, sort=True).ngroup().to_numpy()
        first = np.flatnonzero(~pd.Series(number).duplicated())
        groups = keys.iloc[first[np.argsort(number[first])]].reset_index(drop=True)
        n_words = np.bincount(number, weights=self.n_words, minlength=len(groups)).astype(np.int64)
        return replace(
            self,
            matrix=_added_up(self.matrix, number, len(groups)),
            n_words=n_words,
            segments=groups,
            steps=(*self.steps, f"added up by {', '.join(names)}"),
        )

    def labels(self, columns: str | Sequence[str]) -> pd.Series:
        """One text per row: the values of one or more columns, joined by `` / ``; a missing value is an error."""
        names = _column_names(columns)
        parts = [self.column(name).reset_index(drop=True) for name in names]
        for name, part in zip(names, parts, strict=True):
            if part.isna().any():
                raise ValueError(self.no_value(name, part.isna().to_numpy()))
        joined: pd.Series = parts[0].astype("str")
        for part in parts[1:]:
            joined = joined + " / " + part.astype("str")
        if len(parts) > 1:
            told = pd.concat([joined, *(part.astype("str") for part in parts)], axis=1)
            twice = told[~told.duplicated()].iloc[:, 0]
            if twice.duplicated().any():
                raise ValueError(f"two combinations of {names} read {twice[twice.duplicated()].iloc[0]!r}: rename one")
        return joined

    def no_value(self, name: str, missing: np.ndarray) -> str:
        """The message that a column has no value where ``missing`` says so: the first row, and its article."""
        row = int(missing.argmax())
        article = f" (article {self.segments['article'].iloc[row]!r})" if "article" in self.segments else ""
        return f"{name!r} has no value in row {row + 1} of the counts{article}"

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
        frequent = column_sums(self.matrix) >= min_count
        if min_articles > 1:
            frequent &= holders(self.by("article").matrix) >= min_articles
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
        known, terms = {term: index for index, term in enumerate(self.terms)}, list(terms)
        missing = [term for term in terms if term not in known]
        if missing:
            near = difflib.get_close_matches(missing[0], list(known), 3)
            hint = f"; near: {', '.join(near)}" if near else ""
            raise ValueError(f"the term {missing[0]!r} occurs nowhere{hint}")
        return np.array([known[term] for term in terms], dtype=np.intp)


def _added_up(matrix: csr_array, number: np.ndarray, n: int) -> csr_array:
    """The rows of each number added up, in 32 bits where no sum runs over them."""
    adding = np.result_type(matrix.dtype, np.int32)
    if np.array_equal(number, np.arange(n)) and _is_plain(matrix) and adding == matrix.dtype:
        return matrix
    most = np.iinfo(np.int32).max
    if adding == np.int32 and matrix.data.sum(dtype=np.int64) > most and column_sums(matrix).max() > most:
        adding = np.dtype(np.int64)
    gather = csr_array((np.ones(len(number), adding), (number, np.arange(len(number)))), shape=(n, len(number)))
    return csr_array(gather @ matrix)


def _is_plain(matrix: csr_array) -> bool:
    """Whether each row holds its terms once, in order, and no zeros; so that nobody need put it in order in place."""
    return bool(matrix.has_canonical_format and matrix.data.all())


def _column_names(columns: str | Sequence[str]) -> list[str]:
    names = [columns] if isinstance(columns, str) else list(columns) if pd.api.types.is_list_like(columns) else []
    if not names or not all(isinstance(name, str) for name in names):
        raise ValueError(f"name a column, as 'source', or a list of columns, not {columns!r}")
    return names
