"""Text that recurs in many articles of one source: licence notices, sign-offs, standing headings.

It says nothing of what an article is about, and yet it passes for the vocabulary of its source. In the texts it is
found as runs of words; in counts, which know no order of words, as whole passages that hold the same terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd
import regex
from scipy.sparse import csr_array

from textlens.corpus import SEGMENT_COLUMNS, Corpus, expect_number, plural
from textlens.counts import Counts
from textlens.grouping import Integers, Mask, indicator
from textlens.recurrence import places_of, recurring_runs
from textlens.tokens import Tokens

RULE = "boilerplate"
_PLACE = ["article", "passage", "line"]
_COLUMNS = ["group", "n_words", "articles", "share", "occurrences", *_PLACE]


def find_boilerplate(
    tokens: Tokens | Counts,
    *,
    by: str | Sequence[str] = "source",
    n: int = 8,
    min_articles: int = 3,
    min_share: float = 0.1,
) -> pd.DataFrame:
    """Find what recurs word for word in many articles of one group.

    Parameters
    ----------
    tokens : Tokens or Counts
        Words in their order, or counts of all terms of each segment, as features hold them.
    by : str or sequence of str
        The groups, as ``"source"`` or ``"outlet"``; several columns are joined by `` / ``.
    n : int
        The fewest words of a run or passage. A shorter one may be a set phrase.
    min_articles, min_share : int, float
        In how many articles of the group, and in what share of them, it must recur: a quotation that two or three
        articles report is no boilerplate.

    Returns
    -------
    DataFrame
        One row per group and run, those with the most words first (``n_words`` times ``occurrences``): ``group``;
        ``run``, its text where it first stands; ``n_words``; ``articles`` of the group with it, and their ``share``;
        ``occurrences``; ``article``, ``passage``, ``line``, ``start`` and ``end`` (offsets) of the first.
        Of Counts the rows are passages, without ``run``, ``start`` and ``end``.

    Raises
    ------
    ValueError
        A number out of place, an unknown column or a missing value in ``by``; counts that do not hold all words.
    TypeError
        What is given is neither Tokens nor Counts.

    Notes
    -----
    Letter case and what stands between words do not matter. A run crosses the borders of passages, not of articles,
    and not words that cleaning left out. It is as long as it can be in some article and still recur often enough, so a
    shorter run within it has a row of its own only where it also stands alone. Rows may overlap.

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> texts = [f"{news} You may copy this." for news in ("Rain fell.", "Dams held.", "Boats left.", "Fish came.")]
    >>> tokens = tl.tokenize(tl.corpus_from_frame(pd.DataFrame({"text": texts, "source": "A"})))
    >>> find_boilerplate(tokens, n=4)[["group", "run", "n_words", "articles", "share", "article"]]
      group                run  n_words  articles  share article
    0     A  You may copy this        4         4    1.0       1
    """
    expect_number(n, "n", least=1, whole=True)
    expect_number(min_articles, "min_articles", least=2, whole=True)
    expect_number(min_share, "min_share")
    if min_share > 1:
        raise ValueError(f"min_share must be a number from 0 to 1, not {min_share!r}")
    if isinstance(tokens, Tokens):
        found = _runs(tokens, by, n, min_articles, min_share)
    else:
        found = _passages(_counts(tokens), by, n, min_articles, min_share)
    words = found["n_words"] * found["occurrences"]
    return found.iloc[np.argsort(-words.to_numpy(), kind="stable")].reset_index(drop=True)


@overload
def drop_boilerplate(tokens: Tokens, found: pd.DataFrame) -> Corpus: ...
@overload
def drop_boilerplate(tokens: Counts, found: pd.DataFrame) -> Counts: ...
def drop_boilerplate(tokens: Tokens | Counts, found: pd.DataFrame) -> Corpus | Counts:
    """Take boilerplate out of all counts; the texts stay as they are.

    It goes wherever it stands, also in the other groups and in articles too few to make it boilerplate there: taken
    out on one side only, it would become a difference between the sides.

    Parameters
    ----------
    tokens : Tokens or Counts
        What :func:`find_boilerplate` was given.
    found : DataFrame
        Its answer, or the rows of it that are to go.

    Returns
    -------
    Corpus or Counts
        Of Tokens the corpus, where the runs have the role ``dropped`` and the rule ``boilerplate``: tokenize it again.
        Of Counts those without the passages; their words leave the denominators too. ``steps`` says what went.

    Raises
    ------
    ValueError
        ``found`` lacks a column, or names a place that is not in ``tokens``.
    TypeError
        What is given is neither Tokens nor Counts.

    Notes
    -----
    In a study a rule of the manifest does it, before the features are written: ``role = "dropped"`` for the lines that
    begin with the notice (``line_starts``).

    Examples
    --------
    >>> import pandas as pd, textlens as tl
    >>> texts = [f"{news} You may copy this." for news in ("Rain fell.", "Dams held.", "Boats left.", "Fish came.")]
    >>> tokens = tl.tokenize(tl.corpus_from_frame(pd.DataFrame({"text": texts, "source": "A"})))
    >>> corpus = drop_boilerplate(tokens, find_boilerplate(tokens, n=4))
    >>> corpus.segments.loc[:1, ["role", "rule", "text"]]
          role         rule                text
    0     body                       Rain fell.
    1  dropped  boilerplate  You may copy this.
    >>> corpus.steps[-1]
    'boilerplate dropped: 1 run, 16 words in 4 articles'
    """
    if isinstance(tokens, Counts) and "start" in found:
        raise ValueError(
            "these are runs of words, which counts cannot lose: drop them from the tokens, and count again"
        )
    needed = ["article", "start", "end"] if isinstance(tokens, Tokens) else ["article", "passage"]
    lacking = [name for name in needed if name not in found]
    if lacking:
        raise ValueError(f"found lacks the column {lacking[0]!r}; give what find_boilerplate found in the same texts")
    return _without_runs(tokens, found) if isinstance(tokens, Tokens) else _without_passages(_counts(tokens), found)


def _counts(value: object) -> Counts:
    if not isinstance(value, Counts):
        raise TypeError(f"tokens must be Tokens or Counts, as tl.tokenize gives, not {type(value).__name__}")
    return value


def _groups(rows: Counts, by: str | Sequence[str]) -> tuple[Integers, npt.NDArray[np.object_], Integers]:
    """The group of each row as a code, the groups' names, and how many articles each has."""
    labels = rows.labels(by)
    if (labels == "").any():
        raise ValueError(f"{by!r} has no value in row {int((labels == '').to_numpy().argmax()) + 1}")
    codes, names = pd.factorize(labels, sort=True)
    pairs = pd.DataFrame({"group": codes, "article": rows.column("article").to_numpy()}).drop_duplicates()
    return codes, np.asarray(names, dtype=object), np.bincount(pairs["group"], minlength=len(names))


