"""Large studies: all shards of articles -> features, on one machine or many; an interrupted run goes on."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from tqdm import tqdm

from textlens import files
from textlens.codebook import Codebook, read_codebook
from textlens.corpus import expect_list, plural
from textlens.folders import clear_unfinished
from textlens.matching import parse_pattern
from textlens.merged import read_json
from textlens.merging import merge_shards
from textlens.parquet import arrow
from textlens.shard_features import Settings, extract_shard
from textlens.shards import BrokenLinesWarning, check_named, shard_files

ROWS = ("article", "segment")
_BEGUN = ".begun-"


def extract_shards(
    folder: str | Path,
    out: str | Path,
    *,
    text: str = "text",
    source: str = "source",
    id: str = "id",
    codebook: str | Path | Codebook | None = None,
    phrases: Iterable[str] = (),
    rows: str = "article",
    n_jobs: int | None = None,
    **columns: str,
) -> Path:
    """Extract the features of articles that are more than the memory holds.

    Each shard of articles becomes a shard of features; then these are merged. What an interrupted run has finished is
    not done again, and neither is a shard that did not change; features of shards that are gone are removed. Shards run
    through ``joblib.Parallel``: under
    ``joblib.parallel_config(backend="dask")`` on a cluster whose machines share the file system.

    Parameters
    ----------
    folder : path
        Its ``.jsonl`` and ``.parquet`` files are the shards, one article a row. Some 10,000 articles in each are
        a good size: a process holds one shard at a time.
    out : path
        The study; its folder ``features`` is written.
    text, source, id : str
        Columns that hold these. In a shard without an ``id`` column articles are called ``file name:line``.
    codebook : path or Codebook, optional
        Its hits are features.
    phrases : iterable of str, optional
        Phrases to count, as for :func:`textlens.count_phrases`; one that occurs nowhere has a column of zeros.
    rows : str
        What the rows of the counts are: ``"article"``, or ``"segment"``, with passage, line, role, voice and speaker.
    n_jobs : int, optional
        Processes, as joblib takes it; by default one, or what ``parallel_config`` says.
    **columns : str
        Further columns to rename, as ``date="published"``; all others are kept as they are. Metadata become texts.

    Returns
    -------
    Path
        The folder ``features``, for :func:`textlens.read_features`. The same shards give the same bytes.

    Raises
    ------
    ValueError
        There is no shard; a file cannot be read at all, or its process was killed (the features of the others are
        kept); two articles have one id; an option is wrong; pyarrow is missing.

    Warns
    -----
    BrokenLinesWarning
        Lines that hold no article were left out; the table ``broken`` of the features names them.

    Examples
    --------
    >>> import json, pathlib, tempfile, textlens as tl
    >>> lines = [json.dumps({"text": text, "source": "A"}) for text in ("War and peace.", "Peace talks.")]
    >>> with tempfile.TemporaryDirectory() as study:
    ...     shards = pathlib.Path(study, "shards")
    ...     shards.mkdir()
    ...     for number, line in enumerate(lines):
    ...         written = shards.joinpath(f"{number}.jsonl").write_text(line)
    ...     tl.read_features(tl.extract_shards(shards, study))
    Features: Counts: 2 rows x 4 terms, 5 words, 0 dictionary hits
    """
    arrow()
    expect_list(phrases, "phrases")
    if rows not in ROWS:
        raise ValueError(f"rows must be one of {', '.join(ROWS)}, not {rows!r}")
    named = {"text": text, "source": source, "id": id, **columns}
    check_named(named)
    if codebook is not None and not isinstance(codebook, Codebook):
        codebook = read_codebook(codebook)
    names = tuple(sorted(set(phrases)))
    for phrase in names:
        parse_pattern(phrase)
    paths = shard_files(Path(folder))
    features = Path(out) / "features"
    if (features / "articles.csv").exists():
        raise ValueError(f"{features} holds the features of a study in CSV; choose another folder")
    _tidy(features, {path.name for path in paths})
    _extract_all(paths, features / "shards", Settings(named, codebook, names, rows), n_jobs)
    _tidy(features, {path.name for path in paths})
    merge_shards(features, [path.name for path in paths], n_jobs=n_jobs)
    _warn_of_broken(features / "shards", paths)
    return features


def _tidy(features: Path, names: set[str]) -> None:
    """Take away what killed runs left, and features of shards that are no more."""
    for folder in (features, features / "shards"):
        clear_unfinished(folder)
    for path in (features / "shards").glob("*/shard.json"):
        if path.parent.name not in names:
            shutil.rmtree(path.parent)
    for path in (features / "shards").glob(f"{_BEGUN}*"):
        path.unlink()


def _extract_all(paths: list[Path], shards: Path, settings: Settings, n_jobs: int | None) -> None:
    from joblib import Parallel, delayed

    # No backend is named, so that the caller's parallel_config decides.
    done = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(
        delayed(_extract_or_tell)(path, shards, settings) for path in paths
    )
    try:
        problems = sorted(filter(None, tqdm(done, "shards", total=len(paths), delay=2)))
    except BrokenProcessPool:
        raise ValueError(
            f"{paths[0].parent}: a process was killed, perhaps for want of memory (the features of finished shards are "
            "kept); run again, with smaller shards or fewer processes"
        ) from None
    if problems:
        others = f"; {len(problems) - 1} more failed" if len(problems) > 1 else ""
        raise ValueError(f"{problems[0]}{others} (the features of the other shards are kept)")


def _extract_or_tell(path: Path, shards: Path, settings: Settings) -> str:
    """What is wrong with a whole shard; it must not stop the others."""
    # Where a lost worker's task is given to another, a shard that kills each would be tried until dask gives it up,
    # of which joblib does not hear: it would wait for ever.
    begun = shards / f"{_BEGUN}{path.name}"
    try:
        with files.doing("write", begun):
            shards.mkdir(parents=True, exist_ok=True)
            with begun.open("a") as stream:
                stream.write(".")
            if begun.stat().st_size > 2:
                return f"{path}: two processes were lost on it, perhaps for want of memory; cut it into smaller shards"
        extract_shard(path, shards, settings)
    except ValueError as error:
        return str(error) if str(path) in str(error) else f"{path}: {error}"
    finally:
        begun.unlink(missing_ok=True)
    return ""


def _warn_of_broken(shards: Path, paths: list[Path]) -> None:
    broken = [(path, *line) for path in paths for line in read_json(shards / path.name / "shard.json")["broken"]]
    if broken:
        n_shards = len({path for path, _, _ in broken})
        first = "; ".join(f"{path}, line {line}: {problem}" for path, line, problem in broken[:3])
        warnings.warn(
            f"{plural(len(broken), 'broken line')} in {plural(n_shards, 'shard')} left out, the rest is read: {first}"
            f"{'; ...' * (len(broken) > 3)} (read_features(...).broken names them all)",
            BrokenLinesWarning,
            stacklevel=3,
        )
