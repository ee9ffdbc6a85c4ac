"""Brings the database's schema to what the code expects."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import flat
from storage.database import reads, writes

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x1A4CA  # any number, the same in every process
REVISION = re.compile(r'^(down_)?revision\b.*= "(\w+)"$', re.MULTILINE)


@writes
async def upgrade(tx: AsyncConnection, revision: str = "head") -> None:
    """Apply the missing migrations, all or none.

    Several processes may start at once: one works, the others wait and find nothing to do. On
    SQLite the write transaction is the lock, on PostgreSQL an advisory one beside it. Where there
    is nothing to do, as at nearly every start, Alembic is not imported: it takes 0.1 s.
    """
    if tx.dialect.name == "postgresql":
        await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    if await tx.run_sync(_stands_at) == (heads() if revision == "head" else {revision}):
        return
    from alembic import command

    await flat.drop_all(tx)  # a table cannot be changed under a view
    await tx.run_sync(_run, command.upgrade, revision)
    if await tx.run_sync(_stands_at) == heads():
        await flat.renew_all(tx)


@writes
async def downgrade(tx: AsyncConnection, revision: str) -> None:
    """Take migrations back to `revision` (`base` for all of them)."""
    from alembic import command

    await flat.drop_all(tx)
    await tx.run_sync(_run, command.downgrade, revision)


@reads
async def is_current(connection: AsyncConnection) -> bool:
    """Whether every migration of this program was applied."""
    return await connection.run_sync(_stands_at) == heads()


@cache
def heads() -> frozenset[str]:
    """The newest migrations of this program, read from the files as Alembic would find them."""
    names: set[str] = set()
    below: set[str] = set()
    for file in (MIGRATIONS / "versions").glob("*.py"):
        for down, name in REVISION.findall(file.read_text(encoding="utf-8")):
            (below if down else names).add(name)
    return frozenset(names - below)


def _stands_at(connection: Connection) -> set[str]:
    """The migrations that the database stands at."""
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.scalars(text("SELECT version_num FROM alembic_version")))


def _run(connection: Connection, action: object, revision: str) -> None:
    action(config(connection), revision)  # type: ignore[operator]


def config(connection: Connection) -> "Config":
    """Alembic's configuration for a connection that is already in a transaction."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["connection"] = connection
    return settings
