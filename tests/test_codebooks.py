"""The codebooks that come with the package: readable, described, their agreement with people as the page has it."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import textlens as tl
from textlens.frames import validity_text

DOCS = Path(__file__).parents[1] / "docs"
SHIPPED = ("entman_functions", "generic_frames", "policy_frames")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_codebook_defines_and_asks_and_names_its_source(name: str) -> None:
    book = tl.load_codebook(name)
    assert book.frames["definition"].ne("").all()
    assert set(book.questions["frame"]) == set(book.frames["frame"])
    assert book.questions["text"].str.endswith("?").all()
    assert (book.licence, book.language, book.version) == ("CC0-1.0", "en", "1.0")
    source = Path(tl.load_codebook.__code__.co_filename).parent / "data" / "codebooks" / f"{name}.toml"
    assert "doi:10." in source.read_text("utf-8")


def test_the_generic_frames_find_what_they_are_named_after() -> None:
    texts = {
        "Human interest": "My mother wept when she lost her home.",
        "Conflict": "Critics accused the opposition and slammed its rivals.",
        "Morality": "The bishop preached that greed is a sin.",
        "Economic consequences": "Taxes and prices rose by a billion dollars.",
        "Responsibility": "The government is to blame and must act.",
    }
    frame = pd.DataFrame({"id": list(texts), "text": list(texts.values()), "source": "all"})
    tokens = tl.tokenize(tl.corpus_from_frame(frame))
    hits = tl.find_indicators(tokens, tl.load_codebook("generic_frames"))
    scores = tl.frame_scores(hits, tl.count_terms(tokens))
    assert scores.idxmax(axis=1).to_dict() == {frame: frame for frame in texts}


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("generic", "AUC .83 [.76, .87], 207 climate-news articles of 18 outlets"),
        ("policy", "AUC .86 [.78, .93], 523 sentences, each with one of ten policy frames"),
    ],
)
def test_the_shipped_frames_say_what_was_measured_of_them(name: str, last: str) -> None:
    validity = tl.load_codebook(f"{name}_frames").validity
    page = pd.read_csv(DOCS / "validity.csv")
    # Of two frames that were measured together neither has a figure of its own.
    page = page[(page["table"] == name) & ~page["frame"].str.contains(" / ")]
    assert validity["frame"].tolist() == page["frame"].tolist()
    for column in ("value", "low", "high"):
        assert validity[column].tolist() == pytest.approx(page[column].tolist(), abs=6e-4)
    assert validity["n"].tolist() == page["n"].tolist()
    assert validity_text(validity.iloc[-1]) == last
    text = (DOCS / "validity.md").read_text("utf-8")
    for row in page.itertuples():
        assert re.search(rf"\| {row.frame} \| {row.value:.3f} \|", text)


def test_what_hardly_measures_anything_says_so() -> None:
    validity = tl.load_codebook("generic_frames").validity
    assert validity_text(validity.iloc[0]).endswith("(hardly more than chance: not measurable by these words)")


def test_another_name_is_an_error_that_names_them() -> None:
    with pytest.raises(ValueError, match=f"there is no codebook 'frames'; there are {', '.join(SHIPPED)}"):
        tl.load_codebook("frames")
