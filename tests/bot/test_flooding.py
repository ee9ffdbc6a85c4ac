"""One who floods beside fifty who do not: what it costs them."""

import asyncio
import random
import time
from statistics import median

import aiohttp

from simulator.server import Simulator
from storage.database import open_database
from tests.bot.crowd import TOKEN, Crowd, bots
from tests.conversations.harness import Chat

SIZE = 50
STEPS, THINK = 2, 1.0  # of each person in a turn, and about so many seconds between them
FLOOD = 200  # messages a second of one person
BURST = 40  # of the flooder's messages are let in, before a pause longer than this test
LATER = 1.0  # seconds: a queue of the flood would cost more; 0.0 to 0.14 were measured
START = {
    "text": "/start",
    "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
}


async def use(http: aiohttp.ClientSession, person: int, chance: random.Random) -> list[float]:
    """Open the menu now and then; the seconds until each answer."""
    chat, taken = await Chat.open(http, person), []
    for _ in range(STEPS):
        await asyncio.sleep(chance.uniform(0, 2 * THINK))  # a person reads: that is the load
        begun = time.perf_counter()
        await chat.start()
        taken.append(time.perf_counter() - begun)
    return taken


async def flood(simulator: Simulator, person: int) -> None:
    """Write as fast as a script does, until cancelled."""
    bot = simulator.world.bot_of(TOKEN)
    chat = simulator.world.chat(bot, simulator.world.people[person])
    loop = asyncio.get_running_loop()
    begun, sent = loop.time(), 0
    while True:
        while sent < (loop.time() - begun) * FLOOD:
            simulator.world.say(chat, START)
            sent += 1
        await asyncio.sleep(0.01)  # the pace of the flood


async def test_one_who_floods_costs_fifty_others_nothing(
    simulator: Simulator, http: aiohttp.ClientSession, ready_url: str
) -> None:
    crowd, chance = Crowd(http, patience=60), random.Random(1)  # noqa: S311 - not for secrets
    limits = {
        "FLOOD_BURST": str(BURST),
        "TELEGRAM_RATE": "1000",
    }  # the gate, not the budget, is tried
    calm: list[float] = []
    flooded: list[float] = []

    async def turn(taken: list[float]) -> None:
        everybody = (use(http, person, chance) for person in crowd.people[:SIZE])
        for answers in await asyncio.gather(*everybody):
            taken.extend(answers)

    async with (
        open_database(ready_url) as db,
        bots(simulator.url, ready_url, **limits),
    ):
        await crowd.gather(db, SIZE + 1)
        await turn([])  # the first presses warm up
        await turn(calm)
        flooding = asyncio.create_task(flood(simulator, crowd.people[SIZE]))
        await turn(flooded)
        flooding.cancel()
    flooder = await Chat.open(http, crowd.people[SIZE])
    told = [card.text for card in flooder.cards if "half minute" in card.text]
    print(  # noqa: T201 - the numbers (`pytest -s` shows them)
        f"{SIZE} people, {len(calm)} answers each way: {median(calm) * 1e3:.0f} ms without a"
        f" flooder, {median(flooded) * 1e3:.0f} ms beside one, {FLOOD} messages a second;"
        f" {len(flooder.messages)} messages in the flooder's chat"
    )
    assert told, "the flooder knows why nothing is answered"
    assert len(flooder.messages) > 10 * BURST
    assert len(flooder.cards) <= 2 * BURST, "what came above the burst was not answered"
    # This process plays Telegram, the flooder and fifty people: a bound in times would measure it.
    assert median(flooded) < median(calm) + LATER
