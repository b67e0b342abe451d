"""Where a hit stands under negation: a rule of thumb, for English by default."""

from __future__ import annotations

import numpy as np

from textlens.matching import Lexicon
from textlens.tokens import Tokens

# Words as in indicators; "n't" ends don't, can't, isn't.
NEGATORS = (
    *("not", "*n't", "no", "never", "neither", "nor", "none", "nobody", "nothing", "nowhere", "without", "cannot"),
    *("hardly", "barely", "scarcely"),
)
# How many words before a hit a negator may stand.
REACH = 3


def negated(
    tokens: Tokens,
    lexicon: Lexicon,
    negators: tuple[str, ...],
    first: np.ndarray,
    gap: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> np.ndarray:
    """Which hits a negator stands before: in the same sentence, at most three words before the first word.

    In a hit of nearness it may also stand between the two sides. *not only* negates nothing.

    Parameters
    ----------
    tokens : Tokens
    lexicon : Lexicon
        Of the vocabulary of ``tokens``.
    negators : tuple of str
        Words, or wildcards of one word.
    first : int array
        The first word of each hit.
    gap : (hits, start, end), int arrays
        Some of the hits, and the words between their sides: from ``start`` to before ``end``.

    Returns
    -------
    bool array
    """
    found = np.zeros(len(first), dtype=bool)
    negates, only = (lexicon.any_of(words) for words in (negators, ("only",)))
    if not (len(first) and negates.any()):
        return found
    codes = tokens.codes
    sentence = np.searchsorted(tokens.sentence_borders, first.astype(tokens.sentence_borders.dtype), side="right")
    begins = tokens.sentence_borders[sentence - 1]

    def stands(at: np.ndarray) -> np.ndarray:
        # A word follows within the sentence wherever this is asked.
        meets: np.ndarray = negates[codes[at]]
        meets[meets] = ~only[codes[at[meets] + 1]]
        return meets

    for back in range(1, REACH + 1):
        near = np.flatnonzero(first - back >= begins)
        found[near] |= stands(first[near] - back)
    hits, start, end = gap
    for ahead in range(int((end - start).max(initial=0))):
        inside = start + ahead < end
        found[hits[inside]] |= stands(start[inside] + ahead)
    return found
