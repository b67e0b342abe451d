"""The command ``textlens``: new, extract, lint, report; split and shards for large studies."""

from __future__ import annotations

import argparse
import shlex
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from textlens.codebook import read_codebook
from textlens.corpus import SmallCorpusWarning, plural
from textlens.features import extract_features
from textlens.files import terminal_safe
from textlens.linting import lint_codebook
from textlens.reading import read_corpus
from textlens.report import build_report
from textlens.sharding import ROWS, extract_shards
from textlens.shards import BrokenLinesWarning
from textlens.splitting import write_shards
from textlens.study import new_study
from textlens.tokens import tokenize

_RENAMED = ("date", "outlet", "genre")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; a mistake is told in one line, with exit code 2. What ``lint`` finds makes it 1."""
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SmallCorpusWarning)
            found = options.run(options)
    except (ValueError, OSError) as error:
        print(f"textlens: {terminal_safe(str(error))}", file=sys.stderr)
        return 2
    return 1 if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="textlens", description="Compare how sources write about a matter.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    new = commands.add_parser("new", help="lay out a study from a table of articles, and extract its features")
    new.add_argument("study", type=Path, help="the folder to make")
    new.add_argument("--articles", type=Path, required=True, help="a .csv or .jsonl file, one article a row")
    _add_columns(new)
    new.set_defaults(run=_new)

    extract = commands.add_parser("extract", help="read the texts of a study and write its features")
    extract.add_argument("manifest", type=Path, help="the study's corpus.toml")
    extract.add_argument("--texts", type=Path, help="the folder of the texts (default: texts beside the manifest)")
    extract.set_defaults(run=_extract)

    lint = commands.add_parser("lint", help="tell what is wrong with a codebook, by itself or on the texts of a study")
    lint.add_argument("codebook", type=Path, help="a codebook.toml")
    lint.add_argument("--study", type=Path, help="a study whose texts the codebook is tried on")
    lint.add_argument("--texts", type=Path, help="the folder of the texts (default: texts in the study)")
    lint.set_defaults(run=_lint)

    report = commands.add_parser("report", help="build the report of a study from its features")
    report.add_argument("study", type=Path, help="the study's folder")
    report.add_argument("--out", type=Path, help="where the report goes (default: reports in the study)")
    report.add_argument("--lock", type=Path, help="a requirements lock whose hash the report gives")
    report.set_defaults(run=_report)

    split = commands.add_parser("split", help="cut a large table of articles into a folder of shards")
    split.add_argument("articles", type=Path, help="a .csv, .jsonl or .parquet file, one article a row")
    split.add_argument("folder", type=Path, help="the folder to make")
    split.add_argument("--size", type=int, default=10_000, help="articles per shard (default: 10000)")
    split.set_defaults(run=_split)

    _add_shards(
        commands.add_parser("shards", help="write the features of a folder of shards; goes on where it stopped")
    )
    return parser


def _add_shards(shards: argparse.ArgumentParser) -> None:
    shards.add_argument("folder", type=Path, help="the folder of the .jsonl and .parquet shards")
    shards.add_argument("out", type=Path, help="the study's folder, whose features are written")
    _add_columns(shards)
    shards.add_argument("--codebook", type=Path, help="a codebook whose hits are found")
    shards.add_argument("--rows", choices=ROWS, default=ROWS[0], help="the rows of the counts (default: article)")
    shards.add_argument("--jobs", type=int, help="processes (default: 1; -1: one per core)")
    shards.set_defaults(run=_shards)


def _add_columns(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text", default="text", help="the column of the text (default: text)")
    parser.add_argument("--source", default="source", help="the column of the source (default: source)")
    parser.add_argument("--id", default="id", help="the column of the id (default: id; without it rows are numbered)")
    for name in _RENAMED:
        parser.add_argument(f"--{name}", help=f"the column of the {name}, if it is not called so")


def _columns(options: argparse.Namespace) -> dict[str, str]:
    given = {name: getattr(options, name) for name in ("text", "source", "id", *_RENAMED)}
    return {name: column for name, column in given.items() if column is not None}


def _new(options: argparse.Namespace) -> None:
    folder = new_study(options.study, options.articles, **_columns(options))
    print(f"{folder} is laid out, with a starter codebook to edit: {folder / 'codebook.toml'}")
    print(f"after an edit:   textlens extract {shlex.quote(str(folder / 'corpus.toml'))}")
    print(f"for the report:  textlens report {shlex.quote(str(folder))}")


def _extract(options: argparse.Namespace) -> None:
    print(f"features written to {extract_features(options.manifest, texts=options.texts)}")


def _lint(options: argparse.Namespace) -> bool:
    if options.texts and not options.study:
        raise ValueError("--texts needs --study: corpus.toml says what the texts are")
    codebook = read_codebook(options.codebook)
    tokens = tokenize(read_corpus(options.study / "corpus.toml", texts=options.texts)) if options.study else None
    problems = lint_codebook(codebook, tokens=tokens)
    for row in problems.itertuples():
        which = f"frame {row.frame!r}" + (f", {row.indicator!r}" if row.indicator else "")
        print(terminal_safe(f"{options.codebook}, line {row.line}: {which}: {row.problem}: {row.detail}"))
    print(f"{codebook!r}: {plural(len(problems), 'problem')}")
    return len(problems) > 0


def _report(options: argparse.Namespace) -> None:
    print(f"report of {options.study}:")
    print(f"open {build_report(options.study, out=options.out, lock=options.lock)}")


def _split(options: argparse.Namespace) -> None:
    print(f"shards written to {write_shards(options.articles, options.folder, size=options.size)}")


def _shards(options: argparse.Namespace) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", BrokenLinesWarning)
        features = extract_shards(
            options.folder,
            options.out,
            codebook=options.codebook,
            rows=options.rows,
            n_jobs=options.jobs,
            **_columns(options),
        )
    for warning in told:
        print(f"textlens: {terminal_safe(str(warning.message))}", file=sys.stderr)
    print(f"features written to {features}")
