"""Registrations per second when everybody wants the same event, and whether a seat is sold twice.

    python -m benchmarks.event_registration [PEOPLE] [AT_ONCE]

`registrations.register` on SQLite and on PostgreSQL, beside two others on PostgreSQL in the same
run, with the same driver and pool. "FOR UPDATE" is the same operation with SELECT … FOR UPDATE on
the event's row as its lock. "bare" is FOR UPDATE, count, insert and nothing else: no waiting list
that moves, no limit for an organisation, no double taps, nobody's rights, no log. Rounds take
turns, so that a busy machine is fair to all.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from unittest import mock

from sqlalchemy import Executable, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events.event import Event, Mode, State
from domain.events.tickets import new_code
from storage import models, registrations, schema, seating
from storage.database import Database, open_database, writes
from storage.seating import EVENT, LOCK
from tests.databases import Postgres
from tests.storage.audience import crowd, publish
from tests.storage.folk import NOW

ROUNDS = 5
FOR_UPDATE = select(*EVENT).where(models.Event.id == bindparam("event")).with_for_update()
Who = tuple[int, int]  # person, organisation
Register = Callable[[Database, Event, Who], Awaitable[None]]


async def ours(db: Database, event: Event, who: Who) -> None:
    """What a press of "Register" runs."""
    await registrations.register(db, event.id, *who, Mode.ONSITE, "Attendee", NOW)


@writes
async def _bare(tx: AsyncConnection, event_id: int, who: Who) -> None:
    r = models.Registration
    row = await tx.execute(
        select(models.Event.capacity).where(models.Event.id == event_id).with_for_update()
    )
    capacity = row.scalar_one()[Mode.ONSITE]
    taken = await tx.scalar(
        select(func.count()).where(r.event_id == event_id, r.state == State.CONFIRMED)
    )
    waits = (taken or 0) >= (capacity or 0)
    queue_no = None
    if waits:
        last = await tx.scalar(select(func.max(r.queue_no)).where(r.event_id == event_id))
        queue_no = (last or 0) + 1
    await tx.execute(
        insert(r).values(
            event_id=event_id,
            organisation_id=who[1],
            person_id=who[0],
            registered_by=who[0],
            attendee="Attendee",
            attendee_key=f"p{who[0]}",
            mode=Mode.ONSITE,
            state=State.WAITING if waits else State.CONFIRMED,
            code=new_code(),
            ticket_version=1,
            priority=0,
            queue_no=queue_no,
            offer_no=0,
            created_at=NOW,
            changed_at=NOW,
        )
    )


async def bare(db: Database, event: Event, who: Who) -> None:
    """The least that does not oversell."""
    await _bare(db, event.id, who)


async def storm(
    db: Database, event: Event, people: Sequence[Who], at_once: int, register: Register
) -> float:
    """Registrations per second; all want this event, `at_once` of them at any moment."""
    left = iter(people)

    async def press() -> None:
        for who in left:
            await register(db, event, who)

    started = time.perf_counter()
    await asyncio.gather(*(press() for _ in range(at_once)))
    return len(people) / (time.perf_counter() - started)


async def confirmed(db: Database, event: Event) -> tuple[int, int]:
    """How many have a seat, how many wait."""
    r = models.Registration
    query = select(r.state, func.count()).where(r.event_id == event.id).group_by(r.state)
    rows = await db.read(lambda connection: connection.execute(query))
    found = {State(state): count for state, count in rows.all()}
    return found.get(State.CONFIRMED, 0), found.get(State.WAITING, 0)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The database with the newest schema."""
    async with open_database(url) as db:
        await schema.upgrade(db)
        yield db


async def measure(
    db: Database, people: int, at_once: int, ways: Mapping[str, tuple[Register, Executable]]
) -> dict[str, list[float]]:
    """Rounds of each way in turns, each for an event of its own with seats for half of them."""
    folk = await crowd(db, people)
    seats = people // 2
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        for turn, (name, (register, lock)) in enumerate(ways.items()):
            slug = f"event-{number}-{turn}"
            event = await publish(db, slug=slug, capacity={Mode.ONSITE: seats})
            with mock.patch.object(seating, "LOCK", lock):
                speeds[name].append(await storm(db, event, folk, at_once, register))
            sold, waiting = await confirmed(db, event)
            if (sold, waiting) != (seats, people - seats):
                raise SystemExit(f"{name}: {sold} sold of {seats} seats, {waiting} wait")
    return speeds


def say(database: str, speeds: dict[str, list[float]]) -> None:
    """A line for each way."""
    for name, found in speeds.items():
        rates = ", ".join(f"{rate:.0f}" for rate in sorted(found))
        print(f"{database:11} {name:18} {median(found):6.0f} a second at the median ({rates})")


async def main(people: int, at_once: int) -> None:
    """Both databases, then the ratio to the plain way."""
    print(f"{people} people, {people // 2} seats, {at_once} at once, {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'events.sqlite3'}"
        async with opened(url) as db:
            say("SQLite", await measure(db, people, at_once, {"Lanka": (ours, LOCK)}))
    server = Postgres(durable=True)
    try:
        async with opened(server.create()) as db:
            ways = {
                "Lanka": (ours, LOCK),
                "FOR UPDATE": (ours, FOR_UPDATE),
                "bare": (bare, LOCK),
            }
            speeds = await measure(db, people, at_once, ways)
    finally:
        server.stop()
    say("PostgreSQL", speeds)
    for name in ("FOR UPDATE", "bare"):
        ratio = median(speeds["Lanka"]) / median(speeds[name])
        print(f"Lanka is {ratio:.2f} times as fast as {name}")
    print("never oversold: as many confirmed as seats in every round, the others wait")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(given + [200, 32][len(given) :])))
