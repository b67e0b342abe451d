"""What was planted in the demo corpus is counted and found, and a random split of its articles finds nothing."""

import tomllib
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import textlens as tl

TRUTH = tomllib.loads((tl.demo_folder() / "truth.toml").read_text(encoding="utf-8"))
CORPUS = tl.load_demo()
TOKENS = tl.tokenize(CORPUS)
COUNTS = tl.count_terms(TOKENS)
HITS = tl.find_indicators(TOKENS, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
IDS = CORPUS.articles["id"].tolist()


def per_article(counts: tl.Counts, term: str) -> dict[str, int]:
    grouped = counts.by("article")
    column = grouped.matrix[:, counts.index_of([term])].toarray().ravel()
    return {article: n for article, n in zip(grouped.segments["article"], column.tolist(), strict=True) if n}


def filled(counts: dict[str, int]) -> dict[str, int]:
    return {article: n for article, n in counts.items() if n}


def test_twelve_articles_of_three_outlets() -> None:
    assert repr(CORPUS).startswith("Corpus: 12 articles of 3 sources, ")
    assert repr(COUNTS).endswith("2,626 words")


def test_all_words_of_the_counted_text() -> None:
    grouped = COUNTS.by("article")
    assert dict(zip(grouped.segments["article"], grouped.n_words.tolist(), strict=True)) == TRUTH["words"]["articles"]


def test_the_planted_term_is_counted_without_captions() -> None:
    assert per_article(COUNTS, "seawall") == filled(TRUTH["term"]["articles"])
    assert per_article(COUNTS, "seawall") == {"hp1": 4, "hp2": 3, "hp3": 3, "hp4": 3, "uc3": 1, "uc4": 1}
    with_captions = tl.count_terms(tl.tokenize(CORPUS, roles=("title", "heading", "body", "caption")))
    assert sum(per_article(with_captions, "seawall").values()) == TRUTH["term"]["total"] + 2


def test_the_planted_term_is_the_one_that_is_found() -> None:
    key = tl.compare_terms(COUNTS)
    assert key.loc[key["supported"], ["group", "term"]].to_numpy().tolist() == [["Harbour Post", "seawall"]]
    assert key[["count", "count_against", "units", "units_against"]].iloc[0].tolist() == [13, 2, 4, 8]


@pytest.mark.parametrize("frame", ["Cost and burden", "Safety from flooding", "Nature and heritage"])
def test_hits_of_each_frame_in_each_article(frame: str) -> None:
    planted = TRUTH["frame"]["hits"] if frame == TRUTH["frame"]["name"] else TRUTH["frame"]["others"][frame]
    assert Counter(HITS.loc[HITS["frame"] == frame, "article"]) == filled(planted)
    rates = tl.frame_rates(HITS, COUNTS)
    rates = rates[rates["frame"] == frame]
    assert dict(zip(rates["unit"], rates["count"], strict=True)) == planted


def test_the_planted_frame_is_found_where_it_is_and_where_it_is_not() -> None:
    table = tl.compare_frames(HITS, COUNTS)
    cost = table[table["frame"] == "Cost and burden"].set_index("group")
    assert cost.loc["Upland Courier", ["count", "supported"]].tolist() == [23, True]
    assert cost.loc["Upland Courier", "effect"] > 0
    assert cost.loc["Tideline Weekly", ["count", "supported"]].tolist() == [0, True]
    assert cost.loc["Tideline Weekly", "high"] < 0
    assert cost.loc["Harbour Post", "supported"] == np.False_


def test_offsets_of_hits_point_into_the_untouched_files() -> None:
    texts = {article: (tl.demo_folder() / "texts" / f"{article}.txt").read_bytes().decode("utf-8") for article in IDS}
    safe = HITS[HITS["indicator"].isin(["safe", "safety", "heritage", "spawning", "bill", "ancestral"])]
    assert len(safe) > 5
    for row in safe.itertuples():
        assert texts[row.article][row.start : row.end].lower() == row.indicator


@pytest.mark.parametrize("pair", TRUTH["spelling"], ids=lambda pair: pair["american"])
def test_spelling_variants_are_one_term_and_stay_apart_on_request(pair: dict) -> None:
    assert sum(per_article(COUNTS, pair["american"]).values()) == pair["merged"]
    assert pair["british"] not in COUNTS.terms
    apart = tl.count_terms(TOKENS, spelling=False).by("source")
    for form in ("british", "american"):
        column = apart.matrix[:, apart.index_of([pair[form]])].toarray().ravel()
        assert dict(zip(apart.segments["source"], column.tolist(), strict=True)) == {
            source: pair[f"{form}_counts"][source] for source in sorted(pair[f"{form}_counts"])
        }


@pytest.mark.parametrize(("term", "key"), [("HBA", "HBA"), ("NCB", "NCB"), ("nguyệt", "nguyệt"), ("it's", "it's")])
def test_acronyms_a_name_in_two_normal_forms_and_a_contraction(term: str, key: str) -> None:
    assert per_article(COUNTS, term) == TRUTH["tokens"][key]


def test_the_name_is_written_in_two_normal_forms() -> None:
    forms = [form for form in TOKENS.vocabulary if tl.term_map([form])["term"][0] == "nguyệt"]
    assert sorted(map(len, forms)) == [6, 8]


def test_dotted_acronyms_are_told_apart_on_request() -> None:
    apart = tl.count_terms(TOKENS, spelling=False)
    assert per_article(apart, "N.C.B.") == TRUTH["tokens"]["N.C.B."] == {"tw1": 2, "tw4": 1}


def test_a_possessive_is_its_word() -> None:
    written = {form for form in TOKENS.vocabulary if form.lower().startswith("town")}
    assert written == {"town", "town's"}
    assert [term for term in COUNTS.terms if term.startswith("town")] == ["town"]


@pytest.mark.parametrize("entry", TRUTH["tokens"]["percent"], ids=lambda entry: entry["word"])
def test_a_percentage_is_one_word(entry: dict) -> None:
    assert per_article(COUNTS, entry["word"]) == {entry["article"]: 1}


def test_quoted_spans_speakers_and_words() -> None:
    quoted = COUNTS.where(voice="quoted")
    found = [
        [row.article, row.line, row.speaker, n]
        for row, n in zip(quoted.segments.itertuples(), quoted.n_words.tolist(), strict=True)
    ]
    assert found == [[q["article"], q["line"], q["speaker"], q["words"]] for q in TRUTH["quotation"]]


def test_turns_of_the_interview() -> None:
    turns = COUNTS.where(article="tw2", voice=["question", "answer"])
    words = turns.by(["line", "voice", "speaker"])
    found = [[*row, n] for row, n in zip(words.segments.to_numpy().tolist(), words.n_words.tolist(), strict=True)]
    for turn in TRUTH["turn"]:
        rows = [row for row in found if row[0] in turn["lines"]]
        assert {(voice, speaker) for _, voice, speaker, _ in rows} == {(turn["voice"], turn["speaker"])}
        assert sum(row[3] for row in rows) == turn["words"]
    assert len(found) == sum(len(turn["lines"]) for turn in TRUTH["turn"])


@pytest.mark.parametrize("seed", range(10))
def test_a_random_split_of_the_articles_finds_nothing(seed: int) -> None:
    sides = np.random.default_rng(seed).permutation(np.repeat(["x", "y"], 6))
    counts = replace(COUNTS, articles=CORPUS.articles.assign(side=sides))
    assert not tl.compare_terms(counts, by="side")["supported"].any()
    assert not tl.compare_terms(counts, by="side", min_count=2)["supported"].any()


def test_no_demo_article_changes_by_being_read() -> None:
    pd.testing.assert_frame_equal(tl.load_demo().segments, CORPUS.segments)
