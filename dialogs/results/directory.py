"""The directory: organisations that agreed to be shown, by link of the chain, oblast and offer."""

import asyncio
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Cancel, Row, Start, SwitchTo

from dialogs.context import actor_of
from dialogs.exports.directory import write_directory
from dialogs.i18n import Html, Translator, escape
from dialogs.messages import toast
from dialogs.results.desk import FORM, PAGE, Desk, desk_of
from dialogs.results.sending import preparing, send_file
from dialogs.states import Directory, Home
from dialogs.survey.values import shorten
from dialogs.widgets.cells import Cell, Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import Paragraphs, T, Value
from domain.surveys.results.chain import Chain, chain
from domain.surveys.results.codebook import Variable
from storage import shown
from storage.shown import Entry

ON_PAGE = 4
FILTERS = ("stages", "oblast", "offer")
WHICH = "which"  # the filter that is being chosen


async def open_directory(manager: DialogManager, form_id: str) -> None:
    """Show the directory of a survey."""
    await manager.start(Directory.browse, {FORM: form_id})


async def begin(data: Any, manager: DialogManager) -> None:
    """Remember which survey it is of."""
    if isinstance(data, dict):
        manager.dialog_data.update(data)


def _variable(parts: Chain, which: str) -> Variable | None:
    return {"stages": parts.stages, "oblast": parts.oblast, "offer": parts.offer}.get(which)


def _filters(manager: DialogManager) -> dict[str, str]:
    return {which: str(manager.dialog_data.get(which, "")) for which in FILTERS}


def _heading(tr: Translator, which: str) -> str:
    return {
        "stages": tr("🔗 Link of the chain"),
        "oblast": tr("📍 Oblast"),
        "offer": tr("🤲 Offer"),
    }[which]


