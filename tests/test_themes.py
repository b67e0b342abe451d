"""Themes: only topics that held, beside frames, each with its terms, shares, how far it holds, and passages by id."""

import numpy as np
import pandas as pd
import pytest
from test_topic_comparison import matters

import textlens as tl
from textlens import findings

pytestmark = pytest.mark.filterwarnings("ignore::textlens.SmallCorpusWarning")


def demo() -> tuple[pd.DataFrame, pd.DataFrame, tl.Counts]:
    tokens = tl.tokenize(tl.load_demo())
    counts = tl.count_terms(tokens)
    hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    frames = tl.compare_frames(hits, counts, score="passages", against="Harbour Post")
    return frames, hits, counts


def test_frames_are_told_by_their_passages() -> None:
    frames, hits, _ = demo()
    table = tl.themes(None, None, frames, hits)
    assert set(table["kind"]) == {"frame"}
    assert table["share"].tolist() == frames["rate"].tolist()
    assert table["share_low"].le(table["share"]).all() and table["share_high"].ge(table["share"]).all()
    row = table[table["theme"] == "Cost and burden"].iloc[0]
    own = hits[hits["frame"] == "Cost and burden"]
    assert row["terms"].split(", ")[0] == own["indicator"].value_counts().index[0]
    assert row["passages"].count("§") == 3
    assert row["holds"] == "not validated on this material"


def test_a_topic_is_a_theme_only_if_it_held() -> None:
    frames, hits, _ = demo()
    rng = np.random.default_rng(2)
    topics = tl.fit_topics(matters({"A": [0.6, 0.2, 0.2], "B": [0.2, 0.4, 0.4]}, 20, rng), 4)
    topics = tl.measure_stability(topics, rng=rng)
    shares = tl.compare_topics(topics, rng=rng)
    table = tl.themes(topics, shares, frames, hits)
    stable = [topics.names[topic] for topic, verdict in topics.verdicts.items() if verdict == "stable"]
    assert table.loc[table["kind"] == "topic", "theme"].tolist() == stable
    assert len(stable) in (2, 3)
    first = table.iloc[0]
    assert first["holds"].startswith("stability .") or first["holds"].startswith("stability 0.")
    assert first["passages"].count("§") == 3


def test_shares_of_other_topics_are_refused() -> None:
    frames, hits, counts = demo()
    shares = tl.compare_topics(tl.fit_topics(counts, 4))
    with pytest.raises(ValueError, match="^the shares are of other topics"):
        tl.themes(tl.fit_topics(counts, 3), shares, frames, hits)


def test_frames_by_rate_are_no_shares() -> None:
    frames, hits, counts = demo()
    with pytest.raises(ValueError, match="^frames must be compared with score='passages'"):
        tl.themes(None, None, tl.compare_frames(hits, counts), hits)


HELD = pd.DataFrame(
    {
        "topic": [1, 2, 3],
        "label": ["sea, tide", "topic 2 (unstable)", "topic 3 (one article)"],
        "verdict": ["stable", "unstable", "one article"],
        "largest_unit": ["a1", "a2", "a3"],
        "largest_share": [0.2, 0.3, 0.61],
        "stability": [0.9, 0.3, 0.8],
        "null_high": 0.45,
    }
)


def test_what_held_in_a_sentence() -> None:
    assert findings.held(HELD) == (
        "One of three topics came back, when articles were drawn anew, more surely than topics of shuffled counts do "
        "(stability .90; those stay below .45). One article makes more than half of a topic: [[a3]] of topic 3 (61%)."
    )
    both = HELD.assign(verdict="stable")
    assert "Three of three topics" in findings.held(both) and "(stability .30 to .90;" in findings.held(both)


def test_no_stable_topic_in_a_sentence() -> None:
    none = HELD.assign(verdict="unstable", stability=[0.4, 0.3, 0.2])
    assert findings.held(none) == (
        "[[No stable topic.]] Of three topics none came back, when articles were drawn anew, more surely than topics of "
        "shuffled counts do: the surest has a stability of .40, and the best that shuffled counts give stays below .45. "
        "So none of them is named, or taken for a theme."
    )
    alone = findings.held(HELD.tail(2))
    assert alone.startswith(
        "[[No stable topic.]] Of two topics none is both more stable than topics of shuffled counts"
    )
    assert alone.endswith("[[a3]] of topic 3 (61%).")
    assert "when families were drawn anew" in findings.held(HELD, "family")
    assert findings.held(HELD.replace("one article", "one family"), "family").endswith(
        " One family makes more than half of a topic: [[a3]] of topic 3 (61%)."
    )


def test_numbers_of_topics_in_a_sentence() -> None:
    choice = pd.DataFrame({"k": [2, 3, 4], "held_out": [0.1, 0.31, 0.3], "stability": [0.5, 0.9, 0.7], "null": 0.3})
    choice = choice.assign(npmi=[0.1, 0.2, 0.4], rank=[3, 1, 2])
    assert findings.number_of_topics(choice) == (
        "Numbers of topics from 2 to 4 were tried. Words of held-out articles are foretold best with three (0.31 bits a "
        "word saved), and topics exceed those of shuffled counts most with three; both together put three first. "
        "Coherence is highest with four."
    )
    assert "None helps to foretell" in findings.number_of_topics(choice.assign(held_out=-0.1))
    assert "None helps to foretell" in findings.number_of_topics(choice.assign(held_out=0.004))
    below = findings.number_of_topics(choice.assign(null=0.95))
    assert "With none do topics come back more surely than topics of shuffled counts." in below
    assert "foretold best with three (0.31 bits a word saved). Coherence" in below
    assert findings.number_of_topics(choice.head(1)) == (
        "Only two topics were tried. They help to foretell the words of held-out articles (0.10 bits a word saved)."
    )


def test_themes_in_a_sentence_and_shares_as_texts() -> None:
    table = pd.DataFrame({"theme": ["sea", "Cost"], "kind": ["topic", "frame"], "supported": [True, False]})
    table = table.assign(
        group="A",
        against="B",
        q=0.01,
        share=0.214,
        share_low=0.0,
        share_high=np.nan,
        effect=-0.126,
        low=-0.5,
        high=0.004,
    )
    assert findings.themes(table) == (
        "Themes here are one stable topic, found in the words, and one frame, asked of the words by the codebook. "
        "Differences are supported for [[sea]] (q .01)."
    )
    assert findings.themes(table.tail(1)) == (
        "No topic held, so the themes here are one frame, asked of the words by the codebook. For none is a difference "
        "between the sources supported."
    )
    pairs = pd.concat([table.assign(against="C", theme="war", supported=True, q=0.001 * n) for n in range(1, 5)])
    told = findings.themes(pd.concat([table, pairs]))
    assert told.endswith("[[war]] (A against C, q .002), [[war]] (A against C, q .003) and four more.")
    assert "are supported for [[war]] (A against C, q .001), [[war]]" in told
    assert findings.percentages(table, "share") == ["21 % (0 to ?)"] * 2
    assert findings.points(table) == ["−13 (−50 to 0)"] * 2
