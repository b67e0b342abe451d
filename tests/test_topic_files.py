"""Saved topics: the same after reading; what is broken, or of two fits, is refused by name."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_topics import fitted, planted

import textlens as tl

pytestmark = pytest.mark.filterwarnings("ignore::textlens.SmallCorpusWarning")


def test_topics_come_back_whole(tmp_path: Path) -> None:
    topics = tl.measure_stability(fitted(), rng=np.random.default_rng(1))
    topics = topics.relabel(topics.label_table().assign(label=["Küste", "Höfe", "Geld"]))
    tl.save_topics(topics, tmp_path / "topics")
    same = tl.load_topics(tmp_path / "topics")
    assert same.names == topics.names
    assert (same.steps, same.counts.steps, same.method) == (topics.steps, topics.counts.steps, "nmf")
    for name in ("terms", "shares", "article_shares"):
        pd.testing.assert_frame_equal(getattr(same, name), getattr(topics, name))
    pd.testing.assert_frame_equal(same.to_frame(), topics.to_frame())
    pd.testing.assert_frame_equal(tl.compare_topics(same), tl.compare_topics(topics))
    counts = planted(8)[0]
    pd.testing.assert_frame_equal(same.transform(counts), topics.transform(counts))


def test_what_was_measured_by_families_stays_so(tmp_path: Path) -> None:
    counts, _ = planted()
    days = pd.to_datetime(["2025-01-01", "2025-03-02"] * len(counts.articles))[: len(counts.articles)]
    counts = replace(counts, articles=counts.articles.assign(family=[str(n // 2) for n in range(len(days))], day=days))
    topics = tl.measure_stability(tl.fit_topics(counts, 3), unit="family")
    tl.save_topics(topics, tmp_path / "topics")
    same = tl.load_topics(tmp_path / "topics")
    assert same.unit == "family"
    pd.testing.assert_frame_equal(same.to_frame(), topics.to_frame())
    assert same.counts.labels("day").tolist() == topics.counts.labels("day").tolist()


def test_what_was_written_holds_no_passage(tmp_path: Path) -> None:
    tl.save_topics(fitted(), tmp_path / "topics")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["topics.json", "topics.npz"]
    assert "text" not in json.loads((tmp_path / "topics.json").read_text("utf-8"))["segments"]


def test_files_of_two_fits_do_not_belong_together(tmp_path: Path) -> None:
    tl.save_topics(fitted(3), tmp_path / "a")
    tl.save_topics(fitted(2), tmp_path / "b")
    (tmp_path / "a.npz").write_bytes((tmp_path / "b.npz").read_bytes())
    with pytest.raises(ValueError, match=r"a\.npz: not the numbers that belong to .*a\.json; "):
        tl.load_topics(tmp_path / "a")


@pytest.mark.parametrize("text", ["[]", "{}", '{"format": 1}', '{"format": 9, "numbers": "x"}', "[" * 100_000])
def test_what_is_no_file_of_topics_is_told_so(tmp_path: Path, text: str) -> None:
    tl.save_topics(fitted(), tmp_path / "topics")
    (tmp_path / "topics.json").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"topics\.json: not topics that tl\.save_topics wrote$"):
        tl.load_topics(tmp_path / "topics")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("terms", ["a"]),
        ("method", "svd"),
        ("segments", {}),
        ("stability", {"topic": [1]}),
        ("labels", {"x": "y"}),
        ("labels", {"99": "y"}),
        ("refit_size", -1),
        ("unit", "no such"),
        ("unit", ["article"]),
    ],
)
def test_a_file_that_lies_is_refused(tmp_path: Path, key: str, value: object) -> None:
    tl.save_topics(fitted(), tmp_path / "topics")
    said = json.loads((tmp_path / "topics.json").read_text("utf-8"))
    (tmp_path / "topics.json").write_text(json.dumps(said | {key: value}), "utf-8")
    with pytest.raises(ValueError, match=r"topics: not topics that tl\.save_topics wrote: "):
        tl.load_topics(tmp_path / "topics")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises((OSError, ValueError), match=r"topics\.json"):
        tl.load_topics(tmp_path / "topics")
