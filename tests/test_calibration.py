"""The benchmark of calibration: its splits, what is planted, and the files it writes."""

from __future__ import annotations

import importlib.util
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.sparse import csr_array

FILE = Path(__file__).parents[1] / "benchmarks" / "calibration.py"
SPEC = importlib.util.spec_from_file_location("calibration", FILE)
calibration = importlib.util.module_from_spec(SPEC)
sys.modules["calibration"] = calibration
SPEC.loader.exec_module(calibration)


def corpus(articles=60, terms=150, seed=3):
    return calibration.synthetic(np.random.default_rng(seed), articles=articles, terms=terms)


def cells_of(articles, *names):
    return [cell for cell in calibration.cells([articles], blocked=False) if cell.design in names]


def run(cells, splits=8):
    return calibration.run(cells, splits=splits, seed=5, min_count=10)


def test_groups_have_the_sizes_of_the_design_and_share_no_article():
    articles = corpus()
    for design in calibration.DESIGNS:
        members = calibration.deal(design, articles.L, np.random.default_rng(1))
        if members is not None:
            assert [len(group) for group in members] == list(design.sizes)
            chosen = np.concatenate(members)
            assert len(set(chosen.tolist())) == len(chosen)


def test_a_corpus_gets_the_designs_that_it_is_large_enough_for():
    designs = {cell.design for cell in calibration.cells([corpus(articles=12)], blocked=False)}
    assert designs == {"3 v 2", "5 v 5"}
    assert {"3 v 100", "100 v 100"}.isdisjoint({cell.design for cell in calibration.cells([corpus()], blocked=False)})


def test_every_long_article_is_longer_than_every_short_one():
    L = corpus().L
    long, short = calibration.deal(calibration.Design((5, 40), "chosen"), L, np.random.default_rng(1))
    assert L[long].min() >= L[short].max()


def test_thinning_keeps_the_expected_share_in_the_chosen_cells_and_leaves_the_others():
    X = csr_array(np.full((40, 50), 30))
    where = np.zeros((40, 50), dtype=bool)
    where[:20] = True
    thinned = calibration.thin(X, where, 1 / 3, np.random.default_rng(2)).toarray()
    assert (thinned[20:] == 30).all()
    assert thinned[:20].mean() == pytest.approx(10, abs=0.2)  # standard error .08
    assert thinned[:20].var() == pytest.approx(30 * 1 / 3 * 2 / 3, rel=0.2)


@pytest.mark.parametrize("effect", [2, 3])
def test_a_fifth_of_the_terms_gets_the_planted_ratio_half_of_them_up(effect):
    terms = 200
    s = calibration.Split(csr_array(np.full((20, terms), 40)), np.full(20, 1e4), np.repeat([0, 1], 10), np.zeros(terms))
    planted = calibration.plant(s, effect, np.random.default_rng(4))
    assert np.unique(planted.truth, return_counts=True)[1].tolist() == [20, 160, 20]
    rates = np.stack([planted.X.toarray()[planted.g == group].mean(axis=0) for group in (0, 1)])
    assert np.log2(rates[0] / rates[1]) == pytest.approx(planted.truth, abs=0.5)
    assert (planted.L == s.L).all()


def test_random_shorter_articles_keep_their_rates():
    articles = calibration.Articles("even", csr_array(np.full((60, 80), 20)), np.full(60, 1600.0))
    s = calibration.split(articles, calibration.Design((20, 20), "thinned"), np.random.default_rng(1))
    assert s.L[s.g == 1].tolist() == [400.0] * 20
    rate = s.X.sum(axis=1) / s.L
    assert rate[s.g == 1].mean() == pytest.approx(rate[s.g == 0].mean(), rel=0.03)


