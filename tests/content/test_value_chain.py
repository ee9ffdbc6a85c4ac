"""The value-chain survey keeps its public contract and reads well in both languages.

Names, places and codes are what answers are stored and exported under, and what responses
imported from elsewhere use: what `QUESTIONS` and `CHOICES` list may be added to, never renamed.
"""

import re
import shutil
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

WORKBOOK = Path(__file__).parents[2] / "content/surveys/value_chain.xlsx"

XF = "{http://www.w3.org/2002/xforms}"
LANKA = "{urn:lanka:xforms}"
ENGLISH, UKRAINIAN = "English (en)", "Ukrainian (uk)"

# Place in the form: type. The 56 questions that are put to a person.
QUESTIONS = {
    "consent": "select_one yn",
    "org/org_type": "select_one org_type",
    "org/org_type_other": "text",
    "org/org_name": "text",
    "org/edrpou": "text",
    "org/oblast": "select_one oblast",
    "org/size": "select_one size",
    "org/role": "select_one role",
    "chain/stages": "select_multiple stage",
    "chain/main_stage": "select_one stage",
    "chain/fields": "select_multiple field",
    "chain/missing_stages": "select_multiple stage",
    "impact/disrupted": "select_one disrupted",
    "impact/disrupted_stages": "select_multiple stage",
    "impact/causes": "select_multiple cause",
    "impact/recovery": "select_one recovery",
    "impact/bn/bn_inputs": "range",
    "impact/bn/bn_skills": "range",
    "impact/bn/bn_finance": "range",
    "impact/bn/bn_cert": "range",
    "impact/bn/bn_logistics": "range",
    "impact/bn/bn_demand": "range",
    "impact/bn_text": "text",
    "links/n_links": "integer",
    "links/link/p_name": "text",
    "links/link/p_type": "select_one org_type",
    "links/link/p_stage": "select_one stage",
    "links/link/p_country": "select_one country",
    "links/link/p_state": "select_one linkstate",
    "links/weak_why": "text",
    "hospital/beds": "integer",
    "hospital/h_modern": "select_multiple modern",
    "hospital/h_train": "select_multiple train",
    "hospital/h_ua_share": "integer",
    "hospital/h_pilot": "select_one yn",
    "sme/s_class": "select_one mdclass",
    "sme/s_cert": "select_multiple cert",
    "sme/s_certbar": "select_multiple certbar",
    "sme/s_import": "integer",
    "sme/s_export": "integer",
    "sme/s_free": "integer",
    "sme/s_invest": "select_one invest",
    "ngo/n_act": "select_multiple ngoact",
    "ngo/n_benef": "integer",
    "ngo/n_gap": "text",
    "research/r_trl": "range",
    "research/r_contracts": "integer",
    "research/r_bar": "select_multiple resbar",
    "research/r_equip": "select_one yn",
    "coop/intl": "select_one intl",
    "coop/progs": "select_multiple prog",
    "coop/cycle": "select_multiple cycle",
    "coop/offer": "select_multiple offer",
    "coop/seek": "text",
    "coop/publish": "select_one yn",
    "coop/email": "text",
}
CALCULATIONS = ["links/n_weak", "coop/full_cycle", "bn_score"]

