"""What is too long, too wide or empty for a card, as people meet it."""

import aiohttp
import pytest

from bot.compose import Program
from dialogs.i18n import LANGUAGES, Translator
from storage import forms
from tests.conversations.conftest import OLENA, SOFIA, Welcome
from tests.conversations.harness import Chat, calls
from tests.conversations.oracles import faults
from tests.conversations.test_authoring import send
from tests.domain.surveys.forms import workbook

SENTENCE = "Ми зберігаємо ці дані & лише доти, доки вони потрібні. "
TERMS = "**Умови участі**\\n\\n" + "\\n\\n".join(
    f"{number}. {SENTENCE * 5}" for number in range(1, 26)
)
FORM = workbook(
    f"""
type | name | label | calculation | choice_filter | required
note | terms | {TERMS} | | |
text | name | Як вас звати? | | |
date | born | Коли ви народилися? | | |
note | class | Клас | jr:itext(concat('', ${{name}}, '')) | |
note | old | Вік | if(${{born}} = '', '', int((today() - ${{born}}) div 365.25)) | |
time | at | О котрій? | | |
select_one place | where | Де? | | name = 'nowhere' |
""",
    "list_name | name | label\nplace | kyiv | Київ",
).replace(b"\\n", b"&#10;")


async def begun(
    bot: Program, welcome: Welcome, language: str, form: bytes = FORM, name: str = "terms"
) -> Chat:
    """A person who has pressed Start in a form that an organiser sent."""
    sofia = await welcome(SOFIA, "en", None)
    await send(sofia, form, f"{name}.md")
    await sofia.press("✅ Publish")
    survey = await forms.by_form_id(bot.app.db, name)
    assert survey is not None
    chat = await welcome(OLENA, language)
    await chat.start(f"s{survey.token}")
    return await chat.press(Translator(language)("▶ Start"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_text_that_is_cut_off_can_be_read_whole(
    http: aiohttp.ClientSession, bot: Program, welcome: Welcome, language: str
) -> None:
    tr = Translator(language)
    chat = await begun(bot, welcome, language)
    assert "…" in chat.text
    assert "Як вас звати?" in chat.text
    before = len(chat.cards)
    await chat.press(tr("📖 Read it all"))
    told = " ".join(card.text for card in chat.cards[before - 1 : -1])
    assert told.count(SENTENCE.strip()) == 125
    assert "Умови участі" in told
    assert "25. Ми" in told
    assert "Як вас звати?" in chat.text, "the card stands below"
    await chat.write("Олена")
    assert tr("📖 Read it all") not in chat.card.buttons
    assert faults(await calls(http)) == []


async def test_no_button_of_a_calendar_or_a_clock_is_cut_on_a_phone(
    bot: Program, welcome: Welcome
) -> None:
    """A row of four holds seven letters, one of seven two."""
    chat = await begun(bot, welcome, "uk")
    await chat.write("Олена")
    assert "Листопад 2026" in chat.card.buttons
    wide = [row for row in chat.card.rows if any("2026" in b["text"] for b in row)]
    assert [len(row) for row in wide] == [1]
    await chat.press("24")
    assert "Вік\n0" in chat.text
    hours = [row for row in chat.card.rows if any(":00" in b["text"] for b in row)]
    assert {len(row) for row in hours} == {4}


async def test_what_is_worked_out_of_nothing_yet_is_a_dash_and_an_empty_list_says_so(
    bot: Program, welcome: Welcome
) -> None:
    chat = await begun(bot, welcome, "uk")
    await chat.write("Олена")
    await chat.press("Пропустити ›")
    assert "Вік\n–" in chat.text
    assert "Клас\n–" in chat.text
    assert "itext" not in chat.text
    await chat.press("Пропустити ›")
    assert "Тут наразі немає з чого обирати." in chat.text
    await chat.press("Пропустити ›")
    assert "▫️" in chat.text
    assert "Обов’язкові відповіді є." in chat.text
    assert "На все є відповіді" not in chat.text


NAMELESS = workbook(
    """
type | name | label | repeat_count
select_one yn | first | First? |
begin_repeat | r | | 2
select_one yn | inside | Inside? |
end_repeat | | |
""",
    "list_name | name | label\nyn | y | Yes\nyn | n | No",
)


async def test_repeats_and_sections_without_a_label_can_be_told_apart(
    bot: Program, welcome: Welcome
) -> None:
    chat = await begun(bot, welcome, "uk", NAMELESS, "nameless")
    await chat.press("Yes")
    assert "Запис 1/2" in chat.text
    await chat.press("Yes")
    assert "Запис 2/2" in chat.text
    await chat.press("No")
    assert "Вступ – 1 з 1" in chat.text
    assert "Частина 2 – 2 з 2" in chat.text


LIST = workbook(
    """
type | name | label | appearance | required | relevant
begin_group | g | Here | field-list | |
select_multiple far | several | Which? | | yes |
select_one far | one | 7. And which one? | | yes |
text | words | Words? | | |
end_group | | | | |
begin_group | alone | There | field-list | |
select_one far | only | The only one? | | |
end_group | | | | |
""",
    "\n".join(["list_name | name | label", *(f"far | c{n} | Choice no. {n}" for n in range(30))]),
)


async def test_a_list_of_questions_stays_at_several_choices_and_goes_on_from_one(
    bot: Program, welcome: Welcome
) -> None:
    chat = await begun(bot, welcome, "en", LIST, "list")
    await chat.press("Choice no. 0")
    await chat.press("Choice no. 1")
    assert "Choice no. 0; Choice no. 1" in chat.text
    await chat.press("▶")
    await chat.press("Choice no. 9")
    assert "☑️ Choice no. 9" in chat.card.buttons or "☑ Choice no. 9" in chat.card.buttons
    await chat.press("Next ›")
    assert "👉 2 · 7. And which one?" in chat.text, "the author numbers the questions, too"
    assert "Choice no. 0" in chat.card.buttons, "its own first page"
    await chat.press("▶")
    await chat.press("Choice no. 9")
    assert "👉 3." in chat.text
    await chat.write("Some words")
    await chat.press("✏️ 2")
    await chat.press("Choice no. 3")
    assert "👉" not in chat.text, "everything has an answer"
    await chat.press("✅ Done")
    assert chat.text.count("The only one?") == 1