def test_welch_chi2_and_mann_whitney_are_those_of_scipy():
    rng = np.random.default_rng(6)
    L = rng.integers(400, 900, 12).astype(float)
    s = calibration.Split(csr_array(rng.poisson(8, (12, 5))), L, np.repeat([0, 1], [5, 7]), np.zeros(5))
    rates = s.X.toarray() / L[:, None]
    expected = stats.ttest_ind(rates[:5], rates[5:], equal_var=False).pvalue
    assert calibration.welch_p(s) == pytest.approx(expected)
    sums = np.stack([s.X.toarray()[s.g == group].sum(axis=0) for group in (0, 1)])
    words = np.array([L[:5].sum(), L[5:].sum()])
    table = [stats.chi2_contingency([sums[:, t], words - sums[:, t]], correction=False)[1] for t in range(5)]
    assert calibration.chi2_p(s) == pytest.approx(table)
    assert calibration.mann_whitney_p(s) == pytest.approx(
        [stats.mannwhitneyu(rates[:5, t], rates[5:, t], method="asymptotic").pvalue for t in range(5)]
    )


def test_log_odds_of_equal_rates_is_nothing_and_swaps_with_the_groups():
    X, L = csr_array([[10, 30], [10, 5]]), np.array([1000.0, 1000.0])
    p, swapped = (calibration.log_odds_p(calibration.Split(X, L, np.array(g), np.zeros(2))) for g in ([0, 1], [1, 0]))
    assert p[0] == pytest.approx(1)
    assert p[1] < 0.01
    assert p == pytest.approx(swapped)


def test_tests_of_two_groups_say_nothing_of_three():
    s = calibration.Split(csr_array(np.ones((6, 2))), np.full(6, 9.0), np.array([0, 0, 1, 1, 2, 2]), np.zeros(2))
    assert calibration.log_odds_p(s) is None
    assert calibration.welch_p(s) is None
    assert calibration.mann_whitney_p(s) is None


def test_bursty_counts_deceive_g2_and_not_textlens():
    results = run(cells_of(corpus(), "20 v 20"), splits=20).query("band.isna() and effect == 1").set_index("method")
    assert results.loc["G2", "any_false"] == 1
    assert results.loc["textlens", "any_false"] <= 0.2


def test_planted_terms_are_found_and_their_ratio_is_covered():
    results = run(cells_of(corpus(articles=200), "100 v 100")).query("effect == 3 and method == 'textlens'")
    assert results["power"].max() > 0.3
    assert results["fdr"].max() < 0.15
    covered = results.query("intervals >= 100")["coverage"]
    assert len(covered)
    assert covered.between(0.88, 1).all()


def test_nothing_is_called_with_three_articles_against_two():
    results = run(cells_of(corpus(), "3 v 2")).query("method == 'textlens' and band.isna()")
    assert (results["findings"] == 0).all()


@pytest.mark.parametrize("draw", [calibration.events_split, calibration.genres_split])
def test_blocks_hold_both_groups_and_every_term_of_the_null_is_null(draw):
    s = draw(np.random.default_rng(2), terms=100)
    assert (calibration.group_sizes(s.g, s.blocks) > 0).all()
    assert (s.truth == 0).all()


def test_genres_deceive_the_test_without_blocks_only():
    draw = calibration.partial(calibration.genres_split, terms=300)
    rows = run([calibration.Cell("synthetic", "genres", 1, draw)], splits=10).set_index("method")["any_false"]
    assert rows["no blocks"] >= 0.8
    assert rows["textlens"].max() <= 0.3


def test_results_do_not_depend_on_the_number_of_processes():
    cells = cells_of(corpus(), "5 v 5")
    one, two = (calibration.run(cells, splits=3, seed=5, min_count=10, jobs=jobs) for jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two)


def speeches(folder):
    words = "peace nation labour harbour treaty people liberty congress".split()
    rng = np.random.default_rng(8)
    with zipfile.ZipFile(folder / "talks.zip", "w") as archive:
        for i in range(10):
            text = " ".join(rng.choice(words, 150)) + " pe\xf1a"
            archive.writestr(f"talks/{i}.txt", text.encode("latin-1"))
        archive.writestr("talks/empty.txt", b" \n")
        archive.writestr("README", b"no speech")


