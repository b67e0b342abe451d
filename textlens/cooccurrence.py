"""Which frames stand together, and in whose voice."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from textlens.comparison import LEVEL, drawn_seed, pair_generator
from textlens.corpus import SmallCorpusWarning, expect, expect_number
from textlens.counts import Counts
from textlens.grouping import Floats, Integers
from textlens.inference import benjamini_hochberg
from textlens.measured import with_validity
from textlens.scores import count_hits, frames_of, hits_within, names_of

_EVERYTHING = "all"


def frame_speakers(
    hits: pd.DataFrame, counts: Counts, *, by: str | Sequence[str] = "source", validity: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Hits of each frame by who speaks, against all words of that speaker.

    A source that quotes a frame need not speak it itself. Speech reported without quotation marks is the narrator's.

    Parameters
    ----------
    hits, counts, by, validity
        As in :func:`compare_frames`.

    Returns
    -------
    DataFrame
        One row per group, frame, voice and speaker of that group's articles, hits or none: ``group``, ``frame``,
        ``voice``, ``speaker`` (empty where nobody is named), ``count``, ``words`` (all words so spoken), ``rate`` (per
        1,000 of them), ``articles`` (in which this speaker has words) and ``articles_with`` (hits too), ``validity``.
        A rate of one article is a fact of that article.

    Raises
    ------
    ValueError
        As :func:`compare_frames`; counts that know no voices or speakers.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    >>> table = tl.frame_speakers(hits, tl.count_terms(tokens))
    >>> sorted(set(table["voice"]))
    ['answer', 'narrator', 'question', 'quoted']
    """
    hits = hits_within(hits, counts)
    frames = sorted(set(hits["frame"]))
    found = count_hits(hits, counts, "frame", frames).matrix.toarray()
    keys = pd.DataFrame({"group": counts.labels(by), "article": counts.column("article")})
    for name in ("voice", "speaker"):
        keys[name] = counts.column(name).reset_index(drop=True).fillna("").astype("str")
    keys["words"] = counts.n_words
    keys = keys[keys["words"] > 0]
    cell = ["group", "voice", "speaker"]
    spoken = keys.groupby(cell).agg(words=("words", "sum"), articles=("article", "nunique")).reset_index()
    tables = []
    for place, frame in enumerate(frames):
        rows = keys.assign(count=found[keys.index, place])
        totals = rows.groupby(cell)["count"].sum()
        having = rows[rows["count"] > 0].groupby(cell)["article"].nunique()
        index = pd.MultiIndex.from_frame(spoken[cell])
        table = spoken.assign(count=totals.reindex(index).to_numpy(np.int64), frame=frame)
        tables.append(table.assign(articles_with=having.reindex(index, fill_value=0).to_numpy()))
    columns = ["group", "frame", "voice", "speaker", "count", "words", "rate", "articles", "articles_with"]
    whole = pd.concat(tables) if tables else spoken.iloc[:0].assign(frame="", count=0, articles_with=0)
    whole["rate"] = 1000 * whole["count"] / whole["words"]
    order = whole.sort_values(["group", "frame", "voice", "speaker"], kind="stable", ignore_index=True)
    return with_validity(order[columns], validity)


