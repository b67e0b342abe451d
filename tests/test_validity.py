"""The area under the curve by hand and against scikit-learn, its interval over groups, and errors."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

import textlens as tl
from textlens.measured import validity_text, with_validity
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
    assert found[["low", "high"]].isna().all(axis=None)
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


def test_rows_are_told_by_their_index() -> None:
    rng = np.random.default_rng(5)
    scores, labels = frames(A=rng.random(40).tolist()), frames(A=(rng.random(40) < 0.4).tolist())
    groups = pd.Series(np.arange(40) % 7, index=labels.index)
    found = validity(scores, labels, groups=groups)
    mixed = validity(scores.sample(frac=1, random_state=1), labels, groups=groups.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(found, mixed)
    with pytest.raises(ValueError, match="the row 3 is coded but has no score"):
        validity(scores.set_axis([str(number) for number in range(40)]), labels.set_axis(range(3, 43)))


def test_a_bootstrap_that_never_varies_gives_no_interval() -> None:
    scores, labels = frames(A=[1, 3, 2, 4]), frames(A=[False, True, False, True])
    parted = validity(scores, labels)
    assert parted["value"].tolist() == [1.0]
    one = validity(frames(A=[1, 2, 3, 4]), labels, groups=pd.Series("one", index=labels.index))
    assert one["value"].tolist() == [0.75]
    for table in (parted, one):
        assert table[["low", "high"]].isna().all(axis=None)


def test_groups_without_a_coded_row_are_none() -> None:
    scores, labels = frames(A=[5, 1, 3, 2, 4]), frames(A=[None, False, True, False, False])
    groups = pd.Series([0, 4, 3, 2, 1], index=labels.index)
    pd.testing.assert_frame_equal(
        validity(scores, labels, groups=groups), validity(scores.iloc[1:], labels.iloc[1:].astype(bool), groups=groups)
    )


def test_scores_and_labels_that_are_none_are_refused() -> None:
    scores, labels = frames(A=[1, 2]), frames(A=[True, False])
    for message, broken in (
        ("the row 'a1' is coded for the frame 'A' but has no score", (frames(A=[1, np.nan]), labels)),
        ("the scores of frame 'A' must be numbers, not ", (frames(A=["x", "y"]), labels)),
        ("a label of frame 'A' is 'yes', not yes or no", (scores, frames(A=["yes", "no"]))),
        ("the frame 'A' stands twice in the labels", (scores, pd.concat([labels, labels], axis=1))),
        ("the frame 'A' stands twice in the scores", (pd.concat([scores, scores], axis=1), labels)),
    ):
        with pytest.raises(ValueError, match=re.escape(message)):
            validity(*broken)
    with pytest.raises(ValueError, match="the row 'a0' stands twice in the groups"):
        validity(scores, labels, groups=pd.Series(1, index=["a0", "a1", "a0"]))
    with pytest.raises(TypeError, match="groups must be Series"):
        validity(scores, labels, groups=[1, 2])
    with pytest.raises(TypeError, match="rng must be Generator"):
        tl.frame_validity(scores, labels, material="x", rng=1)  # type: ignore[arg-type]


def test_frames_that_are_numbers_become_text() -> None:
    found = validity(pd.DataFrame({0: [1, 2, 3]}), pd.DataFrame({0: [True, False, True]}))
    assert found["frame"].tolist() == ["0"]


def test_hits_of_another_corpus_have_no_scores() -> None:
    tokens = tl.tokenize(tl.load_demo())
    hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    counts = tl.count_terms(tokens)
    with pytest.raises(ValueError, match="these hits are of other articles than the counts"):
        tl.frame_scores(hits.assign(article=hits["article"].iloc[::-1].to_numpy()), counts)
    with pytest.raises(ValueError, match="the hits lack the column 'segment'"):
        tl.frame_scores(hits.drop(columns="segment"), counts)


@pytest.mark.parametrize(
    ("n", "material", "told"),
    [
        (58, "60 passages", "58 of 60 passages"),
        (1200, "1,200 articles", "1,200 articles"),
        (1200, "1200 articles", "1200 articles"),
        (58, "3rd round", "58 3rd round"),
    ],
)
def test_two_numbers_do_not_run_together(n: int, material: str, told: str) -> None:
    row = {"measure": "AUC", "value": 0.5, "low": np.nan, "high": np.nan, "n": n, "material": material}
    assert validity_text(row) == f"AUC .50, {told}"


def test_a_number_of_cases_is_finite() -> None:
    row = {"frame": "A", "measure": "AUC", "value": 0.7, "low": 0.6, "high": 0.8, "n": np.inf, "material": "x"}
    with pytest.raises(ValueError, match="the validity of 'A': n must be a whole number of 1 or more, not inf"):
        with_validity(pd.DataFrame({"frame": ["A"]}), pd.DataFrame([row]))
