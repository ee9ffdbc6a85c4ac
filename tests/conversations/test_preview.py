"""An organiser walks a form without storing anything, and hands out its link and paper."""

import io
import json

import aiohttp
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import func, select

from bot.compose import Program
from dialogs.i18n import Translator
from storage import models
from tests.conversations import kinds
from tests.conversations.conftest import SOFIA, Welcome
from tests.conversations.harness import Clock, calls
from tests.conversations.oracles import faults


async def stored(bot: Program) -> int:
    """How many responses there are."""
    query = select(func.count()).select_from(models.Response)
    return (await bot.app.db.read(lambda c: c.execute(query))).scalar_one()


@pytest.mark.parametrize("language", ["uk", "en"])
async def test_a_preview_is_marked_and_stores_nothing(
    http: aiohttp.ClientSession, welcome: Welcome, bot: Program, clock: Clock, language: str
) -> None:
    chat, tr = await welcome(SOFIA, language, None), Translator(language)
    payload = await kinds.publish(bot, clock)
    await chat.start(payload)
    await chat.press(tr("👁 Preview"))
    await chat.press(tr("Hospital / clinic"))
    mark = tr("👁 <b>Preview</b>: nothing is stored").replace("<b>", "").replace("</b>", "")
    assert mark in chat.text
    await chat.press("08:00")
    for _ in range(12):
        assert mark in chat.text
        if tr("‹ Back") not in chat.card.buttons or tr("Skip ›") not in chat.card.buttons:
            break
        await chat.press(tr("Skip ›"))
    await kinds.send(http, chat, "photo", "x.png", "image/png", kinds.PNG)
    assert mark in chat.text
    assert await stored(bot) == 0
    await chat.press(tr("⏸ Later"))
    assert tr("👁 Preview") in chat.card.buttons
    assert faults(await calls(http)) == []


async def test_only_organisers_preview_and_get_the_link(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    chat = await welcome(language="en")
    await chat.start(await kinds.publish(bot, clock))
    assert "👁 Preview" not in chat.card.buttons
    assert "🔗 Link and QR code" not in chat.card.buttons


async def test_the_picture_of_the_link_reads_as_the_link(
    http: aiohttp.ClientSession, welcome: Welcome, bot: Program, clock: Clock
) -> None:
    chat = await welcome(SOFIA, "en", None)
    payload = await kinds.publish(bot, clock)
    await chat.start(payload)
    await chat.press("🔗 Link and QR code")
    [photo] = [m for m in chat.messages if m.get("photo")]
    link = photo["caption"].splitlines()[-1]
    assert link.endswith(f"?start={payload}")
    async with http.get(f"/sim/files/{photo['photo'][-1]['file_id']}") as answer:
        content = await answer.read()
    with Image.open(io.BytesIO(content)) as picture:
        [code] = zxingcpp.read_barcodes(picture)
    assert code.text == link


async def test_the_questions_come_as_pdf(
    http: aiohttp.ClientSession, welcome: Welcome, bot: Program, clock: Clock
) -> None:
    chat = await welcome(language="uk")
    await chat.start(await kinds.publish(bot, clock))
    await chat.press("📄 Усі запитання у PDF")
    [sent] = [m for m in chat.messages if m.get("document")]
    assert sent["document"]["file_name"] == "kinds-uk.pdf"
    assert sent["document"]["file_size"] > 5_000
    assert json.dumps(chat.card.buttons, ensure_ascii=False).count("PDF") == 1
