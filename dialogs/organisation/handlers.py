"""What presses and messages do where organisations are named, described and left."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, ShowMode, StartMode
from aiogram_dialog.widgets.input import MessageInput

from dialogs.context import actor_of, app_of
from dialogs.funding.asking import answered_aside
from dialogs.i18n import Html
from dialogs.links import follow
from dialogs.messages import toast
from dialogs.organisation.fields import LABELS, PROBLEMS, show, understand, values_of
from dialogs.organisation.work import Work, work_of
from dialogs.states import Organisation
from dialogs.widgets.text import ECHO
from domain.people.edrpou import EdrpouError, parse_edrpou
from domain.people.membership import Claim
from domain.people.profile import (
    CHOICES,
    NEEDED,
    Field,
    dependent_field,
    is_asked,
    next_field,
    read,
    settled,
)
from domain.surveys.message import Message as Refusal
from storage import contacts, joining, organisations, people
from storage.organisations import NotAContactError

# Before the last of these is settled there is no organisation yet.
FIRST = (Field.NAME, Field.TYPE, Field.TYPE_OTHER)


async def typed_code(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """Take the code that somebody wrote, or say what is wrong with it."""
    actor, app = actor_of(manager), app_of(manager)
    try:
        code = parse_edrpou(message.text or "")
    except EdrpouError as error:
        if await answered_aside(message, manager, reads=False):
            return
        _say(manager, actor.tr.html("⚠️ %(why)s", why=actor.tr(PROBLEMS[error.problem])))
        return
    _say(manager, actor.tr.html("✅ EDRPOU: <b>%(code)s</b>", code=code))
    claim = await joining.claim(app.db, actor.person.id, code, app.now())
    if claim is Claim.FREE:
        await _ask(manager, Work(setup=True, code=code), Field.NAME)
    else:
        await _claimed(manager, Work(code=code), claim)


async def without_code(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Describe an organisation that has no code."""
    await _ask(manager, Work(setup=True), Field.NAME)


