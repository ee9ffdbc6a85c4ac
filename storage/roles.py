"""Who may do what organisers do; for a caller's transaction."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.person import Role
from storage import models

ORGANISING = (Role.OWNER, Role.ORGANISER)


class NotOrganiserError(PermissionError):
    """Whoever tries this does not organise."""


async def organises(connection: AsyncConnection, person_id: int) -> bool:
    """Whether a person is an organiser or an owner now."""
    found = await connection.scalar(
        select(models.Role.person_id)
        .where(models.Role.person_id == person_id, models.Role.role.in_(ORGANISING))
        .limit(1)
    )
    return found is not None


async def organiser_ids(connection: AsyncConnection) -> list[int]:
    """All who organise and can be reached."""
    rows = await connection.scalars(
        select(models.Person.id)
        .join(models.Role, models.Role.person_id == models.Person.id)
        .where(models.Role.role.in_(ORGANISING), models.Person.blocked_at.is_(None))
        .distinct()
        .order_by(models.Person.id)
    )
    return list(rows)
