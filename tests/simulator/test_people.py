"""What the page reads and does: people, the chat, its events, messages of every kind."""

import asyncio

import aiohttp
import pytest

from simulator.server import Simulator
from tests.simulator.clients import PERSON, Api, Hand


async def test_people(http: aiohttp.ClientSession) -> None:
    async with http.get("/sim/people") as response:
        people = await response.json()
    assert [(p["id"], p["first_name"], p["language_code"]) for p in people] == [
        (1001, "Олена", "uk"),
        (1002, "Андрій", "uk"),
        (1003, "Sofía", "en"),
    ]
    assert all(set(p["role_hint"]) == {"uk", "en"} for p in people)
    new = {"first_name": "Ірина", "language_code": "uk"}
    async with http.post("/sim/people", json=new) as response:
        person = await response.json()
    assert (person["id"], person["role_hint"]) == (2001, None)
    async with http.post("/sim/people", json={"first_name": " "}) as response:
        assert (response.status, await response.json()) == (400, {"error": "first_name is empty"})
    async with http.patch("/sim/people/2001", json={"last_name": "Мельник"}) as response:
        assert (await response.json())["last_name"] == "Мельник"
    async with http.patch("/sim/people/5", json={}) as response:
        assert response.status == 404


async def test_bots(http: aiohttp.ClientSession, api: Api) -> None:
    await http.get("/bot43:another-bot/getMe")
    async with http.get("/sim/bots") as response:
        names = [bot["username"] for bot in await response.json()]
    assert names == ["lanka_demo_bot", "lanka_demo2_bot"]
    async with http.get("/sim/chats/1001", params={"bot": "43"}) as response:
        assert (await response.json())["bot"]["id"] == 43
    async with http.get("/sim/chats/1001", params={"bot": "44"}) as response:
        assert response.status == 404


async def test_no_bot_yet(http: aiohttp.ClientSession) -> None:
    async with http.get("/sim/chats/1001") as response:
        assert response.status == 404
        assert "no such bot" in (await response.json())["error"]


async def test_a_chat_and_its_events(api: Api, hand: Hand) -> None:
    fresh = await hand.sees()
    assert [(m["text"], m["out"]) for m in fresh["messages"]] == [("/start", True)]
    waiting = asyncio.create_task(hand.events(fresh["seq"], 5))
    keyboard = {"keyboard": [[{"text": "Мій номер", "request_contact": True}]]}
    sent = await api("sendMessage", chat_id=PERSON, text="a", reply_markup=keyboard)
    number = sent["result"]["message_id"]
    first = await waiting
    assert first["events"][0]["message"]["message_id"] == number
    assert (await hand.sees())["reply_keyboard"] == keyboard
    await api("sendMessage", chat_id=PERSON, text="b", reply_markup={"remove_keyboard": True})
    await api("editMessageText", chat_id=PERSON, message_id=number + 1, text="c")
    plain = await api("sendMessage", chat_id=PERSON, text="d")
    number = plain["result"]["message_id"]
    await api("editMessageText", chat_id=PERSON, message_id=number, text="e")
    await api("sendChatAction", chat_id=PERSON, action="typing")
    await api("pinChatMessage", chat_id=PERSON, message_id=number)
    await api("deleteMessage", chat_id=PERSON, message_id=number)
    events = (await hand.events(fresh["seq"]))["events"]
    assert [event["type"] for event in events] == [
        *("message", "reply_keyboard", "message", "reply_keyboard", "message", "edited"),
        *("chat_action", "pinned", "pinned", "deleted"),
    ]
    assert [event["seq"] for event in events] == [*range(fresh["seq"] + 1, fresh["seq"] + 11)]
    assert events[3]["reply_keyboard"] is None
    assert events[-1]["message_ids"] == [number]
    after = await hand.sees()
    assert (after["reply_keyboard"], after["pinned"]) == (None, None)


async def test_events_that_nobody_remembers(api: Api, hand: Hand) -> None:
    future = await hand.events(10_000)
    assert (future["events"], future["reset"]) == ([], True)
    for _ in range(1001):
        await api("sendChatAction", chat_id=PERSON, action="typing")
    assert (await hand.events(0))["reset"] is True
    seq = (await hand.sees())["seq"]
    assert len((await hand.events(seq - 1000))["events"]) == 1000


async def test_deep_links(hand: Hand) -> None:
    started = await hand.do("start", payload="event_7-A")
    assert started["text"] == "/start event_7-A"
    assert started["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    await hand.do("start", expect=400, payload="two words")
    await hand.do("start", expect=400, payload="x" * 65)


async def test_texts(api: Api, hand: Hand) -> None:
    await hand.do("text", expect=400, text="  ")
    await hand.do("text", expect=404, text="a", reply_to=99)
    await hand.do("text", expect=400, text="a", entities=[{"type": "bold"}])
    bold = [{"type": "bold", "offset": 0, "length": 1}]
    assert (await hand.do("text", text="a", entities=bold))["entities"] == bold
    last = await hand.do("text", text="х" * 5000)
    assert len(last["text"]) == 904
    texts = [len(m["text"]) for m in (await hand.sees())["messages"]]
    assert texts[-2:] == [4096, 904]


async def test_own_texts_are_edited(simulator: Simulator, api: Api, hand: Hand) -> None:
    sent = await api("sendMessage", chat_id=PERSON, text="a")
    await hand.do("edit", expect=400, message_id=sent["result"]["message_id"], text="b")
    own = await hand.do("text", text="a")
    edited = await hand.do("edit", message_id=own["message_id"], text="b")
    assert (edited["text"], edited["out"]) == ("b", True)
    simulator.clock.advance(48 * 3600 + 1)
    await hand.do("edit", expect=400, message_id=own["message_id"], text="c")


async def test_contacts_and_places(hand: Hand) -> None:
    own = (await hand.do("contact", own=True))["contact"]
    assert (own["user_id"], own["phone_number"]) == (PERSON, "+380500001001")
    await hand.do("contact", expect=400, first_name="Marc")
    await hand.do("location", expect=400)
    await hand.do("location", expect=400, latitude="north", longitude=0)
    place = await hand.do("location", latitude=50.45, longitude=30.52)
    assert place["location"] == {"latitude": 50.45, "longitude": 30.52}


async def test_forwards_keep_where_they_are_from(hand: Hand) -> None:
    own = await hand.do("text", text="a")
    forwarded = await hand.do("forward", message_id=own["message_id"])
    again = await hand.do("forward", message_id=forwarded["message_id"])
    assert again["forward_origin"] == forwarded["forward_origin"]
    assert again["forward_origin"]["sender_user"]["id"] == PERSON


@pytest.mark.parametrize("body", ["{", "[]", "\xff"])
async def test_bodies_that_are_no_json(http: aiohttp.ClientSession, hand: Hand, body: str) -> None:
    data = body.encode("latin-1")
    async with http.post("/sim/chats/1001/text", data=data) as response:
        assert response.status == 400


async def test_a_person_who_never_started(http: aiohttp.ClientSession, api: Api) -> None:
    other = Hand(http, 1002)
    fresh = await other.sees()
    assert (fresh["messages"], fresh["started"]) == ([], False)
    await other.do("text", text="Добрий день")
    assert (await api("sendMessage", chat_id=1002, text="Вітаю"))["ok"]
