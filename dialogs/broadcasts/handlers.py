"""What presses and messages do about broadcasts; roles are checked where things are done."""

import re
from html import unescape
from typing import Any

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.broadcasts.choices import DIMENSIONS, toggled
from dialogs.broadcasts.getters import current
from dialogs.broadcasts.live import send_card
from dialogs.context import actor_of, app_of, deed_of
from dialogs.i18n import LANGUAGES, Translator, escape
from dialogs.messages import toast
from dialogs.notice_buttons import ConfirmBroadcast
from dialogs.notices import Media, Notice, render
from dialogs.organisers.handlers import allowed
from dialogs.results.sending import bot_and_chat
from dialogs.states import Broadcasts
from dialogs.widgets.text import ECHO
from domain.messages import BROADCAST
from domain.people.permissions import Permission
from domain.people.segment import Segment
from domain.surveys.message import N_
from storage import broadcasts
from storage.broadcasts import Broadcast, Start, State

TEXT, CAPTION = 4096, 1024  # UTF-16 units, as Telegram counts
OUTCOMES = {
    Start.ASKED: N_("The other organisers are told; one of them confirms it."),
    Start.ALONE: N_(
        "It needs a second organiser, and there is none yet: an owner gives the role"
        " under 👥 Roles."
    ),
    Start.OWN: N_("Somebody else has to confirm it."),
    Start.EMPTY: N_("It has no text yet."),
    Start.NOBODY: N_("Nobody would get it."),
    Start.BEFORE: N_("A colleague has started it already."),
}


async def started(data: Any, manager: DialogManager) -> None:
    """Begin with the broadcast that the dialog was opened for, if any."""
    if isinstance(data, dict):
        manager.dialog_data.update(data)


async def open_waiting(
    _: CallbackQuery, callback_data: ConfirmBroadcast, dialog_manager: DialogManager
) -> None:
    """From the message that asks for a second organiser's yes: the last look."""
    if not await allowed(dialog_manager, Permission.BROADCAST):
        return
    await open_one(dialog_manager, callback_data.broadcast, ShowMode.SEND)


