"""Inline buttons: the wait for an answer, toasts, alerts, and what else a button does."""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.player import OLENA, ChatPage, PlayedBot, callback, keyboard

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_press_spins_until_it_is_answered_with_a_toast(
    bot: PlayedBot, chat: ChatPage
) -> None:
    await chat.begin(bot)
    await bot.say("Так чи ні?", reply_markup=keyboard([callback("Так", "y"), callback("Ні", "n")]))
    yes = chat.button("Так")
    await yes.click()
    await expect(yes).to_have_attribute("aria-busy", "true")
    await expect(yes.get_by_role("img", name="очікування відповіді")).to_be_visible()
    await expect(chat.button("Ні")).to_have_attribute("aria-busy", "false")
    query = await bot.hear("callback_query")
    assert query["data"] == "y"
    await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Збережено")
    await expect(chat.toast).to_have_text("Збережено")
    await expect(yes).to_have_attribute("aria-busy", "false")


async def test_an_alert_is_a_dialog_that_has_to_be_closed(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    await bot.say("Далі?", reply_markup=keyboard([callback("Далі", "next")]))
    await chat.button("Далі").click()
    query = await bot.hear("callback_query")
    await bot.call(
        "answerCallbackQuery",
        callback_query_id=query["id"],
        text="Оберіть хоча б один варіант",
        show_alert=True,
    )
    dialog = chat.page.get_by_role("dialog", name="Ланка")
    await expect(dialog).to_contain_text("Оберіть хоча б один варіант")
    await dialog.get_by_role("button", name="Гаразд").click()
    await expect(dialog).to_have_count(0)
    await expect(chat.toast).to_be_empty()


async def test_a_second_tap_on_a_waiting_button_is_not_sent(
    bot: PlayedBot, chat: ChatPage
) -> None:
    await chat.begin(bot)
    await bot.say("Так?", reply_markup=keyboard([callback("Так", "y"), callback("Ні", "n")]))
    await chat.button("Так").dblclick()
    await chat.button("Ні").click()
    assert (await bot.hear("callback_query"))["data"] == "y"
    assert (await bot.hear("callback_query"))["data"] == "n"


async def test_a_press_without_an_answer_is_marked_after_a_while(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await page.clock.install()
    await chat.begin(bot)
    await bot.say("Так?", reply_markup=keyboard([callback("Так", "y")]))
    await chat.button("Так").click()
    query = await bot.hear("callback_query")
    await page.clock.fast_forward(16_000)
    mark = chat.page.get_by_role("img", name="бот не відповів на натискання")
    await expect(mark).to_be_visible()
    await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Нарешті")
    await expect(chat.toast).to_have_text("Нарешті")
    await expect(mark).to_have_count(0)


async def test_the_button_that_was_seen_is_the_one_that_is_pressed(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    """The bot edits while the page hears nothing: the press still says what was shown."""
    await chat.begin(bot)
    card = await bot.say("1", reply_markup=keyboard([callback("Далі", "question-1")]))
    deaf = asyncio.Event()

    async def hold(route: Route) -> None:
        await deaf.wait()
        await route.continue_()

    await page.route("**/events?*", hold)
    await page.reload()
    await expect(chat.button("Далі")).to_be_visible()
    await bot.call(
        "editMessageText",
        chat_id=OLENA,
        message_id=card,
        text="2",
        reply_markup=keyboard([callback("Далі", "question-2")]),
    )
    await chat.button("Далі").click()
    assert (await bot.hear("callback_query"))["data"] == "question-1"
    deaf.set()
    await expect(chat.message(card)).to_contain_text("2")


async def test_copy_and_inline_buttons(bot: PlayedBot, chat: ChatPage, page: Page) -> None:
    await chat.begin(bot)
    me = await bot.call("getMe")
    await bot.say(
        "Що робити?",
        reply_markup=keyboard(
            [
                {"text": "Скопіювати", "copy_text": {"text": "A-12"}},
                {"text": "Шукати", "switch_inline_query_current_chat": "ce mark"},
                {"text": "Сайт", "url": "https://medicnest.eu/about"},
            ]
        ),
    )
    await chat.button("Скопіювати").click()
    await expect(chat.toast).to_have_text("Скопійовано")
    assert await page.evaluate("navigator.clipboard.readText()") == "A-12"
    await chat.button("Шукати").click()
    await expect(chat.field).to_have_value(f"@{me['username']} ce mark")
    site = page.get_by_role("link", name="Сайт")
    await expect(site).to_have_attribute("href", "https://medicnest.eu/about")
    await expect(site).to_have_attribute("target", "_blank")
    await expect(site).to_have_attribute("rel", "noopener noreferrer")


async def test_long_labels_are_cut_and_a_row_shares_its_width(
    bot: PlayedBot, chat: ChatPage
) -> None:
    await chat.begin(bot)
    long = "Дуже довга назва варіанта, яка не вміститься в половину рядка на телефоні"
    number = await bot.say(
        "?",
        reply_markup=keyboard([callback(long, "a"), callback("Ні", "b")], [callback("В", "c")]),
    )
    keys = chat.message(number).locator(".key")
    await expect(keys).to_have_count(3)
    wide, short, below = await keys.all()
    boxes = [await key.bounding_box() for key in (wide, short, below)]
    assert all(boxes)
    widths = [box["width"] for box in boxes if box]
    assert widths[0] == pytest.approx(widths[1], abs=1)
    assert widths[2] == pytest.approx(widths[0] + widths[1], abs=5)
    text = wide.locator(".button-text")
    assert await text.evaluate("node => node.scrollWidth > node.clientWidth")
    await wide.hover()
    await expect(wide).to_have_attribute("title", long)
