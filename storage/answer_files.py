"""Files that people answered with: Telegram's id of each, and a copy of those that are small.

The answer itself is the file's name, as in ODK; the file lies beside it under that name. What no
answer of its response names any more is deleted with the change that took the last name away.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import models
from storage.database import reads
from storage.upsert import upsert

COPIED = 10 * 1024 * 1024  # bytes of the largest file that is copied into the database


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A file by the name that stands in the answer.

    `kind` is how Telegram sends it: photo, document, voice, audio, video or video_note. `content`
    is None where it was too large to be copied, or could not be fetched.
    """

    name: str
    kind: str
    file_id: str
    mime: str
    size: int
    content: bytes | None


async def settle(
    tx: AsyncConnection, response_id: int, sent: AnswerFile | None, now: datetime
) -> None:
    """Keep a file that was just sent, and only those that answers name; inside `responses.act`."""
    if sent is not None:
        row = {
            "response_id": response_id,
            "name": sent.name,
            "kind": sent.kind,
            "file_id": sent.file_id,
            "mime": sent.mime,
            "size": sent.size,
            "content": sent.content,
            "at": now,
        }
        columns = ["kind", "file_id", "mime", "size", "content", "at"]
        await tx.execute(upsert(tx, models.AnswerFile, columns), [row])
    named = select(models.Answer.value).where(
        models.Answer.response_id == response_id, models.Answer.value.is_not(None)
    )
    await tx.execute(
        delete(models.AnswerFile).where(
            models.AnswerFile.response_id == response_id, models.AnswerFile.name.not_in(named)
        )
    )


@reads
async def find(connection: AsyncConnection, response_id: int, name: str) -> AnswerFile | None:
    """The file of a response that an answer names."""
    row = (
        await connection.execute(
            select(
                models.AnswerFile.name,
                models.AnswerFile.kind,
                models.AnswerFile.file_id,
                models.AnswerFile.mime,
                models.AnswerFile.size,
                models.AnswerFile.content,
            ).where(models.AnswerFile.response_id == response_id, models.AnswerFile.name == name)
        )
    ).one_or_none()
    return None if row is None else AnswerFile(*row)
