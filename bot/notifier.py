"""Sends what the outbox holds, with python-telegram-bot, while aiogram answers.

PTB's job queue only ticks; what is due stands in the database. Every tick claims small batches
until nothing is due; what each error means for its message is in `Notifier.send`. A message takes
its turn in the budget first and is marked as being on the wire then, so that after a crash only
what was on the wire is in doubt.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter
from telegram.ext import Application, ContextTypes, Defaults

from bot.budget import REPLY, Budget, BudgetLimiter, seconds
from bot.delivering import deliver
from bot.settings import Settings
from dialogs import notices
from dialogs.context import App
from dialogs.i18n import Translator
from storage import delivery
from storage.delivery import Claimed, Letter

INTERVAL = 1.0  # seconds between looks at the outbox
BATCH = 25  # so that something urgent waits for one small batch at most
AT_ONCE = 8  # calls on their way: at 200 ms each enough for 40 messages a second
RECOVERY = timedelta(minutes=1)
BACKOFF = (10, 30, 60, 300, 900)  # seconds
TIMEOUT = 30.0  # seconds for each phase of a call; together less than the outbox's lease
# Errors before anything was written to the connection.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

log = structlog.get_logger()
Ptb = Application[Any, Any, Any, Any, Any, Any]


class Notifier:
    """Sends due messages; `tick` sends one batch and can be called at any time, one at a time."""

    def __init__(self, ptb: Ptb, app: App, budget: Budget) -> None:
        self._bot = ptb.bot
        self._db = app.db
        self._now = app.now
        self._budget = budget
        self._recovered_at: datetime | None = None
        self._busy: set[int] = set()  # chats with a message on its way
        self.stopping = False

    async def tick(self) -> None:
        """Send what is due; nothing while Telegram has asked for a pause."""
        now = self._now()
        if self._recovered_at is None or now >= self._recovered_at + RECOVERY:
            self._recovered_at = now
            if doubtful := await delivery.recover(self._db, now):
                log.warning("messages whose fate is unknown", count=doubtful)
        while not self.stopping and await delivery.is_due(self._db, self._bot.id, self._now()):
            claimed = await delivery.claim(self._db, self._now(), BATCH)
            try:
                async with asyncio.TaskGroup() as senders:
                    for _ in range(min(AT_ONCE, len(claimed))):
                        senders.create_task(self._send_all(claimed))
            finally:
                if claimed:
                    await delivery.release(self._db, [letter.id for letter in claimed])

    async def _send_all(self, claimed: list[Claimed]) -> None:
        """Send from a batch, beside others, until it is empty or sending has to stop."""
        while claimed and not self.stopping:
            # One message at a time for each person: they arrive in their order, and what the first
            # finds out (they blocked the bot) spares the rest.
            mine = next((one for one in claimed if one.telegram_id not in self._busy), None)
            if mine is None or self._budget.paused:
                return
            claimed.remove(mine)
            self._busy.add(mine.telegram_id)
            try:
                await self._budget.take(mine.telegram_id, max(mine.priority, REPLY + 1))
                letter = await delivery.begin(self._db, mine.id, self._now())
                if letter is not None:
                    await self.send(letter)
            finally:
                self._busy.discard(mine.telegram_id)

    async def send(self, letter: Letter) -> None:
        """Send one message and write down what became of it."""
        try:
            if letter.problem is not None:
                raise ValueError(letter.problem)
            notice = notices.render(
                letter.kind,
                {**letter.params, **letter.facts},
                Translator(letter.language, letter.time_zone),
            )
        except (LookupError, TypeError, ValueError) as error:
            log.exception("message cannot be worded", kind=letter.kind, id=letter.id)
            await self._refuse(letter, repr(error))
            return
        try:
            message_id = await deliver(self._bot, letter.telegram_id, notice)
        except RetryAfter as error:
            until = self._now() + timedelta(seconds=seconds(error))
            await delivery.unsent(self._db, letter, until, error.message, refund=True)
            await delivery.pause(self._db, self._bot.id, until)
        except Forbidden as error:
            await delivery.unreachable(self._db, letter, error.message, self._now())
        except BadRequest as error:  # before NetworkError, which it is a kind of
            if "chat not found" in error.message.lower():
                await delivery.unreachable(self._db, letter, error.message, self._now())
            else:
                log.error("message refused", kind=letter.kind, id=letter.id, error=error.message)
                await self._refuse(letter, error.message)
        except NetworkError as error:
            await self._put_off(letter, error)
        else:
            await delivery.sent(self._db, letter, message_id, self._now())

    async def _refuse(self, letter: Letter, error: str) -> None:
        if await delivery.refused(self._db, letter, error, self._now()):
            log.error("too many errors alike: halted", group=letter.group, error=error)

    async def _put_off(self, letter: Letter, error: NetworkError) -> None:
        wait = BACKOFF[min(letter.attempts, len(BACKOFF)) - 1]
        jitter = random.uniform(0.9, 1.1)  # noqa: S311 - not for secrets
        due_at = self._now() + timedelta(seconds=wait * jitter)
        log.warning("message put off", kind=letter.kind, id=letter.id, error=error.message)
        if isinstance(error.__cause__, NOT_SENT):
            await delivery.unsent(self._db, letter, due_at, error.message, refund=False)
        else:
            await delivery.doubtful(self._db, letter, due_at, error.message)


@asynccontextmanager
async def open_notifier(
    settings: Settings, app: App, budget: Budget
) -> AsyncIterator[tuple[Notifier, Ptb]]:
    """A notifier that is connected but does not tick by itself, and PTB's application."""
    server = str(settings.telegram_api_url).rstrip("/")
    ptb = (
        Application.builder()
        .token(settings.bot_token.get_secret_value())
        .base_url(f"{server}/bot")
        .base_file_url(f"{server}/file/bot")
        .rate_limiter(BudgetLimiter(budget))
        .updater(None)  # a second getUpdates would end aiogram's with 409
        .connect_timeout(TIMEOUT)
        .read_timeout(TIMEOUT)
        .write_timeout(TIMEOUT)
        .defaults(
            Defaults(
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
        .build()
    )
    async with ptb:
        yield Notifier(ptb, app, budget), ptb


async def run_notifier(
    settings: Settings,
    app: App,
    budget: Budget,
    stop: asyncio.Event,
    interval: float = INTERVAL,
) -> None:
    """Send what becomes due until `stop` is set; the message on its way then is finished."""
    async with open_notifier(settings, app, budget) as (notifier, ptb):

        async def tick(_: ContextTypes.DEFAULT_TYPE) -> None:
            try:
                await notifier.tick()
            except Exception:
                log.exception("a tick of the notifier failed")

        # A tick that finds the one before still at work is left out, which is as it should be.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        assert ptb.job_queue is not None  # noqa: S101 - for the type checker: the extra is there
        ptb.job_queue.run_repeating(
            tick,
            interval,
            first=0,
            # The defaults drop a tick that is a second late, and we would rather have it late.
            job_kwargs={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        await ptb.start()
        try:
            await stop.wait()
        finally:
            notifier.stopping = True
            await ptb.stop()
