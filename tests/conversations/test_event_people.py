"""The card of somebody who is registered, and what an organiser does there for them."""

from bot.compose import Program
from bot.notifier import open_notifier
from domain.events.event import Event, Mode, State
from storage import attendees, audit, people, registrations
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import Chat, Clock
from tests.conversations.test_event_desk import desk, opened, tap_twice
from tests.conversations.test_event_questions import DIET, answer, with_questions
from tests.conversations.test_events import LINK, held, publish

BOTH = {Mode.ONSITE: 1, Mode.ONLINE: 1}


async def guest(welcome: Welcome, person: int, event: Event, language: str = "en") -> Chat:
    chat = await welcome(person, language)
    await chat.start(f"e{event.token}")
    await chat.press({"en": "Register: 🏛 Onsite", "uk": "Зареєструватися: 🏛 Очно"}[language])
    return chat


async def card(welcome: Welcome, event: Event, line: str) -> Chat:
    """From the live list to the card of the one whose line says this."""
    chat = await opened(await desk(welcome), event)
    await chat.press("👥 Who takes part")
    return await chat.press(line)


async def told(bot: Program, chat: Chat) -> str:
    async with open_notifier(bot.settings, bot.app, bot.budget) as (notifier, _):
        await notifier.tick()
    await chat.look()
    return "\n".join(one.text for one in chat.cards)


async def done(bot: Program) -> list[str]:
    known = await people.find(bot.app.db, SOFIA)
    assert known is not None
    return [entry.action for entry in await audit.page(bot.app.db, known.id, 100)]


async def test_the_card_shows_who_and_what_they_answered(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await with_questions(bot, clock)
    olena = await guest(welcome, OLENA, event, "uk")
    await answer(olena)
    await olena.press("📨")
    chat = await card(welcome, event, "✅ Олена")
    [one] = await attendees.of_event(bot.app.db, event)
    for words in (one.registration.attendee, one.organisation, one.registration.code):
        assert words in chat.text
    assert "🏛 Onsite · ✅ Registered" in chat.text
    assert f"{DIET}\nрибу" in chat.text


async def test_a_seat_is_cancelled_after_a_question_and_both_are_told(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, capacity={Mode.ONSITE: 1})
    olena = await guest(welcome, OLENA, event)
    andrii = await guest(welcome, ANDRII, event, "uk")
    chat = await card(welcome, event, "✅ Олена")
    await chat.press("✖️ Cancel the registration")
    assert "They are told" in chat.text
    assert await held(bot, OLENA, event) == [State.CONFIRMED]
    await chat.press("‹ No")
    await chat.press("✖️ Cancel the registration")
    await tap_twice(chat, "✖️ Yes, cancel it")
    assert "Onsite · ✖️ Cancelled" in chat.text
    assert await held(bot, OLENA, event) == [State.CANCELLED]
    assert await held(bot, ANDRII, event) == [State.OFFERED]
    assert "The organiser has cancelled your registration" in await told(bot, olena)
    assert "Для Вас звільнилося місце" in await told(bot, andrii)
    assert (await done(bot)).count("registration.cancel") == 1


async def test_somebody_is_moved_to_the_call_and_the_seat_finds_its_next_owner(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, capacity=BOTH, join_url=LINK)
    olena = await guest(welcome, OLENA, event)
    await guest(welcome, ANDRII, event)
    chat = await card(welcome, event, "✅ Олена")
    await tap_twice(chat, "🔁 Change to: 💻 Online")
    known = await people.find(bot.app.db, OLENA)
    assert known is not None
    [mine] = await registrations.of_person(bot.app.db, known.id, event.id)
    assert (mine.mode, mine.state) == (Mode.ONLINE, State.CONFIRMED)
    assert await held(bot, ANDRII, event) == [State.OFFERED]
    words = await told(bot, olena)
    assert "The organiser has changed how you take part" in words
    assert "Now: 💻 Online" in words
    assert (await done(bot)).count("registration.switch") == 1
    await chat.press("🔁 Change to: 🏛 Onsite")
    assert "There is no free seat that way; nothing was changed." in chat.text
    await chat.press("‹ Who takes part")
    await chat.press("🎁 Андрій")
    assert "Offered until" in chat.text
    assert not any("🔁" in text for text in chat.card.buttons)


async def test_somebody_who_waits_is_offered_the_next_seat_out_of_turn(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, capacity={Mode.ONSITE: 1})
    olena = await guest(welcome, OLENA, event)
    await guest(welcome, ANDRII, event)
    async with olena.http.post("/sim/people", json={"first_name": "Ірина"}) as answer:
        iryna = (await answer.json())["id"]
    late = await guest(welcome, iryna, event, "uk")
    assert "Ваше місце в черзі: 2" in late.text
    chat = await card(welcome, event, "⏳ Ірина")
    assert "Place in the queue: 2" in chat.text
    await tap_twice(chat, "⏫ Offer the next seat to them")
    assert "First on the list: the next free seat is offered to them." in chat.text
    assert "Place in the queue: 1" in chat.text
    assert (await done(bot)).count("registration.first") == 2  # a deed is kept, repeated or not
    assert await held(bot, iryna, event) == [State.WAITING], "no seat was free"
    await olena.press("Cancel")
    await olena.press("Yes, cancel")
    assert await held(bot, iryna, event) == [State.OFFERED]
    assert await held(bot, ANDRII, event) == [State.WAITING]
    assert "Для Вас звільнилося місце" in await told(bot, late)


async def test_a_ticket_is_sent_again_once_and_only_to_who_has_a_seat(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, capacity={Mode.ONSITE: 1})
    olena = await guest(welcome, OLENA, event, "uk")
    await guest(welcome, ANDRII, event)
    chat = await card(welcome, event, "✅ Олена")
    await tap_twice(chat, "🎟 Send the ticket again")
    assert "The ticket is on its way to the person." in chat.text
    assert "Організатор надсилає Вам квиток ще раз" in await told(bot, olena)
    [sent] = [one for one in olena.messages if "photo" in one]
    [one] = await attendees.of_event(bot.app.db, event, (State.CONFIRMED,))
    assert one.registration.code in sent["caption"]
    await chat.press("‹ Who takes part")
    await chat.press("⏳ Андрій")
    assert not any("🎟" in text for text in chat.card.buttons)


async def test_who_was_admitted_is_not_cancelled_by_an_old_button(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    await guest(welcome, OLENA, event)
    chat = await card(welcome, event, "✅ Олена")
    await chat.press("✖️ Cancel the registration")
    [one] = await attendees.of_event(bot.app.db, event)
    known = await people.find(bot.app.db, SOFIA)
    assert known is not None
    await attendees.check_in(bot.app.db, one.registration.id, known.id, clock(), anyway=True)
    await chat.press("✖️ Yes, cancel it")
    assert "The attendee was there already; nothing was changed." in chat.text
    assert await held(bot, OLENA, event) == [State.CONFIRMED]


async def test_a_forged_press_of_a_stranger_cancels_and_moves_nobody(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, capacity=BOTH, join_url=LINK)
    await guest(welcome, OLENA, event)
    chat = await card(welcome, event, "✅ Олена")
    await chat.press("✖️ Cancel the registration")
    andrii = await welcome(ANDRII, "en")
    await andrii.press("📅")
    forged = chat.card.rows[0][0]["callback_data"].partition("\x1d")[2]
    mine = andrii.card.rows[0][0]["callback_data"].partition("\x1d")[0]
    await andrii.press_old(andrii.card.message_id, f"{mine}\x1d{forged}")
    assert await held(bot, OLENA, event) == [State.CONFIRMED]
