"""What presses do in the organisers' windows; each looks at the role again."""

from typing import Any

from aiogram.types import BufferedInputFile, CallbackQuery
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs.authoring.desk import FORM
from dialogs.context import actor_of, app_of, deed_of, may
from dialogs.messages import toast
from dialogs.organisers.actions import write_log
from dialogs.organisers.granting import link_of
from dialogs.results.desk import FORM as RESULTS_FORM
from dialogs.results.sending import bot_and_chat
from dialogs.states import (
    Authoring,
    Broadcasts,
    Enquiries,
    Events,
    Home,
    Inviting,
    Organisers,
    Results,
)
from dialogs.widgets.text import ECHO
from domain.people.permissions import Permission
from domain.people.person import Role
from storage import audit, forms, granting

LINES = 100_000  # of the log in a file: some years


async def started(data: Any, manager: DialogManager) -> None:
    """Begin with the words that the dialog was opened with, if any."""
    if isinstance(data, dict) and ECHO in data:
        manager.dialog_data[ECHO] = data[ECHO]


async def open_home(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """From the menu."""
    if await allowed(manager, Permission.HOME):
        await manager.start(Organisers.home)


async def allowed(manager: DialogManager, permission: Permission) -> bool:
    """Whether the person may do this now; who may not is told so and led to the menu."""
    if may(manager, permission):
        return True
    toast(actor_of(manager).tr("Your role does not allow this (any more)."), alert=True)
    await manager.start(Home.menu, None, StartMode.RESET_STACK)
    return False


async def on_home(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """A line of the home: its screen."""
    if press[:1] == "s" and press[1:].isdecimal():
        await _survey(manager, int(press[1:]))
    elif press[:1] == "e" and press[1:].isdecimal():
        if await allowed(manager, Permission.CHECK_IN):
            await manager.start(Events.door, {"event": int(press[1:])})
    elif press in SCREENS:
        permission, state = SCREENS[press]
        if await allowed(manager, permission):
            await manager.start(state)


SCREENS = {
    "events": (Permission.CHECK_IN, Events.organise),
    "questions": (Permission.ANSWER, Enquiries.queue),
    "broadcasts": (Permission.BROADCAST, Broadcasts.listed),
    "invitations": (Permission.INVITE, Inviting.targets),
    "surveys": (Permission.SURVEYS, Authoring.surveys),
    "results": (Permission.SEE_RESULTS, Results.choose),
    "roles": (Permission.ROLES, Organisers.roles),
    "log": (Permission.AUDIT, Organisers.log),
}


async def _survey(manager: DialogManager, form_pk: int) -> None:
    """An organiser's screen of the survey, a viewer's results."""
    if may(manager, Permission.SURVEYS):
        await manager.start(Authoring.survey, {FORM: form_pk})
    elif await allowed(manager, Permission.SEE_RESULTS):
        survey = await forms.by_id(app_of(manager).db, form_pk)
        await manager.start(Results.cockpit, {RESULTS_FORM: survey.form_id})


async def on_roles(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Give a role, take one away, take a link back."""
    if not await allowed(manager, Permission.ROLES):
        return
    tr = actor_of(manager).tr
    if press == "give":
        await manager.switch_to(Organisers.give)
    elif press[:1] == "v" and press[1:].isdecimal():
        done = await granting.revoke(app_of(manager).db, int(press[1:]), deed_of(manager))
        toast(tr("The link leads nowhere now.") if done else tr("It was used or taken back."))
    elif press[:1] == "t":
        person, _sep, role = press[1:].partition("/")
        if person.isdecimal() and role in set(Role):
            manager.dialog_data["taking"] = (int(person), role)
            await manager.switch_to(Organisers.take)


async def give(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Make a link for a role."""
    if press not in set(Role) or not await allowed(manager, Permission.ROLES):
        return
    made = await granting.invite(app_of(manager).db, Role(press), deed_of(manager))
    manager.dialog_data["link"] = await link_of(manager, made)
    manager.dialog_data["until"] = actor_of(manager).tr.moment(made.expires_at)
    await manager.switch_to(Organisers.link)


async def take(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Take a role away; asked for confirmation before."""
    if not await allowed(manager, Permission.ROLES):
        return
    person_id, role = manager.dialog_data.get("taking", (0, Role.VIEWER))
    done = await granting.take_away(app_of(manager).db, person_id, Role(role), deed_of(manager))
    tr = actor_of(manager).tr
    toast(tr("Taken away; old buttons no longer work.") if done else tr("Nothing to take away."))
    await manager.switch_to(Organisers.roles)


async def on_log(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Turn a page of the log, or take it as a file."""
    if not await allowed(manager, Permission.AUDIT):
        return
    app, actor = app_of(manager), actor_of(manager)
    if press[:1] == "p" and press[1:].isdecimal():
        manager.dialog_data["page"] = int(press[1:])
    elif press in ("xlsx", "csv"):
        await audit.note(app.db, deed_of(manager), Permission.AUDIT, "log.file", f"log:{press}")
        entries = await audit.page(app.db, actor.person.id, LINES)
        bot, chat = bot_and_chat(manager)
        file = BufferedInputFile(write_log(entries, press, actor.tr), f"log.{press}")
        await bot.send_document(chat, file)
        manager.show_mode = ShowMode.DELETE_AND_SEND
