"""Once a night: what has been kept long enough goes."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime

import structlog

from bot.clock import wait_unless
from dialogs.context import App
from domain.people.retention import Kind
from storage import retention

HOUR = 1  # in UTC: night from Lisbon to Kyiv
EVERY = 600.0  # seconds between looks at the clock

log = structlog.get_logger()


def is_due(last: date | None, now: datetime) -> bool:
    """Whether a night's work is to be done: once a day, from `HOUR` on."""
    at = now.astimezone(UTC)
    return at.hour >= HOUR and at.date() != last


async def keep_tidy(
    app: App, days: Mapping[Kind, int], stop: asyncio.Event, every: float = EVERY
) -> None:
    """Apply the retention once a night until `stop` is set; a night that fails is tried again.

    Several processes may do it side by side: the second finds nothing to do.
    """
    last: date | None = None
    while not stop.is_set():
        now = app.now()
        if is_due(last, now):
            try:
                gone = await retention.apply(app.db, app.forms, days, now)
            except Exception:
                log.exception("retention failed")
            else:
                last = now.astimezone(UTC).date()
                log.info("retention", **{kind: count for kind, count in gone.items() if count})
        await wait_unless(stop, every)
