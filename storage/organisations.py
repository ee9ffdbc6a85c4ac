"""Organisations and the people who act for them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import models
from storage.database import reads


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
