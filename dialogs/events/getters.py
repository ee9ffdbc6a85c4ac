"""What the windows about events show."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiogram.utils.deep_linking import create_start_link
from aiogram_dialog import DialogManager
from babel.dates import format_date

from dialogs.context import actor_of, app_of, may
from dialogs.events.cards import (
    MODES,
    STATES,
    STATES_OF_OTHERS,
    event_card,
    registration_card,
)
from dialogs.events.following import ANYWAY
from dialogs.events.materials import attached
from dialogs.events.notices import rating_words
from dialogs.events.times import when
from dialogs.i18n import Html, Translator, escape
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell, in_rows
from domain.events.event import Event, EventState, Registration, State
from domain.people.permissions import Permission
from storage import afterwards, attendees, contacts, events, registrations

LABEL = 48
PAGE = 8  # attendees found at once; more are found by typing more letters


def chosen(manager: DialogManager, key: str) -> int:
    """An id that this dialog was opened with, or moved on to; 0 for none."""
    start = manager.start_data if isinstance(manager.start_data, dict) else {}
    return int(manager.dialog_data.get(key) or start.get(key) or 0)


def label(event: Event, tr: Translator) -> str:
    """An event on a button: day and title."""
    if event.starts_at is None:
        return shorten(f"– · {event.name(tr.language)}", LABEL)
    there = event.starts_at.astimezone(ZoneInfo(event.zone))
    day = format_date(there, "d MMM", locale=tr.locale)
    return shorten(f"{day} · {event.name(tr.language)}", LABEL)


async def browse(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The events that one can go to."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    found = await events.upcoming(app.db, app.now())
    rows = [[Cell(label(event, actor.tr), f"e{event.id}")] for event in found[:20]]
    rows.append([Cell(actor.tr("🎟 My registrations"), "mine")])
    if may(dialog_manager, Permission.CHECK_IN):
        rows.append([Cell(actor.tr("🗂 Organise"), "organise")])
    return {"rows": rows, "none": not found}


async def card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """One event, and what one can do about it."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    tr = actor.tr
    event = await events.get(app.db, chosen(dialog_manager, "event"))
    if event is None:
        gone = Html(tr("This event is not there any more."))
        return {"card": gone, "rows": [], "share": "", "shared": False}
    mine = await registrations.of_person(app.db, actor.person.id, event.id)
    live = [one for one in mine if one.live]
    rows = [
        [Cell(f"🎟 {one.attendee}: {tr(STATES[one.state])}"[:60], f"v{one.id}")] for one in live
    ]
    if event.takes_registrations(app.now()):
        if not any(one.person_id == actor.person.id for one in live):
            for mode in event.modes:
                text = tr("Register: %(mode)s", mode=tr(MODES[mode]))
                rows.append([Cell(text, f"r{mode.value}")])
        for mode in event.modes if actor.person.organisation_id else ():
            text = tr("➕ Register a colleague")
            if len(event.modes) > 1:
                text = tr("➕ A colleague: %(mode)s", mode=tr(MODES[mode]))
            rows.append([Cell(text, f"n{mode.value}")])
    links, files = attached(event, mine, dialog_manager)
    rows += files
    text = event_card(event, await events.taken(app.db, event.id, app.now()), app.now(), tr)
    link = await create_start_link(dialog_manager.middleware_data["bot"], f"e{event.token}_share")
    share = urlencode({"url": link, "text": event.name(tr.language)})
    return {
        "card": Html("\n\n".join([text, *links])),
        "rows": rows,
        "share": f"https://t.me/share/url?{share}",
        "shared": event.state is EventState.PUBLISHED,
    }


