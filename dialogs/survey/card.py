"""A survey's screen as the text and buttons of one message. Pure: no Telegram, no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dialogs.i18n import Html, Translator, escape
from dialogs.survey.actions import Action, Do, digest
from dialogs.survey.calendar import calendar_rows
from dialogs.survey.kinds import (
    SEVERAL,
    clock_rows,
    file_rows,
    moment_rows,
    offer,
    place_rows,
    rank_rows,
    rank_text,
    special_prompt,
)
from dialogs.survey.markup import plain, rich
from dialogs.survey.options import SEARCHABLE, buttons, legend
from dialogs.survey.pictures import media_of, media_words
from dialogs.survey.press import Press
from dialogs.survey.values import shorten, shorten_html, show, units
from dialogs.widgets.cells import Cell
from domain.surveys.answers import range_values
from domain.surveys.form import SELECTS, UPLOADS, Kind, Question
from domain.surveys.interview import Interview
from domain.surveys.screens import Placed, Screen

NO_TEXT = "[itext:"  # what jr:itext() gives for a text that is not there
GRID = 8  # values of a rating that fit one row
ROOM = 3_500  # of the 4,096 units of a message; the rest is for words about the last answer
TITLE = 80  # letters of the label of a section or a repeat
SHOWN = UPLOADS | {
    Kind.TEXT,
    Kind.INTEGER,
    Kind.DECIMAL,
    Kind.TIME,
    Kind.DATETIME,
    Kind.DATE,
    Kind.RANGE,
    Kind.GEOPOINT,
}


@dataclass(frozen=True, slots=True)
class Look:
    """What of a card is the reader's own: the page of options, what a typed word found, …

    `found` are codes; `focus` is the index of the question of a list that takes typed answers;
    `month` ("YYYY-MM") is the calendar's, `day` (ISO) that of a moment whose time is still to be
    chosen. `order` are the codes of the rank question at the path `order_of` that were tapped so
    far. `guidance` says that the guidance hint is open.
    """

    page: int = 0
    found: tuple[str, ...] | None = None
    focus: int | None = None
    month: str | None = None
    day: str | None = None
    order: tuple[str, ...] | None = None
    order_of: str = ""
    guidance: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A message: HTML text, and rows of buttons."""

    text: Html
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a card is made from. `names` are those of the people who answered.

    `media` are the MIME types of the files that lie beside the form, by name.
    """

    interview: Interview
    response_id: int
    tr: Translator
    look: Look = field(default_factory=Look)
    names: Mapping[int, str] = field(default_factory=dict)
    preview: bool = False
    media: Mapping[str, str] = field(default_factory=dict)

    def press(self, do: Do, *args: str | int) -> str:
        """The callback data of a button that counts on this screen at this step."""
        position = self.interview.position
        action = str(Action(do, tuple(str(arg) for arg in args)))
        return str(Press(self.response_id, position.screen, position.step, action))

    def cell(self, text: str, do: Do, *args: str | int) -> Cell:
        return Cell(text, self.press(do, *args))


def paragraphs(*parts: str) -> Html:
    """Those of the texts that say something, with empty lines between; all fits a message.

    Where it would not, the longest of them are shortened: a long hint or note gives way to the
    question, never what there is to do.
    """
    said = [Html(part) for part in parts if part]
    room = ROOM - 2 * len(said)
    lengths = sorted(map(units, said))
    longest = room
    for waiting, length in zip(range(len(said), 0, -1), lengths, strict=True):
        longest = room // waiting
        if length > longest:
            break
        room -= length
    else:
        return Html("\n\n".join(said))
    return Html("\n\n".join(shorten_html(part, longest) for part in said))


def preview_mark(desk: Desk) -> Html:
    """What each card of a preview begins with; blank elsewhere."""
    return desk.tr.html("👁 <b>Preview</b>: nothing is stored") if desk.preview else Html("")


def head(desk: Desk, screen: Screen) -> Html:
    """Section, what is left, and where in a repeat one is."""
    tr, interview = desk.tr, desk.interview
    here = interview.screens.progress(screen.key)
    parts: list[str] = []
    if here.number and here.sections > 1:
        parts.append(tr("Section %(number)s of %(of)s", number=here.number, of=here.sections))
    if here.section is not None and here.section.label is not None:
        label = interview.response.text(here.section.label, screen.headings[0].path)
        parts.append(shorten(plain(label), TITLE))
    if here.minutes:
        parts.append(
            tr.plural("about %(n)s minute left", "about %(n)s minutes left", here.minutes)
        )
    instances = [
        f"{shorten(_called(desk, heading.path), TITLE)} {heading.position}"
        + (f"/{heading.count}" if heading.count > 1 else "")
        for heading in screen.headings
        if heading.position
    ]
    lines: list[str] = [preview_mark(desk)]
    lines += [f"<i>{escape(' · '.join(parts))}</i>" if parts else ""]
    lines += [f"<b>{escape(' › '.join(instances))}</b>" if instances else ""]
    return Html("\n".join(line for line in lines if line))


def _called(desk: Desk, repeat: str) -> str:
    """What a repeat is called, also where its author gave it no label."""
    return plain(desk.interview.response.label(repeat)) or desk.tr("Entry")


def notes(desk: Desk, screen: Screen) -> Html:
    """The notes that are read before the screen's questions; a read-only question is one."""
    return paragraphs(*(note_text(desk, note) for note in screen.notes))


