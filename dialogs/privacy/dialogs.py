"""`/privacy`: what is kept and since when it may be, and everything that one can do about it.

Whoever took their consent back can still come here: to take their data along, and to erase them.
"""

import asyncio
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, CallbackQuery
from aiogram_dialog import Dialog, DialogManager, ShowMode, StartMode, Window
from aiogram_dialog.widgets.kbd import Button, Column, SwitchTo

from dialogs.context import actor_of, app_of
from dialogs.i18n import Html, escape
from dialogs.messages import answer_press, toast
from dialogs.privacy.files import as_json, as_workbook
from dialogs.privacy.words import consent_words
from dialogs.states import Home, Privacy, Start
from dialogs.widgets.cells import Cell, Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Value
from storage import consents, erasing, mydata, people

NAME = "lanka-my-data"


async def kept(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What was agreed to and when, and how much is kept of which kind."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    tr = actor.tr
    given = await consents.of_person(app.db, actor.person.id)
    held = await mydata.of_person(app.db, actor.person.id)
    counts = [
        (tr("organisations that you act for"), len(held["contacts"])),
        (tr("surveys that you began"), len(held["responses"])),
        (tr("answers that you gave"), len(held["answers"])),
        (tr("registrations for events"), len(held["registrations"])),
        (tr("questions about funding"), len(held["funding_questions"])),
        (tr("messages that Lanka sent by itself"), len(held["outbox"])),
    ]
    lines = [Html(f"• {escape(name)}: {tr.number(count)}") for name, count in counts if count]
    return {
        "agreed": actor.person.consented,
        "consent": _consent(given, dialog_manager),
        "name": actor.person.name or "",
        "telegram_id": str(actor.person.telegram_id),
        "counts": Html("\n".join(lines)),
    }


def _consent(given: list[consents.Given], manager: DialogManager) -> Html:
    tr = actor_of(manager).tr
    if not given:
        return tr.html("You have agreed to nothing: only your id and language are known.")
    newest = given[0]
    if newest.withdrawn_at is None:
        at = tr.moment(newest.given_at)
        return tr.html(
            "You agreed on %(at)s (words of %(version)s).", at=at, version=newest.version
        )
    at = tr.moment(newest.withdrawn_at)
    return tr.html("You took your consent back on %(at)s. Nothing new is kept since.", at=at)


async def words(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The very words that the person agreed to, in the language in which they did."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    given = await consents.of_person(app.db, actor.person.id)
    if not given:
        return {"words": consent_words(actor.tr.language), "at": "", "version": ""}
    newest = given[0]
    return {
        "words": consent_words(newest.language, newest.version),
        "at": actor.tr.moment(newest.given_at),
        "version": newest.version,
    }


async def send_data(manager: DialogManager) -> None:
    """Send JSON and XLSX of everything; below them the card comes anew."""
    app, actor = app_of(manager), actor_of(manager)
    bot: Bot = manager.middleware_data["bot"]
    held = await mydata.of_person(app.db, actor.person.id)
    files = await asyncio.to_thread(lambda: (as_json(held, app.now()), as_workbook(held)))
    captions = (
        actor.tr("Everything that Lanka keeps about you, for programs."),
        actor.tr("The same as a table for Excel."),
    )
    for content, ending, caption in zip(files, ("json", "xlsx"), captions, strict=True):
        file = BufferedInputFile(content, f"{NAME}.{ending}")
        await bot.send_document(actor.person.telegram_id, file, caption=caption, parse_mode=None)


async def take_along(callback: CallbackQuery, _: Any, manager: DialogManager) -> None:
    """Send everything, and show the card again below it."""
    await answer_press(manager.middleware_data["bot"], callback)
    await send_data(manager)
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def withdraw(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Take the consent back. What is kept stays, untouched, until it is erased."""
    app, actor = app_of(manager), actor_of(manager)
    await consents.withdraw(app.db, actor.person.id, app.now())
    toast(actor.tr("Your consent is taken back."))
    actor.person = await people.get(app.db, actor.person.id)
    await manager.switch_to(Privacy.view)


async def choices(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What is erased; and, where nobody else acts for an organisation, whether that goes, too."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    tr = actor.tr
    alone = await erasing.alone_in(app.db, actor.person.id)
    rows = [[Cell(tr("🗑 Erase me"), "me")]]
    if alone:
        rows.append([Cell(tr("🗑 Erase me and these organisations"), "all")])
    return {
        "alone": Html("\n".join(f"• {escape(one.name)}" for one in alone)),
        "rows": rows,
    }


async def choose(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Ask once more: it cannot be undone."""
    if data in ("me", "all"):
        manager.dialog_data["scope"] = data
        await manager.switch_to(Privacy.sure)


async def last_words(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """Which of the two is about to happen."""
    return {"all": dialog_manager.dialog_data.get("scope") == "all"}


async def erase(callback: CallbackQuery, _: Any, manager: DialogManager) -> None:
    """Erase, and leave nothing behind but a farewell that names nobody."""
    app, actor = app_of(manager), actor_of(manager)
    bot: Bot = manager.middleware_data["bot"]
    person = actor.person
    with_them: list[int] = []
    if manager.dialog_data.get("scope") == "all":
        with_them = [one.organisation_id for one in await erasing.alone_in(app.db, person.id)]
    await erasing.forget(app.db, app.forms, person.id, app.now(), organisations=with_them)
    farewell = "\n\n".join(
        [
            actor.tr.html("<b>Everything about you is erased.</b>"),
            actor.tr.html(
                "This chat is yours: delete it in Telegram, and the messages are gone, too. Should"
                " you come back one day, /start begins anew."
            ),
        ]
    )
    manager.current_stack().last_message_id = None  # so that nothing is kept of the dialog either
    await manager.reset_stack(remove_keyboard=False)
    manager.show_mode = ShowMode.NO_UPDATE
    if callback.message is None:
        return
    try:
        await bot.edit_message_text(
            farewell, chat_id=person.telegram_id, message_id=callback.message.message_id
        )
    except TelegramBadRequest:  # too old to be edited
        await bot.send_message(person.telegram_id, farewell)


async def leave(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """To the menu, or to the first screen for who does not agree."""
    if actor_of(manager).person.consented:
        await manager.start(Home.menu, mode=StartMode.RESET_STACK)
    else:
        await manager.start(Start.consent, {"payload": ""}, StartMode.RESET_STACK)


use_buttons = T("Please use the buttons here; /cancel leads to the menu, nothing is lost.")
to_view = SwitchTo(T("‹ Back", plain=True), id="view", state=Privacy.view)

view = Window(
    Paragraphs(
        T("<b>🔐 What Lanka keeps about you</b>"),
        Value("consent"),
        T("Name: %(name)s", name="name", when="name"),
        T("Telegram id: %(id)s", id="telegram_id"),
        Value("counts", when="counts"),
        T("What is not needed any more goes by itself after a time."),
    ),
    Column(
        SwitchTo(T("📄 What I agreed to", plain=True), id="words", state=Privacy.words),
        Button(T("📦 Send me everything", plain=True), id="data", on_click=take_along),
        SwitchTo(
            T("✋ Take my consent back", plain=True),
            id="back",
            state=Privacy.withdraw,
            when="agreed",
        ),
        SwitchTo(T("🗑 Erase everything", plain=True), id="forget", state=Privacy.forget),
        Button(T("‹ Menu", plain=True), id="menu", on_click=leave),
    ),
    explain(use_buttons),
    state=Privacy.view,
    getter=kept,
)

agreed_words = Window(
    Paragraphs(
        Value("words"),
        T("Agreed on %(at)s, version %(version)s", at="at", version="version", when="at"),
    ),
    to_view,
    explain(use_buttons),
    state=Privacy.words,
    getter=words,
)

withdraw_window = Window(
    Paragraphs(
        T("<b>Take your consent back?</b>"),
        T(
            "Then Lanka keeps nothing new about you and writes to you no more. What is kept"
            " already stays untouched until you erase it, or until it goes by itself after some"
            " weeks. You can agree again at any time."
        ),
    ),
    Column(
        Button(T("✋ Take it back", plain=True), id="yes", on_click=withdraw),
        to_view,
    ),
    explain(use_buttons),
    state=Privacy.withdraw,
)

forget_window = Window(
    Paragraphs(
        T("<b>Erase everything about you?</b>"),
        T(
            "Your name, your id, what you asked, your registrations and tickets, your seats at"
            " events to come: all gone, for good. Answers that your organisation submitted stay"
            " with it, without you."
        ),
        T(
            "Nobody but you acts for these organisations. You may erase them, too, with all"
            " their answers:\n%(alone)s",
            alone="alone",
            when="alone",
        ),
        T("“Send me everything” gives you a copy first."),
    ),
    Cells("rows", choose),
    Button(T("📦 Send me everything", plain=True), id="data", on_click=take_along),
    to_view,
    explain(use_buttons),
    state=Privacy.forget,
    getter=choices,
)

sure_window = Window(
    Paragraphs(
        T("<b>This cannot be undone.</b>"),
        T("Your organisations go with you, with all their answers.", when="all"),
    ),
    Column(
        Button(T("Yes, erase for good", plain=True), id="erase", on_click=erase),
        SwitchTo(T("‹ Back", plain=True), id="back", state=Privacy.forget),
    ),
    explain(use_buttons),
    state=Privacy.sure,
    getter=last_words,
)


def privacy() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(view, agreed_words, withdraw_window, forget_window, sure_window)
