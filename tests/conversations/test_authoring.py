"""An organiser sends forms, publishes, closes, invites and moves; others cannot."""

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.compose import Program
from dialogs.i18n import LANGUAGES, Translator
from domain.surveys.xlsform import worker
from storage import forms, versions
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import Chat, Clock
from tests.conversations.test_preview import stored
from tests.domain.surveys.forms import workbook

ROWS = """
type | name | label::English (en) | label::Ukrainian (uk) | relevant
begin_group | about | About | Про вас |
select_one kind | kind | Kind? | Який вид? |
integer | beds | Beds? | Скільки ліжок? | ${kind} = 'hospital'
end_group | | | |
"""
CHOICES = """
list_name | name | label::English (en) | label::Ukrainian (uk)
kind | hospital | Hospital | Лікарня
kind | sme | SME | МСП
"""
SETTINGS = b"""
| settings |
| | form_id | form_title | default_language |
| | clinic | Clinic & <care> | Ukrainian (uk) |
"""
FORM = workbook(ROWS, CHOICES) + SETTINGS
NEWER = FORM.replace("Скільки ліжок?".encode(), "Скільки всього ліжок?".encode()).replace(
    b"integer | beds", b"text | beds"
)
BROKEN = workbook("type | name | label\ntxet | a | A\ntext | b |\nselect_one x | c | C")


async def send(chat: Chat, content: bytes, name: str) -> Chat:
    """Send a document and wait for the card that follows it."""
    before = chat.seq
    data = aiohttp.FormData()
    data.add_field("file", content, filename=name, content_type="application/octet-stream")
    data.add_field("kind", "document")
    async with chat.http.post(f"/sim/chats/{chat.person}/upload", data=data) as answer:
        assert answer.status == 200, await answer.text()
    return await chat.until_answered(before)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_form_is_sent_checked_published_and_closed(
    language: str, bot: Program, welcome: Welcome
) -> None:
    tr = Translator(language)
    chat = await welcome(SOFIA, language, None)
    await send(chat, BROKEN, "broken.md")
    assert (
        tr.plural(
            "%(n)s error has to be mended first.", "%(n)s errors have to be mended first.", 3
        )
        in chat.text
    )
    assert tr("sheet “%(sheet)s”", sheet="survey") in chat.text
    assert tr("✅ Publish") not in chat.card.buttons
    await send(chat, FORM, "clinic.md")
    assert "Clinic &" in chat.text
    assert tr("🆕 A new survey.") in chat.text
    assert await forms.by_form_id(bot.app.db, "clinic") is None
    await chat.press(tr("✅ Publish"))
    survey = await forms.by_form_id(bot.app.db, "clinic")
    assert survey is not None
    assert survey.token in chat.text
    assert tr("🟢 Takes answers") in chat.text
    await chat.press(tr("🔴 Close"))
    assert tr("🔴 Closed") in chat.text
    await chat.press(tr("🟢 Open again"))
    assert tr("🟢 Takes answers") in chat.text
    await send(chat, FORM, "clinic.md")
    assert tr("✅ This is the published version.") in chat.text


async def test_a_new_version_says_what_changes_and_moves_only_when_told(
    bot: Program, welcome: Welcome
) -> None:
    tr = Translator("en")
    sofia = await welcome(SOFIA, "en", None)
    await send(sofia, FORM, "clinic.md")
    await sofia.press(tr("✅ Publish"))
    survey = await forms.by_form_id(bot.app.db, "clinic")
    assert survey is not None
    olena = await welcome(OLENA, "en", None)
    await olena.start(f"s{survey.token}")
    await olena.press("▶ Start")
    await olena.press("Hospital")
    await olena.write("12")
    await send(sofia, NEWER, "clinic.md")
    assert "beds" in sofia.text
    assert "integer → text" in sofia.text
    assert "1 open response stays" in sofia.text
    await sofia.press(tr("✅ Publish"))
    now = await forms.by_form_id(bot.app.db, "clinic")
    assert now is not None
    assert len(await versions.behind(bot.app.db, now.id, now.version_id)) == 1
    await sofia.press(tr("🔁 Move open responses"))
    assert "beds" in sofia.text
    assert "12" in sofia.text
    await sofia.press(tr("Yes, move them"))
    assert await versions.behind(bot.app.db, now.id, now.version_id) == []
    await olena.start(f"s{now.token}")
    await olena.press("▶ Continue")
    assert "Beds?" in olena.text


async def test_deadline_audience_and_quota(bot: Program, welcome: Welcome, clock: Clock) -> None:
    tr = Translator("en")
    sofia = await welcome(SOFIA, "en", None)
    await send(sofia, FORM, "clinic.md")
    await sofia.press(tr("✅ Publish"))
    await sofia.press(tr("⏰ Deadline"))
    await sofia.write("soon")
    assert "31.12.2026" in sofia.text
    await sofia.write("25.11.2026")
    assert "Deadline" in sofia.text
    survey = await forms.by_form_id(bot.app.db, "clinic")
    assert survey is not None
    await sofia.press(tr("🔢 Quotas"))
    await sofia.write("kind clinic 1")
    assert "no such choice" in sofia.text
    await sofia.write("kind hospital 1")
    assert "0 of 1" in sofia.text
    await sofia.press(tr("‹ Back"))
    for person, ends in ((OLENA, "Beds?"), (ANDRII, "enough answers")):
        chat = await welcome(person, "en", None)
        await chat.start(f"s{survey.token}")
        await chat.press("▶ Start")
        await chat.press("Hospital")
        assert ends in chat.text
    await sofia.press(tr("👥 Who answers"))
    await sofia.press(tr("Only invited organisations"))
    await sofia.write("32855961 12345678")
    assert "32855961" in sofia.text
    clock.advance(days=3)
    andrii = await Chat.open(sofia.http, ANDRII)
    await andrii.start(f"s{survey.token}")
    assert "closed" in andrii.text


