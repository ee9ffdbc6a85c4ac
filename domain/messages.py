"""Everything that Lanka says without being asked: the one list, with the rules for each kind.

What a kind says is in `dialogs.notices`, how it is checked before it leaves in `storage.checks`;
tests hold the three together, and `docs/messages.md` is made from this list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain.events.event import Notice as Event
from domain.events.reminders import Reminder
from domain.funding.enquiries import Notice as Enquiry
from domain.people.membership import Notice as Membership
from domain.surveys.nudges import Nudge

BROADCAST = "broadcast"
TEST = "broadcast_test"
RECALL = "broadcast_recall"
SECOND = "broadcast_waits"

QUIET_FROM, QUIET_TO = time(21), time(8)  # in the reader's zone
URGENT_WITHIN = timedelta(hours=4)  # after the quiet hours: what concerns less does not wait


class Priority(IntEnum):
    """In which order messages leave; what answers a tap goes before all of them."""

    URGENT = 0
    """A window is running: an offered seat."""
    ANSWER = 1
    """Somebody waits for it, or must know."""
    SOON = 2
    """It begins within the hour."""
    DAYS = 4
    """It begins within days."""
    BROADCAST = 6
    NUDGE = 8


class Doubt(StrEnum):
    """What becomes of a message that may have arrived: after a crash, a timeout or a 5xx."""

    AGAIN = "again"
    """It is sent again: better twice than not at all."""
    HOLD = "hold"
    """It stays `unknown` and is counted as such: better not at all than twice."""


class Quiet(StrEnum):
    """Whether a message waits for the end of the quiet hours, 21 to 8 where the reader is."""

    NEVER = "never"
    """It leaves at any time: a minute rule, or somebody waits for it."""
    UNLESS_SOON = "unless soon"
    """It waits, unless the event begins, or began before it was moved, too soon after them."""
    ALWAYS = "always"


class Topic(StrEnum):
    """What a reader can mute."""

    EVENTS = "events"
    """Reminders; of one event where the mute names its id."""
    SURVEYS = "surveys"
    """Nudges to finish; of one response where the mute names its id."""
    NEWS = "news"
    """What organisers write to many."""


class Check(StrEnum):
    """What is looked at again just before a message leaves; `storage.checks` knows how."""

    NOTHING = "nothing"
    ASKS_TO_JOIN = "still asks to join, and the reader may decide"
    WATCHES = "the reader still wants to hear of changes"
    ENQUIRY_OPEN = "nobody has taken the question, and the reader organises"
    OFFER_OPEN = "the seat is still offered"
    REQUEST_OPEN = "not decided yet, and the reader organises"
    HOLDS = "the registration is still theirs"
    CALLED_OFF = "the event is still called off"
    AS_PLANNED = "the registration is still theirs, and the event was not moved again"
    SEATED = "the seat is still theirs, and the event was not moved or called off"
    UNFINISHED = "nobody has answered since, and the survey is open and unfinished"
    UNRATED = "they were there and have not rated it"
    WAITS = "it still waits, and the reader may confirm it"
    ATTENDS = "they still have a seat, and the event was not moved or called off"


@dataclass(frozen=True, slots=True)
class Rule:
    """The rules for one kind of message. `to` and `when` are for `docs/messages.md`.

    `topic` is how to mute it; None: it cannot be muted, since somebody waits for it.
    """

    kind: str
    to: str
    when: str
    priority: Priority
    check: Check
    doubt: Doubt = Doubt.AGAIN
    quiet: Quiet = Quiet.NEVER
    topic: Topic | None = None


RULES: Mapping[str, Rule] = {
    rule.kind: rule
    for rule in (
        Rule(
            Membership.JOIN_REQUEST,
            "the contacts of the organisation, else the organisers",
            "somebody names the code of an organisation",
            Priority.ANSWER,
            Check.ASKS_TO_JOIN,
        ),
        Rule(
            Membership.JOIN_ACCEPTED,
            "who asked",
            "the first of them says yes",
            Priority.ANSWER,
            Check.NOTHING,
        ),
        Rule(
            Membership.JOIN_DECLINED,
            "who asked",
            "the first of them says no",
            Priority.ANSWER,
            Check.NOTHING,
        ),
        Rule(
            Event.OFFER,
            "the next on the waiting list",
            "a seat is free",
            Priority.URGENT,
            Check.OFFER_OPEN,
        ),
        Rule(
            Event.OFFER_EXPIRED,
            "who had the offer",
            "it was not taken in time",
            Priority.ANSWER,
            Check.NOTHING,
        ),
        Rule(
            Event.REQUEST,
            "the organisers",
            "somebody registers where the organiser approves",
            Priority.ANSWER,
            Check.REQUEST_OPEN,
        ),
        Rule(
            Event.APPROVED,
            "who registered",
            "the first organiser says yes",
            Priority.ANSWER,
            Check.HOLDS,
        ),
        Rule(
            Event.DECLINED,
            "who registered",
            "the first organiser says no",
            Priority.ANSWER,
            Check.NOTHING,
        ),
        Rule(
            Event.CONFIRMED,
            "who has the seat",
            "a colleague takes it for them, or changes how they take part",
            Priority.ANSWER,
            Check.HOLDS,
        ),
        Rule(
            Event.MOVED,
            "all who are registered or wait",
            "the time or place changes",
            Priority.ANSWER,
            Check.AS_PLANNED,
            quiet=Quiet.UNLESS_SOON,
        ),
        Rule(
            Event.CANCELLED,
            "all who were registered or waited",
            "the event is called off",
            Priority.ANSWER,
            Check.CALLED_OFF,
            quiet=Quiet.UNLESS_SOON,
        ),
        Rule(
            Event.HANDED_OVER,
            "who has the seat now",
            "a colleague gives it to them",
            Priority.ANSWER,
            Check.HOLDS,
        ),
        Rule(
            Event.GIVEN_UP,
            "who had the seat",
            "a colleague gives it back",
            Priority.ANSWER,
            Check.NOTHING,
        ),
        Rule(
            Event.REMOVED,
            "who was registered",
            "an organiser cancels their registration",
            Priority.ANSWER,
            Check.NOTHING,
        ),
        Rule(
            Event.SWITCHED,
            "who is registered",
            "an organiser moves them between onsite and online",
            Priority.ANSWER,
            Check.HOLDS,
        ),
        Rule(
            Event.TICKET,
            "who has a seat",
            "an organiser sends their ticket again",
            Priority.ANSWER,
            Check.SEATED,
        ),
        Rule(
            Event.RATE,
            "who was there",
            "half an hour after the end",
            Priority.DAYS,
            Check.UNRATED,
            doubt=Doubt.HOLD,
            quiet=Quiet.ALWAYS,
            topic=Topic.EVENTS,
        ),
        Rule(
            Event.RATED,
            "the organisers",
            "two days after the end, where anybody was there",
            Priority.DAYS,
            Check.NOTHING,
            doubt=Doubt.HOLD,
            quiet=Quiet.ALWAYS,
        ),
        Rule(
            Reminder.WEEK,
            "who has a seat",
            "7 days before, at 10:00 where the event is; until 4 days before",
            Priority.DAYS,
            Check.ATTENDS,
            doubt=Doubt.HOLD,
            quiet=Quiet.ALWAYS,
            topic=Topic.EVENTS,
        ),
        Rule(
            Reminder.STILL_COMING,
            "every attendee who has a seat",
            "3 days before, at 10:00 where the event is; until 30 hours before",
            Priority.DAYS,
            Check.SEATED,
            quiet=Quiet.ALWAYS,
            topic=Topic.EVENTS,
        ),
        Rule(
            Reminder.DAY,
            "who has a seat",
            "the day before, at 10:00 where the event is; until 3 hours before",
            Priority.DAYS,
            Check.ATTENDS,
            quiet=Quiet.ALWAYS,
            topic=Topic.EVENTS,
        ),
        Rule(
            Reminder.HOUR,
            "who has a seat and is not there yet",
            "1 hour before; until it begins",
            Priority.SOON,
            Check.ATTENDS,
            topic=Topic.EVENTS,
        ),
        Rule(
            Reminder.BEGINS,
            "who takes part online and has not joined yet",
            "10 minutes before; until 10 minutes after it began",
            Priority.SOON,
            Check.ATTENDS,
            topic=Topic.EVENTS,
        ),
        Rule(
            Enquiry.ENQUIRY_OPENED,
            "the organisers",
            "somebody wants a person's answer",
            Priority.ANSWER,
            Check.ENQUIRY_OPEN,
        ),
        Rule(
            Enquiry.ENQUIRY_TAKEN,
            "who asked",
            "an organiser takes the question",
            Priority.ANSWER,
            Check.NOTHING,
        ),
        Rule(
            Enquiry.ENQUIRY_ANSWERED,
            "who asked",
            "an organiser answers it",
            Priority.ANSWER,
            Check.NOTHING,
        ),
        Rule(
            Enquiry.ARTICLE_CHANGED,
            "who asked for it and fits the article",
            "an organiser corrects an article about funding",
            Priority.BROADCAST,
            Check.WATCHES,
            Doubt.HOLD,
            Quiet.ALWAYS,
        ),
        Rule(
            Nudge.DAY,
            "who was last at an unfinished response",
            "a day after they left it; until 6 days after",
            Priority.NUDGE,
            Check.UNFINISHED,
            doubt=Doubt.HOLD,
            quiet=Quiet.ALWAYS,
            topic=Topic.SURVEYS,
        ),
        Rule(
            Nudge.WEEK,
            "who was last at an unfinished response",
            "a week after they left it, the second one at most; until 14 days after",
            Priority.NUDGE,
            Check.UNFINISHED,
            doubt=Doubt.HOLD,
            quiet=Quiet.ALWAYS,
            topic=Topic.SURVEYS,
        ),
        Rule(
            SECOND,
            "the organisers, but its author",
            "a broadcast to many needs a second organiser's yes",
            Priority.ANSWER,
            Check.WAITS,
        ),
        Rule(
            BROADCAST,
            "whom an organiser chose",
            "an organiser sends it",
            Priority.BROADCAST,
            Check.NOTHING,
            doubt=Doubt.HOLD,
            quiet=Quiet.ALWAYS,
            topic=Topic.NEWS,
        ),
        Rule(
            TEST,
            "the organiser who asked for it",
            "an organiser sends a broadcast to themselves first",
            Priority.ANSWER,
            Check.NOTHING,
        ),
        Rule(
            RECALL,
            "who got a broadcast",
            "an organiser takes it back: the message is deleted, or replaced by this",
            Priority.BROADCAST,
            Check.NOTHING,
        ),
    )
}


def put_off(
    rule: Rule, params: Mapping[str, Any], now: datetime, zone: str, not_after: datetime | None
) -> datetime | None:
    """Until when a message waits because its reader sleeps, in UTC; None: it may leave now.

    A message that would be of no use any more in the morning does not wait. `starts_at` and `was`
    in `params` are when its event begins, and began before it was moved.
    """
    if rule.quiet is Quiet.NEVER:
        return None
    morning = end_of_quiet(now, zone)
    if morning is None or (not_after is not None and morning > not_after):
        return None
    if rule.quiet is Quiet.UNLESS_SOON:
        moments = [
            datetime.fromisoformat(at) for at in map(params.get, ("starts_at", "was")) if at
        ]
        if any(now <= at <= morning + URGENT_WITHIN for at in moments):
            return None
    return morning


def end_of_quiet(now: datetime, zone: str) -> datetime | None:
    """When the quiet hours that a reader is in end, in UTC; None outside of them."""
    local = now.astimezone(ZoneInfo(zone))
    if QUIET_TO <= local.time() < QUIET_FROM:
        return None
    day = local.date() if local.time() < QUIET_TO else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_TO, local.tzinfo).astimezone(UTC)
