"""Measure how well frame scores agree with people, on articles and sentences that people coded.

Usage, from the root of the project::

    python benchmarks/validity.py --data ../shared/validity --out docs

It writes ``validity.md``, ``validity.csv`` and ``validity.svg``. The same data give the same bytes. The coded texts
are third-party texts and stay outside the project.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import validity_correction
import validity_dictionaries
import validity_page
import validity_supervised
from validity_dictionaries import GENERIC

import textlens as tl
from textlens.files import table_to_csv, write_whole
from textlens.measured import VALIDITY_COLUMNS

HALVES, DRAWS, SIZES = 20, 200, (30, 50, 80, 120)
SEED = 2026


def coding_of(coders: pd.DataFrame) -> pd.DataFrame:
    """The coders' raw answers as :func:`textlens.read_coding` gives them."""
    frames = coders["question"].str[:2].str.upper().map(GENERIC)
    ids = coders["id"].astype(str)
    return pd.DataFrame(
        {
            "item": ids,
            "article": ids,
            "passage": 0,
            "frame": frames,
            "question": coders["question"],
            "coder": coders["coder"].astype(str),
            "answer": coders["answer"].map({"yes": 1.0, "no": 0.0}),
            "note": "",
        }
    )


def supervised(
    articles: pd.DataFrame, coders: pd.DataFrame, ceiling: dict[str, float], rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the classifier does on outlets that were held out, five at a time; and its probabilities there."""
    labels = articles[list(GENERIC)].rename(columns=GENERIC)
    learned = validity_supervised.shares(coders, articles["id"]).rename(columns=GENERIC)
    table = tl.evaluate_frames(
        tl.FrameClassifier(),
        articles["text"].tolist(),
        labels,
        groups=articles["outlet"],
        material=material(articles),
        rng=rng,
        learn_from=learned,
        ceiling=ceiling,
    )
    return table, validity_supervised.held_out(articles, labels, learned)


def material(articles: pd.DataFrame) -> str:
    return f"{len(articles)} climate-news articles of {articles['outlet'].nunique()} outlets"


def measure(data: Path) -> dict[str, pd.DataFrame]:
    """All tables of the page."""
    rng = np.random.default_rng(SEED)
    articles = pd.read_csv(data / "nfc_dev_articles.csv")
    coders = pd.read_csv(data / "nfc_dev_coders.csv")
    sentences = pd.read_csv(data / "frac_sentences.csv")
    people = tl.agreement(coding_of(coders), by="frame", rng=rng)
    ceiling = dict(zip(people["frame"], people["alpha"], strict=True))
    classifier, probabilities = supervised(articles, coders, ceiling, rng)
    named = articles.rename(columns=GENERIC)
    return {
        "people": people,
        "generic": validity_dictionaries.generic(articles, material=material(articles), rng=rng),
        "policy": validity_dictionaries.policy(sentences, material=f"{len(sentences)} sentences", rng=rng),
        "halves": validity_supervised.halves(articles, coders, draws=HALVES, rng=rng),
        "classifier": classifier,
        "leaning": tl.leaning_words(
            tl.FrameClassifier().fit(articles["text"].tolist(), named[list(GENERIC.values())].astype(float)), n=8
        ),
        "sentences": validity_supervised.frac(sentences),
        "correction": validity_correction.correction(named, probabilities, sizes=SIZES, draws=DRAWS, rng=rng),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/validity"), metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=Path("docs"), metavar="FOLDER")
    given = parser.parse_args()
    tables = measure(given.data)
    scales = [
        tables[name].assign(table=name)[["table", *VALIDITY_COLUMNS]] for name in ("generic", "policy", "classifier")
    ]
    write_whole(given.out / "validity.csv", table_to_csv(pd.concat(scales)))
    write_whole(given.out / "validity.svg", validity_page.figure(tables))
    write_whole(given.out / "validity.md", validity_page.page(tables, halves=HALVES, draws=DRAWS))


if __name__ == "__main__":
    main()
