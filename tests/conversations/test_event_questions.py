"""An event's own questions: asked before registering, kept whatever happens, not asked twice."""

from aiohttp import ClientSession

from bot.compose import Program
from domain.events.event import Event, Mode, State
from simulator.server import Simulator
from storage import attendees, events, forms, organisations, people, registrations
from tests.conversations.conftest import ANDRII, OLENA, WORDS, Welcome
from tests.conversations.harness import Chat, Clock, running_bot
from tests.conversations.test_events import held, publish
from tests.storage.published import workbook_of

DIET, SHIRT = "Що Ви їсте?", "Кого хочете зустріти?"
ROWS = f"""
| type | name | label | required |
| text | diet | {DIET} | yes |
| text | meet | {SHIRT} | yes |
"""


async def with_questions(bot: Program, clock: Clock, **changes: object) -> Event:
    form, book = workbook_of(ROWS)
    await forms.publish(bot.app.db, form, book, clock())
    survey = await forms.by_form_id(bot.app.db, form.form_id)
    assert survey is not None
    event = await publish(bot, clock, **changes)
    wanted = events.definition_of(event)
    return await events.save(bot.app.db, wanted, clock(), form_id=survey.id)


async def given(bot: Program, event: Event) -> list[dict[str, str]]:
    """What stands in the columns of the export."""
    return [dict(one.answers) for one in await attendees.of_event(bot.app.db, event)]


async def answer(chat: Chat) -> None:
    await chat.write("рибу")
    await chat.write("виробників")


async def test_questions_come_first_and_then_the_seat(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await with_questions(bot, clock)
    chat = await welcome(OLENA, "uk")
    await chat.start(f"e{event.token}_mail")
    await chat.press("Зареєструватися: 🏛 Очно")
    assert DIET in chat.text
    assert await held(bot, OLENA, event) == []
    await answer(chat)
    review = chat.card
    place = review.find("📨")
    data = review.rows[place[0]][place[1]]["callback_data"]
    await chat.press("📨")
    assert "✅ Зареєстровано" in chat.text
    assert await held(bot, OLENA, event) == [State.CONFIRMED]
    assert await given(bot, event) == [{"diet": "рибу", "meet": "виробників"}]
    await chat.press_old(review.message_id, data)  # a second tap that came late
    assert await held(bot, OLENA, event) == [State.CONFIRMED]
    known = await people.find(bot.app.db, OLENA)
    assert known is not None
    [mine] = await registrations.of_person(bot.app.db, known.id)
    assert (mine.mode, mine.source) == (Mode.ONSITE, "mail")


async def test_seats_that_run_out_meanwhile_leave_the_answers_and_a_place_in_the_queue(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await with_questions(bot, clock, capacity={Mode.ONSITE: 1})
    chat, other = await welcome(OLENA, "uk"), await welcome(ANDRII, "uk")
    for one in (chat, other):
        await one.start(f"e{event.token}")
        await one.press("Зареєструватися: 🏛 Очно")
        await answer(one)
    await other.press("📨")
    await chat.press("📨")
    assert "Ваше місце в черзі: 1" in chat.text
    assert await held(bot, OLENA, event) == [State.WAITING]
    assert len(await given(bot, event)) == 2
    assert all(one["diet"] == "рибу" for one in await given(bot, event))


async def test_registration_that_closes_meanwhile_is_said_and_the_answers_stay(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await with_questions(bot, clock)
    chat = await welcome(OLENA, "uk")
    await chat.start(f"e{event.token}")
    await chat.press("Зареєструватися: 🏛 Очно")
    await answer(chat)
    await events.set_registration_open(bot.app.db, event.id, False, None, clock())
    await chat.press("📨")
    assert chat.toast == "Реєстрацію на цей захід закрито."
    assert "Ваші відповіді збережено" in chat.text
    await events.set_registration_open(bot.app.db, event.id, True, None, clock())
    await chat.start(f"e{event.token}")
    await chat.press("Зареєструватися: 🏛 Очно")  # nothing is asked again
    assert await held(bot, OLENA, event) == [State.CONFIRMED]


async def test_who_comes_back_through_the_link_goes_on_where_they_stopped(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await with_questions(bot, clock)
    chat = await welcome(OLENA, "uk")
    await chat.start(f"e{event.token}")
    await chat.press("Зареєструватися: 💻 Онлайн")
    await chat.write("рибу")
    await chat.start()  # the menu, in the middle
    clock.advance(days=1)
    await chat.start(f"e{event.token}")
    await chat.press("Зареєструватися: 💻 Онлайн")
    assert SHIRT in chat.text
    await chat.write("виробників")
    await chat.press("📨")
    assert await held(bot, OLENA, event) == [State.CONFIRMED]


async def test_a_restart_between_the_questions_loses_nothing(
    simulator: Simulator, ready_url: str, clock: Clock, http: ClientSession
) -> None:
    async with running_bot(simulator, ready_url, clock) as bot:
        event = await with_questions(bot, clock)
        chat = await Chat.open(http, OLENA)
        await chat.start(f"e{event.token}")
        await chat.press(WORDS["uk"][0])
        await chat.press(WORDS["uk"][1])
        known = await people.find(bot.app.db, OLENA)
        assert known is not None
        profile = {"name": "Лікарня", "type": "hospital"}
        await organisations.make(bot.app.db, known.id, None, profile, clock())
        await chat.press("Зареєструватися: 🏛 Очно")
        await chat.write("рибу")
    async with running_bot(simulator, ready_url, clock):
        assert SHIRT in chat.text
        await chat.write("виробників")
    async with running_bot(simulator, ready_url, clock) as bot:
        await chat.press("📨")
        assert "✅ Зареєстровано" in chat.text
        assert await held(bot, OLENA, event) == [State.CONFIRMED]
        assert await given(bot, event) == [{"diet": "рибу", "meet": "виробників"}]
        await chat.press("🎟 Квиток")
    async with running_bot(simulator, ready_url, clock) as bot:
        await chat.press("Скасувати")
    async with running_bot(simulator, ready_url, clock) as bot:
        await chat.press("Так, скасувати")
        assert await held(bot, OLENA, event) == [State.CANCELLED]


async def test_a_colleague_is_registered_the_way_that_was_chosen(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await with_questions(bot, clock)
    chat = await welcome(OLENA, "uk")
    await chat.start(f"e{event.token}")
    await chat.press("➕ Колега: 💻")
    await chat.write("Марія <Гнатюк>")
    assert DIET in chat.text  # the organisation's answers come first, once
    await answer(chat)
    await chat.press("📨")
    assert "Марія <Гнатюк>" in chat.text
    await chat.start(f"e{event.token}")
    await chat.press("➕ Колега: 🏛")
    await chat.write("Іван Петренко")
    assert "Іван Петренко" in chat.text
    people_there = await attendees.of_event(bot.app.db, event)
    found = [(one.registration.attendee, one.registration.mode) for one in people_there]
    assert found == [("Марія <Гнатюк>", Mode.ONLINE), ("Іван Петренко", Mode.ONSITE)]
    for one in people_there:  # looked for alone, each is the same, with the same answers
        assert one.answers == {"diet": "рибу", "meet": "виробників"}
        only = one.registration.id
        assert await attendees.of_event(bot.app.db, event, only=only) == [one]
    assert await attendees.of_event(bot.app.db, event, only=10**9) == []
