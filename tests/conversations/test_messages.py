"""What leaves on its own, and what a press under it does: reminders, nudges, mutes."""

from datetime import timedelta

import pytest

from bot.compose import Program
from bot.notifier import Notifier
from domain.events.event import Event, Mode, Registration, State
from domain.events.reminders import REMINDERS, Reminder
from storage import events, forms, people, registrations
from storage.events import definition_of
from tests.conversations.conftest import ANDRII, OLENA, Welcome
from tests.conversations.harness import Chat, Clock
from tests.conversations.test_events import publish

DAY = timedelta(days=1)


async def seat(bot: Program, clock: Clock, event: Event, person: int, mode: Mode) -> Registration:
    known = await people.find(bot.app.db, person)
    assert known is not None
    assert known.organisation_id is not None
    outcome = await registrations.register(
        bot.app.db, event.id, known.id, known.organisation_id, mode, "Олена Коваль", clock()
    )
    assert outcome.registration is not None
    return outcome.registration


def due(event: Event, kind: Reminder) -> timedelta:
    """How long after now a reminder is due, where the clock stands at the publishing."""
    assert event.starts_at is not None
    rule = next(rule for rule in REMINDERS if rule.kind is kind)
    return event.starts_at - rule.due(event.starts_at, event.zone)


async def reach(notifier: Notifier, clock: Clock, event: Event, kind: Reminder) -> None:
    """Move to the moment at which a reminder is due, and send it."""
    assert event.starts_at is not None
    clock.at = event.starts_at - due(event, kind)
    await notifier.tick()


async def told(chat: Chat) -> int:
    return len((await chat.look()).cards)


@pytest.mark.parametrize(
    ("language", "words", "yes", "back", "sure", "gone"),
    [
        (
            "uk",
            "Через 3 дні: Сесія <Барселона>",
            "✅ Так, я буду",
            "↩️ Повернути місце",
            "↩️ Так, повернути",
            "↩️ Місце повернуто",
        ),
        (
            "en",
            "In 3 days: Session <Barcelona>",
            "✅ Yes, I am coming",
            "↩️ Give my seat back",
            "↩️ Yes, give it back",
            "↩️ The seat was given back",
        ),
    ],
)
async def test_still_coming_is_answered_and_a_seat_given_back_goes_on(
    welcome: Welcome,
    bot: Program,
    clock: Clock,
    notifier: Notifier,
    language: str,
    words: str,
    yes: str,
    back: str,
    sure: str,
    gone: str,
) -> None:
    event = await publish(bot, clock)
    chat = await welcome(language=language)
    other = await welcome(ANDRII, kind="sme")
    held = await seat(bot, clock, event, OLENA, Mode.ONSITE)
    waits = await seat(bot, clock, event, ANDRII, Mode.ONSITE)
    assert waits.state is State.WAITING
    before = await told(other)
    await reach(notifier, clock, event, Reminder.STILL_COMING)
    assert await told(other) == before
    await chat.look()
    assert words in chat.text
    assert "Олена Коваль" in chat.text
    card = chat.card
    row, col = card.find(back)
    asks = card.rows[row][col]["callback_data"]
    await chat.press(yes)
    assert "Session" in chat.text or "Сесія" in chat.text
    assert chat.card.buttons == []
    await chat.press_old(card.message_id, asks)  # another phone still shows the question
    await chat.press(sure)
    assert gone in chat.text
    assert (await registrations.get(bot.app.db, held.id)).state is State.CANCELLED  # type: ignore[union-attr]
    await chat.press_old(card.message_id, asks)
    assert gone in chat.text
    await notifier.tick()
    assert "🎁" in (await other.look()).text


async def test_the_last_reminder_leads_into_the_call(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier
) -> None:
    event = await publish(bot, clock)
    chat = await welcome()
    held = await seat(bot, clock, event, OLENA, Mode.ONLINE)
    await reach(notifier, clock, event, Reminder.BEGINS)
    await chat.look()
    assert "https://meet" not in chat.text
    await chat.press("▶️ Приєднатися")
    assert "https://meet.example.org/secret" in chat.text
    assert (await registrations.get(bot.app.db, held.id)).joined_at == clock()  # type: ignore[union-attr]


async def test_a_forged_press_gives_no_strangers_seat_back(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier
) -> None:
    event = await publish(bot, clock)
    await welcome()
    other = await welcome(ANDRII, kind="sme")
    held = await seat(bot, clock, event, OLENA, Mode.ONSITE)
    await other.press_old(other.card.message_id, f"rem:left:{held.id}")
    assert (await registrations.get(bot.app.db, held.id)).state is State.CONFIRMED  # type: ignore[union-attr]


