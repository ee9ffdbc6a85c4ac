"""The questions: what is offered on buttons, how a typed answer is read, how it is shown."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from babel.core import Locale
from pydantic import ValidationError

from dialogs.i18n import Translator
from domain.funding.eligibility import Profile
from domain.funding.places import find_oblast
from domain.funding.vocabulary import applicant_of, most_employees
from domain.people.vocabulary import OBLASTS
from domain.surveys.message import N_
from storage.organisations import Organisation

#: the fields of a profile in the order of asking
STEPS = (
    "org_type", "country", "region", "employees", "turnover_eur", "sector", "trl", "partners",
    "need",
)  # fmt: skip
ASKED: Mapping[str, str] = {
    "org_type": N_("What kind of organisation are you?"),
    "country": N_("In which country are you established?"),
    "region": N_("In which oblast? Write its name or a city."),
    "employees": N_("How many people work for you? Write a number."),
    "turnover_eur": N_("What is your turnover a year, in euros? Write a number."),
    "sector": N_("What is your sector? For example: medical devices, rehabilitation."),
    "trl": N_("How mature is your technology? TRL 1 is an idea, 9 is a product in use."),
    "partners": N_("From which countries are your partners? Write them with commas."),
    "need": N_("What do you need the support for?"),
}
LABELS: Mapping[str, str] = {
    "org_type": N_("Type"),
    "country": N_("Country"),
    "region": N_("Oblast"),
    "employees": N_("People"),
    "turnover_eur": N_("Turnover, EUR"),
    "sector": N_("Sector"),
    "trl": N_("TRL"),
    "partners": N_("Partners’ countries"),
    "need": N_("Need"),
}
TYPES: Mapping[str, str] = {
    "public_hospital": N_("Public hospital"),
    "private_clinic": N_("Private clinic"),
    "sme": N_("SME (small or medium-sized)"),
    "startup": N_("Start-up"),
    "large_company": N_("Large company"),
    "ngo": N_("NGO / charity"),
    "university": N_("University"),
    "research_institute": N_("Research institute"),
    "cluster": N_("Cluster / association"),
    "public_authority": N_("Public authority"),
    "individual_researcher": N_("Individual researcher"),
    "aspiring_entrepreneur": N_("Future entrepreneur"),
}
NEEDS: Mapping[str, str] = {
    "research": N_("Research"),
    "equipment": N_("Equipment"),
    "infrastructure": N_("Infrastructure"),
    "energy": N_("Energy, environment"),
    "training": N_("Training"),
    "mobility": N_("Exchange, mobility"),
    "networking": N_("Partners, networking"),
    "market_access": N_("Market access"),
    "scale_up": N_("Growth, investment"),
    "loan": N_("Loan"),
}
REFUSED: Mapping[str, str] = {
    "country": N_("I do not know this country. Write its name, for example Poland."),
    "partners": N_("I do not know a country here: %(words)s. Write names with commas."),
    "employees": N_("A whole number is needed, for example 45."),
    "turnover_eur": N_("A number in euros is needed, for example 2500000."),
    "trl": N_("A number from 1 to 9 is needed."),
}
COUNTRIES = ("UA", "PL", "RO", "SK", "HU", "DE")
LANGUAGES = ("uk", "en")
#: what people say and the Unicode names of territories do not
SAID = {
    "uk": "GB",
    "велика британія": "GB",
    "чехія": "CZ",
    "czech republic": "CZ",
    "туреччина": "TR",
    "turkey": "TR",
}
LONGEST = 200


class Unread(ValueError):  # noqa: N818 - an outcome of reading
    """What was typed is no answer; the message says why, with its values."""

    def __init__(self, msgid: str, **values: str) -> None:
        super().__init__(msgid)
        self.msgid, self.values = msgid, values


def read(step: str, text: str) -> Any:
    """The value of a typed answer; raises `Unread`."""
    text = " ".join(text.split())[:LONGEST]
    match step:
        case "country":
            found = country(text)
            if found is None:
                raise Unread(REFUSED[step])
            return found
        case "partners":
            return _countries(text)
        case "employees" | "turnover_eur" | "trl":
            digits = re.sub(r"[\s  ]|€|eur\b|грн", "", text.casefold())
            if not re.fullmatch(r"\d{1,13}([.,]\d{1,2})?", digits):
                raise Unread(REFUSED[step])
            number = float(digits.replace(",", "."))
            if (step != "turnover_eur" and number != int(number)) or (
                step == "trl" and not 1 <= number <= 9
            ):
                raise Unread(REFUSED[step])
            return number if step == "turnover_eur" else int(number)
        case "org_type":
            raise Unread(N_("Please choose with the buttons, or skip the question."))
        case "need":
            return [text]
    return text


def country(text: str) -> str | None:
    """The code of a country from its code or its name in Ukrainian or English."""
    asked = text.strip(" .").casefold()
    if asked in SAID:
        return SAID[asked]
    for lang in LANGUAGES:
        for code, name in Locale(lang).territories.items():
            if len(code) == 2 and asked in (code.casefold(), name.casefold()):
                return str(code)
    return None


def _countries(text: str) -> list[str]:
    words = [word for word in re.split(r"[,;/\n]| and | та | і | й ", text) if word.strip()]
    found = [country(word) for word in words]
    lost = [w.strip() for w, code in zip(words, found, strict=True) if code is None]
    if lost:
        raise Unread(REFUSED["partners"], words=", ".join(lost))
    return list(dict.fromkeys(code for code in found if code))


def options(step: str, tr: Translator) -> Sequence[tuple[str, str]]:
    """What is offered on buttons: codes and texts."""
    match step:
        case "org_type":
            return [(code, tr(text)) for code, text in TYPES.items()]
        case "country":
            return [(code, country_name(code, tr)) for code in COUNTRIES]
        case "trl":
            return [(str(level), str(level)) for level in range(1, 10)]
        case "partners":
            return [("-", tr("No partners yet"))]
        case "need":
            return [(code, tr(text)) for code, text in NEEDS.items()]
    return []


def chosen(step: str, code: str) -> Any:
    """The value of a button; None for one that is not offered."""
    match step:
        case "org_type":
            return code if code in TYPES else None
        case "country":
            return code if code in COUNTRIES else None
        case "trl":
            return int(code) if code.isdecimal() and 1 <= int(code) <= 9 else None
        case "partners":
            return [] if code == "-" else None
        case "need":
            return [code] if code in NEEDS else None
    return None


def shown(step: str, value: Any, tr: Translator) -> str:
    """A value in words."""
    match step:
        case "org_type":
            return tr(TYPES[value])
        case "country":
            return country_name(value, tr)
        case "region":
            return tr(OBLASTS[found]) if (found := find_oblast(value)) else str(value)
        case "employees" | "turnover_eur" | "trl":
            return tr.number(value)
        case "partners":
            names = ", ".join(country_name(code, tr) for code in value)
            return names or tr("no partners yet")
        case "need":
            return ", ".join(tr(NEEDS[one]) if one in NEEDS else one for one in value)
    return str(value)


def country_name(code: str, tr: Translator) -> str:
    """A country by its code, in the reader's language; the code where it has no name."""
    return str(tr.locale.territories.get(code, code))


def next_step(step: str | None, values: Mapping[str, Any], by: int = 1) -> str | None:
    """The step after (or before) a step; the oblast is asked in Ukraine alone."""
    at = STEPS.index(step) if step else -1
    steps = range(at + by, len(STEPS) if by > 0 else -1, by)
    for index in steps:
        if STEPS[index] == "region" and values.get("country") not in (None, "UA"):
            continue
        return STEPS[index]
    return None


def prefilled(organisation: Organisation) -> dict[str, Any]:
    """What the profile tells before anything is asked; answers to surveys fill it, too."""
    values: dict[str, Any] = {
        "org_type": applicant_of(organisation.type, organisation.ownership, organisation.size),
        "employees": most_employees(organisation.size),
    }
    if organisation.oblast and organisation.oblast != "abroad":
        values |= {"country": "UA", "region": OBLASTS[organisation.oblast]}
    return {name: value for name, value in values.items() if value is not None}


def profile_of(values: Mapping[str, Any]) -> Profile:
    """The profile that is judged."""
    try:
        return Profile.model_validate({name: values.get(name) for name in STEPS})
    except ValidationError:  # kept by an older version: what it does not know is asked anew
        return Profile()
