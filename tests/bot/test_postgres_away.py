"""PostgreSQL goes away for some seconds while people answer: they wait, and nothing is lost."""

import asyncio

import aiohttp

from simulator.server import Simulator
from storage.database import open_database
from tests.bot.crowd import STEPS, Crowd, bots, check
from tests.databases import Postgres

AWAY = 5.0  # seconds
SIZE = 10


async def test_a_postgres_that_throws_everybody_out_is_waited_for(
    simulator: Simulator, http: aiohttp.ClientSession, postgres: Postgres, postgres_url: str
) -> None:
    crowd = Crowd(http, patience=20)
    before = 0

    async def take_away() -> None:
        nonlocal before
        await crowd.until_steps(STEPS * SIZE // 2)
        await asyncio.to_thread(postgres.shut_down)
        before = crowd.steps
        await asyncio.sleep(AWAY)  # how long it is away is what is tried
        meanwhile = crowd.steps - before
        await asyncio.to_thread(postgres.start)
        assert meanwhile <= SIZE, "nothing is answered while nothing can be kept"

    async with bots(simulator.url, postgres_url):
        async with open_database(postgres_url) as db:
            await crowd.gather(db, SIZE)
        async with asyncio.timeout(60), asyncio.TaskGroup() as work:
            work.create_task(take_away())
            work.create_task(crowd.act())
    print(  # noqa: T201 - the numbers (`pytest -s` shows them)
        f"{SIZE} people, PostgreSQL away for {AWAY:.0f} s after {before} steps:"
        f" {crowd.steps} steps, {len(crowd.lost)} not answered"
    )
    assert crowd.lost == []
    async with open_database(postgres_url) as db:
        await check(db, SIZE)
