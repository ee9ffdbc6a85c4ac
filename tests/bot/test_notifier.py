"""The notifier over HTTP: what arrives, once, and what each fault of Telegram's leads to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.budget import GAP, Budget
from bot.notifier import BACKOFF, TIMEOUT, Notifier, open_notifier, run_notifier
from bot.settings import Settings, load_settings
from dialogs.context import App
from domain.people.person import Person
from simulator.faults import Fault
from simulator.server import Simulator
from storage import delivery, models, outbox, people, schema
from storage.database import open_database, writes
from storage.delivery import LEASE, TRIES
from storage.forms import Forms
from storage.library import Funding
from tests.conversations.harness import Clock

TOKEN = "4300:notifier-tests-only-0123456789"
OLENA, ANDRII = 1001, 1002

put = writes(outbox.enqueue)


@pytest.fixture
def settings(simulator: Simulator, sqlite_file_url: str) -> Settings:
    return load_settings(
        _env_file=None,
        bot_token=TOKEN,
        telegram_api_url=simulator.url,
        database_url=sqlite_file_url,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def app(sqlite_file_url: str, clock: Clock) -> AsyncIterator[App]:
    async with open_database(sqlite_file_url) as db:
        await schema.upgrade(db)
        yield App(db=db, forms=Forms(db), now=clock, secret=b"", funding=Funding(db))


@pytest.fixture
def budget(clock: Clock) -> Budget:
    """In simulated time: whoever waits moves the clock."""

    async def wait(seconds: float) -> None:
        await asyncio.sleep(0)
        clock.advance(seconds=seconds)

    return Budget(30, 10, now=lambda: clock().timestamp(), sleep=wait)


@pytest.fixture
async def notifier(settings: Settings, app: App, budget: Budget) -> AsyncIterator[Notifier]:
    async with open_notifier(settings, app, budget) as (made, _):
        yield made


@pytest.fixture
async def olena(notifier: Notifier, app: App, http: aiohttp.ClientSession) -> Person:
    """She has pressed Start, so that the bot may write to her. The bot has called in before."""
    await (await http.post(f"/sim/chats/{OLENA}/start")).read()
    return await people.meet(app.db, OLENA, "uk", (), app.now())


async def leave_letter(app: App, person: Person, key: str = "key") -> None:
    await put(
        app.db, "join_accepted", person.id, {"organisation": f"Лікарня <{key}>"}, key, app.now()
    )


async def row(app: App, key: str = "key") -> Any:
    query = select(models.Outbox.__table__).where(models.Outbox.dedup_key == key)
    return (await app.db.read(lambda connection: connection.execute(query))).one()


async def received(http: aiohttp.ClientSession, person: int = OLENA) -> list[str]:
    """What the bot has said to a person."""
    async with http.get(f"/sim/chats/{person}") as answer:
        chat = await answer.json()
    return [message["text"] for message in chat["messages"] if not message.get("out")]


def break_down(simulator: Simulator, kind: str, times: int = 1, retry_after: int = 1) -> None:
    simulator.faults.add(Fault("sendMessage", kind, times, retry_after=retry_after))


async def test_a_message_arrives_once_in_the_readers_language(
    notifier: Notifier, app: App, olena: Person, http: aiohttp.ClientSession
) -> None:
    await leave_letter(app, olena)
    await notifier.tick()
    await notifier.tick()
    [text] = await received(http)
    assert "Лікарня <key>" in text
    stored = await row(app)
    assert (stored.state, stored.attempts, stored.error) == ("sent", 1, None)
    assert stored.message_id is not None
    async with http.get(f"/sim/chats/{OLENA}") as answer:
        message = (await answer.json())["messages"][-1]
    assert message["message_id"] == stored.message_id
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "menu"


async def test_a_pause_that_telegram_asks_for_costs_no_attempt(
    notifier: Notifier,
    app: App,
    olena: Person,
    http: aiohttp.ClientSession,
    simulator: Simulator,
    clock: Clock,
) -> None:
    await leave_letter(app, olena)
    break_down(simulator, "429", retry_after=7)
    await notifier.tick()
    clock.advance(seconds=6)
    await notifier.tick()
    assert await received(http) == []
    assert (await row(app)).attempts == 0
    clock.advance(seconds=1)
    await notifier.tick()
    assert len(await received(http)) == 1


async def test_a_pause_outlives_the_process(
    settings: Settings,
    notifier: Notifier,
    app: App,
    olena: Person,
    http: aiohttp.ClientSession,
    simulator: Simulator,
    clock: Clock,
) -> None:
    await leave_letter(app, olena)
    break_down(simulator, "429", retry_after=60)
    await notifier.tick()
    await leave_letter(app, olena, "another")
    async with open_notifier(settings, app, Budget(30, 10)) as (after, _):
        clock.advance(seconds=59)
        await after.tick()
        assert await received(http) == []
        clock.advance(seconds=1)
        await after.tick()
    assert len(await received(http)) == 2


async def test_a_chat_is_not_flooded(
    notifier: Notifier, app: App, olena: Person, http: aiohttp.ClientSession, clock: Clock
) -> None:
    for number in range(4):
        await leave_letter(app, olena, str(number))
    before = clock()
    await notifier.tick()
    assert len(await received(http)) == 4
    assert clock() - before >= timedelta(seconds=3 * GAP)


async def test_who_blocked_the_bot_is_remembered_and_spared(
    notifier: Notifier, app: App, olena: Person, http: aiohttp.ClientSession
) -> None:
    await (await http.post(f"/sim/chats/{OLENA}/block")).read()
    for key in "ab":
        await leave_letter(app, olena, key)
    await notifier.tick()
    assert [(await row(app, key)).state for key in "ab"] == ["blocked", "blocked"]
    async with http.get("/sim/calls") as answer:
        methods = [call["method"] for call in await answer.json()]
    assert methods.count("sendMessage") == 1


async def test_who_never_began_cannot_be_written_to(notifier: Notifier, app: App) -> None:
    stranger = await people.meet(app.db, ANDRII, "uk", (), app.now())
    await leave_letter(app, stranger)
    await notifier.tick()
    assert (await row(app)).state == "blocked"


async def test_after_a_fault_the_message_comes_later(
    notifier: Notifier,
    app: App,
    olena: Person,
    http: aiohttp.ClientSession,
    simulator: Simulator,
    clock: Clock,
) -> None:
    await leave_letter(app, olena)
    for kind, wait in zip(["500", "drop_before", "502"], BACKOFF, strict=False):
        break_down(simulator, kind)
        await notifier.tick()
        assert (await row(app)).state == "pending"
        clock.advance(seconds=wait * 0.8)
        await notifier.tick()
        assert await received(http) == []
        clock.advance(seconds=wait * 0.4)
    await notifier.tick()
    assert len(await received(http)) == 1
    assert (await row(app)).attempts == 4


async def test_where_it_is_unknown_whether_it_arrived_it_is_sent_again(
    notifier: Notifier,
    app: App,
    olena: Person,
    http: aiohttp.ClientSession,
    simulator: Simulator,
    clock: Clock,
) -> None:
    await leave_letter(app, olena)
    break_down(simulator, "drop_after", times=TRIES)
    for _ in range(TRIES + 2):
        await notifier.tick()
        clock.advance(hours=1)
    assert len(await received(http)) == TRIES
    assert (await row(app)).state == "unknown"


async def test_without_a_network_nothing_is_given_up(
    settings: Settings, app: App, clock: Clock, budget: Budget
) -> None:
    async with AsyncExitStack() as network:
        simulator = await network.enter_async_context(Simulator())
        elsewhere = settings.model_copy(update={"telegram_api_url": simulator.url})
        async with open_notifier(elsewhere, app, budget) as (notifier, _):
            await network.aclose()
            await leave_letter(app, await people.meet(app.db, OLENA, "uk", (), app.now()))
            for _ in range(TRIES + 2):
                await notifier.tick()
                clock.advance(hours=1)
    assert (await row(app)).state == "pending"


async def test_a_message_that_cannot_be_worded_holds_up_no_other(
    notifier: Notifier, app: App, olena: Person, http: aiohttp.ClientSession
) -> None:
    await put(app.db, "no_such_kind", olena.id, {}, "strange", app.now(), priority=1)
    await put(app.db, "join_request", olena.id, {}, "empty", app.now())
    await leave_letter(app, olena)
    await notifier.tick()
    assert len(await received(http)) == 1
    assert [(await row(app, key)).state for key in ("strange", "empty")] == ["failed", "failed"]


async def test_what_a_dead_process_held_is_sent_by_the_next(
    notifier: Notifier, app: App, olena: Person, http: aiohttp.ClientSession, clock: Clock
) -> None:
    await leave_letter(app, olena)
    [claimed] = await delivery.claim(app.db, clock(), 25)
    assert await delivery.begin(app.db, claimed.id, clock())
    await notifier.tick()
    assert await received(http) == []
    clock.advance(seconds=LEASE.total_seconds() + 1)
    await notifier.tick()
    assert len(await received(http)) == 1


async def test_it_runs_by_itself_and_stops_when_told(
    settings: Settings, app: App, olena: Person, http: aiohttp.ClientSession
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(run_notifier(settings, app, Budget(30, 10), stop, interval=0.02))
    await leave_letter(app, olena)
    async with http.get(f"/sim/chats/{OLENA}/events", params={"after": 1, "timeout": 5}) as answer:
        await answer.read()
    stop.set()
    await asyncio.wait_for(running, 5)
    assert len(await received(http)) == 1


async def test_a_stop_gives_back_what_was_claimed(
    notifier: Notifier, app: App, olena: Person, http: aiohttp.ClientSession
) -> None:
    await leave_letter(app, olena)
    notifier.stopping = True
    await notifier.tick()
    stored = await row(app)
    assert (stored.state, stored.attempts) == ("pending", 0)
    assert await received(http) == []


def test_the_recovery_waits_longer_than_any_call() -> None:
    assert timedelta(seconds=3 * TIMEOUT) < LEASE
