"""Ends updates in groups: a transaction takes as long for ten of them as for one."""

import asyncio

from bot.clock import Clock
from storage import inbox
from storage.away import AwayError
from storage.database import Database
from storage.fsm import Changes
from storage.inbox import Ending, Stored

GROUP = 64  # updates that end together; above this the first waits too long


class Closing:
    """Ends the updates of one worker. Those that are ready while a transaction is under way share
    the next one."""

    def __init__(self, db: Database, bot_id: int, worker: str, now: Clock) -> None:
        self._db = db
        self._bot_id = bot_id
        self._worker = worker
        self._now = now
        self._waiting: list[tuple[Ending, asyncio.Future[Stored | None]]] = []
        self._under_way: asyncio.Task[None] | None = None

    async def finish(self, one: Stored, changes: Changes) -> Stored | None:
        """Be done with an update, and return the next of its lane once that is committed.

        Raises LostError, and has kept nothing, where it is no longer this worker's.
        """
        done: asyncio.Future[Stored | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((Ending(one, changes), done))
        if self._under_way is None:
            self._under_way = asyncio.create_task(self._work_off(), name="endings")
        return await done

    async def drain(self) -> None:
        """Wait for what is under way, also where nobody waits for it any more."""
        if self._under_way is not None:
            await self._under_way

    async def _work_off(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
            await self._end(group)
        self._under_way = None

    async def _end(self, group: list[tuple[Ending, asyncio.Future[Stored | None]]]) -> None:
        endings = [ending for ending, _ in group]
        outcomes: list[Stored | Exception | None] = []
        try:
            outcomes += await inbox.finish(
                self._db, self._bot_id, self._worker, endings, self._now()
            )
        except Exception as error:  # noqa: BLE001 - theirs who wait
            if len(group) > 1 and not isinstance(error, AwayError):
                for each in group:  # whose fault it is shows when each is alone
                    await self._end([each])
                return
            outcomes += [error] * len(group)
        for (_, done), outcome in zip(group, outcomes, strict=True):
            if done.done():  # its lane was cancelled meanwhile
                continue
            if isinstance(outcome, Exception):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)
