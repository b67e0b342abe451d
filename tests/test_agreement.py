"""Agreement between coders: published examples, nltk as oracle, and what a coding of a few items must give."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, interval_distance

import textlens as tl
from textlens.agreement import agreement, disagreements, fleiss_kappa, frame_labels, krippendorff_alpha

LEVELS = ["nominal", "ordinal", "interval", "ratio"]


def table(*rows: str) -> np.ndarray:
    """Coders x items of letters or digits; a dot is a gap."""
    return np.array([[np.nan if x == "." else float(int(x, 36)) for x in row.split()] for row in rows])


KRIPPENDORFF_2011 = table(
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


@pytest.mark.parametrize(("level", "alpha"), list(zip(LEVELS, [0.743, 0.815, 0.849, 0.797], strict=True)))
def test_krippendorff_2011_four_observers_with_gaps(level: str, alpha: float) -> None:
    assert krippendorff_alpha(KRIPPENDORFF_2011, level=level) == pytest.approx(alpha, abs=0.0005)


def test_krippendorff_2011_two_observers_binary() -> None:
    found = krippendorff_alpha(table("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"))
    assert found == pytest.approx(0.095, abs=0.0005)


def test_krippendorff_2011_two_observers_nominal() -> None:
    found = krippendorff_alpha(table("a a b b d c c c e d d a", "b a b b b c c c e d d d"))
    assert found == pytest.approx(0.692, abs=0.0005)


def by_coincidences(values: np.ndarray, level: str) -> float:
    """Krippendorff 2011, step by step, with loops."""
    units = [column[~np.isnan(column)] for column in values.T]
    units = [unit for unit in units if len(unit) > 1]
    points = sorted({float(value) for unit in units for value in unit})
    n_c = {c: sum(float((unit == c).sum()) for unit in units) for c in points}
    n = sum(n_c.values())

    def apart(c: float, k: float) -> float:
        between = sum(n_c[g] for g in points if min(c, k) <= g <= max(c, k)) - (n_c[c] + n_c[k]) / 2
        ratio = (c - k) / (c + k) if c + k else 0.0
        return {"nominal": float(c != k), "ordinal": between**2, "interval": (c - k) ** 2, "ratio": ratio**2}[level]

    observed = sum(
        apart(float(unit[i]), float(unit[j])) / (len(unit) - 1)
        for unit in units
        for i in range(len(unit))
        for j in range(len(unit))
        if i != j
    )
    expected = sum(n_c[c] * n_c[k] * apart(c, k) for c in points for k in points if c != k)
    return 1 - (n - 1) * observed / expected if expected else np.nan


small = st.sampled_from([0.0, 1.0, 2.0, 4.0])
shapes = st.tuples(st.integers(2, 4), st.integers(2, 7))


@given(arrays(float, shapes, elements=small | st.just(np.nan)), st.sampled_from(LEVELS))
def test_alpha_is_that_of_the_coincidence_matrix(values: np.ndarray, level: str) -> None:
    assert krippendorff_alpha(values, level=level) == pytest.approx(by_coincidences(values, level), nan_ok=True)


@given(arrays(float, shapes, elements=small), st.sampled_from(["nominal", "interval"]))
def test_alpha_is_that_of_nltk(values: np.ndarray, level: str) -> None:
    assume(len(np.unique(values)) > 1)
    rows = [(str(c), str(i), float(value)) for (c, i), value in np.ndenumerate(values)]
    task = AnnotationTask(rows, distance=binary_distance if level == "nominal" else interval_distance)
    assert krippendorff_alpha(values, level=level) == pytest.approx(task.alpha())


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_is_nan_where_nothing_varies_or_nothing_is_paired(level: str) -> None:
    for values in (table("1 1 1", "1 1 ."), table("1 . 2", ". 3 ."), table("1 2"), np.zeros((0, 0))):
        assert np.isnan(krippendorff_alpha(values, level=level))


def test_fleiss_1971() -> None:
    rows = """0 0 0 0 14, 0 2 6 4 2, 0 0 3 5 6, 0 3 9 2 0, 2 2 8 1 1,
              7 7 0 0 0, 3 2 6 3 0, 2 5 3 2 2, 6 5 2 1 0, 0 2 2 3 7"""
    counts = [[int(x) for x in row.split()] for row in rows.split(",")]
    assert fleiss_kappa(counts) == pytest.approx(0.210, abs=0.0005)


def test_fleiss_kappa_is_nan_where_it_says_nothing() -> None:
    for counts in ([[2, 1], [2, 2]], [[1, 0], [0, 1]], [[3, 0], [3, 0]], np.zeros((0, 2))):
        assert np.isnan(fleiss_kappa(counts))


def coded(answers: dict[str, str], *, questions: dict[str, str] | None = None) -> pd.DataFrame:
    """Of each coder a string of answers, items by question: 1, 0, or a dot."""
    questions = questions or {"q": "Cost"}
    rows = []
    for coder, row in answers.items():
        for number, answer in enumerate(row.replace(" ", "")):
            item, question = divmod(number, len(questions))
            name = list(questions)[question]
            value = np.nan if answer == "." else float(answer)
            rows.append((f"i{item}", f"a{item}", 0, questions[name], name, coder, value, ""))
    columns = ["item", "article", "passage", "frame", "question", "coder", "answer", "note"]
    return pd.DataFrame(rows, columns=columns)


def of(coding: pd.DataFrame, **options: Any) -> pd.DataFrame:
    return agreement(coding, rng=np.random.default_rng(1), **{"draws": 200, **options})


def test_two_coders_of_one_question() -> None:
    # Krippendorff's binary example with an eleventh item that only one answered. Cohen: agreed .6, by chance
    # .8 x .6 + .2 x .4 = .56, so kappa is .04 / .44.
    row = of(coded({"Ann": "0100000010 1", "Ben": "1110010000 ."})).iloc[0]
    assert row["frame"] == "Cost"
    assert [row["items"], row["coders"], row["note"]] == [10, 2, ""]
    assert row["agree"] == pytest.approx(0.6)
    assert row["alpha"] == pytest.approx(0.0952, abs=0.0001)
    assert row["kappa"] == pytest.approx(0.04 / 0.44)
    assert row["yes"] == pytest.approx(7 / 21)


def test_three_coders_have_fleiss_kappa_only_if_all_answered_the_same_items() -> None:
    full = of(coded({"Ann": "1100", "Ben": "1000", "Cem": "1101"})).iloc[0]
    assert full["kappa"] == pytest.approx(fleiss_kappa([[0, 3], [1, 2], [3, 0], [2, 1]]))
    assert full["agree"] == pytest.approx((3 + 1 + 3 + 1) / 12)
    gap = of(coded({"Ann": "1100", "Ben": "1000", "Cem": "110."})).iloc[0]
    assert np.isnan(gap["kappa"])
    assert gap["alpha"] == pytest.approx(krippendorff_alpha(table("1 1 0 0", "1 0 0 0", "1 1 0 .")))


def test_the_score_of_several_questions() -> None:
    coding = coded({"Ann": "11 10 00", "Ben": "10 1. 00"}, questions={"q1": "Cost", "q2": "Cost"})
    row = of(coding).iloc[0]
    scores = np.array([[1, 0.5, 0], [0.5, 1, 0]])
    assert row["alpha"] == pytest.approx(krippendorff_alpha(scores, level="interval"))
    assert row["agree"] == pytest.approx(1 - (0.5 + 0.5 + 0) / 3)
    assert row["yes"] == pytest.approx(0.5)
    assert np.isnan(row["kappa"])
    ordinal = of(coding, level="ordinal").iloc[0]
    assert ordinal["alpha"] == pytest.approx(krippendorff_alpha(scores, level="ordinal"))


def test_one_row_per_question_in_the_order_of_the_coding() -> None:
    coding = coded({"Ann": "11 10 00", "Ben": "10 10 00"}, questions={"z": "Cost", "a": "Blame"})
    found = of(coding, by="question")
    assert found[["frame", "question", "agree"]].values.tolist() == [
        ["Cost", "z", 1.0],
        ["Blame", "a", pytest.approx(2 / 3)],
    ]
    assert list(of(coding)["frame"]) == ["Cost", "Blame"]


@pytest.mark.parametrize(
    ("answers", "items", "note"),
    [
        ({"Ann": "10", "Ben": ".."}, 0, "fewer than two coders"),
        ({"Ann": "..", "Ben": ".."}, 0, "fewer than two coders"),
        ({"Ann": "1.", "Ben": ".0"}, 0, "no item with two answers"),
        ({"Ann": "11", "Ben": "11"}, 2, "nobody varied"),
    ],
)
def test_what_has_no_alpha_says_why(answers: dict[str, str], items: int, note: str) -> None:
    row = of(coded(answers)).iloc[0]
    assert [row["items"], row["note"]] == [items, note]
    assert row[["alpha", "low", "high", "kappa"]].isna().all()


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_the_interval_is_of_items_drawn_again(level: str) -> None:
    values = np.random.default_rng(3).integers(0, 2, (3, 12)).astype(float)
    values[0, 0] = np.nan
    rows = ["".join("." if np.isnan(x) else str(int(x)) for x in row) for row in values]
    coding = coded(dict(zip("ABC", rows, strict=True)))
    found = of(coding, level=level, draws=60).iloc[0]
    order = np.argsort([f"i{i}" for i in range(12)])
    times = np.random.default_rng(1).multinomial(12, np.full(12, 1 / 12), size=60)
    again = [krippendorff_alpha(values[:, np.repeat(order, row)], level=level) for row in times]
    assert [found["low"], found["high"]] == pytest.approx(np.nanquantile(again, [0.025, 0.975]).tolist())


def test_coders_who_never_disagree_have_no_interval() -> None:
    """Five items drawn again from five without a disagreement never have one: that is no evidence of none."""
    row = of(coded({"Ann": "11001", "Ben": "11001"})).iloc[0]
    assert row[["agree", "alpha", "kappa"]].tolist() == [1, 1, 1]
    assert row[["low", "high"]].isna().all()
    assert row["note"] == "nobody disagreed"


def test_answers_may_be_of_any_kind_of_number() -> None:
    coding = coded({"Ann": "110", "Ben": "1.0"})
    expected = of(coding)
    for kind in ("Int64", "boolean", object):
        given = coding.assign(answer=coding["answer"].astype("Int64").astype(kind))
        pd.testing.assert_frame_equal(of(given), expected)


def test_an_empty_coding_has_no_rows() -> None:
    empty = coded({"Ann": "1"}).iloc[:0]
    assert of(empty).empty
    assert disagreements(empty).empty
    assert frame_labels(empty).empty


def test_disagreements_name_who_said_what() -> None:
    coding = coded({"Ann": "11 0", "Ben": "01 0", "Cem": ".0 .", "Dov": "1. 0"}, questions={"q": "Cost"})
    found = disagreements(coding)
    assert list(found.columns) == ["item", "article", "passage", "frame", "question", "yes", "no", "unsure"]
    assert found.values.tolist() == [
        ["i0", "a0", 0, "Cost", "q", "Ann, Dov", "Ben", "Cem"],
        ["i1", "a1", 0, "Cost", "q", "Ann, Ben", "Cem", "Dov"],
    ]


def test_disagreements_with_texts() -> None:
    texts = ["A title\n\nOne line. “We agree.” They left.", "Another."]
    corpus = tl.corpus_from_frame(pd.DataFrame({"id": ["a0", "a1"], "text": texts, "source": ["S", "S"]}))
    coding = coded({"Ann": "11", "Ben": "00"})
    coding["passage"] = coding["item"].map({"i0": 0, "i1": 1})
    found = disagreements(coding, corpus=corpus)["text"].tolist()
    assert found == ["A title\nOne line. “We agree.” They left.", "Another."]
    coding["passage"] = 2
    assert disagreements(coding[:0], corpus=corpus).empty
    with pytest.raises(ValueError, match=re.escape("the corpus has no passage 2 of article 'a1'")):
        disagreements(coding, corpus=corpus)


def test_labels_are_means_over_questions_of_means_over_coders() -> None:
    questions = {"q1": "Cost", "q2": "Cost", "q3": "Blame"}
    coding = coded({"Ann": "110 1.. ...", "Ben": "1.1 00. ...", "Cem": "10. 1.. ..."}, questions=questions)
    found = frame_labels(coding)
    assert list(found.columns) == ["Cost", "Blame"]
    assert found.index.tolist() == ["a0", "a1", "a2"]
    assert found["Cost"].tolist() == pytest.approx([(1 + 0.5) / 2, (2 / 3 + 0) / 2, np.nan], nan_ok=True)
    assert found["Blame"].tolist() == pytest.approx([0.5, np.nan, np.nan], nan_ok=True)


def test_labels_by_a_cut() -> None:
    whole = frame_labels(coded({"Ann": "110", "Ben": "100", "Cem": "110"}), cut=2 / 3)
    assert whole["Cost"].tolist() == [True, True, False]
    assert whole["Cost"].dtype == bool
    gap = frame_labels(coded({"Ann": "1.", "Ben": "0."}), cut=0.5)
    assert gap["Cost"].tolist() == [True, pd.NA]
    assert gap["Cost"].dtype == "boolean"


def test_labels_of_passages_items_and_the_articles_they_are_of() -> None:
    coding = coded({"Ann": "110", "Ben": "1.1"}).replace({"article": {"a1": "a0"}})
    coding["passage"] = coding["item"].map({"i0": 2, "i1": 1, "i2": 1})
    coding.loc[coding["item"] == "i1", "answer"] = [0.0, np.nan]
    assert frame_labels(coding, unit="passage")["Cost"].to_dict() == {("a0", 1): 0.0, ("a0", 2): 1.0, ("a2", 1): 0.5}
    assert frame_labels(coding, unit="item")["Cost"].to_dict() == {"i0": 1.0, "i1": 0.0, "i2": 0.5}
    assert frame_labels(coding)["Cost"].to_dict() == {"a0": 0.5, "a2": 0.5}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: of(c.drop(columns="coder")), "coding has no column 'coder'; it has ['item', 'article'"),
        (lambda c: disagreements(c.drop(columns="frame")), "coding has no column 'frame'"),
        (lambda c: of(c, level="best"), "level must be 'nominal', 'ordinal', 'interval' or 'ratio', not 'best'"),
        (lambda c: of(c, by="coder"), "by must be 'frame' or 'question', not 'coder'"),
        (lambda c: of(c, draws=0), "draws must be a whole number of 1 or more, not 0"),
        (lambda c: of(c.assign(answer=2.0)), "an answer must be 1 (yes), 0 (no) or empty, not 2.0"),
        (lambda c: of(c.assign(answer="yes")), "an answer must be 1 (yes), 0 (no) or empty, not 'yes'"),
        (lambda c: of(pd.concat([c, c])), "Ann answers q of i0 twice"),
        (lambda c: of(c.assign(coder=[None, "Ann", "Ben", "Ben"])), "row 1 of coding has no 'coder'"),
        (lambda c: frame_labels(c.assign(frame=["A", "A", "A", None])), "row 4 of coding has no 'frame'"),
        (lambda c: of(c.assign(passage=[0, 0, 0, 1])), "the item 'i1' is of two passages; codings of two sheets?"),
        (lambda c: frame_labels(c, cut=1.5), "cut must be from 0 to 1, not 1.5"),
        (lambda c: frame_labels(c, cut=float("nan")), "cut must be from 0 to 1, not nan"),
        (lambda c: frame_labels(c, unit="word"), "unit must be 'article', 'passage' or 'item', not 'word'"),
        (lambda c: krippendorff_alpha([1.0, 0.0]), "values must be finite numbers, coders x items, not of shape (2,)"),
        (lambda c: krippendorff_alpha([["a"]]), "values must be numbers, coders x items, NaN for none"),
        (lambda c: krippendorff_alpha([[-1.0]], level="ratio"), 'level "ratio" needs values of 0 or more, not -1.0'),
        (lambda c: krippendorff_alpha([[1.0]], level="best"), "level must be 'nominal', 'ordinal'"),
    ],
)
def test_what_does_not_fit_is_told(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        call(coded({"Ann": "10", "Ben": "11"}))


def test_other_kinds_are_told() -> None:
    with pytest.raises(TypeError, match=re.escape("coding must be DataFrame, as tl.read_coding gives, not list")):
        disagreements([])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=re.escape("rng must be Generator, as np.random.default_rng gives, not int")):
        agreement(coded({"Ann": "1"}), rng=1)  # type: ignore[arg-type]
