"""How a window reaches the chat: one answer to each press, and a chat that stays short."""

from contextvars import ContextVar
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery
from aiogram_dialog.manager.message_manager import MessageManager

TOAST = 200  # Telegram's limit for the answer to a press


@dataclass
class Reply:
    """The answer that the press being handled will get: silence, a toast, or an alert."""

    text: str | None = None
    alert: bool = False
    sent: bool = False


_reply: ContextVar[Reply] = ContextVar("reply")


def expect_press() -> Reply:
    """Begin to handle a press; called by the middleware that guarantees its answer."""
    reply = Reply()
    _reply.set(reply)
    return reply


def toast(text: str, *, alert: bool = False) -> None:
    """Say something in the answer to the press that is being handled (at most 200 characters)."""
    reply = _reply.get()
    reply.text, reply.alert = text[:TOAST], alert


async def answer_press(bot: Bot, callback: CallbackQuery) -> None:
    """Answer the press once, with the toast if there is one. A press that waited too long for
    us (150 s) cannot be answered any more; its effect stands."""
    reply = _reply.get()
    if reply.sent:
        return
    reply.sent = True
    try:
        await bot.answer_callback_query(callback.id, text=reply.text, show_alert=reply.alert)
    except TelegramBadRequest as error:
        if "query is too old" not in error.message:
            raise


class Messages(MessageManager):
    """aiogram-dialog's message manager, with the toast in its answer to a press."""

    async def answer_callback(self, bot: Bot, callback_query: CallbackQuery) -> None:
        await answer_press(bot, callback_query)
