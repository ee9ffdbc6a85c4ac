"""What ODK Collect would refuse, or decide otherwise than the author of an expression may think.

A finding has a code for programs, a message for the form's author, and its place in the source.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.surveys.message import N_, Message
from domain.surveys.xpath.errors import XPathError
from domain.surveys.xpath.functions.library import FUNCTIONS
from domain.surveys.xpath.functions.registry import accepts, arity_text
from domain.surveys.xpath.parser import parse
from domain.surveys.xpath.patterns import compile_pattern
from domain.surveys.xpath.syntax import (
    Call,
    Filter,
    Literal,
    Negation,
    Operation,
    Path,
    Syntax,
    is_current_call,
    is_instance_call,
)


class Code(StrEnum):
    """What is found."""

    SYNTAX = "syntax"
    UNKNOWN_FUNCTION = "unknown-function"
    ARGUMENTS = "arguments"
    PATTERN = "pattern"
    NOT_IN_COLLECT = "not-in-collect"
    ARGUMENTS_IN_COLLECT = "arguments-in-collect"
    PATH_IN_COLLECT = "path-in-collect"
    UNANCHORED_PATTERN = "unanchored-pattern"
    DATE_AS_TEXT = "date-as-text"
    NUMBER_PREDICATE = "number-predicate"
    ATTRIBUTE = "attribute"
    UNQUOTED_CHOICE = "unquoted-choice"


_MESSAGES = {
    Code.UNKNOWN_FUNCTION: N_("There is no function %(name)s()."),
    Code.ARGUMENTS: N_("%(name)s() takes %(arity)s arguments, not %(count)s."),
    Code.NOT_IN_COLLECT: N_("%(name)s() works here, but ODK Collect does not know it."),
    Code.ARGUMENTS_IN_COLLECT: N_(
        "%(name)s() with %(count)s arguments works here, but in ODK Collect it takes %(arity)s."
    ),
    Code.PATH_IN_COLLECT: N_("“%(text)s” in a path works here, but not in ODK Collect."),
    Code.UNANCHORED_PATTERN: N_(
        "regex() compares the whole answer in ODK Collect and here, but any part of it in web"
        " forms; write ^ and $ around %(pattern)s."
    ),
    Code.DATE_AS_TEXT: N_(
        "“%(date)s” is a text, which neither compares with a date nor counts in days; write"
        " date('%(date)s')."
    ),
    Code.NUMBER_PREDICATE: N_(
        "[%(number)s] selects nothing in ODK Collect and here; write [position() = %(number)s]."
    ),
    Code.ATTRIBUTE: N_("Attributes (@) are always blank here."),
    Code.UNQUOTED_CHOICE: N_("The second argument of %(name)s() must be in quotes."),
}
_ERRORS = frozenset({Code.SYNTAX, Code.UNKNOWN_FUNCTION, Code.ARGUMENTS, Code.PATTERN})

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(T.*)?")
_COMPARISONS = frozenset(("<", "<=", ">", ">=", "-"))
_COLLECT_AXES = frozenset(("attribute", "child", "parent", "self"))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell the form's author.

    `is_error` says that the expression cannot be used; all else are warnings. `position` counts
    characters of the source from 0.
    """

    code: Code
    message: Message
    position: int | None

    @property
    def is_error(self) -> bool:
        """Whether the expression cannot be used at all."""
        return self.code in _ERRORS


def lint(source: str) -> list[Finding]:
    """All findings in the order of the source; a single one where it cannot be read."""
    try:
        tree = parse(source)
    except XPathError as error:
        return [Finding(Code.SYNTAX, error.message, error.position)]
    return sorted(_visit(tree), key=lambda finding: finding.position or 0)


def _found(code: Code, position: int, **params: str | int) -> Finding:
    return Finding(code, Message(_MESSAGES[code], params), position)


