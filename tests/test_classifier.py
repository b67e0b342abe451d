"""The classifier of frames: planted frames are learned, chance is not; scikit-learn's conventions; files; errors."""

from __future__ import annotations

import hashlib
import io
import json
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, cross_val_predict

import textlens as tl
from textlens.classifier import _best_cut, _names, _platt
from textlens.frame_features import CUES, describe_texts, weighted

NEUTRAL = "The meeting was held on Monday and the report was read aloud in the hall before noon".split()
MONEY = "bill budget tax debt price cost profit".split()
HOME = "mother daughter tears grief family wept".split()


def made(n: int, seed: int) -> tuple[list[str], pd.DataFrame]:
    """Texts of neutral words, in which words of two frames are planted."""
    rng = np.random.default_rng(seed)
    labels = pd.DataFrame(rng.random((n, 2)) < 0.4, columns=["Economic", "Human"])
    texts = []
    for money, home in labels.itertuples(index=False):
        words = [*rng.choice(NEUTRAL, 30), *rng.choice(MONEY, 3 * money), *rng.choice(HOME, 3 * home)]
        texts.append(" ".join(rng.permutation(words)) + ".")
    return texts, labels


@pytest.fixture(scope="module")
def model() -> tl.FrameClassifier:
    return tl.FrameClassifier().fit(*made(80, 1))


def test_planted_frames_are_learned(model: tl.FrameClassifier) -> None:
    texts, labels = made(60, 2)
    found = model.predict_proba(texts)
    assert found.shape == (60, 2)
    assert ((found > 0) & (found < 1)).all()
    for column, frame in enumerate(labels):
        assert f1_score(labels[frame], model.predict(texts)[:, column]) > 0.95
    # Probabilities that are right add up to the number of texts that have the frame.
    assert found.sum(axis=0) == pytest.approx(labels.sum().to_numpy(), rel=0.15)


def test_labels_of_chance_teach_nothing() -> None:
    texts, labels = made(120, 3)
    shuffled = pd.DataFrame(np.random.default_rng(4).permutation(labels.to_numpy()), columns=labels.columns)
    groups = pd.Series(np.arange(120) % 12)
    table = tl.evaluate_frames(
        tl.FrameClassifier(), texts, shuffled, groups=groups, material="chance", rng=np.random.default_rng(1)
    )
    assert table["value"].between(0.3, 0.7).all()
    assert (table["brier"] > table["brier_base"] - 0.02).all()


def test_a_share_is_a_yes_and_a_no() -> None:
    """A share of .25 teaches what one yes and three noes teach, each of a quarter."""
    texts, labels = made(40, 5)
    soft = labels.astype(float).replace({1.0: 0.75, 0.0: 0.25})
    mixed = tl.FrameClassifier().fit(texts, soft)
    design = mixed._design(describe_texts(texts * 4, mixed.codebooks_))
    yes = np.concatenate([soft["Economic"] > quarter for quarter in (0, 0.25, 0.5, 0.75)])
    chosen = np.flatnonzero(mixed.coef_[0])
    oracle = LogisticRegression(max_iter=3000).fit(design[:, chosen], yes, sample_weight=np.full(160, 0.25))
    assert mixed.coef_[0, chosen] == pytest.approx(oracle.coef_[0], abs=2e-3)


def test_weights_count_as_copies() -> None:
    texts, labels = made(30, 6)
    weight = np.array([2.0, 1.0] * 15)
    weighed = tl.FrameClassifier(codebooks=[]).fit(texts, labels, sample_weight=weight)
    design = weighed._design(describe_texts(texts, []))
    oracle = LogisticRegression(max_iter=3000).fit(design, labels["Human"], sample_weight=weight)
    assert weighed.coef_[1] == pytest.approx(oracle.coef_[0], abs=2e-3)


def test_stems_are_weighted_as_scikit_learn_weighs_them(model: tl.FrameClassifier) -> None:
    described = describe_texts(made(20, 7)[0], [])
    oracle = TfidfTransformer(sublinear_tf=True).fit(described.stems)
    assert weighted(described.stems, oracle.idf_).toarray() == pytest.approx(
        oracle.transform(described.stems).toarray()
    )


