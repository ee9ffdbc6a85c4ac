"""Times, ranks, files, places and nested repeats, answered in the chat in both languages."""

import aiohttp
import pytest
from sqlalchemy import select

from bot.compose import Program
from dialogs.i18n import Translator
from simulator.server import Simulator
from storage import models
from storage.answer_files import COPIED
from tests.conversations import kinds
from tests.conversations.conftest import Welcome
from tests.conversations.harness import Chat, Clock, calls, running_bot
from tests.conversations.oracles import faults

PNG = kinds.PNG
START = {"uk": "▶ Почати", "en": "▶ Start"}
LANGUAGES = pytest.mark.parametrize("language", ["uk", "en"])


async def at(
    chat: Chat, bot: Program, clock: Clock, language: str, question: str | None = None
) -> Translator:
    """Begin the survey and skip to a question (by a word of its label)."""
    await chat.start(await kinds.publish(bot, clock))
    tr = Translator(language)
    await chat.press(START[language])
    if question is not None:
        await skip_to(chat, tr, question)
    return tr


async def skip_to(chat: Chat, tr: Translator, *words: str) -> None:
    """Skip until the card says one of the words."""
    for _ in range(12):
        if any(word in chat.text or word in chat.card.buttons for word in words):
            return
        await chat.press(tr("Skip ›"))
    raise AssertionError(chat.text)


async def files(bot: Program) -> list[tuple[str, str, int, bytes | None]]:
    f = models.AnswerFile
    rows = await bot.app.db.read(
        lambda c: c.execute(select(f.name, f.kind, f.size, f.content).order_by(f.name))
    )
    return [(r.name, r.kind, r.size, r.content) for r in rows.all()]


@LANGUAGES
async def test_times_are_tapped_and_typed(
    welcome: Welcome, bot: Program, clock: Clock, language: str
) -> None:
    chat = await welcome(language=language)
    tr = await at(chat, bot, clock, language)
    await chat.press("ⓘ")
    assert ("За київським часом" if language == "uk" else "By Kyiv time") in chat.text
    await chat.press("08:00")
    assert (await kinds.answers(bot))["opens"] == "08:00:00.000+02:00"
    old = chat.card
    day = next(b["callback_data"] for row in old.rows for b in row if b["text"] in ("15", "·15"))
    await chat.press("15")
    assert chat.card.buttons.count("09:00") == 1
    await chat.press(tr("📅 Another day"))
    await chat.press_old(chat.card.message_id, day)
    await chat.write("14.30")
    assert (await kinds.answers(bot))["visit"] == "2026-11-15T14:30:00.000+02:00"
    await chat.press(tr("‹ Back"))
    await chat.write("завтра" if language == "uk" else "nonsense")
    assert "⚠" in chat.text
    await chat.write("12.03.2027 9:05")
    assert (await kinds.answers(bot))["visit"] == "2027-03-12T09:05:00.000+02:00"


@LANGUAGES
async def test_a_rank_is_tapped_in_order_and_taken_back(
    simulator: Simulator,
    http: aiohttp.ClientSession,
    welcome: Welcome,
    bot: Program,
    clock: Clock,
    language: str,
) -> None:
    label = {"uk": ["Ліжка", "Світло", "Люди"], "en": ["Beds", "Power", "People"]}[language]
    chat = await welcome(language=language)
    tr = await at(chat, bot, clock, language, "Що потрібніше" if language == "uk" else "needed")
    first = chat.card
    row, col = first.find(label[1])
    data = first.rows[row][col]["callback_data"]
    await chat.press(label[1])
    assert f"1. {label[1]}" in chat.text
    await chat.press_old(chat.card.message_id, data)  # a double tap puts it there once
    assert f"1. {label[1]}" in chat.text
    assert "2." not in chat.text
    await chat.press(tr("↩ Undo"))
    assert "1." not in chat.text
    await chat.press(label[2])
    assert (await kinds.answers(bot))["needs"] is None
    await chat.write(label[0])  # the last one is clear then
    assert (await kinds.answers(bot))["needs"] == "staff beds power"
    # the second of a double tap changes nothing on the screen, which Telegram calls a fault
    assert [f for f in faults(await calls(http)) if "not modified" not in f] == []


@LANGUAGES
async def test_files_are_kept_shown_replaced_and_removed(
    http: aiohttp.ClientSession, welcome: Welcome, bot: Program, clock: Clock, language: str
) -> None:
    chat = await welcome(language=language)
    tr = await at(chat, bot, clock, language, "Фото" if language == "uk" else "Photo")
    await chat.write("ось" if language == "uk" else "here")
    assert "⚠" in chat.text
    await kinds.send(http, chat, "voice", "v.ogg", "audio/ogg", b"OggS" + bytes(30))
    assert tr("A picture is needed here: please send a photo.") in chat.text
    await kinds.send(http, chat, "photo", "door.png", "image/png", PNG)
    [(name, kind, size, content)] = await files(bot)
    assert (kind, size, content) == ("photo", len(PNG), PNG)
    assert (await kinds.answers(bot))["photo"] == name
    await chat.press(tr("‹ Back"))
    before = len(chat.messages)
    await chat.press(tr("👁 Show what I sent"))
    assert [m for m in chat.messages if m.get("photo")][-1] in chat.messages[before - 1 :]
    await kinds.send(http, chat, "document", "plan.png", "image/png", PNG + b"2")
    [(again, kind, _, content)] = await files(bot)
    assert kind == "document"
    assert again != name
    assert again.startswith("plan-")
    assert content == PNG + b"2"
    await chat.press(tr("‹ Back"))
    await chat.press(tr("🗑 Remove"))
    assert await files(bot) == []
    assert (await kinds.answers(bot))["photo"] is None
    assert faults(await calls(http)) == []


