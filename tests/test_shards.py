"""Features from shards: the same facts as the small way, whatever is broken, interrupted or tampered with."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

import textlens as tl
from textlens.cli import main
from textlens.merged import _matrix
from textlens.merging import _Matrix, merge_shards
from textlens.shard_features import Settings
from textlens.sharding import _extract_or_tell, extract_shards
from textlens.shards import BrokenLinesWarning, read_shard, shard_files
from textlens.splitting import write_shards

BOOK = tl.demo_folder() / "codebook.toml"
NAMED = {"text": "text", "source": "source", "id": "id"}


def demo() -> pd.DataFrame:
    """The demo's articles in one table, each with its line breaks; one without any, one without a word."""
    folder = tl.demo_folder()
    manifest = tl.read_manifest(folder / "corpus.toml")
    rows = [
        {
            "id": article["id"],
            "source": article["source"],
            "text": (folder / "texts" / article["file"]).read_text(),
            "year": str(2000 + number),
        }
        for number, article in enumerate(manifest.articles)
    ]
    rows[3]["text"] = rows[3]["text"].replace("\n", " ")
    rows[5]["text"] = "*** ***"
    return pd.DataFrame(rows)


def write(folder: Path, rows: Sequence[dict[str, Any] | bytes], size: int, name: str = "s") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(rows), size):
        lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows[start : start + size]]
        (folder / f"{name}{start:03}.jsonl").write_bytes(b"\n".join(lines))
    return folder


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def dense(counts: tl.Counts, order: Sequence[str]) -> list[dict[str, int]]:
    """What each row counts, by article in this order."""
    rows = {name: row for row, name in enumerate(counts.segments["article"])}
    table = counts.matrix.toarray()
    return [{t: int(n) for t, n in zip(counts.terms, table[rows[name]], strict=True) if n} for name in order]


@pytest.mark.parametrize("size", [1, 5, 12])
def test_articles_as_rows_count_what_the_small_way_counts(tmp_path: Path, size: int) -> None:
    frame = demo()
    corpus = tl.corpus_from_frame(frame)
    tokens = tl.tokenize(corpus)
    phrases = ["tidal barrage", "harbour * the"]
    out = extract_shards(write(tmp_path / "in", records(frame), size), tmp_path, codebook=BOOK, phrases=phrases)
    assert out == tmp_path / "features"
    made = tl.read_features(tmp_path)
    small = tl.count_terms(tokens).by("article")
    order = frame["id"].tolist()
    assert made.counts.segments["article"].tolist() == made.counts.articles["id"].tolist() == order
    assert made.counts.articles.to_dict("list") == corpus.articles.to_dict("list")
    assert made.counts.terms.tolist() == small.terms.tolist()
    assert dense(made.counts, order) == dense(small, order)
    assert dense(made.phrases, order) == dense(tl.count_phrases(tokens, phrases).by("article"), order)
    assert made.phrases.terms.tolist() == sorted(phrases)
    surface = tl.count_terms(tokens, case=False, spelling=False).by("article")
    assert made.count_terms(case=False, spelling=False).terms.tolist() == surface.terms.tolist()
    assert made.surface.matrix.sum() == len(tokens.codes)
    n_words = dict(zip(small.segments["article"], small.n_words, strict=True))
    assert made.counts.n_words.tolist() == [n_words[name] for name in order]
    hits = tl.find_indicators(tokens, tl.read_codebook(BOOK))
    assert made.hits.drop(columns="segment").to_dict("list") == hits.drop(columns="segment").to_dict("list")
    assert [order[segment] for segment in made.hits["segment"]] == hits["article"].tolist()
    assert made.terms.to_dict("list") == tl.term_map(tokens.vocabulary).to_dict("list")
    assert made.cleaning.empty
    assert made.broken.empty


