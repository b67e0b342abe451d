"""How evenly terms are spread over the parts of a corpus: all terms at once, without a dense table.

A part without the term counts as much as one with it; its share is added in closed form.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from textlens.grouping import Floats, Matrix, check_counts, column_sums

MEASURES = ("dp", "dp_norm", "juilland_d", "carroll_d2", "rosengren_s", "d_a", "kld", "d_kl")


def dispersion_measures(X: Matrix, sizes: npt.ArrayLike) -> dict[str, Floats]:
    """Eight measures of dispersion of each term over the parts of a corpus.

    With v the term's counts in the k parts, f their sum, t = v/f, w the parts' shares of the words, r the rates
    v/size and p = r/sum r:

    - ``dp``: half the sum of \\|t - w\\|, 0 even; ``dp_norm``: dp / (1 - min w), 1 in the smallest part only (Gries
      2008, doi 10.1075/ijcl.13.4.02gri; Lijffijt & Gries 2012, doi 10.1075/ijcl.17.1.08lij)
    - ``juilland_d``: 1 - sd(r) / mean(r) / sqrt(k - 1), population sd of the rates, 1 even
    - ``carroll_d2``: entropy of p / log k, 1 even (Carroll 1970, doi 10.1002/j.2333-8504.1970.tb00778.x)
    - ``rosengren_s``: (sum sqrt(w v))^2 / f, 1 even, least min w
    - ``d_a``: 1 - mean \\|r_i - r_j\\| over all pairs / (2 mean r), 1 even (Burch, Egbert & Biber 2017, doi
      10.1558/jrds.33066)
    - ``kld``: sum t log2(t/w) in bits, 0 even; ``d_kl``: 1 / (1 + kld), the odds-to-probability standardisation, 1
      even (Gries 2021, doi 10.1007/978-3-030-46216-1_5)

    Parameters
    ----------
    X : csr_array (parts, terms), counts.
    sizes : array (parts,), running words. Parts without words are passed over.

    Returns
    -------
    dict of arrays (terms,)
        Under the names above; rounded to 12 digits, not a number for a term that does not occur.

    Raises
    ------
    ValueError
        Shapes do not fit, a number is negative, fewer than two parts hold words.

    Examples
    --------
    >>> found = dispersion_measures(csr_array([[2, 1], [1, 1], [0, 1]]), [10, 10, 10])
    >>> found["dp_norm"], found["d_a"].round(3)
    (array([0.5, 0. ]), array([0.333, 1.   ]))
    """
    X, size = _parts_with_words(X, sizes)
    k, n_terms = X.shape
    entries = X.tocoo()
    rows, terms = entries.coords
    v, w, f = entries.data, size / size.sum(), column_sums(X)

    def add_up(values: Floats) -> Floats:
        return np.asarray(np.bincount(terms, weights=values, minlength=n_terms), dtype=np.float64)

    with np.errstate(invalid="ignore"):  # 0/0: not a number, where a term does not occur
        t, r = v / f[terms], v / size[rows]
        mean = add_up(r) / k
        absent = k - np.bincount(terms, minlength=n_terms)
        variance = (add_up((r - mean[terms]) ** 2) + absent * mean**2) / k
        p = r / (k * mean[terms])
        kld = np.where(f > 0, add_up(t * np.log2(t / w[rows])), np.nan)
        dp, dp_norm = deviations_of_proportions(X, size)
        found = {
            "dp": dp,
            "dp_norm": dp_norm,
            "juilland_d": 1 - np.sqrt(variance) / mean / np.sqrt(k - 1),
            "carroll_d2": np.where(f > 0, -add_up(p * np.log2(p)) / np.log2(k), np.nan),
            "rosengren_s": add_up(np.sqrt(w[rows] * v)) ** 2 / f,
            "d_a": 1 - add_up(_rank_weights(r, terms, absent, k) * r) / ((k - 1) * k * mean),
            "kld": kld,
            "d_kl": 1 / (1 + kld),
        }
    return {name: values.round(12) + 0.0 for name, values in found.items()}


def deviations_of_proportions(X: Matrix, sizes: npt.ArrayLike) -> tuple[Floats, Floats]:
    """DP and DPnorm alone, as in :func:`dispersion_measures`, which states parameters and errors.

    Examples
    --------
    >>> dp, dp_norm = deviations_of_proportions(csr_array([[2], [1], [0]]), [10, 10, 10])
    >>> dp.round(3), dp_norm
    (array([0.333]), array([0.5]))
    """
    X, size = _parts_with_words(X, sizes)
    entries = X.tocoo()
    rows, terms = entries.coords
    w, f = size / size.sum(), column_sums(X)
    excess = np.abs(entries.data / f[terms] - w[rows]) - w[rows]  # beyond w, and all w together are 1
    dp = np.where(f > 0, 0.5 * (1 + np.bincount(terms, weights=excess, minlength=X.shape[1])), np.nan)
    return dp.round(12) + 0.0, (dp / (1 - w.min())).round(12) + 0.0  # + 0.0: no minus before a zero


def _rank_weights(r: Floats, terms: npt.NDArray[np.integer], absent: npt.NDArray[np.integer], k: int) -> Floats:
    """2 i - k - 1 for the i-th smallest rate of a term: their weighted sum is that of all pairs' differences."""
    order = np.lexsort((r, terms))
    present = k - absent
    first = np.concatenate([[0], np.cumsum(present)[:-1]])
    rank = np.empty(len(r))
    rank[order] = np.arange(len(r)) - first[terms[order]] + absent[terms[order]] + 1
    return 2 * rank - k - 1


def _parts_with_words(X: Matrix, sizes: npt.ArrayLike) -> tuple[Matrix, Floats]:
    size = np.asarray(sizes, dtype=np.float64)
    X = csr_array(X).astype(np.float64, copy=False)
    if size.shape != X.shape[:1]:
        raise ValueError(f"sizes must have one value per part ({X.shape[0]}), not the shape {size.shape}")
    check_counts(X.data, "X")
    check_counts(size, "sizes")
    held = np.flatnonzero(size)
    if len(held) < 2:
        raise ValueError(f"dispersion needs two or more parts that hold words, not {len(held)}")
    X = csr_array(X[held])
    X.sum_duplicates()
    X.eliminate_zeros()
    return X, size[held]
