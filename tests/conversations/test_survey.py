"""A hospital manager (and others) answers the value-chain survey by chat."""

from typing import Any

import aiohttp
import pytest
from sqlalchemy import delete, select, update

from bot.compose import Program
from domain.surveys.form import Form
from simulator.server import Simulator
from storage import forms, models
from tests.conversations.conftest import ANDRII, OLENA, Welcome
from tests.conversations.harness import Chat, Clock, calls, running_bot
from tests.conversations.respondent import SUBMIT, Respondent

MENU = {"uk": ("📋 Опитування", "▶ Почати"), "en": ("📋 Survey", "▶ Start")}
CONFIRM = {"uk": "✅ Усе правильно, далі", "en": "✅ All correct, go on"}

COMMON: dict[str, Any] = {
    "edrpou": "32855961",
    "oblast": "rivne",
    "size": "50_249",
    "role": "head",
    "stages": ["clinic", "rehab", "train"],
    "main_stage": "clinic",
    "fields": ["endo", "surg"],
    "missing_stages": None,
    "disrupted": "partly",
    "disrupted_stages": ["clinic"],
    "causes": ["energy", "staff"],
    "recovery": "half",
    "bn_text": "Стабільне електропостачання <i>&</i> кадри",
    "n_links": "2",
    "p_name": ("ТОВ «Ортопед»", "Biocat"),
    "p_type": ("sme", "cluster"),
    "p_stage": ("mfg", "train"),
    "p_country": ("ua", "eu"),
    "p_state": ("weak", "planned"),
    "weak_why": "Логістика",
    "intl": "partner",
    "progs": ["horizon"],
    "cycle": ["train", "rnd", "proto", "cert", "clin"],
    "offer": ["site", "exp"],
    "seek": "Партнера для пілота",
    "publish": "yes",
    "email": "office@likarnia5.org.ua",
}
BRANCH: dict[str, dict[str, Any]] = {
    "hospital": {
        "beds": "1 250",
        "h_modern": ["or", "icu"],
        "h_train": ["econ", "mgmt"],
        "h_ua_share": "35 %",
        "h_pilot": "yes",
    },
    "sme": {
        "s_class": "IIb",
        "s_cert": ["iso13485"],
        "s_certbar": ["know", "cost"],
        "s_import": "40",
        "s_export": "5",
        "s_free": None,
        "s_invest": "500_2m",
    },
    "ngo": {"n_act": ["rehab", "data"], "n_benef": "12000", "n_gap": None},
    "research": {
        "r_trl": "6",
        "r_contracts": "3",
        "r_bar": ["money", "ind"],
        "r_equip": "yes",
    },
    "cluster": {},
}


async def value_chain(program: Program) -> Form:
    [survey] = await forms.surveys(program.app.db)
    return await program.app.forms.get(survey.version_id)


async def begin(chat: Chat, language: str) -> None:
    """From the menu to the first question that the profile leaves open."""
    for button in (*MENU[language], CONFIRM[language]):
        await chat.press(button)


async def answers(program: Program) -> dict[str, Any]:
    """What counts in the database, by path."""

    async def job(connection: Any) -> Any:
        return (
            await connection.execute(
                select(models.Answer.path, models.Answer.value, models.Answer.number).where(
                    models.Answer.relevant
                )
            )
        ).all()

    return {row.path: row for row in await program.app.db.read(job)}


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("kind", list(BRANCH))
async def test_every_type_of_organisation_finishes_in_both_languages(
    kind: str, language: str, bot: Program, welcome: Welcome
) -> None:
    chat = await welcome(OLENA, language, kind)
    await begin(chat, language)
    plan = COMMON | BRANCH[kind]
    respondent = Respondent(chat, await value_chain(bot), language, plan)
    await respondent.answer_all()
    await chat.press(SUBMIT[language])
    assert "№" in chat.text or "No." in chat.text

    found = await answers(bot)
    assert found["/data/consent"].value == "yes"
    assert found["/data/org/org_type"].value == kind
    assert found["/data/links/link[2]/p_name"].value == "Biocat"
    assert found["/data/bn_score"].number == 18
    assert found["/data/coop/full_cycle"].value == "yes"
    asked = {name for name in respondent.asked if name in BRANCH[kind]}
    assert asked == set(BRANCH[kind]), "each question of the branch is asked"
    others = {name for branch in BRANCH.values() for name in branch} - set(BRANCH[kind])
    assert not others & set(respondent.asked), "no question of another branch is"
    if kind == "hospital":
        assert found["/data/hospital/beds"].number == 1250


