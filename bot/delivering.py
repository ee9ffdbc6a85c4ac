"""One message of the notifier's as calls of python-telegram-bot."""

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.budget import REPLY
from bot.limiter import Turn
from dialogs.notices import Notice

HAD_TURN = Turn(REPLY, taken=True)
# What Telegram says to a change that is made already, or has nothing to change any more.
DONE = (
    "message is not modified",
    "message to edit not found",
    "message to delete not found",
    "message can't be deleted",
    "message can't be edited",
)


async def deliver(bot: ExtBot[Turn], chat: int, notice: Notice) -> int:
    """Send a message, or change or delete the one that it names; returns its number in the chat.

    Its turn in the budget has been taken. Raises PTB's errors.
    """
    number = notice.edits or notice.deletes
    if number is None:
        return await _send(bot, chat, notice)
    try:
        await _change(bot, chat, number, notice)
    except BadRequest as error:
        if not any(words in error.message.lower() for words in DONE):
            raise
    return number


async def _send(bot: ExtBot[Turn], chat: int, notice: Notice) -> int:
    common: dict[str, Any] = {"reply_markup": _keyboard(notice), "rate_limit_args": HAD_TURN}
    media = notice.media
    if media is None:
        message = await bot.send_message(chat, notice.text, **common)
    elif media.kind == "photo":
        message = await bot.send_photo(chat, media.file, caption=notice.text, **common)
    else:
        message = await bot.send_document(
            chat, media.file, caption=notice.text, filename=media.name, **common
        )
    return message.message_id


async def _change(bot: ExtBot[Turn], chat: int, number: int, notice: Notice) -> None:
    if notice.deletes is not None:
        await bot.delete_message(chat, number, rate_limit_args=HAD_TURN)
        return
    where: dict[str, Any] = {
        "chat_id": chat,
        "message_id": number,
        "reply_markup": _keyboard(notice),
        "rate_limit_args": HAD_TURN,
    }
    if notice.media is None:
        await bot.edit_message_text(notice.text, **where)
    else:
        await bot.edit_message_caption(caption=notice.text, **where)


def _keyboard(notice: Notice) -> InlineKeyboardMarkup | None:
    rows = [[_button(label, does) for label, does in row] for row in notice.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(label: str, does: str) -> InlineKeyboardButton:
    if does.startswith("https://"):
        return InlineKeyboardButton(label, url=does)
    return InlineKeyboardButton(label, callback_data=does)
