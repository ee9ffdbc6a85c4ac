"""Brings the database's schema to what the code expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

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
    await tx.run_sync(_run, command.upgrade, revision)


@writes
async def downgrade(tx: AsyncConnection, revision: str) -> None:
    """Take migrations back to `revision` (`base` for all of them)."""
    await tx.run_sync(_run, command.downgrade, revision)


@reads
async def is_current(connection: AsyncConnection) -> bool:
    """Whether every migration of this program was applied."""

    def check(sync: Connection) -> bool:
        script = ScriptDirectory(str(MIGRATIONS))
        return MigrationContext.configure(sync).get_current_heads() == tuple(script.get_heads())

    return await connection.run_sync(check)


def _run(connection: Connection, action: object, revision: str) -> None:
    action(config(connection), revision)  # type: ignore[operator]


def config(connection: Connection) -> Config:
    """Alembic's configuration for a connection that is already in a transaction."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["connection"] = connection
    return settings
