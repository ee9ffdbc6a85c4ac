"""Events in the chat: a link, a seat, a queue, a ticket, the door."""

import io
from datetime import timedelta

import zxingcpp
from PIL import Image

from bot.compose import Program
from dialogs.events.tickets import qr_picture
from domain.events.definition import Definition
from domain.events.event import Event, Mode, State
from domain.events.outcome import Refusal
from domain.events.tickets import CHECK_IN, ticket
from storage import events, people, registrations
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import Clock

LINK = "https://meet.example.org/secret"


async def publish(bot: Program, clock: Clock, **changes: object) -> Event:
    values: dict[str, object] = {
        "slug": "deep-dive",
        "title": {"uk": "Сесія <Барселона>", "en": "Session <Barcelona>"},
        "zone": "Europe/Madrid",
        "starts_at": clock() + timedelta(days=20),
        "ends_at": clock() + timedelta(days=20, hours=6),
        "capacity": {Mode.ONSITE: 1, Mode.ONLINE: None},
        "join_url": LINK,
        "publish": True,
    }
    wanted = Definition(**{**values, **changes})  # type: ignore[arg-type]
    return await events.save(bot.app.db, wanted, clock())


async def held(bot: Program, person: int, event: Event) -> list[State]:
    known = await people.find(bot.app.db, person)
    assert known is not None
    found = await registrations.of_person(bot.app.db, known.id, event.id)
    return [one.state for one in found]


async def test_a_link_leads_to_a_seat_and_a_second_tap_to_the_same(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    chat = await welcome(language="en")
    await chat.start(f"e{event.token}_mail")
    assert "Session <Barcelona>" in chat.text
    assert "Madrid" in chat.text
    assert "1 seat left" in chat.text
    old = chat.card
    place = old.find("Register: 🏛 Onsite")
    data = old.rows[place[0]][place[1]]["callback_data"]
    await chat.press("Register: 🏛 Onsite")
    assert "✅ Registered" in chat.text
    await chat.press_old(old.message_id, data)
    assert await held(bot, OLENA, event) == [State.CONFIRMED]
    known = await people.find(bot.app.db, OLENA)
    assert known is not None
    [mine] = await registrations.of_person(bot.app.db, known.id)
    assert mine.source == "mail"
    assert mine.code in chat.text
    assert LINK not in chat.text


async def test_the_queue_moves_when_a_seat_is_given_back(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock, capacity={Mode.ONSITE: 1})
    olena, andrii = await welcome(OLENA, "uk"), await welcome(ANDRII, "en")
    await olena.start(f"e{event.token}")
    await olena.press("🏛")
    await andrii.start(f"e{event.token}")
    await andrii.press("🏛")
    assert "Your place in the queue: 1." in andrii.text
    assert "All seats are taken." in andrii.text
    await olena.press("Скасувати")
    assert "✅" not in olena.text.splitlines()[0]
    await olena.press("Так, скасувати")
    assert await held(bot, OLENA, event) == [State.CANCELLED]
    assert await held(bot, ANDRII, event) == [State.OFFERED]


async def test_the_door_admits_once_and_only_organisers(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    olena = await welcome(OLENA, "en")
    await olena.start(f"e{event.token}")
    await olena.press("Register: 🏛 Onsite")
    await olena.press("🎟 Ticket")
    known = await people.find(bot.app.db, OLENA)
    assert known is not None
    [mine] = await registrations.of_person(bot.app.db, known.id)
    token = ticket(bot.app.secret, CHECK_IN, event, mine)
    await olena.start(f"c{token}")
    assert "✅ Registered" in olena.text
    sofia = await welcome(SOFIA, "en", kind=None)
    await sofia.start(f"c{token}")
    assert "The event is on December 14, 2026" in sofia.text
    assert await held(bot, OLENA, event) == [State.CONFIRMED]
    assert not (await registrations.of_person(bot.app.db, known.id))[0].attended
    await sofia.press("🔄 Refresh")
    clock.advance(days=20)
    await sofia.start(f"c{token}")
    assert "Admitted" in sofia.text
    assert "🚪 Admit anyway" not in sofia.card.buttons
    await sofia.start(f"c{token}")
    assert "was admitted already" in sofia.text
    await sofia.start(f"c{token[:-3]}AAA")
    assert "not valid" in sofia.text
    refused = await registrations.cancel(bot.app.db, mine.id, known.id, clock())
    assert refused.refusal is Refusal.ATTENDED
    await sofia.start(f"c{token}")
    assert "was admitted already" in sofia.text


async def test_the_ticket_of_a_seat_that_was_given_back_admits_nobody(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    olena = await welcome(OLENA, "en")
    await olena.start(f"e{event.token}")
    await olena.press("Register: 🏛 Onsite")
    known = await people.find(bot.app.db, OLENA)
    assert known is not None
    [mine] = await registrations.of_person(bot.app.db, known.id)
    await registrations.cancel(bot.app.db, mine.id, known.id, clock())
    sofia = await welcome(SOFIA, "en", kind=None)
    clock.advance(days=20)
    await sofia.start("c" + ticket(bot.app.secret, CHECK_IN, event, mine))
    assert "not valid" in sofia.text
    assert await held(bot, OLENA, event) == [State.CANCELLED]


async def test_the_link_of_a_call_is_shown_in_time_to_the_confirmed(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    event = await publish(bot, clock)
    chat = await welcome(OLENA, "en")
    await chat.start(f"e{event.token}")
    await chat.press("Register: 💻 Online")
    assert "▶️ Join online" not in chat.card.buttons
    clock.advance(days=19, hours=23, minutes=31)
    await chat.start(f"e{event.token}")
    await chat.press("✅ Registered")
    await chat.press("▶️ Join online")
    assert any(LINK in card.text for card in chat.cards)
    known = await people.find(bot.app.db, OLENA)
    assert known is not None
    assert (await registrations.of_person(bot.app.db, known.id))[0].attended


async def test_an_event_that_is_gone_is_explained(welcome: Welcome, bot: Program) -> None:
    chat = await welcome(OLENA, "en")
    await chat.start("ezzzzzzzzzzzz")
    assert "This event is not there any more." in chat.text
    await chat.start("vAAAAAAAA")
    assert "no certificate with this code" in chat.text


def test_a_ticket_can_be_read_by_a_camera() -> None:

    link = "https://t.me/lanka_bot?start=c" + "A" * 27
    image = Image.open(io.BytesIO(qr_picture(link)))
    [found] = zxingcpp.read_barcodes(image.convert("L"))
    assert found.text == link
