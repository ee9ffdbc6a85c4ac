"""Sending, editing, deleting, pinning: what Telegram refuses, in its words, as both libraries
understand them."""

from typing import Any

import aiogram
import pytest
import telegram
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from telegram.error import BadRequest, Forbidden

from simulator.server import Simulator
from tests.simulator.clients import PERSON, Api, Hand, Json

BUTTONS = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}


async def refused(api: Api, method: str, **params: Any) -> str:
    answer = await api(method, **params)
    assert answer["ok"] is False
    return str(answer["description"])


async def sent(api: Api, **params: Any) -> Json:
    answer = await api("sendMessage", **{"chat_id": PERSON, "text": "a"} | params)
    result: Json = answer["result"]
    return result


CHAT_REFUSALS = [
    ({"chat_id": 5, "text": "a"}, "Bad Request: chat not found"),
    ({"chat_id": "@nobody", "text": "a"}, "Bad Request: chat not found"),
    ({"chat_id": -100123, "text": "a"}, "Bad Request: chat not found"),
    ({"text": "a"}, "Bad Request: chat_id is empty"),
    ({"chat_id": PERSON}, "Bad Request: message text is empty"),
    ({"chat_id": PERSON, "text": "x" * 4097}, "Bad Request: message is too long"),
    (
        {"chat_id": PERSON, "text": "a", "reply_parameters": {"message_id": 99}},
        "Bad Request: message to be replied not found",
    ),
    (
        {"chat_id": 1002, "text": "a"},
        "Forbidden: bot can't initiate conversation with a user",
    ),
]


@pytest.mark.parametrize(("params", "words"), CHAT_REFUSALS)
async def test_send_message_refused(api: Api, hand: Hand, params: Json, words: str) -> None:
    assert await refused(api, "sendMessage", **params) == words


