"""What a person typed, read as the answer to a question.

People write "1 234,5", "12 березня", "лікарню", "так". Reading is generous where only one meaning
is possible and asks where there are several; whether the value is allowed is the form's business
(`Response.accept`).
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.surveys.answers import (
    MAX_TEXT,
    NOT_A_CHOICE,
    NOT_A_DATE,
    NOT_A_MOMENT,
    NOT_A_NUMBER,
    NOT_A_PLACE,
    NOT_A_TIME,
    NOT_ANSWERABLE,
    NOT_WHOLE,
    TOO_LONG,
)
from domain.surveys.form import UPLOADS, Kind, Question
from domain.surveys.message import N_, Message
from domain.surveys.reading.dates import read_date, read_moment, read_time
from domain.surveys.reading.numbers import read_number
from domain.surveys.reading.options import is_yes, matching, split
from domain.surveys.reading.places import read_place
from domain.surveys.wording import Option

__all__ = ["Several", "read_answer"]

ONLY_SIGNS = N_("Please write the answer in words.")
SEND_FILE = N_("Please send the file itself: a photo, a document, a voice message or a video.")
PLEASE_CONFIRM = N_("Please confirm by the button, or by “yes”.")

#: characters of a refused text that are shown again
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Several:
    """A text that means more than one of the choices; their codes in the form's order."""

    codes: tuple[str, ...]


Reading = str | Several | Message


def read_answer(
    question: Question, text: str, options: Sequence[Option], now: datetime
) -> Reading:
    """The value that `text` means for a question, several codes, or why it means nothing.

    `options` are what the question offers now, `now` is aware: "yesterday" is counted from its
    day. The value is for `Response.accept`, which may still refuse it.
    """
    cleaned = _clean(text)
    if not cleaned or _is_decoration(cleaned):
        return Message(ONLY_SIGNS)
    if len(cleaned) > MAX_TEXT:
        return Message(TOO_LONG, {"length": len(cleaned), "limit": MAX_TEXT})
    reader = _READERS.get(question.kind)
    return Message(NOT_ANSWERABLE) if reader is None else reader(question, cleaned, options, now)


def _clean(text: str) -> str:
    """Without what cannot be seen or stored: controls, zero-width and direction marks."""
    kept = (
        character
        for character in text
        if character in "\n\t\u200d" or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
    )
    return "".join(kept).strip()


def _is_decoration(text: str) -> bool:
    """Whether there are pictures and no letter, digit or sign that could mean something."""
    categories = {unicodedata.category(character)[0] for character in text}
    return "S" in categories and not categories & {"L", "N", "P"} and text not in ("+", "=")


def _text(_: Question, text: str, __: Sequence[Option], ___: datetime) -> Reading:
    return text


def _choice(_: Question, text: str, options: Sequence[Option], __: datetime) -> Reading:
    return _one(text, options)


def _one(text: str, options: Sequence[Option]) -> Reading:
    found = matching(text, options)
    if len(found) == 1:
        return found[0]
    return Several(tuple(found)) if found else _not_a_choice(text)


def _several(_: Question, text: str, options: Sequence[Option], __: datetime) -> Reading:
    whole = _one(text, options)
    parts = split(text)
    if not isinstance(whole, Message) or len(parts) < 2:
        return whole
    codes: list[str] = []
    for part in parts:
        code = _one(part, options)
        if not isinstance(code, str):
            return code
        if code not in codes:
            codes.append(code)
    return " ".join(codes)


def _not_a_choice(text: str) -> Message:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return Message(NOT_A_CHOICE, {"answer": shown})


def _integer(_: Question, text: str, __: Sequence[Option], ___: datetime) -> Reading:
    return read_number(text, whole=True) or Message(NOT_WHOLE)


def _number(_: Question, text: str, __: Sequence[Option], ___: datetime) -> Reading:
    return read_number(text, whole=False) or Message(NOT_A_NUMBER)


def _date(question: Question, text: str, _: Sequence[Option], now: datetime) -> Reading:
    day = read_date(text, now.date(), partial=not question.appearance.isdisjoint(_PARTIAL_DATES))
    return Message(NOT_A_DATE) if day is None else day.isoformat()


def _time(_: Question, text: str, __: Sequence[Option], ___: datetime) -> Reading:
    time = read_time(text)
    return Message(NOT_A_TIME) if time is None else time.isoformat("minutes")


def _moment(_: Question, text: str, __: Sequence[Option], now: datetime) -> Reading:
    moment = read_moment(text, now.date())
    return Message(NOT_A_MOMENT) if moment is None else moment.isoformat("T", "minutes")


def _acknowledge(_: Question, text: str, __: Sequence[Option], ___: datetime) -> Reading:
    return "OK" if is_yes(text) else Message(PLEASE_CONFIRM)


def _place(_: Question, text: str, __: Sequence[Option], ___: datetime) -> Reading:
    return read_place(text) or Message(NOT_A_PLACE)


def _media(_: Question, __: str, ___: Sequence[Option], ____: datetime) -> Reading:
    return Message(SEND_FILE)


_PARTIAL_DATES = frozenset({"month-year", "year"})
_READERS: dict[Kind, Callable[[Question, str, Sequence[Option], datetime], Reading]] = {
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _several,
    Kind.RANK: _several,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _number,
    Kind.RANGE: _number,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.DATETIME: _moment,
    Kind.ACKNOWLEDGE: _acknowledge,
    Kind.GEOPOINT: _place,
    **dict.fromkeys(UPLOADS, _media),
}
