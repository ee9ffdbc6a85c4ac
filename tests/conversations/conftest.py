"""The bot running for one test, and people who have got past its first minute."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest

from bot.compose import Program
from bot.notifier import Notifier, open_notifier
from simulator.server import Simulator
from storage import organisations, people
from tests.conversations.harness import Chat, Clock, running_bot

OLENA, ANDRII, SOFIA = 1001, 1002, 1003
Welcome = Callable[..., Awaitable[Chat]]

WORDS = {
    "uk": ("🇺🇦 Українська", "✅ Погоджуюся"),
    "en": ("🇬🇧 English", "✅ I agree"),
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def bot(simulator: Simulator, ready_url: str, clock: Clock) -> AsyncIterator[Program]:
    """The bot, with Sofia as its owner."""
    async with running_bot(simulator, ready_url, clock, frozenset({SOFIA})) as program:
        yield program


@pytest.fixture
def welcome(http: aiohttp.ClientSession, bot: Program, clock: Clock) -> Welcome:
    """Lets a person choose a language and agree; with a type, their organisation is there, too."""

    async def pass_first_minute(
        person: int = OLENA, language: str = "uk", kind: str | None = "hospital"
    ) -> Chat:
        chat = await Chat.open(http, person)
        choose, agree = WORDS[language]
        await chat.start()
        await chat.press(choose)
        await chat.press(agree)
        if kind is not None:
            known = await people.find(bot.app.db, person)
            assert known is not None
            profile = {"name": "КНП «Лікарня № 5» <Рівне>", "type": kind}
            await organisations.make(bot.app.db, known.id, None, profile, clock())
        return chat

    return pass_first_minute


@pytest.fixture
async def notifier(bot: Program) -> AsyncIterator[Notifier]:
    """Sends what is due when a test says `tick`."""
    async with open_notifier(bot.settings, bot.app, bot.budget) as (made, _):
        yield made
