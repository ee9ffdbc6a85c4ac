"""Windows and presses of “Am I eligible?”."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiogram.types import CallbackQuery, ContentType, Message
from aiogram_dialog import Dialog, DialogManager, ShowMode, StartMode, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, Start, SwitchTo

from dialogs.context import actor_of, app_of
from dialogs.eligibility import sheet
from dialogs.eligibility.questions import (
    ASKED,
    STEPS,
    Unread,
    chosen,
    next_step,
    options,
    prefilled,
    profile_of,
    read,
    shown,
)
from dialogs.funding.asking import answered_aside
from dialogs.i18n import Html, Translator
from dialogs.messages import toast
from dialogs.results.sending import bot_and_chat, preparing, send_file
from dialogs.states import Eligibility, Home
from dialogs.widgets.cells import Cell, Cells
from dialogs.widgets.input import explain
from dialogs.widgets.text import ECHO, Paragraphs, T, Value
from domain.funding.eligibility import judge_all
from domain.funding.survey import filled
from storage import eligibility, organisations

#: how many options of a question share a row
WIDTH = {"org_type": 2, "country": 3, "trl": 5, "need": 2}
HALF = 16  # letters on half the width of a phone
PAGE_OF = 8


async def start_eligibility(
    manager: DialogManager, article_id: str = "", show: ShowMode | None = None
) -> None:
    """Ask what the verdicts rest on; from an article, its verdict comes first.

    What the organisation's profile and its survey answers tell is filled in and can be changed.
    """
    await manager.start(Eligibility.ask, {"article": article_id}, StartMode.RESET_STACK, show)


async def begin(_: Any, manager: DialogManager) -> None:
    """Fill in what is known, and begin at the first question that is open.

    What the person kept outranks the profile, and the profile what a survey was answered.
    """
    app, actor = app_of(manager), actor_of(manager)
    person = actor.person
    values: dict[str, Any] = {}
    if person.organisation_id is not None:
        mapped = await asyncio.to_thread(app.funding.survey)
        told = await eligibility.survey_answers(app.db, person.organisation_id, list(mapped))
        for form_id, answers in reversed(told):
            values |= filled(mapped[form_id], answers, actor.tr.language)
        values |= prefilled(await organisations.get(app.db, person.organisation_id))
    saved = await eligibility.of_person(app_of(manager).db, person.id)
    if saved is not None and saved.organisation_id == person.organisation_id:
        values |= saved.given
    step = next_step(None, values)
    while step is not None and step in values:
        step = next_step(step, values)
    manager.dialog_data.update(values=values, step=step or STEPS[-1])


def _values(manager: DialogManager) -> dict[str, Any]:
    found: dict[str, Any] = manager.dialog_data.setdefault("values", {})
    return found


async def question(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The question that is open, what is known, and the buttons."""
    tr, values = actor_of(dialog_manager).tr, _values(dialog_manager)
    step = dialog_manager.dialog_data["step"]
    offered = [
        Cell(("✓ " if _is(step, code, values) else "") + label, f"{step}/c{code}")
        for code, label in options(step, tr)
    ]
    rows = _rows(offered, WIDTH.get(step, 1))
    last = [Cell(tr("‹ Back"), f"{step}/b"), Cell(tr("Skip ›"), f"{step}/s")]
    if values.get(step) is not None:
        last[1] = Cell(tr("Keep ›"), f"{step}/k")
        rows.append([Cell(tr("I do not know"), f"{step}/s")])
    rows += [last, [Cell(tr("Show the result"), f"{step}/r")]]
    now = values.get(step)
    return {
        "number": STEPS.index(step) + 1,
        "count": len(STEPS),
        "question": tr(ASKED[step]),
        "known": sheet.told({k: v for k, v in values.items() if k != step}, tr),
        "now": "" if now is None else shown(step, now, tr),
        "rows": rows,
    }


def _rows(cells: Sequence[Cell], width: int) -> list[list[Cell]]:
    """So many in a row as stand there uncut on a phone; a longer label has a row of its own."""
    rows: list[list[Cell]] = []
    for cell in cells:
        fits = width > 2 or len(cell.text) <= HALF
        if rows and len(rows[-1]) < width and fits and len(rows[-1][0].text) <= HALF:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return rows


def _is(step: str, code: str, values: dict[str, Any]) -> bool:
    value = chosen(step, code)
    return value is not None and value == values.get(step)


