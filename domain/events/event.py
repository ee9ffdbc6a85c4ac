"""An event and a registration as plain values, in pretix's words where it has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

JOIN_OPENS = timedelta(minutes=30)  # before the start the link of a call is shown


class Mode(StrEnum):
    """How one takes part; each mode has a capacity of its own."""

    ONSITE = "onsite"
    ONLINE = "online"


class EventState(StrEnum):
    """Only a published event is found in the list and takes registrations."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class State(StrEnum):
    """What a registration is. The first four are live: they count for "one per attendee"."""

    PENDING = "pending"
    """Awaiting approval by the organiser; holds no seat."""
    WAITING = "waiting"
    """On the waiting list; holds no seat."""
    OFFERED = "offered"
    """A seat is held until `offer_expires_at`."""
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    """The offer was not taken in time."""
    CANCELLED = "cancelled"


LIVE = (State.PENDING, State.WAITING, State.OFFERED, State.CONFIRMED)


class Notice(StrEnum):
    """The kinds of message that events cause."""

    CONFIRMED = "event_confirmed"
    OFFER = "event_offer"
    OFFER_EXPIRED = "event_offer_expired"
    APPROVED = "event_approved"
    DECLINED = "event_declined"
    MOVED = "event_moved"
    CANCELLED = "event_cancelled"
    HANDED_OVER = "event_handed_over"
    GIVEN_UP = "event_given_up"
    REMOVED = "event_removed"
    SWITCHED = "event_switched"
    TICKET = "event_ticket"
    REQUEST = "event_request"
    RATE = "event_rate"
    RATED = "event_rated"


@dataclass(frozen=True, slots=True)
class Event:
    """An event. Moments are in UTC, `zone` is the IANA zone of its place.

    Texts are by language (`uk`, `en`). A mode that is not in `capacity` is not offered; a
    capacity of None has no limit. A draft may lack its dates.
    """

    id: int
    slug: str
    token: str
    state: EventState
    title: Mapping[str, str]
    description: Mapping[str, str]
    place: Mapping[str, str]
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    languages: tuple[str, ...]
    organiser: str
    join_url: str | None
    capacity: Mapping[Mode, int | None]
    organisation_limit: int | None
    approval: bool
    registration_open: bool
    registration_closes_at: datetime | None
    claim_hours: int
    form_id: int | None
    materials: tuple[Mapping[str, Any], ...]
    sequence: int
    changed_at: datetime

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes that are offered, onsite first."""
        return tuple(mode for mode in Mode if mode in self.capacity)

    def name(self, language: str) -> str:
        """The title for a reader, in another language where theirs is missing."""
        return in_language(self.title, language)

    def is_over(self, now: datetime) -> bool:
        return self.ends_at is not None and now >= self.ends_at

    def is_on(self, now: datetime) -> bool:
        """Whether it is a day of the event where it is held; of one without dates any day is."""
        if self.starts_at is None or self.ends_at is None:
            return True
        zone = ZoneInfo(self.zone)
        first, last = (at.astimezone(zone).date() for at in (self.starts_at, self.ends_at))
        return first <= now.astimezone(zone).date() <= last

    def takes_registrations(self, now: datetime) -> bool:
        """Whether somebody can still register (a seat is another matter)."""
        closes = self.registration_closes_at or self.ends_at
        return (
            self.state is EventState.PUBLISHED
            and self.registration_open
            and (closes is None or now < closes)
            and not self.is_over(now)
        )

    def can_be_joined(self, now: datetime) -> bool:
        """Whether the link of the call is shown: from 30 minutes before the start to the end."""
        if self.state is not EventState.PUBLISHED or self.starts_at is None:
            return False
        return self.starts_at - JOIN_OPENS <= now and not self.is_over(now)


def in_language(texts: Mapping[str, str], language: str) -> str:
    """A text by language for a reader: theirs, else English, else whatever there is."""
    return (
        texts.get(language)
        or texts.get("en")
        or next((text for text in texts.values() if text), "")
    )


@dataclass(frozen=True, slots=True)
class Registration:
    """One attendee of one event. `person_id` holds it on Telegram and gets its messages."""

    id: int
    event_id: int
    organisation_id: int
    person_id: int
    registered_by: int
    attendee: str
    mode: Mode
    state: State
    code: str
    ticket_version: int
    queue_no: int | None
    offer_no: int
    offer_expires_at: datetime | None
    created_at: datetime
    changed_at: datetime
    checked_in_at: datetime | None
    checked_in_by: int | None
    joined_at: datetime | None
    rating: int | None
    source: str | None
    certificate: str | None

    @property
    def attended(self) -> bool:
        """Admitted at the door, or went to the call by the bot's button."""
        return self.checked_in_at is not None or self.joined_at is not None

    @property
    def live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class Taken:
    """The seats of an event that are held now: confirmed ones and live offers.

    `by_mode` and `by_organisation` count the same rows.
    """

    by_mode: Mapping[Mode, int] = field(default_factory=dict)
    by_organisation: Mapping[int, int] = field(default_factory=dict)
