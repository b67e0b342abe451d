"""How far the words of two groups diverge as a whole, and which terms make it up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.comparison import OTHERS, as_counted, drawn_seed, pair_generator, warn_if_small
from textlens.corpus import expect
from textlens.counts import Counts
from textlens.grouping import Floats, Integers, Matrix, column_sums, sum_type
from textlens.inference import benjamini_hochberg
from textlens.measures import jensen_shannon, rank_turbulence
from textlens.resampling import batches, labellings, smallest_p
from textlens.units import gather_units, group_pairs
from textlens.vocabulary import function_words

_ALPHA = 1 / 3
# Terms of up to so many occurrences are rare; so many ways there are to share these out to two sides.
_RARE = 64
_CELLS = (_RARE + 1) * (_RARE + 2) // 2

Parts = Callable[[Floats, Floats], Floats]


def divergence(
    counts: Counts,
    *,
    by: str | Sequence[str] = "source",
    against: str | None = None,
    unit: str = "article",
    method: str = "jsd",
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Measure how far the terms of groups of articles diverge, and what each term adds to it.

    Any two samples diverge, small ones most, even where the same hand wrote both. So beside the total stands what
    articles of these very lengths give when they are dealt to the groups at random.

    Parameters
    ----------
    counts : Counts
        Shares are of the terms in it, not of all words.
    by, against, unit
        As in :func:`textlens.compare_terms`. Units without any of the terms are left out.
    method : str
        ``"jsd"``: Jensen-Shannon divergence in bits, from 0 (the same shares) to 1 (no term in common; Lin 1991, doi
        10.1109/18.61115). ``"rtd"``: rank-turbulence divergence with alpha 1/3, from 0 to about 1 (Dodds et al.
        2020, arXiv 2002.09770).
    rng : numpy.random.Generator, optional
        For Monte Carlo permutation where the relabellings are more than 10,000.

    Returns
    -------
    DataFrame
        One row per pair of groups and term that adds to the divergence, the largest part first: ``group``,
        ``against``, ``term``; ``count`` and ``share`` (of the counted terms), and the same of the other side with
        ``_against``; ``part``; ``total`` (the sum of the parts); ``permuted`` (the mean total over relabellings of
        whole units); ``p_permutation`` (the share of relabellings with a total at least as large), ``q``
        (Benjamini-Hochberg over the pairs) and its ``floor``, the smallest value these units could give; ``units``,
        ``units_against``;
        ``function_word``. ``permuted`` and ``p_permutation`` are nan where all relabellings are too many and there
        is no ``rng``.

    Raises
    ------
    ValueError
        As in :func:`textlens.compare_terms`; a method that is neither; a group without any of the terms.
    TypeError
        ``counts`` is no Counts, or ``rng`` no numpy Generator.

    Warns
    -----
    SmallCorpusWarning
        The units are so few that no divergence could be told from chance.

    Examples
    --------
    >>> import textlens as tl
    >>> counts = tl.count_terms(tl.tokenize(tl.load_demo()))
    >>> table = tl.divergence(counts, against="Upland Courier")
    >>> table[["group", "total", "permuted", "p_permutation"]].drop_duplicates("group").round(2)
                   group  total  permuted  p_permutation
    0       Harbour Post   0.36      0.34           0.17
    595  Tideline Weekly   0.42      0.36           0.03
    """
    expect(counts, Counts, "counts", "tl.count_terms")
    seed = drawn_seed(rng)
    if method not in ("jsd", "rtd"):
        raise ValueError(f"method must be 'jsd' or 'rtd', not {method!r}")
    units = gather_units(counts, by, unit)
    measure = jensen_shannon if method == "jsd" else _rtd
    filled = np.asarray(units.matrix.sum(axis=1)).ravel() > 0
    tables = []
    for group, others in group_pairs(sorted(set(units.groups)), against):
        pair = units.rows(filled & np.isin(units.groups, [group, *others]))
        against_name = others[0] if len(others) == 1 else OTHERS
        side = np.where(pair.groups == group, 0, 1)
        for code, name in enumerate((group, against_name)):
            if code not in side:
                raise ValueError(f"{name!r} has none of the {len(counts.terms)} terms, so it has no shares to compare")
        table = _diverge(pair.matrix, side, counts.terms, measure, pair_generator(seed, [group, *others]))
        table.insert(0, "group", group)
        table.insert(1, "against", against_name)
        tables.append(table)
    whole = pd.concat(tables, ignore_index=True).astype({"group": "str", "against": "str"})
    pairs = whole.drop_duplicates(["group", "against"])[["group", "against", "p_permutation"]]
    pairs["q"] = benjamini_hochberg(pairs.pop("p_permutation"))
    whole.insert(list(whole).index("floor"), "q", whole.merge(pairs, on=["group", "against"], how="left")["q"])
    # A p as of compare_terms, so that a test that was not made is told.
    warn_if_small(whole.assign(p=1.0))
    return whole


