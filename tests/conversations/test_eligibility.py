"""“Am I eligible?”, asked from the funding page in both languages."""

import io

import pypdf
import pytest

from bot.compose import Program
from dialogs.eligibility import sheet
from tests.conversations.conftest import Welcome
from tests.conversations.harness import Chat
from tests.conversations.respondent import Respondent
from tests.conversations.test_results import press_and_wait
from tests.conversations.test_survey import COMMON, begin, value_chain


async def open_questions(chat: Chat, funding: str, button: str) -> None:
    await chat.press(funding)
    await chat.press(button)


async def test_a_hospital_in_lviv_with_a_polish_partner(welcome: Welcome) -> None:
    chat = await welcome(language="en", kind="hospital")
    await open_questions(chat, "💶 Funding", "✅ Am I eligible?")
    assert "Question 1 of 9" in chat.text
    await chat.press("Public hospital")
    await chat.press("Ukraine")
    await chat.write("Lviv")
    await chat.write("many")
    assert "A whole number is needed" in chat.text
    await chat.write("900")
    assert "People: 900" in chat.text
    await chat.press("Skip ›")  # turnover
    await chat.press("Skip ›")  # sector
    await chat.press("Skip ›")  # TRL
    await chat.write("Poland and Atlantis")
    assert "Atlantis" in chat.text
    await chat.write("Poland")
    await chat.press("Equipment")
    assert "not that a call is open" in chat.text
    [eligible] = [b for b in chat.card.buttons if b.startswith("✅")]
    await chat.press(eligible)
    assert "Interreg" in chat.text
    await chat.press("Interreg")
    assert "✅ Eligible" in chat.text
    assert "Poland – Ukraine" in chat.text
    assert "Rules: https://" in chat.text
    await chat.press("‹ Back")
    [conditional] = [b for b in chat.card.buttons if b.startswith("🟡")]
    await chat.press(conditional)
    while not any("Horizon Europe – " in button for button in chat.card.buttons):
        await chat.press("›")
    await chat.press("Horizon Europe – ")
    assert "add 1 partner from another country of the programme" in chat.text


@pytest.mark.parametrize(
    ("language", "buttons", "words"),
    [
        (
            "uk",
            ("💶 Фінансування", "✅ Чи підходить нам?", "Показати результат"),
            ("Відповідає за умови", "правила для заявників виконано"),
        ),
        (
            "en",
            ("💶 Funding", "✅ Am I eligible?", "Show the result"),
            ("Eligible if", "the rules for applicants are met"),
        ),
    ],
)
async def test_the_result_is_forwarded_as_text_and_as_one_page(
    language: str,
    buttons: tuple[str, str, str],
    words: tuple[str, str],
    welcome: Welcome,
    bot: Program,
) -> None:
    chat = await welcome(language=language, kind="sme")
    await chat.press(buttons[0])
    [entry] = [b for b in chat.card.buttons if b.startswith("✅")]
    await chat.press(entry)
    await chat.press(buttons[2])
    assert all(word in chat.text or word in " ".join(chat.card.buttons) for word in words)
    await chat.press("📨")
    sent = [card.text for card in chat.cards[:-1]]
    assert all(word in "\n".join(sent) for word in words)
    assert all(len(text) <= 4096 for text in sent)
    assert "Euroclusters" in "\n".join(sent)  # nothing is cut off at the end
    await press_and_wait(chat, "📄")
    document = next(m["document"] for m in chat.messages if "document" in m)
    file = await bot.bot.get_file(document["file_id"])
    assert file.file_path is not None
    content = await bot.bot.download_file(file.file_path)
    assert content is not None
    pages = pypdf.PdfReader(io.BytesIO(content.read())).pages
    assert len(pages) == 1
    assert words[0].split()[0] in pages[0].extract_text()


async def test_an_old_button_of_a_question_is_only_a_word(welcome: Welcome) -> None:
    chat = await welcome(language="en", kind="ngo")
    await open_questions(chat, "💶 Funding", "✅ Am I eligible?")
    assert "Type: NGO / charity" in chat.text  # from the profile
    before = chat.card
    row, col = before.find("Romania")
    data = before.rows[row][col]["callback_data"]
    await chat.press("Romania")
    assert "Question 4 of 9" in chat.text  # no oblast is asked abroad
    await chat.press_old(chat.card.message_id, data)
    assert "Question 4 of 9" in chat.text


@pytest.mark.parametrize(
    ("language", "funding", "check"),
    [("uk", "💶 Фінансування", "✅ Чи ми"), ("en", "💶 Funding", "✅ Am I")],
)
async def test_no_label_is_cut_on_a_phone(
    language: str, funding: str, check: str, welcome: Welcome
) -> None:
    chat = await welcome(language=language, kind=None)
    await open_questions(chat, funding, check)
    offered = [row for row in chat.card.rows if "/c" in row[0]["callback_data"]]
    assert sum(len(row) for row in offered) == 12
    assert all(len(button["text"]) <= 16 for row in offered if len(row) > 1 for button in row)


async def test_what_a_survey_was_answered_is_filled_in(bot: Program, welcome: Welcome) -> None:
    chat = await welcome(language="uk", kind="research")
    await begin(chat, "uk")
    plan = {**COMMON, "fields": ["mil"], "r_trl": "6"}
    respondent = Respondent(chat, await value_chain(bot), "uk", plan)
    await respondent.answer_all(until="r_contracts")  # not submitted: what was said is known
    await chat.write("/cancel")
    await open_questions(chat, "💶 Фінансування", "✅ Чи ми відповідаємо умовам?")
    assert "Галузь: військова медицина" in chat.text
    assert "Рівень TRL: 6" in chat.text
    assert "Область: Рівненська область" in chat.text, "by way of the profile"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("EIC Accelerator", "EIC Accelerator"),
        ("EIT Health (Knowledge and Innovation Community)", "EIT Health"),
        ("Interreg NEXT – cross-border programmes with Ukraine", "Interreg NEXT"),
        ("EU4Business: SME Competitiveness and Internationalisation (GIZ)", "EU4Business"),
        ("Кредити й гарантії ЄБРР та ЄІБ для МСП", "Кредити й гарантії ЄБРР та ЄІБ…"),
        ("Грант EIC для українських deep-tech компаній", "Грант EIC для українських…"),
    ],
)
def test_a_name_fits_on_a_button(name: str, label: str) -> None:
    assert sheet.label(name) == label