def _visit(tree: Syntax) -> Iterator[Finding]:
    if isinstance(tree, Call):
        yield from _call(tree)
        for argument in tree.arguments:
            yield from _visit(argument)
    elif isinstance(tree, Operation):
        yield from _operation(tree)
        for operand in tree.operands:
            yield from _visit(operand)
    elif isinstance(tree, Negation):
        yield from _visit(tree.operand)
    elif isinstance(tree, Path):
        yield from _path(tree)
    elif isinstance(tree, Filter):
        yield _found(Code.PATH_IN_COLLECT, tree.position, text="(…)[…]")
        yield from _visit(tree.operand)
        yield from _predicates(tree.predicates)


def _call(call: Call) -> Iterator[Finding]:
    function = FUNCTIONS.get(call.name)
    count = len(call.arguments)
    if function is None:
        yield _found(Code.UNKNOWN_FUNCTION, call.position, name=call.name)
    elif not accepts(function.arity, count):
        arity = arity_text(function.arity)
        yield _found(Code.ARGUMENTS, call.position, name=call.name, arity=arity, count=count)
    elif function.collect is None:
        yield _found(Code.NOT_IN_COLLECT, call.position, name=call.name)
    elif not accepts(function.collect, count):
        arity = arity_text(function.collect)
        yield _found(
            Code.ARGUMENTS_IN_COLLECT, call.position, name=call.name, arity=arity, count=count
        )
    elif call.name == "regex":
        yield from _pattern(call.arguments[1])
    elif call.name in ("selected", "is-selected"):
        choice = call.arguments[1]
        if isinstance(choice, Literal) and isinstance(choice.value, float):
            yield _found(Code.UNQUOTED_CHOICE, choice.position, name=call.name)
    elif call.name in ("current", "instance"):
        yield _found(Code.PATH_IN_COLLECT, call.position, text=f"{call.name}()")


def _pattern(argument: Syntax) -> Iterator[Finding]:
    if not isinstance(argument, Literal) or not isinstance(argument.value, str):
        return
    pattern = argument.value
    try:
        compile_pattern(pattern)
    except XPathError as error:
        yield Finding(Code.PATTERN, error.message, argument.position)
        return
    if not (pattern.startswith("^") and pattern.endswith("$")):
        yield _found(Code.UNANCHORED_PATTERN, argument.position, pattern=pattern)


def _operation(operation: Operation) -> Iterator[Finding]:
    if operation.operators[0] == "|":
        yield _found(Code.PATH_IN_COLLECT, operation.position, text="|")
    pairs = zip(operation.operators, operation.operands[:-1], operation.operands[1:], strict=True)
    for operator, left, right in pairs:
        if operator not in _COMPARISONS:
            continue
        for side in (left, right):
            if (
                isinstance(side, Literal)
                and isinstance(side.value, str)
                and _DATE.fullmatch(side.value)
            ):
                yield _found(Code.DATE_AS_TEXT, side.position, date=side.value)


def _path(path: Path) -> Iterator[Finding]:
    if isinstance(path.origin, Call) and (
        is_current_call(path.origin) or is_instance_call(path.origin)
    ):
        for argument in path.origin.arguments:
            yield from _visit(argument)
    elif path.origin is not None:
        yield _found(Code.PATH_IN_COLLECT, path.origin.position, text="(…)/…")
        yield from _visit(path.origin)
    for step in path.steps:
        if step.axis not in _COLLECT_AXES:
            text = "//" if step.axis == "descendant-or-self" else f"{step.axis}::"
            yield _found(Code.PATH_IN_COLLECT, step.position, text=text)
        elif step.axis == "attribute":
            yield _found(Code.ATTRIBUTE, step.position)
        elif step.test.endswith(("*", "text()")):
            yield _found(Code.PATH_IN_COLLECT, step.position, text=step.test)
        yield from _predicates(step.predicates)


def _predicates(predicates: list[Syntax]) -> Iterator[Finding]:
    for predicate in predicates:
        if isinstance(predicate, Literal) and isinstance(predicate.value, float):
            number = f"{predicate.value:g}"
            yield _found(Code.NUMBER_PREDICATE, predicate.position, number=number)
        yield from _visit(predicate)
