"""Texts that a form gives its questions itself, read by the type of the question.

As in JavaRosa: everything that it takes for a value of the type is one here, too: '.5', '1e3',
'2026-1-5', '10:30'. What it does not take it drops where the text stands in the form (the question
begins blank), and stops at where an expression gave it.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from domain.surveys.message import N_
from domain.surveys.preloads import moment_text
from domain.surveys.xpath.dates import (
    as_datetime,
    local_day,
    parse_date,
    parse_instant,
    parse_time,
)
from domain.surveys.xpath.errors import XPathTypeError
from domain.surveys.xpath.numbers import double_text
from domain.surveys.xpath.values import JAVA_SPACE

NO_VALUE = N_("“%(value)s” is no value of the type %(type)s")

#: for those who only ask whether there is such a value
ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
#: types whose values depend on a zone where they are written without an offset
CLOCKS = frozenset({"time", "dateTime"})
#: types that JavaRosa reads a calculation by, too; it keeps any other by what came out
POINTS = frozenset({"geopoint", "geotrace", "geoshape"})
_INT = (-(2**31), 2**31 - 1)
_PARTS = 4
_WHOLE = re.compile(r"[+-]?\d+")
_DOUBLE = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[fFdD]?")


def default_text(text: str, datatype: str, now: datetime) -> str | None:
    """The text of a value as an instance holds it; None where the type has no such value."""
    read = _READERS.get(datatype)
    return text if read is None or not text else read(text, now)


def require_text(text: str, datatype: str, now: datetime) -> str:
    """The same; raises XPathTypeError where the type has no such value."""
    known = default_text(text, datatype, now)
    if known is None:
        raise XPathTypeError(NO_VALUE, value=text, type=datatype)
    return known


def _whole(text: str, _: datetime) -> str | None:
    if _WHOLE.fullmatch(text) is None or len(text) > 20:
        return None
    number = int(text)
    return str(number) if _INT[0] <= number <= _INT[1] else None


def _decimal(text: str, _: datetime) -> str | None:
    match = _DOUBLE.fullmatch(text.strip(JAVA_SPACE))
    if match is None:
        return None
    number = float(match[1])
    return f"{number:.0f}" if number.is_integer() and abs(number) < 2**53 else double_text(number)


def _date(text: str, now: datetime) -> str | None:
    day = parse_date(text.partition("T")[0])
    return None if day is None else day.isoformat()


def _moment(text: str, now: datetime) -> str | None:
    zone = now.tzinfo
    instant = None if zone is None else parse_instant(text, zone)
    if instant is None or zone is None:
        return None
    return moment_text(as_datetime(instant, zone))


def _time(text: str, now: datetime) -> str | None:
    zone = now.tzinfo
    instant = None if zone is None else parse_time(text, local_day(now), zone)
    return None if instant is None else moment_text(instant).partition("T")[2]


def _point(text: str, now: datetime) -> str | None:
    """'latitude longitude altitude accuracy', of which the later ones are 0 where they lack."""
    numbers = [_decimal(part, now) for part in text.split()]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or len(known) > _PARTS:
        return None
    return " ".join([*known, *["0"] * _PARTS][:_PARTS])


def _points(text: str, now: datetime) -> str | None:
    points = [_point(part, now) for part in text.split(";") if part.strip()]
    known = [point for point in points if point is not None]
    return None if len(known) < len(points) else "; ".join(known)


_READERS: dict[str, Callable[[str, datetime], str | None]] = {
    "int": _whole,
    "decimal": _decimal,
    "date": _date,
    "dateTime": _moment,
    "time": _time,
    "geopoint": _point,
    "geotrace": _points,
    "geoshape": _points,
}
