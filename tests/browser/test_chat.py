"""Messages as they come, change and go; scrolling; a restart of the simulator."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from playwright.async_api import Page, expect

from simulator.server import Simulator
from tests.browser.player import OLENA, ChatPage, PlayedBot, callback, keyboard

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_text_both_ways(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    await chat.write("Добрий день\nі до побачення")
    assert await bot.hear_text() == "Добрий день\nі до побачення"
    await expect(chat.last).to_contain_class("out")
    await expect(chat.field).to_have_value("")
    number = await bot.say("<b>Вітаю</b>, Олено")
    await expect(chat.message(number)).to_contain_text("Вітаю, Олено")
    await expect(chat.message(number)).to_have_accessible_name(re.compile(r"Ланка, \d\d:\d\d"))


async def test_an_edit_changes_the_message_in_its_place(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    card = await bot.say("Запитання 1", reply_markup=keyboard([callback("Далі", "next")]))
    after = await bot.say("Потім")
    await expect(chat.message(after)).to_be_visible()
    await chat.button("Далі").focus()
    await bot.call(
        "editMessageText",
        chat_id=OLENA,
        message_id=card,
        text="Запитання 2",
        reply_markup=keyboard([callback("Так", "yes"), callback("Ні", "no")]),
    )
    await expect(chat.message(card)).to_contain_text("Запитання 2")
    await expect(chat.page.locator("article")).to_have_count(3)
    await expect(chat.page.locator("article").nth(1)).to_have_attribute("data-id", str(card))
    await expect(chat.message(card)).not_to_contain_text("змінено")
    await expect(chat.button("Так")).to_be_focused()
    await bot.call("editMessageText", chat_id=OLENA, message_id=after, text="Потім, але інакше")
    await expect(chat.message(after)).to_contain_text("змінено")


async def test_a_deleted_message_vanishes(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    number = await bot.say("Лишилося недовго")
    await expect(chat.message(number)).to_be_visible()
    await bot.call("deleteMessage", chat_id=OLENA, message_id=number)
    await expect(chat.message(number)).to_have_count(0)


async def test_typing_is_shown_until_the_message_comes(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    await bot.call("sendChatAction", chat_id=OLENA, action="typing")
    await expect(chat.status).to_have_text("друкує…")
    await bot.say("Готово")
    await expect(chat.status).to_have_text("бот")


async def test_whoever_has_scrolled_up_stays_there_and_sees_how_much_came(
    bot: PlayedBot, chat: ChatPage
) -> None:
    await chat.begin(bot)
    for number in range(30):
        await bot.say(f"Повідомлення {number}")
    await expect(chat.page.get_by_text("Повідомлення 29")).to_be_in_viewport()
    await chat.history.hover()
    await chat.page.mouse.wheel(0, -5000)
    await expect(chat.page.get_by_text("Повідомлення 0")).to_be_in_viewport()
    await bot.say("Нове")
    down = chat.button("До останнього повідомлення")
    await expect(down).to_contain_text("1")
    await expect(chat.page).to_have_title("(1) Ланка")
    await expect(chat.page.get_by_text("Повідомлення 0")).to_be_in_viewport()
    await down.click()
    await expect(chat.page.get_by_text("Нове")).to_be_in_viewport()
    await expect(down).to_be_hidden()
    await expect(chat.page).to_have_title("Ланка")


async def test_the_pinned_message_leads_to_its_place(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    number = await bot.say("Реєстрація триває")
    await bot.call("pinChatMessage", chat_id=OLENA, message_id=number)
    for _ in range(25):
        await bot.say("…")
    pinned = chat.button("Закріплене повідомлення")
    await expect(pinned).to_contain_text("Реєстрація триває")
    await expect(chat.message(number)).not_to_be_in_viewport()
    await pinned.click()
    await expect(chat.message(number)).to_be_in_viewport()
    await bot.call("unpinChatMessage", chat_id=OLENA)
    await expect(pinned).to_be_hidden()


async def test_a_reply_an_edit_and_a_forward_of_the_person(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await chat.begin(bot)
    number = await bot.say("Скільки ліжок?")
    await chat.message(number).click(button="right")
    await page.get_by_role("menuitem", name="Відповісти").click()
    await chat.write("120")
    said = await bot.hear("message")
    assert (said["text"], said["reply_to_message"]["message_id"]) == ("120", number)
    await chat.message(said["message_id"]).hover()
    await (
        chat.message(said["message_id"]).get_by_role("button", name="Дії з повідомленням").click()
    )
    await page.get_by_role("menuitem", name="Змінити").click()
    await expect(chat.field).to_have_value("120")
    await chat.write("130")
    assert (await bot.hear("edited_message"))["text"] == "130"
    await expect(chat.message(said["message_id"])).to_contain_text("130")
    await chat.message(number).click(button="right")
    await page.get_by_role("menuitem", name="Переслати сюди").click()
    assert "forward_origin" in await bot.hear("message")
    await expect(chat.last).to_contain_text("Переслано від: Ланка")


async def test_a_blocked_bot_can_be_restarted(bot: PlayedBot, chat: ChatPage, page: Page) -> None:
    await chat.begin(bot)
    await chat.button("Меню чату").click()
    await page.get_by_role("menuitem", name="Зупинити й заблокувати бота").click()
    member = await bot.hear("my_chat_member")
    assert member["new_chat_member"]["status"] == "kicked"
    await expect(chat.field).to_be_hidden()
    await chat.button("Перезапустити бота").click()
    assert await bot.hear_text() == "/start"
    await expect(chat.field).to_be_visible()


async def test_the_page_comes_back_after_a_restart_of_the_simulator(
    page: Page, chat: ChatPage, tmp_path: Path
) -> None:
    async with Simulator(tmp_path / "world") as first, aiohttp.ClientSession(first.url) as http:
        address, port = first.url, urlsplit(first.url).port
        bot = PlayedBot(http)
        await bot.call("getMe")
        await page.goto(f"{address}/?person={OLENA}")
        await page.locator(".big").click()
        await bot.say("До перезапуску")
        await expect(chat.last).to_contain_text("До перезапуску")
    await expect(chat.status).to_have_text("з’єднання…")
    await expect(chat.last).to_contain_text("До перезапуску")
    assert port is not None
    async with (
        Simulator(tmp_path / "world", port=port) as second,
        aiohttp.ClientSession(second.url) as http,
    ):
        await expect(chat.status).to_have_text("бот")
        await PlayedBot(http).say("Після перезапуску")
        await expect(chat.last).to_contain_text("Після перезапуску")
        await expect(page.locator("article")).to_have_count(3)
        await chat.write("Я ще тут")
        await expect(chat.last).to_contain_text("Я ще тут")
