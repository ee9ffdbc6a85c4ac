"""Results in the chat: for the organiser, for the respondent, and for nobody else."""

import io
from typing import Any

import aiohttp
import openpyxl
import pytest
from sqlalchemy import delete

from bot.compose import Program
from bot.publishing import prepare
from domain.surveys.form import Form
from simulator.server import Simulator
from storage import forms, models
from tests.conversations.conftest import OLENA, SOFIA, Welcome
from tests.conversations.harness import Chat, calls
from tests.conversations.respondent import SUBMIT, Respondent
from tests.conversations.test_survey import BRANCH, COMMON, begin
from tests.domain.surveys.forms import VALUE_CHAIN
from tests.storage import exported
from tests.storage.folk import NOW

FIRST = 1_000_000


async def fill(program: Program, count: int) -> Form:
    """The value-chain survey with responses made up."""
    app = program.app
    survey = await forms.by_form_id(app.db, "value_chain")
    assert survey is not None
    form = await app.forms.get(survey.version_id)
    await exported.load(app.db, survey, form, exported.made_up(form, count), FIRST)
    return form


async def sent(http: aiohttp.ClientSession, method: str) -> list[dict[str, Any]]:
    return [call for call in await calls(http) if call["method"].lower() == method.lower()]


async def press_and_wait(chat: Chat, button: str) -> None:
    """Press, and wait for the file and the card below it: the press is answered long before."""
    files = sum("document" in message for message in chat.messages)
    await chat.press(button)
    while not (
        sum("document" in message for message in chat.messages) > files and chat.card.buttons
    ):
        url = f"/sim/chats/{chat.person}/events"
        async with chat.http.get(url, params={"after": chat.seq, "timeout": 30}) as answer:
            assert (await answer.json())["events"], "nothing came in half a minute"
        await chat.look()


async def to_cockpit(chat: Chat) -> None:
    await chat.press("🗂 Кабінет організаторів")
    await chat.press("📊 Результати")
    await chat.press("Ланцюг створення вартості")


async def test_the_organiser_sees_how_it_goes_and_draws_what_they_like(
    bot: Program, welcome: Welcome, http: aiohttp.ClientSession
) -> None:
    await fill(bot, 40)
    chat = await welcome(SOFIA, "uk", None)
    await to_cockpit(chat)
    assert "надіслано: 40" in chat.text
    assert "Враховано в показниках: 38" in chat.text
    assert "11 хв" in chat.text
    await chat.press("📒 Довідник")
    assert "Довідник: " in chat.text
    await chat.press("‹ Назад")
    for number, button in enumerate(("🗺", "🌡", "⚖️", "🤝"), 1):
        await chat.press(button)
        assert len(await sent(http, "sendPhoto")) == number, button
        assert "Враховано" in chat.text, "the card stands below the picture"
    await chat.press("❓ Будь-яке запитання")
    await chat.press("▶")
    await chat.press("◀")
    await chat.press("Організацію якого типу Ви")
    assert len(await sent(http, "sendPhoto")) == 5
    await chat.press("➗ За іншим запитанням")
    await chat.press("Скільки людей працює")
    photo = (await sent(http, "sendPhoto"))[-1]
    assert len(await sent(http, "sendPhoto")) == 6
    assert "Скільки людей працює" in str(photo)


async def test_report_and_files_arrive(
    bot: Program, welcome: Welcome, http: aiohttp.ClientSession
) -> None:
    await fill(bot, 30)
    chat = await welcome(SOFIA, "uk", None)
    await to_cockpit(chat)
    await press_and_wait(chat, "📄 Звіт")
    await chat.press("⬇️ Файли")
    for number, button in enumerate(("Excel, коди", "CSV", "SPSS", "GraphML"), 2):
        await press_and_wait(chat, button)
        assert len(await sent(http, "sendDocument")) == number, button
    names = [str(call) for call in await sent(http, "sendDocument")]
    for call, end in zip(names, (".pdf", ".xlsx", ".zip", ".zip", ".graphml"), strict=True):
        assert end in call


async def test_personal_data_is_for_owners(
    bot: Program, welcome: Welcome, http: aiohttp.ClientSession
) -> None:
    await fill(bot, 10)
    chat = await welcome(SOFIA, "uk", None)
    await to_cockpit(chat)
    await chat.press("⬇️ Файли")
    row, col = chat.card.find("🔒 Excel із персональними даними")
    press = chat.card.rows[row][col]["callback_data"]
    owner = models.Role.role == "owner"
    await bot.app.db.write(lambda tx: tx.execute(delete(models.Role).where(owner)))
    await chat.press_old(chat.card.message_id, press)
    assert chat.toast == "Це можуть відкрити лише організатори."
    assert await sent(http, "sendDocument") == []


@pytest.mark.parametrize("button", ["🗺", "📄 Звіт", "🔄 Оновити"])
async def test_old_buttons_of_a_former_organiser_show_nothing(
    bot: Program, welcome: Welcome, http: aiohttp.ClientSession, button: str
) -> None:
    await fill(bot, 10)
    chat = await welcome(SOFIA, "uk", None)
    await to_cockpit(chat)
    await bot.app.db.write(lambda tx: tx.execute(delete(models.Role)))
    await chat.press(button)
    assert "Враховано" not in chat.text
    assert await sent(http, "sendPhoto") == []
    assert await sent(http, "sendDocument") == []


async def test_who_is_no_organiser_has_no_button(bot: Program, welcome: Welcome) -> None:
    chat = await welcome(OLENA, "uk")
    assert not any("Результати" in text for text in chat.card.buttons)


