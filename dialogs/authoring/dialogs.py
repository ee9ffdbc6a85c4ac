"""Surveys for organisers: send a form, look at it, publish it; who answers, and until when."""

from aiogram.types import ContentType
from aiogram_dialog import Dialog, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Back, Button, Row, Start, SwitchTo

from dialogs.authoring import getters, handlers, presses
from dialogs.states import Authoring, Home
from dialogs.widgets.cells import Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Value

use_buttons = T("Please use the buttons here.")
to_menu = Start(T("‹ Menu", plain=True), id="menu", state=Home.menu)
to_survey = SwitchTo(T("‹ Back", plain=True), id="back", state=Authoring.survey, when="allowed")
closed = T("Only organisers can open this.", when=lambda data, *_: not data["allowed"])
how = T(
    "Send a form as a file: an XLSForm from Excel (.xlsx, .xls), CSV or Markdown, as KoboToolbox"
    " and ODK use them. It is checked first; nothing is published without your yes. Lists (CSV),"
    " pictures, sounds and videos that it names are sent after it as files, or together with it in"
    " one archive (.zip).",
    when="allowed",
)


def surveys() -> Window:
    """All surveys, and how to send a new one."""
    return Window(
        Paragraphs(T("<b>🛠 Surveys</b>"), closed, how),
        Cells("rows", handlers.choose),
        to_menu,
        explain(use_buttons),
        state=Authoring.surveys,
        getter=getters.surveys,
    )


def file() -> Window:
    """What was understood of a file, or what is wrong with it."""
    return Window(
        Paragraphs(closed, Value("card")),
        Cells("rows", handlers.turn),
        Button(
            T("👁 Preview", plain=True), id="walk", on_click=presses.preview_draft, when="valid"
        ),
        Button(T("✅ Publish", plain=True), id="pub", on_click=handlers.publish, when="valid"),
        Button(T("‹ Surveys", plain=True), id="all", on_click=handlers.open_surveys),
        to_menu,
        explain(
            T(
                "Send the mended form, or lists, pictures, sounds and videos that it names: as"
                " files, so that they keep their names."
            )
        ),
        state=Authoring.file,
        getter=getters.file,
    )


def sure() -> Window:
    """A yes to questions that are left out."""
    return Window(
        Paragraphs(
            T(
                "Some questions of this form will be left out, since a chat cannot put them."
                " Publish?"
            )
        ),
        Row(
            Button(T("Yes, publish", plain=True), id="yes", on_click=handlers.publish_now),
            Back(T("No", plain=True)),
        ),
        explain(use_buttons),
        state=Authoring.sure,
    )


def survey() -> Window:
    """A published survey."""
    return Window(
        Paragraphs(closed, Value("card")),
        Row(
            Button(
                T("🔴 Close", plain=True),
                id="close",
                on_click=handlers.close_or_open,
                when="accepts",
            ),
            Button(
                T("🟢 Open again", plain=True),
                id="open",
                on_click=handlers.close_or_open,
                when="shut",
            ),
            SwitchTo(
                T("⏰ Deadline", plain=True), id="due", state=Authoring.deadline, when="allowed"
            ),
        ),
        Row(
            SwitchTo(T("👥 Who answers", plain=True), id="who", state=Authoring.audience),
            SwitchTo(T("🔢 Quotas", plain=True), id="quota", state=Authoring.quotas),
            when="allowed",
        ),
        Button(
            T("👁 Preview", plain=True),
            id="walk",
            on_click=presses.preview_current,
            when="allowed",
        ),
        Button(
            T("🔗 Link and QR code", plain=True),
            id="qr",
            on_click=presses.hand_out,
            when="allowed",
        ),
        SwitchTo(
            T("🔁 Move open responses", plain=True),
            id="move",
            state=Authoring.move,
            on_click=handlers.forget_move,
            when="behind",
        ),
        Row(Button(T("‹ Surveys", plain=True), id="all", on_click=handlers.open_surveys), to_menu),
        explain(T("Please use the buttons here. A new version is sent as a file.")),
        state=Authoring.survey,
        getter=getters.survey,
    )


def deadline() -> Window:
    """Until when answers are taken."""
    return Window(
        Paragraphs(
            T("<b>⏰ Deadline</b>"),
            closed,
            T(
                "Write the last day, for example 31.12.2026, or a moment: 31.12.2026 18:00.",
                when="allowed",
            ),
        ),
        Button(
            T("No deadline", plain=True), id="none", on_click=handlers.no_deadline, when="deadline"
        ),
        to_survey,
        to_menu,
        MessageInput(handlers.take_deadline, content_types=[ContentType.TEXT]),
        explain(use_buttons),
        state=Authoring.deadline,
        getter=getters.survey,
    )


def audience() -> Window:
    """Who may answer."""
    return Window(
        Paragraphs(
            T("<b>👥 Who answers</b>"),
            closed,
            Value("card"),
            T(
                "Write ЄДРПОУ codes to invite organisations, one or many at once.",
                when="invited",
            ),
        ),
        Button(
            T("Only invited organisations", plain=True),
            id="invited",
            on_click=handlers.change_audience,
            when="anyone",
        ),
        Button(
            T("Anyone", plain=True), id="anyone", on_click=handlers.change_audience, when="invited"
        ),
        Button(
            T("One response of each person", plain=True),
            id="person",
            on_click=handlers.change_scope,
            when="may_person",
        ),
        Button(
            T("One response of each organisation", plain=True),
            id="org",
            on_click=handlers.change_scope,
            when="may_organisation",
        ),
        to_survey,
        to_menu,
        MessageInput(handlers.take_codes, content_types=[ContentType.TEXT]),
        explain(use_buttons),
        state=Authoring.audience,
        getter=getters.survey,
    )


def move() -> Window:
    """Open responses that are to be moved to the current version."""
    return Window(
        Paragraphs(closed, Value("card")),
        Button(T("Yes, move them", plain=True), id="yes", on_click=handlers.move_all, when="left"),
        to_survey,
        to_menu,
        explain(use_buttons),
        state=Authoring.move,
        getter=getters.move,
    )


def quotas() -> Window:
    """How many responses may hold a code."""
    return Window(
        Paragraphs(
            T("<b>🔢 Quotas</b>"),
            closed,
            Value("card"),
            T(
                "Write the question, the code and the number, for example: org_type hospital 40."
                " With 0 the quota goes. Whoever answers past it is thanked and not counted.",
                when="allowed",
            ),
        ),
        to_survey,
        to_menu,
        MessageInput(handlers.take_quota, content_types=[ContentType.TEXT]),
        explain(use_buttons),
        state=Authoring.quotas,
        getter=getters.quota,
    )


def authoring() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(surveys(), file(), sure(), survey(), deadline(), audience(), move(), quotas())
