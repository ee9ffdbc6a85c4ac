"""When a survey left unfinished is spoken of: after a day, after a week, twice at most."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.surveys.nudges import MOST, NUDGES, Nudge, due

LEFT = datetime(2026, 11, 24, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


@given(st.lists(st.integers(1, 60), max_size=30), st.lists(st.booleans(), max_size=30))
def test_two_at_most_never_within_a_day_of_each_other_or_of_an_answer(
    hours: list[int], comes_back: list[bool]
) -> None:
    now, left_at = LEFT, LEFT
    sent: list[tuple[Nudge, datetime]] = []
    for wait, back in zip(hours, comes_back, strict=False):
        now += wait * HOUR
        if back:
            left_at = now
        if nudge := due(left_at, [kind for kind, _ in sent], now):
            assert now - left_at >= timedelta(days=1)
            sent.append((nudge.kind, now))
    assert len(sent) <= MOST
    assert len({kind for kind, _ in sent}) == len(sent)
    for (_, one), (_, other) in pairwise(sent):
        assert other - one >= timedelta(days=1)


def test_after_an_outage_the_one_that_fits_comes_and_the_old_rest() -> None:
    assert due(LEFT, [], LEFT + timedelta(days=3)) == NUDGES[0]
    assert due(LEFT, [], LEFT + timedelta(days=8)) == NUDGES[1]
    assert due(LEFT, [], LEFT + timedelta(days=30)) is None
