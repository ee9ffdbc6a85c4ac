"""Handles what the inbox holds: in order within a chat, chats side by side.

A lane is a task that lives as long as something waits in its chat. What fails is tried again:
while Telegram or the database is away, patiently; a fault of ours three times, and then it is put
aside for the operator, so that it stands in nobody's way.
"""

import asyncio
import contextlib
import secrets
import time
import traceback
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import Update
from pydantic import ValidationError

from bot.apology import tell_of_failure, tell_of_flood
from bot.clock import Clock, wait_unless
from bot.closing import Closing
from bot.dispatcher import GaveUpError, LankaDispatcher
from bot.flood import Admission, FloodGate
from bot.lane import lane_of
from bot.metrics import HANDLED, SECONDS, WAITING_LANES
from bot.reach import AWAY
from dialogs.context import App
from storage import inbox, workers
from storage.away import AwayError
from storage.fsm import Changes
from storage.inbox import Arrived, LostError, Stored

ATTEMPTS = 3  # of an update that fails by a fault of ours
CRASHES = 7  # processes that may die with an update before it is put aside
ALONE = 5.0  # seconds that everybody waits for a suspect when a process starts
LIMIT = 120.0  # seconds for one attempt; a large report is made in less
PATIENCE = timedelta(minutes=10)  # how long an update waits for Telegram or the database
SIDE_BY_SIDE = 256  # updates in work at once; each holds a little memory while Telegram answers
FULL = 2_000  # busy lanes above which no more updates are fetched
SWEEP = 5.0  # seconds between looks for what dead workers left
WAITS = (0.2, 1.0, 2.0, 4.0, 8.0)  # seconds before an update is tried again

log = structlog.get_logger()


