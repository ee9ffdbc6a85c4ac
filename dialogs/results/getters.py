"""What the organiser's windows show."""

from typing import Any

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, app_of, may
from dialogs.i18n import Html, escape
from dialogs.results import cockpit as going
from dialogs.results import rounds as comparing
from dialogs.results.desk import PAGE, QUESTION, Desk, desk_of, token_of
from dialogs.results.handlers import COMPARED, PERSONAL
from dialogs.survey.titles import APART, marked, title_of, titles_of
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell
from domain.people.permissions import Permission
from domain.surveys.results.chain import chain
from storage import forms

LINES = 8  # questions on a page
NOTHING: dict[str, Any] = {"rows": [], "card": Html(""), "allowed": False}


def allowed(manager: DialogManager) -> bool:
    """Whether this person may look at results at all."""
    return may(manager, Permission.SEE_RESULTS)


async def surveys(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """All surveys, open and closed."""
    if not allowed(dialog_manager):
        return NOTHING
    app, tr = app_of(dialog_manager), actor_of(dialog_manager).tr
    found = await forms.surveys(app.db)
    titles = await titles_of(app.forms, found, tr.language)
    rows = []
    for survey, title in zip(found, titles, strict=True):
        name = shorten(title, 2 * APART + 3)
        name = name if survey.open else tr("%(title)s (closed)", title=name)
        rows.append([Cell(name, survey.token)])
    return {"rows": rows, "allowed": True, "card": Html("")}


async def cockpit(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """How the survey goes, and the pictures that its form has."""
    desk = await desk_of(dialog_manager) if allowed(dialog_manager) else None
    if desk is None:
        return NOTHING
    tr, parts = desk.actor.tr, chain(desk.study.codebook)
    maps = []
    if parts.stages and parts.org_type:
        maps.append(Cell(tr("🗺 Chain map"), "map"))
    if parts.ratings and parts.org_type:
        maps.append(Cell(tr("🌡 Bottlenecks"), "heat"))
    if parts.stages and parts.missing_stages:
        maps.append(Cell(tr("⚖️ Gaps"), "gaps"))
    if parts.has_links and parts.org_type:
        maps.append(Cell(tr("🤝 Partnerships"), "graph"))
    rows = [maps[start : start + 2] for start in range(0, len(maps), 2)]
    rows.append([Cell(tr("📄 Report (PDF)"), "report")])
    return {
        "rows": rows,
        "card": await going.card(desk),
        "allowed": True,
        "more": len(await forms.surveys(desk.app.db)) > 1,
        "directory": parts.publish is not None and parts.org_name is not None,
    }


async def questions(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """Every question and calculation, page by page."""
    return await _list(dialog_manager, groups=False)


async def others(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The questions by which the chosen one can be broken down."""
    return await _list(dialog_manager, groups=True)


async def _list(manager: DialogManager, *, groups: bool) -> dict[str, Any]:
    desk = await desk_of(manager) if allowed(manager) else None
    if desk is None:
        return NOTHING
    variables = [
        one
        for one in desk.study.codebook.variables
        if not groups or (one.groups and not one.personal)
    ]
    pages = max(1, -(-len(variables) // LINES))
    page = min(int(manager.dialog_data.get(PAGE, 0)), pages - 1)
    rows = [
        [Cell(shorten(desk.reader.labels.question(one), 48), token_of(one))]
        for one in variables[page * LINES : (page + 1) * LINES]
    ]
    if pages > 1:
        here = desk.actor.tr("%(page)s of %(pages)s", page=page + 1, pages=pages)
        back, on = (page - 1) % pages, (page + 1) % pages
        rows.append([Cell("◀", f">{back}"), Cell(here, f">{page}"), Cell("▶", f">{on}")])
    return {"rows": rows, "card": _chosen(desk, manager), "allowed": True}


async def question(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The question that was drawn."""
    desk = await desk_of(dialog_manager) if allowed(dialog_manager) else None
    if desk is None:
        return NOTHING
    return {"rows": [], "card": _chosen(desk, dialog_manager), "allowed": True}


def _chosen(desk: Desk, manager: DialogManager) -> Html:
    variable = desk.variable(manager.dialog_data.get(QUESTION))
    return escape(desk.reader.labels.question(variable)) if variable else Html("")


async def rounds(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The other rounds of the survey, and what was said of the last comparison."""
    desk = await desk_of(dialog_manager) if allowed(dialog_manager) else None
    if desk is None:
        return {**NOTHING, "some": False, "none": False}
    app = desk.app
    found = await comparing.others(app.db, app.forms, desk.study)
    rows = []
    for survey in found:
        title = await title_of(app.forms, survey, desk.actor.tr.language)
        rows.append([Cell(marked(title, survey), survey.token)])
    card = Html(str(dialog_manager.dialog_data.get(COMPARED, "")))
    return {"rows": rows, "card": card, "allowed": True, "some": bool(found), "none": not found}


async def files(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The formats; the one with personal data for owners alone."""
    desk = await desk_of(dialog_manager) if allowed(dialog_manager) else None
    if desk is None:
        return NOTHING
    tr = desk.actor.tr
    rows = [
        [Cell(tr("Excel, codes"), "xlsx"), Cell(tr("Excel, labels"), "labels")],
        [Cell("CSV", "csv"), Cell("SPSS", "sav")],
        [Cell("JSON lines", "jsonl"), Cell("ODK XML", "xml")],
    ]
    if chain(desk.study.codebook).has_links:
        rows.append([Cell("GraphML", "graph"), Cell(tr("Partnerships, CSV"), "edges")])
    if may(dialog_manager, Permission.PERSONAL_DATA):
        rows.append([Cell(tr("🔒 Excel with personal data"), PERSONAL)])
    return {"rows": rows, "card": Html(""), "allowed": True}
