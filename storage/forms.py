"""Published forms: their workbooks, their versions, and the compiled form of each version."""

import asyncio
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.surveys.form import Form
from domain.surveys.xform import compile_form
from storage import models
from storage.database import Database, reads, writes
from storage.upsert import insert

KEPT = 64  # compiled forms; one of 500 questions takes a few megabytes


@dataclass(frozen=True, slots=True)
class Survey:
    """A form as people meet it. `token` stands in its public link."""

    id: int
    form_id: str
    token: str
    open: bool
    scope: str
    version_id: int


@dataclass(frozen=True, slots=True)
class Workbook:
    """What is kept of a form that was published: the file as it came, and its XForm."""

    name: str
    content: bytes
    xform: str
    sha256: str


class Forms:
    """Compiled forms by version. A version never changes, so nothing here grows old."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._compiled: OrderedDict[int, Form] = OrderedDict()

    async def get(self, version_id: int) -> Form:
        """The compiled form of a published version; NoResultFound where there is none."""
        form = self._compiled.get(version_id)
        if form is None:
            xform = await load_xform(self._db, version_id)
            form = await asyncio.to_thread(compile_form, xform)
            self._compiled[version_id] = form
            if len(self._compiled) > KEPT:
                self._compiled.popitem(last=False)
        self._compiled.move_to_end(version_id)
        return form


@reads
async def load_xform(connection: AsyncConnection, version_id: int) -> str:
    """The XForm XML of a published version."""
    found = await connection.execute(
        select(models.FormVersion.xform).where(models.FormVersion.id == version_id)
    )
    return found.scalar_one()


@writes
async def publish(
    tx: AsyncConnection,
    form: Form,
    workbook: Workbook,
    now: datetime,
    published_by: int | None = None,
) -> bool:
    """Make `form` the current version of its form id, open to answers.

    The same workbook again changes nothing, and the answer is False. Responses that were begun
    stay with their version.
    """
    await tx.execute(
        insert(tx, models.Form)
        .values(
            form_id=form.form_id,
            token=secrets.token_urlsafe(9),
            state="open",
            scope=form.custom.get("responses", "person"),
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    form_pk = (
        await tx.execute(select(models.Form.id).where(models.Form.form_id == form.form_id))
    ).scalar_one()
    version_id = await tx.scalar(
        insert(tx, models.FormVersion)
        .values(
            form_id=form_pk,
            version=form.version,
            workbook_name=workbook.name,
            workbook=workbook.content,
            xform=workbook.xform,
            sha256=workbook.sha256,
            published_at=now,
            published_by=published_by,
        )
        .on_conflict_do_nothing()
        .returning(models.FormVersion.id)
    )
    if version_id is None:
        return False
    await tx.execute(
        update(models.Form).where(models.Form.id == form_pk).values(version_id=version_id)
    )
    return True


@reads
async def is_published(connection: AsyncConnection, sha256: str) -> bool:
    """Whether a workbook with this digest was published at any time."""
    found = await connection.scalar(
        select(models.FormVersion.id).where(models.FormVersion.sha256 == sha256).limit(1)
    )
    return found is not None


@reads
async def surveys(connection: AsyncConnection) -> list[Survey]:
    """All forms that have a version, the newest first."""
    rows = await connection.execute(_surveys().order_by(models.Form.id.desc()))
    return [_survey(row) for row in rows]


@reads
async def by_token(connection: AsyncConnection, token: str) -> Survey | None:
    """The survey whose public link has this token."""
    row = (await connection.execute(_surveys().where(models.Form.token == token))).one_or_none()
    return None if row is None else _survey(row)


@reads
async def by_form_id(connection: AsyncConnection, form_id: str) -> Survey | None:
    """The survey with this XLSForm form id."""
    query = _surveys().where(models.Form.form_id == form_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _survey(row)


@reads
async def versions(connection: AsyncConnection, form_pk: int) -> list[int]:
    """The ids of a survey's versions, the newest first."""
    query = select(models.FormVersion.id).where(models.FormVersion.form_id == form_pk)
    return list(await connection.scalars(query.order_by(models.FormVersion.id.desc())))


@reads
async def by_id(connection: AsyncConnection, form_pk: int) -> Survey:
    """The survey with this row id; NoResultFound where there is none."""
    return _survey((await connection.execute(_surveys().where(models.Form.id == form_pk))).one())


def _surveys() -> Select[*tuple[Any, ...]]:
    return select(
        models.Form.id,
        models.Form.form_id,
        models.Form.token,
        models.Form.state,
        models.Form.scope,
        models.Form.version_id,
    ).where(models.Form.version_id.is_not(None))


def _survey(row: Any) -> Survey:
    return Survey(
        id=row.id,
        form_id=row.form_id,
        token=row.token,
        open=row.state == "open",
        scope=row.scope,
        version_id=row.version_id,
    )
