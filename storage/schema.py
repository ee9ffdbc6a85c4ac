"""Brings the database's schema to what the code expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import flat
from storage.database import reads, writes

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x1A4CA  # any number, the same in every process


@writes
async def upgrade(tx: AsyncConnection, revision: str = "head") -> None:
    """Apply the missing migrations, all or none.

    Several processes may start at once: one works, the others wait and find nothing to do. On
    SQLite the write transaction is the lock, on PostgreSQL an advisory one beside it.
    """
    if tx.dialect.name == "postgresql":
        await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    if await tx.run_sync(_heads) == await tx.run_sync(_wanted, revision):
        return
    await flat.drop_all(tx)  # a table cannot be changed under a view
    await tx.run_sync(_run, command.upgrade, revision)
    if await tx.run_sync(_heads) == await tx.run_sync(_wanted, "head"):
        await flat.renew_all(tx)


@writes
async def downgrade(tx: AsyncConnection, revision: str) -> None:
    """Take migrations back to `revision` (`base` for all of them)."""
    await flat.drop_all(tx)
    await tx.run_sync(_run, command.downgrade, revision)


@reads
async def is_current(connection: AsyncConnection) -> bool:
    """Whether every migration of this program was applied."""

    return await connection.run_sync(_heads) == await connection.run_sync(_wanted, "head")


def _heads(connection: Connection) -> tuple[str, ...]:
    """The migrations that the database stands at."""
    return MigrationContext.configure(connection).get_current_heads()


def _wanted(_: Connection, revision: str) -> tuple[str, ...]:
    if revision != "head":
        return (revision,)
    return tuple(ScriptDirectory(str(MIGRATIONS)).get_heads())


def _run(connection: Connection, action: object, revision: str) -> None:
    action(config(connection), revision)  # type: ignore[operator]


def config(connection: Connection) -> Config:
    """Alembic's configuration for a connection that is already in a transaction."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["connection"] = connection
    return settings
