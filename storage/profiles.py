"""The profile as forms see it: values by the names that questions are tied to.

A tie is a `bind::lanka:profile` of a form, such as `organisation.name` or `contact.role`.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import models
from storage.database import reads_briefly, writes, writes_briefly

ORGANISATION = "organisation."
ROLE = "contact.role"
# The code is the organisation's identity, and only the conversation that checks it may set it.
FIELDS = ("name", "type", "type_other", "oblast", "size", "email")
READABLE = (*FIELDS, "edrpou")
WRITABLE = frozenset({ROLE, *(f"{ORGANISATION}{name}" for name in FIELDS)})


@reads_briefly
async def known(
    connection: AsyncConnection, organisation_id: int, person_id: int
) -> dict[str, str]:
    """What is known of an organisation and of a person's place in it; no blanks."""
    return await _known(connection, organisation_id, person_id)


@writes_briefly
async def fill(
    tx: AsyncConnection,
    organisation_id: int,
    person_id: int,
    told: Mapping[str, str],
    now: datetime,
) -> None:
    """Write what was told into the fields that are empty."""
    already = await _known(tx, organisation_id, person_id)
    fresh = {tie: value for tie, value in told.items() if tie not in already}
    await _write(tx, organisation_id, person_id, fresh, now)


@writes
async def change(
    tx: AsyncConnection,
    organisation_id: int,
    person_id: int,
    told: Mapping[str, str],
    now: datetime,
) -> None:
    """Write what was told over what is there."""
    await _write(tx, organisation_id, person_id, told, now)


async def _known(
    connection: AsyncConnection, organisation_id: int, person_id: int
) -> dict[str, str]:
    columns = [getattr(models.Organisation, name) for name in READABLE]
    organisation = (
        await connection.execute(select(*columns).where(models.Organisation.id == organisation_id))
    ).one()
    role = await connection.scalar(
        select(models.Contact.role).where(
            models.Contact.organisation_id == organisation_id,
            models.Contact.person_id == person_id,
        )
    )
    found = {f"{ORGANISATION}{name}": getattr(organisation, name) for name in READABLE}
    return {tie: value for tie, value in {**found, ROLE: role}.items() if value}


async def _write(
    tx: AsyncConnection,
    organisation_id: int,
    person_id: int,
    told: Mapping[str, str],
    now: datetime,
) -> None:
    fields = {
        name: told[f"{ORGANISATION}{name}"] for name in FIELDS if f"{ORGANISATION}{name}" in told
    }
    if fields:
        await tx.execute(
            update(models.Organisation)
            .where(models.Organisation.id == organisation_id)
            .values(**fields, updated_at=now)
        )
    if ROLE in told:
        await tx.execute(
            update(models.Contact)
            .where(
                models.Contact.organisation_id == organisation_id,
                models.Contact.person_id == person_id,
            )
            .values(role=told[ROLE])
        )
