"""What stands on the buttons under answers. Each carries ids only: the rest is in the database."""

from aiogram.filters.callback_data import CallbackData


class Show(CallbackData, prefix="fs"):
    """A section of an article; `question` is what it was found for, 0 while browsing."""

    question: int
    article: str
    section: str = ""


class Back(CallbackData, prefix="fb"):
    """The answer to a question, as it was."""

    question: int


class Rate(CallbackData, prefix="fr"):
    """Did the answer help?"""

    question: int
    good: bool


class AskPerson(CallbackData, prefix="fp"):
    """Put the question to the organisers."""

    question: int


class Eligible(CallbackData, prefix="fe"):
    """Am I eligible for what this article is about?"""

    article: str


class Correct(CallbackData, prefix="fc"):
    """For an organiser: correct what an article says."""

    article: str


class StopWatching(CallbackData, prefix="fw"):
    """Send no more about changes in articles."""


class Browse(CallbackData, prefix="fl"):
    """The articles of a kind; all kinds where it is empty."""

    kind: str = ""
    page: int = 0


class OpenEnquiry(CallbackData, prefix="fo"):
    """For an organiser: an enquiry in the queue; 0 is the queue itself."""

    enquiry: int