async def test_an_interrupted_survey_goes_on_at_the_exact_question_after_a_restart(
    simulator: Simulator,
    http: aiohttp.ClientSession,
    ready_url: str,
    clock: Clock,
) -> None:
    async with running_bot(simulator, ready_url, clock) as program:
        from tests.conversations.conftest import WORDS

        chat = await Chat.open(http, OLENA)
        await chat.start()
        for button in WORDS["uk"]:
            await chat.press(button)
        from storage import organisations, people

        person = await people.find(program.app.db, OLENA)
        assert person
        await organisations.make(
            program.app.db, person.id, None, {"name": "Лікарня", "type": "hospital"}, clock()
        )
        await begin(chat, "uk")
        respondent = Respondent(chat, await value_chain(program), "uk", COMMON)
        await respondent.answer_all(until="disrupted")
        left = chat.card

    clock.advance(days=1)
    async with running_bot(simulator, ready_url, clock):
        await chat.press("Частково")  # the card from before the restart still counts
        assert "виникли перебої" in chat.text
        await chat.press("⏸ Пізніше")
        assert "Збережено" in (chat.toast or "")
        await chat.press("📋 Опитування")
        await chat.press("▶ Продовжити")
        assert "виникли перебої" in chat.text
        assert left.message_id in [card.message_id for card in chat.cards]


async def test_a_press_is_answered_by_exactly_two_calls(
    http: aiohttp.ClientSession, bot: Program, welcome: Welcome
) -> None:
    chat = await welcome()
    await begin(chat, "uk")
    await chat.press("Пропустити ›")
    before = await calls(http)
    await chat.press("●" if any("●" in b for b in chat.card.buttons) else "1")
    made = (await calls(http))[len(before) :]
    assert sorted(call["method"] for call in made) == ["answerCallbackQuery", "editMessageText"]


async def test_a_double_tap_answers_one_question_only(bot: Program, welcome: Welcome) -> None:
    chat = await welcome()
    await begin(chat, "uk")
    respondent = Respondent(chat, await value_chain(bot), "uk", COMMON)
    await respondent.answer_all(until="size")
    card = chat.card
    row, column = card.find("10–49")
    data = card.rows[row][column]["callback_data"]
    await chat.press("10–49")
    role_card = chat.text
    await chat.press_old(card.message_id, data)
    assert "застаріла" in (chat.toast or "")
    assert chat.text == role_card, "the second tap changed nothing"
    found = await answers(bot)
    assert found["/data/org/size"].value == "10_49"
    assert found["/data/org/role"].value is None


async def test_a_double_tap_on_a_choice_of_several_leaves_it_chosen(
    bot: Program, welcome: Welcome
) -> None:
    chat = await welcome()
    await begin(chat, "uk")
    respondent = Respondent(chat, await value_chain(bot), "uk", COMMON)
    await respondent.answer_all(until="stages")
    card = chat.card
    row, column = card.find("Сертифікація")
    data = card.rows[row][column]["callback_data"]
    await chat.press_at(card.message_id, row, column)
    await chat.press_old(card.message_id, data)
    assert (await answers(bot))["/data/chain/stages"].value == "cert"


async def test_the_language_changes_in_the_middle_and_nothing_is_lost(
    bot: Program, welcome: Welcome
) -> None:
    chat = await welcome()
    await begin(chat, "uk")
    respondent = Respondent(chat, await value_chain(bot), "uk", COMMON)
    await respondent.answer_all(until="disrupted")
    await chat.press("🌐 Мова")
    await chat.press("🇬🇧 English")
    assert "Has the war disrupted your organisation" in chat.text
    await chat.write("/language")
    await chat.press("🇺🇦 Українська")
    assert "Чи перервала війна" in chat.text
    assert (await answers(bot))["/data/chain/main_stage"].value == "clinic"


