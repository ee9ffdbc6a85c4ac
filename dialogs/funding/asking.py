"""A question typed anywhere: found, written down, and answered as one card."""

from aiogram import Bot
from aiogram.types import Message
from aiogram_dialog import DialogManager, ShowMode

from dialogs.context import Actor, App, actor_of, app_of, update_id_of
from dialogs.funding.cards import Card, answer_card, article_card
from dialogs.i18n import Translator
from domain.funding.assistant import VERY_SURE, Answer, Entry
from domain.funding.search.words import has_cyrillic
from storage import asking
from storage.asking import Asked

LONGEST = 4096


async def find(manager: DialogManager, text: str, language: str = "") -> Answer:
    """What the assistant would say, in the reader's language if no other is given; nothing is
    kept or sent."""
    assistant = await app_of(manager).funding.assistant()
    return assistant.ask(text[:LONGEST], language or actor_of(manager).tr.language)


async def is_surely_a_question(manager: DialogManager, text: str) -> bool:
    """Whether a text that would be taken as an answer may well be meant for the assistant."""
    if not text.rstrip().endswith("?"):
        return False
    return _is_sure(await find(manager, text))


def _is_sure(answer: Answer) -> bool:
    return answer.answered and answer.confidence >= VERY_SURE


async def answered_aside(message: Message, manager: DialogManager, *, reads: bool) -> bool:
    """Answer a question asked where something is described; `reads` where it could be an answer.

    Only what ends in a question mark is one: a name or a slip is not looked up.
    """
    text = message.text or ""
    if not text.rstrip().endswith("?") or not any(letter.isalpha() for letter in text):
        return False
    answer = await find(manager, text)
    if reads and not _is_sure(answer):
        return False
    await send_answer(manager, answer)
    manager.show_mode = ShowMode.DELETE_AND_SEND  # what is open comes back under the answer
    return True


async def answered_instead(message: Message, manager: DialogManager) -> bool:
    """Answer a text that is no answer to what is open, if it is a question to the assistant.

    What is neither found nor ends in a question mark is a slip: whoever asked says why it is no
    answer.
    """
    text = message.text or ""
    answer = await find(manager, text)
    if not answer.answered and not text.rstrip().endswith("?"):
        return False
    await send_answer(manager, answer)
    return True


async def answer_message(message: Message, manager: DialogManager, text: str = "") -> Answer:
    """Answer what was typed, with a card of its own that stays in the chat."""
    answer = await find(manager, text or message.text or "")
    await send_answer(manager, answer)
    return answer


async def answered_newcomer(message: Message, manager: DialogManager) -> bool:
    """Answer somebody who has not agreed yet, if it is known: nothing of it is written down.

    The buttons that would need that are left out; the first screen comes back below.
    """
    text = message.text or ""
    if not text or text.startswith("/"):
        return False
    app, actor = app_of(manager), actor_of(manager)
    language = "uk" if has_cyrillic(text) else actor.tr.language
    answer = await find(manager, text, language)
    if not answer.results or not (text.rstrip().endswith("?") or _is_sure(answer)):
        return False  # a name, or a greeting
    tr = Translator(language, actor.person.time_zone)
    shown = [{"id": one.id, "section": one.section} for one in answer.results]
    asked = Asked(0, actor.person.id, language, answer.question, answer.kind, shown, None, None)
    card = await card_of(app, Actor(actor.person, tr), asked)
    more = tr.html(
        "<i>Your question was not kept. Agree below, and I can also check whether you are"
        " eligible or ask a person.</i>"
    )
    links = [[button] for row in card.rows for button in row if button.url]
    await message.answer(f"{card.text}\n\n{more}", reply_markup=Card("", links).markup)
    return True


async def send_answer(manager: DialogManager, answer: Answer) -> None:
    """Write down the question with what is shown for it, and show it.

    An update that comes again after a crash is the same question; its card is sent once more.
    """
    app, actor = app_of(manager), actor_of(manager)
    bot: Bot = manager.middleware_data["bot"]
    person = actor.person
    shown = [
        {"id": one.id, "section": one.section, "score": round(one.score, 3)}
        for one in answer.results
    ]
    question_id = await asking.keep(
        app.db,
        person.id,
        person.organisation_id,
        actor.tr.language,
        answer.question,
        answer.kind,
        shown,
        app.now(),
        update_id_of(manager),
    )
    asked = Asked(
        question_id, person.id, actor.tr.language, answer.question, answer.kind, shown, None, None
    )
    card = await card_of(app, actor, asked)
    await bot.send_message(person.telegram_id, card.text, reply_markup=card.markup)


async def card_of(app: App, actor: Actor, asked: Asked) -> Card:
    """The card of a question that was asked, from what the database and the articles say now."""
    assistant = await app.funding.assistant()
    shown: list[tuple[Entry, str, str]] = []
    for one in asked.shown:
        entry = assistant.entries.get(one["id"])
        if entry is None:  # taken away since
            continue
        shown.append(
            (entry, *assistant.passage(entry.id, asked.text, one["section"], actor.tr.language))
        )
    return answer_card(asked, shown, actor.tr, app.now().astimezone(actor.tr.zone).date())


async def show_article(article: str, manager: DialogManager) -> bool:
    """Send an article as a card of its own; False where there is none of this id."""
    app, actor = app_of(manager), actor_of(manager)
    entry = (await app.funding.assistant()).entries.get(article)
    if entry is None:
        return False
    card = article_card(
        entry,
        "",
        actor.tr,
        app.now().astimezone(actor.tr.zone).date(),
        None,
        corrects=actor.person.organises,
    )
    bot: Bot = manager.middleware_data["bot"]
    await bot.send_message(actor.person.telegram_id, card.text, reply_markup=card.markup)
    return True
