"""The way of an attendee after registering: what is moved, cancelled, offered, joined, rated."""

from datetime import UTC, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from icalendar import Calendar

from bot.compose import Program
from bot.notifier import Notifier
from dialogs.events.cards import MODES
from domain.events.event import Mode, State
from storage import events
from storage.events import definition_of
from tests.conversations.conftest import ANDRII, OLENA, Welcome
from tests.conversations.harness import Chat, Clock
from tests.conversations.test_events import held, publish
from tests.conversations.test_messages import notifier

__all__ = ["notifier"]


async def newest_entry(http: ClientSession, chat: Chat) -> tuple[Calendar, Any]:
    """The calendar file that came last, and its entry."""
    files = [m["document"] for m in (await chat.look()).messages if m.get("document")]
    assert files[-1]["file_name"] == "event.ics"
    async with http.get(f"/sim/files/{files[-1]['file_id']}") as answer:
        calendar = Calendar.from_ical(await answer.read())
    [entry] = calendar.walk("VEVENT")
    return calendar, entry


async def test_who_has_a_seat_gets_the_new_entry_and_in_the_end_the_one_that_takes_it_away(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier, http: ClientSession
) -> None:
    event = await publish(bot, clock)
    chat, other = await welcome(OLENA, "en"), await welcome(ANDRII, "uk")
    await chat.start(f"e{event.token}")
    await chat.press("Register: 🏛 Onsite")
    await other.start(f"e{event.token}")
    await other.press("Зареєструватися: 🏛 Очно")
    await chat.press("🗓 Calendar")
    _, first = await newest_entry(http, chat)
    assert first["DTSTART"].dt == event.starts_at
    assert event.starts_at is not None
    assert event.ends_at is not None
    later = event.starts_at + timedelta(days=1)
    wanted = definition_of(event, starts_at=later, ends_at=later + timedelta(hours=6))
    await events.save(bot.app.db, wanted, clock())
    await notifier.tick()
    calendar, second = await newest_entry(http, chat)
    assert "The time or place has changed" in chat.text
    assert "delete the old one" in chat.text
    assert calendar["METHOD"] == "PUBLISH"
    assert second["UID"] == first["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert second["DTSTART"].dt == later.astimezone(UTC)
    assert str(second["URL"]) == str(first["URL"])
    await other.look()
    assert "Змінено час або місце" in other.text
    assert not any(m.get("document") for m in other.messages), "who waits has no entry to change"
    await events.cancel(bot.app.db, event.id, None, clock())
    await notifier.tick()
    calendar, third = await newest_entry(http, chat)
    assert "The event is cancelled" in chat.text
    assert calendar["METHOD"] == "CANCEL"
    assert third["UID"] == first["UID"]
    assert third["SEQUENCE"] > second["SEQUENCE"]


@pytest.mark.parametrize("mode", list(Mode))
async def test_who_gives_a_seat_back_can_take_it_out_of_the_calendar(
    welcome: Welcome, bot: Program, clock: Clock, http: ClientSession, mode: Mode
) -> None:
    event = await publish(bot, clock)
    chat = await welcome(OLENA, "en")
    await chat.start(f"e{event.token}")
    await chat.press(f"Register: {MODES[mode]}")
    await chat.press("🗓 Calendar")
    _, first = await newest_entry(http, chat)
    await chat.press("Cancel")
    await chat.press("Yes, cancel")
    assert await held(bot, OLENA, event) == [State.CANCELLED]
    await chat.press("🗓 Take it out of the calendar")
    calendar, last = await newest_entry(http, chat)
    assert calendar["METHOD"] == "CANCEL"
    assert last["UID"] == first["UID"]
    assert last["SEQUENCE"] > first["SEQUENCE"]
