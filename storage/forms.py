"""Published forms: their workbooks, their versions, and the compiled form of each version."""

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.permissions import Permission
from domain.surveys.form import Form
from domain.surveys.media import media_type
from domain.surveys.xform import compile_form
from storage import flat, form_media, models
from storage.audit import Deed, authorise, record
from storage.database import Database, reads, writes
from storage.roles import require
from storage.upsert import insert

KEPT = 64  # compiled forms; one of 500 questions takes a few megabytes


@dataclass(frozen=True, slots=True)
class Survey:
    """A form as people meet it. `token` stands in its public link.

    `open` is what an organiser made it; whether it takes answers depends on the deadline, too.
    """

    id: int
    form_id: str
    token: str
    open: bool
    scope: str
    version_id: int
    audience: str = "anyone"
    closes_at: datetime | None = None

    def accepts(self, now: datetime) -> bool:
        """Whether answers can be given now."""
        return self.open and (self.closes_at is None or now < self.closes_at)


@dataclass(frozen=True, slots=True)
class Workbook:
    """What is kept of a form that was published: the file as it came, and its XForm.

    `files` are the lists and media that came with it, by name; `sha256` is `digest` of all.
    """

    name: str
    content: bytes
    xform: str
    sha256: str
    files: Mapping[str, bytes] = field(default_factory=dict)


