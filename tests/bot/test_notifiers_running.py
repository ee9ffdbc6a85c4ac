"""Notifiers that start, stop, stand by for each other, and meet what hits everybody."""

import asyncio
from contextlib import AsyncExitStack

import aiohttp
import pytest

from bot.budget import Budget
from bot.delivering import deliver
from bot.notifier import Notifier, open_notifier, run_notifier
from bot.settings import Settings
from dialogs.context import App
from dialogs.events.tickets import qr_picture
from dialogs.notices import Media, Notice
from domain.people.person import Person
from simulator.faults import Fault
from simulator.server import Simulator
from storage import groups
from tests.bot.sending import (
    OLENA,
    break_down,
    captions,
    leave_letter,
    leave_news,
    received,
    row,
)
from tests.conversations.harness import Clock


async def test_a_stop_gives_back_what_was_claimed(
    notifier: Notifier, app: App, olena: Person, http: aiohttp.ClientSession
) -> None:
    await leave_letter(app, olena)
    notifier.stop()
    await notifier.tick()
    stored = await row(app)
    assert (stored.state, stored.attempts) == ("pending", 0)
    assert await received(http) == []


async def test_a_stop_does_not_wait_for_turns_or_pauses(
    settings: Settings,
    app: App,
    olena: Person,
    http: aiohttp.ClientSession,
    simulator: Simulator,
) -> None:
    for number in range(5):
        await leave_letter(app, olena, str(number))
    break_down(simulator, "429", retry_after=3600)
    stop, paused = asyncio.Event(), asyncio.Event()

    class Heard(Budget):
        def pause(self, seconds: float) -> None:
            super().pause(seconds)
            paused.set()

    running = asyncio.create_task(run_notifier(settings, app, Heard(30, 10), stop, interval=0.02))
    await asyncio.wait_for(paused.wait(), 5)
    stop.set()
    await asyncio.wait_for(running, 5)
    found = [await row(app, str(number)) for number in range(5)]
    assert {(one.state, one.attempts) for one in found} == {("pending", 0)}


async def test_what_waits_for_its_turn_is_given_back(
    settings: Settings, app: App, olena: Person, http: aiohttp.ClientSession
) -> None:
    waiting = asyncio.Event()

    async def wait(_: float) -> None:
        waiting.set()
        await asyncio.get_running_loop().create_future()

    for number in range(3):
        await leave_letter(app, olena, str(number))
    stop = asyncio.Event()
    budget = Budget(30, 10, sleep=wait)
    running = asyncio.create_task(run_notifier(settings, app, budget, stop, interval=0.02))
    await asyncio.wait_for(waiting.wait(), 5)  # the gap after the first
    stop.set()
    await asyncio.wait_for(running, 5)
    states = [(await row(app, str(number))).state for number in range(3)]
    assert states == ["sent", "pending", "pending"]
    assert len(await received(http)) == 1


async def test_a_stop_waits_for_the_wire_but_not_for_ever(
    settings: Settings,
    app: App,
    olena: Person,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.notifier.GRACE", 0.01)
    simulator.faults.add(Fault("sendMessage", "delay", seconds=3600))
    await leave_letter(app, olena)
    stop = asyncio.Event()
    running = asyncio.create_task(run_notifier(settings, app, Budget(30, 10), stop, interval=0.02))
    await asyncio.wait_for(simulator.clock.fell_asleep.wait(), 5)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert (await row(app)).state == "inflight"


async def test_of_two_notifiers_one_sends_and_the_other_stands_by(
    settings: Settings,
    notifier: Notifier,
    app: App,
    olena: Person,
    http: aiohttp.ClientSession,
    clock: Clock,
    budget: Budget,
) -> None:
    async with open_notifier(settings, app, budget) as (other, _):
        await notifier.tick()
        await leave_letter(app, olena, "a")
        await other.tick()
        assert await received(http) == []
        clock.advance(seconds=14)
        await notifier.tick()
        assert len(await received(http)) == 1
        await leave_letter(app, olena, "b")
        await notifier.hand_on()
        await other.tick()
        assert len(await received(http)) == 1
        clock.advance(seconds=2)
        await other.tick()
        await notifier.tick()
        assert len(await received(http)) == 2
        await leave_letter(app, olena, "c")
        clock.advance(seconds=16)  # and the other one has died
        await notifier.tick()
    assert len(await received(http)) == 3


async def test_several_at_once_send_everything_once(
    settings: Settings, app: App, olena: Person, http: aiohttp.ClientSession, budget: Budget
) -> None:
    for number in range(12):
        await leave_letter(app, olena, str(number))
    async with AsyncExitStack() as open_ones:
        several = [
            (await open_ones.enter_async_context(open_notifier(settings, app, budget)))[0]
            for _ in range(3)
        ]
        await asyncio.gather(*(one.tick() for one in several))
    assert len(await received(http)) == 12
    assert {(await row(app, str(number))).attempts for number in range(12)} == {1}


async def test_a_token_that_telegram_forgot_costs_no_message(
    notifier: Notifier,
    app: App,
    olena: Person,
    http: aiohttp.ClientSession,
    simulator: Simulator,
    clock: Clock,
) -> None:
    await leave_letter(app, olena)
    break_down(simulator, "401")
    await notifier.tick()
    assert (await row(app)).attempts == 0
    clock.advance(minutes=6)
    await notifier.tick()
    assert len(await received(http)) == 1


async def test_while_telegram_is_away_few_are_tried(
    notifier: Notifier,
    app: App,
    olena: Person,
    http: aiohttp.ClientSession,
    simulator: Simulator,
    clock: Clock,
) -> None:
    await leave_news(app, [olena], "abcdefghij")
    break_down(simulator, "502", times=4)
    for _ in range(4):
        await notifier.tick()
        await notifier.tick()
        clock.advance(minutes=1)
    states = [(await row(app, key)).state for key in "abcdefghij"]
    assert states.count("unknown") == 4
    await notifier.tick()
    assert len(await received(http)) == 6


async def test_a_broadcast_that_telegram_refuses_halts_itself(
    notifier: Notifier, app: App, olena: Person, simulator: Simulator
) -> None:
    await leave_news(app, [olena], "abcdefghij")
    break_down(simulator, "400", times=10)
    await notifier.tick()
    progress = await groups.progress(app.db, "news")
    assert progress is not None
    assert progress.state is groups.GroupState.HALTED
    assert progress.counts == {"failed": 5, "pending": 5}


async def test_a_picture_and_its_change_and_its_end(
    notifier: Notifier, app: App, olena: Person, http: aiohttp.ClientSession
) -> None:
    bot = notifier._bot
    picture = Media("photo", qr_picture("https://t.me/lanka"), "qr.png")
    number = await deliver(bot, OLENA, Notice("<b>Як буде</b>", media=picture))
    await deliver(bot, OLENA, Notice("Як є", media=picture, edits=number))
    assert await captions(http) == ["Як є"]
    for _ in range(2):  # the second finds it gone
        await deliver(bot, OLENA, Notice("", deletes=number))
    assert await captions(http) == []
    text = await deliver(bot, OLENA, Notice("Раз", [[("Сайт", "https://example.org/")]]))
    for _ in range(2):  # the second finds it changed
        await deliver(bot, OLENA, Notice("Два", edits=text))
    assert await received(http) == ["Два"]