async def test_typed_answers_are_echoed_as_understood_and_the_card_moves_below(
    bot: Program, welcome: Welcome
) -> None:
    chat = await welcome()
    await begin(chat, "uk")
    respondent = Respondent(chat, await value_chain(bot), "uk", COMMON | BRANCH["hospital"])
    await respondent.answer_all(until="beds")
    old = chat.card
    await chat.write("9 999")
    assert "⚠️" in chat.text, "out of range: said so, and the question is there again"
    assert "Скільки ліжок" in chat.text
    await chat.write("1 250")
    assert chat.text.startswith("✅ Скільки ліжок у Вашому закладі: 1\u00a0250")
    assert old.message_id not in [card.message_id for card in chat.cards]


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("sticker", {}),
        ("voice", {}),
        ("location", {"latitude": 50.6, "longitude": 26.2}),
        ("text", {"text": "🙂🙂"}),
        ("text", {"text": "x" * 4096}),
        ("text", {"text": "дванадцять з половиною"}),
    ],
)
async def test_what_is_no_answer_gets_a_sentence_and_the_question_again(
    action: str, body: dict[str, Any], bot: Program, welcome: Welcome
) -> None:
    chat = await welcome()
    await begin(chat, "uk")
    respondent = Respondent(chat, await value_chain(bot), "uk", COMMON)
    await respondent.answer_all(until="n_links")
    await chat.say(action, **body)
    assert chat.text.startswith("⚠️")
    assert "Скількох ключових партнерів" in chat.text
    assert (await answers(bot))["/data/links/n_links"].value is None


async def test_invisible_characters_do_not_swallow_an_answer(
    bot: Program, welcome: Welcome
) -> None:
    chat = await welcome()
    await begin(chat, "uk")
    respondent = Respondent(chat, await value_chain(bot), "uk", COMMON)
    await respondent.answer_all(until="bn_text")
    await chat.write("Кадри\u00ad\u00ad")
    assert (await answers(bot))["/data/impact/bn_text"].value == "Кадри"


async def test_back_and_another_answer_changes_the_branch_and_keeps_what_was_said(
    bot: Program, welcome: Welcome
) -> None:
    chat = await welcome()
    await begin(chat, "uk")
    respondent = Respondent(chat, await value_chain(bot), "uk", COMMON)
    await respondent.answer_all(until="recovery")
    for _ in range(3):
        await chat.press("‹ Назад")
    await chat.press("Ні")
    found = await answers(bot)
    assert "/data/impact/causes" not in found, "no longer counted"
    await chat.press("‹ Назад")
    await chat.press("Повністю")
    assert (await answers(bot))["/data/impact/causes"].value == "energy staff"


async def test_colleagues_share_a_draft_and_never_overwrite_each_other_silently(
    http: aiohttp.ClientSession, bot: Program, welcome: Welcome, clock: Clock
) -> None:
    from storage.joining import join_in

    first = await welcome(OLENA)
    second = await welcome(ANDRII, kind=None)

    async def join(tx: Any) -> None:
        olena = (
            await tx.execute(
                select(models.Person.organisation_id).where(models.Person.telegram_id == OLENA)
            )
        ).scalar_one()
        andrii = (
            await tx.execute(select(models.Person.id).where(models.Person.telegram_id == ANDRII))
        ).scalar_one()
        await join_in(tx, andrii, olena, clock())

    await bot.app.db.write(join)
    await begin(first, "uk")
    await Respondent(first, await value_chain(bot), "uk", COMMON).answer_all(until="size")
    await second.press("📋 Опитування")
    await second.press("▶ Продовжити")
    assert "Скільки людей працює" in second.text, "a colleague goes on where nobody has answered"
    await second.press("1–9")
    await first.press("10–49")
    assert "1–9" in first.text
    assert "10–49" in first.text
    assert (await answers(bot))["/data/org/size"].value == "1_9", "nothing is overwritten yet"
    await first.press("Узяти мою")
    assert (await answers(bot))["/data/org/size"].value == "10_49"


