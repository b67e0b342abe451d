"""Build the table of spelling variants that the tokenizer merges.

Usage: ``python benchmarks/build_spelling_table.py VARCON.TXT OUT.csv``

The input is ``varcon.txt`` of VarCon (Variant Conversion Info) by Kevin Atkinson and Benjamin
Titze, version 2020.12.07, part of the SCOWL word lists. Its licence is in ``NOTICE-varcon.txt``
beside the table.

The output has the columns ``form`` (a variant spelling), ``term`` (the preferred American spelling)
and ``rule`` (``varcon``, or ``own`` for the lists in this script). A pair is taken from VarCon only
where form and term are the same word whatever the context. Left out are:

* lines with a usage note, a definition or a part of speech, and every form seen on such a line;
* entries marked improper or doubtful (``x``, ``-``), and the ``_`` lines (no American or British
  mark);
* clusters above level 70, and unverified ones unless the pair is a plain -ise/-ize pair or in
  ``READ``;
* forms that are a preferred American spelling anywhere in the file, and forms with two terms;
* possessives, capitals, spaces, anything not ASCII, and inflections nobody writes
  (``organisabler``);
* the traps in ``TRAPS``, each with its reason.
"""

from __future__ import annotations

import argparse
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TOP_LEVEL = 70
WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
REGULAR = re.compile(r"([a-z]{5,})is(e|ed|es|ing|er|ers|ation|ations)")
UNREAL = re.compile(
    r".*(?:ables?[rt]|(?:is|our)ables|al(?:er|est)|less(?:er|est)|ful(?:er|est)|ous(?:er|est)"
    r"|ic(?:er|est)|ant(?:er|est)|some(?:r|st)|(?:[bl]l|ingl)(?:ier|iest)|inglies|ablies|rilies"
    r"|edd(?:er|est)|ing(?:er|est)|ite(?:r|st)|llate(?:r|st)|(?:level|evil)lest)"
)
UNREAL_TERM = re.compile(r".*(?:rr|nn)(?:er|est)")

# Reason -> words that stay apart. Some are dropped by the rules above as well; they are listed
# so that another version of VarCon cannot bring them in.
TRAPS = {
    "a plan is a programme, software is a program": """programme programmes programmed programming
        preprogramme preprogrammes reprogramme reprogrammes reprogrammed""",
    "to check is not a cheque": "cheque cheques chequer chequers chequered chequering",
    "American practice is noun and verb, British practise only the verb": (
        "practise practised practises practising practiser practisers unpractised"
    ),
    "licence is a noun, license also a verb": """licence licences licenced licencing licencee
        licencees""",
    "a meter measures, a metre is a length or a rhythm": "metre metres micrometre micrometres",
    "a storey is not a story": "storey storeys storeyed",
    "to tire is not a tyre; Tyre is a city": "tyre tyres tyred",
    "to curb is not a kerb": "kerb kerbs kerbed kerbing kerbside kerbstone kerbstones",
    "a draught is air, drink or a game, a draft is a text": """draught draughts draughted draughting
        draughtsman draughtsmen draughtsmanship draughtsmanships draughtswoman draughtswomen
        draughtboard draughtboards""",
    "an enquiry asks, an inquiry investigates": """enquire enquired enquirer enquirers enquires
        enquiries enquiring enquiringly enquiry""",
    "a disc and a disk are kept apart by field": "disc discs disk disks diskette diskettes",
    "mum also means silent, a mummy is embalmed": "mum mums mummy mummies",
    "a tonne is 1,000 kg, a ton is not": "tonne tonnes",
    "to prise open is not to prize": "prise prised prises prising",
    "noun plural (analysis) and verb (analyse) share this form": """analyses catalyses dialyses
        hydrolyses paralyses psychoanalyses pyrolyses reanalyses breathalyses electrolyses
        autocatalyses overanalyses haemodialyses""",
    "a dialog is a box on a screen, a dialogue is talk": "dialog dialogs dialogged dialogging",
    "an analog signal is not an analogue": "analog analogs analogue analogues",
    "a groyne is a wall, a groin is not; calk and caulk share some senses only": (
        "groyne groynes calk calks calked calking"
    ),
    "a dyke is also a person": "dyke dykes dyked dyking",
    "a racquet is for games, a racket is also noise or crime": "racquet racquets",
    "a country": "chile chiles",
    "a museum": "louvre louvres louvred",
    "a name (the Marshall Plan, the Marshall Islands)": "marshall marshalls",
    "a name (Aline, Caesar, Macintosh, Poe, Prolog)": """aline alines caesar caesars macintosh
        macintoshes poe prolog prologs""",
    "another word: diss. is a dissertation": "diss disses dissed dissing",
    "another word: one who pours does not pore": "pourer pourers",
    "another word: advise, seise, concert": """misadvise misadvised misadvises misadvising disseise
        disseised disseises disseising concertise concertised concertises concertising""",
    "another word: a fabric": "lustring",
    "another word: phantasy is a term of psychology": "phantasy phantasies phantasied phantasying",
    "not words: slips in the list": "neglig negligs lovaebility demagogry",
    "another word, and coarse": "arse arses arsehole arseholes",
    "function words are shown as written": """thru altho amongst amidst whilst towards afterwards
        backwards upwards downwards inwards onwards forwards hah""",
}

