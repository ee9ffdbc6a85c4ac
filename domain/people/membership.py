"""Who may act for an organisation: asking, deciding, and what each outcome is called.

A ЄДРПОУ code is public, so knowing it proves nothing. The first who names it makes the
organisation; everybody after that needs a yes from a contact or an organiser, and sees nothing of
it until then.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

ASK_AGAIN = timedelta(days=1)
ASKS_A_DAY = 5  # each disturbs all contacts of an organisation


class Standing(StrEnum):
    """A person's standing with one organisation."""

    REQUESTED = "requested"
    ACTIVE = "active"
    DECLINED = "declined"
    LEFT = "left"


class Claim(StrEnum):
    """What becomes of naming an organisation."""

    FREE = "free"
    """Nobody has this code: the organisation can be made."""
    MADE = "made"
    MEMBER = "member"
    """They act for it already; it is the active one now."""
    ASKED = "asked"
    WAITING = "waiting"
    """Asked before, not decided yet."""
    NOBODY = "nobody"
    """The request is kept, but there is nobody now who could say yes."""
    DECLINED = "declined"
    """Somebody said no less than a day ago."""
    TOO_MANY = "too_many"


class Notice(StrEnum):
    """The kinds of message that membership causes."""

    JOIN_REQUEST = "join_request"
    JOIN_ACCEPTED = "join_accepted"
    JOIN_DECLINED = "join_declined"


def claim(
    standing: Standing | None, decided_at: datetime | None, asked_today: int, now: datetime
) -> Claim:
    """What a person gets who names an organisation that exists.

    `asked_today` counts the organisations that they asked during the last `ASK_AGAIN`.
    """
    if standing is Standing.ACTIVE:
        return Claim.MEMBER
    if standing is Standing.REQUESTED:
        return Claim.WAITING
    if standing is Standing.DECLINED and decided_at and now < decided_at + ASK_AGAIN:
        return Claim.DECLINED
    return Claim.TOO_MANY if asked_today >= ASKS_A_DAY else Claim.ASKED


def deciders(contacts: Sequence[int], organisers: Sequence[int]) -> Sequence[int]:
    """Who is asked: all contacts that can be reached; the organisers where there are none."""
    return contacts or organisers


def may_decide(standing: Standing | None, *, organises: bool) -> bool:
    """Whether somebody's yes or no counts."""
    return organises or standing is Standing.ACTIVE
