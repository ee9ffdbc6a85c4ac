"""getUpdates: offsets, long polls, two pollers, kinds that a bot asked for, expiry."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import aiogram
import pytest
import telegram
from aiogram.exceptions import TelegramConflictError
from telegram.error import Conflict

from simulator.server import Simulator
from tests.simulator.clients import PERSON, Api, Hand, Json

T = TypeVar("T")

BUTTONS = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}


async def texts(api: Api, **params: object) -> list[str]:
    updates: list[Json] = (await api("getUpdates", **params))["result"]
    return [update["message"]["text"] for update in updates]


async def poll(simulator: Simulator, call: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Start a long poll and go on once it has come to the server."""
    polled = simulator.world.queues[42].polled.next()
    task = asyncio.create_task(call)
    await polled
    return task


async def test_offsets(api: Api, hand: Hand) -> None:
    for text in "abcd":
        await hand.do("text", text=text)
    assert await texts(api) == ["a", "b", "c", "d"]
    assert await texts(api, limit=1) == ["a"]
    assert await texts(api, limit=0) == ["a"]
    first = (await api("getUpdates"))["result"][0]["update_id"]
    assert await texts(api, offset=first + 1) == ["b", "c", "d"]
    assert await texts(api, offset=-2) == ["c", "d"]
    assert await texts(api) == ["c", "d"]
    assert await texts(api, offset=first + 4) == []


async def test_a_long_poll_ends_when_something_comes(
    simulator: Simulator, api: Api, hand: Hand
) -> None:
    waiting = await poll(simulator, texts(api, timeout=50, offset=2))
    await hand.do("text", text="a")
    assert await waiting == ["a"]


async def test_a_long_poll_ends_with_its_time(simulator: Simulator, api: Api, hand: Hand) -> None:
    waiting = await poll(simulator, texts(api, timeout=1000, offset=2))
    simulator.clock.advance(50)
    assert await waiting == []


async def test_the_older_of_two_pollers_is_ended(
    simulator: Simulator, hand: Hand, aio: aiogram.Bot, ptb: telegram.Bot
) -> None:
    older = await poll(simulator, aio.get_updates(offset=2, timeout=50))
    newer = await poll(simulator, ptb.get_updates(offset=2, timeout=50))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await older
    newest = await poll(simulator, aio.get_updates(offset=2, timeout=50))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await newer
    await hand.do("text", text="a")
    assert len(await newest) == 1


async def test_no_polling_beside_a_webhook(api: Api, aio: aiogram.Bot) -> None:
    await api("setWebhook", url="http://127.0.0.1:9/hook")
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook"):
        await aio.get_updates()


async def test_allowed_updates(api: Api, hand: Hand) -> None:
    await texts(api, offset=2, allowed_updates=["edited_message", "aiogd_update"])
    message = await hand.do("text", text="a")
    await hand.do("edit", message_id=message["message_id"], text="b")
    (update,) = (await api("getUpdates"))["result"]  # what was asked for before is remembered
    assert update["edited_message"]["text"] == "b"
    await api("getUpdates", offset=update["update_id"] + 1, allowed_updates=["aiogd_update"])
    await hand.do("text", text="c")
    assert await texts(api) == ["c"]  # none that is known: the default


async def test_expiry(simulator: Simulator, api: Api, hand: Hand) -> None:
    sent = await api("sendMessage", chat_id=PERSON, text="a", reply_markup=BUTTONS)
    await hand.do("text", text="a")
    await hand.do("inline", query="a", wait=0)
    await hand.do("press", message_id=sent["result"]["message_id"], row=0, col=0)

    async def kinds() -> list[str]:
        updates: list[Json] = (await api("getUpdates", offset=2))["result"]
        return [next(key for key in update if key != "update_id") for update in updates]

    assert await kinds() == ["message", "inline_query", "callback_query"]
    simulator.clock.advance(30)
    assert await kinds() == ["message", "callback_query"]
    simulator.clock.advance(120)
    assert await kinds() == ["message"]
    simulator.clock.advance(86_400)
    assert await kinds() == []