async def choose(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Begin a new one, go on with a draft, or put the live card below."""
    if not await allowed(manager, Permission.BROADCAST):
        return
    if press == "new":
        await open_one(manager, await broadcasts.create(app_of(manager).db, deed_of(manager)))
    elif press[:1] == "b" and press[1:].isdecimal():
        await open_one(manager, int(press[1:]))


async def open_one(manager: DialogManager, number: int, show: ShowMode | None = None) -> None:
    """A draft, the last look at one that waits for the reader, or else its live card.

    `show` is how the window appears: None edits, or goes below what is previewed.
    """
    app, tr = app_of(manager), actor_of(manager).tr
    one = await broadcasts.get(app.db, number)
    if one is None:
        toast(tr("This broadcast is not there any more."), alert=True)
        return
    if one.state not in (State.DRAFT, State.WAITING):
        bot, chat = bot_and_chat(manager)
        await send_card(bot, app, number, tr, chat)
        manager.show_mode = ShowMode.DELETE_AND_SEND
        return
    waits = one.state is State.WAITING and one.created_by != actor_of(manager).person.id
    if waits:
        await _preview(manager, one)
    state = Broadcasts.confirm if waits else Broadcasts.draft
    await manager.start(state, {"broadcast": number}, StartMode.RESET_STACK, show)


async def on_draft(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """A button of a draft."""
    if not await allowed(manager, Permission.BROADCAST):
        return
    app, one = app_of(manager), await current(manager)
    if one is None:
        return
    match press:
        case "audience":
            await manager.switch_to(Broadcasts.audience)
        case "bare":
            await broadcasts.change(app.db, one.id, {"media": None}, deed_of(manager))
        case "preview":
            await _preview(manager, one)
        case "test":
            await _test(manager, one)
        case "send":
            await _to_confirm(manager, one)
        case "remove":
            await broadcasts.remove(app.db, one.id, deed_of(manager))
            await manager.switch_to(Broadcasts.listed)
        case _ if press[:1] == "t" and press[1:] in LANGUAGES:
            manager.dialog_data["language"] = press[1:]
            await manager.switch_to(Broadcasts.text)


async def _to_confirm(manager: DialogManager, one: Broadcast) -> None:
    tr = actor_of(manager).tr
    if one.media and any(_length(text) > CAPTION for text in one.text.values()):
        toast(
            tr("With a picture or document a text has at most %(n)s characters.", n=CAPTION),
            alert=True,
        )
        return
    await manager.switch_to(Broadcasts.confirm)


async def take_text(message: Message, _: Any, manager: DialogManager) -> None:
    """The text as it was formatted, in the language that is asked for; a picture comes along."""
    manager.show_mode = ShowMode.DELETE_AND_SEND
    one = await current(manager)
    if one is None or not await allowed(manager, Permission.BROADCAST):
        return
    app, tr = app_of(manager), actor_of(manager).tr
    language = str(manager.dialog_data.get("language", "uk"))
    media = _media(message) or one.media
    html = message.html_text if message.text or message.caption else one.text.get(language, "")
    limit = CAPTION if media else TEXT
    if _length(html) > limit:
        manager.dialog_data[ECHO] = tr.html(
            "⚠️ This is too long: at most %(n)s characters%(why)s. Your message is still above;"
            " shorten it and send it again.",
            n=limit,
            why=tr(" with a picture or document") if media else "",
        )
        return
    text = {**one.text, **({language: html} if html else {})}
    values = {"text": text, "media": media}
    if await broadcasts.change(app.db, one.id, values, deed_of(manager)):
        await manager.switch_to(Broadcasts.draft)
    else:
        manager.dialog_data[ECHO] = escape(tr(OUTCOMES[Start.BEFORE]))


def _length(html: str) -> int:
    """UTF-16 units of a text without its tags, a little above what Telegram counts."""
    return len(unescape(re.sub(r"<[^<>]+>", "", html)).encode("utf-16-le")) // 2


def _media(message: Message) -> dict[str, Any] | None:
    if message.photo:
        return {"kind": "photo", "file": message.photo[-1].file_id, "name": None}
    if message.document:
        name = message.document.file_name
        return {"kind": "document", "file": message.document.file_id, "name": name}
    return None


async def on_audience(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Open a condition, or take all of them away."""
    one = await current(manager)
    if one is None or not await allowed(manager, Permission.BROADCAST):
        return
    if press == "all":
        values = {"segment": Segment().as_json()}
        await broadcasts.change(app_of(manager).db, one.id, values, deed_of(manager))
    elif press[:1] == "d" and press[1:] in DIMENSIONS:
        manager.dialog_data["dimension"] = press[1:]
        await manager.switch_to(Broadcasts.dimension)


async def on_dimension(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Switch a value on or off."""
    one = await current(manager)
    if one is None or not await allowed(manager, Permission.BROADCAST):
        return
    name = str(manager.dialog_data.get("dimension", "types"))
    segment = await toggled(manager, name, press, one.segment)
    values = {"segment": segment.as_json()}
    await broadcasts.change(app_of(manager).db, one.id, values, deed_of(manager))


async def go(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Send it: to the first few, whoever presses first."""
    one = await current(manager)
    if press != "go" or one is None or not await allowed(manager, Permission.BROADCAST):
        return
    app, tr = app_of(manager), actor_of(manager).tr
    outcome = await broadcasts.start(app.db, one.id, deed_of(manager), app.approval_above)
    if outcome is not Start.STARTED:
        toast(tr(OUTCOMES[outcome]), alert=True)
        if outcome is Start.BEFORE:
            await manager.switch_to(Broadcasts.listed)
        return
    bot, chat = bot_and_chat(manager)
    await manager.switch_to(Broadcasts.listed)
    await send_card(bot, app, one.id, tr, chat)


async def _preview(manager: DialogManager, one: Broadcast) -> None:
    """The message as its readers see it, in both languages; the card moves below."""
    bot, chat = bot_and_chat(manager)
    for language in LANGUAGES:
        if language in one.text or len(one.text) == 1:
            await _show(bot, chat, render(BROADCAST, _params(one), Translator(language)))
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def _test(manager: DialogManager, one: Broadcast) -> None:
    """The message through the outbox, to its author alone."""
    app, actor = app_of(manager), actor_of(manager)
    await broadcasts.test(app.db, one.id, deed_of(manager))
    toast(actor.tr("On its way to you."))


def _params(one: Broadcast) -> dict[str, Any]:
    return {"text": dict(one.text), "media": dict(one.media) if one.media else None}


async def _show(bot: Bot, chat: int, notice: Notice) -> None:
    markup = InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=text, callback_data=data) for text, data in row]
            for row in notice.buttons
        ]
    )
    media: Media | None = notice.media
    if media is None:
        await bot.send_message(chat, notice.text, reply_markup=markup)
    elif media.kind == "photo":
        await bot.send_photo(chat, str(media.file), caption=notice.text, reply_markup=markup)
    else:
        await bot.send_document(chat, str(media.file), caption=notice.text, reply_markup=markup)


def router() -> Router:
    """Comes before the dialogs, for one dispatcher."""
    made = Router(name="confirming")
    made.callback_query.register(open_waiting, ConfirmBroadcast.filter())
    return made
