"""Measure how long texts take to become counts: textlens beside other ways, in one run.

Usage, from the root of the project::

    python benchmarks/speed.py --texts ../shared/data/speeches --sizes 100,1000,10000,100000 --out docs
    python benchmarks/speed.py --guard

Articles are made by dealing passages of the texts anew. Each run is a process of its own, the ways take turns, and
medians are told. It writes ``speed.csv``, ``speed.svg`` and ``speed.md`` into ``--out``.

With ``--guard`` nothing is written: articles made of the demo corpus are counted by textlens and by scikit-learn, and
the ratios of their CPU times are held to ``LEAST_RATIO`` and ``MOST_GROWTH``.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path

import pandas as pd
import speed_page
import speed_processes
import speed_tables
import speed_ways
from speed_texts import articles_of, passages_of, texts_in, write_articles, write_shards
from speed_ways import Measured

from textlens.files import write_whole

HERE = Path(__file__).parent
COLUMNS = ("way", "articles", "megabytes", "cpu", "wall", "peak_mb", "words", "forms", "repeats")
# A run before the one that is timed: of articles enough that every loop is compiled, and at most so many.
WARM, WARM_MOST = 1000, 10_000
# A way that has used so many CPU seconds at a size is not run again at it.
PATIENCE = 30.0
STARTS = (5, 10_000)

# The guard: CPU of CountVectorizer over that of textlens, and the cost of an article among four times as many.
LEAST_RATIO = 3.0
MOST_GROWTH = 1.5
GUARD_ARTICLES = 2000
GUARD_ROUNDS = 5


# --- measuring


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run_alone(script: str, *arguments: str) -> Measured:
    """What a script measures in a process of its own."""
    printed = speed_processes.run([sys.executable, str(HERE / script), *arguments])
    return Measured(**json.loads(printed.splitlines()[-1]))


def row(way: str, articles: int, megabytes: float, runs: list[Measured]) -> dict[str, object]:
    """Medians of the runs of a way."""
    medians = pd.DataFrame([asdict(run) for run in runs]).astype(float).median()
    return {"way": way, "articles": articles, "megabytes": megabytes, **medians, "repeats": len(runs)}


def take_turns(
    runners: Mapping[str, Callable[[], Measured]], repeats: int, skipped: dict[str, str]
) -> dict[str, list[Measured]]:
    """The runs of each way, one after the other in each round; what fails is told in ``skipped``."""
    runs: dict[str, list[Measured]] = {way: [] for way in runners}
    for turn in range(repeats):
        for way, runner in runners.items():
            if way in skipped or sum(run.cpu for run in runs[way]) > PATIENCE:
                continue
            try:
                runs[way].append(runner())
            except RuntimeError as error:
                skipped[way] = f"failed: {error}"
                continue
            say(f"  {turn + 1}/{repeats} {way}: {runs[way][-1].cpu:.2f} s CPU")
    return {way: measured for way, measured in runs.items() if measured}


def measure_ways(
    folder: Path, passages: list[str], sizes: list[int], repeats: int, skipped: dict[str, str]
) -> Iterator[dict[str, object]]:
    """A row for each way and size."""
    warm, articles = folder / "warm.jsonl", folder / "articles.jsonl"
    for way in speed_ways.WAYS:
        if lacking := speed_ways.missing(way):
            skipped[way] = f"no {lacking} here"
    for size in sizes:
        write_articles(warm, passages, min(max(size, WARM), WARM_MOST))
        megabytes = write_articles(articles, passages, size)
        say(f"{size:,} articles, {megabytes:.1f} MB")
        runners = {way: partial(run_alone, "speed_ways.py", way, str(warm), str(articles)) for way in speed_ways.WAYS}
        for way, runs in take_turns(runners, repeats, skipped).items():
            yield row(way, size, megabytes, runs)


def measure_starts(
    folder: Path, passages: list[str], largest: int, repeats: int, skipped: dict[str, str]
) -> Iterator[dict[str, object]]:
    """Rows of whole processes, those that find nothing compiled and those that do."""
    articles = folder / "articles.jsonl"
    for size in STARTS:
        if size > largest:
            continue
        megabytes = write_articles(articles, passages, size)
        say(f"fresh processes, {size:,} articles")
        with tempfile.TemporaryDirectory() as cache:
            runners = {
                speed_tables.COLD: partial(speed_processes.fresh_process, articles, None),
                speed_tables.WARM: partial(speed_processes.fresh_process, articles, Path(cache)),
            }
            # The first of these finds nothing compiled either.
            speed_processes.fresh_process(articles, Path(cache))
            for way, runs in take_turns(runners, repeats, skipped).items():
                yield row(way, size, megabytes, runs)


def measure_shards(
    folder: Path, passages: list[str], n: int, repeats: int, skipped: dict[str, str]
) -> Iterator[dict[str, object]]:
    """Rows of one and of two processes."""
    shards = folder / "shards"
    shards.mkdir()
    megabytes = write_shards(shards, passages, n)
    say(f"shards, {n:,} articles")
    runners = {
        speed_tables.shards_of(jobs): partial(run_alone, "speed_processes.py", str(shards), str(jobs))
        for jobs in (1, 2)
    }
    for way, runs in take_turns(runners, repeats, skipped).items():
        yield row(way, n, megabytes, runs)


# --- the guard


def cpu_of(call: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    call()
    return time.process_time() - start


def guard() -> list[str]:
    """What is wrong with the ratios, after printing them."""
    import textlens as tl

    passages = passages_of(texts_in(tl.demo_folder() / "texts"))
    texts = list(islice(articles_of(passages), 4 * GUARD_ARTICLES))
    small, large = speed_ways.corpus_of(texts[:GUARD_ARTICLES]), speed_ways.corpus_of(texts)
    calls: dict[str, Callable[[], object]] = {
        "CountVectorizer": lambda: speed_ways.by_count_vectorizer(texts[:GUARD_ARTICLES]),
        "textlens": lambda: speed_ways.from_corpus(small),
        "textlens, four times": lambda: speed_ways.from_corpus(large),
    }
    for call in calls.values():
        call()
    # The least of several, taken in turns: another's work on the machine only adds.
    rounds = [{name: cpu_of(call) for name, call in calls.items()} for _ in range(GUARD_ROUNDS)]
    least = {name: min(times[name] for times in rounds) for name in calls}
    ratio = least["CountVectorizer"] / least["textlens"]
    growth = least["textlens, four times"] / 4 / least["textlens"]
    print(f"CPU of CountVectorizer / CPU of textlens: {ratio:.2f} (at least {LEAST_RATIO})")
    print(f"cost of an article among four times as many: {growth:.2f} times (at most {MOST_GROWTH})")
    return wrong(ratio, growth)


def wrong(ratio: float, growth: float) -> list[str]:
    found = []
    if not ratio >= LEAST_RATIO:
        found.append(f"CountVectorizer takes {ratio:.2f} times the CPU of textlens; it must be {LEAST_RATIO} or more")
    if not growth <= MOST_GROWTH:
        found.append(f"an article costs {growth:.2f} times as much among four times as many; {MOST_GROWTH} at most")
    return found


# --- options and files


def options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how long texts take to become counts.")
    parser.add_argument("--texts", type=Path, nargs="+", default=[Path("../shared/data/speeches")], metavar="FOLDER")
    parser.add_argument("--sizes", default="100,1000,10000,100000", help="numbers of articles, with commas")
    parser.add_argument("--shards", type=int, help="articles of the run in shards (default: the largest size)")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path("docs"))
    parser.add_argument("--guard", action="store_true", help="only hold ratios to their limits; exit 1 if they do not")
    chosen = parser.parse_args(arguments)
    try:
        chosen.sizes = sorted({int(size) for size in chosen.sizes.split(",")})
    except ValueError:
        parser.error(f"--sizes must be whole numbers with commas between, not {chosen.sizes!r}")
    for name, value in (("--sizes", chosen.sizes[0]), ("--repeats", chosen.repeats), ("--shards", chosen.shards)):
        if value is not None and value < 1:
            parser.error(f"{name} must be 1 or more, not {value}")
    chosen.shards = chosen.shards or chosen.sizes[-1]
    return chosen


def main(arguments: list[str] | None = None) -> None:
    given = options(arguments)
    if given.guard:
        sys.exit("\n".join(guard()) or 0)
    passages = passages_of(text for path in given.texts for text in texts_in(path))
    skipped: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rows = [
            *measure_ways(folder, passages, given.sizes, given.repeats, skipped),
            *measure_starts(folder, passages, given.sizes[-1], given.repeats, skipped),
            *measure_shards(folder, passages, given.shards, given.repeats, skipped),
        ]
    results = pd.DataFrame(rows)[list(COLUMNS)].astype({"words": "Int64", "forms": "Int64"})
    write_whole(given.out / "speed.csv", results.to_csv(index=False, float_format="%.4g", lineterminator="\n"))
    # The page is made of the rounded table, so that it says what the table says.
    results = speed_tables.read_results(given.out / "speed.csv")
    write_whole(given.out / "speed.svg", speed_page.figure(results))
    texts = " ".join(path.name for path in given.texts)
    command = f"python benchmarks/speed.py --texts {texts} --sizes {','.join(map(str, given.sizes))}"
    command += f" --shards {given.shards} --repeats {given.repeats}"
    write_whole(given.out / "speed.md", speed_page.page(results, command, skipped, PATIENCE))


if __name__ == "__main__":
    main()
