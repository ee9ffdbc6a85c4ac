"""Invitations in the chat: a list in, links and pictures out, straight to the survey or event."""

import asyncio
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import aiohttp
import openpyxl
import pytest
import zxingcpp
from PIL import Image
from typer.testing import CliRunner

from bot.cli import app as cli
from bot.compose import Program
from dialogs.i18n import Translator
from dialogs.inviting.sheet import read_list
from storage import events, people
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import TOKEN, Chat, Clock
from tests.conversations.test_authoring import send
from tests.conversations.test_events import publish
from tests.conversations.test_organisers import newest_file
from tests.conversations.test_results import press_and_wait

HEAD = ("Назва", "Код ЄДРПОУ", "Тип", "Область", "E-mail")
ROWS: tuple[tuple[Any, ...], ...] = (
    ("КНП «Лікарня № 5»", "32855961", "Лікарня / клініка", "Рівненська", "office@hospital5.ua"),
    ("ТОВ «Протез»", "00032129", "sme", "Lviv", "info@protez.ua"),
    ("ГО «Допомога»", "", "ngo", "", ""),
    ("Без коду", "32855962", "", "", ""),
    ("", "", "", "", "nobody@nowhere.ua"),
    ("Ще раз", "32855961", "", "", ""),
)


def workbook(rows: tuple[tuple[Any, ...], ...] = ROWS) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEAD, *rows):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


async def sheet_of(http: aiohttp.ClientSession, chat: Chat) -> list[dict[str, str]]:
    files = [one for one in chat.messages if "document" in one]
    [sheet] = [one for one in files if one["document"]["file_name"] == "invitations.xlsx"][-1:]
    async with http.get(f"/sim/files/{sheet['document']['file_id']}") as answer:
        book = openpyxl.load_workbook(io.BytesIO(await answer.read()))
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, head), map(str, row), strict=True)) for row in rows]


def test_rows_are_read_in_both_languages_and_bad_ones_are_named_by_row() -> None:
    good, bad = read_list(workbook(), "list.xlsx", Translator("en"))
    assert [(one.name, one.edrpou, one.type, one.oblast) for one in good] == [
        ("КНП «Лікарня № 5»", "32855961", "hospital", "rivne"),
        ("ТОВ «Протез»", "00032129", "sme", "lviv"),
        ("ГО «Допомога»", None, "ngo", None),
    ]
    assert [one.row for one in bad] == [5, 6, 7]
    assert "row 2" in bad[2].why
    assert read_list(b"not a workbook", "list.xlsx", Translator("en"))[1][0].row == 0
    assert "Name" in read_list(b"a,b\n1,2\n", "list.csv", Translator("en"))[1][0].why


async def test_a_list_becomes_links_that_lead_to_the_event_with_the_organisation_known(
    welcome: Welcome, bot: Program, clock: Clock, http: aiohttp.ClientSession
) -> None:
    await publish(bot, clock)
    sofia = await welcome(SOFIA, "en", None)
    await sofia.press("🗂 Organisers’ home")
    await sofia.press("✉️ Invitations")
    await sofia.press("Session <Barcelona>")
    await send(sofia, workbook(), "list.xlsx")
    assert "3 rows can be used." in sofia.text
    assert "New organisations: 3, known: 0." in sofia.text
    assert "row 6: The name is missing." in sofia.text
    await press_and_wait(sofia, "✉️ Make the links")
    rows = await sheet_of(http, sofia)
    assert [row["status"] for row in rows] == ["sent"] * 3
    payloads = {row["name"]: row["link"].partition("start=")[2] for row in rows}
    assert all(len(one) <= 64 for one in payloads.values())
    pictures = zipfile.ZipFile(io.BytesIO(await newest_file(http, sofia)))
    assert sorted(pictures.namelist()) == sorted(row["qr"] for row in rows)
    for row in rows:
        image = Image.open(io.BytesIO(pictures.read(row["qr"])))
        [found] = zxingcpp.read_barcodes(image.convert("L"))
        assert found.text == row["link"]
    hospital = payloads["КНП «Лікарня № 5»"]
    olena = await Chat.open(http, OLENA)
    await olena.start(hospital)
    await olena.press("🇬🇧 English")
    await olena.press("✅ I agree")
    assert "You act for КНП «Лікарня № 5»." in olena.text
    assert "Session <Barcelona>" in olena.text
    await olena.press("Register: 🏛 Onsite")
    assert "✅ Registered" in olena.text
    # forwarded to somebody else: the contact is asked
    andrii = await welcome(ANDRII, "en", None)
    await andrii.start(hospital)
    assert "they are asked whether to let you in" in andrii.text
    known = await people.find(bot.app.db, ANDRII)
    assert known is not None
    assert known.organisation_id is None
    await sofia.press("🔄 Refresh")
    assert "Opened: 1" in sofia.text
    assert "Finished: 1" in sofia.text
    assert "ТОВ «Протез»" in sofia.text
    await send(sofia, workbook(), "list.xlsx")
    assert "New organisations: 0, known: 3." in sofia.text
    assert "New invitations: 0, made before: 3." in sofia.text
    await press_and_wait(sofia, "✉️ Make the links")
    again = await sheet_of(http, sofia)
    assert [row["link"] for row in again] == [row["link"] for row in rows]


