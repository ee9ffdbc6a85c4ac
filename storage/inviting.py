"""Personal invitations of organisations to a survey or an event, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, case, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import membership
from domain.people.membership import Claim
from domain.people.permissions import Permission
from storage import joining, models
from storage.audit import Deed, authorise
from storage.contacts import standing_of
from storage.database import reads, writes
from storage.upsert import insert

GOOD_FOR = timedelta(days=90)
LISTS = 0x1A4CB  # any number, the same in every process


class Standing(StrEnum):
    """How far an invited organisation has come."""

    SENT = "sent"
    OPENED = "opened"
    BEGUN = "begun"
    """A response is open, or a registration waits for a seat."""
    FINISHED = "finished"
    """Submitted, or registered with a seat."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A row of the organiser's list; codes as in `domain.people.vocabulary`."""

    row: int
    name: str
    edrpou: str | None
    type: str | None
    oblast: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """What one is invited to: a survey's row id, or an event's."""

    form_id: int | None = None
    event_id: int | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation with its organisation."""

    id: int
    organisation_id: int
    name: str
    edrpou: str | None
    email: str | None
    expires_at: datetime
    opened_at: datetime | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did, or (nothing written) would do."""

    made: int
    """Organisations that nobody here knew."""
    known: int
    invited: int
    """New invitations."""
    already: int


@dataclass(frozen=True, slots=True)
class Opened:
    """Where an invitation leads, and how its opener stands with the organisation."""

    target: Target
    organisation: str
    claim: Claim


@writes
async def invite(
    tx: AsyncConnection,
    target: Target,
    rows: Sequence[Invited],
    deed: Deed | None,
    now: datetime,
    *,
    dry: bool = False,
) -> Outcome:
    """Invite the organisations of a list; a second time changes nothing.

    An organisation is found by its code, or (without one) by its name; what its profile lacks is
    filled, what stands there stays. `dry` only counts. Raises NotOrganiserError.
    """
    if not dry:
        what = f"form:{target.form_id}" if target.form_id else f"event:{target.event_id}"
        await authorise(tx, deed, Permission.INVITE, "invite.list", what)
        if tx.dialect.name == "postgresql":  # one list at a time: they may name the same ones
            await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LISTS})
    made = known = invited = already = 0
    for row in rows:
        organisation_id = await _find(tx, row)
        if organisation_id is None:
            made += 1
            if dry:
                invited += 1
                continue
            organisation_id = await _make(tx, row, now)
        else:
            known += 1
            if not dry:
                await _fill(tx, organisation_id, row, now)
        exists = await tx.scalar(
            select(models.Invitation.id).where(
                models.Invitation.organisation_id == organisation_id, _to(target)
            )
        )
        if exists is not None:
            already += 1
            continue
        invited += 1
        if not dry:
            await _invite(tx, organisation_id, target, deed, now)
    return Outcome(made, known, invited, already)


async def _find(tx: AsyncConnection, row: Invited) -> int | None:
    if row.edrpou is not None:
        which: ColumnElement[bool] = models.Organisation.edrpou == row.edrpou
        return await tx.scalar(select(models.Organisation.id).where(which))
    same = (models.Organisation.edrpou.is_(None), models.Organisation.name == row.name)
    return await tx.scalar(
        select(models.Organisation.id).where(*same).order_by(models.Organisation.id).limit(1)
    )


async def _make(tx: AsyncConnection, row: Invited, now: datetime) -> int:
    number = await tx.scalar(
        insert(tx, models.Organisation)
        .values(
            edrpou=row.edrpou,
            name=row.name,
            type=row.type,
            oblast=row.oblast,
            email=row.email,
            time_zone="Europe/Kyiv",
            created_at=now,
            updated_at=now,
            imported_at=now,
        )
        .on_conflict_do_nothing(index_elements=[models.Organisation.edrpou])
        .returning(models.Organisation.id)
    )
    # Somebody named the code in the chat just now: theirs it is.
    return number or await _find(tx, row) or 0


async def _fill(tx: AsyncConnection, organisation_id: int, row: Invited, now: datetime) -> None:
    """Add what the profile lacks."""
    for name in ("type", "oblast", "email"):
        value, column = getattr(row, name), getattr(models.Organisation, name)
        if value is not None:
            await tx.execute(
                update(models.Organisation)
                .where(models.Organisation.id == organisation_id, column.is_(None))
                .values({name: value, "updated_at": now})
            )


