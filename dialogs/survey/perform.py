"""What a press on a card does to the interview. Pure: runs inside the transaction."""

from dataclasses import dataclass

from dialogs.survey.actions import Action, Do, digest
from domain.surveys.answers import range_values
from domain.surveys.form import SELECTS, Kind
from domain.surveys.interview import DONE, PROFILE, REVIEW, STALE, Interview, Result
from domain.surveys.screens import Placed, Screen, ScreenKind


@dataclass(frozen=True, slots=True)
class Pressed:
    """An action together with the screen and step that its button was shown with."""

    screen: str
    step: int
    action: Action


def perform(interview: Interview, pressed: Pressed) -> Result:
    """Do what a press says, if it was shown with where the person stands now."""
    if not interview.is_current(pressed.screen, pressed.step):
        return STALE
    action, screen = pressed.action, interview.screen
    match action.do:
        case Do.BACK:
            interview.back()
        case Do.JUMP:
            return _jump(interview, action)
        case Do.SECTION:
            interview.move(f"{REVIEW}-{action.number() or 0}")
        case Do.CONFIRM if pressed.screen == PROFILE:
            interview.move("")
            interview.forward()
        case Do.DONE if pressed.screen == REVIEW:
            interview.forward()
        case Do.SKIP:
            return _on(interview, screen)
        case _ if screen:
            return _on_screen(interview, screen, action)
        case _:
            return STALE
    return DONE


def _on_screen(interview: Interview, screen: Screen, action: Action) -> Result:
    match action.do:
        case Do.CHOOSE | Do.TOGGLE_ON | Do.TOGGLE_OFF | Do.DAY:
            return _answer(interview, screen, action)
        case Do.CLOCK:
            return _clock(interview, screen, action)
        case Do.CLEAR:
            placed = _placed(screen, action)
            return interview.take_back(placed.path) if placed else STALE
        case Do.DONE:
            return _done(interview, screen)
        case Do.ADD:
            return interview.add_instance(screen)
        case Do.REMOVE if screen.repeat:
            name = screen.repeat.path.rpartition("/")[2]
            return interview.remove_instance(f"{screen.parent}/{name}[{action.number() or 0}]")
        case _:
            return STALE


def _jump(interview: Interview, action: Action) -> Result:
    target = interview.screens.find(action.args[0] if action.args else "")
    if target is None:
        return STALE
    interview.move(target.key)
    return DONE


def _on(interview: Interview, screen: Screen | None) -> Result:
    """Skip what is not answered, or look at the next screen if everything is."""
    if screen and any(not interview.response.value(p.path) for p in screen.questions):
        return interview.skip()
    interview.next()
    return DONE


def _done(interview: Interview, screen: Screen) -> Result:
    """Leave a screen that does not go on by itself. What is missing on it is said."""
    if screen.kind is ScreenKind.REPEAT:
        interview.settle(screen)
        return DONE
    for placed in screen.questions:
        if not interview.response.value(placed.path) and interview.response.required(placed.path):
            return interview.answer(placed.path, "")
    return interview.skip()


def _answer(interview: Interview, screen: Screen, action: Action) -> Result:
    placed = _placed(screen, action)
    if placed is None or len(action.args) != 2:
        return STALE
    value = chosen(interview, placed, action)
    if value is None:
        return STALE
    result = interview.answer(placed.path, value)
    goes_on = action.do in (Do.CHOOSE, Do.DAY) and screen.kind is ScreenKind.QUESTION
    if result == DONE and goes_on:
        interview.forward()
    return result


def _placed(screen: Screen, action: Action) -> Placed | None:
    return next((p for p in screen.questions if p.question.index == action.number()), None)


def _clock(interview: Interview, screen: Screen, action: Action) -> Result:
    """An hour that was tapped, of the day that stands on the button where it makes a moment."""
    placed = _placed(screen, action)
    if placed is None or len(action.args) < 2:
        return STALE
    clock = f"{action.args[-1][:2]}:{action.args[-1][2:]}"
    value = f"{action.args[1]}T{clock}" if len(action.args) > 2 else clock
    return give(interview, screen, placed, value)


def give(interview: Interview, screen: Screen, placed: Placed, value: str) -> Result:
    """Answer a question; where the screen has no other, go on."""
    result = interview.answer(placed.path, value)
    if result == DONE and screen.kind is ScreenKind.QUESTION:
        interview.forward()
    return result


@dataclass(frozen=True, slots=True)
class Ranked:
    """What became of putting in order: the order so far of the question at `path`.

    None once the question is answered with it.
    """

    result: Result
    path: str = ""
    order: tuple[str, ...] | None = None


def rank(interview: Interview, so_far: Ranked, pressed: Pressed) -> Ranked:
    """Put one more choice in order, or take some back; the last one gives the answer.

    The button says at which place it puts its choice, so that a double tap puts it there once.
    """
    action, screen = pressed.action, interview.screen
    placed = _placed(screen, action) if screen else None
    if not interview.is_current(pressed.screen, pressed.step) or not screen or not placed:
        return Ranked(STALE)
    answered = tuple(interview.response.value(placed.path).split())
    order = so_far.order if so_far.path == placed.path else None
    order = answered if order is None else order
    place = action.number(1) or 0
    if action.do is Do.UNRANK:
        return Ranked(DONE, placed.path, order[:place])
    code = next((c for c in _codes(interview, placed) if digest(c) == action.args[-1]), None)
    if order[place : place + 1] == (code,):
        return Ranked(DONE, placed.path, order)
    if code is None or place != len(order) or code in order:
        return Ranked(STALE)
    return settle_rank(interview, screen, placed, (*order, code))


def settle_rank(
    interview: Interview, screen: Screen, placed: Placed, order: tuple[str, ...]
) -> Ranked:
    """Answer with the order, if only one choice (or none) is not in it yet."""
    left = [code for code in _codes(interview, placed) if code not in order]
    if len(left) > 1:
        return Ranked(DONE, placed.path, order)
    return Ranked(give(interview, screen, placed, " ".join([*order, *left])), placed.path)


def chosen(interview: Interview, placed: Placed, action: Action) -> str | None:
    """The answer that a button stands for; None if it is no longer offered."""
    if action.do is Do.DAY:
        return action.args[1]
    code = next((c for c in _codes(interview, placed) if digest(c) == action.args[1]), None)
    if code is None or action.do is Do.CHOOSE:
        return code
    # The button says what it makes of its choice, so that a double tap makes the same of it.
    picked = [c for c in interview.response.value(placed.path).split() if c != code]
    return " ".join([*picked, code] if action.do is Do.TOGGLE_ON else picked)


def _codes(interview: Interview, placed: Placed) -> list[str]:
    question = placed.question
    if question.kind in SELECTS:
        return [option.code for option in interview.response.choices(placed.path)]
    if question.kind is Kind.RANGE and question.range is not None:
        return range_values(question.range)
    return ["OK"] if question.kind is Kind.ACKNOWLEDGE else []
