"""Compiling the expressions of one form, with all of its faults at once."""

from dataclasses import dataclass

from domain.surveys.message import N_, Message
from domain.surveys.xpath import Expression, XPathError, compile_expression


@dataclass(frozen=True, slots=True)
class Fault:
    """An expression that cannot be read: of which node, in which column of the XLSForm."""

    path: str
    column: str
    message: Message


class FormError(Exception):
    """A form that cannot be compiled, with everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.path} {fault.message}" for fault in faults))
        self.faults = faults


class Compiler:
    """Compiles each distinct source once and collects the faults."""

    def __init__(self) -> None:
        self._compiled: dict[str, Expression] = {}
        self._faults: list[Fault] = []

    def compile(self, source: str | None, path: str, column: str) -> Expression | None:
        """The compiled expression; None where there is none, or none that can be read."""
        if source is None or not source.strip():
            return None
        known = self._compiled.get(source)
        if known is not None:
            return known
        try:
            compiled = compile_expression(source)
        except XPathError as error:
            message = Message(
                N_("The expression “%(expression)s” cannot be read: %(reason)s"),
                {"expression": source.strip(), "reason": error.message},
            )
            self._faults.append(Fault(path, column, message))
            return None
        self._compiled[source] = compiled
        return compiled

    def check(self) -> None:
        """Raise FormError if anything could not be read."""
        if self._faults:
            raise FormError(tuple(self._faults))
