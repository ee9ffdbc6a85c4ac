"""What the chat shows of a response, screen after screen.

    pages = Screens(response)
    here = pages.find(key) or pages[0]
    then = pages.following(here.key)

One question is one screen, a group with the appearance `field-list` is one screen with all of its
questions, a note stands above the next question (or alone, where none follows). After the last
instance of a repeat without a count comes the prompt whether to add another.

A screen's key is the index of its element and the positions of the repeat instances around it
('12', '25.2', '31.2.1'): short enough for callback data, the same whatever else is answered, gone
when the screen is. Screens are made anew from the response after every answer.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import overload

from domain.surveys.form import Element, Form, Group, Kind, Question, Repeat
from domain.surveys.response import Response
from domain.surveys.tree import plain_path

#: Seconds that a screen takes, by kind. Research on our own outline gives 10-12 minutes for 41-48
#: questions, three quarters of them taps (survey.md 4.6); split into a tap, a typed answer and a
#: rating in a list of its like by judgement, not by measurement.
TAP, TYPED, RATING, NOTE = 7, 20, 4, 5
_SECONDS = {
    Kind.CHOICE: TAP,
    Kind.CHOICES: 2 * TAP,
    Kind.RANK: 2 * TAP,
    Kind.RANGE: TAP,
    Kind.ACKNOWLEDGE: TAP,
    Kind.DATE: TAP,
    Kind.NOTE: NOTE,
}


_AFTER_ALL = 10**9


class ScreenKind(StrEnum):
    """What a screen puts to a person."""

    QUESTION = "question"
    FIELD_LIST = "field_list"
    REPEAT = "repeat"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Placed:
    """A question of the form at its positioned path in the response."""

    path: str
    question: Question


@dataclass(frozen=True, slots=True)
class Heading:
    """A group or repeat around a screen, from the outside in.

    For an instance of a repeat `position` is its place among `count`, for a group both are 0.
    """

    path: str
    element: Group | Repeat
    position: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen.

    - `questions`: one for QUESTION, several for FIELD_LIST, none else.
    - `notes`: read before them, or alone for NOTE.
    - `headings`: the groups and repeat instances around, the outermost is the section.
    - `repeat` and `parent`: for REPEAT what `Response.add_instance(repeat, parent)` takes.
    """

    key: str
    kind: ScreenKind
    questions: tuple[Placed, ...] = ()
    notes: tuple[Placed, ...] = ()
    headings: tuple[Heading, ...] = ()
    repeat: Repeat | None = None
    parent: str = ""

    @property
    def section(self) -> int | None:
        """The index of the top-level group that it belongs to."""
        return self.headings[0].element.index if self.headings else None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a screen stands.

    `section` is its top-level group, the `number`th (from 1; 0 outside of all) of `sections`.
    `minutes` are those left, rounded up.
    """

    section: Group | Repeat | None
    number: int
    sections: int
    minutes: int


class Screens(Sequence[Screen]):
    """All screens of a response that are relevant now, in order.

    `following` and `preceding` take any key that a screen of this form ever had: where that screen
    is gone, they give its neighbours.
    """

    def __init__(self, response: Response) -> None:
        self._response = response
        self._form = response.form
        root = f"/{self._form.template.name}"
        pages = _Walk(response).pages(self._form.children, root, (), "")
        self._pages = _with_notes(pages)
        self._places = [_place(self._form, page.key) for page in self._pages]

    def __len__(self) -> int:
        return len(self._pages)

    @overload
    def __getitem__(self, index: int) -> Screen: ...
    @overload
    def __getitem__(self, index: slice) -> list[Screen]: ...
    def __getitem__(self, index: int | slice) -> Screen | list[Screen]:
        return self._pages[index]

    def find(self, key: str) -> Screen | None:
        """The screen with a key, None where it is not there (any more)."""
        return next((page for page in self._pages if page.key == key), None)

    def of_path(self, path: str) -> Screen | None:
        """The screen on which the question at a path is put."""
        return next(
            (page for page in self._pages if any(one.path == path for one in page.questions)), None
        )

    def following(self, key: str) -> Screen | None:
        """The next screen."""
        index = bisect_right(self._places, _place(self._form, key))
        return self._pages[index] if index < len(self._pages) else None

    def preceding(self, key: str) -> Screen | None:
        """The screen before."""
        index = bisect_left(self._places, _place(self._form, key))
        return self._pages[index - 1] if index else None

    def first_open(self) -> Screen | None:
        """The first screen with a question that needs an answer and has none."""
        missing = set(self._response.missing())
        return next(
            (page for page in self._pages if any(one.path in missing for one in page.questions)),
            None,
        )

    def progress(self, key: str) -> Progress:
        """Section and minutes left from a screen on, over what is relevant and unanswered now."""
        sections = list(dict.fromkeys(page.section for page in self._pages if page.headings))
        here = self.find(key)
        rest = bisect_left(self._places, _place(self._form, key))
        seconds = sum(map(self._seconds, self._pages[rest:]))
        return Progress(
            section=here.headings[0].element if here is not None and here.headings else None,
            number=sections.index(here.section) + 1 if here is not None and here.headings else 0,
            sections=len(sections),
            minutes=-(-seconds // 60),
        )

    def _seconds(self, page: Screen) -> int:
        seconds = 0
        for placed in page.questions:
            if not self._response.value(placed.path):
                kind = placed.question.kind
                rating = page.kind is ScreenKind.FIELD_LIST and kind in (Kind.RANGE, Kind.CHOICE)
                seconds += RATING if rating else _SECONDS.get(kind, TYPED)
        return seconds


def _place(form: Form, key: str) -> tuple[int, ...]:
    """Where a key stands in the form: element indexes and positions from the outside in.

    The prompt of a repeat has no position of its own and comes after all of its instances.
    """
    index, *positions = map(int, key.split("."))
    place: list[int] = []
    for level, repeat in enumerate(form.elements[index].repeats):
        place += [repeat, positions[level] if level < len(positions) else _AFTER_ALL]
    return (*place, index)


def _with_notes(pages: Iterable[Screen]) -> list[Screen]:
    """Put notes on the next screen that can bear them; what is left stands alone at the end."""
    merged: list[Screen] = []
    waiting: list[Screen] = []
    for page in pages:
        if page.kind is ScreenKind.NOTE:
            waiting.append(page)
        else:
            notes = tuple(note for held in waiting for note in held.notes)
            merged.append(replace(page, notes=notes + page.notes) if notes else page)
            waiting.clear()
    if waiting:
        notes = tuple(note for held in waiting for note in held.notes)
        merged.append(replace(waiting[-1], notes=notes))
    return merged


class _Walk:
    """Walks the form along the response."""

    def __init__(self, response: Response) -> None:
        self._response = response

    def pages(
        self,
        elements: Sequence[Element],
        parent: str,
        headings: tuple[Heading, ...],
        positions: str,
    ) -> Iterator[Screen]:
        for element in elements:
            if isinstance(element, Repeat):
                yield from self._repeat(element, parent, headings, positions)
                continue
            path = _below(parent, element.path)
            if not self._response.relevant(path):
                continue
            if isinstance(element, Question):
                yield from self._question(Placed(path, element), headings, positions)
            else:
                inner = (*headings, Heading(path, element))
                if _is_one_screen(element):
                    yield from self._field_list(element, path, inner, positions)
                else:
                    yield from self.pages(element.children, path, inner, positions)

    def _question(
        self, placed: Placed, headings: tuple[Heading, ...], positions: str
    ) -> Iterator[Screen]:
        key = f"{placed.question.index}{positions}"
        if self._is_note(placed):
            yield Screen(key, ScreenKind.NOTE, notes=(placed,), headings=headings)
        elif placed.question.asked:
            yield Screen(key, ScreenKind.QUESTION, questions=(placed,), headings=headings)

    def _is_note(self, placed: Placed) -> bool:
        return placed.question.kind is Kind.NOTE or self._response.readonly(placed.path)

    def _field_list(
        self, group: Group | Repeat, path: str, headings: tuple[Heading, ...], positions: str
    ) -> Iterator[Screen]:
        placed = list(self._questions(group.children, path))
        questions = tuple(one for one in placed if one.question.asked and not self._is_note(one))
        notes = tuple(one for one in placed if self._is_note(one))
        key = f"{group.index}{positions}"
        if questions:
            yield Screen(key, ScreenKind.FIELD_LIST, questions, notes, headings)
        elif notes:
            yield Screen(key, ScreenKind.NOTE, (), notes, headings)

    def _questions(self, elements: Sequence[Element], parent: str) -> Iterator[Placed]:
        for element in elements:
            path = _below(parent, element.path)
            if not self._response.relevant(path):
                continue
            if isinstance(element, Question):
                yield Placed(path, element)
            else:
                yield from self._questions(element.children, path)

    def _repeat(
        self, repeat: Repeat, parent: str, headings: tuple[Heading, ...], positions: str
    ) -> Iterator[Screen]:
        base = _below(parent, repeat.path)
        parent = base.rpartition("/")[0]
        count = self._response.instances(repeat, parent)
        for position in range(1, count + 1):
            path = f"{base}[{position}]"
            if not self._response.relevant(path):
                continue
            inner = (*headings, Heading(path, repeat, position, count))
            here = f"{positions}.{position}"
            if _is_one_screen(repeat):
                yield from self._field_list(repeat, path, inner, here)
            else:
                yield from self.pages(repeat.children, path, inner, here)
        if self._response.may_add(repeat, parent):
            yield Screen(
                f"{repeat.index}{positions}",
                ScreenKind.REPEAT,
                headings=headings,
                repeat=repeat,
                parent=parent,
            )


def _is_one_screen(group: Group | Repeat) -> bool:
    """Whether a field-list can be shown at once: not where a repeat lies in it."""
    return group.field_list and not _has_repeat(group.children)


def _has_repeat(elements: Sequence[Element]) -> bool:
    return any(
        isinstance(element, Repeat)
        or (isinstance(element, Group) and _has_repeat(element.children))
        for element in elements
    )


def _below(parent: str, path: str) -> str:
    """The positioned path of what lies below a node: repeat instances are all in `parent`."""
    return parent + path[len(plain_path(parent)) :]
