"""The start while Telegram is away, and with a token that it does not know."""

import asyncio
import gc
from collections.abc import Iterator

import aiohttp
import pytest

from bot import reach
from bot.reach import patiently
from bot.runner import run_program
from bot.settings import Settings, SettingsError, load_settings
from simulator.server import Simulator
from tests.conversations.harness import Chat

TOKEN = "4400:reach-tests-only-0123456789"
OLENA = 1001


@pytest.fixture
def settings(simulator: Simulator, ready_url: str) -> Settings:
    return load_settings(
        _env_file=None,
        bot_token=TOKEN,
        telegram_api_url=simulator.url,
        database_url=ready_url,
    )


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The program calms the collector for its lifetime; the other tests' would fill the memory."""
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "WAITS", (0.01,))


@pytest.mark.usefixtures("no_waits")
async def test_the_bot_answers_once_telegram_is_there(
    settings: Settings, http: aiohttp.ClientSession
) -> None:
    faults = [("getMe", "drop_before", 2), ("getMe", "garbage", 1), ("setMyCommands", "500", 2)]
    for method, kind, times in faults:
        await http.post("/sim/faults", json={"method": method, "kind": kind, "times": times})
    stop = asyncio.Event()
    running = asyncio.create_task(run_program(settings, stop))
    try:
        async with asyncio.timeout(20):
            while not await answering(http):
                await asyncio.wait([running], timeout=0.05)
                assert not running.done()
        chat = await Chat.open(http, OLENA)
        await chat.start()
        assert "🇺🇦 Українська" in chat.card.buttons
    finally:
        stop.set()
        await running


async def answering(http: aiohttp.ClientSession) -> bool:
    """Whether every fault has happened: what is said then is fetched in time."""
    async with http.get("/sim/faults") as answer:
        return bool(await answer.json() == [])


async def test_a_token_that_telegram_does_not_know_is_a_sentence(
    settings: Settings, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"/bot{TOKEN}/getMe") as answer:
        assert answer.status == 200
    other = settings.model_copy(update={"bot_token": type(settings.bot_token)("4400:another")})
    with pytest.raises(SettingsError, match=r"^BOT_TOKEN: Telegram does not know") as raised:
        await run_program(other, asyncio.Event())
    assert "another" not in str(raised.value)


async def test_a_stop_ends_the_waiting(
    settings: Settings, simulator: Simulator, http: aiohttp.ClientSession
) -> None:
    await http.post("/sim/faults", json={"method": "getMe", "kind": "drop_before", "times": 99})
    stop = asyncio.Event()
    async with asyncio.timeout(5):
        running = asyncio.create_task(run_program(settings, stop))
        stop.set()
        await running


async def test_a_call_that_was_never_made_is_not_called_reached() -> None:
    stop = asyncio.Event()
    stop.set()

    async def never() -> None:
        raise AssertionError

    assert await patiently(never, stop) is False
