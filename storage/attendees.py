"""Who is registered for an event, with what they answered: for lists, files and the door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events.event import Event, Registration, State
from domain.people.permissions import Permission
from storage import models
from storage.audit import record
from storage.database import reads, writes
from storage.registration_rows import REGISTRATION, find, get_in, registration_of
from storage.roles import require
from storage.seating import EVENT, event_of, log

ATTENDED = or_(
    models.Registration.checked_in_at.is_not(None), models.Registration.joined_at.is_not(None)
)


@dataclass(frozen=True, slots=True)
class Attendee:
    """A registration with the names that its ids stand for.

    `answers` are by question, as the event's form has them; empty where nothing was asked.
    """

    registration: Registration
    organisation: str
    edrpou: str | None
    contact: str | None
    username: str | None
    checked_in_by: str | None
    answers: Mapping[str, str]


@reads
async def of_event(
    connection: AsyncConnection,
    event: Event,
    states: Sequence[State] = tuple(State),
    *,
    only: int | None = None,
) -> list[Attendee]:
    """The registrations of an event in these states, in the order in which they were made.

    `only`: the one with this id, if it is among them.
    """
    which = [models.Registration.event_id == event.id, models.Registration.state.in_(states)]
    if only is not None:
        which.append(models.Registration.id == only)
    door = models.Person.__table__.alias()
    rows = await connection.execute(
        select(
            *REGISTRATION,
            models.Organisation.name.label("organisation"),
            models.Organisation.edrpou,
            models.Person.name.label("contact"),
            models.Person.username,
            door.c.name.label("door"),
        )
        .join(models.Organisation, models.Organisation.id == models.Registration.organisation_id)
        .join(models.Person, models.Person.id == models.Registration.person_id)
        .outerjoin(door, door.c.id == models.Registration.checked_in_by)
        .where(*which)
        .order_by(models.Registration.id)
    )
    found = [(registration_of(row), row) for row in rows.all()]
    alone = found[0][0] if found and only is not None else None
    given = await _answers(connection, event.form_id, alone)
    made = []
    for registration, row in found:
        answers = (
            given.get(("person", registration.person_id))
            or given.get(("person", registration.registered_by))
            or given.get(("organisation", registration.organisation_id))
            or {}
        )
        made.append(
            Attendee(
                registration,
                row.organisation,
                row.edrpou,
                row.contact,
                row.username,
                row.door,
                answers,
            )
        )
    return made


async def _answers(
    connection: AsyncConnection, form_id: int | None, alone: Registration | None
) -> dict[tuple[str, int | None], dict[str, str]]:
    """What was answered to the event's form, by whom: ("person" or "organisation", id).

    `alone`: only what can be about this registration.
    """
    if form_id is None:
        return {}
    given = models.Response
    which = [given.form_id == form_id]
    if alone is not None:
        people = (alone.person_id, alone.registered_by)
        theirs = given.organisation_id == alone.organisation_id
        which.append(or_(given.person_id.in_(people), theirs))
    rows = await connection.execute(
        select(
            models.Response.scope,
            models.Response.person_id,
            models.Response.organisation_id,
            models.Answer.path,
            models.Answer.value,
        )
        .join(models.Answer, models.Answer.response_id == models.Response.id)
        .where(
            *which,
            models.Answer.relevant,
            models.Answer.value.is_not(None),
            models.Answer.path.not_like("%/meta/%"),  # what ODK keeps of the form, not answers
        )
        .order_by(models.Response.id, models.Answer.path)
    )
    found: dict[tuple[str, int | None], dict[str, str]] = {}
    for scope, person_id, organisation_id, path, value in rows.all():
        who = ("person", person_id) if scope == "person" else ("organisation", organisation_id)
        found.setdefault(who, {})[path.rpartition("/")[2]] = value or ""
    return found


@dataclass(frozen=True, slots=True)
class Admission:
    """What became of a scan: `first` admits, a later one finds `at` and `by`."""

    registration: Registration
    first: bool
    at: datetime
    by: str | None


class NotTheDayError(Exception):
    """The event is on another day: nobody was admitted."""

    def __init__(self, event: Event, registration: Registration) -> None:
        super().__init__(registration.id)
        self.event, self.registration = event, registration


@writes
async def check_in(
    tx: AsyncConnection,
    registration_id: int,
    organiser_id: int,
    now: datetime,
    *,
    anyway: bool = False,
) -> Admission | None:
    """Admit a confirmed attendee, once; None for who has no seat.

    On another day than the event's (in its zone) only `anyway`, else NotTheDayError. Raises
    NotOrganiserError.
    """
    await require(tx, organiser_id, Permission.CHECK_IN)
    if not anyway:
        found = await get_in(tx, registration_id)
        if found is not None and found.state is State.CONFIRMED and found.checked_in_at is None:
            its = select(*EVENT).where(models.Event.id == found.event_id)
            event = event_of((await tx.execute(its)).one())
            if not event.is_on(now):
                raise NotTheDayError(event, found)
    admitted = await tx.scalar(
        update(models.Registration)
        .where(
            models.Registration.id == registration_id,
            models.Registration.state == State.CONFIRMED,
            models.Registration.checked_in_at.is_(None),
        )
        .values(checked_in_at=now, checked_in_by=organiser_id)
        .returning(models.Registration.event_id)
    )
    known = await get_in(tx, registration_id)
    if known is None or known.checked_in_at is None:
        return None
    if admitted is not None:
        await log(tx, admitted, registration_id, "checked in", organiser_id, now)
        await record(tx, organiser_id, "event.checkin", f"registration:{registration_id}", now)
    by = await tx.scalar(select(models.Person.name).where(models.Person.id == known.checked_in_by))
    return Admission(known, admitted is not None, known.checked_in_at, by)


@writes
async def undo_check_in(
    tx: AsyncConnection, registration_id: int, organiser_id: int, now: datetime
) -> Registration | None:
    """Take an admission back that was a mistake; None where there is none (any more).

    Who was not at the call either loses the certificate: its code is not known any more. The log
    keeps both. Raises NotOrganiserError.
    """
    await require(tx, organiser_id, Permission.CHECK_IN)
    row = (
        await tx.execute(
            update(models.Registration)
            .where(
                models.Registration.id == registration_id,
                models.Registration.checked_in_at.is_not(None),
            )
            .values(checked_in_at=None, checked_in_by=None)
            .returning(*REGISTRATION)
        )
    ).one_or_none()
    if row is None:
        return None
    undone = registration_of(row)
    if not undone.attended:
        await tx.execute(
            update(models.Registration)
            .where(models.Registration.id == registration_id)
            .values(certificate=None, rating=None)
        )
    await log(tx, undone.event_id, registration_id, "check-in undone", organiser_id, now)
    await record(tx, organiser_id, "event.checkin_undone", f"registration:{registration_id}", now)
    return undone


@writes
async def joined(tx: AsyncConnection, registration_id: int, now: datetime) -> bool:
    """Keep that the attendee went to the call; the first time counts. False without a seat."""
    event_id = await tx.scalar(
        update(models.Registration)
        .where(
            models.Registration.id == registration_id,
            models.Registration.state == State.CONFIRMED,
            models.Registration.joined_at.is_(None),
        )
        .values(joined_at=now)
        .returning(models.Registration.event_id)
    )
    if event_id is not None:
        await log(tx, event_id, registration_id, "joined", None, now)
        return True
    state = await tx.scalar(
        select(models.Registration.state).where(models.Registration.id == registration_id)
    )
    return state == State.CONFIRMED


@writes
async def rate(tx: AsyncConnection, registration_id: int, person_id: int, stars: int) -> bool:
    """Keep what an attendee thinks of it, 1 to 5; False for who was not there."""
    if not 1 <= stars <= 5:
        return False
    rated = await tx.scalar(
        update(models.Registration)
        .where(
            models.Registration.id == registration_id,
            models.Registration.person_id == person_id,
            ATTENDED,
        )
        .values(rating=stars)
        .returning(models.Registration.id)
    )
    return rated is not None


@writes
async def certify(tx: AsyncConnection, registration_id: int, code: str) -> str | None:
    """The code of an attendee's certificate, `code` where there is none yet; None for no-shows."""
    return await tx.scalar(
        update(models.Registration)
        .where(
            models.Registration.id == registration_id,
            ATTENDED,
        )
        .values(certificate=func.coalesce(models.Registration.certificate, code))
        .returning(models.Registration.certificate)
    )


@reads
async def certified(connection: AsyncConnection, code: str) -> Registration | None:
    """The registration whose certificate has this code."""
    return await find(connection, models.Registration.certificate == code)
