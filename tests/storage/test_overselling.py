"""Many at once for few seats. The first two tests must oversell, or the others prove nothing."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from domain.events.event import Event, Mode, Registration, State
from storage import events, models, registrations, seating, sweeping
from storage.database import Database, open_database
from storage.seating import EVENT, event_of
from tests.storage.audience import assert_nothing_oversold, crowd, publish, states
from tests.storage.folk import NOW

ONSITE, ONLINE = Mode.ONSITE, Mode.ONLINE


async def read_without_lock(tx: AsyncConnection, event_id: int) -> Event:
    """What `seating.lock` must not be: a plain read."""
    row = await tx.execute(select(*EVENT).where(models.Event.id == event_id))
    return event_of(row.one())


class MeetAfterCounting:
    """Holds everybody who has counted the seats until all have; `met` counts those who did."""

    def __init__(self, count: int) -> None:
        self._barrier = asyncio.Barrier(count)
        self.met = 0

    async def __call__(self, *args: Any) -> Any:
        counted = await COUNT(*args)
        await self._barrier.wait()
        self.met += 1
        return counted


COUNT = seating.look


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> MeetAfterCounting:
    """Two who register count the seats before either of them takes one."""
    made = MeetAfterCounting(2)
    monkeypatch.setattr(registrations, "look", made)
    return made


@pytest.fixture
async def unlocked(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """Either database without the lock; on SQLite the lock is BEGIN IMMEDIATE, too."""
    monkeypatch.setattr(registrations, "lock", read_without_lock)
    if "sqlite" not in database_url:
        async with open_database(database_url) as db:
            yield db
        return
    engine = create_async_engine(database_url, isolation_level="AUTOCOMMIT")
    yield Database(engine, engine)  # not entered: no writer that lets one job in at a time
    await engine.dispose()


async def test_without_the_lock_the_last_seat_is_sold_twice(
    unlocked: Database, meeting: MeetAfterCounting, database_url: str
) -> None:
    async with open_database(database_url) as db:
        event = await publish(db, capacity={ONSITE: 1})
        folk = await crowd(db, 2)
    await asyncio.gather(
        *(registrations.register(unlocked, event.id, *who, ONSITE, "A", NOW) for who in folk)
    )
    assert meeting.met == 2, "otherwise it was luck, and says nothing about the lock"
    assert await states(unlocked, event.id) == {State.CONFIRMED: 2}
    with pytest.raises(AssertionError):
        await assert_nothing_oversold(unlocked, event.id)


async def test_sixty_at_once_for_ten_seats(db: Database) -> None:
    event = await publish(db, capacity={ONSITE: 10})
    folk = await crowd(db, 60)
    outcomes = await asyncio.gather(
        *(registrations.register(db, event.id, *who, ONSITE, "A", NOW) for who in folk)
    )
    assert await states(db, event.id) == {State.CONFIRMED: 10, State.WAITING: 50}
    assert sorted(o.place for o in outcomes if o.place) == list(range(1, 51))


async def test_one_organisation_at_once_gets_its_limit(db: Database) -> None:
    event = await publish(db, capacity={ONSITE: 10}, organisation_limit=2)
    folk = await crowd(db, 8, per_organisation=8)
    await asyncio.gather(
        *(registrations.register(db, event.id, *who, ONSITE, "A", NOW) for who in folk)
    )
    assert await states(db, event.id) == {State.CONFIRMED: 2, State.WAITING: 6}


async def test_one_person_many_times_at_once_is_one_registration(db: Database) -> None:
    event = await publish(db)
    [who] = await crowd(db, 1)
    outcomes = await asyncio.gather(
        *(registrations.register(db, event.id, *who, ONSITE, "A", NOW) for _ in range(20))
    )
    assert len({o.registration.id for o in outcomes if o.registration}) == 1
    assert sum(o.changed for o in outcomes) == 1


@pytest.mark.parametrize("seed", range(4))
async def test_the_last_seat_is_given_back_wanted_and_taken_at_once(
    db: Database, seed: int
) -> None:
    """Ann gives hers back while Ben takes an offer that just ran out and Cor registers."""
    event = await publish(db, capacity={ONSITE: 2})
    ann, ben, eva, cor = await crowd(db, 4)
    first = await registrations.register(db, event.id, *ann, ONSITE, "A", NOW)
    second = await registrations.register(db, event.id, *eva, ONSITE, "E", NOW)
    waits = await registrations.register(db, event.id, *ben, ONSITE, "B", NOW)
    assert first.registration
    assert second.registration
    assert waits.registration
    await registrations.cancel(db, second.registration.id, eva[0], NOW)
    moment = NOW + timedelta(hours=24, microseconds=-(seed % 2))
    at_once = [
        registrations.cancel(db, first.registration.id, ann[0], moment),
        registrations.take(db, waits.registration.id, ben[0], moment),
        registrations.register(db, event.id, *cor, ONSITE, "C", moment),
        sweeping.sweep(db, moment),
        sweeping.sweep(db, moment),
    ]
    random.Random(seed).shuffle(at_once)  # noqa: S311 - a test
    await asyncio.gather(*at_once)
    await assert_nothing_oversold(db, event.id, moment)
    found = await states(db, event.id)
    assert found[State.CANCELLED] == 2
    # Ben confirmed in time, or too late; Cor has a seat or a live offer either way.
    assert found.get(State.WAITING, 0) == 0
    assert found.get(State.CONFIRMED, 0) + found.get(State.OFFERED, 0) == 2 - (seed % 2 == 0)


async def test_two_sweepers_make_one_offer_for_a_seat(db: Database) -> None:
    event = await publish(db, capacity={ONSITE: 1})
    folk = await crowd(db, 4)
    made = [await registrations.register(db, event.id, *w, ONSITE, "A", NOW) for w in folk]
    assert made[0].registration
    await registrations.cancel(db, made[0].registration.id, folk[0][0], NOW)
    await asyncio.gather(*(sweeping.sweep(db, NOW) for _ in range(4)))
    assert (await states(db, event.id))[State.OFFERED] == 1


@pytest.mark.parametrize("seed", range(2))
async def test_a_storm_of_everything_never_oversells(db: Database, seed: int) -> None:
    event = await publish(
        db,
        capacity={ONSITE: 4, ONLINE: 3},
        organisation_limit=2,
        join_url="https://meet.example.org/x",
    )
    folk = await crowd(db, 24, per_organisation=3)
    dice = random.Random(seed)  # noqa: S311 - a test

    async def act(step: int) -> None:
        who = dice.choice(folk)
        now = NOW + timedelta(hours=step // 4)
        mine: list[Registration] = await registrations.of_person(db, who[0], event.id)
        if not mine or not mine[0].live:
            mode = dice.choice([ONSITE, ONLINE])
            await registrations.register(db, event.id, *who, mode, "A", now)
            return
        number = mine[0].id
        match dice.randrange(4):
            case 0:
                await registrations.cancel(db, number, who[0], now)
            case 1:
                await registrations.take(db, number, who[0], now)
            case 2:
                other = ONLINE if mine[0].mode is ONSITE else ONSITE
                await registrations.switch(db, number, who[0], other, now)
            case _:
                await sweeping.sweep(db, now)
        await assert_nothing_oversold(db, event.id, now)

    for begin in range(0, 240, 12):
        await asyncio.gather(*(act(step) for step in range(begin, begin + 12)))


REGISTER = """
import asyncio, sys
from domain.events.event import Mode
from storage import registrations
from storage.database import open_database
from tests.storage.folk import NOW

