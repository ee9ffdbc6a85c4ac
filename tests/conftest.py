"""What every room's tests share."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.logs import configure_logs
from bot.publishing import publish_content
from simulator.server import Simulator
from storage import schema
from storage.database import open_database
from tests.databases import (
    Postgres,
    database_url,
    db,
    migrated_postgres,
    migrated_sqlite,
    name_of,
    on_postgres,
    on_sqlite,
    postgres,
    postgres_url,
    sqlite_url,
)

__all__ = [
    "database_url",
    "db",
    "migrated_postgres",
    "migrated_sqlite",
    "on_postgres",
    "on_sqlite",
    "postgres",
    "postgres_url",
    "sqlite_url",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database postgresql` runs on PostgreSQL whatever is not tried on both anyway."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


async def _first_start(url: str) -> None:
    async with open_database(url) as db:
        await schema.upgrade(db)
        await publish_content(db, datetime(2026, 11, 24, tzinfo=UTC))


@pytest.fixture(scope="session", autouse=True)
def logs() -> None:
    """The program's own logging; structlog's default would print locals with every traceback."""
    configure_logs("WARNING")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as it is after the first start: migrated, the forms of `content` published.

    Made once and copied for each test: converting the workbook takes longer than most of them.
    """
    file = tmp_path_factory.mktemp("published") / "lanka.sqlite3"
    asyncio.run(_first_start(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture
def sqlite_file_url(tmp_path: Path, published: Path) -> str:
    """A database of its own for one test, as after the first start."""
    copy = shutil.copy(published, tmp_path / "lanka.sqlite3")
    return f"sqlite+aiosqlite:///{copy}"


@pytest.fixture(scope="session")
def published_postgres(postgres: Postgres) -> str:
    """The name of a PostgreSQL database as after the first start, to copy."""
    url = postgres.create()
    asyncio.run(_first_start(url))
    return name_of(url)


@pytest.fixture
def ready_url(request: pytest.FixtureRequest) -> str:
    """A database of its own for one test, as after the first start, of the kind that the run is
    on (`--database`)."""
    if request.config.getoption("database") == "sqlite":
        url = request.getfixturevalue("sqlite_file_url")
    else:
        template = request.getfixturevalue("published_postgres")
        url = request.getfixturevalue("postgres").create(template)
    assert isinstance(url, str)
    return url


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """Telegram on loopback, with its three people."""
    async with Simulator() as running:
        yield running


@pytest.fixture
async def http(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the simulator's chats."""
    async with aiohttp.ClientSession(simulator.url) as session:
        yield session
