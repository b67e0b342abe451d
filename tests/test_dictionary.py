"""Dictionary hits of one-line articles: typed-out rows, and each frame by itself."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_line import tokens_of

import textlens as tl
from textlens.codebook import table_of
from textlens.codebook_entries import FRAME
from textlens.matching import find_patterns


def found(book: tl.Codebook, text: str) -> list[tuple[str, str, str]]:
    hits = tl.find_indicators(tokens_of(text), book)
    spans = hits[["frame", "indicator", "start", "end"]].itertuples(index=False, name=None)
    return [(frame, indicator, text[start:end]) for frame, indicator, start, end in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peace!", [("Peace", "peace", "Peace")]),
        ("peace talks", [("Peace", "peace talks", "peace talks")]),
        ("peace talks fail", [("Peace", "peace talks", "peace talks"), ("Peace", "talks fail", "talks fail")]),
        ("peace. Talks", [("Peace", "peace", "peace"), ("Peace", "talks", "Talks")]),
        ("the peace corps", []),
        ("the peace corps talks", [("Peace", "talks", "talks")]),
        ("price stability, then stability", [("Peace", "stabil*", "stability")]),
        ("war", [("War", "war", "war")]),
        ("wars", [("War", "war*", "wars")]),
        ("peace or war", [("Peace", "peace", "peace"), ("War", "peace * war", "peace or war")]),
        ("peace corps war", [("War", "peace * war", "peace corps war")]),
        ("nothing", []),
    ],
)
def test_hits_of_a_line(book: tl.Codebook, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(book, text) == expected


def test_a_hit_says_where_it_is_and_who_speaks(book: tl.Codebook) -> None:
    hits = tl.find_indicators(tokens_of('We want trade.\nHe said "no war" then.', "War"), book)
    assert hits.to_numpy().tolist() == [
        [2, "1", 2, 2, "War", "war", 27, 30, True, "body", "quoted", ""],
        [4, "2", 1, 1, "War", "war", 0, 3, False, "body", "narrator", ""],
    ]


def test_without_hits_the_table_keeps_its_columns(book: tl.Codebook) -> None:
    columns = tl.find_indicators(tokens_of("war"), book).columns.tolist()
    for text in ("trade", "!!!"):
        hits = tl.find_indicators(tokens_of(text), book)
        assert hits.columns.tolist() == columns
        assert len(hits) == 0


PHRASES = st.lists(st.sampled_from(["ab", "ba", "bb", "ab*", "*ab", "ab * bb"]), min_size=1, max_size=3).map(" ".join)
FRAMES = st.lists(st.lists(st.tuples(PHRASES, st.booleans()), max_size=4, unique_by=lambda row: row[0]), max_size=4)


def frame_by_frame(tokens: tl.Tokens, book: tl.Codebook) -> list[tuple[int, int, str, str]]:
    """Hits of each frame by itself: no exclusion touched, in no longer hit, of equal spans the first indicator."""
    hits = []
    for frame in book.frames["frame"]:
        rows = book.indicators[book.indicators["frame"] == frame]
        names = rows["indicator"].tolist()
        found = list(find_patterns(tokens, names)[["first", "last", "pattern"]].itertuples(index=False, name=None))
        barred = [(a, b) for a, b, pattern in found if rows["kind"].iloc[pattern] == "exclusion"]
        spans = [hit for hit in found if rows["kind"].iloc[hit[2]] == "indicator"]
        spans = [(a, b, pattern) for a, b, pattern in spans if not any(a <= d and b >= c for c, d in barred)]
        for a, b, pattern in spans:
            longer = [(c, d) for c, d, _ in spans if c <= a and d >= b and (c, d) != (a, b)]
            if not longer and pattern == min(other for c, d, other in spans if (c, d) == (a, b)):
                hits.append((a, b, frame, names[pattern]))
    return sorted(hits, key=lambda hit: hit[:3])


@settings(deadline=None)
@given(
    sentences=st.lists(st.lists(st.sampled_from(["ab", "ba", "bb", "aab"]), max_size=7), max_size=3),
    frames=FRAMES,
)
def test_hits_are_those_of_each_frame_by_itself(
    sentences: list[list[str]], frames: list[list[tuple[str, bool]]]
) -> None:
    # The names are in another order than the frames.
    names = [f"Frame {9 - number}" for number in range(len(frames))]
    rows = [
        (name, pattern, "exclusion" if excluded else "indicator")
        for name, patterns in zip(names, frames, strict=True)
        for pattern, excluded in patterns
    ]
    table = pd.DataFrame(rows, columns=["frame", "indicator", "kind"], dtype="str")
    book = tl.Codebook(
        "", "", "", table_of([(name, "", "", "", "count", (), (), (), 1) for name in names], FRAME), table, ""
    )
    tokens = tokens_of("! ".join(" ".join(words) for words in sentences) + "!", "ab ba")
    hits = tl.find_indicators(tokens, book)
    expected = frame_by_frame(tokens, book)
    assert hits[["frame", "indicator"]].to_numpy().tolist() == [list(hit[2:]) for hit in expected]
    assert hits["start"].tolist() == [tokens.starts[hit[0]] for hit in expected]
    assert hits["end"].tolist() == [tokens.ends[hit[1]] for hit in expected]
    assert hits["segment"].tolist() == [tokens.segments["segment"].iloc[tokens.rows[hit[0]]] for hit in expected]
