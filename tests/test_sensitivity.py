"""Specifications: the grid, what becomes of a term under each, and in how many a finding survives."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import textlens as tl
from textlens.sensitivity import CHOICES, specification_curve, survival

HEAD = "format = 1\nlanguage = 'en'\nname = 'x'\n"
# The first line is the title.
TEXTS = (
    ("A", "Defence talks\nThe talks of defence were long. The navy talked, and talks of peace went on."),
    ("A", "More talks\nThe defence minister talks. He said “defence, defence, defence” of the talks."),
    ("B", "Rice\nThe rice of the delta grows. The defense of rice talks to us all."),
    ("B", "Rice again\nThe rice and the fish of the delta. They talk of rice, rice and rice."),
)


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory) -> tl.Features:
    return features_of(tmp_path_factory.mktemp("study"), TEXTS)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tl.Features:
    study = Path(shutil.copytree(tl.demo_folder(), tmp_path_factory.mktemp("demo") / "study"))
    return tl.read_features(tl.extract_features(study / "corpus.toml"))


def features_of(folder: Path, texts: tuple[tuple[str, str], ...]) -> tl.Features:
    (folder / "texts").mkdir()
    manifest = HEAD
    for number, (source, text) in enumerate(texts):
        (folder / "texts" / f"{number}.txt").write_text(text, "utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        manifest += f"[[article]]\nid = 'a{number}'\nfile = '{number}.txt'\nsource = '{source}'\nsha256 = '{digest}'\n"
    manifest += "[[rule]]\nname = 'title line'\nlines = [1]\nrole = 'title'\n"
    (folder / "corpus.toml").write_text(manifest, "utf-8")
    return tl.read_features(tl.extract_features(folder / "corpus.toml"))


def row_of(curve: pd.DataFrame, **chosen: object) -> pd.Series:
    rows = curve
    for name in CHOICES:
        if rows[name].nunique() > 1:
            rows = rows[rows[name] == chosen.get(name, CHOICES[name][0])]
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_baseline_is_the_comparison_with_its_defaults(demo: tl.Features) -> None:
    curve = specification_curve(demo, choices={}, terms=["seawall", "gates"])
    key = tl.compare_terms(demo.counts).set_index(["group", "against", "term"])
    assert len(curve) == 6
    assert curve["baseline"].all()
    for name in ("count", "count_against", "effect", "low", "high", "p", "q", "p_permutation", "floor", "supported"):
        expected = key[name].loc[list(zip(curve["group"], curve["against"], curve["term"], strict=True))]
        np.testing.assert_array_equal(curve[name], expected)
    assert curve["counted_as"].tolist() == curve["term"].tolist()


def test_all_192_combinations_are_run_once_and_the_first_is_the_baseline(features: tl.Features) -> None:
    curve = specification_curve(features, terms=["talks"])
    assert curve["specification"].tolist() == list(range(1, 193))
    assert not curve[list(CHOICES)].duplicated().any()
    assert curve.loc[0, list(CHOICES)].tolist() == [options[0] for options in CHOICES.values()]
    assert curve["baseline"].tolist() == [True] + [False] * 191
    assert curve.loc[~curve["tested"], "p"].isna().all()
    assert (curve["tested"] == (curve["count"] + curve["count_against"] >= curve["min_count"])).all()


def test_a_term_is_followed_to_where_most_of_its_occurrences_go(features: tl.Features) -> None:
    choices = {"stem": [False, True], "spelling": [True, False], "case": [True, False]}
    curve = specification_curve(features, choices=choices, terms=["defense", "talks"])
    defense, talks = curve[curve["term"] == "defense"], curve[curve["term"] == "talks"]
    assert row_of(defense)[["counted_as", "count", "count_against"]].tolist() == ["defense", 6, 1]
    # Six of the seven are written with c, five of them in small letters.
    assert row_of(defense, spelling=False)[["counted_as", "count", "count_against"]].tolist() == ["defence", 6, 0]
    unmerged = row_of(defense, spelling=False, case=False)
    assert unmerged[["counted_as", "count", "count_against"]].tolist() == ["defence", 5, 0]
    assert row_of(talks)[["counted_as", "count", "count_against"]].tolist() == ["talks", 6, 1]
    assert row_of(talks, stem=True)[["counted_as", "count", "count_against"]].tolist() == ["talk", 7, 2]


def test_segments_left_out_take_their_words_with_them(features: tl.Features) -> None:
    choices = {"headings": ["counted", "left out"], "quoted": ["counted", "left out"], "min_count": [1]}
    curve = specification_curve(features, choices=choices, terms=["defense"])
    assert row_of(curve)["count"] == 6
    assert row_of(curve, headings="left out")["count"] == 5
    assert row_of(curve, quoted="left out")["count"] == 3
    assert row_of(curve, headings="left out", quoted="left out")["count"] == 2
    surface = features.surface
    body = surface.rows(np.flatnonzero((surface.segments["role"] == "body") & (surface.segments["voice"] != "quoted")))
    key = tl.compare_terms(tl.counting.merge_terms(body, features.terms), min_count=1).set_index("term")
    both = row_of(curve, headings="left out", quoted="left out")
    assert both[["effect", "low", "high"]].tolist() == key.loc["defense", ["effect", "low", "high"]].tolist()


def test_function_words_leave_the_family_but_not_the_denominators(features: tl.Features) -> None:
    choices = {"function_words": ["tested", "left out"], "min_count": [1]}
    curve = specification_curve(features, choices=choices, terms=["rice", "the"])
    rice, the = curve[curve["term"] == "rice"], curve[curve["term"] == "the"]
    assert row_of(the)["tested"]
    gone = row_of(the, function_words="left out")
    assert gone["counted_as"] == ""
    assert not gone["tested"]
    assert not gone["supported"]
    assert np.isnan(gone["count"])
    kept = features.counts.terms[~np.isin(features.counts.terms, list(tl.function_words()))]
    only = features.counts.index_of(kept)
    fewer = tl.Counts(
        features.counts.matrix[:, only],
        features.counts.n_words,
        kept,
        features.counts.segments,
        features.counts.articles,
    )
    left = tl.compare_terms(fewer, min_count=1).set_index("term").loc["rice"]
    assert row_of(rice, function_words="left out")[["p", "q"]].tolist() == left[["p", "q"]].tolist()


def test_by_default_the_supported_or_ten_small_p_are_followed(demo: tl.Features, features: tl.Features) -> None:
    key = tl.compare_terms(demo.counts)
    supported = key[key["supported"] & ~key["function_word"]]
    assert specification_curve(demo, choices={})["term"].tolist() == supported["term"].tolist() == ["seawall"]
    curve = specification_curve(features, choices={"min_count": [2]})
    key = tl.compare_terms(features.counts, min_count=2)
    plain = key[key["p"].notna() & ~key["function_word"]].assign(p=key["p"].round(12)).sort_values(["p", "term"])
    assert curve["term"].tolist() == plain["term"].head(10).tolist()


def test_swapped_sources_turn_the_signs(tmp_path: Path, features: tl.Features) -> None:
    turned = features_of(tmp_path, tuple(("BA"[source == "B"], text) for source, text in TEXTS))
    curves = [specification_curve(f, choices={"stem": [False, True]}, terms=["rice"]) for f in (features, turned)]
    np.testing.assert_allclose(curves[0]["effect"], -curves[1]["effect"], atol=1e-9)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"choices": {"stems": [True]}}, "no choice 'stems'; there are function_words, stem, spelling"),
        ({"choices": {"stem": []}}, r"the options of stem must be one or more, each once, not \[\]"),
        ({"choices": {"stem": [True, True]}}, r"each once, not \[True, True\]"),
        ({"choices": {"stem": [1]}}, "no option 1 of stem; there are False and True"),
        ({"choices": {"quoted": ["out"]}}, "no option 'out' of quoted; there are 'counted' and 'left out'"),
        ({"choices": {"quoted": "counted"}}, "quoted must be a list of texts, not the text 'counted'"),
        ({"choices": {"min_count": [-1]}}, "min_count must be a number of 0 or more, not -1"),
        ({"choices": {}, "terms": "rice"}, "terms must be a list of texts, not the text 'rice'"),
        ({"choices": {}, "terms": []}, "terms is empty; name the terms to follow, or leave it out"),
        ({"choices": {}, "terms": ["rise"]}, "the term 'rise' occurs nowhere; near: rice"),
        ({"choices": {"min_count": [100]}}, "the baseline tests no term but function words; a smaller min_count"),
    ],
)
def test_what_cannot_be_run_is_told(features: tl.Features, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        specification_curve(features, **options)


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ("AAB", "under headings = 'left out' the groups cannot be compared: a comparison needs two groups; "),
        ("ACB", "under headings = 'left out' a group has no words, so A and all others cannot be compared; "),
    ],
)
def test_a_specification_without_a_group_is_told(tmp_path: Path, sources: str, message: str) -> None:
    texts = tuple((s, "Rice" if s == "B" else "Rice\nThe rice of the delta grows and grows.") for s in sources)
    with pytest.raises(ValueError, match=message) as caught:
        specification_curve(features_of(tmp_path, texts), terms=["rice"], choices={"headings": CHOICES["headings"]})
    assert str(caught.value).endswith("give choices without this option, as {**textlens.sensitivity.CHOICES, ...}")


def test_other_kinds_than_features_and_curves_are_told() -> None:
    with pytest.raises(TypeError, match=r"features must be Features, as tl\.read_features gives, not int"):
        specification_curve(3)
    with pytest.raises(TypeError, match=r"curve must be DataFrame, as tl\.specification_curve gives, not int"):
        survival(3)
    with pytest.raises(ValueError, match=r"the table lacks term, baseline, tested, .* gives"):
        survival(pd.DataFrame({"group": ["A"], "against": ["B"]}))


def curve_by_hand() -> pd.DataFrame:
    """Two choices; stems lift the effect by 1, the least count lowers it by .2 and leaves one without a test."""
    usual = {"group": "A", "against": "B", "term": "x", "floor": 0.1, "p_permutation": 0.1, "supported": False}
    rows = [
        {"stem": False, "min_count": 10, "effect": 0.5, "low": 0.1, "high": 1.0, "tested": True, "supported": True},
        {"stem": False, "min_count": 20, "effect": 0.3, "low": -0.1, "high": 1.0, "tested": True},
        {"stem": True, "min_count": 10, "effect": -0.5, "low": -0.9, "high": -0.1, "tested": True, "supported": True},
        {"stem": True, "min_count": 20, "effect": -9.0, "low": np.nan, "high": np.nan, "tested": False},
    ]
    return pd.DataFrame([{**usual, "baseline": n == 0, **row} for n, row in enumerate(rows)])


def test_survival_counts_what_is_tested_on_the_baselines_side() -> None:
    (row,) = survival(curve_by_hand()).to_dict("records")
    assert row == {
        **{"group": "A", "against": "B", "term": "x", "specifications": 4, "tested": 3, "same_sign": 2, "beside": 1},
        **{"supported": 1, "widest": 2, "effect_baseline": 0.5, "effect_median": 0.3, "effect_low": -0.5},
        **{"effect_high": 0.5, "weakest_choice": "stem"},
    }


def test_the_weakest_choice_compares_like_with_like() -> None:
    # Means of all tested: .5 and -.5 of min_count 10 against .3: .3 apart; like with like .2. Stems: .4 and -.5, or 1.
    curve = curve_by_hand()
    assert survival(curve[curve["stem"] == False])["weakest_choice"].tolist() == ["min_count"]  # noqa: E712
    assert survival(curve.assign(effect=1.0))["weakest_choice"].tolist() == [""]
    assert survival(curve.head(1))["weakest_choice"].tolist() == [""]


def test_survival_of_what_is_never_tested() -> None:
    (row,) = survival(curve_by_hand().assign(tested=False)).to_dict("records")
    assert [row[name] for name in ("tested", "same_sign", "supported", "weakest_choice")] == [0, 0, 0, ""]
    assert np.isnan(row["effect_median"])


def test_a_frequency_list_is_not_merged_anew(demo: tl.Features) -> None:
    reference = {"gates": 11, "seawall": 9, "the": 200}
    with pytest.raises(
        ValueError, match="^a frequency list cannot be merged anew: give function_words, stem, spelling, "
    ):
        specification_curve(demo, against=reference)
    fixed = {"function_words": ["tested"], "stem": [False], "spelling": [True], "case": [True], "min_count": [10, 5]}
    curve = specification_curve(demo, against=reference, choices=fixed, terms=["gates"])
    assert curve["count_against"].tolist() == [11.0] * len(curve) and not curve["supported"].any()


def test_an_option_that_changes_nothing_repeats_the_answer_of_random_labellings(demo: tl.Features) -> None:
    choices = {"min_count": [3, 2.999]}
    curve = specification_curve(demo, choices=choices, terms=["gates"], rng=np.random.default_rng(1))
    assert curve.groupby(["group", "against"])["p_permutation"].nunique().eq(1).all()


def test_a_number_names_a_group_not_a_list(demo: tl.Features) -> None:
    with pytest.raises(ValueError, match="^no group '2031' to compare with; there are Harbour Post, "):
        specification_curve(demo, against=2031)  # type: ignore[arg-type]
