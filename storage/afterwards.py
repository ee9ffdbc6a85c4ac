"""After an event: who was there is asked what they think of it, the organisers hear the result."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events.event import EventState, Notice
from storage import models
from storage.attendees import ATTENDED
from storage.database import Database, reads, writes
from storage.roles import organiser_ids
from storage.seating import EVENT, event_of, notify

ASKED_AFTER = timedelta(minutes=30)  # after the end: time to leave the room
TOLD_AFTER = timedelta(days=2)
FORGOTTEN = timedelta(days=4)  # after the end nobody is asked, and nothing told, any more
FEWEST = 5  # ratings; below that a mean would say more of one person than of the event


@dataclass(frozen=True, slots=True)
class Ratings:
    """What was thought of an event, 1 to 5; `mean` is None for fewer than `FEWEST`."""

    count: int
    attended: int
    mean: float | None


async def leave_due(db: Database, now: datetime) -> None:
    """Leave the questions and results whose time has come. Again: no second one."""
    for event_id, ended in await _ended(db, now):
        await _ask(db, event_id, now)
        if now >= ended + TOLD_AFTER:
            await _tell(db, event_id, now)


@reads
async def _ended(connection: AsyncConnection, now: datetime) -> list[tuple[int, datetime]]:
    rows = await connection.execute(
        select(models.Event.id, models.Event.ends_at).where(
            models.Event.state == EventState.PUBLISHED,
            models.Event.ends_at <= now - ASKED_AFTER,
            models.Event.ends_at > now - FORGOTTEN,
        )
    )
    return [(id_, ends_at) for id_, ends_at in rows.all() if ends_at is not None]


@writes
async def _ask(tx: AsyncConnection, event_id: int, now: datetime) -> None:
    """Ask everybody on Telegram who was there themselves and has not said yet."""
    event = event_of((await tx.execute(select(*EVENT).where(models.Event.id == event_id))).one())
    rows = await tx.execute(
        select(models.Registration.id, models.Registration.person_id).where(
            models.Registration.event_id == event_id,
            models.Registration.attendee_key.startswith("p"),
            models.Registration.rating.is_(None),
            ATTENDED,
        )
    )
    for registration_id, person_id in rows.all():
        await notify(tx, Notice.RATE, event, registration_id, person_id, "rate", now)


@writes
async def _tell(tx: AsyncConnection, event_id: int, now: datetime) -> None:
    """Tell the organisers the result, where anybody was there."""
    found = await _ratings(tx, event_id)
    if not found.attended:
        return
    event = event_of((await tx.execute(select(*EVENT).where(models.Event.id == event_id))).one())
    for organiser in await organiser_ids(tx):
        await notify(
            tx,
            Notice.RATED,
            event,
            0,
            organiser,
            "rated",
            now,
            count=found.count,
            attended=found.attended,
            mean=found.mean,
        )


@reads
async def ratings(connection: AsyncConnection, event_id: int) -> Ratings:
    """The result so far."""
    return await _ratings(connection, event_id)


async def _ratings(connection: AsyncConnection, event_id: int) -> Ratings:
    row = (
        await connection.execute(
            select(
                func.count(),
                func.count(models.Registration.rating),
                func.sum(models.Registration.rating),
            ).where(models.Registration.event_id == event_id, ATTENDED)
        )
    ).one()
    attended, count, total = row
    mean = int(total or 0) / count if count >= FEWEST else None
    return Ratings(count, attended, mean)
