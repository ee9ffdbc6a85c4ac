"""What people agreed to, in which words and when; and taking it back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import models
from storage.database import reads, writes


@dataclass(frozen=True, slots=True)
class Given:
    """A consent: the version of the words, the language they were read in, since when (UTC)."""

    version: str
    language: str
    given_at: datetime
    withdrawn_at: datetime | None


@reads
async def of_person(connection: AsyncConnection, person_id: int) -> list[Given]:
    """All that a person agreed to, the newest first."""
    its = models.Consent
    rows = await connection.execute(
        select(its.version, its.language, its.given_at, its.withdrawn_at)
        .where(its.person_id == person_id)
        .order_by(its.id.desc())
    )
    return [Given(*row) for row in rows]


async def are_taken_back(tx: AsyncConnection, person_id: int) -> bool:
    """Whether a person agreed once and does not any more; for a caller's transaction."""
    its = models.Consent
    agreed, taken_back = (
        await tx.execute(
            select(
                func.count(its.id) - func.count(its.withdrawn_at), func.count(its.withdrawn_at)
            ).where(its.person_id == person_id)
        )
    ).one()
    return bool(taken_back and not agreed)


@writes
async def withdraw(tx: AsyncConnection, person_id: int, now: datetime) -> bool:
    """Take back what a person agreed to; False where there was nothing to take back.

    What waits to be sent to them is not sent. What was kept stays until they erase it, or agree
    again.
    """
    its = models.Consent
    taken = await tx.execute(
        update(its)
        .where(its.person_id == person_id, its.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    await tx.execute(
        update(models.Outbox)
        .where(
            models.Outbox.person_id == person_id,
            models.Outbox.state.in_(("pending", "claimed")),
        )
        .values(state="cancelled", leased_until=None)
    )
    return bool(taken.rowcount)
