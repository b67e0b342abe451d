"""The truths planted in the demo corpus that reading must find: titles, captions, quotations, turns, reuse."""

from __future__ import annotations

import tomllib
from typing import Any

import pandas as pd
import pytest

import textlens as tl

TRUTH: dict[str, Any] = tomllib.loads((tl.demo_folder() / "truth.toml").read_text(encoding="utf-8"))
ARTICLES = ["hp1", "hp2", "hp3", "hp4", "tw1", "tw2", "tw3", "tw4", "uc1", "uc2", "uc3", "uc4"]
# Lines of the files, by hand.
LINES = {
    "title": {name: [1] for name in ARTICLES},
    "caption": {"hp1": [10], "hp4": [9], "tw2": [14], "uc1": [10], "uc4": [9]},
    "byline": {
        **{"hp1": [2], "hp3": [2], "tw2": [2], "tw3": [2, 9], "tw4": [2]},
        **{"uc1": [2], "uc2": [2], "uc3": [2, 8], "uc4": [2]},
    },
    "dropped": {
        **{"hp1": [3, 11], "hp2": [2, 9], "hp4": [2, 10], "tw1": [9], "tw2": [4, 5, 6, 7, 9, 10, 11, 12, 15]},
        **{"tw3": [10], "tw4": [11], "uc1": [3, 11], "uc2": [3, 9], "uc4": [3, 10]},
    },
}


@pytest.fixture(scope="module")
def corpus() -> tl.Corpus:
    return tl.load_demo()


def text_of(name: str) -> str:
    return (tl.demo_folder() / "texts" / f"{name}.txt").read_bytes().decode("utf-8")


def rows(corpus: tl.Corpus, **wanted: object) -> pd.DataFrame:
    found = corpus.segments
    for column, value in wanted.items():
        found = found[found[column] == value]
    return found


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in tl.word_spans(text)]


def test_twelve_articles_of_three_sources(corpus: tl.Corpus) -> None:
    assert sorted(corpus.articles["id"]) == ARTICLES
    assert corpus.articles["source"].value_counts().to_dict() == {
        **{"Harbour Post": 4, "Upland Courier": 4, "Tideline Weekly": 4}
    }
    assert corpus.articles["genre"].value_counts().to_dict() == {"news report": 8, "commentary": 3, "interview": 1}


@pytest.mark.parametrize("name", ARTICLES)
def test_segments_hold_the_whole_file(corpus: tl.Corpus, name: str) -> None:
    text = text_of(name)
    found = rows(corpus, article=name)
    edges = found[["start", "end"]].to_numpy().ravel().tolist()
    assert edges == sorted(edges)
    assert all(text[a:b] == piece for a, b, piece in zip(found["start"], found["end"], found["text"], strict=True))
    assert "".join("".join(found["text"]).split()) == "".join(text.split())


@pytest.mark.parametrize("role", LINES)
def test_lines_of_a_role(corpus: tl.Corpus, role: str) -> None:
    found = rows(corpus, role=role).groupby("article")["line"].unique()
    assert {name: lines.tolist() for name, lines in found.items()} == LINES[role]


def test_no_other_role_but_body(corpus: tl.Corpus) -> None:
    assert set(corpus.segments["role"]) == {*LINES, "body"}


def test_title_is_the_one_of_the_manifest(corpus: tl.Corpus) -> None:
    titles = rows(corpus, role="title").set_index("article")["text"]
    assert titles.to_dict() == corpus.articles.set_index("id")["title"].to_dict()


def test_dropped_words_by_hand(corpus: tl.Corpus) -> None:
    first = rows(corpus, role="dropped").drop_duplicates("article").set_index("article")["text"]
    assert first[["hp1", "uc4", "tw2"]].tolist() == [
        "KELDMOUTH, 5 March 2031 -",
        "HARL, May 3, 2031 (UC) --",
        "Tideline:",
    ]


def test_captions_have_the_planted_term_twice(corpus: tl.Corpus) -> None:
    captions = rows(corpus, role="caption")["text"].str.casefold()
    assert captions.str.count("seawall").sum() == 2


def test_quotations(corpus: tl.Corpus) -> None:
    found = rows(corpus, voice="quoted").sort_values(["article", "start"])
    pieces = [words(text) for text in found["text"]]
    assert [
        {"article": row.article, "line": row.line, "speaker": row.speaker}
        | {"first": piece[0], "last": piece[-1], "words": len(piece)}
        for row, piece in zip(found.itertuples(), pieces, strict=True)
    ] == sorted(TRUTH["quotation"], key=lambda quotation: quotation["article"])
    assert len(found) == 22
    assert (found["speaker"] == "").sum() == 3


def test_turns(corpus: tl.Corpus) -> None:
    found = corpus.segments[corpus.segments["voice"].isin(["question", "answer"])]
    turn = (found["voice"] != found["voice"].shift()).cumsum()
    assert [
        {
            "article": piece["article"].iloc[0],
            "speaker": piece["speaker"].iloc[0],
            "voice": piece["voice"].iloc[0],
            "lines": piece["line"].tolist(),
            "words": sum(len(words(text)) for text in piece["text"]),
        }
        for _, piece in found.groupby(turn)
    ] == TRUTH["turn"]
    assert found.groupby(turn)["speaker"].nunique().tolist() == [1] * 8


def test_reused_passage_stands_word_for_word_in_two_articles(corpus: tl.Corpus) -> None:
    places = [*TRUTH["reuse"]["verbatim"], *TRUTH["reuse"]["reworded"]]
    found = [" ".join(rows(corpus, **place)["text"]) for place in places]
    assert found[0] == found[1] != found[2]
    assert [len(words(text)) for text in found] == [49, 49, 52]


def test_name_is_composed_in_two_articles_and_decomposed_in_one() -> None:
    forms = {"composed": "Nguy\u1ec7t", "decomposed": "Nguye\u0323\u0302t"}
    counted = {form: [name for name in ARTICLES if word in text_of(name)] for form, word in forms.items()}
    assert counted == {"composed": ["hp1", "hp4"], "decomposed": ["uc4"]}
