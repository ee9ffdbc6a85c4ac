"""Invitations: to what, a list, what it would do, who has answered."""

from aiogram import F
from aiogram.types import ContentType
from aiogram_dialog import Dialog, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Start, SwitchTo

from dialogs.inviting import getters, handlers, organisations
from dialogs.states import Inviting, Organisers
from dialogs.widgets.cells import Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Value

use_buttons = T("Please use the buttons here; /cancel leads to the menu.")
not_allowed = T("Your role does not allow this (any more).", when=~F["allowed"])
how = T(
    "Send a list as an Excel file with the columns “Name”, “ЄДРПОУ”, “Type”, “Oblast” and"
    " “E-mail”; only the name is needed. You get back a personal link and a QR code for each, and"
    " see who has opened, begun and finished.",
    when="allowed",
)


def inviting_dialog() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(
        Window(
            Paragraphs(
                T("<b>✉️ Invitations</b>\nTo which survey or event?", when="allowed"), not_allowed
            ),
            Cells("rows", handlers.choose),
            SwitchTo(
                T("🏥 Organisations", plain=True),
                id="orgs",
                state=Inviting.organisations,
                on_click=organisations.leave_merge,
                when="allowed",
            ),
            Start(T("‹ Organisers’ home", plain=True), id="home", state=Organisers.home),
            explain(use_buttons),
            state=Inviting.targets,
            getter=getters.targets,
        ),
        Window(
            Paragraphs(Value("card"), how, not_allowed),
            Button(
                T("⬇️ Links and QR codes", plain=True),
                id="files",
                on_click=handlers.take_files,
                when="any",
            ),
            SwitchTo(T("🔄 Refresh", plain=True), id="again", state=Inviting.target),
            SwitchTo(T("‹ Back", plain=True), id="back", state=Inviting.targets),
            MessageInput(handlers.take_list, content_types=[ContentType.DOCUMENT]),
            explain(T("Please send the list as a file (.xlsx), or use the buttons.")),
            state=Inviting.target,
            getter=getters.target,
        ),
        Window(
            Paragraphs(
                T("<b>A look at the list</b>, nothing is written yet", when="allowed"),
                Value("card"),
                not_allowed,
            ),
            Button(
                T("✉️ Make the links", plain=True), id="make", on_click=handlers.make, when="any"
            ),
            SwitchTo(T("‹ Back", plain=True), id="back", state=Inviting.target),
            MessageInput(handlers.take_list, content_types=[ContentType.DOCUMENT]),
            explain(T("Please send the list as a file (.xlsx), or use the buttons.")),
            state=Inviting.look,
            getter=getters.looked,
        ),
        Window(
            Paragraphs(
                T(
                    "<b>🏥 Organisations</b>\nWrite a part of the name, or the code.",
                    when="allowed",
                ),
                Value("card"),
                not_allowed,
            ),
            Cells("rows", organisations.choose),
            SwitchTo(
                T("‹ Back", plain=True),
                id="back",
                state=Inviting.targets,
                on_click=organisations.leave_merge,
            ),
            MessageInput(organisations.typed, content_types=[ContentType.TEXT]),
            explain(use_buttons),
            state=Inviting.organisations,
            getter=organisations.found,
        ),
        Window(
            Paragraphs(Value("card"), not_allowed),
            Cells("rows", organisations.on_one),
            SwitchTo(
                T("‹ Back", plain=True),
                id="back",
                state=Inviting.organisations,
                on_click=organisations.leave_merge,
            ),
            explain(use_buttons),
            state=Inviting.organisation,
            getter=organisations.one,
        ),
        Window(
            Paragraphs(T("<b>Merge these two?</b>", when="allowed"), Value("card"), not_allowed),
            Cells("rows", organisations.merge),
            SwitchTo(
                T("‹ Back", plain=True),
                id="back",
                state=Inviting.organisation,
                on_click=organisations.leave_merge,
            ),
            explain(use_buttons),
            state=Inviting.merge,
            getter=organisations.preview,
        ),
    )
