"""A person with something of theirs in every table, and a walk that looks for it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from domain.events.event import Mode
from domain.people.person import Person
from domain.surveys.interview import Visit
from storage import (
    asking,
    audit,
    enquiries,
    joining,
    models,
    organisations,
    people,
    personal,
    registrations,
    responses,
    seating,
)
from storage.answer_files import AnswerFile
from storage.database import Database
from storage.upsert import insert
from tests.storage.audience import publish
from tests.storage.folk import NOW, meet
from tests.storage.published import Begun, begin

TELEGRAM, NAME, USERNAME = 777_000_777, "Олена Незабутня", "nezabutnia_olena"
SAYING = "моя таємниця-7431"  # in every text that she alone typed
MARKS = (str(TELEGRAM), NAME, USERNAME, SAYING)
ROWS = """
    type | name | label | bind::lanka:personal
    username | account | |
    text | who | Who fills this in? | yes
    text | need | What do you need? |
    audio | voice | Say it |
"""
SETTINGS = """
| settings |
| | namespaces |
| | lanka="https://lanka.example/xform" |
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """Olena, who is to be forgotten; her colleague, an organiser, and where they met."""

    olena: Person
    colleague: Person
    organiser: Person
    organisation: int
    response: Begun


async def scene(db: Database, *, alone: bool = False) -> Scene:
    """Everything that one can do in Lanka, done by Olena; without colleagues where `alone`."""
    organiser = await meet(db, 3, "Марія Організаторка", (3,))
    olena = await people.meet(db, TELEGRAM, "uk", (), NOW)
    await people.give_consent(db, olena.id, "uk", NAME, USERNAME, NOW)
    profile: dict[str, str | None] = {
        "name": "Лікарня № 5",
        "type": "hospital",
        "email": "office@hospital.org.ua",
    }
    await organisations.make(db, olena.id, "32855961", profile, NOW)
    olena = await people.get(db, olena.id)
    organisation = olena.organisation_id
    assert organisation is not None
    colleague = await meet(db, 2, "Андрій Колега")
    if not alone:
        await db.write(lambda tx: joining.join_in(tx, colleague.id, organisation, NOW))
    await _other_organisation(db, olena)
    response = await _response(db, olena, organisation)
    await _event(db, olena, organisation, colleague)
    await _funding(db, olena, organiser)
    await db.write(lambda tx: _traces(tx, olena, organiser))
    return Scene(olena, colleague, organiser, organisation, response)


async def _other_organisation(db: Database, olena: Person) -> None:
    """She asks to act for a second one, whose contact gets a message with her name."""
    ivan = await meet(db, 4, "Іван Контакт")
    await organisations.make(db, ivan.id, "00032129", {"name": "НДІ", "type": "research"}, NOW)
    await joining.claim(db, olena.id, "00032129", NOW)


async def _response(db: Database, olena: Person, organisation: int) -> Begun:
    begun = await begin(db, olena, organisation, ROWS, settings=SETTINGS)
    visit = Visit(olena.id, "uk", NOW)

    async def act(what: Any, sent: AnswerFile | None = None) -> None:
        await responses.act(db, begun.form, begun.id, visit, what, sent=sent)

    await act(lambda interview: interview.begin({"username": USERNAME}))
    await act(lambda interview: interview.answer("/data/who", NAME))
    await act(lambda interview: interview.answer("/data/who", f"{NAME}, тел. {SAYING}"))
    await act(lambda interview: interview.answer("/data/need", f"апарат ШВЛ, питайте {NAME}"))
    voice = AnswerFile("voice-1.ogg", "voice", SAYING, "audio/ogg", 3, SAYING.encode())
    await act(lambda interview: interview.answer("/data/voice", voice.name), voice)
    await act(lambda interview: interview.submit("VC7K-3FQ2"))
    return begun


async def _event(db: Database, olena: Person, organisation: int, colleague: Person) -> None:
    event = await publish(db, capacity={Mode.ONSITE: 2})
    for name, named in ((NAME, False), ("Ганна Колега", True)):
        await registrations.register(
            db, event.id, olena.id, organisation, Mode.ONSITE, name, NOW,
            colleague=named, source=None if named else SAYING,
        )  # fmt: skip
    waiting = await meet(db, 5, "Петро Черга")
    await organisations.make(db, waiting.id, None, {"name": "Ін", "type": "ngo"}, NOW)
    other = (await people.get(db, waiting.id)).organisation_id
    assert other is not None
    await registrations.register(db, event.id, waiting.id, other, Mode.ONSITE, "Петро Черга", NOW)

    async def more(tx: Any) -> None:
        its = models.Registration
        await tx.execute(
            update(its)
            .where(its.attendee == NAME)
            .values(certificate=f"c {SAYING}", rating=5, code=f"t {SAYING}")
        )
        logged = {"name": NAME}
        await seating.log(tx, event.id, 1, "checked in", olena.id, NOW, logged)

    await db.write(more)


