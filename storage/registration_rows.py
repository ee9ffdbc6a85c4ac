"""Registrations as rows: found, locked together with their event, explained, written."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import seating
from domain.events.event import Event, EventState, Mode, Registration, State
from domain.events.outcome import Outcome, Refusal
from domain.events.seating import Why
from domain.people.permissions import Permission
from storage import contacts, models
from storage.roles import require
from storage.seating import lock, taken, waiting

REGISTRATION = [
    column for column in models.Registration.__table__.c if column.name in Registration.__slots__
]


def registration_of(row: Any) -> Registration:
    """A row of `REGISTRATION` as a value."""
    values = {name: getattr(row, name) for name in Registration.__slots__}
    values["mode"], values["state"] = Mode(values["mode"]), State(values["state"])
    return Registration(**values)


async def find(connection: AsyncConnection, *which: ColumnElement[bool]) -> Registration | None:
    """The registration that fits, if any."""
    row = (await connection.execute(select(*REGISTRATION).where(*which))).one_or_none()
    return None if row is None else registration_of(row)


async def get_in(connection: AsyncConnection, registration_id: int) -> Registration | None:
    """The registration with this id, as it is now."""
    return await find(connection, models.Registration.id == registration_id)


async def locked(
    tx: AsyncConnection, registration_id: int
) -> tuple[Event | None, Registration | None]:
    """The event under its lock, and only then the registration."""
    event_id = await tx.scalar(
        select(models.Registration.event_id).where(models.Registration.id == registration_id)
    )
    if event_id is None:
        return None, None
    event = await lock(tx, event_id)
    return event, await get_in(tx, registration_id)


async def explained(
    connection: AsyncConnection,
    event: Event,
    registration: Registration,
    now: datetime,
    *,
    changed: bool = True,
) -> Outcome:
    """Where a registration stands: why it waits, and at which place."""
    if registration.state is State.PENDING:
        return Outcome(registration, why=Why.APPROVAL, changed=changed)
    if registration.state is not State.WAITING:
        return Outcome(registration, changed=changed)
    queue = await waiting(connection, event.id)
    place = seating.position(queue, registration.id)
    before = [one for one in queue if one.mode is registration.mode][: max(place - 1, 0)]
    held = await taken(connection, event.id, now)
    why = seating.why_not(event, held, before, registration.mode, registration.organisation_id)
    return Outcome(registration, why=why or Why.QUEUE, place=place, changed=changed)


def why_kept(event: Event, registration: Registration, now: datetime) -> Refusal | None:
    """Why a registration cannot be given back, changed or handed on any more, if so."""
    if event.state is EventState.CANCELLED:
        return Refusal.CALLED_OFF
    if event.is_over(now):
        return Refusal.OVER
    return Refusal.ATTENDED if registration.attended else None


async def own(
    tx: AsyncConnection, registration_id: int, person_id: int, *, organising: bool = False
) -> tuple[Event | None, Registration | None]:
    """`locked` for who holds it, or made it and still acts for the organisation.

    `organising`: for any registration, by who may. Raises NotOrganiserError.
    """
    if organising:
        await require(tx, person_id, Permission.EVENTS)
        return await locked(tx, registration_id)
    event, registration = await locked(tx, registration_id)
    if registration is None:
        return None, None
    if registration.person_id == person_id:
        return event, registration
    made = registration.registered_by == person_id
    if made and await contacts.acts_for(tx, person_id, registration.organisation_id):
        return event, registration
    return None, None


async def put(
    tx: AsyncConnection, registration_id: int, now: datetime, **values: object
) -> Registration:
    """Write these values; the registration as it is then."""
    row = await tx.execute(
        update(models.Registration)
        .where(models.Registration.id == registration_id)
        .values(changed_at=now, **values)
        .returning(*REGISTRATION)
    )
    return registration_of(row.one())
