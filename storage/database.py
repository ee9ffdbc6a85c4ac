"""The one database: SQLite in a file, or PostgreSQL, opened so that both keep the same promises.

Operations are functions on a connection, decorated with `writes` or `reads`; a caller passes the
`Database` in its place. A write operation is one short transaction: alone on SQLite; beside others
on PostgreSQL (READ COMMITTED), where what reads before it writes locks a row by an UPDATE first.
It may await nothing but its connection: a call to Telegram would hold everybody's lock.
"""

import asyncio
import functools
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.away import telling_away
from storage.direct import Direct
from storage.sqlite import Driver, OnSQLite, briefly, raw_connection

if TYPE_CHECKING:
    from storage.postgres import Postgres

T = TypeVar("T")
P = ParamSpec("P")
Job = Callable[[Any], Awaitable[Any]]


class Way(Enum):
    """How a job's statements are executed."""

    PLAINLY = "plainly"  # by SQLAlchemy, on SQLite in a thread
    BRIEFLY = "briefly"  # by SQLAlchemy, where the caller stands
    DIRECTLY = "directly"  # by the driver, where the caller stands


Waiting = tuple[Job, Way, asyncio.Future[Any]]

BATCH = 64  # jobs that share one commit; above this a commit delays its first job for too long
READERS = 4


