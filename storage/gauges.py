"""How full the tables are whose fullness tells how the program does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import models
from storage.database import reads


@dataclass(frozen=True, slots=True)
class Gauges:
    """Numbers of rows by state, and the ages in seconds of what waits longest (0: nothing)."""

    outbox: Mapping[str, int]
    outbox_age: float
    inbox: Mapping[str, int]
    inbox_age: float
    questions: Mapping[str, int]
    responses: Mapping[tuple[str, str], int]
    workers: int


@reads
async def read(connection: AsyncConnection, now: datetime) -> Gauges:
    """Count what the operator watches."""
    outbox, inbox, asked = models.Outbox, models.InboxUpdate, models.FundingQuestion
    due = select(func.min(outbox.due_at)).where(outbox.state == "pending", outbox.due_at <= now)
    waiting = select(func.min(inbox.received_at)).where(inbox.state == "waiting")
    responses = await connection.execute(
        select(models.Form.form_id, models.Response.state, func.count())
        .join(models.Response, models.Response.form_id == models.Form.id)
        .group_by(models.Form.form_id, models.Response.state)
    )
    alive = select(func.count()).where(models.Worker.alive_until > now)
    return Gauges(
        outbox=await _by_state(connection, outbox.state),
        outbox_age=await _age(connection, due, now),
        inbox=await _by_state(connection, inbox.state),
        inbox_age=await _age(connection, waiting, now),
        questions=await _by_state(connection, asked.kind),
        responses={(row[0], row[1]): row[2] for row in responses},
        workers=await connection.scalar(alive) or 0,
    )


async def _by_state(connection: AsyncConnection, column: Any) -> dict[str, int]:
    rows = await connection.execute(select(column, func.count()).group_by(column))
    return {row[0]: row[1] for row in rows}


async def _age(connection: AsyncConnection, oldest: Select[Any], now: datetime) -> float:
    at = await connection.scalar(oldest)
    return 0.0 if at is None else max(0.0, (now - at).total_seconds())
