"""What can go wrong around an event: each time one clear sentence, and nothing changes."""

import asyncio
from datetime import timedelta

from sqlalchemy import delete

from bot.compose import Program
from domain.events.event import Mode, State
from domain.events.tickets import CHECK_IN, ticket
from storage import events, models, registrations
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import Clock
from tests.conversations.test_attending import only
from tests.conversations.test_events import held, publish


async def test_a_ticket_of_another_event_admits_nobody_at_this_door(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    here = await publish(bot, clock)
    there = await publish(bot, clock, slug="oslo", title={"uk": "Осло", "en": "Oslo"})
    olena, andrii = await welcome(OLENA, "uk"), await welcome(ANDRII, "uk")
    for chat, event in ((olena, here), (andrii, there)):
        await chat.start(f"e{event.token}")
        await chat.press("Зареєструватися: 🏛 Очно")
    sofia = await welcome(SOFIA, "uk", kind=None)
    first, second = await only(bot, OLENA), await only(bot, ANDRII)
    clock.advance(days=20)
    await sofia.start("c" + ticket(bot.app.secret, CHECK_IN, here, first))
    assert "Прибуття відмічено" in sofia.text
    await sofia.start("c" + ticket(bot.app.secret, CHECK_IN, there, second))
    assert "Це квиток на інший захід: Осло" in sofia.text
    assert "Сесія <Барселона>" in sofia.text, "the door stays open"
    assert not (await only(bot, ANDRII)).attended
    await sofia.start("c" + ticket(bot.app.secret, CHECK_IN, there, second))
    assert not (await only(bot, ANDRII)).attended


async def test_a_button_of_a_deleted_event_says_so(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    chat = await welcome(OLENA, "uk")
    await chat.start(f"e{event.token}")

    async def remove(tx: object) -> None:
        for table, column in (
            (models.EventLog, models.EventLog.event_id),
            (models.Event, models.Event.id),
        ):
            await tx.execute(delete(table).where(column == event.id))  # type: ignore[attr-defined]

    await bot.app.db.write(remove)
    await chat.press("Зареєструватися: 🏛 Очно")
    assert chat.toast == "Цього заходу вже немає."
    assert await held(bot, OLENA, event) == []
    await chat.start(f"e{event.token}")
    assert "Цього заходу вже немає." in chat.text


async def test_an_event_in_the_past_takes_nobody_and_changes_nothing(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    chat, other = await welcome(OLENA, "uk"), await welcome(ANDRII, "en")
    await chat.start(f"e{event.token}")
    await other.start(f"e{event.token}")
    await other.press("Register: 💻 Online")
    clock.advance(days=21)
    await chat.press("Зареєструватися: 🏛 Очно")
    assert chat.toast == "Реєстрацію на цей захід закрито."
    assert await held(bot, OLENA, event) == []
    await other.press("🔁")
    assert other.toast == "This event is over; nothing was changed."
    assert (await only(bot, ANDRII)).mode is Mode.ONLINE
    await other.start(f"e{event.token}")
    assert not any(label.startswith("Register:") for label in other.card.buttons)


async def test_a_seat_is_not_given_back_by_an_old_button_when_it_is_over_or_was_used(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    olena, andrii = await welcome(OLENA, "uk"), await welcome(ANDRII, "en")
    for chat, label in ((olena, "Зареєструватися: 🏛 Очно"), (andrii, "Register: 💻 Online")):
        await chat.start(f"e{event.token}")
        await chat.press(label)
    await olena.press("Скасувати")
    await andrii.press("Cancel")
    sofia = await welcome(SOFIA, "uk", kind=None)
    clock.advance(days=20)
    await sofia.start("c" + ticket(bot.app.secret, CHECK_IN, event, await only(bot, OLENA)))
    await olena.press("Так, скасувати")
    assert olena.toast == "Учасник уже відвідав захід; нічого не змінено."
    assert not {"✖️ Скасувати реєстрацію", "👥 Передати колезі"} & set(olena.card.buttons)
    clock.advance(days=1)
    await andrii.press("Yes, cancel")
    assert andrii.toast == "This event is over; nothing was changed."
    assert await held(bot, OLENA, event) == await held(bot, ANDRII, event) == [State.CONFIRMED]


async def test_forged_presses_reach_nobodys_registration(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    olena, andrii = await welcome(OLENA, "uk"), await welcome(ANDRII, "en")
    await olena.start(f"e{event.token}")
    await olena.press("Зареєструватися: 🏛 Очно")
    mine = await only(bot, OLENA)
    await andrii.start(f"e{event.token}")
    window = andrii.card
    intent = window.rows[0][0]["callback_data"].partition("\x1d")[0]
    presses = [f"ev:{do}:{mine.id}" for do in ("take", "pass", "yes", "no", "open", "5", "99")]
    presses += [f"{intent}\x1dc:v{mine.id}", f"{intent}\x1dc:rmoon", f"{intent}\x1dc:nmoon"]
    for data in presses:
        await andrii.start(f"e{event.token}")
        window = andrii.card
        await andrii.press_old(window.message_id, data)
        assert mine.code not in "".join(card.text for card in andrii.cards)
    assert await only(bot, OLENA) == mine
    assert await held(bot, ANDRII, event) == []


async def test_the_last_seat_given_back_wanted_and_taken_at_once_in_the_chat(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, capacity={Mode.ONSITE: 1})
    olena, andrii = await welcome(OLENA, "uk"), await welcome(ANDRII, "en")
    sofia = await welcome(SOFIA, "en", kind="sme")
    await olena.start(f"e{event.token}")
    await olena.press("Зареєструватися: 🏛 Очно")
    await andrii.start(f"e{event.token}")
    await andrii.press("Register: 🏛 Onsite")
    await sofia.start(f"e{event.token}")
    await olena.press("Скасувати")
    await asyncio.gather(
        olena.press("Так, скасувати"),
        sofia.press("Register: 🏛 Onsite"),
        andrii.start(f"e{event.token}"),
    )
    assert await held(bot, OLENA, event) == [State.CANCELLED]
    assert await held(bot, ANDRII, event) == [State.OFFERED], "who waited comes first"
    assert await held(bot, SOFIA, event) == [State.WAITING]
    offered = await only(bot, ANDRII)
    outcomes = await asyncio.gather(
        *(registrations.take(bot.app.db, offered.id, offered.person_id, clock()) for _ in range(2))
    )
    assert sum(outcome.changed for outcome in outcomes) == 1
    assert await held(bot, ANDRII, event) == [State.CONFIRMED]
    taken = await events.taken(bot.app.db, event.id, clock())
    assert taken.by_mode == {Mode.ONSITE: 1}


async def test_two_taps_on_an_offer_and_one_that_came_too_late(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, capacity={Mode.ONSITE: 1})
    olena, andrii = await welcome(OLENA, "uk"), await welcome(ANDRII, "en")
    await olena.start(f"e{event.token}")
    await olena.press("Зареєструватися: 🏛 Очно")
    await andrii.start(f"e{event.token}")
    await andrii.press("Register: 🏛 Onsite")
    waiting = andrii.card
    mine = await only(bot, OLENA)
    await registrations.cancel(bot.app.db, mine.id, mine.person_id, clock())
    offered = await only(bot, ANDRII)
    await andrii.press_old(waiting.message_id, f"ev:take:{offered.id}")
    assert "✅ Registered" in andrii.text
    await andrii.press_old(andrii.card.message_id, f"ev:take:{offered.id}")
    assert await held(bot, ANDRII, event) == [State.CONFIRMED]
    await registrations.cancel(bot.app.db, offered.id, offered.person_id, clock())
    clock.advance(days=2)
    await andrii.press_old(andrii.card.message_id, f"ev:take:{offered.id}")
    assert "The offer has run out" in "".join(card.text for card in andrii.cards)
    assert await held(bot, ANDRII, event) == [State.CANCELLED]
    assert event.starts_at is not None
    assert clock() < event.starts_at - timedelta(days=1)


async def test_forged_numbers_are_said_to_be_old_buttons_and_change_nothing(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    olena = await welcome(OLENA, "uk")
    await olena.start(f"e{event.token}")
    await olena.press("Зареєструватися: 🏛 Очно")
    mine = await only(bot, OLENA)
    sofia = await welcome(SOFIA, "uk", kind=None)
    await sofia.press("📅")
    windows = [(sofia, ["eX", "e", "e-1", "e" + "9" * 40, "e²"])]
    andrii = await welcome(ANDRII, "uk")
    await andrii.start(f"e{event.token}")
    windows.append((andrii, ["v", "vX", "v" + "9" * 40, "rmoon", "nmoon"]))
    for chat, forged in windows:
        intent = chat.card.rows[0][0]["callback_data"].partition("\x1d")[0]
        for press in forged:
            await chat.press_old(chat.card.message_id, f"{intent}\x1dc:{press}")
            assert chat.toast == "Ця кнопка вже застаріла.", press
    await sofia.press("🗂")
    intent = sofia.card.rows[0][0]["callback_data"].partition("\x1d")[0]
    await sofia.press_old(sofia.card.message_id, f"{intent}\x1dc:eX")
    assert sofia.toast == "Ця кнопка вже застаріла."
    await sofia.press("Барселона")
    intent = sofia.card.rows[0][0]["callback_data"].partition("\x1d")[0]
    for press in ("aX", "y" + "9" * 40, "x"):
        await sofia.press_old(sofia.card.message_id, f"{intent}\x1dc:{press}")
        assert sofia.toast == "Ця кнопка вже застаріла.", press
    assert await only(bot, OLENA) == mine
    assert await held(bot, ANDRII, event) == []
