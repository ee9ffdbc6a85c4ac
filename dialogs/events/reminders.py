"""What reminders of events say, and their buttons."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiogram.filters.callback_data import CallbackData
from babel.dates import format_time

from dialogs.events.cards import MODES
from dialogs.events.notices import Buttons, EventPress
from dialogs.events.times import when
from dialogs.i18n import Html, Translator
from dialogs.notice_buttons import mute_button
from domain.events.event import Event, Mode, Registration, in_language
from domain.events.reminders import Reminder
from domain.messages import Topic

Params = Mapping[str, Any]


class ReminderPress(CallbackData, prefix="rem"):
    """A button under a reminder: coming, leave (asks), left (does it), join."""

    do: str
    registration: int


def words(kind: str, params: Params, tr: Translator) -> tuple[Html, Buttons]:
    """Text and buttons of a reminder, from what its check found."""
    event: Event = params["event_now"]
    registration: Registration = params["registration_now"]
    names: tuple[str, ...] = params["attendees"]
    now: datetime = params["now"]
    paragraphs = [
        tr.html(
            "🔔 %(when)s <b>%(title)s</b>",
            when=_ahead(kind, event, now, tr),
            title=event.name(tr.language),
        )
    ]
    facts = [when(event, tr)]
    place = in_language(event.place, tr.language)
    if len(names) == 1 and registration.mode is Mode.ONLINE:
        facts.append(Html(tr(MODES[Mode.ONLINE])))
    elif place:
        facts.append(tr.html("📍 %(place)s", place=place))
    if len(names) > 1 or kind == Reminder.STILL_COMING:
        facts.append(tr.html("👤 %(names)s", names=", ".join(names)))
    paragraphs.append(Html("\n".join(facts)))

    def press(label: str, do: str) -> list[tuple[str, str]]:
        return [(label, ReminderPress(do=do, registration=registration.id).pack())]

    opens = EventPress(do="open", registration=registration.id).pack()
    buttons: Buttons = []
    match kind:
        case Reminder.STILL_COMING:
            paragraphs.append(
                tr.html(
                    "Are you still coming? If not, please give the seat back: somebody else will"
                    " be glad of it."
                )
            )
            buttons += [
                press(tr("✅ Yes, I am coming"), "coming"),
                press(tr("↩️ Give my seat back"), "leave"),
            ]
        case Reminder.BEGINS:
            buttons.append(press(tr("▶️ Join"), "join"))
        case _:
            buttons.append([(tr("Open my registration"), opens)])
    buttons.append([mute_button(Topic.EVENTS, str(event.id), tr)])
    return Html("\n\n".join(paragraphs)), buttons


def _ahead(kind: str, event: Event, now: datetime, tr: Translator) -> str:
    """How far ahead the event is: in days, or at which time."""
    there = ZoneInfo(event.zone)
    start = (event.starts_at or now).astimezone(there)
    if kind in (Reminder.HOUR, Reminder.BEGINS):
        # By the reader's own clock: nobody reckons between zones when it is about to begin.
        at = format_time(start, "short", tzinfo=tr.zone, locale=tr.locale)
        return tr("It begins at %(time)s:", time=at)
    days = (start.date() - now.astimezone(there).date()).days
    if days <= 0:
        return tr("Today:")
    if days == 1:
        return tr("Tomorrow:")
    return tr.plural("In %(n)s day:", "In %(n)s days:", days)
