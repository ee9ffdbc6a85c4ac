"""Quotas: how many responses may hold a code. Counted by code, in the database, under a lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.permissions import Permission
from domain.surveys.interview import Interview
from domain.surveys.tree import plain_path
from storage import models
from storage.audit import Deed, authorise
from storage.database import reads, writes
from storage.upsert import upsert

#: how long a draft that nobody goes on with keeps its place
HELD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `places` responses with `code` at `node`; `taken` of them are."""

    node: str
    code: str
    places: int
    taken: int


@writes
async def set_quota(
    tx: AsyncConnection,
    form_pk: int,
    node: str,
    code: str,
    places: int | None,
    deed: Deed | None = None,
) -> None:
    """Allow so many responses with a code, or (None) any number."""
    await authorise(tx, deed, Permission.SURVEYS, "survey.quota", f"form:{form_pk}")
    its = (
        models.FormQuota.form_id == form_pk,
        models.FormQuota.node == node,
        models.FormQuota.code == code,
    )
    if places is None:
        await tx.execute(delete(models.FormQuota).where(*its))
        return
    row = {"form_id": form_pk, "node": node, "code": code, "places": places}
    await tx.execute(upsert(tx, models.FormQuota, ["places"]), [row])


@reads
async def of_form(connection: AsyncConnection, form_pk: int) -> list[Quota]:
    """The quotas of a form with what is submitted already."""
    found = []
    for row in await _quotas(connection, form_pk):
        submitted = models.Response.state == "submitted"
        taken = await _taken(connection, form_pk, row.node, row.code, submitted)
        found.append(Quota(row.node, row.code, row.places, taken))
    return found


async def meets_full(
    tx: AsyncConnection,
    form_pk: int,
    response_id: int,
    interview: Interview,
    *,
    was_full: bool,
    limited: bool,
) -> bool:
    """Whether an answer of this response meets a quota that others fill.

    Judged when a deciding answer is given and when the response is submitted; in between it stays
    as it was. Submitted responses hold their places, and drafts that somebody goes on with.
    `limited` says whether the form has any quota.
    """
    touched = {plain_path(event.path) for event in interview.events}
    if not touched and interview.receipt is None:
        return was_full
    if not limited:
        return False
    rows = await _quotas(tx, form_pk)
    if interview.receipt is None and not touched & {row.node for row in rows}:
        return was_full
    its_own = models.Response.id != response_id
    held = or_(
        models.Response.state == "submitted",
        models.Response.changed_at > interview.visit.now - HELD,
    )
    for row in rows:
        if row.code not in interview.response.value(row.node).split():
            continue
        # PostgreSQL: whoever counts the same quota waits here until this transaction is over
        await tx.execute(
            update(models.FormQuota)
            .where(
                models.FormQuota.form_id == form_pk,
                models.FormQuota.node == row.node,
                models.FormQuota.code == row.code,
            )
            .values(places=models.FormQuota.places)
        )
        taken = await _taken(tx, form_pk, row.node, row.code, and_(its_own, held))
        if taken >= row.places:
            return True
    return False


async def _quotas(connection: AsyncConnection, form_pk: int) -> Sequence[Any]:
    rows = await connection.execute(
        select(models.FormQuota.node, models.FormQuota.code, models.FormQuota.places)
        .where(models.FormQuota.form_id == form_pk)
        .order_by(models.FormQuota.node, models.FormQuota.code)
    )
    return rows.all()


async def _taken(
    connection: AsyncConnection,
    form_pk: int,
    node: str,
    code: str,
    which: ColumnElement[bool],
) -> int:
    """How many responses hold a code: as their answer, or among several."""
    one = select(models.Answer.response_id).where(
        models.Answer.node == node, models.Answer.value == code, models.Answer.relevant
    )
    several = select(models.AnswerCode.response_id).where(
        models.AnswerCode.node == node, models.AnswerCode.code == code
    )
    found = await connection.scalar(
        select(func.count()).where(
            models.Response.form_id == form_pk,
            models.Response.full_at.is_(None),
            models.Response.id.in_(one.union(several)),
            which,
        )
    )
    return int(found or 0)
