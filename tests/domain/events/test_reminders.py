"""When attendees are reminded: by the wall clock of the event, whatever the clock does."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events.event import Event, EventState, Mode, Registration, State
from domain.events.reminders import (
    EARLIEST,
    LATEST,
    MORNING,
    REMINDERS,
    Reminder,
    When,
    next_due,
    to_remind,
)

ZONES = ("Europe/Kyiv", "Europe/Madrid", "Europe/Oslo", "America/New_York", "Asia/Kathmandu")
STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds it
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
BY_DAYS = [rule for rule in REMINDERS if rule.days is not None]
BY_MINUTES = [rule for rule in REMINDERS if rule.days is None]


def event(starts_at: datetime, zone: str = "Europe/Kyiv", state: str = "published") -> Event:
    return Event(
        id=1,
        slug="s",
        token="t",
        state=EventState(state),
        title={"uk": "Захід"},
        description={},
        place={},
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        zone=zone,
        languages=("uk",),
        organiser="",
        join_url="https://meet.example.org/",
        capacity={Mode.ONLINE: None},
        organisation_limit=None,
        approval=False,
        registration_open=True,
        registration_closes_at=None,
        claim_hours=24,
        form_id=None,
        materials=(),
        sequence=0,
        changed_at=NEVER,
    )


def seat(number: int, person: int, changed_at: datetime, **more: object) -> Registration:
    values: dict[str, object] = {
        "id": number,
        "event_id": 1,
        "organisation_id": 1,
        "person_id": person,
        "registered_by": person,
        "attendee": "Олена",
        "mode": Mode.ONLINE,
        "state": State.CONFIRMED,
        "code": "c",
        "ticket_version": 1,
        "queue_no": None,
        "offer_no": 0,
        "offer_expires_at": None,
        "created_at": changed_at,
        "changed_at": changed_at,
        "checked_in_at": None,
        "checked_in_by": None,
        "joined_at": None,
        "rating": None,
        "source": None,
        "certificate": None,
    }
    return Registration(**{**values, **more})  # type: ignore[arg-type]


def rule_of(kind: Reminder) -> When:
    return next(rule for rule in REMINDERS if rule.kind is kind)


@given(STARTS, st.sampled_from(ZONES), st.sampled_from(BY_DAYS))
def test_rules_by_days_are_due_at_ten_where_the_event_is(
    starts_at: datetime, zone: str, rule: When
) -> None:
    due = rule.due(starts_at, zone).astimezone(ZoneInfo(zone))
    assert due.time() == MORNING
    assert (starts_at.astimezone(ZoneInfo(zone)).date() - due.date()).days == rule.days


@given(STARTS, st.sampled_from(ZONES), st.sampled_from(BY_MINUTES))
def test_rules_by_minutes_are_so_long_before_the_start(
    starts_at: datetime, zone: str, rule: When
) -> None:
    assert starts_at - rule.due(starts_at, zone) == rule.ahead


@given(STARTS, st.sampled_from(ZONES), st.sampled_from(REMINDERS))
def test_a_rule_is_due_before_it_is_useless_and_within_what_is_looked_at(
    starts_at: datetime, zone: str, rule: When
) -> None:
    due, until = rule.due(starts_at, zone), rule.useful_until(starts_at)
    assert due < until <= starts_at + LATEST
    assert starts_at - EARLIEST <= due


@pytest.mark.parametrize(
    ("starts_at", "due"),
    [  # the clock goes forward in the night to 28 March 2027, and back in that to 31 October
        ("2027-03-28T10:00+03:00", "2027-03-27T08:00+00:00"),
        ("2027-03-29T10:00+03:00", "2027-03-28T07:00+00:00"),
        ("2027-10-31T10:00+02:00", "2027-10-30T07:00+00:00"),
        ("2027-11-01T10:00+02:00", "2027-10-31T08:00+00:00"),
    ],
)
def test_the_day_before_is_ten_oclock_on_both_sides_of_a_change(starts_at: str, due: str) -> None:
    found = rule_of(Reminder.DAY).due(datetime.fromisoformat(starts_at), "Europe/Kyiv")
    assert found == datetime.fromisoformat(due)


def test_a_wall_time_that_is_skipped_is_as_long_after_the_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("domain.events.reminders.MORNING", time(3, 30))
    due = rule_of(Reminder.DAY).due(datetime(2027, 3, 29, 9, tzinfo=UTC), "Europe/Kyiv")
    assert due.astimezone(ZoneInfo("Europe/Kyiv")).time() == time(4, 30)


@given(STARTS, st.sampled_from(ZONES), st.sampled_from(REMINDERS), st.integers(-300, 300))
def test_what_was_past_when_the_event_was_moved_is_not_made_up_for(
    starts_at: datetime, zone: str, rule: When, hours: int
) -> None:
    due = rule.due(starts_at, zone)
    moved_at = due + timedelta(hours=hours)
    assert rule.is_due(event(starts_at, zone), moved_at, due) == (moved_at < due)
    assert not rule.is_due(event(starts_at, zone, "cancelled"), NEVER, due)
    assert not rule.is_due(event(starts_at, zone, "draft"), NEVER, due)


@given(st.lists(STARTS, max_size=6), STARTS)
def test_the_next_one_is_the_first_that_is_due(starts: list[datetime], now: datetime) -> None:
    events = [(event(starts_at), NEVER) for starts_at in starts]
    dues = [rule.due(s, "Europe/Kyiv") for s in starts for rule in REMINDERS]
    found = next_due(events, now)
    assert (found[0] if found else None) == min((due for due in dues if due > now), default=None)


START = datetime(2026, 12, 10, 12, tzinfo=UTC)
LONG_AGO = START - timedelta(days=30)


def reminded(rule: When, *seats: Registration, told: tuple[int, ...] = ()) -> list[int]:
    return [one.id for one in to_remind(rule, event(START), seats, told)]


def test_one_reminder_for_a_person_but_each_attendee_is_asked() -> None:
    seats = [seat(1, 7, LONG_AGO), seat(2, 7, LONG_AGO), seat(3, 8, LONG_AGO)]
    assert reminded(rule_of(Reminder.DAY), *seats) == [1, 3]
    assert reminded(rule_of(Reminder.STILL_COMING), *seats) == [1, 2, 3]


def test_who_knows_already_is_not_reminded() -> None:
    rule = rule_of(Reminder.DAY)
    due = rule.due(START, "Europe/Kyiv")
    assert reminded(rule, seat(1, 7, due - timedelta(hours=1))) == []
    assert reminded(rule, seat(1, 7, due - timedelta(hours=3))) == [1]
    assert reminded(rule, seat(1, 7, LONG_AGO), seat(2, 8, LONG_AGO), told=(7,)) == [2]
    assert reminded(rule_of(Reminder.HOUR), seat(1, 7, LONG_AGO), told=(7,)) == [1]


def test_only_who_has_a_seat_and_is_not_there_yet() -> None:
    seats = [
        seat(1, 1, LONG_AGO, state=State.WAITING),
        seat(2, 2, LONG_AGO, checked_in_at=LONG_AGO),
        seat(3, 3, LONG_AGO, mode=Mode.ONSITE),
        seat(4, 4, LONG_AGO),
    ]
    assert reminded(rule_of(Reminder.HOUR), *seats) == [3, 4]
    assert reminded(rule_of(Reminder.BEGINS), *seats) == [4]
