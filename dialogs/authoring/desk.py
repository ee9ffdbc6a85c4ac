"""What the organiser's windows stand on: the right to see them, and the survey that is open."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, StartMode

from dialogs.context import actor_of, app_of
from dialogs.messages import toast
from dialogs.states import Home
from storage import forms
from storage.forms import Survey

FORM = "form"  # the key in dialog data of the survey's row id

OnClick = Callable[[CallbackQuery, Any, DialogManager], Awaitable[None]]


def organisers_only(handler: OnClick) -> OnClick:
    """Let a press count for organisers alone, whoever has the button; others go to the menu."""

    @wraps(handler)
    async def checked(callback: CallbackQuery, widget: Any, manager: DialogManager) -> None:
        if await may_organise(manager):
            await handler(callback, widget, manager)

    return checked


async def may_organise(manager: DialogManager) -> bool:
    """Whether the person is an organiser now; who is not is told so and led to the menu."""
    if actor_of(manager).person.organises:
        return True
    toast(actor_of(manager).tr("Only organisers can do this."), alert=True)
    await manager.start(Home.menu, None, StartMode.RESET_STACK)
    return False


async def survey_of(manager: DialogManager) -> Survey | None:
    """The survey that is open here; None where none is."""
    start = manager.start_data if isinstance(manager.start_data, dict) else {}
    form_pk = manager.dialog_data.get(FORM) or start.get(FORM)
    if form_pk is None:
        return None
    found = await forms.surveys(app_of(manager).db)
    return next((one for one in found if one.id == form_pk), None)
