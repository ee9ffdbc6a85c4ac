"""Corrections of articles by organisers: kept with who and when, shown at once, undone at will."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from domain.funding.corrections import QUESTION, Correction
from domain.funding.enquiries import Notice
from domain.people.permissions import Permission
from storage import models, outbox
from storage.audit import record
from storage.database import reads, writes
from storage.roles import require
from storage.upsert import insert


class Outcome(StrEnum):
    """What became of a correction."""

    KEPT = "kept"
    """It is in force, now or since before."""
    OVERTAKEN = "overtaken"
    """A colleague corrected the field since the organiser looked at it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A correction that is not kept yet; the fields are those of `Correction`.

    `over` is the correction of this field and language that its author saw in force, 0 for none.
    """

    article: str
    field: str
    lang: str
    value: str
    question: str = ""
    over: int = 0


@writes
async def correct(
    tx: AsyncConnection,
    draft: Draft,
    organiser_id: int,
    now: datetime,
    tell: Collection[int] = (),
    names: Mapping[str, str] | None = None,
) -> Outcome:
    """Put a correction over the article's file. Raises NotOrganiserError.

    A second tap on the same button changes nothing. Those to `tell` get a message, one a day of
    each article at most; `names` are its titles by language.
    """
    await require(tx, organiser_id, Permission.ANSWER)
    if tx.dialect.name == "postgresql":  # no row stands for a field that nobody corrected yet
        await tx.execute(text("LOCK TABLE funding_corrections IN SHARE ROW EXCLUSIVE MODE"))
    before = [
        one
        for one in await _in_force(tx, draft.article)
        if (one.field, one.lang) == (draft.field, draft.lang)
    ]
    same = [one for one in before if (one.value, one.question) == (draft.value, draft.question)]
    if same if draft.field == QUESTION else same[-1:] and same[-1] == before[-1]:
        return Outcome.KEPT
    if draft.field != QUESTION and (before[-1].id if before else 0) != draft.over:
        return Outcome.OVERTAKEN
    await keep(tx, draft, organiser_id, now)
    await _tell(tx, draft.article, draft.field, now, tell, names or {})
    return Outcome.KEPT


async def _tell(
    tx: AsyncConnection,
    article: str,
    field: str,
    now: datetime,
    people: Collection[int],
    names: Mapping[str, str],
    *,
    undone: bool = False,
) -> None:
    """Leave a message that an article changed: one a day and person, and one more that it was
    taken back, if the first has gone out: it may have been read."""
    for person_id in people:
        key = f"article:{article}:{now:%Y-%m-%d}:{person_id}"
        if undone and await tx.scalar(
            select(models.Outbox.state).where(models.Outbox.dedup_key == key)
        ) not in (None, "pending", "claimed"):
            key += ":undone"
        params = {"article": article, "names": dict(names), "section": field}
        await outbox.enqueue(tx, Notice.ARTICLE_CHANGED, person_id, params, key, now)


async def keep(
    tx: AsyncConnection,
    draft: Draft,
    organiser_id: int,
    now: datetime,
    enquiry_id: int | None = None,
) -> None:
    """Write a correction down, for a caller's transaction that has checked who does it."""
    await tx.execute(
        insert(tx, models.FundingCorrection)
        .values(
            article_id=draft.article,
            field=draft.field,
            language=draft.lang,
            question=draft.question,
            value=draft.value,
            enquiry_id=enquiry_id,
            made_by=organiser_id,
            made_at=now,
        )
        .on_conflict_do_nothing(index_elements=[models.FundingCorrection.enquiry_id])
    )
    await record(tx, organiser_id, "article.correct", f"article:{draft.article}", now)


@writes
async def undo(
    tx: AsyncConnection,
    correction_id: int,
    organiser_id: int,
    now: datetime,
    tell: Collection[int] = (),
    names: Mapping[str, str] | None = None,
) -> Correction | None:
    """Take a correction back, once; what stood before is in force again. Returns what was taken.

    Those to `tell` get a message, as of a correction. None where there is no such correction, or
    it was undone before. Raises NotOrganiserError.
    """
    await require(tx, organiser_id, Permission.ANSWER)
    found = next((one for one in await _in_force(tx) if one.id == correction_id), None)
    if found is None:
        return None
    await tx.execute(
        insert(tx, models.FundingCorrection)
        .values(
            article_id=found.article,
            field=found.field,
            language=found.lang,
            question="",
            value="",
            undoes=found.id,
            made_by=organiser_id,
            made_at=now,
        )
        .on_conflict_do_nothing(index_elements=[models.FundingCorrection.undoes])
    )
    await record(tx, organiser_id, "article.undo", f"article:{found.article}", now)
    await _tell(tx, found.article, found.field, now, tell, names or {}, undone=True)
    return found


@reads
async def are_kept(connection: AsyncConnection) -> bool:
    """Whether the database has a place for corrections; one that was not upgraded has none."""
    table = models.FundingCorrection.__tablename__
    return await connection.run_sync(lambda sync: inspect(sync).has_table(table))


@reads
async def revision(connection: AsyncConnection) -> int:
    """Rises whenever anything is corrected or undone; a look at the end of the primary key."""
    return await connection.scalar(select(func.max(models.FundingCorrection.id))) or 0


@reads
async def in_force(connection: AsyncConnection) -> list[Correction]:
    """All corrections that hold, the oldest first."""
    return await _in_force(connection)


async def _in_force(connection: AsyncConnection, article: str | None = None) -> list[Correction]:
    rows = await connection.execute(_corrections(article))
    return [
        Correction(
            row.id,
            row.article_id,
            row.field,
            row.language,
            row.value,
            row.made_at,
            row.name,
            row.question,
        )
        for row in rows
    ]


def _corrections(
    article: str | None,
) -> Select[int, str, str, str, str, str, datetime, str | None]:
    table, later = models.FundingCorrection, aliased(models.FundingCorrection)
    query = (
        select(
            table.id,
            table.article_id,
            table.field,
            table.language,
            table.value,
            table.question,
            table.made_at,
            models.Person.name,
        )
        .outerjoin(models.Person, models.Person.id == table.made_by)
        .outerjoin(later, later.undoes == table.id)
        .where(table.undoes.is_(None), later.id.is_(None))
        .order_by(table.id)
    )
    return query if article is None else query.where(table.article_id == article)
