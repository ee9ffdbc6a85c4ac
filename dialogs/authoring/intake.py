"""A form that an organiser sends as a file, from anywhere: checked, kept as a draft, shown.

Lists (CSV) and media that it names come in one archive with it, or one by one after it. A form
that is sent alone again takes what it names from its published version.
"""

import asyncio
from typing import Any

import structlog
from aiogram import Bot, F, Router
from aiogram.types import Animation, Audio, BufferedInputFile, Document, Message, Video
from aiogram_dialog import DialogManager, ShowMode, StartMode
from aiogram_dialog.api.entities import Context

from dialogs.authoring.report import DRAFT, LISTED, pack, written_out
from dialogs.context import Actor, actor_of, app_of
from dialogs.i18n import Translator
from dialogs.states import Authoring, Broadcasts, EventDesk, Inviting, Survey
from domain.surveys.form import Form
from domain.surveys.media import ENDINGS, MAX_TOGETHER, media_type
from domain.surveys.message import N_
from domain.surveys.message import Message as Words
from domain.surveys.xlsform import Problem, Report
from domain.surveys.xlsform.bundle import LISTS, WORKBOOKS, is_archive, unpack
from domain.surveys.xlsform.bundle import is_form as is_form_file
from domain.surveys.xlsform.problems import UnreadableError
from domain.surveys.xlsform.workbook import MAX_BYTES, TOO_LARGE
from domain.surveys.xlsform.worker import check_apart
from storage import forms

FILES = (".zip", ".csv", *WORKBOOKS, *LISTS, *ENDINGS)
ARCHIVE = 20 * 2**20  # bytes: what Telegram hands to a bot at most
A_LIST = N_("“%(name)s” is a list, not a form. Send the form first, then the lists that it names.")
A_MEDIUM = N_("“%(name)s” is no form. Send the form first, then the files that it names.")
NOT_NAMED = N_("The form does not name the file “%(name)s”. It was left out.")
UNFIT = N_(
    "“%(name)s” cannot be shown: it is no picture, sound or video of a known kind, or has more"
    " than 10 MB. It was left out."
)
TOO_MUCH = N_("All files beside a form may have %(megabytes)s MB together.")
log = structlog.get_logger()


File = Document | Audio | Video | Animation


def _file(message: Message) -> File | None:
    return message.animation or message.document or message.audio or message.video


async def is_form(message: Message, actor: Actor, aiogd_context: Context | None = None) -> bool:
    """Whether an organiser sent what may be a form, and not as the answer to a question.

    Media belong to the form whose card is open; elsewhere they mean something else.
    """
    file = _file(message)
    if file is None or not (actor.person.consented and actor.person.organises):
        return False
    state = aiogd_context.state if aiogd_context is not None else None
    if state is not None and state.group in (Survey, Inviting, Broadcasts, EventDesk):
        return False
    name = (file.file_name or "").lower()
    return name.endswith(FILES) and (state == Authoring.file or not name.endswith(ENDINGS))


async def take_form(message: Message, bot: Bot, dialog_manager: DialogManager) -> None:
    """Check a file, keep it as a draft where it is valid, and say what was understood."""
    file = _file(message)
    assert file is not None  # noqa: S101 - for the type checker; `is_form` saw it
    name = file.file_name or "form"
    content = await _download(bot, file)
    if content is None:
        start = _refused(name, Words(TOO_LARGE, {"megabytes": _limit(name) // 2**20}))
    elif is_archive(content):
        start = await _unpacked(dialog_manager, name, content)
    elif name.lower().endswith((*LISTS, *ENDINGS)) and not is_form_file(content, name):
        start = await _with_files(dialog_manager, name, {name: content})
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


def _limit(name: str) -> int:
    return ARCHIVE if name.lower().endswith(".zip") else MAX_BYTES


async def _download(bot: Bot, file: File) -> bytes | None:
    if (file.file_size or 0) > _limit(file.file_name or ""):
        return None
    found = await bot.download(file)
    return found.read() if found is not None else b""


def _refused(name: str, *messages: Words) -> dict[str, Any]:
    problems = tuple(Problem(message) for message in messages)
    return pack(Report("", name, "", errors=problems), name, None)


async def _checked(
    manager: DialogManager, name: str, content: bytes, files: dict[str, bytes]
) -> dict[str, Any]:
    app, person = app_of(manager), actor_of(manager).person
    if sum(map(len, files.values())) > MAX_TOGETHER:
        return _refused(name, Words(TOO_MUCH, {"megabytes": MAX_TOGETHER // 2**20}))
    report = await check_apart(content, name, files)
    taken: dict[str, bytes] = {}
    if report.form is not None:
        taken = await _published_files(manager, report.form, files)
        if taken:
            report = await check_apart(content, name, {**taken, **files})
    log.info("form checked", file=name, form_id=report.form_id, errors=len(report.errors))
    version, kept = None, {}
    if report.form is not None:
        kept = forms.belonging(report.form, {**taken, **files})
        digest = forms.digest(content, kept)
        workbook = forms.Workbook(name, content, report.xform, digest, kept)
        version = await forms.keep_draft(app.db, report.form, workbook, app.now(), person.id)
    packed = pack(report, name, version)
    return {**packed, "files": sorted(kept), "taken": sorted(kept.keys() & taken.keys())}


async def _published_files(
    manager: DialogManager, form: Form, files: dict[str, bytes]
) -> dict[str, bytes]:
    """What the form names and was not sent this time, from its published version."""
    missing = {*form.files, *form.media} - files.keys()
    db = app_of(manager).db
    survey = await forms.by_form_id(db, form.form_id) if missing else None
    source = await forms.source(db, survey.version_id) if survey is not None else None
    if source is None:
        return {}
    return {name: content for name, content in source.files.items() if name in missing}


async def _unpacked(manager: DialogManager, name: str, content: bytes) -> dict[str, Any]:
    """An archive: a form with its files, or files for the form that is open."""
    try:
        bundle = await asyncio.to_thread(unpack, content)
    except UnreadableError as error:
        return _refused(name, error.problem.message)
    if bundle.name:
        return await _checked(manager, bundle.name, bundle.content, dict(bundle.files))
    return await _with_files(manager, name, dict(bundle.files))


async def _with_files(manager: DialogManager, name: str, sent: dict[str, bytes]) -> dict[str, Any]:
    """Lists and media for the form that is open: checked again with them."""
    opened = manager.current_context().start_data if manager.has_context() else None
    version = opened.get(DRAFT) if isinstance(opened, dict) else None
    source = await forms.source(app_of(manager).db, version) if version is not None else None
    if source is None:
        alone = A_LIST if name.lower().endswith(LISTS) else A_MEDIUM
        return _refused(name, Words(alone, {"name": name}))
    start = await _checked(manager, source.name, source.content, {**source.files, **sent})
    left_out = [
        Words(UNFIT if _unfit(file, content) else NOT_NAMED, {"name": file})
        for file, content in sent.items()
        if file not in start.get("files", ())
    ]
    remarks = pack(
        Report("", name, "", warnings=tuple(Problem(one) for one in left_out)), name, None
    )["problems"]
    return {**start, "problems": [*remarks, *start["problems"]]}


def _unfit(name: str, content: bytes) -> bool:
    return name.lower().endswith(ENDINGS) and not media_type(name, content)


def router() -> Router:
    """Comes before the dialogs, for one dispatcher."""
    made = Router(name="forms")
    made.message.register(take_form, F.document | F.audio | F.video | F.animation, is_form)
    return made