async def test_a_list_is_sent_after_the_form_that_names_it(bot: Program, welcome: Welcome) -> None:
    tr = Translator("en")
    sofia = await welcome(SOFIA, "en", None)
    rows = "type | name | label\nselect_one_from_file places.csv | place | Where?"
    await send(sofia, b"name,label\nlviv,Lviv\n", "places.csv")
    assert "is a list, not a form" in sofia.text
    await send(sofia, workbook(rows), "where.md")
    assert "places.csv" in sofia.text
    assert "With files" not in sofia.text
    await send(sofia, b"name,label\nlviv,Lviv\n", "places.csv")
    assert "With files: places.csv" in sofia.text
    await sofia.press(tr("✅ Publish"))
    survey = await forms.by_form_id(bot.app.db, "where")
    assert survey is not None
    olena = await welcome(OLENA, "en", None)
    await olena.start(f"s{survey.token}")
    await olena.press("▶ Start")
    assert "Lviv" in olena.card.buttons


async def test_questions_that_a_chat_cannot_put_need_a_yes(bot: Program, welcome: Welcome) -> None:
    tr = Translator("en")
    sofia = await welcome(SOFIA, "en", None)
    rows = "type | name | label\ntext | a | A\ngeotrace | way | Way"
    await send(sofia, workbook(rows), "way.md")
    assert "way (geotrace, row 3)" in sofia.text
    await sofia.press(tr("✅ Publish"))
    assert await forms.by_form_id(bot.app.db, "way") is None
    await sofia.press(tr("Yes, publish"))
    assert await forms.by_form_id(bot.app.db, "way") is not None


async def test_many_remarks_are_a_file_too(bot: Program, welcome: Welcome) -> None:
    sofia = await welcome(SOFIA, "uk", None)
    rows = ["type | name | label", *(f"txet | q{n} | Q" for n in range(12))]
    await send(sofia, workbook("\n".join(rows)), "long.md")
    while "long" not in sofia.text:
        await sofia.until_answered(sofia.seq)
    assert any("document" in message for message in sofia.messages if not message.get("out"))
    assert "рядок 2" in sofia.text
    await sofia.press("▶")
    assert "рядок 13" in sofia.text


async def test_only_organisers_can(bot: Program, welcome: Welcome) -> None:
    tr = Translator("en")
    olena = await welcome(OLENA, "en", None)
    assert tr("🛠 Surveys") not in olena.card.buttons
    await send(olena, FORM, "clinic.md")
    assert await forms.by_form_id(bot.app.db, "clinic") is None
    assert "Clinic" not in olena.text


async def test_an_old_button_of_a_former_organiser_counts_for_nothing(
    bot: Program, welcome: Welcome
) -> None:
    tr = Translator("en")
    sofia = await welcome(SOFIA, "en", None)
    await send(sofia, FORM, "clinic.md")

    async def dismiss(tx: Any) -> None:
        from sqlalchemy import delete

        from storage import models

        await tx.execute(delete(models.Role))

    await bot.app.db.write(dismiss)
    await sofia.press(tr("✅ Publish"))
    assert await forms.by_form_id(bot.app.db, "clinic") is None


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_draft_is_walked_before_it_is_published(
    language: str, bot: Program, welcome: Welcome
) -> None:
    tr = Translator(language)
    chat = await welcome(SOFIA, language, None)
    await send(chat, FORM, "clinic.md")
    await chat.press(tr("👁 Preview"))
    await chat.press(tr("Hospital / clinic"))
    mark = tr("👁 <b>Preview</b>: nothing is stored").replace("<b>", "").replace("</b>", "")
    assert mark in chat.text
    await chat.press("Лікарня" if language == "uk" else "Hospital")
    assert mark in chat.text
    assert ("Скільки ліжок?" if language == "uk" else "Beds?") in chat.text
    await chat.write("12")
    assert await stored(bot) == 0
    await chat.press(tr("⏸ Later"))
    assert tr("🆕 A new survey.") in chat.text
    assert await forms.by_form_id(bot.app.db, "clinic") is None
    await chat.press(tr("✅ Publish"))
    await chat.press(tr("👁 Preview"))
    await chat.press(tr("Manufacturer / SME"))
    assert mark in chat.text
    await chat.press(tr("⏸ Later"))
    assert tr("🟢 Takes answers") in chat.text
    await chat.press(tr("🔗 Link and QR code"))
    [photo] = [m for m in chat.messages if m.get("photo")]
    survey = await forms.by_form_id(bot.app.db, "clinic")
    assert survey is not None
    assert photo["caption"].endswith(f"?start=s{survey.token}")


async def test_a_form_that_takes_too_long_is_stopped() -> None:
    report = await worker.check_apart(FORM, "clinic.md", {}, seconds=0.01)
    assert not report.ok
    assert "too long" in str(report.errors[0].message)


async def test_a_checked_form_comes_back_whole() -> None:
    one, two = await asyncio.gather(
        worker.check_apart(FORM, "clinic.md", {}), worker.check_apart(BROKEN, "b.md", {})
    )
    assert one.form is not None
    assert one.questions == 2
    assert [(problem.row, problem.column) for problem in two.errors] == [
        (2, "type"),
        (3, "label"),
        (4, "type"),
    ]
