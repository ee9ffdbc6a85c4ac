"""Fetches updates by asking for them, for a bot that needs no address of its own."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.lanes import Lanes
from bot.reach import AWAY, patiently
from storage.away import AwayError

LONG_POLL = 30  # seconds that Telegram holds a request while nothing happens
WAITS = (0.5, 1.0, 2.0, 5.0, 10.0)  # seconds between tries; the last for all that follow

log = structlog.get_logger()


class GetUpdatesAsTheyAre(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates, with what Telegram sends left as JSON.

    One update that aiogram cannot read would otherwise hide the hundred that came with it.
    """

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


async def poll(
    bot: Bot, lanes: Lanes, allowed: list[str], stop: asyncio.Event, begun: Callable[[], None]
) -> None:
    """Fetch updates until `stop` is set; `begun` is called beside the first request.

    The next request, which tells Telegram that the last updates arrived, is made when they are
    stored; a process that dies before gets them again.
    """
    fetching = asyncio.create_task(_fetch(bot, lanes, allowed, stop, begun), name="polling")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait([fetching, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    fetching.cancel()  # what is stored meanwhile is known when Telegram sends it again
    with suppress(asyncio.CancelledError):
        await fetching


async def _fetch(
    bot: Bot, lanes: Lanes, allowed: list[str], stop: asyncio.Event, begun: Callable[[], None]
) -> None:
    await patiently(bot.delete_webhook, stop)
    request = GetUpdatesAsTheyAre(offset=None, timeout=LONG_POLL, allowed_updates=allowed)
    tries = 0
    asyncio.get_running_loop().call_soon(begun)  # when the request below is on its way
    while True:
        await lanes.until_there_is_room()
        try:
            updates = await bot(request, request_timeout=LONG_POLL + 10)
            if updates:
                await lanes.take_in(updates)
                request.offset = updates[-1]["update_id"] + 1
            tries = 0
        except (*AWAY, TelegramConflictError, AwayError) as error:
            wait = WAITS[min(tries, len(WAITS) - 1)]
            if isinstance(error, TelegramRetryAfter):
                wait = float(error.retry_after)
            tries += 1
            log.warning("updates cannot be fetched", seconds=wait, error=type(error).__name__)
            await asyncio.sleep(wait)
