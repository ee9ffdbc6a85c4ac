"""The crash experiment: `kill -9` at every moment of sending, with Telegram failing beside it.

    python -m tests.bot.crashing

A notifier in a process of its own sends 500 messages of two kinds to 250 people: one kind that is
sent again when in doubt, one that is held. It is killed twelve times, as the first thing that
happens after Telegram took a message, as a connection breaks, or some milliseconds later, and
begun anew. What then stands in the chats is counted.
"""

import asyncio
import multiprocessing
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.budget import Budget
from bot.logs import configure_logs
from bot.notifier import open_notifier, run_notifier
from bot.settings import Settings, load_settings
from dialogs.context import App
from domain.messages import BROADCAST
from domain.people.membership import Notice
from simulator.faults import Fault
from simulator.server import Simulator
from storage import groups, models, outbox, people, schema
from storage.database import open_database
from storage.forms import Forms
from storage.library import Funding

TOKEN = "4400:crash-tests-only-0123456789"
BEGIN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
AGAIN, HOLD = Notice.JOIN_ACCEPTED.value, BROADCAST
PEOPLE, KILLS, CALLS = 250, 12, 35  # so many calls between two kills
FASTER = 10  # the notifier's clock, so that its rests are short
APART = timedelta(minutes=5)  # from a kill to the next start: leases have run out
FAULTS = ("500", "drop_before", "drop_after", "429", "403", "delay", "502")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the messages of one kind.

    `once`, `twice` and `more` count arrivals; `unknown` are held, `spared` went to people who
    cannot be reached. `lost` should have arrived, did not, and nobody knows: always a fault.
    """

    left: int
    once: int
    twice: int
    more: int
    unknown: int
    spared: int
    lost: int


def notify(settings: dict[str, Any], since: float) -> None:
    """The process that is killed: a notifier whose clock began `since` seconds after `BEGIN`."""
    configure_logs("CRITICAL")
    asyncio.run(_notify(load_settings(_env_file=None, **settings), since))


async def _notify(settings: Settings, since: float) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()

    def now() -> datetime:
        return BEGIN + timedelta(seconds=since + (loop.time() - start) * FASTER)

    async with open_database(settings.database_url) as db:
        app = App(db=db, forms=Forms(db), now=now, secret=b"", funding=Funding(db))
        budget = Budget(settings.telegram_rate, settings.telegram_reserve)
        await run_notifier(settings, app, budget, asyncio.Event(), interval=0.02)


async def experiment(folder: Path, seed: int = 1) -> dict[str, Outcome]:
    """Run it; what became of the messages, by kind."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    settings = {
        "bot_token": TOKEN,
        "database_url": f"sqlite+aiosqlite:///{folder / 'crashes.sqlite3'}",
        "telegram_rate": 1000,
        "telegram_reserve": 0,
    }
    async with AsyncExitStack() as opened:
        simulator = await opened.enter_async_context(Simulator())
        settings["telegram_api_url"] = simulator.url
        db = await opened.enter_async_context(open_database(str(settings["database_url"])))
        await schema.upgrade(db)
        app = App(db=db, forms=Forms(db), now=lambda: BEGIN, secret=b"", funding=Funding(db))
        readers = await _crowd(simulator, app)
        await db.write(lambda tx: _leave(tx, readers))
        since = timedelta(0)
        for number in range(KILLS):
            for kind in chance.sample(FAULTS, 3):
                simulator.faults.add(Fault("sendMessage", kind, seconds=0.02))
            await _send_and_kill(simulator, settings, since, number, chance)
            since += APART
        simulator.faults.clear()
        await _finish(load_settings(_env_file=None, **settings), app, since)
        return await _count(simulator, app)


async def _crowd(simulator: Simulator, app: App) -> list[int]:
    """People who have begun a chat with the bot: their ids in the database."""
    bot = simulator.world.bot_of(TOKEN)
    readers = []
    for number in range(PEOPLE):
        person = simulator.world.new_person(f"Особа {number}", "", "", "uk")
        simulator.world.chat(bot, person).state.started = True
        readers.append((await people.meet(app.db, person.id, "uk", (), BEGIN)).id)
    return readers


