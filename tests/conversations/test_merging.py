"""Organisations for organisers, in the chat: a contact who left, two that are one."""

from bot.compose import Program
from storage import contacts, organisations, people
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import Clock


async def test_two_rows_become_one_and_two_again_and_a_contact_leaves(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    sofia = await welcome(SOFIA, "en", None)
    await welcome(OLENA, "en")
    await welcome(ANDRII, "en", None)
    known = await people.find(bot.app.db, ANDRII)
    assert known is not None
    profile: dict[str, str | None] = {"name": "Лікарня 5", "type": "hospital"}
    await organisations.make(bot.app.db, known.id, "32855961", profile, clock())
    mine = (await people.get(bot.app.db, known.id)).organisation_id
    await sofia.press("🗂 Organisers’ home")
    await sofia.press("✉️ Invitations")
    await sofia.press("🏥 Organisations")
    await sofia.write("лікарня")
    await sofia.press("Лікарня 5")
    assert "EDRPOU: 32855961" in sofia.text
    await sofia.press("🔗 Is the same as …")
    await sofia.write("Лікарня №")
    await sofia.press("КНП")
    assert "becomes part of Лікарня 5" in sofia.text
    assert "contacts: 1" in sofia.text
    await sofia.press("🔗 Merge")
    assert mine is not None
    assert len(await contacts.of_organisation(bot.app.db, mine)) == 2
    await sofia.press("↩️ Apart again")
    [left] = await contacts.of_organisation(bot.app.db, mine)
    assert left.person_id == known.id
    await sofia.press("✖️ Has left")
    assert await contacts.of_organisation(bot.app.db, mine) == []
    assert (await people.get(bot.app.db, known.id)).organisation_id is None
