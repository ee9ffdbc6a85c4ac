"""The night's work: once a day, by the injected clock, and again after a failure."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.nightly import is_due, keep_tidy
from domain.people.retention import DAYS
from storage import retention

NIGHT = datetime(2026, 11, 26, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, NIGHT, True),
        (None, NIGHT - timedelta(hours=1), False),
        (date(2026, 11, 26), NIGHT + timedelta(hours=20), False),
        (date(2026, 11, 25), NIGHT, True),
        (date(2026, 11, 25), datetime.fromisoformat("2026-11-26T02:30+02:00"), False),
    ],
)
def test_once_a_night(last: date | None, now: datetime, due: bool) -> None:
    assert is_due(last, now) is due


async def test_a_night_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, tries = asyncio.Event(), []
    clock = [NIGHT]

    async def apply(*_: Any) -> dict[Any, int]:
        tries.append(clock[0])
        if len(tries) == 1:
            raise OSError("the database is away")
        if len(tries) == 3:
            stop.set()
        else:
            clock[0] += timedelta(days=1)
        return {}

    monkeypatch.setattr(retention, "apply", apply)
    app: Any = SimpleNamespace(db=None, forms=None, now=lambda: clock[0])
    async with asyncio.timeout(10):
        await keep_tidy(app, DAYS, stop, every=0.001)
    assert tries == [NIGHT, NIGHT, NIGHT + timedelta(days=1)]
