"""Who may do what organisers do: looked at in the transaction that does it.

`domain.people.permissions` has the table of roles. A button, a card and forged callback data all
end here, so none of them can outlive a role.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.permissions import Permission, may, roles_with
from domain.people.person import Role
from storage import models

ORGANISING = (Role.OWNER, Role.ORGANISER)


class NotOrganiserError(PermissionError):
    """Whoever tries this does not have the role for it (any more)."""


async def roles_of(connection: AsyncConnection, person_id: int) -> set[Role]:
    """The roles that a person has now."""
    rows = await connection.scalars(
        select(models.Role.role).where(models.Role.person_id == person_id)
    )
    return {Role(role) for role in rows}


async def require(connection: AsyncConnection, person_id: int, permission: Permission) -> None:
    """Go on only for who has the permission now; raises NotOrganiserError."""
    if not may(await roles_of(connection, person_id), permission):
        raise NotOrganiserError(person_id)


async def organises(connection: AsyncConnection, person_id: int) -> bool:
    """Whether a person is an organiser or an owner now."""
    return bool(await roles_of(connection, person_id) & set(ORGANISING))


async def organiser_ids(connection: AsyncConnection) -> list[int]:
    """All who organise and can be reached."""
    return await ids_with(connection, roles_with(Permission.ANSWER))


async def ids_with(connection: AsyncConnection, roles: Collection[Role]) -> list[int]:
    """Those who have one of these roles and can be reached."""
    rows = await connection.scalars(
        select(models.Person.id)
        .join(models.Role, models.Role.person_id == models.Person.id)
        .where(models.Role.role.in_(roles), models.Person.blocked_at.is_(None))
        .distinct()
        .order_by(models.Person.id)
    )
    return list(rows)