def belonging(form: Form, beside: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of the files beside a form that it names and can use."""
    media = [file for file in form.media if file in beside and media_type(file, beside[file])]
    lists = [file for file in form.files if file in beside]
    return {file: beside[file] for file in dict.fromkeys([*lists, *media])}


def digest(content: bytes, files: Mapping[str, bytes]) -> str:
    """Names a workbook with its files: the same again has the same digest."""
    total = hashlib.sha256(content)
    for name, data in sorted(files.items()):
        total.update(f"\0{name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()


class Forms:
    """Compiled forms by version. A version never changes, so nothing here grows old."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._compiled: OrderedDict[int, Form] = OrderedDict()
        self._media: dict[int, Mapping[str, str]] = {}

    async def get(self, version_id: int) -> Form:
        """The compiled form of a published version; NoResultFound where there is none."""
        form = self._compiled.get(version_id)
        if form is None:
            xform, files = await load_source(self._db, version_id)
            form = await asyncio.to_thread(compile_form, xform, files)
            media = await form_media.types(self._db, version_id) if form.media else {}
            self._compiled[version_id], self._media[version_id] = form, media
            if len(self._compiled) > KEPT:
                del self._media[self._compiled.popitem(last=False)[0]]
        self._compiled.move_to_end(version_id)
        return form

    async def media(self, version_id: int) -> Mapping[str, str]:
        """The MIME types of the media that lie beside a version, by file name."""
        await self.get(version_id)
        return self._media[version_id]


@reads
async def load_source(
    connection: AsyncConnection, version_id: int
) -> tuple[str, Mapping[str, bytes]]:
    """The XForm XML of a version and the lists beside it; NoResultFound where there is none."""
    found = await connection.execute(
        select(models.FormVersion.xform).where(models.FormVersion.id == version_id)
    )
    files = await connection.execute(
        select(models.FormFile.name, models.FormFile.content).where(
            models.FormFile.version_id == version_id, models.FormFile.mime == ""
        )
    )
    return found.scalar_one(), {row.name: row.content for row in files}


@writes
async def publish(tx: AsyncConnection, form: Form, workbook: Workbook, now: datetime) -> bool:
    """Make `form` the current version of its form id, open to answers if it is new.

    For whoever has the machine; organisers publish a draft.

    The current workbook again changes nothing, and the answer is False; one that was current
    before becomes so again. Responses that were begun stay with their version.
    """
    await tx.execute(
        insert(tx, models.Form).values(**_new_form(form, now)).on_conflict_do_nothing()
    )
    which = models.Form.form_id == form.form_id
    form_pk = (await tx.execute(select(models.Form.id).where(which))).scalar_one()
    version_id = await _keep_version(tx, form_pk, form, workbook, now, None, True)
    return await _make_current(tx, form_pk, version_id, now, None)


async def _make_current(
    tx: AsyncConnection, form_pk: int, version_id: int, now: datetime, published_by: int | None
) -> bool:
    await tx.execute(
        update(models.FormVersion)
        .where(models.FormVersion.id == version_id, ~models.FormVersion.published)
        .values(published=True, published_at=now, published_by=published_by)
    )
    changed = await tx.execute(
        update(models.Form)
        .where(models.Form.id == form_pk, models.Form.version_id.is_distinct_from(version_id))
        .values(version_id=version_id)
    )
    if changed.rowcount > 0:
        await flat.renew(tx, form_pk)
    return changed.rowcount > 0


@writes
async def keep_draft(
    tx: AsyncConnection, form: Form, workbook: Workbook, now: datetime, by: int
) -> int:
    """Keep a workbook to look through before it is published; the id of its version.

    One that was published or kept before has that id again. Older drafts of the same form by the
    same person go. Raises NotOrganiserError.
    """
    await require(tx, by, Permission.SURVEYS)
    await tx.execute(
        insert(tx, models.Form).values(**_new_form(form, now)).on_conflict_do_nothing()
    )
    which = models.Form.form_id == form.form_id
    form_pk = (await tx.execute(select(models.Form.id).where(which))).scalar_one()
    version_id = await _keep_version(tx, form_pk, form, workbook, now, by, False)
    older = select(models.FormVersion.id).where(
        models.FormVersion.form_id == form_pk,
        models.FormVersion.published_by == by,
        models.FormVersion.id != version_id,
        ~models.FormVersion.published,
    )
    await tx.execute(delete(models.FormFile).where(models.FormFile.version_id.in_(older)))
    await tx.execute(delete(models.FormVersion).where(models.FormVersion.id.in_(older)))
    return version_id


@writes
async def publish_draft(
    tx: AsyncConnection, version_id: int, now: datetime, by: int
) -> tuple[int, bool] | None:
    """Make a draft the current version: the form's row id, and whether that changed anything.

    None where the draft is gone. Raises NotOrganiserError.
    """
    await require(tx, by, Permission.SURVEYS)
    form_pk = await tx.scalar(
        select(models.FormVersion.form_id).where(models.FormVersion.id == version_id)
    )
    if form_pk is None:
        return None
    await record(tx, by, "survey.publish", f"form:{form_pk}", now)
    return form_pk, await _make_current(tx, form_pk, version_id, now, by)


@dataclass(frozen=True, slots=True)
class Source:
    """A version as it was sent, with the form's row id and its current version, if any."""

    form_pk: int
    name: str
    content: bytes
    files: Mapping[str, bytes]
    current: int | None


@reads
async def source(connection: AsyncConnection, version_id: int) -> Source | None:
    """What was sent for a version; None where it is gone."""
    row = (
        await connection.execute(
            select(
                models.FormVersion.form_id,
                models.FormVersion.workbook_name,
                models.FormVersion.workbook,
                models.Form.version_id,
            )
            .join(models.Form, models.Form.id == models.FormVersion.form_id)
            .where(models.FormVersion.id == version_id)
        )
    ).one_or_none()
    if row is None:
        return None
    files = await connection.execute(
        select(models.FormFile.name, models.FormFile.content).where(
            models.FormFile.version_id == version_id
        )
    )
    return Source(row[0], row[1], row[2], {one.name: one.content for one in files}, row[3])


def _new_form(form: Form, now: datetime) -> dict[str, Any]:
    return {
        "form_id": form.form_id,
        "token": secrets.token_urlsafe(9),
        "state": "open",
        "scope": form.custom.get("responses", "person"),
        "created_at": now,
    }


async def _keep_version(
    tx: AsyncConnection,
    form_pk: int,
    form: Form,
    workbook: Workbook,
    now: datetime,
    published_by: int | None,
    published: bool,
) -> int:
    """The id of the version that this workbook is, kept now if it is new."""
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
            published=published,
        )
        .on_conflict_do_nothing()
        .returning(models.FormVersion.id)
    )
    if version_id is not None:
        for name, content in workbook.files.items():
            await tx.execute(
                insert(tx, models.FormFile).values(
                    version_id=version_id,
                    name=name,
                    content=content,
                    mime=media_type(name, content) if name in form.media else "",
                )
            )
        return int(version_id)
    kept = await tx.execute(
        select(models.FormVersion.id).where(
            models.FormVersion.form_id == form_pk, models.FormVersion.sha256 == workbook.sha256
        )
    )
    return kept.scalar_one()


