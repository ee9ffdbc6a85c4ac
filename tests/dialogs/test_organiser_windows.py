"""Every window of an organiser, of events and of a preview, in both languages, as it is sent."""

import re
from datetime import timedelta

import aiohttp
import pytest

from dialogs.i18n import LANGUAGES
from dialogs.states import Authoring, EventDesk, Events, Survey
from domain.events.definition import Definition
from domain.events.event import Mode
from simulator.server import Simulator
from storage import events, forms, organisations, people
from tests.conversations.harness import Chat, Clock, calls, running_bot
from tests.conversations.oracles import faults
from tests.conversations.test_authoring import send
from tests.dialogs.limits import foreign_words, text_faults, words
from tests.dialogs.longest import phrase
from tests.dialogs.test_windows import CODE, KNOWN, NAMES, OLENA, Visitor, said
from tests.domain.surveys.forms import workbook

SOFIA = 1003
TITLES = {
    "uk": "Клініка & <опіка> понад усе " * 6,
    "en": "Clinic & <care> above all the rest " * 6,
}
# Also codes, names of columns and sheets, formats, and what the organiser types or is told to.
FORM_WORDS = (
    " XLSForm Excel xlsx xls CSV Markdown KoboToolbox ODK zip clinic survey choices label name"
    " type kind beds lost image md org hospital txet integer text select multiple missing png way"
    " sofia marti geotrace XLSX QR- QR Kyiv Europe a one few PDF Sof Mart YAML Ukraine Focus Group"
)
CODES = re.compile(r"https://\S+|\b[A-Z0-9]{8}\b")  # links, and codes of tickets
SEEN = (
    {state.state for state in Authoring.__all_states__}
    | {state.state for state in Events.__all_states__}
    | {state.state for state in EventDesk.__all_states__}
    | {Survey.preview.state, Survey.previewed.state}
)


def rows(language: str, beds: str = "integer") -> bytes:
    """A form in one language: long words, a question that goes, one that a chat cannot put."""
    lines = [
        "type | name | label | image",
        f"select_one kind | kind | {phrase(language, 1, 300)} | missing.png",
        f"{beds} | beds | {phrase(language, 2, 300)} |",
        *([f"text | lost | {phrase(language, 3, 300)} |"] if beds == "integer" else []),
        f"geotrace | way | {phrase(language, 4, 200)} |",
    ]
    choices = [
        "list_name | name | label",
        f"kind | one | {phrase(language, 5, 200)}",
        f"kind | few | {phrase(language, 6, 200)}",
    ]
    title = TITLES[language].strip()
    settings = f"\n| settings |\n| | form_id | form_title |\n| | clinic | {title} |\n"
    return workbook("\n".join(lines), "\n".join(choices)) + settings.encode()


COLLEAGUE = {"uk": "Іван Франко", "en": "Jane Doe"}


async def authoring(visitor: Visitor, answering: Chat, language: str) -> None:
    """The whole way of a form: broken, mended, walked, published, changed, closed."""
    chat, tr = visitor.chat, visitor.tr
    await visitor.press("🗂 Organisers’ home", "🛠 Surveys")
    await visitor.write("?")
    broken = ["type | name | label", *(f"txet | q{n} | Q" for n in range(12))]
    await send(chat, workbook("\n".join(broken)), "clinic.md")
    while "❌" not in chat.text:
        await chat.until_answered(chat.seq)
    await chat.press("▶")
    await send(chat, rows(language), "clinic.md")
    await visitor.note()
    await visitor.press("👁 Preview", "‹ Back", "👁 Preview", "Hospital / clinic")
    await visitor.press("Skip ›", "Skip ›", "Skip ›", "📨 Submit", "Once more, as another kind")
    await visitor.press("‹ Back", "✅ Publish", "No", "✅ Publish", "Yes, publish")
    survey = await forms.by_form_id(visitor.bot.app.db, "clinic")
    assert survey is not None
    await answering.start(f"s{survey.token}")
    await answering.press(tr("▶ Start"))
    await answering.press(tr("Skip ›"))
    await answering.write("12")
    await visitor.press("⏰ Deadline")
    await visitor.write("???", "01.01.2020", "31.12.2026")
    await visitor.press("⏰ Deadline", "No deadline", "⏰ Deadline")
    await visitor.write("31.12.2026 18:00")
    await visitor.press("👥 Who answers", "Only invited organisations")
    await visitor.write("?", f"{CODE} 12345678")
    await visitor.press("Anyone", "‹ Back", "🔢 Quotas")
    await visitor.write("?", "kind three 1", "beds 1 1", "kind one 40")
    await visitor.press("‹ Back", "🔗 Link and QR code")
    await send(chat, rows(language, "text"), "clinic.md")
    await visitor.note()
    await visitor.press("✅ Publish", "Yes, publish", "🔁 Move open responses", "Yes, move them")
    await visitor.press("‹ Back", "🔴 Close", "🟢 Open again", "👁 Preview", "‹ Back", "‹ Menu")


