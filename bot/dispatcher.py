"""aiogram's dispatcher with two promises of ours: presses are answered, errors are worded."""

import uuid
from typing import Any

import structlog
from aiogram import Bot, Dispatcher, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramForbiddenError
from aiogram.filters import ExceptionTypeFilter
from aiogram.fsm.storage.memory import DisabledEventIsolation
from aiogram.types import CallbackQuery, Chat, ErrorEvent, Update
from aiogram_dialog import DialogManager
from aiogram_dialog.api.exceptions import OutdatedIntent, UnknownIntent, UnknownState

from dialogs.context import Actor
from dialogs.messages import answer_press, expect_press, toast
from dialogs.stale import leave_survey, show_current
from dialogs.survey.desk import ClosedError
from storage.fsm import DialogStateStorage, Turns
from storage.responses import NotYoursError

log = structlog.get_logger()


class LankaDispatcher(Dispatcher):
    """Gives each conversation its turn, and answers every press exactly once.

    Both stand around aiogram's own error handling, so that they hold for an update that fails.
    """

    def __init__(self, turns: Turns) -> None:
        super().__init__(storage=DialogStateStorage(), events_isolation=DisabledEventIsolation())
        self._turns = turns

    async def feed_update(self, bot: Bot, update: Update, **kwargs: Any) -> Any:
        if update.inline_query is not None:  # asks about articles, and changes nothing
            async with self._turns.take(bot.id, update.inline_query.from_user.id):
                return await super().feed_update(bot, update, **kwargs)
        chat = chat_of(update)
        if chat is None or chat.type != ChatType.PRIVATE:
            return None  # groups, channels, inline messages: no conversation
        async with self._turns.take(bot.id, chat.id):
            if update.callback_query is None:
                return await super().feed_update(bot, update, **kwargs)
            expect_press()
            try:
                return await super().feed_update(bot, update, **kwargs)
            finally:
                await answer_press(bot, update.callback_query)


def chat_of(update: Update) -> Chat | None:
    """The chat that an update belongs to, where it has one."""
    if update.callback_query:
        return update.callback_query.message.chat if update.callback_query.message else None
    event = update.message or update.my_chat_member
    return event.chat if event else None


async def old_window(event: ErrorEvent, dialog_manager: DialogManager) -> None:
    """A button of a window that is no longer open: say so and show the one that is."""
    callback = event.update.callback_query
    await show_current(callback if isinstance(callback, CallbackQuery) else None, dialog_manager)


async def out_of_reach(event: ErrorEvent, dialog_manager: DialogManager) -> None:
    """A survey that was closed meanwhile, or that is no longer theirs to answer."""
    await leave_survey(dialog_manager, isinstance(event.exception, ClosedError))


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
    made.errors.register(out_of_reach, ExceptionTypeFilter(ClosedError, NotYoursError))
    made.errors.register(blocked, ExceptionTypeFilter(TelegramForbiddenError))
    made.errors.register(unexpected)
    return made
