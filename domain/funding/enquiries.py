"""A question that the assistant could not answer, on its way to a person and back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where an enquiry stands; nobody's, somebody's, or done."""

    OPEN = "open"
    CLAIMED = "claimed"
    ANSWERED = "answered"


class Notice(StrEnum):
    """The kinds of message about funding: what an enquiry causes, and a correction."""

    ENQUIRY_OPENED = "enquiry_opened"
    ENQUIRY_TAKEN = "enquiry_taken"
    ENQUIRY_ANSWERED = "enquiry_answered"
    ARTICLE_CHANGED = "article_changed"


class Claim(StrEnum):
    """What becomes of an organiser's "I take it"."""

    MINE = "mine"
    """It is theirs, now or since before."""
    TAKEN = "taken"
    """A colleague was first."""
    ANSWERED = "answered"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Enquiry:
    """An enquiry as an organiser sees it. Moments are in UTC."""

    id: int
    question_id: int
    state: State
    text: str
    language: str
    organisation: str | None
    asker_id: int
    asker: str | None
    opened_at: datetime
    claimed_by: int | None
    claimer: str | None
    answer: str | None
    article_id: str | None


def claim(enquiry: Enquiry | None, organiser_id: int) -> Claim:
    """What an organiser who wants to take an enquiry gets, once the database has decided."""
    if enquiry is None:
        return Claim.GONE
    if enquiry.state is State.ANSWERED:
        return Claim.ANSWERED
    return Claim.MINE if enquiry.claimed_by == organiser_id else Claim.TAKEN
