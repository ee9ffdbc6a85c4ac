"""What can go wrong with an expression: as it is read, as it is evaluated, or by its appetite."""


class XPathError(Exception):
    """An expression cannot be read or evaluated.

    `position` counts characters of the source from 0, None where no place can be named.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class XPathTypeError(XPathError):
    """Values do not fit. JavaRosa throws in the same place (XPathTypeMismatchException …)."""


class EvaluationLimit(XPathError):  # noqa: N818 - a limit that was reached, not a mistake
    """The evaluation needed more steps than its budget allows."""
