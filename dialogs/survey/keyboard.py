"""The keyboard that shares a location: only a button under the text field can ask a phone for it.

It needs a message of its own, which goes away with the next thing that the person does.
"""

from aiogram import Bot
from aiogram.types import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove
from aiogram_dialog import DialogManager, ShowMode

from dialogs.context import actor_of
from dialogs.stale import remove

KEYBOARD = "keyboard"  # the message in dialog data that the keyboard came with


async def offer_location(manager: DialogManager) -> None:
    """Show the button that sends where the phone is."""
    await put_away(manager)
    actor, bot = actor_of(manager), _bot(manager)
    sent = await bot.send_message(
        actor.person.telegram_id,
        actor.tr("Press the button below; Telegram then asks whether to share your location."),
        reply_markup=ReplyKeyboardMarkup(
            keyboard=[
                [KeyboardButton(text=actor.tr("📍 Share my location"), request_location=True)]
            ],
            resize_keyboard=True,
            one_time_keyboard=True,
        ),
    )
    manager.dialog_data[KEYBOARD] = sent.message_id
    manager.show_mode = ShowMode.NO_UPDATE  # the card says the same as before


async def put_away(manager: DialogManager) -> None:
    """Take the keyboard away, if it is shown. Only a new message can, so that one goes, too."""
    shown = manager.dialog_data.pop(KEYBOARD, None)
    if shown is None:
        return
    chat, bot = actor_of(manager).person.telegram_id, _bot(manager)
    sent = await bot.send_message(chat, "📍", reply_markup=ReplyKeyboardRemove())
    await remove(bot, chat, sent.message_id)
    await remove(bot, chat, shown)


def _bot(manager: DialogManager) -> Bot:
    bot: Bot = manager.middleware_data["bot"]
    return bot
