"""Broadcasts: the list, a draft, its text, to whom, the last look."""

from aiogram import F
from aiogram.types import ContentType
from aiogram_dialog import Dialog, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Start, SwitchTo

from dialogs.broadcasts import getters, handlers
from dialogs.states import Broadcasts, Organisers
from dialogs.widgets.cells import Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Value

use_buttons = T("Please use the buttons here; /cancel leads to the menu.")
not_allowed = T("Your role does not allow this (any more).", when=~F["allowed"])
to_list = SwitchTo(T("‹ All broadcasts", plain=True), id="list", state=Broadcasts.listed)
to_draft = SwitchTo(T("‹ Back", plain=True), id="draft", state=Broadcasts.draft)


def broadcasts_dialog() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    content = [ContentType.TEXT, ContentType.PHOTO, ContentType.DOCUMENT]
    return Dialog(
        Window(
            Paragraphs(
                T(
                    "<b>📣 Broadcasts</b>\nA message to exactly the people it concerns.",
                    when="allowed",
                ),
                not_allowed,
            ),
            Cells("rows", handlers.choose),
            Start(T("‹ Organisers’ home", plain=True), id="home", state=Organisers.home),
            explain(use_buttons),
            state=Broadcasts.listed,
            getter=getters.listed,
        ),
        Window(
            Paragraphs(T("<b>📣 A broadcast</b>", when="allowed"), Value("card"), not_allowed),
            Cells("rows", handlers.on_draft),
            to_list,
            explain(use_buttons),
            state=Broadcasts.draft,
            getter=getters.draft,
        ),
        Window(
            Paragraphs(
                T("<b>Write the text: %(language)s</b>", language="language", when="allowed"),
                T(
                    "As one message, with bold, italics and links as Telegram has them. A picture"
                    " or a document can come with it.",
                    when="allowed",
                ),
                Value("now"),
                not_allowed,
            ),
            to_draft,
            MessageInput(handlers.take_text, content_types=content),
            explain(use_buttons),
            state=Broadcasts.text,
            getter=getters.text,
        ),
        Window(
            Paragraphs(
                T("<b>🎯 To whom?</b> All conditions have to hold.", when="allowed"),
                Value("card"),
                not_allowed,
            ),
            Cells("rows", handlers.on_audience),
            to_draft,
            explain(use_buttons),
            state=Broadcasts.audience,
            getter=getters.audience,
        ),
        Window(
            Paragraphs(Value("card"), not_allowed),
            Cells("rows", handlers.on_dimension),
            SwitchTo(T("‹ Back", plain=True), id="audience", state=Broadcasts.audience),
            explain(use_buttons),
            state=Broadcasts.dimension,
            getter=getters.dimension,
        ),
        Window(
            Paragraphs(
                T("<b>Send this broadcast?</b>", when="allowed"),
                Value("card"),
                T(
                    "The first 20 get it; you continue to the others, pause or stop on the"
                    " card that follows.",
                    when="allowed",
                ),
                not_allowed,
            ),
            Cells("rows", handlers.go),
            to_draft,
            explain(use_buttons),
            state=Broadcasts.confirm,
            getter=getters.confirm,
        ),
        on_start=handlers.started,
    )