async def test_reply_to_a_missing_message_can_be_allowed(api: Api, hand: Hand) -> None:
    reply = {"message_id": 99, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await sent(api, reply_parameters=reply)


async def test_a_blocked_bot(hand: Hand, api: Api, aio: aiogram.Bot, ptb: telegram.Bot) -> None:
    await hand.do("block")
    await hand.do("text", expect=409, text="a")
    assert (await hand.sees())["blocked"] is True
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await aio.send_message(PERSON, "a")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await ptb.send_message(PERSON, "a")
    await hand.do("start")
    await sent(api)
    updates = (await api("getUpdates", offset=2))["result"]
    states = [
        update["my_chat_member"]["new_chat_member"]["status"]
        for update in updates
        if "my_chat_member" in update
    ]
    assert states == ["kicked", "member"]


async def test_edits(api: Api, hand: Hand) -> None:
    message = await sent(api, reply_markup=BUTTONS)
    number = {"chat_id": PERSON, "message_id": message["message_id"]}
    same = {**number, "text": "a", "reply_markup": BUTTONS}
    assert "message is not modified" in await refused(api, "editMessageText", **same)
    edited = (await api("editMessageText", **number, text="<b>b</b>", parse_mode="HTML"))["result"]
    assert edited["entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    assert "reply_markup" not in edited  # buttons not given again disappear
    assert "message is not modified" in await refused(api, "editMessageReplyMarkup", **number)
    assert (await api("editMessageReplyMarkup", **number, reply_markup=BUTTONS))["ok"]
    (shown,) = [m for m in (await hand.sees())["messages"] if m["message_id"] == 2]
    assert (shown["text"], shown["reply_markup"]) == ("b", BUTTONS)


async def test_what_cannot_be_edited(api: Api, hand: Hand) -> None:
    edit = {"chat_id": PERSON, "text": "b"}
    own = await hand.do("text", text="мій текст")
    keyboard = {"keyboard": [[{"text": "a"}]]}
    fixed = await sent(api, reply_markup=keyboard)
    place = await api("sendLocation", chat_id=PERSON, latitude=50, longitude=30)
    plain = await sent(api)
    for params, words in [
        ({"message_id": 99}, "message to edit not found"),
        ({}, "message identifier is not specified"),
        ({"message_id": own["message_id"]}, "message can't be edited"),
        ({"message_id": fixed["message_id"]}, "message can't be edited"),
        ({"inline_message_id": "x"}, "MESSAGE_ID_INVALID"),
        (
            {"message_id": place["result"]["message_id"]},
            "there is no text in the message to edit",
        ),
        (
            {"message_id": plain["message_id"], "reply_markup": keyboard},
            "inline keyboard expected",
        ),
    ]:
        assert await refused(api, "editMessageText", **edit, **params) == f"Bad Request: {words}"
    caption = {"chat_id": PERSON, "message_id": plain["message_id"], "caption": "c"}
    words = "Bad Request: there is no caption in the message to edit"
    assert await refused(api, "editMessageCaption", **caption) == words


async def test_both_libraries_know_the_refusals(
    api: Api, hand: Hand, aio: aiogram.Bot, ptb: telegram.Bot
) -> None:
    message = await sent(api)
    number = message["message_id"]
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await aio.edit_message_text("a", chat_id=PERSON, message_id=number)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await ptb.edit_message_text("a", PERSON, number)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await aio.edit_message_text("a", chat_id=PERSON, message_id=99)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await ptb.edit_message_text("a", PERSON, 99)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await aio.answer_callback_query("1")
    with pytest.raises(BadRequest, match="Query is too old"):
        await ptb.answer_callback_query("1")
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        await aio.send_message(PERSON, "<x>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Can't parse entities"):
        await ptb.send_message(PERSON, "<x>", parse_mode="HTML")


async def test_deleting(api: Api, hand: Hand, simulator: Simulator) -> None:
    first, second, third = [(await sent(api))["message_id"] for _ in range(3)]
    assert (await api("deleteMessage", chat_id=PERSON, message_id=first))["ok"]
    again = await refused(api, "deleteMessage", chat_id=PERSON, message_id=first)
    assert again == "Bad Request: message to delete not found"
    assert (await api("deleteMessages", chat_id=PERSON, message_ids=[first, second]))["ok"]
    simulator.clock.advance(48 * 3600)
    late = await refused(api, "deleteMessage", chat_id=PERSON, message_id=third)
    assert late == "Bad Request: message can't be deleted for everyone"
    assert (await api("deleteMessages", chat_id=PERSON, message_ids=[third]))["ok"]
    left = [m["message_id"] for m in (await hand.sees())["messages"]]
    assert left == [1, third]
    none = await refused(api, "deleteMessages", chat_id=PERSON, message_ids=[])
    assert none == "Bad Request: message identifiers are not specified"
    many = await refused(api, "deleteMessages", chat_id=PERSON, message_ids=[*range(101)])
    assert many == "Bad Request: too many message identifiers specified"


async def test_pinning(api: Api, hand: Hand) -> None:
    first, second = [(await sent(api))["message_id"] for _ in range(2)]
    for number in (first, second):
        await api("pinChatMessage", chat_id=PERSON, message_id=number)
    assert (await hand.sees())["pinned"] == second
    await api("deleteMessage", chat_id=PERSON, message_id=second)
    assert (await hand.sees())["pinned"] == first
    await api("unpinChatMessage", chat_id=PERSON)
    assert (await hand.sees())["pinned"] is None
    assert "not found" in await refused(api, "unpinChatMessage", chat_id=PERSON)
    assert "not found" in await refused(api, "pinChatMessage", chat_id=PERSON, message_id=99)


async def test_protected_content_is_not_forwarded(api: Api, hand: Hand) -> None:
    number = (await sent(api, protect_content=True))["message_id"]
    refusal = await refused(
        api, "forwardMessage", chat_id=PERSON, from_chat_id=PERSON, message_id=number
    )
    assert refusal == "Bad Request: message can't be forwarded"


async def test_a_mention_of_a_person(api: Api, hand: Hand) -> None:
    text = '<a href="tg://user?id=1002">А</a> <a href="tg://user?id=5">Б</a>'
    (mention,) = (await sent(api, text=text, parse_mode="HTML"))["entities"]
    assert mention["user"]["first_name"] == "Андрій"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"latitude": 91, "longitude": 0}, "wrong latitude specified"),
        ({"longitude": 0}, "latitude is empty"),
        ({"latitude": 0, "longitude": 181}, "wrong longitude specified"),
        ({"latitude": 0, "longitude": "east"}, "longitude is empty"),
    ],
)
async def test_wrong_places(api: Api, hand: Hand, params: Json, words: str) -> None:
    refusal = await refused(api, "sendLocation", chat_id=PERSON, **params)
    assert refusal == f"Bad Request: {words}"


async def test_chat_actions(api: Api, hand: Hand, simulator: Simulator) -> None:
    assert "wrong" in await refused(api, "sendChatAction", chat_id=PERSON, action="dance")
    await api("sendChatAction", chat_id=PERSON, action="typing")
    assert (await hand.sees())["chat_action"] == "typing"
    simulator.clock.advance(5)
    assert (await hand.sees())["chat_action"] is None
