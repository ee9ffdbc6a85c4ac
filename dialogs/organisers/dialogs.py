"""The organisers' home, roles, and the log of what was done."""

from aiogram import F
from aiogram_dialog import Dialog, StartMode, Window
from aiogram_dialog.widgets.kbd import Button, Start, SwitchTo

from dialogs.organisers import getters, handlers
from dialogs.states import Home, Organisers
from dialogs.widgets.cells import Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Value

use_buttons = T("Please use the buttons here; /cancel leads to the menu.")
not_allowed = T("Your role does not allow this (any more).", when=~F["allowed"])
to_menu = Start(T("‹ Menu", plain=True), id="menu", state=Home.menu, mode=StartMode.RESET_STACK)
to_home = SwitchTo(T("‹ Organisers’ home", plain=True), id="home", state=Organisers.home)
to_roles = SwitchTo(T("‹ Back", plain=True), id="roles", state=Organisers.roles)


def organisers() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(
        Window(
            Paragraphs(T("<b>🗂 Organisers’ home</b>", when="allowed"), Value("card"), not_allowed),
            Cells("rows", handlers.on_home),
            SwitchTo(T("🔄 Refresh", plain=True), id="again", state=Organisers.home),
            to_menu,
            explain(use_buttons),
            state=Organisers.home,
            getter=getters.home,
        ),
        Window(
            Paragraphs(
                T("<b>👥 Who may do what</b>", when="allowed"),
                Value("card"),
                T(
                    "Owners without a button here are named in the settings of the program.",
                    when="allowed",
                ),
                not_allowed,
            ),
            Cells("rows", handlers.on_roles),
            to_home,
            explain(use_buttons),
            state=Organisers.roles,
            getter=getters.roles,
        ),
        Window(
            Paragraphs(
                T("<b>Which role?</b>", when="allowed"),
                Value("card"),
                T(
                    "You get a link to pass on. It is good for one person and for three days.",
                    when="allowed",
                ),
                not_allowed,
            ),
            Cells("rows", handlers.give),
            to_roles,
            explain(use_buttons),
            state=Organisers.give,
            getter=getters.choose_role,
        ),
        Window(
            Paragraphs(
                T("<b>Pass this link on</b> to the one person whom it is for:"),
                T("<code>%(link)s</code>", link="link"),
                T(
                    "Good until %(until)s. Whoever opens it first has the role; until then you"
                    " can take the link back.",
                    until="until",
                ),
            ),
            to_roles,
            explain(use_buttons),
            state=Organisers.link,
            getter=getters.made,
        ),
        Window(
            Paragraphs(
                Value("card"),
                T("<b>Take this role away?</b> It counts at once.", when="allowed"),
                T("Nobody has this role any more.", when=~F["allowed"]),
            ),
            Button(
                T("✖️ Yes, take it away", plain=True),
                id="yes",
                on_click=handlers.take,
                when="allowed",
            ),
            to_roles,
            explain(use_buttons),
            state=Organisers.take,
            getter=getters.taking,
        ),
        Window(
            Paragraphs(
                T("<b>🧾 What was done, by whom</b>", when="allowed"), Value("card"), not_allowed
            ),
            Cells("rows", handlers.on_log),
            to_home,
            explain(use_buttons),
            state=Organisers.log,
            getter=getters.log,
        ),
        on_start=handlers.started,
    )