# Runs of words


def _stream(tokens: Tokens) -> tuple[Integers, Integers]:
    """Each word as a code that ignores case, and the number of the unbroken stretch of text that it stands in."""
    folded = np.array([form.casefold() for form in tokens.vocabulary], dtype=object)
    words = pd.factorize(folded, sort=True)[0].astype(np.int64)[tokens.codes]
    # Where segments were left out their numbers run ahead of the rows.
    ahead = tokens.segments["segment"].to_numpy() - np.arange(len(tokens.segments))
    articles = pd.factorize(tokens.segments["article"])[0]
    border = (np.diff(ahead, prepend=0) != 0) | (np.diff(articles, prepend=0) != 0)
    return words, np.cumsum(border)[tokens.rows]


def _runs(tokens: Tokens, by: str | Sequence[str], n: int, min_articles: int, min_share: float) -> pd.DataFrame:
    shape = (len(tokens.segments), 0)
    empty = Counts(csr_array(shape), np.zeros(shape[0]), np.array([]), tokens.segments, tokens.corpus.articles)
    group_of_row, names, sizes = _groups(empty, by)
    row_of_word, ends = tokens.rows, tokens.ends
    groups = group_of_row[row_of_word]
    articles = pd.factorize(tokens.segments["article"])[0][row_of_word]
    words, stretch = _stream(tokens)
    # A column of the segments, as voice, may change within a stretch.
    stretch = np.cumsum(np.diff(stretch * len(names) + groups, prepend=-1) != 0)

    def enough(n_articles: Integers, first: Integers) -> Mask:
        often: Mask = (n_articles >= min_articles) & (n_articles / sizes[groups[first]] >= min_share)
        return often

    found = recurring_runs(words, stretch, articles, groups, enough, n)
    first = found["first"].to_numpy()
    last = first + found["length"].to_numpy() - 1
    rows = tokens.segments.iloc[row_of_word[first]].reset_index(drop=True)
    places = zip(row_of_word[first], row_of_word[last], tokens.starts[first], ends[last], strict=True)
    return pd.DataFrame(
        {
            "group": pd.Series(names[groups[first]], dtype="str"),
            "run": pd.Series([_text(tokens, *place) for place in places], dtype="str"),
            "n_words": found["length"],
            "articles": found["articles"],
            "share": found["articles"] / sizes[groups[first]],
            "occurrences": found["occurrences"],
            **{name: rows[name] for name in _PLACE},
            "start": tokens.starts[first],
            "end": ends[last],
        }
    )


