"""Who is played: picking, making and changing people."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.player import OLENA, ChatPage, PlayedBot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_person_is_picked_and_the_empty_chat_offers_start(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await bot.call("setMyDescription", description="Ланка проводить опитування.")
    await page.goto("/")
    people = page.get_by_role("navigation", name="Люди")
    await expect(people.get_by_role("listitem")).to_have_count(3)
    await people.get_by_role("button", name="Олена Коваль").click()
    await expect(page).to_have_url(f"/?person={OLENA}")
    await expect(page.get_by_text("Ланка проводить опитування.")).to_be_visible()
    await expect(chat.field).to_be_hidden()
    await page.get_by_role("button", name="Почати").click()
    assert await bot.hear_text() == "/start"
    await expect(chat.last).to_contain_text("/start")
    await expect(chat.field).to_be_focused()


async def test_the_page_speaks_the_language_of_the_person(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await page.goto("/")
    await page.get_by_role("button", name="Sofía Martí").click()
    await expect(page.get_by_role("button", name="Start")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await page.get_by_role("button", name="Олена Коваль").click()
    await expect(page.get_by_role("button", name="Почати")).to_be_visible()


async def test_a_new_person_is_made_with_a_language(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await page.goto("/")
    await page.get_by_role("button", name="Нова людина").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Ім’я", exact=True).fill("Ingrid")
    await dialog.get_by_label("Прізвище").fill("Dahl")
    await dialog.get_by_label("Мова Telegram").select_option("nb")
    await dialog.get_by_role("button", name="Зберегти").click()
    await page.get_by_role("button", name="Start").click()
    said = await bot.hear("message")
    assert (said["from"]["first_name"], said["from"]["language_code"]) == ("Ingrid", "nb")
    await expect(page.get_by_role("button", name="Ingrid Dahl")).to_have_attribute(
        "aria-current", "true"
    )


async def test_a_new_person_needs_a_name(bot: PlayedBot, page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("button", name="Нова людина").click()
    await page.get_by_role("dialog").get_by_role("button", name="Зберегти").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("#people-list li")).to_have_count(3)


async def test_changed_details_reach_the_bot_and_the_page(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await chat.begin(bot)
    await page.get_by_role("button", name="Меню чату").click()
    await page.get_by_role("menuitem", name="Дані людини").click()
    await page.get_by_role("dialog").get_by_label("Мова Telegram").select_option("en")
    await page.get_by_role("dialog").get_by_role("button", name="Зберегти").click()
    await expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    await chat.write("hello")
    said = await bot.hear("message")
    assert said["from"]["language_code"] == "en"


async def test_a_chat_waits_for_a_bot_that_is_not_running_yet(page: Page) -> None:
    await page.goto(f"/?person={OLENA}")
    await expect(page.get_by_text("Бот ще не запущений")).to_be_visible()
    await expect(page.locator("#status")).to_have_text("очікування бота…")
