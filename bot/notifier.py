"""Sends what the outbox holds, with python-telegram-bot, while aiogram answers.

PTB's job queue only ticks; what is due stands in the database. Every tick claims small batches
until nothing is due; what each error means for its message is in `Notifier.send`. A message takes
its turn in the budget first and is marked as being on the wire then, so that after a crash only
what was on the wire is in doubt.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.ext import Application, ContextTypes, Defaults

from bot.budget import REPLY, SECOND, Budget, PausedError
from bot.delivering import deliver
from bot.limiter import BudgetLimiter, seconds
from bot.settings import Settings
from dialogs import notices
from dialogs.context import App
from storage import afterwards, delivery, nudges, reminders
from storage.away import AwayError
from storage.delivery import Claimed, Letter

INTERVAL = 1.0  # seconds between looks at the outbox
BATCH = 25  # so that something urgent waits for one small batch at most
AT_ONCE = 8  # calls on their way: at 200 ms each enough for 40 messages a second
RECOVERY = timedelta(minutes=1)
RULES_EVERY = timedelta(seconds=20)  # between looks at whose reminder's time has come
BACKOFF = (10, 30, 60, 300, 900)  # seconds
LONGEST_REST = 60.0  # seconds that all sending rests while Telegram is away
NO_TOKEN = timedelta(minutes=5)
GRACE = 8.0  # seconds that a stop waits for what is on the wire; supervisors kill after ten
TIMEOUT = 30.0  # seconds for each phase of a call; together less than the outbox's lease
# Errors before anything was written to the connection.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

log = structlog.get_logger()
Ptb = Application[Any, Any, Any, Any, Any, Any]


class Notifier:
    """Sends due messages; `tick` sends what is due and can be called at any time, one at a time.

    Of several on one database one sends and the others stand by.
    """

    def __init__(self, ptb: Ptb, app: App, budget: Budget) -> None:
        self._bot = ptb.bot
        self._app = app
        self._db = app.db
        self._now = app.now
        self._budget = budget
        self._name = secrets.token_hex(8)
        self._turn_until: datetime | None = None  # until when this one is the one that sends
        self._recovered_at: datetime | None = None
        self._ruled_at: datetime | None = None
        self._failures = 0  # calls in a row that met no Telegram
        self._resume_at: datetime | None = None
        self._busy: set[int] = set()  # chats with a message on its way
        self._senders: set[asyncio.Task[None]] = set()
        self._waiting: set[asyncio.Task[None]] = set()  # those that wait for their turn
        self.stopping = False

    def stop(self) -> None:
        """Begin nothing new: what waits for its turn is given back, what is on the wire ends."""
        self.stopping = True
        for sender in self._waiting:
            sender.cancel()

    def abandon(self) -> None:
        """Wait no longer for what is on the wire; the next to send finds it in doubt."""
        for sender in self._senders:
            sender.cancel()

    async def tick(self) -> None:
        """Send what is due; nothing while Telegram has asked for a pause, or another one sends."""
        if self.stopping or not await self._is_my_turn():
            return
        now = self._now()
        if self._recovered_at is None or now >= self._recovered_at + RECOVERY:
            self._recovered_at = now
            if doubtful := await delivery.recover(self._db, now):
                log.warning("messages whose fate is unknown", count=doubtful)
        if self._ruled_at is None or now >= self._ruled_at + RULES_EVERY:
            self._ruled_at = now
            await reminders.leave_due(self._db, now)
            await afterwards.leave_due(self._db, now)
            await nudges.leave_due(self._db, now)
        while await self._may_send():
            claimed = await delivery.claim(self._db, self._now(), BATCH)
            try:
                async with asyncio.TaskGroup() as senders:
                    # After a call that met no Telegram one message at a time finds out whether it
                    # is back: those that must not come twice are lost by each try.
                    for _ in range(1 if self._failures else min(AT_ONCE, len(claimed))):
                        sender = senders.create_task(self._send_all(claimed))
                        self._senders.add(sender)
                        sender.add_done_callback(self._senders.discard)
            finally:
                if claimed:
                    await delivery.release(self._db, [letter.id for letter in claimed])

    async def hand_on(self) -> None:
        """Let another notifier send at once, but not within the same second."""
        if self._turn_until is not None:
            until = self._now() + timedelta(seconds=SECOND)
            await delivery.hand_on(self._db, self._bot.id, self._name, until)

    async def _is_my_turn(self) -> bool:
        now = self._now()
        if self._turn_until is None or now >= self._turn_until - delivery.TURN * 2 / 3:
            self._turn_until = await delivery.take_over(self._db, self._bot.id, self._name, now)
        return self._turn_until is not None

    async def _may_send(self) -> bool:
        now = self._now()
        return (
            not self.stopping
            and (self._resume_at is None or now >= self._resume_at)
            and not self._budget.paused
            and await self._is_my_turn()
            and await delivery.is_due(self._db, self._bot.id, now)
        )

    async def _send_all(self, claimed: list[Claimed]) -> None:
        """Send from a batch, beside others, until it is empty or sending has to stop."""
        failures = self._failures
        while claimed and not self.stopping:
            # One message at a time for each person: they arrive in their order, and what the first
            # finds out (they blocked the bot) spares the rest.
            mine = next((one for one in claimed if one.telegram_id not in self._busy), None)
            if mine is None or self._budget.paused or self._failures > failures:
                return
            if self._turn_until is None or self._now() >= self._turn_until:
                return  # this process slept, and another one sends
            claimed.remove(mine)
            self._busy.add(mine.telegram_id)
            try:
                if not await self._turn_came(mine):
                    claimed.append(mine)
                    return
                letter = await delivery.begin(self._db, mine.id, self._now())
                if letter is not None:
                    await self.send(letter)
            finally:
                self._busy.discard(mine.telegram_id)

    async def _turn_came(self, mine: Claimed) -> bool:
        """Wait for the turn of a message; False where a pause or the end came first."""
        me = asyncio.current_task()
        assert me is not None  # noqa: S101 - for the type checker: a coroutine runs in a task
        self._waiting.add(me)
        try:
            await self._budget.take(mine.telegram_id, max(mine.priority, REPLY + 1))
        except PausedError:
            return False
        except asyncio.CancelledError:
            if self.stopping:
                return False
            raise
        finally:
            self._waiting.discard(me)
        return True

    async def send(self, letter: Letter) -> None:
        """Send one message and write down what became of it."""
        try:
            notice = await notices.word(self._app, letter, self._bot.username)
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
        except InvalidToken as error:
            # Nothing that can be sent now was refused; whoever runs the bot has to see to it.
            until = self._now() + NO_TOKEN
            await delivery.unsent(self._db, letter, until, error.message, refund=True)
            self._resume_at = until
            log.error("Telegram does not know this token (any more)")
        else:
            self._failures = 0
            await delivery.sent(self._db, letter, message_id, self._now())

    async def _refuse(self, letter: Letter, error: str) -> None:
        if await delivery.refused(self._db, letter, error, self._now()):
            log.error("too many errors alike: halted", group=letter.group, error=error)

    async def _put_off(self, letter: Letter, error: NetworkError) -> None:
        self._failures += 1
        rest = timedelta(seconds=min(2.0**self._failures, LONGEST_REST))
        self._resume_at = self._now() + rest
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
            except AwayError:
                log.warning("nothing is sent: the database is away")
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
            notifier.stop()
            too_long = asyncio.get_running_loop().call_later(GRACE, notifier.abandon)
            await ptb.stop()
            too_long.cancel()
            await notifier.hand_on()
