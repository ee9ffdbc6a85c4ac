"""A phone's width, light and dark, and a page that can be used without seeing it."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.player import OLENA, ChatPage, PlayedBot, callback, keyboard

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDTH = "[document.documentElement.scrollWidth, innerWidth]"
LONG = "Найдовша-назва-закладу-охорони-здоров’я-без-жодного-пробілу-" * 3


async def test_a_phone_shows_the_people_first_and_one_thing_at_a_time(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto("/")
    people = page.get_by_role("navigation", name="Люди")
    await people.get_by_role("button", name="Олена Коваль").click()
    await expect(chat.button("Почати")).to_be_visible()
    await expect(people).to_be_hidden()
    await chat.button("До людей").click()
    await expect(people).to_be_visible()
    await expect(chat.button("Почати")).to_be_hidden()
    await page.go_back()
    await expect(chat.button("Почати")).to_be_visible()


async def test_nothing_makes_the_page_scroll_sideways(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await bot.call("setMyCommands", commands=[{"command": "help", "description": LONG[:100]}])
    await chat.begin(bot)
    eight = [callback(f"{LONG} {number}", f"{number}") for number in range(8)]
    await bot.say(LONG, reply_markup=keyboard(eight, [callback(LONG, "l")]))
    await bot.say(f"<pre>{LONG * 2}</pre>")
    await bot.send_file("sendDocument", "document", f"{LONG}.pdf", b"x")
    last = await bot.say("x", reply_markup={"keyboard": [[LONG, LONG, LONG]]})
    await bot.call("pinChatMessage", chat_id=OLENA, message_id=last - 1)
    await expect(chat.message(last)).to_be_in_viewport()
    for width in (320, 390, 720, 721, 1280):
        await page.set_viewport_size({"width": width, "height": 700})
        scrolled, inner = await page.evaluate(WIDTH)
        assert scrolled <= inner
        for part in ("#history", "#composer", "#chat"):
            over = await page.locator(part).evaluate("node => node.scrollWidth - node.clientWidth")
            assert over <= 0, (part, width)


async def test_dark_follows_the_system_and_the_button_outranks_it(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await page.goto("/")
    people = page.get_by_role("navigation", name="Люди")
    await expect(people).to_have_css("background-color", "rgb(255, 255, 255)")
    await page.emulate_media(color_scheme="dark")
    await expect(people).to_have_css("background-color", "rgb(23, 33, 43)")
    await page.get_by_role("button", name="Вигляд: як у системі").click()
    await expect(people).to_have_css("background-color", "rgb(255, 255, 255)")
    await page.reload()
    await expect(people).to_have_css("background-color", "rgb(255, 255, 255)")
    await page.emulate_media(color_scheme="light")
    await page.get_by_role("button", name="Вигляд: світлий").click()
    await expect(people).to_have_css("background-color", "rgb(23, 33, 43)")


async def test_every_control_has_a_name_and_the_log_is_live(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await bot.call("setMyCommands", commands=[{"command": "help", "description": "Допомога"}])
    await chat.begin(bot)
    await bot.say("?", reply_markup=keyboard([callback("Так", "y")]))
    await bot.say("!", reply_markup={"keyboard": [["Далі"]]})
    await expect(chat.button("Далі")).to_be_visible()
    await expect(chat.history).to_have_accessible_name("Повідомлення")
    await expect(chat.history).to_have_attribute("aria-busy", "false")
    for control in await page.locator("button:visible, textarea:visible, a:visible").all():
        await expect(control).to_have_accessible_name(re.compile("."))
    await expect(chat.field).to_have_accessible_name("Повідомлення")


async def test_a_conversation_needs_no_mouse(bot: PlayedBot, chat: ChatPage, page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("button", name="Олена Коваль").focus()
    await page.keyboard.press("Enter")
    await chat.button("Почати").focus()
    await page.keyboard.press("Enter")
    await bot.hear("message")
    await bot.say("Так?", reply_markup=keyboard([callback("Так", "y")]))
    await expect(chat.button("Так")).to_be_visible()
    await page.keyboard.press("Shift+Tab")
    for _ in range(6):
        if await chat.button("Так").evaluate("node => node === document.activeElement"):
            break
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    assert (await bot.hear("callback_query"))["data"] == "y"


async def test_nothing_moves_for_those_who_want_it_so(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await chat.begin(bot)
    await bot.say("Так?", reply_markup=keyboard([callback("Так", "y")]))
    await chat.button("Так").click()
    await expect(chat.page.locator(".spinner")).to_have_css("animation-duration", "0.001s")
