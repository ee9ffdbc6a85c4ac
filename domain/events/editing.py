"""Single changes to an event, as an organiser makes them one by one; pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.events.definition import MOST, Definition, wall_time
from domain.events.event import Mode
from domain.surveys.message import Message

DURATION = timedelta(hours=2)  # of an event whose end nobody gave yet
SEATS = 30  # of a mode that was switched on just now


def starting(wanted: Definition, start: datetime) -> Definition:
    """Begin at another moment: the event stays as long, registration closes as long before."""
    start = start.astimezone(UTC)  # where hours can be added across a change of the clocks
    if wanted.starts_at is None or wanted.ends_at is None:
        return replace(wanted, starts_at=start, ends_at=start + DURATION)
    by = start - wanted.starts_at
    closes = wanted.registration_closes_at
    return replace(
        wanted,
        starts_at=start,
        ends_at=wanted.ends_at + by,
        registration_closes_at=closes + by if closes else None,
    )


def in_zone(wanted: Definition, zone: str) -> Definition | Message:
    """The same times on the clock, in another zone; a Message where one of them is skipped."""
    moments: dict[str, datetime | None] = {}
    for name in ("starts_at", "ends_at", "registration_closes_at"):
        at: datetime | None = getattr(wanted, name)
        if at is None:
            continue
        moment = wall_time(at.astimezone(ZoneInfo(wanted.zone)).replace(tzinfo=None), zone)
        if isinstance(moment, Message):
            return moment
        moments[name] = moment
    return replace(wanted, zone=zone, **moments)  # type: ignore[arg-type]


def with_mode(wanted: Definition, mode: Mode, *, held: bool) -> Definition:
    """Hold the event in a mode as well, or no more."""
    capacity: Mapping[Mode, int | None] = {
        one: wanted.capacity.get(one, SEATS)
        for one in Mode
        if (held if one is mode else one in wanted.capacity)
    }
    return replace(wanted, capacity=capacity)


def with_seats(wanted: Definition, mode: Mode, seats: int | None) -> Definition:
    """Give one mode that many seats (None: no limit), kept between 1 and what is possible."""
    count = None if seats is None else min(max(seats, 1), MOST)
    return replace(wanted, capacity={**wanted.capacity, mode: count})


def with_text(wanted: Definition, name: str, language: str, text: str) -> Definition:
    """With a title, description or place in one language; a blank text takes it away."""
    texts = {code: one for code, one in getattr(wanted, name).items() if code != language}
    values: dict[str, Any] = {name: {**texts, language: text} if text else texts}
    return replace(wanted, **values)


def happens_twice(moment: datetime, zone: str) -> bool:
    """Whether the clock of the zone shows this time twice: clocks are put back then."""
    there = moment.astimezone(ZoneInfo(zone))
    wall = there.replace(tzinfo=None)
    both = {wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    return len(both) == 2
