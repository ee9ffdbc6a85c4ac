"""The clock that the program runs by. Apart from `bot.compose`, so that a command is quick."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The machine's time, in UTC; tests inject another clock."""
    return datetime.now(UTC)
