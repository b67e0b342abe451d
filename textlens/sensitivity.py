"""Sensitivity: the same comparison under other choices that could as well have been made, from features alone."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens.comparison import drawn_seed
from textlens.corpus import expect, expect_list, expect_number
from textlens.counting import merge_terms
from textlens.counts import Counts
from textlens.features import Features
from textlens.grouping import column_sums
from textlens.keyness import compare_terms
from textlens.vocabulary import function_words, term_map

#: The choices and their options; the first of each is the baseline, as ``compare_terms(features.counts)`` has it.
CHOICES: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "function_words": ("tested", "left out"),
        "stem": (False, True),
        "spelling": (True, False),
        "case": (True, False),
        "min_count": (10, 5, 20),
        "headings": ("counted", "left out"),
        "quoted": ("counted", "left out"),
    }
)
_COPIED = ("count", "count_against", "effect", "low", "high", "p", "q", "p_permutation", "floor", "supported")
_PAIR = ["group", "against"]
_NEEDED = (*_PAIR, "term", "baseline", "tested", "effect", "low", "high", "p_permutation", "floor", "supported")
_MERGES = ("function_words", "stem", "spelling", "case")


def specification_curve(
    features: Features,
    *,
    by: str | Sequence[str] = "source",
    against: str | Mapping[str, int] | None = None,
    unit: str = "article",
    block: str | Sequence[str] | None = None,
    choices: Mapping[str, Sequence[Any]] | None = None,
    terms: Iterable[str] | None = None,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Run a comparison of terms again under every combination of declared choices, and follow its findings.

    All combinations are run, none is picked (Simonsohn, Simmons & Nelson 2020, doi 10.1038/s41562-020-0912-z). Their
    joint test is not made: the specifications share their articles, and a count of them is no p-value.

    Parameters
    ----------
    features : Features
    by, against, unit, block, rng
        As in :func:`textlens.compare_terms`.
    choices : mapping of str to sequence, optional
        Options of each choice; the first is the baseline, and a choice that is not named stays at its default. By
        default ``sensitivity.CHOICES``, 192 combinations: ``function_words`` ("tested" too, "left out"), ``stem``
        (False, True), ``spelling`` and ``case`` merged (True, False), ``min_count`` (10, 5, 20), ``headings`` (titles
        too) and ``quoted`` segments ("counted", "left out"; their words leave the denominators as well, those of
        function words do not). An option that changes nothing here repeats the other's results.
    terms : iterable of str, optional
        The terms of the baseline to follow. By default those that it supports or else the ten with the smallest p,
        without function words.

    Returns
    -------
    DataFrame
        One row per specification and followed finding: ``specification`` (1 is the baseline), a column for each of the
        seven choices, ``baseline``, ``group``, ``against``, ``term``; ``counted_as`` (where the specification counts
        most occurrences of the term; empty if it leaves them out); ``count``, ``count_against``, ``effect``, ``low``,
        ``high``, ``p``, ``q``, ``p_permutation``, ``floor``, ``supported`` of that (missing if left out), and whether
        it was ``tested``.

    Raises
    ------
    ValueError
        As :func:`textlens.compare_terms`; choices that would merge terms anew against a frequency list; an unknown
        choice or option, a term that the baseline does not have, or a
        specification that leaves a group without words.
    TypeError
        What is given is no Features.

    Examples
    --------
    >>> import shutil, tempfile, textlens as tl
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     study = shutil.copytree(tl.demo_folder(), f"{folder}/study")
    ...     features = tl.read_features(tl.extract_features(f"{study}/corpus.toml"))
    >>> choices = {"stem": [False, True], "quoted": ["counted", "left out"]}
    >>> curve = tl.specification_curve(features, against="Upland Courier", choices=choices, terms=["gates"])
    >>> curve.loc[curve["group"] == "Harbour Post", ["stem", "quoted", "counted_as", "count", "count_against"]]
        stem    quoted counted_as  count  count_against
    0  False   counted      gates    4.0            3.0
    2  False  left out      gates    3.0            2.0
    4   True   counted       gate    5.0            5.0
    6   True  left out       gate    4.0            2.0
    """
    from tqdm import tqdm

    expect(features, Features, "features", "tl.read_features")
    # Each specification draws the same labellings, so that an option that changes nothing repeats the answer.
    options: dict[str, Any] = {"by": by, "against": against, "unit": unit, "block": block, "seed": drawn_seed(rng)}
    if isinstance(against, Mapping | pd.Series):
        _check_list_choices(choices)
    specifications = [dict(zip(CHOICES, values, strict=True)) for values in itertools.product(*_options(choices))]
    followed = pd.DataFrame()
    found, named = [], []
    progress = tqdm(specifications, desc="specifications", delay=2, leave=False)
    merged = _merged(features.surface, specifications)
    for number, (chosen, (counts, counted_as)) in enumerate(zip(progress, merged, strict=True), 1):
        if number == 1:
            table = _run(counts, chosen["min_count"], **options)
            followed = _followed(table, counts, counted_as, terms)
        else:
            table = _compared(counts, chosen, specifications[0], followed, options)
        now = followed["term"].map(counted_as["term"])
        named.append(followed.assign(counted_as=now, specification=number, **chosen, baseline=number == 1))
        found.append(table.loc[table["term"].isin(now), [*_PAIR, "term", *_COPIED]].assign(specification=number))
    results = pd.concat(found, ignore_index=True).rename(columns={"term": "counted_as"})
    curve = pd.concat(named, ignore_index=True).merge(results, on=["specification", *_PAIR, "counted_as"], how="left")
    # Where the term is left out nothing is found, nor supported.
    curve["supported"] = curve["supported"].eq(True)
    curve["tested"] = curve["p"].notna()
    curve = curve.astype({"count": float, "count_against": float})
    return curve[["specification", *CHOICES, "baseline", *_PAIR, "term", "counted_as", *_COPIED, "tested"]]


