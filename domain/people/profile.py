"""An organisation's profile: what is asked, in which order, and what may stand in each field."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from zoneinfo import available_timezones

from domain.people.vocabulary import OBLASTS, ORGANISATION_TYPES, OWNERSHIPS, SIZES
from domain.surveys.message import N_, Message

KYIV = "Europe/Kyiv"
NAME_LIMIT = 200
EMAIL_LIMIT = 254  # RFC 5321, 4.5.3.1.3: a path of 256 octets with its angle brackets


class Field(StrEnum):
    """The fields of a profile, as their columns are called."""

    NAME = "name"
    TYPE = "type"
    TYPE_OTHER = "type_other"
    OWNERSHIP = "ownership"
    OBLAST = "oblast"
    SIZE = "size"
    EMAIL = "email"
    TIME_ZONE = "time_zone"


NEEDED = frozenset({Field.NAME, Field.TYPE})
"""Without these an organisation is not made; the others can be skipped and cleared."""

CHOICES: Mapping[Field, Mapping[str, str]] = MappingProxyType(
    {
        Field.TYPE: ORGANISATION_TYPES,
        Field.OWNERSHIP: OWNERSHIPS,
        Field.OBLAST: OBLASTS,
        Field.SIZE: SIZES,
    }
)
"""The fields whose values are codes."""

OWNED: Mapping[str, str] = MappingProxyType({"authority": "public", "ngo": "private"})
"""Types that tell who owns the organisation, so that nobody asks."""

TOO_SHORT = N_("A name has at least two characters.")
TOO_LONG = N_("This is too long: %(length)s characters, %(limit)s at most.")
NO_LETTERS = N_("A name has letters in it.")
NO_EMAIL = N_("This is not an e-mail address. It looks like this: office@hospital.org.ua")
NO_TIME_ZONE = N_("I do not know this time zone. Name a large city there, for example Warsaw.")
NOT_OFFERED = N_("This is not one of the options.")

_SIZES = ((9, "1_9"), (49, "10_49"), (249, "50_249"))

# One @, and a domain with a dot in it: what a mail server makes of the rest, it alone knows.
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,}")


def next_field(profile: Mapping[str, str | None], after: Field) -> Field | None:
    """What is asked after a field; None at the end. `profile` is what has been said so far."""
    fields = list(Field)
    return next(
        (field for field in fields[fields.index(after) + 1 :] if is_asked(profile, field)), None
    )


def dependent_field(profile: Mapping[str, str | None], changed: Field) -> Field | None:
    """What has to be asked because another field was changed; None where nothing has."""
    following = {Field.TYPE: Field.TYPE_OTHER, Field.TYPE_OTHER: Field.OWNERSHIP}.get(changed)
    if following is None:
        return None
    return following if is_asked(profile, following) else dependent_field(profile, following)


def is_asked(profile: Mapping[str, str | None], field: Field) -> bool:
    """Whether the field means something for such an organisation."""
    kind = profile.get(Field.TYPE)
    if field is Field.TYPE_OTHER:
        return kind == "other"
    if field is Field.OWNERSHIP:
        return kind is not None and kind not in OWNED
    return True


def settled(field: Field, value: str | None) -> dict[Field, str | None]:
    """All that a new value of a field settles: itself, and what depends on it."""
    values = {field: value}
    if field is Field.TYPE:
        if value != "other":
            values[Field.TYPE_OTHER] = None
        if value is not None and value in OWNED:
            values[Field.OWNERSHIP] = OWNED[value]
    return values


def read(field: Field, text: str) -> str | Message:
    """The value of a field as it is kept, from what somebody sent; or why it is refused."""
    match field:
        case Field.NAME | Field.TYPE_OTHER:
            return _read_name(text)
        case Field.EMAIL:
            return _read_email(text)
        case Field.TIME_ZONE:
            return _read_time_zone(text)
    return text if text in CHOICES[field] else Message(NOT_OFFERED)


def size_of(people: int) -> str | None:
    """The code in SIZES for a number of people; None for nobody."""
    if people < 1:
        return None
    return next((code for most, code in _SIZES if people <= most), "250")


def _read_name(text: str) -> str | Message:
    """One line without control characters: it will stand on buttons and in tables."""
    printable = "".join(
        " " if unicodedata.category(char).startswith(("C", "Z")) else char for char in text
    )
    name = unicodedata.normalize("NFC", " ".join(printable.split()))
    if len(name) < 2:
        return Message(TOO_SHORT)
    if len(name) > NAME_LIMIT:
        return Message(TOO_LONG, {"length": len(name), "limit": NAME_LIMIT})
    return name if any(char.isalpha() for char in name) else Message(NO_LETTERS)


def _read_email(text: str) -> str | Message:
    address = text.strip().removeprefix("mailto:").rstrip(".,;")
    if len(address) > EMAIL_LIMIT or not _EMAIL.fullmatch(address):
        return Message(NO_EMAIL)
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def _read_time_zone(text: str) -> str | Message:
    zone = text.strip().replace(" ", "_")
    if zone == "Europe/Kiev":  # its name before tzdata 2022b
        return KYIV
    return zone if zone in _zones() else Message(NO_TIME_ZONE)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # reads a folder of files: 20 ms
