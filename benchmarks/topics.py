"""Measure whether topics are what they say they are, and what they cost.

Usage, from the root of the project (about an hour of CPU time)::

    OMP_NUM_THREADS=1 python benchmarks/topics.py --data ../shared/data/speeches --out docs

It writes ``topics.md`` and ``topics.csv``. All but the times and the memory are the same each time.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
import topics_page
from joblib import Parallel, delayed
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from sklearn.decomposition import NMF, MiniBatchNMF
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from speed_texts import texts_in
from threadpoolctl import threadpool_limits
from topics_made import OWN, Design, as_counts, place_of, planted, planted_terms, unstructured

import textlens as tl
from textlens.coherence import COHERENT, SHOWN, diversity, heaviest, npmi
from textlens.files import table_to_csv, write_whole

DESIGNS = {
    "distinct": Design(),
    "mixed": Design(apart=3.0),
    "borrowing": Design(borrowed=0.2),
    "uneven": Design(uneven=True),
    "one matter a passage": Design(apart=0.5, inside=0.3),
}
# Two groups; the differences of the shares are what intervals should hold.
MEANS = np.array([[0.4, 0.2, 0.2, 0.2], [0.2, 0.25, 0.25, 0.3]])
COVERAGE = {
    "distinct": Design(apart=2.0),
    "alike articles": Design(apart=8.0),
    "no passages apart": Design(apart=2.0, inside=0.0),
    "short": Design(apart=1.0, words=150, passages=5),
}
T = TypeVar("T")
KINDS = ("even", "bursty", "own words")
KS = (4, 5, 7, 3, 6)
FEW = {"5": 5, "10": 10, "20": 20, "40": 40}
PLAIN = (0.1, 0.2, 0.3, 0.5)
TOPICS = 20


def recovered(corpora: int) -> pd.DataFrame:
    """Planted topics among those of the fit, and the planted number among those that ``choose_topics`` puts first."""
    return side_by_side(recovered_once, DESIGNS, corpora)


def recovered_once(name: str, seed: int) -> list[dict[str, object]]:
    design, rng = DESIGNS[name], np.random.default_rng([seed, 1])
    k = KS[seed % len(KS)]
    share = np.arange(1, k + 1) / (k * (k + 1) / 2) if design.uneven else np.full(k, 1 / k)
    terms = planted_terms(k, rng, borrowed=design.borrowed)
    counts = planted(terms, np.vstack([share, share]), 100, design, rng)
    topics = tl.measure_stability(tl.fit_topics(counts, k), rng=rng)
    choice = tl.choose_topics(counts, range(2, 11), rng=rng)
    found = {
        "design": name,
        "k": k,
        "jaccard": overlap(topics, k),
        "stable": list(topics.verdicts.values()).count("stable") / k,
        "rank": int(choice["rank"][choice["k"] == k].iloc[0]),
    }
    return [found]


def side_by_side(once: Callable[[str, int], list[dict[str, object]]], names: Iterable[str], many: int) -> pd.DataFrame:
    """What ``once`` gives for each name and seed, in their order, by all processors; each seed draws its own corpus."""
    jobs = [delayed(once)(name, seed) for name in names for seed in range(many)]
    return pd.DataFrame([row for rows in Parallel(n_jobs=-1)(jobs) for row in rows])


def overlap(topics: tl.Topics, k: int) -> float:
    """Mean Jaccard of the topics' heaviest terms with the own terms of what was planted, best partners."""
    planted_sets = [set(range(topic * OWN, (topic + 1) * OWN)) for topic in range(k)]
    found = [{place_of(term) for term in rows["term"].head(OWN)} for _, rows in topics.terms.groupby("topic")]
    alike = np.array([[len(a & b) / len(a | b) for b in planted_sets] for a in found])
    rows, columns = linear_sum_assignment(-alike)
    return float(alike[rows, columns].sum() / k)


def nothing(draws: int) -> pd.DataFrame:
    """Whether any topic of counts without topics is called stable."""
    return side_by_side(nothing_once, KINDS, draws)


def nothing_once(kind: str, seed: int) -> list[dict[str, object]]:
    rng = np.random.default_rng([seed, 2])
    topics = tl.fit_topics(unstructured(kind, 60, rng), (3, 5, 8)[seed % 3])
    held = tl.measure_stability(topics, rng=rng).to_frame()
    several = held[held["verdict"] != "one article"]
    beyond = float((several["stability"] - several["null_high"]).max())
    return [{"kind": kind, "found": bool((held["verdict"] == "stable").any()), "beyond": beyond}]


def few(corpora: int) -> pd.DataFrame:
    """The topics that are called stable among six planted ones, in few articles and the less plain the topics are."""
    return side_by_side(few_once, FEW, corpora)


