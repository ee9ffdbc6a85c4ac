"""Slows down, and then pauses, whoever sends more than a person can.

A thumb that hammers a button makes five presses a second for a few seconds. Beyond that a chat is
slowed; beyond its whole allowance nothing of it is taken for a while, and the person is told so.
Others notice nothing: it happens before anything is stored.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from bot.clock import wait_unless
from bot.metrics import FLOODED

PAUSE = 30.0  # seconds in which nothing of a flooding chat is taken
SLOW = 0.5  # seconds between the updates of a chat that has used half of its allowance
FORGET = 10_000  # chats that are remembered before the rested ones are forgotten


class Admission(Enum):
    """What becomes of an update; where a pause begins with it, the person should hear of it."""

    IN = "in"
    PAUSE_BEGINS = "pause begins"
    PAUSED = "paused"


@dataclass(slots=True)
class Allowance:
    """What a chat may still send at once; `at` is when that was known (seconds, monotonic)."""

    left: float
    at: float
    paused_until: float = 0.0


class FloodGate:
    """Lets `burst` updates of a chat in at once, and `rate` a second in the long run.

    A `burst` of 0 lets everything in.
    """

    def __init__(
        self, burst: int, rate: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._rate = rate
        self._clock = clock
        self._chats: dict[int, Allowance] = {}

    def admit(self, lane: int) -> Admission:
        """Whether an update is taken; one that is not is never seen again."""
        if not self._burst:
            return Admission.IN
        now = self._clock()
        chat = self._allowance(lane, now)
        if now < chat.paused_until:
            FLOODED.inc()
            return Admission.PAUSED
        if chat.left < 1:
            chat.paused_until = now + PAUSE
            FLOODED.inc()
            return Admission.PAUSE_BEGINS
        chat.left -= 1
        return Admission.IN

    async def slow_down(self, lane: int, stop: asyncio.Event) -> None:
        """Wait before the next update of a chat that sends too many."""
        chat = self._chats.get(lane)
        if chat is not None and self._left(chat, self._clock()) < self._burst / 2:
            await wait_unless(stop, SLOW)

    def _allowance(self, lane: int, now: float) -> Allowance:
        chat = self._chats.get(lane)
        if chat is None:
            if len(self._chats) >= FORGET:
                self._forget_the_rested(now)
            chat = self._chats[lane] = Allowance(self._burst, now)
        chat.left, chat.at = self._left(chat, now), now
        return chat

    def _left(self, chat: Allowance, now: float) -> float:
        return min(self._burst, chat.left + (now - chat.at) * self._rate)

    def _forget_the_rested(self, now: float) -> None:
        self._chats = {
            lane: chat
            for lane, chat in self._chats.items()
            if self._left(chat, now) < self._burst or now < chat.paused_until
        }
