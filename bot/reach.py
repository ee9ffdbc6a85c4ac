"""Finds Telegram at the start, however long that takes: servers boot before their network."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from bot.clock import wait_unless

WAITS = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds between tries; the last for all that follow
# Telegram is away or busy; the last is a gateway's page in place of an answer.
AWAY = (
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    RestartingTelegram,
    ClientDecodeError,
)

log = structlog.get_logger()


async def patiently(call: Callable[[], Awaitable[object]], stop: asyncio.Event) -> bool:
    """Make a call that can be repeated, until it succeeds; False where `stop` was set before.

    What waiting does not mend (a token that Telegram does not know) is raised.
    """
    tries = 0
    while not stop.is_set():
        try:
            await call()
        except AWAY as error:
            wait = WAITS[min(tries, len(WAITS) - 1)]
            if isinstance(error, TelegramRetryAfter):
                wait = float(error.retry_after)
            log.warning("Telegram is out of reach", seconds=wait, error=type(error).__name__)
        else:
            return True
        tries += 1
        await wait_unless(stop, wait)
    return False
