"""The way of an attendee after registering: what is moved, cancelled, offered, joined, rated."""

from datetime import UTC, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from icalendar import Calendar
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.compose import Program
from bot.notifier import Notifier
from dialogs.events.cards import MODES
from domain.events.event import Mode, Registration, State
from domain.events.tickets import CHECK_IN, JOIN, ticket
from storage import attendees, events, models, people, registrations
from storage.events import definition_of
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import Chat, Clock
from tests.conversations.test_events import LINK, held, publish


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


async def colleague_of(bot: Program, clock: Clock, who: int, whose: int) -> None:
    """Let a person act for another's organisation, too."""
    first, second = await people.find(bot.app.db, whose), await people.find(bot.app.db, who)
    assert first is not None
    assert second is not None

    async def join(tx: AsyncConnection) -> None:
        await tx.execute(
            insert(models.Contact).values(
                person_id=second.id,
                organisation_id=first.organisation_id,
                state="active",
                requested_at=clock(),
                decided_at=clock(),
            )
        )

    await bot.app.db.write(join)


async def only(bot: Program, person: int) -> Registration:
    """The one registration that a person holds."""
    known = await people.find(bot.app.db, person)
    assert known is not None
    [mine] = await registrations.of_person(bot.app.db, known.id)
    return mine


async def test_the_signed_link_opens_the_call_for_its_owner_in_time_and_counts_as_attending(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    chat, other = await welcome(OLENA, "en"), await welcome(ANDRII, "uk")
    await chat.start(f"e{event.token}")
    await chat.press("Register: 💻 Online")
    await chat.press("🎟 Ticket")
    [found] = [word for card in chat.cards for word in card.text.split() if "start=j" in word]
    payload = found.partition("start=")[2]
    await chat.start(payload)
    assert "from 30 minutes before the start" in chat.text
    await other.start(payload)
    assert "належить іншій людині" in other.text
    for forged in (payload[:-2] + "AA", "j", "jA", payload + "A", "j" + "x" * 40):
        await chat.start(forged)
        assert "not valid" in chat.text
    assert not (await only(bot, OLENA)).attended
    assert event.starts_at is not None
    clock.at = event.starts_at - timedelta(minutes=30)
    await other.start(payload)
    assert not any(LINK in card.text for card in other.cards)
    await chat.start(payload)
    while LINK in chat.text:  # the card comes after the link
        await chat.until_answered(chat.seq)
    assert any(LINK in card.text for card in chat.cards)
    assert (await only(bot, OLENA)).joined_at == clock()
    clock.advance(hours=7)
    await chat.start(payload)
    assert "This event is over." in chat.text


async def test_a_call_is_not_opened_for_who_waits_switched_or_gave_the_seat_back(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    chat = await welcome(OLENA, "en")
    await chat.start(f"e{event.token}")
    await chat.press("Register: 💻 Online")
    assert event.starts_at is not None
    clock.at = event.starts_at
    mine = await only(bot, OLENA)
    link = "j" + ticket(bot.app.secret, JOIN, event, mine)
    await registrations.switch(bot.app.db, mine.id, mine.person_id, Mode.ONSITE, clock())
    await chat.start(link)
    assert "not valid" in chat.text
    fresh = await only(bot, OLENA)
    await chat.start("j" + ticket(bot.app.secret, JOIN, event, fresh))
    assert "You take part onsite" in chat.text
    await registrations.cancel(bot.app.db, mine.id, mine.person_id, clock())
    gone = await only(bot, OLENA)
    await chat.start("j" + ticket(bot.app.secret, JOIN, event, gone))
    assert "has no seat" in chat.text
    assert not any(LINK in card.text for card in chat.cards)
    assert not (await only(bot, OLENA)).attended


async def test_who_was_there_rates_by_one_tap_and_the_organiser_hears_the_result(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier
) -> None:
    event = await publish(bot, clock)
    chat, absent = await welcome(OLENA, "uk"), await welcome(ANDRII, "uk")
    sofia = await welcome(SOFIA, "en", kind=None)
    for one in (chat, absent):
        await one.start(f"e{event.token}")
        await one.press("Зареєструватися: 💻 Онлайн")
    assert event.starts_at is not None
    assert event.ends_at is not None
    clock.at = event.starts_at
    await attendees.joined(bot.app.db, (await only(bot, OLENA)).id, clock())
    clock.at = event.ends_at + timedelta(minutes=31)
    await notifier.tick()
    await notifier.tick()
    await chat.look()
    assert "Як Вам" in chat.text
    question = chat.card
    await chat.press("4 ⭐")
    assert (await only(bot, OLENA)).rating == 4
    assert "⭐⭐⭐⭐" in next(c.text for c in chat.cards if c.message_id == question.message_id)
    assert "Як Вам" not in (await absent.look()).text
    clock.advance(days=2)
    await notifier.tick()
    await sofia.look()
    assert "1 of 1 who were there have rated it." in sofia.text
    assert "from 5 ratings on" in sofia.text
    before = len(chat.cards)
    await notifier.tick()
    assert len((await chat.look()).cards) == before


async def test_a_seat_is_handed_over_on_two_phones(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier
) -> None:
    event = await publish(bot, clock)
    olena, andrii = await welcome(OLENA, "uk"), await welcome(ANDRII, "en")
    await colleague_of(bot, clock, ANDRII, OLENA)
    await olena.start(f"e{event.token}")
    await olena.press("Зареєструватися: 🏛 Очно")
    old = await only(bot, OLENA)
    await olena.press("👥")
    hand = olena.card
    await olena.press(hand.buttons[0])
    row = hand.rows[0][0]["callback_data"]
    await olena.press_old(hand.message_id, row)  # the second tap changes nothing
    await notifier.tick()
    await andrii.look()
    assert "A colleague has handed you their registration" in andrii.text
    await andrii.press("Open my registration")
    assert "✅ Registered" in andrii.text
    new = await only(bot, ANDRII)
    assert (new.id, new.state) == (old.id, State.CONFIRMED)
    assert new.code != old.code
    sofia = await welcome(SOFIA, "en", kind=None)
    await sofia.start("c" + ticket(bot.app.secret, CHECK_IN, event, old))
    assert "not valid" in sofia.text
    await olena.start(f"e{event.token}")
    await olena.press("🎟")
    await olena.press("Скасувати")
    await olena.press("Так, скасувати")
    await notifier.tick()
    assert "A colleague has given your seat back" in (await andrii.look()).text
    assert await held(bot, ANDRII, event) == [State.CANCELLED]
