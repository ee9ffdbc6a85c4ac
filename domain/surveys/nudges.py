"""When somebody is reminded of a survey that they left unfinished: after a day, after a week."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST = 2  # nudges for one response, however often it is taken up and left again


class Nudge(StrEnum):
    """The kinds of nudge."""

    DAY = "survey_after_a_day"
    WEEK = "survey_after_a_week"


@dataclass(frozen=True, slots=True)
class When:
    """So long `after` it was left; of use until `until` after that."""

    kind: Nudge
    after: timedelta
    until: timedelta


NUDGES = (
    When(Nudge.DAY, timedelta(days=1), timedelta(days=6)),
    When(Nudge.WEEK, timedelta(days=7), timedelta(days=14)),
)
EARLIEST, LATEST = NUDGES[0].after, NUDGES[-1].until


def due(left_at: datetime, before: Collection[Nudge], now: datetime) -> When | None:
    """The nudge for a response that was left at `left_at`; `before` were sent already."""
    if len(before) >= MOST:
        return None
    return next(
        (
            one
            for one in NUDGES
            if one.kind not in before and one.after <= now - left_at < one.until
        ),
        None,
    )