def test_texts_are_described_by_hits_and_cues() -> None:
    text = "“My mother paid,” she said. “We must not pay 30% of £900!” Why?"
    book = tl.load_codebook("generic_frames")
    described = describe_texts([text], [book])
    frames = book.frames["frame"].tolist()
    n_words = 13
    rate, hits, indicators = described.hits[0, frames.index("Economic consequences")]
    assert rate == pytest.approx(np.sqrt(1000 * 2 / n_words))
    assert (hits, indicators) == (pytest.approx(np.log(3)), pytest.approx(np.log(3)))  # paid, pay
    told = dict(zip(CUES, described.cues[0], strict=True))
    once = np.sqrt(1000 / n_words)
    for cue in ("I", "we", "she", "says", "must", "not", "money", "percent", "question", "exclamation"):
        assert told[cue] == pytest.approx(once), cue
    assert told["you"] == told["he"] == 0
    assert told["numbers"] == pytest.approx(np.sqrt(2) * once)
    assert told["quoted"] == pytest.approx(10 / n_words)
    assert told["words"] == pytest.approx(np.log(1 + n_words))


@pytest.mark.parametrize(
    ("name", "frame", "meant"),
    [
        ("HI", "Human interest", True),
        ("human interest", "Human interest", True),
        ("EC", "Economic consequences", True),
        ("Moral", "Morality", True),
        ("E", "Economic consequences", False),
        ("0", "Conflict", False),
        ("HC", "Human interest", False),
    ],
)
def test_a_label_means_a_frame_by_name_beginning_or_initials(name: str, frame: str, meant: bool) -> None:
    assert _names(name, frame) == meant


def test_a_frame_sees_the_hits_of_its_own_codebook_frame_only(model: tl.FrameClassifier) -> None:
    table = tl.leaning_words(model, n=500)
    hits = table[table["kind"] == "hits"]
    own = hits.groupby("frame")["feature"].agg(lambda features: {text.split(":")[0] for text in features})
    assert own.to_dict() == {"Economic": {"Economic consequences"}, "Human": {"Human interest"}}


def test_without_names_a_column_takes_the_frame_that_goes_with_it() -> None:
    texts, labels = made(60, 8)
    nameless = tl.FrameClassifier(codebooks=["generic_frames"]).fit(texts, labels.to_numpy())
    named = tl.FrameClassifier(codebooks=["generic_frames"], frames=["Economic consequences", "Human interest"]).fit(
        texts, labels.to_numpy()
    )
    assert (nameless.coef_ == named.coef_).all()
    assert nameless.frames_.tolist() == ["0", "1"]
    assert named.frames_.tolist() == ["Economic consequences", "Human interest"]


def test_it_is_at_home_in_scikit_learn() -> None:
    texts, labels = made(60, 9)
    first = tl.FrameClassifier(C=0.5, codebooks=["generic_frames"])
    copy = clone(first)
    assert copy.get_params() == {"C": 0.5, "codebooks": ["generic_frames"], "frames": None}
    found = cross_val_predict(
        first, texts, labels.to_numpy().astype(int), groups=np.arange(60) % 6, cv=GroupKFold(3), method="predict_proba"
    )
    assert found.shape == (60, 2)
    classes = labels["Economic"].astype(int) + 2 * labels["Human"].astype(int)
    found = cross_val_predict(first, texts, classes, cv=3, method="predict_proba")
    assert found.sum(axis=1) == pytest.approx(np.ones(60))
    again = clone(first).fit(texts, labels).predict_proba(texts)
    assert (clone(first).fit(texts, labels).predict_proba(texts) == again).all()


def test_one_label_a_text() -> None:
    texts, labels = made(90, 10)
    names = labels["Economic"].map({True: "money", False: "no money"}) + labels["Human"].map({True: " home", False: ""})
    chosen = tl.FrameClassifier().fit(texts, names)
    assert chosen.classes_.tolist() == ["money", "money home", "no money", "no money home"]
    assert (chosen.predict(texts) == names).mean() > 0.95


def test_platt_and_cut_by_hand() -> None:
    rng = np.random.default_rng(11)
    scores = rng.normal(size=4000)
    share = 1 / (1 + np.exp(-(2 * scores - 1)))
    slope, shift = _platt(scores, share, np.ones(4000))
    assert (slope, shift) == (pytest.approx(2, abs=0.02), pytest.approx(-1, abs=0.02))
    # Yes from .6 on: 2 of 2 right, 2 of 3 found; from .3 on: 3 of 4 right, all found.
    assert _best_cut(np.array([0.9, 0.6, 0.4, 0.3, 0.1]), np.array([True, True, False, True, False])) == 0.3


