"""Registrations: asked for, waited for, offered, confirmed, given back. Never more than there is.

Each operation takes the event's lock before it reads anything that decides, and ends with the
waiting list moved on, all in one transaction.
"""

from datetime import datetime

from sqlalchemy import insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import seating
from domain.events.event import (
    LIVE,
    Event,
    EventState,
    Mode,
    Notice,
    Registration,
    State,
    Taken,
)
from domain.events.outcome import Outcome, Refusal
from domain.events.seating import Why
from domain.events.tickets import new_code
from storage import contacts, models
from storage.audit import record
from storage.database import reads, writes
from storage.registration_rows import (
    REGISTRATION,
    explained,
    find,
    get_in,
    own,
    put,
    registration_of,
    why_kept,
)
from storage.roles import organiser_ids
from storage.seating import (
    Look,
    NoSuchEventError,
    lock,
    log,
    look,
    next_in_queue,
    notify,
    settle,
    taken,
    tell_holder,
    unsay_offer,
    waiting,
)

MAKE = insert(models.Registration).returning(*REGISTRATION)
NAME_LIMIT = 120


@writes
async def register(
    tx: AsyncConnection,
    event_id: int,
    person_id: int,
    organisation_id: int,
    mode: Mode,
    attendee: str,
    now: datetime,
    *,
    colleague: bool = False,
    source: str | None = None,
) -> Outcome:
    """Register the person themselves, or (`colleague`) somebody whom they name.

    A second time, by a double tap or a colleague, gives the registration that is there.
    """
    try:
        event = await lock(tx, event_id)
    except NoSuchEventError:
        return Outcome(refusal=Refusal.NO_EVENT)
    name = " ".join(attendee.split())[:NAME_LIMIT]
    key = f"o{organisation_id}:{name.casefold()}" if colleague else f"p{person_id}"
    seen = await look(tx, event_id, now, organisation_id, key)
    if await settle(tx, event, now, seen):
        seen = await look(tx, event_id, now, organisation_id, key)
    if seen.mine is not None:
        existing = await get_in(tx, seen.mine)
        assert existing is not None  # noqa: S101 - seen under the lock
        return await explained(tx, event, existing, now, changed=False)
    if not event.takes_registrations(now):
        return Outcome(refusal=Refusal.CLOSED)
    if mode not in event.capacity:
        return Outcome(refusal=Refusal.NO_MODE)
    if not await contacts.acts_for(tx, person_id, organisation_id):
        return Outcome(refusal=Refusal.NOT_A_CONTACT)
    why = await _why_not(tx, event, seen, mode, organisation_id, now)
    state = seating.first_state(event, why)
    made = await tx.execute(
        MAKE,
        {
            "event_id": event_id,
            "organisation_id": organisation_id,
            "person_id": person_id,
            "registered_by": person_id,
            "attendee": name,
            "attendee_key": key,
            "mode": mode,
            "state": state,
            "code": new_code(),
            "ticket_version": 1,
            "priority": 0,
            "queue_no": seen.last + 1 if state is State.WAITING else None,
            "offer_no": 0,
            "source": source,
            "created_at": now,
            "changed_at": now,
        },
    )
    registration = registration_of(made.one())
    await log(tx, event_id, registration.id, state, person_id, now, {"mode": mode})
    if state is State.PENDING:
        organisation = await tx.scalar(
            select(models.Organisation.name).where(models.Organisation.id == organisation_id)
        )
        for organiser in await organiser_ids(tx):
            await notify(
                tx,
                Notice.REQUEST,
                event,
                registration.id,
                organiser,
                "request",
                now,
                attendee=name,
                organisation=organisation,
            )
        return Outcome(registration, why=Why.APPROVAL)
    if state is State.WAITING:
        return Outcome(registration, why=why, place=seen.waiting[mode] + 1)
    return Outcome(registration)


