"""asyncpg by itself, for what happens at each press.

SQLAlchemy's way of taking a connection asks the server whether it is there, in three round trips,
and its transactions are two more. Here a statement is one.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.away import POSTGRES_AWAY, RefusedError
from storage.direct import Direct

T = TypeVar("T")

CONNECTIONS = 10
PATIENCE = 3.0  # seconds that the server has to take leave
# what asyncpg says of a connection that ended while nobody used it
_BROKEN = (asyncpg.InterfaceError, asyncpg.InternalClientError)


class Postgres:
    """A pool of asyncpg's connections to the database of an engine, opened when first needed."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._pool: asyncpg.Pool[Any] | None = None
        self._opening = asyncio.Lock()

    async def run(self, job: Callable[[Direct], Awaitable[T]], *, transaction: bool) -> T:
        """Run `job` in a transaction, or let each of its statements be one.

        Raises ConnectionError where the server is away, RefusedError where it refuses a statement.
        """
        try:
            pool = self._pool or await self._open()
            async with pool.acquire() as connection:
                direct = OnPostgres(self._engine.dialect, connection, transaction=transaction)
                try:
                    result = await job(direct)
                    await direct.commit()
                except (asyncio.CancelledError, *_BROKEN):
                    connection.terminate()  # it may be in the middle of something
                    raise
                return result  # after an exception the pool rolls back
        except asyncpg.PostgresError as error:
            if (error.sqlstate or "").startswith(POSTGRES_AWAY):
                raise ConnectionError(type(error).__name__) from error
            raise RefusedError(error.args[0]) from error  # without the values that it tells of
        except _BROKEN as error:
            raise ConnectionError(str(error)) from error

    async def _open(self) -> "asyncpg.Pool[Any]":
        async with self._opening:
            if self._pool is None:
                _, arguments = self._engine.dialect.create_connect_args(self._engine.url)
                # SQLAlchemy's name for its own cache, which asyncpg does not know
                arguments.pop("prepared_statement_cache_size", None)
                self._pool = await asyncpg.create_pool(
                    **arguments,
                    min_size=0,
                    max_size=CONNECTIONS,
                    init=_begin_with,
                    reset=_as_it_is,
                )
        return self._pool

    async def close(self) -> None:
        """Close what was opened; a server that does not answer is left without a farewell."""
        if self._pool is not None:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._pool.close()
            except (TimeoutError, *_BROKEN):
                self._pool.terminate()


async def _begin_with(connection: Any) -> None:
    """JSON comes out as SQLAlchemy's types expect it, and goes in as they write it."""
    await connection.set_type_codec("json", schema="pg_catalog", encoder=str, decoder=json.loads)


async def _as_it_is(_: object) -> None:
    """Nothing in a session is changed here, so nothing is put back; a transaction that stands open
    asyncpg rolls back by itself."""


class OnPostgres(Direct):
    """One of asyncpg's connections. A transaction begins with the first statement, and with its
    locks in the same round trip; without `transaction` a statement is one by itself."""

    def __init__(self, dialect: Dialect, connection: Any, *, transaction: bool) -> None:
        super().__init__(dialect)
        self._connection = connection
        self._begin = transaction
        self._begun = False

    async def hold(self, keys: Iterable[int]) -> None:
        """Lock the keys in their order, so that two who lock several never wait for each other."""
        locks = "; ".join(f"SELECT pg_advisory_xact_lock({int(key)})" for key in sorted(set(keys)))
        await self._connection.execute(f"BEGIN; {locks}" if not self._begun else locks)
        self._begun = True

    async def commit(self) -> None:
        """End what was begun."""
        if self._begun:
            await self._connection.execute("COMMIT")

    async def _ready(self) -> None:
        if self._begin and not self._begun:
            await self._connection.execute("BEGIN")
            self._begun = True

    async def _fetch(self, sql: str, arguments: list[Any]) -> Sequence[Any]:
        await self._ready()
        rows: Sequence[Any] = await self._connection.fetch(sql, *arguments)
        return rows

    async def _fetch_each(self, sql: str, each: Iterable[list[Any]]) -> Sequence[Any]:
        await self._ready()
        rows: Sequence[Any] = await self._connection.fetchmany(sql, each)
        return rows

    async def _run(self, sql: str, each: Iterable[list[Any]]) -> None:
        await self._ready()
        await self._connection.executemany(sql, each)
