"""How long what is kept, by kind; 0 keeps for ever."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What goes by itself after a time. The days count from what the kind says."""

    NEWCOMERS = "newcomers"
    """People who never agreed, from their first word."""
    WITHDRAWN = "withdrawn"
    """People who took their consent back, from then: they are forgotten."""
    QUESTIONS = "questions"
    """Questions about funding, from when they were asked."""
    MESSAGES = "messages"
    """The words of messages that were sent, from when they were written."""
    DIALOGS = "dialogs"
    """Where somebody stands in the chat, from their last step."""
    DRAFTS = "drafts"
    """Responses that were never submitted, from the last answer."""
    ATTENDEES = "attendees"
    """Names and tickets of those who took part, from the end of the event."""


DAYS: Mapping[Kind, int] = {
    Kind.NEWCOMERS: 30,
    Kind.WITHDRAWN: 90,
    Kind.QUESTIONS: 730,
    Kind.MESSAGES: 90,
    Kind.DIALOGS: 180,
    Kind.DRAFTS: 730,
    Kind.ATTENDEES: 1095,
}
LONGEST = 36_500


def read_days(text: str) -> dict[Kind, int]:
    """Days for every kind from a text such as `questions=365, drafts=0`; ValueError names a fault.

    Kinds that are not named keep their days.
    """
    days = dict(DAYS)
    for part in text.replace(",", " ").split():
        name, _, number = part.partition("=")
        if name not in set(Kind):
            raise ValueError(f"{name} is no kind; known are {', '.join(Kind)}")
        if not number.isdecimal() or int(number) > LONGEST:
            raise ValueError(f"{name} expects a number of days, 0 for ever")
        days[Kind(name)] = int(number)
    return days
