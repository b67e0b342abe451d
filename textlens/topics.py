"""What a topic model is here: terms, shares, labels, and how far it held. A topic is not a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.coherence import COHERENT, SHOWN, diversity, exclusivity, frex, heaviest, npmi
from textlens.corpus import expect, expect_number
from textlens.counts import Counts
from textlens.factorising import word_shares
from textlens.grouping import Floats, divide

FEW_ARTICLES = 30
# A topic more than half of whose words one article, or family of articles, wrote is of that one.
ONE_UNIT = 0.5
STABLE, UNSTABLE, UNMEASURED = "stable", "unstable", "not measured"
_LABEL = 3


@dataclass(frozen=True, eq=False)
class Topics:
    """A fitted topic model. :func:`textlens.fit_topics` makes one.

    Attributes
    ----------
    counts : Counts
        What was fitted: passages (or whole articles) x the terms that may make a topic.
    loadings : array, topics x terms
        The weights of the terms in each topic, which add up to 1: of tf-idf for NMF, probabilities for LDA.
    idf : array, one per term
        1 for LDA.
    weights : array, passages x topics
        How the words of each passage divide among the topics.
    method : str
        ``"nmf"`` or ``"lda"``.
    own_labels : dict of int to str
        Labels given by :meth:`relabel`.
    stability : DataFrame or None
        What :func:`textlens.measure_stability` found: ``topic``, ``stability``, ``low``, ``high``, ``null_low``,
        ``null_high``.
    refits : array or None
        Resamples x articles x topics: the words that each article gives to each topic, by the topics of resampled
        articles.
    refit_size : float
        The units of a resample, as a share of all.
    unit : str
        What was drawn anew: ``"article"``, or a column that gathers articles, as ``"family"``.
    steps : tuple of str
    """

    counts: Counts
    loadings: Floats
    idf: Floats
    weights: Floats
    method: str
    steps: tuple[str, ...]
    own_labels: Mapping[int, str] = field(default_factory=dict)
    stability: pd.DataFrame | None = None
    refits: Floats | None = None
    refit_size: float = 1.0
    unit: str = "article"

    def __repr__(self) -> str:
        found = pd.Series(self.verdicts).value_counts()
        told = ", ".join(
            f"{found[verdict]} {verdict}" for verdict in (STABLE, UNSTABLE, self.of_one) if verdict in found
        )
        return f"Topics: {len(self.loadings)} over {len(self.weights)} passages ({told or 'stability not measured'})"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>{self.to_frame().round(3).to_html(index=False)}"

    @property
    def numbers(self) -> list[int]:
        """1, 2, ...; the topic that takes the most words is 1."""
        return list(range(1, len(self.loadings) + 1))

    @property
    def articles(self) -> pd.DataFrame:
        """The articles of the corpus with their metadata."""
        return self.counts.articles

    @cached_property
    def probabilities(self) -> Floats:
        """The share of each term among the words of each topic: topics x terms."""
        words = self.loadings / self.idf
        return np.asarray(words / words.sum(axis=1, keepdims=True))

    @cached_property
    def terms(self) -> pd.DataFrame:
        """The heaviest 25 terms of each topic: ``topic``, ``rank``, ``term``, ``weight`` (share of the topic's weight),
        ``frex`` (how frequent in it and how exclusive to it, 0 to 1)."""
        names, found = self.counts.terms, frex(self.probabilities)
        tables = []
        for topic, top in enumerate(heaviest(self.loadings, names, SHOWN)):
            top = top[top >= 0]
            columns = {"topic": topic + 1, "rank": np.arange(1, len(top) + 1), "term": names[top]}
            tables.append(pd.DataFrame(columns | {"weight": self.loadings[topic, top], "frex": found[topic, top]}))
        return pd.concat(tables, ignore_index=True).astype({"term": "str"})

    @cached_property
    def labels(self) -> dict[int, str]:
        """Of each topic the label it was given, or its three most distinctive terms: highest FREX of the heaviest."""
        return {topic: self.own_labels.get(topic) or self._distinctive(topic, _LABEL) for topic in self.numbers}

    def _distinctive(self, topic: int, n: int) -> str:
        rows = self.terms[self.terms["topic"] == topic]
        rows = rows.assign(frex=rows["frex"].round(9)).sort_values(["frex", "rank"], ascending=[False, True])
        return ", ".join(rows["term"].head(n))

    @property
    def of_one(self) -> str:
        """The verdict on a topic that one unit makes: ``"one article"``, or as the unit is called."""
        return f"one {self.unit}"

    @cached_property
    def verdicts(self) -> dict[int, str]:
        """Of each topic ``"stable"``, ``"unstable"`` (no more so than topics of shuffled counts), ``"one article"``
        (or family, where :func:`textlens.measure_stability` drew these: it wrote more than half of the topic's words)
        or ``"not measured"``."""
        alone = self._largest()[1] > ONE_UNIT
        if self.stability is None:
            held = [UNMEASURED] * len(self.loadings)
        else:
            beyond = self.stability["stability"] > self.stability["null_high"]
            held = [STABLE if stable else UNSTABLE for stable in beyond]
        return {topic: self.of_one if alone[topic - 1] else held[topic - 1] for topic in self.numbers}

    @property
    def names(self) -> dict[int, str]:
        """What a topic is called in tables and figures: its label; of one that did not hold, that it did not."""
        names = {}
        for topic, verdict in self.verdicts.items():
            own = self.own_labels.get(topic, f"topic {topic}")
            names[topic] = f"{own} ({verdict})" if verdict in (UNSTABLE, self.of_one) else self.labels[topic]
        return names

    @cached_property
    def shares(self) -> pd.DataFrame:
        """One row per passage: ``article``, ``passage``, ``n_words``, ``topic 1`` ...: the shares of its words, which
        add up to 1, or are 0 where it holds no term of any topic."""
        return _with_shares(self.counts.segments.assign(n_words=self.counts.n_words), self.weights)

    @cached_property
    def article_shares(self) -> pd.DataFrame:
        """As :attr:`shares`, of whole articles: ``article``, ``n_words``, ``topic 1`` ..."""
        counts = self.word_counts()
        given = counts.matrix.toarray()
        words = np.broadcast_to(counts.n_words[:, None].astype(float), given.shape)
        return _with_shares(counts.segments.assign(n_words=counts.n_words), divide(given, words))

    def word_counts(self, weights: Floats | None = None) -> Counts:
        """Articles x topics: how many words of each article go to each topic, by the fit's shares or ``weights``."""
        weights = self.weights if weights is None else weights
        codes, names = pd.factorize(self.counts.segments["article"])
        words = np.bincount(codes, weights=self.counts.n_words).astype(np.int64)
        given = np.zeros((len(names), weights.shape[1]))
        np.add.at(given, codes, weights * self.counts.n_words[:, None])
        columns = np.array([f"topic {topic + 1}" for topic in range(weights.shape[1])], dtype=object)
        segments = pd.DataFrame({"article": pd.Series(names, dtype="str")})
        return Counts(csr_array(given), words, columns, segments, self.articles, self.steps)

    def _largest(self) -> tuple[np.ndarray, Floats]:
        """Of each topic the unit that gives it the most words, and the share of its words that is."""
        counts = self.word_counts().by(self.unit)
        given = counts.matrix.toarray()
        share = divide(given.max(axis=0), given.sum(axis=0))
        return counts.labels(self.unit).to_numpy(dtype=object)[given.round(6).argmax(axis=0)], share

    def to_frame(self) -> pd.DataFrame:
        """One row per topic.

        Returns
        -------
        DataFrame
            ``topic``, ``label`` (:attr:`names`), ``verdict``, ``share`` (of all words), ``npmi`` (of its ten heaviest
            terms over passages), ``exclusivity``, ``largest_unit`` (the article, or family, that gives it the most
            words) and ``largest_share`` (of the topic's words); where it was measured ``stability`` with the band of
            resamples ``low`` to ``high`` and that of shuffled counts, ``null_low`` to ``null_high``.
        """
        tops = heaviest(self.loadings, self.counts.terms, COHERENT)
        unit, largest = self._largest()
        words = self.counts.n_words @ self.weights
        table = pd.DataFrame(
            {
                "topic": self.numbers,
                "label": list(self.names.values()),
                "verdict": list(self.verdicts.values()),
                "share": words / self.counts.n_words.sum(),
                "npmi": npmi(self.counts.matrix, tops),
                "exclusivity": exclusivity(self.probabilities, tops),
                "largest_unit": unit,
                "largest_share": largest,
            }
        ).astype({"label": "str", "verdict": "str", "largest_unit": "str"})
        return table if self.stability is None else table.merge(self.stability, on="topic")

    @property
    def diversity(self) -> float:
        """The share of different terms among the heaviest 25 of all topics."""
        return diversity(heaviest(self.loadings, self.counts.terms, SHOWN))

    def passages(self, n: int = 3, *, least_words: int = 20) -> pd.DataFrame:
        """The most typical passages of each topic, by id; their text stays where the articles are.

        Parameters
        ----------
        n : int
            How many of each topic, of different articles as far as there are.
        least_words : int
            Shorter passages are left out where longer ones give the topic any share.

        Returns
        -------
        DataFrame
            ``topic``, ``rank``, ``article``, ``passage``, ``share`` (of the passage's words), ``n_words``.
        """
        expect_number(n, "n", least=1, whole=True)
        tables = []
        for topic in self.numbers:
            rows = self.shares.rename(columns={f"topic {topic}": "share"})
            rows = rows.loc[rows["share"] > 0, ["article", "passage", "share", "n_words"]]
            rows = rows.assign(short=rows["n_words"] < least_words)
            order = ["short", "share", "n_words", "article", "passage"]
            rows = rows.sort_values(order, ascending=[True, False, False, True, True])
            rows["again"] = rows.groupby("article").cumcount()
            rows = rows.sort_values(["short", "again"], kind="stable").head(n)
            rows.insert(0, "topic", topic)
            rows.insert(1, "rank", np.arange(1, len(rows) + 1))
            tables.append(rows.drop(columns=["short", "again"]))
        return pd.concat(tables, ignore_index=True)

    def label_table(self) -> pd.DataFrame:
        """A small table to write labels into, for :meth:`relabel`: ``topic``, ``terms`` (the five most distinctive),
        ``label``."""
        terms = [self._distinctive(topic, 5) for topic in self.numbers]
        table = pd.DataFrame({"topic": self.numbers, "terms": terms, "label": list(self.labels.values())})
        return table.astype({"terms": "str", "label": "str"})

    def relabel(self, table: pd.DataFrame) -> Topics:
        """The same topics, labelled by a table that was made for them.

        Parameters
        ----------
        table : DataFrame
            Columns of :meth:`label_table`; topics may be left out, and keep the labels they have. A label that is the
            topic's own distinctive terms is none: a topic that did not hold stays without a name.

        Raises
        ------
        ValueError
            A column is missing, a topic is unknown or there twice, a label is empty; or the terms are not those of this
            fit: labels of another fit would name other topics.
        """
        expect(table, pd.DataFrame, "table", "topics.label_table")
        missing = [name for name in ("topic", "terms", "label") if name not in table]
        if missing:
            raise ValueError(f"the table of labels has no column {missing[0]!r}; topics.label_table() makes one")
        labels = dict(self.own_labels)
        told: set[int] = set()
        for topic, terms, label in table[["topic", "terms", "label"]].itertuples(index=False):
            if topic not in self.numbers or topic in told:
                again = " is there twice" if topic in told else f": there are topics 1 to {len(self.loadings)}"
                raise ValueError(f"the table of labels: topic {topic!r}{again}")
            own = self._distinctive(int(topic), 5)
            if terms != own:
                raise ValueError(
                    f"the table labels topic {topic} for its terms {terms!r}, but here they are {own!r}: "
                    "it was made for another fit"
                )
            if not isinstance(label, str) or not label.strip():
                raise ValueError(f"the label of topic {topic} is empty")
            told.add(topic)
            labels[int(topic)] = label.strip()
        own_labels = {topic: label for topic, label in labels.items() if label != self._distinctive(topic, _LABEL)}
        return replace(self, own_labels=own_labels)

    def transform(self, counts: Counts) -> pd.DataFrame:
        """The shares of these topics in other counts, as :attr:`shares`; terms that were not fitted are left out.

        Parameters
        ----------
        counts : Counts
            Counted alike: the same spelling and phrases.
        """
        expect(counts, Counts, "counts", "tl.count_terms")
        counts = by_passage(counts)
        known = {term: column for column, term in enumerate(self.counts.terms)}
        pairs = [(here, known[term]) for here, term in enumerate(counts.terms) if term in known]
        if not pairs:
            raise ValueError("the counts hold none of the terms of these topics")
        here, there = np.array(pairs).T
        gather = csr_array((np.ones(len(pairs)), (here, there)), shape=(len(counts.terms), len(self.counts.terms)))
        weights = word_shares(csr_array(counts.matrix @ gather), self.loadings, self.idf, self.method)
        return _with_shares(counts.segments.assign(n_words=counts.n_words), weights)

    def model(self) -> Any:
        """The topics as a fitted scikit-learn model over ``counts.terms``: ``NMF``, which takes tf-idf weights (counts
        times :attr:`idf`, rows of length 1), or ``LatentDirichletAllocation``, whose parameters are as if each word
        had been given to topics by the shares."""
        from scipy.special import psi
        from sklearn.decomposition import NMF, LatentDirichletAllocation

        k, n_terms = self.loadings.shape
        if self.method == "nmf":
            model = NMF(k)
            model.components_, model.n_components_ = self.loadings, k
        else:
            model = LatentDirichletAllocation(k)
            model.doc_topic_prior_ = model.topic_word_prior_ = 1 / k
            words = self.counts.matrix.sum(axis=1) @ self.weights
            model.components_ = self.loadings * words[:, None] + model.topic_word_prior_
            expected = psi(model.components_) - psi(model.components_.sum(axis=1, keepdims=True))
            model.exp_dirichlet_component_ = np.exp(expected)
        model.n_features_in_ = n_terms
        return model


def by_passage(counts: Counts) -> Counts:
    """Counts per passage; rows that are whole articles, as of large studies, are one passage each."""
    if "passage" not in counts.segments:
        counts = replace(counts, segments=counts.segments.assign(passage=1))
    return counts.by(["article", "passage"])


def _with_shares(rows: pd.DataFrame, weights: Floats) -> pd.DataFrame:
    shares = pd.DataFrame(weights, columns=[f"topic {topic + 1}" for topic in range(weights.shape[1])])
    return pd.concat([rows.reset_index(drop=True), shares], axis=1)
