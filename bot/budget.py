"""How many messages leave in a second: one budget for both libraries of a process.

Telegram asks for at most 30 messages a second, one a second in a chat, 20 a minute in a group.
The budget is split in the settings: what leaves on its own uses at most what is not held in
reserve for replies, and less where replies need more. A reply is counted and never waits.
"""

import asyncio
import itertools
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

REPLY = 0  # the priority of what answers a tap: the reserve is there for it
# A second, and what the way to Telegram may press together.
SECOND = 1.02
CATCH_UP = 3  # turns that were missed and may be made up for at once
GAP = 1.05  # seconds between two messages to one chat that nobody asked for
GROUP_WINDOW, GROUP_RATE = 60.0, 18

Sleep = Callable[[float], Awaitable[object]]


class PausedError(Exception):
    """Telegram has asked for a pause; what nobody asked for does not wait it out."""


@dataclass(order=True, slots=True)
class _Waiter:
    priority: int
    number: int
    chat: int = field(compare=False)


class Budget:
    """Grants turns to send: the lowest priority first, never more than `rate` in any one second.

    Of these, `reserve` are kept for replies; the rest is spread over the second, since a burst
    would be felt by who presses a button. Times are seconds of a clock that only goes forward.
    """

    def __init__(
        self,
        rate: int,
        reserve: int,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        if not 0 <= reserve < rate:
            raise ValueError("the reserve must leave something of the rate")
        self._rate = rate
        self._reserve = reserve
        self._now = now
        self._sleep = sleep
        # When something was sent within the last second: of all, and of what nobody asked for.
        self._sent: deque[float] = deque()
        self._unasked: deque[float] = deque()
        # What nobody asked for is spread over the second: when the next one is due (GCRA).
        self._even = SECOND / (rate - reserve)
        self._next = 0.0
        self._last: dict[int, float] = {}  # to each chat, within the last gap
        self._groups: defaultdict[int, deque[float]] = defaultdict(deque)
        self._waiting: list[_Waiter] = []
        self._numbers = itertools.count()
        self._paused_until = 0.0

    async def take(self, chat: int, priority: int) -> None:
        """Wait for a turn to send to a chat. Whoever is cancelled while waiting takes none.

        A reply waits a pause out, if it has to; all else gets PausedError and can be put back.
        """
        me = _Waiter(priority, next(self._numbers), chat)
        self._waiting.append(me)
        try:
            while (wait := self._wait(me)) or self._is_behind(me):
                if priority != REPLY and self.paused:
                    raise PausedError
                await self._sleep(wait)
        finally:
            self._waiting.remove(me)
        self.note(chat)
        if priority != REPLY:
            now = self._now()
            self._unasked.append(now)
            self._next = max(self._next, now) + self._even

    def note(self, chat: int) -> None:
        """Count a message that is sent without waiting for a turn: the answer to a tap."""
        now = self._now()
        self._forget(now)
        self._sent.append(now)
        self._last.pop(chat, None)  # so that the dictionary stays in order of time
        self._last[chat] = now
        if chat < 0:
            self._groups[chat].append(now)

    def pause(self, seconds: float) -> None:
        """Send nothing for so long. A pause is never shortened, whatever else comes back."""
        self._paused_until = max(self._paused_until, self._now() + seconds)

    @property
    def paused(self) -> bool:
        """Whether nothing may be sent now, because Telegram said so."""
        return self._paused_until > self._now()

    def _is_behind(self, me: _Waiter) -> bool:
        return any(other < me and not self._wait(other) for other in self._waiting)

    def _wait(self, waiter: _Waiter) -> float:
        """Seconds until it may send, whoever else is waiting; 0: now."""
        now = self._now()
        self._forget(now)
        ready = self._paused_until
        windows = [(self._sent, self._rate)]
        if waiter.priority != REPLY:
            windows.append((self._unasked, self._rate - self._reserve))
        for sent, limit in windows:
            if len(sent) >= limit:
                ready = max(ready, sent[len(sent) - limit] + SECOND)
        if waiter.priority != REPLY:
            ready = max(ready, self._next - CATCH_UP * self._even)
        if waiter.priority != REPLY and waiter.chat in self._last:
            ready = max(ready, self._last[waiter.chat] + GAP)
        group = self._groups.get(waiter.chat)
        if group is not None and len(group) >= GROUP_RATE:
            ready = max(ready, group[0] + GROUP_WINDOW)
        return max(0.0, ready - now)

    def _forget(self, now: float) -> None:
        for sent in (self._sent, self._unasked):
            while sent and sent[0] + SECOND <= now:
                sent.popleft()
        while self._last and (first := next(iter(self._last.items())))[1] + GAP <= now:
            del self._last[first[0]]
        for chat, times in list(self._groups.items()):
            while times and times[0] + GROUP_WINDOW <= now:
                times.popleft()
            if not times:
                del self._groups[chat]


def counts(method: str) -> bool:
    """Whether Telegram counts a method of the Bot API as a message: what is sent, or edited."""
    name = method.lower()
    return name.startswith(("send", "edit", "copymessage", "forwardmessage")) and (
        name != "sendchataction"
    )
