"""When an event is, for a reader: in its own zone, and in theirs where that differs."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from dialogs.i18n import Html, Translator, escape
from dialogs.organisation.zones import city
from domain.events.event import Event


def local(moment: datetime, zone: str, tr: Translator) -> str:
    """A moment in a zone, with its city: "10 лютого 2027 р., 14:00 (Київ)"."""
    there = moment.astimezone(ZoneInfo(zone))
    day = format_date(there, "long", locale=tr.locale)
    hour = format_time(there, "short", tzinfo=ZoneInfo(zone), locale=tr.locale)
    return f"{day}, {hour} ({city(zone, tr.locale)})"


def moment_html(moment: datetime, zone: str, tr: Translator) -> Html:
    """`local` that a client shows in its own zone and language; older ones show the text."""
    text = escape(local(moment, zone, tr))
    return Html(f'<tg-time unix="{int(moment.timestamp())}" format="wDt">{text}</tg-time>')


def when(event: Event, tr: Translator) -> Html:
    """The start in the event's zone and in the reader's own; words where there is no date yet."""
    if event.starts_at is None or event.ends_at is None:
        return Html(escape(tr("The date is not set yet.")))
    there = span(event.starts_at, event.ends_at, event.zone, tr)
    return Html("\n".join([escape(there), *here(event.starts_at, event.zone, tr)]))


def here(start: datetime, zone: str, tr: Translator) -> list[Html]:
    """The start on the reader's own clock; nothing where that is the clock of the zone."""
    if start.astimezone(tr.zone).utcoffset() == start.astimezone(ZoneInfo(zone)).utcoffset():
        return []
    return [tr.html("Your time: %(time)s", time=local(start, str(tr.zone), tr))]


def span(start: datetime, end: datetime, zone: str, tr: Translator) -> str:
    """From when to when, on one line."""
    there = ZoneInfo(zone)
    if start.astimezone(there).date() == end.astimezone(there).date():
        day = format_date(start.astimezone(there), "full", locale=tr.locale)
        hours = [format_time(m, "short", tzinfo=there, locale=tr.locale) for m in (start, end)]
        return f"{day}, {hours[0]}–{hours[1]} ({city(zone, tr.locale)})"
    first = start.astimezone(there)
    day = format_date(first, "long", locale=tr.locale)
    hour = format_time(first, "short", tzinfo=there, locale=tr.locale)
    return f"{day}, {hour} – {local(end, zone, tr)}"
