"""Responses as they are handed out in files: the ones that count, a few at a time."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.surveys.results.population import Population
from domain.surveys.tree import plain_path
from storage import models
from storage.database import Database, reads
from storage.population import counted

CHUNK = 500  # responses that are in memory at once
_POSITIONS = re.compile(r"\[(\d+)\]")


@dataclass(slots=True)
class Instance:
    """One instance of a repeat: positions from the outside in, values by plain path."""

    positions: tuple[int, ...]
    values: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Record:
    """A response: what stands and is relevant, by plain path; `repeats` by their plain path."""

    id: int
    version: str
    started_at: datetime
    submitted_at: datetime
    organisation_id: int | None
    values: dict[str, str] = field(default_factory=dict)
    repeats: dict[str, dict[tuple[int, ...], Instance]] = field(default_factory=dict)

    def instances(self, repeat: str) -> list[Instance]:
        """The instances of a repeat in order."""
        found = self.repeats.get(repeat, {})
        return [found[positions] for positions in sorted(found)]


async def records(db: Database, which: Population) -> AsyncIterator[Record]:
    """All responses that count, by id. No transaction is open between two chunks."""
    last = 0
    while chunk := await _chunk(db, which, last):
        for record in chunk:
            yield record
        last = chunk[-1].id


@reads
async def _chunk(connection: AsyncConnection, which: Population, after: int) -> list[Record]:
    response = models.Response
    headers = (
        select(
            response.id,
            models.FormVersion.version,
            response.started_at,
            func.coalesce(response.submitted_at, response.changed_at).label("submitted_at"),
            response.organisation_id,
        )
        .join(models.FormVersion, models.FormVersion.id == response.version_id)
        .where(response.id > after, response.id.in_(counted(which)))
        .order_by(response.id)
        .limit(CHUNK)
    )
    found = {
        row.id: Record(row.id, row.version, row.started_at, row.submitted_at, row.organisation_id)
        for row in await connection.execute(headers)
    }
    if not found:
        return []
    answer = models.Answer
    rows = await connection.execute(
        select(answer.response_id, answer.path, answer.value).where(
            answer.response_id.between(min(found), max(found)),
            answer.relevant,
            answer.value.is_not(None),
        )
    )
    for response_id, path, value in rows:
        record = found.get(response_id)
        if record is not None and value is not None:
            _place(record, path, value)
    return list(found.values())


def _place(record: Record, path: str, value: str) -> None:
    end = path.rfind("]")
    if end < 0:
        record.values[path] = value
        return
    around = path[: end + 1]
    positions = tuple(int(number) for number in _POSITIONS.findall(around))
    instances = record.repeats.setdefault(plain_path(around), {})
    instances.setdefault(positions, Instance(positions)).values[plain_path(path)] = value
