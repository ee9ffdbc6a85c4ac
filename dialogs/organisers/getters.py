"""What the organisers' windows show."""

from typing import Any
from zoneinfo import ZoneInfo

from aiogram_dialog import DialogManager
from babel.dates import format_date

from dialogs.context import actor_of, app_of, may
from dialogs.i18n import Html, Translator, escape
from dialogs.organisers.actions import action_words
from dialogs.organisers.granting import MEANING, ROLES
from dialogs.survey.titles import titles_of
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell
from domain.events.event import Event, Taken
from domain.people.permissions import Permission
from domain.people.person import Role
from storage import audit, broadcasts, enquiries, events, forms, granting
from storage.broadcasts import State

LABEL = 44
SURVEYS, EVENTS = 5, 5  # on the home; the lists have the rest
PAGE = 10  # entries of the log
NOTHING: dict[str, Any] = {"card": Html(""), "rows": [], "allowed": False}


async def home(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """Everything that goes on, as far as the person's role goes."""
    if not may(dialog_manager, Permission.HOME):
        return NOTHING
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    lines: list[Html] = []
    rows: list[list[Cell]] = []
    if may(dialog_manager, Permission.SEE_RESULTS):
        await _surveys(dialog_manager, lines, rows)
    if may(dialog_manager, Permission.CHECK_IN):
        await _events(dialog_manager, lines, rows)
    if may(dialog_manager, Permission.ANSWER):
        waiting = await enquiries.count_waiting(app.db)
        lines.append(
            tr.html("📨 <b>Questions waiting:</b> %(n)s", n=tr.number(waiting))
            if waiting
            else tr.html("📨 No question waits.")
        )
        rows.append([Cell(tr("📨 Questions from people"), "questions")])
    if may(dialog_manager, Permission.BROADCAST):
        moving = await broadcasts.count(app.db, State.CANARY, State.SENDING)
        asked = await broadcasts.count(app.db, State.WAITING)
        if moving:
            lines.append(tr.html("📣 <b>Broadcasts under way:</b> %(n)s", n=tr.number(moving)))
        if asked:
            said = tr.html("✋ <b>Broadcasts to confirm:</b> %(n)s", n=tr.number(asked))
            lines.append(said)
        rows.append(
            [Cell(tr("✉️ Invitations"), "invitations"), Cell(tr("📣 Broadcasts"), "broadcasts")]
        )
    if may(dialog_manager, Permission.SURVEYS):
        rows.append([Cell(tr("🛠 Surveys"), "surveys")])
    lists = []
    if may(dialog_manager, Permission.SEE_RESULTS):
        lists.append(Cell(tr("📊 Results"), "results"))
    rows.append(lists)
    people = []
    if may(dialog_manager, Permission.ROLES):
        people.append(Cell(tr("👥 Roles"), "roles"))
    if may(dialog_manager, Permission.AUDIT):
        people.append(Cell(tr("🧾 Log"), "log"))
    rows.append(people)
    return {"card": Html("\n\n".join(lines)), "rows": [r for r in rows if r], "allowed": True}


async def _surveys(manager: DialogManager, lines: list[Html], rows: list[list[Cell]]) -> None:
    app, tr = app_of(manager), actor_of(manager).tr
    found = [one for one in await forms.surveys(app.db) if one.accepts(app.now())]
    said = [tr.html("<b>📋 Open surveys</b>") if found else tr.html("📋 No survey is open.")]
    titles = await titles_of(app.forms, found[:SURVEYS], tr.language)
    for survey, title in zip(found, titles, strict=False):
        counts = await forms.response_counts(app.db, survey.id)
        said.append(
            tr.html(
                "%(title)s: <b>%(done)s</b> submitted, %(open)s in progress",
                title=title,
                done=tr.number(counts["submitted"]),
                open=tr.number(counts["draft"]),
            )
        )
        rows.append([Cell(shorten(f"📋 {title}", LABEL), f"s{survey.id}")])
    lines.append(Html("\n".join(said)))


async def _events(manager: DialogManager, lines: list[Html], rows: list[list[Cell]]) -> None:
    app, tr = app_of(manager), actor_of(manager).tr
    found = await events.upcoming(app.db, app.now())
    said = [tr.html("<b>📅 Events</b>") if found else tr.html("📅 No event is ahead.")]
    for event in found[:EVENTS]:
        seats = _seats(event, await events.taken(app.db, event.id, app.now()), tr)
        name = f"{_day(event, tr)} · {event.name(tr.language)}"
        said.append(tr.html("%(name)s: %(seats)s", name=name, seats=seats))
        rows.append([Cell(shorten(f"📅 {name}", LABEL), f"e{event.id}")])
    rows.append([Cell(tr("📅 All events"), "events")])
    lines.append(Html("\n".join(said)))


def _day(event: Event, tr: Translator) -> str:
    if event.starts_at is None:
        return "–"
    there = event.starts_at.astimezone(ZoneInfo(event.zone))
    return str(format_date(there, "d MMM", locale=tr.locale))


def _seats(event: Event, taken: Taken, tr: Translator) -> Html:
    held = sum(taken.by_mode.get(mode, 0) for mode in event.modes)
    limits = [event.capacity[mode] for mode in event.modes]
    if any(one is None for one in limits):
        return tr.html("<b>%(n)s</b> registered", n=tr.number(held))
    total = sum(one or 0 for one in limits)
    return tr.html(
        "<b>%(n)s</b> of %(total)s seats taken", n=tr.number(held), total=tr.number(total)
    )


async def roles(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """Who has which role, and the links that are open."""
    if not may(dialog_manager, Permission.ROLES):
        return NOTHING
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    said, rows = [], []
    for one in await granting.holders(app.db):
        name = one.name or tr("somebody without a name")
        said.append(tr.html("%(role)s: %(name)s", role=tr(ROLES[one.role]), name=name))
        if not one.fixed:
            label = f"✖️ {tr(ROLES[one.role])[2:]}: {name}"
            rows.append([Cell(shorten(label, LABEL), f"t{one.person_id}/{one.role}")])
    for link in await granting.open_links(app.db, app.now()):
        label = tr("↩️ Take back the link: %(role)s", role=tr(ROLES[link.role]))
        rows.append([Cell(shorten(label, LABEL), f"v{link.id}")])
    card = Html("\n".join(said))
    return {"card": card, "rows": [*rows, [Cell(tr("➕ Give a role"), "give")]], "allowed": True}


async def choose_role(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What each role may do."""
    if not may(dialog_manager, Permission.ROLES):
        return NOTHING
    tr = actor_of(dialog_manager).tr
    said = [
        tr.html("<b>%(role)s</b>: %(what)s", role=tr(ROLES[role]), what=tr(MEANING[role]))
        for role in Role
    ]
    rows = [[Cell(tr(ROLES[role]), str(role))] for role in Role]
    return {"card": Html("\n".join(said)), "rows": rows, "allowed": True}


async def made(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The link that was just made."""
    data = dialog_manager.dialog_data
    return {"link": data.get("link", "–"), "until": data.get("until", "–")}


async def taking(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The role that is about to be taken away."""
    person_id, role = dialog_manager.dialog_data.get("taking", (0, Role.VIEWER))
    found = await granting.holders(app_of(dialog_manager).db)
    one = next((h for h in found if (h.person_id, h.role) == (person_id, role)), None)
    if one is None or not may(dialog_manager, Permission.ROLES):
        return NOTHING
    tr = actor_of(dialog_manager).tr
    name = one.name or tr("somebody without a name")
    words = tr.html("<b>%(role)s</b>: %(name)s", role=tr(ROLES[one.role]), name=name)
    return {"card": words, "rows": [], "allowed": True}


async def log(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """A page of what was done, the newest first."""
    if not may(dialog_manager, Permission.AUDIT):
        return NOTHING
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    tr, total = actor.tr, await audit.count(app.db)
    pages = max(1, -(-total // PAGE))
    page = min(int(dialog_manager.dialog_data.get("page", 0)), pages - 1)
    said = [
        tr.html(
            "%(at)s · %(who)s\n%(what)s <code>%(subject)s</code>",
            at=tr.moment(one.at),
            who=one.name or f"#{one.person_id}",
            what=action_words(one.action, tr),
            subject=one.subject,
        )
        for one in await audit.page(app.db, actor.person.id, PAGE, page * PAGE)
    ]
    rows = []
    if pages > 1:
        here = tr("%(page)s of %(pages)s", page=page + 1, pages=pages)
        back, on = (page - 1) % pages, (page + 1) % pages
        rows.append([Cell("◀", f"p{back}"), Cell(here, f"p{page}"), Cell("▶", f"p{on}")])
    rows.append([Cell("⬇️ XLSX", "xlsx"), Cell("⬇️ CSV", "csv")])
    card = Html("\n\n".join(said)) or escape(tr("Nothing was done yet."))
    return {"card": card, "rows": rows, "allowed": True}