async def registration(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """One registration, and what one can do with it now."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    found = await registrations.get(app.db, chosen(dialog_manager, "registration"))
    event = await events.get(app.db, found.event_id) if found else None
    holds = found and actor.person.id in (found.person_id, found.registered_by)
    if found is None or event is None or not holds:
        words = actor.tr("This registration is not yours, or is not there any more.")
        return {"card": Html(words), "rows": [], "seated": False}
    outcome = await registrations.explain(app.db, event, found, app.now())
    return {
        "card": registration_card(event, outcome, app.now(), actor.tr),
        "rows": actions(event, found, dialog_manager),
        "seated": found.state in (State.OFFERED, State.CONFIRMED),
    }


def actions(event: Event, found: Registration, manager: DialogManager) -> list[list[Cell]]:
    """The buttons of a registration: what is possible at this moment."""
    tr, now = actor_of(manager).tr, app_of(manager).now()
    rows: list[list[Cell]] = []
    held = found.state is State.CONFIRMED and event.state is EventState.PUBLISHED
    open_ = event.state is EventState.PUBLISHED and not event.is_over(now)
    if found.state is State.OFFERED:
        rows.append([Cell(tr("✅ Take the seat"), "take"), Cell(tr("Pass it on"), "leave")])
    if held and found.mode.value == "online" and event.can_be_joined(now):
        rows.append([Cell(tr("▶️ Join online"), "join")])
    if held and open_:
        rows.append([Cell(tr("🎟 Ticket"), "ticket"), Cell(tr("🗓 Calendar"), "ics")])
    if found.state is State.CANCELLED and event.starts_at is not None and not event.is_over(now):
        rows.append([Cell(tr("🗓 Take it out of the calendar"), "ics")])
    if found.live and event.form_id is not None and open_:
        rows.append([Cell(tr("📝 The organiser’s questions"), "ask")])
    if found.live and open_ and not found.attended:
        rows += [
            [Cell(tr("🔁 Change to: %(mode)s", mode=tr(MODES[mode])), f"to {mode}")]
            for mode in event.modes
            if mode is not found.mode
        ]
        # Side by side, the longer one would be cut on a phone.
        rows += [
            [Cell(tr("👥 Hand to a colleague"), "hand")],
            [Cell(tr("✖️ Cancel the registration"), "leave")],
        ]
    if found.attended and event.is_over(now):
        mine = found.rating or 0
        rows.append([Cell(f"{n} {'🌟' if n == mine else '⭐'}", f"s{n}") for n in range(1, 6)])
        rows.append([Cell(tr("📜 Certificate"), "paper")])
    return rows


async def hand(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The colleagues who could have the seat."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    found = await registrations.get(app.db, chosen(dialog_manager, "registration"))
    if found is None or actor.person.id not in (found.person_id, found.registered_by):
        return {"rows": [], "none": True}
    colleagues = await contacts.of_organisation(app.db, found.organisation_id)
    rows = [
        [Cell(shorten(one.name or "–", LABEL), f"h{one.person_id}")]
        for one in colleagues
        if one.person_id != found.person_id
    ]
    return {"rows": rows[:20], "none": not rows}


async def mine(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """Everything that one is or was registered for, the newest first."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    rows = []
    for one in (await registrations.of_person(app.db, actor.person.id))[:20]:
        event = await events.get(app.db, one.event_id)
        if event is not None:
            off = event.state is EventState.CANCELLED
            mark = "❌" if off else actor.tr(STATES[one.state])[:2].strip()
            mine = one.attendee == actor.person.name
            text = label(event, actor.tr) if mine else f"{one.attendee}: {label(event, actor.tr)}"
            rows.append([Cell(shorten(f"{mark} {text}", LABEL), f"v{one.id}")])
    return {"rows": rows, "none": not rows}


async def organise(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """All events, for organisers."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    if not may(dialog_manager, Permission.CHECK_IN):
        return {"rows": [], "allowed": False}
    found = await events.everything(app.db)
    marks = {"draft": "✏️", "published": "🟢", "cancelled": "❌"}
    rows = [[Cell(f"{marks[one.state]} {label(one, actor.tr)}", f"e{one.id}")] for one in found]
    if may(dialog_manager, Permission.EVENTS):
        rows = [[Cell(actor.tr("➕ A new event"), "new")], *rows[-30:]]
    return {"rows": rows[:31], "allowed": True}


async def door(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The live list of an event: figures, who was found, what the organiser can do."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    tr = actor.tr
    event = await events.get(app.db, chosen(dialog_manager, "event"))
    if event is None or not may(dialog_manager, Permission.CHECK_IN):
        words = "Only organisers can do this." if event else "This event is not there any more."
        return {"card": Html(tr(words)), "rows": [], "allowed": False}
    counts = await events.counts(app.db, event.id, app.now())
    figures = [
        f"{tr(STATES_OF_OTHERS[s])}: {counts.by_state[s]}" for s in State if s in counts.by_state
    ]
    figures.append(tr("🚪 Attended: %(n)s", n=tr.number(counts.attended)))
    rated = await afterwards.ratings(app.db, event.id)
    if rated.attended and event.is_over(app.now()):
        found = {"count": rated.count, "attended": rated.attended, "mean": rated.mean}
        figures.append(f"⭐ {rating_words(found, tr)}")
    for mode in event.modes:
        limit = event.capacity[mode]
        seats = "∞" if limit is None else tr.number(limit)
        figures.append(f"{tr(MODES[mode])}: {counts.taken.by_mode.get(mode, 0)} / {seats}")
    title = tr.html("<b>🗂 %(title)s</b>", title=event.name(tr.language))
    lines = [title, when(event, tr), escape("\n".join(figures))]
    hint = tr("Write a name or a ticket code to find somebody.")
    rows = await _found(dialog_manager, event, tr)
    if (typed := dialog_manager.dialog_data.get("find")) and not rows:
        hint = tr("Nobody was found for “%(text)s”.", text=typed) + "\n" + hint
    if number := dialog_manager.dialog_data.get(ANYWAY):
        rows.insert(0, [Cell(tr("🚪 Admit anyway"), f"g{number}")])
    if not may(dialog_manager, Permission.EVENTS):  # a helper at the door
        return {"card": Html("\n\n".join([*lines, escape(hint)])), "rows": rows, "allowed": True}
    runs = event.state is EventState.PUBLISHED and not event.is_over(app.now())
    cells = []
    if runs:
        toggle = tr("🔒 Close registration") if event.registration_open else tr("🔓 Open it again")
        cells += [Cell(toggle, "close"), Cell(tr("➕ Seats"), "grow")]
    cells += [Cell(tr("✏️ Edit"), "edit"), Cell(tr("👥 Who takes part"), "people")]
    cells += [Cell("⬇️ XLSX", "xlsx"), Cell(tr("🖨 Door list"), "print")]
    if runs:
        cells.append(Cell(tr("❌ Cancel the event"), "off"))
    rows += in_rows(cells)
    return {"card": Html("\n\n".join([*lines, escape(hint)])), "rows": rows, "allowed": True}


async def _found(manager: DialogManager, event: Event, tr: Translator) -> list[list[Cell]]:
    """Who fits what was typed; else those who await approval."""
    people = await attendees.of_event(app_of(manager).db, event, (State.PENDING, State.CONFIRMED))
    typed = str(manager.dialog_data.get("find", "")).casefold()
    rows: list[list[Cell]] = []
    for one in people:
        r = one.registration
        text = shorten(f"{r.attendee}, {one.organisation}", LABEL)
        if typed and typed not in f"{r.attendee} {one.organisation} {r.code}".casefold():
            continue
        if r.state is State.PENDING and may(manager, Permission.EVENTS):
            rows.append([Cell(f"✅ {text}", f"y{r.id}"), Cell(tr("✖️ Decline"), f"x{r.id}")])
        elif typed and r.state is State.CONFIRMED:
            mark = "☑" if r.checked_in_at else "🚪"
            rows.append([Cell(f"{mark} {text}", f"a{r.id}")])
    return rows[:PAGE]
