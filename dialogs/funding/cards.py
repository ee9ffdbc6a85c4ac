"""What answers and articles look like. Pure: values in, a text and rows of buttons out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from dialogs.funding.buttons import AskPerson, Back, Browse, Correct, Eligible, Rate, Show
from dialogs.i18n import Html, Translator, escape
from dialogs.notice_buttons import OpenMenu
from domain.funding.assistant import Entry, is_old
from domain.surveys.message import N_
from storage.asking import Asked

Rows = list[list[InlineKeyboardButton]]
FIRST, OTHERS = 1400, 450  # characters of the best passage and of the other ones
ARTICLE = 3000
SOURCES = 2  # sites that a card names
PAGE = 8

SECTION_LABELS = {
    "what": N_("What it is"),
    "who": N_("Who can apply"),
    "pays": N_("What it pays for"),
    "amount": N_("How much"),
    "apply": N_("How to apply"),
    "questions": N_("Questions people ask"),
}
KIND_LABELS = {
    "grant": N_("💶 Grants"),
    "loan": N_("🏦 Loans and guarantees"),
    "mobility": N_("✈️ Exchanges and fellowships"),
    "advice": N_("🧭 Advice and expert help"),
    "network": N_("🔗 Networks and platforms"),
    "partnership": N_("🤝 Partnerships"),
    "service": N_("🛎 Services"),
    "policy": N_("🏛 EU policy"),
    "needs": N_("🩹 Needs and offers"),
    "guidance": N_("📘 Guidance: rules and how-to"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A message: HTML, and its buttons."""

    text: str
    rows: Rows

    @property
    def markup(self) -> InlineKeyboardMarkup | None:
        return InlineKeyboardMarkup(inline_keyboard=self.rows) if self.rows else None


def kind_label(kind: str, tr: Translator) -> str:
    """What the articles of a kind are called together."""
    return tr(KIND_LABELS[kind]) if kind in KIND_LABELS else kind.replace("_", " ").capitalize()


def shorten(text: str, limit: int) -> str:
    """The text, cut after a whole sentence or word."""
    text = text.strip()
    if len(text) <= limit:
        return text
    cut = text[:limit]
    end = max(cut.rfind(". "), cut.rfind("\n"))
    return (
        cut[: end + 1].strip() if end > limit // 2 else cut.rsplit(" ", 1)[0].rstrip(",;: ") + "…"
    )


def answer_card(
    asked: Asked, shown: Sequence[tuple[Entry, str, str]], tr: Translator, today: date
) -> Card:
    """The answer to a question: up to three articles, each with section and passage."""
    if asked.kind == "greeting":
        return greeting_card(tr)
    if not shown:
        return unknown_card(asked, tr)
    (best, section, passage), *others = shown
    parts = [
        Html(f"<b>{escape(name_of(best, tr))}</b>"),
        Html(escape(shorten(passage, FIRST))),
        sources(best, tr, today, section),
    ]
    for at, (entry, other, text) in enumerate(others, 2):
        head = f"<b>{at}. {escape(name_of(entry, tr))}</b>"
        age = "\n".join([as_of(entry, tr, today), *marked(entry, other, tr)])
        parts.append(Html(f"{head}\n{escape(shorten(text, OTHERS))}\n{age}"))
    if asked.enquiry:
        parts.append(enquiry_line(asked.enquiry, tr))
    rows = [
        *section_rows(asked.id, best, section, tr),
        *eligible_row(best, tr),
        *link_row(best, tr),
        *(
            [_button(f"{at}. {name_of(entry, tr)}", Show(question=asked.id, article=entry.id))]
            for at, (entry, _, _) in enumerate(others, 2)
        ),
        *feedback_rows(asked, tr),
    ]
    return Card("\n\n".join(parts), rows)


