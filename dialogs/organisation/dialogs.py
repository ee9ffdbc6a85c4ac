"""The organisation that one acts for: naming it, describing it, the colleagues, leaving."""

from aiogram import F
from aiogram.types import ContentType
from aiogram_dialog import Dialog, StartMode, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Start, SwitchTo

from dialogs.organisation import getters
from dialogs.organisation.handlers import (
    ask_to_leave,
    choose_organisation,
    edit_field,
    leave,
    press_field,
    typed_code,
    typed_field,
    without_code,
)
from dialogs.states import Home, Organisation
from dialogs.widgets.cells import Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Value

use_buttons = T("Please use the buttons here; /cancel leads to the menu, nothing is lost.")
write_text = T("⚠️ This question takes a text or a button, not a file, voice message or sticker.")
to_menu = Start(T("‹ Menu", plain=True), id="menu", state=Home.menu, mode=StartMode.RESET_STACK)
to_view = SwitchTo(T("‹ Back", plain=True), id="view", state=Organisation.view)

code = Window(
    Paragraphs(
        T("<b>🏥 Which organisation do you act for?</b>"),
        T(
            "Please write its EDRPOU code, eight digits. Colleagues who name the same code answer"
            " together with you."
        ),
    ),
    Button(T("There is no code", plain=True), id="nocode", on_click=without_code),
    SwitchTo(T("‹ Back", plain=True), id="view", state=Organisation.view, when="known"),
    Start(
        T("‹ Menu", plain=True),
        id="menu",
        state=Home.menu,
        mode=StartMode.RESET_STACK,
        when=~F["known"],
    ),
    MessageInput(typed_code, content_types=[ContentType.TEXT]),
    explain(write_text),
    state=Organisation.code,
    getter=getters.code,
)

asked = Window(
    Paragraphs(Value("answer")),
    SwitchTo(T("Another code", plain=True), id="again", state=Organisation.code),
    to_menu,
    explain(use_buttons),
    state=Organisation.asked,
    getter=getters.asked,
)

field = Window(
    Paragraphs(Value("text")),
    Cells("rows", press_field),
    MessageInput(typed_field, content_types=[ContentType.TEXT]),
    explain(write_text),
    state=Organisation.field,
    getter=getters.field,
)

view = Window(
    Paragraphs(
        T("<b>🏥 %(name)s</b>", name="name", when="known"),
        Value("lines", when="known"),
        T("You do not act for any organisation now.", when=~F["known"]),
    ),
    SwitchTo(
        T("✏️ Change the profile", plain=True),
        id="edit",
        state=Organisation.edit,
        when="known",
    ),
    SwitchTo(T("👥 Colleagues", plain=True), id="people", state=Organisation.people, when="known"),
    SwitchTo(
        T("🔁 Another organisation", plain=True),
        id="switch",
        state=Organisation.switch,
        when="known",
    ),
    SwitchTo(
        T("➕ Name an organisation", plain=True),
        id="code",
        state=Organisation.code,
        when=~F["known"],
    ),
    to_menu,
    explain(use_buttons),
    state=Organisation.view,
    getter=getters.view,
)

edit = Window(
    Paragraphs(T("<b>What would you like to change?</b>")),
    Cells("rows", edit_field),
    to_view,
    explain(use_buttons),
    state=Organisation.edit,
    getter=getters.edit,
)

people = Window(
    Paragraphs(
        T("<b>👥 Who acts for: %(name)s</b>", name="name"),
        Value("people"),
        T(
            "A colleague joins by naming the code %(code)s to Lanka; you will then be asked here"
            " whether you know them.",
            code="code",
            when="code",
        ),
    ),
    Button(T("🚪 Leave the organisation", plain=True), id="leave", on_click=ask_to_leave),
    to_view,
    explain(use_buttons),
    state=Organisation.people,
    getter=getters.people,
)

switch = Window(
    Paragraphs(T("<b>For which organisation do you act now?</b>")),
    Cells("rows", choose_organisation),
    SwitchTo(T("➕ Name an organisation", plain=True), id="code", state=Organisation.code),
    to_view,
    explain(use_buttons),
    state=Organisation.switch,
    getter=getters.switch,
)

farewell = Window(
    Paragraphs(
        T("<b>Leave this organisation?</b>\n%(name)s", name="name"),
        T("You will not see its profile and answers any more. What you have answered stays."),
        T(
            "Nobody else acts for it: whoever comes next has to be let in by an organiser.",
            when="last",
        ),
    ),
    Button(T("🚪 Yes, leave", plain=True), id="gone", on_click=leave),
    SwitchTo(T("‹ Back", plain=True), id="people", state=Organisation.people),
    explain(use_buttons),
    state=Organisation.leave,
    getter=getters.leave,
)


def organisation() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(code, asked, field, view, edit, people, switch, farewell)
