"""Two rows that are one organisation become one, and back; contacts who left make room."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people.permissions import Permission
from storage import joining, models
from storage.audit import Deed, authorise
from storage.database import reads, writes
from storage.upsert import insert

FILLED = ("type", "type_other", "ownership", "oblast", "size", "email")


class BothAnsweredError(ValueError):
    """Both have a response to the same survey: which one counts, a person has to decide."""


@dataclass(frozen=True, slots=True)
class Found:
    """An organisation in a list."""

    id: int
    name: str
    edrpou: str | None


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that can be undone."""

    id: int
    gone: str
    at: datetime


def references() -> list[tuple[Table, Column[Any]]]:
    """Every column that names an organisation; merges themselves are history and stay."""
    return [
        (table, column)
        for table in models.Base.metadata.sorted_tables
        if table.name != models.OrganisationMerge.__tablename__
        for column in table.columns
        if any(key.column.table.name == "organisations" for key in column.foreign_keys)
    ]


@reads
async def search(connection: AsyncConnection, words: str, limit: int) -> list[Found]:
    """Organisations by a part of the name, or by the code; those merged into others are not."""
    table = models.Organisation
    gone = select(models.OrganisationMerge.gone_id).where(
        models.OrganisationMerge.undone_at.is_(None)
    )
    rows = await connection.execute(
        select(table.id, table.name, table.edrpou)
        .where(
            table.id.not_in(gone),
            or_(
                # SQLite's own LIKE and lower() know no Ukrainian letters
                table.name.contains(words, autoescape=True),
                table.name.contains(words.capitalize(), autoescape=True),
                table.name.contains(words.upper(), autoescape=True),
                table.edrpou == words,
            ),
        )
        .order_by(table.name, table.id)
        .limit(limit)
    )
    return [Found(*row) for row in rows]


@reads
async def preview(connection: AsyncConnection, kept_id: int, gone_id: int) -> dict[str, int]:
    """How many rows of each table would move, without those that have none."""
    counts = {}
    for table, column in references():
        query = select(func.count()).select_from(table).where(column == gone_id)
        if n := await connection.scalar(query):
            counts[table.name] = n
    return counts if kept_id != gone_id else {}


@writes
async def merge(tx: AsyncConnection, kept_id: int, gone_id: int, deed: Deed) -> int | None:
    """Let `kept_id` have everything of `gone_id`; None where that was done, or makes no sense.

    What both have (the same contact, the same invitation) stays with `gone_id`. Fields that the
    kept profile lacks are filled. Raises BothAnsweredError, NotOrganiserError.
    """
    await authorise(
        tx, deed, Permission.INVITE, "organisation.merge", f"organisation:{gone_id}>{kept_id}"
    )
    before = await tx.scalar(
        select(models.OrganisationMerge.id).where(
            models.OrganisationMerge.gone_id.in_((gone_id, kept_id)),
            models.OrganisationMerge.undone_at.is_(None),
        )
    )
    if before is not None or kept_id == gone_id:
        return None
    await _check_responses(tx, kept_id, gone_id)
    moved: list[dict[str, Any]] = []
    for table, column in references():
        keys = [key.name for key in table.primary_key]
        rows = await tx.execute(select(*table.primary_key).where(column == gone_id))
        for row in rows.all():
            key = dict(zip(keys, row, strict=True))
            if await _move(tx, table, column, key, kept_id):
                if column.name in key:
                    key[column.name] = kept_id
                moved.append({"table": table.name, "column": column.name, "key": key})
    filled = await _fill(tx, kept_id, gone_id, deed.at)
    return await tx.scalar(
        insert(tx, models.OrganisationMerge)
        .values(
            kept_id=kept_id,
            gone_id=gone_id,
            moved={"rows": moved, "filled": filled},
            merged_by=deed.person_id,
            merged_at=deed.at,
        )
        .returning(models.OrganisationMerge.id)
    )


