"""Laws of the waiting list: offers end by day, in time, and pass nobody over for good."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.events.event import Mode, Taken
from domain.events.seating import (
    NIGHT_BEGINS,
    NIGHT_ENDS,
    SHORTEST,
    Waiting,
    claim_until,
    position,
    promote,
)
from tests.domain.events.test_calendar import EVENT

ZONES = (
    *("Europe/Kyiv", "Europe/Madrid", "Europe/Lisbon", "UTC", "America/New_York"),
    *("Pacific/Auckland", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati"),
)
zones = st.sampled_from(ZONES)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
ahead = st.timedeltas(timedelta(minutes=1), timedelta(days=30))
hours = st.integers(1, 24 * 14)


@given(now=moments, ahead=ahead, hours=hours, zone=zones)
def test_no_offer_ends_while_its_reader_sleeps(
    now: datetime, ahead: timedelta, hours: int, zone: str
) -> None:
    event = replace(EVENT, starts_at=now + ahead, claim_hours=hours)
    expires = claim_until(event, zone, now)
    assume(expires is not None)
    assert expires is not None
    local = expires.astimezone(ZoneInfo(zone)).time()
    assert NIGHT_ENDS <= local <= NIGHT_BEGINS
    assert now + SHORTEST <= expires <= now + ahead


@given(now=moments, hours=hours, zone=zones)
def test_an_offer_is_never_shorter_than_the_event_says_while_there_is_time(
    now: datetime, hours: int, zone: str
) -> None:
    event = replace(EVENT, starts_at=now + timedelta(days=60), claim_hours=hours)
    expires = claim_until(event, zone, now)
    assert expires is not None
    # The night may lengthen it by its own length and the two hours for waking up, no more.
    assert now + timedelta(hours=hours) <= expires <= now + timedelta(hours=hours + 13)


@given(day=st.dates(date(2026, 1, 1), date(2028, 12, 31)), minute=st.integers(0, 59), zone=zones)
def test_in_the_night_before_a_morning_event_no_offer_is_made(
    day: date, minute: int, zone: str
) -> None:
    local = datetime.combine(day, time(23, minute), ZoneInfo(zone))
    starts = datetime.combine(day + timedelta(1), time(7), local.tzinfo)
    event = replace(EVENT, starts_at=starts.astimezone(UTC))
    assert claim_until(event, zone, local.astimezone(UTC)) is None


queues = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(Mode), zones), min_size=1, max_size=12
)


@given(
    queue=queues,
    onsite=st.integers(0, 6),
    online=st.integers(0, 6),
    limit=st.none() | st.integers(1, 3),
)
def test_promotion_never_passes_a_limit_and_keeps_the_order(
    queue: list[tuple[int, Mode, str]], onsite: int, online: int, limit: int | None
) -> None:
    capacity: dict[Mode, int | None] = {Mode.ONSITE: onsite, Mode.ONLINE: online}
    now = datetime(2027, 1, 11, 12, 0, tzinfo=UTC)
    event = replace(
        EVENT,
        capacity=capacity,
        organisation_limit=limit,
        starts_at=now + timedelta(days=40),
        ends_at=now + timedelta(days=41),
    )
    waiting = [Waiting(number, org, mode, zone) for number, (org, mode, zone) in enumerate(queue)]
    offers = promote(event, Taken(), waiting, now)
    chosen = [one for one in waiting if one.id in {offer.registration_id for offer in offers}]
    assert [offer.registration_id for offer in offers] == [one.id for one in chosen]
    for mode, seats in capacity.items():
        assert sum(one.mode is mode for one in chosen) <= (seats or 0)
    for organisation in {one.organisation_id for one in waiting}:
        held = sum(one.organisation_id == organisation for one in chosen)
        assert limit is None or held <= limit
    for one in waiting:  # who got none is behind a full mode or their organisation's limit
        if one not in chosen:
            before = [other for other in chosen if other.id < one.id]
            full = sum(other.mode is one.mode for other in before) >= (capacity[one.mode] or 0)
            mates = sum(other.organisation_id == one.organisation_id for other in before)
            assert full or (limit is not None and mates >= limit)


def test_who_is_capped_is_passed_over_and_keeps_the_place() -> None:
    now = datetime(2027, 1, 11, 12, 0, tzinfo=UTC)
    event = replace(
        EVENT,
        capacity={Mode.ONSITE: 3},
        organisation_limit=2,
        starts_at=now + timedelta(days=40),
        ends_at=now + timedelta(days=41),
    )
    capped, other = Waiting(1, 7, Mode.ONSITE, "UTC"), Waiting(2, 8, Mode.ONSITE, "UTC")
    taken = Taken({Mode.ONSITE: 2}, {7: 2})
    assert [o.registration_id for o in promote(event, taken, [capped, other], now)] == [2]
    assert position([capped], 1) == 1
    freed = Taken({Mode.ONSITE: 2}, {7: 1, 8: 1})
    assert [o.registration_id for o in promote(event, freed, [capped], now)] == [1]
