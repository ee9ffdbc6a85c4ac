"""What presses and files do about invitations."""

import asyncio
from typing import Any

from aiogram import Bot
from aiogram.types import BufferedInputFile, CallbackQuery, Message
from aiogram_dialog import DialogManager, ShowMode

from dialogs.context import actor_of, app_of, deed_of
from dialogs.inviting.getters import target_of
from dialogs.inviting.links import made
from dialogs.inviting.sheet import Bad, read_list, write_pictures, write_sheet
from dialogs.messages import toast
from dialogs.organisers.handlers import allowed
from dialogs.results.sending import bot_and_chat, preparing
from dialogs.states import Inviting
from dialogs.widgets.text import ECHO
from domain.people.permissions import Permission
from storage import audit, inviting
from storage.inviting import Invited

LIST_LIMIT = 5_000_000  # bytes


async def choose(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Open a survey's or an event's invitations."""
    known = press[:1] in ("s", "e") and press[1:].isdecimal()
    if known and await allowed(manager, Permission.INVITE):
        manager.dialog_data["target"] = (press[0], int(press[1:]))
        await manager.switch_to(Inviting.target)


async def take_list(message: Message, _: Any, manager: DialogManager) -> None:
    """Look through a list that was sent; nothing is written yet."""
    manager.show_mode = ShowMode.DELETE_AND_SEND
    document, to = message.document, target_of(manager)
    if document is None or to is None or not await allowed(manager, Permission.INVITE):
        return
    app, actor = app_of(manager), actor_of(manager)
    if (document.file_size or 0) > LIST_LIMIT:
        manager.dialog_data[ECHO] = actor.tr.html("⚠️ This file is too large for a list.")
        return
    manager.dialog_data["list"] = (document.file_id, document.file_name or "list.xlsx")
    good, bad = await _read(manager)
    would = await inviting.invite(app.db, to, good, None, app.now(), dry=True)
    manager.dialog_data["look"] = {
        "good": len(good),
        "bad": [(one.row, one.why) for one in bad[:200]],
        "made": would.made,
        "known": would.known,
        "invited": would.invited,
        "already": would.already,
    }
    await manager.switch_to(Inviting.look)


async def _read(manager: DialogManager) -> tuple[list[Invited], list[Bad]]:
    """The rows of the list that was sent last."""
    bot: Bot = manager.middleware_data["bot"]
    file_id, name = manager.dialog_data["list"]
    content = await bot.download(file_id)
    data = content.read() if content is not None else b""
    return await asyncio.to_thread(read_list, data, name, actor_of(manager).tr)


async def make(callback: CallbackQuery, _: Any, manager: DialogManager) -> None:
    """Invite the organisations of the list, and hand out links and pictures."""
    to = target_of(manager)
    if to is None or "list" not in manager.dialog_data:
        return
    if not await allowed(manager, Permission.INVITE):
        return
    await preparing(callback, manager)
    app = app_of(manager)
    good, _bad = await _read(manager)
    await inviting.invite(app.db, to, good, deed_of(manager), app.now())
    await _send(manager)
    await manager.switch_to(Inviting.target)


async def take_files(callback: CallbackQuery, _: Any, manager: DialogManager) -> None:
    """The sheet and the pictures once more, with how far each has come."""
    to = target_of(manager)
    if to is None or not await allowed(manager, Permission.INVITE):
        return
    subject = f"form:{to.form_id}" if to.form_id else f"event:{to.event_id}"
    app = app_of(manager)
    await audit.note(app.db, deed_of(manager), Permission.INVITE, "invite.file", subject)
    await preparing(callback, manager)
    await _send(manager)


async def _send(manager: DialogManager) -> None:
    app, tr = app_of(manager), actor_of(manager).tr
    bot, chat = bot_and_chat(manager)
    username = (await bot.me()).username or ""
    to = target_of(manager)
    if to is None:
        return
    found = await inviting.of_target(app.db, to)
    if not found:
        toast(tr("Nobody is invited yet."))
        return
    all_made = [made(one, app.secret, username, tr) for one in found]
    sheet = await asyncio.to_thread(write_sheet, all_made, tr)
    pictures = await asyncio.to_thread(write_pictures, all_made)
    await bot.send_document(
        chat,
        BufferedInputFile(sheet, "invitations.xlsx"),
        caption=tr("The links for a mail merge. Each is personal: send it to that one only."),
    )
    await bot.send_document(chat, BufferedInputFile(pictures, "invitations-qr.zip"))
    manager.show_mode = ShowMode.DELETE_AND_SEND
