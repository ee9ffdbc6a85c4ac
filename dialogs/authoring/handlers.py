"""What organisers' presses and messages do: publish, close, invite, move, limit."""

import re
from datetime import timedelta
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.authoring.desk import FORM, may_organise, organisers_only, survey_of
from dialogs.authoring.getters import MOVED, PAGE, moves_html
from dialogs.authoring.report import DRAFT
from dialogs.context import actor_of, app_of, deed_of
from dialogs.i18n import escape
from dialogs.messages import toast
from dialogs.states import Authoring
from dialogs.widgets.text import ECHO
from domain.people.edrpou import EdrpouError, parse_edrpou
from domain.surveys.form import SELECTS, Form, Question
from domain.surveys.interview import Visit
from domain.surveys.reading.dates import read_date, read_moment
from domain.surveys.versions import codes_of
from storage import forms, invitations, quotas, versions


@organisers_only
async def open_surveys(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Go to the list of surveys, where a new one can be sent."""
    await manager.start(Authoring.surveys, None, StartMode.NORMAL)


async def choose(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Open one of the surveys."""
    if await may_organise(manager) and data.isdecimal():
        manager.dialog_data[FORM] = int(data)
        await manager.switch_to(Authoring.survey)


async def turn(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Turn a page of the problems."""
    if data.isdecimal():
        manager.dialog_data[PAGE] = int(data)


@organisers_only
async def publish(callback: CallbackQuery, widget: Any, manager: DialogManager) -> None:
    """Publish the draft; with questions that a chat leaves out, ask first."""
    packed = manager.start_data
    if isinstance(packed, dict) and packed.get("unsupported"):
        await manager.switch_to(Authoring.sure)
    else:
        await publish_now(callback, widget, manager)


@organisers_only
async def publish_now(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Publish the draft; its survey opens."""
    app, actor = app_of(manager), actor_of(manager)
    packed = manager.start_data
    version = packed.get(DRAFT) if isinstance(packed, dict) else None
    done = None
    if version is not None:
        done = await forms.publish_draft(app.db, version, app.now(), actor.person.id)
    if done is None:
        toast(actor.tr("This draft is gone: a newer file took its place."), alert=True)
        return
    form_pk, changed = done
    toast(actor.tr("Published.") if changed else actor.tr("Nothing has changed."))
    await manager.start(Authoring.survey, {FORM: form_pk}, StartMode.RESET_STACK)


@organisers_only
async def close_or_open(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Close the survey, or open it again; a deadline that is over goes with opening."""
    app, survey = app_of(manager), await survey_of(manager)
    if survey is None:
        return
    if survey.accepts(app.now()):
        await forms.close(app.db, survey.id, deed_of(manager))
    else:
        await forms.reopen(app.db, survey.id, app.now(), deed_of(manager))


async def take_deadline(message: Message, _: Any, manager: DialogManager) -> None:
    """Read a deadline as people write it: a day ends at midnight of the organiser's zone."""
    manager.show_mode = ShowMode.DELETE_AND_SEND
    if not await may_organise(manager):
        return
    app, tr, survey = app_of(manager), actor_of(manager).tr, await survey_of(manager)
    text, now = (message.text or "").strip(), app.now().astimezone(actor_of(manager).tr.zone)
    day = read_date(text, now.date())
    moment = read_moment(text, now.date())
    if day is not None:
        at = now.replace(
            year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0
        ) + timedelta(days=1)
    elif moment is not None:
        at = moment.replace(tzinfo=tr.zone)
    else:
        manager.dialog_data[ECHO] = escape(
            tr("This is not a day. Write, for example, 31.12.2026 or 31.12.2026 18:00.")
        )
        return
    if at <= now:
        manager.dialog_data[ECHO] = escape(tr("This moment is over already."))
        return
    if survey is not None:
        await forms.set_deadline(app.db, survey.id, at, deed_of(manager))
    await manager.switch_to(Authoring.survey)


@organisers_only
async def no_deadline(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Take the deadline away."""
    survey = await survey_of(manager)
    if survey is not None:
        await forms.set_deadline(app_of(manager).db, survey.id, None, deed_of(manager))
    await manager.switch_to(Authoring.survey)


@organisers_only
async def change_audience(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Anyone, or only invited organisations."""
    survey = await survey_of(manager)
    if survey is not None:
        invited = survey.audience == invitations.INVITED
        to = invitations.ANYONE if invited else invitations.INVITED
        await invitations.set_audience(app_of(manager).db, survey.id, to, deed_of(manager))


@organisers_only
async def change_scope(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """One response for each organisation, or each person, while there are none."""
    survey = await survey_of(manager)
    if survey is not None:
        to = "person" if survey.scope == "organisation" else "organisation"
        if not await invitations.set_scope(app_of(manager).db, survey.id, to, deed_of(manager)):
            toast(actor_of(manager).tr("There are responses already."), alert=True)


async def take_codes(message: Message, _: Any, manager: DialogManager) -> None:
    """Invite the organisations whose ЄДРПОУ codes are written, one or many."""
    manager.show_mode = ShowMode.DELETE_AND_SEND
    if not await may_organise(manager):
        return
    app, actor, survey = app_of(manager), actor_of(manager), await survey_of(manager)
    codes, wrong = [], []
    for word in re.split(r"[\s,;]+", message.text or ""):
        try:
            codes.append(parse_edrpou(word))
        except EdrpouError:
            wrong.append(word)
    if survey is None:
        return
    unknown = await invitations.invite(app.db, survey.id, codes, actor.person.id, app.now())
    tr = actor.tr
    said = [
        tr.plural(
            "%(n)s organisation invited.",
            "%(n)s organisations invited.",
            len(codes) - len(unknown),
        )
    ]
    if unknown:
        said.append(tr("Not known here yet: %(codes)s", codes=", ".join(unknown)))
    if any(wrong):
        said.append(
            tr("These are no ЄДРПОУ codes: %(words)s", words=", ".join(filter(None, wrong))[:200])
        )
    manager.dialog_data[ECHO] = escape("\n".join(said))


@organisers_only
async def move_all(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Move the open responses to the current version, and list what was lost."""
    app, actor, survey = app_of(manager), actor_of(manager), await survey_of(manager)
    if survey is None:
        return
    behind = await versions.behind(app.db, survey.id, survey.version_id)
    compiled = {survey.version_id: await app.forms.get(survey.version_id)}
    visit = Visit(actor.person.id, actor.tr.language, app.now())
    moved = []
    for one in behind:
        compiled[one.version_id] = await app.forms.get(one.version_id)
        plan = await versions.move(
            app.db, compiled, one.id, survey.version_id, visit, deed_of(manager)
        )
        if plan is not None:
            moved.append((one, plan))
    manager.dialog_data[MOVED] = str(moves_html(moved, actor.tr, done=True))


async def forget_move(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Begin with a new plan next time."""
    manager.dialog_data.pop(MOVED, None)


async def take_quota(message: Message, _: Any, manager: DialogManager) -> None:
    """Read 'question code places'; without places, or 0, the quota goes."""
    manager.show_mode = ShowMode.DELETE_AND_SEND
    if not await may_organise(manager):
        return
    app, tr, survey = app_of(manager), actor_of(manager).tr, await survey_of(manager)
    words = (message.text or "").replace("=", " ").split()
    if survey is None:
        return
    form = await app.forms.get(survey.version_id)
    node = _node(form, words[0]) if len(words) in (2, 3) else None
    places = words[2] if len(words) == 3 else "0"
    if node is None or not places.isdecimal() or len(places) > 6:
        manager.dialog_data[ECHO] = escape(
            tr(
                "Write the question, the code and the number, for example: org_type hospital 40."
                " The question must be one of choices, outside of repeats."
            )
        )
        return
    if words[1] not in codes_of(form, node):
        codes = ", ".join(codes_of(form, node))[:500]
        manager.dialog_data[ECHO] = escape(
            tr("This question has no such choice. It has: %(codes)s", codes=codes)
        )
        return
    await quotas.set_quota(
        app.db, survey.id, node.path, words[1], int(places) or None, deed_of(manager)
    )


def _node(form: Form, name: str) -> Question | None:
    return next(
        (q for q in form.questions if q.name == name and q.kind in SELECTS and not q.repeats), None
    )
