"""The sheet for coders as one page, which works offline and by keyboard alone."""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.resources
import json
import re

import pandas as pd

_ITEM = ["item", "text"]
_QUESTION = ["question", "frame", "text", "definition", "includes", "is_not"]
# What could end the element that holds the JSON, or a line of a script.
_HARMFUL = re.compile("[<>&\u2028\u2029]")


def page_of(items: pd.DataFrame, questions: pd.DataFrame, *, sheet: str, codebook: str) -> str:
    """A self-contained page; its policy lets nothing in or out but its own script and style.

    Parameters
    ----------
    items : DataFrame
        ``item``, ``text`` (paragraphs parted by line breaks). Other columns are left out: coders must not see them.
    questions : DataFrame
        ``question``, ``frame``, ``text``, ``definition``, ``includes``, ``is_not``.
    sheet, codebook : str
        The checksum of the sheet, under which the browser keeps answers; the codebook's name and version.

    Returns
    -------
    str
        HTML; the same for the same input.

    Examples
    --------
    >>> import pandas as pd
    >>> items = pd.DataFrame({"item": ["item-001"], "text": ["Rents rose.\\nAgain."]})
    >>> asked = {"question": "q1", "frame": "Cost", "text": "Cost?", "definition": "", "includes": "", "is_not": ""}
    >>> page_of(items, pd.DataFrame([asked]), sheet="0f3a", codebook="Demo, version 1").startswith("<!DOCTYPE html>")
    True
    """
    content = {
        "sheet": sheet,
        "items": items[_ITEM].to_dict("records"),
        "questions": questions[_QUESTION].to_dict("records"),
    }
    style, script = _file("sheet.css"), _file("sheet.js")
    filled = {
        "style": style,
        "script": script,
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "codebook": html.escape(codebook),
        "data": _HARMFUL.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(content, ensure_ascii=False)),
    }
    # In one pass, so that what is filled in is not looked at again.
    return re.sub(r"\{(\w+)\}", lambda match: filled[match[1]], _file("template.html"))


def _file(name: str) -> str:
    return (importlib.resources.files("textlens") / "data" / "coding" / name).read_text("utf-8")


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
