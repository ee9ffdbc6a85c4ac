"""What is looked at again before a message leaves."""

from datetime import timedelta

from domain.events.event import Event, Mode, Notice, Registration
from storage import delivery, events, registrations
from storage.database import Database
from storage.delivery import Letter
from storage.events import definition_of
from tests.storage.audience import crowd, publish
from tests.storage.folk import NOW, letters

HOUR = timedelta(hours=1)


async def begin_all(db: Database) -> list[Letter]:
    claimed = await delivery.claim(db, NOW, 25)
    begun = [await delivery.begin(db, one.id, NOW) for one in claimed]
    return [letter for letter in begun if letter is not None]


async def registered(db: Database, event: Event, who: tuple[int, int]) -> Registration:
    outcome = await registrations.register(db, event.id, *who, Mode.ONSITE, "Олена", NOW)
    assert outcome.registration is not None
    return outcome.registration


async def test_the_facts_are_fresh_and_the_parameters_stay(db: Database) -> None:
    event = await publish(db)
    held = await registered(db, event, (await crowd(db, 1))[0])
    await events.save(db, definition_of(event, place={"uk": "Львів"}), NOW)
    [letter] = await begin_all(db)
    assert letter.params["registration"] == held.id
    assert letter.facts["registration_now"].id == held.id
    assert letter.facts["event_now"].place == {"uk": "Львів"}


async def test_a_change_that_was_overtaken_is_not_announced(db: Database) -> None:
    event = await publish(db)
    await registered(db, event, (await crowd(db, 1))[0])
    assert event.starts_at is not None
    assert event.ends_at is not None
    for hours in (1, 2):
        moved = {"starts_at": event.starts_at + hours * HOUR, "ends_at": event.ends_at + 3 * HOUR}
        await events.save(db, definition_of(event, **moved), NOW)
    [letter] = await begin_all(db)
    assert letter.params["starts_at"] == (event.starts_at + 2 * HOUR).isoformat()
    assert [state for _, _, state in await letters(db)] == ["cancelled", "inflight"]


async def test_an_offer_that_is_gone_is_not_made(db: Database) -> None:
    event = await publish(db, capacity={Mode.ONSITE: 1})
    one, two = await crowd(db, 2)
    held, waits = await registered(db, event, one), await registered(db, event, two)
    await registrations.cancel(db, held.id, one[0], NOW)
    claimed = await delivery.claim(db, NOW, 25)
    await registrations.take(db, waits.id, two[0], NOW)
    assert [await delivery.begin(db, one.id, NOW) for one in claimed] == [None]


async def test_who_gave_the_seat_back_is_not_told_of_changes(db: Database) -> None:
    event = await publish(db)
    one, two = await crowd(db, 2)
    held, _ = await registered(db, event, one), await registered(db, event, two)
    await events.save(db, definition_of(event, place={"uk": "Львів"}), NOW)
    await registrations.cancel(db, held.id, one[0], NOW)
    assert [letter.person_id for letter in await begin_all(db)] == [two[0]]
    await events.cancel(db, event.id, None, NOW)
    assert [letter.kind for letter in await begin_all(db)] == [Notice.CANCELLED]
