"""What the windows of the desk show."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram_dialog import DialogManager

from dialogs.context import actor_of, app_of, may
from dialogs.event_desk.desk import GUIDED, event_of, field_of, live_of
from dialogs.event_desk.fields import HINTS, LABELS, TEXTS, offered, value_of
from dialogs.event_desk.screens import FLAGS, rows_of, title_of
from dialogs.events.cards import event_card
from dialogs.events.entries import public_link
from dialogs.events.times import local
from dialogs.i18n import LANGUAGES, Html, Translator, escape
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell, in_rows
from domain.events.definition import Definition, parse
from domain.events.editing import in_zone
from domain.events.event import Event, EventState, in_language
from domain.people.permissions import Permission
from domain.surveys.message import N_
from domain.surveys.message import Message as Words
from storage import events

TEMPLATES = Path(__file__).resolve().parents[2] / "content" / "events"
PAGE, LABEL = 8, 40
IN = {
    EventState.DRAFT: N_("✏️ Draft: only organisers see it."),
    EventState.PUBLISHED: N_("🟢 Published"),
    EventState.CANCELLED: N_("❌ This event is cancelled."),
}


@cache
def templates() -> tuple[Definition, ...]:
    """The events that can be begun with; they have no dates."""
    return tuple(parse(file.read_bytes()) for file in sorted(TEMPLATES.glob("*.yaml")))


async def begin(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """A title to write, or a template to begin with."""
    language = actor_of(dialog_manager).tr.language
    rows = [
        [Cell("📄 " + shorten(_template(one, language), LABEL), f"t{number}")]
        for number, one in enumerate(templates())
    ]
    return {"rows": rows}


def _template(one: Definition, language: str) -> str:
    """The place first: titles are alike, and a narrow phone cuts them off."""
    names = (in_language(one.place, language), in_language(one.title, language))
    return ": ".join(name for name in names if name)


async def event(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The card as participants see it, and a way to each field."""
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    found = await event_of(dialog_manager)
    if found is None or not may(dialog_manager, Permission.EVENTS):
        return nothing(found, tr)
    card = event_card(found, await events.taken(app.db, found.id, app.now()), app.now(), tr)
    state = tr(IN[found.state])
    if found.state is EventState.PUBLISHED and not found.registration_open:
        state += " · " + tr("registration is closed")
    head = tr.html("<b>🗂 The organiser’s desk</b> · %(state)s", state=state)
    rows: list[list[Cell]] = []
    if found.state is not EventState.CANCELLED:
        cells = [Cell(f"✏️ {tr(LABELS[one])}", f"f{one.value}") for one in offered(found)]
        rows += in_rows(cells)
    if found.state is EventState.DRAFT:
        rows.append([Cell(tr("🚀 Publish"), "publish"), Cell(tr("🗑 Delete"), "delete")])
    else:
        rows.append([Cell(tr("👥 Who takes part"), "people"), Cell(tr("🚪 The door"), "door")])
    if found.state is EventState.PUBLISHED and not found.is_over(app.now()):
        toggle = tr("🔒 Close registration") if found.registration_open else tr("🔓 Open it again")
        rows += in_rows([Cell(toggle, "close"), Cell(tr("❌ Cancel the event"), "off")])
    parts = [head, Html(f"<blockquote>{card}</blockquote>")]
    if found.takes_registrations(app.now()):
        bot: Bot = dialog_manager.middleware_data["bot"]
        link = public_link((await bot.me()).username or "", found)
        parts.insert(1, tr.html("🔗 The link to register: <code>%(link)s</code>", link=link))
    return {"card": Html("\n\n".join(parts)), "rows": rows}


def nothing(found: Event | None, tr: Translator) -> dict[str, Any]:
    """What stands in place of an event that is gone, or that its reader may not organise."""
    words = (
        tr("Only organisers can do this.") if found else tr("This event is not there any more.")
    )
    return {"card": escape(words), "rows": []}


async def field(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """One field: what it says now, and how to say something else."""
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    found, which = await event_of(dialog_manager), field_of(dialog_manager)
    if found is None or not may(dialog_manager, Permission.EVENTS):
        return nothing(found, tr)
    lines = [tr.html("<b>%(field)s</b>", field=title_of(which, tr))]
    if which in TEXTS:
        texts = getattr(found, TEXTS[which])
        lines += [escape(f"{FLAGS[c]} {shorten(texts.get(c) or '–', 600)}") for c in LANGUAGES]
    elif now := value_of(found, which, tr):
        lines.append(tr.html("Now: %(value)s", value=now))
    lines.append(escape(tr(HINTS[which])))
    guided = bool(dialog_manager.dialog_data.get(GUIDED))
    if guided:
        place = offered(found).index(which) + 1
        lines[0] = Html(f"{lines[0]} · {place} / {len(offered(found))}")
    rows = rows_of(which, found, dict(dialog_manager.dialog_data), app.now(), tr)
    if guided:
        rows.append([Cell(tr("Go on ›"), "on")])
    # A second tap arrives when the next field is asked for: each press names the field it is of.
    tagged = [[Cell(cell.text, f"{which.value}|{cell.press}") for cell in row] for row in rows]
    return {"card": Html("\n\n".join(lines)), "rows": tagged}


async def sure(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What is about to happen, and how many hear of it."""
    tr = actor_of(dialog_manager).tr
    found, what = await event_of(dialog_manager), dialog_manager.dialog_data.get("sure", "")
    if found is None or not may(dialog_manager, Permission.EVENTS):
        return {**nothing(found, tr), "yes": ""}
    live = await live_of(dialog_manager, found)
    title = tr.html("<b>%(title)s</b>", title=found.name(tr.language))
    told = escape(
        tr.plural("%(n)s person will be told.", "%(n)s people will be told.", live)
        if live
        else tr("Nobody has registered yet.")
    )
    if what == "off":
        words, yes = tr.html("Cancel the event for good?"), tr("❌ Yes, call it off")
    elif what == "delete":
        words, yes, told = tr.html("Delete this draft?"), tr("🗑 Yes, delete it"), Html("")
    elif what == "place":
        code, place = dialog_manager.dialog_data.get("words", ("en", ""))
        old = found.place.get(code) or "–"
        words = tr.html("Another place?\n<s>%(old)s</s>\n%(new)s", old=old, new=place or "–")
        yes = tr("📍 Yes, change it")
    else:
        old, new = _move(found, what, tr)
        words = tr.html("Move the event?\n<s>%(old)s</s>\n%(new)s", old=old, new=new)
        yes = tr("📅 Yes, move it")
    return {
        "card": Html("\n\n".join(p for p in (title, words, told) if p)),
        "yes": yes,
        "rows": [],
    }


def _move(found: Event, what: str, tr: Translator) -> tuple[str, str]:
    """What is over and what begins to hold, for a move that is not confirmed yet."""
    kind, _, value = what.partition(" ")
    start = local(found.starts_at, found.zone, tr) if found.starts_at else "–"
    if kind == "zone":
        changed = in_zone(events.definition_of(found), value)
        at = None if isinstance(changed, Words) else changed.starts_at
        return start, local(at, value, tr) if at else "–"
    if kind == "end":
        end = local(found.ends_at, found.zone, tr) if found.ends_at else "–"
        return (
            f"{start} – {end}",
            f"{start} – {local(datetime.fromisoformat(value), found.zone, tr)}",
        )
    return start, local(datetime.fromisoformat(value), found.zone, tr)