async def test_a_lost_dialog_state_is_rebuilt_from_the_button_that_was_pressed(
    bot: Program, welcome: Welcome
) -> None:

    chat = await welcome()
    await begin(chat, "uk")
    await Respondent(chat, await value_chain(bot), "uk", COMMON).answer_all(until="size")
    await bot.app.db.write(lambda tx: tx.execute(delete(models.DialogState)))
    await chat.press("10–49")
    assert chat.toast
    assert "Скільки людей працює" in chat.text, "the same question, to be pressed again"
    await chat.press("10–49")
    assert (await answers(bot))["/data/org/size"].value == "10_49"


async def test_submitting_twice_gives_one_receipt_and_answers_can_be_changed_later(
    bot: Program, welcome: Welcome
) -> None:
    chat = await welcome(OLENA, "uk", "cluster")
    await begin(chat, "uk")
    await Respondent(chat, await value_chain(bot), "uk", COMMON).answer_all()
    card = chat.card
    row, column = card.find("📨 Надіслати")
    data = card.rows[row][column]["callback_data"]
    await chat.press("📨 Надіслати")
    receipt = chat.text
    await chat.press_old(card.message_id, data)
    assert chat.text == receipt
    await chat.press("✏️ Переглянути або змінити відповіді")
    await chat.press("Ваша організація")
    await chat.press("✏️ 5")
    await chat.press("250")
    assert (await answers(bot))["/data/org/size"].value == "250"


async def test_a_closed_survey_takes_no_answer_and_says_so(bot: Program, welcome: Welcome) -> None:
    chat = await welcome()
    await begin(chat, "uk")
    await Respondent(chat, await value_chain(bot), "uk", COMMON).answer_all(until="size")
    await bot.app.db.write(lambda tx: tx.execute(update(models.Form).values(state="closed")))
    await chat.press("10–49")
    assert "Опитування закрите" in chat.text
    assert (await answers(bot))["/data/org/size"].value is None


async def test_who_left_the_organisation_can_no_longer_answer_for_it(
    bot: Program, welcome: Welcome
) -> None:
    chat = await welcome()
    await begin(chat, "uk")
    await Respondent(chat, await value_chain(bot), "uk", COMMON).answer_all(until="size")
    await bot.app.db.write(lambda tx: tx.execute(update(models.Contact).values(state="left")))
    await chat.press("10–49")
    assert "не представляєте організацію" in chat.text
    assert (await answers(bot))["/data/org/size"].value is None


async def test_a_deep_link_leads_through_the_first_minute_to_the_survey(
    http: aiohttp.ClientSession, bot: Program
) -> None:
    [survey] = await forms.surveys(bot.app.db)
    chat = await Chat.open(http, OLENA)
    await chat.start(f"s{survey.token}")
    await chat.press("🇺🇦 Українська")
    await chat.press("✅ Погоджуюся")
    assert "▶ Почати" in chat.card.buttons
    assert "Ланцюг створення вартості" in chat.text


async def test_answers_fill_an_empty_profile_and_a_difference_is_asked_about(
    bot: Program, welcome: Welcome
) -> None:
    chat = await welcome(OLENA, "uk", "cluster")
    await begin(chat, "uk")
    respondent = Respondent(chat, await value_chain(bot), "uk", COMMON)
    await respondent.answer_all(until="size")
    assert (await profile(bot)).oblast == "rivne", "it was empty"
    await chat.press("‹ Назад")
    await chat.write("львівська")
    assert (await profile(bot)).oblast == "rivne", "a different answer stays with the response"
    await respondent.answer_all()
    await chat.press("📨 Надіслати")
    assert "Львівська область" in chat.text
    await chat.press("Оновити профіль")
    assert (await profile(bot)).oblast == "lviv"


async def profile(program: Program) -> Any:
    async def job(connection: Any) -> Any:
        return (await connection.execute(select(models.Organisation))).one()

    return await program.app.db.read(job)