async def typed_field(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """Take what somebody wrote as the value of the field that is asked for."""
    work, tr = work_of(manager), actor_of(manager).tr
    value = understand(work.current, message.text or "", tr)
    if await answered_aside(message, manager, reads=not isinstance(value, Refusal)):
        return
    if isinstance(value, str):
        label = tr(LABELS[work.current])
        shown = show(work.current, value, tr)
        _say(manager, tr.html("✅ %(label)s: <b>%(value)s</b>", label=label, value=shown))
        await _settle(manager, work, value)
    elif isinstance(value, Refusal):
        _say(manager, tr.html("⚠️ %(why)s", why=tr.message(value)))
    else:
        work.found, work.page = list(value), 0
        work.save(manager.dialog_data)
        _say(manager, tr.html("Several fit. Which of them do you mean?"))


async def press_field(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """A button of a question. It counts only while that question stands."""
    work = work_of(manager)
    asked, _sep, action = data.partition("/")
    if asked != work.asking or action[:1] not in ACTIONS:
        toast(actor_of(manager).tr("That button was old."))
        return
    await ACTIONS[action[0]](manager, work, action[1:])


async def _choose(manager: DialogManager, work: Work, code: str) -> None:
    """Take an option."""
    if work.current not in (*CHOICES, Field.TIME_ZONE):
        return
    value = read(work.current, code)
    if isinstance(value, str):
        await _settle(manager, work, value)


async def _page(manager: DialogManager, work: Work, page: str) -> None:
    """Turn to another page of options."""
    work.page = int(page) if page.isdecimal() else 0
    work.save(manager.dialog_data)


async def _skip(manager: DialogManager, work: Work, _: str) -> None:
    """Leave the field as it is and go on."""
    values = await _values(manager, work)
    if work.setup and (values.get(work.current) or work.current not in NEEDED):
        await _go_on(manager, work, values)


async def _clear(manager: DialogManager, work: Work, _: str) -> None:
    """Empty the field."""
    if work.current not in {*NEEDED, Field.TIME_ZONE}:
        await _settle(manager, work, None)


async def _back(manager: DialogManager, work: Work, _: str) -> None:
    """To the question before; out of the questions from the first one."""
    if not work.setup:
        await manager.switch_to(Organisation.edit)
        return
    values = await _values(manager, work)
    fields = list(Field)
    before = [field for field in fields[: fields.index(work.current)] if is_asked(values, field)]
    if before:
        await _ask(manager, work, before[-1])
    elif work.organisation_id is None:
        await manager.switch_to(Organisation.code)
    else:
        await manager.switch_to(Organisation.view)


async def _finish(manager: DialogManager, work: Work, _: str) -> None:
    """Enough for now: what is missing can be told at any time."""
    if work.organisation_id is not None:
        await finish(manager)


ACTIONS: dict[str, Callable[[DialogManager, Work, str], Awaitable[None]]] = {
    "c": _choose,
    "p": _page,
    "s": _skip,
    "d": _clear,
    "b": _back,
    "f": _finish,
}


async def _settle(manager: DialogManager, work: Work, value: str | None) -> None:
    """Keep a value, with what follows from it, and go on."""
    changes = settled(work.current, value)
    if work.organisation_id is None:
        work.draft.update({field.value: one for field, one in changes.items()})
        await _go_on(manager, work, work.draft)
        return
    app, actor = app_of(manager), actor_of(manager)
    try:
        await organisations.change(
            app.db, actor.person.id, work.organisation_id, changes, app.now()
        )
    except NotAContactError:
        _say(manager, actor.tr.html("You do not act for this organisation any more."))
        await manager.switch_to(Organisation.view)
        return
    await _refresh(manager)
    await _go_on(manager, work, await _values(manager, work))


async def _go_on(manager: DialogManager, work: Work, values: dict[str, str | None]) -> None:
    """Ask what comes next; make the organisation as soon as there is enough to."""
    following = (next_field if work.setup else dependent_field)(values, work.current)
    if work.setup and work.organisation_id is None and following not in FIRST:
        app, actor = app_of(manager), actor_of(manager)
        claim = await organisations.make(app.db, actor.person.id, work.code, work.draft, app.now())
        if claim is not Claim.MADE:
            await _claimed(manager, work, claim)
            return
        await _refresh(manager)
        work.organisation_id = actor.person.organisation_id
    if following is not None:
        await _ask(manager, work, following)
    elif work.setup:
        await finish(manager)
    else:
        await manager.switch_to(Organisation.edit)


async def _claimed(manager: DialogManager, work: Work, claim: Claim) -> None:
    """Go where naming somebody else's code, or one's own again, leads."""
    if claim is Claim.MEMBER:
        await _refresh(manager)
        await finish(manager)
        return
    work.claim = claim.value
    work.save(manager.dialog_data)
    await manager.switch_to(Organisation.asked)


async def finish(manager: DialogManager) -> None:
    """Go where the person was heading when they were asked for an organisation."""
    start = manager.start_data
    then = start.get("then") if isinstance(start, dict) else None
    if then:
        await follow(then, manager, StartMode.RESET_STACK)
    else:
        await manager.switch_to(Organisation.view)


async def edit_field(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Ask for one field of the active organisation."""
    organisation_id = actor_of(manager).person.organisation_id
    if organisation_id is not None and data in list(Field):
        await _ask(manager, Work(organisation_id), Field(data))


async def choose_organisation(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Act for another of one's organisations."""
    person, db = actor_of(manager).person, app_of(manager).db
    if data.isdecimal() and await contacts.switch(db, person.id, int(data)):
        await _refresh(manager)
        await manager.switch_to(Organisation.view)
    else:
        toast(actor_of(manager).tr("You do not act for this organisation any more."))


async def ask_to_leave(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Ask once more before leaving the active organisation."""
    organisation_id = actor_of(manager).person.organisation_id
    if organisation_id is not None:
        Work(organisation_id).save(manager.dialog_data)
        await manager.switch_to(Organisation.leave)


async def leave(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Leave the organisation that the question was about."""
    app, actor, work = app_of(manager), actor_of(manager), work_of(manager)
    if work.organisation_id is not None:
        await joining.leave(app.db, actor.person.id, work.organisation_id, app.now())
        await _refresh(manager)
    await manager.switch_to(Organisation.view)


async def _values(manager: DialogManager, work: Work) -> dict[str, str | None]:
    organisation = await work.organisation(app_of(manager).db)
    return values_of(organisation) if organisation else work.draft


async def _ask(manager: DialogManager, work: Work, field: Field) -> None:
    work.ask(field)
    work.save(manager.dialog_data)
    await manager.switch_to(Organisation.field)


async def _refresh(manager: DialogManager) -> None:
    """Read the person anew after an operation that changed what they act for, or their zone."""
    actor = actor_of(manager)
    actor.person = await people.get(app_of(manager).db, actor.person.id)


def _say(manager: DialogManager, words: str) -> None:
    """Put words above the card, which moves below the message that they answer."""
    manager.dialog_data[ECHO] = Html(words)
    manager.show_mode = ShowMode.DELETE_AND_SEND
