"""A form that an organiser sends as a file, from anywhere: checked, kept as a draft, shown."""

from typing import Any

import structlog
from aiogram import Bot, F, Router
from aiogram.types import BufferedInputFile, Document, Message
from aiogram_dialog import DialogManager, ShowMode, StartMode
from aiogram_dialog.api.entities import Context

from dialogs.authoring.report import DRAFT, LISTED, pack, written_out
from dialogs.context import Actor, actor_of, app_of
from dialogs.i18n import Translator
from dialogs.states import Authoring, Survey
from domain.surveys.message import N_
from domain.surveys.message import Message as Words
from domain.surveys.xlsform import Problem, Report
from domain.surveys.xlsform.workbook import MAX_BYTES, TOO_LARGE
from domain.surveys.xlsform.worker import check_apart
from storage import forms

FORMS = (".xlsx", ".xlsm", ".xls", ".csv", ".md")
LISTS = (".csv", ".xml", ".geojson")
A_LIST = N_("“%(name)s” is a list, not a form. Send the form first, then the lists that it names.")
log = structlog.get_logger()


async def is_form(message: Message, actor: Actor, aiogd_context: Context | None = None) -> bool:
    """Whether an organiser sent what may be a form, and not as the answer to a question."""
    document = message.document
    if document is None or not (actor.person.consented and actor.person.organises):
        return False
    if aiogd_context is not None and aiogd_context.state.group is Survey:
        return False
    return (document.file_name or "").lower().endswith((*FORMS, *LISTS))


async def take_form(message: Message, bot: Bot, dialog_manager: DialogManager) -> None:
    """Check a file, keep it as a draft where it is valid, and say what was understood."""
    document = message.document
    assert document is not None  # noqa: S101 - for the type checker; `is_form` saw it
    name = document.file_name or "form"
    content = await _download(bot, document)
    if content is None:
        report = Report("", name, "", errors=(_too_large(),))
        start = pack(report, name, None)
    elif name.lower().endswith(LISTS) and not _is_workbook(content, name):
        start = await _with_list(dialog_manager, name, content)
    else:
        start = await _checked(dialog_manager, name, content, {})
    tr = actor_of(dialog_manager).tr
    problems = start["problems"]
    if len(problems) > LISTED:  # before the card, which stays the last message of the chat
        text = written_out(problems, tr).encode("utf-8-sig")
        await message.answer_document(
            BufferedInputFile(text, tr("problems.txt")), caption=_all_of_them(tr, len(problems))
        )
    await dialog_manager.start(
        Authoring.file, start, StartMode.RESET_STACK, ShowMode.DELETE_AND_SEND
    )


def _all_of_them(tr: Translator, number: int) -> str:
    return tr.plural("%(n)s remark on the form", "All %(n)s remarks on the form", number)


async def _download(bot: Bot, document: Document) -> bytes | None:
    if (document.file_size or 0) > MAX_BYTES:
        return None
    found = await bot.download(document)
    return found.read() if found is not None else b""


def _too_large() -> Problem:
    return Problem(Words(TOO_LARGE, {"megabytes": MAX_BYTES // 2**20}))


def _is_workbook(content: bytes, name: str) -> bool:
    """Whether a CSV file is a form in itself, not a list: its first cells name a sheet."""
    head = content[:2_000].decode("utf-8", "ignore").lstrip("\ufeff \r\n").lower()
    sheets = ("survey", "choices", "settings", '"survey"', "|")
    return name.lower().endswith(".csv") and head.startswith(sheets)


async def _checked(
    manager: DialogManager, name: str, content: bytes, files: dict[str, bytes]
) -> dict[str, Any]:
    app, person = app_of(manager), actor_of(manager).person
    report = await check_apart(content, name, files)
    log.info("form checked", file=name, form_id=report.form_id, errors=len(report.errors))
    version = None
    if report.form is not None:
        kept = {file: files[file] for file in report.form.files if file in files}
        digest = forms.digest(content, kept)
        workbook = forms.Workbook(name, content, report.xform, digest, kept)
        version = await forms.keep_draft(app.db, report.form, workbook, app.now(), person.id)
    return pack(report, name, version)


async def _with_list(manager: DialogManager, name: str, content: bytes) -> dict[str, Any]:
    """A list for the form that is open: checked again with it."""
    opened = manager.current_context().start_data if manager.has_context() else None
    version = opened.get(DRAFT) if isinstance(opened, dict) else None
    source = await forms.source(app_of(manager).db, version) if version is not None else None
    if source is None:
        message = Words(A_LIST, {"name": name})
        return pack(Report("", name, "", errors=(Problem(message),)), name, None)
    files = {**source.files, name: content}
    return await _checked(manager, source.name, source.content, files)


def router() -> Router:
    """Comes before the dialogs, for one dispatcher."""
    made = Router(name="forms")
    made.message.register(take_form, F.document, is_form)
    return made
