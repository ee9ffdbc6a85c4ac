"""Updates of any kind, over the webhook's intake: nothing fails, and nobody meets silence."""

import asyncio
import copy
import itertools
import json
from typing import Any

import aiohttp
import pytest
from aiogram.types import Update
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.compose import Program
from bot.lane import lane_of
from simulator.server import Simulator
from storage import aside
from tests.conversations.harness import Chat, Clock, calls, running_bot

OLENA, ANDRII = 1001, 1002
AGREED, NEWCOMER = OLENA, ANDRII
NUMBERS = itertools.count(5_000_000)
MESSAGES = itertools.count(700_000)
HUGE = 2**63 - 1

TRICKS = [
    "",
    " ",
    "\u200b\u200c\u200d\ufeff",
    "\u202eevil\u2066\u2067",
    "\u00ad" * 40,
    "<b>незакритий <a href='javascript:x'>&amp;&#0;",
    "</pre><script>alert(1)</script>",
    '=HYPERLINK("http://x")',
    "'; DROP TABLE people; --",
    "%s %(code)s {0} {actor}",
    "/start",
    "/start " + "A" * 64,
    "/start i_" + "\u0000",
    "/start s_<b>",
    "/forget@other_bot now",
    "/",
    "/невідома",
    "х" * 4096,
    "\n" * 4000,
    "x" * 1_000_000,
    "👩‍👩‍👧‍👦" * 500,
    "\u0301" * 1000,
]
words = st.sampled_from(TRICKS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
numbers = st.sampled_from([0, -1, 1, 2**31, 2**53, HUGE, -HUGE]) | st.integers(-HUGE, HUGE)
entities = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["bold", "text_link", "mention", "bot_command", "spoiler"]),
            "offset": st.sampled_from([-1, 0, 5, 2**31]),
            "length": st.sampled_from([-1, 0, 1, 4097, 2**31]),
        },
        optional={"url": words},
    ),
    max_size=3,
)
file = {"file_id": "AgAD", "file_unique_id": "u", "file_size": 10}
texts = st.fixed_dictionaries({"text": words}, optional={"entities": entities})
contents: st.SearchStrategy[dict[str, Any]] = texts | st.sampled_from(
    [
        {"dice": {"emoji": "🎲", "value": 6}},
        {"location": {"latitude": 50.45, "longitude": 30.52}},
        {"location": {"latitude": 1e308, "longitude": -1e308}},
        {"contact": {"phone_number": "+380", "first_name": "<i>"}},
        {"photo": []},
        {"photo": [{**file, "width": 0, "height": 0}]},
        {"document": file},
        {"document": {**file, "file_name": "../../etc/passwd", "file_size": HUGE}},
        {"voice": {**file, "duration": 1}},
        {"sticker": {**file, "type": "regular", "width": 1, "height": 1, "is_animated": False,
                     "is_video": False}},
        {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0,
                  "is_closed": False, "is_anonymous": True, "type": "regular",
                  "allows_multiple_answers": False, "allows_revoting": False}},
        {"venue": {"location": {"latitude": 1, "longitude": 2}, "title": "", "address": ""}},
        {"web_app_data": {"data": "{", "button_text": "x"}},
        {"caption": "alone"},
        {},
    ]
)  # fmt: skip
presses = st.binary(max_size=64).map(lambda raw: raw.decode("latin-1")) | words
kinds = st.sampled_from(["message"] * 6 + ["edited_message", "channel_post"])
chats = st.sampled_from(["private"] * 6 + ["group", "supergroup", "channel", "planet"])


def user(person: int) -> dict[str, Any]:
    return {"id": person, "is_bot": False, "first_name": "Олена", "language_code": "uk"}


def message_of(person: int, content: dict[str, Any], chat: str = "private") -> dict[str, Any]:
    return {
        "message_id": next(MESSAGES),
        "date": 1_780_000_000,
        "chat": {"id": person, "type": chat, "first_name": "Олена"},
        "from": user(person),
        **content,
    }


