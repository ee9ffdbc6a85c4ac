"""The audit log: what was done by those who may do more than others, in the doing transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.permissions import Permission
from storage import models
from storage.database import reads, writes
from storage.roles import require
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something now, for operations that only some may do.

    Where an operation takes none, the command line does it: whoever has the machine may.
    """

    person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log; `subject` is a kind of row and its id, such as `form:3`."""

    at: datetime
    person_id: int
    name: str | None
    action: str
    subject: str


async def authorise(
    tx: AsyncConnection, deed: Deed | None, permission: Permission, action: str, subject: str
) -> None:
    """Check who does it, and write it down, in the transaction that does it.

    Raises NotOrganiserError; then nothing of the transaction remains.
    """
    if deed is not None:
        await require(tx, deed.person_id, permission)
        await record(tx, deed.person_id, action, subject, deed.at)


async def record(
    tx: AsyncConnection, person_id: int, action: str, subject: str, now: datetime
) -> None:
    """Write down what was done, where it was checked already who does it."""
    await tx.execute(
        insert(tx, models.AuditEntry).values(
            at=now, person_id=person_id, action=action, subject=subject
        )
    )


@writes
async def note(
    tx: AsyncConnection, deed: Deed, permission: Permission, action: str, subject: str
) -> None:
    """Check and write down what changes nothing here, before it is done: a file that is taken."""
    await authorise(tx, deed, permission, action, subject)


@reads
async def page(
    connection: AsyncConnection, reader_id: int, limit: int, offset: int = 0
) -> list[Entry]:
    """The newest entries first, for who may read them. Raises NotOrganiserError."""
    await require(connection, reader_id, Permission.AUDIT)
    rows = await connection.execute(
        select(
            models.AuditEntry.at,
            models.AuditEntry.person_id,
            models.Person.name,
            models.AuditEntry.action,
            models.AuditEntry.subject,
        )
        .join(models.Person, models.Person.id == models.AuditEntry.person_id)
        .order_by(models.AuditEntry.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [Entry(*row) for row in rows]


@reads
async def count(connection: AsyncConnection) -> int:
    """How many entries there are."""
    return await connection.scalar(select(func.count()).select_from(models.AuditEntry)) or 0
