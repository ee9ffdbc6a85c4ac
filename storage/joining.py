"""Joining an organisation, with a yes from those who act for it; and leaving it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import membership
from domain.people.membership import ASK_AGAIN, Claim, Notice, Standing
from domain.people.person import Role
from storage import models, outbox
from storage.audit import record
from storage.contacts import make_active, put, standing_of
from storage.database import writes
from storage.roles import organises


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked, as those see it who may decide. `by` decided, `at` that time."""

    contact_id: int
    organisation: str
    name: str | None
    username: str | None
    standing: Standing
    by: str | None
    at: datetime | None


class NotAllowedError(PermissionError):
    """Whoever tries this neither acts for the organisation nor organises."""


@writes
async def claim(tx: AsyncConnection, person_id: int, edrpou: str, now: datetime) -> Claim:
    """Name an organisation by its code: act for it where one may, else ask those who do."""
    return await claim_in(tx, person_id, edrpou, now)


async def claim_in(tx: AsyncConnection, person_id: int, edrpou: str, now: datetime) -> Claim:
    """`claim` in a caller's transaction."""
    organisation_id = await tx.scalar(
        select(models.Organisation.id).where(models.Organisation.edrpou == edrpou)
    )
    if organisation_id is None:
        return Claim.FREE
    return await claim_by_id_in(tx, person_id, organisation_id, now)


async def claim_by_id_in(
    tx: AsyncConnection, person_id: int, organisation_id: int, now: datetime
) -> Claim:
    """`claim` of an organisation that is known otherwise, in a caller's transaction."""
    contact = (
        await tx.execute(
            select(models.Contact.id, models.Contact.state, models.Contact.decided_at).where(
                models.Contact.person_id == person_id,
                models.Contact.organisation_id == organisation_id,
            )
        )
    ).one_or_none()
    outcome = membership.claim(
        Standing(contact.state) if contact else None,
        contact.decided_at if contact else None,
        await _asked_since(tx, person_id, now - ASK_AGAIN),
        now,
    )
    if outcome is Claim.MEMBER:
        await make_active(tx, person_id, organisation_id)
    if outcome is Claim.ASKED:
        await put(tx, person_id, organisation_id, Standing.REQUESTED, now)
    if outcome in (Claim.ASKED, Claim.WAITING) and not await _ask(tx, organisation_id, now):
        return Claim.NOBODY
    return outcome


async def join_in(
    tx: AsyncConnection, person_id: int, organisation_id: int, now: datetime
) -> None:
    """Make a person the first contact of an organisation just made, and it their active one."""
    await put(tx, person_id, organisation_id, Standing.ACTIVE, now)
    await make_active(tx, person_id, organisation_id)


@writes
async def decide(
    tx: AsyncConnection, contact_id: int, decider_id: int, accept: bool, now: datetime
) -> Request | None:
    """Answer a request; the first answer stands, and every later one gets to see it.

    None where there never was such a request. Raises NotAllowedError.
    """
    organisation_id = await tx.scalar(
        select(models.Contact.organisation_id).where(models.Contact.id == contact_id)
    )
    if organisation_id is None:
        return None
    organiser = await organises(tx, decider_id)
    standing = await standing_of(tx, decider_id, organisation_id)
    if not membership.may_decide(standing, organises=organiser):
        raise NotAllowedError
    decided = (
        await tx.execute(
            update(models.Contact)
            .where(models.Contact.id == contact_id, models.Contact.state == Standing.REQUESTED)
            .values(
                state=Standing.ACTIVE if accept else Standing.DECLINED,
                decided_at=now,
                decided_by=decider_id,
            )
            .returning(models.Contact.person_id, models.Contact.requested_at)
        )
    ).one_or_none()
    request = await _request(tx, contact_id)
    if decided is not None:
        if not membership.may_decide(standing, organises=False):
            action = "contact.accept" if accept else "contact.decline"
            await record(tx, decider_id, action, f"contact:{contact_id}", now)
        await _announce(tx, request, decided.person_id, decided.requested_at, now)
        if accept:
            await tx.execute(
                update(models.Person)
                .where(
                    models.Person.id == decided.person_id, models.Person.organisation_id.is_(None)
                )
                .values(organisation_id=organisation_id)
            )
    return request


@writes
async def leave(tx: AsyncConnection, person_id: int, organisation_id: int, now: datetime) -> None:
    """Stop acting for an organisation. The person's responses stay as they are.

    Another organisation of theirs becomes the active one, the latest joined. Where nobody is
    left, those who wait for a yes are put to the organisers.
    """
    await leave_in(tx, person_id, organisation_id, now)


