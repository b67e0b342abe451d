"""Measure what the tests do where the truth is known: false findings, power and coverage.

Usage, from the root of the project::

    python benchmarks/calibration.py --articles ../shared/validity/nfc_dev_articles.csv \\
        --speeches ../shared/data/speeches --synthetic

Articles of one corpus are dealt into groups at random, so every finding is false. In other splits differences are
planted: for one term in five each occurrence is kept with probability 1/2 or 1/3 in some groups, so that the rates
differ twofold or threefold, bursts stay bursts and no word is invented; lengths stay, as denominators.

It writes ``calibration.md``, ``calibration.csv`` and ``calibration.svg`` into ``--out``. The same options and texts
give the same bytes.
"""

from __future__ import annotations

import argparse
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

import textlens as tl
from textlens.files import write_whole
from textlens.grouping import Floats, Integers, Mask, Matrix, column_sums, divide, group_sums, log_likelihood
from textlens.inference import (
    QuasiLikelihood,
    benjamini_hochberg,
    log_ratio_interval,
    quasi_likelihood,
    within_blocks,
)
from textlens.resampling import group_sizes, permutation_p, relabellings, smallest_p

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVEL = 0.05
ENOUGH = 500  # intervals from which their coverage is told
EFFECTS = (1, 2, 3)
PLANTED = 0.2
EDGES = (5, 10, 30, 100)
BANDS = ("5-10", "10-30", "30-100", "100+")


@dataclass(frozen=True)
class Articles:
    """Counts of a corpus (articles x terms) and the words of each article."""

    name: str
    X: Matrix
    L: Floats


@dataclass(frozen=True)
class Split:
    """Articles dealt into groups; ``truth`` is log2 of the rate ratio of group 0 to the others, term by term."""

    X: Matrix
    L: Floats
    g: Integers
    truth: Floats
    blocks: Integers | None = None


@dataclass(frozen=True)
class Design:
    """Sizes of the groups, and how the lengths differ.

    ``chosen``: group 0 has long articles of the corpus and group 1 short ones, which may be of another kind.
    ``thinned``: articles at random, but in group 1 each word is kept with probability 1/4: every finding is false.
    """

    sizes: tuple[int, ...]
    lengths: str = "random"

    @property
    def name(self) -> str:
        first, *others = self.sizes
        if self.lengths == "chosen":
            return f"{first} long v {others[0]} short"
        if self.lengths == "thinned":
            return f"{first} v {others[0]} thinned"
        return " v ".join(map(str, self.sizes))


DESIGNS = (
    *(Design(sizes) for sizes in ((3, 2), (5, 5), (2, 20), (5, 40), (3, 100), (20, 20), (100, 100))),
    *(Design(sizes) for sizes in ((5, 5, 5), (2, 20, 20))),
    *(Design(sizes, lengths) for lengths in ("chosen", "thinned") for sizes in ((5, 40), (20, 20))),
)


@dataclass(frozen=True)
class Cell:
    """One corpus, design and effect: what is drawn again and again."""

    corpus: str
    design: str
    effect: int
    draw: Callable[[np.random.Generator], Split]


# --- corpora


def counted(name: str, texts: Iterable[str]) -> Articles:
    """Count the terms of each text; texts without words are dropped."""
    frame = pd.DataFrame({"text": [text for text in texts if text.strip()], "source": "all"})
    counts = tl.count_terms(tl.tokenize(tl.corpus_from_frame(frame))).by("article")
    kept = np.flatnonzero(counts.n_words > 0)
    return Articles(name, csr_array(counts.matrix[kept]), counts.n_words[kept].astype(float))


def articles_of_csv(path: Path, text: str) -> Articles:
    frame = pd.read_csv(path)
    if text not in frame:
        raise ValueError(f"{path.name} has no column {text!r}; there are {', '.join(map(str, frame))}")
    return counted(path.stem, frame[text].dropna().astype(str))


def speeches_of_zip(path: Path) -> Articles:
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".txt"))
        # Letters beyond ASCII are few and mixed in their encodings; Latin-1 reads any byte.
        return counted(path.stem, [archive.read(name).decode("latin-1") for name in names])


def synthetic(rng: np.random.Generator, *, articles: int = 400, terms: int = 2000) -> Articles:
    """Gamma-Poisson counts of Zipfian rates, log-normal lengths."""
    L, rates = lengths_of(rng, articles), zipf(terms)
    return Articles("synthetic", bursty(rng, L[:, None] * rates, shapes(rates, rng)), L)


