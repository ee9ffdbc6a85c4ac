"""The lock of an event, its seats, and the waiting list that moves when one is freed.

Whatever gives or frees a seat first writes the event's row. The write is the lock: a row lock on
PostgreSQL, the writer's on SQLite, an error instead of an oversold seat at stricter isolation.
Only then are rows counted. `SELECT … FOR UPDATE` is silently dropped on SQLite.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, insert, or_, select, update
from sqlalchemy import func as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import seating
from domain.events.event import LIVE, Event, EventState, Mode, Notice, Registration, State, Taken
from domain.events.seating import Waiting
from storage import models, outbox

EVENT = [column for column in models.Event.__table__.c if column.name in Event.__slots__]
LOCK = (
    update(models.Event)
    .where(models.Event.id == bindparam("event"))
    .values(lock_version=models.Event.lock_version + 1)
    .returning(*EVENT)
)
LOG = insert(models.EventLog)


class NoSuchEventError(LookupError):
    """The event is not there (any more)."""


async def lock(tx: AsyncConnection, event_id: int) -> Event:
    """The event as it is, locked until the transaction ends; NoSuchEventError.

    Nothing that decides about seats may be read before this.
    """
    row = (await tx.execute(LOCK, {"event": event_id})).one_or_none()
    if row is None:
        raise NoSuchEventError(event_id)
    return event_of(row)


def event_of(row: Any) -> Event:
    """A row of `EVENT` as a value."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    values["state"] = EventState(values["state"])
    values["capacity"] = {Mode(mode): seats for mode, seats in values["capacity"].items()}
    values["languages"] = tuple(values["languages"].split())
    values["materials"] = tuple(values["materials"])
    return Event(**values)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at an event's live registrations finds.

    `taken` knows one organisation alone; `last` is the highest number of the waiting list,
    `mine` the live registration of one attendee, if there is one.
    """

    ran_out: int
    taken: Taken
    waiting: Mapping[Mode, int]
    last: int
    mine: int | None


_R = models.Registration
_HOLDS = or_(
    _R.state == State.CONFIRMED,
    and_(_R.state == State.OFFERED, _R.offer_expires_at > bindparam("now")),
)
# Built once: making the statement anew took as long as running it.
_LOOK = select(
    sql.count(case((and_(_R.state == State.OFFERED, ~_HOLDS), 1))).label("ran_out"),
    *(sql.count(case((and_(_R.mode == m, _HOLDS), 1))).label(f"held_{m}") for m in Mode),
    *(
        sql.count(case((and_(_R.mode == m, _R.state == State.WAITING), 1))).label(f"waiting_{m}")
        for m in Mode
    ),
    sql.count(case((and_(_R.organisation_id == bindparam("organisation"), _HOLDS), 1))).label(
        "held_organisation"
    ),
    sql.coalesce(sql.max(_R.queue_no), 0).label("last"),
    sql.max(case((_R.attendee_key == bindparam("key"), _R.id))).label("mine"),
).where(_R.event_id == bindparam("event"), _R.state.in_(LIVE))


async def look(
    tx: AsyncConnection, event_id: int, now: datetime, organisation_id: int = 0, key: str = ""
) -> Look:
    """Count everything that a registration depends on, in one statement; under the lock."""
    given = {"event": event_id, "now": now, "organisation": organisation_id, "key": key}
    row = (await tx.execute(_LOOK, given)).one()
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return Look(
        row.ran_out,
        Taken({m: found[f"held_{m}"] for m in Mode}, {organisation_id: row.held_organisation}),
        {m: found[f"waiting_{m}"] for m in Mode},
        row.last,
        row.mine,
    )


async def taken(connection: AsyncConnection, event_id: int, now: datetime) -> Taken:
    """The seats that are held at `now`: what is confirmed, and offers that have not run out."""
    holds = or_(
        models.Registration.state == State.CONFIRMED,
        and_(
            models.Registration.state == State.OFFERED,
            models.Registration.offer_expires_at > now,
        ),
    )
    rows = await connection.execute(
        select(models.Registration.mode, models.Registration.organisation_id, sql.count())
        .where(models.Registration.event_id == event_id, holds)
        .group_by(models.Registration.mode, models.Registration.organisation_id)
    )
    by_mode: dict[Mode, int] = {}
    by_organisation: dict[int, int] = {}
    for mode, organisation_id, count in rows.all():
        by_mode[Mode(mode)] = by_mode.get(Mode(mode), 0) + count
        by_organisation[organisation_id] = by_organisation.get(organisation_id, 0) + count
    return Taken(by_mode, by_organisation)


async def waiting(connection: AsyncConnection, event_id: int) -> list[Waiting]:
    """The waiting list, whoever is next first."""
    rows = await connection.execute(
        select(
            models.Registration.id,
            models.Registration.organisation_id,
            models.Registration.mode,
            models.Person.time_zone,
        )
        .join(models.Person, models.Person.id == models.Registration.person_id)
        .where(
            models.Registration.event_id == event_id, models.Registration.state == State.WAITING
        )
        .order_by(
            models.Registration.priority.desc(),
            models.Registration.queue_no,
            models.Registration.id,
        )
    )
    return [Waiting(id_, org, Mode(mode), zone) for id_, org, mode, zone in rows.all()]


async def next_in_queue(tx: AsyncConnection, event_id: int) -> int:
    """The number at the end of the waiting list; for a transaction that has the lock."""
    last = await tx.scalar(
        select(sql.max(models.Registration.queue_no)).where(
            models.Registration.event_id == event_id
        )
    )
    return (last or 0) + 1


async def settle(
    tx: AsyncConnection, event: Event, now: datetime, seen: Look | None = None
) -> bool:
    """Let offers that ran out go, and offer what is free to who waits; under the lock.

    Every freeing action ends with this, and every registration begins with it, so that what a
    crash left, or nobody swept yet, mends itself. False where there was nothing to do; `seen` is
    a look that was taken already.
    """
    seen = seen or await look(tx, event.id, now)
    if seen.ran_out:
        await _expire(tx, event, now)
    if not any(seen.waiting[m] and seating.has_room(event, seen.taken, m) for m in event.modes):
        return seen.ran_out > 0
    queue = await waiting(tx, event.id)
    for offer in seating.promote(event, await taken(tx, event.id, now), queue, now):
        row = (
            await tx.execute(
                update(models.Registration)
                .where(models.Registration.id == offer.registration_id)
                .values(
                    state=State.OFFERED,
                    offer_expires_at=offer.expires_at,
                    offer_no=models.Registration.offer_no + 1,
                    changed_at=now,
                )
                .returning(models.Registration.offer_no, models.Registration.person_id)
            )
        ).one()
        await log(tx, event.id, offer.registration_id, "offered", None, now)
        await notify(
            tx,
            Notice.OFFER,
            event,
            offer.registration_id,
            row.person_id,
            f"offer:{row.offer_no}",
            now,
            not_after=offer.expires_at,
            until=offer.expires_at.isoformat(),
        )
    return True


async def _expire(tx: AsyncConnection, event: Event, now: datetime) -> None:
    rows = await tx.execute(
        update(models.Registration)
        .where(
            models.Registration.event_id == event.id,
            models.Registration.state == State.OFFERED,
            models.Registration.offer_expires_at <= now,
        )
        .values(state=State.EXPIRED, offer_expires_at=None, queue_no=None, changed_at=now)
        .returning(
            models.Registration.id, models.Registration.person_id, models.Registration.offer_no
        )
    )
    for registration_id, person_id, number in rows.all():
        await log(tx, event.id, registration_id, "expired", None, now)
        await notify(
            tx,
            Notice.OFFER_EXPIRED,
            event,
            registration_id,
            person_id,
            f"expired:{number}",
            now,
        )


async def notify(
    tx: AsyncConnection,
    kind: Notice,
    event: Event,
    registration_id: int,
    person_id: int,
    key: str,
    now: datetime,
    *,
    not_after: datetime | None = None,
    **more: object,
) -> None:
    """Leave a message about a registration; its words are found when it is sent."""
    params = {
        "event": event.id,
        "registration": registration_id,
        "title": dict(event.title),
        "place": dict(event.place),
        "starts_at": event.starts_at.isoformat() if event.starts_at else None,
        "zone": event.zone,
        **more,
    }
    dedup = f"event:{event.id}:{registration_id}:{key}:{person_id}"
    await outbox.enqueue(tx, kind, person_id, params, dedup, now, not_after=not_after)


async def tell_holder(
    tx: AsyncConnection,
    kind: Notice,
    event: Event,
    registration: Registration,
    by: int,
    now: datetime,
    **more: str | bool,
) -> None:
    """Tell the holder what somebody else did about their registration."""
    if registration.person_id != by:
        key = f"{kind}:{registration.ticket_version}"
        await notify(
            tx,
            kind,
            event,
            registration.id,
            registration.person_id,
            key,
            now,
            not_after=None,
            **more,
        )


async def unsay_offer(tx: AsyncConnection, event_id: int, registration_id: int) -> None:
    """Take back an offer's message that was not sent yet."""
    await outbox.cancel(tx, f"event:{event_id}:{registration_id}:offer:")


async def log(
    tx: AsyncConnection,
    event_id: int,
    registration_id: int | None,
    action: str,
    person_id: int | None,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Keep what was done, by whom (None: Lanka itself, or the command line)."""
    await tx.execute(
        LOG,
        {
            "event_id": event_id,
            "registration_id": registration_id,
            "action": action,
            "person_id": person_id,
            "details": dict(details or {}),
            "at": now,
        },
    )
