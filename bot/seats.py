"""Sweeps the waiting lists, so that an offer that ran out reaches the next in the queue."""

import asyncio

import structlog

from bot.clock import wait_unless
from dialogs.context import App
from storage.sweeping import sweep

EVERY = 30.0  # seconds; offers that ran out hold no seat, whenever this comes

log = structlog.get_logger()


async def keep_seats_moving(app: App, stop: asyncio.Event, every: float = EVERY) -> None:
    """Sweep until `stop` is set; a sweep that fails is logged, and the next one tries again."""
    while not stop.is_set():
        try:
            await sweep(app.db, app.now())
        except Exception:
            log.exception("a sweep of the waiting lists failed")
        await wait_unless(stop, every)
