"""Pictures, sounds and films of labels and choices: a button on the card sends them above it.

They are sent when they are asked for, not with every screen: a press stays two calls, whoever
goes back and forth does not fill the chat, and a slow connection loads what its owner wants.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
)
from aiogram_dialog import DialogManager, ShowMode

from dialogs.context import actor_of, app_of
from dialogs.i18n import escape
from dialogs.survey.desk import desk_of, version_of
from dialogs.survey.pictures import Shown, media_of
from storage import form_media
from storage.form_media import Medium

log = structlog.get_logger()

ALBUM = 10  # Telegram's limit
#: how a file of each type is sent so that a phone shows or plays it at once
_KINDS = {
    "image/png": "photo",
    "image/jpeg": "photo",
    "image/webp": "photo",
    "audio/mpeg": "audio",
    "audio/mp4": "audio",
    "audio/ogg": "voice",
    "video/mp4": "video",
}
_INPUT = {
    "photo": InputMediaPhoto,
    "video": InputMediaVideo,
    "audio": InputMediaAudio,
    "document": InputMediaDocument,
}
#: what shares an album: pictures with films, sounds and documents with their own
_ALBUM = {"photo": "seen", "video": "seen", "audio": "audio", "document": "document"}


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file to send: as what, which one, and what stands under it (HTML)."""

    kind: str
    medium: Medium
    caption: str

    @property
    def given(self) -> str | BufferedInputFile:
        """Telegram's id of the file, or the file itself."""
        if self.medium.file_id is not None:
            return self.medium.file_id
        return BufferedInputFile(self.medium.content or b"", self.medium.name)


async def show_media(manager: DialogManager, index: int | None) -> bool:
    """Send what goes with the question of an index on this screen; False where nothing does."""
    desk = await desk_of(manager)
    screen = desk.interview.screen
    placed = next(
        (p for p in (screen.questions if screen else ()) if p.question.index == index), None
    )
    shown = media_of(desk, placed)
    if not shown:
        return False
    bot: Bot = manager.middleware_data["bot"]
    db, version_id = app_of(manager).db, await version_of(manager)
    chat = actor_of(manager).person.telegram_id
    names = [one.name for one in shown]
    known = await form_media.load(db, version_id, names)
    sent: dict[str, tuple[str, str]] = {}
    for batch in _batches(_parcels(shown, known)):
        try:
            sent |= await _send(bot, chat, batch)
        except TelegramBadRequest as error:
            log.warning(
                "media refused", names=[one.medium.name for one in batch], error=error.message
            )
            whole = await form_media.load(db, version_id, names, whole=True)
            for one in batch:
                sent |= await _send_whole(bot, chat, one, whole.get(one.medium.name))
    if sent:
        await form_media.remember(db, version_id, sent)
    manager.show_mode = ShowMode.DELETE_AND_SEND
    return True


def _parcels(shown: Sequence[Shown], known: Mapping[str, Medium]) -> Iterator[Parcel]:
    for one in shown:
        medium = known.get(one.name)
        if medium is not None:
            kind = medium.sent_as or _KINDS.get(medium.mime, "document")
            yield Parcel(kind, medium, escape(one.caption))


def _batches(parcels: Iterator[Parcel]) -> Iterator[list[Parcel]]:
    """Neighbours that can share an album, in order."""
    batch: list[Parcel] = []
    for one in parcels:
        album = _ALBUM.get(one.kind)
        if batch and (album is None or album != _ALBUM.get(batch[-1].kind) or len(batch) == ALBUM):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


async def _send(bot: Bot, chat: int, batch: Sequence[Parcel]) -> dict[str, tuple[str, str]]:
    """Send a batch; what was uploaded, as what, and its id with Telegram."""
    if len(batch) == 1:
        messages = [await _send_one(bot, chat, batch[0])]
    else:
        album: list[Any] = [
            _INPUT[one.kind](media=one.given, caption=one.caption or None) for one in batch
        ]
        messages = await bot.send_media_group(chat, album)
    return {
        one.medium.name: found
        for one, message in zip(batch, messages, strict=True)
        if one.medium.file_id is None and (found := _sent(message)) is not None
    }


async def _send_one(bot: Bot, chat: int, one: Parcel) -> Message:
    caption = one.caption or None
    match one.kind:
        case "photo":
            return await bot.send_photo(chat, one.given, caption=caption)
        case "video":
            return await bot.send_video(chat, one.given, caption=caption)
        case "audio":
            return await bot.send_audio(chat, one.given, caption=caption)
        case "voice":
            return await bot.send_voice(chat, one.given, caption=caption)
        case _:
            return await bot.send_document(chat, one.given, caption=caption)


async def _send_whole(
    bot: Bot, chat: int, one: Parcel, whole: Medium | None
) -> dict[str, tuple[str, str]]:
    """One by one and from our copy: an id of another bot, or a picture too large for a photo."""
    if whole is None:
        return {}
    kind = _KINDS.get(whole.mime, "document")
    for way in dict.fromkeys((kind, "document")):
        try:
            return await _send(bot, chat, [Parcel(way, whole, one.caption)])
        except TelegramBadRequest as error:
            log.warning("media refused", name=whole.name, way=way, error=error.message)
    return {}


def _sent(message: Message) -> tuple[str, str] | None:
    if message.photo:
        return "photo", message.photo[-1].file_id
    for kind, file in (
        ("video", message.video),
        ("audio", message.audio),
        ("voice", message.voice),
        ("document", message.document),
    ):
        if file is not None:
            return kind, file.file_id
    return None
