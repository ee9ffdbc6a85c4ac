"""When attendees are reminded: by days at the event's own wall time, by minutes before it.

Whatever changes the clock in between, "the day before at ten" is ten o'clock where the event is.
Nothing is planned ahead: a rule whose time has come is applied to those who have a seat then.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.events.event import Event, EventState, Mode, Registration, State

MORNING = time(10)  # when rules by days are due, where the event is
FRESH = timedelta(hours=2)  # who was told of the event, or did something there, knows


class Reminder(StrEnum):
    """The kinds of reminder, in the order in which they come."""

    WEEK = "event_in_a_week"
    STILL_COMING = "event_still_coming"
    DAY = "event_tomorrow"
    HOUR = "event_in_an_hour"
    BEGINS = "event_begins"


@dataclass(frozen=True, slots=True)
class When:
    """`days` before at ten, or `ahead` of the start; of use until `until` before the start.

    `online` reminds those alone who take part online, `each` asks for every attendee.
    """

    kind: Reminder
    until: timedelta
    days: int | None = None
    ahead: timedelta = timedelta(0)
    online: bool = False
    each: bool = False

    def due(self, starts_at: datetime, zone: str) -> datetime:
        """When it is due, in UTC. A wall time that the clock skips is as long after the gap."""
        if self.days is None:
            return starts_at - self.ahead
        day = starts_at.astimezone(ZoneInfo(zone)).date() - timedelta(days=self.days)
        return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)

    def useful_until(self, starts_at: datetime) -> datetime:
        return starts_at - self.until

    def is_due(self, event: Event, scheduled_at: datetime, now: datetime) -> bool:
        """Whether to remind now; `scheduled_at` is when the event got the start that it has.

        What was past already when it was moved is not made up for.
        """
        if event.state is not EventState.PUBLISHED or event.starts_at is None:
            return False
        due = self.due(event.starts_at, event.zone)
        return scheduled_at < due <= now <= self.useful_until(event.starts_at)


REMINDERS = (
    When(Reminder.WEEK, timedelta(days=4), days=7),
    When(Reminder.STILL_COMING, timedelta(hours=30), days=3, each=True),
    When(Reminder.DAY, timedelta(hours=3), days=1),
    When(Reminder.HOUR, timedelta(0), ahead=timedelta(hours=1)),
    When(Reminder.BEGINS, timedelta(minutes=-10), ahead=timedelta(minutes=10), online=True),
)
EARLIEST = timedelta(days=8)  # no rule is due earlier before the start
LATEST = timedelta(minutes=10)  # none is of use later after it


def to_remind(
    rule: When,
    event: Event,
    registrations: Iterable[Registration],
    told: Collection[int] = (),
) -> list[Registration]:
    """Those to remind: one registration for each person, or (`rule.each`) every one.

    Who got the seat, or changed something there, within `FRESH` of the rule's time or later knows
    already. Rules by days let those rest who were `told` something else about the event within it.
    """
    if event.starts_at is None:
        return []
    due = rule.due(event.starts_at, event.zone)
    fresh = timedelta(0) if rule.days is None else FRESH
    chosen: dict[int, Registration] = {}
    for one in registrations:
        if one.state is not State.CONFIRMED or one.attended:
            continue
        if rule.online and (one.mode is not Mode.ONLINE or event.join_url is None):
            continue
        if one.changed_at > due - fresh:
            continue
        if rule.days is not None and one.person_id in told:
            continue
        chosen.setdefault(one.id if rule.each else one.person_id, one)
    return list(chosen.values())


def next_due(
    events: Collection[tuple[Event, datetime]], now: datetime
) -> tuple[datetime, Event, Reminder] | None:
    """The next moment after `now` at which a rule is due; events with their `scheduled_at`."""
    coming = [
        (due, event, rule.kind)
        for event, scheduled_at in events
        if event.starts_at is not None
        for rule in REMINDERS
        if (due := rule.due(event.starts_at, event.zone)) > max(now, scheduled_at)
        and rule.is_due(event, scheduled_at, due)
    ]
    return min(coming, key=lambda one: (one[0], one[1].id), default=None)
