"""What is attached to an event, for who may see it: links on the card, files by a button."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram import Bot
from aiogram_dialog import DialogManager, ShowMode

from dialogs.context import actor_of, app_of
from dialogs.events.cards import MATERIALS
from dialogs.i18n import Html, Translator, escape
from dialogs.messages import toast
from dialogs.widgets.cells import Cell
from domain.events.event import Event, Registration
from domain.events.materials import shown
from storage import events, registrations


def attached(
    event: Event, mine: Sequence[Registration], manager: DialogManager
) -> tuple[list[Html], list[list[Cell]]]:
    """The links that somebody sees now, and a button for each file."""
    tr = actor_of(manager).tr
    links, rows = [], []
    for number, one in shown(event, mine, app_of(manager).now()):
        kind = one["kind"]
        label = tr(MATERIALS[kind])
        if "file" in one:
            rows.append([Cell(label, f"m{number}")])
        else:
            links.append(Html(f'<a href="{escape(one["url"])}">{escape(label)}</a>'))
    return links, rows


async def take_material(manager: DialogManager, event_id: int, press: str) -> None:
    """Send a file of the event to who may see it at this moment."""
    app, actor = app_of(manager), actor_of(manager)
    event = await events.get(app.db, event_id)
    mine = await registrations.of_person(app.db, actor.person.id, event_id)
    seen = dict(shown(event, mine, app.now())) if event else {}
    one = seen.get(int(press[1:])) if press[1:].isdecimal() else None
    if event is None or one is None or "file" not in one:
        toast(actor.tr("This file is not there, or not for you (any more)."), alert=True)
        return
    bot: Bot = manager.middleware_data["bot"]
    await send_material(bot, actor.person.telegram_id, event, one, actor.tr)
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def send_material(
    bot: Bot, chat: int, event: Event, one: Mapping[str, Any], tr: Translator
) -> None:
    """Send an attachment as a message of its own."""
    kind = one["kind"]
    label, title = escape(tr(MATERIALS[kind])), escape(event.name(tr.language))
    if "file" in one:
        caption = f"{label}: {title}"
        match one.get("as"):
            case "video":
                await bot.send_video(chat, one["file"], caption=caption)
            case "photo":
                await bot.send_photo(chat, one["file"], caption=caption)
            case _:
                await bot.send_document(chat, one["file"], caption=caption)
    else:
        await bot.send_message(chat, f"{label}: {title}\n{escape(one['url'])}")
