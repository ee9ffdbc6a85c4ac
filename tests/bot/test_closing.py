"""Updates that end in groups: each is told its own outcome."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.closing import GROUP, Closing
from storage import inbox, workers
from storage.database import Database
from storage.fsm import Buffer, Changes, Entry, load_dialog_states
from storage.inbox import Arrived, LostError, Stored

BOT, ME = 42, "a"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def changes(chat: int, key: str | None = "key") -> Changes:
    made = Buffer(BOT, chat, {"key": Entry("Home:main", "{}", changed=True)}).changes(NOW)
    made.kept[0]["key"] = key
    return made


async def arrive(db: Database, *chats: int) -> list[Stored]:
    await workers.beat(db, ME, NOW)
    arrived = [Arrived(n, chat, {"update_id": n}) for n, chat in enumerate(chats)]
    return await inbox.receive(db, BOT, ME, arrived, NOW)


async def states(db: Database, *chats: int) -> list[bool]:
    return [bool(await load_dialog_states(db, BOT, chat)) for chat in chats]


def closing(db: Database) -> Closing:
    return Closing(db, BOT, ME, lambda: NOW)


async def test_each_update_of_many_is_ended_and_its_state_kept(db: Database) -> None:
    chats = range(1, 2 * GROUP + 10)
    stored = await arrive(db, *chats)
    ending = closing(db)
    outcomes = await asyncio.gather(*(ending.finish(one, changes(one.lane)) for one in stored))
    assert outcomes == [None] * len(stored)
    assert all(await states(db, *chats))
    assert await workers.idle(db, BOT, ME, set()) == []


async def test_a_state_that_cannot_be_kept_fails_alone(db: Database) -> None:
    first, broken, last = await arrive(db, 1, 2, 3)
    ending = closing(db)
    outcomes = await asyncio.gather(
        ending.finish(first, changes(1)),
        ending.finish(broken, changes(2, key=None)),
        ending.finish(last, changes(3)),
        return_exceptions=True,
    )
    assert [outcomes[0], outcomes[2]] == [None, None]
    assert "null" in str(outcomes[1]).lower()
    assert await states(db, 1, 2, 3) == [True, False, True]
    assert [one.lane for one in await workers.idle(db, BOT, ME, set())] == [2]


async def test_an_update_that_is_another_workers_is_refused_alone(db: Database) -> None:
    first, second = await arrive(db, 1, 2)
    ending = closing(db)
    await ending.finish(first, changes(1))
    outcomes = await asyncio.gather(
        ending.finish(first, changes(1)), ending.finish(second, changes(2)), return_exceptions=True
    )
    assert isinstance(outcomes[0], LostError)
    assert outcomes[1] is None


async def test_one_whose_lane_is_cancelled_is_ended_before_all_is_closed(db: Database) -> None:
    [one] = await arrive(db, 1)
    ending = closing(db)
    lane = asyncio.create_task(ending.finish(one, changes(1)))
    await asyncio.sleep(0)
    lane.cancel()
    with pytest.raises(asyncio.CancelledError):
        await lane
    await ending.drain()
    assert await states(db, 1) == [True]


async def test_those_that_are_ready_together_share_a_transaction(on_sqlite: Database) -> None:
    stored = await arrive(on_sqlite, *range(1, 31))
    connection = await on_sqlite.write(lambda tx: tx.get_raw_connection())
    begun: list[str] = []
    raw = connection.dbapi_connection._connection._conn  # type: ignore[union-attr]
    raw.set_trace_callback(lambda sql: begun.append(sql) if sql.startswith("BEGIN") else None)
    ending = closing(on_sqlite)
    await asyncio.gather(*(ending.finish(one, changes(one.lane)) for one in stored))
    assert len(begun) == 1
    raw.set_trace_callback(None)