class Database:
    """Reads and writes; made by `open_database`.

    SQLite has one writer, so writes wait in a queue here instead of in SQLite's busy handler
    (whose sleeping made waits of half a second), and those that wait together share a commit.
    PostgreSQL runs each write in a transaction of its own.
    """

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self.writer = writer
        self.reader = reader
        self.dialect = writer.dialect.name
        #: where it is, for another process that opens it too
        self.url = writer.url.render_as_string(hide_password=False)
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue()
        self._writing: asyncio.Task[None] | None = None
        self._tx: AsyncConnection | None = None  # the one writer's, kept open
        self._reading: AsyncConnection | None = None  # of brief reads, which never meet
        self._opening = asyncio.Lock()
        self._postgres: Postgres | None = None
        if self.dialect == "postgresql":
            from storage import postgres  # asyncpg is loaded where it is used

            self._postgres = postgres.Postgres(writer)

    async def __aenter__(self) -> Self:
        if self.dialect == "sqlite":
            self._writing = asyncio.create_task(self._write_batches(), name="database writer")
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._writing is not None:
            await self._queue.join()
            self._writing.cancel()
            await asyncio.wait([self._writing])
        for kept in (self._reading, self._tx):
            if kept is not None:
                await kept.close()
        if self._postgres is not None:
            await self._postgres.close()
        await self.reader.dispose()
        await self.writer.dispose()

    async def write(
        self, job: Callable[[AsyncConnection], Awaitable[T]], *, brief: bool = False
    ) -> T:
        """Run `job` in a transaction of its own and return its result once that is committed.

        An exception in the job rolls back the job alone and is raised here. A caller that is
        cancelled leaves the job to finish. A `brief` one writes a few rows by their keys.
        """
        if self._writing is None:
            with telling_away():
                async with self.writer.begin() as tx:
                    return await job(tx)
        return await self._queued(job, Way.BRIEFLY if brief else Way.PLAINLY)

    async def write_directly(
        self, job: Callable[[Direct], Awaitable[T]], *, once: bool = False
    ) -> T:
        """As `write`, for prepared statements. `once` says that there is a single one, which is a
        transaction by itself."""
        if self._postgres is not None:
            with telling_away():
                return await self._postgres.run(job, transaction=not once)
        return await self._queued(job, Way.DIRECTLY)

    async def _queued(self, job: Callable[[Any], Awaitable[T]], way: Way) -> T:
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((job, way, done))
        with telling_away():
            return await done

    async def read(
        self, job: Callable[[AsyncConnection], Awaitable[T]], *, brief: bool = False
    ) -> T:
        """Run `job` on a connection that sees committed data and cannot write.

        A `brief` one reads a few rows by their keys.
        """
        with telling_away():
            if brief and self._writing is not None:
                reading = self._reading or await self._open_reading()
                with briefly():
                    return await job(reading)
            async with self.reader.connect() as connection:
                return await job(connection)

    async def read_directly(self, job: Callable[[Direct], Awaitable[T]]) -> T:
        """As `read`, for prepared statements."""
        with telling_away():
            if self._postgres is not None:
                return await self._postgres.run(job, transaction=False)
            reading = self._reading or await self._open_reading()
            return await job(OnSQLite(self.reader.dialect, await raw_connection(reading)))

    async def _open_reading(self) -> AsyncConnection:
        async with self._opening:
            if self._reading is None:
                self._reading = await self.reader.connect()
        return self._reading

    async def _write_batches(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._write_batch(batch)
            finally:
                for _ in batch:
                    self._queue.task_done()

    async def _write_batch(self, batch: list[Waiting]) -> None:
        outcomes: list[Outcome]
        try:
            if self._tx is None:
                self._tx = await self.writer.connect()
            raw = await raw_connection(self._tx)
            if all(way is Way.DIRECTLY for _, way, _ in batch):
                raw.execute("BEGIN IMMEDIATE")
                outcomes = await _work_off(self._tx, raw, batch)
                raw.execute("COMMIT")
            else:
                async with self._tx.begin():
                    outcomes = await _work_off(self._tx, raw, batch)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - nothing is committed
            await self._leave_off()
            _end_if_cancelled()
            outcomes = [(done, None, error) for *_, done in batch]
        for done, result, failure in outcomes:
            if done.done():  # its caller was cancelled meanwhile
                continue
            if failure is None:
                done.set_result(result)
            else:
                done.set_exception(failure)

    async def _leave_off(self) -> None:
        """Roll back what stands open, and begin with a connection as new."""
        tx, self._tx = self._tx, None
        if tx is not None:
            await tx.close()


Outcome = tuple[asyncio.Future[Any], Any, BaseException | None]


async def _work_off(
    tx: AsyncConnection, raw: sqlite3.Connection, batch: list[Waiting]
) -> list[Outcome]:
    """Do what waits, in one transaction, and tell how it went; what fails is undone alone."""
    direct = OnSQLite(tx.dialect, raw)
    if len(batch) == 1:  # the usual case needs no savepoint
        [(job, way, done)] = batch
        return [(done, await _work(tx, direct, job, way), None)]
    outcomes: list[Outcome] = []
    for job, way, done in batch:
        raw.execute("SAVEPOINT job")  # as `begin_nested`, which costs more than most jobs
        try:
            outcomes.append((done, await _work(tx, direct, job, way), None))
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - its caller's
            _end_if_cancelled()
            raw.execute("ROLLBACK TO job")
            outcomes.append((done, None, error))
        raw.execute("RELEASE job")
    return outcomes


async def _work(tx: AsyncConnection, direct: Direct, job: Job, way: Way) -> Any:
    if way is Way.DIRECTLY:
        return await job(direct)
    with briefly() if way is Way.BRIEFLY else nullcontext():
        return await job(tx)


def _end_if_cancelled() -> None:
    """End with the program; something that was cancelled inside a job ends that job alone."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


Operation = Callable[Concatenate[AsyncConnection, P], Awaitable[T]]
OnDatabase = Callable[Concatenate[Database, P], Awaitable[T]]


def writes(operation: Operation[P, T]) -> OnDatabase[P, T]:
    """Make `operation(tx, …)` callable as `operation(db, …)`: one transaction, committed."""
    return _on(Database.write, operation)


def writes_briefly(operation: Operation[P, T]) -> OnDatabase[P, T]:
    """As `writes`, for what happens at each press: few statements, few rows, by their keys.

    On SQLite these are executed in the loop's own thread, where a visit to another one would cost
    more; so nothing here may grow with the size of the database.
    """
    return _on(Database.write, operation, brief=True)


def reads(operation: Operation[P, T]) -> OnDatabase[P, T]:
    """Make `operation(connection, …)` callable as `operation(db, …)`: it cannot write."""
    return _on(Database.read, operation)


def reads_briefly(operation: Operation[P, T]) -> OnDatabase[P, T]:
    """As `reads`, for what happens at each press; see `writes_briefly`."""
    return _on(Database.read, operation, brief=True)


Prompt = Callable[Concatenate[Direct, P], Awaitable[T]]


def writes_directly(operation: Prompt[P, T]) -> OnDatabase[P, T]:
    """As `writes`, for prepared statements (`storage.direct`): a few rows, by their keys."""
    return _on(Database.write_directly, operation)


def writes_once(operation: Prompt[P, T]) -> OnDatabase[P, T]:
    """As `writes_directly`, for a single statement."""
    return _on(Database.write_directly, operation, once=True)


def reads_directly(operation: Prompt[P, T]) -> OnDatabase[P, T]:
    """As `reads`, for prepared statements."""
    return _on(Database.read_directly, operation)


def _on(
    way: Callable[..., Awaitable[T]], operation: Callable[..., Awaitable[T]], **how: bool
) -> Callable[..., Awaitable[T]]:
    @functools.wraps(operation)
    async def run(db: Database, /, *args: Any, **kwargs: Any) -> T:
        return await way(db, lambda connection: operation(connection, *args, **kwargs), **how)

    return run


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open the database at an SQLAlchemy URL (`sqlite+aiosqlite:///…`, `postgresql+asyncpg://…`).

    The folder of an SQLite file is made; the schema is not touched (see `storage.schema`).
    """
    target = make_url(url)
    database = _open_sqlite(target) if target.get_backend_name() == "sqlite" else _open_pg(target)
    async with database:
        yield database


def _open_pg(url: URL) -> Database:
    engine = create_async_engine(
        url, pool_size=5, max_overflow=5, pool_pre_ping=True, hide_parameters=True
    )
    return Database(writer=engine, reader=engine.execution_options(postgresql_readonly=True))


def _open_sqlite(url: URL) -> Database:
    if not url.database or url.database == ":memory:":
        raise ValueError("DATABASE_URL must name a file: a database in memory has one connection")
    Path(os.path.abspath(url.database)).parent.mkdir(parents=True, exist_ok=True)  # noqa: PTH100
    # An error's text names no values: they are what people wrote, and errors are logged.
    shared: dict[str, Any] = {
        "module": Driver(),
        "connect_args": {"check_same_thread": False},  # a brief statement is not in its thread
        "hide_parameters": True,
    }
    writer = create_async_engine(url, pool_size=1, max_overflow=0, **shared)
    # A reader has no transaction to end: without that each read is two thread hops shorter.
    reader = create_async_engine(
        url,
        pool_size=READERS,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        pool_reset_on_return=None,
        **shared,
    )

    @event.listens_for(writer.sync_engine, "connect")
    def _connect_writer(connection: Any, _: object) -> None:
        _set_pragmas(connection)

    @event.listens_for(reader.sync_engine, "connect")
    def _connect_reader(connection: Any, _: object) -> None:
        _set_pragmas(connection, "query_only = ON")

    @event.listens_for(writer.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        # The driver's own transactions begin at the first write, so that what was read before is
        # unprotected: 80 of 100 increments were lost without an error, and seats oversold.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return Database(writer, reader)


def _set_pragmas(connection: Any, *more: str) -> None:
    connection.isolation_level = None  # transactions are begun by us alone
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout = 5000",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        *more,
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
