"""Plays a form with given answers, as the chat would put it.

Screen after screen, each question once, an answer where one is given. A question that becomes
relevant behind the place where one stands is put at the end, as the chat's review does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.surveys.answers import number_text
from domain.surveys.form import Form, Kind, Repeat
from domain.surveys.message import Message
from domain.surveys.response import Response
from domain.surveys.screens import Placed, Screen, ScreenKind, Screens
from domain.surveys.tree import plain_path

_YES = frozenset({"ok", "yes", "true"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that was not taken."""

    path: str
    value: str
    message: Message


@dataclass(slots=True)
class Walk:
    """What happened: `asked` paths in order, refusals, and the response at the end."""

    response: Response
    asked: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """The shape of `lanka survey walk --json`: every node below the root of the instance."""
        _, *entries = self.response.entries()
        return {
            "asked": self.asked,
            "values": {entry.path: entry.value for entry in entries},
            "relevant": {entry.path: entry.relevant for entry in entries},
            "refused": [
                {"path": one.path, "value": one.value, "message": str(one.message)}
                for one in self.refused
            ],
            "complete": self.response.complete,
        }


def walk(form: Form, answers: Mapping[str, object], *, now: datetime) -> Walk:
    """Walk through a form.

    `answers` by question name, or by path where names are not unique; a repeat's are a list of
    such mappings under its name or path. Several choices are a list or joined by spaces. A repeat
    without a count gets as many instances as its list has; without a list, those that the form
    begins with.
    """
    response = Response(form, now=now)
    response.first_load()
    given = _Given(answers)
    _drop_first_instances(response, given)
    done = Walk(response)
    asked: set[str] = set()
    place = ""
    screens = Screens(response)
    while (page := _next(screens, place, asked)) is not None:
        if page.repeat is not None:
            if _add(response, given, page.repeat, page.parent):
                screens = Screens(response)
                continue
            asked.add(page.key)
        place = page.key
        for placed in page.questions:
            if placed.path not in asked:
                asked.add(placed.path)
                if _ask(done, placed, given):
                    screens = Screens(response)
                    break
    response.finish()
    return done


def _next(screens: Screens, place: str, asked: set[str]) -> Screen | None:
    """The screen at a place while it has something to ask, else the next one that has."""
    here = screens.find(place)
    if here is not None and _open(here, asked):
        return here
    page = screens.following(place) if place else next(iter(screens), None)
    while page is not None and not _open(page, asked):
        page = screens.following(page.key)
    return page or next((page for page in screens if _open(page, asked)), None)


def _open(page: Screen, asked: set[str]) -> bool:
    if page.kind is ScreenKind.REPEAT:
        return page.key not in asked
    return any(placed.path not in asked for placed in page.questions)


def _ask(done: Walk, placed: Placed, given: "_Given") -> bool:
    """Put a question; whether its answer was taken, so that other questions may follow."""
    done.asked.append(placed.path)
    answer = given.answer(placed.path)
    if answer is None or answer == "":
        return False
    value = _text(answer)
    if placed.question.kind is Kind.ACKNOWLEDGE and value.lower() in _YES:
        value = "OK"
    refusal = done.response.accept(placed.path, value)
    if refusal is not None:
        done.refused.append(Refusal(placed.path, value, refusal))
    return refusal is None


def _add(response: Response, given: "_Given", repeat: Repeat, parent: str) -> bool:
    path = f"{parent}/{repeat.path.rpartition('/')[2]}"
    instances = given.instances(path)
    if instances is None or response.instances(repeat, parent) >= len(instances):
        return False
    return response.add_instance(repeat, parent) is not None


def _drop_first_instances(response: Response, given: "_Given") -> None:
    """Take out the instances that the form begins with, where the answers say there are none."""
    for entry in list(response.entries()):
        element = response.form.by_path.get(entry.plain)
        free = isinstance(element, Repeat) and element.count is None and entry.path[-1] == "]"
        if free and given.instances(entry.path.rpartition("[")[0]) == []:
            response.remove_instance(entry.path)


def _text(answer: object) -> str:
    match answer:
        case bool():
            return "true" if answer else "false"
        case float():
            return number_text(answer)
        case list() | tuple():
            return " ".join(_text(part) for part in answer)
        case _:
            return str(answer)


class _Given:
    """Finds the answers for positioned paths."""

    def __init__(self, answers: Mapping[str, object]) -> None:
        self._answers = answers

    def answer(self, path: str) -> object | None:
        """What is given for a question."""
        if path in self._answers:
            return self._answers[path]
        return _look_up(self._around(path), path)

    def instances(self, path: str) -> Sequence[object] | None:
        """The list given for a repeat at its path without its own position, None without one."""
        found = _look_up(self._around(path), path)
        return found if isinstance(found, list) else None

    def _around(self, path: str) -> Mapping[str, object]:
        """The answers of the repeat instance that a path lies in."""
        here = self._answers
        for repeat, position in _instances_around(path):
            found = _look_up(here, repeat)
            inside = (
                found[position - 1] if isinstance(found, list) and position <= len(found) else None
            )
            here = inside if isinstance(inside, Mapping) else {}
        return here


def _look_up(answers: Mapping[str, object], path: str) -> object | None:
    plain = plain_path(path)
    return answers.get(plain, answers.get(plain.rpartition("/")[2]))


def _instances_around(path: str) -> Iterator[tuple[str, int]]:
    """The repeats around a path with the positions of their instances, from the outside in."""
    place = path.find("[")
    while place >= 0:
        end = path.index("]", place)
        if end < len(path) - 1:
            yield path[:place], int(path[place + 1 : end])
        place = path.find("[", end)
