"""People and organisations to begin a test with."""

from datetime import UTC, datetime

from sqlalchemy import select

from domain.people.membership import Claim, Standing
from domain.people.person import Person
from storage import models, organisations, people
from storage.database import Database

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
CODE = "32855961"
PROFILE: dict[str, str | None] = {"name": "Лікарня № 5", "type": "hospital"}


async def meet(db: Database, telegram_id: int, name: str, owners: tuple[int, ...] = ()) -> Person:
    """Somebody who has agreed."""
    person = await people.meet(db, telegram_id, "uk", owners, NOW)
    await people.give_consent(db, person.id, "uk", name, None, NOW)
    return await people.get(db, person.id)


async def hospital(db: Database, founder: Person) -> int:
    """The organisation with `CODE`, made by its first contact."""
    assert await organisations.make(db, founder.id, CODE, PROFILE, NOW) is Claim.MADE
    organisation_id = (await people.get(db, founder.id)).organisation_id
    assert organisation_id is not None
    return organisation_id


async def contact_of(db: Database, person: Person, organisation_id: int) -> tuple[int, Standing]:
    """The contact's id and standing."""
    query = select(models.Contact.id, models.Contact.state).where(
        models.Contact.person_id == person.id, models.Contact.organisation_id == organisation_id
    )

    row = (await db.read(lambda connection: connection.execute(query))).one()
    return row.id, Standing(row.state)


async def letters(db: Database) -> list[tuple[str, int, str]]:
    """Kind, recipient and state of every message in the outbox, in the order of writing."""
    query = select(models.Outbox.kind, models.Outbox.person_id, models.Outbox.state)

    rows = await db.read(lambda c: c.execute(query.order_by(models.Outbox.id)))
    return [(row.kind, row.person_id, row.state) for row in rows]
