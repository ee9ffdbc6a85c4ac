"""What a message means while a card is open. Pure: runs inside the transaction."""

from dataclasses import dataclass

from dialogs.survey.perform import settle_rank
from domain.surveys.form import Kind
from domain.surveys.interview import DONE, Interview, Outcome, Result
from domain.surveys.message import N_, Message
from domain.surveys.reading import Several, read_answer
from domain.surveys.reading.dates import read_time
from domain.surveys.screens import Placed, Screen, ScreenKind

USE_BUTTONS = N_("Please use the buttons here; /cancel leaves the survey, nothing is lost.")
WRITE_TEXT = N_("Please write the answer in words.")


@dataclass(frozen=True, slots=True)
class Typed:
    """What became of a message: the result, the question, the value, or the codes it found.

    `order` is the order of a rank question that it went on with.
    """

    result: Result
    placed: Placed | None = None
    value: str = ""
    found: tuple[str, ...] | None = None
    order: tuple[str, ...] | None = None
    unread: bool = False  # nothing that was asked for: it may be a question to the assistant
    undecided: bool = False  # an answer in words that may as well be such a question

    @property
    def path(self) -> str:
        return self.placed.path if self.placed else ""


def take(
    interview: Interview,
    text: str | None,
    focus: int | None,
    order: tuple[str, ...] = (),
    day: str | None = None,
    *,
    may_be_question: bool = False,
) -> Typed:
    """Read a message as the answer to the question that waits for one.

    `order` is what of a rank question was put in order so far, `day` (ISO) the one that was chosen
    for a moment. Where words are asked for, everything is an answer, unless it `may_be_question`:
    then nothing is written. Where something else is asked for, what cannot be read as that is
    `unread`.
    """
    screen = interview.screen
    placed = waiting_for(interview, focus)
    if screen is None or placed is None:
        return Typed(Result(Outcome.REFUSED, Message(USE_BUTTONS)), unread=True)
    if not (text or "").strip():
        return Typed(Result(Outcome.REFUSED, Message(WRITE_TEXT)), placed)
    if may_be_question and placed.question.kind is Kind.TEXT:
        return Typed(DONE, placed, undecided=True)
    options = interview.response.choices(placed.path)
    read = read_answer(placed.question, text or "", options, interview.visit.now)
    if isinstance(read, Message) and day and placed.question.kind is Kind.DATETIME:
        time = read_time((text or "").strip())
        read = read if time is None else f"{day}T{time.isoformat('minutes')}"
    if isinstance(read, Several):
        return Typed(DONE, None, "", read.codes)
    if isinstance(read, Message):
        return Typed(Result(Outcome.REFUSED, read, placed.path), placed, unread=True)
    if placed.question.kind is Kind.RANK:
        return _rank(interview, screen, placed, [*order, *read.split()])
    several = placed.question.kind is Kind.CHOICES
    if several:  # a word adds to what is chosen; Done goes on, as with the buttons
        chosen = interview.response.value(placed.path).split()
        read = " ".join(dict.fromkeys([*chosen, *read.split()]))
    result = interview.answer(placed.path, read)
    if result == DONE and screen.kind is ScreenKind.QUESTION and not several:
        interview.forward()
    elif result == DONE:
        interview.move(screen.key)
    return Typed(result, placed, read)


def _rank(interview: Interview, screen: Screen, placed: Placed, order: list[str]) -> Typed:
    """Words put their choices behind those that are in order already."""
    made = settle_rank(interview, screen, placed, tuple(dict.fromkeys(order)))
    if made.order is not None:
        return Typed(made.result, placed, order=made.order)
    return Typed(made.result, placed, interview.response.value(placed.path))


def in_focus(interview: Interview, screen: Screen, focus: int | None) -> Placed | None:
    """The question of a screen that takes what is tapped, typed and sent; None once all have it.

    It is the chosen one, else the first that is open; those that must be answered come first.
    """
    response = interview.response
    chosen = next((p for p in screen.questions if p.question.index == focus), None)
    if chosen is not None:
        return chosen
    waiting = [placed for placed in screen.questions if not response.value(placed.path)]
    needed = [placed for placed in waiting if response.required(placed.path)]
    return next(iter(needed or waiting), None)


def waiting_for(interview: Interview, focus: int | None) -> Placed | None:
    """The question that a message answers: the one in focus; a single one can be answered anew."""
    screen = interview.screen
    if screen is None:
        return None
    single = screen.questions[0] if len(screen.questions) == 1 else None
    return in_focus(interview, screen, focus) or single
