"""A new study laid out: manifest, starter codebook, the texts where git does not see them, and their features."""

from __future__ import annotations

import importlib.resources
import json
import tempfile
from pathlib import Path

from textlens import files
from textlens.features import extract_features
from textlens.reading import read_corpus


def new_study(
    study: str | Path,
    articles: str | Path,
    *,
    text: str = "text",
    source: str = "source",
    id: str = "id",
    **columns: str,
) -> Path:
    """Lay out a study from a table of articles, and extract its features.

    Parameters
    ----------
    study : path
        The folder to make; it must not exist.
    articles : path
        A ``.csv`` or ``.jsonl`` file with one article a row; it is copied into the study.
    text, source, id : str
        Columns of the text, the side that is compared, and the unique id; without an ``id`` rows are numbered.
    **columns : str
        Further columns to rename, as ``date="published"``.

    Returns
    -------
    Path
        The study, with ``corpus.toml``, ``codebook.toml``, ``texts`` and ``features``.

    Raises
    ------
    ValueError
        The folder exists, or the articles cannot be read; then nothing is made.
    """
    study, articles = _new_folder(Path(study)), Path(articles)
    ending = articles.suffix.lower()
    if ending not in (".csv", ".jsonl"):
        raise ValueError(f"{articles}: a study is laid out from a .csv or .jsonl file")
    data = files.read_bytes(articles)
    read_corpus(articles, text=text, source=source, id=id, **columns)
    # Made aside and renamed, so that a failure leaves no half study.
    with files.doing("make", study):
        study.parent.mkdir(parents=True, exist_ok=True)
        aside = tempfile.TemporaryDirectory(dir=study.parent)
    with aside as folder:
        made = Path(folder) / "study"
        name = f"articles{ending}"
        files.write_whole(made / "texts" / name, data)
        files.write_whole(
            made / ".gitignore",
            "# The texts may not be ours to publish, nor sheets for coders, which hold them; the features are facts.\n"
            "/texts/\n/coding/sheet.*\n",
        )
        starter = importlib.resources.files("textlens") / "data" / "starter" / "codebook.toml"
        files.write_whole(made / "codebook.toml", starter.read_text("utf-8"))
        named = {"text": text, "source": source, "id": id}
        files.write_whole(made / "corpus.toml", _manifest(study.name, name, files.sha256(data), named, columns))
        extract_features(made / "corpus.toml")
        with files.doing("make", study):
            made.rename(study)
    return study


def _new_folder(study: Path) -> Path:
    """The resolved path of a folder that is not there, and whose name can stand in the manifest."""
    if study.name == "..":
        raise ValueError(f"{study} is a folder above; give the new study a name")
    with files.doing("make", study):
        resolved = study.resolve()
        taken = study.is_symlink() or resolved.exists()
    if taken:
        raise ValueError(f"{study} exists already; choose another name")
    found = files.oddity(resolved.name, files.ODD_IN_NAMES)
    if found:
        raise ValueError(f"the name of {study} holds {found}; choose another name")
    return resolved


def _manifest(name: str, file: str, checksum: str, named: dict[str, str], columns: dict[str, str]) -> str:
    # A JSON string is a TOML string too.
    lines = [
        "# One table of articles; the lines of a text are its passages.",
        "# [[rule]] entries can label lines as captions, bylines or debris: see docs/study.md of textlens.",
        "format = 1",
        f"name = {json.dumps(name, ensure_ascii=False)}",
        'language = "en"',
        "",
        "[articles]",
        f"file = {json.dumps(file)}",
        f"sha256 = {json.dumps(checksum)}",
        *(f"{key} = {json.dumps(column, ensure_ascii=False)}" for key, column in named.items()),
    ]
    if columns:
        renamed = ", ".join(f"{key} = {json.dumps(column, ensure_ascii=False)}" for key, column in columns.items())
        lines.append(f"columns = {{ {renamed} }}")
    return "\n".join(lines) + "\n"
