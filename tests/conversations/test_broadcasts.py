"""A broadcast from the first word to the report, through the real notifier and the simulator."""

import asyncio

import aiohttp

from bot.broadcasting import step
from bot.compose import Program
from bot.notifier import Notifier
from domain.messages import Topic
from domain.people.person import Role
from simulator.faults import Fault
from simulator.server import Simulator
from storage import granting, mutes, people
from storage.audit import Deed
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import Card, Chat, Clock


async def compose(chat: Chat, text: str = "Привіт <усім>") -> None:
    """A draft in Ukrainian, opened from the menu."""
    await chat.press("🗂 Organisers’ home")
    await chat.press("📣 Broadcasts")
    await chat.press("➕ New broadcast")
    await chat.press("✏️ Українська")
    bold = [{"type": "bold", "offset": 0, "length": 6}]
    await chat.say("text", text=text, entities=bold)


async def send(chat: Chat) -> None:
    await chat.press("📨 Send …")
    await chat.press("📨 Send now")


def live(chat: Chat) -> Card:
    """The live card."""
    return next(one for one in reversed(chat.cards) if "No. " in one.text)


async def on_live(chat: Chat, label: str) -> Chat:
    card = live(chat)
    return await chat.press_at(card.message_id, *card.find(label))


async def texts(http: aiohttp.ClientSession, person: int) -> list[str]:
    return [card.text for card in (await Chat.open(http, person)).cards]


async def test_a_formatted_message_is_previewed_sent_reported_and_taken_back(
    welcome: Welcome, bot: Program, notifier: Notifier, http: aiohttp.ClientSession
) -> None:
    sofia = await welcome(SOFIA, "en", None)
    olena, andrii = await welcome(OLENA, "uk"), await welcome(ANDRII, "en", "sme")
    await andrii.post("block")
    await compose(sofia)
    assert "3 people, 1 unreachable, about 1 s" in sofia.text
    await sofia.press("👁 Preview")
    assert any(card.text == "Привіт <усім>" and card.rows for card in sofia.cards)
    shown, _other = [
        m for m in sofia.messages if m.get("text") == "Привіт <усім>" and not m.get("out")
    ]
    assert [(e["type"], e["offset"], e["length"]) for e in shown["entities"]] == [("bold", 0, 6)]
    await sofia.press("📨 Send …")
    assert "There is no text in English" in sofia.text
    await sofia.press("📨 Send now")
    assert "To be sent: 2" in live(sofia).text
    await notifier.tick()
    await step(bot)
    await sofia.look()
    report = live(sofia).text
    assert "Report of the broadcast" in report
    assert "Arrived: 2" in report
    assert "Привіт <усім>" in await texts(http, OLENA)
    assert "Привіт <усім>" not in await texts(http, ANDRII)
    await on_live(sofia, "🗑 Delete what arrived")
    await notifier.tick()
    assert "Привіт <усім>" not in await texts(http, OLENA)
    await on_live(sofia, "🔄 Refresh")
    assert "Taken back: 2 of 2" in live(sofia).text
    assert olena.messages


async def test_a_mute_under_it_counts_and_what_is_old_cannot_be_deleted_but_replaced(
    welcome: Welcome,
    bot: Program,
    notifier: Notifier,
    clock: Clock,
    http: aiohttp.ClientSession,
) -> None:
    sofia, olena = await welcome(SOFIA, "en", None), await welcome(OLENA, "en")
    await compose(sofia)
    await send(sofia)
    await notifier.tick()
    await olena.look()
    await olena.press("🔕 No more messages like this")
    known = await people.find(bot.app.db, OLENA)
    assert known is not None
    assert (Topic.NEWS, "") in await mutes.muted_by(bot.app.db, known.id)
    clock.advance(hours=49)
    await on_live(sofia, "🔄 Refresh")
    await on_live(sofia, "🗑 Delete what arrived")
    assert sofia.toast is not None
    assert "older than 48 hours" in sofia.toast
    await notifier.tick()
    assert "Привіт <усім>" in await texts(http, OLENA)
    await on_live(sofia, "✏️ Replace")
    await notifier.tick()
    assert "Привіт <усім>" not in await texts(http, OLENA)
    assert "The organisers took this message back." in await texts(http, OLENA)


