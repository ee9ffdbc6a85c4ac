"""An organiser corrects an article in the chat; readers see it at once, with who and when."""

import pytest

from bot.compose import Program
from tests.conversations.conftest import OLENA, SOFIA, Welcome
from tests.conversations.harness import Chat, Clock
from tests.conversations.test_asking import CE, EIC


@pytest.fixture(autouse=True)
def articles(bot: Program) -> None:
    bot.app.funding.use([CE, EIC])


async def open_article(chat: Chat, button: str = "✏️ Correct") -> None:
    """The organiser's way to the fields of the article about the EIC."""
    await chat.write("EIC")
    await chat.press("Who can apply")
    await chat.press(button)


async def test_a_corrected_amount_is_what_readers_see(welcome: Welcome, clock: Clock) -> None:
    reader = await welcome(OLENA, "uk")
    organiser = await welcome(SOFIA, "en", kind=None)
    await open_article(organiser)
    assert "What is to be corrected?" in organiser.text
    await organiser.press("Amount, in short")
    assert "до 2,5 млн євро" in organiser.text
    assert "up to EUR 2.5m" in organiser.text
    await organiser.press("In Ukrainian")
    await organiser.write("до <3> млн євро")
    assert "Is this right?" in organiser.text
    clock.advance(minutes=1)
    keep = organiser.card
    await organiser.press("✅ Keep")
    assert "Kept" in (organiser.toast or "")
    await organiser.press_old(keep.message_id, keep.rows[0][0]["callback_data"])
    await reader.write("EIC")
    await reader.press("Скільки")
    assert "До <3> млн євро" in reader.text
    assert "2,5" not in reader.text
    assert "Виправлено: Sofía Martí, 24 листопада 2026" in reader.text
    await organiser.press("Undo the correction")
    assert "Undone" in (organiser.toast or "")
    await reader.write("EIC")
    await reader.press("Скільки")
    assert "До 2,5 млн євро" in reader.text
    assert "Виправлено" not in reader.text


async def test_a_date_and_a_page_are_refused_with_a_word(welcome: Welcome) -> None:
    organiser = await welcome(SOFIA, "en", kind=None)
    await open_article(organiser)
    await organiser.press("Date of the information")
    await organiser.write("yesterday")
    assert "⚠️ Write a year" in organiser.text
    await organiser.write("2027-01")
    assert "yet to come" in organiser.text
    await organiser.write("2026-11")
    await organiser.press("✅ Keep")
    await organiser.press("‹ Back")
    assert "✏️ Date of the information" in organiser.card.buttons
    await organiser.press("Official page")
    await organiser.write("eic.eu")
    assert "⚠️ Write the address" in organiser.text
    await organiser.press("‹ Back")
    await organiser.press("Who can apply")
    await organiser.write("One.\n# Two")
    assert "No line may begin with #" in organiser.text


async def test_a_question_is_added_and_found(welcome: Welcome) -> None:
    reader = await welcome(OLENA, "uk")
    organiser = await welcome(SOFIA, "en", kind=None)
    await open_article(organiser)
    await organiser.press("Question people ask")
    await organiser.press("In Ukrainian")
    await organiser.write("чи потрібен пластиліновий бегемот?")
    assert "The answer is missing" in organiser.text
    await organiser.write("чи потрібен пластиліновий бегемот?\nТак, один.")
    await organiser.press("✅ Keep")
    await reader.write("потрібен пластиліновий бегемот")
    assert "Так, один." in reader.text


async def test_only_organisers_correct(welcome: Welcome) -> None:
    reader = await welcome(OLENA, "en")
    await reader.write("EIC")
    await reader.press("Who can apply")
    assert not any("Correct" in button for button in reader.card.buttons)
    await reader.press_old(reader.card.message_id, "fc:eic-accelerator")
    assert "Only organisers" in (reader.toast or "")
