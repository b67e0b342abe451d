"""Notebooks -> a report: self-contained pages without scripts, figures as SVG, tables as CSV.

The notebooks run on the features of a study and never read its texts. Two builds of one study give the same bytes.
"""

from __future__ import annotations

import copy
import importlib.metadata
import importlib.resources
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textlens import files
from textlens.codebook import read_codebook
from textlens.exhibits import MIME, inline
from textlens.features import read_features
from textlens.manifest import read_manifest
from textlens.units import gather_units

PAGES = ("01_sources", "02_terms", "03_themes", "04_framing")
_LIBRARIES = ("numpy", "scipy", "pandas", "scikit-learn", "matplotlib")
# One thread, one hash seed: otherwise the order of additions or of sets could show in a digit.
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "PYTHONSAFEPATH": "1"}


_LEAD = "# Findings\n\nWhat this report found, with the limits under which it is to be read."


def build_report(
    study: str | Path,
    *,
    out: str | Path | None = None,
    lock: str | Path | None = None,
    progress: Callable[[str], None] = print,
) -> Path:
    """Build the report of a study from its features.

    Parameters
    ----------
    study : path of the folder with ``corpus.toml`` and ``features``
    out : path, optional
        Where the report goes; by default ``reports`` in the study.
    lock : path, optional
        A requirements lock whose hash the foot of each page gives.
    progress : callable
        Takes a line for each page.

    Returns
    -------
    Path
        ``index.html``.

    Raises
    ------
    ValueError
        No features, one source or one article only, or a notebook that fails; then nothing is written.
    """
    study = Path(study).resolve()
    out = Path(out) if out is not None else study / "reports"
    manifest = read_manifest(study / "corpus.toml")
    features = read_features(study)
    gather_units(features.counts, "source")
    _check_codebook(study, features.counts.steps)
    colophon = _colophon(features.sha256, lock, features.counts.steps)
    notebooks = []
    for name in PAGES:
        progress(f"  {name}")
        notebooks.append(_run(name, study))
    titles = [("index", "Findings"), *((name, _title(nb)) for name, nb in zip(PAGES, notebooks, strict=True))]
    shared = {"study": manifest.name, "language": "en", "pages": titles, "colophon": colophon}
    pages = {"index.html": _html(_front(notebooks), {**shared, "page": "index"})}
    for name, notebook in zip(PAGES, notebooks, strict=True):
        pages.update(_files(notebook))
        pages[f"{name}.html"] = _html(notebook, {**shared, "page": name})
    _write(out, pages)
    return out / "index.html"


def _check_codebook(study: Path, steps: tuple[str, ...]) -> None:
    """The hits in the features must be those of the codebook whose definitions the report prints."""
    path = study / "codebook.toml"
    if not path.is_file():
        raise ValueError(f"{path}: a report needs a codebook; textlens new lays one out")
    if not any(read_codebook(path).sha256 in step for step in steps):
        raise ValueError(
            f"{path}: the features were not extracted with this codebook; run: textlens extract {study / 'corpus.toml'}"
        )


