"""The coders' page: hostile text stays data, the policy fits what it lets in, nothing is fetched, same bytes."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlens.coding_page import page_of

HOSTILE = "</script><script>alert(1)</script><!-- & \"quotes' {style}\u2028\u2029\u202e \x00\x07\r\n😀 </SCRIPT"
DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def page(text: str = "Rents rose.\nAgain.", question: str = "Cost?", codebook: str = "Demo, version 1") -> str:
    items = pd.DataFrame({"item": ["item-001", "item-002"], "text": [text, "Short."], "source": ["The Outlet"] * 2})
    asked = {"question": "q1", "frame": "Cost", "text": question, "definition": "Money.", "includes": "", "is_not": ""}
    return page_of(items, pd.DataFrame([asked]), sheet="0123456789abcdef", codebook=codebook)


def data(made: str) -> dict[str, object]:
    (found,) = DATA.findall(made)
    content: dict[str, object] = json.loads(found)
    return content


def test_the_data_are_sheet_items_and_questions_and_nothing_that_coders_must_not_see() -> None:
    assert data(page()) == {
        "sheet": "0123456789abcdef",
        "items": [{"item": "item-001", "text": "Rents rose.\nAgain."}, {"item": "item-002", "text": "Short."}],
        "questions": [
            {"question": "q1", "frame": "Cost", "text": "Cost?", "definition": "Money.", "includes": "", "is_not": ""}
        ],
    }
    assert "The Outlet" not in page()


def test_hostile_text_stays_within_its_element() -> None:
    made = page(HOSTILE, HOSTILE)
    (inside,) = DATA.findall(made)
    assert not re.search("[<>&\u2028\u2029]", inside)
    assert made.lower().count("<script") == made.lower().count("</script") == page().count("<script") == 2
    content = json.loads(inside)
    assert content["items"][0]["text"] == content["questions"][0]["text"] == HOSTILE


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    found = data(page(text))
    assert found["items"] == [{"item": "item-001", "text": text}, {"item": "item-002", "text": "Short."}]


def test_the_name_of_the_codebook_is_text() -> None:
    made = page(codebook='<b>{script}</b> & "x"')
    assert made.count("&lt;b&gt;{script}&lt;/b&gt; &amp; &quot;x&quot;") == 2
    assert "<b>" not in made


@pytest.mark.parametrize("tag", ["style", "script"])
def test_the_policy_lets_in_the_inlined_style_and_script_only(tag: str) -> None:
    made = page(HOSTILE)
    (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", made, re.DOTALL)
    (policy,) = re.findall('<meta http-equiv="Content-Security-Policy" content="([^"]*)">', made)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    digest = base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode()
    assert rules[f"{tag}-src"] == f"'sha256-{digest}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert set(rules) == {"default-src", "style-src", "script-src", "base-uri", "form-action"}


def test_nothing_is_fetched_and_nothing_is_set_as_markup() -> None:
    made = page().replace("http-equiv", "")
    for word in ("http", "//cdn", "src=", "@import", "url(", "innerHTML", "outerHTML", "insertAdjacentHTML", "eval("):
        assert word not in made
    assert not re.search(r"\son\w+=|\sstyle=", made)  # the policy would refuse them


def test_same_input_same_bytes() -> None:
    assert page(HOSTILE) == page(HOSTILE)
    assert page() != page("Other.")
