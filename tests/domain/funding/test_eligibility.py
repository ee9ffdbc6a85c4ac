"""Who may apply for what: the rules of our own articles on cases written from the programmes."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.eligibility.sheet import said
from dialogs.i18n import Translator
from domain.funding.eligibility import Profile, judge, judge_all
from domain.funding.library import load
from domain.funding.places import find_oblast
from domain.funding.rules import Rules
from domain.funding.vocabulary import applicant_of, most_employees

ROOT = Path(__file__).resolve().parents[3]
ARTICLES = load(ROOT / "content" / "funding").articles
CASES = Path(__file__).with_name("eligibility_cases.jsonl").read_text("utf-8").splitlines()
# Cases by others, which lie beside the project where it is built.
GIVEN = ROOT.parent / "shared" / "funding" / "eligibility_dev.jsonl"
VERDICTS = ("eligible", "conditional", "not_eligible")


def labels(case: dict[str, Any]) -> dict[str, str]:
    return {article: verdict for verdict in VERDICTS for article in case[verdict]}


def verdicts(profile: dict[str, Any]) -> dict[str, str]:
    found = judge_all(ARTICLES.values(), Profile.model_validate(profile))
    assert all(one.reasons and one.source.startswith("http") for one in found)
    return {one.id: one.verdict for one in found}


@pytest.mark.parametrize("line", CASES)
def test_the_articles_judge_our_cases(line: str) -> None:
    case = json.loads(line)
    found, expected = verdicts(case["profile"]), labels(case)
    assert {article: found[article] for article in expected} == expected


@pytest.mark.skipif(not GIVEN.exists(), reason="the given cases are not on this machine")
def test_the_given_cases_are_judged_as_labelled() -> None:
    right, told, over = 0, 0, []
    for line in GIVEN.read_text("utf-8").splitlines():
        case = json.loads(line)
        found = verdicts(case["profile"])
        for article, label in labels(case).items():
            told += 1
            right += found[article] == label
            if (label, found[article]) == ("not_eligible", "eligible"):
                over.append((article, case["profile"]))
    print(f"{right} of {told} labelled pairs are right")  # noqa: T201 - the figure, with pytest -s
    assert over == []
    assert right / told >= 0.9


profiles = st.builds(
    Profile,
    org_type=st.sampled_from(["sme", "startup", "public_hospital", "university", "ngo", None]),
    country=st.sampled_from(["UA", "PL", "US", None]),
    region=st.sampled_from(["Lviv", "Kyiv", None]),
    employees=st.one_of(st.none(), st.integers(0, 2000)),
    turnover_eur=st.one_of(st.none(), st.floats(0, 1e9)),
    trl=st.one_of(st.none(), st.integers(1, 9)),
    partners=st.one_of(st.none(), st.lists(st.sampled_from(["PL", "RO", "GE", "US"]), max_size=3)),
)


@given(profiles, st.sampled_from(sorted(Profile.model_fields)))
def test_forgetting_a_fact_never_refuses(profile: Profile, field: str) -> None:
    """What is not known leads to "if": nobody is turned away for what they did not say."""
    less = profile.model_copy(update={field: None})
    after = {one.id: one.verdict for one in judge_all(ARTICLES.values(), less)}
    for before in judge_all(ARTICLES.values(), profile):
        if before.verdict != "not_eligible":
            assert after[before.id] != "not_eligible"


@given(profiles)
def test_another_member_state_never_harms(profile: Profile) -> None:
    rules = Rules.model_validate(
        {"eligible": ["ngo", "sme"], "partners": {"countries": 3, "member_states": 1}}
    )
    with_more = profile.model_copy(update={"partners": [*(profile.partners or ()), "FR"]})
    order = ["not_eligible", "conditional", "eligible"]
    before, after = judge("x", rules, profile).verdict, judge("x", rules, with_more).verdict
    assert order.index(after) >= order.index(before)


@pytest.mark.parametrize(
    ("partners", "words"),
    [
        ([], "add 2 partners from 2 other countries, at least one an EU member state"),
        (["PL"], "add 1 partner from another country of the programme"),
        (["GE"], "add 1 partner from another country, which has to be an EU member state"),
        (["GE", "MD"], "add a partner from an EU member state"),
        (["GE", "US"], "add 1 partner from another country, which has to be an EU member state"),
    ],
)
def test_what_is_missing_from_a_consortium_is_counted(partners: list[str], words: str) -> None:
    rules = ARTICLES["horizon-europe"].head.eligibility
    assert rules is not None
    found = judge("x", rules, Profile(org_type="ngo", country="UA", partners=partners))
    assert [str(reason) for reason in found.reasons] == [words]


@pytest.mark.parametrize(
    ("kind", "ownership", "size", "applicant", "people"),
    [
        ("hospital", "public", "250", "public_hospital", None),
        ("hospital", "private", "10_49", "private_clinic", 49),
        ("hospital", None, None, None, None),
        ("sme", None, "250", "large_company", None),
        ("sme", "private", "50_249", "sme", 249),
        ("research", "public", "1_9", None, 9),
        ("authority", "public", None, "public_authority", None),
        ("other", None, None, None, None),
    ],
)
def test_a_profile_becomes_an_applicant(
    kind: str, ownership: str | None, size: str | None, applicant: str | None, people: int | None
) -> None:
    assert applicant_of(kind, ownership, size) == applicant
    assert most_employees(size) == people


def test_areas_and_countries_are_named_in_the_readers_language() -> None:
    area = {"name": {"uk": "Румунія – Україна", "en": "Romania – Ukraine"}}
    areas = [{**area, "oblasts": ["odesa"], "partners": ["RO", "MD"]}]
    rules = Rules.model_validate({"eligible": ["ngo"], "areas": areas})
    found = judge("a", rules, Profile(org_type="ngo", country="UA", region="Одеса"))
    [reason] = found.reasons
    assert said(reason, Translator("uk")).startswith("Румунія – Україна: ")
    assert "Румунія, Молдова" in said(reason, Translator("uk"))
    assert "Romania, Moldova" in said(reason, Translator("en"))
    assert "RO, MD" in str(reason)


@pytest.mark.parametrize(
    ("region", "oblast"),
    [
        ("Кам’янець-Подільський", "khmelnytskyi"),
        ("Хуст", "zakarpattia"),
        ("в Сарнах", "rivne"),
        ("Rivne hromada", "rivne"),
        ("хустка", None),
        ("displaced, living in Vienna", None),
        ("Lviv, moved to Warsaw", None),
        ("moved from Ivano-Frankivsk to Vienna", None),
        ("relocated to Lviv from Kharkiv", "lviv"),
        ("переїхали з Маріуполя до Ужгорода", "zakarpattia"),
    ],
)
def test_an_oblast_is_where_they_are_now(region: str, oblast: str | None) -> None:
    assert find_oblast(region) == oblast