def test_evaluation_tells_what_was_held_out(model: tl.FrameClassifier) -> None:
    texts, labels = made(60, 12)
    groups = pd.Series(np.arange(60) % 6)
    told: dict[str, Any] = {"groups": groups, "material": "60 made texts", "rng": np.random.default_rng(1)}
    table = tl.evaluate_frames(tl.FrameClassifier(), texts, labels, ceiling={"Human": 0.6}, n_splits=3, **told)
    assert table["frame"].tolist() == ["Economic", "Human"]
    assert (table["value"] > 0.97).all()
    assert table["f1"].gt(0.9).all()
    assert table["positives"].tolist() == labels.sum().tolist()
    assert np.isnan(table["ceiling"].iloc[0])
    assert table["ceiling"].iloc[1] == 0.6
    turned = tl.evaluate_frames(
        tl.FrameClassifier(),
        texts,
        labels,
        n_splits=3,
        **{**told, "groups": groups[::-1], "rng": np.random.default_rng(1)},
    )
    assert turned["value"].tolist() == table["value"].tolist()
    with pytest.raises(
        ValueError, match="labels must be yes or no for every text and frame; shares go into learn_from"
    ):
        tl.evaluate_frames(tl.FrameClassifier(), texts, labels * 0.5, **told)
    with pytest.raises(ValueError, match="there are 59 texts, but labels of 60"):
        tl.evaluate_frames(tl.FrameClassifier(), texts[1:], labels, **told)
    with pytest.raises(ValueError, match="there are 6 groups, too few for 7 splits"):
        tl.evaluate_frames(tl.FrameClassifier(), texts, labels, n_splits=7, **told)


def test_saved_and_read_it_says_the_same(model: tl.FrameClassifier, tmp_path: Path) -> None:
    texts = made(10, 13)[0]
    tl.save_classifier(model, tmp_path / "frames")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["frames.json", "frames.npz"]
    same = tl.load_classifier(tmp_path / "frames")
    assert (same.predict_proba(texts) == model.predict_proba(texts)).all()
    assert (same.predict(texts) == model.predict(texts)).all()
    before = (tmp_path / "frames.npz").read_bytes()
    tl.save_classifier(same, tmp_path / "frames")
    assert (tmp_path / "frames.npz").read_bytes() == before


def test_a_codebook_of_ones_own_is_given_again(tmp_path: Path) -> None:
    book = tl.read_codebook(tl.demo_folder() / "codebook.toml")
    texts, labels = made(40, 14)
    tl.save_classifier(tl.FrameClassifier(codebooks=[book]).fit(texts, labels), tmp_path / "own")
    with pytest.raises(ValueError, match=re.escape("fitted with the codebook 'Frames of the Keldmouth barrage'; give")):
        tl.load_classifier(tmp_path / "own")
    assert tl.load_classifier(tmp_path / "own", codebooks=[book]).predict(texts).shape == (40, 2)


def written(path: Path, numbers: bytes) -> None:
    """Numbers that the words vouch for."""
    path.with_suffix(".npz").write_bytes(numbers)
    said = json.loads(path.with_suffix(".json").read_text("utf-8"))
    path.with_suffix(".json").write_text(json.dumps({**said, "numbers": hashlib.sha256(numbers).hexdigest()}), "utf-8")


def test_numbers_of_another_classifier_are_refused(model: tl.FrameClassifier, tmp_path: Path) -> None:
    """Both are whole, and of the same shapes."""
    tl.save_classifier(model, tmp_path / "one")
    tl.save_classifier(tl.FrameClassifier(C=0.1).fit(*made(80, 1)), tmp_path / "other")
    (tmp_path / "one.npz").write_bytes((tmp_path / "other.npz").read_bytes())
    with pytest.raises(ValueError, match=r"one\.npz: not the numbers that belong to .*one\.json; the two were not"):
        tl.load_classifier(tmp_path / "one")


