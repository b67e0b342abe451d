"""Reports: self-contained, without scripts, the same bytes each time; hostile articles stay harmless."""

from __future__ import annotations

import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import textlens as tl
from textlens.report import PAGES, build_report
from textlens.study import new_study

ROOT = Path(__file__).parents[1]


def pages(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.html"))}


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class Page(html.parser.HTMLParser):
    """Tags, attributes and text of a page, as a browser would read them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    study = tmp_path_factory.mktemp("demo") / "study"
    shutil.copytree(tl.demo_folder(), study)
    tl.extract_features(study / "corpus.toml")
    build_report(study, progress=lambda line: None)
    return study


@pytest.fixture(params=["demo", "seeds"])
def built(request: pytest.FixtureRequest, demo: Path) -> Path:
    return demo / "reports" if request.param == "demo" else ROOT / "reports"


def test_a_report_has_a_front_page_and_a_page_of_each_notebook(built: Path) -> None:
    assert list(pages(built)) == [*(f"{name}.html" for name in PAGES), "index.html"]


def test_pages_hold_no_script_and_no_external_address(built: Path) -> None:
    for name, text in pages(built).items():
        page = Page(text)
        assert not [tag for tag, _ in page.tags if tag in ("script", "iframe", "object", "link", "base", "form")], name
        assert not [key for _, attributes in page.tags for key in attributes if key.startswith("on")], name
        addresses = [a.get("href") or a.get("src") or "" for _, a in page.tags]
        assert not [one for one in addresses if re.match(r"(?!data:image/svg)[a-z]+:|//", one)], name
        assert "http://" not in text and "https://" not in text, name


def test_pages_forbid_scripts_and_are_built_for_every_reader(built: Path) -> None:
    for name, text in pages(built).items():
        page = Page(text)
        tags = [tag for tag, _ in page.tags]
        policy = [a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
        assert policy == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"], name
        assert ("html", {"lang": "en"}) in page.tags
        assert tags.count("main") == tags.count("h1") == 1, name
        assert all(attributes.get("alt") for tag, attributes in page.tags if tag == "img"), name


def test_every_link_leads_somewhere(built: Path) -> None:
    for name, text in pages(built).items():
        page = Page(text)
        ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
        for link in (attributes["href"] for tag, attributes in page.tags if tag == "a"):
            assert link is not None
            assert link[1:] in ids if link.startswith("#") else (built / link).is_file(), (name, link)


def test_figures_and_tables_are_numbered_in_order(built: Path) -> None:
    for name, text in pages(built).items():
        for kind in ("Figure", "Table"):
            numbers = [int(n) for n in re.findall(rf'<b class="number">{kind} (\d+)\.</b>', text)]
            assert numbers == list(range(1, len(numbers) + 1)), name


def paragraphs(text: str, kinds: str) -> list[str]:
    return re.findall(rf'<p class="(?:{kinds})">(.*?)</p>', text, re.DOTALL)


def test_the_front_page_opens_with_headlines_and_repeats_findings_and_limits_once(built: Path) -> None:
    text = pages(built)
    inside = [text[f"{name}.html"] for name in PAGES]
    headlines = [said for page in inside for said in paragraphs(page, "headline")]
    rest = [said for page in inside for said in paragraphs(page, "finding|limit")]
    front = paragraphs(text["index.html"], "headline|finding|limit")
    assert front == list(dict.fromkeys([*headlines, *rest]))
    assert len(headlines) >= 3
    assert text["index.html"].count('id="figure-frame_rates"') == 1


def test_no_path_of_the_machine_is_in_a_page(built: Path) -> None:
    for name, text in pages(built).items():
        assert str(Path.home()) not in text, name
        assert str(ROOT) not in text and str(built) not in text, name


def test_the_foot_gives_version_and_hash_of_the_features(demo: Path) -> None:
    text = Page(pages(demo / "reports")["index.html"]).text
    assert f"textlens {tl.__version__} on numpy" in text
    assert f"features: sha256 {tl.read_features(demo).sha256}" in text


def test_a_rebuild_gives_the_same_bytes_takes_its_old_figures_away_and_leaves_other_files(
    demo: Path, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(demo, other)
    (other / "reports" / "figures" / "old.svg").write_text("old")
    with (other / "reports" / "index.html").open("a") as page:
        page.write('<a href="figures/old.svg">SVG</a>')
    (other / "reports" / "figures" / "mine.svg").write_text("mine")
    (other / "numpy.py").write_text("raise SystemExit('a module of the study was imported')")
    command = [sys.executable, "-m", "textlens", "report", str(other)]
    threads = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "PYTHONHASHSEED": "7"}
    subprocess.run(command, check=True, env={**os.environ, **threads}, capture_output=True)
    assert content(other / "reports") == {**content(demo / "reports"), "figures/mine.svg": b"mine"}


def test_the_planted_truths_of_the_demo_are_in_its_report(demo: Path) -> None:
    front = Page(pages(demo / "reports")["index.html"]).text
    assert "seawall" in front
    assert "Cost and burden" in front


def test_numbers_of_the_seeds_report_agree_with_each_other() -> None:
    tables = {path.stem: pd.read_csv(path) for path in (ROOT / "reports" / "tables").glob("*.csv")}
    features = tl.read_features(ROOT / "seeds")
    assert int(tables["articles"]["n_words"].sum()) == int(features.counts.n_words.sum())
    front = Page(pages(ROOT / "reports")["index.html"]).text
    assert f"with {int(features.counts.n_words.sum()):,} counted words" in front
    frames = tables["frames"]
    assert int((frames["count"] + frames["count_against"]).sum()) == len(features.hits)
    assert int(tables["frame_speakers"]["count"].sum()) == len(features.hits)
    indicators = tables["indicators"]
    assert int((indicators["count"] + indicators["count_against"]).sum()) == len(features.hits)


def test_the_seeds_report_supports_nothing_and_says_why() -> None:
    tables = [pd.read_csv(ROOT / "reports" / "tables" / f"{name}.csv") for name in ("key_terms", "frames", "phrases")]
    assert not any(table["supported"].any() for table in tables)
    assert all((table["floor"] == 0.1).all() for table in tables)
    front = Page(pages(ROOT / "reports")["index.html"]).text
    assert "Three articles against two can be labelled in 10 ways" in front


HOSTILE = '<script>alert(1)</script> $x_1$ =HYPERLINK("x") [[b]] **c** `d` {{ e }} {% f %}'


def test_hostile_articles_stay_text(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "id": ["=1+1", "@x", "<i>", "a$b$"],
            "source": ["<script>A</script>", "<script>A</script>", "=B", "=B"],
            "genre": [HOSTILE] * 4,
            "text": [f"{HOSTILE} We want peace and war. " * 8, "War and more war again. " * 20] * 2,
        }
    )
    table.to_csv(tmp_path / "articles.csv", index=False)
    study = new_study(tmp_path / "study", tmp_path / "articles.csv")
    build_report(study, progress=lambda line: None)
    for name, text in pages(study / "reports").items():
        tags = [tag for tag, _ in Page(text).tags]
        assert "script" not in tags and "i" not in tags, name
    for path in (study / "reports" / "tables").glob("*.csv"):
        risky = [cell for cell in re.split(r"[,\n]", path.read_text("utf-8")) if re.match(r"[=@]", cell)]
        assert risky == [], path.name


def test_a_table_with_one_source_or_one_article_is_read_but_not_reported(tmp_path: Path) -> None:
    for name, rows in {
        "source": [("a", "X", "war and peace"), ("b", "X", "peace and war")],
        "article": [("a", "X", "war and peace")],
    }.items():
        frame = pd.DataFrame(rows, columns=["id", "source", "text"])
        frame.to_csv(tmp_path / "articles.csv", index=False)
        study = new_study(tmp_path / name, tmp_path / "articles.csv")
        assert tl.read_features(study).counts.n_words.sum() == 3 * len(rows)
        with pytest.raises(ValueError, match=r"^a comparison needs two (groups; 'source' is 'X' everywhere|units)"):
            build_report(study, progress=lambda line: None)
        assert not (study / "reports").exists()


def test_a_notebook_that_fails_leaves_the_old_report(demo: Path, tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(demo, study)
    before = content(study / "reports")
    path = study / "features" / "articles.csv"
    articles = pd.read_csv(path)
    articles["family"] = ["twins", "twins"] + [None] * 10
    articles.to_csv(path, index=False)
    with pytest.raises(ValueError, match=r"^notebook 02_terms: ValueError: 'family' has no value in row \d+"):
        build_report(study, progress=lambda line: None)
    assert content(study / "reports") == before


def test_a_codebook_edited_after_the_extraction_is_not_reported(demo: Path, tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(demo, study)
    with (study / "codebook.toml").open("a") as file:
        file.write("# a word more\n")
    with pytest.raises(ValueError, match=r"codebook\.toml: the features were not extracted with this codebook; run: "):
        build_report(study, progress=lambda line: None)


def test_a_very_small_study_is_reported(tmp_path: Path) -> None:
    rows = [{"source": "A", "text": "Peace now."}, {"source": "B", "text": "War then."}]
    (tmp_path / "two.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    study = new_study(tmp_path / "study", tmp_path / "two.jsonl")
    build_report(study, progress=lambda line: None)
    front = Page(pages(study / "reports")["index.html"]).text
    assert "One article against one can be labelled in 2 ways" in front
