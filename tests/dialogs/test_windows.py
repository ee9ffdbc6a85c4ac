"""Every window outside of the survey's cards, in both languages, as the bot really sends it."""

import asyncio
import re
from typing import Any

import aiohttp
import pytest
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage
from aiogram.types import InlineKeyboardMarkup

from bot.compose import Program
from dialogs.i18n import LANGUAGES, Translator, escape
from dialogs.states import Events, Home, Language, Organisation, Start
from domain.people.profile import NAME_LIMIT
from simulator.server import Simulator
from storage.fsm import load_dialog_states
from tests.conversations.harness import Chat, Clock, calls, running_bot
from tests.conversations.oracles import faults, method_of
from tests.dialogs.limits import foreign_words, text_faults, words

OLENA, ANDRII = 1001, 1002
CODE = "32855961"
BUTTON = {"uk": "🇺🇦 Українська", "en": "🇬🇧 English"}
NAMES = {
    "uk": "Комунальне некомерційне підприємство «Лікарня & поліклініка <№ 5>» " * 4,
    "en": "Municipal non-profit enterprise “Hospital & outpatients’ <No. 5>” " * 4,
}
# What reads the same in both languages: names, commands, examples, the choice of a language.
KNOWN = {
    "uk": "Lanka Clusters Health Telegram English start help cancel language"
    " privacy mydata forget id Which do you"
    " prefer Choose a language office hospital org ua olena koval CE",
    "en": "Ланка Якою мовою Вам зручніше Оберіть мову Українська ЄДРПОУ Олена Коваль Андрій"
    " Мельник",
}
STATE = re.compile(r'"state": "(\w+:\w+)"')
WINDOWS = {
    state.state
    for group in (Start, Home, Language, Organisation)
    for state in group.__all_states__
} - {Home.events.state}  # it leads on from windows that were open before events came
WINDOWS |= {Events.browse.state}


class Visitor:
    """A person who goes through the windows and notes which they were in."""

    def __init__(self, chat: Chat, bot: Program, language: str) -> None:
        self.chat, self.bot, self.tr = chat, bot, Translator(language)
        self.seen: set[str] = set()

    async def press(self, *msgids: str) -> None:
        """Press buttons, each named by its English text."""
        for msgid in msgids:
            await self.chat.press(self.tr(msgid))
            await self.note()

    async def write(self, *texts: str) -> None:
        for text in texts:
            await self.chat.write(text)
            await self.note()

    async def note(self) -> None:
        """Remember where the person stands, once the bot has finished with what they did."""
        chat = (self.bot.bot.id, self.chat.person)
        if busy := self.bot.lanes._busy.get(self.chat.person):
            await asyncio.wait([busy])
        entries = await load_dialog_states(self.bot.app.db, *chat)
        found = STATE.findall(" ".join(entry.data for entry in entries.values()))
        self.seen.update(found)

    async def first_minute(self, language: str) -> None:
        await self.chat.start()
        await self.note()
        await self.write("?")
        await self.chat.press(BUTTON[language])
        await self.note()
        await self.write("?")
        await self.press("No, thank you")
        await self.write("?")
        await self.press("Read again", "✅ I agree")

    async def describe(self, name: str) -> None:
        """Name and describe an organisation: the last of the options wherever there are some."""
        await self.press("🏥 My organisation")
        await self.write("1", "3285596101", "32855962", CODE, "x", "y" * 500, name)
        for _ in range(10):
            await self.note()
            if self.tr("✏️ Change the profile") in self.chat.card.buttons:
                return
            options = [text for text in self.chat.card.buttons if text[:1] not in "‹◀▶🗑"]
            options = [text for text in options if text != self.tr("That is all for now")]
            skip = self.tr("Skip ›")
            if options and options != [skip]:
                await self.chat.press(next(text for text in options if text != skip))
            elif skip in options:
                await self.write("?")
                await self.chat.press(skip)
            else:
                await self.write("?" * 100)
        raise AssertionError(self.chat.text)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_window(
    language: str, simulator: Simulator, http: aiohttp.ClientSession, ready_url: str
) -> None:
    async with running_bot(simulator, ready_url, Clock()) as bot:
        visitor = Visitor(await Chat.open(http, OLENA), bot, language)
        await visitor.first_minute(language)
        for page in ("💶 Funding", "📅 Events", "❓ Help"):
            # What is typed here is a question about funding; its answer leads back to the menu.
            await visitor.write("?")
            await visitor.press("‹ Menu", page, "‹ Menu")
        await visitor.press("🌐 Language", "‹ Back")
        await visitor.describe(NAMES[language][:NAME_LIMIT])
        await visitor.press("✏️ Change the profile", "‹ Back", "👥 Colleagues")
        await visitor.press("🚪 Leave the organisation")
        await visitor.press("‹ Back", "‹ Back", "🔁 Another organisation", "‹ Back", "‹ Menu")

        newcomer = Visitor(await Chat.open(http, ANDRII), bot, language)
        await newcomer.first_minute(language)
        await newcomer.press("🏥 My organisation")
        await newcomer.write(CODE)

        assert visitor.seen | newcomer.seen == WINDOWS
        made, known = await calls(http), KNOWN[language].split()
    assert faults(made) == []
    assert len(made) > 80
    texts = [text for call in made for text in said(call)]
    assert [fault for text in texts for fault in text_faults(text)] == []
    # Before the choice, the first window speaks both languages, and reproaches speak the guessed.
    chosen = [words(text) for text in texts if "Якою мовою" not in text]
    assert [(word, text) for text in chosen for word in foreign_words(language, text, known)] == []


def said(call: dict[str, Any]) -> list[str]:
    """What a call puts before a person: HTML of a message, of buttons, and of a toast."""
    method = method_of(call)
    if isinstance(method, AnswerCallbackQuery):
        return [escape(method.text)] if method.text else []
    if not isinstance(method, SendMessage | EditMessageText):
        return []
    markup = method.reply_markup
    rows = markup.inline_keyboard if isinstance(markup, InlineKeyboardMarkup) else []
    return [str(method.text), *(escape(button.text) for row in rows for button in row)]