def test_numbers_that_would_fill_the_memory_are_refused(model: tl.FrameClassifier, tmp_path: Path) -> None:
    path = tmp_path / "m"
    tl.save_classifier(model, path)
    bomb = io.BytesIO()
    np.savez_compressed(bomb, coef_=np.zeros(100_000))
    written(path, bomb.getvalue())
    with pytest.raises(ValueError, match=r"m\.npz: not a classifier .*: it is compressed"):
        tl.load_classifier(path)
    whole = io.BytesIO()
    np.save(whole, np.zeros(1))
    claim = whole.getvalue().replace(b"(1,), }" + b" " * 15, b"(1000000000000000,), }")
    assert len(claim) == len(whole.getvalue()) and claim != whole.getvalue()
    liar = io.BytesIO()
    with zipfile.ZipFile(liar, "w") as archive:
        archive.writestr("coef_.npy", claim)
    written(path, liar.getvalue())
    with pytest.raises(ValueError, match=r"m\.npz: not a classifier"):
        tl.load_classifier(path)


def test_nothing_is_written_where_something_cannot_be(tmp_path: Path) -> None:
    texts, labels = made(60, 22)
    classes = (labels["Economic"] * 1 + labels["Human"] * 2).map({0: b"a", 1: b"b", 2: b"c", 3: b"d"})
    with pytest.raises(TypeError):
        tl.save_classifier(
            tl.FrameClassifier(codebooks=[]).fit(texts, classes.to_numpy().astype(bytes)), tmp_path / "m"
        )
    assert list(tmp_path.iterdir()) == []


def test_the_frames_that_were_asked_for_are_read_back(tmp_path: Path) -> None:
    texts, labels = made(40, 23)
    own = tl.FrameClassifier(codebooks=["generic_frames"], frames=["EC", "HI"]).fit(texts, labels.to_numpy())
    tl.save_classifier(own, tmp_path / "m")
    assert tl.load_classifier(tmp_path / "m").get_params() == own.get_params()


def test_rows_that_are_named_must_go_together() -> None:
    texts, labels = made(30, 24)
    model = tl.FrameClassifier(codebooks=[])
    named = pd.Series(texts)
    with pytest.raises(
        ValueError, match="texts and labels have different rows, or in another order: 0 in texts stands"
    ):
        model.fit(named, labels.iloc[::-1])
    with pytest.raises(ValueError, match="labels and shares have different rows, or in another order"):
        model.fit(texts, labels, shares=labels.astype(float).iloc[::-1])
    pairs = pd.MultiIndex.from_arrays([range(30), range(30)])
    with pytest.raises(ValueError, match="texts and labels have different rows"):
        model.fit(named, labels.set_axis(pairs))
    same = model.fit(named.set_axis(pairs), labels.set_axis(pairs)).coef_
    assert (same == model.fit(texts, labels).coef_).all()


def test_evaluation_tells_rows_by_their_index() -> None:
    texts, labels = made(40, 25)
    labels = labels.set_axis([f"a{number}" for number in range(40)])
    groups = pd.Series(np.arange(40) % 4, index=labels.index)
    shares = labels.astype(float) * 0.8 + 0.1

    def told(given: Any, learned: pd.DataFrame) -> pd.DataFrame:
        return tl.evaluate_frames(
            tl.FrameClassifier(codebooks=[]),
            given,
            labels,
            groups=groups,
            material="40 made texts",
            rng=np.random.default_rng(1),
            learn_from=learned,
            n_splits=2,
        )

    named = pd.Series(texts, index=labels.index)
    expected = told(texts, shares)
    pd.testing.assert_frame_equal(told(named.iloc[::-1], shares.iloc[::-1]), expected)
    with pytest.raises(ValueError, match="the rows of texts must be those of labels; 0 is in one of them only"):
        told(pd.Series(texts), shares)
    with pytest.raises(ValueError, match="the rows of learn_from must be those of labels; 'a0' is in one of them only"):
        told(texts, shares.iloc[1:])
    with pytest.raises(ValueError, match="the row 'a0' stands twice in the learn_from"):
        told(texts, pd.concat([shares, shares]))


