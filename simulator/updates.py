"""A bot's queue of updates, as getUpdates and a webhook read it.

Rules of the real server: an offset confirms everything below it, a negative one keeps only
the last; a second poll ends the first with 409; updates expire, callbacks soonest.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from simulator.clock import Clock, Pulse
from simulator.errors import Json, conflict
from simulator.store import Store

KNOWN = frozenset(
    {
        "message", "edited_message", "channel_post", "edited_channel_post",
        "business_connection", "business_message", "edited_business_message",
        "deleted_business_messages", "message_reaction", "message_reaction_count",
        "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
        "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member",
        "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost",
    }
)  # fmt: skip
DEFAULT = KNOWN - {"chat_member", "message_reaction", "message_reaction_count"}

LIFE = {"callback_query": 150.0, "inline_query": 30.0, "chosen_inline_result": 600.0}
"""Seconds after which an update is no longer delivered; a day for all others."""
DAY = 86_400.0

TERMINATED = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


@dataclass(frozen=True, slots=True)
class Pending:
    """An update that the bot has not confirmed. `lane`: deliveries of one lane keep order."""

    bot_id: int
    body: Json
    expires: float
    lane: str


class UpdateQueue:
    """The updates of one bot, oldest first."""

    def __init__(self, bot_id: int, clock: Clock, store: Store, restored: Iterable[Json]) -> None:
        self._bot_id = bot_id
        self._clock = clock
        self._store = store
        self._pending = {
            update["body"]["update_id"]: Pending(**update)
            for update in sorted(restored, key=lambda row: int(row["body"]["update_id"]))
        }
        self._last_id = max(self._pending, default=0)
        self._poller: asyncio.Future[None] | None = None
        self.allowed = DEFAULT
        self.arrived = Pulse()
        self.polled = Pulse()  # a bot begins to ask: a running one has come up

    def allow(self, names: Iterable[str]) -> None:
        """What is queued from now on. Unknown names are ignored; none known is the default."""
        self.allowed = KNOWN.intersection(name.lower() for name in names) or DEFAULT

    def push(self, kind: str, payload: Json, lane: str, update_id: int) -> None:
        """Queue an update, unless the bot does not want its kind."""
        if kind not in self.allowed:
            return
        expires = self._clock.now() + LIFE.get(kind, DAY)
        update = Pending(self._bot_id, {"update_id": update_id, kind: payload}, expires, lane)
        self._pending[update_id] = update
        self._store.put("update", f"{self._bot_id}/{update_id}", asdict(update))
        self.arrived.fire()

    def remove(self, update_id: int) -> None:
        if self._pending.pop(update_id, None) is not None:
            self._store.drop("update", f"{self._bot_id}/{update_id}")

    def clear(self) -> None:
        for update_id in list(self._pending):
            self.remove(update_id)

    def waiting(self) -> list[Pending]:
        """What is still to be delivered; expired updates are dropped here."""
        now = self._clock.now()
        for update_id, update in list(self._pending.items()):
            if update.expires <= now:
                self.remove(update_id)
        return list(self._pending.values())

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """getUpdates: confirm below `offset`, then wait up to `seconds` for at least one.

        Raises 409 when another poll begins meanwhile.
        """
        if self._poller is not None:
            self._poller.set_result(None)
        poller: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = poller
        self.polled.fire()
        try:
            self._confirm(offset)
            found = await self._wait_for_one(poller, seconds)
        finally:
            if self._poller is poller:
                self._poller = None
        return [update.body for update in found[:limit]]

    async def _wait_for_one(self, poller: asyncio.Future[None], seconds: float) -> list[Pending]:
        deadline = self._clock.now() + seconds
        while not (found := self.waiting()) and (left := deadline - self._clock.now()) > 0:
            arrived = self.arrived.next()
            await self._clock.wait(_either(poller, arrived), left)
            if poller.done():
                raise conflict(TERMINATED)
            if not arrived.done():
                break
        return found

    def _confirm(self, offset: int) -> None:
        ids = [int(update.body["update_id"]) for update in self.waiting()]
        below = ids[:offset] if offset < 0 else [i for i in ids if i < offset]
        for update_id in below:
            self.remove(update_id)


def _either(*futures: asyncio.Future[Any]) -> asyncio.Future[None]:
    """Done as soon as one of `futures` is."""
    result: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def settle(_: object) -> None:
        if not result.done():
            result.set_result(None)

    for future in futures:
        future.add_done_callback(settle)
    return result