CHOICES = {
    "yn": "yes no",
    "org_type": "hospital sme ngo research cluster authority other",
    "size": "1_9 10_49 50_249 250",
    "role": "head deputy medical tech intl staff",
    "stage": "rnd inputs proto mfg cert dist proc clinic rehab service train digital",
    "field": "endo prosth surg imag ivd cardio digi pharma cons mental mil",
    "disrupted": "no partly fully",
    "cause": "energy damage moved staff supply clients money border cyber",
    "recovery": "full half little none",
    "country": "ua eu other",
    "linkstate": "strong weak broken planned",
    "modern": "imaging or icu lab rehab it energy",
    "train": "econ mgmt hta proc clin tech grant",
    "mdclass": "I IIa IIb III ivd soft not",
    "cert": "ua_tr iso13485 ce_mdd ce_mdr fda progress none",
    "certbar": "know cost nb clin docs staff noneed",
    "invest": "lt100 100_500 500_2m gt2m no",
    "ngoact": "supply train rehab adv fund data",
    "resbar": "money ind ip equip people rules",
    "intl": "none partner coord",
    "prog": "horizon eu4h erasmus smp interreg eureka bilateral other",
    "cycle": "train rnd proto cert prod clin after",
    "offer": "site prod lab exp data train market",
    "oblast": "vinnytsia volyn dnipropetrovsk donetsk zhytomyr zakarpattia zaporizhzhia"
    " ivano_frankivsk kyiv_oblast kirovohrad luhansk lviv mykolaiv odesa poltava rivne sumy"
    " ternopil kharkiv kherson khmelnytskyi cherkasy chernivtsi chernihiv city_of_kyiv crimea"
    " sevastopol abroad",
}

PROFILE = {
    "consent": "consent",
    "org/org_type": "organisation.type",
    "org/org_type_other": "organisation.type_other",
    "org/org_name": "organisation.name",
    "org/edrpou": "organisation.edrpou",
    "org/oblast": "organisation.oblast",
    "org/size": "organisation.size",
    "org/role": "contact.role",
    "coop/email": "organisation.email",
}

# Words that a Ukrainian text may spell in Latin letters; anything else is a slip of the keyboard.
LATIN = (
    "CE COSME EU4Health EUREKA Erasmus Eurostars FDA ISO IVD IVDD IVDR Interreg MDD MDR TRL"
    " eHealth in vitro I IIa IIb III"
)

Row = dict[str, str]


@cache
def rows(sheet: str) -> list[Row]:
    header, *data = openpyxl.load_workbook(WORKBOOK)[sheet].iter_rows(values_only=True)
    return [
        {str(key): str(value) for key, value in zip(header, row, strict=True) if value is not None}
        for row in data
    ]


def texts(language: str) -> list[str]:
    found = [
        text
        for sheet in ("survey", "choices")
        for row in rows(sheet)
        for column, text in row.items()
        if column.endswith(f"::{language}")
    ]
    assert len(found) > len(QUESTIONS) + sum(len(codes.split()) for codes in CHOICES.values())
    return found


@pytest.fixture(scope="module")
def xform() -> ET.Element:
    result = convert(WORKBOOK, validate=False)
    assert result.warnings == []
    return ET.fromstring(result.xform)  # noqa: S314 - our own form


@pytest.mark.skipif(shutil.which("java") is None, reason="ODK Validate needs java")
def test_odk_validate_accepts_it() -> None:
    assert convert(WORKBOOK, validate=True).warnings == []


def test_questions_keep_their_names_places_and_types() -> None:
    types: dict[str, str] = {}
    place: list[str] = []
    for row in rows("survey"):
        kind = row["type"]
        if kind.startswith("begin_"):
            place.append(row["name"])
        elif kind.startswith("end_"):
            place.pop()
        else:
            types["/".join([*place, row["name"]])] = kind
    calculations = [path for path, kind in types.items() if kind == "calculate"]
    asked = {
        path: kind
        for path, kind in types.items()
        if kind not in {"start", "end", "note", "calculate"}
    }
    assert asked == QUESTIONS
    assert list(asked) == list(QUESTIONS)
    assert calculations == CALCULATIONS


def test_choices_keep_their_codes() -> None:
    codes: dict[str, list[str]] = {}
    for row in rows("choices"):
        codes.setdefault(row["list_name"], []).append(row["name"])
    assert codes == {name: listed.split() for name, listed in CHOICES.items()}


def test_settings_say_one_response_per_organisation(xform: ET.Element) -> None:
    instance = xform.find(f".//{XF}instance")
    assert instance is not None
    root = instance[0]
    assert root.get("id") == "value_chain"
    assert root.get(f"{LANKA}responses") == "organisation"


