"""Events: finding one, a registration, the organiser's desk."""

from aiogram import F
from aiogram.types import ContentType
from aiogram_dialog import Dialog, StartMode, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Start, SwitchTo, Url

from dialogs.events import getters, handlers
from dialogs.states import Events, Home
from dialogs.widgets.cells import Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Value

use_buttons = T("Please use the buttons here; /cancel leads to the menu.")
to_menu = Start(T("‹ Menu", plain=True), id="menu", state=Home.menu, mode=StartMode.RESET_STACK)
to_list = SwitchTo(T("‹ Events", plain=True), id="list", state=Events.browse)
to_registration = SwitchTo(T("‹ Back", plain=True), id="reg", state=Events.registration)
to_door = SwitchTo(T("‹ Back", plain=True), id="door", state=Events.door)
to_desk = SwitchTo(T("‹ All events", plain=True), id="desk", state=Events.organise)


def event_dialog() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(
        Window(
            Paragraphs(
                T("<b>📅 Events</b>"),
                T("No event is open right now.", when="none"),
                T("Choose an event:", when=~F["none"]),
            ),
            Cells("rows", handlers.browse),
            to_menu,
            explain(use_buttons),
            state=Events.browse,
            getter=getters.browse,
        ),
        Window(
            Paragraphs(Value("card")),
            Cells("rows", handlers.on_card),
            Url(T("📤 Share", plain=True), Value("share", plain=True), when="shared"),
            to_list,
            explain(use_buttons),
            state=Events.card,
            getter=getters.card,
        ),
        Window(
            Paragraphs(T("<b>Who else comes?</b>\nPlease write the colleague’s full name.")),
            SwitchTo(T("‹ Back", plain=True), id="card", state=Events.card),
            MessageInput(handlers.named, content_types=[ContentType.TEXT]),
            explain(use_buttons),
            state=Events.colleague,
        ),
        Window(
            Paragraphs(Value("card")),
            Cells("rows", handlers.on_registration),
            SwitchTo(T("🎟 My registrations", plain=True), id="mine", state=Events.mine),
            to_list,
            explain(use_buttons),
            state=Events.registration,
            getter=getters.registration,
        ),
        Window(
            Paragraphs(
                Value("card"),
                T(
                    "<b>Give this up?</b> The seat goes to the next in the queue at once.",
                    when="seated",
                ),
                T("<b>Cancel the registration?</b>", when=~F["seated"]),
            ),
            Button(T("Yes, cancel", plain=True), id="yes", on_click=handlers.leave),
            to_registration,
            explain(use_buttons),
            state=Events.leave,
            getter=getters.registration,
        ),
        Window(
            Paragraphs(
                T("<b>Who takes the seat?</b>"),
                T("Nobody else acts for your organisation yet.", when="none"),
            ),
            Cells("rows", handlers.hand),
            to_registration,
            explain(use_buttons),
            state=Events.hand,
            getter=getters.hand,
        ),
        Window(
            Paragraphs(
                T("<b>🎟 My registrations</b>"),
                T("You are not registered for anything yet.", when="none"),
            ),
            Cells("rows", handlers.choose_mine),
            to_list,
            explain(use_buttons),
            state=Events.mine,
            getter=getters.mine,
        ),
        Window(
            Paragraphs(
                T("<b>🗂 All events</b>", when="allowed"),
                T(
                    "To make or change an event, send its YAML file here; mistakes are named, and"
                    " nothing changes then.",
                    when="allowed",
                ),
                T("Only organisers can do this.", when=~F["allowed"]),
            ),
            Cells("rows", handlers.choose_event),
            to_list,
            MessageInput(handlers.described, content_types=[ContentType.DOCUMENT]),
            explain(use_buttons),
            state=Events.organise,
            getter=getters.organise,
        ),
        Window(
            Paragraphs(Value("card")),
            Cells("rows", handlers.at_the_door),
            SwitchTo(T("🔄 Refresh", plain=True), id="again", state=Events.door),
            to_desk,
            MessageInput(handlers.find, content_types=[ContentType.TEXT]),
            explain(use_buttons),
            state=Events.door,
            getter=getters.door,
        ),
        Window(
            Paragraphs(T("<b>Cancel the event for good?</b>\nEverybody registered is told.")),
            Button(T("❌ Yes, call it off", plain=True), id="off", on_click=handlers.call_off),
            to_door,
            explain(use_buttons),
            state=Events.call_off,
        ),
        on_start=handlers.opened,
    )
