"""aiosqlite under SQLAlchemy, at one visit to its thread a statement, or none.

SQLAlchemy's own cursor visits aiosqlite's thread four times for a statement (open, execute, fetch,
close), at about 0.1 ms each while the loop is busy. Here all four are one visit. A statement that
touches a few rows by their keys costs less than the visit itself: inside `briefly` it is executed
where it stands.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import aiosqlite
from sqlalchemy import Dialect
from sqlalchemy.connectors.asyncio import AsyncAdapt_dbapi_cursor
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.util import EMPTY_DICT, await_

from storage.direct import Direct

_here: ContextVar[bool] = ContextVar("statements_are_brief", default=False)


@contextmanager
def briefly() -> Iterator[None]:
    """Statements inside are executed in the caller's thread: each holds the loop for as long as
    it takes. Only for what a few pages of the file answer, and that no lock can hold up."""
    token = _here.set(True)
    try:
        yield
    finally:
        _here.reset(token)


async def raw_connection(tx: AsyncConnection) -> sqlite3.Connection:
    """sqlite3's own connection under SQLAlchemy's and aiosqlite's."""
    raw = await tx.get_raw_connection()
    connection: sqlite3.Connection = raw.dbapi_connection._connection._conn  # type: ignore[union-attr]
    return connection


class Cursor(AsyncAdapt_dbapi_cursor):
    """Fetches what a statement returns in the visit that executes it."""

    __slots__ = ()
    _awaitable_cursor_close = False  # it is sqlite3's own, and closed without waiting

    def __init__(self, adapt_connection: Any) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._cursor = self._connection._conn.cursor()
        self._soft_closed_memoized = EMPTY_DICT
        self._rows = deque()

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        """Execute a statement and fetch its rows."""
        self._visit(lambda: self._fetch(self._cursor.execute(operation, parameters or ())))

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        """Execute a statement for each of `seq_of_parameters`."""
        self._visit(lambda: self._cursor.executemany(operation, seq_of_parameters))

    def _fetch(self, cursor: Any) -> None:
        if cursor.description:
            self._rows = deque(cursor.fetchall())

    def _visit(self, work: Callable[[], Any]) -> None:
        try:
            await_(_at_once(work) if _here.get() else self._connection._execute(work))
        except Exception as error:  # noqa: BLE001 - SQLAlchemy words it
            self._adapt_connection._handle_exception(error)


async def _at_once(work: Callable[[], Any]) -> None:
    work()  # a coroutine, because SQLAlchemy insists on being awaited


class Connection(AsyncAdapt_aiosqlite_connection):
    """A connection whose cursors are ours."""

    __slots__ = ()
    _cursor_cls = Cursor  # type: ignore[assignment]


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """What `create_async_engine(…, module=Driver())` takes for the driver."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> Connection:
        """Open a connection, in a thread of its own that ends with the program."""
        made = super().connect(*arg, **kw)
        return Connection(self, made._connection)


class OnSQLite(Direct):
    """Executes in the loop's own thread, which a few pages of a file do not hold up: nothing that
    is awaited here ever waits."""

    def __init__(self, dialect: Dialect, connection: sqlite3.Connection) -> None:
        super().__init__(dialect)
        self._connection = connection

    async def hold(self, keys: Iterable[int]) -> None:
        """Nothing: SQLite has one writer."""

    async def _fetch(self, sql: str, arguments: list[Any]) -> Sequence[Any]:
        return self._connection.execute(sql, arguments).fetchall()

    async def _fetch_each(self, sql: str, each: Iterable[list[Any]]) -> Sequence[Any]:
        execute = self._connection.execute
        return [row for arguments in each for row in execute(sql, arguments).fetchall()]

    async def _run(self, sql: str, each: Iterable[list[Any]]) -> None:
        self._connection.executemany(sql, each)
