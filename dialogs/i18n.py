"""Words in the reader's language: gettext catalogues, dates and numbers.

Texts are written in English in the code and stand in `locales/` in Ukrainian and in English. The
catalogues are read as they are (.po), so none can be out of date or uncompiled.
"""

import gettext
import html
import io
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from domain.surveys.message import Message

LOCALES = Path(__file__).resolve().parent.parent / "locales"
LANGUAGES: Mapping[str, str] = {"uk": "Українська", "en": "English"}
DEFAULT = "uk"


def guess_language(language_code: str | None) -> str:
    """Lanka's language for Telegram's IETF tag: Ukrainian where it is unknown or Russian."""
    code = (language_code or "").partition("-")[0].lower()
    return DEFAULT if code in ("uk", "ru", "be", "") else "en"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The compiled catalogue of a language; a language that has none raises FileNotFoundError."""
    with (LOCALES / language / "LC_MESSAGES" / "lanka.po").open("rb") as source:
        messages = read_po(source, locale=language, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


locale_of = cache(Locale)  # each update makes a translator


class Translator:
    """A reader's language and time zone. Called with an English text, it gives theirs."""

    def __init__(self, language: str, time_zone: str = "Europe/Kyiv") -> None:
        self.language = language
        self.locale = locale_of(language)
        self.zone = ZoneInfo(time_zone)
        self._catalogue = catalogue(language)

    def __call__(self, msgid: str, /, **params: object) -> str:
        """The text with %(name)s replaced; plain, for buttons, toasts and files."""
        return (
            self._catalogue.gettext(msgid) % params if params else self._catalogue.gettext(msgid)
        )

    def plural(self, one: str, many: str, n: int, /, **params: object) -> str:
        """The form of the text that goes with `n`, which is also %(n)s."""
        return self._catalogue.ngettext(one, many, n) % {"n": self.number(n), **params}

    def html(self, msgid: str, /, **params: object) -> "Html":
        """The text as HTML: its own markup stays, every value is escaped unless it is `Html`."""
        return Html(self(msgid, **{name: escape(value) for name, value in params.items()}))

    def message(self, message: Message) -> str:
        """A message of the domain, in this language."""
        params = {
            name: self.message(value) if isinstance(value, Message) else value
            for name, value in message.params.items()
        }
        if message.plural is None:
            return self(message.msgid, **params)
        return self.plural(message.msgid, message.plural, message.n, **params)

    def number(self, value: float) -> str:
        return str(format_decimal(value, locale=self.locale))

    def date(self, value: date, style: Any = "long") -> str:
        return str(format_date(value, style, locale=self.locale))

    def date_of(self, day: str) -> str:
        """An ISO date in words."""
        return self.date(date.fromisoformat(day))

    def moment(self, value: datetime) -> str:
        """A moment in the reader's own zone, to the minute."""
        day = format_date(value.astimezone(self.zone), "medium", locale=self.locale)
        return f"{day}, {format_time(value, 'short', tzinfo=self.zone, locale=self.locale)}"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def escape(value: object) -> Html:
    """`value` as HTML: `Html` as it is, anything else escaped."""
    return value if isinstance(value, Html) else Html(html.escape(str(value), quote=False))
