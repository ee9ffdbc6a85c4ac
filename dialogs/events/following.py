"""Deep links of events: the event itself, a ticket at the door, a certificate's code."""

from typing import Any
from zoneinfo import ZoneInfo

from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import actor_of, app_of, may
from dialogs.events.times import local
from dialogs.i18n import Html, Translator
from dialogs.states import Events, Home
from dialogs.widgets.text import ECHO
from domain.events.event import State
from domain.events.tickets import CHECK_IN, read_code, read_ticket
from domain.people.links import LinkError
from domain.people.permissions import Permission
from storage import attendees, events, registrations
from storage.attendees import Admission

ANYWAY = "anyway"
CERTIFICATE = "v"  # + the code of a certificate


async def open_event(
    payload: str, manager: DialogManager, mode: StartMode, show: ShowMode | None
) -> None:
    """Show the event that a public link names; the list where it is not there."""
    token, _, source = payload.partition("_")
    event = await events.by_token(app_of(manager).db, token)
    if event is None or event.state == "draft":
        words = actor_of(manager).tr.html("This event is not there any more.")
        await manager.start(Events.browse, {ECHO: words}, mode, show)
        return
    await manager.start(Events.card, {"event": event.id, "source": source[:32]}, mode, show)


async def scan(token: str, manager: DialogManager, mode: StartMode, show: ShowMode | None) -> None:
    """A ticket was scanned: an organiser admits, its holder finds their registration."""
    app, actor = app_of(manager), actor_of(manager)
    words = actor.tr.html("❌ This ticket is not valid (any more).")
    try:
        event_id, number, version = read_ticket(app.secret, CHECK_IN, token, app.now())
    except LinkError:
        await manager.start(Home.menu, {ECHO: words}, mode, show)
        return
    registration = await registrations.get(app.db, number)
    stale = registration is None or registration.ticket_version != version
    if registration is None or stale or registration.event_id != event_id:
        await manager.start(Home.menu, {ECHO: words}, mode, show)
        return
    if may(manager, Permission.CHECK_IN):
        door = _door(manager)
        if door not in (0, event_id):
            other = await events.get(app.db, event_id)
            words = actor.tr.html(
                "⚠️ This ticket is for another event: <b>%(title)s</b>. Nobody was admitted.",
                title=other.name(actor.tr.language) if other else "–",
            )
            await manager.start(Events.door, {"event": door, ECHO: words}, mode, show)
            return
        shown = await admit(manager, number)
        await manager.start(Events.door, {"event": event_id, **shown}, mode, show)
        return
    await manager.start(Events.registration, {"registration": number}, mode, show)


def _door(manager: DialogManager) -> int:
    """The event whose door somebody stands at, by the window that is open; 0 for none."""
    if not manager.has_context() or manager.current_context().state != Events.door:
        return 0
    start = manager.start_data if isinstance(manager.start_data, dict) else {}
    return int(manager.dialog_data.get("event") or start.get("event") or 0)


async def admit(manager: DialogManager, number: int, *, anyway: bool = False) -> dict[str, Any]:
    """Admit an attendee; says when and by whom where that was done before.

    Returns what the window shows: the words, and under ANYWAY whom to admit though it is not the
    event's day, if the organiser says so once more.
    """
    app, actor = app_of(manager), actor_of(manager)
    tr = actor.tr
    try:
        done = await attendees.check_in(app.db, number, actor.person.id, app.now(), anyway=anyway)
    except attendees.NotTheDayError as error:
        event = error.event
        zone = ZoneInfo(event.zone)
        words = tr.html(
            "⚠️ The event is on %(day)s, and today is %(today)s: <b>%(name)s</b> was not admitted.",
            day=tr.date(event.starts_at.astimezone(zone).date()) if event.starts_at else "–",
            today=tr.date(app.now().astimezone(zone).date()),
            name=error.registration.attendee,
        )
        return {ECHO: words, ANYWAY: number}
    return {ECHO: _admitted(done, tr), ANYWAY: 0}


def _admitted(done: Admission | None, tr: Translator) -> Html:
    if done is None:
        return tr.html("❌ This registration has no seat.")
    at = local(done.at, str(tr.zone), tr)
    if done.first:
        return tr.html("✅ Admitted: <b>%(name)s</b>", name=done.registration.attendee)
    return tr.html(
        "⚠️ <b>%(name)s</b> was admitted already: %(at)s, by %(by)s.",
        name=done.registration.attendee,
        at=at,
        by=done.by or "–",
    )


async def verify_certificate(
    payload: str, manager: DialogManager, mode: StartMode, show: ShowMode | None
) -> None:
    """Say whether a certificate is ours, and for whom."""
    words = await certificate_words(manager, payload)
    await manager.start(Home.menu, {ECHO: words}, mode, show)


async def certificate_words(manager: DialogManager, typed: str) -> Html:
    """What the bot knows of a certificate's code."""
    app, tr = app_of(manager), actor_of(manager).tr
    code = read_code(typed)
    found = await attendees.certified(app.db, code) if code else None
    event = await events.get(app.db, found.event_id) if found else None
    if found is None or event is None or found.state is not State.CONFIRMED:
        return _unknown(tr)
    return tr.html(
        "✅ Certificate <code>%(code)s</code> is genuine: <b>%(name)s</b>, %(title)s.",
        code=found.certificate or "",
        name=found.attendee,
        title=event.name(tr.language),
    )


def _unknown(tr: Translator) -> Html:
    return tr.html("❌ There is no certificate with this code.")
