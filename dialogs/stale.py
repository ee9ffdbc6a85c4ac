"""Buttons stay in a chat for ever: what a press on an old one gets."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, TelegramObject
from aiogram_dialog import DialogManager, ShowMode, StartMode
from aiogram_dialog.utils import remove_intent_id

from dialogs.context import actor_of
from dialogs.messages import toast
from dialogs.states import Home, Start, Survey
from dialogs.survey.press import Press
from dialogs.widgets.text import ECHO


class CurrentWindowOnly(BaseMiddleware):
    """Lets a press through only if it comes from the newest message of the dialog.

    After a typed answer the card moves down and the old one is deleted; a press that was on its
    way must not bring the old one back.
    """

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        manager: DialogManager | None = data.get("dialog_manager")
        if isinstance(event, CallbackQuery) and event.message and manager and _is_dialog(event):
            current = manager.current_stack().last_message_id
            if current is not None and current != event.message.message_id:
                return await show_current(event, manager)
        return await handler(event, data)


def _is_dialog(callback: CallbackQuery) -> bool:
    intent, _ = remove_intent_id(callback.data or "")
    return intent is not None


async def show_current(callback: CallbackQuery | None, manager: DialogManager) -> None:
    """Remove the window that was pressed and show the one that is open, at the end of the chat.

    Where nothing is open, the press itself tells what to open: the survey it belongs to, from
    where the database says that the person stands.
    """
    actor = actor_of(manager)
    bot: Bot = manager.middleware_data["bot"]
    chat = actor.person.telegram_id
    stack = manager.current_stack()
    open_window = stack.last_message_id
    if callback is not None:
        toast(actor.tr("That window was old. Here is the current one."))
        if callback.message:
            await remove(bot, chat, callback.message.message_id)
    if manager.has_context():
        if open_window is not None:
            await remove(bot, chat, open_window)
        await manager.show(ShowMode.SEND)
        return
    press = Press.parse(remove_intent_id((callback and callback.data) or "")[1])
    if not actor.person.consented:
        await manager.start(Start.language, {"payload": ""}, StartMode.RESET_STACK, ShowMode.SEND)
    elif press is not None and press.response:  # 0 is a preview: it is gone with its window
        await manager.start(
            Survey.question, {"response": press.response}, StartMode.RESET_STACK, ShowMode.SEND
        )
    else:
        await manager.start(Home.menu, None, StartMode.RESET_STACK, ShowMode.SEND)


async def leave_survey(manager: DialogManager, closed: bool) -> None:
    """Go to the menu, with the reason why the survey cannot be answered (any more)."""
    tr = actor_of(manager).tr
    words = (
        tr.html("This survey is closed: answers can no longer be changed.")
        if closed
        else tr.html("You do not act for the organisation that answers this survey.")
    )
    await manager.start(Home.menu, {ECHO: words}, StartMode.RESET_STACK, ShowMode.DELETE_AND_SEND)


async def turn_away(manager: DialogManager, *, in_toast: bool) -> None:
    """Say that the person's role does not allow what they tried, and show the menu."""
    words = actor_of(manager).tr("Your role does not allow this (any more).")
    if in_toast:
        toast(words, alert=True)
        await manager.start(Home.menu, None, StartMode.RESET_STACK)
        return
    await manager.start(Home.menu, {ECHO: words}, StartMode.RESET_STACK, ShowMode.DELETE_AND_SEND)


async def remove(bot: Bot, chat: int, message: int) -> None:
    """Delete a message of ours, or at least its buttons: Telegram deletes for 48 hours only."""
    try:
        await bot.delete_message(chat, message)
    except TelegramBadRequest:
        try:
            await bot.edit_message_reply_markup(chat_id=chat, message_id=message)
        except TelegramBadRequest:
            return  # it has no buttons any more, or is gone
