"""How a survey goes: who began, who finished, how long it takes, where people stop."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.surveys.results.codebook import Variable
from domain.surveys.results.population import Population
from storage import models
from storage.database import Database, reads
from storage.population import counted
from storage.results import Study


@dataclass(frozen=True, slots=True)
class Progress:
    """`counted` of the `finished` are in the figures; `minutes` is their median from the first
    answer to submitting. `stops` are the screens where unfinished responses stand, most first."""

    started: int
    finished: int
    unfinished: int
    counted: int
    first: datetime | None
    last: datetime | None
    minutes: float | None
    stops: tuple[tuple[str, int], ...]


async def progress(db: Database, study: Study) -> Progress:
    """How a survey goes right now."""
    states = await _states(db, study.survey.id)
    finished, unfinished = states.get("submitted", 0), states.get("draft", 0)
    first, last, count = await _ends(db, study.population)
    return Progress(
        started=finished + unfinished,
        finished=finished,
        unfinished=unfinished,
        counted=count,
        first=first,
        last=last,
        minutes=await _median_minutes(db, study.population, count),
        stops=tuple(await _stops(db, study.survey.id)),
    )


@reads
async def _states(connection: AsyncConnection, form: int) -> dict[str, int]:
    query = select(models.Response.state, func.count().label("n")).where(
        models.Response.form_id == form
    )
    rows = await connection.execute(query.group_by(models.Response.state))
    return {row.state: row.n for row in rows}


@reads
async def _ends(
    connection: AsyncConnection, which: Population
) -> tuple[datetime | None, datetime | None, int]:
    its = models.Response
    query = select(func.min(its.submitted_at), func.max(its.submitted_at), func.count())
    first, last, count = (await connection.execute(query.where(its.id.in_(counted(which))))).one()
    return first, last, int(count)


@reads
async def _median_minutes(
    connection: AsyncConnection, which: Population, count: int
) -> float | None:
    """The median minutes from the first answer to submitting: the middle of `count`."""
    its = models.Response
    # What was filled in elsewhere may have been sent days after its last answer.
    span: Any = (
        (
            func.julianday(func.min(its.submitted_at, its.changed_at))
            - func.julianday(its.started_at)
        )
        * 1_440
        if connection.dialect.name == "sqlite"
        else func.extract("epoch", func.least(its.submitted_at, its.changed_at) - its.started_at)
        / 60
    )
    middle = (
        select(span)
        .where(its.id.in_(counted(which)))
        .order_by(span)
        .offset(max(count - 1, 0) // 2)
        .limit(2 - count % 2)
    )
    found = [float(one) for one in (await connection.execute(middle)).scalars()]
    return round(sum(found) / len(found), 6) if found else None


@reads
async def _stops(connection: AsyncConnection, form: int) -> list[tuple[str, int]]:
    """The screens where drafts stand; of several people's, where the last one to act does."""
    cursor, response = models.Cursor, models.Response
    query = (
        select(cursor.response_id, cursor.screen)
        .join(response, response.id == cursor.response_id)
        .where(response.form_id == form, response.state == "draft")
        .order_by(cursor.at)
    )
    last = {row.response_id: row.screen for row in await connection.execute(query)}
    return Counter(last.values()).most_common()


@reads
async def unfinished_by(
    connection: AsyncConnection, form: int, variable: Variable
) -> dict[str, int]:
    """Unfinished responses by what they said to a question so far."""
    answer, response = models.Answer, models.Response
    query = (
        select(answer.value, func.count().label("n"))
        .join(response, response.id == answer.response_id)
        .where(
            response.form_id == form,
            response.state == "draft",
            answer.node.in_(variable.nodes),
            answer.relevant,
            answer.value.is_not(None),
        )
        .group_by(answer.value)
    )
    return {row.value or "": row.n for row in await connection.execute(query)}
