"""Formatted texts, links, and texts that would like to be script."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.player import OLENA, ChatPage, Json, PlayedBot, keyboard

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NOON_IN_KYIV = 1773223200  # 2026-03-11 10:00 UTC, a Wednesday
HEIGHT = "node => node.getBoundingClientRect().height"
ATTACKS = [
    '<img src=x onerror="window.stolen=1">',
    "<script>window.stolen=1</script>",
    '"><svg onload=window.stolen=1>',
    "javascript:window.stolen=1",
]


ENTITIES = [
    ("<b>x</b>", "strong"),
    ("<i>x</i>", "em"),
    ("<u>x</u>", "u"),
    ("<s>x</s>", "s"),
    ("<code>x</code>", "code"),
    ("<pre>x</pre>", "pre code"),
    ("<blockquote>x</blockquote>", "blockquote"),
    ("<b>a<i>x</i></b>", "strong em"),
    ("🙂🙂<b>x</b>", "strong"),  # offsets count UTF-16 units
]


async def test_entities(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    for html, tag in ENTITIES:
        number = await bot.say(html)
        await expect(chat.message(number).locator(f".text {tag}")).to_have_text("x")


async def test_a_block_adds_no_empty_lines(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    number = await bot.say("над\n<blockquote>цитата</blockquote>\nпід")
    text = (
        await chat.message(number)
        .locator(".text")
        .evaluate("node => [...node.childNodes].slice(0, 3).map(child => child.textContent)")
    )
    assert text == ["над", "цитата", "під"]


async def test_a_spoiler_is_shown_on_demand(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    await bot.say("Код: <tg-spoiler>4711</tg-spoiler>")
    cover = chat.button("Прихований текст: натисніть, щоб побачити")
    hidden = chat.last.locator(".spoiler > span")
    await expect(hidden).to_have_css("opacity", "0")
    await cover.focus()
    await cover.press("Enter")
    await expect(hidden).to_have_css("opacity", "1")
    await expect(cover).to_have_count(0)


async def test_a_long_quote_unfolds(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    lines = "\n".join(f"рядок {number}" for number in range(12))
    await bot.say(f"<blockquote expandable>{lines}</blockquote>")
    quote = chat.last.locator("blockquote")
    folded = await quote.evaluate(HEIGHT)
    await chat.button("Розгорнути цитату").click()
    await expect(chat.button("Згорнути цитату")).to_have_attribute("aria-expanded", "true")
    assert await quote.evaluate(HEIGHT) > 2 * folded


MOMENTS = [
    ("", "опівдні"),
    ("t", "12:00"),
    ("T", "12:00:00"),
    ("d", "11.03.26"),
    ("D", "11 березня 2026 р."),
    ("wDt", "середа, 11 березня 2026 р. о 12:00"),
]


async def test_a_moment_is_told_in_the_zone_of_the_browser(bot: PlayedBot, chat: ChatPage) -> None:
    await chat.begin(bot)
    for shape, shown in MOMENTS:
        tag = f'<tg-time unix="{NOON_IN_KYIV}" format="{shape}">опівдні</tg-time>'
        number = await bot.say(f"Зустріч: {tag}")
        time = chat.message(number).locator(".text time.moment")
        await expect(time).to_have_text(shown)
        await expect(time).to_have_attribute("datetime", "2026-03-11T10:00:00.000Z")
        await expect(time).to_have_attribute("title", "середа, 11 березня 2026 р. о 12:00 GMT+2")


async def test_a_relative_moment_moves_on(bot: PlayedBot, chat: ChatPage, page: Page) -> None:
    await page.clock.install()
    await chat.begin(bot)
    now = int(await page.evaluate("Date.now() / 1000"))
    await bot.say(f'<tg-time unix="{now + 7230}" format="r">згодом</tg-time>')
    time = chat.last.locator(".text time.moment")
    await expect(time).to_have_text("через 2 години")
    await page.clock.fast_forward(3600_000)
    await expect(time).to_have_text("через 1 годину")


async def test_links_open_a_tab_and_deep_links_start_the_bot(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await chat.begin(bot)
    username = (await bot.call("getMe"))["username"]
    deep = f"https://t.me/{username}?start"
    await bot.say(
        f'https://medicnest.eu/ <a href="{deep}=from-text">опитування</a>',
        reply_markup=keyboard([{"text": "Відкрити", "url": f"{deep}=from-button"}]),
    )
    outside = page.get_by_role("link", name="https://medicnest.eu/")
    await expect(outside).to_have_attribute("target", "_blank")
    await page.get_by_role("link", name="опитування").click()
    assert await bot.hear_text() == "/start from-text"
    await chat.button("Відкрити").click()
    assert await bot.hear_text() == "/start from-button"
    assert len(page.context.pages) == 1


async def test_the_address_of_the_page_can_be_a_deep_link(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await chat.open(start="s42")
    assert await bot.hear_text() == "/start s42"
    await expect(page).to_have_url(f"/?person={OLENA}")
    await page.reload()
    await chat.write("після перезавантаження")
    assert await bot.hear_text() == "після перезавантаження"


async def test_a_deep_link_waits_until_somebody_is_picked(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    await page.goto("/?start=s42")
    await page.get_by_role("button", name="Олена Коваль").click()
    assert await bot.hear_text() == "/start s42"


async def test_script_in_what_people_and_bots_write_is_only_text(
    bot: PlayedBot, chat: ChatPage, page: Page
) -> None:
    attack = " ".join(ATTACKS)
    await bot.call("setMyDescription", description=attack)
    await bot.call("setMyCommands", commands=[{"command": "x", "description": attack}])
    await chat.open()
    await expect(page.locator("#intro")).to_contain_text(attack)
    await chat.begin(bot)
    await chat.write(attack)
    await bot.hear("message")
    keys: list[Json] = [
        {"text": attack, "callback_data": "x"},
        {"text": "к", "copy_text": {"text": attack}},
    ]
    asked = await bot.call("sendMessage", chat_id=OLENA, text=attack, reply_markup=keyboard(keys))
    await bot.call("pinChatMessage", chat_id=OLENA, message_id=asked["message_id"])
    await bot.call("sendMessage", chat_id=OLENA, text="!", reply_markup={"keyboard": [[attack]]})
    await bot.call("sendContact", chat_id=OLENA, phone_number="1", first_name=attack)
    await expect(chat.last).to_contain_text(attack)
    await expect(page.locator("#pinned")).to_contain_text(attack)
    await chat.button("Команди бота").click()
    await expect(page.get_by_role("menu")).to_contain_text(attack)
    await page.keyboard.press("Escape")
    await chat.message(asked["message_id"]).locator(".key").first.click()
    query = await bot.hear("callback_query")
    await bot.call("answerCallbackQuery", callback_query_id=query["id"], text=attack)
    await expect(chat.toast).to_contain_text(attack)
    assert await page.locator("img, body script, svg[onload]").count() == 0
    assert await page.locator("a[href^='javascript' i]").count() == 0
    assert await page.evaluate("window.stolen") is None


async def test_a_link_that_is_script_leads_nowhere(page: Page, bot: PlayedBot) -> None:
    """Telegram refuses such links; should one ever come through, the page does, too."""
    await page.goto("/")
    kinds = await page.evaluate(
        """async (addresses) => {
            const { linkTarget } = await import("/page/links.js");
            return addresses.map((address) => linkTarget(address, "some_bot").kind);
        }""",
        [
            "javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x",
            "https://eu.example", "eu.example/a:b", "tg://resolve?domain=some_bot&start=x",
            "t.me/Some_Bot?start=x", "https://t.me.evil.example/some_bot?start=x",
        ],
    )  # fmt: skip
    assert kinds == ["none"] * 4 + ["open", "open", "start", "start", "open"]
