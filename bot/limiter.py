"""The budget, where python-telegram-bot asks before each call.

PTB's own `AIORateLimiter` (22.8) is not used: it lets through up to twice its rate in a second,
knows no priorities and ends a pause early (issue #5338). Apart from `bot.budget`, so that the bot
polls before it loads PTB.
"""

import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.budget import REPLY, Budget, counts

# RetryAfter warns wherever it is made, unless one opts in to its future type.
os.environ.setdefault("PTB_TIMEDELTA", "1")


@dataclass(frozen=True, slots=True)
class Turn:
    """What a call of PTB's says of its turn: its priority, or that it was `taken` already.

    The notifier takes a message's turn before it writes down that the message is on the wire, so
    that one which only waits is not in doubt after a crash.
    """

    priority: int
    taken: bool = False


class BudgetLimiter(BaseRateLimiter[Turn]):
    """The budget on PTB's extension point: each call that puts a message into a chat waits."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    async def initialize(self) -> None:
        """Nothing: the budget lives as long as the program."""

    async def shutdown(self) -> None:
        """Nothing, likewise."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Turn | None,
    ) -> Any:
        turn = rate_limit_args or Turn(REPLY)
        chat = data.get("chat_id")
        if isinstance(chat, int) and counts(endpoint) and not turn.taken:
            await self._budget.take(chat, turn.priority)
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            self._budget.pause(seconds(error))
            raise


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
