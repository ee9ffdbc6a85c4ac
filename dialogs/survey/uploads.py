"""Files as answers: what was sent, whether it suits the question, and a copy of it."""

import hashlib
import io
import mimetypes
import re
from dataclasses import dataclass
from pathlib import PurePath

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message

from dialogs.survey.typed import Typed, waiting_for
from domain.surveys.form import UPLOADS, Kind
from domain.surveys.interview import DONE, Interview, Outcome, Result
from domain.surveys.message import N_
from domain.surveys.message import Message as Words
from domain.surveys.screens import Placed, ScreenKind
from storage.answer_files import COPIED, AnswerFile

log = structlog.get_logger()

NOT_A_FILE = N_("This question takes a text or a button, not a file, voice message or sticker.")
NO_PLACE = N_("This question does not take a location.")
NEED_PLACE = N_("A location is needed here: share it, or write the coordinates.")
NEED = {
    Kind.IMAGE: N_("A picture is needed here: please send a photo."),
    Kind.AUDIO: N_("A sound is needed here: please record a voice message or send an audio file."),
    Kind.VIDEO: N_("A video is needed here: please record or send one."),
    Kind.FILE: N_("A file is needed here: please send a document."),
}
#: the beginning of the MIME types that a question of each kind takes
TAKES = {Kind.IMAGE: "image/", Kind.AUDIO: "audio/", Kind.VIDEO: "video/", Kind.FILE: ""}
STEM = 60  # letters of a document's own name that are kept
_UNSAFE = re.compile(r"[^\w.\- «»()№]+")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file in a message, not fetched yet. `size` is in bytes, 0 where Telegram does not say."""

    kind: str
    file_id: str
    name: str
    mime: str
    size: int


def sent_file(message: Message) -> Sent | None:
    """The file in a message; None for texts, stickers, contacts and the like."""
    if message.photo:
        largest = message.photo[-1]
        size = largest.file_size
        return _sent("photo", largest.file_id, largest.file_unique_id, "", "image/jpeg", size)
    for kind, file, mime in (
        ("voice", message.voice, "audio/ogg"),
        ("audio", message.audio, "audio/mpeg"),
        ("video", message.video, "video/mp4"),
        ("video_note", message.video_note, "video/mp4"),
        ("document", message.document, "application/octet-stream"),
    ):
        if file is not None:
            name = getattr(file, "file_name", None) or ""
            said = getattr(file, "mime_type", None) or mimetypes.guess_type(name)[0] or mime
            return _sent(kind, file.file_id, file.file_unique_id, name, said, file.file_size)
    return None


def _sent(kind: str, file_id: str, unique_id: str, name: str, mime: str, size: int | None) -> Sent:
    """`name` becomes one that no other file has: a file that is sent twice is the same."""
    path = PurePath(_UNSAFE.sub("_", name.replace("/", "_").replace("\\", "_")).strip(". "))
    stem = path.stem[:STEM].strip() or kind
    ending = path.suffix or mimetypes.guess_extension(mime) or ""
    digest = hashlib.sha256(unique_id.encode()).hexdigest()[:8]
    return Sent(kind, file_id, f"{stem}-{digest}{ending[:10]}", mime, size or 0)


def suits(placed: Placed, sent: Sent) -> bool:
    """Whether a question takes such a file."""
    kind = placed.question.kind
    return kind in UPLOADS and sent.mime.startswith(TAKES[kind])


async def fetch(bot: Bot, sent: Sent) -> AnswerFile:
    """The file with its copy, where it is small enough and Telegram hands it out."""
    content = None
    if sent.size <= COPIED:
        target = io.BytesIO()
        try:
            await bot.download(sent.file_id, target, timeout=60)
            content = target.getvalue()[: COPIED + 1]
        except (TelegramAPIError, OSError, TimeoutError) as error:
            log.warning("file not copied", name=sent.name, size=sent.size, error=str(error))
    if content is not None and len(content) > COPIED:
        content = None
    size = sent.size or len(content or b"")
    return AnswerFile(sent.name, sent.kind, sent.file_id, sent.mime, size, content)


def give_file(interview: Interview, sent: Sent | None, focus: int | None) -> Typed:
    """Answer the question that waits with a file that suits it, or say what is needed instead."""
    placed = waiting_for(interview, focus)
    kind = placed.question.kind if placed else None
    if placed is None or sent is None or not suits(placed, sent):
        words = NEED_PLACE if kind is Kind.GEOPOINT else NEED.get(kind or Kind.NOTE, NOT_A_FILE)
        return Typed(Result(Outcome.REFUSED, Words(words)), placed)
    return _give(interview, placed, sent.name)


def give_place(
    interview: Interview, latitude: float, longitude: float, accuracy: float, focus: int | None
) -> Typed:
    """Answer the question that waits with a shared location (degrees, accuracy in metres)."""
    placed = waiting_for(interview, focus)
    kind = placed.question.kind if placed else None
    if placed is None or kind is not Kind.GEOPOINT:
        words = NEED.get(kind or Kind.NOTE, NO_PLACE)
        return Typed(Result(Outcome.REFUSED, Words(words)), placed)
    return _give(interview, placed, f"{latitude:.6f} {longitude:.6f} 0 {accuracy:g}")


def _give(interview: Interview, placed: Placed, value: str) -> Typed:
    result = interview.answer(placed.path, value)
    screen = interview.screen
    if result == DONE and screen is not None:
        if screen.kind is ScreenKind.QUESTION:
            interview.forward()
        else:
            interview.move(screen.key)
    return Typed(result, placed, value)
