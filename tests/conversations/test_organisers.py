"""The organisers' home, roles given by links, and the log, in the chat."""

import csv
import io

import aiohttp
import openpyxl

from bot.compose import Program
from domain.people.links import sign
from domain.people.person import Role
from storage import granting, people
from storage.audit import Deed
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import Chat, Clock
from tests.conversations.test_events import publish


def link_in(chat: Chat) -> str:
    """The payload of the link that the card shows."""
    return next(w for w in chat.text.split() if "start=" in w).partition("start=")[2]


async def roles_of(bot: Program, person: int) -> frozenset[Role]:
    known = await people.find(bot.app.db, person)
    assert known is not None
    return known.roles


async def newest_file(http: aiohttp.ClientSession, chat: Chat) -> bytes:
    [*_, message] = [one for one in chat.messages if "document" in one]
    async with http.get(f"/sim/files/{message['document']['file_id']}") as answer:
        assert answer.status == 200
        return await answer.read()


async def test_an_owner_gives_a_role_by_a_link_and_takes_it_away(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    sofia, olena = await welcome(SOFIA, "en", None), await welcome(OLENA, "en")
    andrii = await welcome(ANDRII, "en", "company")
    await publish(bot, clock)
    assert "🗂 Organisers’ home" not in olena.card.buttons
    await sofia.press("🗂 Organisers’ home")
    assert "Session <Barcelona>" in sofia.text
    assert "0 of" not in sofia.text or "seats taken" in sofia.text
    await sofia.press("👥 Roles")
    await sofia.press("➕ Give a role")
    await sofia.press("🚪 Check-in helper")
    payload = link_in(sofia)
    assert len(payload) <= 64
    await olena.start(payload)
    assert "Check-in helper" in olena.text
    assert await roles_of(bot, OLENA) == {Role.CHECK_IN}
    assert not any("Results" in one or "Roles" in one for one in olena.card.buttons)
    await andrii.start(payload)
    assert "used already" in andrii.text
    assert await roles_of(bot, ANDRII) == frozenset()
    await olena.press("Session")
    door = olena.card
    assert "❌ Cancel the event" not in door.buttons
    place = door.find("🔄 Refresh")
    data = door.rows[place[0]][place[1]]["callback_data"]
    await sofia.press("‹ Back")
    await sofia.press("✖️")
    await sofia.press("✖️ Yes, take it away")
    assert await roles_of(bot, OLENA) == frozenset()
    await olena.press_old(door.message_id, data)
    assert "Only organisers can do this." in olena.text


async def test_a_link_that_was_taken_back_forged_or_is_old_gives_nothing(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    sofia, olena = await welcome(SOFIA, "en", None), await welcome(OLENA, "en")
    await sofia.press("🗂 Organisers’ home")
    await sofia.press("👥 Roles")
    await sofia.press("➕ Give a role")
    await sofia.press("👑 Owner")
    payload = link_in(sofia)
    await olena.start(f"{payload[:-2]}AA")
    assert "not valid" in olena.text
    # signed by Lanka, but for another purpose
    other = sign(bot.app.secret, "hand-over", (1).to_bytes(6, "big"), clock().replace(year=2030))
    await olena.start(f"r{other}")
    assert "not valid" in olena.text
    await sofia.press("‹ Back")
    await sofia.press("↩️ Take back the link")
    await olena.start(payload)
    assert "taken back" in olena.text
    await sofia.press("➕ Give a role")
    await sofia.press("👀 Viewer")
    late = link_in(sofia)
    clock.advance(days=3, minutes=1)
    await olena.start(late)
    assert "expired" in olena.text
    assert await roles_of(bot, OLENA) == frozenset()


async def test_forged_presses_do_nothing_and_are_answered_with_a_sentence(
    welcome: Welcome, bot: Program
) -> None:
    sofia, olena = await welcome(SOFIA, "en", None), await welcome(OLENA, "en")
    known = await people.find(bot.app.db, SOFIA)
    assert known is not None
    link = await granting.invite(bot.app.db, Role.VIEWER, _deed(known.id, bot))
    viewer = await people.find(bot.app.db, OLENA)
    assert viewer is not None
    await granting.redeem(bot.app.db, link.id, viewer.id, bot.app.now())
    await olena.start()
    await olena.press("🗂 Organisers’ home")
    assert "📊 Results" in olena.card.buttons
    assert not any("Questions from people" in one for one in olena.card.buttons)
    row, col = olena.card.find("📊 Results")
    data: str = olena.card.rows[row][col]["callback_data"]
    for press in ("roles", "log", "surveys", "questions", "e1"):
        await olena.press_old(olena.card.message_id, data.replace("results", press))
        assert olena.toast == "Your role does not allow this (any more)."
        await olena.press("🗂 Organisers’ home")
        row, col = olena.card.find("📊 Results")
        data = olena.card.rows[row][col]["callback_data"]
    assert await roles_of(bot, OLENA) == {Role.VIEWER}
    assert sofia.messages


def _deed(person_id: int, bot: Program) -> Deed:
    return Deed(person_id, bot.app.now())


async def test_the_owner_reads_the_log_and_takes_it_as_a_file(
    welcome: Welcome, http: aiohttp.ClientSession
) -> None:
    sofia = await welcome(SOFIA, "en", None)
    await sofia.press("🗂 Organisers’ home")
    await sofia.press("👥 Roles")
    await sofia.press("➕ Give a role")
    await sofia.press("👀 Viewer")
    await sofia.press("‹ Back")
    await sofia.press("‹ Organisers’ home")
    await sofia.press("🧾 Log")
    assert "made a link that gives a role role:viewer" in sofia.text
    await sofia.press("⬇️ CSV")
    text = (await newest_file(http, sofia)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["action"] for row in rows] == ["log.file", "role.invite"]
    await sofia.press("⬇️ XLSX")
    book = openpyxl.load_workbook(io.BytesIO(await newest_file(http, sofia)))
    assert [cell.value for cell in next(iter(book.worksheets[0].rows))][2] == "action"
