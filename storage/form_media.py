"""Media of a form's labels: what lies beside a version, and under which id Telegram has it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import models
from storage.database import reads, writes


@dataclass(frozen=True, slots=True)
class Medium:
    """A file; `content` is None where Telegram's `file_id` is known and nothing else is needed."""

    name: str
    mime: str
    content: bytes | None
    file_id: str | None = None
    sent_as: str | None = None


@reads
async def types(connection: AsyncConnection, version_id: int) -> Mapping[str, str]:
    """MIME types by file name."""
    rows = await connection.execute(
        select(models.FormFile.name, models.FormFile.mime).where(
            models.FormFile.version_id == version_id, models.FormFile.mime != ""
        )
    )
    return {row.name: row.mime for row in rows}


@reads
async def load(
    connection: AsyncConnection, version_id: int, names: Collection[str], *, whole: bool = False
) -> dict[str, Medium]:
    """Media by name. Those that Telegram has come without their content, unless `whole`."""
    file = models.FormFile
    here = (file.version_id == version_id) & file.name.in_(names) & (file.mime != "")
    found = {
        row.name: Medium(row.name, row.mime, None, row.file_id, row.sent_as)
        for row in await connection.execute(
            select(file.name, file.mime, file.file_id, file.sent_as).where(here)
        )
    }
    unsent = here if whole else here & file.file_id.is_(None)
    for row in await connection.execute(select(file.name, file.mime, file.content).where(unsent)):
        found[row.name] = Medium(row.name, row.mime, row.content)
    return found


@writes
async def remember(
    tx: AsyncConnection, version_id: int, sent: Mapping[str, tuple[str, str]]
) -> None:
    """Keep Telegram's id of files that were uploaded, and what each was sent as."""
    for name, (sent_as, file_id) in sent.items():
        await tx.execute(
            update(models.FormFile)
            .where(models.FormFile.version_id == version_id, models.FormFile.name == name)
            .values(sent_as=sent_as, file_id=file_id)
        )
