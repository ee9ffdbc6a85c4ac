"""What people do not want to be sent: a topic, or one event or response of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, false, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.messages import Rule, Topic
from storage import models
from storage.database import reads, writes
from storage.upsert import insert

ALL = ""  # the subject of a mute that is about the whole topic
SUBJECTS = {Topic.EVENTS: "event", Topic.SURVEYS: "response"}  # the parameter that names it


@writes
async def mute(
    tx: AsyncConnection, person_id: int, topic: Topic, subject: str, now: datetime
) -> None:
    """Send no more of a topic, or (`subject`, an id) of one event or response."""
    await tx.execute(
        insert(tx, models.Mute)
        .values(person_id=person_id, topic=topic, subject=subject, at=now)
        .on_conflict_do_nothing()
    )


@writes
async def unmute(tx: AsyncConnection, person_id: int, topic: Topic, subject: str = ALL) -> None:
    """Send it again."""
    await tx.execute(
        delete(models.Mute).where(
            models.Mute.person_id == person_id,
            models.Mute.topic == topic,
            models.Mute.subject == subject,
        )
    )


@reads
async def muted_by(connection: AsyncConnection, person_id: int) -> set[tuple[Topic, str]]:
    """What a person has muted: topics and subjects."""
    rows = await connection.execute(
        select(models.Mute.topic, models.Mute.subject).where(models.Mute.person_id == person_id)
    )
    return {(Topic(topic), subject) for topic, subject in rows.all()}


def is_muted(rule: Rule | None, params: Mapping[str, Any], person_id: int) -> ColumnElement[bool]:
    """Whether a person muted a message, as a condition for a query."""
    if rule is None or rule.topic is None:
        return false()
    subject = str(params.get(SUBJECTS.get(rule.topic, ""), ALL))
    return (
        select(models.Mute.person_id)
        .where(
            models.Mute.person_id == person_id,
            models.Mute.topic == rule.topic,
            models.Mute.subject.in_((ALL, subject)),
        )
        .exists()
    )
