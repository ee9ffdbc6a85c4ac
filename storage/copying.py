"""Moves everything from one database to another: from SQLite to PostgreSQL, when one server is not
enough any more, or back."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, Column, Table, func, insert, null, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import flat, schema
from storage.database import Database
from storage.models import Base

CHUNK = 1_000  # rows read and written at once
LIMIT = 30_000  # values in one statement; both databases take a few more

Tell = Callable[[str, int], None]


class CopyError(Exception):
    """Nothing was copied; the text says why and what to do."""


async def copy(source: Database, target: Database, tell: Tell) -> dict[str, int]:
    """Copy every table, all or none, and return the numbers of rows, which are those of both.

    The target is brought to the newest schema and must hold nothing; the source must have that
    schema, too, and nobody may write to it meanwhile. `tell` hears each table's name and rows.
    Raises CopyError.
    """
    if not await schema.is_current(source):
        raise CopyError("the source has an older schema; run `lanka db upgrade` on it first")
    await schema.upgrade(target)

    async def work(tx: AsyncConnection) -> dict[str, int]:
        counts = {}
        for table in Base.metadata.sorted_tables:
            if await tx.scalar(select(func.count()).select_from(table)):
                raise CopyError(f"the target is not empty: {table.name} has rows")
        for table in Base.metadata.sorted_tables:
            counts[table.name] = await _copy_table(source, tx, table)
            tell(table.name, counts[table.name])
        if tx.dialect.name == "postgresql":
            await _raise_sequences(tx)
        await flat.renew_all(tx)
        return counts

    return await target.write(work)


async def _copy_table(source: Database, tx: AsyncConnection, table: Table) -> int:
    step = max(1, min(CHUNK, LIMIT // len(table.columns)))
    copied, last = 0, None

    async def rows(connection: AsyncConnection) -> list[dict[str, Any]]:
        query = select(table).order_by(*table.primary_key).limit(step).offset(copied)
        return [dict(row) for row in (await connection.execute(query)).mappings()]

    while last is None or len(last) == step:
        last = await source.read(rows)
        if last:
            await tx.execute(insert(table), [_as_stored(table, row) for row in last])
        copied += len(last)
    there = await tx.scalar(select(func.count()).select_from(table))
    expected = await source.read(lambda c: c.scalar(select(func.count()).select_from(table)))
    if not copied == there == expected:
        raise CopyError(f"{table.name}: {expected} rows, {there} copied: is the bot running?")
    return copied


def _as_stored(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row whose missing JSON is missing in the copy, too, and not the word `null`."""
    return {
        column.name: null() if _is_missing(column, row[column.name]) else row[column.name]
        for column in table.columns
    }


def _is_missing(column: Column[Any], value: Any) -> bool:
    return value is None and isinstance(column.type, JSON)


async def _raise_sequences(tx: AsyncConnection) -> None:
    """PostgreSQL counts by itself, and has not seen the numbers that were copied."""
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        names = {"table": f'"{table.name}"', "column": column.name}
        sequence = await tx.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), names)
        highest = await tx.scalar(select(func.max(column)))
        if sequence and highest:
            await tx.execute(
                text("SELECT setval(CAST(:sequence AS regclass), :highest)"),
                {"sequence": sequence, "highest": highest},
            )
