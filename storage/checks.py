"""What is looked at again just before a message leaves: is it still true, does it still help?

A check gets the message's parameters and reader, and gives the facts that it found, or None where
the message should not be sent any more. `event_now` and `registration_now` are an event and a
registration as they are, fresher than the parameters; `attendees` is for whom one has seats.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events.event import LIVE, Event, EventState, Registration, State
from domain.messages import Check, Rule
from domain.people.membership import Standing
from domain.people.segment import Segment
from storage import contacts, models, segments
from storage.nudges import who_left
from storage.registration_rows import REGISTRATION, registration_of
from storage.roles import organises
from storage.seating import EVENT, event_of

Params = Mapping[str, Any]
Facts = Mapping[str, Any]


async def still_true(
    tx: AsyncConnection, rule: Rule, params: Params, person_id: int, now: datetime
) -> Facts | None:
    """The facts behind a message; None where it is no longer true."""
    return await CHECKS[rule.check](tx, params, person_id, now)


async def _nothing(tx: AsyncConnection, params: Params, person: int, now: datetime) -> Facts:
    return {}


async def _watches(
    tx: AsyncConnection, params: Params, person: int, now: datetime
) -> Facts | None:
    its = models.EligibilityAnswers
    watches = await tx.scalar(select(its.watches).where(its.person_id == person))
    return {} if watches else None


async def _asks_to_join(
    tx: AsyncConnection, params: Params, person: int, now: datetime
) -> Facts | None:
    organisation = await tx.scalar(
        select(models.Contact.organisation_id).where(
            models.Contact.id == params["contact"],
            models.Contact.state == Standing.REQUESTED,
        )
    )
    if organisation is None:
        return None
    decides = await contacts.acts_for(tx, person, organisation) or await organises(tx, person)
    return {} if decides else None


async def _enquiry_open(
    tx: AsyncConnection, params: Params, person: int, now: datetime
) -> Facts | None:
    state = await tx.scalar(
        select(models.Enquiry.state).where(models.Enquiry.id == params["enquiry"])
    )
    return {} if state == "open" and await organises(tx, person) else None


async def _waits(tx: AsyncConnection, params: Params, person: int, now: datetime) -> Facts | None:
    one = models.Broadcast
    row = (
        await tx.execute(
            select(one.text, one.segment, one.created_by, models.Person.name)
            .join(models.Person, models.Person.id == one.created_by)
            .where(one.id == params["broadcast"], one.state == "waiting")
        )
    ).one_or_none()
    if row is None or row.created_by == person or not await organises(tx, person):
        return None
    total, _blocked = await segments.count(tx, Segment.of(row.segment), now)
    return {"text": row.text, "author": row.name, "people": total}


async def _offer_open(
    tx: AsyncConnection, params: Params, person: int, now: datetime
) -> Facts | None:
    event, registration = await _of(tx, params)
    if event is None or registration is None or registration.person_id != person:
        return None
    until = registration.offer_expires_at
    open_ = registration.state is State.OFFERED and until is not None and until > now
    return _facts(event, registration) if open_ else None


async def _request_open(
    tx: AsyncConnection, params: Params, person: int, now: datetime
) -> Facts | None:
    event, registration = await _of(tx, params)
    if event is None or registration is None or registration.state is not State.PENDING:
        return None
    return _facts(event, registration) if await organises(tx, person) else None


async def _holds(tx: AsyncConnection, params: Params, person: int, now: datetime) -> Facts | None:
    event, registration = await _of(tx, params)
    if event is None or registration is None or registration.person_id != person:
        return None
    live = registration.state in LIVE and event.state is EventState.PUBLISHED
    return _facts(event, registration) if live else None


async def _called_off(
    tx: AsyncConnection, params: Params, person: int, now: datetime
) -> Facts | None:
    event, registration = await _of(tx, params)
    if event is None or registration is None or event.state is not EventState.CANCELLED:
        return None
    return _facts(event, registration)


async def _as_planned(
    tx: AsyncConnection, params: Params, person: int, now: datetime
) -> Facts | None:
    facts = await _holds(tx, params, person, now)
    if facts is None:
        return None
    starts = facts["event_now"].starts_at
    planned = starts is not None and starts.isoformat() == params["starts_at"]
    return facts if planned else None


async def _seated(tx: AsyncConnection, params: Params, person: int, now: datetime) -> Facts | None:
    facts = await _as_planned(tx, params, person, now)
    if facts is None or facts["registration_now"].state is not State.CONFIRMED:
        return None
    return {**facts, "attendees": (facts["registration_now"].attendee,)}


async def _attends(
    tx: AsyncConnection, params: Params, person: int, now: datetime
) -> Facts | None:
    found = await tx.execute(select(*EVENT).where(models.Event.id == params["event"]))
    row = found.one_or_none()
    event = None if row is None else event_of(row)
    if event is None or event.state is not EventState.PUBLISHED or event.starts_at is None:
        return None
    rows = await tx.execute(
        select(*REGISTRATION)
        .where(
            models.Registration.event_id == event.id,
            models.Registration.person_id == person,
            models.Registration.state == State.CONFIRMED,
        )
        .order_by(models.Registration.id)
    )
    held = [registration_of(row) for row in rows.all()]
    if not held or event.starts_at.isoformat() != params["starts_at"]:
        return None
    mine = next((one for one in held if one.id == params["registration"]), held[0])
    return {**_facts(event, mine), "attendees": tuple(one.attendee for one in held)}


async def _unrated(
    tx: AsyncConnection, params: Params, person: int, now: datetime
) -> Facts | None:
    event, registration = await _of(tx, params)
    if event is None or registration is None or registration.person_id != person:
        return None
    asks = registration.attended and registration.rating is None
    return _facts(event, registration) if asks else None


async def _unfinished(
    tx: AsyncConnection, params: Params, person: int, now: datetime
) -> Facts | None:
    left = await who_left(tx, params["response"], now)
    same = left is not None and left.person_id == person
    return {} if same and left and left.at.isoformat() == params["left_at"] else None


async def _of(
    tx: AsyncConnection, params: Params
) -> tuple[Event, Registration] | tuple[None, None]:
    row = (
        await tx.execute(
            select(*REGISTRATION).where(models.Registration.id == params["registration"])
        )
    ).one_or_none()
    if row is None:
        return None, None
    registration = registration_of(row)
    found = await tx.execute(select(*EVENT).where(models.Event.id == registration.event_id))
    return event_of(found.one()), registration


def _facts(event: Event, registration: Registration) -> Facts:
    return {"event_now": event, "registration_now": registration}


CHECKS: Mapping[
    Check, Callable[[AsyncConnection, Params, int, datetime], Awaitable[Facts | None]]
] = {
    Check.NOTHING: _nothing,
    Check.ASKS_TO_JOIN: _asks_to_join,
    Check.WATCHES: _watches,
    Check.ENQUIRY_OPEN: _enquiry_open,
    Check.WAITS: _waits,
    Check.OFFER_OPEN: _offer_open,
    Check.REQUEST_OPEN: _request_open,
    Check.HOLDS: _holds,
    Check.CALLED_OFF: _called_off,
    Check.AS_PLANNED: _as_planned,
    Check.SEATED: _seated,
    Check.UNRATED: _unrated,
    Check.UNFINISHED: _unfinished,
    Check.ATTENDS: _attends,
}
