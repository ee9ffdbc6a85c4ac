"""For organisers: an article's amounts, dates, texts and questions corrected in the chat.

A field is chosen, the new text is typed, shown as readers will get it, and kept. The role is read
in the database with every change: a button, or a card, may outlive it.
"""

from datetime import date
from typing import Any

from aiogram.types import CallbackQuery, ContentType, Message
from aiogram_dialog import Dialog, DialogManager, ShowMode, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Start

from dialogs.context import Actor, actor_of, app_of
from dialogs.eligibility.questions import profile_of
from dialogs.funding.cards import SECTION_LABELS, shorten
from dialogs.i18n import Html, Translator, escape
from dialogs.messages import toast
from dialogs.states import Corrections, Home
from dialogs.widgets.cells import Cell, Cells
from dialogs.widgets.text import ECHO, Paragraphs, T, Value
from domain.funding.article import LANGUAGES, PASSAGE, Article
from domain.funding.corrections import (
    FIELDS,
    PLAIN,
    QUESTION,
    SECTION,
    Correction,
    fault_of,
    value_of,
)
from domain.funding.eligibility import judge_article
from domain.surveys.message import N_
from storage import corrections, eligibility
from storage.corrections import Draft, Outcome
from storage.roles import NotOrganiserError

LABELS = {
    "amount": N_("Amount, in short"),
    "rate": N_("Share that is paid"),
    "deadline": N_("Deadlines"),
    "as_of": N_("Date of the information"),
    "url": N_("Official page"),
    QUESTION: N_("➕ Question people ask"),
}
HINTS = {
    "as_of": N_("Write a year, a month or a day: 2026, 2026-03, 2026-03-15; or: unknown."),
    "url": N_("Write the address, from https:// on."),
    QUESTION: N_("Write the question on the first line and its answer below it, in one message."),
}
FLAGS = {"uk": "🇺🇦", "en": "🇬🇧"}
QUESTION_LENGTH = 300  # characters of a question


def field_label(field: str, tr: Translator) -> str:
    """What a field is called."""
    if field.startswith(SECTION):
        return tr(SECTION_LABELS[field.removeprefix(SECTION)])
    return tr(LABELS[field])


async def _article(manager: DialogManager) -> tuple[Article | None, list[Correction]]:
    """The article as it stands, and its corrections that hold, the oldest first."""
    shelf = await app_of(manager).funding.shelf()
    wanted = manager.dialog_data.get("article", "")
    if not actor_of(manager).person.organises:
        return None, []
    return shelf.articles.get(wanted), [one for one in shelf.corrections if one.article == wanted]


def _gone(tr: Translator) -> dict[str, Any]:
    return {"card": tr("This article is not there any more."), "rows": []}


def _by(one: Correction, tr: Translator) -> str:
    name = one.by or tr("an organiser")
    return tr("corrected by %(name)s, %(at)s", name=name, at=tr.moment(one.at))


