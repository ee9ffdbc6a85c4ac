"""The sweep: lets offers run out, and mends what a crash left undone."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events.event import EventState, State
from storage import models
from storage.database import Database, reads, writes
from storage.seating import NoSuchEventError, lock, settle


async def sweep(db: Database, now: datetime) -> int:
    """Mend what a crash left and let offers run out; returns how many events were looked at.

    Correctness does not depend on when this runs: offers that ran out hold no seat anyway.
    """
    events = await _unsettled(db, now)
    for event_id in events:
        await sweep_event(db, event_id, now)
    return len(events)


@writes
async def sweep_event(tx: AsyncConnection, event_id: int, now: datetime) -> None:
    """`sweep` for one event."""
    try:
        await settle(tx, await lock(tx, event_id), now)
    except NoSuchEventError:
        return


@reads
async def _unsettled(connection: AsyncConnection, now: datetime) -> list[int]:
    due = or_(
        models.Registration.state == State.WAITING,
        models.Registration.offer_expires_at <= now,
    )
    rows = await connection.scalars(
        select(models.Registration.event_id)
        .join(models.Event, models.Event.id == models.Registration.event_id)
        .where(due, models.Event.state == EventState.PUBLISHED, models.Event.ends_at > now)
        .distinct()
    )
    return list(rows)
