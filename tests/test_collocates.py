"""Collocations of one-line articles, by hand."""

import math

from one_line import tokens_of

import textlens as tl


def rows(*texts: str, **options: object) -> list[list[object]]:
    table = tl.find_collocations(tokens_of(*texts), **options)  # type: ignore[arg-type]
    return table[["phrase", "count", "articles", "log_dice"]].to_numpy().tolist()


def test_words_that_occur_only_together_have_14() -> None:
    assert rows("sea wall holds. Sea wall", "sea wall") == [["sea wall", 3, 2, 14.0]]


def test_log_dice_of_three_in_four_and_five_rychly_2008() -> None:
    # 14 + log2(2 * 3 / (4 + 5)) = 14 + log2(2/3)
    found = rows("Sea wall. Sea wall. Sea", "Sea wall. Wall. Wall")
    assert found == [["sea wall", 3, 2, 13.415037]]


def test_attraction_of_three_in_four_and_five_among_nine() -> None:
    # pmi = log2(3 * 9 / (4 * 5)); wall after sea: 3/4 - 2/5; sea before wall: 3/5 - 1/4
    row = tl.find_collocations(tokens_of("Sea wall. Sea wall. Wall", "Sea wall. Wall. Sea")).iloc[0]
    assert row["phrase"] == "sea wall"
    assert row[["pmi", "delta_p", "delta_p_back"]].tolist() == [round(math.log2(27 / 20), 6), 0.35, 0.35]


def test_runs_of_three_words_have_no_attraction() -> None:
    table = tl.find_collocations(tokens_of("Old sea wall. Old sea wall", "old sea wall"), lengths=(3,))
    assert table[["pmi", "delta_p", "delta_p_back"]].isna().all(axis=None)


def test_a_run_of_three_words() -> None:
    # f(old) = f(sea) = f(wall) = 3, so every measure is at its top; ties go by count, then by phrase.
    found = rows("Old sea wall. Old sea wall", "old sea wall")
    assert found == [["old sea", 3, 2, 14.0], ["old sea wall", 3, 2, 14.0], ["sea wall", 3, 2, 14.0]]
    assert rows("Old sea wall. Old sea wall", "old sea wall", lengths=(3,)) == [["old sea wall", 3, 2, 14.0]]


def test_thresholds() -> None:
    assert rows("sea wall, sea wall, sea wall") == []
    assert rows("Sea wall. Sea wall. Sea wall", min_articles=1) == [["sea wall", 3, 1, 14.0]]
    assert rows("sea wall", "sea wall") == []
    assert rows("sea wall", "sea wall", min_count=2) == [["sea wall", 2, 2, 14.0]]


def test_no_function_word_or_number_at_an_end() -> None:
    found = rows("the wall of stone 30", "the wall of stone 30", min_count=2)
    assert found == [["wall of stone", 2, 2, 14.0]]


def test_a_run_does_not_cross_a_sentence_end() -> None:
    assert rows("Sea. Wall", "Sea. Wall", min_count=2) == []


def test_spelling_variants_are_one_word() -> None:
    assert rows("sea defence", "Sea Defense", min_count=2) == [["sea defense", 2, 2, 14.0]]


def test_without_any_the_table_keeps_its_columns() -> None:
    table = tl.find_collocations(tokens_of("!!!", "a"))
    assert list(table.columns) == ["phrase", "count", "articles", "log_dice", "pmi", "delta_p", "delta_p_back"]
    assert len(table) == 0
