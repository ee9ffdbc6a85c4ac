"""Who is in a segment now: one query, whatever conditions are combined."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.messages import Topic
from domain.people.segment import Segment
from storage import models
from storage.people import DATA_PROCESSING

CONFIRMED = models.Registration.state == "confirmed"
CAME = or_(
    models.Registration.checked_in_at.is_not(None), models.Registration.joined_at.is_not(None)
)


def members(segment: Segment, now: datetime) -> Select[int]:
    """The ids of the people in a segment who agreed and did not mute news.

    Nobody has stayed away from an event that is not over.
    """
    consented = (
        select(models.Consent.id)
        .where(
            models.Consent.person_id == models.Person.id,
            models.Consent.purpose == DATA_PROCESSING,
            models.Consent.withdrawn_at.is_(None),
        )
        .exists()
    )
    muted = (
        select(models.Mute.person_id)
        .where(models.Mute.person_id == models.Person.id, models.Mute.topic == Topic.NEWS)
        .exists()
    )
    query = (
        select(models.Person.id)
        .outerjoin(models.Organisation, models.Organisation.id == models.Person.organisation_id)
        .where(consented, ~muted)
    )
    for column, values in (
        (models.Organisation.type, segment.types),
        (models.Organisation.oblast, segment.oblasts),
        (models.Person.language, segment.languages),
    ):
        if values:
            query = query.where(column.in_(values))
    if segment.survey is not None and segment.survey_statuses:
        statuses = [_survey(segment.survey, one) for one in segment.survey_statuses]
        query = query.where(or_(*statuses))
    if segment.event is not None and segment.event_statuses:
        states = or_(*(_event(one, now) for one in segment.event_statuses))
        query = query.where(
            select(models.Registration.id)
            .join(models.Event, models.Event.id == models.Registration.event_id)
            .where(
                models.Registration.event_id == segment.event,
                models.Registration.person_id == models.Person.id,
                states,
            )
            .exists()
        )
    if segment.links:
        query = query.where(_works_in(segment.links, segment.nodes))
    return query


async def count(connection: AsyncConnection, segment: Segment, now: datetime) -> tuple[int, int]:
    """How many are in it, and how many of them blocked the bot or are gone."""
    within = members(segment, now).subquery()
    row = await connection.execute(
        select(func.count(), func.count(models.Person.blocked_at))
        .select_from(models.Person)
        .where(models.Person.id.in_(select(within.c.id)))
    )
    total, blocked = row.one()
    return total, blocked


def _event(status: str, now: datetime) -> ColumnElement[bool]:
    match status:
        case "registered":
            return CONFIRMED
        case "attended":
            return and_(CONFIRMED, CAME)
        case "no_show":
            return and_(CONFIRMED, ~CAME, models.Event.ends_at <= now)
        case _:
            return models.Registration.state.in_(("pending", "waiting", "offered"))


def _theirs() -> ColumnElement[bool]:
    """A response that a person gave, or their organisation."""
    return or_(
        models.Response.person_id == models.Person.id,
        and_(
            models.Response.scope == "organisation",
            models.Response.organisation_id == models.Person.organisation_id,
        ),
    )


def _survey(form_id: int, status: str) -> ColumnElement[bool]:
    theirs = select(models.Response.id).where(models.Response.form_id == form_id, _theirs())
    if status == "not_started":
        return ~theirs.exists()
    state = "submitted" if status == "finished" else "draft"
    return theirs.where(models.Response.state == state).exists()


def _works_in(links: Sequence[str], nodes: Sequence[str]) -> ColumnElement[bool]:
    return (
        select(models.AnswerCode.response_id)
        .join(models.Response, models.Response.id == models.AnswerCode.response_id)
        .where(models.AnswerCode.node.in_(nodes), models.AnswerCode.code.in_(links), _theirs())
        .exists()
    )
