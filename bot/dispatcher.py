"""aiogram's dispatcher with two promises of ours: presses are answered, errors are worded."""

import uuid
from typing import Any

import structlog
from aiogram import Bot, Dispatcher, Router
from aiogram.exceptions import TelegramForbiddenError
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import CallbackQuery, ErrorEvent, Update
from aiogram_dialog import DialogManager
from aiogram_dialog.api.exceptions import OutdatedIntent, UnknownIntent, UnknownState

from dialogs.context import Actor
from dialogs.messages import answer_press, expect_press, toast
from dialogs.stale import show_current

log = structlog.get_logger()


class LankaDispatcher(Dispatcher):
    """Answers every press exactly once, after everything else, whatever happened to it."""

    async def feed_update(self, bot: Bot, update: Update, **kwargs: Any) -> Any:
        if update.callback_query is None:
            return await super().feed_update(bot, update, **kwargs)
        expect_press()
        try:
            return await super().feed_update(bot, update, **kwargs)
        finally:
            await answer_press(bot, update.callback_query)


async def old_window(event: ErrorEvent, dialog_manager: DialogManager) -> None:
    """A button of a window that is no longer open: say so and show the one that is."""
    callback = event.update.callback_query
    await show_current(callback if isinstance(callback, CallbackQuery) else None, dialog_manager)


async def blocked(event: ErrorEvent) -> None:
    """The person blocked the bot meanwhile: nobody is there to be told."""
    log.info("person blocked the bot", update_id=event.update.update_id)


async def unexpected(event: ErrorEvent, bot: Bot, actor: Actor | None = None) -> None:
    """A fault of ours: tell the operator where, and the person what to do."""
    code = uuid.uuid4().hex[:8]
    log.error(
        "update failed",
        code=code,
        update_id=event.update.update_id,
        kind=event.update.event_type,
        exc_info=event.exception,
    )
    if actor is None:
        return
    text = actor.tr(
        "Something went wrong on our side. Your answers are saved. Please try again, or press"
        " /start. Code for the operator: %(code)s",
        code=code,
    )
    if event.update.callback_query:
        toast(text, alert=True)
    else:
        await bot.send_message(actor.person.telegram_id, text)


def errors() -> Router:
    """The error handlers, for one dispatcher."""
    made = Router(name="errors")
    made.errors.register(
        old_window, ExceptionTypeFilter(UnknownIntent, OutdatedIntent, UnknownState)
    )
    made.errors.register(blocked, ExceptionTypeFilter(TelegramForbiddenError))
    made.errors.register(unexpected)
    return made
