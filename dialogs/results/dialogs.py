"""Results for organisers: how a survey goes, pictures, the report, files."""

from aiogram_dialog import Dialog, Window
from aiogram_dialog.widgets.kbd import Button, Row, Start, SwitchTo

from dialogs.results import getters
from dialogs.results.directory import open_here
from dialogs.results.handlers import act, choose, crossed, export, first_page, question, round_
from dialogs.states import Home, Results
from dialogs.widgets.cells import Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Value

use_buttons = T("Please use the buttons here.")
to_menu = Start(T("‹ Menu", plain=True), id="menu", state=Home.menu)
to_cockpit = SwitchTo(T("‹ Back", plain=True), id="back", state=Results.cockpit, when="allowed")
closed = T("Only organisers can open this.", when=lambda data, *_: not data["allowed"])


def list_of_surveys() -> Window:
    """Which survey."""
    return Window(
        Paragraphs(T("<b>📊 Results</b>"), closed, T("Choose a survey:", when="allowed")),
        Cells("rows", choose),
        to_menu,
        explain(use_buttons),
        state=Results.choose,
        getter=getters.surveys,
    )


def cockpit() -> Window:
    """How it goes, and what can be made of it."""
    return Window(
        Paragraphs(closed, Value("card")),
        SwitchTo(
            T("❓ Any question", plain=True),
            id="any",
            state=Results.questions,
            on_click=first_page,
            when="allowed",
        ),
        Cells("rows", act),
        SwitchTo(
            T("🔁 Another round", plain=True),
            id="rounds",
            state=Results.rounds,
            when="more",
        ),
        Button(T("📒 Directory", plain=True), id="dir", on_click=open_here, when="directory"),
        Row(
            SwitchTo(T("⬇️ Files", plain=True), id="files", state=Results.files),
            SwitchTo(T("🔄 Refresh", plain=True), id="again", state=Results.cockpit),
            when="allowed",
        ),
        Row(
            SwitchTo(T("‹ Surveys", plain=True), id="all", state=Results.choose, when="allowed"),
            to_menu,
        ),
        explain(use_buttons),
        state=Results.cockpit,
        getter=getters.cockpit,
    )


def list_of_questions() -> Window:
    """Which question."""
    return Window(
        Paragraphs(closed, T("<b>Which question?</b>", when="allowed")),
        Cells("rows", question),
        to_cockpit,
        to_menu,
        explain(use_buttons),
        state=Results.questions,
        getter=getters.questions,
    )


def chosen_question() -> Window:
    """A question that was drawn, and what comes next."""
    return Window(
        Paragraphs(closed, Value("card")),
        SwitchTo(
            T("➗ By another question", plain=True),
            id="by",
            state=Results.by,
            on_click=first_page,
            when="allowed",
        ),
        SwitchTo(
            T("❓ Another question", plain=True), id="any", state=Results.questions, when="allowed"
        ),
        to_cockpit,
        to_menu,
        explain(use_buttons),
        state=Results.question,
        getter=getters.question,
    )


def list_of_groups() -> Window:
    """By which question."""
    return Window(
        Paragraphs(closed, Value("card"), T("<b>By which question?</b>", when="allowed")),
        Cells("rows", crossed),
        SwitchTo(T("‹ Back", plain=True), id="back", state=Results.question, when="allowed"),
        to_menu,
        explain(use_buttons),
        state=Results.by,
        getter=getters.others,
    )


def list_of_rounds() -> Window:
    """Which round to compare with."""
    return Window(
        Paragraphs(
            closed,
            T("<b>🔁 Two rounds side by side</b>", when="allowed"),
            T(
                "A round is a survey of its own with the same questions. Choose the one to compare"
                " with:",
                when="some",
            ),
            T(
                "No other survey asks the same questions. For a second round, publish the workbook"
                " again under another form_id.",
                when="none",
            ),
            Value("card"),
        ),
        Cells("rows", round_),
        to_cockpit,
        to_menu,
        explain(use_buttons),
        state=Results.rounds,
        getter=getters.rounds,
    )


def list_of_files() -> Window:
    """Which file."""
    return Window(
        Paragraphs(
            closed,
            T("<b>⬇️ Files</b>", when="allowed"),
            T(
                "The responses that count, with KoboToolbox’s column names. Without personal data,"
                " unless the button says so.",
                when="allowed",
            ),
        ),
        Cells("rows", export),
        to_cockpit,
        to_menu,
        explain(use_buttons),
        state=Results.files,
        getter=getters.files,
    )


def results() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(
        list_of_surveys(),
        cockpit(),
        list_of_questions(),
        chosen_question(),
        list_of_groups(),
        list_of_files(),
        list_of_rounds(),
    )
