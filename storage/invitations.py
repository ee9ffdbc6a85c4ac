"""Which organisations may answer a survey."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.permissions import Permission
from storage import flat, models
from storage.audit import Deed, authorise
from storage.database import reads, writes
from storage.upsert import insert

ANYONE, INVITED = "anyone", "invited"


async def may_answer(
    connection: AsyncConnection, form_pk: int, organisation_id: int | None
) -> bool:
    """Whether an organisation may begin; who acts for none may where anyone may."""
    audience = await connection.scalar(
        select(models.Form.audience).where(models.Form.id == form_pk)
    )
    if audience != INVITED:
        return True
    found = await connection.scalar(
        select(models.FormInvitation.form_id).where(
            models.FormInvitation.form_id == form_pk,
            models.FormInvitation.organisation_id == organisation_id,
        )
    )
    return found is not None


@writes
async def set_audience(
    tx: AsyncConnection, form_pk: int, audience: str, deed: Deed | None = None
) -> None:
    """Let anyone answer, or only those who are invited. What was begun can be finished."""
    await authorise(tx, deed, Permission.SURVEYS, "survey.audience", f"form:{form_pk}")
    await tx.execute(
        update(models.Form).where(models.Form.id == form_pk).values(audience=audience)
    )


@writes
async def set_scope(
    tx: AsyncConnection, form_pk: int, scope: str, deed: Deed | None = None
) -> bool:
    """One response for each 'organisation', or each 'person'; False once there are responses."""
    await authorise(tx, deed, Permission.SURVEYS, "survey.scope", f"form:{form_pk}")
    begun = select(models.Response.id).where(models.Response.form_id == form_pk).exists()
    changed = await tx.execute(
        update(models.Form).where(models.Form.id == form_pk, ~begun).values(scope=scope)
    )
    if changed.rowcount > 0:
        await flat.renew(tx, form_pk)
    return changed.rowcount > 0


@writes
async def invite(
    tx: AsyncConnection, form_pk: int, codes: Sequence[str], by: int | None, now: datetime
) -> list[str]:
    """Invite the organisations with these ЄДРПОУ codes; the codes that nobody here has."""
    deed = None if by is None else Deed(by, now)
    await authorise(tx, deed, Permission.SURVEYS, "survey.invite", f"form:{form_pk}")
    rows = await tx.execute(
        select(models.Organisation.edrpou, models.Organisation.id).where(
            models.Organisation.edrpou.in_(codes)
        )
    )
    known = {row.edrpou: row.id for row in rows}
    for organisation_id in known.values():
        await tx.execute(
            insert(tx, models.FormInvitation)
            .values(
                form_id=form_pk,
                organisation_id=organisation_id,
                invited_at=now,
                invited_by=by,
            )
            .on_conflict_do_nothing()
        )
    return [code for code in codes if code not in known]


@reads
async def count(connection: AsyncConnection, form_pk: int) -> int:
    """How many organisations are invited."""
    found = await connection.scalar(
        select(func.count()).where(models.FormInvitation.form_id == form_pk)
    )
    return int(found or 0)
