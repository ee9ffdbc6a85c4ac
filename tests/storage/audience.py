"""Events with few seats, and many people who want one."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from domain.events.definition import Definition
from domain.events.event import Event, Mode, State
from storage import events, models, seating
from storage.database import Database
from storage.upsert import insert
from tests.storage.folk import NOW

START = NOW + timedelta(days=30, hours=2)


def session(slug: str = "deep-dive", **changes: object) -> Definition:
    """A published event in Barcelona with ten seats."""
    values: dict[str, object] = {
        "slug": slug,
        "title": {"uk": "Сесія в Барселоні", "en": "Session in Barcelona"},
        "zone": "Europe/Madrid",
        "place": {"en": "Barcelona"},
        "starts_at": START,
        "ends_at": START + timedelta(hours=6),
        "capacity": {Mode.ONSITE: 10},
        "publish": True,
    }
    return Definition(**{**values, **changes})  # type: ignore[arg-type]


async def publish(db: Database, **changes: object) -> Event:
    """The event of `session`, in the database."""
    return await events.save(db, session(**changes), NOW)  # type: ignore[arg-type]


async def crowd(
    db: Database, count: int, *, per_organisation: int = 1, first: int = 1
) -> list[tuple[int, int]]:
    """People with the organisation that each acts for, as (person id, organisation id)."""

    async def make(tx: object) -> list[tuple[int, int]]:
        made: list[tuple[int, int]] = []
        for number in range(count):
            if number % per_organisation == 0:
                organisation_id = await tx.scalar(  # type: ignore[attr-defined]
                    insert(tx, models.Organisation)  # type: ignore[arg-type]
                    .values(name=f"Лікарня {first + number}", created_at=NOW, updated_at=NOW)
                    .returning(models.Organisation.id)
                )
            person_id = await tx.scalar(  # type: ignore[attr-defined]
                insert(tx, models.Person)  # type: ignore[arg-type]
                .values(
                    telegram_id=10_000 + first + number,
                    language="uk",
                    name=f"Особа {first + number}",
                    organisation_id=organisation_id,
                    created_at=NOW,
                )
                .returning(models.Person.id)
            )
            await tx.execute(  # type: ignore[attr-defined]
                insert(tx, models.Contact).values(  # type: ignore[arg-type]
                    person_id=person_id,
                    organisation_id=organisation_id,
                    state="active",
                    requested_at=NOW,
                    decided_at=NOW,
                )
            )
            made.append((person_id, organisation_id))
        return made

    return await db.write(make)


async def states(db: Database, event_id: int) -> dict[State, int]:
    """How many registrations are in which state."""
    query = (
        select(models.Registration.state, func.count())
        .where(models.Registration.event_id == event_id)
        .group_by(models.Registration.state)
    )
    rows = await db.read(lambda c: c.execute(query))
    return {State(state): count for state, count in rows.all()}


async def assert_nothing_oversold(db: Database, event_id: int, now: datetime = NOW) -> None:
    """Confirmed and live offers never pass a capacity, nor an organisation its limit."""
    event = await events.get(db, event_id)
    assert event is not None
    held = await db.read(lambda c: seating.taken(c, event_id, now))
    for mode, capacity in event.capacity.items():
        assert capacity is None or held.by_mode.get(mode, 0) <= capacity
    if event.organisation_limit is not None:
        assert max(held.by_organisation.values(), default=0) <= event.organisation_limit
