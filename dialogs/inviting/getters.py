"""What the windows about invitations show."""

from collections import Counter
from typing import Any

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, app_of, may
from dialogs.events.getters import label
from dialogs.i18n import Html, escape
from dialogs.survey import titles
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell
from domain.people.permissions import Permission
from storage import events, forms, inviting
from storage.inviting import Standing, Target

LABEL, NAMES, BAD = 44, 20, 15
NOTHING: dict[str, Any] = {"card": Html(""), "rows": [], "allowed": False, "any": False}


def target_of(manager: DialogManager) -> Target | None:
    """The survey or event that is open here."""
    kind, number = manager.dialog_data.get("target", ("", 0))
    if kind == "s":
        return Target(form_id=int(number))
    return Target(event_id=int(number)) if kind == "e" else None


async def title_of(manager: DialogManager, target: Target) -> str:
    """What the survey or event is called."""
    app, tr = app_of(manager), actor_of(manager).tr
    if target.event_id is not None:
        event = await events.get(app.db, target.event_id)
        return event.name(tr.language) if event else "–"
    survey = await forms.by_id(app.db, target.form_id or 0)
    return await titles.title_of(app.forms, survey, tr.language)


async def targets(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The open surveys and coming events that one can invite to."""
    if not may(dialog_manager, Permission.INVITE):
        return NOTHING
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    found = [one for one in await forms.surveys(app.db) if one.accepts(app.now())]
    names = await titles.titles_of(app.forms, found, tr.language)
    rows = [
        [Cell(shorten(f"📋 {name}", LABEL), f"s{survey.id}")]
        for survey, name in zip(found, names, strict=True)
    ]
    rows += [
        [Cell(shorten(f"📅 {label(event, tr)}", LABEL), f"e{event.id}")]
        for event in await events.upcoming(app.db, app.now())
    ]
    return {"card": Html(""), "rows": rows[:30], "allowed": True}


async def target(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """How far the invited organisations have come, and who has not answered."""
    to = target_of(dialog_manager)
    if to is None or not may(dialog_manager, Permission.INVITE):
        return NOTHING
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    found = await inviting.of_target(app.db, to)
    counts = Counter(one.standing for one in found)
    opened = len(found) - counts[Standing.SENT]
    begun = counts[Standing.BEGUN] + counts[Standing.FINISHED]
    lines = [tr.html("<b>✉️ %(title)s</b>", title=await title_of(dialog_manager, to))]
    if found:
        lines.append(
            tr.html(
                "Invited: <b>%(all)s</b>\nOpened: <b>%(opened)s</b>\nBegan: <b>%(begun)s</b>\n"
                "Finished: <b>%(finished)s</b>",
                all=tr.number(len(found)),
                opened=tr.number(opened),
                begun=tr.number(begun),
                finished=tr.number(counts[Standing.FINISHED]),
            )
        )
        silent = [one for one in found if one.standing is not Standing.FINISHED]
        marks = {Standing.SENT: "✉️", Standing.OPENED: "👁", Standing.BEGUN: "✏️"}
        names = [f"{marks[one.standing]} {escape(one.name)}" for one in silent[:NAMES]]
        if len(silent) > NAMES:
            names.append(tr("… and %(n)s more, in the file", n=tr.number(len(silent) - NAMES)))
        if names:
            lines.append(Html("\n".join([tr("Not answered yet:"), *names])))
    return {"card": Html("\n\n".join(lines)), "rows": [], "allowed": True, "any": bool(found)}


async def looked(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What a list would do, and the rows that are left out."""
    data = dialog_manager.dialog_data.get("look")
    if data is None or not may(dialog_manager, Permission.INVITE):
        return NOTHING
    tr = actor_of(dialog_manager).tr
    lines = [
        tr.plural("%(n)s row can be used.", "%(n)s rows can be used.", data["good"]),
        tr("New organisations: %(n)s, known: %(m)s.", n=data["made"], m=data["known"]),
        tr("New invitations: %(n)s, made before: %(m)s.", n=data["invited"], m=data["already"]),
    ]
    card = escape("\n".join(lines))
    if data["bad"]:
        left_out = [tr("Left out:")]
        left_out += [
            tr("row %(row)s: %(why)s", row=row, why=why) if row else why
            for row, why in data["bad"][:BAD]
        ]
        if len(data["bad"]) > BAD:
            left_out.append(tr("… and %(n)s more", n=tr.number(len(data["bad"]) - BAD)))
        card = Html(f"{card}\n\n{escape(chr(10).join(left_out))}")
    return {"card": card, "rows": [], "allowed": True, "any": bool(data["good"])}