# Pairs of unverified clusters that we read one by one and found sound.
READ_WORDS = """
    antilabour backpedalled backpedalling burkha burkhas burqa burqas carburettor carburettors
    coeliac coeliacs colourblind colourblindness counsellorship defencelessly encyclopaedically
    favourer favourers haematoma haematomas harbourer harbourers honouree honourees labourite
    labourites liquorice lodgement lodgements malodour malodours maths meagrely meagreness
    microgramme microgrammes mislabelled mislabelling multicolour multicoloured nonfulfilment
    orthopaedically paedophilic palaeobiology palaeographic relabelled relabelling recolour
    recoloured recolouring rouble roubles rumourmonger rumourmongers skilful skilfully skilfulness
    subtotalled subtotalling synaesthesia tricolour tricolours unhonoured unneighbourly
"""
READ = frozenset(READ_WORDS.split())

# Our own: stem -> endings. The term is the form without its hyphen.
OWN_HYPHENS = {
    "air-": "space strike strikes",
    "battle-": "field fields",
    "bench-": "mark marks",
    "bi-": "lateral laterally lateralism",
    "bio-": "diversity fuel fuels security technology",
    "break-": "through throughs",
    "build-": "up ups",
    "by-": "law laws",
    "cease-": "fire fires",
    "co-": "author authors authored exist existed existence existing exists",
    "co-operat": "e ed es ing ion ions ive ively iveness ives or ors",
    "co-ordinat": "e ed es ing ion or ors",
    "counter-": """attack attacked attacks balance balanced balances balancing insurgency measure
        measures offensive offensives part parts productive terrorism terrorist weight""",
    "crack-": "down downs",
    "cyber-": "attack attacks crime crimes security space warfare",
    "de-": "militarization militarize militarized mining nuclearization nuclearize nuclearized",
    "e-": "mail mailed mailing mails",
    "eco-": "system systems tourism",
    "extra-": "territorial territoriality",
    "fire-": "power",
    "flash-": "point points",
    "geo-": "economic economics political politically politics strategic strategically strategy",
    "hydro-": "carbon carbons power",
    "inter-": """connect connected connection connectivity dependence dependency dependent ethnic
        faith governmental linked locking operability operable regional related""",
    "intra-": "regional",
    "land-": "mine mines",
    "law-": "maker makers making",
    "lock-": "down downs",
    "long-": "standing",
    "macro-": "economic economics",
    "micro-": "economic economics finance",
    "mine-": "sweeper sweepers sweeping",
    "multi-": """cultural culturalism dimensional ethnic faceted lateral lateralism laterally
        national nationals polar polarity purpose racial sectoral""",
    "nation-": "wide",
    "off-": "line shore",
    "on-": "going line shore",
    "over-": "fishing flight flights",
    "peace-": """build builder builders building keep keeper keepers keeping maker makers making
        time""",
    "policy-": "maker makers making",
    "post-": "war",
    "pre-": """condition conditions eminence eminent empt empted empting emption emptive emptively
        empts requisite requisites war""",
    "pro-activ": "e ely eness ity",
    "re-": """affirm affirmation affirmed affirming affirms assess assessed assessment assure
        assured assures assuring balance balanced balancing build building builds built deploy
        deployed deployment elect elected election emerge emerged emergence emerging engage engaged
        engagement establish established establishing establishment evaluate evaluated examine
        examined examining inforce inforced integrate integration invigorate invigorated iterate
        iterated iterates iterating open opened opening opens orient orientation shape shaped
        shaping think thinking unification unify unite united vitalize vitalized""",
    "road-": "map maps",
    "safe-": "guard guarded guarding guards",
    "sea-": "bed beds floor port ports",
    "set-": "back backs",
    "socio-": "cultural economic economically political",
    "stake-": "holder holders",
    "stand-": "off offs",
    "sub-": "continent continental region regional regions",
    "supra-": "national",
    "trans-": "boundary national",
    "tri-": "lateral laterally",
    "under-": "developed development sea water",
    "uni-": "lateral lateralism laterally polar",
    "war-": "monger mongering mongers ship ships time",
    "well-": "being",
    "wide-": "spread",
    "world-": "wide",
}

# Our own: form -> term, for words of politics that VarCon lacks.
OWN_ENDINGS = ("e", "ed", "es", "ing", "ation")
OWN_STEMS = ("multilateralis", "operationalis", "regionalis", "securitis", "weaponis")
OWN_PAIRS = {
    "de-militarisation": "demilitarization",
    "de-militarise": "demilitarize",
    "de-militarised": "demilitarized",
    "de-nuclearisation": "denuclearization",
    "de-nuclearise": "denuclearize",
    "de-nuclearised": "denuclearized",
    "denuclearisation": "denuclearization",
    "re-vitalise": "revitalize",
    "re-vitalised": "revitalized",
}


