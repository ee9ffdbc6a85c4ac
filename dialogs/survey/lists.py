"""Cards of several questions: a grid of ratings, and any other field list."""

from collections.abc import Sequence

from dialogs.i18n import Html, escape
from dialogs.survey.actions import Do
from dialogs.survey.card import (
    Card,
    Desk,
    answer_rows,
    asked,
    guidance_row,
    head,
    media_cells,
    navigation,
    notes,
    options_legend,
    paragraphs,
    prompt,
    rating_rows,
)
from dialogs.survey.kinds import SEVERAL
from dialogs.survey.markup import plain, rich
from dialogs.survey.typed import in_focus
from dialogs.survey.values import numbered, shorten, show
from dialogs.widgets.cells import Cell
from domain.surveys.answers import range_values
from domain.surveys.form import Kind
from domain.surveys.screens import Placed, Screen

GRID_QUESTIONS = 10  # each takes two rows; more would not fit a phone
GRID_VALUES = 8
LABEL = 40  # letters of a label on a button as wide as the phone
LIST = 2_000  # letters for all labels and answers of a list
WAYS = (
    35  # buttons that lead to its other questions: with a calendar, a message has no room for more
)


def is_grid(screen: Screen) -> bool:
    """Whether all questions of the screen are ratings that fit one row each."""
    return len(screen.questions) <= GRID_QUESTIONS and all(
        placed.question.kind is Kind.RANGE
        and placed.question.range is not None
        and 0 < len(range_values(placed.question.range)) <= GRID_VALUES
        for placed in screen.questions
    )


def grid_card(desk: Desk, screen: Screen) -> Card:
    """All ratings at once: a row with the label, under it a row with the values."""
    tr, response = desk.tr, desk.interview.response
    rows = _media_row(desk)
    for placed in screen.questions:
        label = shorten(plain(response.label(placed.path)), LABEL)
        value = response.value(placed.path)
        rows.append([desk.cell(f"{'✅' if value else '▫️'} {label}", Do.NOTHING)])
        rows += rating_rows(desk, placed) + guidance_row(desk, placed)
    left = sum(not response.value(placed.path) for placed in screen.questions)
    words = (
        tr.plural("%(n)s rating left.", "%(n)s ratings left.", left)
        if left
        else tr("All rated. Press “Done”, or change a rating.")
    )
    if _complete(desk, screen):
        rows.append([desk.cell(tr("✅ Done"), Do.DONE)])
    text = paragraphs(head(desk, screen), notes(desk, screen), _title(desk, screen), escape(words))
    return Card(text, [*rows, *_moves(desk, screen)])


def fields_card(desk: Desk, screen: Screen) -> Card:
    """The questions as a list with their answers; the one in focus takes taps and messages."""
    tr, response = desk.tr, desk.interview.response
    focus = in_focus(desk.interview, screen, desk.look.focus)
    lines = []
    room = max(24, LIST // (2 * len(screen.questions)))
    for number, placed in enumerate(screen.questions, 1):
        value = shorten(show(response, placed, tr), room)
        mark = "👉" if placed is focus else "✅" if value else "▫️"
        words = plain(response.label(placed.path))
        label = escape(shorten(words.rstrip("?:. ") if value else words, room))
        lines.append(
            f"{mark} {numbered(number, label)}" + (f": <b>{escape(value)}</b>" if value else "")
        )
    rows = _media_row(desk)
    if len(lines) == 1 and focus is not None:  # it would say the question twice
        lines = []
    text = [head(desk, screen), notes(desk, screen), _title(desk, screen), "\n".join(lines)]
    if focus is not None:
        text += [asked(desk, focus), options_legend(desk, focus), prompt(desk, focus)]
        rows += answer_rows(desk, focus) + guidance_row(desk, focus)
        following = in_focus(desk.interview, screen, None)
        if focus.question.kind in SEVERAL and following not in (focus, None):
            rows.append([desk.cell(tr("Next ›"), Do.FOCUS)])
    others = [
        desk.cell(f"✏️ {number}", Do.FOCUS, placed.question.index)
        for number, placed in _around(screen.questions, focus)
        if placed is not focus
    ]
    rows += [others[start : start + 5] for start in range(0, len(others), 5)]
    if _complete(desk, screen):
        rows.append([desk.cell(tr("✅ Done"), Do.DONE)])
    return Card(paragraphs(*text), [*rows, *_moves(desk, screen)])


def _media_row(desk: Desk) -> list[list[Cell]]:
    """A button for the media of the notes above the list."""
    cells = media_cells(desk, None)
    return [cells] if cells else []


def _around(questions: Sequence[Placed], focus: Placed | None) -> list[tuple[int, Placed]]:
    """The questions with their numbers; of very many only those around the one in focus."""
    at = questions.index(focus) if focus else 0
    first = max(0, min(at - WAYS // 2, len(questions) - WAYS))
    return list(enumerate(questions, 1))[first : first + WAYS]


def _complete(desk: Desk, screen: Screen) -> bool:
    response = desk.interview.response
    return all(
        response.value(placed.path) or not response.required(placed.path)
        for placed in screen.questions
    )


def _title(desk: Desk, screen: Screen) -> Html:
    """The label of the field list itself, if it is more than the section's."""
    if len(screen.headings) < 2 or screen.headings[-1].position:
        return Html("")
    label = desk.interview.response.label(screen.headings[-1].path)
    return Html(f"<b>{rich(label)}</b>" if label else "")


def _moves(desk: Desk, screen: Screen) -> list[list[Cell]]:
    """The usual last rows; Done stands for going on, so only Back is left of the first."""
    rows = navigation(desk, screen)
    if _complete(desk, screen) and len(rows) > 1:
        rows[0] = [cell for cell in rows[0] if cell.text == desk.tr("‹ Back")]
    return [row for row in rows if row]
