"""For organisers: the queue of questions, oldest first; taking one, answering it, keeping it.

Every action checks the role in the database: a button, or a card, may outlive it.
"""

from typing import Any

from aiogram.types import CallbackQuery, ContentType, Message
from aiogram_dialog import Dialog, DialogManager, ShowMode, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Start

from dialogs.context import actor_of, app_of
from dialogs.funding.cards import name_of
from dialogs.i18n import Html, Translator, escape
from dialogs.messages import toast
from dialogs.states import Enquiries, Home
from dialogs.widgets.cells import Cell, Cells
from dialogs.widgets.text import ECHO, Paragraphs, T, Value
from domain.funding.enquiries import Claim, Enquiry, State
from storage import enquiries
from storage.roles import NotOrganiserError

PAGE = 8
LONGEST = 3000  # characters of an answer: with question and signature it has to fit one message
DRAFT = "draft"
NOWHERE = "-"


async def waiting(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The open enquiries, oldest first."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    page = int(dialog_manager.dialog_data.get("page", 0))
    if not actor.person.organises:
        return {"count": "", "none": True, "rows": []}
    found = await enquiries.waiting(app.db, PAGE + 1, page * PAGE)
    rows = [[Cell(_label(one, actor.person.id), str(one.id))] for one in found[:PAGE]]
    turn = [Cell("‹", "p-")] if page else []
    if len(found) > PAGE:
        turn.append(Cell("›", "p+"))
    count = await enquiries.count_waiting(app.db)
    return {
        "count": actor.tr.plural("%(n)s question waits", "%(n)s questions wait", count),
        "none": not found and not page,
        "rows": [*rows, *([turn] if turn else [])],
    }


def _label(enquiry: Enquiry, organiser: int) -> str:
    mark = "🆕" if enquiry.state is State.OPEN else "👤"
    if enquiry.claimed_by == organiser:
        mark = "✍️"
    text = " ".join(enquiry.text.split())
    return f"{mark} {text}" if len(text) <= 50 else f"{mark} {text[:49]}…"


async def choose(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Turn a page, or open an enquiry."""
    page = int(manager.dialog_data.get("page", 0))
    if data in ("p-", "p+"):
        manager.dialog_data["page"] = max(0, page + (1 if data == "p+" else -1))
        return
    manager.dialog_data["enquiry"] = int(data)
    manager.dialog_data.pop(DRAFT, None)
    await manager.switch_to(Enquiries.one)


async def enquiry(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """One enquiry, and what can be done with it."""
    actor = actor_of(dialog_manager)
    tr = actor.tr
    found = await _current(dialog_manager)
    back = Cell(tr("‹ All questions"), "back")
    if found is None:
        return {"card": tr("This question is not there any more."), "rows": [[back]]}
    parts = [
        tr.html("<b>Question No. %(n)s</b>, %(at)s", n=found.id, at=tr.moment(found.opened_at))
    ]
    who = ", ".join(part for part in (found.asker, found.organisation) if part)
    if who:
        parts.append(tr.html("From: %(who)s", who=who))
    parts.append(tr.html("Language: %(language)s", language=_language(found.language, tr)))
    parts.append(Html(f"<blockquote>{escape(found.text[:2500])}</blockquote>"))
    rows = []
    mine = found.claimed_by == actor.person.id
    if found.state is State.ANSWERED:
        parts.append(tr.html("✅ Answered by %(name)s:", name=found.claimer or "–"))
        parts.append(Html(f"<blockquote>{escape((found.answer or '')[:1000])}</blockquote>"))
    elif found.state is State.OPEN:
        rows.append([Cell(tr("✋ I take it"), "take")])
    elif mine:
        parts.append(
            tr.html("<b>Write the answer as a message.</b> You will see it before it goes.")
        )
        rows.append([Cell(tr("↩️ Give it back"), "release")])
    else:
        parts.append(tr.html("👤 %(name)s is answering this.", name=found.claimer or "–"))
    return {"card": Html("\n\n".join(parts)), "rows": [*rows, [back]]}


def _language(code: str, tr: Translator) -> str:
    return tr("Ukrainian") if code == "uk" else tr("English")


async def _current(manager: DialogManager) -> Enquiry | None:
    if not actor_of(manager).person.organises:
        return None
    number = manager.dialog_data.get("enquiry") or 0
    return await enquiries.get(app_of(manager).db, int(number))


async def act(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Take it, give it back, or return to the queue."""
    app, actor = app_of(manager), actor_of(manager)
    number = int(manager.dialog_data.get("enquiry") or 0)
    try:
        if data == "take":
            outcome, found = await enquiries.claim(app.db, number, actor.person.id, app.now())
            _tell(actor.tr, outcome, found)
        elif data == "release":
            await enquiries.release(app.db, number, actor.person.id)
            toast(actor.tr("It is back in the queue."))
        else:
            await manager.switch_to(Enquiries.queue)
    except NotOrganiserError:
        toast(actor.tr("Only organisers can do this."), alert=True)


def _tell(tr: Translator, outcome: Claim, found: Enquiry | None) -> None:
    match outcome:
        case Claim.MINE:
            toast(tr("It is yours. Write the answer as a message."))
        case Claim.TAKEN:
            name = (found and found.claimer) or "–"
            toast(tr("%(name)s was first: this question is taken.", name=name), alert=True)
        case Claim.ANSWERED:
            toast(tr("This question is answered already."), alert=True)
        case Claim.GONE:
            toast(tr("This question is not there any more."), alert=True)


async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """The answer, as a draft that is shown before it goes."""
    actor = actor_of(manager)
    manager.show_mode = ShowMode.DELETE_AND_SEND
    found = await _current(manager)
    text = (message.text or "").strip()
    if found is None or found.state is not State.CLAIMED or found.claimed_by != actor.person.id:
        manager.dialog_data[ECHO] = actor.tr.html(
            "⚠️ Take the question first, then write the answer."
        )
        await manager.switch_to(Enquiries.one)
        return
    if len(text) > LONGEST:
        manager.dialog_data[ECHO] = actor.tr.html(
            "⚠️ This is too long for one message: at most %(n)s characters.", n=LONGEST
        )
        return
    manager.dialog_data[DRAFT] = text
    await manager.switch_to(Enquiries.confirm)


async def draft(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The answer as the asker will get it."""
    actor = actor_of(dialog_manager)
    found = await _current(dialog_manager)
    text = dialog_manager.dialog_data.get(DRAFT, "")
    asked = " ".join((found.text if found else "").split())[:300]
    name = actor.person.name or actor.tr("An organiser")
    return {
        "question": Html(f"<blockquote>{escape(asked)}</blockquote>"),
        "draft": text,
        "signature": Html(f"<i>{escape(name)}</i>"),
        "rows": [
            [Cell(actor.tr("📨 Send"), "send")],
            [Cell(actor.tr("✏️ Write it anew"), "anew")],
        ],
    }


async def send(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Send the draft: once, however often it is pressed."""
    app, actor = app_of(manager), actor_of(manager)
    text = manager.dialog_data.get(DRAFT)
    number = int(manager.dialog_data.get("enquiry") or 0)
    if data != "send" or not text:
        await manager.switch_to(Enquiries.one)
        return
    try:
        outcome, found = await enquiries.answer(app.db, number, actor.person.id, text, app.now())
    except NotOrganiserError:
        toast(actor.tr("Only organisers can do this."), alert=True)
        return
    if outcome is Claim.MINE:
        toast(actor.tr("Sent."))
        await manager.switch_to(Enquiries.keep)
        return
    _tell(actor.tr, outcome, found)
    await manager.switch_to(Enquiries.one)


async def candidates(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The articles that the answered question may be kept with."""
    app, actor = app_of(dialog_manager), actor_of(dialog_manager)
    found = await _current(dialog_manager)
    assistant = await app.funding.assistant()
    words = f"{found.text} {found.answer or ''}" if found else ""
    likely = assistant.search(words, 6) if words.strip() else []
    rows = [[Cell(name_of(entry, actor.tr)[:60], entry.id)] for entry in likely]
    return {"rows": [*rows, [Cell(actor.tr("No, only answer it"), NOWHERE)]]}


async def keep(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Keep question and answer with an article, so that the assistant knows next time."""
    app, actor = app_of(manager), actor_of(manager)
    found = await _current(manager)
    known = data in (await app.funding.assistant()).entries
    if not known and data != NOWHERE:  # a second tap on "Send" must not skip this screen
        return
    if known and found is not None and found.answer:
        try:
            await enquiries.keep(app.db, found.id, actor.person.id, data, app.now())
        except NotOrganiserError:
            toast(actor.tr("Only organisers can do this."), alert=True)
            return
        toast(actor.tr("Kept. The assistant knows it from now on."))
    await manager.switch_to(Enquiries.queue)


async def remember(start: Any, manager: DialogManager) -> None:
    """Begin with the enquiry that the dialog was opened for."""
    if isinstance(start, dict) and start.get("enquiry"):
        manager.dialog_data["enquiry"] = start["enquiry"]


def desk() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    text = MessageInput(typed, content_types=[ContentType.TEXT])
    return Dialog(
        Window(
            Paragraphs(
                T("<b>📨 Questions from people</b>"),
                T("Nobody is waiting for an answer.", when="none"),
                Value("count", when=lambda data, *_: not data["none"]),
            ),
            Cells("rows", choose),
            Start(T("‹ Menu", plain=True), id="menu", state=Home.menu),
            text,
            state=Enquiries.queue,
            getter=waiting,
        ),
        Window(
            Paragraphs(Value("card")),
            Cells("rows", act),
            text,
            state=Enquiries.one,
            getter=enquiry,
        ),
        Window(
            Paragraphs(
                T("<b>Is this the answer?</b>"),
                Value("question"),
                Value("draft"),
                Value("signature"),
            ),
            Cells("rows", send),
            text,
            state=Enquiries.confirm,
            getter=draft,
        ),
        Window(
            Paragraphs(
                T("✅ The answer is on its way."),
                T(
                    "Keep question and answer with an article, so that the assistant knows it"
                    " next time? Which one?"
                ),
            ),
            Cells("rows", keep),
            text,
            state=Enquiries.keep,
            getter=candidates,
        ),
        on_start=remember,
    )
