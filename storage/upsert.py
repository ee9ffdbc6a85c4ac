"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike but SQLAlchemy imports apart."""

from collections.abc import Sequence

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.models import Base

Insert = sqlite.Insert | postgresql.Insert


def insert(tx: AsyncConnection, model: type[Base]) -> Insert:
    """The dialect's own INSERT, the one that knows `on_conflict_do_nothing()`."""
    return sqlite.insert(model) if tx.dialect.name == "sqlite" else postgresql.insert(model)


def upsert(tx: AsyncConnection, model: type[Base], columns: Sequence[str]) -> Insert:
    """Insert a row, or set `columns` of the one that has its primary key."""
    statement = insert(tx, model)
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker: no model maps a join
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={column: statement.excluded[column] for column in columns},
    )