def survival(curve: pd.DataFrame) -> pd.DataFrame:
    """Count in how many specifications each finding holds, and which choice moves it most.

    Parameters
    ----------
    curve : DataFrame
        From :func:`textlens.specification_curve`.

    Returns
    -------
    DataFrame
        One row per finding: ``group``, ``against``, ``term``; ``specifications``; ``tested``, in how many of them the
        term was frequent enough; of these ``same_sign``, in how many the effect has the baseline's sign, and of these
        again ``beside`` (the interval leaves out 0), ``supported`` and ``widest`` (no relabelling of the units gives a
        wider gap); ``effect_baseline``; ``effect_median``, ``effect_low`` and ``effect_high`` (the smallest and the
        largest) over the tested ones; ``weakest_choice``, the choice between whose options the mean effect differs
        most (ties in the order of choices; empty if none moves it).

    Raises
    ------
    ValueError
        A column is missing.
    TypeError
        What is given is no DataFrame.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> one = {"specification": 1, "stem": False, "baseline": True, "group": "A", "against": "B", "term": "peace"}
    >>> one |= {"effect": 1.0, "low": 0.2, "high": 2.0, "p_permutation": 0.1, "floor": 0.1, "supported": False}
    >>> other = one | {"specification": 2, "stem": True, "baseline": False, "effect": -0.5, "low": -1.0}
    >>> table = tl.survival(pd.DataFrame([one | {"tested": True}, other | {"tested": True}]))
    >>> table[["specifications", "tested", "same_sign", "beside", "weakest_choice"]].values.tolist()
    [[2, 2, 1, 1, 'stem']]
    """
    expect(curve, pd.DataFrame, "curve", "tl.specification_curve")
    lacking = [name for name in _NEEDED if name not in curve]
    if lacking:
        raise ValueError(f"the table lacks {', '.join(lacking)}, which tl.specification_curve gives")
    if curve.empty or not curve.groupby([*_PAIR, "term"])["baseline"].any().all():
        raise ValueError("the table must hold the baseline row of each term, as tl.specification_curve gives it")
    choices = [name for name in CHOICES if name in curve]
    findings = curve.groupby([*_PAIR, "term"], sort=False)
    rows = [dict(zip((*_PAIR, "term"), key, strict=True)) | _survived(part, choices) for key, part in findings]
    return pd.DataFrame(rows).astype(dict.fromkeys((*_PAIR, "term", "weakest_choice"), "str"))


