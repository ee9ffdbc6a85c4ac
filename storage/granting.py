"""Giving roles by links that count once, and taking roles away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.permissions import Permission
from domain.people.person import Role
from storage import models
from storage.audit import Deed, authorise, record
from storage.database import reads, writes
from storage.roles import require
from storage.upsert import insert

GOOD_FOR = timedelta(days=3)


class Redeemed(StrEnum):
    """What became of opening a link that gives a role."""

    GIVEN = "given"
    HAD = "had"
    """They have the role already; the link stays good for somebody else."""
    USED = "used"
    REVOKED = "revoked"
    """Taken back, or whoever gave it may not give roles any more."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a role. One from the settings (`fixed`) cannot be taken away in the chat."""

    person_id: int
    name: str | None
    role: Role
    fixed: bool


@dataclass(frozen=True, slots=True)
class Open:
    """A link that nobody has used yet."""

    id: int
    role: Role
    expires_at: datetime


@writes
async def invite(tx: AsyncConnection, role: Role, deed: Deed) -> Open:
    """Make a link's row, good for `GOOD_FOR`; whoever opens it first gets the role."""
    expires = deed.at + GOOD_FOR
    number = await tx.scalar(
        insert(tx, models.RoleInvitation)
        .values(role=role, created_by=deed.person_id, created_at=deed.at, expires_at=expires)
        .returning(models.RoleInvitation.id)
    )
    await authorise(tx, deed, Permission.ROLES, "role.invite", f"role:{role}")
    return Open(number or 0, role, expires)


@writes
async def redeem(
    tx: AsyncConnection, invitation_id: int, person_id: int, now: datetime
) -> tuple[Redeemed, Role | None]:
    """Give the role of a link, whose signature and time were checked, to the first who comes."""
    row = (
        await tx.execute(
            select(models.RoleInvitation.role, models.RoleInvitation.created_by).where(
                models.RoleInvitation.id == invitation_id
            )
        )
    ).one_or_none()
    if row is None:
        return Redeemed.REVOKED, None
    role = Role(row.role)
    had = await tx.scalar(
        select(models.Role.role).where(
            models.Role.person_id == person_id, models.Role.role == role
        )
    )
    if had is not None:
        return Redeemed.HAD, role
    try:
        await require(tx, row.created_by, Permission.ROLES)
    except PermissionError:
        return Redeemed.REVOKED, role
    taken = await tx.scalar(
        update(models.RoleInvitation)
        .where(
            models.RoleInvitation.id == invitation_id,
            models.RoleInvitation.used_by.is_(None),
            models.RoleInvitation.revoked_at.is_(None),
        )
        .values(used_by=person_id, used_at=now)
        .returning(models.RoleInvitation.id)
    )
    if taken is None:
        revoked = await tx.scalar(
            select(models.RoleInvitation.revoked_at).where(
                models.RoleInvitation.id == invitation_id
            )
        )
        return (Redeemed.REVOKED if revoked else Redeemed.USED), role
    await tx.execute(
        insert(tx, models.Role)
        .values(person_id=person_id, role=role, granted_by=row.created_by, granted_at=now)
        .on_conflict_do_nothing()
    )
    await record(tx, person_id, "role.accept", f"role:{role}", now)
    return Redeemed.GIVEN, role


@writes
async def revoke(tx: AsyncConnection, invitation_id: int, deed: Deed) -> bool:
    """Take a link back; False where it was used or taken back before."""
    await require(tx, deed.person_id, Permission.ROLES)
    done = await tx.scalar(
        update(models.RoleInvitation)
        .where(
            models.RoleInvitation.id == invitation_id,
            models.RoleInvitation.used_by.is_(None),
            models.RoleInvitation.revoked_at.is_(None),
        )
        .values(revoked_at=deed.at)
        .returning(models.RoleInvitation.id)
    )
    if done is not None:
        subject = f"invitation:{invitation_id}"
        await record(tx, deed.person_id, "role.revoke", subject, deed.at)
    return done is not None


@writes
async def take_away(tx: AsyncConnection, person_id: int, role: Role, deed: Deed) -> bool:
    """Take a role away, at once; False where they had it not, or have it from the settings."""
    await require(tx, deed.person_id, Permission.ROLES)
    gone = await tx.execute(
        delete(models.Role).where(
            models.Role.person_id == person_id,
            models.Role.role == role,
            models.Role.granted_by.is_not(None),
        )
    )
    if gone.rowcount > 0:
        subject = f"person:{person_id}/{role}"
        await record(tx, deed.person_id, "role.take", subject, deed.at)
    return gone.rowcount > 0


@reads
async def holders(connection: AsyncConnection) -> list[Holder]:
    """Everybody with a role, by name."""
    rows = await connection.execute(
        select(models.Role.person_id, models.Person.name, models.Role.role, models.Role.granted_by)
        .join(models.Person, models.Person.id == models.Role.person_id)
        .order_by(models.Person.name, models.Role.person_id, models.Role.role)
    )
    return [
        Holder(row.person_id, row.name, Role(row.role), row.granted_by is None) for row in rows
    ]


@reads
async def open_links(connection: AsyncConnection, now: datetime) -> list[Open]:
    """Links that somebody may still open, the newest first."""
    rows = await connection.execute(
        select(
            models.RoleInvitation.id, models.RoleInvitation.role, models.RoleInvitation.expires_at
        )
        .where(
            models.RoleInvitation.used_by.is_(None),
            models.RoleInvitation.revoked_at.is_(None),
            models.RoleInvitation.expires_at > now,
        )
        .order_by(models.RoleInvitation.id.desc())
    )
    return [Open(row.id, Role(row.role), row.expires_at) for row in rows]
