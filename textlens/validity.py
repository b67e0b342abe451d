"""How well scores of frames agree with people who coded the same articles."""

from __future__ import annotations

import numpy as np
import pandas as pd

from textlens.corpus import expect, expect_list
from textlens.counts import Counts
from textlens.measured import VALIDITY_COLUMNS
from textlens.scores import hits_within

_DRAWS = 1000


def frame_scores(
    hits: pd.DataFrame, counts: Counts, *, unit: str = "article", frames: list[str] | None = None
) -> pd.DataFrame:
    """Hits per 1,000 words of each article, or passage, as a table of units and frames.

    Parameters
    ----------
    hits : DataFrame
        From :func:`textlens.find_indicators`; hits outside the rows of ``counts`` are left out.
    counts : Counts
        Of the same corpus: gives the words.
    unit : "article" or "passage"
    frames : list of str, optional
        The columns; by default the frames that have hits.

    Returns
    -------
    DataFrame
        A row for each article, its id the index; for each passage, the article and its number the index. 0 where a unit
        has no words.

    Raises
    ------
    ValueError
        Another unit; hits of other articles than the counts.

    Examples
    --------
    >>> import textlens as tl
    >>> tokens = tl.tokenize(tl.load_demo())
    >>> hits = tl.find_indicators(tokens, tl.read_codebook(tl.demo_folder() / "codebook.toml"))
    >>> tl.frame_scores(hits, tl.count_terms(tokens)).loc["uc1"].round(1).tolist()
    [25.6, 0.0, 0.0]
    """
    within = hits_within(hits, counts)
    expect_list(frames, "frames")
    if unit not in ("article", "passage"):
        raise ValueError(f"unit must be 'article' or 'passage', not {unit!r}")
    keys = ["article", "passage"][: 1 + (unit == "passage")]
    words = counts.segments[keys].assign(words=counts.n_words).groupby(keys, sort=False)["words"].sum()
    names = sorted(set(within["frame"])) if frames is None else list(frames)
    found = within.groupby([*keys, "frame"]).size().unstack("frame").reindex(index=words.index, columns=names)
    return found.fillna(0.0).mul(1000 / words.where(words > 0), axis=0).fillna(0.0)


def frame_validity(
    scores: pd.DataFrame,
    labels: pd.DataFrame,
    *,
    material: str,
    rng: np.random.Generator,
    groups: pd.Series | None = None,
    within: pd.Series | None = None,
) -> pd.DataFrame:
    """The area under the ROC curve of scores against what people coded, frame by frame.

    It is the chance that of two articles, one with the frame and one without, the one with it scores higher; ties count
    half (Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747). One half is what dice reach.

    Parameters
    ----------
    scores : DataFrame
        A row for each article (or passage) and a column for each frame, as :func:`textlens.frame_scores` gives them.
    labels : DataFrame
        The same frames of the same rows, or of some, in any order (rows are told by the index), True where people
        found the frame, as :func:`textlens.frame_labels` gives them; a gap where nobody coded.
    material : str
        On what: "120 passages of the demo corpus".
    rng : numpy.random.Generator
        Draws the bootstrap.
    groups : Series, optional
        For each row what it belongs to, as its outlet or article: the interval is over these, and too narrow where
        they are few. By default each row stands for itself.
    within : Series, optional
        Only rows that have the same here are compared, as those that one and the same fit judged.

    Returns
    -------
    DataFrame
        One row per frame of ``labels``: ``frame`` (as text), ``measure`` ("AUC"), ``value``, ``low`` and ``high``
        (95 % interval, percentile bootstrap), ``n`` (coded rows), ``positives``, ``material``. ``value`` is empty where
        no row, or every row, has the frame; ``low`` and ``high`` where all draws agree, as when the scores part the
        rows without a mistake or there is but one group: a bootstrap then says nothing of the uncertainty.

    Raises
    ------
    ValueError
        Rows or frames of the labels that have no scores, rows or frames that stand twice, rows that have no group, or
        labels that are neither yes nor no.
    TypeError
        ``scores`` or ``labels`` is no DataFrame, ``groups`` or ``within`` no Series, ``rng`` no numpy Generator.

    Examples
    --------
    >>> import numpy as np, pandas as pd, textlens as tl
    >>> scores = pd.DataFrame({"Cost": [0.0, 1.5, 3.0, 4.0]}, index=list("abcd"))
    >>> labels = pd.DataFrame({"Cost": [False, True, False, True]}, index=list("abcd"))
    >>> tl.frame_validity(scores, labels, material="4 articles", rng=np.random.default_rng(1))["value"].tolist()
    [0.75]
    """
    expect(scores, pd.DataFrame, "scores", "tl.frame_scores")
    expect(labels, pd.DataFrame, "labels", "tl.frame_labels")
    expect(rng, np.random.Generator, "rng", "np.random.default_rng")
    for what, known, wanted in (("frame", scores.columns, labels.columns), ("row", scores.index, labels.index)):
        check_unique(known, what, "scores")
        check_unique(wanted, what, "labels")
        unknown = wanted[known.get_indexer(wanted) < 0].tolist()
        if unknown:
            raise ValueError(f"the {what} {unknown[0]!r} is coded but has no score")
    scores = scores.loc[labels.index]
    of_group = np.arange(len(labels)) if groups is None else pd.factorize(of_rows(groups, labels.index))[0]
    stratum = np.zeros(len(labels)) if within is None else pd.factorize(of_rows(within, labels.index))[0]
    rows = []
    for frame in labels.columns:
        coded = labels[frame].notna().to_numpy()
        positive = _checked_labels(labels[frame][coded])
        score = _checked_scores(scores[frame][coded])
        value = auc(score, positive, strata=stratum[coded])
        low, high = _interval(score, positive, of_group[coded], stratum[coded], rng)
        rows.append((str(frame), "AUC", value, low, high, int(coded.sum()), int(positive.sum()), material))
    return pd.DataFrame(rows, columns=[*VALIDITY_COLUMNS[:-1], "positives", "material"])


