"""Stage 1 in one call, and the features it writes: plain tables of facts, from which no sentence can be rebuilt.

``articles``: metadata. ``segments``: article, passage, line, role, voice, speaker, n_words. ``counts``: segment,
surface form, n, sorted by form. ``terms``: surface form, term, rules. ``phrases``: segment, phrase, n. ``hits``:
dictionary hits with offsets. ``cleaning``: what the rules labelled. ``steps``: what was done, one a row. No path and
no time is in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from textlens import files
from textlens.codebook import Codebook, read_codebook
from textlens.collocates import find_collocations, unchained_phrases
from textlens.corpus import COUNTED_ROLES, Corpus
from textlens.counting import count_phrases, count_surface_forms, merge_terms
from textlens.counts import Counts
from textlens.dictionary import HIT_COLUMNS, find_indicators
from textlens.manifest import METADATA
from textlens.matching import find_patterns, parse_pattern
from textlens.merged import Merged, is_sharded, read_merged
from textlens.nearness import Nearness, parse_nearness
from textlens.reading import read_corpus
from textlens.tokens import Tokens, tokenize
from textlens.vocabulary import term_map
from textlens.words import word_spans

TABLES = ("articles", "segments", "counts", "terms", "phrases", "hits", "cleaning", "steps")
_PLACE = ("segment", "start", "end")
_NUMBERS = {"segment", "passage", "line", "n_words", "n", "start", "end"}
_NEEDED = {
    "articles": ("id", "source"),
    "segments": ("segment", "article", "passage", "line", "role", "voice", "speaker", "n_words"),
    "counts": ("segment", "surface", "n"),
    "terms": ("surface", "term", "rules"),
    "phrases": ("segment", "phrase", "n"),
    "hits": HIT_COLUMNS,
    "cleaning": ("article", "line", "start", "end", "role", "rule", "speaker", "n_words"),
    "steps": ("step",),
}


@dataclass(frozen=True)
class Features:
    """The facts of a study, as stage 1 wrote them.

    Attributes
    ----------
    counts : Counts
        Of terms: case folded, spelling variants merged.
    phrases : Counts
        Of phrases: the same rows and denominators.
    surface : Counts
        Of surface forms, for merging them in another way: ``features.count_terms(spelling=False)``.
    hits, terms, cleaning : DataFrame
    sha256 : str
        Of all tables together.
    broken : DataFrame
        ``shard``, ``line``, ``problem``: the lines of article shards that were left out (see
        :func:`textlens.extract_shards`).
    """

    counts: Counts
    phrases: Counts
    surface: Counts
    hits: pd.DataFrame
    terms: pd.DataFrame
    cleaning: pd.DataFrame
    sha256: str
    broken: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["shard", "line", "problem"]))

    def __repr__(self) -> str:
        return f"Features: {self.counts!r}, {len(self.hits)} dictionary hits"

    def count_terms(self, *, case: bool = True, spelling: bool = True, stem: bool = False) -> Counts:
        """Counts of terms, merged in another way than the default; needs no text."""
        mapping = term_map(self.surface.terms, case=case, spelling=spelling, stem=stem)
        return merge_terms(self.surface, mapping)


def extract_features(
    manifest: str | Path, *, texts: str | Path | None = None, codebook: str | Path | None = None
) -> Path:
    """Read a study's articles and write its features beside the manifest.

    Parameters
    ----------
    manifest : path of ``corpus.toml``
    texts : path, optional
        Where the texts lie; by default ``texts`` beside the manifest.
    codebook : path, optional
        By default ``codebook.toml`` beside the manifest, if it is there.

    Returns
    -------
    Path
        The folder ``features``. The same texts give the same bytes.

    Raises
    ------
    ValueError
        As :func:`textlens.read_corpus` and :func:`textlens.read_codebook`; then nothing is written.

    Examples
    --------
    >>> import shutil, tempfile, textlens as tl
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     study = shutil.copytree(tl.demo_folder(), f"{folder}/study")
    ...     tl.read_features(tl.extract_features(f"{study}/corpus.toml"))
    Features: Counts: 123 rows x 780 terms, 2,626 words, 64 dictionary hits
    """
    manifest = Path(manifest)
    folder = manifest.parent
    path = Path(codebook) if codebook is not None else folder / "codebook.toml"
    book = read_codebook(path) if codebook is not None or path.is_file() else None
    tables = tables_of(read_corpus(manifest, texts=texts), book)
    content = {name: files.table_to_csv(table) for name, table in tables.items()}
    for name, text in content.items():
        files.write_whole(folder / "features" / f"{name}.csv", text)
    return folder / "features"


def tables_of(corpus: Corpus, codebook: Codebook | None) -> dict[str, pd.DataFrame]:
    """The feature tables of a corpus, by name."""
    tokens = tokenize(corpus)
    surface = count_surface_forms(tokens)
    entries = surface.matrix.tocoo()
    rows, forms = entries.coords
    segment = surface.segments["segment"].to_numpy()
    counts = pd.DataFrame({"segment": segment[rows], "surface": surface.terms[forms], "n": entries.data}).sort_values(
        ["segment", "surface"]
    )
    terms = term_map(tokens.vocabulary)
    hits = find_indicators(tokens, codebook) if codebook else pd.DataFrame(columns=list(HIT_COLUMNS))
    steps = [*tokens.steps, *codebook_steps(codebook)]
    articles, left_out = without_texts(corpus.articles)
    if left_out:
        steps.append(f"columns that may hold text of the articles left out: {', '.join(left_out)}")
    return {
        "articles": articles,
        "segments": surface.segments.assign(n_words=surface.n_words),
        "counts": counts,
        "terms": terms,
        "phrases": _phrases(tokens, hits),
        "hits": hits,
        "cleaning": _cleaning_log(corpus),
        "steps": pd.DataFrame({"step": steps}),
    }


def codebook_steps(codebook: Codebook | None) -> list[str]:
    """Which codebook the hits are of."""
    return [] if codebook is None else [f"codebook {codebook.name!r} {codebook.version}, sha256 {codebook.sha256}"]


def without_texts(articles: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The metadata without columns, other than the manifest's own, that hold eight words or more in a cell."""
    others = [name for name in articles if name not in ("id", "file", *METADATA)]
    long = [name for name in others if any(len(word_spans(cell)) >= 8 for cell in set(map(str, articles[name])))]
    return articles.drop(columns=long), [str(name) for name in long]