async def test_pause_holds_it_back_and_stop_ends_it(
    welcome: Welcome, bot: Program, notifier: Notifier, http: aiohttp.ClientSession
) -> None:
    sofia = await welcome(SOFIA, "en", None)
    await welcome(OLENA, "en")
    await compose(sofia)
    await send(sofia)
    await on_live(sofia, "⏸ Pause")
    assert "paused" in live(sofia).text
    await notifier.tick()
    assert "Привіт <усім>" not in await texts(http, OLENA)
    await on_live(sofia, "▶️ Resume")
    await on_live(sofia, "⏹ Stop")
    await notifier.tick()
    await step(bot)
    await sofia.look()
    assert "stopped" in live(sofia).text
    assert "Not sent (stopped, or muted): 2" in live(sofia).text
    assert "Привіт <усім>" not in await texts(http, OLENA)


async def test_a_429_puts_it_off_and_loses_nothing(
    welcome: Welcome,
    bot: Program,
    notifier: Notifier,
    simulator: Simulator,
    clock: Clock,
    http: aiohttp.ClientSession,
) -> None:
    sofia = await welcome(SOFIA, "en", None)
    await welcome(OLENA, "en")
    await compose(sofia)
    await send(sofia)
    simulator.faults.add(Fault("sendMessage", "429", 1, retry_after=1))
    await notifier.tick()
    clock.advance(seconds=5)
    await _pause_over(bot)
    await notifier.tick()
    assert "Привіт <усім>" in await texts(http, OLENA)


async def _pause_over(bot: Program) -> None:
    """Until the budget may send again."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def look() -> None:
        if bot.budget.paused:
            loop.call_later(0.05, look)
        else:
            done.set()

    look()
    await asyncio.wait_for(done.wait(), 10)


async def test_a_second_organiser_confirms_above_the_number_and_two_at_once_send_once(
    welcome: Welcome, bot: Program, notifier: Notifier, http: aiohttp.ClientSession
) -> None:
    object.__setattr__(bot.app, "approval_above", 1)
    sofia, andrii = await welcome(SOFIA, "en", None), await welcome(ANDRII, "en", "sme")
    await welcome(OLENA, "en")
    owner, other = await people.find(bot.app.db, SOFIA), await people.find(bot.app.db, ANDRII)
    assert owner is not None
    assert other is not None
    link = await granting.invite(bot.app.db, Role.ORGANISER, Deed(owner.id, bot.app.now()))
    await granting.redeem(bot.app.db, link.id, other.id, bot.app.now())
    await compose(sofia)
    await sofia.press("📨 Send …")
    assert "a second organiser has to confirm" in sofia.text
    await sofia.press("✋ Ask a second organiser")
    assert "It waits for a second organiser" in sofia.text
    await andrii.start()
    await andrii.press("🗂 Organisers’ home")
    assert "Broadcasts to confirm: 1" in andrii.text
    await notifier.tick()
    await andrii.look()
    assert "A broadcast waits for a second organiser" in andrii.text
    assert "Привіт <усім>" in andrii.text
    request = andrii.card
    await andrii.press("Look at it and decide")
    confirm = andrii.card
    assert "Written by" in confirm.text
    place = confirm.find("✅ Confirm and send")
    data = confirm.rows[place[0]][place[1]]["callback_data"]
    await andrii.press("✅ Confirm and send")
    await andrii.press_old(confirm.message_id, data)
    await andrii.press_old(request.message_id, request.rows[0][0]["callback_data"])
    assert "Broadcast No. 1" in andrii.text, "an old request leads to how it stands"
    await notifier.tick()
    assert (await texts(http, OLENA)).count("Привіт <усім>") == 1


async def test_forged_presses_of_the_live_card_do_nothing(
    welcome: Welcome, bot: Program, notifier: Notifier, http: aiohttp.ClientSession
) -> None:
    sofia, olena = await welcome(SOFIA, "en", None), await welcome(OLENA, "en")
    await compose(sofia)
    await send(sofia)
    for action in ("stop", "delete", "pause", "continue"):
        await olena.press_old(olena.card.message_id, f"bc:1:{action}")
        assert olena.toast == "Your role does not allow this (any more)."
    await notifier.tick()
    assert "Привіт <усім>" in await texts(http, OLENA)
