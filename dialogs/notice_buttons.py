"""Buttons under messages that left on their own, and what else the notifier needs to hear.

python-telegram-bot sends such a message, aiogram gets the press: their callback data is defined
here, once for both. A press edits the very message it stands under; it may come months later, so
it carries ids and decides nothing by itself.
"""

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import KICKED, MEMBER, ChatMemberUpdatedFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, ChatMemberUpdated
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import Actor, App
from dialogs.i18n import Translator
from dialogs.messages import toast
from dialogs.states import Home
from domain.people.membership import Standing
from storage import joining, people
from storage.joining import NotAllowedError, Request

# What Telegram says to an edit after which the message would be, or is, as it should be.
NOTHING_TO_EDIT = ("message is not modified", "message to edit not found")


class JoinDecision(CallbackData, prefix="join"):
    """Yes or no to somebody who asks to act for an organisation."""

    contact: int
    accept: bool


class OpenMenu(CallbackData, prefix="menu"):
    """Open the menu, below."""


async def decide(
    callback: CallbackQuery, callback_data: JoinDecision, bot: Bot, app: App, actor: Actor
) -> None:
    """Answer the request, and show what holds now: whoever comes second sees the first's word."""
    try:
        request = await joining.decide(
            app.db, callback_data.contact, actor.person.id, callback_data.accept, app.now()
        )
    except NotAllowedError:
        toast(actor.tr("Only those who act for the organisation can decide this."), alert=True)
        return
    text = actor.tr("This request is not there any more.")
    await replace(bot, callback, decided(request, actor.tr) if request else text)


def decided(request: Request, tr: Translator) -> str:
    """The message that a request turns into, as HTML."""
    names = {"name": request.name, "organisation": request.organisation}
    match request.standing:
        case Standing.ACTIVE:
            text = tr.html("✅ %(name)s now acts for <b>%(organisation)s</b>.", **names)
        case Standing.DECLINED:
            text = tr.html("✖️ %(name)s was not let in: <b>%(organisation)s</b>.", **names)
        case _:
            return tr.html("%(name)s does not ask any more: <b>%(organisation)s</b>.", **names)
    if request.by is None or request.at is None:
        return text
    by = tr.html("Decided by: %(by)s, %(at)s", by=request.by, at=tr.moment(request.at))
    return f"{text}\n\n{by}"


async def open_menu(_: CallbackQuery, dialog_manager: DialogManager) -> None:
    """Show the menu at the end of the chat."""
    await dialog_manager.start(Home.menu, None, StartMode.RESET_STACK, ShowMode.DELETE_AND_SEND)


async def gone(event: ChatMemberUpdated, app: App) -> None:
    """The person blocked the bot: nothing is sent to them until they are back."""
    await people.set_blocked(app.db, event.from_user.id, app.now())


async def back(event: ChatMemberUpdated, app: App) -> None:
    """The person can be reached again."""
    await people.set_blocked(app.db, event.from_user.id, None)


async def replace(bot: Bot, callback: CallbackQuery, text: str) -> None:
    """Turn the message whose button was pressed into `text`, as HTML."""
    if callback.message is None:
        return
    try:
        await bot.edit_message_text(
            text, chat_id=callback.message.chat.id, message_id=callback.message.message_id
        )
    except TelegramBadRequest as error:
        if not any(words in error.message for words in NOTHING_TO_EDIT):
            raise


def router() -> Router:
    """Comes before the dialogs, for one dispatcher."""
    made = Router(name="notices")
    made.callback_query.register(decide, JoinDecision.filter())
    made.callback_query.register(open_menu, OpenMenu.filter())
    made.my_chat_member.register(gone, ChatMemberUpdatedFilter(KICKED))
    made.my_chat_member.register(back, ChatMemberUpdatedFilter(MEMBER))
    return made
