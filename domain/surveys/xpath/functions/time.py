"""Dates and times."""

from datetime import date, datetime

from domain.surveys.message import N_
from domain.surveys.xpath.dates import (
    as_datetime,
    day_fraction,
    epoch_fraction,
    format_instant,
    from_epoch_days,
    from_epoch_fraction,
    local_day,
    parse_instant,
)
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.errors import XPathTypeError
from domain.surveys.xpath.functions.registry import function
from domain.surveys.xpath.numbers import truncate
from domain.surveys.xpath.values import Scalar, to_string

_INT_LIMIT = 2**31
_NO_DATE = N_("%(value)s is no date")


@function("today", 0)
def today(environment: Environment) -> date:
    return environment.now.date()


@function("now", 0)
def now(environment: Environment) -> datetime:
    return environment.now


@function("date", 1)
def date_(environment: Environment, value: Scalar) -> Scalar:
    """A date of a string, of days from 1970 or of a date and time; what is blank stays.

    A string that has a time keeps it, as in JavaRosa.
    """
    if isinstance(value, float):
        number = _in_range(truncate(value))
        return number if number != number else from_epoch_days(int(number))
    instant = _instant(environment, value)
    if isinstance(value, str) or not isinstance(instant, date):
        return instant
    return local_day(instant)


@function("date-time", 1)
def date_time(environment: Environment, value: Scalar) -> Scalar:
    """Like `date()`, keeping the time; a number counts days from 1970 in UTC."""
    if isinstance(value, float):
        number = _in_range(value)
        return number if number != number else from_epoch_fraction(number, environment.zone)
    return _instant(environment, value)


@function("format-date", 2)
def format_date(environment: Environment, value: Scalar, pattern: Scalar) -> str:
    instant = date_time(environment, value)
    if not isinstance(instant, date):
        return ""
    text = format_instant(instant, to_string(pattern), environment.zone)
    environment.spend_text(len(text))
    return text


@function("format-date-time", 2)
def format_date_time(environment: Environment, value: Scalar, pattern: Scalar) -> str:
    return format_date(environment, value, pattern)


@function("decimal-date-time", 1)
def decimal_date_time(environment: Environment, value: Scalar) -> Scalar:
    """Days from 1970 in UTC, with their fraction."""
    if isinstance(value, float):
        return _in_range(value)
    instant = _instant(environment, value)
    return epoch_fraction(instant, environment.zone) if isinstance(instant, date) else instant


@function("decimal-time", 1)
def decimal_time(environment: Environment, value: Scalar) -> Scalar:
    """The time of day as a part of it."""
    if isinstance(value, float):
        number = _in_range(value)
        return number - number // 1
    instant = _instant(environment, value)
    return day_fraction(instant, environment.now) if isinstance(instant, date) else instant


def _instant(environment: Environment, value: Scalar) -> date | str:
    """A string or a date as a date; a blank stays blank."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise XPathTypeError(_NO_DATE, value=to_string(value))
    if value == "":
        return value
    instant = parse_instant(value, environment.zone)
    if instant is None:
        raise XPathTypeError(_NO_DATE, value=value)
    return as_datetime(instant, environment.zone) if "T" in value else instant


def _in_range(number: float) -> float:
    """A number that a date may be, or NaN, which stands for a blank."""
    if abs(number) > _INT_LIMIT:
        raise XPathTypeError(N_("%(number)s is out of range for a date"), number=str(number))
    return number
