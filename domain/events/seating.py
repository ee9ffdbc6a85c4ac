"""Who gets a seat, and who comes next: decisions on what was counted under the event's lock.

Nobody jumps the queue: a free seat goes to a newcomer only if no one waits who could take it. Who
waits for an organisation that has its limit is passed over and keeps the place. An offer holds
its seat for a window that never ends while its reader sleeps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.events.event import Event, Mode, State, Taken

NIGHT_BEGINS, NIGHT_ENDS = time(22), time(8)
MORNING = time(10)  # an offer that would end at night ends then: time to wake up and see it
SHORTEST = timedelta(minutes=15)  # an offer that could not last so long is not made


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the waiting list; `zone` is their own, for the night."""

    id: int
    organisation_id: int
    mode: Mode
    zone: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A seat for somebody who waits, until `expires_at`."""

    registration_id: int
    expires_at: datetime


class Why(StrEnum):
    """Why somebody waits."""

    FULL = "full"
    ORGANISATION_LIMIT = "organisation_limit"
    QUEUE = "queue"
    """A seat is free, but others came first."""
    APPROVAL = "approval"


def has_room(event: Event, taken: Taken, mode: Mode) -> bool:
    """Whether a seat of the mode is free."""
    capacity = event.capacity[mode]
    return capacity is None or taken.by_mode.get(mode, 0) < capacity


def is_capped(event: Event, taken: Taken, organisation_id: int) -> bool:
    """Whether the organisation has all the seats it may have."""
    limit = event.organisation_limit
    return limit is not None and taken.by_organisation.get(organisation_id, 0) >= limit


def why_not(
    event: Event, taken: Taken, waiting: Iterable[Waiting], mode: Mode, organisation_id: int
) -> Why | None:
    """Why a newcomer gets no seat now; None where they get it.

    `waiting` are those who came before, of all modes.
    """
    if is_capped(event, taken, organisation_id):
        return Why.ORGANISATION_LIMIT
    if not has_room(event, taken, mode):
        return Why.FULL
    if any(
        one.mode is mode and not is_capped(event, taken, one.organisation_id) for one in waiting
    ):
        return Why.QUEUE
    return None


def promote(event: Event, taken: Taken, waiting: Iterable[Waiting], now: datetime) -> list[Offer]:
    """The offers that free seats allow, first come, first served. `waiting` is in its order."""
    by_mode, by_organisation = dict(taken.by_mode), dict(taken.by_organisation)
    offers: list[Offer] = []
    if event.starts_at is None or not _seats_are_given(event, now):
        return offers
    for one in waiting:
        held = Taken(by_mode, by_organisation)
        if one.mode not in event.capacity or not has_room(event, held, one.mode):
            continue
        if is_capped(event, held, one.organisation_id):
            continue
        expires = claim_until(event, one.zone, now)
        if expires is None:
            continue
        offers.append(Offer(one.id, expires))
        by_mode[one.mode] = by_mode.get(one.mode, 0) + 1
        by_organisation[one.organisation_id] = by_organisation.get(one.organisation_id, 0) + 1
    return offers


def _seats_are_given(event: Event, now: datetime) -> bool:
    return event.state == "published" and not event.is_over(now)


def claim_until(event: Event, zone: str, now: datetime) -> datetime | None:
    """When an offer made now ends: after the event's window, before it starts, never at night.

    Late at night the next morning counts; where the event starts before that, the evening before.
    None where there is no time left for an offer.
    """
    if event.starts_at is None:
        return None
    expires = _out_of_the_night(now + timedelta(hours=event.claim_hours), zone)
    if expires > event.starts_at:
        expires = event.starts_at
        local = expires.astimezone(ZoneInfo(zone))
        if _is_night(local):
            day = local.date() if local.time() >= NIGHT_BEGINS else local.date() - timedelta(1)
            expires = datetime.combine(day, NIGHT_BEGINS, local.tzinfo)
    return expires if expires >= now + SHORTEST else None


def _is_night(local: datetime) -> bool:
    return local.time() > NIGHT_BEGINS or local.time() < NIGHT_ENDS


def _out_of_the_night(moment: datetime, zone: str) -> datetime:
    local = moment.astimezone(ZoneInfo(zone))
    if not _is_night(local):
        return moment
    day = local.date() if local.time() < NIGHT_ENDS else local.date() + timedelta(1)
    return datetime.combine(day, MORNING, local.tzinfo)


def position(waiting: Iterable[Waiting], registration_id: int) -> int:
    """The place on the waiting list of one's mode, from 1; 0 for who is not on it."""
    places: dict[Mode, int] = {}
    for one in waiting:
        places[one.mode] = places.get(one.mode, 0) + 1
        if one.id == registration_id:
            return places[one.mode]
    return 0


def first_state(event: Event, why: Why | None) -> State:
    """What a new registration becomes."""
    if event.approval:
        return State.PENDING
    return State.CONFIRMED if why is None else State.WAITING
