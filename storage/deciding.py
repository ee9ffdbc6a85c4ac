"""What organisers do about the registrations of others: approve, put first, send a ticket again.

Who gets a seat is decided as ever, under the event's lock; nobody is given one that is not free.
"""

from datetime import datetime

from sqlalchemy import func as sql
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import seating
from domain.events.event import Event, EventState, Notice, Registration, State
from domain.events.outcome import Outcome, Refusal
from domain.people.permissions import Permission
from storage import models
from storage.audit import Deed, authorise
from storage.database import writes
from storage.registration_rows import explained, get_in, locked, put, why_kept
from storage.seating import log, next_in_queue, notify, settle, taken, waiting


@writes
async def decide(
    tx: AsyncConnection, registration_id: int, organiser_id: int, approve: bool, now: datetime
) -> Outcome:
    """Approve or decline a request; the first decision stands. Raises NotOrganiserError."""
    action = "registration.approve" if approve else "registration.decline"
    event, registration = await _theirs(tx, registration_id, Deed(organiser_id, now), action)
    if event is None or registration is None:
        return Outcome(refusal=Refusal.GONE)
    if registration.state is not State.PENDING:
        return Outcome(registration, changed=False)
    await settle(tx, event, now)
    if not approve:
        state = State.DECLINED
    else:
        held, queue = await taken(tx, event.id, now), await waiting(tx, event.id)
        why = seating.why_not(event, held, queue, registration.mode, registration.organisation_id)
        state = State.CONFIRMED if why is None else State.WAITING
    changed = await put(
        tx,
        registration_id,
        now,
        state=state,
        decided_by=organiser_id,
        queue_no=await next_in_queue(tx, event.id) if state is State.WAITING else None,
    )
    await log(tx, event.id, registration_id, state, organiser_id, now)
    kind = Notice.APPROVED if approve else Notice.DECLINED
    await notify(
        tx,
        kind,
        event,
        registration_id,
        registration.person_id,
        "decided",
        now,
        waits=state is State.WAITING,
    )
    return await explained(tx, event, changed, now)


@writes
async def put_first(
    tx: AsyncConnection, registration_id: int, organiser_id: int, now: datetime
) -> Outcome:
    """Offer the next free seat to this one who waits, before all others.

    A limit of seats for their organisation still holds. Raises NotOrganiserError.
    """
    deed = Deed(organiser_id, now)
    event, registration = await _theirs(tx, registration_id, deed, "registration.first")
    if event is None or registration is None:
        return Outcome(refusal=Refusal.GONE)
    if refusal := why_kept(event, registration, now):
        return Outcome(registration, refusal)
    await settle(tx, event, now)
    current = await get_in(tx, registration_id)
    if current is None or current.state is not State.WAITING:
        return Outcome(current, Refusal.NOT_WAITING)
    if seating.position(await waiting(tx, event.id), registration_id) == 1:
        return await explained(tx, event, current, now, changed=False)
    highest = await tx.scalar(
        select(sql.max(models.Registration.priority)).where(
            models.Registration.event_id == event.id, models.Registration.state == State.WAITING
        )
    )
    await put(tx, registration_id, now, priority=(highest or 0) + 1)
    await log(tx, event.id, registration_id, "put first", organiser_id, now)
    await settle(tx, event, now)
    first = await get_in(tx, registration_id)
    assert first is not None  # noqa: S101 - seen under the lock
    return await explained(tx, event, first, now)


@writes
async def send_ticket(
    tx: AsyncConnection, registration_id: int, organiser_id: int, now: datetime
) -> Outcome:
    """Send who has a seat their ticket again, once a minute at most. Raises NotOrganiserError."""
    deed = Deed(organiser_id, now)
    event, registration = await _theirs(tx, registration_id, deed, "registration.ticket")
    if event is None or registration is None:
        return Outcome(refusal=Refusal.GONE)
    if refusal := why_kept(event, registration, now):
        return Outcome(registration, refusal)
    if registration.state is not State.CONFIRMED or event.state is not EventState.PUBLISHED:
        return Outcome(registration, Refusal.NOT_LIVE)
    key = f"ticket:{int(now.timestamp()) // 60}"
    await notify(tx, Notice.TICKET, event, registration_id, registration.person_id, key, now)
    return Outcome(registration)


async def _theirs(
    tx: AsyncConnection, registration_id: int, deed: Deed, action: str
) -> tuple[Event | None, Registration | None]:
    """The registration under its event's lock, once the deed is allowed and written down."""
    await authorise(tx, deed, Permission.EVENTS, action, f"registration:{registration_id}")
    return await locked(tx, registration_id)
