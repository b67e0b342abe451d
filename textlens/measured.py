"""What a score of frames is worth: the figure that was measured against people, or that none was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from textlens.corpus import expect

NOT_VALIDATED = "not validated on this material"
VALIDITY_COLUMNS = ("frame", "measure", "value", "low", "high", "n", "material")


def validity_text(row: Mapping[Any, Any] | pd.Series[Any]) -> str:
    """One row of a validity table as words.

    Parameters
    ----------
    row : mapping
        ``measure``, ``value``, ``low`` and ``high`` (either may be nan), ``n``, ``material``. The number stands before
        the material, unless that opens with it; of a material that opens with another number it is a part.

    Examples
    --------
    >>> row = {"measure": "AUC", "value": 0.78, "low": 0.7, "high": 0.85, "n": 207, "material": "climate articles"}
    >>> validity_text(row)
    'AUC .78 [.70, .85], 207 climate articles'
    >>> validity_text({**row, "value": float("nan")})
    'AUC not measurable, 207 climate articles'
    >>> validity_text({**row, "material": "210 articles"})
    'AUC .78 [.70, .85], 207 of 210 articles'
    """
    n, material = f"{int(row['n']):,}", str(row["material"])
    first = material.split(" ")[0].replace(",", "")
    part = f"{n} of" if first.isdecimal() else n
    on = material if first == str(int(row["n"])) else f"{part} {material}"
    if np.isnan(row["value"]):
        return f"{row['measure']} not measurable, {on}"
    ends = [_short(row[end]) for end in ("low", "high")]
    interval = "" if np.isnan([row["low"], row["high"]]).any() else f" [{', '.join(ends)}]"
    return f"{row['measure']} {_short(row['value'])}{interval}, {on}"


def _short(value: float) -> str:
    """Two decimals, with no 0 before the point."""
    text = f"{value:.2f}".replace("-0.00", "0.00")
    return text.replace("0.", ".", 1) if abs(float(text)) < 1 else text


def with_validity(table: pd.DataFrame, validity: pd.DataFrame | None) -> pd.DataFrame:
    """A table of frames with the column ``validity``: what was measured of each frame, else ``NOT_VALIDATED``.

    Names must be the same: ``"Cost (negated)"`` does not take over what was measured of ``"Cost"``.

    Parameters
    ----------
    table : DataFrame
        With the column ``frame``.
    validity : DataFrame, optional
        ``frame``, ``measure``, ``value``, ``low``, ``high``, ``n``, ``material``. Several rows of a frame are joined.

    Raises
    ------
    ValueError
        A column is missing, a frame has one measure twice on one material, a value lies outside its interval, or n is
        no whole number of 1 or more.
    TypeError
        ``validity`` is no DataFrame.
    """
    if validity is None:
        return table.assign(validity=pd.Series(NOT_VALIDATED, index=table.index, dtype="str"))
    expect(validity, pd.DataFrame, "validity", "tl.frame_validity")
    missing = [name for name in VALIDITY_COLUMNS if name not in validity]
    if missing:
        raise ValueError(f"the validity table lacks the column {missing[0]!r}; it needs {', '.join(VALIDITY_COLUMNS)}")
    rows: list[dict[Any, Any]] = validity.to_dict("records")
    for row in rows:
        _check_row(row)
    keys = ["frame", "measure", "material"]
    twice = validity[validity.duplicated(keys)]
    if len(twice):
        frame, measure, material = (str(twice[name].iloc[0]) for name in keys)
        raise ValueError(f"the validity table has the {measure} of {frame!r} on {material!r} twice")
    texts: dict[str, list[str]] = {}
    for row in rows:
        texts.setdefault(row["frame"], []).append(validity_text(row))
    told = {frame: "; ".join(of_frame) for frame, of_frame in texts.items()}
    return table.assign(validity=table["frame"].map(told).fillna(NOT_VALIDATED).astype("str"))


def _check_row(row: dict[Any, Any]) -> None:
    """A figure within its interval, on a number of cases."""
    at = f"the validity of {row['frame']!r}"
    try:
        value, low, high, n = (float(row[name]) for name in ("value", "low", "high", "n"))
    except (TypeError, ValueError):
        raise ValueError(f"{at}: value, low, high and n must be numbers, not {row['value']!r} and so on") from None
    if np.isinf([value, low, high]).any() or low > value or value > high:
        raise ValueError(f"{at}: {value:g} must lie between low {low:g} and high {high:g}")
    if not (1 <= n < np.inf and n == int(n)):
        raise ValueError(f"{at}: n must be a whole number of 1 or more, not {row['n']!r}")