async def main(url, event, people):
    async with open_database(url) as db:
        print("ready", flush=True)
        sys.stdin.readline()
        await asyncio.gather(*(
            registrations.register(db, event, *map(int, who.split(":")), Mode.ONSITE, "A", NOW)
            for who in people))

asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
"""


async def test_two_programs_on_one_file_sell_each_seat_once(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as db:
        event = await publish(db, capacity={ONSITE: 10})
        folk = [f"{person}:{organisation}" for person, organisation in await crowd(db, 40)]
        programs = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", REGISTER, sqlite_url, str(event.id), *half),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            for half in (folk[:20], folk[20:])
        ]
        for program in programs:
            assert program.stdout is not None
            assert await program.stdout.readline() == b"ready\n"
        await asyncio.gather(*(program.communicate(b"go\n") for program in programs))
        assert [program.returncode for program in programs] == [0, 0]
        assert await states(db, event.id) == {State.CONFIRMED: 10, State.WAITING: 30}


async def test_stricter_isolation_fails_safe(postgres_url: str) -> None:
    """REPEATABLE READ sees an old snapshot after the lock: an error then, never an extra seat."""
    async with open_database(postgres_url) as db:
        event = await publish(db, capacity={ONSITE: 1})
        folk = await crowd(db, 6)
        engine = db.writer.execution_options(isolation_level="REPEATABLE READ")
        strict = Database(engine, db.reader)
        await asyncio.gather(
            *(registrations.register(strict, event.id, *w, ONSITE, "A", NOW) for w in folk),
            return_exceptions=True,
        )
        await assert_nothing_oversold(db, event.id)
        assert (await states(db, event.id))[State.CONFIRMED] == 1
        assert await events.get(db, event.id) is not None
