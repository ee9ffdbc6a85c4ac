"""What may stand as the answer of a question: its canonical text, or why it is refused.

Canonical texts are those of an XForm instance: '12', '12.5', '2026-03-12', '09:30:00.000+02:00',
'a b', '50.45 30.52 0 0'. How people write these is read elsewhere (`domain.surveys.reading`).
"""

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from domain.surveys.form import UPLOADS, Kind, Question, Range
from domain.surveys.message import N_, Message
from domain.surveys.preloads import moment_text

#: characters of a text answer; Telegram's own messages end at 4,096
MAX_TEXT = 4_000
#: digits of a number; Collect takes nine for an integer, fifteen for a decimal
MAX_DIGITS = 15
_INT = (-(2**31), 2**31 - 1)
_COORDINATE = re.compile(r"-?\d+(?:\.\d+)?")

NOT_A_CHOICE = N_("“%(answer)s” is not one of the answers offered.")
NOT_WHOLE = N_("A whole number is needed, for example 12.")
NOT_A_NUMBER = N_("A number is needed, for example 12.5.")
NOT_A_DATE = N_("A date is needed, for example 12.03.2025.")
NOT_A_TIME = N_("A time is needed, for example 14:30.")
NOT_A_MOMENT = N_("A date and a time are needed, for example 12.03.2025 14:30.")
NOT_A_PLACE = N_("A location is needed: latitude and longitude, for example 50.4501 30.5234.")
TOO_LONG = N_("This is too long: %(length)s characters, %(limit)s at most.")
TOO_MANY_DIGITS = N_("This number is too large.")
OUT_OF_RANGE = N_("A number from %(start)s to %(end)s is needed.")
OUT_OF_STEP = N_("A number from %(start)s to %(end)s in steps of %(step)s is needed.")
TWICE = N_("“%(answer)s” is chosen twice.")
NOT_ALL_RANKED = N_("Please put all of the answers in order.")
NOT_ANSWERABLE = N_("This question cannot be answered here.")


def canonical(
    question: Question, value: str, codes: Sequence[str], now: datetime
) -> str | Message:
    """The text that is stored for a value, or a refusal.

    `value` is not blank; `codes` are those of the choices now offered. A time
    without an offset is in the zone of `now`.
    """
    value = value.strip()
    if question.kind is Kind.TIME:
        return _time(value, now)
    if question.kind is Kind.DATETIME:
        return _datetime(value, now)
    check = _CHECKS.get(question.kind)
    return Message(NOT_ANSWERABLE) if check is None else check(question, value, codes)


def number_text(number: float) -> str:
    """A number as it stands in an instance: no exponent, no needless zeros."""
    return f"{Decimal(repr(number)):f}".removesuffix(".0")


def range_values(bounds: Range) -> list[str]:
    """The values of a range from its start; empty where there are more than a hundred."""
    start, end, step = (
        Decimal(repr(number)) for number in (bounds.start, bounds.end, bounds.step)
    )
    count = int(abs(end - start) / step) + 1
    if count > 100:
        return []
    direction = step if end >= start else -step
    return [f"{(start + direction * place).normalize():f}" for place in range(count)]


def _text(_: Question, value: str, __: Sequence[str]) -> str | Message:
    if len(value) > MAX_TEXT:
        return Message(TOO_LONG, {"length": len(value), "limit": MAX_TEXT})
    return value


def _choice(_: Question, value: str, codes: Sequence[str]) -> str | Message:
    return value if value in codes else Message(NOT_A_CHOICE, {"answer": value})


def _choices(_: Question, value: str, codes: Sequence[str]) -> str | Message:
    chosen = value.split()
    for place, code in enumerate(chosen):
        if code not in codes:
            return Message(NOT_A_CHOICE, {"answer": code})
        if code in chosen[:place]:
            return Message(TWICE, {"answer": code})
    return " ".join(chosen)


def _rank(question: Question, value: str, codes: Sequence[str]) -> str | Message:
    ranked = _choices(question, value, codes)
    if isinstance(ranked, str) and len(ranked.split()) != len(codes):
        return Message(NOT_ALL_RANKED)
    return ranked


def _decimal(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _integer(_: Question, value: str, __: Sequence[str]) -> str | Message:
    number = _decimal(value)
    if number is None or number != number.to_integral_value():
        return Message(NOT_WHOLE)
    if not _INT[0] <= number <= _INT[1]:
        return Message(TOO_MANY_DIGITS)
    return str(int(number))


def _number(_: Question, value: str, __: Sequence[str]) -> str | Message:
    number = _decimal(value)
    if number is None:
        return Message(NOT_A_NUMBER)
    if number and not -MAX_DIGITS <= number.adjusted() <= MAX_DIGITS:
        return Message(TOO_MANY_DIGITS)
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _range(question: Question, value: str, codes: Sequence[str]) -> str | Message:
    bounds = question.range
    text = _number(question, value, codes)
    if bounds is None or isinstance(text, Message):
        return text
    low, high = sorted((bounds.start, bounds.end))
    steps = (float(text) - bounds.start) / bounds.step
    params = {
        "start": number_text(bounds.start),
        "end": number_text(bounds.end),
        "step": number_text(bounds.step),
    }
    if not low <= float(text) <= high:
        return Message(OUT_OF_RANGE, params)
    if not math.isclose(steps, round(steps), abs_tol=1e-9):
        return Message(OUT_OF_STEP, params)
    return text


def _date(_: Question, value: str, __: Sequence[str]) -> str | Message:
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        return Message(NOT_A_DATE)


def _time(value: str, now: datetime) -> str | Message:
    try:
        clock = time.fromisoformat(value)
    except ValueError:
        return Message(NOT_A_TIME)
    # a zone gives a time of day no offset, only a moment
    moment = datetime.combine(now.date(), clock, clock.tzinfo or now.tzinfo)
    return moment_text(moment).partition("T")[2]


def _datetime(value: str, now: datetime) -> str | Message:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return Message(NOT_A_MOMENT)
    local = moment if moment.tzinfo is not None else moment.replace(tzinfo=now.tzinfo)
    return moment_text(local)


def _acknowledge(_: Question, value: str, __: Sequence[str]) -> str | Message:
    return "OK" if value == "OK" else Message(NOT_A_CHOICE, {"answer": value})


def _geopoint(_: Question, value: str, __: Sequence[str]) -> str | Message:
    """'latitude longitude [altitude [accuracy]]', the last two 0 where unknown."""
    parts = value.split()
    if not 2 <= len(parts) <= 4 or not all(map(_COORDINATE.fullmatch, parts)):
        return Message(NOT_A_PLACE)
    if abs(float(parts[0])) > 90 or abs(float(parts[1])) > 180:
        return Message(NOT_A_PLACE)
    return " ".join([*parts, "0", "0"][:4])


_Check = Callable[[Question, str, Sequence[str]], "str | Message"]
_CHECKS: dict[Kind, _Check] = {
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.RANK: _rank,
    Kind.TEXT: _text,
    **dict.fromkeys(UPLOADS, _text),
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _number,
    Kind.RANGE: _range,
    Kind.DATE: _date,
    Kind.ACKNOWLEDGE: _acknowledge,
    Kind.GEOPOINT: _geopoint,
}
