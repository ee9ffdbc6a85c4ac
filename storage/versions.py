"""Responses and the versions of their form: which are open in an older one, and moving them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.permissions import Permission
from domain.surveys.form import Form
from domain.surveys.interview import Event, Interview, Visit
from domain.surveys.versions import Move, plan_move
from storage import answers, models, responses
from storage.audit import Deed, authorise
from storage.database import reads, writes


@dataclass(frozen=True, slots=True)
class Behind:
    """An open response that was begun in another version than the current one."""

    id: int
    version_id: int
    organisation: str | None


@reads
async def behind(connection: AsyncConnection, form_pk: int, version_id: int) -> list[Behind]:
    """The drafts of a form that are not in this version, the oldest first."""
    rows = await connection.execute(
        select(models.Response.id, models.Response.version_id, models.Organisation.name)
        .outerjoin(models.Organisation, models.Organisation.id == models.Response.organisation_id)
        .where(
            models.Response.form_id == form_pk,
            models.Response.state == "draft",
            models.Response.version_id != version_id,
        )
        .order_by(models.Response.id)
    )
    return [Behind(row.id, row.version_id, row.name) for row in rows]


@reads
async def plan(
    connection: AsyncConnection, old: Form, new: Form, response_id: int, visit: Visit
) -> Move:
    """What moving a response would do; nothing is changed."""
    interview, _ = await responses.load(connection, old, response_id, visit)
    return plan_move(old, new, interview.given, visit.now)


@writes
async def move(
    tx: AsyncConnection,
    versions: Mapping[int, Form],
    response_id: int,
    version_id: int,
    visit: Visit,
    deed: Deed | None = None,
) -> Move | None:
    """Move an open response to another version; None where it was moved or submitted meanwhile.

    `versions` are the compiled forms by version id. Every answer that fits stays; what does not
    is taken back by an event, so that it can still be read. People stand where something is open.
    """
    await authorise(tx, deed, Permission.SURVEYS, "response.move", f"response:{response_id}")
    old_id = await tx.scalar(
        update(models.Response)
        .where(
            models.Response.id == response_id,
            models.Response.state == "draft",
            models.Response.version_id.in_([known for known in versions if known != version_id]),
        )
        .values(revision=models.Response.revision + 1)
        .returning(models.Response.version_id)
    )
    if old_id is None:
        return None
    before, _ = await responses.load(tx, versions[old_id], response_id, visit)
    planned = plan_move(versions[old_id], versions[version_id], before.given, visit.now)
    await tx.execute(
        update(models.Response)
        .where(models.Response.id == response_id)
        .values(version_id=version_id)
    )
    interview, stored = await responses.load(tx, versions[version_id], response_id, visit)
    interview.events += [Event(path, value, "form") for path, value in planned.values.items()]
    await answers.write_events(tx, interview, response_id, version_id)
    lost = {path for path, value in planned.values.items() if value is None}
    given = {path: one for path, one in interview.given.items() if path not in lost}
    # what was lost is not skipped, but asked again
    interview = Interview(versions[version_id], given, None, visit)
    await answers.write_rows(tx, response_id, stored, interview)
    await tx.execute(delete(models.Cursor).where(models.Cursor.response_id == response_id))
    return planned
