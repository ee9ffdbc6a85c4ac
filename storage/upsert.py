"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike but SQLAlchemy imports apart."""

import functools
from collections.abc import Sequence

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.direct import Direct
from storage.models import Base

Insert = sqlite.Insert | postgresql.Insert


def insert(tx: AsyncConnection | Direct, model: type[Base]) -> Insert:
    """The dialect's own INSERT, the one that knows `on_conflict_do_nothing()`."""
    return _insert(tx.dialect.name, model)


def upsert(tx: AsyncConnection | Direct, model: type[Base], columns: Sequence[str]) -> Insert:
    """Insert a row, or set `columns` of the one that has its primary key."""
    return _upsert(tx.dialect.name, model, tuple(columns))


# Statements are kept: composing one takes longer than executing it.


@functools.cache
def _insert(dialect: str, model: type[Base]) -> Insert:
    return sqlite.insert(model) if dialect == "sqlite" else postgresql.insert(model)


@functools.cache
def _upsert(dialect: str, model: type[Base], columns: tuple[str, ...]) -> Insert:
    statement = _insert(dialect, model)
    return statement.on_conflict_do_update(
        index_elements=list(_table(model).primary_key),
        set_={column: statement.excluded[column] for column in columns},
    )


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker: no model maps a join
    return table
