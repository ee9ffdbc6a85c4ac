"""Questions about funding: kept as asked, with what was shown and how it was rated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.funding.gaps import Unanswered
from storage import models
from storage.database import reads, writes
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the database. `shown` are articles with section and score, best first."""

    id: int
    person_id: int
    language: str
    text: str
    kind: str
    shown: Sequence[Mapping[str, Any]]
    rating: int | None
    enquiry: str | None  # the state of the enquiry that it became, if it did


@writes
async def keep(
    tx: AsyncConnection,
    person_id: int,
    organisation_id: int | None,
    language: str,
    text: str,
    kind: str,
    shown: Sequence[Mapping[str, Any]],
    now: datetime,
    update_id: int | None = None,
) -> int:
    """Write down a question and what was shown for it; returns its id.

    `update_id` is Telegram's number of the message: one that comes again is the same
    question, with what is shown now.
    """
    its = models.FundingQuestion
    query = insert(tx, its)
    made = await tx.execute(
        query.values(
            person_id=person_id,
            organisation_id=organisation_id,
            language=language,
            text=text,
            kind=kind,
            shown=[dict(one) for one in shown],
            asked_at=now,
            update_id=update_id,
        )
        .on_conflict_do_update(
            index_elements=[its.person_id, its.update_id], set_={"shown": query.excluded.shown}
        )
        .returning(its.id)
    )
    return int(made.scalar_one())


@reads
async def get(connection: AsyncConnection, question_id: int, person_id: int) -> Asked | None:
    """A question of this person; None for somebody else's, so that forged buttons find nothing."""
    row = (
        await connection.execute(
            select(
                models.FundingQuestion.id,
                models.FundingQuestion.person_id,
                models.FundingQuestion.language,
                models.FundingQuestion.text,
                models.FundingQuestion.kind,
                models.FundingQuestion.shown,
                models.FundingQuestion.rating,
                models.Enquiry.state,
            )
            .outerjoin(models.Enquiry, models.Enquiry.question_id == models.FundingQuestion.id)
            .where(
                models.FundingQuestion.id == question_id,
                models.FundingQuestion.person_id == person_id,
            )
        )
    ).one_or_none()
    return None if row is None else Asked(*row)


@writes
async def rate(
    tx: AsyncConnection, question_id: int, person_id: int, rating: int, now: datetime
) -> None:
    """Keep whether the answer helped (1) or not (-1); the last word counts."""
    await tx.execute(
        update(models.FundingQuestion)
        .where(
            models.FundingQuestion.id == question_id,
            models.FundingQuestion.person_id == person_id,
        )
        .values(rating=rating, rated_at=now)
    )


@reads
async def unanswered(connection: AsyncConnection) -> list[Unanswered]:
    """What was asked and not answered, or rated as no help; each text once, the newest first."""
    times, last = func.count(), func.max(models.FundingQuestion.asked_at)
    rows = await connection.execute(
        select(models.FundingQuestion.text, models.FundingQuestion.language, times, last)
        .where(
            (models.FundingQuestion.kind == "unanswered") | (models.FundingQuestion.rating == -1)
        )
        .group_by(models.FundingQuestion.text, models.FundingQuestion.language)
        .order_by(times.desc(), last.desc())
    )
    return [Unanswered(*row) for row in rows]
