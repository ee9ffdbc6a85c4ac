"""A form walked as somebody who answers it would walk it; nothing is stored among the responses.

What was given and where one stands is kept in the state of the dialog alone, so results never see
it and it is gone when the preview is left. `start_preview` is the way in.
"""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from dialogs.context import actor_of, app_of
from dialogs.i18n import Html
from dialogs.messages import toast
from dialogs.states import Survey
from dialogs.survey.desk import PREVIEW, act
from dialogs.survey.markup import rich
from dialogs.widgets.cells import Cell
from domain.people.vocabulary import ORGANISATION_TYPES
from domain.surveys.interview import AGREED, CONSENT


async def start_preview(manager: DialogManager, form_version_id: int) -> None:
    """Open the preview of a form version (an id of `form_versions`), for organisers only.

    What was open waits underneath and comes back when the preview is left by its own button.
    """
    if not actor_of(manager).person.organises:
        toast(actor_of(manager).tr("Only organisers can do this."), alert=True)
        return
    await manager.start(Survey.preview, {PREVIEW: form_version_id})


async def preview_types(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The kinds of organisations that the form can be walked as."""
    tr = actor_of(dialog_manager).tr
    form = await app_of(dialog_manager).forms.get(_version(dialog_manager))
    rows = [[Cell(tr(label), code)] for code, label in ORGANISATION_TYPES.items()]
    return {"rows": rows, "title": Html(rich(form.title_in(tr.language)))}


async def walk_as(_: CallbackQuery, manager: DialogManager, kind: str) -> None:
    """Begin at the first question, as an organisation of a kind of which nothing else is known."""
    if not actor_of(manager).person.organises:
        return
    manager.dialog_data[PREVIEW] = {"version": _version(manager), "given": {}, "position": None}
    manager.dialog_data["response"] = 0
    known = {"org_type": kind, "type": kind, CONSENT: AGREED}
    await act(manager, lambda interview: interview.begin(known))


def _version(manager: DialogManager) -> int:
    start = manager.start_data if isinstance(manager.start_data, dict) else {}
    return int(start[PREVIEW])
