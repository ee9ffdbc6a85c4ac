"""An interview that goes on from the last one is the one that is made from what is stored."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.surveys.form import Form, Repeat
from domain.surveys.interview import Event, Given, Interview, Position, Visit
from domain.surveys.rows import Row, rows
from domain.surveys.tree import placed, plain_path
from tests.domain.surveys.forms import FIXTURES, NOW, compiled, survey
from tests.domain.surveys.javarosa.recording import FORMS
from tests.domain.surveys.ledger import branches, repeats

#: what is calculated and may be answered, what follows the clock, a language, chance, a trigger
RESTLESS = """
|type|name|label|label::Ukrainian (uk)|relevant|calculation|readonly|trigger|default|constraint|
| integer | a | A | А | | | | | 2 | . < 50 |
| select_one yn | yn | Yes? | Так? | | | | | | |
| integer | sum | Sum | Сума | ${yn} = 'yes' | ${a} + 1 | | | | |
| text | said | Said | Слово | ${a} > 1 | jr:choice-name(${yn}, '${yn}') | | | | |
| calculate | late | | | | if(format-date-time(now(), '%H') > 12, 'late', 'early') | | | | |
| text | why | Why so late? | Чому? | ${late} = 'late' | | ${yn} = 'no' | | ${a} + 1 | |
| calculate | day | | | | string(today()) | | | | |
| calculate | luck | | | | once(string(random())) | | | | |
| calculate | first | | | ${yn} = 'yes' | once(string(${a})) | | | | |
| dateTime | at | At | Коли | | | | ${a} | | |
| calculate | stamp | | | | now() | | ${yn} | | |
| time | hour | Hour | Година | | | | | | |
| note | told | ${hour} ${sum} ${said} | ${hour} ${sum} ${said} | | | | | | |
| begin_repeat | r | R | Р | ${a} != 7 | | | | | |
| integer | n | N | Н | | position(..) | | | | |
| text | t | T | Т | ${n} > 1 | | ${yn} = 'yes' | | x | |
| end_repeat | | | | | | | | | |
| calculate | total | | | | sum(${n}) | | | | |
"""
CHOICES = """
| list_name | name | label | label::Ukrainian (uk) |
| yn | yes | Yes | Так |
| yn | no | No | Ні |
"""
BROKEN = {"cycle", "mistakes"}
FORM_FILES = sorted(
    path for folder in (FIXTURES, FORMS) for path in folder.glob("*.md") if path.stem not in BROKEN
)
VALUES = ("", "0", "1", "2", "3", "7", "17", "60", "2.5", "a b", "2026-01-02", "12:30", "OK", "ї")
KYIV, LISBON = ZoneInfo("Europe/Kyiv"), ZoneInfo("Europe/Lisbon")


def standing(interview: Interview) -> dict[str, Any]:
    """All that an interview is and could show."""
    response = interview.response
    nodes = [
        (path, node.text, node.relevant, node.datatype) for node, path, _ in placed(response.root)
    ]
    shown = {
        one.path: (
            response.label(one.path),
            response.hint(one.path),
            response.required(one.path),
            response.readonly(one.path),
            response.choices(one.path),
        )
        for screen in interview.screens
        for one in (*screen.questions, *screen.notes)
    }
    return {
        "nodes": nodes,
        "answers": response.answers,
        "repeats": response.repeats,
        "written": response.written,
        "overridden": response._logic.overridden,
        "problems": dict(response.problems),
        "screens": list(interview.screens),
        "shown": shown,
        "position": interview.position,
        "given": interview.given,
    }


class Both:
    """A response that two people answer, each act done twice: going on, and made anew."""

    def __init__(self, form: Form, rng: random.Random) -> None:
        self.form, self.rng = form, rng
        self.given: dict[str, Given] = {}
        self.positions: dict[int, Position] = {}
        self.now = NOW
        self.events = 0
        self.last: Interview | None = None
        self.went_on = 0
        self.table: dict[str, Row | None] = {}

    def act(self, decide: Callable[[Interview], Any], person: int, language: str) -> None:
        visit = Visit(person, language, self.now, {"username": f"u{person}"})
        position = self.positions.get(person)
        anew = Interview(self.form, self.given, position, visit)
        going = Interview(self.form, self.given, position, visit, self.last)
        assert standing(going) == standing(anew)
        self.went_on += not going.fresh
        assert decide(going) == decide(anew)
        # in no particular order where an instance goes, and all in it with it
        events = sorted(going.events, key=lambda event: event.path)
        assert events == sorted(anew.events, key=lambda event: event.path)
        for interview in (going, anew):
            self._store(interview, visit, events)
        assert standing(going) == standing(anew)
        if going.fresh:
            self.table.clear()
        for path in going.rows.changed():
            self.table[path] = going.rows.at(path)
        stand = {path: row for path, row in self.table.items() if row is not None}
        assert stand == {row.path: row for row in rows(anew.response)}
        self.events += len(going.events)
        self.given = going.given
        self.positions[person] = replace(going.position, seen=self.events)
        self.last = going if going.goes_on else None

    def _store(self, interview: Interview, visit: Visit, events: list[Event]) -> None:
        for number, event in enumerate(events, self.events + 1):
            person = None if event.source == "form" else visit.person_id
            interview.given[event.path] = Given(event.value, number, person, visit.now)

    def move(self) -> None:
        """Something that somebody does, at some moment, somewhere."""
        self.now += self.rng.choice([timedelta(seconds=20), timedelta(0), timedelta(hours=9)])
        self.now = self.now.astimezone(self.rng.choice([KYIV, KYIV, KYIV, LISBON]))
        seed, act = self.rng.random(), self.rng.choice(ACTS)
        person = self.rng.choice([1, 1, 2])
        language = self.rng.choice(["en", "en", "en", "uk"])
        self.act(lambda interview: act(interview, dice(seed)), person, language)


def some_path(interview: Interview, rng: random.Random) -> str:
    asked = [one.path for screen in interview.screens for one in screen.questions]
    everything = [
        path
        for _, path, plain in placed(interview.response.root)
        if plain in {question.path for question in interview.form.questions}
    ]
    return rng.choice(asked if asked and rng.random() < 0.9 else everything)


def answer(interview: Interview, rng: random.Random) -> object:
    path = some_path(interview, rng)
    codes = [option.code for option in interview.response.choices(path)]
    values = [*codes, " ".join(codes[:2]), ""] if codes else VALUES
    return interview.answer(path, rng.choice(values), insist=rng.random() < 0.7)


def take_back(interview: Interview, rng: random.Random) -> object:
    return interview.take_back(some_path(interview, rng))


def walk(interview: Interview, rng: random.Random) -> object:
    return rng.choice([interview.forward, interview.back, interview.skip, interview.next])()


def jump(interview: Interview, rng: random.Random) -> object:
    if interview.screens:
        interview.move(rng.choice(interview.screens).key)
    return None


def resize(interview: Interview, rng: random.Random) -> object:
    prompts = [screen for screen in interview.screens if screen.repeat]
    instances = [
        path
        for node, path, _ in placed(interview.response.root)
        if node.repeat and not counted(interview.form, path)
    ]
    if instances and rng.random() < 0.5:
        return interview.remove_instance(rng.choice(instances))
    if not prompts:
        return None
    screen = rng.choice(prompts)
    if rng.random() < 0.8:
        return interview.add_instance(screen)
    interview.settle(screen)
    return None


def counted(form: Form, path: str) -> bool:
    repeat = form.by_path[plain_path(path)]
    return isinstance(repeat, Repeat) and repeat.count is not None


ACTS = [answer, answer, answer, answer, answer, take_back, walk, walk, jump, resize]


def dice(seed: float | str) -> random.Random:
    """Chance that can be had again."""
    return random.Random(seed)  # noqa: S311


def play(form: Form, seed: int, moves: int) -> Both:
    both = Both(form, dice(seed))
    for person in (1, 2):
        both.act(lambda interview: interview.forward(), person, "en")
    for _ in range(moves):
        both.move()
    return both


@pytest.mark.parametrize(
    ("form", "examples"),
    [
        (branches(), 25),
        (repeats(), 25),
        (survey(RESTLESS, CHOICES), 60),
    ],
    ids=["branches", "repeats", "restless"],
)
def test_going_on_is_starting_anew(form: Form, examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(seed=st.integers(0, 10**6), moves=st.integers(1, 40))
    def tried(seed: int, moves: int) -> None:
        play(form, seed, moves)

    tried()


@pytest.mark.parametrize("path", FORM_FILES, ids=lambda path: path.stem)
def test_going_on_is_starting_anew_in_every_form(path: Any) -> None:
    form = compiled(path)
    assert any(play(form, seed, 25).went_on for seed in range(3))
