"""Articles to measure speed with: passages of real texts, dealt anew to any number of articles."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np

WORDS = 650  # of the average article
SPREAD = 0.5  # standard deviation of the logarithm of lengths
PASSAGE = 100  # words from which a passage ends with its sentence
SOURCES = 5


def texts_in(path: Path) -> list[str]:
    """The ``.txt`` files of a folder and of the zips in it, or of one zip, in the order of their names."""
    if path.is_dir():
        inside = sorted(child for child in path.iterdir() if child.suffix in (".txt", ".zip"))
        return [text for child in inside for text in texts_in(child)]
    if path.suffix == ".txt":
        return [decode(path.read_bytes())]
    with zipfile.ZipFile(path) as archive:
        return [decode(archive.read(name)) for name in sorted(archive.namelist()) if name.endswith(".txt")]


def decode(data: bytes) -> str:
    """UTF-8, or else Latin-1, which reads any byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def passages_of(texts: Iterable[str]) -> list[str]:
    """Each text cut into lines of whole sentences, of about ``PASSAGE`` words."""
    passages = []
    for text in texts:
        words: list[str] = []
        for sentence in re.split(r"(?<=[.!?])\s+", text):
            words += sentence.split()
            if len(words) >= PASSAGE:
                passages.append(" ".join(words))
                words = []
        if words:
            passages.append(" ".join(words))
    if not passages:
        raise ValueError("the texts hold no words; give folders or zips of .txt files")
    return passages


def articles_of(passages: list[str], *, seed: int = 1) -> Iterator[str]:
    """Articles without end: passages drawn with replacement, a line each, lengths log-normal."""
    rng = np.random.default_rng(seed)
    mean = sum(passage.count(" ") + 1 for passage in passages) / len(passages)
    centre = np.log(WORDS / mean) - SPREAD**2 / 2
    while True:
        n = max(1, round(rng.lognormal(centre, SPREAD)))
        yield "\n".join(passages[i] for i in rng.integers(len(passages), size=n).tolist())


def write_articles(path: Path, passages: list[str], n: int) -> float:
    """Write ``n`` articles as JSON Lines, and beside it as plain text (``.txt``); their megabytes as UTF-8."""
    size = 0
    with path.open("w", encoding="utf-8") as table, path.with_suffix(".txt").open("w", encoding="utf-8") as plain:
        for number, text in enumerate(islice(articles_of(passages), n)):
            table.write(article_line(number, text))
            plain.write(text + "\n")
            size += len(text.encode())
    return size / 1e6


def write_shards(folder: Path, passages: list[str], n: int, *, size: int = 5000) -> float:
    """Write ``n`` articles as shards of ``size`` articles, JSON Lines; their megabytes as UTF-8."""
    articles = islice(articles_of(passages), n)
    total, first = 0, 0
    while shard := list(islice(articles, size)):
        lines = [article_line(first + i, text) for i, text in enumerate(shard)]
        (folder / f"shard-{first // size:05}.jsonl").write_text("".join(lines), encoding="utf-8")
        total += sum(len(text.encode()) for text in shard)
        first += len(shard)
    return total / 1e6


def article_line(number: int, text: str) -> str:
    row = {"id": f"a{number:07}", "source": f"outlet {number % SOURCES + 1}", "text": text}
    return json.dumps(row, ensure_ascii=False) + "\n"


def read_articles(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]