def _rtd(a: Floats, b: Floats) -> Floats:
    return rank_turbulence(a, b, alpha=_ALPHA)[0]


def _diverge(
    X: Matrix, side: Integers, terms: np.ndarray, measure: Parts, rng: np.random.Generator | None
) -> pd.DataFrame:
    """The parts of one pair, largest first."""
    present = np.flatnonzero(column_sums(X) > 0)
    X, names = csr_array(X[:, present]), terms[present]
    a, b = (column_sums(X[np.flatnonzero(side == code)]) for code in (0, 1))
    parts = measure(a, b)
    total = float(parts.sum())
    permuted, p = _permute(X, side, measure, total, rng)
    sizes = np.bincount(side)
    table = pd.DataFrame(
        {
            "term": pd.Series(names, dtype="str"),
            "count": as_counted(a, X),
            "count_against": as_counted(b, X),
            "share": a / a.sum(),
            "share_against": b / b.sum(),
            "part": parts,
            "total": total,
            "permuted": permuted,
            "p_permutation": p,
            "floor": smallest_p(sizes),
            "units": sizes[0],
            "units_against": sizes[1],
            "function_word": pd.Series(names).isin(function_words()),
        }
    )
    order = pd.DataFrame({"part": -parts.round(12), "term": names}).sort_values(["part", "term"])
    return table.loc[order.index[order["part"] < 0]]


def _permute(
    X: Matrix, side: Integers, measure: Parts, total: float, rng: np.random.Generator | None
) -> tuple[float, float]:
    """Mean total over relabellings of whole units, and the share of them that reach the observed one."""
    found = labellings(side, rng=rng)
    if found is None:
        return np.nan, np.nan
    labels, n, exact = found
    pooled, totals = column_sums(X), np.empty(n)
    items = csr_array(X.T).astype(sum_type(X.data, pooled.max()))
    whole = measure is jensen_shannon and (X.data == np.rint(X.data)).all()
    join = _Joined(pooled) if whole and (pooled <= _RARE).sum() > _CELLS else None
    done = 0
    for block in batches(labels, n, max(X.shape)):
        sums = np.ascontiguousarray((items @ (block == 0).T.astype(items.dtype)).T, dtype=np.float64)
        sides = (join(a) if join else (a, pooled - a) for a in sums)
        totals[done : done + len(block)] = [measure(*both).sum() for both in sides]
        done += len(block)
    # Ties must count although sums in another order round differently.
    hits = int((totals >= total - 1e-9).sum())
    return float(totals.mean()), hits / n if exact else (1 + hits) / (1 + n)


class _Joined:
    """Rare terms that have the same counts on both sides, added up to one: shares of that sum make the same part of
    the Jensen-Shannon divergence as theirs together, and most terms are rare."""

    def __init__(self, pooled: Floats) -> None:
        self.pooled, self.often, rare = pooled, np.flatnonzero(pooled > _RARE), pooled <= _RARE
        self.rare = np.flatnonzero(rare)
        # A term of f occurrences has 0 to f of them on the first side: f + 1 cells, after those of smaller f.
        f = pooled[rare].astype(np.int64)
        self.first_cell = f * (f + 1) // 2
        in_all = np.repeat(np.arange(_RARE + 1), np.arange(1, _RARE + 2))
        self.a = np.arange(len(in_all)) - in_all * (in_all + 1) // 2
        self.b = in_all - self.a

    def __call__(self, a: Floats) -> tuple[Floats, Floats]:
        """Counts on both sides, from those of each term on the first."""
        times = np.bincount(self.first_cell + a[self.rare].astype(np.int64), minlength=len(self.a))
        often = a[self.often]
        rest = self.pooled[self.often] - often
        return np.concatenate([times * self.a, often]), np.concatenate([times * self.b, rest])
