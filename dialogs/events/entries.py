"""Calendar entries in the reader's language, and the links back to the bot in them."""

from collections.abc import Mapping

from dialogs.i18n import Translator
from domain.events.calendar import calendar_file
from domain.events.event import Event, Mode, Registration, in_language
from domain.events.tickets import JOIN, ticket

LINK = "https://t.me/%s?start=%s"  # what `create_start_link` makes, without asking Telegram
EVENT = "e"  # + the event's public token, and "_" with where the link stood
CALL = "j"  # + a signed ticket: opens the call for its owner, in time


def call_link(secret: bytes, event: Event, registration: Registration, bot: str) -> str:
    """Leads its owner, nobody else, to the call while it can be joined; `bot` is a username."""
    return LINK % (bot, CALL + ticket(secret, JOIN, event, registration))


def public_link(bot: str, event: Event) -> str:
    """Leads anybody to the event; `_` and a word at its end tell where the link stood."""
    return LINK % (bot, EVENT + event.token)


def entry_words(
    event: Event, registration: Registration, bot: str, secret: bytes, tr: Translator
) -> Mapping[str, str]:
    """What an entry says. The link of a call is not in it: calendars are shared."""
    online = registration.mode is Mode.ONLINE
    return {
        "title": event.name(tr.language),
        "description": in_language(event.description, tr.language),
        "location": in_language(event.place, tr.language),
        "url": call_link(secret, event, registration, bot) if online else public_link(bot, event),
    }


def entry_file(
    event: Event,
    registration: Registration,
    bot: str,
    secret: bytes,
    tr: Translator,
    *,
    cancelled: bool = False,
) -> bytes:
    """The `.ics` of a registration; with `cancelled` one that takes the entry away."""
    words = entry_words(event, registration, bot, secret, tr)
    return calendar_file(event, registration, words, cancelled=cancelled)
