"""The organiser's desk in the chat: an event from its first word to its last attendee."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession

from bot.compose import Program
from bot.notifier import open_notifier
from domain.events.event import Event, EventState, Mode, State
from simulator.server import Simulator
from storage import attendees, events, people, registrations
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import Chat, Clock, running_bot
from tests.conversations.test_authoring import send
from tests.conversations.test_events import held, publish
from tests.storage.published import workbook_of

ONSITE, ONLINE = Mode.ONSITE, Mode.ONLINE


async def desk(welcome: Welcome, language: str = "en") -> Chat:
    chat = await welcome(SOFIA, language, None)
    await chat.press("📅")
    return await chat.press("🗂")


async def only(bot: Program) -> Event:
    [event] = await events.everything(bot.app.db)
    return event


async def opened(chat: Chat, event: Event) -> Chat:
    """From the list of all events to one of them."""
    place = next(b for b in chat.card.buttons if event.name("en") in b)
    await chat.press(place)
    return await chat.press("✏️ Edit")


async def test_an_event_is_made_step_by_step_and_published(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    chat = await desk(welcome)
    await chat.press("➕ A new event")
    await chat.write("Cluster <day>")
    assert (await only(bot)).title == {"en": "Cluster <day>"}
    assert "Cluster <day>" in chat.text
    await chat.write("День кластера")
    assert "What it is about" in chat.text
    await chat.press("Go on ›")
    await chat.press("Madrid")
    assert "Start" in chat.text
    await chat.press("›")  # December 2026
    assert any("December 2026" in b for b in chat.card.buttons)
    await chat.press("15")
    await chat.press("14:00")
    event = await only(bot)
    assert event.starts_at == datetime(2026, 12, 15, 13, 0, tzinfo=UTC)
    await chat.write("17:45")
    assert (await only(bot)).ends_at == datetime(2026, 12, 15, 16, 45, tzinfo=UTC)
    await chat.write("Barcelona, Rambla 1")
    await chat.press("Go on ›")
    await chat.press("+5")
    await chat.press("💻 Online")
    await chat.press("✏️ 35")
    await chat.write("12")
    assert (await only(bot)).capacity == {ONSITE: 12, ONLINE: 30}
    await chat.press("Go on ›")
    await chat.write("meet.example.org")
    assert "begins with https://" in chat.text
    await chat.write("https://meet.example.org/a")
    await chat.press("2")
    await chat.press("Yes, I approve each")
    await chat.press("‹ To the whole event")
    assert "Draft" in chat.text
    assert "12 seats left" in chat.text
    assert "Tuesday, December 15, 2026" in chat.text
    await chat.press("🚀 Publish")
    event = await only(bot)
    assert event.state is EventState.PUBLISHED
    assert (event.zone, event.organisation_limit, event.approval) == ("Europe/Madrid", 2, True)


async def test_a_template_begins_with_its_date_and_a_restart_loses_nothing(
    http: ClientSession, simulator: Simulator, ready_url: str, clock: Clock
) -> None:
    async with running_bot(simulator, ready_url, clock, frozenset({SOFIA})) as bot:
        chat = await Chat.open(http, SOFIA)
        await chat.start()
        await chat.press("🇺🇦 Українська")
        await chat.press("✅ Погоджуюся")
        await chat.press("📅")
        await chat.press("🗂")
        await chat.press("➕ Новий захід")
        await chat.press("Барсело")
        assert "Початок" in chat.text
        assert any("Листопад 2026" in b for b in chat.card.buttons)
        assert (await only(bot)).state is EventState.DRAFT
    async with running_bot(simulator, ready_url, clock, frozenset({SOFIA})) as bot:
        await chat.write("10.03.2027 10:00")
        event = await only(bot)
        assert event.starts_at == datetime(2027, 3, 10, 9, 0, tzinfo=UTC)
        assert event.capacity == {ONSITE: 40}
        await chat.press("‹ До заходу")
        await chat.press("🗑 Видалити")
        await chat.press("🗑 Так, видалити")
        assert await events.everything(bot.app.db) == []


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("01.01.2020 10:00", "in the past"),
        ("28.03.2027 02:30", "does not exist in Europe/Madrid"),
        ("soon", "no day and time"),
    ],
)
async def test_a_start_that_cannot_be_changes_nothing(
    written: str, says: str, welcome: Welcome, bot: Program, clock: Clock
) -> None:
    before = await publish(bot, clock)
    chat = await opened(await desk(welcome), before)
    await chat.press("✏️ Start")
    await chat.write(written)
    if "Yes, move it" in " ".join(chat.card.buttons):
        await chat.press("📅 Yes, move it")
    assert says in chat.text
    assert await only(bot) == before


async def test_the_first_of_two_equal_times_is_taken_and_said(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, publish=False)
    chat = await opened(await desk(welcome), event)
    await chat.press("✏️ Start")
    await chat.write("31.10.2027 02:30")
    assert "happens twice" in chat.text
    assert (await only(bot)).starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


async def test_an_end_before_the_start_and_an_unknown_zone_are_refused(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    before = await publish(bot, clock)
    chat = await opened(await desk(welcome), before)
    await chat.press("✏️ End")
    await chat.write("01.12.2026 10:00")
    assert "The end must be after the start." in chat.text
    await chat.press("‹ To the whole event")
    await chat.press("✏️ Time zone")
    await chat.write("Atlantis")
    assert "no time zone" in chat.text
    assert await only(bot) == before


async def test_moving_asks_first_and_tells_the_old_and_the_new_time(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    olena = await welcome(OLENA, "en")
    await olena.start(f"e{event.token}")
    await olena.press("Register: 🏛 Onsite")
    chat = await opened(await desk(welcome), event)
    await chat.press("✏️ Start")
    await chat.write("20.12.2026 11:00")
    assert "1 person will be told." in chat.text
    assert await only(bot) == event
    await chat.press("📅 Yes, move it")
    moved = await only(bot)
    assert moved.starts_at == datetime(2026, 12, 20, 10, 0, tzinfo=UTC)
    assert moved.ends_at is not None
    assert moved.ends_at - moved.starts_at == timedelta(hours=6)
    assert moved.sequence == event.sequence + 1
    assert "Everybody who is registered is told" in chat.text
    async with open_notifier(bot.settings, bot.app, bot.budget) as (notifier, _):
        await notifier.tick()
    await olena.look()
    told = next(card.text for card in olena.cards if "The time or place has changed" in card.text)
    assert "December 14" in told
    assert "December 20" in told


async def test_seats_of_one_mode_never_below_the_taken_and_more_move_the_queue(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, capacity={ONSITE: 2}, organisation_limit=None)
    for person in (OLENA, ANDRII):
        guest = await welcome(person, "en")
        await guest.start(f"e{event.token}")
        await guest.press("🏛")
    chat = await opened(await desk(welcome), event)
    await chat.press("✏️ Seats")
    await chat.write("1")
    assert "cannot be 1: 2 are taken or offered already (🏛 Onsite)" in chat.text
    assert (await only(bot)).capacity == {ONSITE: 2}
    known = await people.find(bot.app.db, OLENA)
    assert known is not None
    assert known.organisation_id is not None
    waits = await registrations.register(
        bot.app.db,
        event.id,
        known.id,
        known.organisation_id,
        ONSITE,
        "Ян",
        clock(),
        colleague=True,
    )
    assert waits.registration is not None
    assert waits.registration.state is State.WAITING
    await chat.write("3")
    assert "1 seat was offered to the waiting list." in chat.text
    assert (await only(bot)).capacity == {ONSITE: 3}


async def test_the_list_is_searched_and_a_check_in_is_taken_back(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, approval=True)
    olena = await welcome(OLENA, "en")
    await olena.start(f"e{event.token}")
    await olena.press("Register: 🏛 Onsite")
    chat = await opened(await desk(welcome), event)
    await chat.press("👥 Who takes part")
    await chat.write("nobody at all")
    assert "Found for “nobody at all”: 0" in chat.text
    await chat.press("✖️ Show all again")
    await chat.press("Лікарня")
    old = chat.card
    row, col = old.find("✅ Approve")
    data = old.rows[row][col]["callback_data"]
    await asyncio.gather(  # two taps at once
        chat.post("press", message_id=old.message_id, data=data, stale=True, wait=10),
        chat.post("press", message_id=old.message_id, data=data, stale=True, wait=10),
    )
    await chat.look()
    assert await held(bot, OLENA, event) == [State.CONFIRMED]
    await chat.press("🚪 Admit")
    assert "today is November 24, 2026" in chat.text
    [one] = await attendees.of_event(bot.app.db, event)
    assert not one.registration.attended
    await chat.press("🚪 Admit anyway")
    [one] = await attendees.of_event(bot.app.db, event)
    assert one.registration.attended
    await chat.press("↩️ Undo")
    [one] = await attendees.of_event(bot.app.db, event)
    assert not one.registration.attended


async def test_materials_are_seen_by_whom_they_are_for(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    chat = await opened(await desk(welcome), event)
    await chat.press("✏️ Materials")
    await send(chat, b"%PDF-1.4", "agenda.pdf")
    await chat.press("🎬 Recording")
    await chat.write("https://video.example.org/1")
    first, second = (await only(bot)).materials
    assert (first["kind"], second["kind"]) == ("agenda", "recording")
    olena, andrii = await welcome(OLENA, "en"), await welcome(ANDRII, "en")
    await olena.start(f"e{event.token}")
    await olena.press("📄 Agenda")
    assert any("document" in one for one in olena.messages if not one.get("out"))
    await olena.press("Register: 🏛 Onsite")
    clock.advance(days=21)
    await olena.start(f"e{event.token}")
    assert "Recording" in olena.text
    await andrii.start(f"e{event.token}")
    assert "Recording" not in andrii.text


async def test_questions_are_attached_as_a_file_and_a_wrong_one_is_not(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    chat = await opened(await desk(welcome), event)
    await chat.press("✏️ Own questions")
    await send(chat, b"| survey |\n| | type | name |\n| | txet | a |", "wrong.md")
    assert "nothing has changed" in chat.text
    assert (await only(bot)).form_id is None
    _, book = workbook_of("\n| type | name | label |\n| text | diet | Diet? |\n")
    await send(chat, book.content, book.name)
    assert "1 question attached." in chat.text
    assert (await only(bot)).form_id is not None


async def test_old_buttons_do_nothing_for_who_organises_no_more_or_what_is_gone(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, publish=False)
    chat = await opened(await desk(welcome), event)
    known = await people.find(bot.app.db, SOFIA)
    assert known is not None
    await events.remove_draft(bot.app.db, event.id, known.id, clock())
    await chat.press("🚀 Publish")
    assert "not there any more" in chat.text
    andrii = await welcome(ANDRII, "en")
    await andrii.press("📅")
    forged = chat.card.rows[0][0]["callback_data"].partition("\x1d")[2]
    mine = andrii.card.rows[0][0]["callback_data"].partition("\x1d")[0]
    await andrii.press_old(andrii.card.message_id, f"{mine}\x1d{forged}")
    assert await events.everything(bot.app.db) == []


async def tap_twice(chat: Chat, label: str) -> Chat:
    """Two taps at once: the second one arrives when the first has been dealt with."""
    card = chat.card
    row, column = card.find(label)
    await chat.press(label)
    return await chat.press_old(card.message_id, card.rows[row][column]["callback_data"])


async def test_a_second_tap_answers_no_second_field(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    chat = await desk(welcome)
    await chat.press("➕ A new event")
    await tap_twice(chat, "Oslo")
    assert len(await events.everything(bot.app.db)) == 1
    await chat.write("15.12.2026 14:00")
    await tap_twice(chat, "16:00")
    event = await only(bot)
    assert event.ends_at == datetime(2026, 12, 15, 15, 0, tzinfo=UTC)
    assert event.registration_closes_at is None
    assert "Place" in chat.text.splitlines()[0]
    await tap_twice(chat, "Go on ›")
    assert "Seats" in chat.text.splitlines()[0]
    await chat.press("Go on ›")
    await tap_twice(chat, "3")
    assert (await only(bot)).organisation_limit == 3
    assert "Approval" in chat.text.splitlines()[0]


async def test_another_end_or_zone_of_a_published_event_is_asked_first(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    olena = await welcome(OLENA, "en")
    await olena.start(f"e{event.token}")
    await olena.press("Register: 🏛 Onsite")
    chat = await opened(await desk(welcome), event)
    await chat.press("✏️ Time zone")
    await chat.press("London")
    assert "1 person will be told." in chat.text
    assert await only(bot) == event
    await tap_twice(chat, "📅 Yes, move it")
    assert event.starts_at is not None
    assert event.ends_at is not None
    moved = await only(bot)
    assert (moved.zone, moved.starts_at) == ("Europe/London", event.starts_at + timedelta(hours=1))
    assert moved.sequence == event.sequence + 1
    await chat.press("✏️ End")
    await chat.write("18:00")
    assert (await only(bot)).ends_at == event.ends_at + timedelta(hours=1)
    await chat.press("📅 Yes, move it")
    assert (await only(bot)).ends_at == datetime(2026, 12, 14, 18, 0, tzinfo=UTC)


async def test_a_way_that_somebody_waits_for_is_not_taken_away(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, approval=True)
    olena = await welcome(OLENA, "en")
    await olena.start(f"e{event.token}")
    await olena.press("Register: 🏛 Onsite")
    assert await held(bot, OLENA, event) == [State.PENDING]
    chat = await opened(await desk(welcome), event)
    await chat.press("✏️ Seats")
    await chat.press("🏛 Onsite")
    assert "People are registered this way: 🏛 Onsite" in chat.text
    assert await only(bot) == event


async def test_a_draft_whose_day_has_passed_is_not_published(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, publish=False)
    clock.advance(days=30)
    chat = await opened(await desk(welcome), event)
    await chat.press("🚀 Publish")
    assert "The event would be in the past" in chat.text
    assert "The event would be in the past" in (chat.toast or ""), "the window is a long one"
    assert (await only(bot)).state is EventState.DRAFT


async def test_a_description_sent_again_keeps_what_was_attached(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    chat = await opened(await desk(welcome), event)
    await chat.press("✏️ Materials")
    await send(chat, b"%PDF-1.4", "agenda.pdf")
    [file] = (await only(bot)).materials
    again = await publish(bot, clock, starts_at=event.starts_at, ends_at=event.ends_at)
    assert again.materials == (file,)
    link = {"kind": "slides", "url": "https://example.org/1"}
    changed = await publish(
        bot, clock, starts_at=event.starts_at, ends_at=event.ends_at, materials=(link,)
    )
    assert changed.materials == (link, file)


async def test_another_place_is_asked_first_and_a_text_can_be_emptied(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, place={"en": "Barcelona"}, description={"en": "Talks"})
    chat = await opened(await desk(welcome), event)
    await chat.press("✏️ Place")
    await chat.write("Girona <centre>")
    assert "Girona <centre>" in chat.text
    assert (await only(bot)).place == {"en": "Barcelona"}
    await chat.press("📍 Yes, change it")
    moved = await only(bot)
    assert (moved.place, moved.sequence) == ({"en": "Girona <centre>"}, event.sequence + 1)
    await chat.press("✏️ What it is about")
    await chat.press("🗑 Leave it empty")
    assert (await only(bot)).description == {}
    await chat.press("‹ To the whole event")
    await chat.press("✏️ Title")
    await chat.press("🗑 Leave it empty")
    await chat.press("🇺🇦 Українська")
    await chat.press("🗑 Leave it empty")
    assert "needs a title in one language" in chat.text
    assert (await only(bot)).title == {"uk": event.title["uk"]}


async def test_days_that_are_over_are_not_offered(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, publish=False, starts_at=None, ends_at=None)
    chat = await opened(await desk(welcome), event)
    await chat.press("✏️ Start")
    days = [text.strip("·•") for text in chat.card.buttons if text.strip("·•").isdecimal()]
    assert days == ["24", "25", "26", "27", "28", "29", "30"]
