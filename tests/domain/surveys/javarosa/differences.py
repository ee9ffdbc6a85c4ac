"""Where two accounts of the same game differ."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.domain.surveys.javarosa.oracle import Answer, State
from tests.domain.surveys.javarosa.players import Game

#: what JavaRosa shows for a text that pyxform found no translation of; here another language's
MISSING = "-"
_UUID = re.compile(r"(uuid:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: seconds that two clocks may be apart
_CLOCK = 600


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing in which JavaRosa (`theirs`) and this engine (`ours`) differ in a game."""

    step: int
    what: str
    path: str
    ours: object
    theirs: object


def differences(game: Game, theirs: Sequence[Answer]) -> list[Difference]:
    """All that differs at the first step at which anything does; what follows would follow."""
    assert len(game.answers) == len(theirs)
    for step, (mine, their) in enumerate(zip(game.answers, theirs, strict=True)):
        if mine[0] != their[0]:
            action = game.actions[step]
            return [Difference(step, " ".join(action), action[-1], mine[0], their[0])]
        if mine[1] is not None and their[1] is not None:
            found = list(_states(step, mine[1], their[1]))
            if found:
                return found
    return []


def _states(step: int, mine: State, theirs: State) -> Iterator[Difference]:
    yield from _nodes(step, mine, theirs)
    if list(mine.questions) != list(theirs.questions):
        yield Difference(step, "questions", "", list(mine.questions), list(theirs.questions))
    for path in mine.questions.keys() & theirs.questions.keys():
        names = ("required", "readonly", "label", "hint")
        pairs = zip(names, mine.questions[path], theirs.questions[path], strict=True)
        for what, my_own, their_own in pairs:
            if my_own != their_own and their_own != MISSING:
                yield Difference(step, what, path, my_own, their_own)
    for path in dict.fromkeys([*theirs.choices, *mine.choices]):
        ours_, other_ = mine.choices.get(path), theirs.choices.get(path)
        if not _same_choices(ours_ or [], other_ or []):
            yield Difference(step, "choices", path, ours_, other_)
    if mine.prompts != theirs.prompts and sorted(mine.prompts) != sorted(theirs.prompts):
        yield Difference(step, "prompts", "", mine.prompts, theirs.prompts)


def _nodes(step: int, mine: State, theirs: State) -> Iterator[Difference]:
    for path in dict.fromkeys([*theirs.nodes, *mine.nodes]):
        ours, other = mine.nodes.get(path), theirs.nodes.get(path)
        if ours is None or other is None:
            present = ours or other
            # a counted instance may be made, or not, while it is not relevant
            if present is not None and present[0]:
                yield Difference(step, "node", path, ours, other)
            continue
        if ours[0] is not other[0]:
            yield Difference(step, "relevant", path, ours[0], other[0])
        # what is not relevant is blank for logic and left out of a submission
        if ours[0] and not same_text(ours[1], other[1]):
            yield Difference(step, "value", path, ours[1], other[1])


def _same_choices(mine: list[tuple[str, str]], theirs: list[tuple[str, str]]) -> bool:
    return len(mine) == len(theirs) and all(
        ours[0] == other[0] and other[1] in (ours[1], MISSING)
        for ours, other in zip(mine, theirs, strict=True)
    )


def same_text(mine: str, theirs: str) -> bool:
    """Whether two texts of an instance are the same value: 2 is 2.0, and now is now."""
    if mine == theirs or (_UUID.fullmatch(mine) and _UUID.fullmatch(theirs)):
        return True
    try:  # a number, or the numbers of a point
        return list(map(float, mine.split())) == list(map(float, theirs.split()))
    except ValueError:
        pass
    try:
        apart = datetime.fromisoformat(mine) - datetime.fromisoformat(theirs)
    except (ValueError, TypeError):
        return False
    return abs(apart.total_seconds()) < _CLOCK
