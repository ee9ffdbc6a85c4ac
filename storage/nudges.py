"""Nudges: left in the outbox for who left a survey unfinished, two for a response at most."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.surveys.nudges import EARLIEST, LATEST, NUDGES, Nudge, When, due
from storage import models, outbox
from storage.database import Database, reads, writes

PAGE = 500  # responses that are looked up at once: a statement has no more parameters than it may
NOT_SENT = ("cancelled", "expired", "blocked")


@dataclass(frozen=True, slots=True)
class Left:
    """A response that nobody finished, with who was there last and when."""

    response_id: int
    person_id: int
    at: datetime


async def leave_due(db: Database, now: datetime) -> int:
    """Leave the nudges whose time has come; returns how many. Again: no second one."""
    count = 0
    left = await _unfinished(db, now, now - EARLIEST)
    for first in range(0, len(left), PAGE):
        page = left[first : first + PAGE]
        before = await _before(db, [one.response_id for one in page])
        nudged = [
            (one, nudge) for one in page if (nudge := due(one.at, before[one.response_id], now))
        ]
        if nudged:
            await _leave(db, nudged, now)
        count += len(nudged)
    return count


async def next_due(db: Database, now: datetime) -> datetime | None:
    """When the next nudge is due, as things stand."""
    left = await _unfinished(db, now, now)
    before = await _before(db, [one.response_id for one in left[:PAGE]])
    moments = [
        one.at + nudge.after
        for one in left[:PAGE]
        for nudge in NUDGES
        if now < one.at + nudge.after
        and due(one.at, before[one.response_id], one.at + nudge.after) is nudge
    ]
    return min(moments, default=None)


async def who_left(connection: AsyncConnection, response_id: int, now: datetime) -> Left | None:
    """Who was last at a response; None where it was submitted, is full, or is closed."""
    found = await _open(connection, now, models.Response.id == response_id)
    return found[0] if found else None


@reads
async def _unfinished(connection: AsyncConnection, now: datetime, until: datetime) -> list[Left]:
    found = await _open(connection, now, models.Cursor.at > now - LATEST)
    return [one for one in found if one.at <= until]


async def _open(
    connection: AsyncConnection, now: datetime, which: ColumnElement[bool]
) -> list[Left]:
    rows = await connection.execute(
        select(models.Cursor.response_id, models.Cursor.person_id, models.Cursor.at)
        .join(models.Response, models.Response.id == models.Cursor.response_id)
        .join(models.Form, models.Form.id == models.Response.form_id)
        .join(models.Person, models.Person.id == models.Cursor.person_id)
        .where(
            which,
            models.Response.state == "draft",
            models.Response.full_at.is_(None),
            models.Form.state == "open",
            or_(models.Form.closes_at.is_(None), models.Form.closes_at > now),
        )
        .order_by(models.Cursor.at, models.Cursor.person_id)
    )
    last = {row.response_id: Left(row.response_id, row.person_id, row.at) for row in rows.all()}
    return sorted(last.values(), key=lambda one: one.response_id)


@reads
async def _before(connection: AsyncConnection, responses: list[int]) -> dict[int, list[Nudge]]:
    """The nudges of each response that were sent, or may have been."""
    groups = {_group(response): response for response in responses}
    rows = await connection.execute(
        select(models.Outbox.group_key, models.Outbox.kind).where(
            models.Outbox.group_key.in_(groups), models.Outbox.state.not_in(NOT_SENT)
        )
    )
    found: dict[int, list[Nudge]] = defaultdict(list)
    for group, kind in rows.all():
        found[groups[group or ""]].append(Nudge(kind))
    return found


@writes
async def _leave(tx: AsyncConnection, nudged: list[tuple[Left, When]], now: datetime) -> None:
    for left, nudge in nudged:
        group = _group(left.response_id)
        await outbox.enqueue(
            tx,
            nudge.kind,
            left.person_id,
            {"response": left.response_id, "left_at": left.at.isoformat()},
            f"{group}:{nudge.kind}:{left.at.timestamp():.0f}",
            now,
            not_after=left.at + nudge.until,
            group=group,
        )


def _group(response_id: int) -> str:
    return f"nudge:{response_id}"