@reads
async def is_published(connection: AsyncConnection, sha256: str) -> bool:
    """Whether a workbook with this digest was published at any time."""
    found = await connection.scalar(
        select(models.FormVersion.id)
        .where(models.FormVersion.sha256 == sha256, models.FormVersion.published)
        .limit(1)
    )
    return found is not None


@reads
async def surveys(connection: AsyncConnection) -> list[Survey]:
    """All forms that have a version, the newest first; without the questions of events."""
    of_events = select(models.Event.form_id).where(models.Event.form_id.is_not(None))
    rows = await connection.execute(
        _surveys().where(models.Form.id.not_in(of_events)).order_by(models.Form.id.desc())
    )
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
    query = select(models.FormVersion.id).where(
        models.FormVersion.form_id == form_pk, models.FormVersion.published
    )
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
        models.Form.audience,
        models.Form.closes_at,
    ).where(models.Form.version_id.is_not(None))


def _survey(row: Any) -> Survey:
    return Survey(
        id=row.id,
        form_id=row.form_id,
        token=row.token,
        open=row.state == "open",
        scope=row.scope,
        version_id=row.version_id,
        audience=row.audience,
        closes_at=row.closes_at,
    )


@writes
async def reopen(
    tx: AsyncConnection, form_pk: int, now: datetime, deed: Deed | None = None
) -> bool:
    """Let a form take answers again; a deadline that is over goes. False where it took them."""
    await authorise(tx, deed, Permission.SURVEYS, "survey.open", f"form:{form_pk}")
    shut = (models.Form.state != "open") | (models.Form.closes_at <= now)
    changed = await tx.execute(
        update(models.Form)
        .where(models.Form.id == form_pk, shut)
        .values(
            state="open",
            closes_at=case((models.Form.closes_at <= now, None), else_=models.Form.closes_at),
        )
    )
    return changed.rowcount > 0


@writes
async def close(tx: AsyncConnection, form_pk: int, deed: Deed | None = None) -> bool:
    """Let nobody answer or change an answer; False where it was closed already."""
    await authorise(tx, deed, Permission.SURVEYS, "survey.close", f"form:{form_pk}")
    changed = await tx.execute(
        update(models.Form)
        .where(models.Form.id == form_pk, models.Form.state == "open")
        .values(state="closed")
    )
    return changed.rowcount > 0


@writes
async def set_deadline(
    tx: AsyncConnection, form_pk: int, closes_at: datetime | None, deed: Deed | None = None
) -> None:
    """Let a form take answers until a moment, or (None) until somebody closes it."""
    await authorise(tx, deed, Permission.SURVEYS, "survey.deadline", f"form:{form_pk}")
    await tx.execute(
        update(models.Form).where(models.Form.id == form_pk).values(closes_at=closes_at)
    )


@reads
async def response_counts(connection: AsyncConnection, form_pk: int) -> dict[str, int]:
    """How many responses a form has, by state: `draft`, `submitted`."""
    rows = await connection.execute(
        select(models.Response.state, func.count())
        .where(models.Response.form_id == form_pk)
        .group_by(models.Response.state)
    )
    return {"draft": 0, "submitted": 0, **{row[0]: row[1] for row in rows}}