def _survived(part: pd.DataFrame, choices: list[str]) -> dict[str, Any]:
    baseline = float(part.loc[part["baseline"], "effect"].iloc[0])
    tested = part[part["tested"]]
    same = np.sign(tested["effect"].round(12)) == np.sign(round(baseline, 12))
    moves = {name: round(_move(tested, name, choices), 12) for name in choices}
    weakest = max(moves, key=lambda name: moves[name], default="")
    return {
        "specifications": len(part),
        "tested": len(tested),
        "same_sign": int(same.sum()),
        "beside": int((same & ((tested["low"] > 0) | (tested["high"] < 0))).sum()),
        "supported": int((same & tested["supported"]).sum()),
        # Of 9,999 random relabellings and the observed one, none is wider.
        "widest": int((same & (tested["p_permutation"] <= tested["floor"].clip(lower=1e-4) * (1 + 1e-9))).sum()),
        "effect_baseline": baseline,
        "effect_median": tested["effect"].median(),
        "effect_low": tested["effect"].min(),
        "effect_high": tested["effect"].max(),
        "weakest_choice": weakest if moves.get(weakest, 0) > 0 else "",
    }


def _move(tested: pd.DataFrame, choice: str, choices: list[str]) -> float:
    """The largest difference of mean effects between two options, over specifications that differ in nothing else.

    Means over all that are tested would mix the choices up: where a term is too rare to be tested depends on several.
    """
    others = [name for name in choices if name != choice]
    effects = tested.assign(every=0).pivot(index=["every", *others], columns=choice, values="effect")
    gaps = [(effects[a] - effects[b]).mean() for a, b in itertools.combinations(effects.columns, 2)]
    return max((abs(gap) for gap in gaps if gap == gap), default=0.0)


def _check_list_choices(choices: Mapping[str, Sequence[Any]] | None) -> None:
    """A frequency list is counted in one way; only what the study counts could be merged anew."""
    given = dict(choices or {})
    if any(tuple(given.get(name, CHOICES[name])) != CHOICES[name][:1] for name in _MERGES):
        raise ValueError(
            f"a frequency list cannot be merged anew: give {', '.join(_MERGES)} with their first option alone, as in "
            f"choices={{'stem': [False]}}"
        )


def _run(counts: Counts, min_count: int, *, seed: int | None, **options: Any) -> pd.DataFrame:
    rng = None if seed is None else np.random.default_rng(seed)
    return compare_terms(counts, min_count=min_count, rng=rng, **options)


def _options(choices: Mapping[str, Sequence[Any]] | None) -> list[list[Any]]:
    """The options of every choice, checked, in the order of ``CHOICES``."""
    given = CHOICES if choices is None else choices
    expect(given, Mapping, "choices", "textlens.sensitivity.CHOICES")
    unknown = [name for name in given if name not in CHOICES]
    if unknown:
        raise ValueError(f"no choice {unknown[0]!r}; there are {', '.join(CHOICES)}")
    grid = []
    for name, known in CHOICES.items():
        expect_list(given.get(name, ()), name)
        options = list(given.get(name, known[:1]))
        if not options or len(set(options)) < len(options):
            raise ValueError(f"the options of {name} must be one or more, each once, not {options!r}")
        for option in options:
            if name == "min_count":
                expect_number(option, "min_count")
            elif not any(option is value or option == value and isinstance(option, str) for value in known):
                raise ValueError(f"no option {option!r} of {name}; there are {' and '.join(map(repr, known))}")
        grid.append(options)
    return grid


