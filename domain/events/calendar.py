"""Calendar entries: a file in UTC that every calendar reads alike, and links for two of them.

RFC 5545 and 5546: a file in a chat is PUBLISHed and names no attendee (a REQUEST makes Outlook
say that one is not invited). The UID lives as long as the registration; SEQUENCE grows with each
change. No secrets: calendars are shared with one's team.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from domain.events.event import Event, Registration

DOMAIN = "lanka.clusterforhealth.org.ua"
FILE = "event.ics"
IN_LINKS = 150  # characters of a description
PRODUCT = "-//Lanka//Clusters4Health//UK"


def calendar_file(
    event: Event,
    registration: Registration,
    words: Mapping[str, str],
    *,
    cancelled: bool = False,
) -> bytes:
    """The `.ics` of one registration; ValueError for an event without dates.

    `words` are in the reader's language: `title`, `description`, `location`, and `url`, a deep
    link. With `cancelled`, the file takes the entry away again.
    """
    # After the start, `bot.runner` loads it before it is needed: the first poll does not wait.
    from icalendar import Calendar
    from icalendar import Event as Entry

    start, end = _dates(event)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    entry = Entry()
    entry.add("uid", f"registration-{registration.id}-{event.token}@{DOMAIN}")
    entry.add("sequence", event.sequence + registration.ticket_version + int(cancelled))
    changed = max(event.changed_at, registration.changed_at).astimezone(UTC)
    entry.add("dtstamp", changed)
    entry.add("last-modified", changed)
    entry.add("dtstart", start)
    entry.add("dtend", end)
    entry.add("summary", words["title"])
    entry.add("description", words["description"])
    entry.add("location", words["location"])
    entry.add("url", words["url"])
    entry.add("organizer", f"https://t.me/#{event.slug}", {"CN": event.organiser})
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def google_link(event: Event, words: Mapping[str, str]) -> str:
    """A page of Google Calendar with the entry filled in."""
    start, end = _dates(event)
    query = {
        "action": "TEMPLATE",
        "text": words["title"],
        "dates": f"{start:%Y%m%dT%H%M%SZ}/{end:%Y%m%dT%H%M%SZ}",
        "details": _details(words),
        "location": words["location"],
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(query)}"


def outlook_link(event: Event, words: Mapping[str, str]) -> str:
    """A page of Outlook on the web with the entry filled in."""
    start, end = _dates(event)
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": words["title"],
        "startdt": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "body": _details(words),
        "location": words["location"],
    }
    return f"https://outlook.office.com/calendar/0/deeplink/compose?{urlencode(query)}"


def _details(words: Mapping[str, str]) -> str:
    """A link stays short: a Cyrillic letter takes six characters in it."""
    about = words["description"]
    if len(about) > IN_LINKS:
        about = f"{about[:IN_LINKS].rstrip()}…"
    return f"{about}\n{words['url']}".strip()


def _dates(event: Event) -> tuple[datetime, datetime]:
    if event.starts_at is None or event.ends_at is None:
        raise ValueError(f"{event.slug} has no dates")
    return event.starts_at.astimezone(UTC), event.ends_at.astimezone(UTC)
