"""Reminders: left in the outbox when a rule's time has come, for who has a seat then.

Nothing is left ahead of time, so cancelling or moving leaves nothing to clean up but what waits in
the outbox for the end of somebody's night, and whoever registers late gets the rest.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events.event import Event, EventState, Registration, State
from domain.events.outcome import Outcome, Refusal
from domain.events.reminders import (
    EARLIEST,
    FRESH,
    LATEST,
    REMINDERS,
    Reminder,
    When,
    next_due,
    to_remind,
)
from storage import groups, models, outbox
from storage.database import Database, reads, writes
from storage.registration_rows import REGISTRATION, registration_of
from storage.seating import EVENT, event_of, log

YEAR = timedelta(days=366)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


async def leave_due(db: Database, now: datetime) -> int:
    """Leave the reminders whose time has come; returns how many. Again: no second one."""
    count = 0
    for event, scheduled_at in await near(db, now, now - LATEST, now + EARLIEST):
        for rule in REMINDERS:
            if rule.is_due(event, scheduled_at, now):
                letters = await _letters(db, rule, event, now)
                if letters:
                    await _leave(db, rule, event, letters, now)
                count += len(letters)
    return count


async def next_one(db: Database, now: datetime) -> tuple[datetime, Event, Reminder] | None:
    """The next reminder of an event that somebody has a seat at: when, and which."""
    events = await near(db, now, now, now + YEAR)
    seated = await _seated(db)
    return next_due([one for one in events if one[0].id in seated], now)


@reads
async def _seated(connection: AsyncConnection) -> set[int]:
    rows = await connection.scalars(
        select(models.Registration.event_id)
        .where(models.Registration.state == State.CONFIRMED)
        .distinct()
    )
    return set(rows.all())


@reads
async def near(
    connection: AsyncConnection, now: datetime, earliest: datetime, latest: datetime
) -> list[tuple[Event, datetime]]:
    """Published events that start in between, with when each got the start that it has."""
    rows = await connection.execute(
        select(*EVENT)
        .where(
            models.Event.state == EventState.PUBLISHED,
            models.Event.starts_at >= earliest,
            models.Event.starts_at <= latest,
        )
        .order_by(models.Event.id)
    )
    events = [event_of(row) for row in rows.all()]
    changes = await connection.execute(
        select(models.EventLog.event_id, models.EventLog.details, models.EventLog.at)
        .where(
            models.EventLog.event_id.in_({event.id for event in events}),
            models.EventLog.action == "changed",
        )
        .order_by(models.EventLog.at)
    )
    scheduled = {
        change.event_id: change.at
        for change in changes.all()
        if "starts_at" in change.details.get("fields", ())
    }
    return [(event, scheduled.get(event.id, NEVER)) for event in events]


@writes
async def confirm(
    tx: AsyncConnection, registration_id: int, person_id: int, now: datetime
) -> Outcome:
    """Keep that an attendee said again that they come; a second tap changes nothing."""
    registration = await _held(tx, registration_id, person_id)
    if registration is None:
        return Outcome(refusal=Refusal.GONE)
    if registration.state is not State.CONFIRMED:
        return Outcome(registration, Refusal.NOT_LIVE)
    before = await tx.scalar(
        select(models.EventLog.id)
        .where(
            models.EventLog.event_id == registration.event_id,
            models.EventLog.registration_id == registration_id,
            models.EventLog.action == "still coming",
        )
        .limit(1)
    )
    if before is None:
        await log(tx, registration.event_id, registration_id, "still coming", person_id, now)
    return Outcome(registration, changed=before is None)


async def _held(tx: AsyncConnection, registration_id: int, person_id: int) -> Registration | None:
    row = (
        await tx.execute(
            select(*REGISTRATION).where(
                models.Registration.id == registration_id,
                models.Registration.person_id == person_id,
            )
        )
    ).one_or_none()
    return None if row is None else registration_of(row)


def _group(rule: When, event: Event) -> str:
    start = event.starts_at or NEVER
    return f"reminder:{event.id}:{rule.kind}:{start.timestamp():.0f}"


@reads
async def _letters(
    connection: AsyncConnection, rule: When, event: Event, now: datetime
) -> list[Registration]:
    """The registrations to remind that were not reminded of this before."""
    rows = await connection.execute(
        select(*REGISTRATION)
        .where(
            models.Registration.event_id == event.id, models.Registration.state == State.CONFIRMED
        )
        .order_by(models.Registration.id)
    )
    reminded = await connection.scalars(
        select(models.Outbox.dedup_key).where(models.Outbox.group_key == _group(rule, event))
    )
    done = set(reminded.all())
    left = [
        one
        for one in to_remind(rule, event, map(registration_of, rows.all()))
        if _key(rule, event, one) not in done
    ]
    if not left or rule.days is None:
        return left
    told = await connection.scalars(
        select(models.Outbox.person_id).where(
            models.Outbox.created_at > now - FRESH,
            models.Outbox.dedup_key.startswith(f"event:{event.id}:"),
        )
    )
    return to_remind(rule, event, left, set(told.all()))


def _key(rule: When, event: Event, one: Registration) -> str:
    return f"{_group(rule, event)}:{one.id if rule.each else 0}:{one.person_id}"


@writes
async def _leave(
    tx: AsyncConnection,
    rule: When,
    event: Event,
    reminded: Sequence[Registration],
    now: datetime,
) -> None:
    group, start = _group(rule, event), event.starts_at or NEVER
    await groups.open_group(tx, group, now)
    await outbox.enqueue_many(
        tx,
        rule.kind,
        [
            (
                one.person_id,
                {
                    "event": event.id,
                    "registration": one.id,
                    "starts_at": start.isoformat(),
                },
                _key(rule, event, one),
            )
            for one in reminded
        ],
        now,
        not_after=rule.useful_until(start),
        group=group,
    )
