"""What tests of the notifier share: messages to send, and what became of them."""

import itertools
from typing import Any

import aiohttp
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from dialogs.context import App
from domain.messages import BROADCAST
from domain.people.person import Person
from simulator.faults import Fault
from simulator.server import Simulator
from storage import groups, models, outbox
from storage.database import writes

TOKEN = "4300:notifier-tests-only-0123456789"
OLENA, ANDRII = 1001, 1002

put = writes(outbox.enqueue)


async def leave_letter(app: App, person: Person, key: str = "key") -> None:
    await put(
        app.db, "join_accepted", person.id, {"organisation": f"Лікарня <{key}>"}, key, app.now()
    )


async def row(app: App, key: str = "key") -> Any:
    query = select(models.Outbox.__table__).where(models.Outbox.dedup_key == key)
    return (await app.db.read(lambda connection: connection.execute(query))).one()


async def received(http: aiohttp.ClientSession, person: int = OLENA) -> list[str]:
    """What the bot has said to a person."""
    async with http.get(f"/sim/chats/{person}") as answer:
        chat = await answer.json()
    return [message["text"] for message in chat["messages"] if not message.get("out")]


async def captions(http: aiohttp.ClientSession) -> list[str]:
    async with http.get(f"/sim/chats/{OLENA}") as answer:
        chat = await answer.json()
    return [message["caption"] for message in chat["messages"] if "caption" in message]


async def leave_news(app: App, readers: list[Person], keys: str) -> None:
    """A broadcast of one message for each key, to the readers in turn."""

    async def leave(tx: AsyncConnection) -> None:
        await groups.open_group(tx, "news", app.now())
        letters = [
            (reader.id, {"text": {"uk": key}}, key)
            for key, reader in zip(keys, itertools.cycle(readers), strict=False)
        ]
        await outbox.enqueue_many(tx, BROADCAST, letters, app.now(), group="news")

    await app.db.write(leave)


def break_down(simulator: Simulator, kind: str, times: int = 1, retry_after: int = 1) -> None:
    simulator.faults.add(Fault("sendMessage", kind, times, retry_after=retry_after))