def few_once(name: str, seed: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    design = Design(apart=6.0, inside=0.3, words=1020, passages=17)
    for plain in PLAIN:
        rng = np.random.default_rng([seed, 4])
        counts = planted(planted_terms(6, rng, plain=plain, head=20.0), np.full((1, 6), 1 / 6), FEW[name], design, rng)
        topics = tl.measure_stability(tl.fit_topics(counts, 6), rng=rng)
        rows.append({"articles": name, "plain": plain, "stable": list(topics.verdicts.values()).count("stable")})
    return rows


def covered(draws: int) -> pd.DataFrame:
    """Intervals of differences of shares, 20 articles a side, against what was planted."""
    return side_by_side(covered_once, COVERAGE, draws)


def covered_once(name: str, seed: int) -> list[dict[str, object]]:
    rng = np.random.default_rng([seed, 3])
    terms = planted_terms(4, rng)
    topics = tl.fit_topics(planted(terms, MEANS, 20, COVERAGE[name], rng), 4)
    table = tl.compare_topics(topics, rng=rng)
    true = partners(topics, terms)
    rows: list[dict[str, object]] = []
    for topic, low, high in zip(table["topic"], table["low"], table["high"], strict=True):
        gap = MEANS[0, true[topic]] - MEANS[1, true[topic]]
        rows.append({"design": name, "held": bool(low <= gap <= high), "width": high - low})
    return rows


def partners(topics: tl.Topics, terms: np.ndarray) -> dict[int, int]:
    """The planted topic that each topic of the fit is most like."""
    places = [place_of(term) for term in topics.counts.terms]
    alike = np.corrcoef(np.vstack([topics.probabilities, terms[:, places]]))[
        : len(topics.loadings), len(topics.loadings) :
    ]
    rows, columns = linear_sum_assignment(-alike)
    return dict(zip((rows + 1).tolist(), columns.tolist(), strict=True))


def resampled_articles(data: Path, articles: int) -> tl.Counts:
    """Articles of six to thirteen passages, each of one speech, dealt anew; rows are articles."""
    texts = texts_in(data)
    frame = pd.DataFrame({"id": [f"{i:04}" for i in range(len(texts))], "text": texts, "source": "speeches"})
    counts = tl.count_terms(tl.tokenize(tl.corpus_from_frame(frame))).by(["article", "passage"])
    long = np.flatnonzero(counts.n_words >= 30)
    speeches = pd.Series(long).groupby(counts.segments["article"].to_numpy()[long]).agg(list)
    pools = [np.array(pool) for pool in speeches if len(pool) >= 5]
    rng = np.random.default_rng(4)
    drawn = [rng.choice(pools[rng.integers(len(pools))], rng.integers(6, 14)) for _ in range(articles)]
    row = np.repeat(np.arange(articles), [len(own) for own in drawn])
    gather = csr_array(
        (np.ones(len(row), np.int32), (row, np.concatenate(drawn))), shape=(articles, len(counts.n_words))
    )
    made = as_counts(csr_array(gather @ counts.matrix), np.arange(articles), np.full(articles, "speeches"))
    # As counts are that were never added up.
    plain = csr_array((made.matrix.data, made.matrix.indices.astype(np.int32), made.matrix.indptr.astype(np.int32)))
    plain.sort_indices()
    # The words themselves: what is function word or number must be known.
    return tl.Counts(plain, made.n_words, counts.terms, made.segments, made.articles, ())


def costs(data: Path, articles: int) -> list[dict[str, object]]:
    """Ours beside scikit-learn's own NMF on the same matrix: CPU seconds, coherence, diversity; one thread."""
    counts = resampled_articles(data, articles)
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        topics, ours = timed(lambda: tl.fit_topics(counts, TOPICS))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        matrix = TfidfTransformer().fit_transform(topics.counts.matrix)
        whole, theirs = timed(lambda: NMF(TOPICS, init="nndsvd", random_state=0).fit(matrix))
        batches = MiniBatchNMF(TOPICS, init="nndsvd", batch_size=4096, random_state=0)
        _, parts = timed(lambda: batches.fit(matrix))
    rows = []
    ways = (
        ("textlens", topics.loadings, ours),
        ("NMF", whole.components_, theirs),
        ("MiniBatchNMF", batches.components_, parts),
    )
    for way, loadings, seconds in ways:
        tops = heaviest(loadings, topics.counts.terms, COHERENT)
        rows.append(
            {
                "articles": articles,
                "way": way,
                "cpu": seconds,
                "npmi": float(npmi(topics.counts.matrix, tops).mean()),
                "diversity": diversity(heaviest(loadings, topics.counts.terms, SHOWN)),
                "memory": memory if way == "textlens" else np.nan,
            }
        )
    return rows


def timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    return work(), time.process_time() - start


def digest() -> str:
    """Of the tables that one small analysis exports."""
    rng = np.random.default_rng(5)
    counts = planted(planted_terms(4, rng), MEANS, 20, Design(), rng)
    topics = tl.measure_stability(tl.fit_topics(counts, 4), rng=rng)
    tables = [topics.terms, topics.shares, topics.to_frame(), tl.compare_topics(topics, rng=rng)]
    return hashlib.sha256("".join(table_to_csv(table) for table in tables).encode()).hexdigest()


def same_bytes() -> bool:
    """Whether a process with one thread and one with two export the same."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    found = {
        subprocess.run(
            [sys.executable, __file__, "--digest"],
            env={**os.environ, **dict.fromkeys(names, threads)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    return len(found) == 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder of texts, or of zips of them")
    parser.add_argument("--out", type=Path, help="where to write")
    parser.add_argument("--digest", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.digest:
        print(digest())
        return
    if given.data is None or given.out is None:
        parser.error("--data and --out are needed")
    tables = {
        "recovered": recovered(5),
        "nothing": nothing(20),
        "few": few(10),
        "covered": covered(200),
        "costs": pd.DataFrame([row for articles in (10_000, 100_000) for row in costs(given.data, articles)]),
    }
    same = same_bytes()
    write_whole(given.out / "topics.md", topics_page.page(tables, same))
    write_whole(given.out / "topics.csv", table_to_csv(topics_page.flat(tables)))


if __name__ == "__main__":
    main()
