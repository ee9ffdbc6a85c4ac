"""aiogram's dispatcher with two promises of ours: presses are answered, errors are worded."""

import uuid
from collections.abc import Callable

import structlog
from aiogram import Bot, Dispatcher, Router
from aiogram.exceptions import TelegramForbiddenError
from aiogram.filters import ExceptionTypeFilter
from aiogram.fsm.storage.memory import DisabledEventIsolation
from aiogram.types import CallbackQuery, ErrorEvent, Update
from aiogram_dialog import DialogManager, ShowMode
from aiogram_dialog.api.exceptions import OutdatedIntent, UnknownIntent, UnknownState

from bot.apology import apologise, guess
from bot.clock import Clock
from dialogs.context import Actor
from dialogs.messages import answer_press, expect_press
from dialogs.stale import leave_survey, show_current, turn_away
from dialogs.survey.desk import ClosedError
from storage.arrivals import look_up
from storage.database import Database
from storage.fsm import Buffer, Close, DialogStateStorage, dialog_states
from storage.responses import NotYoursError, RepeatedError
from storage.roles import NotOrganiserError

log = structlog.get_logger()


Again = Callable[[BaseException], bool]


class GaveUpError(Exception):
    """An update cannot be handled; the person was told, with `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LankaDispatcher(Dispatcher):
    """Gives each update the state of its conversation, and answers every press exactly once.

    Both stand around aiogram's own error handling, so that they hold for an update that fails.
    """

    def __init__(self, db: Database, now: Clock) -> None:
        super().__init__(storage=DialogStateStorage(), events_isolation=DisabledEventIsolation())
        self._db = db
        self._now = now

    async def handle(
        self, bot: Bot, update: Update, lane: int, close: Close, again: Again | None = None
    ) -> None:
        """Handle an update of the chat `lane`; `close` ends it, in one transaction with the state
        it led to.

        Two updates of a chat must not be here at once. What fails is raised where `again` says
        that it will be tried again; else the person is told, and GaveUpError raised. In both
        cases nothing is closed.
        """
        person, states = await look_up(self._db, bot.id, lane)
        async with dialog_states(Buffer(bot.id, lane, states), self._now, close):
            if update.callback_query is None:
                await self.feed_update(bot, update, again=again, known=person)
                return
            expect_press()
            try:
                await self.feed_update(bot, update, again=again, known=person)
            except GaveUpError:
                await answer_press(bot, update.callback_query)
                raise
            await answer_press(bot, update.callback_query)


async def old_window(event: ErrorEvent, dialog_manager: DialogManager) -> None:
    """A button of a window that is no longer open: say so and show the one that is."""
    callback = event.update.callback_query
    await show_current(callback if isinstance(callback, CallbackQuery) else None, dialog_manager)


async def out_of_reach(event: ErrorEvent, dialog_manager: DialogManager) -> None:
    """A survey that was closed meanwhile, or that is no longer theirs to answer."""
    await leave_survey(dialog_manager, isinstance(event.exception, ClosedError))


async def not_allowed(event: ErrorEvent, dialog_manager: DialogManager) -> None:
    """A button that outlived its presser's role, or was forged: nothing was done."""
    await turn_away(dialog_manager, in_toast=event.update.callback_query is not None)


async def again(event: ErrorEvent, dialog_manager: DialogManager) -> None:
    """An answer that was kept before, just not shown: a crash, or Telegram, brought it again."""
    typed = event.update.message is not None
    await dialog_manager.show(ShowMode.DELETE_AND_SEND if typed else ShowMode.AUTO)


async def blocked(event: ErrorEvent) -> None:
    """The person blocked the bot meanwhile: nobody is there to be told."""
    log.info("person blocked the bot", update_id=event.update.update_id)


async def unexpected(
    event: ErrorEvent, bot: Bot, actor: Actor | None = None, again: Again | None = None
) -> None:
    """A fault of ours: where it will not be tried again, tell the operator where, and the person
    what to do."""
    if again is not None and again(event.exception):
        raise event.exception
    code = uuid.uuid4().hex[:8]
    log.error(
        "update failed",
        code=code,
        update_id=event.update.update_id,
        kind=event.update.event_type,
        exc_info=event.exception,
    )
    await apologise(bot, event.update, actor.tr if actor else guess(event.update), code)
    raise GaveUpError(code) from event.exception


def errors() -> Router:
    """The error handlers, for one dispatcher."""
    made = Router(name="errors")
    made.errors.register(
        old_window, ExceptionTypeFilter(UnknownIntent, OutdatedIntent, UnknownState)
    )
    made.errors.register(out_of_reach, ExceptionTypeFilter(ClosedError, NotYoursError))
    made.errors.register(not_allowed, ExceptionTypeFilter(NotOrganiserError))
    made.errors.register(again, ExceptionTypeFilter(RepeatedError))
    made.errors.register(blocked, ExceptionTypeFilter(TelegramForbiddenError))
    made.errors.register(unexpected)
    return made
