"""Updates that no window waits for: a newcomer's, and those after a lost dialog state."""

from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message, ReplyParameters
from aiogram_dialog import DialogManager, ShowMode, StartMode
from aiogram_dialog.api.entities import Context

from dialogs.commands import welcome
from dialogs.context import Actor
from dialogs.funding.asking import answer_message, answered_newcomer
from dialogs.stale import show_current
from dialogs.states import Home, Privacy, Start


async def is_newcomer(_: Any, actor: Actor, aiogd_context: Context | None = None) -> bool:
    """Whether somebody who has not agreed yet is anywhere but in the first minute, or at
    what is kept about them.

    `aiogd_context` is aiogram-dialog's open context: filters run before there is a manager.
    """
    if actor.person.consented:
        return False
    return aiogd_context is None or aiogd_context.state.group not in (Start, Privacy)


async def greet(message: Message, dialog_manager: DialogManager) -> None:
    """Whatever a newcomer says first, the first screen answers, under what is known about it."""
    await answered_newcomer(message, dialog_manager)
    await welcome(dialog_manager)


async def greet_press(callback: CallbackQuery, dialog_manager: DialogManager) -> None:
    """A button from before, pressed by somebody who no longer agrees."""
    await show_current(callback, dialog_manager)


async def menu(message: Message, dialog_manager: DialogManager) -> None:
    """Nothing is open: what is typed is a question; anything else opens the menu."""
    if message.text and not message.text.startswith("/"):
        await answer_message(message, dialog_manager)
        return
    await dialog_manager.start(Home.menu, None, StartMode.RESET_STACK, ShowMode.DELETE_AND_SEND)


async def old_press(callback: CallbackQuery, dialog_manager: DialogManager) -> None:
    """A button that nobody knows any more."""
    await show_current(callback, dialog_manager)


async def edited(message: Message, actor: Actor) -> None:
    """What was read once is not read again: say how to change it. A live location edits itself
    every few seconds, and nobody waits for a word."""
    if message.location is None:
        words = actor.tr(
            "A message that is changed after it was sent is not read again. Please send it as"
            " a new one."
        )
        about = ReplyParameters(  # which may be deleted by now
            message_id=message.message_id, allow_sending_without_reply=True
        )
        await message.answer(words, reply_parameters=about)


def newcomers() -> Router:
    """Comes before the dialogs, for one dispatcher."""
    made = Router(name="newcomers")
    made.message.register(greet, is_newcomer)
    made.callback_query.register(greet_press, is_newcomer)
    return made


def router() -> Router:
    """Comes after everything else, for one dispatcher."""
    made = Router(name="fallback")
    made.message.register(menu)
    made.edited_message.register(edited)
    made.callback_query.register(old_press)
    return made
