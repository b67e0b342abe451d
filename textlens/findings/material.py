"""What is compared: articles, words, genres, voices, and what was left out."""

from __future__ import annotations

import pandas as pd

from textlens.findings.wording import count_of, listing, number


def sizes(articles: pd.DataFrame) -> str:
    """How much there is of each source.

    ``articles`` has one row per article: ``source``, ``n_words``.
    """
    parts = [
        f"[[{source}]] has {count_of(len(group), 'article')} and {int(group['n_words'].sum()):,} words"
        for source, group in articles.groupby("source", sort=True)
    ]
    whole = f"{count_of(len(articles), 'article')} with {int(articles['n_words'].sum()):,} counted words"
    return f"{whole[0].upper()}{whole[1:]} are compared: {listing(parts)}."


def families(articles: pd.DataFrame) -> str:
    """Which articles are no independent witnesses; empty when all are.

    ``articles``: ``id``, ``source``, and perhaps ``family``.
    """
    texts = []
    for family, group in _families(articles):
        across = group["source"].nunique()
        end = "counted as families, they are one unit" if across == 1 else "but of several sources"
        texts.append(f"{listing(group['id'])} tell the same thing ({family}): {end}")
    return "; ".join(texts) + "." if texts else ""


def family_unit(articles: pd.DataFrame) -> str:
    """``family`` where families can be the units of a comparison of sources, each within one; else ``article``."""
    found = [group["source"].nunique() for _, group in _families(articles)]
    return "family" if found and max(found) == 1 else "article"