def note_text(desk: Desk, note: Placed) -> Html:
    """A note, with what the form has worked out for it: a dash as long as that is nothing."""
    response, bind = desk.interview.response, note.question.bind
    label, value = rich(response.label(note.path)), response.value(note.path)
    if note.question.kind is Kind.NOTE and bind.readonly is None:
        return label
    if not value and bind.calculate is None:
        return label
    missing = not value or value.startswith(NO_TEXT)
    shown = Html("–") if missing else escape(show(response, note, desk.tr))
    return Html(f"{label}\n<b>{shown}</b>" if label else f"<b>{shown}</b>")


def asked(desk: Desk, placed: Placed) -> Html:
    """The question itself, its hint, and whether it may be left out."""
    response, tr = desk.interview.response, desk.tr
    label, hint = response.label(placed.path), response.hint(placed.path)
    optional = Html("") if response.required(placed.path) else tr.html(" <i>(optional)</i>")
    lines = [f"<b>{rich(label)}</b>{optional}", f"<i>{rich(hint)}</i>" if hint else ""]
    if desk.look.guidance:
        lines.append(f"ⓘ {rich(response.text(placed.question.guidance, placed.path))}")
    return Html("\n".join(line for line in lines if line))


def standing(desk: Desk, placed: Placed) -> Html:
    """The answer that stands, and who of the colleagues gave it."""
    tr, interview = desk.tr, desk.interview
    value = interview.response.value(placed.path)
    if not value:
        return Html("")
    lines = []
    if placed.question.kind in SHOWN:
        lines.append(
            tr.html("Your answer: <b>%(answer)s</b>", answer=show(interview.response, placed, tr))
        )
    given = interview.given.get(placed.path)
    if given and given.person not in (None, interview.visit.person_id) and given.at:
        name = desk.names.get(given.person or 0, "")
        lines.append(tr.html("Answered by %(name)s, %(at)s", name=name, at=tr.moment(given.at)))
    return Html("\n".join(lines))


def navigation(desk: Desk, screen: Screen) -> list[list[Cell]]:
    """Back, Skip (or on), Later, Language: always the last two rows, in this order."""
    tr, interview = desk.tr, desk.interview
    first = interview.screens[0].key == screen.key
    moves = [] if first else [desk.cell(tr("‹ Back"), Do.BACK)]
    waiting = [p for p in screen.questions if not interview.response.value(p.path)]
    if not waiting:
        if not any(p.question.kind in SEVERAL for p in screen.questions):  # Done goes on there
            moves.append(desk.cell(tr("Next ›"), Do.SKIP))
    elif not any(interview.response.required(p.path) for p in waiting):
        moves.append(desk.cell(tr("Skip ›"), Do.SKIP))
    return [row for row in (moves, leave(desk)) if row]


def leave(desk: Desk) -> list[Cell]:
    """The row that every card of the survey ends with."""
    return [
        desk.cell(desk.tr("⏸ Later"), Do.LATER),
        desk.cell(desk.tr("🌐 Language"), Do.LANGUAGE),
    ]


def question_card(desk: Desk, screen: Screen) -> Card:
    """A screen of one question."""
    [placed] = screen.questions
    text = paragraphs(
        head(desk, screen),
        notes(desk, screen),
        asked(desk, placed),
        options_legend(desk, placed),
        standing(desk, placed),
        prompt(desk, placed),
    )
    rows = answer_rows(desk, placed)
    if placed.question.kind in SEVERAL:
        rows.append([desk.cell(desk.tr("✅ Done"), Do.DONE)])
    return Card(text, [*rows, *guidance_row(desk, placed), *navigation(desk, screen)])


