"""Writes `docs/messages.md` from the list of all messages that leave on their own: `make schema`.

Rules come from `domain.messages`, words from the templates themselves with the sample values
below, so that the page can say neither more nor less than the program does. A test compares both.
"""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dialogs.i18n import LANGUAGES, Translator
from dialogs.notices import Notice, render
from domain.events.event import Event, EventState, Mode, Registration, State
from domain.messages import RULES, Doubt, Priority, Quiet, Rule, Topic

PAGE = Path(__file__).resolve().parent / "messages.md"
INTRO = """\
# Messages that leave on their own

Made from `domain/messages.py` and the templates by `make schema`; do not edit. Everything that
Lanka sends without being asked is here: what has no rules is not sent.

Each message is written to the outbox in the transaction that causes it, and looked at again just
before it leaves: its time may be over, its reader may have blocked the bot or muted it, and what
it says may no longer be true. It is worded then, in the reader's language. Between 21:00 and 8:00
where the reader is, most wait for the morning.

**In doubt**: Telegram cannot be asked whether a message arrived. One that was on the wire when the
program died, or that was never answered, is sent *again* or *held* (and counted as unknown),
whichever is the lesser evil for its kind.

**Muting**: by the button under a message, or in the menu under 🔔 Notifications (Сповіщення). What
somebody waits for cannot be muted.
"""

DOUBT = {Doubt.AGAIN: "again", Doubt.HOLD: "held"}
QUIET = {
    Quiet.NEVER: "leaves at any time",
    Quiet.UNLESS_SOON: "waits, unless the event is too soon for that",
    Quiet.ALWAYS: "waits for 8:00",
}
TOPICS = {
    None: "–",
    Topic.EVENTS: "this event, or all reminders of events",
    Topic.SURVEYS: "this survey, or all reminders of surveys",
    Topic.NEWS: "all news",
}
ORDER = {
    Priority.URGENT: "1: a window is running",
    Priority.ANSWER: "2: somebody waits for it",
    Priority.SOON: "3: within the hour",
    Priority.DAYS: "4: within days",
    Priority.BROADCAST: "5: news",
    Priority.NUDGE: "6: nudges",
}

START = datetime(2027, 2, 10, 12, 0, tzinfo=UTC)
EVENT = Event(
    id=7,
    slug="deep-dive",
    token="",
    state=EventState.PUBLISHED,
    title={"uk": "Діагностична сесія", "en": "Deep-dive session"},
    description={},
    place={"uk": "Барселона, Fira", "en": "Barcelona, Fira"},
    starts_at=START,
    ends_at=START + timedelta(hours=3),
    zone="Europe/Madrid",
    languages=("uk", "en"),
    organiser="Clusters4Health",
    join_url="https://meet.example.org/",
    capacity={Mode.ONSITE: 40, Mode.ONLINE: None},
    organisation_limit=None,
    approval=False,
    registration_open=True,
    registration_closes_at=None,
    claim_hours=24,
    form_id=None,
    materials=(),
    sequence=1,
    changed_at=START,
)
REGISTRATION = Registration(
    id=3,
    event_id=7,
    organisation_id=1,
    person_id=1,
    registered_by=1,
    attendee="Олена Коваль",
    mode=Mode.ONLINE,
    state=State.CONFIRMED,
    code="",
    ticket_version=1,
    queue_no=None,
    offer_no=0,
    offer_expires_at=None,
    created_at=START,
    changed_at=START,
    checked_in_at=None,
    checked_in_by=None,
    joined_at=None,
    rating=None,
    source=None,
    certificate=None,
)
SAMPLE: dict[str, Any] = {
    "message": 1,
    "delete": False,
    "contact": 1,
    "organisation": "КНП «Лікарня № 5»",
    "name": "Олена Коваль",
    "username": "olena",
    "enquiry": 1,
    "asker": "Андрій Мельник",
    "by": "Sofía",
    "answer": "Так: програма «Горизонт Європа», заявки до 15 березня.",
    "event": EVENT.id,
    "registration": REGISTRATION.id,
    "title": EVENT.title,
    "place": EVENT.place,
    "starts_at": START.isoformat(),
    "zone": EVENT.zone,
    "until": (START - timedelta(days=2)).isoformat(),
    "attendee": REGISTRATION.attendee,
    "event_now": EVENT,
    "registration_now": REGISTRATION,
    "bot": "lanka_bot",
    "secret": b"",
    "attendees": (REGISTRATION.attendee,),
    "now": START - timedelta(days=7),
    "response": 1,
    "question": "Скільки ліжок у Вашій лікарні?",
    "minutes": 4,
    "count": 17,
    "attended": 24,
    "mean": 4.6,
}
MISSING = "(`docs/make_messages.py` has no sample of this message)"
QUESTION = "Чи профінансує ЄС знак CE?"
NEWS = {"uk": "Сесію перенесено до великої зали.", "en": "The session moved to the large hall."}


def sample(kind: str) -> dict[str, Any]:
    """Parameters for a message of the kind."""
    own: dict[str, Any] = {
        "broadcast": {"text": NEWS},
        "broadcast_test": {"text": NEWS},
        "broadcast_waits": {"broadcast": 1, "text": NEWS, "author": "Sofía", "people": 312},
        "article_changed": {
            "article": "eic-accelerator",
            "names": {"uk": "Акселератор EIC", "en": "EIC Accelerator"},
        },
        "event_switched": {"mode": "online", "waits": False},
        "event_tomorrow": {"now": START - timedelta(days=1)},
        "event_still_coming": {"now": START - timedelta(days=3)},
    }.get(kind, {})
    if kind.startswith("survey_"):
        own = {"title": "Ланцюг створення вартості"}
    elif kind.startswith("enquiry_"):
        own = {"text": QUESTION}
    return {**SAMPLE, **own}


def page() -> str:
    """The page as it should be."""
    each = [line for rule in RULES.values() for line in _one(rule)]
    return "\n".join([INTRO, *_table(), "", *each])


def _table() -> Iterator[str]:
    yield "| kind | to whom | when | in doubt | mute |"
    yield "| --- | --- | --- | --- | --- |"
    for rule in RULES.values():
        cells = (f"[`{rule.kind}`](#{rule.kind})", rule.to, rule.when)
        yield f"| {' | '.join(cells)} | {DOUBT[rule.doubt]} | {TOPICS[rule.topic]} |"


def _one(rule: Rule) -> Iterator[str]:
    yield f"## {rule.kind}"
    yield ""
    yield f"- **To** {rule.to}; **when** {rule.when}."
    yield f"- **Looked at before it leaves**: {rule.check.value}."
    yield f"- **Order** {ORDER[rule.priority]}. **At night** it {QUIET[rule.quiet]}."
    yield f"- **In doubt** {DOUBT[rule.doubt]}. **Mute**: {TOPICS[rule.topic]}."
    yield ""
    for language in LANGUAGES:
        try:
            notice = render(rule.kind, sample(rule.kind), Translator(language))
        except (LookupError, TypeError, ValueError):
            yield MISSING  # a test says so, the other messages stand here nevertheless
            yield ""
        else:
            yield from _said(notice)


def _said(notice: Notice) -> Iterator[str]:
    """A message as a quotation: its text as a reader sees it, its buttons in brackets."""
    text = html.unescape(re.sub(r"<[^<>]+>", "", notice.text))
    buttons = [" ".join(f"[{label}]" for label, _ in row) for row in notice.buttons]
    for line in [*text.splitlines(), "", *buttons]:
        yield f"> {line}  ".rstrip() if not line else f"> {line}  "
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
