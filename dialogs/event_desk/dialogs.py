"""The windows of the organiser's desk."""

from aiogram import F
from aiogram.types import ContentType
from aiogram_dialog import Dialog, StartMode, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Start, SwitchTo

from dialogs.event_desk import getters, making, people, presses, written
from dialogs.event_desk.desk import opened
from dialogs.states import EventDesk, Events
from dialogs.widgets.cells import Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Value

use_buttons = T("Please use the buttons here; /cancel leads to the menu.")
to_list = Start(
    T("‹ All events", plain=True), id="list", state=Events.organise, mode=StartMode.RESET_STACK
)
MEDIA = [ContentType.DOCUMENT, ContentType.VIDEO, ContentType.PHOTO]
to_event = SwitchTo(T("‹ Back", plain=True), id="event", state=EventDesk.event)


def event_desk() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(
        Window(
            Paragraphs(
                T("<b>➕ A new event</b>"),
                T(
                    "Write its title, or begin with a template. Everything can be changed later;"
                    " nobody else sees it before you publish it."
                ),
            ),
            Cells("rows", making.from_template),
            to_list,
            MessageInput(making.titled, content_types=[ContentType.TEXT]),
            explain(use_buttons),
            state=EventDesk.begin,
            getter=getters.begin,
        ),
        Window(
            Paragraphs(Value("card")),
            Cells("rows", presses.on_event),
            to_list,
            explain(use_buttons),
            state=EventDesk.event,
            getter=getters.event,
        ),
        Window(
            Paragraphs(Value("card")),
            Cells("rows", presses.on_field),
            SwitchTo(T("‹ To the whole event", plain=True), id="event", state=EventDesk.event),
            MessageInput(written.written, content_types=[ContentType.TEXT]),
            MessageInput(written.sent, content_types=MEDIA),
            explain(use_buttons),
            state=EventDesk.field,
            getter=getters.field,
        ),
        Window(
            Paragraphs(Value("card")),
            Button(Value("yes", plain=True), id="yes", on_click=presses.confirmed, when=F["yes"]),
            to_event,
            explain(use_buttons),
            state=EventDesk.sure,
            getter=getters.sure,
        ),
        Window(
            Paragraphs(Value("card")),
            Cells("rows", people.on_people),
            SwitchTo(T("🔄 Refresh", plain=True), id="again", state=EventDesk.people),
            to_event,
            MessageInput(written.find, content_types=[ContentType.TEXT]),
            explain(use_buttons),
            state=EventDesk.people,
            getter=people.people,
        ),
        Window(
            Paragraphs(Value("card")),
            Cells("rows", people.on_people),
            SwitchTo(T("‹ Who takes part", plain=True), id="list", state=EventDesk.people),
            MessageInput(written.find, content_types=[ContentType.TEXT]),
            explain(use_buttons),
            state=EventDesk.person,
            getter=people.person,
        ),
        on_start=opened,
    )
