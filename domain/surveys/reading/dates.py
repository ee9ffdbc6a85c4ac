"""Dates and times as people write them, in Ukrainian and in English."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

_DAYS = {
    "сьогодні": 0,
    "today": 0,
    "вчора": -1,
    "учора": -1,
    "yesterday": -1,
    "позавчора": -2,
    "завтра": 1,
    "tomorrow": 1,
}
#: beginnings that no other month shares, after which any ending may follow
_MONTHS = (
    ("січ", "jan"),
    ("лют", "feb"),
    ("берез", "mar"),
    ("квіт", "apr"),
    ("трав", "may"),
    ("черв", "jun"),
    ("лип", "jul"),
    ("серп", "aug"),
    ("верес", "sep"),
    ("жовт", "oct"),
    ("лист", "nov"),
    ("груд", "dec"),
)
_NUMERIC = re.compile(r"([0-9]{1,2})\s*[./\-]\s*([0-9]{1,2})(?:\s*[./\-]\s*([0-9]{4}|[0-9]{2}))?")
_ISO = re.compile(r"([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})")
_DAY_MONTH = re.compile(
    r"([0-9]{1,2})(?:-?го|st|nd|rd|th)?\s+(?:of\s+)?([^\W\d_]+)\.?,?(?:\s+([0-9]{4}))?"
)
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?,?(?:\s+([0-9]{4}))?")
_MONTH_YEAR = re.compile(r"(?:([^\W\d_]+)\.?|([0-9]{1,2})[./\-])\s*([0-9]{4})")
_YEAR = re.compile(r"[0-9]{4}")
_YEAR_WORD = re.compile(r"\s*(?:р\.?|року|рік)$")
_CLOCK = re.compile(r"([0-9]{1,2})(?:\s*[:.\-]\s*([0-9]{2})(?::([0-9]{2}))?)?\s*(am|pm|год\.?)?")
_BEFORE_CLOCK = re.compile(r"^(?:о|об|at)\s+")


def read_date(text: str, today: date, *, partial: bool = False) -> date | None:
    """The day that a text names; None where it names none, or one that does not exist.

    The day comes before the month, as in Ukraine. A date without a year is of this year. With
    `partial` a month or a year alone is its first day.
    """
    plain = _plain(text)
    if plain in _DAYS:
        return today + timedelta(days=_DAYS[plain])
    plain = _YEAR_WORD.sub("", plain)
    if match := _ISO.fullmatch(plain):
        return _day(match[1], match[2], match[3])
    if match := _NUMERIC.fullmatch(plain):
        return _day(_year(match[3], today), match[2], match[1])
    if match := _DAY_MONTH.fullmatch(plain):
        return _day(match[3] or today.year, _month(match[2]), match[1])
    if match := _MONTH_DAY.fullmatch(plain):
        return _day(match[3] or today.year, _month(match[1]), match[2])
    if partial and (match := _MONTH_YEAR.fullmatch(plain)):
        return _day(match[3], match[2] or _month(match[1]), 1)
    if partial and _YEAR.fullmatch(plain):
        return _day(plain, 1, 1)
    return None


def read_time(text: str) -> time | None:
    """The time of day: '14:30', '14.30', 'о 9', '2:30 pm'."""
    match = _CLOCK.fullmatch(_BEFORE_CLOCK.sub("", _plain(text)))
    if match is None:
        return None
    hour = int(match[1])
    if match[4] in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4] == "pm" else 0)
    try:
        return time(hour, int(match[2] or 0), int(match[3] or 0))
    except ValueError:
        return None


def read_moment(text: str, today: date) -> datetime | None:
    """A date and a time after it: '12.03.2025 14:30', 'вчора о 9'."""
    plain = _plain(text)
    for place in (match.start() for match in re.finditer(r"[\s,t]+", plain)):
        day = read_date(plain[:place].rstrip(","), today)
        clock = read_time(plain[place:].lstrip(" ,t"))
        if day is not None and clock is not None:
            return datetime.combine(day, clock)
    return None


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def _month(word: str | None) -> int | None:
    for number, beginnings in enumerate(_MONTHS, start=1):
        if word is not None and word.startswith(beginnings):
            return number
    return None


def _year(text: str | None, today: date) -> int:
    """Two digits mean the century that puts them nearest before ten years from now."""
    if text is None:
        return today.year
    if len(text) == 4:
        return int(text)
    year = today.year // 100 * 100 + int(text)
    return year - 100 if year > today.year + 10 else year


def _day(year: str | int, month: str | int | None, day: str | int) -> date | None:
    if month is None:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
