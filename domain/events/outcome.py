"""What an operation on a registration led to, for a screen to word."""

from dataclasses import dataclass
from enum import StrEnum

from domain.events.event import Registration
from domain.events.seating import Why


class Refusal(StrEnum):
    """Why nothing was changed."""

    NO_EVENT = "no_event"
    CLOSED = "closed"
    NO_MODE = "no_mode"
    NOT_A_CONTACT = "not_a_contact"
    GONE = "gone"
    """There is no such registration for this person."""
    NOT_LIVE = "not_live"
    NOT_WAITING = "not_waiting"
    CALLED_OFF = "called_off"
    OVER = "over"
    ATTENDED = "attended"
    """The attendee was admitted, or joined the call."""
    TOO_LATE = "too_late"
    """The offer has run out, or was answered already."""
    FULL = "full"
    ORGANISATION_LIMIT = "organisation_limit"
    ALREADY = "already"
    """The colleague has a registration of their own."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation led to: the registration as it is now, or why nothing changed.

    `why` and `place` explain a registration that waits; `changed` is False for a repetition.
    """

    registration: Registration | None = None
    refusal: Refusal | None = None
    why: Why | None = None
    place: int = 0
    changed: bool = True
