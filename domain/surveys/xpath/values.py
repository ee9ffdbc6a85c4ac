"""Values of expressions and their conversions, by JavaRosa's rules.

Unlike in XPath 1.0 a node has the type of its question: a number question is a number, a date
question a date. And a node-set that is used as a value must hold one node at most; several are an
error ("this field is repeated"), none is a blank.
"""

import math
import re
from collections.abc import Callable
from datetime import date, datetime

from domain.surveys.instance import Node
from domain.surveys.message import N_
from domain.surveys.xpath.dates import epoch_days, parse_instant, parse_time
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.errors import XPathTypeError
from domain.surveys.xpath.numbers import EPSILON, double_text, number_text

Scalar = str | float | bool | date | datetime
Value = Scalar | list[Node]

#: characters of a string that may be a number; a double has 17 digits
MAX_NUMERAL = 1_000
# Java's String.trim(): everything up to the space
JAVA_SPACE = "".join(map(chr, range(33)))
_DOUBLE = re.compile(r"-?(?:Infinity|[0-9]\.[0-9]+E-?[0-9]+)")
_NUMERAL = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


def to_string(value: Scalar) -> str:
    """The string value; of a date with a time it is the day alone."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat()


def to_number(value: Scalar) -> float:
    """The number; a comma is a decimal point, a date is its days from 1970, the rest NaN."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, str):
        if len(value) > MAX_NUMERAL:
            return math.nan
        text = value.replace(",", ".").strip(JAVA_SPACE)
        return float(text) if _NUMERAL.fullmatch(text) else math.nan
    return epoch_days(value)


def to_boolean(value: Scalar) -> bool:
    """The truth: of a string that it is not blank, of a number that it is neither 0 nor NaN."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    if isinstance(value, float):
        return abs(value) > EPSILON
    return True


def equal(left: Scalar, right: Scalar) -> bool:
    """`=`: as booleans if one is, else as numbers if one is, else as strings."""
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) is to_boolean(right)
    if isinstance(left, float) or isinstance(right, float):
        return abs(to_number(left) - to_number(right)) < EPSILON
    return to_string(left) == to_string(right)


def unpack(value: Value, environment: Environment) -> Scalar:
    """A value as it is, of a node-set the value of its only node.

    Raises XPathTypeError for several nodes.
    """
    if not isinstance(value, list):
        return value
    if not value:
        return ""
    if len(value) > 1:
        raise repeated(value)
    return node_value(value[0], environment)


def repeated(nodes: list[Node]) -> XPathTypeError:
    """The error for several nodes where one value is needed."""
    return XPathTypeError(
        N_("%(path)s is repeated %(count)s times; one value is needed"),
        path=nodes[0].path(),
        count=len(nodes),
    )


def node_value(node: Node, environment: Environment) -> Scalar:
    """The typed value of a node, blank while it is not relevant.

    A text that its type cannot take, which Collect would not have let in, stays a string.
    """
    text = node.text
    if not text or not node.relevant:
        return ""
    read = _READERS.get(node.datatype)
    return text if read is None else read(text, environment)


def _read_number(text: str, _: Environment) -> Scalar:
    number = to_number(text)
    if number != number:  # what was calculated stands there as Java writes it
        return float(text) if _DOUBLE.fullmatch(text) else text
    return number


def _read_instant(text: str, environment: Environment) -> Scalar:
    return parse_instant(text, environment.zone) or text


def _read_time(text: str, environment: Environment) -> Scalar:
    return parse_time(text, environment.now.date(), environment.zone) or text


def _read_boolean(text: str, _: Environment) -> Scalar:
    return text == "1"


def _read_points(text: str, _: Environment) -> Scalar:
    """A point is shown with all of its parts as Java's doubles: '50.0 30.5 170.0 5.0'."""
    points = []
    for point in text.split(";"):
        parts = point.split()
        if not 2 <= len(parts) <= 4 or not all(map(_NUMERAL.fullmatch, parts)):
            return text
        points.append(" ".join(double_text(float(part)) for part in parts))
    return "; ".join(points)


_READERS: dict[str, Callable[[str, Environment], Scalar]] = {
    "int": _read_number,
    "integer": _read_number,
    "decimal": _read_number,
    "date": _read_instant,
    "dateTime": _read_instant,
    "time": _read_time,
    "boolean": _read_boolean,
    "geopoint": _read_points,
    "geotrace": _read_points,
    "geoshape": _read_points,
}
