"""The menu: three jobs, one's organisation, and help."""

from typing import Any

from aiogram import Bot
from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, ShowMode, Window
from aiogram_dialog.widgets.kbd import Button, Column, Row, Start, SwitchTo

from dialogs.context import actor_of, app_of, may
from dialogs.eligibility.dialogs import start_eligibility
from dialogs.events.handlers import open_events
from dialogs.funding.cards import kinds_card
from dialogs.organisers.handlers import open_home as open_organisers
from dialogs.states import Home, Language, Muting, Organisation
from dialogs.survey.opening import open_surveys
from dialogs.widgets.input import explain
from dialogs.widgets.text import ECHO, Paragraphs, T
from domain.people.permissions import Permission
from storage import organisations


async def who(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The name of the organisation that the person acts for, if any."""
    person = actor_of(dialog_manager).person
    has_role = may(dialog_manager, Permission.HOME)
    if person.organisation_id is None:
        return {"organisation": "", "has_role": has_role}
    organisation = await organisations.get(app_of(dialog_manager).db, person.organisation_id)
    return {"organisation": organisation.name, "has_role": has_role}


async def check_eligibility(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """From the page about funding to the questions about eligibility."""
    await start_eligibility(manager)


async def open_organisation(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Show the organisation, or begin to name one."""
    known = actor_of(manager).person.organisation_id is not None
    await manager.start(Organisation.view if known else Organisation.code)


async def open_programmes(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """All articles by kind, as a message of their own."""
    actor, app = actor_of(manager), app_of(manager)
    card = kinds_card((await app.funding.assistant()).entries.values(), actor.tr)
    bot: Bot = manager.middleware_data["bot"]
    await bot.send_message(actor.person.telegram_id, card.text, reply_markup=card.markup)
    manager.show_mode = ShowMode.NO_UPDATE


back = SwitchTo(T("‹ Menu", plain=True), id="menu", state=Home.menu)
ask_with_buttons = T("Please choose with the buttons; /help tells what each of them does.")

menu = Window(
    Paragraphs(
        T("<b>What would you like to do?</b>"),
        T("You act for: %(name)s", name="organisation", when="organisation"),
    ),
    Column(
        Button(T("📋 Survey", plain=True), id="survey", on_click=open_surveys),
        SwitchTo(T("💶 Funding", plain=True), id="funds", state=Home.funding),
        Button(T("📅 Events", plain=True), id="events", on_click=open_events),
        Button(T("🏥 My organisation", plain=True), id="org", on_click=open_organisation),
        Button(
            T("🗂 Organisers’ home", plain=True),
            id="organise",
            on_click=open_organisers,
            when="has_role",
        ),
    ),
    Row(
        SwitchTo(T("❓ Help", plain=True), id="help", state=Home.help),
        Start(T("🌐 Language", plain=True), id="lang", state=Language.choose),
    ),
    Start(T("🔔 Notifications", plain=True), id="mutes", state=Muting.topics),
    explain(ask_with_buttons),
    state=Home.menu,
    getter=who,
)

funding = Window(
    Paragraphs(
        T("<b>💶 Funding</b>"),
        T(
            "Just type a question, here or anywhere, in your own words: “Will the EU pay for CE"
            " marking?” The answer says where it is from and how old it is."
        ),
        T("What the assistant does not know, an organiser answers here in the chat."),
    ),
    Button(T("✅ Am I eligible?", plain=True), id="match", on_click=check_eligibility),
    Button(T("📚 All programmes", plain=True), id="all", on_click=open_programmes),
    back,
    explain(ask_with_buttons),
    state=Home.funding,
)

events = Window(
    Paragraphs(
        T("<b>📅 Events</b>"),
        T("Workshops and calls, and your registrations for them."),
    ),
    Button(T("📅 Events", plain=True), id="events", on_click=open_events),
    back,
    explain(ask_with_buttons),
    state=Home.events,
)

help_page = Window(
    Paragraphs(
        T("<b>What Lanka does</b>"),
        T(
            "📋 <b>Survey</b>: tell about your place in the health value chain. Every answer is"
            " saved at once; stop whenever you like and continue later, even on another phone."
        ),
        T(
            "🏥 <b>My organisation</b>: what the surveys need not ask again, and the colleagues"
            " who act for it with you."
        ),
        T(
            "Commands: /start – the menu, /language – Ukrainian or English, /cancel – leave what"
            " is open (nothing is lost), /help – this page."
        ),
        T("🔐 /privacy – what is kept about you; /mydata sends it to you, /forget erases it."),
    ),
    back,
    explain(ask_with_buttons),
    state=Home.help,
)


async def say(data: Any, manager: DialogManager) -> None:
    """Begin with the words that the menu was opened with, if any."""
    if isinstance(data, dict) and ECHO in data:
        manager.dialog_data[ECHO] = data[ECHO]


def home() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(menu, funding, events, help_page, on_start=say)