def _phrases(tokens: Tokens, hits: pd.DataFrame) -> pd.DataFrame:
    """Counts of indicators of several words that were hit, and of collocations."""
    items = {item: parse_nearness(item) for item in set(hits["indicator"])}
    indicators = {item for item, near in items.items() if near is None and len(parse_pattern(item)) > 1}
    collocations = set(find_collocations(tokens)["phrase"])
    told = pd.concat(
        [hits.loc[[items[item] is None for item in hits["indicator"]], list(_PLACE)], _sides(tokens, items)]
    )
    counts = count_phrases(tokens, unchained_phrases(tokens, collocations, indicators, told))
    entries = counts.matrix.tocoo()
    rows, columns = entries.coords
    segment = counts.segments["segment"].to_numpy()
    table = pd.DataFrame({"segment": segment[rows], "phrase": counts.terms[columns], "n": entries.data})
    return table.sort_values(["segment", "phrase"])


def _sides(tokens: Tokens, items: dict[str, Nearness | None]) -> pd.DataFrame:
    """Where the sides of indicators match that ask for nearness: no hit tells the words between them."""
    found = find_patterns(tokens, sorted({side for near in items.values() if near for side in (near.left, near.right)}))
    first, last = found["first"].to_numpy(), found["last"].to_numpy()
    segment = tokens.segments["segment"].to_numpy()[tokens.rows[first]]
    return pd.DataFrame(dict(zip(_PLACE, (segment, tokens.starts[first], tokens.ends[last]), strict=True)))


def _cleaning_log(corpus: Corpus) -> pd.DataFrame:
    """What rules labelled, and all that is not counted, with the number of its words."""
    table = corpus.segments
    table = table[(table["rule"] != "") | ~table["role"].isin(list(COUNTED_ROLES))]
    log = table[["article", "line", "start", "end", "role", "rule", "speaker"]].copy()
    log["n_words"] = [len(word_spans(text)) for text in table["text"]]
    return log


def read_features(folder: str | Path) -> Features:
    """Read the features of a study; needs no text. Counts that were merged from shards stay in their files.

    Parameters
    ----------
    folder : path of the folder ``features``, or of the study that holds it

    Returns
    -------
    Features

    Raises
    ------
    ValueError
        A table is missing, is not the one that textlens wrote, or does not fit the others; with file and row.
    """
    folder = Path(folder)
    if (folder / "features").is_dir():
        folder = folder / "features"
    if is_sharded(folder):
        return _of_shards(read_merged(folder))
    paths = {name: folder / f"{name}.csv" for name in TABLES}
    tables = {name: _read_table(path, name) for name, path in paths.items()}
    digest = files.sha256(b"".join(path.read_bytes() for path in paths.values()))
    _check_tables(folder, tables)
    segments = tables["segments"]
    n_words = segments.pop("n_words").to_numpy()
    steps = tuple(tables["steps"]["step"])

    def counts_of(table: pd.DataFrame, name: str) -> Counts:
        terms = np.array(sorted(set(table[name])), dtype=object)
        column = {term: index for index, term in enumerate(terms)}
        row = {segment: index for index, segment in enumerate(segments["segment"])}
        place = ([row[segment] for segment in table["segment"]], [column[term] for term in table[name]])
        n = table["n"].to_numpy(dtype=np.int32)
        matrix = csr_array((n, place), shape=(len(segments), len(terms)))
        return Counts(matrix, n_words, terms, segments, tables["articles"], steps)

    surface = counts_of(tables["counts"], "surface")
    return Features(
        merge_terms(surface, tables["terms"]),
        counts_of(tables["phrases"], "phrase"),
        surface,
        tables["hits"],
        tables["terms"],
        tables["cleaning"],
        digest,
    )


