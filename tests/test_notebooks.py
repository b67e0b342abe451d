"""Notebooks are thin and committed clean: no outputs, no def, no path outside the parameters cell, fixed ids."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from textlens.report import PAGES

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
# Not a page of a study: it goes its way on the demo.
WAY = "06_validating_frames"


def cells(name: str) -> list[dict[str, Any]]:
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    found: list[dict[str, Any]] = notebook["cells"]
    return found


def test_there_is_a_notebook_for_each_page_and_the_way_to_valid_frames() -> None:
    assert sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")) == sorted([*PAGES, WAY])


@pytest.mark.parametrize("name", [*PAGES, WAY])
def test_notebook_is_clean_and_thin(name: str) -> None:
    code = [cell for cell in cells(name) if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    sources = ["".join(cell["source"]) for cell in code]
    assert not [source for source in sources if re.search(r"^\s*(def|class|lambda)\b", source, re.MULTILINE)]
    with_path = [source for source in sources if "../" in source]
    assert with_path == ([] if name == WAY else ['study = "../seeds"'])
    assert all(code[sources.index(source)]["metadata"]["tags"] == ["parameters"] for source in with_path)


@pytest.mark.parametrize("name", [*PAGES, WAY])
def test_notebook_ids_are_fixed_and_unique(name: str) -> None:
    ids = [cell["id"] for cell in cells(name)]
    assert ids == [f"c{number:02d}" for number in range(len(ids))]


@pytest.mark.parametrize("name", [*PAGES, WAY])
def test_notebook_begins_with_its_title(name: str) -> None:
    first = cells(name)[0]
    assert re.match(r"# [\w ]+\n", "".join(first["source"]))


def test_the_way_to_valid_frames_runs_and_says_what_was_measured(tmp_path: Path) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{WAY}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = "".join(
        output["data"].get("text/html", "")
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
        for output in cell["outputs"]
        if "data" in output
    )
    assert "AUC .85 [.75, 1.00], 60 passages" in shown
    assert "not validated" not in shown
