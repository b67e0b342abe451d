"""Vocabulary growth and lexical diversity: short sequences by hand, and naive code as oracle."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_line import counts_of, tokens_of

import textlens as tl
from textlens.diversity import lexical_diversity, mtld, type_growth

WORDS = st.lists(st.sampled_from(["ab", "cd", "ef", "the", "US"]), min_size=1, max_size=9)
TEXTS = st.lists(WORDS, min_size=1, max_size=4)


def naive_mattr(words: list[str], window: int) -> float:
    windows = [words[start : start + window] for start in range(len(words) - window + 1)]
    return float(np.mean([len(set(each)) / window for each in windows])) if windows else float("nan")


def naive_mtld(words: list[str]) -> float:
    """Runs cut from the front of what is left."""

    def factors(left: list[str]) -> float:
        for end in range(1, len(left) + 1):
            if len(set(left[:end])) / end < 0.72:
                return 1 + factors(left[end:])
        return (1 - len(set(left)) / len(left)) / 0.28 if left else 0

    runs = factors(words), factors(words[::-1])
    return (len(words) / runs[0] + len(words) / runs[1]) / 2 if min(runs) > 0 else float("nan")


def test_growth_by_hand() -> None:
    growth = type_growth(counts_of("a b c c", "a b"), steps=3)
    assert growth.columns.tolist() == ["group", "words", "types"]
    assert growth["group"].tolist() == ["A", "A", "A", "B", "B"]
    assert growth["words"].tolist() == [1, 2, 4, 1, 2]
    # Of the six pairs of words of "a b c c" one is c c.
    assert growth["types"].tolist() == pytest.approx([1, 11 / 6, 3, 1, 2])


@given(TEXTS)
@settings(max_examples=40)
def test_growth_is_the_mean_over_all_samples(texts: list[list[str]]) -> None:
    growth = type_growth(counts_of(*map(" ".join, texts)), steps=4)
    for group, table in growth.groupby("group"):
        words = [word for text in texts[0 if group == "A" else 1 :: 2] for word in text][:9]
        if table["words"].iloc[-1] == len(words):
            for n, types in zip(table["words"], table["types"], strict=True):
                samples = [len(set(sample)) for sample in combinations(words, n)]
                assert types == pytest.approx(np.mean(samples), abs=1e-8)


@given(TEXTS)
@settings(max_examples=40)
def test_growth_shares_its_word_numbers_and_ends_at_the_types_of_the_group(texts: list[list[str]]) -> None:
    counts = counts_of(*map(" ".join, texts))
    growth = type_growth(counts, steps=5)
    grid = np.unique(growth["words"])
    whole = counts.by("source")
    for row, group in enumerate(whole.segments["source"]):
        table = growth[growth["group"] == group]
        assert table["words"].tolist() == grid[grid <= whole.n_words[row]].tolist()
        assert table["words"].iloc[-1] == whole.n_words[row]
        assert table["types"].iloc[-1] == (whole.matrix.toarray()[row] > 0).sum()
        assert (np.diff(table["types"]) > -1e-9).all()


def test_trimmed_counts_grow_over_all_running_words() -> None:
    growth = type_growth(counts_of("a b c c", source=["A"]).trim(min_count=2), steps=2)
    assert growth["words"].tolist() == [1, 4]
    assert growth["types"].tolist() == pytest.approx([0.5, 1])


def test_growth_by_several_columns_leaves_out_a_group_without_words() -> None:
    growth = type_growth(counts_of("a b", "!!!", source=["A", "B"], year=[1, 2]), by=["source", "year"], steps=2)
    assert growth["group"].tolist() == ["A / 1", "A / 1"]


def test_mattr_and_ttr_by_hand() -> None:
    table = lexical_diversity(tokens_of("a b a b c", "a a", "a b", source=["A", "A", "B"]), window=3)
    assert table.columns.tolist() == (
        "group articles words types ttr window mattr mattr_least mattr_greatest mtld mtld_least mtld_greatest"
    ).split(" ")
    row = table.set_index("group").loc["A"]
    assert row[["articles", "words", "types", "window"]].tolist() == [2, 7, 3, 3]
    assert row["ttr"] == pytest.approx(3 / 7)
    # Two, two and three types in the three windows; the article of two words has no window.
    assert row[["mattr", "mattr_least", "mattr_greatest"]].tolist() == pytest.approx([7 / 9] * 3)
    assert np.isnan(table.set_index("group").loc["B", ["mattr", "mtld", "mtld_least"]].astype(float)).all()


def test_articles_weigh_by_their_words_and_do_not_run_into_each_other() -> None:
    row = lexical_diversity(tokens_of("a b", "b c c c", source=["A", "A"]), window=2).iloc[0]
    # 1 in two words; 1, .5 and .5 in four.
    assert row["mattr"] == pytest.approx((2 * 1 + 4 * 2 / 3) / 6)
    assert row[["mattr_least", "mattr_greatest"]].tolist() == pytest.approx([2 / 3, 1])


def test_mtld_by_hand() -> None:
    # of the people by the people | for the people: one run, a rest of ratio 1; backwards people the for people the | ...
    assert mtld(np.array([0, 1, 2, 3, 1, 2, 4, 1, 2])) == 9
    # A rest of three quarters is (1 - .75)/(1 - .72) of a run, both ways.
    assert mtld(np.array([0, 1, 2, 0])) == pytest.approx(4 / (0.25 / 0.28))
    # 18 types in the first 25 words are .72, which is kept: 19 in 26 are the only rest, forwards and backwards.
    kept = [0 if place in {1, 4, 8, 11, 15, 18, 22, 25} else place for place in range(1, 27)]
    assert mtld(np.array(kept)) == pytest.approx(26 / ((1 - 19 / 26) / 0.28))


def test_types_are_terms_not_forms() -> None:
    row = lexical_diversity(tokens_of("Defence defense US us", source=["A"]), window=4).iloc[0]
    assert row["types"] == 3
    assert row["mattr"] == 0.75


@given(TEXTS, st.integers(1, 6))
@settings(max_examples=80)
def test_diversity_is_that_of_naive_code(texts: list[list[str]], window: int) -> None:
    table = lexical_diversity(tokens_of(*map(" ".join, texts)), window=window).set_index("group")
    for group, members in (("A", texts[::2]), ("B", texts[1::2])):
        for name, values in (
            ("mattr", [naive_mattr(text, window) for text in members]),
            ("mtld", [naive_mtld(text) for text in members]),
        ):
            known = [(value, len(text)) for value, text in zip(values, members, strict=True) if not np.isnan(value)]
            if known:
                found = table.loc[group, [name, f"{name}_least", f"{name}_greatest"]].astype(float)
                mean = sum(value * words for value, words in known) / sum(words for _, words in known)
                assert found.tolist() == pytest.approx([mean, min(known)[0], max(known)[0]])
            elif members:
                assert np.isnan(table.loc[group, name])


@given(TEXTS)
@settings(max_examples=30)
def test_a_window_of_one_word_has_a_ratio_of_1(texts: list[list[str]]) -> None:
    assert (lexical_diversity(tokens_of(*map(" ".join, texts)), window=1)["mattr"] == 1).all()


def test_groups_of_the_demo() -> None:
    tokens = tl.tokenize(tl.load_demo())
    table = lexical_diversity(tokens, by=["source", "voice"])
    assert table["words"].sum() == len(tokens.codes)
    assert table["group"].iloc[0] == "Harbour Post / narrator"
    known = table.dropna()
    assert len(known) >= 3
    assert known["mattr"].between(known["mattr_least"], known["mattr_greatest"]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: type_growth(counts_of("!!!")), "^the counts hold no words$"),
        (lambda: type_growth(counts_of("a"), steps=1), "^steps must be a whole number of 2 or more, not 1$"),
        (lambda: lexical_diversity(tokens_of("!!!")), "^the tokens hold no words$"),
        (lambda: lexical_diversity(tokens_of("a"), window=0), "^window must be a whole number of 1 or more, not 0$"),
        (lambda: lexical_diversity(tokens_of("a"), by="x"), "^no column 'x'; there are "),
    ],
)
def test_what_does_not_fit_is_an_error(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_wrong_objects_are_refused() -> None:
    with pytest.raises(TypeError, match=r"^counts must be Counts, as tl\.count_terms gives, not Tokens$"):
        type_growth(tokens_of("a"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^tokens must be Tokens, as tl\.tokenize gives, not Counts$"):
        lexical_diversity(counts_of("a"))  # type: ignore[arg-type]
