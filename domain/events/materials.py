"""What an organiser attaches to an event, and who gets to see it when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.events.event import Event, Registration, State

KINDS = ("agenda", "slides", "recording")
MOST = 12  # attachments of one event


class Audience(StrEnum):
    """Who sees an attachment."""

    EVERYONE = "everyone"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"


def audience(material: Mapping[str, Any]) -> Audience:
    """Whom the organiser chose; without a choice a recording is for those who had a seat."""
    default = Audience.CONFIRMED if material["kind"] == "recording" else Audience.EVERYONE
    return Audience(material.get("who") or default)


def shown(
    event: Event, mine: Sequence[Registration], now: datetime
) -> list[tuple[int, Mapping[str, Any]]]:
    """What somebody with these registrations sees now, each with its place in the list.

    A recording is seen after the event alone, whoever may see it.
    """
    seated = [one for one in mine if one.event_id == event.id and one.state is State.CONFIRMED]
    allowed = {Audience.EVERYONE}
    if seated:
        allowed.add(Audience.CONFIRMED)
    if any(one.attended for one in seated):
        allowed.add(Audience.ATTENDED)
    return [
        (number, one)
        for number, one in enumerate(event.materials)
        if audience(one) in allowed and (one["kind"] != "recording" or event.is_over(now))
    ]