@writes
async def take(
    tx: AsyncConnection, registration_id: int, person_id: int, now: datetime
) -> Outcome:
    """Take the seat that is offered; a second tap gets the same answer."""
    event, registration = await own(tx, registration_id, person_id)
    if event is None or registration is None:
        return Outcome(refusal=Refusal.GONE)
    if registration.state is State.CONFIRMED:
        return Outcome(registration, changed=False)
    expires = registration.offer_expires_at
    if expires is None or expires <= now or event.state is not EventState.PUBLISHED:
        await settle(tx, event, now)
        return Outcome(await get_in(tx, registration_id), Refusal.TOO_LATE)
    confirmed = await put(
        tx, registration_id, now, state=State.CONFIRMED, offer_expires_at=None, queue_no=None
    )
    await unsay_offer(tx, event.id, registration_id)
    await log(tx, event.id, registration_id, State.CONFIRMED, person_id, now)
    await tell_holder(tx, Notice.CONFIRMED, event, confirmed, person_id, now)
    await settle(tx, event, now)
    return Outcome(confirmed)


async def cancel_in(
    tx: AsyncConnection,
    registration_id: int,
    person_id: int,
    now: datetime,
    *,
    organising: bool = False,
    erasing: bool = False,
) -> Outcome:
    """Give a seat, an offer or a place in the queue back; the seat finds its next owner.

    `organising`: an organiser cancels it, not its holder. `erasing`: its holder leaves Lanka, so
    that even what is over goes. Raises NotOrganiserError.
    """
    event, registration = await own(tx, registration_id, person_id, organising=organising)
    if event is None or registration is None:
        return Outcome(refusal=Refusal.GONE)
    if not registration.live:
        return Outcome(registration, changed=False)
    if not erasing and (refusal := why_kept(event, registration, now)):
        return Outcome(registration, refusal)
    cancelled = await put(
        tx,
        registration_id,
        now,
        state=State.CANCELLED,
        offer_expires_at=None,
        queue_no=None,
        ticket_version=registration.ticket_version + 1,
    )
    await unsay_offer(tx, event.id, registration_id)
    was = {"was": registration.state}
    await log(tx, event.id, registration_id, State.CANCELLED, person_id, now, was)
    if organising:
        subject = f"registration:{registration_id}"
        await record(tx, person_id, "registration.cancel", subject, now)
    told = Notice.REMOVED if organising else Notice.GIVEN_UP
    await tell_holder(tx, told, event, cancelled, person_id, now)
    await settle(tx, event, now)
    return Outcome(cancelled)


cancel = writes(cancel_in)


@writes
async def switch(
    tx: AsyncConnection,
    registration_id: int,
    person_id: int,
    mode: Mode,
    now: datetime,
    *,
    organising: bool = False,
) -> Outcome:
    """Take part the other way. Who has a seat keeps it where the other mode is full.

    `organising`: an organiser moves somebody, but takes no offer for them. Raises
    NotOrganiserError.
    """
    event, registration = await own(tx, registration_id, person_id, organising=organising)
    if event is None or registration is None:
        return Outcome(refusal=Refusal.GONE)
    if registration.live and registration.mode is mode:
        return await explained(tx, event, registration, now, changed=False)
    refusal = _why_not_switched(event, registration, mode, now)
    if refusal is not None:
        return Outcome(registration, refusal)
    await settle(tx, event, now)
    current = await get_in(tx, registration_id)
    if current is None or not current.live:  # its offer ran out just now
        return Outcome(current, Refusal.NOT_LIVE)
    if organising and current.state is State.OFFERED:
        return Outcome(current, Refusal.NOT_LIVE)
    registration = current
    held = await taken(tx, event.id, now)
    org = registration.organisation_id
    seated = registration.state in (State.CONFIRMED, State.OFFERED)
    if seated:  # the seat that is left counts no more against the organisation's limit
        mine = {**held.by_organisation, org: held.by_organisation[org] - 1}
        held = Taken(held.by_mode, mine)
    why = seating.why_not(event, held, await waiting(tx, event.id), mode, org)
    if seated and why is not None:
        return Outcome(registration, Refusal.FULL, why)
    state = registration.state
    if state is not State.PENDING:
        state = State.CONFIRMED if why is None else State.WAITING
    changed = await put(
        tx,
        registration_id,
        now,
        mode=mode,
        state=state,
        offer_expires_at=None,
        priority=0,
        queue_no=await next_in_queue(tx, event.id) if state is State.WAITING else None,
        ticket_version=registration.ticket_version + 1,
    )
    await unsay_offer(tx, event.id, registration_id)
    await log(tx, event.id, registration_id, "switched", person_id, now, {"mode": mode})
    if organising:
        subject = f"registration:{registration_id}"
        await record(tx, person_id, "registration.switch", subject, now)
        waits = state is State.WAITING
        await tell_holder(
            tx, Notice.SWITCHED, event, changed, person_id, now, mode=mode, waits=waits
        )
    elif state is State.CONFIRMED:
        await tell_holder(tx, Notice.CONFIRMED, event, changed, person_id, now)
    await settle(tx, event, now)
    return await explained(tx, event, changed, now)


