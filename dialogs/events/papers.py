"""Papers: the door list and the certificate of attendance, typeset with typst."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from dialogs.events.times import span
from dialogs.i18n import Translator
from dialogs.typesetting import typeset
from domain.events.event import Event, in_language
from storage.attendees import Attendee

ALPHABET = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
LONG_WORD = 22  # letters
HERE = Path(__file__).parent


def door_list(event: Event, attendees: Sequence[Attendee], tr: Translator) -> bytes:
    """Everybody who has a seat, by name, with a box to tick and the code of the ticket; PDF."""
    modes = {"onsite": tr("onsite"), "online": tr("online")}
    rows = [
        {
            "name": _breakable(one.registration.attendee),
            "organisation": _breakable(one.organisation),
            "mode": modes[one.registration.mode.value],
            "code": one.registration.code,
            "here": one.registration.checked_in_at is not None,
        }
        for one in sorted(attendees, key=lambda one: _in_order(one.registration.attendee))
    ]
    data = {
        "language": tr.language,
        "title": event.name(tr.language),
        "when": _when(event, tr),
        "place": in_language(event.place, tr.language),
        "count": tr.plural("%(n)s attendee", "%(n)s attendees", len(rows)),
        "heads": ["", tr("Full name"), tr("Organisation"), tr("Mode"), tr("Code")],
        "rows": rows,
    }
    return _typeset("door_list.typ", data)


def certificate(event: Event, attendee: str, organisation: str, code: str, link: str) -> bytes:
    """A certificate of attendance in both languages; PDF. `link` opens the bot's word on it."""
    blocks = []
    for language in ("uk", "en"):
        tr = Translator(language, event.zone)
        blocks.append(
            {
                "language": language,
                "head": tr("Certificate of attendance"),
                "says": tr("This is to certify that"),
                "of": organisation,
                "took": tr("took part in the event"),
                "title": event.name(language),
                "when": _when(event, tr),
                "place": in_language(event.place, language),
                "organiser": tr("Organiser: %(name)s", name=event.organiser),
                "check": tr("Certificate %(code)s can be verified here:", code=code),
            }
        )
    return _typeset("certificate.typ", {"name": attendee, "link": link, "blocks": blocks})


def _when(event: Event, tr: Translator) -> str:
    if event.starts_at is None or event.ends_at is None:
        return ""
    return span(event.starts_at, event.ends_at, event.zone, tr)


def _breakable(text: str) -> str:
    """Words that are too long for a column of the list may be broken anywhere."""
    parts = re.split(r"([\s-])", text)
    return "".join("\u200b".join(one) if len(one) > LONG_WORD else one for one in parts)


def _in_order(name: str) -> list[tuple[bool, int | str]]:
    """A key that sorts names by the Ukrainian alphabet: by their codes ґ and і come after я."""
    places = [(ALPHABET.find(letter), letter) for letter in name.casefold()]
    return [(place >= 0, place if place >= 0 else letter) for place, letter in places]


def _typeset(page: str, data: Mapping[str, object]) -> bytes:
    return typeset(HERE / page, json.dumps(data, ensure_ascii=False))
