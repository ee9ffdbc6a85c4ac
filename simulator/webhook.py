"""Delivery of updates to webhooks: in order within a chat, tried again with growing delays."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import aiohttp

from simulator.params import Params, Upload
from simulator.people import Bot
from simulator.updates import Pending
from simulator.world import World

FIRST_DELAY, MAX_DELAY, MAX_RETRY_AFTER = 1.0, 60.0, 3600
ANSWER_SECONDS = 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name

Perform = Callable[[Bot, str, Params], Awaitable[object]]
"""How a method is called that came as the answer to an update."""


class Couriers:
    """One courier task for each bot with a webhook, started and stopped as webhooks change."""

    def __init__(self, world: World, perform: Perform) -> None:
        self._world = world
        self._perform = perform
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until cancelled."""
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            while True:
                wanted = {
                    f"{bot.id} {json.dumps(bot.webhook)}": bot
                    for bot in self._world.bots.values()
                    if bot.webhook
                }
                for key in self._running.keys() - wanted.keys():
                    self._running.pop(key).cancel()
                for key in wanted.keys() - self._running.keys():
                    courier = Courier(self._world, wanted[key], session, self._perform)
                    self._running[key] = group.create_task(courier.run())
                await self._world.webhook_changed.wait()


class Courier:
    """Delivers the updates of one bot. A lane (one chat's messages, one person's presses) has
    one delivery under way, so it keeps its order; a failed one is repeated until it expires."""

    def __init__(
        self, world: World, bot: Bot, session: aiohttp.ClientSession, perform: Perform
    ) -> None:
        self._world = world
        self._bot = bot
        self._webhook = dict(bot.webhook or {})
        self._queue = world.queues[bot.id]
        self._session = session
        self._perform = perform
        self._busy: set[str] = set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                for update in self._queue.waiting():
                    room = len(self._busy) < self._webhook["max_connections"]
                    if room and update.lane not in self._busy:
                        self._busy.add(update.lane)
                        group.create_task(self._serve(update.lane))
                await self._queue.arrived.wait()

    async def _serve(self, lane: str) -> None:
        delay = FIRST_DELAY
        while update := next((u for u in self._queue.waiting() if u.lane == lane), None):
            retry_after = await self._deliver(update)
            if retry_after is None:
                delay = FIRST_DELAY
                continue
            await self._world.clock.sleep(max(delay, retry_after))
            delay = min(delay * 2, MAX_DELAY)
        self._busy.discard(lane)
        self._queue.arrived.fire()  # a connection is free for another lane

    async def _deliver(self, update: Pending) -> float | None:
        """None if the bot took it; else the seconds for which it asks us to wait, 0 if none."""
        secret = self._webhook["secret_token"]
        headers = {SECRET_HEADER: secret} if secret else {}
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        try:
            async with self._session.post(
                self._webhook["url"], json=update.body, headers=headers, timeout=timeout
            ) as response:
                if not response.ok:
                    self._failed(
                        f"Wrong response from the webhook: {response.status} {response.reason}"
                    )
                    after = response.headers.get("Retry-After", "0")
                    return min(float(after), MAX_RETRY_AFTER) if after.isdecimal() else 0.0
                answer = await _answer(response)
        except TimeoutError:
            self._failed("Read timeout expired")
            return 0.0
        except aiohttp.ClientError as error:
            refused = isinstance(error, aiohttp.ClientConnectorError)
            self._failed("Connection refused" if refused else "Connection reset by peer")
            return 0.0
        self._queue.remove(int(update.body["update_id"]))
        if method := answer.text("method"):
            await self._perform(self._bot, method, answer)
        return None

    def _failed(self, reason: str) -> None:
        """For getWebhookInfo."""
        self._world.webhook_errors[self._bot.id] = {
            "last_error_date": int(self._world.clock.now()),
            "last_error_message": reason,
        }


async def _answer(response: aiohttp.ClientResponse) -> Params:
    """The call that a bot may put into its answer to an update, as JSON or multipart."""
    if response.content_type == "application/json":
        try:
            body = await response.json()
        except ValueError:
            return Params()  # the bot took the update; what else it says is not a call
        return Params.of(body) if isinstance(body, dict) else Params()
    answer = Params()
    if response.content_type.startswith("multipart/"):
        async for part in aiohttp.MultipartReader.from_response(response):
            if not isinstance(part, aiohttp.BodyPartReader) or not part.name:
                continue
            data = bytes(await part.read())
            if part.filename:
                mime = part.headers.get("Content-Type", "")
                answer.uploads[part.name] = Upload(part.filename, mime, data)
            else:
                answer.values[part.name] = data.decode()
    return answer