def _text(tokens: Tokens, first: int, last: int, start: int, end: int) -> str:
    """The text from one offset to another, which may lie in a later row."""
    texts = []
    for segment in tokens.segments["segment"].iloc[first : last + 1]:
        text, offset = tokens.corpus.segments.loc[segment, ["text", "start"]]
        texts.append(text[max(0, start - offset) : end - offset])
    return " ".join(texts)


def _without_runs(tokens: Tokens, found: pd.DataFrame) -> Corpus:
    words, stretch = _stream(tokens)
    articles, ends = pd.factorize(tokens.segments["article"])[0][tokens.rows], tokens.ends
    change = np.zeros(len(words) + 1, dtype=np.int64)
    runs = {tuple(words[_words_at(tokens, ends, *place)]) for place in found[["article", "start", "end"]].to_numpy()}
    for run in runs:
        places = places_of(words, stretch, np.array(run))
        np.add.at(change, places, 1)
        np.add.at(change, places + len(run), -1)
    dropped = np.cumsum(change[:-1]) > 0
    n_articles = len(np.unique(articles[dropped]))
    step = f"{plural(len(runs), 'run')}, {plural(int(dropped.sum()), 'word')} in {plural(n_articles, 'article')}"
    segments = _relabelled(tokens, ends, dropped)
    return replace(tokens.corpus, segments=segments, steps=(*tokens.corpus.steps, f"boilerplate dropped: {step}"))


def _words_at(tokens: Tokens, ends: Integers, article: str, start: int, end: int) -> slice:
    """The words of a run, by the place where it first stands; ``ends`` are those of all words."""
    rows = np.flatnonzero(tokens.segments["article"] == article)
    low, high = tokens.segment_borders[[rows[0], rows[-1] + 1]] if len(rows) else (0, 0)
    first = low + np.searchsorted(tokens.starts[low:high], start)
    last = low + np.searchsorted(ends[low:high], end)
    if not low <= first <= last < high or tokens.starts[first] != start or ends[last] != end:
        raise ValueError(
            f"found names characters {start} to {end} of article {article!r}, where no such words are; "
            "give what find_boilerplate found in the same texts"
        )
    return slice(first, last + 1)


def _relabelled(tokens: Tokens, ends: Integers, dropped: Mask) -> pd.DataFrame:
    """The segments of the corpus, cut where dropped words begin and end; ``ends`` are those of all words."""
    rows = []
    numbers = tokens.segments["segment"].to_numpy()
    borders = tokens.segment_borders
    touched = {numbers[row]: slice(*borders[row : row + 2]) for row in np.unique(tokens.rows[dropped])}
    for number, segment in enumerate(tokens.corpus.segments[list(SEGMENT_COLUMNS)].to_numpy(dtype=object)):
        if number not in touched:
            rows.append(tuple(segment))
            continue
        *place, role, voice, speaker, rule, text, offset, _ = segment
        words = touched[number]
        spans = np.column_stack([tokens.starts[words], ends[words]]) - offset
        for start, end, drop in _pieces(text, spans, dropped[words]):
            label = ("dropped", voice, speaker, RULE) if drop else (role, voice, speaker, rule)
            rows.append((*place, *label, text[start:end], offset + start, offset + end))
    cut = pd.DataFrame(rows, columns=list(SEGMENT_COLUMNS))
    return cut.astype(tokens.corpus.segments.dtypes[list(SEGMENT_COLUMNS)])


