"""Questions about funding, asked from anywhere; ratings; and a person who answers."""

import aiohttp
import pytest
from aiogram.types import Update
from sqlalchemy import select

from bot.compose import Program
from bot.notifier import Notifier
from domain.funding.article import parse
from domain.surveys.form import Kind
from storage import models
from tests.conversations.conftest import ANDRII, OLENA, SOFIA, Welcome
from tests.conversations.harness import Chat, Clock, calls
from tests.conversations.respondent import Respondent
from tests.conversations.test_survey import COMMON, begin, value_chain

CE = parse(
    """---
id: mdr-ce-marking
kind: guidance
names: {uk: "Маркування CE медичних виробів", en: "CE marking of medical devices"}
aliases: [CE, MDR]
url: "https://health.ec.europa.eu/mdr"
contact: {uk: "Нотифікований орган", en: "A notified body"}
sources: ["https://health.ec.europa.eu/mdr"]
verified: "yes"
as_of: "2024-03"
---

## uk: what

Маркування CE показує, що виріб <безпечний> для ринку ЄС.

## uk: who

Виробники медичних виробів.

## uk: amount

Сертифікат коштує різно: запитайте нотифікований орган.

## uk: questions

### Чи дасть ЄС гроші на маркування CE?

Прямого гранту немає.

## en: what

A CE mark shows that a device is <safe> for the EU market.

## en: who

Manufacturers of medical devices.

## en: amount

A certificate costs differently: ask a notified body.

## en: questions

### Will the EU pay for CE marking?

There is no direct grant.
""",
    "mdr-ce-marking.md",
)
EIC = parse(
    """---
id: eic-accelerator
kind: grant
names: {uk: "Акселератор EIC", en: "EIC Accelerator"}
aliases: [EIC, ЄІР]
eligibility: {eligible: [sme, startup]}
amount: {uk: "до 2,5 млн євро", en: "up to EUR 2.5m", max: 2500000, currency: EUR}
url: "https://eic.ec.europa.eu/"
contact: {uk: "НКП", en: "NCP"}
sources: ["https://eic.ec.europa.eu/"]
verified: "yes"
as_of: "2026-05"
---

## uk: what

Грант для стартапу чи МСП.

## uk: who

Одна компанія.

## uk: apply

Подайте коротку заявку.

## en: what

A grant for a start-up or SME.

## en: who

A single company.

## en: apply

Submit a short proposal.
""",
    "eic-accelerator.md",
)


@pytest.fixture(autouse=True)
def articles(bot: Program) -> None:
    """Two articles of our own, so that the tests do not hang on how the content is worded."""
    bot.app.funding.use([CE, EIC])


async def questions(bot: Program) -> list[tuple[str, str, str, int | None]]:
    table = models.FundingQuestion
    query = select(table.text, table.kind, table.language, table.rating).order_by(table.id)
    return [tuple(row) for row in await bot.app.db.read(lambda c: c.execute(query))]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("language", "question", "title", "passage", "as_of"),
    [
        (
            "uk",
            "чи дасть ЄС гроші на CE маркування?",
            "Маркування CE",
            "Прямого гранту немає.",
            "Станом на 03.2024",
        ),
        (
            "en",
            "чи дасть ЄС гроші на CE маркування?",  # the answer is in the reader's language
            "CE marking of medical devices",
            "There is no direct grant.",
            "As of 03.2024",
        ),
    ],
)
async def test_a_question_from_the_menu_is_answered_with_its_source(
    language: str,
    question: str,
    title: str,
    passage: str,
    as_of: str,
    welcome: Welcome,
    bot: Program,
    http: aiohttp.ClientSession,
) -> None:
    chat = await welcome(language=language)
    menu = chat.card.message_id
    await chat.write(question)
    assert title in chat.text
    assert passage in chat.text
    assert as_of in chat.text
    assert "⚠️" in chat.text  # older than a year
    assert "health.ec.europa.eu" in chat.text
    [link] = [button for row in chat.card.rows for button in row if "url" in button]
    assert link["url"] == str(CE.head.url)
    assert await questions(bot) == [(question, "answered", language, None)]
    assert menu in [card.message_id for card in chat.cards]  # the menu stays where it is
    assert [c["method"] for c in await calls(http)][-1] == "sendMessage"


async def test_sections_open_in_place_and_lead_back(welcome: Welcome) -> None:
    chat = await welcome(language="en")
    await chat.write("CE marking")
    answer = chat.card
    await chat.press("Who can apply")
    assert chat.card.message_id == answer.message_id
    assert "Manufacturers of medical devices." in chat.text
    await chat.press("How much")
    assert "ask a notified body" in chat.text
    await chat.press("‹ Back")
    assert chat.text == answer.text


