"""Enquiries: questions on their way to an organiser, and answers on their way back.

Who claims first is decided by one UPDATE that counts only on an open row: the second finds it
claimed, on SQLite and on PostgreSQL alike.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.funding import enquiries
from domain.funding.corrections import QUESTION
from domain.funding.enquiries import Claim, Enquiry, Notice, State
from domain.people.permissions import Permission
from storage import corrections, models, outbox
from storage.audit import record
from storage.corrections import Draft
from storage.database import reads, writes
from storage.roles import organiser_ids, require
from storage.upsert import insert


@writes
async def open_enquiry(
    tx: AsyncConnection, question_id: int, person_id: int, now: datetime
) -> Enquiry | None:
    """Put a person's question to the organisers, once; None where it is not theirs.

    Each organiser gets a message; a second call changes nothing.
    """
    mine = await tx.scalar(
        select(models.FundingQuestion.id).where(
            models.FundingQuestion.id == question_id,
            models.FundingQuestion.person_id == person_id,
        )
    )
    if mine is None:
        return None
    await tx.execute(
        insert(tx, models.Enquiry)
        .values(question_id=question_id, state=State.OPEN, opened_at=now)
        .on_conflict_do_nothing(index_elements=[models.Enquiry.question_id])
    )
    enquiry = await _one(tx, _enquiries().where(models.Enquiry.question_id == question_id))
    if enquiry is not None and enquiry.state is State.OPEN:
        for organiser in await organiser_ids(tx):
            await outbox.enqueue(
                tx,
                Notice.ENQUIRY_OPENED,
                organiser,
                {
                    "enquiry": enquiry.id,
                    "text": enquiry.text,
                    "organisation": enquiry.organisation,
                    "asker": enquiry.asker,
                },
                f"{_key(enquiry.id)}opened:{organiser}",
                now,
            )
    return enquiry


@reads
async def waiting(connection: AsyncConnection, limit: int, offset: int = 0) -> list[Enquiry]:
    """Enquiries that nobody has answered, oldest first."""
    rows = await connection.execute(
        _enquiries()
        .where(models.Enquiry.state != State.ANSWERED)
        .order_by(models.Enquiry.id)
        .limit(limit)
        .offset(offset)
    )
    return [_enquiry(row) for row in rows]


@reads
async def count_waiting(connection: AsyncConnection) -> int:
    """How many nobody has answered."""
    count = await connection.scalar(
        select(func.count())
        .select_from(models.Enquiry)
        .where(models.Enquiry.state != State.ANSWERED)
    )
    return count or 0


@reads
async def get(connection: AsyncConnection, enquiry_id: int) -> Enquiry | None:
    """One enquiry, for an organiser."""
    return await _one(connection, _enquiries().where(models.Enquiry.id == enquiry_id))


@writes
async def claim(
    tx: AsyncConnection, enquiry_id: int, organiser_id: int, now: datetime
) -> tuple[Claim, Enquiry | None]:
    """Take an enquiry; the first who tries has it, and the asker is told so."""
    await require(tx, organiser_id, Permission.ANSWER)
    taken = (
        await tx.execute(
            update(models.Enquiry)
            .where(models.Enquiry.id == enquiry_id, models.Enquiry.state == State.OPEN)
            .values(state=State.CLAIMED, claimed_by=organiser_id, claimed_at=now)
            .returning(models.Enquiry.id)
        )
    ).one_or_none()
    enquiry = await _one(tx, _enquiries().where(models.Enquiry.id == enquiry_id))
    if taken is not None and enquiry is not None:
        await _record(tx, organiser_id, "take", enquiry_id, now)
        await outbox.cancel(tx, f"{_key(enquiry_id)}opened:")
        await outbox.enqueue(
            tx,
            Notice.ENQUIRY_TAKEN,
            enquiry.asker_id,
            {"text": enquiry.text, "by": enquiry.claimer},
            f"{_key(enquiry_id)}taken:{now.timestamp():.0f}",
            now,
        )
    return enquiries.claim(enquiry, organiser_id), enquiry


@writes
async def release(tx: AsyncConnection, enquiry_id: int, organiser_id: int) -> Enquiry | None:
    """Give an enquiry back to the queue: only whoever holds it can."""
    await require(tx, organiser_id, Permission.ANSWER)
    await tx.execute(
        update(models.Enquiry)
        .where(
            models.Enquiry.id == enquiry_id,
            models.Enquiry.state == State.CLAIMED,
            models.Enquiry.claimed_by == organiser_id,
        )
        .values(state=State.OPEN, claimed_by=None, claimed_at=None)
    )
    return await _one(tx, _enquiries().where(models.Enquiry.id == enquiry_id))


@writes
async def answer(
    tx: AsyncConnection, enquiry_id: int, organiser_id: int, text: str, now: datetime
) -> tuple[Claim, Enquiry | None]:
    """Answer an enquiry that one holds: once, and the asker gets it with the signature."""
    await require(tx, organiser_id, Permission.ANSWER)
    done = (
        await tx.execute(
            update(models.Enquiry)
            .where(
                models.Enquiry.id == enquiry_id,
                models.Enquiry.state == State.CLAIMED,
                models.Enquiry.claimed_by == organiser_id,
            )
            .values(state=State.ANSWERED, answer=text, answered_by=organiser_id, answered_at=now)
            .returning(models.Enquiry.id)
        )
    ).one_or_none()
    enquiry = await _one(tx, _enquiries().where(models.Enquiry.id == enquiry_id))
    if done is None or enquiry is None:
        return enquiries.claim(enquiry, organiser_id), enquiry
    await _record(tx, organiser_id, "answer", enquiry_id, now)
    await outbox.enqueue(
        tx,
        Notice.ENQUIRY_ANSWERED,
        enquiry.asker_id,
        {"text": enquiry.text, "answer": text, "by": enquiry.claimer},
        f"{_key(enquiry_id)}answered",
        now,
    )
    return Claim.MINE, enquiry


@writes
async def keep(
    tx: AsyncConnection, enquiry_id: int, organiser_id: int, article_id: str, now: datetime
) -> None:
    """Keep an answered question as one that people ask of an article, once."""
    await require(tx, organiser_id, Permission.ANSWER)
    kept = (
        await tx.execute(
            update(models.Enquiry)
            .where(
                models.Enquiry.id == enquiry_id,
                models.Enquiry.state == State.ANSWERED,
                models.Enquiry.article_id.is_(None),
            )
            .values(article_id=article_id)
            .returning(models.Enquiry.answer, models.Enquiry.question_id)
        )
    ).one_or_none()
    if kept is None:
        return
    asked = (
        await tx.execute(
            select(models.FundingQuestion.language, models.FundingQuestion.text).where(
                models.FundingQuestion.id == kept.question_id
            )
        )
    ).one()
    question = " ".join(asked.text.split())
    draft = Draft(article_id, QUESTION, asked.language, kept.answer.strip(), question)
    await corrections.keep(tx, draft, organiser_id, now, enquiry_id)


def _key(enquiry_id: int) -> str:
    """What the dedup keys of one enquiry begin with."""
    return f"enquiry:{enquiry_id}:"


async def _record(
    tx: AsyncConnection, organiser_id: int, action: str, enquiry_id: int, now: datetime
) -> None:
    await record(tx, organiser_id, f"enquiry.{action}", f"enquiry:{enquiry_id}", now)


_asker = models.Person.__table__.alias("asker")
_claimer = models.Person.__table__.alias("claimer")


def _enquiries() -> Select[Any]:
    return (
        select(
            models.Enquiry.id,
            models.Enquiry.question_id,
            models.Enquiry.state,
            models.FundingQuestion.text,
            models.FundingQuestion.language,
            models.Organisation.name,
            models.FundingQuestion.person_id,
            _asker.c.name,
            models.Enquiry.opened_at,
            models.Enquiry.claimed_by,
            _claimer.c.name,
            models.Enquiry.answer,
            models.Enquiry.article_id,
        )
        .join(models.FundingQuestion, models.FundingQuestion.id == models.Enquiry.question_id)
        .join(_asker, _asker.c.id == models.FundingQuestion.person_id)
        .outerjoin(
            models.Organisation, models.Organisation.id == models.FundingQuestion.organisation_id
        )
        .outerjoin(_claimer, _claimer.c.id == models.Enquiry.claimed_by)
    )


def _enquiry(row: Row[Any]) -> Enquiry:
    enquiry_id, question_id, state, *rest = tuple(row)
    return Enquiry(enquiry_id, question_id, State(state), *rest)


async def _one(connection: AsyncConnection, query: Select[Any]) -> Enquiry | None:
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _enquiry(row)
