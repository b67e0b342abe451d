"""What a machine judged and people coded, checked and in one order."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from textlens.corpus import expect, expect_list, plural
from textlens.grouping import Floats, Integers


@dataclass(frozen=True)
class Judged:
    """Articles x frames as numbers, coded nan where nobody coded, with the group of each article."""

    frames: list[str]
    names: list[str]
    predicted: Floats
    coded: Floats
    codes: Integers
    weights: Floats


def checked_judgements(
    predicted: pd.DataFrame,
    coded: pd.DataFrame,
    groups: pd.Series,
    weights: pd.Series | None,
    trained_on: Iterable[Hashable],
) -> Judged:
    """All of it in the order of the predicted articles."""
    expect(predicted, pd.DataFrame, "predicted", "FrameClassifier.predict_proba")
    expect(coded, pd.DataFrame, "coded", "frame_labels")
    expect(groups, pd.Series, "groups", "corpus.articles.set_index('id')['source']")
    _check_same(predicted.columns, coded.columns)
    for table, name in ((predicted, "predicted"), (coded, "coded"), (groups, "groups")):
        if not table.index.is_unique:
            raise ValueError(f"{name} has the article {table.index[table.index.duplicated()][0]!r} twice")
    _check_known(coded.index, predicted.index, "coded but not in predicted, so the machine's error on it is not known")
    # A blank stands for no group in the answer.
    grouped = groups[groups.notna() & (groups.astype("str").str.strip() != "")].index
    _check_known(predicted.index, grouped, "predicted but has no group")
    expect_list(trained_on, "trained_on")
    trained = _trained(predicted.index, trained_on)
    if trained is not None:
        raise ValueError(
            f"the article {trained!r} is in trained_on: on articles it was made from the machine errs less than "
            "elsewhere, so they can be neither coded nor judged here"
        )
    known = predicted.index.get_indexer(coded.index)
    hand = np.full(predicted.shape, np.nan)
    hand[known] = _shares(coded[predicted.columns], "coded", missing=True)
    codes, names = pd.factorize(groups.loc[predicted.index].astype("str"), sort=True)
    return Judged(
        [str(name) for name in predicted.columns],
        [str(name) for name in names],
        _shares(predicted, "predicted", missing=False),
        hand,
        codes,
        _weights(weights, coded.index, known, len(predicted)),
    )


def _trained(judged: pd.Index, trained_on: Iterable[Hashable]) -> Hashable | None:
    """The first row that the machine was made from: by its id, as a number or text, or by the article of a passage."""
    learned = {part for trained in trained_on for part in (trained, str(trained))}
    for row in judged if learned else ():
        article = row[0] if isinstance(row, tuple) else row
        if not learned.isdisjoint((row, article, str(article))):
            return row  # type: ignore[no-any-return]
    return None


def _check_same(predicted: pd.Index, coded: pd.Index) -> None:
    for some, others, name, other in (
        (predicted, coded, "predicted", "coded"),
        (coded, predicted, "coded", "predicted"),
    ):
        if not some.is_unique:
            raise ValueError(f"{name} has the frame {some[some.duplicated()][0]!r} twice")
        missing = some.difference(others)
        if len(missing):
            raise ValueError(f"the frame {missing[0]!r} is {name} but not {other}; both must have the same frames")
    if not len(predicted):
        raise ValueError("predicted has no frame")


def _check_known(ids: pd.Index, known: pd.Index, what: str) -> None:
    strange = ids[known.get_indexer(ids) < 0]
    if len(strange):
        raise ValueError(f"the article {strange[0]!r} is {what} ({plural(len(strange), 'article')} in all)")


def _shares(table: pd.DataFrame, name: str, *, missing: bool) -> Floats:
    """As numbers between 0 and 1."""
    try:
        values = table.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} must hold numbers between 0 and 1, not {sorted(set(map(str, table.dtypes)))}"
        ) from None
    fits = (values >= 0) & (values <= 1) | (np.isnan(values) & missing)
    if not fits.all():
        row, column = np.argwhere(~fits)[0]
        raise ValueError(
            f"{name} of {table.index[row]!r}, frame {table.columns[column]!r}, is {values[row, column]}; "
            f"it must be between 0 and 1{' or NaN' * missing}"
        )
    return values


def _weights(weights: pd.Series | None, coded: pd.Index, known: Integers, n: int) -> Floats:
    """One per article; 1 where none was given."""
    result = np.ones(n)
    if weights is None:
        return result
    expect(weights, pd.Series, "weights", "the key of a coding sheet")
    if not weights.index.is_unique:
        raise ValueError(f"weights has the article {weights.index[weights.index.duplicated()][0]!r} twice")
    _check_known(coded, weights.index, "coded but has no weight")
    values = weights.loc[coded].to_numpy(dtype=np.float64)
    wrong = np.flatnonzero(~((values > 0) & np.isfinite(values)))
    if len(wrong):
        raise ValueError(f"the weight of {coded[wrong[0]]!r} is {values[wrong[0]]}; it must be positive")
    result[known] = values
    return result
