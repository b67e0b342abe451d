"""What a notebook shows: figures and tables with a caption, and findings; the report is built from the same objects.

Each carries its file (SVG or CSV) in the output of its cell, so that a notebook writes nothing and the build of the
report finds all it needs. Text is escaped: what an article or a file says cannot become markup.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from textlens.files import table_to_csv
from textlens.plots.drawing import figure_svg

# The build of the report reads the file of an exhibit, and its finding, under this type.
MIME = "application/x-textlens+json"
_NAME = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True)
class Exhibit:
    """HTML for the reader, and what the build of the report keeps."""

    html: str
    record: dict[str, str]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/html": self.html, MIME: self.record}


def figure(axes: Any, name: str, *, caption: str, alt: str, front: bool = False) -> Exhibit:
    """A figure with its caption; ``name`` is that of its SVG file.

    Parameters
    ----------
    axes : Axes, or an array of Axes of one figure
    name : str
        Small letters, digits and underscores.
    caption : str
        What is drawn and how to read it.
    alt : str
        What a reader who cannot see the figure should know.
    front : bool
        Whether the front page shows it too.

    Returns
    -------
    Exhibit
    """
    _check_name(name)
    svg = figure_svg(np.ravel(axes)[0].figure)
    # An image by itself keeps the ids of one figure apart from those of the next.
    data = base64.b64encode(svg.encode()).decode()
    markup = (
        f'<figure id="figure-{name}"><div class="scroll"><img src="data:image/svg+xml;base64,{data}" '
        f'alt="{html.escape(alt)}"></div>'
        f'<figcaption><b class="number">Figure</b> {html.escape(caption)} '
        f'<a class="file" href="figures/{name}.svg">SVG</a></figcaption></figure>'
    )
    record = {"kind": "figure", "name": name, "content": svg}
    return Exhibit(markup, {**record, "front": markup} if front else record)


def table(
    frame: pd.DataFrame,
    name: str,
    *,
    caption: str,
    columns: Mapping[str, str] | None = None,
    formats: Mapping[str, str] | None = None,
    rows: int | None = None,
    whole: pd.DataFrame | None = None,
) -> Exhibit:
    """A table with its caption; ``name`` is that of its CSV file, which holds the whole table.

    Parameters
    ----------
    frame : DataFrame
        What is shown.
    name : str
        Small letters, digits and underscores.
    caption : str
    columns : mapping, optional
        The columns to show, and their headings; all by default.
    formats : mapping, optional
        Format of a column's numbers, as ``{"rate": ".1f"}``.
    rows : int, optional
        Only so many rows are shown.
    whole : DataFrame, optional
        What the CSV file holds; by default ``frame``.

    Returns
    -------
    Exhibit
    """
    _check_name(name)
    whole = frame if whole is None else whole
    headings = dict(columns) if columns is not None else {str(column): str(column) for column in frame}
    shown = frame.head(rows) if rows is not None else frame
    classes = [_class(frame[column]) for column in headings]
    head = "".join(_cell("th", text, kind) for text, kind in zip(headings.values(), classes, strict=True))
    rows_of = shown[list(headings)].itertuples(index=False)
    body = "".join(
        "<tr>"
        + "".join(
            _cell("td", _show(value, (formats or {}).get(column, "")), kind)
            for value, column, kind in zip(row, headings, classes, strict=True)
        )
        + "</tr>"
        for row in rows_of
    )
    more = f" {len(shown):,} of {len(whole):,} rows are shown." if len(shown) < len(whole) else ""
    markup = (
        f'<figure class="table" id="table-{name}"><figcaption><b class="number">Table</b> {html.escape(caption)}{more} '
        f'<a class="file" href="tables/{name}.csv">CSV</a></figcaption><div class="scroll"><table><thead><tr>{head}'
        f"</tr></thead><tbody>{body}</tbody></table></div></figure>"
    )
    return Exhibit(markup, {"kind": "table", "name": name, "content": table_to_csv(whole)})


def finding(texts: str | Sequence[str]) -> Exhibit:
    """Paragraphs that the front page repeats."""
    return _paragraphs(texts, "finding")


def headline(texts: str | Sequence[str]) -> Exhibit:
    """Findings that open the front page."""
    return _paragraphs(texts, "headline")


def limit(texts: str | Sequence[str]) -> Exhibit:
    """What the data cannot show, said where the finding is read; the front page repeats it too."""
    return _paragraphs(texts, "limit")


def prose(texts: str | Sequence[str]) -> Exhibit:
    """Paragraphs; what stands in ``[[double brackets]]`` is emphasised."""
    return _paragraphs(texts, "prose")


def _paragraphs(texts: str | Sequence[str], kind: str) -> Exhibit:
    paragraphs = [texts] if isinstance(texts, str) else texts
    markup = "\n".join(f'<p class="{kind}">{inline(text)}</p>' for text in paragraphs)
    return Exhibit(markup, {"kind": kind, "content": markup})


def inline(text: str) -> str:
    """Escaped HTML of a sentence; what stands in ``[[double brackets]]`` is emphasised."""
    return re.sub(r"\[\[(.+?)\]\](?!\])", r"<em>\1</em>", html.escape(text))


def _class(column: pd.Series[Any]) -> str:
    """``n`` for numbers, which are set right; ``w`` for short texts, which are not broken."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return "n"
    return "w" if column.astype("str").str.len().max() <= 20 else ""


def _cell(tag: str, text: str, kind: str) -> str:
    return f"<{tag}{f' class={kind}' if kind else ''}>{html.escape(text)}</{tag}>"


def _show(value: Any, form: str) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "–"
    if isinstance(value, float) and np.isinf(value):
        return "∞" if value > 0 else "−∞"
    if isinstance(value, (int, np.integer)):
        return format(value, form or ",")
    if isinstance(value, float):
        # A minus sign is not a hyphen, and a rounded zero has no sign.
        shown = format(value, form or ".2f")
        return shown.lstrip("-") if not shown.strip("-0.,") else shown.replace("-", "−")
    return str(value)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"the name {name!r} must be of small letters, digits and underscores")
