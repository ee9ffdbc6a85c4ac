"""What events say where it is easily wrong: full, handed on, online, over, nobody there."""

from bot.compose import Program
from bot.notifier import Notifier
from domain.events.event import EventState, Mode, State
from domain.events.reminders import Reminder
from domain.events.tickets import CHECK_IN, ticket
from storage import attendees, events
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import Clock
from tests.conversations.test_attending import colleague_of, only
from tests.conversations.test_event_desk import desk, opened
from tests.conversations.test_event_people import guest
from tests.conversations.test_events import LINK, held, publish
from tests.conversations.test_messages import reach


async def test_a_full_event_says_so_before_and_after_registering(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, capacity={Mode.ONSITE: 1})
    await guest(welcome, OLENA, event)
    andrii = await welcome(ANDRII, "uk")
    await andrii.start(f"e{event.token}")
    assert "🏛 Очно: вільних місць немає, але можна стати в чергу" in andrii.text
    await andrii.press("Зареєструватися: 🏛 Очно")
    assert "Щойно для Вас звільниться місце, сюди прийде повідомлення." in andrii.text
    await andrii.press("✖️ Скасувати реєстрацію")
    assert "Скасувати реєстрацію?" in andrii.text
    assert "наступний" not in andrii.text, "who waits has no seat to give"
    await andrii.press("Так, скасувати")
    assert await held(bot, ANDRII, event) == [State.CANCELLED]


async def test_a_place_in_the_queue_is_handed_over_as_such_and_a_seat_passed_on_by_name(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier
) -> None:
    event = await publish(bot, clock, capacity={Mode.ONSITE: 1}, place={"en": "Barcelona"})
    olena, andrii = await guest(welcome, OLENA, event), await guest(welcome, ANDRII, event)
    sofia = await welcome(SOFIA, "en", kind=None)
    await colleague_of(bot, clock, SOFIA, ANDRII)
    await andrii.press("👥 Hand to a colleague")
    await andrii.press(andrii.card.buttons[0])
    await notifier.tick()
    await sofia.look()
    assert "A colleague has handed you their registration" in sofia.text
    assert "you are on the waiting list" in sofia.text
    when = "9:00 AM (Madrid)\nYour time: December 14, 2026, 10:00 AM (Kyiv)\n📍 Barcelona"
    assert when in sofia.text.replace("\u202f", " ")
    await olena.press("✖️ Cancel the registration")
    await olena.press("Yes, cancel")
    await notifier.tick()
    await sofia.look()
    await sofia.press("Pass it on")
    await sofia.look()
    assert "✖️ Cancelled\nSession <Barcelona>" in sofia.text


async def test_who_takes_part_online_is_not_sent_to_the_door(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier
) -> None:
    event = await publish(bot, clock, place={"en": "Rambla 1"})
    chat = await welcome(OLENA, "en")
    await chat.start(f"e{event.token}")
    await chat.press("Register: 💻 Online")
    await chat.press("🎟 Ticket")
    captions = [one["caption"] for one in chat.messages if "photo" in one]
    assert len(captions) == 1
    assert "Show this at the door." not in captions[0]
    await reach(notifier, clock, event, Reminder.DAY)
    await chat.look()
    assert "Tomorrow:" in chat.text
    assert "💻 Online" in chat.text
    assert "Rambla 1" not in chat.text


async def test_what_is_over_says_so_and_gives_the_certificate_only_then(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, capacity={Mode.ONSITE: 1})
    olena, andrii = await guest(welcome, OLENA, event), await guest(welcome, ANDRII, event)
    clock.advance(days=20)
    sofia = await welcome(SOFIA, "en", kind=None)
    await sofia.start("c" + ticket(bot.app.secret, CHECK_IN, event, await only(bot, OLENA)))
    assert (await only(bot, OLENA)).attended
    await olena.start(f"e{event.token}")
    await olena.press("✅ Registered")
    assert "📜 Certificate" not in olena.card.buttons
    clock.advance(days=1)
    await olena.start(f"e{event.token}")
    assert "🏁 This event is over." in olena.text
    assert "seat" not in olena.text
    await olena.press("✅ Registered")
    assert "🚪 The attendee was there." in olena.text
    assert "📜 Certificate" in olena.card.buttons
    await andrii.start(f"e{event.token}")
    await andrii.press("⏳")
    assert "🏁 This event is over." in andrii.text
    assert "queue" not in andrii.text


async def test_the_desk_has_the_link_and_tells_of_nobody_who_is_not_there(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, place={"en": "Barcelona"})
    chat = await opened(await desk(welcome), event)
    assert f"?start=e{event.token}" in chat.text
    await chat.press("✏️ Place")
    await chat.write("Girona")
    await chat.press("📍 Yes, change it")
    assert "is told about the change" not in chat.text
    await guest(welcome, OLENA, event)
    await chat.press("✏️ Time zone")
    assert "Now: Madrid" in chat.text
    await chat.press("London")
    await chat.press("📅 Yes, move it")
    assert "Everybody who is registered is told about the change." in chat.text


