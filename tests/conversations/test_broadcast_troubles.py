"""What an organiser sees of a broadcast that a restart or Telegram's faults meet."""

import asyncio
import re
from typing import Any

import aiohttp
import pytest

from bot.broadcasting import step
from bot.compose import Program
from bot.notifier import Notifier, open_notifier
from simulator.faults import Fault
from simulator.server import Simulator
from storage import people
from storage.broadcasts import CANARY
from tests.conversations.conftest import SOFIA
from tests.conversations.harness import TOKEN, Chat, Clock, running_bot
from tests.conversations.test_broadcasts import compose, live, on_live, send

READERS = CANARY + 12
WORDS = "Привіт <усім>"


async def introduce(simulator: Simulator, program: Program, count: int) -> None:
    """The owner and readers, all past their first minute."""
    db, now = program.app.db, program.app.now()
    bot = simulator.world.bot_of(TOKEN)
    everybody = [SOFIA]
    for number in range(count):
        person = simulator.world.new_person(f"Особа {number}", "", "", "uk")
        simulator.world.chat(bot, person).state.started = True
        everybody.append(person.id)
    for one in everybody:
        known = await people.meet(db, one, "en", (SOFIA,), now)
        await people.give_consent(db, known.id, "en", f"Person {one}", None, now)


async def sent(
    simulator: Simulator, http: aiohttp.ClientSession, bot: Program, readers: int
) -> Chat:
    """Sofía's chat, who has just sent a broadcast to so many."""
    await introduce(simulator, bot, readers)
    sofia = await Chat.open(http, SOFIA)
    await sofia.start()
    await compose(sofia)
    await send(sofia)
    return sofia


def number_in(text: str, label: str) -> int:
    """The number after `label`, 0 where it is not there."""
    found = re.search(rf"{label}: (\d+)", text)
    return int(found[1]) if found else 0


def arrived(simulator: Simulator) -> dict[int, int]:
    """How often the broadcast stands in each chat but the organiser's."""
    bot = simulator.world.bot_of(TOKEN)
    return {
        person.id: sum(
            message.body.get("text") == WORDS
            for message in simulator.world.chat(bot, person).messages.values()
        )
        for person in simulator.world.people.values()
        if person.id > SOFIA
    }


def stop_after(simulator: Simulator, messages: int, sending: asyncio.Task[None]) -> None:
    """Break off as Telegram takes a message, before it answers; so many went well before."""
    note, left = type(simulator.journal).note, messages

    def noted(bot: int, method: str, params: dict[str, str], **more: Any) -> None:
        nonlocal left
        note(simulator.journal, bot, method, params, **more)
        left -= method == "sendMessage"
        if left < 0:
            sending.cancel()

    simulator.journal.note = noted  # type: ignore[method-assign]


async def test_after_a_restart_in_the_middle_the_card_goes_on_and_nothing_is_doubled(
    simulator: Simulator, http: aiohttp.ClientSession, ready_url: str, clock: Clock
) -> None:
    async with running_bot(simulator, ready_url, clock, frozenset({SOFIA})) as program:
        sofia = await sent(simulator, http, program, READERS)
        async with open_notifier(program.settings, program.app, program.budget) as (first, _):
            await first.tick()
            await on_live(sofia, "🔄 Refresh")
            assert f"The first {CANARY} have it." in live(sofia).text
            await on_live(sofia, "▶️ Continue to all")
            await step(program)  # the letters are written, and some of them are sent:
            sending = asyncio.create_task(first.tick())
            stop_after(simulator, 5, sending)
            with pytest.raises(asyncio.CancelledError):
                await sending
        card = live(sofia).message_id
    taken = sum(arrived(simulator).values())
    assert CANARY < taken < READERS, "it was stopped in the middle"
    clock.advance(minutes=5)
    async with running_bot(simulator, ready_url, clock, frozenset({SOFIA})) as program:
        async with open_notifier(program.settings, program.app, program.budget) as (second, _):
            await second.tick()
        await step(program)
        await sofia.look()
        report = live(sofia)
        assert report.message_id == card, "the same card goes on"
        assert "Report of the broadcast" in report.text
        counts = {
            words: int(number)
            for words, _, number in (line.rpartition(": ") for line in report.text.splitlines())
            if number.isdecimal()
        }
        assert sum(counts.values()) == READERS + 1, "each is accounted for, the author as well"
        found = arrived(simulator)
        assert set(found.values()) <= {0, 1}, "nobody has it twice"
        held = counts.get("❓ Unknown whether it arrived", 0)
        assert list(found.values()).count(0) <= held


async def test_five_errors_alike_halt_it_and_it_goes_on_once_that_is_mended(
    simulator: Simulator,
    http: aiohttp.ClientSession,
    bot: Program,
    notifier: Notifier,
) -> None:
    sofia = await sent(simulator, http, bot, 12)
    simulator.faults.add(Fault("sendMessage", "400", 5))
    await notifier.tick()
    await step(bot)
    await sofia.look()
    halted = live(sofia)
    assert "halted: five errors alike in a row" in halted.text
    assert "Refused by Telegram: 5" in halted.text
    # Several are on the wire at once: what was there beside the fifth refusal may have arrived.
    on_the_wire = number_in(halted.text, "Arrived")
    assert number_in(halted.text, "To be sent") == 8 - on_the_wire > 0
    assert "Telegram said: " in halted.text
    await on_live(sofia, "▶️ Resume")
    await notifier.tick()
    await step(bot)
    await sofia.look()
    assert "Report of the broadcast" in live(sofia).text
    assert "Arrived: 8" in live(sofia).text
    assert "Refused by Telegram: 5" in live(sofia).text


async def test_each_fault_is_counted_for_what_it_is(
    simulator: Simulator,
    http: aiohttp.ClientSession,
    bot: Program,
    notifier: Notifier,
    clock: Clock,
) -> None:
    """Blocked is blocked; what may have arrived is not sent again; what did not, is."""
    sofia = await sent(simulator, http, bot, 9)
    for kind in ("403", "500", "drop_before", "drop_after"):
        simulator.faults.add(Fault("sendMessage", kind))
    for _ in range(8):
        await notifier.tick()
        clock.advance(minutes=2)
    await step(bot)
    await sofia.look()
    report = live(sofia).text
    assert "Report of the broadcast" in report
    assert "Blocked the bot: 1" in report
    assert "Unknown whether it arrived: 3" in report
    assert "Arrived: 6" in report
    assert set(arrived(simulator).values()) <= {0, 1}


async def test_stop_and_recall_between_the_first_few_and_the_rest(
    simulator: Simulator, http: aiohttp.ClientSession, bot: Program, notifier: Notifier
) -> None:
    sofia = await sent(simulator, http, bot, READERS)
    await notifier.tick()
    await on_live(sofia, "🔄 Refresh")
    stale = live(sofia)
    await on_live(sofia, "🗑 Delete what arrived")
    await sofia.press_old(stale.message_id, "bc:1:continue")
    assert sofia.toast == "A colleague has continued or stopped it already."
    await step(bot)
    await notifier.tick()
    await step(bot)
    await sofia.look()
    assert f"Taken back: {CANARY} of {CANARY}" in live(sofia).text
    assert set(arrived(simulator).values()) == {0}, "the rest never got it, the first not any more"