class Lanes:
    """Everything this process is busy with.

    Runs from `async with`: entered, it says that it lives and takes over what others left; left,
    it ends what is in work (see `drain`) and gives back what waits.
    """

    def __init__(self, app: App, bot: Bot, dispatcher: LankaDispatcher, gate: FloodGate) -> None:
        self._app = app
        self._db = app.db
        self._now: Clock = app.now
        self._bot = bot
        self._dispatcher = dispatcher
        self._gate = gate
        self.worker = secrets.token_hex(8)
        self._closing = Closing(app.db, bot.id, self.worker, app.now)
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._woken: set[int] = set()
        self._room = asyncio.Semaphore(SIDE_BY_SIDE)
        self._below_full = asyncio.Event()
        self._below_full.set()
        self._stop = asyncio.Event()
        self._telling: set[asyncio.Task[None]] = set()
        self._sweeping: asyncio.Task[None] | None = None
        self._suspect: int | None = None  # the lane of the one in hand
        self._cleared = asyncio.Event()

    async def __aenter__(self) -> "Lanes":
        await self._begin_with_suspects()
        self._sweeping = asyncio.create_task(self._sweep(), name="inbox sweep")
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.drain()

    async def take_in(self, updates: Sequence[dict[str, Any]]) -> None:
        """Store updates as Telegram sent them and begin with them; returns once they are stored.

        Raises `AwayError`, and has stored none, while the database is away.
        """
        arrived = [
            Arrived(update["update_id"], lane, update)
            for update in updates
            if (lane := lane_of(update)) is not None and self._admit(lane, update)
        ]
        if arrived:
            stored = await inbox.receive(self._db, self._bot.id, self.worker, arrived, self._now())
            for one in stored:
                self._begin(one)

    def _admit(self, lane: int, update: dict[str, Any]) -> bool:
        admission = self._gate.admit(lane)
        if admission is Admission.PAUSE_BEGINS:
            telling = asyncio.create_task(tell_of_flood(self._app, self._bot, lane, update))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)
        return admission is Admission.IN

    async def until_there_is_room(self) -> None:
        """Wait while this process has more to do than it should: Telegram keeps the rest."""
        await self._below_full.wait()

    async def drain(self, seconds: float = 20.0) -> None:
        """Let what is in work come to its end, for so long; what waits stays in the inbox."""
        self._stop.set()
        if self._sweeping is not None:
            await self._sweeping
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                log.warning("stopped in the middle of updates", updates=len(late))
                await asyncio.wait(late)
        await self._closing.drain()
        await asyncio.gather(*self._telling)
        with contextlib.suppress(AwayError):  # its lease runs out by itself
            await workers.leave(self._db, self.worker)

    # -- a lane

    def _begin(self, one: Stored) -> None:
        if one.lane in self._busy:
            self._woken.add(one.lane)
            return
        task = asyncio.create_task(self._run(one), name=f"lane {one.lane}")
        self._busy[one.lane] = task
        self._count()

    def _count(self) -> None:
        WAITING_LANES.set(len(self._busy))
        if len(self._busy) >= FULL:
            self._below_full.clear()
        else:
            self._below_full.set()

    async def _run(self, first: Stored) -> None:
        one: Stored | None = first
        lane = first.lane
        try:
            while one is not None and not self._stop.is_set():
                await self._gate.slow_down(lane, self._stop)
                one = await self._see_through(one)
                self._clear(lane)
                if one is None and lane in self._woken:
                    self._woken.discard(lane)
                    one = await inbox.following(self._db, self._bot.id, self.worker, lane)
        except (LostError, AwayError) as error:
            # Somebody else has it, or the next sweep finds it: nothing is lost.
            log.warning("lane left", reason=type(error).__name__, worker=self.worker)
        finally:
            self._clear(lane)
            self._woken.discard(lane)
            del self._busy[lane]
            self._count()

    async def _see_through(self, one: Stored) -> Stored | None:
        """Handle an update, however often it takes; the next of its lane, None where none waits
        or the program stops."""
        tries = 0
        while True:
            begun = time.perf_counter()
            async with self._room:
                outcome = await self._attempt(one)
            kind = next((key for key in one.payload if key != "update_id"), "nothing")
            SECONDS.labels(kind).observe(time.perf_counter() - begun)
            if not isinstance(outcome, _Again):
                HANDLED.labels(kind, outcome[0]).inc()
                return outcome[1]
            HANDLED.labels(kind, "again").inc()
            one = outcome.one
            wait = outcome.wait or WAITS[min(tries, len(WAITS) - 1)]
            tries += 1
            await wait_unless(self._stop, wait)
            if self._stop.is_set():
                return None

    async def _attempt(self, one: Stored) -> "tuple[str, Stored | None] | _Again":
        following: list[Stored | None] = []

        async def close(changes: Changes) -> None:
            following.append(await self._closing.finish(one, changes))

        again = partial(self._again, one)
        with structlog.contextvars.bound_contextvars(update_id=one.update_id):
            try:
                update = Update.model_validate(one.payload, context={"bot": self._bot})
            except ValidationError as error:
                return "dead", await self._put_aside(one, error, "unreadable")
            try:
                async with asyncio.timeout(LIMIT):
                    await self._dispatcher.handle(self._bot, update, one.lane, close, again)
            except LostError:
                raise
            except GaveUpError as error:
                return "dead", await self._put_aside(one, error.__cause__ or error, error.code)
            except Exception as error:  # noqa: BLE001 - whatever it was, the lane goes on
                return await self._after(one, update, error)
        return "done", following[0]

    async def _after(
        self, one: Stored, update: Update, error: Exception
    ) -> "tuple[str, Stored | None] | _Again":
        """What follows an attempt that ended with `error`."""
        if not self._again(one, error):
            code = uuid.uuid4().hex[:8]
            log.error("update failed", code=code, exc_info=error)
            await tell_of_failure(self._app, self._bot, update, code)
            return "dead", await self._put_aside(one, error, code)
        if not _passes(error):
            with contextlib.suppress(AwayError):
                await inbox.failed(self._db, self.worker, one)
            one = replace(one, attempts=one.attempts + 1)
        log.warning("update is tried again", error=type(error).__name__, attempts=one.attempts)
        wait = float(error.retry_after) if isinstance(error, TelegramRetryAfter) else None
        return _Again(one, wait)

    def _again(self, one: Stored, error: BaseException) -> bool:
        """Whether an update that ended with `error` will be tried again."""
        if _passes(error):
            return self._now() - one.received_at < PATIENCE
        return one.attempts + 1 < ATTEMPTS

    async def _put_aside(self, one: Stored, error: BaseException, code: str) -> Stored | None:
        where = "; ".join(
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-4:]
        )
        # Its message may hold what somebody wrote; where it happened does not.
        said = f"{code} {type(error).__name__} at {where or 'no place'}"
        log.warning("update put aside", code=code, reason=type(error).__name__)
        return await inbox.give_up(self._db, self._bot.id, self.worker, one, said, self._now())

    # -- what dead workers left

    async def _sweep(self) -> None:
        while not self._stop.is_set():
            await wait_unless(self._stop, SWEEP)
            if not self._stop.is_set():
                try:
                    await self._look_after_the_orphaned()
                except AwayError:
                    log.warning("the inbox cannot be looked after: the database is away")

    async def _look_after_the_orphaned(self) -> None:
        taken = await self._take_over()
        if taken.suspect is not None:
            self._question(taken.suspect)
        idle = await workers.idle(self._db, self._bot.id, self.worker, set(self._busy))
        for one in [*taken.begin, *idle]:
            self._begin(one)

    async def _begin_with_suspects(self) -> None:
        """Handle what processes died with while nothing else is in work, then begin with the rest.

        Whoever waits for that waits shortly: most suspects only had bad luck.
        """
        late = time.monotonic() + 2 * ALONE
        begin: list[Stored] = []
        while True:
            taken = await self._take_over()
            begin += taken.begin
            if taken.suspect is None:
                break
            self._question(taken.suspect)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._cleared.wait(), ALONE)
            if time.monotonic() > late:
                break
        for one in begin:
            self._begin(one)

    async def _take_over(self) -> workers.Taken:
        now = self._now()
        await workers.beat(self._db, self.worker, now)
        free = self._suspect is None
        taken = await workers.take_over(
            self._db, self._bot.id, self.worker, CRASHES, now, suspect=free
        )
        for one in taken.aside:
            log.error("update put aside", code=one.code, update_id=one.update_id, reason="crashes")
            with contextlib.suppress(ValidationError):
                update = Update.model_validate(one.payload, context={"bot": self._bot})
                await tell_of_failure(self._app, self._bot, update, one.code)
        return taken

    def _question(self, one: Stored) -> None:
        self._suspect = one.lane
        self._cleared.clear()
        self._begin(one)

    def _clear(self, lane: int) -> None:
        if self._suspect == lane:
            self._suspect = None
            self._cleared.set()


@dataclass(frozen=True, slots=True)
class _Again:
    """An attempt failed and another follows, after `wait` seconds where Telegram named them."""

    one: Stored
    wait: float | None


def _passes(error: BaseException) -> bool:
    """Whether waiting may mend it: Telegram or the database is away."""
    return isinstance(error, (*AWAY, AwayError))
