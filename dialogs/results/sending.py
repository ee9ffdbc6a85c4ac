"""Pictures and files on their way to the chat: below what is there, the card after them."""

import structlog
from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.types import BufferedInputFile, CallbackQuery
from aiogram_dialog import DialogManager, ShowMode

from dialogs.context import actor_of, app_of
from dialogs.messages import answer_press, toast
from dialogs.pictures.kinds import Picture

#: bytes that the Bot API takes for a file
LARGEST = 50_000_000

log = structlog.get_logger()


def bot_and_chat(manager: DialogManager) -> tuple[Bot, int]:
    """Where to send something."""
    bot = manager.middleware_data["bot"]
    assert isinstance(bot, Bot)  # noqa: S101 - for the type checker
    return bot, actor_of(manager).person.telegram_id


async def send_picture(manager: DialogManager, picture: Picture) -> None:
    """Draw and send a picture; the card moves below it."""
    png = await app_of(manager).studio.draw(picture)
    bot, chat = bot_and_chat(manager)
    await bot.send_photo(
        chat,
        BufferedInputFile(png, "picture.png"),
        caption=f"{picture.head.title}\n{picture.head.about}"[:1024],
        parse_mode=None,
    )
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def preparing(callback: CallbackQuery, manager: DialogManager) -> None:
    """Answer the press now: what follows takes longer than Telegram waits for an answer."""
    bot, chat = bot_and_chat(manager)
    toast(actor_of(manager).tr("Preparing the file…"))
    await answer_press(bot, callback)
    await bot.send_chat_action(chat, ChatAction.UPLOAD_DOCUMENT)


async def send_file(manager: DialogManager, content: bytes, name: str, caption: str) -> None:
    """Send a file; the card moves below it."""
    tr = actor_of(manager).tr
    bot, chat = bot_and_chat(manager)
    manager.show_mode = ShowMode.DELETE_AND_SEND
    if len(content) > LARGEST:
        await bot.send_message(
            chat,
            tr(
                "The file is larger than Telegram takes. Ask the operator for it: lanka survey"
                " export writes it on the server."
            ),
            parse_mode=None,
        )
        return
    await bot.send_document(
        chat, BufferedInputFile(content, name), caption=caption, parse_mode=None
    )