async def test_who_is_not_found_at_the_door_is_said_and_an_old_question_goes(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    await guest(welcome, OLENA, event)
    chat = await welcome(SOFIA, "uk", kind=None)
    await chat.press("📅")
    await chat.press("🗂")
    await chat.press("Барселона")
    await chat.write("олена")
    await chat.press("🚪 Олена")
    assert "Сьогодні 24 листопада 2026 р., а захід – 14 грудня 2026 р.:" in (
        chat.text.replace("\u202f", " ").replace("\xa0", " ")
    )
    assert "🚪 Усе одно відмітити" in chat.card.buttons
    await chat.write("<ніхто>")
    assert "За запитом «<ніхто>» нікого не знайдено." in chat.text
    assert "🚪 Усе одно відмітити" not in chat.card.buttons
    await chat.press("🔒 Закрити реєстрацію")
    andrii = await welcome(ANDRII, "uk")
    await andrii.start(f"e{event.token}")
    assert "🔒 Реєстрацію на цей захід закрито." in andrii.text
    assert "місц" not in andrii.text
    [one] = await attendees.of_event(bot.app.db, event)
    assert not one.registration.attended
    assert LINK not in chat.text


async def test_the_organiser_who_approves_hears_for_which_organisation(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier
) -> None:
    event = await publish(bot, clock, approval=True)
    olena, sofia = await welcome(OLENA, "uk"), await welcome(SOFIA, "en", kind=None)
    await olena.start(f"e{event.token}")
    assert "✋ Організатор схвалює кожну реєстрацію." in olena.text
    await olena.press("Зареєструватися: 🏛 Очно")
    assert "⏳ Очікує схвалення" in olena.text
    await notifier.tick()
    await sofia.look()
    assert "Attendee: Олена Коваль, КНП «Лікарня № 5» <Рівне>" in sofia.text


async def test_what_is_called_off_offers_nothing_and_what_is_over_is_not_called_off(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    other = await publish(bot, clock, slug="oslo", title={"en": "Oslo"})
    olena = await guest(welcome, OLENA, event)
    await olena.press("✖️ Cancel the registration")
    chat = await opened(await desk(welcome), event)
    await chat.press("❌ Cancel the event")
    await chat.press("❌ Yes, call it off")
    assert "seat" not in chat.text
    await olena.press("Yes, cancel")
    assert olena.toast == "This event is cancelled."
    assert olena.card.buttons == ["🎟 My registrations", "‹ Events"]
    assert await held(bot, OLENA, event) == [State.CONFIRMED]
    await olena.press("🎟 My registrations")
    assert olena.card.buttons[0].startswith("❌ 14 Dec")
    await chat.press("‹ All events")
    await opened(chat, other)
    await chat.press("❌ Cancel the event")
    clock.advance(days=21)
    await chat.press("❌ Yes, call it off")
    assert "⚠️ This event is over; nothing was changed." in chat.text
    assert "❌ Cancel the event" not in chat.card.buttons
    found = await events.get(bot.app.db, other.id)
    assert found is not None
    assert found.state is EventState.PUBLISHED


async def test_one_field_of_a_draft_leads_back_to_the_event(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    chat = await desk(welcome)
    await chat.press("➕ A new event")
    await chat.write("Cluster day")
    await chat.press("‹ To the whole event")
    await chat.press("✏️ Approval")
    await chat.press("Yes, I approve each")
    assert "✏️ Draft" in chat.text


async def test_a_colleagues_registration_stands_under_their_name(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, capacity={Mode.ONSITE: 5})
    olena = await guest(welcome, OLENA, event)
    await olena.start(f"e{event.token}")
    await olena.press("➕ Register a colleague")
    await olena.write("Марія <Ткач>")
    await olena.press("🎟 My registrations")
    first, second = olena.card.buttons[:2]
    assert first.startswith("✅ Марія <Ткач>: 14 Dec · Session")
    assert second.startswith("✅ 14 Dec · Session")


async def test_an_offer_says_for_whom_it_is(
    welcome: Welcome, bot: Program, clock: Clock, notifier: Notifier
) -> None:
    event = await publish(bot, clock, capacity={Mode.ONSITE: 1})
    olena, andrii = await guest(welcome, OLENA, event), await welcome(ANDRII, "uk")
    await andrii.start(f"e{event.token}")
    await andrii.press("➕ Зареєструвати колегу")
    await andrii.write("Марія <Ткач>")
    await olena.press("✖️ Cancel the registration")
    await olena.press("Yes, cancel")
    await notifier.tick()
    await andrii.look()
    assert "🎁 Для Вас звільнилося місце" in andrii.text
    assert "👤 Марія <Ткач>" in andrii.text
