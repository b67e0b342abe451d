"""Intrusion: can people tell which term, or which topic, does not belong? Sheets for raters.

After Chang, Boyd-Graber, Gerrish, Wang & Blei (2009), "Reading tea leaves", NeurIPS 22. All topics are asked about,
also those that did not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from textlens import files
from textlens.coherence import COHERENT, heaviest
from textlens.corpus import Corpus, expect, expect_number, passage_texts
from textlens.grouping import Integers
from textlens.topics import Topics

WORD, TOPIC = "word", "topic"
LEAST_WORDS = 20
LEAST_SHARE = 0.4
_SHOWN_TOPICS = 3
# An intruder's share is at most so far above the lowest, and that of each topic that belongs is further above it.
_NEAR = 0.01


@dataclass(frozen=True, eq=False)
class IntrusionSheet:
    """Questions for raters, each with one option that does not belong.

    Attributes
    ----------
    questions : DataFrame
        What raters see: ``question`` (1, 2, ...), ``option 1`` ..., ``answer`` (empty: the number of the option that
        does not belong); of topic intrusion also ``article``, ``passage`` and, where a corpus was given, ``text``.
    key : DataFrame
        What raters must not see: ``question``, ``kind`` ("word" or "topic"), ``topic`` (of a passage: its heaviest),
        ``intruder`` (the number of the option), ``options`` (how many there are).
    """

    questions: pd.DataFrame
    key: pd.DataFrame

    def __repr__(self) -> str:
        return f"IntrusionSheet: {len(self.questions)} questions of {self.key['kind'].iloc[0]} intrusion"

    def save(self, folder: str | Path) -> None:
        """Write ``questions.csv`` and, for yourself, ``key.csv``.

        Raises
        ------
        ValueError
            The folder has one of these files with other content, as answers or another sheet: it is not overwritten.
        """
        tables = {Path(folder) / "key.csv": self.key, Path(folder) / "questions.csv": self.questions}
        contents = {path: files.table_to_csv(table) for path, table in tables.items()}
        for path, content in contents.items():
            with files.doing("read", path):
                other = path.exists() and path.read_bytes() != content.encode()
            if other:
                raise ValueError(f"{path} holds answers or another sheet; name another folder, or delete it first")
        for path, content in contents.items():
            files.write_whole(path, content)


def word_intrusion(topics: Topics, *, rng: np.random.Generator, n_words: int = 5) -> IntrusionSheet:
    """Ask of each topic which of its heaviest terms and an intruder does not belong.

    The intruder has a low weight in the topic (none if there is such a term, else at most the median), and is among the
    ten heaviest terms of another. Questions and options are shuffled.

    Parameters
    ----------
    topics : Topics
    rng : numpy.random.Generator
    n_words : int
        How many terms of the topic are shown.

    Returns
    -------
    IntrusionSheet

    Raises
    ------
    ValueError
        ``n_words`` is no whole number of 2 or more; a topic has fewer terms, or no term can be its intruder.
    TypeError
        What is given is no Topics, or no generator.

    Examples
    --------
    >>> import textlens as tl
    >>> topics = tl.fit_topics(tl.count_terms(tl.tokenize(tl.load_demo())), 3)
    >>> sheet = tl.word_intrusion(topics, rng=np.random.default_rng(1))
    >>> sheet
    IntrusionSheet: 3 questions of word intrusion
    >>> sorted(sheet.key["topic"])
    [1, 2, 3]
    """
    expect(topics, Topics, "topics", "tl.fit_topics")
    expect(rng, np.random.Generator, "rng", "np.random.default_rng")
    expect_number(n_words, "n_words", least=2, whole=True)
    names = topics.counts.terms
    tops = heaviest(topics.loadings, names, n_words)
    rows = []
    for topic in rng.permutation(topics.numbers).tolist():
        shown = tops[topic - 1]
        if (shown < 0).any():
            raise ValueError(f"n_words is {n_words}, but topic {topic} has only {(shown >= 0).sum()} terms")
        intruder = int(rng.choice(_strangers(topics, topic, shown)))
        rows.append((topic, [str(names[term]) for term in shown], str(names[intruder])))
    return _sheet(WORD, rows, pd.DataFrame(index=range(len(rows))), rng)


def _strangers(topics: Topics, topic: int, shown: Integers) -> Integers:
    """The terms that may intrude on a topic."""
    weights = topics.loadings[topic - 1]
    others = np.delete(heaviest(topics.loadings, topics.counts.terms, COHERENT), topic - 1, axis=0)
    found: Integers = np.setdiff1d(others[others >= 0], shown)
    for most in (0.0, float(np.median(weights))):
        low: Integers = found[weights[found] <= most]
        if len(low):
            return low
    raise ValueError(f"no term is light in topic {topic} and heavy in another: nothing can intrude on it")


def topic_intrusion(
    topics: Topics, *, rng: np.random.Generator, n: int = 20, corpus: Corpus | None = None
) -> IntrusionSheet:
    """Ask of passages which of their three heaviest topics and an intruder does not belong.

    Passages are drawn at random, of different articles as far as there are, among those of 20 words or more whose
    heaviest topic has a share of .4 or more. The intruder's share is within .01 of the passage's lowest, and each of
    the three has more than that. A topic is shown as its five most distinctive terms.

    Parameters
    ----------
    topics : Topics
    rng : numpy.random.Generator
    n : int
        How many passages.
    corpus : Corpus, optional
        Where the passages' texts are, to be shown; such a sheet belongs beside the texts.

    Returns
    -------
    IntrusionSheet

    Raises
    ------
    ValueError
        Fewer than 4 topics, or two whose distinctive terms are the same; ``n`` is no whole number of 1 or more, or
        there are fewer such passages; the corpus lacks one of them.
    TypeError
        What is given is no Topics, no generator, or no Corpus.

    Examples
    --------
    >>> import textlens as tl
    >>> topics = tl.fit_topics(tl.count_terms(tl.tokenize(tl.load_demo())), 4)
    >>> tl.topic_intrusion(topics, n=6, rng=np.random.default_rng(1))
    IntrusionSheet: 6 questions of topic intrusion
    """
    expect(topics, Topics, "topics", "tl.fit_topics")
    expect(rng, np.random.Generator, "rng", "np.random.default_rng")
    expect_number(n, "n", least=1, whole=True)
    if len(topics.loadings) <= _SHOWN_TOPICS:
        raise ValueError(
            f"topic intrusion needs 4 topics: three of a passage and one more; here are {len(topics.loadings)}"
        )
    terms = topics.label_table()["terms"]
    if terms.duplicated().any():
        raise ValueError(f"two topics have the same distinctive terms, {terms[terms.duplicated()].iloc[0]!r}")
    shares = topics.weights.round(6)
    drawn = _drawn(topics, shares, n, rng)
    rows = []
    for share in shares[drawn]:
        order = np.argsort(-share, kind="stable")
        rest = order[_SHOWN_TOPICS:]
        intruder = rng.choice(rest[share[rest] <= share.min() + _NEAR])
        rows.append((int(order[0]) + 1, terms.iloc[order[:_SHOWN_TOPICS]].tolist(), terms.iloc[intruder]))
    about = topics.shares.loc[drawn, ["article", "passage"]].reset_index(drop=True)
    return _sheet(TOPIC, rows, about if corpus is None else _with_text(about, topics, corpus), rng)


def _drawn(topics: Topics, shares: np.ndarray, n: int, rng: np.random.Generator) -> Integers:
    """The rows of the passages to ask about, in random order."""
    ranked = -np.sort(-shares, axis=1)
    told_apart = ranked[:, _SHOWN_TOPICS - 1] > ranked[:, -1] + _NEAR
    fit: Integers = np.flatnonzero((topics.counts.n_words >= LEAST_WORDS) & (ranked[:, 0] >= LEAST_SHARE) & told_apart)
    if n > len(fit):
        raise ValueError(
            f"n is {n}, but only {len(fit)} passages have {LEAST_WORDS} words, a topic with a share of {LEAST_SHARE}, "
            "and three topics above the lowest"
        )
    fit = rng.permutation(fit)
    again = topics.counts.segments["article"].iloc[fit].reset_index(drop=True)
    first = np.argsort(again.groupby(again).cumcount().to_numpy(), kind="stable")[:n]
    return rng.permutation(fit[first])


def _with_text(about: pd.DataFrame, topics: Topics, corpus: Corpus) -> pd.DataFrame:
    expect(corpus, Corpus, "corpus", "tl.read_corpus")
    texts = passage_texts(corpus)
    # Rows that are whole articles are called passage 1.
    if (topics.counts.segments["passage"] == 1).all():
        texts = texts.groupby("article", sort=False)["text"].agg("\n".join).reset_index().assign(passage=1)
    found = about.merge(texts, on=["article", "passage"], how="left")
    if found["text"].isna().any():
        article, passage = found.loc[found["text"].isna(), ["article", "passage"]].iloc[0]
        raise ValueError(f"the corpus has no passage {passage} of the article {article!r}; the topics are of another")
    return found


def _sheet(
    kind: str, rows: list[tuple[int, list[str], str]], about: pd.DataFrame, rng: np.random.Generator
) -> IntrusionSheet:
    """Of each question: its topic, the options that belong, and the intruder."""
    many = len(rows[0][1]) + 1
    orders = [rng.permutation(many) for _ in rows]
    options = [[[*own, odd][place] for place in order] for (_, own, odd), order in zip(rows, orders, strict=True)]
    questions = pd.DataFrame(options, columns=[f"option {number}" for number in range(1, many + 1)]).astype("str")
    questions = pd.concat([about, questions], axis=1).assign(answer="").astype({"answer": "str"})
    questions.insert(0, "question", range(1, len(rows) + 1))
    key = questions[["question"]].assign(kind=kind, topic=[topic for topic, _, _ in rows])
    key["intruder"] = [int(order.argmax()) + 1 for order in orders]
    return IntrusionSheet(questions, key.assign(options=many))