def _families(articles: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    if "family" not in articles:
        return []
    named = articles[articles["family"].fillna("") != ""]
    return [(str(family), group) for family, group in named.groupby("family", sort=True) if len(group) > 1]


def outlets(articles: pd.DataFrame) -> str:
    """That articles of one outlet are no independent witnesses of a class of outlets; empty when each has its own.

    ``articles``: ``source``, and perhaps ``outlet``.
    """
    if "outlet" not in articles:
        return ""
    named = articles.loc[articles["outlet"].fillna("") != "", "outlet"]
    if not len(named) > named.nunique() > articles["source"].nunique():
        return ""
    return (
        f"{len(named):,} articles come from {count_of(named.nunique(), 'outlet')}, and articles of one outlet resemble "
        'each other. For a question about kinds of outlets, outlets are the units: compare again with unit="outlet".'
    )


def confounding(articles: pd.DataFrame) -> str:
    """How the groups differ besides their source, by genre.

    ``articles``: ``source``, and perhaps ``genre``.
    """
    if "genre" not in articles or (articles["genre"].fillna("") == "").all():
        return "The genre of the articles is not recorded, so a difference of genre could pass for one of sources."
    parts = []
    for source, group in articles.groupby("source", sort=True):
        tally = group["genre"].fillna("").value_counts().sort_index()
        told = [count_of(int(n), str(genre)) if genre else f"{number(int(n))} unrecorded" for genre, n in tally.items()]
        parts.append(f"[[{source}]] {listing(told)}")
    genres = [set(group["genre"].fillna("unrecorded")) for _, group in articles.groupby("source")]
    shared = set.intersection(*genres)
    if all(genre == shared for genre in genres):
        return f"All sources have the same genres: {'; '.join(parts)}."
    if shared:
        end = f"Only {listing(sorted(shared))} {'occurs' if len(shared) == 1 else 'occur'} on all sides."
    else:
        sides = "both" if len(genres) == 2 else "all"
        end = f"No genre occurs on {sides} sides: a difference between sources cannot be told from one between genres."
    return f"The sources differ in genre: {'; '.join(parts)}. {end}"


def profile(table: pd.DataFrame, unit: str = "article") -> str:
    """In what the groups differ besides what is compared, or that they are alike.

    ``table`` is from ``describe_groups``: ``group``, ``units``, ``words_median``, ``largest_share``, and perhaps
    ``dated``, ``first_date``, ``last_date``, ``outlets``, ``genre_shared``. Sizes differ from a ratio of 1.5 on.
    """
    has_dates = "dated" in table and bool((table["dated"] > 0).all())
    has_outlets = "outlets" in table and bool((table["outlets"] > 0).all())
    has_genres = "genre_shared" in table and bool(table["genre_shared"].notna().all())
    checks = {
        "length": _lengths(table, unit),
        "dates": _dates(table) if has_dates else None,
        "the number of outlets": _outlets(table) if has_outlets else None,
        "genre": _genres(table) if has_genres else None,
    }
    told = [text for texts in checks.values() for text in texts or []]
    alike = [name for name, texts in checks.items() if texts == []]
    unknown = [name for name, texts in checks.items() if texts is None]
    parts = []
    if told:
        passing = "Such a difference" if len(told) == 1 else "Each of these differences"
        parts.append(f"The groups differ besides what is compared: {'; '.join(told)}.")
        parts.append(f"{passing} can pass for one in what is compared.")
    if alike:
        parts.append(f"In {listing(alike)} the groups are alike.")
    if unknown:
        parts.append(f"Not recorded for every group: {listing(unknown)}.")
    return " ".join(parts)


def _extremes(table: pd.DataFrame, column: str) -> list[tuple[str, float]]:
    """The groups with the most and the least, and how much, where these differ by half or more; else nothing."""
    ordered = table.sort_values(column, ascending=False, kind="stable").iloc[[0, -1]]
    most, least = zip(ordered["group"], ordered[column], strict=True)
    return [most, least] if most[1] >= 1.5 * least[1] else []


def _lengths(table: pd.DataFrame, unit: str) -> list[str]:
    parts = [f"{n:,.0f} words in [[{group}]]" for group, n in _extremes(table, "words_median")]
    texts = [f"the median {unit} has {' but '.join(parts)}"] if parts else []
    # Of two units one always has half.
    much = table["units"].map(lambda n: 0.5 if n > 2 else 0.7)
    large = table[(table["largest_share"] >= much) & (table["units"] > 1)]
    shares = zip(large["group"], large["largest_share"], strict=True)
    return texts + [f"one {unit} holds {share:.0%} of the words of [[{group}]]" for group, share in shares]


def _dates(table: pd.DataFrame) -> list[str]:
    # A year is compared with years, a month with months.
    digits = min(len(date) for name in ("first_date", "last_date") for date in table[name])
    if table["first_date"].str[:digits].max() <= table["last_date"].str[:digits].min():
        return []
    spans = zip(table["group"], table["first_date"], table["last_date"], strict=True)
    return [f"their dates have no day in common ({listing(f'[[{name}]] {a} to {b}' for name, a, b in spans)})"]


def _outlets(table: pd.DataFrame) -> list[str]:
    texts = [f"[[{group}]] has {count_of(int(n), 'outlet')}" for group, n in _extremes(table, "outlets")]
    return [" but ".join(texts)] if texts else []


def _genres(table: pd.DataFrame) -> list[str]:
    if (table["genre_shared"] == 0).all():
        return ["they share no genre"]
    rows = table[table["genre_shared"] < 1]
    shares = zip(rows["group"], 1 - rows["genre_shared"], strict=True)
    texts = [f"{share:.0%} of the articles of [[{name}]]" for name, share in shares]
    return [f"{listing(texts)} are of a genre, or of none recorded, that not all have"] if texts else []


def left_out(cleaning: pd.DataFrame, n_words: int) -> str:
    """What the cleaning rules took out of the counts.

    ``cleaning``: ``role`` and ``n_words`` of all that is not counted; ``n_words``: the counted words.
    """
    tally = cleaning.groupby("role")["n_words"].sum()
    tally = tally[tally > 0]
    if tally.empty:
        return "Nothing was left out of the counts."
    names = {"caption": "captions", "byline": "bylines", "dropped": "navigation, datelines, labels and debris"}
    parts = listing(f"{int(n):,} in {names.get(str(role), str(role))}" for role, n in tally.items())
    share = tally.sum() / (tally.sum() + n_words)
    return f"Left out of every count: {int(tally.sum()):,} words ({share:.1%} of the files), {parts}."


def voices(table: pd.DataFrame) -> str:
    """How much of each source's words stand in quotation marks or are a guest's answers, and how much are questions.

    ``table``: ``group``, ``voice``, ``n_words``.
    """
    shares = table.pivot_table(index="group", columns="voice", values="n_words", aggfunc="sum", fill_value=0)
    shares = shares.div(shares.sum(axis=1), axis=0).reindex(columns=["quoted", "answer", "question"], fill_value=0)
    others = shares["quoted"] + shares["answer"]
    text = (
        f"In quotation marks or said by a guest: {listing(f'[[{name}]] {share:.1%}' for name, share in others.items())}"
    )
    asking = shares["question"][shares["question"] > 0]
    if asking.empty:
        return f"{text} of the words."
    return f"{text} of the words; interviewers' questions: {listing(f'[[{n}]] {x:.1%}' for n, x in asking.items())}."


def speakers(table: pd.DataFrame) -> str:
    """Who speaks in two or more articles of one source; empty when nobody does.

    ``table``: ``source``, ``article``, ``speaker``, ``n_words``, of all words, those without a speaker included.
    """
    texts = []
    whole = table.groupby("source")["n_words"].sum()
    named = table[table["speaker"] != ""]
    for (source, speaker), rows in named.groupby(["source", "speaker"], sort=True):
        n_source = int(whole.loc[str(source)])
        articles = sorted(set(rows["article"]))
        n = int(rows["n_words"].sum())
        if len(articles) > 1:
            texts.append(
                f"{speaker} speaks in {count_of(len(articles), 'article')} of [[{source}]] ({listing(articles)}), with "
                f"{n:,} of its {n_source:,} words ({n / n_source:.0%})"
            )
    return f"{'; '.join(texts)}. Articles that share a speaker are no independent witnesses." if texts else ""
