"""How groups differ besides their source: counted by hand."""

import pandas as pd
import pytest

import textlens as tl
from textlens.profile import describe_groups


def counts_of(**columns: list[object]) -> tl.Counts:
    return tl.count_terms(tl.tokenize(tl.corpus_from_frame(pd.DataFrame(columns))))


TEXTS = ["a b c d", "a b", "a b c d e f", "a"]
SOURCES = ["A", "A", "B", "A"]


def test_sizes() -> None:
    table = describe_groups(counts_of(text=TEXTS, source=SOURCES))
    columns = [
        "group",
        "units",
        "articles",
        "words",
        "words_median",
        "words_shortest",
        "words_longest",
        "largest_share",
    ]
    assert list(table.columns) == columns
    assert table.to_numpy().tolist() == [["A", 3, 3, 7, 2.0, 1, 4, 4 / 7], ["B", 1, 1, 6, 6.0, 6, 6, 1.0]]
    assert table["group"].dtype == "str"


def test_metadata() -> None:
    table = describe_groups(
        counts_of(
            text=TEXTS,
            source=SOURCES,
            date=["2024-05-31", "May 2024", "2025-01", "2024-02-01 10:00"],
            outlet=["x", "y", "x", ""],
            genre=["report", "", "report", "essay"],
            translator=["T", "T", "", "U"],
        )
    )
    assert table.loc[:, "dated":].to_numpy().tolist() == [
        [2, "2024-02-01", "2024-05-31", 2, "essay 1, report 1, unrecorded 1", 1 / 3, "T 2, U 1"],
        [1, "2025-01", "2025-01", 1, "report 1", 1.0, "unrecorded 1"],
    ]


def test_dates_may_be_timestamps_and_missing() -> None:
    dates = pd.to_datetime(["2024-05-31", None, None, "2024-02-01"]).tolist()
    table = describe_groups(counts_of(text=TEXTS, source=SOURCES, date=dates))
    assert table[["dated", "first_date", "last_date"]].to_numpy().tolist() == [
        [2, "2024-02-01", "2024-05-31"],
        [0, "", ""],
    ]


def test_where_no_genre_is_recorded_none_is_shared_or_not() -> None:
    table = describe_groups(counts_of(text=TEXTS, source=SOURCES, genre=["", "", "report", ""]))
    assert table["genre_shared"].isna().tolist() == [True, False]
    assert table["genre_shared"][1] == 0


def test_units_gather_articles() -> None:
    table = describe_groups(counts_of(text=TEXTS, source=SOURCES, family=["f", "", "", "f"]), unit="family")
    assert table[["units", "articles", "words_longest"]].to_numpy().tolist() == [[2, 3, 5], [1, 1, 6]]


def test_articles_without_words_and_of_other_rows_are_left_out() -> None:
    counts = counts_of(text=["a b", "...", "a"], source=["A", "A", "B"], genre=["x", "y", "x"])
    assert describe_groups(counts)["genres"].tolist() == ["x 1", "x 1"]
    assert describe_groups(counts.where(source="B"))["group"].tolist() == ["B"]


def test_groups_may_be_of_any_column() -> None:
    table = describe_groups(counts_of(text=TEXTS, source=SOURCES, genre=["n", "n", "n", "o"]), by=["source", "genre"])
    assert table["group"].tolist() == ["A / n", "A / o", "B / n"]


def test_a_missing_value_of_the_groups_is_told() -> None:
    with pytest.raises(ValueError, match="'desk' has no value in row 2 of the counts"):
        describe_groups(counts_of(text=TEXTS, source=SOURCES, desk=["x", None, "x", "x"]), by="desk")
    with pytest.raises(TypeError, match="counts must be Counts"):
        describe_groups(tl.load_demo())  # type: ignore[arg-type]
