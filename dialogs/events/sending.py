"""What leaves as a message of its own because somebody asked: ticket, calendar entry, papers."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.types import BufferedInputFile
from aiogram.utils.deep_linking import create_start_link
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import actor_of, app_of
from dialogs.events.attendee_file import write_attendees
from dialogs.events.entries import entry_file, entry_words
from dialogs.events.following import CERTIFICATE
from dialogs.events.papers import certificate, door_list
from dialogs.events.tickets import ticket_message
from dialogs.events.times import local, when
from dialogs.i18n import escape
from dialogs.messages import toast
from dialogs.states import Events, Home
from dialogs.widgets.text import ECHO
from domain.events.calendar import FILE, google_link, outlook_link
from domain.events.event import Event, EventState, Mode, Registration, State
from domain.events.tickets import JOIN, new_code, read_ticket
from domain.people.links import LinkError
from storage import attendees, events, organisations, registrations


async def send(manager: DialogManager, registration: Registration, what: str) -> None:
    """Send a confirmed registration's ticket, calendar entry, link or certificate."""
    app, actor = app_of(manager), actor_of(manager)
    event = await events.get(app.db, registration.event_id)
    gone = what == "ics" and registration.state is State.CANCELLED
    if event is None or not (registration.state is State.CONFIRMED or gone):
        toast(actor.tr("This registration has no seat."), alert=True)
        return
    if event.state is not EventState.PUBLISHED and not gone:
        toast(actor.tr("This event is cancelled."), alert=True)
        return
    await {"ticket": _ticket, "ics": _calendar, "join": _join, "paper": _certificate}[what](
        manager, event, registration
    )
    manager.show_mode = ShowMode.DELETE_AND_SEND


def _to(manager: DialogManager) -> tuple[Bot, int]:
    return manager.middleware_data["bot"], actor_of(manager).person.telegram_id


async def _name(bot: Bot) -> str:
    return (await bot.me()).username or ""


async def _ticket(manager: DialogManager, event: Event, registration: Registration) -> None:
    bot, chat = _to(manager)
    tr, secret = actor_of(manager).tr, app_of(manager).secret
    picture, caption = ticket_message(event, registration, await _name(bot), secret, tr)
    await bot.send_photo(chat, BufferedInputFile(picture, "ticket.png"), caption=caption)


async def _calendar(manager: DialogManager, event: Event, registration: Registration) -> None:
    bot, chat = _to(manager)
    tr = actor_of(manager).tr
    name, secret = await _name(bot), app_of(manager).secret
    if registration.state is not State.CONFIRMED:
        content = entry_file(event, registration, name, secret, tr, cancelled=True)
        says = tr.html("Open the file: it takes the entry out of your calendar.")
        await bot.send_document(chat, BufferedInputFile(content, FILE), caption=says)
        return
    words = entry_words(event, registration, name, secret, tr)
    google, outlook = google_link(event, words), outlook_link(event, words)
    caption = (
        f"{when(event, tr)}\n\n"
        f'<a href="{escape(google)}">Google Calendar</a> · <a href="{escape(outlook)}">Outlook</a>'
    )
    file = BufferedInputFile(entry_file(event, registration, name, secret, tr), FILE)
    await bot.send_document(chat, file, caption=caption)


async def _join(manager: DialogManager, event: Event, registration: Registration) -> None:
    if problem := await give_call(manager, event, registration):
        toast(problem, alert=True)


async def give_call(manager: DialogManager, event: Event, registration: Registration) -> str:
    """Send who has a seat the link of the call, which counts as attending; else say why not."""
    app, tr = app_of(manager), actor_of(manager).tr
    if registration.state is not State.CONFIRMED:
        return tr("This registration has no seat.")
    if event.state is not EventState.PUBLISHED:
        return tr("This event is cancelled.")
    if event.is_over(app.now()):
        return tr("This event is over.")
    if registration.mode is not Mode.ONLINE or event.join_url is None:
        return tr("You take part onsite; there is no link for that.")
    if not event.can_be_joined(app.now()):
        return tr("The link is shown from 30 minutes before the start to the end.")
    if not await attendees.joined(app.db, registration.id, app.now()):
        return tr("This registration has no seat.")  # it was given back just now
    bot, chat = _to(manager)
    text = tr.html("▶️ The link of the call: %(link)s", link=event.join_url)
    await bot.send_message(chat, text, protect_content=True)
    return ""


async def open_call(
    token: str, manager: DialogManager, mode: StartMode, show: ShowMode | None
) -> None:
    """A signed link to the call was followed; it is good for its owner alone, and in time."""
    app, actor = app_of(manager), actor_of(manager)
    found = await owned(manager, token)
    if isinstance(found, str):
        await manager.start(Home.menu, {ECHO: escape(found)}, mode, show)
        return
    event, registration = found
    data: dict[str, Any] = {"event": event.id, "registration": registration.id}
    problem = await give_call(manager, event, registration)
    if problem and event.starts_at is not None and app.now() < event.starts_at:
        problem = f"{problem} {local(event.starts_at, str(actor.tr.zone), actor.tr)}"
    if problem:
        data[ECHO] = escape(problem)
    await manager.start(Events.registration, data, mode, show)


async def owned(manager: DialogManager, token: str) -> tuple[Event, Registration] | str:
    """The event and registration of a signed link to a call, or why it opens nothing."""
    app, actor = app_of(manager), actor_of(manager)
    stale = actor.tr(
        "❌ This link is not valid (any more). Your registrations are under “Events”."
    )
    try:
        event_id, number, version = read_ticket(app.secret, JOIN, token, app.now())
    except LinkError:
        return stale
    registration = await registrations.get(app.db, number)
    event = await events.get(app.db, event_id)
    if event is None or registration is None or registration.event_id != event_id:
        return stale
    if registration.person_id != actor.person.id:
        return actor.tr("❌ This link belongs to somebody else: it opens the call for them alone.")
    return stale if registration.ticket_version != version else (event, registration)


async def _certificate(manager: DialogManager, event: Event, registration: Registration) -> None:
    app, tr = app_of(manager), actor_of(manager).tr
    if not event.is_over(app.now()):
        toast(tr("The certificate is given after the event."), alert=True)
        return
    code = await attendees.certify(app.db, registration.id, new_code())
    if code is None:
        toast(tr("A certificate is for those who attended."), alert=True)
        return
    bot, chat = _to(manager)
    organisation = await organisations.get(app.db, registration.organisation_id)
    link = await create_start_link(bot, CERTIFICATE + code)
    names = (registration.attendee, organisation.name, code, link)
    content = await asyncio.to_thread(certificate, event, *names)
    await bot.send_document(chat, BufferedInputFile(content, f"certificate-{code}.pdf"))


async def send_list(manager: DialogManager, event: Event, what: str) -> None:
    """Send an organiser the attendees as XLSX, or the list for the door as PDF."""
    bot, chat = _to(manager)
    people = await attendees.of_event(app_of(manager).db, event)
    if what == "xlsx":
        content = await asyncio.to_thread(_xlsx, event, people)
        file = BufferedInputFile(content, f"{event.slug}.xlsx")
    else:
        seated = [one for one in people if one.registration.state is State.CONFIRMED]
        content = await asyncio.to_thread(door_list, event, seated, actor_of(manager).tr)
        file = BufferedInputFile(content, f"{event.slug}-door.pdf")
    await bot.send_document(chat, file)
    manager.show_mode = ShowMode.DELETE_AND_SEND


def _xlsx(event: Event, people: list[attendees.Attendee]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "attendees.xlsx"
        write_attendees(file, event, people)
        return file.read_bytes()
