"""Whatever is pressed and typed, by two people in turn: what must hold afterwards.

The presses are those of the real cards, so every button that a card can show is tried.
"""

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dialogs.i18n import Translator
from dialogs.survey.actions import Action, Do
from dialogs.survey.card import Card, Desk, Look
from dialogs.survey.desk import card_of
from dialogs.survey.perform import Pressed, perform
from dialogs.survey.press import Press
from dialogs.survey.typed import Typed, take
from domain.surveys.form import Form, Kind, Question
from domain.surveys.interview import CONSENT, DONE, REVIEW, STALE, Interview, Outcome, Result
from domain.surveys.rows import rows
from domain.surveys.screens import ScreenKind
from tests.domain.surveys.forms import VALUE_CHAIN, compiled
from tests.domain.surveys.ledger import ANDRII, OLENA, Ledger, branches, repeats

RESPONSE = 7
ENGLISH = Translator("en")
ELSEWHERE = {Do.LATER, Do.LANGUAGE, Do.HAND_OVER, Do.NOTHING, Do.MONTH}  # not `perform`'s to do
PROFILE = {"organisation.name": "Лікарня", "organisation.type": "hospital", "consent": "yes"}
WORDS = ["0", "2", "7", "300", "2,5", "Beta", "yes", "12.03.2025", "32855961", "a@b.ua", "🙂", ""]
FITTING = {Kind.TEXT: "Слова", Kind.INTEGER: "2", Kind.DECIMAL: "2,5", Kind.DATE: "1.1.2025"}
FORWARD = {Do.CHOOSE, Do.TOGGLE_ON, Do.DONE, Do.ADD, Do.CONFIRM, Do.SUBMIT, Do.REMOVE}
PEOPLE = st.sampled_from([OLENA, ANDRII])
NUMBERS = st.integers(0, 40)


def pressed(data: str) -> Pressed:
    """What a button's callback data means."""
    found = Press.parse(data)
    assert found is not None
    assert found.response == RESPONSE
    action = Action.parse(found.action)
    assert action is not None
    return Pressed(found.screen, found.step, action)