async def _leave(tx: AsyncConnection, readers: list[int]) -> None:
    await groups.open_group(tx, "crashes", BEGIN)
    news = [(one, {"text": {"uk": f"{HOLD} {one}."}}, f"{HOLD}:{one}") for one in readers]
    await outbox.enqueue_many(tx, HOLD, news, BEGIN, group="crashes")
    answers = [(one, {"organisation": f"{AGAIN} {one}"}, f"{AGAIN}:{one}") for one in readers]
    await outbox.enqueue_many(tx, AGAIN, answers, BEGIN, priority=6)  # both kinds side by side


async def _send_and_kill(
    simulator: Simulator,
    settings: dict[str, Any],
    since: timedelta,
    number: int,
    chance: random.Random,
) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bot.notifier"])  # else each start takes seconds
    process = context.Process(target=notify, args=(settings, since.total_seconds()), daemon=True)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def kill() -> None:
        process.kill()
        ended.set()

    heard = _count_calls(simulator)
    moment = chance.choice(("taken", "broken", "later"))

    def on_call(calls: int) -> None:
        if calls == CALLS - 1 and moment == "broken":
            simulator.faults.add(Fault("sendMessage", "drop_before"))
        if calls == CALLS and moment == "later":
            loop.call_later(chance.uniform(0, 0.03), kill)
        elif calls == CALLS:
            kill()

    heard(on_call)
    process.start()
    await asyncio.wait_for(ended.wait(), 60)
    await asyncio.to_thread(process.join)
    assert process.exitcode == -9, f"the notifier ended by itself in round {number}"


def _count_calls(simulator: Simulator) -> Callable[[Callable[[int], None]], None]:
    """Tells how many messages were sent since, as each is written down: before it is answered."""
    note, calls = type(simulator.journal).note, 0

    def listen(told: Callable[[int], None]) -> None:
        def noted(bot: int, method: str, params: dict[str, str], **more: Any) -> None:
            nonlocal calls
            note(simulator.journal, bot, method, params, **more)
            if method == "sendMessage":
                calls += 1
                told(calls)

        simulator.journal.note = noted  # type: ignore[method-assign]

    return listen


async def _finish(settings: Settings, app: App, since: timedelta) -> None:
    """Send what is left, with all the time that it takes."""
    at = BEGIN + since
    clock = App(db=app.db, forms=app.forms, now=lambda: at, secret=b"", funding=app.funding)
    async with open_notifier(settings, clock, Budget(1000, 0)) as (notifier, _):
        for _ in range(8):
            at += timedelta(minutes=20)
            await notifier.tick()


async def _count(simulator: Simulator, app: App) -> dict[str, Outcome]:
    rows = await app.db.read(
        lambda connection: connection.execute(
            select(models.Outbox.kind, models.Outbox.state, models.Person.telegram_id).join(
                models.Person, models.Person.id == models.Outbox.person_id
            )
        )
    )
    bot = simulator.world.bot_of(TOKEN)
    found: dict[str, Counter[str]] = {AGAIN: Counter(), HOLD: Counter()}
    for kind, state, telegram_id in rows.all():
        chat = simulator.world.chat(bot, simulator.world.people[telegram_id])
        texts = [message.body["text"] for message in chat.messages.values()]
        arrived = sum(f"{kind} " in text for text in texts)
        count = found[kind]
        count["left"] += 1
        count[("none", "once", "twice")[arrived] if arrived < 3 else "more"] += 1
        if state == "unknown":
            count["unknown"] += 1
        elif state == "blocked":
            count["spared"] += 1
        elif arrived == 0 or state != "sent":
            count["lost"] += 1
    names = Outcome.__slots__
    return {kind: Outcome(*(count[name] for name in names)) for kind, count in found.items()}


def table(outcomes: dict[str, Outcome]) -> str:
    """The figures, a line for each kind."""
    names = Outcome.__slots__
    lines = [f"{'':14}" + "".join(f"{name:>9}" for name in names)]
    for kind, outcome in outcomes.items():
        lines.append(f"{kind:14}" + "".join(f"{getattr(outcome, name):>9}" for name in names))
    return "\n".join(lines)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as one:
        sys.stdout.write(f"{KILLS} kills\n{table(asyncio.run(experiment(Path(one))))}\n")
