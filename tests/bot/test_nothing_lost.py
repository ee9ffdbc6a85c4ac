"""Nothing is lost or doubled, whatever is killed, and whoever is away."""

import asyncio

import aiohttp

from simulator.server import Simulator
from storage.database import open_database
from tests.bot.crowd import STEPS, Bots, Crowd, bots, check


async def kill_often(running: Bots, crowd: Crowd, kills: int) -> None:
    """Kill the bot, evenly over all that the crowd has to do, and start it again at once."""
    total = STEPS * len(crowd.people)
    for n in range(1, kills + 1):
        await crowd.until_steps(total * n // (kills + 1))
        running.kill()
        await running.start()


async def test_a_bot_that_is_killed_twenty_times_loses_and_doubles_nothing(
    simulator: Simulator, http: aiohttp.ClientSession, sqlite_file_url: str
) -> None:
    size, kills = 50, 20
    crowd = Crowd(http, patience=60)
    async with open_database(sqlite_file_url) as db:
        async with bots(simulator.url, sqlite_file_url) as running:
            await crowd.gather(db, size)
            async with asyncio.TaskGroup() as work:
                work.create_task(kill_often(running, crowd, kills))
                work.create_task(crowd.act())
        print(f"{size} people, {kills} kills, {crowd.steps} steps: {crowd.lost} not answered")
        assert crowd.lost == 0
        await check(db, size)


async def test_aiograms_own_polling_loses_what_was_in_work(
    simulator: Simulator, http: aiohttp.ClientSession, sqlite_file_url: str
) -> None:
    """The negative control: the same bot and crowd, without the inbox."""
    size, kills = 20, 8
    crowd = Crowd(http, patience=4)
    async with open_database(sqlite_file_url) as db:
        async with bots(simulator.url, sqlite_file_url, "bare") as running:
            await crowd.gather(db, size)
            async with asyncio.TaskGroup() as work:
                work.create_task(kill_often(running, crowd, kills))
                work.create_task(crowd.act())
    print(f"{size} people, {kills} kills, {crowd.steps} steps: {crowd.lost} not answered")
    assert crowd.lost > 0