def prompt(desk: Desk, placed: Placed) -> Html:
    """What to do, where the buttons do not say it."""
    tr, question, screen = desk.tr, placed.question, desk.interview.screen
    match question.kind:
        case Kind.TEXT:
            words = tr("✍️ Write the answer as a message.")
        case Kind.INTEGER:
            words = tr("✍️ Write a whole number.")
        case Kind.DECIMAL:
            words = tr("✍️ Write a number.")
        case Kind.DATE:
            words = tr("✍️ Choose a day or write a date, for example 12.03.2025.")
        case Kind.RANGE if not _values(question):
            words = tr("✍️ Write a number.")
        case _ if question.kind in SELECTS and not desk.interview.response.choices(placed.path):
            words = tr("There is nothing to choose from here at the moment.")
        case Kind.CHOICES if screen is not None and len(screen.questions) > 1:
            words = tr("Choose all that apply, then go on.")
        case Kind.CHOICES:
            words = tr("Choose all that apply, then press “Done”.")
        case _:
            words = special_prompt(desk, placed)
    if desk.look.found is not None:
        words = tr("Found for what you wrote; choose one.")
    elif question.itemset and len(desk.interview.response.choices(placed.path)) > SEARCHABLE:
        search = tr("🔎 Write the beginning of a name to find it faster.")
        words = f"{words} {search}".strip()
    return escape(words)


def options_legend(desk: Desk, placed: Placed) -> Html:
    """The labels that are too long for buttons."""
    if placed.question.kind is Kind.RANK:
        return rank_text(desk, placed)
    return legend(offer(desk, placed)) if placed.question.kind in SELECTS else Html("")


def answer_rows(desk: Desk, placed: Placed) -> list[list[Cell]]:
    """The buttons that answer a question; none where it is typed."""
    question, q = placed.question, placed.question.index
    special = _SPECIAL.get(question.kind)
    if special is not None:
        return special(desk, placed)
    if question.kind in SELECTS:
        return _option_rows(desk, placed)
    if question.kind is Kind.RANGE:
        return rating_rows(desk, placed)
    if question.kind is Kind.ACKNOWLEDGE:
        label = desk.tr("✅ I confirm")
        return [[desk.cell(label, Do.CHOOSE, q, digest("OK"))]]
    if question.kind is Kind.DATE:
        return calendar_rows(
            desk.tr,
            desk.look.month,
            desk.interview.response.value(placed.path),
            desk.interview.visit.now.date(),
            lambda day: desk.press(Do.DAY, q, day),
            lambda month: desk.press(Do.MONTH, month),
            desk.press(Do.NOTHING),
        )
    return []


_SPECIAL: Mapping[Kind, Callable[[Desk, Placed], list[list[Cell]]]] = {
    Kind.RANK: rank_rows,
    Kind.TIME: clock_rows,
    Kind.DATETIME: moment_rows,
    Kind.GEOPOINT: place_rows,
    **dict.fromkeys(UPLOADS, file_rows),
}


def guidance_row(desk: Desk, placed: Placed) -> list[list[Cell]]:
    """Buttons for what stands beside the question: its media, its guidance hint."""
    media, guidance = media_cells(desk, placed), list[Cell]()
    if placed.question.guidance is not None:
        guidance.append(desk.cell("ⓘ", Do.GUIDANCE, int(not desk.look.guidance)))
    return [row for row in (media, guidance) if row]


def media_cells(desk: Desk, placed: Placed | None) -> list[Cell]:
    """The button that sends the media of a question (None: of the notes), where there are any."""
    shown = media_of(desk, placed)
    if not shown:
        return []
    args = [] if placed is None else [placed.question.index]
    return [desk.cell(media_words(desk, shown), Do.MEDIA, *args)]


def _option_rows(desk: Desk, placed: Placed) -> list[list[Cell]]:
    q, made = placed.question.index, offer(desk, placed)
    several = placed.question.kind in SEVERAL

    def press(place: int) -> str:
        code = made.options[place].code
        if not several:
            return desk.press(Do.CHOOSE, q, digest(code))
        do = Do.TOGGLE_OFF if code in made.chosen else Do.TOGGLE_ON
        return desk.press(do, q, digest(code))

    rows = buttons(made, desk.tr, press, lambda page: desk.press(Do.PAGE, page))
    if made.found is not None:
        rows.append([desk.cell(desk.tr("All options"), Do.ALL)])
    return rows


def rating_rows(desk: Desk, placed: Placed) -> list[list[Cell]]:
    """The values of a range as buttons, at most eight in a row; none where it has too many."""
    q = placed.question.index
    values = _values(placed.question)
    chosen = desk.interview.response.value(placed.path)
    cells = [
        desk.cell(
            f"● {_number(desk.tr, value)}" if value == chosen else _number(desk.tr, value),
            Do.CHOOSE,
            q,
            digest(value),
        )
        for value in values
    ]
    return _split(cells)


def _values(question: Question) -> list[str]:
    values = range_values(question.range) if question.range else []
    return values if len(values) <= 2 * GRID else []


def _number(tr: Translator, value: str) -> str:
    return tr.number(float(value)) if "." in value else value


def _split(cells: list[Cell]) -> list[list[Cell]]:
    """Rows as even as can be: eleven values as six and five, not as eight and three."""
    if not cells:
        return []
    count = -(-len(cells) // GRID)
    width = -(-len(cells) // count)
    return [cells[start : start + width] for start in range(0, len(cells), width)]
