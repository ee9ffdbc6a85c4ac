"""Organisations and their profiles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.membership import Claim
from domain.people.profile import Field
from storage import contacts, joining, models
from storage.database import reads, writes
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation's profile; codes as in `domain.people.vocabulary`."""

    id: int
    edrpou: str | None
    name: str
    type: str | None
    type_other: str | None
    ownership: str | None
    oblast: str | None
    size: str | None
    email: str | None
    time_zone: str


COLUMNS = [getattr(models.Organisation, name) for name in Organisation.__slots__]


@reads
async def get(connection: AsyncConnection, organisation_id: int) -> Organisation:
    """The organisation with this id; NoResultFound where there is none."""
    row = (
        await connection.execute(select(*COLUMNS).where(models.Organisation.id == organisation_id))
    ).one()
    return Organisation(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


class NotAContactError(PermissionError):
    """The person does not (or no longer) act for this organisation."""


@writes
async def make(
    tx: AsyncConnection,
    person_id: int,
    edrpou: str | None,
    profile: Mapping[str, str | None],
    now: datetime,
) -> Claim:
    """Make an organisation, with the person as its first contact.

    `profile` has at least the fields of `NEEDED`. Where somebody else named the code meanwhile,
    this is a claim like any other. Twice the same, by the same person, makes one organisation.
    """
    if edrpou is not None:
        outcome = await joining.claim_in(tx, person_id, edrpou, now)
        if outcome is not Claim.FREE:
            return outcome
    elif await _is_made(tx, person_id, profile[Field.NAME]):
        return Claim.MADE
    organisation_id = await tx.scalar(
        insert(tx, models.Organisation)
        .values(
            edrpou=edrpou,
            **{str(field): value for field, value in profile.items()},
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=[models.Organisation.edrpou])
        .returning(models.Organisation.id)
    )
    if organisation_id is None:  # PostgreSQL: the other transaction was faster
        return await joining.claim_in(tx, person_id, edrpou or "", now)
    await joining.join_in(tx, person_id, organisation_id, now)
    return Claim.MADE


@writes
async def change(
    tx: AsyncConnection,
    person_id: int,
    organisation_id: int,
    values: Mapping[Field, str | None],
    now: datetime,
) -> None:
    """Set fields of the profile, as their rules in `domain.people.profile` read them.

    The time zone becomes the person's own, too. Raises NotAContactError.
    """
    if not await contacts.acts_for(tx, person_id, organisation_id):
        raise NotAContactError
    await tx.execute(
        update(models.Organisation)
        .where(models.Organisation.id == organisation_id)
        .values({str(field): value for field, value in values.items()} | {"updated_at": now})
    )
    if Field.TIME_ZONE in values:
        await tx.execute(
            update(models.Person)
            .where(models.Person.id == person_id)
            .values(time_zone=values[Field.TIME_ZONE])
        )


async def _is_made(tx: AsyncConnection, person_id: int, name: str | None) -> bool:
    """Whether the person's active organisation is this one without a code, made a tap ago."""
    found = await tx.scalar(
        select(models.Organisation.id)
        .join(models.Person, models.Person.organisation_id == models.Organisation.id)
        .where(
            models.Person.id == person_id,
            models.Organisation.edrpou.is_(None),
            models.Organisation.name == name,
        )
    )
    return found is not None
