"""Cards that look back: the profile, the sections and their answers, conflicts, repeats."""

from dataclasses import dataclass
from itertools import groupby

from dialogs.i18n import Html, escape
from dialogs.survey.actions import Do
from dialogs.survey.card import Card, Desk, head, leave, paragraphs, preview_mark
from dialogs.survey.markup import plain, rich
from dialogs.survey.values import numbered, shorten, show
from dialogs.widgets.cells import Cell
from domain.surveys.form import Repeat
from domain.surveys.interview import CONSENT, Given
from domain.surveys.screens import Placed, Screen, ScreenKind

LINES = 12  # answers on a page of a section
ANSWER = 100  # letters of an answer there
LABEL = 100  # letters of a question's label there
NAME = 40  # letters of a colleague's name there
TITLE = 80  # letters of a section's label
SECTIONS = 25  # sections on a page of the review
INSTANCES = 10  # instances of a repeat on a page


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of screens under one top-level group (or before the first one)."""

    title: str
    screens: list[Screen]

    @property
    def placed(self) -> list[tuple[Screen, Placed]]:
        return [(screen, placed) for screen in self.screens for placed in screen.questions]


def sections(desk: Desk) -> list[Section]:
    """The sections of the form that have questions now, in order."""
    response = desk.interview.response
    made: list[Section] = []
    for _, group in groupby(desk.interview.screens, key=lambda screen: screen.section):
        screens = list(group)
        headings = screens[0].headings
        title = plain(response.label(headings[0].path)) if headings else ""
        without = desk.tr("Part %(number)s", number=len(made) + 1)
        made.append(Section(title or (without if made else desk.tr("Introduction")), screens))
    return [section for section in made if section.placed]


def review_card(desk: Desk) -> Card:
    """All sections with what is still missing, and the way to submit."""
    tr, response = desk.tr, desk.interview.response
    missing = set(response.missing())
    lines, rows, blanks = [], [], 0
    made = sections(desk)
    pages = max(1, -(-len(made) // SECTIONS))
    page = min(desk.look.page, pages - 1)
    shown = list(enumerate(made))[page * SECTIONS : (page + 1) * SECTIONS]
    for number, section in shown:
        answered = sum(bool(response.value(placed.path)) for _, placed in section.placed)
        gaps = sum(placed.path in missing for _, placed in section.placed)
        mark = "❗" if gaps else "✅" if answered == len(section.placed) else "▫️"
        blanks += len(section.placed) - answered
        count = tr("%(answered)s of %(all)s", answered=answered, all=len(section.placed))
        lines.append(f"{mark} {escape(shorten(section.title, TITLE))} – {count}")
        rows.append([desk.cell(f"{mark} {shorten(section.title, 40)}", Do.SECTION, number)])
    if pages > 1:
        rows.append(turning(desk, page, pages))
    if missing:
        words = tr.plural(
            "%(n)s question still needs an answer.",
            "%(n)s questions still need an answer.",
            len(missing),
        )
        finish = desk.cell(tr("Continue ›"), Do.DONE)
    elif blanks:
        words = tr("Nothing that is needed is missing; ▫️ has questions that may stay open.")
    else:
        words = tr("Everything is answered. Look through a section, or submit.")
    if not missing:
        finish = desk.cell(tr("📨 Submit"), Do.SUBMIT)
    text = paragraphs(
        preview_mark(desk),
        tr.html("<b>Review before submitting</b>"),
        "\n".join(lines),
        escape(words),
        _last_note(desk),
    )
    return Card(text, [*rows, [finish], [desk.cell(tr("‹ Back"), Do.BACK)], leave(desk)])


def turning(desk: Desk, page: int, pages: int) -> list[Cell]:
    """The row that turns pages."""
    return [
        desk.cell("◀", Do.PAGE, (page - 1) % pages),
        desk.cell(desk.tr("%(page)s of %(pages)s", page=page + 1, pages=pages), Do.NOTHING),
        desk.cell("▶", Do.PAGE, (page + 1) % pages),
    ]


def _last_note(desk: Desk) -> Html:
    """A note that stands alone at the end of a form (its thanks) is read here."""
    screens = desk.interview.screens
    if not screens or screens[-1].kind is not ScreenKind.NOTE:
        return Html("")
    response = desk.interview.response
    return paragraphs(*(rich(response.label(note.path)) for note in screens[-1].notes))


def section_card(desk: Desk, number: int) -> Card:
    """The answers of one section, each with a way back to its question."""
    tr, interview = desk.tr, desk.interview
    made = sections(desk)
    section = made[min(number, len(made) - 1)]
    pages = -(-len(section.placed) // LINES)
    page = min(desk.look.page, pages - 1)
    shown = section.placed[page * LINES : (page + 1) * LINES]
    lines, jumps = [], []
    for place, (screen, placed) in enumerate(shown, page * LINES + 1):
        answer = shorten(show(interview.response, placed, tr), ANSWER) or "–"
        label = shorten(plain(interview.response.label(placed.path)), LABEL)
        given = interview.given.get(placed.path)
        by = desk.names.get((given and given.person) or 0, "")
        other = given and given.person not in (None, interview.visit.person_id)
        who = f" <i>({escape(shorten(by, NAME))})</i>" if other and by else ""
        lines.append(f"{numbered(place, escape(label))}\n<b>{escape(answer)}</b>{who}")
        jumps.append(desk.cell(f"✏️ {place}", Do.JUMP, screen.key))
    rows = [jumps[start : start + 5] for start in range(0, len(jumps), 5)]
    if pages > 1:
        rows.append(turning(desk, page, pages))
    if not desk.preview:
        rows.append([desk.cell(tr("🤝 Hand this section over"), Do.HAND_OVER, number)])
    rows.append([desk.cell(tr("‹ Back"), Do.BACK)])
    title = Html(f"<b>{escape(section.title)}</b>")
    text = paragraphs(preview_mark(desk), title, "\n\n".join(lines))
    return Card(text, [*rows, leave(desk)])


def profile_card(desk: Desk) -> Card:
    """What the profile filled in, to be confirmed on one screen."""
    tr, interview = desk.tr, desk.interview
    lines, rows = [], []
    known = [
        Placed(path, question)
        for question, path in interview.tied()
        if question.profile != CONSENT and interview.response.value(path)
    ]
    screen_of = {
        placed.path: screen for screen in interview.screens for placed in screen.questions
    }
    for placed in known:
        label = shorten(plain(interview.response.label(placed.path)), LABEL)
        answer = shorten(show(interview.response, placed, tr), ANSWER)
        lines.append(f"{escape(label)}\n<b>{escape(answer)}</b>")
        if placed.path in screen_of:
            text = f"✏️ {shorten(label, 34)}"
            rows.append([desk.cell(text, Do.JUMP, screen_of[placed.path].key)])
    text = paragraphs(
        preview_mark(desk),
        tr.html("<b>Already known from your profile</b>"),
        "\n\n".join(lines),
        escape(tr("Is everything right? What you change here stays with this response.")),
    )
    confirm = [desk.cell(tr("✅ All correct, go on"), Do.CONFIRM)]
    return Card(text, [confirm, *rows, leave(desk)])


def repeat_card(desk: Desk, screen: Screen, repeat: Repeat) -> Card:
    """What a repeat holds, and whether there is more to add. The newest instances come first to
    the eye: `look.page` counts the pages from the last one back."""
    tr, response = desk.tr, desk.interview.response
    base = f"{screen.parent}/{repeat.path.rpartition('/')[2]}"
    count = response.instances(repeat, screen.parent)
    pages = max(1, -(-count // INSTANCES))
    page = max(0, pages - 1 - desk.look.page)
    lines, rows = [], []
    for position in range(page * INSTANCES + 1, min(count, (page + 1) * INSTANCES) + 1):
        path = f"{base}[{position}]"
        first = next(
            (
                (page, placed)
                for page in desk.interview.screens
                for placed in page.questions
                if any(heading.path == path for heading in page.headings)
            ),
            None,
        )
        if first is None:
            continue
        answer = shorten(show(response, first[1], tr), 40) or "–"
        lines.append(f"{position}. {escape(answer)}")
        rows.append(
            [
                desk.cell(f"✏️ {position}. {shorten(answer, 20)}", Do.JUMP, first[0].key),
                desk.cell(tr("🗑 Delete"), Do.REMOVE, position),
            ]
        )
    if pages > 1:
        turn = [
            desk.cell("◀", Do.PAGE, (pages - page) % pages),
            desk.cell(tr("%(page)s of %(pages)s", page=page + 1, pages=pages), Do.NOTHING),
            desk.cell("▶", Do.PAGE, (pages - page - 2) % pages),
        ]
        rows.append(turn)
    label = plain(response.label(base) or response.label(f"{base}[1]"))
    title = shorten(label or tr("Entry"), TITLE)
    question = tr("Add one more?") if lines else tr("Is there anything to add?")
    text = paragraphs(
        head(desk, screen), Html(f"<b>{escape(title)}</b>"), "\n".join(lines), escape(question)
    )
    choice = [desk.cell(tr("➕ Add"), Do.ADD), desk.cell(tr("✅ That is all"), Do.DONE)]
    back = [desk.cell(tr("‹ Back"), Do.BACK)]
    return Card(text, [*rows, choice, back, leave(desk)])


def conflict_card(desk: Desk, placed: Placed, theirs: Given, mine: str) -> Card:
    """A colleague answered meanwhile: theirs and mine side by side, nothing overwritten."""
    tr, response = desk.tr, desk.interview.response
    name = desk.names.get(theirs.person or 0, "")
    text = paragraphs(
        Html(f"<b>{rich(response.label(placed.path))}</b>"),
        tr.html(
            "%(name)s answered this question while you had it open.",
            name=name or tr("A colleague"),
        ),
        tr.html(
            "Their answer: <b>%(answer)s</b>",
            answer=show(response, placed, tr, theirs.value or "") or "–",
        ),
        tr.html("Yours: <b>%(answer)s</b>", answer=show(response, placed, tr, mine) or "–"),
    )
    keep = [desk.cell(tr("Keep theirs"), Do.KEEP), desk.cell(tr("Take mine"), Do.REPLACE)]
    return Card(text, [keep, leave(desk)])
