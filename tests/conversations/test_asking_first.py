"""A question before consent: answered where it is known, and nothing of it is kept."""

import aiohttp
import pytest

from bot.compose import Program
from tests.conversations.conftest import SOFIA, Welcome
from tests.conversations.harness import Chat
from tests.conversations.test_asking import CE, EIC, questions, write_until


@pytest.fixture(autouse=True)
def articles(bot: Program) -> None:
    """Two articles of our own, as in the tests of who has agreed."""
    bot.app.funding.use([CE, EIC])


@pytest.mark.parametrize(
    ("text", "passage", "more"),
    [
        ("чи дасть ЄС гроші на CE маркування?", "Прямого гранту немає.", "не збережено"),
        ("Will the EU pay for CE marking?", "There is no direct grant.", "was not kept"),
    ],
)
async def test_a_newcomer_is_answered_and_nothing_of_it_is_kept(
    text: str,
    passage: str,
    more: str,
    bot: Program,
    http: aiohttp.ClientSession,
) -> None:
    chat = await Chat.open(http, SOFIA)
    await write_until(chat, text, "Which language do you prefer?")
    answer = chat.cards[-2]
    assert passage in answer.text
    assert more in answer.text
    assert [button.get("callback_data") for row in answer.rows for button in row] == [None]
    await chat.press("🇬🇧 English")
    await write_until(chat, text, "May Lanka keep")
    while passage not in chat.cards[-2].text:
        await chat.until_answered(chat.seq)
    assert await questions(bot) == []


async def test_what_a_newcomer_says_is_not_declined_but_welcomed(
    http: aiohttp.ClientSession, bot: Program
) -> None:
    chat = await Chat.open(http, SOFIA)
    await chat.write("what is the weather in Kyiv tomorrow?")
    assert [card.text for card in chat.cards] == [chat.text]
    assert "Which language do you prefer?" in chat.text


async def test_a_command_that_nobody_knows_is_no_question(welcome: Welcome, bot: Program) -> None:
    chat = await welcome(language="en")
    await chat.press("💶 Funding")
    await chat.write("/nothing")
    assert "I do not know" not in chat.text
    assert await questions(bot) == []
