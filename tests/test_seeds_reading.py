"""The five articles of the case, where they are: which lines are what; none of their text is in the repository."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

import textlens as tl
from textlens.matching import find_patterns

REPO = Path(__file__).resolve().parent.parent
SEEDS = REPO.parent / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the articles of the case are not beside the repository")

FILES = sorted(SEEDS.glob("*.txt"))
NAMES = ["000", "001", "002", "003", "004"]
QUESTIONS = [15, 19, 23, 27, 31, 35, 39, 43, 51]
ANSWERS = [17, 21, 25, 29, 33, 37, 41, 45]
NAVIGATION = [54, 56, 57, 59, 61, 62, 63, 64, *range(66, 83, 2)]
ROLES = {
    "000": {"title": [1], "dropped": [2]},
    "001": {"heading": [2, 13], "dropped": [5, 6, 19], "caption": [7], "byline": [20, 21]},
    "002": {"dropped": [1], "caption": [2], "heading": [3, 10]},
    "003": {"title": [3], "dropped": [1, 5, 7, *sorted([*QUESTIONS, *ANSWERS]), *NAVIGATION]},
    "004": {"caption": [5], "byline": [33, 35]},
}
BODY = {
    "000": [2, *range(4, 12), *range(13, 19)],
    "001": [1, 3, 4, *range(8, 13), *range(14, 19)],
    "002": [1, *range(4, 10), *range(11, 16)],
    "003": [5, 9, 11, 13, *range(15, 53, 2)],
    "004": list(range(1, 33, 2)),
}
# Line and speaker of each quotation, in order.
QUOTED = {
    "000": [(6, "Nguyen Hong Quan"), (8, "Nguyen Hong Quan"), (10, "Nguyen Hong Quan")],
    "001": [(2, ""), (3, ""), (12, ""), (14, ""), (14, ""), (16, "")],
    "002": [(6, "Nguyen Hong Quan"), (11, ""), (13, "To Lam"), (14, "To Lam")],
    "003": [(5, "Nguyen Hong Quan"), (11, "")],
    "004": [(3, ""), (17, ""), (19, "")],
}


@pytest.fixture(scope="module")
def corpus() -> tl.Corpus:
    return tl.read_corpus(REPO / "seeds" / "corpus.toml", texts=SEEDS)


def rows(corpus: tl.Corpus, **wanted: object) -> pd.DataFrame:
    found = corpus.segments
    for column, value in wanted.items():
        found = found[found[column] == value]
    return found


def text_of(corpus: tl.Corpus, name: str) -> str:
    path = SEEDS / str(corpus.articles.set_index("id")["file"][name])
    return path.read_bytes().decode("utf-8")


def test_five_articles_of_two_sources(corpus: tl.Corpus) -> None:
    assert corpus.articles["id"].tolist() == NAMES
    assert corpus.articles["source"].tolist() == ["VOV", "ministry", "VOV", "VOV", "ministry"]
    family = corpus.articles["family"].tolist()
    assert family[0] == family[3] and len(set(family)) == 4


@pytest.mark.parametrize("name", NAMES)
def test_kept_and_dropped_are_the_file(corpus: tl.Corpus, name: str) -> None:
    text = text_of(corpus, name)
    found = rows(corpus, article=name)
    covered = [0] * len(text)
    for start, end in zip(found["start"], found["end"], strict=True):
        covered[start:end] = [n + 1 for n in covered[start:end]]
    assert {n for n, sign in zip(covered, text, strict=True) if not sign.isspace()} == {1}
    assert max(covered) == 1
    assert all(text[a:b] == piece for a, b, piece in zip(found["start"], found["end"], found["text"], strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_every_line_that_is_not_blank_is_a_passage(corpus: tl.Corpus, name: str) -> None:
    lines = [number for number, line in enumerate(text_of(corpus, name).split("\n"), start=1) if line.strip()]
    found = rows(corpus, article=name).drop_duplicates("passage")
    assert found["line"].tolist() == lines
    assert found["passage"].tolist() == list(range(1, len(lines) + 1))


@pytest.mark.parametrize("name", NAMES)
def test_lines_of_the_roles(corpus: tl.Corpus, name: str) -> None:
    found = rows(corpus, article=name).groupby("role")["line"].unique()
    assert {role: lines.tolist() for role, lines in found.items()} == {**ROLES[name], "body": BODY[name]}


@pytest.mark.parametrize("name", NAMES)
def test_lines_and_speakers_of_the_quotations(corpus: tl.Corpus, name: str) -> None:
    found = rows(corpus, article=name, voice="quoted")
    assert list(zip(found["line"], found["speaker"], strict=True)) == QUOTED[name]


def test_turns_of_the_interview(corpus: tl.Corpus) -> None:
    assert rows(corpus, voice="question")["line"].tolist() == QUESTIONS
    assert rows(corpus, voice="answer")["line"].tolist() == [*ANSWERS, 47, 49]
    assert set(rows(corpus, voice="question")["speaker"]) == {""}
    assert set(rows(corpus, voice="answer")["speaker"]) == {"Nguyen Hong Quan"}
    assert set(corpus.segments[corpus.segments["voice"].isin(["question", "answer"])]["article"]) == {"003"}


def test_labels_of_the_turns_are_dropped_alone(corpus: tl.Corpus) -> None:
    found = rows(corpus, article="003", role="dropped")
    labels = found[found["line"].isin([*QUESTIONS, *ANSWERS])]
    lengths = (labels["end"] - labels["start"]).groupby(labels["line"].isin(QUESTIONS)).unique()
    assert {asked: n.tolist() for asked, n in lengths.items()} == {False: [31], True: [3]}


def test_caption_in_running_text_of_004(corpus: tl.Corpus) -> None:
    found = rows(corpus, article="004", line=5)
    assert found[["role", "start", "end"]].to_numpy().tolist() == [["body", 1137, 1310], ["caption", 1311, 1482]]
    assert found["text"].iloc[1].startswith("In the photo:")


def test_navigation_of_003_goes_to_the_end(corpus: tl.Corpus) -> None:
    found = rows(corpus, rule="site navigation")
    assert (set(found["article"]), set(found["role"])) == ({"003"}, {"dropped"})
    assert found["line"].tolist() == NAVIGATION
    assert (found["start"].min(), found["end"].max()) == (11413, 11707)


# ---- the texts belong to their publishers -------------------------------------------------------


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of eight words: letters and digits, case folded."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).casefold())
    return set(zip(*(words[start:] for start in range(8)), strict=False))


def runs_of_the_articles() -> set[tuple[str, ...]]:
    """Of the long lines: a line of at most 100 characters may be a title, which may be named."""
    texts = [path.read_text(encoding="utf-8") for path in FILES]
    return {run for text in texts for run in runs("\n".join(line for line in text.split("\n") if len(line) > 100))}


def tracked_texts() -> dict[str, str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPO, capture_output=True, check=True).stdout.decode()
    paths = [REPO / name for name in listed.split("\0") if name]
    return {
        str(path.relative_to(REPO)): path.read_bytes().decode("utf-8", errors="replace")
        for path in paths
        if path.is_file()
    }


def test_no_run_of_eight_words_of_an_article_is_tracked() -> None:
    if not (REPO / ".git").exists():
        pytest.skip("not a git checkout")
    forbidden = runs_of_the_articles()
    assert len(forbidden) > 4000
    texts = tracked_texts()
    assert "seeds/corpus.toml" in texts
    # Where it is found, not what: a failing test must not print the words either.
    assert [name for name, text in texts.items() if not forbidden.isdisjoint(runs(text))] == []


def test_a_copied_sentence_would_be_found() -> None:
    line = max(FILES[0].read_text(encoding="utf-8").split("\n"), key=len)
    copied = "# " + line.upper().replace(" ", "_\n")
    assert not runs_of_the_articles().isdisjoint(runs(copied))
    assert runs_of_the_articles().isdisjoint(runs("Seven words of our own say nothing here at all."))


def test_phrases_and_hits_together_give_away_no_run_of_eight_words() -> None:
    """Put together like dominoes, what the committed phrases and hits cover is never that long."""
    corpus = tl.read_corpus(REPO / "seeds" / "corpus.toml", texts=SEEDS)
    tokens = tl.tokenize(corpus)
    features = tl.read_features(REPO / "seeds")
    spans = [(row.first, row.last) for row in find_patterns(tokens, features.phrases.terms.tolist()).itertuples()]
    segment = tokens.segments["segment"].to_numpy()[tokens.rows]
    for hit in features.hits.itertuples():
        inside = (segment == hit.segment) & (tokens.starts >= hit.start) & (tokens.ends <= hit.end)
        spans.append((inside.nonzero()[0][0], inside.nonzero()[0][-1]))
    covered = [False] * len(tokens.codes)
    for first, last in spans:
        covered[first : last + 1] = [True] * (last - first + 1)
    longest = current = 0
    for index, inside in enumerate(covered):
        current = 0 if not inside else 1 if index and segment[index] != segment[index - 1] else current + 1
        longest = max(longest, current)
    assert longest == 7