def frame_cooccurrence(
    hits: pd.DataFrame,
    counts: Counts,
    *,
    within: str = "passage",
    by: str | Sequence[str] | None = None,
    frames: list[str] | None = None,
    validity: pd.DataFrame | None = None,
    n_draws: int = 4999,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Which frames stand in the same passages, or articles, more often or less than chance has it.

    Chance is this: the hits of each frame fall on words at random until as many passages hold it as do, in each
    article by itself (within passages), or in the articles of the group (within articles). So a long passage holds two
    frames by chance more often than a short one, what belongs to an article as a whole makes no pair, and a burst in
    one passage counts once.

    Parameters
    ----------
    hits, counts, validity
        As in :func:`compare_frames`.
    within : "passage" or "article"
    by : str or sequence of str, optional
        A column whose values are looked at apart, as ``"source"``. Without it, articles of all sources are dealt with
        as one lot, and frames that one source prefers seem to belong together (within articles).
    frames : list of str, optional
        By default those with hits.
    n_draws : int
        No p is below 2 / (1 + n_draws); 15 frames make 105 pairs. What takes more than two seconds shows its progress.
    rng : numpy.random.Generator
        Deals the frames anew.

    Returns
    -------
    DataFrame
        One row per group and pair of frames, in order of p: ``group`` (``"all"`` without ``by``), ``frame``, ``other``;
        ``both``, ``with_frame``, ``with_other`` and ``of`` (passages or articles with both, with each, and in all);
        ``expected`` (the mean of ``both`` by chance); ``phi`` (the correlation of the two, -1 to 1, lengths left out of
        account; empty where a frame is everywhere or nowhere); ``p_permutation`` (twice the smaller share of
        draws with as many meetings or more, or as few or fewer, the observed one among them; empty where chance leaves
        no choice); ``q`` (Benjamini-Hochberg over the pairs of the group); ``articles`` (those that can tell: both
        frames occur and neither is everywhere; within articles, all) and ``floor`` (the smallest p that they could
        give: within passages 2 to the power of 1 - articles, by their signs alone; within articles that of the
        rarest outcome at equal lengths); ``supported`` (q < .05 and floor at most .05); ``validity`` of the frame and
        ``validity_other``.

    Raises
    ------
    ValueError
        Another ``within``, or as :func:`compare_frames`.
    TypeError
        ``rng`` is no numpy Generator.

    Warns
    -----
    SmallCorpusWarning
        In a group so few articles hold two frames that no pair could be supported.

    Examples
    --------
    >>> import numpy as np, textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    >>> table = tl.frame_cooccurrence(hits, tl.count_terms(tokens), rng=np.random.default_rng(1))
    >>> len(table), table["supported"].any()
    (3, np.False_)
    """
    if within not in ("passage", "article"):
        raise ValueError(f"within must be 'passage' or 'article', not {within!r}")
    expect(rng, np.random.Generator, "rng", "np.random.default_rng")
    expect_number(n_draws, "n_draws", least=1, whole=True)
    hits = hits_within(hits, counts)
    names = frames_of(hits, frames)
    seed = drawn_seed(rng)
    rows, held, words = _places(count_hits(hits, counts, "frame", names), within, by)
    tables = []
    for group in sorted(set(rows["group"])):
        own = (rows["group"] == group).to_numpy()
        number = pd.factorize(rows["article"][own])[0]
        strata = number if within == "passage" else np.zeros(len(number), np.int64)
        chance = pair_generator(seed, [group]) or rng
        table = _pairs(held[own], words[own], strata, within, names, n_draws, chance)
        table.insert(0, "group", group)
        tables.append(table)
    whole = pd.concat(tables, ignore_index=True).astype({"group": "str", "frame": "str", "other": "str"})
    _warn_if_few(whole)
    others = with_validity(whole.drop(columns="frame").rename(columns={"other": "frame"}), validity)
    return with_validity(whole, validity).assign(validity_other=others["validity"])


def _places(counted: Counts, within: str, by: str | Sequence[str] | None) -> tuple[pd.DataFrame, np.ndarray, Floats]:
    """The passages or articles with words: group and article, which frames each holds, and its words."""
    place = ["article", "passage"][: 1 + (within == "passage")]
    keys = pd.DataFrame({name: counted.column(name) for name in place}).reset_index(drop=True)
    keys["group"] = _EVERYTHING if by is None else counted.labels(by)
    number = keys.groupby(list(keys), sort=True).ngroup().to_numpy()
    first = np.flatnonzero(~pd.Series(number).duplicated())
    rows = keys.iloc[first[np.argsort(number[first])]].reset_index(drop=True)
    if rows.duplicated(place).any():
        name = rows.loc[rows.duplicated(place), place].iloc[0].tolist()
        raise ValueError(f"the {within} {' '.join(map(str, name))!r} lies in two groups of {' / '.join(names_of(by))}")
    held = np.zeros((len(rows), len(counted.terms)), dtype=bool)
    found = counted.matrix.tocoo()
    held[number[found.row], found.col] = True
    words = np.bincount(number, weights=counted.n_words).astype(np.float64)
    return rows[words > 0].reset_index(drop=True), held[words > 0], words[words > 0]


def _pairs(
    held: np.ndarray,
    words: Floats,
    strata: Integers,
    within: str,
    names: list[str],
    n_draws: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """A row per pair of frames."""
    whole = held.astype(np.float64)
    both, n = whole.T @ whole, held.sum(axis=0)
    total, fewer, more = np.zeros((3, *both.shape))
    for met in _dealt(held, words, strata, n_draws, rng):
        total += met
        fewer += met <= both
        more += met >= both
    p = np.minimum(1, 2 * (1 + np.minimum(fewer, more)) / (1 + n_draws))
    # Where no draw differs from what is there, chance had no choice.
    p[np.minimum(fewer, more) == n_draws] = np.nan
    expected = total / n_draws
    spread = np.sqrt(np.maximum(0, n * (1 - n / len(held))))
    sums = np.zeros((int(strata.max(initial=0)) + 1, held.shape[1]))
    np.add.at(sums, strata, whole)
    some = (sums > 0) & (sums < np.bincount(strata)[:, None])
    rows = []
    for a, b in combinations(range(len(names)), 2):
        articles = len(held) if within == "article" else int((some[:, a] & some[:, b]).sum())
        floor = _rarest(len(held), int(n[a]), int(n[b])) if within == "article" else min(1.0, 2.0 ** (1 - articles))
        scale = spread[a] * spread[b]
        phi = (both[a, b] - n[a] * n[b] / len(held)) / scale if scale > 0 else np.nan
        counted = (int(both[a, b]), int(n[a]), int(n[b]), len(held))
        rows.append((names[a], names[b], *counted, expected[a, b], phi, p[a, b], articles, floor))
    columns = ["frame", "other", "both", "with_frame", "with_other", "of", "expected", "phi", "p_permutation"]
    table = pd.DataFrame(rows, columns=[*columns, "articles", "floor"])
    table.insert(9, "q", benjamini_hochberg(table["p_permutation"]))
    table["supported"] = (table["q"] < LEVEL) & (table["floor"] <= LEVEL)
    return table.sort_values(["p_permutation", "frame", "other"], kind="stable", ignore_index=True)


def _dealt(
    held: np.ndarray, words: Floats, strata: Integers, n_draws: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """In how many places two frames meet, when each is dealt anew to as many of each stratum; one table per draw.

    Of exponential times of rate ``words`` the first k are the first k places that words drawn at random fall on.
    """
    from tqdm import tqdm

    order = np.argsort(strata, kind="stable")
    strata, words = strata[order], words[order]
    sums = np.zeros((held.shape[1], int(strata.max(initial=0)) + 1), dtype=np.int64)
    np.add.at(sums.T, strata, held[order])
    place = np.arange(len(strata)) - np.searchsorted(strata, strata)
    chosen = (place < sums[:, strata]).astype(np.float32)
    member = np.empty_like(chosen)
    for _ in tqdm(range(n_draws), desc="dealing frames", unit="draw", delay=2, leave=False):
        times = rng.exponential(size=chosen.shape) / words
        # Squeezed between 0 and 1, so that each stratum keeps its places when all are sorted at once.
        np.put_along_axis(member, np.argsort(strata + times / (1 + times), axis=1), chosen, axis=1)
        yield member @ member.T


def _rarest(n: int, a: int, b: int) -> float:
    """Twice the smallest chance of any number of meetings, of a and b places out of n."""
    least, most = max(0, a + b - n), min(a, b)
    ends = [comb(a, k) * comb(n - a, b - k) for k in {least, most}]
    return min(1.0, 2 * min(ends) / comb(n, b))


def _warn_if_few(table: pd.DataFrame) -> None:
    """Warn of groups in which no pair of frames could be supported."""
    for group, rows in table.groupby("group", sort=True):
        if (rows["floor"] > LEVEL).all():
            warnings.warn(
                f"{group}: at most {rows['articles'].max()} articles can tell whether two frames stand together, so no "
                "pair is called supported",
                SmallCorpusWarning,
                stacklevel=3,
            )
