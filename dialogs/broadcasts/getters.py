"""What the windows about broadcasts show."""

from typing import Any

from aiogram_dialog import DialogManager

from dialogs.broadcasts.choices import DIMENSIONS, chosen_words, options
from dialogs.context import actor_of, app_of, may
from dialogs.i18n import LANGUAGES, Html, Translator, escape
from dialogs.survey.markup import plain
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell
from domain.messages import end_of_quiet
from domain.people.permissions import Permission
from storage import broadcasts
from storage.broadcasts import Broadcast, State

LISTED, LABEL = 12, 44
NOTHING: dict[str, Any] = {"card": Html(""), "rows": [], "allowed": False}
MARKS = {
    State.DRAFT: "✏️",
    State.WAITING: "✋",
    State.CANARY: "🐤",
    State.SENDING: "🟢",
    State.WRITTEN: "📣",
}


async def current(manager: DialogManager) -> Broadcast | None:
    """The broadcast that is open here, for who may write them."""
    if not may(manager, Permission.BROADCAST):
        return None
    number = int(manager.dialog_data.get("broadcast") or 0)
    return await broadcasts.get(app_of(manager).db, number)


def name_of(one: Broadcast, tr: Translator) -> str:
    """A broadcast on a button: the beginning of its text."""
    text = one.text.get(tr.language) or next(iter(one.text.values()), "")
    words = " ".join(plain(text).split()) or tr("(no text yet)")
    return shorten(f"{MARKS[one.state]} {words}", LABEL)


async def listed(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """All broadcasts, the newest first."""
    if not may(dialog_manager, Permission.BROADCAST):
        return NOTHING
    tr = actor_of(dialog_manager).tr
    found = await broadcasts.listed(app_of(dialog_manager).db, LISTED)
    rows = [[Cell(name_of(one, tr), f"b{one.id}")] for one in found]
    return {
        "card": Html(""),
        "rows": [[Cell(tr("➕ New broadcast"), "new")], *rows],
        "allowed": True,
    }


async def draft(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """A draft: what it says, to whom."""
    one = await current(dialog_manager)
    if one is None:
        return NOTHING
    tr = actor_of(dialog_manager).tr
    lines = []
    for language, name in LANGUAGES.items():
        text = one.text.get(language)
        said = shorten(" ".join(plain(text).split()), 120) if text else tr("none yet")
        lines.append(tr.html("<b>%(language)s</b>: %(text)s", language=name, text=said))
    if one.media:
        kind = tr("a picture") if one.media["kind"] == "photo" else tr("a document")
        lines.append(tr.html("<b>With</b>: %(kind)s", kind=kind))
    to = await chosen_words(dialog_manager, one.segment)
    lines.append(tr.html("<b>To</b>: %(whom)s", whom=to))
    lines.append(escape(await _count(dialog_manager, one)))
    rows = [
        [Cell(f"✏️ {name}", f"t{language}") for language, name in LANGUAGES.items()],
        [Cell(tr("🎯 To whom"), "audience")],
    ]
    if one.media:
        rows.append([Cell(tr("✖️ Without the picture or document"), "bare")])
    if one.text:
        rows.append([Cell(tr("👁 Preview"), "preview"), Cell(tr("🧪 Test to me"), "test")])
        rows.append([Cell(tr("📨 Send …"), "send")])
    rows.append([Cell(tr("🗑 Discard"), "remove")])
    return {"card": Html("\n".join(lines)), "rows": rows, "allowed": True}


async def _count(manager: DialogManager, one: Broadcast) -> str:
    """“312 people, 9 unreachable, about 18 s”."""
    app, tr = app_of(manager), actor_of(manager).tr
    total, blocked = await broadcasts.audience(app.db, one.segment, app.now())
    people = tr.plural("%(n)s person", "%(n)s people", total)
    seconds = -(-(total - blocked) // app.bulk_rate)
    return tr(
        "%(people)s, %(blocked)s unreachable, about %(seconds)s s",
        people=people,
        blocked=tr.number(blocked),
        seconds=tr.number(seconds),
    )


async def text(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What stands there now in the language that is written."""
    one = await current(dialog_manager)
    language = str(dialog_manager.dialog_data.get("language", "uk"))
    if one is None:
        return {**NOTHING, "language": "", "now": Html("")}
    now = Html(one.text.get(language, ""))
    return {"card": Html(""), "allowed": True, "language": LANGUAGES[language], "now": now}


async def audience(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The conditions, all of which have to hold."""
    one = await current(dialog_manager)
    if one is None:
        return NOTHING
    tr = actor_of(dialog_manager).tr
    whom = await chosen_words(dialog_manager, one.segment)
    rows = [[Cell(tr(words), f"d{name}")] for name, words in DIMENSIONS.items()]
    card = Html("\n\n".join([escape(whom), escape(await _count(dialog_manager, one))]))
    return {"card": card, "rows": [*rows, [Cell(tr("↺ Everybody"), "all")]], "allowed": True}


async def dimension(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The values of one condition, to be switched on and off."""
    one = await current(dialog_manager)
    name = str(dialog_manager.dialog_data.get("dimension", "types"))
    if one is None:
        return NOTHING
    tr = actor_of(dialog_manager).tr
    cells = [
        Cell(shorten(f"{'✅ ' if on else ''}{label}", 30), f"{'-' if on else '+'}{code}")
        for code, label, on in await options(dialog_manager, name, one.segment)
    ]
    wide = 1 if any(len(cell.text) > 18 for cell in cells) else 2
    rows = [cells[start : start + wide] for start in range(0, len(cells), wide)]
    card = Html(
        "\n\n".join(
            [
                tr.html("<b>%(what)s</b>", what=tr(DIMENSIONS[name])),
                escape(await _count(dialog_manager, one)),
            ]
        )
    )
    return {"card": card, "rows": rows, "allowed": True}


async def confirm(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The last look before it goes."""
    one = await current(dialog_manager)
    if one is None:
        return NOTHING
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    tr = actor.tr
    total, _blocked = await broadcasts.audience(app.db, one.segment, app.now())
    lines = [
        escape(await _count(dialog_manager, one)),
        tr.html("To: %(whom)s", whom=await chosen_words(dialog_manager, one.segment)),
    ]
    for language, name in LANGUAGES.items():
        if language not in one.text:
            lines.append(
                tr.html(
                    "⚠️ There is no text in %(language)s: its readers get the other one.",
                    language=name,
                )
            )
    if end_of_quiet(app.now(), str(tr.zone)) is not None:
        lines.append(tr.html("🌙 It is night: it leaves at 8:00 where each reader is."))
    label = tr("📨 Send now")
    if total > app.approval_above:
        if one.state is not State.WAITING:
            label = tr("✋ Ask a second organiser")
            lines.append(
                tr.html(
                    "For more than %(n)s people a second organiser has to confirm.",
                    n=tr.number(app.approval_above),
                )
            )
        elif one.created_by == actor.person.id:
            label = ""
            lines.append(tr.html("✋ It waits for a second organiser, who has been told."))
        else:
            label = tr("✅ Confirm and send")
            lines.append(tr.html("✋ Written by %(name)s.", name=one.author or "–"))
    rows = [[Cell(label, "go")]] if label else []
    return {"card": Html("\n\n".join(lines)), "rows": rows, "allowed": True}
