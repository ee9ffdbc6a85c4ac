"""What an organiser looks at or hands out: a walk through a form, its link and QR picture."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from dialogs.authoring.desk import organisers_only, survey_of
from dialogs.authoring.report import DRAFT
from dialogs.context import actor_of, app_of
from dialogs.messages import toast
from dialogs.survey.handing import hand_out_link
from dialogs.survey.preview import start_preview
from storage import forms


@organisers_only
async def preview_draft(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Walk the form of the card as somebody who answers it, before it is published."""
    packed = manager.start_data
    version = packed.get(DRAFT) if isinstance(packed, dict) else None
    if version is None or await forms.source(app_of(manager).db, version) is None:
        toast(actor_of(manager).tr("This draft is gone: a newer file took its place."), alert=True)
        return
    await start_preview(manager, version)


@organisers_only
async def preview_current(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Walk the published version of the survey that is open."""
    survey = await survey_of(manager)
    if survey is not None:
        await start_preview(manager, survey.version_id)


@organisers_only
async def hand_out(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Send the survey's link, and a picture of it that phones read."""
    survey = await survey_of(manager)
    if survey is not None:
        await hand_out_link(manager, survey)
