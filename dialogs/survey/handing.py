"""What a survey hands out: its questions and one's answers as PDF, its link with a QR picture."""

import asyncio
import io
import re
from typing import Any

import segno
from aiogram import Bot
from aiogram.types import BufferedInputFile, CallbackQuery
from aiogram.utils.deep_linking import create_start_link
from aiogram_dialog import DialogManager, ShowMode

from dialogs.context import actor_of, app_of
from dialogs.links import SURVEY
from dialogs.messages import toast
from dialogs.paper.build import answers_pdf, questions_pdf
from dialogs.survey.desk import desk_of, response_of
from dialogs.survey.markup import plain
from dialogs.survey.opening import survey_of
from dialogs.survey.preview import start_preview
from storage.forms import Survey

_UNSAFE = re.compile(r"[^\w\-]+")


async def send_questions(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """All questions as PDF, to look through or to print; the card moves below it."""
    survey, app, tr = await survey_of(manager), app_of(manager), actor_of(manager).tr
    if survey is None:
        return
    form = await app.forms.get(survey.version_id)
    made = await asyncio.to_thread(questions_pdf, form, tr, app.now())
    await _send_pdf(manager, made, f"{form.form_id}-{tr.language}.pdf")


async def send_answers(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """One's own answers as PDF, after submitting."""
    response, desk = await response_of(manager), await desk_of(manager)
    app, tr, interview = app_of(manager), actor_of(manager).tr, desk.interview
    made = await asyncio.to_thread(answers_pdf, interview, tr, app.now(), response.receipt or "")
    await _send_pdf(manager, made, f"{interview.form.form_id}-{response.receipt or 'draft'}.pdf")


async def _send_pdf(manager: DialogManager, content: bytes, name: str) -> None:
    bot: Bot = manager.middleware_data["bot"]
    file = BufferedInputFile(content, _UNSAFE.sub("_", name.removesuffix(".pdf")) + ".pdf")
    await bot.send_document(actor_of(manager).person.telegram_id, file)
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def send_link(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """The survey's public link, and a picture of it that phones can read, for organisers."""
    survey, actor = await survey_of(manager), actor_of(manager)
    if survey is None or not actor.person.organises:
        toast(actor.tr("Only organisers can do this."), alert=True)
        return
    await hand_out_link(manager, survey)


async def hand_out_link(manager: DialogManager, survey: Survey) -> None:
    """Send the link of a survey with its picture to whoever pressed; the card moves below it."""
    bot: Bot = manager.middleware_data["bot"]
    actor = actor_of(manager)
    form = await app_of(manager).forms.get(survey.version_id)
    link = await create_start_link(bot, SURVEY + survey.token)
    picture = io.BytesIO()
    segno.make(link, error="m", micro=False).save(picture, kind="png", scale=12, border=4)
    await bot.send_photo(
        actor.person.telegram_id,
        BufferedInputFile(picture.getvalue(), "qr.png"),
        caption=actor.tr.html(
            "<b>%(title)s</b>\nAnybody with this link can open the survey:\n%(link)s",
            title=plain(form.title_in(actor.tr.language))[:200],
            link=link,
        ),
    )
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def open_preview(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Walk the current version without storing anything, for organisers."""
    survey = await survey_of(manager)
    if survey is not None:
        await start_preview(manager, survey.version_id)