@st.composite
def updates(draw: st.DrawFn) -> dict[str, Any]:
    """An update: a message of any kind, a press of any data, a query; some with a part missing or
    replaced."""
    person = draw(st.sampled_from([AGREED, AGREED, NEWCOMER]))
    shape = draw(st.sampled_from(["message", "message", "press", "query", "member", "nothing"]))
    if shape == "message":
        body = message_of(person, draw(contents), draw(chats))
        update: dict[str, Any] = {draw(kinds): body}
    elif shape == "press":
        press: dict[str, Any] = {
            "id": "1",
            "from": user(person),
            "chat_instance": "1",
            "data": draw(presses),
        }
        under = draw(st.sampled_from(["card", "old", "none"]))
        if under != "none":
            press["message"] = message_of(person, {"text": "?"})
        if under == "old":
            press["message"]["date"] = 0
        update = {"callback_query": press}
    elif shape == "query":
        query = {"id": "1", "from": user(person), "query": draw(words), "offset": draw(words)}
        update = {"inline_query": query}
    elif shape == "member":
        member = {"user": user(person), "status": draw(st.sampled_from(["kicked", "member"]))}
        old = {"user": user(person), "status": "member"}
        body = {**message_of(person, {}), "old_chat_member": old, "new_chat_member": member}
        update = {"my_chat_member": body}
    else:
        update = {"unheard_of": draw(words)}
    for _ in range(draw(st.integers(0, 2)) if draw(st.integers(0, 2)) == 0 else 0):
        damage(update, draw)
    return update


def damage(update: dict[str, Any], draw: st.DrawFn) -> None:
    """Take a part away, or put something else in its place."""
    holder: Any = update
    for _ in range(draw(st.integers(0, 3))):
        inside = [value for value in holder.values() if isinstance(value, dict) and value]
        if not inside:
            break
        holder = draw(st.sampled_from(inside))
    name = draw(st.sampled_from(sorted(holder))) if holder else "x"
    if draw(st.booleans()):
        holder.pop(name, None)
    else:
        holder[name] = draw(numbers | words | st.none() | st.just([]) | st.just({}))


def must_be_answered(update: dict[str, Any]) -> str | None:
    """The kind of answer that somebody waits for; None where nobody does."""
    lane = lane_of(update)
    try:
        read = Update.model_validate(update)
    except ValidationError:
        return None
    if read.callback_query and lane is not None:
        return "answerCallbackQuery"
    message = read.message or read.edited_message
    if message is None or lane is None or message.from_user is None or message.from_user.is_bot:
        return None
    return None if read.edited_message and message.location else "a message"


async def bring(program: Program, update: dict[str, Any]) -> None:
    """Take an update in as the webhook does, and see it to its end."""
    await program.lanes.take_in([json.loads(json.dumps(update))])
    while busy := list(program.lanes._busy.values()):
        await asyncio.wait(busy)


async def heard(
    program: Program, http: aiohttp.ClientSession, update: dict[str, Any]
) -> list[dict[str, Any]]:
    """The calls that an update led to; fails where it was put aside although it could be read."""
    before = [call["n"] for call in await calls(http)]
    await bring(program, update)
    made = await calls(http, before[-1] if before else 0)
    for dead in await aside.dead(program.app.db):
        assert dead.update_id != update["update_id"] or "ValidationError" in (dead.error or ""), (
            dead.error
        )
    return made


async def meet_both(http: aiohttp.ClientSession) -> None:
    """One who agreed and stands in the menu, and one who only arrived."""
    agreed = await Chat.open(http, AGREED)
    await agreed.start()
    await agreed.press("🇺🇦 Українська")
    await agreed.press("✅ Погоджуюся")
    await (await Chat.open(http, NEWCOMER)).start()


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # texts of 1 MB are meant
async def test_no_update_fails_and_nobody_meets_silence(
    simulator: Simulator,
    http: aiohttp.ClientSession,
    ready_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running_bot(simulator, ready_url, Clock()) as program:
        await meet_both(http)
        loop = asyncio.get_running_loop()

        @settings(
            max_examples=120,
            deadline=None,
            phases=[Phase.generate],  # a person's state goes on from one to the next: no shrinking
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )
        @given(updates())
        def try_one(update: dict[str, Any]) -> None:
            one = copy.deepcopy(update) | {"update_id": next(NUMBERS)}
            made = asyncio.run_coroutine_threadsafe(heard(program, http, one), loop).result(60)
            expected = must_be_answered(one)
            said = [call["method"] for call in made]
            if expected == "a message":
                assert any(name.startswith(("send", "edit")) for name in said), said
            elif expected is not None:
                assert expected in said, said

        await asyncio.to_thread(try_one)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(
    "update",
    [
        {"inline_query": "x"},
        {"callback_query": []},
        {"callback_query": {"message": "x"}},
        {"message": ["x"]},
        {"message": {"chat": {"id": 2**70, "type": "private"}}},
        {"message": {"chat": {"id": True, "type": "private"}}},
        {"my_chat_member": 5},
    ],
)
def test_what_is_no_update_of_telegram_has_no_lane(update: dict[str, Any]) -> None:
    assert lane_of(update) is None
