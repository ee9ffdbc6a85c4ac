"""Files up and down."""

import asyncio
import struct
import zlib
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.player import ChatPage, PlayedBot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def png(width: int, height: int) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + b"\x80" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def test_a_document_goes_up_with_its_caption(
    bot: PlayedBot, chat: ChatPage, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "Статут лікарні.pdf"
    file.write_bytes(b"%PDF-1.4")
    await chat.begin(bot)
    async with page.expect_file_chooser() as choosing:
        await chat.attach("Файл")
    await (await choosing.value).set_files(file)
    dialog = page.get_by_role("dialog", name="Файл")
    await expect(dialog).to_contain_text("Статут лікарні.pdf")
    await dialog.get_by_label("Підпис").fill("ось він")
    await dialog.get_by_role("button", name="Надіслати").click()
    said = await bot.hear("message")
    assert (said["document"]["file_name"], said["caption"]) == ("Статут лікарні.pdf", "ось він")
    await expect(chat.last).to_contain_text("Статут лікарні.pdf")
    await expect(chat.last).to_contain_text("ось він")


async def test_a_photo_goes_up_as_a_photo_and_opens(
    bot: PlayedBot, chat: ChatPage, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "photo.png"
    file.write_bytes(png(300, 200))
    await chat.begin(bot)
    async with page.expect_file_chooser() as choosing:
        await chat.attach("Світлина")
    await (await choosing.value).set_files(file)
    await page.get_by_role("dialog").get_by_role("button", name="Надіслати").click()
    assert (await bot.hear("message"))["photo"][0]["width"] == 300
    picture = chat.last.get_by_role("img", name="Світлина")
    await expect(picture).to_have_js_property("naturalWidth", 300)
    await chat.last.get_by_role("button", name="Відкрити світлину").click()
    await expect(page.get_by_role("dialog", name="Світлина")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_document_of_the_bot_is_downloaded_whole(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    data = b"receipt " * 1000
    await chat.begin(bot)
    number = await bot.send_file("sendDocument", "document", "Квитанція № 12.txt", data)
    async with page.expect_download() as downloading:
        await chat.message(number).get_by_role("link").click()
    download = await downloading.value
    assert download.suggested_filename == "Квитанція № 12.txt"
    assert await asyncio.to_thread(Path(await download.path()).read_bytes) == data


async def test_a_photo_of_the_bot_is_shown(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    number = await bot.send_file("sendPhoto", "photo", "chart.png", png(640, 360))
    picture = chat.message(number).get_by_role("img", name="Світлина")
    await expect(picture).to_have_js_property("naturalWidth", 640)
