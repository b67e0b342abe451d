"""The benchmark of speed: the articles it makes, what its ways count, its page and its guard."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import textlens as tl
from textlens.compiling import LONG

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "benchmarks"))

import speed  # noqa: E402
import speed_page  # noqa: E402
import speed_tables  # noqa: E402
import speed_texts  # noqa: E402
import speed_ways  # noqa: E402

SENTENCES = [f"{'word ' * 39}ends{i}." for i in range(30)]


def demo_passages() -> list[str]:
    return speed_texts.passages_of(speed_texts.texts_in(tl.demo_folder() / "texts"))


def made(n: int, seed: int = 1) -> list[str]:
    return list(islice(speed_texts.articles_of(demo_passages(), seed=seed), n))


# --- articles


def test_passages_are_whole_sentences_of_about_a_hundred_words_and_nothing_is_lost():
    passages = speed_texts.passages_of(["\n".join(SENTENCES[:7]), "Short  one.\n\nNext?"])
    assert passages == [" ".join(SENTENCES[:3]), " ".join(SENTENCES[3:6]), SENTENCES[6], "Short one. Next?"]


def test_texts_without_words_are_refused():
    with pytest.raises(ValueError, match="the texts hold no words; give folders or zips of .txt files"):
        speed_texts.passages_of([" \n"])


def test_folders_and_the_zips_in_them_are_read_by_name_whatever_their_encoding(tmp_path):
    (tmp_path / "b.txt").write_bytes("naïve".encode())
    (tmp_path / "c.md").write_text("not this")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("talks/2.txt", "pe\xf1a".encode("latin-1"))
        archive.writestr("talks/1.txt", "first")
    assert speed_texts.texts_in(tmp_path) == ["first", "peña", "naïve"]
    assert speed_texts.texts_in(tmp_path / "a.zip") == ["first", "peña"]


def test_the_same_seed_gives_the_same_articles_and_more_articles_begin_with_fewer():
    assert made(40) == made(40) == made(90)[:40]
    assert made(40, seed=2) != made(40)


def test_articles_are_lines_of_passages_with_the_stated_lengths():
    passages, articles = demo_passages(), made(4000)
    assert {line for article in articles for line in article.split("\n")} == set(passages)
    words = np.array([len(article.split()) for article in articles])
    assert words.mean() == pytest.approx(speed_texts.WORDS, rel=0.03)  # standard error .9 %
    assert np.log(words).std() == pytest.approx(speed_texts.SPREAD, abs=0.08)


def test_the_warm_up_holds_enough_words_to_compile_every_loop():
    assert sum(len(article.split()) for article in made(speed.WARM)) > LONG


def test_tables_plain_texts_and_shards_hold_the_same_articles(tmp_path):
    megabytes = speed_texts.write_articles(tmp_path / "a.jsonl", demo_passages(), 25)
    assert speed_texts.read_articles(tmp_path / "a.jsonl") == made(25)
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "".join(text + "\n" for text in made(25))
    assert megabytes == sum(len(text.encode()) for text in made(25)) / 1e6
    (tmp_path / "shards").mkdir()
    assert speed_texts.write_shards(tmp_path / "shards", demo_passages(), 25, size=10) == pytest.approx(megabytes)
    shards = sorted((tmp_path / "shards").iterdir())
    assert len(shards) == 3
    assert b"".join(shard.read_bytes() for shard in shards) == (tmp_path / "a.jsonl").read_bytes()


# --- ways


@pytest.fixture(scope="module")
def plain_articles(tmp_path_factory):
    """Three articles of plain words: 12 occurrences of 6 words."""
    path = tmp_path_factory.mktemp("ways") / "plain.jsonl"
    texts = ["peace and trade and peace", "the harbour\nand the sea", "sea the."]
    path.write_text("".join(speed_texts.article_line(i, text) for i, text in enumerate(texts)), encoding="utf-8")
    path.with_suffix(".txt").write_text("".join(text + "\n" for text in texts), encoding="utf-8")
    return path


@pytest.mark.parametrize("way", speed_ways.WAYS)
def test_all_ways_count_plain_words_alike(way, plain_articles):
    if lacking := speed_ways.missing(way):
        pytest.skip(f"no {lacking} here")
    measured = speed_ways.WAYS[way](plain_articles, plain_articles)
    assert measured.words == 12
    assert measured.forms == (None if way in ("ripgrep", "wc -w") else 6)
    assert measured.cpu >= 0 and measured.wall > 0


def test_the_patterns_take_marks_digits_and_inner_hyphens_and_apostrophes():
    text = "Don't re-read 'Vie\u0323\u0302t Nam’s' 3rd—and last- 5%"
    expected = ["Don't", "re-read", "Vie\u0323\u0302t", "Nam’s", "3rd", "and", "last", "5"]
    assert re.findall(speed_ways.PYTHON_PATTERN, text) == expected
    polars = pytest.importorskip("polars")
    assert polars.Series([text]).str.extract_all(speed_ways.PATTERN).to_list() == [expected]


def test_a_way_is_measured_in_a_process_of_its_own(plain_articles):
    measured = speed.run_alone("speed_ways.py", "Counter", str(plain_articles), str(plain_articles))
    assert (measured.words, measured.forms) == (12, 6)
    with pytest.raises(RuntimeError, match="KeyError: 'abacus'"):
        speed.run_alone("speed_ways.py", "abacus", str(plain_articles), str(plain_articles))


# --- rounds


def test_ways_take_turns_and_what_fails_is_told_and_what_takes_long_is_not_repeated():
    called = []

    def way(name, cpu):
        def run():
            called.append(name)
            if cpu is None:
                raise RuntimeError("MemoryError")
            return speed_ways.Measured(cpu, cpu)

        return run

    skipped = {}
    runs = speed.take_turns({"a": way("a", 1.0), "b": way("b", None), "c": way("c", 41.0)}, 3, skipped)
    assert called == ["a", "b", "c", "a", "a"]
    assert {name: len(measured) for name, measured in runs.items()} == {"a": 3, "c": 1}
    assert skipped == {"b": "failed: MemoryError"}


def test_a_row_has_the_medians_of_the_runs():
    runs = [speed_ways.Measured(cpu, cpu + 1, None, 7, 3) for cpu in (3.0, 1.0, 9.0)]
    row = speed.row("wc -w", 10, 0.5, runs)
    assert {name: row[name] for name in ("way", "cpu", "wall", "words", "forms", "repeats")} == {
        **{"way": "wc -w", "cpu": 3.0, "wall": 4.0, "words": 7.0, "forms": 3.0, "repeats": 3}
    }
    assert np.isnan(row["peak_mb"])


# --- guard


def test_the_guard_names_what_left_its_limit_and_takes_no_nonsense():
    assert speed.wrong(3.0, 1.5) == []
    assert speed.wrong(2.96, 1.0) == ["CountVectorizer takes 2.96 times the CPU of textlens; it must be 3.0 or more"]
    assert speed.wrong(9.0, 1.61) == ["an article costs 1.61 times as much among four times as many; 1.5 at most"]
    assert len(speed.wrong(float("nan"), float("nan"))) == 2


# --- page


def results_of(**changed):
    """A table of two ways, a floor and whole processes."""
    cpu = {
        **{("textlens", 100): 0.01, ("textlens", 10_000): 1.0, ("textlens", 100_000): 11.0},
        **{("CountVectorizer", 100): 0.06, ("CountVectorizer", 10_000): 4.5, ("CountVectorizer", 100_000): 47.0},
        **{("ripgrep", 100): 0.02, ("ripgrep", 10_000): 0.7, ("ripgrep", 100_000): 7.0},
        **{(speed_tables.COLD, 5): 1.1, (speed_tables.WARM, 5): 0.9},
        **{(speed_tables.shards_of(1), 100_000): 16.0, (speed_tables.shards_of(2), 100_000): 17.0},
    }
    wall = {speed_tables.shards_of(2): 8.9, speed_tables.WARM: 1.3}
    rows = [
        {
            **{"way": way, "articles": n, "megabytes": n * 0.0038, "cpu": seconds, "wall": wall.get(way, seconds)},
            **{"peak_mb": np.nan if way == "ripgrep" else 900.0, "words": n * 650, "forms": 15000, "repeats": 5},
        }
        for (way, n), seconds in cpu.items()
    ]
    table = pd.DataFrame(rows).astype({"words": "Int64", "forms": "Int64"})
    table.loc[table["way"] == "ripgrep", "forms"] = pd.NA
    return table


def test_the_reading_says_what_is_met_and_what_is_not():
    assert speed_tables.held(results_of()) == [
        "- CPU of CountVectorizer over ours at 10,000 articles: 4.50 (asked: at least 5); **not met**.",
        "- our CPU over ripgrep's at 10,000 articles: 1.43 (asked: at most 2); met.",
        "- CPU of 100,000 articles: 11.0 s (asked: at most 14); met.",
        "- peak memory of 100,000 articles above their texts: 900 MB (asked: at most 1,500); met.",
        "- cost of an article among 100,000 over that among 10,000: 1.10 (asked: at most 1.15); met.",
        "- wall time of one process over two, 100,000 articles in shards: 1.80 (asked: at least 1.6); met.",
        "- five articles in a fresh process, nothing compiled: 1.10 s wall (asked: at most 3); met.",
        "- five articles in a fresh process: 1.30 s wall (asked: at most 1.2); **not met**.",
    ]


def test_the_reading_leaves_out_what_was_not_measured():
    few = results_of().query("articles == 100")
    assert speed_tables.held(few) == [
        "- CPU of CountVectorizer over ours at 100 articles: 6.00 (asked: at least 5); met.",
        "- our CPU over ripgrep's at 100 articles: 0.500 (asked: at most 2); met.",
    ]


def test_the_reading_names_what_is_faster():
    assert speed_tables.faster(results_of()) == [
        "- 100 articles: none.",
        "- 10,000 articles: ripgrep (0.70).",
        "- 100,000 articles: ripgrep (0.64).",
    ]


def test_tables_show_each_size_and_dashes_for_what_was_not_measured():
    assert "| ripgrep | 0.700 | 0.700 | 0.700 | – | 6,500,000 | – | 5 |" in speed_tables.details(results_of(), 10_000)
    assert "| textlens | 0.100 | 0.100 | 0.110 |" in speed_tables.per_article(results_of())
    assert "| textlens, shards, 2 processes | 100,000 | 17.0 | 8.90 | 900 | 5 |" in speed_tables.processes(results_of())


@pytest.mark.parametrize(
    ("figure", "written"),
    [(0.0, "0"), (0.01234, "0.0123"), (9.996, "10.0"), (65.43, "65.4"), (1234.5, "1,234"), (np.nan, "–")],
)
def test_numbers_have_three_digits_that_count(figure, written):
    assert speed_tables.number(figure) == written


def test_labels_are_a_gap_apart_and_in_order():
    assert speed_page.apart([0.0, 0.1, 5.0], 1.0) == pytest.approx([-0.3, 0.7, 4.7])
    assert speed_page.apart([1.0, 3.0], 1.0) == [1.0, 3.0]


def test_the_page_names_the_command_what_is_not_measured_and_no_folder():
    page = speed_page.page(results_of(), "python benchmarks/speed.py", {"quanteda": "no Rscript here"}, 40)
    assert "\n    python benchmarks/speed.py\n" in page
    assert "Not measured:\n\n- quanteda: no Rscript here\n" in page
    assert "## 10,000 articles" in page and "## 100,000 articles" in page
    assert str(ROOT) not in page and "{" not in page


def test_the_figure_is_the_same_each_time():
    first, second = (speed_page.figure(results_of()) for _ in range(2))
    assert first == second
    assert first.rstrip().endswith("</svg>")


def test_the_committed_page_is_made_of_the_committed_table():
    results = speed_tables.read_results(ROOT / "docs" / "speed.csv")
    page = (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")
    tables = [speed_tables.details(results, n) for n in (speed_tables.usual_size(results), results["articles"].max())]
    lines = [*speed_tables.held(results), *speed_tables.faster(results)]
    for part in [*tables, speed_tables.per_article(results), speed_tables.processes(results), *lines]:
        assert part in page
    assert (ROOT / "docs" / "speed.svg").read_text(encoding="utf-8") == speed_page.figure(results)


# --- options


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sizes", "10,many"], "--sizes must be whole numbers with commas between, not '10,many'"),
        (["--sizes", "0,10"], "--sizes must be 1 or more, not 0"),
        (["--repeats", "0"], "--repeats must be 1 or more, not 0"),
    ],
)
def test_options_that_make_no_sense_are_refused(arguments, message, capsys):
    with pytest.raises(SystemExit):
        speed.options(arguments)
    assert message in capsys.readouterr().err


def test_sizes_are_sorted_and_the_largest_is_that_of_the_shards():
    given = speed.options(["--sizes", "1000,100,1000"])
    assert (given.sizes, given.shards) == ([100, 1000], 1000)


def test_lines_of_a_table_hold_what_an_article_needs():
    assert json.loads(speed_texts.article_line(7, "So.")) == {"id": "a0000007", "source": "outlet 3", "text": "So."}
