"""Events: found, described, published, moved, cancelled."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy import func as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events.definition import IS_CANCELLED, MODE_IN_USE, Definition, DefinitionError, check
from domain.events.event import LIVE, Event, EventState, Mode, Notice, State, Taken
from domain.people.permissions import Permission
from domain.surveys.message import Message
from storage import models, outbox, seating
from storage.audit import Deed, authorise
from storage.database import reads, writes
from storage.seating import EVENT, event_of, lock, log, notify, settle
from storage.upsert import insert

TOKEN = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - letters that cannot be misread; no _
TOKEN_LENGTH = 12
WALL_CHANGES = ("starts_at", "ends_at", "zone", "place")  # what attendees must hear of


@dataclass(frozen=True, slots=True)
class Counts:
    """How many registrations of an event are in which state, and how many came."""

    by_state: dict[State, int]
    attended: int
    taken: Taken


@writes
async def save(
    tx: AsyncConnection,
    wanted: Definition,
    now: datetime,
    *,
    by: int | None = None,
    form_id: int | None = None,
) -> Event:
    """Make the event, or change the one with its slug; all or nothing.

    `by` is the organiser (None: the command line). Whoever is registered hears of a change of
    time or place; a raised capacity moves the waiting list at once. Raises DefinitionError,
    NotOrganiserError.
    """
    await _authorise(tx, by, "save", wanted.slug, now)
    event_id = await tx.scalar(select(models.Event.id).where(models.Event.slug == wanted.slug))
    if event_id is None:
        problems = check(wanted, now)
        if problems:
            raise DefinitionError(problems)
        row = await tx.execute(
            insert(tx, models.Event)
            .values(
                slug=wanted.slug,
                token="".join(secrets.choice(TOKEN) for _ in range(TOKEN_LENGTH)),
                registration_open=True,
                sequence=0,
                lock_version=0,
                created_by=by,
                created_at=now,
                changed_at=now,
                **_values(wanted, form_id, EventState.DRAFT),
            )
            .returning(*EVENT)
        )
        event = event_of(row.one())
        await log(tx, event.id, None, "created", by, now)
        return event
    before = await lock(tx, event_id)
    return await _change(tx, before, _with_attached(wanted, before), now, by, form_id)


def _with_attached(wanted: Definition, before: Event) -> Definition:
    """With what was attached in the chat: a description knows links alone, or says nothing."""
    if not wanted.materials:
        return replace(wanted, materials=before.materials)
    files = tuple(one for one in before.materials if "file" in one)
    return replace(wanted, materials=(*wanted.materials, *files))


class MovedMeanwhileError(Exception):
    """The event was moved since the organiser looked at it: nothing was changed."""


@dataclass(frozen=True, slots=True)
class Revision:
    """An event after a change, with the seats that the change offered to who waited."""

    before: Event
    event: Event
    offers: int


@writes
async def revise(
    tx: AsyncConnection,
    event_id: int,
    change: Callable[[Definition], Definition],
    by: int,
    now: datetime,
    seen: int | None = None,
) -> Revision:
    """`save` for one change to what the event is at that moment, whoever else changes it too.

    `seen` is the `sequence` of the event that the organiser looked at: one that was moved since
    raises MovedMeanwhileError. Raises NoSuchEventError, DefinitionError, NotOrganiserError.
    """
    await _authorise(tx, by, "save", str(event_id), now)
    before = await lock(tx, event_id)
    if seen not in (None, before.sequence):
        raise MovedMeanwhileError(event_id)
    event = await _change(tx, before, change(definition_of(before)), now, by, None)
    offers = await tx.scalar(
        select(sql.count())
        .select_from(models.Registration)
        .where(
            models.Registration.event_id == event_id,
            models.Registration.state == State.OFFERED,
            models.Registration.changed_at == now,
        )
    )
    return Revision(before, event, offers or 0)


@writes
async def set_questions(
    tx: AsyncConnection, event_id: int, form_id: int | None, by: int, now: datetime
) -> Event:
    """Ask the questions of a form (its row id) of who registers from now on; None asks nothing.

    The form's current version is asked. Raises NoSuchEventError, DefinitionError.
    """
    await _authorise(tx, by, "questions", str(event_id), now)
    before = await lock(tx, event_id)
    if before.state is EventState.CANCELLED:
        raise DefinitionError([Message(IS_CANCELLED)])
    row = await tx.execute(
        update(models.Event)
        .where(models.Event.id == event_id)
        .values(form_id=form_id, changed_at=now)
        .returning(*EVENT)
    )
    await log(tx, event_id, None, "questions", by, now, {"form": form_id})
    return event_of(row.one())


async def _change(
    tx: AsyncConnection,
    before: Event,
    wanted: Definition,
    now: datetime,
    by: int | None,
    form_id: int | None,
) -> Event:
    problems = check(wanted, now, before, await seating.taken(tx, before.id, now))
    for mode in before.modes:
        in_use = Message(MODE_IN_USE, {"mode": mode.value})
        if mode not in wanted.capacity and in_use not in problems:
            problems += [in_use] if await _is_used(tx, before.id, mode) else []
    if problems:
        raise DefinitionError(problems)
    values = _values(wanted, form_id or before.form_id, before.state)
    row = await tx.execute(
        update(models.Event).where(models.Event.id == before.id).values(**values).returning(*EVENT)
    )
    event = event_of(row.one())
    changed = [name for name in Event.__slots__ if getattr(before, name) != getattr(event, name)]
    if not changed:
        return event
    moved = before.state is EventState.PUBLISHED and any(n in changed for n in WALL_CHANGES)
    row = await tx.execute(
        update(models.Event)
        .where(models.Event.id == before.id)
        .values(changed_at=now, sequence=before.sequence + int(moved))
        .returning(*EVENT)
    )
    event = event_of(row.one())
    await log(tx, event.id, None, "changed", by, now, {"fields": changed})
    if moved:
        if before.starts_at != event.starts_at:  # where it is, a reminder finds out when it leaves
            await outbox.cancel(tx, f"reminder:{event.id}:")
        was = before.starts_at.isoformat() if before.starts_at else None
        await _tell_all(tx, Notice.MOVED, event, f"moved:{event.sequence}", now, was=was)
    await settle(tx, event, now)
    return event


async def _is_used(tx: AsyncConnection, event_id: int, mode: Mode) -> bool:
    """Whether somebody takes part, waits or asks to take part that way."""
    found = await tx.scalar(
        select(models.Registration.id)
        .where(
            models.Registration.event_id == event_id,
            models.Registration.mode == mode,
            models.Registration.state.in_(LIVE),
        )
        .limit(1)
    )
    return found is not None


@writes
async def cancel(tx: AsyncConnection, event_id: int, by: int | None, now: datetime) -> Event:
    """Call the event off, for good; everybody who is registered or waits hears of it.

    What is over stays as it was: there are certificates of it.
    """
    await _authorise(tx, by, "cancel", str(event_id), now)
    event = await lock(tx, event_id)
    if event.state is EventState.CANCELLED or event.is_over(now):
        return event
    row = await tx.execute(
        update(models.Event)
        .where(models.Event.id == event_id)
        .values(state=EventState.CANCELLED, sequence=event.sequence + 1, changed_at=now)
        .returning(*EVENT)
    )
    cancelled = event_of(row.one())
    await log(tx, event_id, None, "cancelled", by, now)
    await outbox.cancel(tx, f"reminder:{event_id}:")
    await _tell_all(tx, Notice.CANCELLED, cancelled, "cancelled", now)
    return cancelled


@writes
async def set_registration_open(
    tx: AsyncConnection, event_id: int, is_open: bool, by: int | None, now: datetime
) -> Event:
    """Close registration by hand, or open it again. The waiting list goes on either way."""
    action = "open" if is_open else "close"
    await _authorise(tx, by, action, str(event_id), now)
    await lock(tx, event_id)
    row = await tx.execute(
        update(models.Event)
        .where(models.Event.id == event_id)
        .values(registration_open=is_open, changed_at=now)
        .returning(*EVENT)
    )
    await log(tx, event_id, None, "opened" if is_open else "closed", by, now)
    return event_of(row.one())


@writes
async def remove_draft(tx: AsyncConnection, event_id: int, by: int | None, now: datetime) -> bool:
    """Delete a draft that nobody is registered for; False where it is more than that."""
    await _authorise(tx, by, "remove", str(event_id), now)
    event = await lock(tx, event_id)
    used = await tx.scalar(
        select(models.Registration.id).where(models.Registration.event_id == event_id).limit(1)
    )
    if event.state is not EventState.DRAFT or used is not None:
        return False
    await tx.execute(delete(models.EventLog).where(models.EventLog.event_id == event_id))
    await tx.execute(delete(models.Event).where(models.Event.id == event_id))
    return True


@reads
async def get(connection: AsyncConnection, event_id: int) -> Event | None:
    """The event with this id."""
    return await _one(connection, _events().where(models.Event.id == event_id))


@reads
async def by_token(connection: AsyncConnection, token: str) -> Event | None:
    """The event whose public link has this token."""
    return await _one(connection, _events().where(models.Event.token == token))


@reads
async def by_slug(connection: AsyncConnection, slug: str) -> Event | None:
    """The event that organisers and scripts call so."""
    return await _one(connection, _events().where(models.Event.slug == slug))


@reads
async def upcoming(connection: AsyncConnection, now: datetime) -> list[Event]:
    """Published events that are not over, the next first."""
    rows = await connection.execute(
        _events()
        .where(models.Event.state == EventState.PUBLISHED, models.Event.ends_at > now)
        .order_by(models.Event.starts_at, models.Event.id)
    )
    return [event_of(row) for row in rows.all()]


@reads
async def everything(connection: AsyncConnection) -> list[Event]:
    """All events, for organisers: drafts without a date last."""
    rows = await connection.execute(_events().order_by(models.Event.id))
    found = [event_of(row) for row in rows.all()]
    return sorted(found, key=lambda e: (e.starts_at is None, e.starts_at, e.id))


@reads
async def taken(connection: AsyncConnection, event_id: int, now: datetime) -> Taken:
    """The seats that are held now, for showing."""
    return await seating.taken(connection, event_id, now)


@reads
async def counts(connection: AsyncConnection, event_id: int, now: datetime) -> Counts:
    """The figures of the live list."""
    rows = await connection.execute(
        select(models.Registration.state, sql.count())
        .where(models.Registration.event_id == event_id)
        .group_by(models.Registration.state)
    )
    came = await connection.scalar(
        select(sql.count())
        .select_from(models.Registration)
        .where(
            models.Registration.event_id == event_id,
            models.Registration.checked_in_at.is_not(None)
            | models.Registration.joined_at.is_not(None),
        )
    )
    by_state = {State(state): count for state, count in rows.all()}
    return Counts(by_state, came or 0, await seating.taken(connection, event_id, now))


def definition_of(event: Event, **changes: Any) -> Definition:
    """What would make the event as it is, with some of it changed."""
    values: dict[str, Any] = {
        "slug": event.slug,
        "title": event.title,
        "zone": event.zone,
        "description": event.description,
        "organiser": event.organiser,
        "languages": event.languages,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "place": event.place,
        "join_url": event.join_url,
        "capacity": event.capacity,
        "organisation_limit": event.organisation_limit,
        "approval": event.approval,
        "claim_hours": event.claim_hours,
        "registration_closes_at": event.registration_closes_at,
        "materials": event.materials,
        "publish": event.state is EventState.PUBLISHED,
    }
    return Definition(**{**values, **changes})


def _values(wanted: Definition, form_id: int | None, state: EventState) -> dict[str, Any]:
    return {
        "state": EventState.PUBLISHED if wanted.publish else state,
        "title": dict(wanted.title),
        "description": dict(wanted.description),
        "place": dict(wanted.place),
        "starts_at": wanted.starts_at,
        "ends_at": wanted.ends_at,
        "zone": wanted.zone,
        "languages": " ".join(wanted.languages),
        "organiser": wanted.organiser,
        "join_url": wanted.join_url,
        "capacity": {Mode(mode).value: seats for mode, seats in wanted.capacity.items()},
        "organisation_limit": wanted.organisation_limit,
        "approval": wanted.approval,
        "claim_hours": wanted.claim_hours,
        "registration_closes_at": wanted.registration_closes_at,
        "form_id": form_id,
        "materials": [dict(one) for one in wanted.materials],
    }


async def _tell_all(
    tx: AsyncConnection,
    kind: Notice,
    event: Event,
    key: str,
    now: datetime,
    was: str | None = None,
) -> None:
    """Leave a message for everybody whose registration is live."""
    rows = await tx.execute(
        select(models.Registration.id, models.Registration.person_id).where(
            models.Registration.event_id == event.id, models.Registration.state.in_(LIVE)
        )
    )
    for registration_id, person_id in rows.all():
        await notify(tx, kind, event, registration_id, person_id, key, now, was=was)


async def _authorise(
    tx: AsyncConnection, by: int | None, action: str, subject: str, now: datetime
) -> None:
    """Let an organiser, or the command line (None), go on."""
    deed = None if by is None else Deed(by, now)
    await authorise(tx, deed, Permission.EVENTS, f"event.{action}", f"event:{subject}")


async def _one(connection: AsyncConnection, query: Select[*tuple[Any, ...]]) -> Event | None:
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else event_of(row)


def _events() -> Select[*tuple[Any, ...]]:
    return select(*EVENT)
