"""Who acts for which organisation. How one comes to is in `storage.joining`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.membership import Standing
from storage import models
from storage.database import reads, writes
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class Membership:
    """An organisation that a person acts for."""

    organisation_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who acts for an organisation; `role` as in CONTACT_ROLES."""

    person_id: int
    name: str | None
    username: str | None
    role: str | None
    since: datetime | None


@reads
async def of_person(connection: AsyncConnection, person_id: int) -> list[Membership]:
    """The organisations that a person acts for, by name."""
    rows = await connection.execute(
        select(models.Organisation.id, models.Organisation.name)
        .join(models.Contact, models.Contact.organisation_id == models.Organisation.id)
        .where(models.Contact.person_id == person_id, models.Contact.state == Standing.ACTIVE)
        .order_by(models.Organisation.name, models.Organisation.id)
    )
    return [Membership(*row) for row in rows]


@reads
async def of_organisation(connection: AsyncConnection, organisation_id: int) -> list[Colleague]:
    """Those who act for an organisation, the longest serving first."""
    rows = await connection.execute(
        select(
            models.Person.id,
            models.Person.name,
            models.Person.username,
            models.Contact.role,
            models.Contact.decided_at,
        )
        .join(models.Contact, models.Contact.person_id == models.Person.id)
        .where(
            models.Contact.organisation_id == organisation_id,
            models.Contact.state == Standing.ACTIVE,
        )
        .order_by(models.Contact.decided_at, models.Contact.id)
    )
    return [Colleague(*row) for row in rows]


@writes
async def switch(tx: AsyncConnection, person_id: int, organisation_id: int) -> bool:
    """Act for another of one's organisations; False where the person does not act for it."""
    if await standing_of(tx, person_id, organisation_id) is not Standing.ACTIVE:
        return False
    await make_active(tx, person_id, organisation_id)
    return True


# The rest is for operations of this room, in their own transactions.


async def acts_for(tx: AsyncConnection, person_id: int, organisation_id: int) -> bool:
    """Whether a person may change what belongs to an organisation; for a caller's transaction."""
    return await standing_of(tx, person_id, organisation_id) is Standing.ACTIVE


async def standing_of(
    tx: AsyncConnection, person_id: int, organisation_id: int
) -> Standing | None:
    state = await tx.scalar(
        select(models.Contact.state).where(
            models.Contact.person_id == person_id,
            models.Contact.organisation_id == organisation_id,
        )
    )
    return None if state is None else Standing(state)


async def put(
    tx: AsyncConnection, person_id: int, organisation_id: int, state: Standing, now: datetime
) -> None:
    """Give a person a fresh standing with an organisation; an earlier one is overwritten."""
    values = {
        "state": state,
        "requested_at": now,
        "decided_at": now if state is Standing.ACTIVE else None,
        "decided_by": None,
    }
    await tx.execute(
        insert(tx, models.Contact)
        .values(person_id=person_id, organisation_id=organisation_id, **values)
        .on_conflict_do_update(
            index_elements=[models.Contact.person_id, models.Contact.organisation_id],
            set_=values,
        )
    )


async def make_active(tx: AsyncConnection, person_id: int, organisation_id: int) -> None:
    await tx.execute(
        update(models.Person)
        .where(models.Person.id == person_id)
        .values(organisation_id=organisation_id)
    )
