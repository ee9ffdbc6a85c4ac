"""Migrations: up, down and up again, and at the end what the models say."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from storage import schema
from storage.database import Database, open_database
from storage.models import Base
from tests.databases import Postgres


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite3'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.create()


async def tables(db: Database) -> set[str]:
    return await db.read(lambda c: c.run_sync(lambda sync: set(inspect(sync).get_table_names())))


async def columns(db: Database) -> set[tuple[str, str]]:
    """The columns of all tables and their indices, by the table's name."""

    def of(sync: Connection) -> set[tuple[str, str]]:
        found = inspect(sync)
        names = found.get_table_names()
        return {
            (table, str(one["name"]))
            for table in names
            for one in [*found.get_columns(table), *found.get_indexes(table)]
        }

    return await db.read(lambda c: c.run_sync(of))


async def test_every_migration_goes_up_down_and_up(empty_url: str) -> None:
    script = ScriptDirectory(str(schema.MIGRATIONS))
    revisions = [revision.revision for revision in script.walk_revisions()][::-1]
    assert revisions
    async with open_database(empty_url) as db:
        for before, revision in zip(["base", *revisions], revisions, strict=False):
            await schema.upgrade(db, revision)
            full = await columns(db)
            await schema.downgrade(db, before)
            assert await columns(db) != full
            await schema.upgrade(db, revision)
            assert await columns(db) == full
        await schema.downgrade(db, "base")
        assert await tables(db) <= {"alembic_version"}


def differences(connection: Connection) -> list[object]:
    opts: dict[str, Any] = {"compare_type": True}
    context = MigrationContext.configure(connection, opts=opts)
    return list(compare_metadata(context, Base.metadata))


async def test_migrations_lead_to_the_models(db: Database) -> None:
    assert await db.read(lambda c: c.run_sync(differences)) == []


async def test_programs_that_start_together_migrate_once(empty_url: str) -> None:
    async with open_database(empty_url) as one, open_database(empty_url) as two:
        await asyncio.gather(schema.upgrade(one), schema.upgrade(two))
        assert await tables(one) == await tables(two) > {"people", "outbox"}
