"""Flood limits: how much a bot may send, and how long it must wait when it sent too much."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass

from simulator.clock import Clock
from simulator.errors import too_many_requests

SENDING = ("send", "copymessage", "forwardmessage")


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages allowed; None means that it is not limited, which is the default."""

    per_second: int | None = None
    per_chat_second: int | None = None
    per_group_minute: int | None = None

    @classmethod
    def of_telegram(cls) -> "Limits":
        """What Telegram's documentation tells bots to keep to."""
        return cls(per_second=30, per_chat_second=1, per_group_minute=20)


class FloodControl:
    """Sliding windows over what each bot sent. Edits, answers and chat actions are free."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._sent: dict[tuple[int, str], deque[float]] = defaultdict(deque)

    def check(self, bot_id: int, method: str, chat_id: str) -> None:
        """Count a message, or raise 429 with the whole seconds after which it would pass."""
        if not method.lower().startswith(SENDING) or method == "sendChatAction":
            return
        now = self._clock.now()
        windows = [
            (self._limits.per_second, 1.0, (bot_id, "")),
            (self._limits.per_chat_second, 1.0, (bot_id, chat_id)),
        ]
        if chat_id.startswith("-"):
            windows.append((self._limits.per_group_minute, 60.0, (bot_id, f"group {chat_id}")))
        wait = max(self._wait(limit, span, key, now) for limit, span, key in windows)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for limit, _, key in windows:
            if limit is not None:
                self._sent[key].append(now)

    def _wait(self, limit: int | None, span: float, key: tuple[int, str], now: float) -> float:
        """Seconds until one more fits into the window."""
        if limit is None:
            return 0.0
        sent = self._sent[key]
        while sent and sent[0] <= now - span:
            sent.popleft()
        return sent[0] + span - now if len(sent) >= limit else 0.0
