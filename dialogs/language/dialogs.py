"""Another language, from anywhere; what was open stays open underneath."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Cancel, Row

from dialogs.start.handlers import speak
from dialogs.states import Language
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Verbatim


async def choose(callback: CallbackQuery, button: Any, manager: DialogManager) -> None:
    """Take the language and go back to what was open."""
    await speak(manager, button.widget_id)
    await manager.done()


choose_language = Window(
    Paragraphs(Verbatim("Оберіть мову · Choose a language")),
    Row(
        Button(Verbatim("🇺🇦 Українська"), id="uk", on_click=choose),
        Button(Verbatim("🇬🇧 English"), id="en", on_click=choose),
    ),
    Cancel(T("‹ Back", plain=True), id="back"),
    explain(T("Please choose a language with one of the two buttons.")),
    state=Language.choose,
)


def language() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(choose_language)