def test_broken_files_are_refused(model: tl.FrameClassifier, tmp_path: Path) -> None:
    path = tmp_path / "frames"
    tl.save_classifier(model, path)
    said, numbers = (tmp_path / "frames.json").read_text("utf-8"), (tmp_path / "frames.npz").read_bytes()
    for text in (
        "[]",
        "{",
        "[" * 100_000,
        json.dumps({**json.loads(said), "terms": [1]}),
        said.replace('"format": 1', '"format": 9'),
    ):
        (tmp_path / "frames.json").write_text(text, "utf-8")
        with pytest.raises(ValueError, match=r"frames\.json: not a classifier that tl\.save_classifier wrote"):
            tl.load_classifier(path)
    for lie in ({"C": -1.0}, {"classes": ["Human", "Economic"]}, {"classes": [[1], {}]}, {"asked_frames": [1, 2]}):
        (tmp_path / "frames.json").write_text(json.dumps({**json.loads(said), **lie}), "utf-8")
        with pytest.raises(ValueError, match=r"frames\.json: not a classifier that tl\.save_classifier wrote"):
            tl.load_classifier(path)
    (tmp_path / "frames.json").write_text(re.sub('"sha256": "[0-9a-f]*"', '"sha256": "0"', said), "utf-8")
    with pytest.raises(ValueError, match="fitted with another version of the codebook 'generic_frames'"):
        tl.load_classifier(path)
    (tmp_path / "frames.json").write_text(said, "utf-8")
    written(path, numbers[:1000])
    with pytest.raises(ValueError, match=r"frames\.npz: not a classifier"):
        tl.load_classifier(path)
    with np.load(io.BytesIO(numbers)) as archive:
        arrays = dict(archive)
    for name, wrong in (
        ("coef_", arrays["coef_"][:, :-1]),
        ("idf_", np.array([None])),
        ("sd_", arrays["sd_"] * np.nan),
        ("sd_", arrays["sd_"] * 0),
        ("slope_", -arrays["slope_"]),
        ("cuts_", arrays["cuts_"] + 9),
    ):
        changed = io.BytesIO()
        np.savez(changed, **{**arrays, name: wrong})
        written(path, changed.getvalue())
        with pytest.raises(ValueError, match=rf"{name} must |not a classifier"):
            tl.load_classifier(path)
    with pytest.raises(ValueError, match="there is no such file"):
        tl.load_classifier(tmp_path / "other")


