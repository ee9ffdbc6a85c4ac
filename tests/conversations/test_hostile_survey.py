"""A survey whose logic is hostile: it ends, it is said, and nobody else waits for it."""

import asyncio

import aiohttp
import pytest

from bot.compose import Program
from dialogs.i18n import LANGUAGES, Translator
from storage import forms
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import calls
from tests.conversations.oracles import faults
from tests.conversations.test_authoring import send
from tests.domain.surveys.forms import workbook

HOSTILE = workbook("""
type | name | label | calculation | repeat_count | default | constraint | required
integer | n | How many? | | | | | yes
begin_repeat | r | Line | | ${n} | | |
integer | x | How much? | | | position(..) | . < sum(../../r[sum(../r/x) > 0]/x) |
calculate | c | | sum(../../r[sum(../r/x) > 1]/x) | | | |
end_repeat | | | | | | |
text | word | A word? | | | | regex(., '^(([a-z])+.)+[A-Z]([a-z])+$') | yes
""")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_told_and_others_are_answered_meanwhile(
    http: aiohttp.ClientSession,
    bot: Program,
    welcome: Welcome,
    language: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tr = Translator(language)
    told = tr(
        "⚠️ This survey asks for more computing than one answer may take, so some"
        " questions or sums may be missing here. Your answers are kept: go on, and tell"
        " whoever sent you the survey."
    )
    sofia = await welcome(SOFIA, language, None)
    olena, andrii = await welcome(OLENA, language), await welcome(ANDRII, language)
    await send(sofia, HOSTILE, "hostile.md")

    await sofia.press(tr("👁 Preview"))
    await sofia.press(tr("Hospital / clinic"))
    assert "c (calculation)" not in sofia.text
    await sofia.write("1000")
    assert "c (calculation)" in sofia.text
    await sofia.press(tr("⏸ Later"))
    await sofia.press(tr("✅ Publish"))
    survey = await forms.by_form_id(bot.app.db, "hostile")
    assert survey is not None

    await olena.start(f"s{survey.token}")
    await olena.press(tr("▶ Start"))
    assert told not in olena.text
    caplog.clear()
    done = asyncio.create_task(olena.write("1000"))
    others = 0
    while not done.done():
        await andrii.press(tr("🌐 Language"))
        await andrii.press(tr("‹ Back"))
        others += 1
    await done
    assert others
    assert told in olena.text
    lines = [record.getMessage() for record in caplog.records]
    assert any("logic left out" in line and "hostile" in line for line in lines), lines
    assert faults(await calls(http)) == []
