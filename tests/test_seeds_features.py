"""The committed features of the case study: counts that were made by hand, what five articles cannot show, and that
the texts, where they are, give the same bytes."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import textlens as tl
from textlens.features import TABLES

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
TEXTS = SEEDS.parent.parent / "shared" / "seeds"
FEATURES = tl.read_features(SEEDS)
with_texts = pytest.mark.skipif(not TEXTS.is_dir(), reason="the five articles are not beside this repository")


def per_article(counts: tl.Counts, term: str) -> list[int]:
    grouped = counts.by("article")
    assert grouped.segments["article"].tolist() == ["000", "001", "002", "003", "004"]
    return grouped.matrix[:, counts.index_of([term])].toarray().ravel().tolist()


@pytest.mark.parametrize(
    ("term", "by_hand"),
    [
        # Counted with grep, line by line, without the lines of captions, bylines, datelines and site text.
        ("defense", [18, 24, 15, 31, 19]),
        ("US", [1, 0, 1, 1, 0]),
        ("us", [0, 0, 0, 4, 0]),
        ("ASEAN", [3, 2, 2, 7, 0]),
        ("UN", [2, 3, 1, 5, 1]),
        ("ADMM+", [1, 1, 1, 2, 0]),
        ("peace", [3, 5, 3, 5, 4]),
        ("proactive", [2, 4, 0, 1, 1]),
        ("self-defense", [0, 0, 1, 7, 0]),
        ("diplomacy", [12, 11, 6, 21, 11]),
    ],
)
def test_counts_made_by_hand(term: str, by_hand: list[int]) -> None:
    assert per_article(FEATURES.counts, term) == by_hand


def test_words_of_each_article() -> None:
    assert FEATURES.counts.by("article").n_words.tolist() == [763, 797, 589, 1727, 1089]


def test_defence_and_defense_are_one_term_and_no_key_term() -> None:
    merged = FEATURES.terms[FEATURES.terms["term"] == "defense"]
    assert sorted(merged["surface"]) == ["Defence", "Defense", "defence", "defense"]
    assert "defence" not in FEATURES.counts.terms
    apart = FEATURES.count_terms(spelling=False)
    assert per_article(apart, "defence") == [17, 0, 0, 0, 0]
    assert per_article(apart, "defense") == [1, 24, 15, 31, 19]
    row = tl.compare_terms(FEATURES.counts).set_index("term").loc["defense"]
    assert row["p"] > 0.5
    assert row["p_permutation"] > 0.5
    assert row["low"] < 0 < row["high"]


def test_the_united_states_are_not_us() -> None:
    assert {"US", "us"} <= set(FEATURES.counts.terms)
    key = tl.compare_terms(FEATURES.counts, min_count=1).set_index("term")
    assert key.loc[["US", "us"], "function_word"].tolist() == [False, True]
    assert key.loc[["US", "us"], "count"].tolist() == [3, 4]


def test_only_titles_headings_and_body_are_counted() -> None:
    segments = FEATURES.counts.segments
    assert set(segments["role"]) == {"title", "heading", "body"}
    kept = FEATURES.cleaning[~FEATURES.cleaning["role"].isin(["title", "heading", "body"])]
    assert set(kept["role"]) == {"caption", "byline", "dropped"}
    # These lines are caption, byline, debris or site text from end to end.
    whole = {("001", 5), ("001", 6), ("001", 7), ("001", 19), ("001", 20), ("001", 21), ("002", 2), ("003", 1)}
    whole |= {("003", 7), ("003", 54), ("003", 82), ("004", 33), ("004", 35)}
    assert whole <= set(zip(kept["article"], kept["line"], strict=True))
    assert not whole & set(zip(segments["article"], segments["line"], strict=True))
    assert not (segments[segments["article"] == "003"]["line"] > 53).any()


def test_datelines_labels_captions_and_navigation_are_in_no_count() -> None:
    # Each of these stands in a caption, a dateline, a turn's label or the site's navigation, and nowhere else.
    assert not {"VOV.VN", "VOVWORLD", "PV", "Comment", "photo"} & set(FEATURES.surface.terms)


def test_every_hit_lies_in_a_counted_segment() -> None:
    segments = FEATURES.counts.segments.set_index("segment")
    assert set(FEATURES.hits["segment"]) <= set(segments.index)
    shared = ["article", "passage", "line", "role", "voice", "speaker"]
    at = segments.loc[FEATURES.hits["segment"], shared].reset_index(drop=True)
    pd.testing.assert_frame_equal(at, FEATURES.hits[shared])
    assert (FEATURES.hits["start"] < FEATURES.hits["end"]).all()


def test_counts_add_up_to_the_words() -> None:
    assert FEATURES.counts.matrix.sum(axis=1).tolist() == FEATURES.counts.n_words.tolist()
    assert FEATURES.surface.matrix.sum() == 4965


def test_no_table_holds_a_run_of_eight_words_but_titles_and_rules() -> None:
    for name in set(TABLES) - {"articles", "steps"}:
        with (SEEDS / "features" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            longest = max(len(tl.word_spans(cell)) for row in csv.reader(stream) for cell in row)
        assert longest < 8, name


def test_three_against_two_articles_support_nothing_whatever() -> None:
    with pytest.warns(tl.SmallCorpusWarning, match=r"^3 against 2 units: .* could reach is 0\.1, so none is called "):
        tables = [tl.compare_terms(FEATURES.counts, min_count=min_count) for min_count in (1, 10)]
    with pytest.warns(tl.SmallCorpusWarning, match="^3 against 2 units"):
        tables.append(tl.compare_frames(FEATURES.hits, FEATURES.counts))
    with pytest.warns(tl.SmallCorpusWarning):
        tables.append(tl.compare_terms(FEATURES.phrases, min_count=1))
        tables.append(tl.compare_topics(tl.fit_topics(FEATURES.counts, 4)))
        tables.append(tl.compare_terms(FEATURES.counts, rng=np.random.default_rng(0)))
    for table in tables:
        assert table["floor"].unique().tolist() == [0.1]
        assert not table["supported"].any()
        assert table["p_permutation"].min() >= 0.1
        assert table[["units", "units_against"]].drop_duplicates().to_numpy().tolist() == [[3, 2]]


def test_two_against_two_families_can_show_still_less() -> None:
    with pytest.warns(tl.SmallCorpusWarning, match=r"^2 against 2 units: .* could reach is 0\.33, "):
        tables = [
            tl.compare_terms(FEATURES.counts, unit="family"),
            tl.compare_frames(FEATURES.hits, FEATURES.counts, unit="family"),
        ]
    for table in tables:
        assert table["floor"].unique().tolist() == [1 / 3]
        assert not table["supported"].any()
        assert table[["units", "units_against"]].drop_duplicates().to_numpy().tolist() == [[2, 2]]


def study_in(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("corpus.toml", "codebook.toml"):
        shutil.copy(SEEDS / name, folder / name)
    return folder / "corpus.toml"


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@with_texts
def test_the_texts_give_the_committed_features_byte_for_byte_wherever_they_lie(tmp_path: Path) -> None:
    committed = bytes_of(SEEDS / "features")
    assert sorted(committed) == sorted(f"{name}.csv" for name in TABLES)
    assert bytes_of(tl.extract_features(study_in(tmp_path / "study"), texts=TEXTS)) == committed
    elsewhere = study_in(tmp_path / "another place" / "study")
    shutil.copytree(TEXTS, elsewhere.parent / "texts")
    assert bytes_of(tl.extract_features(elsewhere)) == committed


@with_texts
def test_no_table_repeats_eight_words_of_an_article(tmp_path: Path) -> None:
    runs = set()
    for path in TEXTS.glob("*.txt"):
        words = words_of(path.read_text(encoding="utf-8"))
        runs |= {tuple(words[i : i + 8]) for i in range(len(words) - 7)}
    titles = [words_of(title) for title in FEATURES.counts.articles["title"]]
    allowed = {tuple(title[i : i + 8]) for title in titles for i in range(len(title) - 7)}
    for path in (SEEDS / "features").glob("*.csv"):
        words = words_of(path.read_text(encoding="utf-8"))
        found = {tuple(words[i : i + 8]) for i in range(len(words) - 7)} & runs
        assert len(found - allowed) == 0, path.name


def words_of(text: str) -> list[str]:
    runs = "".join(c if c.isalnum() else " " for c in text.casefold())
    return runs.split()
