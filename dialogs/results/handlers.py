"""What the organiser's presses do."""

from collections.abc import Awaitable, Callable
from functools import partial

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from dialogs.context import app_of, deed_of, may
from dialogs.exports.shared import make_file, make_report
from dialogs.exports.tables import Choices
from dialogs.i18n import escape
from dialogs.messages import toast
from dialogs.pictures.kinds import Picture
from dialogs.results import maps, rounds, views
from dialogs.results.desk import FORM, PAGE, QUESTION, Desk, organisers_desk, turn_away
from dialogs.results.reader import Reader
from dialogs.results.sending import preparing, send_file, send_picture
from dialogs.states import Results
from domain.people.permissions import Permission
from storage import audit, results

MAPS: dict[str, Callable[[Desk], Awaitable[Picture | None]]] = {
    "map": lambda desk: maps.chain_map(desk.app.db, desk.study, desk.reader),
    "heat": lambda desk: maps.heat_map(desk.app.db, desk.study, desk.reader),
    "gaps": lambda desk: maps.gaps(desk.app.db, desk.study, desk.reader),
    "graph": lambda desk: maps.link_graph(desk.app.db, desk.study, desk.reader),
}
#: files by what their button says in callback data: format, labels, suffix
FILES = {
    "xlsx": ("xlsx", False, "xlsx"),
    "labels": ("xlsx", True, "xlsx"),
    "csv": ("csv", False, "zip"),
    "sav": ("sav", False, "zip"),
    "jsonl": ("jsonl", False, "jsonl"),
    "graph": ("graphml", False, "graphml"),
    "edges": ("edges", False, "zip"),
    "xml": ("xml", False, "zip"),
}
PERSONAL = "personal"
COMPARED = "compared"  # the key in dialog data of what the last comparison said


async def choose(_: CallbackQuery, manager: DialogManager, form_token: str) -> None:
    """Open the cockpit of a survey."""
    from storage import forms

    survey = await forms.by_token(app_of(manager).db, form_token)
    if survey is None or not may(manager, Permission.SEE_RESULTS):
        await turn_away(manager)
        return
    manager.dialog_data[FORM] = survey.form_id
    manager.dialog_data.pop(COMPARED, None)
    await manager.switch_to(Results.cockpit)


async def act(callback: CallbackQuery, manager: DialogManager, press: str) -> None:
    """A button of the cockpit: a map, the report."""
    desk = await organisers_desk(manager)
    if desk is None:
        return
    if press == "report":
        await _report(callback, manager, desk)
    elif press in MAPS:
        picture = await MAPS[press](desk)
        if picture is None:
            toast(desk.actor.tr("This survey does not ask what this picture needs."), alert=True)
            return
        await send_picture(manager, picture)


async def question(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """A question of the list: its chart, and from then on it can be crossed with others."""
    desk = await organisers_desk(manager)
    if desk is None:
        return
    if press.startswith(">"):
        manager.dialog_data[PAGE] = int(press[1:]) if press[1:].isdigit() else 0
        return
    variable = desk.variable(press)
    if variable is None:
        toast(desk.actor.tr("This question is not in the form any more."), alert=True)
        return
    manager.dialog_data[QUESTION] = press
    await send_picture(
        manager, await views.question(desk.app.db, desk.study, variable, desk.reader)
    )
    await manager.switch_to(Results.question)


async def crossed(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """The chosen question by another one."""
    desk = await organisers_desk(manager)
    if desk is None:
        return
    if press.startswith(">"):
        manager.dialog_data[PAGE] = int(press[1:]) if press[1:].isdigit() else 0
        return
    variable, by = desk.variable(manager.dialog_data.get(QUESTION)), desk.variable(press)
    if variable is None or by is None or not by.groups or by.personal:
        toast(desk.actor.tr("This question is not in the form any more."), alert=True)
        return
    picture = await views.crossed(desk.app.db, desk.study, variable, by, desk.reader)
    await send_picture(manager, picture)


async def round_(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Compare with another round: whichever began later is the later one."""
    desk = await organisers_desk(manager)
    if desk is None:
        return
    app = desk.app
    found = {one.token: one for one in await rounds.others(app.db, app.forms, desk.study)}
    if press not in found:
        toast(desk.actor.tr("This survey is not there (any more)."), alert=True)
        return
    other = await results.study(app.db, app.forms, found[press])
    earlier, later = sorted((other, desk.study), key=lambda one: one.survey.id)
    reader = Reader.of(later.codebook, desk.actor.tr, app.now())
    names = (rounds.name(earlier), rounds.name(later))
    picture, words = await rounds.compared(app.db, earlier, later, reader, names)
    manager.dialog_data[COMPARED] = "\n".join(f"• {escape(one)}" for one in words)
    await send_picture(manager, picture)


async def first_page(_: CallbackQuery, __: object, manager: DialogManager) -> None:
    """A list is opened at its beginning."""
    manager.dialog_data.pop(PAGE, None)


async def _report(callback: CallbackQuery, manager: DialogManager, desk: Desk) -> None:
    person, tr = desk.actor.person, desk.actor.tr
    await preparing(callback, manager)
    form_id = desk.study.survey.form_id
    made = await desk.app.studio.make(
        make_report,
        desk.app.db.url,
        form_id,
        tr.language,
        person.time_zone,
        desk.app.now(),
    )
    caption = tr("Report: %(title)s", title=desk.reader.labels.title)
    await send_file(manager, made, f"{form_id}.pdf", caption)


async def export(callback: CallbackQuery, manager: DialogManager, press: str) -> None:
    """A file of the responses. Personal data is for owners alone."""
    desk = await organisers_desk(manager)
    if desk is None:
        return
    tr = desk.actor.tr
    personal = press == PERSONAL
    if personal and not may(manager, Permission.PERSONAL_DATA):
        await turn_away(manager)
        return
    if press not in FILES and not personal:
        return
    kind, labels, suffix = FILES["xlsx" if personal else press]
    allowed = Permission.PERSONAL_DATA if personal else Permission.SEE_RESULTS
    action = f"results.{'personal' if personal else 'file'}"
    subject = f"form:{desk.study.survey.id}"
    await audit.note(desk.app.db, deed_of(manager), allowed, action, subject)
    await preparing(callback, manager)
    choices = Choices(tr.language, labels=labels, personal=personal)
    form_id = desk.study.survey.form_id
    work = partial(make_file, shared=not personal)
    content = await desk.app.studio.make(work, desk.app.db.url, form_id, kind, choices)
    caption = (
        tr("With personal data: for your eyes alone.")
        if personal
        else tr("Without personal data; what would single out a small group is blank.")
    )
    await send_file(manager, content, f"{form_id}-{press}.{suffix}", caption)
