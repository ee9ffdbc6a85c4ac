"""The notifier over HTTP: what arrives, once, and what each fault of Telegram's leads to."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import aiohttp

from bot.budget import GAP, Budget
from bot.notifier import BACKOFF, TIMEOUT, Notifier, open_notifier, run_notifier
from bot.settings import Settings
from dialogs.context import App
from domain.people.person import Person
from simulator.server import Simulator
from storage import delivery, people
from storage.delivery import LEASE, TRIES
from tests.bot.sending import (
    ANDRII,
    OLENA,
    break_down,
    leave_letter,
    put,
    received,
    row,
)
from tests.conversations.harness import Clock


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


def test_the_recovery_waits_longer_than_any_call() -> None:
    assert timedelta(seconds=3 * TIMEOUT) < LEASE
