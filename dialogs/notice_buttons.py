"""Buttons under messages that left on their own, and what else the notifier needs to hear.

python-telegram-bot sends such a message, aiogram gets the press: their callback data is defined
here, once for both. A press edits the very message it stands under; it may come months later, so
it carries ids and decides nothing by itself.
"""

from collections.abc import Sequence

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import KICKED, MEMBER, ChatMemberUpdatedFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    CallbackQuery,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import Actor, App
from dialogs.i18n import Translator
from dialogs.messages import toast
from dialogs.states import Home
from domain.messages import Topic
from domain.people.membership import Standing
from domain.surveys.message import N_
from storage import joining, mutes, people
from storage.joining import NotAllowedError, Request

# What Telegram says to an edit after which the message would be, or is, as it should be.
NOTHING_TO_EDIT = ("message is not modified", "message to edit not found")


class JoinDecision(CallbackData, prefix="join"):
    """Yes or no to somebody who asks to act for an organisation."""

    contact: int
    accept: bool


class ConfirmBroadcast(CallbackData, prefix="bq"):
    """For an organiser: a broadcast that waits for a second one's yes."""

    broadcast: int


class OpenMenu(CallbackData, prefix="menu"):
    """Open the menu, below."""


class Mute(CallbackData, prefix="mute"):
    """Send no more of a topic (or of one event or response, `subject`), or send it again."""

    topic: Topic
    subject: str
    on: bool


LABELS = {  # what the button says that mutes: a topic, or one subject of it
    (Topic.EVENTS, False): N_("🔕 No reminders of events"),
    (Topic.EVENTS, True): N_("🔕 No reminders of this event"),
    (Topic.SURVEYS, False): N_("🔕 No reminders of surveys"),
    (Topic.SURVEYS, True): N_("🔕 Don’t remind me of this survey"),
    (Topic.NEWS, False): N_("🔕 No more messages like this"),
}


def mute_button(topic: Topic, subject: str, tr: Translator, *, on: bool = True) -> tuple[str, str]:
    """The button that mutes, or (not `on`) the one that it turns into."""
    label = LABELS[topic, bool(subject)] if on else N_("🔔 Send these again")
    return tr(label), Mute(topic=topic, subject=subject, on=on).pack()


async def mute(
    callback: CallbackQuery, callback_data: Mute, bot: Bot, app: App, actor: Actor
) -> None:
    """Mute or unmute; the button under the message turns into the other one."""
    topic, subject = callback_data.topic, callback_data.subject
    if callback_data.on:
        await mutes.mute(app.db, actor.person.id, topic, subject, app.now())
        toast(actor.tr("You will not be sent these any more. The menu has them under 🔔."))
    else:
        await mutes.unmute(app.db, actor.person.id, topic, subject)
        toast(actor.tr("You will be sent these again."))
    message = callback.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return
    label, data = mute_button(topic, subject, actor.tr, on=not callback_data.on)
    other = InlineKeyboardButton(text=label, callback_data=data)
    rows = [
        [other if button.callback_data == callback.data else button for button in row]
        for row in message.reply_markup.inline_keyboard
    ]
    try:
        await bot.edit_message_reply_markup(
            chat_id=message.chat.id,
            message_id=message.message_id,
            reply_markup=InlineKeyboardMarkup(inline_keyboard=rows),
        )
    except TelegramBadRequest as error:
        if not any(words in error.message for words in NOTHING_TO_EDIT):
            raise


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


async def replace(
    bot: Bot,
    callback: CallbackQuery,
    text: str,
    buttons: Sequence[Sequence[tuple[str, str]]] = (),
) -> None:
    """Turn the message whose button was pressed into `text`, as HTML, with other buttons."""
    if callback.message is None:
        return
    rows = [
        [InlineKeyboardButton(text=label, callback_data=data) for label, data in row]
        for row in buttons
    ]
    try:
        await bot.edit_message_text(
            text,
            chat_id=callback.message.chat.id,
            message_id=callback.message.message_id,
            reply_markup=InlineKeyboardMarkup(inline_keyboard=rows) if rows else None,
        )
    except TelegramBadRequest as error:
        if not any(words in error.message for words in NOTHING_TO_EDIT):
            raise


def router() -> Router:
    """Comes before the dialogs, for one dispatcher."""
    made = Router(name="notices")
    made.callback_query.register(decide, JoinDecision.filter())
    made.callback_query.register(open_menu, OpenMenu.filter())
    made.callback_query.register(mute, Mute.filter())
    made.my_chat_member.register(gone, ChatMemberUpdatedFilter(KICKED))
    made.my_chat_member.register(back, ChatMemberUpdatedFilter(MEMBER))
    return made