class Line(NamedTuple):
    """One line of VarCon: its entries (tags, word) and what is known of its cluster."""

    level: int
    verified: bool
    noted: bool
    entries: list[tuple[frozenset[str], str]]


def parse_lines(text: str) -> Iterator[Line]:
    """Yield the word lines of VarCon, each with the level of its cluster."""
    level, verified = TOP_LEVEL + 1, False
    for number, raw in enumerate(text.splitlines(), start=1):
        if raw.startswith("# "):
            found = re.search(r"\(level (\d+)\)", raw)
            if found is None:
                raise ValueError(f"line {number}: {raw!r} has no level; expected '(level NN)'")
            level, verified = int(found[1]), "<verified>" in raw
        elif raw.strip() and not raw.startswith("#"):
            body, _, note = raw.split("#")[0].partition("|")
            entries = [split_entry(part) for part in body.split(" / ") if ":" in part]
            yield Line(level, verified, bool(note.strip()), entries)


def split_entry(part: str) -> tuple[frozenset[str], str]:
    """Split ``A Cv: center`` into its tags and its word."""
    tags, _, word = part.partition(":")
    return frozenset(tags.split()), word.strip()


def pairs_of(line: Line) -> Iterator[tuple[str, str]]:
    """Yield the usable (form, term) pairs of one line without a note."""
    terms = [word for tags, word in line.entries if "A" in tags]
    if line.noted or line.level > TOP_LEVEL or len(terms) != 1 or not WORD.fullmatch(terms[0]):
        return
    term = terms[0]
    for tags, form in line.entries:
        doubtful = any(tag[1:] in ("x", "-") for tag in tags) or not WORD.fullmatch(form)
        unreal = UNREAL.fullmatch(form) or UNREAL_TERM.fullmatch(term)
        if form != term and not doubtful and not unreal and (line.verified or trusted(form, term)):
            yield form, term


def trusted(form: str, term: str) -> bool:
    """Tell whether a pair of an unverified cluster is regular or was read by us."""
    found = REGULAR.fullmatch(form)
    return form in READ or (found is not None and term == f"{found[1]}iz{found[2]}")


def varcon_pairs(lines: list[Line]) -> dict[str, str]:
    """Return form -> term for the forms that have one term and no other meaning."""
    barred = {word for words in TRAPS.values() for word in words.split()}
    for line in lines:
        barred.update(word for tags, word in line.entries if line.noted or tags & {"A", "_", "_."})
    terms = defaultdict(set)
    for line in lines:
        for form, term in pairs_of(line):
            terms[form].add(term)
    return {form: min(found) for form, found in terms.items() if len(found) == 1 and form not in barred}


def own_pairs() -> dict[str, str]:
    """Return form -> term of the lists in this script."""
    pairs = dict(OWN_PAIRS)
    for stem, endings in OWN_HYPHENS.items():
        pairs.update({stem + end: (stem + end).replace("-", "") for end in endings.split()})
    for stem in OWN_STEMS:
        pairs.update({stem + end: stem[:-1] + "z" + end for end in OWN_ENDINGS})
    return pairs


def build_table(text: str) -> list[tuple[str, str, str]]:
    """Return the rows (form, term, rule), sorted by form."""
    merged = {form: (term, "varcon") for form, term in varcon_pairs(list(parse_lines(text))).items()}
    for form, term in own_pairs().items():
        if merged.get(form, (term, ""))[0] != term:
            raise ValueError(f"{form!r} is {merged[form][0]!r} in VarCon and {term!r} here; keep one")
        merged.setdefault(form, (term, "own"))
    loose = sorted(form for form, (term, _) in merged.items() if term in merged)
    if loose:
        raise ValueError(f"the terms of {loose} are forms themselves; a term must be final")
    return [(form, *merged[form]) for form in sorted(merged)]


def write_table(rows: list[tuple[str, str, str]], path: Path) -> None:
    """Write the rows whole: first to a file beside `path`, then moved over it."""
    text = "".join(",".join(row) + "\n" for row in [("form", "term", "rule"), *rows])
    beside = path.with_name(path.name + ".tmp")
    beside.write_text(text, encoding="ascii", newline="\n")
    os.replace(beside, path)


def main() -> None:
    """Read the two paths and build the table."""
    parser = argparse.ArgumentParser(description="Build the table of spelling variants.")
    parser.add_argument("varcon", type=Path, help="varcon.txt of VarCon 2020.12.07")
    parser.add_argument("out", type=Path, help="the CSV file to write")
    options = parser.parse_args()
    rows = build_table(options.varcon.read_text(encoding="latin-1"))
    write_table(rows, options.out)
    print(f"{len(rows)} rows")


if __name__ == "__main__":
    main()
