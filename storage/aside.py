"""Updates that were put aside, for the operator; and how long what is in the inbox is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import models
from storage.database import reads, writes
from storage.inbox import INBOX

KEPT = timedelta(hours=48)  # Telegram gives an update for 24 hours; its number is known longer
DEAD_KEPT = timedelta(days=14)  # time for an operator to look at what failed


@dataclass(frozen=True, slots=True)
class Dead:
    """An update that was put aside: no words of a person are in what is said about it."""

    id: int
    update_id: int
    attempts: int
    takeovers: int
    error: str | None
    received_at: datetime
    done_at: datetime | None


@reads
async def dead(connection: AsyncConnection) -> list[Dead]:
    """The updates that were put aside, oldest first."""
    rows = await connection.execute(
        select(
            INBOX.id,
            INBOX.update_id,
            INBOX.attempts,
            INBOX.takeovers,
            INBOX.error,
            INBOX.received_at,
            INBOX.done_at,
        )
        .where(INBOX.state == "dead")
        .order_by(INBOX.id)
    )
    return [Dead(*row) for row in rows]


@writes
async def replay(tx: AsyncConnection, numbers: Sequence[int]) -> int:
    """Let updates that were put aside be tried again by whoever runs; how many there were."""
    found = await tx.execute(
        update(INBOX)
        .where(INBOX.id.in_(numbers), INBOX.state == "dead")
        .values(state="waiting", worker=None, attempts=0, takeovers=0, error=None, done_at=None)
    )
    return found.rowcount


@writes
async def purge(tx: AsyncConnection, now: datetime) -> int:
    """Forget the numbers of what is long done, and what was put aside long ago."""
    old = or_(
        and_(INBOX.state == "done", INBOX.done_at < now - KEPT),
        and_(INBOX.state == "dead", INBOX.done_at < now - DEAD_KEPT),
    )
    await tx.execute(delete(models.Worker).where(models.Worker.alive_until < now - KEPT))
    return (await tx.execute(delete(INBOX).where(old))).rowcount