async def test_a_sound_a_film_and_a_document_each_their_own(
    http: aiohttp.ClientSession, welcome: Welcome, bot: Program, clock: Clock
) -> None:
    chat = await welcome(language="uk")
    tr = await at(chat, bot, clock, "uk", "Фото")
    await kinds.send(http, chat, "photo", "door.png", "image/png", PNG)
    await chat.post("voice")
    await chat.until_answered(chat.seq)
    await kinds.send(http, chat, "document", "x.pdf", "application/pdf", b"%PDF")
    assert tr("A video is needed here: please record or send one.") in chat.text
    await kinds.send(http, chat, "video", "x.mp4", "video/mp4", b"mp4!")
    await kinds.send(http, chat, "document", "Статут «Лікарня».pdf", "application/pdf", b"%PDF")
    kept = {kind: name for name, kind, _, _ in await files(bot)}
    assert set(kept) == {"photo", "voice", "video", "document"}
    assert kept["document"].startswith("Статут «Лікарня»-")
    assert kept["document"].endswith(".pdf")


async def test_a_file_larger_than_is_copied_stays_with_telegram_and_that_is_said(
    http: aiohttp.ClientSession, welcome: Welcome, bot: Program, clock: Clock
) -> None:
    chat = await welcome(language="en")
    await at(chat, bot, clock, "en", "Photo")
    large = PNG + bytes(COPIED)
    await kinds.send(http, chat, "document", "large.png", "image/png", large)
    [(_, _, size, content)] = await files(bot)
    assert (size, content) == (len(large), None)
    assert "larger than Lanka copies" in chat.text


@LANGUAGES
async def test_a_place_is_shared_or_typed(
    http: aiohttp.ClientSession, welcome: Welcome, bot: Program, clock: Clock, language: str
) -> None:
    chat = await welcome(language=language)
    await at(chat, bot, clock, language, "Фото" if language == "uk" else "Photo")
    await kinds.send(http, chat, "photo", "door.png", "image/png", PNG)
    tr = Translator(language)
    await skip_to(chat, tr, "Де Ви" if language == "uk" else "Where")
    await chat.press(tr("📍 Send where I am"))
    assert chat.messages[-1]["text"] == tr(
        "Press the button below; Telegram then asks whether to share your location."
    )
    await chat.say("location", latitude=50.4501, longitude=30.5234)
    for _ in range(3):  # the keyboard goes first, then the card comes
        if "✅" not in chat.text:
            await chat.until_answered(chat.seq)
    assert "50.45010, 30.52340" in chat.text
    assert (await kinds.answers(bot))["place"] == "50.450100 30.523400 0 0"
    assert not [m for m in chat.messages if m.get("text") == "📍"]
    await chat.press(tr("‹ Back"))
    await chat.write("49,84° 24,03°")
    assert (await kinds.answers(bot))["place"] == "49.84 24.03 0 0"
    await chat.press(tr("‹ Back"))
    await chat.press(tr("🗺 Show on the map"))
    assert any("location" in m for m in chat.messages if not m.get("out"))
    await chat.write("200 30")
    assert "⚠" in chat.text
    await chat.say("sticker")
    assert tr("A location is needed here: share it, or write the coordinates.") in chat.text
    assert faults(await calls(http)) == []


async def test_repeats_inside_repeats_say_where_one_is(
    http: aiohttp.ClientSession, welcome: Welcome, bot: Program, clock: Clock
) -> None:
    chat = await welcome(language="en")
    tr = await at(chat, bot, clock, "en", "Photo")
    await kinds.send(http, chat, "photo", "door.png", "image/png", PNG)
    await skip_to(chat, tr, tr("➕ Add"), "Name of the")
    if tr("➕ Add") in chat.card.buttons:
        await chat.press(tr("➕ Add"))
    await chat.write("Alfa")
    if tr("➕ Add") in chat.card.buttons:
        await chat.press(tr("➕ Add"))
    assert "Partner 1 › Product 1" in chat.text
    await chat.write("Prosthesis")
    await chat.press(tr("➕ Add"))
    assert "Partner 1 › Product 2" in chat.text
    await chat.write("Splint")
    await chat.press(tr("✅ That is all"))
    await chat.press(tr("➕ Add"))
    assert "Partner 2" in chat.text


async def test_a_restart_in_the_middle_of_a_rank_loses_nothing(
    simulator: Simulator, http: aiohttp.ClientSession, ready_url: str, clock: Clock
) -> None:
    async with running_bot(simulator, ready_url, clock) as bot:
        chat = await Chat.open(http, 1001)
        await chat.start()
        await chat.press("🇬🇧 English")
        await chat.press("✅ I agree")
        await at(chat, bot, clock, "en", "needed")
        await chat.press("People")
    async with running_bot(simulator, ready_url, clock) as bot:
        await chat.press("Power")
        assert (await kinds.answers(bot))["needs"] == "staff power beds"


async def test_metadata_is_filled_and_never_asked(
    welcome: Welcome, bot: Program, clock: Clock
) -> None:
    chat = await welcome(language="en")
    await at(chat, bot, clock, "en")
    told = await kinds.answers(bot)
    assert told["start"] == "2026-11-24T10:00:00.000+02:00"
    assert (told["deviceid"] or "").startswith("lanka:")
    assert "1001" not in (told["deviceid"] or "")
