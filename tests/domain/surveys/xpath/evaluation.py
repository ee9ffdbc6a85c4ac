"""Evaluating on the fixture form, and saying a value as the oracle says it."""

import math
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.surveys.xpath import Environment, Value, XPathError, compile_expression, stored
from domain.surveys.xpath.values import unpack
from tests.domain.surveys.xpath.form import load, locate
from tests.domain.surveys.xpath.oracle import ZONE

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo(ZONE))


def environment(now: datetime = NOW) -> Environment:
    """The fixture form, freshly loaded."""
    root, instances = load()
    return Environment(root, instances, now=now)


def verdict(place: Environment, context: str, expression: str) -> str:
    """What an expression is worth, 'type value'; errors are all alike.

    With a type in place of the context: how its value is kept as an answer of that type.
    """
    try:
        compiled = compile_expression(expression)
        if not context.startswith("/"):
            return f"text {stored(compiled.scalar(place.root, place), context, place.zone)[0]}"
        return describe(compiled.evaluate(locate(place.root, context), place), place)
    except XPathError:
        return "error"


def describe(value: Value, place: Environment) -> str:
    """A value as the oracle says it; a node-set of one node as its value."""
    if isinstance(value, list):
        return describe(unpack(value, place), place) if len(value) == 1 else f"nodes {len(value)}"
    if isinstance(value, bool):
        return f"boolean {str(value).lower()}"
    if isinstance(value, float):
        return f"number {value!r}"
    if isinstance(value, datetime):
        return f"date {value.replace(tzinfo=None).isoformat(timespec='milliseconds')}"
    if isinstance(value, date):
        return f"date {value.isoformat()}T00:00:00.000"
    return f"string {value}"


def same(mine: str, theirs: str) -> bool:
    """Whether two verdicts agree: numbers to the last bit, errors as errors."""
    if mine.startswith("number ") and theirs.startswith("number "):
        left, right = (float(text.split(" ")[1]) for text in (mine, theirs))
        return left == right or (math.isnan(left) and math.isnan(right))
    if theirs.startswith("error"):
        return mine.startswith("error")
    return mine == theirs
