"""Prepared statements: values go in and come out as through SQLAlchemy, on both databases."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import models
from storage.away import AwayError, RefusedError
from storage.database import (
    Database,
    reads,
    reads_directly,
    writes,
    writes_directly,
    writes_once,
)
from storage.direct import Direct, Prepared

ITS = models.InboxUpdate
WHEN = datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=timezone(timedelta(hours=3)))
COLUMNS = ["bot_id", "update_id", "payload", "state", "attempts", "takeovers", "received_at"]
PUT = Prepared(
    lambda _: insert(ITS).returning(ITS.update_id, ITS.payload, ITS.received_at), columns=COLUMNS
)
READ = Prepared(
    lambda _: select(
        ITS.payload, ITS.received_at, ITS.done_at, (ITS.attempts > 0).label("tried")
    ).where(ITS.update_id == bindparam("number"), ITS.state == "waiting")
)
COUNT = Prepared(lambda _: select(func.count().label("all")).select_from(ITS))
TRY = Prepared(
    lambda _: (
        update(ITS).where(ITS.update_id == bindparam("number")).values(attempts=ITS.attempts + 1)
    )
)


def row(number: int, payload: Any = None) -> dict[str, Any]:
    return {
        "bot_id": 1,
        "update_id": number,
        "payload": payload,
        "state": "waiting",
        "attempts": 0,
        "takeovers": 0,
        "received_at": WHEN,
    }


@writes_directly
async def put(tx: Direct, *numbers: int, payload: Any = None, fails: bool = False) -> list[int]:
    rows = await tx.fetch_each(PUT, [row(number, payload) for number in numbers])
    if fails:
        raise RuntimeError("after it was written")
    return [one.update_id for one in rows]


@writes_once
async def try_again(tx: Direct, number: int) -> None:
    await tx.run(TRY, [{"number": number}])


@reads_directly
async def read(connection: Direct, number: int) -> Any:
    return await connection.one(READ, {"number": number})


@reads_directly
async def count(connection: Direct) -> int:
    found: int = (await connection.one(COUNT, {})).all
    return found


@reads
async def read_by_sqlalchemy(connection: AsyncConnection, number: int) -> Any:
    statement = select(ITS.payload, ITS.received_at).where(ITS.update_id == number)
    return (await connection.execute(statement)).one()


async def test_values_go_in_and_come_out_as_through_sqlalchemy(db: Database) -> None:
    payload = {"text": "лист", "ids": [1, None, 2.5], "big": 2**60}
    assert await put(db, 7, payload=payload) == [7]
    await try_again(db, 7)
    found = await read(db, 7)
    assert found == (payload, WHEN, None, True)
    assert found.received_at.tzinfo is UTC
    assert tuple(await read_by_sqlalchemy(db, 7)) == (payload, WHEN)
    assert await read(db, 8) is None


async def test_what_sqlalchemy_refuses_is_refused(db: Database) -> None:
    with pytest.raises(ValueError, match="time zone"):
        await db.write_directly(
            lambda tx: tx.fetch(PUT, row(1) | {"received_at": WHEN.replace(tzinfo=None)})
        )
    assert await count(db) == 0


async def test_a_list_of_values_is_no_parameter(db: Database) -> None:
    listed = Prepared(lambda _: delete(ITS).where(ITS.id.in_(bindparam("many", expanding=True))))
    with pytest.raises(TypeError, match="list"):
        await db.read_directly(lambda connection: connection.fetch(listed, {}))


async def test_a_job_that_fails_is_undone_alone(db: Database) -> None:
    outcomes = await asyncio.gather(
        put(db, 1, 2), put(db, 3, 4, fails=True), put(db, 5), return_exceptions=True
    )
    assert [type(one) for one in outcomes] == [list, RuntimeError, list]
    assert [await read(db, number) is not None for number in range(1, 6)] == [
        *(True, True, False, False, True)
    ]
    with pytest.raises(RuntimeError):
        await put(db, 6, fails=True)
    assert await count(db) == 3


async def test_both_kinds_of_jobs_share_a_transaction(db: Database) -> None:
    @writes
    async def tried(tx: AsyncConnection, number: int) -> int:
        await tx.execute(update(ITS).where(ITS.update_id == number).values(attempts=5))
        return await tx.scalar(select(ITS.attempts).where(ITS.update_id == number)) or 0

    await put(db, 1, 2)
    await asyncio.gather(try_again(db, 1), tried(db, 2), try_again(db, 2), put(db, 3))
    assert [(await read(db, number)).tried for number in (1, 2, 3)] == [True, True, False]


async def test_a_job_whose_caller_is_cancelled_spares_the_next(
    on_postgres: Database,
) -> None:
    began = asyncio.Event()

    async def job(tx: Direct) -> None:
        await tx.fetch(PUT, row(1))
        began.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(on_postgres.write_directly(job))
    await began.wait()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert await count(on_postgres) == 0
    assert await put(on_postgres, 1) == [1]


async def test_who_holds_a_key_is_waited_for(on_postgres: Database) -> None:
    order: list[str] = []
    held, go = asyncio.Event(), asyncio.Event()

    async def first(tx: Direct) -> None:
        await tx.hold([5, 3])
        held.set()
        await go.wait()
        order.append("first")

    async def second(tx: Direct) -> None:
        await tx.hold([3])
        order.append("second")

    async def another(tx: Direct) -> None:
        await tx.hold([4])
        order.append("another")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(on_postgres.write_directly(first))
        await held.wait()
        tasks.create_task(on_postgres.write_directly(second))
        await on_postgres.write_directly(another)
        go.set()
    assert order == ["another", "first", "second"]


async def test_connections_that_the_server_ends_are_replaced(on_postgres: Database) -> None:
    await put(on_postgres, 1)
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid != pg_backend_pid() AND datname = current_database()"
    )
    await on_postgres.read(lambda connection: connection.exec_driver_sql(others))
    for _ in range(2):  # whoever meets the end of one is told that it is away; the next is served
        with contextlib.suppress(AwayError):
            await try_again(on_postgres, 1)
    assert await count(on_postgres) == 1


async def test_an_error_of_the_statement_is_no_absence(db: Database) -> None:
    await put(db, 1)
    with pytest.raises(RefusedError, match=r"(?i)unique") as raised:
        await put(db, 1, payload="of somebody")
    assert "(1," not in str(raised.value)
    assert await count(db) == 1
