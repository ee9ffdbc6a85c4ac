"""What goes after its time, kind by kind. Harmless to run again, and beside other processes."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.retention import Kind
from storage import aside, erasing, models, unsigning
from storage.database import Database, reads, writes
from storage.forms import Forms

SETTLED = ("sent", "failed", "blocked", "expired", "cancelled", "unknown")
BATCH = 500  # rows of one transaction: nobody waits behind a long one


async def due(db: Database, days: Mapping[Kind, int], now: datetime) -> dict[Kind, int]:
    """How many of each kind would go now."""
    return {
        kind: len(await _due(db, kind, now - timedelta(days=days[kind]))) if days[kind] else 0
        for kind in Kind
    }


async def apply(
    db: Database, forms: Forms, days: Mapping[Kind, int], now: datetime
) -> dict[Kind, int]:
    """Let go what is due; returns how many of each kind went.

    What Telegram delivered is let go, too, by the rules of the inbox.
    """
    gone = dict.fromkeys(Kind, 0)
    for kind in Kind:
        if not days[kind]:
            continue
        found = await _due(db, kind, now - timedelta(days=days[kind]))
        if kind is Kind.WITHDRAWN:
            for person_id in found:
                gone[kind] += await erasing.forget(db, forms, person_id, now)
            continue
        for at in range(0, len(found), BATCH):
            await _let_go(db, kind, found[at : at + BATCH])
        gone[kind] = len(found)
    await aside.purge(db, now)
    return gone


@reads
async def _due(connection: AsyncConnection, kind: Kind, before: datetime) -> list[Any]:
    return list((await connection.scalars(_WHICH[kind](before))).all())


def _newcomers(before: datetime) -> Any:
    its = models.Person
    agreed = select(models.Consent.person_id)
    busy = [
        select(column).where(column.is_not(None))
        for column in (models.Role.person_id, models.Contact.person_id, models.Response.person_id)
    ]
    return select(its.id).where(
        its.created_at < before,
        its.erased_at.is_(None),
        its.id.not_in(agreed),
        *(its.id.not_in(one) for one in busy),
    )


def _withdrawn(before: datetime) -> Any:
    its = models.Consent
    return (
        select(its.person_id)
        .join(models.Person, models.Person.id == its.person_id)
        .where(models.Person.erased_at.is_(None))
        .group_by(its.person_id)
        .having(
            func.count(its.withdrawn_at) == func.count(its.id),
            func.max(its.withdrawn_at) < before,
        )
    )


def _questions(before: datetime) -> Any:
    """Those that still wait for a person stay."""
    open_ = select(models.Enquiry.question_id).where(models.Enquiry.state != "answered")
    its = models.FundingQuestion
    return select(its.id).where(its.asked_at < before, its.id.not_in(open_))


def _messages(before: datetime) -> Any:
    its = models.Outbox
    says = or_(cast(its.params, String) != "{}", its.error.is_not(None))
    return select(its.id).where(its.created_at < before, its.state.in_(SETTLED), says)


def _dialogs(before: datetime) -> Any:
    its = models.DialogState
    return select(its.chat_id).where(its.changed_at < before).distinct()


def _drafts(before: datetime) -> Any:
    its = models.Response
    return select(its.id).where(its.state == "draft", its.changed_at < before)


def _attendees(before: datetime) -> Any:
    its = models.Registration
    return (
        select(its.id)
        .join(models.Event, models.Event.id == its.event_id)
        .where(models.Event.ends_at < before, its.attendee != unsigning.GONE)
    )


_WHICH: Mapping[Kind, Callable[[datetime], Any]] = {
    Kind.NEWCOMERS: _newcomers,
    Kind.WITHDRAWN: _withdrawn,
    Kind.QUESTIONS: _questions,
    Kind.MESSAGES: _messages,
    Kind.DIALOGS: _dialogs,
    Kind.DRAFTS: _drafts,
    Kind.ATTENDEES: _attendees,
}


@writes
async def _let_go(tx: AsyncConnection, kind: Kind, ids: list[Any]) -> None:
    await _GO[kind](tx, ids)


async def _go_newcomers(tx: AsyncConnection, ids: list[Any]) -> None:
    chats = select(models.Person.telegram_id).where(models.Person.id.in_(ids))
    await _delete(tx, models.DialogState, models.DialogState.chat_id.in_(chats))
    for model in (models.Outbox, models.Mute, models.Cursor):
        await _delete(tx, model, model.person_id.in_(ids))
    await _delete(tx, models.Person, models.Person.id.in_(ids))


async def _go_questions(tx: AsyncConnection, ids: list[Any]) -> None:
    """An answer that was kept with an article stays there, as the organiser's."""
    of = select(models.Enquiry.id).where(models.Enquiry.question_id.in_(ids))
    its = models.FundingCorrection
    await tx.execute(update(its).where(its.enquiry_id.in_(of)).values(enquiry_id=None))
    await _delete(tx, models.Enquiry, models.Enquiry.question_id.in_(ids))
    await _delete(tx, models.FundingQuestion, models.FundingQuestion.id.in_(ids))


async def _go_messages(tx: AsyncConnection, ids: list[Any]) -> None:
    """The row stays: its key keeps the same message from being sent again."""
    await tx.execute(
        update(models.Outbox).where(models.Outbox.id.in_(ids)).values(params={}, error=None)
    )


async def _go_dialogs(tx: AsyncConnection, ids: list[Any]) -> None:
    await _delete(tx, models.DialogState, models.DialogState.chat_id.in_(ids))


async def _go_drafts(tx: AsyncConnection, ids: list[Any]) -> None:
    await unsigning.delete_responses(tx, ids)


async def _go_attendees(tx: AsyncConnection, ids: list[Any]) -> None:
    await erasing.unname(tx, ids)


async def _delete(
    tx: AsyncConnection, model: type[models.Base], which: ColumnElement[bool]
) -> None:
    await tx.execute(delete(model).where(which))


_GO: Mapping[Kind, Callable[[AsyncConnection, list[Any]], Awaitable[None]]] = {
    Kind.NEWCOMERS: _go_newcomers,
    Kind.QUESTIONS: _go_questions,
    Kind.MESSAGES: _go_messages,
    Kind.DIALOGS: _go_dialogs,
    Kind.DRAFTS: _go_drafts,
    Kind.ATTENDEES: _go_attendees,
}
