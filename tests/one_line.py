"""One-line articles and small matrices for the tests."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

import textlens as tl


def corpus_of(*texts: str, **columns: list) -> tl.Corpus:
    """One article a text; by default sources A, B, A, B and so on."""
    columns.setdefault("source", (["A", "B"] * len(texts))[: len(texts)])
    return tl.corpus_from_frame(pd.DataFrame({"text": list(texts), **columns}))


def tokens_of(*texts: str, **columns: list) -> tl.Tokens:
    return tl.tokenize(corpus_of(*texts, **columns))


def counts_of(*texts: str, **columns: list) -> tl.Counts:
    return tl.count_terms(tokens_of(*texts, **columns))


def counts_from(matrix: np.ndarray, n_words: np.ndarray, sources: list[str], terms: list[str]) -> tl.Counts:
    """Counts of articles that nobody wrote: one segment each."""
    ids = [f"a{number:03}" for number in range(len(sources))]
    return tl.Counts(
        csr_array(np.asarray(matrix, dtype=np.int32)),
        np.asarray(n_words),
        np.array(terms, dtype=object),
        pd.DataFrame({"segment": range(len(ids)), "article": ids, "passage": 1}),
        pd.DataFrame({"id": ids, "source": sources}),
    )


def overdispersed(rng: np.random.Generator, n_articles: int = 40, n_terms: int = 150) -> tuple[np.ndarray, np.ndarray]:
    """Counts whose variance exceeds Poisson's as in running text (gamma rates), and lengths of 300 to 800 words."""
    lengths = rng.integers(300, 800, n_articles)
    mean = lengths[:, None] * np.linspace(0.0005, 0.006, n_terms)
    return rng.poisson(mean * rng.gamma(3, 1 / 3, mean.shape)), lengths
