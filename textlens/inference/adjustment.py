"""False discovery rates of a family of p values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from textlens.grouping import Floats


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """False discovery rates of a family of p values (Benjamini & Hochberg 1995); nan stays nan, uncounted.

    >>> benjamini_hochberg([0.01, 0.04, np.nan, 0.03])
    array([0.03, 0.04,  nan, 0.04])
    """
    return _step_up(p, lambda m: 1.0)


def benjamini_yekutieli(p: npt.ArrayLike) -> Floats:
    """As :func:`benjamini_hochberg`, valid however the tests depend on one another (Benjamini & Yekutieli 2001).

    Each rate is larger by the sum 1 + 1/2 + ... + 1/m of a family of m, so fewer findings are left.

    >>> benjamini_yekutieli([0.01, 0.04, np.nan, 0.03]).round(4)
    array([0.055 , 0.0733,    nan, 0.0733])
    """
    return _step_up(p, lambda m: float((1 / np.arange(1, m + 1)).sum()))


def _step_up(p: npt.ArrayLike, factor: Callable[[int], float]) -> Floats:
    p = np.asarray(p, float)
    if p.ndim != 1 or (p < 0).any() or (p > 1).any():
        raise ValueError("p must be a flat array of numbers from 0 to 1, or nan")
    q = np.full(p.shape, np.nan)
    places = np.flatnonzero(~np.isnan(p))
    order = places[np.argsort(-p[places], kind="stable")]
    m = len(order)
    scaled = p[order] * m / np.arange(m, 0, -1) * factor(m)
    q[order] = np.minimum.accumulate(np.minimum(1, scaled))
    return q
