"""The lower edge: reply keyboard, sharing, commands, inline mode."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.player import OLENA, ChatPage, PlayedBot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KEYS = {
    "resize_keyboard": True,
    "input_field_placeholder": "Оберіть відповідь",
    "keyboard": [
        [
            {"text": "Мій номер", "request_contact": True},
            {"text": "Де я", "request_location": True},
        ],
        [{"text": "Так"}, {"text": "Ні"}],
    ],
}
COMMANDS = [
    {"command": "start", "description": "Меню"},
    {"command": "help", "description": "Що вміє Ланка"},
    {"command": "language", "description": "Українська чи англійська"},
]


async def test_the_reply_keyboard_types_for_the_person_and_can_be_taken_away(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await chat.begin(bot)
    await bot.say("Згодні?", reply_markup=KEYS)
    keys = page.get_by_role("group", name="Клавіатура бота")
    await keys.get_by_role("button", name="Так").click()
    assert await bot.hear_text() == "Так"
    await expect(chat.field).to_have_attribute("placeholder", "Оберіть відповідь")
    toggle = page.locator(".field-box").get_by_role("button", name="Клавіатура бота")
    await toggle.click()
    await expect(keys).to_be_hidden()
    await toggle.click()
    await expect(keys).to_be_visible()
    await page.reload()
    await expect(keys.get_by_role("button", name="Ні")).to_be_visible()
    await bot.say("Дякую", reply_markup={"remove_keyboard": True})
    await expect(keys).to_have_count(0)
    await expect(toggle).to_be_hidden()


async def test_a_one_time_keyboard_folds_after_use(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await chat.begin(bot)
    await bot.say("Згодні?", reply_markup=KEYS | {"one_time_keyboard": True})
    keys = page.get_by_role("group", name="Клавіатура бота")
    await keys.get_by_role("button", name="Ні").click()
    assert await bot.hear_text() == "Ні"
    await expect(keys).to_be_hidden()


async def test_contact_and_location_by_the_keyboard_ask_first(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await chat.begin(bot)
    await bot.say("Хто Ви й де?", reply_markup=KEYS)
    dialog = page.get_by_role("dialog")
    await chat.button("Мій номер").click()
    await dialog.get_by_role("button", name="Скасувати").click()
    await chat.button("Мій номер").click()
    await dialog.get_by_role("button", name="Поділитися").click()
    contact = (await bot.hear("message"))["contact"]
    assert contact["user_id"] == OLENA
    await expect(chat.last).to_contain_text(contact["phone_number"])
    await chat.button("Де я").click()
    await dialog.get_by_label("Місце").select_option(label="Oslo")
    await dialog.get_by_role("button", name="Надіслати").click()
    place = (await bot.hear("message"))["location"]
    assert (place["latitude"], place["longitude"]) == (59.9139, 10.7522)
    await expect(chat.last).to_contain_text("59.91390, 10.75220")


async def test_a_place_outside_the_earth_is_not_sent(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await chat.begin(bot)
    await chat.attach("Геопозиція")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Широта").fill("91")
    await dialog.get_by_role("button", name="Надіслати").click()
    await expect(dialog.get_by_label("Широта")).to_be_focused()
    await dialog.get_by_label("Широта").fill("-33.9")
    await dialog.get_by_role("button", name="Надіслати").click()
    assert (await bot.hear("message"))["location"]["latitude"] == -33.9


async def test_sticker_and_voice(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    await chat.attach("Наліпка")
    assert "sticker" in await bot.hear("message")
    await expect(chat.last.get_by_role("img", name="Наліпка 🙂")).to_be_visible()
    await chat.attach("Голосове повідомлення")
    assert "voice" in await bot.hear("message")
    await expect(chat.last).to_contain_text("Голосове повідомлення")


async def test_the_menu_of_commands(bot: PlayedBot, chat: ChatPage, page: Page) -> None:
    await bot.call("setMyCommands", commands=COMMANDS)
    await chat.begin(bot)
    await chat.button("Команди бота").click()
    await expect(page.get_by_role("menuitem")).to_have_count(3)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    assert await bot.hear_text() == "/help"
    await chat.button("Команди бота").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(chat.button("Команди бота")).to_be_focused()


async def test_a_slash_offers_commands(bot: PlayedBot, chat: ChatPage, page: Page) -> None:
    await bot.call("setMyCommands", commands=COMMANDS)
    await chat.begin(bot)
    await chat.field.fill("/")
    await expect(page.get_by_role("option")).to_have_count(3)
    await chat.field.fill("/la")
    await expect(page.get_by_role("option")).to_have_count(1)
    await chat.field.press("Enter")
    assert await bot.hear_text() == "/language"
    await expect(chat.field).to_have_value("")


async def test_a_command_in_a_text_can_be_pressed(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    await bot.say("Якщо забули, натисніть /help")
    await chat.button("/help").click()
    assert await bot.hear_text() == "/help"


async def test_inline_results_stand_above_the_field(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await chat.begin(bot)
    username = (await bot.call("getMe"))["username"]
    await chat.field.fill(f"@{username} ce")
    query = await bot.hear("inline_query")
    assert query["query"] == "ce"
    results = [
        {
            "type": "article",
            "id": str(number),
            "title": title,
            "description": "умови",
            "input_message_content": {"message_text": f"<b>{title}</b>", "parse_mode": "HTML"},
        }
        for number, title in enumerate(["Euroclusters", "EU4Health"])
    ]
    await bot.call("answerInlineQuery", inline_query_id=query["id"], results=results)
    await page.get_by_role("option", name="EU4Health").click()
    assert await bot.hear_text() == "EU4Health"
    await expect(page.get_by_role("option")).to_have_count(0)
