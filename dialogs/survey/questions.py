"""A question to the assistant, typed while a survey question is open: answered, nothing lost."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, ShowMode

from dialogs.context import actor_of
from dialogs.funding.asking import find, send_answer
from dialogs.i18n import Html, escape
from dialogs.messages import toast
from dialogs.states import Survey
from dialogs.survey.desk import LOOK, act
from dialogs.survey.typed import take
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell
from dialogs.widgets.text import ECHO
from domain.surveys.interview import DONE

WHICH = "which"  # a text that waits until its writer says what it is


async def ask_which(manager: DialogManager, text: str) -> None:
    """Ask whether a text is the answer or a question; it is kept until that is said."""
    manager.dialog_data[WHICH] = {
        "text": text,
        "look": dict(manager.dialog_data.get(LOOK, {})),
    }
    await manager.switch_to(Survey.which)


async def which(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The text and the two things that it may be."""
    tr = actor_of(dialog_manager).tr
    waiting = dialog_manager.dialog_data.get(WHICH) or {}
    text = shorten(waiting.get("text", ""), 1000)
    return {
        "typed": Html(f"<blockquote>{escape(text)}</blockquote>"),
        "rows": [
            [Cell(tr("❓ A question to Lanka"), "question")],
            [Cell(tr("✍️ My answer in the survey"), "answer")],
        ],
    }


async def decide_which(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Do with the text what its writer says, and go back to where the survey stands."""
    waiting = manager.dialog_data.pop(WHICH, None)
    if waiting is None:
        toast(actor_of(manager).tr("That button was old. Here is where you are."))
        await act(manager, lambda _: None)
        return
    text, focus = waiting["text"], waiting["look"].get("focus")
    if data == "answer":
        taken = await act(manager, lambda interview: take(interview, text, focus))
        if taken.result != DONE and taken.result.refusal is not None:
            tr = actor_of(manager).tr
            why = tr.message(taken.result.refusal)
            manager.dialog_data[ECHO] = tr.html(
                "⚠️ %(why)s\nYou wrote: %(text)s", why=why, text=shorten(text, 400)
            )
        return
    answer = await find(manager, text)
    await send_answer(manager, answer)
    await act(manager, lambda _: None)
    manager.show_mode = ShowMode.DELETE_AND_SEND  # the survey moves under the answer
