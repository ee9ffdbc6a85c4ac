"""A broadcast: how near to the ideal time, and what it costs those who press buttons meanwhile.

    python -m benchmarks.broadcast [RECIPIENTS] [PRESSES]

First all recipients at the configured rate, at a simulator that enforces Telegram's limits. Time
is the processor time of the code, Telegram's included, and what is waited for is skipped: the code
has to fit beside the waiting.
Then, in real time with the simulator in a process of its own, presses of somebody who answers a
survey, in turns with the broadcast going on and paused: both meet the same machine.
"""

import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections import deque
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import aiohttp
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.press_latency import PERSON, TOKEN, WARM_UP, Phone
from bot.budget import Budget
from bot.collector import calm_collector
from bot.compose import Program, compose
from bot.intake import answer
from bot.logs import configure_logs
from bot.notifier import open_notifier, run_notifier
from bot.publishing import publish_content
from bot.settings import Settings, load_settings
from dialogs.context import App
from domain.messages import BROADCAST
from simulator.flood import Limits
from simulator.server import Simulator
from storage import groups, models, organisations, outbox, people, schema
from storage.database import Database, open_database, writes
from storage.forms import Forms
from storage.library import Funding
from storage.upsert import insert

BEGIN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FIRST = 500_000  # Telegram ids of the recipients
TEXT = {
    "uk": "<b>Сесію перенесено.</b>\n\nДіагностична сесія відбудеться в четвер о 14:00, у великій"
    " залі. Ваша реєстрація лишається чинною.",
    "en": "<b>The session moved.</b> It takes place on Thursday.",
}
TURNS = 12  # of the broadcast going on and paused
PACE = 0.1  # seconds between an answer and the next press


