"""The profile's fields as a reader meets them: questions, labels, options, what words mean."""

from collections.abc import Mapping, Sequence

from babel.core import Locale

from dialogs.i18n import LANGUAGES, Translator
from dialogs.organisation.zones import OFFERED, city, find_zone
from domain.people.edrpou import Problem
from domain.people.profile import CHOICES, NO_TIME_ZONE, NOT_OFFERED, Field, read, size_of
from domain.surveys.form import Text
from domain.surveys.message import N_, Message
from domain.surveys.reading.options import matching
from domain.surveys.wording import Option
from storage.organisations import Organisation

LABELS: Mapping[Field, str] = {
    Field.NAME: N_("Name"),
    Field.TYPE: N_("Type"),
    Field.TYPE_OTHER: N_("Type in your own words"),
    Field.OWNERSHIP: N_("Ownership"),
    Field.OBLAST: N_("Oblast"),
    Field.SIZE: N_("People working there"),
    Field.EMAIL: N_("E-mail"),
    Field.TIME_ZONE: N_("Time zone"),
}

QUESTIONS: Mapping[Field, str] = {
    Field.NAME: N_("<b>What is the organisation called?</b>\nPlease write its full name."),
    Field.TYPE: N_("<b>What kind of organisation is it?</b>"),
    Field.TYPE_OTHER: N_("<b>What kind of organisation is it, in your own words?</b>"),
    Field.OWNERSHIP: N_("<b>Who owns it?</b>"),
    Field.OBLAST: N_("<b>Where is its main site?</b>\nChoose the oblast, or write its name."),
    Field.SIZE: N_("<b>How many people work there?</b>"),
    Field.EMAIL: N_("<b>To which e-mail address may invitations and documents be sent?</b>"),
    Field.TIME_ZONE: N_("<b>In which time zone does it work?</b>\nChoose, or write a large city."),
}


PROBLEMS = {
    Problem.NOT_DIGITS: N_("An EDRPOU code has eight digits and nothing else."),
    Problem.LENGTH: N_("An EDRPOU code has exactly eight digits; zeros at the front count."),
    Problem.CHECK_DIGIT: N_("There is no such code: its last digit does not fit the others."),
    Problem.PERSONAL: N_(
        "Ten digits are a person’s own tax number. It is not kept here; please press “There is no"
        " code”."
    ),
}


def options_of(field: Field, tr: Translator) -> Sequence[Option]:
    """What is offered for a field, labelled for the reader; nothing where it is written."""
    if field is Field.TIME_ZONE:
        return [Option(zone, city(zone, tr.locale)) for zone in OFFERED]
    return [
        Option(
            code,
            tr(label),
            Text({language: (Translator(language)(label),) for language in LANGUAGES}),
        )
        for code, label in CHOICES.get(field, {}).items()
    ]


def show(field: Field, value: str | None, tr: Translator) -> str:
    """A value for its reader, plain; blank where there is none."""
    if value is None:
        return ""
    if field is Field.TIME_ZONE:
        return city(value, Locale(tr.language))
    label = CHOICES.get(field, {}).get(value)
    return value if label is None else tr(label)


def values_of(organisation: Organisation) -> dict[str, str | None]:
    """The profile by field."""
    return {field.value: getattr(organisation, field) for field in Field}


def understand(field: Field, text: str, tr: Translator) -> str | Sequence[str] | Message:
    """The value that typed words mean; several codes where they fit several; or why none."""
    if field is Field.TIME_ZONE:
        return find_zone(text) or Message(NO_TIME_ZONE)
    if field not in CHOICES:
        return read(field, text)
    digits = "".join(text.split())
    if digits.isdecimal():  # how many people; elsewhere nothing has a number
        size = size_of(int(digits)) if field is Field.SIZE else None
        return size or Message(NOT_OFFERED)
    codes = matching(text, options_of(field, tr))
    if not codes:
        return Message(NOT_OFFERED)
    return codes[0] if len(codes) == 1 else codes
