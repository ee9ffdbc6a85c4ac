"""Everything about one person, as it is kept: for them to look at and to take away."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from storage import models
from storage.database import reads

Rows = list[dict[str, Any]]
Which = Callable[[int, int], ColumnElement[bool]]


def _theirs(person_id: int) -> Select[int]:
    return select(models.Response.id).where(models.Response.person_id == person_id)


def _of(column: InstrumentedAttribute[Any]) -> Which:
    return lambda person_id, _: column == person_id


def _in_response_of(column: InstrumentedAttribute[Any]) -> Which:
    return lambda person_id, _: column.in_(_theirs(person_id))


#: the tables in the order of reading, and which of their rows are about a person, by the person's
#: number and their Telegram id
HELD: Mapping[type[models.Base], Which] = {
    models.Person: _of(models.Person.id),
    models.Consent: _of(models.Consent.person_id),
    models.Role: _of(models.Role.person_id),
    models.AuditEntry: _of(models.AuditEntry.person_id),
    models.Contact: _of(models.Contact.person_id),
    models.Organisation: lambda person_id, _: models.Organisation.id.in_(
        select(models.Contact.organisation_id).where(models.Contact.person_id == person_id)
    ),
    models.Response: _of(models.Response.person_id),
    models.Answer: lambda person_id, _: or_(
        models.Answer.person_id == person_id,
        models.Answer.response_id.in_(_theirs(person_id)),
    ),
    models.AnswerEvent: _of(models.AnswerEvent.person_id),
    models.AnswerFile: _in_response_of(models.AnswerFile.response_id),
    models.Cursor: _of(models.Cursor.person_id),
    models.Registration: lambda person_id, _: or_(
        models.Registration.person_id == person_id, models.Registration.registered_by == person_id
    ),
    models.EventLog: _of(models.EventLog.person_id),
    models.Broadcast: _of(models.Broadcast.created_by),
    models.FundingQuestion: _of(models.FundingQuestion.person_id),
    models.EligibilityAnswers: _of(models.EligibilityAnswers.person_id),
    models.Enquiry: lambda person_id, _: or_(
        models.Enquiry.claimed_by == person_id,
        models.Enquiry.question_id.in_(
            select(models.FundingQuestion.id).where(models.FundingQuestion.person_id == person_id)
        ),
    ),
    models.FundingCorrection: lambda person_id, _: or_(
        models.FundingCorrection.made_by == person_id,
        models.FundingCorrection.enquiry_id.in_(
            select(models.Enquiry.id)
            .join(models.FundingQuestion, models.FundingQuestion.id == models.Enquiry.question_id)
            .where(models.FundingQuestion.person_id == person_id)
        ),
    ),
    models.Outbox: _of(models.Outbox.person_id),
    models.Mute: _of(models.Mute.person_id),
    models.DialogState: lambda _, telegram_id: models.DialogState.chat_id == telegram_id,
    models.InboxUpdate: lambda _, telegram_id: models.InboxUpdate.lane == telegram_id,
}


@reads
async def of_person(connection: AsyncConnection, person_id: int) -> dict[str, Rows]:
    """By table, the rows about a person; moments in ISO 8601, UTC. Files by name and size.

    The titles of the surveys that answers belong to are among the responses.
    """
    telegram_id = await connection.scalar(
        select(models.Person.telegram_id).where(models.Person.id == person_id)
    )
    found: dict[str, Rows] = {}
    for model, which in HELD.items():
        table = model.__table__
        rows = await connection.execute(select(table).where(which(person_id, telegram_id or 0)))
        found[model.__tablename__] = [
            {name: _value(value) for name, value in row._mapping.items()}  # noqa: SLF001 - public
            for row in rows
        ]
    names = await connection.execute(
        select(models.Form.id, models.Form.form_id).where(
            models.Form.id.in_([row["form_id"] for row in found["responses"]])
        )
    )
    surveys = {row.id: row.form_id for row in names}
    for row in found["responses"]:
        row["survey"] = surveys.get(row["form_id"])
    return found


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return f"{len(value)} bytes" if isinstance(value, bytes) else value
