"""Answers about eligibility are kept on request, and who asks for it hears of changes."""

import pytest

from bot.compose import Program
from bot.notifier import Notifier
from storage import eligibility, people
from tests.conversations.conftest import OLENA, SOFIA, Welcome
from tests.conversations.harness import Chat
from tests.conversations.test_asking import CE, EIC


@pytest.fixture(autouse=True)
def articles(bot: Program) -> None:
    bot.app.funding.use([CE, EIC])


async def to_result(chat: Chat) -> None:
    """The result for a start-up in Ukraine."""
    await chat.press("💶 Funding")
    await chat.press("Am I eligible?")
    await chat.press("‹ Back")  # the type is known from the profile
    await chat.press("Start-up")
    await chat.press("Ukraine")
    await chat.press("Show the result")


async def open_field(organiser: Chat) -> None:
    """The organiser's way to how one applies for the EIC Accelerator."""
    await organiser.write("EIC")
    await organiser.press("How to apply")
    await organiser.press("✏️ Correct")
    await organiser.press("How to apply")


async def correct(organiser: Chat, text: str) -> None:
    """The organiser changes it once more."""
    await organiser.write(text)
    await organiser.press("✅ Keep")


async def test_answers_are_kept_only_when_asked_and_are_filled_in_next_time(
    welcome: Welcome, bot: Program
) -> None:
    chat = await welcome(OLENA, "en", kind="ngo")
    person = await people.find(bot.app.db, OLENA)
    assert person is not None
    await to_result(chat)
    assert "May Lanka keep these answers" in chat.text
    assert await eligibility.of_person(bot.app.db, person.id) is None
    await chat.press("Keep my answers")
    assert "May Lanka keep" not in chat.text
    await chat.press("‹ Funding")
    await chat.press("Am I eligible?")
    assert "Type: Start-up" in chat.text  # though the profile says NGO
    assert "Country: Ukraine" in chat.text
    await chat.press("Show the result")
    await chat.press("Do not keep")
    assert await eligibility.of_person(bot.app.db, person.id) is None


async def test_who_asked_for_it_hears_once_of_a_change_and_can_stop(
    welcome: Welcome, bot: Program, notifier: Notifier
) -> None:
    chat = await welcome(OLENA, "en", kind="ngo")
    organiser = await welcome(SOFIA, "en", kind=None)
    await to_result(chat)
    await open_field(organiser)
    await correct(organiser, "Submit it by post.")
    await notifier.tick()
    assert "has changed" not in " ".join(card.text for card in chat.cards)  # nobody asked for it
    await chat.press("Tell me of changes")
    await correct(organiser, "Submit it online.")
    await notifier.tick()
    await chat.look()
    assert "An article that fits you has changed" in chat.text
    assert "EIC Accelerator" in chat.text
    told = chat.card
    await chat.press("Tell me no more")
    person = await people.find(bot.app.db, OLENA)
    assert person is not None
    saved = await eligibility.of_person(bot.app.db, person.id)
    assert saved is not None
    assert not saved.watches
    await correct(organiser, "Submit it by pigeon.")
    await notifier.tick()
    await chat.look()
    assert chat.card.message_id == told.message_id
    await chat.press("Open the article")
    assert "EIC Accelerator" in chat.text


async def test_who_was_told_of_a_correction_hears_that_it_was_undone(
    welcome: Welcome, bot: Program, notifier: Notifier
) -> None:
    chat = await welcome(OLENA, "en", kind="ngo")
    organiser = await welcome(SOFIA, "en", kind=None)
    await to_result(chat)
    await chat.press("Tell me of changes")
    await open_field(organiser)
    await correct(organiser, "Submit it by post.")
    await organiser.press("Undo")
    await notifier.tick()
    told = [card for card in (await chat.look()).cards if "has changed" in card.text]
    assert len(told) == 1, "nobody had heard of it yet"
    await correct(organiser, "Submit it online.")
    await organiser.press("Undo")
    await notifier.tick()
    told = [card for card in (await chat.look()).cards if "has changed" in card.text]
    assert len(told) == 2, "they may have read what is undone"