def unknown_card(asked: Asked, tr: Translator) -> Card:
    """It does not know, says what it does know about, and who can help."""
    text = "\n\n".join(
        [
            tr.html("<b>I do not know the answer to this.</b>"),
            tr.html(
                "I know EU programmes and support for Ukraine’s health sector: what they pay for,"
                " who can apply, how much and how; also CE marking, the SME definition, consortia"
                " and partner search. Try to name the programme or what you need money for."
            ),
            enquiry_line(asked.enquiry, tr)
            if asked.enquiry
            else tr.html("Or ask a person: an organiser answers here in the chat."),
        ]
    )
    rows = [
        *(
            []
            if asked.enquiry
            else [[_button(tr("🙋 Ask a person"), AskPerson(question=asked.id))]]
        ),
        [_button(tr("📚 All programmes"), Browse()), _button(tr("‹ Menu"), OpenMenu())],
    ]
    return Card(text, rows)


def greeting_card(tr: Translator) -> Card:
    """Hello, and what can be asked."""
    text = tr.html(
        "👋 Hello! Ask me about EU funding in your own words, for example: “Will the EU pay for"
        " CE marking?”"
    )
    return Card(
        text, [[_button(tr("📚 All programmes"), Browse()), _button(tr("‹ Menu"), OpenMenu())]]
    )


def article_card(
    entry: Entry,
    section: str,
    tr: Translator,
    today: date,
    asked: Asked | None,
    *,
    corrects: bool = False,
) -> Card:
    """One section of an article; `asked` is the question it was found for, if any.

    An organiser `corrects` it.
    """
    there = entry.available(tr.language)
    section = section if section in there else next(iter(there), "what")
    text = shorten(entry.section(tr.language, section), ARTICLE)
    label = tr(SECTION_LABELS[section])
    parts = [
        Html(f"<b>{escape(name_of(entry, tr))}</b>\n<i>{escape(label)}</i>"),
        Html(escape(text)),
        sources(entry, tr, today, section),
    ]
    question = asked.id if asked else 0
    back = Back(question=question) if asked else Browse(kind=entry.kind)
    rows = [
        *section_rows(question, entry, section, tr),
        *eligible_row(entry, tr),
        *link_row(entry, tr),
        *([[_button(tr("✏️ Correct"), Correct(article=entry.id))]] if corrects else []),
        [_button(tr("‹ Back"), back), _button(tr("‹ Menu"), OpenMenu())],
    ]
    return Card("\n\n".join(parts), rows)


def kinds_card(entries: Iterable[Entry], tr: Translator) -> Card:
    """All kinds of articles, with how many there are of each."""
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.kind] = counts.get(entry.kind, 0) + 1
    known = [kind for kind in KIND_LABELS if kind in counts]
    kinds = [*known, *sorted(counts.keys() - KIND_LABELS.keys())]
    rows = [
        [_button(f"{kind_label(kind, tr)} ({counts[kind]})", Browse(kind=kind))] for kind in kinds
    ]
    text = tr.html(
        "<b>📚 All programmes and guidance</b>\n\nChoose a kind, or just type a question."
    )
    return Card(text, [*rows, [_button(tr("‹ Menu"), OpenMenu())]])


def list_card(entries: Iterable[Entry], kind: str, page: int, tr: Translator) -> Card:
    """The articles of one kind, a page of them."""
    found = sorted((e for e in entries if e.kind == kind), key=lambda e: name_of(e, tr).casefold())
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 0), pages - 1)
    rows = [
        [_button(name_of(entry, tr), Show(question=0, article=entry.id))]
        for entry in found[page * PAGE : (page + 1) * PAGE]
    ]
    turn = []
    if page:
        turn.append(_button("‹", Browse(kind=kind, page=page - 1)))
    if page < pages - 1:
        turn.append(_button("›", Browse(kind=kind, page=page + 1)))
    text = Html(f"<b>{escape(kind_label(kind, tr))}</b>")
    back = [_button(tr("‹ Back"), Browse()), _button(tr("‹ Menu"), OpenMenu())]
    return Card(text, [*rows, *([turn] if turn else []), back])


def name_of(entry: Entry, tr: Translator) -> str:
    """The article's title in the reader's language."""
    return entry.names.get(tr.language) or entry.id


def as_of(entry: Entry, tr: Translator, today: date) -> Html:
    """How old the words are, and a warning where they are older than a year."""
    if entry.as_of[:4].isdigit():
        line = tr.html("<i>As of %(when)s</i>", when=month_of(entry.as_of))
    else:
        line = tr.html("<i>Date of the information unknown</i>")
    if is_old(entry.as_of, today):
        line = Html(line + " · " + tr.html("⚠️ check before you apply"))
    return line


