"""The benchmark of topics: what it plants, what it counts, and its page."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "benchmarks"))

import topics_page  # noqa: E402
from topics_made import OWN, Design, as_counts, place_of, planted, planted_terms, term_names, unstructured  # noqa: E402


def test_planted_topics_are_seven_tenths_their_own() -> None:
    terms = planted_terms(3, np.random.default_rng(1), borrowed=0.2)
    assert terms.sum(axis=1) == pytest.approx([1, 1, 1])
    own = [terms[topic, topic * OWN : (topic + 1) * OWN].sum() for topic in range(3)]
    assert own == pytest.approx([0.56] * 3)
    assert terms[2, :OWN].sum() == pytest.approx(0.14)


def test_planted_articles_have_the_words_and_shares_of_their_design() -> None:
    rng = np.random.default_rng(1)
    means = np.array([[0.9, 0.1], [0.1, 0.9]])
    counts = planted(planted_terms(2, rng), means, 30, Design(apart=50.0), rng)
    assert counts.n_words.tolist() == [50] * 360
    assert counts.articles["source"].value_counts().to_dict() == {"group 0": 30, "group 1": 30}
    first = counts.by("source").matrix.toarray()[:, :OWN].sum(axis=1)
    assert first / 9000 == pytest.approx([0.63, 0.07], abs=0.03)


@pytest.mark.parametrize("kind", ["even", "bursty", "own words"])
def test_counts_without_topics(kind: str) -> None:
    counts = unstructured(kind, 5, np.random.default_rng(1))
    assert counts.segments["article"].nunique() == 5
    assert set(counts.n_words) == {50}


def test_made_words_are_told_by_their_numbers() -> None:
    names = term_names(1204)
    assert len(set(names)) == 1204
    assert [place_of(names[i]) for i in (0, 9, 1203)] == [0, 9, 1203]
    assert as_counts(np.eye(2), np.arange(2), np.array(["a", "b"])).terms.tolist() == ["qaaaaaa", "qaaaaab"]


def tables() -> dict[str, pd.DataFrame]:
    recovered = pd.DataFrame({"design": ["a", "a"], "k": [3, 4], "jaccard": [0.9, 1.0], "stable": 1.0, "rank": [1, 3]})
    nothing = pd.DataFrame({"kind": ["even", "even"], "found": [False, True], "beyond": [-0.1, 0.2]})
    covered = pd.DataFrame({"design": ["d"] * 4, "held": [True, True, True, False], "width": 0.5})
    few = pd.DataFrame(
        {"articles": ["5", "5", "20", "20"] * 2, "plain": [0.1, 0.5] * 4, "stable": [0, 2, 1, 6] + [1, 3, 1, 6]}
    )
    costs = pd.DataFrame({"articles": 100, "way": ["textlens", "NMF"], "cpu": [1.0, 4.0], "npmi": [0.2, 0.1]})
    costs = costs.assign(diversity=0.5, memory=[0.3, np.nan])
    return {"recovered": recovered, "nothing": nothing, "few": few, "covered": covered, "costs": costs}


def test_the_page_says_what_was_measured() -> None:
    page = topics_page.page(tables(), True)
    assert "| a | 0.950 | 0.900 | 1.000 | 1 | 1 | 2 |" in page
    assert "| even | 1 | 0.200 | 2 |" in page
    assert (
        "| articles | 10% its own | 50% its own |\n| --- | --: | --: |\n| 5 | 0.500 | 2.500 |\n| 20 | 1.000 | 6.000 |"
        in page
    )
    assert "2 corpora each" in page
    assert "| d | 0.750 | 0.500 | 4 |" in page
    assert "CPU of textlens over that of NMF: 0.25 with 100 articles. Coherence: 2.00 with 100" in page
    assert "the same bytes." in page
    assert "DIFFERENT" in topics_page.page(tables(), False)


def test_every_figure_is_a_row() -> None:
    flat = topics_page.flat(tables())
    assert list(flat) == ["table", "row", "figure", "value"]
    assert len(flat) == 6 + 3 + 2 * 2 + 3 + 2 * 5
    assert flat.loc[flat["figure"] == "coverage", "value"].tolist() == [0.75]
    assert flat.loc[flat["figure"] == "cpu", "row"].tolist() == ["100 textlens", "100 NMF"]