def check_unique(index: pd.Index, what: str, name: str) -> None:
    """A ``ValueError`` when a row or frame stands twice: which of the two is meant cannot be told."""
    twice = index[index.duplicated()].tolist()
    if twice:
        raise ValueError(f"the {what} {twice[0]!r} stands twice in the {name}")


def _checked_labels(labels: pd.Series) -> np.ndarray:
    wrong = labels[~labels.isin([0, 1])].tolist()
    if wrong:
        raise ValueError(
            f"a label of frame {labels.name!r} is {wrong[0]!r}, not yes or no; tl.frame_labels takes a cut"
        )
    return (labels == 1).to_numpy(dtype=bool)


def _checked_scores(scores: pd.Series) -> np.ndarray:
    try:
        found: np.ndarray = scores.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise ValueError(f"the scores of frame {scores.name!r} must be numbers, not {scores.dtype}") from None
    if np.isnan(found).any():
        row = scores.index[np.isnan(found)].tolist()[0]
        raise ValueError(f"the row {row!r} is coded for the frame {scores.name!r} but has no score")
    return found


def of_rows(groups: pd.Series, index: pd.Index) -> pd.Series:
    """The group of each of these rows, in their order."""
    expect(groups, pd.Series, "groups", "corpus.articles.set_index('id')['source']")
    check_unique(groups.index, "row", "groups")
    found = groups.reindex(index)
    if found.isna().any():
        raise ValueError(f"the row {index[found.isna()].tolist()[0]!r} is coded but has no group")
    return found


def auc(
    scores: np.ndarray, positive: np.ndarray, weights: np.ndarray | None = None, *, strata: np.ndarray | None = None
) -> float:
    """The chance that a positive row outscores a negative one, of the same stratum; empty without both kinds.

    Rows may weigh, as in a bootstrap.
    """
    placed = _placed(scores, np.zeros(len(scores)) if strata is None else strata)
    return _weighted_auc(placed, positive, np.ones(len(scores)) if weights is None else weights)


def _placed(scores: np.ndarray, strata: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Of each stratum its rows, and their places in the order of scores."""
    rows = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    return [(row, np.unique(scores[row], return_inverse=True)[1]) for row in rows]


def _weighted_auc(placed: list[tuple[np.ndarray, np.ndarray]], positive: np.ndarray, weight: np.ndarray) -> float:
    won = pairs = 0.0
    for rows, place in placed:
        size = place.max(initial=-1) + 1
        with_frame = np.bincount(place, weight[rows] * positive[rows], minlength=size)
        without = np.bincount(place, weight[rows] * ~positive[rows], minlength=size)
        won += float(with_frame @ (np.cumsum(without) - without / 2))
        pairs += float(with_frame.sum() * without.sum())
    return won / pairs if pairs else np.nan


def _interval(
    scores: np.ndarray, positive: np.ndarray, groups: np.ndarray, strata: np.ndarray, rng: np.random.Generator
) -> tuple[float, float]:
    # Groups of which no row is coded are none here.
    of_group = np.unique(groups, return_inverse=True)[1]
    n = of_group.max(initial=-1) + 1
    share, placed = np.full(n, 1 / n) if n else np.empty(0), _placed(scores, strata)
    draws = (rng.multinomial(n, share) for _ in range(_DRAWS if n else 0))
    found = np.array([_weighted_auc(placed, positive, times[of_group]) for times in draws])
    found = found[~np.isnan(found)]
    if not len(found) or np.ptp(found) == 0:
        return np.nan, np.nan
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