def _pieces(text: str, spans: Integers, dropped: Mask) -> Iterator[tuple[int, int, bool]]:
    """Start and end of what is dropped and what stays, without white space around it.

    Marks that follow the last word at once go with it, as a full stop does.
    """
    first = np.flatnonzero(np.diff(dropped, prepend=~dropped[:1]))
    cuts = [0]
    for index in first[1:]:
        after = regex.match(r"[^\p{L}\p{M}\p{N}\s]*", text, pos=spans[index - 1, 1], endpos=spans[index, 0])
        cuts.append(after.end() if dropped[index - 1] else spans[index, 0])
    for start, end, index in zip(cuts, [*cuts[1:], len(text)], first, strict=True):
        piece = text[start:end]
        start += len(piece) - len(piece.lstrip())
        yield start, start + len(piece.strip()), bool(dropped[index])


# Passages of counts


def _passage_bags(counts: Counts) -> tuple[Integers, Integers]:
    """The number of the passage that each row is of, and for each passage what it holds."""
    if not len(counts.segments):
        raise ValueError("the counts hold no rows")
    if (counts.matrix.sum(axis=1) != counts.n_words).any():
        raise ValueError("the counts do not hold all words; give those of tl.count_terms before trim()")
    place = pd.DataFrame({name: counts.column(name).to_numpy() for name in ("article", "passage")})
    number = place.groupby(["article", "passage"], sort=False).ngroup().to_numpy()
    passages = csr_array(indicator(number, np.ones(len(number))) @ counts.matrix)
    passages.sort_indices()
    borders = zip(passages.indptr[:-1], passages.indptr[1:], strict=True)
    bags = [passages.indices[a:b].tobytes() + passages.data[a:b].tobytes() for a, b in borders]
    return number, pd.factorize(np.array(bags, dtype=object))[0]


def _passages(counts: Counts, by: str | Sequence[str], n: int, min_articles: int, min_share: float) -> pd.DataFrame:
    group_of_row, names, sizes = _groups(counts, by)
    number, bags = _passage_bags(counts)
    rows = pd.DataFrame({name: counts.column(name).to_numpy() for name in _PLACE}).assign(group=group_of_row)
    passages = rows.assign(number=number).drop_duplicates("number")
    passages["bag"], passages["n_words"] = bags, np.bincount(number, weights=counts.n_words).astype(np.int64)
    alike = passages[passages["n_words"] >= n].groupby(["group", "bag"], sort=False)
    found = alike.agg(
        n_words=("n_words", "first"),
        articles=("article", "nunique"),
        occurrences=("article", "size"),
        article=("article", "first"),
        passage=("passage", "first"),
        line=("line", "first"),
    ).reset_index()
    found.insert(3, "share", found["articles"] / sizes[found["group"]])
    found = found[(found["articles"] >= min_articles) & (found["share"] >= min_share)]
    return found.assign(group=pd.Series(names[found["group"]], index=found.index, dtype="str"))[_COLUMNS]


def _without_passages(counts: Counts, found: pd.DataFrame) -> Counts:
    number, bags = _passage_bags(counts)
    place = pd.MultiIndex.from_arrays([counts.column("article"), counts.column("passage")])
    named = pd.MultiIndex.from_frame(found[["article", "passage"]])
    unknown = named[~named.isin(place)]
    if len(unknown):
        article, passage = unknown[0]
        raise ValueError(f"found names passage {passage} of article {article!r}, which is not in the counts")
    bag = bags[number]
    dropped = np.isin(bag, bag[place.isin(named)])
    n_articles = counts.column("article")[dropped].nunique()
    words = plural(int(counts.n_words[dropped].sum()), "word")
    step = f"{plural(len(np.unique(number[dropped])), 'passage')}, {words} in {plural(n_articles, 'article')}"
    return replace(counts.rows(np.flatnonzero(~dropped)), steps=(*counts.steps, f"boilerplate dropped: {step}"))