def _why_not_switched(
    event: Event, registration: Registration, mode: Mode, now: datetime
) -> Refusal | None:
    if mode not in event.capacity:
        return Refusal.NO_MODE
    if not registration.live:
        return Refusal.NOT_LIVE
    if refusal := why_kept(event, registration, now):
        return refusal
    if not event.takes_registrations(now) and registration.state is not State.CONFIRMED:
        return Refusal.CLOSED
    return None


@writes
async def hand_over(
    tx: AsyncConnection, registration_id: int, person_id: int, colleague_id: int, now: datetime
) -> Outcome:
    """Give the seat to a colleague who acts for the same organisation. The old ticket dies."""
    event, registration = await own(tx, registration_id, person_id)
    if event is None or registration is None:
        return Outcome(refusal=Refusal.GONE)
    if not registration.live:
        return Outcome(registration, Refusal.NOT_LIVE)
    if refusal := why_kept(event, registration, now):
        return Outcome(registration, refusal)
    if registration.person_id == colleague_id and not await _is_named(tx, registration_id):
        return Outcome(registration, changed=False)
    if not await contacts.acts_for(tx, colleague_id, registration.organisation_id):
        return Outcome(registration, Refusal.NOT_A_CONTACT)
    key = f"p{colleague_id}"
    double = await find(
        tx,
        models.Registration.event_id == event.id,
        models.Registration.attendee_key == key,
        models.Registration.state.in_(LIVE),
    )
    if double is not None:
        return Outcome(registration, Refusal.ALREADY)
    name = await tx.scalar(select(models.Person.name).where(models.Person.id == colleague_id))
    changed = await put(
        tx,
        registration_id,
        now,
        person_id=colleague_id,
        attendee=name or registration.attendee,
        attendee_key=key,
        code=new_code(),
        ticket_version=registration.ticket_version + 1,
    )
    details = {"from": registration.person_id, "to": colleague_id}
    await log(tx, event.id, registration_id, "handed over", person_id, now, details)
    await notify(
        tx,
        Notice.HANDED_OVER,
        event,
        registration_id,
        colleague_id,
        f"handed:{changed.ticket_version}",
        now,
        waits=changed.state is State.WAITING,
    )
    return Outcome(changed)


get = reads(get_in)


@reads
async def of_person(
    connection: AsyncConnection, person_id: int, event_id: int | None = None
) -> list[Registration]:
    """What a person holds or has made for others (of one event), the newest first."""
    mine = or_(
        models.Registration.person_id == person_id, models.Registration.registered_by == person_id
    )
    query = select(*REGISTRATION).where(mine).order_by(models.Registration.id.desc())
    if event_id is not None:
        query = query.where(models.Registration.event_id == event_id)
    return [registration_of(row) for row in (await connection.execute(query)).all()]


@reads
async def explain(
    connection: AsyncConnection, event: Event, registration: Registration, now: datetime
) -> Outcome:
    """Why a registration waits, and at which place."""
    return await explained(connection, event, registration, now, changed=False)


async def _why_not(
    tx: AsyncConnection, event: Event, seen: Look, mode: Mode, organisation_id: int, now: datetime
) -> Why | None:
    """`seating.why_not`; the waiting list is read only where it decides."""
    if not seen.waiting[mode] or not seating.has_room(event, seen.taken, mode):
        return seating.why_not(event, seen.taken, (), mode, organisation_id)
    held, queue = await taken(tx, event.id, now), await waiting(tx, event.id)
    return seating.why_not(event, held, queue, mode, organisation_id)


async def _is_named(tx: AsyncConnection, registration_id: int) -> bool:
    """Whether the attendee is somebody whom the holder named, not the holder."""
    key = await tx.scalar(
        select(models.Registration.attendee_key).where(models.Registration.id == registration_id)
    )
    return key is not None and key.startswith("o")