async def test_what_it_does_not_know_it_says(welcome: Welcome, bot: Program) -> None:
    chat = await welcome(language="en")
    await chat.write("what is the weather in Kyiv tomorrow?")
    assert "I do not know" in chat.text
    assert "🙋 Ask a person" in chat.card.buttons
    await chat.write("hello")
    assert "👋 Hello!" in chat.text
    assert [kind for _, kind, _, _ in await questions(bot)] == ["unanswered", "greeting"]


async def test_a_rating_is_kept_and_the_last_one_counts(welcome: Welcome, bot: Program) -> None:
    chat = await welcome(language="en")
    await chat.write("EIC")
    await chat.press("👍")
    assert "👍 ✓" in chat.card.buttons
    await chat.press("👎")
    assert "👎 ✓" in chat.card.buttons
    assert "Ask a person" in (chat.toast or "")
    await chat.press("👎 ✓")  # a double tap changes nothing
    assert await questions(bot) == [("EIC", "answered", "en", -1)]


async def test_articles_can_be_browsed(welcome: Welcome) -> None:
    chat = await welcome(language="uk")
    await chat.press("Фінансування")
    assert "Просто напишіть запитання" in chat.text
    await chat.press("Усі програми")
    await chat.press("Гранти (1)")
    await chat.press("Акселератор EIC")
    assert "Грант для стартапу" in chat.text
    await chat.press("‹ Назад")
    assert "Акселератор EIC" in chat.card.buttons


async def test_buttons_of_somebody_elses_question_do_nothing(
    welcome: Welcome, bot: Program
) -> None:
    chat = await welcome(OLENA, "en")
    await chat.write("EIC")
    other = await welcome(ANDRII, "en")
    await other.write("EIC")
    card = other.card.message_id
    for data in ("fr:1:0", "fp:1", "fb:1"):
        await other.press_old(card, data)
        assert "not there any more" in (other.toast or "")
    assert [rating for *_, rating in await questions(bot)] == [None, None]


async def test_a_person_answers(
    welcome: Welcome, bot: Program, notifier: Notifier, clock: Clock
) -> None:
    chat = await welcome(OLENA, "uk")
    organiser = await welcome(SOFIA, "en", kind=None)
    await chat.write("чи дають гранти USAID на дах лікарні?")
    await chat.press("Запитати людину")
    assert "чекає на організатора" in chat.text
    await chat.press_old(chat.card.message_id, "fp:1")  # a second tap asks nobody twice
    await notifier.tick()
    await organiser.look()
    assert "A question for a person" in organiser.text
    assert "USAID" in organiser.text
    await organiser.press("Open the question")
    assert "Лікарня № 5" in organiser.text
    await organiser.press("I take it")
    assert "Write the answer as a message" in organiser.text
    clock.advance(minutes=1)
    await notifier.tick()
    await chat.look()
    assert "працює над Вашим запитанням" in chat.text
    await organiser.write("Ні, USAID таких грантів <не дає>.")
    assert "Is this the answer?" in organiser.text
    sending = organiser.card
    await organiser.press("📨 Send")
    assert "Keep question and answer" in organiser.text
    await organiser.press_old(sending.message_id, sending.rows[0][0]["callback_data"])
    await notifier.tick()
    await chat.look()
    assert "Ні, USAID таких грантів <не дає>." in chat.text
    assert chat.text.endswith("Sofía Martí")
    sent = select(models.Outbox.id).where(models.Outbox.kind == "enquiry_answered")
    assert len((await bot.app.db.read(lambda c: c.execute(sent))).all()) == 1


async def test_only_organisers_reach_the_queue(welcome: Welcome) -> None:
    chat = await welcome(OLENA, "en")
    assert not any("Questions from people" in label for label in chat.card.buttons)
    await chat.press_old(chat.card.message_id, "fo:0")
    assert "Only organisers" in (chat.toast or "")


async def test_a_question_where_a_number_is_asked_is_answered_and_the_survey_goes_on(
    welcome: Welcome, bot: Program
) -> None:
    chat = await welcome()
    await begin(chat, "uk")
    respondent = Respondent(chat, await value_chain(bot), "uk", COMMON)
    await respondent.answer_all(until="n_links")
    asked, options = chat.text.split("\n\n")[-1], chat.card.buttons
    await chat.write("чи дасть ЄС гроші на CE маркування?")
    while asked not in chat.text:
        await chat.until_answered(chat.seq)
    answer, survey = chat.cards[-2:]
    assert "Прямого гранту немає." in answer.text
    assert survey.buttons == options
    await chat.write("2")
    assert chat.text != asked


async def write_until(chat: Chat, text: str, words: str) -> None:
    """Write, and wait for the window that comes back under an answer."""
    await chat.write(text)
    while words not in chat.text:
        await chat.until_answered(chat.seq)


