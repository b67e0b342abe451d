"""Themes: the topics that held, and the frames of a codebook, side by side and told apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from textlens.corpus import expect, expect_number
from textlens.topics import STABLE, Topics

TOPIC, FRAME = "topic", "frame"
_SHARES = ("share", "share_low", "share_high", "share_against", "share_against_low", "share_against_high")
_GAP = ("effect", "low", "high", "q", "supported")


def themes(
    topics: Topics | None, shares: pd.DataFrame | None, frames: pd.DataFrame, hits: pd.DataFrame, *, n: int = 3
) -> pd.DataFrame:
    """Put together what a report calls its themes: stable topics, found in the words, and frames, asked of them.

    A topic that did not beat shuffled counts, or that one article (or family) makes, is no theme.

    Parameters
    ----------
    topics : Topics or None
        With their stability (:func:`textlens.measure_stability`); None where the corpus is too small for any.
    shares : DataFrame or None
        From :func:`textlens.compare_topics` of these.
    frames : DataFrame
        From :func:`textlens.compare_frames` with ``score="passages"``.
    hits : DataFrame
        From :func:`textlens.find_indicators`.
    n : int
        How many terms and passages are named of each, at most.

    Returns
    -------
    DataFrame
        One row per theme and pair of groups: ``theme``, ``kind`` ("topic" or "frame"), ``terms`` (of a topic the most
        distinctive, of a frame the indicators with the most hits), ``group``, ``against``, ``share`` and
        ``share_against`` with ``_low`` and ``_high`` (of words for topics, of passages for frames), their difference
        ``effect`` with ``low`` and ``high``, ``q``, ``supported``; ``holds`` (a topic's stability beside chance, a
        frame's validity) and ``passages``, the most typical by id, as "article §passage".

    Raises
    ------
    ValueError
        The frames were not compared by passages; the shares are not of these topics.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> counts = tl.count_terms(tokens)
    >>> hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    >>> frames = tl.compare_frames(hits, counts, score="passages", against="Harbour Post")
    >>> table = tl.themes(None, None, frames, hits)
    >>> table.loc[table["group"] == "Upland Courier", ["theme", "kind", "passages"]].values.tolist()[0]
    ['Cost and burden', 'frame', 'hp3 §6, uc2 §4, uc3 §4']
    """
    expect(hits, pd.DataFrame, "hits", "tl.find_indicators")
    expect_number(n, "n", least=1, whole=True)
    if (frames["score"] != "passages").any():
        raise ValueError("frames must be compared with score='passages', so that they are shares as topics are")
    of_frames = _of_frames(frames, hits, n)
    of_topics = of_frames.iloc[:0] if topics is None or shares is None else _of_topics(topics, shares, n)
    columns = ["theme", "kind", "terms", "group", "against", *_SHARES, *_GAP, "holds", "passages"]
    return pd.concat([table for table in (of_topics, of_frames) if len(table)] or [of_frames])[columns].reset_index(
        drop=True
    )


def _of_topics(topics: Topics, shares: pd.DataFrame, n: int) -> pd.DataFrame:
    labels = dict(zip(shares["topic"], shares["label"], strict=True))
    if labels != topics.names:
        raise ValueError("the shares are of other topics, or of these with other labels: compare these topics anew")
    rows = shares[shares["verdict"] == STABLE]
    passages = topics.passages(n)
    named = _joined(passages.assign(place=passages["article"] + " §" + passages["passage"].astype(str)), "topic")
    terms = topics.label_table().set_index("topic")["terms"]
    holds = {row["topic"]: _held(row) for row in topics.to_frame().to_dict("records")}
    return rows.assign(
        theme=rows["label"],
        kind=TOPIC,
        terms=rows["topic"].map(terms),
        holds=rows["topic"].map(holds),
        passages=rows["topic"].map(named),
    )


def _held(row: Mapping[Any, Any]) -> str:
    return f"stability {row['stability']:.2f}, chance up to {row['null_high']:.2f}" if "stability" in row else ""


def _of_frames(frames: pd.DataFrame, hits: pd.DataFrame, n: int) -> pd.DataFrame:
    rows = frames.rename(columns=lambda name: name.replace("rate", "share", 1) if name.startswith("rate") else name)
    own = hits[hits["frame"].isin(frames["frame"])]
    most = own.groupby(["frame", "indicator"]).size().rename("size").reset_index()
    most = most.sort_values(["frame", "size", "indicator"], ascending=[True, False, True]).groupby("frame").head(n)
    places = own.groupby(["frame", "article", "passage"])["indicator"].agg(["nunique", "size"]).reset_index()
    order = ["frame", "nunique", "size", "article", "passage"]
    places = places.sort_values(order, ascending=[True, False, False, True, True]).groupby("frame").head(n)
    named = _joined(places.assign(place=places["article"] + " §" + places["passage"].astype(str)), "frame")
    terms = _joined(most.rename(columns={"indicator": "place"}), "frame")
    return rows.assign(
        theme=rows["frame"],
        kind=FRAME,
        terms=rows["frame"].map(terms).fillna(""),
        holds=rows["validity"],
        passages=rows["frame"].map(named).fillna(""),
    )


def _joined(table: pd.DataFrame, of: str) -> pd.Series:
    """The places of each, in the order of the table, as one text."""
    return table.groupby(of, sort=False)["place"].agg(", ".join)