async def _invite(
    tx: AsyncConnection, organisation_id: int, target: Target, deed: Deed | None, now: datetime
) -> None:
    by = deed.person_id if deed else None
    await tx.execute(
        insert(tx, models.Invitation)
        .values(
            organisation_id=organisation_id,
            form_id=target.form_id,
            event_id=target.event_id,
            created_by=by,
            created_at=now,
            expires_at=now + GOOD_FOR,
        )
        .on_conflict_do_nothing()
    )
    if target.form_id is not None:  # where only the invited may answer, it may
        await tx.execute(
            insert(tx, models.FormInvitation)
            .values(
                form_id=target.form_id,
                organisation_id=organisation_id,
                invited_at=now,
                invited_by=by,
            )
            .on_conflict_do_nothing()
        )


@writes
async def open_invitation(
    tx: AsyncConnection, invitation_id: int, person_id: int, now: datetime
) -> Opened | None:
    """Follow a link whose signature was checked; None where it leads nowhere any more.

    Who opens it first acts for an organisation that has no contact yet: the link went to its own
    address. Where there are contacts, one of them is asked, as if the code had been named.
    """
    row = (
        await tx.execute(
            select(
                models.Invitation.form_id,
                models.Invitation.event_id,
                models.Invitation.organisation_id,
                models.Organisation.name,
            )
            .join(models.Organisation, models.Organisation.id == models.Invitation.organisation_id)
            .where(models.Invitation.id == invitation_id)
        )
    ).one_or_none()
    if row is None:
        return None
    await tx.execute(
        update(models.Invitation)
        .where(models.Invitation.id == invitation_id, models.Invitation.opened_at.is_(None))
        .values(opened_at=now, opened_by=person_id)
    )
    organisation_id = row.organisation_id
    claim = Claim.MADE
    mine = await standing_of(tx, person_id, organisation_id)
    has_contacts = await tx.scalar(
        select(models.Contact.id)
        .where(
            models.Contact.organisation_id == organisation_id,
            models.Contact.state == membership.Standing.ACTIVE,
        )
        .limit(1)
    )
    if mine is not membership.Standing.ACTIVE and has_contacts is None:
        await joining.join_in(tx, person_id, organisation_id, now)
    else:
        claim = await joining.claim_by_id_in(tx, person_id, organisation_id, now)
    return Opened(Target(row.form_id, row.event_id), row.name, claim)


@reads
async def of_target(connection: AsyncConnection, target: Target) -> list[Invitation]:
    """The invitations to a survey or event, with how far each organisation has come, by name."""
    finished = _answered("submitted") if target.form_id else _registered(("confirmed",))
    begun = (
        _answered("draft") if target.form_id else _registered(("pending", "waiting", "offered"))
    )
    standing = case(
        (finished, Standing.FINISHED.value),
        (begun, Standing.BEGUN.value),
        (models.Invitation.opened_at.is_not(None), Standing.OPENED.value),
        else_=Standing.SENT.value,
    )
    rows = await connection.execute(
        select(
            models.Invitation.id,
            models.Invitation.organisation_id,
            models.Organisation.name,
            models.Organisation.edrpou,
            models.Organisation.email,
            models.Invitation.expires_at,
            models.Invitation.opened_at,
            standing,
        )
        .join(models.Organisation, models.Organisation.id == models.Invitation.organisation_id)
        .where(_to(target))
        .order_by(models.Organisation.name, models.Invitation.id)
    )
    return [
        Invitation(number, organisation, name, code, email, until, opened, Standing(how))
        for number, organisation, name, code, email, until, opened, how in rows
    ]


@reads
async def totals(connection: AsyncConnection) -> int:
    """How many invitations there are."""
    return await connection.scalar(select(func.count()).select_from(models.Invitation)) or 0


def _to(target: Target) -> ColumnElement[bool]:
    if target.form_id is not None:
        return models.Invitation.form_id == target.form_id
    return models.Invitation.event_id == target.event_id


def _answered(state: str) -> ColumnElement[bool]:
    return (
        select(models.Response.id)
        .where(
            models.Response.form_id == models.Invitation.form_id,
            models.Response.state == state,
            or_(
                models.Response.organisation_id == models.Invitation.organisation_id,
                models.Response.person_id == models.Invitation.opened_by,
            ),
        )
        .exists()
    )


def _registered(states: Sequence[str]) -> ColumnElement[bool]:
    return (
        select(models.Registration.id)
        .where(
            models.Registration.event_id == models.Invitation.event_id,
            models.Registration.organisation_id == models.Invitation.organisation_id,
            models.Registration.state.in_(states),
        )
        .exists()
    )
