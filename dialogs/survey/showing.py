"""What a card has no room for, sent to the chat: answered files and places, long texts."""

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile
from aiogram_dialog import DialogManager, ShowMode

from dialogs.context import actor_of, app_of
from dialogs.messages import toast
from dialogs.survey.desk import PREVIEW, desk_of
from dialogs.survey.whole import messages, texts
from domain.surveys.form import Kind
from domain.surveys.screens import Placed
from storage import answer_files
from storage.answer_files import AnswerFile

log = structlog.get_logger()


async def send_again(manager: DialogManager, placed: Placed, value: str) -> bool:
    """Send the file that an answer names, or the place on a map; False where that fails."""
    actor = actor_of(manager)
    bot: Bot = manager.middleware_data["bot"]
    if placed.question.kind is Kind.GEOPOINT:
        latitude, longitude = map(float, value.split()[:2])
        await bot.send_location(actor.person.telegram_id, latitude, longitude)
        return True
    if PREVIEW in manager.dialog_data:
        toast(actor.tr("A preview keeps no files."), alert=True)
        return False
    response_id = manager.dialog_data["response"]
    file = await answer_files.find(app_of(manager).db, response_id, value)
    if file is not None and await _send(bot, actor.person.telegram_id, file):
        return True
    toast(actor.tr("Telegram no longer has this file. Please send it once more."), alert=True)
    return False


async def send_whole(manager: DialogManager) -> bool:
    """Send the texts of where somebody stands; the card moves below them. False where none is."""
    whole = texts(await desk_of(manager))
    bot: Bot = manager.middleware_data["bot"]
    for text in messages(whole):
        await bot.send_message(actor_of(manager).person.telegram_id, text)
    manager.show_mode = ShowMode.DELETE_AND_SEND
    return bool(whole)


async def _send(bot: Bot, chat: int, file: AnswerFile) -> bool:
    """By Telegram's own id; where that is no longer known, from the copy."""
    try:
        await _by(bot, chat, file.kind, file.file_id)
    except TelegramBadRequest as error:
        log.warning("file id refused", name=file.name, error=error.message)
        if file.content is None:
            return False
        await bot.send_document(chat, BufferedInputFile(file.content, file.name))
    return True


async def _by(bot: Bot, chat: int, kind: str, file_id: str) -> None:
    match kind:
        case "photo":
            await bot.send_photo(chat, file_id)
        case "voice":
            await bot.send_voice(chat, file_id)
        case "audio":
            await bot.send_audio(chat, file_id)
        case "video":
            await bot.send_video(chat, file_id)
        case "video_note":
            await bot.send_video_note(chat, file_id)
        case _:
            await bot.send_document(chat, file_id)