def _run(name: str, study: Path) -> Any:
    """A notebook, executed in the study's folder by this very Python."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from traitlets.config import Config

    source = (importlib.resources.files("textlens") / "notebooks" / f"{name}.ipynb").read_text("utf-8")
    notebook = nbformat.reads(source, as_version=4)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = 'study = "."'
    client = NotebookClient(
        notebook,
        # Without other folders to look in, the kernel is that of the running interpreter.
        config=Config({"KernelSpecManager": {"kernel_dirs": []}}),
        timeout=600,
        resources={"metadata": {"path": str(study)}},
        # A study may come from elsewhere: no module in its folder is imported.
        extra_arguments=["--log-level=ERROR", "--InteractiveShellApp.ignore_cwd=True"],
    )
    try:
        with tempfile.TemporaryDirectory() as profile:
            client.execute(env={**os.environ, **_ENVIRONMENT, "IPYTHONDIR": profile})
    except CellExecutionError as error:
        raise ValueError(f"notebook {name}: {error.ename}: {error.evalue}") from None
    return notebook


def _records(notebook: Any) -> list[dict[str, str]]:
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [output.data[MIME] for output in outputs if MIME in output.get("data", {})]


def _files(notebook: Any) -> dict[str, str]:
    folders = {"figure": ("figures", "svg"), "table": ("tables", "csv")}
    found = {}
    for record in _records(notebook):
        if record["kind"] in folders:
            folder, ending = folders[record["kind"]]
            found[f"{folder}/{record['name']}.{ending}"] = record["content"]
    return found


def _title(notebook: Any) -> str:
    return str(notebook.cells[0].source).partition("\n")[0].lstrip("# ")


def _numbered(page: str) -> str:
    """Figures and tables numbered in the order in which they are read."""
    tally = {"Figure": 0, "Table": 0}

    def numbered(match: re.Match[str]) -> str:
        tally[match.group(1)] += 1
        return f'<b class="number">{match.group(1)} {tally[match.group(1)]}.</b>'

    return re.sub(r'<b class="number">(Figure|Table)</b>', numbered, page)


def _front(notebooks: list[Any]) -> Any:
    """The findings of all pages with their limits; what two pages say alike stands once."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    records = {name: _records(notebook) for name, notebook in zip(PAGES, notebooks, strict=True)}
    everything = [record for page in records.values() for record in page]
    opening = [part for record in everything if record["kind"] == "headline" for part in record["content"].split("\n")]
    shown = [record["front"] for record in everything if "front" in record]
    said = {_words(part) for part in opening}
    cells = [
        new_markdown_cell(_LEAD, id="title"),
        new_markdown_cell("## In short", id="head-short"),
        new_code_cell("", id="short", outputs=[_output([*opening, *shown])]),
    ]
    for name, notebook in zip(PAGES, notebooks, strict=True):
        kept = [record["content"] for record in records[name] if record["kind"] in ("finding", "limit")]
        parts = [part for content in kept for part in content.split("\n") if _words(part) not in said]
        said.update(map(_words, parts))
        link = f'<p><a href="{name}.html">{inline(_title(notebook))}: figures, tables, details</a></p>'
        cells.append(new_markdown_cell(f"## {_title(notebook)}", id=f"head-{name}"))
        cells.append(new_code_cell("", id=name, outputs=[_output([*parts, link])]))
    return new_notebook(cells=cells)


def _words(paragraph: str) -> str:
    """A paragraph without its tag, which says only what kind it is."""
    return paragraph.partition(">")[2]


def _output(parts: list[str]) -> Any:
    from nbformat.v4 import new_output

    return new_output("display_data", {"text/html": "\n".join(parts)})


def _html(notebook: Any, resources: dict[str, Any]) -> str:
    from nbconvert import HTMLExporter

    template = importlib.resources.files("textlens") / "template"
    title, _, lead = str(notebook.cells[0].source).partition("\n")
    texts = [lead.strip(), *(cell.source for cell in notebook.cells[1:] if cell.cell_type == "markdown")]
    headings = re.findall(r"^## (.+)$", "\n".join(texts), re.MULTILINE)
    notebook = copy.deepcopy(notebook)
    notebook.cells[0].source = lead.strip()
    exporter = HTMLExporter(template_name="textlens", extra_template_basedirs=[str(template)])
    body, _ = exporter.from_notebook_node(
        notebook,
        {
            **resources,
            "title": title.lstrip("# "),
            "contents": [(heading.replace(" ", "-"), heading) for heading in headings],
            "style": (template / "textlens" / "style.css").read_text("utf-8"),
        },
    )
    return _numbered(re.sub(r"[ \t]+$|\n{3,}", "", str(body), flags=re.MULTILINE).strip() + "\n")


def _colophon(features: str, lock: str | Path | None, steps: tuple[str, ...]) -> list[str]:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES)
    lines = [f"textlens {importlib.metadata.version('textlens')} on {versions}"]
    if lock is not None:
        lines.append(f"requirements lock: sha256 {files.sha256(files.read_bytes(lock))}")
    lines.append(f"features: sha256 {features}")
    return [*lines, *(f"step: {step}" for step in steps)]


def _write(out: Path, pages: dict[str, str]) -> None:
    """Write all pages, then take away what only the pages of an earlier build named."""
    named: set[str] = set()
    for page in sorted(out.glob("*.html")):
        named.update(
            re.findall(r'href="((?:figures|tables)/[a-z0-9_]+\.(?:svg|csv))"', page.read_text("utf-8", "replace"))
        )
    for name, content in pages.items():
        files.write_whole(files.inside(out, name), content)
    for name in sorted(named - set(pages)):
        files.inside(out, name).unlink(missing_ok=True)
