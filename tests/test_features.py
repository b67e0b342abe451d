"""Stage 1 and its tables: what is written, what is read back, and what is wrong with a broken table."""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import textlens as tl
from textlens.features import _NEEDED as NEEDED
from textlens.features import TABLES, tables_of

TEXTS = {"a1": "Defence ties\nBy Ana Brook\nThe defence ties hold.", "a2": 'Defense ties hold: "ties hold".'}
MANIFEST = """\
format = 1
[[rule]]
name = "byline"
article = "a1"
lines = [2]
role = "byline"
"""
CODEBOOK = 'format = 1\nname = "Ties"\nversion = "1"\n[[frame]]\nname = "Ties"\nindicators = ["ties", "ties hold"]\n'


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    (folder / "texts").mkdir(parents=True)
    manifest = MANIFEST
    for number, (name, text) in enumerate(TEXTS.items()):
        (folder / "texts" / f"{name}.txt").write_bytes(text.encode())
        checksum = hashlib.sha256(text.encode()).hexdigest()
        manifest += (
            f'[[article]]\nid = "{name}"\nfile = "{name}.txt"\nsource = "{"AB"[number]}"\nsha256 = "{checksum}"\n'
        )
    (folder / "corpus.toml").write_text(manifest, encoding="utf-8")
    (folder / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    return folder


def written(study: Path, name: str) -> list[str]:
    return (study / "features" / f"{name}.csv").read_text(encoding="utf-8").splitlines()


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_tables_are_written_beside_the_manifest(study: Path) -> None:
    assert tl.extract_features(study / "corpus.toml") == study / "features"
    assert sorted(bytes_of(study / "features")) == sorted(f"{name}.csv" for name in TABLES)
    assert written(study, "articles") == ["id,file,source", "a1,a1.txt,A", "a2,a2.txt,B"]
    assert written(study, "segments") == [
        "segment,article,passage,line,role,voice,speaker,n_words",
        "0,a1,1,1,body,narrator,,2",
        "2,a1,3,3,body,narrator,,4",
        "3,a2,1,1,body,narrator,,3",
        "4,a2,1,1,body,quoted,,2",
    ]
    assert written(study, "counts")[:3] == ["segment,surface,n", "0,Defence,1", "0,ties,1"]
    assert written(study, "terms")[1:4] == ["Defence,defense,case+spelling", "Defense,defense,case", "The,the,case"]
    assert written(study, "phrases") == [
        "segment,phrase,n",
        *("0,defense ties,1", "2,defense ties,1", "2,ties hold,1"),
        *("3,defense ties,1", "3,ties hold,1", "4,ties hold,1"),
    ]
    assert written(study, "hits")[2] == "2,a1,3,3,Ties,ties hold,38,47,False,body,narrator,"
    assert written(study, "cleaning") == [
        "article,line,start,end,role,rule,speaker,n_words",
        "a1,2,13,25,byline,byline,,3",
    ]
    assert written(study, "steps")[1:3] == [
        '"read a manifest: 2 articles, 1 rule"',
        '"counted roles: title, heading, body"',
    ]


def test_what_is_read_is_what_stage_1_counted(study: Path) -> None:
    features = tl.read_features(tl.extract_features(study / "corpus.toml"))
    tokens = tl.tokenize(tl.read_corpus(study))
    counts = tl.count_terms(tokens)
    assert features.counts.terms.tolist() == counts.terms.tolist() == ["defense", "hold", "the", "ties"]
    assert features.counts.matrix.toarray().tolist() == counts.matrix.toarray().tolist()
    assert features.counts.n_words.tolist() == counts.n_words.tolist() == [2, 4, 3, 2]
    pd.testing.assert_frame_equal(features.counts.segments, counts.segments)
    hits = tl.find_indicators(tokens, tl.read_codebook(study / "codebook.toml"))
    pd.testing.assert_frame_equal(features.hits, hits)
    assert features.phrases.terms.tolist() == ["defense ties", "ties hold"]
    assert features.phrases.n_words.tolist() == [2, 4, 3, 2]
    assert repr(features) == "Features: Counts: 4 rows x 4 terms, 11 words, 4 dictionary hits"


def test_the_words_between_two_sides_are_told_by_no_hit(study: Path) -> None:
    near = CODEBOOK.replace('"ties hold"', '"ties within 3 words of defence"')
    (study / "codebook.toml").write_text(near, encoding="utf-8")
    features = tl.read_features(tl.extract_features(study / "corpus.toml"))
    assert set(features.hits["indicator"]) == {"ties", "ties within 3 words of defence"}
    assert features.phrases.terms.tolist() == ["defense ties", "ties hold"]


def test_terms_are_merged_in_another_way_without_the_texts(study: Path) -> None:
    tl.extract_features(study / "corpus.toml")
    shutil.rmtree(study / "texts")
    features = tl.read_features(study)
    assert features.count_terms(spelling=False).terms.tolist() == ["defence", "defense", "hold", "the", "ties"]
    assert features.count_terms(case=False).terms.tolist() == ["Defense", "The", "defense", "hold", "ties"]
    assert features.count_terms(stem=True).terms.tolist() == ["defens", "hold", "the", "tie"]


def test_the_same_texts_give_the_same_bytes_elsewhere(study: Path, tmp_path: Path) -> None:
    first = bytes_of(tl.extract_features(study / "corpus.toml"))
    elsewhere = tmp_path / "a folder" / "elsewhere"
    shutil.copytree(study, elsewhere)
    shutil.rmtree(elsewhere / "features")
    shutil.move(elsewhere / "texts", tmp_path / "moved")
    second = tl.extract_features(elsewhere / "corpus.toml", texts=tmp_path / "moved")
    assert bytes_of(second) == first
    assert tl.read_features(second).sha256 == tl.read_features(study).sha256
    assert not [name for name, content in first.items() if str(tmp_path).encode() in content]


def test_another_text_gives_another_checksum(study: Path) -> None:
    before = tl.read_features(tl.extract_features(study / "corpus.toml")).sha256
    (study / "codebook.toml").write_text(CODEBOOK.replace('"1"', '"2"'), encoding="utf-8")
    assert tl.read_features(tl.extract_features(study / "corpus.toml")).sha256 != before


def test_a_study_without_a_codebook_has_no_hits(study: Path) -> None:
    (study / "codebook.toml").unlink()
    features = tl.read_features(tl.extract_features(study / "corpus.toml"))
    assert len(features.hits) == 0
    assert features.phrases.terms.tolist() == ["defense ties", "ties hold"]
    assert not any("codebook" in step for step in features.counts.steps)


def test_a_study_without_phrases_or_words(tmp_path: Path) -> None:
    tables = tables_of(tl.corpus_from_frame(pd.DataFrame({"text": ["!!!"], "source": ["A"]})), None)
    assert [len(tables[name]) for name in ("counts", "terms", "phrases", "hits")] == [0, 0, 0, 0]


def test_a_codebook_elsewhere_may_be_named(study: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(CODEBOOK.replace('"ties", "ties hold"', '"hold"'), encoding="utf-8")
    features = tl.read_features(tl.extract_features(study / "corpus.toml", codebook=other))
    assert set(features.hits["indicator"]) == {"hold"}
    with pytest.raises(ValueError, match=r"none.toml: there is no such file$"):
        tl.extract_features(study / "corpus.toml", codebook=tmp_path / "none.toml")


def test_nothing_is_written_when_a_text_or_the_codebook_is_wrong(study: Path) -> None:
    (study / "codebook.toml").write_text(CODEBOOK.replace('"ties hold"', '"ti*es"'), encoding="utf-8")
    with pytest.raises(ValueError, match=r"codebook.toml, line 6: frame 'Ties': broken wildcard in 'ti\*es'"):
        tl.extract_features(study / "corpus.toml")
    (study / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    (study / "texts" / "a2.txt").write_text("changed", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a2.txt: the file is not the one that .*corpus.toml describes"):
        tl.extract_features(study / "corpus.toml")
    assert not (study / "features").exists()


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("segments", lambda text: text.replace("n_words", "n"), "it lacks the column 'n_words'"),
        ("counts", lambda text: text.replace("surface", "form"), "it lacks the column 'surface'"),
        ("hits", lambda text: text.replace("speaker", "who"), "it lacks the column 'speaker'"),
        ("counts", lambda text: text.replace("0,ties,1", "0,ties,x"), "row 2: n = 'x' is no whole number of up to 9 "),
        ("counts", lambda text: text.replace("0,ties,1", f"0,ties,{10**19}"), f"row 2: n = '{10**19}' is no whole "),
        ("segments", lambda text: text.replace("2,a1", "2.0,a1"), "row 2: segment = '2.0' is no whole number"),
        ("hits", lambda text: text.replace("False", "no"), "row 1: negated = 'no' is neither True nor False"),
        ("hits", lambda text: text.replace("segment,", "segment,segment,"), "two columns are called 'segment'"),
        ("steps", lambda text: "", "the file is empty"),
    ],
)
def test_a_table_that_textlens_did_not_write(
    study: Path, name: str, change: Callable[[str], str], message: str
) -> None:
    path = tl.extract_features(study / "corpus.toml") / f"{name}.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        tl.read_features(study)
    assert str(error.value).startswith(f"{path}: ")


@pytest.mark.parametrize(("name", "column"), [(name, column) for name in NEEDED for column in NEEDED[name]])
def test_a_table_that_lacks_a_column(study: Path, name: str, column: str) -> None:
    path = tl.extract_features(study / "corpus.toml") / f"{name}.csv"
    pd.read_csv(path, dtype=str).drop(columns=column).assign(more="x").to_csv(path, index=False)
    with pytest.raises(
        ValueError,
        match=f"{name}.csv: not the table that textlens wrote: it lacks the column '{column}'; textlens extract ",
    ):
        tl.read_features(study)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("articles", "a2,a2.txt", "a1,a2.txt", "articles.csv, row 2: a second article 'a1'"),
        ("segments", "\n3,a2", "\n2,a2", "segments.csv, row 3: a second segment 2"),
        ("segments", "3,a2", "3,a9", "segments.csv, row 3: article 'a9', which articles.csv does not have"),
        ("cleaning", "a1,2", "a9,2", "cleaning.csv, row 1: article 'a9', which articles.csv does not have"),
        ("counts", "0,ties", "7,ties", "counts.csv, row 2: segment 7, which segments.csv does not have"),
        ("phrases", "0,defense", "9,defense", "phrases.csv, row 1: segment 9, which segments.csv does not have"),
        ("hits", "2,a1", "8,a1", "hits.csv, row 2: segment 8, which segments.csv does not have"),
        ("hits", "2,a1", "2,a2", "hits.csv, row 2: segment 2 is not of article 'a2'"),
        ("counts", "0,ties,1", "0,ties,0", "counts.csv, row 2: 0 times 'ties' in segment 0 is none, or more than its "),
        (
            "phrases",
            "4,ties hold,1",
            "4,ties hold,3",
            "phrases.csv, row 6: 3 times 'ties hold' in segment 4 is none, or ",
        ),
        ("phrases", "4,ties hold,1", "3,ties hold,1", "phrases.csv, row 6: a second count of 'ties hold' in segment 3"),
        ("counts", "0,ties", "0,Defence", "counts.csv, row 2: a second count of 'Defence' in segment 0"),
        (
            "counts",
            "0,ties,1",
            "0,ties,2",
            "segments.csv, row 1: counts.csv and segments.csv disagree on the words of ",
        ),
        ("terms", "ties,ties,\n", "", "counts.csv, row 2: terms.csv gives no term for the form 'ties'"),
        ("terms", "The,the", "hold,the", "terms.csv, row 5: a second term for the form 'hold'"),
        ("terms", "ties,ties", "more,more,\nties,ties", "the form 'more', which counts.csv does not have"),
    ],
)
def test_tables_that_do_not_fit(study: Path, name: str, old: str, new: str, message: str) -> None:
    path = tl.extract_features(study / "corpus.toml") / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        tl.read_features(study)
    assert str(error.value).endswith("; extract the features again")