@pytest.mark.parametrize("size", [1, 5, 12])
def test_segments_as_rows_are_the_very_tables_of_the_small_way(tmp_path: Path, size: int) -> None:
    frame = demo()
    tokens = tl.tokenize(tl.corpus_from_frame(frame))
    small, hits = tl.count_terms(tokens), tl.find_indicators(tokens, tl.read_codebook(BOOK))
    made = tl.read_features(
        extract_shards(write(tmp_path / "in", records(frame), size), tmp_path, codebook=BOOK, rows="segment")
    )
    assert made.counts.segments.to_dict("list") == small.segments.to_dict("list")
    assert (made.counts.matrix != small.matrix).nnz == 0
    assert made.counts.n_words.tolist() == small.n_words.tolist()
    assert made.hits.to_dict("list") == hits.to_dict("list")
    assert made.counts.where(voice="quoted").n_words.tolist() == small.where(voice="quoted").n_words.tolist()


def test_the_facts_do_not_depend_on_the_size_of_shards(tmp_path: Path) -> None:
    rows = records(demo())
    made = [tl.read_features(extract_shards(write(tmp_path / f"in{n}", rows, n), tmp_path / str(n))) for n in (1, 12)]
    for name in ("counts", "surface", "phrases"):
        one, other = (getattr(features, name) for features in made)
        for part in ("data", "indices", "indptr"):
            assert getattr(one.matrix, part).tolist() == getattr(other.matrix, part).tolist()
    assert made[0].counts.steps == (
        "read 12 shards: 12 articles",
        "1 article without line breaks cut into passages of whole sentences near 100 words",
        *("counted roles: title, heading, body", "added up by article", made[1].counts.steps[-1]),
    )
    assert made[0].counts.steps[1:] == made[1].counts.steps[1:]


def test_comparisons_take_counts_that_lie_in_files(tmp_path: Path) -> None:
    frame = demo()
    made = tl.read_features(extract_shards(write(tmp_path / "in", records(frame), 5), tmp_path, codebook=BOOK))
    tokens = tl.tokenize(tl.corpus_from_frame(frame))
    small = tl.compare_terms(tl.count_terms(tokens), against="Harbour Post")
    pd.testing.assert_frame_equal(tl.compare_terms(made.counts, against="Harbour Post"), small)
    hits = tl.find_indicators(tokens, tl.read_codebook(BOOK))
    pd.testing.assert_frame_equal(
        tl.compare_frames(made.hits, made.counts, against="Harbour Post"),
        tl.compare_frames(hits, tl.count_terms(tokens), against="Harbour Post"),
    )


def test_counts_are_mapped_and_not_copied(tmp_path: Path) -> None:
    made = tl.read_features(extract_shards(write(tmp_path / "in", records(demo()), 5), tmp_path))
    for counts in (made.counts, made.surface, made.phrases):
        parts = (counts.matrix.data, counts.matrix.indices, counts.matrix.indptr)
        assert all(isinstance(part.base, np.memmap) and not part.flags.writeable for part in parts)
        assert [part.dtype for part in parts] == [np.int32] * 3
        # What is promised without a look at the data is true.
        assert csr_array(tuple(part.copy() for part in parts), counts.matrix.shape).has_canonical_format


def test_parquet_shards_are_read_as_json_lines_are(tmp_path: Path) -> None:
    frame = demo()
    (tmp_path / "in").mkdir()
    frame.assign(year=frame["year"].astype(int)).to_parquet(tmp_path / "in" / "a.PARQUET")
    made = tl.read_features(extract_shards(tmp_path / "in", tmp_path / "a"))
    lines = tl.read_features(extract_shards(write(tmp_path / "lines", records(frame), 12), tmp_path / "b"))
    assert made.counts.articles.to_dict("list") == lines.counts.articles.to_dict("list")
    assert (made.counts.matrix != lines.counts.matrix).nnz == 0