def lengths_of(rng: np.random.Generator, articles: int) -> Floats:
    return np.asarray(np.round(np.exp(rng.normal(np.log(600), 0.5, articles))), dtype=np.float64)


def zipf(terms: int) -> Floats:
    weights: Floats = 1 / (np.arange(1, terms + 1) + 2.7)
    return weights * (0.8 / float(weights.sum()))


def shapes(rates: Floats, rng: np.random.Generator) -> Floats:
    """Shape of the gamma by which the rate of each term varies between articles.

    In an article of 600 words the variance is 1 + x times the mean, x log-normal about .5 at all rates, much as in the
    news and speeches measured; so the rates of rarer terms vary more.
    """
    return np.asarray(600 * rates / np.exp(rng.normal(np.log(0.5), 1.1, len(rates))))


def bursty(rng: np.random.Generator, means: Floats, shape: Floats) -> Matrix:
    counts: Matrix = csr_array(rng.poisson(means * rng.gamma(shape, 1 / shape, means.shape)))
    return counts


# --- splits


def deal(design: Design, L: Floats, rng: np.random.Generator) -> list[npt.NDArray[np.intp]] | None:
    """Articles of each group, or None where the corpus is too small."""
    n = len(L)
    if design.lengths != "chosen":
        if sum(design.sizes) > n:
            return None
        chosen = rng.permutation(n)[: sum(design.sizes)]
        return np.split(chosen, np.cumsum(design.sizes)[:-1])
    order = np.argsort(L, kind="stable")
    n_long = max(n // 10, 2 * design.sizes[0])
    rest = order[: max(0, n - n_long)]
    short = rest[: n // 2] if n // 2 >= design.sizes[1] else rest
    if len(short) < design.sizes[1]:
        return None
    pools = zip((order[-n_long:], short), design.sizes, strict=True)
    return [rng.choice(pool, size, replace=False) for pool, size in pools]


def split(articles: Articles, design: Design, rng: np.random.Generator) -> Split:
    members = deal(design, articles.L, rng)
    if members is None:
        raise ValueError(f"{articles.name} has {len(articles.L)} articles, too few for {design.name}")
    rows = np.concatenate(members)
    X, L, g = csr_array(articles.X[rows]), articles.L[rows], np.repeat(np.arange(len(members)), design.sizes)
    if design.lengths == "thinned":
        X = thin(X, (g == 1)[:, None] * np.ones(X.shape[1], bool), 1 / 4, rng)
        L = np.where(g == 1, L / 4, L)
    return Split(X, L, g, np.zeros(X.shape[1]))


def plant(drawn: Split, effect: int, rng: np.random.Generator) -> Split:
    """Thin one term in five: half of them in group 0, the others in all other groups."""
    if effect == 1:
        return drawn
    terms = drawn.X.shape[1]
    u = rng.permutation(terms) / terms
    truth = np.select([u < PLANTED / 2, u < PLANTED], [np.log2(effect), -np.log2(effect)], 0.0)
    first = (drawn.g == 0)[:, None]
    X = thin(drawn.X, np.where(first, truth < 0, truth > 0), 1 / effect, rng)
    return replace(drawn, X=X, truth=truth)


def thin(X: Matrix, where: Mask, keep: float, rng: np.random.Generator) -> Matrix:
    """Keep each occurrence with a probability, in the cells of a mask (articles x terms)."""
    counts = X.tocoo()
    data = counts.data.astype(np.int64)
    chosen = where[counts.coords]
    data[chosen] = rng.binomial(data[chosen], keep)
    return csr_array((data[data > 0], tuple(axis[data > 0] for axis in counts.coords)), shape=X.shape)


def events_split(rng: np.random.Generator, *, events: int = 40, terms: int = 2000) -> Split:
    """Events, each with an article of either group, and with rates of its own."""
    rates = zipf(terms)
    own = rates * rng.gamma(0.5, 2, (events, terms))
    b, g = np.repeat(np.arange(events), 2), np.tile([0, 1], events)
    L = lengths_of(rng, 2 * events)
    return Split(bursty(rng, L[:, None] * own[b], shapes(rates, rng)), L, g, np.zeros(terms), b)


def genres_split(rng: np.random.Generator, *, terms: int = 2000) -> Split:
    """Two genres of 25 articles: the first 20 v 5, the second 5 v 20; a third of the rates differ threefold."""
    rates = zipf(terms)
    other = rates * rng.choice([1 / 3, 1, 3], terms, p=[1 / 6, 2 / 3, 1 / 6])
    b, g = np.repeat([0, 1], 25), np.repeat([0, 1, 0, 1], [20, 5, 5, 20])
    L = lengths_of(rng, 50)
    return Split(bursty(rng, L[:, None] * np.stack([rates, other])[b], shapes(rates, rng)), L, g, np.zeros(terms), b)


# --- methods: each gives q values over the family, or nothing where it is not made for the groups


def two_groups(s: Split) -> tuple[Floats, Floats, Floats, Floats] | None:
    """Sums over the articles of each group of rates and squared rates, and the numbers of articles."""
    n = np.bincount(s.g).astype(float)
    if len(n) != 2:
        return None
    rates = csr_array(s.X.multiply(1 / s.L[:, None]))
    first, _ = group_sums(rates, s.L, s.g)
    second, _ = group_sums(csr_array(rates.power(2)), s.L, s.g)
    mean = first / n[:, None]
    variance = np.maximum(0, second - n[:, None] * mean**2) / (n[:, None] - 1)
    return mean, variance, n, variance / n[:, None]


def g2_p(s: Split) -> Floats:
    from scipy import special

    S, A = group_sums(s.X, s.L, s.g)
    return np.asarray(special.chdtrc(len(A) - 1, log_likelihood(S, A)))


def chi2_p(s: Split) -> Floats:
    """Pearson's chi-squared of the term and all other words by groups."""
    from scipy import special

    S, A = group_sums(s.X, s.L, s.g)
    E = A[:, None] * (S.sum(axis=0) / A.sum())
    squares = (S - E) ** 2
    return np.asarray(special.chdtrc(len(A) - 1, (squares / E + squares / (A[:, None] - E)).sum(axis=0)))


def log_odds_p(s: Split) -> Floats | None:
    """Log-odds with a prior in proportion to the pooled counts, as heavy as an average article; z taken as normal."""
    from scipy import special

    y, n = group_sums(s.X, s.L, s.g)
    if len(n) != 2:
        return None
    prior_words = float(s.L.mean())
    prior = y.sum(axis=0) / n.sum() * prior_words
    y = y + prior
    delta = np.log(y[0] / (n[0] + prior_words - y[0])) - np.log(y[1] / (n[1] + prior_words - y[1]))
    return np.asarray(2 * special.ndtr(-np.abs(delta) / np.sqrt((1 / y).sum(axis=0))))


def welch_p(s: Split) -> Floats | None:
    from scipy import special

    moments = two_groups(s)
    if moments is None:
        return None
    mean, _, n, error = moments
    total = error.sum(axis=0)
    t = divide(np.abs(mean[0] - mean[1]), np.sqrt(total))
    df = divide(total**2, (error**2 / (n[:, None] - 1)).sum(axis=0))
    return np.where(df > 0, 2 * special.stdtr(np.maximum(df, 1e-9), -t), 1.0)


def mann_whitney_p(s: Split) -> Floats | None:
    from scipy import stats

    if s.g.max() != 1:
        return None
    rates = s.X.toarray() / s.L[:, None]
    return np.asarray(stats.mannwhitneyu(rates[s.g == 0], rates[s.g == 1], axis=0, method="asymptotic").pvalue)


OTHERS: dict[str, Callable[[Split], Floats | None]] = {
    "G2": g2_p,
    "chi2": chi2_p,
    "log-odds": log_odds_p,
    "Welch": welch_p,
    "Mann-Whitney": mann_whitney_p,
}


def supported(s: Split, result: QuasiLikelihood) -> Mask:
    """As `compare_terms` decides: q < .05, where q and a permutation could be so small at all.

    Where one article dominates, q is that of the exact permutation; with too many relabellings nothing is found.
    """
    sizes = group_sizes(s.g, s.blocks)
    if result.estimable:
        q = np.maximum(benjamini_hochberg(result.p), 1 / relabellings(sizes))
    else:
        q = benjamini_hochberg(permutation_p(s.X, s.L, s.g, blocks=s.blocks))
    return np.asarray((q < LEVEL) & (smallest_p(sizes) <= LEVEL))


def found_by_all(s: Split) -> tuple[dict[str, Mask], pd.DataFrame]:
    """What each method finds, and the intervals of textlens: band of the expected count, covered or not."""
    result = quasi_likelihood(s.X, s.L, s.g, blocks=s.blocks)
    found = {"textlens": supported(s, result)}
    if s.blocks is not None:
        pooled = replace(s, blocks=None)
        found["no blocks"] = supported(pooled, quasi_likelihood(s.X, s.L, s.g))
    for name, method in OTHERS.items():
        p = method(s)
        if p is not None:
            found[name] = benjamini_hochberg(p) < LEVEL
    return found, intervals(s, result.expected, result.phi_effective, result.df2)


def intervals(s: Split, E: Floats, phi: Floats, df2: float) -> pd.DataFrame:
    if len(E) != 2:
        return pd.DataFrame({"band": [], "covered": []})
    S, _ = group_sums(s.X, s.L, s.g)
    low, high = log_ratio_interval(S[0], E[0], S[1], E[1], phi, df2)
    if s.blocks is not None:
        low, high = (within_blocks(end, s.X, s.L, s.g, s.blocks) for end in (low, high))
    return pd.DataFrame({"band": np.digitize(E.min(axis=0), EDGES), "covered": (low <= s.truth) & (s.truth <= high)})


# --- cells


def cells(corpora: list[Articles], *, blocked: bool) -> Iterator[Cell]:
    """What is run: each design where the corpus is large enough, with each effect."""
    for articles, design in product(corpora, DESIGNS):
        if deal(design, articles.L, np.random.default_rng(0)) is not None:
            for effect in EFFECTS:
                yield Cell(articles.name, design.name, effect, partial(split, articles, design))
    if blocked:
        draws = {"40 events, one article a side": events_split, "genres, 20 v 5 and 5 v 20": genres_split}
        for (name, draw), effect in product(draws.items(), EFFECTS):
            yield Cell("synthetic", name, effect, draw)


def run_cell(cell: Cell, *, splits: int, seed: int, min_count: int) -> pd.DataFrame:
    """Rows of one cell: a row per method, and a row per band with the coverage of textlens's intervals."""
    rng = np.random.default_rng([seed, zlib.crc32(f"{cell.corpus}/{cell.design}".encode()), cell.effect])
    scores, bands = [], []
    for _ in range(splits):
        whole = plant(cell.draw(rng), cell.effect, rng)
        family = column_sums(whole.X) >= min_count
        s = replace(whole, X=csr_array(whole.X[:, np.flatnonzero(family)]), truth=whole.truth[family])
        found, ends = found_by_all(s)
        bands.append(ends)
        scores += [score(name, mask, s.truth != 0) for name, mask in found.items()]
    grouped = pd.DataFrame(scores).groupby("method", sort=False)
    rows = grouped.mean().assign(fdr_se=grouped["fdr"].std() / np.sqrt(splits), splits=splits).reset_index()
    ends = pd.concat(bands).query("band > 0").groupby("band")["covered"].agg(["mean", "size"])
    coverage = pd.DataFrame(
        {"method": "textlens", "band": [BANDS[band - 1] for band in ends.index.astype(int)], "splits": splits}
    ).assign(coverage=ends["mean"].to_numpy(float), intervals=ends["size"].to_numpy(float))
    keys = pd.DataFrame({"corpus": [cell.corpus], "design": [cell.design], "effect": [cell.effect]})
    return keys.merge(pd.concat([rows, coverage]), how="cross")


def score(method: str, found: Mask, planted: Mask) -> dict[str, object]:
    false = int((found & ~planted).sum())
    power = float(found[planted].mean()) if planted.any() else np.nan
    fdr = false / max(1, int(found.sum()))
    return {
        **{"method": method, "family": len(found), "findings": int(found.sum())},
        **{"any_false": float(false > 0), "fdr": fdr, "power": power},
    }


def run(todo: list[Cell], *, splits: int, seed: int, min_count: int, jobs: int = 1) -> pd.DataFrame:
    """Results of all cells, in their order; the numbers do not depend on ``jobs``."""
    from tqdm import tqdm

    work = partial(run_cell, splits=splits, seed=seed, min_count=min_count)
    with ProcessPoolExecutor(jobs) as pool:
        answers = pool.map(work, todo) if jobs > 1 else map(work, todo)
        shown = tqdm(answers, total=len(todo), desc="cells", unit="cell", mininterval=2)
        results = pd.concat(list(shown), ignore_index=True)
    columns = "corpus design effect method band splits family findings any_false fdr fdr_se power coverage intervals"
    return results.reindex(columns=columns.split())


# --- what is written


def methods_of(results: pd.DataFrame) -> list[str]:
    return [name for name in ("textlens", "no blocks", *OTHERS) if (results["method"] == name).any()]


def markdown(table: pd.DataFrame) -> str:
    head = [list(table.columns), ["---", "---"] + ["--:"] * (len(table.columns) - 2)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [*head, *table.astype(str).to_numpy().tolist()])


def decimals(value: float, n: int = 2) -> str:
    return "–" if np.isnan(value) else f"{value:.{n}f}"


def null_table(results: pd.DataFrame) -> pd.DataFrame:
    rows = results[results["band"].isna() & (results["effect"] == 1)]
    table = rows.pivot_table(index=["corpus", "design"], columns="method", values="any_false", sort=False)
    return table[methods_of(rows)].map(decimals).reset_index()


def planted_table(results: pd.DataFrame, effect: int) -> pd.DataFrame:
    rows = results[results["band"].isna() & (results["effect"] == effect)].copy()
    rows["both"] = [
        f"{decimals(fdr)} / {decimals(power)}" for fdr, power in zip(rows["fdr"], rows["power"], strict=True)
    ]
    table = rows.pivot(index=["corpus", "design"], columns="method", values="both").fillna("–")
    order = rows[["corpus", "design"]].drop_duplicates()
    return table.loc[pd.MultiIndex.from_frame(order), methods_of(rows)].reset_index()


def coverage_by_band(results: pd.DataFrame) -> pd.DataFrame:
    """Coverage and number of intervals of each corpus, design and band, all effects together."""
    rows = results[results["band"].notna()]
    rows = rows.assign(hits=rows["coverage"] * rows["intervals"])
    sums = rows.groupby(["corpus", "design", "band"], sort=False)[["hits", "intervals"]].sum().reset_index()
    return sums.assign(coverage=sums["hits"] / sums["intervals"]).drop(columns="hits")


def coverage_table(results: pd.DataFrame) -> pd.DataFrame:
    rows = coverage_by_band(results).query("intervals >= @ENOUGH")
    table = rows.pivot_table(index=["corpus", "design"], columns="band", values="coverage", sort=False)
    return table.reindex(columns=list(BANDS)).map(partial(decimals, n=3)).reset_index()


def figure(results: pd.DataFrame) -> str:
    """Left: any false discovery on null splits, by design; right: false discoveries against power, three-fold."""
    from textlens.plots.drawing import figure_svg, new_figure, styled

    return styled(lambda: figure_svg(draw(results, new_figure(4.6))))()


def draw(results: pd.DataFrame, canvas: Figure) -> Figure:
    from textlens.plots.drawing import COLOURS, GREY, MARKERS

    rows = results[results["band"].isna()]
    methods = methods_of(rows)
    designs = list(dict.fromkeys(rows["design"]))[::-1]
    left, right = canvas.subplots(1, 2, width_ratios=[1.15, 1])
    for i, name in enumerate(methods):
        look = {"color": COLOURS[i % 7], "marker": MARKERS[i % 7], "s": 16 if i else 26, "linewidths": 0, "alpha": 0.8}
        null = rows[(rows["effect"] == 1) & (rows["method"] == name)]
        y = [designs.index(design) + 0.3 - 0.6 * i / len(methods) for design in null["design"]]
        left.scatter(null["any_false"], y, label=name, zorder=3, **look)
        planted = rows[(rows["effect"] == EFFECTS[-1]) & (rows["method"] == name)]
        right.scatter(planted["fdr"], planted["power"], zorder=3, **look)
    for axes, limit in ((left, 0.1), (right, 0.06)):
        axes.axvline(limit, color=GREY, linewidth=0.8, linestyle=":")
        axes.set_xlim(-0.02, 1.02)
    left.set_yticks(range(len(designs)), designs)
    left.set_title("Null")
    left.set_xlabel("splits with any false finding (dotted: .10)")
    right.set_title(f"Planted, {EFFECTS[-1]}x")
    right.set_xlabel("realised false discovery rate (dotted: .06)")
    right.set_ylabel("power")
    canvas.legend(loc="outside lower center", ncols=len(methods), handletextpad=0.2)
    return canvas


def misses(results: pd.DataFrame) -> list[str]:
    """A line for each target: how many cells meet it, and which do not."""
    own = results[results["method"] == "textlens"]
    null = own[own["band"].isna() & (own["effect"] == 1)].copy()
    planted = own[own["band"].isna() & (own["effect"] > 1)].copy()
    null["se"] = np.sqrt(null["any_false"] * (1 - null["any_false"]) / null["splits"])
    covered = coverage_by_band(results).query("intervals >= @ENOUGH")
    # As printed: .0604 is .060.
    outside = ~covered["coverage"].round(3).between(0.93, 0.99)
    return [
        target(
            "Any false finding on null splits at most .10", null, null["any_false"].round(3) > 0.1, "any_false", "se"
        ),
        target("Realised FDR of planted splits at most .06", planted, planted["fdr"].round(3) > 0.06, "fdr", "fdr_se"),
        target("Coverage .93 to .99 (bands with 500 intervals or more)", covered, outside, "coverage", None),
    ]


def target(what: str, rows: pd.DataFrame, missed: pd.Series, value: str, error: str | None) -> str:
    text = f"- {what}: met in {int((~missed).sum())} of {len(rows)} cells"
    named = []
    for _, row in rows[missed].iterrows():
        which = f"expected {row['band']}" if error is None else f"{row['effect']}x"
        give = f" ± {decimals(row[error], 3)}" if error else ""
        named.append(f"{row['corpus']}, {row['design']}, {which}: {decimals(row[value], 3)}{give}")
    return f"{text}; not in {'; '.join(named)}." if named else f"{text}."


def compared(results: pd.DataFrame) -> list[str]:
    """A line for each method: medians over corpora and designs."""
    rows = results[results["band"].isna()]
    lines = []
    for name in methods_of(rows):
        own = rows[rows["method"] == name]
        null, planted = own[own["effect"] == 1], own[own["effect"] == EFFECTS[-1]]
        lines.append(
            f"- {name}: false findings in {decimals(null['any_false'].median())} of the null splits of the median cell "
            f"(largest {decimals(null['any_false'].max())}); threefold terms: FDR {decimals(planted['fdr'].median())} "
            f"(largest {decimals(planted['fdr'].max())}), power {decimals(planted['power'].median())}."
        )
    return lines


PAGE = """# Calibration

Generated by `benchmarks/calibration.py`; do not edit. Rebuild it with

    {command}

Articles of one corpus are dealt into groups at random, {splits} times for each design, so that every finding is
false. For the planted splits one term in five, of all frequencies, is thinned: each occurrence is kept with
probability 1/2 (2x) or 1/3 (3x), half of these terms in group 0 and half in all other groups. Rates then differ by
that factor, bursts stay bursts, no word is invented; lengths stay as they were and serve as denominators. The family
are the terms with {min_count} occurrences or more in the articles of a split, after planting and whatever the group.
A finding has q < .05; textlens asks for a permutation floor of .05 or less as well, so nothing is found in 3 v 2, and
where one article dominates by its length (as some State of the Union addresses do) its q is that of the permutation.
*textlens* is `quasi_likelihood`; *G2* has two cells, *chi2* four, no correction; *log-odds* has a prior in proportion
to the pooled counts, as heavy as an average article, and its z is taken as normal; *Welch* and *Mann-Whitney* compare
rates of articles. All q are Benjamini-Hochberg's.

{corpora}

The corpora are not part of this repository: climate news hand-coded for frames, the inaugural and the State of the
Union addresses as NLTK's data have them (public domain), and counts that are drawn. Any table of articles will do.

*Long v short*: group 0 from the longest articles (a tenth, or twice the group), group 1 from the shorter half, or all
others. *Thinned*: random articles, of which group 1 keeps each word with probability 1/4: lengths differ fourfold and
every finding is false. *Events* and *genres* are drawn anew each time and tested within blocks; *no blocks* is the
same test without them. Synthetic counts are gamma-Poisson: 2,000 Zipfian terms, log-normal lengths (median 600),
variance over mean in 600 words 1 + x, x log-normal about .5.

![False findings on null splits by design; false discovery rate and power with threefold terms planted](calibration.svg)

## Reading

A rate of .05 over {splits} splits is known to ± {error} (standard error).

{reading}

*Long v short* compares two fixed pools of a corpus: what is found there, and not where lengths are thinned, may be true
of its long articles; the two cannot be told apart (see the limits).

Medians over corpora and designs:

{compared}

## Any false finding on null splits

{null}

## Planted terms: realised FDR / power

Power is the share of planted terms of the family that are found.

{planted}

## Coverage of the 95 % interval of the unshrunken ratio

By expected count in the group where it is smaller; all effects together; planted terms by their true ratio; where
there are 500 intervals or more.

{coverage}

## Limits

- Long articles of a corpus may be of another kind or time than short ones: where *long v short* finds what *thinned*
  does not, the finding may be true of long articles. The intervals there are held to a ratio of 1 that may not be the
  true one.
- Articles at random come from all outlets and years alike. A source with a house style differs more; that is no error
  of the test, and not measured here.
- Splits of a small corpus share articles, so their errors are not independent.
- Thinning takes words from a text; planted rates are lower than those of the text, and power with them.
- Not measured: corpora in other languages, items other than words.
"""


def page(results: pd.DataFrame, corpora: list[Articles], command: str, splits: int, min_count: int) -> str:
    sizes = pd.DataFrame(
        [
            [a.name, f"{len(a.L):,}", f"{a.L.sum():,.0f}", f"{np.median(a.L):,.0f}", f"{a.L.max():,.0f}"]
            for a in corpora
        ],
        columns=["corpus", "articles", "words", "median article", "longest"],
    )
    planted = [f"### {effect}x\n\n{markdown(planted_table(results, effect))}" for effect in EFFECTS[1:]]
    parts = {
        **{"command": command, "splits": splits, "min_count": min_count, "corpora": markdown(sizes)},
        **{"error": decimals(np.sqrt(LEVEL * (1 - LEVEL) / splits), 3), "reading": "\n".join(misses(results))},
        **{"compared": "\n".join(compared(results)), "null": markdown(null_table(results))},
        **{"planted": "\n\n".join(planted), "coverage": markdown(coverage_table(results))},
    }
    return PAGE.format(**parts)


def options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure false findings, power and coverage where the truth is known.")
    parser.add_argument("--articles", type=Path, nargs="*", default=[], help="CSV files with an article a row")
    parser.add_argument("--text", default="text", help="their column of texts (default: text)")
    parser.add_argument("--speeches", type=Path, help="folder of zips of plain texts, a corpus each")
    parser.add_argument("--synthetic", action="store_true", help="counts of known parameters, and designs in blocks")
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--min-count", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    chosen = parser.parse_args(arguments)
    if not (chosen.articles or chosen.speeches or chosen.synthetic):
        parser.error("nothing to measure: give --articles, --speeches or --synthetic")
    if chosen.splits < 2:
        parser.error(f"--splits must be 2 or more, not {chosen.splits}")
    return chosen


def main(arguments: list[str] | None = None) -> None:
    given = options(arguments)
    corpora = [articles_of_csv(path, given.text) for path in given.articles]
    if given.speeches:
        corpora += [speeches_of_zip(path) for path in sorted(given.speeches.glob("*.zip"))]
    if given.synthetic:
        corpora.append(synthetic(np.random.default_rng(given.seed)))
    results = run(
        list(cells(corpora, blocked=given.synthetic)),
        splits=given.splits,
        seed=given.seed,
        min_count=given.min_count,
        jobs=given.jobs,
    )
    files = {
        "calibration.csv": results.to_csv(index=False, float_format="%.5g", lineterminator="\n"),
        "calibration.svg": figure(results),
        "calibration.md": page(results, corpora, command_of(given), given.splits, given.min_count),
    }
    given.out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_whole(given.out / name, text)


def command_of(given: argparse.Namespace) -> str:
    """The command, with the names of files; where they lie is no matter of the page."""
    parts = ["python benchmarks/calibration.py"]
    if given.articles:
        parts.append("--articles " + " ".join(path.name for path in given.articles))
    if given.text != "text":
        parts.append(f"--text {given.text}")
    if given.speeches:
        parts.append(f"--speeches {given.speeches.name}")
    if given.synthetic:
        parts.append("--synthetic")
    return " ".join([*parts, f"--splits {given.splits} --min-count {given.min_count} --seed {given.seed}"])


if __name__ == "__main__":
    main()
