"""Calendar files, read back by icalendar and by the rules of RFC 5545 and 5546; the two links."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from domain.events.calendar import calendar_file, google_link, outlook_link
from domain.events.event import Event, EventState, Mode, Registration, State

START = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)  # Kyiv puts its clocks forward half an hour later
SECRET = "https://meet.example.org/secret"
EVENT = Event(
    id=7,
    slug="deep-dive",
    token="abcdefghjkmn",
    state=EventState.PUBLISHED,
    title={"uk": "Сесія; «Барселона»", "en": "Session"},
    description={},
    place={"en": "Barcelona"},
    starts_at=START,
    ends_at=START + timedelta(hours=3),
    zone="Europe/Kyiv",
    languages=("uk", "en"),
    organiser="Clusters4Health",
    join_url=SECRET,
    capacity={Mode.ONSITE: 40},
    organisation_limit=None,
    approval=False,
    registration_open=True,
    registration_closes_at=None,
    claim_hours=24,
    form_id=None,
    materials=(),
    sequence=0,
    changed_at=START - timedelta(days=90),
)
SEAT = Registration(
    id=3,
    event_id=7,
    organisation_id=1,
    person_id=1,
    registered_by=1,
    attendee="Олена Коваль",
    mode=Mode.ONSITE,
    state=State.CONFIRMED,
    code="ABCD2345",
    ticket_version=1,
    queue_no=None,
    offer_no=0,
    offer_expires_at=None,
    created_at=START - timedelta(days=80),
    changed_at=START - timedelta(days=80),
    checked_in_at=None,
    checked_in_by=None,
    joined_at=None,
    rating=None,
    source=None,
    certificate=None,
)
WORDS = {
    "title": "Сесія; «Барселона», день 1",
    "description": "Рядок\nдругий\r\nATTENDEE:mailto:x@example.org",
    "location": "Carrer de la Marina, 16",
    "url": "https://t.me/lanka_bot?start=eabcdefghjkmn",
}


def entry(content: bytes) -> tuple[Calendar, Any]:
    """The calendar and its one entry."""
    calendar = Calendar.from_ical(content)
    [event] = calendar.walk("VEVENT")
    return calendar, event


def test_a_file_is_published_in_utc_and_names_nobody() -> None:
    content = calendar_file(EVENT, SEAT, WORDS)
    calendar, event = entry(content)
    assert calendar["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event
    assert event["DTSTART"].to_ical() == b"20270328T003000Z"
    assert event["DTEND"].to_ical() == b"20270328T033000Z"
    assert not calendar.walk("VTIMEZONE")
    assert str(event["SUMMARY"]) == WORDS["title"]
    assert event["STATUS"] == "CONFIRMED"
    assert SECRET.encode() not in content
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75, "RFC 5545 folds at 75 octets"
    assert lines[-1] == b""
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert not any(line.startswith(b"ATTENDEE") for line in lines)


def test_the_same_twice_is_the_same_file() -> None:
    assert calendar_file(EVENT, SEAT, WORDS) == calendar_file(EVENT, SEAT, WORDS)


def test_a_moved_event_is_the_same_entry_with_a_higher_sequence() -> None:
    later = START + timedelta(days=1)
    moved = replace(
        EVENT,
        starts_at=later,
        ends_at=later + timedelta(hours=1),
        sequence=1,
        changed_at=START - timedelta(days=2),
    )
    _, before = entry(calendar_file(EVENT, SEAT, WORDS))
    _, after = entry(calendar_file(moved, SEAT, WORDS))
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == later
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
    assert after["LAST-MODIFIED"].dt == moved.changed_at


@pytest.mark.parametrize("whose", ["event", "registration"])
def test_a_cancelled_one_is_taken_away_by_a_higher_sequence(whose: str) -> None:
    event, seat = EVENT, SEAT
    if whose == "event":
        event = replace(EVENT, state=EventState.CANCELLED, sequence=1)
    else:
        seat = replace(SEAT, state=State.CANCELLED, ticket_version=2)
    _, before = entry(calendar_file(EVENT, SEAT, WORDS))
    calendar, after = entry(calendar_file(event, seat, WORDS, cancelled=True))
    assert calendar["METHOD"] == "CANCEL"
    assert after["STATUS"] == "CANCELLED"
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert "ORGANIZER" in after, "RFC 5546 asks for it in a CANCEL"


def test_two_registrations_are_two_entries() -> None:
    _, one = entry(calendar_file(EVENT, SEAT, WORDS))
    _, other = entry(calendar_file(EVENT, replace(SEAT, id=4), WORDS))
    assert one["UID"] != other["UID"]


def test_an_event_without_dates_has_no_file() -> None:
    with pytest.raises(ValueError, match="has no dates"):
        calendar_file(replace(EVENT, starts_at=None, ends_at=None), SEAT, WORDS)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 - wall times
    st.sampled_from(["Europe/Kyiv", "Europe/Madrid", "America/New_York", "Asia/Kathmandu"]),
)
def test_whatever_the_zone_the_moment_is_the_same(local: datetime, zone: str) -> None:
    start = local.replace(microsecond=0, tzinfo=ZoneInfo(zone))
    event = replace(EVENT, starts_at=start, ends_at=start.astimezone(UTC) + timedelta(hours=1))
    _, found = entry(calendar_file(event, SEAT, WORDS))
    assert found["DTSTART"].dt == start.astimezone(UTC)
    assert found["DTEND"].dt - found["DTSTART"].dt == timedelta(hours=1)


def test_the_links_fill_in_the_same_entry() -> None:
    google = parse_qs(urlsplit(google_link(EVENT, WORDS)).query)
    assert google["action"] == ["TEMPLATE"]
    assert google["dates"] == ["20270328T003000Z/20270328T033000Z"]
    assert google["text"] == [WORDS["title"]]
    assert google["location"] == [WORDS["location"]]
    outlook = parse_qs(urlsplit(outlook_link(EVENT, WORDS)).query)
    assert outlook["rru"] == ["addevent"]
    assert outlook["startdt"] == ["2027-03-28T00:30:00Z"]
    assert outlook["enddt"] == ["2027-03-28T03:30:00Z"]
    assert outlook["subject"] == [WORDS["title"]]
    for link in (google_link(EVENT, WORDS), outlook_link(EVENT, WORDS)):
        assert SECRET not in link
        assert WORDS["url"] in "".join(parse_qs(urlsplit(link).query).get("details", [])) or (
            WORDS["url"] in "".join(parse_qs(urlsplit(link).query).get("body", []))
        )


def test_a_long_description_does_not_make_an_endless_link() -> None:
    words = {**WORDS, "description": "щ" * 2000}
    assert len(google_link(EVENT, words)) < 2048
    assert len(outlook_link(EVENT, words)) < 2048
    assert "щ" * 2000 in str(entry(calendar_file(EVENT, SEAT, words))[1]["DESCRIPTION"])
