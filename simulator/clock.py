"""The simulator's time: a clock that tests can move, and waiting that follows it.

Telegram's rules are full of time (a callback lives 150 s, a message can be deleted for 48 h,
a webhook is tried again later), and a test that sleeps is slow and flaky. So everything here
that waits, waits on this clock, and whoever advances it wakes the waiting.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A moment that is worth skipping to; what happens there, by language."""

    at: float
    label: dict[str, str]


class Clock:
    """Unix time in seconds, from a source that can be replaced, plus what it was advanced by."""

    def __init__(self, source: Callable[[], float], offset: float = 0.0) -> None:
        self._source = source
        self._offset = offset
        self._stopped = False
        self._moved = Pulse()
        self.fell_asleep = Pulse()  # somebody began to sleep: who advances may wait for it

    @property
    def offset(self) -> float:
        """What it was advanced by."""
        return self._offset

    def now(self) -> float:
        return self._source() + self._offset

    def advance(self, seconds: float) -> None:
        """Move forward; whoever waits for a moment that has now passed goes on at once."""
        self._offset += seconds
        self._moved.fire()

    def stop(self) -> None:
        """End every wait, now and later, so that the server can close."""
        self._stopped = True
        self._moved.fire()

    async def wait(self, future: asyncio.Future[Any], seconds: float) -> bool:
        """Wait until `future` is done or `seconds` have passed; say whether it is done."""
        deadline = self.now() + seconds
        while not (future.done() or self._stopped) and (left := deadline - self.now()) > 0:
            done, _ = await asyncio.wait(
                {future, self._moved.next()}, timeout=left, return_when=asyncio.FIRST_COMPLETED
            )
            if not done:
                break
        return future.done()

    async def sleep(self, seconds: float) -> None:
        self.fell_asleep.fire()
        await self.wait(asyncio.get_running_loop().create_future(), seconds)


class Pulse:
    """Something happened: wakes all who hold the future that `next` gave them."""

    def __init__(self) -> None:
        self._future: asyncio.Future[None] | None = None

    def next(self) -> asyncio.Future[None]:
        if self._future is None or self._future.done():
            self._future = asyncio.get_running_loop().create_future()
        return self._future

    async def wait(self) -> None:
        """Until it next fires; cancelling this wait disturbs no other."""
        await asyncio.wait({self.next()})

    def fire(self) -> None:
        if self._future is not None and not self._future.done():
            self._future.set_result(None)
        self._future = None
