"""The moments that the demonstration can skip to: so that an event's life passes in a minute."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs.context import App
from dialogs.i18n import LANGUAGES, Translator
from domain.events.event import in_language
from domain.messages import end_of_quiet
from domain.surveys.message import N_
from simulator.clock import Waypoint
from storage import delivery, events, nudges, reminders

ZONE = "Europe/Kyiv"
MORNING = time(9)
A_MOMENT = timedelta(seconds=1)  # behind what is due: it has come then
REMINDER, SURVEY, WAITING = (
    N_("Skip to the next reminder: %(title)s"),
    N_("Skip to the reminder of an unfinished survey"),
    N_("Skip to what waits for the morning"),
)
BEGINS, TOMORROW = N_("Skip to the start: %(title)s"), N_("Skip to tomorrow morning")

Found = tuple[datetime, str, Mapping[str, str]]


async def waypoints(app: App) -> list[Waypoint]:
    """The next thing that is sent by itself, the next event, tomorrow at nine; the first first."""
    now = app.now()
    found = (await _next_message(app, now), await _next_event(app, now))
    moments = [one for one in found if one is not None]
    moments.append((_tomorrow(now), TOMORROW, {}))
    return [
        Waypoint((at + A_MOMENT).timestamp(), _label(text, title))
        for at, text, title in sorted(moments, key=lambda one: one[0])
    ]


async def _next_message(app: App, now: datetime) -> Found | None:
    """What is sent next; what would come in the quiet hours comes when they end."""
    moments: list[Found] = []
    if reminder := await reminders.next_one(app.db, now):
        moments.append((reminder[0], REMINDER, reminder[1].title))
    if nudge := await nudges.next_due(app.db, now):
        moments.append((end_of_quiet(nudge, ZONE) or nudge, SURVEY, {}))
    if waits := await delivery.next_due(app.db, now):
        moments.append((waits, WAITING, {}))
    return min(moments, key=lambda one: one[0], default=None)


async def _next_event(app: App, now: datetime) -> Found | None:
    for event in await events.upcoming(app.db, now):
        if event.starts_at is not None and event.starts_at > now:
            return event.starts_at, BEGINS, event.title
    return None


def _tomorrow(now: datetime) -> datetime:
    there = ZoneInfo(ZONE)
    day = now.astimezone(there).date() + timedelta(days=1)
    return datetime.combine(day, MORNING, there).astimezone(UTC)


def _label(text: str, title: Mapping[str, str]) -> dict[str, str]:
    return {
        language: Translator(language)(text, title=in_language(title, language))
        for language in LANGUAGES
    }
