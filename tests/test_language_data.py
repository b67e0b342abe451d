"""The tables of the language: spelling variants, function words, and the notice they need."""

import csv
import re
from importlib.resources import files

import pytest

DATA = files("textlens") / "data"


def words(text: str) -> list[str]:
    return text.split()


def read_rows() -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / "spelling.csv").read_text(encoding="ascii").splitlines()))


def read_function_words() -> list[str]:
    lines = (DATA / "function_words.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


TERMS = {row["form"]: row["term"] for row in read_rows()}
RULES = {row["form"]: row["rule"] for row in read_rows()}

MERGED_BY_VARCON = words("""
    defence>defense offence>offense pretence>pretense organisation>organization organise>organize
    minimise>minimize minimised>minimized minimising>minimizing labour>labor labourers>laborers
    centre>center centres>centers theatre>theater kilometre>kilometer litre>liter calibre>caliber
    neighbour>neighbor neighbouring>neighboring neighbourhood>neighborhood behaviour>behavior
    honour>honor favourable>favorable endeavour>endeavor harbour>harbor rumour>rumor
    militarise>militarize demilitarisation>demilitarization denuclearise>denuclearize
    destabilise>destabilize internationalise>internationalize recognise>recognize
    emphasise>emphasize
    prioritise>prioritize normalisation>normalization globalisation>globalization
    civilisation>civilization reauthorise>reauthorize analyse>analyze analysed>analyzed
    paralyse>paralyze travelled>traveled signalling>signaling modelling>modeling cancelled>canceled
    councillor>councilor counsellor>counselor fulfil>fulfill fulfilment>fulfillment skilful>skillful
    enrolment>enrollment instalment>installment manoeuvre>maneuver manoeuvres>maneuvers grey>gray
    plough>plow mould>mold cosy>cozy gaol>jail sceptical>skeptical ageing>aging judgement>judgment
    artefact>artifact catalogue>catalog aluminium>aluminum sulphur>sulfur foetus>fetus
    mediaeval>medieval despatch>dispatch guerilla>guerrilla advisor>adviser protestor>protester
    tsar>czar rouble>ruble jewellery>jewelry chequebook>checkbook cruellest>cruelest
""")
MERGED_BY_US = words("""
    pro-active>proactive pro-actively>proactively pro-activeness>proactiveness
    pro-activity>proactivity
    co-operate>cooperate co-operation>cooperation co-operative>cooperative co-ordinate>coordinate
    co-ordination>coordination multi-lateral>multilateral bi-lateral>bilateral e-mail>email
    peace-keeping>peacekeeping peace-keepers>peacekeepers peace-building>peacebuilding
    policy-makers>policymakers law-maker>lawmaker cyber-security>cybersecurity
    counter-terrorism>counterterrorism world-wide>worldwide re-affirm>reaffirm
    socio-economic>socioeconomic geo-political>geopolitical geo-strategic>geostrategic
    macro-economic>macroeconomic micro-economic>microeconomic bio-diversity>biodiversity
    inter-dependent>interdependent land-mines>landmines sea-bed>seabed mine-sweeper>minesweeper
    cease-fire>ceasefire denuclearisation>denuclearization de-militarise>demilitarize
    securitisation>securitization multilateralisation>multilateralization weaponised>weaponized
""")
KEPT_APART = words("""
    programme programmes programmed reprogramme cheque cheques practise practised practising
    unpractised
    licence licences metre metres micrometre storey storeys tyre tyres kerb kerbs draught draughts
    draughtsmanship enquire enquiry enquiries disc discs disk mum mummy tonne tonnes prise analyses
    paralyses dialog dialogs analog analogue dyke racquet chile louvre marshall macintosh caesar
    aline poe
    prolog pourer lustring phantasy concertise arse amongst whilst towards thru altho
    advise surprise exercise promise compromise enterprise franchise revise four hour tour your sour
    non-proliferation decision-making mid-term anti-terrorism win-win inter-national web-site to-day
    re-sign re-form re-cover co-op vice-president
    vietnamise realpolitik organisabler favouritest agonisinglier nanogrammes ren
""")
CONTENT_WORDS = words("""
    fire system million billion world people year years new said says first second one two three
    make made
    good time day week country countries state government war peace security president minister work
    great mine part number point place case fact man men woman women thing things way mr ms dr
""")
NEEDED_FUNCTION_WORDS = words("""
    the a an us we they this those of in between toward towards and or because is were be has did
    may must
    shall would who which how not no never cannot also however therefore thus moreover such etc
    it's don't that's won't they're i'm
""")


@pytest.mark.parametrize("pair", MERGED_BY_VARCON)
def test_varcon_pair_is_merged(pair: str) -> None:
    form, term = pair.split(">")
    assert (TERMS.get(form), RULES.get(form)) == (term, "varcon")


@pytest.mark.parametrize("pair", MERGED_BY_US)
def test_own_pair_is_merged(pair: str) -> None:
    form, term = pair.split(">")
    assert (TERMS.get(form), RULES.get(form)) == (term, "own")


@pytest.mark.parametrize("word", KEPT_APART)
def test_word_is_kept_apart(word: str) -> None:
    assert word not in TERMS


def test_table_has_three_columns_and_two_rules() -> None:
    text = (DATA / "spelling.csv").read_bytes().decode("ascii")
    assert text.startswith("form,term,rule\n")
    assert "\r" not in text
    assert text.endswith("\n")
    assert {len(line.split(",")) for line in text.splitlines()} == {3}
    assert set(RULES.values()) == {"varcon", "own"}


def test_forms_are_sorted_and_unique() -> None:
    forms = [row["form"] for row in read_rows()]
    assert forms == sorted(set(forms))
    assert len(forms) > 4000


def test_terms_are_fixed_points() -> None:
    assert sorted(set(TERMS) & set(TERMS.values())) == []


def test_words_are_plain_lower_case_without_possessives() -> None:
    plain = re.compile(r"[a-z]+(?:-[a-z]+)*")
    odd = [word for pair in TERMS.items() for word in pair if not plain.fullmatch(word)]
    assert odd == []


def test_own_hyphen_variants_differ_from_their_term_in_the_hyphen_alone_or_in_ise() -> None:
    own = [(form, TERMS[form]) for form in TERMS if RULES[form] == "own"]
    joined = [(form, form.replace("-", ""), term) for form, term in own]
    endings = re.compile(r"is(?=(?:e|ed|es|ing|ation)$)")
    odd = [form for form, plain, term in joined if term not in (plain, endings.sub("iz", plain))]
    assert odd == []


def test_function_words_are_sorted_unique_and_lower_case() -> None:
    listed = read_function_words()
    assert listed == sorted(set(listed))
    assert [word for word in listed if not re.fullmatch(r"[a-z]+(?:'[a-z]+)?", word)] == []
    assert 180 <= len(listed) <= 270


def test_function_words_say_what_they_are_for() -> None:
    text = (DATA / "function_words.txt").read_text(encoding="utf-8")
    assert text.startswith("#")
    assert "For display and ranking only, never for denominators" in text


def test_function_words_have_the_needed_and_no_content_words() -> None:
    listed = set(read_function_words())
    assert sorted(set(NEEDED_FUNCTION_WORDS) - listed) == []
    assert sorted(set(CONTENT_WORDS) & listed) == []


def test_no_function_word_is_a_spelling_form_or_term() -> None:
    spelled = set(TERMS) | set(TERMS.values())
    assert sorted(spelled & set(read_function_words())) == []


def test_notice_says_what_was_derived_and_carries_the_three_notices() -> None:
    text = (DATA / "NOTICE-varcon.txt").read_text(encoding="utf-8")
    first, notices = text.split("\n\n", maxsplit=1)
    assert first.startswith("The table `spelling.csv` was derived from VarCon 2020.12.07")
    assert notices.startswith("Copyright 2000-2019 by Kevin Atkinson\n\nPermission to use, copy,")
    assert "\nCopyright 2016 by Benjamin Titze\n" in notices
    assert "\nCopyright 1993, Geoff Kuenning, Granada Hills, CA\nAll rights reserved.\n" in notices
    assert "that both that copyright notice and this permission\nnotice appear" in notices
    assert notices.endswith("OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF\nSUCH DAMAGE.\n")