def _of_shards(merged: Merged) -> Features:
    # Shards have no cleaning rules.
    cleaning = pd.DataFrame(columns=list(_NEEDED["cleaning"]))
    hits, terms, broken = (merged.tables[name] for name in ("hits", "terms", "broken"))
    return Features(merged.counts, merged.phrases, merged.surface, hits, terms, cleaning, merged.sha256, broken)


def _read_table(path: Path, name: str) -> pd.DataFrame:
    needed = _NEEDED[name]
    table = files.table_from_csv(path, whole=_NUMBERS.intersection(needed))
    lacking = [column for column in needed if column not in table]
    if lacking:
        # An older version may have written it without.
        what = f"not the table that textlens wrote: it lacks the column {lacking[0]!r}"
        raise ValueError(f"{path}: {what}; textlens extract writes it anew")
    return table.assign(negated=_truth(path, table["negated"])) if "negated" in needed else table


def _truth(path: Path, column: pd.Series) -> pd.Series:
    truth = column.map({"True": True, "False": False})
    if truth.isna().any():
        row = int(truth.isna().to_numpy().argmax())
        raise ValueError(f"{path}: row {row + 1}: negated = {column.iloc[row]!r} is neither True nor False")
    return truth.astype(bool)


_Refuse = Callable[[str, "pd.Series[bool]", str], None]


def _check_tables(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Check that the tables fit one another, as those of one extraction do."""

    def refuse(name: str, wrong: pd.Series[bool], message: str) -> None:
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            told = message.format_map(tables[name].iloc[row].to_dict())
            raise ValueError(f"{folder / name}.csv, row {row + 1}: {told}; extract the features again")

    if tables["articles"].empty:
        raise ValueError(f"{folder / 'articles.csv'}: there are no articles")
    _check_places(tables, refuse)
    _check_counts(tables, refuse)


def _check_places(tables: dict[str, pd.DataFrame], refuse: _Refuse) -> None:
    articles, segments, hits = tables["articles"], tables["segments"], tables["hits"]
    refuse("articles", articles["id"].duplicated(), "a second article {id!r}")
    refuse("segments", segments["segment"].duplicated(), "a second segment {segment}")
    for name in ("segments", "cleaning"):
        unknown = ~tables[name]["article"].isin(articles["id"])
        refuse(name, unknown, "article {article!r}, which articles.csv does not have")
    for name in ("counts", "phrases", "hits"):
        unknown = ~tables[name]["segment"].isin(segments["segment"])
        refuse(name, unknown, "segment {segment}, which segments.csv does not have")
    article = hits["segment"].map(segments.set_index("segment")["article"])
    refuse("hits", hits["article"] != article, "segment {segment} is not of article {article!r}")


def _check_counts(tables: dict[str, pd.DataFrame], refuse: _Refuse) -> None:
    counts, segments = tables["counts"], tables["segments"]
    n_words = segments.set_index("segment")["n_words"]
    for name, what in (("counts", "surface"), ("phrases", "phrase")):
        table = tables[name]
        refuse(name, table.duplicated(["segment", what]), f"a second count of {{{what}!r}} in segment {{segment}}")
        outside = (table["n"] < 1) | (table["n"] > table["segment"].map(n_words))
        refuse(name, outside, f"{{n}} times {{{what}!r}} in segment {{segment}} is none, or more than its words")
    summed = counts.groupby("segment")["n"].sum().reindex(n_words.index, fill_value=0)
    differs = (summed != n_words).reset_index(drop=True)
    refuse("segments", differs, "counts.csv and segments.csv disagree on the words of segment {segment}")
    terms, forms = tables["terms"]["surface"], counts["surface"]
    refuse("terms", terms.duplicated(), "a second term for the form {surface!r}")
    refuse("terms", ~terms.isin(forms), "the form {surface!r}, which counts.csv does not have")
    refuse("counts", ~forms.isin(terms), "terms.csv gives no term for the form {surface!r}")