def _merged(surface: Counts, specifications: list[dict[str, Any]]) -> Iterator[tuple[Counts, pd.DataFrame]]:
    """Counts of each specification, and what becomes of the baseline's terms in it.

    What differs only in the rows and in ``min_count`` shares the merging, which is the slow part.
    """
    silent = term_map(surface.terms)["term"].isin(function_words()).to_numpy()
    heading = surface.segments["role"].isin(["title", "heading"]).to_numpy()
    quoted = (surface.segments["voice"] == "quoted").to_numpy()
    forms = pd.DataFrame({"n": column_sums(surface.matrix), "function_word": silent})
    for merge, alike in itertools.groupby(specifications, key=lambda chosen: [chosen[name] for name in _MERGES]):
        rules = dict(zip(_MERGES, merge, strict=True))
        left_out = silent & (rules.pop("function_words") == "left out")
        mapping = term_map(surface.terms, **rules)
        kept = np.flatnonzero(~left_out)
        # The words of a segment stay: the rates of other terms must not depend on this choice.
        counted = replace(surface, matrix=csr_array(surface.matrix[:, kept]), terms=surface.terms[kept])
        counts = merge_terms(counted, mapping)
        forms["term"] = mapping["term"].mask(left_out, "")
        if "baseline" not in forms:
            forms["baseline"] = forms["term"]
        counted_as = _counted_as(forms)
        for chosen in alike:
            dropped = heading & (chosen["headings"] == "left out") | quoted & (chosen["quoted"] == "left out")
            yield counts.rows(np.flatnonzero(~dropped)), counted_as


def _counted_as(forms: pd.DataFrame) -> pd.DataFrame:
    """For each term of the baseline: the ``term`` with most of its occurrences, and whether it is a function word."""
    parts = forms.groupby(["baseline", "term"], as_index=False).agg({"n": "sum", "function_word": "all"})
    order = parts.sort_values(["baseline", "n", "term"], ascending=[True, False, True])
    return order.drop_duplicates("baseline").set_index("baseline")


def _followed(
    table: pd.DataFrame, counts: Counts, counted_as: pd.DataFrame, terms: Iterable[str] | None
) -> pd.DataFrame:
    """The findings to follow: pairs of groups, and terms of the baseline."""
    if terms is not None:
        expect_list(terms, "terms")
        names = list(dict.fromkeys(terms))
        counts.index_of(names)
        if not names:
            raise ValueError("terms is empty; name the terms to follow, or leave it out")
        pairs = table[_PAIR].drop_duplicates()
        return pairs.merge(pd.DataFrame({"term": names}, dtype="str"), how="cross")
    silent = counted_as.index[counted_as["function_word"]]
    tested = table[table["p"].notna() & ~table["term"].isin(silent)]
    tested = tested.assign(p=tested["p"].round(12)).sort_values(["p", "term", *_PAIR])
    if tested.empty:
        raise ValueError("the baseline tests no term but function words; a smaller min_count, or terms= to follow some")
    found = tested[tested["supported"]] if tested["supported"].any() else tested.head(10)
    return found[[*_PAIR, "term"]].reset_index(drop=True)


def _compared(
    counts: Counts, chosen: dict[str, Any], baseline: dict[str, Any], followed: pd.DataFrame, options: dict[str, Any]
) -> pd.DataFrame:
    """The comparison under one specification; one that lacks a group of the baseline is an error that tells which."""
    differs = ", ".join(f"{name} = {value!r}" for name, value in chosen.items() if value != baseline[name])
    advice = "give choices without this option, as {**textlens.sensitivity.CHOICES, ...}"
    try:
        with warnings.catch_warnings():
            # Of small corpora and of permutations the baseline has warned.
            warnings.simplefilter("ignore", UserWarning)
            table = _run(counts, chosen["min_count"], **options)
    except ValueError as error:
        raise ValueError(f"under {differs} the groups cannot be compared: {error}; {advice}") from error
    there = set(zip(table["group"], table["against"], strict=True))
    for pair in zip(followed["group"], followed["against"], strict=True):
        if pair not in there:
            raise ValueError(
                f"under {differs} a group has no words, so {' and '.join(pair)} cannot be compared; {advice}"
            )
    return table
