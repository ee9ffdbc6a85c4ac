"""Pressed buttons and inline queries: answered once, in time, and seen by the person."""

import asyncio
from typing import Any

import aiogram
import pytest
import telegram
from aiogram.exceptions import TelegramBadRequest
from telegram.error import BadRequest

from simulator.server import Simulator
from tests.simulator.clients import PERSON, Api, Hand, Json

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Так", "callback_data": "yes"}, {"text": "Сайт", "url": "https://eu.example"}]
    ]
}


@pytest.fixture
async def card(api: Api, hand: Hand) -> int:
    """A message with buttons."""
    sent = await api("sendMessage", chat_id=PERSON, text="?", reply_markup=KEYBOARD)
    return int(sent["result"]["message_id"])


async def pressed(api: Api) -> Json:
    """The next press that the bot gets."""
    updates = (await api("getUpdates", offset=2, timeout=5))["result"]
    query: Json = updates[-1]["callback_query"]
    return query


async def answer(api: Api, query_id: str, **params: Any) -> Json:
    return await api("answerCallbackQuery", callback_query_id=query_id, **params)


async def test_a_press_waits_for_its_answer(api: Api, hand: Hand, card: int) -> None:
    press = asyncio.create_task(hand.do("press", message_id=card, row=0, col=0, wait=5))
    query = await pressed(api)
    assert (query["data"], query["message"]["message_id"]) == ("yes", card)
    assert (await answer(api, query["id"], text="Добре", show_alert=True))["result"] is True
    assert await press == {
        "callback_id": query["id"],
        "answered": True,
        "text": "Добре",
        "show_alert": True,
        "url": None,
    }
    last = (await hand.events())["events"][-1]
    assert (last["type"], last["text"], last["show_alert"]) == ("callback_answered", "Добре", True)


async def test_a_press_that_nobody_answers(hand: Hand, card: int) -> None:
    press = await hand.do("press", message_id=card, data="yes")
    assert (press["answered"], press["text"]) == (False, "")


async def test_only_buttons_that_are_there(hand: Hand, card: int) -> None:
    await hand.do("press", expect=404, message_id=card, row=0, col=2)
    await hand.do("press", expect=404, message_id=card, row=1, col=0)
    await hand.do("press", expect=404, message_id=99, row=0, col=0)
    await hand.do("press", expect=404, message_id=card, data="old")
    assert "callback_id" in await hand.do("press", message_id=card, data="old", stale=True)
    link = await hand.do("press", message_id=card, row=0, col=1)
    assert link == {"action": {"text": "Сайт", "url": "https://eu.example"}}


async def test_a_second_answer_is_refused_and_seen(api: Api, hand: Hand, card: int) -> None:
    press = await hand.do("press", message_id=card, data="yes")
    assert (await answer(api, press["callback_id"]))["ok"]
    assert (await answer(api, press["callback_id"]))["description"] == TOO_OLD
    last = (await hand.events())["events"][-1]
    assert (last["type"], last["callback_id"]) == ("callback_error", press["callback_id"])


async def test_a_late_answer_is_refused(
    simulator: Simulator,
    api: Api,
    hand: Hand,
    card: int,
    aio: aiogram.Bot,
    ptb: telegram.Bot,
) -> None:
    first = (await hand.do("press", message_id=card, data="yes"))["callback_id"]
    second = (await hand.do("press", message_id=card, data="yes"))["callback_id"]
    simulator.clock.advance(149)
    assert (await answer(api, first))["ok"]
    simulator.clock.advance(1)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await aio.answer_callback_query(second)
    with pytest.raises(BadRequest, match="Query is too old"):
        await ptb.answer_callback_query(second)


async def test_the_answer_of_another_bot_is_refused(
    simulator: Simulator, hand: Hand, card: int
) -> None:
    press = await hand.do("press", message_id=card, data="yes")
    token = "43:another-bot"
    base = f"{simulator.url}/bot"
    async with telegram.Bot(token, base_url=base) as other:
        with pytest.raises(BadRequest, match="Query is too old"):
            await other.answer_callback_query(press["callback_id"])


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": "x" * 201}, "MESSAGE_TOO_LONG"),
        ({"text": "😀" * 101}, "MESSAGE_TOO_LONG"),
        ({"url": "https://eu.example"}, "URL_INVALID"),
        ({"url": "https://t.me/another_bot?start=a"}, "URL_INVALID"),
    ],
)
async def test_bad_answers(api: Api, hand: Hand, card: int, params: Json, words: str) -> None:
    press = await hand.do("press", message_id=card, data="yes")
    refusal = await answer(api, press["callback_id"], **params)
    assert refusal["description"] == f"Bad Request: {words}"
    good = {"text": "😀" * 100, "url": "https://t.me/lanka_demo_bot?start=a"}
    assert (await answer(api, press["callback_id"], **good))["ok"]


ARTICLE = {
    "type": "article",
    "id": "1",
    "title": "Горизонт Європа",
    "input_message_content": {"message_text": "m"},
}


async def test_inline_results_come_to_the_person(api: Api, hand: Hand) -> None:
    asked = asyncio.create_task(hand.do("inline", query="гор", offset="5"))
    (update,) = (await api("getUpdates", offset=2, timeout=5))["result"]
    query = update["inline_query"]
    assert (query["query"], query["offset"]) == ("гор", "5")
    await api("answerInlineQuery", inline_query_id=query["id"], results=[ARTICLE])
    assert await asked == {
        "inline_query_id": query["id"],
        "answered": True,
        "results": [ARTICLE],
        "next_offset": "",
    }


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ([ARTICLE] * 51, "RESULTS_TOO_MUCH"),
        ([ARTICLE] * 2, "RESULT_ID_DUPLICATE"),
        ([{**ARTICLE, "id": "x" * 65}], "RESULT_ID_INVALID"),
        ([{"id": "1"}], "can't parse inline query result: Can't find field \"type\""),
        ([1], "can't parse inline query result: expected an Object"),
    ],
)
async def test_bad_inline_results(api: Api, hand: Hand, results: list[Any], words: str) -> None:
    asked = await hand.do("inline", query="a", wait=0)
    refusal = await api(
        "answerInlineQuery", inline_query_id=asked["inline_query_id"], results=results
    )
    assert refusal["description"] == f"Bad Request: {words}"


async def test_inline_queries_live_half_a_minute(
    simulator: Simulator, api: Api, hand: Hand
) -> None:
    asked = await hand.do("inline", query="a", wait=0)
    simulator.clock.advance(30)
    refusal = await api("answerInlineQuery", inline_query_id=asked["inline_query_id"], results=[])
    assert refusal["description"] == TOO_OLD
