"""Changes to an event at the desk that meet a colleague's, and photos as materials."""

from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import ClientSession

from bot.compose import Program
from storage import events, people
from tests.conversations import kinds
from tests.conversations.conftest import SOFIA, Welcome
from tests.conversations.harness import Clock
from tests.conversations.test_event_desk import desk, only, opened
from tests.conversations.test_events import publish


async def test_the_second_of_two_who_move_at_once_sees_what_the_first_did(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    chat = await opened(await desk(welcome), event)
    await chat.press("✏️ Start")
    await chat.write("20.12.2026 11:00")
    known = await people.find(bot.app.db, SOFIA)
    assert known is not None
    colleague = replace(events.definition_of(event), place={"en": "Oslo, Karl Johans gate 1"})
    await events.save(bot.app.db, colleague, clock(), by=known.id)
    await chat.press("📅 Yes, move it")
    assert "A colleague moved this event meanwhile" in chat.text
    assert "Oslo" in chat.text
    assert (await only(bot)).starts_at == event.starts_at
    await chat.press("✏️ Start")
    await chat.write("20.12.2026 11:00")
    await chat.press("📅 Yes, move it")
    assert (await only(bot)).starts_at == datetime(2026, 12, 20, 10, 0, tzinfo=UTC)


async def test_a_photo_is_an_attachment_too(
    http: ClientSession, welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    chat = await opened(await desk(welcome), event)
    await chat.press("Materials")
    await kinds.send(http, chat, "photo", "plan.png", "image/png", kinds.PNG)
    assert "Attached" in chat.text
    [one] = (await only(bot)).materials
    assert (one["as"], one["name"]) == ("photo", "Photo")
    await chat.press("Photo")
    assert any(message.get("photo") for message in chat.messages if not message.get("out"))