async def leave_in(
    tx: AsyncConnection,
    person_id: int,
    organisation_id: int,
    now: datetime,
    by: int | None = None,
) -> None:
    """`leave` in a caller's transaction; `by` decided it, the person where None."""
    await tx.execute(
        update(models.Contact)
        .where(
            models.Contact.person_id == person_id,
            models.Contact.organisation_id == organisation_id,
            models.Contact.state == Standing.ACTIVE,
        )
        .values(state=Standing.LEFT, decided_at=now, decided_by=by or person_id)
    )
    another = (
        select(models.Contact.organisation_id)
        .where(models.Contact.person_id == person_id, models.Contact.state == Standing.ACTIVE)
        .order_by(models.Contact.decided_at.desc(), models.Contact.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    await tx.execute(
        update(models.Person)
        .where(models.Person.id == person_id, models.Person.organisation_id == organisation_id)
        .values(organisation_id=another)
    )
    await _ask(tx, organisation_id, now)


async def _asked_since(tx: AsyncConnection, person_id: int, since: datetime) -> int:
    count = await tx.scalar(
        select(func.count())
        .select_from(models.Contact)
        .where(
            models.Contact.person_id == person_id,
            models.Contact.requested_at > since,
            models.Contact.state != Standing.ACTIVE,
        )
    )
    return count or 0


async def _ask(tx: AsyncConnection, organisation_id: int, now: datetime) -> bool:
    """Put every open request to whoever may decide it and was not asked yet.

    False where there is nobody to ask.
    """
    contacts = await tx.scalars(
        select(models.Contact.person_id)
        .join(models.Person, models.Person.id == models.Contact.person_id)
        .where(
            models.Contact.organisation_id == organisation_id,
            models.Contact.state == Standing.ACTIVE,
            models.Person.blocked_at.is_(None),
        )
    )
    organisers = await tx.scalars(_organisers().where(models.Person.blocked_at.is_(None)))
    asked = membership.deciders(contacts.all(), organisers.all())
    waiting = await tx.execute(
        select(models.Contact.id, models.Contact.requested_at).where(
            models.Contact.organisation_id == organisation_id,
            models.Contact.state == Standing.REQUESTED,
        )
    )
    for contact_id, requested_at in waiting.all():
        request = await _request(tx, contact_id)
        for decider in asked:
            await outbox.enqueue(
                tx,
                Notice.JOIN_REQUEST,
                decider,
                _params(request),
                f"{_key(contact_id, requested_at)}{decider}",
                now,
            )
    return bool(asked)


async def _announce(
    tx: AsyncConnection, request: Request, person_id: int, requested_at: datetime, now: datetime
) -> None:
    """Tell the newcomer what was decided; who was not asked yet need not be any more."""
    key = _key(request.contact_id, requested_at)
    await outbox.cancel(tx, key)
    accepted = request.standing is Standing.ACTIVE
    kind = Notice.JOIN_ACCEPTED if accepted else Notice.JOIN_DECLINED
    # A refused newcomer learns no more than the code that they typed.
    organisation = await tx.scalar(
        select(models.Organisation.name if accepted else models.Organisation.edrpou)
        .join(models.Contact, models.Contact.organisation_id == models.Organisation.id)
        .where(models.Contact.id == request.contact_id)
    )
    params = {"organisation": organisation}
    await outbox.enqueue(tx, kind, person_id, params, f"{key}decided", now)


def _key(contact_id: int, requested_at: datetime) -> str:
    """What the dedup keys of one request begin with; asking again later is another request."""
    return f"join:{contact_id}:{requested_at.timestamp():.0f}:"


def _params(request: Request) -> dict[str, Any]:
    return {
        "contact": request.contact_id,
        "organisation": request.organisation,
        "name": request.name,
        "username": request.username,
    }


def _organisers() -> Select[int]:
    """Those whom no contact has to let in."""
    return (
        select(models.Person.id)
        .where(
            select(models.Role.person_id)
            .where(
                models.Role.person_id == models.Person.id,
                models.Role.role.in_((Role.OWNER, Role.ORGANISER)),
            )
            .exists()
        )
        .order_by(models.Person.id)
    )


async def _request(tx: AsyncConnection, contact_id: int) -> Request:
    newcomer, decider = models.Person.__table__.alias(), models.Person.__table__.alias()
    row = (
        await tx.execute(
            select(
                models.Contact.id,
                models.Organisation.name,
                newcomer.c.name,
                newcomer.c.username,
                models.Contact.state,
                decider.c.name,
                models.Contact.decided_at,
            )
            .join(models.Organisation, models.Organisation.id == models.Contact.organisation_id)
            .join(newcomer, newcomer.c.id == models.Contact.person_id)
            .outerjoin(decider, decider.c.id == models.Contact.decided_by)
            .where(models.Contact.id == contact_id)
        )
    ).one()
    contact_id, organisation, name, username, state, by, at = row
    return Request(contact_id, organisation, name, username, Standing(state), by, at)
