"""Dates and times as JavaRosa has them.

JavaRosa knows one type, an instant. Here a `date` is an instant at local midnight and a `datetime`
(aware, in the zone of the environment) any other; every function takes both. An instant compares
and counts by its local calendar day, and its string value is that day alone.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo

from domain.surveys.message import N_
from domain.surveys.xpath.errors import XPathTypeError

EPOCH = date(1970, 1, 1)
_EPOCH_DAY = EPOCH.toordinal()
_EPOCH_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)
DAY_MILLISECONDS = 86_400_000
_OUT_OF_RANGE = N_("%(number)s is out of range for a date")
_MILLISECOND = timedelta(milliseconds=1)

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PIECE = re.compile(r"\+?[0-9]{1,9}")
_SECONDS = re.compile(r"[0-9]*\.?[0-9]*")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def parse_date(text: str) -> date | None:
    """A date of three numbers joined by hyphens; None where it is none."""
    if _ISO_DATE.fullmatch(text):
        pieces = [text[:4], text[5:7], text[8:]]
    else:
        pieces = text.split("-")
        if len(pieces) != 3 or not all(map(_PIECE.fullmatch, pieces)):
            return None
    try:
        return date(int(pieces[0]), int(pieces[1]), int(pieces[2]))
    except (ValueError, OverflowError):
        return None


def parse_instant(text: str, zone: tzinfo) -> date | datetime | None:
    """A date, or with 'T' a date and time; None where it is neither."""
    day_text, separator, time_text = text.partition("T")
    day = parse_date(day_text)
    if not separator or day is None:
        return day
    return parse_time(time_text, day, zone)


def parse_time(text: str, day: date, zone: tzinfo) -> datetime | None:
    """A time of that day, 'hh:mm[:ss[.sss]]' with or without an offset; None where it is none.

    Without an offset it is local. '+0200' is two hundred hours for JavaRosa, so it is here.
    """
    clock, offset = _split_offset(text)
    pieces = clock.split(":")
    if offset is None or not 2 <= len(pieces) <= 3 or not all(map(_PIECE.fullmatch, pieces[:2])):
        return None
    seconds = 0.0
    if len(pieces) == 3:
        match = _SECONDS.match(pieces[2])
        if match is None or match[0] in ("", "."):
            return None
        seconds = float(match[0])
    whole = int(seconds)
    # the same operations on doubles as in Java, so that the same milliseconds are lost
    milliseconds = int(1000.0 * seconds - 1000.0 * whole)
    try:
        local = datetime(
            day.year,
            day.month,
            day.day,
            int(pieces[0]),
            int(pieces[1]),
            whole,
            milliseconds * 1000,
            tzinfo=zone if offset == "" else UTC,
        )
        return local if offset == "" else (local - _offset(offset)).astimezone(zone)
    except (ValueError, OverflowError):
        return None


def _split_offset(text: str) -> tuple[str, str | None]:
    """The time and its offset: '' for none, None for one that cannot be read."""
    if text.endswith("Z"):
        return text[:-1], "+0"
    for sign in "+-":
        clock, found, offset = text.partition(sign)
        if found:
            hours, _, minutes = offset.partition(":")
            readable = _PIECE.fullmatch(hours) and (":" not in offset or _PIECE.fullmatch(minutes))
            return clock, sign + offset if readable else None
    return text, ""


def _offset(text: str) -> timedelta:
    hours, _, minutes = text[1:].partition(":")
    amount = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return -amount if text[0] == "-" else amount


def local_day(instant: date | datetime) -> date:
    """The calendar day of an instant; of a datetime in its own zone."""
    return instant.date() if isinstance(instant, datetime) else instant


def epoch_days(instant: date | datetime) -> float:
    """Whole days from 1970-01-01: the number that an instant is."""
    return float(instant.toordinal() - _EPOCH_DAY)


def as_datetime(instant: date | datetime, zone: tzinfo) -> datetime:
    """The instant with its time; a date is midnight."""
    if isinstance(instant, datetime):
        return instant
    return datetime(instant.year, instant.month, instant.day, tzinfo=zone)


def epoch_fraction(instant: date | datetime, zone: tzinfo) -> float:
    """Days from 1970-01-01T00:00Z with their fraction."""
    return _milliseconds(instant, zone) / DAY_MILLISECONDS


def local_epoch_fraction(instant: date | datetime, zone: tzinfo) -> float:
    """Days from local midnight of 1970-01-01 with their fraction."""
    return epoch_fraction(instant, zone) - epoch_fraction(EPOCH, zone)


def day_fraction(instant: date | datetime, now: datetime) -> float:
    """The time of day as a part of it. JavaRosa takes the offset of *today*, winter or summer."""
    offset = now.utcoffset() or timedelta(0)
    local = _milliseconds(instant, now.tzinfo or UTC) + offset // _MILLISECOND
    days = local / DAY_MILLISECONDS
    return days - math.floor(days)


def _milliseconds(instant: date | datetime, zone: tzinfo) -> int:
    return (as_datetime(instant, zone) - _EPOCH_INSTANT) // _MILLISECOND


def from_epoch_days(days: int) -> date:
    """The date that many days from 1970-01-01."""
    try:
        return date.fromordinal(_EPOCH_DAY + days)
    except (ValueError, OverflowError):
        raise XPathTypeError(_OUT_OF_RANGE, number=str(days)) from None


def from_epoch_fraction(days: float, zone: tzinfo) -> datetime:
    """The instant that many days from 1970-01-01T00:00Z, to the millisecond."""
    milliseconds = int(days * DAY_MILLISECONDS)
    try:
        return (_EPOCH_INSTANT + timedelta(milliseconds=milliseconds)).astimezone(zone)
    except OverflowError:
        raise XPathTypeError(_OUT_OF_RANGE, number=str(days)) from None


def format_instant(instant: date | datetime, pattern: str, zone: tzinfo) -> str:
    """`format-date()`: %Y %y %m %n %b %d %e %H %h %M %S %3 %a %W %%; names are English.

    Raises XPathTypeError for any other escape.
    """
    moment = as_datetime(instant, zone)
    pieces: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character != "%":
            pieces.append(character)
            continue
        escape = next(characters, "")
        write = _ESCAPES.get(escape)
        if write is None:
            raise XPathTypeError(
                N_("%(escape)s is not known in a date format"), escape=f"%{escape}"
            )
        pieces.append(write(moment))
    return "".join(pieces)


_ESCAPES: dict[str, Callable[[datetime], str]] = {
    "%": lambda moment: "%",
    "Y": lambda moment: f"{moment.year:04d}",
    "y": lambda moment: f"{moment.year:04d}"[2:],
    "m": lambda moment: f"{moment.month:02d}",
    "n": lambda moment: str(moment.month),
    "b": lambda moment: _MONTHS[moment.month - 1],
    "d": lambda moment: f"{moment.day:02d}",
    "e": lambda moment: str(moment.day),
    "H": lambda moment: f"{moment.hour:02d}",
    "h": lambda moment: str(moment.hour),
    "M": lambda moment: f"{moment.minute:02d}",
    "S": lambda moment: f"{moment.second:02d}",
    "3": lambda moment: f"{moment.microsecond // 1000:03d}",
    "a": lambda moment: _DAYS[moment.weekday()],
    "W": lambda moment: str(moment.isocalendar().week),
}