async def test_a_respondent_gets_a_picture_of_their_peers(
    bot: Program, welcome: Welcome, http: aiohttp.ClientSession
) -> None:
    form = await fill(bot, 60)
    chat = await welcome(OLENA, "uk", "hospital")
    await begin(chat, "uk")
    await Respondent(chat, form, "uk", COMMON | BRANCH["hospital"]).answer_all()
    await chat.press(SUBMIT["uk"])
    [photo] = await sent(http, "sendPhoto")
    assert "Ви та подібні організації" in str(photo)
    assert "№" in chat.text
    assert "Ви можете допомогти з ланкою «" in chat.text
    await chat.press("📊 Ви та подібні")
    assert len(await sent(http, "sendPhoto")) == 2
    await chat.press("📒 Довідник")
    assert "Довідник" in chat.text
    await chat.press("‹ Назад")
    assert "№" in chat.text
    await chat.press("‹ Меню")
    await chat.press("📋 Опитування")
    await chat.press("📨 Квитанція, порівняння")
    assert "Ви можете допомогти з ланкою «" in chat.text
    await chat.press("📊 Ви та подібні")
    assert len(await sent(http, "sendPhoto")) == 3


async def test_the_first_respondent_is_told_that_peers_are_to_come(
    bot: Program, welcome: Welcome, http: aiohttp.ClientSession
) -> None:
    form = await bot.app.forms.get(1)
    chat = await welcome(OLENA, "uk", "hospital")
    await begin(chat, "uk")
    await Respondent(chat, form, "uk", COMMON | BRANCH["hospital"]).answer_all()
    await chat.press(SUBMIT["uk"])
    assert await sent(http, "sendPhoto") == []
    await chat.press("📊 Ви та подібні")
    assert chat.toast is not None
    assert "п’ятеро" in chat.toast


async def test_the_directory_is_filtered_and_holds_only_who_agreed(
    bot: Program, welcome: Welcome, simulator: Simulator, http: aiohttp.ClientSession
) -> None:
    from dialogs.exports.directory import write_directory
    from dialogs.exports.labels import Labels
    from dialogs.i18n import Translator
    from domain.surveys.results.chain import chain
    from storage import results, shown

    form = await fill(bot, 40)
    survey = await forms.by_form_id(bot.app.db, "value_chain")
    assert survey is not None
    study = await results.study(bot.app.db, bot.app.forms, survey)
    parts = chain(study.codebook)
    entries = await shown.directory(bot.app.db, study.population, parts, {})
    rows = exported.made_up(form, 40).rows
    agreed = [row for row in rows if row["consent"] == "yes" and row.get("publish") == "yes"]
    assert len(entries) == len(agreed) > 0
    assert {one.name for one in entries} == {row["org_name"] for row in agreed}
    assert parts.stages is not None
    counts = await shown.directory_codes(bot.app.db, study.population, parts, {}, parts.stages)
    for code in parts.stages.codes:
        names = sorted(row["org_name"] for row in agreed if code in row["stages"].split())
        wanted = {"stages": code, "oblast": "", "offer": ""}
        of_code = await shown.directory(bot.app.db, study.population, parts, wanted)
        assert sorted(one.name for one in of_code) == names
        assert all(code in one.stages for one in of_code)
        page, size = await shown.directory_page(bot.app.db, study.population, parts, wanted, 0, 4)
        assert size == counts.get(code, 0) == len(names)
        assert page == of_code[:4]
    pages = [
        await shown.directory_page(bot.app.db, study.population, parts, {}, number, 4)
        for number in range(-(-len(entries) // 4))
    ]
    assert [one for page, _ in pages for one in page] == entries
    assert {size for _, size in pages} == {len(entries)}
    past = await shown.directory_page(bot.app.db, study.population, parts, {}, 99, 4)
    assert past == pages[-1]
    labels = Labels(study.codebook, "uk")
    book = openpyxl.load_workbook(
        io.BytesIO(write_directory(entries, parts, labels, Translator("uk")))
    )
    sheet = book.worksheets[0]
    assert sheet.max_row == len(entries) + 1
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


async def second_round(program: Program) -> None:
    """The survey once more under another form id, answered otherwise."""
    db = program.app.db
    content = exported.called(VALUE_CHAIN.read_bytes(), "value_chain_2027")
    report, workbook = await prepare(content, "second.xlsx", {})
    assert report.form is not None
    assert workbook is not None
    await forms.publish(db, report.form, workbook, NOW)
    survey = await forms.by_form_id(db, "value_chain_2027")
    assert survey is not None
    form = await program.app.forms.get(survey.version_id)
    answered = exported.made_up(form, 30, seed=8)
    await exported.load(db, survey, form, answered, FIRST + 5_000)


async def test_two_rounds_stand_side_by_side(
    bot: Program, welcome: Welcome, http: aiohttp.ClientSession
) -> None:
    await fill(bot, 40)
    await second_round(bot)
    chat = await welcome(SOFIA, "uk", None)
    await chat.press("📋 Опитування")
    assert {"… · value_chain", "… · value_chain_2027"} == {
        text[text.index("…") :] for text in chat.card.buttons if "…" in text
    }
    await chat.press("‹ Меню")
    await chat.press("🗂 Кабінет організаторів")
    await chat.press("📊 Результати")
    await chat.press("value_chain_2027")
    await chat.press("🔁 Інша хвиля")
    assert "Хвиля – це окреме опитування" in chat.card.text
    await chat.press("· value_chain")
    assert await sent(http, "sendPhoto")
    captions = [message.get("caption", "") for message in chat.messages]
    assert any("Що змінилося між двома хвилями" in caption for caption in captions)
    assert "відсотков" in chat.card.text
    assert "n\u00a0=\u00a038 і 29" in chat.card.text
