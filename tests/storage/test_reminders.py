"""Reminders on a real database: left once, when due, for who has a seat then."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events.event import Event, Mode, Registration
from domain.events.reminders import REMINDERS, Reminder
from domain.messages import Topic
from storage import delivery, events, models, mutes, registrations, reminders
from storage.database import Database
from storage.events import definition_of
from tests.storage.audience import START, crowd, publish
from tests.storage.folk import NOW, letters

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DUE = {rule.kind: rule.due(START, "Europe/Madrid") for rule in REMINDERS}


async def seat(
    db: Database, event: Event, who: tuple[int, int], mode: Mode = Mode.ONSITE, at: datetime = NOW
) -> Registration:
    outcome = await registrations.register(db, event.id, *who, mode, f"Особа {who[0]}", at)
    assert outcome.registration is not None
    return outcome.registration


async def sent(db: Database, now: datetime) -> list[tuple[Reminder, int]]:
    """The reminders that would leave now: kind and reader."""
    await reminders.leave_due(db, now)
    claimed = await delivery.claim(db, now, 100)
    found = []
    for one in claimed:
        letter = await delivery.begin(db, one.id, now)
        if letter is not None:
            found.append((Reminder(letter.kind), letter.person_id))
            await delivery.sent(db, letter, 1, now)
    return found


async def test_a_whole_life(db: Database) -> None:
    event = await publish(
        db,
        capacity={Mode.ONSITE: 5, Mode.ONLINE: None},
        join_url="https://meet.example.org/",
    )
    [one, two] = await crowd(db, 2)
    await seat(db, event, one)
    await seat(db, event, two, Mode.ONLINE)
    life, now = [], NOW
    while now < START + DAY:
        life += await sent(db, now)
        now += timedelta(hours=5) if now < START - timedelta(hours=6) else 10 * MINUTE
    both = [one[0], two[0]]
    assert life == [
        *[(Reminder.WEEK, person) for person in both],
        *[(Reminder.STILL_COMING, person) for person in both],
        *[(Reminder.DAY, person) for person in both],
        *[(Reminder.HOUR, person) for person in both],
        (Reminder.BEGINS, two[0]),
    ]


async def test_it_is_left_once_whoever_looks_and_however_often(db: Database) -> None:
    event = await publish(db)
    await seat(db, event, (await crowd(db, 1))[0])
    assert await reminders.leave_due(db, DUE[Reminder.WEEK] - MINUTE) == 0
    assert await reminders.leave_due(db, DUE[Reminder.WEEK]) == 1
    assert await reminders.leave_due(db, DUE[Reminder.WEEK] + MINUTE) == 0


async def test_what_was_late_is_sent_only_while_it_helps(db: Database) -> None:
    event = await publish(db)
    await seat(db, event, (await crowd(db, 1))[0])
    after_an_outage = START - timedelta(hours=4)
    assert [kind for kind, _ in await sent(db, after_an_outage)] == [Reminder.DAY]
    assert await sent(db, START + DAY) == []


async def test_who_gave_the_seat_back_or_came_late_or_muted_gets_none(db: Database) -> None:
    event = await publish(db)
    gone, late, silent, silent_here, comes = await crowd(db, 5)
    held = await seat(db, event, gone)
    for who in (silent, silent_here, comes):
        await seat(db, event, who)
    await seat(db, event, late, at=DUE[Reminder.WEEK] + MINUTE)
    await registrations.cancel(db, held.id, gone[0], NOW)
    await mutes.mute(db, silent[0], Topic.EVENTS, mutes.ALL, NOW)
    await mutes.mute(db, silent_here[0], Topic.EVENTS, str(event.id), NOW)
    assert await sent(db, DUE[Reminder.WEEK] + 2 * MINUTE) == [(Reminder.WEEK, comes[0])]


async def test_moving_takes_the_old_back_and_brings_the_new(db: Database) -> None:
    event = await publish(db)
    who = (await crowd(db, 1))[0]
    await seat(db, event, who)
    moved = {"starts_at": START + 5 * DAY, "ends_at": START + 5 * DAY + timedelta(hours=3)}
    await reminders.leave_due(db, DUE[Reminder.DAY])
    await events.save(db, definition_of(event, **moved), DUE[Reminder.DAY])
    states = {kind: state for kind, _, state in await letters(db)}
    assert states == {Reminder.DAY: "cancelled", "event_moved": "pending"}
    rule = REMINDERS[0]
    again = rule.due(START + 5 * DAY, "Europe/Madrid")
    assert again < DUE[Reminder.DAY], "it was past when the event was moved"
    assert [k for k, _ in await _reminders(db, DUE[Reminder.DAY] + DAY)] == []
    third = REMINDERS[1].due(START + 5 * DAY, "Europe/Madrid")
    assert [k for k, _ in await _reminders(db, third)] == [Reminder.STILL_COMING]


async def _reminders(db: Database, now: datetime) -> list[tuple[str, int]]:
    before = len(await letters(db))
    await reminders.leave_due(db, now)
    return [(kind, person) for kind, person, _ in (await letters(db))[before:]]


async def test_who_heard_of_the_event_just_now_is_left_in_peace(db: Database) -> None:
    event = await publish(db)
    await seat(db, event, (await crowd(db, 1))[0])
    changed = DUE[Reminder.DAY] - timedelta(hours=1)
    await events.save(db, definition_of(event, place={"uk": "Львів"}), changed)
    assert await reminders.leave_due(db, DUE[Reminder.DAY]) == 0
    assert await reminders.leave_due(db, changed + timedelta(hours=2, minutes=1)) == 1


async def test_a_cancelled_event_reminds_nobody(db: Database) -> None:
    event = await publish(db)
    await seat(db, event, (await crowd(db, 1))[0])
    await reminders.leave_due(db, DUE[Reminder.HOUR])
    await events.cancel(db, event.id, None, DUE[Reminder.HOUR])
    assert [(k, s) for k, _, s in await letters(db)] == [
        (Reminder.HOUR, "cancelled"),
        ("event_cancelled", "pending"),
    ]
    assert await reminders.leave_due(db, DUE[Reminder.HOUR] + MINUTE) == 0


@pytest.mark.parametrize("asleep", ["America/New_York", "Asia/Kathmandu"])
async def test_days_wait_for_the_readers_morning_minutes_do_not(db: Database, asleep: str) -> None:
    event = await publish(db)
    who = (await crowd(db, 1))[0]
    await seat(db, event, who)
    await db.write(lambda tx: _live_in(tx, who[0], asleep))
    now = DUE[Reminder.DAY]
    expected = [] if asleep == "America/New_York" else [(Reminder.DAY, who[0])]
    assert await sent(db, now) == expected
    assert await sent(db, now + timedelta(hours=6)) == [(Reminder.DAY, who[0])][len(expected) :]
    assert await sent(db, DUE[Reminder.HOUR]) == [(Reminder.HOUR, who[0])]


async def _live_in(tx: AsyncConnection, person: int, zone: str) -> None:
    await tx.execute(
        update(models.Person).where(models.Person.id == person).values(time_zone=zone)
    )


async def test_a_yes_is_kept_once_and_only_from_its_holder(db: Database) -> None:
    event = await publish(db)
    one, two = await crowd(db, 2)
    held = await seat(db, event, one)
    assert (await reminders.confirm(db, held.id, one[0], NOW)).changed
    assert not (await reminders.confirm(db, held.id, one[0], NOW)).changed
    assert (await reminders.confirm(db, held.id, two[0], NOW)).registration is None
    await registrations.cancel(db, held.id, one[0], NOW)
    assert (await reminders.confirm(db, held.id, one[0], NOW)).refusal is not None