async def _funding(db: Database, olena: Person, organiser: Person) -> None:
    shown = [{"id": "een", "section": "what", "score": 1.0, "said": SAYING}]
    asked = [
        await asking.keep(
            db, olena.id, olena.organisation_id, "uk", text, "unanswered", shown, NOW
        )
        for text in (f"{SAYING}?", f"чи дадуть гроші, {SAYING}?")
    ]
    await asking.rate(db, asked[0], olena.id, 1, NOW)
    enquiry = await enquiries.open_enquiry(db, asked[1], olena.id, NOW)
    assert enquiry is not None
    await enquiries.claim(db, enquiry.id, organiser.id, NOW)
    await enquiries.answer(db, enquiry.id, organiser.id, f"Пані {NAME}: ні. {SAYING}", NOW)
    await enquiries.keep(db, enquiry.id, organiser.id, "een", NOW)


async def _traces(tx: Any, olena: Person, organiser: Person) -> None:
    """What no operation of hers leaves alone: dialogs, updates, messages, mutes, roles."""
    rows: list[tuple[type[models.Base], dict[str, Any]]] = [
        (
            models.DialogState,
            {"bot_id": 1, "chat_id": TELEGRAM, "key": "k", "state": "Home:menu",
             "data": {"typed": SAYING}, "changed_at": NOW},
        ),
        (
            models.InboxUpdate,
            {"bot_id": 1, "update_id": 9, "lane": TELEGRAM, "payload": {"text": SAYING},
             "state": "dead", "attempts": 3, "takeovers": 0, "error": f"no {SAYING}",
             "received_at": NOW, "done_at": NOW},
        ),
        (
            models.Outbox,
            {"kind": "broadcast", "person_id": olena.id, "params": {"text": {"uk": SAYING}},
             "priority": 1, "due_at": NOW, "dedup_key": "b:1", "state": "sent", "attempts": 1,
             "created_at": NOW, "error": f"chat {TELEGRAM}", "message_id": 5},
        ),
        (
            models.Outbox,
            {"kind": "enquiry_taken", "person_id": organiser.id,
             "params": {"by": NAME, "text": "дах", "at": [{"name": f"для @{USERNAME}."}]},
             "priority": 1, "due_at": NOW, "dedup_key": "e:1", "state": "pending", "attempts": 0,
             "created_at": NOW},
        ),
        (
            models.EligibilityAnswers,
            {"person_id": olena.id, "given": {"sector": SAYING}, "watches": True,
             "saved_at": NOW},
        ),
        (
            models.Broadcast,
            {"state": "sending", "text": {"uk": "Новина"}, "segment": {}, "created_by": olena.id,
             "created_at": NOW, "reached": 0, "card_chat": TELEGRAM, "card_message": 7},
        ),
        (
            models.Role,
            {"person_id": olena.id, "role": "organiser", "granted_by": organiser.id,
             "granted_at": NOW},
        ),
        (
            models.FundingCorrection,
            {"article_id": "een", "field": "as_of", "language": "", "question": "",
             "value": "2026", "made_by": olena.id, "made_at": NOW},
        ),
    ]  # fmt: skip
    await audit.record(tx, olena.id, "took the results", "form:1", NOW)
    for model, values in rows:
        await tx.execute(insert(tx, model).values(**values))
    await tx.execute(
        insert(tx, models.Mute).values(
            person_id=olena.id, topic="news", subject=SAYING, at=NOW - timedelta(days=1)
        )
    )


async def marks_in(db: Database, *marks: str) -> dict[tuple[str, str], list[str]]:
    """Where anything of hers stands: by table and column, the values that hold a mark."""
    found: dict[tuple[str, str], list[str]] = {}
    for table in personal.tables():
        rows = (await db.read(lambda c, t=table: c.execute(select(t)))).all()  # type: ignore[misc]
        for row in rows:
            for column, value in row._mapping.items():
                for text in texts(value):
                    if any(mark in text for mark in marks or MARKS):
                        found.setdefault((table.name, column), []).append(text)
    return found


def texts(value: Any) -> Iterator[str]:
    """A value as text, however it is kept."""
    if isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, dict | list):
        yield json.dumps(value, ensure_ascii=False)
    elif value is not None:
        yield str(value)
