"""Organisations for organisers: found by name, merged where two are one, contacts who left."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, ShowMode

from dialogs.context import actor_of, app_of, deed_of, may
from dialogs.i18n import Html, escape
from dialogs.messages import toast
from dialogs.organisers.handlers import allowed
from dialogs.states import Inviting
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell
from domain.people.permissions import Permission
from domain.surveys.message import N_
from storage import contacts, merging, organisations
from storage.merging import BothAnsweredError

NOTHING: dict[str, Any] = {"card": Html(""), "rows": [], "allowed": False}
LABEL, PAGE = 44, 10
WHAT = {
    "people": N_("people who act for it now"),
    "contacts": N_("contacts"),
    "responses": N_("responses"),
    "registrations": N_("registrations"),
    "invitations": N_("invitations"),
    "form_invitations": N_("surveys that it may answer"),
    "funding_questions": N_("questions about funding"),
}


async def found(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The organisations that fit what was typed; for a merge, without the one that is open."""
    if not may(dialog_manager, Permission.INVITE):
        return NOTHING
    words = str(dialog_manager.dialog_data.get("words", ""))
    data = dialog_manager.dialog_data
    mine = data.get("organisation") if data.get("merging") else None
    rows = []
    if words:
        hits = await merging.search(app_of(dialog_manager).db, words, PAGE + 1)
        rows = [
            [Cell(shorten(f"{one.name} · {one.edrpou or '–'}", LABEL), f"o{one.id}")]
            for one in hits
            if one.id != mine
        ]
    tr = actor_of(dialog_manager).tr
    card = tr.html("Found for “%(words)s”:", words=words) if rows else Html("")
    if words and not rows:
        card = tr.html("Nothing is called “%(words)s”.", words=words)
    return {"card": card, "rows": rows[:PAGE], "allowed": True}


async def typed(message: Message, _: Any, manager: DialogManager) -> None:
    """Search by what was typed."""
    manager.show_mode = ShowMode.DELETE_AND_SEND
    manager.dialog_data["words"] = " ".join((message.text or "").split())[:60]


async def choose(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Open an organisation, or take it as the other half of a merge."""
    if press[:1] != "o" or not press[1:].isdecimal():
        return
    if not await allowed(manager, Permission.INVITE):
        return
    data = manager.dialog_data
    if data.get("merging"):
        data["gone"] = int(press[1:])
        await manager.switch_to(Inviting.merge)
        return
    data["organisation"] = int(press[1:])
    await manager.switch_to(Inviting.organisation)


async def one(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """An organisation with its contacts, and what was merged into it."""
    number = int(dialog_manager.dialog_data.get("organisation") or 0)
    if not number or not may(dialog_manager, Permission.INVITE):
        return NOTHING
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    organisation = await organisations.get(app.db, number)
    colleagues = await contacts.of_organisation(app.db, number)
    lines = [
        tr.html("<b>%(name)s</b>", name=organisation.name),
        tr.html("EDRPOU: %(code)s", code=organisation.edrpou or "–"),
        tr.html("Contacts: %(names)s", names=", ".join(c.name or "–" for c in colleagues) or "–"),
    ]
    rows = [
        [Cell(shorten(tr("✖️ Has left: %(name)s", name=c.name or "–"), LABEL), f"x{c.person_id}")]
        for c in colleagues
    ]
    rows.append([Cell(tr("🔗 Is the same as …"), "merge")])
    rows += [
        [Cell(shorten(tr("↩️ Apart again: %(name)s", name=m.gone), LABEL), f"u{m.id}")]
        for m in await merging.merges_into(app.db, number)
    ]
    return {"card": Html("\n".join(lines)), "rows": rows, "allowed": True}


async def on_one(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """End a contact, begin a merge, undo one."""
    number = int(manager.dialog_data.get("organisation") or 0)
    if not await allowed(manager, Permission.INVITE):
        return
    app, tr = app_of(manager), actor_of(manager).tr
    if press == "merge":
        manager.dialog_data["merging"] = True
        manager.dialog_data.pop("words", None)
        await manager.switch_to(Inviting.organisations)
    elif press[:1] == "x" and press[1:].isdecimal():
        await merging.end_contact(app.db, number, int(press[1:]), deed_of(manager))
        toast(tr("Done. Send the invitation link to the new contact."), alert=True)
    elif press[:1] == "u" and press[1:].isdecimal():
        done = await merging.undo(app.db, int(press[1:]), deed_of(manager))
        toast(tr("They are two again.") if done else tr("They were two already."))


async def preview(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What would move from one to the other."""
    data = dialog_manager.dialog_data
    kept, gone = int(data.get("organisation") or 0), int(data.get("gone") or 0)
    if not kept or not gone or not may(dialog_manager, Permission.INVITE):
        return NOTHING
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    counts = await merging.preview(app.db, kept, gone)
    names = [(await organisations.get(app.db, number)).name for number in (gone, kept)]
    lines = [
        tr.html("“%(gone)s” becomes part of <b>%(kept)s</b>.", gone=names[0], kept=names[1]),
        escape(
            "\n".join(f"{tr(WHAT[t]) if t in WHAT else t}: {n}" for t, n in counts.items())
            or tr("Nothing has to move.")
        ),
        tr.html("This can be undone on the organisation's page."),
    ]
    return {
        "card": Html("\n\n".join(lines)),
        "rows": [[Cell(tr("🔗 Merge"), "yes")]],
        "allowed": True,
    }


async def merge(_: CallbackQuery, manager: DialogManager, press: str) -> None:
    """Do it: once, whoever presses first."""
    data = manager.dialog_data
    if press != "yes" or not await allowed(manager, Permission.INVITE):
        return
    app, tr = app_of(manager), actor_of(manager).tr
    kept, gone = int(data.get("organisation") or 0), int(data.get("gone") or 0)
    try:
        done = await merging.merge(app.db, kept, gone, deed_of(manager))
    except BothAnsweredError:
        toast(
            tr("Both have answered the same survey. Decide with them which response counts."),
            alert=True,
        )
        return
    toast(tr("They are one now.") if done else tr("That was done already."))
    data.pop("merging", None)
    await manager.switch_to(Inviting.organisation)


async def leave_merge(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Back to the list, without a merge in mind."""
    for key in ("merging", "gone", "words"):
        manager.dialog_data.pop(key, None)
