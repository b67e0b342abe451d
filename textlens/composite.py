"""Shares of groups from a machine's judgement of all articles and hand coding of a few: a composite estimate.

It knows no text. A group's hand-coded share is moved by what the machine says of its other articles (the generalised
regression estimator of survey sampling; with this slope, power-tuned prediction-powered inference: Angelopoulos,
Duchi & Zrnic 2023, arXiv 2311.01453), then drawn towards what the machine's error common to all groups would give
(a composite as in small-area estimation: Fay & Herriot 1979).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from textlens.grouping import Floats, Integers

# How many coded articles of a group weigh as much as the expectation that the machine errs there as it errs elsewhere:
# errors of groups are taken to differ with a variance of a fifteenth of that between articles. Chosen by simulation.
COMMON = 15
# The slope is expected at 1 give or take a half, which is what a calibrated probability has.
_SLOPE_SPREAD = 0.5
# The residual share of the variance starts as that of three articles on which the machine was no help, so that
# a machine that was right on all of a few articles is not taken for one that never errs.
_UNHELPED = 3


@dataclass(frozen=True)
class Composite:
    """Estimates of one frame; arrays have one number per group.

    Attributes
    ----------
    share : estimated share, between 0 and 1
    hand : share among the hand-coded articles alone
    n : coded articles, or as many equally weighted ones as say as much (Kish)
    worth : how many coded articles would give an interval as narrow as that of ``share``
    own : how much of a group's own error is taken over, between 0 and 1; the rest is the error common to all
    slope : by how much the coded share grows with the machine's
    """

    share: Floats
    hand: Floats
    n: Floats
    worth: Floats
    own: Floats
    slope: float


def composite(predicted: Floats, coded: Floats, codes: Integers, weights: Floats) -> Composite:
    """Shares of groups 0 to G - 1, of which each has at least one coded article.

    Parameters
    ----------
    predicted : array (articles,), the machine's judgement of each, 0 to 1.
    coded : array (articles,), the people's judgement, 0 to 1; nan where nobody coded.
    codes : array (articles,), the group of each.
    weights : array (articles,), positive; how many articles a coded one stands for. Only their ratios within a group
        count.

    Examples
    --------
    The machine finds .5 in both groups; by hand it is right in the first and finds twice too much in the second.

    >>> half, nan = [1.0, 0.0] * 20, [np.nan] * 20
    >>> hand = [1.0, 0.0] * 10 + nan + [1.0, 0.0, 0.0, 0.0] * 5 + nan
    >>> found = composite(np.array(half * 2), np.array(hand), np.repeat([0, 1], 40), np.ones(80))
    >>> found.share.round(3), found.hand
    (array([0.466, 0.284]), array([0.5 , 0.25]))
    """
    known = ~np.isnan(coded)
    g, y, p = codes[known], coded[known], predicted[known]
    n_all = np.bincount(codes).astype(np.float64)
    n_coded = np.bincount(g, minlength=len(n_all))
    w = weights[known] * (n_coded / np.bincount(g, weights[known]))[g]
    n = n_coded**2 / np.bincount(g, w * w)
    hand, machine = (np.bincount(g, w * x) / n_coded for x in (y, p))
    judged = np.bincount(codes, predicted) / n_all
    dy, dp = y - hand[g], p - machine[g]
    slope = _slope(float(w @ (dy * dy)), float(w @ (dp * dp)), float(w @ (dy * dp)), max(1, len(y) - len(n)))
    residual = float(w @ (dy - slope * dp) ** 2) / len(y) * n.sum() / max(1.0, float(n.sum()) - len(n) - 1)
    binomial = float(n @ (hand * (1 - hand))) / n.sum()
    unhelped = min(1.0, residual / binomial) if binomial > 0 else 1.0
    unhelped = (unhelped * n.sum() + _UNHELPED) / (n.sum() + _UNHELPED)
    # Nothing is left to guess in a group of which all is coded.
    left = np.maximum(1 / n - 1 / n_all, 0)
    own = 1 / (1 + COMMON * left)
    error = hand - slope * machine
    common = float(own @ error) / own.sum()
    share = np.clip(slope * judged + own * error + (1 - own) * common, 0, 1)
    # Halfway between the variance if that expectation is right (own) and if it is worth nothing (1).
    worth = 1 / (1 / n_all + unhelped * (1 + own) / 2 * left)
    return Composite(share, hand, n, worth, own, slope)


def _slope(yy: float, pp: float, yp: float, freedom: int) -> float:
    """Slope of coded on predicted within groups, drawn to 1 as far as the coded articles leave it open."""
    noise = max(0.0, min(yy - 2 * yp + pp, yy)) / freedom / _SLOPE_SPREAD**2
    # Values that are all the same may differ in the last digit.
    return (yp + noise) / (pp + noise) if pp + noise > 1e-12 else 1.0


def jeffreys(share: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    """Jeffreys' interval of a share of n, which need not be whole: within 0 and 1, never of no width.

    As Brown, Cai & DasGupta 2001 have it (doi 10.1214/ss/1009213286): 0 and 1 belong to it where the share is 0 or 1.

    Examples
    --------
    >>> low, high = jeffreys(np.array([0.0, 0.5]), np.array([10.0, 10.0]), 0.95)
    >>> low.round(3), high.round(3)
    (array([0.   , 0.224]), array([0.217, 0.776]))
    """
    from scipy.special import betaincinv

    low, high = (betaincinv(n * share + 0.5, n * (1 - share) + 0.5, (1 + side * level) / 2) for side in (-1, 1))
    return np.where(share > 0, np.minimum(low, share), 0), np.where(share < 1, np.maximum(high, share), 1)


def difference(
    share: Floats, low: Floats, high: Floats, first: Integers, second: Integers
) -> tuple[Floats, Floats, Floats]:
    """Differences of shares with the interval that theirs give (square and add: Newcombe 1998, method 10).

    Examples
    --------
    >>> share, low, high = np.array([0.8, 0.6]), np.array([0.7, 0.5]), np.array([0.9, 0.7])
    >>> [float(x[0].round(3)) for x in difference(share, low, high, np.array([0]), np.array([1]))]
    [0.2, 0.059, 0.341]
    """
    gap = share[first] - share[second]
    below = np.hypot(share[first] - low[first], high[second] - share[second])
    above = np.hypot(high[first] - share[first], share[second] - low[second])
    return gap, gap - below, gap + above


def hit_rates(predicted: Floats, coded: Floats, codes: Integers, weights: Floats) -> dict[str, Floats]:
    """By group, cut at .5: sensitivity and specificity of the machine, and on how many coded articles each rests."""
    known = ~np.isnan(coded)
    g, w, size = codes[known], weights[known], int(codes.max()) + 1
    yes, found = coded[known] >= 0.5, predicted[known] >= 0.5
    rates: dict[str, Floats] = {}
    for rate, n, has, right in (("sensitivity", "yes", yes, found), ("specificity", "no", ~yes, ~found)):
        hits, whole = (np.bincount(g, w * which, size) for which in (has & right, has))
        # Nobody can be right of none.
        rates[rate] = np.divide(hits, whole, out=np.full(size, np.nan), where=whole > 0)
        rates[n] = np.bincount(g, has, size).astype(np.float64)
    return rates
