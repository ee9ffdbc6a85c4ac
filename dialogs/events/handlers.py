"""What presses and messages do about events."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import actor_of, app_of, deed_of, may
from dialogs.event_desk.making import open_new
from dialogs.events import registering, sending
from dialogs.events.cards import REFUSALS
from dialogs.events.following import ANYWAY, admit
from dialogs.events.getters import chosen
from dialogs.events.materials import take_material
from dialogs.events.numbers import number_in
from dialogs.i18n import Html
from dialogs.messages import toast
from dialogs.states import EventDesk, Events, Survey
from dialogs.widgets.text import ECHO
from domain.events.definition import DefinitionError, parse
from domain.events.event import EventState, Mode
from domain.events.outcome import Outcome, Refusal
from domain.people.permissions import Permission
from storage import attendees, audit, deciding, events, forms, registrations
from storage.seating import NoSuchEventError

YAML_LIMIT = 100_000  # bytes


async def opened(data: Any, manager: DialogManager) -> None:
    """Begin with the words that the dialog was opened with, if any."""
    for key in (ECHO, ANYWAY):
        if isinstance(data, dict) and key in data:
            manager.dialog_data[key] = data[key]


async def open_events(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """From the menu: the list."""
    await manager.start(Events.browse)


async def browse(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """A line of the list."""
    if press == "mine":
        await manager.switch_to(Events.mine)
    elif press == "organise" and may(manager, Permission.CHECK_IN):
        await manager.switch_to(Events.organise)
    elif press.startswith("e") and (number := number_in(press, manager)) is not None:
        manager.dialog_data["event"] = number
        await manager.switch_to(Events.card)


async def on_card(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Register, or look at a registration that is there."""
    if press.startswith("m"):
        await take_material(manager, chosen(manager, "event"), press)
    elif press.startswith("v"):
        await choose_mine(_, manager, press)
    elif press[1:] not in tuple(Mode):
        toast(actor_of(manager).tr("That button was old."))
    elif press.startswith("n"):
        manager.dialog_data["mode"] = press[1:]
        await manager.switch_to(Events.colleague)
    elif press.startswith("r"):
        await register(manager, Mode(press[1:]))


async def register(manager: DialogManager, mode: Mode, colleague: str | None = None) -> None:
    """Register the person, or a colleague by name, and show what became of it."""
    start = manager.start_data if isinstance(manager.start_data, dict) else {}
    source = str(start.get("source") or "")
    outcome = await registering.register(
        manager, chosen(manager, "event"), mode, source, colleague
    )
    if outcome is not None:
        await report(manager, outcome)


async def report(manager: DialogManager, outcome: Outcome) -> None:
    """Show what became of it."""
    if outcome.refusal is not None:
        toast(actor_of(manager).tr(REFUSALS[outcome.refusal]), alert=True)
    if outcome.registration is not None:
        await show_registration(manager, outcome.registration.id)


async def show_registration(manager: DialogManager, number: int) -> None:
    """Move on to a registration."""
    manager.dialog_data["registration"] = number
    await manager.switch_to(Events.registration)


async def named(message: Message, _: Any, manager: DialogManager) -> None:
    """A colleague's name; the way they take part was chosen before."""
    manager.show_mode = ShowMode.DELETE_AND_SEND
    event = await events.get(app_of(manager).db, chosen(manager, "event"))
    name = " ".join((message.text or "").split())
    if event is None or len(name) < 2:
        manager.dialog_data[ECHO] = actor_of(manager).tr("A name has at least two characters.")
        return
    # A window that was open before there was a choice has none.
    await register(manager, Mode(manager.dialog_data.get("mode") or event.modes[0]), name)


async def on_registration(callback: CallbackQuery, manager: DialogManager, press: str) -> None:
    """A button of a registration; each is checked again where it acts."""
    app, actor = app_of(manager), actor_of(manager)
    number, person, now = chosen(manager, "registration"), actor.person.id, app.now()
    found = await registrations.get(app.db, number)
    if found is None or person not in (found.person_id, found.registered_by):
        toast(actor.tr("This registration is not yours, or is not there any more."), alert=True)
        return
    match press:
        case "take":
            await report(manager, await registrations.take(app.db, number, person, now))
        case "to onsite" | "to online":  # where to: a second tap does not lead back
            mode = Mode(press.removeprefix("to "))
            await report(manager, await registrations.switch(app.db, number, person, mode, now))
        case "leave":
            await manager.switch_to(Events.leave)
        case "hand":
            await manager.switch_to(Events.hand)
        case "ask":
            await _ask(manager, found.event_id)
        case "ticket" | "ics" | "join" | "paper":
            await sending.send(manager, found, press)
        case _ if press[:1] == "s":
            stars = number_in(press, manager)
            if stars is not None and await attendees.rate(app.db, number, person, stars):
                toast(actor.tr("Thank you for the rating!"))


async def _ask(manager: DialogManager, event_id: int) -> None:
    event = await events.get(app_of(manager).db, event_id)
    if event is not None and event.form_id is not None:
        survey = await forms.by_id(app_of(manager).db, event.form_id)
        data = {"token": survey.token, "event": event.id}
        await manager.start(Survey.opening, data)


