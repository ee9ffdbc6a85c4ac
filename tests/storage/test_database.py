"""Transactions: what is written together, what is lost by nobody, who may not write."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.database import BATCH, Database, open_database, reads, writes

INCREMENTS, TASKS = 20, 5


@writes
async def create(tx: AsyncConnection) -> None:
    await tx.execute(text("CREATE TABLE numbers (n INTEGER PRIMARY KEY, found INTEGER)"))
    await tx.execute(text("INSERT INTO numbers VALUES (0, 0)"))


@writes
async def put(tx: AsyncConnection, n: int) -> int:
    await tx.execute(text("INSERT INTO numbers VALUES (:n, 0)"), {"n": n})
    return n


@writes
async def increment(tx: AsyncConnection) -> None:
    found = await tx.scalar(text("SELECT found FROM numbers WHERE n = 0"))
    await tx.execute(text("UPDATE numbers SET found = :found WHERE n = 0"), {"found": found + 1})


@reads
async def numbers(connection: AsyncConnection) -> list[int]:
    return list(await connection.scalars(text("SELECT n FROM numbers ORDER BY n")))


@reads
async def counted(connection: AsyncConnection) -> int:
    found: int = (
        await connection.execute(text("SELECT found FROM numbers WHERE n = 0"))
    ).scalar_one()
    return found


@pytest.fixture
async def sqlite(sqlite_file_url: str) -> AsyncIterator[Database]:
    """An SQLite database with the table of these tests."""
    async with open_database(sqlite_file_url) as database:
        await create(database)
        yield database


def count_commits(db: Database) -> list[str]:
    """Grows by one entry with each transaction that the writer commits."""
    commits: list[str] = []
    event.listen(db.writer.sync_engine, "commit", lambda _: commits.append("commit"))
    return commits


# -- group commit


async def test_writes_that_wait_together_share_a_commit(sqlite: Database) -> None:
    commits = count_commits(sqlite)
    done = await asyncio.gather(*(put(sqlite, n) for n in range(1, 31)))
    assert done == list(range(1, 31))
    assert await numbers(sqlite) == list(range(31))
    assert len(commits) == 1


async def test_no_commit_waits_for_more_than_a_batch(sqlite: Database) -> None:
    commits = count_commits(sqlite)
    await asyncio.gather(*(put(sqlite, n) for n in range(1, 2 * BATCH + 2)))
    assert len(commits) == 3


async def test_a_job_that_fails_is_rolled_back_alone(sqlite: Database) -> None:
    @writes
    async def fail(tx: AsyncConnection) -> None:
        await tx.execute(text("INSERT INTO numbers VALUES (99, 0)"))
        raise ValueError("a rule of the domain")

    results = await asyncio.gather(
        put(sqlite, 1), fail(sqlite), put(sqlite, 1), put(sqlite, 2), return_exceptions=True
    )
    assert results[0] == 1
    assert isinstance(results[1], ValueError)
    assert isinstance(results[2], IntegrityError)
    assert results[3] == 2
    assert await numbers(sqlite) == [0, 1, 2]


async def test_a_job_that_fails_alone_leaves_nothing(db: Database) -> None:
    await create(db)

    @writes
    async def fail(tx: AsyncConnection) -> None:
        await tx.execute(text("INSERT INTO numbers VALUES (99, 0)"))
        raise ValueError("a rule of the domain")

    with pytest.raises(ValueError, match="a rule"):
        await fail(db)
    assert await numbers(db) == [0]


async def test_who_is_cancelled_harms_nobody(sqlite: Database) -> None:
    waiting = [asyncio.ensure_future(put(sqlite, n)) for n in (1, 2, 3)]
    await asyncio.sleep(0)  # they are in the queue now
    waiting[1].cancel()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert results[0] == 1
    assert isinstance(results[1], asyncio.CancelledError)
    assert results[2] == 3
    assert await put(sqlite, 4) == 4
    assert await numbers(sqlite) == [0, 1, 2, 3, 4], "the job itself was left to finish"


async def test_a_job_that_is_cancelled_inside_ends_only_itself(sqlite: Database) -> None:
    @writes
    async def cancelled(tx: AsyncConnection) -> None:
        await tx.execute(text("INSERT INTO numbers VALUES (99, 0)"))
        raise asyncio.CancelledError

    results = await asyncio.gather(
        put(sqlite, 1), cancelled(sqlite), put(sqlite, 2), return_exceptions=True
    )
    assert results[0] == 1
    assert isinstance(results[1], asyncio.CancelledError)
    assert results[2] == 2
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await cancelled(sqlite)
        assert await put(sqlite, 3) == 3
    assert await numbers(sqlite) == [0, 1, 2, 3]


async def test_all_are_told_of_a_commit_that_failed(sqlite: Database) -> None:
    @writes
    async def dangle(tx: AsyncConnection) -> None:
        await tx.execute(text("PRAGMA defer_foreign_keys = ON"))  # checked at COMMIT
        await tx.execute(text("INSERT INTO branches VALUES (7)"))

    @writes
    async def prepare(tx: AsyncConnection) -> None:
        await tx.execute(text("CREATE TABLE branches (n INTEGER REFERENCES numbers (n))"))

    await prepare(sqlite)
    results = await asyncio.gather(
        put(sqlite, 1), dangle(sqlite), put(sqlite, 2), return_exceptions=True
    )
    assert [type(result) for result in results] == [IntegrityError] * 3
    assert await numbers(sqlite) == [0]
    assert await put(sqlite, 3) == 3, "the next ones are written"
    assert await numbers(sqlite) == [0, 3]


async def test_what_was_asked_for_is_written_before_closing(sqlite_file_url: str) -> None:
    async with open_database(sqlite_file_url) as db:
        await create(db)
        late = [asyncio.ensure_future(put(db, n)) for n in range(1, 10)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*late) == list(range(1, 10))
    async with open_database(sqlite_file_url) as db:
        assert await numbers(db) == list(range(10))


# -- isolation


async def test_increments_at_once_are_all_counted(sqlite_file_url: str) -> None:
    """Two programs, each with tasks that read, think, and write what they read plus one."""
    async with open_database(sqlite_file_url) as one, open_database(sqlite_file_url) as two:
        await create(one)

        async def work(db: Database) -> None:
            for _ in range(INCREMENTS):
                await increment(db)

        await asyncio.gather(*(work((one, two)[task % 2]) for task in range(TASKS)))
        assert await counted(one) == TASKS * INCREMENTS


async def test_the_drivers_own_transactions_would_lose_some(sqlite_file_url: str) -> None:
    """Why `BEGIN IMMEDIATE`: the same work without it, to see that the test above can fail."""
    async with open_database(sqlite_file_url) as db:
        await create(db)
        plain = create_async_engine(sqlite_file_url, connect_args={"timeout": 30})

        async def work() -> None:
            for _ in range(INCREMENTS):
                async with plain.begin() as tx:
                    found = await tx.scalar(text("SELECT found FROM numbers WHERE n = 0"))
                    await asyncio.sleep(0)
                    await tx.execute(text("UPDATE numbers SET found = :n"), {"n": found + 1})

        await asyncio.gather(*(work() for _ in range(TASKS)))
        await plain.dispose()
        assert await counted(db) < TASKS * INCREMENTS


# -- reading


async def test_a_read_cannot_write(db: Database) -> None:
    await create(db)

    @reads
    async def write(connection: AsyncConnection) -> None:
        await connection.execute(text("INSERT INTO numbers VALUES (1, 0)"))

    with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        await write(db)
    assert await numbers(db) == [0]
    assert await put(db, 2) == 2, "the same connection may be lent to a writer next"


async def test_a_read_sees_what_was_committed_and_nothing_else(db: Database) -> None:
    await create(db)
    written, seen = asyncio.Event(), asyncio.Event()

    @writes
    async def slowly(tx: AsyncConnection) -> None:
        await tx.execute(text("INSERT INTO numbers VALUES (1, 0)"))
        written.set()
        await seen.wait()

    writing = asyncio.ensure_future(slowly(db))
    await written.wait()
    assert await numbers(db) == [0], "readers do not wait for the writer"
    seen.set()
    await writing
    assert await numbers(db) == [0, 1]


# -- opening


async def test_sqlite_is_opened_as_decided(sqlite: Database) -> None:
    async def pragmas(connection: AsyncConnection) -> list[object]:
        names = ["journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only"]
        return [await connection.scalar(text(f"PRAGMA {name}")) for name in names]

    assert await sqlite.write(pragmas) == ["wal", 1, 1, 5000, 0]
    assert await sqlite.read(pragmas) == ["wal", 1, 1, 5000, 1]


async def test_the_folder_is_made(tmp_path: Path) -> None:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path}/new/folder/a.sqlite3") as db:
        await create(db)
    assert (tmp_path / "new/folder/a.sqlite3").exists()


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
async def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must name a file"):
        async with open_database(url):
            pass
