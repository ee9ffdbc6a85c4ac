"""The answers of a response: events, which are the truth, and the rows that follow from them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.surveys.form import SEVERAL, Form, Question
from domain.surveys.interview import Given, Interview
from domain.surveys.tree import plain_path
from storage import models
from storage.live import Stored
from storage.upsert import insert, upsert


async def write_events(
    tx: AsyncConnection, interview: Interview, response_id: int, version_id: int
) -> None:
    """Write the interview's events, and let its answers know their numbers."""
    visit = interview.visit
    for event in interview.events:
        event_id = await tx.scalar(
            insert(tx, models.AnswerEvent)
            .values(
                response_id=response_id,
                version_id=version_id,
                path=event.path,
                value=event.value,
                source=event.source,
                person_id=visit.person_id,
                at=visit.now,
            )
            .returning(models.AnswerEvent.id)
        )
        person = None if event.source == "form" else visit.person_id
        interview.given[event.path] = Given(event.value, event_id or 0, person, visit.now)


async def write_rows(
    tx: AsyncConnection, response_id: int, stored: dict[str, Stored], interview: Interview
) -> bool:
    """Bring the derived rows to what the interview says; only what differs is written.

    Tells whether anything was; what is counted of a submitted response follows from these rows.
    `stored` are the rows of `answers` that stand there now, by path; it is brought up to date.
    """
    gone: list[str] = []
    changed: list[dict[str, Any]] = []
    codes: list[dict[str, Any]] = []
    # what does not count has no codes, and neither has a path whose instance was removed
    several: list[str] = []
    for path in _touched(stored, interview):
        row, given = interview.rows.at(path), interview.given.get(path)
        said: Stored
        if row is not None:
            event = None if given is None else given.event
            said = (row.value, row.number, row.relevant, event)
        elif given is not None:  # it was given, and the form does not see it
            said = (given.value, None, False, given.event)
        else:
            if stored.pop(path, None) is not None:
                gone.append(path)
            continue
        before = stored.get(path)
        if before == said:
            continue
        if before is not None and before[0] and _is_several(interview.form, path):
            several.append(path)
        stored[path] = said
        node = plain_path(path)
        names = ("value", "number", "relevant", "event_id")
        person = {"person_id": given and given.person, "at": given and given.at}
        key = {"response_id": response_id, "path": path, "node": node}
        changed.append(key | dict(zip(names, said, strict=True)) | person)
        codes += [{**key, "code": code} for code in (row and row.codes) or ()]
    if gone:
        for model in (models.Answer, models.AnswerCode):
            await tx.execute(
                delete(model).where(model.response_id == response_id, model.path.in_(gone))
            )
    if changed:
        columns = ["value", "number", "relevant", "event_id", "person_id", "at"]
        await tx.execute(upsert(tx, models.Answer, columns), changed)
    if several:
        its = models.AnswerCode
        await tx.execute(delete(its).where(its.response_id == response_id, its.path.in_(several)))
    if codes:
        await tx.execute(insert(tx, models.AnswerCode), codes)
    return bool(gone or changed)


def _touched(stored: Mapping[str, Stored], interview: Interview) -> Iterable[str]:
    """The paths whose rows may differ from those stored.

    All of them where the interview was made from what is stored; else what changed since.
    """
    changed = interview.rows.changed()
    if interview.fresh:
        return dict.fromkeys([*changed, *interview.given, *stored])
    return dict.fromkeys([*changed, *(event.path for event in interview.events)])


def _is_several(form: Form, path: str) -> bool:
    question = form.by_path.get(plain_path(path))
    return isinstance(question, Question) and question.kind in SEVERAL
