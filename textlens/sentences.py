"""Where sentences end: a small set of rules for running text, without a model.

Full stops of abbreviations, initials, dotted acronyms and numbers do not end a sentence; closing quotation
marks and brackets belong to the sentence that they close.
"""

from __future__ import annotations

import re

# Titles, ranks, months and the like, which stand capitalised before a capital without ending a sentence.
_CAPITALISED = frozenset(
    "Mr Mrs Ms Messrs Dr Prof Rev Hon St Sr Jr Gen Maj Brig Lt Col Capt Cpt Cmdr Adm Sgt Cpl Pvt Sen Rep Gov "
    "Pres Amb Sec Jan Feb Apr Jun Jul Aug Sep Sept Oct Nov Dec Vol Fig Figs Art Dept Mt".split()
)
_LOWER = frozenset("vs cf al approx pp ed eds vol fig figs".split())
# "No. 22" goes on; "He said no. Then" does not.
_BEFORE_NUMBER = frozenset("No Nos no nos Art art pp p".split())
# After a dotted acronym ("the U.N. It ...") these openers say that a sentence ended there.
_OPENERS = frozenset("The A An It In This These That He She They We But And On At For".split())
# The look behind and the possessive signs keep the search linear on a long row of dots.
_END = re.compile(r"""(?<![.!?…])([.!?…]++)(["'”’»)\]]*+)(?=\s)|([。！？])(["'”’」』）]*)|\n\s*\n|\n""")
_WORD_BEFORE = re.compile(r"[^\s(\[\"“‘']*\Z")
_INITIAL = re.compile(r"[^\W\d_]")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_NEXT_WORD = re.compile(r"\s*([\"'“‘«(\[]*)(\w*)")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, as character offsets, white space left out at both ends.

    Parameters
    ----------
    text : str
        Running text of one passage; a line break ends a sentence.

    Returns
    -------
    list of (int, int)
        Offsets in order, not overlapping; together they cover every character that is not white space.

    Examples
    --------
    >>> text = "Maj. Gen. Quan spoke. “It works.” He left the U.N. building."
    >>> [text[a:b] for a, b in sentence_spans(text)]
    ['Maj. Gen. Quan spoke.', '“It works.”', 'He left the U.N. building.']
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match[1] and not _ends_sentence(text, match):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    following = _NEXT_WORD.match(text, match.end())
    opening, word = following.groups() if following else ("", "")
    if not opening and word[:1].islower():
        return False
    # Nothing is abbreviated where no word stands before the stop, as in a row of stops.
    if match[1] != "." or not match.start() or text[match.start() - 1].isspace():
        return True
    # 40 characters are more than any abbreviation, and keep the search short on one huge line.
    before = _WORD_BEFORE.search(text, max(0, match.start() - 40), match.start())
    last = before.group() if before else ""
    if last in _CAPITALISED or last in _LOWER or _INITIAL.fullmatch(last):
        return False
    if last in _BEFORE_NUMBER and word[:1].isdigit():
        return False
    if _ACRONYM.fullmatch(last):
        return word in _OPENERS
    return True


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        start += len(piece) - len(piece.lstrip())
        spans.append((start, start + len(stripped)))
