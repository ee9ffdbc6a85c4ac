"""What can go wrong with an expression: as it is read, as it is evaluated, or by its appetite."""

from domain.surveys.message import Message


class XPathError(Exception):
    """An expression cannot be read or evaluated.

    `message` is for the form's author, translatable; `position` counts characters of the source
    from 0 and is None where no place can be named.
    """

    def __init__(self, msgid: str, position: int | None = None, **params: str | int) -> None:
        self.message = Message(msgid, params)
        self.position = position
        super().__init__(str(self.message))


class XPathTypeError(XPathError):
    """Values do not fit. JavaRosa throws in the same place (XPathTypeMismatchException …)."""


class EvaluationLimit(XPathError):  # noqa: N818 - a limit that was reached, not a mistake
    """The evaluation needed more steps than its budget allows."""