def marked(entry: Entry, section: str, tr: Translator) -> list[Html]:
    """Who corrected what stands here, and when; nothing where nobody did."""
    mark = entry.mark(section, tr.language)
    if mark is None:
        return []
    name, at = mark.by or tr("an organiser"), tr.date(mark.at.astimezone(tr.zone).date())
    return [tr.html("✏️ <i>Corrected by %(name)s on %(at)s</i>", name=name, at=at)]


def sources(entry: Entry, tr: Translator, today: date, section: str = "what") -> Html:
    """Where the words come from, how old they are, and whom to ask."""
    lines = [as_of(entry, tr, today), *marked(entry, section, tr)]
    if links := _source_links(entry):
        one, many = N_("Source: %(links)s"), N_("Sources: %(links)s")
        lines.append(tr.html(many if len(links) > 1 else one, links=Html(", ".join(links))))
    if contact := entry.contact.get(tr.language):
        lines.append(tr.html("Whom to ask: %(contact)s", contact=contact))
    return Html("\n".join(lines))


def _source_links(entry: Entry) -> list[Html]:
    """Up to two sites that the words come from, the official one first."""
    pages: dict[str, str] = {}
    for page in entry.sources:
        pages.setdefault(_host(page), page)
    official = _host(entry.url)
    hosts = sorted(pages, key=lambda host: host != official)[:SOURCES]
    return [Html(f'<a href="{escape(pages[host])}">{escape(host)}</a>') for host in hosts]


def _host(page: str) -> str:
    return urlsplit(page).netloc.removeprefix("www.")


def enquiry_line(state: str, tr: Translator) -> Html:
    """How far the question has got that was put to a person."""
    match state:
        case "open":
            return tr.html("⏳ Your question waits for an organiser; the answer comes here.")
        case "claimed":
            return tr.html("👤 An organiser is working on your question; the answer comes here.")
        case _:
            return tr.html("✅ An organiser has answered your question.")


def section_rows(question: int, entry: Entry, current: str, tr: Translator) -> Rows:
    """The article's other sections, two in a row."""
    there = [s for s in entry.available(tr.language) if s != current]
    buttons = [
        _button(tr(SECTION_LABELS[s]), Show(question=question, article=entry.id, section=s))
        for s in there
    ]
    return [buttons[at : at + 2] for at in range(0, len(buttons), 2)]


def eligible_row(entry: Entry, tr: Translator) -> Rows:
    """Whether one may apply, where the article has rules for that."""
    if not entry.judged:
        return []
    return [[_button(tr("✅ Am I eligible?"), Eligible(article=entry.id))]]


def link_row(entry: Entry, tr: Translator) -> Rows:
    """The official page."""
    if not entry.url.startswith(("https://", "http://")):
        return []
    return [[InlineKeyboardButton(text=tr("🔗 Official page"), url=entry.url)]]


def feedback_rows(asked: Asked, tr: Translator) -> Rows:
    """Did it help? If not, a person."""
    marks = {1: "👍 ✓" if asked.rating == 1 else "👍", -1: "👎 ✓" if asked.rating == -1 else "👎"}
    rate = [
        _button(marks[1], Rate(question=asked.id, good=True)),
        _button(marks[-1], Rate(question=asked.id, good=False)),
    ]
    person = (
        [] if asked.enquiry else [_button(tr("🙋 Ask a person"), AskPerson(question=asked.id))]
    )
    return [[*rate, _button(tr("‹ Menu"), OpenMenu())], *([person] if person else [])]


def month_of(text: str) -> str:
    """A date of information (`2026-05`, `2026`) as it is shown: no more exact than it is known."""
    year, _, rest = text.partition("-")
    if not rest[:2].isdigit():
        return year
    return f"{rest[:2]}.{year}"


def _button(label: str, data: CallbackData) -> InlineKeyboardButton:
    packed = data.pack()
    return InlineKeyboardButton(text=label[:64], callback_data=packed)
