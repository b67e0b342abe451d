"""The area under the curve by hand and against scikit-learn, its interval over groups, and errors."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

import textlens as tl
from textlens.validity import auc


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=1, max_size=40))
def test_the_area_is_that_of_scikit_learn(rows: list[tuple[int, bool, int]]) -> None:
    scores, positive, weights = (np.array(column) for column in zip(*rows, strict=True))
    if len({bool(label) for label, weight in zip(positive, weights, strict=True) if weight}) < 2:
        assert np.isnan(auc(scores, positive, weights))
    else:
        assert auc(scores, positive, weights) == pytest.approx(roc_auc_score(positive, scores, sample_weight=weights))


def frames(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns, index=[f"a{number}" for number in range(len(next(iter(columns.values()))))])


def validity(scores: pd.DataFrame, labels: pd.DataFrame, **options: object) -> pd.DataFrame:
    return tl.frame_validity(scores, labels, material="tests", rng=np.random.default_rng(1), **options)  # type: ignore[arg-type]


def test_frames_that_all_or_nobody_has_get_no_value() -> None:
    found = validity(frames(A=[1, 2, 3], B=[1, 2, 3]), frames(A=[True, True, True], B=[False, None, True]))
    assert found["frame"].tolist() == ["A", "B"]
    assert found["n"].tolist() == [3, 2]
    assert found["positives"].tolist() == [3, 1]
    assert np.isnan(found["value"].iloc[0])
    assert found["value"].iloc[1] == 1
    assert (found["low"].iloc[1], found["high"].iloc[1]) == (1, 1)
    assert found["material"].tolist() == ["tests", "tests"]


def test_the_interval_is_over_groups() -> None:
    """Ten outlets whose articles are copies tell no more than ten articles."""
    rng = np.random.default_rng(3)
    labels = np.arange(20) % 2 == 0
    scores = labels + rng.normal(size=20)
    once = validity(frames(A=scores.tolist()), frames(A=labels.tolist()))
    many = frames(A=np.repeat(scores, 30).tolist()), frames(A=np.repeat(labels, 30).tolist())
    groups = pd.Series(np.repeat(np.arange(20), 30), index=many[0].index)
    grouped, alone = validity(*many, groups=groups), validity(*many)
    width = [float((table["high"] - table["low"]).iloc[0]) for table in (once, grouped, alone)]
    assert width[1] == pytest.approx(width[0], rel=0.1)
    assert width[2] < width[0] / 3


def test_what_has_no_score_or_group_is_named() -> None:
    scores, labels = frames(A=[1, 2]), frames(A=[True, False])
    for message, broken in (
        ("the frame 'B' is coded but has no score", (scores, frames(B=[True, False]))),
        ("the row 'a2' is coded but has no score", (scores, frames(A=[True, False, True]))),
    ):
        with pytest.raises(ValueError, match=re.escape(message)):
            validity(*broken)
    with pytest.raises(ValueError, match="the row 'a0' stands twice in the scores"):
        validity(pd.concat([scores, scores]), labels)
    with pytest.raises(ValueError, match="a label of frame 'A' is 0.4, not yes or no; tl.frame_labels takes a cut"):
        validity(scores, frames(A=[0.4, 1.0]))
    with pytest.raises(ValueError, match="the row 'a1' is coded but has no group"):
        validity(scores, labels, groups=pd.Series({"a0": "x"}))


def test_only_rows_of_one_stratum_are_compared() -> None:
    """Two fits of which one gives everything more: within each the order is right."""
    scores, labels = frames(A=[1, 2, 11, 12]), frames(A=[False, True, False, True])
    assert validity(scores, labels)["value"].tolist() == [0.75]
    within = pd.Series([0, 0, 1, 1], index=labels.index)
    assert validity(scores, labels, within=within)["value"].tolist() == [1.0]
