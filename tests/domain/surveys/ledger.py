"""A response kept in memory as `storage.responses` keeps it: events, and positions by person."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from domain.surveys.form import Form
from domain.surveys.interview import Given, Interview, Position, Visit
from tests.domain.surveys.forms import NOW, survey

T = TypeVar("T")
OLENA, ANDRII = 1, 2

#: branches, a field-list, optional questions, an answer that the form writes itself
BRANCHES = """
|type|name|label|relevant|constraint|required|appearance|parameters|calculation|trigger|
| note | hello | Hello | | | | | | | |
| select_one yes_no | agree | Agree? | | | yes | | | | |
| begin_group | work | Work | ${agree} = 'yes' | | | | | | |
| select_multiple field | fields | Fields | | count-selected(.) <= 2 | yes | | | | |
| text | other | Which other? | selected(${fields}, 'other') | | yes | | | | |
| integer | beds | Beds | selected(${fields}, 'clinic') | . >= 0 and . < 100 | | | | | |
| decimal | share | Share | ${beds} > 5 | | | | | | |
| calculate | asked_at | | | | | | | now() | ${beds} |
| begin_group | rates | Rates | | | | field-list | | | |
| range | staff | Staff | | | yes | | start=1 end=3 step=1 | | |
| range | money | Money | ${staff} > 1 | | | | start=1 end=3 step=1 | | |
| end_group | | | | | | | | | |
| end_group | | | | | | | | | |
| date | since | Since | ${agree} = 'yes' | | | | | | |
| acknowledge | sure | Sure | ${agree} = 'no' | | yes | | | | |
| calculate | score | | | | | | | coalesce(${staff}, 0) + coalesce(${money}, 0) | |
| note | thanks | Thanks | | | | | | | |
"""
BRANCH_CHOICES = """
| list_name | name | label |
| yes_no | yes | Yes |
| yes_no | no | No |
| field | clinic | Clinic |
| field | rehab | Rehab |
| field | other | Other |
"""
#: repeats with and without a count, one in another, with defaults and select-multiples inside
REPEATS = """
|type|name|label|relevant|required|repeat_count|appearance|default|calculation|constraint|
| integer | size | How many? | | yes | | | | | . <= 3 |
| begin_repeat | link | Link | | | ${size} | | | | |
| text | who | Who? | | yes | | | | | |
| select_multiple kind | kinds | Kinds | | | | | | | |
| text | more | More? | selected(${kinds}, 'b') | | | | | | |
| end_repeat | | | | | | | | | |
| begin_repeat | visit | Visit | ${size} > 0 | | | | | | |
| select_multiple kind | about | About | | yes | | | a | | |
| text | remark | Remark | | | | | nothing | | |
| begin_repeat | gift | Gift | selected(${about}, 'b') | | | field-list | | | |
| text | what | What? | | | | | bread | | |
| select_one kind | sort | Sort | | yes | | | | | |
| end_repeat | | | | | | | | | |
| end_repeat | | | | | | | | | |
| calculate | gifts | | | | | | | count(${gift}) | |
"""
REPEAT_CHOICES = """
| list_name | name | label |
| kind | a | Alpha |
| kind | b | Beta |
"""


def branches() -> Form:
    """The form `BRANCHES`."""
    return survey(BRANCHES, BRANCH_CHOICES)


def repeats() -> Form:
    """The form `REPEATS`."""
    return survey(REPEATS, REPEAT_CHOICES)


@dataclass(frozen=True, slots=True)
class Stored:
    """An event with its id; `person` is None where the form wrote it."""

    id: int
    path: str
    value: str | None
    person: int | None


@dataclass
class Ledger:
    """What is stored of one response to a form."""

    form: Form
    events: list[Stored] = field(default_factory=list)
    positions: dict[int, Position] = field(default_factory=dict)

    def given(self) -> dict[str, Given]:
        """What the events come to."""
        return {e.path: Given(e.value, e.id, e.person, NOW) for e in self.events}

    def interview(self, person: int) -> Interview:
        """The response as a person finds it."""
        visit = Visit(person, "en", NOW)
        return Interview(self.form, self.given(), self.positions.get(person), visit)

    def act(self, person: int, decide: Callable[[Interview], T]) -> tuple[Interview, T]:
        """Let a person do something, and keep what it came to."""
        interview = self.interview(person)
        decided = decide(interview)
        for event in interview.events:
            writer = None if event.source == "form" else person
            self.events.append(Stored(len(self.events) + 1, event.path, event.value, writer))
        seen = len(self.events)
        self.positions[person] = replace(interview.position, seen=seen)
        return interview, decided

    def values(self) -> dict[str, str]:
        """The answers that stand, counting or not."""
        return {path: given.value for path, given in self.given().items() if given.value}