async def registering(visitor: Visitor, token: str) -> None:
    """The way of a registration, and the organiser's desk with its door."""
    chat, tr = visitor.chat, visitor.tr
    await visitor.press("📅 Events", "🗂 Organise", "‹ Events", "🎟 My registrations", "‹ Events")
    await chat.start(f"e{token}")
    await visitor.note()
    await chat.press("🏛")
    await visitor.note()
    await visitor.press(
        "👥 Hand to a colleague", "‹ Back", "✖️ Cancel the registration", "‹ Back", "‹ Events"
    )
    await chat.start(f"e{token}")
    await visitor.press("➕ Register a colleague")
    await visitor.write(COLLEAGUE[tr.language])
    await visitor.press("‹ Events", "🗂 Organise")
    await chat.press_at(chat.card.message_id, 1, 0)
    await visitor.note()
    await visitor.write("?")
    await editing(visitor)
    await visitor.press("🔄 Refresh", "🔒 Close registration")
    await visitor.press("🔓 Open it again", "❌ Cancel the event", "❌ Yes, call it off")


async def editing(visitor: Visitor) -> None:
    """The desk of an event that is published, and a new one from its title to its last field."""
    chat, tr = visitor.chat, visitor.tr
    await visitor.press("➕ Seats")
    await visitor.write("???", "7")
    await visitor.press("‹ To the whole event", "👥 Who takes part")
    await chat.press(COLLEAGUE[tr.language])
    await visitor.note()
    await visitor.press("✖️ Cancel the registration", "‹ No", "‹ Who takes part", "‹ Back")
    await chat.press(f"✏️ {tr('Start')}")
    await visitor.write("???", "20.12.2026 11:00")
    await visitor.press("📅 Yes, move it", "‹ All events", "➕ A new event")
    await visitor.write(phrase(tr.language, 1, 150))
    for _ in range(15):
        await visitor.press("Go on ›")
    await visitor.press("🚀 Publish", "🗑 Delete", "🗑 Yes, delete it")
    await chat.press_at(chat.card.message_id, 1, 0)  # below "a new event"
    await visitor.note()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_window_of_an_organiser(
    language: str, simulator: Simulator, http: aiohttp.ClientSession, ready_url: str
) -> None:
    clock = Clock()
    owners = frozenset({SOFIA})
    async with running_bot(simulator, ready_url, clock, owners) as bot:
        answering = Visitor(await Chat.open(http, OLENA), bot, language)
        await answering.first_minute(language)
        visitor = Visitor(await Chat.open(http, SOFIA), bot, language)
        await visitor.first_minute(language)
        known = await people.find(bot.app.db, SOFIA)
        assert known is not None
        profile = {"name": NAMES[language][:200], "type": "hospital"}
        await organisations.make(bot.app.db, known.id, CODE, profile, clock())
        title = TITLES[language].strip()
        meeting = Definition(
            slug="meeting",
            title={"uk": title, "en": title},
            zone="Europe/Kyiv",
            starts_at=clock() + timedelta(days=20),
            ends_at=clock() + timedelta(days=20, hours=6),
            capacity={Mode.ONSITE: 5},
            publish=True,
        )
        event = await events.save(bot.app.db, meeting, clock())
        await authoring(visitor, answering.chat, language)
        await registering(visitor, event.token)
        assert visitor.seen >= SEEN
        made = await calls(http)
    # "Refresh" finds nothing new, which Telegram refuses and nobody sees.
    assert [fault for fault in faults(made) if "message is not modified" not in fault] == []
    known_words = (KNOWN[language] + (FORM_WORDS if language == "uk" else "")).split()
    texts = [text for call in made for text in said(call)]
    assert [fault for text in texts for fault in text_faults(text)] == []
    chosen = [CODES.sub("", words(text)) for text in texts if "Якою мовою" not in text]
    strange = {
        (word, text) for text in chosen for word in foreign_words(language, text, known_words)
    }
    assert strange == set()
