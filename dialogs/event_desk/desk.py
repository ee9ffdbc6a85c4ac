"""What the windows of the desk stand on: the event that is open, and changes to it."""

from collections.abc import Callable
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import actor_of, app_of, may
from dialogs.event_desk.fields import Field, following
from dialogs.i18n import Html, escape
from dialogs.messages import toast
from dialogs.states import EventDesk, Events, Home
from dialogs.widgets.text import ECHO
from domain.events.definition import Definition, DefinitionError
from domain.events.event import Event, EventState
from domain.people.permissions import Permission
from storage import events
from storage.roles import NotOrganiserError
from storage.seating import NoSuchEventError

EVENT, FIELD, GUIDED = "event", "field", "guided"
PASSING = ("day", "month", "lang", "mode", "kind", "zones")  # what belongs to one screen alone


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


async def change(
    manager: DialogManager, what: Callable[[Definition], Definition]
) -> events.Revision | None:
    """Change the open event and say what else that did; None where it could not be changed."""
    app, actor = app_of(manager), actor_of(manager)
    tr, event = actor.tr, await event_of(manager)
    if event is None:
        await gone(manager)
        return None
    try:
        done = await events.revise(app.db, event.id, what, actor.person.id, app.now())
    except DefinitionError as error:
        for problem in error.problems:
            say(manager, "⚠️ " + tr.message(problem))
        return None
    except NoSuchEventError:
        await gone(manager)
        return None
    except NotOrganiserError:
        await allowed(manager)
        return None
    if done.before.state is EventState.PUBLISHED and done.event.sequence > done.before.sequence:
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


async def passed_over(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Go on to the next field and leave this one as it is."""
    if await allowed(manager):
        await go_on(manager)