def test_features_of_no_article(study: Path) -> None:
    folder = tl.extract_features(study / "corpus.toml")
    for path in folder.iterdir():
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(f"{folder / 'articles.csv'}: there are no articles")):
        tl.read_features(study)


def test_metadata_may_be_called_as_a_count_is(study: Path) -> None:
    text = (study / "corpus.toml").read_text(encoding="utf-8")
    (study / "corpus.toml").write_text(text.replace('id = "a1"', 'id = "a1"\nmeta = { n = "five" }'), encoding="utf-8")
    features = tl.read_features(tl.extract_features(study / "corpus.toml"))
    assert features.counts.articles["n"].tolist() == ["five", ""]


def test_a_missing_table_is_named(study: Path) -> None:
    folder = tl.extract_features(study / "corpus.toml")
    (folder / "hits.csv").unlink()
    with pytest.raises(ValueError, match=r"features/hits.csv: there is no such file$"):
        tl.read_features(folder)


def test_columns_that_may_hold_text_stay_out_of_the_features() -> None:
    frame = pd.DataFrame(
        {
            "text": ["Peace now."],
            "source": ["A"],
            "title": ["A title of eight words or more is bibliography still"],
            "lead": ["This lead holds eight words of the article"],
            "desk": ["foreign"],
        }
    )
    tables = tables_of(tl.corpus_from_frame(frame), None)
    assert list(tables["articles"].columns) == ["id", "source", "title", "desk"]
    assert tables["steps"]["step"].tolist()[-1] == "columns that may hold text of the articles left out: lead"
