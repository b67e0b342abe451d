"""The page on large studies: its code for a laptop runs as it stands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

import textlens as tl

PAGE = (Path(__file__).parents[1] / "docs" / "scale.md").read_text("utf-8")


def test_the_code_for_a_laptop_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demo = tl.demo_folder()
    articles = tl.read_manifest(demo / "corpus.toml").articles
    texts = [(demo / "texts" / article["file"]).read_text("utf-8") for article in articles]
    frame = pd.DataFrame({"content": texts, "outlet": [article["source"] for article in articles]})
    frame.to_parquet(tmp_path / "articles.parquet")
    shutil.copy(demo / "codebook.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    code = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
    names: dict[str, object] = {}
    exec(code, names)
    features = names["features"]
    assert isinstance(features, tl.Features)
    assert len(features.counts.segments) == len(articles)
    assert len(features.hits) > 0
