"""Buttons under answers and articles: each edits the message it stands under.

They may be pressed months later and on any phone: all they carry is ids, and what they show is
made from the database and the articles as they are now.
"""

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.context import Actor, App
from dialogs.funding.asking import card_of
from dialogs.funding.buttons import (
    AskPerson,
    Back,
    Browse,
    Correct,
    OpenEnquiry,
    Rate,
    Show,
    StopWatching,
)
from dialogs.funding.cards import Card, article_card, kinds_card, list_card
from dialogs.funding.correcting import open_corrections
from dialogs.messages import toast
from dialogs.notice_buttons import NOTHING_TO_EDIT
from dialogs.states import Enquiries
from storage import asking, eligibility, enquiries


async def show(
    callback: CallbackQuery, callback_data: Show, bot: Bot, app: App, actor: Actor
) -> None:
    """A section of an article."""
    assistant = await app.funding.assistant()
    entry = assistant.entries.get(callback_data.article)
    if entry is None:
        toast(actor.tr("This article is not there any more."), alert=True)
        return
    question = callback_data.question
    asked = await asking.get(app.db, question, actor.person.id) if question else None
    today = app.now().astimezone(actor.tr.zone).date()
    section = callback_data.section
    if not section and asked:
        section = next((one["section"] for one in asked.shown if one["id"] == entry.id), "")
    card = article_card(entry, section, actor.tr, today, asked, corrects=actor.person.organises)
    await edit(bot, callback, card)


async def back(
    callback: CallbackQuery, callback_data: Back, bot: Bot, app: App, actor: Actor
) -> None:
    """The answer again."""
    asked = await asking.get(app.db, callback_data.question, actor.person.id)
    if asked is None:
        toast(actor.tr("This question is not there any more."), alert=True)
        return
    await edit(bot, callback, await card_of(app, actor, asked))


async def rate(
    callback: CallbackQuery, callback_data: Rate, bot: Bot, app: App, actor: Actor
) -> None:
    """Remember whether it helped; the mark shows on the button."""
    rating = 1 if callback_data.good else -1
    await asking.rate(app.db, callback_data.question, actor.person.id, rating, app.now())
    asked = await asking.get(app.db, callback_data.question, actor.person.id)
    if asked is None:
        toast(actor.tr("This question is not there any more."), alert=True)
        return
    if rating == 1:
        toast(actor.tr("Thank you!"))
    else:
        toast(actor.tr("Thank you. “Ask a person” brings your question to an organiser."))
    await edit(bot, callback, await card_of(app, actor, asked))


async def ask_person(
    callback: CallbackQuery, callback_data: AskPerson, bot: Bot, app: App, actor: Actor
) -> None:
    """Put the question to the organisers: once, however often it is pressed."""
    opened = await enquiries.open_enquiry(
        app.db, callback_data.question, actor.person.id, app.now()
    )
    asked = await asking.get(app.db, callback_data.question, actor.person.id)
    if opened is None or asked is None:
        toast(actor.tr("This question is not there any more."), alert=True)
        return
    toast(actor.tr("Your question is with the organisers. The answer comes here."))
    await edit(bot, callback, await card_of(app, actor, asked))


async def browse(
    callback: CallbackQuery, callback_data: Browse, bot: Bot, app: App, actor: Actor
) -> None:
    """Articles by kind."""
    entries = (await app.funding.assistant()).entries.values()
    kind, page = callback_data.kind, callback_data.page
    card = list_card(entries, kind, page, actor.tr) if kind else kinds_card(entries, actor.tr)
    await edit(bot, callback, card)


async def correct(
    _: CallbackQuery, callback_data: Correct, actor: Actor, dialog_manager: DialogManager
) -> None:
    """From an article to what can be corrected in it."""
    await open_corrections(dialog_manager, actor, callback_data.article)


async def stop_watching(
    _: CallbackQuery, callback_data: StopWatching, app: App, actor: Actor
) -> None:
    """No more messages about changes."""
    await eligibility.stop_watching(app.db, actor.person.id)
    toast(actor.tr("You will not be sent these any more."))


async def open_enquiry(
    _: CallbackQuery, callback_data: OpenEnquiry, actor: Actor, dialog_manager: DialogManager
) -> None:
    """From a message about an enquiry to the enquiry."""
    if not actor.person.organises:
        toast(actor.tr("Only organisers can do this."), alert=True)
        return
    await dialog_manager.start(
        Enquiries.one if callback_data.enquiry else Enquiries.queue,
        {"enquiry": callback_data.enquiry},
        StartMode.RESET_STACK,
        ShowMode.SEND,
    )


async def edit(bot: Bot, callback: CallbackQuery, card: Card) -> None:
    """Turn the message of a press into a card; where it cannot be edited any more, send it."""
    if callback.message is None:
        return
    chat = callback.message.chat.id
    if not isinstance(callback.message, Message):  # too old for Telegram to tell what it says
        await bot.send_message(chat, card.text, reply_markup=card.markup)
        return
    try:
        await bot.edit_message_text(
            card.text,
            chat_id=chat,
            message_id=callback.message.message_id,
            reply_markup=card.markup,
        )
    except TelegramBadRequest as error:
        if "message to edit not found" in error.message or "can't be edited" in error.message:
            await bot.send_message(chat, card.text, reply_markup=card.markup)
        elif not any(reason in error.message for reason in NOTHING_TO_EDIT):
            raise


def router() -> Router:
    """Comes before the dialogs, for one dispatcher."""
    made = Router(name="funding")
    made.callback_query.register(show, Show.filter())
    made.callback_query.register(back, Back.filter())
    made.callback_query.register(rate, Rate.filter())
    made.callback_query.register(ask_person, AskPerson.filter())
    made.callback_query.register(browse, Browse.filter())
    made.callback_query.register(stop_watching, StopWatching.filter())
    made.callback_query.register(correct, Correct.filter())
    made.callback_query.register(open_enquiry, OpenEnquiry.filter())
    return made
