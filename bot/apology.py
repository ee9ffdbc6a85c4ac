"""What a person hears of an update that cannot be handled, or was not taken."""

from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Update
from sqlalchemy.exc import SQLAlchemyError

from dialogs.context import App
from dialogs.i18n import Translator, guess_language
from dialogs.messages import toast
from storage import people
from storage.away import AwayError

log = structlog.get_logger()


def sorry(tr: Translator, code: str) -> str:
    """A fault of ours, worded; `code` is in the log, too."""
    return tr(
        "Something went wrong on our side. Your answers are saved. Please try again, or press"
        " /start. Code for the operator: %(code)s",
        code=code,
    )


def guess(update: Update) -> Translator:
    """The likely language of somebody who is not known (yet), or cannot be looked up."""
    holder = update.callback_query or update.message or update.edited_message
    user = holder.from_user if holder else None
    return Translator(guess_language(user.language_code if user else None))


async def apologise(bot: Bot, update: Update, tr: Translator, code: str) -> None:
    """Tell somebody, while their update is handled, that it cannot be."""
    if update.callback_query:
        toast(sorry(tr, code), alert=True)
    elif message := update.message or update.edited_message:
        await bot.send_message(message.chat.id, sorry(tr, code))


async def tell_of_failure(app: App, bot: Bot, update: Update, code: str) -> None:
    """The same where handling was cut off; where Telegram is away, too, the log has it alone."""
    press, message = update.callback_query, update.message or update.edited_message
    user = press.from_user if press else message.from_user if message else None
    if user is None:
        return
    try:
        text = sorry(await _language(app, user.id, user.language_code), code)
        if press:
            await bot.answer_callback_query(press.id, text, show_alert=True)
        else:
            await bot.send_message(user.id, text)
    except (TelegramAPIError, AwayError) as error:
        log.warning("nobody told of a failure", code=code, reason=type(error).__name__)


async def tell_of_flood(app: App, bot: Bot, lane: int, update: dict[str, Any]) -> None:
    """Tell somebody that they send too many at once, and that what follows is not read."""
    press = update.get("callback_query")
    holder = press or update.get("message") or {}
    code = (holder.get("from") or {}).get("language_code")
    try:
        tr = await _language(app, lane, code)
        text = tr(
            "That is too much at once: what you send in the next half minute is not read. What you"
            " sent before is safe. Please wait a little and send the last again."
        )
        if press:
            await bot.answer_callback_query(press["id"], text, show_alert=True)
        else:
            await bot.send_message(lane, text)
    except (TelegramAPIError, AwayError) as error:
        log.warning("nobody told of a pause", reason=type(error).__name__)


async def _language(app: App, telegram_id: int, code: str | None) -> Translator:
    try:
        person = await people.find(app.db, telegram_id)
    except SQLAlchemyError:  # which may be what there is to apologise for
        person = None
    return Translator(person.language if person else guess_language(code))
