"""Answers about eligibility that people want kept, and who hears of changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import models
from storage.database import reads, writes
from storage.upsert import upsert


@dataclass(frozen=True, slots=True)
class Saved:
    """Answers by field, for whom the person acted then, and whether they hear of changes."""

    given: Mapping[str, Any]
    organisation_id: int | None
    watches: bool


@reads
async def of_person(connection: AsyncConnection, person_id: int) -> Saved | None:
    """What a person wanted kept."""
    its = models.EligibilityAnswers
    row = (
        await connection.execute(
            select(its.given, its.organisation_id, its.watches).where(its.person_id == person_id)
        )
    ).one_or_none()
    return None if row is None else Saved(*row)


@writes
async def save(
    tx: AsyncConnection,
    person_id: int,
    organisation_id: int | None,
    given: Mapping[str, Any],
    watches: bool,
    now: datetime,
) -> None:
    """Keep these answers in place of those before."""
    row = {
        "person_id": person_id,
        "organisation_id": organisation_id,
        "given": dict(given),
        "watches": watches,
        "saved_at": now,
    }
    columns = ["organisation_id", "given", "watches", "saved_at"]
    await tx.execute(upsert(tx, models.EligibilityAnswers, columns), [row])


@writes
async def stop_watching(tx: AsyncConnection, person_id: int) -> None:
    """Send no more about changes; the answers stay."""
    await tx.execute(
        update(models.EligibilityAnswers)
        .where(models.EligibilityAnswers.person_id == person_id)
        .values(watches=False)
    )


@writes
async def drop(tx: AsyncConnection, person_id: int) -> None:
    """Keep the answers no longer."""
    await tx.execute(
        delete(models.EligibilityAnswers).where(models.EligibilityAnswers.person_id == person_id)
    )


@reads
async def survey_answers(
    connection: AsyncConnection, organisation_id: int, forms: Collection[str]
) -> list[tuple[str, dict[str, str]]]:
    """What the organisation answered to surveys with these form ids, the newest response first.

    By the question's name; what does not count, and what is asked repeatedly, is left out.
    """
    its, answer = models.Response, models.Answer
    responses = await connection.execute(
        select(its.id, models.Form.form_id)
        .join(models.Form, models.Form.id == its.form_id)
        .where(its.organisation_id == organisation_id, models.Form.form_id.in_(forms))
        .order_by(its.changed_at.desc(), its.id.desc())
    )
    found = []
    for response_id, form_id in responses.all():
        rows = await connection.execute(
            select(answer.node, answer.value).where(
                answer.response_id == response_id,
                answer.relevant,
                answer.value.is_not(None),
                answer.path == answer.node,
            )
        )
        found.append((form_id, {row.node.rpartition("/")[2]: row.value for row in rows}))
    return found


@reads
async def watchers(connection: AsyncConnection) -> list[tuple[int, Mapping[str, Any]]]:
    """Who wants to hear of changes, with their answers."""
    its = models.EligibilityAnswers
    rows = await connection.execute(
        select(its.person_id, its.given).where(its.watches).order_by(its.person_id)
    )
    return [(row.person_id, row.given) for row in rows]