async def leave(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Give it back; asked for confirmation before."""
    app = app_of(manager)
    outcome = await registrations.cancel(
        app.db, chosen(manager, "registration"), actor_of(manager).person.id, app.now()
    )
    await report(manager, outcome)


async def hand(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Give the seat to a colleague."""
    app, colleague = app_of(manager), number_in(press, manager)
    if colleague is None:
        return
    outcome = await registrations.hand_over(
        app.db,
        chosen(manager, "registration"),
        actor_of(manager).person.id,
        colleague,
        app.now(),
    )
    await report(manager, outcome)


async def choose_mine(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """A line of "My registrations"."""
    if (number := number_in(press, manager)) is not None:
        await show_registration(manager, number)


async def choose_event(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """A line of the organiser's list."""
    if press == "new":
        await open_new(manager)
        return
    number = number_in(press, manager)
    if number is None:
        return
    manager.dialog_data["event"] = number
    manager.dialog_data.pop("find", None)
    await manager.switch_to(Events.door)


async def find(message: Message, _: Any, manager: DialogManager) -> None:
    """Search the attendees by what was typed."""
    manager.show_mode = ShowMode.DELETE_AND_SEND
    manager.dialog_data["find"] = (message.text or "").strip()[:60]
    manager.dialog_data.pop(ANYWAY, None)  # that was about somebody else


async def at_the_door(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """An organiser's press; the role is looked at here and again in the operations."""
    app, actor = app_of(manager), actor_of(manager)
    event = await events.get(app.db, chosen(manager, "event"))
    needed = Permission.CHECK_IN if press[:1] in ("a", "g") else Permission.EVENTS
    manager.dialog_data.pop(ANYWAY, None)
    if event is None or not may(manager, needed):
        toast(actor.tr("Only organisers can do this."), alert=True)
        return
    by, now = actor.person.id, app.now()
    try:
        match press:
            case "close":
                is_open = not event.registration_open
                await events.set_registration_open(app.db, event.id, is_open, by, now)
            case "grow":
                start = {"event": event.id, "field": "seats"}
                await manager.start(EventDesk.field, start, StartMode.RESET_STACK)
            case "edit":
                await manager.start(EventDesk.event, {"event": event.id}, StartMode.RESET_STACK)
            case "people":
                await manager.start(EventDesk.people, {"event": event.id}, StartMode.RESET_STACK)
            case "off":
                await manager.switch_to(Events.call_off)
            case "xlsx" | "print":
                deed, what = deed_of(manager), f"event:{event.id}"
                await audit.note(app.db, deed, Permission.EVENTS, "event.list", what)
                await sending.send_list(manager, event, press)
            case _ if press[:1] in ("y", "x", "a", "g"):
                number = number_in(press, manager)
                if number is None:
                    return
                if press[0] in ("a", "g"):
                    shown = await admit(manager, number, anyway=press[0] == "g")
                    manager.dialog_data.update(shown)
                else:
                    await deciding.decide(app.db, number, by, press[0] == "y", now)
    except DefinitionError as error:
        toast("\n".join(actor.tr.message(one) for one in error.problems), alert=True)


async def call_off(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Cancel the event; asked for confirmation before."""
    app, actor = app_of(manager), actor_of(manager)
    try:
        done = await events.cancel(app.db, chosen(manager, "event"), actor.person.id, app.now())
        if done.state is not EventState.CANCELLED:
            toast(actor.tr(REFUSALS[Refusal.OVER]), alert=True)
    except NoSuchEventError:
        toast(actor.tr("This event is not there any more."), alert=True)
    await manager.switch_to(Events.door)


async def described(message: Message, _: Any, manager: DialogManager) -> None:
    """A YAML file from an organiser makes or changes an event, as `lanka event import` does."""
    app, actor = app_of(manager), actor_of(manager)
    tr = actor.tr
    manager.show_mode = ShowMode.DELETE_AND_SEND
    document = message.document
    if document is None or not actor.person.organises or message.bot is None:
        return
    if (document.file_size or 0) > YAML_LIMIT:
        manager.dialog_data[ECHO] = tr.html("⚠️ This file is too large for an event.")
        return
    content = await message.bot.download(document)
    try:
        wanted = parse(content.read() if content else b"")
        event = await events.save(app.db, wanted, app.now(), by=actor.person.id)
    except DefinitionError as error:
        lines = [tr.html("⚠️ %(why)s", why=tr.message(one)) for one in error.problems[:10]]
        manager.dialog_data[ECHO] = Html("\n".join(lines))
        return
    if wanted.questions is not None:  # only the file beside it, on a computer, could be read
        manager.dialog_data[ECHO] = tr.html(
            "📝 The questions of “%(file)s” are not here: please send that form under ✏️ Edit, Own"
            " questions.",
            file=wanted.questions,
        )
    manager.dialog_data["event"] = event.id
    await manager.switch_to(Events.door)
