"""Articles whose topics are known, and articles without any: counts made by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

import textlens as tl

Floats = npt.NDArray[np.float64]
OWN = 20  # terms of a topic
COMMON = 200  # terms that all topics share
_LETTERS = np.array(list("abcdefghij"))


@dataclass(frozen=True)
class Design:
    """How planted articles are made.

    Attributes
    ----------
    apart : how far articles keep to few topics: the smaller, the fewer.
    inside : the same of the passages of an article; 0 where all mix alike.
    borrowed : share of a topic's weight on terms of its neighbour.
    uneven : whether topics are as common as 1 : 2 : ... : k.
    words, passages : of an article.
    """

    apart: float = 1.0
    inside: float = 2.0
    borrowed: float = 0.0
    uneven: bool = False
    words: int = 300
    passages: int = 6


def planted_terms(
    k: int, rng: np.random.Generator, *, borrowed: float = 0.0, plain: float = 0.7, head: float = 0.0
) -> Floats:
    """Probabilities of terms in k topics (k x terms): ``plain`` of it its own, the rest common words by Zipf's law.

    The larger ``head`` is, the less do the first of these stand out; function words are no part of topics.
    """
    own = 1 / np.sqrt(np.arange(1, OWN + 1))
    common = 1 / (np.arange(1, COMMON + 1) + head)
    table = np.zeros((k, k * OWN + COMMON))
    for topic in range(k):
        weights = rng.permutation(own) / own.sum()
        for place, share in ((topic, 1 - borrowed), ((topic + 1) % k, borrowed)):
            table[topic, place * OWN : (place + 1) * OWN] += plain * share * weights
        table[topic, k * OWN :] = (1 - plain) * common / common.sum()
    return table


def planted(terms: Floats, means: Floats, articles: int, design: Design, rng: np.random.Generator) -> tl.Counts:
    """Counts of ``articles`` of each group; ``means`` are the shares of topics in it (groups x topics)."""
    rows = []
    for mean in np.repeat(means, articles, axis=0):
        shares = rng.dirichlet(np.maximum(mean * design.apart, 1e-3))
        for _ in range(design.passages):
            mixed = rng.dirichlet(np.maximum(shares * design.inside, 1e-3)) if design.inside else shares
            of_topics = rng.multinomial(design.words // design.passages, mixed)
            rows.append(sum(rng.multinomial(n, p) for n, p in zip(of_topics, terms, strict=True)))
    article = np.repeat(np.arange(len(means) * articles), design.passages)
    return as_counts(csr_array(np.array(rows)), article, np.repeat([f"group {g}" for g in range(len(means))], articles))


def unstructured(kind: str, articles: int, rng: np.random.Generator) -> tl.Counts:
    """Counts without topics: ``"even"``, all words from one list; ``"bursty"``, each article likes some words of it
    more, by itself; ``"own words"``, each has a vocabulary of its own."""
    base = 1 / (np.arange(600) + 20.0)
    base /= base.sum()
    rows, article = [], []
    for number in range(articles):
        strength = {"bursty": 200 * base, "own words": np.full(600, 0.1)}.get(kind)
        chances = base if strength is None else rng.dirichlet(strength)
        passages = max(2, int(8 * np.exp(rng.normal(0, 0.5))))
        rows += [rng.multinomial(50, chances) for _ in range(passages)]
        article += [number] * passages
    sources = np.array(["A", "B"])[np.arange(articles) % 2]
    return as_counts(csr_array(np.array(rows)), np.array(article), sources)


def as_counts(matrix: csr_array, article: npt.NDArray[np.int64], sources: npt.NDArray[np.str_]) -> tl.Counts:
    """Counts of passages, with made names of terms and articles."""
    ids = np.array([f"{number:06}" for number in range(len(sources))], dtype=object)
    segments = pd.DataFrame({"article": ids[article], "passage": pd.Series(article).groupby(article).cumcount() + 1})
    articles = pd.DataFrame({"id": ids, "source": sources})
    n_words = np.asarray(matrix.sum(axis=1)).ravel().astype(np.int64)
    return tl.Counts(csr_array(matrix.astype(np.int32)), n_words, term_names(matrix.shape[1]), segments, articles, ())


def term_names(n: int) -> npt.NDArray[np.object_]:
    """Made words of letters: digits alone are in no topic."""
    return np.array(["q" + "".join(_LETTERS[[int(digit) for digit in f"{i:06}"]]) for i in range(n)], dtype=object)


def place_of(term: str) -> int:
    """The number of a made word.

    >>> place_of(term_names(12)[11])
    11
    """
    return int("".join(str("abcdefghij".index(letter)) for letter in term[1:]))