@pytest.mark.parametrize(
    ("texts", "labels", "options", "message"),
    [
        ("one text", [[1]], {}, "texts must be a list of texts, not one text"),
        (pd.DataFrame({"text": ["a b"]}), [[1]], {}, "texts must be a list of texts, not a table"),
        ([], [], {}, "there is no text"),
        (["a b", "c"], [[1]], {}, "there are 2 texts, but labels of 1"),
        (["a b", " "], [[1], [0]], {}, "row 2 has no text"),
        (["a b", "c"], [[1], [2]], {}, "the label of text 2 for frame '0' must be between 0 and 1, not 2.0"),
        (["a b", "c"], [[1], [np.nan]], {}, "the label of text 2 for frame '0' must be between 0 and 1, not nan"),
        (["a b", "c"], [[1, 0], [0, 0]], {}, "all texts have the same label for frame '1'; there is nothing to learn"),
        (
            ["a b", "c"],
            ["x", "y"],
            {},
            "one label a text needs three labels or more; for yes and no give a column a frame",
        ),
        (["a b", "c"], ["x", None], {}, "the label of text 2 is missing"),
        (["a b", "c"], [[1], [0]], {"frames": ["A", "B"]}, "frames must name one codebook frame for each of 1 columns"),
        (
            ["a b", "c"],
            [[1], [0]],
            {"frames": ["Peace"]},
            "no codebook has the frame 'Peace'; there are Responsibility,",
        ),
        (["a b", 7], [[1], [0]], {}, "row 2 has no text, but 7"),
        (["a b", "c"], [["yes"], ["no"]], {}, "labels and shares must be true, false or numbers from 0 to 1"),
        (
            ["a b", "c"],
            pd.DataFrame([[1, 0], [0, 1]], columns=["A", "A"]),
            {},
            "two columns of the labels are called 'A'",
        ),
        (["a b", "c"], pd.DataFrame({"A": pd.array([True, None])}), {}, "text 2 for frame 'A' must be between 0 and 1"),
        (["a", "b", "c"], pd.Series(["x", 1, 2], dtype=object), {}, "labels must be all text or all numbers, not both"),
        (["a b", "c"], [[1], [0]], {"frames": "HI"}, "frames must be a list of texts, not the text 'HI'"),
        (["a b", "c"], [[1], [0]], {"codebooks": "none"}, "codebooks must be a list of texts, not the text 'none'"),
        (["a b", "c"], [[1], [0]], {"codebooks": ["none"]}, "there is no codebook 'none'; there are entman_functions,"),
    ],
)
@pytest.mark.filterwarnings("ignore::textlens.SmallCorpusWarning")
def test_what_cannot_be_learned_is_told(texts: Any, labels: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        tl.FrameClassifier(**options).fit(texts, np.array(labels, dtype=object) if "x" in list(labels) else labels)


def test_few_texts_with_a_frame_are_a_warning() -> None:
    texts, labels = made(20, 15)
    labels["Economic"] = np.arange(20) < 3
    with pytest.warns(tl.SmallCorpusWarning, match="only 3 of 20 texts have frame 'Economic'; little can be learned"):
        tl.FrameClassifier(codebooks=[]).fit(texts, labels)


def test_weights_must_fit() -> None:
    with pytest.raises(ValueError, match=re.escape("sample_weight must be one number for each of 20 texts, not (3,)")):
        tl.FrameClassifier().fit(*made(20, 16), sample_weight=[1, 2, 3])
    for wrong in (np.nan, -1):
        with pytest.raises(ValueError, match="sample_weight must be numbers of 0 or more, not all 0"):
            tl.FrameClassifier().fit(*made(20, 16), sample_weight=[wrong] + [1] * 19)


def test_shares_teach_and_labels_calibrate() -> None:
    """Coders say yes to most questions of most texts; the frame itself is rarer: probabilities are of the frame."""
    texts, labels = made(120, 17)
    shares = labels.astype(float) * 0.3 + 0.6
    alone, both = tl.FrameClassifier().fit(texts, shares), tl.FrameClassifier().fit(texts, labels, shares=shares)
    assert (both.coef_ == alone.coef_).all()
    fresh, truth = made(200, 18)
    expected = truth.mean().to_numpy()
    assert both.predict_proba(fresh).mean(axis=0) == pytest.approx(expected, abs=0.08)
    assert (alone.predict_proba(fresh).mean(axis=0) > expected + 0.2).all()
    assert (both.predict(fresh) == truth).to_numpy().mean() > 0.95


def test_shares_must_fit_the_labels() -> None:
    texts, labels = made(20, 19)
    with pytest.raises(
        ValueError, match=re.escape("shares must be texts x frames, as the labels (20, 2), not (19, 2)")
    ):
        tl.FrameClassifier(codebooks=[]).fit(texts, labels, shares=labels.iloc[1:])
    with pytest.raises(ValueError, match="shares have the columns"):
        tl.FrameClassifier(codebooks=[]).fit(texts, labels, shares=labels[["Human", "Economic"]])


def test_a_whole_number_for_C_is_read_back(tmp_path: Path) -> None:
    texts, labels = made(40, 20)
    tl.save_classifier(tl.FrameClassifier(C=1, codebooks=[]).fit(texts, labels), tmp_path / "m")
    assert tl.load_classifier(tmp_path / "m").C == 1


def test_no_words_to_lean_on_is_not_all_of_them(model: tl.FrameClassifier) -> None:
    with pytest.raises(ValueError, match="n must be a whole number of 1 or more, not 0"):
        tl.leaning_words(model, n=0)


def test_terms_twice_are_refused(tmp_path: Path) -> None:
    texts, labels = made(40, 21)
    tl.save_classifier(tl.FrameClassifier(codebooks=[]).fit(texts, labels), tmp_path / "m")
    said = json.loads((tmp_path / "m.json").read_text("utf-8"))
    (tmp_path / "m.json").write_text(json.dumps({**said, "terms": said["terms"][:1] * len(said["terms"])}), "utf-8")
    with pytest.raises(ValueError, match="not a classifier that"):
        tl.load_classifier(tmp_path / "m")


def test_shares_below_a_half_are_no_frames_that_are_missing() -> None:
    """Coders may say yes to a third of the questions where the frame is there."""
    texts, labels = made(40, 26)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tl.FrameClassifier(codebooks=[]).fit(texts, labels, shares=labels * 0.3 + 0.1)
