"""The first minute: in which language, and whether answers may be kept at all."""

from aiogram_dialog import Dialog, Window
from aiogram_dialog.widgets.kbd import Button, Column, Row

from dialogs.start.handlers import agree, choose, decline, reconsider, words
from dialogs.states import Start
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Value, Verbatim

language = Window(
    Paragraphs(
        Verbatim("👋 <b>Ланка · Lanka</b>"),
        Verbatim("Якою мовою Вам зручніше?\nWhich language do you prefer?"),
    ),
    Row(
        Button(Verbatim("🇺🇦 Українська"), id="uk", on_click=choose),
        Button(Verbatim("🇬🇧 English"), id="en", on_click=choose),
    ),
    explain(T("Please choose a language with one of the two buttons.")),
    state=Start.language,
)

consent = Window(
    Paragraphs(
        Value("words"),
    ),
    Column(
        Button(T("✅ I agree", plain=True), id="yes", on_click=agree),
        Button(T("No, thank you", plain=True), id="no", on_click=decline),
    ),
    explain(T("First please say with a button whether Lanka may keep your answers.")),
    state=Start.consent,
    getter=words,
)

declined = Window(
    Paragraphs(
        T("Understood: nothing is kept except your language."),
        T(
            "Without consent there is nothing that Lanka could do for you. Should you change your"
            " mind, press the button or send /start."
        ),
    ),
    Button(T("Read again", plain=True), id="again", on_click=reconsider),
    explain(T("First please say with a button whether Lanka may keep your answers.")),
    state=Start.declined,
)


def start() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(language, consent, declined)