BROKEN = [
    (b"{", "not JSON: Expecting property name enclosed in double quotes"),
    (b"[1]", "not a JSON object"),
    (b'"text"', "not a JSON object"),
    (b"[" * 100_000, "not JSON: maximum recursion depth exceeded"),
    (b'{"text": "a \xff", "source": "A", "id": "x"}', "byte 0xff is not UTF-8"),
    (b'{"source": "A", "id": "x"}', "no column 'text' for text"),
    (b'{"text": "", "source": "A", "id": "x"}', "no text"),
    (b'{"text": "a", "source": null, "id": "x"}', "no source"),
    (b'{"text": "a", "source": NaN, "id": "x"}', "no source"),
    (b'{"text": "a", "source": "A"}', "no column 'id' for id, which other lines have"),
    (b'{"text": ["a"], "source": "A", "id": "x"}', "text must be a text or a number, not list"),
    (b'{"text": "a", "source": "A\\u0007", "id": "x"}', "source holds the control character \\x07"),
    (b'{"text": "a", "source": "A", "id": "x", "title": "\\u001b[2J"}', "title holds the control character \\x1b"),
    (b'{"text": "a \\ud800", "source": "A", "id": "x"}', "text holds the half character \\xd800"),
    (b'{"text": "a", "source": "A", "id": "x", "a\\u0000": 1}', "the column name 'a\\x00' holds the control"),
    (b'{"text": "a", "source": "A", "id": "x", "role": "b"}', "the column 'role' would be hidden"),
    (b'{"text": "a", "source": "A", "id": "good"}', "a second article with the id 'good', which line 1 has"),
    (
        json.dumps({"text": "a", "source": "A", "id": "x"} | {f"c{n}": n for n in range(1000)}).encode(),
        "with its columns there would be more than 1,000",
    ),
]
GOOD = {"text": "Peace and trade.", "source": "A", "id": "good"}


@pytest.mark.parametrize(("line", "problem"), BROKEN)
def test_a_broken_line_is_named_and_the_rest_is_read(tmp_path: Path, line: bytes, problem: str) -> None:
    last = {**GOOD, "id": "last"}
    folder = write(tmp_path / "in", [GOOD, b"  ", line, last], 4)
    with pytest.warns(BrokenLinesWarning) as told:
        made = tl.read_features(extract_shards(folder, tmp_path))
    assert f"1 broken line in 1 shard left out, the rest is read: {folder / 's000.jsonl'}, line 3: {problem}" in str(
        told[0].message
    )
    assert len(told) == 1
    assert made.broken[["shard", "line"]].to_numpy().tolist() == [["s000.jsonl", 3]]
    assert made.broken["problem"][0].startswith(problem)
    assert made.counts.articles["id"].tolist() == ["good", "last"]
    assert made.counts.steps[:2] == ("read 1 shard: 2 articles", "1 broken line left out")


@given(st.lists(st.binary(max_size=40), max_size=4))
def test_no_line_stops_a_shard(lines: list[bytes]) -> None:
    data = b"\n".join([json.dumps(GOOD).encode(), *lines])
    shard = read_shard(Path("a.jsonl"), data, NAMED)
    assert shard.articles["id"].tolist()[0] == "good"
    blank = sum(not line.strip() for line in data.split(b"\n"))
    assert len(shard.lines) + len(shard.broken) == data.count(b"\n") + 1 - blank


