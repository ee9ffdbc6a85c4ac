"""The rules of what leaves on its own: every kind is whole, and nobody is woken up."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.messages import (
    QUIET_FROM,
    QUIET_TO,
    Check,
    Priority,
    Quiet,
    Rule,
    end_of_quiet,
    put_off,
)

ZONES = ("Europe/Kyiv", "Europe/Madrid", "Europe/Oslo", "America/New_York", "Asia/Kathmandu")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds it


def sleepy(quiet: Quiet) -> Rule:
    return Rule("kind", "", "", Priority.DAYS, Check.NOTHING, quiet=quiet)


@given(MOMENTS, st.sampled_from(ZONES))
def test_the_quiet_hours_end_at_eight_where_the_reader_is(now: datetime, zone: str) -> None:
    local = now.astimezone(ZoneInfo(zone))
    end = end_of_quiet(now, zone)
    if QUIET_TO <= local.time() < QUIET_FROM:
        assert end is None
        return
    assert end is not None
    assert end.astimezone(ZoneInfo(zone)).time() == QUIET_TO
    assert now < end <= now + timedelta(hours=12)  # 11, and one more where the clock goes back
    assert end_of_quiet(end, zone) is None


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(Quiet), st.integers(0, 48))
def test_nothing_waits_until_it_is_of_no_use(
    now: datetime, zone: str, quiet: Quiet, hours: int
) -> None:
    useful = now + timedelta(hours=hours)
    waits = put_off(sleepy(quiet), {}, now, zone, useful)
    assert waits is None or now < waits <= useful
    assert waits is None or quiet is not Quiet.NEVER


def test_a_change_of_what_begins_in_the_morning_does_not_wait() -> None:
    night = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # 22:00 in Kyiv; the morning is 06:00 UTC
    rule = sleepy(Quiet.UNLESS_SOON)

    def waits(**params: str) -> bool:
        return put_off(rule, params, night, "Europe/Kyiv", None) is not None

    assert not waits(starts_at="2026-11-25T07:00:00+00:00")
    assert waits(starts_at="2026-12-02T07:00:00+00:00")
    assert not waits(starts_at="2026-12-02T07:00:00+00:00", was="2026-11-25T07:00:00+00:00")
    assert waits()