def test_questions_are_tied_to_the_profile(xform: ET.Element) -> None:
    ties = {
        bind.get("nodeset", "").removeprefix("/data/"): tie
        for bind in xform.iter(f"{XF}bind")
        if (tie := bind.get(f"{LANKA}profile"))
    }
    assert ties == PROFILE


@pytest.mark.parametrize("sheet", ["survey", "choices"])
def test_both_languages_are_complete(sheet: str) -> None:
    for row in rows(sheet):
        for column in row:
            if column.endswith(f"::{ENGLISH}"):
                assert column.replace(ENGLISH, UKRAINIAN) in row, row
            if column.endswith(f"::{UKRAINIAN}"):
                assert column.replace(UKRAINIAN, ENGLISH) in row, row
        unlabelled = row.get("type", "") in {
            "start",
            "end",
            "calculate",
            "end_group",
            "end_repeat",
        }
        assert unlabelled or f"label::{ENGLISH}" in row, row


def test_every_constraint_says_in_both_languages_what_it_wants() -> None:
    constrained = [row for row in rows("survey") if "constraint" in row]
    assert constrained
    for row in constrained:
        assert f"constraint_message::{ENGLISH}" in row, row["name"]
        assert f"constraint_message::{UKRAINIAN}" in row, row["name"]


def test_both_languages_insert_the_same_answers() -> None:
    for row in rows("survey"):
        for column, text in row.items():
            if column.endswith(f"::{ENGLISH}"):
                other = row[column.replace(ENGLISH, UKRAINIAN)]
                assert re.findall(r"\$\{\w+\}", text) == re.findall(r"\$\{\w+\}", other)


def test_typography() -> None:
    for text in texts(UKRAINIAN):
        assert not re.search("[\"'`ʼ“”„]", text), f"quotes are «», the apostrophe is ’: {text}"
    for text in texts(ENGLISH):
        assert not re.search("[\"'`ʼ«»„]", text), f"quotes are “”, the apostrophe is ’: {text}"
    for text in texts(UKRAINIAN) + texts(ENGLISH):
        assert "—" not in text, f"a dash is –: {text}"
        assert text == " ".join(text.split()), f"stray spaces: {text!r}"
        assert text == unicodedata.normalize("NFC", text)


def prose(text: str) -> str:
    """The text without commands, references to answers and addresses."""
    return re.sub(r"/[a-z]+|\$\{\w+\}|\S+@\S+", " ", text)


def test_ukrainian_words_have_no_latin_letters_in_them() -> None:
    for text in texts(UKRAINIAN):
        for word in re.findall(r"\w+", prose(text)):
            if re.search("[A-Za-z]", word):
                assert word in LATIN.split(), f"{word!r} in {text!r}"


def test_english_has_no_cyrillic_letters() -> None:
    for text in texts(ENGLISH):
        assert not re.search("[\u0400-\u04ff]", text), text


def test_no_russian_letters() -> None:
    for text in texts(UKRAINIAN):
        assert not re.search("[ёъыэЁЪЫЭ]", text), text


def test_the_workbook_is_tidy() -> None:
    workbook = openpyxl.load_workbook(WORKBOOK)
    assert workbook.sheetnames == ["survey", "choices", "settings"]
    for sheet in workbook:
        assert sheet.freeze_panes is not None
        header = [cell.value for cell in sheet[1]]
        assert all(header)
        assert len(set(header)) == len(header)
        assert all(cell.font.bold for cell in sheet[1])
        for row in sheet.iter_rows(min_row=2):
            assert any(cell.value for cell in row), f"{sheet.title}: empty row {row[0].row}"
        for column in sheet.iter_cols(min_row=2):
            assert any(cell.value for cell in column), f"{sheet.title}: empty {column[0].column}"


def test_choices_of_one_list_stand_together() -> None:
    lists = [row["list_name"] for row in rows("choices")]
    assert 1 + sum(a != b for a, b in pairwise(lists)) == len(CHOICES)
