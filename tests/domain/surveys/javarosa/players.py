"""Plays a form at random in this engine: what is done, and how the response stands each time."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.surveys.form import SELECTS, UPLOADS, Element, Form, Kind, Question, Repeat
from domain.surveys.instance import Node
from domain.surveys.response import Response
from tests.domain.surveys.javarosa.oracle import Action, Answer, State

WORDS = ("", "а", "Київ", "7", "12.5", "-3", "x y", "2020-02-29", "a b", "їжак її", "10", "0")
_SOME = {
    Kind.INTEGER: ("0", "1", "2", "3", "7", "18", "-4", "150", "99999"),
    Kind.DECIMAL: ("0", "1", "2.5", "-0.25", "1000", "0.1", "33.333"),
    Kind.DATE: ("2020-02-29", "1969-12-31", "2026-01-01", "2030-07-15", "1990-06-05"),
    Kind.TIME: ("00:00:00.000+02:00", "09:30:00.000+02:00", "23:59:00.000+02:00"),
    Kind.DATETIME: ("2020-02-29T10:00:00.000+02:00", "2026-07-01T23:30:00.000+03:00"),
    Kind.GEOPOINT: ("50.45 30.52 0 0", "-1.5 0 120 4.5"),
    Kind.ACKNOWLEDGE: ("OK",),
}


@dataclass(slots=True)
class Game:
    """A form, what was done with a response to it, and what this engine said to each action."""

    actions: list[Action]
    answers: list[Answer]


class Player:
    """Does one thing after another with a response, and notes it."""

    def __init__(
        self, form: Form, begin: Action, *, now: datetime, language: str, reopen: bool = False
    ) -> None:
        self.form = form
        self._reopen = reopen
        self._now = now
        self.response = Response(form, now=now, language=language, metadata={"username": "olena"})
        self.response.first_load()
        self.game = Game([], [])
        self._note(begin, "ok")
        if form.languages:
            self._note(("language", language), "ok")
        self.show()

    def _note(self, action: Action, verdict: str) -> None:
        self.game.actions.append(action)
        self.game.answers.append((verdict, None))

    def show(self) -> None:
        """Note how the response stands, if wanted after it was opened again."""
        if self._reopen:
            self._note(("recompute",), "ok")
        self.game.actions.append(("show",))
        self.game.answers.append(("ok", state_of(self.response)))

    def set(self, path: str, value: str) -> None:
        """Give an answer."""
        response = self.response
        if not response.relevant(path):
            verdict = "absent"
        elif not value and response.required(path):
            verdict = "required"
        else:
            verdict = "constraint" if response.accept(path, value) else "ok"
        self._note(("set", path, value), verdict)

    def add(self, repeat: Repeat, parent: str) -> None:
        """Add an instance of a repeat."""
        name = repeat.path.rpartition("/")[2]
        added = self.response.add_instance(repeat, parent)
        self._note(("add", f"{parent}/{name}"), "ok" if added else "absent")

    def remove(self, path: str) -> None:
        """Remove an instance of a repeat."""
        self.response.remove_instance(path)
        self._note(("remove", path), "ok")

    # -- at random

    def move(self, chance: random.Random) -> None:
        """Do something that a person could do now."""
        open_now = [(path, q) for path, q in questions(self.response) if q.asked]
        prompts = list(_prompts(self.response))
        removable = list(_removable(self.response))
        draw = chance.random()
        if draw < 0.14 and prompts:
            self.add(*chance.choice(prompts))
        elif draw < 0.2 and removable:
            self.remove(chance.choice(removable))
        elif open_now:
            blank = [one for one in open_now if not self.response.value(one[0])]
            some = blank if blank and chance.random() < 0.6 else open_now
            path, question = chance.choice(some)
            value = self.value(path, question, chance)
            cleared = not value and question.bind.calculate is not None
            if not cleared and not self._shrinks(path, value):
                self.set(path, value)

    def _shrinks(self, path: str, value: str) -> bool:
        """Whether an answer would take away counted instances: a known difference."""
        trial = Response(self.form, self.response.answers, self.response.repeats, now=self._now)
        before = set(_counted(trial))
        trial.accept(path, value)
        return bool(before - set(_counted(trial)))

    def value(self, path: str, question: Question, chance: random.Random) -> str:
        """An answer for a question, now and then none."""
        if chance.random() < 0.08:
            return ""
        if question.kind in SELECTS:
            codes = list(dict.fromkeys(one.code for one in self.response.choices(path)))
            if not codes:
                return ""
            if question.kind is Kind.CHOICE:
                return chance.choice(codes)
            if question.kind is Kind.RANK:
                return " ".join(chance.sample(codes, len(codes)))
            return " ".join(chance.sample(codes, chance.randint(1, min(4, len(codes)))))
        if question.range is not None:
            bounds = question.range
            steps = int(abs(bounds.end - bounds.start) / bounds.step)
            sign = 1 if bounds.end >= bounds.start else -1
            value = bounds.start + sign * bounds.step * chance.randint(0, steps)
            return f"{value:g}"
        if question.kind in UPLOADS:
            return chance.choice(("photo.jpg", "paper.pdf"))
        return chance.choice(_SOME.get(question.kind, WORDS))


def state_of(response: Response) -> State:
    """How a response stands, as the oracle tells it."""
    state = State()
    _, *entries = response.entries()
    for entry in entries:
        state.nodes[entry.path] = (entry.relevant, entry.kept)
    for path, question in questions(response):
        state.questions[path] = (
            response.required(path),
            response.readonly(path),
            response.label(path),
            response.hint(path),
        )
        if question.control in ("select", "select1", "rank"):
            offered = [(one.code, one.label) for one in response.choices(path)]
            if offered:
                state.choices[path] = offered
    state.prompts = [
        f"{parent}/{repeat.path.rpartition('/')[2]}" for repeat, parent in _prompts(response)
    ]
    return state


def questions(response: Response) -> Iterator[tuple[str, Question]]:
    """All controls that are relevant, in the order in which they are put."""
    for element, node in _walk(response.form.children, response.root, response):
        if isinstance(element, Question):
            yield node.path(), element


def _walk(
    elements: Sequence[Element], here: Node, response: Response
) -> Iterator[tuple[Element, Node]]:
    for element in elements:
        for node in _below(here, element):
            if not node.relevant:
                continue
            yield element, node
            if not isinstance(element, Question):
                yield from _walk(element.children, node, response)


def _below(here: Node, element: Element) -> list[Node]:
    plain = "/" + "/".join(step.partition("[")[0] for step in here.path()[1:].split("/"))
    *steps, name = element.path[len(plain) + 1 :].split("/")
    node: Node | None = here.find("/".join(steps)) if steps else here
    return [] if node is None else node.by_name.get(name, [])


def _prompts(response: Response) -> Iterator[tuple[Repeat, str]]:
    for repeat in response.form.elements:
        if isinstance(repeat, Repeat):
            parent = repeat.path.rpartition("/")[0]
            for entry in response.entries():
                if entry.plain == parent and response.may_add(repeat, entry.path):
                    yield repeat, entry.path


def _counted(response: Response) -> Iterator[str]:
    for entry in response.entries():
        repeat = response.form.by_path.get(entry.plain)
        if isinstance(repeat, Repeat) and repeat.count is not None:
            yield entry.path


def _removable(response: Response) -> Iterator[str]:
    for entry in response.entries():
        repeat = response.form.by_path.get(entry.plain)
        if isinstance(repeat, Repeat) and repeat.count is None and entry.relevant:
            yield entry.path