async def test_an_event_is_muted_under_its_reminder_and_unmuted_in_the_menu(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier
) -> None:
    event = await publish(bot, clock)
    chat = await welcome()
    await seat(bot, clock, event, OLENA, Mode.ONSITE)
    await reach(notifier, clock, event, Reminder.WEEK)
    await chat.look()
    assert "Через 7 днів:" in chat.text
    await chat.press("🔕 Не нагадувати про цей захід")
    assert "🔔 Надсилати знову" in chat.card.buttons
    before = await told(chat)
    await reach(notifier, clock, event, Reminder.DAY)
    assert await told(chat) == before
    await chat.start()
    await chat.press("🔔 Сповіщення")
    assert "🔕 Сесія <Барселона>" in chat.card.buttons
    await chat.press("🔕 Сесія <Барселона>")
    assert "🔕 Сесія <Барселона>" not in chat.card.buttons
    await chat.press("🔔 Нагадування про заходи")
    await chat.press("🔕 Нагадування про заходи")
    await reach(notifier, clock, event, Reminder.HOUR)
    assert "Початок о" in (await chat.look()).text


async def test_a_move_takes_the_old_reminder_back_and_is_announced_at_once(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier
) -> None:
    event = await publish(bot, clock)
    chat = await welcome()
    await seat(bot, clock, event, OLENA, Mode.ONSITE)
    assert event.starts_at is not None
    assert event.ends_at is not None
    clock.at = event.starts_at - timedelta(hours=12)  # at night
    moved = {"starts_at": event.starts_at + 7 * DAY, "ends_at": event.ends_at + 7 * DAY}
    await events.save(bot.app.db, definition_of(event, **moved), clock())
    await notifier.tick()
    assert "📅" in (await chat.look()).text
    before = await told(chat)
    await reach(notifier, clock, event, Reminder.HOUR)
    assert await told(chat) == before


@pytest.mark.parametrize(
    ("language", "open_survey", "begin", "go_on", "stopped"),
    [
        ("uk", "📋 Опитування", "▶ Почати", "▶️ Продовжити з цього місця", "Ви зупинилися на"),
        ("en", "📋 Survey", "▶ Start", "▶️ Continue where I stopped", "You stopped at"),
    ],
)
async def test_who_left_a_survey_is_asked_back_twice_at_most(
    welcome: Welcome,
    bot: Program,
    clock: Clock,
    notifier: Notifier,
    language: str,
    open_survey: str,
    begin: str,
    go_on: str,
    stopped: str,
) -> None:
    chat = await welcome(language=language)
    await chat.press(open_survey)
    await chat.press(begin)
    question = chat.text
    clock.advance(hours=23)
    await notifier.tick()
    assert chat.text == question
    clock.advance(hours=1)
    await notifier.tick()
    await notifier.tick()
    await chat.look()
    assert stopped in chat.text
    await chat.press(go_on)
    assert chat.text == question
    before = await told(chat)
    clock.advance(days=6, hours=23)
    await notifier.tick()
    assert await told(chat) == before
    clock.advance(hours=2)
    await notifier.tick()
    assert await told(chat) == before + 1
    assert stopped in chat.text
    for _ in range(3):  # however often it is taken up and left again
        await chat.press(go_on) if go_on in chat.card.buttons else None
        clock.advance(days=8)
        await notifier.tick()
    assert stopped not in (await chat.look()).text


async def test_a_closed_survey_asks_nobody_back(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier
) -> None:
    chat = await welcome()
    await chat.press("📋 Опитування")
    await chat.press("▶ Почати")
    [survey] = await forms.surveys(bot.app.db)
    await forms.close(bot.app.db, survey.id)
    clock.advance(days=1, hours=1)
    before = await told(chat)
    await notifier.tick()
    assert await told(chat) == before


async def test_dont_remind_me_is_kept(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier
) -> None:
    chat = await welcome()
    await chat.press("📋 Опитування")
    await chat.press("▶ Почати")
    clock.advance(days=1)
    await notifier.tick()
    await chat.look()
    await chat.press("🔕 Не нагадувати про це опитування")
    before = await told(chat)
    clock.advance(days=7)
    await notifier.tick()
    assert await told(chat) == before
