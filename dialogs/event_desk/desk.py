"""What the windows of the desk stand on: the event that is open, and changes to it."""

from collections.abc import Callable
from html import unescape
from typing import Any

from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import actor_of, app_of, may
from dialogs.event_desk.fields import Field, following
from dialogs.events.cards import MODES
from dialogs.events.times import local
from dialogs.i18n import Html, Translator, escape
from dialogs.messages import toast
from dialogs.states import EventDesk, Events, Home
from dialogs.widgets.text import ECHO
from domain.events import definition
from domain.events.definition import Definition, DefinitionError, check
from domain.events.event import LIVE, Event, EventState, Mode, in_language
from domain.people.permissions import Permission
from domain.surveys.message import N_, Message
from storage import events
from storage.roles import NotOrganiserError
from storage.seating import NoSuchEventError

EVENT, FIELD, GUIDED, SEEN = "event", "field", "guided", "seen"
IN_THE_CHAT = {
    definition.JOIN_NEEDED: N_("An event that is held online needs the link of the call first."),
    definition.BELOW_TAKEN: N_(
        "The number of seats cannot be %(capacity)s: %(taken)s are taken or offered already"
        " (%(mode)s). Nothing was changed."
    ),
    definition.MODE_IN_USE: N_(
        "People are registered this way: %(mode)s. It cannot be taken away; nothing was changed."
    ),
}
# what belongs to one screen alone
PASSING = ("day", "month", "lang", "mode", "kind", "zones", SEEN)


async def allowed(manager: DialogManager, *, pressed: bool = True) -> bool:
    """Whether the person organises events now; who does not is told so and led to the menu."""
    if may(manager, Permission.EVENTS):
        return True
    words = actor_of(manager).tr("Only organisers can do this.")
    if pressed:
        toast(words, alert=True)
    await manager.start(Home.menu, {ECHO: escape(words)}, StartMode.RESET_STACK)
    return False


async def event_of(manager: DialogManager) -> Event | None:
    """The event that is open here, as it is now; None where it is gone."""
    start = manager.start_data if isinstance(manager.start_data, dict) else {}
    number = manager.dialog_data.get(EVENT) or start.get(EVENT) or 0
    return await events.get(app_of(manager).db, int(number))


async def live_of(manager: DialogManager, event: Event) -> int:
    """How many are registered, wait or have asked: who hears of a change."""
    app = app_of(manager)
    counts = await events.counts(app.db, event.id, app.now())
    return sum(n for state, n in counts.by_state.items() if state in LIVE)


async def gone(manager: DialogManager) -> None:
    """Say that the event is not there any more, and show those that are."""
    words = actor_of(manager).tr.html("This event is not there any more.")
    mode = manager.show_mode
    await manager.start(Events.organise, {ECHO: words}, StartMode.RESET_STACK, mode)


def field_of(manager: DialogManager) -> Field:
    """The field that is open here."""
    return Field(manager.dialog_data.get(FIELD) or start_field(manager))


def start_field(manager: DialogManager) -> str:
    """The field that the dialog was opened with."""
    start = manager.start_data if isinstance(manager.start_data, dict) else {}
    return str(start.get(FIELD) or Field.TITLE)


def say(manager: DialogManager, text: str) -> None:
    """Put a line above the next window, below what was put there already."""
    before = manager.dialog_data.get(ECHO)
    line = escape(text)
    manager.dialog_data[ECHO] = Html(f"{before}\n{line}") if before else line


def aloud(manager: DialogManager, *, alert: bool) -> None:
    """Say what stands above the next window in a toast, too: the event is longer than a phone."""
    if (said := manager.dialog_data.get(ECHO)) is not None:
        toast(unescape(said), alert=alert)


async def change(
    manager: DialogManager, what: Callable[[Definition], Definition]
) -> events.Revision | None:
    """Change the open event and say what else that did; None where it could not be changed.

    A move that was asked about is refused where a colleague moved the event meanwhile.
    """
    app, actor = app_of(manager), actor_of(manager)
    tr, event = actor.tr, await event_of(manager)
    if event is None:
        await gone(manager)
        return None
    try:
        seen = manager.dialog_data.pop(SEEN, None)
        done = await events.revise(app.db, event.id, what, actor.person.id, app.now(), seen)
    except DefinitionError as error:
        for problem in error.problems:
            say(manager, "⚠️ " + in_the_chat(problem, tr))
        return None
    except events.MovedMeanwhileError:
        now = await event_of(manager) or event
        say(
            manager,
            tr(
                "⚠️ A colleague moved this event meanwhile; it is now: %(when)s, %(place)s."
                " Nothing was changed.",
                when=local(now.starts_at, now.zone, tr) if now.starts_at else "–",
                place=in_language(now.place, tr.language) or "–",
            ),
        )
        return None
    except NoSuchEventError:
        await gone(manager)
        return None
    except NotOrganiserError:
        await allowed(manager)
        return None
    moved = done.event.sequence > done.before.sequence
    if done.before.state is EventState.PUBLISHED and moved and await live_of(manager, event):
        say(manager, tr("📨 Everybody who is registered is told about the change."))
    if done.offers:
        say(
            manager,
            tr.plural(
                "🎁 %(n)s seat was offered to the waiting list.",
                "🎁 %(n)s seats were offered to the waiting list.",
                done.offers,
            ),
        )
    return done


def refused(manager: DialogManager, event: Event, wanted: Definition) -> bool:
    """Whether the event cannot be so, before anybody is asked; the window says why."""
    found = check(wanted, app_of(manager).now(), event)
    for problem in found:
        say(manager, "⚠️ " + in_the_chat(problem, actor_of(manager).tr))
    return bool(found)


def in_the_chat(problem: Message, tr: Translator) -> str:
    """Why an event cannot be so, without the keys that its files have."""
    msgid = IN_THE_CHAT.get(problem.msgid)
    if msgid is None:
        return tr.message(problem)
    values = dict(problem.params)
    if "mode" in values:
        values["mode"] = tr(MODES[Mode(str(values["mode"]))])
    return tr(msgid, **values)


async def ask_first(manager: DialogManager, event: Event, move: str) -> None:
    """Ask before a published event is moved; what it was then is remembered."""
    manager.dialog_data.update({"sure": move, SEEN: event.sequence})
    await manager.switch_to(EventDesk.sure)


async def open_field(manager: DialogManager, field: Field) -> None:
    """Show the screen of a field."""
    forget(manager)
    manager.dialog_data[FIELD] = field.value
    await manager.switch_to(EventDesk.field)


async def go_on(manager: DialogManager) -> None:
    """After a field: the next one while an event is made, else the event."""
    event = await event_of(manager)
    if event is None:
        await gone(manager)
        return
    later = following(event, field_of(manager)) if manager.dialog_data.get(GUIDED) else None
    if later is None:
        manager.dialog_data.pop(GUIDED, None)
        forget(manager)
        await manager.switch_to(EventDesk.event)
    else:
        await open_field(manager, later)


def forget(manager: DialogManager) -> None:
    """Forget what belonged to the screen that is left."""
    for key in PASSING:
        manager.dialog_data.pop(key, None)


def below(manager: DialogManager) -> None:
    """Let the window move below what was just written."""
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def opened(data: Any, manager: DialogManager) -> None:
    """Begin with the words that the dialog was opened with, if any."""
    if isinstance(data, dict) and ECHO in data:
        manager.dialog_data[ECHO] = data[ECHO]
