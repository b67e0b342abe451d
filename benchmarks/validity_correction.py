"""Measure what correcting a comparison of two sides gains: articles that people coded, some of them told to it.

For :mod:`validity`, which has the articles and the machine's probabilities.
"""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd

import textlens as tl
from textlens.prevalence import correct_prevalence

SIDES = {"left_bias": "left", "left_center_bias": "left", "right_bias": "right", "questionable_source": "right"}
METHODS = {
    "uncorrected": ("uncorrected", "uncorrected_low", "uncorrected_high"),
    "hand": ("hand", "hand_low", "hand_high"),
    "corrected": ("corrected", "low", "high"),
}
_QUANTILE = 1.959963984540054


def correction(
    articles: pd.DataFrame,
    probabilities: pd.DataFrame,
    *,
    sizes: tuple[int, ...] = (30, 50, 80, 120),
    draws: int = 200,
    by_side: bool = False,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Error, coverage and width of the difference left - right of each frame, over random draws of coded articles.

    Parameters
    ----------
    articles : DataFrame, one row per article: ``bias`` (articles of a bias not in `SIDES` are left out) and the frames,
        as people coded them, 0 or 1.
    probabilities : DataFrame, articles x frames, the index and the frames those of ``articles``; of a machine that saw
        none of them.
    sizes : how many articles are coded.
    draws : how often each sample is drawn.
    by_side : draw half of the sample from each side, instead of from all articles at once.
    rng : draws them.

    Returns
    -------
    DataFrame
        One row per frame, size and method (uncorrected, hand, corrected): ``frame``, ``n``, ``method``, ``truth`` (of
        all articles), ``rmse``, ``bias``, ``coverage`` (of the 95 % intervals), ``width`` (mean), and ``width_4n`` (of
        the plain interval of 4n coded articles, dealt to the sides alike).
    """
    sides = articles["bias"].map(SIDES).dropna()
    predicted = probabilities.loc[sides.index]
    coded = articles.loc[sides.index, predicted.columns].astype(np.float64)
    left = (sides == "left").to_numpy()
    shares = np.stack([coded[left].mean().to_numpy(), coded[~left].mean().to_numpy()])
    truth = pd.Series(shares[0] - shares[1], index=coded.columns)
    tables = []
    for n in sizes:
        drawn = [_drawn(left, n, by_side, rng) for _ in range(draws)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", tl.SmallCorpusWarning)
            answers = [correct_prevalence(predicted, coded.iloc[some], sides, against="right") for some in drawn]
        gaps = pd.concat([answer[answer["against"] == "right"] for answer in answers])
        of_left = float(np.mean([left[some].sum() for some in drawn]))
        of_right = float(np.mean([(~left[some]).sum() for some in drawn]))
        variance = shares * (1 - shares) / (4 * np.array([[of_left], [of_right]]))
        width_4n = pd.Series(2 * _QUANTILE * np.sqrt(variance.sum(axis=0)), index=coded.columns)
        tables.append(_measured(gaps, truth, width_4n).assign(n=n))
    columns = ["frame", "n", "method", "truth", "rmse", "bias", "coverage", "width", "width_4n"]
    return pd.concat(tables, ignore_index=True)[columns]


def over_frames(table: pd.DataFrame) -> pd.DataFrame:
    """Per size and method: root mean square error, mean coverage, least coverage, width as multiple of ``width_4n``."""
    groups = table.assign(square=table["rmse"] ** 2, ratio=table["width"] / table["width_4n"]).groupby(
        ["n", "method"], sort=False
    )
    return pd.DataFrame(
        {
            "rmse": np.sqrt(groups["square"].mean()),
            "coverage": groups["coverage"].mean(),
            "least_coverage": groups["coverage"].min(),
            "width_ratio": groups["ratio"].mean(),
            "widest_ratio": groups["ratio"].max(),
        }
    ).reset_index()


def made_errors(
    rng: np.random.Generator, *, differ: float, articles: int = 2000, frames: int = 200
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What `correction` takes, of frames that are made: a machine (0 or 1) that errs in each side in its own way.

    Prevalences are between .05 and .6 in each side, sensitivity between .55 and .9 and specificity between .75 and .95
    in both, then moved in each by up to ``differ`` either way. Two articles in five are of the right.
    """
    side = (rng.random(articles) < 0.4).astype(np.int64)
    truth = rng.random((articles, frames)) < rng.uniform(0.05, 0.6, (2, frames))[side]
    rates = rng.uniform([[0.55], [0.75]], [[0.9], [0.95]], (2, frames))
    sensitivity, specificity = (rate + rng.uniform(-differ, differ, (2, frames)) for rate in rates)
    right = rng.random((articles, frames)) < np.where(truth, sensitivity[side], specificity[side])
    names = [f"frame {number}" for number in range(frames)]
    coded = pd.DataFrame(truth, columns=names).assign(bias=np.array(["left_bias", "right_bias"])[side])
    return coded, pd.DataFrame(np.where(right, truth, ~truth).astype(np.float64), columns=names)


def _drawn(left: npt.NDArray[np.bool_], n: int, by_side: bool, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Places of the coded articles, some of each side."""
    if by_side:
        halves = ((np.flatnonzero(left), n - n // 2), (np.flatnonzero(~left), n // 2))
        return np.concatenate([rng.choice(some, min(size, len(some)), replace=False) for some, size in halves])
    while True:
        places = rng.choice(len(left), min(n, len(left)), replace=False)
        if 0 < left[places].sum() < len(places):
            return places


def _measured(gaps: pd.DataFrame, truth: pd.Series, width_4n: pd.Series) -> pd.DataFrame:
    """One row per frame and method, over the draws."""
    tables = []
    at = gaps["frame"].map(truth)
    for method, (estimate, low, high) in METHODS.items():
        error = gaps[estimate] - at
        found = pd.DataFrame(
            {
                "frame": gaps["frame"],
                "square": error**2,
                "bias": error,
                "coverage": (gaps[low] <= at) & (at <= gaps[high]),
                "width": gaps[high] - gaps[low],
            }
        )
        mean = found.groupby("frame", sort=False).mean()
        tables.append(mean.assign(method=method, rmse=np.sqrt(mean["square"]), truth=truth, width_4n=width_4n))
    return pd.concat(tables).reset_index(names="frame")