async def _check_responses(tx: AsyncConnection, kept_id: int, gone_id: int) -> None:
    """Each survey may have one response of an organisation."""
    kept, gone = models.Response.__table__.alias(), models.Response.__table__.alias()
    both = await tx.scalar(
        select(kept.c.form_id)
        .join(gone, gone.c.form_id == kept.c.form_id)
        .where(
            kept.c.organisation_id == kept_id,
            gone.c.organisation_id == gone_id,
            kept.c.scope == "organisation",
            gone.c.scope == "organisation",
        )
        .limit(1)
    )
    if both is not None:
        raise BothAnsweredError


async def _move(
    tx: AsyncConnection, table: Table, column: Column[Any], key: dict[str, Any], to: int
) -> bool:
    """Point one row to another organisation; False where that one has such a row already."""
    which = [table.c[name] == value for name, value in key.items()]
    try:
        async with tx.begin_nested():
            await tx.execute(update(table).where(*which).values({column.name: to}))
    except IntegrityError:
        return False
    return True


async def _fill(tx: AsyncConnection, kept_id: int, gone_id: int, now: datetime) -> dict[str, Any]:
    """Give the kept profile what it lacks; the code moves, since it can stand once only."""
    table = models.Organisation
    columns = [table.edrpou, *(getattr(table, name) for name in FILLED)]
    rows = await tx.execute(select(table.id, *columns).where(table.id.in_((kept_id, gone_id))))
    by_id = {row.id: row for row in rows}
    kept, gone = by_id[kept_id], by_id[gone_id]
    filled = {
        name: getattr(gone, name)
        for name in FILLED
        if getattr(kept, name) is None and getattr(gone, name) is not None
    }
    if kept.edrpou is None and gone.edrpou is not None:
        await tx.execute(update(table).where(table.id == gone_id).values(edrpou=None))
        filled["edrpou"] = gone.edrpou
    if filled:
        await tx.execute(update(table).where(table.id == kept_id).values(**filled, updated_at=now))
    return filled


@writes
async def undo(tx: AsyncConnection, merge_id: int, deed: Deed) -> bool:
    """Give everything that a merge moved back; False where it was undone before.

    What came to the kept organisation since stays there, and so does a field changed since.
    """
    await authorise(
        tx, deed, Permission.INVITE, "organisation.unmerge", f"organisation_merge:{merge_id}"
    )
    row = (
        await tx.execute(
            update(models.OrganisationMerge)
            .where(
                models.OrganisationMerge.id == merge_id,
                models.OrganisationMerge.undone_at.is_(None),
            )
            .values(undone_at=deed.at)
            .returning(
                models.OrganisationMerge.kept_id,
                models.OrganisationMerge.gone_id,
                models.OrganisationMerge.moved,
            )
        )
    ).one_or_none()
    if row is None:
        return False
    tables = models.Base.metadata.tables
    for one in row.moved["rows"]:
        table = tables[one["table"]]
        column = table.c[one["column"]]
        key = dict(one["key"])
        still = [table.c[name] == value for name, value in key.items()]
        await tx.execute(
            update(table).where(*still, column == row.kept_id).values({column.name: row.gone_id})
        )
    organisation = models.Organisation
    for name, value in row.moved["filled"].items():
        column = getattr(organisation, name)
        await tx.execute(
            update(organisation)
            .where(organisation.id == row.kept_id, column == value)
            .values({name: None})
        )
        if name == "edrpou":
            await tx.execute(
                update(organisation).where(organisation.id == row.gone_id).values(edrpou=value)
            )
    return True


@reads
async def merges_into(connection: AsyncConnection, kept_id: int) -> list[Merge]:
    """What was merged into an organisation and can be undone, the newest first."""
    table = models.OrganisationMerge
    rows = await connection.execute(
        select(table.id, models.Organisation.name, table.merged_at)
        .join(models.Organisation, models.Organisation.id == table.gone_id)
        .where(table.kept_id == kept_id, table.undone_at.is_(None))
        .order_by(table.id.desc())
    )
    return [Merge(*row) for row in rows]


@writes
async def end_contact(
    tx: AsyncConnection, organisation_id: int, person_id: int, deed: Deed
) -> None:
    """A contact has left the organisation: the next to open its invitation can take over."""
    what = f"organisation:{organisation_id}/{person_id}"
    await authorise(tx, deed, Permission.INVITE, "contact.end", what)
    await joining.leave_in(tx, person_id, organisation_id, deed.at, deed.person_id)
