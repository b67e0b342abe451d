"""The README's code runs as it stands, and names what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_code_runs_and_says_what_the_text_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 2
    names: dict[str, object] = {}
    exec("".join(blocks), names)
    key, frames = names["key"], names["frames"]
    assert list(key["group"].unique()) == ["Harbour Post", "Tideline Weekly"]  # type: ignore[index]
    assert sorted(frames["frame"].unique()) == [  # type: ignore[index]
        "Cost and burden",
        "Nature and heritage",
        "Safety from flooding",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["coding"]
    assert names["validity"]["value"].between(0.7, 0.9).all()  # type: ignore[index]


def test_every_file_that_it_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert len(links) >= 6
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("target", ["reports", "test", "lab", "bench"])
def test_the_make_targets_that_it_names_exist(target: str) -> None:
    assert f"make {target}" in README
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