async def overview(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The article's fields; those that are corrected carry a pencil."""
    tr = actor_of(dialog_manager).tr
    article, made = await _article(dialog_manager)
    if article is None:
        return _gone(tr)
    touched = {one.field for one in made}
    cells = [
        Cell(("✏️ " if field in touched else "") + field_label(field, tr), field)
        for field in FIELDS
    ]
    parts = [
        Html(f"<b>{escape(article.head.names.text(tr.language))}</b>"),
        tr.html("<b>What is to be corrected?</b> Everybody sees it at once; it can be undone."),
    ]
    if made:
        last = made[-1]
        parts.append(Html(f"{escape(field_label(last.field, tr))}: {escape(_by(last, tr))}"))
    return {"card": Html("\n\n".join(parts)), "rows": [[cell] for cell in cells]}


async def choose(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Open a field."""
    if data in FIELDS:
        lang = "" if data in PLAIN else actor_of(manager).tr.language
        manager.dialog_data.update(field=data, lang=lang)
        await manager.switch_to(Corrections.field)


async def field_card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What the field says now in each language, who corrected it, and what can be done."""
    tr, data = actor_of(dialog_manager).tr, dialog_manager.dialog_data
    article, made = await _article(dialog_manager)
    if article is None:
        return _gone(tr)
    field, lang = data["field"], data["lang"]
    mine = [one for one in made if one.field == field]
    data["over"] = next((one.id for one in reversed(mine) if one.lang == lang), 0)
    parts = [
        Html(
            f"<b>{escape(article.head.names.text(tr.language))}</b>\n"
            f"<i>{escape(field_label(field, tr))}</i>"
        )
    ]
    if field == QUESTION:
        parts += [_question(one, tr) for one in mine[-5:]]
    else:
        for language in ("",) if field in PLAIN else LANGUAGES:
            parts.append(_now(article, field, language, mine, tr))
    parts.append(Html(f"<b>{escape(_hint(field, lang, tr))}</b>"))
    rows = []
    if field not in PLAIN:
        names = {"uk": tr("In Ukrainian"), "en": tr("In English")}
        rows.append(
            [
                Cell(f"{'● ' if code == lang else ''}{FLAGS[code]} {names[code]}", f"l{code}")
                for code in LANGUAGES
            ]
        )
    last = {(one.lang, one.question): one for one in mine}  # the newest of each
    for one in list(last.values())[-5:]:
        words = one.question or tr("Undo the correction")
        rows.append([Cell(f"↩️ {FLAGS.get(one.lang, '')} {words}"[:60], f"u{one.id}")])
    rows.append([Cell(tr("‹ Back"), "b")])
    return {"card": Html("\n\n".join(parts)), "rows": rows}


def _now(article: Article, field: str, lang: str, mine: list[Correction], tr: Translator) -> Html:
    waiting = next((one for one in reversed(mine) if one.lang == lang), None)
    text = value_of(article, field, lang) or (waiting.value if waiting else "")
    said = Html(escape(shorten(text, 900))) if text else tr.html("<i>says nothing yet</i>")
    lines = [Html(f"{FLAGS.get(lang, '')} {said}".strip())]
    if waiting is not None:
        lines.append(Html(f"✏️ <i>{escape(_by(waiting, tr))}</i>"))
        if not value_of(article, field, lang):
            lines.append(tr.html("⏳ Readers see it once it is there in both languages."))
    return Html("\n".join(lines))


def _question(one: Correction, tr: Translator) -> Html:
    head = f"{FLAGS[one.lang]} <b>{escape(shorten(one.question, 200))}</b>"
    words = escape(shorten(one.value, 200))
    return Html(f"{head}\n{words}\n✏️ <i>{escape(_by(one, tr))}</i>")


def _hint(field: str, lang: str, tr: Translator) -> str:
    if field in HINTS:
        hint = tr(HINTS[field])
        if field != QUESTION:
            return hint
        return f"{hint} {FLAGS[lang]}"
    if lang == "uk":
        return tr("Write the new text in Ukrainian as a message.")
    return tr("Write the new text in English as a message.")


async def act(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Another language, undo, or back."""
    app, actor = app_of(manager), actor_of(manager)
    what, value = data[:1], data[1:]
    if what == "l" and value in LANGUAGES:
        manager.dialog_data["lang"] = value
    elif what == "u" and value.isdecimal():
        article, _made = await _article(manager)
        tell = await _whom_it_fits(manager, article) if article else []
        names = article.head.names.model_dump() if article else {}
        try:
            undone = await corrections.undo(
                app.db, int(value), actor.person.id, app.now(), tell, names
            )
        except NotOrganiserError:
            toast(actor.tr("Only organisers can do this."), alert=True)
            return
        words = actor.tr("Undone: readers see what stood there before.")
        toast(words if undone else actor.tr("This was undone already."))
    elif what == "b":
        await manager.switch_to(Corrections.article)


async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """The new text: shown before it is kept, or why it cannot be."""
    actor, data = actor_of(manager), manager.dialog_data
    manager.show_mode = ShowMode.DELETE_AND_SEND
    article, _made = await _article(manager)
    text = (message.text or "").strip()
    if article is None:
        return
    question = ""
    if data["field"] == QUESTION:
        question, _break, text = (part.strip() for part in text.partition("\n"))
    draft = Correction(
        0, article.id, data["field"], data["lang"], text, app_of(manager).now(), None, question
    )
    if why := _refusal(article, draft, actor.tr, app_of(manager).now().date()):
        data[ECHO] = actor.tr.html("⚠️ %(why)s", why=why)
        return
    data.update(value=text, question=question)
    await manager.switch_to(Corrections.confirm)


def _refusal(article: Article, draft: Correction, tr: Translator, today: date) -> str:
    """Why a text cannot be kept, in words; nothing where it can."""
    if draft.field == QUESTION:
        if not draft.value:
            return tr("The answer is missing: it comes below the question, in the same message.")
        if len(draft.question) > QUESTION_LENGTH:
            return tr("A question has at most %(n)s characters.", n=QUESTION_LENGTH)
    if len(draft.value) > PASSAGE:
        return tr(
            "This is too long: a passage has at most %(n)s characters, this one %(many)s.",
            n=PASSAGE,
            many=len(draft.value),
        )
    dated = draft.field == "as_of" and draft.value[:4].isdigit()
    if dated and draft.value > today.isoformat()[: len(draft.value)]:
        return tr("This date is yet to come; information is from today or before.")
    if fault_of(article, draft) is None:
        return ""
    if draft.field in PLAIN:
        return tr(HINTS[draft.field])
    return tr("No line may begin with #, ## or ###: these begin headings in the files.")


async def preview(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The new text as readers will get it."""
    actor, data = actor_of(dialog_manager), dialog_manager.dialog_data
    tr = actor.tr
    article, _made = await _article(dialog_manager)
    if article is None:
        return _gone(tr)
    parts = [
        tr.html("<b>Is this right?</b>"),
        Html(
            f"{escape(article.head.names.text(tr.language))}\n"
            f"<i>{FLAGS.get(data['lang'], '')} {escape(field_label(data['field'], tr))}</i>"
        ),
    ]
    if data.get("question"):
        parts.append(Html(f"<b>{escape(data['question'])}</b>"))
    parts.append(Html(escape(data.get("value", ""))))
    if data["field"] in ("amount", "rate"):
        parts.append(
            tr.html("It takes the place of the passage “How much”, which would contradict it.")
        )
    rows = [[Cell(tr("✅ Keep"), "keep")], [Cell(tr("✏️ Write it anew"), "anew")]]
    return {"card": Html("\n\n".join(parts)), "rows": rows}


async def decide(_: CallbackQuery, manager: DialogManager, data: str) -> None:
    """Keep the new text: once, however often it is pressed."""
    app, actor, held = app_of(manager), actor_of(manager), manager.dialog_data
    if data != "keep" or not held.get("value"):
        await manager.switch_to(Corrections.field)
        return
    draft = Draft(
        held["article"],
        held["field"],
        held["lang"],
        held["value"],
        held.get("question", ""),
        held.get("over", 0),
    )
    article, _made = await _article(manager)
    tell = await _whom_it_fits(manager, article) if article else []
    names = article.head.names.model_dump() if article else {}
    try:
        outcome = await corrections.correct(app.db, draft, actor.person.id, app.now(), tell, names)
    except NotOrganiserError:
        toast(actor.tr("Only organisers can do this."), alert=True)
        return
    if outcome is Outcome.OVERTAKEN:
        toast(actor.tr("A colleague corrected this just now: look at it first."), alert=True)
    else:
        toast(actor.tr("Kept. Everybody sees it from now on."))
    await manager.switch_to(Corrections.field)


async def _whom_it_fits(manager: DialogManager, article: Article) -> list[int]:
    """Who wants to hear of changes and may apply for what the article is about."""
    found = []
    for person_id, given in await eligibility.watchers(app_of(manager).db):
        verdict = judge_article(article, profile_of(given))
        if verdict is not None and verdict.verdict != "not_eligible":
            found.append(person_id)
    return found


async def remember(start: Any, manager: DialogManager) -> None:
    """Begin with the article that the dialog was opened for."""
    if isinstance(start, dict):
        manager.dialog_data["article"] = start.get("article", "")


async def open_corrections(manager: DialogManager, actor: Actor, article: str) -> None:
    """From an article to its fields, below it."""
    if not actor.person.organises:
        toast(actor.tr("Only organisers can do this."), alert=True)
        return
    await manager.start(Corrections.article, {"article": article}, show_mode=ShowMode.SEND)


def correcting() -> Dialog:
    """A new dialog object: one can be attached to one dispatcher only."""
    text = MessageInput(typed, content_types=[ContentType.TEXT])
    menu = Start(T("‹ Menu", plain=True), id="menu", state=Home.menu)
    return Dialog(
        Window(
            Paragraphs(Value("card")),
            Cells("rows", choose),
            menu,
            state=Corrections.article,
            getter=overview,
        ),
        Window(
            Paragraphs(Value("card")),
            Cells("rows", act),
            text,
            state=Corrections.field,
            getter=field_card,
        ),
        Window(
            Paragraphs(Value("card")),
            Cells("rows", decide),
            text,
            state=Corrections.confirm,
            getter=preview,
        ),
        on_start=remember,
    )