class Pressing(RuleBasedStateMachine):
    """Two people at one response. A subclass says to which form."""

    form: Form

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger(self.form)
        self.looks: dict[int, Look] = {}
        self.shown: dict[int, list[str]] = {OLENA: [], ANDRII: []}
        self.receipt: str | None = None

    @initialize()
    def begin(self) -> None:
        for person in (OLENA, ANDRII):
            self.act(person, lambda interview: interview.begin(PROFILE))

    # -- what people do

    @rule(person=PEOPLE, number=NUMBERS, twice=st.booleans())
    def press(self, person: int, number: int, twice: bool) -> None:
        """Press a button of the card that is shown, perhaps twice."""
        buttons = self.buttons(self.card(person))
        if not buttons:  # the first question is typed
            return
        data = buttons[number % len(buttons)]
        self.shown[person].append(data)
        self.tap(person, data)
        if twice:
            before = self.ledger.values(), self.ledger.positions[person].screen
            self.tap(person, data)
            assert before == (self.ledger.values(), self.ledger.positions[person].screen)

    @rule(person=PEOPLE, number=NUMBERS)
    def go_on(self, person: int, number: int) -> None:
        """Do what the card asks for, so that the end of the form is reached, too."""
        screen = self.ledger.interview(person).screen
        kinds = [placed.question.kind for placed in screen.questions] if screen else []
        useful = [
            data for data in self.buttons(self.card(person)) if pressed(data).action.do in FORWARD
        ]
        if kinds and kinds[0] in FITTING:
            self.act(person, lambda interview: take(interview, FITTING[kinds[0]], None))
        elif useful:
            self.tap(person, useful[number % len(useful)])

    @precondition(lambda self: any(self.shown.values()))
    @rule(person=PEOPLE, number=NUMBERS)
    def press_an_old_button(self, person: int, number: int) -> None:
        """Press what was shown at some time: it counts for that place or not at all."""
        if self.shown[person]:
            data = self.shown[person][number % len(self.shown[person])]
            self.tap(person, data)

    @rule(person=PEOPLE, text=st.sampled_from(WORDS), focus=st.none() | NUMBERS)
    def write(self, person: int, text: str, focus: int | None) -> None:
        """Write a message while the card is open."""
        before = len(self.ledger.events)
        taken: Typed = self.act(person, lambda interview: take(interview, text, focus))
        if taken.result != DONE:
            assert len(self.ledger.events) == before

    @rule(person=PEOPLE)
    def come_back(self, person: int) -> None:
        """Continue after an interruption: at the same screen, where it is still there."""
        before = self.ledger.interview(person)
        here = before.position.screen
        self.act(person, Interview.resume)
        if before.screen is not None or here.startswith(REVIEW):
            assert self.ledger.positions[person].screen == here

    # -- how it is done

    def tap(self, person: int, data: str) -> None:
        meant = pressed(data)
        before, events = self.ledger.positions[person], len(self.ledger.events)
        if meant.action.do in (Do.PAGE, Do.FOCUS, Do.ALL):
            look = self.looks.get(person, Look())
            page = meant.action.number() or 0
            self.looks[person] = (
                Look(look.page, None, page) if meant.action.do is Do.FOCUS else Look(page)
            )
            return
        result = self.act(person, lambda interview: self.decide(interview, meant))
        after = self.ledger.positions[person]
        if (meant.screen, meant.step) != (before.screen, before.step):
            assert result == STALE
        if result.outcome is not Outcome.DONE:
            assert len(self.ledger.events) == events, result
        if result == STALE:
            assert after.screen == before.screen
        if after.screen != before.screen:
            self.looks.pop(person, None)

    def decide(self, interview: Interview, meant: Pressed) -> Result:
        if meant.action.do is not Do.SUBMIT:
            return perform(interview, meant)
        if not interview.is_current(meant.screen, meant.step):
            return STALE
        result = interview.submit("TEST")
        if result == DONE:
            assert interview.response.complete, list(interview.response.missing())
            self.receipt = interview.receipt
        return result

    def act(self, person: int, decide: Any) -> Any:
        """Act, and see that nothing of a colleague's was overwritten unseen."""
        ledger = self.ledger
        before, events = ledger.given(), len(ledger.events)
        position = ledger.positions.get(person)
        interview, decided = ledger.act(person, decide)
        for event in ledger.events[events:]:
            theirs = before.get(event.path)
            if event.person is not None and theirs and theirs.value and position:
                unseen = theirs.person not in (None, person) and theirs.event > position.seen
                one_more = event.path in interview.response.repeats and event.value == str(
                    int(theirs.value) + 1
                )
                assert not unseen or theirs.value == event.value or one_more, event
        # What is written beside the events comes from this interview, what is read later from
        # the events alone.
        assert [*rows(interview.response)] == [*rows(ledger.interview(person).response)]
        return decided

    def card(self, person: int) -> Card:
        interview = self.ledger.interview(person)
        return card_of(Desk(interview, RESPONSE, ENGLISH, self.looks.get(person, Look())))

    def buttons(self, card: Card) -> list[str]:
        cells = [cell.press for row in card.rows for cell in row]
        return [data for data in cells if pressed(data).action.do not in ELSEWHERE]

    # -- what holds at any time

    @invariant()
    def an_answer_is_kept_whether_it_counts_or_not(self) -> None:
        response = self.ledger.interview(OLENA).response
        there = {entry.path for entry in response.entries()}
        for path, value in self.ledger.values().items():
            if path in response.repeats:
                assert response.repeats[path] == int(value)
            elif path in there:
                assert response.kept(path) == value
                assert response.value(path) == (value if response.relevant(path) else "")

    @invariant()
    def rows_count_what_is_asked_and_nothing_else(self) -> None:
        interview = self.ledger.interview(ANDRII)
        asked = {q.path for screen in interview.screens for q in screen.questions}
        stand = [*rows(interview.response)]
        questions = {
            row.path
            for row in stand
            if row.relevant
            and self.is_asked(row.node)
            and not interview.response.readonly(row.path)
        }
        assert questions == asked
        for row in stand:
            if row.codes is not None:
                assert row.codes == tuple(interview.response.value(row.path).split())

    def is_asked(self, node: str) -> bool:
        """Whether a question at a plain path is put to a person; consent was given already."""
        question = self.form.by_path.get(node)
        return isinstance(question, Question) and question.asked and question.profile != CONSENT

    @invariant()
    def each_person_has_a_card(self) -> None:
        for person in self.ledger.positions:
            assert self.card(person).text


@pytest.mark.parametrize(
    ("form", "examples", "steps"),
    [(branches, 60, 30), (repeats, 60, 30), (lambda: compiled(VALUE_CHAIN), 10, 30)],
    ids=["branches", "repeats", "value_chain"],
)
def test_whatever_is_pressed(form: Any, examples: int, steps: int) -> None:
    machine = type("Machine", (Pressing,), {"form": form()})
    bounds = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=bounds)


def test_the_second_tap_on_a_refused_button_does_not_undo_what_a_colleague_did() -> None:
    ledger = Ledger(repeats())
    for person in (OLENA, ANDRII):
        ledger.act(person, lambda interview: interview.begin({}))
    ledger.act(OLENA, lambda interview: interview.answer("/data/size", "1"))

    def to_the_prompt(interview: Interview) -> None:
        interview.move(next(s.key for s in interview.screens if s.kind is ScreenKind.REPEAT))

    ledger.act(ANDRII, to_the_prompt)
    position = ledger.positions[ANDRII]
    ledger.act(OLENA, to_the_prompt)
    ledger.act(OLENA, lambda one: one.screen and one.add_instance(one.screen))
    button = Pressed(position.screen, position.step, Action(Do.REMOVE, ("1",)))
    for _ in range(2):
        _, result = ledger.act(ANDRII, lambda interview: perform(interview, button))
        assert result == STALE
    assert ledger.values()["/data/visit"] == "2"
