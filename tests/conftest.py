"""What every room's tests share."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.logs import configure_logs
from simulator.server import Simulator


@pytest.fixture(scope="session", autouse=True)
def logs() -> None:
    """The program's own logging; structlog's default would print locals with every traceback."""
    configure_logs("WARNING")


@pytest.fixture
def sqlite_file_url(tmp_path: Path) -> str:
    """A database of its own for one test."""
    return f"sqlite+aiosqlite:///{tmp_path / 'lanka.sqlite3'}"


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