async def press(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """A button of a question. It counts only while that question stands."""
    step, _sep, action = data.partition("/")
    if step != manager.dialog_data["step"]:
        toast(actor_of(manager).tr("That button was old."))
        return
    values = _values(manager)
    match action[:1]:
        case "c":
            value = chosen(step, action[1:])
            if value is not None:
                values[step] = value
                await _go(manager, step)
        case "s":
            values.pop(step, None)
            await _go(manager, step)
        case "k":
            await _go(manager, step)
        case "b":
            before = next_step(step, values, -1)
            if before is None:
                await manager.start(Home.funding, mode=StartMode.RESET_STACK)
            else:
                manager.dialog_data["step"] = before
        case "r":
            await manager.switch_to(Eligibility.result)


async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """A typed answer to the open question, or why it is none."""
    tr, step = actor_of(manager).tr, manager.dialog_data["step"]
    manager.show_mode = ShowMode.DELETE_AND_SEND
    try:
        value = read(step, message.text or "")
    except Unread as problem:
        if await answered_aside(message, manager, reads=False):
            return
        why = tr(problem.msgid, **problem.values)
        manager.dialog_data[ECHO] = tr.html("⚠️ %(why)s", why=why)
        return
    if await answered_aside(message, manager, reads=True):
        return
    _values(manager)[step] = value
    await _go(manager, step)


async def _go(manager: DialogManager, step: str) -> None:
    following = next_step(step, _values(manager))
    if following is None:
        await manager.switch_to(Eligibility.result)
    else:
        manager.dialog_data["step"] = following


async def judged(manager: DialogManager) -> list[sheet.Line]:
    """The verdicts for what is known, in the reader's language."""
    tr, today = actor_of(manager).tr, app_of(manager).now().date()
    articles = (await app_of(manager).funding.shelf()).articles
    found = judge_all(articles.values(), profile_of(_values(manager)))
    return sheet.lines(found, articles, tr, today)


async def result(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The three groups; a press opens one of them, or a verdict in it."""
    tr, found = actor_of(dialog_manager).tr, await judged(dialog_manager)
    start = dialog_manager.start_data
    asked = start.get("article", "") if isinstance(start, dict) else ""
    first = next((line for line in found if line.id == asked), None)
    rows = [[Cell(sheet.label(first.name), f"v{first.id}")]] if first else []
    for verdict, heading in sheet.GROUPS.items():
        count = sum(line.verdict == verdict for line in found)
        if count:
            rows.append([Cell(f"{tr(heading)} · {tr.number(count)}", f"g{verdict}")])
    person = actor_of(dialog_manager).person
    saved = await eligibility.of_person(app_of(dialog_manager).db, person.id)
    same = saved is not None and saved.given == _values(dialog_manager)
    return {
        "can_keep": bool(_values(dialog_manager)) and not same,
        "kept": same,
        "watches": saved is not None and saved.watches,
        "can_watch": bool(_values(dialog_manager)) and not (saved is not None and saved.watches),
        "known": sheet.told(_values(dialog_manager), tr),
        "first": sheet.one(first, tr) if first else "",
        "none": not found,
        "rows": rows,
    }


async def open_group(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """From the result to a group or a verdict; in a group, to a verdict or another page."""
    what, value = data[:1], data[1:]
    if what == "g" and value in sheet.GROUPS:
        manager.dialog_data.update(group=value, page=0)
        await manager.switch_to(Eligibility.group)
    elif what == "p" and value.isdecimal():
        manager.dialog_data["page"] = int(value)
    elif what == "v":
        manager.dialog_data["article"] = value
        await manager.switch_to(Eligibility.verdict)


async def group(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The verdicts of a group, a page of them."""
    tr, data = actor_of(dialog_manager).tr, dialog_manager.dialog_data
    verdict = data.get("group", "eligible")
    found = [line for line in await judged(dialog_manager) if line.verdict == verdict]
    page = min(data.get("page", 0), max(len(found) - 1, 0) // PAGE_OF)
    here = found[page * PAGE_OF : (page + 1) * PAGE_OF]
    rows = [
        [Cell(f"{n}. {sheet.label(line.name)}", f"v{line.id}")] for n, line in enumerate(here, 1)
    ]
    turn = [Cell("‹", f"p{page - 1}")] if page else []
    if len(found) > (page + 1) * PAGE_OF:
        turn.append(Cell("›", f"p{page + 1}"))
    return {
        "title": tr(sheet.GROUPS[verdict]),
        "brief": _brief(here),
        "rows": [*rows, turn] if turn else rows,
    }


def _brief(found: Sequence[sheet.Line]) -> str:
    return "\n".join(f"{n}. {line.name}: {line.reasons[0]}" for n, line in enumerate(found, 1))


async def verdict(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """One verdict with all its reasons."""
    tr: Translator = actor_of(dialog_manager).tr
    asked = dialog_manager.dialog_data.get("article")
    line = next((line for line in await judged(dialog_manager) if line.id == asked), None)
    gone = Html(tr("This article is not there any more."))
    return {"text": gone if line is None else sheet.one(line, tr)}


async def change(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Back to the questions, from the first one, with all answers kept."""
    manager.dialog_data["step"] = STEPS[0]
    await manager.switch_to(Eligibility.ask)


async def keep(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Keep the answers for the next time, as the person asked."""
    await _save(manager)
    toast(actor_of(manager).tr("Kept: next time these answers are filled in."))


async def drop(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Keep the answers no longer; then nobody can be told of changes either."""
    await eligibility.drop(app_of(manager).db, actor_of(manager).person.id)
    toast(actor_of(manager).tr("Your answers are not kept any more."))


async def watch(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Tell the person when an article that fits changes: on request alone."""
    await _save(manager, watches=True)
    toast(actor_of(manager).tr("You will be told when a programme that fits you changes."))


async def unwatch(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Tell them no more."""
    await eligibility.stop_watching(app_of(manager).db, actor_of(manager).person.id)
    toast(actor_of(manager).tr("You will not be sent these any more."))


async def _save(manager: DialogManager, watches: bool | None = None) -> None:
    app, person = app_of(manager), actor_of(manager).person
    saved = await eligibility.of_person(app.db, person.id)
    on = watches if watches is not None else saved is not None and saved.watches
    values = _values(manager)
    await eligibility.save(app.db, person.id, person.organisation_id, values, on, app.now())


async def as_text(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Send the result as messages of their own, to forward."""
    bot, chat = bot_and_chat(manager)
    for words in sheet.texts(await judged(manager), _values(manager), actor_of(manager).tr):
        await bot.send_message(chat, words, parse_mode=None)
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def as_page(callback: CallbackQuery, _: Any, manager: DialogManager) -> None:
    """Send the result as one page of PDF."""
    await preparing(callback, manager)
    actor, app = actor_of(manager), app_of(manager)
    who = ""
    if actor.person.organisation_id is not None:
        who = (await organisations.get(app.db, actor.person.organisation_id)).name
    today = app.now().date()
    values = dict(_values(manager))
    pdf = await asyncio.to_thread(sheet.page, await judged(manager), values, actor.tr, today, who)
    await send_file(manager, pdf, actor.tr("eligibility.pdf"), actor.tr("Eligibility"))


use_buttons = T("Please use the buttons here; /cancel leads to the menu, nothing is lost.")
write_text = T("⚠️ This question takes a text or a button, not a file, voice message or sticker.")
to_result = SwitchTo(T("‹ Back", plain=True), id="back", state=Eligibility.result)

ask = Window(
    Paragraphs(
        T(
            "<b>Am I eligible?</b> Question %(number)s of %(count)s",
            number="number",
            count="count",
        ),
        Value("known", when="known"),
        T("<b>%(question)s</b>", question="question"),
        T("Now: %(now)s", now="now", when="now"),
    ),
    Cells("rows", press),
    MessageInput(typed, content_types=[ContentType.TEXT]),
    explain(write_text),
    state=Eligibility.ask,
    getter=question,
)

result_window = Window(
    Paragraphs(
        T("<b>Your result</b>"),
        Value("known", when="known"),
        Value("first", when="first"),
        T("No article with rules is there.", when="none"),
        T(sheet.MEANS),
        T(
            "May Lanka keep these answers, so that you need not give them again?",
            when="can_keep",
        ),
    ),
    Cells("rows", open_group),
    Row(
        Button(T("📨 As text", plain=True), id="text", on_click=as_text),
        Button(T("📄 As PDF", plain=True), id="pdf", on_click=as_page),
    ),
    Button(T("✏️ Change the answers", plain=True), id="change", on_click=change),
    Button(
        T("💾 Keep my answers for next time", plain=True),
        id="keep",
        on_click=keep,
        when="can_keep",
    ),
    Button(T("🗑 Do not keep my answers", plain=True), id="drop", on_click=drop, when="kept"),
    Button(T("🔔 Tell me of changes", plain=True), id="watch", on_click=watch, when="can_watch"),
    Button(T("🔕 Tell me no more", plain=True), id="unwatch", on_click=unwatch, when="watches"),
    Start(T("‹ Funding", plain=True), id="home", state=Home.funding, mode=StartMode.RESET_STACK),
    explain(use_buttons),
    state=Eligibility.result,
    getter=result,
)

group_window = Window(
    Paragraphs(T("<b>%(title)s</b>", title="title"), Value("brief", when="brief")),
    Cells("rows", open_group),
    to_result,
    explain(use_buttons),
    state=Eligibility.group,
    getter=group,
)

verdict_window = Window(
    Paragraphs(Value("text"), T(sheet.MEANS)),
    to_result,
    explain(use_buttons),
    state=Eligibility.verdict,
    getter=verdict,
)


def eligibility_dialog() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    return Dialog(ask, result_window, group_window, verdict_window, on_start=begin)
