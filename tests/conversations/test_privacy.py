"""What a person sees, takes away and erases in the chat; nothing is kept before they agree."""

import asyncio
import io
import json
from typing import Any

import aiohttp
import openpyxl
from sqlalchemy import func, select

from bot.compose import Program
from storage import models, people, personal
from tests.conversations.conftest import ANDRII, OLENA, Welcome
from tests.conversations.harness import Chat
from tests.conversations.test_asking import write_until
from tests.conversations.test_results import press_and_wait
from tests.storage.remains import marks_in

SECRET = "чи дадуть гроші на таємний дах 7431?"


async def counts(bot: Program) -> dict[str, int]:
    """Rows by table."""
    found = {}
    for table in personal.tables():
        query = select(func.count()).select_from(table)
        found[table.name] = await bot.app.db.read(lambda c, q=query: c.scalar(q)) or 0  # type: ignore[misc]
    return found


async def files(chat: Chat, bot: Program) -> dict[str, bytes]:
    """The documents in the chat, by name."""
    found = {}
    for message in chat.messages:
        if "document" in message:
            file = await bot.bot.get_file(message["document"]["file_id"])
            assert file.file_path is not None
            content = await bot.bot.download_file(file.file_path)
            assert content is not None
            found[message["document"]["file_name"]] = content.read()
    return found


async def test_nothing_is_kept_before_consent(http: aiohttp.ClientSession, bot: Program) -> None:
    before = await counts(bot)
    chat = await Chat.open(http, OLENA)
    await chat.start()
    await chat.press("🇬🇧 English")
    assert "May Lanka keep and process these data?" in chat.text
    await write_until(chat, SECRET, "May Lanka keep and process these data?")
    await chat.press("No, thank you")
    after = await counts(bot)
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"people", "dialog_states", "inbox"}
    person = await people.find(bot.app.db, OLENA)
    assert person is not None
    assert (person.name, person.consented) == (None, False)
    assert await marks_in(bot.app.db, SECRET, "Олена", "Коваль") == {}


async def test_what_was_agreed_to_is_shown_and_everything_is_sent(
    welcome: Welcome, bot: Program
) -> None:
    chat = await welcome(OLENA, "en")
    await chat.write(SECRET)
    await chat.write("/privacy")
    assert "You agreed on Nov 24, 2026" in chat.text
    assert "questions about funding: 1" in chat.text
    assert str(OLENA) in chat.text
    await chat.press("What I agreed to")
    assert "May Lanka keep and process these data?" in chat.text
    assert "version 2026-11-26" in chat.text
    await chat.press("‹ Back")
    await chat.write("/mydata")
    while "What Lanka keeps about you" not in chat.text:
        await chat.until_answered(chat.seq)
    sent = await files(chat, bot)
    assert set(sent) == {"lanka-my-data.json", "lanka-my-data.xlsx"}
    held: dict[str, Any] = json.loads(sent["lanka-my-data.json"])
    assert [row["text"] for row in held["funding_questions"]] == [SECRET]
    assert held["people"][0]["telegram_id"] == OLENA
    book = openpyxl.load_workbook(io.BytesIO(sent["lanka-my-data.xlsx"]))
    rows = list(book["funding_questions"].iter_rows(values_only=True))
    assert SECRET in rows[1]


async def test_consent_is_taken_back_and_given_again(welcome: Welcome, bot: Program) -> None:
    chat = await welcome(OLENA, "en")
    await chat.write("/privacy")
    await chat.press("Take my consent back")
    await chat.press("Take it back")
    assert "You took your consent back on Nov 24, 2026" in chat.text
    assert not any("Take my consent back" in label for label in chat.card.buttons)
    before = await counts(bot)
    await write_until(chat, SECRET, "You took your consent back")
    assert (await counts(bot))["funding_questions"] == before["funding_questions"]
    await press_and_wait(chat, "Send me everything")  # also without consent
    assert len(await files(chat, bot)) == 2
    await chat.press("‹ Menu")
    await chat.press("✅ I agree")
    assert "What would you like to do?" in chat.text
    person = await people.find(bot.app.db, OLENA)
    assert person is not None
    assert person.organisation_id is not None  # all that was kept is there again


async def test_everything_is_erased_and_who_returns_is_asked_anew(
    welcome: Welcome, bot: Program
) -> None:
    chat = await welcome(OLENA, "uk")
    other = await welcome(ANDRII, "en")
    known = await people.find(bot.app.db, OLENA)
    assert known is not None
    assert known.name is not None
    await chat.write(SECRET)
    await chat.write("/forget")
    assert "КНП «Лікарня № 5» <Рівне>" in chat.text
    await chat.press("🗑 Стерти мене й ці організації")
    assert "Скасувати це не вийде" in chat.text
    sure = chat.card
    await chat.press("Так, стерти назавжди")
    assert "Усе про Вас стерто" in chat.text
    # The press itself is deleted as soon as it is handled.
    await asyncio.gather(*bot.lanes._busy.values())
    marks = (str(OLENA), known.name, SECRET)
    assert await marks_in(bot.app.db, *marks) == {}
    await chat.press_old(sure.message_id, sure.rows[0][0]["callback_data"])  # a second tap
    person = await people.find(bot.app.db, OLENA)
    assert person is not None
    assert (person.name, person.consented) == (None, False)
    await other.write("/privacy")
    assert "You agreed on" in other.text
    names = await bot.app.db.read(lambda c: c.scalars(select(models.Organisation.name)))
    assert sorted(names) == ["КНП «Лікарня № 5» <Рівне>", "—"]  # the other one is Andrii's
