"""A fault of ours in the middle of a conversation: everybody concerned hears of it, once."""

import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from bot.compose import Program
from simulator.server import Simulator
from storage import organisations, people
from tests.conversations.conftest import WORDS
from tests.conversations.harness import Chat, Clock, calls, running_bot

OLENA = 1001
CODE = re.compile(r"[0-9a-f]{8}")


@pytest.fixture
async def bot(simulator: Simulator, ready_url: str) -> AsyncIterator[Program]:
    async with running_bot(simulator, ready_url, Clock()) as program:
        yield program


@pytest.fixture
async def chat(bot: Program, http: aiohttp.ClientSession) -> Chat:
    """Olena's, on the page of help; the menu names her organisation."""
    chat = await Chat.open(http, OLENA)
    await chat.start()
    for button in WORDS["en"]:
        await chat.press(button)
    person = await people.find(bot.app.db, OLENA)
    assert person
    profile = {"name": "Hospital", "type": "hospital"}
    await organisations.make(bot.app.db, person.id, None, profile, bot.app.now())
    return await chat.press("❓ Help")


async def rename(bot: Program, table: str, new: str) -> None:
    """A table that is not where it was: the nearest thing to an unforeseen fault."""
    await bot.app.db.write(lambda tx: tx.execute(text(f"ALTER TABLE {table} RENAME TO {new}")))


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """What the bot logged as errors."""
    return [
        record.msg
        for record in caplog.records
        if isinstance(record.msg, dict) and record.msg["level"] == "error"
    ]


async def test_a_press_is_answered_with_a_code_that_the_log_has_too(
    bot: Program, chat: Chat, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    await rename(bot, "organisations", "mislaid")
    before = await calls(http)
    await chat.press("‹ Menu")
    assert chat.toast
    assert "Something went wrong on our side. Your answers are saved." in chat.toast
    [line] = logged(caplog)
    assert [line["code"]] == CODE.findall(chat.toast)
    assert line["event"] == "update failed"
    assert line["kind"] == "callback_query"
    assert "organisations" in str(line["exc_info"])
    [answer] = (await calls(http))[len(before) :]
    assert answer["method"] == "answerCallbackQuery"
    assert answer["params"]["show_alert"] in ("true", "True", "1")


async def test_a_message_is_answered_with_a_code_that_the_log_has_too(
    bot: Program, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    await rename(bot, "organisations", "mislaid")
    await chat.write("/start")
    assert "Something went wrong on our side." in chat.text
    [line] = logged(caplog)
    assert [line["code"]] == CODE.findall(chat.text)
    assert line["kind"] == "message"


async def test_the_conversation_goes_on_once_the_fault_is_mended(bot: Program, chat: Chat) -> None:
    await rename(bot, "organisations", "mislaid")
    await chat.press("‹ Menu")
    await rename(bot, "mislaid", "organisations")
    await chat.press("‹ Menu")
    assert "You act for: Hospital" in chat.text
