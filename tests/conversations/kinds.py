"""A form with every kind of question that is more than words and choices, met in the chat."""

import base64
import io
from pathlib import Path

import aiohttp
from sqlalchemy import select

from bot.compose import Program
from bot.publishing import prepare
from storage import forms, models
from tests.conversations.harness import Chat, Clock

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
FORM = Path(__file__).parents[1] / "fixtures" / "forms" / "kinds.md"


async def publish(bot: Program, clock: Clock) -> str:
    """Publish the form; the payload of its link."""
    report, workbook = await prepare(FORM.read_bytes(), FORM.name, {})
    assert report.form is not None, report.errors
    assert workbook is not None
    await forms.publish(bot.app.db, report.form, workbook, clock())
    survey = await forms.by_form_id(bot.app.db, "kinds")
    assert survey is not None
    return f"s{survey.token}"


async def answers(bot: Program) -> dict[str, str | None]:
    """What stands in the database, by the last part of the path."""
    query = select(models.Answer.path, models.Answer.value)
    rows = await bot.app.db.read(lambda c: c.execute(query))
    return {path.rpartition("/")[2]: value for path, value in rows.all()}


async def send(
    http: aiohttp.ClientSession, chat: Chat, kind: str, name: str, mime: str, content: bytes
) -> None:
    """Send a file from the chat page and wait for what the bot says."""
    before = chat.seq
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("kind", kind)
    form.add_field("file", io.BytesIO(content), filename=name, content_type=mime)
    async with http.post(f"/sim/chats/{chat.person}/upload", data=form) as answer:
        assert answer.status == 200, await answer.text()
    await chat.until_answered(before)