async def test_a_link_to_the_survey_begins_it_and_an_old_one_says_so(
    welcome: Welcome, clock: Clock, http: aiohttp.ClientSession
) -> None:
    sofia = await welcome(SOFIA, "en", None)
    await sofia.press("🗂 Organisers’ home")
    await sofia.press("✉️ Invitations")
    await sofia.press("📋")
    await send(sofia, workbook(ROWS[:1]), "list.xlsx")
    await press_and_wait(sofia, "✉️ Make the links")
    [row] = await sheet_of(http, sofia)
    payload = row["link"].partition("start=")[2]
    olena = await welcome(OLENA, "en", None)
    await olena.start(payload)
    assert "You act for КНП «Лікарня № 5»." in olena.text
    await olena.start(f"{payload[:-2]}AA")
    assert "not valid" in olena.text
    clock.advance(days=91)
    await olena.start(payload)
    assert "expired" in olena.text


def test_the_command_line_does_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'x.sqlite3'}")
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    file = tmp_path / "list.xlsx"
    file.write_bytes(workbook())
    done = CliRunner().invoke(cli, ["invite", "import", str(file), "--to", "event:nothing"])
    assert done.exit_code == 2
    done = CliRunner().invoke(cli, ["invite", "status", "--to", "survey:nothing"])
    assert done.exit_code == 2


async def test_the_command_line_writes_links_that_work_pictures_and_the_sheet(
    welcome: Welcome,
    bot: Program,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await publish(bot, clock)
    monkeypatch.setenv("DATABASE_URL", bot.settings.database_url)
    monkeypatch.setenv("TELEGRAM_API_URL", str(bot.settings.telegram_api_url))
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    file, folder = tmp_path / "list.xlsx", tmp_path / "out"
    file.write_bytes(workbook())
    [event] = await events.everything(bot.app.db)

    async def lanka(*words: str) -> tuple[int, Any]:
        done = await asyncio.to_thread(CliRunner().invoke, cli, ["invite", *words, "--json"])
        return done.exit_code, json.loads(done.stdout)

    to = ("--to", f"event:{event.slug}")
    code, said = await lanka("import", str(file), *to, "-o", str(folder), "--dry-run")
    assert (code, said["invited"], said["dry_run"], folder.exists()) == (1, 3, True, False)
    assert (await lanka("status", *to))[1] == [], "a dry run writes nothing"
    code, said = await lanka("import", str(file), *to, "-o", str(folder))
    assert (code, said["made"], said["invited"], said["output"]) == (1, 3, 3, str(folder))
    assert [one["row"] for one in said["refused"]] == [5, 6, 7]
    sheet = openpyxl.load_workbook(folder / "invitations.xlsx").worksheets[0]
    head, *cells = sheet.iter_rows(values_only=True)
    rows = [dict(zip(map(str, head), map(str, row), strict=True)) for row in cells]
    assert {one.name for one in (folder / "qr").iterdir()} == {row["qr"] for row in rows}
    for row in rows:
        [code_seen] = zxingcpp.read_barcodes(Image.open(folder / "qr" / row["qr"]))
        assert code_seen.text == row["link"]
    [hospital] = [row for row in rows if row["edrpou"] == "32855961"]
    assert hospital["email"] == "office@hospital5.ua"
    olena = await welcome(OLENA, "en", None)
    await olena.start(hospital["link"].partition("start=")[2])
    assert "Session <Barcelona>" in olena.text
    _, found = await lanka("status", *to)
    assert {one["name"]: one["status"] for one in found} == {
        "КНП «Лікарня № 5»": "opened",
        "ТОВ «Протез»": "sent",
        "ГО «Допомога»": "sent",
    }
    _, said = await lanka("import", str(file), *to, "-o", str(folder))
    assert (said["made"], said["invited"], said["already"]) == (0, 0, 3)
