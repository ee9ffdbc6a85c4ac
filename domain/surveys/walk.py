"""Plays a form with given answers, as the chat would put it.

Screen after screen, each question once, an answer where one is given. A question that becomes
relevant behind the place where one stands is put at the end, as the chat's review does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.surveys.answers import number_text
from domain.surveys.form import Element, Form, Group, Kind, Question, Repeat
from domain.surveys.instance import Node
from domain.surveys.message import Message
from domain.surveys.response import TOO_MANY_INSTANCES, Response
from domain.surveys.screens import Placed, is_one_screen
from domain.surveys.tree import MAX_INSTANCES, plain_path

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
    walker = _Walker(done, given)
    while walker.once_through():
        pass  # what has become relevant behind is put at the end
    response.finish()
    return done


class _Walker:
    """Goes through a response in its order while it changes, and puts each question once."""

    def __init__(self, done: Walk, given: "_Given") -> None:
        self._done = done
        self._response = done.response
        self._root = done.response.root
        self._given = given
        self._asked: set[str] = set()
        self._full: set[str] = set()

    def once_through(self) -> bool:
        """Put all questions that were not put yet, from the first on; whether there were any."""
        self._root = self._response.root
        return self._through(self._done.response.form.children, self._root, f"/{self._root.name}")

    @property
    def _uprooted(self) -> bool:
        """Whether the nodes of the response were made anew, as they are when one is refused."""
        return self._root is not self._response.root

    def _through(self, elements: Sequence[Element], here: Node, plain: str) -> bool:
        """Put all questions below a node, at a plain path, that were not put; if there were."""
        found = False
        for element in elements:
            if self._uprooted:
                return True
            *groups, name = element.path[len(plain) + 1 :].split("/")
            around = here.find("/".join(groups)) if groups else here
            if around is None or not around.relevant:
                continue
            if isinstance(element, Repeat):
                found |= self._repeat(element, around, name)
                continue
            node = around.child(name)
            if node is None or not node.relevant:
                continue
            if isinstance(element, Question):
                found |= self._question(element, node)
            elif is_one_screen(element):
                found |= self._screen(element, node)
            else:
                found |= self._through(element.children, node, element.path)
        return found

    def _repeat(self, repeat: Repeat, around: Node, name: str) -> bool:
        found = False
        position = 0
        while not self._uprooted:
            instances = around.by_name.get(name, [])
            if position == len(instances):
                if not self._add(repeat, around.path()):
                    return found
                continue
            node = instances[position]
            position += 1
            if not node.relevant:
                continue
            if is_one_screen(repeat):
                found |= self._screen(repeat, node)
            else:
                found |= self._through(repeat.children, node, repeat.path)
        return True

    def _screen(self, group: Group | Repeat, node: Node) -> bool:
        """Put the questions of one screen, also those that become relevant meanwhile."""
        found = False
        while not self._uprooted and self._first(group.children, node, group.path):
            found = True
        return found

    def _first(self, elements: Sequence[Element], here: Node, plain: str) -> bool:
        """Put questions in order until an answer was taken; whether one was."""
        for element in elements:
            node = here.find(element.path[len(plain) + 1 :])
            if node is None or not node.relevant or isinstance(element, Repeat):
                continue
            if isinstance(element, Question):
                if self._question(element, node):
                    return True
            elif self._first(element.children, node, element.path):
                return True
        return False

    def _question(self, question: Question, node: Node) -> bool:
        """Put a question, unless it was put; whether it was put now."""
        if not question.asked:
            return False
        path = node.path()
        if path in self._asked or (
            question.bind.readonly is not None and self._response.readonly(path)
        ):
            return False
        self._asked.add(path)
        _ask(self._done, Placed(path, question), self._given)
        return True

    def _add(self, repeat: Repeat, parent: str) -> bool:
        """Add one more instance if the answers have it; one too many is refused once."""
        path = f"{parent}/{repeat.path.rpartition('/')[2]}"
        instances = self._given.instances(path)
        here = self._response.instances(repeat, parent)
        if instances is None or here >= len(instances) or path in self._full:
            return False
        if self._response.add_instance(repeat, parent) is not None:
            return True
        if here >= MAX_INSTANCES or self._response.may_add(repeat, parent):
            self._full.add(path)
            message = Message(TOO_MANY_INSTANCES, {"limit": here})
            self._done.refused.append(Refusal(path, str(len(instances)), message))
        return False


def _ask(done: Walk, placed: Placed, given: "_Given") -> None:
    """Put a question, and give it the answer that there is for it."""
    done.asked.append(placed.path)
    answer = given.answer(placed.path)
    if answer is None or answer == "":
        return
    value = _text(answer)
    if placed.question.kind is Kind.ACKNOWLEDGE and value.lower() in _YES:
        value = "OK"
    refusal = done.response.accept(placed.path, value)
    if refusal is not None:
        done.refused.append(Refusal(placed.path, value, refusal))


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
