"""Exhibits: what they show is escaped, what they carry is the whole table or figure."""

from __future__ import annotations

import base64
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from textlens import exhibits
from textlens.plots.drawing import figure_svg

TABLE = pd.DataFrame({"term": ["peace", "<b>war</b>"], "rate": [1.234, -0.001], "n": [1200, 3], "ok": [True, False]})


def test_table_shows_columns_headings_and_formats() -> None:
    shown = exhibits.table(
        TABLE, "rates", caption="A & B", columns={"term": "Term", "rate": "r"}, formats={"rate": ".1f"}
    )
    assert re.findall(r"<t[hd](?: class=.)?>(.*?)</t[hd]>", shown.html) == [
        "Term",
        "r",
        "peace",
        "1.2",
        "&lt;b&gt;war&lt;/b&gt;",
        "0.0",
    ]
    assert "A &amp; B" in shown.html
    assert 'href="tables/rates.csv"' in shown.html


def test_table_carries_the_whole_table_as_csv() -> None:
    shown = exhibits.table(TABLE, "rates", caption="c", columns={"term": "Term"}, rows=1)
    assert shown.record == {
        "kind": "table",
        "name": "rates",
        "content": "term,rate,n,ok\npeace,1.234,1200,True\n<b>war</b>,-0.001,3,False\n",
    }
    assert "1 of 2 rows are shown." in shown.html


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (np.nan, "", "–"),
        (np.inf, "", "∞"),
        (-np.inf, "", "−∞"),
        (-1.5, ".1f", "−1.5"),
        (-0.01, ".1f", "0.0"),
        (12345, "", "12,345"),
        (True, "", "yes"),
        (0.256, ".0%", "26%"),
        (None, "", "–"),
        ("x", "", "x"),
    ],
)
def test_cells(value: object, form: str, text: str) -> None:
    assert exhibits._show(value, form) == text


def test_figure_is_an_image_with_alt_text_and_carries_its_svg() -> None:
    figure = Figure()
    axes = figure.add_subplot()
    shown = exhibits.figure(axes, "dots", caption="<i>", alt='say "what"')
    assert 'alt="say &quot;what&quot;"' in shown.html
    assert "&lt;i&gt;" in shown.html
    encoded = re.search(r"base64,([^\"]+)", shown.html)
    assert encoded is not None
    assert base64.b64decode(encoded.group(1)).decode() == shown.record["content"]


def test_a_figure_drawn_twice_is_the_same_bytes_without_date() -> None:
    def drawn() -> str:
        figure = Figure()
        figure.add_subplot().plot([1, 2], [3, 4], clip_on=True)
        return figure_svg(figure)

    assert drawn() == drawn()
    assert "<dc:date>" not in drawn()


def test_exhibits_show_themselves_in_a_notebook() -> None:
    bundle = exhibits.prose("a [[b]] <c>")._repr_mimebundle_()
    assert bundle["text/html"] == '<p class="prose">a <em>b</em> &lt;c&gt;</p>'
    assert bundle[exhibits.MIME]["kind"] == "prose"


def test_a_name_with_brackets_is_emphasised_whole() -> None:
    assert exhibits.inline("in [[a [b](c)]] and [[d]]") == "in <em>a [b](c)</em> and <em>d</em>"


@pytest.mark.parametrize(
    ("make", "kind"),
    [(exhibits.finding, "finding"), (exhibits.limit, "limit"), (exhibits.headline, "headline")],
)
def test_findings_and_limits_keep_their_kind(make: object, kind: str) -> None:
    shown = make(["one", "two"])  # type: ignore[operator]
    assert shown.html == f'<p class="{kind}">one</p>\n<p class="{kind}">two</p>'
    assert shown.record == {"kind": kind, "content": shown.html}


@pytest.mark.parametrize("name", ["../up", "a b", "", "A"])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"^the name '.*' must be of small letters, digits and underscores$"):
        exhibits.table(TABLE, name, caption="c")
