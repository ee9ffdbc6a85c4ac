"""A notifier in simulated time, and somebody whom it may write to."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.budget import Budget
from bot.notifier import Notifier, open_notifier
from bot.settings import Settings, load_settings
from dialogs.context import App
from domain.people.person import Person
from simulator.server import Simulator
from storage import people, schema
from storage.database import open_database
from storage.forms import Forms
from storage.library import Funding
from tests.bot.sending import OLENA, TOKEN
from tests.conversations.harness import Clock


@pytest.fixture
def settings(simulator: Simulator, ready_url: str) -> Settings:
    return load_settings(
        _env_file=None,
        bot_token=TOKEN,
        telegram_api_url=simulator.url,
        database_url=ready_url,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def app(ready_url: str, clock: Clock) -> AsyncIterator[App]:
    async with open_database(ready_url) as db:
        await schema.upgrade(db)
        yield App(db=db, forms=Forms(db), now=clock, secret=b"", funding=Funding(db))


@pytest.fixture
def budget(clock: Clock) -> Budget:
    """In simulated time: whoever waits moves the clock."""

    async def wait(seconds: float) -> None:
        await asyncio.sleep(0)
        clock.advance(seconds=seconds)

    return Budget(30, 10, now=lambda: clock().timestamp(), sleep=wait)


@pytest.fixture
async def notifier(settings: Settings, app: App, budget: Budget) -> AsyncIterator[Notifier]:
    async with open_notifier(settings, app, budget) as (made, _):
        yield made


@pytest.fixture
async def olena(notifier: Notifier, app: App, http: aiohttp.ClientSession) -> Person:
    """She has pressed Start, so that the bot may write to her. The bot has called in before."""
    await (await http.post(f"/sim/chats/{OLENA}/start")).read()
    return await people.meet(app.db, OLENA, "uk", (), app.now())