class Skipping:
    """Seconds of processor time, plus what was waited for, which is skipped."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def now(self) -> float:
        return time.process_time() + self.skipped

    async def sleep(self, seconds: float) -> None:
        self.skipped += seconds
        await asyncio.sleep(0)


def crowd(simulator: Simulator, count: int) -> None:
    """Recipients who have begun a chat with the bot."""
    world = simulator.world
    bot = world.bot_of(TOKEN)
    for number in range(count):
        person = type(world.people[PERSON])(FIRST + number, f"Особа {number}")
        world.save_person(person)
        world.chat(bot, person).state.started = True


async def leave(db: Database, count: int, now: datetime) -> None:
    """The people in the database, and a message for each, in one group."""

    async def write(tx: AsyncConnection) -> None:
        rows = [
            {"telegram_id": FIRST + n, "language": "uk", "created_at": now} for n in range(count)
        ]
        await tx.execute(insert(tx, models.Person), rows)
        await groups.open_group(tx, "news", now)
        for first in range(0, count, 5000):
            letters = [
                (1 + n + others, {"text": TEXT}, f"news:{n}")
                for n in range(first, min(first + 5000, count))
            ]
            await outbox.enqueue_many(tx, BROADCAST, letters, now, group="news")

    others = 1 if await people.find(db, PERSON) else 0
    await db.write(write)


async def measure_time(count: int, folder: Path) -> None:
    """All recipients, at the rate that the settings leave for what nobody asked for."""
    clock = Skipping()
    start = clock.now()
    refused = 0
    sent: list[float] = []

    def now() -> datetime:
        return BEGIN + timedelta(seconds=clock.now() - start)

    async with (
        Simulator(limits=Limits.of_telegram(), clock=clock.now) as simulator,
        open_database(f"sqlite+aiosqlite:///{folder / 'time.sqlite3'}") as db,
    ):
        note = type(simulator.journal).note

        def noted(bot: int, method: str, params: dict[str, str], **more: Any) -> None:
            nonlocal refused
            note(simulator.journal, bot, method, params, **more)
            refused += more["status"] == 429
            if method == "sendMessage":
                sent.append(more["at"])

        simulator.journal.note = noted  # type: ignore[method-assign]
        await schema.upgrade(db)
        crowd(simulator, count)
        await leave(db, count, now())
        settings = load_settings(
            _env_file=None, bot_token=TOKEN, telegram_api_url=simulator.url, database_url=db.url
        )
        budget = Budget(
            settings.telegram_rate, settings.telegram_reserve, now=clock.now, sleep=clock.sleep
        )
        app = App(db=db, forms=Forms(db), now=now, secret=b"", funding=Funding(db))
        async with open_notifier(settings, app, budget) as (notifier, _):
            calm_collector()
            begin, code = clock.now(), time.process_time()
            await notifier.tick()
            taken, code = clock.now() - begin, time.process_time() - code
        progress = await groups.progress(db, "news")
    assert progress is not None
    rate = settings.telegram_rate - settings.telegram_reserve
    ideal = count / rate
    print(f"{count} recipients at {rate} a second ({settings.telegram_rate} less the reserve)")
    print(f"  arrived {progress.counts.get('sent', 0)}, refused with 429: {refused}")
    print(f"  {taken:.1f} s, ideal {ideal:.1f} s: {100 * (taken / ideal - 1):+.1f} %")
    print(f"  at most {most_in_a_second(sent)} in any second; {1e3 * code / count:.1f} ms of")
    print("  processor time for each, half of it the simulator's")


def most_in_a_second(times: list[float]) -> int:
    window: deque[float] = deque()
    most = 0
    for at in times:
        window.append(at)
        while window[0] <= at - 1:
            window.popleft()
        most = max(most, len(window))
    return most


def serve(pipe: Connection, count: int) -> None:
    """Telegram, in a process of its own."""

    async def work() -> None:
        async with Simulator(limits=Limits.of_telegram()) as simulator:
            crowd(simulator, count)
            pipe.send(simulator.url)
            await asyncio.to_thread(pipe.recv)

    asyncio.run(work())


async def measure_replies(presses: int, folder: Path) -> None:
    """Presses in turns with the broadcast going on and paused."""
    here, there = multiprocessing.Pipe()
    count = 20 * 60 * 20  # more than can leave meanwhile
    telegram = multiprocessing.get_context("spawn").Process(target=serve, args=(there, count))
    telegram.start()
    settings = load_settings(
        _env_file=None,
        bot_token=TOKEN,
        telegram_api_url=await asyncio.to_thread(here.recv),
        database_url=f"sqlite+aiosqlite:///{folder / 'replies.sqlite3'}",
        flood_burst=0,  # nobody presses so fast
    )
    day = datetime.now(UTC).replace(hour=9)  # nobody's night

    try:
        async with (
            compose(settings, lambda: day + timedelta(seconds=time.monotonic())) as program,
            aiohttp.ClientSession(str(settings.telegram_api_url)) as http,
        ):
            busy, calm = await _in_turns(settings, program, http, presses, count)
    finally:
        here.send(None)
        await asyncio.to_thread(telegram.join)
    print(f"{len(busy)} presses during a broadcast, {len(calm)} between, in turns")
    ratio = show("during", busy) / show("between", calm)
    print(f"  ratio of the medians {ratio:.2f}")


async def _in_turns(
    settings: Settings, program: Program, http: aiohttp.ClientSession, presses: int, count: int
) -> tuple[list[float], list[float]]:
    db, now = program.app.db, program.app.now
    await publish_content(db, now())
    person = await people.meet(db, PERSON, "en", (), now())
    await people.give_consent(db, person.id, "en", "Olena", None, now())
    profile = {"name": "Hospital", "type": "hospital"}
    await organisations.make(db, person.id, None, profile, now())
    await leave(db, count, now())
    await db.write(lambda tx: groups.pause(tx, "news", now()))
    await program.bot.me()
    stop, phone = asyncio.Event(), Phone(http)
    async with asyncio.TaskGroup() as parts:
        parts.create_task(answer(program, stop))
        parts.create_task(run_notifier(settings, program.app, program.budget, stop))
        await phone.start()
        for button in ("📋", "▶", "✅", "Skip", "Vinnytsia"):
            await phone.press(button)
        calm_collector()
        await _press(phone, WARM_UP)
        taken: tuple[list[float], list[float]] = ([], [])
        for turn in range(TURNS):
            change = writes(groups.pause if turn % 2 else groups.resume)
            await change(db, "news", now())
            await asyncio.sleep(1.5)  # until it has an effect
            taken[turn % 2].extend(await _press(phone, presses // TURNS))
        progress = await groups.progress(db, "news")
        stop.set()
    assert progress is not None
    print(f"  {progress.counts.get('sent', 0)} messages left meanwhile")
    return taken


async def _press(phone: Phone, count: int) -> list[float]:
    """Answer a question, go back, answer again; seconds that each answer took."""
    taken = []
    for _ in range(count):
        taken.append(await phone.press("● 10–49", "10–49"))
        await asyncio.sleep(PACE)
        await phone.press("‹ Back")
        await asyncio.sleep(PACE)
    return taken


def show(name: str, seconds: list[float]) -> float:
    middle, slow = median(seconds) * 1e3, quantiles(seconds, n=20)[-1] * 1e3
    print(f"  {name:<10} {middle:7.2f} ms median {slow:7.2f} ms p95")
    return middle


if __name__ == "__main__":
    configure_logs("ERROR")
    numbers = [int(text) for text in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as one:
        asyncio.run(measure_time(numbers[0] if numbers else 10_000, Path(one)))
        if numbers[1:] != [0]:
            asyncio.run(measure_replies(numbers[1] if len(numbers) > 1 else 360, Path(one)))
