"""Calendar entries in the reader's language."""

from collections.abc import Mapping

from dialogs.i18n import Translator
from domain.events.calendar import calendar_file
from domain.events.event import Event, Registration, in_language

LINK = "https://t.me/%s?start=e%s"  # what `create_start_link` makes, without asking Telegram


def entry_words(event: Event, bot: str, tr: Translator) -> Mapping[str, str]:
    """What an entry says; `bot` is the bot's username, for the link back to the event."""
    return {
        "title": event.name(tr.language),
        "description": in_language(event.description, tr.language),
        "location": in_language(event.place, tr.language),
        "url": LINK % (bot, event.token),
    }


def entry_file(
    event: Event, registration: Registration, bot: str, tr: Translator, *, cancelled: bool = False
) -> bytes:
    """The `.ics` of a registration; with `cancelled` one that takes the entry away."""
    return calendar_file(event, registration, entry_words(event, bot, tr), cancelled=cancelled)
