"""The survey: a window for each kind of screen, whatever the form asks."""

from aiogram import F
from aiogram.types import ContentType
from aiogram_dialog import Dialog, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Cancel, Row, Start, SwitchTo, Url

from dialogs.results.respondent import browse, peers_again
from dialogs.states import Home, Survey
from dialogs.survey.getters import conflict, current_card, handover, opening, receipt, surveys
from dialogs.survey.handing import open_preview, send_answers, send_link, send_questions
from dialogs.survey.handlers import other_content, press, typed
from dialogs.survey.opening import (
    begin,
    choose_survey,
    look_through,
    mend_full,
    reenter,
    show_receipt,
    take_over,
)
from dialogs.survey.preview import preview_types, walk_as
from dialogs.survey.questions import decide_which, which
from dialogs.widgets.cells import Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Value

KINDS = (
    Survey.profile,
    Survey.question,
    Survey.ratings,
    Survey.fields,
    Survey.note,
    Survey.repeat,
    Survey.review,
    Survey.section,
)

use_buttons = T("Please use the buttons here; /cancel leaves the survey, nothing is lost.")
to_menu = Start(T("‹ Menu", plain=True), id="menu", state=Home.menu)

choose = Window(
    Paragraphs(
        T("<b>📋 Surveys</b>"),
        T("There is no open survey right now.", when="none"),
        T("Choose a survey:", when=~F["none"]),
    ),
    Cells("rows", choose_survey),
    to_menu,
    explain(use_buttons),
    state=Survey.choose,
    getter=surveys,
)

first_page = Window(
    Paragraphs(
        T("This survey is not there (any more).", when=~F["found"]),
        T("<b>%(title)s</b>", title="title", when="found"),
        Value("about", when="found"),
        T(
            "Colleagues who act for the same organisation answer together with you.",
            when=F["found"] & F["shared"],
        ),
        T(
            "This survey is closed: answers can no longer be changed.",
            when=F["found"] & ~F["open"],
        ),
        T("Submitted. Receipt No. %(receipt)s", receipt="receipt", when="submitted"),
    ),
    Button(T("▶ Start", plain=True), id="go", on_click=begin, when="fresh"),
    Button(T("▶ Continue", plain=True), id="on", on_click=begin, when="begun"),
    Button(
        T("✏️ Look through or change answers", plain=True),
        id="edit",
        on_click=look_through,
        when=F["found"] & F["submitted"] & F["open"],
    ),
    Button(
        T("📨 Receipt, peers, directory", plain=True),
        id="receipt",
        on_click=show_receipt,
        when=F["found"] & F["submitted"],
    ),
    Button(
        T("📄 All questions as PDF", plain=True), id="paper", on_click=send_questions, when="found"
    ),
    Button(
        T("👁 Preview", plain=True),
        id="preview",
        on_click=open_preview,
        when=F["found"] & F["organiser"],
    ),
    Button(
        T("🔗 Link and QR code", plain=True),
        id="qr",
        on_click=send_link,
        when=F["found"] & F["organiser"],
    ),
    to_menu,
    explain(use_buttons),
    state=Survey.opening,
    getter=opening,
)

compare = Window(
    Paragraphs(Value("card")),
    Cells("rows", press),
    explain(use_buttons),
    state=Survey.conflict,
    getter=conflict,
)

unclear = Window(
    Paragraphs(
        T("<b>Is this a question to Lanka, or your answer in the survey?</b>"),
        Value("typed"),
    ),
    Cells("rows", decide_which),
    explain(use_buttons),
    state=Survey.which,
    getter=which,
)

share = Window(
    Paragraphs(
        T("<b>Hand over: %(section)s</b>", section="section"),
        T(
            "Send this link to the colleague who knows the answers. It opens this section for"
            " whoever acts for your organisation; anybody else has to be let in by one of you"
            " first. It works for 14 days."
        ),
        Value("link"),
    ),
    Url(T("📤 Send to a colleague", plain=True), Value("share", plain=True)),
    SwitchTo(T("‹ Back", plain=True), id="back", state=Survey.section),
    explain(use_buttons),
    state=Survey.handover,
    getter=handover,
)

finish = Window(
    Paragraphs(
        T("<b>📨 Submitted. Thank you!</b>"),
        T("Receipt No. <code>%(receipt)s</code>, %(at)s", receipt="receipt", at="at"),
        Value("thanks"),
        T("You can change answers until the survey closes.", when=~F["thanks"]),
        T(
            "These answers differ from your organisation’s profile:\n%(changes)s",
            changes="changes",
            when="changes",
        ),
        Value("links"),
    ),
    Button(T("Update the profile", plain=True), id="take", on_click=take_over, when="changes"),
    Row(
        Button(T("📊 You and your peers", plain=True), id="peers", on_click=peers_again),
        Button(T("📒 Directory", plain=True), id="dir", on_click=browse),
    ),
    Button(T("✏️ Look through or change answers", plain=True), id="edit", on_click=look_through),
    Button(T("📄 My answers as PDF", plain=True), id="paper", on_click=send_answers),
    Row(
        Start(T("💶 Funding", plain=True), id="funds", state=Home.funding),
        Start(T("📅 Events", plain=True), id="events", state=Home.events),
    ),
    to_menu,
    explain(use_buttons),
    state=Survey.receipt,
    getter=receipt,
)


full = Window(
    Paragraphs(
        T("<b>Thank you!</b>"),
        T(
            "We have enough answers from organisations like yours now, so there is nothing more"
            " to do. What you answered is kept, but does not count."
        ),
    ),
    Button(T("✏️ I answered by mistake", plain=True), id="mend", on_click=mend_full),
    to_menu,
    explain(use_buttons),
    state=Survey.full,
)

walk_through = Window(
    Paragraphs(
        T("<b>👁 Preview: %(title)s</b>", title="title"),
        T(
            "Walk through the survey as an organisation of which kind? You see what it would see;"
            " nothing is stored."
        ),
    ),
    Cells("rows", walk_as),
    Cancel(T("‹ Back", plain=True), id="leave"),
    explain(use_buttons),
    state=Survey.preview,
    getter=preview_types,
)

walked = Window(
    T("👁 The preview is over. Nothing was stored."),
    SwitchTo(T("Once more, as another kind", plain=True), id="again", state=Survey.preview),
    Cancel(T("‹ Back", plain=True), id="leave"),
    explain(use_buttons),
    state=Survey.previewed,
)


def survey() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    cards = [
        Window(
            Paragraphs(Value("card")),
            Cells("rows", press),
            MessageInput(typed, content_types=[ContentType.TEXT]),
            MessageInput(other_content),
            state=state,
            getter=current_card,
        )
        for state in KINDS
    ]
    ends = [compare, unclear, share, finish, full, walk_through, walked]
    return Dialog(choose, first_page, *cards, *ends, on_start=reenter)