def test_files_are_whole_the_same_each_time_and_hold_no_path(tmp_path):
    rng = np.random.default_rng(9)
    texts = [" ".join(rng.choice(["sea", "shore", "tide", "zanzibar"], 80)) for _ in range(11)]
    pd.DataFrame({"story": [*texts, None, "..."]}).to_csv(tmp_path / "news.csv", index=False)
    speeches(tmp_path)
    common = ["--articles", str(tmp_path / "news.csv"), "--text", "story", "--speeches", str(tmp_path)]
    for out in ("one", "two"):
        calibration.main([*common, "--splits", "3", "--jobs", "1", "--out", str(tmp_path / out)])
    page, table, drawing = (
        (tmp_path / "one" / f"calibration.{kind}").read_text(encoding="utf-8") for kind in ("md", "csv", "svg")
    )
    for name in ("calibration.md", "calibration.csv", "calibration.svg"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert "| news | 11 |" in page
    assert "| talks | 10 |" in page
    assert "--articles news.csv --text story" in page
    assert "zanzibar" not in page + table + drawing
    assert str(tmp_path) not in page + table + drawing
    assert drawing.rstrip().endswith("</svg>")
    rows = pd.read_csv(tmp_path / "one" / "calibration.csv")
    assert set(rows["design"]) == {"3 v 2", "5 v 5"}
    assert set(rows["effect"]) == {1, 2, 3}


def test_the_reading_names_what_misses_a_target():
    rows = pd.DataFrame(
        {
            "corpus": "news",
            "design": ["5 v 5", "5 v 5", "5 v 5"],
            "effect": [1, 3, 1],
            "method": "textlens",
            "band": [None, None, "5-10"],
            "splits": 100,
            "any_false": [0.2, 0.3, np.nan],
            "fdr": [0.2, 0.05, np.nan],
            "fdr_se": [0.04, 0.01, np.nan],
            "coverage": [np.nan, np.nan, 0.9],
            "intervals": [np.nan, np.nan, 800.0],
        }
    )
    assert calibration.misses(rows) == [
        "- Any false finding on null splits at most .10: met in 0 of 1 cells; not in news, 5 v 5, 1x: 0.200 ± 0.040.",
        "- Realised FDR of planted splits at most .06: met in 1 of 1 cells.",
        "- Coverage .93 to .99 (bands with 500 intervals or more): met in 0 of 1 cells; not in news, 5 v 5, expected 5-10: 0.900.",
    ]


def test_options_that_make_no_sense_are_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        calibration.main([])
    assert "nothing to measure" in capsys.readouterr().err
    pd.DataFrame({"body": ["a b"]}).to_csv(tmp_path / "news.csv", index=False)
    with pytest.raises(ValueError, match="news.csv has no column 'text'; there are body"):
        calibration.articles_of_csv(tmp_path / "news.csv", "text")


def test_the_readme_quotes_the_figures_of_the_page() -> None:
    docs = Path(__file__).parents[1] / "docs"
    readme = " ".join((docs.parent / "README.md").read_text("utf-8").split())
    rows = pd.read_csv(docs / "calibration.csv")
    rows = rows[rows["band"].isna()]
    null, planted = rows[rows["effect"] == 1], rows[rows["effect"] == 3]
    own = null[(null["method"] == "textlens") & ~null["design"].str.contains(" long v ")]
    assert own["any_false"].max() <= 0.1 and "something in at most .10 of the splits" in readme
    medians = null.groupby("method")["any_false"].median()
    assert "(median .02)" in readme and medians["textlens"].round(2) == 0.02
    assert "in nearly all (median 1.00)" in readme and medians[["G2", "chi2"]].round(2).tolist() == [1, 1]
    assert "prior in .96, Welch's t in .12 and Mann-Whitney in .10" in readme
    assert [f"{medians[name] + 1e-9:.2f}" for name in ("log-odds", "Welch", "Mann-Whitney")] == ["0.96", "0.12", "0.10"]
    false = planted.groupby("method")["fdr"].median()
    assert "side, .02 of what textlens finds is false (G2: .59)" in readme
    assert false[["textlens", "G2"]].round(2).tolist() == [0.02, 0.59]
    power = planted[planted["method"] == "textlens"].groupby("design")["power"].agg(["min", "max"]).round(2)
    assert power.loc["20 v 20"].tolist() == [0.12, 0.15] and "it finds .12-.15 of them with 20" in readme
    assert power.loc["100 v 100"].tolist() == [0.19, 0.2] and ".19-.20 with 100" in readme
