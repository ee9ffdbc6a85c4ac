"""Every card of the survey with the longest data: Telegram takes it, and it says all it should."""

import pytest

from dialogs.i18n import LANGUAGES, Translator
from dialogs.survey.actions import Action, Do, digest
from dialogs.survey.card import Card, Desk, Look
from dialogs.survey.desk import card_of
from dialogs.survey.options import PAGE
from dialogs.survey.press import Press
from dialogs.survey.review import conflict_card
from domain.surveys.form import SELECTS, Kind
from domain.surveys.interview import PROFILE, REVIEW, Given, Interview, Position
from domain.surveys.screens import Screen, ScreenKind
from tests.dialogs.limits import DATA, button_faults, foreign_words, text_faults, units, words
from tests.dialogs.longest import COLLEAGUE, NAME, NOW, form, interview, phrase, typed

INTENT = "aBc123\x1dc:"  # aiogram-dialog's intent and its separator, then the keyboard's id
RESPONSES, STEPS = 10_000_000, 5_000
TYPED_TAG = ["b"]  # answers have a "<b>" that somebody typed
ECHO = 500  # letters that may stand above a card: what was understood, or why not


def desk(made: Interview, screen: str, look: Look | None = None) -> Desk:
    made.position = Position(screen, STEPS, made.position.seen)
    language = made.visit.language
    names = {COLLEAGUE: phrase(language, 2, NAME)}
    return Desk(made, RESPONSES, Translator(language), look or Look(), names)


def faults(card: Card, language: str) -> list[str]:
    rows = [[(cell.text, INTENT + cell.press) for cell in row] for row in card.rows]
    found = text_faults(card.text) + button_faults(rows)
    if units(words(card.text)) + ECHO > 4096:
        found.append(f"{units(words(card.text))} units of text leave no room for an echo")
    shown = " ".join([words(card.text), *(cell.text for row in card.rows for cell in row)])
    return found + [f"foreign: {word}" for word in foreign_words(language, shown, TYPED_TAG)]


def looks(screen: Screen, made: Interview) -> list[Look]:
    """How a screen can be looked at: first and last page, a search, a month, each in focus."""
    response = made.response
    found = [Look(), Look(page=1)]
    for placed in {placed.question.kind: placed for placed in screen.questions}.values():
        focus = placed.question.index
        found.append(Look(focus=focus))
        if placed.question.kind is Kind.DATE:
            found += [Look(focus=focus, month=month) for month in ("2026-08", "9999-12")]
        if placed.question.kind in SELECTS:
            codes = [option.code for option in response.choices(placed.path)]
            found.append(Look(focus=focus, page=len(codes) // PAGE))
            found.append(Look(focus=focus, found=tuple(codes[-PAGE:])))
            found.append(Look(focus=focus, found=()))
    return found


@pytest.fixture(scope="module", params=[False, True], ids=["nothing answered", "all answered"])
def answered(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request: pytest.FixtureRequest, answered: bool) -> Interview:
    return interview(request.param, answered=answered)


def test_the_form_has_every_kind_of_question_that_is_asked() -> None:
    kinds = {question.kind for question in form().questions}
    assert kinds == set(Kind) - {Kind.UNSUPPORTED}


def test_screens_of_questions_fields_repeats_and_notes(made: Interview) -> None:
    # The first and the last instance of the repeat stand for all sixty.
    screens = [s for s in made.screens if all(h.position in (0, 1, 60) for h in s.headings)]
    assert {screen.kind for screen in screens} == set(ScreenKind)
    wrong = {
        (screen.key, look): problems
        for screen in screens
        for look in looks(screen, made)
        if (problems := faults(card_of(desk(made, screen.key, look)), made.visit.language))
    }
    assert wrong == {}


def test_review_and_sections(made: Interview) -> None:
    keys = [REVIEW, *(f"{REVIEW}-{number}" for number in range(25))]
    wrong = {
        (key, page): problems
        for key in keys
        for page in (0, 1, 99)
        if (problems := faults(card_of(desk(made, key, Look(page=page))), made.visit.language))
    }
    assert wrong == {}


def test_the_profile(made: Interview, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that ties ten of its questions; which is what `tied` would give for it."""
    questions = [q for q in form().questions if q.asked and not q.repeats][:16]
    tied = [(question, question.path) for question in questions]
    monkeypatch.setattr(made, "tied", lambda: iter(tied))
    assert faults(card_of(desk(made, PROFILE)), made.visit.language) == []


def test_conflicts(made: Interview) -> None:
    language, wrong = made.visit.language, {}
    given = interview(language, answered=True).given
    for screen in made.screens:
        if any(heading.position > 1 for heading in screen.headings):
            continue
        for placed in screen.questions:
            value = given[placed.path].value or ""
            theirs = Given(value, 7, COLLEAGUE, NOW)
            card = conflict_card(desk(made, screen.key), placed, theirs, value)
            if problems := faults(card, language):
                wrong[placed.path] = problems
    assert wrong == {}


@pytest.mark.parametrize("do", Do)
def test_callback_data_fits_with_the_greatest_numbers(do: Do) -> None:
    """Ten million responses, a form of 500 elements, fifty instances inside of fifty."""
    key = "499.50.50"
    longest = {
        Do.JUMP: (key,),
        Do.DAY: ("499", "9999-12-31"),
        Do.MONTH: ("9999-12",),
        Do.REMOVE: ("1000",),
    }
    args = longest.get(do, ("499", max((digest(str(n)) for n in range(1000)), key=len)))
    press = Press(RESPONSES, key, STEPS, str(Action(do, args)))
    assert len(f"{INTENT}{press}".encode()) <= DATA
    assert Press.parse(f"{INTENT}{press}") == press
    assert Action.parse(press.action) == Action(do, args)


def test_long_answers_are_shortened_where_they_are_listed_and_the_question_stays() -> None:
    made = interview("uk", answered=True)
    screen = made.screens.of_path("/data/g1/q6")
    assert screen
    card = card_of(desk(made, screen.key))
    text = words(card.text)
    assert phrase("uk", 6, 60).replace("**", "").rstrip("?") in text.replace("\n", " ")
    assert "…" in text
    assert typed("uk", "/data/g1/q6") not in text
