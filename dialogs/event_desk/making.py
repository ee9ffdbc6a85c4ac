"""A new event: a draft from the first word on, so that nothing that was given is ever lost."""

import secrets
from dataclasses import replace
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, StartMode

from dialogs.context import actor_of, app_of
from dialogs.event_desk.desk import EVENT, GUIDED, allowed, below, forget, open_field, say
from dialogs.event_desk.fields import Field
from dialogs.event_desk.getters import templates
from dialogs.states import EventDesk
from domain.events.definition import TITLE_LIMIT, Definition
from domain.events.editing import SEATS
from domain.events.event import Mode
from domain.events.slug import slug_of
from storage import events
from storage.events import TOKEN


async def open_new(manager: DialogManager) -> None:
    """From the list of events."""
    if await allowed(manager):
        await manager.start(EventDesk.begin, None, StartMode.RESET_STACK)


async def titled(message: Message, _: Any, manager: DialogManager) -> None:
    """The title of a new event makes its draft."""
    below(manager)
    if not await allowed(manager, pressed=False):
        return
    actor, title = actor_of(manager), " ".join((message.text or "").split())
    if len(title) > TITLE_LIMIT:
        tr = actor.tr
        say(manager, tr("⚠️ A title has at most %(n)s characters.", n=tr.number(TITLE_LIMIT)))
        return
    zone = str(actor.tr.zone)
    wanted = Definition(
        _slug(title), {actor.tr.language: title}, zone, capacity={Mode.ONSITE: SEATS}
    )
    await _begin(manager, wanted, Field.TITLE)
    manager.dialog_data["lang"] = "en" if actor.tr.language == "uk" else "uk"


async def from_template(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Begin with one of the templates: what it says can be changed, dates come first."""
    number = int(press[1:]) if press[1:].isdecimal() else -1
    if not await allowed(manager) or not 0 <= number < len(templates()):
        return
    template = templates()[number]
    await _begin(manager, replace(template, slug=_slug(template.slug), publish=False), Field.START)


async def _begin(manager: DialogManager, wanted: Definition, field: Field) -> None:
    app, actor = app_of(manager), actor_of(manager)
    made = await events.save(app.db, wanted, app.now(), by=actor.person.id)
    forget(manager)
    manager.dialog_data[EVENT] = made.id
    manager.dialog_data[GUIDED] = True
    say(manager, actor.tr("💾 Saved as a draft: whatever you give is kept at once."))
    await open_field(manager, field)


def _slug(title: str) -> str:
    """A name for commands: the title in Latin letters, and letters that make it unique."""
    return f"{slug_of(title)}-{''.join(secrets.choice(TOKEN) for _ in range(4))}"
