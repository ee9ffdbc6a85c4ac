"""Pictures and sounds of labels and choices: sent with the form, shown beside the question."""

import io
import json

import aiohttp
import pytest
from PIL import Image
from sqlalchemy import select, update

from bot.compose import Program
from dialogs.i18n import LANGUAGES, Translator
from storage import forms, models
from tests.conversations.conftest import OLENA, SOFIA, Welcome
from tests.conversations.harness import Chat, calls
from tests.conversations.oracles import faults
from tests.conversations.test_authoring import send
from tests.domain.surveys.forms import workbook
from tests.domain.surveys.test_bundles import packed

ROWS = """
type | name | label::en | label::uk | guidance_hint::en | image | big-image | audio
note | intro | Look **here** first | Спершу погляньте **сюди** | | intro.png | |
select_one kind | kind | Which one? | Який саме? | Ask *twice* | | |
text | why | Why & ${kind}? | Чому ${kind}? | | small.png | big.png | why.ogg
"""
CHOICES = """
list_name | name | label::en | label::uk | image::en | image::uk
kind | one | **One** | Перший | one-en.png | one-uk.png
kind | two | | | two.png | two.png
"""
FORM = workbook(ROWS, CHOICES)


def picture(colour: str, size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


FILES = {
    "intro.png": picture("green"),
    "small.png": picture("white"),
    "big.png": picture("black"),
    "one-en.png": picture("red"),
    "one-uk.png": picture("blue"),
    "two.png": picture("yellow"),
    "why.ogg": b"OggS" + b"\0" * 60,
}


async def uploads(http: aiohttp.ClientSession, method: str) -> list[dict[str, object]]:
    return [call for call in await calls(http) if call["method"] == method]


@pytest.fixture
async def link(bot: Program, welcome: Welcome) -> str:
    """The payload of the survey's link, after it was sent as one archive."""
    sofia = await welcome(SOFIA, "en", None)
    await send(sofia, packed({"media/clinic.md": FORM, **FILES}), "clinic.zip")
    assert "With files: big.png" in sofia.text
    assert "shown without it" not in sofia.text
    await sofia.press("✅ Publish")
    survey = await forms.by_form_id(bot.app.db, "clinic")
    assert survey is not None
    return f"s{survey.token}"


def photos(chat: Chat) -> list[str]:
    return [m.get("caption", "") for m in chat.messages if m.get("photo") and not m.get("out")]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pictures_of_labels_and_choices_are_shown_when_asked_for(
    language: str, bot: Program, welcome: Welcome, http: aiohttp.ClientSession, link: str
) -> None:
    tr = Translator(language)
    chat = await welcome(OLENA, language, None)
    await chat.start(link)
    await chat.press(tr("▶ Start"))
    show = tr.plural("🖼 Show %(n)s picture", "🖼 Show %(n)s pictures", 3)
    before = len(await calls(http))
    await chat.press(show)
    made = [call["method"] for call in (await calls(http))[before:]]
    assert made.count("sendMediaGroup") == 1
    first = "One" if language == "en" else "Перший"
    assert photos(chat) == ["", first, "two"]
    assert show in chat.card.buttons
    assert "two" in " ".join(chat.card.buttons)
    await chat.press("ⓘ")
    assert "Ask twice" in chat.text  # in the only language that has it
    await chat.press(first)
    # The large picture stands for the small one; the sound is a voice message.
    both = tr("📎 Show what goes with this")
    await chat.press(both)
    assert len(photos(chat)) == 4
    assert any(m.get("voice") for m in chat.messages)
    assert faults(await calls(http)) == []


async def test_a_file_is_uploaded_once_and_again_if_telegram_forgets_it(
    bot: Program, welcome: Welcome, http: aiohttp.ClientSession, link: str
) -> None:
    async def known() -> dict[str, str | None]:
        query = select(models.FormFile.name, models.FormFile.file_id)
        return {row.name: row.file_id for row in await bot.app.db.read(lambda c: c.execute(query))}

    chat = await welcome(OLENA, "en", None)
    await chat.start(link)
    await chat.press("▶ Start")
    await chat.press("🖼 Show 3 pictures")
    ids = await known()
    assert {name for name, file_id in ids.items() if file_id} == {
        "intro.png",
        "one-en.png",
        "two.png",
    }
    await chat.press("🖼 Show 3 pictures")
    assert await known() == ids
    last = (await uploads(http, "sendMediaGroup"))[-1]
    assert str(ids["two.png"]) in json.dumps(last)

    async def forget(tx: object) -> None:
        wrong = update(models.FormFile).where(models.FormFile.name == "two.png")
        await tx.execute(wrong.values(file_id="of-another-bot"))  # type: ignore[attr-defined]

    await bot.app.db.write(forget)
    await chat.press("🖼 Show 3 pictures")
    assert photos(chat)[-3:] == ["", "One", "two"]
    assert (await known())["two.png"] not in (None, "of-another-bot")


async def test_a_picture_that_is_too_long_for_a_photo_comes_as_a_file(
    bot: Program, welcome: Welcome
) -> None:
    rows = "type | name | label | image\ntext | a | A? | long.png"
    chat = await welcome(SOFIA, "en", None)
    content = picture("red", (2100, 100))
    await send(chat, packed({"long.md": workbook(rows), "long.png": content}), "long.zip")
    await chat.press("👁 Preview")
    await chat.press("Other")
    await chat.press("🖼 Show the picture")
    [sent] = [m for m in chat.messages if m.get("document") and not m.get("out")]
    assert sent["document"]["file_name"] == "long.png"
    assert "A?" in chat.text


async def test_files_are_sent_one_by_one_after_the_form(bot: Program, welcome: Welcome) -> None:
    rows = "type|name|label|image\nselect_one_from_file places.csv | place | Where? | map.png"
    chat = await welcome(SOFIA, "en", None)
    await send(chat, picture("red"), "map.png")
    assert await forms.by_form_id(bot.app.db, "where") is None
    await send(chat, workbook(rows), "where.md")
    assert "The file “map.png” is missing" in chat.text
    assert "row 2, column “image”" in chat.text
    await send(chat, packed({"places.csv": b"name,label\nlviv,Lviv\n"}), "lists.zip")
    assert "With files: places.csv" in chat.text
    await send(chat, picture("blue"), "other.png")
    assert "does not name the file “other.png”" in chat.text
    await send(chat, b"no picture", "map.png")
    assert "“map.png” cannot be shown" in chat.text
    await send(chat, picture("red"), "map.png")
    assert "With files: map.png, places.csv" in chat.text
    await chat.press("✅ Publish")
    # The form alone, mended: its files are those of the published version.
    await send(chat, workbook(rows.replace("Where?", "Where is it?")), "where.md")
    assert "Taken from the published version: map.png, places.csv" in chat.text
    await chat.press("👁 Preview")
    await chat.press("Other")
    assert "Lviv" in chat.card.buttons
    assert "🖼 Show the picture" in chat.card.buttons


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_bad_archive_is_explained(language: str, bot: Program, welcome: Welcome) -> None:
    tr = Translator(language)
    chat = await welcome(SOFIA, language, None)
    await send(chat, packed({"a.md": FORM, "b.md": FORM}), "two.zip")
    names = "a.md, b.md"
    words = tr(
        "The archive has several forms, and only one can be checked at a time: %(names)s.",
        names=names,
    )
    assert words in chat.text
    assert tr("✅ Publish") not in chat.card.buttons
    await send(chat, b"PK\x03\x04nonsense", "broken.zip")
    assert tr("The archive is damaged: it cannot be unpacked.") in chat.text


async def test_a_picture_of_a_group_stands_where_the_group_begins(
    bot: Program, welcome: Welcome
) -> None:
    rows = """
    type | name | label | image
    begin_group | g | Devices | group.png
    text | a | Which? |
    text | b | Whose? |
    end_group | | |
    """
    chat = await welcome(SOFIA, "en", None)
    files = {"grouped.md": workbook(rows), "group.png": picture("red")}
    await send(chat, packed(files), "grouped.zip")
    await chat.press("✅ Publish")
    survey = await forms.by_form_id(bot.app.db, "grouped")
    assert survey is not None
    await chat.start(f"s{survey.token}")
    await chat.press("▶ Start")
    await chat.press("🖼 Show the picture")
    assert len(photos(chat)) == 1
    await chat.write("This one")
    assert "Whose?" in chat.text
    assert "🖼 Show the picture" not in chat.card.buttons
