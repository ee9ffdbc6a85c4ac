"""Single changes to an event, who sees what is attached, and what cannot be published."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.events.definition import NEEDS_MODE, NEEDS_TITLE, Definition, check
from domain.events.editing import happens_twice, in_zone, starting, with_mode, with_seats
from domain.events.event import Mode
from domain.events.materials import Audience, audience
from domain.surveys.message import Message

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
START = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)
EVENT = Definition(
    "day",
    {"en": "Day"},
    "Europe/Madrid",
    starts_at=START,
    ends_at=START + timedelta(hours=6),
    registration_closes_at=START - timedelta(days=2),
    capacity={Mode.ONSITE: 40},
)


def test_another_start_takes_the_end_and_the_close_along() -> None:
    moved = starting(EVENT, START + timedelta(days=7))
    assert moved.ends_at == START + timedelta(days=7, hours=6)
    assert moved.registration_closes_at == START + timedelta(days=5)


def test_a_first_start_gives_an_end_after_it() -> None:
    begun = starting(replace(EVENT, starts_at=None, ends_at=None), START)
    assert begun.ends_at is not None
    assert begun.ends_at > START
    assert check(begun, NOW) == []


def test_another_zone_keeps_the_clock() -> None:
    moved = in_zone(EVENT, "Europe/Kyiv")
    assert isinstance(moved, Definition)
    assert moved.starts_at == START - timedelta(hours=1)


def test_a_zone_whose_clock_skips_the_time_is_refused() -> None:
    early = replace(EVENT, zone="UTC", starts_at=datetime(2027, 3, 28, 2, 30, tzinfo=UTC))
    assert isinstance(in_zone(early, "Europe/Madrid"), Message)


def test_a_time_that_happens_twice_is_known() -> None:
    assert happens_twice(datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "Europe/Madrid")
    assert not happens_twice(datetime(2027, 10, 31, 2, 30, tzinfo=UTC), "Europe/Madrid")
    assert not happens_twice(datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "Europe/Madrid")


def test_modes_and_seats_are_changed_one_by_one() -> None:
    both = with_mode(EVENT, Mode.ONLINE, held=True)
    assert with_seats(both, Mode.ONLINE, None).capacity == {Mode.ONSITE: 40, Mode.ONLINE: None}
    assert with_seats(EVENT, Mode.ONSITE, -3).capacity == {Mode.ONSITE: 1}
    assert with_mode(EVENT, Mode.ONSITE, held=False).capacity == {}


@pytest.mark.parametrize(
    ("changes", "msgid"), [({"title": {}}, NEEDS_TITLE), ({"capacity": {}}, NEEDS_MODE)]
)
def test_what_is_published_has_a_title_and_a_way_to_take_part(
    changes: dict[str, dict[str, str]], msgid: str
) -> None:
    wanted = replace(EVENT, publish=True, **changes)  # type: ignore[arg-type]
    assert [one.msgid for one in check(wanted, NOW)] == [msgid]
    assert check(replace(wanted, publish=False), NOW) == []


def test_a_recording_is_not_for_everyone_unless_chosen() -> None:
    assert audience({"kind": "recording"}) is Audience.CONFIRMED
    assert audience({"kind": "slides"}) is Audience.EVERYONE
    assert audience({"kind": "recording", "who": "everyone"}) is Audience.EVERYONE
