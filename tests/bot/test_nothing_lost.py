"""Nothing is lost or doubled, whatever is killed, and whoever is away."""

import asyncio
import sqlite3
from contextlib import closing

import aiohttp
from sqlalchemy import make_url

from simulator.server import Simulator
from storage import aside
from storage.database import open_database
from tests.bot.crowd import STEPS, Bots, Crowd, bots, check

AWAY = 5.0  # seconds that the database goes away for
FAULTS = ("429", "500", "502", "garbage", "drop_before", "drop_after", "delay")


async def kill_often(running: Bots, crowd: Crowd, kills: int) -> None:
    """Kill the bot, evenly over all that the crowd has to do, and start it again at once."""
    total = STEPS * len(crowd.people)
    for n in range(1, kills + 1):
        await crowd.until_steps(total * n // (kills + 1))
        running.kill()
        await running.start()


async def test_a_bot_that_is_killed_twenty_times_loses_and_doubles_nothing(
    simulator: Simulator,
    http: aiohttp.ClientSession,
    ready_url: str,
) -> None:
    size, kills = 50, 20
    crowd = Crowd(http, patience=60)
    async with open_database(ready_url) as db:
        async with bots(simulator.url, ready_url) as running:
            await crowd.gather(db, size)
            async with asyncio.TaskGroup() as work:
                work.create_task(kill_often(running, crowd, kills))
                work.create_task(crowd.act())
        tell(size, f"{kills} kills", crowd)
        assert (crowd.lost, await aside.dead(db)) == ([], [])
        await check(db, size)


async def test_aiograms_own_polling_loses_what_was_in_work(
    simulator: Simulator, http: aiohttp.ClientSession, ready_url: str
) -> None:
    """The negative control: the same bot and crowd, without the inbox."""
    size, kills = 10, 4
    crowd = Crowd(http, patience=3)
    async with (
        open_database(ready_url) as db,
        bots(simulator.url, ready_url, "bare") as running,
    ):
        await crowd.gather(db, size)
        work = [
            asyncio.create_task(kill_often(running, crowd, kills)),
            asyncio.create_task(crowd.act()),
            asyncio.create_task(crowd.until_lost()),
        ]
        _, going_on = await asyncio.wait(work[1:], return_when=asyncio.FIRST_COMPLETED)
        for task in (work[0], *going_on):
            task.cancel()
        await asyncio.wait(work)
    tell(size, f"{kills} kills, aiogram's polling", crowd)
    assert crowd.lost


async def test_a_database_that_goes_away_is_waited_for(
    simulator: Simulator, http: aiohttp.ClientSession, sqlite_file_url: str
) -> None:
    """Another program holds the database for longer than SQLite waits by itself."""
    size = 10
    crowd = Crowd(http, patience=60)

    async def take_away() -> None:
        await crowd.until_steps(STEPS * size // 2)
        file = make_url(sqlite_file_url).database
        assert file
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("PRAGMA busy_timeout = 5000")
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(AWAY + 1)  # how long it is away is what is tried
            other.execute("ROLLBACK")

    async with open_database(sqlite_file_url) as db:
        async with bots(simulator.url, sqlite_file_url):
            await crowd.gather(db, size)
            async with asyncio.TaskGroup() as work:
                work.create_task(take_away())
                work.create_task(crowd.act())
        tell(size, f"the database away for {AWAY + 1:.0f} s", crowd)
        assert crowd.lost == []
        await check(db, size)


async def test_a_telegram_that_fails_in_every_way_is_tried_again(
    simulator: Simulator, http: aiohttp.ClientSession, ready_url: str
) -> None:
    size, times = 10, 3
    crowd = Crowd(http, patience=60)

    async def fail() -> None:
        for n in range(1, times + 1):
            await crowd.until_steps(STEPS * size * n // (times + 1))
            for kind in FAULTS:
                await http.post("/sim/faults", json={"method": "*", "kind": kind, "times": 3})

    async with open_database(ready_url) as db:
        async with bots(simulator.url, ready_url):
            await crowd.gather(db, size)
            async with asyncio.TaskGroup() as work:
                work.create_task(fail())
                work.create_task(crowd.act())
        tell(size, f"{times * 3 * len(FAULTS)} faults of Telegram", crowd)
        assert crowd.lost == []
        await check(db, size)


def tell(size: int, what: str, crowd: Crowd) -> None:
    """Print the numbers (`pytest -s` shows them)."""
    print(f"{size} people, {what}: {crowd.steps} steps, {len(crowd.lost)} not answered")  # noqa: T201
