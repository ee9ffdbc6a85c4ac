"""Taking a person out of survey responses: theirs go, their organisation's stay without them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.surveys.tree import plain_path
from storage import models

GONE = "—"  # in place of a name
RECORDED = ("voice", "audio", "video", "video_note")  # a voice, perhaps a face


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is to be forgotten, and by which words they are found in what others keep."""

    person_id: int
    telegram_id: int
    words: frozenset[str]

    def scrub(self, value: Any) -> Any:
        """A value without the person's words, however deep it is nested."""
        match value:
            case str():
                for word in sorted(self.words, key=len, reverse=True):
                    value = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", GONE, value)
                return value
            case dict():
                return {key: self.scrub(item) for key, item in value.items()}
            case list():
                return [self.scrub(item) for item in value]
        return value


def touched(person_id: int) -> ColumnElement[bool]:
    """The responses that a person may have had a hand in."""
    theirs = select(models.Contact.organisation_id).where(models.Contact.person_id == person_id)
    walked = select(models.Cursor.response_id).where(models.Cursor.person_id == person_id)
    return or_(
        models.Response.person_id == person_id,
        models.Response.organisation_id.in_(theirs),
        models.Response.id.in_(walked),
    )


async def take_out(
    tx: AsyncConnection,
    subject: Subject,
    named: Mapping[int, frozenset[str]],
    alone: Collection[int],
) -> None:
    """Delete what is the person's; of what is an organisation's, take the person out."""
    its = models.Response
    rows = await tx.execute(
        select(its.id, its.version_id, its.scope, its.organisation_id, its.state, its.person_id)
        .where(touched(subject.person_id))
        .order_by(its.id)
    )
    kept: list[tuple[int, int]] = []
    gone: list[int] = []
    for row in rows.all():
        if row.scope == "person" and row.person_id != subject.person_id:
            continue
        begun = row.state == "draft" and row.organisation_id in alone
        if row.scope == "person" or row.organisation_id is None or begun:
            gone.append(row.id)
        else:
            kept.append((row.id, row.version_id))
    await delete_responses(tx, gone)
    ids = [response_id for response_id, _ in kept]
    # whoever has one of them in memory must read it anew
    await tx.execute(update(its).where(its.id.in_(ids)).values(revision=its.revision + 1))
    for response_id, version_id in kept:
        await _blank(tx, subject, response_id, named.get(version_id, frozenset()))
    for model in (models.Answer, models.AnswerEvent):
        await tx.execute(
            update(model)
            .where(model.response_id.in_(ids), model.person_id == subject.person_id)
            .values(person_id=None)
        )
    await tx.execute(
        update(its)
        .where(its.id.in_(ids), its.person_id == subject.person_id)
        .values(person_id=None)
    )
    await tx.execute(delete(models.Cursor).where(models.Cursor.person_id == subject.person_id))


async def _blank(
    tx: AsyncConnection, subject: Subject, response_id: int, named: frozenset[str]
) -> None:
    """Blank what is the person's in one response: the account that answered, names, recordings."""
    answer, event, file = models.Answer, models.AnswerEvent, models.AnswerFile
    files = await tx.execute(select(file.name, file.kind).where(file.response_id == response_id))
    spoken = await tx.scalars(
        select(answer.value).where(
            answer.response_id == response_id,
            answer.person_id == subject.person_id,
            answer.value.is_not(None),
        )
    )
    said = set(spoken)
    dropped = {
        name
        for name, kind in files.all()
        if (kind in RECORDED and name in said) or subject.scrub(_spaced(name)) != _spaced(name)
    }
    await tx.execute(delete(file).where(file.response_id == response_id, file.name.in_(dropped)))

    events = (
        await tx.execute(
            select(event.id, event.path, event.value, event.person_id).where(
                event.response_id == response_id, event.value.is_not(None)
            )
        )
    ).all()
    told = {
        path for _, path, _, by in events if by == subject.person_id and plain_path(path) in named
    }

    def cleaned(path: str, value: str | None, mine: bool) -> str | None:
        if value in dropped or (mine and plain_path(path) in named):
            return None
        return str(subject.scrub(value))

    stored = await tx.execute(
        select(answer.path, answer.value, answer.person_id, answer.event_id).where(
            answer.response_id == response_id, answer.value.is_not(None)
        )
    )
    for path, value, by, event_id in stored.all():
        # what the form noted as they came, or worked out of it, is nobody's answer
        noted = by is None and (path in told or (event_id is None and bool(told)))
        if (new := cleaned(path, value, by == subject.person_id or noted)) != value:
            await tx.execute(
                update(answer)
                .where(answer.response_id == response_id, answer.path == path)
                .values(value=new)
            )
    for event_id, path, value, by in events:
        if (new := cleaned(path, value, by == subject.person_id)) != value:
            await tx.execute(update(event).where(event.id == event_id).values(value=new))


def _spaced(name: str) -> str:
    """A file's name with spaces where file names have other signs."""
    return re.sub(r"[_\-.]+", " ", name)


async def delete_responses(tx: AsyncConnection, ids: Collection[int]) -> None:
    """Delete responses with all that belongs to them; for a caller's transaction."""
    for model in (
        models.CountedAnswer,
        models.AnswerCode,
        models.Answer,
        models.AnswerEvent,
        models.AnswerFile,
        models.Cursor,
    ):
        await tx.execute(delete(model).where(model.response_id.in_(ids)))
    await tx.execute(delete(models.Response).where(models.Response.id.in_(ids)))