def test_broken_rows_of_parquet_are_named(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    raw = pa.array([b"Peace.", b"\xff", b"War.", b"Trade."])
    broken = pa.StringArray.from_buffers(4, raw.buffers()[1], raw.buffers()[2])
    table = pa.table({"text": broken, "source": ["A", "A", None, "B"], "id": [1, 2, 3, 4]})
    pq.write_table(table, tmp_path / "a.parquet")
    shard = read_shard(tmp_path / "a.parquet", (tmp_path / "a.parquet").read_bytes(), NAMED)
    assert shard.articles["id"].tolist() == ["1", "4"]
    assert shard.lines.tolist() == [1, 4]
    assert [number for number, _ in shard.broken] == [2, 3]
    assert "can't decode byte 0xff" in shard.broken[0][1]
    assert shard.broken[1][1] == "no source"


def test_a_shard_of_broken_lines_holds_no_article_and_a_study_of_them_is_an_error(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", [b"{", b"["], 1)
    (folder / "empty.jsonl").touch()
    with pytest.raises(ValueError, match=r"no article could be read: s000.jsonl, line 1: not JSON"):
        extract_shards(folder, tmp_path)
    write(folder, [GOOD], 1, "t")
    with pytest.warns(BrokenLinesWarning, match="2 broken lines in 2 shards"):
        made = tl.read_features(extract_shards(folder, tmp_path))
    assert made.counts.articles["id"].tolist() == ["good"]
    assert made.counts.steps[0] == "read 1 shard: 1 article"


def test_a_file_that_is_no_parquet_is_an_error_and_the_others_are_kept(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", [GOOD], 1)
    (folder / "a.parquet").write_bytes(b"PAR1 no")
    (folder / "b.parquet").mkdir()
    with pytest.raises(ValueError, match=r"a.parquet: cannot be read as a table of articles.*; 1 more failed"):
        extract_shards(folder, tmp_path)
    assert [path.name for path in (tmp_path / "features" / "shards").iterdir()] == ["s000.jsonl"]
    with pytest.raises(ValueError, match=r"features: the extraction was interrupted; run extract_shards once more"):
        tl.read_features(tmp_path)


def test_a_parquet_without_a_column_names_those_it_has(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    pd.DataFrame({"body": ["a"], "source": ["A"]}).to_parquet(tmp_path / "in" / "a.parquet")
    with pytest.raises(ValueError, match=r"no column 'text' for text; the table has \['body', 'source'\]"):
        extract_shards(tmp_path / "in", tmp_path)


def test_columns_are_renamed_and_texts_among_the_metadata_left_out(tmp_path: Path) -> None:
    rows = [
        {"content": "Peace.", "paper": "A", "source": "wire", "day": 3, "lead": "one two three", "family": "f"},
        {"content": "War.", "paper": "B", "lead": "one two three four five six seven eight", "tags": ["x"]},
    ]
    folder = write(tmp_path / "in", rows, 1)
    made = tl.read_features(extract_shards(folder, tmp_path, text="content", source="paper", date="day"))
    assert records(made.counts.articles) == [
        {"id": "s000.jsonl:1", "source": "A", "date": "3", "family": "f", "tags": ""},
        {"id": "s001.jsonl:1", "source": "B", "date": "", "family": "s001.jsonl:1", "tags": "['x']"},
    ]
    assert made.counts.steps[-2] == "columns that may hold text of the articles left out: lead"


def test_an_id_in_two_shards_is_an_error_that_names_both(tmp_path: Path) -> None:
    rows = [GOOD, {**GOOD, "id": "x"}, {**GOOD, "id": "y"}, {**GOOD, "id": "x"}]
    with pytest.raises(
        ValueError, match=r"s002.jsonl, line 2: a second article with the id 'x', which s000.jsonl, line 2 has"
    ):
        extract_shards(write(tmp_path / "in", rows, 2), tmp_path)


def touched(folder: Path) -> dict[str, int]:
    return {
        path.name: path.stat().st_ino
        for path in (folder / "features" / "shards").glob("*/shard.json")
        for path in [path.parent]
    }


def test_only_what_changed_is_done_again(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", records(demo()), 5)
    features = extract_shards(folder, tmp_path)
    before, bytes_before = touched(tmp_path), contents(features)
    extract_shards(folder, tmp_path)
    assert touched(tmp_path) == before
    write(folder, [GOOD], 1, "s005.jsonl"[:4] + "-")
    (folder / "s005-000.jsonl").rename(folder / "s005.jsonl")
    extract_shards(folder, tmp_path)
    after = touched(tmp_path)
    assert {name for name in after if after[name] != before[name]} == {"s005.jsonl"}
    (folder / "s010.jsonl").unlink()
    made = tl.read_features(extract_shards(folder, tmp_path))
    assert sorted(touched(tmp_path)) == ["s000.jsonl", "s005.jsonl"]
    assert len(made.counts.articles) == 6
    write(folder, records(demo()), 5)
    extract_shards(folder, tmp_path)
    assert contents(features) == bytes_before


@pytest.mark.parametrize("changed", [{"codebook": BOOK}, {"phrases": ["tidal barrage"]}, {"rows": "segment"}])
def test_a_changed_setting_does_all_again(tmp_path: Path, changed: dict[str, Any]) -> None:
    folder = write(tmp_path / "in", records(demo()), 6)
    extract_shards(folder, tmp_path)
    before = touched(tmp_path)
    extract_shards(folder, tmp_path, **changed)
    after = touched(tmp_path)
    assert all(after[name] != before[name] for name in before)
    extract_shards(folder, tmp_path / "new", **changed)
    assert contents(tmp_path / "features") == contents(tmp_path / "new" / "features")


def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", records(demo()), 3)
    whole = contents(extract_shards(folder, tmp_path / "whole"))
    code = (
        "import os, sys, textlens.sharding as s, textlens.shard_features as f\n"
        "write, count = f.write_table, [0]\n"
        "def dying(*given):\n"
        "    count[0] += 1\n"
        "    if count[0] == 9: os._exit(9)\n"
        "    write(*given)\n"
        "f.write_table = dying\n"
        f"s.extract_shards({str(folder)!r}, {str(tmp_path)!r})\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    shards = tmp_path / "features" / "shards"
    assert [path.name for path in shards.iterdir() if path.name[0] != "."] == ["s000.jsonl"]
    assert len(list(shards.glob(".unfinished-*"))) == 1
    done = touched(tmp_path)
    assert contents(extract_shards(folder, tmp_path)) == whole
    assert touched(tmp_path)["s000.jsonl"] == done["s000.jsonl"]


def test_a_shard_of_features_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", records(demo()), 6)
    features = extract_shards(folder, tmp_path)
    before = contents(features)
    path = features / "shards" / "s006.jsonl" / "counts.parquet"
    path.write_bytes(path.read_bytes()[:100])
    (features / "shards" / "s000.jsonl" / "shard.json").write_text("[1")
    assert contents(extract_shards(folder, tmp_path)) == before


def test_processes_write_the_same_bytes(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", records(demo()), 2)
    one = contents(extract_shards(folder, tmp_path / "one", codebook=BOOK))
    assert contents(extract_shards(folder, tmp_path / "two", codebook=BOOK, n_jobs=2)) == one


TAMPERED = [
    ("counts_indices.npy", lambda data: data[:-4], "its size differs"),
    ("counts_indptr.npy", lambda data: data[:128] + data[-4:] + data[132:], "the borders of rows are not in order"),
    ("counts_indices.npy", lambda data: data[:-1] + b"\x7f", "a column that is not in the matrix"),
    ("surface_indices.npy", lambda data: data[:128] + b"\xff" * 4 + data[132:], "a column that is not in the matrix"),
    ("surface_data.npy", lambda data: b"\x93NUMPX" + data[6:], "not the array that textlens wrote"),
    ("surface_data.npy", lambda data: data.replace(b"<i4", b"<u4"), "does not fit the other files"),
    ("phrases_indptr.npy", lambda data: data.replace(b"(13,)", b"(12,)"), "does not fit the other files"),
    ("hits.parquet", lambda data: b"PAR2" + data[4:-4] + b"PAR2", "not the table that textlens wrote"),
    ("phrases_data.npy", None, "there is no such file"),
    ("merged.json", lambda data: data.replace(b'"files"', b'"filed"'), "its size differs"),
    ("merged.json", lambda data: data.replace(b'"steps"', b'"stops"'), "steps must be a list of texts"),
    ("merged.json", lambda data: b"[]", "not the file that textlens wrote"),
]


@pytest.mark.parametrize(("name", "change", "_"), TAMPERED)
def test_features_that_were_tampered_with_are_merged_again(tmp_path: Path, name: str, change: Any, _: str) -> None:
    folder = write(tmp_path / "in", records(demo()), 6)
    before = contents(extract_shards(folder, tmp_path))
    path = tmp_path / "features" / "merged" / name
    path.write_bytes(change(path.read_bytes()) if change else b"")
    assert contents(extract_shards(folder, tmp_path)) == before


@pytest.mark.parametrize(("name", "change", "message"), TAMPERED)
def test_features_that_were_tampered_with_are_refused(tmp_path: Path, name: str, change: Any, message: str) -> None:
    path = extract_shards(write(tmp_path / "in", records(demo()), 6), tmp_path) / "merged" / name
    if change is None:
        path.unlink()
    else:
        changed = change(path.read_bytes())
        assert changed != path.read_bytes()
        path.write_bytes(changed)
    with pytest.raises(ValueError, match=message) as told:
        tl.read_features(tmp_path)
    assert str(path.parent) in str(told.value)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("counts", lambda t: t[::-1]),
        ("counts", lambda t: t.assign(form=t["form"] + 1)),
        ("counts", lambda t: t.assign(form=t["form"] - 1)),
        ("counts", lambda t: t.assign(row=t["row"] + 1)),
        ("counts", lambda t: t.assign(n=t["n"] * 0)),
        ("counts", lambda t: t.assign(n=t["n"] + 1)),
        ("counts", lambda t: t[:0]),
        ("forms", lambda t: t[::-1]),
        ("rows", lambda t: t[:-1]),
    ],
)
def test_a_shard_of_features_that_was_tampered_with_is_refused(tmp_path: Path, name: str, change: Any) -> None:
    shard = extract_shards(write(tmp_path / "in", records(demo()), 12), tmp_path) / "shards" / "s000.jsonl"
    change(pd.read_parquet(shard / f"{name}.parquet")).to_parquet(shard / f"{name}.parquet", index=False)
    told = json.loads((shard / "shard.json").read_text())
    (shard / "shard.json").write_text(json.dumps({**told, "more": 1}))
    with pytest.raises(
        ValueError, match=r"counts.parquet: not the counts that textlens wrote; remove .*s000.jsonl and"
    ):
        merge_shards(tmp_path / "features", ["s000.jsonl"])
    assert sorted(path.name for path in (tmp_path / "features").iterdir()) == ["merged", "shards"]


def test_matrices_of_more_entries_than_32_bits_count_have_wide_borders(tmp_path: Path) -> None:
    part = csr_array(np.array([[0, 1, 2], [0, 0, 0], [3, 0, 0]], dtype=np.int32))
    for kind in (np.int32, np.int64):
        made = _Matrix(tmp_path, "surface", kind)
        made.append(part.indptr, part.indices, part.data)
        made.append(part.indptr, part.indices, part.data)
        made.close()
        matrix = _matrix(tmp_path, "surface", (6, 3))
        assert [matrix.indptr.dtype, matrix.indices.dtype, matrix.data.dtype] == [kind, kind, np.int32]
        assert matrix.toarray().tolist() == [*part.toarray().tolist(), *part.toarray().tolist()]


def test_what_follows_an_array_is_not_taken_for_it(tmp_path: Path) -> None:
    made = _Matrix(tmp_path, "surface", np.int32)
    made.append(*(np.array(part, dtype=np.int32) for part in ([0, 1, 2], [1, 0], [1, 1])))
    made.close()
    indices = tmp_path / "surface_indices.npy"
    data = indices.read_bytes()
    indices.write_bytes(data[:-8] + b"\x7f" * 8 + data[-8:])
    with pytest.raises(ValueError, match=r"surface_indices.npy: more than the array that textlens wrote"):
        _matrix(tmp_path, "surface", (2, 2))


def rewrite(path: Path, change: Any) -> None:
    """Another table of the same size as far as merged.json tells."""
    frame = change(pd.read_parquet(path))
    frame.to_parquet(path, index=False)
    told = json.loads((path.parent / "merged.json").read_text())
    told["files"][path.name]["size"] = path.stat().st_size
    (path.parent / "merged.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("articles", lambda t: t.assign(id="a"), "two articles have one id"),
        ("articles", lambda t: t.drop(columns="source"), "it lacks the column 'source'"),
        ("rows", lambda t: t[::-1], "the segments are not in order"),
        ("rows", lambda t: t.assign(article="no"), "a row of an article that articles.parquet does not have"),
        ("rows", lambda t: t[:-1], "a hit in no row"),
        ("hits", lambda t: t.assign(segment=99), "a hit in no row"),
        ("hits", lambda t: t.assign(article="no"), "a hit in no row"),
        ("hits", lambda t: t.assign(start="x"), "'start'.* must hold whole numbers"),
        ("hits", lambda t: t.assign(negated="x"), "'negated'.* must hold True or False"),
        ("terms", lambda t: t[::-1], "forms not in order"),
        ("terms", lambda t: t.assign(term="x"), "does not fit the other files"),
    ],
)
def test_tables_that_do_not_fit_are_refused(tmp_path: Path, name: str, change: Any, message: str) -> None:
    features = extract_shards(write(tmp_path / "in", records(demo()), 6), tmp_path, codebook=BOOK)
    rewrite(features / "merged" / f"{name}.parquet", change)
    with pytest.raises(ValueError, match=message):
        tl.read_features(tmp_path)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rows": "passage"}, "rows must be one of article, segment, not 'passage'"),
        ({"phrases": "peace"}, "phrases must be a list of texts"),
        ({"phrases": ["pea*ce"]}, "broken wildcard in 'pea\\*ce'"),
        ({"date": "source"}, "column 'source' is named for both source and date"),
        ({"role": "kind"}, "the column 'role' would be hidden"),
        ({"text": 3}, "text must be the name of a column, not 3"),
    ],
)
def test_wrong_options_are_errors_before_anything_is_done(tmp_path: Path, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        extract_shards(write(tmp_path / "in", [GOOD], 1), tmp_path, **given)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_folders_that_cannot_be_taken_are_errors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no such folder"):
        extract_shards(tmp_path / "no", tmp_path)
    with pytest.raises(ValueError, match=r"no .jsonl or .parquet file in this folder"):
        extract_shards(tmp_path, tmp_path)
    folder = write(tmp_path / "in", [GOOD], 1)
    (folder / "a\x07.jsonl").touch()
    with pytest.raises(ValueError, match="holds the control character"):
        extract_shards(folder, tmp_path)
    (folder / "a\x07.jsonl").unlink()
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "articles.csv").touch()
    with pytest.raises(ValueError, match="holds the features of a study in CSV; choose another folder"):
        extract_shards(folder, tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", [GOOD], 1)
    os.mkfifo(folder / "p.jsonl")
    with pytest.raises(ValueError, match=r"p.jsonl is not a file \(the features of the other shards are kept\)"):
        extract_shards(folder, tmp_path)


def test_a_date_that_python_cannot_hold_is_an_error(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a"], "when": pa.array([2**62], pa.timestamp("us"))}), path)
    with pytest.raises(ValueError, match=r"a.parquet: not a Parquet table: date value out of range"):
        write_shards(path, tmp_path / "in")


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "features" / "shards" / "mine" / "notes.txt"
    other.parent.mkdir(parents=True)
    other.touch()
    extract_shards(write(tmp_path / "in", [GOOD], 1), tmp_path)
    assert other.exists()


def test_the_command_splits_a_table_and_extracts_its_shards(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = demo().rename(columns={"text": "content", "source": "paper", "year": "when"})
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert main(["split", str(tmp_path / "a.csv"), str(tmp_path / "in"), "--size", "5"]) == 0
    (tmp_path / "in" / "z.jsonl").write_text("{")
    columns = ["--text", "content", "--source", "paper", "--date", "when"]
    given = ["shards", str(tmp_path / "in"), str(tmp_path), *columns, "--codebook", str(BOOK), "--jobs", "1"]
    assert main(given) == 0
    told = capsys.readouterr()
    assert f"features written to {tmp_path / 'features'}" in told.out
    assert f"1 broken line in 1 shard left out, the rest is read: {tmp_path / 'in' / 'z.jsonl'}, line 1" in told.err
    made = tl.read_features(tmp_path)
    assert made.counts.articles["date"].tolist() == frame["when"].tolist()
    assert made.counts.n_words.sum() == len(tl.tokenize(tl.corpus_from_frame(demo())).codes)
    assert len(made.hits) > 0
    assert main([*given, "--genre", "paper"]) == 2
    assert "column 'paper' is named for both source and genre" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["frame", ".csv", ".jsonl", ".parquet"])
def test_a_table_is_cut_into_shards_and_nothing_is_lost(tmp_path: Path, kind: str) -> None:
    frame = pd.DataFrame({"text": ["a\nb", 'ö, "c"', "d"], "source": ["A", "B", "C"], "year": ["1", "2", "3"]})
    given: Any = tmp_path / f"a{kind}"
    if kind == "frame":
        given = frame
    elif kind == ".csv":
        frame.to_csv(given, index=False)
    elif kind == ".jsonl":
        given.write_text("\ufeff" + "\r\n\n".join(json.dumps(row) for row in records(frame)), "utf-8")
    else:
        frame.to_parquet(given)
    folder = write_shards(given, tmp_path / "in", size=2)
    assert [path.name for path in shard_files(folder)] == ["000000.jsonl", "000001.jsonl"]
    rows = [json.loads(line) for path in shard_files(folder) for line in path.read_text("utf-8").splitlines()]
    assert rows == records(frame)


def test_what_a_table_lacks_is_missing_in_its_shards(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"n": [1.5, None], "when": [pd.Timestamp("2031-03-01"), pd.NaT], "t": pd.Series(["a", "\ud800"], dtype=object)}
    )
    lines = (write_shards(frame, tmp_path / "in") / "000000.jsonl").read_bytes().splitlines()
    assert json.loads(lines[0]) == {"n": 1.5, "when": "2031-03-01 00:00:00", "t": "a"}
    assert lines[1] == b'{"n": null, "when": null, "t": "\xed\xa0\x80"}'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "a.csv: not a CSV table: No columns to parse"),
        ("a.csv", b"a,a\n1,2\n", "a.csv: not a CSV table: two columns are called 'a'"),
        ("a.csv", b"a,b\n1,2,3\n", "a.csv: not a CSV table: rows have more cells than the header"),
        ("a.csv", b"a,b\n", "a.csv holds no article"),
        ("a.csv", b"a\n\xff\n", "a.csv: not a CSV table: 'utf-8' codec can't decode"),
        ("a.jsonl", b"\n \n", "a.jsonl holds no article"),
        ("a.parquet", b"PAR1", "a.parquet: not a Parquet table"),
        ("a.txt", b"a", "a.txt: cannot read '.txt'; give .csv, .jsonl, .parquet"),
    ],
)
def test_a_table_that_cannot_be_cut_makes_nothing(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(message)):
        write_shards(tmp_path / name, tmp_path / "in")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_shards_are_not_written_over_anything(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="exists already; choose another name"):
        write_shards(demo(), tmp_path)
    with pytest.raises(ValueError, match=r"a.csv: there is no such file"):
        write_shards(tmp_path / "a.csv", tmp_path / "in")
    with pytest.raises(ValueError, match="size must be a whole number of 1 or more, not 0"):
        write_shards(demo(), tmp_path / "in", size=0)
    assert list(tmp_path.iterdir()) == []


def test_without_pyarrow_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ValueError, match=re.escape("Parquet needs pyarrow: pip install textlens[parquet]")):
        extract_shards(write(tmp_path / "in", [GOOD], 1), tmp_path)


def test_a_shard_that_two_processes_were_lost_on_is_given_up(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", [GOOD], 1)
    path = next(folder.iterdir())
    begun = tmp_path / f".begun-{path.name}"
    settings = Settings({"text": "text", "source": "source", "id": "id"}, None, (), "article")
    begun.write_text(".")
    assert _extract_or_tell(path, tmp_path, settings) == ""
    assert not begun.exists()
    begun.write_text("..")
    told = _extract_or_tell(path, tmp_path, settings)
    assert told == f"{path}: two processes were lost on it, perhaps for want of memory; cut it into smaller shards"
    assert not begun.exists()