async def page(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """A page of organisations, and the filters."""
    desk = await desk_of(dialog_manager)
    if desk is None:
        return {"rows": [], "card": Html(""), "none": True, "n": 0, "organises": False}
    tr, parts = desk.actor.tr, chain(desk.study.codebook)
    wanted = _filters(dialog_manager)
    counted = desk.study.population
    here = int(dialog_manager.dialog_data.get(PAGE, 0))
    entries, size = await shown.directory_page(desk.app.db, counted, parts, wanted, here, ON_PAGE)
    pages = max(1, -(-size // ON_PAGE))
    here = min(here, pages - 1)
    cards = [_entry(desk, parts, entry) for entry in entries]
    rows = []
    for which in FILTERS:
        variable = _variable(parts, which)
        if variable is not None:
            code = wanted[which]
            name = desk.reader.labels.code(variable, code) if code else tr("any")
            rows.append([Cell(shorten(f"{_heading(tr, which)}: {name}", 48), which)])
    if pages > 1:
        said = tr("%(page)s of %(pages)s", page=here + 1, pages=pages)
        back, on = (here - 1) % pages, (here + 1) % pages
        rows.append([Cell("◀", f">{back}"), Cell(said, f">{here}"), Cell("▶", f">{on}")])
    return {
        "rows": rows,
        "card": Html("\n\n".join(cards)),
        "none": not size,
        "n": tr.plural("%(n)s organisation", "%(n)s organisations", size),
        "organises": desk.actor.person.organises,
    }


def _entry(desk: Desk, parts: Chain, entry: Entry) -> Html:
    tr, labels = desk.actor.tr, desk.reader.labels
    told = []
    if parts.org_type and entry.type:
        told.append(labels.code(parts.org_type, entry.type))
    if parts.oblast and entry.oblast:
        told.append(labels.code(parts.oblast, entry.oblast))
    lines = [f"<b>{escape(shorten(entry.name, 120))}</b>", escape(" · ".join(told))]
    if parts.stages and entry.stages:
        words = ", ".join(labels.code(parts.stages, code) for code in entry.stages)
        lines.append(tr.html("Links: %(words)s", words=shorten(words, 160)))
    if parts.offer and entry.offer:
        words = ", ".join(labels.code(parts.offer, code) for code in entry.offer)
        lines.append(tr.html("Offers: %(words)s", words=shorten(words, 120)))
    if entry.seek:
        lines.append(tr.html("Looks for: %(words)s", words=shorten(entry.seek, 160)))
    if entry.email:
        lines.append(escape(entry.email))
    return Html("\n".join(line for line in lines if line))


async def codes(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The codes that a filter can be set to, with how many organisations each has."""
    desk = await desk_of(dialog_manager)
    which = str(dialog_manager.dialog_data.get(WHICH, ""))
    parts = chain(desk.study.codebook) if desk else None
    variable = _variable(parts, which) if parts else None
    if desk is None or variable is None or parts is None:
        return {"rows": [], "card": Html("")}
    tr = desk.actor.tr
    others = {**_filters(dialog_manager), which: ""}
    sizes = await shown.directory_codes(
        desk.app.db, desk.study.population, parts, others, variable
    )
    counts = [(number, code, sizes.get(code, 0)) for number, code in enumerate(variable.codes)]
    kept = [one for one in counts if one[2]]
    rows = [
        [Cell(f"{shorten(desk.reader.labels.code(variable, code), 40)} ({n})", str(number))]
        for number, code, n in kept
    ]
    return {
        "rows": [[Cell(tr("Any"), "-")], *rows],
        "card": Html(f"<b>{escape(_heading(tr, which))}</b>"),
    }


async def press(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Turn a page, or choose a filter."""
    if data.startswith(">"):
        manager.dialog_data[PAGE] = int(data[1:]) if data[1:].isdigit() else 0
    elif data in FILTERS:
        manager.dialog_data[WHICH] = data
        await manager.switch_to(Directory.filter)


async def set_filter(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Set the filter that was open."""
    desk = await desk_of(manager)
    which = str(manager.dialog_data.get(WHICH, ""))
    variable = _variable(chain(desk.study.codebook), which) if desk else None
    if variable is not None:
        known = list(variable.codes)
        chosen = int(data) if data.isdigit() and int(data) < len(known) else None
        manager.dialog_data[which] = "" if chosen is None else known[chosen]
        manager.dialog_data.pop(PAGE, None)
    await manager.switch_to(Directory.browse)


async def take_file(callback: CallbackQuery, _: object, manager: DialogManager) -> None:
    """The directory as XLSX, filtered as it is shown."""
    desk = await desk_of(manager)
    if desk is None or not desk.actor.person.organises:
        toast(actor_of(manager).tr("Only organisers can open this."), alert=True)
        return
    await preparing(callback, manager)
    parts = chain(desk.study.codebook)
    rows = await shown.directory(desk.app.db, desk.study.population, parts, _filters(manager))
    content = await asyncio.to_thread(
        write_directory, rows, parts, desk.reader.labels, desk.actor.tr
    )
    name = f"{desk.study.survey.form_id}-directory.xlsx"
    caption = desk.actor.tr("Only organisations that agreed to be shown.")
    await send_file(manager, content, name, caption)


def directory() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    words = T("Please use the buttons here.")
    as_file = T("⬇️ As an Excel file", plain=True)
    browse = Window(
        Paragraphs(
            T("<b>📒 Directory: %(n)s</b>", n="n"),
            T("Nobody who agreed to be shown fits this.", when="none"),
            Value("card"),
        ),
        Cells("rows", press),
        Button(as_file, id="xlsx", on_click=take_file, when="organises"),
        Row(
            Cancel(T("‹ Back", plain=True)),
            Start(T("‹ Menu", plain=True), id="menu", state=Home.menu),
        ),
        explain(words),
        state=Directory.browse,
        getter=page,
    )
    choose = Window(
        Value("card"),
        Cells("rows", set_filter),
        SwitchTo(T("‹ Back", plain=True), id="back", state=Directory.browse),
        explain(words),
        state=Directory.filter,
        getter=codes,
    )
    return Dialog(browse, choose, on_start=begin)


async def open_here(_: CallbackQuery, __: object, manager: DialogManager) -> None:
    """From a window of the survey's results."""
    desk = await desk_of(manager)
    if desk is None:
        toast(actor_of(manager).tr("This survey is not there (any more)."))
    else:
        await open_directory(manager, desk.study.survey.form_id)