async def test_a_question_where_an_organisation_is_described_is_answered(
    welcome: Welcome, bot: Program
) -> None:
    chat = await welcome(language="en", kind=None)
    await chat.press("🏥 My organisation")
    for asked, came_back in (
        ("Money for CE marking?", "Which organisation do you act for?"),  # no code has words
        ("12", "eight digits"),
        ("32855961", "name"),
        ("Will the EU pay for CE marking?", "name"),
        ("Clinic no. 5", "What kind of organisation"),
        ("And can it be found in Rivne?", "What kind of organisation"),
        ("of our own", "What kind of organisation"),  # a slip: said so, not looked up
    ):
        await write_until(chat, asked, came_back)
    answered = "Will the EU pay for CE marking?"
    assert [(text, kind) for text, kind, *_ in await questions(bot)] == [
        ("Money for CE marking?", "answered"),
        (answered, "answered"),
        ("And can it be found in Rivne?", "unanswered"),
    ]


async def test_a_question_while_eligibility_is_asked_is_answered_and_nothing_is_lost(
    welcome: Welcome, bot: Program
) -> None:
    chat = await welcome(language="en", kind="hospital")
    await chat.press("💶 Funding")
    await chat.press("✅ Am I eligible?")
    await chat.press("Public hospital")
    await chat.press("Ukraine")
    await write_until(chat, "Will the EU pay for CE marking?", "oblast")  # any text is a region
    await chat.write("Lviv")
    await write_until(chat, "Who counts, by the way?", "How many people")
    await chat.write("900")
    assert "Public hospital" in chat.text
    assert "Lviv" in chat.text
    assert [kind for _, kind, *_ in await questions(bot)] == ["answered", "unanswered"]


async def test_inline_mode_offers_articles(welcome: Welcome) -> None:
    chat = await welcome(language="uk")
    answer = await chat.post("inline", query="EIC")
    assert [result["id"] for result in answer["results"]] == ["eic-accelerator"]
    [result] = answer["results"]
    assert "Грант для стартапу" in result["input_message_content"]["message_text"]
    urls = [button["url"] for row in result["reply_markup"]["inline_keyboard"] for button in row]
    assert urls[0] == str(EIC.head.url)
    assert urls[1].endswith("?start=aeic-accelerator")
    await chat.start("aeic-accelerator")
    assert "Акселератор EIC" in chat.text


async def test_an_answer_in_words_that_may_be_a_question_is_asked_about_and_never_lost(
    welcome: Welcome, bot: Program
) -> None:
    chat = await welcome()
    await begin(chat, "uk")
    respondent = Respondent(chat, await value_chain(bot), "uk", COMMON)
    form = await value_chain(bot)
    words = (one.name for one in form.questions if one.kind is Kind.TEXT and one.name in COMMON)
    await respondent.answer_all(until=next(words))
    asked = chat.text.split("\n\n")[-1]
    question = "Чи дасть ЄС гроші на маркування CE?"
    await chat.write(question)
    assert "Це запитання до Ланки чи Ваша відповідь" in chat.text
    assert question in chat.text
    await chat.press("Моя відповідь в анкеті")
    assert f"Ви написали: {question}" in chat.text  # a code is asked for, and this is none
    assert await questions(bot) == []
    await chat.write(question)
    await chat.press("Запитання до Ланки")
    while asked not in chat.text:
        await chat.until_answered(chat.seq)
    assert "Прямого гранту немає." in chat.cards[-2].text
    assert [kind for _, kind, _, _ in await questions(bot)] == ["answered"]


async def test_a_kept_answer_is_known_next_time(
    welcome: Welcome, bot: Program, notifier: Notifier
) -> None:
    chat = await welcome(OLENA, "uk")
    organiser = await welcome(SOFIA, "en", kind=None)
    asked = "чи потрібен пластиліновий бегемот?"
    await chat.write(asked)
    assert "не знаю" in chat.text
    await chat.press("Запитати людину")
    await organiser.press("🗂 Organisers’ home")
    await organiser.press("Questions from people")
    await organiser.press("бегемот")
    await organiser.press("I take it")
    await organiser.write("Так, для маркування CE потрібен бегемот.")
    await organiser.press("📨 Send")
    await organiser.press("CE marking of medical devices")
    assert "Kept" in (organiser.toast or "")
    await chat.write(asked)
    assert "потрібен бегемот" in chat.text


async def test_a_question_that_comes_again_after_a_crash_is_one_question(
    bot: Program, welcome: Welcome, clock: Clock
) -> None:
    olena = await welcome(OLENA)
    sender = {"id": olena.person, "is_bot": False, "first_name": "Олена"}
    message = {
        "message_id": 999_001,
        "date": int(clock().timestamp()),
        "chat": {"id": olena.person, "type": "private"},
        "from": sender,
        "text": "чи дасть ЄС гроші на CE маркування?",
    }
    update = Update.model_validate({"update_id": 900_000_001, "message": message})

    async def crash_before_it_is_closed(_: object) -> None:
        raise ConnectionError

    for _ in range(2):
        with pytest.raises(ConnectionError):
            await bot.dispatcher.handle(bot.bot, update, olena.person, crash_before_it_is_closed)
    assert [text for text, *_ in await questions(bot)] == ["чи дасть ЄС гроші на CE маркування?"]
