"""The fields of an event in the order in which they are asked for, and how each reads."""

from collections.abc import Mapping
from enum import StrEnum

from dialogs.events.cards import LANGUAGES, MODES
from dialogs.events.times import local
from dialogs.i18n import Translator
from dialogs.organisation.zones import city
from dialogs.survey.values import shorten
from domain.events.event import Event, Mode, in_language
from domain.surveys.message import N_

SHOWN = 200  # letters of a text that a card shows


class Field(StrEnum):
    """One thing that an organiser gives, on one screen."""

    TITLE = "title"
    DESCRIPTION = "description"
    ZONE = "zone"
    START = "start"
    END = "end"
    PLACE = "place"
    SEATS = "seats"
    LINK = "link"
    LIMIT = "limit"
    APPROVAL = "approval"
    LANGUAGES = "languages"
    CLOSES = "closes"
    CLAIM = "claim"
    ORGANISER = "organiser"
    QUESTIONS = "questions"
    MATERIALS = "materials"


TEXTS = {Field.TITLE: "title", Field.DESCRIPTION: "description", Field.PLACE: "place"}
MOMENTS = (Field.START, Field.END, Field.CLOSES)

LABELS: Mapping[Field, str] = {
    Field.TITLE: N_("Title"),
    Field.DESCRIPTION: N_("What it is about"),
    Field.ZONE: N_("Time zone"),
    Field.START: N_("Start"),
    Field.END: N_("End"),
    Field.PLACE: N_("Place"),
    Field.SEATS: N_("Seats"),
    Field.LINK: N_("Link of the call"),
    Field.LIMIT: N_("Seats per organisation"),
    Field.APPROVAL: N_("Approval"),
    Field.LANGUAGES: N_("Languages"),
    Field.CLOSES: N_("Registration closes"),
    Field.CLAIM: N_("Time to take an offered seat"),
    Field.ORGANISER: N_("Organiser of the event"),
    Field.QUESTIONS: N_("Own questions"),
    Field.MATERIALS: N_("Materials"),
}

HINTS: Mapping[Field, str] = {
    Field.TITLE: N_("Write the title. One language is enough; the other can follow."),
    Field.DESCRIPTION: N_("Write in a few sentences what it is about, and for whom."),
    Field.ZONE: N_("Where is it? Choose, or write a city. All times are on the clock there."),
    Field.START: N_("Choose the day, or write day and time: 10.03.2027 14:00."),
    Field.END: N_("Choose the time, or write it: 17:30, or 11.03.2027 13:00."),
    Field.PLACE: N_("Write where it is: the city and the address. Held online only? Go on."),
    Field.SEATS: N_(
        "How do people take part, and how many seats are there? Press the number of a way and"
        " write another."
    ),
    Field.LINK: N_(
        "Write the link of the call. Only the confirmed see it, from 30 minutes before the start"
        " to the end."
    ),
    Field.LIMIT: N_("How many seats may one organisation have? Choose, or write a number."),
    Field.APPROVAL: N_("Do you approve each registration yourself?"),
    Field.LANGUAGES: N_("Which languages are spoken?"),
    Field.CLOSES: N_("When does registration close? Choose, or write day and time."),
    Field.CLAIM: N_(
        "How many hours is an offered seat held for who waits? It never runs out at night."
    ),
    Field.ORGANISER: N_("Write who invites."),
    Field.QUESTIONS: N_(
        "Send a small XLSForm as a file: its questions are asked before registering, and the"
        " answers stand in the list of attendees."
    ),
    Field.MATERIALS: N_(
        "Choose what it is, then send a file or a link. A recording is shown after the event."
    ),
}


def offered(event: Event) -> list[Field]:
    """The fields that make sense for the event as it is."""
    return [one for one in Field if one is not Field.LINK or Mode.ONLINE in event.capacity]


def following(event: Event, field: Field) -> Field | None:
    """What is asked after a field; None after the last one."""
    later = [one for one in offered(event) if list(Field).index(one) > list(Field).index(field)]
    return later[0] if later else None


def value_of(event: Event, field: Field, tr: Translator) -> str:
    """What a field says now, as plain text; blank where nothing was given."""
    if field in TEXTS:
        return shorten(in_language(getattr(event, TEXTS[field]), tr.language), SHOWN)
    if field in MOMENTS:
        return _moment(event, field, tr)
    match field:
        case Field.ZONE:
            return city(event.zone, tr.locale)
        case Field.SEATS:
            return ", ".join(
                f"{tr(MODES[m])}: {seats(event.capacity[m], tr)}" for m in event.modes
            )
        case Field.LINK:
            return event.join_url or ""
        case Field.LIMIT:
            return seats(event.organisation_limit, tr)
        case Field.APPROVAL:
            return tr("each registration is approved") if event.approval else tr("not needed")
        case Field.LANGUAGES:
            return ", ".join(tr(LANGUAGES[c]) if c in LANGUAGES else c for c in event.languages)
        case Field.CLAIM:
            return tr.plural("%(n)s hour", "%(n)s hours", event.claim_hours)
        case Field.ORGANISER:
            return event.organiser
        case Field.QUESTIONS:
            return tr("asked before registering") if event.form_id else tr("none")
    return tr.number(len(event.materials))


def _moment(event: Event, field: Field, tr: Translator) -> str:
    moments = {Field.START: event.starts_at, Field.END: event.ends_at}
    at = moments.get(field, event.registration_closes_at)
    if at is not None:
        return local(at, event.zone, tr)
    return tr("when the event ends") if field is Field.CLOSES else ""


def seats(count: int | None, tr: Translator) -> str:
    """A number of seats, or that there is no limit."""
    return tr("no limit") if count is None else tr.number(count)
