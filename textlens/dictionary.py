"""Where the indicators of a codebook occur.

What is found are hits of a word list. Whether they measure the frame they are named after is a question that only
human coding answers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from textlens.codebook import Codebook
from textlens.corpus import expect
from textlens.matching import find_patterns
from textlens.tokens import Tokens

HIT_COLUMNS = (
    *("segment", "article", "passage", "line", "frame", "indicator", "start", "end"),
    *("role", "voice", "speaker"),
)


def find_indicators(tokens: Tokens, codebook: Codebook) -> pd.DataFrame:
    """Every hit of a codebook's indicators, with the place of its words.

    A hit that overlaps an exclusion of its frame is left out, and so is a hit that lies within a longer hit of the
    same frame. One word may count for several frames.

    Parameters
    ----------
    tokens : Tokens
    codebook : Codebook

    Returns
    -------
    DataFrame
        One row per hit in reading order: ``segment``, ``article``, ``passage``, ``line``, ``frame``, ``indicator``,
        ``start`` and ``end`` (character offsets in the article), ``role``, ``voice``, ``speaker``.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    >>> list(hits.columns)[:4]
    ['segment', 'article', 'passage', 'line']
    """
    expect(tokens, Tokens, "tokens", "tl.tokenize")
    expect(codebook, Codebook, "codebook", "tl.read_codebook")
    patterns = codebook.indicators
    found = find_patterns(tokens, patterns["indicator"].tolist())
    names = pd.Index(codebook.frames["frame"])
    frame = names.get_indexer(patterns["frame"])[found["pattern"]]
    excluded = (patterns["kind"] == "exclusion").to_numpy()[found["pattern"]]
    first, last = found["first"].to_numpy(), found["last"].to_numpy()
    kept = _longest(frame, first, last, excluded, len(tokens.codes))
    # As found; two frames that meet in the same words stand by their names.
    spans = np.cumsum((np.diff(first, prepend=-1) != 0) | (np.diff(last, prepend=-1) != 0))
    by_name = np.argsort(np.argsort(names))
    kept = kept[np.argsort(spans[kept] * len(names) + by_name[frame[kept]], kind="stable")]
    pattern, first, last = found["pattern"].to_numpy()[kept], first[kept], last[kept]
    rows = np.searchsorted(tokens.segment_borders, first, side="right") - 1
    table: pd.DataFrame = tokens.segments.reindex(columns=list(HIT_COLUMNS)).iloc[rows].reset_index(drop=True)
    table["frame"] = patterns["frame"].array[pattern]
    table["indicator"] = patterns["indicator"].array[pattern]
    table["start"] = tokens.starts[first].astype(np.int64)
    n_letters = np.fromiter(map(len, tokens.vocabulary), dtype=np.int32, count=len(tokens.vocabulary))
    table["end"] = tokens.starts[last].astype(np.int64) + n_letters[tokens.codes[last]]
    return table


def _longest(frame: np.ndarray, first: np.ndarray, last: np.ndarray, excluded: np.ndarray, n_words: int) -> np.ndarray:
    """Which hits touch no exclusion and lie in no longer hit; of two equal spans the first indicator counts.

    Hits are in order of their first and last words.
    """
    # Each frame has a line of its own, so that one pass serves all.
    order = np.argsort(frame.astype(np.min_scalar_type(-frame.max(initial=1) - 1)), kind="stable")
    order = order[frame[order] >= 0]
    line = frame[order] * np.int64(n_words)
    first, last, excluded = line + first[order], line + last[order], excluded[order]
    # Of the exclusions that start no later than a hit ends, does any end no earlier than it starts?
    starts, reach = first[excluded], np.maximum.accumulate(np.append(-1, last[excluded]))
    hits = ~excluded & (reach[np.searchsorted(starts, last, side="right")] < first)
    order, first, last = order[hits], first[hits], last[hits]
    # Of each span the first; of those with one first word the longest; and it lies in no earlier one.
    new = (np.diff(first, prepend=-1) != 0) | (np.diff(last, prepend=-1) != 0)
    order, first, last = order[new], first[new], last[new]
    longest = np.diff(first, append=-1) != 0
    order, last = order[longest], last[longest]
    outermost = np.diff(np.maximum.accumulate(last), prepend=-1) > 0
    kept: np.ndarray = order[outermost]
    return kept
